"""FX events: the revaluation of each open line on each basis at each period end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from bbbxl.events import KINDS, backlog_sign
from bbbxl.ledger.kinds import by_kind
from bbbxl.ledger.rates import Rates, translate_column
from bbbxl.ledger.states import DAY, Days
from bbbxl.periods import Calendar

#: What is revalued by itself: an order line in one state of knowledge, each segment of a reclassed line apart.
_UNIT = ["state", "part"]
_SIGNS = {name: backlog_sign(kind) for name, kind in KINDS.items()}


def revaluation_days(first: date, horizon: date, calendar: Calendar) -> Days:
    """Return the period ends from the first event to the horizon, and the horizon itself."""
    days: list[date] = []
    day = calendar.month_end(first)
    while day < horizon:
        days.append(day)
        day = calendar.month(day).end
        day = calendar.month_end(day)
    return np.array([*days, horizon], dtype="datetime64[D]")


def derive_fx(work: pd.DataFrame, relief: pd.DataFrame, rates: Rates, days: Days, bases: Sequence[str]) -> pd.DataFrame:
    """Return the FX events of every state: what carries each open balance to the rate of each revaluation day.

    Args:
        work: Order events of every state (others are passed over), with reporting_amount.
        relief: Relief events of every state, with reporting_amount.
        rates: Rates to the reporting currency.
        days: What `revaluation_days` returned; events after the last are left alone.
        bases: Names of the bases whose facts are in the data.

    Returns:
        Rows like `relief`, kind fx, amount 0, reporting_amount the change.

    Source: rules, Roll-forward; definitions 3: FX = closing at closing rate - (opening + movements as translated).
    """
    foreign = work[(work["currency"] != rates.reporting) & (by_kind(work["kind"], _SIGNS, 1) != 0)]
    foreign_relief = relief[relief["currency"] != rates.reporting]
    frames = []
    for basis in bases if len(foreign) else ():
        relieved = foreign_relief[foreign_relief["basis"] == basis]
        frames.append(_revalue(pd.concat([foreign, relieved], ignore_index=True), rates, days, basis))
    return pd.concat(frames, ignore_index=True) if frames else relief.iloc[:0]


def _revalue(moves: pd.DataFrame, rates: Rates, days: Days, basis: str) -> pd.DataFrame:
    """Return the FX events of one basis."""
    sign = by_kind(moves["kind"], _SIGNS)
    place = np.searchsorted(days, moves["effective"].to_numpy().astype("datetime64[D]"))
    moves = moves.assign(place=place, document=moves["amount"] * sign, carried=moves["reporting_amount"] * sign)
    moves = moves[moves["place"] < len(days)].sort_values([*_UNIT, "place", "code"], kind="stable")
    steps = moves.groupby([*_UNIT, "place"], sort=True)[["document", "carried"]].sum().reset_index()
    steps["unit"] = steps.groupby(_UNIT, sort=True).ngroup()
    running = steps.groupby("unit")[["document", "carried"]].cumsum()
    steps[["document", "carried"]] = running
    following = steps.groupby("unit")["place"].shift(-1).fillna(len(days)).astype("int64")
    span = np.where(running["document"].ne(0), following - steps["place"], 1)
    rows = steps.loc[steps.index.repeat(span)].reset_index(drop=True)
    offset = np.arange(len(rows)) - np.repeat(np.cumsum(span) - span, span)
    rows["place"] += offset
    about = moves.drop_duplicates(_UNIT, keep="last").iloc[rows["unit"]].reset_index(drop=True)
    at = days[rows["place"].to_numpy()]
    required = translate_column(rows["document"].to_numpy(dtype=np.int64), about["currency"], at, rates, "closing")
    gap = required - rows["carried"].to_numpy(dtype=np.int64)
    change = np.diff(gap, prepend=0)
    first = ~rows["unit"].duplicated().to_numpy()
    change[first] = gap[first]
    made = about.assign(
        kind="fx", basis=basis, effective=at.astype(DAY), amount=0, reporting_amount=change,
        quantity=np.nan, reason="",
    )  # fmt: skip
    # Recorded no earlier than the line's first recording: an export taken later shows nothing before.
    made["recorded"] = np.maximum(made["effective"].to_numpy(), _first_recorded(moves, rows["unit"]))
    events: pd.DataFrame = made[change != 0].drop(columns=["place", "document", "carried"])
    return events


def _first_recorded(moves: pd.DataFrame, units: pd.Series[int]) -> Days:
    """Return the first day on which each unit was recorded."""
    first: Days = moves.groupby(_UNIT, sort=True)["recorded"].min().to_numpy()
    return first[units.to_numpy()]
