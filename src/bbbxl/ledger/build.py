"""The ledger: events as read, what is derived from them once, and how far they can be trusted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from bbbxl.errors import MissingRateError
from bbbxl.ledger.attributes import fill_attributes
from bbbxl.ledger.availability import Availability
from bbbxl.ledger.columns import COLUMNS, LINE, NAMES, SHIPPABLE, TURN
from bbbxl.ledger.fx import derive_fx, revaluation_days
from bbbxl.ledger.kept import Posting
from bbbxl.ledger.rates import Rates, translate_column
from bbbxl.ledger.relief import add_order_effects, derive_relief
from bbbxl.ledger.states import DAY, expand_states, net_states
from bbbxl.money import guard_sum
from bbbxl.periods import Calendar
from bbbxl.policy import Policy

#: How Arrow holds the text of a ledger.
_TEXT = pa.large_string()
#: Ledgers of other days that are kept beside one.
_OTHERS = 2
#: Columns an entry has: the ledger's, less what is derived, and the shippable mark.
ENTRY_COLUMNS: tuple[str, ...] = (
    *(name for name in NAMES if name not in ("basis", "posted", "reporting_amount", "reporting_currency")),
    SHIPPABLE,
)


@dataclass(frozen=True)
class Ledger:
    """One table of events and what it needs to be read.

    Attributes:
        events: One row an event of one order line; columns of `ledger.columns`, sorted by line and day.
        currency: Reporting currency.
        horizon: Last day on which open balances were revalued.
        entries: The events as read, before anything was derived.
        rates: Rates to the reporting currency.
        calendar: Fiscal calendar.
        policy: Named choices.
        availability: Which facts the data hold, and from when.
        notes: What contradicted itself, one sentence each.
        posting: Which period reports an event.
    """

    events: pd.DataFrame
    currency: str
    horizon: date
    entries: pd.DataFrame = field(repr=False)
    rates: Rates = field(repr=False)
    calendar: Calendar = Calendar()
    policy: Policy = Policy()
    availability: Availability = Availability()
    notes: tuple[str, ...] = ()
    posting: Posting = Posting()

    @cached_property
    def begins(self) -> date:
        """Return the day of the first event."""
        first: date = self.entries["effective"].min().date()
        return first

    def at(self, as_of: date) -> Ledger:
        """Return the ledger with its open balances revalued up to another day."""
        if as_of == self.horizon:
            return self
        if as_of not in self._others:
            while len(self._others) >= _OTHERS:
                del self._others[next(iter(self._others))]
            self._others[as_of] = build_ledger(
                self.entries, self.rates, as_of, calendar=self.calendar, policy=self.policy,
                availability=self.availability, posting=self.posting,
            )  # fmt: skip
        return self._others[as_of]

    @cached_property
    def _others(self) -> dict[date, Ledger]:
        """Return the ledgers of other days that were asked for last."""
        return {}


def build_ledger(
    entries: pd.DataFrame,
    rates: Rates,
    horizon: date,
    *,
    calendar: Calendar = Calendar(),
    policy: Policy = Policy(),
    availability: Availability = Availability(),
    posting: Posting = Posting(),
) -> Ledger:
    """Return the ledger of some entries, with relief, book-and-turn and FX derived.

    Args:
        entries: One row an event; columns ENTRY_COLUMNS and, where it is known, TURN; amounts in document minor units,
            positive in the kind's own sense. Row order does not matter.
        rates: Rates to the reporting currency.
        horizon: Last day to which open balances are revalued, the as-of date of the report.
        calendar: Fiscal calendar.
        policy: Named choices.
        availability: What the exports show.
        posting: Which period reports an event; that of its day when nothing was ever closed.

    Raises:
        MissingRateError: lists every currency and date without a rate.
        InputError: amounts add up past what whole numbers hold.
    """
    guard_sum(entries["amount"].tolist(), "The amounts")
    rates = Rates(rates.reporting, rates.rows)
    work = _in_one_piece(entries[[*ENTRY_COLUMNS, *({TURN} & {*entries.columns})]].reset_index(drop=True))
    work["line"] = work.groupby(list(LINE), sort=True).ngroup()
    work, notes = fill_attributes(work, policy.unmarked_lines == "shipped", posting)
    shipped = work[SHIPPABLE].any(), (~work[SHIPPABLE]).any()
    availability = replace(availability, shipped_lines=bool(shipped[0]), service_lines=bool(shipped[1]))
    base = _translated(work, rates, policy)
    derived = _derive(work, rates, horizon, calendar, policy, availability.bases()) if len(work) else base.iloc[:0]
    if rates.missing:
        raise MissingRateError(rates.reporting, sorted(rates.missing))
    both = pd.concat([base.assign(made=base["event_id"].isna()), derived.assign(made=True)], ignore_index=True)
    del base, derived, work
    events = _finished(both, rates.reporting, calendar, posting)
    return Ledger(events, rates.reporting, horizon, entries, rates, calendar, policy, availability, notes, posting)


def _in_one_piece(entries: pd.DataFrame) -> pd.DataFrame:
    """Return the entries with every text column in one piece: rows are taken from it many times."""
    texts = [name for name in entries.columns if isinstance(entries[name].dtype, pd.StringDtype)]
    return entries.assign(**{name: pd.array(_arrow(entries[name]), dtype="str") for name in texts})


def _derive(
    work: pd.DataFrame, rates: Rates, horizon: date, calendar: Calendar, policy: Policy, bases: Sequence[str]
) -> pd.DataFrame:
    """Return the derived events: order effects, relief and FX."""
    first = work["effective"].min().date()
    days = revaluation_days(first, max(horizon, first), calendar)
    expanded = add_order_effects(expand_states(work, rates.reporting, days))
    relief = _translated(_per_day(derive_relief(expanded, bases)), rates, policy)
    moves = _translated(expanded, rates, policy)
    fx = derive_fx(moves, relief, rates, days, bases)
    effects = moves[moves["derived"]].assign(basis="")
    derived = pd.concat([effects, relief, fx], ignore_index=True)
    return net_states(derived.drop(columns=["code", "derived"]), expanded).drop(columns="part")


def _per_day(relief: pd.DataFrame) -> pd.DataFrame:
    """Return one relief event per state, part, basis, day and recording day.

    Rounding then depends neither on the order of rows nor on what becomes known of the line later.
    """
    key = ["state", "part", "basis", "kind", "effective", "recorded"]
    relief = relief.sort_values([*key, "source_row"], kind="stable")
    again = relief.duplicated(key)
    if again.any():
        total = relief.groupby(key, sort=True)["amount"].sum()
        relief = relief[~again].assign(amount=total.to_numpy())
    return relief[relief["amount"] != 0]


def _translated(events: pd.DataFrame, rates: Rates, policy: Policy) -> pd.DataFrame:
    """Return the events with their amount in reporting minor units, rounded once per event."""
    days = events["effective"].to_numpy().astype("datetime64[D]")
    amounts = events["amount"].to_numpy(dtype=np.int64)
    return events.assign(reporting_amount=translate_column(amounts, events["currency"], days, rates, policy.flow_rate))


def _finished(events: pd.DataFrame, reporting: str, calendar: Calendar, posting: Posting) -> pd.DataFrame:
    """Return the events with posted dates and identities, in ledger columns and order."""
    effective, recorded = (events[name].to_numpy().astype("datetime64[D]") for name in ("effective", "recorded"))
    events["posted"] = posting.posted(effective, recorded, calendar).astype(DAY)
    events["reporting_currency"] = reporting
    events = events.take(_order(events)).reset_index(drop=True)
    for column in COLUMNS:
        if column.type == "text":
            text = events[column.name] if column.name in events else pd.Series(index=events.index)
            text, empty = text.astype("str"), text.eq("")
            events[column.name] = text.mask(empty).astype("str") if empty.any() else text
        elif column.type == "date":
            events[column.name] = events[column.name].astype(DAY)
        else:
            events[column.name] = events[column.name].astype("int64" if column.type == "minor" else "float64")
    events["event_id"] = events["event_id"].mask(events["made"], _identities(events))
    return events[list(NAMES)]


def _order(events: pd.DataFrame) -> npt.NDArray[np.intp]:
    """Return the places of the events in ledger order: by order line, day, kind, basis, and what is left to differ."""
    keys = [events[name].to_numpy() for name in ("line", "effective")]
    keys += [_alphabetical(events[name]) for name in ("kind", "basis")]
    keys += [events[name].to_numpy() for name in ("recorded", "amount", "source_row")]
    return np.lexsort(keys[::-1])


def _alphabetical(texts: pd.Series[str]) -> npt.NDArray[np.intp]:
    """Return numbers in the order of the texts, missing ones last."""
    numbers, _ = pd.factorize(texts, sort=True, use_na_sentinel=True)
    return np.where(numbers < 0, len(texts), numbers)


def _identities(events: pd.DataFrame) -> pd.Series[str]:
    """Return a readable identity for events that have none of their own."""
    order, line, kind, basis = (_arrow(events[name]) for name in (*LINE[1:], "kind", "basis"))
    day = pc.cast(pc.cast(pa.array(events["effective"]), pa.date32()), _TEXT)
    slash, space = (pa.scalar(mark, _TEXT) for mark in "/ ")
    line = pc.binary_join_element_wise(order, line, slash)
    text = pc.binary_join_element_wise(line, kind, basis, day, space, null_handling="skip")
    alike = pd.Series(text.dictionary_encode().indices.to_numpy())
    count = alike.groupby(alike).cumcount().to_numpy() + 1
    again = pc.binary_join_element_wise(text, pc.cast(pa.array(count), _TEXT), space)
    return pd.Series(pd.array(pc.if_else(pa.array(count == 1), text, again), dtype="str"))


def _arrow(texts: pd.Series[str]) -> Any:  # noqa: ANN401 -- an Arrow array
    """Return a text column as one Arrow array."""
    array = pa.array(texts, type=_TEXT)
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
