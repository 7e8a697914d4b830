"""Closing a month: proved, frozen, chained to the close before; and reopening it, which stays in the log."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from typing import Any, Final

import msgspec
import pandas as pd

from bbbxl.aggregate.orders import orders
from bbbxl.aggregate.select import Question
from bbbxl.book.figures import differing, month_figures, unknown_measures, unproved, without
from bbbxl.book.history import UNKNOWN, Close, closes_of, next_recorded, open_questions, reopened_of, sources_of
from bbbxl.book.opening import Held, choices_of, ledger_of, read_book
from bbbxl.book.people import People, refuse_people
from bbbxl.book.records import Entry
from bbbxl.book.records import Question as Asked
from bbbxl.book.store import open_store
from bbbxl.book.store.frames import to_parquet
from bbbxl.errors import BbbError, InputError, PeriodError
from bbbxl.inputs.load import Loaded, Options
from bbbxl.inputs.preset_data import preset_of
from bbbxl.metrics.values import held_measures
from bbbxl.periods import Calendar, Period, parse_period
from bbbxl.policy import CONFIG_NAME, Config, read_config

#: Libraries whose version can change a figure.
_LIBRARIES: Final = ("bbbxl", "pandas", "numpy", "narwhals", "duckdb", "pyarrow")


@dataclass(frozen=True)
class ClosedMonth:
    """What a close wrote.

    Attributes:
        entry: Its entry; its hash is what a signed pack anchors.
        questions: Questions that were open and are part of the close.
        earlier: Whether months before it were closed with it, as the first close of the book.
        not_known: Why figures of what the data tell are not known of the month, one sentence each; they are not frozen.
    """

    entry: Entry
    questions: tuple[Asked, ...]
    earlier: bool
    not_known: tuple[str, ...]


def close_month(folder: Path, text: str, people: People, *, strict: bool = False) -> ClosedMonth:
    """Close a month: prove its roll-forward, freeze its figures, chain them to the close before.

    Args:
        folder: The book.
        text: The month, such as 2026-10.
        people: Who prepared and approved it.
        strict: Refuse while questions are open.

    Raises:
        PeriodError: not one month, closed already, not the next one, or not all of it is in the book.
        InputError: the roll-forward is not proved, or people are not named as the policy asks.
    """
    config = read_config(folder / CONFIG_NAME)
    refuse_people(people, config.policy, "A close")
    month = one_month(text, config.calendar)
    with open_store(folder, write=True) as store:
        held = read_book(store, folder)
        closes = closes_of(held.entries)
        _refuse_month(month, closes, held, config)
        questions = open_questions(held.entries)
        in_doubt = [one for one in questions if one.doubtful]
        if strict and in_doubt:
            raise InputError(f"Questions are open ({len(in_doubt)}), and --strict closes only without. Answer them: "
                             "bbbxl book questions.")  # fmt: skip
        loaded = ledger_of(held, config, Options(as_of=month.last))
        question = Question(month.last, None, "as-reported", config.policy.intercompany == "left_out", config.calendar)
        figures, unknown = month_figures(loaded.ledger, question), unknown_measures(loaded.ledger, question)
        lines = orders(loaded.ledger.events, question)
        _refuse_unproved(loaded, question, month, figures, lines)
        known = max(next_recorded(held.entries, date.min), month.last)
        payload = _payload(loaded, month, people, closes, questions, held.entries, folder) | {UNKNOWN: unknown}
        frozen = without(figures, unknown)
        entry = store.append("close", known, payload, {"figures": to_parquet(frozen), "lines": to_parquet(lines)})
    not_known = dict.fromkeys(unknown[name] for name in held_measures(loaded.ledger) if name in unknown)
    first = all(one.kind != "close" for one in held.entries)
    return ClosedMonth(entry, questions, first, tuple(not_known))


def reopen_month(folder: Path, text: str, reason: str, people: People) -> Entry:
    """Reopen a closed month, and every closed month after it; the closes stay in the log.

    Raises:
        PeriodError: the month is not closed.
        InputError: no reason, or no approver.
    """
    config = read_config(folder / CONFIG_NAME)
    refuse_people(people, config.policy, "A reopening", approved=True)
    if not reason.strip():
        raise InputError("A reopening needs a reason. Add --reason TEXT.")
    month = one_month(text, config.calendar)
    with open_store(folder, write=True) as store:
        entries = store.entries()
        closes = closes_of(entries)
        if month.label not in [one.period for one in closes]:
            closed = ", ".join(one.period for one in closes) or "none"
            raise PeriodError(f"{month} is not closed, so it cannot be reopened. Closed: {closed}.")
        with_it = [one.period for one in closes if one.period > month.label]
        payload = {"period": month.label, "with": with_it, "reason": reason, "preparer": people.preparer,
                   "approver": people.approver}  # fmt: skip
        return store.append("reopen", next_recorded(entries, date.min), payload)


def one_month(text: str, calendar: Calendar) -> Period:
    """Return the month a text names.

    Raises:
        PeriodError: it names no month, or more than one.
    """
    month = parse_period(text, calendar)
    if month.months != 1 or month != calendar.month(month.last):
        raise PeriodError(f'"{text}" is not one month. Write it like 2026-10.')
    return month


def _refuse_month(month: Period, closes: Sequence[Close], held: Held, config: Config) -> None:
    """Refuse a month that is closed, is not the next one, or of which a source (or anyone) has not told yet."""
    if closes and month.last <= closes[-1].last:
        raise PeriodError(f"{month} is closed already (through {closes[-1].period}). Reopen it first, with a reason.")
    open_before = [one for one in reopened_of(held.entries) if one < month.label]
    following = config.calendar.month(config.calendar.month(closes[-1].last).end).label if closes else month.label
    first = min([following, *open_before])
    if first != month.label:
        raise PeriodError(f"{first} comes before {month} and is open. Close {first} first.")
    sources = sources_of(held.entries)
    last = held.events[["effective", "recorded"]].max().max().date()
    if not closes and not sources and month.start > last:
        raise PeriodError(f"Nothing in the book is of {month}: the last day in it is {last}. Name an earlier month.")
    for one in sources.values():
        if one.kind != "changes" and one.as_of < month.last:
            raise PeriodError(f"Source {one.name} was last added as of {one.as_of}, before the end of {month}. Add its "
                              f"export as of {month.last} first.")  # fmt: skip


def _refuse_unproved(
    loaded: Loaded, question: Question, month: Period, figures: pd.DataFrame, lines: pd.DataFrame
) -> None:
    """Refuse a month whose roll-forward does not close, whose closed months moved or whose controls lack something."""
    ledger, kept = loaded.ledger, loaded.kept
    if kept is None:
        raise InputError("Only a kept book has months to close. Start one: bbbxl book init.")
    found = [f"Control totals lack {kept.lost} rows and minor units."] if kept.lost else []
    opening = kept.closes[-1] if kept.closes else None
    found += unproved(figures, lines, opening, ledger.availability.bases())
    if kept.closes:
        last = kept.closes[-1]
        earlier = Question(last.last, None, "as-reported", question.group, question.calendar)
        moved = differing(month_figures(ledger.at(last.last), earlier), last)
        found += [f"{last.period} is not as it was closed: {len(moved)} figures moved."] if len(moved) else []
    if found:
        raise InputError(f"{month} is not closed, because its roll-forward is not proved: {' '.join(found[:5])} "
                         "Run bbbxl book verify, and correct what it names.")  # fmt: skip


def _payload(
    loaded: Loaded, month: Period, people: People, closes: Sequence[Close], questions: Sequence[Asked],
    entries: Sequence[Entry], folder: Path,
) -> dict[str, Any]:  # fmt: skip
    """Return what a close says: who, what it stands on, and the close before."""
    return {
        "period": month.label, "last": month.last.isoformat(), "preparer": people.preparer,
        "approver": people.approver, "choices": choices_of(loaded.config), "basis": loaded.config.basis,
        "reporting": loaded.ledger.currency, "rates": _rates_digest(loaded), "presets": _presets(entries, folder),
        "versions": versions(), "previous_close": closes[-1].entry.hash if closes else "",
        "open_questions": len(questions),
    }  # fmt: skip


def _rates_digest(loaded: Loaded) -> str:
    """Return the hash of the rates the close stands on."""
    rows = sorted(f"{one.currency} {one.day} {one.type} {one.rate}" for one in loaded.ledger.rates.rows)
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def _presets(entries: Sequence[Entry], folder: Path) -> dict[str, str]:
    """Return the presets with which the files of a book were read -> hash of what they say now."""
    names = {file["preset"] for entry in entries for file in entry.payload.get("files", ()) if file.get("preset")}
    return {name: _preset_digest(name, folder) for name in sorted(names)}


def _preset_digest(name: str, folder: Path) -> str:
    """Return the hash of a preset; empty where a preset of the user's own is no longer beside the book."""
    try:
        preset = preset_of(name, folder)
    except BbbError:
        return ""
    return hashlib.sha256(msgspec.json.encode(preset, order="sorted")).hexdigest()


def versions() -> Mapping[str, str]:
    """Return the versions of what computes figures."""
    return {"python": python_version(), **{name: version(name) for name in _LIBRARIES}}
