"""What moved the backlog between two month ends, by order, kind and reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import pandas as pd

from bbbxl.aggregate.select import Question, counted
from bbbxl.events import KINDS, backlog_sign
from bbbxl.inputs.load import Loaded
from bbbxl.ledger.columns import LINE
from bbbxl.ledger.kept import late
from bbbxl.ledger.kinds import by_kind

_SIGNS: Final = {name: backlog_sign(kind) for name, kind in KINDS.items()}
#: What a movement is known by.
MOVED_BY: Final = [*LINE, "customer", "kind", "reason"]


@dataclass(frozen=True)
class Moved:
    """What moved a backlog.

    Attributes:
        opening: Backlog at the end of the first month, reporting minor units.
        closing: Backlog at the end of the second.
        rows: One row per order line, kind and reason: `MOVED_BY`, amount (effect on the backlog), effective (last
            day), late (some of it belongs to an earlier month than the one that reports it).
        unexplained: Closing less opening less the rows; 0 when everything is named.
    """

    opening: int
    closing: int
    rows: pd.DataFrame
    unexplained: int


def moved_between(loaded: Loaded, question: Question, first: date, last: date, basis: str) -> Moved:
    """Return what moved the backlog from the end of one day to the end of a later one.

    Args:
        loaded: Its ledger is revalued up to the later day.
        question: View and scope; its as-of date is the later day.
        first: Earlier day.
        last: Later day.
        basis: Backlog basis.
    """
    closing = backlog_at(loaded, question, last, basis)
    opening = backlog_at(loaded, question, first, basis)
    events = _of_basis(loaded, question, last, basis)
    by = "posted" if question.view == "as-reported" else "effective"
    after = events[events[by] > pd.Timestamp(first)]
    texts = {name: after[name].fillna("") for name in ("customer", "reason")}
    named = after.assign(late=late(after, question.calendar), **texts)
    rows = named.groupby(MOVED_BY, sort=True).agg(amount=("effect", "sum"), effective=("effective", "max"),
                                                   late=("late", "any")).reset_index()  # fmt: skip
    rows = rows[rows["amount"] != 0]
    order = rows["amount"].abs().sort_values(ascending=False, kind="stable").index
    return Moved(opening, closing, rows.loc[order].reset_index(drop=True),
                 closing - opening - int(rows["amount"].sum()))  # fmt: skip


def backlog_at(loaded: Loaded, question: Question, day: date, basis: str) -> int:
    """Return the backlog at the end of a day, reporting minor units."""
    return int(_of_basis(loaded, question, day, basis)["effect"].sum())


def _of_basis(loaded: Loaded, question: Question, day: date, basis: str) -> pd.DataFrame:
    """Return the events that a backlog counts at the end of a day, with their effect on it."""
    ledger = loaded.ledger.at(day)
    asked = Question(day, question.known_at, question.view, question.group, question.calendar)
    frame: pd.DataFrame = counted(ledger.events, asked).collect().to_native()
    signs = by_kind(frame["kind"], _SIGNS)
    counts = (signs != 0) & (frame["basis"].isna() | (frame["basis"] == basis)).to_numpy()
    rows: pd.DataFrame = frame.assign(effect=frame["reporting_amount"] * signs)[counts]
    return rows
