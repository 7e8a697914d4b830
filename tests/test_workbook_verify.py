"""The saved values against independent calculators."""

import zipfile
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import Table

from bbbxl.errors import BbbError, InputError, TargetError, VerificationError
from bbbxl.workbook.calculators import formualizer_values, libreoffice_values
from bbbxl.workbook.fastrows import FastRows
from bbbxl.workbook.formulas import ErrorText, FormulaCell, copy_without_rows, formula_cells
from bbbxl.workbook.live import Live
from bbbxl.workbook.verify import Difference, Verification, refuse_if_different, same, verify
from bbbxl.workbook.write import attach_rows, put_text, save

BOTH = [
    pytest.param(formualizer_values, id="formualizer"),
    pytest.param(libreoffice_values, id="libreoffice", marks=pytest.mark.libreoffice),
]


def pack(path, bookings=117.25):
    """Write a report over a ledger of 10.50, -0.25, 100.00 and 7.00: 117.25 in all, 10.25 in month 1."""
    workbook = Workbook()
    report = workbook.active
    report.title = "Report"
    report["B1"] = Live("=SUM(Ledger!$A$3:$A$6)", bookings)
    report["B2"] = Live("=SUMIFS(Ledger!$A$3:$A$6,Ledger!$B$3:$B$6,1)", 10.25)
    report["B3"] = Live("=B1-B2", 107.0)
    report["B4"] = Live('=IFERROR(B3/0,"")', None)
    report["B5"] = Live("=EOMONTH(DATE(2026,1,15),0)", date(2026, 1, 31))
    report["B6"] = Live("=B3>100", True)
    report["B7"] = Live('=TEXT(B5,"yyyy-mm")&" Ledger!"', "2026-01 Ledger!")
    report["B8"] = Live("=SUM(lines[amount])", 117.25)
    report["B9"] = Live("=MAX(everything)", 100.0)
    ledger = workbook.create_sheet("Ledger")
    ledger["A1"] = Live("=SUM(A3:A6)", 117.25)
    for column, header in enumerate(["amount", "month"], 1):
        put_text(ledger.cell(2, column), header)
    ledger.add_table(Table(displayName="lines", ref="A2:B6"))
    workbook.defined_names["everything"] = DefinedName("everything", attr_text="Ledger!$A$3:$A$6")
    rows = [(1050, 1), (-25, 1), (10000, 2), (700, 2)]
    attach_rows(ledger, FastRows(rows, ["minor2", "integer"], [0, 0], first_row=3))
    save(workbook, path, date(2026, 3, 31))
    return path


def changed(path, name, old, new):
    """Write the package anew with one text of a part replaced."""
    target = path.with_name("changed.xlsx")
    with zipfile.ZipFile(path) as package, zipfile.ZipFile(target, "w") as written:
        for entry in package.namelist():
            data = package.read(entry)
            if entry == name:
                assert data.count(old.encode()) == 1
                data = data.replace(old.encode(), new.encode())
            written.writestr(entry, data)
    return target


@pytest.mark.parametrize("calculator", BOTH)
def test_a_pack_whose_values_are_right_passes(tmp_path, calculator):
    assert verify(pack(tmp_path / "pack.xlsx"), calculator) == Verification(10, ())


@pytest.mark.parametrize("calculator", BOTH)
def test_one_cached_value_changed_by_a_cent_is_found_and_named(tmp_path, calculator):
    path = changed(pack(tmp_path / "pack.xlsx"), "xl/worksheets/sheet1.xml", "<v>10.25</v>", "<v>10.26</v>")
    verification = verify(path, calculator)
    formula = "SUMIFS(Ledger!$A$3:$A$6,Ledger!$B$3:$B$6,1)"
    assert verification == Verification(10, (Difference("Report", "B2", formula, 10.26, 10.25),))
    with pytest.raises(
        VerificationError,
        match=r"pack.xlsx was not released: 1 of 10 .*Report!B2 holds 10.26 but gives 10.25",
    ):
        refuse_if_different(verification, "pack.xlsx")


@pytest.mark.parametrize("calculator", BOTH)
def test_a_changed_row_of_the_ledger_is_found_too(tmp_path, calculator):
    path = changed(pack(tmp_path / "pack.xlsx"), "xl/worksheets/sheet2.xml", "<v>-0.25</v>", "<v>-0.35</v>")
    assert [str(d) for d in verify(path, calculator).differences[:2]] == [
        "Report!B1 holds 117.25 but gives 117.15",
        "Report!B2 holds 10.25 but gives 10.15",
    ]


@pytest.mark.parametrize("calculator", BOTH)
def test_a_formula_that_gives_an_error_differs_from_everything(tmp_path, calculator):
    workbook = Workbook()
    workbook.active["A1"] = Live("=1/0", 0)
    workbook.active["A2"] = Live("=1/0", "#DIV/0!")
    save(workbook, tmp_path / "error.xlsx", date(2026, 3, 31))
    verification = verify(tmp_path / "error.xlsx", calculator)
    assert [d.ref for d in verification.differences] == ["A1", "A2"]
    assert str(verification.differences[0]) == "Sheet!A1 holds 0.0 but gives #DIV/0!"


def test_formula_cells_are_read_with_their_values(tmp_path):
    cells = formula_cells(pack(tmp_path / "pack.xlsx"))
    assert cells[0] == FormulaCell("Report", "B1", "SUM(Ledger!$A$3:$A$6)", 117.25)
    assert [cell.cached for cell in cells] == [
        117.25,
        10.25,
        107,
        "",
        46053,
        True,
        "2026-01 Ledger!",
        117.25,
        100,
        117.25,
    ]
    assert (cells[-1].sheet, cells[-1].ref) == ("Ledger", "A1")


def test_a_workbook_that_declares_entities_is_refused(tmp_path):
    path = changed(
        pack(tmp_path / "pack.xlsx"),
        "xl/worksheets/sheet1.xml",
        "<worksheet ",
        '<!DOCTYPE w [<!ENTITY a "1">]><worksheet ',
    )
    with pytest.raises(InputError, match="document type"):
        formula_cells(path)


def test_a_file_that_is_no_workbook_is_refused(tmp_path):
    path = tmp_path / "text.xlsx"
    path.write_text("not a zip")
    with pytest.raises(InputError, match=r"text\.xlsx is not an xlsx workbook"):
        formula_cells(path)


def test_a_sheet_left_out_takes_the_formulas_that_read_it_along(tmp_path):
    # B1 and B2 name the sheet, B8 its table, B9 a defined name over it, and Ledger!A1 stands on it;
    # B7 names it only inside a text and stays.
    assert verify(pack(tmp_path / "pack.xlsx"), leave_out=("Ledger",)) == Verification(5, (), left_out=5)


def test_what_does_not_read_the_sheet_left_out_is_still_verified(tmp_path):
    path = pack(tmp_path / "pack.xlsx", bookings=117.26)
    differences = verify(path, leave_out=("Ledger",)).differences
    # B1 stands as the value 117.26, so B3 = B1 - B2 gives 107.01
    assert [(d.ref, d.cached, round(d.recalculated, 2)) for d in differences] == [("B3", 107.0, 107.01)]


def test_a_copy_keeps_the_first_rows_and_turns_readers_into_values(tmp_path):
    path, target = pack(tmp_path / "pack.xlsx"), tmp_path / "short.xlsx"
    assert copy_without_rows(path, target, "Ledger", keep_rows=3) == 5
    with zipfile.ZipFile(target) as package:
        ledger = package.read("xl/worksheets/sheet2.xml").decode()
        report = package.read("xl/worksheets/sheet1.xml").decode()
    assert [n for n in range(1, 7) if f'<row r="{n}">' in ledger] == [1, 2, 3]
    assert "</sheetData>" in ledger
    assert "tablePart" in ledger
    assert '<c r="B1"><v>117.25</v></c>' in report
    assert '<c r="B3"><f>B1-B2</f><v>107.0</v></c>' in report


def test_a_copy_of_a_sheet_that_is_not_there_is_refused(tmp_path):
    path = pack(tmp_path / "pack.xlsx")
    with pytest.raises(InputError, match=r"has no sheet Cube\. It has: Report, Ledger\."):
        copy_without_rows(path, tmp_path / "short.xlsx", "Cube")
    with pytest.raises(TargetError, match="cannot be copied onto itself"):
        copy_without_rows(path, path, "Ledger")


@pytest.mark.parametrize(
    ("cached", "recalculated", "expected"),
    [
        (1.0, 1.005, True),  # as large as the tolerance
        (1.0, 1.006, False),
        (None, "", True),
        ("", None, True),
        (None, 0.0, False),
        ("a", "a", True),
        ("a", "A", False),
        (True, True, True),
        (True, 1.0, False),
        (1.0, "1", False),
        (ErrorText("#N/A"), ErrorText("#N/A"), False),
        ("#N/A", "#N/A", True),
    ],
)
def test_values_are_the_same_by_these_rules(cached, recalculated, expected):
    assert same(cached, recalculated, tolerance=0.0050001) is expected


def test_a_sentence_names_three_cells_and_counts_the_rest():
    differences = tuple(Difference("KPI", f"B{n}", "1", None, 1.0) for n in range(1, 6))
    with pytest.raises(VerificationError, match=r"KPI!B3 holds nothing but gives 1\.0; and 2 more\."):
        refuse_if_different(Verification(9, differences), "pack.xlsx")
    refuse_if_different(Verification(9, ()), "pack.xlsx")


def test_a_calculator_that_breaks_off_is_reported(tmp_path):
    broken = changed(pack(tmp_path / "pack.xlsx"), "xl/worksheets/sheet1.xml", "</sheetData>", "</sheet")
    with pytest.raises(VerificationError, match=r"Formualizer broke off while calculating changed\.xlsx: .+"):
        formualizer_values(broken, [FormulaCell("Report", "B1", "1", 1.0)])


def test_a_calculator_that_takes_too_long_is_ended_and_reported(tmp_path):
    path = pack(tmp_path / "pack.xlsx")
    with pytest.raises(VerificationError, match=r"had not calculated pack\.xlsx after 0\.001 seconds"):
        formualizer_values(path, formula_cells(path), patience=0.001)


def test_libreoffice_that_is_not_installed_is_a_clear_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BbbError, match="LibreOffice is not installed"):
        libreoffice_values(Path("pack.xlsx"), [])


def test_a_workbook_without_formulas_passes(tmp_path):
    workbook = Workbook()
    workbook.active["A1"] = 1
    save(workbook, tmp_path / "plain.xlsx", date(2026, 3, 31))
    assert verify(tmp_path / "plain.xlsx") == Verification(0, ())
