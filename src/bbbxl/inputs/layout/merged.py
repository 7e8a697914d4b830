"""Merged cells and formulas without a computed value: what a person sees and a file does not hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from bbbxl.errors import InputError
from bbbxl.inputs.grid import TEXT, Grid
from bbbxl.inputs.layout.facts import Cell, Facts, Places, see, shape_of
from bbbxl.inputs.layout.top import Header
from bbbxl.inputs.layout.vocabulary import field_types, is_needed
from bbbxl.inputs.values.cell_names import cell_place, column_letters


def repeat_merged(facts: Facts, header: Header) -> tuple[Facts, frozenset[Cell], tuple[str, ...]]:
    """Return a grid whose cells merged downwards stand in every row they span, the cells filled, and notes.

    Numbers are repeated only below the header of a text field, such as an order number: an amount merged over three
    rows is one amount.
    """
    grid = facts.grid
    below = facts.number(header.bottom)
    fills: dict[int, dict[int, int]] = {}
    single: set[int] = set()
    for first_row, last_row, first, last in grid.merged:
        if first != last or last_row == first_row or first_row <= below or first >= facts.width:
            continue
        start, stop = np.searchsorted(grid.numbers, [first_row, last_row + 1]).tolist()
        if start >= len(grid.numbers) or grid.numbers[start] != first_row or not facts.filled[start, first]:
            continue
        if _may_repeat(facts, header.titles[first], start, first):
            fills.setdefault(first, {}).update(dict.fromkeys(range(start + 1, stop), start))
        else:
            single.add(first)
    notes = [f"Merged cells of {_named(header, column)} were repeated into every row they span." for column in fills]
    notes += [
        f"Merged cells of {_named(header, column)} hold one number; it stands in their first row." for column in single
    ]
    if not fills:
        return facts, frozenset(), tuple(notes)
    return see(_filled(grid, fills)), frozenset((row, c) for c, rows in fills.items() for row in rows), tuple(notes)


def _may_repeat(facts: Facts, title: str, place: int, column: int) -> bool:
    text = str(facts.grid.cells.column(column)[place]).strip()
    kind = TEXT if facts.grid.kinds is None else int(facts.grid.kinds[place, column])
    types = field_types(title)
    if types & {"amount", "number"}:
        return False
    return shape_of(text, kind) != "number" or bool(types)


def _named(header: Header, column: int) -> str:
    return f'"{header.titles[column]}"' if header.titles[column] else f"column {column_letters(column)}"


def _filled(grid: Grid, fills: dict[int, dict[int, int]]) -> Grid:
    """Return a grid with cells copied down: column -> row place -> place of the row with the cell."""
    cells, kinds = grid.cells, None if grid.kinds is None else grid.kinds.copy()
    for column, rows in fills.items():
        texts = cells.column(column).to_pylist()
        for row, source in rows.items():
            texts[row] = texts[source]
            if kinds is not None:
                kinds[row, column] = kinds[source, column]
        cells = cells.set_column(column, f"{column}", pa.array(texts, type=pa.string()))
    return replace(grid, cells=cells, kinds=kinds)


def check_uncached(
    grid: Grid, header: Header, columns: Iterable[int], data: Places, aside: frozenset[int], end: int | None
) -> tuple[str, ...]:
    """Return notes on formulas without a computed value in data rows.

    Args:
        grid: The grid.
        header: Its header.
        columns: Columns of the table.
        data: Rows of the file that are data, ascending.
        aside: Rows of the file that are none.
        end: Row of the file at which another table begins; None without one.

    Raises:
        InputError: one stands in a column that is needed.
    """
    inside, top = frozenset(columns), int(grid.numbers[header.bottom])
    last = int(data[-1]) if len(data) else None
    cells = [(name, *cell_place(name)) for name in grid.uncached]
    cells = [one for one in cells if one[2] in inside and top < one[1] < (end or one[1] + 1) and one[1] not in aside]
    texts = {row for _, row, column in cells if not field_types(header.titles[column]) <= {"amount", "number"}}
    seen: dict[str, list[str]] = {}
    for name, row, column in cells:
        title = header.titles[column]
        if last is not None and row > last and row not in texts:
            seen.setdefault("below the table", []).append(name)
        elif is_needed(title):
            raise InputError(
                f"{grid.place}, cell {name} ({title}) holds a formula without a computed value. Open the file in "
                "Excel, save it, and read it again."
            )
        else:
            seen.setdefault(f'in "{title}"' if title else f"in column {column_letters(column)}", []).append(name)
    return tuple(_noted(where, names) for where, names in seen.items())


def _noted(where: str, names: Sequence[str]) -> str:
    if len(names) == 1:
        return f"Cell {names[0]} {where} holds a formula without a computed value and is taken as empty."
    start = f"{len(names):,} cells {where}, such as {names[0]},"
    return f"{start} hold formulas without a computed value and are taken as empty."
