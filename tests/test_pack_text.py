"""Text from exports stays text on every tab, and names that spreadsheets take for one another stay apart."""

import zipfile

import pytest
from openpyxl import load_workbook
from packs import number_of, released, texts, write_exports

from bbbxl.workbook.lint import lint
from bbbxl.workbook.verify import libreoffice_values, verify

#: Names that a spreadsheet would calculate, convert, match against one another or refuse.
NAMES = ("=1+1", "@x", "+49 170 1234", "-5", "#N/A", "#REF!", "007", "7", "acme", "ACME", "a*c", "abc", "a?c", "~a",
         ">5", "<>", "=", "TRUE", "1e5", "2026-01-01", "1/2", 'quo"te', "it's", "'quoted", "a&b<c>", "_x0041_", "\xe9",
         "e\u0301", "emoji \U0001f600", "two\nlines", "N" * 300, "ctl\x01x", "ctl\x02x",
         '=HYPERLINK("http://x","y")')  # fmt: skip


def shown(name):
    """Return a name as a cell holds it: without what XML cannot hold, without blanks at its ends."""
    return "".join("\ufffd" if one in "\x01\x02" else one for one in name).strip()


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """Return a pack whose customers, orders and regions bear the names; the first booked 1, the second 2 and so on."""
    rows = [
        ("new", number_of(name)[:50], "1", "2026-01-10", str(number), name, "2026-01-20", "", "", "", "", name)
        for number, name in enumerate(NAMES, start=1)
    ]
    rows += [("shipment", "7", "1", "2026-01-20", "1", "7"), ("invoice", "7", "1", "2026-01-20", "1", "7")]
    folder = tmp_path_factory.mktemp("hostile")
    return released(write_exports(folder, rows), "2026-01-31")


def test_hostile_names_stay_text_on_every_tab(hostile):
    path, names = hostile, NAMES
    for tab in ("Orders", "Ledger", "Past due"):
        found = set(texts(path, tab))
        assert {shown(name) for name in names} <= found, tab
    workbook = load_workbook(path)
    wanted = {shown(name) for name in names}
    for sheet in workbook:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert cell.value not in wanted, cell
                    assert "HYPERLINK" not in cell.value


def test_hostile_names_are_shared_strings_in_the_file(hostile):
    path = hostile
    with zipfile.ZipFile(path) as package:
        strings = package.read("xl/sharedStrings.xml").decode()
        assert "=1+1</t>" in strings
        for name in package.namelist():
            if name.startswith("xl/worksheets/sheet"):
                assert b"<f>1+1</f>" not in package.read(name)


def test_names_that_criteria_confuse_are_segments_of_their_own(hostile):
    path, names = hostile, NAMES
    sheet = load_workbook(path, data_only=True)["Cube"]
    heads = [cell.value for cell in sheet[6]]
    new = heads.index("New")
    booked = [
        (row[2], row[new]) for row in sheet.iter_rows(min_row=32, values_only=True)
        if row[1] == "Customer" and row[3] == 202601
    ]  # fmt: skip
    # No more than 25 segments of a dimension have rows of their own: the largest, and all of them sum up.
    assert len(booked) == 26
    assert booked[-1][0] == f"All other ({len(names) - 25})"
    largest = [(shown(name), number) for number, name in enumerate(names, start=1)][:-26:-1]
    assert booked[:-1] == largest
    assert sum(amount for _, amount in booked) == len(names) * (len(names) + 1) / 2


APART = ("acme", "ACME", "a*c", "abc", ">5", "007", "7", "=", "~a")


def test_sums_over_confusable_names_are_each_their_own(tmp_path):
    rows = [("new", name, "1", "2026-01-10", str(10**place), name) for place, name in enumerate(APART)]
    rows += [("shipment", "7", "1", "2026-01-20", "1", "7")]
    path = released(write_exports(tmp_path, rows), "2026-01-31")
    sheet = load_workbook(path, data_only=True)["By dimension"]
    booked = {row[1]: row[3] for row in sheet.iter_rows(values_only=True) if row[1] in APART}
    assert booked == {name: 10**place for place, name in enumerate(APART)}


def test_a_pack_of_hostile_names_has_nothing_that_excel_would_repair(hostile):
    assert lint(hostile) == []


@pytest.mark.libreoffice
def test_libreoffice_agrees_on_a_pack_of_hostile_names(hostile):
    assert verify(hostile, libreoffice_values).differences == ()
