"""The company's exports: the ERP's event log, its report of order lines, the file of rates."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from bbbxl.samples.model import QUANTUM, Event
from bbbxl.samples.truth import ORDER_SIGNS, LineKey, lines_of

EVENT_HEADER = (
    "Event Type",
    "Event ID",
    "Entity",
    "Order No",
    "Line",
    "Event Date",
    "Entry Date",
    "Quantity",
    "Amount",
    "Currency",
    "Customer",
    "Product",
    "Region",
    "Channel",
    "Sales Rep",
    "Order Date",
    "Firmed Date",
    "Commit Date",
    "Original Commit Date",
    "Term Start",
    "Term End",
    "Cancellable",
    "Shippable",
    "Reason",
    "Intercompany",
)
LINE_HEADER = (
    "Entity",
    "Order No",
    "Line",
    "Customer",
    "Product",
    "Region",
    "Channel",
    "Sales Rep",
    "Type",
    "Order Date",
    "Firmed Date",
    "Commit Date",
    "Original Commit Date",
    "Currency",
    "Quantity",
    "Order Amount",
    "Shipped Date",
    "Shipped Amount",
    "Invoiced Date",
    "Invoiced Amount",
    "Cancelled Date",
    "Cancelled Amount",
    "Status",
    "Shippable",
    "Term Start",
    "Term End",
    "Cancellable",
    "Intercompany",
)
RATE_HEADER = ("Currency", "Date", "Type", "USD per unit")


def write_rows(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write one CSV file: UTF-8 without a byte order mark, comma, line feed, quotes where needed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def event_rows(history: Iterable[Event]) -> list[tuple[str, ...]]:
    """Return the rows of erp_events.csv, one an event, in the order of the log."""
    return [_event_row(event) for event in history]


def line_rows(history: Iterable[Event]) -> list[tuple[str, ...]]:
    """Return the rows of erp_order_lines.csv: the state of every order line, sorted by its key."""
    return [line_row(events) for events in ordered_lines(history).values()]


def ordered_lines(history: Iterable[Event]) -> dict[LineKey, list[Event]]:
    """Return the events of every order line, sorted by its key; invoices without an order are left out."""
    lines = lines_of(history)
    keys = sorted(lines, key=lambda key: (key[0], key[1], int(key[2])))
    return {key: lines[key] for key in keys if any(event.kind in ("new", "renewal") for event in lines[key])}


def money(amount: Decimal | None, currency: str) -> str:
    """Return the amount with the currency's decimals and a point, empty for None."""
    return "" if amount is None else str(amount.quantize(QUANTUM[currency]))


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _flag(value: bool) -> str:
    return "yes" if value else "no"


def _event_row(event: Event) -> tuple[str, ...]:
    return (
        event.kind,
        event.event_id,
        event.entity,
        event.order,
        event.line,
        _day(event.effective),
        _day(event.recorded),
        "" if event.quantity is None else str(event.quantity),
        money(event.amount, event.currency),
        event.currency,
        event.customer,
        event.product,
        event.region,
        event.channel,
        event.owner,
        _day(event.order_date),
        _day(event.firmed_date),
        _day(event.commit_date),
        _day(event.original_commit_date),
        _day(event.term_start),
        _day(event.term_end),
        _flag(event.cancellable),
        _flag(event.shippable),
        event.reason,
        event.counterparty,
    )


def _sum(events: Sequence[Event], *kinds: str, reason: str = "") -> Decimal:
    amounts = (e.amount for e in events if e.kind in kinds and reason in ("", e.reason))
    return sum((amount for amount in amounts if amount is not None), Decimal(0))


def _last(events: Sequence[Event], *kinds: str) -> date | None:
    return max((event.effective for event in events if event.kind in kinds), default=None)


def _quantity(events: Sequence[Event]) -> Decimal:
    """Return the units ordered, the cancelled ones included."""
    moved = [event for event in events if event.kind not in ("cancellation", "reinstatement")]
    return sum((ORDER_SIGNS.get(e.kind, 0) * (e.quantity or Decimal(0)) for e in moved), Decimal(0))


def line_row(events: Sequence[Event]) -> tuple[str, ...]:
    """Return the row of one order line after these events, all of them its own."""
    last = events[-1]
    ordered = sum((ORDER_SIGNS.get(e.kind, 0) * (e.amount or Decimal(0)) for e in events), Decimal(0))
    cancelled = _sum(events, "cancellation") - _sum(events, "reinstatement")
    # Deliveries are valued at today's price, so an allowance after invoicing lowers them too.
    shipped = _sum(events, "shipment") - _sum(events, "return_receipt")
    shipped -= _sum(events, "credit_note", reason="price") if last.shippable else 0
    invoiced = _sum(events, "invoice") - _sum(events, "credit_note")
    return (
        last.entity,
        last.order,
        last.line,
        last.customer,
        last.product,
        last.region,
        last.channel,
        last.owner,
        "Renewal" if any(event.kind == "renewal" for event in events) else "New",
        _day(last.order_date),
        _day(last.firmed_date),
        _day(last.commit_date),
        _day(last.original_commit_date),
        last.currency,
        str(_quantity(events)),
        money(ordered + cancelled, last.currency),
        _day(_last(events, "shipment")),
        money(shipped, last.currency),
        _day(_last(events, "invoice")),
        money(invoiced, last.currency),
        _day(_last(events, "cancellation") if cancelled else None),
        money(cancelled, last.currency),
        _status(events, ordered, shipped, invoiced),
        _flag(last.shippable),
        _day(last.term_start),
        _day(last.term_end),
        _flag(last.cancellable),
        last.counterparty,
    )


def _status(events: Sequence[Event], ordered: Decimal, shipped: Decimal, invoiced: Decimal) -> str:
    kinds = [event.kind for event in events]
    if ordered == 0 and shipped == 0 and invoiced == 0 and "cancellation" in kinds:
        return "Cancelled"
    fulfilled = shipped == ordered or not events[0].shippable
    billed = invoiced == ordered or "completion" in kinds
    if fulfilled and billed:
        return "Closed"
    states = [kind for kind in kinds if kind in ("hold", "release")]
    return "On Hold" if states and states[-1] == "hold" else "Open"
