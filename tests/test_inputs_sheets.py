"""Which sheets of a workbook are read, and what is asked where several could be."""

import pytest
from books import parts, sheet, zipped

from bbbxl.errors import InputError
from bbbxl.inputs.load import load
from bbbxl.inputs.sheets import read_tables
from bbbxl.policy import FileEntry

HEAD = ("Order No", "Order Date", "Amount", "Currency")
JANUARY = (HEAD, ("A-1", "2026-01-15", "100", "EUR"), ("A-2", "2026-01-20", "200", "EUR"))
NOTES = (("Notes",), ("Made by hand",))


def cells(rows):
    """Return the rows of a sheet as XML, every cell as text."""
    return sheet("".join(
        f'<row r="{row}">' + "".join(
            f'<c r="{chr(65 + place)}{row}" t="inlineStr"><is><t>{text}</t></is></c>'
            for place, text in enumerate(texts) if text
        ) + "</row>"
        for row, texts in enumerate(rows, 1)
    ))  # fmt: skip


@pytest.fixture
def book(tmp_path):
    """Return a function that writes a workbook of sheets (name -> rows) and returns its path."""

    def make(**sheets):
        path = tmp_path / "orders.xlsx"
        path.write_bytes(zipped(*parts({name: cells(rows) for name, rows in sheets.items()}).items()))
        return path

    return make


def tables(path, **entry):
    return read_tables(path, FileEntry(path=path.name, role="orders", **entry), {})


def refused(path, **entry):
    with pytest.raises(InputError) as caught:
        tables(path, **entry)
    return str(caught.value)


def test_a_named_header_row_passes_over_sheets_that_end_before_it(book):
    path = book(Notes=NOTES, January=(("Orders",), (), (), *JANUARY))
    (found,) = tables(path, header_row=4)
    assert (found.sheet, found.header, len(found)) == ("January", HEAD, 2)
    assert "Sheets that hold no export and were not read: Notes." in found.notes


def test_a_named_header_row_that_no_sheet_has_is_refused(book):
    said = refused(book(Notes=NOTES, January=JANUARY), header_row=9)
    assert said.startswith("orders.xlsx, sheet Notes has nothing in row 9, where its header should stand")


def test_two_different_tables_side_by_side_name_their_sheet_once_and_are_not_asked_for_by_it(book):
    other = ("Order No", "Order Date", "Customer", "Amount")
    rows = ((*HEAD, "", *other), *((*one, "", "B-1", "2026-01-15", "Acme", "5") for one in JANUARY[1:]))
    said = refused(book(Both=rows), header_row=1)
    assert said.endswith("Put each into a sheet or file of its own.")
    assert "--sheet" not in said


def test_sheets_with_the_same_columns_are_all_read_and_named(book):
    path = book(January=JANUARY, February=(HEAD, ("A-3", "2026-02-15", "100", "EUR")))
    first, second = tables(path)
    assert (len(first), len(second)) == (2, 1)
    assert 'Tables with the same columns, all read: "January", "February".' in first.notes


def test_a_sheet_that_was_copied_is_refused_with_the_names_of_both(book):
    path = book(January=JANUARY, Copy=JANUARY)
    with pytest.raises(InputError) as caught:
        load([path])
    assert str(caught.value).startswith(
        "orders.xlsx, sheet Copy books order A-1 (and 1 more), and orders.xlsx, sheet January books it too"
    )
