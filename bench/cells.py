"""What the functions cost over 100,000 rows x 12, beside the obvious function with a DataFrame converter.

    python bench/cells.py [--rows 100000]

Both run in one process through xlwings' own conversion; what Excel takes to hand a range over is left out on both sides
and estimated in the last line.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from excel import ComRange, Excel, Sheet, real_xlwings  # noqa: E402 -- found by the line above

_HEADER = ("Order No", "Line", "Customer", "Product", "Region", "Order Date", "Commit Date", "Currency", "Quantity",
           "Amount", "Shipped Amount", "Shipped Date")  # fmt: skip
#: Seconds that Excel takes to hand one cell over, from a published measurement: 5.5 and 0.75 s a million.
_COM = {"Value": 5.5e-6, "Value2": 0.75e-6}


class Fixed(ComRange):
    """A range whose values were made once: what COM costs is left out."""

    def __init__(self, sheet: Sheet, value: Any, value2: Any) -> None:
        super().__init__(sheet, 1, 1, len(value), len(value[0]))
        self._value, self._value2 = value, value2

    @property
    def Value(self) -> Any:  # noqa: N802 -- Excel's name
        return self._value

    @property
    def Value2(self) -> Any:  # noqa: N802 -- Excel's name
        return self._value2

    def Cells(self, row: int, column: int) -> ComRange:  # noqa: N802 -- Excel's name
        return ComRange(self.Worksheet, row, column, 1, 1)


def main() -> None:
    """Time both sides and print the ratios."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=int, default=100_000)
    given = options.parse_args()
    excel, data = Excel(), _table(given.rows)
    naive = _naive(data)
    theirs = min(_seconds(naive) for _ in range(3))
    print(f"the obvious function, one cell:        {theirs * 1000:9.1f} ms")
    excel.call("BBB_VERSION")
    first = _seconds(lambda: excel.call("BBB_LOAD", data))
    handle = excel.call("BBB_LOAD", data)
    print(f"BBB_LOAD, the first time:              {first * 1000:9.1f} ms   {handle}")
    months = [f"{year}-{month:02}" for year in (2024, 2025) for month in range(1, 13)]
    cold = _seconds(lambda: excel.call("BOOKINGS", handle, "2024-01"))
    print(f"the first figure by handle:            {cold * 1000:9.1f} ms")
    cells = [(months[place % 24], f"Region {place % 7}") for place in range(500)]
    for name, source, wanted in (("range", data, 50), ("handle", handle, 500)):
        took = _seconds(
            lambda source=source: [excel.call("BOOKINGS", source, month, "region", region) for month, region in cells]
        )
        ratio = f"{theirs * 500 / took:8.0f} times as fast (asked: {wanted})"
        print(f"500 cells by {name + ',':7} all of them:      {took * 1000:9.1f} ms   {ratio}")
    one = min(_seconds(lambda: excel.call("BOOKINGS", handle, "2025-06", "region", "Region 3")) for _ in range(5))
    print(f"one cell by handle:                    {one * 1000:9.2f} ms   (asked: under 1)")
    block = _seconds_of_block(excel, handle, months)
    print(f"a block of 24 x 12 by handle, again:   {block * 1000:9.1f} ms   (asked: under 5)")
    count = given.rows * len(_HEADER)
    value, value2 = (count * _COM[name] for name in ("Value", "Value2"))
    print(f"not measured, estimated: Excel hands the range over in {value:.1f} s to the obvious function, each time,")
    print(f"and in {value2:.1f} s to BBB_LOAD, once")


def _seconds_of_block(excel: Excel, handle: str, months: list[str]) -> float:
    across = Sheet("Report").put([months])
    down = Sheet("Report").put([[f"Product {number}"] for number in range(12)])
    excel.call("BOOKINGS", handle, across, "product", down)
    return min(_seconds(lambda: excel.call("BOOKINGS", handle, across, "product", down)) for _ in range(5))


def _naive(data: Fixed) -> Callable[[], Any]:
    """Return the function that comes first to mind: a DataFrame converter, a filter, a sum."""
    import pandas as pd

    xlwings, udfs, _ = real_xlwings()

    @xlwings.func
    @xlwings.arg("table", pd.DataFrame, index=False, header=True)
    def bookings(table: Any, month: Any, region: Any) -> float:
        days = pd.to_datetime(table["Order Date"], utc=True)
        chosen = (days.dt.strftime("%Y-%m") == month) & (table["Region"] == region)
        return float(table.loc[chosen, "Amount"].astype(float).sum())

    sys.modules["obvious"] = SimpleNamespace(bookings=bookings, __file__=__file__)  # type: ignore[assignment]
    caller = Sheet("Report").range(1, 1, 1, 1)
    return lambda: udfs.call_udf("obvious", "bookings", (data, "2024-03", "Region 3"), None, caller)


def _table(rows: int) -> Fixed:
    """Return order lines as the range that Excel would hand over."""
    from excel import Stamp

    dice, plain, dated = random.Random(1), [_HEADER], [_HEADER]
    for number in range(rows):
        booked = dt.date(2024, 1, 1) + dt.timedelta(days=dice.randrange(730))
        amount = dice.randrange(100, 9_000_000) / 100
        shipped = booked + dt.timedelta(days=30) if dice.random() < 0.6 else None
        who = (f"Customer {number % 997}", f"Product {number % 211}", f"Region {number % 7}")
        days = (booked, booked + dt.timedelta(days=60))
        line = (f"SO-{number // 3:07d}", float(number % 3 + 1), *who, *days, "USD", float(dice.randrange(1, 40)),
                amount, amount if shipped else None, shipped)  # fmt: skip
        plain.append(
            tuple(float((one - dt.date(1899, 12, 30)).days) if isinstance(one, dt.date) else one for one in line)
        )
        dated.append(tuple(Stamp(one.year, one.month, one.day, tzinfo=dt.UTC) if isinstance(one, dt.date) else one
                           for one in line))  # fmt: skip
    sheet = Sheet()
    sheet.cells = {(rows + 1, len(_HEADER)): ""}
    return Fixed(sheet, tuple(dated), tuple(plain))


def _seconds(run: Callable[[], Any]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
