"""Order lines in two states, one row each: what every rule of the comparison works on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from bbbxl.book.compare.columns import Days, Mask, Minor, days_of, minor_of
from bbbxl.book.compare.days import Span


@dataclass(frozen=True)
class Relief:
    """What relieves the backlog in which a comparison measures what is open.

    Attributes:
        basis: Default basis of the book.
        unmarked: What a line is that does not say whether it is shipped, see `Policy.unmarked_lines`.
        told: Facts of which the exports tell, of shipment and invoice: where one is unknown, the other stands for it.
    """

    basis: str = "fulfilment"
    unmarked: str = "shipped"
    told: frozenset[str] = frozenset({"shipment", "invoice"})


@dataclass(frozen=True)
class Lines:
    """Order lines before and now.

    Attributes:
        old: Columns of a baseline, one row a line.
        new: The same columns, row by row the same lines; what an event changes of a baseline is changed here.
        span: What is known of the days between the two states.
        moved: What of the new state stands under an older key of the line: columns ordered (net), shipped, invoiced.
        relief: What relieves backlog.
        restated: Answer to what a line in another currency shows, see `records.QUESTION_KINDS`, one a line; None where
            nothing was asked.
    """

    old: pd.DataFrame
    new: pd.DataFrame
    span: Span
    moved: pd.DataFrame
    relief: Relief
    restated: npt.NDArray[np.object_] | None = None

    def __len__(self) -> int:
        return len(self.new)

    def before(self, name: str) -> Minor:
        """Return minor units of the state before."""
        return minor_of(self.old[name])

    def now(self, name: str) -> Minor:
        """Return minor units of the state now."""
        return minor_of(self.new[name])

    def days(self, name: str) -> tuple[Days, Days]:
        """Return a date before and now."""
        return days_of(self.old[name]), days_of(self.new[name])

    def flag(self, name: str) -> tuple[Mask, Mask]:
        """Return a state of the line before and now."""
        return self.old[name].to_numpy(dtype=np.bool_), self.new[name].to_numpy(dtype=np.bool_)


def net_order(states: pd.DataFrame) -> Minor:
    """Return what is ordered less what was cancelled."""
    return minor_of(states["ordered"]) - minor_of(states["cancelled"])


def relieved_by_invoice(states: pd.DataFrame, relief: Relief) -> Mask:
    """Return which lines leave the backlog when they are invoiced, not when they are shipped."""
    shippable = states["shippable"].to_numpy(dtype=np.float64)
    service: Mask = np.where(np.isnan(shippable), relief.unmarked == "service", shippable == 0)
    if relief.basis == "billing" or relief.told == {"invoice"}:
        return np.ones(len(states), dtype=np.bool_)
    return service if relief.told != {"shipment"} else np.zeros(len(states), dtype=np.bool_)


def fulfilled(states: pd.DataFrame, relief: Relief) -> Minor:
    """Return what no longer is in the backlog, never more than was ordered.

    States do not say what was recognised: on the revenue basis it is what was delivered.
    """
    shipped, invoiced = minor_of(states["shipped"]), minor_of(states["invoiced"])
    done = np.where(relieved_by_invoice(states, relief), invoiced, shipped)
    net = net_order(states)
    return np.clip(done, np.minimum(net, 0), np.maximum(net, 0))


def open_order(states: pd.DataFrame, relief: Relief) -> Minor:
    """Return what is ordered and neither cancelled nor fulfilled."""
    return net_order(states) - fulfilled(states, relief)
