"""The rows below a header sorted: data, rows set aside with their reason, rows that nobody can explain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from bbbxl.errors import InputError, Problem, count_of
from bbbxl.inputs.grid import Aside, AsideReason
from bbbxl.inputs.layout.facts import Facts, Places, row_problem
from bbbxl.inputs.layout.header import header_lines, is_other_header
from bbbxl.inputs.layout.judge import Around, Row, Verdict, is_counted_group, judge, label_of, without_digits
from bbbxl.inputs.layout.profile import Profile, candidates, learn
from bbbxl.inputs.layout.top import Header
from bbbxl.inputs.layout.vocabulary import (
    GRAND_TOTAL,
    PART_TOTAL,
    RECORDS,
    STARS,
    field_types,
    strong_total,
    total_rest,
)
from bbbxl.inputs.layout.widths import Widths, allowed_widths, width_problem

#: More rows than this below the data, unlike them and with numbers, are a table of their own.
_MOST_BELOW = 15
_SHOWN = 120
Settled = Literal["data", "problem", "group"] | AsideReason


@dataclass(frozen=True)
class TotalRow:
    """A total row found.

    Attributes:
        row: The row.
        label: Its words.
        is_grand: Whether it is a total of everything by its words or its place.
        by_place: Whether nothing but its place says that it is a total.
    """

    row: Row
    label: str
    is_grand: bool
    by_place: bool = False


@dataclass
class SortedRows:
    """The rows below a header.

    Attributes:
        data: Places of the data rows in the grid.
        aside: Rows set aside.
        totals: Total rows, from the top.
        problems: Rows that nobody can explain.
        notes: What was decided.
    """

    data: Places
    aside: list[Aside] = field(default_factory=list)
    totals: list[TotalRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class End:
    """Where the data end.

    Attributes:
        last: Place of the last data row; -1 without any.
        gap: Place of the first row below it that follows a blank row; past the grid without any.
        total: Place of the first total below it; past the grid without any.
    """

    last: int
    gap: int
    total: int


@dataclass(frozen=True)
class Body:
    """The rows below a header before they are sorted.

    Attributes:
        facts: The grid.
        header: Its header.
        profile: What data look like.
        widths: How many cells rows may have.
        filled: Places of the rows that hold something in the columns of the table.
        rows: Those of them that may be anything but data.
    """

    facts: Facts
    header: Header
    profile: Profile
    widths: Widths
    filled: Places
    rows: tuple[Row, ...]


def see_body(facts: Facts, header: Header, columns: tuple[int, ...], stop: int) -> Body:
    """Return the rows below a header up to a place, and which of them have to be looked at one by one."""
    start = header.bottom + 1
    filled = np.flatnonzero(facts.filled[start:stop][:, list(columns)].any(axis=1)) + start
    profile = learn(facts, header, columns, filled)
    widths = allowed_widths(facts, header, profile, filled)
    maybe = np.zeros(stop, dtype=np.bool_)
    maybe[start:] = candidates(facts, profile, start, stop, widths.allowed)
    rows = see_rows(facts, columns, filled[maybe[filled]])
    return Body(facts, header, profile, widths, filled, rows)


def see_rows(facts: Facts, columns: Sequence[int], places: Places) -> tuple[Row, ...]:
    """Return some rows within the columns of a table."""
    found = []
    for place, cells in zip(places.tolist(), facts.rows(places), strict=True):
        shapes = facts.shapes(place, cells)
        inside = [column for column in columns if shapes[column] != "blank"]
        found.append(Row(place, {column: cells[column] for column in inside}, {c: shapes[c] for c in inside}))
    return tuple(found)


def other_headers(body: Body) -> list[int]:
    """Return the places of headers of other tables below a header."""
    lines = header_lines(body.facts, body.header)
    return [row.place for row in body.rows if is_other_header(body.facts, row.place, row.cells, lines)]


def sort_rows(body: Body, above: Sequence[Row], totals_row: int = -1) -> SortedRows:
    """Return the rows below a header, sorted.

    Args:
        body: The rows.
        above: Rows above the header.
        totals_row: Place of the totals row of the table object; -1 without one.

    Raises:
        InputError: a block below the table is a table of its own.
    """
    facts = body.facts
    titles = frozenset(known for row in above if len(known := without_digits(row.text)) > 2)
    around = Around(facts, header_lines(facts, body.header), body.profile, titles, totals_row)
    verdicts = {row.place: judge(row, around) for row in body.rows}
    unjudged = np.ones(len(facts.counts), dtype=np.bool_)
    unjudged[list(verdicts)] = False
    plain = body.filled[unjudged[body.filled]]
    end = _end(body, plain, verdicts)
    found = SortedRows(plain)
    labels = [label_of(row)[1] for row in body.rows if verdicts[row.place] == "total"]
    rests = frozenset(rest for label in labels if (rest := total_rest(label)))
    data: list[int] = []
    groups: list[Row] = []
    for row in body.rows:
        settled = _settle(row, verdicts[row.place], body, end, rests)
        if settled == "data" and not _is_wide(body, row):
            settled = "problem"
        if settled == "data":
            data.append(row.place)
        elif settled == "problem":
            found.problems.append(_problem(body, row, verdicts[row.place]))
        elif settled == "total":
            _add_total(found, row, end.last, totals_row, by_place=verdicts[row.place] == "amounts")
        elif settled == "group":
            groups.append(row)
        else:
            found.aside.append(make_aside(facts, row, settled))
    found.data = np.sort(np.concatenate([plain, np.array(data, dtype=np.int64)]), kind="stable")
    _set_aside(found, body, groups)
    for row in body.rows:
        if verdicts[row.place] == "records":
            _compare_records(found, body, row)
    unlike = [row for row in body.rows if row.place >= end.gap and verdicts[row.place] in ("likely", "words")]
    _refuse_block(body, [row for row in unlike if "number" in row.shapes.values()])
    return found


def _end(body: Body, plain: Places, verdicts: dict[int, Verdict]) -> End:
    """Return where the data end, and the first blank row after them."""
    sure = [place for place, verdict in verdicts.items() if verdict == "data"]
    likely = [place for place, verdict in verdicts.items() if verdict == "likely"]
    last = int(plain[-1]) if len(plain) else -1
    last = max([last, *sure]) if sure or last >= 0 else max(likely, default=-1)
    count = len(body.facts.counts)
    gap = next((place for place in range(last + 1, count) if body.facts.follows_gap(place)), count)
    total = min(
        (place for place, one in verdicts.items() if one in ("total", "amounts") and place > last), default=count
    )
    return End(last, gap if last >= 0 else count, total)


def make_aside(facts: Facts, row: Row, reason: AsideReason) -> Aside:
    """Return a row that is no data."""
    text = " | ".join(text for text in row.cells.values() if text)
    return Aside(facts.number(row.place), reason, text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…")


def _settle(  # noqa: PLR0911, one line for each verdict
    row: Row, verdict: Verdict, body: Body, end: End, rests: frozenset[str]
) -> Settled:
    """Return what a row is, now that it is known where the data end."""
    below, apart = row.place > end.last, row.place >= end.gap
    if verdict == "single":
        return _single(row, body.profile, end, rests)
    if verdict == "amounts":
        return "total" if below or body.facts.follows_gap(row.place) else "problem"
    if verdict == "likely":
        lost = apart and row.place < end.total and _names_an_order(row, body)
        return "problem" if lost else "footer" if apart else "data"
    if verdict == "words":
        return "footer" if apart else "problem"
    if verdict == "labelled":
        return "footer" if below else "title"
    if verdict == "unclear":
        return "problem"
    return "footer" if verdict == "records" else verdict


def _names_an_order(row: Row, body: Body) -> bool:
    """Return whether a row names a customer or product and an amount in their own columns, as an order does."""
    titles, names = body.header.titles, body.profile.customers
    amounts = (c for c, shape in row.shapes.items() if shape == "number" and "amount" in field_types(titles[c]))
    return any(row.shapes.get(column) == "text" for column in names) and next(amounts, None) is not None


def _single(row: Row, profile: Profile, end: End, rests: frozenset[str]) -> Settled:
    """Return what a row with a single text is: a group line, a footer, or a row that lost its cells."""
    (column, text), *_ = row.cells.items()
    if row.place < end.last:
        return "group" if column in profile.rare or text in rests or is_counted_group(text) else "problem"
    unlike = profile.shapes[column] in ("number", "date", "blank") or column in profile.ids | profile.rare
    return "footer" if unlike or row.place >= end.gap or is_counted_group(text) else "problem"


def _is_wide(body: Body, row: Row) -> bool:
    widths = body.facts.grid.widths
    return widths is None or int(widths[row.place]) in body.widths.allowed


def _problem(body: Body, row: Row, verdict: Verdict) -> Problem:
    """Return the problem of a row that nobody can explain."""
    if not _is_wide(body, row):
        return width_problem(body.facts, row.place, body.facts.grid.row(row.place), body.widths)
    usual = body.profile.cells
    message = {
        "amounts": "the row has amounts and no number, date or text: a total without a name, or a row that lost its "
        "cells. Name it Total, complete it, or take it out.",
        "unclear": "the row may be a total or data of that name. Name it Total, complete it, or take it out.",
    }.get(verdict)
    message = message or (
        f"the row has {count_of(len(row.cells), 'filled cell')} where rows of data have {usual}, and "
        "is no title, total or footer that is known. Complete it, or take it out."
    )
    return row_problem(body.facts, row.place, " | ".join(row.cells.values()), message)


def _add_total(found: SortedRows, row: Row, last: int, totals_row: int, *, by_place: bool) -> None:
    """Add a total row; without a grand word it is one of everything only below all data."""
    _, label = label_of(row)
    plain = (not label or strong_total(label)) and not STARS.fullmatch(label) and not PART_TOTAL.match(label)
    is_grand = bool(GRAND_TOTAL.fullmatch(label)) or (row.place > last and plain) or row.place == totals_row
    found.totals.append(TotalRow(row, label, is_grand, by_place))


def _set_aside(found: SortedRows, body: Body, groups: Sequence[Row]) -> None:
    """Set totals and lines that name a group aside."""
    facts = body.facts
    found.totals = list(_starred(found.totals))
    for total in found.totals:
        reason: AsideReason = "total" if total.is_grand else "subtotal"
        found.aside.append(make_aside(facts, total.row, reason))
    found.aside += [make_aside(facts, row, "title") for row in groups]
    if groups:
        found.notes.append(
            f'Lines that name a group, such as row {facts.number(groups[0].place)} ("{groups[0].text[:40]}"), were set '
            f"aside ({len(groups):,} in all); what they name is not filled into the rows below them."
        )
    found.notes += body.widths.notes


def _starred(totals: Sequence[TotalRow]) -> Iterator[TotalRow]:
    """Return totals of which the last one with the most stars, where some have fewer, is one of everything."""
    stars = [len(total.label) if STARS.fullmatch(total.label) else 0 for total in totals]
    last = len(stars) - 1 - stars[::-1].index(max(stars)) if len({*stars} - {0}) > 1 else -1
    return (replace(total, is_grand=True) if place == last else total for place, total in enumerate(totals))


def _refuse_block(body: Body, below: Sequence[Row]) -> None:
    """Refuse a long block below the table that has numbers and does not fit its columns."""
    if len(below) > _MOST_BELOW:
        first, last = (body.facts.number(row.place) for row in (below[0], below[-1]))
        raise InputError(
            f"{body.facts.grid.place}: rows {first} to {last} below the table do not fit its columns. Take them "
            "out, or put them into a sheet or file of their own."
        )


def _compare_records(found: SortedRows, body: Body, row: Row) -> None:
    """List the number of records the file says it has, where there are not so many."""
    match = RECORDS.fullmatch(row.text)
    count = int("".join(filter(str.isdigit, match["count"] or match["named"]))) if match else 0
    above = int((found.data < row.place).sum())
    broken = sum(problem.row < body.facts.number(row.place) for problem in found.problems)
    if count not in (above, above + broken):
        message = (
            f"the file says that it has {count_of(count, 'record')}, and {count_of(above, 'row')} of data above. "
            "Export it again, or take the line out."
        )
        found.problems.append(row_problem(body.facts, row.place, row.text, message))
