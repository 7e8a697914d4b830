"""One export taken into an open book: compared with what its source said last, proved, written as one entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from bbbxl.book.compare import Relief, compare, one_report, settle, taken_later
from bbbxl.book.compare.keys import OF_BOOK
from bbbxl.book.controls import refuse_drift
from bbbxl.book.exported import compare_events, held_of, moved_to_lines, settle_events
from bbbxl.book.history import (
    BASELINE,
    UNSEEN_BLOB,
    SourceState,
    as_json_value,
    next_recorded,
    open_questions,
    sources_of,
)
from bbbxl.book.numbers import RENUMBERED, numbered, numbers_of, unkept
from bbbxl.book.overlap import refuse_overlap
from bbbxl.book.placing import on_kept_lines
from bbbxl.book.questions import read_answers
from bbbxl.book.rates import book_rates, said_last
from bbbxl.book.records import Answer, Derived, Entry, EntryKind, Question
from bbbxl.book.sources import file_records, refuse_lost_columns, taken_before
from bbbxl.book.store import Store
from bbbxl.book.store.frames import from_parquet, to_parquet
from bbbxl.book.twice import as_the_book_has, asked_as_open, refuse_opened_by_hand, said_twice
from bbbxl.errors import InputError, Problem, count_of
from bbbxl.inputs.arrivals import Arrival, find_arrivals
from bbbxl.inputs.change_log import ChangeLog
from bbbxl.inputs.entries import Understood
from bbbxl.inputs.findings import findings_in_words
from bbbxl.inputs.rates_file import rates_notes, read_rates
from bbbxl.ledger.attributes import REBOOKED
from bbbxl.ledger.states import DAY
from bbbxl.policy import CONFIG_NAME, Config

_ALREADY: Final = "{} is in the book already, as of {}. Nothing was added."


@dataclass(frozen=True)
class Adding:
    """What the caller says of the files.

    Attributes:
        as_of: Day of which the files tell the state.
        extracted: Day they were taken; the as-of date when None.
        source: Name of their source; found when empty. A report of which it is said may lack every line of last time.
        filtered_by: The filter of the export, in the words of whoever ran it.
        reading: How the files are written, see `FileEntry`.
        columns: Field -> header.
        confirm: A file of answers to open questions.
        strict: Write nothing when a row was set aside, a file was taken before or a question would be open.
    """

    as_of: date
    extracted: date | None = None
    source: str = ""
    filtered_by: str = ""
    reading: Mapping[str, Any] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    confirm: Path | None = None
    strict: bool = False


@dataclass
class Work:
    """A book being added to.

    Attributes:
        store: Open for writing.
        config: The firm's choices.
        adding: What the caller says of the files.
        entries: The log, with what was written so far.
        written: Entries written now.
        events: Events they wrote.
        problems: Rows set aside.
        notes: What was decided, one sentence each.
        repeated: Files of a later day that were taken before, one sentence each.
    """

    store: Store
    config: Config
    adding: Adding
    entries: list[Entry]
    written: list[Entry] = field(default_factory=list)
    events: list[pd.DataFrame] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)

    @property
    def day(self) -> date:
        """Return the day on which the files show what they show."""
        return self.adding.extracted or self.adding.as_of

    @property
    def relief(self) -> Relief:
        """Return what relieves the backlog of the book, as far as its exports tell of it."""
        facts = {fact for one in self.entries for own in one.payload.get("facts", {}).values() for fact in own}
        told = facts & {"shipment", "invoice"}
        return Relief(self.config.basis, self.config.policy.unmarked_lines, frozenset(told))

    def write(
        self,
        kind: EntryKind,
        payload: Mapping[str, Any],
        blobs: Mapping[str, bytes],
        events: pd.DataFrame | None = None,
    ) -> None:
        """Write one entry; events that say no day of record, or one the book has passed, get that of the entry."""
        recorded = next_recorded(self.entries, self.day)
        if events is not None and len(events):
            events, recorded = _recorded(events, recorded, self.entries)
            self.events.append(events)
        entry = self.store.append(kind, recorded, payload, blobs, events)
        self.entries.append(entry)
        self.written.append(entry)


def _recorded(events: pd.DataFrame, day: date, entries: Sequence[Entry]) -> tuple[pd.DataFrame, date]:
    """Return events with the day on which the book came to know them, and that of their entry.

    The export's own entry date stands where it lies after everything the book knew; else the day of this entry.
    """
    own = events["recorded"].to_numpy().astype("datetime64[D]")
    passed = np.isnat(own) | (own <= np.datetime64(entries[-1].recorded)) if entries else np.isnat(own)
    last = max([day, *own[~passed].max(keepdims=True).tolist()] if (~passed).any() else [day])
    fence = next_recorded(entries, date.min)
    passed |= own < np.datetime64(fence)
    return events.assign(recorded=events["recorded"].mask(passed, pd.Timestamp(day)).astype(DAY)), last


def take_rates(work: Work, arrival: Arrival) -> None:
    """Take a file of exchange rates to the firm's currency."""
    if not work.config.currency:
        raise InputError(f"{CONFIG_NAME} names no currency to which {arrival.entry.path} gives rates. Add currency.")
    for table in arrival.tables:
        rows = read_rates(table, work.config.currency, arrival.entry.decimal, arrival.entry.date_format)
        rates = [{"currency": one.currency, "rate": str(one.rate), "day": one.day.isoformat() if one.day else None,
                  "type": one.type} for one in rows]  # fmt: skip
        if taken_before(work.entries, table.sha256, "rates") and said_last(work.entries, work.config.currency, rates):
            work.notes.append(f"{table.file} is in the book already.")
            continue
        notes = [*table.notes, *rates_notes(table, arrival.entry.decimal)]
        work.write("rates", {
            "files": [{"file": table.file, "sha256": table.sha256, "size": table.size, "rows": len(table)}],
            "reporting": work.config.currency, "rates": rates, "notes": notes,
        }, {})  # fmt: skip
        _, unused = book_rates(work.entries, work.config.currency)
        work.notes += unused


def take_changes(work: Work, arrival: Arrival) -> None:
    """Take a log of changes: it dates what the next comparison of snapshots finds."""
    for log in arrival.changes:
        if taken_before(work.entries, log.source.sha256, arrival.source):
            work.notes.append(f"{log.source.file} is in the book already.")
            continue
        work.problems += log.problems
        work.notes += _too_late(work, log)
        work.write("changes", {
            "source": arrival.source, "as_of": work.adding.as_of.isoformat(),
            "files": file_records([log.source], work.day),
            "problems": [as_json_value(one) for one in log.problems],
        }, {"changes": to_parquet(log.changes)})  # fmt: skip


def _too_late(work: Work, log: ChangeLog) -> list[str]:
    """Return a sentence where a log tells of changes that the snapshots have shown already, undated."""
    days = [one.as_of for one in sources_of(work.entries).values() if one.kind == "snapshot"]
    if not days:
        return []
    named = [name for name in log.changes.columns if not name.startswith("source_")]
    earlier = [from_parquet(work.store.blob(one.blobs["changes"])) for one in work.entries if one.kind == "changes"]
    new = pd.concat([*earlier, log.changes], ignore_index=True)
    new = new[~new.duplicated(named)].loc[sum(map(len, earlier)) :]
    late = int((new["day"] <= pd.Timestamp(min(days))).sum())
    if not late:
        return []
    return [
        f"{log.source.file}: {late} changes lie before {min(days)}, the day of the last snapshot, and date nothing any "
        "more. Add a change log before the snapshot that shows what it tells, or in one command with it."
    ]


def take_events(work: Work, arrival: Arrival) -> None:
    """Take an export of events or invoices: every event enters once."""
    read = [one.understood for one in arrival.reads if one.understood]
    last = sources_of(work.entries).get(arrival.source)
    if nothing_new(work, last, arrival, [one.source.sha256 for one in read]):
        return
    before = held_of(from_parquet(work.store.blob(last.baseline))) if last else None
    known = work.store.events()
    read = on_kept_lines(read, before, known, numbers_of(work.store, work.entries))
    entries = pd.concat([one.entries for one in read], ignore_index=True)
    derived = compare_events(before, entries, source=arrival.source, as_of=pd.Timestamp(work.adding.as_of))
    again = all(taken_before(work.entries, one.source.sha256, arrival.source) for one in read)
    if last and last.as_of == work.adding.as_of and again and derived.events.empty:
        work.notes.append(_ALREADY.format(arrival.entry.path, last.as_of))
        return
    refuse_overlap(work.store, work.entries, arrival.source, derived)
    refuse_opened_by_hand(work.entries, known, derived.events)
    work.notes += said_twice(work.entries, known, derived.events)
    _write(work, "events", arrival.source, [arrival], read, derived)


def take_snapshot(work: Work, source: str, arrivals: Sequence[Arrival]) -> None:
    """Take the reports of order lines of one source as one snapshot."""
    read = [one.understood for arrival in arrivals for one in arrival.reads if one.understood]
    last = sources_of(work.entries).get(source)
    if nothing_new(work, last, arrivals[0], [one.source.sha256 for one in read]):
        return
    report = one_report([one.snapshot for one in read if one.snapshot])
    before = from_parquet(work.store.blob(last.baseline)) if last else None
    derived = compare(
        before, report, source=source, since=last.as_of if last else None, as_of=work.adding.as_of,
        relief=work.relief, changes=_changes(work), paired=_paired(work, source),
        same=source == work.adding.source,
    )  # fmt: skip
    if report.states["changed"].isna().all():
        later = taken_later(derived.events, work.adding.as_of, work.day)
        derived = replace(derived, notes=(*derived.notes, *later))
    refuse_overlap(work.store, work.entries, source, derived)
    known = work.store.events(orders={*derived.events["order_id"], *(one.order_id for one in derived.questions)})
    refuse_opened_by_hand(work.entries, known, derived.events)
    work.notes += said_twice(work.entries, known, derived.events)
    derived = as_the_book_has(derived, work.entries, known, work.relief, source)
    refuse_drift(source, derived.events, derived.baseline, before)
    _write(work, "snapshot", source, arrivals, read, derived)
    if len(derived.renumbered):
        _move_events(work, unkept(derived.renumbered, derived.baseline))


def _move_events(work: Work, renumbered: pd.DataFrame) -> None:
    """Move events that exports told of the present numbers of order lines, before a report had them, to those lines."""
    for last in sources_of(work.entries).values():
        if last.kind != "events":
            continue
        derived = moved_to_lines(
            held_of(from_parquet(work.store.blob(last.baseline))), renumbered, pd.Timestamp(work.adding.as_of)
        )
        if len(derived.events):
            work.notes += derived.notes
            said = last.entry.payload
            payload = {**said, "questions": [], "settled": [], "notes": [*said["notes"], *derived.notes]}
            work.write("events", payload, {BASELINE + last.name: to_parquet(derived.baseline)}, derived.events)


def _paired(work: Work, source: str) -> pd.DataFrame:
    """Return the lines of a source that are a side of a pair which waits for its answer, or was netted."""
    waiting = [one for one in open_questions(work.entries) if one.kind == "rebooked" and one.source == source]
    sides = [(one.entity, one.order_id, one.line_id) for one in waiting]
    sides += [(one.entity, one.other_order, one.other_line) for one in waiting]
    netted = work.store.events(reason=REBOOKED)[["entity", "order_id", "line_id"]]
    return pd.DataFrame([*sides, *netted.itertuples(index=False, name=None)], columns=list(OF_BOOK), dtype="str")


def take_answers(work: Work, path: Path) -> None:
    """Take the answers of a file to open questions."""
    questions = numbered(open_questions(work.entries), work.store, work.entries)
    answers = read_answers(path, questions, work.config.policy)
    if answers.left:
        work.notes.append(
            f"{path.name}: {count_of(answers.left, 'row', 'has', 'have')} no answer; what was asked stays open."
        )
    work.notes += answers.renumbered
    by_source: dict[str, list[Answer]] = {}
    for one in answers.given:
        asked = next(each for each in questions if (each.kind, each.entity, each.order_id, each.line_id, each.event_id)
                     == (one.kind, one.entity, one.order_id, one.line_id, one.event_id))  # fmt: skip
        by_source.setdefault(asked.source, []).append(one)
    for source, given in by_source.items():
        _settle(work, sources_of(work.entries)[source], questions, given, path.name)


def _settle(work: Work, source: SourceState, questions: Sequence[Question], given: Sequence[Answer], file: str) -> None:
    """Write what the answers to the questions of one source do."""
    before = from_parquet(work.store.blob(source.baseline))
    if source.kind == "events":
        derived = settle_events(before, given)
    else:
        known = work.store.events()
        own, moved = asked_as_open(questions, given, before, work.entries, known, work.relief, source.name)
        work.notes += moved
        derived = settle(before, own, given, as_of=source.as_of, events=known, relief=work.relief)
        derived = as_the_book_has(derived, work.entries, known, work.relief, source.name)
        refuse_drift(source.name, derived.events, derived.baseline, before)
    work.notes += derived.notes
    payload = {"source": source.name, "file": file, "answers": [as_json_value(one) for one in given],
               "questions": [as_json_value(one) for one in derived.questions],
               "settled": [as_json_value(one) for one in derived.settled], "notes": list(derived.notes)}  # fmt: skip
    work.write("answers", payload, {BASELINE + source.name: to_parquet(derived.baseline)}, derived.events)


def nothing_new(work: Work, last: SourceState | None, arrival: Arrival, digests: Sequence[str]) -> bool:
    """Return whether the source said the same last; refuse files of a day before the last one.

    Files of the last day that others replaced since are what the source says once more.

    Raises:
        InputError: the source was last taken for a later day.
    """
    if last is None:
        return False
    as_of, path = work.adding.as_of, arrival.entry.path
    standing = work.entries if as_of < last.as_of else [last.entry]
    if as_of <= last.as_of and all(taken_before(standing, one, last.name) for one in digests):
        work.notes.append(_ALREADY.format(path, last.as_of))
        return True
    if as_of > last.as_of and digests and all(taken_before(work.entries, one, last.name) for one in digests):
        work.repeated.append(
            f"{path} is byte for byte a file that is in the book as of {last.as_of} or earlier: it says that nothing "
            f"changed until {as_of}. If another file was meant, add it with the same --as-of."
        )
    if as_of < last.as_of:
        raise InputError(
            f"{path} is of {as_of}, and source {last.name} was taken for {last.as_of} already: what happened between "
            "is written. Add exports in the order of their days, or give what is missing as an export of events or a "
            "log of changes."
        )
    return False


def _write(
    work: Work, kind: EntryKind, source: str, arrivals: Sequence[Arrival], read: Sequence[Understood], derived: Derived
) -> None:
    """Write one entry with its files, questions and control totals."""
    last = sources_of(work.entries).get(source)
    if kind == "snapshot" and last and source != work.adding.source:
        refuse_lost_columns(last.entry.payload["files"], [one.source for one in read], source)
    problems = [problem for one in read for problem in one.problems]
    findings = findings_in_words(find_arrivals(arrivals, work.day))
    work.problems += problems
    work.notes += [*derived.notes, *findings]
    payload = {
        "source": source, "as_of": work.adding.as_of.isoformat(), "extracted": work.day.isoformat(),
        "filter": [work.adding.filtered_by] * bool(work.adding.filtered_by) + [
            aside.text for arrival in arrivals for table in arrival.tables for aside in table.aside
            if aside.reason in ("title", "footer")],
        "files": file_records([one.source for one in read], work.day),
        "facts": {entity: sorted(frozenset().union(*(one.facts for one in read)))
                  for entity in sorted({name for one in read for name in one.entries["entity"].unique()})},
        "problems": [as_json_value(one) for one in problems], "findings": list(findings), "notes": list(derived.notes),
        "questions": [as_json_value(one) for one in derived.questions],
        "settled": [as_json_value(one) for one in derived.settled],
    }  # fmt: skip
    blobs = {BASELINE + source: to_parquet(derived.baseline)}
    if len(derived.unseen):
        blobs[UNSEEN_BLOB] = to_parquet(derived.unseen)
    if len(derived.renumbered):
        blobs[RENUMBERED] = to_parquet(derived.renumbered)
    work.write(kind, payload, blobs, derived.events)


def _changes(work: Work) -> pd.DataFrame | None:
    """Return every change the logs of the book tell of, each once; None when there are no logs."""
    logs = [from_parquet(work.store.blob(one.blobs["changes"])) for one in work.entries if one.kind == "changes"]
    if not logs:
        return None
    named = [name for name in logs[0].columns if not name.startswith("source_")]
    return pd.concat(logs, ignore_index=True).drop_duplicates(named, ignore_index=True)
