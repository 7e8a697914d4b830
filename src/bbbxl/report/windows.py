"""Measures of a report column: flows added up over its months, stocks at its two ends, from the cube."""

from __future__ import annotations

import pandas as pd

from bbbxl.aggregate.measures import FLOW_MEASURES, STOCK_MEASURES
from bbbxl.report.columns import ReportColumn

_FLOWS = [measure.name for measure in FLOW_MEASURES]
_STOCKS = [measure.name for measure in STOCK_MEASURES]


def window_measures(cube: pd.DataFrame, column: ReportColumn) -> dict[str, int]:
    """Return every measure over the months of a column, in minor units.

    Args:
        cube: flows() of one segment.
        column: The window; months the cube does not hold count as nothing.

    Returns:
        Flows and closing stocks by name, opening stocks under "opening " and the name, and `months`.
    """
    rows = cube.set_index("month")
    inside = rows.loc[(rows.index >= column.first_key) & (rows.index <= column.last_key)]
    made = {name: int(inside[name].sum()) for name in _FLOWS}
    for name in _STOCKS:
        made[name] = int(rows[name].get(column.last_key, 0))
        made[f"opening {name}"] = int(rows[name].get(column.before_key, 0))
    return {**made, "months": column.window.months}
