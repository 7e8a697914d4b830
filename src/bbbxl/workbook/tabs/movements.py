"""Movements: what changed in the month, order by order, tied to the roll-forward."""

from __future__ import annotations

import pandas as pd

from bbbxl.ledger.columns import TITLES as COLUMN_TITLES
from bbbxl.workbook.sheet import Build, colour_residual, local, put, put_live, put_row, put_title, set_up, widths
from bbbxl.workbook.tabs.figures import list_reasons, put_missing
from bbbxl.workbook.tabs.lists import ListColumn, and_more, kind_titles, largest, put_list

TITLES, FIRST_ROW, FIRST_COLUMN = 6, 7, 2
#: Movements that are listed; more are summed in one row.
MOST_MOVEMENTS = 1_000
_MONEY = (ListColumn("old", "Old", "minor", 15),
    ListColumn("delta", "Change", "minor", 15),
          ListColumn("new", "New", "minor", 15))  # fmt: skip
_DOCUMENT = (
    ListColumn("currency", COLUMN_TITLES["currency"], "text", 9),
    *(ListColumn(f"{one.name}_document", f"{one.title}, document", "document", 15) for one in _MONEY),
)
_COMMITS = (
    ListColumn("commit_before", "Commit before", "date", 12),
    ListColumn("commit_after", "Commit after", "date", 12),
)
_LEAD: tuple[ListColumn, ...] = (
    ListColumn("title", COLUMN_TITLES["kind"], "text", 19),
    ListColumn("order_id", COLUMN_TITLES["order_id"], "text", 12),
    ListColumn("line_id", COLUMN_TITLES["line_id"], "text", 6),
    ListColumn("entity", COLUMN_TITLES["entity"], "text", 19),
    ListColumn("customer", COLUMN_TITLES["customer"], "text", 28),
)  # fmt: skip
_SINCE = ListColumn("since", "Not before", "date", 12)
_DATES: tuple[ListColumn, ...] = (
    ListColumn("effective", COLUMN_TITLES["effective"], "date", 12),
    ListColumn("order_date", COLUMN_TITLES["order_date"], "date", 12),
    ListColumn("recorded", COLUMN_TITLES["recorded"], "date", 12),
)
_TRAIL: tuple[ListColumn, ...] = (
    ListColumn("late", "Late", "flag", 8),
    ListColumn("by_hand", "By hand", "flag", 9),
    ListColumn("reason", COLUMN_TITLES["reason"], "wrap", 30),
)
_WORDS = ("Old and new are the order value of the line before and after, net of cancellations and before what left the "
          "backlog.")  # fmt: skip
_LATE = "Late: it happened in a month that was closed when the book learned of it, so this one reports it."

_SPAN = "Not before: the day is not known; it is one from then to the effective one."


def write_movements(build: Build) -> None:
    """Write the Movements tab; keeps the sum of the changes as a place."""
    sheet, pack = build.sheet("movements"), build.pack
    put_title(build, sheet, "movements")
    put(sheet, 4, 2, _WORDS, "note")
    put(sheet, 5, 2, _LATE, "note")
    rows = pack.book.movements if pack.book else pd.DataFrame()
    columns = _columns(rows, pack.currency)
    shown = largest(rows, "delta", MOST_MOVEMENTS)
    titled = shown.assign(title=kind_titles(shown))
    at = put_list(build, sheet, TITLES, FIRST_COLUMN, columns, titled)
    place = FIRST_COLUMN + [one.name for one in columns].index("delta")
    if len(rows) > len(shown):
        put(sheet, at, FIRST_COLUMN, and_more(len(rows) - len(shown), "bbbxl book diff"), "note")
        put(sheet, at, place, build.major(int(rows["delta"].sum() - shown["delta"].sum())), "money")
        at += 1
    unknown = pack.book.movements_unknown if pack.book else None
    if not len(rows) and not unknown:
        put(sheet, at, FIRST_COLUMN, "None.", "note")
        at += 1
    at = _put_total(build, at, place, None if unknown else int(rows["delta"].sum()))
    if unknown:
        at = list_reasons(sheet, at, FIRST_COLUMN, {unknown: ["Total"]}, 160)
    if _SINCE in columns:
        put(sheet, at, FIRST_COLUMN, _SPAN, "note")
    widths(sheet, [2, *(one.width for one in columns)])
    set_up(build, "movements", freeze=f"D{FIRST_ROW}", repeat=f"{TITLES}:{TITLES}")


def _columns(rows: pd.DataFrame, currency: str) -> list[ListColumn]:
    """Return the columns of the list; those that say nothing this month are left out."""
    documents = _DOCUMENT if (rows["currency"] != currency).any() else ()
    commits = _COMMITS if rows["commit_after"].notna().any() else ()
    since = (_SINCE,) if rows["since"].notna().any() else ()
    return [*_LEAD, *since, *_DATES, *commits, *documents[:1], *_MONEY, *documents[1:], *_TRAIL]


def _put_total(build: Build, row: int, place: int, total: int | None) -> int:
    """Write the sum of the changes beside the same of the roll-forward, as far as they are known; return the row after.

    Args:
        build: The pack.
        row: Where the sum stands.
        place: Its column.
        total: The sum in minor units, None where it is not known.
    """
    sheet = build.sheet("movements")
    put_row(sheet, row, FIRST_COLUMN, ["Total", *([None] * (place - FIRST_COLUMN))], "label_total")
    put(sheet, row + 1, FIRST_COLUMN, "Net bookings, acquired, divested and reclass on the Roll-forward", "note")
    put(sheet, row + 2, FIRST_COLUMN, "Difference (has to be zero)", "note")
    of_roll = build.cells.get("roll order movements")
    if total is None:
        put_missing(sheet, row, place)
    else:
        span = f"SUM({local(FIRST_ROW, place)}:{local(row - 1, place)})"
        put_live(sheet, row, place, span, build.major(total), "money_total")
        build.keep("movements total", sheet, row, place, build.major(total))
    if of_roll is None:
        put_missing(sheet, row + 1, place)
    else:
        put_live(sheet, row + 1, place, build.places["roll order movements"], of_roll, "money")
    if total is None or of_roll is None:
        put_missing(sheet, row + 2, place)
        return row + 3
    difference = f"ROUND({local(row, place)}-{local(row + 1, place)},{build.decimals})"
    put_live(sheet, row + 2, place, difference, round(build.major(total) - of_roll, build.decimals), "exact")
    colour_residual(build, sheet, local(row + 2, place), local(row + 2, place))
    return row + 3
