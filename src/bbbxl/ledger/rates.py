"""Exchange rates: which rate holds on which day, and translation of whole columns."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from bbbxl.errors import CurrencyError
from bbbxl.money import divide_half_up, minor_ratio

RateType = Literal["spot", "average", "closing", ""]
#: Which types serve a use when the file has several, best first; "" is a rate without a type.
PREFERENCES: dict[str, tuple[RateType, ...]] = {
    "spot": ("spot", "", "closing", "average"),
    "average": ("average", "", "spot", "closing"),
    "closing": ("closing", "", "spot", "average"),
}
#: A rate older than this many days at the time it is used is reported.
STALE_AFTER_DAYS = 45
Minor = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Rate:
    """One row of a rates file.

    Attributes:
        currency: Document currency.
        rate: Reporting units for one unit of it.
        day: Day from which it holds; None holds for all dates.
        type: spot, average, closing or empty.
    """

    currency: str
    rate: Decimal
    day: date | None = None
    type: RateType = ""


@dataclass
class Rates:
    """The rates to one reporting currency.

    Attributes:
        reporting: Reporting currency.
        rows: The rates as read.
        missing: (currency, day) pairs that were asked for and are not there; raised together by the caller.
        stale: (currency, day) pairs whose rate was older than `STALE_AFTER_DAYS`.
        other_type: (currency, use) pairs served by a rate of another type than asked for.
    """

    reporting: str
    rows: tuple[Rate, ...] = ()
    missing: set[tuple[str, str]] = field(default_factory=set)
    stale: set[tuple[str, str]] = field(default_factory=set)
    other_type: set[tuple[str, str]] = field(default_factory=set)
    _table: dict[str, tuple[list[date], list[Decimal]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        grouped: dict[tuple[str, str], dict[date, Decimal]] = {}
        for row in self.rows:
            if row.rate <= 0:
                raise CurrencyError(f"The rate of {row.currency} is {row.rate}; a rate is above zero. Correct it.")
            day = row.day or date.min
            earlier = grouped.setdefault((row.currency, row.type), {}).setdefault(day, row.rate)
            if earlier != row.rate:
                raise CurrencyError(
                    f"Two rates of {row.currency} for {row.day or 'all dates'}: {earlier} and {row.rate}. Keep one."
                )
        for (currency, kind), by_day in grouped.items():
            days = sorted(by_day)
            self._table[f"{currency} {kind}"] = (days, [by_day[day] for day in days])

    def find(self, currency: str, day: date, use: str) -> Decimal | None:
        """Return the last rate on or before a day, None (and remembered) when there is none.

        Args:
            currency: Document currency.
            day: Day of the event or period end.
            use: spot, average or closing: the type looked for first.
        """
        if currency == self.reporting:
            return Decimal(1)
        for kind in PREFERENCES[use]:
            days, rates = self._table.get(f"{currency} {kind}", ([], []))
            if kind == "average" and use == "average":
                found = _of_month(days, rates, day)
            else:
                place = bisect_right(days, day)
                found = (days[place - 1], rates[place - 1]) if place else None
            if found:
                if kind not in (use, ""):
                    self.other_type.add((currency, use))
                if found[0] != date.min and (day - found[0]).days > STALE_AFTER_DAYS:
                    self.stale.add((currency, day.isoformat()))
                return found[1]
        self.missing.add((currency, day.isoformat()))
        return None


def _of_month(days: list[date], rates: list[Decimal], day: date) -> tuple[date, Decimal] | None:
    """Return the average dated inside the month of a day, else the undated one."""
    undated = (days[0], rates[0]) if days and days[0] == date.min else None
    dated = (one for one in zip(days, rates, strict=True) if (one[0].year, one[0].month) == (day.year, day.month))
    return next(dated, undated)


def translate_column(
    amounts: Minor, currencies: pd.Series[str], days: npt.NDArray[np.datetime64], rates: Rates, use: str
) -> Minor:
    """Return amounts in minor units of the reporting currency, each rounded once, HALF_UP.

    Args:
        amounts: Minor units of the document currency.
        currencies: Document currency of each amount.
        days: Day whose rate is used, as datetime64[D].
        rates: The rates; missing ones are remembered there and give 0 until the caller raises.
        use: spot, average or closing.
    """
    out = amounts.copy()
    codes, names = pd.factorize(currencies, use_na_sentinel=False)
    foreign = np.flatnonzero((names != rates.reporting)[codes])
    by_currency_and_day = pd.DataFrame({"code": codes[foreign], "day": days[foreign].astype(np.int64)})
    for places in by_currency_and_day.groupby(["code", "day"], sort=False).indices.values():
        chosen = foreign[places]
        currency, day = str(names[codes[chosen[0]]]), days[chosen[0]].item()
        rate = rates.find(currency, day, use)
        out[chosen] = 0 if rate is None else _scaled(amounts[chosen], rate, currency, rates.reporting)
    return out


def _scaled(amounts: Minor, rate: Decimal, currency: str, reporting: str) -> Minor:
    """Return amounts x rate in the other currency's minor units, HALF_UP, exactly."""
    numerator, denominator = minor_ratio(rate, currency, reporting)
    largest = int(np.abs(amounts).max(initial=0))
    if 2 * largest * numerator + denominator < 2**62:
        size = (2 * np.abs(amounts) * numerator + denominator) // (2 * denominator)
        scaled: Minor = np.where(amounts < 0, -size, size)
        return scaled
    return np.array([divide_half_up(int(a) * numerator, denominator) for a in amounts], dtype=np.int64)
