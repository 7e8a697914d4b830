"""Criteria as accountants know them: values, lists A;B, ranges A:C, wildcards, <>, >1000; nothing unknown is 0."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from bbbxl.aggregate.select import NOT_GIVEN
from bbbxl.cells.arguments import Cell
from bbbxl.cells.moments import period_in
from bbbxl.errors import InputError, UnknownNameError
from bbbxl.periods import Calendar

Mask: TypeAlias = npt.NDArray[np.bool_]
_COMPARED: Final = re.compile(r"(<>|<=|>=|<|>|=)(.*)", re.DOTALL)
_COMPARE: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "<": lambda left, right: left < right, "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right, ">=": lambda left, right: left >= right,
    "=": lambda left, right: left == right, "<>": lambda left, right: left != right,
}  # fmt: skip
_NUMBERS: Final = re.compile(r"(\d+)")
#: Takes every row, also those without a value.
_EVERY: Final = "*"
#: Characters that make a text a pattern.
_WILD: Final = re.compile(r"[*?~]")


def chosen_texts(name: str, cell: Cell, known: Sequence[str]) -> tuple[list[str], bool]:
    """Return the values of a text field that a criterion names, and whether they are taken or left out.

    A value that is spelt so is always meant as itself, whatever marks are in it. Upper and lower case are told apart
    only where two values differ in nothing else.

    Args:
        name: The field as it was typed.
        cell: The criterion.
        known: Values in the data; `NOT_GIVEN` for rows without one.

    Returns:
        Values of the data; True where they are taken, False where they are left out.

    Raises:
        InputError: the criterion is empty, an error value, compares texts, or no value meets it.
        UnknownNameError: no such value; the nearest are offered.
    """
    text = _text_of(name, cell)
    named, taken = ([text], True) if text in known else _named_texts(name, text, known)
    if not (set(named) if taken else set(known) - set(named)):
        raise InputError(f'No row meets "{text}" for "{name}". Correct the criterion.')
    return named, taken


def _named_texts(name: str, text: str, known: Sequence[str]) -> tuple[list[str], bool]:
    """Return the values that a text names, and whether they are taken or left out."""
    found = _COMPARED.fullmatch(text)
    if found is None:
        return _listed(name, text, known), True
    sign, rest = found[1], found[2].strip()
    if sign not in ("=", "<>"):
        raise InputError(f'"{name}" holds text, and "{text}" compares amounts or days. Name a value, or use A:C.')
    if not rest:
        return [one for one in known if one == NOT_GIVEN], sign == "="
    return _listed(name, rest, known), sign == "="


def _text_of(name: str, cell: Cell) -> str:
    if cell.error:
        raise InputError(f'The criterion for "{name}" is {cell.error}. Correct the cell that gives it.')
    if cell.empty:
        raise InputError(f'The criterion for "{name}" is empty. Type a value, or * for every one.')
    return cell.text


def _listed(name: str, text: str, known: Sequence[str]) -> list[str]:
    """Return the values that one value or a list A;B names."""
    if text in known or ";" not in text:
        return _named(name, text, known)
    parts = [part.strip() for part in text.split(";")]
    if not all(parts):
        raise InputError(f'The list "{text}" for "{name}" has an empty value. Take out a semicolon.')
    return list(dict.fromkeys(one for part in parts for one in _named(name, part, known)))


def _named(name: str, text: str, known: Sequence[str]) -> list[str]:
    """Return the values that one text names: itself, a pattern, or a range A:C."""
    if text == _EVERY:
        return list(known)
    if text in known:
        return [text]
    folded = text.casefold()
    if same := [one for one in known if one.casefold() == folded]:
        return same
    found: list[str] = []
    if _WILD.search(text):
        pattern = _pattern(text)
        found = [one for one in known if one != NOT_GIVEN and pattern.fullmatch(one)]
    elif ":" in text:
        first, last = (part.strip().casefold() for part in text.split(":", 1))
        found = [one for one in known if one != NOT_GIVEN and _lies_between(one.casefold(), first, last)]
    if not found:
        raise UnknownNameError(f"{name}", text, known)
    return found


def _lies_between(value: str, first: str, last: str) -> bool:
    """Return whether a value lies in a range: letters in their order, numbers in it by size, A:C with all of C."""
    if first.isdecimal() and last.isdecimal() and not value.isdecimal():
        return False
    ours, low, high = map(_sorted_by, (value, first, last))
    ours_of_high = ours[: len(high)]
    if high and isinstance(high[-1], str) and len(ours_of_high) == len(high):
        ours_of_high[-1] = str(ours_of_high[-1])[: len(high[-1])]
    return low <= ours and ours_of_high <= high


def _sorted_by(text: str) -> list[Any]:
    """Return a text as it is sorted: letters and numbers in turns, so that SO-2 stands before SO-10."""
    parts: list[Any] = _NUMBERS.split(text)
    return [int(part) if place % 2 else part for place, part in enumerate(parts) if part or place != len(parts) - 1]


def _pattern(text: str) -> re.Pattern[str]:
    """Return * as any text, ? as one character, and ~ before one of them as itself."""
    made, place = "", 0
    while place < len(text):
        mark = text[place]
        if mark == "~" and place + 1 < len(text) and text[place + 1] in "*?~":
            place += 1
            made += re.escape(text[place])
        else:
            made += {"*": ".*", "?": "."}.get(mark, re.escape(mark))
        place += 1
    return re.compile(made, re.IGNORECASE | re.DOTALL)


def chosen_numbers(name: str, cell: Cell, values: pd.Series[Any]) -> Mask:
    """Return which amounts a criterion takes: 1000, >1000, <>0, 100:200, lists of them.

    Args:
        name: The field as it was typed.
        cell: The criterion.
        values: Major units; missing where there is none.

    Raises:
        InputError: the criterion is empty or no number.
    """
    return _compared(name, cell, values, lambda text: (_number(name, text),) * 2)


def chosen_days(name: str, cell: Cell, values: pd.Series[Any], calendar: Calendar) -> Mask:
    """Return which days a criterion takes: a day or period, >=2026-01-01, 2026-01:2026-03, lists of them.

    Args:
        name: The field as it was typed.
        cell: The criterion.
        values: Days; missing where there is none.
        calendar: Fiscal calendar.

    Raises:
        InputError: the criterion is empty.
        PeriodError: it is no day or period.
    """
    if not isinstance(cell.value, str):
        span = period_in(cell, calendar, stock=False, what=f'criterion for "{name}"')
        return _between(values, _stamp(span.start), _stamp(span.last))

    def ends(text: str) -> tuple[Any, Any]:
        span = period_in(Cell(text), calendar, stock=False, what=f'criterion for "{name}"')
        return _stamp(span.start), _stamp(span.last)

    return _compared(name, cell, values, ends)


def _compared(name: str, cell: Cell, values: pd.Series[Any], ends: Callable[[str], tuple[Any, Any]]) -> Mask:
    """Return which values a criterion takes; a text stands for the span between its two ends.

    One sign stands before all: <>100;200 takes neither. A list of several comparisons is refused, because some read it
    as "or" and some as "and".
    """
    text = _text_of(name, cell)
    found = _COMPARED.fullmatch(text)
    sign, rest = (found[1], found[2].strip()) if found else ("=", text)
    if not rest and sign in ("=", "<>"):
        return values.isna().to_numpy() if sign == "=" else values.notna().to_numpy()
    parts = [part.strip() for part in rest.split(";")]
    if not all(parts):
        raise InputError(f'"{text}" for "{name}" lacks a value. Complete it.')
    several = len(parts) > 1 or ":" in rest
    if any(map(_COMPARED.fullmatch, parts)) or (several and sign not in ("=", "<>")):
        raise InputError(
            f'"{text}" for "{name}" compares several times. Give each comparison with its field, or a range such as '
            "100:500."
        )
    spans = [_span(name, text, part, ends) for part in parts]
    if len(spans) == 1:
        return _one(values, sign, *spans[0])
    inside: Mask = np.logical_or.reduce([_between(values, *span) for span in spans])
    return inside if sign == "=" else ~inside & values.notna().to_numpy()


def _span(name: str, text: str, part: str, ends: Callable[[str], tuple[Any, Any]]) -> tuple[Any, Any]:
    """Return the two ends of a value, or of a range A:B."""
    parts = part.split(":")
    if len(parts) > 2 or not all(map(str.strip, parts)):
        raise InputError(f'"{text}" for "{name}" is no range. Write its two ends with one colon between.')
    first, last = ends(parts[0].strip())[0], ends(parts[-1].strip())[1]
    if last < first:
        raise InputError(f'"{text}" for "{name}" ends before it starts. Turn it round.')
    return first, last


def _one(values: pd.Series[Any], sign: str, first: Any, last: Any) -> Mask:  # noqa: ANN401 -- numbers or days
    """Return which values stand so to a span: before it, in it, after it."""
    if sign in ("=", "<>"):
        inside = _between(values, first, last)
        return inside if sign == "=" else ~inside & values.notna().to_numpy()
    end = last if sign in ("<=", ">") else first
    found: Mask = _COMPARE[sign](values, end).fillna(False).to_numpy(dtype=bool)
    return found


def _between(values: pd.Series[Any], first: Any, last: Any) -> Mask:  # noqa: ANN401 -- numbers or days
    found: Mask = values.between(first, last).fillna(False).to_numpy(dtype=bool)
    return found


def _stamp(day: date) -> pd.Timestamp:
    return pd.Timestamp(day)


def _number(name: str, text: str) -> float:
    try:
        number = float(Decimal(text.replace("\u2212", "-")))
    except InvalidOperation as error:
        raise InputError(
            f'"{text}" for "{name}" is not a number. Write digits and a decimal point, such as >1000.'
        ) from error
    if number != number or abs(number) == float("inf"):  # noqa: PLR0124 -- the one number that is not itself
        raise InputError(f'"{text}" for "{name}" is not a number. Write digits, such as >1000.')
    return number
