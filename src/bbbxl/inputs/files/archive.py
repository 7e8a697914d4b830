"""Zip archives, checked on the bytes that come out: packages of workbooks and archives of exports."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final
from zipfile import ZipInfo

from bbbxl.errors import InputError, UnknownNameError
from bbbxl.inputs.files.sniff import DATA_SUFFIXES, ZIP_START, sniff
from bbbxl.inputs.files.zip_entries import (
    FREE_TOTAL,
    MOST_BYTES,
    MOST_RATIO,
    inflated,
    listed_entries,
    plain_path,
)

_UNPACK: Final = "Unpack it and name the export itself."
_LITTER: Final = ("__macosx/", ".ds_store", "thumbs.db", "desktop.ini")


@dataclass(frozen=True)
class Archive:
    """An archive whose entries have all been inflated once and found to be what its directory says.

    Attributes:
        name: Its file name.
        content: Its bytes.
        entries: Files in it by name, folders left out.
    """

    name: str
    content: bytes
    entries: Mapping[str, ZipInfo]

    def pieces(self, entry: str) -> Iterator[bytes]:
        """Return the inflated bytes of an entry, piece by piece."""
        return inflated(self.name, self.content, self.entries[entry])

    def read(self, entry: str) -> bytes:
        """Return the inflated bytes of an entry."""
        return b"".join(self.pieces(entry))


@dataclass(frozen=True)
class ArchivedFile:
    """The one export that was taken from an archive.

    Attributes:
        name: Its name without folders.
        content: Its bytes.
        sheet: What is left of the choice, for the workbook that the export is.
        notes: What was left aside, one sentence each.
    """

    name: str
    content: bytes
    sheet: str | None = None
    notes: tuple[str, ...] = ()


def open_archive(content: bytes, name: str, inspect: Callable[[str, bytes], None] | None = None) -> Archive:
    """Return an archive after inflating every entry once, piece by piece.

    Args:
        content: Bytes of the archive.
        name: File name that sentences start with.
        inspect: Called with the name of an entry and each of its pieces; may raise.

    Raises:
        InputError: truncated, encrypted, too large, inflating too much, or not what its directory says.
    """
    infos = listed_entries(content, name)
    total = 0
    allowed = min(MOST_BYTES, max(FREE_TOTAL, len(content) * MOST_RATIO))
    for info in infos:
        for piece in inflated(name, content, info):
            total += len(piece)
            if total > allowed:
                raise InputError(
                    f"{name} inflates to more than {allowed >> 20} MiB, reached in the entry {info.filename}. "
                    "Export a shorter period, or unpack it and check what it holds."
                )
            if inspect is not None:
                inspect(info.filename, piece)
    return Archive(name, content, {info.filename: info for info in infos if not info.is_dir()})


def archived_export(content: bytes, name: str, choice: str | None = None) -> ArchivedFile:
    """Return the export that an archive holds.

    Args:
        content: Bytes of the archive.
        name: Its file name.
        choice: Entry to take of several, "orders.xlsx" or with a sheet "orders.xlsx: Open". Where there is only
            one export and this names another thing, it is left to be the sheet.

    Raises:
        InputError: unsafe (see open_archive), without an export, with several and no choice, or with another
            archive in it.
        UnknownNameError: the choice names none of several exports.
    """
    archive = open_archive(content, name)
    kept = [entry for entry in archive.entries if not _litter(entry)]
    _refuse_nested(archive, kept)
    exports = [entry for entry in kept if PurePosixPath(plain_path(entry)).suffix.casefold() in DATA_SUFFIXES]
    if not exports:
        held = f"it has {_listed(kept)}" if kept else "it is empty"
        raise InputError(f"{name} holds no export ({held}). Put one file of {', '.join(DATA_SUFFIXES)} into it.")
    entry, sheet = _chosen(name, exports, choice)
    others = [other for other in kept if other not in exports]
    notes = (f"Of {name} only {plain_path(entry)} is read; left aside: {_listed(others)}.",) if others else ()
    return ArchivedFile(PurePosixPath(plain_path(entry)).name, archive.read(entry), sheet, notes)


def _chosen(name: str, exports: Sequence[str], choice: str | None) -> tuple[str, str | None]:
    """Return the export a choice names, and what of the choice is left for its sheet."""
    if choice is not None:
        wanted = choice.strip().casefold()
        for entry in exports:
            for known in (plain_path(entry).casefold(), PurePosixPath(plain_path(entry)).name.casefold()):
                if wanted == known:
                    return entry, None
                if wanted.startswith(f"{known}:"):
                    return entry, choice.strip()[len(known) + 1 :].strip()
    if len(exports) == 1:
        return exports[0], choice
    if choice is not None:
        raise UnknownNameError("file", choice, [plain_path(entry) for entry in exports], name)
    raise InputError(f"{name} holds {len(exports)} exports: {_listed(exports)}. Choose one of them as its sheet.")


def _refuse_nested(archive: Archive, entries: Sequence[str]) -> None:
    """Refuse an archive in the archive; a workbook, which is an archive too, is fine."""
    for entry in entries:
        if next(archive.pieces(entry), b"").startswith(ZIP_START) and sniff(archive.read(entry)) == "zip":
            raise InputError(f"{archive.name} holds another archive, {plain_path(entry)}. {_UNPACK}")


def _litter(entry: str) -> bool:
    """Return whether a file was put there by an operating system."""
    path = PurePosixPath(plain_path(entry).casefold())
    return path.parts[0] + "/" in _LITTER or path.name in _LITTER or path.name.startswith("._")


def _listed(entries: Sequence[str]) -> str:
    shown = ", ".join(plain_path(entry)[:80] for entry in entries[:8])
    return shown + (f" and {len(entries) - 8} more" if len(entries) > 8 else "")
