"""Rates files: the direction is said or the file is refused; no row is set aside."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from tables import table

from bbbxl.errors import CurrencyError, InputError
from bbbxl.inputs.rates_file import is_rates, rates_notes, read_rates
from bbbxl.ledger.rates import Rate
from bbbxl.money import translate


@pytest.fixture
def rates():
    """Return a function that reads the rows of a rates file to USD (header first)."""

    def read(*rows, reporting="USD", **options):
        return read_rates(table(*rows, file="rates.csv"), reporting, **options)

    return read


def refused(rates, *rows, error=InputError, **options):
    with pytest.raises(error) as caught:
        rates(*rows, **options)
    return str(caught.value)


def test_undated_rates_hold_for_all_dates(rates):
    assert rates("Currency,USD per unit", "EUR,1.08", "JPY,0.0065") == [
        Rate("EUR", Decimal("1.08")), Rate("JPY", Decimal("0.0065")),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("word", "kind"),
    [("spot", "spot"), ("Average", "average"), ("avg", "average"), ("Month-End", "closing"),
     ("closing", "closing"), ("", "")],
)  # fmt: skip
def test_dates_and_types_are_read(rates, word, kind):
    assert rates("Currency,Date,Type,USD per unit", f"EUR,2026-01-31,{word},1.08") == [
        Rate("EUR", Decimal("1.08"), date(2026, 1, 31), kind)
    ]


@pytest.mark.parametrize(
    "title", ["USD per unit", "usd / unit", "USD for one unit", "USD per foreign currency", "USD per 1 FC"]
)
def test_a_header_that_says_reporting_units_per_unit_is_taken_as_it_stands(rates, title):
    assert rates(f"Currency,{title}", "EUR,1.25")[0].rate == Decimal("1.25")


@pytest.mark.parametrize("title", ["units per USD", "Unit / USD", "foreign currency per USD", "FC per 1 USD"])
def test_a_header_that_says_units_per_reporting_unit_is_turned_round(rates, title):
    assert rates(f"Currency,{title}", "EUR,0.8")[0].rate == Decimal("1.25")


def test_a_turned_rate_does_not_lose_half_a_cent(rates):
    # 0.03 EUR at 1.2 EUR per USD is 0.025 USD exactly: 0.03, not 0.02; the same below zero
    rate = rates("Currency,units per USD", "EUR,1.2")[0].rate
    assert translate(3, rate, "EUR", "USD") == 3
    assert translate(-3, rate, "EUR", "USD") == -3


@pytest.mark.parametrize("title", ["Rate", "EUR/USD", "FX", "USD rate", "per USD"])
def test_a_file_that_does_not_say_its_direction_is_refused(rates, title):
    assert refused(rates, f"Currency,{title}", "EUR,1.08", error=CurrencyError) == (
        'rates.csv does not say which way its rates go. Name the rate column "USD per unit" '
        '(one EUR is 1.08 USD) or "units per USD".'
    )


def test_rates_to_another_currency_are_refused_with_both_ways_out(rates):
    assert refused(rates, "Currency,USD per unit", "CHF,1.1", error=CurrencyError, reporting="EUR") == (
        'rates.csv gives rates to USD ("USD per unit"), the report is in EUR. '
        "Give rates to EUR, or report with --currency USD."
    )


def test_a_file_without_currency_column_is_refused(rates):
    assert refused(rates, "Code,USD per unit", "EUR,1") == (
        'rates.csv has no column "Currency". It has: Code, USD per unit. Add it.'
    )


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("EUR,2026-01-31,spot,0", "rates.csv row 3, USD per unit: the rate 0 is not above zero. Correct it."),
        ("EUR,2026-01-31,spot,-1", "rates.csv row 3, USD per unit: the rate -1 is not above zero. "
                                   "Correct it."),
        ("EUR,2026-01-31,spot,", "rates.csv row 3, USD per unit: the rate is empty. Fill it in, or take "
                                 "the row out of "
                                 "the export."),
        ("EUR,,spot,1", "rates.csv row 3, Date: the date is empty. Fill it in, or take the row out of "
                        "the export."),
        ("EUR,32.01.2026,spot,1", 'rates.csv row 3, Date: "32.01.2026" is not a'),
        ("EUR,2026-01-31,mid,1", 'rates.csv row 3, Type: "mid" is none of the rate types spot, average, '
                                 'closing. '
                                 "Correct it."),
        ("Taler,2026-01-31,spot,1", 'rates.csv row 3, Currency: "Taler" is not a currency code.'),
        (",2026-01-31,spot,1", "rates.csv row 3, Currency: the currency is empty."),
        ("USD,2026-01-31,spot,1.08", "rates.csv row 3, USD per unit: one USD is 1.08 USD. Write 1, or "
                                     "check which way "
                                     "the rates go."),
        ("EUR,2026-01-31,spot,1,9", "rates.csv row 3: the row does not fit."),
        ("EUR,2026-01-31,spot,mid", 'rates.csv row 3, USD per unit: "mid" is not a number'),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_read_refuses_the_file_because_a_missing_rate_moves_figures(rates, row, sentence):
    assert refused(rates, "Currency,Date,Type,USD per unit", "EUR,2026-01-01,spot,1", row).startswith(sentence)


def test_the_first_wrong_row_is_the_one_that_is_named(rates):
    said = refused(rates, "Currency,Date,Type,USD per unit", "EUR,2026-01-01,mid,1", "EUR,2026-01-01,spot,x")
    assert said.startswith("rates.csv row 2, Type: ")


def test_one_dollar_in_dollars_is_no_rate(rates):
    assert rates("Currency,USD per unit", "USD,1", "EUR,1.1") == [Rate("EUR", Decimal("1.1"))]


def test_decimal_mark_and_date_form_of_the_file_are_used():
    made = table("Currency;Date;USD per unit", "EUR;31.01.2026;1,08", file="rates.csv", mark=";")
    assert read_rates(made, "USD", ",", "%d.%m.%Y") == [Rate("EUR", Decimal("1.08"), date(2026, 1, 31))]
    assert read_rates(made, "USD") == [Rate("EUR", Decimal("1.08"), date(2026, 1, 31))]


@pytest.mark.parametrize(
    ("header", "answer"),
    [
        (("Currency", "USD per unit"), True),
        (("Currency", "Rate Date", "Type", "Rate"), True),
        (("Order No", "Order Date", "Amount", "Currency", "Salesperson"), False),
        (("Order No", "Order Date", "Amount", "Currency", "Corporate"), False),
        (("Rate", "Amount"), False),
    ],
)
def test_a_rates_file_is_recognised_and_an_order_file_with_a_salesperson_is_not(header, answer):
    assert is_rates(header) is answer


def test_rates_with_three_decimals_are_read_where_a_comma_parts_the_cells(rates):
    assert rates("Currency,USD per unit", "EUR,1.085", "GBP,1.250") == [
        Rate("EUR", Decimal("1.085")), Rate("GBP", Decimal("1.250")),
    ]  # fmt: skip
    made = table("Currency,USD per unit", "EUR,1.085", file="rates.csv")
    assert rates_notes(made) == ('Decimal mark "." of rates, as in "1.085" (row 2).',)
    assert rates_notes(made, ".") == ()


def parted(*rows):
    """Return a rates file whose cells are parted by semicolons."""
    return replace(table("Currency;USD per unit", *rows, file="rates.csv", mark=";"), delimiter=";")


def test_rates_with_three_decimals_are_read_elsewhere_where_each_has_one_digit_before_the_point():
    assert read_rates(parted("EUR;1.085", "GBP;1.250"), "USD")[0] == Rate("EUR", Decimal("1.085"))


@pytest.mark.parametrize("rows", [("EUR;1,085",), ("EUR;1.085", "KWD;15.850"), ("EUR;1.085", "GBP;1,250")])
def test_rates_that_may_be_thousands_stay_refused(rows):
    with pytest.raises(InputError, match="no number of the file decides"):
        read_rates(parted(*rows), "USD")
