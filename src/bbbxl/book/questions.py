"""The questions of a book as a file: written to be answered, read again with --confirm."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from bbbxl.book.records import QUESTION, Answer, Question
from bbbxl.errors import InputError, Problem, UnknownNameError, nearest
from bbbxl.inputs.filled_in import read_rows
from bbbxl.money import show
from bbbxl.periods import parse_day
from bbbxl.policy import CONFIG_NAME, Policy
from bbbxl.safe_text import escape_cell

#: Columns of the file; the first ones say which question, answer, day and reason are filled in.
HEADER: Final = ("kind", "entity", "order", "line", "answer", "day", "reason", "answers", "asked", "amount", "currency",
                 "customer", "other order", "other line", "event", "order now", "line now")  # fmt: skip
_NEEDED: Final = ("kind", "order", "line", "answer")


def sentence_of_question(one: Question) -> str:
    """Return a question as people read it."""
    kind = QUESTION[one.kind]
    other = f", new as order {one.other_order} line {one.other_line}" if one.other_order else ""
    who = f", {one.customer}" if one.customer else ""
    now = f" (now {one.now_order} line {one.now_line})" if one.now_order else ""
    return (
        f"{kind.title}: order {one.order_id} line {one.line_id}{now}{who}, {show(one.amount, one.currency)}"
        f"{other} ({one.source}, {one.as_of}). Answer {' or '.join(kind.answers)}."
    )


def questions_file(questions: Sequence[Question]) -> str:
    """Return the questions as CSV text whose column answer is to be filled in."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    for one in questions:
        writer.writerow([
            escape_cell(cell) for cell in (
                one.kind, one.entity, one.order_id, one.line_id, "", "", "", " | ".join(QUESTION[one.kind].answers),
                one.as_of.isoformat(), show(one.amount, one.currency).replace(",", ""), one.currency, one.customer,
                one.other_order, one.other_line, one.event_id, one.now_order, one.now_line)
        ])  # fmt: skip
    return text.getvalue()


@dataclass(frozen=True)
class Answers:
    """What a file answers.

    Attributes:
        file: Its name.
        given: Answers in the order of the file.
        left: Rows whose answer is empty.
        renumbered: A sentence for every row that names an order line by its present number, which the book keeps under
            another one.
    """

    file: str
    given: tuple[Answer, ...]
    left: int
    renumbered: tuple[str, ...] = ()


def read_answers(path: Path, questions: Sequence[Question], policy: Policy) -> Answers:
    """Return the answers of a file to open questions.

    Args:
        path: CSV with the columns of `questions_file`; kind, order, line and answer are needed. Order and line as the
            book has them or as the last report does.
        questions: The open ones.
        policy: Which reasons for a cancellation are allowed.

    Raises:
        InputError: a column is missing, or a row answers nothing that is asked, with its row.
    """
    rows = _rows(path)
    given: list[Answer] = []
    renumbered = []
    answered: dict[tuple[str, ...], int] = {}
    for number, row in rows:
        if row["answer"]:
            one = _answer(path.name, number, row, questions, policy)
            earlier = answered.setdefault((one.kind, one.entity, one.order_id, one.line_id, one.event_id), number)
            if earlier != number:
                told = f"the question about this line is answered in row {earlier} already. Keep one of the two."
                raise InputError(str(Problem(path.name, number, "order", row["order"], told)))
            given.append(one)
            if (one.order_id, one.line_id) != (row["order"], row["line"]):
                renumbered.append(f"{path.name} row {number}: order {row['order']} line {row['line']} is kept as order "
                                  f"{one.order_id} line {one.line_id}.")  # fmt: skip
    return Answers(path.name, tuple(given), len(rows) - len(given), tuple(renumbered))


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Return the rows of a file of answers by column, with their number."""
    rows = read_rows(path)
    header = list(rows[0][1]) if rows else list(HEADER)
    if missing := [name for name in _NEEDED if name not in header]:
        raise InputError(f"{path.name} has no column {missing[0]}. It has: {', '.join(header)}. Write it with: "
                         "bbbxl book questions.")  # fmt: skip
    return [(number, {name: row.get(name, "") for name in HEADER}) for number, row in rows]


def _answer(file: str, number: int, row: dict[str, str], questions: Sequence[Question], policy: Policy) -> Answer:
    """Return the answer of one row."""

    def refuse(column: str, message: str) -> InputError:
        return InputError(str(Problem(file, number, column, row[column], message)))

    if row["kind"] not in QUESTION:
        raise UnknownNameError("kind of question", row["kind"], QUESTION, f"{file} row {number}")
    name = (row["order"], row["line"])
    asked = [one for one in questions if one.kind == row["kind"] and row["entity"] in ("", one.entity)
             and name in ((one.order_id, one.line_id), (one.now_order, one.now_line))
             and row["event"] in ("", one.event_id)]  # fmt: skip
    if not asked:
        of_kind = [one for one in questions if one.kind == row["kind"]]
        known = [number for one in of_kind for number in (one.order_id, one.now_order) if number]
        raise refuse("order", f'no open question of this kind is about order "{row["order"]}" line "{row["line"]}". '
                              f"{nearest(row['order'], known) if known else 'None is open.'}")  # fmt: skip
    if len(asked) > 1:
        raise refuse("order", f"{len(asked)} open questions are about this line. Fill in entity and event.")
    answers = QUESTION[row["kind"]].answers
    if row["answer"].casefold() not in answers:
        raise refuse("answer", f'"{row["answer"]}" is not one of its answers. Write {" or ".join(answers)}.')
    answer = row["answer"].casefold()
    if answer == "cancelled" and (refusal := reason_refused(row["reason"], policy)):
        raise refuse("reason", refusal)
    one = asked[0]
    return Answer(
        one.kind, one.entity, one.order_id, one.line_id, answer, _day(row, refuse), row["reason"], one.event_id
    )


def _day(row: dict[str, str], refuse: object) -> date | None:
    """Return the day of a row, None when it says none."""
    if not row["day"]:
        return None
    day = parse_day(row["day"])
    if day is None:
        raise refuse("day", f'"{row["day"]}" is no day. Write it like 2026-10-31.')  # type: ignore[operator]
    return day


def reason_refused(reason: str, policy: Policy) -> str:
    """Return why a reason for a cancellation is not taken, empty when it is."""
    allowed = policy.cancellation_reasons
    if not reason:
        return "a cancellation needs a reason. Fill it in."
    if allowed and reason not in allowed:
        known = nearest(reason, allowed)
        return f'"{reason}" is no reason that cancellation_reasons in {CONFIG_NAME} allows. {known}'
    return ""
