"""Tables small enough to check by hand, which the pages of the functions show: six order lines and two deals."""

from __future__ import annotations

from datetime import date
from typing import Final

HEADER: Final = (
    "Order No", "Line", "Customer", "Region", "Product", "Order Date", "Commit Date", "Currency", "Amount",
    "Shipped Amount", "Shipped Date", "Invoiced Amount", "Invoiced Date", "Cancelled Amount", "Cancelled Date",
)  # fmt: skip
_DAY: Final = date.fromisoformat
#: Bookings 1,400 in January, 1,000 less 600 cancelled in February, 650 in March; backlog 1,400, 1,300, 1,700.
ORDER_LINES: Final[tuple[tuple[object, ...], ...]] = (
    ("SO-1", 1, "Ada", "West", "Pump", _DAY("2026-01-10"), _DAY("2026-02-28"), "USD", 500,
     500, _DAY("2026-02-12"), 500, _DAY("2026-02-15"), None, None),
    ("SO-1", 2, "Ada", "West", "Valve", _DAY("2026-01-10"), _DAY("2026-05-31"), "USD", 300,
     None, None, None, None, None, None),
    ("SO-2", 1, "Borg", "East", "Pump", _DAY("2026-02-05"), _DAY("2026-04-15"), "USD", 1000,
     None, None, None, None, None, None),
    ("SO-3", 1, "Cato", "West", "Valve", _DAY("2026-03-02"), _DAY("2026-03-25"), "USD", 250,
     250, _DAY("2026-03-20"), 250, _DAY("2026-03-22"), None, None),
    ("SO-4", 1, "Borg", "East", "Valve", _DAY("2026-03-15"), None, "USD", 400,
     None, None, None, None, None, None),
    ("SO-5", 1, "Dyne", "East", "Pump", _DAY("2026-01-20"), _DAY("2026-03-31"), "USD", 600,
     None, None, None, None, 600, _DAY("2026-02-25")),
)  # fmt: skip
DEAL_HEADER: Final = ("Opportunity ID", "Account Name", "ERP Order", "Close Date", "Stage", "Currency", "Amount")
#: The orders of March as the CRM has them: SO-3 the same, SO-4 for 20 more than was ordered.
DEALS: Final[tuple[tuple[object, ...], ...]] = (
    ("D-3", "Cato", "SO-3", _DAY("2026-03-02"), "Closed Won", "USD", 250),
    ("D-4", "Borg", "SO-4", _DAY("2026-03-15"), "Closed Won", "USD", 420),
)
#: Name of a table in the examples -> its headers and rows.
EXAMPLE_TABLES: Final = {"Orders": (HEADER, ORDER_LINES), "Deals": (DEAL_HEADER, DEALS)}
