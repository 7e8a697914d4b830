"""A folder of exports, or some files, as one ledger with its sources and problems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pandas as pd

from bbbxl.errors import ConfigError, CurrencyError, InputError, PeriodError, Problem, UnknownNameError
from bbbxl.events import BOOKING_NAMES
from bbbxl.inputs.entries import Source, Understood
from bbbxl.inputs.findings import Finding
from bbbxl.inputs.folder import Folder, every_header, find_config
from bbbxl.inputs.grid import RawTable
from bbbxl.inputs.preset import refuse_unknown
from bbbxl.inputs.rates_file import rates_notes, read_rates
from bbbxl.inputs.reading import Read, find_all
from bbbxl.inputs.sheets import read_tables
from bbbxl.inputs.together import UNKNOWN, dated, facts_of_every_entity, on_order_lines, one_currency_a_line
from bbbxl.inputs.understand import understand
from bbbxl.ledger.availability import Availability
from bbbxl.ledger.build import Ledger, build_ledger
from bbbxl.ledger.columns import LINE
from bbbxl.ledger.kept import Kept
from bbbxl.ledger.rates import Rate, Rates
from bbbxl.money import exponent
from bbbxl.policy import CONFIG_NAME, LEDGER_ROLES, Config, FileEntry

#: Roles of which the rows mean orders, events or invoices.
_UNDERSTOOD = (*LEDGER_ROLES, "crm")
#: What identifies a booking of a file without line numbers.
_UNLINED = ("entity", "order_id", "effective", "amount")


@dataclass(frozen=True)
class Options:
    """What the caller says beside the files.

    Attributes:
        as_of: Day on which stocks are measured; the end of the last event's month when omitted.
        until: Latest as-of date when `as_of` is omitted; the end of the data when that is earlier.
        currency: Reporting currency; that of bbbxl.toml, else the only one in the data.
        columns: Field -> header, for every file.
        rates: A rates file beside those of the folder.
        basis: Backlog basis; that of bbbxl.toml when omitted.
        reading: Keys of a file's entry in bbbxl.toml that say how the files are written.
    """

    as_of: date | None = None
    until: date | None = None
    currency: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    rates: Path | None = None
    basis: str | None = None
    reading: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Loaded:
    """What was read.

    Attributes:
        ledger: Events and what was derived from them.
        config: The firm's choices.
        sources: Every file, the ones that do not enter the ledger too.
        problems: Rows set aside, in order of file and row.
        as_of: Day on which stocks are measured.
        findings: What the rows make a careful reader ask.
        kept: The kept book behind the ledger; None for exports.
    """

    ledger: Ledger
    config: Config
    sources: tuple[Source, ...]
    problems: tuple[Problem, ...]
    as_of: date
    findings: tuple[Finding, ...] = ()
    kept: Kept | None = None


def load(paths: Sequence[Path], options: Options = Options()) -> Loaded:
    """Return the ledger of a folder of exports or of some files.

    Args:
        paths: One folder (with bbbxl.toml, or whose roles are clear), or files: orders or events, and rates.
        options: What the caller says beside them.

    Raises:
        InputError: not there, not readable, roles not clear (a draft bbbxl.toml is in the sentence).
        CurrencyError: several currencies and no reporting currency, or rates missing.
    """
    folder = find_config(paths, options.columns, options.reading)
    return load_tables(folder, _tables(folder, options), options)


def load_tables(folder: Folder, tables: Sequence[tuple[FileEntry, RawTable]], options: Options = Options()) -> Loaded:
    """Return the ledger of some tables, wherever they come from; errors as in `load`.

    Args:
        folder: The firm's choices, and where a preset of its own is found.
        tables: Each with what is said of it: orders, events or invoices, and rates.
        options: What the caller says beside them.
    """
    config = folder.config
    ledger_tables = [(entry, table) for entry, table in tables if entry.role in LEDGER_ROLES]
    if not ledger_tables:
        raise InputError(f"{CONFIG_NAME} names no file of role events or orders, so there is no ledger. Add one.")
    reads = understand_all(ledger_tables, folder, options)
    read = [one.understood for one in reads if one.understood]
    refuse_unused(options.columns, reads)
    refuse_booked_twice(read)
    read = one_currency_a_line(on_order_lines(read))
    problems = [problem for one in read for problem in one.problems]
    if not sum(len(one.entries) for one in read):
        first = f" The first reason: {problems[0]}" if problems else " The files hold headers only."
        raise InputError(f"None of the rows could be taken.{first}")
    days = pd.concat([one.entries[["effective"]] for one in read], ignore_index=True)
    as_of = _as_of(days, config, options)
    # What lies after an earlier day that was asked for is held back, and is no date in the future.
    findings = find_all(reads, max(as_of, _last_day(days, config)))
    read = [dated(one, as_of) for one in read]
    entries = pd.concat([one.entries for one in read], ignore_index=True)
    if pd.Timestamp(as_of) < entries["effective"].min():
        raise PeriodError(f"The data begin on {entries['effective'].min().date()}, after {as_of}. Ask for a later day.")
    reporting = _reporting(config, options, entries)
    rates = _rates(tables, reporting)
    availability = Availability(
        facts=facts_of_every_entity(read),
        spans=tuple(span for one in read for span in one.spans),
        known_from=entries["recorded"].min().date(),
        states_only=any(one.states_only for one in read),
    )
    ledger = build_ledger(entries, rates, as_of, calendar=config.calendar, policy=config.policy,
                          availability=availability)  # fmt: skip
    sources = (*(one.source for one in read), *_beside(tables))
    return Loaded(ledger, config, sources, tuple(problems), as_of, findings)


def understand_files(paths: Sequence[Path], options: Options = Options()) -> list[Read]:
    """Return every table of some files, of any role, as it is understood by itself.

    Args:
        paths: One folder, or files beside each other.
        options: What the caller says beside them.

    Raises:
        InputError: a file cannot be trusted, or is no export that bbbxl knows.
    """
    folder = find_config(paths, options.columns, options.reading, every=True)
    reads = understand_all(_tables(folder, options), folder, options)
    refuse_booked_twice([one.understood for one in reads if one.understood and one.entry.role in LEDGER_ROLES])
    return reads


def read_one_table(path: Path, options: Options = Options()) -> RawTable:
    """Return the first table of a file as text, whatever its columns mean."""
    return read_tables(
        path, msgspec.structs.replace(FileEntry(path=path.name, role="orders"), **options.reading), options.columns
    )[0]


def _tables(folder: Folder, options: Options) -> list[tuple[FileEntry, RawTable]]:
    """Return the tables of every file of a folder, a rates file named beside it included."""
    tables = []
    for entry in folder.config.files:
        found = folder.tables.get(entry.path)
        if found is None:
            path = folder.path / entry.path
            if not path.exists():
                raise ConfigError(f"{CONFIG_NAME} names {entry.path}, which is not in the folder. Correct the path.")
            found = read_tables(path, entry, options.columns)
        tables += [(entry, table) for table in found]
    if options.rates is not None:
        rates = FileEntry(path=options.rates.name, role="rates")
        tables += [(rates, table) for table in read_tables(options.rates, rates, {})]
    return tables


def understand_all(
    tables: Sequence[tuple[FileEntry, RawTable]], folder: Folder, options: Options, *, with_states: bool = False
) -> list[Read]:
    """Return the tables understood one after the other; those of other roles as text."""
    config = folder.config
    _refuse_copies(tables)
    headers = {entry.path: every_header([table]) for entry, table in tables}
    refuse_unknown(options.columns, headers)
    reads: list[Read] = []
    seen: dict[tuple[str, str], str] = {}
    for entry, table in tables:
        if entry.role not in _UNDERSTOOD:
            reads.append(Read(entry, table))
            continue
        currency = config.currency or options.currency or ""
        read = understand(entry, table, config, currency, options.columns, seen, folder.path,
                          with_states=with_states)  # fmt: skip
        reads.append(read)
        if read.understood and entry.role in LEDGER_ROLES and read.understood.entries["event_id"].notna().any():
            keys = zip(read.understood.entries["entity"], read.understood.entries["event_id"], strict=True)
            seen |= {key: entry.path for key in keys if isinstance(key[1], str)}
    return reads


def _as_of(entries: pd.DataFrame, config: Config, options: Options) -> date:
    """Return the day on which stocks are measured: as asked, never after the exports were taken."""
    taken = [entry.extracted.date() for entry in config.files if entry.extracted and entry.role in LEDGER_ROLES]
    if options.as_of:
        if taken and options.as_of > min(taken):
            raise PeriodError(f"The exports were taken on {min(taken)} and say nothing of {options.as_of}. "
                              f"Ask for {min(taken)} or earlier.")  # fmt: skip
        return options.as_of
    last = _last_day(entries, config)
    return min(options.until, min(taken, default=last)) if options.until else last


def _last_day(entries: pd.DataFrame, config: Config) -> date:
    """Return the end of the last event's month, or the day the exports were taken when that is earlier."""
    dated = entries["effective"][entries["effective"] != UNKNOWN]
    last = config.calendar.month_end(dated.max().date())
    taken = [entry.extracted.date() for entry in config.files if entry.extracted and entry.role in LEDGER_ROLES]
    return min([last, *taken])


def refuse_unused(given: Mapping[str, str], reads: Sequence[Read]) -> None:
    """Refuse a column named for a field that none of the files can use."""
    for name in given:
        if not any(name in one.columns for one in reads):
            known = [usable for one in reads if one.preset for usable in one.preset.fields]
            raise UnknownNameError("field", name, known, "--column")


def _refuse_copies(files: Sequence[tuple[FileEntry, RawTable]]) -> None:
    """Refuse a file that is a copy of another one for the same entity: its rows would count twice."""
    seen: dict[tuple[str, str, str], str] = {}
    for entry, table in files:
        first = seen.setdefault((table.sha256, table.sheet, entry.values.get("entity", "")), entry.path)
        if first != entry.path:
            raise InputError(
                f"{entry.path} is a copy of {first}, and its rows would count twice. Take one of them out."
            )


def refuse_booked_twice(read: Sequence[Understood]) -> None:
    """Refuse order lines of an order line report that another file books too: both would count."""
    if len(read) <= 1:
        return
    seen: dict[tuple[Any, ...], str] = {}
    for one in sorted(read, key=lambda one: one.states_only):
        keys = _booked(one)
        twice = [key for key in keys if key in seen] if one.states_only else []
        if twice:
            more = f" (and {len(twice) - 1} more)" if len(twice) > 1 else ""
            raise InputError(
                f"{one.source.place} books order {twice[0][1]}{more}, and {seen[twice[0]]} books it too: "
                "both would count. "
                f'Take one file out, or tell them apart with values = {{ entity = "..." }} in {CONFIG_NAME}.'
            )
        seen |= dict.fromkeys(keys, one.source.place)


def _booked(one: Understood) -> list[tuple[Any, ...]]:
    """Return what identifies the bookings of a file: the order line; without one, order, day and amount."""
    booked = one.entries[one.entries["kind"].isin(BOOKING_NAMES)]
    lined = not one.states_only or "line_id" in one.source.columns
    identities = ([LINE] if lined else []) + ([_UNLINED] if not (lined and one.states_only) else [])
    return [key for names in identities for key in zip(*(booked[name] for name in names), strict=True)]


def _reporting(config: Config, options: Options, entries: pd.DataFrame) -> str:
    if chosen := options.currency or config.currency:
        exponent(chosen)
        return chosen
    found = sorted(entries["currency"].unique())
    if len(found) > 1:
        raise CurrencyError(f"The data are in {', '.join(found)}. Say which to report in: --currency {found[0]}.")
    return str(found[0])


def _rates(tables: Sequence[tuple[FileEntry, RawTable]], reporting: str) -> Rates:
    """Return the rates of every rates file."""
    rows: list[Rate] = []
    for entry, table in tables:
        if entry.role == "rates":
            rows += read_rates(table, reporting, entry.decimal, entry.date_format)
    return Rates(reporting, tuple(rows))


def _said(entry: FileEntry, table: RawTable) -> tuple[str, ...]:
    """Return what was decided on reading a file that does not enter the ledger."""
    return (*table.notes, *(rates_notes(table, entry.decimal) if entry.role == "rates" else ()))


def _beside(tables: Sequence[tuple[FileEntry, RawTable]]) -> list[Source]:
    """Return the files that do not enter the ledger."""
    words = {
        "rates": "Exchange rates.",
        "crm": "Never enters the ledger: it is what the ledger is reconciled with.",
    }
    return [
        Source(table.file, entry.role, "", table.sha256, table.size, len(table) + len(table.problems),
               0 if entry.role != "rates" else len(table), len(table.problems), {}, {}, None,
               (words.get(entry.role, "Listed, not used yet."), *_said(entry, table)))
        for entry, table in tables if entry.role not in LEDGER_ROLES
    ]  # fmt: skip
