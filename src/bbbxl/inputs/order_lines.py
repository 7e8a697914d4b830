"""Order lines, wide: one row of the file is today's state of an order line, taken apart into dated events."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from bbbxl.inputs.booking_kind import BOOKING_TYPES, GUESSED, GUESSED_KINDS, BookedLines, guess_kinds
from bbbxl.inputs.cells import Cells
from bbbxl.inputs.coded import Coded, Mask, Places, count_before, groups, numbered
from bbbxl.inputs.columns import Days
from bbbxl.inputs.entries import Context, Understood, Values, as_entries, source_of, totals_by_currency
from bbbxl.inputs.findings import rows_in_words
from bbbxl.inputs.headers import normal
from bbbxl.inputs.latest_rows import superseded_rows
from bbbxl.inputs.line_states import ANY_TEXT, booking_days, cancelled_amounts, read_part, row_states
from bbbxl.inputs.not_booked import not_booked_notes, refuse_nothing_booked
from bbbxl.inputs.order_states import PREFIXES, Rows, order_states
from bbbxl.inputs.preset_data import Preset
from bbbxl.ledger.availability import Span

_TEXTS = ("customer", "product", "region", "channel", "owner", "counterparty")
_DAYS = ("order_date", "firmed_date", "commit_date", "original_commit_date", "term_start", "term_end")
#: Fact -> (kind of a negative amount, reason of that).
_FACTS: Final = {"shipment": ("return_receipt", ""), "invoice": ("credit_note", "return")}
#: Kinds an order line gives, in the order in which they stand within a line.
_KINDS: Final = ("return_authorisation", "new", "renewal", "expansion", "cancellation", "shipment", "return_receipt",
                 "invoice", "credit_note", "completion", "hold")  # fmt: skip
_HELD = "status of the export"
_REASONS: Final = ("", GUESSED, "return", _HELD)


@dataclass(frozen=True)
class _Events:
    """Events of some rows, one element each."""

    places: Places
    kinds: npt.NDArray[np.int8]
    amounts: npt.NDArray[np.int64]
    days: Days
    reasons: npt.NDArray[np.int8]


def read_order_lines(cells: Cells, preset: Preset, context: Context) -> Understood:
    """Return the entries of an order line report.

    A row gives a booking on its firmed or order date, and what it says was shipped, invoiced and cancelled on
    the days it names. An amount without a day is known only as a total on the day of the export; one that is
    not the whole line came in parts of which only the last day is known. Both are kept as spans, in which
    figures are not available.
    """
    currencies = cells.currencies(context.currency, preset.own_currency)
    amounts = cells.amounts("amount", currencies)
    cells.require("amount", amounts.given)
    booked = booking_days(cells, context)
    shown = row_states(cells, preset.states, context.states or {})
    refuse_nothing_booked(cells, preset, context, shown["booked"])
    parts = {fact: read_part(cells, prefix, amounts, currencies, shown[prefix]) for fact, prefix in PREFIXES.items()}
    taken = cancelled_amounts(cells, amounts, currencies, parts["cancellation"], parts["shipment"], parts["invoice"],
                              context)  # fmt: skip
    cells.require("order_id", ~cells.texts("order_id").empty)
    by_row = _columns(cells, currencies, context)
    again = superseded_rows(cells, preset, [amounts.values, currencies, booked], shown["booked"])
    cells.forgive(again.rows | ~shown["booked"])
    counted = ~cells.aside & ~again.rows & shown["booked"]
    ordered = amounts.values if context.with_cancelled else amounts.values + taken
    rows = Rows(amounts, currencies, booked, shown, parts, ordered, taken, counted)
    line_ids, repeated = _line_ids(cells, again.rows)
    cells.release()
    events = _in_row_order(_events(cells, rows, context))
    entries = as_entries(cells, events.places, by_row | {"line_id": line_ids}, {
        "kind": Coded(events.kinds.astype(np.int32), _KINDS), "amount": events.amounts, "effective": events.days,
        "recorded": np.broadcast_to(np.datetime64(context.extracted, "D"), len(events.places)),
        "reason": Coded(events.reasons.astype(np.int32), _REASONS),
    })  # fmt: skip
    snapshot = None
    if context.with_states:
        states = {**preset.states, **(context.states or {})}
        snapshot = order_states(cells, rows, line_ids, context.entity, entries, states)
    notes = [*_notes(cells, preset, context, rows), *again.notes, *_repeated_notes(cells, repeated)]
    source, problems = source_of(
        cells, preset, context, totals_by_currency(amounts, currencies, counted), notes,
        not_booked=int((~shown["booked"] & ~again.rows).sum()), superseded=int(again.rows.sum()),
    )  # fmt: skip
    source = replace(source, repeated=len(np.unique(repeated.keys)))
    known = {fact for fact in _FACTS if parts[fact].known} | {"booking", "cancellation", *context.facts}
    return Understood(entries, source, problems, frozenset(known), _spans(cells, rows, context), True,
                      snapshot=snapshot)  # fmt: skip


def _columns(cells: Cells, currencies: Coded, context: Context) -> dict[str, Values]:
    """Return what every event of a row says; a cell that cannot be read sets its row aside."""
    columns: dict[str, Values] = {name: cells.texts(name) for name in _TEXTS if cells.has(name)}
    columns |= {name: cells.days(name) for name in _DAYS if cells.has(name)}
    return columns | {
        "entity": cells.texts("entity", context.entity), "order_id": cells.texts("order_id"),
        "currency": currencies, "quantity": cells.numbers("quantity"),
        "cancellable": cells.flags("cancellable"), "shippable": cells.flags("shippable"),
    }  # fmt: skip


def _events(cells: Cells, rows: Rows, context: Context) -> list[_Events]:
    """Return the events of all rows, gathered kind by kind."""
    extracted = np.datetime64(context.extracted, "D")
    every = np.full(len(cells), extracted)
    made = [
        _some(rows.counted & (rows.ordered < 0), "return_authorisation", -rows.ordered, rows.booked),
        *_bookings(cells, rows),
        _some(rows.counted & (rows.cancelled != 0), "cancellation", rows.cancelled,
              _known(rows.parts["cancellation"].days, extracted)),
    ]  # fmt: skip
    for fact, (negative, reason) in _FACTS.items():
        amounts, days = rows.parts[fact].amounts.values, _known(rows.parts[fact].days, extracted)
        made.append(_some(rows.counted & (amounts > 0), fact, amounts, days))
        made.append(_some(rows.counted & (amounts < 0), negative, -amounts, days, reason))
    nothing = np.zeros(len(cells), dtype=np.int64)
    made.append(_some(rows.counted & rows.shown["completed"], "completion", nothing, every))
    made.append(_some(rows.counted & rows.shown["hold"], "hold", nothing, rows.booked, _HELD))
    return made


def _bookings(cells: Cells, rows: Rows) -> list[_Events]:
    """Return the bookings: of the kind that the type says, guessed where it says none; a free line is new."""
    said = cells.texts("type").each(lambda text: _kind(BOOKING_TYPES.get(normal(text), "")), np.int8)
    positive = rows.counted & (rows.ordered >= 0)
    places = np.flatnonzero(positive & (rows.ordered > 0))
    starts, ends = cells.days("term_start"), cells.days("term_end")
    guesses = guess_kinds(BookedLines(
        cells.texts("customer").take(places), cells.texts("product").take(places), rows.ordered[places],
        rows.booked[places], starts[places], ends[places],
    ))  # fmt: skip
    kinds = np.full(len(cells), _kind("new"), dtype=np.int8)
    kinds[places] = np.array([_kind(kind) for kind in GUESSED_KINDS], dtype=np.int8)[guesses.kinds]
    above = np.zeros(len(cells), dtype=np.int64)
    above[places] = np.where(said[places] < 0, guesses.above, 0)
    kinds = np.where(said < 0, kinds, said)
    reasons = np.where(said < 0, _REASONS.index(GUESSED), 0).astype(np.int8)
    booked = np.flatnonzero(positive)
    return [
        _Events(booked, kinds[booked], (rows.ordered - above)[booked], rows.booked[booked], reasons[booked]),
        _some(positive & (above > 0), "expansion", above, rows.booked, GUESSED),
    ]


def _kind(name: str) -> int:
    return _KINDS.index(name) if name else -1


def _some(wanted: Mask, kind: str, amounts: npt.NDArray[np.int64], days: Days, reason: str = "") -> _Events:
    """Return one event of every row wanted."""
    places = np.flatnonzero(wanted)
    return _Events(
        places, np.full(len(places), _kind(kind), dtype=np.int8), amounts[places], days[places],
        np.full(len(places), _REASONS.index(reason), dtype=np.int8),
    )  # fmt: skip


def _in_row_order(parts: Sequence[_Events]) -> _Events:
    """Return events as their rows stand in the file, within a row as they were gathered."""
    places = np.concatenate([one.places for one in parts])
    order = np.argsort(places, kind="stable")
    return _Events(
        places[order], np.concatenate([one.kinds for one in parts])[order],
        np.concatenate([one.amounts for one in parts])[order], np.concatenate([one.days for one in parts])[order],
        np.concatenate([one.reasons for one in parts])[order],
    )  # fmt: skip


def _known(days: Days, extracted: np.datetime64) -> Days:
    """Return days, that of the export where there is none."""
    return np.where(np.isnat(days), extracted, days)


def _spans(cells: Cells, rows: Rows, context: Context) -> tuple[Span, ...]:
    """Return where a fact is undated, or came in parts of which only the last day is known."""
    extracted = np.datetime64(context.extracted, "D")
    named: list[tuple[int, int, Span]] = []
    for rank, (fact, part) in enumerate(rows.parts.items()):
        amounts, undated = part.amounts.values, np.isnat(part.days)
        in_parts = np.abs(amounts) < np.abs(rows.ordered - rows.cancelled)
        unsure = (rows.cancelled != 0) & undated if fact == "cancellation" else (amounts != 0) & (undated | in_parts)
        places = np.flatnonzero(rows.counted & unsure)
        last = _known(part.days, extracted)[places]
        first = np.minimum(rows.booked[places], last) if fact != "cancellation" else rows.booked[places]
        for place, begin, end, number in zip(places.tolist(), first.tolist(), last.tolist(),
                                             cells.table.numbers[places].tolist(), strict=True):  # fmt: skip
            named.append((place, rank, Span(fact, begin, end, f"{cells.table.place} row {number}")))
    return tuple(span for _, _, span in sorted(named, key=lambda one: one[:2]))


@dataclass(frozen=True)
class _Repeated:
    """Rows whose order (or line) number stands in more than one row.

    Attributes:
        places: The rows.
        keys: Number of their order line.
    """

    places: Places
    keys: npt.NDArray[np.int64]


def _line_ids(cells: Cells, left_out: Mask) -> tuple[Coded, _Repeated]:
    """Return line ids, counted where the file has none, and the rows whose order line stands in several."""
    given = cells.texts("line_id")
    keys = groups([cells.texts("entity"), cells.texts("order_id"), given])
    there = np.flatnonzero(~left_out)
    seen = np.ones(len(cells), dtype=np.int64)
    seen[there] = count_before(keys[there]) + 1
    times = np.bincount(keys[there], minlength=int(keys.max(initial=-1)) + 1)
    several = there[times[keys[there]] > 1]
    return numbered(given, seen), _Repeated(several, keys[several])


def _repeated_notes(cells: Cells, repeated: _Repeated) -> list[str]:
    """Return which order lines stand in more than one row, and which of these rows are copies of another one."""
    if not len(repeated.places):
        return []
    count, numbers = len(np.unique(repeated.keys)), cells.table.numbers
    notes = [f"Order lines in more than one row, each row counted as a line of its own: {count} "
             f"({rows_in_words(numbers[repeated.places].tolist())})."]  # fmt: skip
    same_cells = groups([cells.titled(title).take(repeated.places) for title in cells.table.header])
    copies = repeated.places[count_before(same_cells) > 0]
    if len(copies):
        notes.append(f"Rows that are exact copies of an earlier row and are counted all the same: {len(copies)} "
                     f"({rows_in_words(numbers[copies].tolist())}).")  # fmt: skip
    return notes


def _notes(cells: Cells, preset: Preset, context: Context, rows: Rows) -> list[str]:
    """Return what was decided about the file."""
    notes = [f"State of {context.extracted}: figures for earlier dates are as known at the extract."]
    dated = cells.columns.get("order_date", "")
    notes.append(f'Bookings are dated on "{cells.columns.get("firmed_date") or dated}".')
    if not cells.has("type"):
        notes.append("No column says new, renewal or expansion: it was guessed from customer, product and term; "
                     f'the events say so ("{GUESSED}").')  # fmt: skip
    notes += _unmapped(cells, "type", BOOKING_TYPES, "is no booking type, so it was guessed")
    notes += _taken_for_granted(cells, rows)
    notes += not_booked_notes(cells, preset, context, ~rows.shown["booked"], rows.amounts, rows.currencies)
    states = {**preset.states, **(context.states or {})}
    mapped = [value for columns in states.values() for value in columns.get("status", ())]
    if ANY_TEXT not in mapped:
        notes += _unmapped(cells, "status", {normal(value) for value in mapped}, "says nothing of the line")
    return notes


def _taken_for_granted(cells: Cells, rows: Rows) -> list[str]:
    """Return notes on what the file does not say and how it was taken."""
    notes = []
    if not cells.has("shippable"):
        notes.append("No column says which lines are shipped; the policy unmarked_lines decides.")
    for prefix in ("shipped", "invoiced"):
        if cells.has(f"{prefix}_date") and not (cells.has(f"{prefix}_amount") or cells.has(f"{prefix}_quantity")):
            notes.append(f"No column says how much was {prefix}: a line with that date counts as {prefix} whole.")
    columns = any(cells.has(f"cancelled_{what}") for what in ("date", "amount", "quantity"))
    if not columns and not rows.shown["cancelled"].any():
        notes.append("Nothing in the file says what was cancelled: bookings are as known at the extract.")
    if emptied := int((rows.shown["cancelled"] & (rows.amounts.values == 0)).sum()):
        notes.append(f"{emptied} cancelled lines have no amount left: what was booked on them is not in the file.")
    return notes


def _unmapped(cells: Cells, name: str, known: Container[str], effect: str) -> list[str]:
    """Return a note that lists the words of a column which have no meaning of their own here."""
    words = sorted({text for text in cells.texts(name).texts if text and normal(text) not in known})
    shown = ", ".join(f'"{word}"' for word in words[:5]) + (f" and {len(words) - 5} more" if len(words) > 5 else "")
    return [f"The {name} {shown} {effect}."] if words else []
