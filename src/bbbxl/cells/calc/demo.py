"""The formulas of the demo workbook: every kind of question over the invented orders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from bbbxl.cells.arguments import Block
from bbbxl.cells.calc.handover import answer
from bbbxl.cells.calc.names import calc_name
from bbbxl.cells.guard import MARK
from bbbxl.cells.registry import functions
from bbbxl.periods import EXCEL_EPOCH
from bbbxl.workbook.calc_demo import ORDERS, Array, Single, write_calc_demo

_MONTHS: Final = ("2026-01", "2026-02", "2026-03")
_REGIONS: Final = ("East", "West")
#: Title, function, arguments after the first, the same in plain formulas; headers in braces.
_SINGLES: Final = (
    ("Bookings of February 2026", "BOOKINGS", ("2026-02",),
     '=SUMIFS({Amount},{Order Date},">="&DATE(2026,2,1),{Order Date},"<"&DATE(2026,3,1))'
     '-SUMIFS({Cancelled Amount},{Cancelled Date},">="&DATE(2026,2,1),{Cancelled Date},"<"&DATE(2026,3,1))'),
    ("Billings of March 2026", "BILLINGS", ("2026-03",),
     '=SUMIFS({Invoiced Amount},{Invoiced Date},">="&DATE(2026,3,1),{Invoiced Date},"<"&DATE(2026,4,1))'),
    ("Backlog at the end of March 2026", "BACKLOG", ("2026-03",), ""),
    ("of it in the West", "BACKLOG", ("2026-03", "region", "West"), ""),
    ("What bookings are", "BBB_DEFINE", ("net bookings",), ""),
    ("Answered by", "BBB_VERSION", (), ""),
)  # fmt: skip
#: Title, function, arguments after the first, of blocks whose size is that of what they give.
_ARRAYS: Final = (
    ("Roll-forward of the backlog", "BACKLOG_ROLL", (_MONTHS[0], _MONTHS[-1])),
    ("The rows behind the bookings of February", "BBB_ROWS", ("net_bookings", "2026-02")),
    ("Whether everything ties out", "BBB_CHECK", ()),
)


def write_demo(header: Sequence[str], orders: Sequence[Sequence[Any]], target: Path) -> Path:
    """Write the demo workbook and return where it stands.

    Args:
        header: Headers of the orders.
        orders: A row an order line.
        target: File to write.
    """
    singles = [Single(title, _formula(name, arguments), plain) for title, name, arguments, plain in _SINGLES]
    labels = Array(
        "Bookings by region and month, one formula for the block",
        f'={calc_name("BOOKINGS")}({{handle}},{{across}},"region",{{down}})', len(_REGIONS), len(_MONTHS), _MONTHS,
        _REGIONS,
    )  # fmt: skip
    block = Block((tuple(header), *(tuple(map(_plain, order)) for order in orders)), f"{ORDERS}!A1")
    arrays = [labels]
    for title, name, arguments in _ARRAYS:
        rows = answer(name, [block, *arguments])
        arrays.append(Array(title, _formula(name, arguments), len(rows), len(rows[0])))
    return write_calc_demo(header, orders, f"={calc_name('BBB_LOAD')}({{orders}})", MARK, singles, arrays, target)


def _formula(name: str, arguments: Sequence[str]) -> str:
    """Return a formula with the handle first, where the function takes a table."""
    handle = ["{handle}"] if any(one.kind == "table" for one in functions()[name].parameters) else []
    texts = [f'"{one}"' for one in arguments]
    return f"={calc_name(name)}({','.join([*handle, *texts])})"


def _plain(cell: Any) -> Any:  # noqa: ANN401 -- a cell of the sample
    """Return a cell as a sheet hands it over."""
    if isinstance(cell, date):
        return float((cell - EXCEL_EPOCH).days)
    return float(cell) if isinstance(cell, int) else cell
