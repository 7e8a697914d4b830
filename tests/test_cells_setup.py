"""Setting Excel up: the settings of xlwings, and what the doctor says of a machine, each finding with its remedy."""

from dataclasses import replace
from pathlib import Path

import pytest
from commands import bbbxl

from bbbxl.cells.setup import INTERPRETER, Machine, configure, diagnose, read_settings

PYTHON = Path(r"C:\Program Files\py\pythonw.exe")
WELL = Machine(
    "win32", PYTHON, Path(r"C:\Program Files\py"), 64, 64, "0.37.8", True, ("xlwings64-0.37.8.dll",),
    {INTERPRETER: str(PYTHON)}, False,
)  # fmt: skip


def problems(machine):
    return {one.title: one for one in diagnose(machine) if one.state == "problem"}


def test_a_machine_in_order_has_no_problem():
    assert problems(WELL) == {}


@pytest.mark.parametrize(("change", "title", "said"), [
    ({"system": "linux"}, "System", "Windows only"),
    ({"xlwings": "", "libraries": ("xlwings64-.dll",)}, "xlwings", "not installed"),
    ({"has_pywin32": False}, "pywin32", "not installed"),
    ({"libraries": ()}, "Library of xlwings", "xlwings64-0.37.8.dll is not in"),
    ({"libraries": ("xlwings64-0.36.0.dll",)}, "Library of xlwings", "there is xlwings64-0.36.0.dll"),
    ({"settings": None}, "Interpreter", "does not know which Python to start"),
    ({"settings": {INTERPRETER: r"C:\other\python.exe"}}, "Interpreter", r"starts C:\other\python.exe"),
    ({"interpreter": Path("C:/Büro/py.exe"), "settings": {INTERPRETER: "C:/Büro/py.exe"}}, "Path", "letters"),
    ({"interpreter": Path("C:/" + "a" * 230), "settings": {INTERPRETER: "C:/" + "a" * 230}}, "Path", "very long"),
])  # fmt: skip
def test_each_problem_is_found_and_has_a_remedy(change, title, said):
    found = problems(replace(WELL, **change))
    assert set(found) == {title}
    assert said in found[title].said
    assert found[title].remedy


def test_another_bitness_of_excel_is_a_note():
    (bits,) = [one for one in diagnose(replace(WELL, excel_bits=32)) if one.title == "Bits"]
    assert (bits.state, bits.said) == ("note", "Excel has 32, Python 64")


def test_the_hints_name_second_workbooks_links_and_blocked_files():
    titles = [one.title for one in diagnose(WELL)]
    assert {"Second workbook", "Links to an add-in", "Blocked file"} <= set(titles)


def test_the_interpreter_is_written_beside_the_other_settings(tmp_path):
    path = tmp_path / "has blanks" / "xlwings.conf"
    path.parent.mkdir()
    path.write_text('"SHOW CONSOLE","False"\n"interpreter_win","C:\\old.exe"\n', encoding="utf-8")
    configure(WELL, path)
    assert read_settings(path) == {"SHOW CONSOLE": "False", INTERPRETER: str(PYTHON)}


def test_the_commands_say_what_they_did_and_where(tmp_path):
    told = bbbxl("excel", "configure", USERPROFILE=tmp_path)
    assert told.code == 0, told.err
    assert read_settings(tmp_path / ".xlwings" / "xlwings.conf")[INTERPRETER] in told.out
    doctor = bbbxl("excel", "doctor", USERPROFILE=tmp_path)
    assert "Formulas in Excel" in doctor.out
    written = bbbxl("excel", "vba", "--out", tmp_path / "modules")
    assert written.code == 0
    assert (tmp_path / "modules" / "bbbxl.bas").exists()
