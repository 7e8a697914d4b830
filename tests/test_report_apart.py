"""Amounts shown apart: right, and yet a reader has to know of them."""

import pytest
from packs import TWO_ORDERS, pack_of, write_exports

from bbbxl.checks import APART

RATES = "Currency,Date,USD per unit\nEUR,2025-12-31,1.10\nEUR,2026-02-10,1.30\n"


def apart(folder, *rows, as_of="2026-02-28", more=TWO_ORDERS, rates="", **asked):
    """Return name -> (amount in cents, order lines) of what is not zero."""
    pack = pack_of(write_exports(folder, (*more, *rows), rates=rates), as_of, **asked)
    assert [one.apart for one in pack.apart] == list(APART)
    return {one.apart.name: (one.amount, one.lines) for one in pack.apart if one.amount or one.lines}


def test_of_a_tidy_month_nothing_stands_apart(tmp_path):
    assert apart(tmp_path) == {}


def test_an_invoice_without_an_order_is_booked_and_billed_on_the_same_day(tmp_path):
    last_month = ("invoice", "", "", "2026-01-05", "99", "Coda")
    assert apart(tmp_path, ("invoice", "", "", "2026-02-05", "25", "Coda"), last_month) == {"book_and_turn": (2_500, 1)}


def test_an_invoice_without_an_order_inside_the_group_stays_out(tmp_path):
    row = ("invoice", "", "", "2026-02-05", "25", "South", "", "", "", "North", "South")
    assert "book_and_turn" not in apart(tmp_path, row)


def test_what_is_billed_beyond_the_order_is_due_as_a_credit(tmp_path):
    # 1001: 400 + 700 invoiced of 1,000
    assert apart(tmp_path, ("invoice", "1001", "1", "2026-02-20", "700")) == {"credit_due": (10_000, 1)}


def test_what_is_billed_beyond_a_foreign_order_is_the_excess_at_the_rate_of_the_invoice(tmp_path):
    # Ordered 100 EUR at 1.10, invoiced 110 EUR at 1.30: 10 EUR too much, 13.00, and not 143.00 - 110.00.
    rows = [("new", "5", "1", "2026-01-10", "100", "Acme", "2026-04-01", "", "EUR"),
            ("invoice", "5", "1", "2026-02-12", "110", "Acme", "", "", "EUR")]  # fmt: skip
    assert apart(tmp_path, *rows, rates=RATES) == {"credit_due": (1_300, 1)}


def test_a_line_that_is_finally_billed_is_not_due_as_a_credit(tmp_path):
    rows = [("invoice", "1001", "1", "2026-02-20", "700"), ("completion", "1001", "1", "2026-02-21", "")]
    assert "credit_due" not in apart(tmp_path, *rows)


def test_what_is_shipped_beyond_the_order_is_a_finding(tmp_path):
    assert apart(tmp_path, ("shipment", "1001", "1", "2026-02-20", "650")) == {"over_delivered": (5_000, 1)}


def test_a_line_cancelled_beyond_its_order_is_not_shipped_beyond_it(tmp_path):
    rows = [("cancellation", "1002", "1", "2026-02-26", "450", "Bolt")]
    assert "over_delivered" not in apart(tmp_path, *rows)


def test_a_credit_note_without_a_known_cause_is_a_finding(tmp_path):
    assert apart(tmp_path, ("credit_note", "1001", "1", "2026-02-20", "30"))["unknown_credit"] == (3_000, 1)


def test_an_authorised_return_stands_negative_until_it_is_received(tmp_path):
    shipped = ("shipment", "1001", "1", "2026-02-20", "600")
    back = ("return_authorisation", "1001", "1", "2026-02-22", "80")
    assert apart(tmp_path / "open", shipped, back) == {"returns_open": (-8_000, 1)}
    assert apart(tmp_path / "in", shipped, back, ("return_receipt", "1001", "1", "2026-02-24", "80")) == {}


def test_a_held_line_stands_apart_and_in_the_backlog(tmp_path):
    assert apart(tmp_path, ("hold", "1001", "1", "2026-02-20", "")) == {"on_hold": (60_000, 1)}
    pack = pack_of(tmp_path, "2026-02-28")
    assert pack.cube["backlog_fulfilment"].iloc[-1] == 100_000


def test_an_intercompany_order_stands_apart(tmp_path):
    row = ("new", "9", "1", "2026-02-03", "30", "South", "", "", "", "North", "South")
    assert apart(tmp_path, row, more=TWO_ORDERS)["intercompany_open"] == (3_000, 1)


def test_a_line_billed_before_it_was_ordered_is_a_finding(tmp_path):
    rows = [("new", "5", "1", "2026-02-10", "70", "Coda", "2026-04-01"), ("invoice", "5", "1", "2026-02-09", "10")]
    assert apart(tmp_path, *rows) == {"billed_before_ordered": (7_000, 1)}


@pytest.mark.parametrize(
    ("known_at", "expected"), [(None, (4_000, 1)), ("2026-02-28", None), ("2026-03-02", (4_000, 1))]
)
def test_what_happened_after_the_as_of_date_is_held_back_as_far_as_it_was_known(tmp_path, known_at, expected):
    found = apart(tmp_path, ("new", "5", "1", "2026-03-02", "40", "Coda", "2026-04-01"), known_at=known_at)
    assert found.get("held_back") == expected


def test_intercompany_orders_are_not_among_what_is_held_back(tmp_path):
    row = ("new", "5", "1", "2026-03-02", "40", "South", "2026-04-01", "", "", "North", "South")
    assert "held_back" not in apart(tmp_path, row)


def test_what_is_open_on_a_basis_without_facts_is_not_available_and_not_zero(tmp_path):
    pack = pack_of(write_exports(tmp_path), "2026-02-28", basis="revenue")
    unknown = {one.apart.name for one in pack.apart if one.amount is None}
    assert unknown == {"returns_open", "on_hold", "intercompany_open"}
