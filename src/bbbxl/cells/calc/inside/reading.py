"""Arguments as Calc gives them, made into values and blocks of cells."""

from __future__ import annotations

from typing import Any

#: Calc's number of an error -> what the cell shows; any other is shown as Err: and the number.
ERRORS = {32767: "#N/A", 532: "#DIV/0!", 525: "#NAME?", 524: "#REF!", 521: "#NULL!", 519: "#VALUE!", 503: "#NUM!"}
#: First day of a document's calendar -> whether days count from 1904.
_CALENDARS = {(1899, 12, 30): False, (1904, 1, 1): True}
_LETTERS = 26


class UnreadableError(Exception):
    """What cannot be handed over; its text is the sentence of the cell."""


def counts_from_1904(document: Any) -> bool:
    """Return whether the days of a document count from 1904.

    Args:
        document: Its properties.

    Raises:
        UnreadableError: they count from another day.
    """
    first = document.getPropertyValue("NullDate")
    known = _CALENDARS.get((first.Year, first.Month, first.Day))
    if known is None:
        raise UnreadableError(
            f"This document counts days from {first.Year}-{first.Month:02}-{first.Day:02}. Choose 12/30/1899 in Tools, "
            "Options, LibreOffice Calc, Calculate."
        )
    return known


def handed_over(argument: Any, date_1904: bool, document: Any = None) -> Any:
    """Return an argument as bbbxl takes it.

    A reference to one empty cell reaches an extension as the number 0, so that 0 stands for an empty cell: a criterion
    that is empty is refused, and is never 0.

    Args:
        argument: A range, rows of values, a value, or None where it was left out.
        date_1904: Whether days count from 1904.
        document: What knows the number formats; None where nobody asks for them.

    Returns:
        A text, a number, None, or the fields of a block.
    """
    if argument is None or isinstance(argument, str):
        return argument
    if isinstance(argument, tuple):
        return {"values": argument, "date_1904": date_1904}
    if not isinstance(argument, (int, float)):
        return _of_range(argument, date_1904, document)
    if argument == 0:
        return {"values": ((None,),)}
    return {"values": ((float(argument),),), "date_1904": True} if date_1904 else float(argument)


def _of_range(cells: Any, date_1904: bool, document: Any) -> dict[str, Any]:
    """Return the fields of a range, clipped to the rows and columns in use."""
    sheet, asked = cells.getSpreadsheet(), cells.getRangeAddress()
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    used = cursor.getRangeAddress()
    right = max(asked.StartColumn, min(asked.EndColumn, used.EndColumn))
    below = max(asked.StartRow, min(asked.EndRow, used.EndRow))
    clipped = sheet.getCellRangeByPosition(asked.StartColumn, asked.StartRow, right, below)
    values, errors = _with_errors(clipped)
    first, last = _place(asked.StartColumn, asked.StartRow), _place(right, below)
    name = "{}!{}".format(sheet.getName(), first if first == last else first + ":" + last)
    formats = _formats(clipped, values, document) if document is not None else {}
    return {"values": values, "name": name, "row": asked.StartRow + 1, "date_1904": date_1904, "errors": errors,
            "formats": formats}  # fmt: skip


def _formats(cells: Any, values: tuple[tuple[Any, ...], ...], document: Any) -> dict[int, tuple[str, ...]]:
    """Return the number formats of the numbers of each column, from 0: a currency may stand nowhere else."""
    known, origin, unlike = document.getNumberFormats(), cells.getRangeAddress(), cells.getUniqueCellFormatRanges()
    found: dict[int, dict[str, None]] = {}
    for place in range(unlike.getCount()):
        alike = unlike.getByIndex(place)
        code = known.getByKey(alike.getPropertyValue("NumberFormat")).getPropertyValue("FormatString")
        for part in alike.getRangeAddresses():
            rows = values[part.StartRow - origin.StartRow : part.EndRow - origin.StartRow + 1]
            for column in range(part.StartColumn - origin.StartColumn, part.EndColumn - origin.StartColumn + 1):
                if any(isinstance(row[column], float) for row in rows):
                    found.setdefault(column, {})[code] = None
    return {column: tuple(codes) for column, codes in found.items()}


def _with_errors(cells: Any) -> tuple[tuple[tuple[Any, ...], ...], dict[int, str]]:
    """Return the rows of a range, with whole numbers in the place of error values, and what these mean."""
    rows: list[tuple[Any, ...]] = list(cells.getDataArray())
    found: dict[int, str] = {}
    for down, row in enumerate(rows):
        if None not in row:
            continue
        marked = list(row)
        for across, cell in enumerate(row):
            if cell is None:
                code = cells.getCellByPosition(across, down).getError()
                found[code] = ERRORS.get(code, f"Err:{code}")
                marked[across] = code
        rows[down] = tuple(marked)
    return tuple(rows), found


def _place(column: int, row: int) -> str:
    """Return the address of a cell, both counted from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters + str(row + 1)
