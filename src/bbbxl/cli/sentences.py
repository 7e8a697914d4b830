"""What went wrong and was not foreseen, as one sentence without folders or names of the machine."""

from __future__ import annotations

import re
from pathlib import Path

#: A path with folders, of Unix or Windows, inside a message.
_PATH = re.compile(r"""(?:[A-Za-z]:[\\/]|\\\\|/)[^\s'":;,]*[\\/]([^\s'":;,\\/]+)""")


def sentence_of(error: BaseException) -> str:
    """Return what is said of an error that nothing foresaw."""
    said = f"{error}"
    if isinstance(error, OSError) and error.strerror:
        said = f"{error.strerror}: {Path(str(error.filename)).name}" if error.filename else error.strerror
    said = _PATH.sub(r"\1", said)
    return (f"something unforeseen happened ({type(error).__name__}: {said}). Nothing was written. "
            "Run again with BBBXL_TRACEBACK=1 and report what it prints.")  # fmt: skip
