"""The one door for files: what stands at a path becomes grids, or the reason why not."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from bbbxl.errors import InputError
from bbbxl.inputs.files.refusals import empty, other_content
from bbbxl.inputs.files.sniff import CONTENTS, DATA_SUFFIXES, TEXT_SUFFIXES, WORKBOOKS, sniff
from bbbxl.inputs.files.text import read_text
from bbbxl.inputs.grid import Grid
from bbbxl.safe_text import without_controls

_ARCHIVE = ".zip"
#: Endings of the files that bbbxl reads.
SUFFIXES = (*DATA_SUFFIXES, _ARCHIVE)
MOST_BYTES = 2 << 30
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", "clock$", "conin$", "conout$"}
    | {f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"}
)
#: Starts of files that an editor keeps beside an open one: Excel, LibreOffice.
_LOCKS = ("~$", ".~lock.")


@dataclass(frozen=True)
class _Found:
    """The bytes of one export.

    Attributes:
        name: As sentences name it.
        suffix: Ending, lower case.
        content: Its bytes.
        sha256: Of the file that was named.
        size: Of the file that was named.
    """

    name: str
    suffix: str
    content: bytes
    sha256: str
    size: int


def read_workbook_grids(path: Path, among: Callable[[str], bool]) -> list[Grid]:
    """Return the sheets of a workbook whose name is among those asked for, hidden ones too.

    Args:
        path: A workbook.
        among: Whether a sheet of this name is read.

    Raises:
        InputError: as `read_grids`, or it is no workbook.
    """
    content = _content(path)
    name, suffix = without_controls(path.name), path.suffix.casefold()
    if suffix not in WORKBOOKS:
        raise InputError(f"{name} is no workbook. Name one that ends in .xlsx.")
    if not content:
        raise empty(name)
    from bbbxl.inputs.files.workbook import read_workbook

    return read_workbook(content, name, suffix, hashlib.sha256(content).hexdigest(), len(content), among=among)


def read_grids(
    path: Path, *, encoding: str | None = None, delimiter: str | None = None, sheet: str | None = None
) -> list[Grid]:
    """Return the sheets of a file as grids; a text file is one.

    Args:
        path: A text file, a workbook, or a zip of one of them.
        encoding: Code page of a text file; found when omitted.
        delimiter: Cell mark of a text file; found when omitted.
        sheet: Sheet to read, or the file of a zip that holds several.

    Raises:
        InputError: not there, no file, too large, content that its ending does not announce, or not to be trusted.
    """
    content = _content(path)
    name = without_controls(path.name)
    found = _Found(name, path.suffix.casefold(), content, hashlib.sha256(content).hexdigest(), len(content))
    if found.suffix not in SUFFIXES:
        raise InputError(_unknown(name, without_controls(path.suffix), sniff(content)))
    if found.suffix != _ARCHIVE or not content:
        return _grids(found, encoding, delimiter, sheet)
    _refuse_other_content(found, "zip")
    from bbbxl.inputs.files.archive import archived_export

    export = archived_export(content, name, sheet)
    suffix = PurePath(export.name).suffix.casefold()
    inner = replace(found, name=f"{name}: {export.name}", suffix=suffix, content=export.content)
    grids = _grids(inner, encoding, delimiter, export.sheet)
    return [replace(grid, notes=(*export.notes, *grid.notes)) for grid in grids]


def _content(path: Path) -> bytes:
    """Return the bytes of a file, after everything that is no file was refused."""
    name = without_controls(path.name)
    if name.split(".")[0].strip().casefold() in _DEVICES:
        raise InputError(f"{name} is the name of a device on Windows, not of a file. Rename the export.")
    if name.casefold().startswith(_LOCKS):
        raise InputError(f"{name} is what an editor keeps beside an open file, not an export. Name the export itself.")
    try:
        if path.is_dir():
            raise InputError(f"{name} is a folder where a file is expected. Name the export in it.")
        if path.exists() and not path.is_file():
            raise InputError(f"{name} is a device or pipe, not a file. Save the export as a .csv file.")
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise InputError(f"{name} has {size / (1 << 30):.1f} GiB; bbbxl reads files up to {MOST_BYTES >> 30} GiB. "
                             "Export it in parts, by year for instance.")  # fmt: skip
        return path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it has no name a file can have"
        raise InputError(f"{name} cannot be read: {reason}. Check the path and who has it open.") from error


def _grids(found: _Found, encoding: str | None, delimiter: str | None, sheet: str | None) -> list[Grid]:
    """Return the grids of an export; the content of a workbook is compared with its ending where it is read."""
    if not found.content:
        raise empty(found.name)
    if found.suffix in TEXT_SUFFIXES:
        return [_text(found, encoding, delimiter, sheet)]
    from bbbxl.inputs.files.workbook import read_workbook

    return read_workbook(found.content, found.name, found.suffix, found.sha256, found.size, sheet)


def _text(found: _Found, encoding: str | None, delimiter: str | None, sheet: str | None) -> Grid:
    """Return the grid of a text file; NUL bytes are left to the code page to judge."""
    if b"\0" not in found.content or sniff(found.content) != "other binary":
        _refuse_other_content(found, "text")
    if sheet is not None:
        raise InputError(f'{found.name} is text and has no sheet "{sheet}". Leave the sheet out for it.')
    return read_text(found.content, found.name, sha256=found.sha256, size=found.size, encoding=encoding,
                     delimiter=delimiter)  # fmt: skip


def _refuse_other_content(found: _Found, wanted: str) -> None:
    kind = sniff(found.content)
    if kind != wanted:
        raise other_content(found.name, found.suffix, kind)


def _unknown(name: str, suffix: str, kind: str) -> str:
    what = f"a {suffix} file" if suffix else "a file without ending"
    remedy = "Save it as CSV UTF-8." if kind in ("text", "other binary") else CONTENTS[kind][1]
    return f"{name} is {what}; bbbxl reads {', '.join(SUFFIXES[:-1])} and {SUFFIXES[-1]}. {remedy}"
