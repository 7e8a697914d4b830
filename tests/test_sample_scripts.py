"""The numbered scripts of samples/ run as they stand and print what the command line prints."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bbbxl.cli.packs import demo

SCRIPTS = sorted((Path(__file__).parents[1] / "samples").glob("[0-9]*.py"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("demo") / "company"
    demo(out)
    return out


def _run(script, folder):
    done = subprocess.run([sys.executable, str(script), str(folder)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_there_are_scripts_numbered_from_one():
    assert [script.name[0] for script in SCRIPTS] == [str(place) for place in range(1, len(SCRIPTS) + 1)]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_each_script_runs(script, folder):
    assert _run(script, folder)


def test_the_customers_of_the_second_script_are_part_of_the_backlog_metrics_shows(folder):
    command = [sys.executable, "-m", "bbbxl", "metrics", str(folder), "--metric", "backlog"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    total = _run(SCRIPTS[1], folder).splitlines()[-1].split()[2]
    assert total in shown


def test_the_fifth_script_says_what_was_decided_about_a_messy_export_and_what_was_set_aside(folder):
    lines = _run(SCRIPTS[4], folder).splitlines()
    # 34,500.00 + 2,600.00 + 8,900.00 + 1,250.50 - 640.00 returned.
    assert "booked in 2026-10: 46,610.50 EUR" in lines
    assert "total: 46,610.50 EUR" in lines
    assert [line for line in lines if line.startswith("set aside:")] == [
        'set aside: auftragseingang.csv row 10, Auftragsdatum: "31.02.2026" is not a day of the calendar. Correct it.'
    ]
    # The total of the file holds the row of 31 February too: 46,610.50 + 1,850.00.
    assert any(line.startswith("own total:") and "48,460.50, and so is the sum of its 6 rows" in line for line in lines)
    assert any(line.startswith('decided: Decimal mark ","') for line in lines)
    assert any(line.startswith("decided: Dates have the day first") for line in lines)
    assert any(line.startswith("to look at:") and "row 11" in line for line in lines)
