"""What a person wrote by hand and an export says later too: both count, so whoever adds the export is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from bbbxl.book.controls import event_sums
from bbbxl.book.history import reversed_entries
from bbbxl.book.records import Entry
from bbbxl.money import show


def said_twice(entries: Sequence[Entry], known: pd.DataFrame, derived: pd.DataFrame) -> list[str]:
    """Return a sentence for every entry by hand whose change an export now shows on the same order line as well.

    Args:
        entries: The log.
        known: Events of the book before the export.
        derived: Events the export gave.
    """
    hands = known[(known["origin"] == "hand").to_numpy()]
    hands = hands[~hands["entry"].isin([number for pair in reversed_entries(entries).items() for number in pair])]
    if hands.empty or derived.empty:
        return []
    now = event_sums(derived)
    found = []
    for number, own in hands.groupby("entry"):
        by_hand = event_sums(own)
        equal = by_hand.where((by_hand != 0) & (by_hand == now.reindex(by_hand.index, fill_value=0)))
        for measure in equal:
            for key, amount in equal[measure].dropna().items():
                found.append(_sentence(int(str(number)), key, str(measure), int(amount)))
    return found


def _sentence(number: int, key: Any, measure: str, amount: int) -> str:  # noqa: ANN401 -- entity, order, line, currency
    _, order, line, currency = key
    return (
        f"Entry {number} by hand and this export both change what is {measure} of order {order} line {line} by "
        f"{show(amount, currency)}, and both count. If they are one change, take the entry back: "
        f"bbbxl book adjust --reverse {number}."
    )
