"""Exports added to a kept book: history that an export cannot rewrite."""

import pytest
from commands import typed
from kept_books import added, day, export, figure, flow, row, started
from test_book_commands import ANN

from bbbxl.book.add import add_exports
from bbbxl.book.take import Adding
from bbbxl.errors import InputError, PeriodError


def test_an_order_raised_after_its_month_keeps_what_was_booked_then(tmp_path):
    # 2,000 booked on 31 January, 5,000 today: January 2,000, February + 3,000, whichever day the figure is asked for.
    book = started(tmp_path)
    added(book, "2026-01-31", row("A", "2026-01-31", 2000))
    added(book, "2026-02-28", row("A", "2026-01-31", 5000))
    assert figure(book, "net_bookings", "2026-01") == 2000
    assert figure(book, "net_bookings", "2026-02") == 3000
    assert figure(book, "backlog", "2026-02") == 5000


def test_the_same_file_again_changes_nothing(tmp_path):
    book = started(tmp_path)
    first = added(book, "2026-01-31", row("A", "2026-01-31", 2000))
    again = added(book, "2026-01-31", row("A", "2026-01-31", 2000))
    assert len(first.events) == 1
    assert (again.entries, len(again.events)) == ((), 0)
    assert "is in the book already" in again.notes[0]


def test_an_unchanged_file_of_a_later_day_says_that_nothing_changed_until_then(tmp_path):
    book = started(tmp_path)
    added(book, "2026-01-31", row("A", "2026-01-31", 2000))
    later = added(book, "2026-02-28", row("A", "2026-01-31", 2000))
    assert len(later.entries) == 1
    assert figure(book, "net_bookings", "2026-02") == 0
    assert later.repeated == (
        "orders_2026-02-28.csv is byte for byte a file that is in the book as of 2026-01-31 or earlier: it says that "
        "nothing changed until 2026-02-28. If another file was meant, add it with the same --as-of.",
    )


def test_the_file_of_last_month_once_more_is_no_success_and_the_right_one_is_taken_after_it(tmp_path):
    # January's file named for February by mistake, then February's own: 2,000 and 1,000 more of 10 February.
    book = started(tmp_path)
    january = export(book, "january.csv", row("A", "2026-01-31", 2000))
    words = ("book", "add", book, january, "--as-of")
    assert typed(*words, "2026-01").code == 0
    refused = typed(*words, "2026-02", "--strict").refuses()
    assert refused.startswith("Nothing was written, because of --strict. january.csv is byte for byte a file that is ")
    wrong = typed(*words, "2026-02")
    assert (wrong.code, "january.csv is byte for byte a file" in wrong.err) == (1, True)
    right = added(book, "2026-02-28", row("A", "2026-01-31", 2000), row("B", "2026-02-10", 1000))
    assert (len(right.events), right.repeated) == (1, ())
    assert figure(book, "net_bookings", "2026-02") == 1000


def test_shipments_in_parts_over_two_months_are_in_neither_as_known(tmp_path):
    # 30 of 100 shipped by 31 August, 70 by 31 October, the last of them on 20 October: how much was September's?
    book = started(tmp_path)
    added(book, "2026-08-31", row("A", "2026-08-10", 100, shipped=30, shipped_on="2026-08-20"))
    added(book, "2026-10-31", row("A", "2026-08-10", 100, shipped=70, shipped_on="2026-10-20"))
    assert [figure(book, "fulfilled", month) for month in ("2026-09", "2026-10", "2026-09..2026-10")] == [
        None,
        None,
        40,
    ]
    assert [figure(book, "backlog", month) for month in ("2026-09", "2026-10")] == [None, 30]


def test_changes_without_a_day_in_an_export_taken_later_are_named(tmp_path):
    book = started(tmp_path)
    added(book, "2026-09-30", row("A", "2026-09-10", 100))
    told = added(book, "2026-10-31", row("A", "2026-09-10", 900), extracted="2026-11-20").notes
    assert (
        "The report was taken on 2026-11-20 and does not say when a line was last changed: 1 order line changed on a "
        "day that nobody knows, which counts as 2026-10-31 and may be later, up to 2026-11-20."
    ) in told
    dated = row("A", "2026-09-10", 950, changed="2026-11-25")
    assert not [one for one in added(book, "2026-11-30", dated, extracted="2026-12-05").notes if "taken on" in one]


def test_two_files_of_one_source_with_other_columns_are_refused(tmp_path):
    # Of East's lines no region would be read, because West's file has none.
    book = started(tmp_path)
    east, west = (tmp_path / name for name in ("east.csv", "west.csv"))
    east.write_text("Order No,Line,Customer,Region,Order Date,Currency,Amount\nA,1,Acme,East,2026-01-10,USD,100\n")
    west.write_text("Order No,Line,Customer,Order Date,Currency,Amount\nB,1,Bolt,2026-01-10,USD,50\n")
    with pytest.raises(InputError, match=r"east\.csv has Region and west\.csv has not, and both are of one source\. "):
        add_exports(book, [east, west], Adding(day("2026-01-31"), source="erp"))


@pytest.mark.parametrize(("customer", "product", "new"), [
    # The same customer and product: one line split in two, nothing booked.
    ("Acme", "Pump", 0),
    # Another customer; or no product, booked since the last report: less of the one ordered, and an order of its own.
    ("Bolt", "Pump", 400), ("Acme", "", 400),
])  # fmt: skip
def test_less_on_one_line_and_as_much_on_a_new_one_is_a_split_only_of_the_same_goods(tmp_path, customer, product, new):
    book = started(tmp_path)
    added(book, "2026-09-30", row("A", "2026-09-10", 1000, product=product, region=""))
    added(book, "2026-10-31", row("A", "2026-09-10", 600, product=product),
          row("A", "2026-10-20", 400, line=2, customer=customer, product=product))  # fmt: skip
    assert figure(book, "gross_bookings", "2026-10") == new
    assert figure(book, "backlog", "2026-10") == 1000


def test_a_customer_whose_order_is_no_longer_listed_is_not_new(tmp_path):
    # 70 for Acme, who ordered in September; an export of open orders leaves that order out.
    kept = row("Z", "2026-09-01", 10, customer="Zeta", commit="2026-12-31")
    book = started(tmp_path)
    added(book, "2026-09-30", row("A", "2026-09-01", 100, commit="2026-12-31"), kept)
    added(book, "2026-10-31", kept, row("B", "2026-10-05", 70, commit="2026-12-31"))
    assert [flow(book, kind, "2026-10") for kind in ("new", "expansion")] == [0, 70]


def test_a_snapshot_older_than_the_last_one_is_refused_with_the_reason(tmp_path):
    book = started(tmp_path)
    added(book, "2026-02-28", row("A", "2026-01-31", 5000))
    with pytest.raises(InputError, match="is of 2026-01-31, and source order_lines was taken for 2026-02-28 already"):
        added(book, "2026-01-31", row("A", "2026-01-31", 2000))


def test_an_export_taken_before_its_as_of_date_is_refused(tmp_path):
    book = started(tmp_path)
    with pytest.raises(PeriodError, match="cannot say what stood on 2026-01-31"):
        added(book, "2026-01-31", row("A", "2026-01-31", 2000), extracted="2026-01-30")


@pytest.mark.parametrize("settled", ["closed", "held", "no"])
def test_what_changed_after_the_as_of_date_is_held_back_and_listed(tmp_path, settled):
    # Taken on 3 November for 31 October: B went from 100 to 150 on 2 November, C was signed that day. October is 40 new
    # and 140 open; so it stays where it was closed or a person says that B was as it was. Where neither is, nobody
    # knows once November's export shows B: it says of the 50 only that they came by 2 November.
    book = started(tmp_path)
    added(book, "2026-09-30", row("B", "2026-09-10", 100, changed="2026-09-10"))
    october = added(
        book, "2026-10-31", row("B", "2026-09-10", 150, changed="2026-11-02"),
        row("C", "2026-11-02", 70, changed="2026-11-02"), row("D", "2026-10-28", 40, changed="2026-10-28"),
        extracted="2026-11-03",
    )  # fmt: skip
    assert {(one.kind, one.order_id) for one in october.questions} == {("held_back", "B"), ("held_back", "C")}
    assert figure(book, "net_bookings", "2026-10") == 40
    assert figure(book, "backlog", "2026-10") == 140
    if settled == "closed":
        typed("book", "close", book, "2026-10", *ANN)
    if settled == "held":
        answers = tmp_path / "answers.csv"
        answers.write_text("kind,order,line,answer\nheld_back,B,1,held\nheld_back,C,1,held\n")
        add_exports(book, [], Adding(day("2026-10-31"), confirm=answers))
    november = added(
        book, "2026-11-30", row("B", "2026-09-10", 150, changed="2026-11-02"),
        row("C", "2026-11-02", 70, changed="2026-11-02"), row("D", "2026-10-28", 40, changed="2026-10-28"),
    )  # fmt: skip
    assert november.questions == ()
    known = settled != "no"
    assert figure(book, "net_bookings", "2026-10") == (40 if known else None)
    assert figure(book, "backlog", "2026-10") == (140 if known else None)
    assert figure(book, "net_bookings", "2026-11") == (120 if known else None)  # 50 more on B, 70 on C
    assert (figure(book, "net_bookings", "2026-10..2026-11"), figure(book, "backlog", "2026-11")) == (160, 260)


def test_a_line_gone_is_held_open_until_a_person_says_what_became_of_it(tmp_path):
    book = started(tmp_path)
    added(book, "2026-01-31", row("A", "2026-01-10", 100), row("B", "2026-01-11", 60))
    gone = added(book, "2026-02-28", row("A", "2026-01-10", 100))
    assert [(one.kind, one.order_id, one.amount) for one in gone.questions] == [("gone", "B", 6000)]
    assert figure(book, "backlog", "2026-02") == 160
    answers = tmp_path / "answers.csv"
    answers.write_text("kind,order,line,answer,day,reason\ngone,B,1,cancelled,2026-02-20,customer closed\n")
    settled = added(book, "2026-02-28", row("A", "2026-01-10", 100), confirm=answers)
    assert settled.questions == ()
    assert flow(book, "cancellation", "2026-02") == 60
    assert figure(book, "backlog", "2026-02") == 100


def test_a_line_filtered_out_and_back_moves_nothing(tmp_path):
    book = started(tmp_path)
    both = (row("A", "2026-01-10", 100), row("B", "2026-01-11", 60))
    added(book, "2026-01-31", *both)
    assert len(added(book, "2026-02-28", both[0]).questions) == 1
    back = added(book, "2026-03-31", *both)
    assert (back.questions, len(back.events)) == ((), 0)
    assert figure(book, "backlog", "2026-03") == 160
    assert [figure(book, "net_bookings", f"2026-0{month}") for month in (1, 2, 3)] == [160, 0, 0]


def test_partial_fulfilment_and_then_a_cancellation_leave_what_was_delivered(tmp_path):
    # Ordered 100, shipped 30, billed 20, the rest cancelled: 70 leave, 10 shipped and not billed stay to be billed.
    book = started(tmp_path)
    added(book, "2026-01-31", row("A", "2026-01-10", 100))
    shipped = {"shipped": 30, "shipped_on": "2026-02-10", "invoiced": 20, "invoiced_on": "2026-02-12"}
    added(book, "2026-02-28", row("A", "2026-01-10", 100, **shipped))
    added(book, "2026-03-31", row("A", "2026-01-10", 100, **shipped, status="Cancelled", cancelled=70,
                                  cancelled_on="2026-03-05"))  # fmt: skip
    assert flow(book, "cancellation", "2026-03") == 70
    assert figure(book, "backlog", "2026-02") == 70
    assert figure(book, "backlog", "2026-03") == 0
    assert figure(book, "backlog", "2026-03", basis="billing") == 10


def test_two_sources_that_book_the_same_order_are_refused(tmp_path):
    book = started(tmp_path)
    added(book, "2026-01-31", row("A", "2026-01-10", 100))
    with pytest.raises(InputError, match="books or changes order A line 1, and source order_lines does already"):
        added(book, "2026-01-31", row("A", "2026-01-10", 100), name="others.csv", source="others")


def test_nothing_is_written_when_a_file_is_refused(tmp_path):
    book = started(tmp_path)
    added(book, "2026-01-31", row("A", "2026-01-10", 100))
    path = export(book, "broken.csv")
    path.write_text("what is this\n1\n")
    with pytest.raises(InputError):
        add_exports(book, [path], Adding(day("2026-02-28")))
    assert figure(book, "backlog", "2026-01") == 100


@pytest.mark.parametrize("source", ["", "order_lines", "erp"])
def test_an_export_under_another_entity_says_so_and_books_nothing_twice(tmp_path, source):
    # bbbxl.toml said Northfield when January was added, Southfield when February was.
    book = started(tmp_path)
    added(book, "2026-01-31", row("A", "2026-01-10", 100), row("B", "2026-01-11", 50), source=source)
    settings = book / "bbbxl.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("Northfield", "Southfield"), encoding="utf-8")
    name = source or "order_lines"
    with pytest.raises(InputError) as refusal:
        added(book, "2026-02-28", row("A", "2026-01-10", 100), row("C", "2026-02-11", 70), source=source)
    assert str(refusal.value) == (
        f"The order lines of the last snapshot of {name} were of Northfield, and in this report they are of "
        "Southfield: as lines of another entity they would count once more. Put the entity back to Northfield in "
        "bbbxl.toml or in the file; if they are other orders, name the report with --source."
    )


@pytest.mark.parametrize("now", [(), (row("N", "2026-02-10", 70),)])
def test_a_report_without_any_order_of_last_time_is_taken_once_its_source_is_named(tmp_path, now):
    # 110 of January; February's export has none of it. Nothing is cancelled until a person says so: 110, 70 new ones.
    book = started(tmp_path)
    added(book, "2026-01-31", row("A", "2026-01-10", 100), row("B", "2026-01-11", 10))
    with pytest.raises(InputError) as refusal:
        added(book, "2026-02-28", *now)
    assert str(refusal.value) == (
        "None of the 2 order lines of the last snapshot of order_lines is in this report, which has "
        f"{len(now)}: it looks like another report. If it is the same one, say so with --source order_lines, and what "
        "became of every line is asked; if not, give it a --source of its own, or add the right file."
    )
    taken = added(book, "2026-02-28", *now, source="order_lines")
    assert [(one.kind, one.order_id, one.amount) for one in taken.questions] == [
        ("gone", "A", 10000),
        ("gone", "B", 1000),
    ]
    new = 70 if now else 0
    assert (figure(book, "net_bookings", "2026-02"), figure(book, "backlog", "2026-02")) == (new, 110 + new)
    answers = tmp_path / "q.csv"
    answers.write_text("kind,order,line,answer,reason\ngone,A,1,cancelled,lost\ngone,B,1,filtered,\n")
    add_exports(book, [], Adding(day("2026-02-28"), confirm=answers))
    assert (figure(book, "net_bookings", "2026-02"), figure(book, "backlog", "2026-02")) == (new - 100, 10 + new)
    back = added(book, "2026-03-31", row("B", "2026-01-11", 10), *now)
    assert (len(back.events), back.questions) == (0, ())


def test_a_file_that_another_one_replaced_for_the_same_day_counts_when_it_is_added_once_more(tmp_path):
    # 1,000; for October first 1,500, then 1,200 in its place, then the first file after all: 1,500.
    book = started(tmp_path)
    added(book, "2026-09-30", row("A", "2026-09-10", 1000))
    added(book, "2026-10-31", row("A", "2026-09-10", 1500), name="first.csv")
    added(book, "2026-10-31", row("A", "2026-09-10", 1200), name="second.csv")
    assert figure(book, "backlog", "2026-10") == 1200
    added(book, "2026-10-31", row("A", "2026-09-10", 1500), name="first.csv")
    assert (figure(book, "net_bookings", "2026-10"), figure(book, "backlog", "2026-10")) == (500, 1500)
    again = added(book, "2026-10-31", row("A", "2026-09-10", 1500), name="first.csv")
    assert (len(again.entries), again.notes) == (
        0, ("first.csv is in the book already, as of 2026-10-31. Nothing was added.",))  # fmt: skip


def test_an_export_of_events_that_another_one_replaced_counts_when_it_is_added_once_more(tmp_path):
    # Event e1 says 1,000, then 1,200, then 1,000 again; the two lists of one day change nothing when added again.
    book = started(tmp_path)
    head = "Event Id,Event,Date,Order No,Line,Customer,Currency,Amount"
    for name, amount in (("first.csv", 1000), ("second.csv", 1200), ("first.csv", 1000)):
        path = tmp_path / name
        path.write_text(f"{head}\ne1,new,2026-09-10,A,1,Acme,USD,{amount}\n")
        add_exports(book, [path], Adding(day("2026-09-30")))
    assert figure(book, "net_bookings", "2026-09") == 1000
    more = tmp_path / "more.csv"
    more.write_text(f"{head}\ne2,new,2026-09-12,B,1,Acme,USD,70\n")
    add_exports(book, [more], Adding(day("2026-09-30")))
    assert add_exports(book, [path, more], Adding(day("2026-09-30"))).entries == ()
    assert figure(book, "net_bookings", "2026-09") == 1070


def test_a_rates_file_that_another_one_replaced_counts_when_it_is_added_once_more(tmp_path):
    # EUR 1,000 at 1.10, then 1.20, then the first file again: 1,100; once more it changes nothing.
    book = started(tmp_path)
    added(book, "2026-09-30", row("A", "2026-09-10", 1000, currency="EUR"))
    for name, rate in (("first.csv", "1.10"), ("second.csv", "1.20"), ("first.csv", "1.10")):
        path = tmp_path / name
        path.write_text(f"currency,USD per unit,date\nEUR,{rate},2026-09-01\n")
        add_exports(book, [path], Adding(day("2026-09-30")))
    assert figure(book, "net_bookings", "2026-09") == 1100
    again = add_exports(book, [path], Adding(day("2026-09-30")))
    assert (again.entries, again.notes) == ((), ("first.csv is in the book already.",))


def test_a_report_that_no_longer_says_how_much_was_shipped_is_refused_though_nothing_was(tmp_path):
    # Nothing shipped in September. In October 600 of 1,000 are, under a header that nobody knows, and the date beside
    # it would say that all of it is. Named, 400 are open; the same report without it is one in which the date says all.
    book = started(tmp_path)
    head = "Order No,Line,Customer,Order Date,Currency,Amount,Shipped Amount,Shipped Date"
    first, later = tmp_path / "september.csv", tmp_path / "october.csv"
    first.write_text(f"{head}\nA,1,Acme,2026-09-10,USD,1000,0,\n")
    later.write_text(f"{head.replace('Shipped Amount', 'Out')}\nA,1,Acme,2026-09-10,USD,1000,600,2026-10-12\n")
    add_exports(book, [first], Adding(day("2026-09-30")))
    assert typed("book", "add", book, later, "--as-of", "2026-10-31").refuses() == (
        'october.csv has no column for how much was shipped, and the last report of order_lines had "Shipped Amount". '
        'Export it with the same columns, name the column with --column shipped_amount="...", or say with --source '
        "order_lines that it is the same report without it."
    )
    add_exports(book, [later], Adding(day("2026-10-31"), columns={"shipped_amount": "Out"}))
    assert figure(book, "backlog", "2026-10", basis="shipment") == 400
    add_exports(book, [later], Adding(day("2026-11-30"), source="order_lines"))
    assert figure(book, "backlog", "2026-11", basis="shipment") == 0
