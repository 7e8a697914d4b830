"""What is asked of one table or book, answered and kept: a figure that was asked for again costs a look-up."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import count
from typing import Any, Final, TypeAlias, TypeVar

import pandas as pd

from bbbxl.aggregate.select import Question
from bbbxl.cells.arguments import Cell
from bbbxl.cells.fields import Fields
from bbbxl.cells.moments import period_in
from bbbxl.errors import InputError
from bbbxl.inputs.load import Loaded
from bbbxl.ledger.build import Ledger
from bbbxl.metrics.kept import Kept
from bbbxl.metrics.registry import Metric, measure_name, metric_named
from bbbxl.metrics.values import Figure, figure_of, missing, refuse_outside, window_of
from bbbxl.metrics.windows import Chosen, Windows
from bbbxl.money import to_major
from bbbxl.periods import Period

T = TypeVar("T")
#: A criterion as it was typed: field and value.
Criteria = Sequence[tuple[str, Cell]]
#: Criteria as something is kept by: field, type and text of the value, and what decides which day a number is.
Names: TypeAlias = tuple[tuple[str, str, str, bool, bool | None], ...]
#: Figures that are kept of one table, and sets of criteria; then all of them are made again.
_MOST: Final = 50_000
_MOST_PARTS: Final = 5_000
#: Rows of sums and of lists of order lines that are kept of all tables together, some 400 bytes each.
_MOST_ROWS: Final = 1_000_000
_KEPT: Final = Kept(_MOST_ROWS)
_NUMBERS: Final = count()


@dataclass(frozen=True)
class Part:
    """The events that some criteria take.

    Attributes:
        windows: Their measures over windows.
        by: Dimension of which `segment` is one value; None where the windows are of these events alone.
        segment: The value; empty for the total.
        question: What is asked: with an entity among the criteria its intercompany orders count.
        chosen: Which events of a ledger they are; None for all.
        own: Names of the criteria, to keep things by.
    """

    windows: Windows
    by: str | None
    segment: str
    question: Question
    chosen: Chosen | None
    own: Names


class Answers:
    """Figures of one ledger for one set of options.

    Args:
        loaded: What was read.
        question: As of, known at, view and scope.
        basis: Backlog basis.
    """

    def __init__(self, loaded: Loaded, question: Question, basis: str) -> None:
        self.loaded = loaded
        self.question = question
        self.basis = basis
        self.fields = Fields(loaded)
        self.ledger: Ledger = loaded.ledger.at(question.as_of)
        self._windows: dict[bool, Windows] = {}
        self._parts: dict[Names, Part] = {}
        self._own: dict[Names, Windows] = {}
        self._figures: dict[Any, Figure] = {}
        self._periods: dict[Any, Period] = {}
        self._number = next(_NUMBERS)

    def period(self, cell: Cell, metric: Metric | None = None, what: str = "period") -> Period:
        """Return the period that a cell means for a metric, inside the data; errors as in `period_in`."""
        stock = metric is not None and only_closing(metric)
        key = (type(cell.value), cell.value, cell.error, cell.date_1904, stock, what)
        plain = isinstance(cell.value, str) and not cell.error
        if plain and key in self._periods:
            return self._periods[key]
        period = period_in(cell, self.question.calendar, stock=stock, what=what)
        refuse_outside(self.ledger, self.question.as_of, [period])
        if plain:
            self._make_room(self._periods)
            self._periods[key] = period
        return period

    def figure(self, metric: Metric, period: Period, criteria: Criteria = ()) -> Figure:
        """Return one figure, with the reason where there is none; errors as in `Fields.chosen`."""
        key = (metric.name, period, self._names(criteria))
        if key not in self._figures:
            self._make_room(self._figures)
            self._figures[key] = self._figure(metric, period, self.part(criteria))
        return self._figures[key]

    def _figure(self, metric: Metric, period: Period, part: Part) -> Figure:
        window = window_of(metric, period, self.question.calendar)
        reason = missing(metric, self.ledger, window, self.question, self.basis)
        measures = part.windows.of_segment(window, part.by, part.segment)
        return figure_of(metric, period, measures, reason, self.ledger.currency, self.basis)

    def part(self, criteria: Criteria) -> Part:
        """Return the events that meet some criteria."""
        names = self._names(criteria)
        if names not in self._parts:
            if len(self._parts) >= _MOST_PARTS:
                self._parts.clear()
                self._own.clear()
            self._parts[names] = self._part(criteria, names)
        return self._parts[names]

    def _names(self, criteria: Criteria) -> Names:
        """Return criteria as something is kept by: equal names are criteria that mean the same."""
        return tuple((name, type(cell.value).__name__, cell.error or cell.text, *self._shown(name, cell))
                     for name, cell in criteria)  # fmt: skip

    def _shown(self, name: str, cell: Cell) -> tuple[bool, bool | None]:
        """Return what decides which days a number is; asked of the sheet only where it is a day."""
        number = isinstance(cell.value, (int, float)) and not isinstance(cell.value, bool)
        return cell.date_1904, cell.as_month() if number and self.fields.holds_days(name) else None

    def _part(self, criteria: Criteria, names: Names) -> Part:
        entity = any(self.fields.field_of(name) == "entity" for name, _ in criteria)
        question = replace(self.question, group=self.question.group and not entity)
        if question.group not in self._windows:
            self._windows[question.group] = Windows(self.ledger, question, kept=_KEPT)
        windows = self._windows[question.group]
        if not criteria:
            return Part(windows, None, "", question, None, names)
        chosen = self.fields.chosen(criteria)
        one = self.fields.segment_of(*criteria[0]) if len(criteria) == 1 else None
        if one:
            return Part(windows, one[0], one[1], question, chosen, names)
        return Part(self._windows_of(names, question, chosen), None, "", question, chosen, names)

    def _windows_of(self, names: Names, question: Question, chosen: Chosen | None) -> Windows:
        """Return the windows of the events of some criteria alone."""
        if names not in self._own:
            self._own[names] = Windows(self.ledger, question, chosen, _KEPT)
        return self._own[names]

    def segments(self, metric: Metric, period: Period, criteria: Criteria, field: str) -> dict[str, Figure]:
        """Return one figure for each segment of a dimension; by entity with what takes intercompany orders out."""
        part = self.part(criteria)
        window = window_of(metric, period, self.question.calendar)
        reason = missing(metric, self.ledger, window, self.question, self.basis)
        found = self._windows_of(part.own, part.question, part.chosen).between(window, field)
        return {name: figure_of(metric, period, measures, reason, self.ledger.currency, self.basis, field, name)
                for name, measures in found.items()}  # fmt: skip

    def measure(self, name: str, period: Period, criteria: Criteria = ()) -> int:
        """Return a measure over a period, minor units; its name may be one that follows the basis."""
        part = self.part(criteria)
        measures = part.windows.of_segment(period, part.by, part.segment)
        return measures[measure_name(name, self.basis)]

    def refuse_missing(self, metric: Metric, period: Period) -> None:
        """Refuse a metric that is not available over a period.

        Raises:
            InputError: with the reason.
        """
        window = window_of(metric, period, self.question.calendar)
        if reason := missing(metric, self.ledger, window, self.question, self.basis):
            raise not_available(metric.title, period, reason)

    def once(self, key: Hashable, make: Callable[[], T], rows: Callable[[T], int]) -> T:
        """Return what was made under a key, made where it is not kept; rows says how many it holds."""
        return _KEPT.once((type(self), self._number, key), make, rows)

    @staticmethod
    def _make_room(held: dict[Any, Any]) -> None:
        if len(held) >= _MOST:
            held.clear()

    def events_at(self, day: date, criteria: Criteria) -> tuple[pd.DataFrame, Question]:
        """Return the events of some criteria, open balances at the rates of a day, and the question as of it."""
        part = self.part(criteria)
        ledger = self.ledger.at(day)
        events = ledger.events if part.chosen is None else ledger.events[part.chosen(ledger.events)]
        return events, replace(part.question, as_of=day)


def only_closing(metric: Metric) -> bool:
    """Return whether only the end of a period plays a part in a metric."""
    return not metric.window and set(metric.measures) == {"closing_backlog"}


def value_of(figure: Figure) -> float | str:
    """Return a figure as a cell shows it: major units or a ratio; blank where it is undefined.

    Raises:
        InputError: it is not available.
    """
    if figure.value is not None:
        return major(int(figure.value), figure.currency) if figure.currency else float(figure.value)
    if figure.undefined:
        return ""
    raise not_available(metric_named(figure.metric).title, figure.period, figure.reason or "")


def major(minor: int, currency: str) -> float:
    """Return minor units as the number that a cell shows."""
    return float(to_major(minor, currency))


def not_available(title: str, period: object, reason: str) -> InputError:
    """Return the refusal of a figure that the data cannot give."""
    return InputError(f"{title} of {period}: not available, because {reason}.")
