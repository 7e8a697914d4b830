"""How many cells the rows of a text file may have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bbbxl.errors import InputError, Problem, count_of
from bbbxl.inputs.files.marks import mark_words
from bbbxl.inputs.layout.facts import Facts, Places, row_problem
from bbbxl.inputs.layout.profile import Profile
from bbbxl.inputs.layout.top import Header
from bbbxl.inputs.layout.vocabulary import is_needed

#: Rows that must end early before it is the way of the exporter to leave out empty cells at the end of a row.
_FEWEST, _SHARE = 3, 0.1


@dataclass(frozen=True)
class Widths:
    """What rows of a text file may have.

    Attributes:
        header: Cells of the header.
        allowed: Numbers of cells that a row may have.
        notes: What was decided.
    """

    header: int
    allowed: frozenset[int]
    notes: tuple[str, ...] = ()


def allowed_widths(facts: Facts, header: Header, profile: Profile, places: Places) -> Widths:
    """Return how many cells rows may have; as many as the header, unless all rows show another habit.

    Args:
        facts: The grid.
        header: Its header.
        profile: What data look like.
        places: Rows below the header that hold something.

    Raises:
        InputError: the rows have more cells than the header, so that nobody knows which is which.
    """
    widths = facts.grid.widths
    if widths is None:
        return Widths(facts.width, frozenset({facts.width}))
    own = int(max(widths[line] for line in header.lines))
    titled = max((column + 1 for column, title in enumerate(header.titles) if title), default=own)
    full = places[facts.counts[places] >= max(2, profile.cells / 2)]
    usual = int(np.bincount(widths[full]).argmax()) if len(full) else own
    if usual > own:
        return _longer(facts, header, full, own, usual)
    if titled < own and not facts.filled[places][:, titled:].any():
        return Widths(own, frozenset(range(titled, own + 1)))
    return _shorter(facts, header, profile, full, own)


def _longer(facts: Facts, header: Header, full: Places, own: int, usual: int) -> Widths:
    """Return the widths where most rows are longer than the header."""
    same = full[_of(facts, full) == usual]
    if not facts.filled[same][:, own:].any():
        return Widths(own, frozenset({usual}))
    row = facts.number(int(same[0]))
    raise InputError(
        f"{facts.grid.place}: the header in row {facts.number(header.bottom)} has {own} cells and row {row}, like "
        f"most rows, has {usual}, so their columns cannot be told. Complete the header."
    )


def _shorter(facts: Facts, header: Header, profile: Profile, full: Places, own: int) -> Widths:
    """Return the widths where an exporter leaves out empty cells at the end of a row.

    Rows that end early are taken only when several do, no row of the file ends with an empty cell, and no amount,
    number, date or id is among the cells they lack.
    """
    widths = _of(facts, full)
    short = int((widths < own).sum())
    ends = facts.filled[full, np.minimum(widths, facts.width) - 1] if len(full) else np.zeros(0, dtype=np.bool_)
    least = max((column + 1 for column in range(own) if _is_needed(header, profile, column)), default=own)
    if short < max(_FEWEST, _SHARE * len(full)) or not ends.all() or least == own:
        return Widths(own, frozenset({own}))
    lacked = ", ".join(f'"{title}"' for title in header.titles[least:own])
    taken = int(((widths < own) & (widths >= least)).sum())
    ends_early = count_of(taken, "row", "ends", "end")
    note = f"{ends_early} before the header does; the cells missing there ({lacked}) were taken as empty."
    return Widths(own, frozenset(range(least, own + 1)), (note,) if taken else ())


def _of(facts: Facts, places: Places) -> npt.NDArray[np.int32]:
    return np.zeros(0, dtype=np.int32) if facts.grid.widths is None else facts.grid.widths[places]


def _is_needed(header: Header, profile: Profile, column: int) -> bool:
    """Return whether a cell of a column is never taken as empty because its row ends early."""
    title = header.titles[column]
    return not title or profile.shapes.get(column) in ("number", "date") or is_needed(title)


def width_problem(facts: Facts, place: int, cells: Sequence[str], widths: Widths) -> Problem:
    """Return the problem of a row that has another number of cells than the header."""
    grid = facts.grid
    own = len(cells) if grid.widths is None else int(grid.widths[place])
    message = (
        f"the row has {count_of(own, 'cell')} where the header has {widths.header}. "
        f"Quote cells that hold {mark_words(grid.delimiter)}, or complete the row."
    )
    return row_problem(facts, place, grid.delimiter.join(cells[:own]), message)
