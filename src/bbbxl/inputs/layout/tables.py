"""The table of a grid: its header and data rows as text, and what stands around them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from bbbxl.errors import InputError, Problem
from bbbxl.inputs.grid import Aside, Grid, RawTable, TableArea
from bbbxl.inputs.layout.columns import find_sides, name_columns
from bbbxl.inputs.layout.facts import Cell, Facts, Places, row_problem, see
from bbbxl.inputs.layout.header import areas_of, find_header, forced_header, header_lines, is_other_header
from bbbxl.inputs.layout.judge import Row, fits
from bbbxl.inputs.layout.merged import check_uncached, repeat_merged
from bbbxl.inputs.layout.nameless import doubt_nameless
from bbbxl.inputs.layout.profile import Profile, has_digit
from bbbxl.inputs.layout.rows import Body, SortedRows, make_aside, other_headers, see_body, see_rows, sort_rows
from bbbxl.inputs.layout.top import Header
from bbbxl.inputs.layout.totals import own_totals

#: Runs of rows up to this many are cut out of the grid without copying.
_RUNS = 200


def find_tables(grid: Grid, *, header_row: int | None = None) -> list[RawTable]:
    """Return the table of a sheet or text file; an empty list where there is none.

    Args:
        grid: The cells.
        header_row: Row of the file in which the header starts; found when omitted. With two tables below one
            another the one of that row is returned, with two side by side both, from the left.

    Raises:
        InputError: two tables without a choice; no header at all; a header with fewer cells than its rows; a formula
            without a computed value in a needed column.
    """
    if not len(grid.numbers) or not grid.cells.num_columns:
        return []
    facts = see(grid)
    header = find_header(facts) if header_row is None else forced_header(facts, header_row)
    if header is None:
        return []
    facts, repeated, merged = repeat_merged(facts, header)
    areas = areas_of(grid, header)
    above, stop = _others_above(facts, header), len(grid.numbers)
    sides = find_sides(facts, header, stop, areas)
    first = see_body(facts, header, sides.tables[0], stop)
    below = [place for place in other_headers(first) if not _in_area(facts, areas, place)]
    if header_row is None and (above or below):
        raise _two_tables(facts, header, [*above, *below])
    if below:
        sides = find_sides(facts, header, below[0], areas)
        first = see_body(facts, header, sides.tables[0], below[0])
    if header_row is None and len(sides.tables) > 1:
        raise _side_by_side(facts, header, sides.tables)
    notes = (*_lines_note(facts, header), *merged, *sides.notes, *_left_out(facts, above, below))
    start = _block_start(facts, header) if above else 0
    end = facts.number(below[0]) if below else None
    around = _Around(header, areas, start, end, repeated, notes)
    others = (see_body(facts, header, columns, below[0] if below else stop) for columns in sides.tables[1:])
    return [_make(body, around) for body in (first, *others)]


@dataclass(frozen=True)
class _Around:
    """What is known of a table beside its rows.

    Attributes:
        header: Its header.
        areas: The table objects in its row.
        start: Place from which on rows above the header are its titles.
        end: Row of the file of the next table; None without one.
        repeated: Merged cells that were filled.
        notes: What was decided.
    """

    header: Header
    areas: tuple[TableArea, ...]
    start: int
    end: int | None
    repeated: frozenset[Cell]
    notes: tuple[str, ...]


def _make(body: Body, around: _Around) -> RawTable:
    """Return the table of some columns below a header."""
    facts, header, grid, columns = body.facts, around.header, body.facts.grid, body.profile.columns
    area = next((one for one in around.areas if one.first_column == columns[0]), None)
    above = see_rows(facts, range(facts.width), facts.filled_places(around.start, header.lines[0]))
    found = sort_rows(body, above, _totals_row(facts, area))
    titles, stray = _above(body, above)
    aside = sorted([*titles, *found.aside], key=lambda one: one.row)
    problems = sorted([*stray, *found.problems], key=lambda one: one.row)
    numbers = grid.numbers[found.data]
    unseen = check_uncached(grid, header, columns, numbers, frozenset(one.row for one in aside), around.end)
    table = RawTable(
        grid.file, grid.sheet, tuple(header.titles[column] for column in columns),
        _take(grid.cells, columns, found.data), numbers, tuple(problems),
        grid.sha256, grid.size, grid.delimiter, grid.encoding,
        header_row=facts.number(header.lines[0]), aside=tuple(aside), hidden=_hidden(grid, numbers),
        filtered=grid.filtered, outside=_outside(area, numbers),
        notes=(*grid.notes, *around.notes, *found.notes, *unseen),
    )  # fmt: skip
    return doubt_nameless(_with_columns(facts, table, columns, found, around.repeated))


def _with_columns(
    facts: Facts, table: RawTable, columns: Sequence[int], found: SortedRows, repeated: frozenset[Cell]
) -> RawTable:
    """Return a table with the columns that are kept, and what belongs to single columns."""
    kept, titles, notes = name_columns(table, columns)
    chosen = [columns[place] for place in kept]
    places = {column: place for place, column in enumerate(chosen)}
    grid = facts.grid
    cells = table.cells.select(kept).rename_columns([f"{place}" for place in range(len(kept))])
    kinds = None if grid.kinds is None else np.ascontiguousarray(grid.kinds[found.data][:, chosen])
    data = set(found.data.tolist()) if repeated else set()
    down = {places[column] for row, column in repeated if row in data and column in places}
    return replace(
        table,
        header=tuple(titles),
        cells=cells,
        kinds=kinds,
        formats={places[column]: formats for column, formats in grid.formats.items() if column in places},
        totals=own_totals(facts, found.totals, found.data, places),
        merged_down=tuple(sorted(down)),
        notes=(*table.notes, *notes),
    )


def _take(cells: pa.Table, columns: Sequence[int], places: Places) -> pa.Table:
    """Return some rows and columns; long runs of rows are not copied."""
    chosen = cells.select(list(columns)).rename_columns([f"{place}" for place in range(len(columns))])
    runs = np.split(places, np.flatnonzero(np.diff(places) > 1) + 1) if len(places) else []
    if len(runs) > _RUNS or not runs:
        return chosen.take(pa.array(places))
    return pa.concat_tables([chosen.slice(int(run[0]), len(run)) for run in runs])


def _above(body: Body, above: Iterable[Row]) -> tuple[list[Aside], list[Problem]]:
    """Return the titles above the header, and rows there that look like data."""
    titles, stray = [], []
    for row in above:
        if len(row.cells) >= max(3, 0.6 * body.profile.cells) and _is_data(row, body.profile):
            message = "the row stands above the header and looks like data. Move it below the header, or take it out."
            stray.append(row_problem(body.facts, row.place, " | ".join(row.cells.values()), message))
        else:
            titles.append(make_aside(body.facts, row, "title"))
    return titles, stray


def _is_data(row: Row, profile: Profile) -> bool:
    """Return whether a row above the header looks like data, and not like a label with its figures beside it."""
    first = next(iter(row.cells), -1)
    label = first in profile.ids and not has_digit(row.cells[first])
    return bool(profile.identity) and not label and fits(row, profile)


def _others_above(facts: Facts, header: Header) -> list[int]:
    """Return the places of headers of other tables above a header."""
    lines = header_lines(facts, header)
    rows = see_rows(facts, range(facts.width), facts.filled_places(0, header.lines[0]))
    found = [row for row in rows if is_other_header(facts, row.place, row.cells, lines)]
    return [row.place for row in found if row.place + 1 < header.lines[0]]


def _block_start(facts: Facts, header: Header) -> int:
    """Return the place of the first row that stands above a header with no blank row between."""
    place = header.lines[0]
    while place > 0 and not facts.follows_gap(place):
        place -= 1
    return place


def _in_area(facts: Facts, areas: Sequence[TableArea], place: int) -> bool:
    """Return whether a row lies within the first table object of the header."""
    return any(area.first_row <= facts.number(place) <= area.last_row for area in areas[:1])


def _totals_row(facts: Facts, area: TableArea | None) -> int:
    """Return the place of the totals row of a table object, -1 without one."""
    if area is None or not area.totals:
        return -1
    place = int(np.searchsorted(facts.grid.numbers, area.last_row))
    return place if place < len(facts.grid.numbers) and facts.number(place) == area.last_row else -1


def _hidden(grid: Grid, numbers: Places) -> int:
    return int(np.isin(numbers, list(grid.hidden)).sum()) if grid.hidden else 0


def _outside(area: TableArea | None, numbers: Places) -> tuple[int, ...]:
    return () if area is None else tuple(numbers[numbers > area.last_row].tolist())


def _lines_note(facts: Facts, header: Header) -> tuple[str, ...]:
    if len(header.lines) == 1:
        return ()
    return (f"Rows {facts.number(header.lines[0])} to {facts.number(header.bottom)} were read as one header.",)


def _left_out(facts: Facts, above: Sequence[int], below: Sequence[int]) -> tuple[str, ...]:
    """Return notes on other tables of the sheet."""
    return tuple(f"{_described(facts, place)} heads another table, which was left out." for place in (*above, *below))


def _described(facts: Facts, place: int) -> str:
    titles = ", ".join(text for text in facts.grid.row(place) if text)
    return f"Row {facts.number(place)} ({titles if len(titles) <= 80 else titles[:79] + '…'})"


def _two_tables(facts: Facts, header: Header, others: Sequence[int]) -> InputError:
    places = sorted([header.lines[0], *others])[:5]
    shown = " and ".join(_described(facts, place).replace("Row", "row", 1) for place in places)
    return InputError(
        f"{facts.grid.place} holds more than one table, with headers in {shown}. Say which is meant: header_row = "
        f"{facts.number(places[0])}, or keep each in a sheet or file of its own."
    )


def _side_by_side(facts: Facts, header: Header, tables: Sequence[Sequence[int]]) -> InputError:
    shown = " and ".join(", ".join(header.titles[c] for c in columns if header.titles[c]) for columns in tables)
    return InputError(
        f"{facts.grid.place} holds {len(tables)} tables side by side in row {facts.number(header.lines[0])}: "
        f"{shown}. Put each into a sheet or file of its own."
    )
