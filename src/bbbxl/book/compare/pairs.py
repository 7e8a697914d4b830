"""Cancelled and booked again: pairs of order lines of one customer and product that may be one order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from bbbxl.book.compare.columns import ASIDE, days_of, minor_of
from bbbxl.book.compare.keys import OF_BOOK, keys_of, places_in
from bbbxl.book.compare.lines import net_order
from bbbxl.book.records import Question
from bbbxl.ledger.states import DAY

#: Longest time between the cancellation and the new order.
WITHIN_DAYS: Final = 62
#: A pair is asked about only where the new amount is no less than this share of the other one.
LIKE: Final = 0.5
_WITHIN: Final = np.timedelta64(WITHIN_DAYS, "D")
_SAME: Final = ["entity", "customer", "product", "currency"]
_SIDE: Final = [*_SAME, "book_order", "book_line", "amount", "day", "booked"]


def candidates(rows: pd.DataFrame, amounts: Sequence[int] | npt.NDArray[Any], days: pd.Series[Any]) -> pd.DataFrame:
    """Return rows of a baseline as one side of a pair: what was cancelled or ordered, and when."""
    return rows.assign(amount=np.asarray(amounts, dtype=np.int64), day=days.to_numpy().astype(DAY))[_SIDE]


def unpaired(rows: pd.DataFrame, paired: pd.DataFrame | None) -> pd.DataFrame:
    """Return the candidates that are no side of an earlier pair: columns of `OF_BOOK`, None for none."""
    if paired is None or rows.empty:
        return rows
    return rows[places_in(keys_of(rows, OF_BOOK), keys_of(paired, OF_BOOK)) < 0].reset_index(drop=True)


def cancelled_before(baseline: pd.DataFrame, as_of: np.datetime64) -> pd.DataFrame:
    """Return the lines that earlier snapshots showed cancelled, of the days that matter."""
    last = days_of(baseline["withdrawn_on"])
    rows = baseline[(last >= as_of - 2 * _WITHIN) & ~baseline["carried"].isin(ASIDE).to_numpy()]
    return candidates(rows, minor_of(rows["cancelled"]) + minor_of(rows["fallen"]), rows["withdrawn_on"])


def booked_before(baseline: pd.DataFrame, cancelled: pd.DataFrame) -> pd.DataFrame:
    """Return the lines that were booked shortly before some cancellations, by the same customers."""
    if not len(cancelled):
        return candidates(baseline.iloc[:0], [], baseline["booked"].iloc[:0])
    since = cancelled["day"].min() - pd.Timedelta(days=WITHIN_DAYS)
    recent = (baseline["booked"] >= since) & (baseline["carried"] == "") & ~baseline["withdrawn"]
    rows = baseline[recent & baseline["customer"].isin(cancelled["customer"])]
    return candidates(rows, net_order(rows), rows["booked"])


def pair_up(cancelled: pd.DataFrame, booked: pd.DataFrame, *, later: bool) -> pd.DataFrame:
    """Return pairs, each line in one at most: equal amounts first, then whatever lies nearest in time.

    Args:
        cancelled: What was cancelled, see `candidates`.
        booked: What was booked.
        later: Whether what was booked has to be booked on a later day than what was cancelled; else on no earlier one.

    Returns:
        Columns of the booked side, and those of the cancelled one with the suffix _cancelled.
    """
    left = cancelled[(cancelled["amount"] > 0) & (cancelled["customer"] != "")]
    right = booked[(booked["amount"] > 0) & (booked["customer"] != "")]
    made = [pd.DataFrame(columns=[*_SIDE, *(f"{name}_cancelled" for name in _SIDE)])]
    for by in ([*_SAME, "amount"], _SAME):
        if not (len(left) and len(right)):
            break
        found = _nearest(left, right, by, later)
        made.append(found)
        left, right = left.drop(index=found["_left"].tolist()), right.drop(index=found["_right"].tolist())
    return pd.concat(made[1:] or made, ignore_index=True)


def _nearest(cancelled: pd.DataFrame, booked: pd.DataFrame, by: list[str], later: bool) -> pd.DataFrame:
    """Return each booked line with the cancellation nearest to it, each cancellation once."""
    order = ["day", "book_order", "book_line"]
    left = cancelled.assign(_left=cancelled.index, day_cancelled=cancelled["day"]).sort_values(order)
    others = {name: f"{name}_cancelled" for name in _SIDE if name not in (*by, "day")}
    right = booked.assign(_right=booked.index).sort_values(order)
    found = pd.merge_asof(right, left.rename(columns=others), on="day", by=by, direction="nearest",
                          tolerance=pd.Timedelta(days=WITHIN_DAYS))  # fmt: skip
    if "amount" in by:
        found["amount_cancelled"] = found["amount"]
    apart = found["booked"] - found["booked_cancelled"]
    found = found[found["_left"].notna() & (apart >= pd.Timedelta(days=int(later)))]
    amounts = found[["amount", "amount_cancelled"]].astype("int64")
    found = found[amounts.min(axis=1) >= LIKE * amounts.max(axis=1)]
    distance = (found["day"] - found["day_cancelled"]).abs()
    nearest = found.iloc[np.argsort(distance.to_numpy(), kind="stable")]
    return nearest.drop_duplicates("_left").astype({"_left": "int64"})


def pair_questions(pairs: pd.DataFrame, source: str, as_of: date) -> tuple[Question, ...]:
    """Return the question that each pair asks, about the line that was cancelled."""
    columns = ("entity", "book_order_cancelled", "book_line_cancelled", "currency", "amount_cancelled", "customer",
               "book_order", "book_line", "amount")  # fmt: skip
    ordered = pairs.sort_values(list(columns[:3]), kind="stable")
    return tuple(
        Question("rebooked", source, entity, order, line, currency, int(amount), as_of, customer, other, place,
                 int(new))
        for entity, order, line, currency, amount, customer, other, place, new in zip(
            *(ordered[name].tolist() for name in columns), strict=True)
    )  # fmt: skip
