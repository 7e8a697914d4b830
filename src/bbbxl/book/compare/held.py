"""What was changed after the as-of date: left as it was, offered beside it, and asked about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from bbbxl.book.compare.columns import CONTENT, FACT_DAYS, Mask, any_differs, days_of, minor_of, put
from bbbxl.book.compare.currencies import another_currency


@dataclass(frozen=True)
class LateFacts:
    """States without the facts that are dated after the as-of date.

    Attributes:
        states: The states, those facts as they were before.
        late: Fact -> rows whose fact was left out.
        fallen: Rows whose fallen order amount waits with a cancellation.
    """

    states: pd.DataFrame
    late: dict[str, Mask]
    fallen: Mask

    @property
    def rows(self) -> Mask:
        """Return the rows of which any fact was left out."""
        rows: Mask = np.logical_or.reduce(list(self.late.values()))
        return rows

    @property
    def waits(self) -> dict[str, Mask]:
        """Return what waits -> rows of which it does, all of `columns.TOLD`."""
        return {**self.late, "ordered": self.fallen, "completed": self.rows}


def changed_later(states: pd.DataFrame, as_of: np.datetime64) -> Mask:
    """Return which lines were changed, or booked, after the as-of date."""
    return (days_of(states["changed"]) > as_of) | (days_of(states["booked"]) > as_of)


def held_back(old: pd.DataFrame, new: pd.DataFrame, as_of: np.datetime64) -> Mask:
    """Return which lines say something else than before and were changed after the as-of date.

    A line in another currency with a fact dated after it waits as a whole: its state before is no state of the new one.
    """
    later: Mask = days_of(new["changed"]) > as_of
    waits = later & any_differs(old, new, CONTENT) if later.any() else later
    other = another_currency(old, new)
    return waits | (other & _any_late(old, new, as_of)) if other.any() else waits


def _any_late(old: pd.DataFrame, new: pd.DataFrame, as_of: np.datetime64) -> Mask:
    """Return on which rows any fact moved that is dated after the as-of date."""
    found: Mask = np.logical_or.reduce([_late(name, old, new, as_of) for name in FACT_DAYS])
    return found


def without_late_facts(old: pd.DataFrame | None, new: pd.DataFrame, as_of: np.datetime64) -> LateFacts:
    """Return states in which a fact dated after the as-of date stands as before; nothing of it where nothing was.

    Completion waits with it, and with a cancellation that waits so do the state and its reason, and an order amount
    that fell: less ordered and still as much cancelled would be an order below zero.

    Args:
        old: The states before; None for lines that had none.
        new: The states now, row by row the same lines.
        as_of: As-of date.
    """
    late = {name: _late(name, old, new, as_of) for name in FACT_DAYS}
    found = LateFacts(new, late, np.zeros(len(new), dtype=np.bool_))
    if not found.rows.any():
        return found
    source = _without_facts(new) if old is None else old
    states = put(new, found.rows, source, ["completed"])
    fallen = new["withdrawn"].to_numpy() & ~source["withdrawn"].to_numpy()
    fallen |= np.abs(minor_of(new["ordered"])) < np.abs(minor_of(source["ordered"]))
    fallen &= late["cancelled"]
    states = put(states, fallen, source, ["ordered", "quantity"])
    for name, rows in late.items():
        more = ["withdrawn", "reason"] if name == "cancelled" else []
        states = put(states, rows, source, [name, FACT_DAYS[name], *more])
    return LateFacts(states.astype(new.dtypes.to_dict()), late, fallen)


def _late(name: str, old: pd.DataFrame | None, new: pd.DataFrame, as_of: np.datetime64) -> Mask:
    """Return on which rows a fact moved that is dated after the as-of date."""
    later: Mask = days_of(new[FACT_DAYS[name]]) > as_of
    if old is None:
        own: Mask = later & (minor_of(new[name]) != 0)
        return own
    moved: Mask = minor_of(new[name]) != minor_of(old[name])
    if name == "cancelled":
        moved |= new["withdrawn"].to_numpy() & (minor_of(new["ordered"]) != minor_of(old["ordered"]))
    late: Mask = later & moved
    return late


def _without_facts(states: pd.DataFrame) -> pd.DataFrame:
    """Return states of which nothing was cancelled, shipped or invoiced."""
    nothing: dict[str, Any] = dict.fromkeys(FACT_DAYS, 0) | dict.fromkeys(FACT_DAYS.values(), pd.NaT)
    return states.assign(**nothing, completed=False, withdrawn=False, reason="").astype(states.dtypes.to_dict())
