"""Order lines that a snapshot shows for the first time: what the reader of the report made of their rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from bbbxl.book.compare.amounts import SPLIT
from bbbxl.book.compare.build import as_events, draft, events_of, gather
from bbbxl.book.compare.columns import TOLD, Days, Mask, Places, days_of, minor_of
from bbbxl.book.compare.days import NO_DAY, Dated, Span, in_parts
from bbbxl.book.compare.keys import OF_EXPORT, keys_of, places_in
from bbbxl.book.compare.lines import net_order
from bbbxl.book.compare.steps import Steps, step_drafts
from bbbxl.errors import InputError
from bbbxl.events import BOOKING_NAMES
from bbbxl.inputs.together import UNKNOWN
from bbbxl.ledger.kept import NEVER
from bbbxl.ledger.states import DAY

#: Fact of a state -> kinds of entries that tell of it.
FACT_KINDS: Final = {
    "cancelled": ("cancellation",), "shipped": ("shipment", "return_receipt"), "invoiced": ("invoice", "credit_note"),
}  # fmt: skip
_PLACE: Final = ("source_file", "source_sheet")
_ROWS: Final = 2**40


def entry_lines(states: pd.DataFrame, entries: pd.DataFrame) -> Places:
    """Return the place of the line of every entry, by source file, sheet and row; -1 where it is none of them."""
    files = [keys_of(one, _PLACE) for one in (states, entries)]
    distinct = files[0].unique()
    codes = [places_in(one, distinct) for one in files]
    rows = [one["source_row"].to_numpy(dtype=np.float64).astype(np.int64) for one in (states, entries)]
    keys, wanted = (code * _ROWS + row for code, row in zip(codes, rows, strict=True))
    order = np.argsort(keys, kind="stable")
    at = np.minimum(np.searchsorted(keys[order], wanted), max(len(keys) - 1, 0))
    if not len(keys):
        return np.full(len(wanted), -1, dtype=np.intp)
    return np.where((keys[order][at] == wanted) & (codes[1] >= 0), order[at], -1).astype(np.intp)


def fresh_events(states: pd.DataFrame, entries: pd.DataFrame, span: Span, late: Mapping[str, Mask]) -> pd.DataFrame:
    """Return the entries of new lines as events under their book key, with `line`, the place of their state.

    Args:
        states: New lines, with the key of the book, all facts that are taken.
        entries: What the reader made of the report.
        span: Days known of the lines: what has no day of its own happened after the last one that told of them.
        late: Fact -> lines of which it is left out.
    """
    line = entry_lines(states, entries)
    line[line >= 0] = np.where(_left_out(entries, line, late)[line >= 0], -1, line[line >= 0])
    own = entries[line >= 0].reset_index(drop=True)
    line = line[line >= 0]
    undated = (own["effective"] == UNKNOWN).to_numpy()
    within = (span.changed > span.last) & (span.changed <= span.as_of)
    days = np.where(undated, np.where(within, span.changed, span.as_of)[line], days_of(own["effective"]))
    unsure = _in_parts(states, own["kind"], line) | (undated & ~within[line])
    floor = np.fmax(days_of(states["booked"]), span.last + np.timedelta64(1, "D"))
    since = np.where(unsure & (floor[line] < days), floor[line], NO_DAY)
    keys = {"order_id": states["book_order"], "line_id": states["book_line"]}
    changed = {name: values.take(line).reset_index(drop=True) for name, values in keys.items()
               if not values.equals(states[name])}  # fmt: skip
    made = own.assign(effective=days.astype(DAY), since=since.astype(DAY), **changed)
    return as_events(made).assign(line=line)


def _left_out(entries: pd.DataFrame, line: Places, late: Mapping[str, Mask]) -> Mask:
    """Return which entries tell of a fact that is left out."""
    out = np.zeros(len(entries), dtype=np.bool_)
    for fact, lines in late.items():
        if lines.any():
            kinds = entries["kind"].isin([*FACT_KINDS[fact], "completion"]).to_numpy()
            out |= kinds & (line >= 0) & lines[line]
    return out


def _in_parts(states: pd.DataFrame, kinds: pd.Series[str], line: Places) -> Mask:
    """Return which facts are less than their line: they may have come in parts, of which only the last day is known."""
    net = net_order(states)
    found = np.zeros(len(line), dtype=np.bool_)
    for fact in ("shipped", "invoiced"):
        partly = in_parts(np.zeros_like(net), minor_of(states[fact]), net)
        found |= kinds.isin(FACT_KINDS[fact]).to_numpy() & partly[line]
    return found


def split_off(events: pd.DataFrame, states: pd.DataFrame, lines: Mask, when: Dated) -> pd.DataFrame:
    """Return events in which the bookings of some new lines are what came from other lines of their order."""
    if not lines.any():
        return events
    kept = events[~(events["kind"].isin(BOOKING_NAMES) & lines[events["line"]]).to_numpy()]
    amounts = np.where(lines, minor_of(states["ordered"]), 0)
    drafts = gather([draft("reclass", amounts, when, reason=SPLIT, commit=days_of(states["commit_date"]))])
    moved = events_of(drafts, states, states).assign(line=drafts["line"])
    return pd.concat([kept, moved], ignore_index=True)


def in_steps(events: pd.DataFrame, states: pd.DataFrame, steps: Steps) -> tuple[pd.DataFrame, int]:
    """Return events in which new lines are booked as a log says they began, every later step on its own day.

    Returns:
        The events, and how many lines they concern: those with one booking that is dated before their first step.
    """
    if not len(steps.chains):
        return events, 0
    booking = events["kind"].isin(BOOKING_NAMES).to_numpy()
    number = np.bincount(events.loc[booking, "line"], minlength=len(states))
    begins = steps.chains.drop_duplicates("line").set_index("line")
    good = begins[(number[begins.index] == 1) & (begins["before"] > 0)
                  & (days_of(begins["day"]) >= days_of(states["booked"])[begins.index])]  # fmt: skip
    first = events["line"].map(good["before"]).where(booking)
    events = events.assign(amount=events["amount"].where(first.isna(), first).astype("int64"),
                           quantity=events["quantity"].mask(first.notna()))  # fmt: skip
    chosen = steps.chains[steps.chains["line"].isin(good.index)].reset_index(drop=True)
    drafts = step_drafts(chosen, np.zeros(len(states), dtype=np.bool_))
    made = events_of(drafts, states, states).assign(line=drafts["line"])
    return pd.concat([events, made], ignore_index=True), len(good)


def bookings_of(states: pd.DataFrame, entries: pd.DataFrame, unbooked: Mask) -> pd.DataFrame:
    """Return states with what the bookings of the unbooked are: kind, the part of it that is an expansion, why."""
    line = entry_lines(states, entries)
    booked = entries["kind"].isin(BOOKING_NAMES).to_numpy() & (line >= 0)
    booked &= np.append(unbooked, False)[line]  # -1, of no line, is the last
    own = pd.DataFrame({"line": line[booked], **{name: entries.loc[booked, name].array for name in
                                                 ("kind", "amount", "reason")}})  # fmt: skip
    first, above = own.drop_duplicates("line").set_index("line"), own[own["line"].duplicated()].set_index("line")
    places = pd.RangeIndex(len(states))
    return states.assign(
        booked_as=first["kind"].reindex(places).astype("str").fillna("").array,
        booked_above=above["amount"].reindex(places).fillna(0).astype("int64").array,
        booked_reason=first["reason"].reindex(places).astype("str").fillna("").array,
    )


def refuse_unread(states: pd.DataFrame, events: pd.DataFrame) -> None:
    """Refuse new lines of which the reader made no event.

    Raises:
        InputError: the entries of a report are not those of its states.
    """
    seen = np.zeros(len(states), dtype=np.bool_)
    seen[events["line"].to_numpy(dtype=np.intp)] = True
    if not seen.all():
        entity, order, line = (states[name].iloc[int(np.flatnonzero(~seen)[0])] for name in OF_EXPORT)
        raise InputError(f"Order {order} line {line} of {entity} is in the states of the report and not among its "
                         "entries. Read both from the same rows.")  # fmt: skip


def last_without(states: pd.DataFrame, last: np.datetime64 | None, waited: pd.DataFrame) -> Days:
    """Return as-of date of the last snapshot that told, by lacking it, that a new line was not there.

    Args:
        states: New lines.
        last: As-of date of the last snapshot; None for the first: then it is a day before all others.
        waited: Rows of the baseline that are offered: those of lines that were held back when they were new say it.
    """
    days = np.full(len(states), NEVER if last is None else last)
    place = places_in(keys_of(states), keys_of(waited))
    since = np.append(days_of(waited[TOLD["ordered"]]), NO_DAY)
    return np.fmin(days, since[place])
