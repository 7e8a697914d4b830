"""The sentences of the errors and of problems."""

import pytest

from bbbxl import errors
from bbbxl.errors import (
    BbbError,
    CurrencyError,
    InputError,
    MissingRateError,
    Problem,
    UnknownColumnError,
    UnknownNameError,
    count_of,
    nearest,
)


def test_every_error_of_the_module_is_a_bbb_error_and_stands_in_the_tree_of_its_docstring():
    found = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, Exception)]
    assert len(found) == 12
    assert all(issubclass(one, BbbError) for one in found)
    assert [one.__name__ for one in found if one.__name__ not in errors.__doc__] == []


def test_a_missing_column_says_what_there_is_and_what_to_do():
    error = UnknownColumnError("orders.csv", "amount", ("Order No", "Customer"), 'Name it: --column amount="...".')
    assert isinstance(error, InputError)
    assert str(error) == (
        'orders.csv has no column for amount. It has: Order No, Customer. Name it: --column amount="...".'
    )


def test_a_missing_column_of_a_file_without_columns_says_none():
    assert "It has: none." in str(UnknownColumnError("a.csv", "amount", (), "Add it."))


def test_an_unknown_name_offers_the_nearest_whatever_its_case():
    error = UnknownNameError("metric", "Net_Booking", ["net_bookings", "backlog"])
    assert str(error) == 'There is no metric "Net_Booking". Did you mean net_bookings?'


def test_an_unknown_name_says_where_it_stood():
    error = UnknownNameError("field", "curency", ["currency", "amount"], "bbbxl.toml, o.csv")
    assert str(error) == 'bbbxl.toml, o.csv: there is no field "curency". Did you mean currency?'


def test_a_name_far_from_all_known_ones_lists_twelve_and_counts_the_rest():
    known = [f"name{letter}" for letter in "abcdefghijklmn"]  # 14 names
    sentence = nearest("qqq", known)
    assert sentence.startswith("There is: namea, nameb, ")
    assert sentence.endswith("namel and 2 more.")


def test_nothing_to_choose_from_is_said():
    assert nearest("x", []) == "There is: nothing to choose from."


def test_missing_rates_name_currency_and_day_and_count_past_eight():
    missing = [("EUR", f"2026-01-0{day}") for day in range(1, 10)] + [("JPY", "2026-01-01")]  # 10 of them
    error = MissingRateError("USD", missing)
    assert isinstance(error, CurrencyError)
    assert str(error).startswith("No rate to USD for EUR on 2026-01-01; EUR on 2026-01-02; ")
    assert str(error).endswith(
        "EUR on 2026-01-08 and 2 more. Add the rates to the rates file (role rates, or --rates FILE)."
    )


@pytest.mark.parametrize(
    ("number", "words", "sentence"),
    [
        (1, ("row",), "1 row"),
        (0, ("order line",), "0 order lines"),
        (1200, ("row", "is", "are"), "1,200 rows are"),
        (1, ("row", "is", "are"), "1 row is"),
        (2, ("entry",), "2 entries"),
        (2, ("day",), "2 days"),
    ],
)
def test_a_count_agrees_with_what_it_counts(number, words, sentence):
    assert count_of(number, *words) == sentence


@pytest.mark.parametrize(
    ("row", "column", "sentence"),
    [
        (14, "Amount", "o.csv row 14, Amount: it is empty."),
        (14, "", "o.csv row 14: it is empty."),
        (0, "", "o.csv: it is empty."),
        (0, "Amount", "o.csv, Amount: it is empty."),
    ],
)
def test_a_problem_reads_file_row_column_and_message(row, column, sentence):
    assert str(Problem("o.csv", row, column, "", "it is empty.")) == sentence
