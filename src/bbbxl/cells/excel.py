"""Excel on Windows through xlwings: ranges read once as Value2, results as rows; nothing of xlwings pro."""

from __future__ import annotations

import re
from collections.abc import Callable, MutableMapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from inspect import Parameter as Argument
from inspect import Signature
from types import ModuleType
from typing import Any, Final

from bbbxl.cells.arguments import Block, Formats, Values
from bbbxl.cells.guard import line_of
from bbbxl.cells.macros import MACROS, in_excel
from bbbxl.cells.registry import Function, functions
from bbbxl.errors import InputError
from bbbxl.inputs.values.currency_signs import format_currency
from bbbxl.periods import EXCEL_EPOCH

#: What COM hands over for a cell that holds an error: a whole number, which no other cell gives -> what Excel shows.
ERRORS: Final[dict[int, str]] = {
    -2146828288 + code: text
    for code, text in {
        2000: "#NULL!", 2007: "#DIV/0!", 2015: "#VALUE!", 2023: "#REF!", 2029: "#NAME?", 2036: "#NUM!", 2042: "#N/A",
        2043: "#GETTING_DATA", 2045: "#SPILL!", 2046: "#CONNECT!", 2047: "#BLOCKED!", 2048: "#UNKNOWN!",
        2049: "#FIELD!", 2050: "#CALC!",
    }.items()
}  # fmt: skip
#: Category in Excel's list of functions.
CATEGORY: Final = "bbbxl"
#: A range of more cells is clipped to the rows and columns in use. A smaller one is taken as it is, and none is clipped
#: to one row or column: that would meet every cell of the others.
_AS_IT_IS: Final = 10_000
_LEAST: Final = 2
#: Currencies, or one and none, in a column that leave nothing to find out.
_DIFFERENT: Final = 2
#: Most characters of a help text.
_LONGEST: Final = 255
#: What a number format shows that is no part of a day: texts in quotes, escaped signs, colours and countries.
_NO_PART: Final = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|[_*].', re.DOTALL)


def publish(namespace: MutableMapping[str, Any], xlwings: ModuleType) -> None:
    """Put every function and macro into the module that Excel loads.

    Args:
        namespace: The globals of that module.
        xlwings: xlwings, whose decorators are used.
    """
    reader = _reader(xlwings)
    for one in functions().values():
        namespace[one.name] = _published(one, xlwings, reader, str(namespace["__name__"]))
    for name, run in MACROS.items():
        namespace[name] = xlwings.sub(in_excel(name, run))


def _published(one: Function, xlwings: ModuleType, reader: type, module: str) -> Callable[..., Any]:
    """Return one function with the signature, help texts and converters that xlwings reads."""

    def run(*arguments: Any) -> Any:  # noqa: ANN401 -- what the converters made of cells
        for argument in arguments:
            if isinstance(argument, Exception):
                return line_of(argument)
        return _written(one(*arguments))

    run.__name__ = run.__qualname__ = one.name
    run.__doc__, run.__module__ = help_of(one), module
    run.__signature__ = Signature(  # type: ignore[attr-defined]
        [Argument(name, Argument.VAR_POSITIONAL if repeated else Argument.POSITIONAL_OR_KEYWORD)
         for name, repeated, _ in arguments_of(one)]
    )  # fmt: skip
    published: Callable[..., Any] = xlwings.func(category=CATEGORY)(run)
    for name, _, definition in arguments_of(one):
        published = xlwings.arg(name, reader, doc=definition[:_LONGEST])(published)
    return published


def help_of(one: Function) -> str:
    """Return what Excel's wizard says of a function: at most 255 characters."""
    both = f"{one.title}. {one.definition}"
    return both if len(both) <= _LONGEST else one.definition


def arguments_of(one: Function) -> list[tuple[str, bool, str]]:
    """Return name, whether it is repeated, and help text of every argument as Excel has them.

    Visual Basic takes no optional argument before a repeated one: optional ones are the first of the repeated ones.
    """
    needed = [(each.name, False, each.definition) for each in one.parameters if not each.optional]
    optional = [each for each in one.parameters if each.optional]
    if not optional:
        return needed
    words = " ".join(f"{each.name}: {each.definition}" if len(optional) > 1 else each.definition for each in optional)
    return [*needed, ("more", True, words)]


def _reader(xlwings: ModuleType) -> type:
    """Return the converter of arguments."""
    from xlwings.conversion import Accessor, Pipeline

    class CellReader(Accessor):
        """Reads a range as `Block`; one that cannot be read becomes the refusal itself."""

        @classmethod
        def reader(cls, options: object) -> Any:  # noqa: ANN401 -- a Pipeline
            """Return the stages that xlwings runs on an argument."""
            del options
            stages: Any = Pipeline()
            return stages.append_stage(_read)

    return CellReader


def _read(context: Any) -> None:  # noqa: ANN401 -- xlwings' ConversionContext
    """Replace the value of a conversion by what the functions take."""
    try:
        context.value = block_of(context.range) if context.range is not None else _of_value(context.value)
    except Exception as error:
        context.value = error


def block_of(found: Any) -> Block:  # noqa: ANN401 -- an xlwings Range
    """Return a range as a block, a large one clipped to the rows and columns in use.

    Raises:
        InputError: it is made of several areas, of which Excel would give the first only.
    """
    if found.api.Areas.Count > 1:
        raise InputError(f"{found.address} is made of {found.api.Areas.Count} areas. Give one range.")
    sheet, book = found.sheet, found.sheet.book
    rows, columns = found.shape
    if rows * columns > _AS_IT_IS:
        last = sheet.used_range.last_cell
        rows, columns = (min(size, max(_LEAST, end - start + 1)) for size, end, start in (
            (rows, last.row, found.row), (columns, last.column, found.column)))  # fmt: skip
        found = found.resize(rows, columns) if (rows, columns) != found.shape else found
    values = found.api.Value2
    name = f"{sheet.name}!{found.address.replace('$', '')}"

    @cache
    def shows_month(row: int, column: int) -> bool:
        return is_month_format(str(found.api.Cells(row + 1, column + 1).NumberFormat))

    rows_of_cells: Values = values if isinstance(values, tuple) else ((values,),)

    shown = _shown(found.api, *found.shape)

    def formats() -> Formats:
        columns = list(zip(*rows_of_cells, strict=True))
        return {place: _formats_of(found.api, place, columns[place], code) for place, code in enumerate(shown)}

    return Block(rows_of_cells, name, found.row, bool(book.api.Date1904), ERRORS, shows_month, shown, formats)


def _shown(area: Any, rows: int, columns: int) -> tuple[str | None, ...]:  # noqa: ANN401 -- a COM range
    """Return the number format of each column below the first row, None where there are several; of tables only."""
    if rows < _LEAST or columns < _LEAST:
        return ()
    return tuple(_code(area, place, 1, rows - 1) for place in range(columns))


def _code(area: Any, column: int, first: int, last: int) -> str | None:  # noqa: ANN401 -- a COM range
    """Return the number format that some rows of a column share, None where they do not."""
    ends = (area.Cells(row + 1, column + 1) for row in (first, last))
    code = (area.Cells(first + 1, column + 1) if first == last else area.Worksheet.Range(*ends)).NumberFormat
    return None if code is None else str(code)


def _formats_of(area: Any, column: int, cells: Sequence[Any], code: str | None) -> tuple[str, ...]:  # noqa: ANN401
    """Return the number formats of the numbers in one column, of those with one currency the first that is met.

    Excel gives one format for cells that share it and none for others, so that a column is halved until each part has
    one; two that show different currencies settle everything.

    Args:
        area: The range.
        column: Column of it, from 0.
        cells: The cells of the column.
        code: The format that all of them share; None where they do not.
    """
    if code is not None:
        return (code,) if float in map(type, cells) else ()
    rows = [row for row, cell in enumerate(cells) if type(cell) is float]
    if not rows:
        return ()
    seen: dict[str, str] = {}
    parts = [(0, len(rows) - 1)]
    while parts and len(seen) < _DIFFERENT:
        first, last = parts.pop()
        code = _code(area, column, rows[first], rows[last])
        if code is not None:
            seen.setdefault(format_currency(code), code)
        elif first < last:
            middle = (first + last) // 2
            parts += [(middle + 1, last), (first, middle)]
    return tuple(seen.values())


def _of_value(value: Any) -> Any:  # noqa: ANN401 -- what a formula handed over
    """Return an argument that is no range: a plain value, or a block where it is an array or an error."""
    if isinstance(value, (tuple, list)):
        rows = value if value and isinstance(value[0], (tuple, list)) else (value,)
        return Block(tuple(tuple(map(_plain, row)) for row in rows), errors=ERRORS)
    plain = _plain(value)
    return Block(((plain,),), errors=ERRORS) if type(plain) is int and plain in ERRORS else plain


def _plain(value: Any) -> Any:  # noqa: ANN401 -- a cell
    """Return a cell as Value2 would give it: no days, no currency."""
    if isinstance(value, datetime):
        days = value.replace(tzinfo=None) - datetime.combine(EXCEL_EPOCH, datetime.min.time())
        return days.total_seconds() / 86400
    if isinstance(value, date):
        return float((value - EXCEL_EPOCH).days)
    return float(value) if isinstance(value, Decimal) else value


def _written(result: Any) -> Any:  # noqa: ANN401 -- a value or rows
    """Return a result as xlwings writes it."""
    return [list(row) for row in result] if isinstance(result, tuple) else result


def is_month_format(code: str) -> bool:
    """Return whether a number format shows month and year and no day: mmm-yy, yyyy-mm, mmmm yyyy."""
    letters = set(re.findall(r"[a-z]", _NO_PART.sub("", code.partition(";")[0]).casefold()))
    return letters == {"m", "y"}
