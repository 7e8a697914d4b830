"""A folder of exports, or some files, as one ledger with its sources and problems."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from bbbxl.errors import ConfigError, CurrencyError, InputError, PeriodError, Problem, UnknownNameError
from bbbxl.events import EVENT_KINDS
from bbbxl.inputs.cells import Cells
from bbbxl.inputs.entries import NO_ENTITY, Context, Source, Understood
from bbbxl.inputs.event_log import read_events
from bbbxl.inputs.folder import crm_column, find_config
from bbbxl.inputs.order_lines import read_order_lines
from bbbxl.inputs.preset import field_table, find_columns, having, preset_named, recognise, refuse_unknown
from bbbxl.inputs.rates_file import read_rates
from bbbxl.inputs.read import RawTable, read_table
from bbbxl.inputs.together import UNKNOWN, dated, facts_of_every_entity, one_currency_a_line
from bbbxl.ledger.availability import Availability
from bbbxl.ledger.build import Ledger, build_ledger
from bbbxl.ledger.columns import LINE
from bbbxl.ledger.rates import Rate, Rates
from bbbxl.money import exponent
from bbbxl.policy import CONFIG_NAME, LEDGER_ROLES, Config, FileEntry

_SHAPES = {"events": read_events, "order_lines": read_order_lines}
#: Kinds that book an order line.
_BOOKINGS = [kind.name for kind in EVENT_KINDS if kind.gross]
#: What identifies a booking of a file without line numbers.
_UNLINED = ("entity", "order_id", "effective", "amount")


#: Headers of amounts that may hold tax, and those that say they do not.
_WITH_TAX = re.compile(r"gross|brutto|incl|tax|\bvat\b|mwst|\bttc\b", re.IGNORECASE)
_WITHOUT_TAX = re.compile(r"net|excl|untaxed|before|ohne", re.IGNORECASE)


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
    """

    ledger: Ledger
    config: Config
    sources: tuple[Source, ...]
    problems: tuple[Problem, ...]
    as_of: date


def load(paths: Sequence[Path], options: Options = Options()) -> Loaded:
    """Return the ledger of a folder of exports or of some files.

    Args:
        paths: One folder (with bbbxl.toml, or whose roles are clear), or files: orders or events, and rates.
        options: What the caller says beside them.

    Raises:
        InputError: not there, not readable, roles not clear (a draft bbbxl.toml is in the sentence).
        CurrencyError: several currencies and no reporting currency, or rates missing.
    """
    folder = find_config(paths, options.columns)
    config = folder.config
    tables = [
        (entry, folder.tables.get(entry.path) or _table(folder.path / entry.path, entry)) for entry in config.files
    ]
    if options.rates is not None:
        tables.append((FileEntry(path=options.rates.name, role="rates"), read_table(options.rates)))
    ledger_files = [(entry, table) for entry, table in tables if entry.role in LEDGER_ROLES]
    if not ledger_files:
        raise InputError(f"{CONFIG_NAME} names no file of role events or orders, so there is no ledger. Add one.")
    _refuse_copies(ledger_files)
    refuse_unknown(options.columns, {entry.path: table.header for entry, table in ledger_files})
    read: list[Understood] = []
    seen: dict[tuple[str, str], str] = {}
    for entry, table in ledger_files:
        read.append(_understand(entry, table, config, options, seen))
        keys = zip(read[-1].entries["entity"], read[-1].entries["event_id"], strict=True)
        seen |= {key: entry.path for key in keys if isinstance(key[1], str)}
    _refuse_unused(options.columns, read)
    _refuse_booked_twice(read)
    read = one_currency_a_line(read)
    problems = [problem for one in read for problem in one.problems]
    if not sum(len(one.entries) for one in read):
        first = f" The first reason: {problems[0]}" if problems else " The files hold headers only."
        raise InputError(f"None of the rows could be taken.{first}")
    as_of = _as_of(pd.concat([one.entries for one in read], ignore_index=True), config, options)
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
    return Loaded(ledger, config, sources, tuple(problems), as_of)


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


def _table(path: Path, entry: FileEntry) -> RawTable:
    """Return a file that bbbxl.toml names."""
    if not path.exists():
        raise ConfigError(f"{CONFIG_NAME} names {entry.path}, which is not in the folder. Correct the path.")
    return read_table(path, encoding=entry.encoding or "utf-8-sig", delimiter=entry.delimiter)


def _understand(
    entry: FileEntry, table: RawTable, config: Config, options: Options, seen: Mapping[tuple[str, str], str]
) -> Understood:
    """Return the entries of one file of role events or orders; `seen` are the events of earlier files."""
    given = {**entry.columns, **having(options.columns, table.header)}
    _check_fields(entry, field_table().types)
    preset = preset_named(entry.preset) if entry.preset else recognise(table.file, table.header, given, entry.role)
    _check_fields(entry, preset.fields)
    columns = find_columns(table.file, table.header, preset, given, entry.values)
    _refuse_doubtful(entry, table, columns)
    cells = Cells(table, columns, entry.values, entry.decimal or ".", entry.date_format)
    currency = config.currency or options.currency or ""
    if not cells.has("currency") and not currency:
        raise CurrencyError(f"{table.file} has no column for currency. Say which it is: --currency USD, "
                            "or currency in "
                            f"{CONFIG_NAME}.")  # fmt: skip
    extracted = entry.extracted.date() if entry.extracted else UNKNOWN.date()
    context = Context(
        entity=config.entity or NO_ENTITY, currency=currency, extracted=extracted,
        with_cancelled=config.policy.order_amount == "with_cancelled",
        by_order_date=config.policy.booking_date == "order", signs=entry.signs, states=entry.states,
        facts=entry.facts, seen=seen,
    )  # fmt: skip
    return _SHAPES[preset.shape](cells, preset, context)


def _refuse_doubtful(entry: FileEntry, table: RawTable, columns: Mapping[str, str]) -> None:
    """Refuse orders whose rows may not be signed, and amounts that may hold tax, until the file says which."""
    sales = crm_column(table.header)
    if entry.role == "orders" and sales and "booked" not in entry.states:
        raise InputError(
            f'{table.file} has a column "{sales}", as exports of a CRM have, and does not say which rows are signed. '
            f'Say it in {CONFIG_NAME}: states = {{ booked = {{ "{sales}" = ["Closed Won"] }} }}, or booked = {{}} when '
            "every row is; or give it the role crm."
        )
    title = columns.get("amount", "")
    if entry.amounts is None and _WITH_TAX.search(title) and not _WITHOUT_TAX.search(title):
        raise InputError(
            f'{table.file}, column "{title}" may hold tax, and amounts are net of tax. Name a net column, or say '
            f'amounts = "net" for the file in {CONFIG_NAME}.'
        )


def _check_fields(entry: FileEntry, known: Iterable[str]) -> None:
    """Refuse fields of bbbxl.toml that do not exist, or that the file's preset cannot use."""
    fields = list(known)
    for name in (*entry.columns, *entry.values):
        if name not in fields:
            raise UnknownNameError("field", name, fields, f"{CONFIG_NAME}, {entry.path}")


def _refuse_unused(given: Mapping[str, str], read: Sequence[Understood]) -> None:
    """Refuse a column named for a field that none of the files can use."""
    for name in given:
        if not any(name in one.source.columns for one in read):
            known = [usable for one in read for usable in preset_named(one.source.preset).fields]
            raise UnknownNameError("field", name, known, "--column")


def _refuse_copies(files: Sequence[tuple[FileEntry, RawTable]]) -> None:
    """Refuse a file that is a copy of another one for the same entity: its rows would count twice."""
    seen: dict[tuple[str, str], str] = {}
    for entry, table in files:
        first = seen.setdefault((table.sha256, entry.values.get("entity", "")), entry.path)
        if first != entry.path:
            raise InputError(
                f"{entry.path} is a copy of {first}, and its rows would count twice. Take one of them out."
            )


def _refuse_booked_twice(read: Sequence[Understood]) -> None:
    """Refuse order lines of an order line report that another file books too: both would count."""
    seen: dict[tuple[Any, ...], str] = {}
    for one in sorted(read, key=lambda one: one.states_only):
        keys = _booked(one)
        twice = [key for key in keys if key in seen] if one.states_only else []
        if twice:
            more = f" (and {len(twice) - 1} more)" if len(twice) > 1 else ""
            raise InputError(
                f"{one.source.file} books order {twice[0][1]}{more}, and {seen[twice[0]]} books it too: "
                "both would count. "
                f'Take one file out, or tell them apart with values = {{ entity = "..." }} in {CONFIG_NAME}.'
            )
        seen |= dict.fromkeys(keys, one.source.file)


def _booked(one: Understood) -> list[tuple[Any, ...]]:
    """Return what identifies the bookings of a file: the order line; without one, order, day and amount."""
    booked = one.entries[one.entries["kind"].isin(_BOOKINGS)]
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
            rows += read_rates(table, reporting, entry.decimal or ".", entry.date_format)
    return Rates(reporting, tuple(rows))


def _beside(tables: Sequence[tuple[FileEntry, RawTable]]) -> list[Source]:
    """Return the files that do not enter the ledger."""
    words = {
        "rates": "Exchange rates.",
        "crm": "Never enters the ledger: it is what the ledger is reconciled with.",
    }
    return [
        Source(table.file, entry.role, "", table.sha256, table.size, len(table.rows) + len(table.problems),
               0 if entry.role != "rates" else len(table.rows), len(table.problems), {}, {}, None,
               (words.get(entry.role, "Listed, not used yet."),))
        for entry, table in tables if entry.role not in LEDGER_ROLES
    ]  # fmt: skip
