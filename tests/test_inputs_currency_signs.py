"""Currencies as cells, headers and number formats name them."""

import pytest

from bbbxl.inputs.values.currency_signs import (
    CODES,
    FAMILIES,
    SIGNS,
    format_currency,
    header_currency,
    header_scale,
    settle,
    sign_of,
)
from bbbxl.money import EXPONENTS


def test_every_sign_means_an_active_code_or_a_family_of_them():
    assert set(SIGNS.values()) <= CODES | set(FAMILIES)
    assert {code for family in FAMILIES.values() for code in family} <= CODES


def test_every_currency_with_unusual_decimals_is_an_active_code():
    assert set(EXPONENTS) <= CODES


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("Amount (USD)", "USD"), ("Betrag in EUR", "EUR"), ("Net value [GBP]", "GBP"), ("Amount €", "EUR"),
        ("Amount EUR", "EUR"), ("USD Amount", "USD"), ("Amount_USD", "USD"), ("amount usd", "USD"),
        ("US$ total", "USD"),
        ("Amount in TRY", "TRY"), ("Amount (ALL)", "ALL"), ("Amount", ""), ("AMOUNT ALL", ""), ("TOP CUSTOMER", ""),
        ("Amount ($)", ""), ("EUR/USD", ""), ("R-Total", ""), ("Net Order Type", ""),
    ],
)  # fmt: skip
def test_a_header_names_a_currency_only_when_it_names_one(title, code):
    assert header_currency(title) == code


@pytest.mark.parametrize(
    ("title", "zeros"),
    [
        ("Amount TEUR", 3), ("Betrag (T€)", 3), ("Revenue in thousands", 3), ("USD '000", 3), ("Amount ($k)", 3),
        ("Umsatz Tsd. EUR", 3), ("Mio. EUR", 6), ("Amount (US$ millions)", 6), ("Value MEUR", 6),
        ("Amount", 0), ("Amount EUR", 0), ("Item 000123", 0), ("Mike's total", 0), ("Team EUR", 0),
    ],
)  # fmt: skip
def test_a_header_that_leaves_zeros_out_is_seen(title, zeros):
    assert header_scale(title) == zeros


@pytest.mark.parametrize(
    ("number_format", "named"),
    [
        ("[$€-407] #,##0.00", "EUR"), ("[$USD] #,##0", "USD"), ('_-* #,##0.00 "€"_-', "EUR"), (r"\E\U\R #,##0", "EUR"),
        ('"$"#,##0', "$"), ("$#,##0.00", "$"), ("[$$-409]#,##0.00", "USD"), ("[$$-1009]#,##0", "CAD"),
        ("[$¥-411]#,##0", "JPY"), ("[$kr-41D] 0", "SEK"), ('"kr" 0', "kr"),
        ('_("$"* #,##0.00_);_("$"* \\(#,##0.00\\);_("$"* "-"??_)', "$"),
        ("General", ""), ("0.00%", ""), ("[Red]0", ""), ("[$-409]d-mmm", ""), ('"Qty" 0', ""), ('"USD" 0;"EUR" 0', ""),
    ],
)  # fmt: skip
def test_a_number_format_names_the_currency_it_shows(number_format, named):
    assert format_currency(number_format) == named


def test_a_sign_is_settled_by_the_currency_of_its_row_or_not_at_all():
    assert [settle("$", "CAD"), settle("kr", "NOK"), settle("EUR", "EUR"), settle("EUR", "")] == [
        "CAD",
        "NOK",
        "EUR",
        "EUR",
    ]
    assert [settle("$", "EUR"), settle("$", ""), settle("EUR", "USD")] == ["", "", ""]


def test_words_beside_numbers_are_currencies_only_when_they_cannot_be_units():
    assert [sign_of(word) for word in ("USD", "usd", "Fr.", "Kč", "kr")] == ["USD", "USD", "CHF", "CZK", "kr"]
    assert [sign_of(word) for word in ("pen", "Top", "kg", "", ".", "cup")] == [""] * 6
