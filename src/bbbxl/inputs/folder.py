"""What the files of a folder are: bbbxl.toml, else roles recognised by headers, else a draft of one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import msgspec

from bbbxl.errors import BbbError, InputError
from bbbxl.inputs.files.door import SUFFIXES
from bbbxl.inputs.grid import RawTable
from bbbxl.inputs.preset import having, recognise, refuse_unknown
from bbbxl.inputs.preset_data import preset_of
from bbbxl.inputs.rates_file import is_rates
from bbbxl.inputs.sheets import read_tables
from bbbxl.policy import CONFIG_NAME, LEDGER_ROLES, SCHEMA, Config, FileEntry, Role, read_config

#: Headers that only exports of a CRM have: such a file is never taken for orders by itself.
_CRM_WORDS = ("opportunity", "deal", "stage", "pipeline")
#: Our own packs, which may stand beside the exports they were made from.
_OWN = "bbb-pack-"
#: Roles that may stand beside one another without counting anything twice.
_TOGETHER = ({"orders"}, {"events"}, {"invoices"}, {"orders", "invoices"})


def crm_column(header: Sequence[str]) -> str | None:
    """Return the first column that only exports of a CRM have, None when there is none."""
    return next((title for title in header if any(word in title.casefold() for word in _CRM_WORDS)), None)


def crm_refused(name: str) -> str:
    """Return the sentence that an export of a CRM is no ledger."""
    return (
        f"{name} is an export of a CRM, which never enters the ledger. Add the ERP's orders or events; "
        f'a firm that books from its CRM gives it role = "orders" in {CONFIG_NAME}.'
    )


@dataclass(frozen=True)
class Folder:
    """The choices for some files.

    Attributes:
        config: bbbxl.toml, or one made from what the headers show.
        path: Folder to which the paths of the files are relative.
        tables: Path -> tables, for the files that were opened to recognise them.
    """

    config: Config
    path: Path
    tables: dict[str, list[RawTable]] = field(default_factory=dict)


def find_config(
    paths: Sequence[Path], columns: Mapping[str, str], reading: Mapping[str, Any] | None = None, *, every: bool = False
) -> Folder:
    """Return the config of one folder, or one made for some files of one folder.

    Args:
        paths: One folder, or files beside each other; a file named twice is read once.
        columns: Field -> header as the caller named them.
        reading: Keys of `FileEntry` that say how the files are written, as the caller said them.
        every: Take files of any role, and leave it to the caller what a role may do.

    Raises:
        InputError: not there, several folders, no exports, roles not clear (with a draft bbbxl.toml).
    """
    if not paths:
        raise InputError("No file is named. Name a folder of exports or a file.")
    for path in paths:
        if not path.exists():
            raise InputError(f"{path.name} is not there. Name a folder of exports or a file.")
    if len(paths) == 1 and paths[0].is_dir():
        folder = paths[0]
        base = _base(folder)
        if base.files:
            entries = tuple(written(entry, reading) for entry in base.files)
            return Folder(msgspec.structs.replace(base, files=entries), folder)
        return _recognised(_exports(folder), base, folder, columns, reading, every=every)
    if any(path.is_dir() for path in paths):
        raise InputError("A folder and other paths are named together. Name one folder, or files.")
    folder = paths[0].parent
    if any(path.parent.resolve() != folder.resolve() for path in paths):
        raise InputError("The files are in different folders. Put them into one, or list them in its bbbxl.toml.")
    files = list({path.name: path for path in paths}.values())
    return _recognised(files, _base(folder), folder, columns, reading, every=every)


def _base(folder: Path) -> Config:
    settings = folder / CONFIG_NAME
    return read_config(settings) if settings.exists() else Config(schema=SCHEMA)


def written(entry: FileEntry, reading: Mapping[str, Any] | None) -> FileEntry:
    """Return an entry with what the caller said of how the file is written."""
    return msgspec.structs.replace(entry, **(reading or {}))


def _exports(folder: Path) -> list[Path]:
    """Return the exports of a folder, in order of name, without what editors and bbbxl itself leave there."""
    files = sorted((path for path in folder.iterdir() if path.is_file()), key=lambda path: path.name)
    files = [path for path in files if not path.name.startswith(("~", ".", _OWN))]
    found = [path for path in files if path.suffix.casefold() in SUFFIXES]
    if not found:
        known = f"{', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}"
        raise InputError(f"{folder.resolve().name} holds no {known} file. Name the folder of the exports.")
    return found


def _recognised(
    paths: Sequence[Path], base: Config, folder: Path, columns: Mapping[str, str], reading: Mapping[str, Any] | None,
    *, every: bool,
) -> Folder:  # fmt: skip
    """Return a config with a role for every file, refused with a draft when the roles are not clear."""
    named = {entry.path: entry for entry in base.files}
    entries = [written(named[path.name], reading) for path in paths if path.name in named]
    unnamed = {path.name: written(FileEntry(path=path.name, role="orders"), reading) for path in paths}
    tables = {path.name: read_tables(path, unnamed[path.name], columns) for path in paths if path.name not in named}
    if tables and not entries:
        refuse_unknown(columns, {name: every_header(found) for name, found in tables.items()})
    unclear: list[str] = []
    for name, found in tables.items():
        role = role_of(found[0], columns, unnamed[name].preset, folder)
        if role is None:
            unclear.append(name)
        else:
            entries.append(msgspec.structs.replace(unnamed[name], role=role))
    if unclear and (len(paths) == 1 or every):
        table = tables[unclear[0]][0]
        recognise(table.file, table.header, having(columns, table.header))
    roles = {str(entry.role) for entry in entries}
    if not every:
        _refuse_unclear(paths, entries, unclear, base, roles)
    return Folder(msgspec.structs.replace(base, files=tuple(entries)), folder, tables)


def every_header(tables: Sequence[RawTable]) -> list[str]:
    """Return the headers of the tables of one file, each once."""
    return list(dict.fromkeys(title for table in tables for title in table.header))


def _refuse_unclear(
    paths: Sequence[Path], entries: Sequence[FileEntry], unclear: Sequence[str], base: Config, roles: set[str]
) -> None:
    """Refuse files that give no ledger, or more than one of the same orders."""
    if roles == {"crm"} and not unclear:
        raise InputError(crm_refused(entries[0].path))
    if unclear or roles & set(LEDGER_ROLES) not in _TOGETHER:
        raise InputError(_unclear(paths, entries, unclear, base))


def role_of(table: RawTable, columns: Mapping[str, str], preset: str | None, folder: Path) -> Role | None:
    """Return the role a header shows by itself, None when it is not clear."""
    if is_rates(table.header):
        return "rates"
    if preset:
        return preset_of(preset, folder).role
    try:
        found = recognise(table.file, table.header, having(columns, table.header))
    except BbbError:
        return "crm" if crm_column(table.header) else None
    return "crm" if not found.system and found.role == "orders" and crm_column(table.header) else found.role


def _unclear(paths: Sequence[Path], entries: Sequence[FileEntry], unclear: Sequence[str], base: Config) -> str:
    """Return the sentence that says what is not clear, with a draft."""
    why = f"It is not clear what {' and '.join(sorted(unclear))} {'is' if len(unclear) == 1 else 'are'}."
    if not unclear:
        roles = {str(entry.role): entry.path for entry in entries if entry.role in LEDGER_ROLES}
        both = " and ".join(f"{path} ({role})" for role, path in sorted(roles.items()))
        why = f"{both} may hold the same orders, and both would count." if roles else (
            f"No file among {', '.join(path.name for path in paths)} holds orders or events.")  # fmt: skip
    return (
        f"{why} Save this as {CONFIG_NAME} beside them, correct the roles (orders | events | invoices | rates | "
        "crm) and take out "
        f"what is no export:\n{draft(entries, unclear, base)}"
    )


def draft(entries: Sequence[FileEntry], unclear: Sequence[str], base: Config) -> str:
    """Return a bbbxl.toml to be corrected; files that were not recognised stand as orders."""
    lines = [f"schema = {SCHEMA}"]
    for name in ("entity", "currency", "fiscal_year_end", "basis"):
        lines.append(f"{name} = {_quoted(cast(str, getattr(base, name)))}")
    for path, role in sorted(
        [(entry.path, str(entry.role)) for entry in entries] + [(one, "orders") for one in unclear]
    ):
        lines += ["[[files]]", f"path = {_quoted(path)}", f"role = {_quoted(role)}"]
    return "\n".join(lines)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
