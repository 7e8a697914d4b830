"""Open rows and orders of like customers brought together without comparing each with each."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bbbxl.reconcile.names import similarity
from bbbxl.reconcile.pool import Numbers, Pool

#: A word that more names than this share brings nobody together.
_COMMON = 400


def like_names(pool: Pool, one: Numbers, other: Numbers, least: float) -> pd.DataFrame:
    """Return the pairs of distinct customers that are at least so alike: columns one, other, alike.

    Two names are compared when their first or second word is the same, or their first three letters: a typing error
    in one of them is caught by the others.

    Args:
        pool: What is matched.
        one: Customers of the first side, by number.
        other: Of the second side.
        least: Least similarity, 0 to 100.
    """
    left, right = _words(pool, np.unique(one)), _words(pool, np.unique(other))
    left = left[left.groupby("word")["name"].transform("size") <= _COMMON]
    pairs = left.merge(right, on="word", suffixes=("_one", "_other"))[["name_one", "name_other"]].drop_duplicates()
    places = pairs.to_numpy(dtype=np.int64)
    alike = similarity(pool.names, pool.names, places)
    kept = alike >= least
    return pd.DataFrame({"one": places[kept, 0], "other": places[kept, 1], "alike": alike[kept]})


def _words(pool: Pool, names: Numbers) -> pd.DataFrame:
    rows = [
        (name, word)
        for name in names.tolist() for word in _blocks(pool.names[name])
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["name", "word"])


def _blocks(name: str) -> set[str]:
    words = name.split()
    return {f"{place} {word}" for place, word in enumerate(words[:2])} | {f"^{name[:3]}", f"${name[-4:]}"}
