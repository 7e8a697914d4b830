"""The engine and the independent calculator of the sample company agree, line by line and month by month."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import pytest

from bbbxl.aggregate.flows import flows
from bbbxl.aggregate.orders import orders
from bbbxl.aggregate.select import Question
from bbbxl.inputs.load import Options, load
from bbbxl.money import to_minor
from bbbxl.samples.northfield import write_exports
from bbbxl.samples.truth import monthly_totals, open_amount

CONFIG = """
schema = 1
entity = "Northfield Instruments"
currency = "USD"
[[files]]
path = "erp_events.csv"
role = "events"
extracted = 2026-11-03T08:12:00
[[files]]
path = "crm_closed_won.csv"
role = "crm"
[[files]]
path = "rates.csv"
role = "rates"
"""
AS_OF = date(2026, 10, 31)
KINDS = ("new", "renewal", "expansion", "price_increase", "contraction", "return_authorisation", "price_decrease",
         "correction", "shipment", "return_receipt", "invoice", "credit_note")  # fmt: skip


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    folder = tmp_path_factory.mktemp("northfield")
    company = write_exports(folder)
    (folder / "bbbxl.toml").write_text(CONFIG, encoding="utf-8")
    return company, load([folder], Options(as_of=AS_OF))


def _expected_lines(company, day, basis):
    return {
        key: to_minor(value, currency)[0] for key, (currency, value) in open_amount(company.history, day, basis).items()
    }


def _found_lines(ledger, day, basis):
    table = orders(ledger.events, Question(day, group=False))
    keys = zip(table["entity"], table["order_id"], table["line_id"], strict=True)
    return {key: value for key, value in zip(keys, table[f"backlog_{basis}_document"], strict=True) if value}


@pytest.mark.parametrize("basis", ["fulfilment", "billing"])
@pytest.mark.parametrize("day", [date(2024, 2, 29), date(2025, 8, 31), AS_OF])
def test_every_open_line_has_the_amount_the_independent_calculator_gives(sample, day, basis):
    company, loaded = sample
    expected, found = _expected_lines(company, day, basis), _found_lines(loaded.ledger, day, basis)
    assert len(expected) > 50
    differences = {key: (expected.get(key), found.get(key)) for key in expected.keys() | found.keys()
                   if expected.get(key) != found.get(key)}  # fmt: skip
    assert differences == {}


def _monthly(ledger, kind):
    months = ledger.calendar.months_to(AS_OF, 48)
    found = defaultdict(int)
    for entity in sorted(ledger.events["entity"].unique()):
        own = ledger.events[ledger.events["entity"] == entity]
        table = flows(own, months, Question(AS_OF, group=False), by="currency", amounts="document")
        for segment, month, amount in table[["segment", "month", kind]].itertuples(index=False):
            if amount:
                found[entity, f"{month // 100}-{month % 100:02d}", segment] += int(amount)
    return dict(found)


@pytest.mark.parametrize("kind", KINDS)
def test_every_month_has_the_total_per_entity_and_currency_that_was_entered(sample, kind):
    company, loaded = sample
    totals = monthly_totals(company.history, kind)
    expected = {key: to_minor(value, key[2])[0] for key, value in totals.items() if value}
    assert expected
    assert _monthly(loaded.ledger, kind) == expected


def test_a_reinstatement_is_a_cancellation_taken_back_in_its_own_month(sample):
    company, loaded = sample
    expected = defaultdict(int)
    for kind, sign in (("cancellation", 1), ("reinstatement", -1)):
        for key, value in monthly_totals(company.history, kind).items():
            expected[key] += sign * to_minor(value, key[2])[0]
    assert _monthly(loaded.ledger, "cancellation") == {key: value for key, value in expected.items() if value}


def test_nothing_of_the_sample_is_set_aside_and_nothing_contradicts_itself(sample):
    _, loaded = sample
    assert loaded.problems == ()
    assert loaded.ledger.notes == ()
