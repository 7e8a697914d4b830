"""What the sheets of an old Excel workbook (.xls) have beside their values."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from bbbxl.errors import InputError
from bbbxl.inputs.files.facts import DAYS_FROM_1904, Gathering, SheetFacts, SheetPlace
from bbbxl.inputs.files.number_formats import BUILTIN, GENERAL
from bbbxl.inputs.files.refusals import AGAIN, SAVE_ANEW, locked
from bbbxl.inputs.values.cell_names import column_letters

#: Codes of error cells -> their text.
ERRORS: Final[Mapping[int, str]] = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}  # fmt: skip
_BEGIN, _END, _CODE_PAGE, _LOCKED, _SHEET, _FORMAT, _OLD_FORMAT, _STYLE, _DATES = (
    0x809, 0x0A, 0x42, 0x2F, 0x85, 0x41E, 0x1E, 0xE0, 0x22,
)  # fmt: skip
_FORMULA: Final = 0x06
#: Results of a formula that are no number: how they are marked, and two of their kinds.
_NO_NUMBER, _FAILED, _EMPTY = b"\xff\xff", 2, 3
_SHOWN: Final = 5
_BIFF8: Final = 0x600
_HIDDEN_ROW: Final = 0x20
#: Code pages that Python knows under another name.
_PAGES: Final[Mapping[int, str]] = {
    367: "ascii",
    1200: "cp1252",
    10000: "mac_roman",
    32768: "mac_roman",
    32769: "cp1252",
}


@dataclass(frozen=True)
class OldBook:
    """An old Excel workbook.

    Attributes:
        name: File name.
        stream: Its records.
        sheets: Its sheets with rows, and where the records of each start.
        codes: Number format of each style.
        notes: What holds for all sheets, one sentence each.
    """

    name: str
    stream: bytes
    sheets: tuple[tuple[SheetPlace, int], ...]
    codes: tuple[str, ...]
    notes: tuple[str, ...]


@contextmanager
def short_records(name: str) -> Iterator[None]:
    """Turn a record that is shorter than its kind must be into a refusal."""
    try:
        yield
    except (struct.error, IndexError) as error:
        raise InputError(f"{name} is damaged: a record in it is too short. {SAVE_ANEW}") from error


def scan_old_book(stream: bytes, name: str) -> OldBook:
    """Return the sheets of a workbook and what they share.

    Raises:
        InputError: under a password, cut off or damaged.
    """
    with short_records(name):
        return _scan(stream, name)


def _scan(stream: bytes, name: str) -> OldBook:
    formats, page = dict(BUILTIN), "cp1252"
    styles: list[int] = []
    starts: list[tuple[SheetPlace, int]] = []
    notes: tuple[str, ...] = ()
    for kind, data in _records(stream, 0, name):
        number = int.from_bytes(data[:2], "little")
        if kind == _LOCKED:
            raise locked(name)
        if kind == _BEGIN and number == _BIFF8:
            page = ""
        elif kind == _CODE_PAGE and page:
            page = _PAGES.get(number, f"cp{number}")
        elif kind in (_FORMAT, _OLD_FORMAT):
            formats[number] = _text(data[2:], 1 if page else 2, page)
        elif kind == _STYLE:
            styles.append(int.from_bytes(data[2:4], "little"))
        elif kind == _DATES and number:
            notes = (DAYS_FROM_1904,)
        elif kind == _SHEET and data[5] == 0:
            place = SheetPlace(_text(data[6:], 1, page), "", bool(data[4] & 3))
            starts.append((place, int.from_bytes(data[:4], "little")))
    return OldBook(name, stream, tuple(starts), tuple(formats.get(one, GENERAL) for one in styles), notes)


def facts_of_old(book: OldBook, sheet: SheetPlace) -> SheetFacts:
    """Return what a sheet has beside its values.

    Raises:
        InputError: cut off or damaged.
    """
    found, empty = Gathering(), []
    with short_records(book.name):
        for kind, data in _records(book.stream, dict(book.sheets)[sheet], book.name):
            if (take := _TAKERS.get(kind)) is not None:
                take(found, data, book.codes)
            if kind == _FORMULA and data[6] == _EMPTY and data[12:14] == _NO_NUMBER:
                row, column = struct.unpack_from("<2H", data)
                empty.append(f"{column_letters(column)}{row + 1}")
    if empty:
        more = f" and {len(empty) - _SHOWN} more" if len(empty) > _SHOWN else ""
        found.notes.append(f"Formulas saved with an empty result: {', '.join(empty[:_SHOWN])}{more}.")
    return found.facts()


def _records(stream: bytes, start: int, name: str) -> Iterator[tuple[int, bytes]]:
    """Return the records of a part of the stream; what is nested in it, such as a chart, is left out."""
    place, depth = start, 0
    while place + 4 <= len(stream):
        kind, size = struct.unpack_from("<2H", stream, place)
        data = stream[place + 4 : place + 4 + size]
        if len(data) < size:
            break
        place += 4 + size
        depth += (kind == _BEGIN) - (kind == _END)
        if depth <= 0:
            return
        if depth == 1:
            yield kind, data
    raise InputError(f"{name} is cut off: its records end in the middle. {AGAIN}")


def _text(data: bytes, counted: int, page: str) -> str:
    """Return a text with its length before it; without a code page it says itself how it is written."""
    length, rest = int.from_bytes(data[:counted], "little"), data[counted:]
    if page:
        try:
            return rest[:length].decode(page, "replace")
        except LookupError:
            return rest[:length].decode("latin-1")
    if rest[:1] and rest[0] & 1:
        return rest[1 : 1 + 2 * length].decode("utf-16-le", "replace")
    return rest[1 : 1 + length].decode("latin-1")


def _take_format(found: Gathering, row: int, column: int, style: int, codes: Sequence[str]) -> None:
    """Add the number format of one number cell."""
    found.add_numbers(column, codes[style] if style < len(codes) else GENERAL, [row + 1])


def _take_number(found: Gathering, data: bytes, codes: Sequence[str]) -> None:
    row, column, style = struct.unpack_from("<3H", data)
    _take_format(found, row, column, style, codes)


def _take_numbers(found: Gathering, data: bytes, codes: Sequence[str]) -> None:
    row, first = struct.unpack_from("<2H", data)
    for at, place in enumerate(range(4, len(data) - 2, 6)):
        _take_format(found, row, first + at, int.from_bytes(data[place : place + 2], "little"), codes)


def _take_formula(found: Gathering, data: bytes, codes: Sequence[str]) -> None:
    row, column, style = struct.unpack_from("<3H", data)
    if data[12:14] != _NO_NUMBER:
        _take_format(found, row, column, style, codes)
    elif data[6] == _FAILED:
        found.add_error(row + 1, column, ERRORS.get(data[8], ""))


def _take_flag(found: Gathering, data: bytes, codes: Sequence[str]) -> None:
    row, column, _, value, error = struct.unpack_from("<3H2B", data)
    if error:
        found.add_error(row + 1, column, ERRORS.get(value, ""))


def _take_row(found: Gathering, data: bytes, codes: Sequence[str]) -> None:
    if struct.unpack_from("<H", data, 12)[0] & _HIDDEN_ROW:
        found.hidden.add(struct.unpack_from("<H", data)[0] + 1)


def _take_filter(found: Gathering, data: bytes, codes: Sequence[str]) -> None:
    found.filtered = True


#: Kind of record -> what takes it.
_TAKERS: Final[Mapping[int, Callable[[Gathering, bytes, Sequence[str]], None]]] = {
    0x203: _take_number,
    0x27E: _take_number,
    0xBD: _take_numbers,
    _FORMULA: _take_formula,
    0x205: _take_flag,
    0x208: _take_row,
    0x9B: _take_filter,
}
