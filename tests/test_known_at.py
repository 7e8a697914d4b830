"""Known at: a report of the past comes out again as it was, whatever was recorded since."""

from __future__ import annotations

import pytest
from ledgers import backlog, backlogs, entries, event, figure, flow_rows, ledger, order_rows, rates

from bbbxl.aggregate.select import Question
from bbbxl.ledger.availability import Availability
from bbbxl.ledger.build import build_ledger
from bbbxl.metrics.registry import metric_named
from bbbxl.metrics.values import missing
from bbbxl.periods import parse_as_of, parse_period


def test_an_order_recorded_after_the_month_was_not_in_the_report_of_the_month():
    # 100 on 12 January, recorded at once; 40 on 30 January, recorded on 3 February.
    book = ledger(
        event("2026-01-12", "new", 100_00),
        event("2026-01-30", "new", 40_00, order="2", recorded="2026-02-03"),
    )
    assert figure(book, "net_bookings", "2026-01") == 140_00
    assert figure(book, "net_bookings", "2026-01", known_at="2026-02-02") == 100_00
    assert figure(book, "net_bookings", "2026-01", known_at="2026-02-03") == 140_00
    assert len(order_rows(book, "2026-01-31", known_at="2026-02-02")) == 1


def test_facts_recorded_late_lower_each_backlog_from_the_day_they_were_known():
    # 100 ordered. On 25 January 30 shipped, 20 billed, 10 recognised, all recorded on 5 February.
    late = "2026-02-05"
    book = ledger(
        event("2026-01-12", "new", 100_00),
        event("2026-01-25", "shipment", 30_00, recorded=late),
        event("2026-01-25", "invoice", 20_00, recorded=late),
        event("2026-01-25", "recognition", 10_00, recorded=late),
    )
    assert backlogs(book, "2026-01-31", known_at="2026-02-04") == (100_00,) * 4
    assert backlogs(book, "2026-01-31", known_at="2026-02-05") == (70_00, 70_00, 80_00, 90_00)
    assert backlogs(book, "2026-01-31") == (70_00, 70_00, 80_00, 90_00)


def test_a_cancellation_recorded_late_changes_what_could_be_relieved_only_from_then_on():
    # 100 ordered and 100 shipped in January. A cancellation of 30 on 10 January is recorded on 9 March: 70 on order,
    # relief 70 of the 100 shipped. Known in February: relief 100; net bookings 100, today 70.
    book = ledger(
        event("2026-01-05", "new", 100_00),
        event("2026-01-10", "cancellation", 30_00, recorded="2026-03-09"),
        event("2026-01-20", "shipment", 100_00),
    )
    assert figure(book, "relieved", "2026-01", known_at="2026-02-28") == 100_00
    assert figure(book, "relieved", "2026-01") == 70_00
    assert figure(book, "net_bookings", "2026-01", known_at="2026-02-28") == 100_00
    assert figure(book, "net_bookings", "2026-01") == 70_00
    assert backlog(book, "2026-01-31", known_at="2026-02-28") == backlog(book, "2026-01-31") == 0


def test_a_shipment_recorded_before_its_order_waits_for_the_order():
    # Shipped on 20 January, recorded at once; the order of 5 January is recorded on 2 February. Until then nothing
    # was ordered and nothing relieved; from then on 60 - 60 = 0 with 60 booked.
    book = ledger(
        event("2026-01-05", "new", 60_00, recorded="2026-02-02"),
        event("2026-01-20", "shipment", 60_00),
    )
    assert figure(book, "relieved", "2026-01", known_at="2026-01-31") == 0
    assert figure(book, "relieved", "2026-01") == 60_00
    assert backlog(book, "2026-01-31", known_at="2026-01-31") == backlog(book, "2026-01-31") == 0


@pytest.mark.parametrize("ordered_on", ["2026-01-05", "2026-02-03"])
def test_an_invoice_without_an_order_is_unbooked_when_its_order_becomes_known(ordered_on):
    # Billed 100 on 10 January; the order of 150 is recorded on 3 February. Known in January: book-and-turn of 100,
    # no backlog. Today: 150 booked on the order's own day, 50 to bill, the book-and-turn is gone.
    book = ledger(
        event("2026-01-10", "invoice", 100_00),
        event(ordered_on, "new", 150_00, recorded="2026-02-03"),
    )
    assert figure(book, "net_bookings", "2026-01", known_at="2026-02-02") == 100_00
    assert backlogs(book, "2026-01-31", known_at="2026-02-02")[:3] == (0, 0, 0)
    assert figure(book, "net_bookings", "YTD 2026-02") == 150_00
    assert figure(book, "net_bookings", "2026-02" if ordered_on > "2026-02" else "2026-01") == 150_00
    assert backlog(book, "2026-02-28", "billing") == 50_00


def test_a_credit_note_recorded_late_lowers_the_order_from_then_on():
    # 100 billed; 20 credited as cancelled on 20 January, recorded on 4 February.
    book = ledger(
        event("2026-01-05", "new", 100_00),
        event("2026-01-10", "invoice", 100_00),
        event("2026-01-20", "credit_note", 20_00, reason="cancellation", recorded="2026-02-04"),
    )
    assert figure(book, "net_bookings", "2026-01", known_at="2026-02-03") == 100_00
    assert figure(book, "net_bookings", "2026-01") == 80_00
    assert backlog(book, "2026-01-31", "billing", known_at="2026-02-03") == 0
    assert backlog(book, "2026-01-31", "billing") == 0


def test_the_order_side_recorded_after_its_credit_note_is_not_lowered_twice():
    # 100 billed; a credit note of 20 (cancelled) is recorded on 20 January and lowers the order by itself. On
    # 4 February the cancellation of 18 January is recorded: the order stays at 80.
    book = ledger(
        event("2026-01-05", "new", 100_00),
        event("2026-01-10", "invoice", 100_00),
        event("2026-01-18", "cancellation", 20_00, recorded="2026-02-04"),
        event("2026-01-20", "credit_note", 20_00, reason="cancellation"),
    )
    for known in ("2026-02-03", "2026-02-04", None):
        assert figure(book, "net_bookings", "2026-01", known_at=known) == 80_00
        assert backlog(book, "2026-01-31", "billing", known_at=known) == 0


def test_the_revaluation_of_the_past_is_the_one_that_was_known():
    # 1,000 EUR booked at 1.10; 300 shipped on 20 January at 1.10, recorded on 10 March. January closes at 1.20,
    # February at 1.30. Known at the end of February: FX 100, then 100. Today: 700 x 0.10 = 70, then 70.
    book = ledger(
        event("2026-01-12", "new", 1000_00, currency="EUR"),
        event("2026-01-20", "shipment", 300_00, currency="EUR", recorded="2026-03-10"),
        to="2026-03-31",
        exchange=rates(("EUR", "2026-01-01", "1.10"), ("EUR", "2026-01-31", "1.20"), ("EUR", "2026-02-28", "1.30")),
    )
    then = flow_rows(book, "2026-01", "2026-02", known_at="2026-02-28")
    assert then["fx_fulfilment"].tolist() == [100_00, 100_00]
    assert then["backlog_fulfilment"].tolist() == [1200_00, 1300_00]
    today = flow_rows(book, "2026-01", "2026-02")
    assert today["fx_fulfilment"].tolist() == [70_00, 70_00]
    assert today["backlog_fulfilment"].tolist() == [840_00, 910_00]


def test_a_reclass_leaves_the_regions_of_earlier_months_alone():
    # 1,000 EUR in Asia, moved to Europe in March: Asia holds it in January and February, known then and known today.
    book = ledger(
        event("2026-01-12", "new", 1000_00, currency="EUR", region="Asia"),
        event("2026-03-12", "reclass", -1000_00, currency="EUR", region="Asia"),
        event("2026-03-12", "reclass", 1000_00, currency="EUR", region="Europe"),
        to="2026-03-31",
        exchange=rates(("EUR", "2026-01-01", "1.10"), ("EUR", "2026-01-31", "1.20"), ("EUR", "2026-02-28", "1.30")),
    )
    for known in ("2026-02-28", None):
        table = flow_rows(book, "2026-01", "2026-02", known_at=known, by="region")
        held = {(row.segment, row.month): row.backlog_fulfilment for row in table.itertuples()}
        held = {key: amount for key, amount in held.items() if amount}
        assert held == {("Asia", 202601): 1200_00, ("Asia", 202602): 1300_00}


def test_a_commit_date_moved_later_leaves_the_promise_that_was_known():
    # Promised for 31 March; moved on 10 February to 30 June.
    book = ledger(
        event("2026-01-12", "new", 100_00, commit_date="2026-03-31"),
        event("2026-02-10", "reschedule", commit_date="2026-06-30"),
    )
    assert order_rows(book, "2026-01-31")["commit_date"].dt.date.astype(str).tolist() == ["2026-03-31"]
    assert order_rows(book, "2026-02-28")["commit_date"].dt.date.astype(str).tolist() == ["2026-06-30"]
    assert order_rows(book, "2026-02-28")["original_commit_date"].dt.date.astype(str).tolist() == ["2026-03-31"]


def test_a_line_rescheduled_on_the_day_it_was_booked_has_the_new_date():
    # Booked for 30 June and brought forward to 31 May the same day.
    book = ledger(
        event("2026-01-12", "new", 100_00, commit_date="2026-06-30"),
        event("2026-01-12", "reschedule", commit_date="2026-05-31"),
    )
    assert order_rows(book, "2026-01-31")["commit_date"].dt.date.astype(str).tolist() == ["2026-05-31"]


def test_before_anything_was_recorded_a_figure_is_not_available():
    # An export of 3 March shows an order of January: on 31 January nobody had it.
    rows = entries(event("2026-01-12", "new", 100_00, recorded="2026-03-03"))
    known = Availability(known_from=parse_as_of("2026-03-03"))
    book = build_ledger(rows, rates(), parse_as_of("2026-03"), availability=known)
    asked, question = parse_period("2026-01"), Question(parse_as_of("2026-01"), parse_as_of("2026-01-31"))
    assert missing(metric_named("net_bookings"), book, asked, question, "fulfilment") == (
        "nothing was recorded by 2026-01-31; the data were first recorded on 2026-03-03"
    )
    assert figure(book, "net_bookings", "2026-01", known_at="2026-01-31") is None
    assert figure(book, "net_bookings", "2026-01") == 100_00


def test_a_counterparty_that_becomes_known_later_moves_no_group_figure():
    # The booking of 5 January names no counterparty; the invoice of 3 February does. Group bookings stay 100.
    book = ledger(
        event("2026-01-05", "new", 100_00),
        event("2026-02-03", "invoice", 40_00, counterparty="South"),
    )
    assert figure(book, "net_bookings", "2026-01") == 100_00
    assert any(note.startswith("counterparty changes within order lines (1)") for note in book.notes)


def test_a_mark_shippable_that_becomes_known_later_moves_no_backlog():
    # Taken as shipped when it was booked: an invoice does not fulfil it, whatever a later row says.
    book = ledger(
        event("2026-01-05", "new", 100_00),
        event("2026-02-03", "invoice", 100_00, shippable=0),
    )
    assert backlog(book, "2026-02-28", "fulfilment") == 100_00
