"""Columns of states and baselines: their types, whether two states differ, days and whole numbers out of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from bbbxl.book.records import BASELINE_COLUMNS, WAITING
from bbbxl.inputs.snapshot import STATE_COLUMNS
from bbbxl.ledger.states import DAY

Days = npt.NDArray[np.datetime64]
Mask = npt.NDArray[np.bool_]
Minor = npt.NDArray[np.int64]
Places = npt.NDArray[np.intp]

#: Dimensions and the counterparty: a line moves from one of their values to another with a reclass pair.
MOVED: Final = ("customer", "product", "region", "channel", "owner", "counterparty")
#: What an export measures of a line: a column it lacks must never be read as zero.
MEASURED: Final = ("cancelled", "shipped", "invoiced", "quantity")
#: Fact of a state -> column of its day.
FACT_DAYS: Final = {name: f"{name}_date" for name in ("cancelled", "shipped", "invoiced")}
#: What may be held back of a line -> column of a baseline, see `records.BASELINE_COLUMNS`.
TOLD: Final = {name: f"{name}_told" for name in ("ordered", *FACT_DAYS, "completed")}
#: Rows of a baseline that are no order line of their own, see `records.Carried`.
ASIDE: Final = (*WAITING, "replaced", "moved")
#: Columns of a state that say what the line is, not which row of which file said it.
CONTENT: Final = tuple(
    name for name in STATE_COLUMNS
    if name not in ("entity", "order_id", "line_id", "changed", "source_file", "source_sheet", "source_row")
)  # fmt: skip
#: Columns of a baseline beyond those of a state -> type.
OWN_TYPES: Final[dict[str, str]] = {
    "book_order": "text", "book_line": "text", "carried": "text", "read_on": "date", "fallen": "minor",
    "withdrawn_on": "date", "booked_as": "text", "booked_above": "minor", "booked_reason": "text",
    **dict.fromkeys(TOLD.values(), "date"), "held_on": "date",
}  # fmt: skip
_TYPES: Final[dict[str, str]] = {**STATE_COLUMNS, **OWN_TYPES}
_NUMPY: Final = {"date": DAY, "minor": "int64", "number": "float64", "bool": "bool"}
_DTYPES: Final[dict[str, Any]] = {
    "text": pd.Series([], dtype="str").dtype, "flag": np.dtype("float64"),
    **{kind: np.dtype(name) for kind, name in _NUMPY.items()},
}  # fmt: skip
_MISSING: Final = {"date": np.datetime64("NaT", "us"), "minor": 0, "number": np.nan, "bool": False}


def typed(frame: pd.DataFrame, names: Sequence[str] = tuple(STATE_COLUMNS)) -> pd.DataFrame:
    """Return the named columns with their types, empty text where a text is missing, rows counted from 0."""
    columns = {}
    for name in names:
        values = of_type(frame[name], _TYPES[name])
        columns[name] = values.fillna("") if _TYPES[name] == "text" and values.hasnans else values
    return pd.DataFrame(columns, copy=False).reset_index(drop=True)


def of_type(values: pd.Series[Any], kind: str) -> pd.Series[Any]:
    """Return a column with its type, itself where it has it."""
    wanted = _DTYPES[kind]
    return values if values.dtype == wanted else values.astype(wanted)


def as_baseline(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a baseline with its types; columns that an earlier version did not write are empty."""
    return typed(with_own(frame), BASELINE_COLUMNS)


def told_of(rows: pd.DataFrame) -> dict[str, Days]:
    """Return what may be held back -> last day on which it is known to be as some rows of a baseline say it.

    That is the as-of date of the last snapshot that told of it, or a later one of which a person said it. Under "" that
    of all else.
    """
    read_on, held_on = days_of(rows["read_on"]), days_of(rows["held_on"])
    days = {name: np.fmin(read_on, days_of(rows[column])) for name, column in TOLD.items()}
    return {name: np.fmax(one, held_on) for name, one in (*days.items(), ("", read_on))}


def with_told(states: pd.DataFrame, waits: Mapping[str, Mask], told: Mapping[str, Days]) -> pd.DataFrame:
    """Return rows of a baseline that remember when a snapshot last told of what waits of them.

    Args:
        states: The rows.
        waits: What may be held back -> rows of which it is.
        told: The same -> as-of date of the last snapshot that told of it.
    """
    days = {TOLD[name]: np.where(rows, told[name], np.datetime64("NaT", "D")).astype(DAY)
            for name, rows in waits.items()}  # fmt: skip
    return states.assign(**days)


def baseline_of(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return rows one under the other as a baseline; a column that some of them lack is empty there."""
    complete = [with_own(frame) for frame in frames if len(frame)]
    if not complete:
        return typed(pd.DataFrame(columns=list(BASELINE_COLUMNS)), BASELINE_COLUMNS)
    return pd.concat([frame[list(BASELINE_COLUMNS)] for frame in complete], ignore_index=True)


def with_own(frame: pd.DataFrame, values: Mapping[str, Any] | None = None) -> pd.DataFrame:
    """Return states with the columns that only a baseline has; empty where nothing is given."""
    given = values or {}
    empty = {name: filled(name, len(frame)).array for name in OWN_TYPES if name not in {*frame.columns, *given}}
    return frame.assign(**empty, **given)


def filled(name: str, size: int, value: object = None) -> pd.Series[Any]:
    """Return a column that holds one value, the empty one of its type where none is given."""
    kind = _TYPES[name]
    if kind == "text":
        return pd.Series([value or ""], dtype="str").repeat(size).reset_index(drop=True)
    chosen = _MISSING[kind] if value is None else value
    return pd.Series(np.full(size, chosen, dtype=_NUMPY[kind]))


def days_of(values: pd.Series[Any]) -> Days:
    """Return a column of dates as whole days."""
    return values.to_numpy().astype("datetime64[D]")


def minor_of(values: pd.Series[Any]) -> Minor:
    """Return a column of minor units as an array."""
    return values.to_numpy(dtype=np.int64)


def differs(old: pd.Series[Any], new: pd.Series[Any]) -> Mask:
    """Return in which rows two columns of one type hold different values; two missing ones are the same."""
    if isinstance(old.dtype, pd.StringDtype):
        return np.asarray(old.array != new.array, dtype=np.bool_)
    before, after = old.to_numpy(), new.to_numpy()
    if before.dtype.kind == "M":
        moved: Mask = before.view("int64") != after.view("int64")
        return moved
    unlike: Mask = before != after
    if before.dtype.kind == "f":
        unlike &= ~(np.isnan(before) & np.isnan(after))
    return unlike


def any_differs(old: pd.DataFrame, new: pd.DataFrame, names: Sequence[str]) -> Mask:
    """Return which rows differ in any of some columns."""
    found = np.zeros(len(new), dtype=np.bool_)
    for name in names:
        found |= differs(old[name], new[name])
    return found


def taken(frame: pd.DataFrame, places: Places) -> pd.DataFrame:
    """Return some rows, counted from 0; the frame itself where they are all of them in their order."""
    if len(places) == len(frame) and bool((places == np.arange(len(frame))).all()):
        return frame
    return frame.take(places).reset_index(drop=True)


def put(frame: pd.DataFrame, rows: Mask, other: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Return a frame that has, in some rows, the values of another one in some columns."""
    if not rows.any():
        return frame
    return frame.assign(**{name: frame[name].mask(rows, other[name]) for name in names})


def as_book_key(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the entity, order and line under which events of some rows stand, with their currency."""
    return pd.DataFrame({
        "entity": frame["entity"], "order_id": frame["book_order"], "line_id": frame["book_line"],
        "currency": frame["currency"],
    })  # fmt: skip
