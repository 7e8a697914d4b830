"""Minor units: parsing, rounding, translating, showing."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbbxl.errors import CurrencyError, InputError
from bbbxl.money import (
    LARGEST,
    LARGEST_SUM,
    divide_half_up,
    exponent,
    guard_sum,
    parse_decimal,
    show,
    to_major,
    to_minor,
    translate,
)

CURRENCIES = st.sampled_from(["USD", "JPY", "KWD", "CLF"])


def half_up(value: Fraction) -> int:
    """Return a fraction rounded by schoolbook HALF_UP, away from zero."""
    size = int(abs(value) + Fraction(1, 2))
    return size if value >= 0 else -size


@pytest.mark.parametrize(("currency", "decimals"), [("USD", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4)])
def test_each_currency_has_its_own_decimals(currency, decimals):
    assert exponent(currency) == decimals


@pytest.mark.parametrize("code", ["usd", "US", "USDX", "", "U$D", "USD ", "ÄÖÜ"])
def test_a_code_that_is_not_three_capital_letters_is_refused(code):
    with pytest.raises(CurrencyError) as caught:
        exponent(code)
    assert str(caught.value) == (f'"{code}" is not a currency code. Use the three letters of ISO 4217, such as USD.')


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("1200.50", ".", "1200.50"),
        (" -3 ", ".", "-3"),
        ("+.5", ".", "0.5"),
        ("5.", ".", "5"),
        ("1200,50", ",", "1200.50"),
        ("-0", ".", "0"),
    ],
)
def test_plain_numbers_are_read_exactly(text, mark, value):
    assert parse_decimal(text, mark) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    ["", "-", ".", "1e5", "nan", "inf", "Infinity", "1_000", "(5)", "5-", "$5", "12%", "0x1", "١٢", "²",
     "1 000", "--1"],
)  # fmt: skip
@pytest.mark.parametrize("mark", [".", ","])
def test_what_is_no_plain_number_is_refused_and_never_guessed(text, mark):
    with pytest.raises(InputError) as caught:
        parse_decimal(text, mark)
    assert str(caught.value) == (
        f'"{text}" is not a number with "{mark}" as decimal mark. '
        "Write digits, one decimal mark and at most a leading sign."
    )


@pytest.mark.parametrize(
    ("text", "mark", "other"),
    [
        ("1.200,50", ".", ","),
        ("1,5", ".", ","),
        ("1,200", ".", ","),
        ("1.5", ",", "."),
        ("1,200.50", ",", "."),
    ],
)
def test_a_number_with_the_other_decimal_mark_is_refused_with_the_setting(text, mark, other):
    with pytest.raises(InputError) as caught:
        parse_decimal(text, mark)
    assert str(caught.value) == (
        f'"{text}" is not a number with "{mark}" as decimal mark. Write it without thousands marks; '
        f'if "{other}" is the decimal mark, set decimal = "{other}" for the file.'
    )


def test_a_long_text_is_cut_in_the_sentence():
    with pytest.raises(InputError) as caught:
        parse_decimal("x" * 5000)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("text", "currency", "minor", "lost"),
    [
        ("12.34", "USD", 1234, False),
        ("12.345", "USD", 1235, True),  # half goes up
        ("-12.345", "USD", -1235, True),  # away from zero
        ("12.344999", "USD", 1234, True),
        ("12.340", "USD", 1234, False),  # a zero more is not a decimal lost
        ("1200", "JPY", 1200, False),
        ("0.5", "JPY", 1, True),
        ("1.2345", "KWD", 1235, True),
        ("0.0000", "USD", 0, False),
    ],
)
def test_amounts_become_minor_units_of_their_currency(text, currency, minor, lost):
    assert to_minor(Decimal(text), currency) == (minor, lost)


def test_an_amount_just_under_half_a_cent_is_not_rounded_twice():
    # 0.00499...9 with 40 nines is under half a cent; rounded to 28 digits first it would be 0.005, then 0.01
    assert to_minor(Decimal("0.004" + "9" * 40), "USD") == (0, True)


def test_the_largest_amount_excel_holds_exactly_is_taken_and_one_more_is_refused():
    # A cell keeps fifteen digits: 999,999,999,999,999 minor units = 9,999,999,999,999.99 USD
    assert to_minor(Decimal("9999999999999.99"), "USD") == (LARGEST, False)
    with pytest.raises(InputError) as caught:
        to_minor(Decimal("10000000000000.00"), "USD")
    assert str(caught.value) == (
        "10000000000000.00 USD is past 9,999,999,999,999.99, the largest amount Excel holds exactly. "
        "Correct it, or split it over several rows."
    )


@pytest.mark.parametrize("value", ["1" + "0" * 6000, "-" + "9" * 40, "1E+300"])
def test_a_huge_amount_is_refused_in_a_short_sentence(value):
    with pytest.raises(InputError, match="the largest amount Excel holds exactly") as caught:
        to_minor(Decimal(value), "USD")
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [(123456, "USD", "1,234.56"), (-5, "USD", "(0.05)"), (1234567, "JPY", "1,234,567"),
     (-1500, "KWD", "(1.500)"),
     (0, "USD", "0.00")],
)  # fmt: skip
def test_amounts_are_shown_with_thousands_marks_and_parentheses(minor, currency, text):
    assert show(minor, currency) == text


def test_yen_become_dollars_and_dinars_with_their_own_decimals():
    # 1,000 JPY x 0.0065 = 6.50 USD; 1.500 KWD x 3.25 = 4.875 USD -> 4.88
    assert translate(1000, Decimal("0.0065"), "JPY", "USD") == 650
    assert translate(1500, Decimal("3.25"), "KWD", "USD") == 488


def test_half_a_cent_goes_away_from_zero_in_both_directions():
    # 0.01 EUR x 0.5 = 0.005 USD
    assert translate(1, Decimal("0.5"), "EUR", "USD") == 1
    assert translate(-1, Decimal("0.5"), "EUR", "USD") == -1


@given(
    st.integers(-LARGEST, LARGEST),
    st.decimals(min_value=Decimal("0.000001"), max_value=1_000_000, places=6),
    CURRENCIES,
    CURRENCIES,
)
def test_translation_is_fraction_arithmetic_rounded_once_half_up(minor, rate, currency, reporting):
    major = Fraction(minor, 10 ** exponent(currency)) * Fraction(rate)
    assert translate(minor, rate, currency, reporting) == half_up(major * 10 ** exponent(reporting))


@given(st.integers(-LARGEST, LARGEST), CURRENCIES, st.sampled_from([".", ","]))
def test_minor_units_written_and_read_again_are_the_same(minor, currency, mark):
    text = f"{to_major(minor, currency):f}".replace(".", mark)
    assert to_minor(parse_decimal(text, mark), currency) == (minor, False)


@given(st.decimals(min_value=-(10**10), max_value=10**10, allow_nan=False, places=8), CURRENCIES)
def test_rounding_to_minor_units_is_half_up_and_says_when_decimals_were_lost(value, currency):
    exact = Fraction(value) * 10 ** exponent(currency)
    assert to_minor(value, currency) == (half_up(exact), exact.denominator != 1)


@given(st.integers(-(10**30), 10**30), st.integers(1, 10**12))
def test_whole_division_rounds_half_away_from_zero(numerator, denominator):
    assert divide_half_up(numerator, denominator) == half_up(Fraction(numerator, denominator))


def test_sums_that_fit_64_bits_pass_and_larger_ones_are_refused():
    guard_sum([LARGEST_SUM - 1, -1], "The amounts")
    with pytest.raises(CurrencyError) as caught:
        guard_sum([LARGEST_SUM, -1], "The amounts")  # absolute values count
    assert str(caught.value) == (
        "The amounts add up to more than 64-bit whole numbers hold. Split the data by entity or year."
    )
