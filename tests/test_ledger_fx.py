"""Foreign currency: translation once per event, and the revaluation of every open line, by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from ledgers import backlog, event, figure, flow_rows, ledger, order_rows, rates

from bbbxl.policy import Policy

EURO = rates(
    ("EUR", "2026-01-01", "1.10"), ("EUR", "2026-01-20", "1.16"), ("EUR", "2026-01-31", "1.20"),
    ("EUR", "2026-02-28", "1.15"), ("EUR", "2026-03-10", "1.18"), ("EUR", "2026-03-31", "1.25"),
)  # fmt: skip


def test_an_open_line_is_carried_from_closing_rate_to_closing_rate():
    # 1,000 EUR booked at 1.10 = 1,100. January closes at 1.20: +100. February at 1.15: -50. In March 400 leave at
    # 1.18 = 472 and 600 stay at 1.25 = 750: FX = 750 - (1,150 - 472) = 72. April has no new rate: 0.
    book = ledger(
        event("2026-01-15", "new", 1000_00, currency="EUR"),
        event("2026-03-12", "shipment", 400_00, currency="EUR"),
        exchange=EURO,
    )
    table = flow_rows(book, "2026-01", "2026-04")
    assert table["new"].tolist() == [1100_00, 0, 0, 0]
    assert table["relief_fulfilment"].tolist() == [0, 0, 472_00, 0]
    assert table["fx_fulfilment"].tolist() == [100_00, -50_00, 72_00, 0]
    assert table["backlog_fulfilment"].tolist() == [1200_00, 1150_00, 750_00, 750_00]


def test_each_basis_is_revalued_on_its_own_balance():
    # 1,000 EUR, 400 billed and 100 shipped on 20 January at 1.16. January closes at 1.20.
    # Billing: 600 x 1.20 - (1,100 - 464) = 84. Fulfilment: 900 x 1.20 - (1,100 - 116) = 96. Revenue: 1,200 - 1,100.
    book = ledger(
        event("2026-01-15", "new", 1000_00, currency="EUR"),
        event("2026-01-20", "shipment", 100_00, currency="EUR"),
        event("2026-01-20", "invoice", 400_00, currency="EUR"),
        exchange=EURO,
    )
    row = flow_rows(book, "2026-01", "2026-01").iloc[0]
    assert (row["fx_billing"], row["fx_fulfilment"], row["fx_revenue"]) == (84_00, 96_00, 100_00)


def test_an_advance_keeps_the_rate_of_its_own_day():
    # 400 EUR billed on 20 January at 1.16 = 464.00, whatever the euro does later.
    book = ledger(
        event("2026-01-15", "new", 1000_00, currency="EUR"),
        event("2026-01-20", "invoice", 400_00, currency="EUR"),
        exchange=EURO,
    )
    assert order_rows(book, "2026-03-31")["invoiced"].tolist() == [464_00]
    assert backlog(book, "2026-03-31", "billing") == 750_00  # 600 at 1.25


def test_an_as_of_inside_a_month_uses_the_last_rate_on_or_before_it():
    # 1,000 EUR: 19 January still at 1.10, 20 January at 1.16; 15 March at 1.18 of 10 March.
    book = ledger(event("2026-01-15", "new", 1000_00, currency="EUR"), to="2026-03-31", exchange=EURO)
    days = ("2026-01-19", "2026-01-20", "2026-03-09", "2026-03-15")
    assert [backlog(book, day) for day in days] == [1100_00, 1160_00, 1150_00, 1180_00]
    # 1 to 15 March: from 1.15 to 1.18 = 30. The whole of March: from 1.15 to 1.25 = 100.
    assert figure(book, "fx_revaluation", "2026-03-01..2026-03-15") == 30_00
    assert figure(book, "fx_revaluation", "2026-03") == 100_00
    assert figure(book, "roll_forward_residual", "2026-03-01..2026-03-15") == 0


def test_a_day_after_the_horizon_is_revalued_like_any_other():
    # Revalued up to 31 January when it was made, asked for 28 February: 1,000 EUR at 1.15.
    book = ledger(event("2026-01-15", "new", 1000_00, currency="EUR"), to="2026-01-31", exchange=EURO)
    assert figure(book, "backlog", "2026-02") == 1150_00
    assert figure(book, "fx_revaluation", "2026-02") == -50_00


@pytest.mark.parametrize(
    ("currency", "amount", "rate", "translated"),
    [
        ("JPY", 123457, "0.00671", 828_40),  # 123,457 yen = 828.39647 dollars
        ("KWD", 1234567, "3.245", 4006_17),  # 1,234.567 dinars = 4,006.169915 dollars
        ("EUR", 100, "1.005", 1_01),  # 1.005, a half: up
        ("EUR", 10, "1.05", 11),  # 0.105, a half: up
        ("JPY", 1, "0.005", 1),  # half a cent: up
        ("KWD", 1, "5", 1),  # 0.001 dinar, half a cent: up
        ("KWD", 1, "4.9", 0),  # 0.0049
        ("EUR", 1, "0.4999999999", 0),  # just under a half
    ],
)
def test_an_amount_is_translated_once_half_up_to_the_minor_unit(currency, amount, rate, translated):
    exchange = rates((currency, "", rate))
    book = ledger(event("2026-01-15", "new", amount, currency=currency), to="2026-01-31", exchange=exchange)
    row = flow_rows(book, "2026-01", "2026-01").iloc[0]
    assert (row["new"], row["fx_fulfilment"], row["backlog_fulfilment"]) == (translated, 0, translated)


def test_halves_below_zero_go_away_from_zero_too():
    # A correction of -1.00 EUR at 1.005 is -1.01, so that taking back leaves nothing.
    exchange = rates(("EUR", "", "1.005"))
    book = ledger(
        event("2026-01-15", "new", 1_00, currency="EUR"),
        event("2026-01-16", "correction", -1_00, currency="EUR"),
        exchange=exchange,
    )
    row = flow_rows(book, "2026-01", "2026-01").iloc[0]
    assert (row["new"], row["correction"], row["backlog_fulfilment"]) == (1_01, -1_01, 0)


def test_what_rounding_leaves_between_events_and_balance_is_in_fx_and_nothing_is_left_at_the_end():
    # Rate 1.5. 0.03 EUR = 0.045 -> 0.05. Three shipments of 0.01 = 0.015 -> 0.02 each. After two of them 0.01 EUR is
    # open = 0.02; carried 0.05 - 0.04 = 0.01: FX 0.01. After the third 0 is open; carried 0.02 - 0.02 = 0: FX 0.
    book = ledger(
        event("2026-01-10", "new", 3, currency="EUR"),
        event("2026-01-12", "shipment", 1, currency="EUR"),
        event("2026-01-14", "shipment", 1, currency="EUR"),
        event("2026-02-14", "shipment", 1, currency="EUR"),
        exchange=rates(("EUR", "", "1.5")),
    )
    table = flow_rows(book, "2026-01", "2026-02")
    assert table["fx_fulfilment"].tolist() == [1, 0]
    assert table["backlog_fulfilment"].tolist() == [2, 0]


def test_flows_at_the_average_rate_leave_the_difference_to_the_closing_rate_in_fx():
    # 1,000 EUR at January's average 1.08 = 1,080; closing 1.20: FX 120.
    exchange = rates(("EUR", "2026-01-31", "1.08", "average"), ("EUR", "2026-01-31", "1.20", "closing"))
    book = ledger(
        event("2026-01-15", "new", 1000_00, currency="EUR"),
        to="2026-01-31", exchange=exchange, policy=Policy(flow_rate="average"),
    )  # fmt: skip
    row = flow_rows(book, "2026-01", "2026-01").iloc[0]
    assert (row["new"], row["fx_fulfilment"], row["backlog_fulfilment"]) == (1080_00, 120_00, 1200_00)


def test_an_entry_recorded_late_is_revalued_from_when_it_was_known():
    # 1,000 EUR on 10 January at 1.10; 200 more on 20 January at 1.16, recorded on 15 February.
    # Known on 31 January: 1,000 x 0.10 = 100. Known today: 100 + 200 x 0.04 = 108, and 8 of it since 15 February.
    book = ledger(
        event("2026-01-10", "new", 1000_00, currency="EUR"),
        event("2026-01-20", "expansion", 200_00, currency="EUR", recorded="2026-02-15"),
        exchange=EURO,
    )
    assert figure(book, "fx_revaluation", "2026-01") == 108_00
    assert figure(book, "fx_revaluation", "2026-01", known_at="2026-02-14") == 100_00
    assert figure(book, "backlog", "2026-01", known_at="2026-02-14") == 1200_00
    assert figure(book, "backlog", "2026-01", known_at="2026-02-15") == 1440_00
    assert figure(book, "fx_revaluation", "2026-02") == -60_00  # 1,200 x (1.15 - 1.20)


def test_each_region_of_a_reclassed_line_is_revalued_on_what_it_holds():
    # 1,000 EUR in Asia: 1,200 at the end of January, 1,150 at the end of February. Moved to Europe on 12 March at
    # 1.18 = 1,180: Asia gains 30 in March and ends at 0, Europe gains 1,250 - 1,180 = 70.
    book = ledger(
        event("2026-01-15", "new", 1000_00, currency="EUR", region="Asia"),
        event("2026-03-12", "reclass", -1000_00, currency="EUR", region="Asia", event_id="z"),
        event("2026-03-12", "reclass", 1000_00, currency="EUR", region="Europe", event_id="a"),
        to="2026-03-31", exchange=EURO,
    )  # fmt: skip
    table = flow_rows(book, "2026-01", "2026-03", by="region").set_index("segment")
    assert table.loc["Asia", "fx_fulfilment"].tolist() == [100_00, -50_00, 30_00]
    assert table.loc["Asia", "backlog_fulfilment"].tolist() == [1200_00, 1150_00, 0]
    assert table.loc["Europe", "fx_fulfilment"].tolist() == [0, 0, 70_00]
    assert table.loc["Europe", "backlog_fulfilment"].tolist() == [0, 0, 1250_00]
    assert order_rows(book, "2026-03-31")["region"].tolist() == ["Europe"]


def test_a_reclass_of_a_part_shipped_order_takes_what_was_shipped_along():
    # 100 in Asia, 60 shipped. The whole order of 100 moves: Asia 100 - 60 - 100 + 60 = 0, Europe 100 - 60 = 40.
    book = ledger(
        event("2026-01-15", "new", 100_00, region="Asia"),
        event("2026-02-10", "shipment", 60_00),
        event("2026-03-12", "reclass", 100_00, region="Europe"),
        event("2026-03-12", "reclass", -100_00, region="Asia"),
    )
    table = flow_rows(book, "2026-02", "2026-03", by="region").set_index("segment")
    assert table.loc["Asia", "backlog_fulfilment"].tolist() == [40_00, 0]
    assert table.loc["Europe", "backlog_fulfilment"].tolist() == [0, 40_00]


def test_the_sum_of_fx_is_the_decomposition_of_balances_and_rates():
    # Worked without the engine: FX of a month = O x (r1 - r0) + sum A x (r1 - ra) - sum F x (r1 - rf) per currency,
    # in exact decimals. Each translation may round by half a cent: 2 lines x 2 closings + 6 movements = 10 halves.
    yen = {date(2026, 1, 1): "0.0067", date(2026, 1, 31): "0.0071", date(2026, 2, 28): "0.0069"}
    euro = {date(2026, 1, 1): "1.0731", date(2026, 1, 31): "1.0857", date(2026, 2, 28): "1.0512"}
    moves = [
        ("EUR", date(2026, 1, 9), "new", 7777_77), ("JPY", date(2026, 1, 12), "new", 1234567),
        ("EUR", date(2026, 1, 22), "shipment", 1111_11), ("JPY", date(2026, 2, 3), "expansion", 333333),
        ("EUR", date(2026, 2, 10), "cancellation", 222_22), ("JPY", date(2026, 2, 20), "shipment", 777777),
    ]  # fmt: skip
    table = {"EUR": {day: Decimal(rate) for day, rate in euro.items()},
             "JPY": {day: Decimal(rate) for day, rate in yen.items()}}  # fmt: skip
    expected = []
    for first, last in ((date(2026, 1, 1), date(2026, 1, 31)), (date(2026, 2, 1), date(2026, 2, 28))):
        total = Decimal(0)
        for currency, known in table.items():
            unit = Decimal("0.01") if currency == "EUR" else Decimal(1)
            closing = known[last]
            opening = known[max(day for day in known if day < first)] if first.month > 1 else Decimal(0)
            signed = [(day, (1 if kind in ("new", "expansion") else -1) * amount * unit)
                      for own, day, kind, amount in moves if own == currency]  # fmt: skip
            total += sum((amount for day, amount in signed if day < first), Decimal(0)) * (closing - opening)
            for day, amount in signed:
                if first <= day <= last:
                    total += amount * (closing - known[max(one for one in known if one <= day)])
        expected.append(total * 100)
    book = ledger(
        *(event(day, kind, amount, currency=currency, order=currency) for currency, day, kind, amount in moves),
        to="2026-02-28",
        exchange=rates(*((currency, day.isoformat(), str(rate))
                         for currency, known in table.items() for day, rate in known.items())),
    )  # fmt: skip
    found = flow_rows(book, "2026-01", "2026-02")["fx_fulfilment"].tolist()
    assert all(abs(one - other) <= 5 for one, other in zip(found, expected, strict=True))
    assert [round(one) != 0 for one in expected] == [True, True]
