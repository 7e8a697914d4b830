"""What the files of a folder are: bbbxl.toml, else roles recognised by headers, else a draft of one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import msgspec

from bbbxl.errors import BbbError, InputError
from bbbxl.inputs.preset import having, recognise, refuse_unknown
from bbbxl.inputs.rates_file import is_rates
from bbbxl.inputs.read import TEXT_SUFFIXES, RawTable, read_table
from bbbxl.policy import CONFIG_NAME, LEDGER_ROLES, SCHEMA, Config, FileEntry, Role, read_config

#: Headers that only exports of a CRM have: such a file is never taken for orders by itself.
_CRM_WORDS = ("opportunity", "deal", "stage", "pipeline")
#: What Excel writes; not read yet, and named where a folder holds nothing else.
_BOOK_SUFFIXES = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")


def crm_column(header: Sequence[str]) -> str | None:
    """Return the first column that only exports of a CRM have, None when there is none."""
    return next((title for title in header if any(word in title.casefold() for word in _CRM_WORDS)), None)


@dataclass(frozen=True)
class Folder:
    """The choices for some files.

    Attributes:
        config: bbbxl.toml, or one made from what the headers show.
        path: Folder to which the paths of the files are relative.
        tables: Path -> table, for the files that were opened to recognise them.
    """

    config: Config
    path: Path
    tables: dict[str, RawTable] = field(default_factory=dict)


def find_config(paths: Sequence[Path], columns: Mapping[str, str]) -> Folder:
    """Return the config of one folder, or one made for some files of one folder.

    Args:
        paths: One folder, or files beside each other; a file named twice is read once.
        columns: Field -> header as the caller named them.

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
            return Folder(base, folder)
        return _recognised(_exports(folder), base, folder, columns)
    if any(path.is_dir() for path in paths):
        raise InputError("A folder and other paths are named together. Name one folder, or files.")
    folder = paths[0].parent
    if any(path.parent.resolve() != folder.resolve() for path in paths):
        raise InputError("The files are in different folders. Put them into one, or list them in its bbbxl.toml.")
    return _recognised(list({path.name: path for path in paths}.values()), _base(folder), folder, columns)


def _base(folder: Path) -> Config:
    settings = folder / CONFIG_NAME
    return read_config(settings) if settings.exists() else Config(schema=SCHEMA)


def _exports(folder: Path) -> list[Path]:
    """Return the text files of a folder, in order of name, without those that editors leave behind."""
    files = sorted((path for path in folder.iterdir() if path.is_file()), key=lambda path: path.name)
    files = [path for path in files if not path.name.startswith(("~", "."))]
    found = [path for path in files if path.suffix.casefold() in TEXT_SUFFIXES]
    if not found:
        books = [path.name for path in files if path.suffix.casefold() in _BOOK_SUFFIXES]
        remedy = f"Save {' and '.join(books)} as CSV UTF-8 there." if books else "Name the folder of the exports."
        raise InputError(f"{folder.resolve().name} holds no .csv, .tsv or .txt file. {remedy}")
    return found


def _recognised(paths: Sequence[Path], base: Config, folder: Path, columns: Mapping[str, str]) -> Folder:
    """Return a config with a role for every file, refused with a draft when the roles are not clear."""
    named = {entry.path: entry for entry in base.files}
    entries = [named[path.name] for path in paths if path.name in named]
    tables = {path.name: read_table(path) for path in paths if path.name not in named}
    if tables and not entries:
        refuse_unknown(columns, {name: table.header for name, table in tables.items()})
    unclear: list[str] = []
    for name, table in tables.items():
        role = _role(table, columns)
        if role is None:
            unclear.append(name)
        else:
            entries.append(FileEntry(path=name, role=role))
    if unclear and len(paths) == 1:
        recognise(unclear[0], tables[unclear[0]].header, having(columns, tables[unclear[0]].header))
    roles = {entry.role for entry in entries}
    if roles == {"crm"} and not unclear:
        raise InputError(f"{entries[0].path} is an export of a CRM, which never enters the ledger. Add "
                         "the ERP's orders "
                         'or events; a firm that books from its CRM gives it role = "orders" in '
                         f'{CONFIG_NAME}.')  # fmt: skip
    if unclear or len(roles & set(LEDGER_ROLES)) != 1:
        raise InputError(_unclear(paths, entries, unclear, base))
    return Folder(msgspec.structs.replace(base, files=tuple(entries)), folder, tables)


def _role(table: RawTable, columns: Mapping[str, str]) -> Role | None:
    """Return the role a header shows by itself, None when it is not clear."""
    if is_rates(table.header):
        return "rates"
    if crm_column(table.header):
        return "crm"
    try:
        return recognise(table.file, table.header, having(columns, table.header)).role
    except BbbError:
        return None


def _unclear(paths: Sequence[Path], entries: Sequence[FileEntry], unclear: Sequence[str], base: Config) -> str:
    """Return the sentence that says what is not clear, with a draft."""
    why = f"It is not clear what {' and '.join(sorted(unclear))} {'is' if len(unclear) == 1 else 'are'}."
    if not unclear:
        roles = {str(entry.role): entry.path for entry in entries if entry.role in LEDGER_ROLES}
        both = " and ".join(f"{path} ({role})" for role, path in sorted(roles.items()))
        why = f"{both} may hold the same orders, and both would count." if roles else (
            f"No file among {', '.join(path.name for path in paths)} holds orders or events.")  # fmt: skip
    return (
        f"{why} Save this as {CONFIG_NAME} beside them, correct the roles (orders | events | rates | "
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
