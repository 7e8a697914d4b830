"""Putting things on a sheet: places, texts, live figures, widths and print set-up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from textwrap import shorten, wrap
from typing import Any

from openpyxl.formatting.rule import Rule
from openpyxl.styles import Font
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook import Workbook
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from bbbxl.money import exponent, to_major
from bbbxl.report.pack import Pack
from bbbxl.workbook.live import Live
from bbbxl.workbook.strings import CUT, plain_text
from bbbxl.workbook.theme import Layout, Tab
from bbbxl.workbook.write import put_text

OK, BAD = "OK", "CHECK"
#: Points of the highest row that Excel takes.
_HIGHEST = 409.0
#: Place of the light that all checks together show.
LIGHT_CELL = "light"


@dataclass
class Tabs:
    """A workbook while its tabs are written.

    Attributes:
        workbook: Where.
        layout: How.
        currency: Reporting currency.
        footer: Stands on the left below every page.
        places: Name -> absolute reference with the tab's name, for formulas of other tabs.
        cells: Name -> value of the cell at that place.
        said: A text of the product -> what it becomes in this workbook.
    """

    workbook: Workbook
    layout: Layout
    currency: str
    footer: str
    places: dict[str, str] = field(default_factory=dict)
    cells: dict[str, Any] = field(default_factory=dict)
    said: Callable[[str], str] = str

    def sheet(self, name: str) -> Worksheet:
        """Return the sheet of a tab by its name in the code."""
        sheet: Worksheet = self.workbook[self.tab(name).title]
        return sheet

    def tab(self, name: str) -> Tab:
        """Return a tab of the layout."""
        return next(tab for tab in self.layout.tabs if tab.name == name)

    def major(self, minor: int) -> float:
        """Return minor units of the reporting currency as a cell holds them."""
        return float(to_major(minor, self.currency))

    @property
    def decimals(self) -> int:
        """Return the decimals of the reporting currency."""
        return exponent(self.currency)

    def keep(self, name: str, sheet: Worksheet, row: int, column: int, value: Any) -> None:  # noqa: ANN401 -- cell value
        """Remember where a value stands, for formulas of other tabs."""
        self.places[name] = absolute(sheet, row, column)
        self.cells[name] = value


class Build(Tabs):
    """A pack while its tabs are written.

    Attributes:
        pack: What is shown.
    """

    def __init__(self, pack: Pack, workbook: Workbook, layout: Layout) -> None:
        entity = shorten(plain_text(pack.entity), 60, placeholder=CUT)  # Excel takes 255 in all
        super().__init__(workbook, layout, pack.currency, f"{entity} {pack.period.label}")
        self.pack = pack


def absolute(sheet: Worksheet, row: int, column: int) -> str:
    """Return 'Tab'!$C$5."""
    return f"{quote_sheetname(sheet.title)}!${get_column_letter(column)}${row}"


def column_range(sheet: Worksheet, column: int, first: int, last: int) -> str:
    """Return 'Tab'!$C$5:$C$9; a range never ends before it begins."""
    letter = get_column_letter(column)
    return f"{quote_sheetname(sheet.title)}!${letter}${first}:${letter}${max(first, last)}"


def local(row: int, column: int, *, fix_row: bool = False, fix_column: bool = False) -> str:
    """Return a reference within the sheet, such as C$5."""
    return f"{'$' if fix_column else ''}{get_column_letter(column)}{'$' if fix_row else ''}{row}"


def put(sheet: Worksheet, row: int, column: int, value: Any, style: str) -> None:  # noqa: ANN401 -- cell value
    """Put a value into a cell; text always stays text."""
    cell = sheet.cell(row, column)
    cell.style = style
    if isinstance(value, str):
        put_text(cell, value)  # type: ignore[arg-type]  # never a merged cell: packs merge none
    else:
        cell.value = value


def put_live(sheet: Worksheet, row: int, column: int, text: str, value: Any, style: str) -> None:  # noqa: ANN401
    """Put a formula with the engine's value into a cell."""
    cell = sheet.cell(row, column)
    cell.style = style
    cell.value = Live("=" + text.lstrip("="), value)


def put_row(sheet: Worksheet, row: int, first: int, values: Sequence[Any], style: str | Sequence[str]) -> None:
    """Put values side by side; None leaves a styled blank."""
    styles = [style] * len(values) if isinstance(style, str) else style
    for offset, (value, one) in enumerate(zip(values, styles, strict=True)):
        put(sheet, row, first + offset, value, one)


def put_title(build: Build, sheet: Worksheet, name: str) -> None:
    """Put the title block every report tab begins with, and the check light."""
    pack = build.pack
    put(sheet, 1, 2, build.tab(name).title if name != "cover" else build.layout.title, "title")
    words = f"{pack.entity} | {pack.period.label} | {pack.basis} basis | {pack.currency}"
    put(sheet, 2, 2, f"{words} | as of {day(pack.as_of)}", "subtitle")
    if name not in ("cover", "checks"):
        put(sheet, 3, 2, "Checks of this pack:", "small_left")


def put_light(build: Tabs, sheet: Worksheet, row: int, column: int) -> None:
    """Put the master check light into a cell: it follows the Checks tab."""
    put_live(sheet, row, column, build.places[LIGHT_CELL], build.cells[LIGHT_CELL], "light")
    colour_light(build, sheet, local(row, column))


def colour_light(build: Tabs, sheet: Worksheet, where: str) -> None:
    """Colour cells that say OK or CHECK."""
    theme = build.layout.theme
    for word, colour in ((OK, theme.green), (BAD, theme.red)):
        style = DifferentialStyle(font=Font(color=colour, bold=True))
        sheet.conditional_formatting.add(where, Rule(type="cellIs", operator="equal", formula=[f'"{word}"'], dxf=style))


def colour_residual(build: Tabs, sheet: Worksheet, where: str, first: str) -> None:
    """Colour residuals that are not zero."""
    style = DifferentialStyle(font=Font(color=build.layout.theme.red, bold=True))
    sheet.conditional_formatting.add(
        where, Rule(type="expression", formula=[f"ABS({first})>{build.major(1) / 2}"], dxf=style)
    )


def link(sheet: Worksheet, row: int, column: int, title: str) -> None:
    """Make a cell a link to a tab."""
    put(sheet, row, column, title, "link")
    cell = sheet.cell(row, column)
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"{quote_sheetname(title)}!A1", display=title)
    cell.style = "link"


def day(value: date) -> str:
    """Return a day as people read it."""
    return f"{value:%d} {value:%b} {value:%Y}"


def put_note(sheet: Worksheet, row: int, column: int, text: str, width: int) -> int:
    """Put a note over the blank cells to its right, broken into rows of so many characters; return the next row."""
    for line in wrap(text, width):
        put(sheet, row, column, line, "note")
        row += 1
    return row


def text_height(*texts_and_widths: tuple[str, float]) -> float:
    """Return the row height that shows wrapped texts whole, from (text, column width) pairs; Excel takes 409."""
    lines = [sum(max(1, -(-len(line) // max(1, int(width * 1.2)))) for line in text.split("\n"))
             for text, width in texts_and_widths]  # fmt: skip
    return min(13.5 * max(lines, default=1) + 2.5, _HIGHEST)


def widths(sheet: Worksheet, given: Sequence[float]) -> None:
    """Set column widths from column A on."""
    for place, width in enumerate(given, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width


def set_up(build: Tabs, name: str, *, freeze: str | None, area: str | None = None, repeat: str | None = None) -> None:
    """Set gridlines, tab colour, panes and the printed page of a tab."""
    sheet, tab = build.sheet(name), build.tab(name)
    sheet.sheet_view.showGridLines = False
    sheet.sheet_properties.tabColor = build.layout.classes[tab.kind]
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.freeze_panes = freeze
    sheet.page_setup.orientation = "landscape" if tab.landscape else "portrait"
    sheet.page_setup.paperSize = tab.paper
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = tab.pages_wide, tab.pages_high
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top, sheet.page_margins.bottom = 0.8, 0.75
    sheet.page_margins.header = sheet.page_margins.footer = 0.35
    header, footer = sheet.oddHeader, sheet.oddFooter
    if header is not None and footer is not None:
        header.right.text = build.layout.confidentiality
        footer.left.text = build.footer.replace("&", "&&")
        footer.center.text, footer.right.text = "&A", "&P of &N"
    if area:
        sheet.print_area = area
    if repeat:
        sheet.print_title_rows = repeat
