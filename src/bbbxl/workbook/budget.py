"""The recalculation budget: how much of the Cube may be live over a ledger of some length."""

from __future__ import annotations

#: Rows x conditions that all SUMIFS of a pack may read: one to four seconds in Excel, under sixteen in LibreOffice.
BUDGET = 200_000_000
#: Share kept for the formulas of report tabs, which read the small Cube and Orders tabs.
_REPORTS = 20_000_000


def live_months(ledger_rows: int, measures: int, months: int) -> int:
    """Return how many of the latest months of the Cube's total can be formulas over the Ledger.

    One cell costs one condition on every ledger row. Months before them are engine values.
    """
    per_month = max(1, ledger_rows * measures)
    return max(0, min(months, (BUDGET - _REPORTS) // per_month))
