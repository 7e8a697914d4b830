"""The whole history of the sample company: orders month by month, renewals, invoices without an order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from bbbxl.samples.catalogue import (
    CALIBRATION,
    CUSTOMER_WEIGHTS,
    CUSTOMERS,
    INSTALLATION,
    PLAN,
    SISTER,
    TRAINING,
    Customer,
    list_price,
)
from bbbxl.samples.chance import after, happens, month_end, month_start, pick, whole, workday
from bbbxl.samples.life import Step, live
from bbbxl.samples.model import AS_OF, FIRST_MONTH, LAST_ENTRY, Event, Line, rounded
from bbbxl.samples.orders import Draft, Order, new_orders, numbered, plan_draft
from bbbxl.samples.plans import plan_line

_CUSTOMER = {customer.name: customer for customer in (*CUSTOMERS, SISTER)}


def make_history(seed: int) -> tuple[Event, ...]:
    """Return every event up to the as-of date, by entry date; within a line as they happened."""
    events: list[Event] = []
    numbers: dict[str, int] = {}
    expiring: dict[date, list[tuple[Line, Decimal]]] = {}
    month = FIRST_MONTH
    while month <= AS_OF:
        orders = [*new_orders(seed, month), *_renewals(seed, month, expiring.pop(month, []))]
        for order in sorted(orders, key=lambda order: order.day):
            entity = order.customer.entity
            numbers[entity] = numbers.get(entity, 0) + 1
            for line in numbered(order, numbers[entity]):
                lived = _lived(seed, line)
                events.extend(lived)
                if line.term_end is not None and lived:
                    _expire(expiring, line, lived)
        events.extend(_unordered(seed, month, numbers))
        month = month_start(month, 1)
    return _logged(events)


def _lived(seed: int, line: Line) -> list[Event]:
    """Return the events of one line with their entry dates; the lines of an order are entered together."""
    dice = Random(f"{seed}/line/{line.entity}/{line.order}/{line.line}")
    lived = live(line, plan_line(line, dice))
    desk = Random(f"{seed}/entry/{line.entity}/{line.order}")
    booked = _entered(desk, lived[:1])
    return [*booked, *_entered(dice, lived[1:], booked[0].recorded)] if booked else []


def _entered(dice: Random, events: list[Event], earliest: date = FIRST_MONTH) -> list[Event]:
    """Return the events with their entry dates: most within three days, a few late, never out of turn."""
    entered: list[Event] = []
    for event in events:
        days = whole(dice, 5, 40) if happens(dice, 0.025) else pick(dice, (0, 1, 2, 3), (62, 22, 10, 6))
        day = after(event.effective, days)
        day = max(event.effective, day - timedelta(days=max(0, day.weekday() - 4)))
        earliest = max(earliest, min(day, LAST_ENTRY))
        entered.append(replace(event, recorded=earliest))
    return entered


def _expire(expiring: dict[date, list[tuple[Line, Decimal]]], line: Line, lived: list[Event]) -> None:
    """Note the month in which the plan is up for renewal, with what a year of it costs at its end."""
    if line.term_end is None or line.term_start is None or any(e.kind == "cancellation" for e in lived):
        return
    years = (line.term_end - line.term_start).days // 360
    yearly = rounded((line.quantity * line.price + line.uplift) / years, line.currency)
    expiring.setdefault(month_start(line.term_end), []).append((line, yearly))


def _renewals(seed: int, month: date, expiring: list[tuple[Line, Decimal]]) -> list[Order]:
    """Return the plans renewed in the month of their expiry; four of five are.

    In the first year the expiring contracts are older than the order system.
    """
    dice = Random(f"{seed}/renewals/{month.isoformat()}")
    orders = [
        _renewal(dice, month, _CUSTOMER[line.customer], yearly) for line, yearly in expiring if happens(dice, 0.8)
    ]
    if month < month_start(FIRST_MONTH, 12):
        for _ in range(whole(dice, 1, 3)):
            customer = pick(dice, CUSTOMERS, CUSTOMER_WEIGHTS)
            yearly = whole(dice, 3, 14) * list_price(PLAN, customer.currency, 2022)
            orders.append(_renewal(dice, month, customer, yearly))
    return orders


def _renewal(dice: Random, month: date, customer: Customer, expiring: Decimal) -> Order:
    """Renew up to the expiring amount; what is agreed above it is a price increase of the same day."""
    day = workday(month.replace(day=whole(dice, 2, 24)))
    share = pick(dice, (Decimal("0.85"), Decimal(1)), (15, 85))
    draft = plan_draft(dice, rounded(expiring * share, customer.currency), month_start(month, 1))
    uplift = Decimal(0)
    if share == 1 and happens(dice, 0.5):
        uplift = rounded(draft.price * pick(dice, (Decimal("0.03"), Decimal("0.04"))), customer.currency)
    return Order(day, customer, None, (replace(draft, kind="renewal", uplift=uplift),))


def _unordered(seed: int, month: date, numbers: dict[str, int]) -> list[Event]:
    """Return the invoices of a month without an order; numbers holds the last number of each year."""
    dice = Random(f"{seed}/unordered/{month.isoformat()}")
    events: list[Event] = []
    series = f"TM-{month.year}"
    for _ in range(whole(dice, 2, 4)):
        numbers[series] = numbers.get(series, 0) + 1
        customer = pick(dice, CUSTOMERS, CUSTOMER_WEIGHTS)
        product = pick(dice, (INSTALLATION, CALIBRATION, TRAINING))
        hours = Decimal(whole(dice, 10, 90)) / 100
        price = rounded(list_price(product, customer.currency, month.year) * hours, customer.currency)
        draft = Draft(product, "new", 1, price, None, False, 0)
        line = numbered(Order(month, customer, None, (draft,)), 0)[0]
        line = replace(line, order=f"{series}-{numbers[series]:04d}", line="1", order_date=None)
        day = workday(month.replace(day=whole(dice, 4, month_end(month).day - 3)))
        events.extend(_entered(dice, _invoiced(line, day)))
    return events


def _invoiced(line: Line, day: date) -> list[Event]:
    """Return the invoice of a line as if it had been ordered, without the booking."""
    return live(line, [Step(day, "book"), Step(day, "invoice")])[1:]


def _logged(events: list[Event]) -> tuple[Event, ...]:
    """Return the events in the order of their entry, numbered; a line keeps its own order."""
    ordered = sorted(events, key=lambda event: (event.recorded, event.entity, event.order, event.line))
    return tuple(replace(event, event_id=f"EV-{number:06d}") for number, event in enumerate(ordered, start=1))
