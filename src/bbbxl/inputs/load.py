"""A folder of exports, or some files, as one ledger with its sources and problems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pandas as pd

from bbbxl.errors import BbbError, ConfigError, CurrencyError, InputError, PeriodError, Problem
from bbbxl.inputs.cells import Cells
from bbbxl.inputs.entries import NO_ENTITY, Context, Source, Understood
from bbbxl.inputs.event_log import read_events
from bbbxl.inputs.order_lines import read_order_lines
from bbbxl.inputs.preset import Preset, find_columns, preset_named, recognise
from bbbxl.inputs.rates_file import is_rates, read_rates
from bbbxl.inputs.read import TEXT_SUFFIXES, RawTable, read_table
from bbbxl.ledger.availability import Availability, Span
from bbbxl.ledger.build import Ledger, build_ledger
from bbbxl.ledger.rates import Rate, Rates
from bbbxl.policy import CONFIG_NAME, LEDGER_ROLES, Config, FileEntry, check_config, read_config

_SHAPES = {"events": read_events, "order_lines": read_order_lines}
#: Headers that only exports of a CRM have: such a file is never taken for orders by itself.
_CRM_WORDS = ("opportunity", "deal", "stage", "pipeline")


@dataclass(frozen=True)
class Options:
    """What the caller says beside the files.

    Attributes:
        as_of: Day on which stocks are measured; the end of the last event's month when omitted.
        currency: Reporting currency; that of bbbxl.toml, else the only one in the data.
        columns: Field -> header, for every file.
        rates: A rates file beside those of the folder.
        basis: Backlog basis; that of bbbxl.toml when omitted.
    """

    as_of: date | None = None
    currency: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    rates: Path | None = None
    basis: str | None = None


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


def load(paths: Sequence[Path], options: Options = Options()) -> Loaded:  # noqa: B008 -- frozen
    """Return the ledger of a folder of exports or of some files.

    Args:
        paths: One folder (with bbbxl.toml, or whose roles are clear), or files of role events or orders, and rates.
        options: What the caller says beside them.

    Raises:
        InputError: not there, not readable, roles not clear (a draft bbbxl.toml is in the sentence).
        CurrencyError: several currencies and no reporting currency, or rates missing.
    """
    config, folder = _configured(paths)
    tables = [(entry, _table(folder / entry.path, entry)) for entry in config.files]
    ledger_files = [(entry, table) for entry, table in tables if entry.role in LEDGER_ROLES]
    if not ledger_files:
        raise InputError("No file of role events or orders, so there is no ledger. Add one to bbbxl.toml.")
    read = [_understand(entry, table, config, options) for entry, table in ledger_files]
    entries = pd.concat([one.entries for one in read], ignore_index=True)
    problems = [problem for one in read for problem in one.problems]
    entries, repeated = _without_repeats(entries)
    problems += repeated
    if entries.empty:
        first = f" The first reason: {problems[0]}" if problems else ""
        raise InputError(f"None of the rows could be taken.{first}")
    as_of = options.as_of or _last_day(entries, config)
    if pd.Timestamp(as_of) < entries["effective"].min():
        raise PeriodError(f"The data begin on {entries['effective'].min().date()}, after {as_of}. Ask for a later day.")
    entries["recorded"] = entries["recorded"].where(entries["recorded"] != _UNKNOWN, pd.Timestamp(as_of))
    reporting = _reporting(config, options, entries)
    rates = _rates(tables, options, reporting)
    availability = Availability(
        facts=frozenset().union(*(one.facts for one in read)),
        spans=_known_spans([span for one in read for span in one.spans], as_of),
        known_from=entries["recorded"].min().date(),
        states_only=any(one.states_only for one in read),
    )
    ledger = build_ledger(entries, rates, as_of, calendar=config.calendar, policy=config.policy,
                          availability=availability)  # fmt: skip
    sources = (*(_dated(one.source, as_of) for one in read), *_beside(tables))
    return Loaded(ledger, config, sources, tuple(problems), as_of)


#: Stands for "when the export was taken" until the as-of date is known.
_UNKNOWN = pd.Timestamp("2199-01-01")


def _last_day(entries: pd.DataFrame, config: Config) -> date:
    """Return the end of the last event's month, or the day the exports were taken when that is earlier."""
    last = config.calendar.month_end(entries["effective"].max().date())
    taken = [entry.extracted.date() for entry in config.files if entry.extracted and entry.role in LEDGER_ROLES]
    return min([last, *taken])


def _configured(paths: Sequence[Path]) -> tuple[Config, Path]:
    """Return the config of the folder, or one made for the files."""
    missing = [path for path in paths if not path.exists()]
    if missing or not paths:
        raise InputError(f"{missing[0].name if missing else 'Nothing'} is not there. Name a folder of exports or a file.")
    if len(paths) == 1 and paths[0].is_dir():
        folder = paths[0]
        settings = folder / CONFIG_NAME
        if settings.exists():
            config = read_config(settings)
            return (config if config.files else _recognised(_exports(folder), config, folder.name)), folder
        return _recognised(_exports(folder), Config(schema=1), folder.name), folder
    if any(path.is_dir() for path in paths):
        raise InputError("Name one folder, or files: not both.")
    folder = paths[0].parent
    if any(path.parent.resolve() != folder.resolve() for path in paths):
        raise InputError("The files are in different folders. Put them into one.")
    settings = folder / CONFIG_NAME
    base = read_config(settings) if settings.exists() else Config(schema=1)
    named = {entry.path: entry for entry in base.files}
    chosen = tuple(named[path.name] for path in paths if path.name in named)
    return _recognised([path for path in paths if path.name not in named], base, "files", chosen), folder


def _exports(folder: Path) -> list[Path]:
    """Return the text files of a folder, in order of name, without those that editors leave behind."""
    found = [path for path in folder.iterdir() if path.suffix.casefold() in TEXT_SUFFIXES]
    return sorted((path for path in found if not path.name.startswith(("~", "."))), key=lambda path: path.name)


def _recognised(paths: Sequence[Path], base: Config, what: str, chosen: tuple[FileEntry, ...] = ()) -> Config:
    """Return a config with a role for every file, refused with a draft when the roles are not clear."""
    entries = [*chosen]
    unclear: list[Path] = []
    for path in paths:
        table = read_table(path)
        role = _role(table)
        if role is None:
            unclear.append(path)
        else:
            entries.append(FileEntry(path=path.name, role=role))  # type: ignore[arg-type]
    shapes = {entry.role for entry in entries if entry.role in LEDGER_ROLES}
    if unclear and len(paths) == 1:
        recognise(paths[0].name, read_table(paths[0]).header, {})
    if unclear or len(shapes) != 1:
        raise InputError(f"It is not clear what the files of {what} are. Save this as {CONFIG_NAME} beside them and "
                         f"correct the roles (orders | events | rates | crm):\n{_draft(entries, unclear)}")  # fmt: skip
    raw = {"schema": 1, "entity": base.entity, "currency": base.currency, "fiscal_year_end": base.fiscal_year_end,
           "basis": base.basis}  # fmt: skip
    checked = check_config(raw)
    return Config(schema=1, entity=checked.entity, currency=checked.currency, basis=checked.basis,
                  fiscal_year_end=checked.fiscal_year_end, files=tuple(entries), policy=base.policy)  # fmt: skip


def _role(table: RawTable) -> str | None:
    """Return the role a header shows by itself, None when it is not clear."""
    if is_rates(table.header):
        return "rates"
    if any(word in title.casefold() for title in table.header for word in _CRM_WORDS):
        return "crm"
    try:
        return recognise(table.file, table.header, {}).role
    except BbbError:
        return None


def _draft(entries: Sequence[FileEntry], unclear: Sequence[Path]) -> str:
    """Return a bbbxl.toml to be corrected."""
    lines = ["schema = 1", 'entity = ""', 'currency = "USD"', 'fiscal_year_end = "12-31"', 'basis = "fulfilment"']
    rows = [(entry.path, str(entry.role)) for entry in entries] + [(path.name, "orders") for path in unclear]
    for path, role in sorted(rows):
        lines += ["[[files]]", f'path = "{path}"', f'role = "{role}"']
    return "\n".join(lines)


def _table(path: Path, entry: FileEntry) -> RawTable:
    if not path.exists():
        raise ConfigError(f"{CONFIG_NAME} names {entry.path}, which is not in the folder. Correct the path.")
    return read_table(path, encoding=entry.encoding, delimiter=entry.delimiter)


def _understand(entry: FileEntry, table: RawTable, config: Config, options: Options) -> Understood:
    """Return the entries of one file of role events or orders."""
    given = {**entry.columns, **options.columns}
    preset: Preset = preset_named(entry.preset) if entry.preset else recognise(table.file, table.header, given, entry.role)
    columns = find_columns(table.file, table.header, preset, given, entry.values)
    cells = Cells(table, columns, entry.values, entry.decimal, entry.date_format)
    currency = config.currency or options.currency or ""
    if not cells.has("currency") and not currency:
        raise CurrencyError(f"{table.file} has no column for currency. Say which it is: --currency USD, or currency in "
                            f"{CONFIG_NAME}.")  # fmt: skip
    extracted = entry.extracted.date() if entry.extracted else options.as_of or _UNKNOWN.date()
    context = Context(
        entity=config.entity or NO_ENTITY, currency=currency, extracted=extracted,
        with_cancelled=config.policy.order_amount == "with_cancelled",
        by_order_date=config.policy.booking_date == "order", signs=entry.signs, states=entry.states, facts=entry.facts,
    )  # fmt: skip
    return _SHAPES[preset.shape](cells, preset, context)


def _without_repeats(entries: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    """Set aside events whose id stands in another file already."""
    twice = entries["event_id"].notna() & entries.duplicated(["entity", "event_id"])
    problems = [
        Problem(file, int(row), "event_id", identity, f"event {identity} stands in another file already. Keep one.")
        for file, row, identity in entries.loc[twice, ["source_file", "source_row", "event_id"]].itertuples(index=False)
    ]
    return entries[~twice].reset_index(drop=True), problems


def _reporting(config: Config, options: Options, entries: pd.DataFrame) -> str:
    if chosen := options.currency or config.currency:
        return chosen
    found = sorted(entries["currency"].unique())
    if len(found) > 1:
        raise CurrencyError(f"The data are in {', '.join(found)}. Say which to report in: --currency {found[0]}.")
    return str(found[0])


def _rates(tables: Sequence[tuple[FileEntry, RawTable]], options: Options, reporting: str) -> Rates:
    """Return the rates of every rates file."""
    rows: list[Rate] = []
    for entry, table in tables:
        if entry.role == "rates":
            rows += read_rates(table, reporting, entry.decimal, entry.date_format)
    if options.rates is not None:
        if not options.rates.exists():
            raise InputError(f"{options.rates.name} is not there. Name a rates file.")
        rows += read_rates(read_table(options.rates), reporting)
    return Rates(reporting, tuple(rows))


def _known_spans(spans: list[Span], as_of: date) -> tuple[Span, ...]:
    unknown = _UNKNOWN.date()
    return tuple(Span(s.fact, s.first, as_of if s.last == unknown else s.last, s.place) for s in spans)


def _dated(source: Source, as_of: date) -> Source:
    """Return a source with the as-of date where it did not know when it was taken."""
    if source.extracted != _UNKNOWN.date():
        return source
    notes = tuple(note.replace(str(_UNKNOWN.date()), str(as_of)) for note in source.notes)
    return Source(**{**source.__dict__, "extracted": as_of, "notes": notes})


def _beside(tables: Sequence[tuple[FileEntry, RawTable]]) -> list[Source]:
    """Return the files that do not enter the ledger."""
    words = {"rates": "Exchange rates.", "crm": "Never enters the ledger: it is what the ledger is reconciled with."}
    return [
        Source(table.file, entry.role, "", table.sha256, table.size, len(table.rows) + len(table.problems),
               0 if entry.role != "rates" else len(table.rows), len(table.problems), {}, {}, None,
               (words.get(entry.role, "Listed, not used yet."),))
        for entry, table in tables if entry.role not in LEDGER_ROLES
    ]  # fmt: skip
