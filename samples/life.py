"""The life of one order line: planned steps become events, each bounded by what the line still allows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from bbbxl.samples.model import AS_OF, Event, Line, rounded


@dataclass(frozen=True)
class Step:
    """One planned step: the day, the action (a key of ACTIONS), a share or a number of days, a reason."""

    day: date
    action: str
    share: Decimal = Decimal(1)
    note: str = ""


@dataclass
class Life:
    """What a line has come to so far; amounts in document currency.

    Attributes:
        quantity: Units on order and not shipped; of no use for services.
        price: Price of one of them.
        ordered: Order value net of cancellations and returns.
        shipped: Order value shipped, less price allowances.
        withdrawn: Quantity and amount of the last cancellation, for a reinstatement.
        returning: Quantity and amount of the return under way.
    """

    line: Line
    commit: date | None
    quantity: int
    price: Decimal
    ordered: Decimal = Decimal(0)
    shipped: Decimal = Decimal(0)
    invoiced: Decimal = Decimal(0)
    held: bool = False
    last_invoice: Decimal = Decimal(0)
    withdrawn: tuple[int, Decimal] = (0, Decimal(0))
    returning: tuple[int, Decimal] = (0, Decimal(0))
    events: list[Event] = field(default_factory=list)

    @property
    def fulfilled(self) -> Decimal:
        """Return what was shipped, of a service what was invoiced."""
        return self.shipped if self.line.shippable else self.invoiced

    @property
    def remaining(self) -> Decimal:
        """Return ordered less fulfilled."""
        return self.ordered - self.fulfilled


def live(line: Line, steps: Iterable[Step]) -> list[Event]:
    """Return the events of the line up to the as-of date, as they happened, still without ids."""
    life = Life(line, line.commit_date, line.quantity, line.price)
    for step in sorted(steps, key=lambda step: step.day):
        if step.day <= AS_OF:
            ACTIONS[step.action](life, step)
    return life.events


def _record(
    life: Life,
    kind: str,
    step: Step,
    amount: Decimal | None = None,
    quantity: int | None = None,
    *,
    reason: str = "",
) -> None:
    line = life.line
    life.events.append(
        Event(
            kind=kind,
            event_id="",
            entity=line.entity,
            order=line.order,
            line=line.line,
            effective=step.day,
            recorded=step.day,
            quantity=None if quantity is None else Decimal(quantity),
            amount=amount,
            currency=line.currency,
            customer=line.customer,
            product=line.product,
            region=line.region,
            channel=line.channel,
            owner=line.owner,
            order_date=line.order_date,
            firmed_date=line.firmed_date,
            commit_date=life.commit,
            original_commit_date=line.commit_date,
            term_start=line.term_start,
            term_end=line.term_end,
            cancellable=line.cancellable,
            shippable=line.shippable,
            reason=reason,
            counterparty=line.counterparty,
        )
    )


def _part(life: Life, amount: Decimal, share: Decimal) -> Decimal:
    return rounded(amount * share, life.line.currency)


def _units(quantity: int, share: Decimal) -> int:
    return min(quantity, max(1, int(quantity * share)))


def _book(life: Life, step: Step) -> None:
    life.ordered = life.quantity * life.price
    _record(life, life.line.kind, step, life.ordered, life.quantity)
    if life.line.uplift:
        life.ordered += life.line.uplift
        _record(life, "price_increase", step, life.line.uplift, reason="annual uplift")


def _change(life: Life, step: Step, kind: str, sign: int) -> None:
    """Change the scope: whole units of what is not shipped, a part of what is not invoiced."""
    if life.remaining <= 0:
        return
    units = _units(life.quantity, step.share) if life.line.shippable else None
    if sign < 0 and units == life.quantity:
        return
    amount = _part(life, life.remaining, step.share) if units is None else units * life.price
    life.quantity += sign * (units or 0)
    life.ordered += sign * amount
    _record(life, kind, step, amount, units, reason=step.note)


def _expand(life: Life, step: Step) -> None:
    _change(life, step, "expansion", 1)


def _contract(life: Life, step: Step) -> None:
    _change(life, step, "contraction", -1)


def _correct(life: Life, step: Step) -> None:
    units = _units(life.quantity, abs(step.share)) if life.line.shippable else None
    sign = 1 if step.share > 0 else -1
    if life.remaining <= 0 or (sign < 0 and units == life.quantity and life.line.shippable):
        return
    amount = sign * (_part(life, life.remaining, abs(step.share)) if units is None else units * life.price)
    life.quantity += sign * (units or 0)
    life.ordered += amount
    _record(life, "correction", step, amount, None if units is None else sign * units, reason=step.note)


def _reprice(life: Life, step: Step) -> None:
    """Raise or lower the price of what is not yet fulfilled."""
    if life.remaining <= 0:
        return
    if life.line.shippable:
        change = _part(life, life.price, step.share)
        life.price += change
        amount = change * life.quantity
    else:
        amount = _part(life, life.remaining, step.share)
    if amount:
        life.ordered += amount
        _record(life, "price_increase" if amount > 0 else "price_decrease", step, abs(amount), reason=step.note)


def _reschedule(life: Life, step: Step) -> None:
    if life.commit is not None and life.remaining > 0:
        life.commit += timedelta(days=int(step.share))
        _record(life, "reschedule", step, reason=step.note)


def _hold(life: Life, step: Step) -> None:
    if not life.held and life.remaining > 0:
        life.held = True
        _record(life, "hold", step, reason=step.note)


def _release(life: Life, step: Step) -> None:
    if life.held and life.remaining > 0:
        life.held = False
        _record(life, "release", step)


def _cancel(life: Life, step: Step) -> None:
    """Cancel a share of what is not yet fulfilled; a share of 1 is the rest of the line."""
    if life.remaining <= 0:
        return
    units = _units(life.quantity, step.share) if life.line.shippable else None
    amount = _part(life, life.remaining, step.share) if units is None else units * life.price
    life.quantity -= units or 0
    life.ordered -= amount
    life.withdrawn = (units or 0, amount)
    _record(life, "cancellation", step, amount, units, reason=step.note)


def _reinstate(life: Life, step: Step) -> None:
    units, amount = life.withdrawn
    if amount:
        life.quantity += units
        life.ordered += amount
        life.withdrawn = (0, Decimal(0))
        _record(life, "reinstatement", step, amount, units or None, reason=step.note)


def _cancel_term(life: Life, step: Step) -> None:
    """Cancel a share of the whole service, invoiced in advance or not."""
    amount = _part(life, life.ordered, step.share)
    if amount > 0:
        life.ordered -= amount
        _record(life, "cancellation", step, amount, reason=step.note)


def _credit_cancelled(life: Life, step: Step) -> None:
    excess = life.invoiced - life.ordered
    if excess > 0:
        life.invoiced -= excess
        _record(life, "credit_note", step, excess, reason="cancellation")


def _ship(life: Life, step: Step) -> None:
    """Ship a share of the units that remain; a held line ships nothing."""
    if life.quantity <= 0 or life.held:
        return
    units = _units(life.quantity, step.share)
    amount = units * life.price
    life.quantity -= units
    life.shipped += amount
    _record(life, "shipment", step, amount, units)


def _invoice(life: Life, step: Step) -> None:
    """Invoice a share of what was shipped, of a service of what was ordered, and not yet invoiced."""
    due = (life.shipped if life.line.shippable else life.ordered) - life.invoiced
    amount = _part(life, due, step.share)
    if amount > 0 and not (life.held and not life.line.shippable):
        life.invoiced += amount
        life.last_invoice = amount
        _record(life, "invoice", step, amount)


def _invoice_finally(life: Life, step: Step) -> None:
    """Invoice the rest with a difference (a share of the order near 0), then complete the line."""
    due = life.ordered - life.invoiced
    difference = _part(life, life.ordered, step.share)
    if due <= 0 or life.held or due + difference <= 0 or (life.line.shippable and life.quantity):
        return _invoice(life, Step(step.day, "invoice"))
    _record(life, "invoice", step, due + difference)
    _record(life, "completion", step, reason=step.note)
    life.invoiced = life.ordered
    life.last_invoice = Decimal(0)
    return None


def _authorise_return(life: Life, step: Step) -> None:
    sent = int(life.shipped / life.price) if life.price else 0
    units = _units(sent, step.share) if sent else 0
    amount = units * life.price
    if units and amount <= life.invoiced and not life.remaining:
        life.ordered -= amount
        life.returning = (units, amount)
        _record(life, "return_authorisation", step, amount, units, reason=step.note)


def _receive_return(life: Life, step: Step) -> None:
    units, amount = life.returning
    if units:
        life.shipped -= amount
        _record(life, "return_receipt", step, amount, units)


def _credit_return(life: Life, step: Step) -> None:
    units, amount = life.returning
    if units:
        life.invoiced -= amount
        life.returning = (0, Decimal(0))
        _record(life, "credit_note", step, amount, units, reason="return")


def _allow(life: Life, step: Step) -> None:
    """Allow a share of what was invoiced: the price falls and the credit note is issued on one day."""
    amount = _part(life, life.last_invoice, step.share)
    if amount > 0:
        life.ordered -= amount
        life.invoiced -= amount
        life.shipped -= amount if life.line.shippable else 0
        _record(life, "price_decrease", step, amount, reason="allowance after invoicing")
        _record(life, "credit_note", step, amount, reason="price")


def _credit_rebill(life: Life, step: Step) -> None:
    if life.last_invoice:
        life.invoiced -= life.last_invoice
        _record(life, "credit_note", step, life.last_invoice, reason="rebill")


def _rebill(life: Life, step: Step) -> None:
    if life.last_invoice:
        life.invoiced += life.last_invoice
        _record(life, "invoice", step, life.last_invoice, reason="rebill")


ACTIONS: dict[str, Callable[[Life, Step], None]] = {
    "book": _book,
    "expand": _expand,
    "contract": _contract,
    "correct": _correct,
    "reprice": _reprice,
    "reschedule": _reschedule,
    "hold": _hold,
    "release": _release,
    "cancel": _cancel,
    "reinstate": _reinstate,
    "cancel term": _cancel_term,
    "credit cancelled": _credit_cancelled,
    "ship": _ship,
    "invoice": _invoice,
    "invoice finally": _invoice_finally,
    "authorise return": _authorise_return,
    "receive return": _receive_return,
    "credit return": _credit_return,
    "allow": _allow,
    "credit rebill": _credit_rebill,
    "rebill": _rebill,
}
