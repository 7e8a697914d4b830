"""What a book holds: entries of its log, events, states of order lines, questions and their answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal

import pandas as pd

from bbbxl.inputs.snapshot import STATE_COLUMNS
from bbbxl.ledger.build import ENTRY_COLUMNS

STORE_NAME: Final = "book.sqlite"
#: A day of record more than so many days after all else is a typing error, not a late entry.
FAR_DAYS: Final = 366

#: What an entry of the log may be.
EntryKind = Literal["init", "snapshot", "events", "changes", "rates", "answers", "adjust", "reverse", "close", "reopen"]
#: How an event came into the book: read from an event export, found by comparing snapshots, or entered by hand.
Origin = Literal["export", "compared", "hand"]
#: Columns of the events of a book: those of ledger entries, `since` (first day on which it may have happened; missing
#: where the day is known) and `origin`.
EVENT_COLUMNS: Final[tuple[str, ...]] = (*ENTRY_COLUMNS, "since", "origin")

#: Why a state in a baseline was not read from the last snapshot: "" it was. Four are no order lines of their own:
#: "offered" is what the last snapshot showed of a line held back, "restated" of one whose change of currency is asked
#: about; "replaced" is what stays under the key a line had
#: before it went on under another one; "moved" takes from the new key, in its sign, what stands under the old one.
Carried = Literal["", "gone", "filtered", "held_back", "cancelled", "offered", "restated", "replaced", "moved"]
#: Rows of a baseline that are no state of the book: what waits for an answer.
WAITING: Final = ("offered", "restated")
#: How the reason of what a change of currency cancels and books begins.
CURRENCY_CHANGED: Final = "currency changed"
#: Columns of a baseline: the state of every order line with which the next snapshot of the source is compared;
#: `book_order` and `book_line` are the key under which its events stand (another one after a rename or a change of
#: currency), `carried` says why the state is older than the last snapshot, `read_on` is the as-of date of its
#: snapshot; `fallen` is by how much the order value fell when the line was withdrawn (0 of what waits), `withdrawn_on`
#: the day of its last cancellation; `booked_as`, `booked_above` and `booked_reason` are the booking of a line offered
#: that is not booked yet: its kind, the part of it that is an expansion, why it is of that kind; `..._told` is the
#: as-of date of the last snapshot that told of it, where what the one of `read_on` showed was held back; missing where
#: that one told of it; `held_on` is the day on which a person said that the line still was as it is here.
BASELINE_COLUMNS: Final[tuple[str, ...]] = (
    *STATE_COLUMNS, "book_order", "book_line", "carried", "read_on", "fallen", "withdrawn_on",
    "booked_as", "booked_above", "booked_reason",
    "ordered_told", "cancelled_told", "shipped_told", "invoiced_told", "completed_told", "held_on",
)  # fmt: skip


@dataclass(frozen=True)
class QuestionKind:
    """One kind of question that only a person can answer.

    Attributes:
        name: Word in the questions file.
        title: What people read.
        answers: Answer -> what it does.
        definition: One sentence: what was seen, and how it counts until it is answered.
        doubtful: Whether figures are in doubt until it is answered.
    """

    name: str
    title: str
    answers: Mapping[str, str]
    definition: str
    doubtful: bool = True


QUESTION_KINDS: Final[tuple[QuestionKind, ...]] = (
    QuestionKind("gone", "Line gone", {
        "cancelled": "what is open on the line is cancelled, with a reason",
        "filtered": "the export leaves the line out; it stays as it was",
    }, "An order line of the last snapshot is not in this one; it is held open as it was."),
    QuestionKind("held_back", "Changed after the as-of date", {
        "taken": "the line is taken as it stands in the export",
        "held": "the line was as it is here on the as-of date; a later snapshot shows what became of it since",
    }, "An order line was changed after the as-of date; it is left as it was and compared again next time."),
    QuestionKind("restated", "Currency changed after a part was shipped or invoiced", {
        "included": "the amounts in the new currency hold that part, at the ratio of the two order values; the rest is "
                    "new",
        "new": "the amounts in the new currency are all new",
        "old": "the amounts in the new currency are that part once more; nothing is new",
    }, "An order line is in another currency, and what it shows as shipped or invoiced may be old or new; it is left "
       "as it was."),
    QuestionKind("event_gone", "Event gone from its export", {
        "reversed": "the event is taken back",
        "filtered": "the export leaves the event out; it stays",
    }, "An event of an earlier export is not in this one, which covers its day; it stands as it was."),
    QuestionKind("rebooked", "Cancelled and booked again", {
        "rebooked": "the pair is netted: only the difference is booked, and the age runs from the first order",
        "separate": "a cancellation and a new order",
    }, "An order line was cancelled and one of the same customer and product is new; both count by themselves.",
        doubtful=False),
)  # fmt: skip
QUESTION: Final[dict[str, QuestionKind]] = {kind.name: kind for kind in QUESTION_KINDS}


@dataclass(frozen=True)
class Question:
    """Something a snapshot shows that only a person can decide.

    Attributes:
        kind: Name of a `QuestionKind`.
        source: Source of the snapshot.
        entity: Legal entity.
        order_id: Order, as the book names it.
        line_id: Line, as the book names it.
        currency: Document currency.
        amount: Minor units in question: open amount of a line gone, order value held back, amount cancelled.
        as_of: As-of date of the snapshot that asks.
        customer: For the reader.
        other_order: Order on the other side of a pair, else empty.
        other_line: Its line.
        other_amount: Its amount.
        event_id: Event of an export in question, where it is one and not an order line.
        now_order: Order as the last report has it, where its number is another one; told when asked, never kept.
        now_line: Its line there.
    """

    kind: str
    source: str
    entity: str
    order_id: str
    line_id: str
    currency: str
    amount: int
    as_of: date
    customer: str = ""
    other_order: str = ""
    other_line: str = ""
    other_amount: int = 0
    event_id: str = ""
    now_order: str = ""
    now_line: str = ""

    @property
    def doubtful(self) -> bool:
        """Return whether figures are in doubt until it is answered."""
        return QUESTION[self.kind].doubtful


@dataclass(frozen=True)
class Answer:
    """What a person said to a question.

    Attributes:
        kind: Of the question.
        entity: Legal entity.
        order_id: As in the question.
        line_id: As in the question.
        answer: One of the answers of its kind.
        day: Day it happened, where the person says it.
        reason: Reason code or words.
        event_id: As in the question.
    """

    kind: str
    entity: str
    order_id: str
    line_id: str
    answer: str
    day: date | None = None
    reason: str = ""
    event_id: str = ""


#: Why a report shows less of an order line than happened -> how people read it.
UNSEEN: Final[Mapping[str, str]] = {
    "nothing shown": "changed since the last report with nothing to show for it: changed and changed back, or in "
                     "something the report has no column for",
    "another day": "last changed on a day of which the report shows nothing",
    "before its first report": "changed after they were booked; they count as booked the way their first report shows "
                               "them",
    "several days": "changed by a sum of which one day is known; it may have been several steps on days between",
}  # fmt: skip
#: Columns of the list of such lines; `changed` is the day of the last change that the report says.
UNSEEN_COLUMNS: Final[tuple[str, ...]] = ("entity", "order_id", "line_id", "why", "changed")
#: Columns of the list of lines that have another number than in the report before: the number they had, the one they
#: have now, and the one under which the book keeps them.
RENUMBERED_COLUMNS: Final[tuple[str, ...]] = (
    "entity", "order_id", "line_id", "now_order", "now_line", "book_order", "book_line",
)  # fmt: skip


@dataclass(frozen=True)
class Derived:
    """What the comparison of a snapshot with the last one gives, or an answer.

    Attributes:
        events: Columns of `EVENT_COLUMNS`; `recorded` is left missing, `event_id` too.
        baseline: Columns of `BASELINE_COLUMNS`: every line of the source, with which the next snapshot is compared.
        questions: What a person has to answer.
        settled: Questions asked earlier that this snapshot settles by itself, see `compare.gone.settled_questions`.
        notes: What was decided, one sentence each.
        unseen: Columns of `UNSEEN_COLUMNS`: lines of which the report shows less than happened.
        renumbered: Columns of `RENUMBERED_COLUMNS`: lines that have another number than before.
    """

    events: pd.DataFrame
    baseline: pd.DataFrame
    questions: tuple[Question, ...] = ()
    settled: tuple[Question, ...] = ()
    notes: tuple[str, ...] = ()
    unseen: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(UNSEEN_COLUMNS)))
    renumbered: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(RENUMBERED_COLUMNS)))


@dataclass(frozen=True)
class Entry:
    """One entry of the log; nothing is ever changed in it.

    Attributes:
        number: 1, 2, 3.
        kind: What it is.
        at: When it was written, UTC, never before the entry before it.
        recorded: Day of knowledge of everything in it, never before that of the entry before it.
        payload: What it says, as JSON.
        blobs: Name -> SHA-256 of the blobs that belong to it.
        events: How many events it wrote.
        events_hash: SHA-256 of them; empty when there are none.
        previous: Hash of the entry before; empty for the first.
        hash: SHA-256 of all of the above.
    """

    number: int
    kind: EntryKind
    at: str
    recorded: date
    payload: Mapping[str, Any] = field(repr=False)
    blobs: Mapping[str, str]
    events: int
    events_hash: str
    previous: str
    hash: str
