"""What a file becomes: entries of the ledger, its source record and what it can answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from bbbxl.aggregate.select import NOT_GIVEN
from bbbxl.errors import Problem, place_of
from bbbxl.inputs.cells import Cells
from bbbxl.inputs.coded import Coded, Mask, Places, same
from bbbxl.inputs.columns import Amounts
from bbbxl.inputs.layout.totals import OwnTotalResult
from bbbxl.inputs.preset_data import Preset
from bbbxl.inputs.snapshot import OrderStates
from bbbxl.ledger.availability import Span
from bbbxl.ledger.build import ENTRY_COLUMNS
from bbbxl.ledger.columns import COLUMNS, SHIPPABLE
from bbbxl.ledger.states import DAY

_TYPES = {column.name: column.type for column in COLUMNS}
#: Type of a ledger column -> that of its values; those of the other types are floats.
_NUMPY = {"date": DAY, "minor": "int64"}
#: A column of an entries frame before it has the frame's type: text, or an array of days, minor units or numbers.
Values = Coded | npt.NDArray[Any]
#: Entity of files that have none and no default in bbbxl.toml.
NO_ENTITY = NOT_GIVEN


@dataclass(frozen=True)
class Context:
    """What the file does not say itself.

    Attributes:
        entity: Default entity.
        currency: Default document currency; empty when there is none: then the file has to say it, or its amounts
            are counted in no currency (XXX).
        extracted: Day the export was taken.
        with_cancelled: Whether the order amount of an order line includes what was cancelled.
        by_order_date: Whether bookings ignore the firmed date.
        signs: natural, signed or None to decide on the file.
        states: State -> field or header -> values.
        facts: Facts declared known.
        seen: (entity, event id) of the files read before -> path of the file.
        with_states: Whether the state of every order line is kept beside its entries.
        unmarked_services: Whether a line that does not say whether it is shipped is a service.
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
    with_states: bool = False
    unmarked_services: bool = False


@dataclass(frozen=True)
class Source:
    """One file that was read.

    Attributes:
        file: Name without folders.
        role: Role in bbbxl.toml.
        preset: Preset used; empty for files that do not enter the ledger.
        sha256: Of its bytes.
        size: Bytes.
        rows: Data rows in the file; rows = used + set_aside + not_booked + superseded.
        used: Rows that became events.
        set_aside: Rows that could not be taken.
        totals: Currency -> minor units of the amount column over the rows used.
        columns: Field -> header.
        extracted: Day the export was taken; None when it plays no part.
        notes: What was decided about the file, one sentence each.
        repeated: Order lines that stand in more than one row of an order line report.
        not_booked: Rows that are no signed orders by the state the file names; neither used nor set aside.
        superseded: Rows that say again what another row says, where the export writes one row per stage.
        sheet: Sheet name; empty for text files.
        aside: Rows that are no data: titles, repeated headers, totals, footers.
        own_totals: Totals that the file prints itself, beside ours.
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
    superseded: int = 0
    sheet: str = ""
    aside: int = 0
    own_totals: tuple[OwnTotalResult, ...] = ()

    @property
    def place(self) -> str:
        """Return the file, with its sheet where it has one, as sentences name it."""
        return place_of(self.file, self.sheet)


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
        without_line: Rows of the file that name an order and not which line of it, see `on_order_lines`.
        snapshot: State of every order line; None where it was not asked for, or the file holds no states.
    """

    entries: pd.DataFrame
    source: Source
    problems: tuple[Problem, ...]
    facts: frozenset[str]
    spans: tuple[Span, ...] = ()
    states_only: bool = False
    without_line: frozenset[int] = frozenset()
    snapshot: OrderStates | None = None


def as_entries(
    cells: Cells, places: Places, by_row: Mapping[str, Values], by_entry: Mapping[str, Values] | None = None
) -> pd.DataFrame:
    """Return columns as an entries frame with the ledger's types.

    Args:
        cells: The table, for file and sheet.
        places: Row place (0-based) of each entry.
        by_row: Field -> values of every row of the table; fields left out are missing throughout.
        by_entry: Field -> values of every entry.
    """
    columns = {
        **(by_entry or {}), "source_file": same(cells.table.file, len(places)),
        "source_sheet": same(cells.table.sheet, len(places)),
        "source_row": cells.table.numbers[places].astype(np.float64),
    }  # fmt: skip

    def column(name: str) -> pd.Series[Any] | npt.NDArray[Any]:
        values = columns[name] if name in columns else _taken(by_row.get(name), places)
        return _typed(name, values, len(places))

    return pd.DataFrame({name: column(name) for name in ENTRY_COLUMNS}, copy=False)


def _taken(values: Values | None, places: Places) -> Values | None:
    """Return the values of some rows; one value in all rows is held once."""
    if values is None:
        return None
    if isinstance(values, Coded):
        return values.take(places)
    return np.broadcast_to(values[0], len(places)) if _is_one_value(values) else values[places]


def _is_one_value(values: npt.NDArray[Any]) -> bool:
    """Return whether an array holds one value in all rows, and holds it once."""
    return values.strides == (0,) and len(values) > 0


def _typed(name: str, values: Values | None, count: int) -> pd.Series[Any] | npt.NDArray[Any]:
    """Return a column with the ledger's type of its name."""
    kind = "number" if name == SHIPPABLE else _TYPES[name]
    if kind == "text":
        return values.series() if isinstance(values, Coded) else same("", count).series()
    typed = np.dtype(_NUMPY.get(kind, np.float64))
    missing = np.datetime64("NaT") if kind == "date" else np.nan
    given = np.broadcast_to(missing, count) if values is None else np.asarray(values)
    if _is_one_value(given):
        return np.broadcast_to(given[0].astype(typed), count)
    return given.astype(typed, copy=False)


def source_of(
    cells: Cells, preset: Preset, context: Context, totals: dict[str, int], notes: Sequence[str],
    not_booked: int = 0, superseded: int = 0,
) -> tuple[Source, tuple[Problem, ...]]:  # fmt: skip
    """Return the record of a file and its problems in row order."""
    table = cells.table
    problems = sorted([*table.problems, *cells.problems.values()], key=lambda one: one.row)
    rounded = [f"Amounts with more decimals than their currency, rounded: {cells.lost_decimals}."]
    source = Source(
        file=table.file, role=preset.role, preset=preset.name, sha256=table.sha256, size=table.size,
        rows=len(table) + len(table.problems), used=len(table) - len(cells.problems) - not_booked - superseded,
        set_aside=len(problems), totals=totals, columns=dict(cells.columns), extracted=context.extracted,
        notes=(*notes, *cells.evidence, *(rounded if cells.lost_decimals else ())),
        not_booked=not_booked, superseded=superseded, sheet=table.sheet,
    )  # fmt: skip
    return source, tuple(problems)


def totals_by_currency(amounts: Amounts, currencies: Coded, kept: Mask) -> dict[str, int]:
    """Return the sum of amounts per currency over the rows kept, in minor units."""
    totals: dict[str, int] = {}
    for code in np.flatnonzero(currencies.take(kept).counts()).tolist():
        own = kept & (currencies.codes == code)
        totals[currencies.texts[code]] = sum(amounts.values[own].tolist())
    return dict(sorted(totals.items()))
