"""Figures: metrics evaluated over windows, with the reason where one is not available."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bbbxl.aggregate.measures import MEASURES
from bbbxl.aggregate.select import ELIMINATED, Question
from bbbxl.errors import PeriodError
from bbbxl.events import ORDER_NAMES
from bbbxl.ledger.availability import ON_ORDER
from bbbxl.ledger.build import Ledger
from bbbxl.metrics.registry import BASIS_NAMES, Measures, Metric, measure_name
from bbbxl.metrics.windows import OPENING, Windows, nothing
from bbbxl.periods import Calendar, Period

#: Reason of a ratio whose divisor is nothing.
UNDEFINED = "undefined: divided by zero"
#: Event kind -> fact of the data it is.
_FACT_OF = {"return_receipt": "shipment", "credit_note": "invoice", "cancellation": "cancellation"}


@dataclass(frozen=True)
class Figure:
    """One figure.

    Attributes:
        metric: Name of the metric.
        period: Label of the period.
        value: Minor units, or a ratio; None when undefined or not available.
        unit: money, ratio, percent or months.
        currency: Reporting currency; None for ratios.
        basis: Backlog basis; None where it plays no part.
        dimension: Dimension of the segment; None for the total.
        segment: Segment; None for the total.
        reason: Why there is no value; None when there is one.
    """

    metric: str
    period: str
    value: float | int | None
    unit: str
    currency: str | None
    basis: str | None
    dimension: str | None = None
    segment: str | None = None
    reason: str | None = None

    @property
    def undefined(self) -> bool:
        """Return whether it is a division by zero of which everything is known."""
        return self.reason == UNDEFINED


def window_of(metric: Metric, period: Period, calendar: Calendar) -> Period:
    """Return the window a metric looks at for a period."""
    return calendar.to_date(period.last, metric.window) if metric.window else period


def values_for(measures: Mapping[str, Any], basis: str) -> Measures:
    """Return measures with the basis-neutral names resolved."""
    named = {name: measures[measure_name(name, basis)] for name in BASIS_NAMES if name != "opening_backlog"}
    named["opening_backlog"] = measures[OPENING + measure_name("opening_backlog", basis)]
    return Measures({**measures, **named})


def compute(metric: Metric, measures: Mapping[str, Any], basis: str) -> float | int | None:
    """Return the value of a metric, None where it is undefined."""
    value = metric.compute(values_for(measures, basis))
    return None if isinstance(value, float) and math.isnan(value) else value


def missing(metric: Metric, ledger: Ledger, period: Period, question: Question, basis: str) -> str | None:
    """Return why a metric is not available over a period, None when it is."""
    known = ledger.availability.of_view(question.view)
    end = min(period.last, question.as_of)
    if question.known_at and known.known_from and question.known_at < known.known_from:
        return f"nothing was recorded by {question.known_at}; the data were first recorded on {known.known_from}"
    begins = ledger.begins
    if begins > end:
        return f"the data begin on {begins}"
    if metric.window and question.calendar.month(begins).start > period.start:
        return f"the data begin on {begins}, inside the {metric.window} window"
    if metric.window and period.last > question.as_of:
        return f"the {metric.window} window ends on {period.last}, after the as-of date"
    for name in metric.measures:
        reason = None
        if name in ("opening_backlog", "closing_backlog"):
            day = period.start - timedelta(days=1) if name == "opening_backlog" else end
            reason = known.missing_stock(("booking", *known.facts_of(basis)), day)
        elif name != "months":
            reason = known.missing_flow(_facts(measure_name(name, basis), ledger), period.start, end)
        if reason:
            return reason
    return None


def missing_measure(name: str, ledger: Ledger, period: Period, question: Question, basis: str = "") -> str | None:
    """Return why a measure is not available, a flow over a period or a stock at its end; None when it is.

    Args:
        name: Measure, the basis-neutral names too.
        ledger: The ledger.
        period: The period.
        question: As of, known at, view and scope.
        basis: Basis of a basis-neutral name.
    """
    read = name
    if name in MEASURES and MEASURES[name].time == "stock":
        read, basis = "closing_backlog", name.removeprefix(BASIS_NAMES["closing_backlog"])
    probe = Metric(name, name, "money", "", "", "", "", lambda measures: measures, (read,))
    return missing(probe, ledger, period, question, basis)


def held_measures(ledger: Ledger) -> tuple[str, ...]:
    """Return the measures whose facts the data hold, whether or not their days are known."""
    known, bases = ledger.availability, ledger.availability.bases()
    return tuple(
        name for name, one in MEASURES.items()
        if (name.removeprefix(BASIS_NAMES["closing_backlog"]) in bases if one.time == "stock"
            else not known.lacking(_facts(name, ledger)))
    )  # fmt: skip


def _facts(name: str, ledger: Ledger) -> tuple[str, ...]:
    """Return the facts a flow measure needs; FX is on what was on order, as far as the data tell of it."""
    found: list[str] = []
    for kind, basis in MEASURES[name].parts:
        if basis:
            found += ledger.availability.facts_of(basis)
            found += [one for one in ON_ORDER if kind == "fx" and one in ledger.availability.facts]
        else:
            found.append(_FACT_OF.get(kind, "booking" if kind in ORDER_NAMES else kind))
    return tuple(dict.fromkeys(found))


def figures(
    ledger: Ledger, question: Question, periods: Sequence[Period], chosen: Sequence[Metric], basis: str,
    by: str | None = None,
) -> list[Figure]:  # fmt: skip
    """Return metrics over periods, for the total and, with `by`, for every segment.

    Args:
        ledger: The ledger.
        question: As of, known at, view and scope.
        periods: Periods asked for; each metric looks at its own window that ends with them.
        chosen: Metrics, in the order wanted.
        basis: Backlog basis.
        by: Dimension, or None.

    Raises:
        PeriodError: a period begins after the as-of date.
    """
    made: list[Figure] = []
    windows = Windows(ledger, question)
    for period in periods:
        if period.start > question.as_of:
            raise PeriodError(f"{period} begins after the as-of date {question.as_of}. Ask for an earlier period.")
        for metric in chosen:
            window = window_of(metric, period, question.calendar)
            reason = missing(metric, ledger, window, question, basis)
            for dimension in (None, by) if by else (None,):
                segments = windows.between(window, dimension) or {"": nothing()}
                made += [
                    figure_of(metric, period, values, reason, ledger.currency, basis, dimension,
                              segment if dimension else None)
                    for segment, values in segments.items()
                ]  # fmt: skip
    return made


def refuse_outside(ledger: Ledger, as_of: date, periods: Sequence[Period]) -> None:
    """Refuse periods of which the data tell nothing.

    Raises:
        PeriodError: one ends before the data or begins after the as-of date.
    """
    first = ledger.begins
    for one in periods:
        if one.last < first or one.start > as_of:
            raise PeriodError(
                f"{one} lies outside the data, which run from {first} to {as_of}. "
                f"Ask for {first:%Y-%m} to {as_of:%Y-%m}."
            )


def figure_of(
    metric: Metric, period: Period, measures: Mapping[str, Any], reason: str | None, currency: str, basis: str,
    dimension: str | None = None, segment: str | None = None,
) -> Figure:  # fmt: skip
    """Return a metric of some measures as a figure; without a value where there is a reason for it."""
    value = None if reason else compute(metric, measures, basis)
    if segment == ELIMINATED and metric.unit != "money":
        value, reason = None, "an elimination has no ratio"
    return Figure(metric.name, period.label, value, metric.unit, currency if metric.unit == "money" else None,
                  basis if metric.by_basis else None, dimension, segment,
                  UNDEFINED if value is None and reason is None else reason)  # fmt: skip
