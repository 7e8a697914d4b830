"""Stage 6: sums of parts without a key, only where one choice alone adds up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from bbbxl.reconcile.draft import Draft
from bbbxl.reconcile.evidence import EXPLAINED, FEW, agreement
from bbbxl.reconcile.names import same_names
from bbbxl.reconcile.pool import NONE, Numbers

#: Most candidates and most parts of one sum.
POOL, SIZE = 12, 4
#: Days may lie so far apart, those of parts that complete a group less.
_DAYS, _NEAR_DAYS = 20, 10
#: Score of a sum of parts: its parts agree in customer and amount, and no key says so.
_SCORE = 80.0


def match_sums(draft: Draft, like: pd.DataFrame) -> None:
    """Complete groups that fall short, then match one open row with several orders, then several rows with one order.

    Args:
        draft: The groups.
        like: Like customers of open rows and open orders, see `like_names`.

    Source: reconciliation, stage 6: pool of at most 12, at most 4 parts, accepted only if unique.
    """
    _complete(draft)
    one, other = (like[name].to_numpy(dtype=np.int64) for name in ("one", "other"))
    near = like[same_names(draft.pool.names, one, other)]
    _sums(draft, near, crm_whole=True)
    _sums(draft, near.rename(columns={"one": "other", "other": "one"}), crm_whole=False)


def _complete(draft: Draft) -> None:
    """Add open rows to groups that lack exactly their sum: parts of an order that carries the id of one of them.

    Parts have the customer of the row or order that is there already, which is of the same system.
    """
    state = _short_groups(draft)
    for side, wholes in (("crm", state[state["lack"] > 0]), ("erp", state[state["lack"] < 0])):
        rows = draft.open_crm if side == "crm" else _free_orders(draft)
        name, coin, deal, day = _facts(draft, side)
        columns = {"target": "group", "name": f"{side}_name", "currency": "currency", "amount": "lack", "day": "day"}
        targets = pd.DataFrame({to: wholes[of] for to, of in columns.items()})
        targets["amount"] = targets["amount"].abs()
        same = pd.DataFrame({"one": np.unique(name[rows]), "other": np.unique(name[rows])})
        chosen = _unique_sums(draft, targets, rows, (name, coin, deal, day), same, _NEAR_DAYS, 1)
        for group, parts in chosen:
            others = np.flatnonzero((draft.order if side == "crm" else draft.crm) == group)
            pairs = [(row, other) if side == "crm" else (other, row) for row in parts for other in others.tolist()]
            if draft.apart.intersection(pairs):
                continue
            (draft.crm if side == "crm" else draft.order)[list(parts)] = group
            draft.stage[group] = "subset_sum"
            draft.score[group] = min(draft.score[group], _SCORE)


def _free_orders(draft: Draft) -> Numbers:
    """Return the open orders that no CRM row names, not even one that takes no part."""
    free: Numbers = np.flatnonzero((draft.order == NONE) & (draft.pool.claimed == NONE))
    return free


def _facts(draft: Draft, side: str) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    pool = draft.pool
    if side == "crm":
        return pool.crm_name, pool.crm_currency, pool.crm.deal, pool.crm.days
    return pool.orders.name, pool.orders.currency, pool.orders.net, pool.orders.first


def _short_groups(draft: Draft) -> pd.DataFrame:
    """Return the groups of one row or one order whose sums differ without a reason: what the CRM side lacks."""
    pool, size = draft.pool, len(draft.stage)
    rows, orders = np.flatnonzero(draft.crm != NONE), np.flatnonzero(draft.order != NONE)
    counts = np.bincount(draft.crm[rows], minlength=size), np.bincount(draft.order[orders], minlength=size)
    row, order = np.full(size, NONE), np.full(size, NONE)
    row[draft.crm[rows][::-1]], order[draft.order[orders][::-1]] = rows[::-1], orders[::-1]
    own = np.flatnonzero((counts[0] == 1) & (counts[1] == 1))
    crm, erp = row[own], order[own]
    plain = agreement(pool, crm, erp, np.zeros(len(own), dtype=np.int64)) < EXPLAINED
    same = pool.crm_currency[crm] == pool.orders.currency[erp]
    signs = np.sign(pool.crm.deal[crm]) == np.sign(pool.orders.net[erp])
    own, crm, erp = own[plain & same & signs], crm[plain & same & signs], erp[plain & same & signs]
    lack = pool.orders.net[erp] - pool.crm.deal[crm]
    positive = pool.orders.net[erp] > 0
    short = pd.DataFrame({
        "group": own, "crm_name": pool.crm_name[crm], "erp_name": pool.orders.name[erp],
        "currency": pool.crm_currency[crm], "lack": lack, "day": pool.crm.days[crm],
    })  # fmt: skip
    found: pd.DataFrame = short.loc[positive]
    return found


def _sums(draft: Draft, like: pd.DataFrame, *, crm_whole: bool) -> None:
    """Match one open amount of a side with two to four of the other."""
    whole, parts = ("crm", "erp") if crm_whole else ("erp", "crm")
    wholes = draft.open_crm if crm_whole else _free_orders(draft)
    rows = _free_orders(draft) if crm_whole else draft.open_crm
    name, coin, deal, day = _facts(draft, whole)
    targets = pd.DataFrame({"target": wholes, "name": name[wholes], "currency": coin[wholes], "amount": deal[wholes],
                            "day": day[wholes]})  # fmt: skip
    for target, chosen in _unique_sums(draft, targets, rows, _facts(draft, parts), like, _DAYS, 2):
        row, order = ([target], list(chosen)) if crm_whole else (list(chosen), [target])
        if not draft.apart.intersection((one, other) for one in row for other in order):
            draft.add(row, order, "subset_sum", _SCORE)


def _unique_sums(
    draft: Draft, targets: pd.DataFrame, rows: Numbers, facts: tuple[Numbers, Numbers, Numbers, Numbers],
    like: pd.DataFrame, days: int, least: int,
) -> list[tuple[int, tuple[int, ...]]]:  # fmt: skip
    """Return the targets that one choice of rows alone adds up to, where no other target takes any of them."""
    name, coin, deal, day = facts
    targets = targets[(targets["currency"] != NONE) & (targets["amount"] > 0)]
    if not len(targets) or not len(rows) or not draft.pool.named:
        return []
    parts = pd.DataFrame({"row": rows, "other": name[rows], "currency": coin[rows], "deal": deal[rows],
                          "day_of": day[rows]})  # fmt: skip
    pairs = targets.merge(like, left_on="name", right_on="one").merge(parts, on=["other", "currency"])
    near = (pairs["day_of"] - pairs["day"]).abs() <= days
    pairs = pairs[near & (pairs["deal"] > 0) & (pairs["deal"] <= pairs["amount"] + FEW)]
    if not len(pairs):
        return []
    pairs = pairs.sort_values(["target", "row"])
    columns = [pairs[one].to_numpy(dtype=np.int64) for one in ("target", "row", "deal", "amount")]
    starts = np.flatnonzero(np.r_[True, np.diff(columns[0]) != 0])
    found: list[tuple[int, tuple[int, ...]]] = []
    for start, stop in zip(starts.tolist(), [*starts[1:].tolist(), len(pairs)], strict=True):
        if least <= stop - start <= POOL:
            places, deals = columns[1][start:stop].tolist(), columns[2][start:stop].tolist()
            choices = list(_choices(places, deals, int(columns[3][start]), least))
            if len(choices) == 1:
                found.append((int(columns[0][start]), choices[0]))
    taken: dict[int, int] = defaultdict(int)
    for _, chosen in found:
        for row in chosen:
            taken[row] += 1
    return [(target, chosen) for target, chosen in found if all(taken[row] == 1 for row in chosen)]


def _choices(rows: Sequence[int], deals: Sequence[int], amount: int, least: int) -> Iterator[tuple[int, ...]]:
    """Yield the choices of rows that add up to an amount exactly, at most two."""
    count = 0
    for size in range(least, min(SIZE, len(rows)) + 1):
        for places in combinations(range(len(rows)), size):
            if sum(deals[place] for place in places) == amount:
                yield tuple(int(rows[place]) for place in places)
                count += 1
                if count > 1:
                    return
