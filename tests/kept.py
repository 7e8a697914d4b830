"""A small kept book for tests: three months of one firm, two of them closed, late events and entries by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import pandas as pd
from ledgers import entries, event, rates

from bbbxl.aggregate.flows import flows
from bbbxl.aggregate.select import Question
from bbbxl.inputs.entries import Source
from bbbxl.inputs.load import Loaded
from bbbxl.ledger.build import Ledger, build_ledger
from bbbxl.ledger.kept import Closed, Fence, Kept, Posting
from bbbxl.periods import Calendar
from bbbxl.policy import Config
from bbbxl.report.pack import Pack, make_pack

ACME, BOLT, CODA = ({"customer": name, "region": region} for name, region in
                    (("Acme", "East"), ("Bolt", "West"), ("Coda", "East")))  # fmt: skip
JANUARY, FEBRUARY, MARCH = "2026-01-31", "2026-02-28", "2026-03-31"
#: (number of the entry in the log, event): Acme's order 1001 and Bolt's order 1002, which is 2,000 in January and 5,000
#: from February on. In March come a late price cut, a late invoice, a cancellation, a new commit date, an order in
#: euros, and by hand: a late correction of 80, and an order of 250 that is taken back.
EVENTS = (
    (2, event("2026-01-10", "new", 100000, order="1001", recorded=JANUARY, commit_date="2026-04-30", **ACME)),
    (2, event("2026-01-31", "new", 200000, order="1002", recorded=JANUARY, commit_date="2026-03-20", **BOLT)),
    (4, event("2026-02-10", "expansion", 300000, order="1002", recorded=FEBRUARY, **BOLT)),
    (4, event("2026-02-15", "shipment", 40000, order="1001", recorded=FEBRUARY, **ACME)),
    (4, event("2026-02-16", "invoice", 40000, order="1001", recorded=FEBRUARY, **ACME)),
    (6, event("2026-02-20", "price_decrease", 5000, order="1001", recorded=MARCH, reason="list price", **ACME)),
    (6, event("2026-02-27", "invoice", 10000, order="1002", recorded=MARCH, **BOLT)),
    (6, event("2026-03-05", "new", 30000, order="1003", recorded=MARCH, currency="EUR", commit_date="2026-05-31",
              **CODA)),
    (6, event("2026-03-12", "reschedule", 0, order="1002", recorded=MARCH, commit_date="2026-06-30", **BOLT)),
    (6, event("2026-03-20", "cancellation", 70000, order="1002", recorded=MARCH, reason="budget cut", **BOLT)),
    (7, event("2026-02-25", "correction", 8000, order="1001", recorded=MARCH, reason="keying error", **ACME)),
    (8, event("2026-03-15", "new", 25000, order="1004", recorded=MARCH, reason="signed on paper", **CODA)),
    (9, event("2026-03-15", "new", -25000, order="1004", recorded=MARCH, reason="was in the export", **CODA)),
)  # fmt: skip
#: Entries made by hand, and the one that takes another back.
BY_HAND, REVERSALS = (7, 8, 9), {8: 9}
RATES = (("EUR", "2026-03-01", "1.20"), ("EUR", MARCH, "1.25"))
CALENDAR = Calendar()


def book_of(as_of: str = MARCH, *, closed: tuple[str, ...] = (JANUARY, FEBRUARY), **more: object) -> Loaded:
    """Return the book as of a day, with the months that end on some days closed.

    Args:
        as_of: Day on which stocks are measured.
        closed: Month ends; each month was closed with what was known on its last day.
        more: Fields of `Kept` that are to be others.
    """
    day = date.fromisoformat(as_of)
    rows = _rows()
    fences = tuple(Fence(date.fromisoformat(last), date.fromisoformat(last)) for last in closed)
    closes = tuple(_closed(last, fences) for last in closed)
    kept = Kept("northfield-book", "f" * 64, closes, Posting(fences), _kept_events(rows), _hands(rows))
    source = Source("orders.csv", "orders", "order_lines", "a" * 64, 1000, 4, 4, 0, {"USD": 525000, "EUR": 30000},
                    {"amount": "Amount"}, day)  # fmt: skip
    config = Config(schema=1, entity="Northfield", currency="USD", files=())
    return Loaded(_ledger(day, fences), config, (source,), (), day, (), replace(kept, **more))


def question(as_of: str = MARCH, known_at: str | None = None, view: str = "as-reported") -> Question:
    """Return what a book is asked, as reported unless said otherwise."""
    return Question(date.fromisoformat(as_of), date.fromisoformat(known_at) if known_at else None, view)


def book_pack(as_of: str = MARCH, *, known_at: str | None = None, view: str = "as-reported", **more: object) -> Pack:
    """Return the pack of the book; `more` as `book_of` takes it."""
    return make_pack(book_of(as_of, **more), question(as_of, known_at, view), "fulfilment")


def _rows() -> pd.DataFrame:
    """Return the entries for the ledger, with ids as the book gives them."""
    rows = entries(*(row for _, row in EVENTS))
    numbers = pd.Series([number for number, _ in EVENTS])
    count = numbers.groupby(numbers).cumcount() + 1
    files = [f"entry {number} by hand" if number in BY_HAND else "orders.csv" for number in numbers]
    ids = numbers.astype("str") + "." + count.astype("str")
    return rows.assign(event_id=ids.astype("str"), source_file=pd.Series(files, dtype="str"))


def _kept_events(rows: pd.DataFrame) -> pd.DataFrame:
    numbers = [number for number, _ in EVENTS]
    origin = ["hand" if number in BY_HAND else "compared" for number in numbers]
    return rows.assign(since=pd.NaT, origin=origin, entry=numbers)


def _hands(rows: pd.DataFrame) -> pd.DataFrame:
    hands = _kept_events(rows).query("origin == 'hand'")
    columns = [
        "entry",
        "kind",
        "entity",
        "order_id",
        "line_id",
        "effective",
        "recorded",
        "amount",
        "currency",
        "reason",
    ]
    return hands[columns].assign(
        evidence="mail of 30 March", preparer="P. Ledger", approver="C. Ontroller",
        reversed_by=hands["entry"].map(REVERSALS),
    ).reset_index(drop=True)  # fmt: skip


@cache
def _ledger(day: date, fences: tuple[Fence, ...], known: date | None = None) -> Ledger:
    """Return the ledger with every event in the period that reports it, of what was known by a day."""
    rows = _rows()
    rows = rows if known is None else rows[rows["recorded"] <= pd.Timestamp(known)]
    return build_ledger(rows, rates(*RATES), day, posting=Posting(fences))


@cache
def _closed(last: str, fences: tuple[Fence, ...]) -> Closed:
    """Return a month as it was closed: the figures of what was known on its last day."""
    day = date.fromisoformat(last)
    ledger, asked = _ledger(day, fences, day), question(last)
    tables = []
    for by in ("", "entity", "customer", "region", "currency"):
        amounts = "document" if by == "currency" else "reporting"
        table = flows(ledger.events, [CALENDAR.month(day)], asked, by=by or None, amounts=amounts)
        tables.append(table.drop(columns="month").melt("segment", None, "measure", "amount").assign(dimension=by))
    figures = pd.concat(tables).query("amount != 0")
    return Closed(last[:7], day, day, last.replace("-", "") * 8, "P. Ledger", "C. Ontroller", figures)
