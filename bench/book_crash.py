"""Kill a command that writes in a book, at any moment, and say how often the book was left before and after it.

Run by hand: python bench/book_crash.py [--times 500] [--book FOLDER] [WORDS OF A COMMAND ...]
{book} in the words stands for the copy of the book that the command is to write in; without words an entry is appended.
Such as: python bench/book_crash.py --book my-book bbbxl book add {book} october.csv --as-of 2026-10-31
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

from crashes import APPEND, book_of_two, crash  # noqa: E402 -- found through the line above


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--book", type=Path, help="the book to start from; a small one is made without it")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / "book"
        copytree(options.book, book) if options.book else book_of_two(book)
        start = time.monotonic()
        found = crash(book, options.command or APPEND, options.times, options.seed)
    print(
        f"{options.times} kills in {time.monotonic() - start:.0f} s: {found['before']} left the book before, "
        f"{found['after']} after; {found['taken back']} times a half-written end was taken back; every book verified."
    )


if __name__ == "__main__":
    main()
