"""How soon the worst files of the corpus are refused: wall time of the whole command, the best of three.

Run by hand: python bench/hostile.py
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

import test_corpus  # noqa: E402 -- found through the line above

TRIES = 3


def seconds_of(words: list[str]) -> float:
    start = time.monotonic()
    done = subprocess.run(words, capture_output=True, check=False)
    assert done.returncode == 2, done.stderr
    return time.monotonic() - start


def main() -> None:
    for name, (_, case) in zip(test_corpus.NAMES, test_corpus.CASES, strict=True):
        if case.alone and not (case.needs and not Path(case.needs).exists()):
            with tempfile.TemporaryDirectory() as folder:
                path = case.make(Path(folder))
                words = [sys.executable, "-m", "bbbxl", "inspect", str(path), "--json"]
                print(f"{min(seconds_of(words) for _ in range(TRIES)):5.2f} s  {name}")


if __name__ == "__main__":
    main()
