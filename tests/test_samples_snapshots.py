"""The sample company's month-end reports show states and no history, and tie to the history behind them."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from northfield import ordered, read_rows, total

from bbbxl.samples.exports import LINE_HEADER, ordered_lines
from bbbxl.samples.model import AS_OF, Event
from bbbxl.samples.shown import differences, shown_figures, shown_of_line
from bbbxl.samples.snapshots import SNAPSHOT_HEADER, states, write_snapshots
from bbbxl.samples.truth import monthly_totals
from bbbxl.samples.unseen import SHOWN_AS, WHYS, unseen

#: Column of the report -> fact of the calculator.
COLUMNS = {"Cancelled Amount": "cancelled", "Shipped Amount": "shipped", "Invoiced Amount": "invoiced"}
STOCKS = ("backlog_fulfilment", "backlog_billing")
#: Reason -> how much the reports of the company cannot show for it.
COUNTS = {
    "before its first report": 264,
    "without an order": 145,
    "return under way": 71,
    "entered later": 52,
    "taken back": 31,
    "last day only": 29,
    "allowance": 26,
    "no status beside it": 9,
    "correction": 6,
    "several at once": 5,
    "after the last report": 1,
}


@pytest.fixture(scope="module")
def exports(tmp_path_factory):
    return write_snapshots(tmp_path_factory.mktemp("snapshots"))


@pytest.fixture(scope="module")
def reports(exports):
    """Return the as-of date of every report with its rows by order line."""
    return [(one.as_of, {_key(row): row for row in read_rows(one.path)}) for one in exports]


@pytest.fixture(scope="module")
def missed(company):
    return unseen(company.history)


def _key(row):
    return row["Entity"], row["Order No"], row["Line"]


# The files


def test_there_is_one_report_for_each_of_the_48_months_drawn_on_the_evening_of_its_last_day(exports):
    assert len(exports) == 48
    assert (exports[0].path.name, exports[-1].path.name) == ("order_lines_2022-11.csv", "order_lines_2026-10.csv")
    assert [one.as_of.isoformat() for one in exports[2:5]] == ["2023-01-31", "2023-02-28", "2023-03-31"]
    assert all(one.extracted.date() == one.as_of and one.month == one.as_of.isoformat()[:7] for one in exports)


def test_same_seed_gives_the_same_bytes_whatever_the_hash_order_and_locale(exports, tmp_path):
    code = (
        "import sys; from pathlib import Path; from bbbxl.samples.snapshots import write_snapshots;"
        " write_snapshots(Path(sys.argv[1]))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "LC_ALL": "C", "TZ": "Asia/Tokyo"}
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], env=environment, check=True)
    for one in exports:
        digests = [hashlib.sha256(path.read_bytes()).digest() for path in (one.path, tmp_path / one.path.name)]
        assert digests[0] == digests[1]
    assert len(list(tmp_path.iterdir())) == 48


def test_a_report_has_one_row_an_order_line_and_no_column_of_its_history(exports, reports):
    assert (*LINE_HEADER, "Last Modified") == SNAPSHOT_HEADER
    for one, (_, rows) in zip(exports, reports, strict=True):
        assert one.path.read_text(encoding="utf-8").split("\n", 1)[0] == ",".join(SNAPSHOT_HEADER)
        assert len(rows) == len(read_rows(one.path)) == one.rows


def test_lines_stay_in_the_report_for_ever_and_new_ones_are_added(reports):
    for (_, before), (_, after) in pairwise(reports):
        assert set(before) < set(after)


def test_every_row_that_changed_says_that_it_was_modified_since_the_report_before(reports):
    for (last, before), (as_of, after) in pairwise(reports):
        for key, row in after.items():
            modified = date.fromisoformat(row["Last Modified"])
            assert modified <= as_of
            if row != before.get(key):
                assert last < modified, key


def test_no_day_in_a_report_lies_after_it_but_what_is_promised(reports):
    for as_of, rows in reports:
        days = {row[name] for row in rows.values() for name in
                ("Order Date", "Shipped Date", "Invoiced Date", "Cancelled Date", "Last Modified")}  # fmt: skip
        assert max(days) <= as_of.isoformat()


def test_the_last_report_is_the_company_s_report_of_order_lines_but_for_what_was_entered_in_november(
    reports, company, tables
):
    entered = {(e.entity, e.order, e.line) for e in company.history if e.recorded > AS_OF and e.kind != "new"}
    _, rows = reports[-1]
    full = {_key(row): row for row in tables["order-lines/erp_order_lines.csv"]}
    assert set(rows) == set(full)
    differ = {key for key, row in full.items() if row != {name: rows[key][name] for name in LINE_HEADER}}
    assert differ == entered & set(full)
    assert len(differ) == 1


def test_what_is_open_shipped_and_invoiced_in_every_report_ties_to_the_history(reports, company, lines):
    for as_of, rows in reports:
        found, expected = defaultdict(Decimal), defaultdict(Decimal)
        for row in rows.values():
            currency = row["Currency"]
            found["ordered", currency] += Decimal(row["Order Amount"]) - Decimal(row["Cancelled Amount"])
            found["invoiced", currency] += Decimal(row["Invoiced Amount"])
            found["shipped", currency] += Decimal(row["Shipped Amount"])
        for events in lines.values():
            entered = [event for event in events if event.recorded <= as_of and events[0].kind != "invoice"]
            if entered:
                currency, goods = entered[0].currency, entered[0].shippable
                expected["ordered", currency] += ordered(entered)
                expected["invoiced", currency] += total(entered, "invoice") - total(entered, "credit_note")
                expected["shipped", currency] += total(entered, "shipment") - total(entered, "return_receipt")
                expected["shipped", currency] -= total(entered, "credit_note", reason="price") if goods else 0
        assert found == expected, as_of


# The calculator of what the reports show


def test_what_is_shown_first_report_by_report_adds_up_to_every_row(reports, lines):
    """The calculator works from events alone; its sums are the cells of the files."""
    sums = {key: list(_running(shown_of_line(events))) for key, events in ordered_lines(_history(lines)).items()}
    for as_of, rows in reports[::5]:
        for key, row in rows.items():
            state = {fact: amount for day, fact, amount in sums[key] if day <= as_of}
            for column, fact in COLUMNS.items():
                assert Decimal(row[column]) == state.get(fact, 0), (as_of, key, column)
            assert Decimal(row["Order Amount"]) == state["ordered"], (as_of, key)
            assert (row["Status"] == "On Hold") == (state.get("on hold", 0) == 1), (as_of, key)


def _history(lines):
    return [event for events in lines.values() for event in events]


def _running(shown):
    state = Counter()
    for one in shown:
        state[one.fact] += one.amount
        yield one.as_of, one.fact, state[one.fact]


def test_the_figures_of_the_reports_less_what_is_unseen_are_those_of_the_history(company, missed):
    """Over all lines and currencies together, which no report adds up; a sum that drops nothing is what counts here."""
    shown = defaultdict(Decimal)
    for events in ordered_lines(company.history).values():
        for one in shown_of_line(events):
            for key, amount in shown_figures(one).items():
                shown[key] += amount
    for one in missed:
        for (figure, month), amount in one.figures.items():
            if figure not in STOCKS:
                shown[figure, month] -= amount
    for figure, kinds in {
        "new": {"new": 1}, "renewal": {"renewal": 1}, "billings": {"invoice": 1, "credit_note": -1},
        "gross_bookings": dict.fromkeys(("new", "renewal", "expansion", "price_increase"), 1),
        "cancellations": {"cancellation": 1, "reinstatement": -1}, "shipments": {"shipment": 1, "return_receipt": -1},
        "net_bookings": {"new": 1, "renewal": 1, "expansion": 1, "price_increase": 1, "correction": 1,
                         "reinstatement": 1, "contraction": -1, "cancellation": -1, "return_authorisation": -1,
                         "price_decrease": -1},
    }.items():  # fmt: skip
        expected = defaultdict(Decimal)
        for kind, sign in kinds.items():
            for (_, month, _), amount in monthly_totals(company.history, kind).items():
                expected[month] += sign * amount
        found = {month: amount for (name, month), amount in shown.items() if name == figure and amount}
        assert found == {month: amount for month, amount in expected.items() if amount}, figure


# What they cannot show


def test_what_no_report_can_show_is_known_and_counted(missed):
    assert Counter(one.why for one in missed) == COUNTS
    assert set(COUNTS) == set(WHYS)


def test_the_readme_says_what_no_report_can_show_and_how_often():
    text = (Path(__file__).parents[1] / "samples" / "README.md").read_text(encoding="utf-8")
    rows = [f"| {why} | {count} | {WHYS[why]} |" for why, count in COUNTS.items()]
    assert [row for row in rows if row not in text] == []


def test_kinds_a_state_has_no_word_for_are_in_the_history(company):
    assert set(SHOWN_AS) < {event.kind for event in company.history}


def test_every_reason_holds_for_the_events_behind_it(missed, lines):
    for one in missed:
        kinds = set(one.kinds)
        own = [event for event in lines[one.entity, one.order, one.line] if event.kind in kinds]
        holds = {
            "entered later": any(e.effective.isoformat()[:7] < e.recorded.isoformat()[:7] == one.month for e in own),
            "last day only": len(one.kinds) > 1 and len({e.effective for e in own}) > 1,
            "taken back": len(one.kinds) > 1,
            "several at once": len(one.kinds) > 1,
            "before its first report": one.kinds[0] in ("new", "renewal") or kinds <= {"reschedule", "hold", "release"},
            "correction": kinds == {"correction"},
            "allowance": "credit_note" in kinds,
            "return under way": kinds == {"return_authorisation"},
            "no status beside it": kinds <= {"cancellation", "hold", "release"},
            "after the last report": all(e.recorded > AS_OF for e in own[-1:]),
            "without an order": one.order.startswith("TM-"),
        }
        assert holds[one.why], one


def test_only_a_return_under_way_makes_a_backlog_differ_for_longer_than_its_entry_takes(missed):
    for one in missed:
        months = {month for figure, month in one.figures if figure in STOCKS}
        assert one.why == "return under way" or len(months) <= 2, one


def test_what_is_moved_to_another_month_is_moved_whole(missed):
    """Net bookings and billings of a line come to the same over all months, whatever their month."""
    for one in missed:
        if one.why not in ("without an order", "after the last report"):
            for figure in ("net_bookings", "cancellations", "billings"):
                assert sum(amount for (name, _), amount in one.figures.items() if name == figure) == 0, one


# Worked by hand


def _events(*rows):
    """Return the events of one line of goods: kind, day, day of entry, amount, units, reason."""
    return [
        Event(kind, "", "US", "SO-1", "1", date.fromisoformat(day), date.fromisoformat(entered),
              units and Decimal(units), amount and Decimal(amount), "USD", "Acme", "Meter", "East", "Direct", "Lee",
              date(2024, 1, 10), None, None, None, None, None, True, True, reason, "")
        for kind, day, entered, amount, units, reason in rows
    ]  # fmt: skip


BOOKED = ("new", "2024-01-10", "2024-01-10", 1000, 10, "")


def _figures(*rows):
    found = unseen(_events(*rows))
    return [(one.why, one.month, {f"{figure} {month}": int(amount) for (figure, month), amount in one.figures.items()})
            for one in found]  # fmt: skip


def test_an_amount_raised_in_february_overwrites_that_of_january():
    history = _events(BOOKED, ("expansion", "2024-02-20", "2024-02-22", 200, 2, ""))
    names = ("Order Date", "Quantity", "Order Amount", "Last Modified")
    found = {as_of.isoformat(): [row[SNAPSHOT_HEADER.index(name)] for name in names]
             for as_of, rows in states(history) for row in rows}  # fmt: skip
    assert min(found) == "2024-01-31"
    assert found["2024-01-31"] == ["2024-01-10", "10", "1000.00", "2024-01-10"]
    assert found["2024-02-29"] == ["2024-01-10", "12", "1200.00", "2024-02-22"]


def test_an_amendment_entered_in_its_month_is_seen():
    assert _figures(BOOKED, ("expansion", "2024-02-20", "2024-02-22", 200, 2, "")) == []


def test_an_amendment_entered_in_the_next_month_is_seen_in_that_month():
    # 200 of 28 February are in the report of March: March has 200 too much, February 200 too little, and so has
    # the backlog of the end of February.
    assert _figures(BOOKED, ("expansion", "2024-02-28", "2024-03-01", 200, 2, "")) == [
        ("entered later", "2024-03", {
            "gross_bookings 2024-03": 200, "net_bookings 2024-03": 200,
            "gross_bookings 2024-02": -200, "net_bookings 2024-02": -200,
            "backlog_fulfilment 2024-02": -200, "backlog_billing 2024-02": -200,
        })]  # fmt: skip


def test_a_shipment_entered_in_the_next_month_is_seen_on_its_own_day():
    assert _figures(BOOKED, ("shipment", "2024-02-28", "2024-03-01", 1000, 10, "")) == []


def test_a_shipment_entered_with_a_later_one_is_seen_on_the_day_of_the_later_one():
    # 400 left on 28 February; the report of March has 1,000 shipped on 15 March. End of February: 600 are open, the
    # reports say 1,000.
    rows = (("shipment", "2024-02-28", "2024-03-01", 400, 4, ""), ("shipment", "2024-03-15", "2024-03-15", 600, 6, ""))
    assert _figures(BOOKED, *rows) == [
        ("last day only", "2024-03", {
            "shipments 2024-03": 400, "shipments 2024-02": -400, "backlog_fulfilment 2024-02": 400,
        })]  # fmt: skip


def test_two_opposite_changes_between_two_reports_are_seen_as_one_and_lower_gross_bookings():
    # Up 300, down 100: one expansion of 200; gross bookings lack 100, net bookings nothing.
    rows = (("expansion", "2024-02-05", "2024-02-05", 300, 3, ""),
            ("contraction", "2024-02-19", "2024-02-19", 100, 1, ""))  # fmt: skip
    assert _figures(BOOKED, *rows) == [("several at once", "2024-02", {"gross_bookings 2024-02": -100})]


def test_a_cancellation_taken_back_between_two_reports_leaves_nothing_to_see():
    rows = (("cancellation", "2024-02-05", "2024-02-05", 1000, 10, "budget cut"),
            ("reinstatement", "2024-02-19", "2024-02-19", 1000, 10, ""))  # fmt: skip
    assert _figures(BOOKED, *rows) == [("taken back", "2024-02", {})]


def test_a_return_stands_negative_in_the_true_backlog_and_nowhere_in_the_reports():
    rows = (("shipment", "2024-02-05", "2024-02-05", 1000, 10, ""),
            ("invoice", "2024-02-06", "2024-02-06", 1000, None, ""),
            ("return_authorisation", "2024-02-19", "2024-02-19", 300, 3, ""),
            ("return_receipt", "2024-03-05", "2024-03-05", 300, 3, ""),
            ("credit_note", "2024-03-11", "2024-03-11", 300, 3, "return"))  # fmt: skip
    assert _figures(BOOKED, *rows) == [
        ("return under way", "2024-02", {"backlog_fulfilment 2024-02": 300, "backlog_billing 2024-02": 300})
    ]


def test_what_is_shown_less_what_is_true_leaves_out_what_is_equal():
    shown, true = {("new", "2024-01"): Decimal(5)}, {("new", "2024-01"): Decimal(5), ("new", "2024-02"): Decimal(3)}
    assert differences(shown, true) == {("new", "2024-02"): Decimal(-3)}
