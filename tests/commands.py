"""The command `bbbxl` as people run it: in a process of its own, or many of them in this one."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from bbbxl.cli.main import run


@dataclass(frozen=True)
class Answer:
    """What a command left behind.

    Attributes:
        code: Exit code.
        out: Standard output.
        err: Standard error.
    """

    code: int
    out: str
    err: str

    def refuses(self) -> str:
        """Return the one sentence of a command that refused."""
        assert self.code == 2, (self.code, self.out, self.err)
        assert self.out == "", self.out
        assert "Traceback" not in self.err
        assert self.err.startswith("bbbxl: "), self.err
        assert self.err.endswith("\n")
        assert self.err.count("\n") == 1, self.err
        return self.err.removeprefix("bbbxl: ").strip()


def bbbxl(*words: object, cwd: Path | None = None, **environment: str) -> Answer:
    """Run a command to its end."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "bbbxl", *map(str, words)], cwd=cwd, capture_output=True, text=True,
        encoding="utf-8", timeout=240, check=False, env={**os.environ, "PYTHONUTF8": "1", **environment},
    )  # fmt: skip
    return Answer(done.returncode, done.stdout, done.stderr)


def typed(*words: object) -> Answer:
    """Run a command in this process, to its exit code and what it printed: a tenth of the time of a process."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    before, sys.argv = sys.argv, ["bbbxl", *map(str, words)]
    try:
        with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as left:
            run()
    finally:
        sys.argv = before
    return Answer(int(left.value.code or 0), *(one.buffer.getvalue().decode() for one in (out, err)))


def all_of(commands: Mapping[str, Sequence[object]], cwd: Path) -> dict[str, Answer]:
    """Run named commands in a folder, one after the other in this process."""
    with contextlib.chdir(cwd):
        return {name: typed(*words) for name, words in commands.items()}
