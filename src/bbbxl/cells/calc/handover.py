"""What LibreOffice hands over, answered by the registry: in its own process or through `bbbxl serve`."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Any

from bbbxl.cells.arguments import Block, Formats, Values
from bbbxl.cells.calc.names import in_calc
from bbbxl.cells.guard import MARK, line_of
from bbbxl.cells.registry import Function, functions
from bbbxl.errors import InputError


def answer(name: str, arguments: Sequence[Any]) -> tuple[tuple[str | float, ...], ...]:
    """Return what a function shows, as rows of text and numbers; never raises.

    Args:
        name: Name of the function in the registry.
        arguments: Values, blocks, or the fields of blocks.
    """
    one = functions().get(name)
    if one is None:
        return rows_of(line_of(InputError(
            f"bbbxl knows no function {name}: the extension is of another version. Run bbbxl calc install again and "
            "restart LibreOffice."
        )))  # fmt: skip
    blocks = [block_of(**each) if isinstance(each, dict) else each for each in arguments]
    return rows_of(one(*_given(one, blocks)))


def block_of(values: Values, *, formats: Formats | None = None, **fields: Any) -> Block:  # noqa: ANN401 -- of a Block
    """Return a block of its fields as they are handed over, number formats as they stand."""
    codes = formats or {}
    return Block(values, **fields, shown=tuple(sorted(codes.items())), formats=lambda: codes)


def _given(one: Function, arguments: Sequence[Any]) -> list[Any]:
    """Return the arguments of a call, without a block of cells that was left out before others."""
    kinds = [each.kind for each in one.parameters]
    return [each for place, each in enumerate(arguments)
            if not (each is None and place < len(kinds) and kinds[place] == "range")]  # fmt: skip


def rows_of(result: Any) -> tuple[tuple[str | float, ...], ...]:  # noqa: ANN401 -- a value or rows
    """Return a result as Calc takes it: rows of text and numbers, failures with the names of functions that it has.

    An empty cell would be shown as 0, so that there is none.
    """
    rows = result if isinstance(result, tuple) else ((result,),)
    return tuple(tuple(map(_cell, row)) for row in rows)


def _cell(value: Any) -> str | float:  # noqa: ANN401 -- whatever a function returns
    if isinstance(value, str):
        return in_calc(value) if value.startswith(MARK) else value
    if value is None:
        return ""
    number = float(value)
    return number if isfinite(number) else ""
