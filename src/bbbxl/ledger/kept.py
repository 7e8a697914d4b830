"""What a kept book adds to a ledger: closed periods, the period that reports an event, who wrote what by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from bbbxl.periods import Calendar

Days = npt.NDArray[np.datetime64]
#: Before every period: nothing is closed.
NEVER: Final = np.datetime64("0001-01-01", "D")


@dataclass(frozen=True)
class Fence:
    """A close that stands: what is recorded after it finds fewer periods open.

    Attributes:
        day: Last day of knowledge before it; everything entered later is recorded on a later day.
        closed_through: Last day of the period it closed.
    """

    day: date
    closed_through: date


@dataclass(frozen=True)
class Closed:
    """One closed month.

    Attributes:
        period: The month, such as 2026-10.
        last: Its last day.
        known: Last day of knowledge it was closed with; known-at this day gives its figures again.
        hash: Hash of the close in the book's log, chained to everything before it.
        preparer: Who closed it.
        approver: Who approved it; empty where the policy asks for nobody.
        figures: Frozen figures, long: dimension ("" total, a dimension, or "currency" in document currency), segment,
            measure (names of `aggregate.measures`), amount (minor units; flows of the month, stocks at its end); those
            of 0 are not among them, nor those not known.
        unknown: Measure that was not known at the close -> why.
    """

    period: str
    last: date
    known: date
    hash: str
    preparer: str
    approver: str
    figures: pd.DataFrame = field(repr=False)
    unknown: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Posting:
    """Which period reports an event: that of its day while it is open, else the first open one.

    Attributes:
        fences: Closes that stand, oldest first. A close that was reopened is none: its months are open again, and take
            back what was posted after them while they were closed.
    """

    fences: tuple[Fence, ...] = ()

    def posted(self, effective: Days, recorded: Days, calendar: Calendar) -> Days:
        """Return the last day of the period that reports each event.

        Args:
            effective: Day each event happened, as datetime64[D].
            recorded: Day each became known; it finds what fences of earlier days left open.
            calendar: Cuts time into periods.

        Source: rules, Dates.
        """
        days, of_day = np.unique(effective, return_inverse=True)
        ends = np.array([calendar.month_end(day) for day in days.tolist()], dtype="datetime64[D]")
        posted: Days = np.maximum(ends[of_day], self.first_open(recorded, calendar))
        return posted

    def first_open(self, recorded: Days, calendar: Calendar) -> Days:
        """Return the last day of the first open period on each day of knowledge; `NEVER` where none is closed."""
        days, of_day = np.unique(recorded, return_inverse=True)
        first = np.full(len(days), NEVER)
        for fence in self.fences:
            first[days > np.datetime64(fence.day, "D")] = _next_end(fence.closed_through, calendar)
        opened: Days = first[of_day]
        return opened

    def era(self, recorded: Days) -> npt.NDArray[np.intp]:
        """Return how many closes came before each day of knowledge."""
        days = np.array([fence.day for fence in self.fences], dtype="datetime64[D]")
        return np.searchsorted(np.sort(days), recorded.astype("datetime64[D]"), side="left")


def late(events: pd.DataFrame, calendar: Calendar) -> pd.Series[bool]:
    """Return which events another month reports than the one they happened in."""
    effective, recorded, posted = (
        events[name].to_numpy().astype("datetime64[D]") for name in ("effective", "recorded", "posted")
    )
    return pd.Series(posted != Posting().posted(effective, recorded, calendar), index=events.index)


def _next_end(closed: date, calendar: Calendar) -> np.datetime64:
    """Return the end of the period after a closed one."""
    return np.datetime64(calendar.month_end(calendar.month(closed).end), "D")


@dataclass(frozen=True)
class Kept:
    """The kept book behind a ledger.

    Attributes:
        name: Folder name of the book.
        head: Hash of the last entry of its log that counts.
        closes: Months closed and not reopened, oldest first.
        posting: Which period reports an event.
        events: The events of the book that count, with the columns of `book.records.EVENT_COLUMNS` and `entry`, the
            number of the log entry that wrote them.
        hands: Entries by hand that count, one row each: entry, kind, entity, order_id, line_id, effective, recorded,
            amount, currency, reason, evidence, preparer, approver, reversed_by (number of the entry that took it
            back, missing when it stands).
        lost: Control totals in less through less out over all entries, in rows and minor units; 0 when nothing is lost.
        questions: Sentences of the open questions that leave figures in doubt.
        held_back: Entity, order and line of what the last exports show changed after their as-of date, and the book
            leaves as it was.
        said_twice: Sentences of the entries by hand that stand although a later export showed the same change.
    """

    name: str
    head: str
    closes: tuple[Closed, ...]
    posting: Posting
    events: pd.DataFrame = field(repr=False)
    hands: pd.DataFrame = field(repr=False)
    lost: int = 0
    questions: tuple[str, ...] = ()
    held_back: tuple[tuple[str, str, str], ...] = ()
    said_twice: tuple[str, ...] = ()
