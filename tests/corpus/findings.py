"""Orders that contradict themselves: each finding is named with its row."""

from corpus.case import THREE, Case, Expected, Make, doubtful
from corpus.making import text

STATES = (
    "Order No;Order Date;Amount;Currency;Shipped Date;Shipped Amount;Invoice Date;Invoiced Amount;"
    "Cancelled Date;Cancelled Amount"
)
BASE = (
    "A-1;2026-01-15;100.00;EUR;2026-01-31;100.00;2026-01-31;100.00;;",
    "A-2;2026-01-20;200.50;EUR;;;;;;",
    "A-3;2026-02-10;300.00;EUR;;;;;;",
)
FOUR = Expected(4, {"EUR": 650_50})


def fourth(states: str) -> Make:
    """Return what writes the three orders and one of 50.00 in row 5, with what became of it."""
    return text(STATES, *BASE, f"A-4;2026-02-20;50.00;EUR;{states}")


def numbered(*numbers: str) -> Make:
    """Return what writes orders of 10.00 in January 2026 under these numbers."""
    return text("Order No;Order Date;Amount;Currency", *(f"{one};2026-01-15;10.00;EUR" for one in numbers))


CASES = (
    Case("nothing to find", text(STATES, *BASE), THREE),
    doubtful("shipped before ordered", fourth("2026-02-01;50.00;;;;"), 5, "ship", FOUR, THREE),
    doubtful("shipped a year before ordered", fourth("2025-02-28;50.00;;;;"), 5, "ship", FOUR, THREE),
    doubtful("invoiced before ordered", fourth(";;2026-01-31;50.00;;"), 5, "invoice|billed", FOUR, THREE),
    doubtful("cancelled before ordered", fourth(";;;;2026-02-01;50.00"), 5, "cancel", FOUR, THREE),
    doubtful("cancelled more than booked", fourth(";;;;2026-02-25;80.00"), 5, "cancel", FOUR, THREE),
    doubtful("shipped more than booked", fourth("2026-02-25;80.00;;;;"), 5, "ship", FOUR, THREE),
    doubtful("invoiced more than booked", fourth(";;2026-02-25;80.00;;"), 5, "invoice|billed", FOUR, THREE),
    doubtful("shipped without a day", fourth(";50.00;;;;"), 5, "ship", FOUR, THREE),
    Case(
        "cancelled in full, still booked in its month",
        fourth(";;;;2026-02-25;50.00"),
        Expected(4, {"EUR": 650_50}, {"2026-01": 300_50, "2026-02": 350_00}),
    ),
    Case(
        "a gap in the order numbers",
        numbered("SO-1001", "SO-1002", "SO-1004", "SO-1005"),
        Expected(4, {"EUR": 40_00}, {"2026-01": 40_00}, warns=("1003|gap|missing",)),
    ),
    Case(
        "a gap in plain numbers",
        numbered("1001", "1002", "1004", "1005"),
        Expected(4, {"EUR": 40_00}, {"2026-01": 40_00}, warns=("1003|gap|missing",)),
    ),
    doubtful(
        "an invoice without an order",
        text(
            "Event ID;Event Type;Event Date;Order No;Amount;Currency",
            "1;new;2026-01-15;A-1;100.00;EUR",
            "2;new;2026-01-20;A-2;200.50;EUR",
            "3;new;2026-02-10;A-3;300.00;EUR",
            "4;invoice;2026-02-20;A-9;50.00;EUR",
        ),
        5,
        "A-9|order",
        Expected(4, {"EUR": 650_50}),
        THREE,
        date="Event Date",
    ),
)
