"""What one row below a header is: data, a total, a title, a footer, or something nobody can explain."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import pyarrow.compute as pc

from bbbxl.inputs.layout.facts import Facts, Shape, shape_of
from bbbxl.inputs.layout.header import Lines, is_repeated
from bbbxl.inputs.layout.profile import Profile, has_digit
from bbbxl.inputs.layout.vocabulary import (
    COUNTED,
    FOOTER,
    LABELLED,
    PAGE,
    RECORDS,
    STATISTIC,
    is_ruler,
    strong_total,
    total_rest,
)

#: data: a row as the others are; likely: data as far as anyone can tell; amounts, single, words: it depends on where
#: the row stands; unclear: a total or a name.
Verdict = Literal[
    "data", "likely", "total", "repeated header", "title", "footer", "records", "labelled", "amounts", "single",
    "words", "unclear",
]  # fmt: skip
#: Most cells of a row of page marks and the like.
_FEW = 4
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?|(?:19|20)\d{6}")


@dataclass(frozen=True)
class Row:
    """One row within the columns of the table.

    Attributes:
        place: Its place in the grid.
        cells: Column -> text of each filled cell.
        shapes: Column -> shape of each filled cell.
    """

    place: int
    cells: dict[int, str]
    shapes: dict[int, Shape]

    @property
    def text(self) -> str:
        """Return its cells in one line."""
        return " ".join(text for text in self.cells.values() if text)


@dataclass(frozen=True)
class Around:
    """What a row is judged by.

    Attributes:
        facts: The grid.
        lines: The lines of its header.
        profile: What data look like.
        titles: Rows above the header without their digits.
        totals_row: Place of the totals row of a table object; -1 without one.
    """

    facts: Facts
    lines: Lines
    profile: Profile
    titles: frozenset[str]
    totals_row: int = -1


def judge(row: Row, around: Around) -> Verdict:
    """Return what a row is, as far as it shows by itself."""
    for rule in _RULES:
        if found := rule(row, around):
            return found
    return "likely"


def label_of(row: Row) -> tuple[int, str]:
    """Return column and text of the cell that labels a total, column -1 without one."""
    words = [(column, text) for column, text in row.cells.items() if row.shapes[column] == "text"]
    found = next((one for one in words if strong_total(one[1])), None)
    return found or next((one for one in words if total_rest(one[1]) is not None), (-1, ""))


def without_digits(text: str) -> str:
    """Return a text by which a title printed again on each page is known."""
    return re.sub(r"[\d\s]+", "", text).casefold()


def fits(row: Row, profile: Profile, *, leave: int = -1) -> bool:
    """Return whether a row has at least half of what identifies data rows, a column left out of account."""
    keys = profile.identity - {leave}
    if not keys:
        rest = profile.usual - {leave}
        return bool(rest) and all(column in row.cells for column in rest)
    return sum(_fits_column(row, profile, column) for column in keys) >= len(keys) / 2


def _fits_column(row: Row, profile: Profile, column: int) -> bool:
    """Return whether a cell may stand in a column of numbers of documents or dates."""
    text, shape = row.cells.get(column, ""), row.shapes.get(column, "blank")
    if shape == "blank":
        return False
    if column in profile.ids:
        if not has_digit(text):
            return False
        return " " not in text or column not in profile.single
    return shape == "date" or profile.shapes[column] == "number" or bool(_SERIAL.fullmatch(text))


def _has_figures(row: Row, profile: Profile) -> bool:
    """Return whether a row has a number in a column of numbers."""
    return any(
        shape == "number" and profile.shapes[column] == "number" and column not in profile.ids
        for column, shape in row.shapes.items()
    )


def _ruler(row: Row, around: Around) -> Verdict | None:
    del around
    return "title" if row.cells and all(is_ruler(text) for text in row.cells.values()) else None


def _header(row: Row, around: Around) -> Verdict | None:
    """Return repeated header for a line of the header printed again, or for a line that numbers the columns."""
    if is_repeated(row.cells, around.lines):
        return "repeated header"
    numbered = [str(number) for number in range(1, len(row.cells) + 1)]
    has_dates = any(around.profile.shapes[column] == "date" for column in row.cells)
    return "repeated header" if list(row.cells.values()) == numbered and len(numbered) > 2 and has_dates else None


def _totals_row(row: Row, around: Around) -> Verdict | None:
    return "total" if row.place == around.totals_row else None


def _title(row: Row, around: Around) -> Verdict | None:
    known = without_digits(row.text)
    return "title" if known in around.titles and not fits(row, around.profile) else None


def _page_mark(row: Row, around: Around) -> Verdict | None:
    """Return footer for page marks, copyright lines and the like, in few cells and without amounts."""
    first = next(iter(row.cells), -1)
    profile = around.profile
    misplaced = first in profile.ids and not _fits_column(row, profile, first)
    if fits(row, profile, leave=first) and not misplaced:
        return None
    if STATISTIC.fullmatch(row.cells.get(first, "")) and len(row.cells) > 1:
        return "footer"
    if len(row.cells) > _FEW:
        return None
    if RECORDS.fullmatch(row.text):
        return "records"
    if PAGE.fullmatch(row.text):
        return "footer"
    plain = len(row.cells) == 1 or not _has_figures(row, profile)
    return "footer" if plain and FOOTER.fullmatch(row.text) else None


def _total(row: Row, around: Around) -> Verdict | None:
    column, label = label_of(row)
    if column < 0:
        return None
    return _strong(row, column, around.profile) if strong_total(label) else _weak(row, column, label, around)


def _strong(row: Row, column: int, profile: Profile) -> Verdict | None:
    """Return total for a plain total word, unless the row is data of a customer or product of that name."""
    keys = (profile.identity or profile.usual) - {column}
    if column in profile.ids or not keys:
        return "total"
    numbered = profile.ids - {column}
    if column in profile.customers and numbered and all(_fits_column(row, profile, one) for one in numbered):
        return None
    whole = all(_fits_column(row, profile, one) if profile.identity else one in row.cells for one in keys)
    return None if whole and (profile.identity or column in profile.customers) else "total"


def _weak(row: Row, column: int, label: str, around: Around) -> Verdict | None:
    """Return total for a total word with a name, where nothing else says that the row is data."""
    profile = around.profile
    rest = total_rest(label) or ""
    if shape_of(rest) == "number" and not fits(row, profile, leave=column):
        return "total"
    if not any(shape == "number" for shape in row.shapes.values()):
        return None
    keys = profile.identity - {column}
    if any(_fits_column(row, profile, one) for one in keys):
        return None
    if profile.identity:
        return "total"
    others = profile.usual - {column}
    if others:
        return None if all(one in row.cells for one in others) else "total"
    texts = pc.utf8_trim_whitespace(around.facts.grid.cells.column(column).slice(0, row.place))
    return "total" if pc.any(pc.equal(texts, rest)).as_py() else "unclear"


def _data(row: Row, around: Around) -> Verdict | None:
    return "data" if fits(row, around.profile) else None


def _amounts(row: Row, around: Around) -> Verdict | None:
    """Return amounts for a row of numbers in columns of numbers that are no days, where data have more."""
    if not around.profile.usual:
        return None
    shapes = around.profile.shapes
    only = all(
        shape == "number" and shapes[column] in ("number", "blank") and column not in around.profile.identity
        for column, shape in row.shapes.items()
    )
    return "amounts" if only else None


def _few_words(row: Row, around: Around) -> Verdict | None:
    """Return what a row without numbers may be: a label with its value, a single text, some words."""
    if _has_figures(row, around.profile):
        return None
    if len(row.cells) == 1:
        return "single"
    texts = list(row.cells.values())
    if len(texts) <= _FEW and any(text.endswith(":") or LABELLED.fullmatch(text) for text in texts):
        return "labelled"
    return "words"


_RULES: tuple[Callable[[Row, Around], Verdict | None], ...] = (
    _ruler, _header, _totals_row, _title, _page_mark, _total, _data, _amounts, _few_words,
)  # fmt: skip


def is_counted_group(text: str) -> bool:
    """Return whether a text names a group and the number of its rows, or a label and its value."""
    return bool(COUNTED.fullmatch(text) or LABELLED.fullmatch(text))
