"""Speed: a range or book read once, and a short text that stands for it."""

from __future__ import annotations

from typing import Any, Final

from bbbxl.cells.arguments import Block, is_one
from bbbxl.cells.functions.shared import one_cell
from bbbxl.cells.options import read_more
from bbbxl.cells.registry import Example, Parameter, function
from bbbxl.cells.session import MEMORY, reading_of
from bbbxl.cells.tables import Table
from bbbxl.errors import InputError, count_of
from bbbxl.inputs.headers import normal
from bbbxl.inputs.rates_file import is_rates

RANGE = Parameter("data", "table", "Order lines, events, invoices or exchange rates with their headers, such as "
                  "tblOrders[#All].")  # fmt: skip
READ = Parameter(
    "more", "more", 'Options on reading it, such as "currency=EUR", "rates=" and a range, "amounts=net".', optional=True
)
#: Rows of a range in which the header of exchange rates may stand.
_HEADER_ROWS: Final = 50
PATH = Parameter("path", "text", "Folder of a kept book.")


@function(
    "BBB_LOAD", "Read a table once",
    "Reads a range and returns a handle: a short text that stands for it in every other function, so that the range is "
    "read once and not by each of them. The text changes with the content.",
    RANGE, READ, group="Speed",
    examples=(Example("=BBB_LOAD(Orders)", "bbb:…", "A handle, the rows read and the span of days."),),
)  # fmt: skip
def bbb_load(data: Any = None, *more: Any) -> str:  # noqa: ANN401, D103
    said = read_more(more)
    if said.criteria or said.question:
        name = said.criteria[0][0] if said.criteria else next(iter(said.question))
        raise InputError(f'"{name}" says what is asked, and BBB_LOAD only reads. Give it to the function that asks.')
    if not isinstance(data, Block) or is_one(data):
        raise InputError("BBB_LOAD takes a range with its headers, such as tblOrders[#All]. Give one.")
    if (rates := _rates_in(data)) is not None:
        return f"{MEMORY.hold(data)} exchange rates, {count_of(rates, 'row')}"
    handle, table = MEMORY.load(data, reading_of(said))
    return f"{handle} {_said(table)}"


@function(
    "BBB_BOOK", "Work on a kept book",
    "Opens a kept book and returns a handle that stands for it in every other function. Figures are as reported unless "
    "an option says otherwise. Recalculate it after exports were added.",
    PATH, group="Speed",
    examples=(Example('=BBB_BOOK("no such folder")', "#BBB! no such folder is no kept book…", "No book is refused."),),
)  # fmt: skip
def bbb_book(path: Any = None) -> str:  # noqa: ANN401, D103
    cell = one_cell(path, "path")
    if cell.empty or cell.error:
        raise InputError(f"The path is {cell.error or 'empty'}. Give the folder of a kept book.")
    handle, table = MEMORY.book(cell.text)
    return f"{handle} book {table.loaded.kept.name if table.loaded.kept else ''}: {_said(table)}"


def _rates_in(data: Block) -> int | None:
    """Return how many rows of exchange rates a range holds below their header; None where it holds others."""
    filled = [
        tuple(str(one) for one in row if one is not None and normal(str(one))) for row in data.values[:_HEADER_ROWS]
    ]
    header = next((place for place, row in enumerate(filled) if is_rates(row)), None)
    if header is None:
        return None
    return sum(1 for row in data.values[header + 1 :] if any(one not in (None, "") for one in row))


def _said(table: Table) -> str:
    """Return what was read, shortly."""
    loaded = table.loaded
    used = sum(one.used for one in loaded.sources)
    aside = sum(one.set_aside for one in loaded.sources)
    rows = count_of(used, "row") + (f", {aside:,} set aside" if aside else "")
    return f"{rows}, {loaded.ledger.begins} to {loaded.as_of}, {loaded.ledger.currency}"
