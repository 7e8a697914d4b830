"""Draws from a seeded source and moves on the calendar: the same everywhere, for every Python release."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import TypeVar

Item = TypeVar("Item")


def happens(dice: Random, share: float) -> bool:
    """Return True in the given share of draws, 0 to 1."""
    return dice.random() < share


def whole(dice: Random, low: int, high: int) -> int:
    """Return a whole number from low to high, both included."""
    return low + int(dice.random() * (high - low + 1))


def pick(dice: Random, items: Sequence[Item], weights: Sequence[int] | None = None) -> Item:
    """Return one of the items, with whole-number weights where they are given."""
    if weights is None:
        return items[int(dice.random() * len(items))]
    draw = int(dice.random() * sum(weights))
    for item, weight in zip(items, weights, strict=True):
        draw -= weight
        if draw < 0:
            return item
    return items[-1]


def workday(day: date) -> date:
    """Return the day, or the Monday after it when it falls on a weekend."""
    return day + timedelta(days=(0, 0, 0, 0, 0, 2, 1)[day.weekday()])


def after(day: date, days: int) -> date:
    """Return the day so many calendar days later, before when negative."""
    return day + timedelta(days=days)


def month_start(day: date, months: int = 0) -> date:
    """Return the first day of the month so many months after the day's own."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def month_end(day: date) -> date:
    """Return the last day of the day's month."""
    return month_start(day, 1) - timedelta(days=1)
