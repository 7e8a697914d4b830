"""When something happened that two snapshots show between them: the one place of the rule of dating."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from bbbxl.book.compare.columns import Days, Mask, Minor, Places

NO_DAY: Final = np.datetime64("NaT", "D")
_ONE: Final = np.timedelta64(1, "D")


@dataclass(frozen=True)
class Dated:
    """Days of something, one element a line.

    Attributes:
        days: Effective date.
        since: First day on which it may have happened; missing where the day is known.
    """

    days: Days
    since: Days

    def take(self, rows: Mask) -> Dated:
        """Return those of some lines."""
        return Dated(self.days[rows], self.since[rows])


@dataclass(frozen=True)
class Span:
    """What is known of the days between the two states of some lines, one element a line.

    Attributes:
        last: As-of date of the state before.
        as_of: As-of date of the state now.
        changed: Day of the last change of the line; missing where the export has none.
        logged: What changed -> day a log of changes gives for it; missing where it gives none.
        beyond: Whether a fact dated after the as-of date is taken on its own day.
        told: What changed -> last day on which it is known to be as in the state before, see `columns.told_of`; that of
            `last` where nothing is said.
        doubted: What changed -> lines of which a log tells it in several steps: the last is not the day of all of it.
    """

    last: Days
    as_of: Days
    changed: Days
    logged: Mapping[str, Days] = field(default_factory=dict)
    beyond: bool = False
    told: Mapping[str, Days] = field(default_factory=dict)
    doubted: Mapping[str, Mask] = field(default_factory=dict)

    def last_told(self, *aspects: str) -> Days:
        """Return the last day on which all of some aspects are known to be as in the state before."""
        days = self.told.get("", self.last)
        for aspect in aspects:
            if aspect in self.told:
                days = np.fmin(days, self.told[aspect])
        return days

    def in_steps(self, *aspects: str) -> Mask:
        """Return the lines of which a log tells any of some aspects in several steps."""
        found: Mask = np.zeros(len(self.as_of), dtype=np.bool_)
        for aspect in aspects:
            found = found | self.doubted.get(aspect, False)
        return found

    def take(self, rows: Places) -> Span:
        """Return those of some lines."""
        logged, told = ({name: days[rows] for name, days in one.items()} for one in (self.logged, self.told))
        doubted = {name: lines[rows] for name, lines in self.doubted.items()}
        return Span(self.last[rows], self.as_of[rows], self.changed[rows], logged, self.beyond, told, doubted)


def seen(span: Span, *aspects: str) -> Dated:
    """Return when something without a date of its own changed.

    That is the last day a log gives for one of its aspects, else the day of the last change of the line where it lies
    between the two states, else the as-of date. Without a log it may have happened on any day since a state told of it:
    the last change of a line may be of something else, and a state from which it was held back told nothing of it. So
    it may where a log tells it in several steps.
    """
    logged = np.full(len(span.as_of), NO_DAY)
    for aspect in aspects:
        if aspect in span.logged:
            logged = np.fmax(logged, span.logged[aspect])
    last = span.last_told(*aspects)
    within = (span.changed > last) & (span.changed <= span.as_of)
    days = np.where(np.isnat(logged), np.where(within, span.changed, span.as_of), logged)
    return unsure(days, np.where(np.isnat(logged) | span.in_steps(*aspects), last + _ONE, NO_DAY))


def in_parts(before: Minor, now: Minor, whole: Minor) -> Mask:
    """Return where a fact may have come in parts, of which an export has the last day only.

    Args:
        before: How much of it there was, minor units.
        now: How much there is.
        whole: All there can be: what brings it from nothing to that came as one.

    Cancellations are no exception: 30 cancelled in one month and 20 in the next read like 50 of the second. What takes
    all that was left came as one.

    Source: rules, Dates: part shipments.
    """
    found: Mask = (before != 0) | (np.abs(now) < np.abs(whole))
    return found


def done(span: Span, before: Days, now: Days, grows: Mask, parts: Mask, *aspects: str) -> Dated:
    """Return when a fact happened: on its own date where the export newly states it, else as `seen`.

    Args:
        span: What is known of the days between.
        before: The fact's date in the state before.
        now: Its date in the state now.
        grows: Lines on which there is more of the fact; what is taken back cannot lie before the state before.
        parts: Lines on which it may have come `in_parts`: then the day is that of the last one, unless a log says more.
        aspects: What a log calls it.
    """
    stated = ~np.isnat(now) & ((now != before) | np.isnat(before)) & (span.beyond | (now <= span.as_of))
    stated &= grows | (now > span.last_told(*aspects))
    other = seen(span, *aspects)
    days = np.where(stated, now, other.days)
    return unsure(days, np.where(stated & ~parts & ~span.in_steps(*aspects), NO_DAY, other.since))


def unsure(days: Days, since: Days) -> Dated:
    """Return days with the first day on which it may have happened, where that is an earlier one."""
    return Dated(days, np.where(since < days, since, NO_DAY))


def not_before(dated: Dated, floor: Days) -> Dated:
    """Return days moved up to others where they lie before them."""
    return unsure(np.fmax(dated.days, floor), dated.since)
