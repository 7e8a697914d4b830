"""Macros for those who never open a command line: check this table, make the pack; each writes a new file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

import msgspec

from bbbxl.aggregate.select import Question
from bbbxl.cells.arguments import Block
from bbbxl.cells.guard import MARK, line_of
from bbbxl.cells.reading import PLAIN, read_range, table_of
from bbbxl.cells.registry import functions
from bbbxl.errors import BbbError, InputError
from bbbxl.inputs.folder import Folder, role_of
from bbbxl.inputs.grid import RawTable
from bbbxl.inputs.load import Loaded, load_tables
from bbbxl.policy import LEDGER_ROLES, SCHEMA, Config, FileEntry
from bbbxl.report.pack import make_pack
from bbbxl.workbook.rows import write_rows


def free_path(folder: Path, stem: str) -> Path:
    """Return a path in a folder at which nothing stands, numbered where the plain name is taken."""
    path, number = folder / f"{stem}.xlsx", 2
    while path.exists():
        path, number = folder / f"{stem} ({number}).xlsx", number + 1
    return path


def check_table(block: Block, folder: Path) -> str:
    """Write every check of one table as a new workbook and return where it is.

    Args:
        block: The table with its headers.
        folder: Where to write.
    """
    rows = functions()["BBB_CHECK"](block)
    if isinstance(rows, str):
        raise InputError(rows.removeprefix(MARK))
    red = sum(1 for row in rows[1:] if row[1] == "red")
    path = write_rows(free_path(folder, "bbb-check"), "Checks", rows, date.today())  # noqa: DTZ011 -- the user's day
    found = "Everything ties out." if not red else f"{red} checks are red."
    return f"{found} The checks are in {path}."


def make_pack_of(blocks: Sequence[Block], folder: Path) -> str:
    """Write the board pack of the tables of a workbook and return where it is.

    Args:
        blocks: Its tables with their headers; those that hold no orders, events, invoices or rates are left out.
        folder: Where to write.

    Raises:
        InputError: none of them holds orders, events or invoices.
    """
    from bbbxl.workbook.pack import write_pack

    loaded = _loaded(blocks)
    group = loaded.config.policy.intercompany == "left_out"
    question = Question(loaded.as_of, None, "as-restated", group, loaded.config.calendar)
    pack = make_pack(loaded, question, loaded.config.basis)
    path = free_path(folder, f"bbb-pack-{pack.period.label}")
    write_pack(pack, path)
    red = f" {len(pack.red)} checks are red: see its tab Checks." if pack.red else " Everything ties out."
    return f"The pack of {pack.period.label} is in {path}.{red}"


def _loaded(blocks: Sequence[Block]) -> Loaded:
    """Return the ledger of all tables that hold orders, events, invoices or rates."""
    tables: list[tuple[FileEntry, RawTable]] = []
    for block in blocks:
        try:
            table = table_of(block, "")
            role = role_of(table, {}, None, Path())
        except BbbError:
            continue
        if role in (*LEDGER_ROLES, "rates"):
            tables.append((FileEntry(path=table.place, role=role), table))
    if not any(entry.role in LEDGER_ROLES for entry, _ in tables):
        raise InputError(
            "No table of this workbook holds orders, events or invoices. Make one of the export with Insert, Table, "
            "headers included."
        )
    if len(tables) == 1:
        return read_range(next(one for one in blocks if one.name == tables[0][0].path), PLAIN, None, "")
    config = msgspec.structs.replace(Config(schema=SCHEMA), files=tuple(entry for entry, _ in tables))
    return load_tables(Folder(config, Path(), {entry.path: [table] for entry, table in tables}), tables)


def in_excel(name: str, run: Callable[[Any], str]) -> Callable[[], None]:
    """Return a macro as xlwings runs it: what it says is shown in a window of Excel.

    Args:
        name: Of the macro.
        run: Takes the workbook and returns what to say.
    """

    def macro() -> None:
        import xlwings

        book = xlwings.Book.caller()
        try:
            said = run(book)
        except Exception as error:
            said = line_of(error)
        book.app.alert(said, title="bbbxl")

    macro.__name__ = macro.__qualname__ = name
    macro.__doc__ = run.__doc__
    return macro


def _check(book: Any) -> str:  # noqa: ANN401 -- an xlwings Book
    """Check the table in which the cursor stands, and write the checks as a new workbook."""
    return check_table(_block(book.app.selection.current_region), _folder(book))


def _pack(book: Any) -> str:  # noqa: ANN401 -- an xlwings Book
    """Make the board pack of the tables of this workbook as a new workbook."""
    blocks = [_block(table.range) for sheet in book.sheets for table in sheet.tables]
    return make_pack_of(blocks, _folder(book))


def _block(found: Any) -> Block:  # noqa: ANN401 -- an xlwings Range
    from bbbxl.cells.excel import block_of  # the adapter publishes what stands here

    return block_of(found)


def _folder(book: Any) -> Path:  # noqa: ANN401 -- an xlwings Book
    """Return the folder of a workbook that was saved, else the user's documents."""
    path = Path(book.fullname)
    return path.parent if path.is_absolute() and path.parent.is_dir() else Path.home()


#: Name of each macro -> what it does with the workbook.
MACROS: Final[dict[str, Callable[[Any], str]]] = {"BBB_CHECK_TABLE": _check, "BBB_MAKE_PACK": _pack}
