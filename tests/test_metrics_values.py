"""Figures over windows: months, quarters, days, trailing windows; the reason where there is no figure."""

from datetime import date
from functools import cache

import pytest
from ledgers import event, figure, ledger

from bbbxl.aggregate.select import Question
from bbbxl.errors import PeriodError
from bbbxl.metrics.registry import metric_named
from bbbxl.metrics.values import Figure, figures, window_of
from bbbxl.periods import Calendar, parse_period


@cache
def book(**more):
    """1,000.00 booked in January, 500.00 in May; 300.00 shipped and invoiced in February, 100.00 cancelled in April."""
    return ledger(
        event("2026-01-15", "new", 100_000, order="1", commit_date="2026-03-31", customer="Ada"),
        event("2026-02-10", "shipment", 30_000, order="1"),
        event("2026-02-20", "invoice", 30_000, order="1"),
        event("2026-04-05", "cancellation", 10_000, order="1"),
        event("2026-05-20", "new", 50_000, order="2", customer="Bo"),
        to="2026-06-30", **more,
    )  # fmt: skip


def ask(book, metric, period, basis="fulfilment", as_of=None, by=None, year_end=12, known_at=None):
    calendar = Calendar(year_end)
    asked = parse_period(period, calendar)
    day = date.fromisoformat(as_of) if as_of else asked.last
    known = date.fromisoformat(known_at) if known_at else None
    return figures(book, Question(day, known, calendar=calendar), [asked], [metric_named(metric)], basis, by)


@pytest.mark.parametrize(
    ("period", "net", "opening", "closing"),
    [("2026-01", 100_000, 0, 100_000), ("2026-02", 0, 100_000, 70_000), ("2026-Q1", 100_000, 0, 70_000),
     ("2026-Q2", 40_000, 70_000, 110_000), ("2026-H1", 140_000, 0, 110_000), ("FY2026", 140_000, 0, 110_000),
     ("YTD 2026-04", 90_000, 0, 60_000), ("2026-04..2026-05", 40_000, 70_000, 110_000),
     ("2026-02-10", 0, 100_000, 70_000), ("2026-02-09", 0, 100_000, 100_000), ("2026-04-05", -10_000, 70_000, 60_000),
     ("QTD 2026-05", 40_000, 70_000, 110_000), ("2026-03", 0, 70_000, 70_000)],
)  # fmt: skip
def test_flows_add_up_over_a_period_and_stocks_stand_at_its_ends(period, net, opening, closing):
    assert figure(book(), "net_bookings", period) == net
    assert figure(book(), "opening_backlog", period) == opening
    assert figure(book(), "backlog", period) == closing
    assert figure(book(), "roll_forward_residual", period) == 0


def test_an_as_of_inside_the_period_ends_it():
    # 14 May to 20 May is not yet past on the 19th.
    assert ask(book(), "net_bookings", "2026-Q2", as_of="2026-05-19")[0].value == -10_000
    assert ask(book(), "backlog", "2026-Q2", as_of="2026-05-19")[0].value == 60_000


def test_trailing_metrics_look_at_the_window_that_ends_with_the_period():
    calendar = Calendar()
    month = parse_period("2026-06")
    assert window_of(metric_named("book_to_bill"), month, calendar) == month
    assert str(window_of(metric_named("book_to_bill_r3m"), month, calendar)) == "R3M 2026-06"
    quarter = parse_period("2026-Q2")
    assert window_of(metric_named("book_to_bill_ltm"), quarter, calendar).start == date(2025, 7, 1)


def test_three_months_of_book_to_bill_are_sums_over_sums_not_an_average_of_ratios():
    # February to April: bookings 0 + 0 - 100, billings 300: -1/3. Months alone: 0, undefined, undefined.
    assert figure(book(), "book_to_bill_r3m", "2026-04") == pytest.approx(-1 / 3)
    assert figure(book(), "book_to_bill", "2026-02") == 0


def test_coverage_is_closing_over_the_average_month_relieved():
    rows = [event(f"2025-{month:02}-10", "new", 120, order=f"{month}") for month in range(1, 13)]
    rows += [event(f"2025-{month:02}-20", "shipment", 60, order=f"{month}") for month in range(1, 13)]
    # closing 12 x 60 = 720; relieved 720 in twelve months, 60 a month: 12 months of work
    assert figure(ledger(*rows, to="2025-12-31"), "backlog_coverage", "2025-12") == 12


def test_an_undefined_ratio_has_no_value_and_says_why():
    assert ask(book(), "book_to_bill", "2026-03")[0] == Figure(
        "book_to_bill", "2026-03", None, "ratio", None, None, reason="undefined: divided by zero"
    )
    assert ask(book(), "cancellation_rate", "2026-01")[0].reason == "undefined: divided by zero"


def test_a_cancellation_rate_is_of_the_opening_backlog_on_the_basis():
    # 100 of 700 on the fulfilment basis
    assert figure(book(), "cancellation_rate", "2026-04") == pytest.approx(1 / 7)


def test_a_figure_carries_currency_and_basis_only_where_they_play_a_part():
    money, ratio, stock = (ask(book(), name, "2026-02")[0] for name in ("net_bookings", "book_to_bill", "backlog"))
    assert (money.currency, money.basis, money.unit) == ("USD", None, "money")
    assert (ratio.currency, ratio.basis, ratio.unit) == (None, None, "ratio")
    assert (stock.currency, stock.basis, stock.unit) == ("USD", "fulfilment", "money")


def test_a_fact_that_is_not_in_the_data_is_not_available_and_not_zero():
    without = book(facts=("booking", "invoice", "cancellation"))
    reason = "the data hold no shipments; if there were none, list them under facts of the file"
    for name in ("backlog", "opening_backlog", "relieved", "fx_revaluation", "roll_forward_residual", "fulfilled"):
        assert ask(without, name, "2026-02")[0].reason == reason
        assert ask(without, name, "2026-02")[0].value is None
    assert figure(without, "backlog", "2026-02", basis="billing") == 70_000
    assert ask(without, "recognised_revenue", "2026-02")[0].reason.startswith("the data hold no recognised revenue")


def test_a_period_before_the_data_is_not_available():
    one = ask(book(), "net_bookings", "2025-12", as_of="2026-06-30")[0]
    assert (one.value, one.reason) == (None, "the data begin on 2026-01-15")


def test_a_trailing_window_that_begins_before_the_data_is_not_available():
    reason = ask(book(), "book_to_bill_r3m", "2026-02")[0].reason
    assert reason == "the data begin on 2026-01-15, inside the R3M window"
    assert ask(book(), "book_to_bill_r3m", "2026-03")[0].value is not None


def test_a_period_after_the_as_of_date_is_refused():
    with pytest.raises(PeriodError, match="2026-07 begins after the as-of date 2026-06-30"):
        ask(book(), "net_bookings", "2026-07", as_of="2026-06-30")


def test_segments_sum_to_the_total_and_are_named():
    found = ask(book(), "net_bookings", "2026-H1", by="customer")
    assert [(one.dimension, one.segment, one.value) for one in found] == [
        (None, None, 140_000), ("customer", "Ada", 90_000), ("customer", "Bo", 50_000),
    ]  # fmt: skip


def test_a_segment_without_a_figure_is_undefined_on_its_own():
    found = ask(book(), "book_to_bill", "2026-H1", by="customer")
    # in all 1,400 / 300; Ada 900 / 300; Bo was not billed
    assert [one.value for one in found] == [pytest.approx(14 / 3), 3, None]


def test_year_to_date_follows_the_fiscal_year():
    # fiscal years end in March: April and May
    assert ask(book(), "net_bookings", "YTD 2026-05", year_end=3)[0].value == 40_000
    assert ask(book(), "net_bookings", "FY2026", year_end=3)[0].value == 100_000
