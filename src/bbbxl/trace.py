"""One definition, two readings: arithmetic on numbers gives a value, on `Ref` an Excel formula."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from numbers import Real
from typing import Any

#: Binding strength of an expression's outermost operator.
_SUM, _PRODUCT, _ATOM = 1, 2, 3


@dataclass(frozen=True)
class Ref:
    """An Excel expression.

    Attributes:
        text: Formula text without the leading "=".
        rank: Binding strength of its outermost operator: 1 sum, 2 product, 3 cell, call or bracket.
    """

    text: str
    rank: int = _ATOM

    def __add__(self, other: object) -> Ref:
        return _join(self, "+", other, _SUM)

    def __radd__(self, other: object) -> Ref:
        return _join(other, "+", self, _SUM)

    def __sub__(self, other: object) -> Ref:
        return _join(self, "-", other, _SUM)

    def __rsub__(self, other: object) -> Ref:
        return _join(other, "-", self, _SUM)

    def __mul__(self, other: object) -> Ref:
        return _join(self, "*", other, _PRODUCT)

    def __rmul__(self, other: object) -> Ref:
        return _join(other, "*", self, _PRODUCT)

    def __truediv__(self, other: object) -> Ref:
        return _join(self, "/", other, _PRODUCT)

    def __rtruediv__(self, other: object) -> Ref:
        return _join(other, "/", self, _PRODUCT)

    def __neg__(self) -> Ref:
        return Ref(f"-{self.text if self.rank >= _PRODUCT else f'({self.text})'}", _SUM)

    def __pos__(self) -> Ref:
        return self


def as_ref(value: object) -> Ref:
    """Return a number as formula text; a Ref stays what it is.

    Raises:
        TypeError: neither a finite number nor a Ref.
    """
    if isinstance(value, Ref):
        return value
    number = getattr(value, "item", lambda: value)()
    if isinstance(number, bool) or not isinstance(number, Real | Decimal) or not math.isfinite(number):
        raise TypeError(f"{value!r} is no number that a formula can hold")
    text = (str(number) if isinstance(number, int | Decimal) else repr(float(number))).upper()
    return Ref(text, _SUM if number < 0 else _ATOM)


def _join(left: object, operator: str, right: object, rank: int) -> Ref:
    first, second = as_ref(left), as_ref(right)
    opening = first.text if first.rank >= rank else f"({first.text})"
    keeps = second.rank > rank or (second.rank == rank and operator in "+*" and not second.text.startswith("-"))
    return Ref(f"{opening}{operator}{second.text if keeps else f'({second.text})'}", rank)


def ratio(above: Any, below: Any) -> Any:  # noqa: ANN401 -- a number or a Ref
    """Return above / below, undefined (NaN, blank in a cell) where below is zero."""
    if isinstance(above, Ref) or isinstance(below, Ref):
        divided = _join(above, "/", below, _PRODUCT)
        return Ref(f'IF({as_ref(below).text}=0,"",{divided.text})')
    if below == 0 or below != below:  # noqa: PLR0124 -- NaN
        return math.nan
    return float(above) / float(below)
