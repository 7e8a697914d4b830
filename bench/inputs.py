"""From an export to bookings by month, beside the plain pandas script on the same files.

Run: python bench/inputs.py [CSV_LINES] [XLSX_ROWS]
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import xlsxwriter

HEADER = ("Order No", "Line", "Order Date", "Customer", "Product", "Region", "Quantity", "Amount", "Currency",
          "Commit Date", "Shipped Date", "Shipped Amount")  # fmt: skip
#: What one writes by hand: the file with the defaults of pandas, the month of the date, the sum of the amount.
PANDAS = """
import json, sys
import pandas as pd
orders = {read}
months = pd.to_datetime(orders["Order Date"]).dt.strftime("%Y-%m")
print(json.dumps(orders.groupby(months)["Amount"].sum().to_dict()))
"""
LINES_OF_ORDER = 3


@dataclass(frozen=True)
class Run:
    """One process.

    Attributes:
        seconds: From its start to its end.
        megabytes: Peak memory of it, or of a process it started where that is more.
        bookings: Month -> cents.
    """

    seconds: float
    megabytes: float
    bookings: dict[str, int]


def order_lines(count: int) -> Iterator[tuple[str | int | float | date, ...]]:
    """Yield order lines of orders of three lines each, shipped whole."""
    draw = Random(1)
    for number in range(-(-count // LINES_OF_ORDER)):
        booked = date(2023, 1, 1) + timedelta(days=draw.randrange(1300))
        for line in range(1, min(LINES_OF_ORDER, count - number * LINES_OF_ORDER) + 1):
            amount = draw.randrange(100, 10_000_000) / 100
            yield (f"SO{number:07}", line, booked, f"Customer {draw.randrange(2000)}", f"P{draw.randrange(300)}",
                   f"R{draw.randrange(8)}", draw.randrange(1, 50), amount, "USD", booked + timedelta(days=60),
                   booked + timedelta(days=draw.randrange(10, 90)), amount)  # fmt: skip


def make_csv(path: Path, count: int) -> Path:
    """Write order lines as text."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows([f"{cell:.2f}" if isinstance(cell, float) else cell for cell in row]
                         for row in order_lines(count))  # fmt: skip
    return path


def make_xlsx(path: Path, count: int) -> Path:
    """Write order lines as a workbook, days and numbers as such."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet, dated = book.add_worksheet("Orders"), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, HEADER)
    for place, row in enumerate(order_lines(count), start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(place, column, datetime.combine(cell, datetime.min.time()), dated)
            else:
                sheet.write(place, column, cell)
    book.close()
    return path


def run(words: Sequence[str], folder: Path) -> tuple[float, float, str]:
    """Return seconds, peak megabytes and standard output of a process of its own."""
    target = folder / "out.json"
    with target.open("wb") as out:
        started = time.perf_counter()
        child = os.posix_spawn(sys.executable, [sys.executable, *words], os.environ,
                               file_actions=[(os.POSIX_SPAWN_DUP2, out.fileno(), 1)])  # fmt: skip
        _, status, usage = os.wait4(child, 0)
        seconds = time.perf_counter() - started
    if status:
        raise SystemExit(f"{' '.join(words)} ended with {status}.")
    return seconds, usage.ru_maxrss / 1024, target.read_text(encoding="utf-8")


def ours(path: Path) -> Run:
    seconds, peak, said = run(["-m", "bbbxl", "inspect", str(path), "--json"], path.parent)
    return Run(seconds, peak, json.loads(said)["bookings"])


def plain_pandas(path: Path, read: str) -> Run:
    seconds, peak, said = run(["-c", PANDAS.format(read=read), str(path)], path.parent)
    return Run(seconds, peak, {month: round(amount * 100) for month, amount in json.loads(said).items()})


def compare(title: str, path: Path, readers: dict[str, str]) -> None:
    """Print the rows of one file: ours, and each way of reading it with pandas."""
    mine = ours(path)
    size = path.stat().st_size / 1e6
    print(f"| {title}, {size:.0f} MB | bbbxl inspect --json | {mine.seconds:.1f} s | {mine.megabytes:.0f} MB | |")
    for name, read in readers.items():
        other = plain_pandas(path, read)
        if other.bookings != mine.bookings:
            raise SystemExit(f"{name} comes to other bookings of {path.name}.")
        ratio = f"{mine.seconds / other.seconds:.2f}"
        print(f"| | {name} | {other.seconds:.1f} s | {other.megabytes:.0f} MB | {ratio} |")


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("lines", nargs="?", type=int, default=540_000)
    options.add_argument("rows", nargs="?", type=int, default=100_000)
    given = options.parse_args()
    with TemporaryDirectory() as folder:
        text = make_csv(Path(folder, "orders.csv"), given.lines)
        book = make_xlsx(Path(folder, "orders.xlsx"), given.rows)
        print("| file | | wall | peak memory | ours / theirs |")
        print("|---|---|---|---|---|")
        compare(f"{given.lines:,} lines of CSV", text, {"pandas.read_csv": "pd.read_csv(sys.argv[1])"})
        compare(f"{given.rows:,} rows of xlsx", book, {
            "pandas.read_excel, openpyxl": 'pd.read_excel(sys.argv[1], engine="openpyxl")',
            "pandas.read_excel, calamine": 'pd.read_excel(sys.argv[1], engine="calamine")',
        })  # fmt: skip


if __name__ == "__main__":
    main()
