"""Cells as front ends hand them over: the sample order lines as a block, functions called as formulas are typed."""

import datetime as dt
from functools import cache

from bbbxl.cells.arguments import Block
from bbbxl.cells.excel import ERRORS
from bbbxl.cells.registry import functions
from bbbxl.samples.order_table import EXAMPLE_TABLES, HEADER, ORDER_LINES

CODES = {text: code for code, text in ERRORS.items()}
BBB = functions()


def cell(value, *, date_1904=False):
    """Return a value as Value2 gives it: days and whole numbers as floats, errors as whole numbers."""
    if isinstance(value, str) and value in CODES:
        return CODES[value]
    if isinstance(value, dt.date):
        return float((value - (dt.date(1904, 1, 1) if date_1904 else dt.date(1899, 12, 30))).days)
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def block(*rows, name="Data!A1", row=1, date_1904=False, as_months=None):
    """Return rows as a range of a sheet."""
    shows = (lambda down, across: as_months) if as_months is not None else (lambda down, across: None)
    values = tuple(tuple(cell(one, date_1904=date_1904) for one in cells) for cells in rows)
    return Block(values, name, row, date_1904, ERRORS, shows)


def order_block(**changes):
    """Return the sample order lines; changes are (row, header) -> value, rows from 0."""
    rows = [list(row) for row in ORDER_LINES]
    for (row, header), value in changes.get("cells", {}).items():
        rows[row][HEADER.index(header)] = value
    return block(HEADER, *rows, name=changes.get("name", "Data!A1:O7"))


ORDERS = order_block()


@cache
def handle():
    """Return a handle of the sample order lines."""
    return BBB["BBB_LOAD"](ORDERS)


def formula(text):
    """Return what a formula gives: the example tables go by their names, H is a handle of Orders."""
    tables = {name: block(header, *rows, name=f"{name}!A1") for name, (header, rows) in EXAMPLE_TABLES.items()}
    names = {**tables, "H": handle(), **BBB}
    return eval(text.removeprefix("="), {"__builtins__": {}}, names)  # our own examples


def fails(found):
    """Return the sentence of a failure."""
    assert isinstance(found, str), found
    assert found.startswith("#BBB! "), found
    assert "\n" not in found
    assert "Traceback" not in found
    return found.removeprefix("#BBB! ")
