"""A snapshot compared with the last one of its source: events, questions, and what the next one is compared with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa

from bbbxl.book.compare.align import Alignment, align
from bbbxl.book.compare.arrivals import Arriving, arrived_events, arriving
from bbbxl.book.compare.build import in_order
from bbbxl.book.compare.changes import Changed, change_lines, moved_of
from bbbxl.book.compare.columns import (
    ASIDE,
    CONTENT,
    Mask,
    any_differs,
    as_baseline,
    baseline_of,
    days_of,
    differs,
    filled,
    minor_of,
    taken,
    told_of,
    typed,
    with_own,
    with_told,
)
from bbbxl.book.compare.currencies import unclear_facts
from bbbxl.book.compare.days import Span
from bbbxl.book.compare.gone import gone_questions, settled_questions, waiting_questions
from bbbxl.book.compare.held import held_back, without_late_facts
from bbbxl.book.compare.keys import OF_BOOK, keys_of, places_in
from bbbxl.book.compare.kinds import guessed_with_memory
from bbbxl.book.compare.lines import Lines, Relief
from bbbxl.book.compare.notes import Found, notes_of
from bbbxl.book.compare.pairs import booked_before, cancelled_before, candidates, pair_questions, pair_up, unpaired
from bbbxl.book.compare.said import emptied, holds, not_said, refuse_missing, refuse_repeated, refuse_stranger
from bbbxl.book.compare.splits import splits
from bbbxl.book.compare.steps import fact_steps, prepare, rows_stepped, steps_of
from bbbxl.book.compare.unseen import unseen_beginnings, unseen_changes
from bbbxl.book.records import EVENT_COLUMNS, RENUMBERED_COLUMNS, WAITING, Derived, Question
from bbbxl.errors import InputError
from bbbxl.inputs.snapshot import OrderStates

_OWN_KEPT = ("book_order", "book_line", "fallen", "withdrawn_on")


def compare(
    baseline: pd.DataFrame | None,
    report: OrderStates,
    *,
    source: str,
    since: date | None,
    as_of: date,
    relief: Relief,
    changes: pd.DataFrame | None = None,
    paired: pd.DataFrame | None = None,
    same: bool = False,
) -> Derived:
    """Return what a snapshot says happened since the last one of its source.

    Args:
        baseline: What the last comparison left, columns of `BASELINE_COLUMNS`; None for the first snapshot, which gives
            the events of a plain reading.
        report: The snapshot; row order decides nothing where lines have numbers.
        source: Name of the source.
        since: As-of date of the last snapshot.
        as_of: As-of date: what was changed later waits.
        relief: What relieves the backlog in which "open" is measured.
        changes: Changes that logs tell of: order_id, line_id (empty for a whole order), field, old, new, old_minor,
            new_minor, day.
        paired: Lines (columns of `keys.OF_BOOK`) that an open question says may be one order with another one, or that
            were netted: they are no side of another pair.
        same: Whether the caller says that it is a report of the source although it may have none of its lines.

    Returns:
        The events of every line add up to the difference of its states, cent by cent; the same report again gives none.

    Raises:
        InputError: the report is older than the last one, another report, or lacks a column that would read as zero.

    Source: rules, Dates; definitions 2.3, snapshot differencing.
    """
    states = typed(report.states)
    refuse_repeated(states, source)
    day = np.datetime64(as_of, "D")
    if baseline is None:
        return _first(states, report, source, as_of)
    base = as_baseline(baseline)
    last = np.datetime64(since if since else base["read_on"].max().date(), "D")
    if day < last:
        raise InputError(f"The snapshot of {source} is of {as_of}, and the last one of {last}. Add them in that order.")
    return _later(base, states, report, source, last, as_of, relief, changes, paired, same=same)


def _first(states: pd.DataFrame, report: OrderStates, source: str, as_of: date) -> Derived:
    """Return a first snapshot: the events of a plain reading, less what is of later days."""
    nothing = pa.array([], type=pa.large_string())
    new = arriving(states, report.entries, np.datetime64(as_of, "D"), None, prepare(None, states, np.datetime64(as_of)),
                   nothing, with_own(states[:0]))  # fmt: skip
    events, _ = arrived_events(new, report.entries, None, None)
    questions = waiting_questions(new.offered, source, as_of)
    unseen = unseen_beginnings(new.rows)
    found = Found(fresh=len(new.rows), held=len(new.offered), unseen=unseen)
    return Derived(events[list(EVENT_COLUMNS)], baseline_of([new.rows, new.offered]), questions, (), notes_of(found),
                   unseen)  # fmt: skip


@dataclass(frozen=True)
class _Matched:
    """Lines that both snapshots have.

    Attributes:
        old: Rows of the baseline of those that say something else now.
        new: What they say now, in columns of a baseline.
        rows: Their row of the report.
        same: Rows of the baseline of all others.
    """

    old: pd.DataFrame
    new: pd.DataFrame
    rows: np.ndarray[tuple[int], np.dtype[np.intp]]
    same: pd.DataFrame


def _later(
    base: pd.DataFrame, states: pd.DataFrame, report: OrderStates, source: str, last: np.datetime64, as_of: date,
    relief: Relief, changes: pd.DataFrame | None, paired: pd.DataFrame | None, *, same: bool,
) -> Derived:  # fmt: skip
    """Return what a later snapshot says."""
    day = np.datetime64(as_of, "D")
    own = base[~base["carried"].isin(ASIDE).to_numpy()]
    refuse_missing(own, report, source)
    found = align(base, states, has_lines="line_id" in report.says, since=last)
    if len(own) and not len(found.old):
        refuse_stranger(own, states, source, same=same)
    entries = guessed_with_memory(report.entries, states, base.take(found.gone))
    kept = not_said(report.says)
    log = prepare(changes, states, day)
    both = _matched(base, states, found, kept, log, day)
    new_states, lost = emptied(both.old, both.new)
    unclear = unclear_facts(both.old, new_states)
    waits = held_back(both.old, new_states, day) | unclear
    held_rows = both.old[waits].assign(
        carried="held_back", **{name: new_states.loc[waits, name] for name in ("order_id", "line_id")}
    )
    offered = [new_states[waits].assign(carried=np.where(unclear[waits], "restated", "offered"), fallen=0)]
    old, new = (one[~waits].reset_index(drop=True) for one in (both.old, new_states))
    facts, told_on = without_late_facts(old, new, day), told_of(old)
    shown = new[facts.rows]
    new = with_told(facts.states, facts.waits, told_on).assign(
        carried=filled("carried", len(new)).mask(facts.rows, "held_back")
    )
    used = keys_of(base[~base["carried"].isin(WAITING).to_numpy()], OF_BOOK)
    fresh = arriving(taken(states, found.fresh), entries, day, last, _of_rows(log, found.fresh), used,
                     base[(base["carried"] == "offered").to_numpy()])  # fmt: skip
    rows = both.rows[~waits]
    read_on, size = days_of(old["read_on"]), len(new)
    steps = steps_of(log, rows, read_on, minor_of(old["ordered"]), minor_of(new["ordered"]))
    steps = replace(steps, facts=fact_steps(log, rows, read_on, old, new))
    span = Span(read_on, np.full(size, day), days_of(new["changed"]), steps.logged, told=told_on,
                doubted=steps.facts.doubted)  # fmt: skip
    split = splits(old, new, fresh.rows, span, last)
    lines = Lines(old, new, span, moved_of(base, old), relief)
    all_used = pa.concat_arrays([used, keys_of(fresh.rows, OF_BOOK)])
    changed = change_lines(lines, split.away, split.away_on, steps, all_used)
    fresh_events, told = arrived_events(fresh, entries, last, split)
    offered += [shown.assign(carried="offered", book_line=changed.rows.loc[facts.rows, "book_line"]), fresh.offered]
    waiting, lacking = baseline_of(offered).assign(fallen=0), _lacking(base, states)
    gone, asked = _gone(base, found)
    matched = [both.same, held_rows, changed.rows, fresh.rows]
    stays = [gone, base[base["carried"].isin(["replaced", "moved"]).to_numpy()], changed.left, waiting, lacking]
    pairs = _pairs(base, old, changed, fresh, baseline_of([both.same, held_rows]), day, paired)
    questions = (
        *gone_questions(asked, relief, source, as_of),
        *waiting_questions(waiting, source, as_of),
        *pair_questions(pairs, source, as_of),
    )
    events = in_order([changed.events[list(EVENT_COLUMNS)], fresh_events[list(EVENT_COLUMNS)]])
    by_split = split.fresh & (days_of(fresh.rows["changed"]) <= split.fresh_on.days)
    unseen = _unseen(base, found, states, events, fresh.rows[~by_split], day)
    numbers = _renumbered(base, found, states)
    counts = Found(
        fresh=len(fresh.rows), held=len(waiting) - int(unclear.sum()), restated=int(unclear.sum()), gone=len(asked),
        lacking=len(lacking), renumbered=numbers,
        back=int((base["carried"].take(found.old) == "gone").sum()), rebooked=len(pairs), emptied=lost,
        broken=int(steps.broken.sum()), told=told, kept=tuple(name for name in kept if holds(own[name]).any()),
        quantity_only=_quantity_only(old, new), dates=_dates_only(old, new),
        events=events, unseen=unseen, traced="changed" in report.says,
    )  # fmt: skip
    settled = _settled(base, found, baseline_of([waiting, lacking]), relief, source)
    return Derived(events, baseline_of([*matched, *stays]), questions, settled, notes_of(counts), unseen, numbers)


def _matched(
    base: pd.DataFrame, states: pd.DataFrame, found: Alignment, kept: list[str], log: pd.DataFrame, day: np.datetime64
) -> _Matched:
    """Return the lines that both snapshots have, those that say something else now apart."""
    everywhere = len(found.old) == len(base) and bool((found.old == np.arange(len(base))).all())
    new = taken(states, found.new)
    unlike = np.zeros(len(new), dtype=np.bool_)
    for name in CONTENT:
        if name not in kept:
            unlike |= differs(base[name] if everywhere else base[name].take(found.old), new[name])
    if len(log):
        unlike |= np.isin(found.new, rows_stepped(log))
    from_old = [*kept, *_OWN_KEPT]
    new = new.assign(**{name: (base[name] if everywhere else base[name].take(found.old)).array for name in from_old})
    same = new if not unlike.any() else new[~unlike]
    same = same.assign(carried=filled("carried", len(same)).array, read_on=filled("read_on", len(same), day).array)
    old = base.take(found.old[unlike]).reset_index(drop=True)
    told = new[unlike].reset_index(drop=True)
    told = with_own(told, {"carried": filled("carried", len(told)), "read_on": filled("read_on", len(told), day)})
    return _Matched(old, told, found.new[unlike], same)


def _of_rows(log: pd.DataFrame, rows: np.ndarray[tuple[int], np.dtype[np.intp]]) -> pd.DataFrame:
    """Return what a prepared log says of some rows of the report, counted from 0."""
    if not len(log):
        return log
    place = pd.Series(np.arange(len(rows)), index=rows).reindex(log["row"]).to_numpy()
    own: pd.DataFrame = log.assign(row=place)[~np.isnan(place)].astype({"row": "int64"})
    return own


def _unseen(
    base: pd.DataFrame, found: Alignment, states: pd.DataFrame, events: pd.DataFrame, fresh: pd.DataFrame,
    day: np.datetime64,
) -> pd.DataFrame:  # fmt: skip
    """Return the lines of which the report shows less than happened.

    Another number is what the last change of a line shows, and a split is what one up to its day shows of a new line:
    neither is listed.
    """
    plain = ~found.renamed
    old = base[["entity", "book_order", "book_line", "changed", "read_on"]].take(found.old[plain])
    changed = days_of(states["changed"].take(found.new[plain]))
    both = unseen_changes(old, changed, events, days_of(old["read_on"]), day)
    return pd.concat([both, unseen_beginnings(fresh)], ignore_index=True)


def _renumbered(base: pd.DataFrame, found: Alignment, states: pd.DataFrame) -> pd.DataFrame:
    """Return the lines that have another number than before, with both."""
    rows = base.take(found.old[found.renamed]).reset_index(drop=True)
    now = states.take(found.new[found.renamed])
    return rows.assign(now_order=now["order_id"].array, now_line=now["line_id"].array)[list(RENUMBERED_COLUMNS)]


def _gone(base: pd.DataFrame, found: Alignment) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows of the lines that the report lacks, and those of them that it lacks for the first time."""
    rows = base.take(found.gone)
    first = rows["carried"].isin(["", "held_back"]).to_numpy()
    rows = rows.assign(carried=rows["carried"].mask(first, "gone"))
    return rows, rows[first]


def _lacking(base: pd.DataFrame, states: pd.DataFrame) -> pd.DataFrame:
    """Return what waits of new lines that the report lacks: they were ordered once, so they stay asked about."""
    offers = base[(base["carried"] == "offered").to_numpy()]
    own = base[~base["carried"].isin(ASIDE).to_numpy()]
    known = places_in(keys_of(offers, OF_BOOK), keys_of(own, OF_BOOK)) >= 0
    return offers[~known & (places_in(keys_of(offers), keys_of(states)) < 0)]


def _settled(
    base: pd.DataFrame, found: Alignment, waiting: pd.DataFrame, relief: Relief, source: str
) -> tuple[Question, ...]:
    """Return the questions that this snapshot settles: lines gone that are back, lines held back that no longer are."""
    offers = base[base["carried"].isin(WAITING).to_numpy()]
    again = places_in(keys_of(offers, (*OF_BOOK, "carried")), keys_of(waiting, (*OF_BOOK, "carried"))) >= 0
    back = base.take(found.old[(base["carried"].take(found.old) == "gone").to_numpy()])
    return settled_questions(pd.concat([back, offers[~again]]), relief, source)


def _pairs(
    base: pd.DataFrame, old: pd.DataFrame, changed: Changed, fresh: Arriving, others: pd.DataFrame, day: np.datetime64,
    paired: pd.DataFrame | None,
) -> pd.DataFrame:  # fmt: skip
    """Return what was cancelled and booked again, one of the two shown by this snapshot."""
    withdrawn = changed.events[(changed.events["kind"] == "cancellation").to_numpy()]
    amounts = withdrawn.groupby("line")["amount"].sum()
    lost = changed.rows.take(amounts.index[amounts > 0].to_numpy())
    same = lost["currency"].array == old["currency"].take(lost.index.to_numpy()).array
    lost = lost[same & lost["withdrawn_on"].notna().to_numpy()]
    now = unpaired(candidates(lost, amounts.reindex(lost.index).to_numpy(), lost["withdrawn_on"]), paired)
    before = unpaired(cancelled_before(base, day), paired)
    known = places_in(keys_of(before, OF_BOOK), keys_of(changed.rows, OF_BOOK)) >= 0
    every = pd.concat([now, before[~known]], ignore_index=True)
    split = fresh.rows
    booked = candidates(split, minor_of(split["ordered"]) - minor_of(split["cancelled"]), split["booked"])
    first = pair_up(every, booked.reset_index(drop=True), later=False)
    found = places_in(keys_of(now, OF_BOOK), keys_of(first.rename(columns={
        "book_order": "_", "book_line": "__", "book_order_cancelled": "book_order",
        "book_line_cancelled": "book_line"}), OF_BOOK)) >= 0  # fmt: skip
    rest = now[~found].reset_index(drop=True)
    second = pair_up(rest, unpaired(booked_before(others, rest), paired).reset_index(drop=True), later=True)
    return (
        pd.concat([first, second], ignore_index=True) if len(first) and len(second) else first if len(first) else second
    )


def _quantity_only(old: pd.DataFrame, new: pd.DataFrame) -> int:
    """Return on how many lines the quantity changed and the amount did not."""
    return int((differs(old["quantity"], new["quantity"]) & ~differs(old["ordered"], new["ordered"])).sum())


def _dates_only(old: pd.DataFrame, new: pd.DataFrame) -> int:
    """Return on how many lines a date changed whose event is written already."""
    found: Mask = differs(old["booked"], new["booked"])
    for name in ("cancelled", "shipped", "invoiced"):
        dated = differs(old[f"{name}_date"], new[f"{name}_date"]) & (minor_of(old[name]) != 0)
        found = found | (dated & ~any_differs(old, new, [name]))
    return int(found.sum())
