"""Which period reports an event: closed months stay as they were reported, whatever becomes known of them later."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from ledgers import (
    BASES,
    CLOSED,
    FEBRUARY,
    JANUARY,
    RANDOM_RATES,
    RANDOM_ROWS,
    entries,
    event,
    kept,
    order_rows,
    rates,
    reported,
)
from test_properties import FLOWS, STOCKS, random_ledgers

from bbbxl.aggregate.flows import flows
from bbbxl.aggregate.orders import orders
from bbbxl.aggregate.select import Question
from bbbxl.events import ORDER_NAMES
from bbbxl.ledger.build import build_ledger
from bbbxl.ledger.kept import Fence, Posting
from bbbxl.periods import Calendar
from bbbxl.report.currencies import currency_rolls, fx_test

CALENDAR = Calendar()
HORIZON = date(2026, 9, 30)
MONTHS = CALENDAR.months_to(HORIZON, 9)
EURO = rates(
    ("EUR", "2026-01-01", "1.10"), ("EUR", "2026-01-31", "1.20"), ("EUR", "2026-02-28", "1.30"),
    ("EUR", "2026-03-31", "1.40"),
)  # fmt: skip


def posted(posting, effective, recorded):
    """Return the month end that reports one event."""
    days = (np.array([day], dtype="datetime64[D]") for day in (effective, recorded))
    return str(posting.posted(*days, CALENDAR)[0])


@pytest.mark.parametrize(
    ("effective", "recorded", "expected"),
    [("2026-01-10", "2026-02-03", "2026-01-31"),  # on the day of the close: before it
     ("2026-01-10", "2026-02-04", "2026-02-28"), ("2026-01-10", "2026-03-04", "2026-02-28"),
     ("2026-01-10", "2026-03-05", "2026-03-31"), ("2026-02-10", "2026-03-05", "2026-03-31"),
     ("2026-05-10", "2026-03-05", "2026-05-31"), ("2026-03-10", "2026-03-10", "2026-03-31")],
)  # fmt: skip
def test_an_event_is_posted_to_its_month_while_that_is_open_and_else_to_the_first_open_one(
    effective, recorded, expected
):
    assert posted(CLOSED, effective, recorded) == expected


def test_without_closes_an_event_is_posted_to_its_own_month():
    assert posted(Posting(), "2026-01-10", "2026-12-31") == "2026-01-31"


def test_a_month_closed_again_keeps_what_was_found_before_its_second_close():
    # February is closed, reopened and closed again on 12 March: of its closes only the last one stands.
    again = Posting((JANUARY, Fence(date(2026, 3, 12), date(2026, 2, 28))))
    assert posted(again, "2026-02-10", "2026-03-10") == "2026-02-28"
    assert posted(again, "2026-01-10", "2026-03-11") == "2026-02-28"
    assert posted(again, "2026-02-10", "2026-03-13") == "2026-03-31"


def test_of_two_fences_of_one_day_the_later_one_of_the_log_counts():
    both = Posting((JANUARY, FEBRUARY, replace(FEBRUARY, closed_through=date(2026, 1, 31))))
    assert posted(both, "2026-02-10", "2026-03-05") == "2026-02-28"


def test_an_order_found_after_the_close_is_a_booking_of_the_first_open_month():
    # 100 of January; 40 of 20 January is found on 10 February, 15 of 20 January on 10 March.
    book = kept(event("2026-01-12", "new", 100_00),
                event("2026-01-20", "new", 40_00, order="2", recorded="2026-02-10"),
                event("2026-01-20", "new", 15_00, order="3", recorded="2026-03-10"))  # fmt: skip
    assert reported(book, "new", "backlog_fulfilment") == [[100_00, 40_00, 15_00], [100_00, 140_00, 155_00]]
    assert reported(book, "new", "backlog_fulfilment", view="as-restated") == [
        [155_00, 0, 0], [155_00, 155_00, 155_00]]  # fmt: skip
    assert len(orders(book.events, Question(date(2026, 1, 31), view="as-reported"))) == 1


def test_the_ledger_keeps_its_closes_when_it_is_revalued_on_another_day():
    book = kept(event("2026-01-12", "new", 100_00, recorded="2026-03-10"))
    assert book.at(date(2026, 2, 28)).events["posted"].dt.strftime("%Y-%m-%d").tolist() == ["2026-03-31"]


def test_what_a_late_cancellation_takes_back_of_the_relief_is_posted_late_too():
    # 100 ordered, 100 shipped on 31 January. On 28 February 30 turn out to have been cancelled on 20 January: 70 were
    # on order, so 70 are relieved. January stays as reported: 100 relieved, nothing open; February: -30 and -30.
    book = kept(event("2026-01-05", "new", 100_00), event("2026-01-31", "shipment", 100_00),
                event("2026-01-20", "cancellation", 30_00, recorded="2026-02-28"))  # fmt: skip
    measures = ("cancellation", "relief_fulfilment", "backlog_fulfilment", "backlog_billing")
    assert reported(book, *measures) == [[0, 30_00, 0], [100_00, -30_00, 0], [0, 0, 0], [100_00, 70_00, 70_00]]
    assert reported(book, *measures, view="as-restated") == [
        [30_00, 0, 0], [70_00, 0, 0], [0, 0, 0], [70_00, 70_00, 70_00]]  # fmt: skip


def test_fx_of_a_closed_month_moves_in_the_first_open_one():
    # 1,000 EUR booked at 1.10; January closes at 1.20: FX 100, backlog 1,200. On 10 February 300 turn out to have been
    # shipped on 20 January, at 1.10: relief 330. January's FX is then 700 x 0.10 = 70, so -30 in February, beside its
    # own 700 x 0.10 = 70: 40. Backlog of February: 1,200 - 330 + 40 = 910 = 700 x 1.30. March: 700 x 0.10 = 70.
    book = kept(event("2026-01-12", "new", 1000_00, currency="EUR"),
                event("2026-01-20", "shipment", 300_00, currency="EUR", recorded="2026-02-10"),
                exchange=EURO)  # fmt: skip
    measures = ("relief_fulfilment", "fx_fulfilment", "backlog_fulfilment", "fx_billing")
    assert reported(book, *measures) == [
        [0, 330_00, 0], [100_00, 40_00, 70_00], [1200_00, 910_00, 980_00], [100_00, 100_00, 100_00]]  # fmt: skip
    assert reported(book, *measures[:3], view="as-restated") == [
        [330_00, 0, 0], [70_00, 70_00, 70_00], [840_00, 910_00, 980_00]]  # fmt: skip


def test_a_line_that_becomes_known_late_brings_the_fx_of_closed_months_along():
    # 1,000 EUR of 12 January, found on 10 March: booked 1,100 and FX 100 + 100 + 100, all in March.
    book = kept(event("2026-01-12", "new", 1000_00, currency="EUR", recorded="2026-03-10"), exchange=EURO)
    assert reported(book, "new", "fx_billing", "backlog_billing") == [
        [0, 0, 1100_00], [0, 0, 300_00], [0, 0, 1400_00]]  # fmt: skip


def test_a_revaluation_between_the_month_end_and_the_close_belongs_to_the_month():
    # Found on 2 February, before the close of the 3rd: January, with its FX.
    book = kept(event("2026-01-12", "new", 1000_00, currency="EUR", recorded="2026-02-02"), exchange=EURO)
    assert reported(book, "new", "fx_billing") == [[1100_00, 0, 0], [100_00, 100_00, 100_00]]


def test_a_book_and_turn_whose_order_is_found_late_is_taken_back_in_the_open_month():
    # Billed 100 on 10 January; its order of 150 of 5 January is found on 10 February.
    book = kept(event("2026-01-10", "invoice", 100_00), event("2026-01-05", "new", 150_00, recorded="2026-02-10"))
    assert reported(book, "book_and_turn", "new", "backlog_billing") == [
        [100_00, -100_00, 0], [0, 150_00, 0], [0, 50_00, 50_00]]  # fmt: skip


def test_a_service_line_found_late_is_excluded_from_the_shipment_backlog_in_the_open_month():
    book = kept(event("2026-01-05", "new", 150_00, recorded="2026-02-10", shippable=0))
    assert reported(book, "excluded_shipment", "backlog_shipment", "backlog_fulfilment") == [
        [0, 150_00, 0], [0, 0, 0], [0, 150_00, 150_00]]  # fmt: skip


def test_the_age_reported_at_a_close_does_not_move_when_an_earlier_event_is_found():
    # No order date in the export: the line ages from its first event, 12 January, as it was known at the close.
    book = kept(event("2026-01-12", "new", 100_00), event("2026-01-05", "expansion", 10_00, recorded="2026-02-10"))
    assert order_rows(book, "2026-03-31")["order_date"].dt.strftime("%m-%d").tolist() == ["01-12"]


@st.composite
def books(draw):
    """Return entries in which everything, reclasses too, may be recorded late, and closes of the first months."""
    rows = draw(RANDOM_ROWS)
    lags = draw(st.lists(st.sampled_from((0, 0, 0, 1, 12, 40, 100)), min_size=len(rows), max_size=len(rows)))
    late: dict[object, int] = {}
    made = []
    for row, lag in zip(rows, lags, strict=True):
        pair = (row["line_id"], row["effective"], row["kind"]) if row["kind"] == "reclass" else object()
        found = row["effective"] + timedelta(days=late.setdefault(pair, lag))
        made.append({**row, "recorded": max(row["recorded"], found)})
    day, fences = date(2026, 1, 31), []
    for month in range(1, draw(st.integers(1, 4)) + 1):
        last = CALENDAR.month_end(date(2026, month, 1))
        day = max(day, last + timedelta(days=draw(st.sampled_from((0, 3, 20, 45)))))
        fences.append(Fence(day, last))
        day += timedelta(days=1)
    return entries(*made), tuple(fences)


def _as_reported(book, as_of):
    """Return everything that is frozen with a close: flows and stocks of the month per dimension, and open lines."""
    question = Question(as_of, view="as-reported")
    asked = CALENDAR.months_to(as_of, as_of.month)
    tables = [flows(book.events, asked, question, by=by) for by in (None, "region", "entity")]
    tables.append(flows(book.events, asked, question, by="currency", amounts="document"))
    return [*tables, orders(book.events, question)]


@random_ledgers
@given(books())
def test_a_closed_month_stays_as_it_was_reported_whatever_is_recorded_later(given_book):
    rows, fences = given_book
    today = build_ledger(rows, RANDOM_RATES, HORIZON, posting=Posting(fences))
    for place, fence in enumerate(fences):
        known = rows[rows["recorded"] <= pd.Timestamp(fence.day)]
        if known.empty:
            continue
        then = build_ledger(known, RANDOM_RATES, fence.closed_through, posting=Posting(fences[:place]))
        for one, other in zip(_as_reported(then, fence.closed_through), _as_reported(today, fence.closed_through),
                              strict=True):  # fmt: skip
            pd.testing.assert_frame_equal(one, other, check_dtype=False)


@random_ledgers
@given(books())
def test_the_first_close_reports_what_its_entries_say_without_any_close(given_book):
    rows, fences = given_book
    known = rows[rows["recorded"] <= pd.Timestamp(fences[0].day)]
    assume(len(known))
    end = fences[0].closed_through
    plain = build_ledger(known, RANDOM_RATES, end)
    closed = build_ledger(rows, RANDOM_RATES, HORIZON, posting=Posting(fences))
    asked = CALENDAR.months_to(end, 1)
    one = flows(plain.events, asked, Question(end), by="region")
    other = flows(closed.events, asked, Question(end, view="as-reported"), by="region")
    pd.testing.assert_frame_equal(one, other, check_dtype=False)


@random_ledgers
@given(books())
def test_as_restated_does_not_know_of_closes_and_both_views_end_at_the_same_backlog(given_book):
    # But for attributes that became known only after a close: regions are all given at once here.
    rows, fences = given_book
    closed, plain = (build_ledger(rows, RANDOM_RATES, HORIZON, posting=one) for one in (Posting(fences), Posting()))
    for by in (None, "region"):
        restated = flows(closed.events, MONTHS, Question(HORIZON), by=by)
        pd.testing.assert_frame_equal(restated, flows(plain.events, MONTHS, Question(HORIZON), by=by))
        reported = flows(closed.events, MONTHS, Question(HORIZON, view="as-reported"), by=by)
        last = restated["month"] == 202609
        pd.testing.assert_frame_equal(restated.loc[last, STOCKS], reported.loc[last, STOCKS])
        assert restated[FLOWS].sum().tolist() == reported[FLOWS].sum().tolist()


@random_ledgers
@given(books())
def test_as_reported_rolls_forward_in_every_month_and_currency_and_its_fx_ties(given_book):
    rows, fences = given_book
    book = build_ledger(rows, RANDOM_RATES, HORIZON, posting=Posting(fences))
    signs = {"contraction", "cancellation", "return_authorisation", "price_decrease", "divested"}
    for table in (
        flows(book.events, MONTHS, Question(HORIZON, view="as-reported"), by="customer"),
        flows(book.events, MONTHS, Question(HORIZON, view="as-reported"), by="currency", amounts="document"),
    ):
        moved = sum(table[name] * (-1 if name in signs else 1) for name in ORDER_NAMES)
        for basis in BASES:
            left = table[f"relief_{basis}"] + table[f"excluded_{basis}"]
            opening = table.groupby("segment")[f"backlog_{basis}"].shift(fill_value=0)
            assert (opening + moved + table[f"fx_{basis}"] - left - table[f"backlog_{basis}"] == 0).all()
    for month in MONTHS:
        question = Question(month.last, view="as-reported")
        for basis in ("fulfilment", "billing"):
            fx = fx_test(book, question, basis, currency_rolls(book, question, basis))
            assert abs(fx.ledger - fx.decomposed) <= fx.tolerance
