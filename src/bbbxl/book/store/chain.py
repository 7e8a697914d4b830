"""Whether a store is what was written into it, and where it is not: entries, events, blobs, set-up."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise
from typing import Any, Final

import numpy as np
import pyarrow as pa

from bbbxl.book.records import STORE_NAME
from bbbxl.book.store.canonical import HASHED, canonical, checks_of, digest_of, hash_of
from bbbxl.book.store.event_rows import ROW_COLUMNS, check_values, columns_from, joined, lines_of
from bbbxl.book.store.refusals import refusals_in_words
from bbbxl.book.store.schema import SCHEMA, parts_meant, parts_of
from bbbxl.book.store.sqlite import Store
from bbbxl.errors import BbbError

#: Rows of events that are named; more are counted.
_NAMED: Final = 20
_JSON: Final = ("payload", "blobs")
#: Part of an entry -> its name in a sentence.
_WORDS: Final = {name: name for name in (*HASHED, "hash", "check values")} | {
    "at": "moment", "recorded": "day of record", "events": "number of events", "events_hash": "hash of its events",
    "previous": "hash of the entry before",
}  # fmt: skip
_ENTRY_AT: Final = ROW_COLUMNS.index("entry")
_ORDER_AT: Final = ROW_COLUMNS.index("order_id")
_LINE_AT: Final = ROW_COLUMNS.index("line_id")


@dataclass
class _Logged:
    """An entry as the log has it.

    Attributes:
        title: The entry for sentences.
        said: What it says, as far as it can be read.
        changed: Parts that are not what they were.
        hash: As it stands there.
    """

    title: str
    said: dict[str, Any]
    changed: list[str]
    hash: str


@dataclass
class _Rows:
    """What the rows of events add up to.

    Attributes:
        counts: Entry -> number of its rows.
        hashes: Entry -> SHA-256 of its rows, being taken.
        spans: Entry -> its first and last row.
        changed: Rows that are not what they were, in words.
        touched: Entries of these rows.
        gaps: First and last row of what is missing.
        last: Last row seen.
    """

    counts: dict[int, int] = field(default_factory=dict)
    hashes: dict[int, Any] = field(default_factory=dict)
    spans: dict[int, tuple[int, int]] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)
    gaps: list[tuple[int, int]] = field(default_factory=list)
    last: int = 0


def findings_of(store: Store) -> tuple[str, ...]:
    """Return what was changed in a store after it was written, one sentence each; empty when nothing was.

    Who cuts off the last entries with all that belongs to them, or computes every hash anew from a point on, leaves no
    trace in the store itself: compare the last hash with one that stands elsewhere, such as in a signed pack.
    """
    log: dict[int, _Logged] = {}
    parts: dict[str, Callable[[Store, dict[int, _Logged]], Iterator[str]]] = {
        "file": _of_the_file, "log": _of_the_log, "events": _of_the_events, "blobs": _of_the_blobs
    }  # fmt: skip
    found: list[str] = []
    for name, part in parts.items():
        try:
            found.extend(part(store, log))
        except BbbError as problem:
            found.append(str(problem))
        except (TypeError, ValueError, LookupError):  # what a table of ours cannot hold: it is another one
            found.append(f"The {name} of the store cannot be read: what stands there was changed after it was written.")
    return tuple(dict.fromkeys(found))


def _of_the_file(store: Store, log: dict[int, _Logged]) -> Iterator[str]:
    """Yield what is wrong with pages, tables and triggers."""
    for (said,) in store.asked("PRAGMA integrity_check(5)"):
        if said != "ok":
            yield f"{STORE_NAME} is damaged: {said}."
    with refusals_in_words(store.name, store.wait):
        meant, found = parts_meant(SCHEMA), parts_of(store.connection)
    for name in sorted(meant.keys() | found.keys()):
        if name not in found:
            yield f"The {name} of the store is missing: it was taken away after the store was made."
        elif meant.get(name) != found[name]:
            yield f"The {name} of the store is not as bbbxl makes it."


def _of_the_log(store: Store, log: dict[int, _Logged]) -> Iterator[str]:
    """Yield what is wrong with the entries, and gather them in log."""
    listed = ", ".join(f'log."{name}"' for name in (*HASHED, "hash", "checks"))
    before, last = 0, None
    for row in store.asked(f'SELECT {listed} FROM log ORDER BY log."number"'):
        number, entry = int(row[0]), _logged(row)
        log[number] = entry
        if number != before + 1:
            missing = f"Entry {before + 1} is" if number == before + 2 else f"Entries {before + 1} to {number - 1} are"
            yield f"{missing} missing in the log."
        if entry.changed:
            parts = ", ".join(_WORDS[name] for name in entry.changed)
            yield f"{entry.title} was changed after it was written: {parts}."
        if last is not None and number == before + 1 and not entry.changed:
            yield from _following(last, entry)
        before, last = number, entry


def _logged(row: Sequence[Any]) -> _Logged:
    """Return an entry of the log, with the parts that are not what they were."""
    found = dict(zip((*HASHED, "hash", "checks"), row, strict=True))
    stored = str(found.pop("hash"))
    checks, _ = _parsed(found.pop("checks"))
    said, changed = dict(found), []
    for name in _JSON:
        said[name], whole = _parsed(found[name])
        if not whole:
            changed.append(name)
    plain = {name: part for name, part in said.items() if isinstance(part, str | int | dict)}
    now = checks_of(plain)
    if len(plain) < len(said) or hash_of(said) != stored:
        changed += [
            name for name in HASHED if name not in changed and (name not in now or checks.get(name) != now[name])
        ]
        changed = changed or ["hash"]
    elif not changed and checks != now:
        changed.append("check values")
    return _Logged(f"Entry {found['number']} ({found['kind']})", said, changed, stored)


def _parsed(text: object) -> tuple[dict[str, Any], bool]:
    """Return the JSON object of a text, and whether the text is the canonical one."""
    try:
        value = json.loads(str(text))
        return (value, canonical(value) == text) if isinstance(value, dict) else ({}, False)
    except ValueError:
        return {}, False


def _following(last: _Logged, entry: _Logged) -> Iterator[str]:
    """Yield what is wrong between two entries."""
    if entry.said["previous"] != last.hash and "hash" not in last.changed:
        yield f"{entry.title} does not follow what stands before it: {last.title} was another one, or was rewritten."
    for name, what in (("at", "was written"), ("recorded", "was known")):
        if not last.changed and str(entry.said[name]) < str(last.said[name]):
            yield f"{entry.title} {what} on {entry.said[name]}, before {last.title} on {last.said[name]}."


def _of_the_events(store: Store, log: dict[int, _Logged]) -> Iterator[str]:
    """Yield what is wrong with the events."""
    seen = _Rows()
    for rows in store.event_rows(', events."check_value"'):
        _gaps(seen, rows)
        _compare(seen, rows)
    wrote = {number: int(entry.said["events"]) for number, entry in log.items() if "events" not in entry.changed}
    yield from seen.changed[:_NAMED]
    if len(seen.changed) > _NAMED:
        yield f"{_events(len(seen.changed) - _NAMED)} more: changed as well."
    for first, last in seen.gaps:
        which = f"rows {first} to {last} are" if last > first else f"row {first} is"
        yield f"Event {which} missing{_owner(first, wrote)}."
    for number, entry in log.items():
        there = seen.counts.get(number, 0)
        if wrote.get(number, there) != there:
            yield f"{entry.title} wrote {_events(wrote[number])}; the store holds {there} of them."
        elif "events_hash" not in entry.changed and number not in seen.touched:
            hashed = seen.hashes[number].hexdigest() if there else ""
            if hashed != entry.said["events_hash"]:
                yield f"{entry.title}: its events were rewritten together with their check values."
    for number in sorted(seen.counts.keys() - log.keys()):
        first, last = seen.spans[number]
        held = _events(seen.counts[number])
        yield f"The store holds {held} of entry {number} (rows {first} to {last}), which the log has not."


def _events(number: int) -> str:
    """Return a number of events in words."""
    return "1 event" if number == 1 else f"{number} events"


def _owner(row: int, wrote: Mapping[int, int]) -> str:
    """Return of which entry a row was, as far as the log says it."""
    end = 0
    for number, events in wrote.items():
        end += events
        if row <= end:
            return f" (of entry {number})"
    return ""


def _gaps(seen: _Rows, rows: Sequence[tuple[Any, ...]]) -> None:
    """Note the rows that are missing among and before these."""
    places = np.array([seen.last, *(row[0] for row in rows)], dtype=np.int64)
    for place in np.flatnonzero(np.diff(places) != 1).tolist():
        seen.gaps.append((int(places[place]) + 1, int(places[place + 1]) - 1))
    seen.last = int(places[-1])


def _compare(seen: _Rows, rows: Sequence[tuple[Any, ...]]) -> None:
    """Compare rows with their check values and take their hashes."""
    try:
        lines = lines_of(columns_from(rows))
    except (pa.ArrowException, TypeError, ValueError):
        if len(rows) > 1:
            half = len(rows) // 2
            _compare(seen, rows[:half])
            _compare(seen, rows[half:])
        else:
            entry = rows[0][_ENTRY_AT]
            _count(seen, entry if isinstance(entry, int) else 0, rows, [])
            _name(seen, rows[0], "holds a value of another kind than it was written with")
        return
    for row, check in zip(rows, check_values(lines), strict=True):
        if row[-1] != check:
            _name(seen, row, "was changed after it was written")
    entries = np.array([row[_ENTRY_AT] for row in rows])
    starts = [0, *(np.flatnonzero(np.diff(entries)) + 1).tolist(), len(rows)]
    for start, end in pairwise(starts):
        _count(seen, int(entries[start]), rows[start:end], lines[start:end])


def _count(seen: _Rows, entry: int, rows: Sequence[tuple[Any, ...]], lines: Sequence[str]) -> None:
    """Count rows of one entry that stand together."""
    seen.counts[entry] = seen.counts.get(entry, 0) + len(rows)
    seen.hashes.setdefault(entry, sha256()).update(joined(lines))
    seen.spans[entry] = (seen.spans.get(entry, (rows[0][0], 0))[0], rows[-1][0])


def _name(seen: _Rows, row: Sequence[Any], what: str) -> None:
    """Note a row that is not what it was."""
    seen.touched.add(row[_ENTRY_AT])
    line = f"order {row[_ORDER_AT]}, line {row[_LINE_AT]}"
    seen.changed.append(f"Event row {row[0]} (entry {row[_ENTRY_AT]}, {line}) {what}.")


def _of_the_blobs(store: Store, log: dict[int, _Logged]) -> Iterator[str]:
    """Yield what is wrong with the blobs."""
    owners: dict[str, str] = {}
    for number, entry in log.items():
        owners |= {str(digest): f"{name} of entry {number}" for name, digest in entry.said["blobs"].items()}
    there = {str(digest) for (digest,) in store.asked("SELECT blobs.sha256 FROM blobs ORDER BY blobs.sha256")}
    for digest in sorted(owners.keys() - there):
        yield f"Blob {owners[digest]} is missing ({digest[:12]})."
    for digest in sorted(there):
        if digest not in owners:
            yield f"Blob {digest[:12]} belongs to no entry of the log."
        (content,) = store.asked("SELECT bytes FROM blobs WHERE sha256 = ?", digest)[0]
        if not isinstance(content, bytes) or digest_of(content) != digest:
            yield f"Blob {owners.get(digest, digest[:12])} was changed after it was written."
