"""A reconciliation beside what anybody would write: how long it takes, and how much of the truth it finds.

    python bench/reconcile.py [--orders 200000] [--exact 1000000]

A made month of two exports with a known truth is reconciled, and the same files are put through an XLOOKUP-style merge
(first row of the same order number) in pandas and through datacompy, joined on the order number. The exact stage is
timed on files in which every order number is written alike, beside reading both with DuckDB and hash-joining key,
amount and day. CPU seconds, imports left out, one process.
"""

from __future__ import annotations

import argparse
import csv
import random
import resource
import string
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_CRM = ("Opportunity ID 18", "Account Name", "Order Number (ERP)", "Close Date", "Stage", "Amount Currency", "Amount",
        "Amount (converted) Currency", "Amount (converted)")  # fmt: skip
_ERP = ("Internal ID", "Document Number", "Line", "Date", "Type", "Name", "CRM Ref", "Created From", "Currency",
        "Amount (Foreign Currency)", "Amount")  # fmt: skip
_HEADS = ("Alder", "Birch", "Copper", "Dune", "Elm", "Flint", "Grove", "Hazel", "Iris", "Jade", "Krone", "Larch")
_TAILS = ("Optics", "Valves", "Foods", "Print", "Tools", "Marine", "Glass", "Pumps", "Paper", "Seals", "Motion")
_FORMS = ("GmbH", "Ltd", "Inc.", "AG", "LLC")
_RATES = {"USD": 1.0, "EUR": 1.08, "GBP": 1.26}


class Truth:
    """The links of a made month: (CRM row, ERP row), both from 1."""

    def __init__(self) -> None:
        self.crm: list[tuple[int, list[str]]] = []
        self.erp: list[tuple[int, list[str]]] = []

    def links(self) -> set[tuple[int, int]]:
        orders: dict[int, list[int]] = {}
        for row, (order, _) in enumerate(self.erp, start=1):
            orders.setdefault(order, []).append(row)
        return {(row, other) for row, (order, _) in enumerate(self.crm, start=1) for other in orders.get(order, ())}


def make(folder: Path, orders: int, *, clean: bool = False) -> Truth:
    """Write crm.csv, erp.csv and rates.csv of so many orders; clean: one row on each side, numbers written alike."""
    draw, made = random.Random(7), Truth()
    letters = string.ascii_letters + string.digits
    customers = [f"{draw.choice(_HEADS)} {draw.choice(_TAILS)} {number} {draw.choice(_FORMS)}"
                 for number in range(100, 100 + max(50, orders // 10))]  # fmt: skip
    for order in range(orders):
        kind = 0.99 if clean else draw.random()
        record = "006" + "".join(draw.choices(letters, k=12))
        prefix, number = draw.choice(("US", "UK", "DE")), 1_000_000 + order
        document, customer, currency = f"{prefix}-SO-{number}", draw.choice(customers), draw.choice(list(_RATES))
        cents = draw.randrange(5_000, 9_000_000)
        day = draw.randrange(1, 29)
        key, reference, parts = document, record if draw.random() < 0.4 else "", [cents]
        if kind < 0.10:
            key = draw.choice((f"SO-{number}", f"{prefix.lower()}so{number}", f"#{prefix}SO-000{number}", f"{number}"))
        elif kind < 0.17:
            key, reference = "", reference if kind < 0.14 else ""
        elif kind < 0.20:
            parts = [cents + draw.randrange(-40_000, 40_000)]
        elif kind < 0.27:
            cut = cents // 3
            parts = [cut, cut + 1, cents - 2 * cut - 1]
        if not 0.27 <= kind < 0.29:
            rows = [_crm_row(record, customer, key, day, currency, cents)] * (1 + (0.31 <= kind < 0.32))
            made.crm += [(order, row) for row in rows]
        if not 0.29 <= kind < 0.31:
            name = customer.upper() if draw.random() < 0.2 else customer
            made.erp += [
                (
                    order,
                    _erp_row(len(made.erp) + line, document, line, min(31, day + 2), name, reference, currency, part),
                )
                for line, part in enumerate(parts, start=1)
            ]
    draw.shuffle(made.crm)
    draw.shuffle(made.erp)
    for name, header, rows in (("crm.csv", _CRM, made.crm), ("erp.csv", _ERP, made.erp)):
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *(row for _, row in rows)])
    text = "Currency,USD per unit\n" + "".join(f"{code},{rate}\n" for code, rate in _RATES.items())
    (folder / "rates.csv").write_text(text, encoding="utf-8")
    return made


def _crm_row(record: str, customer: str, key: str, day: int, currency: str, cents: int) -> list[str]:
    return [record + "AAA", customer, key, f"3/{day}/2025", "Closed Won", currency, f"{cents / 100:.2f}", "USD",
            f"{round(cents * _RATES[currency]) / 100:.2f}"]  # fmt: skip


def _erp_row(
    number: int, document: str, line: int, day: int, name: str, reference: str, currency: str, cents: int
) -> list[str]:
    return [f"{number}", document, f"{line}", f"{day:02d}/03/2025", "Sales Order", name, reference, "", currency,
            f"{cents / 100:.2f}", f"{round(cents * _RATES[currency]) / 100:.2f}"]  # fmt: skip


def timed(what: Callable[[], Any]) -> tuple[Any, float]:
    """Return what a call returns, and its CPU seconds."""
    before = time.process_time()
    made = what()
    return made, time.process_time() - before


def lookup(folder: Path) -> set[tuple[int, int]]:
    """Return the links of an XLOOKUP-style merge: each CRM row with the first ERP row of its order number."""
    import pandas as pd

    crm = pd.read_csv(folder / "crm.csv", dtype=str)
    erp = pd.read_csv(folder / "erp.csv", dtype=str)
    erp["erp"] = range(1, len(erp) + 1)
    crm["crm"] = range(1, len(crm) + 1)
    first = erp.drop_duplicates("Document Number")
    both = crm.dropna(subset="Order Number (ERP)").merge(
        first, left_on="Order Number (ERP)", right_on="Document Number"
    )
    return set(zip(both["crm"], both["erp"], strict=True))


def compared(folder: Path) -> set[tuple[int, int]]:
    """Return the links of datacompy: rows it joins on the order number, repeated numbers by their order."""
    import datacompy
    import pandas as pd

    crm = pd.read_csv(folder / "crm.csv", dtype=str)
    erp = pd.read_csv(folder / "erp.csv", dtype=str)
    left = pd.DataFrame({"key": crm["Order Number (ERP)"], "amount": pd.to_numeric(crm["Amount"]),
                         "crm": range(1, len(crm) + 1)}).dropna(subset="key")  # fmt: skip
    right = pd.DataFrame({"key": erp["Document Number"], "amount": pd.to_numeric(erp["Amount (Foreign Currency)"]),
                          "erp": range(1, len(erp) + 1)})  # fmt: skip
    made = datacompy.PandasCompare(left, right, join_columns=["key"], abs_tol=0.005)
    both = made.intersect_rows
    return set(zip(both["crm"].astype(int), both["erp"].astype(int), strict=True))


def floor(folder: Path) -> int:
    """Return how many rows agree: DuckDB reads both files and hash-joins order number, amount and day."""
    import duckdb

    crm, erp = (str(folder / name) for name in ("crm.csv", "erp.csv"))
    question = f"""
        select count(*) from read_csv('{crm}', all_varchar=true) c join read_csv('{erp}', all_varchar=true) e
        on c."Order Number (ERP)" = e."Document Number"
        where abs(try_cast(c."Amount" as decimal(18,2)) - try_cast(e."Amount (Foreign Currency)" as decimal(18,2))) < 1
        and abs(date_diff('day', try_strptime(c."Close Date", '%m/%d/%Y'), try_strptime(e."Date", '%d/%m/%Y'))) < 31
    """
    return int(duckdb.sql(question).fetchall()[0][0])


def recall(found: set[tuple[int, int]], truth: set[tuple[int, int]]) -> str:
    """Return recall and precision as text."""
    hits = len(found & truth)
    return f"recall {hits / len(truth):.4f}, precision {hits / max(1, len(found)):.4f}"


def whole(folder: Path, truth: set[tuple[int, int]]) -> None:
    """Time reading, matching and frames of a whole month, and an XLOOKUP beside it."""
    from bbbxl.inputs.rates_file import read_rates
    from bbbxl.inputs.sheets import read_tables
    from bbbxl.ledger.rates import Rates
    from bbbxl.periods import parse_period
    from bbbxl.policy import FileEntry
    from bbbxl.reconcile.classify import classify
    from bbbxl.reconcile.effects import take_apart
    from bbbxl.reconcile.engine import reconcile_sides
    from bbbxl.reconcile.facts import gather_facts
    from bbbxl.reconcile.matching import match
    from bbbxl.reconcile.pool import make_pool
    from bbbxl.reconcile.side import open_side, understand_side

    period = parse_period("2025-03")
    rates = read_tables(folder / "rates.csv", FileEntry(path="rates.csv", role="rates"), {})[0]
    known = Rates("USD", tuple(read_rates(rates, "USD")))

    def read() -> Any:
        opened = [open_side(folder / f"{name}.csv", name, {}, {}) for name in ("crm", "erp")]
        return [understand_side(one, "USD", known, period) for one in opened]

    def matching() -> Any:
        draft, _ = match(make_pool(*sides))
        facts = gather_facts(draft, period)
        classes = classify(facts)
        return take_apart(facts, classes)

    sides, reading = timed(read)
    _, matched = timed(matching)
    made, all_of_it = timed(lambda: reconcile_sides(*sides, period, "USD", known))
    rows = made.members[["side", "row", "match_id"]]
    crm, erp = rows[rows["side"] == "crm"], rows[rows["side"] == "erp"]
    both = crm.merge(erp, on="match_id")
    found = set(zip(both["row_x"].tolist(), both["row_y"].tolist(), strict=True))
    other, naive = timed(lambda: lookup(folder))

    joined, comparing = timed(lambda: compared(folder))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{len(crm):,} x {len(erp):,} rows, largest memory {peak:,} MB")
    print(f"  reading both files        {reading:6.2f} s CPU")
    print(f"  matching and classes      {matched:6.2f} s CPU   {recall(found, truth)}")
    print(f"  the same with all frames  {all_of_it:6.2f} s CPU   difference of the bridge 0")
    print(f"  XLOOKUP-style merge       {naive:6.2f} s CPU   {recall(other, truth)}")
    print(f"  datacompy                 {comparing:6.2f} s CPU   {recall(joined, truth)}")
    print(f"  reading and all frames    {(reading + all_of_it) / comparing:6.1f} x datacompy, "
          f"{(reading + all_of_it) / naive:.1f} x XLOOKUP")  # fmt: skip


def exact(folder: Path) -> None:
    """Time the stages by key where every number is written alike, beside the floor."""
    from bbbxl.ledger.rates import Rates
    from bbbxl.reconcile.draft import Draft
    from bbbxl.reconcile.evidence import gather_edges, veto
    from bbbxl.reconcile.pool import make_pool
    from bbbxl.reconcile.resolve import resolve_keys
    from bbbxl.reconcile.side import open_side, understand_side

    agreeing, base = timed(lambda: floor(folder))
    opened, opening = timed(lambda: [open_side(folder / f"{name}.csv", name, {}, {}) for name in ("crm", "erp")])
    sides, reading = timed(lambda: [understand_side(one, "USD", Rates("USD")) for one in opened])

    def stage() -> Draft:
        pool = make_pool(*sides)
        edges = gather_edges(pool)
        draft = Draft(pool)
        resolve_keys(draft, edges.kept(veto(pool, edges)))
        return draft

    draft, matched = timed(stage)
    print(
        f"exact stage, {len(sides[0]):,} x {len(sides[1]):,} rows, {len(draft.stage):,} groups, {agreeing:,} rows agree"
    )
    print(f"  DuckDB reads and joins    {base:6.2f} s CPU")
    print(f"  bbbxl finds the tables    {opening:6.2f} s CPU")
    print(f"  bbbxl understands cells   {reading:6.2f} s CPU")
    print(f"  bbbxl stages by key       {matched:6.2f} s CPU   ratio to DuckDB {matched / base:.1f}")


def main() -> None:
    """Make the months, time them, print what came of it."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--orders", type=int, default=200_000)
    options.add_argument("--exact", type=int, default=1_000_000)
    given = options.parse_args()
    for orders, clean in ((given.orders, False), (given.exact, True)):
        if orders:
            with tempfile.TemporaryDirectory() as name:
                truth = make(Path(name), orders, clean=clean)
                if clean:
                    exact(Path(name))
                else:
                    whole(Path(name), truth.links())


if __name__ == "__main__":
    main()
