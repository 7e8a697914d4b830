"""Tables that companies published come out of the engine to the unit."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from ledgers import event, figure, flow_rows, ledger, order_rows, rates

from bbbxl.aggregate.measures import MEASURES
from bbbxl.metrics.ageing import add_ages
from bbbxl.metrics.registry import metric_named
from bbbxl.metrics.schedule import schedule
from bbbxl.metrics.values import compute
from bbbxl.periods import Calendar

MILLION = 1_000_000_00  # minor units


def test_pernix_backlog_of_nine_months_of_2011_rolls_forward():
    # Pernix Group, nine months to 30 September 2011, USD (sec.gov 1082198/000110465911063948/R27.htm):
    # 2,152,304 + 119,817,053 new contracts and amendments - 21,073,105 revenue earned = 100,896,252.
    book = ledger(
        event("2010-11-15", "new", 2_152_304_00, shippable=0),
        event("2011-04-15", "new", 119_817_053_00, order="2", shippable=0),
        event("2011-05-31", "recognition", 2_152_304_00),
        event("2011-09-30", "recognition", 18_920_801_00, order="2"),  # 21,073,105 - 2,152,304
        to="2011-09-30",
    )
    found = {name: figure(book, name, "2011-01..2011-09", "revenue") for name in
             ("opening_backlog", "net_bookings", "relieved", "backlog", "roll_forward_residual")}  # fmt: skip
    assert found == {
        "opening_backlog": 2_152_304_00, "net_bookings": 119_817_053_00, "relieved": 21_073_105_00,
        "backlog": 100_896_252_00, "roll_forward_residual": 0,
    }  # fmt: skip


#: Salesforce, unearned revenue, USD m (FY23 10-K; releases of Q1 and Q2 FY24): beginning, billings and other,
#: contribution from contract asset, recognised over time, recognised at a point in time, combinations, end.
SALESFORCE = {
    "FY23": (15628, 33034, 62, 29595, 1757, 4, 17376),
    "FY22": (12607, 29011, 110, 24841, 1651, 392, 15628),
    "Q1 FY24": (17376, 5937, 55, 7837, 410, 0, 15121),
    "Q1 FY23": (15628, 5328, 89, 7056, 355, 2, 13636),
    "Q2 FY24": (15121, 7723, -4, 8178, 425, 0, 14237),
    "Q2 FY23": (13636, 6884, 23, 7336, 384, 2, 12825),
    "H1 FY24": (17376, 13660, 51, 16015, 835, 0, 14237),
    "H1 FY23": (15628, 12212, 112, 14392, 739, 4, 12825),
}


@pytest.mark.parametrize("column", SALESFORCE)
def test_salesforce_unearned_revenue_is_what_was_billed_and_not_recognised(column):
    # Beginning + billings + contract asset + combinations - revenue = end; what opened was billed before. The minus 4
    # of a contract asset in Q2 FY24 is a credit.
    begin, billings, asset, over_time, at_once, combined, end = SALESFORCE[column]
    in_kind = ("invoice", asset) if asset >= 0 else ("credit_note", -asset)
    book = ledger(
        event("2022-12-01", "new", 100_000 * MILLION, shippable=0),
        event("2022-12-31", "invoice", begin * MILLION),
        event("2023-01-10", "invoice", billings * MILLION),
        event("2023-01-11", in_kind[0], in_kind[1] * MILLION, reason="rebill"),
        event("2023-01-12", "invoice", combined * MILLION),
        event("2023-01-31", "recognition", over_time * MILLION),
        event("2023-01-31", "recognition", at_once * MILLION),
        to="2023-01-31",
    )
    row = order_rows(book, "2023-01-31").iloc[0]
    assert row["invoiced"] - row["recognised"] == end * MILLION
    assert row["backlog_revenue"] - row["backlog_billing"] == end * MILLION
    billed, revenue = (figure(book, name, "2023-01") for name in ("net_billings", "recognised_revenue"))
    assert revenue == (over_time + at_once) * MILLION
    assert billed == (end - begin) * MILLION + revenue  # indirect billings: revenue + change in unearned revenue


def test_salesforce_quarters_add_up_to_the_half_year():
    for year in ("FY24", "FY23"):
        first, second, half = (SALESFORCE[f"{part} {year}"] for part in ("Q1", "Q2", "H1"))
        assert [one + other for one, other in zip(first[1:6], second[1:6], strict=True)] == list(half[1:6])


#: SEMI, North American equipment, three-month averages in USD m (evertiq.com/news/39570): billings, bookings, ratio;
#: and the single months behind them, worked by hand: x(t) = 3 x average(t) - x(t-1) - x(t-2), the last months of 2015
#: taken as equal. January billings: 3 x 1,221.2 - 2 x 1,349.9 = 963.8.
SEMI = {
    "2015-12": ("1349.9", "1343.5", "1.00", "1349.9", "1343.5"),
    "2016-01": ("1221.2", "1310.9", "1.07", "963.8", "1245.7"),
    "2016-02": ("1204.4", "1262.0", "1.05", "1299.5", "1196.8"),
    "2016-03": ("1197.6", "1379.2", "1.15", "1329.5", "1695.1"),
    "2016-04": ("1460.2", "1595.4", "1.09", "1751.6", "1894.3"),
    "2016-05": ("1601.5", "1750.5", "1.09", "1723.4", "1662.1"),  # as revised
    "2016-06": ("1715.2", "1714.3", "1.00", "1670.6", "1586.5"),
    "2016-07": ("1705.1", "1794.7", "1.05", "1721.3", "2135.5"),  # preliminary
}
#: May 2016 as first published: 1,601.1 and 1,749.3, so 1,722.2 and 1,658.5 in the month.
MAY_PRELIMINARY = ("1601.1", "1749.3", "1.09", "1722.2", "1658.5")


def _semi(months):
    rows = [event("2015-10-05", "new", 0)]
    for month, (_, _, _, billings, bookings) in months.items():
        rows.append(event(f"{month}-15", "new", int(Decimal(bookings) * MILLION)))
        rows.append(event(f"{month}-20", "invoice", int(Decimal(billings) * MILLION)))
    return ledger(*rows, to=f"{max(months)}-28")


def _shown(ratio):
    return str(Decimal(ratio).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))


def _with_2015(months):
    return {"2015-10": SEMI["2015-12"], "2015-11": SEMI["2015-12"], **months}


@pytest.fixture(scope="module")
def semi():
    return _semi(_with_2015(SEMI))


@pytest.mark.parametrize("month", SEMI)
def test_semi_book_to_bill_over_three_months_is_the_published_one(semi, month):
    billings, bookings, ratio, _, _ = SEMI[month]
    assert figure(semi, "net_billings", f"R3M {month}") == 3 * Decimal(billings) * MILLION
    assert figure(semi, "net_bookings", f"R3M {month}") == 3 * Decimal(bookings) * MILLION
    assert _shown(figure(semi, "book_to_bill_r3m", month)) == ratio


def test_semi_book_to_bill_as_first_published_is_the_same_at_two_decimals():
    months = {month: row for month, row in _with_2015(SEMI).items() if month < "2016-05"}
    book = _semi({**months, "2016-05": MAY_PRELIMINARY})
    assert figure(book, "net_billings", "R3M 2016-05") == 3 * Decimal("1601.1") * MILLION
    assert _shown(figure(book, "book_to_bill_r3m", "2016-05")) == "1.09"


def test_a_three_month_ratio_without_three_months_of_data_is_not_available(semi):
    assert figure(semi, "book_to_bill_r3m", "2015-11") is None


def test_fluor_bands_of_september_2019_add_up_to_the_disclosed_total():
    # Fluor, 30 September 2019, USD m (sec.gov 1124198/000162828019012912/R27.htm): within one year 11,967, second
    # year 10,116, thereafter 5,946: 28,029.
    book = ledger(
        event("2019-01-15", "new", 11967 * MILLION, order="A", commit_date="2020-09-30"),
        event("2019-01-15", "new", 10116 * MILLION, order="B", commit_date="2021-09-30"),
        event("2019-01-15", "new", 5946 * MILLION, order="C", commit_date="2024-12-31"),
        to="2019-09-30",
    )
    lines = add_ages(order_rows(book, "2019-09-30"), date(2019, 9, 30), "commit")
    sums = schedule(lines, date(2019, 9, 30), "fulfilment", Calendar()).sum()
    assert sum(sums[f"month_{step}"] for step in range(1, 13)) == 11967 * MILLION
    assert sums["later"] == (10116 + 5946) * MILLION
    assert sums.sum() == figure(book, "backlog", "2019-09") == 28029 * MILLION


#: Fluor, backlog by region, USD m, 2009 and 2010 (2010 annual report, p. 46).
FLUOR = {"United States": (10125, 8985), "Asia Pacific": (3270, 7887), "EAME": (7183, 8340),
         "Americas": (6201, 9697)}  # fmt: skip


def test_fluor_regions_add_up_to_the_total_in_both_years():
    # 2009: 10,125 + 3,270 + 7,183 + 6,201 = 26,779. 2010: 8,985 + 7,887 + 8,340 + 9,697 = 34,909.
    rows = []
    for region, (before, after) in FLUOR.items():
        rows.append(event("2009-06-15", "new", before * MILLION, order=region, region=region))
        kind = "expansion" if after > before else "shipment"
        rows.append(event("2010-06-15", kind, abs(after - before) * MILLION, order=region))
    book = ledger(*rows, to="2010-12-31")
    table = flow_rows(book, "2009-12", "2010-12", by="region")
    for month, place, total in ((200912, 0, 26779), (201012, 1, 34909)):
        found = table[table["month"] == month].set_index("segment")["backlog_fulfilment"]
        assert found.to_dict() == {region: values[place] * MILLION for region, values in FLUOR.items()}
        assert found.sum() == total * MILLION
    assert flow_rows(book, "2009-12", "2010-12")["backlog_fulfilment"].iloc[-1] == 34909 * MILLION


#: Meritage Homes, homes (investors.meritagehomes.com, exhibit 99.1 of Q3 2019): period, orders, closings, closing
#: backlog. The fourth quarter of 2018 is the year, 8,089 and 8,531, less nine months.
MERITAGE = (
    ("2018-01..2018-03", "2018-02-15", 2358, 1725, 3508),
    ("2018-04..2018-06", "2018-05-15", 2250, 2139, 3619),
    ("2018-07..2018-09", "2018-08-15", 1828, 2162, 3285),
    ("2018-10..2018-12", "2018-11-15", 1653, 2505, 2433),
    ("2019-01..2019-09", "2019-05-15", 7523, 6437, 3519),
)


def test_meritage_homes_roll_forward_link_by_link():
    # A home is a unit without decimals, as the yen is. Opening 2,875 at the end of 2017.
    rows = [event("2017-12-15", "new", 2875, currency="JPY")]
    for _, day, orders, closings, _ in MERITAGE:
        rows.append(event(day, "new", orders, currency="JPY"))
        rows.append(event(day, "shipment", closings, currency="JPY"))
    book = ledger(*rows, to="2019-09-30", exchange=rates(reporting="JPY"))
    opening = 2875
    for period, _, orders, closings, closing in MERITAGE:
        assert figure(book, "opening_backlog", period) == opening
        assert figure(book, "net_bookings", period) == orders
        assert figure(book, "fulfilled", period) == closings
        assert figure(book, "backlog", period) == closing
        assert figure(book, "roll_forward_residual", period) == 0
        opening = closing
    # Published for nine months of 2018: 6,436 orders and 6,026 closings.
    assert figure(book, "net_bookings", "2018-01..2018-09") == 6436
    assert figure(book, "fulfilled", "2018-01..2018-09") == 6026


@pytest.mark.parametrize(
    ("opening", "orders", "closings", "closing", "unexplained"),
    [
        (1_528_756, 715_089, 877_734, 1_367_006, 895),  # Q3 2018, USD 000
        (1_015_918, 2_879_369, 2_500_888, 1_397_033, 2_634),  # nine months of 2019
    ],
)
def test_meritage_value_shows_what_the_published_movements_do_not_explain(
    opening, orders, closings, closing, unexplained
):
    # 1,528,756 + 715,089 - 877,734 = 1,366,111; published closing 1,367,006 is 895 higher. The residual is what the
    # movements give less the closing, so -895. Named as a price increase, nothing is left.
    values = {
        **dict.fromkeys(MEASURES, 0), "opening backlog_fulfilment": opening, "new": orders,
        "relief_fulfilment": closings, "backlog_fulfilment": closing, "months": 3,
    }  # fmt: skip
    residual = metric_named("roll_forward_residual")
    assert compute(residual, values, "fulfilment") == -unexplained
    assert compute(residual, {**values, "price_increase": unexplained}, "fulfilment") == 0
