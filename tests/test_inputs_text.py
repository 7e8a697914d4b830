"""Text files as grids: rows, cells, marks between them, quotes, printed lists."""

import csv

import pytest

from bbbxl.cli.show import rows_as_csv
from bbbxl.errors import InputError
from bbbxl.inputs.files.text import read_text


def read(text, **options):
    content = text if isinstance(text, bytes) else text.encode()
    return read_text(content, "o.csv", sha256="", size=len(content), **options)


def rows_of(grid):
    columns = [column.to_pylist() for column in grid.cells.columns]
    widths = [grid.cells.num_columns] * len(grid.numbers) if grid.widths is None else grid.widths.tolist()
    return [list(row[:width]) for row, width in zip(zip(*columns, strict=True), widths, strict=True)]


def refused(*args, **options):
    with pytest.raises(InputError) as caught:
        read(*args, **options)
    return str(caught.value)


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_every_cell_mark_line_end_and_byte_order_mark_gives_the_same_grid(mark, end, bom):
    found = read(bom + end.join([mark.join(["Order", "Amount"]), mark.join(["007", " 1.5 "]), ""]))
    assert rows_of(found) == [["Order", "Amount"], ["007", " 1.5 "]]
    assert (found.numbers.tolist(), found.delimiter, found.form, found.sheet) == ([1, 2], mark, "csv", "")
    assert found.notes == ()


def test_line_ends_may_be_mixed_and_count_one_line_each():
    found = read("a,b\r1,2\n3,4\r\n\r\n5,6")
    assert rows_of(found) == [["a", "b"], ["1", "2"], ["3", "4"], ["5", "6"]]
    assert found.numbers.tolist() == [1, 2, 3, 5]


def test_only_line_feeds_and_carriage_returns_end_a_line():
    assert rows_of(read("a,b\n1,x\u2028y\x0bz\n"))[1] == ["1", "x\u2028y\x0bz"]


def test_empty_lines_are_passed_over_and_rows_keep_their_number_in_the_file():
    found = read("\n\na;b\n1;2\n\n ; \n3;4\n")
    assert rows_of(found) == [["a", "b"], ["1", "2"], [" ", " "], ["3", "4"]]
    assert found.numbers.tolist() == [3, 4, 6, 7]


def test_rows_keep_their_true_width_and_missing_cells_are_empty():
    found = read("Sales report\n\na,b,c\n1,2,3,4\n5\n")
    assert found.widths.tolist() == [1, 3, 4, 1]
    assert [column.to_pylist() for column in found.cells.columns] == [
        ["Sales report", "a", "1", "5"], ["", "b", "2", ""], ["", "c", "3", ""], ["", "", "4", ""]
    ]  # fmt: skip


def test_a_mark_after_the_last_cell_of_every_row_is_an_empty_last_column():
    assert rows_of(read("Order,Amount,\n1,2,\n")) == [["Order", "Amount", ""], ["1", "2", ""]]


def test_a_file_of_one_column_is_a_grid():
    assert rows_of(read("Customer\nAcme\nBeta\n")) == [["Customer"], ["Acme"], ["Beta"]]


@pytest.mark.parametrize("text", ["", "\n\n", " , \n,,\n", "\ufeff", "sep=;\n", '""\n', "\xa0;\xa0\n"])
def test_an_empty_file_is_refused(text):
    assert refused(text) == "o.csv is empty. Export it again."


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ('"Order, first, second";Amount\n1;2\n', ";"),
        ("Datum;Betrag;Steuer\n1,50;2,50;3,50\n1,50;2,50;3,50\n", ";"),
        ("Kunde;Betrag\nA;1.234,56\nB;7,00\nC;8,00\n", ";"),
        ("Name,Category\nAcme,A|B\nBeta,B|C\n", ","),
        ("Northfield Instruments, Inc.\nOrders, open\n\nOrder;Date;Amount\n1;2026-01-02;1,5\n2;2026-01-03;2,5\n", ";"),
        ("Report of October\nPrinted by: Sales; all regions\n\nOrder,Note,Amount\n1,a; b,5\n2,c; d,6\n", ","),
        ("Order\tNote\n1\ta, b, c\n2\td, e, f\n", "\t"),
        ('Order,Note\n1,"a;b;c;d"\n2,"e;f;g;h"\n', ","),
        ("Betrag,Steuer\n1.5|2.5|3.5,2\n1.5|2.5|3.5,2\n", ","),
        ("1,2,3\n4,5,6\n", ","),
        ("Order,Amount\n", ","),
        ("Order,Amount,Currency,Date\n1,5,USD\n2,5,USD\n3,5,USD,2026-01-01\n", ","),
    ],
)
def test_the_mark_is_found_on_the_rows_and_not_on_their_content(text, mark):
    assert read(text).delimiter == mark


def test_two_marks_that_split_a_file_equally_well_are_questioned():
    assert refused("a;b,c\nd;e,f\n") == (
        'o.csv may have "," or ";" between its cells. Set delimiter for it in bbbxl.toml.'
    )


def test_a_named_mark_is_used_as_it_is():
    assert rows_of(read("a,b;c\n1,2;3\n", delimiter=";"))[0] == ["a,b", "c"]
    assert rows_of(read("a^b\n1^2\n", delimiter="^"))[1] == ["1", "2"]
    assert rows_of(read("a\tb\n1\t2\n", delimiter="tab"))[1] == ["1", "2"]


def test_a_named_mark_of_several_characters_splits_and_stays_inside_quotes():
    found = read('a||b|c\n1||"x||y"\n', delimiter="||")
    assert (rows_of(found), found.delimiter) == ([["a", "b|c"], ["1", "x||y"]], "||")


@pytest.mark.parametrize("mark", ["", "a", '"', "\n", " ", "1"])
def test_a_mark_that_belongs_to_cells_is_refused(mark):
    assert "cannot stand between cells. Write" in refused("a,b\n", delimiter=mark)


@pytest.mark.parametrize("mark", ["^", "~", "¦"])
def test_an_unusual_mark_is_questioned_with_the_setting_to_write(mark):
    text = f"Order{mark}Amount\n1{mark}2\n"
    assert refused(text) == (
        f'o.csv has no comma, semicolon, tab or pipe between its cells, but "{mark}" in every row. '
        f'Set delimiter = "{mark}" for it in bbbxl.toml.'
    )


def test_columns_lined_up_with_spaces_are_refused():
    text = "Order    Amount\n1001       5.00\n1002       6.00\n"
    assert refused(text) == (
        "o.csv has no mark between its cells: its columns are lined up with spaces. Export it as CSV."
    )


@pytest.mark.parametrize("line", ["sep=;\n", '"sep=;"\r\n', "SEP=;\n", "\ufeffsep=;\n"])
def test_the_line_in_which_excel_names_the_mark_is_no_row(line):
    found = read(line + "a,x;b\n1,5;2\n")
    assert (rows_of(found), found.numbers.tolist()) == ([["a,x", "b"], ["1,5", "2"]], [2, 3])
    assert found.notes == ('Row 1 names ";" as the mark between cells.',)


def test_the_settings_go_before_the_line_in_which_excel_names_the_mark():
    assert rows_of(read("sep=;\na,b\n1,2\n", delimiter=","))[0] == ["a", "b"]


def test_json_is_refused():
    assert refused('[{"order": 1}]') == "o.csv holds JSON, not a table. Export it as CSV."


# -- quotes ----------------------------------------------------------------------------------------------------------


def test_a_cell_over_two_lines_is_one_cell_and_later_rows_keep_their_number():
    found = read('a,b\n1,"Main street 5\r\nBerlin"\n2,x\n')
    assert rows_of(found)[1:] == [["1", "Main street 5\r\nBerlin"], ["2", "x"]]
    assert found.numbers.tolist() == [1, 2, 4]


def test_quotes_inside_a_cell_are_inches_and_doubled_quotes_are_one():
    assert rows_of(read('a,b\n1,5" pipe\n2,"say ""so"""\n3,O\'Brien\n'))[1:] == [
        ["1", '5" pipe'], ["2", 'say "so"'], ["3", "O'Brien"]
    ]  # fmt: skip


@pytest.mark.parametrize(("text", "row"), [('a,b\n1,2\n3,"x\n4,5\n', 3), ('a,b\n1,"x"y\n', 2), ('"a,b\n1,2\n', 1)])
def test_a_quote_that_does_not_close_names_the_row_where_it_opened(text, row):
    assert refused(text) == (
        f"o.csv row {row}: a quoted cell does not end as it should. Close the quote or export the file again."
    )


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        # rows 3 and 4 would vanish into the customer of row 2, and the amount of row 4 stand for all three
        ('Order,Customer,Amount\nA,"Acme,100\nB,Beta,200\nC,Zed",7\n', 3),
        # the quote closes in another column than it opened in, so the row that is left has another width
        ('Order,Customer,Amount\nA,"Acme,100\nB,Beta,"\nC,Zed,7\n', 2),
        ('Order,Customer,Amount\nA,Acme,"100\nB,Beta",200\nC,Zed,7\n', 2),
        # one of the rows that vanish has a cell too many
        ('Order,Customer,Amount\nA,"Acme,100\nB,Beta,Ltd,200\nC,Zed,7\nD,Yak",8\n', 4),
        # six columns: chance is no explanation
        ('a,b,c,d,e,f\n1,"x,2,3,4,5\n6, y,7,8,9",\n', 2),
    ],
)
def test_a_quote_that_closes_rows_later_is_refused_and_never_swallows_them(text, lines):
    assert refused(text) == (
        f"o.csv row 2: a quoted cell runs over {lines} lines and swallows whole rows. Close its quote, or take the "
        "quote out."
    )


@pytest.mark.parametrize(
    "text",
    [
        'a,b,c\n1,"Main street 5, rear\nBerlin",2\n',
        'a,b,c\n1,"Main street 5, rear\nBerlin, Mitte",2\n',
        'a,b\n1,"Main street 5\nBerlin, DE"\n2,x\n',
        'a,b,c\n1,"first\n\nthird line, with a comma",2\n',
    ],
)
def test_an_address_over_lines_with_commas_is_no_swallowed_row(text):
    assert rows_of(read(text))[1][0] == "1"


def test_a_cell_past_the_limit_is_refused_in_words():
    assert refused("a,b\n1," + "x" * 200_000 + "\n") == (
        "o.csv row 2: a cell is longer than 131072 characters. Shorten it, or look for a quote that is not closed."
    )
    assert csv.field_size_limit() == 131_072


def test_a_row_of_a_million_cells_is_refused_in_words():
    assert refused("a,b\n1,2\n" + "," * 999_999 + "\n") == (
        "o.csv row 3 has 1,000,000 cells; bbbxl reads up to 2,000 columns. "
        "Check the mark between cells, or export fewer columns."
    )


def test_a_line_of_many_megabytes_is_refused_before_it_is_split():
    assert refused("a,b\n1,2\n" + "," * 5_000_000) == (
        "o.csv row 3 has 5,000,000 characters in one line; bbbxl reads up to 4,194,304. "
        "Export it with one line for each row."
    )


def test_one_freak_row_does_not_make_a_grid_of_missing_cells():
    # 2,000 columns x 100,001 rows = 200,002,000 cells
    assert "row 2 has 2,000 cells in a file of 100,0" in refused("a,b\n" + "," * 1_999 + "\n" + "1,2\n" * 100_000)


# -- what is taken off and noted -------------------------------------------------------------------------------------


def test_text_that_our_own_csv_guards_comes_back_as_it_was():
    rows = [["=1+1", "-5", "@x"], ["+49 30", "\ttab", "'quoted'"], ["plain", "a=b", "x'-y"]]
    found = read(rows_as_csv(["a", "b", "c"], rows))
    assert rows_of(found)[1:] == rows
    assert found.notes == ("The apostrophe before =, +, - or @ at the start of a cell was taken off: 5 cells.",)


def test_a_cell_written_as_a_formula_of_its_text_is_its_text():
    found = read('Order,Amount\n="00123",5\n"=""00124""",6\n')
    assert rows_of(found)[1:] == [["00123", "5"], ["00124", "6"]]
    assert found.notes == ('Cells written as ="text" were read as their text: 2.',)


def test_control_characters_stay_and_their_rows_are_named():
    found = read("a,b\n1,x\x07y\n2,z\n\x1b[31m3,q\n")
    assert rows_of(found)[1] == ["1", "x\x07y"]
    assert found.notes == ("Control characters stand in rows 2, 4.",)


def test_the_end_of_file_character_of_old_systems_is_no_row():
    found = read("a,b\n1,2\n\x1a")
    assert (rows_of(found), found.notes) == (
        [["a", "b"], ["1", "2"]], ("The end-of-file character after the last row was left out.",)
    )  # fmt: skip


SAP = """\
02.11.2026              List of sales orders                1
--------------------------------------------
| Doc.  | Item | Description | Net value   |
|-------+------+-------------+-------------|
| 4711  |   10 | 5" pipe     |   1.234,56  |
| 4712  |   10 | Valve       |     100,00- |
--------------------------------------------
"""


def test_a_printed_list_loses_its_ruler_lines_and_outer_columns():
    found = read(SAP)
    assert found.delimiter == "|"
    assert found.numbers.tolist() == [1, 3, 5, 6]
    assert found.widths.tolist() == [1, 4, 4, 4]
    assert found.row(0)[0].startswith("02.11.2026")
    assert found.rows(1, 4) == [
        ("Doc.", "Item", "Description", "Net value"),
        ("4711", "10", '5" pipe', "1.234,56"),
        ("4712", "10", "Valve", "100,00-"),
    ]
    assert found.notes == ("Left out of the printed list: ruler lines (rows 2, 4, 7) and the empty outer columns.",)


def test_pipe_text_without_a_frame_keeps_its_outer_columns():
    found = read("Order|Amount|\n1|2|\n2|3|x\n")
    assert rows_of(found)[0] == ["Order", "Amount", ""]


def test_dashes_between_other_marks_are_cells():
    assert rows_of(read("a,b\n---,---\n1,2\n"))[1] == ["---", "---"]
