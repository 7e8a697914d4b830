"""Workbooks of other kinds, xls, xlsb and ods, as grids."""

import struct
from pathlib import Path

import pytest
from books import read, record, texts, xlsb, zipped

from bbbxl.errors import InputError
from bbbxl.inputs.grid import DAY, ERROR, FLAG, NUMBER, TEXT

FILES = Path(__file__).with_name("files")
HEADER = ("Order No", "Order Date", "Customer", "Amount", "Discount", "Paid", "Rate")
#: What both files of tests/files hold, as its README tells.
ROWS = [
    HEADER,
    ("00007", "2026-10-31", "Müller", "1234.5", "15%", "TRUE", "#N/A"),
    ("00008", "2026-10-31T12:30:00", "ACME", "-99", "50%", "FALSE", "2469"),
    ("00009", "2026-11-01", "Hidden Ltd", "1", "0%", "TRUE", "#DIV/0!"),
    ("00010", "2026-11-02", "Last", "2", "0%", "TRUE", "xy"),
    ("",) * 7,
    ("", "", "Printed by the ERP", "", "", "", ""),
]


def refusal(content, name):
    with pytest.raises(InputError) as refused:
        read(content, name)
    assert str(refused.value).startswith(name)
    assert str(refused.value).endswith(".")
    return str(refused.value)


@pytest.mark.parametrize("form", ["xls", "ods"])
def test_a_workbook_saved_by_libreoffice_is_read_with_all_that_stands_beside_its_cells(form):
    (grid,) = read((FILES / f"orders.{form}").read_bytes(), f"orders.{form}")
    assert (grid.sheet, grid.form) == ("Orders", form)
    assert texts(grid) == ROWS
    assert grid.kinds[1].tolist() == [TEXT, DAY, TEXT, NUMBER, TEXT, FLAG, ERROR]
    assert grid.numbers.tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert (grid.hidden, grid.filtered, grid.merged) == ({4}, False, ((7, 7, 2, 3),))
    assert (grid.formats[0], grid.formats[4]) == (("00000",), ("0%",))
    assert grid.notes[0].startswith("Hidden and left out: Old;")


@pytest.mark.parametrize("form", ["xls", "ods"])
def test_a_hidden_sheet_is_read_when_it_is_chosen(form):
    (grid,) = read((FILES / f"orders.{form}").read_bytes(), f"orders.{form}", "Old")
    assert texts(grid) == [("5",)]


@pytest.mark.parametrize("form", ["xls", "ods"])
@pytest.mark.parametrize("tenth", range(1, 10))
def test_a_workbook_cut_off_anywhere_is_refused(form, tenth):
    content = (FILES / f"orders.{form}").read_bytes()
    refusal(content[: len(content) * tenth // 10], f"orders.{form}")


def test_an_old_workbook_under_a_password_is_refused():
    content = (FILES / "orders.xls").read_bytes()
    # The record of the user's name (0x5C) becomes that of a password (0x2F).
    user = content.index(struct.pack("<2H", 0x5C, 112))
    assert "under a password" in refusal(content[:user] + b"\x2f" + content[user + 1 :], "orders.xls")


def test_a_new_workbook_named_as_an_old_one_is_refused_and_the_other_way_round():
    old = (FILES / "orders.xls").read_bytes()
    assert "an old Excel 97 workbook by its content, not .xlsx. Rename it to .xls." in refusal(old, "orders.xlsx")
    assert "a binary Excel workbook by its content, not .xls. Rename it to .xlsb." in refusal(xlsb(), "orders.xls")


def row_record(row, hidden=False):
    return record(0, row, 0, struct.pack("<H", 300), bytes([0, 0x10 if hidden else 0, 0]), 0)


def test_a_binary_workbook_is_read_with_its_errors_ids_and_hidden_rows():
    rows = [
        row_record(2),
        record(6, 1, 0, "Müller"),
        record(5, 2, 1, struct.pack("<d", 42)),
        record(2, 3, 2, 46326 << 2 | 2),
        row_record(3, hidden=True),
        record(5, 1, 0, struct.pack("<d", 1.5)),
        record(3, 2, 0, bytes([0x2A])),
        record(2, 3, 0, 46326 << 2 | 2),
        row_record(200),
        record(11, 1, 0, bytes([0x07]), bytes(10)),
    ]
    (grid,) = read(xlsb(*rows), "orders.xlsb")
    # Day 46326 of Excel is 2026-10-31; the same number in the General format is no day.
    assert texts(grid) == [("", "Müller", "00042", "2026-10-31"), ("", "1.5", "#N/A", "46326"), ("", "#DIV/0!", "", "")]
    assert grid.kinds.tolist() == [[TEXT, TEXT, TEXT, DAY], [TEXT, NUMBER, ERROR, NUMBER], [TEXT, ERROR, TEXT, TEXT]]
    assert (grid.numbers.tolist(), grid.hidden) == ([3, 4, 201], {4})


def test_a_stray_cell_of_a_binary_workbook_is_refused():
    rows = [row_record(0), record(5, 0, 0, struct.pack("<d", 1)), row_record(1048575), record(2, 16383, 0, 0)]
    assert "the cell XFD1048576 holds something far" in refusal(xlsb(*rows), "orders.xlsb")


def test_records_cut_short_are_refused():
    assert "a record in it is too short" in refusal(xlsb(record(0, 1)), "orders.xlsb")


NAMES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
)


def ods(rows, *, start="", more=()):
    """Return an OpenDocument spreadsheet of one sheet, Orders, around its rows."""
    table = f'<table:table table:name="Orders">{rows}</table:table>'
    content = (
        f"{start}<office:document-content {NAMES}><office:body><office:spreadsheet>{table}</office:spreadsheet>"
        "</office:body></office:document-content>"
    )
    return zipped(("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", content), *more)


def cell(kind="", value="", shown="", more=""):
    """Return a cell; the value stands in the attribute that its kind has."""
    name = {"date": "date-value", "time": "time-value", "boolean": "boolean-value"}.get(kind, "value")
    typed = f'office:value-type="{kind}"' if kind else ""
    held = f'office:{name}="{value}"' if value else ""
    return f"<table:table-cell {typed} {held} {more}><text:p>{shown}</text:p></table:table-cell>"


#: Cell -> its text and kind.
CELLS = {
    cell("float", "1234.50", "1.234,50"): ("1234.5", NUMBER),
    cell("float", "1E+20", "1E+20"): ("100000000000000000000", NUMBER),
    cell("percentage", "0.15", "15%"): ("15%", TEXT),
    cell("currency", "5", "5 €", 'office:currency="EUR"'): ("5", NUMBER),
    cell("date", "2026-10-31", "31.10.26"): ("2026-10-31", DAY),
    cell("date", "2026-10-31T00:00:00", "31.10.26"): ("2026-10-31", DAY),
    cell("date", "2026-10-31T12:30:00.5", "31.10.26"): ("2026-10-31T12:30:00", DAY),
    cell("time", "PT30H05M00S", "30:05"): ("30:05:00", TEXT),
    cell("boolean", "true", "WAHR"): ("TRUE", FLAG),
    cell("string", "", 'a<text:s text:c="2"/>b<text:line-break/>c'): ("a  b\nc", TEXT),
    cell("string", "", "", 'office:string-value="x"'): ("x", TEXT),
    cell("string", "", "#N/A", 'table:formula="of:=NA()"'): ("#N/A", ERROR),
    cell("string", "", "#N/A"): ("#N/A", TEXT),
}


@pytest.mark.parametrize("made", CELLS)
def test_a_cell_of_opendocument_becomes_its_text_and_kind(made):
    (grid,) = read(ods(f"<table:table-row>{made}{cell('float', '7')}</table:table-row>"), "orders.ods")
    assert texts(grid)[0][0] == CELLS[made][0]
    assert grid.kinds[0].tolist() == [CELLS[made][1], NUMBER]


def test_repeated_rows_and_cells_stand_as_often_as_they_say():
    rows = (
        f'<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="2"/>'
        f"{cell('string', '', 'x', 'table:number-columns-repeated=' + chr(34) + '2' + chr(34))}</table:table-row>"
        '<table:table-row table:number-rows-repeated="1000"><table:table-cell/></table:table-row>'
        f"<table:table-row>{cell('float', '1')}</table:table-row>"
        '<table:table-row table:number-rows-repeated="1047573"><table:table-cell/></table:table-row>'
    )
    (grid,) = read(ods(rows), "orders.ods")
    assert texts(grid)[:2] == [("", "", "x", "x"), ("", "", "x", "x")]
    assert (grid.numbers[:3].tolist(), grid.numbers[-1]) == ([1, 2, 3], 1003)
    assert grid.cells.num_rows == 2 + 100 + 1


def test_a_formula_of_opendocument_without_a_value_is_named_and_a_filter_is_seen():
    rows = (
        f'<table:table-row><table:table-cell table:formula="of:=1+1"/>{cell("float", "1")}</table:table-row>'
        f'<table:table-row table:visibility="filter">{cell("float", "1")}</table:table-row>'
    )
    (grid,) = read(ods(rows), "orders.ods")
    assert (grid.uncached, grid.hidden, grid.filtered) == (("A1",), {2}, True)


REPEATED = "<table:table-row table:number-rows-repeated="
TIMES = 'table:number-columns-repeated="16384"'
#: What is wrong -> the spreadsheet, and what its refusal says.
REFUSED = {
    "repeated beyond a sheet": (
        ods(f'{REPEATED}"9999999">{cell("float", "1", "1", TIMES)}</table:table-row>'),
        "the cell XFD9999999 lies outside of a sheet",
    ),
    "repeated beyond a table": (
        ods(f'{REPEATED}"9999">{cell("float", "1", "1", TIMES)}</table:table-row>'),
        "the cell XFD9999 holds something far from the table",
    ),
    "repeated beyond all numbers": (
        ods(f'{REPEATED}"{"9" * 5000}">{cell("float", "1")}</table:table-row>'),
        "lies outside of a sheet",
    ),
    "repeated text": (
        ods(f'{REPEATED}"1000000">{cell("string", "", "x" * 2000)}</table:table-row>'),
        "repeats its cells until their text takes more than 1024 MiB",
    ),
    "entities": (ods("", start='<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'), "declares a document type"),
    "two sheets of one name": (ods('</table:table><table:table table:name="Orders">'), "two sheets named Orders"),
    "damaged": (ods("<table:table-row>"), "its part content.xml is damaged"),
    "without content": (
        zipped(("mimetype", "application/vnd.oasis.opendocument.spreadsheet")), "lacks its part content.xml",
    ),
    "password": (
        ods("", more=[("META-INF/manifest.xml", "<manifest:encryption-data/>")]), "under a password",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_an_opendocument_spreadsheet_that_cannot_be_trusted_is_refused(name):
    content, words = REFUSED[name]
    assert words in refusal(content, "orders.ods")
