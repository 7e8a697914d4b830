"""Keys of order lines as one text each: which rows of two tables have the same one, and which are still free."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from bbbxl.book.compare.columns import Mask, Places

_MARK: Final = pa.scalar("\x1f", type=pa.large_string())
#: Key of a line as the export names it, and as the book does.
OF_EXPORT: Final = ("entity", "order_id", "line_id")
OF_BOOK: Final = ("entity", "book_order", "book_line")


def keys_of(frame: pd.DataFrame, names: Sequence[str] = OF_EXPORT) -> Any:  # noqa: ANN401 -- an Arrow array of texts
    """Return a text for every row that is equal where all named columns are."""
    parts = [pa.array(frame[name].astype("str").fillna("")).cast(pa.large_string()) for name in names]
    joined = pc.binary_join_element_wise(*parts, _MARK) if len(parts) > 1 else parts[0]
    return joined.combine_chunks() if isinstance(joined, pa.ChunkedArray) else joined


def places_in(wanted: Any, keys: Any) -> Places:  # noqa: ANN401 -- Arrow arrays
    """Return where each wanted key first stands among some keys, -1 where it does not."""
    if not len(keys):
        return np.full(len(wanted), -1, dtype=np.intp)
    if len(wanted) == len(keys) and wanted.equals(keys):
        return np.arange(len(keys), dtype=np.intp)
    found = pc.fill_null(pc.index_in(wanted, value_set=keys), -1)
    places: Places = found.to_numpy(zero_copy_only=False).astype(np.intp)
    return places


def numbered(keys: Any) -> Any:  # noqa: ANN401 -- Arrow arrays
    """Return keys with how often each has stood before, so that every one is different."""
    texts = pd.Series(pd.array(keys, dtype="str"))
    count = texts.groupby(texts).cumcount()
    return keys_of(pd.DataFrame({"key": texts, "count": count}), ("key", "count"))


def repeated(keys: Any) -> Mask:  # noqa: ANN401 -- an Arrow array
    """Return which rows have the key of an earlier row."""
    if pc.count_distinct(keys).as_py() == len(keys):
        return np.zeros(len(keys), dtype=np.bool_)
    return pd.Series(pd.array(keys, dtype="str")).duplicated().to_numpy()


def free_lines(wanted: pd.DataFrame, used: Any) -> pd.Series[str]:  # noqa: ANN401 -- an Arrow array of texts
    """Return the lines wanted, each with a number behind it where another line of the book has its name.

    Args:
        wanted: Columns of `OF_EXPORT`.
        used: Keys of the lines of the book.
    """
    lines, count = wanted["line_id"].reset_index(drop=True), 1
    named = wanted.reset_index(drop=True)
    while True:
        keys = keys_of(named.assign(line_id=lines))
        taken = (places_in(keys, used) >= 0) | repeated(keys)
        if not taken.any():
            return lines
        count += 1
        lines = lines.mask(taken, named["line_id"] + f" ({count})")
