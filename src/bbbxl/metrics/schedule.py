"""The schedule: when the backlog is due to leave, by commit month; lines with a term are spread over it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from bbbxl.money import divide_half_up
from bbbxl.periods import Calendar

MONTHS_AHEAD = 12


@dataclass(frozen=True)
class Slot:
    """One column of the schedule.

    Attributes:
        name: Column name.
        title: What people read.
        last: Last due day in it; None where it is not a span of days.
    """

    name: str
    title: str
    last: date | None = None


def slots(as_of: date, calendar: Calendar) -> tuple[Slot, ...]:
    """Return past due, the rest of the as-of month, M+1 to M+12, later, unscheduled and on hold."""
    month = calendar.month(as_of)
    rest = f"Due {as_of}" if as_of == month.last else f"Rest of {month.label}"
    made = [Slot("past_due", "Past due", as_of - timedelta(days=1)), Slot("rest", rest, month.last)]
    for step in range(1, MONTHS_AHEAD + 1):
        month = calendar.month(month.end)
        made.append(Slot(f"month_{step}", month.label, month.last))
    return (
        *made,
        Slot("later", f"After {month.label}"),
        Slot("unscheduled", "Unscheduled"),
        Slot("on_hold", "On hold"),
    )


def schedule(orders: pd.DataFrame, as_of: date, basis: str, calendar: Calendar) -> pd.DataFrame:
    """Return one column per slot for each order line; each row sums to the line's backlog.

    A held line is on hold, whatever its dates. A line with a term is spread over its remaining days; what is
    left after the term is past due. Any other line, also one whose term ends before it starts, stands in the
    slot of its due date.

    Args:
        orders: Rows of `add_ages`.
        as_of: Day of the stock.
        basis: Backlog basis.
        calendar: Fiscal calendar.

    Returns:
        Minor units of the reporting currency, same index as orders, one column per `Slot.name`.
    """
    columns = slots(as_of, calendar)
    names = [slot.name for slot in columns]
    amounts = orders[f"backlog_{basis}"].to_numpy(dtype=np.int64)
    ends = np.array([slot.last for slot in columns if slot.last], dtype="datetime64[D]")
    due = orders["due_date"].to_numpy().astype("datetime64[D]")
    place = np.searchsorted(ends, due)
    place = np.where(np.isnat(due), names.index("unscheduled"), place)
    place = np.where(orders["held"].to_numpy(dtype=bool), names.index("on_hold"), place)
    table = np.zeros((len(orders), len(names)), dtype=np.int64)
    table[np.arange(len(orders)), place] = amounts
    spread = (orders["term_start"] <= orders["term_end"]) & ~orders["held"]
    for row in np.flatnonzero(spread.to_numpy() & (due > np.datetime64(as_of))):
        starts = max(orders["term_start"].iloc[row].date(), as_of + timedelta(days=1))
        table[row] = _spread(int(amounts[row]), starts, orders["term_end"].iloc[row].date(), columns)
    return pd.DataFrame(table, columns=names, index=orders.index)


def _spread(amount: int, first: date, last: date, columns: tuple[Slot, ...]) -> list[int]:
    """Return an amount spread evenly over the days first to last, whole minor units that add up to it."""
    days = (last - first).days + 1
    shares = []
    before = 0
    for slot in columns:
        if slot.name == "later":
            until = days
        elif slot.last is None:
            until = before
        else:
            until = min(days, max(0, (slot.last - first).days + 1))
        until = max(until, before)
        shares.append(divide_half_up(amount * until, days) - divide_half_up(amount * before, days))
        before = until
    return shares
