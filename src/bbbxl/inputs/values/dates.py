"""Days as exports write them: the order of day and month decided on evidence, each distinct text read once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bbbxl.errors import PeriodError
from bbbxl.inputs.grid import ERROR, FLAG, NUMBER, TEXT, Column
from bbbxl.inputs.values.date_forms import (
    DMY,
    FIRST,
    MDY,
    NO_DAY,
    Clock,
    WrittenDay,
    is_blank,
    long_year,
    order_for,
    read_date,
    serial_of,
    split_clock,
)
from bbbxl.inputs.values.date_order import DateStyle, decide_date_order, doubt_words
from bbbxl.inputs.values.marks import ERROR_CELL, UNKNOWN, YES_OR_NO, said_instead
from bbbxl.inputs.values.shapes import shown
from bbbxl.periods import DAYS_TO_1904, checked_day, from_serial
from bbbxl.policy import DATES_1904

__all__ = ["DateStyle", "Days", "decide_date_order", "parse_days"]

_COUNTS = ("two_digit_years", "timestamps", "zones", "serials", "blanks")


@dataclass(frozen=True)
class Days:
    """The days of one column, one per distinct text; the counts are rows.

    Attributes:
        values: Days; NaT where not given.
        given: False where the cell is empty or no day.
        failed: Distinct place -> why it is no day, one sentence.
        two_digit_years: Rows with a year of two digits (00-69 is 2000-2069, 70-99 is 1970-1999).
        timestamps: Rows with a time of the day other than midnight; the time is left out.
        zones: Rows with a time zone; the day is the one written, nothing is converted.
        serials: Rows with an Excel serial number.
        blanks: Rows with zeros for an empty date, such as 00.00.0000.
    """

    values: npt.NDArray[np.datetime64]
    given: npt.NDArray[np.bool_]
    failed: dict[int, str]
    two_digit_years: int
    timestamps: int
    zones: int
    serials: int
    blanks: int


class _Found(NamedTuple):
    """What one text is: a day, nothing, or what is wrong with it; and the counts it belongs to."""

    day: date | None = None
    wrong: str = ""
    counts: tuple[str, ...] = ()


def parse_days(column: Column, order: str, date_format: str | None = None) -> Days:
    """Return the days of a column, one per distinct text.

    The day of a timestamp is the one that is written, in the zone it is written in: nothing is converted.

    Args:
        column: Distinct texts.
        order: dmy, mdy, ymd, or empty when no date needs one.
        date_format: strptime form of the texts, or "1904" for serials of that date system; None to find it.
    """
    count = len(column.texts)
    days: list[date | None] = [None] * count
    failed: dict[int, str] = {}
    counted: dict[str, list[int]] = {name: [] for name in _COUNTS}
    for place, found in enumerate(_each(column, order, date_format)):
        days[place] = found.day
        if found.wrong:
            failed[place] = found.wrong
        for name in found.counts:
            counted[name].append(place)
    values = _as_days(days)
    rows = np.bincount(column.codes, minlength=count)
    return Days(
        values, ~np.isnat(values), failed, **{name: int(rows[places].sum()) for name, places in counted.items()}
    )


def _as_days(days: list[date | None]) -> npt.NDArray[np.datetime64]:
    """Return days as an array, NaT where there is none."""
    ordinals = np.array([0 if day is None else day.toordinal() for day in days], dtype=np.int64)
    values = (ordinals - date(1970, 1, 1).toordinal()).astype("datetime64[D]")
    values[ordinals == 0] = np.datetime64("NaT")
    return values


def _each(column: Column, order: str, date_format: str | None) -> Iterator[_Found]:
    """Yield what every distinct text is."""
    form = None if date_format == DATES_1904 else date_format
    shift = DAYS_TO_1904 if date_format == DATES_1904 else 0
    kinds = [TEXT] * len(column.texts) if column.kinds is None else column.kinds.tolist()
    known: dict[Clock, _Found] = {}
    for text, kind in zip(column.texts, kinds, strict=True):
        if kind in (FLAG, ERROR):
            yield _Found(wrong=f"{shown(text)} {YES_OR_NO if kind == FLAG else ERROR_CELL}")
        elif form and (kind == TEXT or (kind == NUMBER and serial_of(text) is None)):
            yield _formed(text, form)
        else:
            yield _clocked(text, order, shift, known)


def _formed(text: str, form: str) -> _Found:
    """Return the day of a text in a strptime form."""
    if not text or is_blank(text):
        return _Found(counts=("blanks",) if text else ())
    try:
        stamp = datetime.strptime(text, form)  # noqa: DTZ007 -- a day has no zone
    except ValueError:
        return _Found(
            wrong=f"{shown(text)} is not a date in the form {form}. Correct it, or date_format in bbbxl.toml."
        )
    short = "%y" in form
    marks = (short, bool(stamp.hour or stamp.minute or stamp.second), stamp.tzinfo is not None)
    counts = tuple(name for name, holds in zip(_COUNTS, marks, strict=False) if holds)
    return _day_of(text, (long_year(stamp.year) if short else stamp.year, stamp.month, stamp.day), counts)


def _clocked(text: str, order: str, shift: int, known: dict[Clock, _Found]) -> _Found:
    """Return the day of a text, with what stands behind it; `known` are the days read before."""
    clock = split_clock(text)
    if isinstance(clock, str):
        return _Found(wrong=f"{shown(text)} {clock}")
    if clock in known:
        return known[clock]
    found = _plain_day(clock.day, text, order, shift)
    found = found._replace(counts=(*found.counts, *["timestamps"] * clock.timed, *["zones"] * clock.zoned))
    if not found.wrong:
        known[clock] = found
    return found


def _plain_day(day: str, text: str, order: str, shift: int) -> _Found:
    """Return the day of a date without its clock; sentences name the whole text."""
    if not day:
        return _Found()
    if is_blank(day):
        return _Found(counts=("blanks",))
    if (serial := serial_of(day)) is not None:
        try:
            return _Found(from_serial(serial + shift), counts=("serials",))
        except PeriodError as error:
            return _Found(wrong=str(error))
    written = read_date(day)
    if isinstance(written, WrittenDay):
        return _written_day(written, text, order)
    words = said_instead(day) or (UNKNOWN if not day.strip("-. ") else written)
    return _Found(wrong=f"{shown(text)} {words}")


def _written_day(written: WrittenDay, text: str, order: str) -> _Found:
    """Return the day of a written date in the order of its column."""
    own = order_for(written, order)
    if not own and not order and written.fits(DMY) and written.read(DMY) == written.read(MDY):
        own = DMY
    if not own:
        return _Found(wrong=_without_order(written, text))
    year, month, day = written.read(own)
    if not 1 <= month <= 12 and not written.usual:
        return _Found(
            wrong=f"{shown(text)} has no month {month} with the {FIRST[own]} first, as the file has it. "
            "Correct it, or date_order for the file."
        )
    found = _day_of(text, (year, month, day), ("two_digit_years",) if written.short_year else ())
    if found.day and written.weekday not in (None, found.day.weekday()):
        return _Found(wrong=f"{shown(text)} names another weekday than {found.day} has. Correct one of them.")
    return found


def _without_order(written: WrittenDay, text: str) -> str:
    """Return why a date cannot be read in its column."""
    either = [order for order in written.orders if written.fits(order)]
    return doubt_words(text, written, either) if len(either) > 1 else f"{shown(text)} {NO_DAY}"


def _day_of(text: str, parts: tuple[int, int, int], counts: tuple[str, ...]) -> _Found:
    """Return a day of the calendar within the years bbbxl takes, or why it is none."""
    try:
        return _Found(checked_day(text, *parts), counts=counts)
    except PeriodError as error:
        return _Found(wrong=str(error))
