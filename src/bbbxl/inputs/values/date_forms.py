"""What one written date says: its numbers and their order, a clock behind it, a weekday before it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import NamedTuple

from bbbxl.inputs.values.month_names import MONTHS, WEEKDAYS
from bbbxl.inputs.values.shapes import LONGEST, keyboard

DMY, MDY, YMD = "dmy", "mdy", "ymd"
ORDERS = (DMY, MDY, YMD)
#: Order -> what stands first in it.
FIRST = {DMY: "day", MDY: "month", YMD: "year"}
#: First year that two digits mean, and the hundred years from there: 70 is 1970, 69 is 2069.
_FIRST_SHORT_YEAR = 1970

NO_DAY = (
    "is not a date like 2026-10-31 or 20261031. Correct it, or say how dates are written: date_format (such as "
    '"%d.%m.%Y") for the file in bbbxl.toml.'
)
_ONLY_MONTH = "is a month or a year, not a day. Write the day, like 2026-10-31, or choose another column."
_NO_YEAR = "has no year. Write it like 2026-10-31."
_CLOCK_WRONG = "has a time that no clock shows. Correct it."
_UNIX = "may be seconds since 1970, which are no date here. Export it as a date like 2026-10-31."

_WORD = r"[^\W\d_]+"
_YEAR = r"'?(\d{4}|\d{2})"
_ZONE = (
    r"(?:z|(?:utc|gmt)?[+-]\d{1,2}(?::?\d{2})?|utc|gmt|wes?t|ce?s?t|ees?t|mes?z|bst|ist|msk|[ecmpa]k?[sd]t|hst|a[ecw][sd]t"
    r"|nz[sd]t|jst|kst|sgt|hkt|sast|brt)(?: ?\([^()]*\))?(?: ?\[[\w/+-]+\])?"
)
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?::(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,:]\d{1,9})?)?|\.(?P<minute_>\d\d)\.(?P<second_>\d\d)"
    rf"(?:\.\d+)?)(?: ?(?P<half>[ap])\.? ?m\.?)?(?: ?uhr)?(?P<zone> ?{_ZONE})?"
)
#: The usual timestamps, told apart from their day at once because files have hundreds of thousands of them.
_USUAL = re.compile(
    r"(\d{4}-\d\d-\d\d|\d\d?[./]\d\d?[./]\d{4})[T ]((?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?)(?:\.\d{1,9})?"
    r"(Z|[+-]\d\d:?\d\d)?",
    re.ASCII,
)
_MIDNIGHT = frozenset("0:")
#: Where a clock begins behind a day.
_SPLIT = re.compile(
    r"(?P<day>.*\d\.?)(?:,? +(?:at |um |à )?|(?<=\d)t|(?<=\d\d-\d\d)-)(?P<clock>\d{1,2}(?::\d\d|\.\d\d\.\d\d).*)"
)
#: The same without separators: 20261031T123000Z, 20261031123000, 20261031 123000.
_COMPACT = re.compile(rf"(?P<day>\d{{8}})[t ]?(?P<clock>\d{{6}})(?:[.,]\d+)?(?P<zone>{_ZONE})?")
#: Sat Oct 31 12:30:00 CET 2026.
_CLOCK_INSIDE = re.compile(rf"^({_WORD} {_WORD} \d{{1,2}}) (\d\d:\d\d:\d\d(?: [a-z]{{3,5}})?) (\d{{4}})$")
_DAY_AND_ZONE = re.compile(r"(?P<day>\d{4}-\d\d-\d\d)(?P<zone>z|[+-]\d\d:\d\d)")

_MARK = r"(\. ?|/|-| )"
_YEAR_FIRST = re.compile(rf"(\d{{4}}){_MARK}(\d{{1,2}})\2(\d{{1,2}})\.?")
_EIGHT = re.compile(r"(\d{4})(\d\d)(\d\d)")
_YEAR_LAST = re.compile(rf"(\d{{1,2}}){_MARK}(\d{{1,2}})\2'?(\d{{4}}|\d{{2}})\.?")
_DAY_NAME_YEAR = re.compile(
    rf"(\d{{1,2}})(?:st|nd|rd|th|er|º|°)?\.?[ \-/.]*(?:de |of )?({_WORD})\.?,?[ \-/.]*(?:de |del )?{_YEAR}"
)
_NAME_DAY_YEAR = re.compile(rf"({_WORD})\.?[ -]*(\d{{1,2}})(?:st|nd|rd|th)?(?:, ?|[ -]+){_YEAR}")
_YEAR_NAME_DAY = re.compile(rf"(\d{{4}})[ \-/.]*({_WORD})\.?[ \-/.]*(\d{{1,2}})")
_WEEKDAY = re.compile(rf"({_WORD})\.?,? +(.+)")
_SERIAL = re.compile(r"\d{5}(?:[.,]\d+)?")
_BLANK = re.compile(r"0{8}|0{1,4}([-./])0{1,2}[-./]0{1,4}")
#: Shapes of what is no day -> what it is.
_NO_DAYS = (
    (re.compile(r"\d{4}|\d{6}|\d{4}[-/. ]\d{1,2}|\d{1,2}[-/. ]\d{4}|(?:[qh][1-4]|fy)[- ]?\d{2,4}|\d{4}[- ]?[qh][1-4]"),
     _ONLY_MONTH),
    (re.compile(r"\d{1,2}[-/.]\d{1,2}\.?"), _NO_YEAR),
    (re.compile(r"\d{10}|\d{13}"), _UNIX),
)  # fmt: skip
_NAMED_MONTH = re.compile(rf"({_WORD})\.?[ \-/.']*(?:de )?(?:\d{{4}}|\d{{2}})?|\d{{4}}[ -]({_WORD})\.?")
_NAMED_NO_YEAR = re.compile(rf"\d{{1,2}}(?:st|nd|rd|th)?[. \-]*({_WORD})\.?|({_WORD})\.?[ ]\d{{1,2}}(?:st|nd|rd|th)")


@dataclass(frozen=True)
class WrittenDay:
    """One date as it is written.

    Attributes:
        numbers: Its three numbers as they stand; a named month is its number.
        orders: How they may be ordered.
        usual: The order that holds whatever the file's is, unless that is among `orders`; empty when there is none.
        dotted: Whether dots stand between them.
        short_year: Whether the year has two digits.
        weekday: The weekday named before it, Monday is 0; None when there is none.
    """

    numbers: tuple[int, int, int]
    orders: tuple[str, ...]
    usual: str = ""
    dotted: bool = False
    short_year: bool = False
    weekday: int | None = None

    def read(self, order: str) -> tuple[int, int, int]:
        """Return year, month and day in an order."""
        year, month, day = (self.numbers[order.index(letter)] for letter in YMD)
        return (long_year(year) if self.short_year else year), month, day

    def fits(self, order: str) -> bool:
        """Return whether an order is possible and gives a month up to 12 and a day up to 31."""
        _, month, day = self.read(order)
        return order in self.orders and 1 <= month <= 12 and 1 <= day <= 31


class Clock(NamedTuple):
    """A date and what stands behind it.

    Attributes:
        day: The text of the date alone, in small letters and with the marks of a keyboard.
        timed: Whether a time other than midnight stands behind it.
        zoned: Whether a time zone stands behind it.
    """

    day: str
    timed: bool = False
    zoned: bool = False


def long_year(year: int) -> int:
    """Return the year that two digits mean."""
    return (year - _FIRST_SHORT_YEAR) % 100 + _FIRST_SHORT_YEAR


def is_blank(day: str) -> bool:
    """Return whether a date is all zeros, as SAP and databases write an empty one."""
    return _BLANK.fullmatch(day) is not None


def serial_of(day: str) -> float | None:
    """Return the Excel serial a text is, None when it is none."""
    return float(day.replace(",", ".")) if _SERIAL.fullmatch(day) else None


def order_for(written: WrittenDay, order: str) -> str:
    """Return the order in which a date is read in a column of an order; empty when that does not say it."""
    return order if order in written.orders else written.usual


def split_clock(text: str) -> Clock | str:
    """Return the date of a text apart from its clock, or what is wrong with the clock."""
    if usual := _USUAL.fullmatch(text):
        day, clock, zone = usual.groups()
        return Clock(day, not _MIDNIGHT.issuperset(clock), zone is not None)
    if len(text) > LONGEST:
        return NO_DAY
    small = " ".join(keyboard(text).casefold().split())
    small = _CLOCK_INSIDE.sub(r"\1 \3 \2", small)
    if match := _DAY_AND_ZONE.fullmatch(small):
        return Clock(match["day"], zoned=True)
    if match := _COMPACT.fullmatch(small):
        clock = match["clock"]
        return _clocked(match["day"], (clock[:2], clock[2:4], clock[4:]), None, bool(match["zone"]))
    split = _SPLIT.fullmatch(small)
    return _behind(split["day"], split["clock"]) if split else Clock(small)


def _behind(day: str, clock: str) -> Clock | str:
    """Return a date with the clock behind it."""
    found = _CLOCK.fullmatch(clock)
    if not found:
        return NO_DAY
    parts = found["hour"], found["minute"] or found["minute_"], found["second"] or found["second_"] or "0"
    return _clocked(day, parts, found["half"], bool(found["zone"]))


def _clocked(day: str, clock: tuple[str, str, str], half: str | None, zoned: bool) -> Clock | str:
    """Return a date with its clock checked."""
    hour, minute, second = map(int, clock)
    if hour > 23 or minute > 59 or second > 59:
        return _CLOCK_WRONG
    midnight = hour == 0 or (hour == 12 and half == "a")
    return Clock(day, not midnight or bool(minute or second), zoned)


def read_date(day: str) -> WrittenDay | str:
    """Return what a date without its clock says, or what is wrong with it.

    What is wrong is the rest of a sentence that begins with the text.
    """
    found = _numeric(day) or _named(day)
    if found:
        return found
    if (
        (match := _WEEKDAY.fullmatch(day))
        and match[1] in WEEKDAYS
        and (found := _numeric(match[2]) or _named(match[2]))
    ):
        return replace(found, weekday=WEEKDAYS[match[1]])
    return _no_day(day)


def _numeric(day: str) -> WrittenDay | None:
    """Return a date of numbers, None when it is none."""
    if match := _YEAR_FIRST.fullmatch(day):
        return WrittenDay((int(match[1]), int(match[3]), int(match[4])), (YMD,), YMD)
    if match := _EIGHT.fullmatch(day):
        return WrittenDay((int(match[1]), int(match[2]), int(match[3])), (YMD,), YMD)
    if match := _YEAR_LAST.fullmatch(day):
        short = len(match[4]) == 2
        numbers = int(match[1]), int(match[3]), int(match[4])
        return WrittenDay(numbers, ORDERS if short else (DMY, MDY), "", match[2].startswith("."), short)
    return None


def _named(day: str) -> WrittenDay | None:
    """Return a date with the name of a month, None when it is none."""
    if (match := _DAY_NAME_YEAR.fullmatch(day)) and (month := MONTHS.get(match[2])):
        short = len(match[3]) == 2
        return WrittenDay((int(match[1]), month, int(match[3])), (DMY, YMD) if short else (DMY,), DMY, short_year=short)
    if (match := _NAME_DAY_YEAR.fullmatch(day)) and (month := MONTHS.get(match[1])):
        return WrittenDay((month, int(match[2]), int(match[3])), (MDY,), MDY, short_year=len(match[3]) == 2)
    if (match := _YEAR_NAME_DAY.fullmatch(day)) and (month := MONTHS.get(match[2])):
        return WrittenDay((int(match[1]), month, int(match[3])), (YMD,), YMD)
    return None


def _no_day(day: str) -> str:
    """Return what a text that is no date is."""
    for pattern, words in _NO_DAYS:
        if pattern.fullmatch(day):
            return words
    for pattern, words in ((_NAMED_MONTH, _ONLY_MONTH), (_NAMED_NO_YEAR, _NO_YEAR)):
        if (match := pattern.fullmatch(day)) and any(word in MONTHS for word in match.groups()):
            return words
    return NO_DAY
