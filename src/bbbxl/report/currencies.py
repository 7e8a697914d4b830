"""The month in each document currency, and FX beside its independent decomposition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pandas as pd

from bbbxl.aggregate.flows import CURRENCY, flows
from bbbxl.aggregate.select import Question, counted
from bbbxl.events import KINDS, backlog_sign
from bbbxl.ledger.build import Ledger
from bbbxl.ledger.columns import LINE
from bbbxl.money import translate

_READ = ("kind", "basis", "currency", "amount", "reporting_amount", "effective", *LINE)
_MOVING = [name for name, kind in KINDS.items() if kind.group == "order"]


@dataclass(frozen=True)
class CurrencyRoll:
    """The roll-forward of one month in one document currency, in its minor units.

    Attributes:
        currency: Document currency.
        opening: Backlog at the start.
        movements: Order events, signed.
        relieved: What left.
        closing: Backlog at the end.
    """

    currency: str
    opening: int
    movements: int
    relieved: int
    closing: int

    @property
    def residual(self) -> int:
        """Return opening + movements - relieved - closing, which has to be zero."""
        return self.opening + self.movements - self.relieved - self.closing


@dataclass(frozen=True)
class FxTest:
    """FX of the month in the ledger beside the decomposition of per-currency balances and rates.

    Attributes:
        ledger: Sum of the FX events of the month, minor units of the reporting currency.
        parts: Currency -> (opening x (closing rate - opening rate), movements x (closing rate - own rate)),
            computed from aggregated document amounts.
        tolerance: Half a minor unit for every rounding in the ledger's way of computing it.
    """

    ledger: int
    parts: dict[str, tuple[int, int]]
    tolerance: int

    @property
    def decomposed(self) -> int:
        """Return the sum of the parts."""
        return sum(opening + movements for opening, movements in self.parts.values())


def currency_rolls(ledger: Ledger, question: Question, basis: str) -> tuple[CurrencyRoll, ...]:
    """Return the roll-forward of the as-of month in each document currency."""
    months = question.calendar.months_to(question.as_of, 2)
    table = flows(ledger.events, months, question, by=CURRENCY, amounts="document")
    made = []
    for currency, rows in table.groupby("segment"):
        before, now = (row for _, row in rows.iterrows())
        movements = sum(backlog_sign(KINDS[kind]) * int(now[kind]) for kind in _MOVING)
        made.append(CurrencyRoll(str(currency), int(before[f"backlog_{basis}"]), movements,
                                 int(now[f"relief_{basis}"]), int(now[f"backlog_{basis}"])))  # fmt: skip
    return tuple(made)


def fx_test(ledger: Ledger, question: Question, basis: str, rolls: tuple[CurrencyRoll, ...]) -> FxTest:
    """Return FX of the as-of month, and what it has to be from balances and rates alone.

    Source: definitions 3: O x (r1 - r0) + sum(A x (r1 - r)) - sum(F x (r1 - r)), per currency.
    """
    month = question.calendar.month(question.as_of)
    frame = counted(ledger.events, question, _READ).collect().to_native()
    inside = frame[frame["month"] == month.start.year * 100 + month.start.month]
    foreign = inside[inside["currency"] != ledger.currency]
    fx = foreign[(foreign["kind"] == "fx") & (foreign["basis"] == basis)]["reporting_amount"].sum()
    moves = foreign[foreign["kind"].isin(_MOVING) | ((foreign["kind"] == "relief") & (foreign["basis"] == basis))]
    opening_day = month.start - timedelta(days=1)
    parts = {}
    for roll in (one for one in rolls if one.currency != ledger.currency):
        closing = _rate(ledger, roll.currency, question.as_of)
        before = _rate(ledger, roll.currency, opening_day) if roll.opening else closing
        own = moves[moves["currency"] == roll.currency]
        at_closing = translate(roll.movements - roll.relieved, closing, roll.currency, ledger.currency)
        parts[roll.currency] = (
            translate(roll.opening, closing - before, roll.currency, ledger.currency),
            at_closing - int(sum(_translated(ledger, own))),
        )
    ends = [pd.Timestamp(opening_day), pd.Timestamp(question.as_of)]
    revalued = frame[(frame["kind"] == "fx") & (frame["basis"] == basis) & frame["effective"].isin(ends)]
    lines = len(revalued[list(LINE)].drop_duplicates())
    return FxTest(int(fx), parts, (len(moves) + 2 * lines) // 2 + 2 * len(parts) + 1)


def _rate(ledger: Ledger, currency: str, day: date) -> Decimal:
    found = ledger.rates.find(currency, day, "closing")
    return found if found is not None else Decimal(0)


def _translated(ledger: Ledger, moves: pd.DataFrame) -> list[int]:
    """Return document sums per day and direction at the day's rate: not the ledger's own reporting amounts."""
    sign = moves["kind"].map(lambda kind: backlog_sign(KINDS[kind]))
    per_day = (moves["amount"] * sign).groupby(moves["effective"]).sum()
    made = []
    for day, amount in per_day.items():
        currency = str(moves["currency"].iloc[0])
        rate = ledger.rates.find(currency, pd.Timestamp(str(day)).date(), ledger.policy.flow_rate)
        made.append(translate(int(amount), rate or Decimal(0), currency, ledger.currency))
    return made
