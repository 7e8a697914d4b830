"""The xlsx package: parts written with fixed times, and read as streams without entities."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from posixpath import dirname, join, normpath, relpath
from typing import Final
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from lxml import etree

from bbbxl.errors import BbbError, InputError
from bbbxl.workbook.strings import MAIN

MAIN_TAG: Final = f"{{{MAIN}}}"
RELATION_TAG: Final = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
RELATION_ID: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_BLOCK: Final = 1 << 20
_LARGEST_PART: Final = (1 << 31) - 1
_ROW: Final = b"<row"
_END: Final = b"</sheetData>"


class PackageWriter:
    """A zip that openpyxl writes to: every member has the same time and attributes, none is ZIP64."""

    def __init__(self, path: Path, level: int, rewrite: Callable[[str, bytes], bytes]) -> None:
        self._zip = ZipFile(path, "w", ZIP_DEFLATED, allowZip64=False, compresslevel=level)
        self._level = level
        self._rewrite = rewrite

    def writestr(self, name: str, data: str | bytes) -> None:
        """Write one part, after the rewriting its name asks for."""
        self.stream(name, [self._rewrite(name, data.encode() if isinstance(data, str) else data)])

    def stream(self, name: str, pieces: Iterable[bytes], level: int | None = None) -> None:
        """Write one part from pieces, which are never held together."""
        self._zip.compresslevel = self._level if level is None else level
        size = 0
        with self._zip.open(name, "w") as entry:
            for piece in pieces:
                size += len(piece)
                if size > _LARGEST_PART:
                    raise BbbError(f"The part {name} would pass 2 GiB, which no reader takes. Narrow the period.")
                entry.write(piece)
        self._zip.getinfo(name).create_system = 0

    def namelist(self) -> list[str]:
        """Return the names of the parts written so far."""
        return self._zip.namelist()

    def close(self) -> None:
        """Write the directory of the zip."""
        self._zip.close()


@dataclass(frozen=True)
class SheetPart:
    """A worksheet and where it stands in the package.

    Attributes:
        name: What the tab says.
        part: Name of the zip member.
    """

    name: str
    part: str


@dataclass(frozen=True)
class TablePart:
    """A table over cells of a sheet.

    Attributes:
        name: As formulas call it.
        sheet: Name of the tab it stands on.
        ref: Its area with header and totals, such as A2:D6.
        columns: The names of its columns.
        header_row: Whether its first row is the header.
        totals_row: Whether its last row holds totals.
    """

    name: str
    sheet: str
    ref: str
    columns: tuple[str, ...]
    header_row: bool
    totals_row: bool


def parse(data: bytes) -> etree._Element:
    """Return the tree of a small part; a document type is refused, entities are not resolved.

    Raises:
        InputError: the part is not XML, or declares a document type.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as problem:
        raise InputError(f"A part of the workbook is not XML: {problem}.") from problem
    refuse_document_type(root)
    return root


def refuse_document_type(root: etree._Element) -> None:
    """Raise when a part declares a document type, which no workbook needs."""
    if root.getroottree().docinfo.doctype:  # type: ignore[attr-defined]  # the stubs lack it
        raise InputError("A part of the workbook declares a document type. Save the workbook anew from Excel.")


def open_package(path: Path) -> ZipFile:
    """Return the package of a workbook, open for reading.

    Raises:
        InputError: the file is not a zip.
    """
    try:
        return ZipFile(path)
    except BadZipFile as problem:
        raise InputError(f"{path.name} is not an xlsx workbook: {problem}.") from problem


def relations(package: ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Return id to (kind, target part) of what a part refers to; external targets stay as they are."""
    name = join(dirname(part), "_rels", part.rpartition("/")[2] + ".rels")
    if name not in package.namelist():
        return {}
    found: dict[str, tuple[str, str]] = {}
    for relation in parse(package.read(name)).iter(RELATION_TAG):
        target = relation.get("Target", "")
        if relation.get("TargetMode") == "External":
            kind = "external"
        else:
            kind = relation.get("Type", "").rpartition("/")[2]
            target = target[1:] if target.startswith("/") else normpath(join(dirname(part), target))
        found[relation.get("Id", "")] = (kind, target)
    return found


def workbook_part(package: ZipFile) -> str:
    """Return the name of the part that lists the sheets."""
    for kind, target in relations(package, "").values():
        if kind == "officeDocument":
            return target
    raise InputError("The package holds no workbook. Save it anew from Excel.")


def sheets(package: ZipFile) -> list[SheetPart]:
    """Return the worksheets in the order of their tabs."""
    book = workbook_part(package)
    targets = relations(package, book)
    found: list[SheetPart] = []
    for sheet in parse(package.read(book)).iter(f"{MAIN_TAG}sheet"):
        kind, target = targets.get(sheet.get(RELATION_ID, ""), ("", ""))
        if kind == "worksheet":
            found.append(SheetPart(sheet.get("name", ""), target))
    return found


def tables(package: ZipFile, sheet: SheetPart) -> list[TablePart]:
    """Return the tables of a sheet."""
    found: list[TablePart] = []
    for kind, target in relations(package, sheet.part).values():
        if kind == "table" and target in package.namelist():
            table = parse(package.read(target))
            columns = tuple(column.get("name", "") for column in table.iter(f"{MAIN_TAG}tableColumn"))
            header, totals = table.get("headerRowCount", "1") != "0", table.get("totalsRowCount", "0") != "0"
            name, ref = table.get("displayName", ""), table.get("ref", "A1")
            found.append(TablePart(name, sheet.name, ref, columns, header, totals))
    return found


def sheet_pieces(package: ZipFile, part: str) -> Iterator[bytes]:
    """Yield the XML of a sheet: what stands before the rows, each row, and what stands after them."""
    rest = b""
    with package.open(part) as source:
        while block := source.read(_BLOCK):
            *whole, rest = _before_rows(rest + block)
            yield from filter(None, whole)
    before, end, after = rest.partition(_END)
    yield before
    if end:
        yield end + after


def _before_rows(data: bytes) -> list[bytes]:
    """Return the data cut before each row; elements whose name only begins like a row's are no cut."""
    first, *others = data.split(_ROW)
    pieces = [first]
    for other in others:
        if other[:1] in b" />\t\r\n":
            pieces.append(_ROW + other)
        else:
            pieces[-1] += _ROW + other
    return pieces


def sheet_frame(package: ZipFile, part: str) -> etree._Element:
    """Return the tree of a sheet without its rows."""
    return parse(b"".join(piece for piece in sheet_pieces(package, part) if not piece.startswith(b"<row")))


def relative_targets(name: str, data: bytes) -> bytes:
    """Return a part of relations with targets relative to its source, as Excel writes them."""
    root = parse(data)
    source = dirname(dirname(name))
    for relation in root.iter(RELATION_TAG):
        target = relation.get("Target", "")
        if target.startswith("/") and relation.get("TargetMode") != "External":
            relation.set("Target", relpath(target[1:], source or "."))
    return etree.tostring(root)


def copy_parts(
    package: ZipFile, target: Path, replaced: Mapping[str, Callable[[], Iterable[bytes]]], level: int = 1
) -> None:
    """Write a copy of a package in which some parts are made anew, all as streams."""
    writer = PackageWriter(target, level, lambda _, data: data)
    try:
        for name in package.namelist():
            writer.stream(name, replaced[name]() if name in replaced else _blocks(package, name))
    finally:
        writer.close()


def _blocks(package: ZipFile, name: str) -> Iterator[bytes]:
    with package.open(name) as source:
        while block := source.read(_BLOCK):
            yield block
