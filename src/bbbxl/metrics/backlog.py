"""Backlog: opening, what moved it, closing, and the residual that has to be nothing."""

from __future__ import annotations

from typing import Any

from bbbxl.metrics import bookings  # noqa: F401 -- registers net_bookings
from bbbxl.metrics.registry import Measures, metric

_RULE = "Rules, Roll-forward"


@metric(
    title="Opening backlog",
    definition="Ordered and not yet relieved at the end of the day before the period, on the basis named.",
    formula="backlog at the end of the period before",
    source=_RULE,
)
def opening_backlog(m: Measures) -> Any:  # noqa: ANN401, D103 -- words stand in the decorator
    return +m.opening_backlog


@metric(
    title="Acquired, divested and reclass",
    definition="Backlog that came with a business, left with one, or moved between segments; not bookings.",
    formula="acquired - divested + reclass",
    source=_RULE,
)
def other_movements(m: Measures) -> Any:  # noqa: ANN401, D103
    return m.acquired - m.divested + m.reclass


@metric(
    title="FX revaluation",
    definition="What carrying open order lines to the closing rate of each period end changed, on the basis named.",
    formula="closing at closing rate - (opening + movements as translated)",
    source="Definitions 3",
)
def fx_revaluation(m: Measures) -> Any:  # noqa: ANN401, D103
    return +m.fx


@metric(
    title="Relieved",
    definition="What left the backlog in the period on the basis named: shipped, fulfilled, billed or recognised.",
    formula="relief on the basis named",
    source="Rules, What leaves backlog",
)
def relieved(m: Measures) -> Any:  # noqa: ANN401, D103
    return +m.relieved


@metric(
    title="Closing backlog",
    definition="Ordered and not yet relieved at the end of the period, on the basis named, at closing rates. "
    "Signed orders only; open deals are pipeline and never in it.",
    formula="sum of order events - relief + FX, all days up to the period's end",
    source=_RULE,
)
def backlog(m: Measures) -> Any:  # noqa: ANN401, D103
    return +m.closing_backlog


@metric(
    title="Roll-forward residual",
    definition="Opening backlog and all movements less relief and closing backlog. It is printed, never plugged, and "
    "has to be zero.",
    formula="opening + net bookings + acquired - divested + reclass + FX - never in this backlog - relieved - closing",
    source=_RULE,
)
def roll_forward_residual(m: Measures) -> Any:  # noqa: ANN401, D103
    return m.opening_backlog + m.net_bookings + m.other_movements + m.fx - m.excluded - m.relieved - m.closing_backlog
