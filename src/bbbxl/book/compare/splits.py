"""Order lines split in two or more: what fell on old lines and stands on new ones of the same order and product."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from bbbxl.book.compare.columns import Mask, Minor, days_of, minor_of
from bbbxl.book.compare.days import NO_DAY, Dated, Span, seen
from bbbxl.book.compare.keys import keys_of, places_in

_ONE_ORDER: Final = ("entity", "order_id", "product", "currency", "customer")


@dataclass(frozen=True)
class Splits:
    """What went from old lines to new ones.

    Attributes:
        away: Minor units that left each old line, never below 0.
        away_on: When.
        fresh: New lines that it went to.
        fresh_on: When.
    """

    away: Minor
    away_on: Dated
    fresh: Mask
    fresh_on: Dated


def splits(old: pd.DataFrame, new: pd.DataFrame, fresh: pd.DataFrame, span: Span, last: np.datetime64) -> Splits:
    """Return what was split: the fall on the old lines of an order and product is the sum of its new lines.

    Of lines without a product, one that was booked since the last snapshot is an order of its own.

    Args:
        old: Old lines that changed, as they were.
        new: The same lines as they are.
        fresh: New lines.
        span: What is known of the days between, of the old lines.
        last: As-of date of the last snapshot.
    """
    fall = np.where(new["withdrawn"].to_numpy(), 0, minor_of(old["ordered"]) - minor_of(new["ordered"]))
    fits = (minor_of(old["ordered"]) >= 0) & (minor_of(new["ordered"]) >= 0)
    keys = keys_of(fresh, _ONE_ORDER)
    groups = keys.unique()
    of_old, of_fresh = places_in(keys_of(new, _ONE_ORDER), groups), places_in(keys, groups)
    size = len(groups)
    fell, added = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    here = of_old >= 0
    np.add.at(fell, of_old[here], fall[here])
    np.add.at(added, of_fresh, minor_of(fresh["ordered"]))
    only_falls = np.ones(size, dtype=np.bool_)
    only_falls[of_old[here & ((fall < 0) | ~fits)]] = False
    only_falls[of_fresh[(minor_of(fresh["ordered"]) <= 0) | fresh["withdrawn"].to_numpy()]] = False
    is_split = only_falls & (fell == added) & (fell > 0)
    of_own = (fresh["product"] == "").to_numpy() & (days_of(fresh["booked"]) > last)
    is_split[of_fresh[of_own]] = False
    away = np.where(here & np.append(is_split, False)[of_old], fall, 0)
    days, since = np.full(size, NO_DAY), np.full(size, NO_DAY)
    when = seen(span, "ordered")
    chosen = away > 0
    np.fmax.at(days, of_old[chosen], when.days[chosen])
    unsure = chosen & ~np.isnat(when.since)
    np.fmax.at(since, of_old[unsure], when.since[unsure])
    at = np.append(days, NO_DAY), np.append(since, NO_DAY)
    return Splits(away, Dated(at[0][of_old], at[1][of_old]), is_split[of_fresh],
                  Dated(days[of_fresh], since[of_fresh]))  # fmt: skip
