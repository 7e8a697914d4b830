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
from bbbxl.errors import UnknownNameError
from bbbxl.ledger.columns import DIMENSIONS, TITLES
from bbbxl.metrics.registry import Metric
from bbbxl.metrics.values import Figure

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
        found = [_segments(answers, metric, cell, criteria, field) for cell in spans] if field else []
        for segment in dict.fromkeys(name for one in found if isinstance(one, dict) for name in one):
            cells = zip(found, spans, strict=True)
            rows.append(
                (metric.title, segment, *(_of_segment(answers, metric, one, cell, segment) for one, cell in cells))
            )
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


def _segments(
    answers: Answers, metric: Metric, cell: Cell, criteria: Criteria, field: str
) -> dict[str, Figure] | str:  # fmt: skip
    """Return the figure of every segment over one period, or the line that says why there are none."""
    found: dict[str, Figure] | str = attempt(
        lambda: answers.segments(metric, answers.period(cell, metric), criteria, field)
    )
    return found


def _of_segment(answers: Answers, metric: Metric, found: dict[str, Figure] | str, cell: Cell, segment: str) -> Any:  # noqa: ANN401 -- a value or a line
    """Return the figure of one segment; one in which nothing ever happened up to the period is 0 or undefined."""
    if isinstance(found, str):
        return found

    def value() -> float | str:
        if segment in found:
            return value_of(found[segment])
        answers.refuse_missing(metric, answers.period(cell, metric))
        return 0.0 if metric.unit == "money" else ""

    return attempt(value)


def _total(answers: Answers, metric: Metric, cell: Cell, criteria: Criteria) -> Any:  # noqa: ANN401
    return attempt(lambda: value_of(answers.figure(metric, answers.period(cell, metric), criteria)))
