"""What was shipped, invoiced, credited, held, completed and dated anew between two snapshots, and on which day."""

import pytest
from compared import Book, row, said

_BILLED = {"shipped": 10000, "shipped_date": "2026-01-20", "invoiced": 10000, "invoiced_date": "2026-01-21"}


def between(before, now):
    """Return what a snapshot of 28 February says of order A over 100.00 after one of 31 January."""
    book = Book()
    book.add("2026-01-31", row("A", **{"ordered": 10000, **before}))
    return book.add("2026-02-28", row("A", **{"ordered": 10000, **now}))


def kinds(got):
    """Return (kind, amount, reason) of events."""
    return [(kind, amount, reason) for _, _, kind, amount, _, reason in said(got, "reason")]


def test_more_shipped_and_invoiced_is_what_is_new_on_its_own_days():
    got = between(
        {"shipped": 3000, "shipped_date": "2026-01-20", "invoiced": 1000, "invoiced_date": "2026-01-21"},
        {"shipped": 8000, "shipped_date": "2026-02-05", "invoiced": 7000, "invoiced_date": "2026-02-06"},
    )
    assert said(got, "since") == [
        ("A", "1", "shipment", 5000, "2026-02-05", "2026-02-01"),
        ("A", "1", "invoice", 6000, "2026-02-06", "2026-02-01"),
    ]  # fmt: skip


def test_a_shipment_taken_back_is_a_negative_one_and_an_invoice_taken_back_a_credit_note_of_no_cause():
    got = between(_BILLED, {"shipped": 6000, "shipped_date": "2026-01-20", "invoiced": 7000,
                            "invoiced_date": "2026-01-21"})  # fmt: skip
    assert said(got, "reason", "since") == [
        ("A", "1", "credit_note", 3000, "2026-02-28", None, "2026-02-01"),
        ("A", "1", "shipment", -4000, "2026-02-28", None, "2026-02-01"),
    ]


@pytest.mark.parametrize(("now", "wanted"), [
    # Billed 100.00 of 100.00, 30.00 cancelled and credited: the credit follows the order.
    ({"cancelled": 3000, "invoiced": 7000}, [("cancellation", 3000, None), ("credit_note", 3000, "cancellation")]),
    # 50.00 credited, of which the order lost 30.00: 20.00 are of another cause, which nobody said.
    ({"cancelled": 3000, "invoiced": 5000},
     [("cancellation", 3000, None), ("credit_note", 2000, None), ("credit_note", 3000, "cancellation")]),
    # 30.00 cancelled and 10.00 credited: 10.00 follow.
    ({"cancelled": 3000, "invoiced": 9000}, [("cancellation", 3000, None), ("credit_note", 1000, "cancellation")]),
    # 20.00 fewer ordered and credited: that is a fall of the net order too.
    ({"ordered": 8000, "invoiced": 8000}, [("contraction", 2000, None), ("credit_note", 2000, "cancellation")]),
    # The status says cancelled and the amount fell to what stays billed.
    ({"ordered": 4000, "withdrawn": True, "invoiced": 4000},
     [("cancellation", 6000, "withdrawn"), ("credit_note", 6000, "cancellation")]),
])  # fmt: skip
def test_a_credit_note_is_caused_by_what_the_order_lost_in_the_same_comparison_and_no_more(now, wanted):
    assert sorted(kinds(between(_BILLED, {**_BILLED, **now})), key=str) == sorted(wanted, key=str)


def test_a_credit_note_of_a_lower_price_has_no_cause_of_cancellation():
    # 10 at 10.00 become 10 at 8.00 and 20.00 are credited: a price allowance, which takes nothing off the order twice.
    got = between({**_BILLED, "quantity": 10}, {**_BILLED, "quantity": 10, "ordered": 8000, "invoiced": 8000})
    assert sorted(kinds(got), key=str) == [("credit_note", 2000, None), ("price_decrease", 2000, None)]


def test_a_credit_within_what_is_still_ordered_has_no_cause():
    # 100.00 ordered, 40.00 billed; 30.00 cancelled leave 70.00. The 20.00 credited were billed within those.
    got = between({"invoiced": 4000, "invoiced_date": "2026-01-21"},
                  {"invoiced": 2000, "invoiced_date": "2026-01-21", "cancelled": 3000})  # fmt: skip
    assert kinds(got) == [("cancellation", 3000, None), ("credit_note", 2000, None)]


def test_a_credit_dated_before_the_cancellation_does_not_follow_it():
    got = between(_BILLED, {**_BILLED, "cancelled": 3000, "cancelled_date": "2026-02-20", "invoiced": 7000,
                            "invoiced_date": "2026-02-10"})  # fmt: skip
    assert said(got, "reason") == [
        ("A", "1", "credit_note", 3000, "2026-02-10", None),
        ("A", "1", "cancellation", 3000, "2026-02-20", None),
    ]


@pytest.mark.parametrize("day", ["2026-02-10", "2026-02-11"])
def test_a_credit_dated_no_earlier_than_the_cancellation_follows_it(day):
    # Both days are known, and that of the as-of date is neither: nothing else changed the order.
    got = between(_BILLED, {**_BILLED, "cancelled": 3000, "cancelled_date": "2026-02-10", "invoiced": 7000,
                            "invoiced_date": day})  # fmt: skip
    assert said(got, "reason") == [
        ("A", "1", "cancellation", 3000, "2026-02-10", None), ("A", "1", "credit_note", 3000, day, "cancellation"),
    ]  # fmt: skip


def test_a_cancellation_of_an_earlier_comparison_causes_no_credit_of_this_one():
    book = Book()
    cancelled = {"cancelled": 3000, "cancelled_date": "2026-02-10"}
    book.add("2026-01-31", row("A", 10000, **_BILLED))
    book.add("2026-02-28", row("A", 10000, **_BILLED, **cancelled))
    credited = book.add("2026-03-31", row("A", 10000, **{**_BILLED, **cancelled, "invoiced": 7000}))
    assert kinds(credited) == [("credit_note", 3000, None)]


def test_what_goes_back_with_a_return_line_is_received_and_credited():
    got = between({"ordered": -5000}, {"ordered": -5000, "shipped": -5000, "shipped_date": "2026-02-05",
                                       "invoiced": -2000, "invoiced_date": "2026-02-06"})  # fmt: skip
    assert said(got, "reason") == [
        ("A", "1", "return_receipt", 5000, "2026-02-05", None), ("A", "1", "credit_note", 2000, "2026-02-06", "return"),
    ]  # fmt: skip


@pytest.mark.parametrize(("more", "day", "since"), [
    # 40 of 100 may have gone in parts, of which the report has the last day.
    ({"shipped_date": "2026-02-05", "changed": "2026-02-20"}, "2026-02-05", "2026-02-01"),
    # The day of the last change is the latest on which it may have happened.
    ({"changed": "2026-02-20"}, "2026-02-20", "2026-02-01"),
    ({}, "2026-02-28", "2026-02-01"),
    # Not between the two snapshots: the export knows of no change that could be this one.
    ({"changed": "2026-01-15"}, "2026-02-28", "2026-02-01"), ({"changed": "2026-01-31"}, "2026-02-28", "2026-02-01"),
    # The first day after the last snapshot, and the as-of date, are between the two.
    ({"changed": "2026-02-01"}, "2026-02-01", None), ({"changed": "2026-02-28"}, "2026-02-28", "2026-02-01"),
    # A fact's own day before the last snapshot is taken: it became known late.
    ({"shipped_date": "2026-01-25"}, "2026-01-25", None),
])  # fmt: skip
def test_a_fact_happened_on_its_own_day_else_by_the_last_change_else_by_the_as_of_date(more, day, since):
    assert said(between({}, {"shipped": 4000, **more}), "since") == [("A", "1", "shipment", 4000, day, since)]


def test_a_day_that_the_last_snapshot_said_already_is_not_the_day_of_what_is_new():
    shown = {"shipped_date": "2026-01-20"}
    got = between({"shipped": 4000, **shown}, {"shipped": 9000, **shown, "changed": "2026-02-11"})
    assert said(got, "since") == [("A", "1", "shipment", 5000, "2026-02-11", "2026-02-01")]


def test_what_is_taken_back_does_not_happen_before_the_last_snapshot():
    # 40.00 of 100.00 shipped stay, of 12 January: that is their day, not the day on which 60.00 were taken back.
    got = between(_BILLED, {**_BILLED, "shipped": 4000, "shipped_date": "2026-01-12"})
    assert said(got, "since") == [("A", "1", "shipment", -6000, "2026-02-28", "2026-02-01")]


def test_another_day_of_what_was_shipped_already_moves_nothing_and_is_said():
    got = between({"shipped": 4000, "shipped_date": "2026-01-20"}, {"shipped": 4000, "shipped_date": "2026-01-22"})
    assert said(got) == []
    assert "Order lines with another date of what is written already; it keeps its day: 1." in got.notes


def test_a_hold_and_its_release_have_the_day_of_the_change_and_no_amount():
    book = Book()
    book.add("2026-01-31", row("A", 10000))
    held = book.add("2026-02-28", row("A", 10000, held=True, changed="2026-02-12"))
    still = book.add("2026-03-31", row("A", 10000, held=True, changed="2026-03-12"))
    free = book.add("2026-04-30", row("A", 10000))
    assert said(held, "since") == [("A", "1", "hold", 0, "2026-02-12", "2026-02-01")]
    assert said(still) == []
    assert said(free, "since") == [("A", "1", "release", 0, "2026-04-30", "2026-04-01")]


def test_a_commit_date_that_moves_or_is_given_first_is_a_reschedule_and_an_empty_one_says_nothing():
    book = Book()
    book.add("2026-01-31", row("A", 10000, commit_date="2026-05-31"), row("B", 5000))
    moved = book.add("2026-02-28", row("A", 10000, commit_date="2026-07-31"), row("B", 5000, commit_date="2026-06-30"))
    empty = book.add("2026-03-31", row("A", 10000), row("B", 5000, commit_date="2026-06-30"))
    assert said(moved, "commit_date") == [
        ("A", "1", "reschedule", 0, "2026-02-28", "2026-07-31"),
        ("B", "1", "reschedule", 0, "2026-02-28", "2026-06-30"),
    ]
    assert said(empty) == []
    again = book.add("2026-04-30", row("A", 10000, commit_date="2026-07-31"), row("B", 5000, commit_date="2026-06-30"))
    assert said(again) == []


def test_a_completion_is_written_once():
    book = Book()
    book.add("2026-01-31", row("A", 10000))
    done = {"completed": True, "shipped": 9000, "shipped_date": "2026-02-05", "changed": "2026-02-17"}
    first, second = book.add("2026-02-28", row("A", 10000, **done)), book.add("2026-03-31", row("A", 10000, **done))
    assert said(first) == [
        ("A", "1", "shipment", 9000, "2026-02-05"), ("A", "1", "completion", 0, "2026-02-17"),
    ]  # fmt: skip
    assert said(second) == []


@pytest.mark.parametrize(("before", "now", "since"), [
    # 40 more of 100: one shipment on the 5th, or several of which it was the last. So with the rest of 70.
    (3000, 7000, "2026-02-01"), (3000, 10000, "2026-02-01"), (0, 7000, "2026-02-01"),
    # All of it, from nothing: one shipment.
    (0, 10000, None),
])  # fmt: skip
def test_what_may_have_come_in_parts_may_have_come_on_any_day_since_the_last_report(before, now, since):
    first = {"shipped": before, "shipped_date": "2026-01-20" if before else None}
    got = between(first, {"shipped": now, "shipped_date": "2026-02-05"})
    assert said(got, "since") == [("A", "1", "shipment", now - before, "2026-02-05", since)]
