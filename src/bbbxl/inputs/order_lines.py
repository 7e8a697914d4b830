"""Order lines, wide: one row of the file is today's state of an order line, taken apart into dated events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from bbbxl.inputs.cells import Cells
from bbbxl.inputs.entries import Context, Understood, as_entries, source_of, totals_by_currency
from bbbxl.inputs.preset import Preset, normal
from bbbxl.ledger.availability import Span
from bbbxl.money import divide_half_up

_TEXTS = ("customer", "product", "region", "channel", "owner", "counterparty", "reason")
_DAYS = ("order_date", "firmed_date", "commit_date", "original_commit_date", "term_start", "term_end")
_BOOKING_TYPES = {"new": "new", "newbusiness": "new", "renewal": "renewal", "expansion": "expansion",
                  "existingbusiness": "expansion", "upsell": "expansion"}  # fmt: skip
#: Fact -> (event kind, kind of a negative amount, prefix of its columns, state that says it is complete).
_FACTS = {
    "shipment": ("shipment", "return_receipt", "shipped"),
    "invoice": ("invoice", "credit_note", "invoiced"),
}


@dataclass
class _Lines:
    """Events gathered from the rows: parallel lists, one entry each."""

    places: list[int] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    amounts: list[int] = field(default_factory=list)
    days: list[date] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)

    def add(self, place: int, kind: str, amount: int, day: date, reason: str = "") -> None:
        self.places.append(place)
        self.kinds.append(kind)
        self.amounts.append(amount)
        self.days.append(day)
        self.reasons.append(reason)


@dataclass(frozen=True)
class _Part:
    """One fact of all rows: its amounts and days, None where the row says nothing."""

    amounts: Sequence[int | None]
    days: Sequence[date | None]
    known: bool


def read_order_lines(cells: Cells, preset: Preset, context: Context) -> Understood:
    """Return the entries of an order line report.

    A row gives a booking on its firmed or order date, and what it says was shipped, invoiced and cancelled on the
    days it names. An amount without a day is known only as a total on the day of the export; one that is not the
    whole line came in parts of which only the last day is known. Both are kept as spans, in which figures are not
    available.
    """
    currencies = cells.currencies(context.currency)
    amounts = cells.amounts("amount", currencies)
    cells.require("amount", amounts)
    booked = _booking_days(cells, context)
    shown = _states(cells, {**preset.states, **(context.states or {})})
    cancelled = _part(cells, "cancelled", amounts, currencies, shown)
    facts = {fact: _part(cells, names[2], amounts, currencies, shown) for fact, names in _FACTS.items()}
    lines = _Lines()
    for place in range(len(cells)):
        amount, day = amounts[place], booked[place]
        if place in cells.problems or amount is None or day is None:
            continue
        place_name = f"{cells.table.file} row {cells.table.numbers[place]}"
        taken = _cancelled(place, amount, cancelled, facts, cells)
        ordered = amount if context.with_cancelled else amount + taken
        kind = _BOOKING_TYPES.get(normal(shown["type"][place]), "new")
        lines.add(place, kind if ordered >= 0 else "return_authorisation", abs(ordered), day)
        if taken:
            last = cancelled.days[place]
            if last is None:
                lines.spans.append(Span("cancellation", day, context.extracted, place_name))
            lines.add(place, "cancellation", taken, last or context.extracted)
        for fact, part in facts.items():
            _add_fact(lines, fact, part, place, ordered - taken, day, context.extracted, place_name)
        if shown["completed"][place]:
            lines.add(place, "completion", 0, context.extracted)
        if shown["hold"][place]:
            lines.add(place, "hold", 0, day, "status of the export")
    return _understood(cells, preset, context, lines, amounts, currencies, facts)


def _cancelled(place: int, amount: int, cancelled: _Part, facts: dict[str, _Part], cells: Cells) -> int:
    """Return what was cancelled: the amount given, or by status what was ordered and not fulfilled."""
    taken = cancelled.amounts[place] or 0
    if cells.has("cancelled_amount") or cells.has("cancelled_quantity") or not taken:
        return taken
    fulfilled = next((part.amounts[place] or 0 for part in facts.values() if part.known), 0)
    return max(0, amount - fulfilled) if fulfilled != amount else amount


def _booking_days(cells: Cells, context: Context) -> list[date | None]:
    """Return the booking date of every row."""
    ordered = cells.days("order_date")
    firmed = cells.days("firmed_date")
    if context.by_order_date:
        return cells.require("order_date", ordered)
    return cells.require("order_date", [one or other for one, other in zip(firmed, ordered, strict=True)])


def _states(cells: Cells, states: dict[str, dict[str, list[str]]]) -> dict[str, list[Any]]:
    """Return, for every state, whether each row is in it; and the booking type of each row."""
    shown: dict[str, list[Any]] = {"type": cells.texts("type")}
    for name in ("cancelled", "invoiced", "shipped", "completed", "hold"):
        flags = [False] * len(cells)
        for column, values in states.get(name, {}).items():
            wanted = {normal(value) for value in values}
            by_normal = {normal(title): title for title in cells.table.header}
            title = cells.columns.get(column) or by_normal.get(normal(column))
            texts = cells.table.column(title) if title else [""] * len(cells)
            flags = [flag or normal(text) in wanted for flag, text in zip(flags, texts, strict=True)]
        shown[name] = flags
    return shown


def _part(
    cells: Cells, prefix: str, ordered: Sequence[int | None], currencies: list[str], shown: dict[str, list[Any]]
) -> _Part:
    """Return amounts and days of what was shipped, invoiced or cancelled."""
    days = cells.days(f"{prefix}_date")
    given = cells.amounts(f"{prefix}_amount", currencies)
    if not cells.has(f"{prefix}_amount") and cells.has(f"{prefix}_quantity") and cells.has("quantity"):
        given = _by_quantity(ordered, cells.decimals("quantity"), cells.decimals(f"{prefix}_quantity"))
    whole = not cells.has(f"{prefix}_amount") and not cells.has(f"{prefix}_quantity")
    made: list[int | None] = []
    for place, amount in enumerate(given):
        complete = shown[prefix][place] and not amount
        complete = complete or (whole and days[place] is not None)
        made.append(ordered[place] if complete else amount)
    known = cells.has(f"{prefix}_date") or cells.has(f"{prefix}_amount") or any(shown[prefix])
    return _Part(made, days, known or cells.has(f"{prefix}_quantity"))


def _by_quantity(
    ordered: Sequence[int | None], quantities: Sequence[Decimal | None], done: Sequence[Decimal | None]
) -> list[int | None]:
    """Return the share of the order amount that a quantity is, rounded HALF_UP."""
    made: list[int | None] = []
    for amount, quantity, part in zip(ordered, quantities, done, strict=True):
        if amount is None or not quantity or part is None:
            made.append(None)
            continue
        numerator, denominator = (part / quantity).as_integer_ratio()
        made.append(divide_half_up(amount * numerator, denominator))
    return made


def _add_fact(
    lines: _Lines, fact: str, part: _Part, place: int, ordered: int, booked: date, extracted: date, name: str
) -> None:
    """Add one fact of one row, with the span in which it is known only as a total."""
    amount, last = part.amounts[place], part.days[place]
    if not amount:
        return
    kind, negative, _ = _FACTS[fact]
    if last is None or abs(amount) < abs(ordered):
        lines.spans.append(Span(fact, min(booked, last or extracted), last or extracted, name))
    reason = "return" if amount < 0 and negative == "credit_note" else ""
    lines.add(place, kind if amount > 0 else negative, abs(amount), last or extracted, reason)


def _understood(
    cells: Cells, preset: Preset, context: Context, lines: _Lines, amounts: list[int | None],
    currencies: list[str], facts: dict[str, _Part],
) -> Understood:  # fmt: skip
    """Return the gathered events as entries with the file's record."""
    orders, line_ids, repeated = _line_ids(cells)
    columns: dict[str, Sequence[Any]] = {name: cells.texts(name) for name in _TEXTS if cells.has(name)}
    columns |= {name: cells.days(name) for name in _DAYS if cells.has(name)}
    columns |= {
        "entity": cells.texts("entity", context.entity), "order_id": orders, "line_id": line_ids,
        "currency": currencies, "quantity": cells.numbers("quantity"),
        "cancellable": cells.flags("cancellable"), "shippable": cells.flags("shippable"),
    }  # fmt: skip
    alive = [at for at, place in enumerate(lines.places) if place not in cells.problems]
    places = [lines.places[at] for at in alive]
    spread = {name: [values[place] for place in places] for name, values in columns.items()}
    spread |= {
        "kind": [lines.kinds[at] for at in alive], "amount": [lines.amounts[at] for at in alive],
        "effective": [lines.days[at] for at in alive], "recorded": [context.extracted] * len(alive),
        "reason": [lines.reasons[at] for at in alive],
    }  # fmt: skip
    kept = [place for place in range(len(cells)) if place not in cells.problems]
    source, problems = source_of(cells, preset, context, totals_by_currency(amounts, currencies, kept),
                                 _notes(cells, context, repeated))  # fmt: skip
    known = {fact for fact, part in facts.items() if part.known} | {"booking", "cancellation", *context.facts}
    return Understood(as_entries(spread, cells, places), source, problems, frozenset(known), tuple(lines.spans), True)


def _line_ids(cells: Cells) -> tuple[list[str], list[str], int]:
    """Return order ids, line ids, and how many order (or line) numbers stand in more than one row."""
    orders = cells.texts("order_id")
    cells.require("order_id", list(orders))
    given = cells.texts("line_id")
    pairs = list(zip(cells.texts("entity"), orders, given, strict=True))
    repeated = sum(1 for times in Counter(pairs).values() if times > 1)
    seen: Counter[tuple[str, str, str]] = Counter()
    line_ids = []
    for pair in pairs:
        seen[pair] += 1
        number = f"{seen[pair]}" if not pair[2] else f"{pair[2]} ({seen[pair]})" if seen[pair] > 1 else pair[2]
        line_ids.append(number)
    return orders, line_ids, repeated


def _notes(cells: Cells, context: Context, repeated: int) -> list[str]:
    """Return what was decided about the file."""
    notes = [f"State of {context.extracted}: figures for earlier dates are as known at the extract."]
    dated = cells.columns.get("order_date", "")
    notes.append(f'Bookings are dated on "{cells.columns.get("firmed_date") or dated}".')
    if repeated:
        notes.append(f"{repeated} order lines stand in more than one row; each row counts as a line of its own.")
    if not cells.has("type"):
        notes.append("No column says new, renewal or expansion: every booking counts as new.")
    return notes
