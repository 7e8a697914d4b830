"""Cells as text: the grid of a sheet or text file, and the table found in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from bbbxl.errors import Problem, place_of

#: What a cell of a workbook held; cells of text files are all TEXT.
TEXT, NUMBER, DAY, FLAG, ERROR = range(5)
AsideReason = Literal["title", "repeated header", "subtotal", "total", "footer"]


@dataclass(frozen=True)
class TableArea:
    """A table object of a workbook (Excel: Insert, Table).

    Attributes:
        name: Its name.
        first_row: Row of its header, counted from 1.
        last_row: Its last row, the totals row included.
        first_column: Its first column, counted from 0.
        last_column: Its last column, included.
        totals: Whether its last row is a totals row.
    """

    name: str
    first_row: int
    last_row: int
    first_column: int
    last_column: int
    totals: bool = False


@dataclass(frozen=True)
class Grid:
    """One sheet or text file as text, nothing understood yet.

    A number of a workbook stands as its shortest exact text with "." as decimal mark and never in scientific
    notation (1234.5, 123), one shown in percent or as an id as a person sees it (15%, 00042), a day as 2026-10-31, a
    timestamp as 2026-10-31T12:30:00, a flag as TRUE or FALSE, an error as #N/A.

    Attributes:
        file: Name without folders; of an archive "orders.zip: orders.csv".
        sheet: Sheet name; empty for text files.
        cells: String columns "0", "1", ... of equal length, never null; a missing cell is "". Not stripped.
        numbers: Row of the file in which each row starts, counted from 1, ascending; empty rows may be left out.
        sha256: Of the bytes of the file that was named.
        size: Its bytes.
        form: csv, xlsx, xls, ods or xlsb.
        delimiter: Cell mark of a text file; empty for workbooks.
        encoding: Code page of a text file; empty for workbooks.
        widths: Cells that each row really has (text files); None where every row is as wide as the grid.
        kinds: What each cell held (TEXT, NUMBER, ...), shape rows x columns; None when all are text.
        formats: Column (from 0) -> number formats its number cells are shown in.
        hidden: Rows that are hidden, by a filter or by hand.
        filtered: Whether an automatic filter hides rows.
        areas: Table objects of the sheet.
        merged: Merged cells as (first row, last row, first column, last column); rows from 1, columns from 0.
        uncached: Cells such as "F12" that hold a formula without a computed value.
        notes: What was decided on reading, one sentence each.
    """

    file: str
    sheet: str
    cells: pa.Table
    numbers: npt.NDArray[np.int64]
    sha256: str
    size: int
    form: str = "csv"
    delimiter: str = ""
    encoding: str = ""
    widths: npt.NDArray[np.int32] | None = None
    kinds: npt.NDArray[np.int8] | None = None
    formats: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    hidden: frozenset[int] = frozenset()
    filtered: bool = False
    areas: tuple[TableArea, ...] = ()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    uncached: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """Return the file, with its sheet where it has one, as sentences name it."""
        return place_of(self.file, self.sheet)

    def row(self, place: int) -> tuple[str, ...]:
        """Return one row (place counted from 0) as stripped text."""
        return tuple(str(column[place]).strip() for column in self.cells.columns)

    def rows(self, start: int, stop: int) -> list[tuple[str, ...]]:
        """Return rows (places counted from 0, stop excluded) as stripped text."""
        part = self.cells.slice(start, stop - start)
        columns = [[text.strip() for text in column.to_pylist()] for column in part.columns]
        return list(zip(*columns, strict=True))


@dataclass(frozen=True)
class Aside:
    """A row that is no data: a title, a header printed again, a total, a footer.

    Attributes:
        row: Row of the file, counted from 1.
        reason: What it is.
        text: Its cells, shortened, for the reader.
    """

    row: int
    reason: AsideReason
    text: str


@dataclass(frozen=True)
class OwnTotal:
    """A total row of the file itself.

    Attributes:
        row: Row of the file, counted from 1.
        label: Its words, such as Grand Total.
        first: Place of the first data row it covers, counted from 0.
        stop: Place after the last data row it covers.
        cells: Column place -> text of the total.
        kinds: Column place -> what the cell held (TEXT, NUMBER, ...).
        by_place: Whether nothing but its place says that it is a total: numbers alone below other rows.
    """

    row: int
    label: str
    first: int
    stop: int
    cells: Mapping[int, str]
    kinds: Mapping[int, int] = field(default_factory=dict)
    by_place: bool = False


@dataclass(frozen=True)
class Column:
    """One column, each distinct cell once.

    Attributes:
        title: Header.
        codes: Row place -> place of its text.
        texts: Distinct cells, stripped; the same text as TEXT and as NUMBER stands twice.
        kinds: What each distinct cell held; None when all are text.
        first: Place of the first row of each distinct cell.
    """

    title: str
    codes: npt.NDArray[np.int32]
    texts: list[str]
    kinds: npt.NDArray[np.int8] | None
    first: npt.NDArray[np.int64]


@dataclass(frozen=True)
class RawTable:
    """The table of a grid: its header and data rows as text.

    Attributes:
        file: File name without folders.
        sheet: Sheet name; empty for text files.
        header: Column headers, stripped, one line each; of two equal ones with different cells each is named
            with its place: "Amount (column F)".
        cells: Data rows: string columns "0", "1", ..., never null, as many as the header.
        numbers: Row of the file in which each data row starts, counted from 1.
        problems: Rows that do not fit the header.
        sha256: Of the file's bytes.
        size: Bytes.
        delimiter: Cell mark of a text file.
        encoding: Code page of a text file.
        kinds: What each cell held, rows x columns; None when all are text.
        formats: Column place -> number formats of its number cells.
        header_row: Row of the file in which the header starts.
        aside: Rows that are no data, each with its reason.
        totals: Total rows of the file itself.
        hidden: How many data rows are hidden.
        filtered: Whether a filter hides them.
        outside: Rows of data that lie below a table object that should hold them.
        merged_down: Column places whose merged cells were repeated into every row they span.
        notes: What was decided, one sentence each.
    """

    file: str
    sheet: str
    header: tuple[str, ...]
    cells: pa.Table
    numbers: npt.NDArray[np.int64]
    problems: tuple[Problem, ...]
    sha256: str
    size: int
    delimiter: str = ","
    encoding: str = ""
    kinds: npt.NDArray[np.int8] | None = None
    formats: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    header_row: int = 1
    aside: tuple[Aside, ...] = ()
    totals: tuple[OwnTotal, ...] = ()
    hidden: int = 0
    filtered: bool = False
    outside: tuple[int, ...] = ()
    merged_down: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def place(self) -> str:
        """Return the file, with its sheet where it has one, as sentences name it."""
        return place_of(self.file, self.sheet)

    def taken(self, places: npt.NDArray[np.int64]) -> RawTable:
        """Return the table with some of its data rows, places counted from 0; the rest of it unchanged."""
        kinds = None if self.kinds is None else self.kinds[places]
        return replace(self, cells=self.cells.take(pa.array(places)), numbers=self.numbers[places], kinds=kinds)

    def texts(self, header: str) -> pa.Array:
        """Return one column as a string array, cells stripped."""
        column = self.cells.column(self.header.index(header)).combine_chunks()
        return pc.utf8_trim_whitespace(column)

    def column(self, header: str) -> list[str]:
        """Return one column as a list, cells stripped."""
        return [str(text) for text in self.texts(header).to_pylist()]

    def distinct(self, header: str) -> Column:
        """Return one column with each distinct cell once."""
        place = self.header.index(header)
        encoded = self.cells.column(place).combine_chunks().dictionary_encode()
        codes, stripped = encoded.indices.to_numpy(zero_copy_only=False), pc.utf8_trim_whitespace(encoded.dictionary)
        if not stripped.equals(encoded.dictionary):
            merged = stripped.dictionary_encode()
            codes, stripped = merged.indices.to_numpy(zero_copy_only=False)[codes], merged.dictionary
        codes, texts = codes.astype(np.int32, copy=False), stripped.to_pylist()
        if self.kinds is None:
            # Texts are numbered as they appear: a text is new where its number is the largest so far.
            new = np.diff(np.maximum.accumulate(codes), prepend=-1) if len(codes) else codes
            return Column(header, codes, texts, None, np.flatnonzero(new))
        both = codes.astype(np.int64) * (ERROR + 1) + self.kinds[:, place]
        keys, codes = np.unique(both, return_inverse=True)
        codes = codes.astype(np.int32)
        named = [texts[key // (ERROR + 1)] for key in keys.tolist()]
        kinds = (keys % (ERROR + 1)).astype(np.int8)
        return Column(header, codes, named, kinds, _first(codes, len(named)))


def _first(codes: npt.NDArray[np.int32], count: int) -> npt.NDArray[np.int64]:
    """Return the place of the first row of every code."""
    first = np.zeros(count, dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    return first


def text_table(columns: Sequence[Sequence[str]]) -> pa.Table:
    """Return columns of text as the cells of a grid or table."""
    return pa.table({f"{place}": pa.array(column, type=pa.string()) for place, column in enumerate(columns)})


def table_of_rows(rows: Sequence[Sequence[str]], width: int) -> pa.Table:
    """Return rows of text, filled up to a width, as the cells of a grid or table."""
    return text_table([[row[place] if place < len(row) else "" for row in rows] for place in range(width)])
