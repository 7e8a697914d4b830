"""Archives: one export in a zip, and every way a zip deceives."""

import struct
from collections.abc import Callable

from corpus.case import OPEN, THREE, Case, Make, Refused
from corpus.making import A1, A2, A3, HEAD, ORDERS, csv_bytes, raw, zip_bytes, zipped
from corpus.packages import CELLS, package, sheet_xml

FILE = r"orders\.zip"
BOOK = r"orders\.xlsx"
ONE = csv_bytes(*ORDERS)
JANUARY, FEBRUARY = csv_bytes(HEAD, A1, A2), csv_bytes(HEAD, A3)
PLAIN = zip_bytes({"orders.csv": ONE})
#: A million spaces go into a thousand bytes; fifty times that is past every sensible ratio.
MUCH = 50_000_000
TOO_MUCH = "times|inflate|size|MB|bytes|unpack"
SHEET = zip_bytes(package({"Orders": sheet_xml(CELLS)}))


def patched(content: bytes, mark: bytes, at: int, value: bytes) -> bytes:
    """Return an archive with bytes changed in every header that starts with a mark."""
    place, made = content.find(mark), bytearray(content)
    while place >= 0:
        made[place + at : place + at + len(value)] = value
        place = content.find(mark, place + 4)
    return bytes(made)


def encrypted(content: bytes) -> bytes:
    """Return an archive whose headers say that its entries are encrypted."""
    return patched(patched(content, b"PK\x03\x04", 6, b"\x01\x00"), b"PK\x01\x02", 8, b"\x01\x00")


def lying(content: bytes, size: int) -> bytes:
    """Return an archive whose headers give another size for what comes out."""
    wrong = struct.pack("<I", size)
    return patched(patched(content, b"PK\x03\x04", 22, wrong), b"PK\x01\x02", 24, wrong)


def linked() -> bytes:
    """Return an archive whose entry is a link to a file of the machine."""
    content = zip_bytes({"orders.csv": "/etc/passwd"})
    return patched(patched(content, b"PK\x01\x02", 38, struct.pack("<I", 0o120777 << 16)), b"PK\x01\x02", 5, b"\x03")


def bomb() -> bytes:
    """Return an archive that unpacks to a thousand times its size."""
    return zip_bytes({"orders.csv": ONE + b" " * MUCH})


def workbook(more: dict[str, bytes | str]) -> bytes:
    """Return a workbook of the three orders with further parts, or parts in place of its own."""
    return zip_bytes(package({"Orders": sheet_xml(CELLS)}, more))


def archive(content: bytes | Callable[[], bytes], name: str = "orders.zip") -> Make:
    """Return what writes an archive."""
    return raw(content, name)


CASES = (
    Case("one csv in a zip", zipped({"orders.csv": ONE}), THREE),
    Case("one workbook in a zip", zipped({"orders.xlsx": SHEET}), THREE),
    Case("one csv in a folder of a zip", zipped({"export/": b"", "export/orders.csv": ONE}), THREE),
    Case(
        "what a Mac adds to a zip",
        zipped(
            {"orders.csv": ONE, "__MACOSX/": b"", "__MACOSX/._orders.csv": b"\0\5\x16\7", ".DS_Store": b"\0\0\0\1Bud1"}
        ),
        THREE,
    ),
    Case(
        "a csv and a page of words in a zip",
        zipped({"orders.csv": ONE, "readme.md": b"# About\n"}),
        (THREE, Refused(FILE, "readme")),
        OPEN,
    ),
    Case(
        "two csv files of the same columns in a zip",
        zipped({"2026-01.csv": JANUARY, "2026-02.csv": FEBRUARY}),
        (THREE, Refused(FILE, r"2026-01\.csv", r"2026-02\.csv")),
        OPEN,
    ),
    Case(
        "two different tables in a zip",
        zipped({"orders.csv": ONE, "invoices.csv": b"Invoice No,Invoice Date,Invoiced\nI-1,2026-03-01,70\n"}),
        Refused(FILE, "orders.csv", "invoices.csv"),
    ),
    Case("a zip in a zip", zipped({"inside.zip": PLAIN}), Refused(FILE, "zip|archive", "inside")),
    Case("a zip without anything", zipped({}), Refused(FILE, "empty|nothing|no ")),
    Case("a zip with a picture only", zipped({"picture.png": b"\x89PNG\r\n\x1a\n"}), Refused(FILE, "picture|csv")),
    Case("encrypted", archive(encrypted(PLAIN)), Refused(FILE, "encrypt|password")),
    Case("cut off in the middle", archive(PLAIN[: len(PLAIN) // 2]), Refused(FILE, "cut|damaged|broken|complete|zip")),
    Case("cut off before its directory", archive(PLAIN[:-30]), Refused(FILE, "cut|damaged|broken|complete|zip")),
    Case(
        "a byte of the content changed",
        archive(PLAIN[:60] + bytes([PLAIN[60] ^ 0xFF]) + PLAIN[61:]),
        Refused(FILE, "damaged|broken|check|CRC|zip"),
    ),
    Case("says it is smaller than it is", archive(lying(PLAIN, 20)), Refused(FILE, "size|bytes|larger|says|damaged")),
    Case(
        "says it is larger than it is", archive(lying(PLAIN, 5_000)), Refused(FILE, "size|bytes|smaller|says|damaged")
    ),
    Case("a bomb", archive(bomb), Refused(FILE, TOO_MUCH), alone=True, unread="unpacks it all"),
    Case(
        "a bomb that says it is small",
        archive(lambda: lying(bomb(), 500)),
        Refused(FILE, TOO_MUCH),
        alone=True,
        unread="unpacks it all",
    ),
    Case(
        "a bomb in a part of a workbook that holds no cells",
        archive(lambda: workbook({"xl/media/image1.bin": b" " * MUCH}), "orders.xlsx"),
        (Refused(BOOK, TOO_MUCH), THREE),
        OPEN,
        unread="unpacks it all",
    ),
    Case(
        "a bomb in the sheet of a workbook",
        archive(lambda: workbook({"xl/worksheets/sheet1.xml": sheet_xml(CELLS, after=" " * MUCH)}), "orders.xlsx"),
        Refused(BOOK, TOO_MUCH),
        alone=True,
        unread="unpacks it all",
    ),
    Case(
        "twenty thousand entries",
        archive(lambda: zip_bytes({f"{place}.csv": b"" for place in range(20_000)})),
        Refused(FILE, "20,?0|entries|files"),
        unread="is as slow as it is useless",
    ),
    Case(
        "the same name twice",
        archive(zip_bytes({"orders.csv": ONE}, (("orders.csv", FEBRUARY),))),
        Refused(FILE, "orders.csv", "twice|two|duplicate|several"),
    ),
    Case(
        "the same sheet twice in a workbook",
        archive(
            zip_bytes(
                package({"Orders": sheet_xml(CELLS)}), (("xl/worksheets/sheet1.xml", sheet_xml(CELLS[:2]).encode()),)
            ),
            "orders.xlsx",
        ),
        Refused(BOOK, "sheet1", "twice|two|duplicate|several"),
    ),
    Case(
        "the same sheet in other letters",
        archive(
            zip_bytes(
                package({"Orders": sheet_xml(CELLS)}), (("XL/Worksheets/Sheet1.XML", sheet_xml(CELLS[:2]).encode()),)
            ),
            "orders.xlsx",
        ),
        (THREE, Refused(BOOK, "sheet1")),
        OPEN,
    ),
    Case(
        "a name that climbs out of the folder",
        zipped({"../../orders.csv": ONE}),
        (THREE, Refused(FILE, r"\.\./")),
        OPEN,
    ),
    Case("a name at the root of the disk", zipped({"/etc/orders.csv": ONE}), (THREE, Refused(FILE, "etc")), OPEN),
    Case("a link to a file of the machine", archive(linked()), Refused(FILE, "orders.csv", "link|table|header|column")),
    Case(
        "a workbook cut off",
        archive(SHEET[:900], "orders.xlsx"),
        Refused(BOOK, "cut|damaged|broken|complete|zip|workbook"),
    ),
    Case("a workbook in a zip cut off", zipped({"orders.xlsx": SHEET[:900]}), Refused(FILE, "orders.xlsx")),
    Case("a zip that says it is csv", archive(PLAIN, "orders.csv"), (THREE, Refused(r"orders\.csv", "zip|csv")), OPEN),
    Case("text that says it is a zip", archive(ONE), Refused(FILE, "zip")),
    Case(
        "packed by gzip",
        raw(b"\x1f\x8b\x08\0\0\0\0\0\0\x03", "orders.csv.gz"),
        Refused(r"orders\.csv\.gz", "gz|zip|csv"),
    ),
    Case(
        "a row that cannot be taken, in a zip",
        zipped({"orders.csv": ONE + b"A-4,2026-02-20,Adatum,abc,EUR\n"}),
        (THREE.without(5, "abc"), Refused(FILE, "row 5", "abc")),
        OPEN,
    ),
    Case("a zip within the rows of a zip", zipped({"orders.csv": PLAIN}), Refused(FILE, "orders.csv")),
)
