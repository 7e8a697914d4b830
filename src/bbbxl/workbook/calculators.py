"""Programs that calculate a saved workbook anew, each a function of the file and its formula cells."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, TypeAlias

from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries

from bbbxl.errors import BbbError, VerificationError
from bbbxl.workbook.formulas import ErrorText, FormulaCell, Result, formula_cells
from bbbxl.workbook.package import open_package, sheets, tables

Calculator: TypeAlias = Callable[[Path, Sequence[FormulaCell]], dict[tuple[str, str], Result]]

PATIENCE: Final = 900.0
_CHILD: Final = Path(__file__).with_name("child.py")
_ALWAYS_RECALCULATE: Final = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item>
</oor:items>
"""


def formualizer_values(
    path: Path, cells: Sequence[FormulaCell], patience: float = PATIENCE
) -> dict[tuple[str, str], Result]:
    """Return what Formualizer computes for the cells; it runs in a process of its own.

    Raises:
        VerificationError: it broke off, or took longer than patience in seconds.
    """
    if not cells:
        return {}
    places = [(cell.sheet, *coordinate_to_tuple(cell.ref)) for cell in cells]
    question = json.dumps({"path": str(path.resolve()), "cells": places, "tables": _tables(path)})
    answer = _run([sys.executable, "-P", str(_CHILD)], "Formualizer", path, patience, question)
    try:
        values = json.loads(answer)
    except ValueError as problem:
        raise VerificationError(f"Formualizer gave no answer for {path.name}: {answer[:200]!r}.") from problem
    return {
        (cell.sheet, cell.ref): ErrorText(value["error"]) if isinstance(value, dict) else value
        for cell, value in zip(cells, values, strict=True)
    }


def libreoffice_values(
    path: Path, cells: Sequence[FormulaCell], patience: float = PATIENCE
) -> dict[tuple[str, str], Result]:
    """Return what LibreOffice computes for the cells, in a profile made for it that distrusts cached values.

    Raises:
        BbbError: LibreOffice is not installed.
        VerificationError: it broke off, wrote nothing, or took longer than patience in seconds.
    """
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise BbbError("LibreOffice is not installed (no soffice on the path). Install it, or verify with formualizer.")
    with TemporaryDirectory(prefix="bbbxl-calc-") as folder:
        source, profile, out = (Path(folder, name) for name in ("pack.xlsx", "profile", "out"))
        shutil.copyfile(path, source)
        Path(profile, "user").mkdir(parents=True)
        Path(profile, "user", "registrymodifications.xcu").write_text(_ALWAYS_RECALCULATE, encoding="utf-8")
        command = [program, "--headless", f"-env:UserInstallation={profile.as_uri()}"]
        command += ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(out), str(source)]
        said = _run(command, "LibreOffice", path, patience)
        if not (written := out / source.name).exists():
            raise VerificationError(f"LibreOffice could not calculate {path.name}: {said.strip()[-200:]}.")
        computed = {(cell.sheet, cell.ref): cell.cached for cell in formula_cells(written)}
    return {place: computed[place] for cell in cells if (place := (cell.sheet, cell.ref)) in computed}


def _tables(path: Path) -> list[tuple[object, ...]]:
    """Return the tables of a workbook as the child takes them."""
    found: list[tuple[object, ...]] = []
    with open_package(path) as package:
        for table in (table for sheet in sheets(package) for table in tables(package, sheet)):
            first_column, first_row, last_column, last_row = range_boundaries(table.ref)
            area = (first_row, first_column, last_row, last_column)
            found.append((table.name, table.sheet, area, table.columns, table.header_row, table.totals_row))
    return found


def _run(command: list[str], program: str, path: Path, patience: float, question: str = "") -> str:
    """Return what a program printed; when it takes too long, it and what it started are ended."""
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    ) as process:
        try:
            answer, complaint = process.communicate(question, timeout=patience)
        except subprocess.TimeoutExpired as problem:
            _end(process)
            raise VerificationError(
                f"{program} had not calculated {path.name} after {patience:g} seconds. Make the pack smaller."
            ) from problem
        except BaseException:
            _end(process)
            raise
    if process.returncode:
        last = (complaint.strip() or answer.strip() or f"exit code {process.returncode}").splitlines()[-1]
        raise VerificationError(f"{program} broke off while calculating {path.name}: {last}")
    return answer


def _end(process: subprocess.Popen[str]) -> None:
    """End a process and, where the system can, all it started."""
    if sys.platform == "win32":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)
