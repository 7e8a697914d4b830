"""Order lines that a report lacks: held open as they were, and asked about where something is open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from bbbxl.book.compare.lines import Relief, open_order
from bbbxl.book.records import Question

#: Why a row of a baseline waits -> kind of the question about it.
_ASKED: Final = {"offered": "held_back", "restated": "restated"}


def questions_of(
    kind: str, rows: pd.DataFrame, amounts: Sequence[int], source: str, as_of: Sequence[date]
) -> tuple[Question, ...]:
    """Return one question for each row of a baseline.

    Args:
        kind: Kind of question.
        rows: Rows with the key of the book.
        amounts: Minor units in question.
        source: Source of the snapshot.
        as_of: As-of date of the snapshot that asks, one a row.
    """
    columns = (rows[name].tolist() for name in ("entity", "book_order", "book_line", "currency", "customer"))
    return tuple(
        Question(kind, source, entity, order, line, currency, int(amount), day, customer)
        for entity, order, line, currency, customer, amount, day in zip(*columns, amounts, as_of, strict=True)
    )


def with_open(rows: pd.DataFrame, relief: Relief) -> pd.DataFrame:
    """Return the rows of which something is open."""
    left: pd.DataFrame = rows[open_order(rows, relief) != 0]
    return left


def gone_questions(rows: pd.DataFrame, relief: Relief, source: str, as_of: date) -> tuple[Question, ...]:
    """Return a question for each line gone of which something is open."""
    asked = with_open(rows, relief)
    return questions_of("gone", asked, open_order(asked, relief).tolist(), source, [as_of] * len(asked))


def settled_questions(rows: pd.DataFrame, relief: Relief, source: str) -> tuple[Question, ...]:
    """Return the questions that were asked of carried rows and that a snapshot settles.

    Of lines gone that is one which shows them again; of lines held back one which shows them, or lacks a line whose
    earlier state the book has: that it is gone is asked then.
    """
    gone = with_open(rows[(rows["carried"] == "gone").to_numpy()], relief)
    asked = questions_of("gone", gone, open_order(gone, relief).tolist(), source, _days(gone))
    return (*asked, *_of_waiting(rows, source, _days(rows)))


def waiting_questions(rows: pd.DataFrame, source: str, as_of: date) -> tuple[Question, ...]:
    """Return a question for each row that waits for an answer, of the kind it waits for."""
    return _of_waiting(rows, source, [as_of] * len(rows))


def _of_waiting(rows: pd.DataFrame, source: str, days: Sequence[date]) -> tuple[Question, ...]:
    made: list[Question] = []
    for carried, kind in _ASKED.items():
        places = np.flatnonzero((rows["carried"] == carried).to_numpy())
        own = rows.iloc[places]
        made += questions_of(kind, own, own["ordered"].tolist(), source, [days[place] for place in places.tolist()])
    return tuple(made)


def _days(rows: pd.DataFrame) -> list[date]:
    days: list[date] = rows["read_on"].to_numpy().astype("datetime64[D]").tolist()
    return days
