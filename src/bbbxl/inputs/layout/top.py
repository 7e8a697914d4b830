"""The first rows of a grid, in which its header is looked for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median_low

from bbbxl.inputs.headers import normal
from bbbxl.inputs.layout.facts import Facts, Shape
from bbbxl.inputs.layout.vocabulary import is_known, is_ruler

#: Rows with something in them among which the header is looked for, and rows below it that are looked at.
HEADER_ROWS, BELOW = 50, 10
_YEAR = re.compile(r"(?:19|20)\d\d(?:[-/.]\d{1,2})?")


@dataclass(frozen=True)
class Header:
    """A header: one line, or several read as one.

    Attributes:
        lines: Places of its rows in the grid, from the top.
        titles: One for each column of the grid; empty where it has none.
        known: How many distinct known headers it has.
    """

    lines: tuple[int, ...]
    titles: tuple[str, ...]
    known: int

    @property
    def bottom(self) -> int:
        """Return the place of its last row."""
        return self.lines[-1]


@dataclass(frozen=True)
class Top:
    """Rows from which on a header is looked for, those with something in them only; rulers are left out.

    Attributes:
        facts: The grid.
        places: Place of each row.
        cells: Its texts, each on one line.
        shapes: Its shapes.
    """

    facts: Facts
    places: tuple[int, ...]
    cells: tuple[tuple[str, ...], ...]
    shapes: tuple[tuple[Shape, ...], ...]

    def __len__(self) -> int:
        return len(self.places)

    @cached_property
    def usual(self) -> int:
        """Return how many filled cells a row of more than one usually has."""
        counts = [count for count in (self.count(row) for row in range(len(self))) if count > 1]
        return median_low(counts) if counts else 1

    def count(self, row: int) -> int:
        """Return how many cells of a row hold something."""
        return sum(shape != "blank" for shape in self.shapes[row])

    def below(self, row: int, least: int = 2) -> list[int]:
        """Return the rows that follow a row and have at least so many filled cells."""
        return [one for one in range(row + 1, min(row + 1 + BELOW, len(self))) if self.count(one) >= least]

    def shape_below(self, row: int, column: int) -> Shape:
        """Return the shape that most filled cells of a column have below a row."""
        shapes = Counter(self.shapes[one][column] for one in self.below(row))
        del shapes["blank"]
        return shapes.most_common(1)[0][0] if shapes else "blank"

    def is_wordy(self, row: int) -> bool:
        """Return whether every cell of a row is text or a year."""
        return all(
            shape in ("blank", "text") or _YEAR.fullmatch(text)
            for shape, text in zip(self.shapes[row], self.cells[row], strict=True)
        )

    def is_next(self, upper: int) -> bool:
        """Return whether neither a blank row nor a ruler stands between a row and the one after it."""
        if upper + 1 >= len(self) or self.places[upper + 1] != self.places[upper] + 1:
            return False
        return not self.facts.follows_gap(self.places[upper + 1])


def see_top(facts: Facts, start: int = 0) -> Top:
    """Return the first rows of a grid from a place on."""
    seen = facts.filled_places(start, min(start + 100 * HEADER_ROWS, len(facts.counts)))[: HEADER_ROWS + BELOW]
    texts = [tuple(one_line(text) for text in row) for row in facts.rows(seen)]
    kept = [row for row, cells in enumerate(texts) if row == 0 or not all(is_ruler(text) for text in cells if text)]
    places, rows = seen[kept], [texts[row] for row in kept]
    shapes = [tuple(facts.shapes(int(place), row)) for place, row in zip(places, rows, strict=True)]
    return Top(facts, tuple(places.tolist()), tuple(rows), tuple(shapes))


def one_line(text: str) -> str:
    """Return a text with line breaks and runs of spaces as single spaces."""
    return " ".join(text.split())


def count_known(titles: Sequence[str]) -> int:
    """Return how many distinct known headers there are."""
    return len({normal(title) or title for title in titles if is_known(title)})


def is_year(text: str) -> bool:
    """Return whether a text is a year or month, as columns of reports are headed."""
    return bool(_YEAR.fullmatch(text))
