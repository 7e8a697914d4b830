"""Events as rows of the store and as canonical lines: typed columns, made and read column by column."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from itertools import repeat
from json.encoder import encode_basestring
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from bbbxl.book.records import EVENT_COLUMNS
from bbbxl.book.store.canonical import CHECK_LETTERS
from bbbxl.ledger.columns import COLUMNS

#: Name -> Arrow array: text and dates (ISO) as strings, minor units as int64, numbers and flags as doubles.
Columns = dict[str, Any]

_OF_LEDGER: Final = {column.name: column.type for column in COLUMNS}
_OWN: Final = {"shippable": "flag", "since": "date", "origin": "text"}
#: Column of an event -> its type, as in `ledger.columns`.
EVENT_TYPES: Final[dict[str, str]] = {name: _OWN.get(name) or _OF_LEDGER[name] for name in EVENT_COLUMNS}
#: Columns of the table of events, without the check value: the place of a row, the entry that wrote it, the event.
ROW_COLUMNS: Final[tuple[str, ...]] = ("row", "entry", *EVENT_COLUMNS)
_ARROW: Final = {
    "text": pa.string(), "date": pa.string(), "minor": pa.int64(), "number": pa.float64(), "flag": pa.float64()
}  # fmt: skip
ROW_TYPES: Final = {name: _ARROW[EVENT_TYPES.get(name, "minor")] for name in ROW_COLUMNS}
_NEVER_MISSING: Final = ("row", "entry", "amount")
#: Largest whole number that a double holds together with all below it.
_WHOLE: Final = 2.0**53
#: Bytes that JSON text cannot have as they are.
_ESCAPED: Final = bytes(range(0x20)) + b'"\\'
_MICROSECONDS: Final = pa.timestamp("us")


def columns_of(events: pd.DataFrame, entry: int, recorded: str, first: int, before: int) -> Columns:
    """Return the columns of events that an entry writes, what is missing of them filled.

    Args:
        events: Columns of `EVENT_COLUMNS`, all or some; amounts are never missing.
        entry: Number of the entry.
        recorded: Day of knowledge of the entry, for events that have none.
        first: Place of the first event in the book, 1 for the first of all.
        before: How many events of the same entry come before these.

    Raises:
        ValueError: a column is unknown, an amount is missing or not whole, a number is infinite, a date has a time.
    """
    unknown = [name for name in events.columns if name not in EVENT_TYPES]
    if unknown:
        raise ValueError(f"events of a book have no column {', '.join(unknown)}")
    size = len(events)
    found: Columns = {"row": pa.array(np.arange(first, first + size)), "entry": pa.array(np.full(size, entry))}
    for name, kind in EVENT_TYPES.items():
        given = events[name] if name in events.columns else None
        found[name] = pa.nulls(size, ROW_TYPES[name]) if given is None else _array(given, kind)
    if found["amount"].null_count:
        raise ValueError("every event of a book has an amount")
    places = pc.cast(pa.array(np.arange(before + 1, before + 1 + size)), pa.string())
    numbered = pc.binary_join_element_wise(str(entry), places, ".")
    found["event_id"] = pc.coalesce(found["event_id"], numbered)
    found["recorded"] = pc.fill_null(found["recorded"], recorded)
    return found


def _array(values: pd.Series[Any], kind: str) -> Any:  # noqa: ANN401 -- an Arrow array
    """Return one column as the store has it."""
    if kind == "text":
        return _one_piece(pa.array(values.astype("str"), from_pandas=True)).cast(pa.string())
    if kind == "minor":
        return _one_piece(pa.array(values, type=pa.int64(), from_pandas=True))
    if kind == "date":
        return _iso(values)
    numbers = values.astype("float64").to_numpy() + 0.0  # a minus before zero says nothing and does not come back
    if np.isinf(numbers).any():
        raise ValueError(f"{values.name} of an event is infinite")
    return pa.array(numbers, from_pandas=True)


def _iso(values: pd.Series[Any]) -> Any:  # noqa: ANN401 -- an Arrow array
    """Return dates as ISO text."""
    days = pd.to_datetime(values).astype("datetime64[us]")
    if not days.equals(days.dt.normalize()):
        raise ValueError(f"{values.name} of an event is a date without a time")
    return pc.cast(pc.cast(pa.array(days, from_pandas=True), pa.date32()), pa.string())


def _one_piece(array: Any) -> Any:  # noqa: ANN401 -- an Arrow array
    """Return an array that may come in pieces as one."""
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def columns_from(rows: Sequence[tuple[Any, ...]]) -> Columns:
    """Return the columns of rows read from the store, see `ROW_COLUMNS`; what stands behind them is left out.

    Raises:
        pa.ArrowException: a value has another type than its column.
        TypeError: what is never missing is.
    """
    values = zip(*rows, strict=True) if rows else repeat((), len(ROW_COLUMNS))
    found = {name: pa.array(column, type=ROW_TYPES[name]) for name, column in zip(ROW_COLUMNS, values, strict=False)}
    if missing := [name for name in _NEVER_MISSING if found[name].null_count]:
        raise TypeError(f"{missing[0]} of an event is missing")
    return found


def frame_of(columns: Columns) -> pd.DataFrame:
    """Return the events of some columns as frames have them: `EVENT_COLUMNS` and `entry`.

    Raises:
        pa.ArrowException: a date is none.
    """
    arrays = {
        name: pc.cast(pc.cast(columns[name], pa.date32()), _MICROSECONDS)
        if EVENT_TYPES.get(name) == "date"
        else columns[name]
        for name in (*EVENT_COLUMNS, "entry")
    }
    frame: pd.DataFrame = pa.table(arrays).to_pandas()
    return frame


def rows_of(columns: Columns, checks: Sequence[str]) -> tuple[tuple[str, ...], Any]:
    """Return the names of the columns that hold something, and their rows for the store, check values last."""
    names = tuple(name for name, array in columns.items() if array.null_count < len(array))
    lists = [_values(columns[name]) for name in names]
    return (*names, "check_value"), zip(*lists, checks, strict=True)  # a number that is NaN is stored as missing


def _values(array: Any) -> list[Any]:  # noqa: ANN401 -- an Arrow array
    """Return the values of a column; the same text again is the same object, which saves time and memory."""
    if not pa.types.is_string(array.type):
        return list(array.to_numpy(zero_copy_only=False).tolist())
    encoded = array.dictionary_encode()
    texts = np.array([*encoded.dictionary.to_pylist(), None], dtype=object)
    return list(texts[encoded.indices.fill_null(len(texts) - 1).to_numpy()].tolist())


def lines_of(columns: Columns) -> list[str]:
    """Return the canonical line of each event: a JSON object with sorted keys, what is missing left out."""
    parts = [
        _member(f'"{name}":', columns[name])
        for name in sorted(columns)
        if columns[name].null_count < len(columns[name])
    ]
    if not parts:
        return []
    inner = pc.binary_join_element_wise(*parts, ",", null_handling="skip")
    lines: list[str] = pc.binary_join_element_wise("{", inner, "}", "").to_pylist()
    return lines


def _member(name: str, array: Any) -> Any:  # noqa: ANN401 -- an Arrow array
    """Return name and value as the json module writes them, missing where the value is."""
    if pa.types.is_floating(array.type):
        return pc.binary_join_element_wise(name, _json_numbers(array), "")
    if not pa.types.is_string(array.type):
        return pc.binary_join_element_wise(name, pc.cast(array, pa.string()), "")
    content = (array.buffers()[2] or pa.py_buffer(b"")).to_pybytes()
    if len(content.translate(None, _ESCAPED)) < len(content):
        return pc.binary_join_element_wise(name, _by_value(array, encode_basestring), "")
    return pc.binary_join_element_wise(f'{name}"', array, '"', "")


def _json_numbers(array: Any) -> Any:  # noqa: ANN401 -- an Arrow array
    """Return doubles as Python writes them: whole ones by their digits, the others one by one."""
    limits = pc.min_max(array)
    small = limits["min"].as_py() > -_WHOLE and limits["max"].as_py() < _WHOLE
    if small and pc.all(pc.equal(pc.floor(array), array)).as_py():
        return pc.binary_join_element_wise(pc.cast(pc.cast(array, pa.int64()), pa.string()), "0", ".")
    return _by_value(array, repr)


def _by_value(array: Any, text: Any) -> Any:  # noqa: ANN401 -- an Arrow array
    """Return the text of each value, made once for each that is different."""
    encoded = array.dictionary_encode()
    texts = pa.array([text(value) for value in encoded.dictionary.to_pylist()], type=pa.string())
    return texts.take(encoded.indices)


def check_values(lines: Sequence[str]) -> list[str]:
    """Return the check value of each line."""
    return [sha256(line.encode()).hexdigest()[:CHECK_LETTERS] for line in lines]


def joined(lines: Sequence[str]) -> bytes:
    """Return lines as they are hashed and exported: each ends with a line feed."""
    return "".join(f"{line}\n" for line in lines).encode()
