"""The events behind a figure, each with what it counts for: their sum is the figure."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import numpy as np
import pandas as pd

from bbbxl.aggregate.flows import day_key, month_key
from bbbxl.aggregate.measures import MEASURES, Measure
from bbbxl.aggregate.select import counted
from bbbxl.cells.answers import Answers, Criteria
from bbbxl.metrics.registry import Metric, measure_name
from bbbxl.metrics.values import compute, window_of
from bbbxl.metrics.windows import OPENING, nothing
from bbbxl.periods import Period

#: Column of the amount for which a row counts, reporting minor units, and of the measure it counts in.
COUNTS: Final = "counts"
MEASURE: Final = "measure"
_SAME: Final = ["event_id", "entity", "order_id", "line_id", "kind", "basis", "effective", "recorded",
                "reporting_amount"]  # fmt: skip


def rows_behind(answers: Answers, metric: Metric, period: Period, criteria: Criteria = ()) -> pd.DataFrame:
    """Return the ledger events behind a figure.

    Args:
        answers: The table and what is asked of it.
        metric: The metric.
        period: The period.
        criteria: Which events count.

    Returns:
        Ledger columns and `measure`, the name of the measure that the event counts in, and `counts`, reporting minor
        units: of an amount of money what the event adds to the figure, of a ratio what it adds to the measure. An event
        stands once for every measure it counts in. Without rows that add nothing.
    """
    window = window_of(metric, period, answers.question.calendar)
    end = min(window.last, answers.question.as_of)
    frames: dict[str, pd.DataFrame] = {}
    made = []
    for name in metric.measures:
        if name == "months":
            continue
        measure = MEASURES[measure_name(name, answers.basis)]
        which = "flow" if measure.time == "flow" else name
        if which not in frames:
            day = window.start - timedelta(days=1) if name == "opening_backlog" else end
            frames[which] = (_moved(answers, window, end, criteria) if which == "flow"
                             else _stood(answers, day, criteria))  # fmt: skip
        made.append(_counting(frames[which], name, measure, _weight(metric, name, answers.basis)))
    rows: pd.DataFrame = pd.concat(made, ignore_index=True)
    return rows.drop(columns="side")


def _counting(rows: pd.DataFrame, name: str, measure: Measure, weight: int) -> pd.DataFrame:
    """Return the rows that count in a measure, with the amount for which they do."""
    codes, kinds = pd.factorize(rows["kind"].astype("str") + "/" + rows["basis"].fillna("").astype("str"))
    parts = {f"{kind}/{basis}": sign for (kind, basis), sign in measure.parts.items()}
    signs = np.array([parts.get(str(one), 0) for one in kinds], dtype=np.int64)[codes] * weight
    counts = signs * rows["reporting_amount"].to_numpy(dtype=np.int64) * rows["side"].to_numpy()
    counting: pd.DataFrame = rows.assign(**{MEASURE: name, COUNTS: counts})[counts != 0]
    return counting


def _weight(metric: Metric, name: str, basis: str) -> int:
    """Return how often a measure enters a metric of money, with its sign; 1 for a ratio, of which it is a part."""
    if metric.unit != "money":
        return 1
    one = nothing() | {"months": 1}
    key = OPENING + measure_name(name, basis) if name == "opening_backlog" else measure_name(name, basis)
    return int(compute(metric, {**one, key: 1}, basis) or 0)


def _moved(answers: Answers, window: Period, end: date, criteria: Criteria) -> pd.DataFrame:
    """Return the events that a flow counts over a window, `side` +1, and those it takes back, -1."""
    calendar, as_of = answers.question.calendar, answers.question.as_of
    if calendar.month(window.start).start == window.start and (calendar.month_end(end) == end or end == as_of):
        rows = _stood(answers, as_of, criteria)
        return rows.loc[rows["month"].between(month_key(window), day_key(end))]
    closing, opening = (_stood(answers, day, criteria) for day in (end, window.start - timedelta(days=1)))
    ours, theirs = (pd.MultiIndex.from_frame(one[_SAME].astype("str")) for one in (closing, opening))
    return pd.concat([closing[~ours.isin(theirs)], opening[~theirs.isin(ours)].assign(side=-1)], ignore_index=True)


def _stood(answers: Answers, day: date, criteria: Criteria) -> pd.DataFrame:
    """Return the events that count at the end of a day, `month` the one they count in, `side` +1."""
    if day < answers.ledger.begins:
        empty = answers.ledger.events.iloc[:0]
        return empty.assign(month=pd.Series(dtype="int64"), side=pd.Series(dtype="int64"))
    events, question = answers.events_at(day, criteria)
    frame: pd.DataFrame = counted(events, question).collect().to_native()
    marked: pd.DataFrame = frame.assign(side=1)
    return marked


def measure_sums(rows: pd.DataFrame) -> dict[str, int]:
    """Return what the rows of each measure add up to."""
    return {str(name): int(own.sum()) for name, own in rows.groupby(MEASURE)[COUNTS]}
