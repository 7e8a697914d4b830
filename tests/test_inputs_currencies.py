"""The currency of a row: what says it, in which order, and that whatever says it agrees."""

import pytest
from tables import of_cells

from bbbxl.inputs.cells import Cells


def read(rows, *, header=("Amount", "Currency"), default="", formats=None, **fields):
    """Return the cells of a table of amounts with their currencies."""
    table = of_cells(header, rows, formats=formats)
    columns = {"amount": header[0], **({"currency": "Currency"} if "Currency" in header else {}), **fields}
    cells = Cells(table, columns, {}, decimal=".")
    return cells, cells.currencies(default).to_list()


def problems(cells):
    return [str(problem) for _, problem in sorted(cells.problems.items())]


def test_the_column_says_it_and_empty_cells_take_the_default():
    cells, found = read([("1", "EUR"), ("2", "")], default="USD")
    assert (found, problems(cells)) == (["EUR", "USD"], [])
    assert cells.evidence[-1] == "Rows without a currency, taken in USD: 1."


@pytest.mark.parametrize(
    ("text", "code"),
    [("usd", "USD"), ("US$", "USD"), ("€", "EUR"), ("Euro", "EUR"), ("US Dollar", "USD"), ("$", "USD"),
     ("Swiss Franc", "CHF"), ("Euro (EUR)", "EUR"), ("£", "GBP")],
)  # fmt: skip
def test_other_spellings_are_read_and_said(text, code):
    cells, found = read([("1", text)])
    assert (found, problems(cells)) == ([code], [])
    assert f'The currency "{text}" is read as {code}.' in cells.evidence


@pytest.mark.parametrize("text", ["TBD", "UDS", "n/a", "Taler"])
def test_what_is_no_currency_is_set_aside(text):
    cells, _ = read([("1", "EUR"), ("1", text)])
    assert problems(cells) == [
        f'o.csv row 3, Currency: "{text}" is not a currency code. Use the three letters of ISO 4217, such as USD.'
    ]


def test_an_empty_currency_without_default_is_said_to_be_empty():
    cells, _ = read([("1", "EUR"), ("1", "")])
    assert problems(cells) == [
        "o.csv row 3, Currency: the currency is empty. Fill it in, or take the row out of the export."
    ]


def test_a_sign_or_code_in_the_cell_says_it_where_there_is_no_column():
    cells, found = read([("EUR 5",), ("$7.00",), ("9 GBP",)], header=("Amount",))
    assert (found, problems(cells)) == (["EUR", "USD", "GBP"], [])
    assert "Rows whose currency is read from their amount (EUR, GBP, USD): 3." in cells.evidence
    assert '"$" in "Amount" is taken as USD; if it is another currency, say --currency.' in cells.evidence


@pytest.mark.parametrize(
    ("sign", "default", "code"), [("$5", "", "USD"), ("$5", "CAD", "CAD"), ("$5", "EUR", "USD"), ("¥5", "", "JPY"),
                                  ("¥5", "CNY", "CNY"), ("5 kr", "SEK", "SEK"), ("5 kr", "DKK", "DKK")],
)  # fmt: skip
def test_a_sign_of_several_currencies_is_that_of_the_firm_or_the_usual_one(sign, default, code):
    cells, found = read([(sign,)], header=("Amount",), default=default)
    assert (found, problems(cells)) == ([code], [])


@pytest.mark.parametrize("rows", [[("5 kr",)], [("5 kr",), ("7",)]])
def test_crowns_without_a_word_on_whose_are_set_aside(rows):
    cells, _ = read(rows, header=("Amount",))
    assert problems(cells)[0] == (
        'o.csv row 2, Amount: "kr" may be DKK or ISK or NOK or SEK. Say which: --currency, or a column for it.'
    )
    assert len(cells.problems) == len(rows)


def test_crowns_in_a_currency_column_are_set_aside_too():
    cells, _ = read([("5", "kr")])
    assert problems(cells)[0].startswith('o.csv row 2, Currency: "kr" may be DKK or ISK')


def test_a_cell_that_names_another_currency_than_its_row_is_set_aside():
    cells, _ = read([("EUR 5", "USD"), ("5", "USD"), ("$5", "USD"), ("$5", "CAD"), ("$5", "EUR")])
    assert problems(cells) == [
        "o.csv row 2, Amount: the amount says EUR, and the currency is USD. Correct the one that is wrong.",
        "o.csv row 6, Amount: the amount says $, and the currency is EUR. Correct the one that is wrong.",
    ]


def test_two_amounts_of_a_row_in_two_currencies_are_set_aside():
    table = of_cells(("Amount", "Shipped Amount"), [("EUR 5", "5 USD"), ("EUR 5", "5"), ("", "5 USD")])
    cells = Cells(table, {"amount": "Amount", "shipped_amount": "Shipped Amount"}, {}, decimal=".")
    assert cells.currencies("").to_list() == ["EUR", "EUR", "USD"]
    assert problems(cells) == [
        "o.csv row 2, Shipped Amount: the amount says USD, and the currency is EUR. Correct the one that is wrong."
    ]


def test_the_header_says_it_where_no_cell_does():
    cells, found = read([("5",), ("7",)], header=("Amount (EUR)",), default="USD")
    assert (found, problems(cells)) == (["EUR", "EUR"], [])
    assert 'Rows without a currency of their own, taken in EUR from the header "Amount (EUR)": 2.' in cells.evidence


def test_a_header_that_names_another_currency_than_the_row_sets_it_aside():
    cells, _ = read([("5", "EUR"), ("7", "USD"), ("", "EUR")], header=("Amount (USD)", "Currency"))
    assert problems(cells) == [
        "o.csv row 2, Amount (USD): the header says USD, and the currency is EUR. Correct the one that is wrong, or "
        "name the column of amounts in that currency."
    ]


def test_a_dollar_sign_under_a_header_of_dollars_is_that_dollar():
    cells, found = read([("$5",)], header=("Amount (CAD)",))
    assert (found, problems(cells)) == (["CAD"], [])


@pytest.mark.parametrize("shown", [('#,##0.00\\ "EUR"',), ("General", "[$€-407]#,##0.00")])
def test_the_number_format_says_it_where_nothing_else_does(shown):
    cells, found = read([("5",), ("7",)], header=("Amount",), default="USD", formats={0: shown})
    assert (found, problems(cells)) == (["EUR", "EUR"], [])
    assert 'Rows without a currency of their own, taken in EUR from the number format of "Amount": 2.' in cells.evidence


def test_number_formats_of_two_currencies_need_a_column():
    formats = {0: ('#,##0.00\\ "EUR"', '#,##0.00\\ "USD"')}
    cells, _ = read([("5",)], header=("Amount",), default="USD", formats=formats)
    assert problems(cells) == [
        "o.csv row 2, Amount: the amount names no currency, and the number formats of its column show EUR and USD. "
        "Add a column for the currency."
    ]
    cells, found = read([("5", "EUR"), ("6", "USD")], formats=formats)
    assert (found, problems(cells)) == (["EUR", "USD"], [])


def test_a_number_format_that_names_another_currency_than_the_row_sets_it_aside():
    cells, _ = read([("5", "EUR"), ("5", "CAD")], formats={0: ('"$"#,##0.00',)})
    assert problems(cells) == [
        "o.csv row 2, Amount: the number format says $, and the currency is EUR. Correct the one that is wrong, or "
        "name the column of amounts in that currency."
    ]


def test_amounts_without_a_sign_beside_signed_ones_are_of_the_same_currency_or_set_aside():
    # a sign in the first row only is how accountants write a column
    cells, found = read([("€5.00",), ("7",)], header=("Amount",))
    assert (found, problems(cells)) == (["EUR", "EUR"], [])
    assert (
        "Rows without a currency of their own, taken in EUR from the other amounts, which name it: 1." in cells.evidence
    )
    cells, found = read([("€5.00",), ("7",)], header=("Amount",), default="EUR")
    assert (found, problems(cells)) == (["EUR", "EUR"], [])
    cells, _ = read([("€5.00",), ("7",)], header=("Amount",), default="USD")
    assert problems(cells) == [
        "o.csv row 3, Amount: the amount names no currency, and others in its column are in EUR. Add a column for the "
        "currency."
    ]


def test_without_any_currency_amounts_are_counted_in_none_and_the_note_says_so():
    cells, found = read([("5",), ("7",)], header=("Amount",))
    assert (found, problems(cells)) == (["XXX", "XXX"], [])
    assert (
        "No currency in the file: amounts are counted as XXX (none named). Say --currency USD." in cells.evidence
    )  # fmt: skip


def test_the_default_is_taken_for_a_file_without_currency_and_said():
    cells, found = read([("5",)], header=("Amount",), default="JPY")
    assert (found, cells.evidence[-1]) == (["JPY"], "No currency column: every amount is taken in JPY.")


def test_an_amount_in_the_currency_of_the_firm_leaves_the_currency_column_alone():
    table = of_cells(("Amount", "Currency"), [("5", "EUR"), ("7", "GBP")])
    cells = Cells(table, {"amount": "Amount", "currency": "Currency"}, {}, decimal=".")
    assert cells.currencies("USD", ("amount",)).to_list() == ["USD", "USD"]
    assert cells.evidence[0].startswith('The amounts of "Amount" are in the currency of the firm')
