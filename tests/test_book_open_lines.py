"""What is open of an order line that is gone: what the book has of it when it is answered, by the facts told of."""

import pytest
from kept_books import added, day, export, figure, row, started
from test_book_doubled import by_hand, events

from bbbxl.book.add import add_exports
from bbbxl.book.take import Adding

PLAIN = "Order No,Line,Customer,Product,Order Date,Currency,Amount,Shippable,Invoiced Amount,Invoiced Date"


def answered(book, as_of, *rows):
    """Answer questions: kind, order, line, answer, reason."""
    path = book.parent / "answers.csv"
    path.write_text("\n".join(["kind,order,line,answer,reason", *rows]) + "\n")
    return add_exports(book, [], Adding(day(as_of), confirm=path))


def gone(tmp_path, **more):
    """Return a book of 1,000 in A and 50 in Z of which the export lacks A in October, with what it asks."""
    book, other = started(tmp_path), row("Z", "2026-09-01", 50)
    added(book, "2026-09-30", row("A", "2026-09-10", 1000, **more), other)
    return book, added(book, "2026-10-31", other)


@pytest.mark.parametrize(("kind", "amount", "net", "cancelled"), [
    ("cancellation", "400", -1000, 600),  # 1,000 less 400 by hand: 600 more, and nothing is left
    ("cancellation", "1000", -1000, 0),  # all of it by hand: nothing more
    ("expansion", "200", -1000, 1200),  # 1,200 are cancelled: +200 - 1,200
])  # fmt: skip
def test_what_was_entered_by_hand_since_it_was_asked_is_cancelled_with_the_line_or_not_again(
    tmp_path, kind, amount, net, cancelled
):
    book, asked = gone(tmp_path)
    assert [one.amount for one in asked.questions] == [100000]
    by_hand(book, kind, amount, date="2026-10-20", recorded="2026-11-02")
    told = answered(book, "2026-10-31", "gone,A,1,cancelled,lost")
    assert told.events["amount"].sum() == cancelled * 100
    assert told.notes[0] == (f"Order A line 1: 1,000.00 was open when it was asked about, and {cancelled:,}.00 is now, "
                             "which is cancelled.")  # fmt: skip
    assert (figure(book, "net_bookings", "2026-10"), figure(book, "backlog", "2026-10")) == (net, 50)


def test_what_another_export_shipped_since_it_was_asked_is_not_cancelled(tmp_path):
    # 1,000 gone, then a list of shipments: 300 of it went out in October. 700 are cancelled.
    book, _ = gone(tmp_path)
    events(book, "2026-10-31", "shipment,A,1,2026-10-15,300,USD,Acme")
    answered(book, "2026-10-31", "gone,A,1,cancelled,lost")
    assert (figure(book, "net_bookings", "2026-10"), figure(book, "backlog", "2026-10")) == (-700, 50)


def test_a_return_line_that_is_gone_is_asked_about_beside_an_entry_by_hand_on_another_order(tmp_path):
    # -100 authorised to come back; 30 more on Z by hand. Both A and its question have nothing to do with Z.
    book, other = started(tmp_path), row("Z", "2026-09-01", 50)
    added(book, "2026-09-30", row("A", "2026-09-10", -100), row("B", "2026-09-10", 80), other)
    by_hand(book, "expansion", "30", order="B", date="2026-09-20", recorded="2026-10-02")
    asked = added(book, "2026-10-31", other).questions
    assert sorted((one.order_id, one.amount) for one in asked) == [("A", -10000), ("B", 11000)]
    answered(book, "2026-10-31", "gone,A,1,cancelled,lost", "gone,B,1,cancelled,lost")
    # +100 for the return called off, -110 for B.
    assert (figure(book, "net_bookings", "2026-10"), figure(book, "backlog", "2026-10")) == (-10, 50)


def test_a_line_that_does_not_say_whether_it_is_shipped_is_open_as_the_policy_takes_it(tmp_path):
    # Taken as services: of 1,000, 400 were invoiced and nothing shipped; 600 are open.
    book, other = started(tmp_path, unmarked_lines='"service"'), row("Z", "2026-09-01", 50)
    billed = {"invoiced": 400, "invoiced_on": "2026-09-20"}
    added(book, "2026-09-30", row("A", "2026-09-10", 1000, **billed), other)
    assert [one.amount for one in added(book, "2026-10-31", other).questions] == [60000]
    answered(book, "2026-10-31", "gone,A,1,cancelled,lost")
    assert (figure(book, "net_bookings", "2026-10"), figure(book, "backlog", "2026-10")) == (-600, 50)


def test_a_service_that_does_not_say_so_goes_on_in_another_currency_without_what_was_invoiced(tmp_path):
    # EUR 1,000 of which 400 are invoiced become USD 2,000 with the same invoice, now 800: of it 1,200 are booked and
    # open, and EUR 600 cancelled. At 1.00: 1,200 - 600 = 600.
    book, other = started(tmp_path, unmarked_lines='"service"'), row("Z", "2026-09-01", 50)
    rates = tmp_path / "rates.csv"
    rates.write_text("currency,USD per unit\nEUR,1.00\n")
    add_exports(book, [rates], Adding(day("2026-09-30")))
    billed = {"invoiced_on": "2026-09-20"}
    added(book, "2026-09-30", row("A", "2026-09-10", 1000, currency="EUR", invoiced=400, **billed), other)
    added(book, "2026-10-31", row("A", "2026-09-10", 2000, invoiced=800, changed="2026-10-20", **billed), other)
    assert (figure(book, "net_bookings", "2026-10"), figure(book, "backlog", "2026-10")) == (600, 1250)


def test_a_service_cancelled_by_its_status_keeps_what_was_invoiced_though_it_does_not_say_that_it_is_one(tmp_path):
    # 1,000 of which 400 are invoiced, cancelled: 600.
    book = started(tmp_path, unmarked_lines='"service"')
    billed = {"invoiced": 400, "invoiced_on": "2026-09-20"}
    added(book, "2026-09-30", row("A", "2026-09-10", 1000, **billed))
    added(book, "2026-10-31", row("A", "2026-09-10", 1000, status="Cancelled", changed="2026-10-20", **billed))
    assert (figure(book, "net_bookings", "2026-10"), figure(book, "backlog", "2026-10")) == (-600, 0)


@pytest.mark.parametrize("shippable", ["no", "yes", ""])
def test_where_shipments_are_not_told_of_what_was_invoiced_is_not_open(tmp_path, shippable):
    # 1,000 of which 400 are invoiced, in a report without shipments: 600 are open, goods or not.
    book, other = started(tmp_path), "Z,1,Acme,Pump,2026-09-01,USD,50,no,0,"
    _plain(book, "2026-09-30", f"A,1,Acme,Pump,2026-09-10,USD,1000,{shippable},400,2026-09-20", other)
    assert [one.amount for one in _plain(book, "2026-10-31", other).questions] == [60000]
    answered(book, "2026-10-31", "gone,A,1,cancelled,lost")
    assert figure(book, "net_bookings", "2026-10") == -600
    assert figure(book, "backlog", "2026-10", basis="billing") == 50


def test_a_service_that_is_gone_is_not_open_by_what_an_export_of_invoices_billed(tmp_path):
    # A service of 1,000 of which a list of invoices billed 300: 700 are asked about and cancelled.
    book, other = started(tmp_path), "Z,1,Acme,Pump,2026-09-01,USD,50,no"
    head = PLAIN.removesuffix(",Invoiced Amount,Invoiced Date")
    _plain(book, "2026-09-30", "A,1,Acme,Pump,2026-09-10,USD,1000,no", other, head=head)
    events(book, "2026-09-30", "invoice,A,1,2026-09-15,300,USD,Acme")
    assert [one.amount for one in _plain(book, "2026-10-31", other, head=head).questions] == [70000]
    events(book, "2026-10-31", "invoice,Z,1,2026-10-15,1,USD,Acme", name="october.csv")
    answered(book, "2026-10-31", "gone,A,1,cancelled,lost")
    assert figure(book, "net_bookings", "2026-10") == -700


def _plain(book, as_of, *rows, head=PLAIN):
    """Add an export of order lines that tells of no shipments."""
    path = export(book, f"plain_{as_of}.csv")
    path.write_text("\n".join([head, *rows]) + "\n")
    return add_exports(book, [path], Adding(day(as_of)))
