"""A customer renamed between two exports: what is open goes to the new name on every backlog basis."""

import pytest
from kept_books import added, row, started

from bbbxl import Question, load, parse_period
from bbbxl.aggregate.flows import flows


def backlog_by_customer(book, month, basis):
    """Return customer -> backlog at the end of a month in whole dollars, without those of 0."""
    loaded = load([book])
    question = Question(loaded.as_of, None, "as-reported", True, loaded.config.calendar)
    table = flows(loaded.ledger.events, [parse_period(month)], question, by="customer")
    rows = zip(table["segment"], table[f"backlog_{basis}"], strict=True)
    return {customer: int(amount) / 100 for customer, amount in rows if amount}


def on_basis(tmp_path, basis):
    """Return a new book whose default basis is another one."""
    book = started(tmp_path)
    settings = book / "bbbxl.toml"
    said = settings.read_text(encoding="utf-8")
    assert 'basis = "fulfilment"' in said
    settings.write_text(said.replace('basis = "fulfilment"', f'basis = "{basis}"'), encoding="utf-8")
    return book


@pytest.mark.parametrize(("basis", "left"), [("shipment", 70), ("fulfilment", 70), ("billing", 80)])
@pytest.mark.parametrize("of_book", ["fulfilment", "billing", "shipment"])
def test_a_rename_leaves_nothing_behind_on_any_basis(tmp_path, basis, left, of_book):
    # 100 ordered, 30 shipped, 20 billed: 70 to ship, 80 to bill. One pair of 80 does it: Acme keeps 20 on order, of her
    # 30 shipped 10 go along. Shipment and fulfilment: Acme 20 - 20, Acme Corp 80 - 10. Billing: 20 - 20, 80 - 0.
    book = on_basis(tmp_path, of_book)
    done = {"shipped": 30, "shipped_on": "2026-01-20", "invoiced": 20, "invoiced_on": "2026-01-21"}
    added(book, "2026-01-31", row("A", "2026-01-10", 100, **done))
    moved = added(book, "2026-02-28", row("A", "2026-01-10", 100, customer="Acme Corp", **done))
    assert sorted(moved.events["amount"]) == [-8000, 8000]
    assert backlog_by_customer(book, "2026-02", basis) == {"Acme Corp": left}


def test_what_was_billed_ahead_of_shipping_goes_along_with_what_is_to_be_shipped(tmp_path):
    # 100 ordered, nothing shipped, 60 billed: 100 to ship, 40 to bill. The pair is of 100, the 60 billed go along; when
    # all is shipped and 30 more billed, Acme Corp has 10 left to bill.
    book = started(tmp_path)
    billed = {"invoiced": 60, "invoiced_on": "2026-01-21"}
    added(book, "2026-01-31", row("A", "2026-01-10", 100, **billed))
    added(book, "2026-02-28", row("A", "2026-01-10", 100, customer="Acme Corp", **billed))
    assert backlog_by_customer(book, "2026-02", "fulfilment") == {"Acme Corp": 100}
    assert backlog_by_customer(book, "2026-02", "billing") == {"Acme Corp": 40}
    added(book, "2026-03-31", row("A", "2026-01-10", 100, customer="Acme Corp", shipped=100, shipped_on="2026-03-05",
                                  invoiced=90, invoiced_on="2026-03-06"))  # fmt: skip
    assert backlog_by_customer(book, "2026-03", "fulfilment") == {}
    assert backlog_by_customer(book, "2026-03", "billing") == {"Acme Corp": 10}


def test_a_rename_of_a_line_that_is_delivered_and_billed_moves_nothing(tmp_path):
    book = started(tmp_path)
    done = {"shipped": 100, "shipped_on": "2026-01-20", "invoiced": 100, "invoiced_on": "2026-01-21"}
    added(book, "2026-01-31", row("A", "2026-01-10", 100, **done))
    assert len(added(book, "2026-02-28", row("A", "2026-01-10", 100, customer="Acme Corp", **done)).events) == 0


def test_on_the_revenue_basis_the_whole_order_goes_because_no_export_says_what_was_recognised(tmp_path):
    # 100 ordered, 30 shipped, 20 billed; whatever was recognised, with 100 moved Acme keeps nothing on order.
    book = on_basis(tmp_path, "revenue")
    done = {"shipped": 30, "shipped_on": "2026-01-20", "invoiced": 20, "invoiced_on": "2026-01-21"}
    added(book, "2026-01-31", row("A", "2026-01-10", 100, **done))
    moved = added(book, "2026-02-28", row("A", "2026-01-10", 100, customer="Acme Corp", **done))
    assert sorted(moved.events["amount"]) == [-10000, 10000]
    assert backlog_by_customer(book, "2026-02", "billing") == {"Acme Corp": 80}
    assert backlog_by_customer(book, "2026-02", "shipment") == {"Acme Corp": 70}
