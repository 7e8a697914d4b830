"""Exports of events and invoices, compared with what the book holds of them: every event enters once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Final

import numpy as np
import pandas as pd

from bbbxl.book.records import EVENT_COLUMNS, Answer, Derived, Question
from bbbxl.events import KINDS, ORDER_NAMES
from bbbxl.inputs.together import UNKNOWN
from bbbxl.ledger.build import ENTRY_COLUMNS
from bbbxl.ledger.columns import LINE
from bbbxl.ledger.states import DAY

#: What may differ between two exports of one event without a change of the event.
_ASIDE: Final = ("recorded", "source_file", "source_sheet", "source_row", "event_id")
_CONTENT: Final = [name for name in ENTRY_COLUMNS if name not in _ASIDE]
_TAKEN_BACK: Final = "rewritten by its export"
_GONE: Final = "gone from its export"
_RENUMBERED: Final = "order line known under another number"
#: How the key of an event begins that its export gives an id.
_BY_ID: Final = "id "
_MOVED: Final = "Events of an order line that turned out to be one under another number, moved to it: {}."


def compare_events(
    baseline: pd.DataFrame | None, entries: pd.DataFrame, *, source: str, as_of: pd.Timestamp
) -> Derived:
    """Return the events of an export that the book has not yet, and those that the export rewrote.

    An event is known by its entity and id; where the export gives none, by its content and how often that stood
    before. An event whose content changed is taken back as it was and written as it is now. One that is missing from
    an export which covers its day stands, and is asked about.

    Args:
        baseline: What the source held so far: columns of ledger entries, `said`, `key` and `text`; None at first.
        entries: What was read, on the lines of the book; `recorded` UNKNOWN where the export does not say it, `said`
            what the export said before it was put there.
        source: Name of the source.
        as_of: Events of later days are held back; a later export brings them again.
    """
    later = entries["effective"] > as_of
    read = _keyed(entries[~later].reset_index(drop=True))
    known = read.iloc[:0] if baseline is None else baseline
    before = known.set_index("key")["text"].reindex(read["key"])
    is_new = before.isna().to_numpy()
    changed = ~is_new & (before.to_numpy() != read["text"].to_numpy())
    old = known[known["key"].isin(read.loc[changed, "key"])]
    again = read.loc[changed, "event_id"] + f" as of {as_of.date()}"
    read = read.assign(event_id=read["event_id"].mask(changed, again))
    written = pd.concat([taken_back(old, _TAKEN_BACK), read[is_new | changed]], ignore_index=True)
    gone = known[~known["key"].isin(read["key"]) & known["effective"].between(read["effective"].min(),
                                                                             read["effective"].max())]  # fmt: skip
    back = known["key"].isin(read["key"])
    stands = known.assign(asked=~back & (known["asked"] | known["key"].isin(gone["key"])))
    kept = pd.concat([stands[~stands["key"].isin(read.loc[changed, "key"])], read[is_new | changed]], ignore_index=True)
    return Derived(as_events(written, "export"), kept, _questions(gone, source, as_of),
                   _questions(known[back & known["asked"]], source, as_of), _notes(later, changed, gone))  # fmt: skip


def words_of(entries: pd.DataFrame) -> pd.Series[str]:
    """Return what each entry says, as one word that is the same wherever an export says the same."""
    return _digests(_content(entries))


def held_of(baseline: pd.DataFrame) -> pd.DataFrame:
    """Return what a source of events held, as it is kept now: older books do not have the words of the export."""
    return baseline if "said" in baseline else baseline.assign(said=_digests(baseline["text"]))


def moved_to_lines(baseline: pd.DataFrame, renumbered: pd.DataFrame, as_of: pd.Timestamp) -> Derived:
    """Return what moves the events of an export to the lines that a report shows under the numbers they name.

    They were told before any report had those numbers, and stood as order lines of their own. What the export itself
    ordered stays: it tells of another order.

    Args:
        baseline: What the source holds.
        renumbered: Columns of `RENUMBERED_COLUMNS`.
        as_of: As-of date of the report.
    """
    lines = renumbered[["entity", "now_order", "now_line", "book_order", "book_line"]]
    keys = {"now_order": "order_id", "now_line": "line_id"}
    found = baseline[list(LINE)].merge(lines.rename(columns=keys), on=list(LINE), how="left").set_axis(baseline.index)
    own = pd.MultiIndex.from_frame(baseline.loc[baseline["kind"].isin(ORDER_NAMES), list(LINE)])
    moves = found["book_order"].notna() & ~pd.MultiIndex.from_frame(baseline[list(LINE)]).isin(own)
    kept = baseline.assign(order_id=baseline["order_id"].mask(moves, found["book_order"]),
                           line_id=baseline["line_id"].mask(moves, found["book_line"]))  # fmt: skip
    text = _content(kept)
    with_id = kept["key"].str.startswith(_BY_ID)
    again = kept["event_id"].mask(moves, kept["event_id"] + f" as of {as_of.date()}")
    kept = kept.assign(text=text, key=kept["key"].where(with_id, _numbered(text)), event_id=again)
    events = pd.concat([taken_back(baseline[moves], _RENUMBERED), kept[moves]], ignore_index=True)
    return Derived(as_events(events, "export"), kept, notes=_notes_of({_MOVED: int(moves.sum())}))


def settle_events(baseline: pd.DataFrame, answers: Sequence[Answer]) -> Derived:
    """Return what the answers about events gone from their export do: a reversed one is taken back on its own day."""
    reverse = [one.event_id for one in answers if one.answer == "reversed"]
    rows = baseline[baseline["key"].isin(reverse)]
    events = as_events(taken_back(rows, _GONE), "export")
    return Derived(events, baseline[~baseline["key"].isin(reverse)].reset_index(drop=True))


def as_events(rows: pd.DataFrame, origin: str) -> pd.DataFrame:
    """Return entries as events of a book; days of record that no export says are left missing."""
    said = rows["recorded"].where(rows["recorded"] != UNKNOWN)
    made = rows.assign(recorded=said.astype(DAY), since=pd.Series(pd.NaT, index=rows.index, dtype=DAY), origin=origin)
    return made[list(EVENT_COLUMNS)].reset_index(drop=True)


def taken_back(rows: pd.DataFrame, reason: str) -> pd.DataFrame:
    """Return what takes events back: the same kinds and days with the opposite amounts; those without one are left."""
    moved = rows[rows["kind"].map(lambda kind: KINDS[kind].sign != 0).astype(bool)]
    identity = moved["event_id"] + " taken back"
    return moved.assign(amount=-moved["amount"], quantity=-moved["quantity"], event_id=identity, reason=reason,
                        recorded=pd.Series(pd.NaT, index=moved.index, dtype=DAY))  # fmt: skip


def _keyed(entries: pd.DataFrame) -> pd.DataFrame:
    """Return entries with their content as one text and what identifies them."""
    text = _content(entries)
    given = entries["event_id"].notna() & (entries["event_id"] != "")
    digests = _numbered(text)
    named = _BY_ID + entries["entity"].astype("str") + " | " + entries["event_id"].fillna("").astype("str")
    key = np.where(given, named, digests)
    return entries.assign(key=pd.Series(key, index=entries.index, dtype="str"), text=text, asked=False)


def _content(entries: pd.DataFrame) -> pd.Series[str]:
    """Return what each entry says, as one text."""
    text = pd.Series("", index=entries.index, dtype="str")
    for name in _CONTENT:
        column = entries[name]
        said = column.dt.strftime("%Y-%m-%d") if column.dtype.kind == "M" else column.astype("str")
        text = text + said.where(column.notna(), "").fillna("") + "\x1f"
    return text


def _numbered(text: pd.Series[str]) -> pd.Series[str]:
    """Return what identifies entries without ids: what they say and how often that stood before."""
    return _digests(text + text.groupby(text).cumcount().astype("str"))


def _digests(texts: pd.Series[str]) -> pd.Series[str]:
    return pd.Series([sha256(one.encode()).hexdigest()[:20] for one in texts.tolist()], index=texts.index, dtype="str")


def _questions(rows: pd.DataFrame, source: str, as_of: pd.Timestamp) -> tuple[Question, ...]:
    """Return one question for each event that is missing."""
    columns = ("entity", "order_id", "line_id", "currency", "amount", "customer", "key")
    return tuple(
        Question("event_gone", source, entity, order, line, currency, int(amount), as_of.date(),
                 "" if pd.isna(customer) else customer, event_id=key)
        for entity, order, line, currency, amount, customer, key in zip(*(rows[name] for name in columns), strict=True)
    )  # fmt: skip


def _notes(later: pd.Series[bool], changed: np.ndarray, gone: pd.DataFrame) -> tuple[str, ...]:
    """Return what was found, one sentence each."""
    return _notes_of({
        "Events after the as-of date, held back until a later export: {}.": int(later.sum()),
        "Events that the export rewrote, taken back as they were and written as they are now: {}.": int(changed.sum()),
        "Events that are gone from the export although it covers their day; they stand: {}.": len(gone),
    })  # fmt: skip


def _notes_of(counts: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(sentence.format(count) for sentence, count in counts.items() if count)
