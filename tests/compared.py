"""Snapshots for tests: order line reports from short rows, and books that compare one with the next."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import numpy as np
import pandas as pd

from bbbxl.book.compare import Relief, compare, settle
from bbbxl.book.records import WAITING, Answer, Derived
from bbbxl.inputs.snapshot import STATE_COLUMNS, OrderStates
from bbbxl.inputs.together import UNKNOWN
from bbbxl.ledger.build import ENTRY_COLUMNS

_NUMPY = {"date": "datetime64[us]", "minor": "int64", "number": "float64", "bool": "bool", "text": "str"}
_USUAL = {"entity": "North", "currency": "USD", "booked": "2026-01-05", "customer": "Ada", "product": "Lens"}
_SHORT = {"order": "order_id", "line": "line_id"}
#: What a report of these tests has columns for, unless said otherwise.
SAYS = frozenset(STATE_COLUMNS) - {"ordered", "entity", "order_id", "currency"}
SIGNS = {"ordered": {"new": 1, "renewal": 1, "expansion": 1, "price_increase": 1, "contraction": -1, "cancellation": -1,
                     "return_authorisation": -1, "price_decrease": -1, "reclass": 1},
         "shipped": {"shipment": 1, "return_receipt": -1}, "invoiced": {"invoice": 1, "credit_note": -1}}  # fmt: skip


def row(order: str, ordered: int, line: str = "1", **more: object) -> dict[str, object]:
    """Return one order line of a report: North, USD, booked 5 January 2026 by Ada, a Lens, unless said otherwise."""
    return {**_USUAL, "order_id": order, "line_id": line, "ordered": ordered, **more}


def report(*rows: dict[str, object], lacks: Iterable[str] = (), file: str = "o.csv") -> OrderStates:
    """Return a report of some rows; it has every column but those it lacks."""
    columns = {}
    for name, kind in STATE_COLUMNS.items():
        values = [one.get(name) for one in rows]
        if kind == "date":
            columns[name] = pd.Series(np.array(values, dtype="datetime64[D]").astype("datetime64[us]"))
        elif kind == "text":
            columns[name] = pd.Series([value or "" for value in values], dtype="str")
        elif kind == "number":
            columns[name] = pd.Series([np.nan if value is None else float(value) for value in values], dtype="float64")
        else:
            columns[name] = pd.Series([value or 0 for value in values], dtype=_NUMPY[kind])
    columns["source_file"] = pd.Series([file] * len(rows), dtype="str")
    columns["source_row"] = pd.Series(np.arange(2.0, len(rows) + 2))
    states = pd.DataFrame(columns)
    return OrderStates(states, entries_of(states), SAYS - frozenset(lacks))


def entries_of(states: pd.DataFrame) -> pd.DataFrame:  # noqa: PLR0912 -- one branch a fact
    """Return the entries a reader makes of states: one event a fact, days that no cell says UNKNOWN."""
    made = []
    for one in states.to_dict("records"):
        base = {name: one.get(name) for name in ENTRY_COLUMNS if name in one and name != "reason"} | {
            "recorded": UNKNOWN
        }
        base |= {"event_id": None, "reason": None, "quantity": one["quantity"]}

        def add(kind: str, amount: int, day: object, reason: str | None = None, base: dict = base) -> None:
            day = UNKNOWN if day is None or pd.isna(day) else day
            made.append({**base, "kind": kind, "amount": amount, "effective": day, "reason": reason})

        if one["ordered"] < 0:
            add("return_authorisation", -one["ordered"], one["booked"])
        else:
            add("new", one["ordered"], one["booked"])
        if one["cancelled"]:
            add("cancellation", one["cancelled"], one["cancelled_date"])
        for name, up, down, reason in (("shipped", "shipment", "return_receipt", None),
                                       ("invoiced", "invoice", "credit_note", "return")):  # fmt: skip
            if one[name] > 0:
                add(up, one[name], one[f"{name}_date"])
            elif one[name] < 0:
                add(down, -one[name], one[f"{name}_date"], reason)
        if one["completed"]:
            add("completion", 0, None)
        if one["held"]:
            add("hold", 0, one["booked"], "status of the export")
    frame = pd.DataFrame(made, columns=list(ENTRY_COLUMNS))
    for name in ENTRY_COLUMNS:
        if name in ("effective", "recorded") or name.endswith("_date") or name in ("term_start", "term_end"):
            frame[name] = frame[name].astype("datetime64[us]")
        elif name == "amount":
            frame[name] = frame[name].astype("int64")
        elif name in ("quantity", "cancellable", "shippable", "source_row"):
            frame[name] = frame[name].astype("float64")
        else:
            frame[name] = frame[name].astype("str").mask(frame[name].eq("")).astype("str")
    return frame


class Book:
    """A source in memory: snapshots taken one after the other, what they gave gathered."""

    def __init__(self, source: str = "erp", **options: object) -> None:
        relief = Relief(**{name: options.pop(name) for name in ("basis", "unmarked") if name in options})
        self.source, self.options = source, {"relief": relief, **options}
        self.baseline: pd.DataFrame | None = None
        self.since: date | None = None
        self.events = pd.DataFrame()
        self.questions: list = []
        self.last: Derived | None = None

    def add(self, as_of: str, *rows: dict[str, object] | OrderStates, lacks: Iterable[str] = (),
            **more: object) -> Derived:  # fmt: skip
        """Take a snapshot and return what it gave."""
        given = rows[0] if rows and isinstance(rows[0], OrderStates) else report(*rows, lacks=lacks)
        day = date.fromisoformat(as_of)
        got = compare(self.baseline, given, source=self.source, since=self.since, as_of=day, **self.options, **more)
        self.since = day
        return self._keep(got)

    def answer(self, kind: str, answer: str, order: str, line: str = "1", day: str | None = None, reason: str = "",
               entity: str = "North") -> Derived:  # fmt: skip
        """Answer one question and return what it did."""
        said = Answer(kind, entity, order, line, answer, date.fromisoformat(day) if day else None, reason)
        got = settle(self.baseline, self.questions, [said], as_of=self.since, events=self.events,
                     relief=self.options["relief"])  # fmt: skip
        return self._keep(got)

    def _keep(self, got: Derived) -> Derived:
        self.baseline, self.last = got.baseline, got
        self.events = pd.concat([self.events, got.events], ignore_index=True) if len(self.events) else got.events
        self.questions += got.questions
        return got


def said(events: pd.DataFrame | Derived, *columns: str) -> list[tuple[object, ...]]:
    """Return events as (order, line, kind, amount, day) and more columns, sorted by order, line and day."""
    frame = events.events if isinstance(events, Derived) else events
    rows = []
    for one in frame.to_dict("records"):
        more = tuple(_plain(one[name]) for name in columns)
        rows.append((one["order_id"], one["line_id"], one["kind"], one["amount"], str(one["effective"].date()), *more))
    return sorted(rows, key=lambda one: (one[0], one[1], one[4], str(one)))


def _plain(value: object) -> object:
    if isinstance(value, pd.Timestamp):
        return str(value.date())
    return None if pd.isna(value) else value


def sums(events: pd.DataFrame) -> dict[tuple[str, ...], tuple[int, int, int]]:
    """Return (net ordered, shipped, invoiced) of every line and currency, added up event by event."""
    made: dict[tuple[str, ...], list[int]] = {}
    for one in events.to_dict("records"):
        total = made.setdefault((one["entity"], one["order_id"], one["line_id"], one["currency"]), [0, 0, 0])
        for place, signs in enumerate(SIGNS.values()):
            total[place] += signs.get(one["kind"], 0) * one["amount"]
    return {key: tuple(total) for key, total in made.items()}


def states_of(baseline: pd.DataFrame) -> dict[tuple[str, ...], tuple[int, int, int]]:
    """Return (net ordered, shipped, invoiced) of every line and currency as the baseline says them."""
    made: dict[tuple[str, ...], list[int]] = {}
    for one in baseline.to_dict("records"):
        if one["carried"] not in WAITING:
            total = made.setdefault((one["entity"], one["book_order"], one["book_line"], one["currency"]), [0, 0, 0])
            for place, value in enumerate((one["ordered"] - one["cancelled"], one["shipped"], one["invoiced"])):
                total[place] += value
    return {key: tuple(total) for key, total in made.items()}
