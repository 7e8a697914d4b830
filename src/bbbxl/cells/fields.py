"""The fields that criteria may name, and which events of a ledger a criterion takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd

from bbbxl.aggregate.flows import CURRENCY
from bbbxl.aggregate.select import NOT_GIVEN
from bbbxl.cells.arguments import Cell
from bbbxl.cells.criteria import Mask, chosen_days, chosen_numbers, chosen_texts
from bbbxl.errors import InputError, UnknownNameError
from bbbxl.events import KINDS, ORDER_NAMES
from bbbxl.inputs.headers import normal
from bbbxl.inputs.load import Loaded
from bbbxl.ledger.columns import COLUMNS, DIMENSIONS, LINE, TITLES
from bbbxl.ledger.kinds import by_kind
from bbbxl.money import exponent

#: Fields of an event: a line that moves from one customer to another has both.
_OF_EVENT: Final = (*DIMENSIONS, CURRENCY, "counterparty")
#: Fields of an order line: the same for all its events.
_OF_LINE: Final = ("order_id", "line_id", "order_date", "firmed_date", "commit_date", "original_commit_date",
                   "term_start", "term_end", "amount")  # fmt: skip
_DAYS: Final = tuple(one.name for one in COLUMNS if one.type == "date")
_SIGNS: Final = {name: (kind.sign if name in ORDER_NAMES else 0) for name, kind in KINDS.items()}
#: Values of a criterion that are named in words.
_SHOWN: Final = 12
#: Days of a line that every event repeats; the commit date is the last one known.
_LATEST: Final = ("commit_date",)


class Fields:
    """The fields of one ledger, by every name that people use for them.

    Args:
        loaded: What was read: its own headers name fields too.
    """

    def __init__(self, loaded: Loaded) -> None:
        self._loaded = loaded
        self._known: dict[str, list[str]] = {}

    @cached_property
    def _names(self) -> Mapping[str, str]:
        """Return what people may type -> field; headers of the table first."""
        named: dict[str, str] = {}
        for field in (*_OF_EVENT, *_OF_LINE):
            named[normal(field)] = field
            named.setdefault(normal(TITLES[field]), field)
        for source in self._loaded.sources:
            for field, header in source.columns.items():
                if field in named.values():
                    named.setdefault(normal(header), field)
        return named

    def field_of(self, name: str) -> str:
        """Return the field that a name means.

        Raises:
            UnknownNameError: none; the nearest are offered.
        """
        found = self._names.get(normal(name))
        if found is None:
            every = (*_OF_EVENT, *_OF_LINE)
            headers = [one.columns[field] for one in self._loaded.sources for field in every if field in one.columns]
            raise UnknownNameError("field", name, [*every, *headers])
        return found

    def holds_days(self, name: str) -> bool:
        """Return whether the field that a name means holds days; errors as in `field_of`."""
        return self.field_of(name) in _DAYS

    def segment_of(self, name: str, cell: Cell) -> tuple[str, str] | None:
        """Return (dimension, segment) where a criterion names exactly one value of a dimension, else None."""
        field = self.field_of(name)
        if field not in (*DIMENSIONS, CURRENCY):
            return None
        found, taken = chosen_texts(name, cell, self.values_of(field))
        return (field, found[0]) if taken and len(found) == 1 else None

    def in_words(self, name: str, cell: Cell) -> str:
        """Return a criterion as it is understood: the field, and the values it takes."""
        field = self.field_of(name)
        if field not in (*_OF_EVENT, "order_id", "line_id"):
            return f"{TITLES[field]} {cell.text}"
        values, taken = chosen_texts(name, cell, self.values_of(field))
        shown = ", ".join(values[:_SHOWN]) + (f" and {len(values) - _SHOWN} more" if len(values) > _SHOWN else "")
        return f"{TITLES[field]} {'is' if taken else 'is not'} {shown or NOT_GIVEN}"

    def values_of(self, field: str) -> list[str]:
        """Return the values of a text field in the data; rows without one as `NOT_GIVEN`."""
        if field not in self._known:
            column = self._loaded.ledger.events[field]
            values = [str(one) for one in column.dropna().unique()]
            self._known[field] = [*values, *([NOT_GIVEN] if column.isna().any() else [])]
        return self._known[field]

    def chosen(self, criteria: Sequence[tuple[str, Cell]]) -> Callable[[pd.DataFrame], Mask]:
        """Return a function that says which events of a ledger meet all criteria.

        Raises:
            InputError: a criterion is empty or cannot be read, or no order line meets it.
            UnknownNameError: no such field or value.
        """
        tests = [self._test(name, cell) for name, cell in criteria]

        def mask(events: pd.DataFrame) -> Mask:
            taken = np.ones(len(events), dtype=bool)
            for test in tests:
                taken &= test(events)
            return taken

        return mask

    def _test(self, name: str, cell: Cell) -> Callable[[pd.DataFrame], Mask]:
        """Return the function of one criterion."""
        field = self.field_of(name)
        if field in _OF_EVENT:
            values, taken = chosen_texts(name, cell, self.values_of(field))
            return lambda events: _has(events[field], values) == taken
        lines = self._lines
        column = lines[field]
        if field in ("order_id", "line_id"):
            values, taken = chosen_texts(name, cell, self.values_of(field))
            return lambda events: _has(events[field], values) == taken
        chosen = chosen_numbers(name, cell, column) if field == "amount" else chosen_days(
            name, cell, column, self._loaded.config.calendar)  # fmt: skip
        if not chosen.any():
            raise InputError(f'No order line has "{name}" {cell.text}. Correct the criterion.')
        keys = pd.MultiIndex.from_frame(lines.loc[chosen, list(LINE)])
        return lambda events: pd.MultiIndex.from_frame(events[list(LINE)]).isin(keys)

    @cached_property
    def _lines(self) -> pd.DataFrame:
        """Return one row an order line: its days, and what is ordered of it, major units of its currency."""
        ledger = self._loaded.ledger
        events = ledger.events
        days = [name for name in _OF_LINE if name in _DAYS and name not in _LATEST]
        signed = by_kind(events["kind"], _SIGNS) * events["amount"].to_numpy(dtype=np.int64)
        by_line = events.assign(ordered=signed).sort_values("effective", kind="stable").groupby(list(LINE), sort=False)
        made: dict[str, Any] = {name: by_line[name].min() for name in days}
        made |= {name: by_line[name].last() for name in _LATEST}
        ordered, currencies = by_line["ordered"].sum(), by_line["currency"].last()
        digits = currencies.map({one: exponent(str(one)) for one in currencies.dropna().unique()})
        return pd.DataFrame(made).assign(amount=ordered / 10 ** digits.astype("int64")).reset_index()


def _has(column: pd.Series[str], values: Sequence[str]) -> Mask:
    """Return which rows hold one of some values; `NOT_GIVEN` stands for none."""
    found: Mask = column.isin(list(values)).to_numpy(dtype=bool)
    return found | column.isna().to_numpy() if NOT_GIVEN in values else found
