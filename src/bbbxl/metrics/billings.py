"""Billings: invoices less credit notes, and what was delivered and recognised beside them."""

from __future__ import annotations

from typing import Any

from bbbxl.metrics.registry import Measures, metric


@metric(
    title="Gross billings",
    definition="Invoices dated in the period, net of tax, before credit notes.",
    formula="invoices",
    source="Definitions 2.7",
)
def gross_billings(m: Measures) -> Any:  # noqa: ANN401, D103 -- words stand in the decorator
    return +m.invoice


@metric(
    title="Net billings",
    definition="Invoices less credit notes dated in the period, net of tax.",
    formula="invoices - credit notes",
    source="Definitions 2.7",
)
def net_billings(m: Measures) -> Any:  # noqa: ANN401, D103
    return m.invoice - m.credit_note


@metric(
    title="Fulfilled",
    definition="Order value that left the fulfilment backlog in the period: goods shipped less returns received, "
    "services invoiced. What was delivered beyond the order is not in it.",
    formula="relief on the fulfilment basis",
    source="Rules, What leaves backlog",
)
def fulfilled(m: Measures) -> Any:  # noqa: ANN401, D103
    return +m.relief_fulfilment


@metric(
    title="Recognised revenue",
    definition="Revenue recognised in the period, from a file of recognised revenue; a shipment is not revenue.",
    formula="recognised revenue",
    source="Rules, What leaves backlog",
)
def recognised_revenue(m: Measures) -> Any:  # noqa: ANN401, D103
    return +m.recognition
