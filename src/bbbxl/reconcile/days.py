"""The order of day and month where no date of a side decides it: that in which its rows lie about the period."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from bbbxl.errors import InputError
from bbbxl.inputs.grid import RawTable
from bbbxl.inputs.values.date_order import decide_date_order
from bbbxl.inputs.values.dates import parse_days
from bbbxl.periods import Period

#: An export reaches so many days beyond its period.
_BEYOND = 20
#: Share of the rows that lies there in the right order, and at most in the wrong one.
_MOST, _FEWEST = 0.9, 0.6
_WORDS = {"dmy": "day", "mdy": "month"}


def order_by_period(table: RawTable, title: str, period: Period | None) -> tuple[str, str]:
    """Return the order of the dates of a column by the period asked for, and the sentence that says so.

    Both are empty where the dates decide by themselves, and where the period does not decide either.

    Args:
        table: The side.
        title: Header of the booking day.
        period: The period; None decides nothing.
    """
    column = table.distinct(title)
    try:
        decide_date_order(table.place, [column], table.numbers)
    except InputError:
        if period is None:
            return "", ""
    else:
        return "", ""
    rows = np.bincount(column.codes, minlength=len(column.texts))
    reach = timedelta(days=_BEYOND)
    first, last = (np.datetime64(day, "D") for day in (period.start - reach, period.end + reach))
    shares = {}
    for order in _WORDS:
        days = parse_days(column, order)
        if not days.failed:
            near = (days.values >= first) & (days.values < last)
            shares[order] = float(rows[near].sum()) / max(1, int(rows.sum()))
    best = max(shares, key=lambda order: shares[order], default="")
    if not best or shares[best] < _MOST or any(share > _FEWEST for one, share in shares.items() if one != best):
        return "", ""
    share = f"{shares[best]:.0%} of the rows"
    return best, f'Dates of "{title}" have the {_WORDS[best]} first: read so, {share} lie about {period}.'
