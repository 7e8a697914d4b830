"""The sample company: its exports hold together and its truth is worked out rightly."""

from __future__ import annotations

import csv
import hashlib
import os
import subprocess
import sys
from collections import defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from bbbxl.samples.crm import CRM_HEADER, DIFFERENCES
from bbbxl.samples.life import Step, live
from bbbxl.samples.model import AS_OF, LAST_ENTRY, Line
from bbbxl.samples.northfield import write_exports
from bbbxl.samples.truth import ORDER_SIGNS, lines_of, monthly_totals, open_amount, open_of_line

FILES = ("erp_events.csv", "rates.csv", "crm_closed_won.csv", "order-lines/erp_order_lines.csv")
KINDS = {
    *("new", "renewal", "expansion", "price_increase", "contraction", "cancellation", "reinstatement"),
    *("return_authorisation", "price_decrease", "correction", "reschedule", "hold", "release"),
    *("shipment", "return_receipt", "invoice", "credit_note", "completion"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("northfield")


@pytest.fixture(scope="module")
def company(folder):
    return write_exports(folder)


@pytest.fixture(scope="module")
def tables(company, folder):
    return {name: _read(folder / name) for name in FILES}


@pytest.fixture(scope="module")
def lines(company):
    return lines_of(company.history)


def _read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _digest(folder):
    return hashlib.sha256(b"".join((folder / name).read_bytes() for name in FILES)).hexdigest()


def _total(events, *kinds, reason=None):
    return sum((e.amount for e in events if e.kind in kinds and reason in (None, e.reason)), Decimal(0))


def _ordered(events):
    return sum((ORDER_SIGNS.get(e.kind, 0) * (e.amount or 0) for e in events), Decimal(0))


# The files


def test_same_seed_gives_the_same_bytes_whatever_the_hash_order_and_locale(company, folder, tmp_path):
    code = (
        "import sys; from pathlib import Path; from bbbxl.samples.northfield import write_exports;"
        " write_exports(Path(sys.argv[1]))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "LC_ALL": "C", "TZ": "Asia/Tokyo"}
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], env=environment, check=True)
    assert _digest(tmp_path) == _digest(folder)


def test_another_seed_gives_another_history_that_also_ties(tmp_path, folder, company):
    other = write_exports(tmp_path, seed=7)
    assert _digest(tmp_path) != _digest(folder)
    _assert_lines_hold(lines_of(other.history))
    _assert_crm_ties(_read(tmp_path / "crm_closed_won.csv"), other)


def test_files_are_plain_utf8_with_line_feeds_and_no_mark(company, folder):
    for name in FILES:
        content = (folder / name).read_bytes()
        assert b"\r" not in content
        assert not content.startswith(b"\xef\xbb\xbf")
        assert content.endswith(b"\n")
        content.decode("utf-8")


@pytest.mark.parametrize(
    ("name", "header"),
    [
        (
            "erp_events.csv",
            "Event Type,Event ID,Entity,Order No,Line,Event Date,Entry Date,Quantity,Amount,Currency,"
            "Customer,Product,Region,Channel,Sales Rep,Order Date,Firmed Date,Commit Date,Original "
            "Commit Date,Term Start,Term End,Cancellable,Shippable,Reason,Intercompany",
        ),
        ("rates.csv", "Currency,Date,Type,USD per unit"),
        (
            "crm_closed_won.csv",
            "Opportunity ID,Opportunity Name,Account Name,ERP Order Number,Close Date,Stage,Type,Currency,"
            "Amount,Product,Term (Months),Opportunity Owner",
        ),
        (
            "order-lines/erp_order_lines.csv",
            "Entity,Order No,Line,Customer,Product,Region,Channel,Sales Rep,Type,Order Date,Firmed Date,"
            "Commit Date,Original Commit Date,Currency,Quantity,Order Amount,Shipped Date,Shipped Amount,"
            "Invoiced Date,Invoiced Amount,Cancelled Date,Cancelled Amount,Status,Shippable,"
            "Term Start,Term End,Cancellable,Intercompany",
        ),
    ],
)
def test_every_file_has_its_header(company, folder, name, header):
    assert (folder / name).read_text(encoding="utf-8").split("\n", 1)[0] == header


def test_the_event_log_is_the_history(company, tables):
    rows = tables["erp_events.csv"]
    assert [row["Event ID"] for row in rows] == [event.event_id for event in company.history]
    assert len({row["Event ID"] for row in rows}) == len(rows)
    assert {row["Event Type"] for row in rows} == KINDS
    for row, event in zip(rows, company.history, strict=True):
        assert Decimal(row["Amount"] or 0) == (event.amount or 0)
        assert (row["Amount"] == "") == (row["Event Type"] in ("reschedule", "hold", "release", "completion"))


def test_yen_are_whole_and_other_currencies_have_two_decimals(tables):
    columns = {
        "erp_events.csv": ("Amount",),
        "crm_closed_won.csv": ("Amount",),
        "order-lines/erp_order_lines.csv": (
            "Order Amount",
            "Shipped Amount",
            "Invoiced Amount",
            "Cancelled Amount",
        ),
    }
    for name, names in columns.items():
        for row in tables[name]:
            for column in names:
                decimals = len(row[column].partition(".")[2])
                assert row[column] == "" or decimals == (0 if row["Currency"] == "JPY" else 2)


def test_rates_cover_every_month_from_october_2022(tables):
    rows = tables["rates.csv"]
    assert len(rows) == 2 * 49 * 4  # currencies, months, closing + average + two spots
    for row in rows:
        rate, decimals = row["USD per unit"], {"EUR": 4, "JPY": 6}[row["Currency"]]
        assert len(rate.partition(".")[2]) == decimals
        low, high = {"EUR": ("0.95", "1.20"), "JPY": ("0.0058", "0.0078")}[row["Currency"]]
        assert Decimal(low) < Decimal(rate) < Decimal(high)
    closing = [row["Date"] for row in rows if (row["Currency"], row["Type"]) == ("JPY", "closing")]
    assert (closing[0], closing[4], closing[-1]) == ("2022-10-31", "2023-02-28", "2026-10-31")


# The company


def test_the_company_is_as_large_as_it_is_said_to_be(company, lines, tables):
    assert 2900 <= len(tables["order-lines/erp_order_lines.csv"]) <= 3100
    booked = [events[0] for events in lines.values() if events[0].kind != "invoice"]
    assert 35 <= len({event.customer for event in booked}) <= 45
    assert len({event.product for event in booked}) == 12
    assert len({event.product for event in booked if not event.shippable}) == 4
    assert {event.currency for event in booked} == {"USD", "EUR", "JPY"}
    assert len({event.region for event in booked}) == 4
    assert len({event.channel for event in booked}) == 3
    assert len({event.owner for event in booked}) == 8
    assert 20 <= sum(bool(event.counterparty) for event in booked) <= 60
    assert len({event.effective.isoformat()[:7] for event in booked}) == 48
    assert 100 <= len(open_amount(company.history, AS_OF, "fulfilment")) <= 270


def test_every_course_of_a_line_is_there_and_some_are_under_way_at_the_as_of_date(company, lines):
    still_held = past_due = far_ahead = no_commit = pending_return = firmed = 0
    for key, (_currency, value) in open_amount(company.history, AS_OF, "fulfilment").items():
        last = lines[key][-1]
        states = [event.kind for event in lines[key] if event.kind in ("hold", "release")]
        still_held += states[-1:] == ["hold"]
        past_due += bool(last.commit_date and last.commit_date <= AS_OF and not last.term_start)
        far_ahead += bool(last.commit_date and last.commit_date > date(2027, 10, 31))
        no_commit += last.commit_date is None
        pending_return += value < 0
        firmed += last.firmed_date is not None
    assert min(still_held, far_ahead, no_commit, pending_return) >= 2
    assert 10 <= past_due <= 60
    assert firmed >= 10
    terms = {(e.term_end.year * 12 + e.term_end.month) - (e.term_start.year * 12 + e.term_start.month) + 1
             for e in company.history if e.term_start}  # fmt: skip
    assert terms == {12, 24, 36}
    assert {e.reason for e in company.history if e.kind == "credit_note"} == {
        "return",
        "cancellation",
        "price",
        "rebill",
    }
    corrections = [event.amount for event in company.history if event.kind == "correction"]
    assert min(corrections) < 0 < max(corrections)


def test_dates_of_events_stand_within_the_history_and_in_order(company, lines):
    for event in company.history:
        assert date(2022, 11, 1) <= event.effective <= AS_OF
        assert event.effective <= event.recorded <= LAST_ENTRY
        assert event.effective.weekday() < 5
    for events in lines.values():
        assert [e.effective for e in events] == sorted(e.effective for e in events)
        assert [e.recorded for e in events] == sorted(e.recorded for e in events)
        if events[0].kind != "invoice":
            assert events[0].effective == (events[0].firmed_date or events[0].order_date)
    late = [event for event in company.history if (event.recorded - event.effective).days >= 5]
    assert 0.01 < len(late) / len(company.history) < 0.08
    assert any(event.recorded > AS_OF for event in company.history)


def test_a_line_has_the_same_words_on_every_row(lines):
    for events in lines.values():
        cleared = {
            replace(e, kind="", event_id="", effective=AS_OF, recorded=AS_OF, quantity=None, amount=None,
                    commit_date=None, reason="")
            for e in events
        }  # fmt: skip
        assert len(cleared) == 1


def test_a_new_commit_date_stands_from_its_reschedule_on(lines):
    for events in lines.values():
        assert events[0].commit_date == events[0].original_commit_date
        for before, event in pairwise(events):
            assert (before.commit_date != event.commit_date) == (event.kind == "reschedule")


def test_lines_never_ship_bill_or_cancel_more_than_they_allow(lines):
    _assert_lines_hold(lines)


def _assert_lines_hold(lines):
    for key, events in lines.items():
        if events[0].kind == "invoice":
            assert [event.kind for event in events] == ["invoice"], key
            continue
        for number in range(len(events)):
            following = events[number + 1].kind if number + 1 < len(events) else ""
            _assert_step_holds(key, events[: number + 1], following)


def _assert_step_holds(key, so_far, following):
    """Check one event against what stood before it; returns are left out, allowances lower both sides."""
    event = so_far[-1]
    assert event.amount is None or event.amount > 0 or (event.kind == "correction" and event.amount), key
    ordered = _ordered(so_far) + _total(so_far, "return_authorisation")
    shipped = _total(so_far, "shipment") - _total(so_far, "credit_note", reason="price")
    invoiced = _total(so_far, "invoice") - sum(
        e.amount for e in so_far if e.kind == "credit_note" and e.reason != "return"
    )
    if event.shippable and following != "credit_note":  # an allowance and its credit note are one step
        assert shipped <= ordered, key
    if event.kind == "invoice" and following != "completion":
        assert invoiced <= (shipped if event.shippable else ordered), key
    if event.kind == "cancellation":
        assert event.cancellable, key
        assert ordered >= 0, key
        before = open_of_line(so_far[:-1], "fulfilment")
        assert event.amount <= before or following in ("credit_note", ""), key  # billed in advance
    assert _total(so_far, "return_receipt") <= _total(so_far, "return_authorisation") <= max(0, shipped), key


def test_a_final_invoice_differs_from_the_order_by_a_little_and_is_followed_by_its_completion(lines):
    completed = [events for events in lines.values() if any(e.kind == "completion" for e in events)]
    assert len(completed) > 30
    signs = set()
    for events in completed:
        assert [e.kind for e in events][-2:] == ["invoice", "completion"]
        left = _ordered(events) - _total(events, "invoice") + _total(events, "credit_note")
        assert 0 < abs(left) <= _ordered(events) * Decimal("0.06")
        signs.add(left > 0)
    assert signs == {True, False}
    over = [
        events
        for events in lines.values()
        if events[0].kind != "invoice"
        and _total(events, "invoice") - _total(events, "credit_note") > _ordered(events)
        and not any(event.kind == "completion" for event in events)
    ]
    for events in over:  # nothing else is billed beyond its order, but a return or a credit under way
        assert events[-1].kind in ("return_authorisation", "return_receipt", "cancellation")


def test_credit_notes_follow_their_cause(lines):
    for events in lines.values():
        for number, event in enumerate(events):
            if event.kind != "credit_note":
                continue
            before, after = events[:number], events[number + 1 :]
            if event.reason == "return":
                assert [e.kind for e in before][-2:] == ["return_authorisation", "return_receipt"]
                assert {e.amount for e in before[-2:]} == {event.amount}
            elif event.reason == "cancellation":
                assert _total(before, "cancellation") >= event.amount
            elif event.reason == "price":
                assert (before[-1].kind, before[-1].effective, before[-1].amount) == (
                    "price_decrease",
                    event.effective,
                    event.amount,
                )
            elif after:  # a rebill still to come at the as-of date has nothing after it
                assert (after[0].kind, after[0].amount) == ("invoice", event.amount)


def test_backlog_is_negative_only_while_a_return_is_under_way(company, lines):
    for basis in ("billing", "fulfilment"):
        for month in ("2023-06-30", "2024-02-29", "2025-09-30", "2026-10-31"):
            for key, (_currency, value) in open_amount(
                company.history, date.fromisoformat(month), basis
            ).items():
                assert value > 0 or any(e.kind == "return_authorisation" for e in lines[key]), key


def test_backlog_is_three_to_five_months_of_deliveries(company):
    dollars = {"USD": Decimal(1), "EUR": Decimal("1.08"), "JPY": Decimal("0.0068")}
    backlog = sum(
        value * dollars[currency]
        for currency, value in open_amount(company.history, AS_OF, "fulfilment").values()
    )
    delivered = sum(
        event.amount * dollars[event.currency]
        for event in company.history
        if event.effective > date(2025, 10, 31)
        and event.kind == ("shipment" if event.shippable else "invoice")
    )
    assert 3 <= backlog / (delivered / 12) <= 5


def test_june_and_december_are_high_and_january_is_low(company):
    months = defaultdict(Decimal)
    for (_entity, month, currency), amount in monthly_totals(company.history, "new").items():
        if "2023" <= month < "2026":
            months[month[5:]] += (
                amount * {"USD": 1, "EUR": Decimal("1.08"), "JPY": Decimal("0.0068")}[currency]
            )
    average = sum(months.values()) / 12
    assert months["06"] > average * Decimal("1.2")
    assert months["12"] > average * Decimal("1.2")
    assert months["01"] < average * Decimal("0.85")


# The report of order lines


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
    returned = _total(events, "return_receipt")
    assert Decimal(row["Shipped Amount"]) == _total(events, "shipment") - returned
    assert row["Order Amount"] == row["Shipped Amount"] == row["Invoiced Amount"]
    assert row["Status"] == "Closed"


def test_report_closes_a_completed_service_with_what_was_invoiced(lines, tables):
    key, events = _pick(lines, "invoice", "completion", shippable=False, without=("cancellation",))
    row = _row_of(tables, key)
    assert row["Status"] == "Closed"
    assert Decimal(row["Invoiced Amount"]) == _total(events, "invoice") != Decimal(row["Order Amount"])


def test_report_shows_amendments_and_prices_in_the_order_amount(lines, tables):
    key, events = _pick(lines, "new", "expansion", without=("cancellation", "credit_note"))
    assert Decimal(_row_of(tables, key)["Order Amount"]) == _ordered(events) > events[0].amount


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
    _assert_crm_ties(tables["crm_closed_won.csv"], company)
    assert {truth.name for truth in company.crm_truth} == set(DIFFERENCES)
    assert tuple(tables["crm_closed_won.csv"][0]) == CRM_HEADER


def _assert_crm_ties(rows, company):
    difference = defaultdict(Decimal)
    for row in rows:
        difference[row["Currency"]] += Decimal(row["Amount"])
    for events in lines_of(company.history).values():
        booked = _ordered(events) if events[0].kind != "invoice" else events[0].amount
        difference[events[0].currency] -= booked
    known = defaultdict(Decimal)
    for truth in company.crm_truth:
        known[truth.currency] += truth.effect
    assert difference == known


def test_crm_rows_without_a_known_difference_equal_the_booking(company, tables):
    rows = tables["crm_closed_won.csv"]
    touched = {truth.row for truth in company.crm_truth}
    booked = defaultdict(list)
    for event in company.history:
        if event.kind in ("new", "expansion"):
            booked[event.order, event.product].append(
                (event.effective.isoformat(), event.amount, event.customer)
            )
    clean = [
        row for number, row in enumerate(rows, start=1) if number not in touched and row["Type"] != "Renewal"
    ]
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
    planned = [
        Step(date(2024, 1, 2 + number), action, Decimal(share))
        for number, (action, share) in enumerate(steps)
    ]
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
    events = _life(
        ("book", 1), ("ship", "0.5"), ("invoice", 1), ("allow", "0.1"), ("ship", 1), ("invoice", 1)
    )
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
