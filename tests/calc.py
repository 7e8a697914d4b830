"""LibreOffice Calc with the extension, in a profile that is thrown away; nothing of the system is touched.

The extension stands in a folder that LibreOffice takes for the one of its bundled extensions. That works as root too,
for whom unopkg add refuses.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import date
from functools import cache
from pathlib import Path
from zipfile import ZipFile

import openpyxl
from openpyxl.utils import get_column_letter

from bbbxl.cells.arguments import Block
from bbbxl.cells.calc.build import extension
from bbbxl.cells.calc.handover import answer
from bbbxl.cells.calc.install import environment as own_environment
from bbbxl.periods import EXCEL_EPOCH
from bbbxl.samples.order_table import EXAMPLE_TABLES, HEADER, ORDER_LINES

#: Name of an example table -> its range in a sheet of that name.
RANGES = {
    name: f"A1:{get_column_letter(len(header))}{len(rows) + 1}" for name, (header, rows) in EXAMPLE_TABLES.items()
}
WHOLE = RANGES["Orders"]


class Calc:
    """A LibreOffice with the extension.

    Args:
        folder: For its profile, the extension and what it writes.
        elsewhere: The extension is one for other computers.
        environment: Added to that of the process.
    """

    def __init__(self, folder: Path, *, elsewhere: bool = False, environment=None):
        self.folder, self.environment = folder, {**own_environment(), **(environment or {})}
        bundled = folder / "bundled"
        package = folder / "bbbxl.oxt"
        package.write_bytes(extension(elsewhere=elsewhere))
        with ZipFile(package) as held:
            held.extractall(bundled / package.name)
        self._where = [f"-env:UserInstallation={(folder / 'profile').as_uri()}",
                       f"-env:BUNDLED_EXTENSIONS={bundled.as_uri()}"]  # fmt: skip
        self.registered = self._run("unopkg", "list", "--bundled")

    def _run(self, tool, *words):
        command = [shutil.which(tool), *words[:1], *self._where, *words[1:]]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, env=self.environment)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def recalculated(self, *paths):
        """Return sheets by file and name, values as openpyxl reads them; one start for all files."""
        out = self.folder / "out"
        self._run("soffice", "--headless", "--convert-to", "xlsx", "--outdir", str(out), *map(str, paths))
        books = {path.stem: openpyxl.load_workbook(out / f"{path.stem}.xlsx", data_only=True) for path in paths}
        return {stem: {sheet.title: sheet for sheet in book} for stem, book in books.items()}


def cells(sheet, reference):
    """Return rows of values; an empty cell is an empty text."""
    return tuple(tuple("" if cell.value is None else cell.value for cell in row) for row in sheet[reference])


def handed(header=HEADER, lines=ORDER_LINES, name="Orders"):
    """Return a table as Calc hands it over: numbers, texts, and an empty text where there is nothing."""

    def plain(cell):
        if isinstance(cell, date):
            return float((cell - EXCEL_EPOCH).days)
        return "" if cell is None else float(cell) if isinstance(cell, int) else cell

    rows = (tuple(header), *(tuple(map(plain, line)) for line in lines))
    return Block(rows, f"{name}!A1:{get_column_letter(len(header))}{len(rows)}")


@cache
def computed(formula):
    """Return what an example of Excel gives in this process: tables go by their names, H is a handle of Orders."""
    tables = {table: handed(header, rows, table) for table, (header, rows) in EXAMPLE_TABLES.items()}
    name, inside = re.fullmatch(r"=(\w+)\((.*)\)", formula, re.DOTALL).groups()
    (handle,), *_ = answer("BBB_LOAD", [tables["Orders"]])
    words = {**tables, "H": handle}
    given = [words[word] if word else text for text, word in re.findall(r'"([^"]*)"|\b(\w+)\b', inside)]
    return answer(name, given)
