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

from bbbxl.errors import Problem
from bbbxl.inputs.grid import DAY, ERROR, NUMBER, TEXT, Grid
from bbbxl.inputs.values.cell_names import cell_place
from bbbxl.inputs.values.currency_signs import CODES
from bbbxl.inputs.values.month_names import MONTHS

Shape = Literal["blank", "text", "number", "date"]
Mask = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]
Cell = tuple[int, int]
_SHOWN = 80

_CODE = rf"(?:{'|'.join(sorted(CODES))}|(?:US|CA|A|R|C|HK|NZ|S)?\$|[€£¥₹₩₺₪]|Fr\.?|kr\.?|Rs\.?)"
_AMOUNT = re.compile(
    rf"[-+−–(]*\s*(?:{_CODE})?\s*[-+−–(]*\s*(?:\d[\d.,'’\s]*|\.\d+)\s*"
    rf"(?:k|m|mn|mio\.?|bn|cr|dr|%)?\s*(?:{_CODE})?\s*[-−)]*(?:cr|dr)?",
    re.IGNORECASE,
)
_MONTH = rf"(?:{'|'.join(sorted(MONTHS, key=len, reverse=True))})\.?"
_DATE = re.compile(
    r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2}))(?:[T ,].*)?"
    rf"|(?:[^\W\d]{{2,10}}[.,]*\s+)?\d{{1,2}}(?:st|nd|rd|th|er|\.)?[-/\s]*(?:de\s+)?{_MONTH}[-/,\s]*(?:de\s+)?"
    r"\d{2,4}(?:[T ,].*)?"
    rf"|(?:[^\W\d]{{2,10}}[.,]*\s+)?{_MONTH}[-\s]*\d{{1,2}}(?:st|nd|rd|th)?,?[-\s]+\d{{4}}(?:[T ,].*)?",
    re.IGNORECASE,
)


def shape_of(text: str, kind: int = TEXT) -> Shape:
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
        found = [shape_of(text, TEXT if kinds is None else int(kinds[column])) for column, text in enumerate(texts)]
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


def row_problem(facts: Facts, place: int, text: str, message: str) -> Problem:
    """Return the problem of a whole row; its text is shortened."""
    return Problem(facts.grid.file, facts.number(place), "", text[:_SHOWN], message, facts.grid.sheet)


def _mask(values: pa.ChunkedArray) -> Mask:
    """Return a boolean column as an array."""
    found: Mask = values.to_numpy().astype(np.bool_)
    return found
