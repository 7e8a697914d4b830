"""What month-end reports of order lines show of the history, worked out event by event: sums, and the days they say.

From the history alone, without reading a report and without the product.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bbbxl.samples.exports import LINE_HEADER, line_row
from bbbxl.samples.model import Event, rounded
from bbbxl.samples.snapshots import month_ends
from bbbxl.samples.truth import ORDER_SIGNS, Basis

Figures = dict[tuple[str, str], Decimal]
Signs = Mapping[str, int]

_WITHDRAWN: Signs = {"cancellation": 1, "reinstatement": -1}
_ORDERED: Signs = {kind: sign for kind, sign in ORDER_SIGNS.items() if kind not in _WITHDRAWN}
_STATUS = LINE_HEADER.index("Status")

#: Fact a report has a column for -> what each kind of event adds to it, its amount or, where it has none, 1.
FACTS: dict[str, Signs] = {
    "ordered": _ORDERED,
    "cancelled": _WITHDRAWN,
    "shipped": {"shipment": 1, "return_receipt": -1},
    "invoiced": {"invoice": 1, "credit_note": -1},
    "commit date": {"reschedule": 1},
    "on hold": {"hold": 1, "release": -1},
    "closed": {},
}
#: Fact with a day of its own in the report -> the kind of event of which that is the last day.
_DATED = {"cancelled": "cancellation", "shipped": "shipment", "invoiced": "invoice"}
#: Fact that is a status of the line -> the word for it.
_STATES = {"on hold": "On Hold", "closed": "Closed"}
#: Fact -> monthly figure it belongs to -> sign with which a kind of event enters it.
FIGURES: dict[str, dict[str, Signs]] = {
    "ordered": {
        "new": {"new": 1},
        "renewal": {"renewal": 1},
        "gross_bookings": dict.fromkeys(("new", "renewal", "expansion", "price_increase"), 1),
        "net_bookings": _ORDERED,
    },
    "cancelled": {"cancellations": _WITHDRAWN, "net_bookings": {"cancellation": -1, "reinstatement": 1}},
    "shipped": {"shipments": FACTS["shipped"]},
    "invoiced": {"billings": FACTS["invoiced"]},
    "commit date": {"reschedules": FACTS["commit date"]},
    "on hold": {"holds": {"hold": 1}, "releases": {"release": 1}},
    "closed": {},
}


@dataclass(frozen=True)
class Shown:
    """What one report first shows of one fact of a line.

    Attributes:
        as_of: Last day of the report's month.
        fact: Key of `FACTS`.
        day: Day on which a reader of the reports has to take it to have happened.
        amount: What the events come to together: document currency, or a count.
        events: What happened, entered since the report before.
        first: The line was in no report before.
        raised: What of it raises the gross bookings.
    """

    as_of: date
    fact: str
    day: date
    amount: Decimal
    events: tuple[Event, ...]
    first: bool
    raised: Decimal = Decimal(0)


def month_of(day: date) -> str:
    """Return the month of a day, such as 2024-03."""
    return day.isoformat()[:7]


def moves(event: Event, fact: str) -> Decimal:
    """Return what an event adds to a fact of its line; a price allowance lowers what was shipped of goods too."""
    if fact == "shipped" and event.kind == "credit_note" and event.reason == "price" and event.shippable:
        return -(event.amount or Decimal(0))
    return FACTS[fact].get(event.kind, 0) * (Decimal(1) if event.amount is None else event.amount)


def shown_of_line(events: Sequence[Event]) -> list[Shown]:
    """Return what the reports show of one line, oldest first."""
    found: list[Shown] = []
    before = 0
    for as_of in month_ends():
        entered = sum(event.recorded <= as_of for event in events)
        if entered > before:
            found += _first_shown(as_of, events[:before], events[before:entered])
            before = entered
    return found


def _first_shown(as_of: date, before: Sequence[Event], added: Sequence[Event]) -> list[Shown]:
    """Return what a report adds to the one before it, fact by fact."""
    found = []
    for fact in FACTS:
        moved = tuple(event for event in added if moves(event, fact))
        amount = sum((moves(event, fact) for event in moved), Decimal(0))
        if fact in _STATES:
            amount = Decimal(_in_state(fact, [*before, *added]) - _in_state(fact, before))
            moved = moved or (tuple(added) if amount else ())
        elif fact == "commit date":
            amount = Decimal(bool(before) and before[-1].commit_date != added[-1].commit_date)
        if moved:
            raised = _raised(before, moved, amount) if fact == "ordered" else Decimal(0)
            day = _day(fact, before, added, grown=amount > 0)
            found.append(Shown(as_of, fact, day, amount, moved, not before, raised))
    return found


def _day(fact: str, before: Sequence[Event], added: Sequence[Event], *, grown: bool) -> date:
    """Return the day that goes with a fact: its own, else that of the booking, else when the line was last modified.

    The last day shipped is no day of what was taken back.
    """
    modified = added[-1].recorded
    if fact in _DATED:
        said, said_before = _day_said(fact, [*before, *added]), _day_said(fact, before)
        return said if said and said != said_before and grown else modified
    return added[0].effective if not before and fact in ("ordered", "on hold") else modified


def _in_state(fact: str, events: Sequence[Event]) -> bool:
    return bool(events) and line_row(events)[_STATUS] == _STATES[fact]


def _day_said(fact: str, events: Sequence[Event]) -> date | None:
    """Return the day a report has for a fact; none for a cancellation that was taken back whole."""
    if fact == "cancelled" and not sum(moves(event, fact) for event in events):
        return None
    return max((event.effective for event in events if event.kind == _DATED[fact]), default=None)


def _raised(before: Sequence[Event], moved: Sequence[Event], amount: Decimal) -> Decimal:
    """Return the ups in a change of the order amount, when units come and go at the average price there was."""
    worth = sum((moves(event, "ordered") for event in before), Decimal(0))
    units, more = (sum((_ORDERED.get(e.kind, 0) * (e.quantity or 0) for e in events), Decimal(0))
                   for events in (before, moved))  # fmt: skip
    by_units = rounded(worth / units * more, moved[0].currency) if units else Decimal(0)
    return max(by_units, Decimal(0)) + max(amount - by_units, Decimal(0))


def shown_figures(shown: Shown) -> Figures:
    """Return what one change adds to the monthly figures of someone who has only the reports."""
    amount, none = shown.amount, Decimal(0)
    by_fact: dict[str, dict[str, Decimal]] = {
        "ordered": {"net_bookings": amount, "gross_bookings": shown.raised},
        "cancelled": {"net_bookings": -amount, "cancellations": amount},
        "on hold": {"holds": max(amount, none), "releases": max(-amount, none)},
    }
    figures = by_fact.get(shown.fact) or dict.fromkeys(FIGURES[shown.fact], amount)
    if shown.fact == "ordered" and shown.first:
        figures[shown.events[0].kind] = amount
    return {(figure, month_of(shown.day)): value for figure, value in figures.items() if value}


def true_figures(events: Iterable[Event], fact: str) -> Figures:
    """Return what events add to the monthly figures that belong to a fact, in the months in which they happened."""
    figures: Figures = {}
    for event in events:
        for figure, signs in FIGURES[fact].items():
            amount = Decimal(1) if event.amount is None else event.amount
            _add(figures, (figure, month_of(event.effective)), signs.get(event.kind, 0) * amount)
    return figures


def differences(shown: Figures, true: Figures) -> Figures:
    """Return what is shown less what is true, where they differ."""
    left = dict(shown)
    for key, amount in true.items():
        _add(left, key, -amount)
    return left


def _add(figures: Figures, key: tuple[str, str], amount: Decimal) -> None:
    figures[key] = figures.get(key, Decimal(0)) + amount
    if not figures[key]:
        del figures[key]


def shown_open(shown: Iterable[Shown], as_of: date, basis: Basis) -> Decimal:
    """Return what a line has in backlog at the end of a day for someone who has only the reports, never below 0.

    What is closed has nothing left on it from then on, whatever its amounts say; what was delivered beyond the
    order is no backlog.
    """
    of_day = sorted((one for one in shown if one.day <= as_of), key=lambda one: (one.day, one.fact == "closed"))
    ordered = done = residue = Decimal(0)
    for one in of_day:
        shippable = one.events[0].shippable
        relieves = "shipped" if basis == "fulfilment" and shippable else "invoiced"
        ordered += {"ordered": one.amount, "cancelled": -one.amount}.get(one.fact, Decimal(0))
        done += one.amount if one.fact == relieves else 0
        if one.fact == "closed" and one.amount > 0 and (basis == "billing" or not shippable):
            residue = ordered - done
    return max(Decimal(0), ordered - max(Decimal(0), done + residue))
