"""What a scan finds in a sheet beside the values of its cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from bbbxl.errors import InputError
from bbbxl.inputs.files.number_formats import format_shown
from bbbxl.inputs.files.refusals import SAVE_ANEW
from bbbxl.inputs.grid import ERROR, TableArea

#: Most cells between A1 and the last cell in use; a sheet past it is one stray cell far from its table.
MOST_CELLS: Final = 100_000_000
#: Past so many cells the sheet is judged by how many of them hold something: at least one in SPARSE.
LARGE: Final = 20_000_000
SPARSE: Final = 50
MOST_ROWS: Final = 1_048_576
MOST_COLUMNS: Final = 16_384
DAYS_FROM_1904: Final = "Its days are counted from 1904, as the workbook says."


@dataclass(frozen=True)
class SheetFacts:
    """A sheet without the values of its cells.

    Attributes:
        rows: Last row in use, counted from 1; 0 when not counted.
        columns: How many columns are in use.
        formats: Column (from 0) -> number formats its number cells are shown in.
        hidden: Rows that are hidden.
        filtered: Whether a filter hides them.
        areas: Table objects.
        merged: Merged cells as in Grid.
        uncached: Cells that hold a formula without a computed value.
        instead: Row (from 1) and column (from 0) of cells that the reader gives wrongly or not at all, such as errors,
            with their true text and kind.
        padded: Column and number format -> rows whose numbers that format shows as ids or in percent.
        notes: One sentence each.
    """

    rows: int = 0
    columns: int = 0
    formats: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    hidden: frozenset[int] = frozenset()
    filtered: bool = False
    areas: tuple[TableArea, ...] = ()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    uncached: tuple[str, ...] = ()
    instead: Mapping[tuple[int, int], tuple[str, int]] = field(default_factory=dict)
    padded: Mapping[tuple[int, str], tuple[int, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass
class Gathering:
    """The facts of a sheet while they are being found; fields as in SheetFacts.

    Attributes:
        held: How many cells hold something.
        far: The cell that widened the sheet last.
    """

    rows: int = 0
    columns: int = 0
    held: int = 0
    far: str = ""
    formats: dict[int, dict[str, None]] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    filtered: bool = False
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    uncached: list[str] = field(default_factory=list)
    instead: dict[tuple[int, int], tuple[str, int]] = field(default_factory=dict)
    padded: dict[tuple[int, str], list[int]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add_numbers(self, column: int, code: str, rows: Iterable[int]) -> None:
        """Add number cells of one column (from 0) and number format."""
        self.formats.setdefault(column, {})[code] = None
        if format_shown(code) is not None:
            self.padded.setdefault((column, code), []).extend(rows)

    def add_error(self, row: int, column: int, text: str) -> None:
        """Add an error cell; one that does not say which is shown as not available."""
        self.instead[row, column] = (text or "#N/A", ERROR)

    def facts(self) -> SheetFacts:
        """Return what was found."""
        return SheetFacts(
            rows=self.rows,
            columns=self.columns,
            formats={column: tuple(codes) for column, codes in sorted(self.formats.items())},
            hidden=frozenset(self.hidden),
            filtered=self.filtered and bool(self.hidden),
            merged=tuple(self.merged),
            uncached=tuple(self.uncached),
            instead=self.instead,
            padded={place: tuple(rows) for place, rows in self.padded.items()},
            notes=tuple(self.notes),
        )


@dataclass(frozen=True)
class SheetPlace:
    """A sheet of a workbook.

    Attributes:
        name: Its name.
        part: Where it stands in the package; empty where the format has no parts.
        hidden: Whether it is hidden.
    """

    name: str
    part: str = ""
    hidden: bool = False


def whole_number(text: str | bytes) -> int | None:
    """Return a number of one to nine digits, None for anything else."""
    found = text.decode("latin-1") if isinstance(text, bytes) else text
    return int(found) if found.isascii() and found.isdigit() and len(found) < 10 else None


def refuse_stray(place: str, rows: int, columns: int, cell: str, held: int | None = None) -> None:
    """Raise when a sheet reaches further than a table can.

    Args:
        place: File and sheet.
        rows: Last row in use.
        columns: Columns in use.
        cell: The cell that lies furthest.
        held: How many cells hold something, once that is known.

    Raises:
        InputError: outside of what Excel has, more than MOST_CELLS, or many of which nearly all are empty.
    """
    if rows > MOST_ROWS or columns > MOST_COLUMNS:
        raise InputError(
            f"{place}: the cell {cell} lies outside of a sheet, whose rows and columns end at XFD1048576. {SAVE_ANEW}"
        )
    sparse = held is not None and rows * columns > max(LARGE, held * SPARSE)
    if sparse or rows * columns > MOST_CELLS:
        raise InputError(
            f"{place}: the cell {cell} holds something far from the table, so that the sheet spans {rows} rows by "
            f"{columns} columns. Delete the stray row or column in Excel and save the file."
        )
