"""Rules and rates, Sources: the words behind the figures, and how the files were read."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
from openpyxl.worksheet.worksheet import Worksheet

from bbbxl.reconcile.classes import CLASSES, STAGES
from bbbxl.reconcile.decisions_file import WORDS
from bbbxl.reconcile.model import Reconciliation
from bbbxl.workbook.reconciliation.tables import put_head
from bbbxl.workbook.sheet import Tabs, put, put_row, set_up, text_height, widths

_RULES = (2, 26, 24, 54, 54, 16, 13)
_SOURCES = (2, 26, 16, 26, 40, 16, 70)
_WORD_OF = {kind: word for word, (kind, _) in WORDS.items()}
#: Rows that take no part and are listed; more are counted.
MOST_ASIDE = 2_000


def put_rules(tabs: Tabs, made: Reconciliation) -> None:
    """Write the Rules and rates tab."""
    sheet = put_head(tabs, made, "rules", 2)
    row = _block(sheet, 5, ("Class", "Code", "Meaning", "Usual cause", "Next step"),
                 [(one.title, one.code, one.meaning, one.cause, one.next_step) for one in CLASSES], _RULES)  # fmt: skip
    row = _block(sheet, row + 1, ("Stage of the matching", "Code", "What it accepts"),
                 [(one.title, one.code, one.meaning) for one in STAGES], _RULES)  # fmt: skip
    decided = [
        (_WORD_OF[one.decision.kind], one.outcome,
         f"{one.message} It is about {', '.join(one.decision.ids) or one.decision.match_id}.", one.decision.note,
         one.decision.by, f"{one.decision.until or 'no end'}")
        for one in made.decisions
    ]  # fmt: skip
    row = _block(sheet, row + 1, ("Decision", "State", "What became of it", "Reason", "By", "Until"), decided, _RULES)
    put_row(sheet, row + 1, 2, (f"Rate: {made.currency} per unit", "Rate", "Day", "Kind"),
            ["heading_left", "heading", "heading_left", "heading_left"])  # fmt: skip
    row += 2
    for currency, rate, day, kind in made.rates.itertuples(index=False):
        put(sheet, row, 2, currency, "label_indent")
        put(sheet, row, 3, float(rate), "ratio")
        sheet.cell(row, 3).number_format = "0.000000"
        put(sheet, row, 4, None if _missing(day) else day, "date")
        put(sheet, row, 5, None if _missing(kind) else str(kind), "label")
        row += 1
    if made.rates.empty:
        put(sheet, row, 2, "None: all amounts stand in the reporting currency.", "note")
    widths(sheet, _RULES)
    set_up(tabs, "rules", freeze="A5")


def put_sources(tabs: Tabs, made: Reconciliation) -> None:
    """Write the Sources tab."""
    sheet = put_head(tabs, made, "sources", 2)
    columns = [(side.file, side.name.upper(), field, header) for side in (made.crm, made.erp)
               for field, header in side.columns.items()]  # fmt: skip
    row = _block(sheet, 5, ("File", "Side", "Read as", "Column of the file"), columns, _SOURCES)
    put(sheet, row + 1, 2, "What was decided on reading", "section")
    row += 2
    for side in (made.crm, made.erp):
        for text in (side.sign, *side.notes):
            put(sheet, row, 2, f"{side.name.upper()}: {text}", "note")
            row += 1
    shown = [(one["side"].upper(), int(one["row"]), one["column"], one["value"], one["kind"], one["message"])
             for one in made.aside.head(MOST_ASIDE).to_dict("records")]  # fmt: skip
    row = _block(sheet, row + 1, ("Rows that take no part", "Data row", "Column", "What stands there", "Why", "Reason"),
                 shown, _SOURCES)  # fmt: skip
    if (more := len(made.aside) - MOST_ASIDE) > 0:
        put(sheet, row, 2, f"and {more:,} more; bbbxl reconcile --json lists them all", "note")
    widths(sheet, _SOURCES)
    set_up(tabs, "sources", freeze="A5")


def _block(
    sheet: Worksheet, row: int, titles: tuple[str, ...], rows: Sequence[tuple[object, ...]], given: tuple[float, ...]
) -> int:
    """Write a head and its rows, each as high as its texts; return the row after them."""
    put_row(sheet, row, 2, titles, "heading_left")
    row += 1
    for values in rows:
        put_row(sheet, row, 2, values, ["wrap_bold", *["wrap"] * (len(values) - 1)])
        texts = zip((str(value) for value in values), given[1:], strict=False)
        sheet.row_dimensions[row].height = text_height(*texts)
        row += 1
    if not rows:
        put(sheet, row, 2, "None.", "note")
        row += 1
    return row


def _missing(value: object) -> bool:
    """Return whether a cell of the rates is empty."""
    return value is None or value is pd.NaT or value == "" or (isinstance(value, float) and math.isnan(value))
