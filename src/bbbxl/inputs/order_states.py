"""The state of every order line of a report, as a kept book compares it with the last one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from bbbxl.inputs.cells import Cells
from bbbxl.inputs.coded import Coded, Mask, same
from bbbxl.inputs.columns import Amounts, Days
from bbbxl.inputs.line_states import Part, States, state_title
from bbbxl.inputs.snapshot import STATE_COLUMNS, OrderStates
from bbbxl.ledger.states import DAY

#: State of a row -> what a book calls it.
_STATES: Final = {"hold": "held", "completed": "completed", "cancelled": "withdrawn"}
#: Fact of a row -> prefix of its columns, which is the name of its state too.
PREFIXES: Final = {"cancellation": "cancelled", "shipment": "shipped", "invoice": "invoiced"}
_NUMPY: Final[dict[str, str]] = {"date": DAY, "minor": "int64", "number": "float64", "bool": "bool"}


@dataclass(frozen=True)
class Rows:
    """What an order line report says of every row.

    Attributes:
        amounts: Order amounts as they stand.
        currencies: Document currency.
        booked: Booking date.
        shown: State -> rows that are in it.
        parts: Fact -> what the rows say of it.
        ordered: Order amounts with what was cancelled.
        cancelled: What was cancelled.
        counted: Rows that give events: signed, neither set aside nor said again by another row.
    """

    amounts: Amounts
    currencies: Coded
    booked: Days
    shown: dict[str, Mask]
    parts: dict[str, Part]
    ordered: npt.NDArray[np.int64]
    cancelled: npt.NDArray[np.int64]
    counted: Mask


def order_states(
    cells: Cells, rows: Rows, line_ids: Coded, entity: str, entries: pd.DataFrame, states: States
) -> OrderStates:
    """Return the state of every order line that counts.

    Args:
        cells: The table.
        rows: What its rows say.
        line_ids: Line of every row.
        entity: Entity of rows that name none.
        entries: What the same rows gave.
        states: State -> field or header -> values, of the preset and bbbxl.toml together.
    """
    places = np.flatnonzero(rows.counted)
    columns = _by_row(cells, rows, line_ids, entity)

    def column(name: str) -> pd.Series[Any] | npt.NDArray[Any]:
        values = columns[name] if name in columns else _of_field(cells, name)
        if isinstance(values, Coded):
            return text_column(values.take(places))
        return values[places].astype(_NUMPY[STATE_COLUMNS[name]], copy=False)

    made = pd.DataFrame({name: column(name) for name in STATE_COLUMNS}, copy=False)
    return OrderStates(made, entries, _said(cells, states))


def _by_row(cells: Cells, rows: Rows, line_ids: Coded, entity: str) -> dict[str, Coded | npt.NDArray[Any]]:
    """Return the columns that are not simply a field of the file, one element a row."""
    facts = {prefix: rows.parts[fact] for fact, prefix in PREFIXES.items()}
    return {
        "entity": cells.texts("entity", entity), "line_id": line_ids, "currency": rows.currencies,
        "booked": rows.booked, "ordered": rows.ordered,
        **{name: part.amounts.values for name, part in facts.items()},
        **{f"{name}_date": part.days for name, part in facts.items()},
        "cancelled": rows.cancelled,
        **{name: rows.shown[state] for state, name in _STATES.items()},
        "cancellable": cells.flags("cancellable"), "shippable": cells.flags("shippable"),
        "source_file": same(cells.table.file, len(cells)), "source_sheet": same(cells.table.sheet, len(cells)),
        "source_row": cells.table.numbers,
    }  # fmt: skip


def _of_field(cells: Cells, name: str) -> Coded | npt.NDArray[Any]:
    """Return a field of the file as its column of states is."""
    kind = STATE_COLUMNS[name]
    if kind == "text":
        return cells.texts(name)
    return cells.days(name) if kind == "date" else cells.numbers(name)


def text_column(texts: Coded) -> pd.Series[str]:
    """Return texts as a column of a frame, empty where there is none."""
    rows = pa.array(texts.texts, type=pa.large_string()).take(pa.array(texts.codes))
    return pd.Series(pd.array(rows, dtype="str"))


def _said(cells: Cells, states: States) -> frozenset[str]:
    """Return what the file has columns or states for."""
    fields = (name for name, kind in STATE_COLUMNS.items() if kind not in ("bool", "minor"))
    said = {name for name in fields if cells.has(name)} | {"booked"}
    if "line_id" in said and cells.texts("line_id").empty.all():
        said.discard("line_id")
    for prefix in PREFIXES.values():
        if any(cells.has(f"{prefix}_{what}") for what in ("date", "amount", "quantity")) or _tells(
            cells, states, prefix
        ):
            said.add(prefix)
    return frozenset(said | {name for state, name in _STATES.items() if _tells(cells, states, state)})


def _tells(cells: Cells, states: States, state: str) -> bool:
    """Return whether the file has a column that says which rows are in a state."""
    columns: Mapping[str, list[str]] = states.get(state, {})
    return any(state_title(cells, column) is not None or column in cells.fixed for column in columns)
