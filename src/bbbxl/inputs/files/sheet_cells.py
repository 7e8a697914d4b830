"""Places and kinds of all cells in a block of rows of a sheet, found by arithmetic on its bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

#: Longest tag of a cell that is looked at: <c r="XFD1048576" s="65000" t="inlineStr"/> and some more.
_WINDOW: Final = 56
_START: Final = np.frombuffer(b'<c r="', dtype=np.uint8)
_LETTERS: Final = 3
_DIGITS: Final = 9
_QUOTE, _LESS, _MORE, _SLASH = b'"</>'[0], b'"</>'[1], b'"</>'[3], b'"</>'[2]
_AFTER_NAME: Final = np.isin(np.arange(256), np.frombuffer(b" \t\r\n/>", dtype=np.uint8))
_MIX: Final = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64)
_REST: Final = 24
#: Length -> bytes that keep so many of a row and clear the others.
_BEFORE: Final = np.where(np.arange(_REST) < np.arange(_REST)[:, None], 255, 0).astype(np.uint8)


@dataclass(frozen=True)
class Cells:
    """The cells of a block.

    Attributes:
        rows: Row of each, from 1; beyond the last row of Excel where the reference has more digits.
        columns: Column of each, from 0.
        rests: Distinct ends of tags after the reference, such as b' s="3" t="s"'.
        kinds: Place in rests of each cell's.
        formulas: Whether any cell has a formula.
    """

    rows: npt.NDArray[np.int64]
    columns: npt.NDArray[np.int64]
    rests: tuple[bytes, ...]
    kinds: npt.NDArray[np.int64]
    formulas: bool


def cells_of(block: bytes) -> Cells | None:
    """Return the cells of whole rows; None where they are not written as Excel writes them."""
    data = np.frombuffer(block + bytes(_WINDOW), dtype=np.uint8)
    opens = data[:-2] == _LESS
    starts = np.flatnonzero(opens & (data[1:-1] == ord("c")))
    starts = starts[_AFTER_NAME[data[starts + 2]]]
    formulas = bool((opens & (data[1:-1] == ord("f"))).any())
    tags = np.lib.stride_tricks.sliding_window_view(data, _WINDOW)[starts]
    if not (tags[:, : len(_START)] == _START).all():
        return None
    columns, place = _columns(tags)
    rows, place = _rows(tags, place)
    rests = _rests(tags, place)
    if columns is None or rows is None or rests is None:
        return None
    return Cells(rows, columns, *rests, formulas)


def _columns(tags: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[np.int64] | None, npt.NDArray[np.int64]]:
    """Return the columns and where their letters end; None where there are no letters or too many."""
    columns = np.zeros(len(tags), dtype=np.int64)
    place = np.full(len(tags), len(_START), dtype=np.int64)
    going = np.ones(len(tags), dtype=np.bool_)
    for at in range(len(_START), len(_START) + _LETTERS):
        letter = tags[:, at]
        going &= (letter >= ord("A")) & (letter <= ord("Z"))
        columns = np.where(going, columns * 26 + letter - ord("A") + 1, columns)
        place += going
    return (columns - 1 if (columns > 0).all() else None), place


def _rows(
    tags: npt.NDArray[np.uint8], place: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64] | None, npt.NDArray[np.int64]]:
    """Return the rows and where the tag goes on after the quote; None where there is no number."""
    rows = np.zeros(len(tags), dtype=np.int64)
    line = np.arange(len(tags))
    going = np.ones(len(tags), dtype=np.bool_)
    for _ in range(_DIGITS):
        digit = tags[line, place]
        going &= (digit >= ord("0")) & (digit <= ord("9"))
        rows = np.where(going, rows * 10 + digit - ord("0"), rows)
        place = place + going
    fine = (rows > 0).all() and (tags[line, place] == _QUOTE).all()
    return (rows if fine else None), place + 1


def _rests(
    tags: npt.NDArray[np.uint8], place: npt.NDArray[np.int64]
) -> tuple[tuple[bytes, ...], npt.NDArray[np.int64]] | None:
    """Return the distinct ends of tags and which one each tag has; None where one is too long."""
    rest = np.empty((len(tags), _REST), dtype=np.uint8)
    for at in np.flatnonzero(np.bincount(place)).tolist():
        rest[place == at] = tags[place == at, at : at + _REST]
    length = (rest == _MORE).argmax(axis=1)
    if not (rest[np.arange(len(rest)), length] == _MORE).all():
        return None
    rest &= _BEFORE[length]
    words = rest.view(np.uint64)
    mixed = (words * _MIX).sum(axis=1, dtype=np.uint64)
    _, first, kinds = np.unique(mixed, return_index=True, return_inverse=True)
    if not (words[first][kinds] == words).all():
        return None
    return tuple(rest[one].tobytes().rstrip(b"\0") for one in first), kinds.astype(np.int64)
