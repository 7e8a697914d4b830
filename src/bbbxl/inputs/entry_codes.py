"""Entries by code: each distinct text once, rows that are equal under one number; for questions asked of all rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from bbbxl.inputs.coded import Mask

#: Keys of several columns stay inside 64 bits.
_MOST_KEYS = 2**62


def as_categories(entries: pd.DataFrame) -> pd.DataFrame:
    """Return entries whose text columns are categories; every other column is shared."""
    return pd.DataFrame({name: _category(entries[name]) for name in entries.columns}, copy=False)


def _category(values: pd.Series[Any]) -> pd.Series[Any]:
    if not isinstance(values.dtype, pd.StringDtype):
        return values
    encoded = pa.array(values).dictionary_encode()
    encoded = encoded.combine_chunks() if isinstance(encoded, pa.ChunkedArray) else encoded
    texts = pd.Index(pd.array(encoded.dictionary, dtype="str"))
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return pd.Series(pd.Categorical.from_codes(codes, texts), index=values.index)


def codes_of(values: pd.Series[Any]) -> tuple[npt.NDArray[Any], Sequence[str]]:
    """Return the place of every row's text, -1 where it has none, and the distinct texts; some may be in no row."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        return values.cat.codes.to_numpy(), values.cat.categories.tolist()
    codes, texts = pd.factorize(values)
    return codes, list(texts)


def each(values: pd.Series[Any], function: Callable[[str], Any], missing: object, kind: npt.DTypeLike) -> Any:  # noqa: ANN401 -- an array of the kind named
    """Return a function of every row's text as an array, called once per text."""
    codes, texts = codes_of(values)
    return np.array([*map(function, texts), missing], dtype=kind)[codes]


def is_one_of(values: pd.Series[Any], texts: Iterable[str]) -> Mask:
    """Return which rows hold one of some texts."""
    wanted = frozenset(texts)
    found: Mask = each(values, wanted.__contains__, False, np.bool_)
    return found


def same_rows(entries: pd.DataFrame, columns: Sequence[str]) -> npt.NDArray[np.int64]:
    """Return a number for every row that is equal where all columns are, two missing values too, counted from 0."""
    keys, size = np.zeros(len(entries), dtype=np.int64), 1
    for name in columns:
        codes, count = _dense(entries[name])
        if size * count > _MOST_KEYS:
            keys = pd.factorize(keys)[0]
            size = len(keys)
        if count > 1:
            keys = keys * count + codes
            size *= count
    return pd.factorize(keys)[0].astype(np.int64, copy=False)


def _dense(values: pd.Series[Any]) -> tuple[npt.NDArray[Any], int]:
    """Return a number of each row's value, counted from 0, and how many there are; a missing value has one too."""
    if isinstance(values.dtype, (pd.CategoricalDtype, pd.StringDtype)):
        codes, texts = codes_of(values)
        none = bool(codes.min(initial=0) < 0)
        return (codes.astype(np.int64) + 1 if none else codes), len(texts) + none
    codes, distinct = pd.factorize(values.to_numpy(), use_na_sentinel=False)
    return codes, len(distinct)


def stands_twice(keys: npt.NDArray[np.int64]) -> Mask:
    """Return which rows have the key of another row."""
    return np.bincount(keys)[keys] > 1 if len(keys) else np.zeros(0, dtype=np.bool_)
