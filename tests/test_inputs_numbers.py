"""Numbers as exports write them: the decimal mark, every written form, minor units."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bbbxl.errors import InputError
from bbbxl.inputs.grid import DAY, ERROR, FLAG, NUMBER, TEXT, Column
from bbbxl.inputs.values.numbers import decide_decimal, decimals, floats, minor_units, parse_numbers
from bbbxl.money import to_minor

ROWS = np.arange(2, 1_000)
slow_box = settings(deadline=None)


def column(*texts, kinds=None, title="Amount"):
    """Return a column whose cells are all different and start in row 2."""
    places = np.arange(len(texts), dtype=np.int32)
    return Column(
        title, places, list(texts), None if kinds is None else np.array(kinds, np.int8), places.astype(np.int64)
    )


def read(text, decimal=".", kind=TEXT, **options):
    """Return the exact number of one cell, or what is said of it."""
    numbers = parse_numbers(column(text, kinds=[kind]), decimal, **options)
    return numbers.failed.get(0, numbers.exact(0))


def decided(*columns):
    return decide_decimal("o.csv", columns, ROWS)


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("1.234,50", ","), ("1,234.50", "."), ("12,5", ","), ("12.5", "."), ("0,500", ","), ("0.500", "."),
        ("1.234.567", ","), ("1,234,567", "."), ("1234,567", ","), ("1234.567", "."), ("12,34,567", "."),
        ("12,34,567.00", "."), ("1 234,567", ","), ("1'234.567", "."), (",500", ","), ("5,", ","), ("(1.234,5 €)", ","),
        ("1.234,5 %", ","), ("−0,5", ","), ("2,5 Mio", ","), ("1 234 567.125", "."),
    ],
)  # fmt: skip
def test_a_number_that_reads_one_way_only_decides_the_mark(text, mark):
    style = decided(column("1", text, "1,234" if mark == "." else "1.234"))
    assert (style.decimal, style.evidence) == (mark, f'Decimal mark "{mark}" as in "{text}" (row 3).')


@pytest.mark.parametrize("texts", [(), ("",), ("1", "-", "n/a"), ("1 234", "1'234", "12345")])
def test_numbers_without_a_mark_leave_the_point(texts):
    assert decided(column(*texts)).evidence == ""
    assert decided(column(*texts)).decimal == "."


@pytest.mark.parametrize(
    ("text", "readings"),
    [("1.234", "1234 or 1.234"), ("12,500", "12.500 or 12500"), ("€ 123.456", "123456 or 123.456")],
)
def test_a_file_whose_numbers_all_read_two_ways_is_refused(text, readings):
    with pytest.raises(InputError) as caught:
        decided(column("7", text))
    assert str(caught.value) == (
        f'o.csv row 3, Amount: "{text}" may be {readings}, and no number of the file decides. '
        'Set decimal = "," or "." for the file (--decimal).'
    )


def test_an_undecided_column_takes_the_mark_of_the_others():
    assert decided(column("1.234", title="Quantity"), column("1.234,50")).decimal == ","


@pytest.mark.parametrize("split", [True, False])
def test_numbers_that_contradict_one_another_are_named_with_their_rows(split):
    columns = (
        [column("1,234.50"), column("7", "1.234,50", title="Tax")] if split else [column("1,234.50", "8", "1.234,50")]
    )
    title, row = ("Tax", 3) if split else ("Amount", 4)
    with pytest.raises(InputError) as caught:
        decided(*columns)
    assert str(caught.value) == (
        f'o.csv: Amount shows "." as decimal mark in "1,234.50" (row 2), {title} shows "," in "1.234,50" (row {row}). '
        'Correct one of them, or set decimal = "," or "." for the file (--decimal).'
    )


def test_number_cells_of_a_workbook_are_no_evidence_and_read_as_they_are():
    both = column("1234.5", "1.234", kinds=[NUMBER, NUMBER])
    assert decided(both).evidence == ""
    mixed = column("1234.5", "1.234,5", kinds=[NUMBER, TEXT])
    assert decided(mixed).decimal == ","
    assert decimals(parse_numbers(mixed, ","), mixed.codes) == [Decimal("1234.5")] * 2


def test_the_first_row_is_named_wherever_its_text_stands_among_the_distinct_ones():
    one = Column("Amount", np.array([1, 0], np.int32), ["12.5", "13.5"], None, np.array([1, 0]))
    assert decided(one).evidence == 'Decimal mark "." as in "13.5" (row 2).'


@pytest.mark.parametrize(
    ("text", "decimal", "value", "currency"),
    [
        ("(1,234.50)", ".", "-1234.50", ""), ("5.00-", ".", "-5", ""), ("−5", ".", "-5", ""), ("–5", ".", "-5", ""),
        ("+5", ".", "5", ""), (".5", ".", "0.5", ""), ("5.", ".", "5", ""), ("007", ".", "7", ""), ("'5", ".", "5", ""),
        ("$ 5.00", ".", "5", "$"), ("-$5.00", ".", "-5", "$"), ("$-5.00", ".", "-5", "$"), ("$(5.00)", ".", "-5", "$"),
        ("($5.00)", ".", "-5", "$"), ("(5.00) €", ".", "-5", "EUR"), ("5 EUR-", ".", "-5", "EUR"),
        ("US$ 1,200", ".", "1200", "USD"), ("C$5", ".", "5", "CAD"), ("R$ 5", ".", "5", "BRL"),
        ("¥500", ".", "500", "¥"),
        ("1,200 USD", ".", "1200", "USD"), ("$1,200 USD", ".", "1200", "USD"), ("EUR 1.200,50", ",", "1200.50", "EUR"),
        ("1.200,50 €", ",", "1200.50", "EUR"), ("CHF 1'234.50", ".", "1234.50", "CHF"), ("Fr. 5.–", ".", "5", "CHF"),
        ("Rs.500", ".", "500", "Rs"), ("₹12,34,567.00", ".", "1234567", "INR"), ("5,50 kr", ",", "5.5", "kr"),
        ("R 5", ".", "5", "ZAR"), ("5 Kc\u030c", ".", "5", "CZK"), ("5 zł", ".", "5", "PLN"),
        ("1 234,5", ",", "1234.5", ""), ("1\u202f234,5", ",", "1234.5", ""), ("1\u00a0234,5", ",", "1234.5", ""),
        ("1\u2009234 567", ",", "1234567", ""), ("1’234,5", ",", "1234.5", ""), ("100,-", ",", "100", ""),
        ("100,-- €", ",", "100", "EUR"), ("１２,５", ",", "12.5", ""), ("\u200e-5", ".", "-5", ""),
        ("1,234", ".", "1234", ""), ("1.234", ",", "1234", ""), ("1.234", ".", "1.234", ""),
    ],
)  # fmt: skip
def test_every_written_form_is_read_exactly(text, decimal, value, currency):
    numbers = parse_numbers(column(text), decimal)
    assert numbers.failed == {}
    assert (numbers.exact(0), numbers.currencies.get(0, "")) == (Decimal(value), currency)


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("1.2m", ".", 1_200_000), ("3k", ".", 3_000), ("$1.5bn", ".", 1_500_000_000), ("2,5 Mio", ",", 2_500_000),
        ("2,5 Mio. €", ",", 2_500_000), ("(3) TEUR", ".", -3_000), ("5 k€", ".", 5_000), ("1.25M USD", ".", 1_250_000),
    ],
)  # fmt: skip
def test_scaled_numbers_are_read_and_marked(text, decimal, value):
    numbers = parse_numbers(column("1", text), decimal)
    assert (numbers.exact(1), numbers.scaled, numbers.failed) == (value, {1}, {})


@pytest.mark.parametrize("text", ["-", "–", "—", "$ -", "-   €"])
def test_a_dash_alone_is_nil_and_marked(text):
    numbers = parse_numbers(column(text, "0"), ".")
    assert (numbers.exact(0), numbers.nil, numbers.failed) == (0, {0}, {})


def test_an_empty_cell_is_not_given_and_not_wrong():
    numbers = parse_numbers(column("", "5"), ".")
    assert (numbers.given.tolist(), numbers.failed) == ([False, True], {})
    assert numbers.exact(0) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("5%", "is a percentage"), ("1e6", "scientific notation"), ("1.2E+06", "scientific notation"),
        ("1e308", "scientific notation"), ("NaN", "does not exist"), ("-inf", "does not exist"),
        ("NA", "no value is known"), ("Null", "no value is known"), ("n/a", "no value is known"),
        ("TBD", "no value is known"), ("TRUE", "yes or no"), ("#N/A", "error of the workbook"),
        ("#DIV/0!", "error of the workbook"), ("#####", "error of the workbook"), ("5 CR", "credit or debit"),
        ("1,200.00DR", "credit or debit"), ("5 H", "credit or debit"), ("1,23,45", "thousands marks"),
        ("12,3456.00", "thousands marks"), ("1.2.3", "thousands marks"), ("1 23", "thousands marks"),
        ("1 234'567", "thousands marks"), ("0,500,000", "thousands marks"), ("١٢", "digits other than 0 to 9"),
        ("1²", "digits other than 0 to 9"), ("½", "not a number"), ("9" * 10_000, "longer than any amount"),
        ("$5 EUR", "more than one currency"), ("€ 5 USD", "more than one currency"), ("--5", "more than one sign"),
        ("(-5)", "more than one sign"), ("(5", "one parenthesis"), ("5)", "one parenthesis"), ("A5", "not a number"),
        ("5 R", "not a number"), ("5 kg", "not a number"), ("USD", "not a number"), ("5 Billion", "not a number"),
        (".", "not a number"), ("12 USD 50", "not a number"), ("5*", "not a number"), ("=5", "not a number"),
        ("12 pen", "not a number"), ("- -", "not a number"), ("USD.50", "not a number"), ("acme", "not a number"),
        ("31.10.2026 ok", "not a number"),
    ],
)  # fmt: skip
def test_what_is_no_amount_is_refused_in_words(text, words):
    said = read(text)
    assert isinstance(said, str), "a doubtful number was read"
    assert said.startswith('"')
    assert words in said
    assert said.endswith(".")
    assert "invalid" not in said
    assert len(said) < 200


def test_the_wrong_decimal_mark_names_the_option():
    assert read("1.200,50") == (
        '"1.200,50" is not a number with "." as decimal mark. '
        'Correct it, or set decimal = "," for the file (--decimal).'
    )
    assert "decimal mark" in read("0,500")
    assert "decimal mark" in read("12.5", ",")
    assert "decimal mark" in read("1 234,567")


def test_a_percentage_is_exact_where_it_is_allowed():
    assert read("12,5 %", ",", allow_percent=True) == Decimal("0.125")
    assert read("%5", allow_percent=True) == Decimal("0.05")
    assert "not a number" in read("$5%", allow_percent=True)


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [("2026-10-31", DAY, "is a date"), ("TRUE", FLAG, "yes or no"), ("#REF!", ERROR, "error of the workbook")],
)
def test_cells_of_a_workbook_that_hold_no_number_are_refused(text, kind, words):
    assert words in read(text, kind=kind)


def test_number_cells_count_with_the_digits_excel_keeps():
    # 0.1 + 0.2 as a binary fraction; 17 digits; a residue far behind the cents; whole numbers stay.
    assert read("0.30000000000000004", kind=NUMBER) == Decimal("0.3")
    assert read("1234.5000000000002", kind=NUMBER) == Decimal("1234.5")
    assert read("0.000000000000000012345678901234567", kind=NUMBER) == Decimal("0.0000000000000000123456789012346")
    assert read("12345678901234567", kind=NUMBER) == Decimal("12345678901234567")
    assert read("0.30000000000000004") == Decimal("0.30000000000000004")


def test_more_than_eighteen_digits_are_kept_exactly():
    assert read("-12,345,678,901,234,567,890.125") == Decimal("-12345678901234567890.125")


CURRENCY_OF = {0: "JPY", 2: "USD", 3: "KWD", 4: "CLF"}


def minor(texts, exponents):
    """Return amounts as minor units of currencies with those decimals."""
    one = column(*texts)
    numbers = parse_numbers(one, ".")
    return minor_units(numbers, one.codes, np.array(exponents), lambda place: CURRENCY_OF[exponents[place]])


def test_amounts_are_rounded_half_up_once_and_lost_decimals_are_marked():
    made = minor(["1.005", "-0.5", "2.50", "3k", "", "1.0000000000000000000004"], [2, 0, 2, 2, 2, 2])
    assert made.values.tolist() == [101, -1, 250, 300_000, 0, 100]
    assert made.given.tolist() == [True, True, True, True, False, True]
    assert made.lost.tolist() == [True, True, False, False, False, True]


def test_amounts_past_the_largest_are_refused_with_the_words_of_money():
    made = minor(["9999999999999.99", "9999999999999.995", "10000000000000", "1" * 30, "x", "5"], [2] * 6)
    assert made.values.tolist() == [10**15 - 1, 0, 0, 0, 0, 500]
    assert sorted(made.failed) == [1, 2, 3, 4]
    assert made.failed[2] == (
        "10000000000000 USD is past 9,999,999,999,999.99, the largest amount Excel holds exactly. "
        "Correct it, or split it over several rows."
    )


def test_rows_share_the_number_of_their_text():
    one = Column("A", np.array([0, 1, 0], np.int32), ["5.5", "x"], None, np.array([0, 1]))
    numbers = parse_numbers(one, ".")
    made = minor_units(numbers, one.codes, np.array([2, 2, 0]), lambda place: "USD")
    assert (made.values.tolist(), list(made.failed)) == ([550, 0, 6], [1])
    assert floats(numbers, one.codes)[[0, 2]].tolist() == [5.5, 5.5]
    assert np.isnan(floats(numbers, one.codes)[1])
    assert decimals(numbers, one.codes) == [Decimal("5.5"), None, Decimal("5.5")]


NUMBERS = st.builds(
    lambda whole, places: Decimal(whole).scaleb(-places), st.integers(-(10**13), 10**13), st.integers(0, 3)
)
MARKS = [
    (".", ""),
    (",", ""),
    (".", ","),
    (",", "."),
    (",", " "),
    (",", "\u00a0"),
    (",", "\u202f"),
    (".", "'"),
    (".", "’"),
]
NEGATIVES = ["-{}", "−{}", "({})", "{}-", "- {}", "–{}"]
CURRENCIES = ["{}", "{} EUR", "€{}", "CHF {}", "{} $", "£ {}", "{} Kč", "Fr. {}", "{} €"]


def written(value, marks, negative, currency):
    """Return a number as a locale writes it: the mark of thousands between groups of three digits."""
    decimal, thousands = marks
    plain = f"{abs(value):,f}".replace(",", "t").replace(".", decimal).replace("t", thousands)
    return negative.format(currency.format(plain)) if value < 0 else currency.format(plain)


@slow_box
@given(
    st.lists(NUMBERS, min_size=1, max_size=8),
    st.sampled_from(MARKS),
    st.sampled_from(NEGATIVES),
    st.sampled_from(CURRENCIES),
)
def test_what_a_locale_writes_is_read_back(values, marks, negative, currency):
    one = column(*(written(value, marks, negative, currency) for value in values))
    numbers = parse_numbers(one, marks[0])
    assert numbers.failed == {}
    assert decimals(numbers, one.codes) == values
    try:
        found = decide_decimal("o.csv", [one], ROWS).decimal
    except InputError:
        return  # every number reads two ways
    assert found == marks[0] or all(value == value.to_integral_value() for value in values)


@slow_box
@given(st.lists(st.tuples(NUMBERS, st.sampled_from(sorted(CURRENCY_OF))), min_size=1))
def test_minor_units_are_those_of_one_amount_at_a_time(rows):
    made = minor([str(value) for value, _ in rows], [exponent for _, exponent in rows])
    for place, (value, exponent) in enumerate(rows):
        try:
            expected = to_minor(value, CURRENCY_OF[exponent])
        except InputError:
            assert place in made.failed
        else:
            assert (made.values[place], made.lost[place]) == expected


@slow_box
@given(
    st.lists(st.text(st.sampled_from("0123456789.,'-+()%$€ kmEURCD\u202f−٣²x"), max_size=14), min_size=1, max_size=20)
)
def test_any_text_is_read_or_refused_alone_as_among_others(texts):
    together = parse_numbers(column(*texts), ".")
    for place, text in enumerate(texts):
        alone = parse_numbers(column(text), ".")
        assert (alone.exact(0), alone.failed.get(0)) == (together.exact(place), together.failed.get(place))
        assert together.given[place] or place in together.failed or not text.strip("\u202f ")


@slow_box
@given(NUMBERS)
def test_floats_are_the_nearest_ones(value):
    one = column(str(value))
    assert floats(parse_numbers(one, "."), one.codes).tolist() == [float(value)]


def test_half_a_million_distinct_amounts_are_read_exactly():
    texts = [f"{place - 250_000}.{place % 100:02}" for place in range(525_000)]
    one = column(*texts)
    numbers = parse_numbers(one, ".")
    assert numbers.mantissas[[0, 249_999, 524_999]].tolist() == [-25_000_000, -199, 27_499_999]
