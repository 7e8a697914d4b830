"""The errors of bbbxl, by what the user must do, and the problem of one row.

BbbError                      anything bbbxl refuses; the message is one clear sentence
    InputError                a file must be corrected or completed
        UnknownColumnError    a needed column is not in the file
        ConfigError           bbbxl.toml must be corrected
    PresetError               another preset or another column must be named
    UnknownNameError          a name (metric, dimension, value, option) must be spelt as it exists
    CurrencyError             a currency or a rate must be given
        MissingRateError      rates are missing for currencies and dates
    PeriodError               a period or date must be given differently
    TemplateError             the pack's layout must be corrected
    VerificationError         the pack's formulas and figures differ: it was not released
    TargetError               the place to write to must be freed or changed
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches


class BbbError(Exception):
    """Anything bbbxl refuses; its text is the sentence shown to the user."""


class InputError(BbbError):
    """A file must be corrected or completed."""


class UnknownColumnError(InputError):
    """A needed column is not in the file."""

    def __init__(self, file: str, missing: str, present: Sequence[str], remedy: str) -> None:
        super().__init__(f"{file} has no column for {missing}. It has: {', '.join(present) or 'none'}. {remedy}")


class ConfigError(InputError):
    """bbbxl.toml must be corrected."""


class PresetError(BbbError):
    """Another preset or another column must be named."""


class UnknownNameError(BbbError):
    """A name must be spelt as it exists."""

    def __init__(self, what: str, given: str, known: Iterable[str], where: str = "") -> None:
        names = sorted({str(name) for name in known})
        start = f"{where}: there" if where else "There"
        super().__init__(f'{start} is no {what} "{given}". {nearest(given, names)}')


class CurrencyError(BbbError):
    """A currency or a rate must be given."""


class MissingRateError(CurrencyError):
    """Rates are missing for currencies and dates."""

    def __init__(self, reporting: str, missing: Sequence[tuple[str, str]]) -> None:
        shown = "; ".join(f"{currency} on {day}" for currency, day in missing[:8])
        more = f" and {len(missing) - 8} more" if len(missing) > 8 else ""
        super().__init__(
            f"No rate to {reporting} for {shown}{more}. Add the rates to the rates file (role rates, or --rates FILE)."
        )


class PeriodError(BbbError):
    """A period or date must be given differently."""


class TemplateError(BbbError):
    """The pack's layout must be corrected."""


class VerificationError(BbbError):
    """The pack's formulas and figures differ."""


class TargetError(BbbError):
    """The place to write to must be freed or changed."""


def place_of(file: str, sheet: str) -> str:
    """Return a file, with its sheet where it has one, as sentences name it."""
    return f"{file}, sheet {sheet}" if sheet else file


@dataclass(frozen=True)
class Problem:
    """A row of the user's data that was set aside.

    Attributes:
        file: File name without folders.
        row: Row as a text editor or Excel counts it; 0 when the whole file is meant.
        column: Header of the cell, empty when the whole row is meant.
        value: What stood there.
        message: What is wrong and what to do, one sentence.
        sheet: Sheet of a workbook; empty for text files.
    """

    file: str
    row: int
    column: str
    value: str
    message: str
    sheet: str = ""

    def __str__(self) -> str:
        place = place_of(self.file, self.sheet)
        place = f"{place}{',' if self.sheet else ''} row {self.row}" if self.row else place
        return f"{place}{', ' + self.column if self.column else ''}: {self.message}"


def count_of(number: int, what: str, one_does: str = "", many_do: str = "") -> str:
    """Return a number of things as sentences have it: 1 row, 1,200 rows; with verbs 1 row is, 1,200 rows are."""
    many = re.sub(r"(?<=[^aeiou])y$", "ie", what) + "s"
    thing, verb = (what, one_does) if number == 1 else (many, many_do)
    return f"{number:,} {thing} {verb}".rstrip()


def nearest(given: str, known: Sequence[str]) -> str:
    """Return the sentence that offers the nearest known names."""
    folded = {name.casefold(): name for name in reversed(known)}
    chosen = [folded[name] for name in get_close_matches(given.casefold(), list(folded), n=3, cutoff=0.5)]
    if chosen:
        return f"Did you mean {' or '.join(chosen)}?"
    shown = ", ".join(known[:12]) + (f" and {len(known) - 12} more" if len(known) > 12 else "")
    return f"There is: {shown or 'nothing to choose from'}."
