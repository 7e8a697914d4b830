"""Measures of a report column: flows added up over its months, stocks at its two ends, from the cube."""

from __future__ import annotations

import pandas as pd

from bbbxl.metrics.windows import months_of
from bbbxl.report.columns import ReportColumn


def window_measures(cube: pd.DataFrame, column: ReportColumn) -> dict[str, int]:
    """Return every measure over the months of a column, in minor units; see `Months.over`.

    Args:
        cube: flows() of one segment.
        column: The window; months the cube does not hold count as nothing.
    """
    return months_of(cube).over(column.window)
