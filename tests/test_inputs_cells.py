"""Cells understood: what is taken, what is set aside and in which words."""

import math

import numpy as np
import pytest
from tables import of_cells

from bbbxl.errors import InputError
from bbbxl.inputs.cells import Cells
from bbbxl.inputs.coded import of_list
from bbbxl.inputs.grid import DAY, ERROR, NUMBER, TEXT


def cells(*values, field="amount", fixed=None, kinds=None, title="Cell", **options):
    """Return the cells of a table with one column "Cell" under a field; rows start in row 2."""
    table = of_cells((title,), [(value,) for value in values], kinds=kinds)
    return Cells(table, {field: title} if field else {}, fixed or {}, **options)


def problems(one):
    return [str(problem) for _, problem in sorted(one.problems.items())]


def days(one, name="order_date"):
    return [None if np.isnat(day) else str(day) for day in one.days(name)]


def amounts(one, *currencies):
    """Return the field amount in minor units, None where it is not given."""
    found = one.amounts("amount", of_list(list(currencies)))
    return [value if given else None for value, given in zip(found.values.tolist(), found.given, strict=True)]


def test_texts_are_stripped_and_empty_cells_have_the_default():
    assert cells(" a ", "", field="region").texts("region", "none").to_list() == ["a", "none"]


def test_a_field_without_column_has_its_fixed_value_in_every_row():
    one = cells("x", "y", field="region", fixed={"entity": "US"})
    assert (one.has("entity"), one.texts("entity").to_list()) == (True, ["US", "US"])
    assert (one.has("owner"), one.texts("owner", "-").to_list()) == (False, ["-", "-"])


def test_days_are_iso_yyyymmdd_or_serials_and_none_where_empty():
    one = cells("2026-10-31", "20261031", "46326", "", field="order_date")
    assert days(one) == ["2026-10-31"] * 3 + [None]
    assert one.problems == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("someday", '"someday" is not a date'),
        ("2026-02-31", '"2026-02-31" is not a day of the calendar. Correct it.'),
        ("0202-01-05", '"0202-01-05" lies outside the years 1950 to 2149. Check the year.'),
        ("12345", "12345 is not an Excel date between 1950 and 2149. Type 2026-10-31."),
    ],
)
def test_what_is_no_day_sets_the_row_aside_with_one_remedy(text, message):
    one = cells("2026-01-01", text, field="order_date")
    assert days(one) == ["2026-01-01", None]
    assert problems(one)[0].startswith(f"o.csv row 3, Cell: {message}")
    assert one.problems[1].value == text


def test_days_in_the_form_of_the_file_are_read_in_that_form_only():
    one = cells("05.01.2026", "2026-01-05", field="order_date", date_format="%d.%m.%Y")
    assert days(one) == ["2026-01-05", None]
    assert problems(one) == [
        'o.csv row 3, Cell: "2026-01-05" is not a date in the form %d.%m.%Y. Correct it, or date_format in bbbxl.toml.'
    ]


def test_a_year_outside_the_calendar_is_set_aside_in_every_form():
    one = cells("05.01.0202", field="order_date", date_format="%d.%m.%Y")
    assert days(one) == [None]
    assert "lies outside the years 1950 to 2149" in problems(one)[0]


def test_the_order_of_day_and_month_is_decided_on_all_date_columns_and_said():
    # only the second column tells that the day comes first; both columns are 5 January
    table = of_cells(("Ordered", "Shipped"), [("05/01/2026", "31/01/2026"), ("05/01/2026", "")])
    one = Cells(table, {"order_date": "Ordered", "shipped_date": "Shipped"}, {})
    assert days(one) == ["2026-01-05", "2026-01-05"]
    assert any("31/01/2026" in sentence for sentence in one.evidence)


def test_dates_that_are_all_ambiguous_are_refused_and_taken_where_the_order_is_said():
    with pytest.raises(InputError):
        cells("05/01/2026", field="order_date").days("order_date")
    assert days(cells("05/01/2026", field="order_date", date_order="mdy")) == ["2026-05-01"]


def test_amounts_are_minor_units_of_their_own_currency():
    assert amounts(cells("12.34", "12", "1.5", ""), "USD", "JPY", "KWD", "USD") == [1234, 12, 1500, None]


def test_more_decimals_than_the_currency_are_rounded_half_up_and_counted():
    one = cells("1.005", "-0.5", "2.50", "7")
    assert amounts(one, "USD", "JPY", "USD", "JPY") == [101, -1, 250, 7]
    assert one.lost_decimals == 2


def test_amounts_that_are_asked_for_twice_are_counted_once():
    one, currencies = cells("1.0050"), of_list(["USD"])
    assert one.amounts("amount", currencies) is one.amounts("amount", currencies)
    assert one.lost_decimals == 1


@pytest.mark.parametrize("text", ["1e3", "1.23E+05", "n/a", "TRUE", "1,2,3", "1e-308"])
def test_an_amount_that_is_no_number_is_set_aside_and_never_zero(text):
    one = cells("1.50", text)
    assert amounts(one, "USD", "USD") == [150, None]
    assert problems(one)[0].startswith("o.csv row 3, Cell: ")


def test_the_decimal_mark_is_decided_on_all_amounts_and_quantities_and_said():
    # "1.234" alone may be either; the quantity shows a decimal comma
    table = of_cells(("Sum", "Qty"), [("1.234", "0,5")])
    one = Cells(table, {"amount": "Sum", "quantity": "Qty"}, {})
    assert amounts(one, "USD") == [123400]
    assert any("0,5" in sentence for sentence in one.evidence)


def test_a_decimal_comma_is_read_where_the_file_says_so():
    assert amounts(cells("12,34", decimal=","), "USD") == [1234]


@pytest.mark.parametrize("text", ["NaN", "-nan", "inf", "-Infinity", "1e308", "1.5E+300", "9" * 400, "1" * 30])
def test_an_amount_that_no_amount_can_be_refuses_the_file_and_names_its_cell(text):
    with pytest.raises(InputError) as caught:
        amounts(cells("1.50", text), "USD", "USD")
    assert str(caught.value).startswith(f"o.csv row 3, Cell: {text[:3]}") or f'Cell: "{text[:3]}' in str(caught.value)
    assert str(caught.value).endswith(".")


def test_an_amount_past_the_largest_says_which_that_is():
    with pytest.raises(InputError, match=r"is past 9,999,999,999,999\.99, the largest amount Excel holds exactly"):
        amounts(cells("1" * 30, "5"), "USD", "USD")


def test_a_date_of_zeros_where_one_is_needed_is_named():
    one = cells("2026-01-05", "0000-00-00", "", field="order_date")
    one.require("order_date", ~np.isnat(one.days("order_date")))
    assert problems(one) == [
        'o.csv row 3, Cell: the order date is "0000-00-00", which stands for none. Fill it in, or take the row '
        "out of the export.",
        "o.csv row 4, Cell: the order date is empty. Fill it in, or take the row out of the export.",
    ]


def test_numbers_that_stand_negative_without_a_leading_minus_are_said():
    one = cells("(50.00)", "60.00-", "-70.00", "80.00")
    assert amounts(one, *["USD"] * 4) == [-5000, -6000, -7000, 8000]
    assert 'Column "Cell" holds numbers in parentheses or with a minus behind, read as negative: 2.' in one.evidence


# -- quantities of which no figure is made --------------------------------------------------------------------


def quantities(*rows, **columns):
    """Return cells of amounts beside quantities."""
    table = of_cells(("Sum", "Qty", "Sent"), [(*row, "")[:3] for row in rows])
    return Cells(table, {"amount": "Sum", "quantity": "Qty", **columns}, {})


def test_a_quantity_that_nothing_decides_is_left_out_and_refuses_nothing():
    one = quantities(("100", "1.000"), ("250", "2.500"))
    assert amounts(one, "USD", "USD") == [10000, 25000]
    assert np.isnan(one.numbers("quantity")).all()
    assert one.problems == {}
    assert (
        'Column "Qty" is left out, because nothing decides its decimal mark, as in "1.000" (row 2); no figure is made '
        "of it."
    ) in one.evidence


def test_a_quantity_with_a_decimal_mark_of_its_own_does_not_change_amounts():
    one = quantities(("1.234,50", "3.5"), ("2.500,00", "1.000"))
    assert amounts(one, "EUR", "EUR") == [123450, 250000]
    assert one.numbers("quantity").tolist() == [3.5, 1.0]
    assert 'Column "Qty" has "." as decimal mark, as in "3.5" (row 2).' in one.evidence


def test_a_quantity_takes_the_decimal_mark_that_the_amounts_show():
    assert quantities(("1,234.50", "1.000")).numbers("quantity").tolist() == [1.0]
    assert quantities(("1.234,50", "1.000")).numbers("quantity").tolist() == [1000.0]


def test_a_quantity_that_shares_are_made_of_is_refused_when_nothing_decides():
    one = quantities(("100", "1.000", "500"), shipped_quantity="Sent")
    with pytest.raises(InputError, match=r'Qty: "1\.000" may be 1000 or 1\.000, and no number of the file decides'):
        one.amounts("amount", of_list(["USD"]))


def test_a_quantity_shipped_beside_its_amount_decides_nothing():
    one = quantities(("100", "1.000", "5.000"), shipped_quantity="Sent")
    one.columns["shipped_amount"] = "Sum"
    assert amounts(one, "USD") == [10000]


def test_numbers_and_flags_are_missing_where_empty():
    assert cells("2.5", "", field="quantity").numbers("quantity")[0] == 2.5
    assert math.isnan(cells("", field="quantity").numbers("quantity")[0])
    assert cells("Yes", "n", "X", "0", field="shippable").flags("shippable").tolist() == [1.0, 0.0, 1.0, 0.0]
    assert cells("Ja", "nein", "oui", field="shippable").flags("shippable").tolist() == [1.0, 0.0, 1.0]
    assert math.isnan(cells("", field="shippable").flags("shippable")[0])
    assert math.isnan(cells("", field="quantity").flags("shippable")[0])
    assert [str(one) for one in cells("1.10", field="quantity").decimals("quantity").to_list()] == ["1.10"]


def test_a_flag_that_is_neither_yes_nor_no_is_set_aside():
    one = cells("maybe", field="shippable")
    one.flags("shippable")
    assert problems(one) == [
        'o.csv row 2, Cell: "maybe" is neither yes nor no. Write yes, no, or leave the cell empty.'
    ]


def test_a_required_cell_that_is_empty_names_the_field_in_words():
    one = cells("2026-01-01", "", field="order_date")
    one.require("order_date", ~np.isnat(one.days("order_date")))
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


def test_what_is_forgotten_to_save_memory_is_the_same_when_it_is_read_again():
    one = cells("1.50", "x")
    before = amounts(one, "USD", "USD")
    one.release()
    assert amounts(one, "USD", "USD") == before
    assert len(one.problems) == 1


# -- what lost its value before it reached us ------------------------------------------------------------------


def test_ids_keep_their_zeros_and_their_digits():
    ids = ["007", "12345678901234567890", "4E12", "1-2", "NA", "TRUE"]
    assert cells(*ids, field="order_id").texts("order_id").to_list() == ids


@pytest.mark.parametrize("text", ["1.23457E+15", "1,23457E+15", "1E+15", "1.5e20"])
def test_an_id_in_scientific_notation_refuses_the_file_and_names_the_row(text):
    with pytest.raises(InputError) as caught:
        cells("A1", text, field="order_id").texts("order_id")
    assert str(caught.value) == (
        f'o.csv row 3, Cell: "{text}" is a number cut short, and its other digits are lost. Format the column as text '
        "in the program the file comes from, and export it again."
    )


def test_an_id_that_a_workbook_stores_as_a_number_has_at_most_fifteen_digits():
    assert cells("123456789012345", field="order_id", kinds=[NUMBER]).texts("order_id").to_list() == ["123456789012345"]
    with pytest.raises(InputError) as caught:
        cells("1234567890123450", field="order_id", kinds=[NUMBER]).texts("order_id")
    assert str(caught.value).startswith(
        'o.csv row 2, Cell: "1234567890123450" is stored as a number, of which a cell keeps 15 digits: '
    )
    assert len(cells("1234567890123450", field="order_id", kinds=[TEXT]).texts("order_id")) == 1


def test_an_id_that_became_a_date_is_set_aside():
    one = cells("2026-01-02", field="line_id", kinds=[DAY])
    one.texts("line_id")
    assert problems(one)[0].startswith("o.csv row 2, Cell: a date, 2026-01-02, stands where a number of an order, ")


@pytest.mark.parametrize("kind", [ERROR, TEXT])
def test_an_error_in_a_column_that_only_describes_a_line_stands_as_its_name_and_is_noted(kind):
    one = cells("#N/A", field="customer", kinds=[kind])
    assert one.texts("customer").to_list() == ["#N/A"]
    assert problems(one) == []
    assert one.evidence == (
        'Column "Cell" holds errors of the program it comes from, first #N/A in row 2; they stand as names: 1.',
    )


@pytest.mark.parametrize("field", ["currency", "order_id", "order_date", "amount", "quantity"])
@pytest.mark.parametrize("kind", [ERROR, TEXT])
def test_a_cell_that_holds_an_error_is_set_aside_in_every_field_that_figures_need(field, kind):
    one = cells("#N/A", field=field, kinds=[kind])
    read = {"order_date": one.days, "amount": lambda name: amounts(one, "USD"), "quantity": one.numbers}
    read.get(field, one.texts)(field)
    assert problems(one) == [
        "o.csv row 2, Cell: the cell holds the error #N/A. Correct its formula, or write the value."
    ]


def test_words_that_other_programs_take_for_nothing_are_names():
    names = ["NA", "Null", "None", "TRUE", "nan", "#1 Shop"]
    one = cells(*names, field="customer")
    assert one.texts("customer").to_list() == names
    assert one.problems == {}
