"""Drill-through: the rows behind a figure add up to it, for every metric, period and criterion."""

import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sheets import BBB, block, handle, order_block
from tried import tried

from bbbxl.cells.arguments import Cell
from bbbxl.cells.drill import COUNTS, measure_sums, rows_behind
from bbbxl.cells.session import ask
from bbbxl.metrics.registry import measure_name, metrics
from bbbxl.metrics.values import compute
from bbbxl.metrics.windows import OPENING, nothing
from bbbxl.samples.order_table import HEADER

PERIODS = ("2026-01", "2026-02", "2026-03", "2026-Q1", "YTD 2026-02", "2026-02-12", "2026-01-15..2026-02-20", "FY2026")
CRITERIA = ((), (("region", "West"),), (("customer", "<>Borg"),), (("product", "Pump"), ("region", "East")),
            (("amount", ">=400"),), (("order_id", "SO-1"),), (("entity", "*"),))  # fmt: skip
BASES = ("shipment", "fulfilment", "billing")


def rebuilt(answers, metric, period, criteria):
    """Return a metric from nothing but the rows that are listed behind it."""
    sums = measure_sums(rows_behind(answers, metric, period, criteria))
    measures = nothing() | {"months": answers.period(Cell(period.label)).months}
    for name, amount in sums.items():
        key = measure_name(name, answers.basis)
        measures[OPENING + key if name == "opening_backlog" else key] = amount
    return compute(metric, measures, answers.basis)


@pytest.mark.parametrize(("criteria", "basis"), [(one, BASES[at % 3]) for at, one in enumerate(CRITERIA)], ids=str)
def test_the_rows_of_the_sample_table_add_up_to_every_figure(criteria, basis):
    answers = ask(handle(), [f"basis={basis}"]).answers
    asked = tuple((name, Cell(value)) for name, value in criteria)
    # Every metric, over three of the periods in turn.
    for place, metric in enumerate(metrics().values()):
        for text in (PERIODS * 2)[place % len(PERIODS) :][:3]:
            period = answers.period(Cell(text), metric)
            figure = answers.figure(metric, period, asked)
            if figure.value is None and not figure.undefined:
                continue
            rows = rows_behind(answers, metric, period, asked)
            if metric.unit == "money":
                assert int(rows[COUNTS].sum()) == figure.value, (metric.name, text)
            elif not metric.window:
                assert rebuilt(answers, metric, period, asked) == figure.value, (metric.name, text)


DAYS = some.dates(date(2026, 1, 1), date(2026, 6, 30))


@tried(4)
@given(some.integers(0, 10_000), some.sampled_from(BASES), some.tuples(DAYS, DAYS).map(sorted))
def test_the_rows_of_any_table_add_up_to_the_figure_of_any_days(seed, basis, days):
    dice = random.Random(seed)
    rows = []
    for number in range(12):
        booked = date(2026, 1, 1) + timedelta(days=dice.randrange(150))
        amount = dice.randrange(1, 50) * 100
        moved = dice.choice(["shipped", "cancelled", "open"])
        later = booked + timedelta(days=dice.randrange(30))
        shipped = (amount, later, amount, later) if moved == "shipped" else (None,) * 4
        gone = (amount, later) if moved == "cancelled" else (None, None)
        who = (dice.choice("ABC"), dice.choice(["West", "East"]), "Pump")
        rows.append((f"S{number}", 1, *who, booked, None, "USD", amount, *shipped, *gone))
    data = block(HEADER, *rows, name=f"Random{seed}!A1")
    found = BBB["BBB_ROWS"](data, "net_bookings", f"{days[0]}..{days[1]}", f"basis={basis}")
    figure = BBB["BOOKINGS"](data, f"{days[0]}..{days[1]}", f"basis={basis}")
    if isinstance(figure, str):
        assert found == figure  # the same refusal
        return
    counts = found[0].index("Counts, USD")
    assert sum(row[counts] for row in found[1:]) == pytest.approx(figure, abs=0.001)
    for name, metric in (("BILLINGS", "net_billings"), ("BACKLOG", "backlog")):
        figure = BBB[name](data, f"{days[0]}..{days[1]}", f"basis={basis}")
        listed = BBB["BBB_ROWS"](data, metric, f"{days[0]}..{days[1]}", f"basis={basis}")
        assert sum(row[counts] for row in listed[1:]) == pytest.approx(figure, abs=0.001)


def test_a_row_says_where_it_was_read_and_what_it_counts_for():
    rows = BBB["BBB_ROWS"](handle(), "net_bookings", "2026-02")
    assert rows[0][:8] == ("Row", "Source", "Order", "Line", "What", "Happened", "Posted", "Recorded")
    told = [(row[0], row[1], row[2], row[4], row[5], row[-2], row[-1]) for row in rows[1:]]
    # SO-2 stands in row 4 of the sheet, SO-5 in row 7.
    assert sorted(told) == [
        (4, "Data!A1:O7", "SO-2", "New", "2026-02-05", 1000, "New"),
        (7, "Data!A1:O7", "SO-5", "Cancellation", "2026-02-25", -600, "Cancellation"),
    ]


def test_rows_set_aside_stand_below_with_the_reason():
    broken = order_block(cells={(2, "Amount"): "a lot"}, name="Broken!A1:O7")
    rows = BBB["BBB_ROWS"](broken, "net_bookings", "2026-02")
    (at,) = [place for place, row in enumerate(rows) if row[0] == "Set aside: row"]
    assert rows[at + 1][:4] == (4, "Broken!A1:O7", "Amount", "a lot")
    assert len(rows[at + 1][4]) > 10
    assert {len(row) for row in rows} == {len(rows[0])}


def test_a_table_longer_than_what_spills_still_adds_up(monkeypatch):
    monkeypatch.setattr("bbbxl.cells.functions.rows.MOST", 2)
    rows = BBB["BBB_ROWS"](handle(), "net_bookings", "2026-Q1")
    assert rows[-1][0] == "and 5 more rows"
    assert sum(row[-2] for row in rows[1:]) == 2450
