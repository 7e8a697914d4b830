"""The cell mark of a text file, found on the whole head of the file, titles above the table included."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bbbxl.errors import InputError

#: Cell marks that are looked for, in this order when nothing else decides.
MARKS = (",", ";", "\t", "|")
#: Cell marks that are named in the sentence about a file without one of the usual marks.
_RARE_MARKS = ("^", "~", "¦", "\x1f", "\x01")
#: Row of a list printed with lines: dashes and crossings only, and at least three of them together.
RULER, RULED = r"^[\s\-=_+:|]+$", r"---|===|___"
HEAD = 65_536
_HEADER_ROWS = 60
_NEXT_ROWS = 20
_HEAD_ROWS = 200
_LABEL = re.compile(r"[*#(]?[^\W\d_]")
_FOREIGN = re.compile(r'[;\t|"]')
_TIGHT_COMMA = re.compile(r",\S")


@dataclass(frozen=True)
class Head:
    """What the head of a file shows.

    Attributes:
        mark: Cell mark.
        width: Cells that most rows have.
    """

    mark: str
    width: int


@dataclass(frozen=True)
class _Score:
    """How well a mark splits the head.

    Attributes:
        labels: Column titles of the best header row, times the share of rows after it that are as wide.
        weight: Marks in the rows of the width that most rows have.
        width: That width.
    """

    labels: float
    weight: int
    width: int


def read_head(head: str, name: str, mark: str | None = None) -> Head:
    """Return the cell mark of a file and the width of its rows.

    Args:
        head: Start of the text, cut after a row.
        name: The file, for sentences.
        mark: Cell mark of the settings.

    Raises:
        InputError: two marks split the file equally well, or only an unusual one does.
    """
    if mark:
        return Head(mark, max(_score(head, mark).width, 1))
    scores = {one: _score(head, one) for one in MARKS}
    best = max(MARKS, key=lambda one: (scores[one].labels, scores[one].weight))
    if scores[best].width < 2:
        _refuse_rare_mark(head, name)
        return Head(MARKS[0], 1)
    rival = next((one for one in MARKS if one != best and scores[one] == scores[best]), None)
    if rival and scores[best].labels:
        raise InputError(f"{name} may have {mark_words(best)} or {mark_words(rival)} between its cells. "
                         "Set delimiter for it in bbbxl.toml.")  # fmt: skip
    return Head(best, scores[best].width)


def mark_words(mark: str) -> str:
    """Return a cell mark as a sentence names it."""
    return "a tab" if mark == "\t" else f'"{mark}"'


def checked_mark(mark: str, name: str) -> str:
    """Return the cell mark of the settings, "tab" spelt out allowed.

    Raises:
        InputError: it can be part of a cell, or is no mark at all.
    """
    mark = "\t" if mark.casefold() in ("tab", "\\t") else mark
    if not mark or any(one.isalnum() or one in '"\r\n\0 ' for one in mark):
        raise InputError(f'{name}: delimiter "{mark}" cannot stand between cells. Write ",", ";", "\\t" or "|".')
    return mark


def _score(head: str, mark: str) -> _Score:
    rows = _rows(head, mark)
    widths = [len(row) for row in rows]
    labels = max(
        (_labels(row, mark) * _share(widths, at) for at, row in enumerate(rows[:_HEADER_ROWS]) if len(row) > 1),
        default=0.0,
    )
    common = Counter(width for width in widths if width > 1).most_common(1)
    width, count = common[0] if common else (1, 0)
    return _Score(labels, count * (width - 1), width)


def _rows(head: str, mark: str) -> list[list[str]]:
    """Return the first rows that hold something, leniently."""
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(head, newline=""), delimiter=mark):
            if any(cell.strip() for cell in row) and not _is_ruler(mark.join(row)):
                rows.append(row)
            if len(rows) == _HEAD_ROWS:
                break
    except csv.Error:
        return rows
    return rows


def _is_ruler(line: str) -> bool:
    return bool(re.match(RULER, line) and re.search(RULED, line))


def _labels(row: Sequence[str], mark: str) -> float:
    """Return how many cells could be column titles; hardly any where a cell holds another mark or half a quote."""
    cells = [cell.strip() for cell in row]
    count = sum(1 for cell in cells if _LABEL.match(cell))
    foreign = any(_FOREIGN.search(cell) or (mark != "," and _TIGHT_COMMA.search(cell)) for cell in cells)
    return count / 10 if foreign else count


def _share(widths: Sequence[int], at: int) -> float:
    """Return the share of the next rows that are as wide; one cell more or less counts half."""
    after = widths[at + 1 : at + 1 + _NEXT_ROWS]
    if not after:
        return 1.0
    near = sum(1 for width in after if abs(width - widths[at]) == 1) if widths[at] > 3 else 0
    return (after.count(widths[at]) + near / 2) / len(after)


def _refuse_rare_mark(head: str, name: str) -> None:
    """Refuse a file in which every row has the same number of one unusual mark."""
    lines = [line for line in head.splitlines()[:_HEAD_ROWS] if line.strip()]
    for mark in _RARE_MARKS:
        counts = {line.count(mark) for line in lines}
        if len(lines) > 1 and len(counts) == 1 and counts != {0}:
            raise InputError(f'{name} has no comma, semicolon, tab or pipe between its cells, but "{mark}" in every '
                             f'row. Set delimiter = "{mark}" for it in bbbxl.toml.')  # fmt: skip
    if len(lines) > 2 and all(re.search(r"\S {2,}\S", line) for line in lines):
        raise InputError(f"{name} has no mark between its cells: its columns are lined up with spaces. "
                         "Export it as CSV.")  # fmt: skip
