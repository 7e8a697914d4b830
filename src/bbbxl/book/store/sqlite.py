"""The store of a book: one SQLite file that only ever grows, written by one at a time, read at any time."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pyarrow as pa

from bbbxl.book.records import STORE_NAME, Entry, EntryKind
from bbbxl.book.store.canonical import canonical, checks_of, digest_of, hash_of, said_by
from bbbxl.book.store.connecting import (
    begin_reading,
    committed,
    connected,
    give_name,
    lead_to_present,
    new_file,
    readable,
    refuse_taken,
)
from bbbxl.book.store.event_rows import (
    ROW_COLUMNS,
    check_values,
    columns_from,
    columns_of,
    frame_of,
    joined,
    lines_of,
    rows_of,
)
from bbbxl.book.store.refusals import book_name, refusals_in_words, refusals_of_disk
from bbbxl.book.store.schema import SCHEMA, migrate
from bbbxl.errors import InputError

#: Seconds to wait for another process that writes (or, at the moment of commit, reads).
WAIT_SECONDS: Final = 30.0
#: Rows of events that are taken at once, so that memory stays small.
CHUNK: Final = 100_000
_ENTRY: Final = ("number", "kind", "at", "recorded", "payload", "blobs", "events", "events_hash", "previous", "hash")
#: Columns are asked for with their table: SQLite takes a quoted name alone that it does not know for a text.
_LOG_COLUMNS: Final = ", ".join(f'log."{name}"' for name in _ENTRY)
_ROW_COLUMNS: Final = ", ".join(f'events."{name}"' for name in ROW_COLUMNS)


@dataclass(frozen=True)
class Store:
    """An open store; everything it needs of SQL is plain, so that another database may stand behind it.

    Attributes:
        name: Name of the book's folder, for sentences.
        connection: To the database, inside one transaction.
        wait: Seconds to wait for others.
    """

    name: str
    connection: sqlite3.Connection
    wait: float = WAIT_SECONDS

    def entries(self) -> list[Entry]:
        """Return the log, oldest entry first.

        Raises:
            InputError: an entry cannot be read; `findings_of` says which.
        """
        rows = self.asked(f'SELECT {_LOG_COLUMNS} FROM log ORDER BY log."number"')
        return [self._entry(row) for row in rows]

    def events(self, orders: Collection[str] | None = None, reason: str | None = None) -> pd.DataFrame:
        """Return events in order of writing: `EVENT_COLUMNS` and `entry`, text and dates may be missing.

        Args:
            orders: Only those of some order numbers, as the book has them; None for all.
            reason: Only those with this reason; None for all.

        Raises:
            InputError: a row cannot be read; `findings_of` says which.
        """
        chosen, values = "", []
        if orders is not None:
            self._choose(orders)
            chosen = " WHERE events.order_id IN (SELECT order_id FROM chosen)"
        if reason is not None:
            chosen, values = f"{chosen} {'AND' if chosen else 'WHERE'} events.reason = ?", [reason]
        try:
            frames = [frame_of(columns_from(rows)) for rows in self.event_rows(chosen=chosen, values=values)]
        except (pa.ArrowException, TypeError) as problem:
            raise InputError(f"An event of the book {self.name} cannot be read. Run bbbxl book verify.") from problem
        return pd.concat(frames, ignore_index=True) if frames else frame_of(columns_from([]))

    def event_rows(
        self, more: str = "", chosen: str = "", values: Sequence[str] = ()
    ) -> Iterator[list[tuple[Any, ...]]]:
        """Yield the rows of events as they are stored (`ROW_COLUMNS` and more), in order, CHUNK at a time."""
        with refusals_in_words(self.name, self.wait):
            cursor = self.connection.execute(
                f'SELECT {_ROW_COLUMNS}{more} FROM events{chosen} ORDER BY events."row"', values
            )
            while rows := cursor.fetchmany(CHUNK):
                yield rows

    def _choose(self, orders: Collection[str]) -> None:
        """Put order numbers where a question can name them all, beside the book and gone with the connection."""
        with refusals_in_words(self.name, self.wait):
            self.connection.execute("CREATE TEMP TABLE IF NOT EXISTS chosen (order_id TEXT PRIMARY KEY)")
            self.connection.execute("DELETE FROM chosen")
            self.connection.executemany("INSERT OR IGNORE INTO chosen VALUES (?)", ((one,) for one in orders))

    def asked(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Return the rows of a question."""
        with refusals_in_words(self.name, self.wait):
            return self.connection.execute(statement, values).fetchall()

    def blob(self, digest: str) -> bytes:
        """Return the bytes that have a SHA-256.

        Raises:
            InputError: the store has none, or other bytes stand there.
        """
        rows = self.asked("SELECT bytes FROM blobs WHERE sha256 = ?", digest)
        if not rows:
            raise InputError(f"The book {self.name} has no blob {digest[:12]}. Run bbbxl book verify.")
        content = rows[0][0]
        if not isinstance(content, bytes) or digest_of(content) != digest:
            raise InputError(f"Blob {digest[:12]} of the book {self.name} was changed. Run bbbxl book verify.")
        return content

    def append(
        self,
        kind: EntryKind,
        recorded: date,
        payload: Mapping[str, Any],
        blobs: Mapping[str, bytes] = {},
        events: pd.DataFrame | None = None,
        at: datetime | None = None,
    ) -> Entry:
        """Write one entry behind the last one and return it; it stands once the store is closed without an exception.

        Args:
            kind: What the entry is.
            recorded: Day of knowledge of all of it.
            payload: What it says; anything JSON can say, dates too.
            blobs: Name -> bytes that belong to it.
            events: Columns of `EVENT_COLUMNS`, some or all. A missing `event_id` becomes "<number>.<n>", a missing
                `recorded` that of the entry.
            at: When it is written, UTC where it names no zone; the present moment by default. Where a clock set back
                makes it earlier than the last entry, that one's moment is taken and the payload says clock: set back.

        Raises:
            InputError: recorded lies before that of the last entry.
            ValueError: events that are none, see `columns_of`.
        """
        last = self._last()
        if last is not None and recorded < last.recorded:
            raise InputError(
                f"An entry known on {recorded} cannot follow entry {last.number} of the book {self.name}, which was "
                f"known on {last.recorded}. Give a day not before it."
            )
        moment, payload = _moment(at, last, payload)
        number = last.number + 1 if last else 1
        written, hashed = self.write_events(number, recorded, events)
        entry = Entry(
            number, kind, moment, recorded, json.loads(canonical(payload)),
            {name: self.write_blob(content) for name, content in sorted(blobs.items())},
            written, hashed, last.hash if last else "", "",
        )  # fmt: skip
        entry = replace(entry, hash=hash_of(said_by(entry)))
        self.write_entry(entry)
        return entry

    def write_entry(self, entry: Entry) -> None:
        """Write an entry of the log as it is."""
        said = said_by(entry)
        values = [
            canonical(said[name]) if name in ("payload", "blobs") else said[name] for name in _ENTRY if name != "hash"
        ]
        values[_ENTRY.index("recorded")] = entry.recorded.isoformat()
        marks = ", ".join("?" * (len(_ENTRY) + 1))
        listed = ", ".join(f'"{name}"' for name in (*_ENTRY, "checks"))
        statement = f"INSERT INTO log ({listed}) VALUES ({marks})"
        with refusals_in_words(self.name, self.wait):
            self.connection.execute(statement, (*values, entry.hash, canonical(checks_of(said))))

    def write_blob(self, content: bytes) -> str:
        """Write bytes, unless they are there, and return their SHA-256."""
        digest = digest_of(content)
        if not self.asked("SELECT 1 FROM blobs WHERE sha256 = ?", digest):
            with refusals_in_words(self.name, self.wait):
                self.connection.execute("INSERT INTO blobs VALUES (?, ?)", (digest, content))
        return digest

    def write_events(self, entry: int, recorded: date, events: pd.DataFrame | None) -> tuple[int, str]:
        """Write the events of an entry and return how many they are and their hash, empty when there are none."""
        if events is None or events.empty:
            return 0, ""
        first = int(self.asked('SELECT coalesce(max(events."row"), 0) + 1 FROM events')[0][0])
        hashed = sha256()
        for before in range(0, len(events), CHUNK):
            part = events.iloc[before : before + CHUNK]
            columns = columns_of(part, entry, recorded.isoformat(), first + before, before)
            lines = lines_of(columns)
            hashed.update(joined(lines))
            names, rows = rows_of(columns, check_values(lines))
            listed = ", ".join(f'"{name}"' for name in names)
            statement = f"INSERT INTO events ({listed}) VALUES ({', '.join('?' * len(names))})"
            with refusals_in_words(self.name, self.wait):
                self.connection.executemany(statement, rows)
        return len(events), hashed.hexdigest()

    def _last(self) -> Entry | None:
        """Return the last entry of the log, None when there is none."""
        rows = self.asked(f'SELECT {_LOG_COLUMNS} FROM log ORDER BY log."number" DESC LIMIT 1')
        return self._entry(rows[0]) if rows else None

    def _entry(self, row: tuple[Any, ...]) -> Entry:
        """Return the entry of a row of the log."""
        found = dict(zip(_ENTRY, row, strict=True))
        try:
            return entry_of(found | {name: json.loads(found[name]) for name in ("payload", "blobs")})
        except (TypeError, ValueError) as problem:
            raise InputError(
                f"Entry {found['number']} of the book {self.name} cannot be read: what it says is damaged. "
                "Run bbbxl book verify."
            ) from problem


def entry_of(found: Mapping[str, Any]) -> Entry:
    """Return the entry of its parts as JSON has them, days as text.

    Raises:
        TypeError: a part is missing, unknown or of another type.
        ValueError: the day is none.
    """
    return Entry(**{**found, "recorded": date.fromisoformat(found["recorded"])})


def _moment(at: datetime | None, last: Entry | None, payload: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """Return when an entry is written, never before the last one, and its payload, which says so."""
    at = at or datetime.now(UTC)
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    text = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    if last is None or text >= last.at:
        return text, payload
    return last.at, {**payload, "clock": "set back"}


def create_store(folder: Path) -> None:
    """Make an empty store of the present schema in a folder.

    Raises:
        TargetError: the folder has one, is missing or cannot be written.
    """
    with new_store(folder):
        pass


@contextmanager
def new_store(folder: Path, schema: int = SCHEMA) -> Iterator[Store]:
    """Yield a new store that appears under its name when the block ends without an exception, or not at all.

    Raises:
        TargetError: the folder has a store, is missing or cannot be written.
    """
    name = book_name(folder)
    with ExitStack() as stack:
        with refusals_of_disk(folder):
            refuse_taken(folder)
            temporary = stack.enter_context(new_file(folder))
        with connected(temporary, "rw", WAIT_SECONDS) as connection, committed(connection, name, WAIT_SECONDS):
            with refusals_in_words(name, WAIT_SECONDS):
                migrate(connection, schema)
            yield Store(name, connection)
        try:
            with refusals_of_disk(folder):
                give_name(temporary, folder / STORE_NAME)
        except FileExistsError:
            refuse_taken(folder)
            raise


@contextmanager
def open_store(folder: Path, *, write: bool = False, wait: float = WAIT_SECONDS) -> Iterator[Store]:
    """Yield the store of a book.

    A reader sees the book as it stood when it was opened, also while another process writes; keep the block short, a
    writer that commits waits for it. A writer is alone from the start; what it wrote stands when the block ends, and
    nothing of it when an exception leaves the block. A store of an older schema is led to the present one: for a
    reader in memory, for a writer in the file, after a copy beside it.

    Args:
        folder: Of the book.
        write: Whether something is to be written.
        wait: Seconds to wait for another process.

    Raises:
        TargetError: another process writes, the disk is full, or the folder cannot be written.
        InputError: there is no store, or none that this bbbxl can read.
    """
    name, path = book_name(folder), folder / STORE_NAME
    with refusals_of_disk(folder):
        there = path.is_file()
    if not there:
        raise InputError(f"{name} holds no book: {STORE_NAME} is not in it. Make one with bbbxl book init.")
    with connected(path, "rw" if write else "ro", wait) as connection:
        if write:
            with committed(connection, name, wait):
                with refusals_in_words(name, wait), refusals_of_disk(folder):
                    lead_to_present(connection, path, wait)
                yield Store(name, connection, wait)
            return
        begin_reading(connection, path, wait)
        with ExitStack() as stack:
            with refusals_in_words(name, wait):
                content = stack.enter_context(readable(connection, name))
            yield Store(name, content, wait)
