"""What is seen of a grid at a glance: filled cells, counts, and the shape of single cells."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from bbbxl.inputs.grid import DAY, ERROR, NUMBER, Grid
from bbbxl.inputs.values.currency_signs import CODES

Shape = Literal["blank", "text", "number", "date"]
Mask = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]
Cell = tuple[int, int]

_CODE = rf"(?:{'|'.join(sorted(CODES))}|(?:US|CA|A|R|C|HK|NZ|S)?\$|[€£¥₹₩₺₪]|Fr\.?|kr\.?|Rs\.?)"
_AMOUNT = re.compile(
    rf"[-+−–(]*\s*(?:{_CODE})?\s*[-+−–(]*\s*(?:\d[\d.,'’\s]*|\.\d+)\s*"
    rf"(?:k|m|mn|mio\.?|bn|cr|dr|%)?\s*(?:{_CODE})?\s*[-−)]*(?:cr|dr)?",
    re.IGNORECASE,
)
_MONTH = (
    r"(?:jan|feb|fév|fev|m[aä]r|mrz|apr|avr|abr|ma[iyj]|jun|juin|jul|juil|aug|ao[uû]|ago|sep|oct|okt|nov|de[cz]|déc"
    r"|ene|dic)[a-zäéû]*\.?"
)
_DATE = re.compile(
    r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2}))(?:[T ,].*)?"
    rf"|(?:[^\W\d]{{2,10}}[.,]*\s+)?\d{{1,2}}(?:st|nd|rd|th|er|\.)?[-/\s]*(?:de\s+)?{_MONTH}[-/,\s]*(?:de\s+)?"
    r"\d{2,4}(?:[T ,].*)?"
    rf"|(?:[^\W\d]{{2,10}}[.,]*\s+)?{_MONTH}[-\s]*\d{{1,2}}(?:st|nd|rd|th)?,?[-\s]+\d{{4}}(?:[T ,].*)?",
    re.IGNORECASE,
)


def shape_of(text: str, kind: int = 0) -> Shape:
    """Return what a cell looks like; a stripped text in, and what the workbook says it held."""
    if kind in (NUMBER, ERROR):
        return "number"
    if kind == DAY:
        return "date"
    if not text:
        return "blank"
    if len(text) > 40 or not any(letter.isdigit() for letter in text):
        return "text"
    if _DATE.fullmatch(text):
        return "date"
    return "number" if _AMOUNT.fullmatch(text) else "text"


@dataclass(frozen=True)
class Facts:
    """A grid with what is seen of it at a glance.

    Attributes:
        grid: The grid.
        filled: Which cells hold something, rows x columns; formulas without a computed value count.
        uncached: Cells of formulas without a computed value as (row place, column).
    """

    grid: Grid
    filled: Mask
    uncached: frozenset[Cell]

    @cached_property
    def counts(self) -> npt.NDArray[np.int64]:
        """Return how many cells of each row hold something."""
        found: npt.NDArray[np.int64] = np.sum(self.filled, axis=1, dtype=np.int64)
        return found

    @property
    def width(self) -> int:
        """Return how many columns the grid has."""
        return int(self.grid.cells.num_columns)

    def number(self, place: int) -> int:
        """Return the row of the file that a place is."""
        return int(self.grid.numbers[place])

    def shapes(self, place: int, cells: Iterable[str] | None = None) -> list[Shape]:
        """Return the shapes of one row."""
        texts = self.grid.row(place) if cells is None else cells
        kinds = None if self.grid.kinds is None else self.grid.kinds[place]
        found = [shape_of(text, 0 if kinds is None else int(kinds[column])) for column, text in enumerate(texts)]
        for column in range(self.width):
            if found[column] == "blank" and (place, column) in self.uncached:
                found[column] = "number"
        return found

    def rows(self, places: Places) -> list[tuple[str, ...]]:
        """Return several rows as stripped text."""
        part = self.grid.cells.take(pa.array(places))
        columns = [[text.strip() for text in column.to_pylist()] for column in part.columns]
        return list(zip(*columns, strict=True)) if columns else [()] * len(places)

    def filled_places(self, start: int, stop: int) -> Places:
        """Return the places of the rows from start to stop (excluded) that hold something."""
        return np.flatnonzero(self.counts[start:stop] > 0) + start

    def follows_gap(self, place: int) -> bool:
        """Return whether a blank row stands above a row; a cell of several lines above it is none."""
        before = place - 1
        if before < 0:
            return False
        if self.counts[before] == 0:
            return True
        lines = max(str(column[before]).count("\n") for column in self.grid.cells.columns)
        return self.number(place) - self.number(before) > 1 + lines

    def without_digit(self, column: int) -> Mask:
        """Return the rows whose cell of a column holds something and no digit."""
        has = pc.match_substring_regex(self.grid.cells.column(column), r"[0-9]")
        found: Mask = self.filled[:, column] & ~_mask(has)
        return found

    def matching(self, column: int, pattern: str) -> Mask:
        """Return the rows whose cell of a column has a pattern."""
        return _mask(pc.match_substring_regex(self.grid.cells.column(column), pattern))


def see(grid: Grid) -> Facts:
    """Return a grid with what is seen of it at a glance."""
    filled = np.zeros((len(grid.numbers), grid.cells.num_columns), dtype=np.bool_, order="F")
    for place, column in enumerate(grid.cells.columns):
        spaces = pc.or_(pc.utf8_is_space(column), pc.equal(pc.binary_length(column), 0))
        filled[:, place] = ~_mask(spaces)
    uncached = set()
    for name in grid.uncached:
        row, column_place = cell_place(name)
        place = int(np.searchsorted(grid.numbers, row))
        if place < len(grid.numbers) and grid.numbers[place] == row and column_place < filled.shape[1]:
            uncached.add((place, column_place))
            filled[place, column_place] = True
    return Facts(grid, filled, frozenset(uncached))


def cell_place(name: str) -> Cell:
    """Return the row (from 1) and column (from 0) of a cell such as F12."""
    found = re.fullmatch(r"\$?([A-Z]+)\$?(\d+)", name)
    if not found:
        raise ValueError(f"{name} names no cell")
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]), column - 1


def letters(column: int) -> str:
    """Return the letters of a column counted from 0: 5 is F."""
    found = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


def _mask(values: pa.ChunkedArray) -> Mask:
    """Return a boolean column as an array."""
    found: Mask = values.to_numpy().astype(np.bool_)
    return found
