"""Two sources that tell of the same order lines: what both would count is refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd

from bbbxl.book.controls import KEY, MEASURED
from bbbxl.book.history import sources_of
from bbbxl.book.records import Derived, Entry
from bbbxl.book.store import Store
from bbbxl.book.store.frames import from_parquet
from bbbxl.errors import InputError

#: What two sources must not both tell of an order line -> kinds of events, column of a state: all that moves an amount.
_COUNTED: Final[dict[str, tuple[tuple[str, ...], str]]] = {
    "books or changes": (tuple(MEASURED["on order"]), "ordered"),
    "ships": (tuple(MEASURED["shipped"]), "shipped"),
    "invoices": (tuple(MEASURED["invoiced"]), "invoiced"),
}


def refuse_overlap(store: Store, entries: Sequence[Entry], source: str, derived: Derived) -> None:
    """Refuse events of order lines of which another source tells the same thing already.

    Raises:
        InputError: an order line is booked or changed, shipped or taken back, invoiced or credited by two sources.
    """
    others = {name: one for name, one in sources_of(entries).items() if name != source and one.baseline}
    written = {what: derived.events[derived.events["kind"].isin(kinds)] for what, (kinds, _) in _COUNTED.items()}
    if not any(len(rows) for rows in written.values()):
        return
    for name, other in others.items():
        held = from_parquet(store.blob(other.baseline))
        for what, rows in written.items():
            both = rows[_keys(rows).isin(_keys(_told(held, what)))]
            if len(both):
                raise InputError(_sentence(source, name, what, both))


def _told(held: pd.DataFrame, what: str) -> pd.DataFrame:
    """Return the order lines of a baseline of which it tells something."""
    kinds, column = _COUNTED[what]
    if "key" in held:
        return held.loc[held["kind"].isin(kinds), KEY]
    rows = held.loc[held[column] != 0, ["entity", "book_order", "book_line"]]
    return rows.set_axis(KEY, axis="columns")


def _keys(rows: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(rows[KEY].astype("str"))


def _sentence(source: str, other: str, what: str, both: pd.DataFrame) -> str:
    """Return what both sources tell and what to do."""
    first = both.iloc[0]
    more = f" (and {len(both) - 1} more)" if len(both) > 1 else ""
    return (
        f"{first['source_file']} {what} order {first['order_id']} line {first['line_id']}{more}, and source {other} "
        f"does already: both would count. If it is the same report, add it with --source {other}; if not, leave out "
        "one of the two, or tell them apart by entity."
    )
