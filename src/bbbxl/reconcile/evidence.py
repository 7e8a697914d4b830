"""All that speaks for a CRM row and an ERP order belonging together, gathered before anything is resolved."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from bbbxl.money import exponent
from bbbxl.reconcile.names import NAMELESS
from bbbxl.reconcile.pool import NONE, Numbers, Pool

Mask = npt.NDArray[np.bool_]
#: Strength of a key: number without prefix, written differently, written alike, record id.
BARE, WRITTEN, EXACT, SYSTEM = 1, 2, 3, 4
STAGE_OF = {BARE: "normalised_key", WRITTEN: "normalised_key", EXACT: "exact_key", SYSTEM: "system_id"}
#: How amounts agree: to a few minor units; by tax, term, currency or sign; not.
AGREES, EXPLAINED, DIFFERS = 2, 1, 0
#: Minor units within which amounts agree.
FEW = 5
#: A key counts against its amounts only from this similarity of customers on; a record id from the second.
SIMILAR, SIMILAR_BY_ID = 70.0, 50.0
#: A number that more orders than this share leads to none of them.
_MOST_ORDERS = 20


@dataclass(frozen=True)
class Edges:
    """Pairs of a CRM row and an ERP order with a key in common; arrays are one element a pair.

    Attributes:
        crm: CRM row.
        order: ERP order.
        tier: BARE, WRITTEN, EXACT or SYSTEM: the strongest key they share.
        alike: Similarity of the customers, 0 to 100; 100 where a side names none at all.
        agrees: AGREES, EXPLAINED or DIFFERS.
        same_word: Whether the first words of the customers are the same.
        days: Days between them, without sign.
    """

    crm: Numbers
    order: Numbers
    tier: Numbers
    alike: npt.NDArray[np.float64]
    agrees: Numbers
    same_word: Mask
    days: Numbers

    def __len__(self) -> int:
        return len(self.crm)

    def kept(self, mask: Mask) -> Edges:
        """Return some of the pairs."""
        return Edges(self.crm[mask], self.order[mask], self.tier[mask], self.alike[mask], self.agrees[mask],
                     self.same_word[mask], self.days[mask])  # fmt: skip


def gather_edges(pool: Pool) -> Edges:
    """Return every pair that shares a key, with what speaks for and against it, sorted by CRM row and order."""
    found = pd.concat([_by_id(pool), _by_number(pool), _by_bare_number(pool)], ignore_index=True)
    found = found.sort_values(["crm", "order", "tier"]).drop_duplicates(["crm", "order"], keep="last")
    crm, order, tier = (found[name].to_numpy(dtype=np.int64) for name in ("crm", "order", "tier"))
    alike = pool.alike(crm, order) if pool.named else np.full(len(crm), 100.0)
    words = pa.array(pool.words, type=pa.string()).dictionary_encode().indices.to_numpy(zero_copy_only=False)
    same = words[pool.crm_name[crm]] == words[pool.orders.name[order]] if len(words) else np.zeros(len(crm), np.bool_)
    days = np.abs(pool.crm.days[crm] - pool.orders.first[order])
    return Edges(crm, order, tier, alike, agreement(pool, crm, order, tier), same, days)


def _by_id(pool: Pool) -> pd.DataFrame:
    """Return the pairs of which the ERP names the CRM record."""
    rows = np.flatnonzero(pool.erp_reference != NONE)
    erp = pd.DataFrame({"id": pool.erp_reference[rows], "order": pool.orders.of_row[rows]}).drop_duplicates()
    known = np.flatnonzero(pool.crm_id != NONE)
    crm = pd.DataFrame({"id": pool.crm_id[known], "crm": known})
    return crm.merge(erp, on="id")[["crm", "order"]].assign(tier=SYSTEM)


def _by_number(pool: Pool) -> pd.DataFrame:
    """Return the pairs with one order number: of the root order or of one of its documents."""
    orders = pd.DataFrame({"key": pool.orders.key, "order": np.arange(len(pool.orders))})
    documents = pd.DataFrame({"key": pool.erp_key, "order": pool.orders.of_row})
    erp = pd.concat([orders, documents], ignore_index=True)
    erp = erp[erp["key"] != NONE].drop_duplicates()
    known = np.flatnonzero(pool.crm_key != NONE)
    texts = pool.crm.texts["order_id"]
    crm = pd.DataFrame({"key": pool.crm_key[known], "crm": known, "text": texts.codes[known]})
    pairs = crm.merge(erp, on="key")
    written = set(pool.erp.texts["order_id"].texts)
    alike = np.array([text in written for text in texts.texts], dtype=np.bool_)
    exact = alike[pairs["text"].to_numpy(dtype=np.int64)] if len(texts.texts) else np.zeros(0, dtype=np.bool_)
    return pairs[["crm", "order"]].assign(tier=np.where(exact, EXACT, WRITTEN))


def _by_bare_number(pool: Pool) -> pd.DataFrame:
    """Return the pairs with one number and a prefix that one of them lacks, wholly or in part."""
    known = np.flatnonzero(pool.crm_key != NONE)
    short = known[~np.isin(pool.crm_key[known], pool.orders.key)]
    if not len(short):
        return pd.DataFrame({"crm": short, "order": short, "tier": short})
    bare = pa.array(pool.numbers, type=pa.string()).dictionary_encode().indices.to_numpy(zero_copy_only=False)
    orders = np.flatnonzero(pool.orders.key != NONE)
    erp = pd.DataFrame({"number": bare[pool.orders.key[orders]], "own": pool.orders.key[orders], "order": orders})
    crm = pd.DataFrame({"number": bare[pool.crm_key[short]], "key": pool.crm_key[short], "crm": short})
    counts = erp["number"].value_counts()
    pairs = crm.merge(erp[erp["number"].map(counts) <= _MOST_ORDERS], on="number")
    fits = [
        own != other and (not own or not other or other.endswith(own) or own.endswith(other))
        for own, other in zip((pool.prefixes[key] for key in pairs["key"].tolist()),
                              (pool.prefixes[key] for key in pairs["own"].tolist()), strict=True)
    ]  # fmt: skip
    return pairs.loc[np.array(fits, dtype=np.bool_), ["crm", "order"]].assign(tier=BARE)


def agreement(pool: Pool, crm: Numbers, order: Numbers, tier: Numbers) -> Numbers:
    """Return how the amounts of pairs agree: of the pair itself, or of all that share its key together."""
    orders, deal = pool.orders, pool.crm.deal[crm]
    same = pool.crm_currency[crm] == orders.currency[order]
    close = [np.abs(deal - amounts[order]) <= FEW for amounts in (orders.net, orders.gross, orders.once)]
    agrees = same & np.logical_or.reduce(close)
    agrees |= same & _one_row(pool, deal, order)
    strong = tier >= WRITTEN
    agrees |= same & _sums_agree(order, deal, orders.net[order], strong)
    agrees |= same & _sums_agree(crm, orders.net[order], deal, tier == SYSTEM)
    explained = _explained(pool, crm, order, same)
    return np.where(agrees, AGREES, np.where(explained, EXPLAINED, DIFFERS)).astype(np.int64)


def _one_row(pool: Pool, deal: Numbers, order: Numbers) -> Mask:
    """Return the pairs in which one row of the order alone has the amount."""
    several = np.flatnonzero(pool.orders.count[order] > 1)
    found = np.zeros(len(order), dtype=np.bool_)
    if len(several):
        pairs = pd.MultiIndex.from_arrays([order[several], deal[several]])
        rows = pd.MultiIndex.from_arrays([pool.orders.of_row, pool.erp.deal])
        found[several] = pairs.isin(rows)
    return found


def _sums_agree(one: Numbers, parts: Numbers, whole: Numbers, counted: Mask) -> Mask:
    """Return the pairs of which all parts under one key add up to its whole."""
    sums = pd.Series(np.where(counted, parts, 0)).groupby(one).transform("sum").to_numpy()
    found: Mask = counted & (np.abs(sums - whole) <= FEW)
    return found


def _explained(pool: Pool, crm: Numbers, order: Numbers, same: Mask) -> Mask:
    """Return the pairs whose amounts differ by tax, term, sign or currency; a near amount explains nothing."""
    orders, deal, term = pool.orders, pool.crm.deal[crm], pool.crm.term[crm]
    net = orders.net[order]
    taxed = same & (orders.tax[order] != 0) & (np.abs(deal - (net - orders.tax[order])) <= FEW)
    yearly = same & (term > 12) & (np.abs(net * term / 12 - deal) <= FEW * np.maximum(term / 12, 1))
    turned = same & (np.abs(deal + net) <= FEW)
    places = scale(pool)
    scaled = deal * places[pool.crm_currency[crm]], net * places[np.maximum(orders.currency[order], 0)]
    renamed = ~same & (orders.currency[order] != NONE) & (np.abs(scaled[0] - scaled[1]) <= FEW)
    found: Mask = taxed | yearly | turned | renamed
    return found


def scale(pool: Pool) -> npt.NDArray[np.float64]:
    """Return what makes minor units of each currency comparable as plain numbers: JPY 100 where USD is 1."""
    return np.array([10.0 ** (2 - exponent(code)) for code in pool.coins], dtype=np.float64)


def veto(pool: Pool, edges: Edges) -> Mask:
    """Return the pairs whose key is believed: customer or amount has to agree; a full key where no customer is named.

    A customer with the same first word (a parent, a subsidiary) within a month and half to twice the amount speaks
    for a full key too. Refused pairs are suspect keys: they are looked at again when everything else is done.

    Source: reconciliation, stage 3, veto rule.
    """
    if not pool.named:
        return (edges.agrees > DIFFERS) | (edges.tier >= WRITTEN)
    least = np.where(edges.tier == SYSTEM, SIMILAR_BY_ID, SIMILAR)
    nameless = np.array([name in NAMELESS for name in pool.names], dtype=np.bool_)
    unknown = nameless[pool.crm_name[edges.crm]] | nameless[pool.orders.name[edges.order]]
    deal, net = np.abs(pool.crm.deal[edges.crm]), np.abs(pool.orders.net[edges.order])
    family = edges.same_word & (edges.days <= 31) & (2 * deal >= net) & (deal <= 2 * net)
    family |= edges.same_word & (edges.tier == SYSTEM)
    believed: Mask = (edges.alike >= least) | (edges.agrees > DIFFERS) | ((family | unknown) & (edges.tier >= WRITTEN))
    return believed


def drop_dominated(pool: Pool, edges: Edges) -> Mask:
    """Return the pairs that stay when a CRM row or an order has one whose amount agrees and others whose does not.

    A record id stays whatever its amount: it says where the row belongs. So does a second row of a record whose other
    row agrees: it repeats that one.
    """
    sure = (edges.agrees == AGREES) & (edges.tier >= WRITTEN)
    weak = (edges.agrees == DIFFERS) & (edges.tier < SYSTEM)
    bare = (edges.tier == BARE) & (edges.agrees < AGREES)
    settled = np.isin(edges.crm, edges.crm[sure]) | np.isin(edges.order, edges.order[sure])
    better = np.isin(edges.crm, edges.crm[edges.agrees == AGREES])
    record = pool.crm_id[edges.crm]
    pairs = pd.MultiIndex.from_arrays([edges.order, record])
    again = pairs.isin(pairs[sure]) & (record != NONE)
    stays: Mask = ~(weak & settled & ~again) & ~(bare & better)
    return stays
