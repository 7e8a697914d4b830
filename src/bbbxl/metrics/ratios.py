"""Ratios: leaves; nothing is computed from them, and undefined is blank."""

from __future__ import annotations

from typing import Any

from bbbxl.metrics import billings, bookings  # noqa: F401 -- register net_billings and net_bookings
from bbbxl.metrics.registry import Measures, metric, windowed
from bbbxl.trace import ratio


@metric(
    title="Book-to-bill",
    unit="ratio",
    definition="Net bookings divided by net billings of the same period. Above 1 the order book grows. Blank when "
    "nothing was billed.",
    formula="net bookings / net billings",
    source="Definitions 2.8",
)
def book_to_bill(m: Measures) -> Any:  # noqa: ANN401, D103 -- words stand in the decorator
    return ratio(m.net_bookings, m.net_billings)


windowed("book_to_bill", "R3M", "Book-to-bill, three months",
         "Net bookings divided by net billings, both over the three months that end with the period.")  # fmt: skip
windowed("book_to_bill", "LTM", "Book-to-bill, twelve months",
         "Net bookings divided by net billings, both over the twelve months that end with the period.")  # fmt: skip


@metric(
    title="Backlog coverage (months)",
    unit="months",
    window="LTM",
    definition="Closing backlog divided by the average month of what left it over the last twelve months: how many "
    "months of work are on order.",
    formula="closing backlog / (relieved over twelve months / 12)",
    source="Definitions 2.8",
)
def backlog_coverage(m: Measures) -> Any:  # noqa: ANN401, D103
    return ratio(m.closing_backlog * m.months, m.relieved)


@metric(
    title="Cancellation rate",
    unit="percent",
    definition="Cancellations of the period divided by the backlog it opened with, on the basis named.",
    formula="cancellation / opening backlog",
    source="Definitions 2.8",
)
def cancellation_rate(m: Measures) -> Any:  # noqa: ANN401, D103
    return ratio(m.cancellation, m.opening_backlog)
