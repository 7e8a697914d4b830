"""Rules for single formulas, and what a workbook costs to recalculate."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from math import prod
from pathlib import Path
from typing import Final

from openpyxl import Workbook
from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token, TokenizerError
from openpyxl.utils import get_column_letter, range_boundaries

from bbbxl.workbook.fastrows import MOST_COLUMNS, MOST_ROWS
from bbbxl.workbook.formulas import formula_cells
from bbbxl.workbook.live import LONGEST_FORMULA, VOLATILE, Live
from bbbxl.workbook.package import MAIN_TAG, open_package, parse, sheets, tables, workbook_part

ALLOWED: Final = frozenset(
    {
        "ABS",
        "AND",
        "AVERAGEIFS",
        "COUNTIF",
        "COUNTIFS",
        "DATE",
        "EDATE",
        "EOMONTH",
        "HYPERLINK",
        "IF",
        "IFERROR",
        "INDEX",
        "MATCH",
        "MAX",
        "MIN",
        "N",
        "OR",
        "ROUND",
        "SUM",
        "SUMIF",
        "SUMIFS",
        "SUMPRODUCT",
        "TEXT",
    }
)
_SHEET: Final = re.compile(r"(?:'((?:[^']|'')+)'|([\w.]+))!")
_AREA: Final = re.compile(r"\$?[A-Z]{0,3}\$?\d*:\$?[A-Z]{0,3}\$?\d*", re.IGNORECASE)
_NAME: Final = re.compile(r"[^\W\d][\w.]*")

# For each function that walks a range: how many conditions stand in so many arguments.
_CONDITIONS: Final[dict[str, Callable[[int], int]]] = {
    "SUMIFS": lambda arguments: (arguments - 1) // 2,
    "AVERAGEIFS": lambda arguments: (arguments - 1) // 2,
    "COUNTIFS": lambda arguments: arguments // 2,
    "SUMIF": lambda _: 1,
    "COUNTIF": lambda _: 1,
}


def lint_formula(formula: str, sheet_names: Collection[str], allowed: Collection[str] = ALLOWED) -> Iterator[str]:
    """Yield what is wrong with a formula.

    Args:
        formula: Text without the leading "=".
        sheet_names: Tabs that exist.
        allowed: Functions that may be called; they need no prefix in the file.
    """
    if len(formula) + 1 > LONGEST_FORMULA:
        yield f"formula of {len(formula) + 1} characters, Excel takes {LONGEST_FORMULA}"
        return
    try:
        tokens = Tokenizer(f"={formula}").items
    except (TokenizerError, IndexError) as problem:
        yield f"formula cannot be read: {problem}"
        return
    opened = sum({"OPEN": 1, "CLOSE": -1}.get(token.subtype, 0) for token in tokens)
    if opened or not formula:
        yield f"brackets do not match in ={formula[:60]}"
    for token in tokens:
        yield from _lint_token(token, sheet_names, allowed)
    if any(token.type == Token.SEP and token.value == ";" for token in tokens) and "{" not in formula:
        yield "formula separates arguments by ; where a file wants ,"


def _lint_token(token: Token, sheet_names: Collection[str], allowed: Collection[str]) -> Iterator[str]:
    """Yield what is wrong with one piece of a formula."""
    if token.type == Token.FUNC and token.subtype == Token.OPEN:
        name = token.value[:-1].upper()
        if name in VOLATILE:
            yield f"{name} changes by itself"
        elif name not in allowed:
            yield f"{name} is not among the functions every calculator here knows"
    elif token.type == Token.OPERAND and token.subtype == Token.ERROR:
        yield f"formula reads the error {token.value}"
    elif token.type == Token.OPERAND and token.subtype == Token.RANGE:
        if "[@" in token.value:
            yield f"{token.value} is written as on the screen; a file wants [#This Row]"
        if re.match(r"'?[^'!\[]*\[[^\]]*\][^!]*!|'?\[", token.value):
            yield f"{token.value} reads another workbook"
        elif (found := _SHEET.match(token.value)) and not _known(found, sheet_names):
            yield f"{token.value} reads a sheet that is not there"


def _known(found: re.Match[str], sheet_names: Collection[str]) -> bool:
    """Return whether the sheet of a reference exists."""
    name = (found[1] or "").replace("''", "'") or found[2]
    return name.casefold() in {known.casefold() for known in sheet_names}


def recalculation_cost(source: Path | Workbook) -> int:
    """Return the sum of rows x conditions over all conditional sums and counts of a workbook.

    Each SUMIFS, AVERAGEIFS, COUNTIFS, SUMIF and COUNTIF costs the cells of its first range times the
    number of its conditions; ranges may be written out, be columns of a table, or be defined names.
    A range that is computed counts as the largest one named in it.
    """
    if isinstance(source, Workbook):
        cells = [cell.value for sheet in source.worksheets for cell in sheet._cells.values()]
        formulas: Iterable[str] = [value.text for value in cells if isinstance(value, Live)]
        areas = {
            table.displayName.casefold(): _body(table.ref, table.headerRowCount, table.totalsRowCount or 0)
            for sheet in source.worksheets
            for table in sheet.tables.values()
        }
        areas |= {name.casefold(): defined.value for name, defined in source.defined_names.items()}
    else:
        formulas = (f"={cell.formula}" for cell in formula_cells(source))
        areas = _areas(source)
    return sum(_cost(formula, areas) for formula in formulas if "IF" in formula.upper())


def _areas(path: Path) -> dict[str, str]:
    """Return the areas of the tables and defined names of a saved workbook by their folded names."""
    found: dict[str, str] = {}
    with open_package(path) as package:
        for sheet in sheets(package):
            for table in tables(package, sheet):
                found[table.name.casefold()] = _body(table.ref, table.header_row, table.totals_row)
        for name in parse(package.read(workbook_part(package))).iter(f"{MAIN_TAG}definedName"):
            found[name.get("name", "").casefold()] = name.text or ""
    return found


def _body(ref: str, header_rows: int, totals_rows: int) -> str:
    """Return the area of a table without header and totals."""
    first_column, first_row, last_column, last_row = _corners(ref)
    first, last = get_column_letter(first_column), get_column_letter(last_column)
    return f"{first}{first_row + header_rows}:{last}{last_row - totals_rows}"


def _cost(formula: str, areas: dict[str, str]) -> int:
    """Return rows x conditions of one formula."""
    total = 0
    calls: list[tuple[str, list[list[str]]]] = []
    for token in Tokenizer(formula).items:
        if token.subtype == Token.OPEN:
            calls.append((token.value[:-1].upper() if token.type == Token.FUNC else "", [[]]))
        elif token.subtype == Token.CLOSE:
            name, arguments = calls.pop()
            if name in _CONDITIONS:
                size = max((_size(text, areas) for text in arguments[0]), default=1)
                total += size * _CONDITIONS[name](len(arguments))
            if calls:  # what stands in brackets is part of the argument around it
                calls[-1][1][-1].extend(text for argument in arguments for text in argument)
        elif token.type == Token.SEP and calls:
            calls[-1][1].append([])
        elif token.type == Token.OPERAND and token.subtype == Token.RANGE and calls:
            calls[-1][1][-1].append(token.value)
    return total


def _size(reference: str, areas: dict[str, str]) -> int:
    """Return how many cells a reference covers."""
    if (named := _NAME.match(reference)) and "!" not in reference and named[0].casefold() in areas:
        whole = areas[named[0].casefold()]
        size = _size(whole, {}) if ":" in whole else 1
        if "[" not in reference:
            return size
        first_column, _, last_column, _ = _corners(whole)
        return size // (last_column - first_column + 1)
    area = reference.rpartition("!")[2]
    if not _AREA.fullmatch(area):
        return 1
    first_column, first_row, last_column, last_row = _corners(area)
    return prod((last_column - first_column + 1, last_row - first_row + 1))


def _corners(area: str) -> tuple[int, int, int, int]:
    """Return first column, first row, last column, last row; open ends reach to the end of the sheet."""
    first_column, first_row, last_column, last_row = range_boundaries(area.rpartition("!")[2].replace("$", ""))
    return first_column or 1, first_row or 1, last_column or MOST_COLUMNS, last_row or MOST_ROWS
