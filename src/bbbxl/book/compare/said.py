"""What a report does not say of its lines: kept as it was, or refused where nothing would be read as zero."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from bbbxl.book.compare.columns import MEASURED, MOVED
from bbbxl.book.compare.keys import keys_of, places_in, repeated
from bbbxl.errors import InputError, count_of
from bbbxl.inputs.snapshot import STATE_COLUMNS, OrderStates
from bbbxl.ledger.columns import TITLES
from bbbxl.policy import CONFIG_NAME

#: Column that a report must have where the last one had it -> how people call it, the column to name.
_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "cancelled": ("what was cancelled", "cancelled_amount"), "shipped": ("what was shipped", "shipped_amount"),
    "invoiced": ("what was invoiced", "invoiced_amount"), "quantity": ("the quantity ordered", "quantity"),
}  # fmt: skip
#: Columns that a report always fills, or that are no state of a line.
_NEVER_KEPT: Final = (
    "entity", "order_id", "line_id", "currency", "ordered", "booked", "changed",
    "source_file", "source_sheet", "source_row", *MEASURED,
)  # fmt: skip
#: Columns that count row by row, whatever other rows say.
_OF_ROWS: Final = frozenset({"changed"})
#: Columns of which an empty cell says nothing: what they held stands.
_LASTING: Final = (*MOVED, "commit_date")


def one_report(reports: Sequence[OrderStates]) -> OrderStates:
    """Return several reports of one source as one.

    Raises:
        InputError: one of them says what another has no column for: read as one, none of it would count.
    """
    reports = [one for one in reports if len(one.states)] or reports[:1]
    if len(reports) == 1:
        return reports[0]
    says = frozenset.intersection(*(one.says for one in reports))
    for one in reports:
        for name in sorted(one.says - says - _OF_ROWS):
            if holds(one.states[name]).any():
                lacking = next(other for other in reports if name not in other.says)
                title = TITLES.get(name, name.replace("_", " "))
                raise InputError(
                    f"{_file(one)} has {title} and {_file(lacking)} has not, and both are of one source. Export them "
                    "with the same columns, or give each a source of its own: source in [[files]] of bbbxl.toml."
                )
    return OrderStates(pd.concat([one.states for one in reports], ignore_index=True),
                       pd.concat([one.entries for one in reports], ignore_index=True), says)  # fmt: skip


def _file(report: OrderStates) -> str:
    return str(report.states["source_file"].iloc[0])


def refuse_repeated(states: pd.DataFrame, source: str) -> None:
    """Refuse a report in which an order line stands twice.

    Raises:
        InputError: two rows have one entity, order and line.
    """
    twice = repeated(keys_of(states))
    if twice.any():
        row = states.iloc[int(np.flatnonzero(twice)[0])]
        raise InputError(
            f"{row['source_file']} row {row['source_row']:.0f}: order {row['order_id']} line {row['line_id']} of "
            f"{row['entity']} stands in {source} twice. Leave one of the rows out, or give them line numbers."
        )


def refuse_missing(baseline: pd.DataFrame, report: OrderStates, source: str) -> None:
    """Refuse a report without a column of what is measured that the last snapshot had values in.

    Raises:
        InputError: what was cancelled, shipped, invoiced or ordered in units would be read as nothing.
    """
    for name in MEASURED:
        values = baseline[name]
        had = values.notna() if name == "quantity" else values != 0
        if name not in report.says and had.any():
            what, column = _WORDS[name]
            raise InputError(
                f"The report has no column for {what}, and the last snapshot of {source} says it of "
                f"{count_of(int(had.sum()), 'order line')}. "
                f'Export it with the same columns, or name the column with --column {column}="...".'
            )


def refuse_stranger(baseline: pd.DataFrame, states: pd.DataFrame, source: str, *, same: bool) -> None:
    """Refuse a report that has no order line of the last snapshot, unless the caller says that it is the same one.

    Args:
        baseline: The order lines of the last snapshot.
        states: Those of the report.
        source: Name of the source.
        same: Whether the caller named the source: then what is gone is asked about, line by line.

    Raises:
        InputError: it has the lines under another entity, is another report, or is empty.
    """
    named = [keys_of(one, ("order_id", "line_id")) for one in (baseline, states)]
    place = places_in(named[1], named[0])
    if (place >= 0).any():
        was, now = (_listed(rows["entity"]) for rows in (baseline.take(place[place >= 0]), states[place >= 0]))
        raise InputError(
            f"The order lines of the last snapshot of {source} were of {was}, and in this report they are of {now}: as "
            f"lines of another entity they would count once more. Put the entity back to {was} in {CONFIG_NAME} or in "
            "the file; if they are other orders, name the report with --source."
        )
    if not same:
        raise InputError(
            f"None of the {len(baseline)} order lines of the last snapshot of {source} is in this report, which has "
            f"{len(states)}: it looks like another report. If it is the same one, say so with --source {source}, and "
            "what became of every line is asked; if not, give it a --source of its own, or add the right file."
        )


def _listed(entities: pd.Series[str]) -> str:
    return ", ".join(sorted(entities.unique()))


def not_said(says: frozenset[str]) -> list[str]:
    """Return the columns of states that a report lacks and that stay as they were."""
    return [name for name in STATE_COLUMNS if name not in says and name not in _NEVER_KEPT]


def emptied(old: pd.DataFrame, new: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, int]]:
    """Return new states in which an empty segment or commit date stays as it was, and how many lines each concerns."""
    counts = {}
    for name in _LASTING:
        was, is_now = (holds(frame[name]) for frame in (old, new))
        lost = (was & ~is_now).to_numpy()
        if lost.any():
            counts[name] = int(lost.sum())
            new = new.assign(**{name: new[name].mask(lost, old[name])})
    return new, counts


def holds(column: pd.Series[Any]) -> pd.Series[bool]:
    """Return where a column of states says something."""
    kind = STATE_COLUMNS[str(column.name)]
    if kind == "text":
        return ~column.eq("")
    return column.notna() if kind in ("date", "number") else column != 0
