"""The golden cases G1 to G13 of the definitions, each worked by hand."""

from __future__ import annotations

from datetime import date

import pytest
from ledgers import backlog, backlogs, event, figure, flow_rows, ledger, order_rows, rates

from bbbxl.errors import MissingRateError
from bbbxl.inputs.load import load
from bbbxl.metrics.ageing import add_ages
from bbbxl.metrics.schedule import schedule
from bbbxl.periods import Calendar


def _scheduled(book, day, basis="fulfilment"):
    lines = add_ages(order_rows(book, day), date.fromisoformat(day), "commit")
    table = schedule(lines, date.fromisoformat(day), basis, Calendar())
    return {name: int(value) for name, value in table.sum().items() if value}


def test_g1_a_change_in_february_leaves_the_bookings_of_january_alone():
    # 200 units at 10 = 2,000 on 31 January; in February 50 more units at 10 = 500 and the price from 10 to 20 on
    # all 250 = 2,500, so 5,000 in all: 2,000 in January, 3,000 in February, 5,000 from then on.
    book = ledger(
        event("2026-01-31", "new", 2000_00),
        event("2026-02-10", "expansion", 500_00),
        event("2026-02-10", "price_increase", 2500_00),
    )
    assert figure(book, "net_bookings", "2026-01") == 2000_00
    assert figure(book, "net_bookings", "2026-02") == 3000_00
    assert figure(book, "net_bookings", "YTD 2026-02") == 5000_00
    assert [backlog(book, day) for day in ("2026-01-31", "2026-02-09", "2026-02-10")] == [2000_00, 2000_00, 5000_00]


def test_g2_goods_shipped_and_not_invoiced_stand_in_the_billing_backlog_alone():
    # 30 ordered, 20 shipped and invoiced, 10 shipped and not invoiced: nothing to ship, 10 to bill on 28 February.
    # 5 of the 10 are invoiced on 2 March: 5 to bill.
    book = ledger(
        event("2026-02-02", "new", 30_00),
        event("2026-02-11", "shipment", 20_00),
        event("2026-02-12", "invoice", 20_00),
        event("2026-02-27", "shipment", 10_00),
        event("2026-03-02", "invoice", 5_00),
    )
    assert [backlog(book, "2026-02-28", basis) for basis in ("shipment", "fulfilment", "billing")] == [0, 0, 10_00]
    assert backlog(book, "2026-03-01", "billing") == 10_00
    assert backlog(book, "2026-03-02", "billing") == 5_00
    assert figure(book, "relieved", "2026-02", "fulfilment") == 30_00
    assert figure(book, "relieved", "2026-02", "billing") == 20_00


def test_g3_the_revaluation_is_111_made_of_its_four_parts():
    # 1,000 EUR open at 1.10 = 1,100.00. Booking 500 at 1.12 = 560.00, cancellation 100 at 1.15 = 115.00, fulfilled
    # 400 at 1.14 = 456.00. Closing 1,000 EUR at 1.20 = 1,200.00.
    # FX = 1,200 - (1,100 + 560 - 115 - 456) = 111 = 1,000 x 0.10 + 500 x 0.08 - 100 x 0.05 - 400 x 0.06.
    exchange = rates(
        ("EUR", "2026-01-31", "1.10"), ("EUR", "2026-02-05", "1.12"), ("EUR", "2026-02-10", "1.15"),
        ("EUR", "2026-02-15", "1.14"), ("EUR", "2026-02-28", "1.20"),
    )  # fmt: skip
    book = ledger(
        event("2026-01-31", "new", 1000_00, currency="EUR"),
        event("2026-02-05", "new", 500_00, currency="EUR", order="2"),
        event("2026-02-10", "cancellation", 100_00, currency="EUR"),
        event("2026-02-15", "shipment", 400_00, currency="EUR"),
        exchange=exchange,
    )
    assert figure(book, "opening_backlog", "2026-02") == 1100_00
    assert figure(book, "net_bookings", "2026-02") == 560_00 - 115_00
    assert figure(book, "relieved", "2026-02") == 456_00
    assert figure(book, "fx_revaluation", "2026-02") == 111_00 == 100_00 + 40_00 - 5_00 - 24_00
    assert figure(book, "backlog", "2026-02") == 1200_00
    assert figure(book, "roll_forward_residual", "2026-02") == 0


def test_g4_a_hold_leaves_the_total_unchanged_and_moves_the_line_to_on_hold():
    # 100 due 30 April and 40 due 31 May. The first is held on 10 February and released on 20 March.
    book = ledger(
        event("2026-01-05", "new", 100_00, commit_date="2026-04-30"),
        event("2026-01-06", "new", 40_00, order="2", commit_date="2026-05-31"),
        event("2026-02-10", "hold"),
        event("2026-03-20", "release"),
    )
    assert [backlogs(book, day) for day in ("2026-02-09", "2026-02-10", "2026-03-20")] == [(140_00,) * 4] * 3
    assert figure(book, "net_bookings", "2026-02") == 0
    assert _scheduled(book, "2026-01-31") == {"month_3": 100_00, "month_4": 40_00}
    assert _scheduled(book, "2026-02-28") == {"month_3": 40_00, "on_hold": 100_00}
    assert _scheduled(book, "2026-03-31") == {"month_1": 100_00, "month_2": 40_00}


def test_g5_a_line_booked_and_fulfilled_the_same_day_goes_through_both_lines():
    # Opening 0 + bookings 75 = closing 0 + fulfilled 75.
    book = ledger(event("2026-03-16", "new", 75_00), event("2026-03-16", "shipment", 75_00))
    assert figure(book, "opening_backlog", "2026-03-16") == 0
    assert figure(book, "net_bookings", "2026-03") == 75_00
    assert figure(book, "fulfilled", "2026-03") == 75_00
    assert figure(book, "backlog", "2026-03") == 0


def test_g6_an_order_without_deliveries_and_invoices_appears():
    # Order 1 is untouched: 120. Order 2 is done: 0. Both are listed.
    book = ledger(
        event("2026-01-05", "new", 120_00),
        event("2026-01-06", "new", 50_00, order="2"),
        event("2026-01-20", "shipment", 50_00, order="2"),
        event("2026-01-21", "invoice", 50_00, order="2"),
    )
    table = order_rows(book, "2026-01-31").set_index("order_id")
    assert table["backlog_fulfilment"].to_dict() == {"1": 120_00, "2": 0}
    assert table["backlog_billing"].to_dict() == {"1": 120_00, "2": 0}
    assert table["shipped"].to_dict() == {"1": 0, "2": 50_00}


def test_g7_two_invoices_and_two_deliveries_on_one_line_do_not_double():
    # 100 - (30 + 20) = 50 to deliver, 100 - (25 + 15) = 60 to bill; a join of deliveries and invoices would make
    # them 100 and 80.
    book = ledger(
        event("2026-01-05", "new", 100_00),
        event("2026-01-10", "shipment", 30_00),
        event("2026-01-12", "shipment", 20_00),
        event("2026-01-15", "invoice", 25_00),
        event("2026-01-18", "invoice", 15_00),
    )
    table = order_rows(book, "2026-01-31")
    row = table.iloc[0]
    assert len(table) == 1
    assert (row["ordered"], row["shipped"], row["invoiced"]) == (100_00, 50_00, 40_00)
    assert (row["backlog_fulfilment"], row["backlog_billing"]) == (50_00, 60_00)


def test_g8_a_fully_invoiced_order_in_euro_leaves_nothing_in_either_currency():
    # 150 EUR at 1.10 = 165.00; invoices 100 at 1.12 = 112.00 and 50 at 1.15 = 57.50; nothing is open, so
    # FX = 0 - (165.00 - 112.00 - 57.50) = 4.50. All in one month, closing rate 1.20 plays no part.
    exchange = rates(
        ("EUR", "2026-01-01", "1.10"), ("EUR", "2026-01-10", "1.12"), ("EUR", "2026-01-20", "1.15"),
        ("EUR", "2026-01-31", "1.20"),
    )  # fmt: skip
    book = ledger(
        event("2026-01-05", "new", 150_00, currency="EUR"),
        event("2026-01-10", "invoice", 100_00, currency="EUR"),
        event("2026-01-20", "invoice", 50_00, currency="EUR"),
        exchange=exchange,
    )
    row = order_rows(book, "2026-01-31").iloc[0]
    assert (row["backlog_billing_document"], row["backlog_billing"]) == (0, 0)
    assert figure(book, "fx_revaluation", "2026-01", "billing") == 4_50
    document = flow_rows(book, "2026-01", "2026-01", by="currency", amounts="document")
    assert document["backlog_billing"].tolist() == [0]


def test_g9_an_order_won_late_on_the_last_day_of_the_year_stays_in_that_year(tmp_path):
    # 23:00 on 30 June in one time zone is 1 July in another; the day as exported counts: June, FY2026.
    (tmp_path / "orders.csv").write_text(
        "Order No,Line,Event Type,Event Date,Entry Date,Amount,Currency\n"
        "A,1,new,2026-06-30 23:00,2026-07-01 09:00,100.00,USD\n"
        "B,1,new,2026-07-01 01:00,2026-07-01 09:00,40.00,USD\n",
        encoding="utf-8",
    )
    (tmp_path / "bbbxl.toml").write_text(
        'schema = 1\ncurrency = "USD"\nfiscal_year_end = "06-30"\n[[files]]\npath = "orders.csv"\nrole = "events"\n'
        'date_format = "%Y-%m-%d %H:%M"\n',
        encoding="utf-8",
    )
    loaded = load([tmp_path])
    assert loaded.problems == ()
    assert figure(loaded.ledger, "net_bookings", "2026-06") == 100_00
    assert figure(loaded.ledger, "net_bookings", "2026-07") == 40_00
    assert loaded.ledger.calendar.fiscal_year_of(date(2026, 6, 30)) == 2026


def test_g10_a_renewal_signed_early_is_booked_when_signed_and_scheduled_over_its_term():
    # 36,000.00 signed on 15 September 2026 for 2027 to 2029, 365 + 366 + 365 = 1,096 days.
    # At 30 September 2026, January 2027 is the fourth month ahead: 3,600,000 x 31 / 1,096 = 101,824.8 -> 1,018.25.
    # January to September 2027 are 273 days: 3,600,000 x 273 / 1,096 = 896,715.3; after them 2,703,285 are left.
    book = ledger(
        event("2025-09-20", "new", 11000_00, term_start="2026-01-01", term_end="2026-12-31", shippable=0),
        event("2026-09-15", "renewal", 36000_00, order="2", term_start="2027-01-01", term_end="2029-12-31",
              shippable=0),
    )  # fmt: skip
    assert figure(book, "net_bookings", "2026-09") == 36000_00
    assert figure(book, "net_bookings", "2027-01") == 0
    assert backlog(book, "2026-09-30") == 47000_00
    slots = _scheduled(book, "2026-09-30")
    assert slots["month_4"] == 1018_25
    assert slots["later"] == 27032_85
    # The running year's 11,000.00 falls on October to December, 31 + 30 + 31 = 92 days: 11,000 x 31 / 92 = 3,706.52.
    assert slots["month_1"] == 3706_52
    assert sum(slots.values()) == 47000_00


def test_g11_a_cancelled_order_that_is_reinstated_shows_in_three_months():
    # January +100; February -100; March the cancellation is taken back, +100. Gross stays in January.
    book = ledger(
        event("2026-01-15", "new", 100_00),
        event("2026-02-15", "cancellation", 100_00),
        event("2026-03-15", "cancellation", -100_00),
    )
    months = ("2026-01", "2026-02", "2026-03")
    assert [figure(book, "gross_bookings", month) for month in months] == [100_00, 0, 0]
    assert [figure(book, "net_bookings", month) for month in months] == [100_00, -100_00, 100_00]
    assert [figure(book, "backlog", month) for month in months] == [100_00, 0, 100_00]


def test_g12_a_return_line_keeps_the_backlog_negative_until_it_is_received():
    # 50 open on order 1. A return of 20 on a line of its own: 50 - 20 = 30 until it is received on 10 March; to bill
    # it stands until the credit note of 5 April.
    book = ledger(
        event("2026-01-05", "new", 50_00),
        event("2026-02-10", "return_authorisation", 20_00, order="R"),
        event("2026-03-10", "return_receipt", 20_00, order="R"),
        event("2026-04-05", "credit_note", 20_00, order="R", reason="return"),
    )
    days = ("2026-02-09", "2026-02-28", "2026-03-09", "2026-03-10", "2026-04-04", "2026-04-05")
    assert [backlog(book, day) for day in days] == [50_00, 30_00, 30_00, 50_00, 50_00, 50_00]
    assert [backlog(book, day, "billing") for day in days] == [50_00, 30_00, 30_00, 30_00, 30_00, 50_00]
    assert figure(book, "net_bookings", "2026-02") == -20_00


def test_g13_a_missing_rate_is_refused_with_its_currency_and_dates():
    with pytest.raises(MissingRateError) as refused:
        ledger(
            event("2026-01-05", "new", 100_00, currency="EUR"),
            event("2026-02-10", "new", 100_00, currency="GBP", order="2"),
            to="2026-02-28",
            exchange=rates(("EUR", "2026-01-31", "1.10")),
        )
    # EUR is known from 31 January on: only its booking is missing. GBP is never known: booking and period end.
    assert str(refused.value) == (
        "No rate to USD for EUR on 2026-01-05; GBP on 2026-02-10; GBP on 2026-02-28. "
        "Add the rates to the rates file (role rates, or --rates FILE)."
    )


def test_g10_a_term_that_ends_before_it_starts_stands_whole_on_its_end():
    # 500.00 with a term of 1 December to 15 November 2026: nothing can be spread, all of it is due in November.
    book = ledger(
        event("2026-09-15", "new", 500_00, term_start="2026-12-01", term_end="2026-11-15", shippable=0),
        to="2026-09-30",
    )
    assert _scheduled(book, "2026-09-30") == {"month_2": 500_00}
