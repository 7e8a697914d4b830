"""What a file becomes: entries of the ledger, its source record and what it can answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from bbbxl.aggregate.select import NOT_GIVEN
from bbbxl.errors import Problem
from bbbxl.inputs.cells import Cells
from bbbxl.inputs.preset import Preset
from bbbxl.ledger.availability import Span
from bbbxl.ledger.build import ENTRY_COLUMNS
from bbbxl.ledger.columns import COLUMNS, SHIPPABLE
from bbbxl.ledger.states import DAY

_TYPES = {column.name: column.type for column in COLUMNS}
#: Entity of files that have none and no default in bbbxl.toml.
NO_ENTITY = NOT_GIVEN


@dataclass(frozen=True)
class Context:
    """What the file does not say itself.

    Attributes:
        entity: Default entity.
        currency: Default document currency; empty when there is none.
        extracted: Day the export was taken.
        with_cancelled: Whether the order amount of an order line includes what was cancelled.
        by_order_date: Whether bookings ignore the firmed date.
        signs: natural, signed or None to decide on the file.
        states: State -> field or header -> values.
        facts: Facts declared known.
        seen: (entity, event id) of the files read before -> path of the file.
    """

    entity: str
    currency: str
    extracted: date
    with_cancelled: bool = True
    by_order_date: bool = False
    signs: str | None = None
    states: dict[str, dict[str, list[str]]] | None = None
    facts: tuple[str, ...] = ()
    seen: Mapping[tuple[str, str], str] = field(default_factory=dict)


@dataclass(frozen=True)
class Source:
    """One file that was read.

    Attributes:
        file: Name without folders.
        role: Role in bbbxl.toml.
        preset: Preset used; empty for files that do not enter the ledger.
        sha256: Of its bytes.
        size: Bytes.
        rows: Data rows in the file; rows = used + set_aside + not_booked.
        used: Rows that became events.
        set_aside: Rows that could not be taken.
        totals: Currency -> minor units of the amount column over the rows used.
        columns: Field -> header.
        extracted: Day the export was taken; None when it plays no part.
        notes: What was decided about the file, one sentence each.
        repeated: Order lines that stand in more than one row of an order line report.
        not_booked: Rows that are no signed orders by the state the file names; neither used nor set aside.
    """

    file: str
    role: str
    preset: str
    sha256: str
    size: int
    rows: int
    used: int
    set_aside: int
    totals: dict[str, int]
    columns: dict[str, str]
    extracted: date | None
    notes: tuple[str, ...] = ()
    repeated: int = 0
    not_booked: int = 0


@dataclass(frozen=True)
class Understood:
    """One file as entries.

    Attributes:
        entries: Rows for `build_ledger`.
        source: The file's record.
        problems: Rows set aside.
        facts: Facts the file would show if they had happened.
        spans: Where a fact is undated or came in parts.
        states_only: The file holds today's state, not history.
    """

    entries: pd.DataFrame
    source: Source
    problems: tuple[Problem, ...]
    facts: frozenset[str]
    spans: tuple[Span, ...] = ()
    states_only: bool = False


def as_entries(columns: dict[str, Sequence[Any]], cells: Cells, places: Sequence[int]) -> pd.DataFrame:
    """Return columns of plain values as an entries frame with the ledger's types.

    Args:
        columns: Field -> values, one per entry; fields left out are missing throughout.
        cells: The table, for file and sheet.
        places: Row place (0-based) of each entry.
    """
    count = len(places)
    frame: dict[str, Any] = {}
    for name in ENTRY_COLUMNS:
        values = columns.get(name)
        kind = "number" if name == SHIPPABLE else _TYPES[name]
        if kind == "date":
            days = [None] * count if values is None else list(values)
            frame[name] = pd.Series(np.array(days, dtype="datetime64[D]").astype(DAY))
        elif kind == "text":
            texts = pd.Series([""] * count if values is None else list(values), dtype="str")
            frame[name] = texts.mask(texts.eq(""))
        elif kind == "minor":
            frame[name] = np.array(values, dtype=np.int64)
        else:
            frame[name] = np.full(count, np.nan) if values is None else np.array(values, dtype=np.float64)
    frame["source_file"] = pd.Series([cells.table.file] * count, dtype="str")
    frame["source_sheet"] = pd.Series([cells.table.sheet or None] * count, dtype="str")
    numbers = np.array(cells.table.numbers, dtype=np.float64)
    frame["source_row"] = numbers[np.array(places, dtype=np.intp)] if count else np.array([], dtype=np.float64)
    return pd.DataFrame(frame)[list(ENTRY_COLUMNS)]


def source_of(
    cells: Cells, preset: Preset, context: Context, totals: dict[str, int], notes: Sequence[str]
) -> tuple[Source, tuple[Problem, ...]]:
    """Return the record of a file and its problems in row order."""
    table = cells.table
    problems = sorted([*table.problems, *cells.problems.values()], key=lambda one: one.row)
    notes = [*notes, *_currency_notes(cells, context.currency)]
    if cells.lost_decimals:
        notes = [
            *notes,
            f"Amounts with more decimals than their currency, rounded: {cells.lost_decimals}.",
        ]
    source = Source(
        file=table.file, role=preset.role, preset=preset.name, sha256=table.sha256, size=table.size,
        rows=len(table.rows) + len(table.problems), used=len(table.rows) - len(cells.problems),
        set_aside=len(problems), totals=totals, columns=dict(cells.columns), extracted=context.extracted,
        notes=tuple(notes),
    )  # fmt: skip
    return source, tuple(problems)


def _currency_notes(cells: Cells, currency: str) -> list[str]:
    """Return what was decided about amounts without a currency of their own."""
    if not cells.has("currency"):
        return [f"No currency column: every amount is taken in {currency}."]
    empty = cells.table.column(cells.columns["currency"]).count("") if "currency" in cells.columns else 0
    return [f"Rows without a currency, taken in {currency}: {empty}."] if empty and currency else []


def totals_by_currency(amounts: Sequence[int | None], currencies: Sequence[str], kept: Sequence[int]) -> dict[str, int]:
    """Return the sum of amounts per currency over the rows kept, in minor units."""
    totals: dict[str, int] = {}
    for place in kept:
        amount = amounts[place]
        totals[currencies[place]] = totals.get(currencies[place], 0) + (amount or 0)
    return dict(sorted(totals.items()))
