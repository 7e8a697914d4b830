"""Lines that are not shipped: never in the shipment backlog, credited for what was withdrawn once."""

from __future__ import annotations

import pytest
from ledgers import backlog, event, figure, ledger, rates

SERVICE = {"shippable": 0}


def test_a_service_never_counts_as_shipped_although_it_never_stands_in_the_shipment_backlog():
    # 100 of goods, 30 shipped; 50 of services, billed. To ship 70; relieved by shipping 30, not 80.
    book = ledger(
        event("2026-01-05", "new", 100_00),
        event("2026-01-20", "shipment", 30_00),
        event("2026-01-06", "new", 50_00, line="2", **SERVICE),
        event("2026-01-25", "invoice", 50_00, line="2", **SERVICE),
    )
    assert backlog(book, "2026-01-31", "shipment") == 70_00
    assert figure(book, "relieved", "2026-01", basis="shipment") == 30_00
    assert figure(book, "roll_forward_residual", "2026-01", basis="shipment") == 0


@pytest.mark.parametrize("swapped", [False, True])
def test_an_expansion_between_a_cancellation_and_its_credit_note_stays_on_order(swapped):
    # 100 ordered, 80 billed ahead, 60 cancelled: 40 on order, 40 billed too much. 20 more ordered, 40 credited:
    # 60 on order, 40 billed, 20 to bill; bookings of the month -60 + 20 = -40. In either order.
    days = ("2026-03-15", "2026-03-12") if swapped else ("2026-03-12", "2026-03-15")
    book = ledger(
        event("2026-01-05", "new", 100_00, **SERVICE),
        event("2026-02-02", "invoice", 80_00, **SERVICE),
        event("2026-03-10", "cancellation", 60_00, **SERVICE),
        event(days[0], "expansion", 20_00, **SERVICE),
        event(days[1], "credit_note", 40_00, reason="cancellation", **SERVICE),
    )
    assert backlog(book, "2026-03-31", "billing") == 20_00
    assert figure(book, "net_bookings", "2026-03") == -40_00


def test_an_entry_made_late_elsewhere_on_a_line_does_not_change_the_cents_of_its_relief():
    # 262,860 and 597,408 yen at 0.006854, entered on two days: 1,801.64 + 4,094.63 = 5,896.27 (together: .28).
    bills = [
        event("2026-01-05", "new", 10_000_000, currency="JPY", **SERVICE),
        event("2026-02-20", "invoice", 262_860, currency="JPY", **SERVICE),
        event("2026-02-20", "invoice", 597_408, currency="JPY", recorded="2026-02-21", **SERVICE),
    ]
    late = event("2026-02-03", "price_increase", 100, currency="JPY", recorded="2026-03-31", **SERVICE)
    given = rates(("JPY", "2026-01-01", "0.006854"))
    for rows in (bills, [*bills, late]):
        book = ledger(*rows, exchange=given)
        for known in ("2026-02-28", None):
            assert figure(book, "relieved", "2026-02", "billing", known) == 5896_27
