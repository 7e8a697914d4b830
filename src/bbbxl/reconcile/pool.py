"""Both sides in one numbering: keys, ids, names and currencies as whole numbers; ERP rows under their root orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from bbbxl.inputs.coded import Coded
from bbbxl.reconcile.keys import Keys, key_shapes, normalise_keys, system_ids
from bbbxl.reconcile.names import NAMELESS, first_words, normalise_names, similarity
from bbbxl.reconcile.pair import Pair
from bbbxl.reconcile.side import Side

Numbers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
NONE = -1
#: A credit memo without "created from" goes to the order of its number when the customers are at least so similar.
_SAME_CUSTOMER = 85.0


@dataclass(frozen=True)
class Orders:
    """The ERP's root orders: its rows with their lines, invoices and credit memos; arrays are one element an order.

    Attributes:
        of_row: ERP row -> its order.
        net: Sum of its rows, minor units of the document currency.
        gross: The same without credit memos beside other rows.
        once: The same as net, each line counted once.
        minor: Sum of its rows in the reporting currency.
        tax: Tax inside net.
        count: Rows.
        currency: Number of the currency; NONE where its rows have several.
        name: Number of the customer, that of its first row.
        first: First day.
        key: Number of its order number; NONE where it has none or a person made it.
        starts: Place of its first row in `rows`; one more at the end.
        rows: ERP rows, by order.
    """

    of_row: Numbers
    net: Numbers
    gross: Numbers
    once: Numbers
    minor: Numbers
    tax: Numbers
    count: Numbers
    currency: Numbers
    name: Numbers
    first: Numbers
    key: Numbers
    starts: Numbers
    rows: Numbers

    def __len__(self) -> int:
        return len(self.net)

    def of(self, order: int) -> Numbers:
        """Return the ERP rows of one order, in the order of the file."""
        return self.rows[self.starts[order] : self.starts[order + 1]]


@dataclass(frozen=True)
class Pool:
    """What is matched.

    Attributes:
        crm: CRM rows.
        erp: ERP rows.
        orders: Root orders of the ERP.
        crm_currency: Number of each CRM row's currency; equal numbers are equal currencies on both sides.
        erp_currency: The same of the ERP rows.
        crm_name: Number of each CRM row's normal customer in `names`.
        coins: Currency codes by their numbers.
        names: Normal customers of both sides.
        words: First word of each.
        crm_key: Number of each CRM row's normal order number; NONE where it has none.
        erp_key: The same of the ERP rows, their own document.
        crm_id: Number of each CRM row's record id; NONE where it has none.
        erp_reference: Number of the CRM record that an ERP row names.
        numbers: Order number -> its number without prefix, as numbered texts.
        prefixes: Order number -> its prefix.
        keys: Order numbers in normal form.
        suffixed: ERP rows whose number has a part such as -2 behind that of the order.
        repeated: ERP rows that repeat an earlier row: same document, line, type, currency and amount.
        claimed: Order -> place among the CRM rows that take no part of the one that names it; NONE where none does.
    """

    crm: Side
    erp: Side
    orders: Orders
    crm_currency: Numbers
    erp_currency: Numbers
    crm_name: Numbers
    coins: list[str]
    names: list[str]
    words: list[str]
    crm_key: Numbers
    erp_key: Numbers
    crm_id: Numbers
    erp_reference: Numbers
    keys: list[str]
    numbers: list[str]
    prefixes: list[str]
    suffixed: Mask
    repeated: Mask
    claimed: Numbers

    @property
    def pair(self) -> Pair:
        """Return the pair of the two sides."""
        return self.crm.opened.pair

    @property
    def named(self) -> bool:
        """Return whether both sides name customers."""
        sides = (self.crm.texts["customer"], self.erp.texts["customer"])
        return all(any(column.texts) for column in sides)

    def alike(self, crm: Numbers, orders: Numbers) -> npt.NDArray[np.float64]:
        """Return the similarity of customers, 0 to 100, of pairs of CRM rows and orders."""
        pairs = np.stack([self.crm_name[crm], self.orders.name[orders]], axis=1)
        return similarity(self.names, self.names, pairs)


def _numbered(columns: Sequence[tuple[Coded, pa.StringArray]]) -> tuple[list[Numbers], list[str]]:
    """Return several columns as numbers of texts they share, and the texts; the empty text is NONE.

    Args:
        columns: Each column with the text that each of its distinct texts stands for.
    """
    sizes = [len(texts) for _, texts in columns]
    encoded = pa.chunked_array([texts for _, texts in columns], type=pa.string()).combine_chunks().dictionary_encode()
    distinct = encoded.dictionary.to_pylist()
    codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    if "" in distinct:
        empty = distinct.index("")
        codes = np.where(codes == empty, NONE, codes - (codes > empty))
        del distinct[empty]
    starts = np.cumsum([0, *sizes])
    made = [codes[start : start + size][column.codes] if size else np.full(len(column), NONE, dtype=np.int64)
            for (column, _), start, size in zip(columns, starts.tolist(), sizes, strict=False)]  # fmt: skip
    return made, distinct


def make_pool(crm: Side, erp: Side, together: Sequence[Sequence[int]] = ()) -> Pool:
    """Return both sides ready for matching.

    Args:
        crm: CRM rows.
        erp: ERP rows.
        together: ERP rows that a person put together: each choice is an order of its own.

    Source: reconciliation, stages 1 to 4: keys of all kinds are made before anything is resolved.
    """
    (crm_currency, erp_currency), coins = _numbered(
        [(side.currency, _array(side.currency.texts)) for side in (crm, erp)]
    )
    customers = [side.texts["customer"] for side in (crm, erp)]
    (crm_name, erp_name), names = _numbered([(one, _array(_kept(normalise_names(one.texts)))) for one in customers])
    records = crm.texts["event_id"], erp.texts["reference"], crm.left.ids
    (crm_id, reference, left_id), _ = _numbered([(one, system_ids(one.texts)) for one in records])
    own = crm.texts["key"], erp.texts["key"]
    shapes = key_shapes([*own[0].texts, *own[1].texts])
    columns = *own, erp.texts["parent"], crm.left.orders
    made = [normalise_keys(one.texts, shapes) for one in columns]
    (crm_key, erp_key, parent, left_key), keys = _numbered(
        [(one, own.full) for one, own in zip(columns, made, strict=True)]
    )
    numbers, prefixes = _parts(keys, made)
    suffixed = made[1].part[columns[1].codes] if len(made[1].part) else np.zeros(len(erp), dtype=np.bool_)
    repeated = _repeated(erp, erp_key, erp_currency)
    root = np.where(parent == NONE, erp_key, parent)
    known = np.isin(root, crm_key)
    root = _credits_to_orders(erp, root, known, numbers, erp_name, erp_currency, names)
    for place, rows in enumerate(together):
        root[list(rows)] = len(keys) + place
    orders = _orders(erp, root, erp_name, erp_currency, repeated, len(keys))
    return Pool(crm, erp, orders, crm_currency, erp_currency, crm_name, coins, names, first_words(names), crm_key,
                erp_key, crm_id, reference, keys, numbers, prefixes, suffixed, repeated,
                _claimed(orders, reference, left_id, left_key))  # fmt: skip


def _claimed(orders: Orders, reference: Numbers, ids: Numbers, keys: Numbers) -> Numbers:
    """Return the CRM row that takes no part and names each order, by its record id first and else by its number."""
    found = np.full(len(orders), NONE, dtype=np.int64)
    for own, of_order, names in (
        (orders.key, np.arange(len(orders)), keys), (reference, orders.of_row, ids),
    ):  # fmt: skip
        places = {int(name): place for place, name in enumerate(names.tolist()) if name != NONE}
        for at in np.flatnonzero(np.isin(own, list(places))).tolist():
            found[of_order[at]] = places[int(own[at])]
    return found


def _array(texts: Sequence[str]) -> pa.StringArray:
    return pa.array(texts, type=pa.string())


def _kept(names: Sequence[str]) -> list[str]:
    """Return names of which none is empty: an empty customer is like no other."""
    return [name or NAMELESS[1] for name in names]


def _parts(keys: Sequence[str], made: Sequence[Keys]) -> tuple[list[str], list[str]]:
    """Return number and prefix of every order number."""
    full, number, prefix = (
        pa.chunked_array([getattr(one, name) for one in made], type=pa.string()).combine_chunks()
        for name in ("full", "number", "prefix")
    )
    encoded = full.dictionary_encode()
    codes = encoded.indices.to_numpy(zero_copy_only=False)
    first = np.zeros(len(encoded.dictionary), dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    places = pa.array(first[np.asarray(pc.not_equal(encoded.dictionary, ""), dtype=np.bool_)])
    assert len(places) == len(keys)
    return number.take(places).to_pylist(), prefix.take(places).to_pylist()


def _repeated(erp: Side, key: Numbers, currency: Numbers) -> Mask:
    """Return the rows whose document, line, type, currency and amount stand in an earlier row."""
    columns = {"key": key, "line": erp.texts["line_id"].codes, "type": erp.texts["type"].codes, "currency": currency,
               "deal": erp.deal}  # fmt: skip
    if erp.opened.pair.partial:  # equal instalments of one order are billed on different days
        columns["day"] = erp.days
    found: Mask = pd.DataFrame(columns).duplicated().to_numpy() & (key != NONE)
    return found


def _credits_to_orders(
    erp: Side, root: Numbers, known: Mask, numbers: Sequence[str], names: Numbers, currency: Numbers,
    texts: Sequence[str],
) -> Numbers:  # fmt: skip
    """Return root orders, with credit memos that name none under the order of their number.

    Such a credit memo has to have the number of exactly one order of the same customer and currency, of at least its
    amount; one whose number the CRM has is an order of its own.
    """
    alone = erp.credits & (erp.texts["parent"].empty) & (root != NONE) & ~known
    alone &= ~np.isin(root, root[~erp.credits])
    credits = np.flatnonzero(alone)
    if not len(credits):
        return root
    bare = {text: place for place, text in enumerate(dict.fromkeys(numbers))}
    number = np.array([bare[text] for text in numbers], dtype=np.int64)
    others = np.flatnonzero(~erp.credits & (root != NONE))
    orders = pd.DataFrame({"root": root[others], "currency": currency[others], "deal": erp.deal[others],
                           "name": names[others]})  # fmt: skip
    orders = orders.groupby(["root", "currency"], sort=False).agg({"deal": "sum", "name": "first"}).reset_index()
    orders["number"] = number[orders["root"].to_numpy()]
    memos = pd.DataFrame({"credit": credits, "number": number[root[credits]], "currency": currency[credits],
                          "amount": -erp.deal[credits], "own": names[credits]})  # fmt: skip
    pairs = memos.merge(orders, on=["number", "currency"])
    pairs = pairs[(pairs["amount"] > 0) & (pairs["amount"] <= pairs["deal"])]
    alike = similarity(texts, texts, pairs[["own", "name"]].to_numpy(dtype=np.int64))
    pairs = pairs[alike >= _SAME_CUSTOMER]
    pairs = pairs[~pairs["credit"].duplicated(keep=False)]
    moved = root.copy()
    moved[pairs["credit"].to_numpy(dtype=np.int64)] = pairs["root"].to_numpy(dtype=np.int64)
    return moved


def _orders(erp: Side, root: Numbers, name: Numbers, currency: Numbers, repeated: Mask, known: int) -> Orders:
    """Return the rows of the ERP under their root orders; a row without any number is an order of its own."""
    alone = root == NONE
    keyed = root.copy()
    keyed[alone] = root.max(initial=0) + 1 + np.arange(int(alone.sum()))
    of_row, distinct = pd.factorize(keyed)
    of_row = of_row.astype(np.int64)
    size = len(distinct)
    rows = np.argsort(of_row, kind="stable")
    starts = np.searchsorted(of_row[rows], np.arange(size + 1))
    first = rows[starts[:-1]]

    def total(values: Numbers) -> Numbers:
        return np.add.reduceat(values[rows], starts[:-1]) if size else np.zeros(0, dtype=np.int64)

    others = total((~erp.credits).astype(np.int64))
    gross = np.where(others > 0, total(np.where(erp.credits, 0, erp.deal)), total(erp.deal))
    lowest = np.minimum.reduceat(currency[rows], starts[:-1]) if size else currency[:0]
    highest = np.maximum.reduceat(currency[rows], starts[:-1]) if size else currency[:0]
    days = np.minimum.reduceat(erp.days[rows], starts[:-1]) if size else erp.days[:0]
    return Orders(
        of_row, total(erp.deal), gross, total(np.where(repeated, 0, erp.deal)), total(erp.minor), total(erp.tax),
        np.diff(starts), np.where(lowest == highest, lowest, NONE), name[first], days,
        np.where(root[first] < known, root[first], NONE), starts, rows,
    )  # fmt: skip
