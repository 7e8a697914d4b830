"""Workbooks of the day, xlsx and xlsm, as grids: what is read, what is found beside the cells, what is refused."""

import datetime
from io import BytesIO

import openpyxl
import pytest
from books import LINKS, MAIN, STRICT, STRICT_LINKS, parts, read, related, sheet, styles, texts, xlsx, zipped
from openpyxl.styles import numbers
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.table import Table

from bbbxl.errors import InputError, UnknownNameError
from bbbxl.inputs.grid import DAY, ERROR, FLAG, NUMBER, TEXT

ONE = '<row r="1"><c r="A1"><v>1</v></c></row>'
STRINGS = "xl/sharedStrings.xml"


def saved(fill):
    """Return the bytes of a workbook that a function has filled with openpyxl."""
    book = openpyxl.Workbook()
    book.active.title = "Orders"
    fill(book)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def only(content, **options):
    (grid,) = read(content, **options)
    return grid


def refusal(content, **options):
    with pytest.raises(InputError) as refused:
        read(content, **options)
    assert str(refused.value).endswith(".")
    return str(refused.value)


TEXTS = f'<sst xmlns="{MAIN}"><si><r><t xml:space="preserve"> a </t></r><r><t>b</t></r><rPh><t>c</t></rPh></si></sst>'


def row(*cells):
    """Return the grid of one row of cells, each given as attributes and content; {0} is the place."""
    made = "".join(
        cell.replace("{0}", f'r="{"ABCDEFGHIJKLMNOPQRSTUVWXYZ"[place]}1"') for place, cell in enumerate(cells)
    )
    formats = styles("yyyy-mm-dd", "[h]:mm", "h:mm", "yyyy-mm-dd hh:mm")
    return only(xlsx(f'<row r="1">{made}</row>', more=[(STRINGS, TEXTS), formats]))


#: Cell -> its text and kind, worked by hand. Day 46326 of Excel is 2026-10-31 (1 is 1900-01-01).
CELLS = {
    "<c {0}><v>1234.5</v></c>": ("1234.5", NUMBER),
    "<c {0}><v>123.0</v></c>": ("123", NUMBER),
    "<c {0}><v>-0</v></c>": ("0", NUMBER),
    "<c {0}><v>0.30000000000000004</v></c>": ("0.30000000000000004", NUMBER),
    "<c {0}><v>1E-7</v></c>": ("0.0000001", NUMBER),
    "<c {0}><v>1.5E+20</v></c>": ("150000000000000000000", NUMBER),
    "<c {0}><v>123456789012345</v></c>": ("123456789012345", NUMBER),
    '<c {0} t="s"><v>0</v></c>': (" a b", TEXT),
    '<c {0} t="inlineStr"><is><t>007</t></is></c>': ("007", TEXT),
    '<c {0} t="inlineStr"><is><r><rPr><color rgb="FF0000"/></rPr><t>a</t></r><r><t>b</t></r></is></c>': ("ab", TEXT),
    '<c {0} t="inlineStr"><is><t><![CDATA[<c r="Z9">]]></t></is></c>': ('<c r="Z9">', TEXT),
    '<c {0} t="str"><f>A2</f><v>computed</v></c>': ("computed", TEXT),
    '<c {0} t="str"><f>A2</f><v>a &amp; b&#10;c</v></c>': ("a & b\nc", TEXT),
    '<c {0} t="b"><v>1</v></c>': ("TRUE", FLAG),
    '<c {0} t="e"><v>#N/A</v></c>': ("#N/A", ERROR),
    '<c {0} t="e"><f>1/0</f><v>#DIV/0!</v></c>': ("#DIV/0!", ERROR),
    '<c {0} s="1"><v>46326</v></c>': ("2026-10-31", DAY),
    '<c {0} s="4"><v>46326.5</v></c>': ("2026-10-31T12:00:00", DAY),
    '<c {0} s="4"><v>46326</v></c>': ("2026-10-31", DAY),
    '<c {0} s="1"><v>59</v></c>': ("1900-02-28", DAY),
    '<c {0} s="1"><v>61</v></c>': ("1900-03-01", DAY),
    '<c {0} s="1"><v>2958465</v></c>': ("9999-12-31", DAY),
    '<c {0} s="1"><v>99999999</v></c>': ("99999999", NUMBER),
    '<c {0} t="d"><v>2026-10-31</v></c>': ("2026-10-31", DAY),
    '<c {0} s="2"><v>1.25</v></c>': ("30:00:00", TEXT),
    '<c {0} s="3"><v>0.5</v></c>': ("12:00:00", TEXT),
}  # fmt: skip


@pytest.mark.parametrize("cell", CELLS)
def test_a_cell_becomes_its_text_and_kind(cell):
    grid = row(cell, "<c {0}><v>7</v></c>")
    assert texts(grid)[0][0] == CELLS[cell][0].strip()
    assert grid.kinds[0].tolist() == [CELLS[cell][1], NUMBER]


def test_a_grid_names_file_sheet_sum_size_form_and_its_true_rows_and_columns():
    content = xlsx('<row r="5"><c r="C5"><v>1</v></c></row><row r="7"><c r="D7"><v>2</v></c></row>')
    grid = only(content)
    assert (grid.file, grid.sheet, grid.form, grid.size) == ("orders.xlsx", "Orders", "xlsx", len(content))
    assert texts(grid) == [("", "", "1", ""), ("", "", "", ""), ("", "", "", "2")]
    assert grid.numbers.tolist() == [5, 6, 7]


def test_long_runs_of_empty_rows_are_left_out_and_the_numbers_tell():
    grid = only(xlsx(ONE + '<row r="5000"><c r="A5000"><v>2</v></c></row>'))
    assert (grid.numbers[0], grid.numbers[-1], len(grid.numbers)) == (1, 5000, 102)


def test_blank_rows_and_columns_at_the_end_are_cut_off():
    grid = only(xlsx(ONE + '<row r="9"><c r="F9" t="inlineStr"><is><t>  </t></is></c></row>'))
    assert texts(grid) == [("1",)]


def test_a_formatted_blank_cell_at_the_end_of_the_sheet_is_nothing():
    grid = only(xlsx(ONE + '<row r="1048576"><c r="XFD1048576" s="0"/></row>'))
    assert texts(grid) == [("1",)]


def test_a_cell_at_the_end_of_a_narrow_sheet_is_read_and_one_at_the_end_of_a_wide_one_is_refused():
    grid = only(xlsx(ONE + '<row r="1048576"><c r="B1048576"><v>2</v></c></row>'))
    assert grid.numbers[-1] == 1_048_576
    # 1,048,576 rows by 26 columns are 27 million cells, of which two hold something.
    assert "the cell Z1048576 holds something far" in refusal(
        xlsx(ONE + '<row r="1048576"><c r="Z1048576"><v>2</v></c></row>')
    )


def test_a_grid_of_text_alone_has_no_kinds():
    assert row('<c {0} t="inlineStr"><is><t>a</t></is></c>').kinds is None


def test_days_of_1904_are_read_as_such_and_noted():
    def fill(book):
        book.epoch = CALENDAR_MAC_1904
        book.active["A1"] = datetime.date(2026, 10, 31)

    grid = only(saved(fill))
    assert texts(grid) == [("2026-10-31",)]
    assert grid.notes == ("Its days are counted from 1904, as the workbook says.",)


def test_numbers_shown_with_leading_zeros_are_read_as_a_person_sees_them():
    def fill(book):
        for place, (value, code) in enumerate(
            [(7, "00000"), (8, '"SO-"0000'), (12345, "000-000"), (7, "0.00"), (1.5, "00000"), (7, numbers.FORMAT_TEXT)],
            1,
        ):
            book.active.cell(1, place, value).number_format = code

    grid = only(saved(fill))
    assert texts(grid) == [("00007", "SO-0008", "012-345", "7", "1.5", "7")]
    assert grid.kinds[0].tolist() == [TEXT, TEXT, TEXT, NUMBER, NUMBER, NUMBER]
    assert (
        "Column A is shown in the number format 00000, so its numbers are read as a person sees them, such as 00007."
        in (grid.notes)
    )


def test_number_formats_stand_by_column():
    def fill(book):
        cells = [(0.15, "0%"), (5, "#,##0.00 [$€-407]"), (5, "General"), ("text", "0.000")]
        for place, (value, code) in enumerate(cells, 1):
            book.active.cell(1, place, value).number_format = code
        book.active["A2"] = 0.5

    found = {column: set(codes) for column, codes in only(saved(fill)).formats.items()}
    assert found == {0: {"0%", "General"}, 1: {"#,##0.00 [$€-407]"}, 2: {"General"}}


def test_hidden_rows_filters_merged_cells_and_table_objects_are_found():
    def fill(book):
        page = book.active
        for line in (["Order", "Amount"], ["A-1", 1], ["A-2", 2], ["A-3", 3], ["Total", 6]):
            page.append(line)
        page.row_dimensions[3].hidden = True
        page.auto_filter.ref = "A1:B4"
        page.auto_filter.add_filter_column(0, ["A-1", "A-3"])
        page.merge_cells("D1:E2")
        table = Table(displayName="Sales", ref="A1:B5", totalsRowCount=1)
        page.add_table(table)

    grid = only(saved(fill))
    assert grid.hidden == {3}
    assert grid.filtered
    assert grid.merged == ((1, 2, 3, 4),)
    (area,) = grid.areas
    assert (area.name, area.first_row, area.last_row, area.first_column, area.last_column, area.totals) == (
        "Sales", 1, 5, 0, 1, True,
    )  # fmt: skip


def test_a_row_hidden_by_hand_is_not_filtered():
    def fill(book):
        book.active.append([1])
        book.active.append([2])
        book.active.row_dimensions[2].hidden = True

    grid = only(saved(fill))
    assert (grid.hidden, grid.filtered) == ({2}, False)


#: Formula cell -> whether it has no computed value.
FORMULAS = {
    "<c {0}><f>B1</f></c>": True,
    "<c {0}><f>B1</f><v></v></c>": True,
    "<c {0}><f>B1</f><v/></c>": True,
    '<c {0}><f t="shared" si="0"/></c>': True,
    '<c {0} t="str"><f>B1</f></c>': True,
    '<c {0} t="str"><f>B1</f><v></v></c>': False,
    "<c {0}><f>B1</f><v>0</v></c>": False,
    '<c {0}>\n <f t="shared" ref="A1:A2" si="0">B1</f>\n <v>5</v>\n</c>': False,
    '<c {0} t="e"><f>B1</f><v>#N/A</v></c>': False,
}


@pytest.mark.parametrize("cell", FORMULAS)
def test_formulas_without_a_computed_value_are_named(cell):
    grid = row(cell, "<c {0}><v>7</v></c>")
    assert grid.uncached == (("A1",) if FORMULAS[cell] else ())


def test_a_saved_zero_is_no_result_where_the_file_asks_to_be_calculated():
    rows = '<row r="1"><c r="A1"><f>B1</f><v>0</v></c><c r="B1"><v>7</v></c></row>'
    assert only(xlsx(rows)).uncached == ()
    made = parts({"Orders": sheet(rows)})
    book = made["xl/workbook.xml"].replace("</workbook>", '<calcPr calcId="1" fullCalcOnLoad="1"/></workbook>')
    assert only(zipped(*{**made, "xl/workbook.xml": book}.items())).uncached == ("A1",)


def test_every_visible_sheet_is_read_and_hidden_ones_are_noted():
    def fill(book):
        book.active["A1"] = 1
        for name, state in (("Empty", "visible"), ("Old", "hidden"), ("Secret", "veryHidden"), ("More", "visible")):
            page = book.create_sheet(name)
            page.sheet_state = state
            if name != "Empty":
                page["B2"] = 2

    content = saved(fill)
    grids = read(content)
    assert [grid.sheet for grid in grids] == ["Orders", "More"]
    assert "Hidden and left out: Old, Secret" in grids[0].notes[0]
    chosen = only(content, choice="secret")
    assert (chosen.sheet, chosen.notes) == ("Secret", ())
    with pytest.raises(UnknownNameError, match=r'there is no sheet "Order"\. Did you mean Orders'):
        read(content, choice="Order")


def test_a_workbook_of_hidden_sheets_alone_is_refused():
    content = zipped(*parts({'Old|state="hidden"': sheet(ONE)}).items())
    assert "only hidden sheets: Old" in refusal(content)


def test_a_workbook_without_cells_gives_no_grid():
    assert read(xlsx("")) == []


def test_macros_and_links_to_other_workbooks_are_noted_and_left_alone():
    more = [("xl/vbaProject.bin", b"x"), ("xl/externalLinks/externalLink1.xml", "<externalLink/>")]
    grid = only(xlsx(ONE, more=more), name="orders.xlsm")
    assert "It refers to 1 other workbook" in grid.notes[0]
    assert "macros were not run" in grid.notes[1]


PREFIXED = (
    f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1"><x:f>B1</x:f></x:c>'
    '<x:c r="B1" t="e"><x:v>#REF!</x:v></x:c></x:row></x:sheetData></x:worksheet>'
)
UNUSUAL = sheet(
    "<!-- made by hand --><row><c><v>1</v></c><c><f>A1</f></c></row>\n<row r='2'>"
    "<c  t = 'e' r='B2'><v>#REF!</v></c></row>"
)


def test_strict_prefixed_and_unusual_xml_is_read_all_the_same():
    strict = zipped(*parts({"Orders": sheet(ONE, main=STRICT)}, main=STRICT, links=STRICT_LINKS).items())
    assert texts(only(strict)) == [("1",)]
    grid = only(zipped(*parts({"Orders": PREFIXED}).items()))
    assert (texts(grid), grid.uncached) == ([("", "#REF!")], ("A1",))
    grid = only(zipped(*parts({"Orders": UNUSUAL}).items()))
    assert (texts(grid), grid.uncached) == ([("1", ""), ("", "#REF!")], ("B1",))


def with_row(rows, **options):
    return zipped(*parts({"Orders": sheet(rows, **options)}).items())


LAUGHS = '<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
STRAY = ONE + '<row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
LACKING = {name: text for name, text in parts({"Orders": sheet(ONE)}).items() if "sheet1" not in name}
#: What is wrong -> the workbook, and what its refusal says.
REFUSED = {
    "stray cell": (with_row(STRAY), "orders.xlsx, sheet Orders: the cell XFD1048576 holds something far"),
    "stray cell under a first row": (with_row('<row r="1"><c r="XFD1048576"><v>2</v></c></row>'), "XFD1048576"),
    "column outside": (with_row('<row r="1"><c r="XFE1"><v>2</v></c></row>'), "the cell XFE1 lies outside"),
    "letters outside": (with_row('<row r="1"><c r="AAAAAAAA1"><v>2</v></c></row>'), "the cell AAAAAAAA1 lies outside"),
    "row outside": (with_row('<row r="1048577"><c r="A1048577"><v>2</v></c></row>'), "A1048577 lies outside"),
    "row far outside": (with_row('<row r="9"><c r="A99999999999"><v>2</v></c></row>'), "A99999999999 lies outside"),
    "cell twice": (with_row('<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>'), "A1 stands twice"),
    "row twice": (with_row(ONE + ONE), "A1 stands twice"),
    "rows out of order": (with_row('<row r="2"><c r="A2"><v>1</v></c></row>' + ONE), "or in a row out of order"),
    "no reference": (with_row('<row r="1"><c r="1A"><v>1</v></c></row>'), 'says it is cell "1A"'),
    "foreign cells": (with_row('<q:row r="1"><q:c r="A1"><q:v>1</q:v></q:c></q:row>'), "namespace"),
    "comment in a number": (with_row('<row r="1"><c r="A1"><v>7<!-- x -->5</v></c></row>'), "Excel never writes"),
    "literal text as a number": (with_row('<row r="1"><c r="A1"><v><![CDATA[5]]></v></c></row>'), "Excel never writes"),
    "references in a number": (with_row('<row r="1"><c r="A1"><v>7&#48;</v></c></row>'), "Excel never writes"),
    "rows in two places": (with_row(ONE, after="<sheetData/>"), "rows in two places"),
    "laughs": (with_row(ONE, start=LAUGHS), "xl/worksheets/sheet1.xml declares a document type"),
    "a file of the machine": (with_row(ONE, start=OUTSIDE), "declares a document type"),
    "laughs in a part beside": (xlsx(ONE, more=[("docProps/app.xml", LAUGHS)]), "docProps/app.xml declares"),
    "UTF-16": (zipped(*parts({"Orders": sheet(ONE).encode("utf-16")}).items()), "sheet1.xml is other bytes"),
    "Latin-1": (with_row(ONE, start='<?xml version="1.0" encoding="ISO-8859-1"?>'), "in code page ISO-8859-1"),
    "no sheet": (zipped(*LACKING.items()), "its part xl/worksheets/sheet1.xml is missing"),
    "no list of sheets": (zipped(("[Content_Types].xml", ""), ("xl/x.xml", "")), "lacks its part xl/workbook.xml"),
    "unknown string": (with_row('<row r="1"><c r="A1" t="s"><v>3</v></c></row>'), "cannot be read as a workbook"),
    "cut off": (zipped(*parts({"Orders": sheet(ONE)[:-30]}).items()), "sheet Orders is cut off or damaged"),
    "two sheets of one name": (
        zipped(*parts({"Orders": sheet(ONE), "ORDERS": sheet(ONE)}).items()), "two sheets named ORDERS",
    ),
    "a bomb in a part beside": (xlsx(ONE, more=[("xl/media/a.png", bytes(5 << 20))]), "xl/media/a.png inflates"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_workbook_that_cannot_be_trusted_is_refused_in_one_sentence_naming_its_place(name):
    content, words = REFUSED[name]
    assert words in refusal(content)


@pytest.mark.parametrize("tenth", range(1, 10))
def test_a_workbook_cut_off_anywhere_is_refused(tenth):
    content = xlsx(ONE)
    assert "orders.xlsx" in refusal(content[: len(content) * tenth // 10])


#: Content under the name orders.xlsx -> what its refusal says.
OTHERS = {
    b"": "is empty",
    b"Order No,Amount": "is plain text by its content, not .xlsx. Rename it to .csv.",
    b"<html><table>": "is a web page by its content",
    b'<?xml version="1.0"?><Workbook>': "is XML text by its content",
    b"%PDF-1.4": "is a PDF by its content",
    zipped(("a.csv", "x")): "is a zip archive by its content",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le") + bytes(9): "is an old Excel 97 workbook",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"): "is a workbook under a password",
}


@pytest.mark.parametrize("content", OTHERS, ids=range(len(OTHERS)))
def test_a_file_that_is_no_workbook_by_its_content_is_refused(content):
    assert OTHERS[content] in refusal(content)


def test_a_large_sheet_is_read_while_it_is_scanned_and_gives_the_same():
    lines = "".join(
        f'<row r="{row}"><c r="A{row}" t="inlineStr"><is><t>SO-{row:06}</t></is></c>'
        f'<c r="B{row}"><v>{row}.25</v></c></row>'
        for row in range(1, 60_001)
    )
    grid = only(xlsx(lines))
    assert grid.cells.num_rows == 60_000
    assert grid.rows(59_999, 60_000) == [("SO-060000", "60000.25")]
    assert (grid.kinds == [TEXT, NUMBER]).all()


def test_text_that_fills_the_memory_is_refused_by_the_reading_process():
    pytest.importorskip("resource")
    # One text of 30,000 letters in 150,000 cells: 4.5 GB from a file of some 400 kB.
    cells = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, 150_001))
    more = [(STRINGS, f'<sst xmlns="{MAIN}"><si><t>{"ab" * 15_000}</t></si></sst>')]
    assert "MiB of memory, far more than a workbook of its size should" in refusal(xlsx(cells, more=more))


def test_relations_of_a_sheet_that_lead_outside_are_not_followed():
    link = ("xl/worksheets/_rels/sheet1.xml.rels", related(("r1", "table", "../../../etc/passwd")))
    assert "lacks its part etc/passwd" in refusal(xlsx(ONE, more=[link]))
    assert LINKS in link[1]
