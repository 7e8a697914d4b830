"""What the answers to questions do: lines gone are cancelled, lines held back are taken, rebooked pairs are netted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd

from bbbxl.book.compare.build import draft, events_of, gather, in_order
from bbbxl.book.compare.columns import as_baseline, baseline_of, days_of, filled, told_of
from bbbxl.book.compare.days import NO_DAY, unsure
from bbbxl.book.compare.keys import OF_BOOK, keys_of, places_in
from bbbxl.book.compare.lines import Relief
from bbbxl.book.compare.netting import net_pair
from bbbxl.book.compare.offered import refuse_shown, take_offered
from bbbxl.book.records import QUESTION, WAITING, Answer, Derived, Question
from bbbxl.errors import InputError
from bbbxl.ledger.states import DAY

GONE: Final = "gone from the export"
_ONE: Final = np.timedelta64(1, "D")


def settle(
    baseline: pd.DataFrame,
    questions: Sequence[Question],
    answers: Sequence[Answer],
    *,
    as_of: date,
    events: pd.DataFrame,
    relief: Relief,
) -> Derived:
    """Return what answers to questions do.

    A line gone that is cancelled loses what is open on the day the answer says, else on the as-of date of the snapshot
    that lacked it. A line held back that is taken gets the events of its state in the export: facts on their own days,
    the rest on the day the answer says, else on the as-of date. A rebooked pair is netted.

    Args:
        baseline: Columns of `BASELINE_COLUMNS`.
        questions: The open ones of the source.
        answers: Each to one of them.
        as_of: As-of date of the last snapshot: no answer says a later day.
        events: The book's events of the lines concerned, in the order of their recording.
        relief: What relieves backlog, as `compare` had it.

    Raises:
        InputError: an answer has no open question, is none of its answers, says a day that cannot be, or comes after
            the line has moved on.
    """
    base = as_baseline(baseline)
    known = _Known(events, relief)
    pairs = [(_asked(one, questions, as_of), one) for one in answers]
    made: list[pd.DataFrame] = []
    notes = []
    for kind, answer, action in _ACTIONS:
        chosen = [(question, one) for question, one in pairs if (one.kind, one.answer) == (kind, answer)]
        if chosen:
            base, found = action(base, chosen, known)
            made.append(found)
            notes.append(f"{QUESTION[kind].title}: {len(chosen)} answered {answer}.")
    return Derived(in_order(made), base, (), (), tuple(notes))


@dataclass(frozen=True)
class _Known:
    """What an answer may need beside the baseline: see `settle`."""

    events: pd.DataFrame
    relief: Relief


Chosen = Sequence[tuple[Question, Answer]]
Settled = tuple[pd.DataFrame, pd.DataFrame]


def _asked(answer: Answer, questions: Sequence[Question], as_of: date) -> Question:
    """Return the question that an answer is about."""
    place = f"order {answer.order_id} line {answer.line_id} of {answer.entity}"
    kind = QUESTION.get(answer.kind)
    found = [one for one in questions if (one.kind, one.entity, one.order_id, one.line_id)
             == (answer.kind, answer.entity, answer.order_id, answer.line_id)]  # fmt: skip
    if kind is None or not found:
        raise InputError(f'There is no open question "{answer.kind}" about {place}. See the open ones with: '
                         "bbbxl book questions.")  # fmt: skip
    if answer.answer not in kind.answers:
        raise InputError(f'"{answer.answer}" is no answer to "{kind.title}" about {place}. Answer '
                         f"{' or '.join(kind.answers)}.")  # fmt: skip
    if answer.day and answer.day > as_of:
        raise InputError(f"The answer about {place} says {answer.day}, which is after {as_of}, the day of the last "
                         "snapshot. Give the day it happened, or answer again after the next snapshot.")  # fmt: skip
    return found[-1]


def places_of(base: pd.DataFrame, chosen: Chosen, carried: Sequence[str]) -> np.ndarray[Any, np.dtype[np.intp]]:
    """Return the row of the baseline that each question is about.

    Raises:
        InputError: it is not there any more.
    """
    rows = np.flatnonzero(base["carried"].isin(list(carried)).to_numpy())
    wanted = pd.DataFrame([(one.entity, one.order_id, one.line_id) for one, _ in chosen], columns=list(OF_BOOK))
    found = places_in(keys_of(wanted, OF_BOOK), keys_of(base.iloc[rows], OF_BOOK))
    if (found < 0).any():
        one = chosen[int(np.flatnonzero(found < 0)[0])][0]
        raise InputError(f"Order {one.order_id} line {one.line_id} of {one.entity} is no longer as it was when it was "
                         "asked about: a later snapshot or answer has settled it. Leave the answer out.")  # fmt: skip
    return rows[found]


def _cancelled(base: pd.DataFrame, chosen: Chosen, _: _Known) -> Settled:
    """Cancel what is open on lines that are gone."""
    places = places_of(base, chosen, ("gone",))
    rows = base.take(places).reset_index(drop=True)
    said = np.array([one.day or "NaT" for _, one in chosen], dtype="datetime64[D]")
    asked = np.array([question.as_of for question, _ in chosen], dtype="datetime64[D]")
    early = said < days_of(rows["booked"])
    if early.any():
        one = chosen[int(np.flatnonzero(early)[0])][1]
        raise InputError(f"Order {one.order_id} line {one.line_id} cannot be cancelled on {one.day}, before it was "
                         "booked. Correct the day.")  # fmt: skip
    refuse_shown(said, days_of(rows["read_on"]), rows, "cancelled")
    known = ~np.isnat(said)
    when = unsure(np.where(known, said, asked), np.where(known, NO_DAY, told_of(rows)["cancelled"] + _ONE))
    amounts = np.array([question.amount for question, _ in chosen], dtype=np.int64)
    reasons = np.array([one.reason or GONE for _, one in chosen], dtype=object)
    drafts = gather([draft("cancellation", amounts, when, reason=reasons)])
    days = when.days.astype(DAY)
    after = rows.assign(
        cancelled=rows["cancelled"] + amounts, carried=filled("carried", len(rows), "cancelled"), withdrawn=True,
        cancelled_date=days, withdrawn_on=days, reason=pd.Series(reasons, dtype="str"),
    )  # fmt: skip
    return replaced(base, places, after), events_of(drafts, rows, rows)


def _filtered(base: pd.DataFrame, chosen: Chosen, _: _Known) -> Settled:
    """Leave lines as they were that the export leaves out."""
    places = places_of(base, chosen, ("gone",))
    carried = base["carried"].copy()
    carried.iloc[places] = "filtered"
    return base.assign(carried=carried), in_order([])


def _held(base: pd.DataFrame, chosen: Chosen, _: _Known) -> Settled:
    """Leave lines as they were, known so on the as-of date; what they offer is not taken any more."""
    places = places_of(base, chosen, ("offered",))
    asked = np.array([question.as_of for question, _ in chosen], dtype="datetime64[D]")
    own = places_in(keys_of(base, OF_BOOK), keys_of(base.take(places), OF_BOOK))
    days = np.where(own >= 0, np.append(asked, NO_DAY)[own], days_of(base["held_on"]))
    return base.assign(held_on=days.astype(DAY)).drop(index=places.tolist()).reset_index(drop=True), in_order([])


def _taken(base: pd.DataFrame, chosen: Chosen, known: _Known) -> Settled:
    """Take lines as they stand in the export; of one in another currency the answer says what of it is new."""
    places = places_of(base, chosen, WAITING)
    days = np.array([one.day or "NaT" for _, one in chosen], dtype="datetime64[D]")
    asked = np.array([question.as_of for question, _ in chosen], dtype="datetime64[D]")
    restated = np.array([one.answer for _, one in chosen], dtype=object)
    return take_offered(base, places, asked, days, known.relief, restated)


def _separate(base: pd.DataFrame, chosen: Chosen, _: _Known) -> Settled:
    """Leave a cancellation and a new order what they are, and ask no more."""
    return _paired(base, chosen), in_order([])


def _rebooked(base: pd.DataFrame, chosen: Chosen, known: _Known) -> Settled:
    """Net pairs of a cancellation and a new order."""
    made: list[pd.DataFrame] = []
    for question, _ in chosen:
        made.append(net_pair(base, question, pd.concat([known.events, *made], ignore_index=True)))
    return _paired(base, chosen), in_order(made)


def _paired(base: pd.DataFrame, chosen: Chosen) -> pd.DataFrame:
    """Return a baseline in which some lines are no longer looked at as cancelled."""
    places = places_of(base, chosen, ("", "gone", "filtered", "held_back", "cancelled"))
    days = base["withdrawn_on"].copy()
    days.iloc[places] = pd.NaT
    return base.assign(withdrawn_on=days)


def replaced(base: pd.DataFrame, places: np.ndarray[Any, np.dtype[np.intp]], rows: pd.DataFrame) -> pd.DataFrame:
    """Return a baseline with other rows in some places."""
    return baseline_of([base.drop(index=places.tolist()), rows])


_ACTIONS: Final = (
    ("gone", "cancelled", _cancelled), ("gone", "filtered", _filtered), ("held_back", "taken", _taken),
    ("held_back", "held", _held), *(("restated", answer, _taken) for answer in QUESTION["restated"].answers),
    ("rebooked", "rebooked", _rebooked), ("rebooked", "separate", _separate),
)  # fmt: skip
