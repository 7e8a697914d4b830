"""Number formats of an OpenDocument spreadsheet, in the codes Excel would write."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from bbbxl.inputs.files.facts import whole_number
from bbbxl.inputs.files.number_formats import GENERAL
from bbbxl.inputs.files.parts import attribute, local

BOOLEAN: Final = "BOOLEAN"
PERCENT: Final = "0%"
_MOST_DIGITS: Final = 30


@dataclass
class OdsStyles:
    """The styles met so far.

    Attributes:
        codes: Number style -> its code.
        cells: Cell style -> number style and parent.
        hidden: Table styles that hide their sheet.
    """

    codes: dict[str, str] = field(default_factory=dict)
    cells: dict[str, tuple[str, str]] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)

    def take(self, element: etree._Element) -> None:
        """Add a style if the element is one."""
        kind, name = local(element), attribute(element, "name")
        if kind.endswith("-style") and kind != "list-style":
            self.codes[name] = _code(kind, element)
        elif kind == "style" and attribute(element, "family") == "table-cell":
            self.cells[name] = (attribute(element, "data-style-name"), attribute(element, "parent-style-name"))
        elif kind == "style" and any(attribute(one, "display") == "false" for one in element):
            self.hidden.add(name)

    def code(self, name: str) -> str:
        """Return the number format of a cell style."""
        for _ in range(len(self.cells) + 1):
            number_style, name = self.cells.get(name, ("", ""))
            if number_style:
                return self.codes.get(number_style, GENERAL)
            if not name:
                break
        return GENERAL


def currency_code(currency: str) -> str:
    """Return the number format of amounts in a currency."""
    return f"[${currency}] #,##0.00"


def _code(kind: str, element: etree._Element) -> str:
    """Return the code of a number style."""
    if kind == "percentage-style":
        return PERCENT
    if kind == "boolean-style":
        return BOOLEAN
    if kind == "text-style":
        return "@"
    if kind == "currency-style":
        return currency_code("".join(one.text or "" for one in element if local(one) == "currency-symbol"))
    return _padded(element) if kind == "number-style" else GENERAL


def _padded(element: etree._Element) -> str:
    """Return the code of a style that fills up with zeros, General for any other."""
    code = ""
    for one in element:
        if local(one) == "text":
            code += f'"{one.text or ""}"'
        elif local(one) == "number":
            digits = whole_number(attribute(one, "min-integer-digits")) or 0
            plain = attribute(one, "grouping") != "true" and attribute(one, "decimal-places") in ("", "0")
            if not plain or not 2 <= digits <= _MOST_DIGITS:
                return GENERAL
            code += "0" * digits
    return code or GENERAL
