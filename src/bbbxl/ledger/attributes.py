"""Attributes of an order line: what its first row said holds for the line, until a reclass says otherwise."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from bbbxl.events import CODES
from bbbxl.ledger.columns import ATTRIBUTES, SHIPPABLE, TURN
from bbbxl.ledger.kept import Posting
from bbbxl.ledger.kinds import by_kind
from bbbxl.ledger.moves import ALONG, MOVED

#: Reason of the reclass that brings what was cancelled and booked again to its new line.
REBOOKED: Final = "rebooked"
#: Attributes that move totals: only what the line's first recording says counts, so that nothing that becomes
#: known later changes a figure that was reported.
_FIRST_DAY = ("counterparty", SHIPPABLE)


def fill_attributes(
    entries: pd.DataFrame, unmarked_shippable: bool, posting: Posting = Posting()
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the entries with line attributes on every row, and what contradicted itself.

    The first value known of each attribute stands for the whole line, so that a later export cannot move what was
    reported: moving a line takes a reclass pair, which everything recorded after it then follows. A value that
    becomes known only after a close or a reopening does not count.

    Args:
        entries: One row an event; column line (int) identifies the order line; TURN where it is known.
        unmarked_shippable: Whether a line that says nothing is shipped (True) or a service (False).
        posting: Closes and reopenings.

    Returns:
        The entries, sorted as they came, with every attribute filled and `part`, which tells the segments of
        a reclassed line apart (0 on all others); and one sentence for each attribute that differs inside a
        line without a reclass.
    """
    names = [*ATTRIBUTES, SHIPPABLE]
    work = entries.assign(_code=by_kind(entries["kind"], CODES))
    order = work.sort_values(["line", "recorded", "effective", "_code", "amount"], kind="stable")
    says = _says_what_the_line_was(order, posting)
    said = order if says.all() else order[says]
    grouped = said.groupby("line", sort=True)
    first = grouped[names].first()
    on_first_day = order["recorded"] == order.groupby("line")["recorded"].transform("min")
    opening = order.loc[on_first_day, ["line", *_FIRST_DAY]].groupby("line")
    first[list(_FIRST_DAY)] = opening.first()
    notes = tuple(_contradictions(order, first))
    first_order = grouped["effective"].min()
    first["order_date"] = first["order_date"].fillna(first["firmed_date"]).fillna(first_order)
    first["original_commit_date"] = first["original_commit_date"].fillna(grouped["commit_date"].first())
    kinds = order["kind"].eq("invoice").groupby(order["line"]).any()
    booked = order["_code"].lt(CODES["reschedule"]).groupby(order["line"]).any()
    default = pd.Series(float(unmarked_shippable), index=first.index).mask(kinds & ~booked, 0.0)
    first[SHIPPABLE] = first[SHIPPABLE].fillna(default)
    filled = entries.drop(columns=[*names, TURN], errors="ignore").join(first, on="line").assign(part=0)
    moved = order["kind"].eq("reclass")
    if moved.any():
        touched = order[order["line"].isin(order.loc[moved, "line"])]
        if TURN in touched:
            touched = touched.sort_values(["line", TURN], kind="stable")
        _follow_reclass(filled, touched)
        _age_from_first_order(filled, touched)
    return filled.assign(**{SHIPPABLE: filled[SHIPPABLE].astype(bool)}), notes


def _says_what_the_line_was(order: pd.DataFrame, posting: Posting) -> npt.NDArray[np.bool_]:
    """Return which rows may say what their line was from its first day on.

    Not what was recorded after a close or a reopening that came after the line's first recording: a closed month
    would move. Not what was recorded since a reclass either, but for what the reclass says it leaves.
    """
    line = order["line"]
    first = order["recorded"].groupby(line).transform("min")
    era, first_era = (posting.era(days.to_numpy()) for days in (order["recorded"], first))
    says: npt.NDArray[np.bool_] = era == first_era
    moved = order["kind"].eq("reclass")
    if moved.any():
        since = order["recorded"].where(moved).groupby(line).transform("min")
        leaves = moved & (order["amount"] < 0) & (order["recorded"] == since) & order["reason"].ne(ALONG)
        says &= ((order["recorded"] < since) | since.isna() | (first == since) | leaves).to_numpy()
    return says


def _contradictions(order: pd.DataFrame, first: pd.DataFrame) -> list[str]:
    """Return a sentence for each dimension that differs inside a line that has no reclass."""
    plain = ~order["line"].isin(order.loc[order["kind"] == "reclass", "line"])
    places, notes = first.index.get_indexer(pd.Index(order["line"])), []
    for name in MOVED:
        kept = first[name].array.take(places, allow_fill=True)
        differing = plain & order[name].notna() & (order[name].array != kept)
        if differing.any():
            differs = order[differing]
            row = differs.iloc[0]
            notes.append(
                f"{name} changes within order lines ({differs['line'].nunique()}), first in {row['source_file']} row "
                f"{row['source_row']:.0f} to {row[name]}; the first value is kept. Move a line with a reclass pair."
            )
    return notes


def _follow_reclass(filled: pd.DataFrame, touched: pd.DataFrame) -> None:
    """Give rows what a reclass moved: its own values on it, and on everything recorded after it.

    What a reclass moves was measured when it was recorded; an event that becomes known later belongs where the
    line stands then, even when it happened before.

    Args:
        filled: All entries, changed in place.
        touched: Entries of lines with a reclass as they came, in order of line and recording.
    """
    line, moved = touched["line"], touched["kind"].eq("reclass")
    enters = touched["amount"].gt(0) & touched["reason"].ne(ALONG)
    for name in MOVED:
        own = touched[name].where(moved)
        current = own.where(enters).groupby(line).ffill()
        filled.loc[touched.index, name] = own.fillna(current).fillna(filled.loc[touched.index, name])
    parts = filled.loc[touched.index].groupby(["line", *MOVED], dropna=False)
    filled.loc[touched.index, "part"] = parts.ngroup() + 1


def _age_from_first_order(filled: pd.DataFrame, touched: pd.DataFrame) -> None:
    """Give lines that were booked again the date of their first order, from the day on which that was known.

    Args:
        filled: All entries, changed in place.
        touched: As in `_follow_reclass`.
    """
    rebooked = touched["kind"].eq("reclass") & touched["reason"].eq(REBOOKED)
    if rebooked.any():
        known = touched["order_date"].where(rebooked)
        earlier = known.groupby(touched["line"]).cummin().groupby(touched["line"]).ffill()
        own = filled.loc[touched.index, "order_date"]
        filled.loc[touched.index, "order_date"] = own.where(~(earlier < own), earlier)
