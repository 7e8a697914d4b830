"""What a front end hands over: plain values, and blocks of cells with the place they come from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

#: Rows of cells as the front end gives them: text, floats, flags, whole numbers for error values, None where empty.
Values = tuple[tuple[Any, ...], ...]
#: Column, from 0 -> number formats, as Excel writes them.
Formats = Mapping[int, tuple[str, ...]]


@dataclass(frozen=True)
class Block:
    """A range, or the array that another formula gave.

    Attributes:
        values: Rows of cells, all of one width, at least one row.
        name: What sentences call it, such as Orders!A1:L200; empty for an array.
        row: Row of the sheet in which it starts, counted from 1.
        date_1904: Whether its days are serials that count from 1904.
        errors: Whole numbers that stand for error values -> the error as the sheet shows it.
        shows_month: Whether a cell (row, column, from 0) is shown as a month without a day; None where nobody knows.
        shown: What is seen at once of its number formats: other where they are others, as far as one glance tells.
        formats: Returns the number formats of the numbers of each column, from 0, as far as they tell currencies apart;
            asked once when a table is first read.
    """

    values: Values
    name: str = ""
    row: int = 1
    date_1904: bool = False
    errors: Mapping[int, str] = field(default_factory=dict)
    shows_month: Callable[[int, int], bool | None] = lambda row, column: None
    shown: tuple[Any, ...] = ()
    formats: Callable[[], Formats] = dict

    @property
    def shape(self) -> tuple[int, int]:
        """Return rows and columns."""
        return len(self.values), len(self.values[0])

    def cells(self) -> Iterator[Cell]:
        """Yield every cell, row by row."""
        for row in range(len(self.values)):
            for column in range(len(self.values[row])):
                yield self.cell(row, column)

    def at(self, row: int, column: int) -> Block:
        """Return one cell as a block of its own, with everything that is known of it."""
        return replace(self, values=((self.values[row][column],),), row=self.row + row,
                       shows_month=lambda down, across: self.shows_month(row, column))  # fmt: skip

    def cell(self, row: int, column: int) -> Cell:
        """Return one cell."""
        value = self.values[row][column]
        error = self.errors.get(value) if type(value) is int else None
        return Cell(None if error else value, error or "", lambda: self.shows_month(row, column), self.date_1904)


@dataclass(frozen=True)
class Cell:
    """One value, with what may be known of how it is shown.

    Attributes:
        value: Text, number, flag, day, or None where it is empty.
        error: The error value it holds, such as #N/A; empty where it holds none.
        as_month: Whether it is shown as a month without a day; None where nobody knows.
        date_1904: Whether a serial counts from 1904.
    """

    value: Any
    error: str = ""
    as_month: Callable[[], bool | None] = lambda: None
    date_1904: bool = False

    @property
    def empty(self) -> bool:
        """Return whether there is nothing in it."""
        return not self.error and (self.value is None or (isinstance(self.value, str) and not self.value.strip()))

    @property
    def text(self) -> str:
        """Return it as people type it: 1001, not 1001.0."""
        value = self.value
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
            return f"{value:.0f}"
        return "" if value is None else str(value).strip()


def cell_of(argument: Any) -> Cell:  # noqa: ANN401 -- a value or a block
    """Return the one cell of an argument; of a block its first."""
    return argument.cell(0, 0) if isinstance(argument, Block) else Cell(argument)


def is_one(argument: Any) -> bool:  # noqa: ANN401 -- a value or a block
    """Return whether an argument is one cell."""
    return not isinstance(argument, Block) or argument.shape == (1, 1)
