"""Exports taken into a book: each compared with what its source said last, what moved written as events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pandas as pd

from bbbxl.book.history import closes_of, open_questions
from bbbxl.book.numbers import numbered
from bbbxl.book.opening import refuse_changed_choices
from bbbxl.book.questions import sentence_of_question
from bbbxl.book.records import EVENT_COLUMNS, FAR_DAYS, Entry, Question
from bbbxl.book.store import open_store
from bbbxl.book.take import Adding, Work, take_answers, take_changes, take_events, take_rates, take_snapshot
from bbbxl.errors import InputError, PeriodError, Problem, count_of
from bbbxl.inputs.arrivals import BOOK_ROLES, Arrival, read_arrivals
from bbbxl.inputs.load import Options
from bbbxl.policy import CONFIG_NAME, read_config


@dataclass(frozen=True)
class Added:
    """What came of it.

    Attributes:
        entries: Entries written, in their order.
        events: Events they wrote: kind, currency, amount and others, see `EVENT_COLUMNS`.
        questions: All questions that are open now.
        problems: Rows set aside.
        notes: What was decided, one sentence each.
        repeated: Files of a later day that were taken before, one sentence each.
    """

    entries: tuple[Entry, ...]
    events: pd.DataFrame
    questions: tuple[Question, ...]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]
    repeated: tuple[str, ...] = ()


def add_exports(folder: Path, files: Sequence[Path], adding: Adding) -> Added:
    """Take exports into a book, all of them or none.

    Args:
        folder: The book.
        files: Exports: order lines, events, invoices, change logs, rates.
        adding: What the caller says of them.

    Raises:
        InputError: no book, a file that cannot be trusted, a snapshot older than the last one of its source.
        PeriodError: the extraction lies before the as-of date.
        ConfigError: bbbxl.toml was changed in what a closed month stands on.
    """
    if adding.extracted and adding.extracted < adding.as_of:
        raise PeriodError(f"The export was taken on {adding.extracted} and cannot say what stood on {adding.as_of}. "
                          "Give an --as-of date no later than --extracted.")  # fmt: skip
    if adding.extracted and adding.extracted > adding.as_of + timedelta(days=FAR_DAYS):
        raise PeriodError(f"The export was taken on {adding.extracted}, more than a year after {adding.as_of}, the day "
                          "that it is to tell of. Correct --as-of or --extracted.")  # fmt: skip
    config = read_config(folder / CONFIG_NAME)
    options = Options(columns=adding.columns, reading=adding.reading)
    arrivals = read_arrivals(files, config, folder, options) if files else []
    arrivals = [replace(one, source=adding.source or one.source) for one in arrivals]
    with open_store(folder, write=True) as store:
        work = Work(store, config, adding, list(store.entries()))
        refuse_changed_choices(config, closes_of(work.entries))
        _take(work, arrivals)
        questions = numbered(open_questions(work.entries), store, work.entries)
        if adding.strict and (work.problems or work.repeated or any(one.doubtful for one in questions)):
            raise InputError(_why_strict(work, questions))
        events = pd.concat(work.events, ignore_index=True) if work.events else pd.DataFrame(columns=list(EVENT_COLUMNS))
        return Added(tuple(work.written), events, questions, tuple(work.problems), tuple(work.notes),
                     tuple(work.repeated))  # fmt: skip


def _take(work: Work, arrivals: Sequence[Arrival]) -> None:
    """Take files and answers: logs before what they date, events and invoices after the orders they name."""
    of_role = {role: [one for one in arrivals if one.entry.role == role] for role in BOOK_ROLES}
    for one in of_role["rates"]:
        take_rates(work, one)
    for one in of_role["changes"]:
        take_changes(work, one)
    orders = of_role["orders"]
    for source in dict.fromkeys(one.source for one in orders):
        take_snapshot(work, source, [one for one in orders if one.source == source])
    for one in [*of_role["events"], *of_role["invoices"]]:
        take_events(work, one)
    if work.adding.confirm:
        take_answers(work, work.adding.confirm)


def _why_strict(work: Work, questions: Sequence[Question]) -> str:
    """Return why --strict writes nothing."""
    if work.problems:
        rows = count_of(len(work.problems), "row", "was", "were")
        return f"Nothing was written, because of --strict: {rows} set aside. {work.problems[0]}"
    if work.repeated:
        return f"Nothing was written, because of --strict. {work.repeated[0]}"
    asked = [one for one in questions if one.doubtful]
    return f"Nothing was written, because of --strict: {len(asked)} open questions. {sentence_of_question(asked[0])}"
