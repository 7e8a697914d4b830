"""Tables of a sheet: several of them, columns, table objects, merged cells, formulas without a value."""

import numpy as np
import pytest
from grids import asides, grid, rows, table

from bbbxl.errors import InputError
from bbbxl.inputs.grid import NUMBER, TEXT, TableArea
from bbbxl.inputs.layout.tables import find_tables

ORDERS = "Order No|Order Date|Customer|Amount\nSO-1|2026-10-01|Acme|100\nSO-2|2026-10-02|Bolt|200"
STACKED = f"{ORDERS}\n\nInvoices\nInvoice No|Invoice Date|Customer|Amount\nI-1|2026-10-03|Acme|90"
BESIDE = """
    Order No|Order Date|Amount||Invoice No|Invoice Date|Amount
    SO-1|2026-10-01|100||I-1|2026-10-03|90
    SO-2|2026-10-02|200||||
"""


def refused(drawn, **given):
    with pytest.raises(InputError) as caught:
        find_tables(grid(drawn, **given))
    return str(caught.value)


def test_two_tables_below_one_another_are_refused_with_their_rows_and_headers():
    assert refused(STACKED, sheet="Data") == (
        "orders.xlsx, sheet Data holds more than one table, with headers in row 1 (Order No, Order Date, Customer, "
        "Amount) and row 6 (Invoice No, Invoice Date, Customer, Amount). Say which is meant: header_row = 1, or keep "
        "each in a sheet or file of its own."
    )


@pytest.mark.parametrize(("row", "expected"), [(1, ["SO-1|2026-10-01|Acme|100", "SO-2|2026-10-02|Bolt|200"]),
                                               (6, ["I-1|2026-10-03|Acme|90"])])  # fmt: skip
def test_the_named_one_of_two_tables_is_read(row, expected):
    found = table(STACKED, sheet="Data", header_row=row)
    assert (rows(found), found.problems) == (expected, ())
    assert "heads another table, which was left out." in found.notes[0]


def test_a_summary_above_the_table_is_another_table():
    assert "row 1 (Region, Amount) and row 4" in refused(f"Region|Amount\nNorth|300\n\n{ORDERS}", sheet="Data")


def test_the_same_columns_in_another_order_below_are_another_table():
    assert "more than one table" in refused(f"{ORDERS}\nOrder Date|Order No|Customer|Amount\n2026-10-02|SO-3|Acme|5")


def test_two_tables_side_by_side_are_refused_and_both_returned_when_named():
    assert refused(BESIDE, sheet="Data") == (
        "orders.xlsx, sheet Data holds 2 tables side by side in row 1: Order No, Order Date, Amount and Invoice No, "
        "Invoice Date, Amount. Put each into a sheet or file of its own."
    )
    left, right = find_tables(grid(BESIDE, sheet="Data"), header_row=1)
    assert (rows(left), rows(right)) == (["SO-1|2026-10-01|100", "SO-2|2026-10-02|200"], ["I-1|2026-10-03|90"])


def test_an_empty_column_within_one_table_parts_nothing():
    found = table(
        "Order No|Order Date|Customer||Amount|Currency\nSO-1|2026-10-01|Acme||100|EUR\nSO-2|2026-10-02|Bolt||200|EUR\n"
        "||||300|",
        sheet="Data",
    )
    assert (found.header, len(found)) == (("Order No", "Order Date", "Customer", "Amount", "Currency"), 2)
    assert [one.cells for one in found.totals] == [{3: "300"}]


def test_a_legend_beside_the_table_is_left_out_with_a_note():
    drawn = """
        Order No|Order Date|Amount||Legend|
        SO-1|2026-10-01|100||A|active
        SO-2|2026-10-02|200||B|blocked
        ||||C|closed
    """
    found = table(drawn, sheet="Data")
    assert (found.header, len(found), found.problems) == (("Order No", "Order Date", "Amount"), 2, ())
    assert found.notes == ('What stands beside the table in columns E to F ("Legend") was left out.',)


def test_known_headers_beside_that_end_before_the_table_are_another_table():
    drawn = (
        "Order No|Order Date|Amount||Region|Target\nSO-1|2026-10-01|1||North|5\nSO-2|2026-10-02|2\nSO-3|2026-10-03|3"
    )
    assert "2 tables side by side" in refused(drawn, sheet="Data")


def test_columns_without_header_and_data_are_dropped_and_those_with_data_are_carried():
    found = table("|Order No||Order Date||Amount|\n|SO-1||2026-10-01|x|100|\n|SO-2||2026-10-02||200|")
    assert (found.header, rows(found)[0]) == (("Order No", "Order Date", "", "Amount"), "SO-1|2026-10-01|x|100")
    assert found.cells.column_names == ["0", "1", "2", "3"]


def test_of_two_equal_columns_one_is_kept_and_two_different_ones_are_named_with_their_place():
    drawn = (
        "Order No|Order Date|Amount|Curr|Amount|Curr\nSO-1|2026-10-01|100|EUR|90|EUR\nSO-2|2026-10-02|200|EUR|180|EUR"
    )
    found = table(drawn)
    assert found.header == ("Order No", "Order Date", "Amount (column C)", "Curr", "Amount (column E)")
    assert found.notes == ('Columns D and F, both "Curr", hold the same cells; one is used.',)


def test_a_table_object_gives_header_and_columns_and_rows_below_it_are_data_outside():
    drawn = """
        Parameters
        Rate|1.1

        Order No|Order Date|Customer|Amount|
        SO-1|2026-10-01|Acme|100|a note
        SO-2|2026-10-02|Bolt|200|
        Sum of it|||300|
        SO-3|2026-10-02|Bolt|70|
    """
    found = table(drawn, sheet="Data", areas=(TableArea("Orders", 4, 7, 0, 3, totals=True),))
    assert (found.header_row, found.header[-1], len(found), found.outside) == (4, "Amount", 3, (8,))
    assert [(one.row, one.first, one.stop, one.cells) for one in found.totals] == [(7, 0, 2, {3: "300"})]
    assert found.notes == ('What stands beside the table object "Orders" in column E was left out.',)


def test_a_table_object_of_unknown_headers_beside_the_table_is_left_out():
    drawn = "Order No|Order Date|Amount|Team|Goal\nSO-1|2026-10-01|100|A|5\nSO-2|2026-10-02|200|B|6"
    areas = (TableArea("Orders", 1, 3, 0, 2), TableArea("Goals", 1, 3, 3, 4))
    assert table(drawn, sheet="Data", areas=areas).header == ("Order No", "Order Date", "Amount")


def test_hidden_rows_are_data_and_counted():
    found = table(ORDERS, sheet="Data", hidden=frozenset({1, 3, 9}), filtered=True)
    assert (len(found), found.hidden, found.filtered) == (2, 1, True)


def test_cells_merged_downwards_are_repeated_but_never_an_amount():
    drawn = (
        "Order No|Order Date|Product|Amount\nSO-1|2026-10-01|a|100\n||b|50\nSO-2|2026-10-02|c|200\nSO-3|2026-10-02|d|"
    )
    found = table(drawn, sheet="Data", merged=((2, 3, 0, 0), (2, 3, 1, 1), (4, 5, 3, 3)))
    assert rows(found)[1] == "SO-1|2026-10-01|b|50"
    assert (rows(found)[3], found.merged_down) == ("SO-3|2026-10-02|d|", (0, 1))
    assert found.notes == (
        'Merged cells of "Order No" were repeated into every row they span.',
        'Merged cells of "Order Date" were repeated into every row they span.',
        'Merged cells of "Amount" hold one number; it stands in their first row.',
    )


def test_a_number_merged_downwards_is_repeated_below_the_header_of_an_order_number():
    kinds = np.array([[TEXT] * 3, [NUMBER, TEXT, NUMBER], [TEXT, TEXT, NUMBER]], dtype=np.int8)
    found = table("Order No|Order Date|Amount\n1001|2026-10-01|100\n|2026-10-02|50", sheet="S", kinds=kinds,
                  merged=((2, 3, 0, 0),))  # fmt: skip
    assert rows(found)[1] == "1001|2026-10-02|50"
    assert found.kinds is not None
    assert found.kinds[:, 0].tolist() == [NUMBER, NUMBER]


@pytest.mark.parametrize(("cell", "header"), [("D2", "Amount"), ("B3", "Order Date"), ("A2", "Order No")])
def test_a_formula_without_a_value_in_a_needed_column_is_refused(cell, header):
    assert refused(ORDERS, sheet="Data", uncached=(cell,)) == (
        f"orders.xlsx, sheet Data, cell {cell} ({header}) holds a formula without a computed value. Open the file in "
        "Excel, save it, and read it again."
    )


def test_rows_of_formulas_without_values_that_are_no_rows_of_the_grid_are_refused_too():
    assert "cell A4 (Order No)" in refused(ORDERS, sheet="Data", uncached=("A4", "B4", "C4", "D4"))
    assert "cell A2 (Order No)" in refused("Order No|Order Date|Amount", sheet="Data", uncached=("A2", "B2", "C2"))


def test_formulas_without_values_in_total_rows_and_other_columns_are_no_hindrance():
    drawn = "Order No|Order Date|Amount|Comment\nSO-1|2026-10-01|100|\nSO-2|2026-10-02|200|\nTotal|||"
    found = table(drawn, sheet="Data", uncached=("C4", "D2", "H9"))
    assert (len(found), asides(found), found.totals[0].cells) == (2, [(4, "total")], {})
    assert found.notes == ('Cell D2 in "Comment" holds a formula without a computed value and is taken as empty.',)


def test_a_sum_without_value_below_the_table_is_noted():
    found = table(ORDERS, sheet="Data", uncached=("D4",))
    assert (len(found), found.notes[0][:34]) == (2, "Cell D4 below the table holds a fo")


def test_what_the_grid_knows_goes_with_the_table():
    found = table(f"Title\n{ORDERS}", sheet="Data", formats={3: ("0.00",)}, notes=("Read as it is.",))
    assert (found.formats, found.notes, found.sha256, found.size) == ({3: ("0.00",)}, ("Read as it is.",), "hash", 1)
    assert found.place == "orders.xlsx, sheet Data"
