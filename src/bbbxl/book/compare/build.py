"""Events of a comparison: gathered as drafts, one a change of a line, and made frames of events in one place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from bbbxl.book.compare.columns import Mask, Minor, of_type
from bbbxl.book.compare.days import Dated
from bbbxl.book.records import EVENT_COLUMNS
from bbbxl.events import CODES
from bbbxl.ledger.columns import COLUMNS, SHIPPABLE
from bbbxl.ledger.states import DAY

_TYPES: Final = {column.name: column.type for column in COLUMNS} | {
    SHIPPABLE: "flag", "since": "date", "origin": "text"
}  # fmt: skip
#: Columns an event takes from the state of its line.
_OF_LINE: Final = (
    "entity", "currency", "customer", "product", "region", "channel", "owner", "counterparty", "order_date",
    "firmed_date", "original_commit_date", "term_start", "term_end", "cancellable", SHIPPABLE,
    "source_file", "source_sheet", "source_row",
)  # fmt: skip
COMPARED: Final = "compared"
_DRAFT: Final = ("line", "kind", "amount", "effective", "since", "reason", "quantity", "commit_date", "former")
_ORDER: Final = ["entity", "order_id", "line_id", "effective", "kind", "amount", "source_row"]


def draft(
    kind: str,
    amounts: Minor | None,
    dated: Dated,
    *,
    where: Mask | None = None,
    reason: str | npt.NDArray[Any] = "",
    quantity: npt.NDArray[np.float64] | None = None,
    commit: npt.NDArray[Any] | None = None,
    former: bool = False,
) -> pd.DataFrame:
    """Return one draft for each line that has an amount, or that is asked for.

    Args:
        kind: Event kind.
        amounts: Minor units of every line, positive in the kind's own sense; None for kinds without amounts.
        dated: Days of every line.
        where: Lines that have the event; those with an amount when None.
        reason: Of all of them, or one a line.
        quantity: Units of every line.
        commit: New commit date of every line.
        former: Whether the event bears what the line said before, not what it says now.
    """
    chosen = where if where is not None else (amounts != 0 if amounts is not None else np.zeros(0, dtype=np.bool_))
    places = np.flatnonzero(chosen)
    return pd.DataFrame({
        "line": places, "kind": pd.array([kind], dtype="str").repeat(len(places)),
        "amount": np.zeros(len(places), dtype=np.int64) if amounts is None else amounts[places],
        "effective": dated.days[places].astype(DAY), "since": dated.since[places].astype(DAY),
        "reason": pd.array([reason] * len(places) if isinstance(reason, str) else reason[places], dtype="str"),
        "quantity": np.full(len(places), np.nan) if quantity is None else quantity[places],
        "commit_date": np.full(len(places), "NaT", dtype=DAY) if commit is None else commit[places].astype(DAY),
        "former": np.full(len(places), former),
    })  # fmt: skip


def gather(drafts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return drafts one under the other."""
    some = [one for one in drafts if len(one)]
    if not some:
        nothing = np.zeros(0, dtype=np.int64)
        return draft("new", nothing, Dated(nothing.astype("datetime64[D]"), nothing.astype("datetime64[D]")))
    return pd.concat(some, ignore_index=True)[list(_DRAFT)]


def sums(drafts: pd.DataFrame, lines: int, signs: dict[str, int], rows: Mask | None = None) -> Minor:
    """Return what drafts of some kinds come to on every line, by their signs."""
    sign = drafts["kind"].map(signs).fillna(0).to_numpy(dtype=np.int64)
    amounts = sign * drafts["amount"].to_numpy(dtype=np.int64)
    total = np.zeros(lines, dtype=np.int64)
    np.add.at(total, drafts["line"].to_numpy(), amounts if rows is None else np.where(rows, amounts, 0))
    return total


def events_of(drafts: pd.DataFrame, old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Return drafts as events of a book.

    Args:
        drafts: What `gather` returned.
        old: State of every line before, with the key of the book.
        new: State of every line now; row and key stand for the event in either case.
    """
    line, former = drafts["line"].to_numpy(), drafts["former"].to_numpy()
    now = new[[*_OF_LINE, "book_order", "book_line"]].take(line).reset_index(drop=True)
    if former.any():
        before = old.take(line).reset_index(drop=True)
        names = [name for name in _OF_LINE if not name.startswith("source_")]
        now = now.assign(**{name: now[name].mask(former, before[name]) for name in names})
    columns = {name: drafts[name] for name in _DRAFT if name not in ("line", "former")}
    return as_events(now.rename(columns={"book_order": "order_id", "book_line": "line_id"}).assign(**columns))


def as_events(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows as events found by comparing: every column with its type, missing where nothing is said."""
    columns = {}
    for name in EVENT_COLUMNS:
        kind = _TYPES[name]
        if name == "origin":
            values: pd.Series[Any] = pd.Series(pd.array([COMPARED], dtype="str").repeat(len(rows)), index=rows.index)
        elif name in ("recorded", "event_id") or name not in rows:
            values = pd.Series([None] * len(rows), index=rows.index, dtype="str" if kind == "text" else None)
        else:
            values = rows[name]
        if kind == "text":
            text = of_type(values, kind)
            empty = text.eq("").to_numpy()
            columns[name] = text.mask(empty) if empty.any() else text
        else:
            columns[name] = of_type(values, kind)
    return pd.DataFrame(columns, copy=False).reset_index(drop=True)


def in_order(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return events one under the other, sorted, so that the order of rows in a report decides nothing."""
    some = [one for one in frames if len(one)]
    if not some:
        return as_events(pd.DataFrame(columns=list(EVENT_COLUMNS)))
    together = pd.concat(some, ignore_index=True) if len(some) > 1 else some[0]
    keyed = together.assign(kind=together["kind"].map(CODES))
    return together.loc[keyed.sort_values(_ORDER, kind="stable").index].reset_index(drop=True)
