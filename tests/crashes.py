"""How tests kill commands that write in a book, at any moment, and see what is left of it."""

import importlib
import json
import os
import pkgutil
import random
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from datetime import date
from pathlib import Path
from signal import SIGKILL

import pandas as pd
import pytest

from bbbxl.book.records import STORE_NAME
from bbbxl.book.store import create_store, open_store
from bbbxl.book.store.chain import findings_of

#: A command that appends one entry to the book in its last word.
APPEND = (sys.executable, __file__, "append", "{book}")
JOURNAL = f"{STORE_NAME}-journal"
#: Name -> a command that writes in the book of `book_to_write_in`, which stands for {book}.
COMMANDS = {
    "add": ("book", "add", "{book}", "{book}/february.csv", "--as-of", "2026-02-28"),
    "close": ("book", "close", "{book}", "2026-01", "--preparer", "A. Smith", "--approver", "B. Jones"),
    "adjust": ("book", "adjust", "{book}", "--kind", "correction", "--order", "SO-7", "--amount", "-50.00", "--date",
               "2026-01-31", "--recorded", "2026-02-02", "--reason", "keyed twice", "--preparer", "A. Smith"),
}  # fmt: skip
#: Commands that, run again, write once more: nothing tells a second entry by hand from the same one typed again.
WRITES_AGAIN = ("adjust",)


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


def book_to_write_in(folder: Path, orders: int = 150) -> Path:
    """Make a book of one month, with the export of the next month beside its store: every order is raised there."""
    from kept_books import added, export, row, started

    book = started(folder)
    january = [row(f"SO-{number}", "2026-01-10", 100 + number) for number in range(orders)]
    added(book, "2026-01-31", *january)
    february = [row(f"SO-{number}", "2026-01-10", 200 + number) for number in range(orders)]
    export(book / "x", "february.csv", *february)
    return book


def heads(folder: Path) -> list[str]:
    """Return the hashes of a book that verifies."""
    with open_store(folder) as store:
        assert findings_of(store) == (), folder
        return [entry.hash for entry in store.entries()]


def told(folder: Path) -> list[tuple]:
    """Return what the entries of a book say, without when they were written."""
    with open_store(folder) as store:
        assert findings_of(store) == (), folder
        return [(one.number, one.kind, one.recorded, one.payload, one.blobs, one.events_hash)
                for one in store.entries()]  # fmt: skip


class Forked:
    """A process in which everything is imported, and which runs each command in a fork of itself, one at a time.

    A fork begins at once with what takes an interpreter a second: so most of its time is the command itself.
    """

    def __init__(self, *within: str, **options) -> None:
        """Start it; within are words before its own, options are those of `subprocess.Popen`."""
        self._folder = tempfile.TemporaryDirectory()
        self._said = Path(self._folder.name) / "said"
        Path(self._folder.name).chmod(0o777)
        self._server = subprocess.Popen(
            [*within, sys.executable, __file__, "serve", str(self._said)], bufsize=0,
            env=os.environ | {"OPENBLAS_NUM_THREADS": "1", "PYTHONUTF8": "1"},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, **options,
        )  # fmt: skip
        self._code = None
        self._pid = 0

    def __enter__(self) -> "Forked":
        return self

    @property
    def root(self) -> Path:
        """Return the root of its own file system, see `mounts`."""
        return Path(f"/proc/{self._server.pid}/root")

    def __exit__(self, *_) -> None:
        self._server.stdin.close()
        self._server.stdout.close()
        self._server.wait(60)
        self._folder.cleanup()

    def start(self, *words: object) -> "Forked":
        """Start `bbbxl` with these words."""
        self._server.stdin.write(json.dumps([str(word) for word in words]).encode() + b"\n")
        self._server.stdin.flush()
        self._code, self._pid = None, int(self._server.stdout.readline())
        return self

    def poll(self) -> int | None:
        """Return the exit code, None while it runs."""
        if self._code is None and select.select([self._server.stdout], [], [], 0)[0]:
            self.wait()
        return self._code

    def kill(self) -> None:
        """Kill it, wherever it is; the server keeps its number until the next start."""
        os.kill(self._pid, SIGKILL)

    def wait(self) -> int:
        """Return the exit code when it has ended."""
        if self._code is None:
            self._code = int(self._server.stdout.readline())
        return self._code

    def said(self) -> str:
        """Return what it printed, on standard output and standard error."""
        return self._said.read_text(encoding="utf-8")

    def run(self, *words: object) -> tuple[int, str]:
        """Run `bbbxl` with these words to its end; return its exit code and what it printed."""
        code = self.start(*words).wait()
        return code, self.said()


def mounts(script: str, folder: Path) -> list[str]:
    """Return the words that run a command among mounts of its own, made by a script in which $0 is the folder.

    Skips the test where the system grants none.
    """
    words = ["unshare", "-m" if os.geteuid() == 0 else "-rm", "sh", "-c", f'{script} && exec "$@"', str(folder)]
    if not shutil.which("unshare") or subprocess.run([*words, "true"], capture_output=True, check=False).returncode:
        pytest.skip("the system grants no mounts of one's own")
    return words


def crash(book: Path, command, times: int, forked: Forked, seed: int = 0, again: bool = True) -> Counter[str]:
    """Kill a command that writes in copies of a book; return how often the book was left "before" and "after".

    One half of the times anywhere in its run, a quarter while it has a journal, a quarter since it began to overwrite
    the store. Every time a reader is the next who opens one copy of what is left, and the command, run again, is the
    next who opens the other: it ends where the command ends that is not killed.

    Args:
        book: Stands for {book} in the command.
        command: Words of `bbbxl`.
        times: Of killing it.
        forked: In which it is run.
        seed: Of the moments.
        again: Whether the command, run again when it was done, changes nothing.

    Fails when a book does not verify, is anything between, or lost an entry.
    """
    draw, found = random.Random(seed), Counter()
    before, store = heads(book), (book / STORE_NAME).read_bytes()
    work, aside = (book.with_name(f"{book.name}-{name}") for name in ("crash", "aside"))
    words = [word.replace("{book}", str(work)) for word in command]
    _fresh(book, work)
    assert forked.run(*words)[0] in (0, 1), forked.said()
    _fresh(book, work)
    spans = _watch(forked.start(*words), work)
    after, meant = len(heads(work)), told(work)
    assert after > len(before), "the command writes nothing"
    for turn in range(times):
        _fresh(book, work)
        found["ended by itself"] += _kill_at(forked.start(*words), work, draw, spans, turn)
        left = (work / JOURNAL).exists()
        found["with a journal"] += left
        found["half written"] += left and (work / STORE_NAME).read_bytes() != store
        _fresh(work, aside)
        now = heads(aside)
        assert now[: len(before)] == before
        assert len(now) in (len(before), after), f"{len(now)} entries"
        found["after" if len(now) == after else "before"] += 1
        if again or len(now) == len(before):
            forked.run(*words)
            assert told(work) == meant
            found["run again"] += 1
    for folder in (work, aside):
        shutil.rmtree(folder)
    return found


def _fresh(book: Path, copy: Path) -> None:
    """Make a copy of a folder anew."""
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(book, copy)


def _kill_at(process, work: Path, draw: random.Random, spans: dict[str, float], turn: int) -> bool:
    """Kill a process at one of its moments; return whether it had ended before."""
    span = ("whole", "journal", "whole", "store")[turn % 4]
    _wait_for(process, work, span)
    time.sleep(draw.uniform(0, spans[span] * 1.05))
    ended = process.poll() is not None
    process.kill()
    process.wait()
    return ended


def _wait_for(process, work: Path, span: str) -> None:
    """Wait until a span of a run has begun."""
    mark = _mark(work)
    while process.poll() is None:
        if span == "whole" or (span == "journal" and (work / JOURNAL).exists()) or _mark(work) != mark:
            return
        time.sleep(0.0001)


def _mark(work: Path) -> tuple[int, int]:
    """Return what is another one when the store was overwritten."""
    found = (work / STORE_NAME).stat()
    return found.st_mtime_ns, found.st_size


def _watch(process, work: Path) -> dict[str, float]:
    """Return the seconds of a whole run, those with a journal, and those from the first change of the store on."""
    start, mark = time.monotonic(), _mark(work)
    _wait_for(process, work, "journal")
    begun, changed, last = time.monotonic(), 0.0, 0.0
    while process.poll() is None:
        now = time.monotonic()
        changed = changed or (now if _mark(work) != mark else 0.0)
        last = now if (work / JOURNAL).exists() else last
        time.sleep(0.0001)
    assert process.wait() in (0, 1), "the command failed"
    return {"whole": time.monotonic() - start, "journal": max(last - begun, 0.001),
            "store": max(last - changed, 0.001)}  # fmt: skip


def _serve(said: str) -> None:
    """Run each line of standard input, words of a command, in a fork; print its number, then its exit code."""
    import bbbxl

    for module in pkgutil.walk_packages(bbbxl.__path__, "bbbxl."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    child = 0
    for line in sys.stdin:
        if child:
            os.waitpid(child, 0)  # only now: until then its number is not given to another process
        child = os.fork()
        if child == 0:
            _command(json.loads(line), Path(said))
        print(child, flush=True)
        ended = os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
        print(ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status, flush=True)
        _import_too(Path(f"{said}.modules"))


def _import_too(listed: Path) -> None:
    """Import what the first command imported beside, so that the next ones need not."""
    if listed.exists():
        for name in set(listed.read_text(encoding="utf-8").split()) - sys.modules.keys():
            with suppress(ImportError):
                importlib.import_module(name)


def _command(words, said: Path) -> None:
    """Be the command `bbbxl` with these words, and never return."""
    from bbbxl.cli.main import run

    code = 70
    try:
        nothing, printed = os.open(os.devnull, os.O_RDONLY), os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for handle, number in ((nothing, 0), (printed, 1), (printed, 2)):
            os.dup2(handle, number)
        sys.argv = ["bbbxl", *words]
        run()
    except SystemExit as ended:
        code = ended.code or 0
        sys.stdout.flush()
        Path(f"{said}.modules").write_text("\n".join(sys.modules), encoding="utf-8")
    finally:
        os._exit(code)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        _serve(sys.argv[2])
    else:
        append_once(Path(sys.argv[2]))
