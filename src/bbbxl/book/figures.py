"""The figures of a closed month: frozen when it is closed, computed again and compared ever after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from bbbxl.aggregate.flows import CURRENCY, flows
from bbbxl.aggregate.measures import FLOW_MEASURES, MEASURES, STOCK_MEASURES
from bbbxl.aggregate.select import Question
from bbbxl.ledger.build import Ledger
from bbbxl.ledger.columns import DIMENSIONS
from bbbxl.ledger.kept import Closed
from bbbxl.metrics.values import missing_measure
from bbbxl.periods import Period

#: What identifies one figure.
FIGURE: Final = ["dimension", "segment", "measure"]


def month_figures(ledger: Ledger, question: Question) -> pd.DataFrame:
    """Return every measure of the month that ends with the as-of date.

    Returns:
        Long: dimension ("" for the total, a dimension, or currency, then in document minor units), segment, measure,
        amount; flows of the month and stocks at its end, without those of 0.
    """
    months = [question.calendar.month(question.as_of)]
    used = [name for name in DIMENSIONS if ledger.events[name].notna().any()]
    long = figures_of(ledger, question, months, ["", *used, CURRENCY])
    long = long[long["amount"] != 0].astype({"amount": "int64", "measure": "str", "segment": "str"})
    return long[[*FIGURE, "amount"]].sort_values(FIGURE, ignore_index=True)


def figures_of(ledger: Ledger, question: Question, months: Sequence[Period], dimensions: Iterable[str]) -> pd.DataFrame:
    """Return the figures of some months, long: month (yyyymm) and columns of `FIGURE`, amount.

    Args:
        ledger: The ledger.
        question: As of, known at, view and scope.
        months: Consecutive months, oldest first.
        dimensions: "" for the total, dimensions, "currency" for document currencies in document minor units.
    """
    tables = {
        name: flows(ledger.events, months, question, by=CURRENCY, amounts="document") if name == CURRENCY
        else flows(ledger.events, months, question, by=name or None)
        for name in dimensions
    }  # fmt: skip
    return long_figures(tables)


def long_figures(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return tables of `flows()` by dimension as one long table of figures."""
    made = [_long(table, dimension) for dimension, table in tables.items()]
    return pd.concat(made, ignore_index=True)[["month", *FIGURE, "amount"]]


def _long(table: pd.DataFrame, dimension: str) -> pd.DataFrame:
    """Return one table of `flows()` with its measures one under the other."""
    names = [name for name in table if name in MEASURES]
    return pd.DataFrame({
        "month": np.tile(table["month"].to_numpy(), len(names)),
        "dimension": pd.Series([dimension], dtype="str").repeat(len(table) * len(names)).array,
        "segment": pd.concat([table["segment"]] * len(names)).array,
        "measure": pd.Series(names, dtype="str").repeat(len(table)).array,
        "amount": table[names].to_numpy().ravel(order="F"),
    })  # fmt: skip


def unknown_measures(ledger: Ledger, question: Question) -> dict[str, str]:
    """Return the measures that cannot be known of the month that ends with the as-of date, each with the reason."""
    month = question.calendar.month(question.as_of)
    reasons = {name: missing_measure(name, ledger, month, question) for name in MEASURES}
    return {name: reason for name, reason in reasons.items() if reason}


def without(figures: pd.DataFrame, unknown: Iterable[str]) -> pd.DataFrame:
    """Return figures without those of the measures that are not known."""
    return figures[~figures["measure"].isin(list(unknown))].reset_index(drop=True)


def differing(now: pd.DataFrame, closed: Closed) -> pd.DataFrame:
    """Return the figures that are not as they were frozen: dimension, segment, measure, frozen, now.

    What was not known at the close was not frozen, and is not compared.
    """
    both = without(now, closed.unknown).set_index(FIGURE)["amount"].to_frame("now").join(
        closed.figures.set_index(FIGURE)["amount"].rename("frozen"), how="outer").fillna(0).astype("int64")  # fmt: skip
    return both[both["now"] != both["frozen"]].reset_index()[[*FIGURE, "frozen", "now"]]


def unproved(figures: pd.DataFrame, lines: pd.DataFrame, opening: Closed | None, bases: Sequence[str]) -> list[str]:
    """Return what of a month's roll-forward does not close, one sentence each; empty when it is proved.

    Proved are, on every basis whose facts the data hold: frozen opening + movements = closing, for the total, every
    segment of every dimension and every document currency; segments = total; closing counted again from order lines.
    An opening that was not known when the month before was closed proves nothing.

    Args:
        figures: Figures of the month as the events have them, see `month_figures`.
        lines: `orders()` of the same ledger and question.
        opening: Close of the month before; None when it is not closed.
        bases: Names of the bases.
    """
    by_measure = figures.pivot(index=["dimension", "segment"], columns="measure", values="amount").fillna(0)
    found = _unrolled(by_measure, opening, bases) if opening is not None else []
    found += _unequal_segments(by_measure)
    for basis in bases:
        name = f"backlog_{basis}"
        closing = int(by_measure[name].get(("", ""), 0)) if name in by_measure else 0
        counted = int(lines[name].sum())
        if closing != counted:
            found.append(f"{name}: {closing} minor units by movements, {counted} counted from order lines.")
    return found


def _unrolled(by_measure: pd.DataFrame, opening: Closed, bases: Sequence[str]) -> list[str]:
    """Return the segments whose frozen opening and movements do not give their closing."""
    before = opening.figures.pivot(index=["dimension", "segment"], columns="measure", values="amount").fillna(0)
    index = by_measure.index.union(before.index)
    now, then = by_measure.reindex(index, fill_value=0), before.reindex(index, fill_value=0)
    flow_names = {(kind, basis): one.name for one in FLOW_MEASURES for kind, basis in one.parts}
    found = []
    for stock in STOCK_MEASURES:
        if stock.name.removeprefix("backlog_") not in bases or stock.name in opening.unknown:
            continue
        expected = _column(then, stock.name)
        for part, sign in stock.parts.items():
            expected = expected + sign * _column(now, flow_names[part])
        wrong = _column(now, stock.name) != expected
        for dimension, segment in index[wrong.to_numpy()].tolist()[:5]:
            where = f"{dimension} {segment}" if dimension else "total"
            found.append(f"{stock.title}, {where}: opening and movements do not give the closing.")
    return found


def _column(table: pd.DataFrame, name: str) -> pd.Series[float]:
    return table[name] if name in table else pd.Series(0.0, index=table.index)


def _unequal_segments(by_measure: pd.DataFrame) -> list[str]:
    """Return the dimensions whose segments do not add up to the total."""
    found = []
    for dimension in by_measure.index.get_level_values("dimension").unique():
        if dimension in ("", CURRENCY):
            continue
        total = by_measure[by_measure.index.get_level_values("dimension") == ""].sum()
        rest = by_measure[by_measure.index.get_level_values("dimension") == dimension].sum() - total
        wrong = [str(measure) for measure, amount in rest.items() if amount]
        if wrong:
            found.append(f"The segments of {dimension} do not add up to the total ({wrong[0]}).")
    return found


def month_question(question: Question, last: date) -> Question:
    """Return the question of a closed month: its last day, as reported."""
    return Question(last, question.known_at, "as-reported", question.group, question.calendar)
