"""Tables made from rows of text, for tests that begin where a file has been read."""

import numpy as np

from bbbxl.errors import Problem
from bbbxl.inputs.grid import RawTable, table_of_rows


def table(*lines, file="o.csv", mark=",", kinds=None, formats=None, sheet=""):
    """Return the lines of a text file (header first) as a table; a line that does not fit is a problem."""
    header, *rows = (tuple(cell.strip() for cell in line.split(mark)) for line in lines)
    problems = tuple(
        Problem(file, number, "", mark.join(row), "the row does not fit.")
        for number, row in enumerate(rows, 2)
        if len(row) != len(header)
    )
    fitting = [(number, row) for number, row in enumerate(rows, 2) if len(row) == len(header)]
    return of_cells(header, [row for _, row in fitting], file=file, numbers=[number for number, _ in fitting],
                    problems=problems, kinds=kinds, formats=formats, sheet=sheet)  # fmt: skip


def of_cells(header, rows, *, file="o.csv", numbers=None, problems=(), kinds=None, formats=None, sheet=""):
    """Return rows of cells as a table whose first row stands in row 2 of its file."""
    rows = [tuple(row) for row in rows]
    return RawTable(
        file, sheet, tuple(header), table_of_rows(rows, len(header)),
        np.array(range(2, 2 + len(rows)) if numbers is None else numbers, dtype=np.int64), tuple(problems), "", 0,
        kinds=None if kinds is None else np.array(kinds, dtype=np.int8).reshape(len(rows), len(header)),
        formats=formats or {},
    )  # fmt: skip
