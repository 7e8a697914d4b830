"""Changes of the order value: quantity and price, cancellation and reinstatement, what a withdrawn line lost."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from bbbxl.book.compare.build import draft
from bbbxl.book.compare.columns import Mask, Minor
from bbbxl.book.compare.days import NO_DAY, Dated, done, in_parts, seen
from bbbxl.book.compare.lines import Lines, open_order
from bbbxl.money import divide_half_up

REINSTATED = "reinstated"
WITHDRAWN = "withdrawn"
SPLIT = "split of an order line"
#: Products of amounts and quantities below this are exact as floats.
_EXACT = 2.0**50
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Fall:
    """What the order value of some lines lost that their invoices may follow.

    Attributes:
        amounts: Minor units withdrawn or contracted, never below 0.
        days: Last day on which the order value changed; missing where it did not.
    """

    amounts: Minor
    days: npt.NDArray[np.datetime64]


def order_changes(
    lines: Lines, split: Minor, split_day: Dated, stepped: Mask
) -> tuple[list[pd.DataFrame], pd.DataFrame, Fall]:
    """Return what changed order values, the new states with what the book remembers of it, and what was lost.

    Args:
        lines: The lines.
        split: What went to new lines of the same order, minor units, never below 0.
        split_day: When.
        stepped: Lines whose change of the amount ordered a log tells step by step.
    """
    withdrawn, back = _withdrawn(lines)
    away = withdrawn - back
    cancelled = lines.now("cancelled") - lines.before("cancelled")
    sign = np.where(np.where(lines.before("ordered"), lines.before("ordered"), lines.now("ordered")) < 0, -1, 1)
    lost = sign * (cancelled + away)
    parts = in_parts(lines.before("cancelled"), lost, lost + sign * open_order(lines.new, lines.relief))
    when = done(lines.span, *lines.days("cancelled_date"), lost > 0, parts, "cancelled", "status")
    reasons = np.where(lost < 0, REINSTATED, _reasons(lines, withdrawn))
    changed, moved = seen(lines.span, "ordered"), _units_moved(lines)
    base = lines.before("ordered") - away - split
    values, quantities = _values(lines, base, plain=(away == 0) & (split == 0), left_out=stepped)
    drafts = [
        draft("cancellation", cancelled + away, when, reason=reasons),
        *(
            draft(kind, amounts, moved if kind in quantities else changed, quantity=quantities.get(kind))
            for kind, amounts in values.items()
        ),
        draft("reclass", -split, split_day, reason=SPLIT),
    ]
    last = np.where(lost > 0, when.days, lines.days("withdrawn_on")[0])
    new = lines.new.assign(fallen=lines.before("fallen") + away, withdrawn_on=last.astype("datetime64[us]"))
    days = np.where(lost != 0, when.days, NO_DAY)
    for kind, amounts in values.items():
        days = np.fmax(days, np.where(amounts != 0, (moved if kind in quantities else changed).days, NO_DAY))
    net = sign * (values["contraction"] - values["expansion"] + cancelled + away)
    return drafts, new, Fall(np.maximum(net, 0), days)


def _units_moved(lines: Lines) -> Dated:
    """Return when more or less was ordered: where the quantity is another one, a log may tell the day of that alone."""
    plain, counted = seen(lines.span, "ordered"), seen(lines.span, "ordered", "quantity")
    other = (lines.new["quantity"].notna() & (lines.new["quantity"] != lines.old["quantity"])).to_numpy()
    return Dated(np.where(other, counted.days, plain.days), np.where(other, counted.since, plain.since))


def _withdrawn(lines: Lines) -> tuple[Minor, Minor]:
    """Return by how much the order value fell because the line was withdrawn, and how much of that came back."""
    before, now = lines.before("ordered"), lines.now("ordered")
    was, is_now = lines.flag("withdrawn")
    falls = is_now & (np.abs(now) < np.abs(before)) & (before * np.sign(now) >= 0)
    memory = lines.before("fallen")
    rise = now - before
    returns = was & ~is_now & (rise * np.sign(memory) > 0)
    back = np.sign(memory) * np.minimum(np.abs(rise), np.abs(memory))
    return np.where(falls, before - now, 0), np.where(returns, back, 0)


def _reasons(lines: Lines, withdrawn: Minor) -> npt.NDArray[Any]:
    """Return why a line was cancelled, as the export says it."""
    said = lines.new["reason"].to_numpy(dtype=object)
    return np.where((said == "") & (withdrawn != 0), WITHDRAWN, said)


def _values(lines: Lines, base: Minor, plain: Mask, left_out: Mask) -> tuple[dict[str, Minor], dict[str, Floats]]:
    """Return the change of the amount ordered by kind, and units beside it.

    The quantity part, at the old unit price, is an expansion or contraction, the rest a change of price. Return lines
    are authorised further or less.
    """
    now = np.where(left_out, base, lines.now("ordered"))
    rise = np.maximum(now, 0) - np.maximum(base, 0)
    units = lines.new["quantity"].to_numpy(dtype=np.float64) - lines.old["quantity"].to_numpy(dtype=np.float64)
    by_quantity = _quantity_part(lines, rise, units, plain & (base > 0) & (now > 0))
    price = rise - by_quantity
    made = {
        "expansion": np.maximum(by_quantity, 0), "contraction": np.maximum(-by_quantity, 0),
        "price_increase": np.maximum(price, 0), "price_decrease": np.maximum(-price, 0),
        "return_authorisation": np.maximum(-now, 0) - np.maximum(-base, 0),
    }  # fmt: skip
    known = np.where(plain & (by_quantity != 0) & (units != 0), np.abs(units), np.nan)
    return made, {"expansion": known, "contraction": known}


def _quantity_part(lines: Lines, rise: Minor, units: Floats, priced: Mask) -> Minor:
    """Return how much of a rise is quantity at the old unit price, HALF_UP; all of it where there is no quantity."""
    before = lines.old["quantity"].to_numpy(dtype=np.float64)
    priced = priced & (rise != 0) & np.isfinite(units) & (before != 0)
    amounts = np.where(priced, lines.before("ordered"), 0)
    made = np.where(priced, 0, rise)
    product = np.abs(amounts.astype(np.float64) * units)
    whole = priced & (units == np.trunc(units)) & (before == np.trunc(before)) & (product < _EXACT)
    upper = np.where(whole, amounts * np.where(whole, units, 0).astype(np.int64), 0)
    lower = np.where(whole, before, 1).astype(np.int64)
    upper, lower = upper * np.sign(lower), np.abs(lower)
    made = np.where(whole, np.sign(upper) * ((2 * np.abs(upper) + lower) // (2 * lower)), made)
    now = lines.new["quantity"].to_numpy(dtype=np.float64)
    for place in np.flatnonzero(priced & ~whole).tolist():
        was = Fraction(repr(float(before[place])))
        share = int(amounts[place]) * (Fraction(repr(float(now[place]))) - was) / was
        made[place] = divide_half_up(share.numerator, share.denominator)
    return made
