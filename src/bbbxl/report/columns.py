"""The columns of a report: windows of months, and where each metric finds its trailing window."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bbbxl.aggregate.flows import day_key, month_key
from bbbxl.periods import Calendar, Period, add_months

#: Months the Cube holds: the trailing year of the same month last year, and the month before it.
CUBE_MONTHS = 25
#: Months of the roll-forward.
ROLL_MONTHS = 13


@dataclass(frozen=True)
class ReportColumn:
    """One window of months with a heading.

    Attributes:
        title: First line of the heading.
        window: Months from start to end; what lies after the as-of date does not count.
        board: Whether it is printed; other columns serve trailing metrics.
    """

    title: str
    window: Period
    board: bool = True

    @property
    def first_key(self) -> int:
        """Return yyyymm of the first month."""
        return month_key(self.window)

    @property
    def last_key(self) -> int:
        """Return yyyymm of the last month."""
        return day_key(self.window.last)

    @property
    def before_key(self) -> int:
        """Return yyyymm of the month before the first."""
        return day_key(add_months(self.window.start, -1))


def kpi_columns(as_of: date, calendar: Calendar) -> tuple[ReportColumn, ...]:
    """Return month, prior month, same month last year, year to date and prior year to date, and what they trail."""
    month = calendar.month(as_of)
    prior, last_year = calendar.month(add_months(month.start, -1)), calendar.month(add_months(month.start, -12))
    months = (("Month", month), ("Prior month", prior), ("Same month last year", last_year))
    board = [ReportColumn(title, window) for title, window in months]
    board.append(ReportColumn("Year to date", calendar.to_date(month.last, "YTD")))
    board.append(ReportColumn("Prior year to date", calendar.to_date(last_year.last, "YTD")))
    trailing = [
        ReportColumn(f"{words} to {window.label}", calendar.to_date(window.last, code), board=False)
        for words, code in (("Three months", "R3M"), ("Twelve months", "LTM"))
        for _, window in months
    ]
    return (*board, *trailing)


def roll_columns(as_of: date, calendar: Calendar) -> tuple[ReportColumn, ...]:
    """Return the months of the roll-forward and the year to date."""
    months = [ReportColumn(month.label, month) for month in calendar.months_to(as_of, ROLL_MONTHS)]
    return (*months, ReportColumn("Year to date", calendar.to_date(as_of, "YTD")))
