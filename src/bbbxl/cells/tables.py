"""One range or book as functions ask it: its ledger, and the answers kept for each set of options."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final, TypeAlias, get_args

from bbbxl.aggregate.select import Question, View
from bbbxl.cells.answers import Answers
from bbbxl.cells.arguments import cell_of
from bbbxl.cells.moments import day_in
from bbbxl.errors import InputError, PeriodError, UnknownNameError, count_of
from bbbxl.events import BASIS
from bbbxl.inputs.load import Loaded

#: Sets of options of which the answers are kept, and the most events of their ledgers together; the last one stays.
_MOST: Final = 24
_MOST_EVENTS: Final = 2_000_000
#: Basis, view, known at and as of.
_Key: TypeAlias = tuple[str, View, date | None, date | None]


class Table:
    """A ledger that functions ask.

    Args:
        load: Returns the ledger as it was known by a day; by None everything that is known now.
        leaves_out: Whether figures are given without rows that could not be read.
    """

    def __init__(self, load: Callable[[date | None], Loaded], *, leaves_out: bool = False) -> None:
        self._load = load
        self._leaves_out = leaves_out
        self._loaded: dict[date | None, Loaded] = {}
        self._answers: OrderedDict[_Key, Answers] = OrderedDict()

    @property
    def loaded(self) -> Loaded:
        """Return the ledger with everything that is known now."""
        return self._known(None)

    @property
    def events(self) -> int:
        """Return how many events the ledgers of it hold in memory."""
        held = (*(one.ledger for one in self._loaded.values()), *(one.ledger for one in self._answers.values()))
        return sum(len(one.events) for one in {id(one): one for one in held}.values())

    def _known(self, day: date | None) -> Loaded:
        if day not in self._loaded:
            self._loaded[day] = self._load(day)
        return self._loaded[day]

    def answers(self, options: Mapping[str, Any], *, whole: bool = True) -> Answers:
        """Return what is asked with some options.

        Args:
            options: basis, view, known_at and as_of: name -> argument.
            whole: Refuse a table of which rows could not be read.

        Raises:
            UnknownNameError: no such basis or view.
            PeriodError: a day that the data do not reach.
            InputError: rows could not be read, and nobody said to leave them out.
        """
        if whole:
            self.refuse_set_aside()
        calendar = self.loaded.config.calendar
        basis = _word(options, "basis", BASIS) or self.loaded.config.basis
        usual: View = "as-reported" if self.loaded.kept else "as-restated"
        view = _word(options, "view", get_args(View)) or usual
        known = day_in(cell_of(options["known_at"]), calendar, "known_at") if "known_at" in options else None
        as_of = day_in(cell_of(options["as_of"]), calendar, "as_of") if "as_of" in options else None
        key = (basis, view, known, as_of)
        if key not in self._answers:
            self._answers[key] = self._ask(basis, view, known, as_of)
            self._make_room()
        self._answers.move_to_end(key)
        return self._answers[key]

    def _make_room(self) -> None:
        """Drop the answers used longest ago past the bounds, and what was known on days of which nobody asks now."""
        while len(self._answers) > 1 and (len(self._answers) > _MOST or self.events > _MOST_EVENTS):
            self._answers.popitem(last=False)
            asked = {None, *(known for _, _, known, _ in self._answers)}
            self._loaded = {day: one for day, one in self._loaded.items() if day in asked}

    def _ask(self, basis: str, view: Any, known: date | None, as_of: date | None) -> Answers:  # noqa: ANN401 -- a View
        recorded = self.loaded.ledger.availability.known_from
        if known and recorded and known < recorded:
            raise PeriodError(f"Nothing was recorded by {known}: the data were first recorded on {recorded}. Ask for "
                              f'"known_at={recorded}" or later.')  # fmt: skip
        loaded = self._known(known if self.loaded.kept else None)
        day = as_of or loaded.as_of
        if not loaded.ledger.begins <= day <= loaded.as_of:
            raise PeriodError(f"{day} lies outside the data, which run from {loaded.ledger.begins} to {loaded.as_of}. "
                              "Ask for a day within them.")  # fmt: skip
        group = loaded.config.policy.intercompany == "left_out"
        return Answers(loaded, Question(day, known, view, group, loaded.config.calendar), basis)

    def refuse_set_aside(self) -> None:
        """Refuse a range of which rows could not be read, unless somebody said to leave them out.

        Raises:
            InputError: the figures would be without them, and nothing in the cell would say so.
        """
        problems = self.loaded.problems
        if problems and not self._leaves_out and not self.loaded.kept:
            rows = count_of(len(problems), "row")
            raise InputError(
                f"{rows} of {problems[0].file} cannot be read, so there are no figures. {problems[0]} BBB_CHECK lists "
                'all; "set_aside=leave_out" gives figures without them.'
            )


def _word(options: Mapping[str, Any], name: str, known: Any) -> Any:  # noqa: ANN401 -- one of some words
    """Return the word of an option, None where it is left out."""
    if name not in options:
        return None
    text = cell_of(options[name]).text.casefold()
    if text not in known:
        raise UnknownNameError(name, cell_of(options[name]).text, known)
    return text
