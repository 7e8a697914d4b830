"""The shared strings of a workbook: every distinct text once, checked and escaped once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from bbbxl.safe_text import REPLACEMENT

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#: What XML cannot hold; a column of texts cannot hold halves of characters either.
CONTROLS: Final = "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"
UNWRITABLE: Final = re.compile(f"{CONTROLS[:-1]}\ud800-\udfff]")
_ESCAPED_CHARACTER: Final = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
LONGEST_TEXT: Final = 32_767
#: Ends a text that a cell could not take whole.
CUT: Final = " [...]"
_STEP: Final = 10_000


class SharedStrings(dict[str, str]):
    """Text to its index, as the text that stands in the cell; grows when a new text is asked for."""

    def __missing__(self, text: str) -> str:
        if reason := unwritable(text):
            raise ValueError(reason)
        index = self[text] = str(len(self))
        return index

    def parts(self) -> Iterator[bytes]:
        """Yield the part xl/sharedStrings.xml in pieces."""
        yield b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        yield f'<sst xmlns="{MAIN}" uniqueCount="{len(self)}">'.encode()
        texts = iter(self)
        while batch := list(islice(texts, _STEP)):
            yield "".join([f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in batch]).encode()
        yield b"</sst>"


def unwritable(text: object) -> str | None:
    """Return why a value cannot stand in a cell as text, or None when it can."""
    if not isinstance(text, str):
        return f"{text!r} is not text"
    if found := UNWRITABLE.search(text):
        return f"the text holds the control character U+{ord(found.group()):04X}"
    if too_long(text):
        return f"the text has {utf16_length(text)} characters; a cell takes {LONGEST_TEXT}"
    return None


def too_long(text: str) -> bool:
    """Return whether a text has more characters than a cell takes."""
    return len(text) * 2 > LONGEST_TEXT and utf16_length(text) > LONGEST_TEXT


def plain_text(text: str) -> str:
    """Return a text as a cell takes it: U+FFFD for the control characters that XML cannot hold, cut when too long."""
    text = UNWRITABLE.sub(REPLACEMENT, text)
    if not too_long(text):
        return text
    units = text.encode("utf-16-le")[: 2 * (LONGEST_TEXT - len(CUT))]
    return units.decode("utf-16-le", errors="ignore") + CUT


def writable(texts: Iterable[str | None]) -> list[str | None]:
    """Return many texts, most of them repeated, as `plain_text` does."""
    listed = list(texts)
    changed = {text: plain_text(text) for text in set(listed) if text and (UNWRITABLE.search(text) or too_long(text))}
    return [changed.get(text, text) if text else text for text in listed] if changed else listed


def utf16_length(text: str) -> int:
    """Return the length as Excel counts it: characters outside the basic plane count twice."""
    return len(text) + sum(character > "\uffff" for character in text)


def hold_underscores(text: str) -> str:
    """Return text in which _x0041_ stays what it is, for Excel would read it as "A"."""
    return _ESCAPED_CHARACTER.sub("_x005F_", text) if "_x" in text else text


def escape(text: str) -> str:
    """Return text as it stands between tags."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")
    return hold_underscores(text)
