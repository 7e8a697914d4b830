"""What may follow the first arguments of a function: criteria in pairs or as a range, and options as "name=value"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from bbbxl.cells.arguments import Block, cell_of, is_one
from bbbxl.errors import InputError, nearest

#: Where an option acts: on reading the table, or on what is asked of it.
Level = Literal["table", "question"]


@dataclass(frozen=True)
class Option:
    """One option of the functions.

    Attributes:
        name: What stands before the "=".
        level: Where it acts.
        definition: One sentence that stands alone.
        example: As people type it.
    """

    name: str
    level: Level
    definition: str
    example: str


OPTIONS: tuple[Option, ...] = (
    Option("basis", "question", "What relieves the backlog: shipment, fulfilment, billing or revenue; fulfilment when "
           "it is left out, on a book that of its bbbxl.toml.", "basis=billing"),
    Option("view", "question", "By which date figures count: as-reported (the period that reported it) or as-restated "
           "(the day it happened). A book is as-reported, a range as-restated, when it is left out.",
           "view=as-restated"),
    Option("known_at", "question", "Counts only what was recorded by this day.", "known_at=2026-06-30"),
    Option("as_of", "question", "Last day that counts at all; that of the data when it is left out.",
           "as_of=2026-10-15"),
    Option("currency", "table", "Reporting currency, and that of amounts which name none. Amounts in others need "
           "rates.", "currency=EUR"),
    Option("rates", "table", "Range or handle of exchange rates: currency, rate, and where there are several a date "
           "and a type.", "rates="),
    Option("fiscal_year_end", "table", "Month and day on which the fiscal year ends.", "fiscal_year_end=06-30"),
    Option("entity", "table", "Entity of a table that has no column for it.", "entity=Northfield"),
    Option("amounts", "table", "net says that there is no tax in amounts that may hold some.", "amounts=net"),
    Option("decimal", "table", "Decimal mark of numbers written as text, where none of them decides.", "decimal=,"),
    Option("date_order", "table", "How 03/04/2026 written as text reads, where no date decides: dmy, mdy or ymd.",
           "date_order=dmy"),
    Option("date_format", "table", "How days written as text are written, where they are not understood.",
           "date_format=%d.%m.%Y"),
    Option("header_row", "table", "Row of the sheet with the headers, where they are not found or two tables stand one "
           "below the other.", "header_row=7"),
    Option("preset", "table", "Kind of export, a name of bbbxl preset list; found by the headers when it is left out.",
           "preset=sap_orders"),
    Option("signs", "table", "natural: a cancellation of 100 stands as 100; signed: as -100.", "signs=natural"),
    Option("facts", "table", "Facts that would stand in the table if there had been any, parted by semicolons.",
           "facts=shipment;invoice"),
    Option("extracted", "table", "Day on which the export was taken; nothing later is asked of it.",
           "extracted=2026-11-03"),
    Option("set_aside", "table", "leave_out gives figures without the rows that could not be read; without it a table "
           "with such rows gives none.", "set_aside=leave_out"),
    Option("column.", "table", "Header of the column that holds a field, where it is not found.",
           "column.amount=Line Total"),
    Option("value.", "table", "Fixed value of a field for which there is no column.", "value.region=EMEA"),
    Option("state.", "table", "Which rows are booked, cancelled and the like: header, colon, values parted by "
           "semicolons.", "state.booked=Stage:Closed Won"),
    Option("policy.", "table", "A named choice of the accounting policy, as in bbbxl.toml.",
           "policy.past_due_date=original_commit"),
)  # fmt: skip
_BY_NAME: Final = {one.name: one for one in OPTIONS}


@dataclass(frozen=True)
class More:
    """What followed the first arguments.

    Attributes:
        criteria: Field as it was typed, and its criterion: a value, or a row or column of them.
        table: Options on reading the table: name -> text.
        rates: Range or handle of exchange rates; None where none was given.
        question: Options on what is asked: name -> argument.
    """

    criteria: tuple[tuple[str, Any], ...] = ()
    table: tuple[tuple[str, str], ...] = ()
    rates: Any = None
    question: dict[str, Any] = field(default_factory=dict)


def read_more(arguments: Sequence[Any]) -> More:
    """Return what stands in the repeated arguments of a function.

    Raises:
        InputError: a field or criterion is empty, one stands without the other, or there is no such option.
    """
    given = list(arguments)
    while given and given[-1] is None:
        given.pop()
    criteria: list[tuple[str, Any]] = []
    options: dict[str, Any] = {}
    while given:
        first = given.pop(0)
        if not is_one(first):
            criteria += _of_range(first)
            continue
        cell = cell_of(first)
        text = cell.text
        if cell.error:
            raise InputError(f"The field of a criterion is {cell.error}. Correct the cell that gives it.")
        if not text:
            raise InputError("The field of a criterion is empty. Type its name, such as region, or leave both out.")
        name, mark, value = text.partition("=")
        if mark and (known := _known(name)):
            if not value and not given:
                raise InputError(f'Nothing follows "{text}". Write it as "{_BY_NAME[known].example}".')
            _set(options, _full_name(name, known), value if value else given.pop(0))
        elif mark and name.replace("_", "").isalpha():
            found = nearest(name.strip(), sorted(_BY_NAME))
            apart = f'A criterion is two arguments: "{name.strip()}","{value.strip() or "West"}".'
            raise InputError(f'There is no option "{name.strip()}". {found} {apart}')
        elif not given:
            raise InputError(f'No criterion follows "{text}". Write the field and then what it has to be.')
        else:
            criteria.append((text, given.pop(0)))
    return _sorted(criteria, options)


def _of_range(block: Block) -> list[tuple[str, Any]]:
    """Return the criteria of a range of two columns: field, criterion."""
    if block.shape[1] != 2:
        raise InputError(
            f"A range of criteria has two columns, field and criterion, and this one has {block.shape[1]}. Give one of "
            "two columns, or each field followed by its criterion."
        )
    found = []
    for row, _ in enumerate(block.values):
        name, value = block.cell(row, 0), block.cell(row, 1)
        if name.empty and value.empty:
            continue
        if name.empty:
            raise InputError(f'The criterion "{value.text}" has no field beside it. Type one, such as region.')
        if name.error:
            raise InputError(f"The field of a criterion is {name.error}. Correct the cell that gives it.")
        found.append((name.text, block.at(row, 1)))
    return found


def _known(name: str) -> str | None:
    """Return the option that a text before "=" names, None where there is none."""
    plain = name.strip().casefold()
    whole = next((one.name for one in OPTIONS if one.name == plain), None)
    return whole or next((one.name for one in OPTIONS if one.name.endswith(".") and plain.startswith(one.name)), None)


def _full_name(name: str, known: str) -> str:
    return known if not known.endswith(".") else f"{known}{name.strip()[len(known) :]}"


def _set(options: dict[str, Any], name: str, value: Any) -> None:  # noqa: ANN401 -- a value or a block
    if name in options:
        raise InputError(f'"{name}=" is given twice. Leave one out.')
    if is_one(value):
        cell = cell_of(value)
        if cell.empty or cell.error:
            raise InputError(f'The value of "{name}=" is {cell.error or "empty"}. Fill it in, or leave the option out.')
    options[name] = value


def _sorted(criteria: Sequence[tuple[str, Any]], options: dict[str, Any]) -> More:
    """Return criteria and options, each where it acts."""
    question = {name: value for name, value in options.items() if name in _BY_NAME
                and _BY_NAME[name].level == "question"}  # fmt: skip
    table = []
    for name, value in options.items():
        if name in question or name == "rates":
            continue
        if not is_one(value):
            raise InputError(f'"{name}=" takes one value. Give one cell or text.')
        table.append((name, cell_of(value).text))
    return More(tuple(criteria), tuple(sorted(table)), options.get("rates"), question)
