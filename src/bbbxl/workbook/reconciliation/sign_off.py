"""Sign-off: what was reconciled, whether it ties out, and room for the people who answer for it."""

from __future__ import annotations

from typing import Any

import pandas as pd
from openpyxl.worksheet.worksheet import Worksheet

from bbbxl import __version__
from bbbxl.reconcile.carry import Carried
from bbbxl.reconcile.model import Reconciliation, SideFacts
from bbbxl.workbook.reconciliation.bridge import AMOUNT, EXPLAINED, UNEXPLAINED
from bbbxl.workbook.reconciliation.open_items import put_sums
from bbbxl.workbook.reconciliation.tables import put_head
from bbbxl.workbook.sheet import OK, Tabs, colour_light, put, put_live, put_note, put_row, set_up, text_height, widths

_WIDTHS = (2, 46, 38, 38, 17, 17, 10)
_COUNTED = ("rows_in", "one_group", "groups")
#: What a person fills in.
_SIGNED = ("Prepared by", "Reviewed by", "Approved by")
#: Rules that decide by a number, one sentence each; the numbers are those of the matching.
THRESHOLDS = (
    "A difference of a few minor units is rounding; one of the exchange rate is larger than rounding it can make.",
    "Without an order number rows are matched only at the same document amount, for a similar customer, at most 20 "
    "days apart, and never where a second candidate fits as well.",
    "Near amounts (within 1.2 %) are suggestions: nothing near is accepted by itself.",
    "Nothing is immaterial: each cent is in one class, and a difference that nothing explains stays unexplained.",
)
#: Stands in place of the second one where rows are matched by their number only.
BY_NUMBER = "Rows are matched by their number only; without one nothing is matched, and equal amounts are suggestions."


def put_sign_off(tabs: Tabs, made: Reconciliation, items: pd.DataFrame, carried: Carried) -> None:
    """Write the Sign-off tab."""
    sheet = put_head(tabs, made, "sign_off", 2)
    row = _put_totals(tabs, made, carried, sheet, 5)
    row = _put_people(sheet, row + 1)
    row = put_sums(tabs, sheet, row + 1, items, tabs.places[f"bridge effects {UNEXPLAINED}"])
    row = _put_files(tabs, made, sheet, row + 1)
    row = _put_last_month(sheet, carried, row + 1)
    row = _put_proof(tabs, made, sheet, row + 1)
    put(sheet, row + 1, 2, "Thresholds", "section")
    rules = THRESHOLDS if made.pair.grain == "row" else (THRESHOLDS[0], BY_NUMBER, *THRESHOLDS[2:])
    for at, text in enumerate(rules, start=row + 2):
        put(sheet, at, 2, text, "note")
    put(sheet, row + 2 + len(rules), 2, f"Made by bbbxl {__version__}.", "note")
    widths(sheet, _WIDTHS)
    set_up(tabs, "sign_off", freeze="A5")


def _put_totals(tabs: Tabs, made: Reconciliation, carried: Carried, sheet: Worksheet, row: int) -> int:
    put_row(sheet, row, 2, ("What has to be signed", made.currency), ["heading_left", "heading"])
    lines = (("CRM total of the period", f"crm_total {AMOUNT}"), ("Explained difference", f"effects {EXPLAINED}"),
             ("Unexplained difference", f"effects {UNEXPLAINED}"), ("ERP total of the period", f"erp_total {AMOUNT}"),
             ("CRM total and effects less ERP total: has to be 0", f"difference {AMOUNT}"),
             ("Unexplained, without signs", f"gross {UNEXPLAINED}"))  # fmt: skip
    for at, (title, name) in enumerate(lines, start=row + 1):
        put(sheet, at, 2, tabs.said(title), "label_indent")
        put_live(sheet, at, 3, tabs.places[f"bridge {name}"], tabs.cells[f"bridge {name}"], "amount")
    row += len(lines) + 1
    counts = [("Open items", len(carried.items)), ("Suggestions", len(made.suggestions)),
              ("Rows that take no part", len(made.aside))]  # fmt: skip
    if carried.lists_homeless:
        counts.append(("Comments without a home", len(carried.homeless)))
    for title, count in counts:
        put(sheet, row, 2, title, "label_indent")
        put(sheet, row, 3, count, "count")
        row += 1
    return row


def _put_people(sheet: Worksheet, row: int) -> int:
    put_row(sheet, row, 2, ("Signed", "Name", "Remark", "Date"), "heading_left")
    for at, title in enumerate(_SIGNED, start=row + 1):
        put(sheet, at, 2, title, "label_indent")
        put_row(sheet, at, 3, (None, None, None), "entry")
        sheet.row_dimensions[at].height = 20
    return row + len(_SIGNED) + 1


def _put_files(tabs: Tabs, made: Reconciliation, sheet: Worksheet, row: int) -> int:
    """Write both files side by side."""
    put_row(
        sheet, row, 2, ("Files", made.pair.left.title, made.pair.right.title), ["heading_left", "heading", "heading"]
    )

    def both(title: str, value: Any, style: str) -> None:  # noqa: ANN401 -- a function of a side
        nonlocal row
        row += 1
        put(sheet, row, 2, title, "label_indent")
        values = [value(side) for side in (made.crm, made.erp)]
        put_row(sheet, row, 3, values, style)
        if style == "wrap_right":
            sheet.row_dimensions[row].height = text_height(*((text, _WIDTHS[2]) for text in values))

    both("File", lambda side: side.file, "wrap_right")
    both("SHA-256", lambda side: f"{side.sha256[:32]}\n{side.sha256[32:]}", "wrap_right")
    both("Bytes", lambda side: side.size, "count")
    both("Data rows", lambda side: side.rows, "count")
    both("Rows that take part", lambda side: side.used, "count")
    both("First day", lambda side: side.first, "date_right")
    both("Last day", lambda side: side.last, "date_right")
    both(f"Total of all days, {made.currency}", lambda side: tabs.major(side.total_minor), "amount")
    both(f"Total of the period, {made.currency}", _period_total(tabs), "amount")
    return row + 1


def _period_total(tabs: Tabs) -> Any:  # noqa: ANN401 -- a function of a side
    def value(side: SideFacts) -> float:
        return tabs.major(side.period_minor)

    return value


def _put_last_month(sheet: Worksheet, carried: Carried, row: int) -> int:
    """Write which workbook the open items follow from, and what was noticed."""
    if (previous := carried.previous) is None:
        return row
    put_row(sheet, row, 2, ("Last month", previous.period.label), ["heading_left", "heading"])
    digest = f"{previous.sha256[:32]}\n{previous.sha256[32:]}"
    for title, text in (("File", previous.file), ("SHA-256", digest)):
        row += 1
        put(sheet, row, 2, title, "label_indent")
        put(sheet, row, 3, text, "wrap_right")
        sheet.row_dimensions[row].height = text_height((text, _WIDTHS[2]))
    for text in carried.notes:
        row = put_note(sheet, row + 1, 2, text, 150) - 1
    return row + 2


def _put_proof(tabs: Tabs, made: Reconciliation, sheet: Worksheet, row: int) -> int:
    """Write what has to tie, with what it is."""
    put_row(sheet, row, 2, ("What has to tie", "Where", "Remark", "Expected", "Found", "Check"),
            ["heading_left", "heading_left", "heading_left", "heading", "heading", "heading_centre"])  # fmt: skip
    first = row + 1
    for one in made.proof.to_dict("records"):
        row += 1
        counted = one["check"] in _COUNTED
        put_row(sheet, row, 2, (one["title"], one["basis"], one["detail"]), "wrap")
        for column, name in ((5, "expected"), (6, "found")):
            minor = int(one[name])
            put(sheet, row, column, minor if counted else tabs.major(minor), "count" if counted else "amount")
        text = f'IF(ROUND(E{row}-F{row},{tabs.decimals})=0,"{OK}","DIFFERS")'
        put_live(sheet, row, 7, text, OK if one["ok"] else "DIFFERS", "light")
        said = (str(one[name]) for name in ("title", "basis", "detail"))
        sheet.row_dimensions[row].height = text_height(*zip(said, _WIDTHS[1:4], strict=True))
    colour_light(tabs, sheet, f"G{first}:G{row}")
    return row + 1
