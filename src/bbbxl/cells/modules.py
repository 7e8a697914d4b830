"""The files that are imported into a workbook: our module, and those of the xlwings that is installed here."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Final

from bbbxl.cells.vba import module_text
from bbbxl.errors import InputError, TargetError

#: Files of xlwings that define what our module calls, below its folder.
_OF_XLWINGS: Final = ("xlwings.bas", "addin/Dictionary.cls")


def write_modules(folder: Path) -> list[Path]:
    """Write the modules as Visual Basic reads them and return where they are.

    Raises:
        InputError: xlwings is not installed here.
        TargetError: the folder cannot be written.
    """
    spec = find_spec("xlwings")
    if spec is None or spec.origin is None:
        raise InputError("xlwings is not installed, and its module has to stand beside ours. Run: pip install xlwings.")
    home = Path(spec.origin).parent
    written = {"bbbxl.bas": module_text().replace("\n", "\r\n").encode("cp1252", "replace")}
    written |= {Path(name).name: (home / name).read_bytes() for name in _OF_XLWINGS}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in written.items():
            (folder / name).write_bytes(content)
    except OSError as error:
        raise TargetError(f"{folder} cannot be written: {error.strerror}. Name another folder with --out.") from error
    return [folder / name for name in written]
