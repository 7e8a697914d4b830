"""Open rows and orders of like customers brought together without comparing each with each."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bbbxl.reconcile.names import similarity
from bbbxl.reconcile.pool import Numbers, Pool

#: A block in which more pairs would be compared than this brings nobody together.
_MOST_PAIRS = 40_000


def like_names(pool: Pool, one: Numbers, other: Numbers, least: float) -> pd.DataFrame:
    """Return the pairs of distinct customers that are at least so alike: columns one, other, alike.

    Two names are compared when they begin or end with the same four letters, or their second word is the same: a
    typing error in one place is caught by the others. A block of very many names is left out: its names are compared
    where they share another one.

    Args:
        pool: What is matched.
        one: Customers of the first side, by number.
        other: Of the second side.
        least: Least similarity, 0 to 100.
    """
    left, right = _blocks(pool, np.unique(one)), _blocks(pool, np.unique(other))
    sizes = left.value_counts("block"), right.value_counts("block")
    common = sizes[0].index.intersection(sizes[1].index)
    fits = common[(sizes[0][common] * sizes[1][common]).to_numpy() <= _MOST_PAIRS]
    pairs = left[left["block"].isin(fits)].merge(right, on="block", suffixes=("_one", "_other"))
    places = pairs[["name_one", "name_other"]].drop_duplicates().to_numpy(dtype=np.int64)
    equal = np.intersect1d(one, other)
    places = np.unique(np.r_[places, np.stack([equal, equal], axis=1)], axis=0)
    alike = similarity(pool.names, pool.names, places, least)
    kept = (alike >= least) & (alike > 0)
    return pd.DataFrame({"one": places[kept, 0], "other": places[kept, 1], "alike": alike[kept]})


def _blocks(pool: Pool, names: Numbers) -> pd.DataFrame:
    """Return the blocks of every name: columns name, block."""
    texts = [pool.names[name] for name in names.tolist()]
    frames = [
        pd.DataFrame({"name": names, "block": [f"{mark}{text[part]}" for text in texts]})
        for mark, part in (("^", slice(0, 4)), ("$", slice(-4, None)))
    ]
    second = [f"2{words[1]}" if len(words) > 1 else "" for words in (text.split(" ", 2) for text in texts)]
    frames.append(pd.DataFrame({"name": names, "block": second}))
    found = pd.concat(frames, ignore_index=True).astype({"block": "str"})
    return found[found["block"] != ""]
