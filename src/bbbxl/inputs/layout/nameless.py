"""Rows that only their place makes a total: one that is no sum of rows above may be an order that lost its cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bbbxl.errors import Problem
from bbbxl.inputs.grid import OwnTotal, RawTable
from bbbxl.inputs.layout.totals import OwnTotalResult, totals_of
from bbbxl.inputs.layout.vocabulary import field_types
from bbbxl.inputs.values.numbers import decimals, parse_numbers

#: Decimal marks: which one the file has is not known yet. The one by which more cells are numbers is taken, both where
#: that does not tell them apart.
_MARKS: Final = (".", ",")
_MESSAGE: Final = (
    "the row has amounts and no number, date or text, and they are not the sum of the rows above{sums}: an order that "
    "lost its cells, or a total of other rows. Name it Total, complete it, or take it out."
)


def doubt_nameless(table: RawTable) -> RawTable:
    """Return a table whose totals without a name are sums of the rows above them, to the last decimal shown.

    The others are problems: whoever counted them as totals would leave out an order, whoever counted them as orders
    would count a total. Of a row with columns of amounts these decide, of another every column of numbers.
    """
    nameless = [total for total in table.totals if total.by_place]
    if not nameless:
        return table
    judged = _judged(table, nameless)
    compared = [one for mark in _marks(table, judged) for one in totals_of(table, judged, mark, None)]
    tied = {one.row for one in compared if one.ties}
    doubted = {total.row: total for total in nameless if total.row not in tied}
    problems = [_problem(table, total, [one for one in compared if one.row == row]) for row, total in doubted.items()]
    return replace(
        table,
        problems=tuple(sorted((*table.problems, *problems), key=lambda one: one.row)),
        aside=tuple(one for one in table.aside if one.row not in doubted),
        totals=tuple(one for one in table.totals if one.row not in doubted),
    )


def _judged(table: RawTable, totals: Sequence[OwnTotal]) -> list[str]:
    """Return the headers of the columns that decide."""
    filled = [table.header[place] for place in sorted({place for one in totals for place in one.cells})]
    return [title for title in filled if "amount" in field_types(title)] or filled


def _marks(table: RawTable, titles: Sequence[str]) -> list[str]:
    """Return the decimal marks by which the most cells of some columns are numbers."""
    read = {mark: sum(_numbers(table, title, mark) for title in titles) for mark in _MARKS}
    return [mark for mark in _MARKS if read[mark] == max(read.values())]


def _numbers(table: RawTable, title: str, mark: str) -> int:
    column = table.distinct(title)
    return sum(value is not None for value in decimals(parse_numbers(column, mark), column.codes))


def _problem(table: RawTable, total: OwnTotal, compared: Sequence[OwnTotalResult]) -> Problem:
    sums = "; ".join(dict.fromkeys(f"{one.column}: {one.own:,f} and {one.ours:,f}" for one in compared))
    message = _MESSAGE.format(sums=f" ({sums})" if sums else "")
    return Problem(table.file, total.row, "", " | ".join(total.cells.values()), message, table.sheet)
