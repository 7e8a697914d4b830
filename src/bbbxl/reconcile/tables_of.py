"""The tables of a workbook by their names, whatever tab, row or order they stand in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bbbxl.errors import InputError, UnknownColumnError
from bbbxl.inputs.files.notes import CellNotes
from bbbxl.inputs.grid import Grid, TableArea
from bbbxl.inputs.values.cell_names import cell_place, column_letters


@dataclass(frozen=True)
class NamedTable:
    """A table object of a workbook, as text.

    Attributes:
        file: File name without folders.
        name: Name of the table.
        sheet: Its tab.
        columns: Header -> cells, stripped, one for each row; what stands beside the table too, where it has a text.
        numbers: Row of the sheet of each.
        notes: Row of the sheet -> the notes of its cells.
    """

    file: str
    name: str
    sheet: str
    columns: Mapping[str, list[str]]
    numbers: list[int]
    notes: Mapping[int, Sequence[str]] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """Return the table as sentences name it."""
        return f"{self.file}, table {self.name}"

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Return the rows that hold anything, each with its row of the sheet."""
        titles = list(self.columns)
        for number, cells in zip(self.numbers, zip(*self.columns.values(), strict=True), strict=True):
            if any(cells):
                yield number, dict(zip(titles, cells, strict=True))

    def require(self, titles: Sequence[str], remedy: str) -> None:
        """Refuse a table without one of these columns.

        Raises:
            UnknownColumnError: there is none.
        """
        if missing := [f'"{one}"' for one in titles if one not in self.columns]:
            raise UnknownColumnError(self.place, ", ".join(missing), list(self.columns), remedy)


def named_tables(grids: Sequence[Grid], names: Sequence[str], notes: CellNotes) -> dict[str, NamedTable]:
    """Return the tables of some names, whatever case they are in; what stands below a table belongs to it.

    Args:
        grids: Sheets of one workbook.
        names: The tables asked for.
        notes: Tab -> row -> notes of its cells.

    Raises:
        InputError: two tables have one name, two columns one header, or a cell a formula without a value.
    """
    found: dict[str, NamedTable] = {}
    wanted = {name.casefold(): name for name in names}
    for grid in grids:
        for area in grid.areas:
            name = wanted.get(area.name.casefold())
            if name is None:
                continue
            if name in found:
                raise InputError(f"{grid.file} has two tables named {name}: on the tabs {found[name].sheet} and "
                                 f"{grid.sheet}. Delete the one that was copied, and save.")  # fmt: skip
            found[name] = _table(grid, area, name, notes.get(grid.sheet, {}))
    return found


def _table(grid: Grid, area: TableArea, name: str, notes: Mapping[int, Sequence[str]]) -> NamedTable:
    place = f"{grid.file}, table {name}"
    numbers = grid.numbers.tolist()
    if area.first_row not in numbers:
        raise InputError(f"{place} has no header in row {area.first_row}. Undo what moved it, and save.")
    top = numbers.index(area.first_row)
    end = next((at for at, number in enumerate(numbers) if area.totals and number >= area.last_row), len(numbers))
    columns: dict[str, list[str]] = {}
    for at in range(area.first_column, min(area.last_column + 1, grid.cells.num_columns)):
        cells = [str(text).strip() for text in grid.cells.column(at).to_pylist()]
        if cells[top] in columns:
            raise InputError(f'{place} has two columns "{cells[top]}". Delete or rename one of them, and save.')
        columns[cells[top]] = cells[top + 1 : end]
    columns.pop("", None)
    for at in range(area.last_column + 1, grid.cells.num_columns):
        cells = [str(text).strip() for text in grid.cells.column(at).to_pylist()]
        if any(cells[top + 1 : end]):
            title = cells[top] or f"column {column_letters(at)}"
            columns[title if title not in columns else f"{title}, column {column_letters(at)}"] = cells[top + 1 : end]
    for cell in grid.uncached:
        row, column = cell_place(cell)
        if row > area.first_row and area.first_column <= column <= area.last_column:
            raise InputError(f"{place}: cell {column_letters(column)}{row} holds a formula without a value. Open the "
                             "file in Excel or LibreOffice, and save it.")  # fmt: skip
    return NamedTable(grid.file, name, grid.sheet, columns, numbers[top + 1 : end], notes)
