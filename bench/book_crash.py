"""Kill a command that writes in a book, at any moment, and say how often the book was left before and after it.

Run by hand: python bench/book_crash.py [--times 500] [--orders 150] [--book FOLDER] [WORDS OF A COMMAND ...]
Words are add, close or adjust (add and close when nothing is said), or those of a command of bbbxl, in which {book}
stands for the copy of the book that it is to write in. Such as:
python bench/book_crash.py --book my-book book add {book} october.csv --as-of 2026-10-31
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from shutil import copytree

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from crashes import COMMANDS, WRITES_AGAIN, Forked, book_to_write_in, crash  # noqa: E402 -- found by the line above


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--orders", type=int, default=150, help="lines of the book that is made")
    parser.add_argument("--book", type=Path, help="the book to start from; one is made without it")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    named = options.command or ["add", "close"]
    own = {} if set(named) <= COMMANDS.keys() else {"command": options.command}
    for name, command in (own or {name: COMMANDS[name] for name in named}).items():
        with tempfile.TemporaryDirectory() as folder, Forked() as forked:
            book = Path(folder) / "book"
            copytree(options.book, book) if options.book else book_to_write_in(Path(folder), options.orders)
            start = time.monotonic()
            found = crash(book, command, options.times, forked, options.seed, name not in WRITES_AGAIN)
        print(
            f"{name}: {options.times} kills in {time.monotonic() - start:.0f} s. {found['before']} left the book "
            f"before, {found['after']} after; {found['with a journal']} left a journal, {found['half written']} a "
            f"store half overwritten, {found['ended by itself']} came too late. Every book verified; run again, "
            f"{found['run again']} of {options.times} ended where one ends that is not killed.",
            flush=True,
        )


if __name__ == "__main__":
    main()
