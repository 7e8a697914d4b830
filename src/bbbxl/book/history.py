"""What the log of a book adds up to: sources, open questions, closed months, the next day of record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from typing import Any, Final

from bbbxl.book.records import Entry, Question
from bbbxl.ledger.kept import Fence

#: Name of the blob that holds the baseline of a source begins with this.
BASELINE: Final = "baseline "
#: Name of the blob with the lines of which a snapshot shows less than happened.
UNSEEN_BLOB: Final = "unseen"
#: What a close says of the measures that were not known: name of the measure -> why. They are not among its figures.
UNKNOWN: Final = "unknown"
#: Question about a line that was changed after the as-of date.
HELD_BACK: Final = "held_back"
#: Entries that close or reopen a month.
_FENCES: Final = ("close", "reopen")


@dataclass(frozen=True)
class Close:
    """A close as the log has it.

    Attributes:
        entry: Its entry.
        period: The month, such as 2026-10.
        last: Its last day.
    """

    entry: Entry
    period: str
    last: date


@dataclass(frozen=True)
class SourceState:
    """What the log last said of a source.

    Attributes:
        name: Its name.
        kind: snapshot, events or changes: what its files are.
        as_of: As-of date of its last files.
        entry: The entry that took them.
        baseline: SHA-256 of its baseline; empty where it has none.
    """

    name: str
    kind: str
    as_of: date
    entry: Entry
    baseline: str


def known_by(entries: Sequence[Entry], day: date | None) -> tuple[Entry, ...]:
    """Return the entries recorded by a day; all when no day is given."""
    return tuple(one for one in entries if day is None or one.recorded <= day)


def fences_of(entries: Sequence[Entry]) -> tuple[Fence, ...]:
    """Return what the closes that stand left closed, oldest first."""
    return tuple(Fence(one.entry.recorded, one.last) for one in closes_of(entries))


def closes_of(entries: Sequence[Entry]) -> tuple[Close, ...]:
    """Return the closes that stand, oldest first."""
    standing: list[Close] = []
    for entry in entries:
        if entry.kind == "close":
            standing.append(Close(entry, entry.payload["period"], date.fromisoformat(entry.payload["last"])))
        elif entry.kind == "reopen":
            standing = [one for one in standing if one.period < entry.payload["period"]]
    return tuple(standing)


def reopened_of(entries: Sequence[Entry]) -> tuple[str, ...]:
    """Return the months that were closed once and are open again, oldest first."""
    once = {entry.payload["period"] for entry in entries if entry.kind == "close"}
    return tuple(sorted(once - {one.period for one in closes_of(entries)}))


def next_recorded(entries: Sequence[Entry], wanted: date) -> date:
    """Return the day on which the next entry is recorded: as wanted, never before what is there.

    After a close or a reopening it is a later day, so that what was known at the close stays what it was.
    """
    if not entries:
        return wanted
    last = entries[-1].recorded
    fence = max((one.recorded for one in entries if one.kind in _FENCES), default=None)
    after = last if fence is None or fence < last else fence + timedelta(days=1)
    return max(wanted, after)


def sources_of(entries: Sequence[Entry]) -> dict[str, SourceState]:
    """Return the sources by name, as their last entry left them."""
    found: dict[str, SourceState] = {}
    for entry in entries:
        for name, digest in entry.blobs.items():
            source = name.removeprefix(BASELINE)
            if source != name and source in found:
                found[source] = SourceState(
                    source, found[source].kind, found[source].as_of, found[source].entry, digest
                )
        if entry.kind in ("snapshot", "events", "changes"):
            source = entry.payload["source"]
            as_of = date.fromisoformat(entry.payload["as_of"])
            found[source] = SourceState(source, entry.kind, as_of, entry, entry.blobs.get(BASELINE + source, ""))
    return found


def open_questions(entries: Sequence[Entry]) -> tuple[Question, ...]:
    """Return the questions that nothing has answered, in the order in which they were asked."""
    waiting: dict[tuple[str, ...], Question] = {}
    for entry in entries:
        for one in entry.payload.get("settled", ()):
            waiting.pop(question_key(as_question(one)), None)
        for one in entry.payload.get("answers", ()):
            waiting.pop((one["kind"], one["entity"], one["order_id"], one["line_id"], one.get("event_id", "")), None)
        for one in entry.payload.get("questions", ()):
            question = as_question(one)
            waiting[question_key(question)] = question
    return tuple(waiting.values())


def doubts(entries: Sequence[Entry]) -> tuple[Question, ...]:
    """Return the open questions that leave figures in doubt."""
    return tuple(one for one in open_questions(entries) if one.doubtful)


def held_back(entries: Sequence[Entry]) -> tuple[tuple[str, str, str], ...]:
    """Return entity, order and line of what the last export of each source shows changed after its as-of date.

    Lines that were answered to be held are among them until a later export shows them; those taken are not.
    """
    found: list[Question] = []
    for source in sources_of(entries).values():
        asked = map(as_question, source.entry.payload.get("questions", ()))
        taken = {(one["entity"], one["order_id"], one["line_id"]) for entry in entries
                 if entry.number > source.entry.number for one in entry.payload.get("answers", ())
                 if one["kind"] == HELD_BACK and one["answer"] == "taken"}  # fmt: skip
        found += [one for one in asked if one.kind == HELD_BACK
                  and (one.entity, one.order_id, one.line_id) not in taken]  # fmt: skip
    return tuple((one.entity, one.order_id, one.line_id) for one in found)


def question_key(question: Question) -> tuple[str, ...]:
    """Return what identifies a question."""
    return question.kind, question.entity, question.order_id, question.line_id, question.event_id


def as_json_value(record: Any) -> dict[str, Any]:  # noqa: ANN401 -- a frozen dataclass of plain values
    """Return a record as JSON can hold it: days as text."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(record).items()}


def as_question(values: dict[str, Any]) -> Question:
    """Return a question of a payload."""
    known = {one.name for one in fields(Question)}
    chosen = {name: value for name, value in values.items() if name in known}
    return Question(**{**chosen, "as_of": date.fromisoformat(chosen["as_of"])})


def reversed_entries(entries: Sequence[Entry]) -> dict[int, int]:
    """Return number of an entry by hand -> number of the entry that took it back."""
    return {entry.payload["reverses"]: entry.number for entry in entries if entry.kind == "reverse"}
