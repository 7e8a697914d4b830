"""The tables of a book's store, and the steps that lead from one schema to the next."""

from __future__ import annotations

import sqlite3
from functools import cache
from typing import Final

#: Marks a SQLite file as the store of a book.
APPLICATION_ID: Final = int.from_bytes(b"bbbx", "big")

_LOG: Final = """CREATE TABLE log (
    "number" INTEGER PRIMARY KEY, "kind" TEXT NOT NULL, "at" TEXT NOT NULL, "recorded" TEXT NOT NULL,
    "payload" TEXT NOT NULL, "blobs" TEXT NOT NULL, "events" INTEGER NOT NULL, "events_hash" TEXT NOT NULL,
    "previous" TEXT NOT NULL, "hash" TEXT NOT NULL, "checks" TEXT NOT NULL)"""
_EVENTS: Final = """CREATE TABLE events (
    "row" INTEGER PRIMARY KEY, "entry" INTEGER NOT NULL, "check_value" TEXT NOT NULL,
    "event_id" TEXT, "entity" TEXT, "order_id" TEXT, "line_id" TEXT, "kind" TEXT,
    "effective" TEXT, "recorded" TEXT, "quantity" REAL, "amount" INTEGER NOT NULL, "currency" TEXT,
    "customer" TEXT, "product" TEXT, "region" TEXT, "channel" TEXT, "owner" TEXT,
    "order_date" TEXT, "firmed_date" TEXT, "commit_date" TEXT, "original_commit_date" TEXT,
    "term_start" TEXT, "term_end" TEXT, "cancellable" REAL, "reason" TEXT, "counterparty" TEXT,
    "source_file" TEXT, "source_sheet" TEXT, "source_row" REAL, "shippable" REAL, "since" TEXT, "origin" TEXT)"""
_BLOBS: Final = """CREATE TABLE blobs ("sha256" TEXT PRIMARY KEY, "bytes" BLOB NOT NULL)"""


def _guards(table: str) -> tuple[str, str]:
    """Return the triggers that keep a table append-only."""
    refusal = f"BEGIN SELECT RAISE(ABORT, 'the table {table} of a book only grows'); END"
    return (
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refusal}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refusal}",
    )


#: Step by step from nothing to the present schema: step n leads to schema n. A step that was released never changes;
#: a column it adds to events may be missing in the rows that are there, and then leaves their hashes as they are.
MIGRATIONS: Final[tuple[tuple[str, ...], ...]] = (
    (_LOG, _EVENTS, _BLOBS),
    (
        *_guards("log"),
        *_guards("events"),
        *_guards("blobs"),
        'CREATE INDEX events_of_entry ON events ("entry")',
    ),
)
SCHEMA: Final = len(MIGRATIONS)


def version_of(connection: sqlite3.Connection) -> int:
    """Return the schema version that a store says it has."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: sqlite3.Connection, to: int = SCHEMA) -> None:
    """Lead a store, or an empty database, to a schema; the transaction around it is the caller's."""
    for step in MIGRATIONS[version_of(connection) : to]:
        for statement in step:
            connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {to}")


def parts_of(connection: sqlite3.Connection) -> dict[str, str]:
    """Return name -> SQL of everything that is set up in a database, such as "trigger log_no_update"."""
    rows = connection.execute("SELECT type || ' ' || name, coalesce(sql, '') FROM sqlite_master")
    return dict(rows.fetchall())


@cache
def parts_meant(version: int) -> dict[str, str]:
    """Return what `parts_of` a store of a schema should be."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        migrate(connection, version)
        return parts_of(connection)
    finally:
        connection.close()
