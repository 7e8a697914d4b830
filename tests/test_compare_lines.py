"""Order lines that are new, gone, back, renumbered, split or renamed, and reports that cannot be compared."""

import pytest
from compared import Book, report, row, said, states_of

from bbbxl.errors import InputError

K = row("K", 100)


def begun(*rows, **more):
    """Return a book with a first snapshot of 31 January."""
    book = Book()
    book.add("2026-01-31", *rows, **more)
    return book


def asked(got):
    """Return (kind, order, line, amount) of the questions of a comparison."""
    return [(one.kind, one.order_id, one.line_id, one.amount) for one in got.questions]


@pytest.mark.parametrize("booked", ["2026-02-14", "2026-01-20"])
def test_a_new_line_is_booked_on_its_booking_date_even_before_the_last_snapshot(booked):
    got = begun(K).add("2026-02-28", K, row("A", 10000, booked=booked))
    assert said(got, "since") == [("A", "1", "new", 10000, booked, None)]
    assert "New order lines: 1." in got.notes


def test_facts_of_a_new_line_keep_their_days_and_those_without_one_lie_after_the_booking():
    got = begun(K).add("2026-02-28", K, row("A", 10000, booked="2026-02-10", shipped=10000, invoiced=10000,
                                            invoiced_date="2026-02-20"))  # fmt: skip
    assert said(got, "since") == [
        ("A", "1", "new", 10000, "2026-02-10", None), ("A", "1", "invoice", 10000, "2026-02-20", None),
        ("A", "1", "shipment", 10000, "2026-02-28", "2026-02-10"),
    ]  # fmt: skip


def test_facts_without_a_day_of_a_line_booked_earlier_lie_after_the_last_snapshot():
    got = begun(K).add("2026-02-28", K, row("A", 10000, booked="2026-01-10", shipped=10000))
    assert said(got, "since") == [
        ("A", "1", "new", 10000, "2026-01-10", None), ("A", "1", "shipment", 10000, "2026-02-28", "2026-02-01"),
    ]  # fmt: skip


def test_a_line_gone_is_asked_about_once_with_what_is_open_and_books_nothing():
    # 100.00 ordered, 10.00 cancelled, 30.00 shipped: 60.00 are open.
    open_one = row("A", 10000, cancelled=1000, cancelled_date="2026-01-20", shipped=3000, shipped_date="2026-01-21")
    book = begun(K, open_one)
    first, second = book.add("2026-02-28", K), book.add("2026-03-31", K)
    assert (said(first), asked(first)) == ([], [("gone", "A", "1", 6000)])
    assert (said(second), asked(second)) == ([], [])
    assert states_of(book.baseline)["North", "A", "1", "USD"] == (9000, 3000, 0)


def test_what_is_open_on_a_line_gone_is_measured_on_the_basis_of_the_book():
    book = Book(basis="billing")
    book.add("2026-01-31", K, row("A", 10000, shipped=10000, invoiced=4000))
    assert asked(book.add("2026-02-28", K)) == [("gone", "A", "1", 6000)]


def test_a_line_gone_with_nothing_open_is_no_question():
    got = begun(K, row("A", 10000, shipped=10000, invoiced=10000)).add("2026-02-28", K)
    assert (said(got), asked(got)) == ([], [])


@pytest.mark.parametrize(("day", "effective", "since"), [
    ("2026-02-20", "2026-02-20", None), (None, "2026-02-28", "2026-02-01"),
])  # fmt: skip
def test_a_line_gone_that_was_cancelled_loses_what_is_open(day, effective, since):
    book = begun(K, row("A", 10000, shipped=3000))
    book.add("2026-02-28", K)
    got = book.answer("gone", "cancelled", "A", day=day)
    assert said(got, "since", "reason") == [
        ("A", "1", "cancellation", 7000, effective, since, "gone from the export")
    ]  # fmt: skip
    assert states_of(book.baseline)["North", "A", "1", "USD"] == (3000, 3000, 0)
    later = book.add("2026-03-31", K)
    assert (said(later), asked(later)) == ([], [])


def test_a_line_gone_cannot_be_cancelled_before_it_was_booked():
    book = begun(K, row("A", 10000))
    book.add("2026-02-28", K)
    with pytest.raises(InputError, match="cannot be cancelled on 2026-01-04, before it was booked"):
        book.answer("gone", "cancelled", "A", day="2026-01-04")


def test_a_line_that_was_cancelled_when_gone_and_is_back_is_reinstated():
    book = begun(K, row("A", 10000))
    book.add("2026-02-28", K)
    book.answer("gone", "cancelled", "A", day="2026-02-20")
    back = book.add("2026-03-31", K, row("A", 10000))
    assert said(back, "reason") == [("A", "1", "cancellation", -10000, "2026-03-31", "reinstated")]


def test_a_filtered_line_stays_open_without_a_question_and_comes_back_with_what_changed():
    book = begun(K, row("A", 10000))
    book.add("2026-02-28", K)
    assert said(book.answer("gone", "filtered", "A")) == []
    assert asked(book.add("2026-03-31", K)) == []
    back = book.add("2026-04-30", K, row("A", 12000))
    assert said(back) == [("A", "1", "expansion", 2000, "2026-04-30")]


def test_a_line_that_is_back_settles_its_question_and_shows_what_changed_meanwhile():
    # Last seen on 31 January: a report that lacks it tells nothing of it, so it may have changed in February.
    book = begun(K, row("A", 10000))
    book.add("2026-02-28", K)
    back = book.add("2026-03-31", K, row("A", 7000))
    assert [(one.kind, one.order_id, one.amount) for one in back.settled] == [("gone", "A", 10000)]
    assert said(back, "since") == [("A", "1", "contraction", 3000, "2026-03-31", "2026-02-01")]
    assert "Order lines that were missing and are back: 1." in back.notes


def test_a_line_that_went_twice_is_asked_about_twice():
    book = begun(K, row("A", 10000))
    assert [asked(book.add(day, *rows)) for day, rows in (
        ("2026-02-28", [K]), ("2026-03-31", [K, row("A", 10000)]), ("2026-04-30", [K]))
    ] == [[("gone", "A", "1", 10000)], [], [("gone", "A", "1", 10000)]]  # fmt: skip


def test_an_order_under_another_number_is_the_same_one_and_keeps_its_place_in_the_book():
    book = begun(K, row("A", 10000, quantity=4))
    renamed = book.add("2026-02-28", K, row("SO-A", 10000, quantity=4))
    assert (said(renamed), asked(renamed)) == ([], [])
    later = book.add("2026-03-31", K, row("SO-A", 10000, quantity=4, shipped=10000, shipped_date="2026-03-04"))
    assert said(later) == [("A", "1", "shipment", 10000, "2026-03-04")]


def test_the_number_an_order_left_may_be_that_of_another_one():
    book = begun(K, row("A", 10000))
    book.add("2026-02-28", K, row("SO-A", 10000))
    got = book.add("2026-03-31", K, row("SO-A", 10000), row("A", 7000, booked="2026-03-02"))
    assert said(got) == [("A", "1 (2)", "new", 7000, "2026-03-02")]


@pytest.mark.parametrize("other", [
    {"ordered": 9000}, {"customer": "Bo"}, {"product": "Plan"}, {"booked": "2026-01-06"}, {"quantity": 5},
    {"currency": "EUR"}, {"entity": "South"},
])  # fmt: skip
def test_an_order_that_is_unlike_in_anything_that_lasts_is_a_new_one(other):
    got = begun(K, row("A", 10000, quantity=4)).add(
        "2026-02-28", K, row("SO-A", **{"ordered": 10000, "quantity": 4, **other})
    )
    assert [(kind, order) for order, _, kind, _, _ in said(got)] == [("new", "SO-A")]
    assert asked(got) == [("gone", "A", "1", 10000)]


@pytest.mark.parametrize(("before", "now"), [("AB", "X"), ("A", "XY")])
def test_orders_gone_and_new_that_are_not_as_many_are_not_renumbered(before, now):
    got = begun(K, *(row(one, 10000) for one in before)).add("2026-02-28", K, *(row(one, 10000) for one in now))
    assert [one[:3] for one in said(got)] == [(one, "1", "new") for one in now]
    assert [one[1] for one in asked(got)] == list(before)


def test_an_order_booked_after_the_last_snapshot_is_none_of_those_gone():
    book = begun(K, row("A", 10000, booked="2026-01-05"))
    got = book.add("2026-02-28", K, row("B", 10000, booked="2026-02-05"))
    assert said(got) == [("B", "1", "new", 10000, "2026-02-05")]


def test_a_split_moves_amounts_between_lines_and_books_nothing():
    # 100.00 become 50.00, 30.00 and 20.00 of one product: 50.00 go, 30.00 and 20.00 come.
    got = begun(row("A", 10000)).add("2026-02-28", row("A", 5000), row("A", 3000, "2"), row("A", 2000, "3"))
    assert said(got, "reason") == [
        ("A", "1", "reclass", -5000, "2026-02-28", "split of an order line"),
        ("A", "2", "reclass", 3000, "2026-02-28", "split of an order line"),
        ("A", "3", "reclass", 2000, "2026-02-28", "split of an order line"),
    ]


@pytest.mark.parametrize("other", [{"ordered": 4001}, {"product": "Plan"}, {"currency": "EUR"}])
def test_what_fell_and_what_is_new_are_no_split_unless_they_are_equal_and_of_one_product(other):
    new = row("A", line="2", **{"ordered": 4000, **other})
    got = begun(row("A", 10000)).add("2026-02-28", row("A", 6000), new)
    assert [one[2:4] for one in said(got)] == [("contraction", 4000), ("new", new["ordered"])]


def test_rows_without_line_numbers_are_known_by_what_stands_in_them():
    # The first row goes: the reader counts the others 1, 2; the second also rose by 5.00.
    rows = [
        row("A", 1000, "1", product="Lens"),
        row("A", 2000, "2", product="Plan"),
        row("A", 3000, "3", product="Cap"),
    ]
    book = begun(*rows, lacks=("line_id",))
    got = book.add("2026-02-28", row("A", 2500, "1", product="Plan"), row("A", 3000, "2", product="Cap"),
                   lacks=("line_id",))  # fmt: skip
    assert said(got) == [("A", "2", "expansion", 500, "2026-02-28")]
    assert asked(got) == [("gone", "A", "1", 1000)]


def test_rows_without_line_numbers_in_another_order_move_nothing_and_one_between_them_is_new():
    book = begun(row("A", 1000, "1"), row("A", 2000, "2"), lacks=("line_id",))
    got = book.add("2026-02-28", row("A", 2000, "1"), row("A", 700, "2", booked="2026-02-09"), row("A", 1000, "3"),
                   lacks=("line_id",))  # fmt: skip
    # The book has a line 2 already, and the reader calls the new one so too.
    assert said(got) == [("A", "2 (2)", "new", 700, "2026-02-09")]
    assert asked(got) == []


def test_two_equal_rows_of_which_one_goes_are_one_line_gone():
    book = begun(row("A", 1000, "1"), row("A", 1000, "2"), lacks=("line_id",))
    got = book.add("2026-02-28", row("A", 1000, "1"), lacks=("line_id",))
    assert (said(got), [(kind, amount) for kind, _, _, amount in asked(got)]) == ([], [("gone", 1000)])


def test_another_customer_and_region_move_what_is_open_out_and_in():
    # 30.00 of 100.00 were shipped and billed to Ada: 70.00 go to Ada Corp of Asia.
    done = {"shipped": 3000, "shipped_date": "2026-01-20", "invoiced": 3000, "invoiced_date": "2026-01-21"}
    got = begun(row("A", 10000, region="Europe", **done)).add(
        "2026-02-28", row("A", 10000, customer="Ada Corp", region="Asia", changed="2026-02-11", **done)
    )
    assert said(got, "customer", "region", "reason") == [
        ("A", "1", "reclass", -7000, "2026-02-11", "Ada", "Europe", "transfer"),
        ("A", "1", "reclass", 7000, "2026-02-11", "Ada Corp", "Asia", "transfer"),
    ]


def test_a_segment_that_is_empty_now_stays_what_it_was_and_is_said():
    got = begun(row("A", 10000, region="Europe")).add("2026-02-28", row("A", 10000))
    assert said(got) == []
    assert "Order lines on which Region is empty now and stays what it was: 1." in got.notes


def test_another_currency_cancels_what_is_open_in_the_old_one_and_books_what_is_open_in_the_new():
    # 30.00 of 100.00 USD shipped: 70.00 USD leave. 90.00 EUR with 27.00 shipped: 63.00 EUR come.
    book = begun(row("A", 10000, shipped=3000, shipped_date="2026-01-20"))
    got = book.add("2026-02-28", row("A", 9000, currency="EUR", shipped=2700, shipped_date="2026-01-20"))
    assert said(got, "currency", "reason") == [
        ("A", "1", "cancellation", 7000, "2026-02-28", "USD", "currency changed from USD to EUR"),
        ("A", "1 EUR", "new", 6300, "2026-02-28", "EUR", "currency changed from USD to EUR"),
    ]
    later = book.add("2026-03-31", row("A", 9000, currency="EUR", shipped=9000, shipped_date="2026-03-04"))
    assert said(later, "currency") == [("A", "1 EUR", "shipment", 6300, "2026-03-04", "EUR")]


def test_a_report_in_which_a_line_stands_twice_is_refused():
    with pytest.raises(InputError, match=r"o\.csv row 3: order A line 1 of North stands in erp twice"):
        begun(row("A", 10000), row("A", 5000))


def test_a_report_of_none_of_the_lines_is_refused():
    with pytest.raises(InputError, match="None of the 2 order lines of the last snapshot of erp is in this report"):
        begun(row("A", 10000), row("B", 5000)).add("2026-02-28", row("X", 700, booked="2026-02-03"))


def test_an_empty_report_is_refused():
    with pytest.raises(InputError, match="is in this report, which has 0"):
        begun(row("A", 10000)).add("2026-02-28", report())


def test_a_report_older_than_the_last_one_is_refused():
    with pytest.raises(InputError, match="is of 2026-01-30, and the last one of 2026-01-31"):
        begun(K).add("2026-01-30", K)


@pytest.mark.parametrize(("name", "value"), [("cancelled", 1000), ("shipped", 1000), ("invoiced", 1000),
                                             ("quantity", 2)])  # fmt: skip
def test_a_report_without_a_column_that_would_read_as_zero_is_refused(name, value):
    book = begun(row("A", 10000, **{name: value}))
    with pytest.raises(InputError, match=r"The report has no column for .* says it of 1 order line"):
        book.add("2026-02-28", row("A", 10000), lacks=(name,))


def test_a_column_that_never_said_anything_may_be_missing_and_others_stay_as_they_were():
    book = begun(row("A", 10000, region="Europe", held=True, commit_date="2026-05-31"))
    got = book.add("2026-02-28", row("A", 12000), lacks=("shipped", "region", "held", "commit_date"))
    assert said(got, "region") == [("A", "1", "expansion", 2000, "2026-02-28", "Europe")]
    assert any(note.startswith("The report has no column for these, which stay as they were:") for note in got.notes)
