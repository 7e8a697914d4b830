"""Workbooks as grids of text: xlsx, xlsm, xlsb, xls and ods."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from typing import Final

import numpy as np
import pyarrow as pa

from bbbxl.errors import InputError, UnknownNameError
from bbbxl.inputs.files.archive import Archive, open_archive
from bbbxl.inputs.files.assemble import grid_of
from bbbxl.inputs.files.biff import facts_of_old, scan_old_book
from bbbxl.inputs.files.biff12 import facts_of_binary, scan_binary_book
from bbbxl.inputs.files.compound import workbook_stream
from bbbxl.inputs.files.facts import SheetFacts, SheetPlace
from bbbxl.inputs.files.ods import read_ods
from bbbxl.inputs.files.parts import XmlGuard, package_of
from bbbxl.inputs.files.reading import Reading, SheetCells, memory_for, reading
from bbbxl.inputs.files.refusals import empty, locked, other_content
from bbbxl.inputs.files.scan import facts_of, scan_workbook
from bbbxl.inputs.files.sniff import WORKBOOKS, sniff
from bbbxl.inputs.grid import Grid

_SHOWN: Final = 8
#: A workbook larger than this, unpacked, is read while it is still being scanned.
_LARGE: Final = 4 << 20
#: Only Linux keeps a process below a limit on its memory; elsewhere nothing is read before the scan has passed it.
_LIMITED: Final = sys.platform == "linux"


#: The one sheet that is read; whether a sheet of this name is read; None for all that are not hidden.
Wanted = str | Callable[[str], bool] | None


def read_workbook(
    content: bytes, name: str, suffix: str, sha256: str, size: int, sheet: str | None = None,
    among: Callable[[str], bool] | None = None,
) -> list[Grid]:  # fmt: skip
    """Return every sheet of a workbook that holds anything, hidden ones left out.

    Args:
        content: The workbook.
        name: File name as grids carry it.
        suffix: Its ending, such as .xlsx.
        sha256: Of the bytes of the file that was named.
        size: Bytes of the file that was named.
        sheet: The one sheet to take, a hidden one too.
        among: Whether a sheet of this name is taken, a hidden one too.

    Returns:
        Grids in the order of the sheets; none where every sheet is empty.

    Raises:
        InputError: encrypted, damaged, unsafe, or another kind of file than its ending says.
        UnknownNameError: no sheet of that name.
    """
    form = WORKBOOKS[suffix.casefold()]
    refuse_other_kind(content, name, suffix)
    blank = Grid(name, "", pa.table({}), np.empty(0, dtype=np.int64), sha256, size, form=form)
    return _READERS[form](content, blank, sheet if among is None else among)


def refuse_other_kind(content: bytes, name: str, suffix: str) -> None:
    """Raise when a file is not by its content what its ending says.

    Raises:
        InputError: it is something else, or under a password.
    """
    if not content:
        raise empty(name)
    kind = sniff(content)
    if kind == "encrypted":
        raise locked(name)
    if kind != WORKBOOKS[suffix.casefold()]:
        raise other_content(name, suffix.casefold(), kind)


def _chosen(places: Sequence[SheetPlace], sheet: Wanted, name: str) -> tuple[list[SheetPlace], tuple[str, ...]]:
    """Return the sheets to read and notes on those left out."""
    seen: set[str] = set()
    for place in places:
        if place.name.casefold() in seen:
            raise InputError(
                f"{name} has two sheets named {place.name}. Rename one of them in Excel and save the file."
            )
        seen.add(place.name.casefold())
    if callable(sheet):
        return [place for place in places if sheet(place.name)], ()
    if sheet is not None:
        wanted = [place for place in places if place.name == sheet] or [
            place for place in places if place.name.strip().casefold() == sheet.strip().casefold()
        ]
        if not wanted:
            raise UnknownNameError("sheet", sheet, [place.name for place in places], name)
        return wanted[:1], ()
    hidden = [place.name for place in places if place.hidden]
    shown = ", ".join(hidden[:_SHOWN]) + (f" and {len(hidden) - _SHOWN} more" if len(hidden) > _SHOWN else "")
    if hidden and len(hidden) == len(places):
        raise InputError(f"{name} has only hidden sheets: {shown}. Choose one of them as its sheet.")
    notes = (f"Hidden and left out: {shown}; choose one as the sheet to read it.",) if hidden else ()
    return [place for place in places if not place.hidden], notes


def _grids(
    blank: Grid, cells: Sequence[SheetCells], facts: Mapping[str, SheetFacts], notes: tuple[str, ...]
) -> list[Grid]:
    found = (grid_of(one, facts.get(one.name, SheetFacts()), replace(blank, notes=notes)) for one in cells)
    return [grid for grid in found if grid is not None]


def _read_xlsx(content: bytes, blank: Grid, sheet: Wanted) -> list[Grid]:
    """Read xlsx and xlsm: the package is scanned for what the reader leaves out or dies of."""
    archive = open_archive(content, blank.file, XmlGuard(blank.file))
    scan = scan_workbook(package_of(archive))
    return _read_package(archive, blank, _chosen(scan.sheets, sheet, blank.file), partial(facts_of, scan), scan.notes)


def _read_xlsb(content: bytes, blank: Grid, sheet: Wanted) -> list[Grid]:
    """Read a binary package; errors, formats and hidden rows come from its records."""
    archive = open_archive(content, blank.file, XmlGuard(blank.file))
    book = scan_binary_book(package_of(archive))
    chosen = _chosen(book.sheets, sheet, blank.file)
    return _read_package(archive, blank, chosen, partial(facts_of_binary, book), book.notes)


def _read_package(
    archive: Archive,
    blank: Grid,
    chosen: tuple[Sequence[SheetPlace], tuple[str, ...]],
    facts_of_sheet: Callable[[SheetPlace], SheetFacts],
    notes: tuple[str, ...],
) -> list[Grid]:
    """Read the chosen sheets of a package in another process; a large one while it is still being scanned."""
    places, left_out = chosen
    names = [place.name for place in places]
    inflated = sum(info.file_size for info in archive.entries.values())
    with ExitStack() as ends:
        started: Reading | None = None
        if _LIMITED and inflated > _LARGE:
            started = ends.enter_context(reading(archive.content, blank.file, names, inflated))
        facts = {place.name: facts_of_sheet(place) for place in places}
        cells = max((one.rows * one.columns for one in facts.values()), default=0)
        if started is None or started.memory < memory_for(inflated, cells):
            started = ends.enter_context(reading(archive.content, blank.file, names, inflated, cells))
        return _grids(blank, started.answer(), facts, (*notes, *left_out))


def _read_xls(content: bytes, blank: Grid, sheet: Wanted) -> list[Grid]:
    """Read the old binary format; errors, formats and hidden rows come from its records."""
    book = scan_old_book(workbook_stream(content, blank.file), blank.file)
    places, notes = _chosen([place for place, _ in book.sheets], sheet, blank.file)
    facts = {place.name: facts_of_old(book, place) for place in places}
    with reading(content, blank.file, list(facts), len(content)) as started:
        return _grids(blank, started.answer(), facts, (*book.notes, *notes))


def _read_ods(content: bytes, blank: Grid, sheet: Wanted) -> list[Grid]:
    """Read an OpenDocument spreadsheet."""
    found = read_ods(open_archive(content, blank.file))
    places, notes = _chosen([one.place for one in found], sheet, blank.file)
    sheets = {one.place: one for one in found}
    cells = [sheets[place].grid_cells() for place in places]
    return _grids(blank, cells, {place.name: sheets[place].found.facts() for place in places}, notes)


_READERS: Final[Mapping[str, Callable[[bytes, Grid, Wanted], list[Grid]]]] = {
    "xlsx": _read_xlsx,
    "xlsb": _read_xlsb,
    "xls": _read_xls,
    "ods": _read_ods,
}
