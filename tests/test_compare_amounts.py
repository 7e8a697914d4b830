"""Order values in two snapshots: what is quantity, what is price, what was cancelled and what came back."""

import pytest
from compared import Book, row, said

_CANCELLED = {"withdrawn": True, "cancelled_date": "2026-02-10"}


def between(before, now, **options):
    """Return what a snapshot of 28 February says of order A after one of 31 January; each is an amount and more."""
    book = Book(**options)
    book.add("2026-01-31", row("A", before[0], **before[1]))
    return book.add("2026-02-28", row("A", now[0], **now[1]))


def kinds(got):
    """Return kind -> amount of the events of order A."""
    events = said(got)
    assert len({kind for _, _, kind, _, _ in events}) == len(events)
    return {kind: amount for _, _, kind, amount, _ in events}


@pytest.mark.parametrize(("before", "now", "wanted"), [
    (10000, 13000, {"expansion": 3000}), (10000, 7500, {"contraction": 2500}), (10000, 0, {"contraction": 10000}),
    (0, 4000, {"expansion": 4000}), (10000, 10000, {}),
])  # fmt: skip
def test_without_a_quantity_every_change_of_the_amount_is_more_or_less_ordered(before, now, wanted):
    assert kinds(between((before, {}), (now, {}))) == wanted


@pytest.mark.parametrize(("before", "now", "wanted"), [
    # 10 at 10.00, 20 at 7.00: 10 more at 10.00 are 100.00 more, 40.00 in all, so 60.00 off the price.
    ((10000, 10), (14000, 20), {"expansion": 10000, "price_decrease": 6000}),
    # 10 at 10.00, 6 at 15.00: 4 fewer at 10.00 are 40.00 less, 10.00 in all, so 30.00 on the price.
    ((10000, 10), (9000, 6), {"contraction": 4000, "price_increase": 3000}),
    # 10 at 10.00, 6 at 9.00: 40.00 less ordered, 46.00 in all, so 6.00 off the price.
    ((10000, 10), (5400, 6), {"contraction": 4000, "price_decrease": 600}),
    ((10000, 10), (12000, 10), {"price_increase": 2000}),
    ((10000, 10), (9999, 10), {"price_decrease": 1}),
    ((10000, 10), (20000, 20), {"expansion": 10000}),
    # Nothing was priced before, and nothing is now: no unit price to go by.
    ((0, 10), (14000, 20), {"expansion": 14000}),
    ((10000, 10), (0, 0), {"contraction": 10000}),
    ((10000, None), (14000, 20), {"expansion": 4000}), ((10000, 0), (14000, 20), {"expansion": 4000}),
])  # fmt: skip
def test_units_count_at_the_old_unit_price_and_the_rest_is_price(before, now, wanted):
    got = between((before[0], {"quantity": before[1]}), (now[0], {"quantity": now[1]}))
    assert kinds(got) == wanted


@pytest.mark.parametrize(("before", "now", "wanted"), [
    # 1 of 2 at 100.01: half of 100.01 is 50.005, a half away from zero, 50.01; 149.99 less 100.01 is 49.98.
    ((10001, 2), (14999, 3), {"expansion": 5001, "price_decrease": 3}),
    ((10001, 2), (5000, 1), {"contraction": 5001}),
    # A third of 1.00 is 0.333..., 0.33; two thirds are 0.67.
    ((100, 3), (133, 4), {"expansion": 33}), ((100, 3), (167, 5), {"expansion": 67}),
    # 0.1 to 0.3 is 0.2 more, exactly twice as much again, whatever binary fractions make of it.
    ((1000, 0.1), (3000, 0.3), {"expansion": 2000}),
    # 2.5 to 1: 1.5 of 2.5 is 60.00 of 100.00.
    ((10000, 2.5), (4000, 1), {"contraction": 6000}),
    # 90,000,000,000,000.01 for 3, a fourth: 30,000,000,000,000.00333..., past what a float holds to the cent.
    ((9_000_000_000_000_001, 3), (12_000_000_000_000_001, 4), {"expansion": 3_000_000_000_000_000}),
])  # fmt: skip
def test_the_quantity_part_is_rounded_once_half_away_from_zero_and_exactly(before, now, wanted):
    got = between((before[0], {"quantity": before[1]}), (now[0], {"quantity": now[1]}))
    assert kinds(got) == wanted


def test_units_stand_on_what_is_quantity_and_not_on_what_is_price():
    got = between((10000, {"quantity": 10}), (9000, {"quantity": 6}))
    assert said(got, "quantity", "since") == [
        ("A", "1", "contraction", 4000, "2026-02-28", 4, "2026-02-01"),
        ("A", "1", "price_increase", 3000, "2026-02-28", None, "2026-02-01"),
    ]


def test_another_quantity_at_the_same_amount_books_nothing_and_is_said():
    got = between((10000, {"quantity": 10}), (10000, {"quantity": 20}))
    assert said(got) == []
    assert "Order lines with another quantity and the same amount, on which nothing is booked: 1." in got.notes


@pytest.mark.parametrize(("before", "now", "wanted"), [
    (-5000, -8000, {"return_authorisation": 3000}), (-5000, -3000, {"return_authorisation": -2000}),
    # An order that turns into a return is ordered no more and authorised to go back, each in full.
    (5000, -2000, {"contraction": 5000, "return_authorisation": 2000}),
    (-2000, 5000, {"expansion": 5000, "return_authorisation": -2000}),
])  # fmt: skip
def test_an_order_below_zero_is_a_return_authorised_further_or_less(before, now, wanted):
    assert kinds(between((before, {}), (now, {}))) == wanted


def test_a_return_line_that_is_cancelled_is_a_return_taken_back():
    # 50.00 authorised, 20.00 of it withdrawn: net -30.00, so the cancellation is of -20.00.
    got = between((-5000, {}), (-5000, {"cancelled": -2000, "cancelled_date": "2026-02-10"}))
    assert said(got) == [("A", "1", "cancellation", -2000, "2026-02-10")]


def test_a_part_and_then_the_rest_are_cancelled_each_by_what_is_new():
    book = Book()
    book.add("2026-01-31", row("A", 10000))
    part = book.add("2026-02-28", row("A", 10000, cancelled=3000, cancelled_date="2026-02-10"))
    rest = book.add("2026-03-31", row("A", 10000, cancelled=10000, cancelled_date="2026-03-05", withdrawn=True))
    assert said(part) == [("A", "1", "cancellation", 3000, "2026-02-10")]
    assert said(rest) == [("A", "1", "cancellation", 7000, "2026-03-05")]


def test_less_ordered_and_some_of_it_cancelled_are_two_things_on_an_order_that_stands():
    # Net 100.00 - 0 to 80.00 - 10.00: 20.00 contracted, 10.00 cancelled.
    got = between((10000, {}), (8000, {"cancelled": 1000}))
    assert kinds(got) == {"contraction": 2000, "cancellation": 1000}


def test_the_reason_of_a_cancellation_is_the_one_of_the_export():
    got = between((10000, {}), (10000, {"cancelled": 10000, "reason": "customer closed", **_CANCELLED}))
    assert said(got, "reason") == [("A", "1", "cancellation", 10000, "2026-02-10", "customer closed")]


@pytest.mark.parametrize(("now", "lost"), [(0, 10000), (3000, 7000)])
def test_what_the_amount_of_a_withdrawn_line_lost_is_a_cancellation_and_no_contraction(now, lost):
    got = between((10000, {"quantity": 10}), (now, {"quantity": now / 1000, **_CANCELLED}))
    assert said(got, "reason") == [("A", "1", "cancellation", lost, "2026-02-10", "withdrawn")]


def test_a_withdrawn_line_whose_amount_and_cancelled_amount_stay_loses_nothing():
    # The reader says what a status cancels: nothing more where all was delivered.
    got = between((10000, {"shipped": 10000}), (10000, {"shipped": 10000, "withdrawn": True}))
    assert said(got) == []


def test_a_withdrawn_line_whose_amount_rises_is_expanded():
    assert kinds(between((10000, {}), (12000, {"withdrawn": True}))) == {"expansion": 2000}


def test_what_a_withdrawn_line_lost_and_what_is_given_as_cancelled_are_one_cancellation():
    # Net 100.00 to 60.00 - 20.00 = 40.00: 60.00 are cancelled, 40.00 of them by the fall, and nothing is contracted.
    got = between((10000, {}), (6000, {"cancelled": 2000, **_CANCELLED}))
    assert kinds(got) == {"cancellation": 6000}


def test_a_withdrawn_line_that_falls_further_loses_the_rest():
    book = Book()
    book.add("2026-01-31", row("A", 10000))
    book.add("2026-02-28", row("A", 4000, withdrawn=True))
    assert kinds(book.add("2026-03-31", row("A", 0, withdrawn=True))) == {"cancellation": 4000}


@pytest.mark.parametrize(("again", "wanted"), [
    (10000, {"cancellation": -10000}), (6000, {"cancellation": -6000}),
    # 100.00 come back, the 20.00 beyond what was lost are new.
    (12000, {"cancellation": -10000, "expansion": 2000}),
])  # fmt: skip
def test_an_emptied_line_that_is_back_is_reinstated_by_no_more_than_it_lost(again, wanted):
    book = Book()
    book.add("2026-01-31", row("A", 10000))
    book.add("2026-02-28", row("A", 0, withdrawn=True))
    back = book.add("2026-03-31", row("A", again))
    assert kinds(back) == wanted
    assert {one["reason"] for one in back.events.to_dict("records") if one["kind"] == "cancellation"} == {"reinstated"}


def test_what_was_reinstated_once_is_not_reinstated_again():
    # Lost 100.00, back with 60.00: 40.00 remembered. Raised to 100.00 later as an open order, the 40.00 are new.
    book = Book()
    book.add("2026-01-31", row("A", 10000))
    book.add("2026-02-28", row("A", 0, withdrawn=True))
    book.add("2026-03-31", row("A", 6000))
    assert kinds(book.add("2026-04-30", row("A", 10000))) == {"expansion": 4000}


def test_a_cancellation_taken_back_is_a_negative_one_and_its_old_day_is_not_its_day():
    book = Book()
    book.add("2026-01-31", row("A", 10000))
    book.add("2026-02-28", row("A", 10000, cancelled=10000, cancelled_date="2026-02-10", withdrawn=True))
    back = book.add("2026-03-31", row("A", 10000, cancelled=4000, cancelled_date="2026-02-10", changed="2026-03-12"))
    assert said(back, "reason") == [("A", "1", "cancellation", -6000, "2026-03-12", "reinstated")]


def test_a_line_open_again_after_completion_goes_on_under_a_line_of_its_own_with_what_is_unbilled():
    # Completed with 70.00 of 100.00 billed: completion relieved 30.00. Open again: the 30.00 move to a new line.
    book = Book()
    done = {"shipped": 7000, "invoiced": 7000}
    book.add("2026-01-31", row("A", 10000, completed=True, **done))
    again = book.add("2026-02-28", row("A", 10000, **done))
    assert said(again, "reason") == [
        ("A", "1", "reclass", -3000, "2026-02-28", "open again after completion"),
        ("A", "1 reopened", "reclass", 3000, "2026-02-28", "open again after completion"),
    ]
    rest = book.add("2026-03-31", row("A", 10000, shipped=10000, invoiced=9000, shipped_date="2026-03-04",
                                      invoiced_date="2026-03-05"))  # fmt: skip
    assert said(rest) == [
        ("A", "1 reopened", "shipment", 3000, "2026-03-04"), ("A", "1 reopened", "invoice", 2000, "2026-03-05"),
    ]  # fmt: skip


def test_a_line_open_again_with_everything_billed_moves_nothing():
    done = {"shipped": 10000, "invoiced": 10000}
    assert said(between((10000, {"completed": True, **done}), (10000, done))) == []
