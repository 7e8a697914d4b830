"""Where the header stands, and which lines it has."""

import numpy as np
import pytest
from grids import asides, grid, rows, table

from bbbxl.errors import InputError
from bbbxl.inputs.grid import NUMBER, TEXT
from bbbxl.inputs.layout.tables import find_tables

ROWS = """
    SO-1|2026-10-01|Acme|100
    SO-2|2026-10-02|Bolt|200
"""
PLAIN = "Order No|Order Date|Customer|Amount" + ROWS.rstrip()


def refused(drawn, **given):
    with pytest.raises(InputError) as caught:
        find_tables(grid(drawn, **given))
    return str(caught.value)


def test_a_plain_file_is_its_first_row_and_the_rest():
    found = table(PLAIN)
    assert found.header == ("Order No", "Order Date", "Customer", "Amount")
    assert rows(found) == ["SO-1|2026-10-01|Acme|100", "SO-2|2026-10-02|Bolt|200"]
    assert (found.header_row, found.numbers.tolist()) == (1, [2, 3])
    assert (found.aside, found.problems, found.totals, found.notes) == ((), (), (), ())


def test_title_lines_above_the_header_are_set_aside():
    found = table(f"Company: Northfield|||\nReport date: 31.10.2026|||\n\n{PLAIN}")
    assert (found.header_row, len(found)) == (4, 2)
    assert [(one.row, one.reason, one.text) for one in found.aside] == [
        (1, "title", "Company: Northfield"),
        (2, "title", "Report date: 31.10.2026"),
    ]


@pytest.mark.parametrize("count", [0, 1, 30, 49])
def test_the_header_is_found_among_the_first_fifty_rows(count):
    found = table("\n".join(f"line {number}" for number in range(count)) + f"\n{PLAIN}\n")
    assert (len(found), len(found.aside)) == (2, count)


def test_parameters_above_with_words_of_headers_are_no_header():
    drawn = f"Currency|EUR|Region|All\nCustomer|All|Status|Open\n\n{PLAIN}"
    assert table(drawn, sheet="Orders").header_row == 4
    assert table(f"Customer:|All|Status:|Open\nCurrency|EUR\n\n{PLAIN}").header_row == 4


@pytest.mark.parametrize("first", ["Auftragsnummer|Auftragsdatum|Kunde|Nettobetrag",
                                   "N° commande|Date commande|Client|Montant HT",
                                   "event_id|effective|customer|amount"])  # fmt: skip
def test_headers_of_other_languages_and_programs_are_known(first):
    assert table(f"Liste|||\n{first}{ROWS}").header_row == 2


def test_a_header_of_unknown_words_is_the_row_as_wide_as_the_data_of_other_shape():
    found = table(f"Liste\nVorgang|Tag|Firma|Wert netto{ROWS}")
    assert (found.header, found.header_row) == (("Vorgang", "Tag", "Firma", "Wert netto"), 2)


def test_months_and_years_may_head_columns():
    assert table("Order No|Customer|2025|2026-02\nSO-1|Acme|5|6\nSO-2|Bolt|7|8").header[2:] == ("2025", "2026-02")


def test_a_text_file_that_begins_with_data_is_refused():
    assert refused(ROWS) == (
        "orders.csv has no header: row 1 (SO-1, 2026-10-01, Acme, 100) holds data already. "
        "Add a row with the names of the columns on top."
    )


def test_a_header_without_rows_is_an_empty_table():
    found = table("Order No|Order Date|Customer|Amount")
    assert (found.header_row, len(found), found.cells.num_columns) == (1, 0, 4)


@pytest.mark.parametrize("drawn", ["Notes\nThis sheet explains the report.\nIt has no figures.",
                                   "Row Labels|Sum of Amount\nAcme|100\nGrand Total|100",
                                   "Zeilenbeschriftungen|Summe von Betrag\nAcme|100\nGesamtergebnis|100",
                                   "Parameter|Value\nRate|1.1\nFactor|2",
                                   "Topic|Text\nScope|All orders\nOwner|Jane"])  # fmt: skip
def test_sheets_of_notes_pivots_and_parameters_have_no_table(drawn):
    assert find_tables(grid(drawn, sheet="Info")) == []


def test_an_empty_grid_has_no_table():
    assert find_tables(grid("", sheet="Empty")) == []


def test_a_rates_file_of_two_columns_is_a_table():
    assert table("Currency|Rate\nEUR|1.08\nGBP|1.25").header == ("Currency", "Rate")


def test_a_named_header_row_is_taken():
    found = table(f"Order No|Order Date|Customer|Amount\nNo|Day|Who|How much{ROWS}", header_row=2)
    assert (found.header, found.header_row) == (("No", "Day", "Who", "How much"), 2)


def test_a_named_header_row_with_nothing_in_it_is_refused():
    with pytest.raises(InputError, match=r"orders.csv has nothing in row 9, .* its last row is 3"):
        table(PLAIN, header_row=9)


def test_group_words_above_doubled_headers_are_joined_to_them():
    found = table("""
        Order No|Order Date|Ordered||Shipped|
        ||Qty|Amount|Qty|Amount
        SO-1|2026-10-01|1|100|1|90
        SO-2|2026-10-02|2|200|0|0
    """)
    assert found.header == ("Order No", "Order Date", "Ordered Qty", "Ordered Amount", "Shipped Qty", "Shipped Amount")
    assert (found.header_row, len(found), found.notes) == (1, 2, ("Rows 1 to 2 were read as one header.",))


def test_merged_group_cells_are_joined_where_the_words_together_mean_something():
    drawn = """
        Order||Freight||Customer|
        Number|Date|Amount|Currency|Name|Region
        SO-1|2026-10-01|100|EUR|Acme|North
        SO-2|2026-10-02|200|EUR|Bolt|South
    """
    found = table(drawn, sheet="Orders", merged=((1, 1, 0, 1), (1, 1, 2, 3), (1, 1, 4, 5)))
    assert found.header == ("Order Number", "Order Date", "Freight Amount", "Currency", "Customer Name", "Region")


def test_a_title_merged_over_the_whole_table_is_no_group():
    found = table(f"Sales orders|||\n{PLAIN}", sheet="Orders", merged=((1, 1, 0, 3),))
    assert (found.header[0], found.header_row) == ("Order No", 2)


def test_words_wrapped_over_two_rows_are_joined():
    found = table(f"Order|Order|Customer|Net\nNo|Date||Value{ROWS}")
    assert found.header == ("Order No", "Order Date", "Customer", "Net Value")
    assert rows(found)[0] == "SO-1|2026-10-01|Acme|100"


def test_words_of_many_meanings_take_the_word_above_them_that_makes_them_plain():
    found = table(f"Order|Order||Net\nNo|Date|Customer|Amount{ROWS}")
    assert found.header == ("Order No", "Order Date", "Customer", "Net Amount")
    assert len(found) == 2


def test_a_group_word_above_headers_that_are_plain_already_is_a_title():
    found = table(f"Order|||Value\n{PLAIN}")
    assert found.header == ("Order No", "Order Date", "Customer", "Amount")
    assert asides(found) == [(1, "title")]


@pytest.mark.parametrize(("unit", "title"), [("(USD)", "Amount (USD)"), ("EUR", "Amount (EUR)"),
                                             ("TEUR", "Amount (TEUR)"), ("€", "Amount (€)")])  # fmt: skip
def test_a_line_of_units_belongs_to_the_header(unit, title):
    assert table(f"Order No|Order Date|Customer|Amount\n|||{unit}{ROWS}").header[3] == title


def test_a_first_row_with_only_a_currency_in_a_column_of_currencies_is_no_unit():
    found = table("Order No|Order Date|Currency|Amount\n||EUR|\nSO-1|2026-10-01|EUR|100\nSO-2|2026-10-01|EUR|10")
    assert (found.header[2], len(found.problems)) == ("Currency", 1)


def test_a_header_cell_of_several_lines_becomes_one_line():
    plain = grid(PLAIN)
    cells = plain.cells.set_column(0, "0", [["Order\r\n No", "SO-1", "SO-2"]])
    (found,) = find_tables(type(plain)("o.csv", "", cells, plain.numbers, "hash", 1))
    assert found.header[0] == "Order No"


def test_rulers_of_text_reports_are_titles():
    found = table("""
        Order No|Order Date|Customer|Amount
        --------|----------|--------|------
        SO-1|2026-10-01|Acme|100
        --------|----------|--------|------
        Total|||100
    """)
    assert (found.header, rows(found)) == (
        ("Order No", "Order Date", "Customer", "Amount"),
        ["SO-1|2026-10-01|Acme|100"],
    )
    assert asides(found) == [(2, "title"), (4, "title"), (5, "total")]


def test_what_the_workbook_says_of_each_cell_goes_with_the_rows():
    kinds = np.array([[TEXT] * 3, [NUMBER] * 3, [NUMBER] * 3], dtype=np.int8)
    found = table("1a|2b|3c\n100|7|1.5\n200|8|2.5", sheet="S", kinds=kinds)
    assert found.kinds is not None
    assert (found.header, found.kinds.tolist()) == (("1a", "2b", "3c"), [[NUMBER] * 3] * 2)


def test_a_table_of_numbers_only_is_data_and_no_row_of_totals():
    assert rows(table("Nummer|Wert\n100|1.5\n200|2.5")) == ["100|1.5", "200|2.5"]


def test_headers_that_end_with_colons_are_headers():
    assert table(f"Order No:|Order Date:|Customer:|Amount:{ROWS}").header_row == 1
