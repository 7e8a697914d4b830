"""Entries by hand: who entered what and why, and what it does to net bookings and to the closing backlog."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from bbbxl.aggregate.measures import MEASURES
from bbbxl.aggregate.select import Question, counted
from bbbxl.events import KINDS
from bbbxl.inputs.load import Loaded
from bbbxl.ledger.build import Ledger, build_ledger
from bbbxl.ledger.columns import LINE
from bbbxl.ledger.kept import Kept
from bbbxl.ledger.kinds import by_kind

#: What identifies an event of a book in its ledger.
EVENT: tuple[str, ...] = (*LINE, "event_id")
#: What a person said with an entry.
SAID: tuple[str, ...] = ("reason", "evidence", "preparer", "approver", "reversed_by")
#: What finds the words of an entry again.
_MATCHED = ["entry", *LINE, "kind", "effective", "amount", "place"]
_READ = (*EVENT, "kind", "effective", "recorded", "posted", "amount", "currency", "reporting_amount", "customer")


def hand_keys(kept: Kept | None) -> pd.DataFrame:
    """Return what identifies the events entered by hand, with the number of their entry."""
    if kept is None:
        return pd.DataFrame(columns=[*EVENT, "entry"])
    return kept.events.loc[kept.events["origin"] == "hand", [*EVENT, "entry"]]


def by_hand(events: pd.DataFrame, kept: Kept | None) -> pd.Series[bool]:
    """Return which events of a ledger were entered by hand."""
    keys = hand_keys(kept)
    found = events["event_id"].isin(keys["event_id"])
    same = pd.MultiIndex.from_frame(events.loc[found, list(EVENT)]).isin(pd.MultiIndex.from_frame(keys[list(EVENT)]))
    found[found] = same
    return found


def adjustments(loaded: Loaded, question: Question, basis: str) -> pd.DataFrame:
    """Return the entries by hand that count, in order of entry.

    Args:
        loaded: What was read.
        question: As of, known at, view and scope.
        basis: Backlog basis.

    Returns:
        One row an event: entry, entity, order_id, line_id, customer, kind, effective, recorded, posted, month
        (yyyymm of the day the view goes by), amount (document minor units, positive in the kind's own sense),
        currency; in reporting minor units: reporting_amount, net_bookings and backlog (what the entry adds to net
        bookings and to the closing backlog, what is derived from it included); reason, evidence, preparer,
        approver, reversed_by and reverses (number of the entry on the other side, missing where there is none).
    """
    kept = loaded.kept
    keys = hand_keys(kept)
    events: pd.DataFrame = counted(loaded.ledger.events, question, _READ).collect("pandas").to_native()
    rows = events.merge(keys, on=list(EVENT)).sort_values(["entry", *EVENT], ignore_index=True)
    rows = rows.join(_effects(loaded.ledger, question, basis, rows))
    return _with_words(rows, kept)


def _with_words(rows: pd.DataFrame, kept: Kept | None) -> pd.DataFrame:
    """Return the entries with what was said; a reversal that does not count yet is not marked."""
    hands = kept.hands if kept else pd.DataFrame(columns=[*_MATCHED, *SAID])
    hands = hands.assign(effective=hands["effective"].astype("datetime64[us]"))
    keyed = [side.assign(place=side.groupby(_MATCHED[:-1]).cumcount()) for side in (rows, hands)]
    rows = keyed[0].merge(keyed[1][[*_MATCHED, *SAID]], on=_MATCHED, how="left").drop(columns="place")
    undone = pd.to_numeric(rows["reversed_by"]).astype("float64")
    rows["reversed_by"] = undone.where(undone.isin(rows["entry"]))
    back = rows.dropna(subset="reversed_by").drop_duplicates("reversed_by").set_index("reversed_by")["entry"]
    return rows.assign(reverses=rows["entry"].map(back).astype("float64"))


def _effects(ledger: Ledger, question: Question, basis: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Return what each entry adds to net bookings and to the backlog.

    The lines concerned are built without entries by hand, then with the first one of each line, then with the
    second, and so on: the differences add up to what all of them do together.
    """
    effects = pd.DataFrame(0, index=rows.index, columns=["net_bookings", "backlog"])
    if rows.empty:
        return effects
    entries = _entries_of(ledger, question, rows)
    step = rows.groupby(list(LINE)).cumcount() + 1
    turn = entries[list(EVENT)].merge(rows[list(EVENT)].assign(step=step), on=list(EVENT), how="left")["step"]
    turn = turn.fillna(0).set_axis(entries.index)
    before = _per_line(ledger, entries[turn == 0], question, basis)
    for at in range(1, int(step.max()) + 1):
        after = _per_line(ledger, entries[turn <= at], question, basis)
        added = after.sub(before, fill_value=0).astype("int64")
        chosen = rows[step == at]
        index = pd.MultiIndex.from_frame(chosen[list(LINE)])
        effects.loc[chosen.index] = added.reindex(index, fill_value=0).to_numpy()
        before = after
    return effects


def _entries_of(ledger: Ledger, question: Question, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the entries that count of the lines with entries by hand."""
    lines = rows[list(LINE)].drop_duplicates()
    counting: pd.DataFrame = counted(ledger.events, question, EVENT).collect("pandas").to_native()
    keys = pd.MultiIndex.from_frame(counting.merge(lines, on=list(LINE))[list(EVENT)])
    entries = ledger.entries[ledger.entries["order_id"].isin(lines["order_id"])]
    return entries[pd.MultiIndex.from_frame(entries[list(EVENT)]).isin(keys)]


def _per_line(ledger: Ledger, entries: pd.DataFrame, question: Question, basis: str) -> pd.DataFrame:
    """Return net bookings and backlog of each line as of the day, in reporting minor units."""
    if entries.empty:
        return pd.DataFrame(columns=["net_bookings", "backlog"], dtype="int64")
    built = build_ledger(entries, ledger.rates, ledger.horizon, calendar=ledger.calendar, policy=ledger.policy,
                         availability=ledger.availability, posting=ledger.posting)  # fmt: skip
    plain = replace(question, view="as-restated", known_at=None)
    events: pd.DataFrame = counted(built.events, plain).collect("pandas").to_native()
    parts = pd.MultiIndex.from_arrays([events["kind"], events["basis"].fillna("")])
    stock = MEASURES[f"backlog_{basis}"].parts
    signs = {"net_bookings": by_kind(events["kind"], {name: kind.net for name, kind in KINDS.items()}),
             "backlog": np.array([stock.get(part, 0) for part in parts], dtype="int64")}  # fmt: skip
    amounts = events["reporting_amount"].to_numpy()
    signed = events[list(LINE)].assign(**{name: sign * amounts for name, sign in signs.items()})
    return signed.groupby(list(LINE)).sum()
