"""Rows of a text file by the strict reader: quotes, cells over several lines, rows of any width."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from bbbxl.errors import InputError

#: Most columns a file may have.
MOST_COLUMNS = 2_000
#: Most cells of a grid, missing ones included: one freak row among many must not fill the memory.
MOST_CELLS = 200_000_000
#: Most characters of a line: more are no row, and would be split into cells before they are counted.
MOST_LINE = 1 << 22
_BLOCK = 4_096
_LINE_END = re.compile(r"\r\n|\r|\n")
_NUMBER = re.compile(r"[\s\d.,:/'()+%€$£-]+")


@dataclass(frozen=True)
class TextRows:
    """The rows of a text file; lines without a character are left out.

    Attributes:
        cells: String columns "0", "1", ..., never null; a missing cell is "".
        numbers: Line of the file in which each row starts.
        widths: Cells each row really has.
    """

    cells: pa.Table
    numbers: npt.NDArray[np.int64]
    widths: npt.NDArray[np.int32]


@dataclass
class _Columns:
    """Columns that grow block by block.

    Attributes:
        chunks: Pieces of each column.
        rows: Rows so far.
        blanks: Empty cells that every missing cell is taken from.
    """

    chunks: list[list[pa.Array]] = field(default_factory=list)
    rows: int = 0
    blanks: pa.Array = field(default_factory=lambda: pa.array([""] * _BLOCK, pa.string()))

    def add(self, rows: Sequence[Sequence[str]]) -> None:
        """Add rows of any width."""
        columns = list(zip_longest(*rows, fillvalue=""))
        while len(self.chunks) < len(columns):
            self.chunks.append(self._missing(self.rows))
        for place, chunks in enumerate(self.chunks):
            if place < len(columns):
                chunks.append(pa.array(columns[place], pa.string()))
            else:
                chunks.append(self.blanks.slice(0, len(rows)))
        self.rows += len(rows)

    def table(self) -> pa.Table:
        """Return the columns."""
        return pa.table({f"{at}": pa.chunked_array(chunks, pa.string()) for at, chunks in enumerate(self.chunks)})

    def _missing(self, count: int) -> list[pa.Array]:
        return [self.blanks.slice(0, min(_BLOCK, count - start)) for start in range(0, count, _BLOCK)]


def read_carefully(content: bytes, mark: str, name: str, *, width: int, before: int = 0) -> TextRows:
    """Return the rows of a text file.

    Args:
        content: UTF-8.
        mark: Cell mark, one character.
        name: The file, for sentences.
        width: Cells that most rows have, by the head of the file.
        before: Lines of the file that stand before the content.

    Raises:
        InputError: a quote that never closes or closes rows later, a cell too long, too many columns.
    """
    reader = csv.reader(_lines(content, name, before), delimiter=mark, strict=True)
    columns = _Columns()
    block: list[list[str]] = []
    numbers: list[int] = []
    widths: list[int] = []
    widest = (0, 0)
    number = 1
    try:
        for cells in reader:
            if cells:
                if reader.line_num > number:
                    _refuse_swallowed(cells, mark, width, f"{name} row {number + before}")
                block.append(cells)
                numbers.append(number + before)
                widths.append(len(cells))
                if len(cells) > widest[0]:
                    widest = len(cells), number + before
                    check_width(*widest, name)
                if len(block) == _BLOCK:
                    check_size(len(numbers), widest, name)
                    columns.add(block)
                    block = []
            number = reader.line_num + 1
    except csv.Error as error:
        raise _refusal(error, f"{name} row {number + before}") from error
    check_size(len(numbers), widest, name)
    columns.add(block)
    return TextRows(columns.table(), np.array(numbers, np.int64), np.array(widths, np.int32))


def _lines(content: bytes, name: str, before: int) -> Iterator[str]:
    """Yield the lines of a text with their ends."""
    for number, line in enumerate(io.TextIOWrapper(io.BytesIO(content), "utf-8", newline=""), before + 1):
        if len(line) > MOST_LINE:
            raise InputError(f"{name} row {number} has {len(line):,} characters in one line; bbbxl reads up to "
                             f"{MOST_LINE:,}. Export it with one line for each row.")  # fmt: skip
        yield line


def check_width(width: int, number: int, name: str) -> None:
    """Refuse a row that no table has."""
    if width > MOST_COLUMNS:
        raise InputError(f"{name} row {number} has {width:,} cells; bbbxl reads up to {MOST_COLUMNS:,} columns. "
                         "Check the mark between cells, or export fewer columns.")  # fmt: skip


def check_size(rows: int, widest: tuple[int, int], name: str) -> None:
    """Refuse a grid that would be mostly missing cells; widest are the cells of the widest row and its number."""
    width, number = widest
    if width * rows > MOST_CELLS:
        raise InputError(f"{name} row {number} has {width:,} cells in a file of {rows:,} rows or more; bbbxl "
                         f"reads up to {MOST_CELLS:,} cells. Check that row, or split the file.")  # fmt: skip


def _refusal(error: csv.Error, place: str) -> InputError:
    if "limit" in str(error):
        return InputError(f"{place}: a cell is longer than {csv.field_size_limit()} "
                          "characters. "
                          "Shorten it, or look for a quote that is not closed.")  # fmt: skip
    return InputError(f"{place}: a quoted cell does not end as it should. "
                      "Close the quote or export the file again.")  # fmt: skip


def _refuse_swallowed(cells: Sequence[str], mark: str, width: int, place: str) -> None:
    """Refuse a row of which one cell holds whole rows, because a quote closes rows later than it should."""
    lines = [line.split(mark) for line in _LINE_END.split(mark.join(cells))]
    fitting = [line for line in lines if len(line) == width]
    if width < 2 or len(fitting) < len(lines) / 2:
        return
    if len(fitting) == len(lines) or (len(lines) > 2 and width > 2):
        if width < 5 and _is_prose(fitting):
            return
        raise InputError(f"{place}: a quoted cell runs over {len(lines)} lines and swallows whole rows. "
                         "Close its quote, or take the quote out.")  # fmt: skip


def _is_prose(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether lines that have as many marks as a row are no rows: a space follows a mark, or columns differ."""
    if any(cell.startswith(" ") for row in rows for cell in row[1:]):
        return True
    kinds = [{_is_number(cell) for cell in column if cell.strip()} for column in zip(*rows, strict=True)]
    return 2 * sum(1 for kind in kinds if len(kind) > 1) >= len(kinds)


def _is_number(cell: str) -> bool:
    return _NUMBER.fullmatch(cell) is not None and any(one.isdigit() for one in cell)
