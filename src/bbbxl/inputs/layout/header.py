"""Where the header of a grid stands."""

from __future__ import annotations

from collections.abc import Mapping

from bbbxl.errors import InputError
from bbbxl.inputs.grid import Grid, TableArea
from bbbxl.inputs.headers import normal
from bbbxl.inputs.layout.facts import Facts
from bbbxl.inputs.layout.top import HEADER_ROWS, Header, Top, count_known, is_year, one_line, see_top
from bbbxl.inputs.layout.two_lines import two_lines, with_units
from bbbxl.inputs.layout.vocabulary import PIVOT, is_known

#: Fewest known words that make a row a header by themselves.
KNOWN = 2
_LONGEST_TITLE = 120
#: Lines of a header, each as column -> normalised text.
Lines = tuple[Mapping[int, str], ...]


def forced_header(facts: Facts, row: int) -> Header:
    """Return the header that starts in a named row.

    Raises:
        InputError: nothing stands in that row.
    """
    place = int(facts.grid.numbers.searchsorted(row))
    if place >= len(facts.grid.numbers) or facts.number(place) != row or facts.counts[place] == 0:
        last = facts.number(len(facts.grid.numbers) - 1) if len(facts.grid.numbers) else 0
        raise InputError(
            f"{facts.grid.place} has nothing in row {row}, where its header should stand; its last row is {last}. "
            "Name the row of the header."
        )
    top = see_top(facts, place)
    single = Header((place,), top.cells[0], count_known(top.cells[0]))
    return with_units(top, two_lines(top, 0) or single)


def find_header(facts: Facts) -> Header | None:
    """Return the header of a grid; None when it has no table.

    Raises:
        InputError: the rows of a text file are data from the first on.
    """
    top = see_top(facts)
    found = [header for row in range(min(len(top), HEADER_ROWS)) for header in _headers_at(top, row)]
    found += [header for area in facts.grid.areas if (header := _area_header(facts, area))]
    known = [header for header in found if header.known >= KNOWN]
    best = max(known, key=lambda one: (one.known, -one.lines[0]), default=None) or _by_structure(top)
    if best is None:
        _refuse_headless(top)
        return None
    if best.known < KNOWN and any(PIVOT.fullmatch(title) for title in best.titles):
        return None
    return with_units(see_top(facts, best.lines[0]), best)


def areas_of(grid: Grid, header: Header) -> tuple[TableArea, ...]:
    """Return the table objects whose headers stand in the rows of a header; of several those with known words."""
    rows = {int(grid.numbers[line]) for line in header.lines}
    found = [
        area
        for area in grid.areas
        if area.first_row in rows and any(header.titles[area.first_column : area.last_column + 1])
    ]
    known = [area for area in found if count_known(header.titles[area.first_column : area.last_column + 1]) >= KNOWN]
    return tuple(sorted(known if len(found) > 1 and known else found[:1], key=lambda area: area.first_column))


def is_other_header(facts: Facts, place: int, cells: Mapping[int, str], lines: Lines) -> bool:
    """Return whether a row (column -> filled cell) away from the header is the header of another table."""
    titles = [one_line(text) for text in cells.values()]
    known = sum(map(is_known, titles))
    if known <= len(titles) / 2 or count_known(titles) < KNOWN or is_repeated(cells, lines):
        return False
    top = see_top(facts, place)
    if not top.is_wordy(0):
        return False
    return any(top.shapes[row][column] in ("number", "date") for row in top.below(0, 1)[:3] for column in cells)


def header_lines(facts: Facts, header: Header) -> Lines:
    """Return each line of a header as column -> normalised text."""
    rows = (facts.grid.row(line) for line in header.lines)
    return tuple({column: normal(text) for column, text in enumerate(row) if text} for row in rows)


def is_repeated(cells: Mapping[int, str], lines: Lines) -> bool:
    """Return whether a row (column -> filled cell) is a line of the header printed again."""
    for line in lines:
        same = sum(line.get(column) == normal(text) for column, text in cells.items())
        if same >= max(1, 0.8 * len(cells), len(line) / 2):
            return True
    return False


def _headers_at(top: Top, row: int) -> list[Header]:
    """Return the header that a row may start: with the next row where that is better."""
    single = Header((top.places[row],), top.cells[row], count_known(top.cells[row]))
    both = two_lines(top, row)
    found = []
    if both is not None and _is_header(top, row + 1, both):
        found.append(both)
    if _is_header(top, row, single) and not (found and both and both.known >= single.known):
        found.append(single)
    return found


def _is_header(top: Top, row: int, header: Header) -> bool:
    """Return whether a row is rather a header than data, a title or a block of parameters."""
    titles = {column: text for column, text in enumerate(header.titles) if text}
    if len(titles) < max(min(2, top.facts.width), top.usual / 2) or max(map(len, titles.values())) > _LONGEST_TITLE:
        return False
    shapes = top.shapes[row]
    worded = sum(
        shapes[column] == "text" or is_year(text) for column, text in titles.items() if shapes[column] != "blank"
    )
    filled = sum(shapes[column] != "blank" for column in titles)
    if worded < (0.5 if header.known > KNOWN else 0.7) * filled or _is_parameters(top, row, titles):
        return False
    like = _like_below(top, row, titles)
    return like == 0 or (header.known > 3 and like <= len(titles) / 4)


def _like_below(top: Top, row: int, titles: dict[int, str]) -> int:
    """Return how many numbers and dates of a row stand over the same in the next row."""
    following = top.below(row, max(2, len(titles) // 2))
    if not following:
        return 0
    return sum(
        top.shapes[row][column] in ("number", "date")
        and top.shapes[row][column] == top.shapes[following[0]][column]
        and not is_year(text)
        for column, text in titles.items()
    )


def _is_parameters(top: Top, row: int, titles: dict[int, str]) -> bool:
    """Return whether a row is one of labels with their values beside them, such as "Currency | EUR"."""
    if 0 < sum(text.endswith(":") for text in titles.values()) <= len(titles) / 2:
        return True
    labels = {column for column, text in titles.items() if is_known(text)}
    if not labels or len(labels) > len(titles) / 2:
        return False
    neighbours = [one for one in (row - 1, row + 1) if 0 <= one < len(top)]
    return any(is_known(top.cells[one][column]) for one in neighbours for column in labels)


def _area_header(facts: Facts, area: TableArea) -> Header | None:
    """Return the header of a table object."""
    place = int(facts.grid.numbers.searchsorted(area.first_row))
    if place >= len(facts.grid.numbers) or facts.number(place) != area.first_row:
        return None
    cells = see_top(facts, place).cells
    if not cells:
        return None
    inside = range(area.first_column, area.last_column + 1)
    titles = tuple(text if column in inside else "" for column, text in enumerate(cells[0]))
    return Header((place,), titles, count_known(titles))


def _by_structure(top: Top) -> Header | None:
    """Return the first row of words as wide as the rows of other shape that follow it."""
    for row in range(min(len(top), HEADER_ROWS)):
        titles = {column: text for column, text in enumerate(top.cells[row]) if text}
        header = Header((top.places[row],), top.cells[row], count_known(top.cells[row]))
        wide = len(titles) >= max(2, 0.8 * top.usual) and (not top.facts.grid.sheet or len(titles) > 2)
        below = top.below(row, max(2, top.usual // 2))
        unlike = any(top.shape_below(row, column) in ("number", "date") for column in titles)
        if wide and below and unlike and top.is_wordy(row) and not _is_parameters(top, row, titles):
            return header
    return None


def _refuse_headless(top: Top) -> None:
    """Refuse a text file whose first full row is data."""
    for row in range(min(len(top), HEADER_ROWS)):
        wide = top.count(row) >= max(2, 0.8 * top.usual)
        if not top.facts.grid.sheet and wide and not top.is_wordy(row):
            shown = ", ".join(text for text in top.cells[row] if text)[:80]
            raise InputError(
                f"{top.facts.grid.place} has no header: row {top.facts.number(top.places[row])} ({shown}) holds "
                "data already. Add a row with the names of the columns on top."
            )
