"""flows(): one row per segment and month, one column per measure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from bbbxl.aggregate.measures import FLOW_MEASURES, STOCK_MEASURES
from bbbxl.aggregate.select import ELIMINATED, NOT_GIVEN, Question, counted
from bbbxl.errors import CurrencyError, UnknownNameError
from bbbxl.ledger.columns import DIMENSIONS
from bbbxl.periods import Period

#: The document currency is a dimension too: only by it may document amounts be added.
CURRENCY = "currency"
#: Month key of everything before the first month asked for.
_BEFORE = 0


def day_key(day: date) -> int:
    """Return yyyymm of the month that holds a day."""
    return day.year * 100 + day.month


def month_key(period: Period) -> int:
    """Return yyyymm of the month a period starts in."""
    return day_key(period.start)


def flows(
    events: Any,  # noqa: ANN401 -- any engine narwhals knows
    months: Sequence[Period],
    question: Question,
    *,
    by: str | None = None,
    amounts: Literal["reporting", "document"] = "reporting",
) -> pd.DataFrame:
    """Return what moved in each month and what stood at its end, for the total or for each segment.

    Args:
        events: Ledger events in any engine narwhals knows; never changed.
        months: Calendar months, consecutive, oldest first.
        question: As of, known at, view and scope. Days after the as-of date do not count in its month.
        by: A dimension, or "currency"; None gives the total, as segment "".
        amounts: reporting, or document, which needs by="currency".

    Returns:
        Rows segment x month (yyyymm), complete and in order; columns segment, month and every measure in minor
        units, positive in the measure's own sense. By entity, intercompany orders are in each entity and taken
        out by the segment "Intercompany eliminated", so that segments always sum to the group total.

    Raises:
        CurrencyError: document amounts without by="currency".
        UnknownNameError: no such dimension.
    """
    if by is not None and by not in (*DIMENSIONS, CURRENCY):
        raise UnknownNameError("dimension", by, (*DIMENSIONS, CURRENCY))
    if amounts == "document" and by != CURRENCY:
        raise CurrencyError('Document amounts of different currencies are never added. Ask for them by="currency".')
    column = "amount" if amounts == "document" else "reporting_amount"
    if by == "entity" and question.group:
        entities = _pivoted(_totals(events, question, by, column, months, scope=False), months)
        both = _pivoted(_totals(events, question, None, column, months, scope=False), months)
        group = _pivoted(_totals(events, question, None, column, months), months)
        values = [name for name in group.columns if name not in ("segment", "month")]
        eliminated = group.assign(segment=ELIMINATED, **{name: group[name] - both[name] for name in values})
        return pd.concat([entities, eliminated], ignore_index=True) if eliminated[values].any(axis=None) else entities
    return _pivoted(_totals(events, question, by, column, months), months)


def _totals(
    events: Any,  # noqa: ANN401 -- any engine narwhals knows
    question: Question, by: str | None, column: str, months: Sequence[Period], *, scope: bool = True,
) -> pd.DataFrame:  # fmt: skip
    """Return the sum of natural amounts per segment, month, kind and basis: the one pass over all rows."""
    wanted = ("kind", "basis", column, *((by,) if by else ()))
    frame = counted(events, question, wanted, scope=scope)
    first = month_key(months[0])
    segment = nw.col(by).fill_null(NOT_GIVEN) if by else nw.lit("")
    month = nw.when(nw.col("month") < first).then(nw.lit(_BEFORE)).otherwise(nw.col("month"))
    small = (
        frame.select(
            segment.alias("segment"), month.cast(nw.Int64).alias("month"), nw.col("kind"),
            nw.col("basis").fill_null("").alias("basis"), nw.col(column).cast(nw.Int64).alias("amount"),
        )
        .group_by("segment", "month", "kind", "basis")
        .agg(nw.col("amount").sum())
        .with_columns(nw.col("amount").cast(nw.Int64), nw.col("month").cast(nw.Int64))
    )  # fmt: skip
    totals: pd.DataFrame = small.collect("pandas").to_native()
    return totals


def _pivoted(totals: pd.DataFrame, months: Sequence[Period]) -> pd.DataFrame:
    """Return totals as segment x month rows with one column per measure, stocks running."""
    keys = np.array([_BEFORE, *map(month_key, months)], dtype=np.int64)
    rows, found = pd.factorize(totals["segment"], sort=True)
    segments = list(found) or [""]
    shape, amounts = (len(segments), len(keys)), totals["amount"].to_numpy(dtype=np.int64)
    asked = totals["month"].isin(keys).to_numpy()
    columns = np.searchsorted(keys, totals["month"].to_numpy(dtype=np.int64))
    by_part: dict[Any, npt.NDArray[np.int64]] = {}
    for part, held in totals.groupby(["kind", "basis"]).indices.items():
        places = held[asked[held]]
        by_part[part] = np.zeros(shape, dtype=np.int64)
        by_part[part][rows[places], columns[places]] = amounts[places]
    made: dict[str, Any] = {
        "segment": pd.Series(segments, dtype="str").repeat(len(keys) - 1).array,
        "month": np.tile(keys[1:], len(segments)),
    }
    for measures, running in ((FLOW_MEASURES, False), (STOCK_MEASURES, True)):
        for measure in measures:
            values = _sum(measure.parts, by_part, shape)
            made[measure.name] = (values.cumsum(axis=1) if running else values)[:, 1:].ravel()
    return pd.DataFrame(made)


def _sum(
    parts: dict[tuple[str, str], int], by_part: dict[Any, npt.NDArray[np.int64]], shape: tuple[int, int]
) -> npt.NDArray[np.int64]:
    total = np.zeros(shape, dtype=np.int64)
    for part, sign in parts.items():
        if part in by_part:
            total = total + sign * by_part[part]
    return total
