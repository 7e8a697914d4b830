"""bbbxl calc: what it writes, and what it says where LibreOffice cannot take it."""

import os
from pathlib import Path

import openpyxl
import pytest
from commands import bbbxl

from bbbxl.cells.calc.build import extension
from bbbxl.cells.calc.install import environment, install, remove, unopkg
from bbbxl.errors import TargetError
from bbbxl.workbook.calc_demo import FIGURES, ORDERS

posix = pytest.mark.skipif(os.name != "posix", reason="a stand-in for unopkg is a script of a shell")


def standing_in(folder, script):
    """Put a stand-in for unopkg in front of all others; return the variable that does it."""
    path = folder / "unopkg"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}


def test_build_writes_the_extension(tmp_path):
    done = bbbxl("calc", "build", "--elsewhere", "--out", "own.oxt", cwd=tmp_path)
    assert (done.code, done.out) == (0, "Extension: own.oxt\n")
    assert (tmp_path / "own.oxt").read_bytes() == extension(elsewhere=True)


def test_build_into_a_folder_that_is_none_is_refused(tmp_path):
    said = bbbxl("calc", "build", "--out", "none/own.oxt", cwd=tmp_path).refuses()
    assert said == "The folder none does not exist. Make it, or name another one."


def test_demo_writes_orders_and_formulas(tmp_path):
    done = bbbxl("calc", "demo", "--out", "demo.xlsx", cwd=tmp_path)
    assert done.code == 0
    book = openpyxl.load_workbook(tmp_path / "demo.xlsx")
    assert book.sheetnames == [FIGURES, ORDERS]
    assert book[FIGURES]["B3"].value == "=BBB.LOAD(Orders!$A$1:$O$7)"
    assert book[FIGURES]["B6"].value == '=BBB.BOOKINGS(B3,"2026-02")'
    assert book[FIGURES]["C6"].value.startswith("=SUMIFS(Orders!$I$2:$I$7,")
    arrays = [cell.value.text for row in book[FIGURES] for cell in row if hasattr(cell.value, "text")]
    assert [text.partition("(")[0] for text in arrays] == [
        "=BBB.BOOKINGS", "=BBB.BACKLOG_ROLL", "=BBB.ROWS", "=BBB.CHECK",
    ]  # fmt: skip


@posix
def test_install_hands_the_extension_to_unopkg(tmp_path):
    script = f'echo "$@" > "{tmp_path}/said"; for last; do :; done; cp "$last" "{tmp_path}/taken"'
    stands = standing_in(tmp_path, script)
    done = bbbxl("calc", "install", "--shared", **stands)
    assert (done.code, done.out) == (0, "Installed. Restart LibreOffice and type =BBB.VERSION() into a cell.\n")
    assert (tmp_path / "said").read_text(encoding="utf-8").startswith("add --force --suppress-license --shared ")
    assert (tmp_path / "taken").read_bytes() == extension()


@posix
def test_uninstall_names_the_extension(tmp_path, monkeypatch):
    monkeypatch.setenv(*standing_in(tmp_path, f'echo "$@" > "{tmp_path}/said"').popitem())
    remove()
    assert (tmp_path / "said").read_text(encoding="utf-8") == "remove org.bbbxl.calc\n"


@posix
def test_what_libreoffice_says_against_it_is_said(tmp_path, monkeypatch):
    script = "echo 'Warning: failed to launch javaldx'; echo 'ERROR: the disk is full.' >&2; exit 1"
    monkeypatch.setenv(*standing_in(tmp_path, script).popitem())
    with pytest.raises(TargetError) as refused:
        install(everybody=True)
    assert str(refused.value) == (
        "LibreOffice did not take the extension: ERROR: the disk is full. Close LibreOffice and try again."
    )


@posix
def test_a_libreoffice_without_python_is_said(tmp_path, monkeypatch):
    script = "echo 'ERROR: no loader com.sun.star.loader.Python'; exit 1"
    monkeypatch.setenv(*standing_in(tmp_path, script).popitem())
    with pytest.raises(TargetError, match="apt install python3-uno"):
        install(everybody=True)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="asks what root is told")
def test_root_is_told_to_be_somebody_else_or_everybody(tmp_path):
    said = bbbxl("calc", "install", **standing_in(tmp_path, "exit 9")).refuses()
    assert said.startswith("LibreOffice takes no extension for root alone.")


def test_without_libreoffice_the_way_by_hand_is_said(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("bbbxl.cells.calc.install._USUAL", ())
    with pytest.raises(TargetError, match="choose Tools, Extensions, Add"):
        unopkg()


def test_libreoffice_does_not_find_the_python_of_an_environment(tmp_path, monkeypatch):
    (tmp_path / "bin").mkdir()
    (tmp_path / "pyvenv.cfg").touch()
    monkeypatch.setenv("PATH", os.pathsep.join((str(tmp_path / "bin"), str(Path.home()))))
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path))
    assert environment()["PATH"] == str(Path.home())
    assert "VIRTUAL_ENV" not in environment()
