"""Bytes of a text file as UTF-8: the code page named by the file, by the settings, or the only one that fits."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from bbbxl.errors import InputError
from bbbxl.inputs.files.code_pages import fitting_page

#: Byte order mark -> code page; the longer ones first.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: What Python calls text encodings and no export is written in.
_NO_PAGES = ("idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7")
_UTF8_MARK = codecs.BOM_UTF8
_LOST = "\ufffd".encode()
#: A letter of UTF-8 that was read as cp1252 and saved again: Ã¼ for ü, â€“ for a dash.
_TAILS = "".join({bytes([one]).decode("cp1252", "replace") for one in range(0x80, 0xC0)} - {"\ufffd"})
_READ_TWICE = re.compile(f"[ÂÃ][{re.escape(_TAILS)}\x80-\x9f]|â[€\x80][{re.escape(_TAILS)}\x80-\x9f]")
_CHUNK = 1 << 20
#: Rows that a sentence names.
_SHOWN = 5


@dataclass(frozen=True)
class Decoded:
    """A text file in one code page.

    Attributes:
        content: The text as UTF-8, without byte order marks.
        encoding: Code page the file is written in.
        notes: What was decided, one sentence each.
    """

    content: bytes
    encoding: str
    notes: tuple[str, ...] = ()


def decode(content: bytes, encoding: str | None, name: str) -> Decoded:
    """Return a text file as UTF-8.

    Args:
        content: The bytes of the file.
        encoding: Code page of the settings; None finds it: byte order mark, UTF-8, UTF-16, then the code page that
            reads every word as words are written.
        name: The file, for sentences.

    Raises:
        InputError: an unknown code page, bytes that are no text in it, NUL bytes, or several code pages that read
            the file differently.
    """
    found = _named(content, encoding, name) if encoding is not None else _found(content, name)
    _refuse_nul(found.content, name)
    text, notes = found.content, list(found.notes)
    if _UTF8_MARK in text:
        notes.append(f"A byte order mark inside the file was left out: {_rows(text, _UTF8_MARK)}.")
        text = text.replace(_UTF8_MARK, b"")
    if text.endswith(b"\x1a"):
        notes.append("The end-of-file character after the last row was left out.")
        text = text.rstrip(b"\x1a")
    return Decoded(text, found.encoding, (*notes, *_damage(text)))


def line_at(content: bytes, place: int) -> int:
    """Return the line in which a byte stands, counted from 1; CR, LF and CRLF end a line."""
    count = content.count(b"\n", 0, place) + content.count(b"\r", 0, place)
    return 1 + count - content.count(b"\r\n", 0, place)


def row_words(rows: Sequence[int]) -> str:
    """Return rows as a sentence names them: "rows 3, 7, 9, 11, 12 and more"."""
    shown = ", ".join(str(row) for row in rows[:_SHOWN])
    return f"row{'s' * (len(rows) > 1)} {shown}{' and more' if len(rows) > _SHOWN else ''}"


def _named(content: bytes, encoding: str, name: str) -> Decoded:
    """Return the text in the code page of the settings."""
    page = _page(encoding, name)
    mark = _mark(content)
    try:
        if mark and not mark[1].startswith(page.removesuffix("-sig")):
            raise ValueError
        text = _as_utf8(content[len(mark[0]) :], mark[1]) if mark else _as_utf8(content, page)
    except ValueError as error:
        other = mark[1].removesuffix("-le").removesuffix("-be") if mark else "cp1252"
        remedy = f'set encoding = "{other}" for it' if other != page else "set the encoding it is written in"
        raise InputError(f"{name} is not text in code page {encoding.removesuffix('-sig')}. Save it as "
                         f"CSV UTF-8, or {remedy} in bbbxl.toml.") from error  # fmt: skip
    return Decoded(text, mark[1] if mark else page)


def _refuse_nul(content: bytes, name: str) -> None:
    if b"\0" in content:
        raise InputError(f"{name} holds NUL bytes, so it is no text file. Save it as CSV UTF-8.")


def _page(encoding: str, name: str) -> str:
    """Return the plain name of a code page."""
    try:
        page = codecs.lookup(encoding).name
        "".encode(page)
        if page in _NO_PAGES:
            raise LookupError
    except (LookupError, ValueError) as error:
        raise InputError(f'{name}: there is no code page "{encoding}". Write one such as utf-8, utf-16 '
                         'or cp1252 '
                         "under encoding in bbbxl.toml.") from error  # fmt: skip
    return page


def _mark(content: bytes) -> tuple[bytes, str] | None:
    return next((one for one in _MARKS if content.startswith(one[0])), None)


def _found(content: bytes, name: str) -> Decoded:
    """Return the text in the code page that the file itself shows."""
    mark = _mark(content)
    if mark:
        try:
            return Decoded(_as_utf8(content[len(mark[0]) :], mark[1]), mark[1])
        except ValueError as error:
            raise InputError(f"{name} says by its first bytes that it is {mark[1]}, and is not: it is cut off or "
                             "put together from several files. Export it again.") from error  # fmt: skip
    wide = _wide(content)
    if wide:
        return Decoded(_as_utf8(content, wide), wide, (f"Read as {wide}: it has no byte order mark.",))
    if content.isascii() or _is_utf8(content):
        return Decoded(content, "utf-8")
    _refuse_nul(content, name)
    page, note = fitting_page(content, name, line_at)
    return Decoded(_as_utf8(content, page), page, (note,))


def _wide(content: bytes) -> str:
    """Return UTF-16 in one of its two orders where every other byte of the start is mostly NUL, else empty."""
    start = content[:4096]
    for first, page in ((1, "utf-16-le"), (0, "utf-16-be")):
        nuls, others = start[first::2].count(0), start[1 - first :: 2].count(0)
        if nuls > len(start) // 5 and not others:
            try:
                content.decode(page)
            except ValueError:
                return ""
            return page
    return ""


def _is_utf8(content: bytes) -> bool:
    """Return whether bytes are UTF-8, a piece at a time so that no second text of a large file stands in memory."""
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    view = memoryview(content)
    try:
        for start in range(0, len(content), _CHUNK):
            decoder.decode(view[start : start + _CHUNK])
        decoder.decode(b"", final=True)
    except ValueError:
        return False
    return True


def _as_utf8(content: bytes, page: str) -> bytes:
    if page in ("utf-8", "utf-8-sig", "ascii") and (content.isascii() or _is_utf8(content)):
        return content
    return content.decode(page).encode()


def _damage(content: bytes) -> Iterable[str]:
    """Yield what an earlier conversion did to the letters."""
    if content.isascii():
        return
    if _LOST in content:
        yield f'Letters were lost before this file was written ("\ufffd" stands for them): {_rows(content, _LOST)}.'
    if any(lead.encode() in content for lead in "ÂÃâ"):
        text = content.decode()
        twice = list(islice(_READ_TWICE.finditer(text), _SHOWN + 1))
        if twice:
            rows = sorted({line_at(content, len(text[: one.start()].encode())) for one in twice})
            yield (f'Letters look converted twice ("{_around(text, twice[0])}"; "Ã¼" is "ü" read in the wrong code '
                   f"page): {row_words(rows)}.")  # fmt: skip


def _around(text: str, found: re.Match[str]) -> str:
    """Return the word around a match."""
    before = re.search(r"\w*$", text[max(0, found.start() - 20) : found.start()])
    after = re.match(r"\w*", text[found.end() : found.end() + 20])
    return f"{before[0] if before else ''}{found[0]}{after[0] if after else ''}"


def _rows(content: bytes, sought: bytes) -> str:
    """Return in words the rows in which bytes occur."""
    rows: list[int] = []
    place = content.find(sought)
    while place >= 0 and len(rows) <= _SHOWN:
        rows.append(line_at(content, place))
        ends = [end for end in (content.find(b"\n", place), content.find(b"\r", place)) if end >= 0]
        place = content.find(sought, min(ends)) if ends else -1
    return row_words(rows)
