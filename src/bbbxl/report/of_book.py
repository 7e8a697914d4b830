"""What the pack of a kept book shows besides: its closes, movements, restatements and entries by hand."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from bbbxl.aggregate.flows import month_key
from bbbxl.aggregate.select import Question
from bbbxl.inputs.load import Loaded
from bbbxl.ledger.kept import Closed, Kept
from bbbxl.periods import Period
from bbbxl.report.adjustments import adjustments
from bbbxl.report.closes import known_closes
from bbbxl.report.movements import movements, movements_unknown
from bbbxl.report.restatements import Restatements, restatements


@dataclass(frozen=True)
class OfBook:
    """What a kept book adds to a pack.

    Attributes:
        kept: The book.
        closes: Months closed by the day of knowledge, oldest first.
        movements: What changed in the month, see `movements`.
        movements_unknown: Why their sum is not known, None when it is.
        restatements: Every closed month up to the as-of date.
        adjustments: Entries by hand that count, see `adjustments`.
    """

    kept: Kept
    closes: tuple[Closed, ...]
    movements: pd.DataFrame
    movements_unknown: str | None
    restatements: Restatements
    adjustments: pd.DataFrame

    @property
    def last_close(self) -> Closed | None:
        """Return the latest close, None where no month was closed."""
        return self.closes[-1] if self.closes else None

    def close_of(self, month: Period) -> Closed | None:
        """Return the close of a month, None where it is open."""
        return next((one for one in self.closes if one.last == month.last), None)

    def by_hand_in(self, month: Period) -> pd.DataFrame:
        """Return the entries by hand that a month counts."""
        return self.adjustments[self.adjustments["month"] == month_key(month)]


def of_book(loaded: Loaded, question: Question, basis: str) -> OfBook | None:
    """Return what a book adds to a pack, None for exports.

    Args:
        loaded: What was read; its ledger is revalued up to the as-of date.
        question: As of, known at, view and scope.
        basis: Backlog basis.
    """
    if loaded.kept is None:
        return None
    return OfBook(
        loaded.kept, known_closes(loaded, question), movements(loaded, question),
        movements_unknown(loaded.ledger, question), restatements(loaded, question, basis),
        adjustments(loaded, question, basis),
    )  # fmt: skip
