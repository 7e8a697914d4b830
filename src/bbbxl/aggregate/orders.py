"""orders(): one row per order line as of a date."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import pandas as pd

from bbbxl.aggregate.measures import STOCK_MEASURES
from bbbxl.aggregate.select import Question, counted
from bbbxl.events import CREDIT_CAUSES, EVENT_KINDS, ORDER_NAMES
from bbbxl.ledger.columns import COLUMNS, DIMENSIONS, LINE
from bbbxl.ledger.states import DAY

_DERIVED = [kind.name for kind in EVENT_KINDS if kind.group == "derived"]
_STATES = [kind.name for kind in EVENT_KINDS if kind.group == "state"]
#: Sums of reporting amounts beside the backlogs: column -> kind -> sign.
SUMS: dict[str, dict[str, int]] = {
    "ordered": {kind.name: kind.sign for kind in EVENT_KINDS if kind.group == "order"},
    "shipped": {"shipment": 1, "return_receipt": -1},
    "invoiced": {"invoice": 1, "credit_note": -1},
    "recognised": {"recognition": 1},
    "returns": {"return_authorisation": 1},
    "received": {"return_receipt": 1},
    "price_decreases": {"price_decrease": 1},
}
#: Columns that describe the line: its latest value counts.
_LATEST = [name for name in (*DIMENSIONS, "counterparty") if name != "entity"]
_FIRST = ["order_date", "firmed_date", "original_commit_date", "term_start"]
_SUMMED = (*LINE, *_FIRST, "term_end", "currency", "kind", "basis", "reason", "amount", "reporting_amount")
_DESCRIBED = (*LINE, *_LATEST, "kind", "amount", "commit_date", "event_id")
#: Where the reclass recorded last moved the line to; without one all events of a line say the same.
_ORDER_BY = ["moved_to", "recorded", "effective", "event_id"]


def orders(events: Any, question: Question) -> pd.DataFrame:  # noqa: ANN401 -- any engine narwhals knows
    """Return one row per order line that was ever ordered, shipped or invoiced, as of a day.

    Args:
        events: Ledger events in any engine narwhals knows; never changed.
        question: As of, known at, view and scope.

    Returns:
        Sorted by entity, order and line. Columns: the line's key, currency, dimensions, dates (the commit date
        is the latest known), `held` and `completed` (bool), amounts in reporting minor units: ordered (net of
        cancellations and changes), shipped (less returns), invoiced (less credits), recognised, returns
        (authorised), received (returns), price_decreases, `backlog_<basis>`; the same with the suffix `_document`
        in document minor units; `unknown_credit`, credited without a known cause; first_ordered, first_shipped,
        first_invoiced (days, missing when it never happened).
    """
    frame = counted(events, question, _SUMMED)
    sums = {
        f"{name}{suffix}": _signed(parts, column)
        for column, suffix in (("reporting_amount", ""), ("amount", "_document"))
        for name, parts in _all_sums().items()
    }
    sums["completed"] = _signed({("completion", ""): 1}, None)
    unknown = (nw.col("kind") == "credit_note") & ~nw.col("reason").fill_null("").is_in(list(CREDIT_CAUSES))
    sums["unknown_credit"] = nw.when(unknown).then(nw.col("reporting_amount")).otherwise(nw.lit(0))
    days = {"first_ordered": list(ORDER_NAMES), "first_shipped": ["shipment"], "first_invoiced": ["invoice"]}
    lines = (
        frame.with_columns(
            **{name: expr.cast(nw.Int64) for name, expr in sums.items()},
            **{name: nw.when(nw.col("kind").is_in(kinds)).then(nw.col("effective")) for name, kinds in days.items()},
        )
        .group_by(*LINE)
        .agg(
            *(nw.col(name).sum() for name in sums),
            *(nw.col(name).min() for name in (*days, *_FIRST, "currency")),
            nw.col("term_end").max(),
        )
        .with_columns(*(nw.col(name).cast(nw.Int64) for name in sums))
    )
    table: pd.DataFrame = lines.collect("pandas").to_native()
    read = counted(events, question, _DESCRIBED).filter(~nw.col("kind").is_in(_DERIVED))
    for latest in (_latest_attributes(read), _latest_commit(read), _latest_hold(read)):
        table = table.merge(latest, on=list(LINE), how="left")
    table["held"], table["completed"] = table["held"].eq("hold"), table["completed"] > 0
    types = {column.name: "str" if column.type == "text" else DAY for column in COLUMNS if column.name in table}
    types |= dict.fromkeys(days, DAY)
    table = table.astype({name: kind for name, kind in types.items() if name != "cancellable"})
    table = table[table[list(days)].notna().any(axis=1)]
    return table.sort_values(list(LINE), ignore_index=True)


def _all_sums() -> dict[str, dict[tuple[str, str], int]]:
    plain = {name: {(kind, ""): sign for kind, sign in parts.items()} for name, parts in SUMS.items()}
    return {**plain, **{measure.name: measure.parts for measure in STOCK_MEASURES}}


def _signed(parts: dict[tuple[str, str], int], column: str | None) -> Any:  # noqa: ANN401 -- narwhals expression
    """Return the signed amount (or 1 when column is None) of the kinds in `parts`, 0 for others."""
    value = nw.col(column) if column else nw.lit(1)
    total = nw.lit(0)
    for sign in (1, -1):
        for basis in {basis for _, basis in parts}:
            kinds = [kind for (kind, own), given in parts.items() if given == sign and own == basis]
            matches = nw.col("kind").is_in(kinds)
            matches = matches & (nw.col("basis") == basis) if basis else matches
            total = nw.when(matches).then(value * sign).otherwise(total) if kinds else total
    return total


def _flag(condition: Any) -> Any:  # noqa: ANN401 -- narwhals expression
    """Return 1 where the condition holds, else 0, to sort by."""
    return nw.when(condition).then(nw.lit(1)).otherwise(nw.lit(0))


def _latest_attributes(frame: nw.LazyFrame[Any]) -> pd.DataFrame:
    """Return the latest customer, product and so on of each line."""
    moved = _flag((nw.col("kind") == "reclass") & (nw.col("amount") > 0))
    latest = (
        frame.with_columns(moved_to=moved)
        .group_by(*LINE)
        .agg(*(nw.col(name).last(order_by=_ORDER_BY) for name in _LATEST))
    )
    table: pd.DataFrame = latest.collect("pandas").to_native()
    return table


def _latest_hold(frame: nw.LazyFrame[Any]) -> pd.DataFrame:
    """Return whether the last word on each line was a hold or a release."""
    words = frame.filter(nw.col("kind").is_in(["hold", "release"]))
    latest = words.group_by(*LINE).agg(nw.col("kind").last(order_by=["effective", "recorded", "kind"]).alias("held"))
    table: pd.DataFrame = latest.collect("pandas").to_native()
    return table


def _latest_commit(frame: nw.LazyFrame[Any]) -> pd.DataFrame:
    """Return the latest commit date known of each line; of one day, a reschedule counts last."""
    commits = frame.filter(~nw.col("commit_date").is_null(), nw.col("kind").is_in([*ORDER_NAMES, *_STATES]))
    latest = (
        commits.with_columns(state=_flag(nw.col("kind").is_in(_STATES)))
        .group_by(*LINE)
        .agg(nw.col("commit_date").last(order_by=["effective", "state", "recorded", "commit_date"]))
    )
    table: pd.DataFrame = latest.collect("pandas").to_native()
    return table
