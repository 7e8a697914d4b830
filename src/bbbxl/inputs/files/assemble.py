"""A grid from the cells of a sheet and from what a scan found beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from bbbxl.inputs.files.facts import SheetFacts
from bbbxl.inputs.files.number_formats import format_shown
from bbbxl.inputs.files.reading import SheetCells
from bbbxl.inputs.grid import TEXT, Grid
from bbbxl.inputs.values.cell_names import cell_place, column_letters


def grid_of(cells: SheetCells, facts: SheetFacts, grid: Grid) -> Grid | None:
    """Return a grid with everything filled, None where no cell holds anything.

    Args:
        cells: The cells of the sheet.
        facts: What was found beside them.
        grid: File, sum, size, form and notes; the rest is filled in here.
    """
    places = [cell_place(name) for name in facts.uncached]
    cells = _with_places(cells, [*facts.instead, *places])
    columns, kinds, padded = list(cells.columns), cells.kinds, []
    by_column: dict[int, dict[int, tuple[str, int]]] = {}
    for (row, column), true in facts.instead.items():
        by_column.setdefault(column, {})[row] = true
    for column, instead in by_column.items():
        columns[column] = _corrected(columns[column], kinds[:, column], cells.numbers, instead)
    for (column, code), shown in facts.padded.items():
        if column < len(columns):
            columns[column], example = _as_shown(columns[column], kinds[:, column], cells.numbers, shown, code)
            if example:
                padded.append(
                    f"Column {column_letters(column)} is shown in the number format {code}, so its numbers are read "
                    f"as a person sees them, such as {example}."
                )
    rows, width = _used(columns)
    if places:
        last = max(row for row, _ in places)
        rows = max(rows, int(np.searchsorted(cells.numbers, last)) + 1)
        width = max(width, 1 + max(column for _, column in places))
    if not rows:
        return None
    held = kinds[:rows, :width]
    return Grid(
        grid.file,
        cells.name,
        pa.table({f"{place}": column.slice(0, rows) for place, column in enumerate(columns[:width])}),
        cells.numbers[:rows],
        grid.sha256,
        grid.size,
        form=grid.form,
        kinds=held if (held != TEXT).any() else None,
        formats={column: codes for column, codes in facts.formats.items() if column < width},
        hidden=facts.hidden,
        filtered=facts.filtered,
        areas=facts.areas,
        merged=facts.merged or cells.merged,
        uncached=facts.uncached,
        notes=(*grid.notes, *facts.notes, *padded),
    )


def _places(numbers: npt.NDArray[np.int64], rows: Sequence[int]) -> npt.NDArray[np.bool_]:
    """Return which rows of the cells are these rows of the file."""
    return np.isin(numbers, np.asarray(rows, dtype=np.int64))


def _corrected(
    column: pa.ChunkedArray,
    kinds: npt.NDArray[np.int8],
    numbers: npt.NDArray[np.int64],
    instead: Mapping[int, tuple[str, int]],
) -> pa.ChunkedArray:
    """Return a column with other cells in some rows; their kinds are set in place."""
    mask = _places(numbers, list(instead))
    true = [instead[row] for row in numbers[mask].tolist()]
    kinds[mask] = [kind for _, kind in true]
    shown = pa.array([text for text, _ in true], type=pa.string())
    return pa.chunked_array([pc.replace_with_mask(_whole(column), pa.array(mask), shown)])


def _with_places(cells: SheetCells, places: Sequence[tuple[int, int]]) -> SheetCells:
    """Return cells with the rows and columns of some places, blank where the reader gave none."""
    if not places:
        return cells
    numbers = np.union1d(cells.numbers, np.array([row for row, _ in places], dtype=np.int64))
    width = max(len(cells.columns), 1 + max(column for _, column in places))
    if len(numbers) == len(cells.numbers) and width == len(cells.columns):
        return cells
    at = np.searchsorted(numbers, cells.numbers)
    kinds = np.zeros((len(numbers), width), dtype=np.int8, order="F")
    kinds[at, : len(cells.columns)] = cells.kinds
    taken = np.full(len(numbers), -1)
    taken[at] = np.arange(len(at))
    again = pa.array(taken, mask=taken < 0)
    columns = [pa.chunked_array([pc.fill_null(_whole(column).take(again), "")]) for column in cells.columns]
    blank = pa.chunked_array([pa.array([""] * len(numbers), type=pa.string())])
    filled = (*columns, *[blank] * (width - len(columns)))
    return replace(cells, columns=filled, numbers=numbers, kinds=kinds)


def _as_shown(
    column: pa.ChunkedArray,
    kinds: npt.NDArray[np.int8],
    numbers: npt.NDArray[np.int64],
    rows: Sequence[int],
    code: str,
) -> tuple[pa.ChunkedArray, str]:
    """Return a column with numbers as a format shows them, and an example; empty where none changed."""
    form = format_shown(code)
    if form is None:
        return column, ""
    whole = _whole(column)
    mask = _places(numbers, rows)
    before = whole.filter(pa.array(mask))
    shown = form.shown(before)
    changed = pc.not_equal(before, shown).to_numpy(zero_copy_only=False)
    if not changed.any():
        return column, ""
    kinds[np.flatnonzero(mask)[changed]] = TEXT
    written = pc.replace_with_mask(whole, pa.array(mask), shown)
    return pa.chunked_array([written]), str(shown[int(changed.argmax())])


def _whole(column: pa.ChunkedArray) -> pa.Array:
    """Return a column as one array."""
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)


def _used(columns: Sequence[pa.ChunkedArray]) -> tuple[int, int]:
    """Return how many rows and columns are left without the blank ones at the end."""
    rows = width = 0
    for place, column in enumerate(columns):
        filled = np.flatnonzero(pc.binary_length(pc.utf8_trim_whitespace(column)).to_numpy())
        if len(filled):
            rows, width = max(rows, int(filled[-1]) + 1), place + 1
    return rows, width
