"""Attributes of an order line: what its first row said holds for the line, until a reclass says otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from bbbxl.events import CODES
from bbbxl.ledger.columns import ATTRIBUTES, DIMENSIONS, SHIPPABLE
from bbbxl.ledger.kinds import by_kind

#: Attributes that move totals: only what the line's first recording says counts, so that nothing that becomes
#: known later changes a figure that was reported.
_FIRST_DAY = ("counterparty", SHIPPABLE)
#: Attributes that a reclass moves from one value to another.
_MOVED = [name for name in (*DIMENSIONS, "counterparty") if name in ATTRIBUTES]


def fill_attributes(entries: pd.DataFrame, unmarked_shippable: bool) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the entries with line attributes on every row, and what contradicted itself.

    The first value known of each attribute stands for the whole line, so that a later export cannot move what was
    reported: moving a line takes a reclass pair, which later events of the line then follow.

    Args:
        entries: One row an event; column line (int) identifies the order line.
        unmarked_shippable: Whether a line that says nothing is shipped (True) or a service (False).

    Returns:
        The entries, sorted as they came, with every attribute filled and `part`, which tells the segments of
        a reclassed line apart (0 on all others); and one sentence for each attribute that differs inside a
        line without a reclass.
    """
    names = [*ATTRIBUTES, SHIPPABLE]
    work = entries.assign(_code=by_kind(entries["kind"], CODES))
    order = work.sort_values(["line", "recorded", "effective", "_code", "amount"], kind="stable")
    grouped = order.groupby("line", sort=True)
    first = grouped[names].first()
    opening = order[order["recorded"] == grouped["recorded"].transform("min")].groupby("line")[list(_FIRST_DAY)]
    first[list(_FIRST_DAY)] = opening.first()
    notes = tuple(_contradictions(order, first))
    first_order = grouped["effective"].min()
    first["order_date"] = first["order_date"].fillna(first["firmed_date"]).fillna(first_order)
    first["original_commit_date"] = first["original_commit_date"].fillna(grouped["commit_date"].first())
    kinds = order["kind"].eq("invoice").groupby(order["line"]).any()
    booked = order["_code"].lt(CODES["reschedule"]).groupby(order["line"]).any()
    default = pd.Series(float(unmarked_shippable), index=first.index).mask(kinds & ~booked, 0.0)
    first[SHIPPABLE] = first[SHIPPABLE].fillna(default)
    filled = entries.drop(columns=names).join(first, on="line").assign(part=0)
    moved = entries["kind"].eq("reclass")
    if moved.any():
        filled = _follow_reclass(filled, entries, entries.loc[moved, "line"].unique())
    return filled.assign(**{SHIPPABLE: filled[SHIPPABLE].astype(bool)}), notes


def _contradictions(order: pd.DataFrame, first: pd.DataFrame) -> list[str]:
    """Return a sentence for each dimension that differs inside a line that has no reclass."""
    plain = order[~order["line"].isin(order.loc[order["kind"] == "reclass", "line"])]
    notes = []
    for name in _MOVED:
        known = plain[plain[name].notna()]
        differs = known[known[name] != first[name].reindex(known["line"]).to_numpy()]
        if len(differs):
            row = differs.iloc[0]
            notes.append(
                f"{name} changes within order lines ({differs['line'].nunique()}), first in {row['source_file']} row "
                f"{row['source_row']:.0f} to {row[name]}; the first value is kept. Move a line with a reclass pair."
            )
    return notes


def _follow_reclass(filled: pd.DataFrame, entries: pd.DataFrame, lines: Iterable[Any]) -> pd.DataFrame:
    """Return the rows with what a reclass moved: its own values on it, and on every later event of the line."""
    chosen = filled.index[filled["line"].isin(lines)]
    part = entries.loc[chosen].assign(_code=entries.loc[chosen, "kind"].map(CODES))
    for _, rows in part.sort_values(["effective", "_code", "amount"], kind="stable").groupby("line"):
        current = filled.loc[rows.index[0], _MOVED].copy()
        for place in rows.index:
            own = rows.loc[place, _MOVED].dropna() if rows.loc[place, "kind"] == "reclass" else current.iloc[:0]
            values = current.copy()
            values.update(own)
            filled.loc[place, _MOVED] = values
            if len(own) and rows.loc[place, "amount"] > 0:
                current = values
    filled.loc[chosen, "part"] = filled.loc[chosen].groupby(["line", *_MOVED], dropna=False).ngroup() + 1
    return filled
