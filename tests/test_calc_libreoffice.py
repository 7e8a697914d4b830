"""The functions in a real LibreOffice: what they show is what the engine says, cell by cell, and what SUMIFS says."""

import re
import shutil
import subprocess
import sys
import time

import openpyxl
import pytest
from calc import RANGES, WHOLE, Calc, cells, computed
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.formula import ArrayFormula

from bbbxl.cells.calc.demo import write_demo
from bbbxl.cells.calc.names import in_calc
from bbbxl.cells.registry import functions
from bbbxl.samples.order_table import EXAMPLE_TABLES, HEADER, ORDER_LINES
from bbbxl.workbook.calc_demo import FIGURES, HEALTH

pytestmark = pytest.mark.libreoffice
EXAMPLES = [example.formula for one in functions().values() for example in one.examples]
#: Formula in a sheet of its own column A -> what it shows; a text that ends with … is its beginning.
CASES = {
    f'=BBB.BOOKINGS(Orders!{WHOLE},"2026-02")': 400,
    '=BBB.BOOKINGS(Orders!A:O,"2026-02")': 400,
    f'=BBB.BOOKINGS(INDIRECT("Orders!{WHOLE}"),"2026-02")': 400,
    '=BBB.BOOKINGS(Z1,"2026-02","region","West")': 0,
    "=BBB.BACKLOG(Z1,DATE(2026,2,11))": 2400,
    '=BBB.BOOKINGS(Z1,"2026-02","region",Y9)': '#BBB! The criterion for "region" is empty…',
    "=BBB.BOOKINGS(Z1,Y9)": "#BBB! The period is empty…",
    '=BBB.BOOKINGS(Y9,"2026-02")': "#BBB! The first argument is empty…",
    '=BBB.BOOKINGS(Z2,"2026-02")': "#BBB! The handle bbb:0123456789abcdef is of an earlier session…",
    '=BBB.BOOKINGS(Z3,"2026-02")': "#BBB! The first argument is #N/A…",
    '=BBB.BOOKINGS(Z1,"2026-02","region","Wst")': "#BBB! …",
    '=BBB.BOOKINGS(Broken!A1:P7,"2026-02")': "#BBB! 1 row of Broken!A1:P7 cannot be read…",
    '=BBB.BOOKINGS(Noted!A1:P7,"2026-02")': 400,
    # Seven criteria and two options, more than there are arguments before the repeated one: what was cancelled whole is
    # of no amount, which leaves the 1,000 of SO-2.
    '=BBB.BOOKINGS(Z1,"2026-02","region","East","customer","*","product","*","currency","USD","order","*",'
    '"line","*","amount",">0","basis=billing","view=as-restated")': 1000,
    # Amounts without a currency column: that of their number format, and never two of them added up.
    "=BBB.LOAD(Euros!A1:C3)": "bbb:…",
    "=RIGHT(BBB.LOAD(Euros!A1:C3),3)": "EUR",
    '=BBB.BOOKINGS(Both!A1:C3,"2026-01")': "#BBB! None of the rows could be taken…",
    '=BBB.CHECK(Z1,,"basis=billing")': "Billing basis, USD, as of 2026-03-31",
    '=SUM(BBB.BOOKINGS(Z1,"2026-02"),1)': 401,
    # An error in a single cell is an error, as in every formula.
    "=BBB.BOOKINGS(Z1,Z3)": "#N/A",
    # What Calc itself does not hand over: a handle that is not in a cell, error cells of a further range.
    f'=BBB.BOOKINGS(BBB.LOAD(Orders!{WHOLE}),"2026-02")': "#VALUE!",
    '=BBB.BOOKINGS(Z1,"2026-02","rates=",Broken!A1:P7)': "#VALUE!",
}


def fill(sheet, header, lines):
    for row in (header, *lines):
        sheet.append(list(row))


def examples_book(path):
    """Write every example of every function: its block stands from column A on, ten rows apart or more."""
    book = openpyxl.Workbook()
    book.active.title = "Examples"
    sheet = book.active
    for name, (header, rows) in EXAMPLE_TABLES.items():
        fill(book.create_sheet(name), header, rows)
    sheet["Z1"] = f"=BBB.LOAD(Orders!{WHOLE})"
    placed = {"H": "$Z$1", **{name: f"{name}!{reference}" for name, reference in RANGES.items()}}
    places, row = {}, 1
    for formula in EXAMPLES:
        rows = computed(formula)
        text = re.sub(rf"\b({'|'.join(placed)})\b", lambda word: placed[word[0]], in_calc(formula))
        places[formula] = f"A{row}:{get_column_letter(len(rows[0]))}{row + len(rows) - 1}"
        one = len(rows) == len(rows[0]) == 1
        sheet[f"A{row}"] = text if one else ArrayFormula(places[formula], text)
        row += len(rows) + 1
    book.save(path)
    return places


def cases_book(path):
    book = openpyxl.Workbook()
    fill(book.active, HEADER, ORDER_LINES)
    book.active.title = "Orders"
    noted = [(*line, "=NA()") for line in ORDER_LINES]
    broken = [list(line) for line in noted]
    broken[1][HEADER.index("Amount")] = "=1/0"
    fill(book.create_sheet("Noted"), (*HEADER, "Note"), noted)
    fill(book.create_sheet("Broken"), (*HEADER, "Note"), broken)
    for title, codes in (("Euros", ("#,##0.00 [$€-407]",) * 2), ("Both", ("#,##0.00 [$€-407]", "[$$-409]#,##0.00"))):
        shown = book.create_sheet(title)
        fill(shown, ("Order No", "Order Date", "Amount"), [(f"SO-{row}", "2026-01-10", 100) for row in (1, 2)])
        shown["C2"].number_format, shown["C3"].number_format = codes
    sheet = book.create_sheet("Cases")
    sheet["Z1"], sheet["Z2"], sheet["Z3"] = f"=BBB.LOAD(Orders!{WHOLE})", "bbb:0123456789abcdef 6 rows", "=NA()"
    for row, formula in enumerate(CASES, start=1):
        sheet.cell(row, 1, formula)
    for place, month in zip(("C1", "D1", "E1"), ("2026-01", "2026-02", "2026-03"), strict=True):
        sheet[place] = month
    sheet["B2"], sheet["B3"] = "East", "West"
    sheet["C2"] = ArrayFormula("C2:E3", '=BBB.BOOKINGS(Z1,C1:E1,"region",B2:B3)')
    book.save(path)


def book_of_1904(path):
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    fill(book.active, HEADER, ORDER_LINES)
    book.active.title = "Orders"
    sheet = book.create_sheet("Cases")
    sheet["A1"] = f"=BBB.LOAD(Orders!{WHOLE})"
    sheet["A2"], sheet["A3"] = '=BBB.BOOKINGS(A1,"2026-02")', "=BBB.BACKLOG(A1,DATE(2026,2,11))"
    book.save(path)


@pytest.fixture(scope="module")
def books(tmp_path_factory):
    """Return the workbooks, and the places of the examples."""
    folder = tmp_path_factory.mktemp("books")
    names = {name: folder / f"{name}.xlsx" for name in ("examples", "cases", "mac", "demo")}
    places = examples_book(names["examples"])
    cases_book(names["cases"])
    book_of_1904(names["mac"])
    write_demo(HEADER, ORDER_LINES, names["demo"])
    return list(names.values()), places


@pytest.fixture(scope="module")
def here(books, tmp_path_factory):
    """Return what LibreOffice shows with bbbxl loaded into it; no other program answers."""
    folder = tmp_path_factory.mktemp("here")
    calc = Calc(folder, environment={"XDG_STATE_HOME": str(folder)})
    assert calc.registered.count("is registered: yes") == 4
    shown = calc.recalculated(*books[0])
    said = str(shown["demo"][FIGURES]["B11"].value)
    if said.startswith("#BBB! LibreOffice runs Python"):
        pytest.skip(said)
    again = folder / "again.xlsx"
    shutil.copy(folder / "out" / "demo.xlsx", again)
    return {**shown, **calc.recalculated(again)}


@pytest.fixture(scope="module")
def served(books, tmp_path_factory):
    """Return what LibreOffice shows with the extension for other computers and `bbbxl serve`."""
    folder = tmp_path_factory.mktemp("served")
    state = {"XDG_STATE_HOME": str(folder)}
    calc = Calc(folder, elsewhere=True, environment=state)
    command = [sys.executable, "-m", "bbbxl", "serve", "--idle", "5"]
    with subprocess.Popen(command, env=calc.environment, stdout=subprocess.DEVNULL) as server:
        try:
            door = folder / "bbbxl" / "serve.json"
            until = time.monotonic() + 60
            while not door.exists() and time.monotonic() < until:
                time.sleep(0.1)
            return calc.recalculated(books[0][0])
        finally:
            server.terminate()


def same(shown, expected):
    return all(
        one == pytest.approx(other, rel=1e-12) if isinstance(other, float) else one == other
        for ours, theirs in zip(shown, expected, strict=True)
        for one, other in zip(ours, theirs, strict=True)
    )


@pytest.mark.parametrize("formula", EXAMPLES)
def test_an_example_shows_what_the_engine_gives(here, books, formula):
    assert same(cells(here["examples"]["Examples"], books[1][formula]), computed(formula))


@pytest.mark.parametrize("formula", EXAMPLES)
def test_an_example_shows_the_same_through_the_door(served, books, formula):
    assert same(cells(served["examples"]["Examples"], books[1][formula]), computed(formula))


@pytest.mark.parametrize("formula", CASES)
def test_a_case_shows_what_it_should(here, formula):
    shown = here["cases"]["Cases"].cell(list(CASES).index(formula) + 1, 1).value
    expected = CASES[formula]
    if isinstance(expected, str) and expected.endswith("…"):
        assert str(shown).startswith(expected.rstrip("…"))
    else:
        assert shown == expected


def test_an_error_cell_in_a_needed_column_is_named_with_row_and_column(here):
    shown = here["cases"]["Cases"].cell(list(CASES).index('=BBB.BOOKINGS(Broken!A1:P7,"2026-02")') + 1, 1).value
    assert "row 3" in shown
    assert "Amount" in shown
    assert "#DIV/0!" in shown


def test_a_row_of_months_and_a_column_of_regions_fill_a_block(here):
    # East: 600 + 0 in January, 1,000 - 600 in February, 400 in March; West: 500 + 300, 0, 250.
    assert cells(here["cases"]["Cases"], "C2:E3") == ((600, 400, 400), (800, 0, 250))


def test_days_of_a_1904_document_are_the_same_days(here):
    sheet = here["mac"]["Cases"]
    assert [sheet["A2"].value, sheet["A3"].value] == [400, 2400]


def test_the_demo_ties_to_sumifs_and_nothing_in_it_failed(here):
    sheet = here["demo"][FIGURES]
    assert sheet[HEALTH].value == 0
    plain = [row for row in cells(sheet, "A6:D11") if row[2] != ""]
    assert [row[1:] for row in plain] == [(400, 400, 0), (250, 250, 0)]
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "e"]


def test_a_demo_that_libreoffice_saved_counts_what_fails_when_it_is_opened_again(here):
    # The handle keeps its old text, and the blocks ask it anew: beside them must not stand the 0 of before.
    sheet = here["again"][FIGURES]
    failed = [cell for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("#BBB! The handle")]
    assert sheet[HEALTH].value == len(failed) > 0


def test_the_rows_of_the_demo_add_up_to_its_figure(here):
    sheet = here["demo"][FIGURES]
    rows = [row for row in cells(sheet, "A1:P60") if row[1] == "Orders!A1:O7"]
    assert sum(row[14] for row in rows) == sheet["B6"].value == 400
