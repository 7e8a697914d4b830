"""flows() and orders() give the same minor units on pandas, polars and DuckDB."""

from __future__ import annotations

from datetime import date

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledgers import RANDOM_RATES, RANDOM_ROWS, entries, event, ledger
from tried import tried

from bbbxl.aggregate.flows import flows
from bbbxl.aggregate.orders import orders
from bbbxl.aggregate.select import Question
from bbbxl.ledger.build import build_ledger
from bbbxl.periods import Calendar

polars = pytest.importorskip("polars", reason="polars is not installed; it comes with the extra test")

HORIZON = date(2026, 7, 31)
MONTHS = Calendar().months_to(HORIZON, 7)


def _in_polars(events):
    return polars.from_pandas(events)


def _in_duckdb(events):
    connection = duckdb.connect()
    connection.register("ledger", events)
    return connection.sql("select * from ledger")


ENGINES = (_in_polars, _in_duckdb)


def _plain(table):
    """Return a table as lists of plain values: None for missing, days as text."""
    columns = {}
    for name in sorted(table.columns):
        values = table[name]
        if values.dtype.kind == "M":
            values = values.dt.strftime("%Y-%m-%d")
        columns[name] = [None if pd.isna(value) else value for value in values.tolist()]
    return columns


@tried(3)
@given(
    RANDOM_ROWS,
    st.sampled_from((None, "region", "customer", "entity", "currency")),
    st.sampled_from((None, date(2026, 3, 31))),
    st.sampled_from(("as-restated", "as-reported")),
)
def test_random_ledgers_give_the_same_flows_and_orders_on_every_engine(rows, by, known, view):
    events = build_ledger(entries(*rows), RANDOM_RATES, HORIZON).events
    question = Question(HORIZON, known, view)
    amounts = "document" if by == "currency" else "reporting"
    expected = flows(events, MONTHS, question, by=by, amounts=amounts), orders(events, question)
    for engine in ENGINES:
        found = engine(events)
        assert _plain(flows(found, MONTHS, question, by=by, amounts=amounts)) == _plain(expected[0])
        assert _plain(orders(found, question)) == _plain(expected[1])


def test_sums_past_what_a_float_holds_exactly_stay_whole_on_every_engine():
    # 2**53 = 9,007,199,254,740,992 minor units, ten times and one more: 90,071,992,547,409,921. A float would lose
    # the 1; DuckDB sums into 128 bits.
    largest = 2**53
    rows = [event("2026-01-15", "new", largest, order=str(number)) for number in range(10)]
    events = ledger(*rows, event("2026-01-16", "new", 1, order="one"), to="2026-07-31").events
    question = Question(HORIZON)
    for engine in (lambda same: same, *ENGINES):
        table = flows(engine(events), MONTHS, question)
        assert table["new"].tolist()[0] == 90_071_992_547_409_921
        assert table["backlog_billing"].tolist()[-1] == 90_071_992_547_409_921
        assert table["new"].dtype == np.int64
        lines = orders(engine(events), question)
        assert lines["backlog_billing"].dtype == np.int64
        assert sum(lines["backlog_billing"].tolist()) == 90_071_992_547_409_921


def test_names_that_look_like_other_names_stay_apart_on_every_engine():
    # "007", "7", "Acme" and "ACME" are four customers, and an order without one is a fifth segment.
    names = ("007", "7", "Acme", "ACME", None)
    rows = [event("2026-01-15", "new", 10 ** place, order=str(place), customer=name)
            for place, name in enumerate(names)]  # fmt: skip
    events = ledger(*rows, to="2026-07-31").events
    for engine in (lambda same: same, *ENGINES):
        table = flows(engine(events), MONTHS[:1], Question(date(2026, 1, 31)), by="customer")
        found = dict(zip(table["segment"], table["new"], strict=True))
        assert found == {"007": 1, "7": 10, "Acme": 100, "ACME": 1000, "(not given)": 10000}
