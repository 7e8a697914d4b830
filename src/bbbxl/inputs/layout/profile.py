"""What the data rows of a table look like: the shape of each column and the columns by which a row is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median_low

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from bbbxl.inputs.layout.facts import Facts, Mask, Places, Shape
from bbbxl.inputs.layout.header import header_lines, is_repeated
from bbbxl.inputs.layout.top import Header
from bbbxl.inputs.layout.vocabulary import MAYBE_TOTAL, field_types, header_fields, is_ruler, strong_total, total_rest

#: Rows looked at to learn what data look like.
SAMPLE = 200
#: From so many rows on a single odd one says nothing of all.
_MANY = 20
#: Columns of numbers and dates in which words are looked for.
_WORDS_IN = 2
#: Rows with so few cells are always looked at; and of those that lack something so many.
_FEW, _MOST_LACKING = 2, 2_000
_IDS = frozenset({"order_id", "event_id", "invoice_id"})
#: Fields a total row may hold too: they say nothing of whether it is data.
_SHARED = frozenset({"currency", "entity"})
#: Fields in which a total word may be a name.
_NAMES = frozenset({"customer", "product"})
#: A column filled in fewer data rows than this is one of group lines and notes.
_RARE = 0.1


@dataclass(frozen=True)
class Profile:
    """What data rows look like.

    Attributes:
        columns: Columns of the grid that the table has.
        shapes: Column -> shape of most of its cells.
        usual: Columns that nearly every data row fills, numbers left out.
        identity: Those of them that hold a number of a document or a date: a row with them is data.
        ids: Those of the identity that are no dates; nearly all their cells have a digit.
        customers: Columns of names, in which a total word may be a name.
        rare: Columns that hardly any data row fills.
        cells: How many filled cells a data row usually has.
        single: Columns nearly all of whose cells are one word.
    """

    columns: tuple[int, ...]
    shapes: dict[int, Shape]
    usual: frozenset[int]
    identity: frozenset[int]
    ids: frozenset[int]
    customers: frozenset[int]
    rare: frozenset[int]
    cells: int
    single: frozenset[int]


def learn(facts: Facts, header: Header, columns: tuple[int, ...], places: Places) -> Profile:
    """Return the profile of the rows below a header.

    Args:
        facts: The grid.
        header: Its header.
        columns: Columns of the table.
        places: Rows below the header that hold something.
    """
    sample = places[np.unique(np.linspace(0, len(places) - 1, min(SAMPLE, len(places))).astype(np.int64))]
    rows = facts.rows(sample)
    shaped = [facts.shapes(int(place), row) for place, row in zip(sample, rows, strict=True)]
    kept = _plausible(facts, header, columns, rows, shaped)
    cells = median_low([sum(shaped[place][c] != "blank" for c in columns) for place in kept]) if kept else 0
    enough, most = (0.9, 0.8) if len(kept) >= _MANY else (0.5, 0.6)
    shapes = {column: _usual_shape([shaped[place][column] for place in kept], most) for column in columns}
    filled = {c: [rows[place][c] for place in kept if shaped[place][c] != "blank"] for c in columns}
    usual = {column for column in columns if filled[column] and len(filled[column]) >= enough * len(kept)}
    rare = {column for column in columns if len(filled[column]) <= _RARE * len(kept)}
    digits = {column for column in columns if _share(filled[column], has_digit) >= most}
    single = {column for column in columns if _share(filled[column], lambda text: " " not in text) >= most}
    titles = header.titles
    ids = {c for c in usual & digits if _is_id(titles[c], shapes[c], one_word=c in single)}
    dates = {column for column in usual if _is_date(titles[column], shapes[column])}
    words = {column for column in usual if shapes[column] != "number" and not _names(titles[column], _SHARED)}
    return Profile(
        columns,
        shapes,
        usual=frozenset(words | ids | dates),
        identity=frozenset(ids | dates),
        ids=frozenset(ids),
        customers=frozenset(column for column in columns if _names(titles[column], _NAMES)),
        rare=frozenset(rare),
        cells=cells,
        single=frozenset(single),
    )


def has_digit(text: str) -> bool:
    """Return whether a text has a digit."""
    return any(letter.isdigit() for letter in text)


def _share(texts: Sequence[str], test: Callable[[str], bool]) -> float:
    """Return for how many texts of a column something holds, as a share; 0 without any."""
    return sum(map(test, texts)) / len(texts) if texts else 0.0


def _names(title: str, fields: frozenset[str]) -> bool:
    """Return whether a header may name one of some fields."""
    return bool((header_fields(title) or frozenset()) & fields)


def _plausible(
    facts: Facts, header: Header, columns: Sequence[int], rows: Sequence[Sequence[str]], shaped: Sequence[list[Shape]]
) -> list[int]:
    """Return the places in a sample of the rows that are probably data."""
    counts = [sum(shapes[column] != "blank" for column in columns) for shapes in shaped]
    wide = np.percentile([count for count in counts if count > 1] or [1], 75)
    lines = header_lines(facts, header)
    kept = [
        place
        for place, cells in enumerate(rows)
        if counts[place] >= 0.6 * wide
        and not all(is_ruler(cells[column]) for column in columns if cells[column])
        and not is_repeated({column: text for column, text in enumerate(cells) if text}, lines)
    ]
    for unlike in (_is_total, _is_named_total, _is_wordy):
        odd = {place for place in kept if unlike(header, [(c, rows[place][c]) for c in columns if rows[place][c]])}
        kept = [place for place in kept if place not in odd] or kept
    return kept


def _is_total(header: Header, cells: Sequence[tuple[int, str]]) -> bool:
    del header
    return any(strong_total(text) for _, text in cells)


def _is_named_total(header: Header, cells: Sequence[tuple[int, str]]) -> bool:
    del header
    return any(total_rest(text) is not None for _, text in cells)


def _is_wordy(header: Header, cells: Sequence[tuple[int, str]]) -> bool:
    """Return whether a row has words below the header of a date."""
    return any(not has_digit(text) for c, text in cells if field_types(header.titles[c]) == {"date"})


def _usual_shape(shapes: Sequence[Shape], most: float) -> Shape:
    """Return the shape of most filled cells; text unless nearly all agree."""
    counted = Counter(shape for shape in shapes if shape != "blank")
    if not counted:
        return "blank"
    shape, count = counted.most_common(1)[0]
    return shape if count >= most * counted.total() else "text"


def _is_id(title: str, shape: Shape, *, one_word: bool) -> bool:
    """Return whether a column with digits identifies rows: by its header, or as single words below an unknown one."""
    fields = header_fields(title)
    if fields:
        return bool(fields & _IDS) and not fields & {"amount", "quantity"}
    return fields is None and shape == "text" and one_word


def _is_date(title: str, shape: Shape) -> bool:
    return shape == "date" or (shape == "number" and field_types(title) == {"date"})


def candidates(facts: Facts, profile: Profile, start: int, stop: int, widths: frozenset[int]) -> Mask:
    """Return the rows that may be anything but data and have to be looked at one by one.

    Args:
        facts: The grid.
        profile: What data look like.
        start: Place of the first row below the header.
        stop: Place after the last row.
        widths: Numbers of cells that rows of a text file may have.
    """
    filled, counts = facts.filled[start:stop], facts.counts[start:stop]
    if stop - start <= SAMPLE:
        return _filled(counts)
    keys = list(profile.identity or profile.usual)
    lacking: Mask = np.logical_not(np.all(filled[:, keys], axis=1))
    found: Mask = (counts <= _FEW) | (lacking & (counts <= 0.5 * profile.cells))
    found |= _labelled(facts, profile, np.flatnonzero(lacking & ~found) + start, stop)[start:]
    for column in _label_columns(profile):
        found |= facts.matching(column, MAYBE_TOTAL)[start:stop]
    figures = [column for column in profile.columns if profile.shapes[column] in ("number", "date")][:_WORDS_IN]
    if figures:
        found |= np.all([facts.without_digit(column)[start:stop] for column in figures], axis=0)
    if facts.grid.widths is not None:
        found |= ~np.isin(facts.grid.widths[start:stop], list(widths))
    found[-_FEW:] = True
    return found & _filled(counts)


def _filled(counts: npt.NDArray[np.int64]) -> Mask:
    found: Mask = counts > 0
    return found


def _label_columns(profile: Profile) -> list[int]:
    """Return the columns whose total words have to be looked for in every row.

    Elsewhere a total row lacks something of what identifies data.
    """
    texts = [column for column in profile.columns if profile.shapes[column] == "text"]
    return [column for column in texts if not profile.identity or column in profile.ids]


def _labelled(facts: Facts, profile: Profile, places: Places, stop: int) -> Mask:
    """Return which of some rows that lack something to look at: all while they are few, else those like totals."""
    found: Mask = np.zeros(stop, dtype=np.bool_)
    if len(places) <= _MOST_LACKING:
        found[places] = True
        return found
    part = facts.grid.cells.take(pa.array(places))
    for column in profile.columns:
        if profile.shapes[column] in ("text", "blank"):
            matches = pc.match_substring_regex(part.column(column), MAYBE_TOTAL)
            found[places] |= matches.to_numpy().astype(np.bool_)
    return found
