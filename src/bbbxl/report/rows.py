"""The rows of the KPI page and the roll-forward: which measures and metrics, in which order, under which heading."""

from __future__ import annotations

from dataclasses import dataclass

from bbbxl.events import BASES
from bbbxl.metrics.registry import Metric, Unit, measure_title, metrics


@dataclass(frozen=True)
class ReportRow:
    """One row.

    Attributes:
        name: Name of a measure (basis-neutral names too) or of a metric; empty for a heading.
        title: What people read.
        unit: money, ratio, percent or months.
        metric: The metric that is computed from other rows; None for a heading or a row summed from the cube.
        total: Whether it closes a block (bold, ruled).
    """

    name: str
    title: str
    unit: Unit = "money"
    metric: Metric | None = None
    total: bool = False


#: Heading -> rows; a * marks the row that closes the block.
_KPI_BLOCKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Bookings", ("new", "renewal", "expansion", "price_increase", "book_and_turn", "*gross_bookings", "contraction",
                  "cancellation", "return_authorisation", "price_decrease", "*bookings_reductions", "correction",
                  "*net_bookings")),
    ("Billings", ("invoice", "credit_note", "*net_billings")),
    ("Fulfilment and revenue", ("fulfilled", "recognised_revenue")),
    ("Backlog", ("opening_backlog", "acquired", "divested", "reclass", "fx_revaluation", "excluded", "relieved",
                 "*backlog", "roll_forward_residual")),
    ("Ratios", ("book_to_bill", "book_to_bill_r3m", "book_to_bill_ltm", "backlog_coverage", "cancellation_rate")),
)  # fmt: skip
#: Lines of the roll-forward with the sign they are shown with.
ROLL_LINES: tuple[tuple[str, int], ...] = (
    ("new", 1), ("renewal", 1), ("expansion", 1), ("price_increase", 1), ("book_and_turn", 1),
    ("contraction", -1), ("cancellation", -1), ("return_authorisation", -1), ("price_decrease", -1),
    ("correction", 1), ("acquired", 1), ("divested", -1), ("reclass", 1), ("fx", 1), ("excluded", -1), ("relieved", -1),
)  # fmt: skip


def kpi_rows(bases: tuple[str, ...]) -> tuple[ReportRow, ...]:
    """Return headings and rows of the KPI page.

    Args:
        bases: Bases whose backlog the data hold; each gets a row of its own.
    """
    made: list[ReportRow] = []
    for heading, names in _KPI_BLOCKS:
        made.append(ReportRow("", heading))
        made += [_row(name.removeprefix("*"), total=name.startswith("*")) for name in names]
    made.append(ReportRow("", "Closing backlog on each basis"))
    made += [ReportRow(f"backlog_{one.name}", one.title) for one in BASES if one.name in bases]
    return tuple(made)


def _row(name: str, *, total: bool) -> ReportRow:
    one = metrics().get(name)
    if one is None:
        return ReportRow(name, measure_title(name), total=total)
    if len(one.measures) == 1:
        return ReportRow(one.measures[0], one.title, one.unit, None, total)
    return ReportRow(name, one.title, one.unit, one, total)
