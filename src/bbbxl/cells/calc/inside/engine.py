"""Who computes: bbbxl in this process where it can be imported, else `bbbxl serve`."""

from __future__ import annotations

import site
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from bbbxl.cells.calc.inside.door import FILE, Door, DoorError
from bbbxl.cells.user_folder import user_folder

#: Module and function of bbbxl that answer in this process.
_ANSWERS = ("bbbxl.cells.calc.handover", "answer")
#: Names of folders of packages: those of bbbxl come before LibreOffice's, and after the library of Python.
_PACKAGES = ("site-packages", "dist-packages")


class Engine:
    """The one that answers, chosen when the first formula asks.

    Args:
        settings: What was written when the extension was made: python, the version of Python that bbbxl is installed
            in; paths, where; door, the file of `bbbxl serve`. The last two are empty in an extension for other
            computers.
    """

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._settings = settings
        self._answer: Callable[[str, Sequence[Any]], Any] | None = None
        self._why = ""

    def call(self, function: str, arguments: Sequence[Any]) -> Any:
        """Return what a function shows, as rows.

        Raises:
            DoorError: bbbxl can be reached in neither way.
        """
        if self._answer is None:
            self._answer = self._here() or self._there
        return self._answer(function, arguments)

    def _here(self) -> Callable[[str, Sequence[Any]], Any] | None:
        """Return the answering function of this process, None where there can be none; `_why` then says why."""
        paths, own = self._settings["paths"], "{}.{}".format(*sys.version_info[:2])
        if not paths:
            return None
        if own != self._settings["python"]:
            self._why = "LibreOffice runs Python {}, bbbxl is installed in {}".format(own, self._settings["python"])
            return None
        before = list(sys.path)
        for path in paths:
            site.addsitedir(path)
        first = next((place for place, path in enumerate(before) if Path(path).name in _PACKAGES), len(before))
        added = [path for path in sys.path if path not in before]
        sys.path[:] = before[:first] + added + before[first:]
        try:
            found: Callable[[str, Sequence[Any]], Any] = getattr(import_module(_ANSWERS[0]), _ANSWERS[1])
        except Exception as error:
            sys.path[:] = before
            self._why = f"LibreOffice cannot load bbbxl ({type(error).__name__}: {error})"
            return None
        return found

    def _there(self, function: str, arguments: Sequence[Any]) -> Any:
        """Return what `bbbxl serve` answers."""
        files = [user_folder() / FILE, *([Path(self._settings["door"])] if self._settings["door"] else [])]
        try:
            return Door(files).call(function, arguments)
        except DoorError as error:
            raise DoorError(f"{self._why}, and {error}" if self._why else str(error)) from error
