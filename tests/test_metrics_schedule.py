"""The schedule: which month an order line is due to leave in; terms spread over their days."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbbxl.metrics.ageing import add_ages
from bbbxl.metrics.schedule import schedule, slots
from bbbxl.periods import Calendar

AS_OF = date(2026, 10, 31)


def line(amount=100, commit=None, start=None, end=None, held=False):
    return {"backlog_billing": amount, "commit_date": commit, "term_start": start, "term_end": end, "held": held}


def spread(*lines, as_of=AS_OF):
    """Return the slots of each line that are not zero."""
    frame = pd.DataFrame(list(lines), columns=list(line()))
    for name in ("commit_date", "term_start", "term_end"):
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[s]")
    frame["held"] = frame["held"].astype(bool)
    frame["original_commit_date"] = frame["order_date"] = frame["commit_date"]
    table = schedule(add_ages(frame, as_of, "commit"), as_of, "billing", Calendar())
    assert (table.sum(axis=1) == frame["backlog_billing"]).all()
    return [{name: int(value) for name, value in row.items() if value} for _, row in table.iterrows()]


@pytest.mark.parametrize(
    ("commit", "slot"),
    [("2020-01-01", "past_due"), ("2026-10-30", "past_due"), ("2026-10-31", "rest"), ("2026-11-01", "month_1"),
     ("2026-11-30", "month_1"), ("2026-12-01", "month_2"), ("2027-10-31", "month_12"), ("2027-11-01", "later"),
     (None, "unscheduled")],
)  # fmt: skip
def test_a_line_stands_in_the_slot_of_its_commit_date(commit, slot):
    assert spread(line(commit=commit)) == [{slot: 100}]


def test_on_the_last_day_of_a_month_only_that_day_is_left_of_it():
    titles = {slot.name: slot.title for slot in slots(AS_OF, Calendar())}
    assert (titles["rest"], titles["month_1"], titles["later"]) == ("Due 2026-10-31", "2026-11", "After 2027-10")


def test_inside_a_month_the_rest_of_it_is_a_slot():
    as_of = date(2026, 10, 15)
    assert {slot.name: slot.title for slot in slots(as_of, Calendar())}["rest"] == "Rest of 2026-10"
    lines = [line(1, "2026-10-14"), line(2, "2026-10-15"), line(4, "2026-10-31"), line(8, "2026-11-01")]
    assert spread(*lines, as_of=as_of) == [{"past_due": 1}, {"rest": 2}, {"rest": 4}, {"month_1": 8}]


def test_a_held_line_is_on_hold_whatever_its_dates():
    assert spread(line(commit="2020-01-01", held=True)) == [{"on_hold": 100}]
    assert spread(line(start="2026-01-01", end="2027-12-31", held=True)) == [{"on_hold": 100}]


def test_a_line_with_a_term_is_spread_over_its_remaining_days():
    # Of 1 November to 31 December, 61 days: 30/61 and 31/61 of 100 are 49.18 and 50.82, in whole units 49 and 51.
    assert spread(line(start="2026-11-01", end="2026-12-31")) == [{"month_1": 49, "month_2": 51}]
    # A term that has begun: what is left runs from the day after the as-of date.
    assert spread(line(start="2025-01-01", end="2026-12-31")) == [{"month_1": 49, "month_2": 51}]


def test_a_term_beyond_a_year_reaches_into_later():
    # 1 November 2026 to 31 October 2028: 731 days (2028 is a leap year), 365 in the next twelve months.
    found = spread(line(731, start="2026-11-01", end="2028-10-31"))[0]
    assert found["month_1"] == 30
    assert found["month_4"] == 28
    assert found["later"] == 366
    assert sum(found.values()) == 731


def test_what_is_left_after_a_term_is_past_due():
    assert spread(line(start="2025-01-01", end="2026-09-30")) == [{"past_due": 100}]
    assert spread(line(start="2025-01-01", end="2026-10-31")) == [{"rest": 100}]


def test_a_term_that_ends_before_it_starts_is_a_date():
    assert spread(line(start="2027-03-01", end="2026-12-31")) == [{"month_2": 100}]


def test_returns_stand_negative_in_the_slot_of_their_line():
    assert spread(line(-7, start="2026-11-01", end="2026-12-31")) == [{"month_1": -3, "month_2": -4}]


def test_nothing_open_gives_every_slot_and_no_line():
    assert spread() == []


@given(
    st.integers(-(10**13), 10**13), st.dates(date(2025, 1, 1), date(2028, 1, 1)),
    st.integers(0, 1500), st.dates(date(2026, 1, 1), date(2026, 12, 31)),
)  # fmt: skip
def test_the_slots_of_a_line_sum_to_its_backlog(amount, start, length, as_of):
    end = date.fromordinal(start.toordinal() + length)
    found = spread(line(amount, start=str(start), end=str(end)), as_of=as_of)[0]
    assert sum(found.values()) == amount
