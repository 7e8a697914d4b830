"""Trust: how a figure was made, whether everything ties out, what the words mean."""

from __future__ import annotations

from typing import Any, Final

from bbbxl import __version__
from bbbxl.cells.answers import Answers, major, value_of
from bbbxl.cells.arguments import Block
from bbbxl.cells.functions.figures import metric_in
from bbbxl.cells.functions.rows import ONE, SPAN
from bbbxl.cells.functions.shared import Rows, attempt, head, one_cell, single
from bbbxl.cells.guard import MARK
from bbbxl.cells.phrases import in_formulas
from bbbxl.cells.registry import MORE, TABLE, Example, Parameter, function
from bbbxl.cells.session import ask
from bbbxl.checks import CheckResult
from bbbxl.errors import InputError, UnknownNameError, count_of
from bbbxl.inputs.findings import findings_in_words
from bbbxl.metrics.definitions import Definition, definitions
from bbbxl.metrics.values import window_of
from bbbxl.report.pack import make_pack

#: Rows set aside that BBB_CHECK lists.
_LISTED: Final = 200
CELLS: Final = Parameter(
    "cells", "range", "Cells with formulas of bbbxl: how many of them hold a failure.", optional=True
)
TERM: Final = Parameter("term", "text", "A metric, event kind, basis, rule or policy, by name or title.")


@function(
    "BBB_EXPLAIN", "How a figure was made",
    "What stands behind a figure: its value, definition and formula, period, basis, as-of date, day of knowledge, "
    "view, currency and rates, criteria as they were understood, rows used and left out.",
    TABLE, ONE, SPAN, MORE, group="Trust", spills=True,
    examples=(Example('=BBB_EXPLAIN(H, "backlog", "2026-03")', (("Closing backlog", 1700.0),), "A receipt."),),
)  # fmt: skip
def bbb_explain(data: Any = None, metric: Any = None, period: Any = None, *more: Any) -> Rows:  # noqa: ANN401, D103
    asked = ask(data, more, whole=False)
    answers, criteria = asked.answers, single(asked)
    chosen = metric_in(one_cell(metric, "metric"))
    span = answers.period(one_cell(period, "period"), chosen)
    window = window_of(chosen, span, answers.question.calendar)
    value = attempt(lambda: value_of(answers.figure(chosen, span, criteria)))
    rows = [
        (chosen.title, value), ("Definition", chosen.definition), ("Formula", chosen.formula),
        ("Source of the rule", chosen.source),
        ("Unit", answers.ledger.currency if chosen.unit == "money" else chosen.unit),
        ("Days that count", f"{window.start} to {min(window.last, answers.question.as_of)}"),
        *((f"Only {name}", answers.fields.in_words(name, cell)) for name, cell in criteria),
        *(_basis_rows(answers) if chosen.by_basis else ()), *_question_rows(answers), *_source_rows(answers),
        ("bbbxl", __version__),
    ]  # fmt: skip
    return tuple(rows)


def _basis_rows(answers: Answers) -> Rows:
    return (("Basis", answers.basis),)


def _question_rows(answers: Answers) -> Rows:
    """Return what is asked: view, as of, known at, scope, policy."""
    question, ledger = answers.question, answers.ledger
    kept = answers.loaded.kept
    known = str(question.known_at) if question.known_at else "everything known now"
    rates = sorted({one.currency for one in ledger.rates.rows})
    return (
        ("View", question.view),
        ("As of", str(question.as_of)),
        ("Known at", known),
        ("Book", f"{kept.name}, last entry {kept.head[:12]}" if kept else "none: a range"),
        ("Intercompany orders", "left out" if question.group else "counted"),
        ("Exchange rates", f"to {ledger.currency} for {', '.join(rates)}" if rates else "none needed"),
        ("Fiscal year ends", answers.loaded.config.fiscal_year_end),
        *(("Policy", one.definition) for one in definitions(answers.loaded.config.policy) if one.group == "Policy"),
    )


def _source_rows(answers: Answers) -> Rows:
    """Return what was read: rows used, left out and why, what was decided."""
    rows: list[tuple[Any, ...]] = []
    for one in answers.loaded.sources:
        rows.append((one.place, f"{count_of(one.rows, 'row')}: {one.used:,} used, {one.set_aside:,} set aside, "
                     f"{one.not_booked:,} no signed orders, {one.superseded:,} said twice"))  # fmt: skip
        rows += [("Columns", ", ".join(f"{field} = {title}" for field, title in one.columns.items()))]
        rows += [("Decided", in_formulas(note)) for note in one.notes]
    rows += [("Set aside", in_formulas(str(problem))) for problem in answers.loaded.problems[:_LISTED]]
    return tuple(rows)


@function(
    "BBB_CHECK", "Whether everything ties out",
    "Every check with its result, difference and remedy; rows set aside, and what a careful person would ask of the "
    "rest. Blocks of cells given besides are looked through for failures, which SUM passes over.",
    TABLE, CELLS, MORE, group="Trust", spills=True,
    examples=(Example("=BBB_CHECK(H)", (("Fulfilment basis, USD, as of 2026-03-31", "Result", "Difference", "Where"),),
                      "All checks of the board pack."),),
)  # fmt: skip
def bbb_check(data: Any = None, *more: Any) -> Rows:  # noqa: ANN401, D103
    blocks = [one for one in more if isinstance(one, Block)]
    asked = ask(data, [one for one in more if one is not None and not isinstance(one, Block)], whole=False)
    answers = asked.answers
    if asked.criteria:
        raise InputError("BBB_CHECK looks at the whole table. Leave the criteria out.")
    checks = answers.once("checks", lambda: make_pack(
        answers.loaded, answers.question, answers.basis, rows=None).checks, len)  # fmt: skip
    heads = (f"{head(answers)}, as of {answers.question.as_of}", "Result", "Difference", "Where")
    rows: list[tuple[Any, ...]] = [heads]
    if blocks:
        failed = [cell.text for block in blocks for cell in block.cells() if cell.text.startswith(MARK.strip())]
        rows.append(("Formulas that failed in the cells given", "red" if failed else "OK", float(len(failed)),
                     failed[0] if failed else ""))  # fmt: skip
    rows += [_check_row(one, answers.ledger.currency) for one in checks]
    rows += [("Set aside", "red", "", in_formulas(str(one))) for one in answers.loaded.problems[:_LISTED]]
    rows += [("Ask", "note", "", in_formulas(sentence)) for sentence in findings_in_words(answers.loaded.findings)]
    return tuple(rows)


def _check_row(one: CheckResult, currency: str) -> tuple[Any, ...]:
    """Return one check as cells."""
    value = "" if one.value is None else float(one.value)
    amount = major(int(value), currency) if one.check.unit == "money" and value != "" else value
    where = " | ".join(text for text in (one.detail, "" if one.passed else one.check.remedy) if text)
    return one.check.title, one.outcome, amount, in_formulas(where)


@function(
    "BBB_DEFINE", "What a word means",
    "The definition of a metric, event kind, basis, rule or policy as the Definitions tab prints it, with its formula "
    "where it has one.",
    TERM, group="Trust",
    examples=(Example('=BBB_DEFINE("gross bookings")', "Gross bookings: Signed orders of the period: new, renewal, "
                      "expansion, price increase and book-and-turn. An order cancelled later stays in the gross of its "
                      "own month. = new + renewal + expansion + price increase + book-and-turn", "By name or title."),),
)  # fmt: skip
def bbb_define(term: Any = None) -> str:  # noqa: ANN401, D103
    cell = one_cell(term, "term")
    if cell.empty or cell.error:
        raise InputError(f"The term is {cell.error or 'empty'}. Type a name, such as net bookings.")
    wanted = " ".join(cell.text.casefold().replace("_", " ").split())
    known: dict[str, Definition] = {}
    for one in definitions():
        known.setdefault(one.name.casefold().replace("_", " "), one)
        known.setdefault(one.title.casefold(), one)
    if wanted not in known:
        raise UnknownNameError("term", cell.text, known)
    found = known[wanted]
    return f"{found.title}: {found.definition}" + (f" = {found.formula}" if found.formula else "")


@function(
    "BBB_VERSION", "Version of bbbxl",
    "The version of bbbxl that answers the formulas of this workbook.",
    group="Trust", examples=(Example("=BBB_VERSION()", f"bbbxl {__version__}", "The version in use."),),
)  # fmt: skip
def bbb_version() -> str:  # noqa: D103
    return f"bbbxl {__version__}"
