"""The month's bridge from the CRM to the order events of a pack's own ledger, and its open items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from bbbxl.aggregate.select import Question
from bbbxl.errors import Problem
from bbbxl.events import EVENT_KINDS, KINDS
from bbbxl.inputs.coded import Coded, of_list
from bbbxl.inputs.entries import Source
from bbbxl.inputs.grid import RawTable
from bbbxl.ledger.build import Ledger
from bbbxl.ledger.columns import TITLES
from bbbxl.ledger.rates import Rates
from bbbxl.periods import Period
from bbbxl.policy import FileEntry
from bbbxl.reconcile.carry import Carried, carry
from bbbxl.reconcile.decisions_file import read_decisions
from bbbxl.reconcile.engine import reconcile_sides
from bbbxl.reconcile.fields import TYPES, find_links
from bbbxl.reconcile.model import Reconciliation
from bbbxl.reconcile.rerun import apart, decisions_of, read_earlier
from bbbxl.reconcile.side import Left, Opened, Side, open_side, understand_side
from bbbxl.reconcile.signs import Signs
from bbbxl.reconcile.status import refuse_mistaken

#: What the ERP side is called in sentences: the order events of the pack's ledger.
LEDGER = "the ledger"
#: Days after the as-of date whose orders are looked at: they may show that a CRM deal was only booked later.
PADDING = 15
#: Kinds that net bookings count, with their sign.
_NET = {kind.name: kind.net for kind in EVENT_KINDS if kind.net}
#: Field of a side -> ledger column.
_FIELDS = {"order_id": "order_id", "line_id": "line_id", "customer": "customer", "type": "kind", "date": "effective",
           "currency": "currency", "amount": "amount"}  # fmt: skip
#: Keys of an entry of bbbxl.toml that say how its file is written.
_READING = ("decimal", "date_order", "date_format", "sheet", "encoding", "delimiter")


@dataclass(frozen=True)
class CrmExport:
    """The export of a CRM that a pack's month is reconciled with.

    Attributes:
        path: The export.
        entry: What bbbxl.toml says of it; None where it is not named there.
        decisions: Decisions file, as for `bbbxl reconcile`.
        previous: Last month's reconciliation workbook, that of an earlier run of this month, or both.
        columns: Field -> header as the user named them; they win over bbbxl.toml.
        reading: How it is written, as the user said it; see `bbbxl.reconcile.side.READING`.
    """

    path: Path
    entry: FileEntry | None = None
    decisions: Path | None = None
    previous: Sequence[Path] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    reading: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Bridged:
    """What a CRM export adds to a pack.

    Attributes:
        made: The reconciliation; its ERP side is the ledger of the pack.
        carried: Its open items, as they follow from last month.
        source: The CRM export as a file of the pack.
        problems: Rows of it that could not be read.
        own_totals: Sentences on totals the export prints that differ from its rows.
        events: The order events of the ERP side, one row each, in the order of its members.
    """

    made: Reconciliation
    carried: Carried
    source: Source
    problems: tuple[Problem, ...]
    own_totals: tuple[str, ...]
    events: pd.DataFrame = field(repr=False)

    @property
    def done(self) -> bool:
        """Return whether nothing is unexplained, nothing unread, and what was decided fits."""
        return self.made.done and self.carried.done


def bridged(crm: CrmExport, ledger: Ledger, question: Question) -> Bridged:
    """Return the reconciliation of a CRM export with the order events that net bookings of the month count.

    The ERP total is net bookings of the month up to the as-of date: same events, view, day of knowledge and scope,
    amounts as the ledger translated them, cancellations in the month in which they are counted.

    Args:
        crm: The export of the CRM.
        ledger: The ledger of the pack.
        question: As of, known at, view and scope.

    Raises:
        BbbError: as in `bbbxl.reconcile.next_month.reconcile_next`; rates are those of the ledger.
    """
    month = question.calendar.month(question.as_of)
    period = Period(month.start, question.as_of + timedelta(days=1), month.label)
    given = read_decisions(crm.decisions) if crm.decisions else []
    last, again = read_earlier(crm.previous)
    made_there, carried = decisions_of(last, again)
    columns, reading = _said(crm.entry)
    left = open_side(crm.path, "crm", {**columns, **crm.columns}, {**reading, **crm.reading})
    events = _counted(ledger.events, question, month)
    right = _opened(events)
    refuse_mistaken(left.table, right.table, left.pair)
    notes = find_links(left.table, right.table, left.fields, right.fields, left.pair)
    rates = Rates(ledger.currency, ledger.rates.rows)
    side = understand_side(left, ledger.currency, rates, period)
    made = reconcile_sides(
        side, _ledger_side(right, events), period, ledger.currency, rates,
        [*given, *made_there], notes, last.since if last else None, carried,
    )  # fmt: skip
    last, again = apart(last, again, period, ledger.currency)
    unread = made.aside[(made.aside["side"] == "crm") & (made.aside["kind"] == "problem")]
    problems = tuple(Problem(made.crm.file, int(one["file_row"]), str(one["column"]), str(one["value"]),
                             str(one["message"])) for one in unread.to_dict("records"))  # fmt: skip
    totals = tuple(one.message for one in side.totals if not one.ties)
    return Bridged(made, carry(made, last, again), _source(side, len(problems)), problems, totals, events)


def net_of(cube: pd.DataFrame) -> int:
    """Return net bookings of the last month of a cube's total, in minor units."""
    return sum(sign * int(cube[name].iloc[-1]) for name, sign in _NET.items())


def _said(entry: FileEntry | None) -> tuple[Mapping[str, str], dict[str, str]]:
    """Return what bbbxl.toml says of the columns of a CRM export, and of how it is written and which deals are won."""
    if entry is None:
        return {}, {}
    reading = {name: str(value) for name in _READING if (value := getattr(entry, name)) is not None}
    columns = dict(entry.columns)
    for header, won in entry.states.get("booked", {}).items():
        columns.setdefault("status", header)
        reading["won"] = ",".join(won)
    return {name: title for name, title in columns.items() if name in TYPES}, reading


def _counted(events: pd.DataFrame, question: Question, month: Period) -> pd.DataFrame:
    """Return the order events of net bookings with `day`, on which they count, and signed `deal` and `minor`.

    Events up to `PADDING` days after the as-of date are there too, outside the period.
    """
    kept = events[events["kind"].isin(list(_NET)) & events["basis"].isna()]
    if question.known_at is not None:
        kept = kept[kept["recorded"] <= pd.Timestamp(question.known_at)]
    if question.group:
        kept = kept[kept["counterparty"].isna()]
    as_of, effective, posted = pd.Timestamp(question.as_of), kept["effective"], kept["posted"]
    day = effective
    if question.view == "as-reported":
        # An event that a later period reports counts there, in that of the as-of date no later than that day.
        late = posted.dt.to_period("M") != effective.dt.to_period("M")
        inside = (posted >= pd.Timestamp(month.start)) & (posted < pd.Timestamp(month.end)) & (effective <= as_of)
        day = effective.where(~late, posted.where(~inside | (posted <= as_of), as_of))
    kept = kept.assign(day=day)[day <= as_of + pd.Timedelta(days=PADDING)]
    signs = kept["kind"].map(_NET).astype("int64")
    return kept.assign(deal=signs * kept["amount"], minor=signs * kept["reporting_amount"]).reset_index(drop=True)


def _opened(events: pd.DataFrame) -> Opened:
    """Return the events as a side whose columns are known, for finding what the CRM calls its order number."""
    cells = {f"{place}": pa.array(_texts(events, name), type=pa.string())
             for place, name in enumerate(_FIELDS.values())}  # fmt: skip
    header = tuple(TITLES[name] for name in _FIELDS.values())
    numbers = np.arange(1, len(events) + 1, dtype=np.int64)
    table = RawTable(LEDGER, "", header, pa.table(cells), numbers, (), "", 0)
    return Opened("erp", table, dict(zip(_FIELDS, header, strict=True)))


def _texts(events: pd.DataFrame, name: str) -> list[str]:
    """Return a ledger column as text."""
    if name == "kind":
        return [KINDS[kind].title for kind in events["kind"].tolist()]
    if name == "effective":
        return [str(day) for day in events["day"].dt.date.tolist()]
    return events[name].astype(object).where(events[name].notna(), "").astype(str).tolist()


def _ledger_side(opened: Opened, events: pd.DataFrame) -> Side:
    """Return the events as a side; nothing of it is read from text, so that its amounts are those of the ledger."""
    count = len(events)
    texts: dict[str, Coded] = {name: of_list([""] * count) for name, kind in TYPES.items() if kind == "text"}
    texts |= {name: of_list(_texts(events, column)) for name, column in _FIELDS.items() if TYPES[name] == "text"}
    texts["key"] = texts["order_id"]
    deal = _whole(events["deal"])
    credits = np.array([_NET[kind] < 0 for kind in events["kind"].tolist()], dtype=np.bool_)
    signs = Signs(np.ones(count, dtype=np.int64), credits,
                  "The order events that net bookings of the month count; reductions stand below zero.")  # fmt: skip
    none = np.array([], dtype=np.int64)
    places = np.arange(count, dtype=np.int64)
    return Side(
        name="erp", opened=opened, places=places, rows=places + 1,
        days=events["day"].to_numpy().astype("datetime64[D]").astype(np.int64), deal=deal,
        minor=_whole(events["minor"]), tax=np.zeros(count, dtype=np.int64), term=np.zeros(count),
        currency=texts["currency"], credits=credits, texts=texts, signs=signs, aside=(), notes=(), totals=(),
        left=Left(none, *(of_list([]) for _ in range(3))),
    )  # fmt: skip


def _whole(amounts: pd.Series[int]) -> npt.NDArray[np.int64]:
    return np.asarray(amounts, dtype=np.int64)


def _source(side: Side, problems: int) -> Source:
    """Return a CRM export as a file of the pack: its rows are reconciled and never enter the ledger."""
    table = side.opened.table
    codes = np.array(side.currency.to_list(), dtype=object)
    totals = {code: int(side.deal[codes == code].sum()) for code in sorted(set(codes.tolist()))}
    rows = len(table) + len(table.problems)
    notes = (side.signs.sentence, *side.notes, "Never enters the ledger, which the Bridge tab reconciles with it.")
    return Source(
        table.file, "crm", "", table.sha256, table.size, rows, len(side), problems, totals, dict(side.opened.fields),
        None, tuple(note for note in notes if note), not_booked=rows - len(side) - problems, sheet=table.sheet,
    )  # fmt: skip
