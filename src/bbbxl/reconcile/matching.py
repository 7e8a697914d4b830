"""The stages in their order: decisions, keys, keyless pairs, sums, and what is left for a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bbbxl.reconcile.blocks import like_names
from bbbxl.reconcile.draft import Draft
from bbbxl.reconcile.evidence import Edges, drop_dominated, gather_edges, veto
from bbbxl.reconcile.keyless import match_keyless, yield_to_keyless
from bbbxl.reconcile.near import Suggestion, suggest
from bbbxl.reconcile.pool import NONE, Mask, Numbers, Pool
from bbbxl.reconcile.resolve import resolve_keys
from bbbxl.reconcile.subsets import match_sums

#: Least similarity of customers whose amounts are only near, or only add up.
LIKE = 82.0


@dataclass(frozen=True)
class Fixed:
    """What a person decided before anything is matched.

    Attributes:
        together: CRM rows and ERP rows of each match that a person made; their ERP rows are orders of their own.
        apart: Pairs of a CRM row and an ERP row that do not belong together.
        crm_repeats: CRM rows that repeat another one of their match.
        erp_repeats: ERP rows that repeat another one of their match.
    """

    together: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...] = ()
    apart: tuple[tuple[int, int], ...] = ()
    crm_repeats: tuple[int, ...] = ()
    erp_repeats: tuple[int, ...] = ()


def match(pool: Pool, fixed: Fixed = Fixed()) -> tuple[Draft, list[Suggestion]]:
    """Return the groups of a pool and what a person may accept beside them.

    Args:
        pool: Both sides, made with the same decisions.
        fixed: What a person decided.

    Source: reconciliation, stages; evidence of all keys is gathered before anything is resolved.
    """
    apart = {(crm, int(pool.orders.of_row[erp])) for crm, erp in fixed.apart}
    draft = Draft(pool, apart)
    for crm, erp in fixed.together:
        orders = sorted({int(pool.orders.of_row[row]) for row in erp})
        draft.add(crm, orders, "decision", 100.0, repeats=set(crm) & set(fixed.crm_repeats), manual=True)
    edges = gather_edges(pool)
    edges = edges.kept(_open(draft, edges) & ~draft.parted(edges.crm, edges.order))
    believed = veto(pool, edges)
    suspect = edges.kept(~believed)
    sure = edges.kept(believed)
    sure = sure.kept(drop_dominated(pool, sure))
    stays = yield_to_keyless(draft, sure)
    resolve_keys(draft, sure.kept(stays))
    refused = match_keyless(draft)
    again = sure.kept(~stays)
    resolve_keys(draft, again.kept(_open(draft, again)))
    names = pool.crm_name[draft.open_crm], pool.orders.name[draft.open_orders]
    like = like_names(pool, *names, LIKE)
    match_sums(draft, like)
    left = sure.kept(_open(draft, sure))
    return draft, suggest(draft, _joined(suspect, left), refused, like)


def _open(draft: Draft, edges: Edges) -> Mask:
    found: Mask = (draft.crm[edges.crm] == NONE) & (draft.order[edges.order] == NONE)
    return found


def _joined(one: Edges, other: Edges) -> Edges:
    def both(name: str) -> Numbers:
        made: Numbers = np.r_[getattr(one, name), getattr(other, name)]
        return made

    names: Sequence[str] = ("crm", "order", "tier", "alike", "agrees", "same_word", "days")
    return Edges(*(both(name) for name in names))  # type: ignore[arg-type]
