"""New, renewal or expansion, guessed where an export of order lines does not say it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from bbbxl.inputs.coded import Coded, groups
from bbbxl.money import LARGEST

Days = npt.NDArray[np.datetime64]
Minor = npt.NDArray[np.int64]
#: Word of a type column, without case and punctuation -> kind of booking.
BOOKING_TYPES = {"new": "new", "newbusiness": "new", "renewal": "renewal", "expansion": "expansion",
                 "existingbusiness": "expansion", "upsell": "expansion"}  # fmt: skip
#: A customer without an order or running term in so many months before is new.
ACTIVE_MONTHS = 12
#: A term that starts within so many days of the end of the one before renews it.
GRACE_DAYS = 90
#: Reason of an event whose kind was guessed.
GUESSED = "kind guessed"
#: What a guess may be; `Guesses.kinds` are places in it.
GUESSED_KINDS = ("new", "renewal", "expansion")
_NEW, _RENEWAL, _EXPANSION = range(3)


@dataclass(frozen=True)
class BookedLines:
    """What the guess looks at, one element a line.

    Attributes:
        customer: Empty when the export does not say.
        product: Empty when the export does not say.
        amount: Minor units of the document currency, above zero.
        day: Booking date.
        term_start: First day of the term; NaT for lines without one.
        term_end: Last day of the term; NaT for lines without one.
    """

    customer: Coded
    product: Coded
    amount: Minor
    day: Days
    term_start: Days
    term_end: Days

    @property
    def term_days(self) -> Minor:
        """Return the length of the terms in days, 0 without one."""
        days = (self.term_end - self.term_start).astype(np.float64) + 1
        days[np.isnat(self.term_start) | np.isnat(self.term_end)] = 0
        return np.maximum(days, 0).astype(np.int64)


@dataclass(frozen=True)
class Guesses:
    """The guess of every line.

    Attributes:
        kinds: Place in `GUESSED_KINDS` of the line's kind.
        amounts: Minor units of that kind.
        above: Minor units of a renewal that are expansion; `amounts` and `above` add up to the line.
    """

    kinds: npt.NDArray[np.int8]
    amounts: Minor
    above: Minor


def guess_kinds(lines: BookedLines) -> Guesses:
    """Return the kind of every line, in the order given.

    A line is new when its customer had no order and no running term in the twelve months before its day, so that all
    lines of a customer's first day are new. A line whose
    term starts within ninety days of the end of an earlier term of the same customer and product renews it: up to
    the expiring amount for the same length of time it is a renewal, what is above is expansion. Any other line of
    a customer who is not new is expansion.

    Source: definitions 2.2.
    """
    kinds = np.where(_is_new(lines), _NEW, _EXPANSION).astype(np.int8)
    above = np.zeros(len(kinds), dtype=np.int64)
    later, earlier = _renewals(lines)
    expiring = _expiring(lines, later, earlier)
    kinds[later] = _RENEWAL
    above[later] = lines.amount[later] - expiring
    # Nothing of a term that was free expires: what follows on it is expansion from its first cent.
    return Guesses(kinds, lines.amount - above, above)


def _in_order(lines: BookedLines, group: npt.NDArray[Any]) -> npt.NDArray[np.intp]:
    """Return the places of the lines by group, then as they were booked."""
    return np.lexsort((lines.amount, lines.day, group))


def _is_new(lines: BookedLines) -> npt.NDArray[np.bool_]:
    """Return which lines have no order and no running term of their customer in the months before their day."""
    named = np.flatnonzero(~lines.customer.empty)
    new = np.ones(len(lines.day), dtype=np.bool_)
    customer = lines.customer.codes
    order = named[_in_order(_some(lines, named), customer[named])]
    if len(order) == 0:
        return new
    ends = lines.term_end[order]
    last = np.maximum(lines.day[order], np.where(np.isnat(ends), lines.day[order], ends)).astype(np.int64)
    starts = np.r_[True, customer[order][1:] != customer[order][:-1]]
    # Customers ascend, so that one running maximum over all of them never reaches back past its customer.
    width = int(last.max()) - int(last.min()) + 1
    rank = np.cumsum(starts)
    until = np.maximum.accumulate(last - last.min() + rank * width) - rank * width + last.min()
    # What was booked on one day came together: every line of it stands as its first one does.
    day = lines.day[order]
    opens = starts | np.r_[True, day[1:] != day[:-1]]
    first = np.maximum.accumulate(np.where(opens, np.arange(len(order)), 0))
    known = np.r_[until[:1], until[:-1]][first].astype("datetime64[D]")
    new[order] = starts[first] | (known < _months_before(day, ACTIVE_MONTHS))
    return new


def _renewals(lines: BookedLines) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return the places of lines that renew a term, and of the lines whose terms they renew."""
    with_term = np.flatnonzero((lines.term_days > 0) & ~lines.customer.empty)
    if len(with_term) == 0:
        return with_term, with_term
    group = groups([lines.customer.take(with_term), lines.product.take(with_term)])
    order = _in_order(_some(lines, with_term), group)
    line = with_term[order]
    follows = np.flatnonzero(group[order][1:] == group[order][:-1]) + 1
    later, earlier = line[follows], line[follows - 1]
    gap = (lines.term_start[later] - lines.term_end[earlier]).astype(np.int64) - 1
    renews = np.abs(gap) <= GRACE_DAYS
    return later[renews], earlier[renews]


def _expiring(lines: BookedLines, later: npt.NDArray[np.intp], earlier: npt.NDArray[np.intp]) -> Minor:
    """Return what expires of the earlier term for as many days as the later one has, at most the later amount.

    Rounded HALF_UP in whole numbers: amount x days may pass 64 bits, so the whole part is multiplied apart.
    """
    days, days_before = lines.term_days[later], lines.term_days[earlier]
    whole, rest = np.divmod(lines.amount[earlier], np.maximum(days_before, 1))
    whole = np.minimum(whole, LARGEST // np.maximum(days, 1) + 1)
    part = (2 * rest * days + days_before) // np.maximum(2 * days_before, 1)
    made: Minor = np.minimum(whole * days + part, lines.amount[later])
    return made


def _some(lines: BookedLines, places: npt.NDArray[np.intp]) -> BookedLines:
    return BookedLines(lines.customer.take(places), lines.product.take(places), lines.amount[places],
                       lines.day[places], lines.term_start[places], lines.term_end[places])  # fmt: skip


def _months_before(days: Days, count: int) -> Days:
    """Return the same days some months earlier; days past the end of a shorter month become its last."""
    months = days.astype("datetime64[M]")
    earlier = months - count
    made = earlier.astype("datetime64[D]") + (days - months.astype("datetime64[D]"))
    clamped: Days = np.minimum(made, (earlier + 1).astype("datetime64[D]") - 1)
    return clamped
