"""The exports of the sample company agree with its history, and its truth is worked out rightly."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal

from northfield import assert_crm_ties, ordered, total

from bbbxl.samples.crm import CRM_HEADER, DIFFERENCES
from bbbxl.samples.life import Step, live
from bbbxl.samples.model import AS_OF, Line
from bbbxl.samples.truth import monthly_totals, open_amount, open_of_line


def _row_of(tables, key):
    for row in tables["order-lines/erp_order_lines.csv"]:
        if (row["Entity"], row["Order No"], row["Line"]) == key:
            return row
    raise AssertionError(key)


def _pick(lines, *kinds, shippable=True, without=()):
    """Return the first line whose events hold these kinds, in this order, and none of the others."""
    for key, events in lines.items():
        names = [event.kind for event in events]
        places = iter(names)
        in_order = all(kind in places for kind in kinds)
        if events[0].shippable == shippable and in_order and not set(without) & set(names):
            return key, events
    raise AssertionError(kinds)


def test_report_shows_a_line_in_part_shipments_with_all_of_them(lines, tables):
    key, events = _pick(lines, "new", "shipment", "shipment", "shipment", "invoice",
                        without=("cancellation", "return_receipt", "credit_note", "completion"))  # fmt: skip
    row = _row_of(tables, key)
    assert Decimal(row["Shipped Amount"]) == sum(e.amount for e in events if e.kind == "shipment")
    assert row["Shipped Date"] == max(e.effective for e in events if e.kind == "shipment").isoformat()
    assert Decimal(row["Invoiced Amount"]) == sum(e.amount for e in events if e.kind == "invoice")
    assert row["Type"] == "New"


def test_report_shows_a_cancelled_line_with_its_order_amount_whole(lines, tables):
    key, events = _pick(lines, "new", "cancellation", without=("shipment", "invoice", "reinstatement"))
    row = _row_of(tables, key)
    assert (row["Status"], row["Shipped Amount"].rstrip("0.")) == ("Cancelled", "")
    assert row["Order Amount"] == row["Cancelled Amount"]
    assert row["Cancelled Date"] == events[-1].effective.isoformat() or events[-1].kind != "cancellation"


def test_report_shows_nothing_of_a_cancellation_that_was_reinstated(lines, tables):
    key, _events = _pick(lines, "cancellation", "reinstatement")
    row = _row_of(tables, key)
    assert Decimal(row["Cancelled Amount"]) == 0
    assert row["Cancelled Date"] == ""


def test_report_takes_a_return_off_order_shipped_and_invoiced(lines, tables):
    key, events = _pick(lines, "return_authorisation", "return_receipt", "credit_note",
                        without=("cancellation", "completion", "price_decrease"))  # fmt: skip
    row = _row_of(tables, key)
    returned = total(events, "return_receipt")
    assert Decimal(row["Shipped Amount"]) == total(events, "shipment") - returned
    assert row["Order Amount"] == row["Shipped Amount"] == row["Invoiced Amount"]
    assert row["Status"] == "Closed"


def test_report_closes_a_completed_service_with_what_was_invoiced(lines, tables):
    key, events = _pick(lines, "invoice", "completion", shippable=False, without=("cancellation",))
    row = _row_of(tables, key)
    assert row["Status"] == "Closed"
    assert Decimal(row["Invoiced Amount"]) == total(events, "invoice") != Decimal(row["Order Amount"])


def test_report_shows_amendments_and_prices_in_the_order_amount(lines, tables):
    key, events = _pick(lines, "new", "expansion", without=("cancellation", "credit_note"))
    assert Decimal(_row_of(tables, key)["Order Amount"]) == ordered(events) > events[0].amount


def test_report_shows_a_held_line_on_hold(company, lines, tables):
    opened = open_amount(company.history, AS_OF, "fulfilment")
    held = {
        key
        for key, events in lines.items()
        if [e.kind for e in events if e.kind in ("hold", "release")][-1:] == ["hold"] and key in opened
    }
    rows = tables["order-lines/erp_order_lines.csv"]
    assert {(r["Entity"], r["Order No"], r["Line"]) for r in rows if r["Status"] == "On Hold"} == held


def test_report_gives_the_open_amounts_of_the_truth_on_both_bases(company, tables):
    billing = open_amount(company.history, AS_OF, "billing")
    fulfilment = open_amount(company.history, AS_OF, "fulfilment")
    for row in tables["order-lines/erp_order_lines.csv"]:
        key = (row["Entity"], row["Order No"], row["Line"])
        left = Decimal(row["Order Amount"]) - Decimal(row["Cancelled Amount"])
        unbilled = left - Decimal(row["Invoiced Amount"])
        undelivered = left - Decimal(row["Shipped Amount"]) if row["Shippable"] == "yes" else unbilled
        if row["Status"] in ("Closed", "Cancelled"):
            assert key not in billing
            assert key not in fulfilment
        elif billing.get(key, ("", 0))[1] == unbilled:
            assert fulfilment.get(key, ("", 0))[1] == undelivered
        else:  # an advance that was cancelled and waits for its credit note
            assert unbilled < 0
            assert key not in billing


def test_report_leaves_out_invoices_without_an_order(company, tables):
    assert any(event.order.startswith("TM-") for event in company.history)
    assert not any(row["Order No"].startswith("TM-") for row in tables["order-lines/erp_order_lines.csv"])


# The CRM


def test_crm_differs_from_net_bookings_by_exactly_its_known_differences(company, tables):
    assert_crm_ties(tables["crm_closed_won.csv"], company)
    assert {truth.name for truth in company.crm_truth} == set(DIFFERENCES)
    assert tuple(tables["crm_closed_won.csv"][0]) == CRM_HEADER


def test_crm_rows_without_a_known_difference_equal_the_booking(company, tables):
    rows = tables["crm_closed_won.csv"]
    touched = {truth.row for truth in company.crm_truth}
    booked = defaultdict(list)
    for event in company.history:
        if event.kind in ("new", "expansion"):
            booked[event.order, event.product].append((event.effective.isoformat(), event.amount, event.customer))
    clean = [row for number, row in enumerate(rows, start=1) if number not in touched and row["Type"] != "Renewal"]
    assert len(clean) > len(rows) / 2
    for row in clean:
        found = (row["Close Date"], Decimal(row["Amount"]), row["Account Name"])
        assert found in booked[row["ERP Order Number"], row["Product"]]


def test_crm_is_closed_won_only_and_one_opportunity_has_one_close_date(tables):
    rows = tables["crm_closed_won.csv"]
    assert {row["Stage"] for row in rows} == {"Closed Won"}
    assert [row["Close Date"] for row in rows] == sorted(row["Close Date"] for row in rows)
    dates = defaultdict(set)
    for row in rows:
        dates[row["Opportunity ID"]].add((row["Close Date"], row["Account Name"], row["Currency"]))
    assert all(len(found) == 1 for found in dates.values())


# The truth


def _life(*steps, shippable=True, quantity=10, price="10.00"):
    """Return the events of a line of 10 x 10.00 USD = 100.00, booked on 2 January 2024."""
    line = Line("Northfield US", "SO-1", "1", "new", "A", "P", "R", "C", "O", "USD", date(2024, 1, 2), None,
                date(2024, 3, 1), None, None, True, shippable, "", quantity, Decimal(price))  # fmt: skip
    planned = [Step(date(2024, 1, 2 + number), action, Decimal(share)) for number, (action, share) in enumerate(steps)]
    return live(line, planned)


def _courses(events):
    """Return the open amounts after each event, on billing and on fulfilment."""
    return [
        tuple(int(open_of_line(events[: number + 1], basis)) for basis in ("billing", "fulfilment"))
        for number in range(len(events))
    ]


def test_shipping_moves_fulfilment_and_billing_waits_for_the_invoice():
    events = _life(("book", 1), ("ship", "0.3"), ("invoice", "0.5"), ("cancel", 1))
    # 100 ordered; 30 shipped; 15 billed; 70 cancelled: 15 shipped and not billed stay in billing.
    assert _courses(events) == [(100, 100), (100, 70), (85, 70), (15, 0)]


def test_a_return_stands_negative_until_received_and_until_credited():
    events = _life(("book", 1), ("ship", 1), ("invoice", 1), ("authorise return", "0.2"),
                   ("receive return", 1), ("credit return", 1))  # fmt: skip
    assert _courses(events) == [(100, 100), (100, 0), (0, 0), (-20, -20), (-20, 0), (0, 0)]


def test_an_allowance_after_invoicing_moves_no_backlog():
    events = _life(("book", 1), ("ship", "0.5"), ("invoice", 1), ("allow", "0.1"))
    # 50 shipped and billed; 5 allowed: ordered 95, 50 still to deliver and to bill.
    assert [event.kind for event in events][-2:] == ["price_decrease", "credit_note"]
    assert _courses(events)[2] == _courses(events)[4] == (50, 50)


def test_after_an_allowance_the_rest_of_the_line_is_delivered_and_billed_to_nothing():
    events = _life(("book", 1), ("ship", "0.5"), ("invoice", 1), ("allow", "0.1"), ("ship", 1), ("invoice", 1))
    assert events[-1].amount == 50
    assert _courses(events)[-1] == (0, 0)


def test_a_held_line_ships_nothing_until_its_release():
    events = _life(("book", 1), ("hold", 1), ("ship", 1), ("release", 1), ("ship", 1))
    assert [event.kind for event in events] == ["new", "hold", "release", "shipment"]


def test_a_completion_of_goods_closes_billing_and_leaves_what_is_not_shipped():
    events = _life(("book", 1), ("ship", "0.5"))
    completion = replace(events[-1], kind="completion", amount=None, quantity=None)
    assert _courses([*events, completion])[-1] == (0, 50)


def test_a_rebill_opens_the_billing_backlog_until_the_new_invoice():
    events = _life(("book", 1), ("ship", 1), ("invoice", 1), ("credit rebill", 1), ("rebill", 1))
    assert _courses(events)[2:] == [(0, 0), (100, 0), (0, 0)]


def test_a_completion_relieves_what_the_final_invoice_left():
    events = _life(("book", 1), ("invoice finally", "-0.03"), shippable=False, quantity=1, price="100.00")
    # 97 billed, 3 left and given up; over-invoiced likewise.
    assert _courses(events) == [(100, 100), (3, 3), (0, 0)]
    over = _life(("book", 1), ("invoice finally", "0.03"), shippable=False, quantity=1, price="100.00")
    assert _courses(over)[-1] == (0, 0)


def test_what_was_billed_ahead_and_cancelled_is_a_credit_due_and_no_negative_backlog():
    events = _life(("book", 1), ("invoice", "0.8"), ("cancel term", "0.5"), ("credit cancelled", 1),
                   shippable=False, quantity=1, price="100.00")  # fmt: skip
    # 100 ordered, 80 billed, 50 cancelled: 50 ordered, 30 to be credited, nothing open before and after.
    assert events[-1].amount == 30
    assert _courses(events) == [(100, 100), (20, 20), (0, 0), (0, 0)]


def test_a_reinstatement_opens_the_line_again():
    events = _life(("book", 1), ("cancel", 1), ("reinstate", 1), ("ship", 1))
    assert _courses(events) == [(100, 100), (0, 0), (100, 100), (100, 0)]


def test_events_after_the_as_of_date_count_for_nothing_and_monthly_totals_keep_entities_apart():
    events = _life(("book", 1), ("ship", "0.4"), ("invoice", 1))
    assert open_amount(events, date(2024, 1, 2), "fulfilment") == {
        ("Northfield US", "SO-1", "1"): ("USD", Decimal("100.00"))
    }
    assert open_amount(events, date(2024, 1, 1), "fulfilment") == {}
    other = [replace(event, entity="Northfield Europe", currency="EUR") for event in events]
    assert monthly_totals([*events, *other, *events], "shipment") == {
        ("Northfield US", "2024-01", "USD"): Decimal("80.00"),
        ("Northfield Europe", "2024-01", "EUR"): Decimal("40.00"),
    }
