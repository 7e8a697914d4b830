"""Amounts that are right but that a reader has to know of, from the order lines as of the day."""

from __future__ import annotations

import pandas as pd

from bbbxl.aggregate.flows import month_key
from bbbxl.aggregate.select import Question
from bbbxl.checks import APART, BY_HAND, ApartResult
from bbbxl.events import KINDS, ORDER_KINDS
from bbbxl.inputs.load import Loaded
from bbbxl.ledger.columns import LINE
from bbbxl.money import divide_half_up

_SIGNED = [kind.name for kind in ORDER_KINDS if kind.name != "book_and_turn"]


def shown_apart(
    loaded: Loaded, events: pd.DataFrame, question: Question, stock: str | None, every: pd.DataFrame,
    grouped: pd.DataFrame,
) -> tuple[ApartResult, ...]:  # fmt: skip
    """Return the amounts shown apart, in printed order.

    Args:
        loaded: What was read.
        events: Events counted, with their month, intercompany ones too.
        question: As of, known at, view and scope.
        stock: Column of the backlog; None when it is not available, nor what is open of it then.
        every: orders() with intercompany lines.
        grouped: orders() as the pack counts them.
    """
    ordered = grouped["ordered_document"]
    deliverable = (ordered + grouped["returns_document"] + grouped["price_decreases_document"]).clip(lower=0)
    early = pd.concat([grouped["first_shipped"], grouped["first_invoiced"]], axis=1).min(axis=1)
    intercompany = every[every["counterparty"].notna()]
    month = month_key(question.calendar.month(question.as_of))
    turned = events[(events["kind"] == "book_and_turn") & (events["month"] == month)]
    turned = turned[turned["counterparty"].isna()] if question.group else turned
    per_line = turned.groupby(list(LINE))["reporting_amount"].sum()
    found: dict[str, tuple[int | None, int | None]] = {
        "book_and_turn": (int(per_line.sum()), int((per_line != 0).sum())),
        "credit_due": _beyond(grouped[~grouped["completed"]], "invoiced", ordered.clip(lower=0)),
        "over_delivered": _beyond(grouped, "shipped", deliverable),
        "unknown_credit": _sum(grouped, grouped["unknown_credit"] != 0, "unknown_credit"),
        "billed_before_ordered": _sum(grouped, early < _first_signed(events, grouped), "ordered"),
        **dict.fromkeys(("returns_open", "on_hold", "intercompany_open"), (None, None)),
    }
    if stock:
        found["returns_open"] = _sum(grouped, (grouped[stock] < 0) & (grouped["returns_document"] > 0), stock)
        found["on_hold"] = _sum(grouped, grouped["held"] & (grouped[stock] != 0), stock)
        found["intercompany_open"] = _sum(intercompany, intercompany[stock] != 0, stock)
    held_back = _held_back(loaded, question)
    return tuple(held_back if one is held_back.apart else ApartResult(one, *found[one.name]) for one in APART)


def entered_by_hand(adjustments: pd.DataFrame) -> ApartResult:
    """Return net bookings of some entries by hand, see `adjustments`, and their order lines."""
    lines = len(adjustments[list(LINE)].drop_duplicates())
    return ApartResult(BY_HAND, int(adjustments["net_bookings"].sum()), lines)


def _first_signed(events: pd.DataFrame, lines: pd.DataFrame) -> pd.Series[pd.Timestamp]:
    """Return the day of each line's first order event; an invoice before it, booked and turned, is none."""
    signed = events[events["kind"].isin(_SIGNED)].groupby(list(LINE))["effective"].min().rename("first_signed")
    return lines.join(signed, on=list(LINE))["first_signed"]


def _sum(lines: pd.DataFrame, chosen: pd.Series[bool], column: str) -> tuple[int, int]:
    return int(lines.loc[chosen, column].sum()), int(chosen.sum())


def _beyond(lines: pd.DataFrame, fact: str, limit: pd.Series[int]) -> tuple[int, int]:
    """Return by how much a fact exceeds its limit in document currency, translated as the fact was on average."""
    over = lines[f"{fact}_document"] - limit.loc[lines.index]
    beyond = lines[over > 0]
    amounts = zip(over[over > 0], beyond[fact], beyond[f"{fact}_document"], strict=True)
    return sum(divide_half_up(int(more) * int(shown), int(whole)) for more, shown, whole in amounts), len(beyond)


def _held_back(loaded: Loaded, question: Question) -> ApartResult:
    """Return net bookings of the events dated after the as-of date; not known while a book holds lines back."""
    events = loaded.ledger.events
    later = events["effective"] > pd.Timestamp(question.as_of)
    if question.known_at is not None:
        later &= events["recorded"] <= pd.Timestamp(question.known_at)
    if question.group:
        later &= events["counterparty"].isna()
    held = events[later]
    amount = sum(
        kind.net * int(held.loc[held["kind"] == name, "reporting_amount"].sum())
        for name, kind in KINDS.items() if kind.net
    )  # fmt: skip
    apart = next(one for one in APART if one.name == "held_back")
    waiting = loaded.kept.held_back if loaded.kept else ()
    lines = len({*waiting, *held[list(LINE)].itertuples(index=False, name=None)})
    if not waiting:
        return ApartResult(apart, amount, lines)
    reason = (f"order lines held back because they were changed after the day that their export tells of: "
              f"{len(waiting)}; what of each happened when it does not say")  # fmt: skip
    return ApartResult(apart, None, lines, reason)
