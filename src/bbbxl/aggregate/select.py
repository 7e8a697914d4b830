"""Which events count: as of, known at, view and scope as one filter, on any engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Literal

import narwhals as nw

from bbbxl.periods import Calendar

View = Literal["as-reported", "as-restated"]
#: Columns that the filters look at.
_FILTERED = ("effective", "posted", "recorded", "counterparty")
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


def counted(
    events: Any,  # noqa: ANN401 -- any engine narwhals knows
    question: Question, columns: Sequence[str] | None = None, *, scope: bool = True,
) -> nw.LazyFrame[Any]:  # fmt: skip
    """Return the events that a question counts.

    Args:
        events: Ledger events in pandas, polars, DuckDB or another engine narwhals knows.
        question: As of, known at, view and scope.
        columns: Columns wanted, so that the others are not copied; all when omitted.
        scope: Whether to leave intercompany orders out when the question does.

    Returns:
        A lazy frame with one more column: `month`, yyyymm of the day the view goes by.
    """
    frame = nw.from_native(events).lazy()
    by = "posted" if question.view == "as-reported" else "effective"
    conditions = [nw.col("effective") <= _midnight(question.as_of)]
    if question.view == "as-reported":
        conditions.append(nw.col("posted") <= _midnight(question.calendar.month_end(question.as_of)))
    if question.known_at is not None:
        conditions.append(nw.col("recorded") <= _midnight(question.known_at))
    if scope and question.group:
        conditions.append(nw.col("counterparty").is_null())
    if columns is not None:
        frame = frame.select(*dict.fromkeys((*columns, by, *_FILTERED)))
    frame = frame.filter(*conditions)
    year, month = nw.col(by).dt.year().cast(nw.Int64), nw.col(by).dt.month().cast(nw.Int64)
    counted_events: nw.LazyFrame[Any] = frame.with_columns((year * 100 + month).alias("month"))
    return counted_events


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())
