"""An independent calculator: the plain rules applied event by event, without bbbxl's engine."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Literal

from bbbxl.samples.model import Event

Basis = Literal["billing", "fulfilment"]
LineKey = tuple[str, str, str]

#: What a positive amount of the kind does to the value on order.
ORDER_SIGNS = {
    "new": 1,
    "renewal": 1,
    "expansion": 1,
    "price_increase": 1,
    "correction": 1,
    "reinstatement": 1,
    "contraction": -1,
    "cancellation": -1,
    "return_authorisation": -1,
    "price_decrease": -1,
}


def monthly_totals(history: Iterable[Event], kind: str) -> dict[tuple[str, str, str], Decimal]:
    """Return the amounts of one kind per entity, month ("2026-10", by effective date) and currency.

    Amounts are positive in the kind's own sense. A reinstatement is a kind of its own and is not taken off
    the cancellations; intercompany orders and invoices without an order are in.
    """
    totals: dict[tuple[str, str, str], Decimal] = {}
    for event in history:
        if event.kind == kind and event.amount is not None:
            key = (event.entity, event.effective.isoformat()[:7], event.currency)
            totals[key] = totals.get(key, Decimal(0)) + event.amount
    return totals


def lines_of(history: Iterable[Event]) -> dict[LineKey, list[Event]]:
    """Return the events of each order line, as they happened."""
    lines: dict[LineKey, list[Event]] = {}
    for event in history:
        lines.setdefault((event.entity, event.order, event.line), []).append(event)
    return lines


def open_amount(history: Iterable[Event], as_of: date, basis: Basis) -> dict[LineKey, tuple[str, Decimal]]:
    """Return what each line has in backlog at the end of the day, where it is not zero.

    Document currency; negative only while a return is authorised and not yet received (fulfilment) or
    credited (billing). Invoices without an order are in no backlog.
    """
    result: dict[LineKey, tuple[str, Decimal]] = {}
    for key, events in lines_of(history).items():
        if not any(event.kind in ("new", "renewal") for event in events):
            continue
        value = open_of_line([event for event in events if event.effective <= as_of], basis)
        if value:
            result[key] = (events[0].currency, value)
    return result


def open_of_line(events: Iterable[Event], basis: Basis) -> Decimal:
    """Return what one line has in backlog after these events, in document currency."""
    value = Decimal(0)
    credit_due = Decimal(0)  # billed, then cancelled: owed to the customer, never negative backlog
    for event in events:
        amount = event.amount or Decimal(0)
        value += ORDER_SIGNS.get(event.kind, 0) * amount
        if event.kind == "cancellation" and value < 0:
            credit_due, value = credit_due - value, Decimal(0)
        if event.kind == "completion" and (basis == "billing" or not event.shippable):
            value = Decimal(0)
        if basis == "fulfilment" and event.shippable:
            value += _delivered(event, amount)
        elif event.kind == "invoice":
            value -= amount
        elif event.kind == "credit_note":
            paid_back = min(credit_due, amount) if event.reason == "cancellation" else Decimal(0)
            credit_due -= paid_back
            value += amount - paid_back
    return value


def _delivered(event: Event, amount: Decimal) -> Decimal:
    if event.kind == "shipment":
        return -amount
    if event.kind == "return_receipt":
        return amount
    # A price allowance lowers the order and what was delivered of it alike: it moves no backlog.
    return amount if event.kind == "credit_note" and event.reason == "price" else Decimal(0)
