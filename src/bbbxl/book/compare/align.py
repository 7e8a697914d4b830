"""Which row of a report is which line of the baseline: by key, by content where keys are mere positions, by rename."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from bbbxl.book.compare.columns import ASIDE, Mask, Places, days_of
from bbbxl.book.compare.keys import keys_of, numbered, places_in

#: How a reader tells lines apart that stand in several rows.
_COUNTED: Final = r" \(([2-9]|[1-9][0-9]+)\)$"
#: Columns that make two positions of one order the same line, most telling first.
_PASSES: Final = (("product", "ordered", "line_id"), ("product", "ordered"), ("product",), ("line_id",))
#: What a line keeps when the export gives its order or line another number.
_SAME: Final = ("entity", "currency", "ordered", "booked", "customer", "product", "quantity")


@dataclass(frozen=True)
class Alignment:
    """Rows of a baseline and of a report that are one order line.

    Attributes:
        old: Places in the baseline, ascending by `new`.
        new: Places in the report, as many.
        gone: Places in the baseline that the report lacks.
        fresh: Places in the report that the baseline lacks.
        renamed: Which of them have another key than before, element by element of `old` and `new`.
    """

    old: Places
    new: Places
    gone: Places
    fresh: Places
    renamed: Mask


def align(baseline: pd.DataFrame, states: pd.DataFrame, *, has_lines: bool, since: np.datetime64) -> Alignment:
    """Return which rows are one order line.

    Args:
        baseline: Rows of the last snapshot, all of them.
        states: Rows of the report.
        has_lines: Whether the report has line numbers; without them a line is known by its content within its order,
            so that a row removed does not shift the others.
        since: As-of date of the last snapshot: what was booked later cannot be a line under another number.
    """
    lines = np.flatnonzero(~baseline["carried"].isin(ASIDE).to_numpy()).astype(np.intp)
    own = baseline if len(lines) == len(baseline) else baseline.iloc[lines]
    old_keys, new_keys = keys_of(own), keys_of(states)
    by_position = _positions(own, states, has_lines)
    if by_position is None:
        found = places_in(new_keys, old_keys)
    else:
        found = _by_content(own, states, *by_position, places_in(new_keys, old_keys))
    missing, fresh = _rest(found, len(own))
    renamed = _renamed(own, states, missing, fresh, since)
    found[renamed[1]] = renamed[0]
    missing, fresh = _rest(found, len(own))
    new = np.flatnonzero(found >= 0).astype(np.intp)
    return Alignment(lines[found[new]], new, lines[missing], fresh, np.isin(new, renamed[1]))


def _rest(found: Places, size: int) -> tuple[Places, Places]:
    """Return the old rows that nothing was found to be, and the new rows that are none of them."""
    seen = np.zeros(size, dtype=np.bool_)
    seen[found[found >= 0]] = True
    return np.flatnonzero(~seen).astype(np.intp), np.flatnonzero(found < 0).astype(np.intp)


def _positions(old: pd.DataFrame, new: pd.DataFrame, has_lines: bool) -> tuple[Mask, Mask, Any, Any] | None:
    """Return the rows whose line number is their position, and what they are a position of; None when none is."""
    if not has_lines:
        groups = [keys_of(one, ("entity", "order_id")) for one in (old, new)]
        return np.ones(len(old), dtype=np.bool_), np.ones(len(new), dtype=np.bool_), groups[0], groups[1]
    counted = [pc.match_substring_regex(keys_of(one, ("line_id",)), _COUNTED).to_numpy(zero_copy_only=False)
               for one in (old, new)]  # fmt: skip
    if not (counted[0].any() or counted[1].any()):
        return None
    bases = [pc.replace_substring_regex(keys_of(one), _COUNTED, "") for one in (old, new)]
    several = {base for keys, rows in zip(bases, counted, strict=True) for base in keys.filter(rows).to_pylist()}
    rows = [pd.Series(pd.array(keys, dtype="str")).isin(several).to_numpy() for keys in bases]
    return rows[0], rows[1], bases[0], bases[1]


def _by_content(
    old: pd.DataFrame, new: pd.DataFrame, old_rows: Mask, new_rows: Mask, old_base: Any, new_base: Any, exact: Places,  # noqa: ANN401 -- Arrow arrays
) -> Places:  # fmt: skip
    """Return which old row each new one is, positions by what stands in them."""
    found: Places = np.where(new_rows, -1, exact).astype(np.intp)
    old_left, new_left = np.flatnonzero(old_rows), np.flatnonzero(new_rows)
    for names in _PASSES:
        if not (len(old_left) and len(new_left)):
            break
        keys = [
            numbered(keys_of(frame.iloc[left].assign(_base=pd.array(base.take(left), dtype="str")), ("_base", *names)))
            for frame, base, left in ((old, old_base, old_left), (new, new_base, new_left))
        ]
        places = places_in(keys[1], keys[0])
        hit = places >= 0
        found[new_left[hit]] = old_left[places[hit]]
        old_left, new_left = np.delete(old_left, places[hit]), new_left[~hit]
    return found


def _renamed(
    old: pd.DataFrame, new: pd.DataFrame, missing: Places, fresh: Places, since: np.datetime64
) -> tuple[Places, Places]:
    """Return pairs of places whose line has another number now: as many gone as new, equal in all that lasts."""
    none = np.zeros(0, dtype=np.intp)
    if not (len(missing) and len(fresh)):
        return none, none
    sides = []
    for frame, places in ((old, missing), (new, fresh)):
        rows = frame.iloc[places]
        stands = (
            (rows["carried"] != "cancelled").to_numpy() if "carried" in rows else np.ones(len(rows), dtype=np.bool_)
        )
        early = (days_of(rows["booked"]) <= since) & stands
        rows = rows[early].assign(_place=places[early])
        rows = rows.sort_values(["order_id", "line_id"], kind="stable")
        sides.append(pd.DataFrame({"same": pd.array(keys_of(rows, _SAME), dtype="str"), "place": rows["_place"].array}))
    counts = [one.groupby("same").size() for one in sides]
    equal = counts[0].index[counts[0] == counts[1].reindex(counts[0].index)]
    chosen = [one[one["same"].isin(equal)] for one in sides]
    ranked = [one.assign(rank=one.groupby("same").cumcount()) for one in chosen]
    pairs = ranked[0].merge(ranked[1], on=["same", "rank"], suffixes=("_old", "_new"))
    return pairs["place_old"].to_numpy(dtype=np.intp), pairs["place_new"].to_numpy(dtype=np.intp)
