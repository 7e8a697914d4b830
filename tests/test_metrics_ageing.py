"""Ageing: boundaries of the buckets, lines without a date, and sums."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbbxl.metrics.ageing import ORDER_AGE, PAST_DUE, add_ages, ageing, due_dates, in_bucket


def days(*values, name="age"):
    return pd.Series(values, dtype="Int64", name=name)


def bucket_of(day, buckets):
    found = [one.title for one in buckets if in_bucket(days(day), one).iloc[0]]
    assert len(found) <= 1
    return found[0] if found else None


@pytest.mark.parametrize(
    ("age", "title"),
    [(-5, "0 to 30 days"), (0, "0 to 30 days"), (30, "0 to 30 days"), (31, "31 to 60 days"), (60, "31 to 60 days"),
     (61, "61 to 90 days"), (90, "61 to 90 days"), (91, "91 to 180 days"), (180, "91 to 180 days"),
     (181, "181 to 365 days"), (365, "181 to 365 days"), (366, "Over 365 days"), (9999, "Over 365 days"),
     (None, None)],
)  # fmt: skip
def test_the_age_of_an_order_falls_into_the_bucket_that_names_it(age, title):
    assert bucket_of(age, ORDER_AGE) == title


@pytest.mark.parametrize(
    ("late", "title"),
    [(-1, "Not due"), (0, "Not due"), (1, "1 to 30 days past due"), (30, "1 to 30 days past due"),
     (31, "31 to 60 days past due"), (60, "31 to 60 days past due"), (61, "61 to 90 days past due"),
     (90, "61 to 90 days past due"), (91, "Over 90 days past due"), (None, None)],
)  # fmt: skip
def test_days_past_due_fall_into_the_bucket_that_names_them(late, title):
    assert bucket_of(late, PAST_DUE) == title


def test_lines_without_a_date_have_a_row_of_their_own():
    table = ageing(days(10, None, 400, None), pd.Series([1, 20, 300, -4000]), ORDER_AGE)
    assert table[0] == ("0 to 30 days", 1, 1)
    assert table[-2] == ("Over 365 days", 300, 1)
    assert table[-1] == ("No order date", 20 - 4000, 2)
    assert ageing(days(None, name="days_past_due"), pd.Series([7]), PAST_DUE)[-1] == ("No commit date", 7, 1)


def test_nothing_open_ages_to_zeros():
    assert {row[1:] for row in ageing(days(), pd.Series([], dtype="int64"), ORDER_AGE)} == {(0, 0)}


@given(st.lists(st.tuples(st.none() | st.integers(-500, 2000), st.integers(-(10**12), 10**12)), max_size=30))
def test_the_buckets_sum_to_what_is_open(lines):
    amounts = pd.Series([amount for _, amount in lines], dtype="int64")
    for buckets in (ORDER_AGE, PAST_DUE):
        name = "age" if buckets is ORDER_AGE else "days_past_due"
        table = ageing(days(*(day for day, _ in lines), name=name), amounts, buckets)
        assert sum(amount for _, amount, _ in table) == amounts.sum()
        assert sum(count for _, _, count in table) == len(lines)


def orders():
    """Three lines: one moved from June to August, one with a term that ends in September, one without dates."""
    return pd.DataFrame({
        "order_date": pd.to_datetime(["2026-01-31", "2026-05-01", None]),
        "commit_date": pd.to_datetime(["2026-08-01", "2026-05-02", None]),
        "original_commit_date": pd.to_datetime(["2026-06-01", None, None]),
        "term_end": pd.to_datetime([None, "2026-09-30", None]),
    })  # fmt: skip


def test_a_line_is_due_at_the_end_of_its_term_else_on_the_commit_date_the_policy_names():
    due = due_dates(orders(), "commit")
    assert [str(day.date()) for day in due[:2]] == ["2026-08-01", "2026-09-30"]
    assert due.isna().tolist() == [False, False, True]
    assert str(due_dates(orders(), "original_commit")[0].date()) == "2026-06-01"


def test_ages_are_whole_days_from_the_order_and_from_the_due_date():
    aged = add_ages(orders(), date(2026, 8, 31), "commit")
    # 31 January to 31 August: 28 + 31 + 30 + 31 + 30 + 31 + 31 = 212 days; 1 to 31 August: 30; September: 30 to come
    assert aged["age"].tolist() == [212, 122, pd.NA]
    assert aged["days_past_due"].tolist() == [30, -30, pd.NA]
