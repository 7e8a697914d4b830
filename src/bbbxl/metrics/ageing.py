"""Ageing: open order lines by the age of the order and by days past due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd


@dataclass(frozen=True)
class Bucket:
    """A span of days, open below and closed above: low < days <= high.

    Attributes:
        title: What people read.
        low: Days the bucket begins after; None for no lower end.
        high: Last day in it; None for no upper end.
    """

    title: str
    low: int | None
    high: int | None


ORDER_AGE: tuple[Bucket, ...] = (
    Bucket("0 to 30 days", None, 30),
    Bucket("31 to 60 days", 30, 60),
    Bucket("61 to 90 days", 60, 90),
    Bucket("91 to 180 days", 90, 180),
    Bucket("181 to 365 days", 180, 365),
    Bucket("Over 365 days", 365, None),
)
PAST_DUE: tuple[Bucket, ...] = (
    Bucket("Not due", None, 0),
    Bucket("1 to 30 days past due", 0, 30),
    Bucket("31 to 60 days past due", 30, 60),
    Bucket("61 to 90 days past due", 60, 90),
    Bucket("Over 90 days past due", 90, None),
)
#: Column of ages -> title of the lines without the date.
NO_DATE = {"age": "No order date", "days_past_due": "No commit date"}


def due_dates(orders: pd.DataFrame, policy: str) -> pd.Series[pd.Timestamp]:
    """Return the day each order line is due: its term end, else the commit date the policy names.

    Args:
        orders: What `orders()` returned.
        policy: commit or original_commit.
    """
    commit = orders["commit_date"] if policy == "commit" else orders["original_commit_date"]
    return orders["term_end"].fillna(commit)


def add_ages(orders: pd.DataFrame, as_of: date, policy: str) -> pd.DataFrame:
    """Return the order lines with `due_date`, `age` (days since the order date) and `days_past_due`.

    Ages are whole days, missing where the date is; negative days past due are days still to come.
    """
    today = pd.Timestamp(as_of)
    due = due_dates(orders, policy)
    return orders.assign(
        due_date=due,
        age=(today - orders["order_date"]).dt.days.astype("Int64"),
        days_past_due=(today - due).dt.days.astype("Int64"),
    )


def in_bucket(days: pd.Series[int], bucket: Bucket) -> pd.Series[bool]:
    """Return which days fall into a bucket; missing days fall into none."""
    above = days > bucket.low if bucket.low is not None else days.notna()
    within = days <= bucket.high if bucket.high is not None else days.notna()
    return (above & within).fillna(False).astype(bool)


def ageing(days: pd.Series[int], amounts: pd.Series[int], buckets: tuple[Bucket, ...]) -> list[tuple[str, int, int]]:
    """Return (title, amount in minor units, order lines) per bucket and for lines without the date.

    The buckets and the last row always sum to the total.
    """
    rows = [(one.title, int(amounts[chosen].sum()), int(chosen.sum()))
            for one in buckets for chosen in [in_bucket(days, one)]]  # fmt: skip
    undated = days.isna()
    return [*rows, (NO_DATE[str(days.name)], int(amounts[undated].sum()), int(undated.sum()))]
