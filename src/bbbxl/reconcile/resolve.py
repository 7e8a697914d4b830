"""Stages 1 to 4: rows and orders with a key in common become groups; what several claim is settled, or refused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from bbbxl.reconcile.draft import Draft, score_of
from bbbxl.reconcile.evidence import AGREES, FEW, SIMILAR, STAGE_OF, SYSTEM, WRITTEN, Edges
from bbbxl.reconcile.names import similarity
from bbbxl.reconcile.pool import Numbers, Pool

#: The best of several numbers without a prefix has to be so much more like the customer than the next.
_MARGIN = 10.0
#: Largest number of parts tried under one key.
_PARTS = 6


@dataclass(frozen=True)
class _Edge:
    tier: int
    alike: float
    agrees: int
    days: int
    score: float


_Links = dict[int, dict[int, _Edge]]


def components(crm: Numbers, orders: Numbers, crm_size: int, order_size: int) -> Numbers:
    """Return the number of the connected component of every pair."""
    if not len(crm):
        return np.zeros(0, dtype=np.int64)
    size = crm_size + order_size
    graph = coo_array((np.ones(len(crm), dtype=np.int8), (crm, orders + crm_size)), shape=(size, size))
    labels = connected_components(graph, directed=False)[1]
    return labels[crm].astype(np.int64)


def resolve_keys(draft: Draft, edges: Edges) -> None:
    """Put everything that shares a believed key into groups.

    One row and one order are a group whatever their amounts. Where more rows or orders hang together: sums that agree
    are taken first, then the best pairs by optimal assignment; what repeats a pair joins it; a row whose key leads to
    an order that agrees with another row is left open.

    Source: reconciliation, stages 1 to 4 and 8.
    """
    pool = draft.pool
    label = components(edges.crm, edges.order, len(pool.crm), len(pool.orders))
    scores = score_of(edges.alike, edges.agrees, edges.days)
    sizes = np.bincount(label) if len(label) else np.zeros(0, dtype=np.int64)
    single = sizes[label] == 1 if len(label) else np.zeros(0, dtype=np.bool_)
    draft.add_pairs(edges.crm[single], edges.order[single], [STAGE_OF[tier] for tier in edges.tier[single].tolist()],
                    scores[single])  # fmt: skip
    links: dict[int, _Links] = defaultdict(lambda: defaultdict(dict))
    rest = np.flatnonzero(~single)
    for place, crm, order, tier, alike, agrees, days, score in zip(
        label[rest].tolist(), edges.crm[rest].tolist(), edges.order[rest].tolist(), edges.tier[rest].tolist(),
        edges.alike[rest].tolist(), edges.agrees[rest].tolist(), edges.days[rest].tolist(), scores[rest].tolist(),
        strict=True,
    ):  # fmt: skip
        links[place][crm][order] = _Edge(tier, alike, agrees, days, score)
    for component in links.values():
        _settle(draft, component)


def _settle(draft: Draft, links: _Links) -> None:
    orders = sorted({order for linked in links.values() for order in linked})
    rows = sorted(links)
    if len(rows) == 1:
        _one_row(draft, rows[0], links[rows[0]])
    elif len(orders) == 1:
        _one_order(draft, orders[0], {row: links[row][orders[0]] for row in rows})
    else:
        _several(draft, rows, orders, links)


def agrees_alone(pool: Pool, row: int, order: int) -> bool:
    """Return whether a CRM row and an order agree by themselves, to a few minor units."""
    orders, deal = pool.orders, int(pool.crm.deal[row])
    if pool.crm_currency[row] != orders.currency[order]:
        return False
    return min(abs(deal - int(amounts[order])) for amounts in (orders.net, orders.gross, orders.once)) <= FEW


def _rank(edge: _Edge, place: int) -> tuple[float, ...]:
    """Return what the best edge has least of."""
    return (-edge.agrees, -edge.tier, -edge.alike, edge.days, place)


def _one_row(draft: Draft, row: int, linked: dict[int, _Edge]) -> None:
    """Settle one CRM row with several orders."""
    pool = draft.pool
    orders, deal = sorted(linked), int(pool.crm.deal[row])
    best = min(orders, key=lambda order: _rank(linked[order], order))
    stage, score = STAGE_OF[linked[best].tier], linked[best].score
    if all(linked[order].tier >= WRITTEN for order in orders) and _adds_up(pool, [row], orders):
        draft.add([row], orders, stage, score)
        return
    named = [order for order in orders if linked[order].tier == SYSTEM]
    alone = [order for order in orders if agrees_alone(pool, row, order)]
    if alone:
        main = min(alone, key=lambda order: _rank(linked[order], order))
        if _rivalled(linked, main):
            return
        bare = [one for one in alone if linked[one].tier < WRITTEN and linked[one].alike >= SIMILAR]
        again = [one for one in alone if one != main and (linked[one].tier >= WRITTEN or bare == [one])]
        again += [one for one in named if one != main and one not in again and _same_amount(pool, one, main)]
        more = [one for one in named if one != main and one not in again]
        draft.add([row], [main, *again, *more], STAGE_OF[linked[main].tier], linked[main].score, order_repeats=again)
    elif named:
        keyed = [order for order in orders if order not in named and linked[order].tier >= WRITTEN]
        joined = keyed if keyed and _adds_up(pool, [row], [*named, *keyed]) else []
        again = _repeated_orders(pool, named, deal)
        draft.add([row], [*named, *joined], stage, score, order_repeats=again)
    else:
        others = [linked[order] for order in orders if order != best]
        first = linked[best]
        clear = all(first.tier > one.tier or first.agrees > one.agrees or first.alike >= one.alike + _MARGIN
                    for one in others)  # fmt: skip
        if clear:
            draft.add([row], [best], stage, score, max(one.score for one in others))


def _rivalled(linked: dict[int, _Edge], order: int) -> bool:
    """Return whether a number without prefix leads a CRM row to another order that fits as well."""
    own = linked[order]
    return own.tier < WRITTEN and any(
        one != order and edge.agrees >= own.agrees and edge.alike > own.alike - _MARGIN for one, edge in linked.items()
    )


def _repeated_orders(pool: Pool, orders: Sequence[int], deal: int) -> list[int]:
    """Return the orders of one CRM record that repeat another of them, where that leaves less of a difference."""
    net = pool.orders.net
    again: list[int] = []
    for order in orders[1:]:
        rest = [one for one in orders if one not in again]
        total = sum(int(net[one]) for one in rest)
        twin = any(one != order and _same_amount(pool, one, order) for one in rest)
        if twin and abs(total - int(net[order]) - deal) < abs(total - deal):
            again.append(order)
    return again


def _same_amount(pool: Pool, one: int, other: int) -> bool:
    orders = pool.orders
    return bool(orders.currency[one] == orders.currency[other]
                and abs(int(orders.net[one]) - int(orders.net[other])) <= FEW)  # fmt: skip


def _adds_up(pool: Pool, rows: Sequence[int], orders: Sequence[int]) -> bool:
    """Return whether rows and orders of one currency come to the same, to a few minor units."""
    coins = {int(pool.crm_currency[row]) for row in rows} | {int(pool.orders.currency[order]) for order in orders}
    deal = sum(int(pool.crm.deal[row]) for row in rows)
    nets = (sum(int(amounts[order]) for order in orders) for amounts in (pool.orders.net, pool.orders.gross))
    return len(coins) == 1 and any(abs(deal - net) <= FEW for net in nets)


def _one_order(draft: Draft, order: int, linked: dict[int, _Edge]) -> None:
    """Settle several CRM rows with one order."""
    pool = draft.pool
    rows = sorted(linked)
    best = min(rows, key=lambda row: _rank(linked[row], row))
    stage, score = STAGE_OF[linked[best].tier], linked[best].score
    alone = [row for row in rows if agrees_alone(pool, row, order)]
    if _adds_up(pool, rows, [order]) and (not alone or _takes_back(pool, rows)):
        draft.add(rows, [order], stage, score)
    elif alone:
        main = min(alone, key=lambda row: _rank(linked[row], row))
        like = [row for row in alone if linked[row].alike >= SIMILAR]
        again = [row for row in rows if row != main and (row in like or _repeats(pool, row, main))]
        draft.add([main, *again], [order], STAGE_OF[linked[main].tier], linked[main].score, repeats=again)
    elif part := _part_of(pool, rows, order):
        draft.add(part, [order], stage, score)
    else:
        _unequal_rows(draft, rows, order, linked)


def _takes_back(pool: Pool, rows: Sequence[int]) -> bool:
    """Return whether one of several CRM rows lowers the others: a cancellation that has a row of its own."""
    deals = [int(pool.crm.deal[row]) for row in rows]
    return min(deals) < 0 < max(deals)


def _unequal_rows(draft: Draft, rows: Sequence[int], order: int, linked: dict[int, _Edge]) -> None:
    """Settle rows of one order none of which agrees with it: those of its record id, else all that are like it."""
    pool = draft.pool
    named = [row for row in rows if linked[row].tier == SYSTEM]
    like = [row for row in rows if linked[row].tier >= WRITTEN and linked[row].alike >= SIMILAR]
    chosen = named or like or list(rows)
    net = int(pool.orders.net[order])
    main = min(chosen, key=lambda row: (abs(int(pool.crm.deal[row]) - net), *_rank(linked[row], row)))
    again = [row for row in chosen if row != main and _repeats(pool, row, main)]
    whole = sum(int(pool.crm.deal[row]) for row in chosen)
    merged = not again and abs(whole - net) <= abs(int(pool.crm.deal[main]) - net)
    group = chosen if merged else [main, *again]
    draft.add(group, [order], STAGE_OF[linked[main].tier], linked[main].score, repeats=again)


def _repeats(pool: Pool, row: int, main: int) -> bool:
    """Return whether a CRM row repeats another: same record, or same order number, customer, currency and amount."""
    if pool.crm_id[row] == pool.crm_id[main] >= 0:
        return True
    same_key = pool.crm_key[row] == pool.crm_key[main] >= 0
    names = np.array([[pool.crm_name[row], pool.crm_name[main]]], dtype=np.int64)
    if not same_key or (pool.named and similarity(pool.names, pool.names, names)[0] < SIMILAR):
        return False
    return bool(pool.crm_currency[row] == pool.crm_currency[main]
                and abs(int(pool.crm.deal[row]) - int(pool.crm.deal[main])) <= FEW)  # fmt: skip


def _part_of(pool: Pool, rows: Sequence[int], order: int) -> list[int]:
    """Return the only choice of two or more rows that adds up to an order, empty when there is none or several."""
    found = [
        list(chosen)
        for size in range(2, min(len(rows), _PARTS)) for chosen in combinations(rows, size)
        if _adds_up(pool, chosen, [order])
    ]  # fmt: skip
    return found[0] if len(found) == 1 else []


def _several(draft: Draft, rows: Sequence[int], orders: Sequence[int], links: _Links) -> None:
    """Settle several CRM rows with several orders: best pairs first, repeats and record ids beside them."""
    pool = draft.pool
    alone = {(row, order) for row in rows for order in links[row] if agrees_alone(pool, row, order)}
    if not alone and _adds_up(pool, rows, orders):
        best = max((edge for linked in links.values() for edge in linked.values()), key=lambda edge: edge.score)
        draft.add(rows, orders, STAGE_OF[best.tier], best.score)
        return
    weights = np.full((len(rows), len(orders)), -1e6)
    for at, row in enumerate(rows):
        for order, edge in links[row].items():
            own = 100.0 * ((row, order) in alone) + 30.0 * (edge.agrees == AGREES)
            weights[at, orders.index(order)] = own + 10 * edge.tier + 0.1 * edge.alike - 0.05 * edge.days
    pairs = {
        rows[int(at)]: orders[int(to)]
        for at, to in zip(*linear_sum_assignment(weights, maximize=True), strict=True) if weights[at, to] > -1e5
    }  # fmt: skip
    members = {row: ([row], [order]) for row, order in pairs.items()}
    repeats: dict[int, list[int]] = defaultdict(list)
    order_repeats: dict[int, list[int]] = defaultdict(list)
    for order in orders:
        if order in pairs.values():
            continue
        for row in sorted((one for one in pairs if order in links[one]), key=lambda one: -links[one][order].tier):
            again = _same_amount(pool, order, pairs[row]) and links[row][order].tier >= WRITTEN
            if again or links[row][order].tier == SYSTEM:
                members[row][1].append(order)
                order_repeats[row] += [order] if again else []
                break
    for row in rows:
        if row not in pairs:
            main = next((one for one in pairs if pairs[one] in links[row] and _repeats(pool, row, one)), None)
            if main is not None:
                members[main][0].append(row)
                repeats[main].append(row)
    for row, (joined, linked) in members.items():
        edge = links[row][pairs[row]]
        if edge.tier >= WRITTEN or (edge.agrees and not _rivalled(links[row], pairs[row])):
            draft.add(joined, linked, STAGE_OF[edge.tier], edge.score, 0.0, repeats[row], order_repeats[row])
