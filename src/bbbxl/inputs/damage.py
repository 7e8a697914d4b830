"""Cells that lost what they held before they reached us: errors of a workbook, ids shortened or made into dates."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from bbbxl.errors import InputError
from bbbxl.inputs.grid import DAY, ERROR, NUMBER, Column, RawTable
from bbbxl.inputs.values.marks import ERROR_TEXTS

#: Digits of a whole number that a cell of a workbook keeps.
KEPT_DIGITS = 15
#: 1.23457E+15, 1E+15: what a spreadsheet shows of a long number in a narrow or general cell.
_SHORTENED = re.compile(r"\d(?:[.,]\d+[Ee]\+?|[Ee]\+)\d{1,3}")
#: What stands in every such number.
_MAY_BE_SHORTENED = re.compile(r"\d[Ee]")


def error_texts(column: Column) -> Mapping[int, str]:
    """Return the distinct cells that hold an error instead of a value, each with the sentence."""
    marked = enumerate(column.texts) if "#" in "".join(column.texts) else ()
    found = [place for place, text in marked if text.startswith("#") and text.upper() in ERROR_TEXTS]
    if column.kinds is not None:
        found += np.flatnonzero(column.kinds == ERROR).tolist()
    return {
        place: f"the cell holds the error {column.texts[place]}. Correct its formula, or write the value."
        for place in found
    }


def refuse_damaged_ids(table: RawTable, column: Column) -> None:
    """Refuse a file whose numbers of orders, lines or events have lost digits: different ones look the same.

    Raises:
        InputError: a number in scientific notation, or a number cell with more digits than a cell keeps.
    """
    if column.kinds is None and not _MAY_BE_SHORTENED.search("\n".join(column.texts)):
        return
    numbers = np.zeros(len(column.texts), dtype=np.bool_) if column.kinds is None else column.kinds == NUMBER
    for place, (text, is_number) in enumerate(zip(column.texts, numbers.tolist(), strict=True)):
        reason = ""
        if _SHORTENED.fullmatch(text):
            reason = "is a number cut short, and its other digits are lost"
        elif is_number and sum(map(str.isdigit, text)) > KEPT_DIGITS:
            reason = f"is stored as a number, of which a cell keeps {KEPT_DIGITS} digits: the others are lost"
        if reason:
            row = table.numbers[column.first[place]]
            raise InputError(
                f'{table.place} row {row}, {column.title}: "{text}" {reason}. Format the column as text in the '
                "program the file comes from, and export it again."
            )


def turned_into_days(column: Column) -> Mapping[int, str]:
    """Return the distinct cells of an id that a spreadsheet took for a date, each with the sentence."""
    if column.kinds is None:
        return {}
    return {
        place: f"a date, {text}, stands where a number of an order, line or event is expected. Format the column as "
               "text and write what stood there before."
        for place, text in enumerate(column.texts) if column.kinds[place] == DAY
    }  # fmt: skip
