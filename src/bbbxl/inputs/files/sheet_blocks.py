"""A sheet of an xlsx package as a stream: what stands before its rows, blocks of whole rows, what stands after."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from typing import Final, Literal, NoReturn

from bbbxl.errors import InputError
from bbbxl.inputs.files.facts import refuse_stray, whole_number
from bbbxl.inputs.files.refusals import SAVE_ANEW
from bbbxl.inputs.values.cell_names import column_letters, column_number

Where = Literal["before", "rows", "after"]
#: Most bytes before, after or in one row.
_MOST_BLOCK: Final = 64 << 20
_COMMENT: Final = re.compile(rb"<!--.*?-->", re.S)
_LITERAL: Final = re.compile(rb"<!\[CDATA\[(.*?)\]\]>", re.S)
#: A value with a comment or literal text in it, which readers leave out.
_BROKEN_VALUE: Final = re.compile(rb"<(?:[\w.-]+:)?v(?:\s[^>]*)?>[^<]*<!")
#: A value with a character reference in it, which readers leave out where it is no text.
_REFERRING_VALUE: Final = re.compile(rb"<(?:[\w.-]+:)?v(?:\s[^>]*)?>[^<&]*&")
_ROOT: Final = re.compile(rb"<([\w.-]+:|)worksheet(?=[\s>])")
_DATA: Final = re.compile(rb"<([\w.-]+:|)sheetData(?:\s[^>]*?)?(/?)>")
_FOREIGN: Final = re.compile(rb":(?:row|c)[\s/>]")
_CELL_OR_ROW: Final = re.compile(rb"<([\w.-]+:|)(?:row|c)(?=[\s/>])")
_ATTRIBUTE: Final = re.compile(rb"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_TAG: Final = re.compile(rb"<(row|c)(?=[\s/>])([^>]*?)\s*(/?)>")
_REFERENCE: Final = re.compile(r"([A-Za-z]+)([1-9][0-9]*)")


def sheet_blocks(place: str, pieces: Iterator[bytes]) -> Iterator[tuple[Where, bytes]]:
    """Return what stands before the rows, blocks of whole rows, and what follows; tags have no prefix any more.

    Args:
        place: File and sheet, as sentences start.
        pieces: The bytes of the sheet.

    Raises:
        InputError: no sheet, cut off, or rows in two places.
    """
    before, waiting, prefix, empty = _before_rows(place, pieces)
    yield "before", before
    row_end, data_end = b"</" + prefix + b"row>", b"</" + prefix + b"sheetData"
    if not empty:
        while (end := waiting.find(data_end)) < 0:
            if (cut := waiting.rfind(row_end)) >= 0:
                cut += len(row_end)
                yield "rows", _plain(place, waiting[:cut], prefix)
                waiting = waiting[cut:]
            waiting = _more(place, waiting, pieces)
        yield "rows", _plain(place, waiting[:end], prefix)
        waiting = waiting[end:]
    while piece := next(pieces, b""):
        waiting = _joined(place, waiting, piece)
    after = _COMMENT.sub(b"", waiting)
    if not after.rstrip().endswith(b"</" + prefix + b"worksheet>"):
        _cut_off(place)
    if _DATA.search(after):
        raise InputError(f"{place} holds its rows in two places. {SAVE_ANEW}")
    yield "after", after


def attributes(tag: bytes) -> dict[bytes, bytes]:
    """Return the attributes in a tag."""
    return {name: quoted or single for name, quoted, single in _ATTRIBUTE.findall(tag)}


def explicit(place: str, block: bytes, row: int) -> bytes:
    """Return rows in which every cell names its place first, then style and type, as Excel writes them.

    Args:
        place: File and sheet.
        block: Whole rows.
        row: The row before the first one.
    """
    return _TAG.sub(_placed(place, row), block)


def _placed(place: str, row: int) -> Callable[[re.Match[bytes]], bytes]:
    """Return what writes a tag anew; it counts rows and columns where they are not told."""
    column = -1

    def written(found: re.Match[bytes]) -> bytes:
        nonlocal row, column
        kind, text, closed = found.groups()
        given = attributes(text)
        told = given.get(b"r", b"").decode("ascii", "replace")
        if kind == b"row":
            number = whole_number(told or str(row + 1))
            if number is None:
                raise InputError(f'{place}: a row says it is row "{told[:20]}". {SAVE_ANEW}')
            row, column = number, -1
            return b'<row r="%d"%s%s>' % (row, b' hidden="%s"' % given.get(b"hidden", b"0"), closed)
        parted = _REFERENCE.fullmatch(told or f"{column_letters(column + 1)}{max(row, 1)}")
        if parted is None:
            raise InputError(f'{place}: a cell near row {row} says it is cell "{told[:20]}". {SAVE_ANEW}')
        column = column_number(parted[1])
        refuse_stray(place, int(parted[2][:8]), column + 1, parted[0][:20])
        rest = b"".join(b' %s="%s"' % (name, given[name]) for name in (b"s", b"t") if name in given)
        return b'<c r="%s"%s%s>' % (parted[0].upper().encode(), rest, closed)

    return written


def _before_rows(place: str, pieces: Iterator[bytes]) -> tuple[bytes, bytes, bytes, bool]:
    """Return what stands before the rows, what has been read of them, the prefix, and whether there are none."""
    waiting = b""
    while True:
        waiting = _more(place, waiting, pieces)
        broken = _BROKEN_VALUE.search(waiting)
        waiting = _COMMENT.sub(b"", waiting)
        root, opened = _ROOT.search(waiting), _DATA.search(waiting)
        if opened:
            break
    if root is None or root[1] != opened[1] or broken or b"<!" in waiting[: opened.start()]:
        _refuse_strange(place)
    return waiting[: opened.start()], waiting[opened.end() :], root[1], bool(opened[2])


def _plain(place: str, block: bytes, prefix: bytes) -> bytes:
    """Return rows without comments and prefixes and with literal text escaped.

    Raises:
        InputError: instructions, a value that readers take for another one, or cells in a namespace that is not that
            of the sheet.
    """
    if (b"!" in block and b"<!" in block) or (b"?" in block and b"<?" in block):
        broken = _BROKEN_VALUE.search(block)
        block = _LITERAL.sub(_escaped, _COMMENT.sub(b"", block))
        if broken or b"<!" in block or b"<?" in block:
            _refuse_strange(place)
    if b"&" in block and any(_is_no_text(block, found.start()) for found in _REFERRING_VALUE.finditer(block)):
        _refuse_strange(place)
    suspected = prefix or _FOREIGN.search(block)
    if suspected and any(other != prefix for other in _CELL_OR_ROW.findall(block)):
        raise InputError(f"{place} holds cells in a namespace that is not that of its sheet. {SAVE_ANEW}")
    return block.replace(b"<" + prefix, b"<").replace(b"</" + prefix, b"</") if prefix else block


def _is_no_text(block: bytes, value: int) -> bool:
    """Return whether the cell of a value holds anything but the text of a formula."""
    cell = max(block.rfind(b"<c ", 0, value), block.rfind(b":c ", 0, value))
    return attributes(block[cell + 3 : block.find(b">", cell)]).get(b"t") != b"str"


def _escaped(literal: re.Match[bytes]) -> bytes:
    return html.escape(literal[1].decode("utf-8", "replace")).encode()


def _more(place: str, waiting: bytes, pieces: Iterator[bytes]) -> bytes:
    """Return waiting with the next piece."""
    piece = next(pieces, b"")
    if not piece:
        _cut_off(place)
    return _joined(place, waiting, piece)


def _joined(place: str, waiting: bytes, piece: bytes) -> bytes:
    if len(waiting) + len(piece) > _MOST_BLOCK:
        raise InputError(f"{place} has more than {_MOST_BLOCK >> 20} MiB in one row or around its rows. {SAVE_ANEW}")
    return waiting + piece


def _refuse_strange(place: str) -> NoReturn:
    raise InputError(f"{place} is written in XML that Excel never writes. {SAVE_ANEW}")


def _cut_off(place: str) -> NoReturn:
    raise InputError(f"{place} is cut off or damaged, so its rows cannot be read to the end. {SAVE_ANEW}")
