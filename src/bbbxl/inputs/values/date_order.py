"""The order of day, month and year in the numeric dates of a file, decided on evidence or refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bbbxl.errors import InputError
from bbbxl.inputs.grid import DAY, TEXT, Column
from bbbxl.inputs.values.date_forms import DMY, FIRST, MDY, YMD, WrittenDay, read_date, split_clock
from bbbxl.inputs.values.shapes import shown
from bbbxl.periods import MONTHS


@dataclass(frozen=True)
class DateStyle:
    """The order of day, month and year in the numeric dates of a file.

    Attributes:
        order: dmy, mdy or ymd when all columns that need one have the same; empty when none needs one or they differ.
        evidence: What decided it, one sentence for each order; empty where no date needs one.
        orders: Title of each column -> its order; empty where its dates need none.
    """

    order: str
    evidence: str
    orders: Mapping[str, str]


@dataclass(frozen=True)
class _Open:
    """A date whose order is open, where it first stands."""

    row: int
    text: str
    written: WrittenDay

    def __str__(self) -> str:
        return f"{shown(self.text)} (row {self.row})"


@dataclass(frozen=True)
class _Finding:
    """What one column says of its order.

    Attributes:
        title: Header.
        order: What its own dates decide; empty when they do not, or need not.
        shown_by: The date that decides.
        by_convention: Whether only the dots decide.
        doubt: The first date that stays open.
        either: The orders between which it is open.
    """

    title: str
    order: str = ""
    shown_by: _Open | None = None
    by_convention: bool = False
    doubt: _Open | None = None
    either: tuple[str, ...] = (DMY, MDY)


def decide_date_order(place: str, columns: Sequence[Column], rows: npt.NDArray[np.int64]) -> DateStyle:
    """Return the order of day, month and year of every date column of a file.

    A number above 12 decides a column. A column that decides nothing takes the order of the others when these agree.
    Dates with dots have the day first unless something speaks against it. That rows are sorted is no evidence.

    Args:
        place: The file, as sentences name it.
        columns: Columns of dates.
        rows: Row of the file of every row place.

    Raises:
        InputError: dates of one column contradict one another, or nothing decides.
    """
    findings = [_finding(place, column, rows) for column in columns]
    proved = {one.order for one in findings if one.order and not one.by_convention}
    orders = {one.title: _settled(place, one, proved) for one in findings}
    needed = {order for order in orders.values() if order}
    strongest_first = sorted(findings, key=lambda one: one.by_convention)
    said = [next(_evidence(one) for one in strongest_first if one.order == order) for order in sorted(needed)]
    evidence = " ".join(said)
    return DateStyle(needed.pop() if len(needed) == 1 else "", evidence, orders)


def _evidence(finding: _Finding) -> str:
    """Return the sentence that says what decided an order."""
    why = ", as dates with dots have," if finding.by_convention else ","
    return f'Dates have the {FIRST[finding.order]} first{why} as in {finding.shown_by} of "{finding.title}".'


def _settled(place: str, finding: _Finding, proved: set[str]) -> str:
    """Return the order of a column, taken from the others where it does not decide itself."""
    against = finding.by_convention and not proved <= {finding.order}
    if finding.doubt is None or (finding.order and not against):
        return finding.order
    taken = {YMD} if YMD in finding.either else set(finding.either)
    if len(proved) == 1 and proved <= taken and not against:
        return next(iter(proved))
    doubt = finding.doubt
    words = doubt_words(doubt.text, doubt.written, finding.either)
    raise InputError(f"{place} row {doubt.row}, {finding.title}: {words}")


def doubt_words(text: str, written: WrittenDay, either: Sequence[str]) -> str:
    """Return the sentence that a date reads differently in several orders."""
    read = [written.read(order) for order in either]
    readings = " or ".join(f"{day} {MONTHS[month - 1].capitalize()} {year}" for year, month, day in read)
    names = " or ".join(f'"{order}"' for order in either)
    return (
        f"{shown(text)} may be {readings}, and no date of the file decides. "
        f"Say date_order = {names} for it in bbbxl.toml, or --date-order."
    )


def _finding(place: str, column: Column, rows: npt.NDArray[np.int64]) -> _Finding:
    """Return what the dates of one column say of their order."""
    dates = list(_open_dates(column, rows))
    found: dict[str, _Open] = {}
    for one in dates:
        fits = [order for order in (DMY, MDY) if one.written.fits(order)] or [YMD] * one.written.fits(YMD)
        if len(fits) == 1 and not one.written.usual:
            found.setdefault(fits[0], one)
    if YMD in found and all(one.written.fits(YMD) for one in dates if not one.written.usual):
        found = {YMD: found[YMD]}
    _refuse_contradictions(place, column, found)
    _refuse_two_ways(place, column, found, dates)
    order = next(iter(found), "")
    _refuse_swapped(place, column, found, dates)
    if order != YMD and (doubt := _year_may_be_first(dates)):
        return _Finding(column.title, doubt=doubt, either=(order or DMY, YMD))
    doubts = [one for one in dates if _fits_both_ways(one) and not _same_either_way(one)]
    if not order and doubts and all(one.written.dotted for one in doubts):
        return _Finding(column.title, DMY, doubts[0], True, doubts[0])
    return _Finding(column.title, order, found.get(order), doubt=None if order or not doubts else doubts[0])


def _open_dates(column: Column, rows: npt.NDArray[np.int64]) -> Iterator[_Open]:
    """Yield the dates of a column that more than one order fits, each once, from the top of the file down."""
    seen: set[str] = set()
    for place in np.argsort(column.first, kind="stable").tolist():
        if column.kinds is not None and column.kinds[place] != TEXT:
            continue
        text = column.texts[place]
        clock = "" if text[:4].isdigit() else split_clock(text)  # a year of four digits before the others is certain
        if isinstance(clock, str) or clock.day in seen:
            continue
        seen.add(clock.day)
        written = read_date(clock.day)
        if isinstance(written, WrittenDay) and len(written.orders) > 1:
            yield _Open(int(rows[column.first[place]]), text, written)


def _same_either_way(one: _Open) -> bool:
    return one.written.read(DMY) == one.written.read(MDY)


def _refuse_contradictions(place: str, column: Column, found: Mapping[str, _Open]) -> None:
    """Refuse a column whose dates need different orders."""
    if len(found) > 1:
        (first, one), (second, other) = list(found.items())[:2]
        raise InputError(
            f"{place}: {column.title} has the {FIRST[first]} first in {one}, the {FIRST[second]} first in {other}. "
            "Correct one of them, or say date_order for the file in bbbxl.toml, or --date-order."
        )


def _refuse_two_ways(place: str, column: Column, found: Mapping[str, _Open], dates: Sequence[_Open]) -> None:
    """Refuse a column in which slashes prove the month first beside dates with dots, which have the day first."""
    proof = found.get(MDY)
    dotted = next((one for one in dates if one.written.dotted and _fits_both_ways(one)), None)
    if proof is not None and not proof.written.dotted and dotted is not None and not _same_either_way(dotted):
        raise InputError(
            f"{place} row {dotted.row}, {column.title}: {shown(dotted.text)} has dots, which stand for the day first, "
            f"and {proof} of the same column has the month first. Write all its dates alike, or say date_order for "
            "the file in bbbxl.toml, or --date-order."
        )


def _refuse_swapped(place: str, column: Column, found: Mapping[str, _Open], dates: Sequence[_Open]) -> None:
    """Refuse a column in which only dates that cannot be swapped are text: Excel may have swapped the others.

    Excel opens 03/04/2026 in its own order as a date, and leaves 31/10/2026 as text when it has no month 31.
    """
    if column.kinds is None or not found:
        return
    real = [text for text, kind in zip(column.texts, column.kinds.tolist(), strict=True) if kind == DAY]
    if real and all(text[8:10] <= "12" for text in real) and not any(_fits_both_ways(one) for one in dates):
        sight = next(iter(found.values()))
        raise InputError(
            f"{place} row {sight.row}, {column.title}: {shown(sight.text)} is text beside dates on days 1 to 12 only, "
            f"such as {shown(real[0])}: Excel may have swapped their day and month on opening the file. "
            "Export again, or say date_order for the file if its dates are right."
        )


def _fits_both_ways(one: _Open) -> bool:
    """Return whether day and month may stand either way."""
    return one.written.fits(DMY) and one.written.fits(MDY)


def _year_may_be_first(dates: Sequence[_Open]) -> _Open | None:
    """Return a date whose first number looks like a year of two digits, None when none does.

    Days of a column differ more than its years: where the last number differs more than the first, or both as much
    between hyphens, the year may stand first (26-10-31).
    """
    short = [one for one in dates if one.written.short_year]
    if not short or not all(one.written.fits(YMD) for one in short):
        return None
    firsts, lasts = ({one.written.numbers[at] for one in short} for at in (0, 2))
    hyphens = any(not one.written.usual and "-" in one.text for one in short)
    if len(firsts) < len(lasts) or (hyphens and len(firsts) == len(lasts)):
        return next((one for one in short if one.written.numbers[0] != one.written.numbers[2]), None)
    return None
