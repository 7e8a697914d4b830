"""Saving: cached values, streamed rows, the same bytes."""

import time
import zipfile
from datetime import date, timedelta

import openpyxl
import pandas
import pytest
import python_calamine
from lxml import etree
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.table import Table

from bbbxl.errors import TemplateError
from bbbxl.workbook.charts import set_alt_text
from bbbxl.workbook.fastrows import FastRows
from bbbxl.workbook.live import Live
from bbbxl.workbook.verify import verify
from bbbxl.workbook.write import attach_rows, put_text, save, style_id

WHEN = date(2026, 3, 31)
NASTY = ["=1+1", "@SUM(1)", "#N/A", "+1", "-1", "=cmd|'/c calc'!A1", " a _x0041_ & <b> ", "é\U0001f4b6"]


def pack():
    """A report tab with live formulas and a chart over a ledger of 4 streamed rows with a table."""
    workbook = Workbook()
    report = workbook.active
    report.title = "Report"
    put_text(report["A1"], "=1+1")
    report["A1"].font = Font(name="Calibri", bold=True, color="1F3864")
    report["A2"] = date(2026, 1, 1)
    report["B2"] = date(2026, 2, 1)
    # January 10.50 - 0.25, February 100.00 + 7.00
    report["A3"] = Live("=SUMIFS(Ledger!$C$3:$C$6,Ledger!$D$3:$D$6,1)", 10.25)
    report["B3"] = Live("=SUMIFS(Ledger!$C$3:$C$6,Ledger!$D$3:$D$6,2)", 107.0)
    report["C3"] = Live("=SUM(A3:B3)", 117.25)
    report["A4"] = Live('=IF(C3>0,"up","")', "up")
    report["B4"] = Live('=IF(C3<0,"down","")', None)
    report["C4"] = Live("=DATE(2026,1,31)", date(2026, 1, 31))
    report["C4"].number_format = "yyyy-mm-dd"
    report["D4"] = Live("=C3=117.25", True)
    report["A5"] = "to the ledger"
    report["A5"].hyperlink = Hyperlink(ref="A5", location="'Ledger'!A1")
    report["B5"] = Live('=HYPERLINK("#Ledger!A1","ledger")', "ledger")
    report["A6"].comment = Comment("a note", "bbbxl", height=50, width=100)
    chart = LineChart()
    chart.add_data(Reference(report, min_col=1, max_col=2, min_row=3), from_rows=True)
    chart.set_categories(Reference(report, min_col=1, max_col=2, min_row=2))
    set_alt_text(chart, "Bookings rise from 10.25 to 107.00")
    report.add_chart(chart, "F2")
    ledger = workbook.create_sheet("Ledger")
    ledger["A1"] = "Sum"
    ledger["C1"] = Live("=SUM(C3:C6)", 117.25)
    for column, header in enumerate(["event", "day", "amount", "month"], 1):
        put_text(ledger.cell(2, column), header)
    ledger.add_table(Table(displayName="ledger", ref="A2:D6"))
    rows = [
        ("=1+1", date(2026, 1, 5), 1050, 1),
        ("#N/A", None, -25, 1),
        ("E3", date(2026, 2, 1), 10000, 2),
        ("E3", date(2026, 2, 2), 700, 2),
    ]
    kinds = ["text", "date", "minor2", "integer"]
    styles = [0, style_id(ledger, number_format="yyyy-mm-dd"), style_id(ledger, number_format="#,##0.00"), 0]
    attach_rows(ledger, FastRows(iter(rows), kinds, styles, first_row=3, count=4))
    return workbook


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "pack.xlsx"
    save(pack(), path, WHEN)
    return path


def part(path, name):
    with zipfile.ZipFile(path) as package:
        return package.read(name).decode()


def test_openpyxl_sees_the_cached_values(saved):
    report = openpyxl.load_workbook(saved, data_only=True)["Report"]
    assert [cell.value for cell in report[3][:3]] == [10.25, 107.0, 117.25]
    assert report["A4"].value == "up"
    assert not report["B4"].value
    assert report["C4"].value.date() == date(2026, 1, 31)
    assert report["D4"].value is True


def test_openpyxl_sees_the_formulas(saved):
    workbook = openpyxl.load_workbook(saved)
    assert workbook["Report"]["C3"].value == "=SUM(A3:B3)"
    assert workbook["Ledger"]["C1"].value == "=SUM(C3:C6)"


def test_calamine_and_pandas_see_the_cached_values(saved):
    rows = python_calamine.load_workbook(saved).get_sheet_by_name("Report").to_python()
    assert rows[2][:3] == [10.25, 107.0, 117.25]
    assert rows[3][:4] == ["up", "", date(2026, 1, 31), True]
    frame = pandas.read_excel(saved, sheet_name="Report", header=None, engine="calamine")
    assert frame.iloc[2, :3].tolist() == [10.25, 107.0, 117.25]
    frame = pandas.read_excel(saved, sheet_name="Report", header=None, engine="openpyxl")
    assert frame.iloc[2, :3].tolist() == [10.25, 107.0, 117.25]


def test_rows_follow_the_cells_of_their_sheet(saved):
    rows = python_calamine.load_workbook(saved).get_sheet_by_name("Ledger").to_python()
    assert rows[0] == ["Sum", "", 117.25, ""]
    assert rows[1] == ["event", "day", "amount", "month"]
    assert rows[2] == ["=1+1", date(2026, 1, 5), 10.5, 1]
    assert rows[3] == ["#N/A", "", -0.25, 1]
    assert len(rows) == 6
    assert '<dimension ref="A1:D6"/>' in part(saved, "xl/worksheets/sheet2.xml")


def test_two_saves_at_different_times_give_the_same_bytes(tmp_path):
    first, second = tmp_path / "1.xlsx", tmp_path / "2.xlsx"
    save(pack(), first, WHEN)
    time.sleep(2.1)  # the time in a zip counts by two seconds
    save(pack(), second, WHEN)
    assert first.read_bytes() == second.read_bytes()


def test_nothing_in_the_file_tells_when_where_or_by_whom_it_was_made(saved):
    with zipfile.ZipFile(saved) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {entry.create_system for entry in package.infolist()} == {0}
    core = part(saved, "docProps/core.xml")
    assert core.count("2026-03-31T00:00:00Z") == 2
    assert core.count(">bbbxl<") == 2


def test_text_stays_text_in_cells_and_in_rows(tmp_path):
    workbook = Workbook()
    sheet = workbook.active
    for row, text in enumerate(NASTY, 1):
        put_text(sheet.cell(row, 1), text)
    attach_rows(sheet, FastRows([(text,) for text in NASTY], ["text"], [0], first_row=len(NASTY) + 1))
    save(workbook, tmp_path / "text.xlsx", WHEN)
    cells = openpyxl.load_workbook(tmp_path / "text.xlsx").active["A"]
    assert [cell.value for cell in cells] == NASTY * 2
    assert "<f>" not in part(tmp_path / "text.xlsx", "xl/worksheets/sheet1.xml")
    assert {cell.data_type for cell in cells} == {"s"}
    rows = python_calamine.load_workbook(tmp_path / "text.xlsx").get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows] == NASTY * 2


def test_control_characters_become_a_replacement_and_long_text_is_cut_where_it_can_be_seen():
    cell = Workbook().active["A1"]
    put_text(cell, "a\x00b\ud800")
    assert cell.value == "a\ufffdb\ufffd"
    put_text(cell, "")
    assert cell.value is None
    put_text(cell, "x" * 32_767)
    assert cell.value == "x" * 32_767
    put_text(cell, "x" * 32_768)
    assert cell.value == "x" * 32_761 + " [...]"  # 32,761 + 6 = 32,767
    # 16,381 notes are 32,762 units, one too many beside the six of the mark, and half a note is none.
    put_text(cell, "\U0001f4b6" * 16_384)
    assert cell.value == "\U0001f4b6" * 16_380 + " [...]"


@pytest.mark.parametrize("value", ["=1+1", "#N/A", float("nan"), float("inf")])
def test_a_formula_without_a_value_an_error_and_no_number_are_refused(tmp_path, value):
    workbook = Workbook()
    workbook.active["B2"] = value
    with pytest.raises(TemplateError, match=r"^Sheet!B2 holds"):
        save(workbook, tmp_path / "bad.xlsx", WHEN)


def test_rows_that_would_lie_over_cells_are_refused(tmp_path):
    workbook = Workbook()
    workbook.active["A3"] = "x"
    attach_rows(workbook.active, FastRows([(1,)], ["integer"], [0], first_row=3))
    with pytest.raises(TemplateError, match="cells down to row 3, but rows are to begin in 3"):
        save(workbook, tmp_path / "bad.xlsx", WHEN)


def test_a_table_over_a_header_that_is_no_text_is_refused(tmp_path):
    workbook = Workbook()
    workbook.active["A1"] = 2026
    workbook.active.add_table(Table(displayName="t", ref="A1:A3"))
    with pytest.raises(TemplateError, match="Sheet!A1 heads a column of t and must hold text"):
        save(workbook, tmp_path / "bad.xlsx", WHEN)


def test_a_table_over_streamed_rows_takes_its_columns_from_the_header(saved):
    table = openpyxl.load_workbook(saved)["Ledger"].tables["ledger"]
    assert [column.name for column in table.tableColumns] == ["event", "day", "amount", "month"]


def test_charts_show_values_before_any_calculation_and_have_alt_text(saved):
    chart = part(saved, "xl/charts/chart1.xml")
    assert "<v>10.25</v>" in chart
    assert "<v>107</v>" in chart
    assert "<v>46023</v>" in chart  # 2026-01-01 on the axis
    assert 'descr="Bookings rise from 10.25 to 107.00"' in part(saved, "xl/drawings/drawing1.xml")


def test_a_chart_with_text_categories_keeps_them_as_text(tmp_path):
    workbook = Workbook()
    sheet = workbook.active
    for row in (["region", "amount"], ["North", 3], ["South", None]):
        sheet.append(row)
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=2, max_row=3))
    sheet.add_chart(chart)
    save(workbook, tmp_path / "chart.xlsx", WHEN)
    xml = part(tmp_path / "chart.xlsx", "xl/charts/chart1.xml")
    assert "<strCache>" in xml
    assert "<v>North</v>" in xml
    assert "<v>amount</v>" in xml


def test_fonts_stand_in_the_order_of_the_schema(saved):
    styles = etree.fromstring(part(saved, "xl/styles.xml").encode())
    fonts = list(styles.iterfind(".//{*}fonts/{*}font"))
    bold = [[etree.QName(child).localname for child in font] for font in fonts if font.find("{*}b") is not None]
    assert bold == [["b", "color", "name"]]


def test_targets_are_relative_and_strings_are_one_part(saved):
    with zipfile.ZipFile(saved) as package:
        for name in package.namelist():
            if name.endswith(".rels"):
                assert 'Target="/' not in package.read(name).decode()
        assert package.namelist().count("xl/sharedStrings.xml") == 1
    assert "inlineStr" not in part(saved, "xl/worksheets/sheet1.xml")


def test_desktop_excel_is_asked_to_calculate_once(saved):
    book = part(saved, "xl/workbook.xml")
    assert 'calcId="191029"' in book
    assert 'fullCalcOnLoad="1"' in book


def test_links_comments_and_rich_text_survive(tmp_path, saved):
    report = openpyxl.load_workbook(saved)["Report"]
    assert report["A5"].hyperlink.location == "'Ledger'!A1"
    assert report["A6"].comment.text == "a note"
    workbook = Workbook()
    workbook.active["A1"] = CellRichText("plain ", TextBlock(InlineFont(b=True), "bold"))
    save(workbook, tmp_path / "rich.xlsx", WHEN)
    assert openpyxl.load_workbook(tmp_path / "rich.xlsx").active["A1"].value == "plain bold"


def test_twenty_thousand_rows_read_back_equal(tmp_path):
    def row(n):
        day = date(2026, 1, 1) + timedelta(n % 365) if n % 3 else None
        name = f"customer {n % 97}" if n % 5 else None
        return (f"E{n:05d}", name, "é & <x>", day, WHEN, n * 37 - 300_000, n, n / 8, None, "=x")

    def seen(cents):
        return cents / 100

    workbook = Workbook()
    sheet = workbook.active
    sheet.append([f"c{n}" for n in range(10)])
    kinds = ["text", "text", "text", "date", "date", "minor2", "integer", "number", "text", "text"]
    days = style_id(sheet, number_format="yyyy-mm-dd")
    styles = [0, 0, 0, days, days, 0, 0, 0, 0, 0]
    attach_rows(sheet, FastRows((row(n) for n in range(20_000)), kinds, styles, count=20_000))
    save(workbook, tmp_path / "many.xlsx", WHEN)
    rows = python_calamine.load_workbook(tmp_path / "many.xlsx").get_sheet_by_index(0).to_python()
    assert len(rows) == 20_001
    for n, got in enumerate(rows[1:]):
        expected = ["" if value is None else value for value in row(n)]
        expected[5] = seen(expected[5])
        assert got == expected
    assert verify(tmp_path / "many.xlsx").formulas == 0
    last = openpyxl.load_workbook(tmp_path / "many.xlsx", read_only=True).active
    assert last.max_row == 20_001


def test_a_member_never_is_zip64(saved):
    with zipfile.ZipFile(saved) as package:
        assert all(entry.extract_version < 45 and not entry.extra for entry in package.infolist())
