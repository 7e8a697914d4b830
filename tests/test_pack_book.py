"""The pack of a kept book as a file: its own tabs, the anchor of the chain, and what ties to the last close."""

import json
import re

import pytest
from kept import FEBRUARY, book_of, book_pack
from openpyxl import load_workbook
from packs import place, table, tampered, texts
from test_pack_dump import dump

import bbbxl.workbook.tabs.movements as movements_tab
from bbbxl.checks import BOOK_CHECKS, CHECKS
from bbbxl.errors import VerificationError
from bbbxl.inputs.load import Loaded
from bbbxl.workbook.lint import lint
from bbbxl.workbook.manifest import write_manifest
from bbbxl.workbook.pack import verify_pack, write_pack
from bbbxl.workbook.verify import libreoffice_values, verify

OWN = ("Movements", "Restatements", "Adjustments")


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """Return the released pack of March, two months of which are closed before it."""
    return write_pack(book_pack(), tmp_path_factory.mktemp("book") / "pack.xlsx").path


def test_the_tabs_of_a_book_are_as_they_were_read_and_approved(path, golden):
    tabs = dict.fromkeys(("Cover", *OWN, "Checks", "Sources"), ())
    golden("pack_book.txt", re.sub(r"bbbxl \d\S*", "bbbxl VERSION", dump(path, tabs)))


def test_the_tabs_of_a_book_stand_only_in_its_packs(path):
    assert set(OWN) <= set(load_workbook(path).sheetnames)


def test_nothing_in_the_pack_of_a_book_would_be_repaired_by_excel(path):
    assert lint(path) == []


@pytest.mark.libreoffice
def test_libreoffice_calculates_the_same_as_the_engine(path):
    assert verify(path, libreoffice_values).differences == ()


def test_movements_add_up_to_the_roll_forward(path):
    rows = table(path, "Movements")
    # 360 + 250 - 250 - 700 - 50 + 80
    assert [value for value in rows["Total"] if value is not None] == [-310]
    assert [value for value in rows["Difference (has to be zero)"] if value is not None] == [0]


def test_a_movement_changed_by_one_cent_is_noticed(path):
    cell = place(path, "Movements", "Total", column=_column(path, "Movements", "Change"))
    with pytest.raises(VerificationError, match=f"Movements!{cell}"):
        verify_pack(tampered(path, "Movements", cell, 0.01), 20)


def _column(path, tab, title):
    return next(cell.column for row in load_workbook(path)[tab].iter_rows() for cell in row if cell.value == title)


def test_restatements_show_each_closed_month_three_times(path):
    rows = [row[1:8] for row in load_workbook(path, data_only=True)["Restatements"].iter_rows(values_only=True)]
    # Figure, month, as closed, as reported now, changed, as restated, restated less reported
    assert ("Net bookings", "2026-02", 3000, 3000, 0, 3030, 30) in rows
    assert ("Net billings", "2026-02", 400, 400, 0, 500, 100) in rows
    assert ("Closing backlog", "2026-02", 5600, 5600, 0, 5630, 30) in rows


def test_bookings_by_hand_stand_under_the_roll_forward(path):
    rows = table(path, "Roll-forward")
    # January, February, March and the year to date; 2025 is before the data.
    assert rows["Of net bookings by hand"][-4:] == [0, 0, 80, 80]
    assert rows["Of net bookings by hand"][0] == "n/a"


def test_an_entry_taken_back_is_marked(path):
    rows = texts(path, "Adjustments")
    assert "by entry 9" in rows
    assert "takes back 8" in rows


def test_the_cover_anchors_the_chain_and_says_that_the_month_is_open(path):
    cover = table(path, "Cover")
    assert cover["Book"][0] == "northfield-book, closed through 2026-02"
    assert cover["Hash of the close"][0] == "2026022820260228... (whole on the Sources tab)"
    assert cover["State"][0] == "2026-03 is not closed"


def test_the_sources_print_every_close_with_its_whole_hash(path):
    rows = table(path, "Sources")
    assert [value for value in rows["2026-02"] if value][1:] == ["P. Ledger", "C. Ontroller", "20260228" * 8]
    assert f"Book northfield-book; hash of its last entry: {'f' * 64}." in texts(path, "Sources")


def test_all_checks_of_the_book_tie_out(path):
    count = len(CHECKS) + len(BOOK_CHECKS)
    assert table(path, "Cover")["Checks"][:2] == ["OK", f"{count} of {count} checks tie out."]


def test_the_pack_of_a_closed_month_does_not_say_that_it_is_open(tmp_path):
    closed = write_pack(book_pack(FEBRUARY), tmp_path / "closed.xlsx").path
    assert "State" not in table(closed, "Cover")
    # Nothing by hand, and nothing came late in February.
    assert "None." in texts(closed, "Adjustments")


def test_a_book_without_closes_says_so_on_every_tab(tmp_path):
    young = write_pack(book_pack(closed=()), tmp_path / "young.xlsx").path
    assert table(young, "Cover")["Book"][0] == "northfield-book, no month closed"
    assert "No month up to the as-of date is closed." in texts(young, "Restatements")
    assert "No month is closed." in texts(young, "Sources")


def test_movements_past_the_limit_are_summed_in_one_row(tmp_path, monkeypatch):
    monkeypatch.setattr(movements_tab, "MOST_MOVEMENTS", 3)
    short = write_pack(book_pack(), tmp_path / "short.xlsx").path
    rows = table(short, "Movements")
    # Shown are 700 cancelled, 360 and 250 new; left out are -250, -50, 80 and the reschedule.
    assert [value for value in rows["and 4 more; bbbxl book diff lists them all"] if value is not None] == [-220]
    assert [value for value in rows["Total"] if value is not None] == [-310]


def test_the_pack_as_restated_ties_out_too(tmp_path):
    restated = write_pack(book_pack(view="as-restated"), tmp_path / "restated.xlsx").path
    # Without the late -50 and +80 of February: 360 - 700.
    assert [value for value in table(restated, "Movements")["Total"] if value is not None] == [-340]


def test_the_manifest_names_the_book_its_last_entry_and_its_last_close(tmp_path):
    pack = book_pack()
    manifest = write_manifest(pack, write_pack(pack, tmp_path / "pack.xlsx"), {}, "then", "now")
    assert json.loads(manifest.read_text())["book"] == {
        "name": "northfield-book", "head_sha256": "f" * 64,
        "last_close": {"period": "2026-02", "known": FEBRUARY, "sha256": "20260228" * 8},
    }  # fmt: skip


def test_exports_are_no_book():
    assert Loaded.kept is None
    assert book_of().kept is not None
