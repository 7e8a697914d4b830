"""New, renewal or expansion of a new line, guessed with what the book remembers and the report no longer lists."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bbbxl.book.compare.columns import days_of, minor_of
from bbbxl.book.compare.fresh import entry_lines
from bbbxl.inputs.booking_kind import GUESSED, GUESSED_KINDS, BookedLines, guess_kinds
from bbbxl.inputs.coded import Coded


def guessed_with_memory(entries: pd.DataFrame, states: pd.DataFrame, lacking: pd.DataFrame) -> pd.DataFrame:
    """Return entries whose guessed kinds are those that the lines of the book give, not those of the report alone.

    A report of open orders leaves out what is delivered; its customers are not new for that.

    Args:
        entries: What the reader made of the report.
        states: Its order lines.
        lacking: Rows of the baseline that the report lacks.

    Source: definitions 2.2.
    """
    lacking = lacking[(lacking["ordered"] > 0) & (lacking["customer"] != "")]
    guessed = (entries["reason"].eq(GUESSED) & entries["kind"].isin(GUESSED_KINDS)).to_numpy()
    if lacking.empty or not guessed.any():
        return entries
    known = (states["customer"].isin(lacking["customer"]) & (states["ordered"] > 0)).to_numpy()
    places = np.flatnonzero(known)
    guesses = guess_kinds(_booked(pd.concat([lacking, states.iloc[places]], ignore_index=True)))
    line = entry_lines(states, entries)
    own = guessed & (line >= 0) & known[line]
    at = np.full(len(states), -1)
    at[places] = np.arange(len(lacking), len(lacking) + len(places))
    first = entries[own].assign(line=line[own]).drop_duplicates("line")
    guess = at[first.pop("line")]
    kinds = np.array(GUESSED_KINDS, dtype=object)[guesses.kinds[guess]]
    above = guesses.above[guess]
    both = [entries[~own], first.assign(kind=kinds, amount=guesses.amounts[guess]),
            first.assign(kind="expansion", amount=above)[above > 0]]  # fmt: skip
    made: pd.DataFrame = pd.concat(both, ignore_index=True).astype(entries.dtypes.to_dict())
    return made


def _booked(rows: pd.DataFrame) -> BookedLines:
    """Return what the guess looks at."""
    return BookedLines(_coded(rows["customer"]), _coded(rows["product"]), minor_of(rows["ordered"]),
                       *(days_of(rows[name]) for name in ("booked", "term_start", "term_end")))  # fmt: skip


def _coded(column: pd.Series[str]) -> Coded:
    codes, texts = pd.factorize(column.fillna(""))
    return Coded(codes.astype(np.int32), [str(text) for text in texts])
