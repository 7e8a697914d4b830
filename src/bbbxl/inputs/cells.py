"""Cells understood: texts, days, amounts, numbers and flags of one table, with the rows that could not be."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

from bbbxl.errors import BbbError, InputError, Problem
from bbbxl.inputs.read import RawTable
from bbbxl.money import exponent, parse_decimal, to_minor
from bbbxl.periods import parse_day

Value = TypeVar("Value")
FILL = "Fill it in, or take the row out of the export."
#: Fields whose name is not what people call them.
_WORDS = {"order_id": "order number", "effective": "date of the event"}
_TRUE = frozenset({"yes", "y", "true", "1", "x"})
_FALSE = frozenset({"no", "n", "false", "0", ""})


@dataclass
class Cells:
    """The columns of one table, read on demand.

    Attributes:
        table: The text.
        columns: Field -> header.
        fixed: Field -> value for all rows.
        decimal: Decimal mark.
        date_format: strptime form; None for ISO, yyyymmdd and serials.
        problems: Row place (0-based) -> what is wrong with it; such rows are set aside.
        lost_decimals: How many amounts had more decimals than their currency.
    """

    table: RawTable
    columns: Mapping[str, str]
    fixed: Mapping[str, str]
    decimal: str = "."
    date_format: str | None = None
    problems: dict[int, Problem] = field(default_factory=dict)
    lost_decimals: int = 0

    def __len__(self) -> int:
        return len(self.table.rows)

    def has(self, name: str) -> bool:
        """Return whether the file says anything of a field."""
        return name in self.columns or name in self.fixed

    def texts(self, name: str, default: str = "") -> list[str]:
        """Return a field as text; the default where the file has no such column or the cell is empty."""
        if name in self.columns:
            return [cell or default for cell in self.table.column(self.columns[name])]
        return [self.fixed.get(name, default)] * len(self)

    def days(self, name: str) -> list[date | None]:
        """Return a field as days, None where empty."""
        return self._parsed(name, self._day)

    def numbers(self, name: str) -> list[float]:
        """Return a field as numbers, NaN where empty."""
        return [math.nan if one is None else float(one) for one in self.decimals(name)]

    def decimals(self, name: str) -> list[Decimal | None]:
        """Return a field as exact numbers, None where empty."""
        return self._parsed(name, lambda text: parse_decimal(text, self.decimal))

    def flags(self, name: str) -> list[float]:
        """Return a field as 1 or 0, NaN where the file has no such column or the cell is empty."""
        if not self.has(name):
            return [math.nan] * len(self)
        return [math.nan if one is None else one for one in self._parsed(name, _flag)]

    def currencies(self, default: str) -> list[str]:
        """Return the document currency of every row, the default where the cell is empty."""
        texts = self.texts("currency", default)
        for code in dict.fromkeys(texts):
            try:
                exponent(code)
            except BbbError as error:
                known = str(error) if code else f"the currency is empty. {FILL}"
                for place in (place for place, text in enumerate(texts) if text == code):
                    self.refuse(place, "currency", code, known)
        return texts

    def amounts(self, name: str, currencies: list[str]) -> list[int | None]:
        """Return a field as minor units, rounded HALF_UP, None where empty."""
        made: list[int | None] = []
        for place, (value, currency) in enumerate(zip(self.decimals(name), currencies, strict=True)):
            if value is None or place in self.problems:
                made.append(None)
                continue
            try:
                minor, lost = to_minor(value, currency)
            except InputError as error:
                self.refuse(place, name, str(value), str(error))
                made.append(None)
                continue
            self.lost_decimals += lost
            made.append(minor)
        return made

    def refuse(self, place: int, name: str, value: str, message: str) -> None:
        """Set a row aside; the first reason stands."""
        self.problems.setdefault(
            place,
            Problem(self.table.file, self.table.numbers[place], self.columns.get(name, name), value, message),
        )

    def require(self, name: str, values: list[Value | None]) -> list[Value | None]:
        """Set rows aside whose value is missing, and return the values."""
        for place, value in enumerate(values):
            if value is None or value == "":
                self.refuse(place, name, "", f"the {_WORDS.get(name, name.replace('_', ' '))} is empty. {FILL}")
        return values

    def _parsed(self, name: str, parse: Callable[[str], Value]) -> list[Value | None]:
        """Return a field parsed cell by cell; equal texts are parsed once."""
        known: dict[str, Value | None] = {"": None}
        failed: dict[str, str] = {}
        made: list[Value | None] = []
        for place, text in enumerate(self.texts(name)):
            if text not in known:
                try:
                    known[text] = parse(text)
                except BbbError as error:
                    known[text] = None
                    failed[text] = str(error)
            if text in failed:
                self.refuse(place, name, text, failed[text])
            made.append(known[text])
        return made

    def _day(self, text: str) -> date:
        if self.date_format:
            try:
                text = datetime.strptime(text, self.date_format).date().isoformat()  # noqa: DTZ007 -- a day has no zone
            except ValueError as error:
                raise InputError(
                    f'"{text}" is not a date in the form {self.date_format}. Correct it, or date_format in bbbxl.toml.'
                ) from error
        if (day := parse_day(text)) is None:
            raise InputError(f'"{text}" is not a date like 2026-10-31 or 20261031. Correct it, or say '
                             'how dates are '
                             'written: date_format (such as "%d.%m.%Y") for the file in '
                             'bbbxl.toml.')  # fmt: skip
        return day


def _flag(text: str) -> float:
    word = text.casefold()
    if word in _TRUE:
        return 1.0
    if word in _FALSE:
        return 0.0
    raise InputError(f'"{text}" is neither yes nor no. Write yes, no, or leave the cell empty.')
