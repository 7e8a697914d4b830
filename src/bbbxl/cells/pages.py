"""A page for each function, made of its words and examples, and one for what may follow in any of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from bbbxl.cells.options import OPTIONS
from bbbxl.cells.registry import Example, Function, functions
from bbbxl.samples.order_table import EXAMPLE_TABLES

#: Name of the page that lists all others.
INDEX: Final = "README.md"
_TABLE_NOTE: Final = (
    f"`Orders` and `Deals` are the tables on the [first page]({INDEX}), `H` is a cell with `=BBB_LOAD(Orders)`."
)
_IN_CALC: Final = (
    "In LibreOffice Calc the same functions are `=BBB.BOOKINGS(...)`, `=BBB.LOAD(...)`: see [CALC.md](../CALC.md)."
)
_FIELDS: Final = (
    "Fields go by their name (`region`), their title (`Order date`) or the header of the table. A criterion that meets "
    "nothing, a field or value that does not exist and an empty criterion are refused: never 0, and never everything."
)
_CRITERIA: Final = (
    ("`\"region\", \"West\"`", "one value; upper and lower case count only where two values differ in nothing else"),
    ("`\"region\", \"West;East\"`", "a list"),
    ("`\"customer\", \"A:C\"`", "a range, with all that begins with its last letters; "
     "numbers in it by size: SO-2 lies in SO-1:SO-10"),
    ("`\"customer\", \"Ac*\"`, `\"?cme\"`", "any letters, one letter; `~*` is the star itself, `\"*\"` every row"),
    ("`\"region\", \"<>West\"`", "all others; `\"<>\"` rows with a value, `\"=\"` those without"),
    ("`\"amount\", \">1000\"`, `\"250:400\"`", "what is ordered of the line, in its currency"),
    ("`\"commit_date\", \">=2026-04\"`, `\"2026-Q2\"`", "days: a day, period or comparison; "
     "two comparisons are two pairs"),
    ("`$A$1:$B$4`", "a range of two columns, field and criterion; rows without both are passed over"),
)  # fmt: skip


def pages() -> dict[str, str]:
    """Return file name -> text of every page."""
    made = {f"{one.name}.md": page_of(one) for one in functions().values()}
    return {INDEX: _index(), **made}


def page_of(one: Function) -> str:
    """Return the page of one function."""
    lines = [f"# {one.name}", "", f"**{one.title}.** {one.definition}", "", "```", f"={one.syntax}", "```", ""]
    if one.parameters:
        lines += ["| argument | |", "|---|---|"]
        for each in one.parameters:
            lines.append(f"| {each.name}{', optional' if each.optional else ''} | {each.definition} |")
        lines.append("")
    lines += ["## Examples", "", _TABLE_NOTE, ""]
    for example in one.examples:
        lines += _shown(example)
    if one.repeated:
        lines += [f"Criteria and options: [first page]({INDEX})."]
    return "\n".join(lines).rstrip() + "\n"


def _shown(example: Example) -> list[str]:
    """Return an example: what it answers, the formula, what it gives."""
    gives = example.gives
    if isinstance(gives, tuple):
        rows = ["| " + " | ".join(map(_cell, row)) + " |" for row in gives]
        shown = [rows[0], "|" + "---|" * len(gives[0]), *rows[1:], "", "and so on."] if rows else []
    else:
        shown = [f"gives {_cell(gives) or 'a blank cell'}"]
    return [example.says, "", "```", example.formula, "```", "", *shown, ""]


def _cell(value: Any) -> str:  # noqa: ANN401 -- a text or a number
    if isinstance(value, float):
        return f"{value:,.2f}" if not value.is_integer() else f"{value:,.0f}"
    return str(value)


def _index() -> str:
    """Return the first page: the functions, the sample table, criteria and options."""
    lines = ["# The functions", "", "| function | |", "|---|---|"]
    lines += [f"| [{one.name}]({one.name}.md) | {one.title} |" for one in functions().values()]
    lines += ["", _IN_CALC,
              "", "## The tables of the examples", "", *_tables(), "## Criteria", "",
              "| written | takes |", "|---|---|", *(f"| {written} | {takes} |" for written, takes in _CRITERIA), "",
              _FIELDS, "",
              "## Options", "", "| written | |", "|---|---|",
              *(f'| `"{one.example}"` | {one.definition} |' for one in OPTIONS), "",
              "A value may stand in the next argument instead: `\"basis=\", B2`.", ""]  # fmt: skip
    return "\n".join(lines)


def _tables() -> list[str]:
    """Return the tables of the examples under their names."""
    return [line for name, table in EXAMPLE_TABLES.items() for line in (f"`{name}`", "", *_markdown(*table), "")]


def _markdown(header: Sequence[object], rows: Sequence[Sequence[object]]) -> list[str]:
    """Return rows as a table."""
    every = [header, *rows]
    lines = ["| " + " | ".join("" if cell is None else str(cell) for cell in row) + " |" for row in every]
    return [lines[0], "|" + "---|" * len(header), *lines[1:]]
