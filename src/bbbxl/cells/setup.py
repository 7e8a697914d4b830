"""Setting Excel up: what xlwings has to know, and what keeps the functions from answering, with the remedy."""

from __future__ import annotations

import csv
import importlib.metadata
import importlib.util
import os
import struct
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bbbxl.errors import TargetError

#: Settings of xlwings that bbbxl needs: key -> meaning.
INTERPRETER: Final = "INTERPRETER_WIN"
_PATH_LIMIT: Final = 200


@dataclass(frozen=True)
class Machine:
    """What the functions depend on.

    Attributes:
        system: sys.platform.
        interpreter: The Python that runs bbbxl.
        prefix: Folder of its installation or environment.
        bits: Of that Python.
        excel_bits: Of Excel; None where it is not known.
        xlwings: Version of xlwings; empty where it is missing.
        has_pywin32: Whether pywin32 is installed.
        libraries: Names of the files xlwings*.dll beside the interpreter and in the prefix.
        settings: Settings of xlwings of this user; None without the file.
        addin: Whether the add-in of xlwings starts with Excel.
    """

    system: str
    interpreter: Path
    prefix: Path
    bits: int
    excel_bits: int | None
    xlwings: str
    has_pywin32: bool
    libraries: tuple[str, ...]
    settings: Mapping[str, str] | None
    addin: bool


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        title: What.
        state: ok, problem or note.
        said: What was found.
        remedy: What to do; empty where nothing is.
    """

    title: str
    state: str
    said: str
    remedy: str = ""


def this_machine() -> Machine:
    """Return what the functions depend on, as it is here."""
    prefix, interpreter = Path(sys.prefix), _windowless(Path(sys.executable))
    found = {path.name for folder in (prefix, interpreter.parent) for path in folder.glob("xlwings*.dll")}
    try:
        version = importlib.metadata.version("xlwings")
    except importlib.metadata.PackageNotFoundError:
        version = ""
    return Machine(
        sys.platform, interpreter, prefix, struct.calcsize("P") * 8, _excel_bits(), version,
        importlib.util.find_spec("win32com") is not None, tuple(sorted(found)), read_settings(settings_path()),
        _addin_path().exists(),
    )  # fmt: skip


def _windowless(python: Path) -> Path:
    """Return the interpreter that opens no console, where there is one beside."""
    beside = python.with_name("pythonw.exe")
    return beside if beside.exists() else python


def _excel_bits() -> int | None:
    """Return the bitness of Excel as its installer wrote it down; None elsewhere."""
    if sys.platform != "win32":
        return None
    import winreg

    place = r"SOFTWARE\Microsoft\Office\ClickToRun\Configuration"
    try:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, place) as key:
            return 64 if winreg.QueryValueEx(key, "Platform")[0] == "x64" else 32
    except OSError:
        return None


def settings_path() -> Path:
    """Return the file in which xlwings keeps the settings of this user."""
    return Path(os.environ.get("USERPROFILE") or Path.home()) / ".xlwings" / "xlwings.conf"


def _addin_path() -> Path:
    start = Path(os.environ.get("APPDATA") or Path.home()) / "Microsoft" / "Excel" / "XLSTART"
    return start / "xlwings.xlam"


def read_settings(path: Path) -> dict[str, str] | None:
    """Return the settings in a file of xlwings, keys in capitals; None without one."""
    if not path.exists():
        return None
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row[0].strip().upper(): row[1] for row in csv.reader(file, skipinitialspace=True) if len(row) == 2}


def configure(machine: Machine, path: Path) -> dict[str, str]:
    """Write the interpreter into the settings of xlwings and return them; other settings stay.

    Raises:
        TargetError: the file cannot be written.
    """
    settings = {**(read_settings(path) or {}), INTERPRETER: str(machine.interpreter)}
    lines = [",".join(f'"{text}"' for text in pair) for pair in settings.items()]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        raise TargetError(f"{path} cannot be written: {error.strerror}. Free it and try again.") from error
    return settings


def diagnose(machine: Machine) -> tuple[Finding, ...]:
    """Return everything that was looked at, each finding with its remedy."""
    return (
        _of_system(machine), _of_xlwings(machine), _of_pywin32(machine), _of_library(machine), _of_bits(machine),
        _of_settings(machine), _of_path(machine), *_HINTS,
    )  # fmt: skip


def _of_system(machine: Machine) -> Finding:
    if machine.system == "win32":
        return Finding("System", "ok", "Windows")
    return Finding(
        "System", "problem", f"{machine.system}: xlwings answers formulas on Windows only",
        "Use LibreOffice Calc here: bbbxl calc demo. On Windows, run this again.",
    )  # fmt: skip


def _of_xlwings(machine: Machine) -> Finding:
    if machine.xlwings:
        return Finding("xlwings", "ok", f"version {machine.xlwings}")
    return Finding("xlwings", "problem", "not installed", "python -m pip install xlwings")


def _of_pywin32(machine: Machine) -> Finding:
    if machine.has_pywin32 or machine.system != "win32":
        return Finding("pywin32", "ok" if machine.has_pywin32 else "note",
                       "installed" if machine.has_pywin32 else "only on Windows")  # fmt: skip
    return Finding("pywin32", "problem", "not installed", "python -m pip install pywin32")


def _of_library(machine: Machine) -> Finding:
    """Say whether the library that Excel loads stands where it looks, in the version of xlwings."""
    wanted = f"xlwings{64 if machine.bits == 64 else 32}-{machine.xlwings}.dll"
    if wanted in machine.libraries:
        return Finding("Library of xlwings", "ok", wanted)
    other = f"; there is {', '.join(machine.libraries)}" if machine.libraries else ""
    state = "problem" if machine.system == "win32" else "note"
    return Finding(
        "Library of xlwings", state, f"{wanted} is not in {machine.prefix}{other}",
        "python -m pip install --force-reinstall xlwings, then bbbxl excel vba again: the module, the library and "
        "xlwings have to be of one version. If the file is gone again, an antivirus program took it: allow it there.",
    )  # fmt: skip


def _of_bits(machine: Machine) -> Finding:
    if machine.excel_bits is None:
        return Finding("Bits", "note", f"Python has {machine.bits}; for those of Excel see File, Account, About.")
    if machine.excel_bits == machine.bits:
        return Finding("Bits", "ok", f"Excel and Python have {machine.bits}")
    return Finding("Bits", "note", f"Excel has {machine.excel_bits}, Python {machine.bits}",
                   "It works, as Python runs in a process of its own; both libraries have to be there.")  # fmt: skip


def _of_settings(machine: Machine) -> Finding:
    """Say whether Excel starts the Python that holds this bbbxl."""
    said = (machine.settings or {}).get(INTERPRETER, "")
    if said and Path(said) == machine.interpreter:
        return Finding("Interpreter", "ok", said)
    found = f"xlwings starts {said}" if said else "xlwings does not know which Python to start"
    return Finding("Interpreter", "problem", f"{found}; bbbxl is in {machine.interpreter}", "bbbxl excel configure")


def _of_path(machine: Machine) -> Finding:
    path = str(machine.interpreter)
    if not path.isascii():
        return Finding("Path", "problem", f"{path} has letters that the library loader of Excel does not read",
                       "Install Python under a path of plain letters.")  # fmt: skip
    if len(path) > _PATH_LIMIT:
        return Finding("Path", "problem", f"{path} is very long", "Install Python under a shorter path.")
    return Finding("Path", "ok", f"{path}{' (blanks in it are no problem)' if ' ' in path else ''}")


_HINTS: Final = (
    Finding("Second workbook", "note", "Functions imported into one workbook are known in that workbook only.",
            "Import bbbxl.bas into each, or save it once as an add-in (.xlam) and load that."),
    Finding("Links to an add-in", "note", "A formula such as ='C:\\...\\bbbxl.xlam'!BOOKINGS(...) names an old place.",
            "Data, Edit Links, Change Source to the add-in that is loaded, or replace the path by nothing."),
    Finding("Blocked file", "note", "Windows blocks macros of files from the internet.",
            "Right-click the file, Properties, Unblock. What bbbxl excel vba writes is written here, not fetched."),
)  # fmt: skip
