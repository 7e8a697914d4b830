"""The entries of a zip archive, each checked against what the archive says of it."""

from __future__ import annotations

import stat
import struct
import zlib
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Final, NoReturn
from zipfile import BadZipFile, ZipFile, ZipInfo

from bbbxl.errors import InputError
from bbbxl.inputs.files.refusals import AGAIN
from bbbxl.inputs.files.sniff import LISTED, MOST_ENTRIES, ZIP_START

#: Most bytes the entries of an archive may inflate to, together.
MOST_BYTES: Final = 1 << 30
#: Most inflated bytes per packed byte, judged once an entry has given more than FREE_BYTES.
MOST_RATIO: Final = 100
FREE_BYTES: Final = 4 << 20
FREE_TOTAL: Final = 64 << 20
_PIECE: Final = 1 << 20
_STORED, _DEFLATED, _AES = 0, 8, 99
_LOCKED: Final = 0x1 | 0x40 | 0x2000
_SIZES_FOLLOW: Final = 0x8
_LOCAL: Final = struct.Struct("<4s5H3L2H")
_LONG: Final = 0xFFFFFFFF
_END, _END_SIZE = b"PK\x05\x06", 22
_UNPACK: Final = "Export it again, or unpack it and name the export itself."


def listed_entries(content: bytes, name: str) -> list[ZipInfo]:
    """Return the entries of an archive as the list at its end tells them.

    Args:
        content: Bytes of the archive; it must begin and end with itself.
        name: Its file name.

    Raises:
        InputError: cut off, too many, of one name, encrypted, sharing bytes, or named to stand elsewhere.
    """
    infos = _directory(content, name)
    _refuse_twice(name, infos)
    for info in infos:
        _refuse_entry(name, info)
    _refuse_overlap(name, content, infos)
    return infos


def _directory(content: bytes, name: str) -> list[ZipInfo]:
    """Return what the list at the end of an archive says."""
    end = content.rfind(_END)
    if not content.startswith((ZIP_START, _END)) or end < 0 or end + _END_SIZE > len(content):
        raise InputError(
            f"{name} is cut off or damaged: the list of its entries, which stands at its end, is missing. {AGAIN}"
        )
    listed = content.count(LISTED)
    if listed > MOST_ENTRIES:
        raise InputError(f"{name} holds {listed} entries, more than {MOST_ENTRIES}. {_UNPACK}")
    if end + _END_SIZE + int.from_bytes(content[end + 20 : end + 22], "little") != len(content):
        raise InputError(f"{name} has bytes before or after what its own end says. {AGAIN}")
    try:
        with ZipFile(BytesIO(content)) as opened:
            infos = opened.infolist()
    except (BadZipFile, NotImplementedError, ValueError, OverflowError, struct.error, OSError, EOFError) as error:
        raise InputError(f"{name} is cut off or damaged: the list of its entries cannot be read. {AGAIN}") from error
    if len(infos) > MOST_ENTRIES:
        raise InputError(f"{name} holds {len(infos)} entries, more than {MOST_ENTRIES}. {_UNPACK}")
    if infos and min(info.header_offset for info in infos) != 0:
        raise InputError(f"{name} has bytes before its first entry, so it is more than an archive. {AGAIN}")
    return infos


def plain_path(entry: str) -> str:
    """Return the name of an entry with slashes between its folders."""
    return entry.replace("\\", "/")


def _refuse_twice(name: str, infos: Sequence[ZipInfo]) -> None:
    """Refuse two entries of one name, by case and by slash too."""
    seen: set[str] = set()
    for info in infos:
        key = plain_path(info.filename).casefold()
        if key in seen:
            raise InputError(f"{name} holds the entry {info.filename} twice, so which of them counts is open. {AGAIN}")
        seen.add(key)


def _refuse_entry(name: str, info: ZipInfo) -> None:
    """Refuse an entry that is locked, packed in a way we do not read, or named to stand elsewhere."""
    path = plain_path(info.filename)
    if info.flag_bits & _LOCKED or info.compress_type == _AES:
        raise InputError(f"{name}: the entry {path} is encrypted. Unpack it with its password and name the export.")
    if info.compress_type not in (_STORED, _DEFLATED):
        raise InputError(f"{name}: the entry {path} is packed by method {info.compress_type}, not deflate. {_UNPACK}")
    outside = path.startswith("/") or ".." in path.split("/") or path[1:2] == ":"
    if outside or any(ord(sign) < 32 for sign in info.orig_filename):
        raise InputError(f"{name}: the entry {path!r} is named to stand outside of the archive's folder. {_UNPACK}")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise InputError(f"{name}: the entry {path} is a link to another file, not a file. {_UNPACK}")


def _refuse_overlap(name: str, content: bytes, infos: Sequence[ZipInfo]) -> None:
    """Refuse entries that share bytes."""
    end = 0
    for info in sorted(infos, key=lambda one: one.header_offset):
        if info.header_offset < end:
            raise InputError(f"{name}: the entry {info.filename} shares its bytes with another one. {AGAIN}")
        end = _start(name, content, info) + info.compress_size
        if end > len(content):
            _damaged(name, info)


def _start(name: str, content: bytes, info: ZipInfo) -> int:
    """Return where the packed bytes of an entry start, by the header before them."""
    header = content[info.header_offset : info.header_offset + _LOCAL.size]
    if len(header) < _LOCAL.size or not header.startswith(ZIP_START):
        _damaged(name, info)
    _, _, flags, method, _, _, crc, packed, size, name_size, extra_size = _LOCAL.unpack(header)
    after_name = info.header_offset + _LOCAL.size + name_size
    local_name = content[after_name - name_size : after_name]
    if local_name not in (info.orig_filename.encode(code, "replace") for code in ("utf-8", "cp437")):
        raise InputError(f"{name}: the entry {info.filename} has another name in its own header. {AGAIN}")
    told = (info.CRC, info.compress_size, info.file_size)
    lies = [
        here
        for here, there in zip((crc, packed, size), told, strict=True)
        if here not in (there, _LONG) and not (flags & _SIZES_FOLLOW and here == 0)
    ]
    if lies or flags & _LOCKED != info.flag_bits & _LOCKED or method != info.compress_type:
        raise InputError(f"{name}: the entry {info.filename} is not what the list of entries says of it. {AGAIN}")
    return int(after_name + extra_size)


def inflated(name: str, content: bytes, info: ZipInfo) -> Iterator[bytes]:
    """Return the bytes of an entry piece by piece.

    Raises:
        InputError: they are more than the limits, of another size or check sum than told, or damaged.
    """
    start = _start(name, content, info)
    size = check = 0
    for piece, taken in _pieces(name, content, info, start):
        size += len(piece)
        check = zlib.crc32(piece, check)
        if size > FREE_BYTES and size > taken * MOST_RATIO:
            raise InputError(
                f"{name}: the entry {info.filename} inflates to more than {MOST_RATIO} times its size "
                f"({size} bytes so far from {taken}). {_UNPACK}"
            )
        if size > info.file_size:
            raise InputError(
                f"{name}: the entry {info.filename} says it has {info.file_size} bytes and gives more. {AGAIN}"
            )
        yield piece
    if size != info.file_size:
        raise InputError(
            f"{name}: the entry {info.filename} says it has {info.file_size} bytes and gives {size}. {AGAIN}"
        )
    if check != info.CRC:
        raise InputError(f"{name}: the entry {info.filename} is damaged, its check sum differs. {AGAIN}")


def _pieces(name: str, content: bytes, info: ZipInfo, start: int) -> Iterator[tuple[bytes, int]]:
    """Return pieces of an entry, each with how many packed bytes have been taken so far."""
    packed = memoryview(content)[start : start + info.compress_size]
    if info.compress_type == _STORED:
        for place in range(0, len(packed), _PIECE):
            piece = bytes(packed[place : place + _PIECE])
            yield piece, place + len(piece)
        return
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    place = 0
    waiting: bytes | memoryview = b""
    while not inflater.eof:
        if not waiting:
            waiting = packed[place : place + _PIECE]
            place += len(waiting)
        try:
            piece = inflater.decompress(waiting, _PIECE)
        except zlib.error:
            _damaged(name, info)
        ran_dry = not waiting and not piece
        waiting = inflater.unconsumed_tail
        if ran_dry and not inflater.eof:
            _damaged(name, info)
        yield piece, place - len(waiting) - len(inflater.unused_data)
    if inflater.unused_data or place - len(waiting) < len(packed):
        _damaged(name, info)


def _damaged(name: str, info: ZipInfo) -> NoReturn:
    raise InputError(f"{name} is cut off or damaged in the entry {info.filename}. {AGAIN}")
