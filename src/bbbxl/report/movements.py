"""Movements: what changed in the month reported, order by order, with the order value before and after."""

from __future__ import annotations

import narwhals as nw
import pandas as pd

from bbbxl.aggregate.flows import month_key
from bbbxl.aggregate.orders import orders
from bbbxl.aggregate.select import Question, counted
from bbbxl.events import CODES, EVENT_KINDS, KINDS, ORDER_NAMES
from bbbxl.inputs.load import Loaded
from bbbxl.ledger.build import Ledger
from bbbxl.ledger.columns import LINE
from bbbxl.ledger.kept import Kept, late
from bbbxl.ledger.kinds import by_kind
from bbbxl.ledger.states import DAY
from bbbxl.metrics.registry import metric_named
from bbbxl.metrics.values import missing
from bbbxl.report.adjustments import EVENT, by_hand

#: Columns of the movements, in order.
COLUMNS: tuple[str, ...] = (
    *LINE, "customer", "kind", "old", "delta", "new", "currency", "old_document", "delta_document", "new_document",
    "commit_before", "commit_after", "since", "effective", "order_date", "recorded", "posted", "late", "by_hand",
    "reason",
)  # fmt: skip
#: Metrics of the month that the changes add up to.
SUM: tuple[str, ...] = ("net_bookings", "other_movements")
_STATES = tuple(kind.name for kind in EVENT_KINDS if kind.group == "state")
_READ = (*LINE, "event_id", "customer", "kind", "currency", "amount", "reporting_amount", "commit_date", "effective",
         "recorded", "posted", "reason")  # fmt: skip
_SIGNS = {name: kind.sign for name, kind in KINDS.items()}
#: Order value runs per line and document currency: a line that changed its currency would add up two of them.
_RUNNING = [*LINE, "currency"]


def movements(loaded: Loaded, question: Question) -> pd.DataFrame:
    """Return what changed order values, commit dates and holds in the month reported.

    Args:
        loaded: What was read.
        question: As of, known at, view and scope: as reported, what was posted in the month; else what happened in it.

    Returns:
        One row an order event, reschedule, hold or release; by kind, the largest change first; columns of `COLUMNS`:
        old and new are the order value of the line before and after (net of cancellations, before relief), delta
        the change, in reporting minor units and, with the suffix _document, in document minor units; commit dates
        before and after stand on reschedules only; since is the first day on which it may have happened where only
        the last one is known, its effective day, else missing; order_date is that of the line in `orders()`, from
        which it ages; late says that the month reported is not the one it happened in. The deltas add up to net
        bookings + acquired - divested + reclass of the month; see `movements_unknown` for when that is not known.
    """
    events = _of_lines_moved(loaded, question)
    events["code"] = by_kind(events["kind"], CODES)
    events = events.sort_values([*LINE, "month", "effective", "code", "recorded", "event_id"], ignore_index=True)
    sign = by_kind(events["kind"], _SIGNS)
    for suffix, amount in (("", "reporting_amount"), ("_document", "amount")):
        events[f"delta{suffix}"] = sign * events[amount]
        events[f"new{suffix}"] = events.groupby(_RUNNING)[f"delta{suffix}"].cumsum()
        events[f"old{suffix}"] = events[f"new{suffix}"] - events[f"delta{suffix}"]
    events = events.assign(**_dates(events), late=late(events, question.calendar), by_hand=by_hand(events, loaded.kept),
                           since=_since(events, loaded.kept))  # fmt: skip
    chosen = events[events["month"] == month_key(question.calendar.month(question.as_of))]
    chosen = chosen.merge(_order_dates(loaded.ledger.events, question, chosen), on=list(LINE), how="left")
    order = pd.DataFrame({"code": chosen["code"], "size": -chosen["delta"].abs()}).sort_values(
        ["code", "size"], kind="stable"
    )
    return chosen.loc[order.index, list(COLUMNS)].reset_index(drop=True)


def movements_unknown(ledger: Ledger, question: Question) -> str | None:
    """Return why the sum of the movements of the month reported is not known, None when it is."""
    month = question.calendar.month(question.as_of)
    reasons = (missing(metric_named(name), ledger, month, question, "") for name in SUM)
    return next((one for one in reasons if one), None)


def _since(events: pd.DataFrame, kept: Kept | None) -> pd.Series[pd.Timestamp]:
    """Return the first day on which each event may have happened, missing where its day is known."""
    if kept is None:
        return pd.Series(pd.NaT, index=events.index, dtype=DAY)
    unsure = kept.events.loc[(kept.events["since"] < kept.events["effective"]).to_numpy(), [*EVENT, "since"]]
    found = events[list(EVENT)].merge(unsure.drop_duplicates(list(EVENT)), on=list(EVENT), how="left")["since"]
    return found.astype(DAY).set_axis(events.index)


def _of_lines_moved(loaded: Loaded, question: Question) -> pd.DataFrame:
    """Return the order and state events, up to the as-of date, of the lines that one of them touches in the month."""
    frame = counted(loaded.ledger.events, question, _READ).filter(nw.col("kind").is_in([*ORDER_NAMES, *_STATES]))
    events: pd.DataFrame = frame.collect("pandas").to_native()
    month = month_key(question.calendar.month(question.as_of))
    lines = events.loc[events["month"] == month, list(LINE)].drop_duplicates()
    return events.merge(lines, on=list(LINE))


def _order_dates(events: pd.DataFrame, question: Question, chosen: pd.DataFrame) -> pd.DataFrame:
    """Return the order date of the lines of some events, as the Orders tab has it: one row a line."""
    lines = chosen[list(LINE)].drop_duplicates()
    return orders(events.merge(lines, on=list(LINE)), question)[[*LINE, "order_date"]]


def _dates(events: pd.DataFrame) -> dict[str, pd.Series[pd.Timestamp]]:
    """Return the commit dates before and after each reschedule."""
    lines = [events[name] for name in LINE]
    known = events["commit_date"].groupby(lines).ffill()
    moved = events["kind"] == "reschedule"
    return {
        "commit_before": known.groupby(lines).shift().where(moved).astype(DAY),
        "commit_after": events["commit_date"].where(moved).astype(DAY),
    }
