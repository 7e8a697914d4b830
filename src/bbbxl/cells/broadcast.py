"""One formula that fills a block: a row and a column of arguments give one figure for each pair."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from bbbxl.cells.arguments import Block, Cell, cell_of
from bbbxl.cells.guard import guarded
from bbbxl.errors import InputError


def broadcast(compute: Callable[..., Any], arguments: Sequence[Any]) -> Any:  # noqa: ANN401 -- one value or rows
    """Return a function of single cells over arguments that may be rows or columns, as spreadsheets do it.

    Args:
        compute: Takes one `Cell` an argument and returns a value; a failure stands in its own place of the block.
        arguments: Values and blocks; a block of one row meets every row, one of one column every column.

    Returns:
        One value where every argument is one cell, else rows of values.

    Raises:
        InputError: two blocks do not fit each other.
    """
    shapes = [one.shape if isinstance(one, Block) else (1, 1) for one in arguments]
    rows, columns = (_one_size([shape[place] for shape in shapes], place) for place in (0, 1))
    safe = guarded(compute)
    if rows == columns == 1:
        return compute(*map(cell_of, arguments))
    grids = [_cells(one) for one in arguments]
    return tuple(
        tuple(safe(*(grid[row % len(grid)][column % len(grid[0])] for grid in grids)) for column in range(columns))
        for row in range(rows)
    )  # fmt: skip


def _one_size(sizes: Sequence[int], place: int) -> int:
    """Return how many rows or columns the block has."""
    several = sorted({size for size in sizes if size != 1})
    if len(several) > 1:
        what = ("rows", "columns")[place]
        raise InputError(
            f"The arguments have {' and '.join(map(str, several))} {what}, so they do not fit together. Give them the "
            f"same number of {what}, or one a row and one a column."
        )
    return several[0] if several else 1


def _cells(argument: Any) -> list[list[Cell]]:  # noqa: ANN401 -- a value or a block
    """Return the cells of an argument, each made once; a side of one is met by every row or column."""
    if not isinstance(argument, Block):
        return [[Cell(argument)]]
    rows, columns = argument.shape
    return [[argument.cell(row, column) for column in range(columns)] for row in range(rows)]
