"""Any history cut into snapshots: the events found are the difference of states, and nothing but that."""

from datetime import date, timedelta

import pandas as pd
from compared import Book, report, row, states_of, sums
from hypothesis import given
from hypothesis import strategies as st
from ledgers import rates
from tried import tried

from bbbxl.aggregate.flows import flows
from bbbxl.aggregate.select import Question
from bbbxl.book.records import WAITING
from bbbxl.inputs.snapshot import OrderStates
from bbbxl.ledger.build import ENTRY_COLUMNS, build_ledger
from bbbxl.periods import parse_period

_AS_OF = ("2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31")
_FIRST = date(2026, 1, 1)
_DAYS = st.one_of(st.none(), st.integers(0, 160).map(lambda days: str(_FIRST + timedelta(days=days))))
_AMOUNTS = st.sampled_from((0, 1, 3000, 5000, 7000, 10000, 12345))
_LINE = st.fixed_dictionaries({
    "ordered": st.sampled_from((0, 1, 3000, 5000, 10000, 12345, -5000)), "cancelled": _AMOUNTS, "shipped": _AMOUNTS,
    "invoiced": _AMOUNTS, "quantity": st.sampled_from((None, 1, 2, 2.5, 10)), "withdrawn": st.booleans(),
    "held": st.booleans(), "completed": st.booleans(), "shippable": st.sampled_from((None, 0, 1)),
    "changed": _DAYS, "shipped_date": _DAYS, "invoiced_date": _DAYS, "cancelled_date": _DAYS, "commit_date": _DAYS,
    "customer": st.sampled_from(("Ada", "Ada", "Ada", "Bo")), "region": st.sampled_from(("", "Asia")),
    "currency": st.sampled_from(("USD", "USD", "USD", "EUR")), "product": st.sampled_from(("Lens", "Lens", "Plan")),
})  # fmt: skip
#: Lines that a snapshot may show -> what it says of them; every snapshot shows order K as well.
_SNAPSHOT = st.dictionaries(st.sampled_from([(order, line) for order in "AB" for line in "123"]), _LINE, max_size=5)


def _rows(snapshot):
    made = [row(order, said["ordered"], line, **{name: value for name, value in said.items() if name != "ordered"})
            for (order, line), said in snapshot.items()]  # fmt: skip
    return [row("K", 100), *made]


@tried(10)
@given(st.lists(_SNAPSHOT, min_size=2, max_size=5), st.booleans())
def test_the_events_of_any_history_add_up_to_its_states_line_by_line(history, numbered):
    book = Book()
    for as_of, snapshot in zip(_AS_OF, history, strict=False):
        book.add(as_of, *_rows(snapshot), lacks=() if numbered else ("line_id",))
        found, wanted = sums(book.events), states_of(book.baseline)
        assert {key: total for key, total in found.items() if any(total)} == {
            key: total for key, total in wanted.items() if any(total)
        }


@tried(6)
@given(st.lists(_SNAPSHOT, min_size=1, max_size=4))
def test_the_same_report_again_gives_nothing(history):
    book = Book()
    for as_of, snapshot in zip(_AS_OF, history, strict=False):
        book.add(as_of, *_rows(snapshot))
    before = book.baseline
    again = book.add(_AS_OF[len(history) - 1], *_rows(history[-1]))
    assert len(again.events) == 0
    assert [one for one in again.questions if one.kind not in ("held_back", "restated")] == []
    key = ["entity", "order_id", "line_id", "book_line", "currency", "carried"]
    # The day of a cancellation only serves the search for pairs, and may be noted a comparison later.
    first, second = (
        one.sort_values(key, ignore_index=True).drop(columns="withdrawn_on") for one in (before, again.baseline)
    )
    pd.testing.assert_frame_equal(first, second)


@tried(6)
@given(st.lists(_SNAPSHOT, min_size=2, max_size=3), st.randoms(use_true_random=False))
def test_the_order_of_rows_in_a_report_decides_nothing(history, random):
    straight, mixed = Book(), Book()
    for as_of, snapshot in zip(_AS_OF, history, strict=False):
        given_report = report(*_rows(snapshot))
        order = list(range(len(given_report.states)))
        random.shuffle(order)
        shuffled = OrderStates(given_report.states.iloc[order].reset_index(drop=True), given_report.entries,
                               given_report.says)  # fmt: skip
        found, other = straight.add(as_of, given_report), mixed.add(as_of, shuffled)
        key = [name for name in found.events.columns if name not in ("recorded", "event_id")]
        pd.testing.assert_frame_equal(
            found.events.sort_values(key, ignore_index=True), other.events.sort_values(key, ignore_index=True)
        )
        assert sorted(found.questions, key=str) == sorted(other.questions, key=str)


_HONEST = st.fixed_dictionaries({
    "ordered": st.sampled_from((5000, 10000, 12345)), "cut": st.integers(0, 4), "done": st.integers(0, 4),
    "billed": st.integers(0, 4), "quantity": st.sampled_from((None, 1, 2, 2.5, 10)), "held": st.booleans(),
    "shippable": st.just(1), "changed": _DAYS, "shipped_date": _DAYS, "invoiced_date": _DAYS, "cancelled_date": _DAYS,
    "commit_date": _DAYS, "customer": st.sampled_from(("Ada", "Bo")), "region": st.sampled_from(("Europe", "Asia")),
})  # fmt: skip


def _honest(snapshot):
    """Return rows in which nothing is shipped or billed beyond the order."""
    rows = [row("K", 100, shippable=1)]
    for line, said in snapshot.items():
        cancelled = said["ordered"] * said["cut"] // 4
        net = said["ordered"] - cancelled
        more = {name: value for name, value in said.items() if name not in ("ordered", "cut", "done", "billed")}
        rows.append(row("A", said["ordered"], line, cancelled=cancelled, shipped=net * said["done"] // 4,
                        invoiced=net * said["billed"] // 4, **more))  # fmt: skip
    return rows


@tried(6)
@given(st.lists(st.dictionaries(st.sampled_from("123"), _HONEST, min_size=1, max_size=3), min_size=2, max_size=4))
def test_the_ledger_of_any_history_closes_with_what_is_ordered_less_cancelled_less_fulfilled(history):
    book = Book()
    for as_of, snapshot in zip(_AS_OF, history, strict=False):
        got = book.add(as_of, *_honest(snapshot))
        recorded = pd.Timestamp(as_of)
        book.events = book.events.assign(recorded=book.events["recorded"].fillna(recorded).astype("datetime64[us]"))
        last = date(2026, 12, 31)
        ledger = build_ledger(book.events[list(ENTRY_COLUMNS)], rates(reporting="USD"), last)
        total = flows(ledger.events, [parse_period("2026-12")], Question(last)).iloc[0]
        kept = got.baseline[~got.baseline["carried"].isin(WAITING)]
        # A cancellation of a later day waits, so more may be delivered than is on order: relief stops there.
        net = kept["ordered"] - kept["cancelled"]
        assert total["backlog_fulfilment"] == (net - kept["shipped"]).clip(lower=0).sum()
        assert total["backlog_billing"] == (net - kept["invoiced"]).clip(lower=0).sum()
