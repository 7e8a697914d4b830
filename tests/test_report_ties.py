"""The checks of a pack: green on a tidy month, and each turns red when what it looks at is broken."""

from dataclasses import replace

import pytest
from packs import TWO_ORDERS, pack_of, write_exports

from bbbxl.aggregate.orders import orders
from bbbxl.checks import CHECK, CHECKS, CheckResult
from bbbxl.inputs.load import Options, load
from bbbxl.report.currencies import CurrencyRoll, FxTest
from bbbxl.report.ties import TieInputs, check_ties, past_due_lines

RATES = "Currency,Date,USD per unit\nEUR,2025-12-31,1.10\nEUR,2026-01-31,1.20\n"


@pytest.fixture(scope="module")
def tidy(tmp_path_factory):
    """Return what the checks of two orders look at; tests replace what they break."""
    return inputs(write_exports(tmp_path_factory.mktemp("tidy")))


def inputs(folder, as_of="2026-02-28", **asked):
    """Return what the checks of a folder's pack look at."""
    pack = pack_of(folder, as_of, **asked)
    loaded = load([folder], Options(as_of=pack.as_of))
    tables = {str(name): rows.drop(columns="dimension") for name, rows in pack.segments.groupby("dimension")}
    lines = orders(pack.ledger.events, pack.question)
    return TieInputs(loaded, pack.ledger, pack.question, pack.basis, pack.cube, tables, lines, pack.open_orders,
                     pack.events, pack.rolls, pack.fx)  # fmt: skip


def red(given):
    return {one.check.name: (one.value, one.detail) for one in check_ties(given) if not one.passed}


def test_a_tidy_month_is_green_in_every_check(tidy):
    results = check_ties(tidy)
    assert [one.check for one in results] == list(CHECKS)
    assert [one.value for one in results] == [0] * len(CHECKS)
    assert {one.check.name: one.detail for one in results if one.detail} == {
        "commit_dates": "0 order lines", "own_totals": "no file prints a total of its own",
    }  # fmt: skip
    assert red(tidy) == {}


def test_words_of_checks_stand_alone():
    for check in CHECKS:
        assert check.definition.endswith(".")
        assert check.remedy.endswith(".")
        assert check.definition != check.title
    assert len({check.title for check in CHECKS}) == len(CHECKS)


@pytest.mark.parametrize(("value", "passed"), [(None, True), (0, True), (5, True), (-5, True), (6, False), (-6, False)])
def test_a_check_passes_within_its_tolerance_and_when_it_could_not_be_made(value, passed):
    assert CheckResult(CHECK["fx"], value, 5).passed is passed


def test_a_row_that_is_neither_used_nor_set_aside_is_red(tidy):
    given = tidy
    sources = tuple(replace(one, rows=one.rows + 1) for one in given.loaded.sources)
    assert red(replace(given, loaded=replace(given.loaded, sources=sources))) == {"rows_in": (1, "")}


def test_a_row_set_aside_is_red_and_the_first_is_named(tmp_path):
    folder = write_exports(tmp_path, (*TWO_ORDERS, ("new", "1003", "1", "2026-02-03", "many", "Acme")))
    value, detail = red(inputs(folder))["rows_set_aside"]
    assert value == 1
    assert detail.startswith('events.csv row 7, Amount: "many" is not a number')


def test_an_amount_changed_on_the_way_is_red(tidy):
    given = tidy
    events = given.ledger.events.copy()
    events.loc[events["kind"] == "new", "amount"] += 3
    # two bookings, three cents each
    assert red(replace(given, ledger=replace(given.ledger, events=events))) == {"amounts_through": (6, "")}


def test_a_row_that_repeats_an_order_line_is_red(tidy):
    given = tidy
    sources = tuple(replace(one, repeated=2) for one in given.loaded.sources)
    assert red(replace(given, loaded=replace(given.loaded, sources=sources))) == {"repeated_lines": (2, "")}


def test_a_roll_forward_that_does_not_close_is_red_and_the_month_is_named(tidy):
    given = tidy
    cube = given.cube.copy()
    cube.loc[cube["month"] == 202601, "relief_fulfilment"] += 7
    segments = {name: rows for name, rows in given.segments.items() if False}
    found = red(replace(given, cube=cube, segments=segments))
    assert found == {"roll_forward": (7, "2026-01")}


def test_a_document_currency_that_does_not_close_is_red_and_named(tidy):
    given = tidy
    rolls = (CurrencyRoll("EUR", 5, 0, 0, 5), CurrencyRoll("JPY", 100, 20, 10, 111))
    assert red(replace(given, rolls=rolls)) == {"document_roll_forward": (-1, "JPY")}


def test_segments_that_do_not_sum_to_the_total_are_red_and_the_dimension_is_named(tidy):
    given = tidy
    customers = given.segments["customer"].copy()
    customers.loc[customers.index[0], "invoice"] += 11
    assert red(replace(given, segments={**given.segments, "customer": customers})) == {"segments": (11, "customer")}


def test_a_lost_order_line_is_red_wherever_it_is_missed(tidy):
    given = tidy
    found = red(replace(given, open_orders=given.open_orders.iloc[:1]))
    # order 1002 with 400.00 is gone
    assert {name: value for name, (value, _) in found.items()} == {
        "orders": -40_000, "schedule": -40_000, "ageing": 40_000,
    }  # fmt: skip


def test_a_schedule_that_puts_a_line_in_two_months_is_red(tidy):
    given = tidy
    lines = given.open_orders.assign(month_2=5)
    assert red(replace(given, open_orders=lines)) == {"schedule": (10, "")}


def test_an_open_line_below_zero_is_red_unless_a_return_explains_it(tmp_path):
    rows = [*TWO_ORDERS, ("cancellation", "1002", "1", "2026-02-26", "450", "Bolt")]
    value, detail = red(inputs(write_exports(tmp_path / "over", rows)))["negative_open"]
    # 500 - 100 - 450
    assert (value, detail) == (-5_000, "first: 1002 line 1")
    rows = [*TWO_ORDERS, ("shipment", "1002", "1", "2026-02-26", "400", "Bolt"),
            ("return_authorisation", "1002", "1", "2026-02-27", "50", "Bolt")]  # fmt: skip
    assert red(inputs(write_exports(tmp_path / "return", rows))) == {}


def test_too_much_backlog_without_a_commit_date_is_red(tmp_path):
    rows = [*TWO_ORDERS, ("new", "1003", "1", "2026-02-03", "60", "Coda")]
    # 60 of 1,060 is 5.66 %
    value, detail = red(inputs(write_exports(tmp_path, rows)))["commit_dates"]
    assert value == pytest.approx(60 / 1060)
    assert detail == "1 order line"


def test_five_percent_without_a_commit_date_is_green(tmp_path):
    rows = [*TWO_ORDERS[:1], *TWO_ORDERS[2:4], ("new", "1003", "1", "2026-02-03", "30", "Coda")]
    # 30 of 630 is 4.76 %
    assert red(inputs(write_exports(tmp_path, rows))) == {}


def test_fx_beyond_rounding_is_red(tidy):
    assert red(replace(tidy, fx=FxTest(10, {"EUR": (2, 3)}, 4))) == {"fx": (5, "")}
    assert red(replace(tidy, fx=FxTest(10, {"EUR": (2, 3)}, 5))) == {}


def test_a_rate_older_than_45_days_is_red_and_named(tmp_path):
    rows = [("new", "1", "1", "2026-03-20", "10", "Acme", "2026-04-01", "", "EUR"),
            ("shipment", "1", "1", "2026-03-21", "1", "Acme", "", "", "EUR")]  # fmt: skip
    value, detail = red(inputs(write_exports(tmp_path, rows, rates=RATES), "2026-03-31"))["rates"]
    assert detail == "first: EUR on 2026-03-20"
    assert value >= 2


def test_an_event_after_the_export_was_taken_is_red_and_its_row_is_named(tmp_path):
    folder = write_exports(tmp_path, extracted="2026-02-20T08:00:00")
    # the cancellation of the 25th, in row 6
    assert red(inputs(folder, "2026-02-19"))["future"] == (1, "first: events.csv row 6")


def test_without_a_time_of_the_export_nothing_is_called_too_late(tmp_path):
    folder = write_exports(tmp_path)
    toml = folder / "bbbxl.toml"
    toml.write_text(toml.read_text().replace("extracted = 2026-12-31\n", ""))
    future = next(one for one in check_ties(inputs(folder, "2026-02-19")) if one.check.name == "future")
    assert (future.value, future.detail) == (None, "bbbxl.toml does not say when the exports were taken")
    assert future.passed


def test_an_event_on_the_day_of_the_export_is_green(tmp_path):
    assert red(inputs(write_exports(tmp_path, extracted="2026-02-25T00:01:00"), "2026-02-25")) == {}


def test_an_order_line_that_changes_its_customer_is_red(tmp_path):
    rows = [*TWO_ORDERS, ("expansion", "1001", "1", "2026-02-20", "5", "Ack-me")]
    value, detail = red(inputs(write_exports(tmp_path, rows)))["contradictions"]
    assert value == 1
    assert detail.startswith("customer changes within order lines (1), first in events.csv row 7 to Ack-me")


def test_a_counterparty_that_is_no_entity_is_red_and_named(tmp_path):
    row = ("new", "9", "1", "2026-02-03", "30", "South", "2026-03-01", "", "", "", "Suoth")
    assert red(inputs(write_exports(tmp_path, (*TWO_ORDERS, row)))) == {"intercompany": (1, "Suoth")}


def test_checks_of_a_backlog_that_is_not_available_are_not_made(tmp_path):
    results = {one.check.name: one for one in check_ties(inputs(write_exports(tmp_path), basis="revenue"))}
    unmade = {name for name, one in results.items() if one.value is None}
    assert unmade == {"roll_forward", "document_roll_forward", "orders", "schedule", "ageing", "past_due", "fx",
                      "negative_open", "commit_dates"}  # fmt: skip
    assert results["orders"].detail.startswith("not available: the data hold no recognised revenue")


def test_what_was_known_before_the_as_of_date_knows_no_revaluation_to_it(tmp_path):
    rows = [("new", "1", "1", "2026-01-10", "1000", "Acme", "2026-04-01", "", "EUR"),
            ("shipment", "1", "1", "2026-01-11", "1", "Acme", "", "", "EUR")]  # fmt: skip
    given = inputs(write_exports(tmp_path, rows, rates=RATES), "2026-01-31", known_at="2026-01-20")
    assert (given.fx.ledger, given.fx.decomposed) == (0, 0)
    assert red(given) == {}


def test_the_longest_overdue_line_stands_first(tmp_path):
    rows = [*TWO_ORDERS, ("new", "1003", "1", "2026-02-03", "9", "Coda", "2026-02-04")]
    lines = past_due_lines(inputs(write_exports(tmp_path, rows)).open_orders)
    assert lines["order_id"].tolist() == ["1003", "1002"]
    assert lines["days_past_due"].tolist() == [24, 8]


#: Check -> rows that break it, what it counts and where it says it is; each leaves a tidy month otherwise.
BROKEN = {
    "unordered": ([("shipment", "1O01", "1", "2026-02-26", "9", "Acme")], 1, "first: 1O01 line 1"),
    "delivered": ([("shipment", "1001", "1", "2026-02-26", "601", "Acme")], 1, "first: 1001 line 1"),
    "unauthorised": ([("return_receipt", "1001", "1", "2026-02-26", "5", "Acme")], 1, "first: 1001 line 1"),
    "repeated_events": ([("invoice", "1001", "1", "2026-02-16", "400", "Acme")], 1, "first: events.csv row 7"),
    "gap": ([("new", "0999", "1", "2024-02-03", "9", "Acme", "2026-03-31")], 1,
            "nothing between 2024-02-03 and 2026-01-10"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_mistyped_row_is_red_and_said_where(name, tmp_path):
    rows, value, detail = BROKEN[name]
    assert red(inputs(write_exports(tmp_path, (*TWO_ORDERS, *rows))))[name] == (value, detail)


def test_a_rate_of_another_type_than_the_policy_says_is_red(tmp_path):
    typed = "Currency,Date,Type,USD per unit\nEUR,2026-01-01,average,1.10\n"
    rows = [("new", "1", "1", "2026-01-20", "10", "Acme", "2026-04-01", "", "EUR"),
            ("shipment", "1", "1", "2026-01-21", "1", "Acme", "", "", "EUR")]  # fmt: skip
    value, detail = red(inputs(write_exports(tmp_path, rows, rates=typed), "2026-01-31"))["rate_types"]
    assert (value, detail) == (2, "EUR: no closing rate; EUR: no spot rate")
