"""Stage 5: rows without a common key that agree in currency, amount, customer and day; optimal one-to-one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import linear_sum_assignment

from bbbxl.reconcile.draft import Draft, score_of
from bbbxl.reconcile.evidence import AGREES, DIFFERS, SIMILAR, SIMILAR_BY_ID, SYSTEM, Edges
from bbbxl.reconcile.names import same_names
from bbbxl.reconcile.pool import NONE, Numbers
from bbbxl.reconcile.resolve import components

#: Customers have to be so alike, and days at most so far apart.
ALIKE, DAYS = 72.0, 20
#: A key whose amount differs gives way to a keyless candidate from this similarity on.
_STRONGER = 85.0
#: How much better the best assignment has to be than the best one without a pair.
_MARGIN = 5.0
#: Largest component whose every pair is tried without.
_TRIED = 40


@dataclass(frozen=True)
class Pairs:
    """Candidates; arrays are one element a pair.

    Attributes:
        crm: CRM row.
        order: ERP order.
        alike: Similarity of the customers.
        days: Days between them, without sign.
        same: Whether the customers are one but for a typing error; where they are only alike, nothing is matched.
        claimed: Whether a CRM row that takes no part names the order: the pair may be right, and nothing is matched.
    """

    crm: Numbers
    order: Numbers
    alike: npt.NDArray[np.float64]
    days: Numbers
    same: npt.NDArray[np.bool_]
    claimed: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.crm)

    @property
    def sure(self) -> npt.NDArray[np.bool_]:
        """Return the pairs that are matched where no other fits as well."""
        return self.same & ~self.claimed

    def kept(self, mask: npt.NDArray[np.bool_]) -> Pairs:
        """Return some of the pairs."""
        return Pairs(self.crm[mask], self.order[mask], self.alike[mask], self.days[mask], self.same[mask],
                     self.claimed[mask])  # fmt: skip


def no_pairs() -> Pairs:
    """Return no candidates."""
    none, no = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.bool_)
    return Pairs(none, none, np.zeros(0), none, no, no)


def keyless_pairs(draft: Draft, rows: Numbers, orders: Numbers) -> Pairs:
    """Return all pairs of some rows and orders with the same currency and amount, like customers and near days."""
    pool = draft.pool
    crm = pd.DataFrame({"crm": rows, "currency": pool.crm_currency[rows], "deal": pool.crm.deal[rows]})
    amounts = [pd.DataFrame({"order": orders, "currency": pool.orders.currency[orders], "deal": values[orders]})
               for values in (pool.orders.net, pool.orders.gross)]  # fmt: skip
    erp = pd.concat(amounts, ignore_index=True).drop_duplicates()
    erp = erp[(erp["currency"] != NONE) & (erp["deal"] != 0)]
    found = crm.merge(erp, on=["currency", "deal"])[["crm", "order"]].drop_duplicates()
    one, other = found["crm"].to_numpy(dtype=np.int64), found["order"].to_numpy(dtype=np.int64)
    days = np.abs(pool.crm.days[one] - pool.orders.first[other])
    near = days <= DAYS
    one, other, days = one[near], other[near], days[near]
    alike = pool.alike(one, other)
    same = same_names(pool.names, pool.crm_name[one], pool.orders.name[other])
    return Pairs(one, other, alike, days, same, pool.claimed[other] != NONE).kept(
        (alike >= ALIKE) & ~draft.parted(one, other)
    )


def yield_to_keyless(draft: Draft, edges: Edges) -> npt.NDArray[np.bool_]:
    """Return the pairs with a key that stay: one whose amount or customer differs gives way to a keyless candidate.

    A mistyped number leads to another order of the same customer, or to one of the same amount by chance; the row's own
    order, which agrees in both, then stands without its key.
    """
    least = np.where(edges.tier == SYSTEM, SIMILAR_BY_ID, SIMILAR)
    sure = (edges.agrees > DIFFERS) & (edges.alike >= least)
    rows = np.setdiff1d(draft.open_crm, edges.crm[sure])
    orders = np.setdiff1d(draft.open_orders, edges.order[sure])
    pairs = keyless_pairs(draft, rows, orders)
    strong = pairs.kept(pairs.alike >= _STRONGER)
    doubtful = ~sure & ((edges.tier < SYSTEM) | (edges.alike < SIMILAR_BY_ID))
    stays: npt.NDArray[np.bool_] = ~(doubtful & (np.isin(edges.crm, strong.crm) | np.isin(edges.order, strong.order)))
    return stays


def match_keyless(draft: Draft) -> Pairs:
    """Match open rows and orders of one customer one to one where the best assignment is clear.

    Returns:
        The candidates that were refused: another assignment fits as well, or the customers are only alike.

    Source: reconciliation, stage 5; ambiguous is refused, never guessed; a fuzzy name is never accepted by itself.
    """
    pool = draft.pool
    pairs = keyless_pairs(draft, draft.open_crm, draft.open_orders)
    if not pool.named:
        return pairs
    label = components(pairs.crm, pairs.order, len(pool.crm), len(pool.orders))
    worth = pairs.alike + 20 - pairs.days
    scores = score_of(pairs.alike, np.full(len(pairs), AGREES, dtype=np.int64), pairs.days)
    sizes = np.bincount(label) if len(label) else np.zeros(0, dtype=np.int64)
    single = sizes[label] == 1 if len(label) else np.zeros(0, dtype=np.bool_)
    sure = single & pairs.sure
    draft.add_pairs(pairs.crm[sure], pairs.order[sure], ["keyless_exact"] * int(sure.sum()), scores[sure])
    groups: dict[int, list[int]] = defaultdict(list)
    for place in np.flatnonzero(~single).tolist():
        groups[int(label[place])].append(place)
    refused: list[int] = np.flatnonzero(single & ~pairs.sure).tolist()
    for places in groups.values():
        chosen, margins = _assign(pairs, np.array(places), worth)
        for place, margin in zip(chosen, margins, strict=True):
            if margin >= _MARGIN and pairs.sure[place]:
                rival = max(0.0, float(scores[place]) - margin)
                draft.add([int(pairs.crm[place])], [int(pairs.order[place])], "keyless_exact", float(scores[place]),
                          round(rival, 1))  # fmt: skip
            else:
                refused.append(place)
    mask = np.zeros(len(pairs), dtype=np.bool_)
    mask[refused] = True
    return pairs.kept(mask)


def _assign(pairs: Pairs, places: Numbers, worth: npt.NDArray[np.float64]) -> tuple[list[int], list[float]]:
    """Return the pairs of the best assignment of one component, and by how much each is needed for it."""
    rows, at = np.unique(pairs.crm[places], return_inverse=True)
    orders, to = np.unique(pairs.order[places], return_inverse=True)
    weights = np.full((len(rows), len(orders)), -1e6)
    weights[at, to] = worth[places]
    place_of = {(int(a), int(b)): int(place) for a, b, place in zip(at, to, places, strict=True)}
    best, total = _best(weights)
    margins = []
    for pair in best:
        if len(places) > _TRIED * _TRIED or len(best) > _TRIED:
            margins.append(_rival(weights, pair))
            continue
        without = weights.copy()
        without[pair] = -1e6
        margins.append(total - _best(without)[1])
    return [place_of[pair] for pair in best], margins


def _best(weights: npt.NDArray[np.float64]) -> tuple[list[tuple[int, int]], float]:
    at, to = linear_sum_assignment(weights, maximize=True)
    pairs = [(int(a), int(b)) for a, b in zip(at, to, strict=True) if weights[a, b] > -1e5]
    return pairs, float(sum(weights[pair] for pair in pairs))


def _rival(weights: npt.NDArray[np.float64], pair: tuple[int, int]) -> float:
    """Return by how much a pair is better than the best other one of its row or column."""
    row, column = np.delete(weights[pair[0]], pair[1]), np.delete(weights[:, pair[1]], pair[0])
    return float(weights[pair] - max(row.max(initial=-1e6), column.max(initial=-1e6)))
