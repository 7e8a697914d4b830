"""What the data can answer: which facts were loaded, and the spans in which a fact is known only as a total."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bbbxl.events import BASIS

#: Fact -> what people call it in a reason.
FACT_WORDS: dict[str, str] = {
    "booking": "bookings",
    "shipment": "shipments",
    "invoice": "invoices",
    "recognition": "recognised revenue",
    "receipt": "cash receipts",
    "cancellation": "cancellations",
}


@dataclass(frozen=True)
class Span:
    """Days in which a fact of one order line is known only as a total at their end.

    Attributes:
        fact: Event kind, such as shipment.
        first: First day on which some of it may have happened.
        last: Day on which all of it had happened.
        place: File and row, for the sentence.
    """

    fact: str
    first: date
    last: date
    place: str


@dataclass(frozen=True)
class Availability:
    """What the exports show.

    Attributes:
        facts: Facts that would be in the data if they had happened; all of them unless said otherwise.
        spans: Where a fact is undated or came in parts.
        known_from: Day the data were first recorded; nothing is known before. None when there are no data.
        states_only: The data are today's state of each line: earlier figures are as known at the extract.
        shipped_lines: Some order lines are shipped.
        service_lines: Some order lines are not shipped.
    """

    facts: frozenset[str] = frozenset(FACT_WORDS)
    spans: tuple[Span, ...] = ()
    known_from: date | None = None
    states_only: bool = False
    shipped_lines: bool = True
    service_lines: bool = True

    def facts_of(self, basis: str) -> tuple[str, ...]:
        """Return the facts without which the backlog of a basis cannot be known."""
        kind = BASIS[basis]
        shipped = kind.relieved_by if self.shipped_lines or basis == "shipment" else ()
        service = kind.service_relieved_by if self.service_lines else ()
        return tuple(dict.fromkeys((*shipped, *service)))

    def bases(self) -> tuple[str, ...]:
        """Return the bases on which a backlog can be known from these facts."""
        return tuple(name for name in BASIS if not self._missing_fact(self.facts_of(name)))

    def missing_stock(self, facts: Sequence[str], as_of: date) -> str | None:
        """Return why a stock that these facts relieve is not available at the end of a day, None when it is."""
        if reason := self._missing_fact(facts):
            return reason
        blocking = [s for s in self.spans if s.fact in (*facts, "cancellation") and s.first <= as_of < s.last]
        return _span_sentence(blocking, f"at {as_of}") if blocking else None

    def missing_flow(self, facts: Sequence[str], first: date, last: date) -> str | None:
        """Return why the flow of these facts over some days is not available, None when it is."""
        if reason := self._missing_fact(facts):
            return reason
        blocking = [
            s for s in self.spans
            if s.fact in facts and s.first <= last and s.last >= first and not (first <= s.first and s.last <= last)
        ]  # fmt: skip
        return _span_sentence(blocking, f"between {first} and {last}") if blocking else None

    def _missing_fact(self, facts: Sequence[str]) -> str | None:
        missing = [FACT_WORDS[fact] for fact in facts if fact in FACT_WORDS and fact not in self.facts]
        if not missing:
            return None
        return f"the data hold no {' or '.join(missing)}; if there were none, list them under facts of the file"


def _span_sentence(spans: Sequence[Span], when: str) -> str:
    words = " and ".join(sorted({FACT_WORDS[span.fact] for span in spans}))
    return (
        f"{words} of {len(spans)} order lines are known only as a total, so not {when}"
        f" (first: {spans[0].place}); an export of events would say"
    )
