"""Order lines, wide: one row of the file is today's state of an order line, taken apart into dated events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Any

from bbbxl.errors import UnknownColumnError
from bbbxl.inputs.booking_kind import BOOKING_TYPES, GUESSED, BookedLine, guess_kinds
from bbbxl.inputs.cells import Cells
from bbbxl.inputs.entries import Context, Understood, as_entries, source_of, totals_by_currency
from bbbxl.inputs.preset import Preset, normal
from bbbxl.ledger.availability import Span
from bbbxl.money import divide_half_up, show
from bbbxl.policy import STATES

States = dict[str, dict[str, list[str]]]
_TEXTS = ("customer", "product", "region", "channel", "owner", "counterparty", "reason")
_DAYS = ("order_date", "firmed_date", "commit_date", "original_commit_date", "term_start", "term_end")
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
    """One fact of all rows: amounts and days, None where a row says nothing; whether the line is whole."""

    amounts: Sequence[int | None]
    days: Sequence[date | None]
    known: bool
    whole: Sequence[bool]


def read_order_lines(cells: Cells, preset: Preset, context: Context) -> Understood:
    """Return the entries of an order line report.

    A row gives a booking on its firmed or order date, and what it says was shipped, invoiced and cancelled on
    the days it names. An amount without a day is known only as a total on the day of the export; one that is
    not the whole line came in parts of which only the last day is known. Both are kept as spans, in which
    figures are not available.
    """
    currencies = cells.currencies(context.currency)
    amounts = cells.amounts("amount", currencies)
    cells.require("amount", amounts)
    booked = _booking_days(cells, context)
    shown = _states(cells, preset.states, context.states or {})
    cancelled = _part(cells, "cancelled", amounts, currencies, shown)
    facts = {fact: _part(cells, names[2], amounts, currencies, shown) for fact, names in _FACTS.items()}
    taken_back = _cancelled(cells, amounts, currencies, cancelled, facts, context)
    guessed = _guessed(cells, amounts, booked, taken_back, context)
    lines = _Lines()
    for place in range(len(cells)):
        amount, day = amounts[place], booked[place]
        if place in cells.problems or amount is None or day is None or not shown["booked"][place]:
            continue
        place_name = f"{cells.table.file} row {cells.table.numbers[place]}"
        taken = taken_back[place]
        ordered = amount if context.with_cancelled else amount + taken
        if ordered < 0:
            lines.add(place, "return_authorisation", -ordered, day)
        elif said := BOOKING_TYPES.get(normal(shown["type"][place])):
            lines.add(place, said, ordered, day)
        else:
            for kind, share in guessed.get(place, [("new", ordered)]):
                lines.add(place, kind, share, day, GUESSED)
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
    return _understood(cells, preset, context, lines, amounts, currencies, facts, shown)


def _guessed(
    cells: Cells, amounts: Sequence[int | None], booked: Sequence[date | None], taken: Sequence[int], context: Context,
) -> dict[int, list[tuple[str, int]]]:  # fmt: skip
    """Return the guessed (kind, amount) parts of every row that books something, used where no type says it."""
    customers, products = cells.texts("customer"), cells.texts("product")
    starts, ends = cells.days("term_start"), cells.days("term_end")
    places, lines = [], []
    for place, (amount, day) in enumerate(zip(amounts, booked, strict=True)):
        ordered = 0 if amount is None else amount if context.with_cancelled else amount + taken[place]
        if day is not None and ordered > 0 and place not in cells.problems:
            places.append(place)
            lines.append(BookedLine(customers[place], products[place], ordered, day, starts[place], ends[place]))
    return dict(zip(places, guess_kinds(lines), strict=True))


def _cancelled(
    cells: Cells, amounts: Sequence[int | None], currencies: list[str], cancelled: _Part,
    facts: dict[str, _Part], context: Context,
) -> list[int]:  # fmt: skip
    """Return what was cancelled of every row: as given, else by status or date what was not yet fulfilled."""
    shippable = cells.flags("shippable")
    made = []
    for place, amount in enumerate(amounts):
        given = cancelled.amounts[place] or 0
        if not given or not amount:
            rest = given
        elif cancelled.whole[place]:
            order = ("invoice", "shipment") if shippable[place] == 0 else ("shipment", "invoice")
            fulfilled = next((facts[fact].amounts[place] or 0 for fact in order if facts[fact].known), 0)
            rest = amount - fulfilled if abs(fulfilled) < abs(amount) else 0
        else:
            rest = -given if context.signs == "signed" else given
        if rest and not cancelled.whole[place] and place not in cells.problems:
            _refuse_cancelled(cells, place, amount or 0, rest, currencies[place], context)
        made.append(rest)
    return made


def _refuse_cancelled(cells: Cells, place: int, amount: int, taken: int, currency: str, context: Context) -> None:
    """Set aside a row that cancels against its sign or more than it ordered."""
    name = "cancelled_amount" if cells.has("cancelled_amount") else "cancelled_quantity"
    shown, ordered = show(taken, currency), show(amount, currency)
    if amount * taken < 0:
        other = "natural" if context.signs == "signed" else "signed"
        cells.refuse(place, name, shown, f"what is cancelled has the wrong sign for {ordered} ordered. "
                                         "Correct it, or "
                                         f'set signs = "{other}" for the file in bbbxl.toml.')  # fmt: skip
    elif context.with_cancelled and abs(taken) > abs(amount):
        cells.refuse(place, name, shown, f"{shown} cancelled is more than {ordered} ordered. Correct it, "
                                         "or set "
                                         'order_amount = "without_cancelled" under [policy] in '
                                         'bbbxl.toml.')  # fmt: skip


def _booking_days(cells: Cells, context: Context) -> list[date | None]:
    """Return the booking date of every row."""
    ordered = cells.days("order_date")
    firmed = cells.days("firmed_date")
    if context.by_order_date:
        return cells.require("order_date", ordered)
    return cells.require("order_date", [one or other for one, other in zip(firmed, ordered, strict=True)])


def _states(cells: Cells, usual: States, given: States) -> dict[str, list[Any]]:
    """Return, for every state, whether each row is in it; and the booking type of each row.

    Raises:
        UnknownColumnError: a state of bbbxl.toml names a column that the file has not.
    """
    states = {**usual, **given}
    shown: dict[str, list[Any]] = {"type": cells.texts("type")}
    for name in STATES:
        flags = [False] * len(cells)
        for column, values in states.get(name, {}).items():
            wanted = {normal(value) for value in values}
            by_normal = {normal(title): title for title in cells.table.header}
            title = cells.columns.get(column) or by_normal.get(normal(column))
            if title is None and column in given.get(name, {}):
                raise UnknownColumnError(cells.table.file, f'states.{name} ("{column}")', cells.table.header,
                                         "Correct it in bbbxl.toml.")  # fmt: skip
            texts = cells.table.column(title) if title else [""] * len(cells)
            flags = [flag or normal(text) in wanted for flag, text in zip(flags, texts, strict=True)]
        shown[name] = flags
    if not states.get("booked"):
        shown["booked"] = [True] * len(cells)
    return shown


def _part(
    cells: Cells,
    prefix: str,
    ordered: Sequence[int | None],
    currencies: list[str],
    shown: dict[str, list[Any]],
) -> _Part:
    """Return amounts and days of what was shipped, invoiced or cancelled."""
    days = cells.days(f"{prefix}_date")
    given = cells.amounts(f"{prefix}_amount", currencies)
    amount_name = f"{prefix}_amount"
    if not cells.has(amount_name) and cells.has(f"{prefix}_quantity"):
        amount_name = f"{prefix}_quantity"
        given = _by_quantity(cells, ordered, amount_name)
    dated_only = not cells.has(amount_name)
    made: list[int | None] = []
    whole: list[bool] = []
    for place, amount in enumerate(given):
        dated = days[place] is not None
        whole.append((shown[prefix][place] and not amount) or (dated_only and dated))
        made.append(ordered[place] if whole[place] else amount)
        if dated and made[place] is None and not dated_only:
            cells.refuse(place, amount_name, "", f"the {prefix} amount is empty beside a date. Fill it "
                                                 "in; 0 where "
                                                 f"nothing was {prefix}.")  # fmt: skip
    known = cells.has(f"{prefix}_date") or cells.has(amount_name) or any(shown[prefix])
    return _Part(made, days, known, whole)


def _by_quantity(cells: Cells, ordered: Sequence[int | None], name: str) -> list[int | None]:
    """Return the share of the order amount that a quantity is, rounded HALF_UP.

    Raises:
        UnknownColumnError: there is no quantity ordered to take the share of.
    """
    if not cells.has("quantity"):
        raise UnknownColumnError(cells.table.file, "quantity", cells.table.header,
                                 f'"{cells.columns.get(name, name)}" is a share of it: name it with '
                                 '--column quantity="...", or columns.quantity in bbbxl.toml.')  # fmt: skip
    made: list[int | None] = []
    for place, (amount, quantity, part) in enumerate(
        zip(ordered, cells.decimals("quantity"), cells.decimals(name), strict=True)
    ):
        if part and not quantity:
            cells.refuse(place, "quantity", "", "the quantity ordered is empty or 0, so the share cannot "
                                                "be told. "
                                                "Fill it in.")  # fmt: skip
        if amount is None or part is None or (part and not quantity):
            made.append(None)
            continue
        share = Fraction(part) / Fraction(quantity) if quantity else Fraction(0)
        made.append(divide_half_up(amount * share.numerator, share.denominator))
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
    currencies: list[str], facts: dict[str, _Part], shown: dict[str, list[Any]],
) -> Understood:  # fmt: skip
    """Return the gathered events as entries with the file's record."""
    for place, signed_order in enumerate(shown["booked"]):
        if not signed_order:
            cells.problems.pop(place, None)
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
    spread: dict[str, Sequence[Any]] = {name: [values[place] for place in places] for name, values in columns.items()}
    spread |= {
        "kind": [lines.kinds[at] for at in alive], "amount": [lines.amounts[at] for at in alive],
        "effective": [lines.days[at] for at in alive], "recorded": [context.extracted] * len(alive),
        "reason": [lines.reasons[at] for at in alive],
    }  # fmt: skip
    kept = [place for place in range(len(cells)) if place not in cells.problems]
    signed = [place for place in kept if shown["booked"][place]]
    source, problems = source_of(cells, preset, context, totals_by_currency(amounts, currencies, signed),
                                 _notes(cells, preset, context, repeated, shown, amounts))  # fmt: skip
    left = sum(1 for place in kept if not shown["booked"][place])
    source = replace(source, repeated=repeated, not_booked=left, used=source.used - left)
    aside = {f"{problem.file} row {problem.row}" for problem in cells.problems.values()}
    spans = tuple(span for span in lines.spans if span.place not in aside)
    known = {fact for fact, part in facts.items() if part.known} | {"booking", "cancellation", *context.facts}
    return Understood(as_entries(spread, cells, places), source, problems, frozenset(known), spans, True)


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


def _notes(
    cells: Cells, preset: Preset, context: Context, repeated: int, shown: dict[str, list[Any]],
    amounts: Sequence[int | None],
) -> list[str]:  # fmt: skip
    """Return what was decided about the file."""
    notes = [f"State of {context.extracted}: figures for earlier dates are as known at the extract."]
    dated = cells.columns.get("order_date", "")
    notes.append(f'Bookings are dated on "{cells.columns.get("firmed_date") or dated}".')
    if repeated:
        notes.append(f"Order lines in more than one row, each row counted as a line of its own: {repeated}.")
    if not cells.has("type"):
        notes.append("No column says new, renewal or expansion: it was guessed from customer, product and term; "
                     f'the events say so ("{GUESSED}").')  # fmt: skip
    notes += _unmapped(cells, "type", BOOKING_TYPES, "is no booking type, so it was guessed")
    notes += _taken_for_granted(cells, shown, amounts)
    states = {**preset.states, **(context.states or {})}
    mapped = [normal(value) for columns in states.values() for value in columns.get("status", ())]
    notes += _unmapped(cells, "status", mapped, "says nothing of the line")
    return notes


def _taken_for_granted(cells: Cells, shown: dict[str, list[Any]], amounts: Sequence[int | None]) -> list[str]:
    """Return notes on what the file does not say and how it was taken."""
    notes = []
    if not cells.has("shippable"):
        notes.append("No column says which lines are shipped; the policy unmarked_lines decides.")
    for prefix in ("shipped", "invoiced"):
        if cells.has(f"{prefix}_date") and not (cells.has(f"{prefix}_amount") or cells.has(f"{prefix}_quantity")):
            notes.append(f"No column says how much was {prefix}: a line with that date counts as {prefix} whole.")
    if not any(cells.has(f"cancelled_{what}") for what in ("date", "amount", "quantity")) and not any(
        shown["cancelled"]
    ):
        notes.append("Nothing in the file says what was cancelled: bookings are as known at the extract.")
    emptied = sum(1 for flag, amount in zip(shown["cancelled"], amounts, strict=True) if flag and not amount)
    if left := shown["booked"].count(False):
        notes.append(f"{left} rows are no signed orders by the state booked: they are pipeline and not counted.")
    if emptied:
        notes.append(f"{emptied} cancelled lines have no amount left: what was booked on them is not in the file.")
    return notes


def _unmapped(cells: Cells, name: str, known: Container[str], effect: str) -> list[str]:
    """Return a note that lists the words of a column which have no meaning of their own here."""
    words = sorted({text for text in cells.texts(name) if text and normal(text) not in known})
    shown = ", ".join(f'"{word}"' for word in words[:5]) + (f" and {len(words) - 5} more" if len(words) > 5 else "")
    return [f"The {name} {shown} {effect}."] if words else []
