"""Measures over any days: flows added up, stocks at the two ends, from tables of months that are made once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from bbbxl.aggregate.flows import day_key, flows, month_key
from bbbxl.aggregate.measures import FLOW_MEASURES, STOCK_MEASURES
from bbbxl.aggregate.select import Question
from bbbxl.ledger.build import Ledger
from bbbxl.metrics.kept import Kept
from bbbxl.periods import Period, add_months

_FLOWS = [measure.name for measure in FLOW_MEASURES]
_STOCKS = [measure.name for measure in STOCK_MEASURES]
#: Name before a stock at the end of the day before a window.
OPENING = "opening "
#: Which events of a ledger count at all; by row.
Chosen: TypeAlias = Callable[[pd.DataFrame], npt.NDArray[np.bool_]]


def nothing() -> dict[str, int]:
    """Return every measure of a window in which nothing happened."""
    return {**dict.fromkeys((*_FLOWS, *_STOCKS), 0), **dict.fromkeys((OPENING + name for name in _STOCKS), 0)}


def flow_table(ledger: Ledger, question: Question, first: date, by: str | None = None) -> pd.DataFrame:
    """Return flows of every month from the one that holds a day up to the as-of date."""
    last = question.calendar.month(question.as_of)
    count = (last.start.year - first.year) * 12 + last.start.month - first.month + 1
    return flows(ledger.events, question.calendar.months_to(question.as_of, max(1, count)), question, by=by)


@dataclass(frozen=True)
class Months:
    """Flows and stocks of one segment, month by month.

    Attributes:
        keys: yyyymm of each month, ascending.
        flows: Months x flow measures, minor units.
        stocks: Months x stock measures, minor units at the end of the month.
    """

    keys: npt.NDArray[np.int64]
    flows: npt.NDArray[np.int64]
    stocks: npt.NDArray[np.int64]

    def over(self, window: Period) -> dict[str, int]:
        """Return every measure over whole months; months that are not in the table count as nothing.

        Returns:
            Flows and closing stocks by name, opening stocks under "opening " and the name, and `months`.
        """
        first, last = month_key(window), day_key(window.last)
        begin, end = np.searchsorted(self.keys, first), np.searchsorted(self.keys, last, side="right")
        made: dict[str, int] = dict(zip(_FLOWS, self.flows[begin:end].sum(axis=0).tolist(), strict=True))
        made |= zip(_STOCKS, self._stocks_of(last), strict=True)
        opening = self._stocks_of(day_key(add_months(window.start, -1)))
        made |= zip((OPENING + name for name in _STOCKS), opening, strict=True)
        return {**made, "months": window.months}

    def _stocks_of(self, key: int) -> list[int]:
        place = int(np.searchsorted(self.keys, key))
        found = place < len(self.keys) and self.keys[place] == key
        return self.stocks[place].tolist() if found else [0] * len(_STOCKS)

    def began_by(self, day: date) -> bool:
        """Return whether anything moved by the end of the month of a day."""
        end = np.searchsorted(self.keys, day_key(day), side="right")
        return bool(self.flows[:end].any() or self.stocks[:end].any())


def months_of(table: pd.DataFrame) -> Months:
    """Return the rows of one segment of `flows()`."""
    moved, stood = (table[names].to_numpy(dtype=np.int64) for names in (_FLOWS, _STOCKS))
    return Months(table["month"].to_numpy(dtype=np.int64), moved, stood)


def months_by_segment(table: pd.DataFrame) -> dict[str, Months]:
    """Return the rows of `flows()` by segment; columns are made once, as there may be thousands of segments."""
    every, places = months_of(table), table.groupby("segment", sort=False).indices
    return {str(name): Months(every.keys[own], every.flows[own], every.stocks[own]) for name, own in places.items()}


#: Gives each its number, by which what it keeps is told from that of others; a number is never given twice.
_NUMBERS = count()


class Windows:
    """Measures of a ledger over any windows of days.

    Whole months are looked up in one table of months; other spans are the difference of two running totals, each
    revalued on its own last day. What was summed is kept.

    Args:
        ledger: The ledger.
        question: As of, known at, view and scope.
        chosen: Which events count; all when omitted.
        kept: Where sums are kept, which several may share; without a bound when omitted.
    """

    def __init__(
        self, ledger: Ledger, question: Question, chosen: Chosen | None = None, kept: Kept | None = None
    ) -> None:
        self._ledger = ledger
        self._question = question
        self._chosen = chosen
        self._first = ledger.begins
        self._kept = Kept() if kept is None else kept
        self._number = next(_NUMBERS)

    def between(self, period: Period, by: str | None = None) -> dict[str, dict[str, int]]:
        """Return every measure over a period, by segment of a dimension; the total is segment "".

        Returns:
            Segment -> measure -> minor units, of the segments in which anything happened by the end of the period;
            as in `Months.over`.
        """
        end, whole = min(period.last, self._question.as_of), self._whole(period)
        table = self._table(self._question.as_of if whole else end, by)
        return {name: self.of_segment(period, by, name) for name, months in table.items()
                if not whole or months.began_by(end)}  # fmt: skip

    def _whole(self, period: Period) -> bool:
        """Return whether a period is made of whole months, of which the last may end with the as-of date."""
        calendar, end = self._question.calendar, min(period.last, self._question.as_of)
        begins = calendar.month(period.start).start == period.start
        return begins and (calendar.month_end(end) == end or end == self._question.as_of)

    def of_segment(self, period: Period, by: str | None = None, segment: str = "") -> dict[str, int]:
        """Return every measure of one segment over a period, as in `between`; 0 where nothing happened by its end."""
        days = replace(period, end=min(period.end, self._question.as_of + timedelta(days=1)))
        if self._whole(period):
            months = self._table(self._question.as_of, by).get(segment)
            made = months.over(days) if months and months.began_by(days.last) else nothing()
        else:
            made = self._difference(days, by, segment)
        return {**made, "months": period.months}

    def _difference(self, days: Period, by: str | None, segment: str) -> dict[str, int]:
        """Return the measures of days as the difference of two running totals."""
        values, before = (self._running(day, by, segment) for day in (days.last, days.start - timedelta(days=1)))
        return {
            **{name: values[name] - before[name] for name in _FLOWS},
            **{name: values[name] for name in _STOCKS},
            **{OPENING + name: before[name] for name in _STOCKS},
        }

    def _running(self, day: date, by: str | None, segment: str) -> dict[str, int]:
        """Return running totals of flows and the stocks of one segment at the end of a day."""
        every = Period(self._question.calendar.month(self._first).start, day + timedelta(days=1), "")
        months = self._table(day, by).get(segment)
        return months.over(every) if months else nothing()

    def _table(self, day: date, by: str | None) -> dict[str, Months]:
        """Return the months up to a day, by segment."""
        if day < self._first:
            return {}
        return self._kept.once((self._number, day, by), lambda: self._summed(day, by), _rows)

    def _summed(self, day: date, by: str | None) -> dict[str, Months]:
        """Return the months up to a day, by segment, from the events."""
        ledger = self._ledger if self._revalued(day) else self._ledger.at(day)
        if self._chosen is not None:
            ledger = replace(ledger, events=ledger.events[self._chosen(ledger.events)])
        table = flow_table(ledger, replace(self._question, as_of=day), self._first, by)
        return months_by_segment(table)

    def _revalued(self, day: date) -> bool:
        """Return whether the ledger carries open balances at the rates of a day."""
        return day <= self._ledger.horizon and self._question.calendar.month_end(day) == day


def _rows(table: dict[str, Months]) -> int:
    return sum(len(months.keys) for months in table.values())
