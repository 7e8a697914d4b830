"""Files made to deceive or to break the reader: entities, bombs, devices, broken packages, other kinds of file."""

import os
import struct
from datetime import date
from pathlib import Path

from corpus.case import OPEN, THREE, Case, Expected, Make, Refused, row
from corpus.making import A1, A2, A3, HEAD, ORDERS, csv_bytes, orders, raw, text, zip_bytes
from corpus.packages import CELLS, KINDS, LINKS, MAIN, TITLES, Xml, book, ods, package, row_xml, sheet_xml

FILE = r"orders\."
BOOK = r"orders\.xlsx"
ENTITY = "entit|document type|DTD|DOCTYPE"
BROKEN = "damaged|broken|workbook|XML|read"
OUTSIDE = '<!DOCTYPE worksheet [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
LAUGHS = "<!DOCTYPE worksheet [" + '<!ENTITY l0 "ha">' + "".join(
    f'<!ENTITY l{place} "{f"&l{place - 1};" * 10}">' for place in range(1, 10)
) + "]>"  # fmt: skip
QUADRATIC = f'<!DOCTYPE worksheet [<!ENTITY x "{"x" * 100_000}">]>'
NAMED = Xml('<c r="{at}" t="inlineStr"><is><t>&x;</t></is></c>')
TWICE = Xml('<c r="{at}" t="inlineStr"><is><t>' + "&x;" * 1_000 + "</t></is></c>")
LAUGHING = Xml('<c r="{at}" t="inlineStr"><is><t>&l9;</t></is></c>')
STRING = Xml('<c r="{at}" t="s"><v>4000000000</v></c>')


def with_id(cell: Xml, start: str = "", **more: str) -> Make:
    """Return what writes the three orders with a cell of its own as the first id."""
    return book((TITLES, (cell, *CELLS[1][1:]), *CELLS[2:]), start=start, **more)  # type: ignore[arg-type]


def part(name: str, content: bytes | str) -> Make:
    """Return what writes a workbook of which one part is another."""
    return book(more={name: content})


def lacking(name: str) -> Make:
    """Return what writes a workbook without one of its parts."""
    parts = package({"Orders": sheet_xml(CELLS)})
    del parts[name]
    return raw(zip_bytes(parts), "orders.xlsx")


def compound(*streams: str) -> bytes:
    """Return a compound file as Office writes encrypted workbooks, its streams empty."""
    free, end, none = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF
    mark, sizes = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", (0x3E, 3, 0xFFFE, 9, 6)
    places = (0, 1, 1, 0, 4096, end, 0, end, 0, 0)
    header = struct.pack("<8s16sHHHHH6sIIIIIIIIII", mark, b"", *sizes, b"", *places)
    header += struct.pack("<108I", *[free] * 108)
    table = struct.pack("<128I", 0xFFFFFFFD, end, *[free] * 126)
    entries = b""
    for place, name in enumerate(("Root Entry", *streams)):
        words = name.encode("utf-16-le")
        kind, child = (5, 1) if place == 0 else (2, none)
        right = place + 1 if 0 < place < len(streams) else none
        entries += struct.pack(
            "<64sHBBIII16sIQQIQ", words, len(words) + 2, kind, 1, none, right, child, b"", 0, 0, 0, end, 0
        )
    return header + table + entries.ljust(512, b"\0")


def folder_called(name: str) -> Make:
    def make(folder: Path) -> Path:
        (folder / name).mkdir()
        return folder / name

    return make


def pipe(folder: Path) -> Path:
    os.mkfifo(folder / "orders.csv")
    return folder / "orders.csv"


def there(path: str) -> Make:
    return lambda folder: Path(path)


def missing(folder: Path) -> Path:
    return folder / "orders.csv"


EVERY_CELL = (
    '<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384" '
    'office:value-type="float" office:value="1"><text:p>1</text:p></table:table-cell></table:table-row>'
)
FIRST, SECOND = Xml('<c r="D5"><v>1</v></c>'), Xml('<c r="D5"><v>999</v></c>')
LOCKED = compound("EncryptedPackage", "EncryptionInfo")
CASES = (
    Case("a file of the machine through an entity", with_id(NAMED, OUTSIDE), Refused(BOOK, ENTITY)),
    Case(
        "a file of the machine through the shared strings",
        part(
            "xl/sharedStrings.xml",
            f'<!DOCTYPE sst [<!ENTITY x SYSTEM "file:///etc/passwd">]><sst xmlns="{MAIN}"><si><t>&x;</t></si></sst>',
        ),
        Refused(BOOK, ENTITY),
    ),
    Case(
        "a billion laughs", with_id(LAUGHING, LAUGHS), Refused(BOOK, ENTITY), alone=True, unread="may take all memory"
    ),
    Case(
        "a long entity a thousand times",
        with_id(TWICE, QUADRATIC),
        Refused(BOOK, ENTITY),
        alone=True,
        unread="may take all memory",
    ),
    Case(
        "a document type in the workbook part",
        part("xl/workbook.xml", f'<!DOCTYPE workbook [<!ENTITY x "y">]><workbook xmlns="{MAIN}"/>'),
        Refused(BOOK, ENTITY),
    ),
    Case(
        "an entity in OpenDocument",
        ods(
            (
                TITLES,
                (
                    Xml('<table:table-cell office:value-type="string"><text:p>&x;</text:p></table:table-cell>'),
                    *CELLS[1][1:],
                ),
            ),
            start='<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        ),
        Refused(r"orders\.ods", ENTITY),
    ),
    Case(
        "OpenDocument of seventeen thousand million cells",
        ods(after=EVERY_CELL),
        Refused(r"orders\.ods", "cells|repeat|rows|large|size"),
        alone=True,
        unread="may take all memory",
    ),
    Case("encrypted workbook", raw(LOCKED, "orders.xlsx"), Refused(BOOK, "password|encrypt|protect")),
    Case(
        "a compound file that is no workbook",
        raw(compound("WordDocument"), "orders.xls"),
        Refused(r"orders\.xls", BROKEN + "|sheet"),
    ),
    Case("workbook without its sheet", lacking("xl/worksheets/sheet1.xml"), Refused(BOOK, BROKEN)),
    Case("workbook without its list of sheets", lacking("xl/workbook.xml"), Refused(BOOK, BROKEN)),
    Case(
        "workbook whose sheet lies outside",
        part(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{KINDS}/relationships"><Relationship Id="rId1" Type="{LINKS}/worksheet" '
            'Target="../../../etc/passwd"/></Relationships>',
        ),
        Refused(BOOK, BROKEN),
    ),
    Case("sheet cut off in its XML", part("xl/worksheets/sheet1.xml", sheet_xml(CELLS)[:400]), Refused(BOOK, BROKEN)),
    Case("sheet that is no XML", part("xl/worksheets/sheet1.xml", b"\0\1\2\3 not XML"), Refused(BOOK, BROKEN)),
    Case(
        "sheet nested a hundred thousand deep",
        part(
            "xl/worksheets/sheet1.xml",
            f'<worksheet xmlns="{MAIN}"><sheetData>{"<a>" * 100_000}{"</a>" * 100_000}</sheetData></worksheet>',
        ),
        Refused(BOOK, BROKEN + "|empty|table"),
        alone=True,
        unread="may break the parser",
    ),
    Case("text that is not in the shared strings", with_id(STRING), Refused(BOOK, "A2|row 2|" + BROKEN)),
    Case(
        "a cell beyond the last column",
        book(stray='<row r="9"><c r="ZZZZ9"><v>1</v></c></row>'),
        Refused(BOOK, "ZZZZ9|" + BROKEN),
    ),
    Case(
        "a row number of eleven digits",
        book(stray='<row r="99999999999"><c r="A99999999999"><v>1</v></c></row>'),
        Refused(BOOK, "99999999999|" + BROKEN),
        alone=True,
        unread="fills in every row before it",
    ),
    Case(
        "rows in the wrong order",
        book(
            (HEAD.split(","),),
            stray=row_xml(3, CELLS[1]) + row_xml(2, CELLS[2]),
        ),
        (Expected(2, {"EUR": 300_50}, {"2026-01": 300_50}), Refused(BOOK, BROKEN + "|row|A2")),
        OPEN,
    ),
    Case(
        "the same cell twice",
        book(stray=row_xml(5, ("A-4", date(2026, 2, 20), "Adatum", FIRST, "EUR", SECOND))),
        (Refused(BOOK, "D5|row 5|" + BROKEN), THREE.without(5, "")),
        OPEN,
    ),
    Case(
        "a PDF that says it is csv",
        raw(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n%%EOF\n"),
        Refused(FILE, "PDF|not text|table|csv"),
    ),
    Case(
        "a picture that says it is csv",
        raw(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256))),
        Refused(FILE, "picture|PNG|NUL|not text|csv"),
    ),
    Case(
        "a web page that says it is csv",
        raw(b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Your session, expired</body></html>\n"),
        Refused(FILE, "HTML|web page|header|table"),
    ),
    Case("a program that says it is csv", raw(b"MZ\x90\0\3\0\0\0" * 40), Refused(FILE, "NUL|program|not text|csv")),
    Case(
        "a JSON document that says it is csv",
        raw(b'[{"Order No": "A-1", "Amount": 100.0},\n {"Order No": "A-2", "Amount": 200.5}]\n'),
        Refused(FILE, "JSON|header|table|column|quote"),
    ),
    Case(
        "a database that says it is csv",
        raw(b"SQLite format 3\0" + b"\0" * 84),
        Refused(FILE, "NUL|not text|database|csv"),
    ),
    Case(
        "an ending that nobody reads",
        raw(csv_bytes(*ORDERS), "orders.docx"),
        Refused(r"orders\.docx", "docx|zip|read|csv"),
    ),
    Case("no ending", raw(csv_bytes(*ORDERS), "orders"), (THREE, Refused("orders", "ending|csv")), OPEN),
    Case("a file that is not there", missing, Refused(FILE, "no such|not there|exist|found|read")),
    Case("a folder where a file is expected", folder_called("orders.csv"), Refused(FILE, "folder|empty|no export")),
    Case(
        "a device without end",
        there("/dev/zero"),
        Refused("zero", "device|pipe|not a file"),
        alone=True,
        unread="never ends",
        needs="/dev/zero",
    ),
    Case(
        "a device without beginning",
        there("/dev/null"),
        Refused("null", "device|pipe|not a file|empty"),
        needs="/dev/null",
    ),
    Case(
        "a pipe that nobody writes into",
        pipe,
        Refused(FILE, "device|pipe|not a file"),
        alone=True,
        unread="never ends",
        needs="/dev/zero",
    ),
    Case(
        "twenty thousand columns",
        text(HEAD + ",x" * 20_000, *(one + "," * 20_000 for one in (A1, A2, A3))),
        (THREE, Refused(FILE, "columns|cells")),
        OPEN,
        unread="gives every column a name of its own, slowly",
    ),
    Case(
        "a line of a million cell marks",
        orders("," * 1_000_000),
        (THREE, THREE.without(5, "cell"), Refused(FILE, row(5), "cell")),
        OPEN,
    ),
    Case(
        "control characters in a name",
        text(HEAD, "A-1,2026-01-15,North\x07\x1bwind,100.00,EUR", A2, A3),
        (THREE, Refused(FILE, "control|character")),
        OPEN,
    ),
    Case(
        "letters that turn the writing around", text(HEAD, "A-1,2026-01-15,\u202eEvil\u202c,100.00,EUR", A2, A3), THREE
    ),
    Case(
        "a sheet named like a path",
        raw(zip_bytes(package({"../../Orders": sheet_xml(CELLS)})), "orders.xlsx"),
        (THREE, Refused(BOOK)),
        OPEN,
    ),
)
