"""The tables of one file that are read: its only one, or the sheets that hold the same columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from bbbxl.errors import BbbError, InputError
from bbbxl.inputs.files.door import read_grids
from bbbxl.inputs.grid import Grid, RawTable
from bbbxl.inputs.headers import normal
from bbbxl.inputs.layout.tables import find_tables
from bbbxl.inputs.preset import having, recognise
from bbbxl.inputs.rates_file import is_rates
from bbbxl.policy import FileEntry


def read_tables(path: Path, entry: FileEntry, columns: Mapping[str, str]) -> list[RawTable]:
    """Return the tables of a file that are read, in the order of its sheets.

    A file with one table gives that one. Of several, those count that hold an export; they have to have the same
    columns (one sheet a month), or one has to be named.

    Args:
        path: The file.
        entry: How it is written, as far as somebody said so.
        columns: Field -> header as the caller named them.

    Raises:
        InputError: the file cannot be trusted, holds no table, or several different ones.
    """
    grids = read_grids(path, encoding=entry.encoding, delimiter=entry.delimiter, sheet=entry.sheet)
    reaching = [grid for grid in grids if entry.header_row is None or entry.header_row in grid.numbers] or grids[:1]
    tables = [table for grid in reaching for table in find_tables(grid, header_row=entry.header_row)]
    if not tables:
        raise InputError(_no_table(path.name, grids))
    given = {**entry.columns, **columns}
    exports = [table for table in tables if len(tables) == 1 or _is_export(table, given)]
    if len(tables) > 1 and not exports:
        exports = tables
    if len({frozenset(map(normal, table.header)) for table in exports}) > 1:
        raise InputError(_which(path.name, exports))
    read = {table.sheet for table in exports}
    left = [table.sheet for table in tables if table.sheet not in read]
    named = {table.sheet for table in tables}
    left += [grid.sheet for grid in grids if grid.sheet not in named]
    note = [f"Sheets that hold no export and were not read: {', '.join(left)}."] if left else []
    if len(exports) > 1:
        note.append(f"Tables with the same columns, all read: {', '.join(map(_named, exports))}.")
    return [replace(exports[0], notes=(*exports[0].notes, *note)), *exports[1:]]


def _is_export(table: RawTable, given: Mapping[str, str]) -> bool:
    """Return whether a table is one that bbbxl knows."""
    if is_rates(table.header):
        return True
    try:
        recognise(table.file, table.header, having(given, table.header))
    except BbbError:
        return False
    return True


def _no_table(name: str, grids: Sequence[Grid]) -> str:
    """Return the sentence on a file in which no table was found."""
    if not grids:
        return f"{name} is empty. Export it again."
    return (
        f"{name} holds no table: no row of its first 50 looks like a header. Name the row of the header: "
        "--header-row 7, or header_row for the file in bbbxl.toml."
    )


def _which(name: str, tables: Sequence[RawTable]) -> str:
    """Return the sentence that asks which sheet is meant."""
    shown = "; ".join(f"{_named(table)} ({', '.join(table.header[:4])}, ...)" for table in tables)
    sheets = list(dict.fromkeys(table.sheet for table in tables))
    remedy = (
        f'Say which one is meant: --sheet "{sheets[0]}", or sheet for the file in bbbxl.toml.'
        if len(sheets) == len(tables)
        else "Put each into a sheet or file of its own."
    )
    return f"{name} holds {len(tables)} different tables: {shown}. {remedy}"


def _named(table: RawTable) -> str:
    """Return a table as sentences name it: its sheet, with the row of its header where it has no sheet of its own."""
    return f'"{table.sheet}"' if table.sheet else f"the one of row {table.header_row}"
