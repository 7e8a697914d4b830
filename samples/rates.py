"""Exchange rates of the sample company: a slow random walk in whole steps of the last decimal."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random

from bbbxl.samples.chance import month_end, month_start, whole
from bbbxl.samples.model import AS_OF

FIRST_RATE_MONTH = date(2022, 10, 1)
#: Currency: start, centre and largest step of half a month, in units of the last decimal; decimals.
_WALKS = {"EUR": (10450, 10800, 110, 4), "JPY": (6950, 6800, 75, 6)}


def rate_rows(seed: int) -> list[tuple[str, str, str, str]]:
    """Return the rows of rates.csv: currency, ISO date, type and USD per unit, by currency and month."""
    rows: list[tuple[str, str, str, str]] = []
    for currency in _WALKS:
        rows.extend(_currency_rows(seed, currency))
    return rows


def _currency_rows(seed: int, currency: str) -> list[tuple[str, str, str, str]]:
    dice = Random(f"{seed}/rates/{currency}")
    level, centre, step, decimals = _WALKS[currency]
    rows: list[tuple[str, str, str, str]] = []
    month = FIRST_RATE_MONTH
    while month <= AS_OF:
        levels: list[int] = []
        for largest in (step // 5, step, step):
            level += whole(dice, -largest, largest) + (centre - level) // 20
            levels.append(level)
        average = (sum(levels) + 1) // 3
        end = month_end(month)
        for day, name, value in (
            (month, "spot", levels[0]),
            (month.replace(day=15), "spot", levels[1]),
            (end, "average", average),
            (end, "closing", levels[2]),
        ):
            rows.append((currency, day.isoformat(), name, str(Decimal(value).scaleb(-decimals))))
        month = month_start(month, 1)
    return rows
