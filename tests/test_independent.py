"""The sample company's figures against a second calculator that knows only its exports: the SQL of independent.py."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from independent import BASES, Calculator, derived, month_end

import bbbxl.samples
from bbbxl import Question, figures, load, metric_named, parse_period
from bbbxl.aggregate.orders import orders
from bbbxl.metrics.ageing import ORDER_AGE, PAST_DUE, add_ages, ageing
from bbbxl.metrics.schedule import schedule, slots
from bbbxl.metrics.windows import flow_table

FIRST, LAST = date(2022, 11, 30), date(2026, 10, 31)
DAYS = (LAST, date(2026, 6, 30), date(2025, 10, 31), date(2024, 12, 31))
DIMENSIONS = (None, "region", "customer", "entity")
#: On the shipment basis only balances: its relief also takes services out of net bookings.
RELIEVED = ("fulfilment", "billing")
MEASURES = ("new", "renewal", "expansion", "price_increase", "book_and_turn", "contraction", "cancellation",
            "return_authorisation", "price_decrease", "correction", "invoice", "credit_note")  # fmt: skip
MONEY = ("gross_bookings", "bookings_reductions", "net_bookings", "gross_billings", "net_billings", "opening_backlog",
         "backlog", "relieved", "fx_revaluation")  # fmt: skip
RATIOS = ("book_to_bill", "cancellation_rate")
WINDOWS = {"": 1, "R3M ": 3, "LTM ": 12}
ELIMINATED = "Intercompany eliminated"


@pytest.fixture(scope="module")
def exports(company, folder, tmp_path_factory):
    """Return a folder of the exports a close needs and the sample company's bbbxl.toml."""
    place = tmp_path_factory.mktemp("independent")
    for name in ("erp_events.csv", "rates.csv", "crm_closed_won.csv"):
        shutil.copy(folder / name, place / name)
    shutil.copy(Path(bbbxl.samples.__file__).parent / "northfield.toml", place / "bbbxl.toml")
    return place


@pytest.fixture(scope="module")
def sql(exports):
    return Calculator(exports)


@pytest.fixture(scope="module")
def product(exports):
    return load([exports])


@pytest.fixture(scope="module")
def lines_on(product):
    """Return a function that gives the order lines as of a day, intercompany ones too."""
    known = {}

    def lines(day):
        if day not in known:
            known[day] = add_ages(orders(product.ledger.events, Question(day, group=False)), day, "commit")
        return known[day]

    return lines


def cents(amount):
    assert amount is None or amount * 100 == int(amount * 100)
    return None if amount is None else int(amount * 100)


def span(day, months):
    """Return the first and last day of the months that end with a day."""
    return month_end(day, -months) + timedelta(days=1), day


def by_segment(sql, method, by, *asked):
    """Return sums by segment: of the group, or of the entities less what they sold one another."""
    if by != "entity":
        return getattr(sql, method)(*asked, by or "''")
    found = getattr(sql, method)(*asked, "entity", "true")
    sold = getattr(sql, method)(*asked, f"'{ELIMINATED}'", "not external")
    minus = -1 if method == "measures" else 1
    return found | {
        name: {key: minus * value for key, value in sums.items()} if isinstance(sums, dict) else sums
        for name, sums in sold.items()
    }


def test_the_calculator_rounds_half_up_and_away_from_zero(sql):
    asked = "select round(v::decimal(15, 2) * 0.5::decimal(9, 6), 2) from (values (0.01), (-0.01), (0.03)) t(v)"
    assert [value for (value,) in sql.rows(asked)] == [Decimal("0.01"), Decimal("-0.01"), Decimal("0.02")]


def test_the_figures_are_those_once_worked_out_by_hand(sql):
    group = sql.figures(*span(LAST, 1), "fulfilment")["All"]
    assert (group["gross_bookings"], group["net_billings"]) == (Decimal("2651407.63"), Decimal("1666272.47"))
    assert (group["opening_backlog"], group["backlog"]) == (Decimal("7538311.15"), Decimal("8405059.03"))


@pytest.mark.parametrize("by", DIMENSIONS)
def test_every_month_of_every_segment_is_what_the_exports_add_up_to(sql, product, by):
    table = flow_table(product.ledger, Question(LAST), FIRST, by)
    told = {(str(row["segment"]), int(row["month"])): row for row in table.to_dict("records")}
    day, seen = FIRST, set()
    while day <= LAST:
        month, first = day.year * 100 + day.month, day.replace(day=1)
        leeway = {basis: by_segment(sql, "leeway", by, first, day, basis) for basis in RELIEVED}
        for segment, sums in by_segment(sql, "measures", by, first, day).items():
            row = told[segment, month]
            seen.add((segment, month))
            exact = {**{name: sums.get(name, Decimal(0)) for name in MEASURES},
                     **{f"backlog_{basis}": sums.get(f"backlog_{basis}", Decimal(0)) for basis in BASES}}  # fmt: skip
            assert {name: row[name] for name in exact} == {name: cents(value) for name, value in exact.items()}
            for basis in RELIEVED:
                near, moved = cents(leeway[basis].get(segment, Decimal(0))), derived(sums, basis)
                assert abs(row[f"relief_{basis}"] - cents(moved["relieved"])) <= near
                assert abs(row[f"fx_{basis}"] - cents(moved["fx_revaluation"])) <= near
        day = month_end(day, 1)
    left = [row for key, row in told.items() if key not in seen]
    assert not any(row[name] for row in left for name in (*MEASURES, *(f"backlog_{basis}" for basis in BASES)))


def test_rounding_together_or_apart_moves_few_cents_in_four_years(sql):
    for basis in RELIEVED:
        assert sql.leeway(FIRST.replace(day=1), LAST, basis)["All"] <= Decimal("0.05")


@pytest.mark.parametrize(("day", "basis"), [*((day, "fulfilment") for day in DAYS), (LAST, "billing")])
def test_month_year_quarter_and_twelve_months_agree_with_their_ratios(sql, product, day, basis):
    windows = {**WINDOWS, "YTD ": day.month}
    periods = {parse_period(f"{name}{day:%Y-%m}").label: span(day, months) for name, months in windows.items()}
    chosen = [metric_named(name) for name in (*MONEY, *RATIOS)]
    asked = [parse_period(f"{name}{day:%Y-%m}") for name in windows]
    known = {label: sql.figures(*window, basis)["All"] for label, window in periods.items()}
    leeway = {label: cents(sql.leeway(*window, basis)["All"]) for label, window in periods.items()}
    for figure in figures(product.ledger, Question(day), asked, chosen, basis):
        expected = known[figure.period][figure.metric]
        if figure.metric in RATIOS:
            assert figure.value == pytest.approx(float(expected), rel=1e-12)
        else:
            near = leeway[figure.period] if figure.metric in ("relieved", "fx_revaluation") else 0
            assert abs(figure.value - cents(expected)) <= near, figure


@pytest.mark.parametrize("day", DAYS)
def test_trailing_ratios_and_coverage_look_at_their_own_windows(sql, product, day):
    names = ("book_to_bill_r3m", "book_to_bill_ltm", "backlog_coverage")
    month = [parse_period(f"{day:%Y-%m}")]
    told = {
        one.metric: one.value
        for one in figures(product.ledger, Question(day), month, [metric_named(name) for name in names], "fulfilment")
    }
    quarter, year = (sql.figures(*span(day, months), "fulfilment")["All"] for months in (3, 12))
    coverage = year["backlog"] / (year["relieved"] / 12)
    expected = (quarter["book_to_bill"], year["book_to_bill"], coverage)
    assert told == pytest.approx(dict(zip(names, map(float, expected), strict=True)), rel=1e-8)


@pytest.mark.parametrize("day", DAYS)
def test_every_order_line_is_open_with_the_same_amount_in_both_currencies(sql, lines_on, day):
    lines = lines_on(day).to_dict("records")
    for basis in BASES:
        stock, keys = f"backlog_{basis}", ("entity", "order_id", "line_id")
        told = {
            "|".join(one[key] for key in keys): (one[f"{stock}_document"], one[stock])
            for one in lines
            if one[f"{stock}_document"]
        }
        rows = sql.rows(f"select line, currency, doc, usd from {sql.stock(day, basis)}")
        expected = {line: (int(doc) if code == "JPY" else cents(doc), cents(usd)) for line, code, doc, usd in rows}
        assert told == expected


@pytest.mark.parametrize("day", DAYS)
def test_the_schedule_spreads_terms_by_day_and_keeps_held_lines_apart(sql, product, lines_on, day):
    lines, calendar = lines_on(day), product.config.calendar
    sums = schedule(lines[lines["counterparty"].isna()], day, "fulfilment", calendar).sum()
    own = {"past_due": "past due", "on_hold": "on hold"}
    names = {slot.name: f"{slot.last:%Y-%m}" if slot.last else slot.name for slot in slots(day, calendar)}
    told = {own.get(name, names[name]): int(value) for name, value in sums.items() if value}
    assert told == {slot: cents(usd) for slot, usd in sql.schedule(day, "fulfilment").items() if usd}


@pytest.mark.parametrize("day", DAYS)
def test_ageing_counts_days_since_the_order_and_days_past_due(sql, lines_on, day):
    lines = lines_on(day)
    lines = lines[lines["counterparty"].isna() & (lines["backlog_fulfilment"] != 0)]
    for column, buckets, overdue in (("age", ORDER_AGE, False), ("days_past_due", PAST_DUE, True)):
        told = [(usd, count) for _, usd, count in ageing(lines[column], lines["backlog_fulfilment"], buckets)]
        bounds = tuple(bucket.high for bucket in buckets if bucket.high is not None)
        expected = sql.ageing(day, "fulfilment", bounds, overdue=overdue)
        assert told == [(cents(usd), count) for usd, count in expected]


@pytest.mark.parametrize("day", DAYS)
def test_fx_of_a_month_is_what_changed_rates_did_to_balances_and_movements(sql, product, day):
    month = [parse_period(f"{day:%Y-%m}")]
    (told,) = figures(product.ledger, Question(day), month, [metric_named("fx_revaluation")], "fulfilment")
    decomposed, roundings = sql.decomposed_fx(day, "fulfilment")
    assert abs(Decimal(told.value) / 100 - decomposed) <= roundings * Decimal("0.005")
