"""Which events count: as of, known at, view and scope as one filter, on any engine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Literal

import narwhals as nw

from bbbxl.periods import Calendar

View = Literal["as-reported", "as-restated"]
#: Name of the segment of rows that have no value in a dimension.
NOT_GIVEN = "(not given)"
#: Name of the segment that takes intercompany orders out of the sum of the entities.
ELIMINATED = "Intercompany eliminated"


@dataclass(frozen=True)
class Question:
    """What a figure is asked for.

    Attributes:
        as_of: Day on which stocks are measured; later events do not count.
        known_at: Day of knowledge; events recorded later do not count. None is everything known.
        view: as-restated counts by effective date, as-reported by posted period.
        group: Whether intercompany orders are left out (group figures).
        calendar: Fiscal calendar.
    """

    as_of: date
    known_at: date | None = None
    view: View = "as-restated"
    group: bool = True
    calendar: Calendar = Calendar()


def counted(events: Any, question: Question, *, scope: bool = True) -> nw.LazyFrame[Any]:  # noqa: ANN401
    """Return the events that a question counts.

    Args:
        events: Ledger events in pandas, polars, DuckDB or another engine narwhals knows.
        question: As of, known at, view and scope.
        scope: Whether to leave intercompany orders out when the question does.

    Returns:
        A lazy frame with one more column: `month`, yyyymm of the day the view goes by.
    """
    frame = nw.from_native(events).lazy()
    frame = frame.filter(nw.col("effective") <= _midnight(question.as_of))
    by = "effective"
    if question.view == "as-reported":
        by = "posted"
        frame = frame.filter(nw.col("posted") <= _midnight(question.calendar.month_end(question.as_of)))
    if question.known_at is not None:
        frame = frame.filter(nw.col("recorded") <= _midnight(question.known_at))
    if scope and question.group:
        frame = frame.filter(nw.col("counterparty").is_null())
    year, month = nw.col(by).dt.year().cast(nw.Int64), nw.col(by).dt.month().cast(nw.Int64)
    return frame.with_columns((year * 100 + month).alias("month"))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())
