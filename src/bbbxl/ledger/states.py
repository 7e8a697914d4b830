"""What was known when: the states of knowledge of each order line, so that derived events never look ahead.

Most lines are recorded in the order in which things happened; one pass over them is enough. Where an event was
recorded late, everything derived from the line is computed once for each day on which something became known, and
the difference to the state before is recorded on that day. A filter on `recorded` then shows exactly what any
earlier run would have derived.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from bbbxl.events import CODES, ORDER_NAMES
from bbbxl.ledger.kinds import by_kind
from bbbxl.ledger.moves import ALONG

#: Type of every date column: midnight, microseconds, no time zone.
DAY: Final = "datetime64[us]"
#: Order of events inside a line; whatever decides what is derived stands in it, so that row order does not.
_ORDER = ["effective", "code", "recorded", "along", "rises", "reason", "amount"]
Days = npt.NDArray[np.datetime64]
#: Columns that identify one derived event.
DERIVED_KEY = ["line", "part", "kind", "basis", "effective", "recorded", "reason"]


def expand_states(entries: pd.DataFrame, reporting: str, revaluations: Days) -> pd.DataFrame:
    """Return the entries once for each state of knowledge of their line.

    Args:
        entries: One row an event; columns line (int), kind, effective, recorded, currency and others.
        reporting: Reporting currency: lines in it have no FX and need fewer states.
        revaluations: Days on which open balances are revalued, ascending.

    Returns:
        The same columns plus `state` (int, in order of knowledge within a line), `known` (the day the state
        began, NaT where one pass is enough) and `code`; sorted by state, effective, code.
    """
    work = entries.assign(code=by_kind(entries["kind"], CODES), rises=entries["amount"] > 0,
                          along=entries["reason"] == ALONG)  # fmt: skip
    work = work.sort_values(["line", *_ORDER], kind="stable", ignore_index=True)
    is_late = work["line"].isin(_lines_recorded_late(work, reporting, revaluations))
    never = pd.Series(pd.NaT, index=work.index, dtype=DAY)
    if not is_late.any():
        return work.drop(columns=["rises", "along"]).assign(known=never, state=work["line"])
    plain = work[~is_late].assign(known=never[~is_late], rank=0)
    states = work.loc[is_late, ["line", "recorded"]].drop_duplicates().rename(columns={"recorded": "known"})
    states = states.sort_values(["line", "known"])
    states["rank"] = states.groupby("line").cumcount()
    known = work[is_late].merge(states, on="line")
    known = known[known["recorded"] <= known["known"]]
    both = pd.concat([plain, known], ignore_index=True)
    both = both.sort_values(["line", "rank", *_ORDER], kind="stable", ignore_index=True)
    both["state"] = both.groupby(["line", "rank"], sort=True).ngroup()
    return both.drop(columns=["rank", "rises", "along"])


def _lines_recorded_late(work: pd.DataFrame, reporting: str, revaluations: Days) -> pd.Index:
    """Return the lines that need more than one state.

    Relief needs them when recording goes back in time along the line; FX also when an event was recorded after
    the revaluation that should have seen it, while other events of the line were recorded on other days. A line
    invoiced before its order was recorded was an invoice without an order until then.
    """
    line = work["line"].to_numpy()
    effective, recorded = (work[name].to_numpy().astype("datetime64[D]") for name in ("effective", "recorded"))
    goes_back = np.zeros(len(work), dtype=bool)
    goes_back[1:] = (line[1:] == line[:-1]) & (recorded[1:] < recorded[:-1])
    place = np.searchsorted(revaluations, effective)
    seen = np.append(revaluations, np.datetime64("9999-12-31"))[place]
    after = (recorded > seen) & (work["currency"] != reporting).to_numpy()
    several = work.groupby("line")["recorded"].transform("nunique").to_numpy() > 1
    late = np.unique(line[goes_back | (after & several)])
    first_invoiced = work[work["kind"] == "invoice"].groupby("line")["recorded"].min()
    first_ordered = work[work["kind"].isin(ORDER_NAMES)].groupby("line")["recorded"].min()
    unordered = first_invoiced.index[first_invoiced < first_ordered.reindex(first_invoiced.index)]
    lines: pd.Index[Any] = pd.Index(np.union1d(late, unordered.to_numpy()))
    return lines


def net_states(derived: pd.DataFrame, expanded: pd.DataFrame) -> pd.DataFrame:
    """Return derived events as differences between one state of knowledge of a line and the next.

    Args:
        derived: One row a derived event of one state: DERIVED_KEY, state, known, amounts and others.
        expanded: What `expand_states` returned.

    Returns:
        One row per DERIVED_KEY with a change in any amount; other columns from the first row of the group.
        `recorded` is never before the day the state began.
    """
    amounts = [name for name in ("amount", "reporting_amount") if name in derived]
    next_known = _next_known(expanded)
    before = derived[derived["state"].isin(next_known.index)]
    if len(before):
        reversed_ = {name: -before[name] for name in amounts}
        before = before.assign(known=before["state"].map(next_known).astype(DAY), **reversed_)
        derived = pd.concat([derived, before], ignore_index=True)
    recorded = derived["recorded"].to_numpy(), derived["known"].to_numpy()
    derived = derived.assign(recorded=np.where(np.isnat(recorded[1]), recorded[0], np.maximum(*recorded)))
    others = {name: "first" for name in derived.columns if name not in (*DERIVED_KEY, *amounts, "state", "known")}
    derived = derived.sort_values([*DERIVED_KEY, *amounts], kind="stable")
    changed = (derived[amounts] != 0).any(axis=1)
    if not derived.duplicated(DERIVED_KEY).any():
        return derived.loc[changed, [*DERIVED_KEY, *amounts, *others]].reset_index(drop=True)
    netted = derived.groupby(DERIVED_KEY, sort=True).agg({**dict.fromkeys(amounts, "sum"), **others})
    return netted[(netted[amounts] != 0).any(axis=1)].reset_index()


def _next_known(expanded: pd.DataFrame) -> pd.Series[Any]:
    """Return, for every state that was superseded, the day the next state of its line began."""
    states = expanded.loc[expanded["known"].notna(), ["state", "line", "known"]].drop_duplicates("state")
    following = states.groupby("line")["known"].shift(-1)
    return pd.Series(following.to_numpy(), index=states["state"].to_numpy()).dropna()
