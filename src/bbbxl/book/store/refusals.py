"""What SQLite and the system refuse, in sentences: a book is locked, full, closed to us, damaged or not there."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bbbxl.book.records import STORE_NAME
from bbbxl.errors import BbbError, InputError, TargetError
from bbbxl.safe_text import without_controls

_DAMAGED: Final = (
    "{store} in {book} is damaged: {said}. Take the last copy of the folder, or import the last export of the book."
)
_FULL: Final = "The disk of {book} is full; nothing was written in the book. Free space and try again."
_CLOSED: Final = (
    "{store} in {book} cannot be written: the file, its folder or the disk is read-only. "
    "Change that, or work on a copy of the folder."
)
#: Beginning of the name of SQLite's result -> who has to do what, and the sentence; the first that fits counts.
_SENTENCES: Final[tuple[tuple[str, type[BbbError], str], ...]] = (
    (
        "SQLITE_READONLY_ROLLBACK",
        TargetError,
        "{store} in {book} was left in the middle of a write, and the folder cannot be written to take it back. "
        "Open the book once where its folder can be written.",
    ),
    ("SQLITE_READONLY", TargetError, _CLOSED),
    ("SQLITE_PERM", TargetError, _CLOSED),
    ("SQLITE_FULL", TargetError, _FULL),
    ("SQLITE_NOTADB", InputError, _DAMAGED),
    ("SQLITE_CORRUPT", InputError, _DAMAGED),
    (
        "SQLITE_CANTOPEN",
        TargetError,
        "{store} in {book} cannot be opened, or no journal be made beside it: {said}. "
        "See that you may read and write in the folder.",
    ),
    (  # the journal is gone, so it is written: only that the disk has the folder was not confirmed
        "SQLITE_IOERR_DIR_FSYNC",
        TargetError,
        "What was to be written in {book} stands in it, but the disk or network did not confirm it ({said}). See with "
        "bbbxl book log that it is there before you write it again.",
    ),
    (
        "SQLITE_IOERR",
        TargetError,
        "The disk or network of {book} failed while the book was read or written ({said}); what was not finished is "
        "taken back. See that it is there and not full, and try again.",
    ),
    (
        "SQLITE_TOOBIG",
        TargetError,
        "One part of what was to be written in {book} is larger than a store can hold. Add it in smaller files.",
    ),
    (
        "SQLITE_CONSTRAINT_TRIGGER",
        TargetError,
        "Nothing that stands in the book {book} can be changed: {said}. Take it back with an entry of its own.",
    ),
)
_OTHER: Final = (
    InputError, "{store} in {book} does not answer as a book does: {said}. Run bbbxl book verify."
)  # fmt: skip
_DISK_FULL: Final = frozenset({errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)})


def sentence_of(problem: sqlite3.Error, book: str, wait: float) -> BbbError:
    """Return the refusal that says what SQLite means.

    Args:
        problem: What it raised.
        book: Name of the book's folder.
        wait: Seconds it was waited for others.
    """
    name = getattr(problem, "sqlite_errorname", "")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return TargetError(
            f"Another bbbxl is writing to the book {book}, or reading it; it was not done after {wait:g} seconds. "
            "Try again when it has ended."
        )
    found = ((kind, text) for beginning, kind, text in _SENTENCES if name.startswith(beginning))
    kind, text = next(found, _OTHER)
    return kind(text.format(store=STORE_NAME, book=book, said=without_controls(str(problem))))


@contextmanager
def refusals_in_words(book: str, wait: float) -> Iterator[None]:
    """Turn what SQLite raises into sentences."""
    try:
        yield
    except sqlite3.Error as problem:
        raise sentence_of(problem, book, wait) from problem
    except UnicodeDecodeError as problem:
        raise InputError(_DAMAGED.format(store=STORE_NAME, book=book, said="it holds text that is none")) from problem


@contextmanager
def refusals_of_disk(folder: Path) -> Iterator[None]:
    """Turn what the system says of files in a folder into sentences; a name that is taken is left to the caller."""
    try:
        yield
    except FileExistsError:
        raise
    except OSError as problem:
        name = book_name(folder)
        if problem.errno in _DISK_FULL:
            raise TargetError(_FULL.format(book=name)) from problem
        reason = problem.strerror or "unknown reason"
        raise TargetError(f"The folder {name} cannot be used: {reason}. Change that, or name another one.") from problem


def book_name(folder: Path) -> str:
    """Return the name of a folder for sentences, also of "."."""
    return folder.absolute().name or str(folder)
