"""The month in each document currency, and FX beside its independent decomposition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pandas as pd

from bbbxl.aggregate.flows import CURRENCY, flows, month_key
from bbbxl.aggregate.select import Question, counted
from bbbxl.events import KINDS, ORDER_NAMES, backlog_sign
from bbbxl.ledger.build import Ledger
from bbbxl.ledger.columns import LINE
from bbbxl.metrics.values import held_measures, missing_measure
from bbbxl.money import translate

_READ = ("kind", "basis", "currency", "amount", "reporting_amount", "effective", *LINE)


@dataclass(frozen=True)
class CurrencyRoll:
    """The roll-forward of one month in one document currency, in its minor units; None is what is not known.

    Attributes:
        currency: Document currency.
        opening: Backlog at the start.
        movements: Order events, signed.
        relieved: What left.
        closing: Backlog at the end.
    """

    currency: str
    opening: int | None
    movements: int | None
    relieved: int | None
    closing: int | None

    @property
    def residual(self) -> int | None:
        """Return opening + movements - relieved - closing, which has to be zero; None where not all are known."""
        if self.opening is None or self.movements is None or self.relieved is None or self.closing is None:
            return None
        return self.opening + self.movements - self.relieved - self.closing


@dataclass(frozen=True)
class FxTest:
    """FX of the month in the ledger beside the decomposition of per-currency balances and rates.

    Attributes:
        ledger: Sum of the FX events of the month, minor units of the reporting currency.
        parts: Currency -> (opening x (closing rate - opening rate), movements x (closing rate - own rate)),
            computed from aggregated document amounts.
        tolerance: Half a minor unit for every rounding in the ledger's way of computing it.
        reason: Why neither can be known, None when both are; there are no parts then.
    """

    ledger: int
    parts: dict[str, tuple[int, int]]
    tolerance: int
    reason: str | None = None

    @property
    def decomposed(self) -> int:
        """Return the sum of the parts."""
        return sum(opening + movements for opening, movements in self.parts.values())


def currency_rolls(ledger: Ledger, question: Question, basis: str) -> tuple[CurrencyRoll, ...]:
    """Return the roll-forward of the as-of month in each document currency."""
    months = question.calendar.months_to(question.as_of, 2)
    unknown = _unknown_parts(ledger, question, basis)
    table = flows(ledger.events, months, question, by=CURRENCY, amounts="document")
    made = []
    for currency, rows in table[table["segment"] != ""].groupby("segment"):  # "" stands where nothing counts
        before, now = (row for _, row in rows.iterrows())
        movements = sum(backlog_sign(KINDS[kind]) * int(now[kind]) for kind in ORDER_NAMES)
        opening, closing = (int(row[f"backlog_{basis}"]) for row in (before, now))
        left = int(now[f"relief_{basis}"] + now[f"excluded_{basis}"])
        amounts = (opening, movements, left, closing)
        shown = (None if why else amount for amount, why in zip(amounts, unknown, strict=True))
        made.append(CurrencyRoll(str(currency), *shown))
    return tuple(made)


def _unknown_parts(ledger: Ledger, question: Question, basis: str) -> list[str | None]:
    """Return why opening, movements, what left and closing of the as-of month are not known, None for those that are.

    Of movements those count of whose kind the data tell.
    """
    month, held = question.calendar.month(question.as_of), held_measures(ledger)
    read = (("opening_backlog",), [kind for kind in ORDER_NAMES if kind in held], ("relieved", "excluded"),
            ("closing_backlog",))  # fmt: skip
    reasons = ([missing_measure(name, ledger, month, question, basis) for name in names] for names in read)
    return [next((one for one in found if one), None) for found in reasons]


def fx_test(ledger: Ledger, question: Question, basis: str, rolls: tuple[CurrencyRoll, ...]) -> FxTest:
    """Return FX of the as-of month, and what it has to be from balances and rates alone.

    What was known before the as-of date knows neither its rate nor a revaluation to it: FX is nothing then.

    Source: definitions 3: O x (r1 - r0) + sum(A x (r1 - r)) - sum(F x (r1 - r)), per currency.
    """
    month = question.calendar.month(question.as_of)
    frame = counted(ledger.events, question, _READ).collect().to_native()
    foreign = frame[(frame["month"] == month_key(month)) & (frame["currency"] != ledger.currency)]
    own = foreign["basis"] == basis
    fx = int(foreign[(foreign["kind"] == "fx") & own]["reporting_amount"].sum())
    moves = foreign[foreign["kind"].isin(ORDER_NAMES) | (foreign["kind"].isin(["relief", "excluded"]) & own)]
    known = question.known_at is None or question.known_at >= question.as_of
    opening_day = month.start - timedelta(days=1)
    other = [roll for roll in rolls if roll.currency != ledger.currency]
    reason = next((one for one in _unknown_parts(ledger, question, basis) if one), None) if other else None
    parts = {} if reason else {
        roll.currency: _parts(ledger, roll, moves, opening_day, question.as_of) if known else (0, 0) for roll in other
    }  # fmt: skip
    ends = [pd.Timestamp(opening_day), pd.Timestamp(question.as_of)]
    revalued = frame[(frame["kind"] == "fx") & (frame["basis"] == basis) & frame["effective"].isin(ends)]
    lines = len(revalued[list(LINE)].drop_duplicates())
    return FxTest(fx, parts, (len(moves) + 2 * lines) // 2 + 2 * len(parts) + 1, reason)


def _parts(ledger: Ledger, roll: CurrencyRoll, moves: pd.DataFrame, first: date, last: date) -> tuple[int, int]:
    """Return FX of one currency, all of it known, on what was open on the first day and on movements up to the last."""
    opening, net = roll.opening or 0, (roll.movements or 0) - (roll.relieved or 0)
    closing = _rate(ledger, roll.currency, last)
    before = _rate(ledger, roll.currency, first) if opening else closing
    moved = translate(net, closing, roll.currency, ledger.currency)
    own = moves[moves["currency"] == roll.currency]
    return (
        translate(opening, closing - before, roll.currency, ledger.currency),
        moved - sum(_translated(ledger, own)),
    )


def _rate(ledger: Ledger, currency: str, day: date) -> Decimal:
    found = ledger.rates.find(currency, day, "closing")
    return found if found is not None else Decimal(0)


def _translated(ledger: Ledger, moves: pd.DataFrame) -> list[int]:
    """Return document sums per day at the day's rate: not the ledger's own reporting amounts."""
    sign = moves["kind"].map(lambda kind: backlog_sign(KINDS[kind]))
    per_day = (moves["amount"] * sign).groupby(moves["effective"]).sum()
    made = []
    for day, amount in per_day.items():
        currency = str(moves["currency"].iloc[0])
        rate = ledger.rates.find(currency, pd.Timestamp(str(day)).date(), ledger.policy.flow_rate)
        made.append(translate(int(amount), rate or Decimal(0), currency, ledger.currency))
    return made
