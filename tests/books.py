"""How tests make zip archives and workbook packages, part by part."""

import struct
import zipfile
from hashlib import sha256
from io import BytesIO

from bbbxl.inputs.files.workbook import read_workbook

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_LINKS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KINDS = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def zipped(*entries, method=zipfile.ZIP_DEFLATED):
    """Return a zip archive of (name, content)."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return buffer.getvalue()


def sheet(rows, *, main=MAIN, before="", after="", start=""):
    """Return the XML of a sheet around its rows."""
    return f'{start}<worksheet xmlns="{main}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def related(*links, kinds=LINKS):
    """Return the XML of relations (id, kind, target)."""
    lines = "".join(f'<Relationship Id="{one}" Type="{kinds}/{kind}" Target="{at}"/>' for one, kind, at in links)
    return f'<Relationships xmlns="{PACKAGE}/relationships">{lines}</Relationships>'


def parts(sheets, *, main=MAIN, links=LINKS, book="", more=()):
    """Return the parts of a workbook, name -> content.

    sheets: Name of a sheet, with attributes behind a "|" -> its XML. book: XML before the list of sheets. more:
    further parts, in place of those made here where they have the same name.
    """
    listed, related_sheets, found = "", [], {}
    for number, (name, xml) in enumerate(sheets.items(), start=1):
        title, _, attributes = name.partition("|")
        listed += f'<sheet name="{title}" sheetId="{number}" {attributes} r:id="r{number}"/>'
        related_sheets.append((f"r{number}", "worksheet", f"worksheets/sheet{number}.xml"))
        found[f"xl/worksheets/sheet{number}.xml"] = xml
    others = [("rs", "styles", "styles.xml"), ("rt", "sharedStrings", "sharedStrings.xml")]
    related_sheets += [one for one in others if f"xl/{one[2]}" in dict(more)]
    types = (
        f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{KINDS}.sheet.main+xml"/></Types>'
    )
    opening = f'<workbook xmlns="{main}" xmlns:r="{links}">{book}<sheets>{listed}</sheets></workbook>'
    return {
        "[Content_Types].xml": types,
        "_rels/.rels": related(("r1", "officeDocument", "xl/workbook.xml"), kinds=links),
        "xl/workbook.xml": opening,
        "xl/_rels/workbook.xml.rels": related(*related_sheets, kinds=links),
        **found,
        **dict(more),
    }


def styles(*codes):
    """Return styles.xml; style 0 is General, style 1 the first code, and so on."""
    formats = "".join(f'<numFmt numFmtId="{place}" formatCode="{code}"/>' for place, code in enumerate(codes, 164))
    cells = "".join(f'<xf numFmtId="{place}"/>' for place in range(164, 164 + len(codes)))
    cells = f'<cellXfs><xf numFmtId="0"/>{cells}</cellXfs>'
    return "xl/styles.xml", f'<styleSheet xmlns="{MAIN}"><numFmts>{formats}</numFmts>{cells}</styleSheet>'


def xlsx(rows, *, before="", after="", book="", more=()):
    """Return a workbook of one sheet, Orders."""
    made = parts({"Orders": sheet(rows, before=before, after=after)}, book=book, more=more)
    return zipped(*made.items())


def read(content, name="orders.xlsx", choice=None):
    """Return the grids of a workbook."""
    suffix = "." + name.rpartition(".")[2]
    return read_workbook(content, name, suffix, sha256(content).hexdigest(), len(content), choice)


def texts(grid):
    """Return all cells of a grid, row by row."""
    return grid.rows(0, grid.cells.num_rows)


def record(kind, *values):
    """Return a record of a binary package; numbers take four bytes, text its length before it."""
    data = b""
    for value in values:
        if isinstance(value, str):
            data += struct.pack("<L", len(value)) + value.encode("utf-16-le")
        else:
            data += value if isinstance(value, bytes) else struct.pack("<L", value)
    number = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    return number + bytes([len(data)]) + data


def xlsb(*rows):
    """Return a binary package of one sheet, Orders; rows are the records of a sheet."""
    types = (
        f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="bin" ContentType="application/vnd.ms-excel.'
        'sheet.binary.macroEnabled.main"/></Types>'
    )
    book = record(131) + record(143) + record(156, 0, 1, "r1", "Orders") + record(144) + record(132)
    codes = record(615, 1) + record(44, struct.pack("<H", 164), "00000") + record(616)
    cells = record(617, 3) + record(47, bytes(16)) + record(47, struct.pack("<2H", 0, 164), bytes(12))
    cells += record(47, struct.pack("<2H", 0, 14), bytes(12)) + record(618)
    return zipped(
        ("[Content_Types].xml", types),
        ("_rels/.rels", related(("r1", "officeDocument", "xl/workbook.bin"))),
        ("xl/workbook.bin", book),
        (
            "xl/_rels/workbook.bin.rels",
            related(("r1", "worksheet", "worksheets/sheet1.bin"), ("r2", "styles", "styles.bin")),
        ),
        ("xl/styles.bin", record(278) + codes + cells + record(279)),
        (
            "xl/worksheets/sheet1.bin",
            record(129) + record(148, 0, 9, 0, 9) + record(145) + b"".join(rows) + record(146) + record(130),
        ),
    )
