"""Entries by hand: written with reason and names, taken back by an entry of their own, never changed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from bbbxl.book.exported import taken_back
from bbbxl.book.history import as_json_value, closes_of, next_recorded, reversed_entries
from bbbxl.book.numbers import Numbers, kept_as, numbers_of
from bbbxl.book.opening import refuse_changed_choices
from bbbxl.book.people import People, refuse_people
from bbbxl.book.questions import reason_refused
from bbbxl.book.records import EVENT_COLUMNS, FAR_DAYS, Entry
from bbbxl.book.references import refuse_corrected
from bbbxl.book.store import open_store
from bbbxl.book.twice import moved_along
from bbbxl.errors import BbbError, InputError, PeriodError, UnknownNameError, nearest
from bbbxl.events import KINDS
from bbbxl.inputs.entries import NO_ENTITY
from bbbxl.inputs.filled_in import read_rows
from bbbxl.ledger.build import ENTRY_COLUMNS
from bbbxl.ledger.columns import COLUMNS, LINE
from bbbxl.ledger.states import DAY
from bbbxl.money import exponent, parse_decimal, show, to_minor
from bbbxl.periods import parse_day
from bbbxl.policy import CONFIG_NAME, Config, read_config

#: Kinds that may open an order line of which no export has told.
_OPENING: Final = ("new", "renewal", "book_and_turn", "acquired")
#: One that opens a line of an order that is there.
_ADDING: Final = ("expansion",)
#: What reads as thousands where the mark of thousands is a point.
_THOUSANDS: Final = re.compile(r"[+-]?[0-9]{1,3}\.[0-9]{3}")
_TAKEN_BACK: Final = "entry {number} by hand taken back: {reason}"


@dataclass(frozen=True)
class Hand:
    """One entry by hand, as typed.

    Attributes:
        kind: Event kind.
        order: Order number.
        day: Day it happened.
        reason: Why.
        line: Line; the only one of the order when empty.
        entity: Legal entity; that of the order, else the firm's own, when empty.
        amount: Document currency, positive in the kind's own sense; empty for kinds without one.
        currency: Document currency; that of the line when empty.
        evidence: Reference of the evidence.
        customer: Of a line that the entry opens.
        product: Of a line that the entry opens.
        region: Of a line that the entry opens.
        commit: Commit date of a line that the entry opens, or that a reschedule gives.
        preparer: Who prepared it.
        approver: Who approved it.
    """

    kind: str
    order: str
    day: str
    reason: str
    line: str = ""
    entity: str = ""
    amount: str = ""
    currency: str = ""
    evidence: str = ""
    customer: str = ""
    product: str = ""
    region: str = ""
    commit: str = ""
    preparer: str = ""
    approver: str = ""


def read_hands(path: Path, given: Hand) -> list[tuple[str, Hand]]:
    """Return the entries of a CSV file, each with its place; what it leaves empty is as given beside it.

    Args:
        path: Columns are named like the options: kind, order, line, entity, amount, currency, date, reason, evidence,
            preparer, approver, customer, product, region, commit.
        given: What the options say.

    Raises:
        InputError: it cannot be read, or has a column that is none of these.
    """
    known = {("date" if one.name == "day" else one.name): one.name for one in fields(Hand)}
    made = []
    for number, row in read_rows(path):
        for name in row:
            if name not in known:
                raise UnknownNameError("column", name, known, path.name)
        typed = {known[name]: value for name, value in row.items() if value}
        made.append((f"{path.name} row {number}", replace(given, **typed)))
    if not made:
        raise InputError(f"{path.name} holds no entries. Add a row for each.")
    return made


def adjust(folder: Path, hands: Sequence[tuple[str, Hand]], recorded: date) -> tuple[Entry, ...]:
    """Write entries by hand, all of them or none, each an entry of the log.

    Args:
        folder: The book.
        hands: Place for sentences (empty for options on a command line) and what was typed.
        recorded: Day of record; a later one where the book has passed it.

    Raises:
        InputError: something is missing or cannot be meant, or corrects a match that is corrected already, with its
            place.
        ConfigError: bbbxl.toml was changed in what a closed month stands on.
    """
    config = read_config(folder / CONFIG_NAME)
    written = []
    with open_store(folder, write=True) as store:
        held, numbers = store.events(), numbers_of(store, store.entries())
        refuse_changed_choices(config, closes_of(store.entries()))
        for place, hand in hands:
            entries = store.entries()
            try:
                refuse_corrected(hand.evidence, entries)
                event = _event(hand, held, config, numbers)
            except BbbError as error:
                raise InputError(f"{place}: {error}" if place else f"{error}") from error
            _refuse_far(recorded, held, place)
            day = next_recorded(entries, recorded)
            events = _frame(event, day, len(entries) + 1)
            written.append(store.append("adjust", day, _payload(hand, event, numbers), {}, events))
            held = pd.concat([held, events.assign(entry=written[-1].number)], ignore_index=True)
    return tuple(written)


def _payload(hand: Hand, event: dict[str, Any], numbers: Numbers) -> dict[str, Any]:
    """Return what an entry says: as typed and as booked, and the line it stands under where that is another number."""
    kept, line = event["order_id"], event["line_id"]
    now = numbers.now(pd.DataFrame([{name: event[name] for name in LINE}]))[0]
    booked = {"currency": event["currency"], "minor": event["amount"]}
    return {**as_json_value(hand), **booked, "kept": "" if hand.order == kept else kept_as(kept, line, now)}


def words_of(said: Mapping[str, Any]) -> str:
    """Return an entry by hand in words, with the amount as it was booked.

    Args:
        said: Payload of its entry in the log.
    """
    typed = f" {said['amount']}" if said["amount"] else ""
    amount = f" {show(said['minor'], said['currency'])} {said['currency']}" if typed and "minor" in said else typed
    kept = f", kept as {said['kept']}" if said.get("kept") else ""
    return f"{said['kind']}{amount} on order {said['order']}{kept}"


def _refuse_far(recorded: date, held: pd.DataFrame, place: str = "") -> None:
    """Refuse a day of record far past everything in the book: all that follows would be recorded then.

    Raises:
        PeriodError: it lies more than a year after the last day of the book.
    """
    last = held[["effective", "recorded"]].max().max()
    if pd.notna(last) and recorded > last.date() + timedelta(days=FAR_DAYS):
        raise PeriodError(f"{place}{': ' if place else ''}The day of record {recorded} lies more than a year after "
                          f"{last.date()}, the last day in the book. Correct --recorded.")  # fmt: skip


def take_back(
    folder: Path, number: int, reason: str, people: People, recorded: date, evidence: str = ""
) -> Entry:  # fmt: skip
    """Write the entry that takes an entry by hand back, on the days of what it takes back.

    Raises:
        InputError: no such entry by hand, taken back before, or the people are not named.
    """
    config = read_config(folder / CONFIG_NAME)
    refuse_people(people, config.policy, "Taking an entry back")
    if not reason.strip():
        raise InputError("Taking an entry back needs a reason. Add --reason TEXT.")
    with open_store(folder, write=True) as store:
        entries = store.entries()
        by_hand = [one.number for one in entries if one.kind == "adjust"]
        if number not in by_hand:
            known = ", ".join(map(str, by_hand)) or "none"
            raise InputError(f"Entry {number} is no entry by hand. There are: {known}.")
        if earlier := reversed_entries(entries).get(number):
            raise InputError(f"Entry {number} was taken back by entry {earlier}. Nothing was written.")
        held = store.events()
        _refuse_far(recorded, held)
        day = next_recorded(entries, recorded)
        rows = held[held["entry"] == number]
        both = _reversal(rows, _TAKEN_BACK.format(number=number, reason=reason))
        events = _written(pd.concat([both, moved_along(rows, held)], ignore_index=True), day, len(entries) + 1)
        said = {
            "reverses": number,
            "reason": reason,
            "evidence": evidence,
            "preparer": people.preparer,
            "approver": people.approver,
        }
        return store.append("reverse", day, said, {}, events)


def _reversal(rows: pd.DataFrame, reason: str) -> pd.DataFrame:
    """Return what takes the events of one entry back; a hold is taken back by a release and the other way round."""
    turned = {"hold": "release", "release": "hold"}
    states = rows[rows["kind"].isin(turned)]
    opposite = states.assign(kind=states["kind"].map(turned), reason=reason)
    both = pd.concat([taken_back(rows, reason), opposite], ignore_index=True)
    if len(both) < len(rows):
        kind = rows.loc[~rows["kind"].isin(turned), "kind"].iloc[0]
        raise InputError(f"An entry of kind {kind} has no amount to take back. Write the right one by hand instead.")
    return both


def _written(events: pd.DataFrame, day: date, number: int) -> pd.DataFrame:
    """Return events as one entry by hand writes them."""
    return events.assign(
        recorded=pd.Series(pd.Timestamp(day), index=events.index).astype(DAY), event_id=None, origin="hand",
        source_file=_file(number), source_sheet=None, source_row=1.0,
    )[list(EVENT_COLUMNS)]  # fmt: skip


def _event(hand: Hand, held: pd.DataFrame, config: Config, numbers: Numbers) -> dict[str, Any]:
    """Return what one entry by hand means, every field of an event that it says.

    Raises:
        BbbError: something is missing or cannot be meant.
    """
    if not hand.kind.strip():
        raise InputError("An entry by hand needs a kind. Add --kind correction, or another event kind.")
    if hand.kind not in KINDS or KINDS[hand.kind].group == "derived":
        raise UnknownNameError("event kind", hand.kind, [one for one, kind in KINDS.items() if kind.group != "derived"])
    refuse_people(People(hand.preparer, hand.approver), config.policy, "An entry by hand")
    if not hand.order.strip():
        raise InputError("An entry by hand needs an order. Add --order NUMBER.")
    if not hand.reason.strip():
        raise InputError("An entry by hand needs a reason. Add --reason TEXT.")
    if hand.kind == "cancellation" and (refusal := reason_refused(hand.reason, config.policy)):
        raise InputError(f"{refusal[0].upper()}{refusal[1:]}")
    entity, order, line, currency = _line(hand, held, config, numbers)
    said: dict[str, Any] = {
        "kind": hand.kind, "entity": entity, "order_id": order, "line_id": line, "currency": currency,
        "effective": _day(hand.day, "date"), "amount": _amount(hand, currency), "reason": hand.reason,
    }  # fmt: skip
    said |= {name: getattr(hand, name) for name in ("customer", "product", "region") if getattr(hand, name)}
    if hand.commit:
        said["commit_date"] = _day(hand.commit, "commit")
    elif hand.kind == "reschedule":
        raise InputError("A reschedule needs a commit date. Add --commit DATE.")
    return said


def _line(hand: Hand, held: pd.DataFrame, config: Config, numbers: Numbers) -> tuple[str, str, str, str]:
    """Return entity, order, line and currency of the order line that is meant.

    Raises:
        InputError: the order is not in the book and the kind opens none, or it does not say which line.
    """
    known = _of_number(hand, held, numbers, line="")
    lines = _of_number(hand, held, numbers, line=hand.line)[[*LINE, "currency"]].drop_duplicates()
    if (lines["currency"] == hand.currency).any():
        lines = lines[lines["currency"] == hand.currency]
    if len(lines) > 1:
        raise InputError(f"Order {hand.order} has {len(lines)} lines: {_named(lines, numbers)}. Say which: --line, and "
                         f"--entity{' or --currency' if lines['currency'].nunique() > 1 else ''}.")  # fmt: skip
    if len(lines) == 1:
        entity, order, line, currency = lines.iloc[0].tolist()
        if hand.currency and hand.currency != currency:
            raise InputError(f"Order {order} line {line} is in {currency}, and the entry in {hand.currency}. "
                             "Write it in the currency of the line.")  # fmt: skip
        return entity, order, line, currency
    if hand.kind not in _OPENING and not (hand.kind in _ADDING and len(known) and hand.line):
        raise InputError(_unknown(hand, known, held, numbers))
    entities = known["entity"].unique().tolist()
    if len(entities) > 1:
        raise InputError(f"Order {hand.order} is one of {', '.join(entities)}. Say of which: --entity.")
    currency = hand.currency or config.currency
    if not currency:
        raise InputError("The entry names no currency. Add --currency CODE.")
    entity = hand.entity or (entities[0] if entities else config.entity or NO_ENTITY)
    return entity, hand.order, hand.line or "1", currency


def _of_number(hand: Hand, held: pd.DataFrame, numbers: Numbers, *, line: str) -> pd.DataFrame:
    """Return the events of the lines that have the number of an entry by hand, in the book or in any report."""
    own = (held["order_id"] == hand.order) & ((held["line_id"] == line) | (not line))
    own = own & ((held["entity"] == hand.entity) | (not hand.entity))
    named = pd.MultiIndex.from_frame(numbers.lines_named(hand.order, line, hand.entity))
    rows: pd.DataFrame = held[own.to_numpy() | pd.MultiIndex.from_frame(held[list(LINE)]).isin(named)]
    return rows


def _named(lines: pd.DataFrame, numbers: Numbers) -> str:
    """Return some order lines in words, with the number of the last report where it is another one."""
    some = lines.head(8).reset_index(drop=True)
    return ", ".join(
        f"{entity} line {line}{f' (now {now[0]} line {now[1]})' if now != (order, line) else ''}"
        for (entity, order, line), now in zip(some[list(LINE)].to_numpy().tolist(), numbers.now(some), strict=True)
    )


def _unknown(hand: Hand, of_order: pd.DataFrame, held: pd.DataFrame, numbers: Numbers) -> str:
    """Return that the book has not the order line that is meant, and what it has."""
    if len(of_order):
        lines = of_order[list(LINE)].drop_duplicates()
        return f"Order {hand.order} has no line {hand.line}. There is: {_named(lines, numbers)}."
    orders = list(dict.fromkeys([*held["order_id"].dropna().unique(), *numbers.rows["order_id"].unique()]))
    entity = f" of {hand.entity}" if hand.entity else ""
    return f"The book has no order {hand.order}{entity}. {nearest(hand.order, orders) if orders else 'It is empty.'}"


def _amount(hand: Hand, currency: str) -> int:
    """Return the amount in minor units; 0 for kinds without one."""
    exponent(currency)
    if KINDS[hand.kind].sign == 0:
        if hand.amount:
            raise InputError(f"An entry of kind {hand.kind} has no amount. Leave --amount out.")
        return 0
    if not hand.amount.strip():
        raise InputError(f"An entry of kind {hand.kind} needs an amount. Add --amount 500.00.")
    value = parse_decimal(hand.amount)
    minor, _ = to_minor(value, currency)
    if -int(value.as_tuple().exponent) > exponent(currency):
        raise InputError(_too_many_decimals(hand.amount.strip(), currency))
    either = hand.kind in ("correction", "reclass")
    if minor == 0 or (minor < 0 and not either):
        raise InputError(f'"{hand.amount}": an entry of kind {hand.kind} is above zero. Use the kind that lowers, or '
                         "take an entry back with --reverse NUMBER.")  # fmt: skip
    return minor


def _too_many_decimals(text: str, currency: str) -> str:
    """Return that an amount has more decimals than its currency, which may be thousands."""
    found = f'"{text}" has more decimals than {currency}, which has {exponent(currency)}'
    if not _THOUSANDS.fullmatch(text):
        return f"{found}. Round it."
    return f"{found}: it may mean thousands. Write {text.replace('.', '')} for thousands, else round it."


def _day(text: str, what: str) -> date:
    day = parse_day(text) if text.strip() else None
    if day is None:
        raise InputError(f'"{text}" is no day. Write --{what} like 2026-10-31.')
    return day


def _file(number: int) -> str:
    """Return what stands for the file of an entry by hand."""
    return f"entry {number} by hand"


def _frame(event: dict[str, Any], day: date, number: int) -> pd.DataFrame:
    """Return one event as a frame of events of a book."""
    types = {column.name: column.type for column in COLUMNS}
    values = {**event, "recorded": day, "source_file": _file(number), "source_row": 1.0, "origin": "hand"}
    made: dict[str, Any] = {}
    for name in (*ENTRY_COLUMNS, "since", "origin"):
        value = values.get(name)
        kind = "date" if name == "since" else types.get(name, "number" if name == "shippable" else "text")
        if kind == "date":
            made[name] = pd.Series([pd.Timestamp(value) if value else pd.NaT]).astype(DAY)
        elif kind == "text":
            made[name] = pd.Series([value], dtype="str")
        else:
            made[name] = np.array([0 if value is None else value], dtype=np.int64) if kind == "minor" else np.array(
                [np.nan if value is None else value], dtype=np.float64)  # fmt: skip
    return pd.DataFrame(made)[list(EVENT_COLUMNS)]
