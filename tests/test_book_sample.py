"""The sample company's 48 month-end reports, added to a book one by one, give its history but for what is unseen."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from bbbxl import Options, Question, figures, load, metric_named, parse_period
from bbbxl.book.add import add_exports
from bbbxl.book.starting import start_book
from bbbxl.book.store import open_store
from bbbxl.book.take import Adding
from bbbxl.book.unseen import unseen_of
from bbbxl.events import KINDS, backlog_sign
from bbbxl.money import to_minor
from bbbxl.samples.exports import ordered_lines
from bbbxl.samples.model import AS_OF
from bbbxl.samples.shown import FIGURES, shown_of_line, true_figures
from bbbxl.samples.snapshots import month_ends, write_snapshots
from bbbxl.samples.truth import open_of_line
from bbbxl.samples.unseen import unseen

CONFIG = """
schema = 1
entity = "Northfield Instruments"
currency = "USD"
[[files]]
path = "order_lines_*.csv"
role = "orders"
states = { completed = { status = ["Closed"] } }
[[files]]
path = "rates.csv"
role = "rates"
"""
BASES = {"backlog_fulfilment": "fulfilment", "backlog_billing": "billing"}
_RAISE = ("new", "renewal", "expansion", "price_increase")
_LOWER = ("contraction", "cancellation", "price_decrease")
#: Figure -> sign with which a kind of event of the book enters it.
SIGNS = {
    "new": {"new": 1},
    "renewal": {"renewal": 1},
    "gross_bookings": dict.fromkeys(_RAISE, 1),
    "net_bookings": {**dict.fromkeys(_RAISE, 1), **dict.fromkeys(_LOWER, -1)},
    "cancellations": {"cancellation": 1},
    "shipments": {"shipment": 1, "return_receipt": -1},
    "billings": {"invoice": 1, "credit_note": -1},
    "reschedules": {"reschedule": 1},
    "holds": {"hold": 1},
    "releases": {"release": 1},
}
#: Figures that count events.
COUNTED = ("reschedules", "holds", "releases")
#: How many of what no report shows as it was `bbbxl book unseen` does not list, because no report gives a sign of it.
NO_SIGN = {
    # The one change that a report shows, on the day it names; that it was meant for the month before, nothing says.
    "entered later": 10,
    # Booked and raised on one day: the line was never changed after it was booked.
    "renewed at another price": 32,
    # Held and cancelled at once; a return agreed in the month of the line's other changes.
    "no status beside it": 1,
    "return under way": 1,
    # In no report at all.
    "after the last report": 1,
    "without an order": 145,
}
#: What the book adds to the number of a line that is open again after it was closed.
REOPENED = " reopened"


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """Return the folder of a new book."""
    home = tmp_path_factory.mktemp("book")
    (home / "bbbxl.toml").write_text(CONFIG, encoding="utf-8")
    start_book(home)
    return home


@pytest.fixture(scope="module")
def added(book, company, folder, tmp_path_factory):
    """Return what every report gave."""
    exports = write_snapshots(tmp_path_factory.mktemp("snapshots"))
    add_exports(book, [folder / "rates.csv"], Adding(exports[0].as_of))
    return [(one, add_exports(book, [one.path], Adding(one.as_of))) for one in exports]


@pytest.fixture(scope="module")
def events(added):
    return pd.concat([made.events.assign(report=one.month) for one, made in added], ignore_index=True)


@pytest.fixture(scope="module")
def ledger(added, book):
    return load([book], Options(as_of=AS_OF)).ledger


@pytest.fixture(scope="module")
def true_lines(company):
    return ordered_lines(company.history)


def _minor(amount, currency, figure):
    return int(amount) if figure in COUNTED else to_minor(amount, currency)[0]


@pytest.fixture(scope="module")
def listed(company, true_lines):
    """Return (figure, month, line) -> what is listed as unseen there, minor units or a count; sums of 0 are left out.

    Invoices without an order are in no report; they are left out by name.
    """
    found = Counter()
    for one in unseen(company.history):
        key = (one.entity, one.order, one.line)
        for (figure, month), amount in one.figures.items() if one.why != "without an order" else ():
            found[figure, month, key] += _minor(amount, true_lines[key][0].currency, figure)
    return {key: amount for key, amount in found.items() if amount}


def _keys(events):
    lines = events["line_id"].str.removesuffix(REOPENED)
    return list(zip(events["entity"], events["order_id"], lines, strict=True))


def _differences(found, true):
    return {key: found[key] - true[key] for key in found.keys() | true.keys() if found[key] != true[key]}


def test_every_report_is_taken_whole(added):
    assert [one.month for one, made in added if made.problems or len(made.entries) != 1] == []
    assert {question.kind for question in added[-1][1].questions} == {"rebooked"}


def test_every_event_is_of_a_kind_that_a_state_can_show(events):
    shown = {kind for signs in SIGNS.values() for kind in signs}
    assert set(events["kind"]) - shown == {"completion", "reclass"}


def test_all_bookings_cancellations_shipments_and_billings_are_true_but_for_what_is_listed(events, true_lines, listed):
    """Line by line and month by month: what differs and is not listed fails, what is listed and does not differ too."""
    found, true = Counter(), Counter()
    months = events["effective"].dt.strftime("%Y-%m")
    for key, kind, amount, month in zip(_keys(events), events["kind"], events["amount"], months, strict=True):
        for figure, signs in SIGNS.items():
            if kind in signs:
                found[figure, month, key] += signs[kind] * (1 if figure in COUNTED else int(amount))
    for key, lived in true_lines.items():
        for fact in FIGURES:
            for (figure, month), amount in true_figures(lived, fact).items():
                true[figure, month, key] += _minor(amount, lived[0].currency, figure)
    assert _differences(found, true) == {key: amount for key, amount in listed.items() if key[0] not in BASES}


@pytest.mark.parametrize("figure", BASES)
def test_the_backlog_of_every_month_end_is_true_but_for_what_is_listed(ledger, true_lines, listed, figure):
    """Line by line; a backlog is the plain sum of the ledger's events up to the day."""
    own = ledger.events[ledger.events["basis"].isna() | (ledger.events["basis"] == BASES[figure])]
    own = own.assign(moved=own["amount"] * own["kind"].map({name: backlog_sign(kind) for name, kind in KINDS.items()}))
    keys = pd.Series(_keys(own), index=own.index)
    found, true = Counter(), Counter()
    for as_of in month_ends():
        month = as_of.isoformat()[:7]
        until = (own["effective"] <= pd.Timestamp(as_of)).to_numpy()
        open_lines = own.loc[until, "moved"].groupby(keys[until]).sum()
        found.update({(figure, month, key): int(value) for key, value in open_lines[open_lines != 0].items()})
        for key, lived in true_lines.items():
            value = open_of_line([event for event in lived if event.effective <= as_of], BASES[figure])
            if value:
                true[figure, month, key] = to_minor(value, lived[0].currency)[0]
    assert _differences(found, true) == {key: amount for key, amount in listed.items() if key[0] == figure}


def test_the_book_lists_what_no_report_shows_as_it_was_but_for_what_leaves_no_sign(added, book, company):
    """By report and order line."""
    with open_store(book) as store:
        found = unseen_of(store)
    listed = set(zip(found["as_of"].dt.strftime("%Y-%m"), *zip(*_keys(found), strict=True), strict=True))
    missing, told = Counter(), Counter()
    for one in unseen(company.history):
        why = "renewed at another price" if one.kinds == ("renewal", "price_increase") else one.why
        (told if (one.month, one.entity, one.order, one.line) in listed else missing)[why] += 1
    assert missing == NO_SIGN
    assert told["taken back"] == 31  # done and undone between two reports: every one
    assert told["several at once"] == 5
    assert told.total() + missing.total() == len(unseen(company.history))


def test_only_a_line_that_is_open_again_after_it_was_closed_is_moved_and_nothing_is_booked_by_it(events, true_lines):
    moved = events[events["kind"] == "reclass"]
    assert set(moved["amount"].groupby(pd.Series(_keys(moved), index=moved.index)).sum()) == {0}
    for key in set(_keys(moved)):
        assert -1 in [one.amount for one in shown_of_line(true_lines[key]) if one.fact == "closed"], key


def test_events_are_dated_no_later_than_their_report_and_recorded_in_it(events, added):
    as_of = events["report"].map({one.month: pd.Timestamp(one.as_of) for one, _ in added})
    assert (events["effective"] <= as_of).all()
    assert (events["recorded"].to_numpy() == as_of.to_numpy().astype(events["recorded"].dtype)).all()


def test_what_was_known_at_a_month_end_is_what_its_report_says(ledger, added):
    """Net order value, shipped and invoiced per currency, summed from what was recorded by the day of each report."""
    signs = {name: {kind: KINDS[kind].sign for kind in kinds} for name, kinds in {
        "net": (*_RAISE, *_LOWER), "Shipped Amount": ("shipment", "return_receipt"),
        "Invoiced Amount": ("invoice", "credit_note")}.items()}  # fmt: skip
    for one, _ in added[5::6]:
        rows = pd.read_csv(one.path, dtype=str).fillna("0")
        known = ledger.events[ledger.events["recorded"] <= pd.Timestamp(one.as_of)]
        for currency, own in known.groupby("currency"):
            said = rows[rows["Currency"] == currency]
            columns = ("Order Amount", "Cancelled Amount", "Shipped Amount", "Invoiced Amount")
            amounts = {name: sum(to_minor(Decimal(text), currency)[0] for text in said[name]) for name in columns}
            amounts["net"] = amounts["Order Amount"] - amounts["Cancelled Amount"]
            for name, kinds in signs.items():
                summed = int((own["amount"] * own["kind"].map(kinds).fillna(0)).sum())
                assert summed == amounts[name], (one.month, currency, name)
    assert np.unique(ledger.events["currency"]).tolist() == ["EUR", "JPY", "USD"]


def test_every_figure_of_every_month_is_available_and_the_roll_forward_closes(ledger):
    months = [parse_period(as_of.isoformat()[:7]) for as_of in month_ends()]
    names = ("gross_bookings", "net_bookings", "net_billings", "fulfilled", "backlog", "roll_forward_residual")
    question = Question(AS_OF, group=False)
    found = figures(ledger, question, months, [metric_named(name) for name in names], "fulfilment")
    assert len(found) == len(names) * 48
    assert [(one.metric, one.period) for one in found if one.value is None] == []
    assert {one.value for one in found if one.metric == "roll_forward_residual"} == {0}
