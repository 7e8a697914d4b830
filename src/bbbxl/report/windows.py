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
    months = cube["month"].to_numpy()
    flows, stocks = cube[_FLOWS].to_numpy(), cube[_STOCKS].to_numpy()
    inside = (months >= column.first_key) & (months <= column.last_key)
    made = dict(zip(_FLOWS, flows[inside].sum(axis=0).tolist(), strict=True))
    closing = stocks[months == column.last_key].sum(axis=0).tolist()
    opening = stocks[months == column.before_key].sum(axis=0).tolist()
    made |= dict(zip(_STOCKS, closing, strict=True))
    made |= {f"opening {name}": value for name, value in zip(_STOCKS, opening, strict=True)}
    return {**made, "months": column.window.months}
