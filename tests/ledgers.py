"""Small ledgers for tests: entries from short rows, and the figures asked of them most."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from bbbxl.aggregate.flows import flows
from bbbxl.aggregate.orders import orders
from bbbxl.aggregate.select import Question
from bbbxl.ledger.availability import Availability
from bbbxl.ledger.build import ENTRY_COLUMNS, Ledger, build_ledger
from bbbxl.ledger.columns import COLUMNS, SHIPPABLE
from bbbxl.ledger.kept import Fence, Posting
from bbbxl.ledger.rates import Rate, Rates
from bbbxl.ledger.states import DAY
from bbbxl.metrics.registry import metric_named
from bbbxl.metrics.values import figures
from bbbxl.periods import parse_period
from bbbxl.policy import Policy

_TYPES = {**{column.name: column.type for column in COLUMNS}, SHIPPABLE: "flag"}
_DEFAULTS = {"entity": "North", "order_id": "1", "line_id": "1", "currency": "USD"}
BASES = ("shipment", "fulfilment", "billing", "revenue")


def event(day: str | date, kind: str, amount: int = 0, **more: object) -> dict[str, object]:
    """Return one entry: order 1 line 1 in USD, recorded the day it happened, unless said otherwise.

    Args:
        day: Effective date.
        kind: Event kind.
        amount: Minor units, positive in the kind's own sense.
        more: Other ledger columns; `order` stands for order_id and `line` for line_id.
    """
    short = {"order": "order_id", "line": "line_id"}
    named = {short.get(name, name): value for name, value in more.items()}
    return {**_DEFAULTS, "effective": day, "recorded": day, "kind": kind, "amount": amount, **named}


def entries(*rows: dict[str, object]) -> pd.DataFrame:
    """Return the entries that `build_ledger` takes, with the ledger's types."""
    columns = {}
    for name in ENTRY_COLUMNS:
        values = [row.get(name) for row in rows]
        kind = _TYPES[name]
        if kind == "date":
            columns[name] = pd.Series(np.array(values, dtype="datetime64[D]").astype(DAY))
        elif kind == "text":
            columns[name] = pd.Series(values, dtype="str")
        elif kind == "minor":
            columns[name] = pd.Series(values, dtype="int64")
        else:
            columns[name] = pd.Series([np.nan if value is None else float(value) for value in values])
    columns["source_row"] = pd.Series(np.arange(2.0, len(rows) + 2))
    columns["source_file"] = pd.Series(["test.csv"] * len(rows), dtype="str")
    return pd.DataFrame(columns)[list(ENTRY_COLUMNS)]


def rates(*rows: tuple[str, str, str] | tuple[str, str, str, str], reporting: str = "USD") -> Rates:
    """Return rates from rows (currency, day or "", rate) with the type last where there is one."""
    made = [Rate(row[0], Decimal(row[2]), date.fromisoformat(row[1]) if row[1] else None, *row[3:]) for row in rows]
    return Rates(reporting, tuple(made))


def ledger(
    *rows: dict[str, object],
    to: str = "2026-12-31",
    exchange: Rates | None = None,
    policy: Policy | None = None,
    facts: Iterable[str] | None = None,
) -> Ledger:
    """Return the ledger of some entries, open balances revalued up to a day; all facts known unless named."""
    available = Availability() if facts is None else Availability(facts=frozenset(facts))
    return build_ledger(
        entries(*rows), exchange or Rates("USD"), date.fromisoformat(to), policy=policy or Policy(),
        availability=available,
    )  # fmt: skip


def figure(
    book: Ledger, metric: str, period: str, basis: str = "fulfilment", known_at: str | None = None
) -> float | int | None:
    """Return one metric over a period, None where it is undefined or not available."""
    asked = parse_period(period)
    question = Question(asked.last, date.fromisoformat(known_at) if known_at else None)
    return figures(book, question, [asked], [metric_named(metric)], basis)[0].value


def backlog(book: Ledger, day: str, basis: str = "fulfilment", known_at: str | None = None) -> int:
    """Return the backlog at the end of a day."""
    return backlogs(book, day, known_at)[BASES.index(basis)]


def backlogs(book: Ledger, day: str, known_at: str | None = None) -> tuple[int, ...]:
    """Return the backlog at the end of a day on the shipment, fulfilment, billing and revenue basis."""
    as_of = date.fromisoformat(day)
    whole = book.calendar.month_end(as_of) == as_of <= book.horizon
    question = Question(as_of, date.fromisoformat(known_at) if known_at else None)
    months = [book.calendar.month(as_of)]
    row = flows((book if whole else book.at(as_of)).events, months, question).iloc[0]
    return tuple(int(row[f"backlog_{basis}"]) for basis in BASES)


def flow_rows(
    book: Ledger, first: str, last: str, *, known_at: str | None = None, by: str | None = None, **more: object
) -> pd.DataFrame:
    """Return `flows()` of the months from first to last (2026-01), as of the end of the last."""
    start, end = parse_period(first), parse_period(last)
    months = [parse_period(f"{key // 12:04d}-{key % 12 + 1:02d}")
              for key in range(_index(start.start), _index(end.start) + 1)]  # fmt: skip
    question = Question(end.last, date.fromisoformat(known_at) if known_at else None)
    return flows(book.events, months, question, by=by, **more)


def _index(day: date) -> int:
    return day.year * 12 + day.month - 1


def order_rows(book: Ledger, day: str, known_at: str | None = None) -> pd.DataFrame:
    """Return `orders()` at the end of a day."""
    known = date.fromisoformat(known_at) if known_at else None
    return orders(book.at(date.fromisoformat(day)).events, Question(date.fromisoformat(day), known))


#: Rates to USD of the random ledgers: from before the first day, at every month end and now and then between.
RANDOM_RATES = rates(
    ("EUR", "2025-12-31", "1.0731"), ("EUR", "2026-01-31", "1.0857"), ("EUR", "2026-02-14", "1.0999"),
    ("EUR", "2026-03-31", "1.0512"), ("EUR", "2026-05-31", "1.125"), ("JPY", "2025-12-31", "0.00671"),
    ("JPY", "2026-02-28", "0.00705"), ("JPY", "2026-04-15", "0.0065"), ("KWD", "2025-12-31", "3.2455"),
    ("KWD", "2026-03-31", "3.26"),
)  # fmt: skip
_FIRST, _DAYS = date(2026, 1, 1), 180
_CAUSES = ("return", "cancellation", "price", "rebill", "by phone", None)
_CHANGES = ("expansion", "contraction", "cancellation", "price_increase", "price_decrease", "correction", "acquired",
            "divested", "return_authorisation")  # fmt: skip
_DONE = ("shipment", "shipment", "invoice", "invoice", "recognition", "return_receipt", "credit_note", "credit_note",
         "completion", "hold", "release", "reschedule")  # fmt: skip
_LINES = st.fixed_dictionaries({
    "entity": st.sampled_from(("North", "South")), "currency": st.sampled_from(("USD", "EUR", "JPY", "KWD")),
    "customer": st.sampled_from(("Ada", "Bo", None)), "product": st.sampled_from(("Lens", "Plan")),
    "region": st.sampled_from(("Asia", "Europe")), "counterparty": st.sampled_from((None, None, None, "South")),
    "shippable": st.sampled_from((None, 0, 1)), "term": st.sampled_from((None, None, 120, 400)),
    "commit": st.sampled_from((None, 20, 90, 200, 600)),
    "starts": st.sampled_from(("new", "new", "renewal", "invoice")),
    "reclass": st.sampled_from((None, None, None, 60)),
    "first": st.tuples(st.integers(0, 90), st.integers(1, 5_000_000)),
    "rest": st.lists(
        st.tuples(st.sampled_from((*_CHANGES, *_DONE)), st.integers(0, _DAYS), st.sampled_from((0, 0, 0, 1, 20, 75)),
                  st.integers(1, 3_000_000), st.sampled_from(_CAUSES)),
        max_size=7,
    ),
})  # fmt: skip
#: Entries of a few order lines at random: every kind and cause, late recording, holds, terms, intercompany, reclass.
RANDOM_ROWS = st.lists(_LINES, min_size=1, max_size=7).map(
    lambda lines: [row for number, line in enumerate(lines) for row in _life(number, line)]
)


def _life(number: int, drawn: dict[str, object]) -> list[dict[str, object]]:
    """Return the entries of one order line; a line that is reclassed is recorded without delay."""
    start, amount = drawn["first"]
    attributes = {name: drawn[name] for name in ("entity", "currency", "customer", "product", "region",
                                                 "counterparty", "shippable")}  # fmt: skip
    commit = None if drawn["commit"] is None else _FIRST + timedelta(days=drawn["commit"])
    term = None if drawn["term"] is None else _FIRST + timedelta(days=start + drawn["term"])
    attributes |= {
        "order": f"{number // 2}", "line": f"{number}", "order_date": _FIRST, "commit_date": commit,
        "original_commit_date": commit, "term_start": _FIRST + timedelta(days=start) if term else None,
        "term_end": term,
    }  # fmt: skip
    made = [event(_FIRST + timedelta(days=start), drawn["starts"], amount, **attributes)]
    for kind, after, lag, value, reason in drawn["rest"]:
        day = _FIRST + timedelta(days=after)
        late = 0 if drawn["reclass"] else lag
        own = {**attributes, "recorded": day + timedelta(days=late)}
        own |= {"reason": reason} if kind == "credit_note" else {}
        own |= {"commit_date": day + timedelta(days=lag * 2)} if kind == "reschedule" else {}
        made.append(event(day, kind, 0 if kind in ("completion", "hold", "release", "reschedule") else value, **own))
    if drawn["reclass"]:
        day = _FIRST + timedelta(days=start + drawn["reclass"])
        moved = {**attributes, "region": "Africa"}
        made += [event(day, "reclass", -amount, **attributes), event(day, "reclass", amount, **moved)]
    return made


#: January was closed on 3 February, February on 4 March, both on the evening of the day.
JANUARY, FEBRUARY = Fence(date(2026, 2, 3), date(2026, 1, 31)), Fence(date(2026, 3, 4), date(2026, 2, 28))
CLOSED = Posting((JANUARY, FEBRUARY))


def kept(*rows, posting=CLOSED, to="2026-03-31", exchange=None):
    """Return the ledger of a book with closes."""
    return build_ledger(entries(*rows), exchange or rates(), date.fromisoformat(to), posting=posting)


def _kept_months(book, view="as-reported", by=None, last="2026-03", **more):
    """Return `flows()` of January to March, as reported or as restated."""
    asked = [parse_period(f"2026-{month:02d}") for month in range(1, int(last[-2:]) + 1)]
    return flows(book.events, asked, Question(asked[-1].last, view=view), by=by, **more)


def reported(book, *names, **more):
    """Return some measures of January to March."""
    table = _kept_months(book, **more)
    return [table[name].tolist() for name in names]


def segments(book, by="region", basis="fulfilment", **more):
    """Return segment -> backlog of January to March."""
    table = _kept_months(book, by=by, **more)
    found = {name: rows[f"backlog_{basis}"].tolist() for name, rows in table.groupby("segment")}
    return {name: amounts for name, amounts in found.items() if any(amounts)}
