"""What an order line report says of every line on one day: the states that a kept book compares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import pandas as pd

StateType = Literal["text", "date", "minor", "number", "bool"]
#: Column of a frame of states -> type: text (str, "" where there is none), date (midnight, may be missing), minor
#: (int64 minor units of the document currency), number (float, may be missing), bool.
STATE_COLUMNS: Final[dict[str, StateType]] = {
    "entity": "text", "order_id": "text", "line_id": "text", "currency": "text",
    "ordered": "minor", "cancelled": "minor", "shipped": "minor", "invoiced": "minor", "quantity": "number",
    "booked": "date", "order_date": "date", "firmed_date": "date", "commit_date": "date",
    "original_commit_date": "date", "term_start": "date", "term_end": "date",
    "shipped_date": "date", "invoiced_date": "date", "cancelled_date": "date", "changed": "date",
    "held": "bool", "completed": "bool", "withdrawn": "bool",
    "customer": "text", "product": "text", "region": "text", "channel": "text", "owner": "text",
    "counterparty": "text", "cancellable": "number", "shippable": "number", "reason": "text",
    "source_file": "text", "source_sheet": "text", "source_row": "number",
}  # fmt: skip


@dataclass(frozen=True)
class OrderStates:
    """The state of every order line in one report.

    Attributes:
        states: One row an order line that counts (signed, not set aside), columns of `STATE_COLUMNS`: `ordered`
            includes what was `cancelled`; `booked` is the booking date; `changed` the day of the last change;
            `withdrawn` says that the line's state is cancelled, `reason` why.
        entries: What `read_order_lines` makes of the same rows, with UNKNOWN for days the file does not say; joined
            to the states by source file, sheet and row.
        says: What the report has columns (or states) for: of line_id, quantity, cancelled, shipped, invoiced, held,
            completed, changed and the text and date columns of `STATE_COLUMNS`.
    """

    states: pd.DataFrame
    entries: pd.DataFrame
    says: frozenset[str]
