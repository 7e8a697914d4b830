"""Measures of a report column: flows added up over its months, stocks at its two ends, from the cube."""

from __future__ import annotations

import pandas as pd

from bbbxl.aggregate.select import Question
from bbbxl.ledger.build import Ledger
from bbbxl.metrics.values import missing_measure
from bbbxl.metrics.windows import months_of
from bbbxl.periods import Period
from bbbxl.report.columns import ReportColumn


def window_measures(cube: pd.DataFrame, column: ReportColumn) -> dict[str, int]:
    """Return every measure over the months of a column, in minor units; see `Months.over`.

    Args:
        cube: flows() of one segment.
        column: The window; months the cube does not hold count as nothing.
    """
    return months_of(cube).over(column.window)


def unknown_roll(ledger: Ledger, window: Period, question: Question, basis: str) -> str | None:
    """Return why a roll-forward over a window is not known: its opening, its closing or what left; None when it is."""
    read = ("opening_backlog", "closing_backlog", "relieved")
    reasons = (missing_measure(name, ledger, window, question, basis) for name in read)
    return next((one for one in reasons if one), None)
