"""What the sheets of a binary Excel package (.xlsb) have beside their values."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bbbxl.errors import InputError
from bbbxl.inputs.files.biff import ERRORS, short_records
from bbbxl.inputs.files.facts import DAYS_FROM_1904, Gathering, SheetFacts, SheetPlace, refuse_stray
from bbbxl.inputs.files.number_formats import BUILTIN, GENERAL, day_of, is_day_format
from bbbxl.inputs.files.parts import Package
from bbbxl.inputs.files.refusals import SAVE_ANEW, lacks_part
from bbbxl.inputs.grid import DAY
from bbbxl.inputs.values.cell_names import column_letters

_MAIN: Final = "xl/workbook.bin"
_BOOK, _SHEET, _FORMAT, _STYLE, _STYLES, _STYLES_END = 153, 156, 44, 47, 617, 618
_HIDDEN_ROW: Final = 0x10
#: Lowest bits of a number of four bytes that is a whole one.
_WHOLE: Final = 2


@dataclass
class _Found(Gathering):
    """What the records of a sheet so far have given.

    Attributes:
        date1904: Whether days are counted from 1904.
        row: The row that cells belong to.
    """

    date1904: bool = False
    row: int = 0


@dataclass(frozen=True)
class BinaryBook:
    """A binary package.

    Attributes:
        package: The workbook.
        sheets: Its sheets with rows.
        codes: Number format of each style.
        notes: What holds for all sheets, one sentence each.
    """

    package: Package
    sheets: tuple[SheetPlace, ...]
    codes: tuple[str, ...]
    notes: tuple[str, ...]


def scan_binary_book(package: Package) -> BinaryBook:
    """Return the sheets of a binary package and what they share.

    Raises:
        InputError: a part is missing or damaged.
    """
    relations = {one.id: one for one in package.relations(_MAIN)}
    sheets, date1904 = [], False
    for kind, data in _records(package, _MAIN):
        if kind == _BOOK:
            date1904 = bool(data[:1] and data[0] & 1)
        elif kind == _SHEET:
            hidden = int.from_bytes(data[:4], "little") != 0
            relation_id, after = _text(data, 8)
            name, _ = _text(data, after)
            relation = relations.get(relation_id)
            if relation is not None and relation.kind == "worksheet":
                sheets.append(SheetPlace(name, relation.target, hidden))
    styles = next((one.target for one in relations.values() if one.kind == "styles"), None)
    notes = (DAYS_FROM_1904,) if date1904 else ()
    return BinaryBook(package, tuple(sheets), _codes(package, styles), notes)


def facts_of_binary(book: BinaryBook, sheet: SheetPlace) -> SheetFacts:
    """Return what a sheet has beside its values.

    Raises:
        InputError: missing, cut off, or a cell far outside.
    """
    found = _Found(date1904=DAYS_FROM_1904 in book.notes)
    place = f"{book.package.name}, sheet {sheet.name}"
    with short_records(book.package.name):
        for kind, data in _records(book.package, sheet.part):
            if (take := _TAKERS.get(kind)) is not None:
                take(found, data, book.codes)
                refuse_stray(place, found.rows, found.columns, found.far)
    refuse_stray(place, found.rows, found.columns, found.far, found.held)
    return found.facts()


def _codes(package: Package, part: str | None) -> tuple[str, ...]:
    """Return the number format of each style of cells."""
    formats, styles, within = dict(BUILTIN), [], False
    for kind, data in _records(package, part) if part else ():
        if kind == _FORMAT:
            formats[int.from_bytes(data[:2], "little")] = _text(data, 2)[0]
        elif kind in (_STYLES, _STYLES_END):
            within = kind == _STYLES
        elif kind == _STYLE and within:
            styles.append(int.from_bytes(data[2:4], "little"))
    return tuple(formats.get(one, GENERAL) for one in styles)


def _text(data: bytes, place: int) -> tuple[str, int]:
    """Return a text with its length before it, and where it ends."""
    length = int.from_bytes(data[place : place + 4], "little")
    end = place + 4 + 2 * length
    return data[place + 4 : end].decode("utf-16-le", "replace"), end


def _records(package: Package, part: str) -> Iterator[tuple[int, bytes]]:
    """Return the records of a part."""
    entry = package.entry(part)
    if entry is None:
        raise lacks_part(package.name, part)
    pieces, waiting, place = package.archive.pieces(entry), b"", 0
    while True:
        record = _record(waiting, place)
        if record is None:
            piece = next(pieces, b"")
            if not piece:
                break
            waiting, place = waiting[place:] + piece, 0
            continue
        kind, start, place = record
        yield kind, waiting[start:place]
    if place != len(waiting):
        raise InputError(f"{package.name}: its part {part} is cut off. {SAVE_ANEW}")


def _record(data: bytes, place: int) -> tuple[int, int, int] | None:
    """Return kind, start and end of the record at a place, None where more bytes are needed."""
    numbers = []
    for most in (2, 4):
        number = 0
        for at in range(most):
            if place >= len(data):
                return None
            byte = data[place]
            place += 1
            number |= (byte & 0x7F) << (7 * at)
            if byte < 0x80:
                break
        numbers.append(number)
    kind, size = numbers
    return (kind, place, place + size) if place + size <= len(data) else None


def _take_row(found: _Found, data: bytes, codes: Sequence[str]) -> None:
    found.row = int.from_bytes(data[:4], "little") + 1
    if data[11] & _HIDDEN_ROW:
        found.hidden.add(found.row)


def _take_cell(found: _Found, data: bytes, codes: Sequence[str]) -> int:
    """Widen the sheet to a cell and return its column."""
    column = int.from_bytes(data[:4], "little")
    found.held += 1
    if found.row > found.rows or column >= found.columns:
        found.far = f"{column_letters(column)}{found.row}"
        found.rows, found.columns = max(found.rows, found.row), max(found.columns, column + 1)
    return column


def _take_number(found: _Found, data: bytes, codes: Sequence[str]) -> tuple[int, int]:
    """Add the number format of a number cell and return its column and style."""
    column, style = _take_cell(found, data, codes), int.from_bytes(data[4:7], "little")
    found.add_numbers(column, codes[style] if style < len(codes) else GENERAL, [found.row])
    return column, style


def _take_short(found: _Found, data: bytes, codes: Sequence[str]) -> None:
    """Add a number of four bytes; the reader gives whole ones as numbers even where they are shown as days."""
    column, style = _take_number(found, data, codes)
    (number,) = struct.unpack_from("<i", data, 8)
    if number & 3 == _WHOLE and is_day_format(codes[style] if style < len(codes) else GENERAL):
        day = day_of(number >> 2, found.date1904)
        if day is not None:
            found.instead[found.row, column] = (day.isoformat(), DAY)


def _take_error(found: _Found, data: bytes, codes: Sequence[str]) -> None:
    found.add_error(found.row, _take_cell(found, data, codes), ERRORS.get(data[8], ""))


def _take_merged(found: _Found, data: bytes, codes: Sequence[str]) -> None:
    top, bottom, first, last = struct.unpack_from("<4L", data)
    found.merged.append((top + 1, bottom + 1, first, last))


def _take_filter(found: _Found, data: bytes, codes: Sequence[str]) -> None:
    found.filtered = True


#: Kind of record -> what takes it.
_TAKERS: Final[Mapping[int, Callable[[_Found, bytes, Sequence[str]], object]]] = {
    0: _take_row,
    2: _take_short,
    3: _take_error,
    4: _take_cell,
    5: _take_number,
    6: _take_cell,
    7: _take_cell,
    8: _take_cell,
    9: _take_number,
    10: _take_cell,
    11: _take_error,
    163: _take_filter,
    176: _take_merged,
}
