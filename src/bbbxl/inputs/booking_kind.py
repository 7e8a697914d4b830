"""New, renewal or expansion, guessed where an export of order lines does not say it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bbbxl.money import divide_half_up
from bbbxl.periods import add_months

#: Word of a type column, without case and punctuation -> kind of booking.
BOOKING_TYPES = {"new": "new", "newbusiness": "new", "renewal": "renewal", "expansion": "expansion",
                 "existingbusiness": "expansion", "upsell": "expansion"}  # fmt: skip
#: A customer without an order or running term in so many months before is new.
ACTIVE_MONTHS = 12
#: A term that starts within so many days of the end of the one before renews it.
GRACE_DAYS = 90
#: Reason of an event whose kind was guessed.
GUESSED = "kind guessed"


@dataclass(frozen=True)
class BookedLine:
    """What the guess looks at.

    Attributes:
        customer: Empty when the export does not say.
        product: Empty when the export does not say.
        amount: Minor units of the document currency, above zero.
        day: Booking date.
        term_start: First day of the term; None for lines without one.
        term_end: Last day of the term; None for lines without one.
    """

    customer: str
    product: str
    amount: int
    day: date
    term_start: date | None
    term_end: date | None

    @property
    def term_days(self) -> int:
        """Return the length of the term in days, 0 without one."""
        if self.term_start is None or self.term_end is None:
            return 0
        return max(0, (self.term_end - self.term_start).days + 1)


def guess_kinds(lines: Sequence[BookedLine]) -> list[list[tuple[str, int]]]:
    """Return (kind, amount) parts of every line, in the order given; the parts add up to the line.

    A line is new when its customer had no order and no running term in the twelve months before. A line whose
    term starts within ninety days of the end of an earlier term of the same customer and product renews it: up to
    the expiring amount for the same length of time it is a renewal, what is above is expansion. Any other line of
    a customer who is not new is expansion.

    Source: definitions 2.2.
    """
    made: list[list[tuple[str, int]]] = [[] for _ in lines]
    active_until: dict[str, date] = {}
    terms: dict[tuple[str, str], BookedLine] = {}
    for place in sorted(range(len(lines)), key=lambda at: (lines[at].day, lines[at].amount)):
        line = lines[place]
        before = terms.get((line.customer, line.product))
        if not line.customer:
            made[place] = [("new", line.amount)]
            continue
        if before is not None and _renews(line, before):
            expiring = divide_half_up(before.amount * line.term_days, before.term_days)
            made[place] = _split(line.amount, expiring)
        else:
            known = active_until.get(line.customer)
            is_new = known is None or known < add_months(line.day, -ACTIVE_MONTHS)
            made[place] = [("new" if is_new else "expansion", line.amount)]
        last = max(line.day, line.term_end or line.day)
        active_until[line.customer] = max(last, active_until.get(line.customer, last))
        if line.term_days:
            terms[line.customer, line.product] = line
    return made


def _renews(line: BookedLine, before: BookedLine) -> bool:
    """Return whether a line's term follows on an earlier one."""
    if not line.term_days or line.term_start is None or before.term_end is None:
        return False
    return abs((line.term_start - before.term_end).days - 1) <= GRACE_DAYS


def _split(amount: int, expiring: int) -> list[tuple[str, int]]:
    if amount <= expiring:
        return [("renewal", amount)]
    return [("renewal", expiring), ("expansion", amount - expiring)]
