"""Periods and as-of dates from cells: texts, serials, and cells that show only a month."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final

from bbbxl.cells.arguments import Cell
from bbbxl.errors import InputError, PeriodError
from bbbxl.periods import (
    DAYS_TO_1904,
    END_SERIAL,
    FIRST_SERIAL,
    Calendar,
    Period,
    day_period,
    from_serial,
    parse_period,
)

#: What a period may be typed as.
_TYPE_IT: Final = "Type it like 2026-10, 2026-Q3, FY2026 or 2026-10-31."
#: What joining a day to a text leaves of it; nobody can tell from which year it counts.
_BARE: Final = re.compile(r"(?<![\d.])\d{5}(?:\.\d+)?(?!\d)")


def period_in(cell: Cell, calendar: Calendar, *, stock: bool, what: str = "period") -> Period:
    """Return the period that a cell means.

    A day is that one day. A day that is shown as a month is that month, also as an as-of date: its end. A day that is
    the first of a month and may be what became of a typed month, or stands over a month in a heading, is refused
    where nobody can tell. So is the number of a day inside a text, such as ">="&A1 makes it: it may count from 1904.

    Args:
        cell: The argument.
        calendar: Fiscal calendar.
        stock: Whether only the end of the period plays a part.
        what: What sentences call the argument.

    Raises:
        PeriodError: none of the forms fits, the day may be a month, or a text holds the number of a day.
        InputError: an error value.

    Source: rules, Dates: an as-of cell shown as a month is the end of that month; any other date is that day.
    """
    if cell.error:
        raise InputError(f"The {what} is {cell.error}. Correct the cell that gives it.")
    if cell.empty:
        raise PeriodError(f"The {what} is empty. {_TYPE_IT}")
    if isinstance(cell.value, bool):
        raise PeriodError(f"The {what} is {cell.text}. {_TYPE_IT}")
    if isinstance(cell.value, str) and _BARE.search(cell.value):
        raise PeriodError(
            f'The {what} "{cell.text}" names a day by its bare number. Give the cell of the day itself, or '
            'TEXT(A1,"yyyy-mm-dd") of it.'
        )
    day = _day(cell)
    if day is None:
        return parse_period(cell.value, calendar)
    month = calendar.month(day)
    shown = cell.as_month()
    if shown:
        return month
    doubtful = day == month.start and shown is None if stock else day in (month.start, month.last)
    if doubtful:
        remedy = "Type" if shown is None else "Show the cell as a month (mmm-yy), or type"
        raise PeriodError(
            f"The {what} {day} may be that day or its month. "
            f'{remedy} "{month.label}" for the month or "{day}" for the day.'
        )
    return day_period(day)


def day_in(cell: Cell, calendar: Calendar, what: str) -> date:
    """Return the day that a cell means, of a month its last; errors as in `period_in`."""
    return period_in(cell, calendar, stock=True, what=what).last


def _day(cell: Cell) -> date | None:
    """Return the day that a cell holds as a day or serial, None where it holds something else."""
    value = cell.value
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, (int, float)):
        serial = value + (DAYS_TO_1904 if cell.date_1904 else 0)
        if FIRST_SERIAL <= serial < END_SERIAL:
            return from_serial(serial)
    return None
