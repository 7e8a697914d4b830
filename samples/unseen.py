"""What month-end reports of order lines cannot show as it was: which events, why, and what it does to which figure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bbbxl.samples.exports import ordered_lines
from bbbxl.samples.model import Event
from bbbxl.samples.shown import (
    FACTS,
    Figures,
    Shown,
    differences,
    month_of,
    shown_figures,
    shown_of_line,
    shown_open,
    true_figures,
)
from bbbxl.samples.snapshots import month_ends
from bbbxl.samples.truth import Basis, open_of_line

#: Kind of event -> what a report of states shows in its place; nothing compares these kinds by name.
SHOWN_AS: dict[str, str] = {
    "return_authorisation": "A contraction: the order amount falls.",
    "return_receipt": "A shipment taken back: the shipped amount falls.",
    "credit_note": "An invoice taken back, its cause not said: the invoiced amount falls.",
    "correction": "An expansion or a contraction: the order amount is another one.",
    "expansion": "A price increase where no unit is added, as with services.",
    "contraction": "A price decrease where no unit is taken off, as with services.",
    "completion": "A line closed like any other that is delivered and invoiced.",
}

#: Why a figure of someone who has only the reports differs from the truth.
WHYS: dict[str, str] = {
    "entered later": "It was entered in a later month than it happened, and the report has no day of it.",
    "last day only": "Several were entered between two reports, which have the day of the last one only.",
    "taken back": "It was done and undone between two reports, which show the same.",
    "several at once": "Several were entered between two reports, which show their sum as one.",
    "before its first report": "It happened before a report first showed the line, which counts as booked so.",
    "correction": "A keying error put right looks like an amendment.",
    "allowance": "A price allowance lowers the value of what was shipped before.",
    "return under way": "Goods agreed to come back look like goods shipped beyond the order.",
    "no status beside it": "The line has one status: held and cancelled shows as cancelled.",
    "after the last report": "It was entered after the last report was drawn.",
    "without an order": "An invoice without an order is in no report of order lines.",
}
_RETURN = "return under way"
#: Monthly figures that move a backlog.
_MOVING = ("net_bookings", "shipments", "billings")
#: Month-end figure -> its basis.
_BASES: dict[str, Basis] = {"backlog_fulfilment": "fulfilment", "backlog_billing": "billing"}


@dataclass(frozen=True)
class Unseen:
    """Something that happened and that the reports cannot show as it was.

    Attributes:
        month: Month of the report that first shows what there is to see of it; of a return the first month at whose
            end it is under way, of what is in no report the month in which it happened.
        kinds: The events behind it, as they happened.
        why: Key of `WHYS`.
        figures: (figure, month) -> what the reports show less what is true, document currency or a count; empty
            where the truth nets it out as well.
    """

    month: str
    entity: str
    order: str
    line: str
    kinds: tuple[str, ...]
    why: str
    figures: Figures


def unseen(history: Iterable[Event]) -> tuple[Unseen, ...]:
    """Return everything the month-end reports cannot show as it was, by month and order line."""
    history = tuple(history)
    ordered = ordered_lines(history)
    found = [one for events in ordered.values() for one in _of_line(events)]
    found += [
        _unseen("without an order", event.effective, [event], differences({}, true_figures([event], "invoiced")))
        for event in history
        if (event.entity, event.order, event.line) not in ordered
    ]
    return tuple(sorted(found, key=lambda one: (one.month, one.entity, one.order, one.line)))


def _of_line(events: Sequence[Event]) -> list[Unseen]:
    shown = shown_of_line(events)
    found = [made for one in shown if (made := _of_fact(one))]
    missed = [event for event in events if event.recorded > month_ends()[-1]]
    if missed:
        figures: Figures = {}
        for fact in FACTS:
            figures = differences(figures, true_figures(missed, fact))
        found.append(_unseen("after the last report", missed[0].effective, missed, figures))
    return _with_backlog(events, shown, found)


def _unseen(why: str, day: date, events: Sequence[Event], figures: Figures) -> Unseen:
    one = events[0]
    return Unseen(month_of(day), one.entity, one.order, one.line, tuple(event.kind for event in events), why, figures)


def _of_fact(shown: Shown) -> Unseen | None:
    """Return what one report hides of one fact of a line, None where it shows all there is."""
    figures = differences(shown_figures(shown), true_figures(shown.events, shown.fact))
    return _unseen(_why(shown), shown.as_of, shown.events, figures) if figures or not shown.amount else None


def _why(shown: Shown) -> str:
    """Return the reason why a report does not show a fact as it was, a key of `WHYS`."""
    kinds = [event.kind for event in shown.events]
    late = any(month_of(event.effective) != month_of(shown.day) for event in shown.events)
    reasons = (
        (shown.first and shown.fact in ("ordered", "commit date", "on hold"), "before its first report"),
        (shown.fact == "shipped" and "credit_note" in kinds, "allowance"),
        (shown.fact == "on hold" and not {"hold", "release"} & set(kinds), "no status beside it"),
        (not shown.amount and len(kinds) == 1, "no status beside it"),
        (not shown.amount, "taken back"),
        (late and shown.day in [event.effective for event in shown.events], "last day only"),
        (late, "entered later"),
        (len(kinds) > 1, "several at once"),
    )
    return next((why for holds, why in reasons if holds), "correction")


def _with_backlog(events: Sequence[Event], shown: Sequence[Shown], found: Sequence[Unseen]) -> list[Unseen]:
    """Return what is unseen of a line with what that does to its backlog at every month end."""
    by_place = [*found, *_only_in_backlog(events, shown)]
    for as_of in month_ends():
        for figure, basis in _BASES.items():
            true = open_of_line([event for event in events if event.effective <= as_of], basis)
            difference = shown_open(shown, as_of, basis) - true
            if difference:
                place = _cause(by_place, as_of, returning=true < 0)
                figures = {**by_place[place].figures, (figure, month_of(as_of)): difference}
                by_place[place] = replace(by_place[place], figures=figures)
    return [one for place, one in enumerate(by_place) if one.figures or place < len(found)]


def _only_in_backlog(events: Sequence[Event], shown: Sequence[Shown]) -> list[Unseen]:
    """Return what may be unseen of a line and is in no monthly figure: returns under way, closed later than done."""
    returns = [event for event in events if event.kind == "return_authorisation"]
    closed = [
        (one.as_of, event)
        for one in shown
        for event in one.events
        if one.fact == "closed" and event.kind == "completion" and month_of(event.effective) < month_of(one.day)
    ]
    return [
        *(_unseen(_RETURN, event.effective, [event], {}) for event in returns),
        *(_unseen("entered later", as_of, [event], {}) for as_of, event in closed),
    ]


def _cause(found: Sequence[Unseen], as_of: date, *, returning: bool) -> int:
    """Return the place of what makes the backlog of a line differ at the end of a day."""
    for place, one in enumerate(found):
        moved = sum(
            amount for (figure, month), amount in one.figures.items() if figure in _MOVING and month <= month_of(as_of)
        )
        if one.why == _RETURN if returning else moved and one.why != "allowance":
            return place
    rest = [place for place, one in enumerate(found) if one.why in ("allowance", "entered later")]
    return rest[-1]
