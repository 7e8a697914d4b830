"""Open items: what is unexplained or still to be done, with room for owner, status and comment; its sums by age."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from bbbxl.reconcile.followed import DONE
from bbbxl.reconcile.kept import AGE_TITLE, ENTRY_TITLES
from bbbxl.reconcile.model import Reconciliation
from bbbxl.report.reconciled import BANDS, in_band, shown_codes
from bbbxl.workbook.reconciliation.items import (
    AMOUNTS,
    CODE,
    CRM_DATE,
    CUSTOMER,
    DECIDED,
    ERP_DATE,
    MATCH,
    NEXT_STEP,
    ORDER,
    REASON,
    TITLE,
    UNEXPLAINED,
)
from bbbxl.workbook.reconciliation.tables import (
    HEAD_ROW,
    FieldKind,
    TableField,
    of,
    open_input,
    put_about,
    put_head,
    put_table,
)
from bbbxl.workbook.sheet import BAD, OK, Build, Tabs, absolute, colour_light, local, put, put_live, put_row

_STEPS = ("fix CRM", "fix ERP", "explain", "wait")
_WIDTHS: dict[str, tuple[float, FieldKind]] = {
    "owner": (14, "input"), "status": (11, "input"), "action": (20, "input_wrap"), "due": (12, "input_day"),
    "comment": (34, "input_wrap"), "explained_by": (14, "input"), "explained_until": (12, "input_day"),
}  # fmt: skip
#: What people fill in; next month's reader finds it by these headers.
ENTRIES = {name: open_input(name, title, *_WIDTHS[name]) for name, title in ENTRY_TITLES.items()}
_CARRIED = (of("open", "earlier_minor", "minor", 15), of("open", "open_minor", "minor", 15),
            of("open", "open_unexplained_minor", "minor", 15), of("open", "origin", "text", 23))  # fmt: skip
_SHOWN = (
    ORDER, CUSTOMER, TITLE, CRM_DATE, ERP_DATE, of("open", "first_seen", "day", 12),
    TableField("age", AGE_TITLE, "days", 8), AMOUNTS[-1], UNEXPLAINED, *_CARRIED, NEXT_STEP, REASON,
)  # fmt: skip
_STATES = f"open,in work,waiting,{DONE}"


def put_open_items(tabs: Tabs, made: Reconciliation, items: pd.DataFrame) -> None:
    """Write the Open items tab; in a pack, which nobody reads back, what people wrote before stands as text."""
    sheet = put_head(tabs, made, "open_items")
    put_about(tabs, "open_items")
    decided = DECIDED if (items["decided_by"] != "").any() or (items["note"] != "").any() else ()
    shown = (*_SHOWN, *(_written(items) if isinstance(tabs, Build) else ENTRIES.values()))
    fields = (*shown, *decided, *AMOUNTS[:-1], of("group", "currency", "text", 9), CODE, MATCH)
    rows = items.assign(**{"class": shown_codes(made, items["class"])})
    put_table(tabs, "open_items", fields, rows, printed=len(shown))
    if isinstance(tabs, Build):
        return
    letter = get_column_letter(shown.index(ENTRIES["status"]) + 1)
    choice = DataValidation(type="list", formula1=f'"{_STATES}"', allow_blank=True, showErrorMessage=True)
    choice.errorTitle, choice.error = "Status", f"Choose one of {_STATES.replace(',', ', ')}, or leave it blank."
    choice.add(f"{letter}{HEAD_ROW + 1}:{letter}{HEAD_ROW + max(1, len(items))}")
    sheet.add_data_validation(choice)


def _written(items: pd.DataFrame) -> list[TableField]:
    """Return the columns in which people have written something, as texts."""
    kinds: dict[FieldKind, FieldKind] = {"input_wrap": "wrap"}
    return [replace(one, kind=kinds.get(one.kind, "text")) for name, one in ENTRIES.items()
            if (items[name].fillna("") != "").any()]  # fmt: skip


def put_sums(tabs: Tabs, sheet: Worksheet, row: int, items: pd.DataFrame, unexplained: str) -> int:
    """Write items, effect and unexplained by age and by next step in columns B to F, and return the row after them.

    Args:
        tabs: The workbook; keeps the check that ties what of this period they leave unexplained to the Bridge.
        sheet: Where.
        row: First row.
        items: The open items.
        unexplained: Place of the unexplained of the Bridge.
    """
    ages = tabs.places["open_items age"]
    bands = []
    for first, last in BANDS:
        title = f"{first} to {last} days" if last is not None else f"over {first - 1} days"
        tests = f'{ages},">={first}"' + (f',{ages},"<={last}"' if last is not None else "")
        bands.append((title, tests, in_band(items["age"], (first, last))))
    row = _put_block(tabs, sheet, row, "Open items by age at the period end", bands, items)
    total = row
    put(sheet, total, 2, "All open items", "label_total")
    sums = {3: len(items), **{column: tabs.major(int(items[name].sum())) for column, name in _SUMMED.items()}}
    for column, value in sums.items():
        text = f"ROUND(SUM({local(total - len(bands), column)}:{local(total - 1, column)}),{tabs.decimals})"
        put_live(sheet, total, column, text, value, "count_total" if column == 3 else "amount_total")
    text = (
        f'IF(ROUND({unexplained}-SUM({tabs.places["open_items unexplained_minor"]}),{tabs.decimals})=0,"{OK}","{BAD}")'
    )
    put_live(sheet, total, 6, text, OK, "light")
    colour_light(tabs, sheet, local(total, 6))
    tabs.places["check open items"] = absolute(sheet, total, 6)
    where = tabs.places["open_items next_step"]
    said = [tabs.said(step) for step in _STEPS]
    steps = [(step, f'{where},"{step}"', items["next_step"] == step) for step in said]
    return _put_block(tabs, sheet, total + 2, "Open items by next step", steps, items)


_SUMMED = {4: "open_minor", 5: "open_unexplained_minor"}


def _put_block(
    tabs: Tabs, sheet: Worksheet, row: int, title: str, lines: Sequence[tuple[str, str, pd.Series[bool]]],
    items: pd.DataFrame,
) -> int:  # fmt: skip
    """Write one line for each (title, criteria, items) and return the row after them."""
    put_row(sheet, row, 2, (title, "Items", "Open in all", "Unexplained in all"), ["heading_left", *["heading"] * 3])
    for said, tests, within in lines:
        row += 1
        put(sheet, row, 2, said, "label_indent")
        put_live(sheet, row, 3, f"COUNTIFS({tests})", int(within.sum()), "count")
        for column, name in _SUMMED.items():
            text = f"ROUND(SUMIFS({tabs.places[f'open_items {name}']},{tests}),{tabs.decimals})"
            put_live(sheet, row, column, text, tabs.major(int(items.loc[within, name].sum())), "amount")
    return row + 1
