"""Adjustments: every entry by hand with who, why and on what evidence, and what it does to the figures."""

from __future__ import annotations

import pandas as pd
from openpyxl.utils import get_column_letter

from bbbxl.aggregate.flows import month_key
from bbbxl.ledger.columns import TITLES as COLUMN_TITLES
from bbbxl.workbook.sheet import Build, column_range, local, put, put_live, put_row, put_title, set_up, widths
from bbbxl.workbook.tabs.lists import ListColumn, and_more, kind_titles, put_list

TITLES, FIRST_ROW, FIRST_COLUMN = 6, 7, 2
#: Entries that are listed, the latest; older ones are summed in one row.
MOST_ENTRIES = 2_000
_COLUMNS: tuple[ListColumn, ...] = (
    ListColumn("title", COLUMN_TITLES["kind"], "text", 18),
    ListColumn("entry", "Entry", "integer", 7),
    ListColumn("order_id", COLUMN_TITLES["order_id"], "text", 12),
    ListColumn("line_id", COLUMN_TITLES["line_id"], "text", 6),
    ListColumn("entity", COLUMN_TITLES["entity"], "text", 17),
    ListColumn("customer", COLUMN_TITLES["customer"], "text", 20),
    ListColumn("effective", COLUMN_TITLES["effective"], "date", 12),
    ListColumn("recorded", COLUMN_TITLES["recorded"], "date", 12),
    ListColumn("posted", COLUMN_TITLES["posted"], "date", 12),
    ListColumn("currency", COLUMN_TITLES["currency"], "text", 9),
    ListColumn("amount", COLUMN_TITLES["amount"], "document", 13),
    ListColumn("reporting_amount", "Reporting amount", "minor", 13),
    ListColumn("net_bookings", "Effect on net bookings", "minor", 13),
    ListColumn("backlog", "Effect on closing backlog", "minor", 13),
    ListColumn("state", "Taken back", "text", 17),
    ListColumn("reason", COLUMN_TITLES["reason"], "wrap", 24),
    ListColumn("evidence", "Evidence", "wrap", 22),
    ListColumn("preparer", "Preparer", "wrap", 14),
    ListColumn("approver", "Approver", "wrap", 14),
    ListColumn("month", "Month key", "integer", 10),
)  # fmt: skip
_NAMES = [one.name for one in _COLUMNS]
#: Months as whole numbers, for formulas; folded away.
_MONTH = FIRST_COLUMN + _NAMES.index("month")
#: Effects that are summed.
_EFFECTS = ("net_bookings", "backlog")


def write_adjustments(build: Build) -> None:
    """Write the Adjustments tab; keeps the ranges of months and net bookings as places while every entry is listed."""
    sheet, pack = build.sheet("adjustments"), build.pack
    put_title(build, sheet, "adjustments")
    put(sheet, 4, 2, "What an entry adds to net bookings of its month and to the closing backlog, with what follows "
        "from it; amounts are positive in the sense of their kind.", "note")  # fmt: skip
    rows = pack.book.adjustments if pack.book else pd.DataFrame()
    shown = rows.tail(MOST_ENTRIES)
    titled = shown.assign(title=kind_titles(shown), state=_states(shown))
    at = put_list(build, sheet, TITLES, FIRST_COLUMN, _COLUMNS, titled)
    if len(rows) > len(shown):
        put(sheet, at, FIRST_COLUMN, and_more(len(rows) - len(shown), "bbbxl book log"), "note")
        for name in _EFFECTS:
            left = int(rows[name].sum() - shown[name].sum())
            put(sheet, at, FIRST_COLUMN + _NAMES.index(name), build.major(left), "money")
        at += 1
    elif len(rows):
        for name in ("month", "net_bookings"):
            place = FIRST_COLUMN + _NAMES.index(name)
            build.places[f"adjustments {name}"] = column_range(sheet, place, FIRST_ROW, at - 1)
    else:
        put(sheet, at, FIRST_COLUMN, "None.", "note")
        at += 1
    _put_totals(build, at, rows)
    widths(sheet, [2, *(one.width for one in _COLUMNS)])
    sheet.column_dimensions[get_column_letter(_MONTH)].hidden = True
    set_up(build, "adjustments", freeze=f"E{FIRST_ROW}", repeat=f"{TITLES}:{TITLES}")


def _states(rows: pd.DataFrame) -> pd.Series[str]:
    """Return which entries were taken back by another one, and which take one back."""
    words = [
        f"by entry {back:.0f}" if pd.notna(back) else f"takes back {other:.0f}" if pd.notna(other) else ""
        for back, other in zip(rows["reversed_by"], rows["reverses"], strict=True)
    ]
    return pd.Series(words, index=rows.index, dtype="str")


def _put_totals(build: Build, row: int, rows: pd.DataFrame) -> None:
    """Write what all entries add, and what those of the month add to its net bookings."""
    sheet, pack = build.sheet("adjustments"), build.pack
    first = FIRST_COLUMN + _NAMES.index("net_bookings")
    blanks = first - FIRST_COLUMN - 1
    put_row(sheet, row, FIRST_COLUMN, ["Total", *([None] * blanks)], "label_total")
    for place, name in enumerate(_EFFECTS, start=first):
        span = f"SUM({local(FIRST_ROW, place)}:{local(row - 1, place)})"
        put_live(sheet, row, place, span, build.major(int(rows[name].sum())), "money_total")
    key = month_key(pack.period)
    own = build.major(int(rows.loc[rows["month"] == key, "net_bookings"].sum()))
    put(sheet, row + 1, FIRST_COLUMN, f"Of which {pack.period.label}", "label")
    put(sheet, row + 1, _MONTH, key, "small")
    if "adjustments month" in build.places:
        spans = [f"{local(FIRST_ROW, place)}:{local(row - 1, place)}" for place in (first, _MONTH)]
        put_live(sheet, row + 1, first, f"SUMIFS({spans[0]},{spans[1]},{local(row + 1, _MONTH)})", own, "money")
    else:
        put(sheet, row + 1, first, own, "money")
