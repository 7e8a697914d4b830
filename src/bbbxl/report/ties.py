"""The checks of a pack, made: one function each, in the order of the table of checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from bbbxl.aggregate.select import Question
from bbbxl.checks import CHECKS, UNDATED_LIMIT, CheckResult
from bbbxl.errors import count_of
from bbbxl.events import EVENT_KINDS
from bbbxl.inputs.load import Loaded
from bbbxl.ledger.build import Ledger
from bbbxl.ledger.columns import LINE
from bbbxl.ledger.kept import Kept
from bbbxl.ledger.relief import FROM_CREDIT_NOTE
from bbbxl.metrics.ageing import ORDER_AGE, PAST_DUE, ageing
from bbbxl.metrics.registry import metric_named
from bbbxl.metrics.schedule import slots
from bbbxl.metrics.values import missing, values_for
from bbbxl.periods import Period
from bbbxl.report.columns import roll_columns
from bbbxl.report.currencies import CurrencyRoll, FxTest
from bbbxl.report.windows import unknown_roll, window_measures

#: Kinds that no file holds.
_MADE_UP = [kind.name for kind in EVENT_KINDS if kind.group == "derived"] + ["book_and_turn"]
#: How the detail of a check begins that could not be made.
NOT_AVAILABLE = "not available"
#: value, tolerance, detail
Outcome = tuple[float | int | None, float | int, str]


@dataclass(frozen=True)
class TieInputs:
    """What the checks look at; see `Pack` for the meaning of each."""

    loaded: Loaded
    ledger: Ledger
    question: Question
    basis: str
    cube: pd.DataFrame
    segments: Mapping[str, pd.DataFrame]
    orders: pd.DataFrame
    open_orders: pd.DataFrame
    events: pd.DataFrame
    rolls: tuple[CurrencyRoll, ...]
    fx: FxTest

    @property
    def month(self) -> Period:
        """Return the month reported."""
        return self.question.calendar.month(self.question.as_of)

    @property
    def closing(self) -> int:
        """Return the closing backlog, in minor units."""
        return int(self.cube[f"backlog_{self.basis}"].iloc[-1])

    @property
    def stock(self) -> pd.Series[int]:
        """Return the backlog of every open order line."""
        return self.open_orders[f"backlog_{self.basis}"]


def check_ties(given: TieInputs) -> tuple[CheckResult, ...]:
    """Return the result of every check, in printed order."""
    reason = missing(metric_named("backlog"), given.ledger, given.month, given.question, given.basis)
    results = []
    for check in CHECKS:
        value, tolerance, detail = _MADE[check.name](given)
        if reason and check.name in _NEEDS_BACKLOG:
            value, detail = None, f"{NOT_AVAILABLE}: {reason}"
        results.append(CheckResult(check, value, tolerance, detail))
    return tuple(results)


def _rows_in(given: TieInputs) -> Outcome:
    sources = [one for one in given.loaded.sources if one.preset]
    entries = given.ledger.entries
    sheets = entries["source_sheet"].fillna("")
    entered = entries["source_row"].groupby([entries["source_file"], sheets]).nunique()
    lost = [abs(one.rows - one.used - one.set_aside - one.not_booked - one.superseded) for one in sources]
    if given.loaded.kept:
        # A snapshot that changes nothing makes no events; that nothing is lost in a book is a check of its own.
        return sum(lost), 0, ""
    lost += [abs(one.used - int(entered.get((one.file, one.sheet), 0))) for one in sources]
    return sum(lost), 0, ""


def _rows_set_aside(given: TieInputs) -> Outcome:
    problems = given.loaded.problems
    return len(problems), 0, str(problems[0]) if problems else ""


def _amounts_through(given: TieInputs) -> Outcome:
    key = ["source_file", "currency", "kind"]
    read = given.ledger.entries.fillna({"source_file": ""}).groupby(key)["amount"].sum()
    events = given.ledger.events
    entered = events[~events["kind"].isin(_MADE_UP) & (events["reason"] != FROM_CREDIT_NOTE)]
    held = entered.fillna({"source_file": ""}).groupby(key)["amount"].sum()
    return int(read.sub(held, fill_value=0).abs().sum()), 0, ""


def _repeated(given: TieInputs) -> Outcome:
    repeated = sum(one.repeated for one in given.loaded.sources)
    return repeated, 0, ""


def _own_totals(given: TieInputs) -> Outcome:
    totals = [total for one in given.loaded.sources for total in one.own_totals]
    differing = [total for total in totals if not total.ties]
    if not totals:
        return 0, 0, "no file prints a total of its own"
    return len(differing), 0, differing[0].message if differing else ""


def _repeated_events(given: TieInputs) -> Outcome:
    logs = [one.file for one in given.loaded.sources if one.preset == "events"]
    entries = given.ledger.entries
    own = entries[entries["event_id"].isna() & entries["source_file"].isin(logs)]
    if given.loaded.kept:
        own = _without_own_id(given.loaded.kept, logs)
    twice = own[own.duplicated([*LINE, "kind", "effective", "amount", "currency", "reason", "commit_date"])]
    return len(twice), 0, _first_row(twice)


def _without_own_id(kept: Kept, logs: Sequence[str]) -> pd.DataFrame:
    """Return the events of a book that were read from event exports and got their id from the book: entry.number."""
    events = kept.events[(kept.events["origin"] == "export") & kept.events["source_file"].isin(logs)]
    return events[events["event_id"].str.replace(r"\..*", "", regex=True) == events["entry"].astype("str")]


def _first_row(entries: pd.DataFrame) -> str:
    """Return where the first of some events was read, empty when there is none."""
    if entries.empty:
        return ""
    return f"first: {entries['source_file'].iloc[0]} row {entries['source_row'].iloc[0]:.0f}"


def _first_line(lines: pd.DataFrame) -> str:
    """Return the first of some order lines, empty when there is none."""
    return f"first: {lines['order_id'].iloc[0]} line {lines['line_id'].iloc[0]}" if len(lines) else ""


def _unordered(given: TieInputs) -> Outcome:
    lines = given.orders
    without = lines[lines["first_ordered"].isna() & ((lines["shipped"] != 0) | (lines["recognised"] != 0))]
    return len(without), 0, _first_line(without)


def _delivered(given: TieInputs) -> Outcome:
    over = given.orders[over_delivered(given.orders)]
    return len(over), 0, _first_line(over)


def over_delivered(orders: pd.DataFrame) -> pd.Series[bool]:
    """Return which lines shipped more than was ordered before returns and price cuts."""
    deliverable = orders[[f"{name}_document" for name in DELIVERABLE]].sum(axis=1)
    return orders["first_ordered"].notna() & (orders["shipped_document"] > deliverable.clip(lower=0))


#: What may be shipped of a line: what is ordered now, and what returns and price cuts took off later.
DELIVERABLE = ("ordered", "returns", "price_decreases")


def _unauthorised(given: TieInputs) -> Outcome:
    lines = given.orders
    over = lines[lines["received_document"] > lines["returns_document"]]
    return len(over), 0, _first_line(over)


def _rate_types(given: TieInputs) -> Outcome:
    other = sorted(given.ledger.rates.other_type)
    return len(other), 0, "; ".join(f"{currency}: no {use} rate" for currency, use in other[:3])


def _gap(given: TieInputs) -> Outcome:
    days = given.ledger.entries["effective"].sort_values(ignore_index=True)
    gaps = days.diff().dt.days.fillna(0)
    if gaps.max() <= _YEAR:
        return 0, 0, ""
    place = int(gaps.idxmax())
    where = f"nothing between {days[place - 1].date()} and {days[place].date()}"
    return min(place, len(days) - place), 0, where


#: Days without an event after which a date on the far side is doubted.
_YEAR = 366


def _roll_forward(given: TieInputs) -> Outcome:
    metric = metric_named("roll_forward_residual")
    worst, where = 0, ""
    columns = roll_columns(given.question.as_of, given.question.calendar)
    known = [one for one in columns if not _unknown_roll(given, one.window)]
    if not known:
        return None, 0, f"{NOT_AVAILABLE}: {_unknown_roll(given, given.month)}"
    for column in known:
        measures = window_measures(given.cube, column)
        residual = int(metric.compute(values_for(measures, given.basis)))
        if abs(residual) > abs(worst):
            worst, where = residual, column.title
    return abs(worst), 0, where


def _unknown_roll(given: TieInputs, window: Period) -> str | None:
    """Return why a roll-forward over a window is not known, None when it is."""
    return unknown_roll(given.ledger, window, given.question, given.basis)


def _document_roll_forward(given: TieInputs) -> Outcome:
    residuals = {one.currency: one.residual for one in given.rolls}
    known = {currency: residual for currency, residual in residuals.items() if residual is not None}
    if residuals and not known:
        return None, 0, f"{NOT_AVAILABLE}: {_unknown_roll(given, given.month)}"
    currency = max(known, key=lambda one: abs(known[one]), default="")
    worst = known.get(currency, 0)
    return worst, 0, currency if worst else ""


def _segments(given: TieInputs) -> Outcome:
    worst, where = 0, ""
    total = given.cube.drop(columns="segment").set_index("month")
    for name, table in given.segments.items():
        difference = table.drop(columns="segment").groupby("month").sum() - total
        largest = int(difference.abs().to_numpy().max(initial=0))
        if largest > worst:
            worst, where = largest, name
    return worst, 0, where


def _orders(given: TieInputs) -> Outcome:
    return int(given.stock.sum()) - given.closing, 0, ""


def _schedule(given: TieInputs) -> Outcome:
    names = [slot.name for slot in slots(given.question.as_of, given.question.calendar)]
    return int(given.open_orders[names].sum().sum()) - given.closing, 0, ""


def _ageing(given: TieInputs) -> Outcome:
    gaps = [
        sum(amount for _, amount, _ in ageing(given.open_orders[column], given.stock, buckets)) - given.closing
        for column, buckets in (("age", ORDER_AGE), ("days_past_due", PAST_DUE))
    ]
    return max(map(abs, gaps)), 0, ""


def _past_due(given: TieInputs) -> Outcome:
    lines = past_due_lines(given.open_orders)
    return int(lines["past_due"].sum()) - int(given.open_orders["past_due"].sum()), 0, ""


def past_due_lines(open_orders: pd.DataFrame) -> pd.DataFrame:
    """Return the order lines with an amount past due, longest overdue first."""
    late = open_orders[open_orders["past_due"] != 0]
    return late.sort_values(["days_past_due", "past_due"], ascending=False, kind="stable", ignore_index=True)


def _fx(given: TieInputs) -> Outcome:
    if given.fx.reason:
        return None, 0, f"{NOT_AVAILABLE}: {given.fx.reason}"
    return given.fx.ledger - given.fx.decomposed, given.fx.tolerance, ""


def _negative_open(given: TieInputs) -> Outcome:
    lines = given.open_orders
    below = lines[lines[f"backlog_{given.basis}_document"] < -lines["returns_document"].clip(lower=0)]
    return int(below[f"backlog_{given.basis}"].sum()), 0, _first_line(below)


def _commit_dates(given: TieInputs) -> Outcome:
    undated = given.open_orders["due_date"].isna()
    share = float(given.stock[undated].sum()) / given.closing if given.closing else 0.0
    return share, UNDATED_LIMIT, count_of(int(undated.sum()), "order line")


def _rates(given: TieInputs) -> Outcome:
    stale = sorted(given.ledger.rates.stale)
    return len(stale), 0, f"first: {stale[0][0]} on {stale[0][1]}" if stale else ""


def _future(given: TieInputs) -> Outcome:
    entries = given.ledger.entries
    if given.loaded.kept:
        after = entries["effective"] > entries["recorded"]
        return int(after.sum()), 0, _first_row(entries[after])
    taken = {entry.path.replace("\\", "/").rsplit("/", 1)[-1]: entry.extracted.date()
             for entry in given.loaded.config.files if entry.extracted}  # fmt: skip
    if not taken:
        return None, 0, "bbbxl.toml does not say when the exports were taken"
    after = entries["effective"] > pd.to_datetime(entries["source_file"].map(taken))
    return int(after.sum()), 0, _first_row(entries[after])


def _contradictions(given: TieInputs) -> Outcome:
    notes = given.ledger.notes
    return len(notes), 0, notes[0] if notes else ""


def _intercompany(given: TieInputs) -> Outcome:
    events = given.events
    unknown = sorted(set(events["counterparty"].dropna()) - set(events["entity"]))
    return len(unknown), 0, ", ".join(unknown[:3])


_MADE: dict[str, Callable[[TieInputs], Outcome]] = {
    "rows_in": _rows_in, "rows_set_aside": _rows_set_aside, "own_totals": _own_totals,
    "amounts_through": _amounts_through,
    "repeated_lines": _repeated, "repeated_events": _repeated_events, "unordered": _unordered,
    "delivered": _delivered, "unauthorised": _unauthorised, "rate_types": _rate_types, "gap": _gap,
    "roll_forward": _roll_forward, "document_roll_forward": _document_roll_forward,
    "segments": _segments, "orders": _orders, "schedule": _schedule, "ageing": _ageing, "past_due": _past_due,
    "fx": _fx, "negative_open": _negative_open, "commit_dates": _commit_dates, "rates": _rates, "future": _future,
    "contradictions": _contradictions, "intercompany": _intercompany,
}  # fmt: skip
_NEEDS_BACKLOG = frozenset({"roll_forward", "document_roll_forward", "orders", "schedule", "ageing", "past_due", "fx",
                            "negative_open", "commit_dates"})  # fmt: skip
