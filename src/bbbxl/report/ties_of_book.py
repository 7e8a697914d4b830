"""The checks that only the pack of a kept book has: it ties to the last close, and nothing was lost on the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import pandas as pd

from bbbxl.aggregate.flows import CURRENCY, day_key, flows, month_key
from bbbxl.aggregate.measures import STOCK_MEASURES
from bbbxl.book.figures import long_figures
from bbbxl.checks import BOOK_CHECKS, CheckResult
from bbbxl.errors import count_of
from bbbxl.events import ORDER_KINDS
from bbbxl.ledger.kept import Closed
from bbbxl.metrics.values import held_measures
from bbbxl.report.closes import (
    close_before,
    closes_reported,
    figures_now,
    frozen_figures,
    known_at_close,
    largest_difference,
    not_comparable,
    unknown_at_close,
)
from bbbxl.report.of_book import OfBook
from bbbxl.report.ties import NOT_AVAILABLE, Outcome, TieInputs


def check_book(given: TieInputs, book: OfBook) -> tuple[CheckResult, ...]:
    """Return the result of every check of a book, in printed order."""
    return tuple(CheckResult(check, *_MADE[check.name](given, book)) for check in BOOK_CHECKS)


def _opening(given: TieInputs, book: OfBook) -> Outcome:
    question = given.question
    before = question.calendar.month(question.calendar.month(question.as_of).start - timedelta(days=1))
    closed = close_before(given.loaded, question)
    reason = not_comparable(given.loaded)
    if question.view != "as-reported":
        reason = f"the pack is {question.view}, and a close freezes what was reported"
    elif closed is None:
        reason = f"{before.label} is not closed"
    if reason or closed is None:
        return None, 0, f"{NOT_AVAILABLE}: {reason}"
    documents = flows(given.ledger.events, [before], question, by=CURRENCY, amounts="document")
    now = long_figures({"": given.cube, **given.segments, CURRENCY: documents})
    bases = given.ledger.availability.bases()
    held = [one.name for one in STOCK_MEASURES if one.name.removeprefix("backlog_") in bases]
    opening = now[(now["month"] == month_key(before)) & now["measure"].isin(held)]
    frozen = frozen_figures([closed])
    return _compared(opening, frozen[frozen["measure"].isin(held)], [closed], held)


def _compared(
    now: pd.DataFrame, frozen: pd.DataFrame, closes: Sequence[Closed], measures: Sequence[str], where: str = ""
) -> Outcome:
    """Return the largest difference of what was known at the closes; none where nothing that was frozen was."""
    now = known_at_close(now, closes)
    unknown = unknown_at_close(closes, measures)
    if unknown and frozen.empty and not now["amount"].any():
        return None, 0, f"{NOT_AVAILABLE}: {unknown}"
    value, place = largest_difference(now, frozen)
    return value, 0, "; ".join(one for one in (place or where, f"not compared: {unknown}" if unknown else "") if one)


def _closed_months(given: TieInputs, book: OfBook) -> Outcome:
    closes = closes_reported(given.loaded, given.question)
    reason = not_comparable(given.loaded) or (None if closes else "no month up to the as-of date is closed")
    if reason:
        return None, 0, f"{NOT_AVAILABLE}: {reason}"
    frozen = frozen_figures(closes)
    used = ["", *given.segments, CURRENCY]
    calendar = given.question.calendar
    first, last = closes[0].last, closes[-1].last
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    now = figures_now(given.ledger, given.question, calendar.months_to(last, count), used)
    keys = [day_key(one.last) for one in closes]
    where = count_of(len(closes), "closed month")
    return _compared(now[now["month"].isin(keys)], frozen, closes, held_measures(given.ledger), where)


def _movements(given: TieInputs, book: OfBook) -> Outcome:
    if book.movements_unknown:
        return None, 0, f"{NOT_AVAILABLE}: {book.movements_unknown}"
    month = given.cube.iloc[-1]
    moved = sum(kind.sign * int(month[kind.name]) for kind in ORDER_KINDS)
    return int(book.movements["delta"].sum()) - moved, 0, ""


def _control_totals(given: TieInputs, book: OfBook) -> Outcome:
    return book.kept.lost, 0, ""


def _said_twice(given: TieInputs, book: OfBook) -> Outcome:
    return len(book.kept.said_twice), 0, f"first: {book.kept.said_twice[0]}" if book.kept.said_twice else ""


def _questions(given: TieInputs, book: OfBook) -> Outcome:
    questions = book.kept.questions
    return len(questions), 0, f"first: {questions[0]}" if questions else ""


_MADE: dict[str, Callable[[TieInputs, OfBook], Outcome]] = {
    "opening_last_close": _opening, "closed_months": _closed_months, "movements": _movements,
    "control_totals": _control_totals, "said_twice": _said_twice, "open_questions": _questions,
}  # fmt: skip
