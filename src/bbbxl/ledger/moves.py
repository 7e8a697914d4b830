"""Relief of lines that a reclass moved: which segment each relief belongs to, and what goes along with the order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from bbbxl.events import ORDER_KINDS
from bbbxl.ledger.columns import ATTRIBUTES, DIMENSIONS
from bbbxl.ledger.kinds import by_kind

#: Attributes that a reclass moves from one value to another.
MOVED: Final = tuple(name for name in (*DIMENSIONS, "counterparty") if name in ATTRIBUTES)
#: Reason of a reclass pair that moves more or less along with an earlier one: where its line stands, that one says.
ALONG: Final = "along with an earlier transfer"
_SIGNS: Final = {kind.name: kind.sign for kind in ORDER_KINDS}
Minor = npt.NDArray[np.int64]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Moves:
    """Where the relief of lines with a reclass belongs; all places but those of `rows` count within `rows`.

    Attributes:
        rows: Places of all events of their states.
        source: For each of them, the one whose segment its relief has.
        leaves: Negative halves of reclass pairs.
        enters: Their positive halves.
        turn: Which pair of its state each is, from 0.
        amount: What each moves, positive.
        ordered: What stood on order in the segment that each leaves, just before it.
        unit: State and segment of the relief of each, as a number.
    """

    rows: Places
    source: Places
    leaves: Places
    enters: Places
    turn: Places
    amount: Minor
    ordered: Minor
    unit: Places


def moves_of(work: pd.DataFrame) -> Moves | None:
    """Return how relief follows the reclasses of some states, None when there is none.

    What is delivered relieves the segment in which the line stands on that day; a reclass found later therefore
    takes along what was relieved after its day.

    Args:
        work: Rows of `add_order_effects`, sorted by state, effective, code.
    """
    is_moved = work["kind"] == "reclass"
    if not is_moved.any():
        return None
    touched = work["state"].isin(work.loc[is_moved, "state"]).to_numpy()
    rows = np.flatnonzero(touched).astype(np.int64)
    work, moved = work[touched].reset_index(drop=True), is_moved.to_numpy()[touched]
    state, amount = work["state"].to_numpy(), work["amount"].to_numpy(dtype=np.int64)
    source = _sources(work, moved, amount)
    leaves, enters = _pairs(work, moved, amount)
    part = work["part"].to_numpy()
    number = pd.DataFrame({"state": np.tile(state, 2), "part": np.concatenate([part, part[source]])})
    own, unit = np.split(number.groupby(["state", "part"]).ngroup().to_numpy().astype(np.int64), 2)
    ordered = _before(own, amount * by_kind(work["kind"], _SIGNS), own[leaves], leaves)
    turn = pd.Series(leaves).groupby(state[leaves]).cumcount().to_numpy().astype(np.int64)
    return Moves(rows, source, leaves, enters, turn, amount[enters], ordered, unit)


def _sources(work: pd.DataFrame, moved: npt.NDArray[np.bool_], amount: Minor) -> Places:
    """Return for every row the one that says where its line stands: the last reclass, else what was known first."""
    place = np.arange(len(work), dtype=np.int64)
    state = work["state"]
    known = work.assign(place=place).sort_values(["state", "recorded", "effective", "code", "place"])
    first = known.drop_duplicates("state").set_index("state")["place"]
    along = moved & work["reason"].eq(ALONG).to_numpy()
    entered = pd.Series(np.where(moved & (amount > 0) & ~along, place, -1), index=state.index)
    last = entered.groupby(state).cummax().to_numpy(dtype=np.int64)
    source: Places = np.where(last >= 0, last, state.map(first).to_numpy(dtype=np.int64))
    return np.where((moved & (amount < 0)) | along, place, source)


def _pairs(work: pd.DataFrame, moved: npt.NDArray[np.bool_], amount: Minor) -> tuple[Places, Places]:
    """Return the places of both halves of every reclass pair inside a state."""
    rows = work.loc[moved, ["state", "effective", "recorded", "reason"]]
    rows = rows.assign(place=np.flatnonzero(moved), own=amount[moved], along=rows["reason"].eq(ALONG))
    of_pair = ["state", "effective", "recorded", "along"]
    grouped = rows.groupby(of_pair)["own"]
    paired = rows[(grouped.transform("size") == 2) & (grouped.transform("sum") == 0) & (rows["own"] != 0)]
    paired = paired.sort_values([*of_pair, "own"])
    places = paired["place"].to_numpy(dtype=np.int64).reshape(-1, 2)
    order = np.argsort(places[:, 0], kind="stable")
    return places[order, 0], places[order, 1]


def _before(unit: Places, values: Minor, asked: Places, places: Places) -> Minor:
    """Return the sum of the values of some units over the rows before some places."""
    size = len(unit) + 1
    position = unit * size + np.arange(len(unit))
    order = np.argsort(position, kind="stable")
    total = np.concatenate([[0], np.cumsum(values[order])])
    position = position[order]
    begin, end = np.searchsorted(position, asked * size), np.searchsorted(position, asked * size + places)
    summed: Minor = total[end] - total[begin]
    return summed


def taken_along(steps: Minor, moves: Moves) -> Minor:
    """Return relief steps in which each reclass takes along the relief of what it moves beyond what is open.

    Args:
        steps: By how much each event changed what has been relieved on one basis.
        moves: What `moves_of` returned for the same events.

    Returns:
        The same sum for every state: what leaves one segment enters the other.
    """
    own = steps[moves.rows]
    both = own[moves.leaves] + own[moves.enters]
    for turn in range(int(moves.turn.max(initial=-1)) + 1):
        chosen = moves.turn == turn
        leaves, enters = moves.leaves[chosen], moves.enters[chosen]
        relieved = _before(moves.unit, own, moves.unit[leaves], leaves)
        beyond = moves.amount[chosen] - np.maximum(moves.ordered[chosen] - relieved, 0)
        along = np.clip(beyond, 0, np.maximum(relieved, 0))
        own[leaves] = -along
        own[enters] = both[chosen] + along
    steps = steps.copy()
    steps[moves.rows] = own
    return steps


def placed(work: pd.DataFrame, moves: Moves) -> pd.DataFrame:
    """Return the events with the segments in which their relief belongs."""
    source = np.arange(len(work), dtype=np.int64)
    source[moves.rows] = moves.rows[moves.source]
    return work.assign(**{name: work[name].to_numpy()[source] for name in (*MOVED, "part")})
