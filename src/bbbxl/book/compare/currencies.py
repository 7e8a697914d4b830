"""Order lines in another currency: what was fulfilled stays in the old one, what is open and new goes on in the new."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from bbbxl.book.compare.amounts import Fall
from bbbxl.book.compare.build import draft, gather
from bbbxl.book.compare.columns import Mask, Minor, days_of, differs, minor_of
from bbbxl.book.compare.days import NO_DAY, Dated, not_before, seen, unsure
from bbbxl.book.compare.facts import fact_changes
from bbbxl.book.compare.lines import Lines, fulfilled, net_order, open_order
from bbbxl.book.compare.states import BY_STATUS
from bbbxl.book.records import CURRENCY_CHANGED
from bbbxl.money import divide_half_up

_FACTS: Final = ("shipped", "invoiced")


def another_currency(old: pd.DataFrame, new: pd.DataFrame) -> Mask:
    """Return which lines are in another currency than before."""
    return differs(old["currency"], new["currency"])


def unclear_facts(old: pd.DataFrame, new: pd.DataFrame) -> Mask:
    """Return which lines in another currency show facts of which the report does not tell old ones from new ones.

    Something was shipped or invoiced before, and what the report says in the new currency is neither that once more
    (its day is the same, or it is the same part of the order) nor all there is.
    """
    found = np.zeros(len(new), dtype=np.bool_)
    for name in _FACTS:
        found |= (minor_of(old[name]) != 0) & ~_said_again(old, new, name)
    return found & another_currency(old, new)


def _said_again(old: pd.DataFrame, new: pd.DataFrame, name: str) -> Mask:
    """Return on which lines a fact in the new currency is the one that there was, and nothing more."""
    before, now = days_of(old[f"{name}_date"]), days_of(new[f"{name}_date"])
    again: Mask = (minor_of(new[name]) != 0) & ((before == now) | (minor_of(new[name]) == _same_part(old, new, name)))
    return again


def _same_part(old: pd.DataFrame, new: pd.DataFrame, name: str) -> Minor:
    """Return what a fact comes to in the new currency as the same part of the order value, HALF_UP."""
    triples = zip(*(minor_of(frame[column]).tolist() for frame, column in
                    ((old, name), (new, "ordered"), (old, "ordered"))), strict=True)  # fmt: skip
    return np.array(
        [divide_half_up(done * whole * (1 if was > 0 else -1), abs(was)) if was else 0 for done, whole, was in triples],
        dtype=np.int64,
    )


def _earlier(lines: Lines) -> pd.DataFrame:
    """Return what of the facts in the new currency is what was shipped and invoiced under the old one.

    That is nothing where nothing was; all of it where the report says the same once more; else what a person said.
    """
    made = {}
    for name in _FACTS:
        none = lines.before(name) == 0
        chosen = np.where(lines.restated == "included", _same_part(lines.old, lines.new, name), lines.now(name))
        chosen = np.where(lines.restated == "new", 0, chosen)
        again = _said_again(lines.old, lines.new, name)
        made[name] = np.where(none, 0, np.where(again, lines.now(name), chosen))
    return lines.new.assign(**made)


def currency_changes(lines: Lines) -> tuple[list[pd.DataFrame], list[pd.DataFrame], pd.DataFrame]:
    """Return what a change of currency cancels under the old key and books under the new one, and the rows it leaves.

    What is open in the old currency is cancelled. What the report says in the new one is booked, less what was
    fulfilled under the old one; what was shipped and invoiced since is an event in the new one, on its own day.

    Args:
        lines: Lines in another currency, their new states under the new key.

    Returns:
        Drafts under the old key, drafts under the new one, and rows of a baseline for what was fulfilled before.
    """
    earlier = _earlier(lines)
    facts = _facts_since(lines, earlier)
    when = _changed_on(lines, facts)
    moved = {name: lines.before(name) - lines.moved[name].to_numpy(dtype=np.int64) for name in _FACTS}
    ordered = net_order(lines.old) - lines.moved["ordered"].to_numpy(dtype=np.int64)
    rest = open_order(lines.old.assign(ordered=ordered, cancelled=0, **moved), lines.relief)
    stays = fulfilled(earlier, lines.relief)
    now = net_order(lines.new) - stays
    pairs = zip(lines.old["currency"], lines.new["currency"], strict=True)
    reasons = np.array([f"{CURRENCY_CHANGED} from {old} to {new}" for old, new in pairs], dtype=object)
    under_old = [draft("cancellation", rest, when, reason=reasons)]
    under_new = [
        draft("new", np.maximum(now, 0), when, where=now >= 0, reason=reasons, commit=lines.days("commit_date")[1]),
        draft("return_authorisation", np.maximum(-now, 0), when, reason=reasons),
        facts,
        *_states_of(lines, when),
    ]
    replaced = lines.old.assign(cancelled=lines.before("cancelled") + rest, carried="replaced")
    away = moved_rows(lines.new, stays, minor_of(earlier["shipped"]), minor_of(earlier["invoiced"]))
    return under_old, under_new, pd.concat([replaced, away], ignore_index=True)


def _facts_since(lines: Lines, earlier: pd.DataFrame) -> pd.DataFrame:
    """Return what was shipped and invoiced, taken back and credited since, all in the new currency."""
    size = len(lines)
    before = earlier.assign(**{f"{name}_date": lines.old[f"{name}_date"] for name in _FACTS})
    nothing = pd.DataFrame(dict.fromkeys(("ordered", *_FACTS), np.zeros(size, dtype=np.int64)))
    no_fall = Fall(np.zeros(size, dtype=np.int64), np.full(size, NO_DAY))
    return gather(fact_changes(replace(lines, old=before, moved=nothing), no_fall))


def _changed_on(lines: Lines, facts: pd.DataFrame) -> Dated:
    """Return when the currency changed: unless a log says it, no later than the first fact in the new currency."""
    when = seen(lines.span, "currency")
    first = np.full(len(lines), NO_DAY)
    np.fmin.at(first, facts["line"].to_numpy(dtype=np.intp), days_of(facts["effective"]))
    open_from = lines.span.last_told() + np.timedelta64(1, "D")
    days = np.fmin(when.days, np.where(np.isnat(first), NO_DAY, np.fmax(first, open_from)))
    logged = lines.span.logged.get("currency", np.full(len(lines), NO_DAY))
    days = np.where(np.isnat(logged), days, when.days)
    return unsure(days, np.where(np.isnat(logged), open_from, NO_DAY))


def _states_of(lines: Lines, when: Dated) -> list[pd.DataFrame]:
    """Return the states of lines under their new key: those they had from its first day on, others on their own day."""
    later = not_before(seen(lines.span, "status"), when.days)
    (was_held, held), (was_completed, completed) = lines.flag("held"), lines.flag("completed")
    return [
        *states_again(when, held & was_held, completed & was_completed),
        *states_again(later, held & ~was_held, completed & ~was_completed),
    ]


def states_again(when: Dated, held: Mask, completed: Mask) -> list[pd.DataFrame]:
    """Return the states that some lines have under a new key."""
    return [
        draft("hold", None, when, where=held, reason=BY_STATUS),
        draft("completion", None, when, where=completed),
    ]


def moved_rows(states: pd.DataFrame, ordered: Minor, shipped: Minor, invoiced: Minor) -> pd.DataFrame:
    """Return what of some states stands under another key, as rows that take it from theirs."""
    return states.assign(ordered=-ordered, cancelled=0, shipped=-shipped, invoiced=-invoiced, quantity=np.nan,
                         fallen=0, carried="moved")  # fmt: skip
