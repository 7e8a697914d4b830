"""Metrics by periods as one table that spills, whole or broken down by a field."""

from __future__ import annotations

from typing import Any, Final

from bbbxl.aggregate.flows import CURRENCY
from bbbxl.cells.answers import Answers, Criteria, value_of
from bbbxl.cells.arguments import Cell
from bbbxl.cells.functions.figures import metric_in
from bbbxl.cells.functions.shared import Rows, attempt, cells_of, one_cell, single
from bbbxl.cells.registry import MORE, PERIOD, TABLE, Example, Parameter, function
from bbbxl.cells.session import ask
from bbbxl.errors import BbbError, UnknownNameError
from bbbxl.ledger.columns import DIMENSIONS, TITLES
from bbbxl.metrics.registry import Metric

METRICS: Final = Parameter("metrics", "text", "Names or titles of metrics: a cell, a row or a column of them.")
BY: Final = Parameter(
    "by", "text", "Field to break down by, such as region; left out or empty, there is one row a metric.", optional=True
)


@function(
    "BBB_TABLE", "Metrics by periods, whole or by a field",
    "One row a metric and one column a period; with a field to break down by, one row a metric and segment, and its "
    "total. Money in the reporting currency, ratios as numbers.",
    TABLE, METRICS, PERIOD, BY, MORE, group="Tables", spills=True,
    examples=(Example('=BBB_TABLE(H, "net_bookings", "2026-Q1", "region")',
                      (("Metric", "Region", "2026-Q1"), ("Net bookings", "East", 1400.0),
                       ("Net bookings", "West", 1050.0), ("Net bookings", "Total", 2450.0)),
                      "A quarter by region."),),
)  # fmt: skip
def bbb_table(data: Any = None, metrics: Any = None, periods: Any = None, by: Any = None, *more: Any) -> Rows:  # noqa: ANN401, D103
    asked = ask(data, more)
    answers, criteria = asked.answers, single(asked)
    chosen = [metric_in(cell) for cell in cells_of(metrics, "metrics")]
    spans = cells_of(periods, "periods")
    field = _field(answers, one_cell(by, "field to break down by"))
    heads = [_label(answers, cell) for cell in spans]
    rows: list[tuple[Any, ...]] = [("Metric", *([TITLES[field]] if field else []), *heads)]
    for metric in chosen:
        for segment in _segments(answers, metric, spans, criteria, field):
            found = (_of_segment(answers, metric, cell, criteria, field, segment) for cell in spans)
            rows.append((metric.title, segment, *found))
        total = (_total(answers, metric, cell, criteria) for cell in spans)
        rows.append((metric.title, *(["Total"] if field else []), *total))
    return tuple(rows)


def _field(answers: Answers, cell: Cell) -> str:
    """Return the dimension to break down by, empty for none.

    Raises:
        UnknownNameError: it is none, or the data say nothing of it.
    """
    if cell.empty:
        return ""
    field = answers.fields.field_of(cell.text)
    held = [name for name in (*DIMENSIONS, CURRENCY) if answers.ledger.events[name].notna().any()]
    if field not in held:
        raise UnknownNameError("field to break down by", cell.text, held)
    return field


def _label(answers: Answers, cell: Cell) -> str:
    return str(attempt(lambda: answers.period(cell).label))


def _segments(answers: Answers, metric: Metric, spans: list[Cell], criteria: Criteria, field: str) -> list[str]:
    """Return the segments of any of the periods, in order; none where nothing is broken down."""
    found: dict[str, None] = {}
    for cell in spans if field else ():
        try:
            period = answers.period(cell, metric)
            found |= dict.fromkeys(answers.segments(metric, period, criteria, field))
        except BbbError:
            continue  # the cells of that period say why
    return list(found)


def _of_segment(answers: Answers, metric: Metric, cell: Cell, criteria: Criteria, field: str, segment: str) -> Any:  # noqa: ANN401 -- a value or a line
    """Return the figure of one segment; one in which nothing ever happened up to the period is 0 or undefined."""

    def value() -> float | str:
        period = answers.period(cell, metric)
        figures = answers.segments(metric, period, criteria, field)
        if segment in figures:
            return value_of(figures[segment])
        answers.refuse_missing(metric, period)
        return 0.0 if metric.unit == "money" else ""

    return attempt(value)


def _total(answers: Answers, metric: Metric, cell: Cell, criteria: Criteria) -> Any:  # noqa: ANN401
    return attempt(lambda: value_of(answers.figure(metric, answers.period(cell, metric), criteria)))
