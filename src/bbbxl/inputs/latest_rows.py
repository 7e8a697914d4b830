"""Exports that write one row per stage: of the rows that mean the same thing, the one that counts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from bbbxl.inputs.cells import Cells
from bbbxl.inputs.coded import Coded, Mask, Places, count_before, groups
from bbbxl.inputs.findings import rows_in_words
from bbbxl.inputs.headers import normal
from bbbxl.inputs.preset_data import Preset

#: Time of the day beside a date, which decides between changes of one day.
_TIME = re.compile(r"(?:^|[T ])(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AaPp])?")
_NEVER = -np.inf


@dataclass(frozen=True)
class Superseded:
    """The rows that say again what another row says.

    Attributes:
        rows: These rows; they are not counted.
        notes: What was decided, one sentence each.
    """

    rows: Mask
    notes: tuple[str, ...] = ()


def superseded_rows(
    cells: Cells, preset: Preset, agree: Sequence[Coded | npt.NDArray[Any]], booked: Mask
) -> Superseded:
    """Return the rows that another row stands for, where the preset says that rows may mean the same thing.

    Exact copies count once. Of other rows the latest counts, by the first column of `latest_by` that the file has;
    where that does not decide, one row counts if all agree (a booked one before others), and else all are set aside.

    Args:
        cells: The table; rows that contradict each other are set aside.
        preset: Names the field and the columns.
        agree: What rows that mean the same have to agree in: amount, currency, order date.
        booked: Rows that are signed orders.
    """
    nothing = np.zeros(len(cells), dtype=np.bool_)
    if not preset.one_row_per or not cells.has(preset.one_row_per):
        return Superseded(nothing)
    identity = cells.texts(preset.one_row_per)
    keys = groups([cells.texts("entity"), identity])
    times = np.bincount(keys, minlength=1)
    several = np.flatnonzero((times[keys] > 1) & ~identity.empty)
    if len(several) == 0:
        return Superseded(nothing)
    every = groups([cells.titled(title).take(several) for title in cells.table.header])
    copy = several[count_before(every) > 0]
    title = _latest_column(cells, preset)
    changed = _changed(cells, title, several) if title else np.full(len(cells), _NEVER)
    left = np.setdiff1d(several, copy)
    latest = _latest(keys, changed, left)
    agreed = groups([column.take(latest) if isinstance(column, Coded) else column[latest] for column in agree])
    counted = _one_each(cells, keys, latest, agreed, booked, identity)
    out = nothing.copy()
    out[several] = True
    out[counted] = False
    return Superseded(out, _notes(cells, preset, title, out, copy))


def _latest_column(cells: Cells, preset: Preset) -> str:
    """Return the column that says which row is the latest, empty when the file has none."""
    by_normal = {normal(title): title for title in cells.table.header}
    return next((by_normal[normal(one)] for one in preset.latest_by if normal(one) in by_normal), "")


def _changed(cells: Cells, title: str, places: Places) -> npt.NDArray[np.float64]:
    """Return when every row was last changed, as a number: -inf where it does not say, inf where that is unclear.

    A row of which it is unclear is then the one that counts, and it is set aside with the cell that is to correct.
    """
    texts = cells.titled(title).take(places)
    made = np.full(len(cells), _NEVER)
    if all(map(_is_number, set(texts.to_list()))):
        made[places] = texts.each(lambda text: float(text) if _is_number(text) and text else _NEVER, np.float64)
        return made
    days = cells.days_titled(title)[places]
    moments = days.astype("datetime64[D]").astype(np.int64) + texts.each(_time, np.float64)
    made[places] = np.where(np.isnat(days), np.where(texts.empty, _NEVER, np.inf), moments)
    return made


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?|", text) is not None


def _time(text: str) -> float:
    """Return the time of the day in a text as a part of the day."""
    match = _TIME.search(text)
    if match is None:
        return 0.0
    hour = int(match[1])
    if match[4]:
        hour = hour % 12 + (12 if match[4] in "Pp" else 0)
    return (hour * 3600 + int(match[2]) * 60 + int(match[3] or 0)) / 86400


def _latest(keys: npt.NDArray[np.int64], changed: npt.NDArray[np.float64], places: Places) -> Places:
    """Return, of some rows, those than which no row of the same key was changed later."""
    order = places[np.lexsort((-changed[places], keys[places]))]
    first = np.r_[True, keys[order][1:] != keys[order][:-1]]
    best = changed[order][first][np.cumsum(first) - 1]
    return np.sort(order[changed[order] == best])


def _one_each(
    cells: Cells, keys: npt.NDArray[np.int64], latest: Places, agreed: npt.NDArray[np.int64], booked: Mask,
    identity: Coded,
) -> Places:  # fmt: skip
    """Return the row that counts of every key; rows that contradict each other all stay, set aside."""
    order = np.lexsort((latest, ~booked[latest], keys[latest]))
    rows, says, key = latest[order], agreed[order], keys[latest][order]
    starts = np.flatnonzero(np.r_[True, key[1:] != key[:-1]])
    sizes = np.diff(np.r_[starts, len(rows)])
    same = np.minimum.reduceat(says, starts) == np.maximum.reduceat(says, starts)
    kept = [rows[starts[same]]]
    for start, size in zip(starts[~same].tolist(), sizes[~same].tolist(), strict=True):
        own = np.sort(rows[start : start + size])
        numbers = cells.table.numbers[own].tolist()
        message = (f'"{identity[own[0]]}" stands in {rows_in_words(numbers)} with different amounts, dates or '
                   "currencies, and nothing says which is the latest. Keep the one that is right.")  # fmt: skip
        for place in own.tolist():
            cells.refuse(place, "", identity[place], message)
        kept.append(own)
    return np.concatenate(kept)


def _notes(cells: Cells, preset: Preset, title: str, out: Mask, copies: Places) -> tuple[str, ...]:
    """Return which rows were left out and why."""
    column = cells.columns.get(preset.one_row_per, preset.one_row_per)
    rows = cells.table.numbers[out]
    if not len(rows):
        return ()
    why = f'the latest by "{title}" counts' if title else "they agree, and one of them counts"
    return (
        f'Rows left out because "{column}" stands in several: {len(rows)} ({rows_in_words(rows.tolist())}); {why}'
        f"{f', and {len(copies)} are exact copies' if len(copies) else ''}.",
    )
