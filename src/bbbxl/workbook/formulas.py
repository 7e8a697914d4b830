"""The formula cells of a saved workbook, and copies of it in which long sheets are cut short."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias
from zipfile import ZipFile

from lxml import etree

from bbbxl.errors import InputError, TargetError
from bbbxl.workbook.package import (
    MAIN_TAG,
    SheetPart,
    copy_parts,
    open_package,
    parse,
    refuse_document_type,
    sheet_pieces,
    sheets,
    tables,
    workbook_part,
)

_ROOT: Final = f"{MAIN_TAG}worksheet"
_ROW: Final = f"{MAIN_TAG}row"
_CELL: Final = f"{MAIN_TAG}c"
_FORMULA: Final = f"{MAIN_TAG}f"
_VALUE: Final = f"{MAIN_TAG}v"
_ROW_NUMBER: Final = re.compile(rb'<row\b[^>]*?\sr="(\d+)"')
_FORMULA_ELEMENT: Final = re.compile(rb"<f(?:\s[^>]*)?(?:/>|>(.*?)</f>)", re.DOTALL)
_TEXT_LITERAL: Final = re.compile(r'"[^"]*"')


class ErrorText(str):
    """An error a cell shows, such as #DIV/0!; it equals nothing a formula may give."""

    __slots__ = ()


Result: TypeAlias = bool | float | str | None


@dataclass(frozen=True)
class FormulaCell:
    """A cell that holds a formula.

    Attributes:
        sheet: Name of its tab.
        ref: Its place, such as B5.
        formula: Its text without the leading "=".
        cached: The value saved with it; days are the number Excel keeps, an error is an ErrorText.
    """

    sheet: str
    ref: str
    formula: str
    cached: Result


def formula_cells(path: Path) -> list[FormulaCell]:
    """Return every cell with a formula, tab by tab; the sheets are streamed.

    Raises:
        InputError: the file is not a workbook, or declares entities.
    """
    with open_package(path) as package:
        return [cell for sheet in sheets(package) for cell in _formula_cells(package, sheet)]


def _formula_cells(package: ZipFile, sheet: SheetPart) -> Iterator[FormulaCell]:
    """Yield the formula cells of one sheet; the parser sees only rows with formulas, and forgets them."""
    parser = etree.XMLPullParser(
        events=("start", "end"), tag=(_ROOT, _ROW), resolve_entities=False, no_network=True, load_dtd=False
    )
    try:
        for piece in sheet_pieces(package, sheet.part):
            if piece.startswith(b"<row") and b"<f" not in piece:
                continue
            parser.feed(piece)
            for event, element in parser.read_events():
                if not isinstance(element, etree._Element):
                    continue
                if event == "start":
                    refuse_document_type(element)
                elif element.tag == _ROW:
                    formulas = element.iterfind(f"{_CELL}/{_FORMULA}")
                    yield from [_formula_cell(sheet.name, formula) for formula in formulas]
                    _forget(element)
        parser.close()
    except etree.XMLSyntaxError as problem:
        raise InputError(f"The sheet {sheet.name} is not XML: {problem}.") from problem


def _forget(row: etree._Element) -> None:
    """Free a row and those before it."""
    row.clear()
    rows = row.getparent()
    while rows is not None and row.getprevious() is not None:
        del rows[0]


def _formula_cell(sheet: str, formula: etree._Element) -> FormulaCell:
    """Return the cell a formula stands in."""
    cell = formula.getparent()
    if cell is None:
        raise InputError(f"The sheet {sheet} has a formula outside a cell.")
    value = cell.findtext(_VALUE)
    return FormulaCell(sheet, cell.get("r", ""), formula.text or "", _cached(cell.get("t", "n"), value))


def _cached(kind: str, text: str | None) -> Result:
    """Return a cached value in Python."""
    if kind == "str":
        return text or ""
    if not text:
        return None
    if kind == "e":
        return ErrorText(text)
    return text == "1" if kind == "b" else float(text)


def copy_without_rows(path: Path, target: Path, sheet: str, keep_rows: int = 1) -> int:
    """Write a copy whose named sheet ends after its first rows, all as streams.

    Formulas on that sheet, and formulas elsewhere that read it by its name, by a table on it or by a
    defined name over it, become their cached values.

    Args:
        path: Workbook to copy.
        target: File to write.
        sheet: Name of the tab to cut.
        keep_rows: Number of the last row that stays.

    Returns:
        How many formulas became values.

    Raises:
        InputError: there is no such tab.
        TargetError: the copy would replace the workbook itself.
    """
    if target.resolve() == path.resolve():
        raise TargetError(f"{path.name} cannot be copied onto itself. Name another file.")
    with open_package(path) as package:
        parts = {part.name: part.part for part in sheets(package)}
        if sheet not in parts:
            raise InputError(f"{path.name} has no sheet {sheet}. It has: {', '.join(parts)}.")
        frozen: list[int] = []
        reads = _readers(package, SheetPart(sheet, parts[sheet]))
        made = {
            part: partial(
                _cut_and_frozen,
                sheet_pieces(package, part),
                keep_rows if name == sheet else None,
                None if name == sheet else reads,
                frozen,
            )
            for name, part in parts.items()
        }
        copy_parts(package, target, made)
    return len(frozen)


def _readers(package: ZipFile, sheet: SheetPart) -> re.Pattern[str]:
    """Return the pattern that finds a reading of a sheet in the text of a formula."""
    quoted = re.escape("'" + sheet.name.replace("'", "''") + "'")
    pattern = rf"(?:{quoted}|(?<![\w.']){re.escape(sheet.name)})!"
    names = {table.name for table in tables(package, sheet)}
    defined = list(parse(package.read(workbook_part(package))).iter(f"{MAIN_TAG}definedName"))
    while True:
        words = "|".join(map(re.escape, sorted(names)))
        whole = re.compile(rf"{pattern}|\b(?:{words})\b" if names else pattern, re.IGNORECASE)
        more = {name.get("name", "") for name in defined if whole.search(name.text or "")} - names
        if not more:
            return whole
        names |= more


def _cut_and_frozen(
    pieces: Iterable[bytes], keep_rows: int | None, reads: re.Pattern[str] | None, frozen: list[int]
) -> Iterator[bytes]:
    """Yield the pieces of a sheet without its later rows and without the formulas that read what is gone."""

    def freeze(found: re.Match[bytes]) -> bytes:
        formula = _TEXT_LITERAL.sub('""', (found[1] or b"").decode().replace("&quot;", '"'))
        if reads is not None and not reads.search(formula.replace("&apos;", "'").replace("&amp;", "&")):
            return found[0]
        frozen.append(1)
        return b""

    for piece in pieces:
        if keep_rows is not None and (row := _ROW_NUMBER.match(piece)) and int(row[1]) > keep_rows:
            continue
        yield _FORMULA_ELEMENT.sub(freeze, piece) if b"<f" in piece and piece.startswith(b"<row") else piece
