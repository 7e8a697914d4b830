"""Stage 7 and what was refused: pairs that a person may accept; nothing here is matched by itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from bbbxl.reconcile.draft import Draft, score_of
from bbbxl.reconcile.evidence import AGREES, DIFFERS, EXPLAINED, SIMILAR, Edges, agreement
from bbbxl.reconcile.keyless import Pairs
from bbbxl.reconcile.pool import NONE, Numbers

#: Share within which amounts are near; days that near and equal amounts may lie apart; days between repeats.
NEAR, DAYS, LATE, REPEAT_DAYS = 0.012, 20, 45, 10


@dataclass(frozen=True)
class Suggestion:
    """Rows and orders that may belong together.

    Attributes:
        crm: Open CRM rows.
        orders: Open orders.
        group: Group they would join; NONE where they would make one.
        stage: near_amount, keyless_exact (ambiguous), normalised_key (suspect key) or duplicate.
        score: 0 to 100.
        runner_up: Score of the second best candidate.
        why: What is not certain, a clause.
    """

    crm: tuple[int, ...]
    orders: tuple[int, ...]
    group: int
    stage: str
    score: float
    runner_up: float
    why: str


def suggest(draft: Draft, suspect: Edges, refused: Pairs, like: pd.DataFrame) -> list[Suggestion]:
    """Return what a person may accept, each open row and order in at most one, the most certain first.

    Candidates are keys that customer and amount speak against, pairs that another assignment fits as well, near or
    explained amounts of like customers, equal amounts of like customers on days too far apart, and rows that repeat a
    matched one.

    Source: reconciliation, stage 7: near matches only as suggestions.
    """
    table = pd.concat([_of_edges(draft, suspect), _of_pairs(draft, refused), _near(draft, like)], ignore_index=True)
    found: list[Suggestion] = []
    table = table.sort_values(["score", "crm", "order"], ascending=[False, True, True])
    table = table.drop_duplicates(["crm", "order"])
    rows: set[int] = set()
    taken: set[int] = set()
    best_of_row = _second(table, "crm")
    best_of_order = _second(table, "order")
    columns = (table[name].tolist() for name in ("crm", "order", "stage", "score", "why"))
    for crm, target, stage, score, why in zip(*columns, strict=True):
        if crm in rows or target in taken:
            continue
        rows.add(crm)
        taken.add(target)
        rival = max(best_of_row.get(crm, 0.0), best_of_order.get(target, 0.0))
        found.append(Suggestion((int(crm),), (int(target),), NONE, stage, score, rival, why))
    return [*found, *_repeats(draft, rows, taken)]


def _second(table: pd.DataFrame, side: str) -> dict[int, float]:
    """Return the second best score of every row or order that has several candidates."""
    later = table[table[side].duplicated()].drop_duplicates(side)
    return dict(zip(later[side].tolist(), later["score"].tolist(), strict=True))


def _of_edges(draft: Draft, edges: Edges) -> pd.DataFrame:
    still = (draft.crm[edges.crm] == NONE) & (draft.order[edges.order] == NONE)
    own = edges.kept(still)
    why = np.where(own.agrees > DIFFERS, "the order number leads to several orders that fit as well",
                   np.where(own.alike >= SIMILAR, "the order number leads to several orders, and no amount agrees",
                            "the order number is the same, and neither customer nor amount agrees"))  # fmt: skip
    scores = score_of(own.alike, own.agrees, own.days)
    return _frame(own.crm, own.order, "normalised_key", scores, why)


def _of_pairs(draft: Draft, pairs: Pairs) -> pd.DataFrame:
    still = (draft.crm[pairs.crm] == NONE) & (draft.order[pairs.order] == NONE)
    own = pairs.kept(still)
    scores = score_of(own.alike, np.full(len(own), AGREES, dtype=np.int64), own.days)
    why = np.where(own.claimed, "the order belongs to a deal of the CRM that takes no part",
                   np.where(own.same, "another pair fits as well",
                            "no key says so, and the customers are only alike"))  # fmt: skip
    return _frame(own.crm, own.order, "keyless_exact", scores, why)


def _frame(
    crm: Numbers, order: Numbers, stage: str, scores: npt.NDArray[np.float64], why: str | npt.NDArray[np.str_]
) -> pd.DataFrame:
    return pd.DataFrame({"crm": crm, "order": order, "score": scores, "stage": stage, "why": why})


def _near(draft: Draft, like: pd.DataFrame) -> pd.DataFrame:
    """Return open pairs of like customers with near, explained or late equal amounts."""
    pool = draft.pool
    rows, orders = draft.open_crm, draft.open_orders
    if not len(rows) or not len(orders) or not pool.named:
        return _frame(rows[:0], orders[:0], "near_amount", np.zeros(0), "")
    crm = pd.DataFrame({"crm": rows, "one": pool.crm_name[rows]})
    erp = pd.DataFrame({"order": orders, "other": pool.orders.name[orders]})
    pairs = like.merge(crm, on="one").merge(erp, on="other")
    one, other = pairs["crm"].to_numpy(dtype=np.int64), pairs["order"].to_numpy(dtype=np.int64)
    days = np.abs(pool.crm.days[one] - pool.orders.first[other])
    deal, net = pool.crm.deal[one], pool.orders.net[other]
    same = pool.crm_currency[one] == pool.orders.currency[other]
    near = same & (np.abs(deal - net) <= NEAR * np.abs(deal)) & (deal != 0)
    agrees = agreement(pool, one, other, np.zeros(len(one), dtype=np.int64))
    fits = ((near | (agrees == EXPLAINED)) & (days <= DAYS)) | (near & (deal == net) & (days <= LATE))
    fits &= ~draft.parted(one, other)
    alike = pairs["alike"].to_numpy(dtype=np.float64)
    weight = np.where(near & (deal == net), AGREES, EXPLAINED)
    why = np.where(near & (deal == net), "no key says so, and the days lie far apart",
                   np.where(near, "no key says so, and the amounts differ a little",
                            "no key says so, and the amounts differ for a reason that is usual"))  # fmt: skip
    return _frame(one[fits], other[fits], "near_amount", score_of(alike, weight, days)[fits], why[fits])


def _repeats(draft: Draft, rows: set[int], taken: set[int]) -> list[Suggestion]:
    """Return open rows and orders that repeat a matched one of their own side, without a key that says so."""
    pool = draft.pool
    sides = (
        ("crm", draft.open_crm, draft.crm, pool.crm_name, pool.crm_currency, pool.crm.deal, pool.crm.days, rows),
        ("erp", draft.open_orders, draft.order, pool.orders.name, pool.orders.currency, pool.orders.net,
         pool.orders.first, taken),
    )  # fmt: skip
    found: list[Suggestion] = []
    for side, still, group, name, coin, deal, day, used in sides:
        own = np.array([row for row in still.tolist() if row not in used], dtype=np.int64)
        matched = np.flatnonzero(group != NONE)
        left = pd.DataFrame({"row": own, "coin": coin[own], "deal": deal[own], "name": name[own], "day": day[own]})
        right = pd.DataFrame({"main": matched, "coin": coin[matched], "deal": deal[matched],
                              "name_of": name[matched], "day_of": day[matched]})  # fmt: skip
        pairs = left[left["deal"] != 0].merge(right, on=["coin", "deal"])
        pairs = pairs[(pairs["day"] - pairs["day_of"]).abs() <= REPEAT_DAYS]
        pairs = pairs[pairs["name"] == pairs["name_of"]]
        pairs["days"] = (pairs["day"] - pairs["day_of"]).abs()
        pairs = pairs.sort_values(["row", "days", "main"]).drop_duplicates("row")
        for row, main, days in zip(*(pairs[one].tolist() for one in ("row", "main", "days")), strict=True):
            score = round(80 + 20 * max(0.0, 1 - days / 40), 1)
            why = "customer and amount repeat a matched row, and no key says so"
            crm, order = ((int(row),), ()) if side == "crm" else ((), (int(row),))
            if _taken_apart(draft, crm, order, int(group[main])):
                continue
            found.append(Suggestion(crm, order, int(group[main]), "duplicate", score, 0.0, why))
    return found


def _taken_apart(draft: Draft, crm: tuple[int, ...], orders: tuple[int, ...], group: int) -> bool:
    """Return whether a person said that rows or orders do not belong to what is in a group."""
    if not draft.apart:
        return False
    rows, others = np.flatnonzero(draft.crm == group).tolist(), np.flatnonzero(draft.order == group).tolist()
    pairs = [*((row, other) for row in crm for other in others), *((row, order) for row in rows for order in orders)]
    return any(pair in draft.apart for pair in pairs)
