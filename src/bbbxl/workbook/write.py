"""A workbook saved with the values the engine computed, its many rows streamed, always the same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from io import BytesIO
from math import isfinite
from pathlib import Path
from typing import Final, cast
from zipfile import ZipFile

from lxml import etree
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell._writer import write_cell
from openpyxl.cell.rich_text import CellRichText
from openpyxl.comments.comment_sheet import CommentRecord
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.dimensions import SheetDimension
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter
from openpyxl.xml.functions import Element, SubElement

from bbbxl.errors import TemplateError
from bbbxl.workbook.charts import DescribedDrawing, Untyped, fill_caches
from bbbxl.workbook.fastrows import FastRows
from bbbxl.workbook.live import Live, cached
from bbbxl.workbook.package import MAIN_TAG, PackageWriter, parse, relative_targets
from bbbxl.workbook.strings import SharedStrings, hold_underscores, plain_text

ROWS_LEVEL: Final = 3
_CALCULATION_ID: Final = 191029
_ROWS: Final = "_bbbxl_rows"
_END: Final = b"</sheetData>"
_FONT_ORDER: Final = (
    *("b", "i", "strike", "condense", "extend", "outline", "shadow", "u"),
    *("vertAlign", "sz", "color", "name", "family", "charset", "scheme"),
)
_STRINGS_RELATION: Final = (
    b'<Relationship Id="rIdStrings" Target="sharedStrings.xml" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"/></Relationships>'
)


class _StringsPart:
    """What the list of content types says of the shared strings."""

    path = "/xl/sharedStrings.xml"
    mime_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"


def save(workbook: Workbook, path: Path, when: date, level: int = 6) -> None:
    """Write the workbook; the same workbook and day give the same bytes on every machine and at any time.

    Args:
        workbook: Every formula in it is a Live; rows may be attached to its sheets.
        path: File to write; see release for doing so safely.
        when: Stands as the day of making and changing.
        level: Deflate level; sheets of many rows take at most ROWS_LEVEL, where a level more costs
            seconds and gains little.

    Raises:
        TemplateError: a cell holds a formula without a value, an error, or not a number.
        InputError: attached rows hold what no cell can.
    """
    moment = datetime.combine(when, time())
    properties = workbook.properties
    properties.creator = properties.lastModifiedBy = "bbbxl"
    properties.created = properties.modified = moment
    workbook.calculation.calcId = _CALCULATION_ID
    workbook.calculation.fullCalcOnLoad = True
    fill_caches(workbook)
    archive = PackageWriter(path, level, _rewritten)
    try:
        _BookWriter(workbook, archive, min(level, ROWS_LEVEL)).write_data()
    finally:
        archive.close()


def attach_rows(worksheet: Worksheet, rows: FastRows) -> None:
    """Let rows follow below the cells of a sheet when it is saved."""
    setattr(worksheet, _ROWS, rows)


def style_id(worksheet: Worksheet, **styles: Untyped) -> int:
    """Return the id of a style for FastRows; styles are those of a cell, such as font and number_format."""
    cell = Cell(worksheet, row=1, column=1)
    for name, style in styles.items():
        setattr(cell, name, style)
    number: int = cell.style_id
    return number


def put_text(cell: Cell, text: str) -> None:
    """Put text into a cell as text, whatever it begins with; the empty text leaves the cell blank.

    Control characters, which XML cannot hold, become U+FFFD; a text longer than a cell takes is cut and ends in CUT.
    """
    text = plain_text(text)
    cell.value = text or None
    if text:
        cell.data_type = "s"


class _SheetWriter(WorksheetWriter):
    """Writes Live cells with their values and text as shared strings; refuses what would mislead."""

    def __init__(self, worksheet: Worksheet, strings: SharedStrings, rows: FastRows | None) -> None:
        self.buffer = BytesIO()
        self._strings = strings
        self._fast_rows = rows
        self._sheet: Untyped = worksheet
        super().__init__(worksheet, self.buffer)

    def write_dimensions(self) -> None:
        """Write the size of the sheet, where it is known before the rows have come."""
        rows = self._fast_rows
        if rows is None:
            super().write_dimensions()
        elif rows.count is not None:
            _, _, last_column, last_row = cast("tuple[int, int, int, int]", range_boundaries(self._sheet.dimensions))
            column = get_column_letter(max(last_column, len(rows.kinds)))
            size = SheetDimension(f"A1:{column}{max(last_row, rows.first_row + rows.count - 1)}")
            self.xf.send(size.to_tree())

    def write_tables(self) -> None:
        """Write the tables, named by the cells of their header; no cell below it is looked at or made."""
        for table in self._sheet.tables.values():
            if not table.tableColumns:
                first_column, row, _, _ = range_boundaries(table.ref)
                table._initialise_columns()
                for column, described in enumerate(table.tableColumns, cast(int, first_column)):
                    cell = self._sheet._cells.get((row, column))
                    if cell is None or not isinstance(cell.value, str):
                        place = f"{self._sheet.title}!{get_column_letter(column)}{row}"
                        raise TemplateError(f"{place} heads a column of {table.displayName} and must hold text.")
                    described.name = cell.value
        super().write_tables()

    def write_row(self, xf: Untyped, row: Iterable[Untyped], row_idx: int) -> None:
        """Write one row of cells."""
        attributes = {"r": str(row_idx)} | dict(self._sheet.row_dimensions.get(row_idx, {}))
        with xf.element("row", attributes):
            for cell in row:
                if cell._comment is not None:
                    self._sheet._comments.append(CommentRecord.from_cell(cell))
                if cell._value is not None or cell.has_style or cell._comment:
                    self._write(xf, cell)

    def _write(self, xf: Untyped, cell: Untyped) -> None:
        """Write one cell."""
        value = cell._value
        if isinstance(value, Live):
            kind, text = cached(value.value)
            self._element(xf, cell, kind, text, value.text[1:])
        elif cell.data_type == "s" and isinstance(value, str) and not isinstance(value, CellRichText):
            self._element(xf, cell, "s", self._strings[value])
        elif cell.data_type in "fe":
            raise TemplateError(
                f'{self.ws.title}!{cell.coordinate} holds "{value!s:.60}" without a computed value. '
                "Write a Live formula, or text by put_text."
            )
        elif isinstance(value, float) and not isfinite(value):
            raise TemplateError(f"{self.ws.title}!{cell.coordinate} holds {value}, which is not a number.")
        else:
            write_cell(xf, self.ws, cell, cell.has_style)

    def _element(self, xf: Untyped, cell: Untyped, kind: str | None, text: str, formula: str | None = None) -> None:
        """Write a cell with its type, formula and value."""
        if cell.hyperlink:
            self._sheet._hyperlinks.append(cell.hyperlink)
        attributes = {"r": cell.coordinate}
        if cell.has_style:
            attributes["s"] = str(cell.style_id)
        if kind:
            attributes["t"] = kind
        element = Element("c", attributes)
        if formula is not None:
            SubElement(element, "f").text = formula
        SubElement(element, "v").text = hold_underscores(text)
        xf.write(element)


class _BookWriter(ExcelWriter):
    """Writes the package: sheets with their rows, one part of shared strings."""

    def __init__(self, workbook: Workbook, archive: PackageWriter, rows_level: int) -> None:
        super().__init__(workbook, cast(ZipFile, archive))
        self._package = archive
        self._rows_level = rows_level
        self._strings = SharedStrings()

    def write_worksheet(self, ws: Worksheet) -> None:
        """Write one sheet, its rows below its cells."""
        drawing = DescribedDrawing()
        drawing.charts, drawing.images = ws._charts, ws._images  # type: ignore[attr-defined]
        ws._drawing = drawing  # type: ignore[attr-defined]
        rows: FastRows | None = getattr(ws, _ROWS, None)
        writer = _SheetWriter(ws, self._strings, rows)
        writer.write()
        ws._rels = writer._rels  # type: ignore[attr-defined]
        frame = writer.buffer.getvalue()
        if rows is None:
            self._package.stream(ws.path[1:], [frame])
        else:
            self._package.stream(ws.path[1:], self._with_rows(ws, frame, rows), self._rows_level)
        self.manifest.append(ws)

    def _with_rows(self, ws: Worksheet, frame: bytes, rows: FastRows) -> Iterator[bytes]:
        """Yield the XML of a sheet with the rows behind its cells."""
        last = max([*(row for row, _ in ws._cells), *ws.row_dimensions], default=0)
        if last >= rows.first_row:
            raise TemplateError(f"{ws.title} has cells down to row {last}, but rows are to begin in {rows.first_row}.")
        before, end, after = frame.replace(b"<sheetData/>", b"<sheetData></sheetData>", 1).partition(_END)
        yield before
        yield from rows.chunks(ws.title, self._strings)
        yield end + after

    def _write_worksheets(self) -> None:
        """Write all sheets, then the strings they share."""
        super()._write_worksheets()  # type: ignore[misc]  # the stubs leave private methods out
        self._package.stream("xl/sharedStrings.xml", self._strings.parts(), self._rows_level)
        self.manifest.append(_StringsPart)


def _rewritten(name: str, data: bytes) -> bytes:
    """Return a part as Excel and the Open XML SDK want it."""
    if name == "xl/_rels/workbook.xml.rels":
        data = data.replace(b"</Relationships>", _STRINGS_RELATION)
    if name.endswith(".rels"):
        return relative_targets(name, data)
    return fix_fonts(data) if name == "xl/styles.xml" else data


def fix_fonts(styles: bytes) -> bytes:
    """Return the styles with the children of every font in the order of the schema."""
    root = parse(styles)
    for font in root.iter(f"{MAIN_TAG}font"):
        font[:] = sorted(font, key=lambda child: _FONT_ORDER.index(etree.QName(child).localname))
    return etree.tostring(root)
