"""The one list of functions: every front end, page and help text is generated from it and knows nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final, Literal

from bbbxl.cells.guard import guarded

Kind = Literal["table", "period", "text", "more", "range"]
#: Modules whose functions register themselves, in the order in which they are printed.
_MODULES: Final = ("handles", "figures", "backlog", "tables", "rows", "trust", "reconciling")


@dataclass(frozen=True)
class Parameter:
    """One argument of a function.

    Attributes:
        name: Name in every front end.
        kind: table (a range with headers, or a handle), period, text, range (any cells) or more (repeated: criteria
            and options).
        definition: What the wizard says of it.
        optional: Whether it may be left out.
    """

    name: str
    kind: Kind
    definition: str
    optional: bool = False


@dataclass(frozen=True)
class Example:
    """A formula over the sample table, and what it gives there.

    Attributes:
        formula: As it is typed in Excel; Orders stands for the sample table, H for its handle.
        gives: The value, or the first rows of what spills, worked by hand; a text that ends with … is its beginning.
        says: What it answers.
    """

    formula: str
    gives: Any
    says: str


@dataclass(frozen=True)
class Function:
    """One function of the spreadsheet.

    Attributes:
        name: As it is typed, in capitals; the same in every front end.
        title: One line.
        definition: What it returns, its unit and sign; at most 255 characters.
        parameters: In order.
        compute: Takes the arguments; raises `BbbError`.
        spills: Whether it returns rows whatever its arguments.
        group: Figures, Tables, Trust or Speed.
        examples: Run as tests.
    """

    name: str
    title: str
    definition: str
    parameters: tuple[Parameter, ...]
    compute: Callable[..., Any]
    spills: bool
    group: str
    examples: tuple[Example, ...]

    def __call__(self, *arguments: Any) -> Any:  # noqa: ANN401 -- whatever cells hold
        """Return what a cell shows: a value, rows of values, or the line of a failure; never raises."""
        return guarded(self.compute)(*arguments)

    @property
    def repeated(self) -> Parameter | None:
        """Return the parameter that may be given any number of times, None where there is none."""
        return next((one for one in self.parameters if one.kind == "more"), None)

    @property
    def syntax(self) -> str:
        """Return it as people type it, optional arguments in brackets."""
        shown = [f"[{one.name}]" if one.optional else one.name for one in self.parameters if one.kind != "more"]
        more = ["[field, criterion]...", "[option]..."] if self.repeated else []
        return f"{self.name}({', '.join([*shown, *more])})"


TABLE: Final = Parameter(
    "data", "table", "Order lines, events or invoices with their headers, such as tblOrders[#All]; or a cell with "
    "BBB_LOAD or BBB_BOOK."
)  # fmt: skip
PERIOD: Final = Parameter(
    "period", "period",
    "2026-10, 2026-Q3, FY2026, YTD 2026-10, R3M 2026-10, 2026-01..2026-03 or a day; one cell, a row or a column.",
)  # fmt: skip
AS_OF: Final = Parameter(
    "asof", "period", "The day of the stock; a month, quarter or year is its last day. One cell, a row or a column."
)
MORE: Final = Parameter(
    "more", "more",
    "Field and criterion in pairs or a range of two columns, such as \"region\",\"West\"; options such as "
    "\"basis=billing\".", optional=True,
)  # fmt: skip
_FUNCTIONS: dict[str, Function] = {}


def function(
    name: str, title: str, definition: str, *parameters: Parameter, group: str, examples: Sequence[Example],
    spills: bool = False,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:  # fmt: skip
    """Return a decorator that registers a function of the spreadsheet."""

    def register(compute: Callable[..., Any]) -> Callable[..., Any]:
        _FUNCTIONS[name] = Function(name, title, definition, parameters, compute, spills, group, tuple(examples))
        return compute

    return register


def functions() -> dict[str, Function]:
    """Return all functions by name, in the order in which they are printed."""
    for module in _MODULES:
        import_module(f"bbbxl.cells.functions.{module}")
    return dict(_FUNCTIONS)
