"""What the data can answer: which facts were loaded, and the spans in which a fact is known only as a total."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from bbbxl.errors import count_of
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
#: Facts whose spans block every stock: what is on order is part of each.
ON_ORDER: Final = ("booking", "cancellation")
Days = npt.NDArray[np.datetime64]


@dataclass(frozen=True)
class Span:
    """Days in which a fact of order lines is known only as a total at their end.

    Attributes:
        fact: Name in `FACT_WORDS`, such as shipment; booking where it is a change of the order.
        first: First day on which some of it may have happened.
        last: Day on which all of it had happened.
        place: File and row, for the sentence; of the first line where it stands for several.
        lines: How many order lines it stands for.
        reported_from: First day of the first month that was open when it became known: what lies before is as it was
            closed, and what happened there is reported here. None where nothing was closed.
    """

    fact: str
    first: date
    last: date
    place: str
    lines: int = 1
    reported_from: date | None = None

    def as_reported(self) -> Span | None:
        """Return the days in which it leaves reports unknown; None where one month reports all of it."""
        if self.reported_from is None or self.first >= self.reported_from:
            return self
        return replace(self, first=self.reported_from) if self.last >= self.reported_from else None


@dataclass(frozen=True)
class _Columns:
    """Spans as columns: days as datetime64[D]."""

    fact: npt.NDArray[Any]
    first: Days
    last: Days
    lines: npt.NDArray[np.int64]


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
        return tuple(name for name in BASIS if not self.lacking(self.facts_of(name)))

    def of_view(self, view: str) -> Availability:
        """Return what can be answered in a view: as reported, months stay what they were closed with."""
        return self._reported if view == "as-reported" else self

    @cached_property
    def _reported(self) -> Availability:
        if not any(span.reported_from for span in self.spans):
            return self
        spans = (span.as_reported() for span in self.spans)
        return replace(self, spans=tuple(span for span in spans if span))

    def missing_stock(self, facts: Sequence[str], as_of: date) -> str | None:
        """Return why a stock that these facts relieve is not available at the end of a day, None when it is."""
        if reason := self.lacking(facts):
            return reason
        spans, day = self._columns, np.datetime64(as_of, "D")
        blocking = np.isin(spans.fact, [*facts, *ON_ORDER]) & (spans.first <= day) & (day < spans.last)
        return self._sentence(blocking, f"at {as_of}")

    def missing_flow(self, facts: Sequence[str], first: date, last: date) -> str | None:
        """Return why the flow of these facts over some days is not available, None when it is."""
        if reason := self.lacking(facts):
            return reason
        spans, begin, end = self._columns, np.datetime64(first, "D"), np.datetime64(last, "D")
        inside = (begin <= spans.first) & (spans.last <= end)
        blocking = np.isin(spans.fact, list(facts)) & (spans.first <= end) & (spans.last >= begin) & ~inside
        return self._sentence(blocking, f"between {first} and {last}")

    @cached_property
    def _columns(self) -> _Columns:
        """Return the spans as columns: there may be one for every order line."""
        return _Columns(
            np.array([span.fact for span in self.spans], dtype=np.str_),
            np.array([span.first for span in self.spans], dtype="datetime64[D]"),
            np.array([span.last for span in self.spans], dtype="datetime64[D]"),
            np.array([span.lines for span in self.spans], dtype=np.int64),
        )

    def _sentence(self, blocking: npt.NDArray[np.bool_], when: str) -> str | None:
        """Return what the blocking spans leave unknown, None when there are none."""
        places = np.flatnonzero(blocking)
        if not len(places):
            return None
        words = " and ".join(sorted({FACT_WORDS[fact] for fact in np.unique(self._columns.fact[places]).tolist()}))
        return (
            f"{words} of {count_of(int(self._columns.lines[places].sum()), 'order line')} are known only as a total, "
            f"so not {when}"
            f" (first: {self.spans[places[0]].place}); an export of events would say"
        )

    def lacking(self, facts: Sequence[str]) -> str | None:
        """Return which of some facts the data do not hold at all, None when they hold all of them."""
        missing = [FACT_WORDS[fact] for fact in facts if fact in FACT_WORDS and fact not in self.facts]
        if not missing:
            return None
        return f"the data hold no {' or '.join(missing)}; if there were none, list them under facts of the file"
