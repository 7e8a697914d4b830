"""The rates of a kept book: the last one entered counts, and none changes a day of a closed month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from bbbxl.book.history import fences_of
from bbbxl.book.records import Entry
from bbbxl.errors import CurrencyError
from bbbxl.inputs.rates_file import read_rates
from bbbxl.inputs.sheets import read_tables
from bbbxl.ledger.kept import Fence
from bbbxl.ledger.rates import Rate, Rates, RateType
from bbbxl.policy import FileEntry

#: (type, first day it holds; the first of all days where it holds for all).
_Key = tuple[RateType, date]


@dataclass(frozen=True)
class KeptRate:
    """One rate as an entry of the log has it.

    Attributes:
        currency: Document currency.
        rate: Reporting units for one unit of it, as text.
        day: Day from which it holds; None holds for all dates.
        type: spot, average, closing or empty.
        reporting: Reporting currency.
        recorded: Day of record of its entry.
        entry: Number of its entry.
    """

    currency: str
    rate: str
    day: date | None
    type: RateType
    reporting: str
    recorded: date
    entry: int


def book_rates(entries: Sequence[Entry], reporting: str, beside: Path | None = None) -> tuple[Rates, tuple[str, ...]]:
    """Return the rates that the entries of a book give, and what was not used, one sentence each.

    Args:
        entries: Entries of the log that count.
        reporting: Reporting currency.
        beside: A rates file given with a command; it counts as entered last, and closed months keep their rates.

    Raises:
        CurrencyError: see `rates_of`; InputError where the file cannot be read.
    """
    rows = [
        KeptRate(one["currency"], one["rate"], date.fromisoformat(one["day"]) if one["day"] else None, one["type"],
                 entry.payload["reporting"], entry.recorded, entry.number)
        for entry in entries if entry.kind == "rates" for one in entry.payload["rates"]
    ]  # fmt: skip
    if beside is not None:
        rows += [
            KeptRate(one.currency, str(one.rate), one.day, one.type, reporting, date.max, len(entries) + 1)
            for table in read_tables(beside, FileEntry(path=beside.name, role="rates"), {})
            for one in read_rates(table, reporting)
        ]
    return rates_of(rows, reporting, fences_of(entries))


def said_last(entries: Sequence[Entry], reporting: str, rates: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether some rates are what the log last says for their currencies, days and types.

    Args:
        entries: Entries of the log.
        reporting: Reporting currency.
        rates: As an entry of the log has them.
    """
    told = [one for entry in entries if entry.kind == "rates" and entry.payload["reporting"] == reporting
            for one in entry.payload["rates"]]  # fmt: skip
    last = {(one["currency"], one["day"], one["type"]): one["rate"] for one in told}
    return all(last.get((one["currency"], one["day"], one["type"])) == one["rate"] for one in rates)


def rates_of(rows: Iterable[KeptRate], reporting: str, fences: Sequence[Fence]) -> tuple[Rates, tuple[str, ...]]:
    """Return the rates that hold, and which were entered too late to be used, one sentence for each currency.

    Of each currency, day and type the rate entered last counts. A rate for a day of a closed month counts only where
    the close found it: what is entered later for such a day, changed or new, waits until the month is reopened. What
    can move no closed figure is taken: rates of a currency that had none in the closed months, and rates for days
    before its first one.

    Args:
        rows: Rates of all entries, in the order of the log.
        reporting: Reporting currency; rates to another one are left out.
        fences: Closes that stand, oldest first.

    Raises:
        CurrencyError: a rate without a day, or of another type without a day, was entered after a close and would
            change closed months; or one entry gives two rates for the same day.
    """
    held: dict[str, _Held] = {}
    waiting = list(fences)
    closed: date | None = None
    for row in rows:
        if row.reporting != reporting:
            continue
        while waiting and waiting[0].day < row.recorded:
            closed = waiting.pop(0).closed_through
            _pass_fence(held.values(), closed)
        held.setdefault(row.currency, _Held()).take(row, closed)
    for fence in waiting:
        closed = fence.closed_through
        _pass_fence(held.values(), closed)
    used = [rate for one in held.values() for rate in one.rates()]
    notes = (_sentence(currency, one, closed) for currency, one in held.items())
    return Rates(reporting, tuple(used)), tuple(note for note in notes if note)


@dataclass
class _Held:
    """The rates of one currency.

    Attributes:
        force: Those that count.
        late: Those that wait for a closed month to be reopened.
        begins: First day of a closed month that has a rate, None when there is none.
        first_types: Types of the rates of that day.
    """

    force: dict[_Key, KeptRate] = field(default_factory=dict)
    late: dict[_Key, KeptRate] = field(default_factory=dict)
    begins: date | None = None
    first_types: frozenset[str] = frozenset()

    def take(self, row: KeptRate, closed: date | None) -> None:
        """Take a rate, or keep it waiting."""
        key = (row.type, row.day or date.min)
        before = self.force.get(key)
        for same in (before, self.late.get(key)):
            if same is not None and same.entry == row.entry:
                Rates(row.reporting, (_rate(same), _rate(row)))  # refuses two rates for the same day
        if closed is None or key[1] > closed or self._moves_nothing(row):
            self.force[key] = row
            self.late.pop(key, None)
        elif before is not None and Decimal(before.rate) == Decimal(row.rate):
            self.late.pop(key, None)
        elif row.day is None:
            raise CurrencyError(_undated(row, before, closed))
        else:
            self.late[key] = row

    def _moves_nothing(self, row: KeptRate) -> bool:
        """Return whether a rate for closed days changes none of their figures.

        Before the first rate there was none to translate with. An average counts for its whole month; a type that
        began later, or only now, may be looked for before the one that served.
        """
        if self.begins is None:
            return True
        if row.type == "average" and (row.day is None or f"{row.day:%Y-%m}" == f"{self.begins:%Y-%m}"):
            return False
        return (row.day or date.min) < self.begins and row.type in self.first_types

    def rates(self) -> list[Rate]:
        """Return the rates in force."""
        return [_rate(row) for row in self.force.values()]


def _pass_fence(held: Iterable[_Held], closed: date) -> None:
    """Note where the rates of the closed months begin."""
    for one in held:
        days = [day for _, day in one.force if day <= closed]
        one.begins = min(days, default=None)
        one.first_types = frozenset(kind for kind, day in one.force if day == one.begins)


def _rate(row: KeptRate) -> Rate:
    return Rate(row.currency, Decimal(row.rate), row.day, row.type)


def _undated(row: KeptRate, before: KeptRate | None, closed: date) -> str:
    stands = f"{before.rate} stands" if before else "other rates stand"
    return (f"The rate {row.rate} of {row.currency} has no day and holds for all dates; {stands} since before the "
            f"months to {closed} were closed, which it would change. Give it the day from which it holds.")  # fmt: skip


def _sentence(currency: str, held: _Held, closed: date | None) -> str:
    """Return which rates of a currency were not used, empty when all were."""
    if not held.late:
        return ""
    row = min(held.late.values(), key=lambda one: (one.day or date.min, one.type))
    before = held.force.get((row.type, row.day or date.min))
    kind = f" ({row.type})" if row.type else ""
    stands = f"{before.rate} stands" if before else "there was none"
    return (f"Rates of {currency} for days of months closed to {closed} were entered after the close and are not used: "
            f"{len(held.late)} (first: {row.day}{kind}, {stands}, {row.rate} entered later). Reopen the month to use "
            "them.")  # fmt: skip
