"""A kept order line in another currency: billings, fulfilment and bookings of the month, and what is asked."""

import pytest
from commands import typed
from kept_books import added, day, figure, row, started
from test_book_doubled import by_hand, events

from bbbxl import load
from bbbxl.book.add import add_exports
from bbbxl.book.take import Adding

K = row("K", "2026-01-10", 10, customer="Zed")


@pytest.fixture
def book(tmp_path):
    """Return a new book with 1 EUR at 1.10 USD."""
    folder = started(tmp_path)
    rates = tmp_path / "rates.csv"
    rates.write_text("Currency,Date,USD per unit\nEUR,2026-01-31,1.10\nEUR,2026-02-28,1.10\n", encoding="utf-8")
    add_exports(folder, [rates], Adding(day("2026-01-31")))
    return folder


def order(amount, **more):
    return row("A", "2026-01-10", amount, **more)


def done(amount, shipped_on, invoiced_on):
    return {"shipped": amount, "shipped_on": shipped_on, "invoiced": amount, "invoiced_on": invoiced_on}


def test_what_is_shipped_and_billed_in_the_month_of_the_change_counts_in_that_month(book):
    # January 100 USD and 10 USD. In February A is 90 EUR, shipped and billed: 99 USD. Booked 99 less 100; K's 10 left.
    added(book, "2026-01-31", order(100), K)
    added(book, "2026-02-28", order(90, currency="EUR", **done(90, "2026-02-12", "2026-02-13")), K)
    assert [figure(book, name, "2026-02") for name in ("net_billings", "fulfilled", "net_bookings", "backlog")] == [
        99, 99, -1, 10
    ]  # fmt: skip
    assert figure(book, "backlog", "2026-02", basis="billing") == 10
    assert typed("book", "verify", book).code == 0


@pytest.mark.parametrize(("answer", "bookings", "billings", "backlog"), [
    # 40 of 100 USD were billed: 60 go. 36 of the 56 EUR are that part: 54 EUR (59.40) come, 20 EUR (22.00) are billed.
    ("included", -0.6, 22, 47.4),
    # All 56 EUR (61.60) are new: 90 EUR (99.00) come.
    ("new", 39, 61.6, 47.4),
    # All 56 EUR are that part: 34 EUR (37.40) come.
    ("old", -22.6, 0, 47.4),
])  # fmt: skip
def test_a_part_billed_before_the_change_is_asked_about_and_in_doubt_until_then(
    book, answer, bookings, billings, backlog
):
    added(book, "2026-01-31", order(100, **done(40, "2026-01-20", "2026-01-20")), K)
    asked = added(book, "2026-02-28", order(90, currency="EUR", **done(56, "2026-02-10", "2026-02-10")), K)
    assert [(one.kind, one.doubtful) for one in asked.questions] == [("restated", True)]
    assert (
        load([book])
        .kept.questions[0]
        .startswith("Currency changed after a part was shipped or invoiced: order A line 1, Acme, 90.00 ")
    )
    path = book.parent / "q.csv"
    path.write_text(f"kind,order,line,answer\nrestated,A,1,{answer}\n", encoding="utf-8")
    assert typed("book", "add", book, "--confirm", path).code == 0
    found = [figure(book, name, "2026-02") for name in ("net_bookings", "net_billings", "backlog")]
    assert found == [bookings, billings, backlog]
    assert typed("book", "verify", book).code == 0


def test_what_was_cancelled_by_hand_is_not_cancelled_once_more_with_the_old_currency(book):
    # 100 USD less 30 by hand; then 90 EUR (99 USD). The 70 USD still open go: -30 - 70 + 99 = -1; 99 + 10 are open.
    added(book, "2026-01-31", order(100), K)
    by_hand(book, "cancellation", "30", date="2026-02-05", recorded="2026-02-06")
    now = added(book, "2026-02-28", order(90, currency="EUR"), K)
    assert now.events[["line_id", "kind", "amount"]].to_numpy().tolist() == [
        ["1", "cancellation", 7000], ["1 EUR", "new", 9000]
    ]  # fmt: skip
    assert any(note.endswith("correct it with bbbxl book adjust: 1.") for note in now.notes)
    assert (figure(book, "net_bookings", "2026-02"), figure(book, "backlog", "2026-02")) == (-1, 109)
    assert typed("book", "verify", book).code == 0
    # Nothing moves when the same report comes again.
    assert len(added(book, "2026-03-31", order(90, currency="EUR"), K).events) == 0


def test_what_another_export_shipped_stays_in_the_old_currency(book):
    # 100 USD, 40 of it shipped by an export of events; then 90 EUR: 60 USD go, the 40 stay what they are.
    added(book, "2026-01-31", order(100), K)
    events(book, "2026-01-31", "shipment,A,1,2026-01-20,40,USD,Acme")
    now = added(book, "2026-02-28", order(90, currency="EUR"), K)
    assert now.events[["line_id", "kind", "amount"]].to_numpy().tolist() == [
        ["1", "cancellation", 6000], ["1 EUR", "new", 9000]
    ]  # fmt: skip
    assert typed("book", "verify", book).code == 0


def test_of_a_line_gone_what_another_export_shipped_is_not_asked_about(book):
    # 100, 40 of it shipped by an export of events; gone: 60 are asked about, and 60 cancelled.
    added(book, "2026-01-31", order(100), K)
    events(book, "2026-01-31", "shipment,A,1,2026-01-20,40,USD,Acme")
    assert [one.amount for one in added(book, "2026-02-28", K).questions] == [6000]
    path = book.parent / "q.csv"
    path.write_text("kind,order,line,answer,reason\ngone,A,1,cancelled,lost\n", encoding="utf-8")
    assert typed("book", "add", book, "--confirm", path).code == 0
    assert typed("book", "verify", book).code == 0
