"""Open items: what is unexplained or still to be done, by age and next step, with room for owner and comment."""

from __future__ import annotations

import pandas as pd
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from bbbxl.reconcile.model import Reconciliation
from bbbxl.report.reconciled import BANDS, in_band
from bbbxl.workbook.reconciliation.items import (
    AMOUNTS,
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
from bbbxl.workbook.reconciliation.tables import TableField, of, open_input, put_about, put_head, put_table
from bbbxl.workbook.sheet import BAD, OK, Tabs, absolute, colour_light, local, put, put_live, put_row

_SUMMARY = 6
_STEPS = ("fix CRM", "fix ERP", "explain", "wait")
_TIE = _SUMMARY + len(BANDS) + 2
#: Place of the check that ties this tab to the Bridge.
CHECK_PLACE = "check open items"
#: Row of the table's header: below the summary by age and by next step.
HEAD = _SUMMARY + len(BANDS) + 5
_FIELDS = (
    ORDER, CUSTOMER, TITLE, CRM_DATE, ERP_DATE, TableField("age", "Age in days", "days", 8), *AMOUNTS, UNEXPLAINED,
    NEXT_STEP, REASON, open_input("owner", "Owner", 14), open_input("status", "Status", 11),
    open_input("due", "Due", 11), open_input("comment", "Comment", 34),
)  # fmt: skip
_STATES = "open,in work,waiting,done"


def put_open_items(tabs: Tabs, made: Reconciliation, items: pd.DataFrame) -> None:
    """Write the Open items tab; `put_tie` writes its check once the Bridge is there."""
    sheet = put_head(tabs, made, "open_items")
    put_about(tabs, "open_items")
    decided = DECIDED if (items["decided_by"] != "").any() or (items["note"] != "").any() else ()
    fields = (*_FIELDS, *decided, of("group", "currency", "text", 9), MATCH)
    put_table(tabs, "open_items", HEAD, fields, items, freeze=2)
    _put_ageing(tabs, sheet, items)
    _put_steps(tabs, sheet, items)
    letter = "N"
    tabs.places[CHECK_PLACE] = absolute(sheet, _TIE, 6)
    choice = DataValidation(type="list", formula1=f'"{_STATES}"', allow_blank=True)
    choice.add(f"{letter}{HEAD + 1}:{letter}{HEAD + max(1, len(items))}")
    sheet.add_data_validation(choice)


def _put_ageing(tabs: Tabs, sheet: Worksheet, items: pd.DataFrame) -> None:
    """Write items, effect and unexplained by age, and that the last adds up to the Bridge."""
    put_row(sheet, _SUMMARY, 2, ("Age at the period end", "Items", "Effect", "Unexplained"),
            ["heading_left", *["heading"] * 3])  # fmt: skip
    age = tabs.places["open_items age"]
    for row, band in enumerate(BANDS, start=_SUMMARY + 1):
        first, last = band
        title = f"{first} to {last} days" if last is not None else f"over {first - 1} days"
        tests = f'{age},">={first}"' + (f',{age},"<={last}"' if last is not None else "")
        within = in_band(items["age"], band)
        put(sheet, row, 2, title, "label_indent")
        put_live(sheet, row, 3, f"COUNTIFS({tests})", int(within.sum()), "count")
        for column, name in ((4, "effect_minor"), (5, "unexplained_minor")):
            text = f"ROUND(SUMIFS({tabs.places[f'open_items {name}']},{tests}),{tabs.decimals})"
            put_live(sheet, row, column, text, tabs.major(int(items.loc[within, name].sum())), "amount")
    total = _SUMMARY + len(BANDS) + 1
    put(sheet, total, 2, "All open items", "label_total")
    sums = {3: len(items), 4: tabs.major(int(items["effect_minor"].sum())),
            5: tabs.major(int(items["unexplained_minor"].sum()))}  # fmt: skip
    for column, value in sums.items():
        text = f"ROUND(SUM({local(_SUMMARY + 1, column)}:{local(total - 1, column)}),{tabs.decimals})"
        put_live(sheet, total, column, text, value, "count_total" if column == 3 else "amount_total")
    tabs.keep("open unexplained", sheet, total, 5, sums[5])


def _put_steps(tabs: Tabs, sheet: Worksheet, items: pd.DataFrame) -> None:
    """Write items and effect by next step."""
    put_row(sheet, _SUMMARY, 8, ("Next step", "Items", "Effect"), ["heading_left", "heading", "heading"])
    for row, step in enumerate(_STEPS, start=_SUMMARY + 1):
        own = items[items["next_step"] == step]
        where = tabs.places["open_items next_step"]
        put(sheet, row, 8, step, "label_indent")
        put_live(sheet, row, 9, f'COUNTIF({where},"{step}")', len(own), "count")
        text = f'ROUND(SUMIFS({tabs.places["open_items effect_minor"]},{where},"{step}"),{tabs.decimals})'
        put_live(sheet, row, 10, text, tabs.major(int(own["effect_minor"].sum())), "amount")


def put_tie(tabs: Tabs, bridge_unexplained: str) -> None:
    """Write the check that the open items hold all that the Bridge leaves unexplained."""
    sheet = tabs.sheet("open_items")
    row = _TIE
    put(sheet, row, 2, "Unexplained on the Bridge less that", "note")
    difference = f"ROUND({bridge_unexplained}-{tabs.places['open unexplained']},{tabs.decimals})"
    put_live(sheet, row, 5, difference, 0.0, "amount")
    put_live(sheet, row, 6, f'IF({local(row, 5)}=0,"{OK}","{BAD}")', OK, "light")
    colour_light(tabs, sheet, local(row, 6))
