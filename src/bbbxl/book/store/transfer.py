"""A book as plain files and back: JSON Lines, Parquet and a manifest that proves they are whole."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from hashlib import file_digest
from io import BytesIO
from pathlib import Path
from secrets import token_hex
from shutil import rmtree
from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.json as arrow_json

from bbbxl.book.records import EVENT_COLUMNS, Entry
from bbbxl.book.store.canonical import canonical, said_by
from bbbxl.book.store.chain import findings_of
from bbbxl.book.store.connecting import TEMPORARY, refuse_taken, sync_folder
from bbbxl.book.store.event_rows import ROW_TYPES, columns_from, frame_of, joined, lines_of
from bbbxl.book.store.frames import from_parquet, to_parquet
from bbbxl.book.store.refusals import book_name, refusals_of_disk
from bbbxl.book.store.sqlite import Store, entry_of, new_store
from bbbxl.errors import BbbError, InputError, TargetError

#: Of the files of an export; one that changes how they are read gets the next number.
FORMAT: Final = 1
_MANIFEST: Final = "manifest.json"
_LOG: Final = "log.jsonl"
_EVENTS: Final = "events.jsonl"
_TABLE: Final = "events.parquet"
_BLOBS: Final = "blobs"
#: How many findings a refusal names.
_NAMED: Final = 5
#: Bytes of a JSON Lines file that are read at once; no line is longer.
_BLOCK: Final = 1 << 24
_AGAIN: Final = "Export the book again, or take another copy of the export."


def export_book(store: Store, folder: Path) -> None:
    """Write everything a book holds into a folder, as files that need no bbbxl to be read; all of it or nothing.

    log.jsonl has one entry a line, events.jsonl one event (the lines that were hashed), events.parquet the same events
    as a table, blobs/ the blobs under their SHA-256, manifest.json the SHA-256 of every file and of the last entry.

    Raises:
        TargetError: the folder holds something, or cannot be written.
        InputError: the book was changed after it was written; `findings_of` says where.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise TargetError(f"{book_name(folder)} holds something already. Name a new folder for the export.")
    _refuse_findings(f"The book {store.name} was changed after it was written and is not exported", findings_of(store))
    with refusals_of_disk(folder.parent), _new_folder(folder) as temporary:
        entries = store.entries()
        _write(temporary / _LOG, (joined([_log_line(entry)]) for entry in entries))
        frames = [frame_of(columns_from([]))]
        _write(temporary / _EVENTS, _event_lines(store, frames))
        _write(temporary / _TABLE, [to_parquet(pd.concat(frames, ignore_index=True))])
        (temporary / _BLOBS).mkdir()
        for digest in sorted({digest for entry in entries for digest in entry.blobs.values()}):
            content = store.blob(digest)
            _write(temporary / _BLOBS / f"{digest}{_suffix(content)}", [content])
        sync_folder(temporary / _BLOBS)
        _write(temporary / _MANIFEST, [_manifest(temporary, entries)])


@contextmanager
def _new_folder(folder: Path) -> Iterator[Path]:
    """Yield a folder that gets its name when the block ends without an exception, or goes."""
    temporary = folder.with_name(f"{TEMPORARY}{token_hex(6)}")
    temporary.mkdir()
    try:
        yield temporary
        sync_folder(temporary)
        if folder.exists():
            folder.rmdir()
        temporary.rename(folder)
        sync_folder(folder.parent)
    finally:
        rmtree(temporary, ignore_errors=True)


def _write(path: Path, parts: Sequence[bytes] | Iterator[bytes]) -> None:
    """Write a file and let the disk have it."""
    with path.open("xb") as file:
        for part in parts:
            file.write(part)
        file.flush()
        os.fsync(file.fileno())


def _event_lines(store: Store, frames: list[pd.DataFrame]) -> Iterator[bytes]:
    """Yield the lines of all events, and gather their frames."""
    for rows in store.event_rows():
        columns = columns_from(rows)
        frames.append(frame_of(columns))
        yield joined(lines_of(columns))


def _log_line(entry: Entry) -> str:
    """Return an entry as one line."""
    return canonical({**said_by(entry), "hash": entry.hash})


def _suffix(content: bytes) -> str:
    """Return how the name of a blob ends."""
    if content[:4] == content[-4:] == b"PAR1":
        return ".parquet"
    try:
        json.loads(content)
    except ValueError:
        return ".bin"
    return ".json"


def _manifest(folder: Path, entries: Sequence[Entry]) -> bytes:
    """Return the manifest of the files in a folder."""
    files = {
        path.relative_to(folder).as_posix(): {"sha256": _digest(path), "bytes": path.stat().st_size}
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != _MANIFEST
    }
    return _manifest_of(files, entries)


def _manifest_of(files: Mapping[str, Any], entries: Sequence[Entry]) -> bytes:
    """Return the manifest of some files and entries."""
    said = {
        "product": "bbbxl", "format": FORMAT, "entries": len(entries),
        "events": sum(entry.events for entry in entries), "head": entries[-1].hash if entries else "", "files": files,
    }  # fmt: skip
    return f"{json.dumps(said, indent=1, sort_keys=True)}\n".encode()


def _digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def import_book(folder: Path, target: Path) -> None:
    """Make a store from an export, identical to the one it was written from; nothing when anything is not as it was.

    Args:
        folder: The export.
        target: Where the book is to stand; made where it is missing, refused where it has a store.

    Raises:
        InputError: the export is damaged or not complete; the sentence names what.
        TargetError: there is a store already, or the folder cannot be written.
    """
    with refusals_of_disk(target):
        made = not target.exists()
        target.mkdir(exist_ok=True)
        refuse_taken(target)
    try:
        with new_store(target) as store:
            with refusals_of_disk(folder):
                _fill(store, folder)
            _refuse_findings(f"The export {book_name(folder)} was changed", findings_of(store))
    except BbbError:
        if made:
            with suppress(OSError):
                target.rmdir()
        raise


def _refuse_findings(start: str, findings: Sequence[str]) -> None:
    """Raise when there are findings."""
    if findings:
        more = f" And {len(findings) - _NAMED} more." if len(findings) > _NAMED else ""
        raise InputError(f"{start}: {' '.join(findings[:_NAMED])}{more}")


def _fill(store: Store, folder: Path) -> None:
    """Write everything of an export into an empty store."""
    name = book_name(folder)
    files = _files_of(folder, name)
    entries = [_entry(line, place, name) for place, line in enumerate(_lines(folder / _LOG), start=1)]
    if _manifest_of(files, entries) != (folder / _MANIFEST).read_bytes():
        raise InputError(f"{_MANIFEST} in {name} does not fit the log: it was changed. {_AGAIN}")
    for file in files:
        if file.startswith(f"{_BLOBS}/") and store.write_blob((folder / file).read_bytes()) != Path(file).stem:
            raise InputError(f"{file} in {name} holds other bytes than its name says. {_AGAIN}")
    events = _events(folder / _EVENTS, name)
    if not events.equals(from_parquet((folder / _TABLE).read_bytes())):
        raise InputError(f"{_TABLE} in {name} holds other events than {_EVENTS}. {_AGAIN}")
    rows = events.groupby("entry", sort=False).indices
    for entry in entries:
        part = events.iloc[rows[entry.number]] if entry.number in rows else events.iloc[:0]
        store.write_events(entry.number, entry.recorded, part[list(EVENT_COLUMNS)])
        store.write_entry(entry)
    if len(events) != sum(len(rows[entry.number]) for entry in entries if entry.number in rows):
        raise InputError(f"{_EVENTS} in {name} holds events of entries that {_LOG} has not. {_AGAIN}")


def _files_of(folder: Path, name: str) -> dict[str, Any]:
    """Return what the manifest says of the files, each of them compared with it."""
    if not (folder / _MANIFEST).is_file():
        raise InputError(f"{name} is no export of a book: it has no {_MANIFEST}. Name the folder of an export.")
    try:
        said = json.loads((folder / _MANIFEST).read_bytes())
        number, files = said["format"], dict(said["files"])
        listed = {str(file): str(one["sha256"]) for file, one in files.items()}
    except (ValueError, TypeError, KeyError) as problem:
        raise InputError(f"{_MANIFEST} in {name} cannot be read: it was changed. {_AGAIN}") from problem
    if number != FORMAT:
        raise InputError(f"The export {name} has format {number}; this bbbxl reads {FORMAT}. Install the newer bbbxl.")
    for file in sorted({_LOG, _EVENTS, _TABLE} - listed.keys()):
        raise InputError(f"{_MANIFEST} in {name} does not list {file}: it was changed. {_AGAIN}")
    for file, digest in listed.items():
        _compare_file(folder, file, digest, name)
    return files


def _compare_file(folder: Path, file: str, digest: str, name: str) -> None:
    """Raise when a file of an export is missing, changed, or stands outside of it."""
    path = folder / file
    if len(Path(file).parts) > 2 or ".." in Path(file).parts or Path(file).is_absolute():
        raise InputError(f"{_MANIFEST} in {name} lists {file}, which is not in the export: it was changed. {_AGAIN}")
    if not path.is_file():
        raise InputError(f"{file} is missing in {name}. {_AGAIN}")
    if _digest(path) != digest:
        raise InputError(f"{file} in {name} was changed after it was exported. {_AGAIN}")


def _lines(path: Path) -> list[bytes]:
    """Return the lines of a file."""
    return path.read_bytes().split(b"\n")[:-1]


def _entry(line: bytes, place: int, name: str) -> Entry:
    """Return the entry of a line of the log."""
    try:
        return entry_of(json.loads(line))
    except (ValueError, TypeError, KeyError) as problem:
        raise InputError(f"{_LOG} in {name}, line {place}, is no entry: it was changed. {_AGAIN}") from problem


def _events(path: Path, name: str) -> pd.DataFrame:
    """Return the events of a JSON Lines file."""
    content = path.read_bytes()
    if not content:
        return frame_of(columns_from([]))
    parse = arrow_json.ParseOptions(explicit_schema=pa.schema(ROW_TYPES), unexpected_field_behavior="error")
    try:
        table = arrow_json.read_json(BytesIO(content), arrow_json.ReadOptions(block_size=_BLOCK), parse)
        return frame_of({column: table.column(column) for column in ROW_TYPES})
    except (pa.ArrowException, KeyError) as problem:
        raise InputError(f"{_EVENTS} in {name} cannot be read: it was changed. {_AGAIN}") from problem
