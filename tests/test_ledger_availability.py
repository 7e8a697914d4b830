"""What the data can answer: spans in which a fact is known only as a total, one line or many."""

from datetime import date, timedelta
from time import perf_counter

import pytest

from bbbxl.ledger.availability import Availability, Span

JANUARY = (date(2026, 1, 1), date(2026, 1, 31))


def span(fact, first, last, place="o.csv row 2", lines=1):
    return Span(fact, date.fromisoformat(first), date.fromisoformat(last), place, lines)


def test_a_span_stands_for_as_many_lines_as_it_says():
    known = Availability(spans=(span("shipment", "2026-01-05", "2026-01-31", lines=40),
                                span("shipment", "2026-01-10", "2026-01-31", "o.csv row 9")))  # fmt: skip
    assert known.missing_stock(("shipment",), date(2026, 1, 15)) == (
        "shipments of 41 order lines are known only as a total, so not at 2026-01-15 (first: o.csv row 2); an export "
        "of events would say"
    )
    assert known.missing_flow(("shipment",), date(2026, 1, 8), date(2026, 1, 20)) == (
        "shipments of 41 order lines are known only as a total, so not between 2026-01-08 and 2026-01-20 (first: o.csv "
        "row 2); an export of events would say"
    )
    assert known.missing_flow(("shipment",), *JANUARY) is None


@pytest.mark.parametrize("fact", ["booking", "cancellation"])
def test_a_change_of_the_order_whose_day_is_not_known_blocks_every_stock_inside_its_days(fact):
    known = Availability(spans=(span(fact, "2026-02-01", "2026-02-28"),))
    for facts in ((), ("shipment",), ("booking", "invoice")):
        assert known.missing_stock(facts, date(2026, 2, 1))
        assert known.missing_stock(facts, date(2026, 2, 27))
        assert known.missing_stock(facts, date(2026, 2, 28)) is None
        assert known.missing_stock(facts, date(2026, 1, 31)) is None


def test_a_flow_is_blocked_by_spans_of_its_own_facts_that_reach_over_its_days():
    known = Availability(spans=(span("booking", "2026-01-20", "2026-02-10"),))
    assert known.missing_flow(("booking",), *JANUARY).startswith("bookings of 1 order line are known")
    assert known.missing_flow(("cancellation",), *JANUARY) is None
    assert known.missing_flow(("shipment", "invoice"), *JANUARY) is None
    assert known.missing_flow(("booking",), date(2026, 1, 1), date(2026, 2, 28)) is None
    assert known.missing_flow(("booking",), date(2026, 1, 1), date(2026, 1, 19)) is None


def test_the_facts_of_all_blocking_spans_are_named():
    known = Availability(spans=(span("shipment", "2026-01-05", "2026-01-31"),
                                span("booking", "2026-01-05", "2026-01-31"),
                                span("receipt", "2026-01-05", "2026-01-31")))  # fmt: skip
    assert known.missing_stock(("shipment",), date(2026, 1, 15)).startswith("bookings and shipments of 2 order lines")


def test_without_spans_nothing_is_blocked():
    assert Availability().missing_stock(("shipment",), date(2026, 1, 15)) is None
    assert Availability().missing_flow(("shipment",), *JANUARY) is None


def test_many_spans_are_asked_quickly():
    # 20,000 spans and 500 questions, as the figures of a pack ask: well inside a second.
    first = date(2026, 1, 1)
    spans = tuple(
        Span("shipment", first, first + timedelta(days=place % 90), f"row {place}") for place in range(20_000)
    )
    known = Availability(spans=spans)
    begun = perf_counter()
    for day in range(250):
        known.missing_stock(("shipment", "invoice"), first + timedelta(days=day))
        known.missing_flow(("shipment", "invoice"), first, first + timedelta(days=day))
    assert perf_counter() - begun < 5
