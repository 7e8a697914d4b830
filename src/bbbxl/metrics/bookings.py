"""Bookings: gross, net and what lies between."""

from __future__ import annotations

from typing import Any

from bbbxl.metrics.registry import Measures, metric

_RULE = "Rules, Bookings"


@metric(
    title="Gross bookings",
    definition="Signed orders of the period: new, renewal, expansion, price increase and book-and-turn. "
    "An order cancelled later stays in the gross of its own month.",
    formula="new + renewal + expansion + price increase + book-and-turn",
    source=_RULE,
)
def gross_bookings(m: Measures) -> Any:  # noqa: ANN401, D103 -- words stand in the decorator
    return m.new + m.renewal + m.expansion + m.price_increase + m.book_and_turn


@metric(
    title="Bookings reductions",
    definition="What lowered signed orders in the period, dated when it happened: contraction, cancellation, return "
    "authorisation and price decrease.",
    formula="contraction + cancellation + return authorisation + price decrease",
    source=_RULE,
)
def bookings_reductions(m: Measures) -> Any:  # noqa: ANN401, D103
    return m.contraction + m.cancellation + m.return_authorisation + m.price_decrease


@metric(
    title="Net bookings",
    definition="Gross bookings less contraction, cancellation, return authorisation and price decrease of the period, "
    "plus or minus corrections. FX is in neither gross nor net.",
    formula="gross bookings - bookings reductions + correction",
    source=_RULE,
)
def net_bookings(m: Measures) -> Any:  # noqa: ANN401, D103
    return m.gross_bookings - m.bookings_reductions + m.correction
