"""Cancelled and booked again: which pairs are asked about, and what the answers write."""

import pytest
from compared import Book, row, said, states_of, sums

from bbbxl.errors import InputError

_OFF = {"cancelled": 10000, "cancelled_date": "2026-02-10", "withdrawn": True}
A, GONE = row("A", 10000), row("A", 10000, **_OFF)


def pairs(got):
    """Return (cancelled order, amount, new order, amount) of the questions about pairs."""
    return [(one.order_id, one.amount, one.other_order, one.other_amount)
            for one in got.questions if one.kind == "rebooked"]  # fmt: skip


def begun(*rows):
    """Return a book with a snapshot of 31 January: order A over 100.00, and more."""
    book = Book()
    book.add("2026-01-31", A, *rows)
    return book


def again(amount=12000, booked="2026-02-12", **more):
    """Return a new order of the same customer and product."""
    return row("B", amount, booked=booked, **more)


def test_a_cancellation_and_a_new_order_both_count_and_are_asked_about():
    got = begun().add("2026-02-28", GONE, again())
    assert said(got) == [("A", "1", "cancellation", 10000, "2026-02-10"), ("B", "1", "new", 12000, "2026-02-12")]
    assert pairs(got) == [("A", 10000, "B", 12000)]
    assert [one.doubtful for one in got.questions] == [False]


@pytest.mark.parametrize(("amount", "asked"), [(5000, True), (4999, False), (20000, True), (20001, False)])
def test_a_pair_is_asked_about_only_where_one_amount_is_no_less_than_half_of_the_other(amount, asked):
    assert bool(pairs(begun().add("2026-02-28", GONE, again(amount)))) is asked


@pytest.mark.parametrize("other", [{"customer": "Bo"}, {"product": "Plan"}, {"currency": "EUR"}, {"entity": "South"}])
def test_a_new_order_of_another_customer_product_currency_or_entity_is_no_pair(other):
    assert pairs(begun().add("2026-02-28", GONE, again(**other))) == []


def test_orders_of_nobody_are_no_pair():
    book = Book()
    book.add("2026-01-31", row("A", 10000, customer=""))
    assert pairs(book.add("2026-02-28", row("A", 10000, customer="", **_OFF), again(customer=""))) == []


@pytest.mark.parametrize(("booked", "asked"), [("2026-04-13", True), ("2026-04-14", False)])
def test_a_new_order_of_a_later_snapshot_is_a_pair_within_62_days(booked, asked):
    # 10 February and 62 days: 18 left in February, 31 in March, 13 in April.
    book = begun()
    assert pairs(book.add("2026-02-28", GONE)) == []
    assert bool(pairs(book.add("2026-04-30", GONE, again(booked=booked)))) is asked


@pytest.mark.parametrize(("booked", "asked"), [("2026-01-06", True), ("2026-01-05", False), ("2026-01-04", False)])
def test_an_order_in_the_book_already_is_a_pair_where_it_was_booked_after_the_one_cancelled(booked, asked):
    # A was booked on 5 January: an order of that day or before is no second booking of it.
    new = again(booked=booked)
    assert bool(pairs(begun(new).add("2026-02-28", GONE, new))) is asked


def test_an_order_first_shown_late_but_booked_before_the_one_cancelled_is_no_pair():
    assert pairs(begun().add("2026-02-28", GONE, again(booked="2026-01-04"))) == []


def test_of_two_new_orders_the_one_of_the_same_amount_is_asked_about_else_the_nearest():
    equal = row("C", 10000, booked="2026-02-25")
    assert pairs(begun().add("2026-02-28", GONE, again(), equal)) == [("A", 10000, "C", 10000)]
    far = row("C", 9000, booked="2026-02-25")
    assert pairs(begun().add("2026-02-28", GONE, again(), far)) == [("A", 10000, "B", 12000)]


def test_every_order_is_in_one_pair_at_most():
    second = row("D", 11000)
    off = row("D", 11000, cancelled=11000, cancelled_date="2026-02-11", withdrawn=True)
    got = begun(second).add("2026-02-28", GONE, off, again())
    assert pairs(got) == [("D", 11000, "B", 12000)]


def test_a_part_that_was_cancelled_is_the_amount_of_the_pair():
    part = row("A", 10000, cancelled=4000, cancelled_date="2026-02-10")
    assert pairs(begun().add("2026-02-28", part, again(3500))) == [("A", 4000, "B", 3500)]


def test_an_amount_that_fell_with_the_status_is_a_cancellation_too():
    assert pairs(begun().add("2026-02-28", row("A", 0, withdrawn=True), again())) == [("A", 10000, "B", 12000)]


def test_a_pair_is_asked_about_once_and_after_separate_never_again():
    book = begun()
    book.add("2026-02-28", GONE, again())
    assert pairs(book.add("2026-03-31", GONE, again())) == []
    assert said(book.answer("rebooked", "separate", "A")) == []
    third = row("C", 10000, booked="2026-04-02")
    assert pairs(book.add("2026-04-30", GONE, again(), third)) == []


@pytest.mark.parametrize(("amount", "difference"), [
    (12000, [("B", "1", "expansion", 2000, "2026-02-12", "rebooked")]),
    (8000, [("B", "1", "contraction", 2000, "2026-02-12", "rebooked")]), (10000, []),
])  # fmt: skip
def test_netting_takes_both_back_moves_the_order_and_books_the_difference(amount, difference):
    book = begun()
    book.add("2026-02-28", GONE, again(amount))
    got = book.answer("rebooked", "rebooked", "A")
    assert sorted(said(got, "reason")) == sorted([
        ("A", "1", "cancellation", -10000, "2026-02-10", "rebooked"),
        ("A", "1", "reclass", -10000, "2026-02-12", "rebooked"),
        ("B", "1", "new", -amount, "2026-02-12", "rebooked"),
        ("B", "1", "reclass", 10000, "2026-02-12", "rebooked"),
        *difference,
    ])  # fmt: skip
    assert sums(book.events) == states_of(book.baseline)
    assert said(book.add("2026-03-31", GONE, again(amount))) == []


def test_the_age_of_what_was_booked_again_runs_from_the_first_order():
    book = Book()
    book.add("2026-01-31", row("A", 10000, order_date="2025-12-19"))
    book.add("2026-02-28", row("A", 10000, order_date="2025-12-19", **_OFF), again(order_date="2026-02-12"))
    got = book.answer("rebooked", "rebooked", "A")
    assert {days for order, *_, days in said(got, "order_date") if order == "B"} == {"2025-12-19"}


def test_a_credit_for_the_cancellation_dated_before_the_new_order_moves_the_order_on_the_day_of_the_cancellation():
    # Billed 100.00, cancelled on the 10th and credited on the 11th; booked again on the 12th. The credit needs the
    # order lowered before it.
    billed = {"invoiced": 10000, "invoiced_date": "2026-01-20"}
    book = Book()
    book.add("2026-01-31", row("A", 10000, **billed))
    book.add("2026-02-28", row("A", 10000, **{**_OFF, "invoiced": 0, "invoiced_date": "2026-02-11"}), again())
    got = book.answer("rebooked", "rebooked", "A")
    assert {day for _, _, kind, _, day in said(got) if kind == "reclass"} == {"2026-02-10"}


def test_a_pair_that_moved_on_since_it_was_asked_about_is_not_netted():
    book = begun()
    book.add("2026-02-28", GONE, again())
    book.add("2026-03-31", row("A", 10000, cancelled=4000, cancelled_date="2026-02-10"), again())
    with pytest.raises(InputError, match="have changed since they were asked about"):
        book.answer("rebooked", "rebooked", "A")
