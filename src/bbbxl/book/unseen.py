"""What the snapshots of a book cannot show as it happened: listed line by line, never taken for the truth."""

from __future__ import annotations

from typing import Final

import pandas as pd

from bbbxl.book.history import UNSEEN_BLOB, sources_of
from bbbxl.book.store import Store
from bbbxl.book.store.frames import from_parquet
from bbbxl.ledger.states import DAY

#: Columns of the list: `entry` and `as_of` of the snapshot, key of the line, kind of event where one is behind it,
#: first and last day on which it may have happened.
COLUMNS: Final[tuple[str, ...]] = (
    "entry", "as_of", "entity", "order_id", "line_id", "kind", "why", "since", "until",
)  # fmt: skip


def untraced(store: Store) -> tuple[str, ...]:
    """Return a sentence for every source of snapshots of which no line says when it was last changed."""
    return tuple(
        f"{name} does not say when a line was last changed: what was changed and changed back between two of its "
        "snapshots is not listed."
        for name, one in sources_of(store.entries()).items()
        if one.kind == "snapshot" and from_parquet(store.blob(one.baseline))["changed"].isna().all()
    )


def unseen_of(store: Store) -> pd.DataFrame:
    """Return the order lines of which the snapshots of a book show less than may have happened.

    Returns:
        Columns of `COLUMNS`, oldest first; why is a name of `records.UNSEEN`. Lines whose last change shows nothing, or
        something else, and lines changed before their first report come from the day of the last change that the
        reports say; "several days" from events whose day is not known.
    """
    parts = []
    for entry in store.entries():
        if UNSEEN_BLOB in entry.blobs:
            part = from_parquet(store.blob(entry.blobs[UNSEEN_BLOB]))
            parts.append(part.assign(entry=entry.number, as_of=pd.Timestamp(entry.payload["as_of"]), kind="",
                                     since=part["changed"], until=part["changed"]))  # fmt: skip
    events = store.events()
    days = {one.number: one.payload.get("as_of") for one in store.entries()}
    several = events[(events["since"].notna() & (events["since"] < events["effective"])).to_numpy()]
    several = several.assign(as_of=pd.to_datetime(several["entry"].map(days)), why="several days",
                             until=several["effective"])  # fmt: skip
    made = pd.concat([*parts, several], ignore_index=True)[list(COLUMNS)]
    made = made.astype(dict.fromkeys(("as_of", "since", "until"), DAY))
    order = ["entry", "entity", "order_id", "line_id", "why", "kind"]
    return made.sort_values(order, kind="stable", ignore_index=True)
