"""Cells and columns as spreadsheets name them: F12, F, AA."""

from __future__ import annotations

import re

_CELL = re.compile(r"\$?([A-Z]+)\$?(\d+)")


def column_letters(column: int) -> str:
    """Return the letters of a column counted from 0: 5 is F, 26 is AA."""
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_number(letters: str | bytes) -> int:
    """Return a column, counted from 0, by its letters of either case."""
    text = letters.decode("ascii") if isinstance(letters, bytes) else letters
    number = 0
    for letter in text.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def cell_place(name: str) -> tuple[int, int]:
    """Return the row (from 1) and column (from 0) of a cell such as F12.

    Raises:
        ValueError: it names no cell.
    """
    found = _CELL.fullmatch(name)
    if not found:
        raise ValueError(f"{name} names no cell")
    return int(found[2]), column_number(found[1])
