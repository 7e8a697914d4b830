"""Figures: one metric over a period, or as of a day."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from bbbxl.cells.answers import value_of
from bbbxl.cells.arguments import Cell
from bbbxl.cells.broadcast import broadcast
from bbbxl.cells.registry import AS_OF, MORE, PERIOD, TABLE, Example, Parameter, function
from bbbxl.cells.session import ask
from bbbxl.errors import InputError
from bbbxl.metrics.registry import Metric, metric_named, metrics

#: Function -> metric, the argument of time, examples.
_NAMED: Final = {
    "BOOKINGS": ("net_bookings", PERIOD, (
        Example('=BOOKINGS(Orders, "2026-02")', 400.0, "1,000 signed in February, less 600 cancelled in it."),
        Example('=BOOKINGS(H, "2026-Q1", "region", "West")', 1050.0, "One region over a quarter: 500 + 300 + 250."),
        Example('=BOOKINGS(H, "2026-01..2026-03", "customer", "Ada;B*", "amount", ">=400")', 1900.0,
                "Several criteria at once: 500 + 1,000 + 400."),
    )),
    "BILLINGS": ("net_billings", PERIOD, (
        Example('=BILLINGS(H, "2026-03")', 250.0, "Invoiced in March, less credit notes."),
    )),
    "FULFILLED": ("fulfilled", PERIOD, (
        Example('=FULFILLED(H, "2026-02")', 500.0, "What left the backlog in February because it was shipped."),
    )),
    "REVENUE": ("recognised_revenue", PERIOD, (
        Example('=REVENUE(H, "2026-03")', "#BBB! Recognised revenue of 2026-03: not available, because…",
                "A shipment is not revenue: without a column of recognised revenue there is no figure."),
    )),
    "BACKLOG": ("backlog", AS_OF, (
        Example('=BACKLOG(H, "2026-03")', 1700.0, "At the end of March: 300 + 1,000 + 400."),
        Example('=BACKLOG(H, "2026-02-11")', 2400.0, "On the eve of the first shipment: 500 + 300 + 1,000 + 600."),
        Example('=BACKLOG(H, "2026-03", "region", "<>East")', 300.0, "Every region but one."),
    )),
    "BOOK_TO_BILL": ("book_to_bill", PERIOD, (
        Example('=BOOK_TO_BILL(H, "2026-03")', 2.6, "650 booked for 250 billed."),
        Example('=BOOK_TO_BILL(H, "2026-01")', "", "Nothing was billed in January: blank, not 0 and no error."),
    )),
    "BACKLOG_COVERAGE": ("backlog_coverage", AS_OF, (
        Example('=BACKLOG_COVERAGE(H, "2026-03")', "#BBB! Backlog coverage (months) of 2026-03: not available…",
                "It needs a year of data."),
    )),
}  # fmt: skip


def figures_of(named: Any, data: Any, period: Any, more: Sequence[Any]) -> Any:  # noqa: ANN401 -- arguments of cells
    """Return a metric over periods and criteria, one value or a block.

    Args:
        named: The metric, or a cell, row or column of names.
        data: A range with headers, or a handle.
        period: A cell, row or column.
        more: Criteria and options.
    """
    asked = ask(data, more)
    names = [name for name, _ in asked.criteria]

    def one(metric: Cell, when: Cell, *criteria: Cell) -> float | str:
        chosen = metric_in(metric)
        span = asked.answers.period(when, chosen)
        return value_of(asked.answers.figure(chosen, span, tuple(zip(names, criteria, strict=True))))

    return broadcast(one, [named, period, *(value for _, value in asked.criteria)])


def metric_in(cell: Cell) -> Metric:
    """Return the metric that a cell names, by its name or title.

    Raises:
        InputError: the cell is empty.
        UnknownNameError: no such metric.
    """
    if cell.empty or cell.error:
        raise InputError(f"The metric is {cell.error or 'empty'}. Type a name, such as net_bookings.")
    return _metric_of(" ".join(cell.text.casefold().split()))


@lru_cache(maxsize=256)
def _metric_of(text: str) -> Metric:
    by_title = {one.title.casefold(): one for one in metrics().values()}
    return by_title.get(text) or metric_named(text.replace(" ", "_").replace("-", "_"))


def _register(name: str, metric: Metric, when: Parameter, examples: Sequence[Example]) -> None:
    @function(name, metric.title, metric.definition, TABLE, when, MORE, group="Figures", examples=examples)
    def figure(data: Any = None, period: Any = None, *more: Any) -> Any:  # noqa: ANN401 -- arguments of cells
        return figures_of(metric.name, data, period, more)


for _name, (_metric, _when, _examples) in _NAMED.items():
    _register(_name, metric_named(_metric), _when, _examples)

METRIC: Final = Parameter(
    "metric", "text",
    "Name or title of a metric, such as gross_bookings or \"Net billings\"; one cell, a row or a column.",
)  # fmt: skip


@function(
    "BBB_METRIC", "Any metric by its name",
    "Every metric of the Definitions tab over a period, or as of its end where it is a stock. Money in the reporting "
    "currency, ratios as numbers, percentages as 0.05.",
    TABLE, METRIC, PERIOD, MORE, group="Figures",
    examples=(Example('=BBB_METRIC(H, "gross_bookings", "2026-02")', 1000.0, "February before its cancellation."),),
)  # fmt: skip
def metric(data: Any = None, metric: Any = None, period: Any = None, *more: Any) -> Any:  # noqa: ANN401, D103
    return figures_of(metric, data, period, more)
