"""The extension put into the LibreOffice of this computer, by LibreOffice's own tool."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from bbbxl.cells.calc.build import NAME, extension
from bbbxl.cells.calc.words import IDENTIFIER
from bbbxl.errors import TargetError

#: Where the tool stands when no path leads to it.
_USUAL: Final = (
    r"C:\Program Files\LibreOffice\program\unopkg.com",
    r"C:\Program Files (x86)\LibreOffice\program\unopkg.com",
    "/Applications/LibreOffice.app/Contents/MacOS/unopkg",
    "/usr/lib/libreoffice/program/unopkg",
    "/usr/lib64/libreoffice/program/unopkg",
)
_BY_HAND: Final = "In LibreOffice choose Tools, Extensions, Add, and take the file that bbbxl calc build writes."


def unopkg() -> Path:
    """Return LibreOffice's tool for extensions.

    Raises:
        TargetError: there is none.
    """
    found = shutil.which("unopkg")
    for path in ([found] if found else []) + list(_USUAL):
        if Path(path).is_file():
            return Path(path)
    raise TargetError(f"LibreOffice's unopkg is not found. {_BY_HAND}")


def install(*, everybody: bool = False) -> None:
    """Put the extension into LibreOffice, in the place of an older one.

    Args:
        everybody: For all users of this computer.

    Raises:
        TargetError: LibreOffice cannot take it.
    """
    tool = unopkg()
    if _is_root() and not everybody:
        raise TargetError(
            "LibreOffice takes no extension for root alone. Run this as the person who works in LibreOffice, or with "
            "--shared for everybody on this computer."
        )
    with TemporaryDirectory() as folder:
        package = Path(folder) / NAME
        package.write_bytes(extension())
        _run(tool, "add", "--force", "--suppress-license", *(["--shared"] if everybody else []), str(package))


def remove(*, everybody: bool = False) -> None:
    """Take the extension out of LibreOffice; arguments and errors as in `install`."""
    _run(unopkg(), "remove", *(["--shared"] if everybody else []), IDENTIFIER)


def environment() -> dict[str, str]:
    """Return the environment in which LibreOffice finds its own Python.

    It looks for it along PATH, and one of an environment of its own (venv) there would lead it to the wrong library.
    """
    kept = {name: text for name, text in os.environ.items()
            if name not in ("VIRTUAL_ENV", "PYTHONHOME", "PYTHONPATH")}  # fmt: skip
    folders = kept.get("PATH", "").split(os.pathsep)
    kept["PATH"] = os.pathsep.join(one for one in folders if not (Path(one).parent / "pyvenv.cfg").is_file())
    return kept


def _is_root() -> bool:
    return sys.platform != "win32" and os.geteuid() == 0


def _run(tool: Path, *words: str) -> None:
    """Run the tool.

    Raises:
        TargetError: it fails; with the last it said.
    """
    done = subprocess.run(
        [str(tool), *words], capture_output=True, text=True, errors="replace", timeout=300, check=False
    )
    if not done.returncode:
        return
    said = [line.strip() for line in f"{done.stdout}\n{done.stderr}".splitlines() if line.strip()]
    if any("com.sun.star.loader.Python" in line for line in said):
        raise TargetError(
            "This LibreOffice has no Python. Install python3-uno (Debian, Ubuntu: apt install python3-uno)."
        )
    last = next((line for line in reversed(said) if "javaldx" not in line), "it gave no reason")
    raise TargetError(f"LibreOffice did not take the extension: {last.rstrip('.')}. Close LibreOffice and try again.")
