"""The demo workbook for LibreOffice Calc: orders on one sheet, formulas on another, two with plain ones beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from bbbxl.workbook.release import release

ORDERS: Final = "Orders"
FIGURES: Final = "Figures"
#: Cells of the sheet of figures: how many formulas failed; the handle.
HEALTH: Final = "B2"
HANDLE: Final = "B3"
#: Rows that the health cell looks through, from the handle on.
_LAST_ROW: Final = 200
_WIDTHS: Final = {"A": 44, "B": 26, **dict.fromkeys("CDEFGHIJKLMNOP", 16)}
_NUMBER: Final = "#,##0"
_RIGHT: Final = Alignment(horizontal="right")
_BOLD: Final = Font(bold=True)


@dataclass(frozen=True)
class Single:
    """A formula of one cell.

    Attributes:
        title: Before it.
        formula: {handle} stands for the cell of the handle.
        plain: The same without the extension, to stand beside it; a header in braces stands for its column of orders.
    """

    title: str
    formula: str
    plain: str = ""


@dataclass(frozen=True)
class Array:
    """A formula that fills a block.

    Attributes:
        title: Above it.
        formula: {handle} as above, {across} and {down} for the labels beside the block.
        rows: Rows of the block.
        columns: Columns of the block.
        across: Labels over the block.
        down: Labels before the block.
    """

    title: str
    formula: str
    rows: int
    columns: int
    across: tuple[str, ...] = ()
    down: tuple[str, ...] = ()


def write_calc_demo(
    header: Sequence[str], orders: Sequence[Sequence[Any]], load: str, mark: str, singles: Sequence[Single],
    arrays: Sequence[Array], target: Path,
) -> Path:  # fmt: skip
    """Write the workbook and return where it stands.

    Args:
        header: Headers of the orders.
        orders: A row an order line.
        load: The formula of the handle; {orders} stands for the range of the orders with its headers.
        mark: What every failure begins with.
        singles: Formulas of one cell.
        arrays: Formulas of blocks, one below the other.
        target: File to write.
    """
    workbook = Workbook()
    data: Worksheet = workbook.worksheets[0]
    data.title = ORDERS
    _write_orders(data, header, orders)
    sheet = workbook.create_sheet(FIGURES, 0)
    workbook.active = 0
    last = len(orders) + 1
    columns = {name: f"{ORDERS}!${get_column_letter(place)}$2:${get_column_letter(place)}${last}"
               for place, name in enumerate(header, start=1)}  # fmt: skip
    whole = f"{ORDERS}!$A$1:${get_column_letter(len(header))}${last}"
    _write_top(sheet, load.format(orders=whole), mark)
    row = _write_singles(sheet, 5, singles, columns)
    for one in arrays:
        row = _write_array(sheet, row + 1, one)
    for letter, width in _WIDTHS.items():
        sheet.column_dimensions[letter].width = width
    for each in (sheet, data):
        each.page_setup.orientation, each.page_setup.fitToHeight = "landscape", 0
        each.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    return release(workbook.save, lambda path: None, target)


def _write_orders(sheet: Worksheet, header: Sequence[str], orders: Sequence[Sequence[Any]]) -> None:
    sheet.append(list(header))
    for order in orders:
        sheet.append(list(order))
    for row in sheet.iter_rows():
        for cell in row:
            if cell.row == 1:
                cell.font = _BOLD
            elif isinstance(cell.value, date):
                cell.number_format = "yyyy-mm-dd"
    for place in range(1, len(header) + 1):
        sheet.column_dimensions[get_column_letter(place)].width = 16
    sheet.freeze_panes = "A2"


def _write_top(sheet: Worksheet, load: str, mark: str) -> None:
    """Write title, health cell and handle.

    The health cell counts anew whenever a file is opened, as NOW() does: a block that failed then must not stand beside
    the count of before.
    """
    sheet["A1"] = "Invented orders, asked with formulas"
    sheet["A1"].font = _BOLD
    sheet["A2"] = f"Formulas that failed (cells with {mark.strip()})"
    looked = f"A{sheet[HANDLE].row}:P{_LAST_ROW}"
    sheet[HEALTH] = f'=SUMPRODUCT(--(LEFT({looked},{len(mark.strip())})="{mark.strip()}"))+0*NOW()'
    sheet[HEALTH].number_format = _NUMBER
    sheet["A3"] = "The orders, read once"
    sheet[HANDLE] = load


def _write_singles(sheet: Worksheet, row: int, singles: Sequence[Single], columns: Mapping[str, str]) -> int:
    """Write the formulas of one cell; return the next free row."""
    for place, title in enumerate(("Figure", "By formula", "By SUMIFS", "Difference"), start=1):
        sheet.cell(row, place, title).font = _BOLD
    for at, one in enumerate(singles, start=row + 1):
        sheet.cell(at, 1, one.title)
        sheet.cell(at, 2, one.formula.format(handle=HANDLE)).number_format = _NUMBER
        if one.plain:
            sheet.cell(at, 3, one.plain.format_map(columns)).number_format = _NUMBER
            sheet.cell(at, 4, f"=B{at}-C{at}").number_format = _NUMBER
    return row + len(singles) + 1


def _write_array(sheet: Worksheet, row: int, one: Array) -> int:
    """Write a block with its title and labels; return the next free row."""
    sheet.cell(row, 1, one.title).font = _BOLD
    top, left = row + 1 + bool(one.across), 1 + bool(one.down)
    for place, label in enumerate(one.across):
        sheet.cell(row + 1, left + place, label).alignment = _RIGHT
    for place, label in enumerate(one.down):
        sheet.cell(top + place, 1, label)
    letters = [get_column_letter(left), get_column_letter(left + one.columns - 1)]
    bottom = top + one.rows - 1
    text = one.formula.format(handle=HANDLE, across=f"{letters[0]}{row + 1}:{letters[1]}{row + 1}",
                              down=f"A{top}:A{bottom}")  # fmt: skip
    for place in range(one.rows * one.columns):
        sheet.cell(top + place // one.columns, left + place % one.columns).number_format = _NUMBER
    first = f"{letters[0]}{top}"
    sheet[first] = ArrayFormula(f"{first}:{letters[1]}{bottom}", text)
    return bottom + 1
