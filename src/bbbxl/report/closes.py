"""Closed months of a kept book: which of them a report knows, and their frozen figures beside those of today."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd

from bbbxl.aggregate.flows import CURRENCY, day_key
from bbbxl.aggregate.measures import MEASURES
from bbbxl.aggregate.select import Question
from bbbxl.book.figures import FIGURE as OF_MONTH
from bbbxl.book.figures import figures_of
from bbbxl.inputs.load import Loaded
from bbbxl.ledger.build import Ledger
from bbbxl.ledger.kept import Closed
from bbbxl.periods import Period

#: What identifies a figure in a long table of those of several months.
FIGURE: tuple[str, ...] = ("month", *OF_MONTH)


def known_closes(loaded: Loaded, question: Question) -> tuple[Closed, ...]:
    """Return the months closed by the day of knowledge, oldest first; none for plain exports."""
    closes = loaded.kept.closes if loaded.kept else ()
    return tuple(one for one in closes if question.known_at is None or one.known <= question.known_at)


def closes_reported(loaded: Loaded, question: Question) -> tuple[Closed, ...]:
    """Return the known closes of months that have ended by the as-of date."""
    return tuple(one for one in known_closes(loaded, question) if one.last <= question.as_of)


def close_before(loaded: Loaded, question: Question) -> Closed | None:
    """Return the close of the month before the one reported, None where it was not closed."""
    month = question.calendar.month(question.as_of)
    before = month.start - timedelta(days=1)
    return next((one for one in known_closes(loaded, question) if one.last == before), None)


def not_comparable(loaded: Loaded) -> str | None:
    """Return why frozen figures cannot be compared with those of the ledger, None when they can."""
    frozen, shown = loaded.config.currency, loaded.ledger.currency
    if frozen and frozen != shown:
        return f"the book was closed in {frozen} and the report is in {shown}"
    return None


def frozen_figures(closes: Iterable[Closed]) -> pd.DataFrame:
    """Return the frozen figures of some closes, long: month (yyyymm), dimension, segment, measure, amount."""
    tables = [one.figures.assign(month=day_key(one.last)) for one in closes]
    columns = [*FIGURE, "amount"]
    return pd.concat(tables, ignore_index=True)[columns] if tables else pd.DataFrame(columns=columns)


def known_at_close(figures: pd.DataFrame, closes: Iterable[Closed]) -> pd.DataFrame:
    """Return figures, long as `frozen_figures`, without those that were not known when their month was closed."""
    unknown = {(day_key(one.last), name) for one in closes for name in one.unknown}
    chosen = [pair in unknown for pair in zip(figures["month"], figures["measure"], strict=True)]
    return figures[~np.array(chosen, dtype=np.bool_)]


def unknown_at_close(closes: Iterable[Closed], measures: Container[str]) -> str:
    """Return of which months some measures were not known at their close, and why; empty where all were."""
    found = [(one.period, reason) for one in closes for name, reason in one.unknown.items() if name in measures]
    if not found:
        return ""
    periods = dict.fromkeys(period for period, _ in found)
    return f"figures of {', '.join(periods)} were not known at the close: {found[0][1]}"


def frozen_total(closed: Closed) -> dict[str, int]:
    """Return the frozen measures of the total, in minor units; those of 0 are not among them."""
    total = closed.figures[closed.figures["dimension"] == ""]
    return dict(zip(total["measure"], map(int, total["amount"]), strict=True))


def figures_now(
    ledger: Ledger, question: Question, months: Sequence[Period], dimensions: Iterable[str]
) -> pd.DataFrame:
    """Return the figures of some months as reported now, long as `frozen_figures`.

    Args:
        ledger: The ledger.
        question: As of, known at and scope; its view plays no part.
        months: Consecutive months, oldest first.
        dimensions: "" for the total, dimensions, "currency" for document currencies.
    """
    return figures_of(ledger, replace(question, view="as-reported"), months, dimensions)


def largest_difference(now: pd.DataFrame, frozen: pd.DataFrame) -> tuple[int, str]:
    """Return the largest difference of figures that have the same place, without its sign, and where it is.

    What stands on one side only is nothing on the other: a close does not freeze figures of 0. Left out are dimensions
    of which the data said nothing yet when a month was closed, or that the report leaves out.
    """
    frozen = frozen[frozen["measure"].isin(MEASURES) & frozen["dimension"].isin(now["dimension"])]
    spoke = pd.MultiIndex.from_frame(frozen[["month", "dimension"]])
    always = now["dimension"].isin(["", CURRENCY])
    now = now[always | pd.MultiIndex.from_frame(now[["month", "dimension"]]).isin(spoke)]
    sides = [side.set_index(list(FIGURE))["amount"].astype("int64") for side in (now, frozen)]
    difference = sides[0].sub(sides[1], fill_value=0).abs()
    if difference.empty or not difference.max():
        return 0, ""
    month, dimension, segment, measure = difference.index.to_list()[int(difference.to_numpy().argmax())]
    whom = f"{dimension} {segment}" if dimension else "total"
    return int(difference.max()), f"{month // 100}-{month % 100:02}, {whom}, {MEASURES[measure].title}"
