"""Failures as one line in a cell: what is wrong, where, what to do; the whole story goes to a log file."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cache
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any, Final

from bbbxl.cells.phrases import in_formulas
from bbbxl.cells.user_folder import user_folder
from bbbxl.errors import BbbError

#: Every failure begins with it; SUM and its like pass over text, so sheets count the cells that begin like this.
MARK: Final = "#BBB! "
#: Most characters of a failure, so that it can be read in a cell.
_LONGEST: Final = 500


def guarded(compute: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that never raises: a failure comes back as its line."""

    def run(*arguments: Any) -> Any:  # noqa: ANN401 -- whatever a cell may hold
        try:
            return compute(*arguments)
        except Exception as error:
            return line_of(error)

    return run


def line_of(error: Exception) -> str:
    """Return the line that a failure leaves in a cell; what nobody foresaw is logged with its traceback."""
    if isinstance(error, BbbError):
        return MARK + in_cell(str(error))
    try:
        _log().error("A function failed.", exc_info=error)
        where = f"The log says where: {log_file()}."
    except OSError:
        where = "No log could be written."
    return f"{MARK}bbbxl met something it does not know ({type(error).__name__}). {where} Please report it."


def in_cell(sentence: str) -> str:
    """Return a sentence as one line that says what to write in a formula, of a length that can be read in a cell."""
    text = in_formulas(sentence)
    if len(text) <= _LONGEST:
        return text
    return text[: _LONGEST - 1].rsplit(" ", 1)[0] + "…"


def log_file() -> Path:
    """Return where failures are logged: the user's own folder for such things."""
    return user_folder() / "functions.log"


@cache
def _log() -> logging.Logger:
    path = log_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(path, maxBytes=1 << 20, backupCount=1, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger = logging.getLogger("bbbxl.cells")
    logger.addHandler(handler)
    logger.propagate = False
    return logger
