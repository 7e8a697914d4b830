"""The sample company: its exports hold together and its truth is worked out rightly."""

from __future__ import annotations

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
from northfield import FILES, assert_crm_ties, ordered, read_rows, total

from bbbxl.samples.model import AS_OF, LAST_ENTRY
from bbbxl.samples.northfield import write_exports
from bbbxl.samples.truth import lines_of, monthly_totals, open_amount, open_of_line

KINDS = {
    *("new", "renewal", "expansion", "price_increase", "contraction", "cancellation", "reinstatement"),
    *("return_authorisation", "price_decrease", "correction", "reschedule", "hold", "release"),
    *("shipment", "return_receipt", "invoice", "credit_note", "completion"),
}


def _digest(folder):
    return hashlib.sha256(b"".join((folder / name).read_bytes() for name in FILES)).hexdigest()


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
    assert_crm_ties(read_rows(tmp_path / "crm_closed_won.csv"), other)


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
    on_order = ordered(so_far) + total(so_far, "return_authorisation")
    shipped = total(so_far, "shipment") - total(so_far, "credit_note", reason="price")
    invoiced = total(so_far, "invoice") - sum(
        e.amount for e in so_far if e.kind == "credit_note" and e.reason != "return"
    )
    if event.shippable and following != "credit_note":  # an allowance and its credit note are one step
        assert shipped <= on_order, key
    if event.kind == "invoice" and following != "completion":
        assert invoiced <= (shipped if event.shippable else on_order), key
    if event.kind == "cancellation":
        assert event.cancellable, key
        assert on_order >= 0, key
        before = open_of_line(so_far[:-1], "fulfilment")
        assert event.amount <= before or following in ("credit_note", ""), key  # billed in advance
    assert total(so_far, "return_receipt") <= total(so_far, "return_authorisation") <= max(0, shipped), key


def test_a_final_invoice_differs_from_the_order_by_a_little_and_is_followed_by_its_completion(lines):
    completed = [events for events in lines.values() if any(e.kind == "completion" for e in events)]
    assert len(completed) > 30
    signs = set()
    for events in completed:
        assert [e.kind for e in events][-2:] == ["invoice", "completion"]
        left = ordered(events) - total(events, "invoice") + total(events, "credit_note")
        assert 0 < abs(left) <= ordered(events) * Decimal("0.06")
        signs.add(left > 0)
    assert signs == {True, False}
    over = [
        events
        for events in lines.values()
        if events[0].kind != "invoice"
        and total(events, "invoice") - total(events, "credit_note") > ordered(events)
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
                assert total(before, "cancellation") >= event.amount
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
            for key, (_currency, value) in open_amount(company.history, date.fromisoformat(month), basis).items():
                assert value > 0 or any(e.kind == "return_authorisation" for e in lines[key]), key


def test_backlog_is_three_to_five_months_of_deliveries(company):
    dollars = {"USD": Decimal(1), "EUR": Decimal("1.08"), "JPY": Decimal("0.0068")}
    backlog = sum(
        value * dollars[currency] for currency, value in open_amount(company.history, AS_OF, "fulfilment").values()
    )
    delivered = sum(
        event.amount * dollars[event.currency]
        for event in company.history
        if event.effective > date(2025, 10, 31) and event.kind == ("shipment" if event.shippable else "invoice")
    )
    assert 3 <= backlog / (delivered / 12) <= 5


def test_june_and_december_are_high_and_january_is_low(company):
    months = defaultdict(Decimal)
    for (_entity, month, currency), amount in monthly_totals(company.history, "new").items():
        if "2023" <= month < "2026":
            months[month[5:]] += amount * {"USD": 1, "EUR": Decimal("1.08"), "JPY": Decimal("0.0068")}[currency]
    average = sum(months.values()) / 12
    assert months["06"] > average * Decimal("1.2")
    assert months["12"] > average * Decimal("1.2")
    assert months["01"] < average * Decimal("0.85")


# The report of order lines
