"""What a file is by its content, whatever its name says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import BytesIO
from typing import Final
from zipfile import BadZipFile, ZipFile

#: Endings of text files, and of workbooks with what their content must be.
TEXT_SUFFIXES: Final = (".csv", ".tsv", ".txt", ".tab", ".asc", ".psv")
WORKBOOKS: Final[Mapping[str, str]] = {".xlsx": "xlsx", ".xlsm": "xlsx", ".xlsb": "xlsb", ".xls": "xls", ".ods": "ods"}
#: Endings of files that hold rows; an archive holds such files.
DATA_SUFFIXES: Final = (*TEXT_SUFFIXES, *WORKBOOKS)
_IN_EXCEL: Final = "Open it in Excel and save it as .xlsx."
_UNPACK: Final = "Unpack it and name the export."
#: What a content is in words, and what to do with a file that has it under another ending.
CONTENTS: Final[Mapping[str, tuple[str, str]]] = {
    "text": ("plain text", "Rename it to .csv."),
    "xlsx": ("an Excel workbook", "Rename it to .xlsx."),
    "xlsb": ("a binary Excel workbook", "Rename it to .xlsb."),
    "xls": ("an old Excel 97 workbook", "Rename it to .xls."),
    "ods": ("an OpenDocument workbook", "Rename it to .ods."),
    "encrypted": ("a workbook under a password", "Open it in Excel, remove the password and save it."),
    "zip": ("a zip archive", "Rename it to .zip, or unpack it and name the export."),
    "gzip": ("a gzip archive", _UNPACK),
    "html": ("a web page", _IN_EXCEL),
    "xml": ("XML text", _IN_EXCEL),
    "pdf": ("a PDF", "Export the rows again as .xlsx or CSV."),
    "other binary": ("neither text nor a workbook", "Export the rows again as .xlsx or CSV."),
}
ZIP_START: Final = b"PK\x03\x04"
#: Start of each line in the list of entries of a zip archive, and most entries of one.
LISTED: Final = b"PK\x01\x02"
MOST_ENTRIES: Final = 10_000
_EMPTY_ZIP: Final = b"PK\x05\x06"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM: Final = "EncryptedPackage".encode("utf-16-le")
_WORKBOOK_STREAMS: Final = tuple(
    name.encode("utf-16-le") + b"\0\0" for name in ("Workbook", "WORKBOOK", "Book", "BOOK")
)
_ODS_KIND: Final = b"application/vnd.oasis.opendocument.spreadsheet"
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_HEAD: Final = 4096
#: First bytes of formats that are no export at all.
_OTHER: Final = (
    b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"PAR1", b"SQLite format 3", b"BZh", b"\xfd7zXZ",
    b"\x28\xb5\x2f\xfd", b"{\\rtf", b"ARROW1", b"\x7fELF", b"MZ\x90",
)  # fmt: skip
_HTML: Final = re.compile(
    r"<(!doctype\s+html|html|head|meta|body|table|style|script|div|title|center|font|tr|td)\b", re.I
)
_MARKUP_BEFORE: Final = re.compile(r"\s*(<\?.*?\?>\s*|<!--.*?-->\s*)*", re.S)
_WEB_ARCHIVE: Final = re.compile(r"(mime-version|content-type):", re.I)


def sniff(content: bytes) -> str:
    """Return what the bytes of a file are: one of the words below.

    "zip", "xlsx" (xlsm too), "xlsb", "ods", "xls" (the old binary one), "encrypted" (a workbook under a password),
    "html", "xml", "pdf", "gzip", "other binary", "text". No bytes at all are text.
    """
    if content.startswith((ZIP_START, _EMPTY_ZIP)):
        return _package(content)
    if content.startswith(_OLE):
        return _compound(content)
    if content.startswith(b"\x1f\x8b"):
        return "gzip"
    if b"%PDF-" in content[:1024]:
        return "pdf"
    wide = content.startswith(_UTF_16)
    if content.startswith(_OTHER) or (b"\0" in content[:_HEAD] and not wide and not _wide_unmarked(content)):
        return "other binary"
    return _markup(content[:_HEAD].decode("utf-16" if wide else "utf-8", errors="replace").lstrip("\ufeff"))


def _package(content: bytes) -> str:
    """Return what kind of package a zip archive is."""
    if content.count(LISTED) > MOST_ENTRIES:
        return _broken_package(content)
    try:
        with ZipFile(BytesIO(content)) as package:
            names = {name.replace("\\", "/").casefold().lstrip("/") for name in package.namelist()}
            if "mimetype" in names and package.getinfo("mimetype").file_size < _HEAD:
                return "ods" if package.read("mimetype").startswith(_ODS_KIND) else "zip"
    except (BadZipFile, KeyError, ValueError, NotImplementedError, RuntimeError, OSError, EOFError):
        return _broken_package(content)
    if "[content_types].xml" in names:
        if "xl/workbook.bin" in names:
            return "xlsb"
        if any(name.startswith("xl/") for name in names):
            return "xlsx"
    return "zip"


def _broken_package(content: bytes) -> str:
    """Return what a zip archive that cannot be opened began as."""
    if _ODS_KIND in content[:_HEAD]:
        return "ods"
    if b"[Content_Types].xml" in content:
        return "xlsb" if b"xl/workbook.bin" in content else "xlsx" if b"xl/" in content else "zip"
    return "zip"


def _compound(content: bytes) -> str:
    """Return what an OLE compound file holds."""
    if _ENCRYPTED_STREAM in content:
        return "encrypted"
    return "xls" if any(stream in content for stream in _WORKBOOK_STREAMS) else "other binary"


def _wide_unmarked(content: bytes) -> bool:
    """Return whether every second byte of the beginning is NUL, as in UTF-16 without a mark."""
    head = content[: _HEAD // 2 * 2]
    first, second = head[::2], head[1::2]
    return any(part.count(0) > 0.9 * len(part) and 0 not in other for part, other in ((first, second), (second, first)))


def _markup(head: str) -> str:
    """Return html, xml or text by the beginning of a text."""
    before = _MARKUP_BEFORE.match(head)
    start = head[before.end() if before else 0 :]
    if _HTML.match(start) or _WEB_ARCHIVE.match(head):
        return "html"
    return "xml" if re.match(r"\s*<([?!A-Za-z])", head) else "text"
