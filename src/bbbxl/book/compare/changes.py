"""Order lines in two states: every rule in its order, and what becomes of their rows in the baseline."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from bbbxl.book.compare.amounts import order_changes
from bbbxl.book.compare.build import events_of, gather
from bbbxl.book.compare.columns import Mask, Minor, Places, as_book_key, minor_of
from bbbxl.book.compare.currencies import another_currency, currency_changes
from bbbxl.book.compare.days import NO_DAY, Dated
from bbbxl.book.compare.facts import fact_changes
from bbbxl.book.compare.keys import OF_BOOK, free_lines, keys_of, places_in
from bbbxl.book.compare.lines import Lines
from bbbxl.book.compare.states import state_changes
from bbbxl.book.compare.steps import Steps, fact_drafts, several, some_steps, step_drafts
from bbbxl.book.compare.transfers import reopened, reopened_changes, transfers

_MOVED = ("ordered", "shipped", "invoiced")
_BOOK_KEY = (*OF_BOOK, "currency")


@dataclass(frozen=True)
class Changed:
    """What became of some order lines.

    Attributes:
        events: Events, with `line`, the place of the line.
        rows: Their rows of the baseline, in their order.
        left: Rows of the baseline for what stays under older keys.
    """

    events: pd.DataFrame
    rows: pd.DataFrame
    left: pd.DataFrame


def moved_of(baseline: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Return what of the states of some rows stands under older keys."""
    totals = pd.DataFrame({name: np.zeros(len(rows), dtype=np.int64) for name in _MOVED})
    aside = baseline[(baseline["carried"] == "moved").to_numpy()]
    if not len(aside):
        return totals
    keys = keys_of(aside, _BOOK_KEY)
    place = places_in(keys, keys_of(rows, _BOOK_KEY))
    for name in _MOVED:
        total = np.zeros(len(rows), dtype=np.int64)
        np.add.at(total, place[place >= 0], -minor_of(aside[name])[place >= 0])
        totals[name] = total
    return totals


def change_lines(lines: Lines, split: Minor, split_day: Dated, steps: Steps, used: Any) -> Changed:  # noqa: ANN401 -- an Arrow array of texts
    """Return what two states of order lines say happened between them.

    Args:
        lines: The lines; their new states bear the key of the old ones.
        split: What went from each to new lines of its order.
        split_day: When.
        steps: What a log says of them.
        used: Keys of all lines of the book.
    """
    other = another_currency(lines.old, lines.new)
    same = np.flatnonzero(~other)
    parts = [_in_one_currency(_some(lines, same), split[same], split_day.take(~other), some_steps(steps, same), used)]
    places = [same]
    if other.any():
        parts.append(_in_two_currencies(_some(lines, np.flatnonzero(other)), used))
        places.append(np.flatnonzero(other))
    events = [part.events.assign(line=place[part.events["line"].to_numpy(dtype=np.intp)])
              for part, place in zip(parts, places, strict=True) if len(part.events)]  # fmt: skip
    rows = pd.concat([part.rows.set_axis(place) for part, place in zip(parts, places, strict=True)]).sort_index()
    left = [part.left for part in parts if len(part.left)]
    return Changed(
        pd.concat(events, ignore_index=True) if events else parts[0].events, rows.reset_index(drop=True),
        pd.concat(left, ignore_index=True) if left else rows.iloc[:0],
    )  # fmt: skip


def _in_one_currency(lines: Lines, split: Minor, split_day: Dated, steps: Steps, used: Any) -> Changed:  # noqa: ANN401 -- an Arrow array of texts
    stepped = stepwise(lines, split, steps)
    drafts, new, fall = order_changes(lines, split, split_day, stepped)
    lines = replace(lines, new=new)
    units = [side["quantity"].to_numpy() for side in (lines.old, lines.new)]
    chains = steps.chains[stepped[steps.chains["line"].to_numpy(dtype=np.intp)]].reset_index(drop=True)
    drafts += [step_drafts(chains, units[0] == units[1]), *fact_changes(_but_steps(lines, steps), fall)]
    drafts += [*fact_drafts(steps.facts), *state_changes(lines)]
    drafts += transfers(lines, gather(drafts))
    every = gather(drafts)
    under_old = lines.new.assign(**{name: lines.old[name] for name in ("book_order", "book_line")})
    again, rest = reopened(lines)
    if not again.any():
        return Changed(_placed(every, lines.old, under_old), lines.new, lines.new.iloc[:0])
    places = np.flatnonzero(again)
    some = _some(lines, places)
    own = every[again[every["line"]]]
    own = own.assign(line=np.searchsorted(places, own["line"].to_numpy()))
    wanted = as_book_key(some.new).assign(line_id=some.new["book_line"] + " reopened")
    old_drafts, new_drafts, reborn, left = reopened_changes(some, rest[places], own, free_lines(wanted, used))
    moved = [_placed(gather(old_drafts), some.old, some.new), _placed(gather(new_drafts), some.old, reborn)]
    events = [_placed(every, lines.old, under_old), *(one.assign(line=places[one["line"]]) for one in moved)]
    rows = pd.concat([lines.new[~again], reborn.set_axis(places)]).sort_index()
    return Changed(pd.concat(events, ignore_index=True), rows, left)


def _but_steps(lines: Lines, steps: Steps) -> Lines:
    """Return lines on which nothing happened of the facts that a log tells step by step."""
    told = {name: steps.facts.stepped(name, len(lines)) for name in steps.facts.chains}
    facts = {name: lines.new[name].mask(rows, lines.old[name]) for name, rows in told.items() if rows.any()}
    return replace(lines, new=lines.new.assign(**facts)) if facts else lines


def stepwise(lines: Lines, split: Minor, steps: Steps) -> Mask:
    """Return the lines whose amount a log tells in several steps, of lines neither withdrawn, reopened nor split."""
    was, is_now = lines.flag("withdrawn")
    plain = (was == is_now) & (split == 0) & (lines.before("ordered") >= 0) & (lines.now("ordered") >= 0)
    told: Mask = plain & several(steps, len(lines))
    return told


def _in_two_currencies(lines: Lines, used: Any) -> Changed:  # noqa: ANN401 -- an Arrow array of texts
    wanted = as_book_key(lines.old).assign(line_id=lines.old["book_line"] + " " + lines.new["currency"])
    new = lines.new.assign(book_line=free_lines(wanted, used).array, fallen=0)
    lines = replace(lines, new=new)
    under_old, under_new, left = currency_changes(lines)
    events = [_placed(gather(under_old), lines.old, _as_before(lines)), _placed(gather(under_new), lines.old, new)]
    return Changed(pd.concat(events, ignore_index=True), new, left)


def _as_before(lines: Lines) -> pd.DataFrame:
    """Return the states before with the rows of the report that show the change."""
    return lines.old.assign(**{name: lines.new[name] for name in ("source_file", "source_sheet", "source_row")})


def _placed(drafts: pd.DataFrame, old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    return events_of(drafts, old, new).assign(line=drafts["line"].to_numpy(dtype=np.intp))


def _some(lines: Lines, places: Places) -> Lines:
    """Return some of the lines, counted from 0."""
    if len(places) == len(lines):
        return lines
    frames = [one.take(places).reset_index(drop=True) for one in (lines.old, lines.new, lines.moved)]
    said = lines.restated if lines.restated is None else lines.restated[places]
    return Lines(frames[0], frames[1], lines.span.take(places), frames[2], lines.relief, said)


def no_steps(size: int) -> Steps:
    """Return what no log says of some lines."""
    chains = pd.DataFrame({"line": np.zeros(0, dtype=np.intp), "before": np.zeros(0, dtype=np.int64),
                           "after": np.zeros(0, dtype=np.int64), "day": np.zeros(0, dtype="datetime64[us]")},
                          )  # fmt: skip
    return Steps({}, chains, np.zeros(size, dtype=np.bool_))


def no_split(size: int) -> tuple[Minor, Dated]:
    """Return that nothing went from some lines to others."""
    never = np.full(size, NO_DAY)
    return np.zeros(size, dtype=np.int64), Dated(never, never)
