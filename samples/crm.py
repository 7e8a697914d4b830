"""The CRM's closed-won lines: what sales keyed in, and every way in which it differs from the ERP."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from bbbxl.samples.catalogue import CUSTOMERS, list_price
from bbbxl.samples.catalogue import PRODUCTS as CATALOGUE
from bbbxl.samples.chance import after, happens, month_end, month_start, pick, whole, workday
from bbbxl.samples.exports import money
from bbbxl.samples.model import AS_OF, FIRST_MONTH, CrmTruth, Event, rounded
from bbbxl.samples.truth import ORDER_SIGNS, lines_of

CRM_HEADER = (
    "Opportunity ID",
    "Opportunity Name",
    "Account Name",
    "ERP Order Number",
    "Close Date",
    "Stage",
    "Type",
    "Currency",
    "Amount",
    "Product",
    "Term (Months)",
    "Opportunity Owner",
)
#: Every difference and what it means; effects are CRM less ERP.
DIFFERENCES = {
    "close_date": "closed in the CRM some days before the booking, in the same month",
    "close_month": "closed in the CRM in another month than the booking",
    "amount_rounded": "amount typed in round numbers",
    "amount_with_tax": "amount typed with tax",
    "one_year_of_term": "one year typed, the whole term booked",
    "currency": "amount typed in another currency; one effect in each",
    "missing_in_crm": "booked, but no opportunity was closed",
    "missing_in_erp": "closed, but never booked",
    "duplicate": "the same line closed twice; the effect stands on the second",
    "order_number_missing": "no order number",
    "order_number_mistyped": "two digits changed places, or leading zeros lost",
    "order_number_prefix": "order number with words around it",
    "account_spelling": "account spelt differently",
    "cancellation_not_in_crm": "cancelled, less reinstated; the opportunity stands as won",
    "change_not_in_crm": "contraction, price change, correction or return after the booking",
    "intercompany": "order of the other entity; no opportunity",
    "invoice_without_order": "billed without an order; no opportunity",
}
_TYPES = {"new": "New Business", "renewal": "Renewal", "expansion": "Expansion"}
_TAX = {"USD": Decimal("1.0825"), "EUR": Decimal("1.19"), "JPY": Decimal("1.10")}
_ROUND = {"USD": Decimal(1000), "EUR": Decimal(1000), "JPY": Decimal(100_000)}
_SPELLINGS = (
    (" GmbH", " Gmbh"),
    (" Inc.", ""),
    (" AG", ""),
    (" & ", " and "),
    (" K.K.", " KK"),
    (" Ltd.", " Limited"),
    (" Works", " Wks"),
    ("ä", "ae"),
)


@dataclass(frozen=True)
class Won:
    """One closed-won line as sales keyed it.

    Attributes:
        deal: What its opportunity is named by; lines of one deal share the opportunity.
        closed: Close date.
        months: Length of the term, 0 without one.
        order: Order number as typed.
        erp: ERP order and line it stands for, empty where there is none.
        differences: Name, effect and its currency.
    """

    deal: tuple[str, ...]
    account: str
    order: str
    closed: date
    type: str
    currency: str
    amount: Decimal
    product: str
    months: int
    owner: str
    erp: tuple[str, str]
    differences: tuple[tuple[str, Decimal, str], ...] = ()


@dataclass
class _Desk:
    """What sales has keyed so far, and what it has not."""

    won: list[Won] = field(default_factory=list)
    truth: list[CrmTruth] = field(default_factory=list)

    def absent(self, event: Event, name: str, effect: Decimal) -> None:
        """Note what the ERP has and the CRM has not."""
        self.truth.append(CrmTruth(0, event.order, event.line, name, effect, event.currency))


def crm_rows(seed: int, history: Iterable[Event]) -> tuple[list[tuple[str, ...]], tuple[CrmTruth, ...]]:
    """Return the rows of crm_closed_won.csv by close date, and every known difference from the ERP."""
    desk = _Desk()
    for (entity, order, _line), events in sorted(lines_of(history).items()):
        _key_line(desk, f"{seed}/crm/{entity}/{order}", events)
    desk.won.extend(_never_booked(Random(f"{seed}/crm/never booked")))
    won = sorted(desk.won, key=lambda won: (won.closed, won.deal, won.erp, won.product, won.amount))
    return _numbered(won, desk.truth)


def _numbered(won: list[Won], absent: list[CrmTruth]) -> tuple[list[tuple[str, ...]], tuple[CrmTruth, ...]]:
    deals: dict[tuple[str, ...], str] = {}
    rows: list[tuple[str, ...]] = []
    truth: list[CrmTruth] = []
    for number, line in enumerate(won, start=1):
        deal = deals.setdefault(line.deal, f"0065g00000{len(deals) + 1:05d}AAK")
        rows.append(_row(line, deal))
        for name, effect, currency in line.differences:
            truth.append(CrmTruth(number, *line.erp, name, effect, currency))
    return rows, (*truth, *absent)


def _row(won: Won, deal: str) -> tuple[str, ...]:
    return (
        deal,
        f"{won.account} - {won.closed.year} Q{(won.closed.month + 2) // 3}",
        won.account,
        won.order,
        won.closed.isoformat(),
        "Closed Won",
        won.type,
        won.currency,
        money(won.amount, won.currency),
        won.product,
        str(won.months) if won.months else "",
        won.owner,
    )


def _key_line(desk: _Desk, seed: str, events: list[Event]) -> None:
    """Key one order line: its booking and its expansions; nothing that lowers it ever reaches the CRM."""
    first = events[0]
    net = sum((ORDER_SIGNS.get(e.kind, 0) * (e.amount or Decimal(0)) for e in events), Decimal(0))
    if first.kind == "invoice":
        desk.absent(first, "invoice_without_order", -(first.amount or Decimal(0)))
    elif first.counterparty:
        desk.absent(first, "intercompany", -net)
    else:
        for event in events:
            if event.kind in _TYPES:
                _key_booking(desk, seed, event, _with_uplift(event, events))
        _note_changes(desk, events)


def _with_uplift(event: Event, events: list[Event]) -> Decimal:
    """Return the booked amount; a renewal is keyed with the uplift agreed on the same day."""
    amount = event.amount or Decimal(0)
    return amount + sum((_uplift(e) for e in events), Decimal(0)) if event.kind == "renewal" else amount


def _uplift(event: Event) -> Decimal:
    is_uplift = event.kind == "price_increase" and event.reason == "annual uplift"
    return (event.amount or Decimal(0)) if is_uplift else Decimal(0)


def _note_changes(desk: _Desk, events: list[Event]) -> None:
    cancelled = Decimal(0)
    changed = Decimal(0)
    for event in events:
        value = ORDER_SIGNS.get(event.kind, 0) * (event.amount or Decimal(0)) - _uplift(event)
        if event.kind in ("cancellation", "reinstatement"):
            cancelled += value
        elif event.kind not in _TYPES:
            changed += value
    if cancelled:
        desk.absent(events[0], "cancellation_not_in_crm", -cancelled)
    if changed:
        desk.absent(events[0], "change_not_in_crm", -changed)


def _key_booking(desk: _Desk, seed: str, event: Event, amount: Decimal) -> None:
    """Key one booking; the lines of one opportunity share its draws, as one person keys them at once."""
    won = _clean(event, amount)
    dice = Random("/".join((seed, *won.deal[2:])))
    if happens(dice, 0.15 if event.kind == "expansion" else 0.015):
        return desk.absent(event, "missing_in_crm", -amount)
    won = _redated(dice, won, event)
    kind = pick(dice, tuple(_AMOUNT_SLIPS), (20, 8, 100, 6, 866))
    won = _AMOUNT_SLIPS[kind](won)
    kind = pick(dice, tuple(_WORD_SLIPS), (12, 10, 15, 20, 943))
    won = _WORD_SLIPS[kind](won)
    desk.won.append(won)
    if happens(dice, 0.008):
        again = replace(won, deal=(*won.deal, "again"), closed=min(AS_OF, workday(after(won.closed, 2))))
        desk.won.append(replace(again, differences=(("duplicate", won.amount, won.currency),)))
    return None


def _clean(event: Event, amount: Decimal) -> Won:
    months = 0
    if event.term_start and event.term_end:
        start, end = event.term_start, event.term_end
        months = (end.year - start.year) * 12 + end.month - start.month + 1
    deal = (event.entity, event.order)
    return Won(
        deal=(*deal, event.event_id) if event.kind == "expansion" else deal,
        account=event.customer,
        order=event.order,
        closed=event.effective,
        type=_TYPES[event.kind],
        currency=event.currency,
        amount=amount,
        product=event.product,
        months=months,
        owner=event.owner,
        erp=(event.order, event.line),
    )


def _differs(won: Won, name: str, effect: Decimal = Decimal(0), currency: str = "") -> Won:
    return replace(won, differences=(*won.differences, (name, effect, currency or won.currency)))


def _redated(dice: Random, won: Won, event: Event) -> Won:
    """Close the line when the order was signed; now and then some days before, or in the next month."""
    closed = won.closed
    if event.firmed_date and event.order_date and event.kind != "expansion":
        closed = event.order_date
    elif happens(dice, 0.05):
        closed = max(FIRST_MONTH, after(closed, -whole(dice, 1, 9)))
    elif happens(dice, 0.01):
        closed = min(AS_OF, workday(after(month_start(closed, 1), whole(dice, 0, 5))))
    if closed == won.closed:
        return won
    same = (closed.year, closed.month) == (won.closed.year, won.closed.month)
    return _differs(replace(won, closed=closed), "close_date" if same else "close_month")


def _retyped(won: Won, name: str, amount: Decimal) -> Won:
    effect = amount - won.amount
    return _differs(replace(won, amount=amount), name, effect) if effect else won


def _round_amount(won: Won) -> Won:
    step = _ROUND[won.currency]
    steps = max(Decimal(1), (won.amount / step).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    return _retyped(won, "amount_rounded", steps * step)


def _add_tax(won: Won) -> Won:
    return _retyped(won, "amount_with_tax", rounded(won.amount * _TAX[won.currency], won.currency))


def _one_year(won: Won) -> Won:
    years = won.months // 12
    return _retyped(won, "one_year_of_term", rounded(won.amount / years, won.currency)) if years > 1 else won


def _other_currency(won: Won) -> Won:
    if won.currency == "USD":
        return won
    typed = _differs(replace(won, currency="USD"), "currency", won.amount, "USD")
    return _differs(typed, "currency", -won.amount, won.currency)


def _no_order(won: Won) -> Won:
    return _differs(replace(won, order=""), "order_number_missing")


def _mistyped_order(won: Won) -> Won:
    swapped = won.order[:-2] + won.order[-1] + won.order[-2]
    typed = won.order.lstrip("0") if swapped == won.order or won.order.startswith("0") else swapped
    return _differs(replace(won, order=typed), "order_number_mistyped") if typed != won.order else won


def _prefixed_order(won: Won) -> Won:
    return _differs(replace(won, order=f"Order {won.order}"), "order_number_prefix")


def _other_spelling(won: Won) -> Won:
    for here, there in _SPELLINGS:
        if here in won.account:
            return _differs(replace(won, account=won.account.replace(here, there)), "account_spelling")
    return _differs(replace(won, account=won.account.upper()), "account_spelling")


def _as_it_is(won: Won) -> Won:
    return won


_AMOUNT_SLIPS: dict[str, Callable[[Won], Won]] = {
    "round": _round_amount,
    "tax": _add_tax,
    "year": _one_year,  # touches terms of more than a year only
    "currency": _other_currency,  # touches EUR and JPY only
    "none": _as_it_is,
}
_WORD_SLIPS: dict[str, Callable[[Won], Won]] = {
    "missing": _no_order,
    "mistyped": _mistyped_order,
    "prefix": _prefixed_order,
    "spelling": _other_spelling,
    "none": _as_it_is,
}


def _never_booked(dice: Random) -> list[Won]:
    """Return the deals sales closed and nobody booked; most have no order number, some one of no order."""
    deals: list[Won] = []
    month = FIRST_MONTH
    while month <= AS_OF:
        if happens(dice, 0.4):
            customer = pick(dice, CUSTOMERS)
            product = pick(dice, CATALOGUE[:8])
            amount = list_price(product, customer.currency, month.year) * whole(dice, *product.quantity)
            number = len(deals) + 1
            day = workday(month.replace(day=whole(dice, 1, month_end(month).day - 3)))
            won = Won(
                deal=("never booked", str(number)),
                account=customer.name,
                order=f"SO-{90000 + number}" if happens(dice, 0.3) else "",
                closed=day,
                type="New Business",
                currency=customer.currency,
                amount=amount,
                product=product.name,
                months=0,
                owner=customer.owner,
                erp=("", ""),
            )
            deals.append(_differs(won, "missing_in_erp", amount))
        month = month_start(month, 1)
    return deals
