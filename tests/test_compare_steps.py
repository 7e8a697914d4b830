"""Logs of changes: days and steps between two snapshots, and logs that do not lead from one amount to the other."""

import pandas as pd
import pytest
from compared import Book, row, said

_NAMES = ["order_id", "line_id", "field", "old", "new", "old_minor", "new_minor", "day"]


def log(*changes):
    """Return a log from (day, field, before, after) of order A; another order and line may follow."""
    rows = []
    for day, field, before, after, *key in changes:
        order, line = key or ("A", "1")
        amounts = (before, after) if isinstance(before, int) else (None, None)
        rows.append((order, line, field, str(before), str(after), *amounts, day))
    made = pd.DataFrame(rows, columns=_NAMES)
    return made.assign(day=pd.to_datetime(made["day"]).astype("datetime64[us]"),
                       **{name: made[name].astype("Int64") for name in ("old_minor", "new_minor")})  # fmt: skip


def between(before, now, *changes):
    """Return what a snapshot of 28 February and a log say of order A after one of 31 January."""
    book = Book()
    book.add("2026-01-31", row("A", **before))
    return book.add("2026-02-28", row("A", **now), changes=log(*changes))


def test_a_log_gives_the_day_of_a_change_and_leaves_no_doubt_of_it():
    got = between({"ordered": 10000}, {"ordered": 13000, "changed": "2026-02-20"},
                  ("2026-02-09", "ordered", 10000, 13000))  # fmt: skip
    assert said(got, "since") == [("A", "1", "expansion", 3000, "2026-02-09", None)]


@pytest.mark.parametrize(("now", "last"), [(12000, ("contraction", 3000)), (10000, ("contraction", 5000))])
def test_every_step_is_booked_on_its_day_even_where_the_last_takes_the_first_back(now, last):
    got = between({"ordered": 10000}, {"ordered": now}, ("2026-02-05", "ordered", 10000, 15000),
                  ("2026-02-20", "ordered", 15000, now))  # fmt: skip
    assert said(got) == [("A", "1", "expansion", 5000, "2026-02-05"), ("A", "1", *last, "2026-02-20")]


def test_steps_at_the_same_quantity_are_changes_of_price():
    got = between({"ordered": 10000, "quantity": 10}, {"ordered": 12000, "quantity": 10},
                  ("2026-02-05", "ordered", 10000, 15000), ("2026-02-20", "ordered", 15000, 12000))  # fmt: skip
    assert said(got) == [
        ("A", "1", "price_increase", 5000, "2026-02-05"), ("A", "1", "price_decrease", 3000, "2026-02-20"),
    ]  # fmt: skip


def test_steps_of_one_day_may_stand_latest_first():
    got = between({"ordered": 10000}, {"ordered": 12000}, ("2026-02-05", "ordered", 15000, 12000),
                  ("2026-02-05", "ordered", 10000, 15000))  # fmt: skip
    assert said(got) == [("A", "1", "contraction", 3000, "2026-02-05"), ("A", "1", "expansion", 5000, "2026-02-05")]


@pytest.mark.parametrize("changes", [
    [("2026-02-05", "ordered", 10000, 11000)], [("2026-02-05", "ordered", 9000, 13000)],
    [("2026-02-05", "ordered", 10000, 11000), ("2026-02-06", "ordered", 12000, 13000)],
])  # fmt: skip
def test_a_log_that_does_not_lead_from_one_amount_to_the_other_is_left_out_and_said(changes):
    got = between({"ordered": 10000}, {"ordered": 13000}, *changes)
    assert said(got, "since") == [("A", "1", "expansion", 3000, "2026-02-28", "2026-02-01")]
    assert ("Order lines whose log of changes does not lead from the last amount to this one, compared without it: 1."
            in got.notes)  # fmt: skip


def test_steps_up_to_the_last_snapshot_and_after_the_as_of_date_are_none_of_this_comparison():
    got = between({"ordered": 10000}, {"ordered": 13000}, ("2026-01-31", "ordered", 8000, 10000),
                  ("2026-02-09", "ordered", 10000, 13000), ("2026-03-01", "ordered", 13000, 14000))  # fmt: skip
    assert said(got) == [("A", "1", "expansion", 3000, "2026-02-09")]


@pytest.mark.parametrize(("field", "before", "now", "kind", "amount"), [
    ("shipped", {}, {"shipped": 4000}, "shipment", 4000), ("invoiced", {}, {"invoiced": 4000}, "invoice", 4000),
    ("cancelled", {}, {"cancelled": 4000}, "cancellation", 4000),
    ("status", {}, {"cancelled": 4000, "withdrawn": True}, "cancellation", 4000),
    ("status", {}, {"held": True}, "hold", 0), ("status", {"held": True}, {}, "release", 0),
    ("status", {}, {"completed": True}, "completion", 0),
    ("commit_date", {}, {"commit_date": "2026-06-30"}, "reschedule", 0),
])  # fmt: skip
def test_a_log_gives_the_day_of_whatever_else_changed(field, before, now, kind, amount):
    got = between({"ordered": 10000, **before}, {"ordered": 10000, **now}, ("2026-02-09", field, "a", "b"))
    assert said(got, "since") == [("A", "1", kind, amount, "2026-02-09", None)]


def test_a_day_of_its_own_comes_before_the_day_of_the_log():
    got = between({"ordered": 10000}, {"ordered": 10000, "shipped": 4000, "shipped_date": "2026-02-05"},
                  ("2026-02-09", "shipped", 0, 4000))  # fmt: skip
    assert said(got) == [("A", "1", "shipment", 4000, "2026-02-05")]


def test_of_several_days_of_one_field_the_last_one_counts():
    got = between({"ordered": 10000}, {"ordered": 10000, "held": True}, ("2026-02-05", "status", "Open", "Hold"),
                  ("2026-02-07", "status", "Hold", "Open"), ("2026-02-19", "status", "Open", "Hold"))  # fmt: skip
    assert said(got) == [("A", "1", "hold", 0, "2026-02-19")]


def test_a_log_of_whole_orders_tells_the_amount_of_an_order_with_one_line_and_the_state_of_every_line():
    book = Book()
    book.add("2026-01-31", row("A", 10000), row("B", 2000), row("B", 3000, "2"))
    changes = log(
        ("2026-02-09", "ordered", 10000, 13000, "A", ""), ("2026-02-10", "ordered", 5000, 7000, "B", ""),
        ("2026-02-11", "status", "Open", "Hold", "B", ""),
    )  # fmt: skip
    rows = [row("A", 13000), row("B", 4000, held=True), row("B", 3000, "2", held=True)]
    got = book.add("2026-02-28", *rows, changes=changes)
    # The log says 20.00 more of order B, not of which line.
    assert said(got, "since") == [
        ("A", "1", "expansion", 3000, "2026-02-09", None),
        ("B", "1", "hold", 0, "2026-02-11", None), ("B", "1", "expansion", 2000, "2026-02-28", "2026-02-01"),
        ("B", "2", "hold", 0, "2026-02-11", None),
    ]  # fmt: skip


def test_a_log_of_an_order_number_that_two_entities_use_is_left_out():
    book = Book()
    book.add("2026-01-31", row("A", 10000), row("A", 10000, entity="South"))
    got = book.add("2026-02-28", row("A", 13000), row("A", 10000, entity="South"),
                   changes=log(("2026-02-09", "ordered", 10000, 13000)))  # fmt: skip
    assert said(got, "entity") == [("A", "1", "expansion", 3000, "2026-02-28", "North")]


def test_a_new_line_is_booked_as_the_log_says_it_began():
    book = Book()
    book.add("2026-01-31", row("K", 100))
    told = log(("2026-02-15", "ordered", 8000, 9500), ("2026-02-20", "ordered", 9500, 9000))
    got = book.add("2026-02-28", row("K", 100), row("A", 9000, booked="2026-02-03"), changes=told)
    assert "New order lines that the log of changes tells step by step: 1." in got.notes
    assert said(got) == [
        ("A", "1", "new", 8000, "2026-02-03"), ("A", "1", "expansion", 1500, "2026-02-15"),
        ("A", "1", "contraction", 500, "2026-02-20"),
    ]  # fmt: skip


def test_a_first_snapshot_is_read_plainly_whatever_a_log_says():
    got = Book().add("2026-02-28", row("A", 9000, booked="2026-02-03"),
                     changes=log(("2026-02-15", "ordered", 8000, 9000)))  # fmt: skip
    assert said(got) == [("A", "1", "new", 9000, "2026-02-03")]


def test_steps_of_a_line_that_was_withdrawn_are_not_told_one_by_one():
    # Raised and then emptied by its cancellation: the log's steps would tell the cancellation as a contraction.
    got = between({"ordered": 10000}, {"ordered": 0, "withdrawn": True, "cancelled_date": "2026-02-20"},
                  ("2026-02-05", "ordered", 10000, 15000), ("2026-02-20", "ordered", 15000, 0))  # fmt: skip
    assert said(got) == [("A", "1", "cancellation", 10000, "2026-02-20")]


def test_a_customer_and_a_region_move_on_the_last_day_that_a_log_says_of_either():
    got = between({"ordered": 10000, "region": "Asia"}, {"ordered": 10000, "customer": "Bo", "region": "Europe"},
                  ("2026-02-05", "customer", "Ada", "Bo"), ("2026-02-09", "region", "Asia", "Europe"))  # fmt: skip
    assert said(got, "customer", "since") == [
        ("A", "1", "reclass", -10000, "2026-02-09", "Ada", None),
        ("A", "1", "reclass", 10000, "2026-02-09", "Bo", None),
    ]


def test_a_log_of_the_quantity_gives_the_day_on_which_more_or_less_was_ordered_but_not_that_of_a_price():
    # 10 at 10.00 become 15 at 12.00: 50.00 more ordered on the day of the log, 30.00 for the price on an unknown one.
    got = between({"ordered": 10000, "quantity": 10}, {"ordered": 18000, "quantity": 15},
                  ("2026-02-05", "quantity", "10", "15"))  # fmt: skip
    assert said(got, "since") == [
        ("A", "1", "expansion", 5000, "2026-02-05", None),
        ("A", "1", "price_increase", 3000, "2026-02-28", "2026-02-01"),
    ]


@pytest.mark.parametrize(("fact", "kind"), [("shipped", "shipment"), ("invoiced", "invoice")])
def test_what_was_shipped_or_invoiced_in_steps_is_told_on_the_day_of_each(fact, kind):
    # 100 ordered; 30 on the 5th and 40 more on the 20th of February, or all of the rest.
    for last in (7000, 10000):
        got = between({"ordered": 10000}, {"ordered": 10000, fact: last, f"{fact}_date": "2026-02-20"},
                      ("2026-02-05", fact, 0, 3000), ("2026-02-20", fact, 3000, last))  # fmt: skip
        assert said(got, "since") == [
            ("A", "1", kind, 3000, "2026-02-05", None), ("A", "1", kind, last - 3000, "2026-02-20", None),
        ]  # fmt: skip


@pytest.mark.parametrize("changes", [
    [(30, 70), (70, 100)],  # begins where nothing ended
    [(0, 70), (70, 60), (60, 100)],  # falls between
    [("0", "30"), ("30", "100")],  # without amounts
])  # fmt: skip
def test_steps_of_a_fact_that_cannot_be_told_one_by_one_leave_its_day_unknown(changes):
    # 100 shipped by the 20th of February, in steps that nobody can follow: some day since the 1st.
    steps = [(f"2026-02-{5 * (place + 1):02}", "shipped", *one) for place, one in enumerate(changes)]
    got = between({"ordered": 100}, {"ordered": 100, "shipped": 100, "shipped_date": "2026-02-20"}, *steps)
    assert said(got, "since") == [("A", "1", "shipment", 100, "2026-02-20", "2026-02-01")]


@pytest.mark.parametrize("change", [(0, 70), ("0", "70")])
def test_one_change_of_a_fact_in_a_log_is_all_of_it(change):
    got = between({"ordered": 100}, {"ordered": 100, "shipped": 70}, ("2026-02-05", "shipped", *change))
    assert said(got, "since") == [("A", "1", "shipment", 70, "2026-02-05", None)]


def test_several_cancellations_in_a_log_leave_their_day_unknown_whatever_it_says_of_the_status():
    # 30 on the 5th, 20 more on the 20th with the status: 50, on a day since the 1st.
    got = between({"ordered": 100}, {"ordered": 100, "cancelled": 50, "cancelled_date": "2026-02-20"},
                  ("2026-02-05", "cancelled", 0, 30), ("2026-02-20", "cancelled", 30, 50),
                  ("2026-02-20", "status", "Open", "Part"))  # fmt: skip
    assert said(got, "since") == [("A", "1", "cancellation", 50, "2026-02-20", "2026-02-01")]
