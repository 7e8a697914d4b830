"""The sign convention of a side, decided on its rows: natural, GL credits negative, or unsigned with a type column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]
#: Types of documents that lower what was booked.
_CREDIT = re.compile(
    r"credit\s*(memo|note|adj)|gutschrift|avoir|abono|nota de cr|return|retoure|refund|r(e)?ückgabe|reversal|storno|"
    r"cancel|rma\b|de-?booking|\bcm\b|\bcn\b|^cr$|churn|contraction",
    re.IGNORECASE,
)
#: Two sides of an account: the one with more rows is that of bookings.
_SIDES = ({"debit", "credit"}, {"d", "c"}, {"dr", "cr"}, {"s", "h"}, {"soll", "haben"}, {"+", "-"})


@dataclass(frozen=True)
class Signs:
    """How the amounts of a side are signed.

    Attributes:
        factors: 1 or -1 for every row: amount x factor is above zero for a booking; 0 stands for "without its sign,
            negative", the credit of a file that writes no signs.
        credits: Rows whose type is that of a credit.
        sentence: What was decided, one sentence.
    """

    factors: npt.NDArray[np.int64]
    credits: Mask
    sentence: str


def credit_types(types: Sequence[str]) -> list[bool]:
    """Return which types of documents lower what was booked."""
    return [bool(_CREDIT.search(text)) for text in types]


def decide_signs(amounts: npt.NDArray[np.int64], types: Sequence[str], codes: npt.NDArray[np.int32]) -> Signs:
    """Return the sign convention that the rows of a side show.

    Args:
        amounts: Minor units as written.
        types: Distinct types of document; [""] where there is no such column.
        codes: Row -> place of its type.

    Source: reconciliation, stage 0: majority of the rows of each type.
    """
    sides = {text.casefold().strip() for text in types if text.strip()}
    if len(sides) == 2 and sides in _SIDES:
        return _two_sides(amounts, types, codes)
    credits = np.array(credit_types(types), dtype=np.bool_)[codes] if len(types) else np.zeros(len(amounts), np.bool_)
    if sides <= {"cr"}:
        credits = np.zeros(len(amounts), dtype=np.bool_)
    orders = _majority(amounts[~credits])
    returned = _majority(amounts[credits])
    factors = np.full(len(amounts), orders, dtype=np.int64)
    negative = int((np.sign(amounts) == -orders)[~credits].sum())
    if returned == orders and credits.any():
        factors[credits] = 0
        return Signs(factors, credits, f"Unsigned: rows of a credit type count as negative: {int(credits.sum()):,}.")
    what = "GL signs, bookings as credits below zero: turned round" if orders < 0 else "Natural signs"
    return Signs(factors, credits, f"{what}; below zero: bookings {negative:,}, rows of a credit type "
                                   f"{int(credits.sum()):,}.")  # fmt: skip


def apply_signs(amounts: npt.NDArray[np.int64], signs: Signs) -> npt.NDArray[np.int64]:
    """Return amounts above zero for bookings and below zero for what lowers them."""
    signed: npt.NDArray[np.int64] = np.where(signs.factors == 0, -np.abs(amounts), amounts * signs.factors)
    return signed


def _majority(amounts: npt.NDArray[np.int64]) -> int:
    """Return the sign that most amounts have; 1 when there are none or as many of each."""
    return -1 if int((amounts < 0).sum()) > int((amounts > 0).sum()) else 1


def _two_sides(amounts: npt.NDArray[np.int64], types: Sequence[str], codes: npt.NDArray[np.int32]) -> Signs:
    """Return the convention of a file with a debit or credit column: the side with more rows is that of bookings."""
    counts = np.bincount(codes, minlength=len(types))
    named = [place for place, text in enumerate(types) if text.strip()]
    most = max(named, key=lambda place: int(counts[place]))
    other = codes != most
    signed = bool((amounts[other] < 0).sum() > (amounts[other] > 0).sum()) or _majority(amounts[~other]) < 0
    factors = np.full(len(amounts), _majority(amounts[~other]), dtype=np.int64)
    if not signed:
        factors[other] = 0
    sentence = f'"{types[most]}" is the side of bookings, as most rows stand there; the other side counts as negative.'
    return Signs(factors, np.zeros(len(amounts), dtype=np.bool_), sentence)
