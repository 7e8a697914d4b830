"""bbbxl demo: exports, config and finished pack of the sample company; twice the same, never over another's files."""

import hashlib
import json

from commands import bbbxl
from python_calamine import CalamineWorkbook

from bbbxl.checks import CHECKS


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*")) if path.is_file() and ".manifest." not in path.name
    }  # fmt: skip


def test_the_demo_ends_with_0_and_says_where_the_pack_is(demo):
    folder, done = demo
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0].strip() == "Northfield Instruments, fulfilment basis, USD, as of 2026-10-31"
    assert lines[-1] == f"Pack: {folder / 'bbb-pack-2026-10.xlsx'}"
    assert f"{len(CHECKS)} of {len(CHECKS)} checks tie out." in lines
    assert any(line.startswith("Closing backlog ") for line in lines)


def test_the_demo_writes_exports_config_pack_and_manifest(demo):
    names = set(contents(demo[0]))
    assert {"erp_events.csv", "crm_closed_won.csv", "rates.csv", "bbbxl.toml", "bbb-pack-2026-10.xlsx",
            "order-lines/erp_order_lines.csv", "order-lines/bbbxl.toml", "order-lines/rates.csv"} <= names  # fmt: skip
    assert (demo[0] / "bbb-pack-2026-10.manifest.json").exists()


def test_the_printed_figures_are_those_of_the_pack(demo):
    folder, done = demo
    sheet = CalamineWorkbook.from_path(str(folder / "bbb-pack-2026-10.xlsx")).get_sheet_by_name("KPIs")
    row = next(row for row in sheet.to_python() if "Net bookings" in row)
    printed = next(line for line in done.stdout.splitlines() if line.startswith("Net bookings")).split()[2:]
    assert [float(text.replace(",", "")) for text in printed] == row[1:6]


def test_the_demo_twice_gives_the_same_bytes(demo):
    folder, _ = demo
    before = contents(folder)
    again = bbbxl("demo", "--out", folder, PYTHONHASHSEED="5", TZ="Asia/Tokyo")
    assert again.code == 0
    assert contents(folder) == before


def test_figures_of_the_demo_sum_over_its_entities(demo):
    folder, _ = demo
    answer = bbbxl(
        "metrics", folder, "--period", "2026-10", "--metric", "backlog", "--by", "entity", "--format", "json"
    )
    figures = json.loads(answer.out)
    assert answer.code == 0
    total, *parts = [one["value"] for one in figures]
    assert total == sum(parts) > 0


def test_a_folder_with_other_files_is_left_alone(tmp_path):
    (tmp_path / "mine.csv").write_text("precious")
    assert f"{tmp_path} holds mine.csv, which is not of the demo." in bbbxl("demo", "--out", tmp_path).refuses()
    assert [path.name for path in tmp_path.iterdir()] == ["mine.csv"]


def test_a_file_in_the_place_of_the_folder_is_left_alone(tmp_path):
    (tmp_path / "demo").write_text("precious")
    assert "is a file. Choose another folder" in bbbxl("demo", "--out", tmp_path / "demo").refuses()
    assert "cannot be made" in bbbxl("demo", "--out", tmp_path / "demo" / "inside").refuses()
