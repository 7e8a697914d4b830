"""Text from files on its way out: what a spreadsheet would take for a formula, what a terminal would obey."""

from __future__ import annotations

import re
from typing import Final

#: First visible characters that make a spreadsheet read a cell as a formula; the wide ones count in some languages.
FORMULA_MARKS: Final = "=+-@\uff1d\uff0b\uff0d\uff20"
#: Stands for a character that cannot stand there.
REPLACEMENT: Final = "\ufffd"
_BLANKS: Final = r"\s\x00-\x20\x7f-\xa0\xad\u180e\u200b-\u200f\u2028-\u202f\u2060-\u2064\ufeff"
#: An apostrophe is passed over, so that a text which has one already comes back with it.
_FORMULA: Final = re.compile(rf"[{_BLANKS}']*[{re.escape(FORMULA_MARKS)}]|'*[\x00-\x1f\x7f]")
#: Control characters, halves of characters, line and paragraph marks, and those that turn the direction of text.
_BEYOND_SPACE: Final = "\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
_CONTROLS: Final = re.compile(f"[\x00-\x1f{_BEYOND_SPACE}]")
#: The same without tab and line ends, which lay out a JSON document.
_CONTROLS_OF_JSON: Final = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f{_BEYOND_SPACE}]")


def escape_cell(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula when it opens it in a text file.

    An apostrophe stands before it when its first visible character is one of FORMULA_MARKS, or its first is a
    control character such as tab, line feed or NUL. `unescape_cell` takes it away again.
    """
    return f"'{text}" if _FORMULA.match(text) else text


def unescape_cell(text: str) -> str:
    """Return a text without the apostrophe that `escape_cell` put before it."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text, 1) else text


def without_controls(text: str, keep: str = "") -> str:
    """Return a text with U+FFFD for every character that a terminal would obey, or that turns text around.

    Args:
        text: From a file.
        keep: Control characters that stay, such as a line feed.
    """
    return _CONTROLS.sub(lambda found: found[0] if found[0] in keep else REPLACEMENT, text)


def escape_json(document: str) -> str:
    r"""Return a JSON document with \u.... for the control characters that JSON itself lets stand."""
    return _CONTROLS_OF_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", document)
