"""The orders Northfield takes in a month: who buys what, when, at which price and for which date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from bbbxl.samples.catalogue import (
    ANALYSER,
    CALIBRATION,
    CALIBRATOR,
    CHAMBER,
    COORDINATE,
    CUSTOMER_WEIGHTS,
    CUSTOMERS,
    INSTALLATION,
    MULTIMETER,
    OSCILLOSCOPE,
    PLAN,
    PROBE,
    SENSOR,
    SISTER,
    TRAINING,
    Customer,
    Product,
    list_price,
)
from bbbxl.samples.chance import after, happens, month_end, month_start, pick, whole, workday
from bbbxl.samples.model import FIRST_MONTH, Line, rounded

#: Orders of a month in percent of the average: peaks in June and December, a soft January.
SEASONS = (70, 86, 104, 93, 98, 130, 84, 80, 106, 99, 104, 146)
ORDERS_A_MONTH = 27


@dataclass(frozen=True)
class Draft:
    """One order line before it has a number; price in document currency per unit.

    Attributes:
        uplift: Price increase agreed with a renewal, document currency.
        months: Length of the service term, 0 without one.
    """

    product: Product
    kind: str
    quantity: int
    price: Decimal
    commit_date: date | None
    cancellable: bool
    slip: int
    term_start: date | None = None
    months: int = 0
    uplift: Decimal = Decimal(0)


@dataclass(frozen=True)
class Order:
    """One order before it has a number."""

    day: date
    customer: Customer
    firmed: date | None
    lines: tuple[Draft, ...]


def new_orders(seed: int, month: date) -> list[Order]:
    """Return the new business of a month, intercompany orders included, in no particular order."""
    dice = Random(f"{seed}/orders/{month.isoformat()}")
    elapsed = (month.year - FIRST_MONTH.year) * 12 + month.month - FIRST_MONTH.month
    count = ORDERS_A_MONTH * SEASONS[month.month - 1] * (1000 + 6 * elapsed) // 100_000 + whole(dice, -2, 2)
    orders = [_new_order(dice, month, pick(dice, CUSTOMERS, CUSTOMER_WEIGHTS)) for _ in range(count)]
    if month.month % 3 == 2:
        orders.append(_sister_order(dice, month))
    return orders


def _order_day(dice: Random, month: date) -> date:
    """Return a workday of the month; the last ten days take half of the orders."""
    last = month_end(month).day
    day = month.replace(day=whole(dice, last - 9, last) if happens(dice, 0.4) else whole(dice, 1, last))
    moved = workday(day)
    return moved if moved.month == month.month else after(moved, -3)


def _new_order(dice: Random, month: date, customer: Customer) -> Order:
    day = _order_day(dice, month)
    firmed = workday(after(day, whole(dice, 3, 24))) if happens(dice, 0.14) else None
    basket = _basket(dice)
    discount = Decimal(whole(dice, 0, 18)) / 100
    slip = _slip(dice)
    wait = whole(dice, 380, 600) if happens(dice, 0.02) else 0
    lines: list[Draft] = []
    promised = day
    for product in basket:
        draft = _draft(
            dice,
            firmed or day,
            customer,
            product,
            discount=discount,
            slip=slip,
            wait=wait,
            promised=promised,
        )
        promised = max(promised, draft.commit_date or promised)
        lines.append(draft)
    return Order(day, customer, firmed, tuple(lines))


def _slip(dice: Random) -> int:
    """Return the days by which the order is late: most are on time, a few are very late."""
    return pick(
        dice,
        (whole(dice, -6, 0), whole(dice, 1, 12), whole(dice, 13, 45), whole(dice, 46, 110)),
        (58, 26, 11, 5),
    )


def _basket(dice: Random) -> list[Product]:
    kind = pick(dice, ("system", "instruments", "consumables", "service"), (27, 40, 18, 15))
    if kind == "system":
        basket = [pick(dice, (ANALYSER, CHAMBER, COORDINATE), (50, 32, 18))]
        options = ((INSTALLATION, 0.7), (TRAINING, 0.35), (PROBE, 0.3), (PLAN, 0.22))
        return basket + [product for product, share in options if happens(dice, share)]
    if kind == "instruments":
        return _several(dice, (MULTIMETER, OSCILLOSCOPE, CALIBRATOR, SENSOR, ANALYSER, CALIBRATION), 3)
    if kind == "consumables":
        return _several(dice, (PROBE, SENSOR), 2)
    return _several(dice, (CALIBRATION, TRAINING, PLAN), 2)


def _several(dice: Random, products: tuple[Product, ...], most: int) -> list[Product]:
    first = whole(dice, 0, len(products) - 1)
    return [products[(first + number) % len(products)] for number in range(whole(dice, 1, most))]


def _draft(
    dice: Random,
    booked: date,
    customer: Customer,
    product: Product,
    *,
    discount: Decimal,
    slip: int,
    wait: int,
    promised: date,
) -> Draft:
    """Return one line; services of a system follow the goods promised on the lines before them."""
    price = rounded(list_price(product, customer.currency, booked.year) * (1 - discount), customer.currency)
    quantity = whole(dice, *product.quantity)
    if product is PLAN:
        return plan_draft(dice, price * quantity, month_start(max(promised, booked), 1))
    days = whole(dice, *product.lead) + wait
    if not product.shippable:
        price, quantity = price * quantity, 1
        start = max(promised, booked)
        days = (start - booked).days + (whole(dice, 4, 25) if promised > booked else days)
    commit = None if happens(dice, 0.025) else workday(after(booked, days))
    cancellable = not happens(dice, 0.5 if product is COORDINATE else 0.05)
    return Draft(product, "new", quantity, price, commit, cancellable, slip)


def plan_draft(dice: Random, yearly: Decimal, start: date) -> Draft:
    """Return a service plan of one to three years; its price is that of the whole term."""
    months = pick(dice, (12, 24, 36), (80, 10, 10))
    cancellable = not happens(dice, 0.3)
    return Draft(PLAN, "new", 1, yearly * (months // 12), start, cancellable, 0, start, months)


def _sister_order(dice: Random, month: date) -> Order:
    """Return an order of the European entity with the American one, at transfer prices."""
    day = _order_day(dice, month)
    basket = _several(dice, (ANALYSER, OSCILLOSCOPE, CHAMBER, SENSOR, CALIBRATOR, MULTIMETER), 4)
    lines = [
        _draft(dice, day, SISTER, product, discount=Decimal("0.35"), slip=_slip(dice), wait=0, promised=day)
        for product in basket
    ]
    return Order(day, SISTER, None, tuple(lines))


def numbered(order: Order, number: int) -> list[Line]:
    """Return the lines of the order under its number: SO-20001 in America, 000101 in Europe."""
    customer = order.customer
    american = customer is SISTER or customer.region != "EMEA"
    name = f"SO-{20000 + number}" if american else f"{100 + number:06d}"
    return [
        _line(order, draft, name, str(place if american else place * 10))
        for place, draft in enumerate(order.lines, start=1)
    ]


def _line(order: Order, draft: Draft, name: str, place: str) -> Line:
    customer = order.customer
    start = draft.term_start
    return Line(
        entity=customer.entity,
        order=name,
        line=place,
        kind=draft.kind,
        customer=customer.name,
        product=draft.product.name,
        region=customer.region,
        channel=customer.channel,
        owner=customer.owner,
        currency=customer.currency,
        order_date=order.day,
        firmed_date=order.firmed,
        commit_date=draft.commit_date,
        term_start=start,
        term_end=month_start(start, draft.months) - timedelta(days=1) if start else None,
        cancellable=draft.cancellable,
        shippable=draft.product.shippable,
        counterparty=customer.name if customer is SISTER else "",
        quantity=draft.quantity,
        price=draft.price,
        slip=draft.slip,
        uplift=draft.uplift,
    )
