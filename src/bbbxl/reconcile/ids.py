"""Business ids of rows and match ids of groups: the same in the next month, whatever row a record stands in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b

import numpy as np
import pandas as pd

from bbbxl.reconcile.side import Side


def business_ids(side: Side) -> list[str]:
    """Return what names every row in decisions and from month to month.

    The id of the record in its own system, else its number, day and amount; the line beside it where the file has
    lines. A second row of the same name is "#2".
    """
    texts, code = side.texts, side.opened.own.code
    own = [str(text) for text in texts["event_id"].to_list()]
    if not all(own):
        days = side.days.astype("datetime64[D]").astype(str).tolist()
        numbers, customers = texts["order_id"].to_list(), texts["customer"].to_list()
        own = [
            text or "|".join((number or customer, day, str(deal)))
            for text, number, customer, day, deal in zip(own, numbers, customers, days, side.deal.tolist(), strict=True)
        ]
    lines = texts["line_id"].to_list()
    names = [f"{code}:{text}:{line}" if line else f"{code}:{text}"
             for text, line in zip(own, lines, strict=True)]  # fmt: skip
    again = pd.Series(names, dtype="str").groupby(names, sort=False).cumcount().to_numpy()
    for place in np.flatnonzero(again).tolist():
        names[place] += f"#{again[place] + 1}"
    return names


def match_id(ids: Iterable[str]) -> str:
    """Return the id of a group of rows: 16 hexadecimal digits of a hash of their sorted business ids."""
    return blake2b("\n".join(sorted(ids)).encode(), digest_size=8).hexdigest()


def match_ids(groups: Sequence[np.ndarray], names: Sequence[Sequence[str]], size: int) -> list[str]:
    """Return the match id of every group.

    Args:
        groups: Row -> group, one array a side.
        names: Business ids of the rows, one list a side.
        size: Number of groups.
    """
    members: list[list[str]] = [[] for _ in range(size)]
    for group, own in zip(groups, names, strict=True):
        for place, name in zip(group.tolist(), own, strict=True):
            members[place].append(name)
    return [match_id(own) for own in members]
