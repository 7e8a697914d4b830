"""The sample company once for all tests that look at it, and sums over its events."""

from __future__ import annotations

import csv
from collections import defaultdict
from decimal import Decimal

from bbbxl.samples.truth import ORDER_SIGNS, lines_of

FILES = ("erp_events.csv", "rates.csv", "crm_closed_won.csv", "order-lines/erp_order_lines.csv")


def read_rows(path):
    """Return the rows of a CSV as dictionaries."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def total(events, *kinds, reason=None):
    """Return the sum of amounts of some kinds."""
    return sum((e.amount for e in events if e.kind in kinds and reason in (None, e.reason)), Decimal(0))


def ordered(events):
    """Return the net order value of a line's events."""
    return sum((ORDER_SIGNS.get(e.kind, 0) * (e.amount or 0) for e in events), Decimal(0))


def assert_crm_ties(rows, company):
    """Assert that CRM less ERP is the sum of the known differences, per currency."""
    difference = defaultdict(Decimal)
    for row in rows:
        difference[row["Currency"]] += Decimal(row["Amount"])
    for events in lines_of(company.history).values():
        booked = ordered(events) if events[0].kind != "invoice" else events[0].amount
        difference[events[0].currency] -= booked
    known = defaultdict(Decimal)
    for truth in company.crm_truth:
        known[truth.currency] += truth.effect
    assert difference == known
