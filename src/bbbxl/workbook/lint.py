"""Rules whose breach makes Excel repair a workbook, and which validators of the schema do not know."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from pathlib import Path
from typing import Final
from zipfile import ZipFile

from lxml import etree
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange

from bbbxl.workbook.fastrows import MOST_COLUMNS, MOST_ROWS
from bbbxl.workbook.formulas import formula_cells
from bbbxl.workbook.lint_formulas import lint_formula, recalculation_cost
from bbbxl.workbook.package import (
    MAIN_TAG,
    SheetPart,
    TablePart,
    open_package,
    parse,
    relations,
    sheet_frame,
    sheet_pieces,
    sheets,
    tables,
    workbook_part,
)
from bbbxl.workbook.strings import LONGEST_TEXT, utf16_length

__all__ = ["lint", "recalculation_cost"]

_LONGEST_NAME: Final = 31
_LONGEST_FIELD: Final = 255
_MOST_STYLES: Final = 65_490
_CONTENT_TYPE: Final = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_ROW: Final = re.compile(rb'<row\b[^>]*?\sr="(\d+)"')
_CELL: Final = re.compile(rb'<c\b[^>]*?\sr="([A-Z]+)(\d+)"')
_TEXT_CELL: Final = re.compile(rb'<c\b[^>]*?\sr="([A-Z]+\d+)"[^>]*?\st="s"[^>]*><v>(\d+)</v>')
_STRING_INDEX: Final = re.compile(rb' t="s"[^>]*><v>(\d+)</v>')
_COLUMNS: Final = {get_column_letter(number).encode(): number for number in range(1, MOST_COLUMNS + 1)}
_NOT_A_NUMBER: Final = re.compile(rb"<v>[+-]?(?:inf|nan|NaN|INF|Infinity)</v>")
_LONG_TEXT: Final = re.compile(rb"<t[^>]*>[^<]{%d,}" % (LONGEST_TEXT + 1))
_LIKE_A_CELL: Final = re.compile(r"[A-Za-z]{1,3}[0-9]{1,7}|[rRcC]|[rR]\d*[cC]\d*")
_NAME: Final = re.compile(r"[^\W\d][\w.\\?]*|\\[\w.\\?]+")


@dataclass
class _Book:
    """What the rules of single sheets need to know of the workbook."""

    package: ZipFile
    sheets: list[SheetPart]
    strings: list[str]
    names: set[str]
    tables: set[str] = field(default_factory=set)

    @property
    def sheet_names(self) -> list[str]:
        """The tabs."""
        return [sheet.name for sheet in self.sheets]


def lint(path: Path) -> list[str]:
    """Return what Excel would repair, refuse or show as an error in a saved workbook; nothing when clean.

    The sheets are streamed. Besides Excel's rules those of the house hold: every formula carries a value,
    calls only functions of Excel 2010 that all calculators know, never one that changes by itself, and
    reads no other workbook.
    """
    with open_package(path) as package:
        found = list(_lint_package(package))
        root = parse(package.read(workbook_part(package)))
        defined = list(root.iter(f"{MAIN_TAG}definedName"))
        names = {name.get("name", "").casefold() for name in defined}
        book = _Book(package, sheets(package), _strings(package), names)
        found += _lint_names(book, defined)
        found += _lint_styles(package)
        for sheet in book.sheets:
            if sheet.part in package.namelist():
                found += [f"{sheet.name}: {line}" for line in _lint_sheet(book, sheet)]
        found += [f"shared string {i} is too long" for i, s in enumerate(book.strings) if _too_long(s)]
    return found + list(_lint_formulas(path, book))


def _lint_package(package: ZipFile) -> Iterator[str]:
    """Yield what is wrong with the parts: twice in the zip, without a type, or referred to but absent."""
    names = package.namelist()
    yield from (f"the part {name} is {n} times in the zip" for name, n in Counter(names).items() if n > 1)
    types = parse(package.read("[Content_Types].xml"))
    endings = {item.get("Extension", "").lower() for item in types.iter(f"{_CONTENT_TYPE}Default")}
    parts = {item.get("PartName", "")[1:] for item in types.iter(f"{_CONTENT_TYPE}Override")}
    for name in dict.fromkeys(names):
        if name not in parts and name.rpartition(".")[2].lower() not in endings | {"xml"}:
            yield f"the part {name} has no content type"
    yield from (f"the part {name} has a content type but is absent" for name in sorted(parts - set(names)))
    for name in ["", *dict.fromkeys(names)]:
        for kind, target in [] if name.endswith(".rels") else relations(package, name).values():
            if kind == "externalLink":
                yield f"{name} links to another workbook"
            elif kind != "external" and target not in names:
                yield f"{name} refers to the absent part {target}"


def _strings(package: ZipFile) -> list[str]:
    """Return the shared strings."""
    for kind, target in relations(package, workbook_part(package)).values():
        if kind == "sharedStrings" and target in package.namelist():
            items = parse(package.read(target)).iter(f"{MAIN_TAG}si")
            return ["".join(text.text or "" for text in item.iter(f"{MAIN_TAG}t")) for item in items]
    return []


def _too_long(text: str) -> bool:
    return len(text) * 2 > LONGEST_TEXT and utf16_length(text) > LONGEST_TEXT


def _lint_names(book: _Book, defined: Iterable[etree._Element]) -> Iterator[str]:
    """Yield what is wrong with the names of tabs and the defined names."""
    for name, count in Counter(name.casefold() for name in book.sheet_names).items():
        if count > 1:
            yield f"{count} sheets are called {name}"
    for name in book.sheet_names:
        outside = name[:1] == "'" or name[-1:] == "'" or name.casefold() == "history"
        if not 0 < len(name) <= _LONGEST_NAME or re.search(r"[\[\]:*?/\\]", name) or outside:
            yield f'"{name}" cannot be the name of a sheet'
    seen: set[tuple[str, str]] = set()
    for item in defined:
        name, scope = item.get("name", ""), item.get("localSheetId", "")
        if (name.casefold(), scope) in seen:
            yield f"the name {name} is defined twice"
        seen.add((name.casefold(), scope))
        if _LIKE_A_CELL.fullmatch(name) or not _NAME.fullmatch(name) or len(name) > _LONGEST_FIELD:
            yield f'"{name}" cannot be a defined name'
        if not name.startswith("_xlnm."):
            yield from (f"name {name}: {line}" for line in lint_formula(item.text or "", book.sheet_names))
        elif "#REF!" in (item.text or ""):
            yield f"name {name}: formula reads the error #REF!"


def _lint_styles(package: ZipFile) -> Iterator[str]:
    """Yield what is wrong with number formats, and too many styles."""
    for kind, target in relations(package, workbook_part(package)).values():
        if kind == "styles":
            root = parse(package.read(target))
            for item in root.iter(f"{MAIN_TAG}numFmt"):
                code = item.get("formatCode", "")
                bare = re.sub(r"\\.|_.|\*.", "", code)
                sections = re.sub(r'"[^"]*"|\[[^\]]*\]', "", bare).count(";") + 1
                if bare.count('"') % 2 or not 0 < len(code) <= _LONGEST_FIELD or sections > 4:
                    yield f"{code} cannot be a number format"
            styles = root.find(f"{MAIN_TAG}cellXfs")
            if styles is not None and len(styles) > _MOST_STYLES:
                yield f"there are {len(styles)} styles, Excel takes {_MOST_STYLES}"


def _lint_sheet(book: _Book, sheet: SheetPart) -> Iterator[str]:
    """Yield what is wrong with one sheet."""
    frame = sheet_frame(book.package, sheet.part)
    if frame.tag != f"{MAIN_TAG}worksheet" or frame.prefix:
        yield "the part is no worksheet as this product writes it"
        return
    on_sheet = [(table, CellRange(table.ref)) for table in tables(book.package, sheet)]
    header_rows = {area.min_row for _, area in on_sheet}
    headers: dict[str, str] = {}
    yield from _lint_rows(book, sheet, header_rows, headers)
    yield from _lint_tables(book, on_sheet, headers)
    yield from _lint_areas(frame, [area for _, area in on_sheet])
    yield from _lint_frame(book, frame)


def _lint_rows(book: _Book, sheet: SheetPart, header_rows: set[int], headers: dict[str, str]) -> Iterator[str]:
    """Yield what is wrong with rows and cells; fills the headers with the texts of the header rows."""
    last = 0
    for piece in sheet_pieces(book.package, sheet.part):
        if not (found := _ROW.match(piece)):
            continue
        row = int(found[1])
        if not last < row <= MOST_ROWS:
            yield f"row {row} stands behind row {last}"
        last = row
        cells = _CELL.findall(piece)
        columns = [_COLUMNS.get(letters, MOST_COLUMNS + 1) for letters, _ in cells]
        if any(after <= before for before, after in pairwise(columns)):
            yield f"row {row} holds a cell twice or out of order"
        if max(columns, default=1) > MOST_COLUMNS or {number for _, number in cells} - {found[1]}:
            yield f"row {row} holds a cell of another place"
        if _NOT_A_NUMBER.search(piece):
            yield f"row {row} holds a value that is not a number"
        if _LONG_TEXT.search(piece):
            yield f"row {row} holds a text over {LONGEST_TEXT} characters"
        if max(map(int, _STRING_INDEX.findall(piece)), default=-1) >= len(book.strings):
            yield f"row {row} asks for a shared string that is not there"
        elif row in header_rows:
            for place, index in _TEXT_CELL.findall(piece):
                headers[place.decode()] = book.strings[int(index)]


def _lint_tables(book: _Book, on_sheet: list[tuple[TablePart, CellRange]], headers: dict[str, str]) -> Iterator[str]:
    """Yield what is wrong with tables: their names, columns and headers."""
    for table, area in on_sheet:
        name, columns = table.name, table.columns
        if name.casefold() in book.names | book.tables:
            yield f"the name of the table {name} is taken"
        book.tables.add(name.casefold())
        if _LIKE_A_CELL.fullmatch(name) or not _NAME.fullmatch(name):
            yield f'"{name}" cannot be the name of a table'
        if len({column.casefold() for column in columns}) != len(columns):
            yield f"table {name} has two columns of the same name"
        width = area.max_col - area.min_col + 1
        if len(columns) != width:
            yield f"table {name} names {len(columns)} columns but is {width} wide"
        if area.max_row - table.header_row - table.totals_row < area.min_row:
            yield f"table {name} has no row"
        if table.header_row:
            places = [f"{get_column_letter(column)}{area.min_row}" for column in range(area.min_col, area.max_col + 1)]
            for place, column in zip(places, columns, strict=False):
                if (header := headers.get(place)) != column:
                    yield f'{place} holds "{header}" where the table {name} has the column "{column}"'


def _lint_areas(frame: etree._Element, tables: list[CellRange]) -> Iterator[str]:
    """Yield areas that overlap where they must not: tables, merged cells, filters, columns."""
    merged = [CellRange(item.get("ref", "A1")) for item in frame.iter(f"{MAIN_TAG}mergeCell")]
    yield from (f"tables {a.coord} and {b.coord} overlap" for a, b in _overlaps(tables))
    yield from (f"merged cells {a.coord} and {b.coord} overlap" for a, b in _overlaps(merged))
    for table in tables:
        yield from (f"merged cells {m.coord} lie in a table" for m in merged if not table.isdisjoint(m))
        for item in frame.iterchildren(f"{MAIN_TAG}autoFilter"):
            if not table.isdisjoint(CellRange(item.get("ref", "A1"))):
                yield f"the filter of the sheet lies over the table at {table.coord}"
    last = 0
    for item in frame.iter(f"{MAIN_TAG}col"):
        if int(item.get("min", "0")) <= last:
            yield f"the width of column {item.get('min')} is given twice"
        last = int(item.get("max", "0"))


def _overlaps(areas: list[CellRange]) -> Iterator[tuple[CellRange, CellRange]]:
    return ((a, b) for a, b in combinations(areas, 2) if not a.isdisjoint(b))


def _lint_frame(book: _Book, frame: etree._Element) -> Iterator[str]:
    """Yield what is wrong around the rows: lists, headers and footers, links, conditional formats."""
    for item in frame.iter(f"{MAIN_TAG}dataValidation"):
        choices = item.findtext(f"{MAIN_TAG}formula1", "")
        if item.get("type") == "list" and choices[:1] == '"' and len(choices) - 2 > _LONGEST_FIELD:
            yield f"the list of choices at {item.get('sqref')} is over {_LONGEST_FIELD} characters"
    for item in frame.iterfind(f"{MAIN_TAG}headerFooter/*"):
        if len(item.text or "") > _LONGEST_FIELD:
            yield f"{etree.QName(item).localname} is over {_LONGEST_FIELD} characters"
    known = {name.casefold() for name in book.sheet_names} | book.names
    for item in frame.iter(f"{MAIN_TAG}hyperlink"):
        goal = item.get("location", "").rpartition("!")[0] or item.get("location", "")
        if goal and goal.strip("'#").replace("''", "'").casefold() not in known:
            yield f"{item.get('ref')} links to {item.get('location')}, which is not there"
    for item in frame.iterfind(f"{MAIN_TAG}conditionalFormatting/{MAIN_TAG}cfRule/{MAIN_TAG}formula"):
        yield from (f"conditional format: {line}" for line in lint_formula(item.text or "", book.sheet_names))


def _lint_formulas(path: Path, book: _Book) -> Iterator[str]:
    """Yield what is wrong with the formulas of the cells."""
    for cell in formula_cells(path):
        place = f"{cell.sheet}!{cell.ref}"
        yield from (f"{place}: {line}" for line in lint_formula(cell.formula, book.sheet_names))
        if cell.cached is None:
            yield f"{place}: formula without a value"
