"""A workbook package before its values are read: its sheets and what each has beside values."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from bbbxl.errors import InputError, count_of
from bbbxl.inputs.files.facts import DAYS_FROM_1904, SheetFacts, SheetPlace, whole_number
from bbbxl.inputs.files.number_formats import BUILTIN, GENERAL
from bbbxl.inputs.files.parts import Package, attribute, local, named, truth
from bbbxl.inputs.files.refusals import SAVE_ANEW
from bbbxl.inputs.files.sheet_xml import Book, scan_sheet
from bbbxl.inputs.grid import TableArea
from bbbxl.inputs.values.cell_names import column_number

_AREA: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,9})(?::\$?([A-Za-z]{1,3})\$?(\d{1,9}))?")


@dataclass(frozen=True)
class WorkbookScan:
    """A workbook package and its sheets.

    Attributes:
        book: What its sheets share.
        sheets: Its sheets with rows, in their order.
        notes: What holds for all of them, one sentence each.
    """

    book: Book
    sheets: tuple[SheetPlace, ...]
    notes: tuple[str, ...] = ()


def scan_workbook(package: Package) -> WorkbookScan:
    """Return the sheets of an xlsx or xlsm package and what they share.

    Raises:
        InputError: a part is missing or damaged.
    """
    main = next((one.target for one in package.relations("") if one.kind == "officeDocument"), "xl/workbook.xml")
    root = package.root(main)
    relations = {one.id: one for one in package.relations(main)}
    sheets = []
    for element in named(root, "sheet"):
        name, relation = element.get("name", ""), relations.get(attribute(element, "id"))
        if relation is None:
            raise InputError(f"{package.name}: its sheet {name} leads to no part of the file. {SAVE_ANEW}")
        if relation.kind == "worksheet":
            sheets.append(SheetPlace(name, relation.target, element.get("state", "visible") != "visible"))
    styles = next((one.target for one in relations.values() if one.kind == "styles"), None)
    doubtful = any(truth(attribute(element, "fullCalcOnLoad")) for element in named(root, "calcPr"))
    book = Book(package, _codes(package, styles), doubtful)
    return WorkbookScan(
        book,
        tuple(sheets),
        _notes(package, any(truth(attribute(one, "date1904")) for one in named(root, "workbookPr"))),
    )


def facts_of(scan: WorkbookScan, sheet: SheetPlace) -> SheetFacts:
    """Return what a sheet has beside its values, its table objects included.

    Raises:
        InputError: as scan_sheet, or a table object that is damaged.
    """
    facts = scan_sheet(scan.book, sheet.part, sheet.name)
    areas, filtered = [], False
    for relation in scan.book.package.relations(sheet.part):
        if relation.kind == "table":
            area, own_filter = _table(scan.book.package, relation.target)
            areas.append(area)
            filtered |= own_filter
    return replace(facts, areas=tuple(areas), filtered=facts.filtered or (filtered and bool(facts.hidden)))


def _codes(package: Package, part: str | None) -> tuple[str, ...]:
    """Return the number format of each style of cells."""
    if part is None:
        return (GENERAL,)
    root = package.root(part)
    known: dict[int | None, str] = dict(BUILTIN.items())
    for element in named(root, "numFmt"):
        known[whole_number(element.get("numFmtId", ""))] = element.get("formatCode", GENERAL)
    cells = next(iter(named(root, "cellXfs")), None)
    if cells is None:
        return (GENERAL,)
    ids = [element.get("numFmtId", "0") for element in cells if isinstance(element.tag, str) and local(element) == "xf"]
    return tuple(known.get(whole_number(one), GENERAL) for one in ids)


def _table(package: Package, part: str) -> tuple[TableArea, bool]:
    """Return a table object and whether its filter is set."""
    root = package.root(part)
    name = root.get("displayName", "") or root.get("name", "")
    area = _AREA.fullmatch(root.get("ref", ""))
    if area is None:
        raise InputError(f'{package.name}: its table {name} says it covers "{root.get("ref", "")}". {SAVE_ANEW}')
    first, top, last, bottom = area.groups()
    totals = root.get("totalsRowCount", "0").strip() not in ("", "0")
    found = TableArea(name, int(top), int(bottom or top), column_number(first), column_number(last or first), totals)
    return found, bool(named(root, "filterColumn"))


def _notes(package: Package, date1904: bool) -> tuple[str, ...]:
    """Return what holds for every sheet of a workbook."""
    outside = sum(name.startswith("xl/externallinks/") and name.endswith(".xml") for name in package.names)
    macros = any(name.endswith("vbaproject.bin") for name in package.names)
    found = {
        DAYS_FROM_1904: date1904,
        f"It refers to {count_of(outside, 'other workbook')}; none was opened, values are as saved.": outside,
        "Its macros were not run, values are as saved.": macros,
    }
    return tuple(sentence for sentence, holds in found.items() if holds)
