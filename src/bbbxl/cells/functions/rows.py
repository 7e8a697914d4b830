"""The rows behind a figure, and what became known of a period between two days."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

import pandas as pd

from bbbxl.cells.answers import Answers, Criteria, major, value_of
from bbbxl.cells.drill import COUNTS, MEASURE, rows_behind
from bbbxl.cells.functions.figures import METRIC, metric_in
from bbbxl.cells.functions.shared import Rows, attempt, head, one_cell, single
from bbbxl.cells.phrases import in_formulas
from bbbxl.cells.registry import MORE, PERIOD, TABLE, Example, Parameter, function
from bbbxl.cells.session import Asked, ask
from bbbxl.errors import InputError, Problem, count_of
from bbbxl.events import KINDS
from bbbxl.ledger.columns import LINE
from bbbxl.metrics.registry import Metric, measure_title, metrics
from bbbxl.money import exponent
from bbbxl.periods import Period

#: Most rows that spill; the others are summed in one.
MOST: Final = 50_000
_TEXTS: Final = ("order_id", "line_id")
_HEADS: Final = ("Row", "Source", "Order", "Line", "What", "Happened", "Posted", "Recorded", "Customer", "Product",
                 "Region", "Quantity", "Document amount", "Currency")  # fmt: skip
ONE: Final = Parameter("metric", "text", METRIC.definition.replace("; one cell, a row or a column", "; one cell"))
SPAN: Final = Parameter("period", "period", PERIOD.definition.replace("; one cell, a row or a column", "; one cell"))


@function(
    "BBB_ROWS", "The rows behind a figure",
    "Every event that makes up a figure, with the row it was read from and what it counts for; the column Counts adds "
    "up to the figure. Rows of the table that could not be read stand below, with the reason.",
    TABLE, ONE, SPAN, MORE, group="Trust", spills=True,
    examples=(Example('=BBB_ROWS(H, "net_bookings", "2026-02")', (), "The two events of February: SO-2 + 1,000, "
                      "SO-5 - 600."),),
)  # fmt: skip
def bbb_rows(data: Any = None, metric: Any = None, period: Any = None, *more: Any) -> Rows:  # noqa: ANN401, D103
    asked = ask(data, more, whole=False)
    answers, criteria = asked.answers, single(asked)
    chosen = metric_in(one_cell(metric, "metric"))
    span = answers.period(one_cell(period, "period"), chosen)
    answers.refuse_missing(chosen, span)
    rows = rows_behind(answers, chosen, span, criteria)
    listed = [_row(one, answers.ledger.currency) for one in rows.head(MOST).to_dict("records")]
    if len(rows) > MOST:
        rest = major(int(rows[COUNTS].iloc[MOST:].sum()), answers.ledger.currency)
        listed.append((f"and {count_of(len(rows) - MOST, 'more row')}", *[""] * (len(_HEADS) - 1), rest, ""))
    heads = (*_HEADS, f"Counts, {answers.ledger.currency}", "In")
    return (heads, *listed, *_set_aside(answers.loaded.problems, len(heads)))


def _row(event: dict[Any, Any], currency: str) -> tuple[Any, ...]:
    """Return one event as cells."""
    days = ("" if pd.isna(event[name]) else f"{event[name]:%Y-%m-%d}" for name in ("effective", "posted", "recorded"))
    kind = KINDS[event["kind"]].title + (f", {event['basis']} basis" if _text(event["basis"]) else "")
    quantity = "" if pd.isna(event["quantity"]) else float(event["quantity"])
    row = "" if pd.isna(event["source_row"]) else float(event["source_row"])
    return (
        row, _text(event["source_file"]), *(_text(event[name]) for name in _TEXTS), kind, *days,
        *(_text(event[name]) for name in ("customer", "product", "region")), quantity,
        major(int(event["amount"]), event["currency"]), event["currency"], major(int(event[COUNTS]), currency),
        measure_title(event[MEASURE]),
    )  # fmt: skip


def _text(value: Any) -> str:  # noqa: ANN401 -- a text or a missing one
    return "" if pd.isna(value) else str(value)


def _set_aside(problems: Sequence[Problem], width: int) -> Rows:
    """Return the rows that could not be read, under a heading of their own; nothing where there are none."""
    if not problems:
        return ()
    rows = [(float(one.row), one.file, one.column, one.value, in_formulas(one.message)) for one in problems[:MOST]]
    table = [("",), ("Set aside: row", "Source", "Column", "Value", "Why"), *rows]
    return tuple((*row, *[""] * (width - len(row))) for row in table)


KNOWN: Final = (
    Parameter("known1", "period", "Day of knowledge of the first figure, one cell."),
    Parameter("known2", "period", "Day of knowledge of the second figure, one cell."),
)


@function(
    "BBB_MOVED", "What became known since",
    "The amounts of a period as known at one day and at a later one, with the difference, and below them the order "
    "lines that make it, each with its effect on net bookings, net billings and backlog.",
    TABLE, SPAN, *KNOWN, MORE, group="Trust", spills=True,
    examples=(Example('=BBB_MOVED(H, "2026-02", "2026-03-31", "2026-04-30")',
                      (("Fulfilment basis, USD", "2026-03-31", "2026-04-30", "Moved"),
                       ("Gross bookings", 1000.0, 1000.0, 0.0)),
                      "A range is known on one day, so nothing moved; on a book it says what was restated."),),
)  # fmt: skip
def bbb_moved(data: Any = None, period: Any = None, known1: Any = None, known2: Any = None, *more: Any) -> Rows:  # noqa: ANN401, D103  # fmt: skip
    first, second = (_known(data, more, one) for one in (known1, known2))
    criteria = single(second)
    span = second.answers.period(one_cell(period, "period"))
    days = (f"{one.answers.question.known_at}" for one in (first, second))
    rows: list[tuple[Any, ...]] = [(head(second.answers), *days, "Moved")]
    for metric in metrics().values():
        if metric.unit == "money":
            found = [one.answers.figure(metric, span, criteria) for one in (first, second)]
            shown = [attempt(partial(value_of, one)) for one in found]
            values = [one.value for one in found]
            moved = "" if None in values else major(int(values[1] or 0) - int(values[0] or 0),
                                                   second.answers.ledger.currency)  # fmt: skip
            rows.append((metric.title, *shown, moved))
    return (*rows, ("", "", "", ""), *_moved_lines(first.answers, second.answers, span, criteria))


def _known(data: Any, more: Sequence[Any], day: Any) -> Asked:  # noqa: ANN401 -- arguments of cells
    """Return what is asked with the knowledge of one day."""
    cell = one_cell(day, "day of knowledge")
    if cell.empty or cell.error:
        raise InputError(f"The day of knowledge is {cell.error or 'empty'}. Type it like 2026-10-31.")
    return ask(data, (*more, "known_at=", day))


def _moved_lines(first: Answers, second: Answers, span: Period, criteria: Criteria) -> Rows:
    """Return the order lines of which more or less is known, with the effect on three figures."""
    named = [metrics()[name] for name in ("net_bookings", "net_billings", "backlog")]
    columns = [_by_line(second, one, span, criteria).sub(_by_line(first, one, span, criteria), fill_value=0)
               for one in named]  # fmt: skip
    table = pd.concat(columns, axis=1, keys=[one.name for one in named]).fillna(0)
    table = table[(table != 0).any(axis=1)].sort_index()
    digits = 10 ** exponent(second.ledger.currency)
    listed = table.head(MOST)
    lines = [(f"{order} line {line}", *(float(one) / digits for one in row))
             for (_, order, line), row in zip(listed.index, listed.to_numpy().tolist(), strict=True)]  # fmt: skip
    if len(table) > MOST:
        rest = table.iloc[MOST:].sum().tolist()
        lines.append((f"and {count_of(len(table) - MOST, 'more order line')}", *(float(one) / digits for one in rest)))
    return (("Order line", *(one.title for one in named)), *lines)


def _by_line(answers: Answers, metric: Metric, span: Period, criteria: Criteria) -> pd.Series[int]:
    """Return what each order line counts for in a figure, minor units."""
    rows = rows_behind(answers, metric, span, criteria)
    sums: pd.Series[int] = rows.groupby(list(LINE))[COUNTS].sum()
    return sums
