"""A formula that carries the value the engine computed for it."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from math import isfinite
from typing import Final, TypeAlias

from openpyxl.worksheet.formula import ArrayFormula

from bbbxl.errors import TemplateError
from bbbxl.workbook.strings import unwritable

Value: TypeAlias = bool | int | float | str | date | None

LONGEST_FORMULA: Final = 8192
VOLATILE: Final = frozenset({"CELL", "INDIRECT", "INFO", "NOW", "OFFSET", "RAND", "RANDARRAY", "RANDBETWEEN", "TODAY"})
_FIRST_SERIAL: Final = date(1900, 3, 1)
_SERIAL_ZERO: Final = date(1899, 12, 30).toordinal()
_TEXT_LITERAL: Final = re.compile(r'"[^"]*"')
_FUNCTION: Final = re.compile(r"([A-Z_][A-Z0-9_.]*)\(", re.IGNORECASE)


class Live(ArrayFormula):
    """A formula and its value; openpyxl takes it as the value of a cell.

    Attributes:
        text: The formula in English with commas, from "=" on.
        value: What the engine computed; None and "" are both the empty text.
    """

    def __init__(self, text: str, value: Value) -> None:
        super().__init__("", text)
        _refuse(text)
        self.text: str = text
        self.value: Value = _plain(text, value)

    def __iter__(self):  # type: ignore[no-untyped-def]  # noqa: ANN204 - openpyxl asks for the attributes of <f>
        """Yield nothing: a live formula is an ordinary one, not an array."""
        return iter(())

    def __repr__(self) -> str:
        return f"Live({self.text!r}, {self.value!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Live) and (self.text, self.value) == (other.text, other.value)

    def __hash__(self) -> int:
        return hash((self.text, self.value))


def functions(formula: str) -> set[str]:
    """Return the functions a formula calls, in capitals; names inside text literals do not count."""
    return {name.upper() for name in _FUNCTION.findall(_TEXT_LITERAL.sub('""', formula))}


def serial(day: date) -> int:
    """Return the number Excel keeps for a day.

    Raises:
        ValueError: the day carries a time, or lies before 1900-03-01, where Excel's own count is wrong.
    """
    if isinstance(day, datetime):
        if day.time() != time():
            raise ValueError(f"{day} carries a time of day")
        day = day.date()
    if day < _FIRST_SERIAL:
        raise ValueError(f"{day} lies before 1900-03-01")
    return day.toordinal() - _SERIAL_ZERO


def cached(value: Value) -> tuple[str | None, str]:
    """Return the type and text of a cached value as they stand in the sheet."""
    if value is None or isinstance(value, str):
        return "str", value or ""
    if isinstance(value, bool):
        return "b", str(int(value))
    if isinstance(value, date):
        return None, str(serial(value))
    return None, int.__repr__(value) if isinstance(value, int) else float.__repr__(value)


def _refuse(text: str) -> None:
    """Raise when a formula would not be read, or not stay what it is."""
    if not text.startswith("=") or len(text) < 2:
        raise TemplateError(f'The formula "{text[:60]}" does not begin with "=".')
    if len(text) > LONGEST_FORMULA:
        raise TemplateError(f'The formula "{text[:60]}..." has {len(text)} characters; Excel takes {LONGEST_FORMULA}.')
    if moving := functions(text) & VOLATILE:
        raise TemplateError(
            f'The formula "{text[:60]}" calls {", ".join(sorted(moving))}, which changes by itself. '
            "Write the date or the range out."
        )


def _plain(text: str, value: Value) -> Value:
    """Return the value as a plain Python value; scalars of numpy give up theirs."""
    if callable(item := getattr(value, "item", None)):
        value = item()
    known = value is None or isinstance(value, bool | int | float | str | date)
    if not known or (isinstance(value, float) and not isfinite(value)):
        raise TemplateError(f'The formula "{text[:60]}" came with the value {value!r}, which a cell cannot hold.')
    if isinstance(value, str) and (reason := unwritable(value)):
        raise TemplateError(f'The formula "{text[:60]}" came with a text no cell can hold: {reason}.')
    if isinstance(value, date):
        try:
            serial(value)
        except ValueError as problem:
            raise TemplateError(f'The formula "{text[:60]}" came with a day: {problem}.') from problem
    return value
