"""Amounts that are right but that a reader has to know of, from the order lines as of the day."""

from __future__ import annotations

import pandas as pd

from bbbxl.aggregate.select import Question
from bbbxl.checks import APART, ApartResult
from bbbxl.events import KINDS
from bbbxl.inputs.load import Loaded
from bbbxl.ledger.build import Ledger


def shown_apart(
    loaded: Loaded, ledger: Ledger, question: Question, basis: str, every: pd.DataFrame, grouped: pd.DataFrame
) -> tuple[ApartResult, ...]:
    """Return the amounts shown apart, in printed order.

    Args:
        loaded: What was read.
        ledger: The ledger revalued to the as-of date.
        question: As of, known at, view and scope.
        basis: Backlog basis.
        every: orders() with intercompany lines.
        grouped: orders() as the pack counts them.
    """
    stock = f"backlog_{basis}"
    ordered = grouped["ordered_document"]
    billable = ordered.clip(lower=0)
    deliverable = ordered + grouped["returns_document"] + grouped["price_decreases_document"]
    beyond_billed = (grouped["invoiced_document"] > billable) & ~grouped["completed"]
    beyond_shipped = grouped["shipped_document"] > deliverable
    early = pd.concat([grouped["first_shipped"], grouped["first_invoiced"]], axis=1).min(axis=1)
    intercompany = every[every["counterparty"].notna()]
    month = question.calendar.month(question.as_of)
    turned = _between(ledger, question, "book_and_turn", pd.Timestamp(month.start))
    found = {
        "book_and_turn": (int(turned["reporting_amount"].sum()), len(turned)),
        "credit_due": _beyond(grouped, beyond_billed, "invoiced", ["ordered"]),
        "over_delivered": _beyond(grouped, beyond_shipped, "shipped", ["ordered", "returns", "price_decreases"]),
        "unknown_credit": _sum(grouped, grouped["unknown_credit"] != 0, "unknown_credit"),
        "returns_open": _sum(grouped, grouped[stock] < 0, stock),
        "on_hold": _sum(grouped, grouped["held"] & (grouped[stock] != 0), stock),
        "intercompany_open": _sum(intercompany, intercompany[stock] != 0, stock),
        "billed_before_ordered": _sum(grouped, early < grouped["first_ordered"], "ordered"),
        "held_back": _held_back(loaded, question),
    }
    return tuple(ApartResult(one, *found[one.name]) for one in APART)


def _sum(lines: pd.DataFrame, chosen: pd.Series[bool], column: str) -> tuple[int, int]:
    return int(lines.loc[chosen, column].sum()), int(chosen.sum())


def _beyond(lines: pd.DataFrame, chosen: pd.Series[bool], fact: str, order: list[str]) -> tuple[int, int]:
    """Return by how much a fact exceeds what was ordered, in reporting currency."""
    over = lines.loc[chosen]
    return int(over[fact].sum() - over[order].sum().sum()), len(over)


def _between(ledger: Ledger, question: Question, kind: str, first: pd.Timestamp) -> pd.DataFrame:
    """Return the events of a kind from a day up to the as-of date."""
    events = ledger.events
    chosen = (events["kind"] == kind) & (events["effective"] >= first)
    return events[chosen & (events["effective"] <= pd.Timestamp(question.as_of))]


def _held_back(loaded: Loaded, question: Question) -> tuple[int, int]:
    """Return net bookings of the events dated after the as-of date, and their order lines."""
    events = loaded.ledger.events
    later = events[events["effective"] > pd.Timestamp(question.as_of)]
    amount = sum(
        kind.net * int(later.loc[later["kind"] == name, "reporting_amount"].sum())
        for name, kind in KINDS.items() if kind.net
    )  # fmt: skip
    return amount, len(later[["entity", "order_id", "line_id"]].drop_duplicates())
