"""The sentence of every group, with its own numbers and dates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from bbbxl.errors import count_of
from bbbxl.money import exponent, show
from bbbxl.periods import Period
from bbbxl.reconcile.classify import Classes
from bbbxl.reconcile.effects import Effects
from bbbxl.reconcile.facts import Facts, SideSums
from bbbxl.reconcile.pool import NONE

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
#: What a sentence of a pair may name in braces: amounts with their currency, days and rows as people write them.
FACTS = ("label", "crm_amount", "erp_amount", "gap", "crm_day", "erp_day", "crm_rows", "erp_rows", "effect",
         "crm_period", "erp_period", "erp_last", "credit", "stays")  # fmt: skip
#: Days from the end of the period within which a one-sided item is said to be near the cut-off.
_NEAR_CUTOFF = 5


@dataclass(frozen=True)
class Item:
    """One group in plain values, for its sentence.

    Attributes:
        label: Its order.
        crm: CRM currency and amount, such as "USD 5,400.00".
        erp: ERP currency and amount.
        gap: Currency and size of the difference in document currency.
        less: Whether the ERP is below the CRM.
        crm_day: First CRM day.
        erp_day: First ERP day.
        days: Days from the CRM to the ERP.
        crm_rows: CRM rows.
        erp_rows: ERP rows.
        facts: All groups.
        effects: Their effects.
        place: Its place among them.
        reporting: Reporting currency.
    """

    label: str
    crm: str
    erp: str
    gap: str
    less: bool
    crm_day: str
    erp_day: str
    days: int
    crm_rows: int
    erp_rows: int
    facts: Facts
    effects: Effects
    place: int
    reporting: str

    def minor(self, name: str) -> str:
        """Return one cause of the effect with its currency."""
        return f"{self.reporting} {show(int(getattr(self.effects, name)[self.place]), self.reporting)}"

    @property
    def period(self) -> Period:
        """Return the period."""
        return self.facts.period

    @property
    def left(self) -> str:
        """Return what the left side is called."""
        return self.facts.pair.left.name

    @property
    def right(self) -> str:
        """Return what the right side is called."""
        return self.facts.pair.right.name

    @property
    def stands(self) -> str:
        """Return the verb of a row with its day."""
        return self.facts.pair.stands

    def in_period(self, side: SideSums) -> str:
        """Return what one side has in the period, reporting currency."""
        return f"{self.reporting} {show(int(side.period[self.place]), self.reporting)}"

    def told(self, template: str) -> str:
        """Return a sentence of a pair with the facts of this item in it."""
        facts, place = self.facts, self.place
        coin = facts.pool.coins[int(facts.erp.currency[place])] if facts.erp.currency[place] != NONE else ""
        values = (
            self.label, self.crm, self.erp, self.gap, self.crm_day, self.erp_day,
            _rows(self.crm_rows, self.left), _rows(self.erp_rows, self.right), self.minor("effect"),
            self.in_period(facts.crm), self.in_period(facts.erp), shown_day(int(facts.erp.last[place])),
            _money(-int(facts.credit_deal[place]), coin),
            "stays in" if int(facts.crm.minor[place]) >= 0 else "lowers",
        )  # fmt: skip
        return template.format(**dict(zip(FACTS, values, strict=True)))


def sentences(facts: Facts, effects: Effects, classes: Classes, labels: Sequence[str], reporting: str) -> list[str]:
    """Return one sentence for every group.

    Args:
        facts: The groups.
        effects: Their effects.
        classes: Their classes.
        labels: What each is called: its order number.
        reporting: Reporting currency.
    """
    coins = [*facts.pool.coins, ""]
    crm, erp = facts.crm, facts.erp
    made: list[str] = []
    told = {one.code: one.say for one in facts.pair.classes if one.say}
    columns = (classes.tolist(), labels, crm.currency.tolist(), erp.currency.tolist(), crm.deal.tolist(),
               erp.deal.tolist(), crm.first.tolist(), erp.first.tolist(), crm.count.tolist(),
               erp.count.tolist())  # fmt: skip
    for place, (code, label, crm_coin, erp_coin, crm_deal, erp_deal, crm_day, erp_day, crm_rows, erp_rows) in enumerate(
        zip(*columns, strict=True)
    ):
        if code == "MATCHED":
            days = shown_day(crm_day) if crm_day == erp_day else f"{shown_day(crm_day)} and {shown_day(erp_day)}"
            made.append(f"{label} agrees: {_money(crm_deal, coins[crm_coin])} on {days}.")
            continue
        item = Item(
            label, _money(crm_deal, coins[crm_coin]), _money(erp_deal, coins[erp_coin]),
            _money(abs(erp_deal - crm_deal), coins[crm_coin]), abs(erp_deal) < abs(crm_deal), shown_day(crm_day),
            shown_day(erp_day), erp_day - crm_day, crm_rows, erp_rows, facts, effects, place, reporting,
        )  # fmt: skip
        if code in told and not (effects.unexplained[place] and facts.pair.kinds[code].effect == "named"):
            made.append(item.told(told[code]))
        else:
            made.append(_SENTENCES[code](item))
    return made


@lru_cache(maxsize=4096)
def shown_day(day: int) -> str:
    """Return a day since 1970-01-01 as people write it: 2 Apr 2025."""
    made = np.datetime64(day, "D").astype(object)
    return f"{made.day} {_MONTHS[made.month - 1]} {made.year}"


def _money(minor: int, currency: str) -> str:
    return f"{currency} {show(minor, currency)}" if currency else "several currencies"


def _rows(count: int, what: str) -> str:
    return f"1 {what} row" if count == 1 else f"{count} {what} rows"


def _split(item: Item) -> str:
    return (f"{item.label} agrees: {_rows(item.erp_rows, item.right)} from {item.erp_day} add up to {item.crm} of "
            f"{_rows(item.crm_rows, item.left)} from {item.crm_day}.")  # fmt: skip


def _merged(item: Item) -> str:
    return (f"{item.label} agrees: {_rows(item.crm_rows, item.left)} from {item.crm_day} add up to {item.erp} of "
            f"{_rows(item.erp_rows, item.right)} on {item.erp_day}.")  # fmt: skip


def _date_diff(item: Item) -> str:
    within = bool(item.facts.crm.inside[item.place] and item.facts.erp.inside[item.place])
    where = " in one period" if within else ", neither of them in the period"
    return (f"{item.label} agrees at {item.crm}; the {item.left} has {item.crm_day} and the {item.right} "
            f"{item.erp_day}, "
            f"{abs(item.days)} days apart{where}.")  # fmt: skip


def _rounding(item: Item) -> str:
    return (f"{item.label}: {item.left} {item.crm}, {item.right} {item.erp}; the difference is "
            f"{item.minor('effect')} of rounding.")  # fmt: skip


def _fx(item: Item) -> str:
    made = item.minor("fx") if item.effects.effect[item.place] else "nothing in the period"
    if item.crm[:3] != item.erp[:3]:
        still = ", and no rule explains it" if item.effects.unexplained[item.place] else ""
        return (f"{item.label}: the {item.left} has {item.crm} and the {item.right} {item.erp}; translated they "
                f"differ by {made}{still}.")  # fmt: skip
    rates = [_rate(side.minor[item.place], side.deal[item.place], item.crm[:3], item.reporting)
             for side in (item.facts.crm, item.facts.erp)]  # fmt: skip
    return (f"{item.label} agrees at {item.crm}; the {item.left} translates at {rates[0]} {item.reporting} and "
            f"the {item.right} at "
            f"{rates[1]}, which makes {made}.")  # fmt: skip


def _rate(minor: np.int64, deal: np.int64, currency: str, reporting: str) -> str:
    """Return reporting units for one of the document currency, as people write a rate."""
    shift = exponent(currency) - exponent(reporting)
    return f"{int(minor) / int(deal) * 10.0**shift:.6f}" if deal else "no rate"


def _on(count: int, what: str, day: str) -> str:
    return f"on {day}" if count == 1 else f"in {_rows(count, what)} from {day}"


def _amount(item: Item) -> str:
    share = ""
    deal = int(item.facts.crm.deal[item.place])
    if item.crm[:3] != item.erp[:3]:
        share = f"; translated they differ by {item.minor('effect')}"
    elif deal:
        gap = int(item.facts.erp.deal[item.place]) - deal
        share = f", {abs(gap) / abs(deal):.1%} {'less' if item.less else 'more'}"
    fx = f"; {item.minor('fx')} of it is the exchange rate" if item.effects.fx[item.place] else ""
    crm, erp = _on(item.crm_rows, item.left, item.crm_day), _on(item.erp_rows, item.right, item.erp_day)
    return (f"{item.label}: the {item.left} has {item.crm} {crm}, the {item.right} {item.erp} {erp}{share}{fx}; "
            "no rule explains it.")  # fmt: skip


def _short(item: Item) -> str:
    come = "comes" if item.erp_rows == 1 else "come"
    return (f"{item.label}: {_rows(item.erp_rows, item.right)} of it {come} to {item.erp}, and the {item.left} "
            f"has {item.crm}; "
            f"{item.gap} is not entered.")  # fmt: skip


def _credit(item: Item) -> str:
    facts, place = item.facts, item.place
    credit = _money(-int(facts.credit_deal[place]), facts.pool.coins[int(facts.erp.currency[place])])
    return (f"{item.label}: the order agrees at {item.crm}, and a credit memo of {credit} in the {item.right} until "
            f"{shown_day(int(facts.erp.last[place]))} is not in the {item.left}.")  # fmt: skip


def _tax(item: Item) -> str:
    tax = abs(int(item.facts.tax_deal[item.place]))
    if not tax:
        return (f"{item.label}: the {item.right} has {item.erp}, which is {item.crm} of the {item.left} and "
                f"exactly a usual rate of tax "
                f"({item.gap}) more; the {item.right} names no tax, so that it stays unexplained.")  # fmt: skip
    named = _money(tax, item.facts.pool.coins[int(item.facts.erp.currency[item.place])])
    return (f"{item.label}: the {item.right} has {item.erp} with {named} of tax in it; without it, it is "
            f"{item.crm} of the {item.left}.")  # fmt: skip


def _term(item: Item) -> str:
    months = int(item.facts.term[item.place])
    return (f"{item.label}: the {item.left} has {item.crm} for {months} months, the {item.right} {item.erp} for "
            f"12; the rest of the "
            f"term is {item.gap}.")  # fmt: skip


def _currency(item: Item) -> str:
    return (f"{item.label}: the {item.left} has {item.crm} and the {item.right} the same number as {item.erp}; "
            f"translated they differ "
            f"by {item.minor('effect')}.")  # fmt: skip


def _sign(item: Item) -> str:
    return (f"{item.label}: the {item.left} has {item.crm} and the {item.right} {item.erp}, the same amount with "
            f"the other sign.")  # fmt: skip


def _timed(plain: Callable[[Item], str]) -> Callable[[Item], str]:
    """Return the sentence of timing: another one where the rows of a side lie on both ends of the period or across."""

    def make(item: Item) -> str:
        sides = (item.facts.crm, item.facts.erp)
        spread = any(sum(int(part[item.place] > 0) for part in (side.before, side.inside, side.after)) > 1
                     for side in sides)  # fmt: skip
        if not spread:
            return plain(item)
        crm, erp = (item.in_period(side) for side in sides)
        rows = (f"{_rows(item.crm_rows, item.left)} {_span(sides[0], item)}, "
                f"{_rows(item.erp_rows, item.right)} {_span(sides[1], item)}")  # fmt: skip
        return (f"{item.label} agrees at {item.crm} over all days: {rows}; in the period lie {crm} of the "
                f"{item.left} and "
                f"{erp} of the {item.right}.")  # fmt: skip

    return make


def _span(side: SideSums, item: Item) -> str:
    first, last = shown_day(int(side.first[item.place])), shown_day(int(side.last[item.place]))
    return f"of {first}" if first == last else f"from {first} to {last}"


def _crm_first(item: Item) -> str:
    return (f"{item.label} {item.stands} on {item.crm_day} in the {item.left} and on {item.erp_day} in the "
            f"{item.right}, after the period "
            f"end {_day(item.period)}; amounts agree ({item.crm}). It clears in {_month(item.erp_day)}.")  # fmt: skip


def _erp_first(item: Item) -> str:
    return (f"{item.label} {item.stands} on {item.erp_day} in the {item.right} and on {item.crm_day} in the "
            f"{item.left}, after the period "
            f"end {_day(item.period)}; amounts agree ({item.erp}). It clears in {_month(item.crm_day)}.")  # fmt: skip


def _prior(item: Item) -> str:
    crm_before = bool(item.facts.crm.before[item.place])
    first, second = (item.left, item.right) if crm_before else (item.right, item.left)
    days = (item.crm_day, item.erp_day) if crm_before else (item.erp_day, item.crm_day)
    return (f"{item.label} {item.stands} on {days[0]} in the {first}, before the period, and on {days[1]} in the "
            f"{second}; amounts agree ({item.crm}). It clears an open item of the last period.")  # fmt: skip


def _month(day: str) -> str:
    """Return the month of a shown day: Apr 2025."""
    return day.split(" ", 1)[1]


def _day(period: Period) -> str:
    return shown_day(int(np.datetime64(period.last, "D").astype(np.int64)))


def _twice(side: str) -> Callable[[Item], str]:
    def make(item: Item) -> str:
        sums = item.facts.crm if side == "CRM" else item.facts.erp
        coin = item.facts.pool.coins[int(sums.currency[item.place])] if sums.currency[item.place] != NONE else ""
        rows = item.crm_rows if side == "CRM" else item.erp_rows
        again = _money(int(sums.repeat_deal[item.place]), coin)
        own, other = (item.crm, item.erp) if side == "CRM" else (item.erp, item.crm)
        own_side, other_side = (item.left, item.right) if side == "CRM" else (item.right, item.left)
        if item.effects.unexplained[item.place]:
            return (f"{item.label} stands in {_rows(rows, own_side)}, which come to {own}; the "
                    f"{other_side} has {other}, and no rule explains "
                    f"{item.minor('unexplained')} of the difference.")  # fmt: skip
        return (f"{item.label} stands in {_rows(rows, own_side)}, and {again} of it repeats the others; the "
                f"{other_side} has {other} once.")  # fmt: skip

    return make


def _claim(item: Item) -> str:
    """Return which left row names an order and takes no part, a clause."""
    pool = item.facts.pool
    place = int(pool.claimed[pool.orders.of_row[item.facts.erp.row[item.place]]])
    if place == NONE:
        return ""
    status = pool.crm.left.status[place]
    what = f'at "{status}"' if status else "set aside"
    return f" that takes part; its row {pool.crm.left.rows[place]} names it and is {what}"


def _only(side: str) -> Callable[[Item], str]:
    def make(item: Item) -> str:
        amount, day = (item.crm, item.crm_day) if side == "CRM" else (item.erp, item.erp_day)
        sums = item.facts.crm if side == "CRM" else item.facts.erp
        own_side, other = (item.left, item.right) if side == "CRM" else (item.right, item.left)
        end = int(np.datetime64(item.period.last, "D").astype(np.int64))
        left = end - int(sums.last[item.place])
        near = (f" It is {count_of(left, 'day')} from the period end: it may be timing once the {other} shows it."
                if 0 <= left <= _NEAR_CUTOFF and item.facts.pair.dated else "")  # fmt: skip
        near += f" It repeats another row of the {own_side}." if sums.repeat_deal[item.place] else ""
        named = _claim(item) if side == "ERP" else ""
        return f"{item.label}: {amount} on {day} is in the {own_side} and in no row of the {other}{named}.{near}"

    return make


_SENTENCES: dict[str, Callable[[Item], str]] = {
    "MATCHED_SPLIT": _split, "MATCHED_MERGED": _merged, "DATE_DIFF": _date_diff, "ROUNDING": _rounding,
    "FX_RATE": _fx, "AMOUNT_DIFF": _amount, "SPLIT_SHORT": _short, "CREDIT_MEMO": _credit, "TAX_GROSS": _tax,
    "TERM_ANNUALISED": _term, "CURRENCY_ERR": _currency, "SIGN_ERROR": _sign, "TIMING_CRM_FIRST": _timed(_crm_first),
    "TIMING_ERP_FIRST": _timed(_erp_first), "TIMING_PRIOR": _timed(_prior), "DUPLICATE_ERP": _twice("ERP"),
    "DUPLICATE_CRM": _twice("CRM"), "CRM_ONLY": _only("CRM"), "ERP_ONLY": _only("ERP"),
}  # fmt: skip
