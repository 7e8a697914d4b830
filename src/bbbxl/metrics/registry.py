"""The registry of metrics: a decorated function of measures, its words beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, Literal

from bbbxl.aggregate.measures import MEASURES
from bbbxl.errors import UnknownNameError
from bbbxl.events import KINDS

Unit = Literal["money", "ratio", "percent", "months"]
Window = Literal["", "R3M", "LTM"]
#: Names that follow the basis asked for -> prefix of the measure.
BASIS_NAMES = {
    "relieved": "relief_", "excluded": "excluded_", "fx": "fx_",
    "closing_backlog": "backlog_", "opening_backlog": "backlog_",
}  # fmt: skip
#: Modules whose functions register themselves, in the order the words are printed.
_MODULES = ("bookings", "billings", "backlog", "ratios")


class Measures:
    """Measures of one window, by name: numbers, or references that build a formula.

    A metric is reached by its name too: by its value or cell where one is given, else computed on the spot.

    `relieved`, `fx`, `opening_backlog` and `closing_backlog` are those of the basis asked for; `months` is the
    number of months in the window.
    """

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 -- a number or a Ref
        if name in self._values or name in MEASURES or name in BASIS_NAMES or name not in _METRICS:
            return self._values[name]
        return _METRICS[name].compute(self)


@dataclass(frozen=True)
class Metric:
    """A figure and its words.

    Attributes:
        name: Snake case, the word in options and JSON.
        title: What people read.
        unit: money (minor units), ratio, percent (0.05 is 5 %) or months.
        window: Trailing window that ends with the period; empty for the period itself.
        definition: At most 255 characters, stands alone.
        formula: In words.
        source: Where the rule comes from.
        compute: Function of measures; only + - * / and `ratio`.
        measures: Names of the measures it reads, found by tracing it.
    """

    name: str
    title: str
    unit: Unit
    window: Window
    definition: str
    formula: str
    source: str
    compute: Callable[[Measures], Any]
    measures: tuple[str, ...]

    @property
    def by_basis(self) -> bool:
        """Return whether the figure depends on the backlog basis."""
        return any(name in BASIS_NAMES for name in self.measures)

    @property
    def additive(self) -> bool:
        """Return whether segments and months of it may be added."""
        return self.unit == "money" and not any(name.endswith("backlog") for name in self.measures)


_METRICS: dict[str, Metric] = {}


def metric(
    *, title: str, unit: Unit = "money", window: Window = "", definition: str, formula: str, source: str
) -> Callable[[Callable[[Measures], Any]], Callable[[Measures], Any]]:
    """Return a decorator that registers a function of measures under its own name."""

    def register(compute: Callable[[Measures], Any]) -> Callable[[Measures], Any]:
        name = compute.__name__
        if ratios := [one for one in compute.__code__.co_names if one in _METRICS and _METRICS[one].unit != "money"]:
            raise TypeError(f"{name} is computed from {ratios[0]}, and nothing is computed from a ratio")
        _METRICS[name] = Metric(name, title, unit, window, definition, formula, source, compute, _read(compute))
        return compute

    return register


def windowed(base: str, window: Window, title: str, definition: str) -> None:
    """Register a metric again over a trailing window."""
    one = _METRICS[base]
    name = f"{base}_{window.casefold()}"
    _METRICS[name] = Metric(name, title, one.unit, window, definition, one.formula, one.source, one.compute,
                            one.measures)  # fmt: skip


class _Recorder(dict[str, int]):
    """Remembers which measures were read."""

    def __missing__(self, name: str) -> int:
        known = name in MEASURES or name in BASIS_NAMES or name == "months"
        if not known:
            raise UnknownNameError("measure", name, (*MEASURES, *BASIS_NAMES))
        self[name] = 1
        return 1


def _read(compute: Callable[[Measures], Any]) -> tuple[str, ...]:
    recorder = _Recorder()
    compute(Measures(recorder))
    return tuple(recorder)


def metrics() -> dict[str, Metric]:
    """Return all metrics by name, in the order in which they are printed."""
    _register_all()
    return dict(_METRICS)


@cache
def _register_all() -> None:
    """Let every module register its metrics."""
    for module in _MODULES:
        import_module(f"bbbxl.metrics.{module}")


def metric_named(name: str) -> Metric:
    """Return a metric by name.

    Raises:
        UnknownNameError: there is none of that name; the nearest are offered.
    """
    known = metrics()
    if name not in known:
        raise UnknownNameError("metric", name, known)
    return known[name]


def measure_name(name: str, basis: str) -> str:
    """Return the column of `flows()` behind a name a metric uses."""
    return f"{BASIS_NAMES[name]}{basis}" if name in BASIS_NAMES else name


def measure_title(name: str) -> str:
    """Return what people read over a measure, the basis-neutral names too."""
    titles = {"relieved": "Relieved", "excluded": KINDS["excluded"].title, "fx": KINDS["fx"].title,
              "closing_backlog": "Closing backlog",
              "opening_backlog": "Opening backlog", "months": "Months in the window"}  # fmt: skip
    return titles[name] if name in titles else MEASURES[name].title
