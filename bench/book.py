"""How long a snapshot takes to enter a kept book that holds many, beside pandas reading and joining the same two files.

    python bench/book.py [--lines 100000] [--months 36] [--changed 0.03] [--new 0.003]

Each month a share of the first lines changes its amount or ships, and another share is new. Times are of one process
for each command, as a user starts it, from its start to its end; memory is the most it had.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

_HEADER = ("Order No,Line,Customer,Product,Region,Order Date,Commit Date,Currency,Quantity,Amount,Shipped Amount,"
           "Shipped Date,Invoiced Amount,Last Modified")  # fmt: skip
#: What a script does that only wants to know which lines differ.
_PEER = """
import sys, pandas as pd
old, new = (pd.read_csv(path, dtype=str) for path in sys.argv[1:3])
both = old.merge(new, on=["Order No", "Line"], how="outer", suffixes=("_old", "_new"), indicator=True)
print(len(both[(both["_merge"] != "both") | (both["Amount_old"] != both["Amount_new"])]))
"""


@dataclass(frozen=True)
class Cost:
    """What one process took.

    Attributes:
        seconds: From its start to its end.
        megabytes: Its largest memory.
    """

    seconds: float
    megabytes: float

    def __str__(self) -> str:
        return f"{self.seconds:6.2f} s {self.megabytes:6,.0f} MB"


def main() -> None:
    """Build the book, time every month, print what came of it."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--lines", type=int, default=100_000)
    options.add_argument("--months", type=int, default=36)
    options.add_argument("--changed", type=float, default=0.03)
    options.add_argument("--new", type=float, default=0.003)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        book, costs, paths = folder / "book", [], []
        _run("book", "init", str(book), "--currency", "USD")
        for as_of, lines in _months(given):
            paths.append(_write(folder / f"orders_{as_of:%Y-%m}.csv", lines))
            costs.append(_run("book", "add", str(book), str(paths[-1]), "--as-of", str(as_of)))
            print(f"{as_of:%Y-%m} {len(lines):>9,} lines {costs[-1]}", flush=True)
        peer = _cost([sys.executable, "-c", _PEER, *map(str, paths[-2:])])
        print(f"pandas.read_csv twice and merge: {peer}; ours / theirs {costs[-1].seconds / peer.seconds:.1f}")
        print(f"a figure of the book:            {_run('metrics', str(book), '--metric', 'net_bookings')}")
        close = _run("book", "close", str(book), f"{as_of:%Y-%m}", "--preparer", "A. Smith")
        print(f"a close of its last month:       {close}")
        print(f"the whole book verified:         {_run('book', 'verify', str(book))}")
        size = (book / "book.sqlite").stat().st_size / 1e6
        print(f"store of {len(paths)} snapshots: {size:,.0f} MB; load of the machine {os.getloadavg()[0]:.1f}")


def _months(given: argparse.Namespace) -> Iterator[tuple[date, list[list[str]]]]:
    """Yield the last day of each month with the order lines of that day, the same list every time."""
    dice, month = random.Random(1), date(2023, 1, 1)
    lines = [_line(dice, number, date(2023, 1, 2)) for number in range(given.lines)]
    for count in range(given.months + 1):
        following = (month + timedelta(days=32)).replace(day=1)
        as_of, month = following - timedelta(days=1), following
        if count:
            _move(dice, lines, as_of, int(given.lines * given.changed), int(given.lines * given.new))
        yield as_of, lines


def _line(dice: random.Random, number: int, day: date) -> list[str]:
    amount = dice.randrange(100, 90_000)
    commit = day + timedelta(days=dice.randrange(30, 400))
    return [f"SO-{number // 3:07d}", str(number % 3 + 1), f"Customer {number % 997}", f"Product {number % 211}",
            f"Region {number % 7}", day.isoformat(), commit.isoformat(), "USD",
            str(dice.randrange(1, 40)), f"{amount}.00", "0.00", "", "0.00", day.isoformat()]  # fmt: skip


def _move(dice: random.Random, lines: list[list[str]], as_of: date, changed: int, new: int) -> None:
    """Let some lines change their amount or ship whole, and add some."""
    day = (as_of - timedelta(days=9)).isoformat()
    for place in dice.sample(range(len(lines)), changed):
        line = lines[place]
        if dice.random() < 0.5:
            line[9] = f"{float(line[9]) + dice.randrange(1, 500):.2f}"
        else:
            line[10], line[11] = line[9], day
        line[13] = day
    start = len(lines) + 10_000_000
    lines.extend(_line(dice, start + number, as_of - timedelta(days=12)) for number in range(new))


def _write(path: Path, lines: list[list[str]]) -> Path:
    path.write_text("\n".join([_HEADER, *map(",".join, lines)]) + "\n", encoding="utf-8")
    return path


def _run(*words: str) -> Cost:
    """Run a command of bbbxl and return what it cost."""
    return _cost([sys.executable, "-m", "bbbxl", *words])


def _cost(command: list[str]) -> Cost:
    """Run a process and return what it cost."""
    with tempfile.TemporaryFile("w+") as said:
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=said)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 1):
            said.seek(0)
            raise SystemExit(said.read())
    return Cost(seconds, used.ru_maxrss / 1024)


if __name__ == "__main__":
    main()
