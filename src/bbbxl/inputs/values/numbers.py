"""Numbers as exports write them: the decimal mark decided on evidence, each distinct text read once, exactly."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

import numpy as np
import numpy.typing as npt

from bbbxl.errors import InputError
from bbbxl.inputs.grid import DAY, ERROR, FLAG, NUMBER, TEXT, Column
from bbbxl.inputs.values.marks import (
    ERROR_CELL,
    MARKS,
    YES_OR_NO,
    Written,
    decimals_behind,
    is_endless,
    mark_shown,
    read_written,
)
from bbbxl.inputs.values.shapes import WHOLE_DIGITS, keyboard, shapes_of, shown
from bbbxl.money import LARGEST, to_minor

#: Digits of a number that Excel keeps and shows; what a workbook holds beyond them is noise of binary fractions.
_EXCEL_DIGITS = 15
_Places = npt.NDArray[np.int64]
_POWERS = 10 ** np.arange(WHOLE_DIGITS + 1, dtype=np.int64)
#: What a cell of a workbook held that is no number.
_OTHER_KINDS = {DAY: "is a date, and a number belongs here. Correct it.", FLAG: YES_OR_NO, ERROR: ERROR_CELL}


@dataclass(frozen=True)
class NumberStyle:
    """The decimal mark of a file.

    Attributes:
        decimal: "." or ",".
        evidence: What decided it, one sentence; empty where no number has a mark.
    """

    decimal: str
    evidence: str


@dataclass(frozen=True)
class Numbers:
    """The numbers of one column, one per distinct text.

    A number cell of a workbook counts with the 15 digits that Excel keeps.

    Attributes:
        mantissas: Digits as a whole number; the number is mantissa / 10**places.
        places: Decimals; below zero for scaled numbers such as 3k.
        long: Distinct place -> number of more than 18 digits; its mantissa is 0.
        given: False where the cell is empty or no number.
        currencies: Distinct place -> ISO code or ambiguous sign ("$") that the cell names.
        failed: Distinct place -> why it is no number, one sentence.
        scaled: Distinct places written as 1.2m or 3k.
        nil: Distinct places written as "-", read as 0.
        percents: Distinct places written in percent, read as 0.05 for 5%.
        marked: Distinct places in parentheses or with a minus behind, read as negative.
        endless: Distinct places among the failed ones that stand for no number that exists: NaN, 1e308.
    """

    mantissas: npt.NDArray[np.int64]
    places: npt.NDArray[np.int8]
    long: dict[int, Decimal]
    given: npt.NDArray[np.bool_]
    currencies: dict[int, str]
    failed: dict[int, str]
    scaled: set[int]
    nil: set[int]
    percents: set[int]
    marked: set[int]
    endless: set[int]

    def exact(self, place: int) -> Decimal | None:
        """Return the number of one distinct text, None where not given."""
        if not self.given[place]:
            return None
        if place in self.long:
            return self.long[place]
        mantissa, places = int(self.mantissas[place]), int(self.places[place])
        return Decimal(f"{mantissa}E{-places}") if places > 0 else Decimal(mantissa * 10**-places)


@dataclass(frozen=True)
class MinorUnits:
    """One column as minor units, one per row.

    Attributes:
        values: Minor units, rounded HALF_UP; 0 where not given.
        given: False where the cell is empty or could not be taken.
        lost: Whether the cell has more decimals than its currency.
        failed: Row place -> why the amount cannot be taken (the failed texts of `Numbers` included).
        beyond: Rows among them whose amount is past the largest one, or no number that exists.
    """

    values: npt.NDArray[np.int64]
    given: npt.NDArray[np.bool_]
    lost: npt.NDArray[np.bool_]
    failed: Mapping[int, str]
    beyond: tuple[int, ...] = ()


@dataclass(frozen=True)
class _Sight:
    """The first cell of a column that shows something: its row and text."""

    row: int
    text: str
    title: str

    def __str__(self) -> str:
        return f"{shown(self.text)} (row {self.row})"


def decide_decimal(
    place: str, columns: Sequence[Column], rows: npt.NDArray[np.int64], beside: Sequence[Column] = ()
) -> NumberStyle:
    """Return the decimal mark of a file.

    Numbers that can have one decimal mark only decide: "1.234,50", "12,5", "0,500", "1.234.567", "12,34,567".
    "1.234" decides nothing.

    Args:
        place: The file, as sentences name it.
        columns: Columns of amounts, and of quantities that figures are made of.
        rows: Row of the file of every row place.
        beside: Other columns of numbers: they decide where the first ones read differently and do not.

    Raises:
        InputError: two numbers contradict one another, or none decides and one reads differently with "." and ",".
    """
    sights = [_sights(column, rows) for column in columns]
    found = {mark: next((one[mark] for one in sights if mark in one), None) for mark in MARKS}
    point, comma = (found[mark] for mark in MARKS)
    if point and comma:
        raise InputError(
            f'{place}: {point.title} shows "." as decimal mark in {point}, {comma.title} shows "," in {comma}. '
            'Correct one of them, or set decimal = "," or "." for the file (--decimal).'
        )
    if sight := point or comma:
        mark = MARKS[0] if point else MARKS[1]
        return NumberStyle(mark, f'Decimal mark "{mark}" as in {sight}.')
    if doubt := next((one["?"] for one in sights if "?" in one), None):
        if helping := _only_mark([_sights(column, rows) for column in beside]):
            return helping
        bare = keyboard(doubt.text)
        readings = " or ".join(_plain_reading(bare, mark) for mark in MARKS[::-1])
        raise InputError(
            f"{place} row {doubt.row}, {doubt.title}: {shown(doubt.text)} may be {readings}, and no number of the "
            'file decides. Set decimal = "," or "." for the file (--decimal).'
        )
    return NumberStyle(MARKS[0], "")


def _only_mark(sights: Sequence[Mapping[str, _Sight]]) -> NumberStyle | None:
    """Return the one decimal mark that some columns show; None when they show none or both."""
    shown_by = {mark: one[mark] for one in reversed(sights) for mark in MARKS if mark in one}
    if len(shown_by) != 1:
        return None
    ((mark, sight),) = shown_by.items()
    return NumberStyle(mark, f'Decimal mark "{mark}" as in {sight}.')


def decimal_beside(column: Column, rows: npt.NDArray[np.int64], style: NumberStyle) -> NumberStyle:
    """Return the decimal mark of a column that no figure is made of, empty where nothing decides it.

    Args:
        column: The column.
        rows: Row of the file of every row place.
        style: Decimal mark of the amounts; it holds where the column shows none of its own.
    """
    sights = _sights(column, rows)
    if own := _only_mark([sights]):
        sight = sights[own.decimal]
        other = f'Column "{column.title}" has "{own.decimal}" as decimal mark, as in {sight}.'
        return NumberStyle(own.decimal, other if own.decimal != style.decimal else "")
    if all(mark in sights for mark in MARKS) or ("?" in sights and not style.evidence):
        sight = sights.get("?") or sights[MARKS[0]]
        return NumberStyle("", f'Column "{column.title}" is left out, because nothing decides its decimal mark, as in '
                               f"{sight}; no figure is made of it.")  # fmt: skip
    return style


def _plain_reading(text: str, decimal: str) -> str:
    """Return a number as it reads with a decimal mark, without thousands marks and with a point."""
    kept = "".join(letter for letter in text if letter.isdigit() or letter == decimal)
    return kept.replace(decimal, ".")


def _sights(column: Column, rows: npt.NDArray[np.int64]) -> dict[str, _Sight]:
    """Return the first number of a column for each decimal mark it can only have, and under "?" the first doubt."""
    places = np.arange(len(column.texts)) if column.kinds is None else np.flatnonzero(column.kinds == TEXT)
    shapes = shapes_of([column.texts[place] for place in places.tolist()])
    written = [read_written(shape, allow_percent=True) for shape in shapes.shapes]
    marks = [mark_shown(one.core) if isinstance(one, Written) and one.core else "" for one in written]
    sights = {}
    for mark in set(marks) - {""}:
        having = places[np.array([one == mark for one in marks])[shapes.codes]]
        place = having[np.argmin(column.first[having])]
        sights[mark] = _Sight(int(rows[column.first[place]]), column.texts[place], column.title)
    return sights


def parse_numbers(column: Column, decimal: str, *, allow_percent: bool = False) -> Numbers:
    """Return the numbers of a column, one per distinct text.

    Args:
        column: Texts are read with the decimal mark; number cells of a workbook as they are.
        decimal: "." or ",".
        allow_percent: Whether 5% is read as 0.05; refused otherwise.
    """
    count = len(column.texts)
    kinds = np.full(count, TEXT) if column.kinds is None else column.kinds
    made = Numbers(
        np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int8), {}, np.zeros(count, dtype=np.bool_), {}, {},
        set(), set(), set(), set(), set(),
    )  # fmt: skip
    _fill(made, column, np.flatnonzero(kinds == TEXT), decimal, allow_percent)
    cells = np.flatnonzero(kinds == NUMBER)
    if len(cells):
        _fill(made, column, cells, MARKS[0], False)
        _keep_excel_digits(made, cells)
    for kind, words in _OTHER_KINDS.items():
        for place in np.flatnonzero(kinds == kind).tolist():
            made.failed[place] = f"{shown(column.texts[place])} {words}"
    return made


_NOTHING = Written("")


@dataclass(frozen=True)
class _Reading:
    """What all numbers of one shape are: how they are written, their decimals, or what is wrong with them."""

    written: Written = _NOTHING
    places: int = 0
    given: bool = False
    wrong: str = ""

    def long(self, text: str) -> Decimal:
        """Return the number of a text, however many digits it has."""
        digits = "".join(letter for letter in keyboard(text) if letter.isdigit())
        return Decimal(f"{'-' if self.written.negative else ''}{digits}E{-self.places}")


def _fill(made: Numbers, column: Column, places: _Places, decimal: str, allow_percent: bool) -> None:
    """Read some distinct texts into numbers: each shape once, its digits for all texts at once."""
    texts = [column.texts[place] for place in places.tolist()] if len(places) < len(column.texts) else column.texts
    shapes = shapes_of(texts)
    readings = [_read_shape(shape, decimal, allow_percent) for shape in shapes.shapes]

    def texts_where(says: Callable[[_Reading], bool]) -> list[int]:
        return np.flatnonzero(np.array([says(one) for one in readings], dtype=np.bool_)[shapes.codes]).tolist()

    signs = np.array([1 - 2 * one.written.negative for one in readings], dtype=np.int64)
    made.given[places] = np.array([one.given for one in readings], dtype=np.bool_)[shapes.codes]
    made.mantissas[places] = np.where(made.given[places], shapes.mantissas * signs[shapes.codes], 0)
    made.places[places] = np.array([one.places for one in readings], dtype=np.int8)[shapes.codes]
    for at in texts_where(lambda one: bool(one.wrong)):
        made.failed[int(places[at])] = f"{shown(texts[at])} {readings[shapes.codes[at]].wrong}"
        if is_endless(texts[at]):
            made.endless.add(int(places[at]))
    for at in np.flatnonzero(made.given[places] & (shapes.digits > WHOLE_DIGITS)).tolist():
        made.long[int(places[at])] = readings[shapes.codes[at]].long(texts[at])
    named = texts_where(lambda one: bool(one.written.currency))
    currencies = [readings[code].written.currency for code in shapes.codes[named].tolist()]
    made.currencies.update(zip(places[named].tolist(), currencies, strict=True))
    made.scaled.update(places[texts_where(lambda one: one.written.scale > 0)].tolist())
    made.nil.update(places[texts_where(lambda one: one.given and not one.written.core)].tolist())
    made.marked.update(places[texts_where(lambda one: one.given and one.written.marked)].tolist())
    made.percents.update(places[texts_where(lambda one: one.written.percent)].tolist())


def _read_shape(shape: str, decimal: str, allow_percent: bool) -> _Reading:
    """Return how a shape is read; an empty text is neither given nor wrong."""
    written = read_written(shape, allow_percent) if shape else ""
    if isinstance(written, str):
        return _Reading(wrong=written)
    behind = decimals_behind(written.core, decimal) if written.core else 0
    if isinstance(behind, int):
        return _Reading(written, behind + 2 * written.percent - written.scale, given=True)
    other = MARKS[MARKS[0] == decimal]
    if isinstance(decimals_behind(written.core, other), int):
        remedy = f'Correct it, or set decimal = "{other}" for the file (--decimal).'
        return _Reading(wrong=f'is not a number with "{decimal}" as decimal mark. {remedy}')
    return _Reading(wrong=behind)


def _keep_excel_digits(made: Numbers, cells: _Places) -> None:
    """Round number cells of a workbook to the digits Excel keeps; whole numbers stay what they are."""
    size = np.abs(made.mantissas[cells])
    excess = np.searchsorted(_POWERS, size, side="right") - _EXCEL_DIGITS
    drop = np.clip(np.minimum(excess, made.places[cells]), 0, None)
    rounded = _half_up(size, _POWERS[drop])
    made.mantissas[cells] = np.where(made.mantissas[cells] < 0, -rounded, rounded)
    made.places[cells] -= drop.astype(np.int8)
    shorter = Context(prec=_EXCEL_DIGITS, rounding=ROUND_HALF_UP)
    for place in set(made.long) & set(cells.tolist()):
        if made.places[place] > 0:
            made.long[place] = shorter.plus(made.long[place])


def _half_up(size: npt.NDArray[np.int64], parts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return sizes of at most 18 digits divided by powers of ten, halves up."""
    return (2 * size + parts) // (2 * parts)


def minor_units(
    numbers: Numbers,
    codes: npt.NDArray[np.int32],
    exponents: npt.NDArray[np.int64],
    currency_of: Callable[[int], str],
) -> MinorUnits:
    """Return a column as minor units, one per row, as `to_minor` makes them.

    Args:
        numbers: One per distinct text.
        codes: Row place -> distinct place.
        exponents: Decimals of the currency of every row.
        currency_of: Row place -> its currency; asked for amounts past the largest one and past 18 digits only.
    """
    mantissas, given = numbers.mantissas[codes], numbers.given[codes]
    size, shift = np.abs(mantissas), exponents - numbers.places[codes]
    up, down = _POWERS[np.clip(shift, 0, WHOLE_DIGITS)], _POWERS[np.clip(-shift, 0, WHOLE_DIGITS)]
    fits = size <= LARGEST // up
    whole = np.where(fits, size, 0) * up
    values = np.where(shift < -WHOLE_DIGITS, 0, _half_up(whole, down))
    lost = np.where(shift < -WHOLE_DIGITS, size != 0, whole % down != 0)
    alone = ~fits | (values >= LARGEST) | np.isin(codes, list(numbers.long))
    values = np.where(mantissas < 0, -values, values)
    failed = {place: numbers.failed[int(codes[place])] for place in _rows_of(numbers.failed, codes)}
    beyond = _rows_of(numbers.endless, codes)
    for place in np.flatnonzero(alone & given).tolist():
        try:
            values[place], lost[place] = to_minor(numbers.exact(int(codes[place])) or Decimal(0), currency_of(place))
        except InputError as error:
            failed[place] = str(error)
            beyond.append(place)
    given[list(failed)] = False
    return MinorUnits(np.where(given, values, 0), given, lost & given, failed, tuple(sorted(beyond)))


def _rows_of(places: Collection[int], codes: npt.NDArray[np.int32]) -> list[int]:
    """Return the rows of some distinct texts."""
    return [int(row) for row in np.flatnonzero(np.isin(codes, list(places)))] if places else []


def decimals(numbers: Numbers, codes: npt.NDArray[np.int32]) -> list[Decimal | None]:
    """Return the exact number of every row, None where not given."""
    exact = [numbers.exact(place) for place in range(len(numbers.given))]
    return [exact[code] for code in codes.tolist()]


def floats(numbers: Numbers, codes: npt.NDArray[np.int32]) -> npt.NDArray[np.float64]:
    """Return the nearest float of every row's number, NaN where not given."""
    places = numbers.places.astype(np.int64)
    values = numbers.mantissas / 10.0 ** np.abs(places)
    # Whole numbers past 53 bits and powers past 22 are no exact floats: a quotient of them may be the second nearest.
    inexact = (np.abs(numbers.mantissas) > 2**53) | (places < 0) | (places > 22)
    for place in {*np.flatnonzero(inexact).tolist(), *numbers.long}:
        values[place] = float(numbers.exact(place) or 0)
    return np.where(numbers.given, values, np.nan)[codes]
