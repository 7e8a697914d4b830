"""New order lines taken: their events, their rows of the baseline, and what of them waits for a later snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from bbbxl.book.compare.columns import TOLD, days_of, filled, minor_of, with_own, with_told
from bbbxl.book.compare.days import Span
from bbbxl.book.compare.fresh import (
    bookings_of,
    fresh_events,
    in_steps,
    last_without,
    refuse_unread,
    split_off,
)
from bbbxl.book.compare.held import changed_later, without_late_facts
from bbbxl.book.compare.keys import OF_BOOK, free_lines, keys_of, places_in
from bbbxl.book.compare.splits import Splits
from bbbxl.book.compare.steps import Steps, steps_of
from bbbxl.ledger.kept import NEVER
from bbbxl.ledger.states import DAY


@dataclass(frozen=True)
class Arriving:
    """New lines of a report.

    Attributes:
        rows: Rows of the baseline of the lines that are taken.
        offered: Rows of what waits: lines left out, lines without facts dated after the as-of date.
        span: What is known of their days.
        late: Fact -> rows without it.
        steps: What a log says of them.
    """

    rows: pd.DataFrame
    offered: pd.DataFrame
    span: Span
    late: dict[str, Any]
    steps: Steps


def arriving(
    states: pd.DataFrame, entries: pd.DataFrame, as_of: np.datetime64, last: np.datetime64 | None, log: pd.DataFrame,
    used: Any,  # noqa: ANN401 -- an Arrow array of texts
    waited: pd.DataFrame,
) -> Arriving:  # fmt: skip
    """Return the new lines of a report as they are taken.

    Args:
        states: Their rows, counted from 0.
        entries: What the reader made of the report.
        as_of: As-of date.
        last: As-of date of the last snapshot; None for the first.
        log: A prepared log whose rows are those of `states`.
        used: Keys of all lines of the book.
        waited: Rows of the baseline that are offered.
    """
    before = last_without(states, last, waited)
    unseen = np.fmax(days_of(states["booked"]) - np.timedelta64(1, "D"), before)
    left = changed_later(states, as_of)
    facts = without_late_facts(None, states, as_of)
    late = {name: rows & ~left for name, rows in facts.late.items()}
    waits = left | (facts.rows & ~left)
    offered = with_own(states)[:0]
    if waits.any():
        chosen = states[waits].reset_index(drop=True)
        offered = with_own(bookings_of(chosen, entries, left[waits]), {
            "book_order": chosen["order_id"], "book_line": chosen["line_id"],
            "carried": filled("carried", len(chosen), "offered"), "read_on": filled("read_on", len(chosen), as_of),
        })  # fmt: skip
        offered = with_told(offered, dict.fromkeys(TOLD, left[waits]), dict.fromkeys(TOLD, unseen[waits]))
    rows, kept = with_told(facts.states, facts.waits, dict.fromkeys(TOLD, unseen)), ~left
    if left.any():
        rows, late = rows[kept].reset_index(drop=True), {name: mask[kept] for name, mask in late.items()}
    rows = _with_keys(rows, used, as_of)
    held = np.logical_or.reduce(list(late.values()))
    if held.any():
        rows = rows.assign(carried=rows["carried"].mask(held, "held_back"))
    if len(offered):
        offered = _under_book_keys(offered, rows, used)
    places = np.flatnonzero(kept)
    steps = steps_of(log, places, np.full(len(rows), NEVER), None, minor_of(rows["ordered"]))
    span = Span(before[kept], np.full(len(rows), as_of), days_of(rows["changed"]) if last is not None
                else np.full(len(rows), np.datetime64("NaT", "D")))  # fmt: skip
    return Arriving(rows, offered, span, late, steps)


def _with_keys(rows: pd.DataFrame, used: Any, as_of: np.datetime64) -> pd.DataFrame:  # noqa: ANN401 -- an Arrow array of texts
    """Return states as rows of a baseline under their own keys, other ones where another line has them."""
    lines = rows["line_id"]
    taken = places_in(keys_of(rows), used) >= 0 if len(used) else np.zeros(len(rows), dtype=np.bool_)
    if taken.any():
        lines = lines.copy()
        lines[taken] = free_lines(rows[taken], pa.concat_arrays([used, keys_of(rows[~taken])])).array
    cancelled = minor_of(rows["cancelled"]) != 0
    return with_own(rows, {
        "book_order": rows["order_id"], "book_line": lines, "read_on": filled("read_on", len(rows), as_of),
        "withdrawn_on": rows["cancelled_date"].where(cancelled).astype(DAY),
    })  # fmt: skip


def _under_book_keys(offered: pd.DataFrame, rows: pd.DataFrame, used: Any) -> pd.DataFrame:  # noqa: ANN401 -- an Arrow array of texts
    """Return what lines offer under the keys that the book gave them, or would give those it has not yet."""
    place = places_in(keys_of(offered), keys_of(rows))
    found = place >= 0
    lines = offered["book_line"].copy()
    lines[found] = rows["book_line"].take(place[found]).array
    lines[~found] = free_lines(offered[~found], pa.concat_arrays([used, keys_of(rows, OF_BOOK)])).array
    return offered.assign(book_line=lines)


def arrived_events(
    new: Arriving, entries: pd.DataFrame, last: np.datetime64 | None, split: Splits | None
) -> tuple[pd.DataFrame, int]:
    """Return the events of new lines, with `line`, and how many lines a log tells step by step."""
    events = fresh_events(new.rows, entries, new.span, new.late)
    refuse_unread(new.rows, events)
    if last is None:
        return events, 0
    if split is not None:
        events = split_off(events, new.rows, split.fresh, split.fresh_on)
    return in_steps(events, new.rows, new.steps)
