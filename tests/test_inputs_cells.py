"""Cells understood: what is taken, what is set aside and in which words."""

import math
from datetime import date
from decimal import Decimal

import pytest

from bbbxl.inputs.cells import Cells
from bbbxl.inputs.read import RawTable


def cells(*values, field="amount", fixed=None, **options):
    """Return the cells of a table with one column "Cell" under a field; rows start in row 2."""
    rows = [(value,) for value in values]
    table = RawTable("o.csv", "", ("Cell",), rows, list(range(2, 2 + len(rows))), (), "", 0)
    return Cells(table, {field: "Cell"} if field else {}, fixed or {}, **options)


def problems(one):
    return [str(problem) for _, problem in sorted(one.problems.items())]


def test_texts_are_stripped_and_empty_cells_have_the_default():
    assert cells(" a ", "", field="region").texts("region", "none") == ["a", "none"]


def test_a_field_without_column_has_its_fixed_value_in_every_row():
    one = cells("x", "y", field="region", fixed={"entity": "US"})
    assert (one.has("entity"), one.texts("entity")) == (True, ["US", "US"])
    assert (one.has("owner"), one.texts("owner", "-")) == (False, ["-", "-"])


def test_days_are_iso_yyyymmdd_or_serials_and_none_where_empty():
    one = cells("2026-10-31", "20261031", "46326", "", field="order_date")
    assert one.days("order_date") == [date(2026, 10, 31)] * 3 + [None]
    assert one.problems == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("31.10.2026", '"31.10.2026" is not a date like 2026-10-31 or 20261031. Correct it, or say how '
                       'dates are '
                       'written: date_format (such as "%d.%m.%Y") for the file in bbbxl.toml.'),
        ("2026-02-31", '"2026-02-31" is not a day of the calendar. Correct it.'),
        ("0202-01-05", '"0202-01-05" lies outside the years 1950 to 2149. Check the year.'),
        ("12345", "12345 is not an Excel date between 1950 and 2149. Type 2026-10-31."),
    ],
)  # fmt: skip
def test_what_is_no_day_sets_the_row_aside_with_one_remedy(text, message):
    one = cells("2026-01-01", text, field="order_date")
    assert one.days("order_date") == [date(2026, 1, 1), None]
    assert problems(one) == [f"o.csv row 3, Cell: {message}"]
    assert one.problems[1].value == text


def test_days_in_the_form_of_the_file_are_read_in_that_form_only():
    one = cells("05.01.2026", "2026-01-05", field="order_date", date_format="%d.%m.%Y")
    assert one.days("order_date") == [date(2026, 1, 5), None]
    assert problems(one) == [
        'o.csv row 3, Cell: "2026-01-05" is not a date in the form %d.%m.%Y. Correct it, or date_format in bbbxl.toml.'
    ]


def test_a_year_outside_the_calendar_is_set_aside_in_every_form():
    one = cells("05.01.0202", field="order_date", date_format="%d.%m.%Y")
    assert one.days("order_date") == [None]
    assert "lies outside the years 1950 to 2149" in problems(one)[0]


def test_amounts_are_minor_units_of_their_own_currency():
    one = cells("12.34", "12", "1.5", "")
    assert one.amounts("amount", ["USD", "JPY", "KWD", "USD"]) == [1234, 12, 1500, None]


def test_more_decimals_than_the_currency_are_rounded_half_up_and_counted():
    one = cells("1.005", "-0.5", "2.50", "7")
    assert one.amounts("amount", ["USD", "JPY", "USD", "JPY"]) == [101, -1, 250, 7]
    assert one.lost_decimals == 2


@pytest.mark.parametrize("text", ["1,200.50", "12 USD", "(5)", "1e3", "NaN", "n/a", "-"])
def test_an_amount_that_is_no_plain_number_is_set_aside_and_never_zero(text):
    one = cells(text)
    assert one.amounts("amount", ["USD"]) == [None]
    assert problems(one)[0].startswith(f'o.csv row 2, Cell: "{text}" is not a number with "." as decimal mark. ')


def test_a_decimal_comma_is_read_where_the_file_says_so():
    assert cells("12,34", decimal=",").amounts("amount", ["USD"]) == [1234]


def test_a_huge_amount_sets_its_row_aside():
    one = cells("1" * 30, "5")
    assert one.amounts("amount", ["USD", "USD"]) == [None, 500]
    assert problems(one) == [
        f"o.csv row 2, Cell: {'1' * 30} USD is past 9,999,999,999,999.99, the largest amount Excel "
        "holds exactly. "
        "Correct it, or split it over several rows."
    ]


def test_currencies_are_checked_and_empty_cells_take_the_default():
    one = cells("EUR", "", "eur", field="currency")
    assert one.currencies("USD")[:2] == ["EUR", "USD"]
    assert problems(one) == [
        'o.csv row 4, Cell: "eur" is not a currency code. Use the three letters of ISO 4217, such as USD.'
    ]


def test_an_empty_currency_without_default_is_said_to_be_empty():
    one = cells("EUR", "", field="currency")
    one.currencies("")
    assert problems(one) == ["o.csv row 3, Cell: the currency is empty. Fill it in, or take the row out of the export."]


def test_numbers_and_flags_are_missing_where_empty():
    assert cells("2.5", "", field="quantity").numbers("quantity")[0] == 2.5
    assert math.isnan(cells("", field="quantity").numbers("quantity")[0])
    assert cells("Yes", "n", "X", "0", field="shippable").flags("shippable") == [1.0, 0.0, 1.0, 0.0]
    assert math.isnan(cells("", field="shippable").flags("shippable")[0])
    assert math.isnan(cells("", field="quantity").flags("shippable")[0])
    assert cells("1.10", field="quantity").decimals("quantity") == [Decimal("1.10")]


def test_a_flag_that_is_neither_yes_nor_no_is_set_aside():
    one = cells("maybe", field="shippable")
    one.flags("shippable")
    assert problems(one) == [
        'o.csv row 2, Cell: "maybe" is neither yes nor no. Write yes, no, or leave the cell empty.'
    ]


def test_a_required_cell_that_is_empty_names_the_field_in_words():
    one = cells("2026-01-01", "", field="order_date")
    one.require("order_date", one.days("order_date"))
    assert problems(one) == [
        "o.csv row 3, Cell: the order date is empty. Fill it in, or take the row out of the export."
    ]


def test_the_first_reason_of_a_row_stands():
    one = cells("x")
    one.refuse(0, "amount", "x", "first.")
    one.refuse(0, "amount", "x", "second.")
    assert problems(one) == ["o.csv row 2, Cell: first."]


def test_a_field_without_column_is_named_itself_in_a_problem():
    one = cells("x", field="region", fixed={"shippable": "maybe"})
    one.flags("shippable")
    assert problems(one)[0].startswith("o.csv row 2, shippable: ")
