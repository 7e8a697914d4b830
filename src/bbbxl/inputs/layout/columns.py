"""Which columns of a grid belong to its table: side by side, beside, empty and doubled ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from bbbxl.inputs.grid import RawTable, TableArea
from bbbxl.inputs.headers import normal
from bbbxl.inputs.layout.facts import Facts, Mask
from bbbxl.inputs.layout.header import KNOWN
from bbbxl.inputs.layout.top import Header, count_known
from bbbxl.inputs.layout.vocabulary import is_known, strong_total, total_rest
from bbbxl.inputs.values.cell_names import column_letters


@dataclass(frozen=True)
class Sides:
    """The columns of each table that stands in a header row.

    Attributes:
        tables: Columns of each table, from the left.
        notes: What was left out beside them.
    """

    tables: tuple[tuple[int, ...], ...]
    notes: tuple[str, ...] = ()


def find_sides(facts: Facts, header: Header, stop: int, areas: Sequence[TableArea]) -> Sides:
    """Return the columns of the table, or of several side by side, and what stands beside it.

    Args:
        facts: The grid.
        header: Its header.
        stop: Place after the last row that may be data.
        areas: The table objects in the row of the header; where there are some, each has its columns and no others.
    """
    body = facts.filled[header.bottom + 1 : stop]
    used = np.array([bool(title) for title in header.titles]) | body.any(axis=0)
    if areas:
        objects = [tuple(range(area.first_column, min(area.last_column + 1, facts.width))) for area in areas]
        inside = {column for columns in objects for column in columns}
        beside = [column for column in np.flatnonzero(used).tolist() if column not in inside]
        return Sides(tuple(objects), tuple(_beside(header, beside, f'the table object "{areas[0].name}"')))
    runs = _runs(used)
    major = [run for run in runs if len(run) > 1 and count_known(_titles(header, run)) >= KNOWN]
    if not major:
        return Sides((tuple(column for run in runs for column in run),))
    tables: list[list[int]] = [list(major[0])]
    for run in major[1:]:
        if _is_another(facts, header, stop, tables[-1], run):
            tables.append(list(run))
        else:
            tables[-1] += run
    notes: list[str] = []
    for run in runs:
        if run in major:
            continue
        at = max((place for place, table in enumerate(tables) if table[0] < run[0]), default=0)
        if run[0] > tables[at][-1] and _stands_alone(facts, header, stop, tables[at], run):
            if len(run) > 1 and any(is_known(title) for title in _titles(header, run)):
                tables.insert(at + 1, list(run))
            else:
                notes += _beside(header, run, "the table")
        else:
            tables[at] = sorted([*tables[at], *run])
    return Sides(tuple(map(tuple, tables)), tuple(notes))


def _runs(used: Mask) -> list[list[int]]:
    """Return runs of columns with no empty column between."""
    columns = np.flatnonzero(used)
    return [run.tolist() for run in np.split(columns, np.flatnonzero(np.diff(columns) > 1) + 1) if len(run)]


def _titles(header: Header, columns: Sequence[int]) -> list[str]:
    return [header.titles[column] for column in columns]


def _beside(header: Header, columns: Sequence[int], what: str) -> list[str]:
    """Return the note on columns left out beside a table."""
    if not columns:
        return []
    titles = ", ".join(f'"{title}"' for title in _titles(header, columns) if title)
    first, last = column_letters(columns[0]), column_letters(columns[-1])
    place = f"column {first}" if len(columns) == 1 else f"columns {first} to {last}"
    return [f"What stands beside {what} in {place}{f' ({titles})' if titles else ''} was left out."]


def _is_another(facts: Facts, header: Header, stop: int, left: Sequence[int], right: Sequence[int]) -> bool:
    """Return whether columns right of an empty one are a table of their own.

    They are when they have headers of the left table again, or rows in which only one of the two has something.
    """
    names = {normal(title) for title in _titles(header, left) if is_known(title)}
    if any(normal(title) in names for title in _titles(header, right) if is_known(title)):
        return True
    body = facts.filled[header.bottom + 1 : stop]
    on_left, on_right = body[:, list(left)].sum(axis=1), body[:, list(right)].sum(axis=1)
    only = ((on_left > len(left) / 2) & (on_right == 0)) | ((on_right > len(right) / 2) & (on_left == 0))
    return any(not _may_be_total(facts, header.bottom + 1 + place) for place in np.flatnonzero(only)[:20].tolist())


def _may_be_total(facts: Facts, place: int) -> bool:
    """Return whether a row is a total: labelled, or amounts only."""
    cells = facts.grid.row(place)
    if any(strong_total(text) or total_rest(text) for text in cells if text):
        return True
    return set(facts.shapes(place)) <= {"number", "blank"}


def _stands_alone(facts: Facts, header: Header, stop: int, table: Sequence[int], run: Sequence[int]) -> bool:
    """Return whether columns right of an empty one are no part of the table.

    They are not when rows hold something in them alone, or when several with a known header end before the table.
    """
    body = facts.filled[header.bottom + 1 : stop]
    in_table: Mask = np.any(body[:, list(table)], axis=1)
    in_run: Mask = np.any(body[:, list(run)], axis=1)
    if (in_run & ~in_table).any():
        return True
    if len(run) == 1 or not in_run.any():
        return False
    last, first = int(np.flatnonzero(in_run)[-1]), int(np.flatnonzero(in_table)[0])
    after = int(in_table[last + 1 :].sum())
    return after > 1 and bool(in_run[first : last + 1].all())


def name_columns(table: RawTable, columns: Sequence[int]) -> tuple[list[int], list[str], list[str]]:
    """Return the places of the columns to keep, their titles and notes.

    Columns with neither header nor data are dropped; of two equal ones one is kept; two with one header and
    different cells are named with their place.

    Args:
        table: The table with all its columns.
        columns: Column of the grid of each.
    """
    kept = [place for place, title in enumerate(table.header) if title or _has_data(table, place)]
    titles = {place: table.header[place] for place in kept}
    notes: list[str] = []
    groups: dict[str, list[int]] = {}
    for place in kept:
        if titles[place]:
            groups.setdefault(titles[place].casefold(), []).append(place)
    for group in groups.values():
        twins = [place for place in group[1:] if _same(table, group[0], place)]
        if twins:
            names = " and ".join(column_letters(columns[place]) for place in [group[0], *twins])
            notes.append(f'Columns {names}, both "{titles[group[0]]}", hold the same cells; one is used.')
            kept = [place for place in kept if place not in twins]
        rest = [place for place in group if place not in twins]
        if len(rest) > 1:
            for place in rest:
                titles[place] = f"{titles[place]} (column {column_letters(columns[place])})"
    return kept, [titles[place] for place in kept], notes


def _has_data(table: RawTable, place: int) -> bool:
    column = pc.utf8_trim_whitespace(table.cells.column(place))
    return bool(pc.any(pc.not_equal(column, "")).as_py())


def _same(table: RawTable, first: int, second: int) -> bool:
    """Return whether two columns hold the same cells."""
    texts = (pc.utf8_trim_whitespace(table.cells.column(place)) for place in (first, second))
    return bool(pc.all(pc.equal(*texts), min_count=0).as_py())
