"""Tables of the backlog that spill: roll-forward, ageing, schedule."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import pandas as pd

from bbbxl.aggregate.orders import orders
from bbbxl.cells.answers import Answers, Criteria, major, value_of
from bbbxl.cells.functions.shared import Rows, attempt, head, one_cell, single
from bbbxl.cells.registry import MORE, TABLE, Example, Parameter, function
from bbbxl.cells.session import Asked, ask
from bbbxl.errors import PeriodError
from bbbxl.metrics.ageing import ORDER_AGE, PAST_DUE, add_ages, ageing
from bbbxl.metrics.registry import Metric, measure_title, metric_named
from bbbxl.metrics.schedule import schedule, slots
from bbbxl.periods import Period
from bbbxl.report.rows import ROLL_LINES

FIRST: Final = Parameter("first", "period", "First month; of a quarter or year its first one.")
LAST: Final = Parameter("last", "period", "Last month; of a quarter or year its last one.")
ONE_DAY: Final = Parameter(
    "asof", "period", "The day of the stock, one cell; a month, quarter or year is its last day."
)


@function(
    "BACKLOG_ROLL", "Roll-forward of the backlog",
    "Opening backlog, what moved it and closing backlog, a column a month, with the residual that has to be 0; amounts "
    "in the reporting currency, each with the sign with which it adds up.",
    TABLE, FIRST, LAST, MORE, group="Tables", spills=True,
    examples=(Example('=BACKLOG_ROLL(H, "2026-02", "2026-03")',
                      (("Fulfilment basis, USD", "2026-02", "2026-03"), ("Opening backlog", 1400.0, 1300.0),
                       ("New", 1000.0, 250.0)), "What moved the backlog in two months."),),
)  # fmt: skip
def backlog_roll(data: Any = None, first: Any = None, last: Any = None, *more: Any) -> Rows:  # noqa: ANN401, D103
    asked = ask(data, more)
    answers, criteria = asked.answers, single(asked)
    months = _months(answers, first, last)

    def row(metric: Metric) -> tuple[Any, ...]:
        return metric.title, *(_figure(answers, metric, month, criteria) for month in months)

    lines = [(measure_title(name), *(_movement(answers, name, sign, month, criteria) for month in months))
             for name, sign in ROLL_LINES]  # fmt: skip
    ends = ("opening_backlog", "backlog", "roll_forward_residual")
    opening, closing, residual = (row(metric_named(name)) for name in ends)
    return ((head(answers), *(one.label for one in months)), opening, *lines, closing, residual)


def _figure(answers: Answers, metric: Metric, month: Period, criteria: Criteria) -> Any:  # noqa: ANN401
    return attempt(lambda: value_of(answers.figure(metric, month, criteria)))


def _movement(answers: Answers, name: str, sign: int, month: Period, criteria: Criteria) -> Any:  # noqa: ANN401
    """Return one movement of a month, or the line that says why there is none."""

    def amount() -> float:
        answers.refuse_missing(metric_named("roll_forward_residual"), month)
        return major(sign * answers.measure(name, month, criteria), answers.ledger.currency)

    return attempt(amount)


def _months(answers: Answers, first: Any, last: Any) -> list[Period]:  # noqa: ANN401 -- arguments of cells
    """Return every month from the first of one period to the last of another, up to the as-of date."""
    start = answers.period(one_cell(first, "first month"), what="first month")
    end = answers.period(one_cell(last, "last month"), what="last month")
    if end.last < start.start:
        raise PeriodError(f"{end} lies before {start}. Turn them round.")
    calendar, months = answers.question.calendar, []
    month = calendar.month(start.start)
    while month.start <= min(end.last, answers.question.as_of):
        months.append(month)
        month = calendar.month(month.end)
    return months


@function(
    "BACKLOG_AGEING", "Backlog by age",
    "The backlog as of a day by the age of its orders, and by days past due: amount in the reporting currency, share "
    "of the whole as 0.05, order lines. Each block sums to the backlog.",
    TABLE, ONE_DAY, MORE, group="Tables", spills=True,
    examples=(Example('=BACKLOG_AGEING(H, "2026-03")',
                      (("Age of the order, fulfilment basis, USD", "Amount", "Share", "Lines"),
                       ("0 to 30 days", 400.0, 400 / 1700, 1.0), ("31 to 60 days", 1000.0, 1000 / 1700, 1.0)),
                      "How old the backlog is, and how late."),),
)  # fmt: skip
def backlog_ageing(data: Any = None, asof: Any = None, *more: Any) -> Rows:  # noqa: ANN401, D103
    asked = ask(data, more)
    lines, _ = _stock(asked, asof)
    blocks = (("age", ORDER_AGE, "Age of the order"), ("days_past_due", PAST_DUE, "Days past due"))
    return tuple(row for name, buckets, title in blocks for row in _aged(asked.answers, lines, name, buckets, title))


def _aged(answers: Answers, lines: pd.DataFrame, name: str, buckets: Any, title: str) -> Rows:  # noqa: ANN401
    """Return one block of the ageing with its heading and total."""
    amounts, currency = lines[f"backlog_{answers.basis}"], answers.ledger.currency
    total = int(amounts.sum())
    rows = [(label, major(amount, currency), amount / total if total else "", float(count))
            for label, amount, count in ageing(lines[name], amounts, buckets)]  # fmt: skip
    whole = ("Total", major(total, currency), 1.0 if total else "", float(len(lines)))
    return ((head(answers, title), "Amount", "Share", "Lines"), *rows, whole)


@function(
    "BACKLOG_SCHEDULE", "When the backlog is due",
    "The backlog as of a day by when it is due to leave: past due, rest of the month, twelve months, later, "
    "unscheduled, on hold. Reporting currency; the rows sum to the backlog.",
    TABLE, ONE_DAY, MORE, group="Tables", spills=True,
    examples=(Example('=BACKLOG_SCHEDULE(H, "2026-03")',
                      (("Fulfilment basis, USD", "Amount"), ("Past due", 0.0), ("Due 2026-03-31", 0.0),
                       ("2026-04", 1000.0), ("2026-05", 300.0)), "What is due to leave when."),),
)  # fmt: skip
def backlog_schedule(data: Any = None, asof: Any = None, *more: Any) -> Rows:  # noqa: ANN401, D103
    asked = ask(data, more)
    answers = asked.answers
    lines, day = _stock(asked, asof)
    calendar, currency = answers.question.calendar, answers.ledger.currency
    table = schedule(lines, day, answers.basis, calendar)
    rows = [(slot.title, major(int(table[slot.name].sum()), currency)) for slot in slots(day, calendar)]
    total = int(lines[f"backlog_{answers.basis}"].sum())
    return ((head(answers), "Amount"), *rows, ("Total", major(total, currency)))


def _stock(asked: Asked, asof: Any) -> tuple[pd.DataFrame, date]:  # noqa: ANN401 -- an argument of a cell
    """Return the open order lines as of a day, with their ages, and the day."""
    answers, criteria, metric = asked.answers, single(asked), metric_named("backlog")
    span = answers.period(one_cell(asof, "as-of date"), metric, "as-of date")
    answers.refuse_missing(metric, span)
    day = min(span.last, answers.question.as_of)

    def make() -> pd.DataFrame:
        events, question = answers.events_at(day, criteria)
        lines = orders(events, question)
        lines = lines[lines[f"backlog_{answers.basis}"] != 0].reset_index(drop=True)
        return add_ages(lines, day, answers.ledger.policy.past_due_date)

    return answers.once(("stock", day, answers.part(criteria).own), make, len), day
