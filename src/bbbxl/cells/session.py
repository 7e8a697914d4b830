"""The memory of this process, and what the first and the repeated arguments of a function mean together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from bbbxl.cells.answers import Answers
from bbbxl.cells.memory import Memory
from bbbxl.cells.options import More, read_more
from bbbxl.cells.reading import Reading

#: What this process has read.
MEMORY: Final = Memory()


@dataclass(frozen=True)
class Asked:
    """What a function is asked of.

    Attributes:
        answers: Figures of the table with the options given.
        criteria: Field and criterion: a value, or a row or column of them.
    """

    answers: Answers
    criteria: tuple[tuple[str, Any], ...]


def ask(data: Any, more: Sequence[Any], *, whole: bool = True) -> Asked:  # noqa: ANN401 -- a block or a handle
    """Return what a function is asked of.

    Args:
        data: A range with headers, or a handle.
        more: Criteria and options.
        whole: Refuse a table of which rows could not be read.

    Raises:
        BbbError: the table, an option or a criterion cannot be read.
    """
    said = read_more(more)
    table = MEMORY.table(data, reading_of(said))
    return Asked(table.answers(said.question, whole=whole), said.criteria)


def reading_of(said: More) -> Reading:
    """Return what options say of reading a range."""
    return Reading(said.table, MEMORY.rates(said.rates) if said.rates is not None else "")
