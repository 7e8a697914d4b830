"""How small workbooks are made: by openpyxl, and part by part where the trap is in the XML."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl
from openpyxl.utils import get_column_letter

from corpus.case import Make
from corpus.making import raw, zip_bytes

TITLES = ("Order No", "Order Date", "Customer", "Amount", "Currency")
#: The three orders as cells; days as Excel counts them (46037 is 2026-01-15).
CELLS = (
    TITLES,
    ("A-1", date(2026, 1, 15), "Northwind", 100, "EUR"),
    ("A-2", date(2026, 1, 20), "Contoso", 200.5, "EUR"),
    ("A-3", date(2026, 2, 10), "Fabrikam", 300, "EUR"),
)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
KINDS = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
#: Styles of the workbooks made part by part: 0 general, 1 day, 2 five digits, 3 percent, 4 two decimals.
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="00000"/></numFmts>'
    '<fonts count="1"><font/></fonts><fills count="1"><fill><patternFill/></fill></fills>'
    '<borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="5"><xf numFmtId="0"/><xf numFmtId="14"/>'
    '<xf numFmtId="164"/><xf numFmtId="9"/><xf numFmtId="4"/></cellXfs></styleSheet>'
)
DAY_STYLE, FIVE_DIGITS, PERCENT = 1, 2, 3
HIDDEN = ' hidden="1"'


@dataclass(frozen=True)
class Xml:
    """A cell written out; {at} stands for its place."""

    text: str


def formula(words: str, cached: object = None, kind: str = "") -> Xml:
    """Return a formula cell, with the value last computed or without."""
    value = "" if cached is None else f"<v>{cached}</v>"
    return Xml(f'<c r="{{at}}"{f" t={chr(34)}{kind}{chr(34)}" if kind else ""}><f>{escape(words)}</f>{value}</c>')


def number(shown: object, style: int = 0) -> Xml:
    """Return a number cell exactly as written, in a style."""
    return Xml(f'<c r="{{at}}" s="{style}"><v>{shown}</v></c>')


def failure(shown: str) -> Xml:
    """Return an error cell."""
    return Xml(f'<c r="{{at}}" t="e"><v>{shown}</v></c>')


def serial(day: date) -> int:
    """Return a day as Excel counts it from 1900."""
    return (day - date(1899, 12, 30)).days


def _cell(value: object, at: str) -> str:
    if isinstance(value, Xml):
        return value.text.replace("{at}", at)
    if isinstance(value, bool):
        return f'<c r="{at}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, date) and not isinstance(value, datetime):
        return f'<c r="{at}" s="{DAY_STYLE}"><v>{serial(value)}</v></c>'
    if isinstance(value, (int, float)):
        return f'<c r="{at}"><v>{value!r}</v></c>'
    return f'<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{escape(str(value))}</t></is></c>'


def row_xml(place: int, values: Sequence[object], hidden: bool = False) -> str:
    """Return the XML of a row, its cells from column A on; empty text makes no cell."""
    cells = "".join(_cell(one, f"{get_column_letter(at)}{place}") for at, one in enumerate(values, 1) if one != "")
    return f'<row r="{place}"{HIDDEN if hidden else ""}>{cells}</row>'


def sheet_xml(
    rows: Sequence[Sequence[object]], hidden: Sequence[int] = (), after: str = "", start: str = "", stray: str = ""
) -> str:
    """Return the XML of a sheet; empty text makes no cell.

    Args:
        rows: Cells from A1 on.
        hidden: Rows that are hidden.
        after: XML behind the data, such as a filter.
        start: XML before the root, such as a document type.
        stray: XML of a row behind the last one.
    """
    lines = [row_xml(place, values, place in hidden) for place, values in enumerate(rows, 1)]
    data = f"<sheetData>{''.join(lines)}{stray}</sheetData>"
    return f'<?xml version="1.0" encoding="UTF-8"?>{start}<worksheet xmlns="{MAIN}">{data}{after}</worksheet>'


def package(
    sheets: Mapping[str, str], more: Mapping[str, bytes | str] | None = None, book: str = ""
) -> dict[str, bytes | str]:
    """Return the parts of a workbook.

    Args:
        sheets: Sheet name -> XML.
        more: Further parts, or parts that stand in place of those made here.
        book: XML at the start of the workbook, such as the 1904 date system.
    """
    numbers = range(1, len(sheets) + 1)
    tabs = "".join(
        f'<sheet name="{escape(name)}" sheetId="{place}" r:id="rId{place}"/>' for place, name in enumerate(sheets, 1)
    )
    links = "".join(
        f'<Relationship Id="rId{place}" Type="{LINKS}/worksheet" Target="worksheets/sheet{place}.xml"/>'
        for place in numbers
    )
    kinds = "".join(
        f'<Override PartName="/xl/worksheets/sheet{place}.xml" ContentType="{TYPE}.worksheet+xml"/>'
        for place in numbers
    )
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": f'<Types xmlns="{KINDS}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        f'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{TYPE}.styles+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{TYPE}.sharedStrings+xml"/>{kinds}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{KINDS}/relationships"><Relationship Id="rId1" '
        f'Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}">{book}<sheets>{tabs}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{KINDS}/relationships">{links}'
        f'<Relationship Id="rId90" Type="{LINKS}/styles" Target="styles.xml"/>'
        f'<Relationship Id="rId91" Type="{LINKS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/styles.xml": STYLES,
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"/>',
    }
    return (
        parts
        | {f"xl/worksheets/sheet{place}.xml": xml for place, xml in enumerate(sheets.values(), 1)}
        | dict(more or {})
    )


def book(
    rows: Sequence[Sequence[object]] = CELLS, *, name: str = "orders.xlsx",
    more: Mapping[str, bytes | str] | None = None,
    start: str = "", stray: str = "", after: str = "", hidden: Sequence[int] = (), date1904: bool = False,
) -> Make:  # fmt: skip
    """Return what writes a workbook of one sheet, Orders, part by part."""
    xml = sheet_xml(rows, hidden, after, start, stray)
    return raw(zip_bytes(package({"Orders": xml}, more, '<workbookPr date1904="1"/>' if date1904 else "")), name)


def books(sheets: Mapping[str, Sequence[Sequence[object]]], name: str = "orders.xlsx") -> Make:
    """Return what writes a workbook of several sheets."""
    return raw(zip_bytes(package({title: sheet_xml(rows) for title, rows in sheets.items()})), name)


def saved(
    change: Callable[[openpyxl.Workbook], object] | None = None, rows: Sequence[Sequence[object]] = CELLS,
    name: str = "orders.xlsx",
) -> Make:  # fmt: skip
    """Return what lets openpyxl write a workbook of one sheet, Orders, after a change."""

    def make(folder: Path) -> Path:
        made = openpyxl.Workbook()
        made.active.title = "Orders"
        for values in rows:
            made.active.append(list(values))
        if change:
            change(made)
        target = io.BytesIO()
        made.save(target)
        return raw(target.getvalue(), name)(folder)

    return make


OFFICE = "urn:oasis:names:tc:opendocument:xmlns:"


def ods_cell(value: object) -> str:
    """Return a cell of an OpenDocument sheet."""
    if isinstance(value, Xml):
        return value.text
    if isinstance(value, date):
        return _ods("date", f'office:date-value="{value}"', value)
    if isinstance(value, (int, float)):
        return _ods("float", f'office:value="{value}"', value)
    return _ods("string", "", value)


def money(value: object, currency: str, sign: str) -> Xml:
    """Return a money cell of an OpenDocument sheet."""
    return Xml(_ods("currency", f'office:currency="{currency}" office:value="{value}"', f"{value} {sign}"))


def _ods(kind: str, stored: str, shown: object) -> str:
    words = f"<text:p>{escape(str(shown))}</text:p>"
    return f'<table:table-cell office:value-type="{kind}" {stored}>{words}</table:table-cell>'


def ods(rows: Sequence[Sequence[object]] = CELLS, after: str = "", start: str = "", name: str = "orders.ods") -> Make:
    """Return what writes an OpenDocument sheet; `after` is XML behind its rows."""
    body = "".join(f"<table:table-row>{''.join(map(ods_cell, values))}</table:table-row>" for values in rows)
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>{start}<office:document-content xmlns:office="{OFFICE}office:1.0" '
        f'xmlns:table="{OFFICE}table:1.0" xmlns:text="{OFFICE}text:1.0" office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="Orders">{body}{after}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        f'<manifest:manifest xmlns:manifest="{OFFICE}manifest:1.0"><manifest:file-entry manifest:full-path="/" '
        f'manifest:media-type="{kind}"/><manifest:file-entry manifest:full-path="content.xml" '
        'manifest:media-type="text/xml"/></manifest:manifest>'
    )
    return raw(zip_bytes({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest}), name)
