"""The files that are added to a kept book, read with what its bbbxl.toml says of them; they may lie anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

import msgspec

from bbbxl.errors import ConfigError, InputError
from bbbxl.inputs.change_log import ChangeLog, read_changes
from bbbxl.inputs.findings import Finding
from bbbxl.inputs.folder import Folder, crm_refused, role_of, written
from bbbxl.inputs.grid import RawTable
from bbbxl.inputs.load import Options, refuse_booked_twice, refuse_unused, understand_all
from bbbxl.inputs.preset import having, recognise
from bbbxl.inputs.reading import Read, find_all
from bbbxl.inputs.sheets import read_tables
from bbbxl.policy import CONFIG_NAME, LEDGER_ROLES, Config, FileEntry, Role

#: Roles of which a book keeps something.
BOOK_ROLES: tuple[Role, ...] = (*LEDGER_ROLES, "rates", "changes")


@dataclass(frozen=True)
class Arrival:
    """One file that is added to a book.

    Attributes:
        path: Where it lies.
        entry: What bbbxl.toml and the caller say of it; its path is the file name, and it says nothing of when the
            export was taken.
        tables: Its tables as text; all that is read of a rates file.
        reads: Its tables understood, where it holds orders (each with its snapshot), events or invoices; days that
            the file does not say are UNKNOWN.
        changes: Its tables as change logs.
        source: Name of the report whose snapshots are compared with one another.
    """

    path: Path
    entry: FileEntry
    tables: tuple[RawTable, ...] = field(repr=False)
    reads: tuple[Read, ...] = field(default=(), repr=False)
    changes: tuple[ChangeLog, ...] = field(default=(), repr=False)
    source: str = ""


def read_arrivals(paths: Sequence[Path], config: Config, home: Path, options: Options = Options()) -> list[Arrival]:
    """Return the files that are added to a book, in the order in which they are named, each once.

    Args:
        paths: The files.
        config: The bbbxl.toml of the book; an entry of [[files]] fits the files of its name, in which * and ? stand
            for any text and any character.
        home: Folder of the book, to which a preset of the user's own is relative.
        options: Columns, reading options and currency of the caller; they go over the entry.

    Raises:
        ConfigError: two entries fit a file and differ.
        InputError: a file is not there, is an export of a CRM, is of a role that a book does not keep, or cannot be
            trusted; two files have one name, or the same rows.
    """
    files = _files(paths)
    tables: dict[str, list[RawTable]] = {}
    entries: dict[str, FileEntry] = {}
    for name, path in files.items():
        entries[name], tables[name] = _opened(path, config, home, options)
    pairs = [(entries[name], table) for name in files for table in tables[name]]
    reads = understand_all(pairs, Folder(config, home), options, with_states=True)
    refuse_booked_twice([one.understood for one in reads if one.understood])
    logs = [
        (entry, read_changes(entry, table, config, options.columns, home))
        for entry, table in pairs if entry.role == "changes"
    ]  # fmt: skip
    used = [name for _, log in logs for name in log.source.columns]
    refuse_unused({name: title for name, title in options.columns.items() if name not in used}, reads)
    arrivals = []
    for name, path in files.items():
        entry = entries[name]
        own = tuple(one for one in reads if one.entry is entry and one.understood)
        changes = tuple(log for of, log in logs if of is entry)
        arrivals.append(Arrival(path, entry, tuple(tables[name]), own, changes, _source(entry, own, changes)))
    return arrivals


def find_arrivals(arrivals: Sequence[Arrival], as_of: date) -> tuple[Finding, ...]:
    """Return what the rows of all files together make a careful reader ask, with as_of for the day of the export."""
    return find_all([read for one in arrivals for read in one.reads], as_of)


def entry_for(name: str, config: Config) -> FileEntry | None:
    """Return what bbbxl.toml says of a file that is added to a book, None where it says nothing.

    Raises:
        ConfigError: two entries fit the file and say different things.
    """
    fitting = [entry for entry in config.files if _fits(name, entry.path)]
    for other in fitting[1:]:
        if _said(other) != _said(fitting[0]):
            raise ConfigError(
                f'{CONFIG_NAME} says of {name} what stands under "{fitting[0].path}" and what stands under '
                f'"{other.path}", and they differ. Write the paths so that only one of them fits.'
            )
    return fitting[0] if fitting else None


def _fits(name: str, pattern: str) -> bool:
    """Return whether a file is one that an entry names; case does not count, and only * and ? stand for others."""
    escaped = pattern.replace("[", "[[]")
    return fnmatchcase(name.casefold(), escaped.casefold())


def _said(entry: FileEntry) -> FileEntry:
    """Return what an entry says of its file, without the name and the time of one export."""
    return msgspec.structs.replace(entry, path="", extracted=None)


def _files(paths: Sequence[Path]) -> dict[str, Path]:
    """Return name -> path of the files, each once."""
    if not paths:
        raise InputError("No file is named. Name the exports to add.")
    files: dict[str, Path] = {}
    for path in paths:
        if not path.is_file():
            what = "is a folder" if path.is_dir() else "is not there"
            raise InputError(f"{path.name} {what}. Name the exports to add, file by file.")
        first = files.setdefault(path.name, path)
        if first.resolve() != path.resolve():
            raise InputError(f"Two files are named {path.name}, and their rows could not be told apart. Rename one, or "
                             "add one after the other.")  # fmt: skip
    return files


def _opened(path: Path, config: Config, home: Path, options: Options) -> tuple[FileEntry, list[RawTable]]:
    """Return what is said of a file, and its tables.

    Raises:
        InputError: an export of a CRM, or a role that a book does not keep.
        PresetError: its headers do not show what it is.
    """
    known = entry_for(path.name, config)
    said = msgspec.structs.replace(known or FileEntry(path="", role="orders"), path=path.name, extracted=None)
    entry = written(said, options.reading)
    tables = read_tables(path, entry, options.columns)
    role = known.role if known else _role(tables[0], entry, home, options)
    if role == "crm":
        raise InputError(crm_refused(path.name))
    if role not in BOOK_ROLES:
        raise InputError(f"{path.name} has the role {role}, of which a book keeps nothing yet. Leave it out.")
    return msgspec.structs.replace(entry, role=role), tables


def _role(table: RawTable, entry: FileEntry, home: Path, options: Options) -> Role:
    """Return the role that the headers show."""
    role = role_of(table, options.columns, entry.preset, home)
    return role or recognise(table.file, table.header, having(options.columns, table.header)).role


def _source(entry: FileEntry, reads: Sequence[Read], changes: Sequence[ChangeLog]) -> str:
    """Return the name of the report that a file is one export of."""
    presets = [one.preset.name for one in reads if one.preset] + [one.source.preset for one in changes]
    name = presets[0] if presets else str(entry.role)
    entity = entry.values.get("entity", "")
    return entry.source or (f"{name} {entity}" if entity else name)
