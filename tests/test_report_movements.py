"""Movements: order by order what changed in a month, and entries by hand with what they do to the figures."""

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kept import FEBRUARY, MARCH, book_of, question
from kept_books import added, row, started
from ledgers import event, ledger
from tried import tried

from bbbxl import Options, load, parse_period
from bbbxl.aggregate.flows import flows
from bbbxl.aggregate.orders import orders
from bbbxl.aggregate.select import Question
from bbbxl.book.add import add_exports
from bbbxl.book.take import Adding
from bbbxl.events import ORDER_KINDS
from bbbxl.ledger.kept import Kept, Posting
from bbbxl.report.adjustments import adjustments
from bbbxl.report.movements import COLUMNS, movements


def rows(frame, *columns):
    return frame[list(columns)].to_dict("split")["data"]


def days(frame, *columns):
    return [[None if pd.isna(day) else str(day.date()) for day in row] for row in rows(frame, *columns)]


@pytest.fixture(scope="module")
def march():
    return movements(book_of(), question())


def test_movements_of_march_are_those_worked_by_hand(march):
    # 300 EUR at 1.20 = 360. Order 1002 stood at 2,000 + 3,000; 1001 at 1,000, cut by 50, then corrected by 80.
    assert rows(march, "order_id", "kind", "old", "delta", "new") == [
        ["1003", "new", 0, 36000, 36000],
        ["1004", "new", 0, 25000, 25000],
        ["1004", "new", 25000, -25000, 0],
        ["1002", "cancellation", 500000, -70000, 430000],
        ["1001", "price_decrease", 100000, -5000, 95000],
        ["1001", "correction", 95000, 8000, 103000],
        ["1002", "reschedule", 500000, 0, 500000],
    ]
    assert tuple(march) == COLUMNS


def test_an_order_of_2000_raised_to_5000_is_a_movement_of_3000_in_the_month_of_the_raise():
    raised = movements(book_of(FEBRUARY), question(FEBRUARY))
    assert rows(raised, "order_id", "kind", "old", "delta", "new") == [["1002", "expansion", 200000, 300000, 500000]]
    assert days(raised, "effective", "order_date") == [["2026-02-10", "2026-01-31"]]


def test_document_amounts_stand_beside_those_of_the_report(march):
    assert rows(march.head(1), "currency", "old_document", "delta_document", "new_document") == [
        ["EUR", 0, 30000, 30000]
    ]


def test_late_movements_and_those_by_hand_are_marked_with_their_reason(march):
    late = march[march["late"]]
    assert rows(late, "order_id", "by_hand", "reason") == [
        ["1001", False, "list price"],
        ["1001", True, "keying error"],
    ]
    assert days(late, "effective", "recorded", "posted", "order_date") == [
        ["2026-02-20", MARCH, MARCH, "2026-01-10"], ["2026-02-25", MARCH, MARCH, "2026-01-10"],
    ]  # fmt: skip
    assert march["by_hand"].sum() == 3


def test_only_a_reschedule_shows_commit_dates(march):
    assert days(march.tail(1), "commit_before", "commit_after") == [["2026-03-20", "2026-06-30"]]
    assert march["commit_after"].notna().sum() == 1


def test_as_restated_the_late_movements_are_those_of_february():
    assert "1001" not in set(movements(book_of(), question(view="as-restated"))["order_id"])
    restated = movements(book_of(FEBRUARY), question(FEBRUARY, view="as-restated"))
    assert rows(restated, "kind", "delta") == [["expansion", 300000], ["price_decrease", -5000], ["correction", 8000]]


def test_movements_of_a_closed_month_are_the_same_with_its_own_knowledge_and_with_all_of_it():
    then = movements(book_of(FEBRUARY), question(FEBRUARY, known_at=FEBRUARY))
    pd.testing.assert_frame_equal(then, movements(book_of(FEBRUARY), question(FEBRUARY)))


def month_of(book, month):
    """Return order, line, kind, change in cents and order date of the movements of a month of a book."""
    as_of = parse_period(month).last
    made = movements(load([book], Options(as_of=as_of)), Question(as_of, view="as-reported"))
    return [
        (*one, *day)
        for one, day in zip(rows(made, "order_id", "line_id", "kind", "delta"), days(made, "order_date"), strict=True)
    ]


def test_a_line_split_off_bears_the_order_date_that_the_orders_tab_has(tmp_path):
    # Line 1 of 10 January over 100 becomes 60 and 40 on 15 February: both are of 10 January.
    book = started(tmp_path)
    added(book, "2026-01-31", row("A", "2026-01-10", 100, quantity=10))
    changed = {"changed": "2026-02-15"}
    added(book, "2026-02-28", row("A", "2026-01-10", 60, quantity=6, **changed),
          row("A", "2026-01-10", 40, line="2", quantity=4, **changed))  # fmt: skip
    assert month_of(book, "2026-02") == [
        ("A", "1", "reclass", -4000, "2026-01-10"), ("A", "2", "reclass", 4000, "2026-01-10"),
    ]  # fmt: skip
    assert order_dates(book, "2026-02") == {("A", "1"): "2026-01-10", ("A", "2"): "2026-01-10"}


def test_a_line_booked_again_bears_the_order_date_of_the_first_one(tmp_path):
    # A of 10 January is cancelled on 5 February and booked again as B on the 6th; the answer nets them, and B ages from
    # 10 January.
    book = started(tmp_path)
    added(book, "2026-01-31", row("A", "2026-01-10", 100), row("Z", "2026-01-10", 1000, product="Valve"))
    added(book, "2026-02-28", row("A", "2026-01-10", 100, cancelled=100, cancelled_on="2026-02-05", status="Cancelled"),
          row("B", "2026-02-06", 120), row("Z", "2026-01-10", 1000, product="Valve"))  # fmt: skip
    path = tmp_path / "q.csv"
    path.write_text("kind,order,line,answer\nrebooked,A,1,rebooked\n")
    add_exports(book, [], Adding(parse_period("2026-02").last, confirm=path))
    made = [one for one in month_of(book, "2026-02") if one[0] == "B"]
    assert made
    assert {day for *_, day in made} == {"2026-01-10"}
    assert order_dates(book, "2026-02")["B", "1"] == "2026-01-10"


def order_dates(book, month):
    """Return (order, line) -> order date as the Orders tab has it."""
    as_of = parse_period(month).last
    lines = orders(load([book], Options(as_of=as_of)).ledger.events, Question(as_of, view="as-reported"))
    return {(one["order_id"], one["line_id"]): str(one["order_date"].date()) for one in lines.to_dict("records")}


def test_a_month_without_movements_has_no_rows():
    quiet = ledger(event("2026-01-10", "new", 100), to="2026-02-28")
    made = movements(replace(book_of(), ledger=quiet), Question(quiet.horizon))
    assert made.empty
    assert tuple(made) == COLUMNS


KINDS = [kind.name for kind in ORDER_KINDS if kind.name != "book_and_turn"]
MOVES = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(1, 28), st.integers(1, 3), st.integers(1, 900),
                           st.sampled_from("12")), min_size=1, max_size=12)  # fmt: skip


@tried(12)
@given(MOVES)
def test_deltas_add_up_to_the_order_movements_of_the_month(moves):
    made = ledger(*(event(f"2026-0{month}-{day:02}", kind, amount, order=order)
                    for kind, day, month, amount, order in moves), to=MARCH)  # fmt: skip
    asked = Question(made.horizon)
    found = movements(replace(book_of(), ledger=made), asked)
    month = flows(made.events, [asked.calendar.month(asked.as_of)], asked).iloc[0]
    assert found["delta"].sum() == sum(kind.sign * month[kind.name] for kind in ORDER_KINDS)
    last = found[~found.duplicated("order_id", keep=False)].set_index("order_id")["new"]
    ordered = orders(made.events, asked).set_index("order_id")["ordered"]
    assert last.equals(ordered.reindex(last.index).rename("new"))


def test_entries_by_hand_show_who_why_and_what_they_add():
    found = adjustments(book_of(), question(), "fulfilment")
    assert rows(found, "entry", "order_id", "kind", "net_bookings", "backlog", "month") == [
        [7, "1001", "correction", 8000, 8000, 202603],
        [8, "1004", "new", 25000, 25000, 202603],
        [9, "1004", "new", -25000, -25000, 202603],
    ]
    assert set(found["preparer"]) == {"P. Ledger"}
    assert set(found["approver"]) == {"C. Ontroller"}
    assert set(found["evidence"]) == {"mail of 30 March"}


def test_an_entry_taken_back_names_the_entry_that_did_it_and_the_other_way_round():
    found = adjustments(book_of(), question(), "fulfilment").set_index("entry")
    assert found["reversed_by"].dropna().to_dict() == {8: 9}
    assert found["reverses"].dropna().to_dict() == {9: 8}


def test_an_entry_is_not_marked_before_its_reversal_counts():
    book = book_of()
    events = book.ledger.events
    early = replace(book, ledger=replace(book.ledger, events=events[events["event_id"] != "9.1"]))
    assert adjustments(early, question(), "fulfilment")["reversed_by"].isna().all()


def test_entries_of_a_later_day_of_knowledge_do_not_count():
    assert adjustments(book_of(FEBRUARY), question(FEBRUARY), "fulfilment").empty


def by_hand_on(*events):
    """Return a book of one order of 100 with events by hand on it."""
    rows = [event(**one, event_id=f"{number}.1") for number, one in enumerate(events, start=2)]
    made = ledger(event("2026-01-10", "new", 10000, event_id="1.1"), *rows, to=MARCH)
    entries = made.entries
    kept = entries.assign(origin=["compared", *["hand"] * len(events)], entry=range(1, len(entries) + 1))
    hands = kept.iloc[1:].assign(evidence="", preparer="", approver="", reversed_by=None)
    return replace(book_of(), ledger=made, kept=Kept("book", "", (), Posting(), kept, hands))


def test_a_shipment_by_hand_lowers_the_backlog_by_no_more_than_what_was_open():
    book = by_hand_on({"day": "2026-02-01", "kind": "shipment", "amount": 7000},
                      {"day": "2026-03-01", "kind": "shipment", "amount": 7000})  # fmt: skip
    # 100 open: the first takes 70, the second the 30 that are left.
    found = adjustments(book, Question(book.ledger.horizon), "fulfilment")
    assert rows(found, "net_bookings", "backlog") == [[0, -7000], [0, -3000]]


def test_a_credit_note_by_hand_that_cancels_shows_the_bookings_it_takes():
    credit = {"day": "2026-03-01", "kind": "credit_note", "amount": 4000, "reason": "cancellation"}
    book = by_hand_on({"day": "2026-02-01", "kind": "invoice", "amount": 10000}, credit)
    found = adjustments(book, Question(book.ledger.horizon), "billing")
    # The invoice bills all 100; the credit note cancels 40 of the order and credits them: nothing is open again.
    assert rows(found, "net_bookings", "backlog") == [[0, -10000], [-4000, 0]]
