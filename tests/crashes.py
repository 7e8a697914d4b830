"""How tests kill commands that write in a book, at any moment, and see what is left of it."""

import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path

import pandas as pd

from bbbxl.book.records import STORE_NAME
from bbbxl.book.store import create_store, open_store
from bbbxl.book.store.chain import findings_of

#: A command that appends one entry to the book in its last word.
APPEND = (sys.executable, __file__, "{book}")


def few_events(rows: int, start: int = 0) -> pd.DataFrame:
    """Return events of a book: orders of 10.00, 10.01, 10.02 and so on."""
    numbers = range(start, start + rows)
    return pd.DataFrame({
        "entity": ["Firm"] * rows, "order_id": [f"SO-{number}" for number in numbers], "line_id": ["1"] * rows,
        "kind": ["new"] * rows, "effective": pd.to_datetime(["2026-01-31"] * rows).astype("datetime64[us]"),
        "amount": [1000 + number for number in numbers], "currency": ["USD"] * rows,
    })  # fmt: skip


def append_once(folder: Path, rows: int = 3000) -> None:
    with open_store(folder, write=True) as store:
        number = len(store.entries()) + 1
        store.append("snapshot", date(2026, 1, 31), {"n": number}, {"states": b"x" * 200_000}, few_events(rows))


def book_of_two(folder: Path) -> Path:
    """Make a book of two entries, one with events and a blob."""
    folder.mkdir()
    create_store(folder)
    with open_store(folder, write=True) as store:
        store.append("init", date(2026, 1, 1), {"entity": "Firm"})
        store.append("snapshot", date(2026, 1, 31), {"file": "a.csv"}, {"states": b"one"}, few_events(5))
    return folder


def heads(folder: Path) -> list[str]:
    """Return the hashes of a book that verifies."""
    with open_store(folder) as store:
        assert findings_of(store) == (), folder
        return [entry.hash for entry in store.entries()]


def crash(book: Path, command, times: int, seed: int = 0) -> Counter[str]:
    """Kill a command that writes in copies of a book, and return how often the book was left "before" and "after".

    One half of the times anywhere in its run, the other half while it has a journal. Fails when a book does not verify,
    is anything between, or lost an entry.
    """
    draw, found = random.Random(seed), Counter()
    before, work = heads(book), book.with_name(f"{book.name}-crash")
    whole, journal = _watch(_start(book, work, command), work)
    after = len(heads(work))
    assert after > len(before), "the command writes nothing"
    for turn in range(times):
        process = _start(book, work, command)
        if turn % 2:
            _wait_for_journal(process, work)
            time.sleep(draw.uniform(0, journal * 1.2))
        else:
            time.sleep(draw.uniform(0, whole * 1.1))
        process.kill()
        process.wait()
        left = (work / f"{STORE_NAME}-journal").exists()
        now = heads(work)
        assert now[: len(before)] == before
        assert len(now) in (len(before), after), f"{len(now)} entries"
        found["after" if len(now) == after else "before"] += 1
        found["taken back"] += left
    shutil.rmtree(work)
    return found


def _start(book: Path, work: Path, command) -> subprocess.Popen:
    """Start the command in a fresh copy of the book."""
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(book, work)
    words = [word.replace("{book}", str(work)) for word in command]
    return subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _wait_for_journal(process: subprocess.Popen, work: Path) -> None:
    while process.poll() is None and not (work / f"{STORE_NAME}-journal").exists():
        time.sleep(0.0002)


def _watch(process: subprocess.Popen, work: Path) -> tuple[float, float]:
    """Return the seconds of a whole run, and those with a journal."""
    start = time.monotonic()
    _wait_for_journal(process, work)
    seen = last = time.monotonic()
    while process.poll() is None:
        if (work / f"{STORE_NAME}-journal").exists():
            last = time.monotonic()
        time.sleep(0.0002)
    assert process.returncode in (0, 1), "the command failed"
    return time.monotonic() - start, last - seen


if __name__ == "__main__":
    append_once(Path(sys.argv[1]))
