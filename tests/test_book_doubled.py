"""What is told twice is never counted twice: refused with how to go on, or warned of where both may be meant."""

import pytest
from commands import typed
from kept_books import added, day, export, figure, row, started
from test_book_commands import ANN, printed
from test_book_compare_transfers import backlog_by_customer

from bbbxl.book.add import add_exports
from bbbxl.book.take import Adding
from bbbxl.errors import InputError

HEAD = "Event Type,Order No,Line,Event Date,Amount,Currency,Customer"


def events(book, as_of, *rows, name="events.csv"):
    """Add an export of events to a book."""
    path = book.parent / name
    path.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    return add_exports(book, [path], Adding(day(as_of)))


@pytest.mark.parametrize("kind", ["cancellation", "contraction", "price_decrease"])
def test_a_change_that_an_event_export_and_a_snapshot_both_tell_is_refused(tmp_path, kind):
    # 100 less 40, once: an export of events of a line that a snapshot keeps is refused before anything doubles.
    book = started(tmp_path)
    added(book, "2026-09-30", row("A", "2026-09-10", 100))
    with pytest.raises(InputError, match=r"events\.csv books or changes order A line 1, and source order_lines does "):
        events(book, "2026-10-31", f"{kind},A,1,2026-10-05,40,USD,Acme")
    changed = row("A", "2026-09-10", 100, cancelled=40, cancelled_on="2026-10-05")
    added(book, "2026-10-31", changed)
    assert figure(book, "net_bookings", "2026-10") == -40


def test_invoices_of_their_own_export_go_in_beside_order_lines_without_them(tmp_path):
    book = started(tmp_path)
    added(book, "2026-09-30", row("A", "2026-09-10", 100))
    events(book, "2026-09-30", "invoice,A,1,2026-09-20,30,USD,Acme", "credit_note,A,1,2026-09-25,10,USD,Acme")
    assert figure(book, "net_billings", "2026-09") == 20


def test_the_same_question_answered_twice_in_a_file_is_refused_with_both_rows(tmp_path):
    book = started(tmp_path)
    added(book, "2026-09-30", row("A", "2026-09-10", 100), row("B", "2026-09-10", 50))
    added(book, "2026-10-31", row("B", "2026-09-10", 50))
    path = tmp_path / "q.csv"
    path.write_text("kind,order,line,answer,reason\ngone,A,1,cancelled,lost\ngone,A,1,filtered,\n")
    assert typed("book", "add", book, "--confirm", path).refuses() == (
        "q.csv row 3, order: the question about this line is answered in row 2 already. Keep one of the two."
    )
    assert len(typed("book", "questions", book).out.splitlines()) == 2


def test_an_invoice_by_hand_does_not_make_billings_known_that_no_source_tells_of(tmp_path):
    # An export of orders only says nothing of billing: one invoice by hand is not all there was.
    book = started(tmp_path)
    path = tmp_path / "orders.csv"
    path.write_text("Order No,Line,Customer,Order Date,Currency,Amount\nA,1,Acme,2026-09-01,USD,100\n"
                    "B,1,Acme,2026-09-01,USD,100\n")  # fmt: skip
    assert typed("book", "add", book, path, "--as-of", "2026-09-30").code == 0
    done = typed("book", "adjust", book, "--kind", "invoice", "--order", "A", "--amount", "10", "--date", "2026-09-20",
                 "--reason", "billed", *ANN, "--recorded", "2026-10-01")  # fmt: skip
    assert done.code == 0
    assert figure(book, "net_billings", "2026-09") is None
    assert figure(book, "backlog", "2026-09", basis="billing") is None


def by_hand(book, kind, amount, order="A", date="2026-10-01", recorded="2026-10-02"):
    done = typed("book", "adjust", book, "--kind", kind, "--order", order, "--amount", amount, "--date", date,
                 "--reason", "by letter", *ANN, "--recorded", recorded)  # fmt: skip
    assert done.code == 0, done.err


def test_a_line_cancelled_by_hand_that_then_drops_out_of_the_export_is_not_cancelled_again(tmp_path):
    # 100 and 800; 100 cancelled by hand, and the system deletes the order: 800 stay open, and nothing is to be asked.
    book, other = started(tmp_path), row("B", "2026-09-10", 800)
    added(book, "2026-09-30", row("A", "2026-09-10", 100), other)
    by_hand(book, "cancellation", "100")
    told = added(book, "2026-10-31", other)
    assert told.questions == ()
    assert "Order lines gone of which the book has nothing open, so that nothing is asked: 1." in told.notes
    assert (figure(book, "net_bookings", "2026-10"), figure(book, "backlog", "2026-10")) == (-100, 800)


def test_of_a_line_gone_only_what_entries_by_hand_left_open_is_cancelled(tmp_path):
    # 100 less 40 by hand; gone, and cancelled: 60 more.
    book, other = started(tmp_path), row("B", "2026-09-10", 800)
    added(book, "2026-09-30", row("A", "2026-09-10", 100), other)
    by_hand(book, "cancellation", "40")
    assert [one.amount for one in added(book, "2026-10-31", other).questions] == [6000]
    path = tmp_path / "q.csv"
    path.write_text("kind,order,line,answer,reason\ngone,A,1,cancelled,lost\n")
    assert typed("book", "add", book, "--confirm", path).code == 0
    assert (figure(book, "net_bookings", "2026-10"), figure(book, "backlog", "2026-10")) == (-100, 800)
    assert typed("book", "verify", book).code == 0


def test_of_a_line_gone_what_entries_by_hand_added_is_cancelled_with_it_and_comes_back_with_it(tmp_path):
    # 100 and 30 by hand; gone, and cancelled: 130. Back in the export: 130 again.
    book, other = started(tmp_path), row("B", "2026-09-10", 800)
    added(book, "2026-09-30", row("A", "2026-09-10", 100), other)
    by_hand(book, "expansion", "30")
    assert [one.amount for one in added(book, "2026-10-31", other).questions] == [13000]
    path = tmp_path / "q.csv"
    path.write_text("kind,order,line,answer,reason\ngone,A,1,cancelled,lost\n")
    assert typed("book", "add", book, "--confirm", path).code == 0
    assert (figure(book, "net_bookings", "2026-10"), figure(book, "backlog", "2026-10")) == (-100, 800)
    added(book, "2026-11-30", row("A", "2026-09-10", 100), other)
    assert figure(book, "backlog", "2026-11") == 930
    assert typed("book", "verify", book).code == 0


def test_a_rename_takes_along_what_was_cancelled_by_hand(tmp_path):
    # 100 of Acme less 40 by hand; the export says Beta: Acme 0, Beta 60.
    book = started(tmp_path)
    added(book, "2026-09-30", row("A", "2026-09-10", 100))
    by_hand(book, "cancellation", "40")
    added(book, "2026-10-31", row("A", "2026-09-10", 100, customer="Beta"))
    assert backlog_by_customer(book, "2026-10", "fulfilment") == {"Beta": 60}
    assert backlog_by_customer(book, "2026-10", "billing") == {"Beta": 60}
    assert typed("book", "verify", book).code == 0


def test_an_order_opened_by_hand_that_an_export_books_is_refused_until_it_is_taken_back(tmp_path):
    # 500 by hand, 520 in the export: 520 in the end, never 1,020.
    book, other = started(tmp_path), row("B", "2026-09-10", 100)
    added(book, "2026-09-30", other)
    by_hand(book, "new", "500", order="SO-5")
    path = export(book, "october.csv", other, row("SO-5", "2026-10-01", 520))
    assert typed("book", "add", book, path, "--as-of", "2026-10-31").refuses() == (
        "october.csv books order SO-5 line 1, and entry 3 by hand opened the order already: both would count. Take it "
        "back with bbbxl book adjust --reverse 3, then add the export."
    )
    typed("book", "adjust", book, "--reverse", 3, *ANN, "--reason", "the export has it", "--recorded", "2026-10-03")
    assert typed("book", "add", book, path, "--as-of", "2026-10-31").code == 0
    assert figure(book, "backlog", "2026-10") == 620


def said_twice(book):
    """Return result, number and detail of the check of what is said by hand and by an export."""
    made = printed("check", book)["checks"]
    return next((one["result"], one["value"], one["detail"]) for one in made if one["check"] == "said_twice")


@pytest.fixture
def doubled(tmp_path):
    """Return a book of 800 of which 100 were cancelled by hand, entry 3, and the export then shows 100 cancelled."""
    book = started(tmp_path)
    added(book, "2026-09-30", row("A", "2026-09-10", 800))
    by_hand(book, "cancellation", "100")
    assert said_twice(book)[0] == "ok"
    told = added(book, "2026-10-31", row("A", "2026-09-10", 800, cancelled=100, cancelled_on="2026-10-01"))
    assert any(note.startswith("Entry 3 by hand and this export both change") for note in told.notes)
    return book


def test_what_is_said_by_hand_and_by_an_export_is_red_until_one_of_the_two_is_taken_back(doubled):
    # 800 - 100 - 100 = 600 while both count; one change, so that 700 are left once the entry is taken back.
    assert figure(doubled, "backlog", "2026-10") == 600
    assert said_twice(doubled) == (
        "red", 1, "first: Entry 3 by hand and orders_2026-10-31.csv both change what is on order of order A line 1 by "
                  "(100.00), and both count",
    )  # fmt: skip
    shown = typed("metrics", doubled, "--metric", "backlog")
    assert shown.code == 1
    assert "Red: Said by hand and by an export: first: Entry 3 by hand" in shown.err
    taken_back(doubled)
    assert said_twice(doubled) == ("ok", 0, "")
    assert figure(doubled, "backlog", "2026-10") == 700


def test_an_entry_that_was_taken_back_and_entered_again_after_the_export_is_a_second_change(doubled):
    taken_back(doubled)
    by_hand(doubled, "cancellation", "100")
    assert figure(doubled, "backlog", "2026-10") == 600
    assert said_twice(doubled) == ("ok", 0, "")


def test_another_amount_on_another_line_or_of_another_measure_is_not_said_twice(tmp_path):
    # 100 cancelled by hand of A; the export cancels 90 of A and 100 of B, and ships 100 of A.
    book = started(tmp_path)
    added(book, "2026-09-30", row("A", "2026-09-10", 800), row("B", "2026-09-10", 500))
    by_hand(book, "cancellation", "100")
    said = {"cancelled_on": "2026-10-01"}
    added(book, "2026-10-31", row("A", "2026-09-10", 800, cancelled=90, shipped=100, shipped_on="2026-10-05", **said),
          row("B", "2026-09-10", 500, cancelled=100, **said))  # fmt: skip
    assert said_twice(book) == ("ok", 0, "")


def taken_back(book):
    done = typed("book", "adjust", book, "--reverse", 3, *ANN, "--reason", "the export has it", "--recorded",
                 "2026-11-01")  # fmt: skip
    assert done.code == 0, done.err


@pytest.mark.parametrize(("fact", "kind"), [("shipped", "shipment"), ("invoiced", "invoice")])
def test_what_was_shipped_or_invoiced_by_hand_is_held_by_a_report_that_tells_of_more_in_all(tmp_path, fact, kind):
    # 200 by hand in September, and the report of October says 300 in all: 500 count, which is red until 200 are back.
    book = started(tmp_path)
    added(book, "2026-09-30", row("A", "2026-09-10", 800))
    by_hand(book, kind, "200", date="2026-09-25", recorded="2026-10-01")
    added(book, "2026-10-31", row("A", "2026-09-10", 800, **{fact: 300, f"{fact}_on": "2026-10-05"}))
    assert said_twice(book) == (
        "red", 1, f"first: Entry 3 by hand and orders_2026-10-31.csv both change what is {fact} of order A line 1 by "
                  "200.00 and 300.00, and both count",
    )  # fmt: skip
    taken_back(book)
    assert said_twice(book) == ("ok", 0, "")
    assert figure(book, "backlog", "2026-10", basis="billing" if kind == "invoice" else "shipment") == 500


def test_a_list_of_shipments_beside_one_by_hand_tells_of_each_by_itself(tmp_path):
    # 200 by hand and a list with one of 300: two shipments.
    book = started(tmp_path)
    added(book, "2026-09-30", row("A", "2026-09-10", 800))
    by_hand(book, "shipment", "200", date="2026-09-25", recorded="2026-10-01")
    events(book, "2026-10-31", "shipment,A,1,2026-10-05,300,USD,Acme")
    assert said_twice(book) == ("ok", 0, "")
