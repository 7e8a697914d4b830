"""How the file of a store is opened, locked, committed, led to the present schema and given its name."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from itertools import count
from pathlib import Path
from secrets import token_hex
from typing import Final, Literal
from urllib.parse import quote

from bbbxl.book.records import STORE_NAME
from bbbxl.book.store.refusals import book_name, refusals_in_words
from bbbxl.book.store.schema import APPLICATION_ID, SCHEMA, migrate, parts_of, version_of
from bbbxl.errors import InputError, TargetError

#: Beginning of the name of a file or folder that is not yet what it is to be.
TEMPORARY: Final = "~bbbxl-"
#: Name of the copy of a store of an older schema.
OLDER: Final = "book-schema-{version}"
#: A rollback journal, since others are unsafe on a network share; every commit reaches the disk, and so does the end
#: of its journal; nothing is written into the file before the commit, so that readers read until then.
_WRITER: Final = ("journal_mode = DELETE", "synchronous = EXTRA", "fullfsync = ON", "cache_spill = OFF")


@contextmanager
def connected(path: Path, mode: Literal["ro", "rw"], wait: float) -> Iterator[sqlite3.Connection]:
    """Yield a connection to a file that is there, and take back what was not committed.

    Only SQLite may open the file of a store: whoever closes it by other means frees the locks of this process (POSIX).
    """
    text = path.absolute().as_posix()
    uri = f"file://{'' if text.startswith('/') else '/'}{quote(os.fsencode(text), safe='/:')}?mode={mode}"
    with refusals_in_words(book_name(path.parent), wait):
        connection = sqlite3.connect(uri, uri=True, timeout=wait, isolation_level=None)
    try:
        with refusals_in_words(book_name(path.parent), wait):
            connection.execute("PRAGMA trusted_schema = OFF")
        yield connection
    finally:
        with suppress(sqlite3.Error):
            connection.rollback()
        connection.close()


@contextmanager
def committed(connection: sqlite3.Connection, book: str, wait: float) -> Iterator[None]:
    """Hold the write lock while the block runs, and commit at its end."""
    with refusals_in_words(book, wait):
        for setting in _WRITER:
            connection.execute(f"PRAGMA {setting}")
        connection.execute("BEGIN IMMEDIATE")
    yield
    with refusals_in_words(book, wait):
        connection.execute("COMMIT")


def begin_reading(connection: sqlite3.Connection, path: Path, wait: float) -> None:
    """Take the state that is read; what a killed process left half written is taken back first."""
    with refusals_in_words(book_name(path.parent), wait):
        try:
            _hold(connection)
        except sqlite3.OperationalError as problem:
            if problem.sqlite_errorname != "SQLITE_READONLY_ROLLBACK":
                raise
            connection.rollback()
            _take_back(path, wait, problem)
            _hold(connection)


def _hold(connection: sqlite3.Connection) -> None:
    """Begin a transaction that sees one state to its end."""
    connection.execute("BEGIN")
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()


def _take_back(path: Path, wait: float, seen: sqlite3.Error) -> None:
    """Take back what a killed process left half written; only who may write the file can."""
    with connected(path, "rw", wait) as writer:
        try:
            _hold(writer)
        except sqlite3.OperationalError as problem:
            waited = problem.sqlite_errorname.startswith("SQLITE_BUSY")
            raise (problem if waited else seen) from None


def refuse_stranger(connection: sqlite3.Connection, book: str) -> None:
    """Raise when a database is no store that this bbbxl can read.

    Raises:
        InputError: it is empty, of another program, or of a newer schema.
    """
    (program,) = connection.execute("PRAGMA application_id").fetchone()
    version = version_of(connection)
    if program == APPLICATION_ID and 1 <= version <= SCHEMA:
        return
    if program == APPLICATION_ID:
        raise InputError(
            f"{STORE_NAME} in {book} was written by a newer bbbxl: its schema is {version}, this one knows up to "
            f"{SCHEMA}. Install the newer bbbxl."
        )
    what = "is a database of another program" if parts_of(connection) else "is empty"
    raise InputError(f"{STORE_NAME} in {book} {what}. Name the folder of a book, or take the last copy of this one.")


@contextmanager
def readable(connection: sqlite3.Connection, book: str) -> Iterator[sqlite3.Connection]:
    """Yield a connection to the same content in the present schema: itself, or a copy in memory."""
    refuse_stranger(connection, book)
    if version_of(connection) == SCHEMA:
        yield connection
        return
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as memory:
        connection.backup(memory)
        migrate(memory)
        yield memory


def lead_to_present(connection: sqlite3.Connection, path: Path, wait: float) -> None:
    """Lead a store that is open for writing to the present schema, after a copy beside it."""
    refuse_stranger(connection, book_name(path.parent))
    version = version_of(connection)
    if version < SCHEMA:
        _copy(path, OLDER.format(version=version), wait)
        migrate(connection)


def _copy(path: Path, stem: str, wait: float) -> None:
    """Copy a store beside it, under the first name that is free: "book-schema-1.sqlite", "book-schema-1 (2).sqlite"."""
    with new_file(path.parent) as temporary, connected(path, "ro", wait) as reader:
        with closing(sqlite3.connect(temporary)) as copy:
            reader.backup(copy)
        for number in count(1):
            name = f"{stem}{f' ({number})' if number > 1 else ''}{path.suffix}"
            with suppress(FileExistsError):
                give_name(temporary, path.with_name(name))
                return


@contextmanager
def new_file(folder: Path) -> Iterator[Path]:
    """Yield an empty file under a name of its own; nothing is left of that name at the end.

    Raises:
        OSError: the folder cannot be written.
    """
    temporary = folder / f"{TEMPORARY}{token_hex(6)}.sqlite"
    with temporary.open("xb"):
        pass
    try:
        yield temporary
    finally:
        for left in (temporary, Path(f"{temporary}-journal")):
            with suppress(OSError):
                left.unlink()


def give_name(temporary: Path, target: Path) -> None:
    """Give a finished file its name.

    Raises:
        FileExistsError: the name is taken, perhaps since a moment ago.
        OSError: the folder cannot be written.
    """
    try:
        os.link(temporary, target)
    except FileExistsError:
        raise
    except OSError:  # a disk without hard links
        if target.exists():
            raise FileExistsError(target) from None
        temporary.rename(target)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Let the disk have the names in a folder, where the system can be asked for that."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        with suppress(OSError):
            os.fsync(handle)
        os.close(handle)


def refuse_taken(folder: Path) -> None:
    """Raise when a folder holds a store, or is none.

    Raises:
        TargetError: always in these cases.
    """
    if not folder.is_dir():
        raise TargetError(f"The folder {book_name(folder)} does not exist. Make it, or name another one.")
    if (folder / STORE_NAME).exists():
        raise TargetError(f"{book_name(folder)} holds a book already ({STORE_NAME}). Name another folder.")
