"""Columns understood: amounts, exact numbers, yes and no, one element a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from bbbxl.inputs.coded import Coded, Mask, coded
from bbbxl.inputs.grid import Column

Days = npt.NDArray[np.datetime64]
FLAGS = {
    **dict.fromkeys(("yes", "y", "true", "1", "x", "ja", "wahr", "oui", "vrai", "si", "sí", "verdadero"), 1.0),
    **dict.fromkeys(("no", "n", "false", "0", "nein", "falsch", "non", "faux", "falso"), 0.0),
    "": np.nan,
}  # fmt: skip


@dataclass(frozen=True)
class Amounts:
    """A column of amounts, one element a row.

    Attributes:
        values: Minor units; 0 where not given.
        given: False where the cell is empty or the row is set aside.
    """

    values: npt.NDArray[np.int64]
    given: Mask


@dataclass(frozen=True)
class Exact:
    """A column of exact numbers, each distinct one once; None where a cell is empty or no number."""

    codes: npt.NDArray[np.int32]
    values: Sequence[Decimal | None]

    def where(self, holds: Callable[[Decimal | None], bool]) -> Mask:
        """Return for which rows something holds of their number."""
        return np.array([holds(value) for value in self.values], dtype=np.bool_)[self.codes]

    def take(self, places: Mask) -> Exact:
        """Return some rows."""
        return Exact(self.codes[places], self.values)

    def to_list(self) -> list[Decimal | None]:
        """Return the number of every row."""
        return [self.values[code] for code in self.codes.tolist()]


def as_coded(column: Column) -> Coded:
    """Return the text of a column, whatever its cells held."""
    return Coded(column.codes, column.texts) if column.kinds is None else coded(column.texts, column.codes)


def not_flags(column: Column) -> Mapping[int, str]:
    """Return the distinct cells that are neither yes nor no, each with the sentence."""
    return {
        place: f'"{text}" is neither yes nor no. Write yes, no, or leave the cell empty.'
        for place, text in enumerate(column.texts) if text.casefold() not in FLAGS
    }  # fmt: skip


def flag_values(column: Column) -> npt.NDArray[np.float64]:
    """Return 1 for yes, 0 for no, NaN for every other row."""
    values = [FLAGS.get(text.casefold(), np.nan) for text in column.texts]
    return np.array(values, dtype=np.float64)[column.codes]
