"""OLE compound files: the stream that holds an old Excel workbook."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from bbbxl.errors import InputError
from bbbxl.inputs.files.refusals import AGAIN

_ENTRY_BYTES: Final = 128
_LAST_SECTOR: Final = 0xFFFFFFF9
_LISTED: Final = 109
_STREAMS: Final = ("workbook", "book")


@dataclass(frozen=True)
class _Compound:
    """A compound file: sectors and which one follows which."""

    content: bytes
    sector: int
    next_of: tuple[int, ...]

    def chain(self, first: int) -> bytes:
        """Return the sectors that follow one another from the first."""
        parts: list[bytes] = []
        while first <= _LAST_SECTOR:
            if len(parts) > len(self.next_of):
                raise ValueError("sectors in a circle")
            parts.append(_sector(self.content, self.sector, first))
            first = self.next_of[first]
        return b"".join(parts)


def workbook_stream(content: bytes, name: str) -> bytes:
    """Return the stream Workbook (Excel 97) or Book (Excel 5) of a compound file.

    Raises:
        InputError: cut off, damaged, or without such a stream.
    """
    try:
        return _workbook_stream(content)
    except (struct.error, IndexError, ValueError) as error:
        raise InputError(f"{name} is cut off or damaged, so its workbook cannot be found. {AGAIN}") from error


def _workbook_stream(content: bytes) -> bytes:
    shift, mini_shift = struct.unpack_from("<2H", content, 30)
    if not 7 <= shift <= 16 or not 2 <= mini_shift <= shift:
        raise ValueError("sizes of sectors")
    directory, _, mini_below, mini_first = struct.unpack_from("<4L", content, 48)
    file = _Compound(content, 1 << shift, _next_of(content, 1 << shift))
    entries = file.chain(directory)
    root = _entry(entries, 0)
    for place in range(len(entries) // _ENTRY_BYTES):
        name, first, size = _entry(entries, place)
        if name.casefold() in _STREAMS:
            if size >= mini_below:
                return _whole(file.chain(first), size)
            return _whole(_mini(file, root[1], mini_first, 1 << mini_shift).chain(first), size)
    raise ValueError("no workbook")


def _whole(stream: bytes, size: int) -> bytes:
    """Return a stream as long as its entry says."""
    if len(stream) < size:
        raise ValueError("cut off")
    return stream[:size]


def _mini(file: _Compound, first: int, table: int, sector: int) -> _Compound:
    """Return the small sectors within a compound file, numbered as its own ones."""
    next_of = file.chain(table)
    # Own sectors are numbered from the one after the header.
    return _Compound(bytes(sector) + file.chain(first), sector, struct.unpack(f"<{len(next_of) // 4}L", next_of))


def _entry(entries: bytes, place: int) -> tuple[str, int, int]:
    """Return name, first sector and size of an entry of the directory."""
    entry = entries[place * _ENTRY_BYTES : (place + 1) * _ENTRY_BYTES]
    (length,) = struct.unpack_from("<H", entry, 64)
    first, size = struct.unpack_from("<2L", entry, 116)
    return entry[: max(0, length - 2)].decode("utf-16-le", "replace"), first, size


def _sector(content: bytes, size: int, place: int) -> bytes:
    start = (place + 1) * size
    if start >= len(content):
        raise IndexError("a sector behind the end")
    return content[start : start + size]


def _next_of(content: bytes, size: int) -> tuple[int, ...]:
    """Return which sector follows each."""
    tables = list(struct.unpack_from(f"<{_LISTED}L", content, 76))
    more, _ = struct.unpack_from("<2L", content, 68)
    seen = 0
    while more <= _LAST_SECTOR:
        listed = struct.unpack(f"<{size // 4}L", _sector(content, size, more))
        tables += listed[:-1]
        more, seen = listed[-1], seen + 1
        if seen > len(content) // size:
            raise ValueError("tables in a circle")
    parts = b"".join(_sector(content, size, place) for place in tables if place <= _LAST_SECTOR)
    return struct.unpack(f"<{len(parts) // 4}L", parts)
