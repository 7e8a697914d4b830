"""A column of text, each distinct text once: what is done to it is done once per text, not once per row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

Places = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
#: Rows of one text that are held in memory; longer columns repeat them.
_CHUNK = 2**16


@dataclass(frozen=True)
class Coded:
    """One text for every row.

    Attributes:
        codes: Row place -> place of its text.
        texts: Texts; one may stand twice, and some may be in no row.
    """

    codes: npt.NDArray[np.int32]
    texts: Sequence[str]

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, place: int | np.integer[Any]) -> str:
        return self.texts[int(self.codes[place])]

    def to_list(self) -> list[str]:
        """Return the text of every row."""
        return [self.texts[code] for code in self.codes.tolist()]

    def take(self, places: Places | Mask) -> Coded:
        """Return some rows."""
        return Coded(self.codes[places], self.texts)

    def each(self, function: Callable[[str], Any], kind: npt.DTypeLike) -> npt.NDArray[Any]:
        """Return a function of every row's text, called once per text."""
        return np.array([function(text) for text in self.texts], dtype=kind)[self.codes]

    def changed(self, function: Callable[[str], str]) -> Coded:
        """Return the column with a function of each text in its place; equal results share a place."""
        return coded([function(text) for text in self.texts], self.codes)

    @property
    def empty(self) -> Mask:
        """Return which rows hold no text."""
        if "" not in self.texts:
            return np.zeros(len(self.codes), dtype=np.bool_)
        return self.each(lambda text: not text, np.bool_)

    def missing_as(self, other: Coded) -> Coded:
        """Return the column with the text of another where a row holds none."""
        empty = self.empty
        if not empty.any():
            return self
        codes = np.where(empty, other.codes + len(self.texts), self.codes).astype(np.int32)
        return coded([*self.texts, *other.texts], codes)

    def series(self) -> pd.Series[str]:
        """Return the rows as a text column of a frame, missing where empty; one text in all rows is held once."""
        distinct = pa.array([text or None for text in self.texts], type=pa.large_string())
        if len(self.codes) > _CHUNK and (self.codes == self.codes[0]).all():
            chunk = distinct.take(pa.array(np.full(_CHUNK, self.codes[0])))
            whole, rest = divmod(len(self.codes), _CHUNK)
            rows = pa.chunked_array([*[chunk] * whole, chunk[:rest]])
        else:
            rows = distinct.take(pa.array(self.codes))
        return pd.Series(pd.array(rows, dtype="str"))

    def counts(self) -> npt.NDArray[np.int64]:
        """Return how many rows hold each text."""
        return np.bincount(self.codes, minlength=len(self.texts))


def coded(texts: Sequence[str], codes: npt.NDArray[Any]) -> Coded:
    """Return codes of texts of which some are equal as a column in which each text stands once."""
    places: dict[str, int] = {}
    moved = np.array([places.setdefault(text, len(places)) for text in texts], dtype=np.int32)
    return Coded(moved[codes] if len(texts) else codes.astype(np.int32), list(places))


def same(text: str, count: int) -> Coded:
    """Return one text for a number of rows."""
    return Coded(np.zeros(count, dtype=np.int32), [text])


def of_list(texts: Sequence[str]) -> Coded:
    """Return a list of texts, one per row, as a column."""
    return coded(texts, np.arange(len(texts)))


def groups(columns: Sequence[Coded | npt.NDArray[Any]]) -> npt.NDArray[np.int64]:
    """Return a number for every row that is equal where all columns are equal, counted from 0 as rows appear."""
    keys: npt.NDArray[np.int64] | None = None
    for column in columns:
        values = column.codes if isinstance(column, Coded) else column
        numbers, distinct = pd.factorize(values, use_na_sentinel=False)
        if keys is None:
            keys = numbers.astype(np.int64)
        else:
            keys = pd.factorize(keys * max(len(distinct), 1) + numbers)[0].astype(np.int64)
    if keys is None:
        raise ValueError("groups() needs at least one column")
    return keys


def count_before(keys: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return how many earlier rows have the same key."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(keys) else np.array([], dtype=np.int64)
    sizes = np.diff(np.r_[starts, len(keys)])
    before = np.empty(len(keys), dtype=np.int64)
    before[order] = np.arange(len(keys)) - np.repeat(starts, sizes)
    return before


def numbered(texts: Coded, times: npt.NDArray[np.int64]) -> Coded:
    """Return texts made different: the number itself where there is no text, "10 (2)" for the second 10.

    Args:
        texts: Texts.
        times: How often each has stood up to here, from 1.
    """
    width = int(times.max(initial=1)) + 1
    pairs, codes = np.unique(texts.codes.astype(np.int64) * width + times, return_inverse=True)
    return coded([_number(texts.texts[pair // width], pair % width) for pair in pairs.tolist()], codes)


def _number(text: str, time: int) -> str:
    if not text:
        return f"{time}"
    return f"{text} ({time})" if time > 1 else text


def joined(one: Coded, other: Coded, form: str) -> Coded:
    """Return two texts of every row in one, as a format of two places puts them."""
    width = len(other.texts)
    pairs, codes = np.unique(one.codes.astype(np.int64) * width + other.codes, return_inverse=True)
    made = [form.format(one.texts[pair // width], other.texts[pair % width]) for pair in pairs.tolist()]
    return coded(made, codes)
