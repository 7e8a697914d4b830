"""The month in each document currency, and FX beside its decomposition from balances and rates."""

import pytest
from packs import pack_of, write_exports

RATES = """Currency,Date,Type,USD per unit
EUR,2025-12-31,closing,1.10
EUR,2026-01-31,closing,1.20
EUR,2026-02-10,spot,1.30
EUR,2026-02-28,closing,1.25
JPY,2025-12-31,closing,0.01
JPY,2026-02-28,closing,0.008
"""


def row(kind, day, amount, currency="EUR", order="1"):
    return (kind, order, "1", day, str(amount), "Acme", "2026-06-30", "", currency)


ROWS = (row("new", "2026-01-10", 1000), row("shipment", "2026-02-12", 300), row("new", "2026-02-11", 100, order="2"),
        row("new", "2026-01-15", 50_000, "JPY", order="3"), row("new", "2026-02-03", 7, "USD", order="4"))  # fmt: skip


def pack(folder, rows=ROWS, as_of="2026-02-28", **asked):
    return pack_of(write_exports(folder, rows, rates=RATES), as_of, **asked)


def test_each_currency_rolls_forward_in_its_own_minor_units(tmp_path):
    rolls = {one.currency: one for one in pack(tmp_path).rolls}
    euro = rolls["EUR"]
    assert (euro.opening, euro.movements, euro.relieved, euro.closing) == (100_000, 10_000, 30_000, 80_000)
    yen = rolls["JPY"]
    assert (yen.opening, yen.closing) == (50_000, 50_000)
    assert {one.residual for one in rolls.values()} == {0}


def test_fx_is_what_balances_and_rates_say_it_has_to_be(tmp_path):
    fx = pack(tmp_path).fx
    # EUR: 1,000 x (1.25 - 1.20) = 50.00; movements 100 x (1.25 - 1.30) - 300 x (1.25 - 1.30) = 10.00
    # JPY: 50,000 x (0.008 - 0.01) = -100.00
    assert fx.parts == {"EUR": (5_000, 1_000), "JPY": (-10_000, 0)}
    assert fx.ledger == fx.decomposed == -4_000


def test_the_reporting_currency_has_no_fx(tmp_path):
    assert "USD" not in pack(tmp_path).fx.parts
    only = pack(tmp_path / "usd", (row("new", "2026-02-03", 7, "USD"), row("shipment", "2026-02-04", 1, "USD")))
    assert (only.fx.parts, only.fx.ledger) == ({}, 0)


def test_inside_a_month_the_last_closing_rate_on_or_before_the_day_closes(tmp_path):
    fx = pack(tmp_path, as_of="2026-02-12").fx
    # 1,000 x (1.20 - 1.20); movements of the 11th and 12th, 100 - 300 booked at 1.30: -200 x (1.20 - 1.30)
    assert fx.parts["EUR"] == (0, 2_000)
    assert fx.ledger == fx.decomposed


def test_a_first_month_without_opening_needs_no_rate_before_it(tmp_path):
    first = (row("new", "2026-01-10", 1000), row("shipment", "2026-01-12", 1))
    fx = pack(tmp_path, first, as_of="2026-01-31").fx
    # booked at 1.10, closing at 1.20: 999 x 0.10
    assert fx.parts == {"EUR": (0, 9_990)}
    assert fx.ledger == 9_990


@pytest.mark.parametrize("basis", ["shipment", "fulfilment", "billing"])
def test_the_difference_is_only_rounding_on_every_basis(tmp_path, basis):
    rows = [row("new", f"2026-0{1 + number % 2}-1{number}", f"{33 * number + 0.37:.2f}", order=f"{number}")
            for number in range(1, 9)]  # fmt: skip
    rows += [row("shipment", "2026-02-14", 11.11, order="3"), row("invoice", "2026-02-14", 11.11, order="3")]
    fx = pack(tmp_path, rows, basis=basis).fx
    assert abs(fx.ledger - fx.decomposed) <= fx.tolerance <= 20


def test_without_a_backlog_there_is_no_currency_table(tmp_path):
    made = pack(tmp_path, basis="revenue")
    assert made.rolls == ()
    assert made.fx.parts == {}


def test_documents_of_intercompany_orders_are_not_in_group_tables(tmp_path):
    inside = ("new", "9", "1", "2026-02-03", "30", "South", "", "", "EUR", "North", "South")
    assert {one.currency: one.movements for one in pack(tmp_path, (*ROWS, inside)).rolls}["EUR"] == 10_000
