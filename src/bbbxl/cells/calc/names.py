"""How the functions are called in LibreOffice Calc: one rule for the extension, the demo and the pages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from bbbxl.cells.registry import Function, Parameter, functions

#: Name of the implementation, which stands before the dot in every formula.
IMPLEMENTATION: Final = "BBB"
INTERFACE: Final = "org.bbbxl.XBBB"
SERVICES: Final = ("com.sun.star.sheet.AddIn", "org.bbbxl.BBB")
#: The rule, as pages print it.
RULE: Final = (
    "In LibreOffice Calc a function is called BBB, a dot and its Excel name without a leading BBB_: BOOKINGS is "
    "BBB.BOOKINGS, BBB_LOAD is BBB.LOAD. It is the same when it is typed, shown and stored."
)
#: Type of the argument that Calc fills in itself: the document, which says from when days count.
_DOCUMENT: Final = ("document", "com.sun.star.beans.XPropertySet")
#: A range keeps its address and its error cells; any is a value or rows of values; the last one may be repeated.
_RANGE: Final = "com.sun.star.table.XCellRange"
_ANY: Final = "any"
_REPEATED: Final = "[]any"
#: Arguments of their own before the repeated one. With a range second or later among repeated arguments, Calc asks anew
#: for every cell of the block that a formula fills; among these it asks once.
_BEFORE_REPEATED: Final = 12
#: Type of what every function returns: rows, from which Calc takes the only cell too; rows inside an any it refuses.
RESULT: Final = "[][]any"
_TEXT: Final = re.compile(r'("(?:[^"]|"")*")')


@dataclass(frozen=True)
class Argument:
    """One argument as Calc has it.

    Attributes:
        name: Its name.
        type: Its type in UNO's spelling.
        definition: What the Function Wizard says; empty for the one that Calc fills in itself.
    """

    name: str
    type: str
    definition: str = ""


def method_name(excel: str) -> str:
    """Return what stands behind the dot, from the name in Excel."""
    return excel.removeprefix(f"{IMPLEMENTATION}_")


def calc_name(excel: str) -> str:
    """Return the name in Calc from the name in Excel."""
    return f"{IMPLEMENTATION}.{method_name(excel)}"


def in_calc(text: str) -> str:
    """Return a formula, or words with names of functions in them, as Calc has it; texts in quotes stay."""
    names = "|".join(sorted(map(re.escape, functions()), key=len, reverse=True))
    pattern = re.compile(rf"(?<![\w.])({names})(?!\w)")
    parts = _TEXT.split(text)
    return "".join(part if place % 2 else pattern.sub(lambda found: calc_name(found[1]), part)
                   for place, part in enumerate(parts))  # fmt: skip


def arguments_of(one: Function) -> tuple[Argument, ...]:
    """Return every argument of a function as Calc has it."""
    return (Argument(*_DOCUMENT), *(made for each in one.parameters for made in _arguments(each)))


def _arguments(one: Parameter) -> list[Argument]:
    """Return what one parameter becomes: a range, a value, or several values of which the last may be repeated."""
    words = in_calc(one.definition)
    if one.kind != "more":
        return [Argument(one.name, _RANGE if one.kind == "table" else _ANY, words)]
    names = [one.name, *(f"{one.name}{number}" for number in range(2, _BEFORE_REPEATED + 2))]
    return [Argument(name, _REPEATED if name == names[-1] else _ANY, words) for name in names]
