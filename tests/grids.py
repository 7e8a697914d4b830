"""Small grids drawn as text: one line a row, cells apart by "|"."""

import numpy as np

from bbbxl.inputs.grid import Grid, table_of_rows
from bbbxl.inputs.layout.tables import find_tables


def grid(drawn, *, sheet="", **given):
    """Return the grid of a drawing: a text file, or a sheet when it has a name; rows are counted from 1."""
    lines = [line.strip().split("|") for line in drawn.strip("\n").split("\n")]
    rows = [(number, [cell.strip() for cell in cells]) for number, cells in enumerate(lines, 1)]
    kept = [(number, cells) for number, cells in rows if any(cells)]
    given.setdefault("form", "xlsx" if sheet else "csv")
    if not sheet:
        given.setdefault("widths", np.array([len(cells) for _, cells in kept], dtype=np.int32))
        given.setdefault("delimiter", "|")
    cells = table_of_rows([cells for _, cells in kept], max((len(cells) for _, cells in kept), default=0))
    numbers = np.array([number for number, _ in kept], dtype=np.int64)
    return Grid(f"orders.{given['form']}", sheet, cells, numbers, "hash", 1, **given)


def table(drawn, *, header_row=None, **given):
    """Return the one table of a drawing."""
    (found,) = find_tables(grid(drawn, **given), header_row=header_row)
    return found


def rows(found):
    """Return the data rows of a table as text, one line a row."""
    columns = [[text.strip() for text in column.to_pylist()] for column in found.cells.columns]
    return ["|".join(cells) for cells in zip(*columns, strict=True)]


def asides(found):
    """Return row and reason of what was set aside."""
    return [(one.row, one.reason) for one in found.aside]
