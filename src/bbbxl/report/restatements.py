"""Restatements: every closed month as it was closed, as it is reported now and as it would be restated, by order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

import narwhals as nw
import pandas as pd

from bbbxl.aggregate.flows import day_key
from bbbxl.aggregate.measures import FLOW_MEASURES, MEASURES, STOCK_MEASURES
from bbbxl.aggregate.select import Question, counted
from bbbxl.events import EVENT_KINDS, KINDS
from bbbxl.inputs.load import Loaded
from bbbxl.ledger.columns import LINE
from bbbxl.ledger.kept import Closed, late
from bbbxl.metrics.registry import Metric, measure_name, metric_named
from bbbxl.metrics.values import compute, missing
from bbbxl.metrics.windows import flow_table
from bbbxl.report.adjustments import by_hand
from bbbxl.report.closes import closes_reported, frozen_total, not_comparable

#: Metrics that are restated, in printed order.
RESTATED: tuple[str, ...] = ("gross_bookings", "net_bookings", "net_billings", "fulfilled", "backlog")
_READ = (*LINE, "event_id", "customer", "kind", "reporting_amount", "effective", "posted", "recorded", "reason")
_KINDS = [kind.name for kind in EVENT_KINDS if kind.group in ("order", "fact") and kind.sign]
_BILLED = {"invoice": 1, "credit_note": -1}
#: Measures of a month whose flows and stocks are nothing.
_ZERO = {**dict.fromkeys([one.name for one in FLOW_MEASURES], 0),
         **{f"{when}{one.name}": 0 for one in STOCK_MEASURES for when in ("", "opening ")}, "months": 1}  # fmt: skip


@dataclass(frozen=True)
class RestatedFigure:
    """One figure of one closed month, three times.

    Attributes:
        period: The month, such as 2026-10.
        metric: Name of the metric.
        title: What people read.
        closed: As it was closed, in minor units; None where that was not known or is not comparable.
        reported: As it is reported now: what the month posted; None where it is not available.
        restated: By the day everything happened, as known now; None where it is not available.
        reason: Why one of the three is not known; None where all are, or the figures as closed not comparable.
    """

    period: str
    metric: str
    title: str
    closed: int | None
    reported: int | None
    restated: int | None
    reason: str | None = None


@dataclass(frozen=True)
class RestatedEvent:
    """One event that a restatement moves into a closed month or out of it.

    Attributes:
        period: The closed month.
        entity: Legal entity.
        order_id: Order.
        line_id: Line.
        customer: Customer, empty where there is none.
        kind: Event kind.
        amount: What moves, in reporting minor units and the kind's own sense: into the month, or out of it when the
            event happened elsewhere and the month posted it.
        net_bookings: What of it is restated net bookings.
        net_billings: What of it is restated net billings.
        effective: Day it happened.
        posted: Last day of the month that reports it.
        recorded: Day the book learned of it.
        by_hand: Whether it was entered by hand.
        reason: Why; empty where nobody says.
    """

    period: str
    entity: str
    order_id: str
    line_id: str
    customer: str
    kind: str
    amount: int
    net_bookings: int
    net_billings: int
    effective: date
    posted: date
    recorded: date
    by_hand: bool
    reason: str


@dataclass(frozen=True)
class Restatements:
    """Every closed month, and what moved.

    Attributes:
        figures: By month, then in the order of `RESTATED`.
        moved: By month, order and line; per month the net bookings add up to restated - reported, and so do the
            net billings.
        reason: Why the figures as closed cannot be compared; None when they can.
    """

    figures: tuple[RestatedFigure, ...] = ()
    moved: tuple[RestatedEvent, ...] = ()
    reason: str | None = None

    @property
    def not_known(self) -> dict[str, list[str]]:
        """Return every reason why figures are not known -> what it concerns."""
        found: dict[str, list[str]] = {}
        for one in self.figures:
            if one.reason:
                found.setdefault(one.reason, []).append(f"{one.title} {one.period}")
        return found


def restatements(loaded: Loaded, question: Question, basis: str) -> Restatements:
    """Return the closed months that have ended by the as-of date, as closed, as reported now and as restated.

    Args:
        loaded: What was read; its ledger is revalued up to the as-of date.
        question: As of, known at and scope; its view plays no part.
        basis: Basis of the closing backlog.
    """
    closes = closes_reported(loaded, question)
    if not closes:
        return Restatements()
    reason = not_comparable(loaded)
    views = {view: replace(question, view=view) for view in ("as-reported", "as-restated")}
    tables = {
        view: flow_table(loaded.ledger, asked, closes[0].last).set_index("month") for view, asked in views.items()
    }
    made = []
    for closed in closes:
        measures = [_ZERO | frozen_total(closed), *(_measures(table, closed) for table in tables.values())]
        for metric in map(metric_named, RESTATED):
            why = [_unknown(metric, closed, basis), *(_missing(loaded, one, closed, metric, basis)
                                                      for one in views.values())]  # fmt: skip
            made.append(_figure(metric, closed.period, measures, why, basis, comparable=reason is None))
    return Restatements(tuple(made), _moved(loaded, views["as-restated"], closes), reason)


def as_rows(rows: tuple[RestatedFigure, ...] | tuple[RestatedEvent, ...]) -> list[dict[str, Any]]:
    """Return figures or what moved as JSON holds them: days as text, amounts in minor units."""
    return [
        {name: str(value) if isinstance(value, date) else value for name, value in asdict(row).items()} for row in rows
    ]


def _measures(table: pd.DataFrame, closed: Closed) -> dict[str, int]:
    """Return every measure of a month in a table of `flows()`."""
    row: dict[Any, Any] = table.loc[day_key(closed.last), list(MEASURES)].to_dict()
    return _ZERO | {name: int(amount) for name, amount in row.items()}


def _figure(
    metric: Metric, period: str, measures: Sequence[Mapping[str, int]], why: Sequence[str | None], basis: str, *,
    comparable: bool,
) -> RestatedFigure:  # fmt: skip
    """Return a metric of the three sets of measures of a month, without those that are not known."""
    closed, reported, restated = (
        None if not_known else _whole(compute(metric, one, basis)) for one, not_known in zip(measures, why, strict=True)
    )
    reason = next((one for one in why[0 if comparable else 1 :] if one), None)
    return RestatedFigure(period, metric.name, metric.title, closed if comparable else None, reported, restated, reason)


def _unknown(metric: Metric, closed: Closed, basis: str) -> str | None:
    """Return why a metric was not known when a month was closed, None when it was."""
    read = [measure_name(name, basis) for name in metric.measures]
    return next((closed.unknown[name] for name in read if name in closed.unknown), None)


def _missing(loaded: Loaded, question: Question, closed: Closed, metric: Metric, basis: str) -> str | None:
    """Return why a metric of a closed month is not available now, None when it is."""
    return missing(metric, loaded.ledger, question.calendar.month(closed.last), question, basis)


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)


def _moved(loaded: Loaded, question: Question, closes: tuple[Closed, ...]) -> tuple[RestatedEvent, ...]:
    """Return the events that happened in a closed month and were posted elsewhere, or the other way round."""
    frame = counted(loaded.ledger.events, question, _READ).filter(nw.col("kind").is_in(_KINDS))
    events: pd.DataFrame = frame.collect("pandas").to_native()
    events = events[late(events, question.calendar)]
    events = events.assign(by_hand=by_hand(events, loaded.kept))
    into, out = (
        events.assign(period=events[day].dt.year * 100 + events[day].dt.month, way=way)
        for day, way in (("effective", 1), ("posted", -1))
    )
    periods = {day_key(one.last): one.period for one in closes}
    both = pd.concat([into, out], ignore_index=True)
    both = both[both["period"].isin(list(periods))]
    both = both.sort_values(["period", *LINE, "effective", "kind", "recorded"], kind="stable")
    return tuple(_row(row, periods[row["period"]]) for row in both.to_dict("records"))


def _row(row: Mapping[Any, Any], period: str) -> RestatedEvent:
    kind, amount = row["kind"], int(row["way"] * row["reporting_amount"])
    said: dict[str, Any] = {name: row[name].date() for name in ("effective", "posted", "recorded")}
    said |= {name: "" if pd.isna(row[name]) else str(row[name]) for name in (*LINE, "customer", "reason")}
    return RestatedEvent(period=period, kind=kind, amount=amount, net_bookings=KINDS[kind].net * amount,
                 net_billings=_BILLED.get(kind, 0) * amount, by_hand=bool(row["by_hand"]), **said)  # fmt: skip
