"""The command `bbbxl` as people run it: in a process of its own, several at once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path


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


def all_of(commands: Mapping[str, Sequence[object]], cwd: Path) -> dict[str, Answer]:
    """Run named commands, two at a time."""
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(commands, pool.map(lambda words: bbbxl(*words, cwd=cwd), commands.values()), strict=True))
