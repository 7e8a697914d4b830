"""OpenDocument spreadsheets: their XML says everything, so their cells are taken from it directly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import numpy as np
import pyarrow as pa
from lxml import etree

from bbbxl.errors import InputError
from bbbxl.inputs.files.archive import Archive
from bbbxl.inputs.files.facts import Gathering, SheetPlace, refuse_stray, whole_number
from bbbxl.inputs.files.ods_cells import OdsCell, ods_cell, repeated
from bbbxl.inputs.files.ods_styles import OdsStyles
from bbbxl.inputs.files.parts import XmlGuard, attribute, local
from bbbxl.inputs.files.reading import SheetCells
from bbbxl.inputs.files.refusals import damaged_part, lacks_part, locked
from bbbxl.inputs.files.sheet_child import EMPTY_ROWS
from bbbxl.inputs.files.zip_entries import MOST_BYTES
from bbbxl.inputs.values.cell_names import column_letters

_AGAIN: Final = "Open the file in LibreOffice and save it anew."


@dataclass
class OdsSheet:
    """A sheet as it is being read.

    Attributes:
        place: Its name and whether it is hidden.
        outside: Whether it is the saved copy of a sheet of another file.
        defaults: Style of cells that name none: of how many columns, which.
        row: The last row so far.
        rows: Text and kinds of each distinct row, its first number and how often it stands.
        weight: How many bytes of text that gives.
        found: What stands beside the values.
    """

    place: SheetPlace
    outside: bool = False
    defaults: list[tuple[int, str]] = field(default_factory=list)
    row: int = 0
    rows: list[tuple[tuple[str, ...], bytes, int, int]] = field(default_factory=list)
    weight: int = 0
    found: Gathering = field(default_factory=Gathering)

    def grid_cells(self) -> SheetCells:
        """Return the cells; long runs of empty rows are left out."""
        kinds = np.zeros((len(self.rows), self.found.columns), dtype=np.int8, order="F")
        for place, (_, held, _, _) in enumerate(self.rows):
            kinds[place, : len(held)] = np.frombuffer(held, dtype=np.int8)
        times = np.array([times for _, _, _, times in self.rows], dtype=np.int64)
        again = np.repeat(np.arange(len(self.rows)), times)
        starts = np.array([first for _, _, first, _ in self.rows], dtype=np.int64)
        within = np.arange(len(again)) - np.repeat(np.cumsum(times) - times, times)
        columns = (
            pa.array([texts[place] if place < len(texts) else "" for texts, _, _, _ in self.rows], type=pa.string())
            for place in range(self.found.columns)
        )
        taken = tuple(pa.chunked_array([column.take(pa.array(again))]) for column in columns)
        return SheetCells(self.place.name, taken, starts[again] + within, np.asfortranarray(kinds[again]))


def read_ods(archive: Archive) -> list[OdsSheet]:
    """Return the sheets of an OpenDocument spreadsheet.

    Raises:
        InputError: encrypted, damaged, unsafe, or repeating a cell beyond what a table can have.
    """
    manifest = archive.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in archive.entries else b""
    if b"encryption-data" in manifest:
        raise locked(archive.name, "LibreOffice")
    if "content.xml" not in archive.entries:
        raise lacks_part(archive.name, "content.xml", _AGAIN)
    styles, sheets, depth = OdsStyles(), [], 0
    for part in ("styles.xml", "content.xml"):
        for event, element in _elements(archive, part):
            kind = local(element)
            if kind == "table":
                depth += 1 if event == "start" else -1
                if event == "start" and depth == 1:
                    sheets.append(_sheet(element, styles))
            elif event == "start":
                continue
            elif kind == "style" or kind.endswith("-style"):
                styles.take(element)
            elif depth == 1:
                _take(archive.name, sheets[-1], kind, element, styles)
    return [sheet for sheet in sheets if not sheet.outside]


def _elements(archive: Archive, part: str) -> Iterator[tuple[str, etree._Element]]:
    """Return the elements of a part as they start and end; rows are forgotten once they have been seen."""
    if part not in archive.entries:
        return
    guard = XmlGuard(archive.name)
    parser = etree.XMLPullParser(
        events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True,
        remove_pis=True,
    )  # fmt: skip
    try:
        for piece in archive.pieces(part):
            guard(part, piece)
            parser.feed(piece)
            yield from _events(parser)
        parser.close()
        yield from _events(parser)
    except etree.XMLSyntaxError as error:
        raise damaged_part(archive.name, part, error.msg, _AGAIN) from error


def _events(parser: etree.XMLPullParser) -> Iterator[tuple[str, etree._Element]]:
    for event, element in parser.read_events():
        if not isinstance(element, etree._Element):
            continue
        yield event, element
        if event == "end" and local(element) in ("table-row", "table-column"):
            element.clear()
            parent = element.getparent()
            while parent is not None and element.getprevious() is not None:
                del parent[0]


def _sheet(element: etree._Element, styles: OdsStyles) -> OdsSheet:
    name = attribute(element, "name")
    hidden = attribute(element, "style-name") in styles.hidden or attribute(element, "display") == "false"
    return OdsSheet(SheetPlace(name, "", hidden), outside=name.startswith("'file:"))


def _take(name: str, sheet: OdsSheet, kind: str, element: etree._Element, styles: OdsStyles) -> None:
    """Add a row or a column of a sheet."""
    if kind == "table-source":
        sheet.outside = True
    elif kind == "table-column":
        sheet.defaults.append((repeated(element, "columns"), attribute(element, "default-cell-style-name")))
    elif kind == "table-row" and not sheet.outside:
        _take_row(f"{name}, sheet {sheet.place.name}", sheet, element, styles)


def _take_row(place: str, sheet: OdsSheet, element: etree._Element, styles: OdsStyles) -> None:
    """Add a row as often as it stands there; empty ones only count."""
    times, number = repeated(element, "rows"), sheet.row + 1
    sheet.row += times
    default = attribute(element, "default-cell-style-name")
    cells, column = [], 0
    for one in element:
        if local(one) in ("table-cell", "covered-table-cell"):
            style = attribute(one, "style-name") or default or _default(sheet, column)
            cell = ods_cell(one, partial(styles.code, style))
            _take_merged(sheet, one, number, column)
            cells.append(cell)
            column += cell.times
    while cells and not cells[-1].text and not cells[-1].uncached:
        cells.pop()
    if not cells:
        return
    if attribute(element, "visibility") in ("collapse", "filter"):
        sheet.found.hidden.update(range(number, number + min(times, 1 << 20)))
        sheet.found.filtered |= attribute(element, "visibility") == "filter"
    _refuse_large(place, sheet, cells, number, times)
    _add_row(sheet, cells, number, times)


def _default(sheet: OdsSheet, column: int) -> str:
    """Return the style of cells of a column that name none."""
    for times, style in sheet.defaults:
        if column < times:
            return style
        column -= times
    return ""


def _refuse_large(place: str, sheet: OdsSheet, cells: Sequence[OdsCell], number: int, times: int) -> None:
    """Refuse a row that, as often as it stands there, is more than a table can have."""
    width, last = sum(cell.times for cell in cells), number + times - 1
    sheet.found.columns = max(sheet.found.columns, width)
    sheet.weight += times * sum(len(cell.text.encode()) * cell.times for cell in cells)
    refuse_stray(place, last, sheet.found.columns, f"{column_letters(min(width, 1 << 20) - 1)}{last}")
    if sheet.weight > MOST_BYTES:
        raise InputError(
            f"{place}: the row {number} repeats its cells until their text takes more than {MOST_BYTES >> 20} MiB. "
            f"{_AGAIN}"
        )


def _add_row(sheet: OdsSheet, cells: Sequence[OdsCell], number: int, times: int) -> None:
    before = sheet.rows[-1][2] + sheet.rows[-1][3] if sheet.rows else number
    if empty := min(number - before, EMPTY_ROWS):
        sheet.rows.append(((), b"", before, empty))
    texts: list[str] = []
    kinds = bytearray()
    for cell in cells:
        column = len(texts)
        texts += [cell.text] * cell.times
        kinds += bytes([cell.kind]) * cell.times
        if cell.uncached:
            sheet.found.uncached.append(f"{column_letters(column)}{number}")
        if cell.code is not None:
            for at in range(column, column + cell.times):
                sheet.found.add_numbers(at, cell.code, range(number, number + times))
    sheet.rows.append((tuple(texts), bytes(kinds), number, times))


def _take_merged(sheet: OdsSheet, element: etree._Element, row: int, column: int) -> None:
    down = whole_number(attribute(element, "number-rows-spanned")) or 1
    across = whole_number(attribute(element, "number-columns-spanned")) or 1
    if down > 1 or across > 1:
        sheet.found.merged.append((row, row + down - 1, column, column + across - 1))
