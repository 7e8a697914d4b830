"""Periods and dates as people type them: one parser for every door, and the calendar behind it."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from bbbxl.errors import PeriodError

#: Excel's day 0 of the 1900 date system, right for every date after February 1900.
EXCEL_EPOCH = date(1899, 12, 30)
#: How many days the serials of the 1904 date system begin after those of 1900.
DAYS_TO_1904 = 1462
#: Serials (1900) of the first day that bbbxl takes, and of the day after the last.
FIRST_SERIAL, END_SERIAL = 18264, 91313
FIRST_YEAR, LAST_YEAR = 1950, 2150
MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
          "november", "december")  # fmt: skip
_MONTH_NAMES = "|".join([*MONTHS, *(month[:3] for month in MONTHS), "sept"])
FORMS = "2026-10, Oct-26, 2026-Q3, 2026-H1, FY2026, FY26 Q3, QTD 2026-10, YTD 2026-10, R3M 2026-10, LTM 2026-10, \
2026-01..2026-03 or 2026-10-31"


@dataclass(frozen=True)
class Period:
    """A span of days.

    Attributes:
        start: First day, included.
        end: Day after the last, excluded.
        label: The form bbbxl prints and reads back, such as 2026-10.
    """

    start: date
    end: date
    label: str

    @property
    def last(self) -> date:
        """Return the last day, included."""
        return self.end - timedelta(days=1)

    @property
    def months(self) -> int:
        """Return the number of calendar months touched."""
        return (self.last.year - self.start.year) * 12 + self.last.month - self.start.month + 1

    def __str__(self) -> str:
        return self.label


@dataclass(frozen=True)
class Calendar:
    """How the firm cuts time: calendar months and a fiscal year that ends with one of them.

    A retail calendar (4-4-5) will come as a table of period ends with the same methods; nothing outside this
    class knows how long a month is.

    Attributes:
        year_end_month: Month (1-12) in which the fiscal year ends; the year is named by the year it ends in.
    """

    year_end_month: int = 12

    def month(self, day: date) -> Period:
        """Return the reporting month that holds a day."""
        return month_period(day.year, day.month)

    def month_end(self, day: date) -> date:
        """Return the last day of the reporting month that holds a day."""
        return self.month(day).last

    def fiscal_year_of(self, day: date) -> int:
        """Return the name of the fiscal year that holds a day."""
        return day.year + (day.month > self.year_end_month)

    def fiscal_year(self, year: int) -> Period:
        """Return a fiscal year by its name."""
        end = add_months(date(year, self.year_end_month, 1), 1)
        return Period(add_months(end, -12), end, f"FY{year}")

    def fiscal_part(self, year: int, part: int, length: int) -> Period:
        """Return a fiscal quarter (length 3) or half (length 6), numbered from 1."""
        start = add_months(self.fiscal_year(year).start, (part - 1) * length)
        letter = "Q" if length == 3 else "H"
        return Period(start, add_months(start, length), f"FY{year} {letter}{part}")

    def to_date(self, last: date, window: str) -> Period:
        """Return the window that ends with the month of a day: MTD, QTD, YTD, R3M or LTM.

        QTD and YTD follow the fiscal year. A day inside its month ends the window on that day's month end.
        """
        end = self.month(last).end
        year_start = self.fiscal_year(self.fiscal_year_of(last)).start
        since = (last.year - year_start.year) * 12 + last.month - year_start.month
        back = {"MTD": 1, "QTD": since % 3 + 1, "YTD": since + 1, "R3M": 3, "LTM": 12}[window]
        month = add_months(end, -1)
        label = f"{month:%Y-%m}" if window == "MTD" else f"{window} {month:%Y-%m}"
        return Period(add_months(end, -back), end, label)

    def months_to(self, last: date, count: int) -> tuple[Period, ...]:
        """Return the last `count` months, oldest first, ending with the month of a day."""
        first = add_months(self.month(last).start, 1 - count)
        return tuple(self.month(add_months(first, step)) for step in range(count))


def add_months(day: date, count: int) -> date:
    """Return the same day `count` months later; days past the end of a shorter month become its last."""
    index = day.year * 12 + day.month - 1 + count
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def month_period(year: int, month: int) -> Period:
    """Return one calendar month."""
    start = date(year, month, 1)
    return Period(start, add_months(start, 1), f"{start:%Y-%m}")


def day_period(day: date) -> Period:
    """Return one day."""
    return Period(day, day + timedelta(days=1), day.isoformat())


def parse_fiscal_year_end(text: str) -> Calendar:
    """Return the calendar of a fiscal year end given as month-day, such as 12-31.

    Raises:
        PeriodError: not a month end.
    """
    match = re.fullmatch(r"(\d{1,2})-(\d{1,2})", text.strip())
    month, day = (int(match[1]), int(match[2])) if match else (0, 0)
    if not 1 <= month <= 12 or day not in {monthrange(2023, month)[1], monthrange(2024, month)[1]}:
        raise PeriodError(f'fiscal_year_end "{text}" is not the last day of a month. Write it as 12-31 or 06-30.')
    return Calendar(month)


def from_serial(serial: float) -> date:
    """Return the day of an Excel serial of the 1900 date system.

    Raises:
        PeriodError: the serial lies outside the years bbbxl takes.
    """
    if not FIRST_SERIAL <= serial < END_SERIAL:
        raise PeriodError(f"{serial:g} is not an Excel date between {FIRST_YEAR} and {LAST_YEAR - 1}. Type 2026-10-31.")
    return EXCEL_EPOCH + timedelta(days=int(serial))


def parse_day(value: object) -> date | None:
    """Return the day that a date, an ISO text, yyyymmdd or an Excel serial means, None when it is none."""
    if isinstance(value, date):
        if value != value:  # noqa: PLR0124 -- the missing date of pandas
            return None
        return checked_day(f"{value:%Y-%m-%d}", value.year, value.month, value.day)
    text = _typed(value)
    if match := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?", text):
        return checked_day(text, int(match[1]), int(match[2]), int(match[3]))
    if match := re.fullmatch(r"(\d{4})(\d{2})(\d{2})", text):
        return checked_day(text, int(match[1]), int(match[2]), int(match[3]))
    if re.fullmatch(r"\d{5}(\.\d+)?", text):
        return from_serial(float(text))
    return None


def _typed(value: object) -> str:
    """Return a value as people type it: a cell's 2026.0 is 2026."""
    whole = isinstance(value, float) and value.is_integer()
    return " ".join((f"{value:.0f}" if whole else str(value)).split())


def checked_day(text: str, year: int, month: int, day: int) -> date:
    """Return a day by its parts.

    Raises:
        PeriodError: the year lies outside those bbbxl takes, or the calendar has no such day; `text` is named.
    """
    if not FIRST_YEAR <= year < LAST_YEAR:
        raise PeriodError(f'"{text}" lies outside the years {FIRST_YEAR} to {LAST_YEAR - 1}. Check the year.')
    try:
        return date(year, month, day)
    except ValueError as error:
        raise PeriodError(f'"{text}" is not a day of the calendar. Correct it.') from error


def _year(text: str) -> int:
    year = int(text) + (2000 if len(text) == 2 else 0)
    if not FIRST_YEAR <= year < LAST_YEAR:
        raise PeriodError(f'"{text}" lies outside the years {FIRST_YEAR} to {LAST_YEAR - 1}. Check the year.')
    return year


def _month(match: re.Match[str], calendar: Calendar) -> Period:
    del calendar
    return month_period(_year(match["year"]), int(match["month"]))


def _named_month(match: re.Match[str], calendar: Calendar) -> Period:
    del calendar
    month = [name[:3] for name in MONTHS].index(match["name"][:3].casefold())
    return month_period(_year(match["year"]), month + 1)


def _calendar_part(match: re.Match[str], calendar: Calendar) -> Period:
    del calendar
    length = 3 if match["letter"].upper() == "Q" else 6
    part, year = int(match["part"]), _year(match["year"])
    start = date(year, (part - 1) * length + 1, 1)
    return Period(start, add_months(start, length), f"{year}-{match['letter'].upper()}{part}")


def _fiscal(match: re.Match[str], calendar: Calendar) -> Period:
    year = _year(match["year"])
    if not match["part"]:
        return calendar.fiscal_year(year)
    return calendar.fiscal_part(year, int(match["part"]), 3 if match["letter"].upper() == "Q" else 6)


def _calendar_year(match: re.Match[str], calendar: Calendar) -> Period:
    del calendar
    start = date(_year(match["year"]), 1, 1)
    return Period(start, add_months(start, 12), match["year"])


#: What people type -> what it means; the first form that fits is taken.
_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], Calendar], Period]], ...] = (
    (re.compile(r"(?P<year>\d{4})[-/ .]?(?P<month>0[1-9]|1[0-2]|(?<=[-/ .])[1-9])"), _month),
    (re.compile(r"(?P<month>0?[1-9]|1[0-2])/(?P<year>\d{4})"), _month),
    (re.compile(rf"(?P<name>{_MONTH_NAMES})[-/ .']*(?P<year>\d{{4}}|\d{{2}})", re.IGNORECASE), _named_month),
    (re.compile(r"(?P<year>\d{4})[- ]?(?:(?P<letter>Q)(?P<part>[1-4]))", re.IGNORECASE), _calendar_part),
    (re.compile(r"(?:(?P<letter>Q)(?P<part>[1-4]))[- ]?(?P<year>\d{4})", re.IGNORECASE), _calendar_part),
    (re.compile(r"(?P<year>\d{4})[- ]?(?:(?P<letter>H)(?P<part>[12]))", re.IGNORECASE), _calendar_part),
    (re.compile(r"(?:(?P<letter>H)(?P<part>[12]))[- ]?(?P<year>\d{4})", re.IGNORECASE), _calendar_part),
    (re.compile(r"FY ?'?(?P<year>\d{4}|\d{2})(?:[- "
                r"]?(?P<letter>Q)(?P<part>[1-4]))?", re.IGNORECASE), _fiscal),
    (re.compile(r"FY ?'?(?P<year>\d{4}|\d{2})[- ]?(?P<letter>H)(?P<part>[12])", re.IGNORECASE), _fiscal),
    (re.compile(r"(?P<year>\d{4})"), _calendar_year),
)  # fmt: skip
_WINDOW = re.compile(r"(MTD|QTD|YTD|R3M|LTM)[ -]+(.+)", re.IGNORECASE)


def parse_period(value: object, calendar: Calendar | None = None) -> Period:
    """Return the period that a text, date or Excel serial means.

    Args:
        value: One of the forms in `FORMS`; a date is that one day.
        calendar: Fiscal year; calendar year when omitted.

    Raises:
        PeriodError: none of the forms fits; the sentence lists them.
    """
    calendar = calendar or Calendar()
    text = _typed(value)
    if value is None or text in ("", "nan", "NaT"):
        raise PeriodError(f"The period is empty. Type it as {FORMS}.")
    if (day := parse_day(value)) is not None:
        return day_period(day)
    if isinstance(value, float) and not value.is_integer():
        raise PeriodError(
            f"The number {value:g} is not a period: 2026.1 may be January or October. Type it as {FORMS}."
        )
    if text.count("..") == 1:
        first, last = text.split("..")
        start, end = parse_period(first, calendar), parse_period(last, calendar)
        if start.start >= end.end:
            raise PeriodError(f'"{text}" ends before it starts. Turn it round.')
        return Period(start.start, end.end, f"{start.label}..{end.label}")
    if match := _WINDOW.fullmatch(text):
        return calendar.to_date(parse_period(match[2], calendar).last, match[1].upper())
    for pattern, build in _FORMS:
        if match := pattern.fullmatch(text):
            return build(match, calendar)
    raise PeriodError(f'"{value}" is not a period. Type it as {FORMS}.')


def parse_as_of(value: object, calendar: Calendar | None = None) -> date:
    """Return the day on which a stock is measured: the day given, or the last day of the period given."""
    return parse_period(value, calendar).last
