"""What several functions say and need: the head of a table, one value of each criterion, one cell or a failure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from bbbxl.cells.answers import Answers, Criteria
from bbbxl.cells.arguments import Block, Cell, cell_of, is_one
from bbbxl.cells.guard import guarded
from bbbxl.cells.session import Asked
from bbbxl.errors import InputError

Rows: TypeAlias = tuple[tuple[Any, ...], ...]


def head(answers: Answers, what: str = "") -> str:
    """Return what stands over the labels of a table: the basis and the currency."""
    text = f"{answers.basis} basis, {answers.ledger.currency}"
    return f"{what}, {text}" if what else text[0].upper() + text[1:]


def single(asked: Asked) -> Criteria:
    """Return the criteria of a function that takes one value of each.

    Raises:
        InputError: one is a row or column.
    """
    return tuple((name, one_cell(value, f'criterion for "{name}"')) for name, value in asked.criteria)


def one_cell(argument: Any, what: str) -> Cell:  # noqa: ANN401 -- a value or a block
    """Return the only cell of an argument.

    Raises:
        InputError: it is several.
    """
    if not is_one(argument):
        raise InputError(f"The {what} is several cells, and this function takes one. Give one cell.")
    return cell_of(argument)


def cells_of(argument: Any, what: str) -> list[Cell]:  # noqa: ANN401 -- a value or a block
    """Return the cells of a row, a column or a single cell.

    Raises:
        InputError: it is a block of several rows and columns.
    """
    if not isinstance(argument, Block):
        return [Cell(argument)]
    if min(argument.shape) > 1:
        raise InputError(f"The {what} are a block of {argument.shape[0]} rows and {argument.shape[1]} columns. Give a "
                         "row or a column.")  # fmt: skip
    return list(argument.cells())


def attempt(compute: Callable[[], Any]) -> Any:  # noqa: ANN401 -- a value or a line
    """Return a value, or the line of its failure, which then stands in its own cell of a table."""
    return guarded(compute)()
