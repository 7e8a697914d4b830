"""Notes and comments that people pinned to cells of a workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from bbbxl.inputs.files.archive import open_archive
from bbbxl.inputs.files.parts import XmlGuard, named, package_of
from bbbxl.inputs.files.scan import scan_workbook
from bbbxl.inputs.values.cell_names import cell_place

#: Tab -> row, counted from 1 -> its notes.
CellNotes = Mapping[str, Mapping[int, Sequence[str]]]
#: What Excel writes before the text of a threaded comment, for versions that only know notes.
_THREADED, _TEXT = "[Threaded comment]", "Comment:"


def read_cell_notes(path: Path) -> CellNotes:
    """Return the notes of the cells of an xlsx workbook that was read before; none of another file.

    Raises:
        InputError: the workbook is damaged or unsafe.
    """
    try:
        with ZipFile(path) as packed:
            noted = any("comments" in name.casefold() for name in packed.namelist())
    except (BadZipFile, OSError):
        return {}
    if not noted:
        return {}
    package = package_of(open_archive(path.read_bytes(), path.name, XmlGuard(path.name)))
    found: dict[str, dict[int, list[str]]] = {}
    for sheet in scan_workbook(package).sheets:
        for relation in package.relations(sheet.part):
            if relation.kind != "comments":
                continue
            for note in named(package.root(relation.target), "comment"):
                text = "".join(piece.text or "" for piece in named(note, "t")).strip()
                if text.startswith(_THREADED):
                    text = text.partition(_TEXT)[2].strip()
                if text:
                    row = cell_place(note.get("ref", "A1"))[0]
                    found.setdefault(sheet.name, {}).setdefault(row, []).append(text)
    return found
