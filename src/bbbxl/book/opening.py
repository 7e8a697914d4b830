"""A kept book read as a ledger: what was known by a day, with its closed months, rates and entries by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import pandas as pd

from bbbxl.aggregate.measures import MEASURES
from bbbxl.book.controls import drift
from bbbxl.book.figures import without
from bbbxl.book.history import (
    UNKNOWN,
    Close,
    closes_of,
    doubts,
    fences_of,
    held_back,
    known_by,
    reversed_entries,
    sources_of,
)
from bbbxl.book.numbers import numbered
from bbbxl.book.questions import sentence_of_question
from bbbxl.book.rates import book_rates
from bbbxl.book.records import STORE_NAME, Entry, Question
from bbbxl.book.sources import as_source
from bbbxl.book.store import Store, open_store
from bbbxl.book.store.frames import from_parquet
from bbbxl.book.twice import standing_twice
from bbbxl.errors import ConfigError, CurrencyError, InputError, PeriodError, Problem
from bbbxl.events import ORDER_NAMES
from bbbxl.inputs.entries import Source
from bbbxl.inputs.load import Loaded, Options
from bbbxl.inputs.load import load as load_exports
from bbbxl.ledger.availability import Availability, Span
from bbbxl.ledger.build import ENTRY_COLUMNS, build_ledger
from bbbxl.ledger.columns import TURN
from bbbxl.ledger.kept import NEVER, Closed, Kept, Posting
from bbbxl.periods import Calendar
from bbbxl.policy import CONFIG_NAME, Config, read_config

#: Entries whose files tell what stood on their as-of date.
_TELLING: Final = ("snapshot", "events")
_SPAN_FACTS: Final = {**dict.fromkeys(ORDER_NAMES, "booking"), "cancellation": "cancellation", "shipment": "shipment",
                      "return_receipt": "shipment", "invoice": "invoice", "credit_note": "invoice"}  # fmt: skip


def is_book(paths: Sequence[Path]) -> bool:
    """Return whether what was named is a kept book."""
    return len(paths) == 1 and (paths[0] / STORE_NAME).exists()


def load(paths: Sequence[Path], options: Options = Options(), known: date | None = None) -> Loaded:
    """Return the ledger of a kept book, of a folder of exports or of some files.

    Args:
        paths: One folder, or files.
        options: What the caller says beside them.
        known: On a book, only what was recorded by this day.

    Raises:
        BbbError: as in `bbbxl.inputs.load.load` and `load_book`.
    """
    return load_book(paths[0], options, known) if is_book(paths) else load_exports(paths, options)


def load_book(folder: Path, options: Options = Options(), known: date | None = None) -> Loaded:
    """Return the ledger of a kept book as it was known by a day.

    Args:
        folder: The book.
        options: As-of date, reporting currency, rates and basis; files are read when they are added.
        known: Last day of record that counts; None for everything.

    Raises:
        InputError: no book, nothing in it (by that day), an option that belongs to `bbbxl book add`.
        PeriodError: the as-of date lies outside what its sources tell.
        ConfigError: bbbxl.toml was changed in what a closed month stands on.
    """
    if options.columns or options.reading:
        raise InputError(
            "A book is read as it was written; how files are read is said when they are added: bbbxl book add."
        )
    config = read_config(folder / CONFIG_NAME)
    with open_store(folder) as store:
        held = read_book(store, folder, known)
    return ledger_of(held, config if known is None else as_closed(config, closes_of(held.entries)), options)


@dataclass(frozen=True)
class Held:
    """What a book holds by a day of record.

    Attributes:
        name: Of the folder.
        entries: Entries of the log.
        events: Columns of `EVENT_COLUMNS` and `entry`.
        closes: Months that are closed.
        lost: See `Kept`.
        doubts: Questions that leave figures in doubt.
    """

    name: str
    entries: tuple[Entry, ...]
    events: pd.DataFrame
    closes: tuple[Closed, ...]
    lost: int
    doubts: tuple[Question, ...]


def read_book(store: Store, folder: Path, known: date | None = None) -> Held:
    """Return what a book holds by a day of record; everything when none is given.

    Raises:
        InputError: that is nothing.
    """
    entries = known_by(store.entries(), known)
    events = store.events()
    if known is not None:
        events = events[events["recorded"] <= pd.Timestamp(known)]
    if events.empty:
        raise InputError(f"Book {folder.name} holds no events{f' recorded by {known}' if known else ''}. "
                         "Add exports: bbbxl book add.")  # fmt: skip
    lost = control_totals(store, entries, events) if known is None else 0
    closes = tuple(_closed(store, one) for one in closes_of(entries))
    asked = numbered(doubts(entries), store, entries)
    return Held(folder.resolve().name, entries, events.reset_index(drop=True), closes, lost, asked)


def ledger_of(held: Held, config: Config, options: Options) -> Loaded:
    """Return the ledger of what a book holds; errors as in `load_book`."""
    entries, events, closes = held.entries, held.events, held.closes
    refuse_changed_choices(config, closes_of(entries))
    as_of = _as_of(entries, events, options, config)
    currency = _currency(config, options, events, closes)
    rates, rate_notes = book_rates(entries, currency, options.rates)
    posting = Posting(fences_of(entries))
    standing = _standing(entries, events)[[*ENTRY_COLUMNS, TURN]]
    known = _availability(entries, events, posting, config.calendar)
    ledger = build_ledger(standing, rates, as_of, calendar=config.calendar, policy=config.policy, availability=known,
                          posting=posting)  # fmt: skip
    kept = Kept(held.name, entries[-1].hash, closes, posting, events, _hands(entries, events), held.lost,
                tuple(sentence_of_question(one) for one in held.doubts), held_back(entries),
                standing_twice(entries, events))  # fmt: skip
    sources, problems = _files(entries, rate_notes)
    return Loaded(ledger, config, sources, problems, as_of, (), kept)


def _standing(entries: Sequence[Entry], events: pd.DataFrame) -> pd.DataFrame:
    """Return the events without the holds and releases by hand that were taken back, and what took them back.

    Of a hold and a release on one day nothing says which was last; amounts that were taken back add up to nothing, in
    the segments in which they were entered.
    """
    taken = reversed_entries(entries)
    own = events["entry"].isin([*taken, *taken.values()])
    standing = events[~(own & events["kind"].isin(["hold", "release"])).to_numpy()]
    back = standing["entry"].map({later: number for number, later in taken.items()})
    return standing.assign(**{TURN: back.mask(standing["kind"].eq("reclass")).fillna(standing["entry"])})


def control_totals(store: Store, entries: Sequence[Entry], events: pd.DataFrame) -> int:
    """Return what the control totals of all sources lack, rows and minor units: 0 when nothing is lost on the way.

    Rows in = rows used, set aside, not booked and said twice, file by file; states of every order line = sum of the
    events that its source wrote.
    """
    lost = 0
    for entry in entries:
        for file in entry.payload.get("files", ()):
            if "used" in file:
                out = file["used"] + file["set_aside"] + file["not_booked"] + file["superseded"]
                lost += abs(int(file["rows"]) - int(out))
    by_source = events[events["origin"] != "hand"]
    writer = {one.number: one.payload.get("source", "") for one in entries}
    names = by_source["entry"].map(writer)
    for source in sources_of(entries).values():
        if source.kind == "snapshot":
            rest = drift(by_source[(names == source.name).to_numpy()], from_parquet(store.blob(source.baseline)))
            lost += int(rest.abs().sum().sum())
    return lost


def refuse_changed_choices(config: Config, closes: Sequence[Close]) -> None:
    """Refuse a bbbxl.toml that differs in what a closed month stands on.

    Raises:
        ConfigError: currency, fiscal year or a choice of the policy is another one than at the last close.
    """
    if not closes:
        return
    frozen, now = closes[-1].entry.payload["choices"], choices_of(config)
    for name, value in frozen.items():
        if name in now and now[name] != value:
            raise ConfigError(f'{CONFIG_NAME} says {name} = "{now[name]}", and {closes[-1].period} was closed with '
                              f'"{value}". Put it back, or reopen the closed months first.')  # fmt: skip


def as_closed(config: Config, closes: Sequence[Close]) -> Config:
    """Return a configuration with the choices and the basis that the last of some closes froze.

    Source: rules, Dates: known at takes the policy that was known with the figures.
    """
    if not closes:
        return config
    said = closes[-1].entry.payload
    own = {name: said["choices"].get(name, getattr(config, name)) for name in ("currency", "fiscal_year_end")}
    policy = {name: value for name, value in said["choices"].items() if hasattr(config.policy, name)}
    chosen = msgspec.structs.replace(config.policy, **policy)
    return msgspec.structs.replace(config, **own, basis=said["basis"], policy=chosen)


def choices_of(config: Config) -> dict[str, Any]:
    """Return the choices that move figures, by name."""
    policy: dict[str, Any] = msgspec.to_builtins(config.policy)
    moving = {name: value for name, value in policy.items() if isinstance(value, str) and name != "approver"}
    return {"currency": config.currency, "fiscal_year_end": config.fiscal_year_end, **moving}


def _closed(store: Store, close: Close) -> Closed:
    said = close.entry.payload
    unknown = said[UNKNOWN] if UNKNOWN in said else _unknown_before(said)
    figures = without(from_parquet(store.blob(close.entry.blobs["figures"])), unknown)
    return Closed(close.period, close.last, close.entry.recorded, close.entry.hash, said["preparer"], said["approver"],
                  figures, unknown)  # fmt: skip


def _unknown_before(said: Mapping[str, Any]) -> dict[str, str]:
    """Return what an old close did not know: it says why and not of which figures, so none of them is taken for known.

    Closes of development versions froze such figures as the events have them.
    """
    return dict.fromkeys(MEASURES, "; ".join(said["not_known"])) if said.get("not_known") else {}


def _as_of(entries: Sequence[Entry], events: pd.DataFrame, options: Options, config: Config) -> date:
    """Return the day on which stocks are measured: the last one of which every source tells."""
    told = [one.as_of for one in sources_of(entries).values() if one.kind in _TELLING]
    last = min(told) if told else config.calendar.month_end(events["effective"].max().date())
    if options.as_of and told and options.as_of > last:
        late = min((one for one in sources_of(entries).values() if one.kind in _TELLING), key=lambda one: one.as_of)
        raise PeriodError(f"Source {late.name} was last added as of {last} and says nothing of {options.as_of}. Ask "
                          f"for {last} or earlier, or add its export.")  # fmt: skip
    as_of = options.as_of or min(last, options.until or last)
    first = events["effective"].min().date()
    if as_of < first:
        raise PeriodError(f"The book begins on {first}, after {as_of}. Ask for a later day.")
    return as_of


def _currency(config: Config, options: Options, events: pd.DataFrame, closes: Sequence[Closed]) -> str:
    """Return the reporting currency."""
    if options.currency and config.currency and options.currency != config.currency and closes:
        raise CurrencyError(f"The closed months of the book are in {config.currency}. Leave --currency out.")
    if chosen := options.currency or config.currency:
        return chosen
    found = sorted(events["currency"].unique())
    if len(found) > 1:
        raise CurrencyError(f"The book is in {', '.join(found)}. Say which to report in: currency in {CONFIG_NAME}.")
    return str(found[0])


def _availability(entries: Sequence[Entry], events: pd.DataFrame, posting: Posting, calendar: Calendar) -> Availability:
    """Return which facts the sources tell of, and the spans in which one is known only as a total.

    An entry by hand proves one event, not that there were no others: it makes a fact known only where the book has no
    source at all, and is kept by hand.
    """
    by_entity: dict[str, frozenset[str]] = {}
    for entry in entries:
        for entity, facts in entry.payload.get("facts", {}).items():
            by_entity[entity] = by_entity.get(entity, frozenset()) | frozenset(facts)
    by_hand = frozenset({"booking", "cancellation", *events.loc[events["origin"] == "hand", "kind"]})
    facts = frozenset.intersection(*by_entity.values()) if by_entity else by_hand
    return Availability(facts, _spans(events, posting, calendar),
                        events["recorded"].min().date(), any(one.kind == "snapshot" for one in entries))  # fmt: skip


def _spans(events: pd.DataFrame, posting: Posting, calendar: Calendar) -> tuple[Span, ...]:
    """Return where the day of an event is not known, one span for all lines of the same days."""
    unsure = events[events["since"].notna() & (events["since"] < events["effective"])]
    opened = posting.first_open(unsure["recorded"].to_numpy().astype("datetime64[D]"), calendar)
    unsure = unsure.assign(fact=unsure["kind"].map(_SPAN_FACTS), opened=opened)
    unsure = unsure[unsure["fact"].notna()]
    grouped = unsure.groupby(["fact", "since", "effective", "opened"], sort=True)
    first = grouped[["source_file", "source_row"]].first()
    lines = grouped.size()
    return tuple(
        Span(fact, since.date(), last.date(), f"{file} row {row:.0f}", int(count), _begin(opened, calendar))
        for (fact, since, last, opened), file, row, count in zip(
            first.index, first["source_file"], first["source_row"], lines, strict=True)
    )  # fmt: skip


def _begin(end: pd.Timestamp, calendar: Calendar) -> date | None:
    """Return the first day of the first open month, see `Posting.first_open`; None where nothing was closed."""
    return None if end == NEVER else calendar.month(end.date()).start


def _files(entries: Sequence[Entry], rate_notes: Sequence[str]) -> tuple[tuple[Source, ...], tuple[Problem, ...]]:
    """Return the records of the last files of every source, and the rows set aside in them."""
    sources: list[Source] = []
    problems: list[Problem] = []
    for one in sources_of(entries).values():
        extracted = date.fromisoformat(one.entry.payload.get("extracted", one.as_of.isoformat()))
        found = (*one.entry.payload.get("notes", ()), *one.entry.payload.get("findings", ()))
        files = [as_source(file, extracted) for file in one.entry.payload["files"]]
        sources += [replace(file, notes=(*file.notes, *found)) if file is files[0] else file for file in files]
        problems += [Problem(**values) for values in one.entry.payload.get("problems", ())]
    for entry in entries:
        if entry.kind == "rates":
            notes = (*entry.payload["notes"], *rate_notes)
            sources += [
                Source(file["file"], "rates", "", file["sha256"], file["size"], file["rows"], file["rows"], 0, {}, {},
                       None, notes)
                for file in entry.payload["files"]
            ]  # fmt: skip
    return tuple(sources), tuple(problems)


def _hands(entries: Sequence[Entry], events: pd.DataFrame) -> pd.DataFrame:
    """Return the entries by hand, one row each."""
    taken = reversed_entries(entries)
    said = {one.number: one.payload for one in entries if one.kind in ("adjust", "reverse")}
    rows = events[events["origin"] == "hand"].reset_index(drop=True)
    for name in ("evidence", "preparer", "approver"):
        rows[name] = [str(said[number].get(name, "")) for number in rows["entry"]]
    rows["reversed_by"] = [float(taken.get(number, np.nan)) for number in rows["entry"]]
    columns = ["entry", "kind", "entity", "order_id", "line_id", "customer", "effective", "recorded", "amount",
               "currency", "reason", "evidence", "preparer", "approver", "reversed_by"]  # fmt: skip
    return rows[columns]
