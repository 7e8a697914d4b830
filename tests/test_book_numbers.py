"""An order line under another number or in another currency: invoices and events go to the line the book keeps."""

from commands import typed
from kept_books import added, day, export, figure, row, started
from test_book_commands import ANN

from bbbxl.book.add import add_exports
from bbbxl.book.take import Adding

INVOICES = "Invoice No,Invoice Date,Order No,Order Line,Customer,Currency,Net Amount"
EVENTS = "Event,Order No,Line,Customer,Date,Currency,Amount"
K = row("K", "2026-01-10", 10, customer="Zed", commit="2026-09-01")


def order(name, amount=100, **more):
    """Return the row of order A, which is called SO-A from February on."""
    return row(name, "2026-01-10", amount, **{"commit": "2026-09-01", **more})


def told(book, as_of, header, *rows, name="told.csv", **more):
    """Add a file of invoices or events to a book."""
    path = book.parent / name
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return add_exports(book, [path], Adding(day(as_of), **more))


def rekeyed(tmp_path, **more):
    """Return a book of A (100) and K (10); in February A is SO-A."""
    book = started(tmp_path)
    added(book, "2026-01-31", order("A"), K)
    added(book, "2026-02-28", order("SO-A", **more), K)
    return book


def euros(tmp_path):
    """Return a book of A (100 USD) and K (10); in February line 1 of A is 90 EUR at 1.10."""
    book = started(tmp_path)
    told(book, "2026-01-31", "Currency,Date,USD per unit", "EUR,2026-01-31,1.10", "EUR,2026-02-28,1.10")
    added(book, "2026-01-31", order("A"), K)
    added(book, "2026-02-28", order("A", 90, currency="EUR"), K)
    return book


def billed(book, month):
    """Return gross and net bookings, billings, and what is left to bill."""
    return [figure(book, name, month) for name in ("gross_bookings", "net_bookings", "net_billings")] + [
        figure(book, "backlog", month, basis="billing")
    ]


def test_an_invoice_that_names_the_new_number_bills_the_order_and_books_nothing(tmp_path):
    # January: A 100 and K 10. February: A is SO-A, shipped and billed: nothing is booked, K's 10 are left to bill.
    book = rekeyed(tmp_path, shipped=100, shipped_on="2026-02-05")
    told(book, "2026-02-28", INVOICES, "I1,2026-02-06,SO-A,1,Acme,USD,100")
    assert billed(book, "2026-02") == [0, 0, 100, 10]
    assert figure(book, "backlog", "2026-02") == 10


def test_invoices_listed_again_under_the_new_number_are_the_same_invoices(tmp_path):
    # A 100 and K 10, 30 billed in January: 80 left. February: the same invoice of SO-A, and 20 more: 60 left.
    book = started(tmp_path)
    added(book, "2026-01-31", order("A"), K)
    told(book, "2026-01-31", INVOICES, "I1,2026-01-20,A,1,Acme,USD,30")
    added(book, "2026-02-28", order("SO-A"), K)
    again = told(book, "2026-02-28", INVOICES, "I1,2026-01-20,SO-A,1,Acme,USD,30", "I2,2026-02-10,SO-A,1,Acme,USD,20")
    assert again.events[["order_id", "kind", "amount"]].to_numpy().tolist() == [["A", "invoice", 2000]]
    assert billed(book, "2026-01") == [110, 110, 30, 80]
    assert billed(book, "2026-02") == [0, 0, 20, 60]


def test_events_without_ids_listed_again_under_the_new_number_are_the_same_events(tmp_path):
    # 20 shipped in January and told of A; told of SO-A in February, with 30 more: 110 - 20 - 30 = 60.
    book = started(tmp_path)
    added(book, "2026-01-31", order("A"), K)
    told(book, "2026-01-31", EVENTS, "shipment,A,1,Acme,2026-01-20,USD,20")
    added(book, "2026-02-28", order("SO-A"), K)
    again = told(book, "2026-02-28", EVENTS, "shipment,SO-A,1,Acme,2026-01-20,USD,20",
                 "shipment,SO-A,1,Acme,2026-02-05,USD,30")  # fmt: skip
    assert (len(again.events), again.questions) == (1, ())
    assert [figure(book, "backlog", month) for month in ("2026-01", "2026-02")] == [90, 60]


def test_a_shipment_that_names_the_new_number_relieves_the_order(tmp_path):
    # A 100 and K 10; SO-A ships 60 on 5 March: 40 + 10 = 50.
    book = rekeyed(tmp_path)
    added(book, "2026-03-31", order("SO-A"), K)
    told(book, "2026-03-31", EVENTS, "shipment,SO-A,1,Acme,2026-03-05,USD,60")
    assert [figure(book, "backlog", month) for month in ("2026-02", "2026-03")] == [110, 50]
    assert figure(book, "net_bookings", "2026-03") == 0


def test_the_report_that_shows_a_new_number_is_read_before_the_events_that_name_it(tmp_path):
    # In one command: A is SO-A, and SO-A ships 60 in February: 40 + 10 = 50.
    book = started(tmp_path)
    added(book, "2026-01-31", order("A"), K)
    files = [export(book, "february.csv", order("SO-A"), K), book.parent / "shipped.csv"]
    files[1].write_text(f"{EVENTS}\nshipment,SO-A,1,Acme,2026-02-05,USD,60\n", encoding="utf-8")
    add_exports(book, files, Adding(day("2026-02-28")))
    assert figure(book, "backlog", "2026-02") == 50


def test_an_old_number_and_one_between_name_the_order_as_well(tmp_path):
    # A is B in February and C in March; invoices of all three numbers: 100 + 10 - 10 - 20 - 30 = 50 left to bill.
    book = started(tmp_path)
    for month, name in (("2026-01-31", "A"), ("2026-02-28", "B"), ("2026-03-31", "C")):
        added(book, month, order(name), K)
    told(book, "2026-03-31", INVOICES, "I1,2026-03-01,A,1,Acme,USD,10", "I2,2026-03-02,B,1,Acme,USD,20",
         "I3,2026-03-03,C,1,Acme,USD,30")  # fmt: skip
    assert billed(book, "2026-03") == [0, 0, 60, 50]


def test_what_a_report_calls_by_another_number_is_named(tmp_path):
    book = started(tmp_path)
    added(book, "2026-01-31", *(order(f"A{number}", 100 + number) for number in range(5)), order("B", 50))
    renamed = added(book, "2026-02-28", *(order(f"SO-{number}", 100 + number) for number in range(5)),
                    order("B", 50, line="10"))  # fmt: skip
    assert renamed.notes[0] == (
        "Order lines with another order or line number, known again by everything else; nothing is booked: 6 (A0 is "
        "now SO-0, A1 is now SO-1, A2 is now SO-2, and 3 more)."
    )
    again = added(book, "2026-03-31", *(order(f"SO-{number}", 100 + number) for number in range(5)), order("B", 50))
    assert again.notes[0].endswith("nothing is booked: 1 (B line 10 is now B line 1).")


def test_a_number_of_two_orders_is_asked_about_and_not_guessed(tmp_path):
    # A (100) is SO-A in February, and in March another order is called A (40). An invoice of A may be of either; one of
    # SO-A or of "A line 1 (2)", as the book has the other one, is clear. An invoice taken before stays where it is.
    book = started(tmp_path)
    added(book, "2026-01-31", order("A"), K)
    told(book, "2026-01-31", INVOICES, "I1,2026-01-20,A,1,Acme,USD,30")
    added(book, "2026-02-28", order("SO-A"), K)
    added(book, "2026-03-31", order("SO-A"), row("A", "2026-03-10", 40, customer="Bolt"), K)
    both = told(book, "2026-03-31", INVOICES, "I1,2026-01-20,A,1,Acme,USD,30", "I2,2026-03-20,A,1,Bolt,USD,15",
                "I3,2026-03-21,SO-A,1,Acme,USD,20", "I4,2026-03-22,A,1 (2),Bolt,USD,5")  # fmt: skip
    assert [one.message for one in both.problems] == [
        "order A line 1 is the number of 2 lines of the book: A line 1 (2) (now A line 1) and A line 1 (now SO-A "
        "line 1). Write a number that only one of them has."
    ]
    assert both.events[["order_id", "line_id", "amount"]].to_numpy().tolist() == [["A", "1", 2000], ["A", "1 (2)", 500]]
    # 100 + 10 + 40 - 30 - 20 - 5 = 95.
    assert figure(book, "backlog", "2026-03", basis="billing") == 95


def test_an_invoice_in_the_new_currency_of_a_line_bills_what_was_booked_in_it(tmp_path):
    # 100 USD is 90 EUR from February on and billed in full: K's 10 are left to bill. 90 EUR are 99 USD.
    book = euros(tmp_path)
    told(book, "2026-02-28", INVOICES, "I1,2026-02-28,A,1,Acme,EUR,90")
    assert billed(book, "2026-02") == [99, -1, 99, 10]


def test_an_invoice_that_names_no_line_goes_to_the_line_of_its_currency(tmp_path):
    book = euros(tmp_path)
    told(book, "2026-02-28", INVOICES, "I1,2026-02-28,A,,Acme,EUR,90")
    assert billed(book, "2026-02") == [99, -1, 99, 10]


def test_an_invoice_that_names_the_new_number_and_no_line_goes_to_the_line_of_that_order(tmp_path):
    book = rekeyed(tmp_path)
    told(book, "2026-02-28", INVOICES, "I1,2026-02-06,SO-A,,Acme,USD,60")
    assert billed(book, "2026-02") == [0, 0, 60, 50]


def test_an_invoice_in_a_currency_that_its_line_never_had_is_set_aside(tmp_path):
    # Euros and dollars are never added: 60 GBP bill neither 100 USD nor 90 EUR; what is left to bill stays 109.
    book = euros(tmp_path)
    strange = told(book, "2026-02-28", INVOICES, "I1,2026-02-28,A,1,Acme,GBP,60", "I2,2026-02-28,K,1,Zed,EUR,5")
    assert [one.message[:57] for one in strange.problems] == [
        "order A line 1 EUR is in EUR, and this event is in GBP. C",
        "order K line 1 is in USD, and this event is in EUR. Corre",
    ]
    assert len(strange.events) == 0
    assert figure(book, "backlog", "2026-02", basis="billing") == 109


def test_a_currency_and_then_another_number_leave_both_currencies_known(tmp_path):
    # 100 USD, 90 EUR from February on, SO-A from March on. A late credit in USD and an invoice in EUR, both of SO-A.
    book = euros(tmp_path)
    told(book, "2026-02-28", "Currency,Date,USD per unit", "EUR,2026-03-31,1.10", name="rates.csv")
    added(book, "2026-03-31", order("SO-A", 90, currency="EUR"), K)
    both = told(book, "2026-03-31", INVOICES, "I1,2026-03-20,SO-A,1,Acme,EUR,40", "I2,2026-03-21,A,1,Acme,USD,7",
                "I3,2026-03-21,A,1,Acme,EUR,3")  # fmt: skip
    assert both.events[["order_id", "line_id", "currency"]].to_numpy().tolist() == [
        ["A", "1 EUR", "EUR"], ["A", "1", "USD"], ["A", "1 EUR", "EUR"]
    ]  # fmt: skip


def test_an_entry_by_hand_finds_an_order_by_both_numbers_and_says_under_which_it_stands(tmp_path):
    # 110 in January; 5 less by the new number, 3 less by the old one: 102.
    book = rekeyed(tmp_path)
    given = (
        "--kind",
        "correction",
        "--date",
        "2026-02-20",
        "--reason",
        "keyed wrong",
        *ANN,
        "--recorded",
        "2026-03-01",
    )
    new = typed("book", "adjust", book, "--order", "SO-A", "--amount", "-5", *given)
    assert new.out == (
        "Entry 4: correction (5.00) USD on order SO-A, kept as A line 1 (now SO-A line 1), recorded on 2026-03-01.\n"
    )
    old = typed("book", "adjust", book, "--order", "A", "--line", "1", "--amount", "-3", *given)
    assert old.out == "Entry 5: correction (3.00) USD on order A, recorded on 2026-03-01.\n"
    assert figure(book, "backlog", "2026-02") == 102
    assert typed("book", "adjust", book, "--order", "SO-B", "--amount", "1", *given).refuses() == (
        "The book has no order SO-B. Did you mean SO-A?"
    )


def test_an_entry_by_hand_on_a_number_of_two_lines_asks_which(tmp_path):
    book = euros(tmp_path)
    given = ("--kind", "correction", "--order", "A", "--line", "1", "--date", "2026-02-20", "--reason", "keyed wrong",
             *ANN, "--recorded", "2026-03-01", "--amount", "-5")  # fmt: skip
    assert typed("book", "adjust", book, *given).refuses() == (
        "Order A has 2 lines: Northfield line 1, Northfield line 1 EUR (now A line 1). Say which: --line, and --entity "
        "or --currency."
    )
    assert typed("book", "adjust", book, *given, "--currency", "EUR").code == 0
    # 90 EUR less 5 are 93.50 USD, and K's 10.
    assert figure(book, "backlog", "2026-02") == 103.5


def test_a_question_shows_the_present_number_and_is_answered_by_either(tmp_path):
    # A is SO-A and then gone: cancelled, 110 less 100. The answer may name it as the last report did.
    for name in ("A", "SO-A"):
        book = rekeyed(tmp_path / name)
        asked = added(book, "2026-03-31", K).questions
        assert [(one.order_id, one.now_order, one.now_line) for one in asked] == [("A", "SO-A", "1")]
        assert typed("book", "questions", book).out.splitlines()[1].endswith(",SO-A,1")
        path = book.parent / "q.csv"
        path.write_text(f"kind,order,line,answer,reason\ngone,{name},1,cancelled,lost\n", encoding="utf-8")
        done = typed("book", "add", book, "--confirm", path)
        assert (done.code, "q.csv row 2: order SO-A line 1 is kept as order A line 1." in done.err) == (0, name != "A")
        assert (figure(book, "net_bookings", "2026-03"), figure(book, "backlog", "2026-03")) == (-100, 10)


def test_an_invoice_without_an_order_that_is_taken_back_takes_its_booking_along(tmp_path):
    # 100 billed without an order are booked and billed in February; the invoice leaves its export: nothing is left.
    book = started(tmp_path)
    added(book, "2026-01-31", K)
    told(book, "2026-02-28", INVOICES, "I1,2026-02-06,X,1,Acme,USD,100", "I2,2026-02-05,K,1,Zed,USD,1",
         "I3,2026-02-20,K,1,Zed,USD,1")  # fmt: skip
    added(book, "2026-02-28", K)
    assert billed(book, "2026-02") == [100, 100, 102, 8]
    told(book, "2026-03-31", INVOICES, "I2,2026-02-05,K,1,Zed,USD,1", "I3,2026-02-20,K,1,Zed,USD,1")
    added(book, "2026-03-31", K)
    path = book.parent / "q.csv"
    path.write_text("kind,order,line,answer\nevent_gone,X,1,reversed\n", encoding="utf-8")
    assert typed("book", "add", book, "--confirm", path).code == 0
    assert billed(book, "2026-02") == [0, 0, 2, 8]


def test_invoices_told_before_the_report_that_shows_the_new_number_are_moved_to_the_order(tmp_path):
    # SO-A is billed 60 before any report says that it is A (100): booked and billed in between. Then it is known: gross
    # and net bookings of February 0, billings 60, left to bill 40 + 10; told once more, the invoice is the same.
    book = started(tmp_path)
    added(book, "2026-01-31", order("A"), K)
    told(book, "2026-02-28", INVOICES, "I1,2026-02-06,SO-A,1,Acme,USD,60")
    shown = added(book, "2026-02-28", order("SO-A"), K)
    assert "Events of an order line that turned out to be one under another number, moved to it: 1." in shown.notes
    assert billed(book, "2026-02") == [0, 0, 60, 50]
    again = told(book, "2026-03-31", INVOICES, "I1,2026-02-06,SO-A,1,Acme,USD,60", "I2,2026-03-06,SO-A,1,Acme,USD,5")
    assert again.events[["order_id", "amount"]].to_numpy().tolist() == [["A", 500]]
    assert typed("book", "verify", book).code == 0


def test_events_without_ids_told_before_the_report_that_shows_the_new_number_are_moved_to_the_order(tmp_path):
    # SO-A ships 60 of A's 100: 110 less 60. Told once more, they are the same events.
    book = started(tmp_path)
    added(book, "2026-01-31", order("A"), K)
    shipped = ("shipment,SO-A,1,Acme,2026-02-05,USD,30", "shipment,SO-A,1,Acme,2026-02-05,USD,30")
    told(book, "2026-02-28", EVENTS, *shipped)
    added(book, "2026-02-28", order("SO-A"), K)
    assert figure(book, "backlog", "2026-02") == 50
    assert len(told(book, "2026-03-31", EVENTS, *shipped).events) == 0


def test_a_number_that_goes_from_one_order_to_another_leaves_its_invoices_with_the_first(tmp_path):
    # A (100) and B (60), 10 billed of each. B is C in February, A is B in March: 90 + 50 + 10 = 150 are left to bill.
    book = started(tmp_path)
    added(book, "2026-01-31", order("A"), order("B", 60), K)
    bills = [f"I{name},2026-01-20,{name},1,Acme,USD,10" for name in "AB"]
    told(book, "2026-01-31", INVOICES, *bills)
    added(book, "2026-02-28", order("A"), order("C", 60), K)
    added(book, "2026-03-31", order("B"), order("C", 60), K)
    later = told(book, "2026-03-31", INVOICES, *bills, "IX,2026-03-20,C,1,Acme,USD,5", "IY,2026-03-20,B,1,Acme,USD,5")
    assert later.events[["order_id", "amount"]].to_numpy().tolist() == [["B", 500]]
    assert [one.row for one in later.problems] == [5]
    assert figure(book, "backlog", "2026-03", basis="billing") == 145
