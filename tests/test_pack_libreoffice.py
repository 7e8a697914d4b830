"""The demo pack in LibreOffice: the same figures when everything is calculated anew, and pages fit for a board."""

import re
import shutil
import subprocess

import pytest
from python_calamine import CalamineWorkbook

from bbbxl.workbook.formulas import ErrorText, formula_cells
from bbbxl.workbook.lint import lint, recalculation_cost
from bbbxl.workbook.verify import libreoffice_values, verify

TABS = ("KPIs", "Roll-forward", "By dimension", "Schedule and ageing", "Past due", "Definitions", "Checks", "Sources",
        "Cube", "Orders", "Ledger")  # fmt: skip


@pytest.fixture(scope="module")
def pack(demo):
    """Return the pack of the sample company."""
    return next(demo[0].glob("bbb-pack-*.xlsx"))


def test_the_demo_pack_has_nothing_that_excel_would_repair(pack):
    assert lint(pack) == []


def test_the_demo_pack_keeps_the_recalculation_budget(pack):
    assert recalculation_cost(pack) < 2e8


def test_no_cell_of_the_demo_pack_holds_an_error(pack):
    assert not [cell for cell in formula_cells(pack) if isinstance(cell.cached, ErrorText)]


@pytest.mark.libreoffice
def test_libreoffice_calculates_every_cell_of_the_demo_pack_to_the_value_it_holds(pack):
    result = verify(pack, libreoffice_values)
    assert result.formulas == len(formula_cells(pack)) > 2000
    assert result.differences == ()


@pytest.fixture(scope="module")
def pages(pack, tmp_path_factory):
    """Return the demo pack as PDF, and the text of its pages."""
    folder = tmp_path_factory.mktemp("pdf")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [shutil.which("soffice") or "libreoffice", "--headless", profile, "--convert-to", "pdf"]
    subprocess.run([*command, "--outdir", str(folder), str(pack)], check=True, capture_output=True, timeout=240)
    pdf = folder / f"{pack.stem}.pdf"
    said = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, timeout=60)
    return pdf, said.stdout.decode().split("\f")[:-1]


def words(text):
    """Return a text without blanks: lines and columns of a page break it anywhere."""
    return re.sub(r"\s+", "", text)


@pytest.mark.libreoffice
def test_no_figure_is_too_wide_for_its_column(pages):
    assert not [number for number, page in enumerate(pages[1], start=1) if "###" in page]


@pytest.mark.libreoffice
def test_every_tab_has_pages_that_name_it(pages):
    for tab in ("Cover", *TABS):
        assert any(re.search(rf"{tab}\s+\d+ of \d+\s*$", page.rstrip()) for page in pages[1]), tab
    assert 12 <= len(pages[1]) <= 40


@pytest.mark.libreoffice
def test_every_page_can_be_seen(pages, tmp_path):
    command = ["pdftoppm", "-r", "40", "-png", str(pages[0]), str(tmp_path / "page")]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    seen = sorted(tmp_path.glob("page-*.png"))
    assert len(seen) == len(pages[1])
    assert min(path.stat().st_size for path in seen) > 2000


@pytest.mark.libreoffice
@pytest.mark.parametrize("tab", ["KPIs", "Roll-forward", "By dimension", "Schedule and ageing"])
def test_a_tab_of_the_board_prints_on_its_own_page_or_two(pages, tab):
    own = [page for page in pages[1] if re.search(rf"{tab}\s+\d+ of \d+\s*$", page.rstrip())]
    assert len(own) == (2 if tab == "By dimension" else 1)


#: Tab -> columns that are printed; workings stand beside them, folded away as rows 7 to 10 are.
PRINTED = {"Cover": 4, "KPIs": 7, "Roll-forward": 16, "By dimension": 13, "Schedule and ageing": 5, "Past due": 12,
           "Definitions": 6, "Checks": 7}  # fmt: skip


@pytest.mark.libreoffice
@pytest.mark.parametrize("tab", PRINTED)
def test_every_label_and_text_of_a_report_tab_is_printed_whole(pack, pages, tab):
    printed = words(" ".join(pages[1]))
    rows = CalamineWorkbook.from_path(str(pack)).get_sheet_by_name(tab).to_python(skip_empty_area=False)
    folded = range(7, 11) if tab in ("KPIs", "Roll-forward", "By dimension") else ()
    for number, row in enumerate(rows, start=1):
        for cell in row[: PRINTED[tab]] if number not in folded else ():
            # Wrapped texts come line by line, other columns between the lines: look for each word.
            for word in str(cell).split() if isinstance(cell, str) else ():
                assert words(word) in printed, f"{tab} row {number}: {cell}"
