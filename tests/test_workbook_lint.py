"""Workbooks Excel would repair, and what a workbook costs to recalculate."""

import warnings
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.table import Table, TableColumn

from bbbxl.workbook.fastrows import FastRows
from bbbxl.workbook.lint import lint, recalculation_cost
from bbbxl.workbook.lint_formulas import lint_formula
from bbbxl.workbook.live import Live
from bbbxl.workbook.write import attach_rows, put_text, save


def pack():
    """A report over a ledger of 10 streamed rows in the table "lines"."""
    workbook = Workbook()
    report = workbook.active
    report.title = "Report"
    report["A1"] = Live("=SUMIFS(Ledger!$A$2:$A$11,Ledger!$B$2:$B$11,1)", 5.0)
    report["A2"] = Live("=IF(SUM(lines[amount])=10,TRUE,FALSE)", True)
    report["A3"].number_format = '#,##0_);(#,##0);"-"_)'
    report["A3"] = 1
    report["A4"] = "go"
    report["A4"].hyperlink = Hyperlink(ref="A4", location="'Ledger'!A1")
    ledger = workbook.create_sheet("Ledger")
    for column, header in enumerate(["amount", "key"], 1):
        put_text(ledger.cell(1, column), header)
    ledger.add_table(Table(displayName="lines", ref="A1:B11"))
    workbook.defined_names["keys"] = DefinedName("keys", attr_text="Ledger!$B$2:$B$11")
    ledger.print_title_rows = "1:1"
    rows = [(100, n % 2) for n in range(10)]
    attach_rows(ledger, FastRows(rows, ["minor2", "integer"], [0, 0]))
    return workbook


@pytest.fixture
def check(tmp_path):
    """Save a workbook and lint it."""

    def saved_and_linted(workbook):
        save(workbook, tmp_path / "pack.xlsx", date(2026, 3, 31))
        return lint(tmp_path / "pack.xlsx")

    return saved_and_linted


def test_a_clean_pack_has_nothing_to_say(check):
    assert check(pack()) == []


def long_header(sheet):
    sheet.oddHeader.center.text = "x" * 256


def long_list(sheet):
    sheet.add_data_validation(DataValidation(type="list", formula1='"' + "x," * 130 + '"', sqref="A9"))


def dead_link(sheet):
    sheet["B9"] = "go"
    sheet["B9"].hyperlink = Hyperlink(ref="B9", location="'Nowhere'!A1")


def overlapping_merges(sheet):
    sheet.merge_cells("D1:E2")
    sheet.merge_cells("E2:F3")


def second_table(sheet, name="other", ref="D1:E3", columns=("a", "b"), headers=("a", "b")):
    for column, header in enumerate(headers, 4):
        put_text(sheet.cell(1, column), header)
    table = Table(displayName=name, ref=ref)
    table.tableColumns = [TableColumn(id=n, name=column) for n, column in enumerate(columns, 1)]
    sheet.add_table(table)


@pytest.mark.parametrize(
    ("spoil", "line"),
    [
        (long_header, "Report: oddHeader is over 255 characters"),
        (long_list, "Report: the list of choices at A9 is over 255 characters"),
        (dead_link, "Report: B9 links to 'Nowhere'!A1, which is not there"),
        (overlapping_merges, "Report: merged cells D1:E2 and E2:F3 overlap"),
        (lambda s: setattr(s["A9"], "number_format", '0"x'), '0"x cannot be a number format'),
        (lambda s: setattr(s["A9"], "number_format", "0;0;0;0;0"), "0;0;0;0;0 cannot be a number format"),
        (
            lambda s: second_table(s, headers=("a", "c")),
            'Report: E1 holds "c" where the table other has the column "b"',
        ),
        (
            lambda s: second_table(s, columns=("a", "A"), headers=("a", "A")),
            "Report: table other has two columns of the same name",
        ),
        (lambda s: second_table(s, columns=("a",)), "Report: table other names 1 columns but is 2 wide"),
        (lambda s: second_table(s, ref="D1:E1"), "Report: table other has no row"),
        (lambda s: second_table(s, name="A1"), 'Report: "A1" cannot be the name of a table'),
        (lambda s: (second_table(s), s.merge_cells("D2:E2")), "Report: merged cells D2:E2 lie in a table"),
        (
            lambda s: (second_table(s), setattr(s.auto_filter, "ref", "D1:E3")),
            "Report: the filter of the sheet lies over the table at D1:E3",
        ),
        (
            lambda s: (second_table(s), second_table(s, name="third", ref="E1:F3", headers=())),
            "Report: tables D1:E3 and E1:F3 overlap",
        ),
    ],
)
def test_what_excel_would_repair_is_found(check, spoil, line):
    workbook = pack()
    spoil(workbook["Report"])
    assert line in check(workbook)


def test_the_name_of_a_sheet_is_checked(check):
    workbook = pack()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of the length and writes it all the same
        workbook.create_sheet("x" * 32)
    workbook.create_sheet("History")
    found = check(workbook)
    assert f'"{"x" * 32}" cannot be the name of a sheet' in found
    assert '"History" cannot be the name of a sheet' in found


@pytest.mark.parametrize("name", ["AB12", "R1C1", "r", "2x", "a b"])
def test_a_defined_name_that_looks_like_a_cell_or_is_none_is_found(check, name):
    workbook = pack()
    workbook.defined_names[name] = DefinedName(name, attr_text="Report!$A$1")
    assert f'"{name}" cannot be a defined name' in check(workbook)


def test_a_defined_name_to_a_lost_cell_is_found(check):
    workbook = pack()
    workbook.defined_names["lost"] = DefinedName("lost", attr_text="#REF!")
    assert "name lost: formula reads the error #REF!" in check(workbook)


@pytest.mark.parametrize(
    ("formula", "line"),
    [
        ("XLOOKUP(1,A1:A2,B1:B2)", "XLOOKUP is not among the functions every calculator here knows"),
        ("TODAY()+1", "TODAY changes by itself"),
        ("SUM(Nowhere!A1:A2)", "Nowhere!A1:A2 reads a sheet that is not there"),
        ("SUM('Not here'!A1)", "'Not here'!A1 reads a sheet that is not there"),
        ("SUM([1]Report!A1)", "[1]Report!A1 reads another workbook"),
        ("SUM('[Book.xlsx]Report'!A1)", "'[Book.xlsx]Report'!A1 reads another workbook"),
        ("SUM(#REF!)", "formula reads the error #REF!"),
        ("lines[@amount]*2", "lines[@amount] is written as on the screen; a file wants [#This Row]"),
        ("SUM(A1:A2", "brackets do not match in =SUM(A1:A2"),
        ("SUM(A1;A2)", "formula separates arguments by ; where a file wants ,"),
        ("1+" * 4096 + "1", "formula of 8194 characters, Excel takes 8192"),
    ],
)
def test_a_formula_that_would_not_work_everywhere_is_found(formula, line):
    assert line in list(lint_formula(formula, ["Report", "Ledger"]))


@pytest.mark.parametrize(
    "formula",
    [
        "SUMIFS(lines[amount],lines[key],1)",
        "SUM('Report'!A1:A2,report!B1)",
        'IF(A1="XLOOKUP(;[1]Report!A1","#REF!",N(B1))',
        "SUMPRODUCT(({1;2}>1)*1)",
        "lines[[#This Row],[amount]]*2",
    ],
)
def test_a_formula_that_works_everywhere_is_clean(formula):
    assert list(lint_formula(formula, ["Report", "Ledger"])) == []


def test_a_formula_in_a_cell_is_named_by_its_place(check):
    workbook = pack()
    workbook["Report"]["B7"] = Live("=MEDIAN(A1,A3)", 3.0)
    assert check(workbook) == ["Report!B7: MEDIAN is not among the functions every calculator here knows"]


LEDGER, STRINGS = "xl/worksheets/sheet2.xml", "xl/sharedStrings.xml"


@pytest.mark.parametrize(
    ("part", "old", "new", "line"),
    [
        (LEDGER, '<c r="B3">', '<c r="A3">', "Ledger: row 3 holds a cell twice or out of order"),
        (LEDGER, '<c r="B3">', '<c r="B4">', "Ledger: row 3 holds a cell of another place"),
        (LEDGER, '<row r="3">', '<row r="2">', "Ledger: row 2 stands behind row 2"),
        (
            LEDGER,
            '<c r="A3"><v>1.00</v>',
            '<c r="A3"><v>nan</v>',
            "Ledger: row 3 holds a value that is not a number",
        ),
        (
            LEDGER,
            '<c r="A1" t="s"><v>1</v>',
            '<c r="A1" t="s"><v>9</v>',
            "Ledger: row 1 asks for a shared string that is not there",
        ),
        (
            "xl/tables/table1.xml",
            'displayName="lines"',
            'displayName="Keys"',
            "Ledger: the name of the table Keys is taken",
        ),
        (STRINGS, ">amount<", ">" + "x" * 32_768 + "<", "shared string 1 is too long"),
        ("xl/worksheets/sheet1.xml", "<v>5.0</v>", "", "Report!A1: formula without a value"),
        (
            "xl/worksheets/_rels/sheet2.xml.rels",
            "table1",
            "table7",
            "xl/worksheets/sheet2.xml refers to the absent part xl/tables/table7.xml",
        ),
        (
            "[Content_Types].xml",
            "/xl/tables/table1.xml",
            "/xl/tables/table7.xml",
            "the part xl/tables/table7.xml has a content type but is absent",
        ),
        ("xl/workbook.xml", 'name="Ledger"', 'name="report"', "2 sheets are called report"),
    ],
)
def test_a_package_spoilt_in_one_place_is_found(tmp_path, part, old, new, line):
    save(pack(), tmp_path / "pack.xlsx", date(2026, 3, 31))
    spoilt = tmp_path / "spoilt.xlsx"
    with zipfile.ZipFile(tmp_path / "pack.xlsx") as package, zipfile.ZipFile(spoilt, "w") as written:
        for name in package.namelist():
            data = package.read(name).decode()
            assert old in data or name != part
            written.writestr(name, data.replace(old, new, 1) if name == part else data)
    assert line in lint(spoilt)


def test_a_part_that_is_twice_in_the_zip_is_found(tmp_path):
    path = tmp_path / "pack.xlsx"
    save(pack(), path, date(2026, 3, 31))
    with zipfile.ZipFile(path, "a") as package, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile warns and writes it all the same
        package.writestr("xl/theme/theme1.xml", package.read("xl/theme/theme1.xml"))
    assert lint(path) == ["the part xl/theme/theme1.xml is 2 times in the zip"]


@pytest.mark.parametrize(
    ("formula", "cost"),
    [
        ("=SUMIFS(Ledger!$A$2:$A$11,Ledger!$B$2:$B$11,1)", 10),  # 10 rows x 1 condition
        ('=SUMIFS(Ledger!A2:A11,Ledger!B2:B11,1,Ledger!A2:A11,">0")', 20),
        ("=SUMIFS(lines[amount],lines[key],1)", 10),  # the table has 10 rows below its header
        ("=COUNTIFS(keys,1,keys,2,keys,3)", 30),
        ("=COUNTIF(keys,1)+SUMIF(keys,1,Ledger!A2:A11)", 20),
        ("=AVERAGEIFS(Ledger!A:A,Ledger!B:B,1)", 1_048_576),
        ("=IF(SUMIFS(A2:A5,B2:B5,MAX(C1:C99))>0,1,0)", 4),
        ("=SUMIFS(INDEX(Ledger!A2:A11,1):INDEX(Ledger!A2:A11,5),B1:B5,1)", 10),
        ("=SUMPRODUCT(A1:A9,B1:B9)", 0),
        ("=IF(A1>0,SUM(A1:A9),0)", 0),
    ],
)
def test_the_cost_is_rows_times_conditions(tmp_path, formula, cost):
    workbook = pack()
    workbook["Report"]["A1"] = Live(formula, 1)
    assert recalculation_cost(workbook) == cost
    save(workbook, tmp_path / "pack.xlsx", date(2026, 3, 31))
    assert recalculation_cost(tmp_path / "pack.xlsx") == cost
