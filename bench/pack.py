"""From ledger rows to the whole verified pack, beside XlsxWriter writing the Ledger sheet alone.

Run: python bench/pack.py [ROWS] [--no-peer]
"""

from __future__ import annotations

import argparse
import resource
import time
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from bbbxl.aggregate.select import Question
from bbbxl.inputs.load import Loaded
from bbbxl.ledger.build import ENTRY_COLUMNS, Ledger, build_ledger
from bbbxl.ledger.columns import COLUMNS
from bbbxl.ledger.rates import Rate, Rates
from bbbxl.policy import Config
from bbbxl.report.pack import make_pack
from bbbxl.workbook.pack import write_pack

AS_OF = date(2026, 10, 31)


def make_ledger(rows: int) -> Ledger:
    """Return a ledger of about so many rows: orders of four years, two currencies, shipped and invoiced in parts."""
    draw = Random(7)
    entries: list[dict[str, object]] = []
    per_line = 34.4
    for number in range(int(rows / per_line)):
        booked = date(2022, 11, 1) + timedelta(days=draw.randrange(1455))
        amount, currency = draw.randrange(10_000, 5_000_000), draw.choice(("USD", "USD", "EUR"))
        line = {
            "entity": "A" if number % 3 else "B", "order_id": f"SO-{number // 3:06}", "line_id": str(number % 3 + 1),
            "currency": currency, "customer": f"Customer {draw.randrange(400):03}", "product": f"Product {number % 40}",
            "region": ("Americas", "EMEA", "Asia")[number % 3], "channel": "Direct", "owner": f"Owner {number % 12}",
            "order_date": booked, "commit_date": booked + timedelta(days=draw.randrange(20, 200)),
            "source_file": "bench.csv", "quantity": 1.0, "shippable": 1.0,
        }  # fmt: skip
        entries.append({**line, "kind": "new", "effective": booked, "amount": amount})
        if draw.random() < 0.1:
            entries.append(
                {**line, "kind": "expansion", "effective": booked + timedelta(days=9), "amount": amount // 10}
            )
        left = amount
        day = booked
        for part in range(draw.choice((1, 1, 2))):
            day += timedelta(days=draw.randrange(15, 100))
            piece = left if part else left // 2
            left -= piece
            if day <= AS_OF:
                entries.append({**line, "kind": "shipment", "effective": day, "amount": piece})
                entries.append({**line, "kind": "invoice", "effective": day + timedelta(days=3), "amount": piece})
    frame = pd.DataFrame(entries)
    frame["event_id"] = [f"E{place:07}" for place in range(len(frame))]
    frame["source_row"] = np.arange(2.0, len(frame) + 2)
    frame["recorded"] = frame["effective"]
    for column in COLUMNS:
        if column.name not in ENTRY_COLUMNS:
            continue
        values = frame[column.name] if column.name in frame else pd.Series([None] * len(frame))
        kinds = {"text": "str", "minor": "int64"}
        if column.type == "date":
            frame[column.name] = pd.to_datetime(values).astype("datetime64[us]")
        else:
            frame[column.name] = values.astype(kinds.get(column.type, "float64"))
    first = date(2022, 10, 1)
    rates = [Rate("EUR", Decimal(1050 + month) / 1000, first + timedelta(days=30 * month)) for month in range(52)]
    return build_ledger(frame, Rates("USD", tuple(rates)), AS_OF)


def whole_pack(ledger: Ledger, target: Path) -> int:
    loaded = Loaded(ledger, Config(schema=1, entity="Bench", currency="USD"), (), (), AS_OF)
    return write_pack(make_pack(loaded, Question(AS_OF), "fulfilment"), target).formulas


def ledger_sheet_alone(ledger: Ledger, target: Path) -> None:
    """Write the same Ledger rows with XlsxWriter's constant_memory and typed calls."""
    import xlsxwriter

    events = ledger.events
    book = xlsxwriter.Workbook(str(target), {"constant_memory": True})
    sheet = book.add_worksheet("Ledger")
    dated, money = book.add_format({"num_format": "dd-mmm-yyyy"}), book.add_format({"num_format": "#,##0.00"})
    kinds = [column.type for column in COLUMNS] + ["number", "number", "minor", "minor", "minor"]
    extra = [events["amount"]] * 5
    columns = [events[column.name] for column in COLUMNS] + extra
    shown = [values.to_numpy().astype("datetime64[D]").astype(object).tolist() if kind == "date" else values.tolist()
             for values, kind in zip(columns, kinds, strict=True)]  # fmt: skip
    for row, cells in enumerate(zip(*shown, strict=True), start=1):
        for place, (value, kind) in enumerate(zip(cells, kinds, strict=True)):
            if value is None or value != value:  # noqa: PLR0124
                continue
            if kind == "text":
                sheet.write_string(row, place, value)
            elif kind == "date":
                sheet.write_datetime(row, place, value, dated)
            elif kind == "minor":
                sheet.write_number(row, place, value / 100, money)
            else:
                sheet.write_number(row, place, value)
    book.close()


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("rows", nargs="?", type=int, default=100_000)
    options.add_argument("--no-peer", action="store_true")
    given = options.parse_args()
    started = time.perf_counter()
    ledger = make_ledger(given.rows)
    built = time.perf_counter()
    print(f"ledger rows {len(ledger.events):,}; made and built in {built - started:.1f} s")
    with TemporaryDirectory() as folder:
        formulas = whole_pack(ledger, Path(folder, "pack.xlsx"))
        ours = time.perf_counter() - built
        size = Path(folder, "pack.xlsx").stat().st_size / 1e6
        print(f"whole verified pack {ours:.2f} s, {formulas:,} formulas recalculated, {size:.1f} MB")
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"peak memory {own:.0f} MB, the making of the ledger included")
        if not given.no_peer:
            before = time.perf_counter()
            ledger_sheet_alone(ledger, Path(folder, "peer.xlsx"))
            peer = time.perf_counter() - before
            print(f"XlsxWriter constant_memory, Ledger sheet alone {peer:.2f} s; ratio {ours / peer:.2f}")


if __name__ == "__main__":
    main()
