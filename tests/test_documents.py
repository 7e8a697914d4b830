"""The documents stay true: their limits, options, keys, links and commands are those of the product."""

import csv
import re
import shlex
import tomllib
from pathlib import Path

import pytest
from commands import bbbxl

from bbbxl.checks import CHECK
from bbbxl.cli.inspecting import document
from bbbxl.cli.options import READING
from bbbxl.inputs.files import careful, door, facts, parts, reading, sheet_blocks, sniff, zip_entries
from bbbxl.inputs.preset_data import presets
from bbbxl.policy import FileEntry, check_config
from bbbxl.reconcile.decisions_file import COLUMNS, WORDS
from bbbxl.report.inspection import refused
from bbbxl.samples.messy import write_messy_export

ROOT = Path(__file__).parents[1]
README, SECURITY, CHANGELOG = (
    (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "SECURITY.md", "CHANGELOG.md")
)
GIB, MIB = 1 << 30, 1 << 20
#: What SECURITY.md says of each limit -> the limit.
LIMITS = {
    f"more than {door.MOST_BYTES // GIB} GiB;": door.MOST_BYTES % GIB,
    f"more than {sniff.MOST_ENTRIES:,} entries": 0,
    f"more than {zip_entries.MOST_BYTES // GIB} GiB unpacked, or {zip_entries.MOST_RATIO} times": (
        zip_entries.MOST_BYTES % GIB
    ),
    f"({zip_entries.FREE_BYTES // MIB} MiB an entry and {zip_entries.FREE_TOTAL // MIB} MiB together": (
        zip_entries.FREE_BYTES % MIB + zip_entries.FREE_TOTAL % MIB
    ),
    f"more than {sheet_blocks._MOST_BLOCK // MIB} MiB in one row": sheet_blocks._MOST_BLOCK % MIB,
    f"or {parts.MOST_WHOLE // MIB} MiB in a part": parts.MOST_WHOLE % MIB,
    f"more than {facts.MOST_CELLS:,} cells": 0,
    f"more than {facts.LARGE:,} of which not one in {facts.SPARSE} holds": 0,
    f"more than {careful.MOST_COLUMNS:,} columns, {careful.MOST_CELLS:,} cells, {careful.MOST_LINE:,} characters": 0,
    f"or {csv.field_size_limit():,} in a cell": 0,
    f"({reading._FREE_MEMORY // MIB} MiB, {reading._MEMORY_OF_BYTE} bytes for each": reading._FREE_MEMORY % MIB,
    f"and {reading._MEMORY_OF_CELL} for each cell": 0,
    f"({reading._PATIENCE:g} s and {reading._PATIENCE_OF_MIB:g} s a": 0,
}


def _said(text):
    return " ".join(text.split())


@pytest.mark.parametrize("words", LIMITS)
def test_security_tells_the_limits_that_hold(words):
    assert words in _said(SECURITY)
    assert LIMITS[words] == 0


def _rows():
    """Return the rows of the table of doubts: command line and key."""
    table = README.split("| in doubt or written differently |")[1].split("\n\n")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]


def test_the_table_of_doubts_names_options_that_exist_and_all_that_say_how_a_file_is_written():
    named = [shlex.split(option.strip("`"))[0].strip("-") for _, option, _ in _rows() if option]
    known = {name.replace("_", "-") for name in READING}
    assert set(named) == known | {"column", "currency"}


def test_every_key_of_the_table_of_doubts_is_one_of_bbbxl_toml():
    for _, _, cell in _rows():
        setting = tomllib.loads(re.findall(r"`([^`]+)`", cell)[0])
        own = {"path": "orders.csv", "role": "orders", **(setting if "currency" not in setting else {})}
        check_config({"schema": 1, "files": [own], **(setting if "currency" in setting else {})})


def test_the_table_of_doubts_leaves_no_key_of_a_file_out():
    keys = {key for _, _, cell in _rows() for key in tomllib.loads(re.findall(r"`([^`]+)`", cell)[0])}
    in_the_example = {"path", "role", "extracted"}
    assert keys - {"currency"} == set(FileEntry.__struct_fields__) - in_the_example


def test_the_bbbxl_toml_of_the_readme_is_read():
    (example,) = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    config = check_config(tomllib.loads(example))
    assert [one.role for one in config.files] == ["orders", "rates"]


def test_the_readme_names_every_ending_and_every_key_of_inspect_json():
    section = README.split("## Your own exports")[1]
    for ending in door.SUFFIXES:
        assert ending in section
    for key in document(refused("why")):
        assert f"`{key}`" in section, key


def test_the_readme_names_the_program_of_every_preset():
    programs = {one.system.split()[0] for one in presets().values() if one.system}
    assert [name for name in sorted(programs) if name not in README] == []


def test_the_changelog_names_checks_by_their_titles():
    named = re.findall(r'check "([^"]+)"', CHANGELOG)
    assert named
    assert set(named) <= {check.title for check in CHECK.values()}


_LINKED = ["README.md", "SECURITY.md", "CHANGELOG.md", "samples/README.md", *(
    path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "udfs").rglob("*.md")))]  # fmt: skip


@pytest.mark.parametrize("name", _LINKED)
def test_links_of_the_documents_lead_somewhere(name):
    path = ROOT / name
    for target in re.findall(r"\]\(([^)]+)\)", path.read_text(encoding="utf-8")):
        assert target.startswith("https://") or (path.parent / target).exists(), target


def test_the_commands_on_the_messy_export_do_what_the_readme_says(tmp_path):
    write_messy_export(tmp_path / "messy")
    lines = [line for line in README.splitlines() if line.startswith("bbbxl ") and "messy/" in line]
    answers = [bbbxl(*shlex.split(line)[1:], cwd=tmp_path) for line in lines]
    # inspect and metrics tell of the row set aside; the draft is written, and refused while a "?" stands in it
    assert [one.code for one in answers] == [1, 1, 0, 2]
    assert "31.02.2026" in answers[0].out
    assert "ours.toml" in answers[3].refuses()


def test_the_readme_names_the_columns_and_words_of_a_decisions_file():
    section = README.split("## Reconcile CRM and ERP")[1].split("\n## ")[0]
    assert f"`{','.join(COLUMNS)}`" in section
    assert [word for word in WORDS if f"`{word}`" not in section] == []


def test_the_samples_readme_lists_every_script():
    text = (ROOT / "samples" / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in (ROOT / "samples").glob("[0-9]*.py") if f"`{path.name}`" not in text] == []


def test_the_readme_stays_short():
    assert len(README.splitlines()) <= 270
