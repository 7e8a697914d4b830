"""Control totals of a book: what a comparison wrote equals what the states say, line by line and cent by cent."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from bbbxl.book.records import WAITING
from bbbxl.errors import InputError, count_of
from bbbxl.events import ORDER_KINDS

#: What identifies an order line among the events of a book.
KEY: Final = ["entity", "order_id", "line_id"]
#: Measure of a state -> kinds of events that move it, with their sign.
MEASURED: Final[dict[str, dict[str, int]]] = {
    "on order": {kind.name: kind.sign for kind in ORDER_KINDS},
    "shipped": {"shipment": 1, "return_receipt": -1},
    "invoiced": {"invoice": 1, "credit_note": -1},
}


def state_sums(baseline: pd.DataFrame) -> pd.DataFrame:
    """Return what the states say: rows by entity, order, line and currency of the book, one column a measure."""
    rows = baseline[~baseline["carried"].isin(list(WAITING)).to_numpy()]
    said = pd.DataFrame({
        "entity": rows["entity"], "order_id": rows["book_order"], "line_id": rows["book_line"],
        "currency": rows["currency"], "on order": rows["ordered"] - rows["cancelled"], "shipped": rows["shipped"],
        "invoiced": rows["invoiced"],
    })  # fmt: skip
    return said.groupby([*KEY, "currency"], sort=False)[list(MEASURED)].sum()


def event_sums(events: pd.DataFrame) -> pd.DataFrame:
    """Return what the events add up to, in the form of `state_sums`."""
    amounts = events["amount"].to_numpy(dtype=np.int64)
    made = events[[*KEY, "currency"]].copy()
    for measure, signs in MEASURED.items():
        made[measure] = events["kind"].map(signs).fillna(0).to_numpy(dtype=np.int64) * amounts
    return made.groupby([*KEY, "currency"], sort=False)[list(MEASURED)].sum()


def drift(events: pd.DataFrame, states: pd.DataFrame, before: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the lines whose events differ from the movement of their states.

    Args:
        events: Events written.
        states: Baseline after them.
        before: Baseline before them; None when there was none.

    Returns:
        Rows like `state_sums`: states less those before less events, without the lines where all is 0.
    """
    moved = state_sums(states)
    if before is not None:
        moved = moved.sub(state_sums(before), fill_value=0)
    moved = moved[(moved != 0).any(axis=1)]
    rest = moved.sub(event_sums(events), fill_value=0)
    return rest[(rest != 0).any(axis=1)].astype("int64")


def refuse_drift(source: str, events: pd.DataFrame, states: pd.DataFrame, before: pd.DataFrame | None) -> None:
    """Refuse events that do not add up to the movement of the states: nothing is written that does not tie.

    Raises:
        InputError: an order line differs; the book is as it was.
    """
    rest = drift(events, states, before)
    if len(rest):
        (entity, order, line, currency), values = rest.index[0], rest.iloc[0]
        what = ", ".join(f"{name} {value}" for name, value in values.items() if value)
        raise InputError(
            f"Source {source}: {count_of(len(rest), 'order line', 'does', 'do')} not tie between export and events, "
            f"first {entity} order {order} line {line} ({what} minor units of {currency}). "
            "Nothing was written. Tell us, with the export."
        )
