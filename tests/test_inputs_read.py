"""Text files as they are: bytes in, cells and row numbers out."""

import hashlib
import os

import pytest

from bbbxl.errors import InputError
from bbbxl.inputs.read import read_table


@pytest.fixture
def table(tmp_path):
    """Return a function that writes a file and reads it as a table."""

    def read(content, name="o.csv", **options):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_table(path, **options)

    return read


def refused(read, *args, **options):
    with pytest.raises(InputError) as caught:
        read(*args, **options)
    return str(caught.value)


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_every_cell_mark_line_end_and_byte_order_mark_gives_the_same_table(table, mark, end, bom):
    text = bom + end.join([mark.join(["Order", "Amount"]), mark.join(["007", " 1.5 "]), ""])
    found = table(text)
    assert (found.header, found.rows, found.numbers) == (("Order", "Amount"), [("007", " 1.5 ")], [2])
    assert found.delimiter == mark
    assert found.column("Amount") == ["1.5"]


@pytest.mark.parametrize("name", ["o.csv", "o.CSV", "o.tsv", "o.txt"])
def test_the_ending_does_not_decide_the_cell_mark(table, name):
    assert table("a;b\n1;2\n", name).header == ("a", "b")


def test_a_cell_mark_inside_quotes_of_the_header_does_not_count(table):
    assert table('"Order, first, second";Amount\n1;2\n').header == ("Order, first, second", "Amount")


def test_a_named_cell_mark_is_used_as_it_is(table):
    assert table("a,b;c\n1;2\n", delimiter=";").header == ("a,b", "c")


def test_empty_lines_are_passed_over_and_rows_keep_their_number_in_the_file(table):
    found = table("\n\na;b\n1;2\n\n ; \n3;4\n")
    assert (found.header, found.rows, found.numbers) == (("a", "b"), [("1", "2"), ("3", "4")], [4, 7])


def test_a_cell_over_two_lines_is_one_cell_and_later_rows_keep_their_number(table):
    found = table('a,b\n1,"Main street 5\nBerlin"\n2,x\n')
    assert found.rows == [("1", "Main street 5\nBerlin"), ("2", "x")]
    assert found.numbers == [2, 4]


def test_bytes_are_hashed_and_counted_as_they_are(table):
    content = b"\xef\xbb\xbfa,b\r\n1,2\r\n"
    found = table(content)
    assert (found.sha256, found.size) == (hashlib.sha256(content).hexdigest(), len(content))


def test_a_row_with_another_number_of_cells_is_set_aside_with_what_to_do(table):
    found = table("a,b\n1,2,3\n4\n5,6\n")
    assert found.rows == [("5", "6")]
    assert [str(problem) for problem in found.problems] == [
        'o.csv row 2: the row has 3 cells where the header has 2. Quote cells that hold ",", or complete the row.',
        'o.csv row 3: the row has 1 cell where the header has 2. Quote cells that hold ",", or complete the row.',
    ]


def test_a_tab_is_called_a_tab_in_the_sentence(table):
    assert "Quote cells that hold a tab, or" in str(table("a\tb\n1\t2\t3\n").problems[0])


@pytest.mark.parametrize("text", ["", "\n\n", " , \n,,\n", "\ufeff"])
def test_an_empty_file_is_refused(table, text):
    assert refused(table, text) == "o.csv is empty. Export it again."


def test_a_header_alone_is_a_table_without_rows(table):
    assert table("a,b\n").rows == []


def test_two_columns_of_one_name_are_refused_and_two_without_name_are_not(table):
    assert refused(table, "a, a\n1,2\n") == 'o.csv has two columns "a". Rename one of them.'
    assert table("a,,\n1,2,3\n").header == ("a", "", "")


def test_latin_bytes_are_refused_with_the_setting_and_read_with_it(table):
    content = "Kunde,b\nMüller,1\n".encode("cp1252")
    assert refused(table, content) == (
        'o.csv is not text in code page utf-8. Save it as CSV UTF-8, or set encoding = "cp1252" for it in bbbxl.toml.'
    )
    assert table(content, encoding="cp1252").rows == [("Müller", "1")]


def test_utf_16_is_refused_with_its_own_name_and_read_with_it(table):
    content = "a\tb\n1\tü\n".encode("utf-16")
    assert 'set encoding = "utf-16"' in refused(table, content)
    found = table(content, encoding="utf-16")
    assert (found.header, found.rows) == (("a", "b"), [("1", "ü")])


def test_a_byte_order_mark_is_no_part_of_the_first_header_whatever_the_setting(table):
    assert table(b"\xef\xbb\xbfa,b\n1,2\n", encoding="utf-8").header == ("a", "b")


@pytest.mark.parametrize("encoding", ["klingon", "hex", "rot13"])
def test_an_unknown_code_page_is_refused_in_words(table, encoding):
    assert refused(table, "a,b\n", encoding=encoding) == (
        f'o.csv: there is no code page "{encoding}". Write one such as utf-8, utf-16 or cp1252 under '
        "encoding in bbbxl.toml."
    )


@pytest.mark.parametrize("content", [b"a,b\n1,\x002\n", "a,b\n".encode("utf-16-le")])
def test_nul_bytes_are_no_text(table, content):
    assert refused(table, content) == "o.csv holds NUL bytes, so it is no text file. Save it as CSV UTF-8."


@pytest.mark.parametrize(("text", "row"), [('a,b\n1,2\n3,"x\n4,5\n', 3), ('a,b\n1,"x"y\n', 2), ('"a,b\n1,2\n', 1)])
def test_a_quote_that_does_not_close_names_the_row_where_it_opened(table, text, row):
    assert refused(table, text) == (
        f"o.csv row {row}: a quoted cell does not end as it should. Close the quote or export the file again."
    )


def test_a_quote_that_closes_rows_later_is_refused_and_never_swallows_them(table):
    # rows 3 and 4 would vanish into the customer of row 2, and the amount of row 4 stand for all three
    text = 'Order,Customer,Amount\nA,"Acme,100\nB,Beta,200\nC,Zed",7\n'
    assert refused(table, text) == (
        "o.csv row 2: a quoted cell runs over 3 lines and swallows whole rows. Close its quote, or take the quote out."
    )


def test_an_address_over_lines_with_commas_is_no_swallowed_row(table):
    assert len(table('a,b,c\n1,"Main street 5, rear\nBerlin",2\n').rows) == 1


def test_a_cell_past_the_limit_is_refused_in_words(table):
    assert refused(table, "a,b\n1," + "x" * 200_000 + "\n") == (
        "o.csv row 2: a cell is longer than 131072 characters. Shorten it, or look for a quote that is not closed."
    )


@pytest.mark.parametrize(
    ("name", "kind"),
    [("o.xlsx", "a .xlsx file"), ("o.pdf", "a .pdf file"), ("orders", "a file without ending")],
)
def test_another_kind_of_file_is_refused_with_what_is_read(table, name, kind):
    assert refused(table, "a,b\n", name) == (
        f"{name} is {kind}; bbbxl reads .csv, .tsv and .txt. Save it as CSV UTF-8."
    )


def test_a_folder_named_like_a_file_is_refused(tmp_path):
    (tmp_path / "o.csv").mkdir()
    assert refused(read_table, tmp_path / "o.csv") == (
        "o.csv is a folder where a file is expected. Name the export in it."
    )


def test_a_missing_file_is_refused_with_what_to_check(tmp_path):
    assert refused(read_table, tmp_path / "o.csv") == (
        "o.csv cannot be read: No such file or directory. Check the path and who has it open."
    )


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes in folders exist on Linux and macOS only")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "o.csv")
    assert refused(read_table, tmp_path / "o.csv") == (
        "o.csv is a device or pipe, not a file. Save the export as a .csv file."
    )
