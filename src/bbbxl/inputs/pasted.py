"""Cells of an open sheet as a grid: the same text that the readers of files make of a saved one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from itertools import compress
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from bbbxl.inputs.grid import DAY, ERROR, FLAG, NUMBER, TEXT, Grid

#: Text of a cell that holds nothing.
_NOTHING: Final = ""
#: Below this a number of two decimals has no more digits than a double tells apart.
_FIFTEEN_DIGITS: Final = 1e13
#: Hundredths behind the units, as text: "", ".01", ..., ".1", ...
_FRACTIONS: Final = pa.array(["", *(f".{part:02}".rstrip("0") for part in range(1, 100))])


def pasted_grid(
    name: str, rows: Sequence[Sequence[Any]], *, first_row: int = 1, errors: Mapping[int, str] | None = None,
    sha256: str = "", size: int = 0,
) -> Grid:  # fmt: skip
    """Return the cells of a range as a grid.

    Args:
        name: What sentences call the range.
        rows: Cells: text, whole and decimal numbers (days as serials too), flags, days and times, None where empty.
        first_row: Row of the sheet in which the range starts, counted from 1.
        errors: Whole numbers that stand for error values -> the error as Excel shows it.
        sha256: Of the content, for the record.
        size: Bytes of the content, for the record.

    Returns:
        Rows without anything in them are left out; numbers as their shortest exact text.
    """
    columns = [_column(cells, errors or {}) for cells in zip(*rows, strict=True)]
    held = np.zeros(len(rows), dtype=bool)
    for texts, _ in columns:
        held |= pc.greater(pc.binary_length(texts), 0).to_numpy(zero_copy_only=False)
    places = np.flatnonzero(held)
    every = len(places) == len(rows)
    taken = pa.array(places)
    kinds = np.column_stack([kind for _, kind in columns]) if columns else np.zeros((0, 0), dtype=np.int8)
    named = {f"{place}": texts if every else texts.take(taken) for place, (texts, _) in enumerate(columns)}
    return Grid(
        name, "", pa.table(named), places + first_row, sha256, size, form="xlsx",
        kinds=np.asfortranarray(kinds if every else kinds[places]),
    )  # fmt: skip


def _column(cells: Sequence[Any], errors: Mapping[int, str]) -> tuple[pa.Array, npt.NDArray[np.int8]]:
    """Return the text of each cell of a column, and what it held."""
    kinds = np.zeros(len(cells), dtype=np.int8)
    types = list(map(type, cells))
    several = set(types)
    if several <= {str, type(None)}:
        return pc.fill_null(pa.array(cells, type=pa.string()), _NOTHING), kinds
    if several == {float}:
        return _numbers(cells), np.full(len(cells), NUMBER, dtype=np.int8)
    if float in several and types[0] is not float and set(types[1:]) <= {float, type(None)}:
        (first, held), (others, held_below) = _column(cells[:1], errors), _numbers_and_gaps(cells[1:])
        return pa.concat_arrays([first, others]), np.concatenate([held, held_below])
    plain = [cell if kind is str else _NOTHING for kind, cell in zip(types, cells, strict=True)]
    texts = pa.array(plain, type=pa.string())
    if float in several:
        mask = np.array([kind is float for kind in types], dtype=bool)
        texts, kinds[mask] = pc.replace_with_mask(texts, pa.array(mask), _numbers(list(compress(cells, mask)))), NUMBER
    if several - {str, type(None), float}:
        mask = np.array([kind not in (str, float) and cell is not None for kind, cell in zip(
            types, cells, strict=True)], dtype=bool)  # fmt: skip
        found = [_text(cell, errors) for cell in compress(cells, mask)]
        others = pa.array([text for text, _ in found], type=pa.string())
        texts, kinds[mask] = pc.replace_with_mask(texts, pa.array(mask), others), [held for _, held in found]
    return texts, kinds


def _numbers_and_gaps(cells: Sequence[float | None]) -> tuple[pa.Array, npt.NDArray[np.int8]]:
    """Return the numbers below a header as text, empty cells among them, and what each cell held."""
    numbers = [cell for cell in cells if cell is not None]
    if len(numbers) == len(cells):
        return _numbers(numbers), np.full(len(cells), NUMBER, dtype=np.int8)
    held = np.array([cell is not None for cell in cells], dtype=bool)
    places = np.where(held, np.cumsum(held) - 1, len(numbers))
    shown = pa.concat_arrays([_numbers(numbers), pa.array([_NOTHING])])
    return shown.take(pa.array(places)), np.where(held, NUMBER, TEXT).astype(np.int8)


def _numbers(cells: Sequence[float]) -> pa.Array:
    """Return numbers as text, each different one made once."""
    numbers = np.array(cells, dtype=np.float64)
    if np.all(np.abs(numbers) < _FIFTEEN_DIGITS):
        hundredths = np.rint(numbers * 100)
        if np.all(hundredths / 100 == numbers):
            return _of_hundredths(hundredths.astype(np.int64))
    encoded = pa.array(numbers).dictionary_encode()
    texts = pa.array(list(map(number_text, encoded.dictionary.to_pylist())), type=pa.string())
    return texts.take(encoded.indices)


def _of_hundredths(hundredths: npt.NDArray[np.int64]) -> pa.Array:
    """Return hundredths as decimal numbers without zeros at their end, which is their shortest exact text."""
    units, rest = np.divmod(np.abs(hundredths), 100)
    if not rest.any():
        return pc.cast(pa.array(hundredths // 100), pa.string())
    signs = pa.array(["", "-"]).take(pa.array((hundredths < 0).astype(np.int8)))
    return pc.binary_join_element_wise(
        signs, pc.cast(pa.array(units), pa.string()), _FRACTIONS.take(pa.array(rest)), ""
    )


def _text(cell: Any, errors: Mapping[int, str]) -> tuple[str, int]:  # noqa: ANN401 -- whatever a cell may hold
    """Return the text of one cell that is neither empty nor text, and what it held."""
    if isinstance(cell, int) and not isinstance(cell, bool) and cell in errors:
        return errors[cell], ERROR
    for kind, text, held in _WRITTEN:
        if isinstance(cell, kind):
            return text(cell), held
    return f"{cell}", TEXT


def _stamp(cell: datetime) -> str:
    """Return a day, with its time where it has one other than midnight."""
    plain = cell.replace(tzinfo=None)
    return f"{plain:%Y-%m-%d}" if plain.time() == time() else f"{plain:%Y-%m-%dT%H:%M:%S}"


def number_text(number: float) -> str:
    """Return a number as its shortest exact text, with "." as decimal mark and never in scientific notation."""
    text = repr(number + 0.0)  # minus zero is zero
    if text.endswith(".0"):
        return text[:-2]
    return f"{Decimal(text):f}" if "e" in text else text


#: Type of a cell -> its text, and what it held; the first that fits counts.
_WRITTEN: Final[tuple[tuple[type, Callable[[Any], str], int], ...]] = (
    (bool, lambda cell: "TRUE" if cell else "FALSE", FLAG), (int, str, NUMBER), (float, number_text, NUMBER),
    (Decimal, lambda cell: f"{cell:f}", NUMBER), (datetime, _stamp, DAY), (date, date.isoformat, DAY),
)  # fmt: skip
