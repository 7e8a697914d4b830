"""The XML parts of a workbook package: safe to read, found by their relations."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from lxml import etree

from bbbxl.errors import InputError
from bbbxl.inputs.files.archive import Archive
from bbbxl.inputs.files.refusals import SAVE_ANEW, damaged_part, lacks_part

#: Most bytes of a part that is read as a whole.
MOST_WHOLE: Final = 32 << 20
_XML_SUFFIXES: Final = (".xml", ".rels", ".vml")
_FORBIDDEN: Final = re.compile(rb"<!(DOCTYPE|ENTITY)")
_OVERLAP: Final = 16
_ENCODING: Final = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']""")
_PAGE_NAME: Final = re.compile(rb"[A-Za-z][\w.:-]{0,39}", re.ASCII)
_READABLE: Final = (b"utf-8", b"utf8", b"us-ascii", b"ascii")


class XmlGuard:
    """Looks at every piece of an archive as it is inflated and refuses document types and other code pages."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._entry = ""
        self._before = b""

    def __call__(self, entry: str, piece: bytes) -> None:
        """Look at one piece of an entry.

        Raises:
            InputError: it declares a document type or an entity, or is in another code page than UTF-8.
        """
        if not entry.casefold().endswith(_XML_SUFFIXES):
            return
        if entry != self._entry:
            self._entry, self._before = entry, b""
            self._refuse_code_page(piece)
        if _FORBIDDEN.search(self._before + piece[:_OVERLAP]) or _FORBIDDEN.search(piece):
            raise InputError(
                f"{self._name}: its part {entry} declares a document type or entities, which no workbook needs and "
                "which can pull in other files. Export it again, or save it anew in Excel."
            )
        self._before = piece[-_OVERLAP:]

    def _refuse_code_page(self, piece: bytes) -> None:
        declared = _ENCODING.match(piece[:512].removeprefix(b"\xef\xbb\xbf"))
        if b"\0" in piece[:64] or (declared and declared[1].lower() not in _READABLE):
            named = _PAGE_NAME.fullmatch(declared[1]) if declared else None
            found = f"XML in code page {named[0].decode()}" if named else "other bytes"
            raise InputError(f"{self._name}: its part {self._entry} is {found}, not XML in UTF-8. {SAVE_ANEW}")


@dataclass(frozen=True)
class Relation:
    """A relation of a part.

    Attributes:
        id: How the part refers to it.
        kind: Last word of its type, such as worksheet.
        target: The entry it leads to; empty where it leads outside of the file.
    """

    id: str
    kind: str
    target: str


@dataclass(frozen=True)
class Package:
    """A workbook package.

    Attributes:
        archive: The archive it is.
        names: Entry by its name as a path in small letters.
    """

    archive: Archive
    names: Mapping[str, str]

    @property
    def name(self) -> str:
        """Return the file name."""
        return self.archive.name

    def entry(self, part: str) -> str | None:
        """Return the entry of a part, None where there is none."""
        return self.names.get(part.lstrip("/").casefold())

    def root(self, part: str) -> etree._Element:
        """Return a part as a tree.

        Raises:
            InputError: missing, too large or no XML.
        """
        entry = self.entry(part)
        if entry is None:
            raise lacks_part(self.name, part)
        if self.archive.entries[entry].file_size > MOST_WHOLE:
            raise InputError(f"{self.name}: its part {entry} is larger than {MOST_WHOLE >> 20} MiB. {SAVE_ANEW}")
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
        try:
            return etree.fromstring(self.archive.read(entry), parser)
        except etree.XMLSyntaxError as error:
            raise damaged_part(self.name, entry, error.msg) from error

    def relations(self, part: str) -> list[Relation]:
        """Return the relations of a part, none where it has no list of them."""
        folder, own_name = posixpath.split(part)
        listed = posixpath.join(folder, "_rels", f"{own_name}.rels")
        if self.entry(listed) is None:
            return []
        found = []
        for element in self.root(listed):
            target = unquote(element.get("Target", "")).replace("\\", "/")
            inside = element.get("TargetMode", "").casefold() != "external"
            path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/") if inside else ""
            found.append(Relation(element.get("Id", ""), element.get("Type", "").rpartition("/")[2], path))
        return found


def package_of(archive: Archive) -> Package:
    """Return an archive as a package."""
    return Package(archive, {name.replace("\\", "/").lstrip("/").casefold(): name for name in archive.entries})


def local(element: etree._Element) -> str:
    """Return the name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def attribute(element: etree._Element, name: str) -> str:
    """Return an attribute by its name without namespace, empty where it is missing."""
    return next((str(value) for key, value in element.items() if str(key).rpartition("}")[2] == name), "")


def named(root: etree._Element, name: str) -> list[etree._Element]:
    """Return the elements of a name anywhere below."""
    return [element for element in root.iter() if isinstance(element.tag, str) and local(element) == name]


def truth(value: str) -> bool:
    """Return whether an XML flag is set."""
    return value.strip().casefold() in ("1", "true", "on")
