"""One cell of an OpenDocument spreadsheet as text, with its kind and number format."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from lxml import etree

from bbbxl.inputs.files.facts import whole_number
from bbbxl.inputs.files.number_formats import GENERAL
from bbbxl.inputs.files.ods_styles import BOOLEAN, PERCENT, currency_code
from bbbxl.inputs.files.parts import attribute, local
from bbbxl.inputs.files.sheet_child import duration_text, flag_text, number_text
from bbbxl.inputs.grid import DAY, ERROR, FLAG, NUMBER, TEXT

_ERROR_TEXT: Final = re.compile(r"#N/A|#[A-Z]+(/0)?[!?]|Err:\d+")
_NUMBER: Final = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", re.ASCII)
_DATE: Final = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d)(?:[.,]\d+)?)?Z?")
_TIME: Final = re.compile(r"(-?)PT(\d{1,9})H(\d{1,9})M(\d{1,9})(?:[.,]\d+)?S")
_FLAGS: Final = ("TRUE", "FALSE")
_NUMBERS: Final = ("float", "percentage", "currency")
_NOT_SHOWN: Final = ("annotation", "ruby-text", "note", "shapes", "frame")
_SPACES: Final = {"tab": "\t", "line-break": "\n"}
_MOST_SPACES: Final = 32_767
#: More repetitions than any sheet has.
TOO_MANY: Final = 1 << 40


@dataclass(frozen=True)
class OdsCell:
    """A cell, or a run of equal ones.

    Attributes:
        text: As in Grid.
        kind: As in Grid.
        times: How often it stands side by side.
        code: Number format of a number.
        uncached: Whether it is a formula without a computed value.
    """

    text: str
    kind: int
    times: int
    code: str | None = None
    uncached: bool = False


def repeated(element: etree._Element, what: str) -> int:
    """Return how often a row or cell ("rows", "columns") stands there."""
    told = attribute(element, f"number-{what}-repeated")
    number = whole_number(told)
    if number is None:
        return TOO_MANY if told.isdigit() else 1
    return max(1, number)


def ods_cell(element: etree._Element, code_of: Callable[[], str]) -> OdsCell:
    """Return a cell.

    Args:
        element: table-cell or covered-table-cell.
        code_of: Gives the number format of its style.
    """
    times = repeated(element, "columns")
    if local(element) == "covered-table-cell":
        return OdsCell("", TEXT, times)
    kind, formula = attribute(element, "value-type"), attribute(element, "formula")
    if not kind:
        # An empty paragraph is the computed value of a formula that gives an empty text.
        computed = any(local(child) == "p" for child in element)
        return OdsCell("", TEXT, times, uncached=not computed) if formula else OdsCell(_shown(element), TEXT, times)
    if kind in _NUMBERS or (formula and kind == "string"):
        shown = _shown(element).strip() if formula else ""
        if shown and _ERROR_TEXT.fullmatch(shown):
            return OdsCell(shown, ERROR, times)
    if kind in _NUMBERS:
        return _number(element, kind, times, code_of())
    return _other(element, kind, times)


def _number(element: etree._Element, kind: str, times: int, code: str) -> OdsCell:
    """Return a cell with a number."""
    value = attribute(element, "value")
    if _NUMBER.fullmatch(value) is None:
        return OdsCell(value or _shown(element), TEXT, times)
    number = float(value)
    if number in (0, 1) and (code == BOOLEAN or _shown(element) in _FLAGS):
        return OdsCell(flag_text(bool(number)), FLAG, times)
    if kind == "percentage":
        code = PERCENT
    elif kind == "currency" and (currency := attribute(element, "currency")):
        code = currency_code(currency)
    return OdsCell(number_text(number), NUMBER, times, code or GENERAL)


def _other(element: etree._Element, kind: str, times: int) -> OdsCell:
    """Return a cell with a day, a time, a flag or text."""
    if kind == "date":
        told = attribute(element, "date-value")
        if (found := _DATE.fullmatch(told)) is None:
            return OdsCell(told or _shown(element), TEXT, times)
        day, time = found.groups()
        return OdsCell(day if time in (None, "00:00:00") else f"{day}T{time}", DAY, times)
    if kind == "time":
        told = attribute(element, "time-value")
        if (found := _TIME.fullmatch(told)) is None:
            return OdsCell(told or _shown(element), TEXT, times)
        sign, hours, minutes, seconds = found.groups()
        duration = datetime.timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds))
        return OdsCell(duration_text(-duration if sign else duration), TEXT, times)
    if kind == "boolean":
        return OdsCell(flag_text(attribute(element, "boolean-value") == "true"), FLAG, times)
    return OdsCell(_shown(element) or attribute(element, "string-value"), TEXT, times)


def _shown(element: etree._Element) -> str:
    """Return the paragraphs of a cell as lines, comments left out."""
    return "\n".join(_text(one) for one in element if local(one) == "p")


def _text(element: etree._Element) -> str:
    """Return the text of a paragraph or a part of it."""
    if not len(element):
        return element.text or ""
    parts = [element.text or ""]
    for one in element:
        kind = local(one)
        if kind == "s":
            parts.append(" " * min(whole_number(attribute(one, "c")) or 1, _MOST_SPACES))
        elif kind in _SPACES:
            parts.append(_SPACES[kind])
        elif kind not in _NOT_SHOWN:
            parts.append(_text(one))
        parts.append(one.tail or "")
    return "".join(parts)
