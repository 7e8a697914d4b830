"""A cancellation and a new order that were one: netted, so that only the difference is booked."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bbbxl.book.compare.build import as_events, draft, events_of, gather
from bbbxl.book.compare.columns import ASIDE, Days, days_of, minor_of
from bbbxl.book.compare.days import NO_DAY, Dated
from bbbxl.book.compare.facts import CANCELLATION
from bbbxl.book.compare.keys import OF_BOOK, keys_of, places_in
from bbbxl.book.records import Question
from bbbxl.errors import InputError
from bbbxl.events import BOOKING_NAMES
from bbbxl.ledger.attributes import REBOOKED
from bbbxl.ledger.states import DAY


def net_pair(base: pd.DataFrame, question: Question, events: pd.DataFrame) -> pd.DataFrame:
    """Return the events that net a cancellation and a new order.

    The cancellation and the booking are taken back, each on its own day; on the day of the new order what was cancelled
    moves from the old line to the new one, and the difference is an expansion or contraction of it. Events of the new
    line carry the order date of the old one.

    Raises:
        InputError: the events of the lines no longer add up to what was asked about, or the new line is netted already.

    Source: rules, Bookings: cancel-and-rebook pairs.
    """
    old = _row(base, question, question.order_id, question.line_id)
    new = _row(base, question, question.other_order, question.other_line)
    cancelled = _events(events, old, ("cancellation",))[::-1]
    booked = _events(events, new, BOOKING_NAMES)
    if ((booked["reason"] == REBOOKED) & (booked["amount"] < 0)).any():
        raise InputError(
            f"Order {question.other_order} line {question.other_line} of {question.entity} was netted with another "
            f"cancellation already, and stands for one only. Answer separate for order {question.order_id} line "
            f"{question.line_id}, and correct by hand what else there is: bbbxl book adjust."
        )
    back = _adding_up_to(cancelled, question.amount, question)
    taken = _adding_up_to(booked, question.other_amount, question)
    ordered = old["order_date"].fillna(old["booked"]).iloc[0]
    new = new.assign(order_date=pd.Series([ordered], dtype=DAY))
    day = days_of(taken["effective"]).min()
    moved = _moves_on(day, back, _events(events, old, ("credit_note",)))
    difference = question.other_amount - question.amount
    each = np.array([question.amount]), np.array([difference])
    of_old = gather([draft("reclass", -each[0], moved, reason=REBOOKED)])
    on = _on(day)
    commit = days_of(new["commit_date"])
    of_new = gather([
        draft("reclass", each[0], moved, reason=REBOOKED, commit=commit),
        draft("expansion", np.maximum(each[1], 0), on, reason=REBOOKED),
        draft("contraction", np.maximum(-each[1], 0), on, reason=REBOOKED),
    ])  # fmt: skip
    reversed_new = _reversed(taken).assign(order_date=pd.Series([ordered] * len(taken), dtype=DAY))
    return pd.concat([_reversed(back), reversed_new, events_of(of_old, old, old), events_of(of_new, new, new)],
                     ignore_index=True)  # fmt: skip


def _row(base: pd.DataFrame, question: Question, order: str, line: str) -> pd.DataFrame:
    """Return the row of one line."""
    rows = base[~base["carried"].isin(ASIDE)]
    wanted = pd.DataFrame([(question.entity, order, line)], columns=list(OF_BOOK))
    place = int(places_in(keys_of(wanted, OF_BOOK), keys_of(rows, OF_BOOK))[0])
    if place < 0:
        raise InputError(f"Order {order} line {line} of {question.entity} went on under another number. Answer "
                         "separate, and correct the pair by hand.")  # fmt: skip
    return rows.iloc[[place]].reset_index(drop=True)


def _events(events: pd.DataFrame, row: pd.DataFrame, kinds: tuple[str, ...]) -> pd.DataFrame:
    """Return the events of some kinds of one line, in the order of the book."""
    key = row[["entity", "book_order", "book_line", "currency"]].iloc[0]
    own = np.logical_and.reduce([
        (events[name] == value).to_numpy()
        for name, value in zip(("entity", "order_id", "line_id", "currency"), key, strict=True)
    ])  # fmt: skip
    found: pd.DataFrame = events[own & events["kind"].isin(kinds).to_numpy()]
    return found


def _adding_up_to(events: pd.DataFrame, amount: int, question: Question) -> pd.DataFrame:
    """Return the first events that add up to an amount."""
    ends = np.flatnonzero(np.cumsum(minor_of(events["amount"])) == amount)
    if not len(ends):
        raise InputError(
            f"Order {question.order_id} line {question.line_id} and order {question.other_order} line "
            f"{question.other_line} have changed since they were asked about. Answer separate, and correct them by "
            "hand."
        )
    return events.iloc[: int(ends[0]) + 1].reset_index(drop=True)


def _reversed(events: pd.DataFrame) -> pd.DataFrame:
    """Return what takes events back on their own days."""
    return as_events(events.assign(amount=-events["amount"], quantity=-events["quantity"], reason=REBOOKED)).assign(
        since=events["since"].astype(DAY))  # fmt: skip


def _on(day: np.datetime64) -> Dated:
    return Dated(np.array([day], dtype="datetime64[D]"), np.array([NO_DAY]))


def _moves_on(day: np.datetime64, cancelled: pd.DataFrame, credits: pd.DataFrame) -> Dated:
    """Return the day on which the order value moves: that of the new order.

    A credit note for the cancellation that is dated earlier needs the order lowered before it: then it is the day of
    the cancellation.
    """
    caused: Days = days_of(credits["effective"][(credits["reason"] == CANCELLATION).to_numpy()])
    early = len(caused) and caused.min() < day
    return _on(min(day, days_of(cancelled["effective"]).min()) if early else day)
