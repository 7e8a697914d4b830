"""What one sheet of an xlsx package has beside its values, found block by block."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from bbbxl.errors import InputError
from bbbxl.inputs.files.facts import Gathering, SheetFacts, refuse_stray, whole_number
from bbbxl.inputs.files.number_formats import GENERAL
from bbbxl.inputs.files.parts import Package, truth
from bbbxl.inputs.files.refusals import SAVE_ANEW
from bbbxl.inputs.files.sheet_blocks import attributes, explicit, sheet_blocks
from bbbxl.inputs.files.sheet_cells import Cells, cells_of
from bbbxl.inputs.values.cell_names import column_letters, column_number

_CELL: Final = rb'<c r="([A-Z]+)([1-9]\d*)"([^>]*)>'
_ERROR: Final = re.compile(rb'<c r="([A-Z]+)([1-9]\d*)"[^>]*\bt="e"[^>]*>(.*?)</c\s*>', re.S)
_VALUE: Final = re.compile(rb"<v(?:\s[^>]*)?>([^<]*)</v\s*>")
_FORMULA: Final = re.compile(
    _CELL + rb"\s*<f(?:\s[^>]*?)?(?:/>|>[^<]*</f\s*>)\s*(<v(?:\s[^>]*?)?(?:/>|>([^<]*)</v\s*>))?"
)
_ROW: Final = re.compile(rb"<row(\s[^>]*)>")
_CORNER: Final = rb"([A-Za-z]{1,3})(\d{1,9})"
_MERGED: Final = re.compile(rb"<[\w.:-]*mergeCell\s[^>]*?ref\s*=\s*[\"']" + _CORNER + rb"(?::" + _CORNER + rb")?[\"']")
_FILTER: Final = re.compile(rb"<[\w.:-]*filterColumn[\s>]")
_FILTER_MODE: Final = re.compile(rb"""\sfilterMode\s*=\s*["'](1|true)["']""")
#: Larger than any column, so that row and column make one ascending number.
_WIDE: Final = 1 << 15


@dataclass(frozen=True)
class Book:
    """What all sheets of a workbook share.

    Attributes:
        package: The workbook.
        codes: Number format of each style.
        doubtful_zeros: Whether a formula's saved 0 may be no result, because the file asks to be calculated.
    """

    package: Package
    codes: Sequence[str]
    doubtful_zeros: bool = False

    def code(self, style: int) -> str:
        """Return the number format of a style."""
        return self.codes[style] if style < len(self.codes) else GENERAL


@dataclass(frozen=True)
class _Kind:
    """What the rest of a cell's tag says."""

    code: str
    number: bool
    error: bool
    blank: bool


@dataclass
class _Found(Gathering):
    """What the blocks so far have given.

    Attributes:
        last: Row and column of the last cell, as one number.
        kinds: Rest of a cell's tag -> what it says.
    """

    last: int = -1
    kinds: dict[bytes, _Kind] = field(default_factory=dict)


def scan_sheet(book: Book, part: str, sheet: str) -> SheetFacts:
    """Return what a sheet has beside its values; its table objects stand in other parts.

    Raises:
        InputError: missing, damaged, a cell far outside, cells twice or out of order.
    """
    place = f"{book.package.name}, sheet {sheet}"
    entry = book.package.entry(part)
    if entry is None:
        raise InputError(f"{place}: its part {part} is missing, so the workbook is damaged. {SAVE_ANEW}")
    found = _Found()
    for where, block in sheet_blocks(place, book.package.archive.pieces(entry)):
        if where == "rows":
            _take_rows(place, block, book, found)
        elif where == "before":
            found.filtered = bool(_FILTER_MODE.search(block))
        else:
            found.filtered |= bool(_FILTER.search(block))
            found.merged = [_area(*ends) for ends in _MERGED.findall(block)]
    refuse_stray(place, found.rows, found.columns, found.far, found.held)
    return found.facts()


def _area(first: bytes, top: bytes, last: bytes, bottom: bytes) -> tuple[int, int, int, int]:
    """Return merged cells as in Grid."""
    return int(top), int(bottom or top), column_number(first), column_number(last or first)


def _take_rows(place: str, block: bytes, book: Book, found: _Found) -> None:
    """Add what a block of whole rows has."""
    cells = cells_of(block)
    if cells is None:
        block = explicit(place, block, max(found.last, 0) // _WIDE)
        cells = cells_of(block)
    if cells is None:
        raise InputError(f"{place} is damaged: a cell in it has no place or a tag without end. {SAVE_ANEW}")
    if b"hidden" in block:
        _take_hidden(block, found)
    if not len(cells.rows):
        return
    for rest in cells.rests:
        if rest not in found.kinds:
            found.kinds[rest] = _kind(rest, book)
    _take_extent(place, block, cells, found)
    _refuse_disorder(place, cells, found)
    _take_formats(cells, found)
    if any(found.kinds[rest].error for rest in cells.rests):
        for letters, digits, inside in _ERROR.findall(block):
            value = _VALUE.search(inside)
            text = html.unescape(value[1].decode("utf-8", "replace")).strip() if value else ""
            found.add_error(int(digits), column_number(letters), text)
    if cells.formulas:
        _take_uncached(block, book, found)


def _kind(rest: bytes, book: Book) -> _Kind:
    given = attributes(rest)
    style, kind = given.get(b"s", b"0"), given.get(b"t", b"n")
    blank = rest.endswith(b"/")
    code = book.code(int(style)) if style.isdigit() else GENERAL
    return _Kind(code, kind == b"n" and not blank, kind == b"e", blank)


def _take_extent(place: str, block: bytes, cells: Cells, found: _Found) -> None:
    """Widen the sheet to the cells that hold something; refuse one that lies too far."""
    blank = np.array([found.kinds[rest].blank for rest in cells.rests])
    held = ~blank[cells.kinds]
    rows, columns = cells.rows[held], cells.columns[held]
    if not len(rows):
        return
    rows_before, columns_before = found.rows, found.columns
    found.rows, found.columns = max(found.rows, int(rows.max())), max(found.columns, int(columns.max()) + 1)
    found.held += len(rows)
    if found.rows * columns_before > rows_before * found.columns:
        far = int(rows.argmax())
    elif found.columns > columns_before:
        far = int(columns.argmax())
    else:
        return
    found.far = f"{column_letters(int(columns[far]))}{int(rows[far])}"
    refuse_stray(place, found.rows, found.columns, found.far)


def _refuse_disorder(place: str, cells: Cells, found: _Found) -> None:
    """Refuse cells that stand twice or not in order: readers differ on which one counts."""
    order = cells.rows * _WIDE + cells.columns
    wrong = np.flatnonzero(np.diff(order, prepend=found.last) <= 0)
    if len(wrong):
        row, column = divmod(int(order[wrong[0]]), _WIDE)
        raise InputError(
            f"{place}: the cell {column_letters(column)}{row} stands twice, or in a row out of order. {SAVE_ANEW}"
        )
    found.last = int(order[-1])


def _take_formats(cells: Cells, found: _Found) -> None:
    """Add the number formats of each column, and the number cells that they show as ids or in percent."""
    for place, rest in enumerate(cells.rests):
        kind = found.kinds[rest]
        if not kind.number:
            continue
        these = cells.kinds == place
        columns = cells.columns[these]
        for column in np.unique(columns).tolist():
            found.add_numbers(column, kind.code, cells.rows[these][columns == column].tolist())


def _take_hidden(block: bytes, found: _Found) -> None:
    for tag in _ROW.findall(block):
        given = attributes(tag) if b"hidden" in tag else {}
        if b"hidden" in given:
            row = whole_number(given.get(b"r", b""))
            if row is not None and truth(given[b"hidden"].decode("latin-1")):
                found.hidden.add(row)


def _take_uncached(block: bytes, book: Book, found: _Found) -> None:
    """Add the formulas without a computed value; an empty text that was saved as such is a value."""
    for letters, digits, rest, element, value in _FORMULA.findall(block):
        text = b't="str"' in rest
        empty = not value.strip() and not (text and element)
        if empty or (book.doubtful_zeros and not text and value.strip() in (b"0", b"0.0")):
            found.uncached.append(f"{letters.decode()}{digits.decode()}")
