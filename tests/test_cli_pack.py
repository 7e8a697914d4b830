"""bbbxl pack: where it writes, what it refuses to write over, what it says and the manifest beside it."""

import hashlib
import json
import os
import subprocess
import sys

import pytest
from commands import all_of, bbbxl
from openpyxl import load_workbook
from packs import TWO_ORDERS, pack_of, table, write_exports

from bbbxl.workbook.manifest import write_manifest
from bbbxl.workbook.verified import Released

BAD = (*TWO_ORDERS, ("new", "1003", "1", "2026-02-03", "many", "Acme"))
COMMANDS = {
    "pack": ("pack", "good"),
    "out": ("pack", "good", "--out", "elsewhere/board.xlsx", "--period", "2026-01"),
    "revenue": ("pack", "revenue", "--basis", "revenue"),
    "a row set aside": ("pack", "bad"),
    "strict": ("pack", "strict", "--strict"),
    "strict and tidy": ("pack", "tidy", "--strict", "--as-of", "2026-02-28", "--view", "as-reported"),
    "a file": ("pack", "good/events.csv", "--currency", "USD", "--out", "file.xlsx", "--period", "2026-02-15"),
}
REFUSED = {
    "pack good --out board.csv": "board.csv does not end in .xlsx",
    "pack good --out good": "good is a folder. Name a file in it.",
    "pack good --out missing/board.xlsx": "The folder missing does not exist. Make it, or name another one.",
    "pack good --period 2026-Q1": 'A pack reports one month; "2026-Q1" is 3. Ask for 2026-03.',
    "pack good --period 2026-01 --as-of 2026-02-28": "A pack of 2026-01 cannot be as of 2026-02-28.",
    "pack good --period 2027-03": "2027-03 lies outside the data",
    "pack good --known-at 2025-12-31": "Nothing was recorded by 2025-12-31",
    "pack good --strict=yes": "does not take a value",
    "pack good --as-of 2027-01-31": "The exports were taken on 2026-12-31 and say nothing of 2027-01-31.",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("packs")
    for name in ("good", "revenue", "tidy"):
        write_exports(folder / name)
    for name in ("bad", "strict"):
        write_exports(folder / name, BAD)
    (folder / "elsewhere").mkdir()
    return folder


@pytest.fixture(scope="module")
def answers(folder):
    return all_of(COMMANDS, folder)


@pytest.fixture(scope="module")
def refusals(folder, answers):
    return all_of({line: line.split() for line in REFUSED}, folder)


@pytest.mark.parametrize("line", REFUSED)
def test_what_cannot_be_packed_is_refused_in_one_sentence(refusals, line):
    assert REFUSED[line] in refusals[line].refuses()


def test_refusals_leave_nothing_behind(folder, refusals):
    assert not [path for path in folder.rglob("*") if path.name.startswith("~")]
    assert sorted(path.name for path in folder.glob("*.csv")) == []


def test_a_pack_stands_in_the_folder_of_the_exports_and_says_where(folder, answers):
    answer = answers["pack"]
    assert (answer.code, answer.err) == (0, "")
    # The as-of date is the end of the last event's month.
    assert answer.out.splitlines()[-1] == f"Pack: {os.path.join('good', 'bbb-pack-2026-02.xlsx')}"
    assert "checks tie out." in answer.out
    assert "formulas recalculated, none differs from the engine." in answer.out
    assert table(folder / "good" / "bbb-pack-2026-02.xlsx", "KPIs")["Net bookings"][0] == 400


def test_out_names_the_file_and_period_the_month(folder, answers):
    assert answers["out"].code == 0
    assert table(folder / "elsewhere" / "board.xlsx", "KPIs")["Net bookings"][0] == 1000
    assert (folder / "elsewhere" / "board.manifest.json").exists()


def test_a_day_as_period_is_its_as_of_date(folder, answers):
    # A single file has no bbbxl.toml entry of its own here: the one beside it names it.
    assert answers["a file"].code == 0
    assert table(folder / "file.xlsx", "Cover")["As of"][0] == "15 Feb 2026"
    assert table(folder / "file.xlsx", "KPIs")["Closing backlog"][0] == 1100


def test_a_row_set_aside_gives_exit_code_1_and_a_pack_that_lists_it(folder, answers):
    answer = answers["a row set aside"]
    assert answer.code == 1
    assert 'events.csv row 7, Amount: "many" is not a number' in answer.err
    assert "Red: Rows set aside: events.csv row 7" in answer.err
    assert ".." not in answer.err
    listed = load_workbook(folder / "bad" / "bbb-pack-2026-02.xlsx")["Sources"]
    assert "many" in [cell.value for row in listed.iter_rows() for cell in row]
    assert table(folder / "bad" / "bbb-pack-2026-02.xlsx", "Cover")["Checks"][0] == "CHECK"


def test_strict_writes_nothing_when_a_row_was_set_aside(folder, answers):
    assert answers["strict"].code == 1
    assert "Nothing was written, because of --strict." in answers["strict"].err
    assert sorted(path.name for path in (folder / "strict").iterdir()) == ["bbbxl.toml", "events.csv"]


def test_strict_writes_what_is_tidy(folder, answers):
    assert (answers["strict and tidy"].code, answers["strict and tidy"].err) == (0, "")
    assert table(folder / "tidy" / "bbb-pack-2026-02.xlsx", "Cover")["View"][0] == "as-reported"


def test_a_basis_without_facts_is_packed_with_reasons(folder, answers):
    assert answers["revenue"].code == 0
    rows = table(folder / "revenue" / "bbb-pack-2026-02.xlsx", "KPIs")
    assert rows["Closing backlog"][0] == "n/a"
    assert rows["Net bookings"][0] == 400


def test_the_manifest_says_what_was_made_of_what(folder, answers):
    pack = folder / "elsewhere" / "board.xlsx"
    manifest = json.loads((folder / "elsewhere" / "board.manifest.json").read_text(encoding="utf-8"))
    assert manifest["pack"] == {"file": "board.xlsx", "sha256": hashlib.sha256(pack.read_bytes()).hexdigest()}
    assert manifest["options"] == {"period": "2026-01"}
    assert manifest["report"]["as_of"] == "2026-01-31"
    (source,) = manifest["inputs"]
    export = (folder / "good" / "events.csv").read_bytes()
    assert source["sha256"] == hashlib.sha256(export).hexdigest()
    assert (source["size"], source["rows"], source["used"], source["set_aside"]) == (len(export), 5, 5, 0)
    assert source["totals"] == {"USD": 240_000}  # 1,000 + 500 + 400 + 400 + 100, every amount of the column
    assert manifest["started"] <= manifest["ended"]
    assert {"bbbxl", "python", "pandas", "openpyxl"} <= set(manifest["product"])


def test_the_hash_of_the_config_follows_every_choice(tmp_path):
    hashes = set()
    for year_end in ("12-31", "06-30"):
        pack = pack_of(write_exports(tmp_path / year_end, year_end=year_end), "2026-02-28")
        beside = Released(tmp_path / f"{year_end}.xlsx", 0, 0)
        beside.path.write_bytes(b"any file")
        manifest = json.loads(write_manifest(pack, beside, {}, "", "").read_text(encoding="utf-8"))
        hashes.add(manifest["config_sha256"])
    assert len(hashes) == 2


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_closed_to_us_is_refused(tmp_path):
    folder = write_exports(tmp_path / "exports")
    closed = tmp_path / "closed"
    closed.mkdir()
    closed.chmod(0o500)
    assert "Nothing can be written in the folder" in bbbxl("pack", folder, "--out", closed / "board.xlsx").refuses()


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="needs a folder that nobody writes to")
def test_a_read_only_folder_is_refused(tmp_path):
    folder = write_exports(tmp_path / "exports")
    said = bbbxl("pack", folder, "--out", "/proc/self/board.xlsx").refuses()
    assert "Nothing can be written in the folder /proc/self" in said or "does not exist" in said


def test_an_older_pack_is_replaced_and_nothing_stands_beside_it(folder, answers):
    pack = folder / "good" / "bbb-pack-2026-02.xlsx"
    before = pack.read_bytes()
    pack.write_bytes(b"an older pack")
    assert bbbxl("pack", "good", cwd=folder).code == 0
    assert pack.read_bytes() == before
    names = {path.name for path in (folder / "good").iterdir()}
    assert names == {"bbb-pack-2026-02.manifest.json", "bbb-pack-2026-02.xlsx", "bbbxl.toml", "events.csv"}


def test_a_pack_breaks_down_by_the_one_dimension_asked_for(tmp_path):
    exports = write_exports(tmp_path / "exports")
    command = [sys.executable, "-m", "bbbxl", "pack", str(exports), "--by"]
    done = subprocess.run([*command, "customer", "--out", tmp_path / "one.xlsx"], capture_output=True, check=False)
    assert done.returncode == 0
    column = load_workbook(tmp_path / "one.xlsx")["By dimension"].iter_rows(min_col=2, max_col=2)
    labels = [row[0].value for row in column]
    assert "Customer" in labels
    assert "Entity" not in labels
    done = subprocess.run([*command, "regoin", "--out", tmp_path / "two.xlsx"], capture_output=True, check=False)
    assert (done.returncode, (tmp_path / "two.xlsx").exists()) == (2, False)
