"""What a comparison found and decided, in words: one sentence a kind, with how many order lines it concerns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import pandas as pd

from bbbxl.book.compare.amounts import REINSTATED, SPLIT
from bbbxl.book.compare.transfers import RENAMED, REOPENED
from bbbxl.book.records import CURRENCY_CHANGED, RENUMBERED_COLUMNS, UNSEEN, UNSEEN_COLUMNS
from bbbxl.errors import count_of
from bbbxl.events import KINDS
from bbbxl.ledger.build import ENTRY_COLUMNS
from bbbxl.ledger.columns import TITLES


@dataclass(frozen=True)
class Found:
    """How many order lines each finding concerns.

    Attributes:
        fresh: New lines.
        held: Lines that wait for a later snapshot.
        restated: Lines whose change of currency waits for an answer.
        gone: Lines that are missing for the first time.
        back: Lines gone that are back.
        renumbered: Lines with another number, columns of `RENUMBERED_COLUMNS`.
        rebooked: Pairs that are asked about.
        told: New lines that a log tells step by step.
        broken: Lines whose log does not lead from one amount to the other.
        quantity_only: Lines whose quantity changed and whose amount did not.
        dates: Lines on which a date changed whose event is written.
        emptied: Column -> lines on which it is empty now.
        kept: Columns that the report lacks.
        events: The events.
        unseen: Lines of which the report shows less than happened, columns of `UNSEEN_COLUMNS`.
        traced: Whether the report says when a line was last changed; always of a first one.
    """

    fresh: int = 0
    held: int = 0
    restated: int = 0
    gone: int = 0
    lacking: int = 0
    back: int = 0
    rebooked: int = 0
    told: int = 0
    broken: int = 0
    quantity_only: int = 0
    dates: int = 0
    emptied: Mapping[str, int] = field(default_factory=dict)
    kept: tuple[str, ...] = ()
    events: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(ENTRY_COLUMNS)))
    unseen: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(UNSEEN_COLUMNS)))
    renumbered: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(RENUMBERED_COLUMNS)))
    traced: bool = True


#: Finding -> its sentence.
_SENTENCES: Final = {
    "fresh": "New order lines: {}.",
    "lacking": "New order lines that were held back and that the report lacks now, still asked about: {}.",
    "held": "Order lines changed or dated after the as-of date, which wait for an answer or a later snapshot: {}.",
    "restated": "Order lines in another currency of which something was shipped or invoiced before, and the report "
                "does not tell it from what is new; left as they were until they are answered: {}.",
    "gone": "Order lines of the last snapshot that are not in this one, held open as they were: {}.",
    "back": "Order lines that were missing and are back: {}.",
    "rebooked": "Cancellations with a new order of the same customer and product within 62 days, both counted until "
                "they are answered: {}.",
    "told": "New order lines that the log of changes tells step by step: {}.",
    "broken": "Order lines whose log of changes does not lead from the last amount to this one, compared without "
              "it: {}.",
    "quantity_only": "Order lines with another quantity and the same amount, on which nothing is booked: {}.",
    "dates": "Order lines with another date of what is written already; it keeps its day: {}.",
}  # fmt: skip
#: Reason -> the sentence of the events that bear it.
_REASONS: Final = {
    SPLIT: "Order lines split, or made by a split; nothing is booked: {}.",
    RENAMED: "Open order lines moved to another customer or segment, in and out with a net of zero: {}.",
    REOPENED: "Completed order lines open again, which go on under a line of their own: {}.",
    REINSTATED: "Order lines of which a cancellation was taken back: {}.",
}
_RENUMBERED: Final = (
    "Order lines with another order or line number, known again by everything else; nothing is booked: {} ({})."
)
#: How many pairs of numbers a sentence names.
_NAMED: Final = 3
_CURRENCY: Final = "Order lines in another currency, cancelled in the old one and booked in the new one: {}."

_UNTRACED: Final = (
    "The report does not say when a line was last changed: what was changed and changed back since the last one leaves "
    "no trace in it."
)


def notes_of(found: Found) -> tuple[str, ...]:
    """Return the sentences of what was found."""
    made = [sentence.format(count) for name, sentence in _SENTENCES.items() if (count := getattr(found, name))]
    if len(found.renumbered):
        made.append(_RENUMBERED.format(len(found.renumbered), _pairs_of_numbers(found.renumbered)))
    events = found.events
    reasons = events["reason"].fillna("")
    kinds = events["kind"].value_counts()
    words = [f"{KINDS[str(kind)].title.lower()} {number}" for kind, number in kinds.sort_index().items()]
    if words:
        made.append(f"Events found: {', '.join(words)}.")
    for reason, sentence in _REASONS.items():
        if count := _lines(events[reasons == reason]):
            made.append(sentence.format(count))
    if count := _lines(events[reasons.str.startswith(CURRENCY_CHANGED) & (events["kind"] == "cancellation")]):
        made.append(_CURRENCY.format(count))
    for name, count in found.emptied.items():
        made.append(f"Order lines on which {TITLES.get(name, name)} is empty now and stays what it was: {count}.")
    if found.kept:
        columns = ", ".join(TITLES.get(name, name.replace("_", " ")) for name in found.kept)
        made.append(f"The report has no column for these, which stay as they were: {columns}.")
    for why, count in found.unseen["why"].value_counts().sort_index().items():
        made.append(f"Order lines {UNSEEN[str(why)]}: {count} (bbbxl book unseen).")
    if not found.traced:
        made.append(_UNTRACED)
    return tuple(made)


def _pairs_of_numbers(rows: pd.DataFrame) -> str:
    """Return which number is which now, the first few; of orders whose lines keep their numbers once an order."""
    same = (rows["line_id"] == rows["now_line"]).to_numpy()
    lines = [pd.Series("", index=rows.index).mask(~same, " line " + rows[name]) for name in ("line_id", "now_line")]
    pairs = (rows["order_id"] + lines[0] + " is now " + rows["now_order"] + lines[1]).unique().tolist()
    more = [f"and {len(pairs) - _NAMED} more"] if len(pairs) > _NAMED else []
    return ", ".join([*pairs[:_NAMED], *more])


def taken_later(events: pd.DataFrame, as_of: date, extracted: date) -> tuple[str, ...]:
    """Return a sentence where changes without a day may have happened after the as-of date.

    Args:
        events: What a report that does not say when lines were last changed gave.
        as_of: Its as-of date, on which they are dated.
        extracted: Day on which it was taken.
    """
    dated = (events["effective"] == pd.Timestamp(as_of)) & events["since"].notna()
    if extracted <= as_of or not dated.any():
        return ()
    return (
        f"The report was taken on {extracted} and does not say when a line was last changed: "
        f"{count_of(_lines(events[dated]), 'order line')} changed on a day that nobody knows, which counts as "
        f"{as_of} and may be later, up to {extracted}.",
    )


def _lines(events: pd.DataFrame) -> int:
    return len(events[["entity", "order_id", "line_id"]].drop_duplicates())
