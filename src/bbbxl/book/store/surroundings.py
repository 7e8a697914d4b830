"""Where a book lies: in a folder that a service copies, on a network share, beside copies of its own store."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath
from typing import Final

from bbbxl.book.records import STORE_NAME
from bbbxl.book.store.connecting import OLDER

#: Service -> beginning of the name of a folder it keeps, in lower case.
_SYNCED_NAMES: Final[tuple[tuple[str, str], ...]] = (
    ("OneDrive", "onedrive"), ("Dropbox", "dropbox"), ("Google Drive", "google drive"),
    ("Google Drive", "googledrive"), ("Google Drive", "my drive"), ("iCloud", "icloud"),
    ("iCloud", "mobile documents"), ("iCloud", "com~apple~clouddocs"), ("Box", "box sync"), ("Box", "box-box"),
    ("Nextcloud", "nextcloud"), ("ownCloud", "owncloud"), ("SharePoint", "sharepoint"),
    ("A cloud service", "cloudstorage"),
)  # fmt: skip
#: The same for names that are short enough to be part of others.
_SYNCED_WHOLE: Final = {"box": "Box"}
#: Name of a file or folder that a service puts into the top folder it keeps -> service.
_MARKERS: Final = {
    ".dropbox.cache": "Dropbox", ".owncloudsync.log": "ownCloud",
    ".nextcloudsync.log": "Nextcloud", ".tmp.drivedownload": "Google Drive", ".tmp.driveupload": "Google Drive",
    ".stfolder": "Syncthing",
}  # fmt: skip
#: Variable in which Windows names the folder of a service -> service.
_VARIABLES: Final = {
    "OneDrive": "OneDrive", "OneDriveCommercial": "OneDrive", "OneDriveConsumer": "OneDrive",
}  # fmt: skip
#: File systems of a network, as /proc/mounts names them.
_NETWORKS: Final = frozenset(
    {"nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afs", "9p", "fuse.sshfs", "davfs"}
)
_MOUNTS: Final = Path("/proc/mounts")
_STEM: Final = PurePath(STORE_NAME).stem
_SUFFIX: Final = PurePath(STORE_NAME).suffix
#: A copy of the store that bbbxl did not make: its name, then more in brackets or behind a dash, blank, dot or "~".
_COPY: Final = re.compile(rf"{_STEM}[\s\-_.~(\[].*{re.escape(_SUFFIX)}", re.IGNORECASE)
_OWN: Final = re.compile(OLDER.format(version=r"\d+") + rf"( \(\d+\))?{re.escape(_SUFFIX)}")


def warnings_of(folder: Path, environment: Mapping[str, str] = os.environ, mounts: Path = _MOUNTS) -> tuple[str, ...]:
    """Return what may harm a book where it lies, one sentence each; empty when nothing is seen.

    Args:
        folder: Of the book.
        environment: Variables of the system.
        mounts: File that lists what is mounted, where the system has one.
    """
    return (*_synced(folder, environment), *_copies(folder), *_network(folder, mounts))


def _synced(folder: Path, environment: Mapping[str, str]) -> Iterator[str]:
    """Yield a sentence when a service copies the folder while bbbxl writes."""
    service = _service_of(folder.absolute(), environment)
    if service:
        yield (
            f"The book {folder.absolute().name} lies in a folder that {service} keeps in step with other computers: it "
            "may copy the store in the middle of a write, or put another one in its place. Keep the book in a folder "
            "that is not synced, and put exports of it there."
        )


def _service_of(folder: Path, environment: Mapping[str, str]) -> str:
    """Return which service keeps a folder, empty when none is seen."""
    for variable, service in _VARIABLES.items():
        kept = environment.get(variable, "")
        if kept and folder.is_relative_to(kept):
            return service
    for part in reversed(folder.parts):
        name = part.casefold()
        found = _SYNCED_WHOLE.get(name) or next((one for one, start in _SYNCED_NAMES if name.startswith(start)), "")
        if found:
            return found
    marked = (_MARKERS[name] for top in (folder, *folder.parents) for name in _MARKERS if _is_there(top / name))
    return next(marked, "")


def _is_there(path: Path) -> bool:
    """Return whether something is there that may be seen."""
    try:
        return path.exists()
    except OSError:
        return False


def _copies(folder: Path) -> Iterator[str]:
    """Yield a sentence when copies of the store lie beside it."""
    try:
        names = sorted(path.name for path in folder.iterdir())
    except OSError:
        return
    found = [name for name in names if _COPY.fullmatch(name) and not _OWN.fullmatch(name)]
    if found:
        yield (
            f"Beside {STORE_NAME} in {folder.absolute().name} lies {', '.join(found)}: a copy made by hand or by a "
            "service that could not join two writes. Only the store with its own name is read; see with bbbxl book log "
            "whether the other holds entries that this one lacks, then move it away."
        )


def _network(folder: Path, mounts: Path) -> Iterator[str]:
    """Yield a sentence when the folder is on a network share."""
    text = str(folder.absolute())
    if text.startswith(("\\\\", "//")) or _kind_of_mount(folder.absolute(), mounts) in _NETWORKS:
        yield (
            f"The book {folder.absolute().name} lies on a network share: one may write at a time, others wait, and "
            "that is safe as long as the share keeps its locks. Do not work on it offline."
        )


def _kind_of_mount(folder: Path, mounts: Path) -> str:
    """Return the kind of the file system that holds a folder, empty where it is not known."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    points = [fields for fields in (line.split(" ") for line in lines) if len(fields) > 2]
    over = [(_unescaped(fields[1]), fields[2]) for fields in points]
    inside = [(len(point), place, kind) for place, (point, kind) in enumerate(over) if folder.is_relative_to(point)]
    return max(inside)[2] if inside else ""


def _unescaped(point: str) -> str:
    """Return a mount point with its blanks, which are listed as octal numbers."""
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), point)
