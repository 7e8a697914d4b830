"""Events, long: one row of the file is one event of an order line."""

from __future__ import annotations

from typing import Any

from bbbxl.errors import InputError
from bbbxl.events import CREDIT_CAUSES, EVENT_KINDS, KIND_SYNONYMS, KINDS
from bbbxl.inputs.booking_kind import BOOKING_TYPES
from bbbxl.inputs.cells import Cells
from bbbxl.inputs.entries import Context, Understood, as_entries, source_of, totals_by_currency
from bbbxl.inputs.preset import Preset, normal
from bbbxl.ledger.availability import FACT_WORDS

_BY_NORMAL: dict[str, tuple[str, int]] = {
    **KIND_SYNONYMS,
    **{normal(kind.name): (kind.name, 1) for kind in EVENT_KINDS if kind.group != "derived"},
    **{normal(kind.title): (kind.name, 1) for kind in EVENT_KINDS if kind.group != "derived"},
}
#: Kinds whose amount may have either sign.
_EITHER = frozenset({"correction", "reclass", "recognition"})
#: Kinds without an amount.
_WITHOUT = frozenset(kind.name for kind in EVENT_KINDS if kind.sign == 0)
_LOWERING = frozenset(kind.name for kind in EVENT_KINDS if kind.sign == -1)
#: What to use instead of a negative amount.
_INSTEAD = {"shipment": "return_receipt", "invoice": "credit_note"}
#: Words for a booking that do not say which.
_GENERIC = frozenset({"booking", "order"})
_TEXTS = ("event_id", "customer", "product", "region", "channel", "owner", "counterparty")
_DAYS = ("order_date", "firmed_date", "commit_date", "original_commit_date", "term_start", "term_end")


def read_events(cells: Cells, preset: Preset, context: Context) -> Understood:
    """Return the entries of an event log.

    Amounts are read in the sign convention of the file: natural (a cancellation of 100 is 100) or signed (it
    is -100), decided on all its lowering events.

    Raises:
        InputError: the file mixes both conventions and does not say which it uses.
    """
    kinds, turned = _kinds(cells)
    _type_bookings(cells, kinds)
    currencies = cells.currencies(context.currency)
    written = cells.amounts("amount", currencies)
    signed = context.signs == "signed" or (context.signs is None and _is_signed(cells, kinds, turned, written))
    amounts = _amounts(cells, kinds, turned, written, signed=signed)
    columns: dict[str, list[Any]] = {name: cells.texts(name) for name in _TEXTS if cells.has(name)}
    columns |= {name: cells.days(name) for name in _DAYS if cells.has(name)}
    effective = cells.require("effective", cells.days("effective"))
    recorded = cells.days("recorded")
    columns |= {
        "kind": kinds, "currency": currencies, "amount": amounts, "effective": effective,
        "recorded": [day or context.extracted for day in recorded],
        "entity": cells.texts("entity", context.entity), "line_id": cells.texts("line_id", "1"),
        "order_id": _order_ids(cells, kinds), "quantity": cells.numbers("quantity"),
        "cancellable": cells.flags("cancellable"), "shippable": cells.flags("shippable"),
        "reason": _reasons(cells, kinds),
    }  # fmt: skip
    _refuse_twice(cells, columns, context)
    kept = [place for place in range(len(cells)) if place not in cells.problems]
    entries = as_entries({name: [values[place] for place in kept] for name, values in columns.items()}, cells, kept)
    totals = totals_by_currency(written, currencies, kept)
    source, problems = source_of(cells, preset, context, totals, _notes(cells, context, signed=signed))
    present = {kind for place, kind in enumerate(kinds) if place not in cells.problems}
    facts = {fact for fact in FACT_WORDS if fact in present} | {"booking", "cancellation", *context.facts}
    return Understood(entries, source, problems, frozenset(facts))


def _kinds(cells: Cells) -> tuple[list[str], list[int]]:
    """Return the kind of every row and the sign its word stands for."""
    kinds, turned = [], []
    known = ", ".join(one.name for one in EVENT_KINDS if one.group != "derived")
    for place, text in enumerate(cells.texts("kind")):
        kind, sign = _BY_NORMAL.get(normal(text), ("", 1))
        if not kind:
            what = f'"{text}" is no event kind' if text else "the event kind is empty"
            cells.refuse(place, "kind", text, f"{what}. Use one of {known}.")
        kinds.append(kind)
        turned.append(sign)
    return kinds, turned


def _type_bookings(cells: Cells, kinds: list[str]) -> None:
    """Let a type column say what a generic word for a booking is: new, renewal or expansion."""
    for place, (word, kind) in enumerate(zip(cells.texts("kind"), cells.texts("type"), strict=True)):
        if kinds[place] == "new" and normal(word) in _GENERIC and normal(kind) in BOOKING_TYPES:
            kinds[place] = BOOKING_TYPES[normal(kind)]


def _amounts(
    cells: Cells, kinds: list[str], turned: list[int], amounts: list[int | None], *, signed: bool
) -> list[int]:
    """Return amounts in the kind's own sense; 0 for kinds without one.

    In a signed file the sign of a lowering kind stands for itself, whatever word names it: a reinstatement of
    30 is +30 there, a cancellation of -30.
    """
    texts = cells.texts("amount")
    natural = []
    for place, (kind, sign, amount) in enumerate(zip(kinds, turned, amounts, strict=True)):
        if kind in _WITHOUT or not kind:
            natural.append(0)
            continue
        if amount is None:
            cells.refuse(place, "amount", "", "the amount is empty. Fill it in; a free line has 0.")
            natural.append(0)
            continue
        own = -amount if signed and kind in _LOWERING else amount * sign
        if own < 0 and kind not in _EITHER and KINDS[kind].sign == 1:
            instead = _INSTEAD.get(kind, "cancellation, contraction, return_authorisation or correction")
            cells.refuse(place, "amount", texts[place],
                         f'"{texts[place]}" is negative, and {kind} is never. Use {instead} '
                         'instead.')  # fmt: skip
        natural.append(own)
    return natural


def _is_signed(cells: Cells, kinds: list[str], turned: list[int], amounts: list[int | None]) -> bool:
    """Return whether lowering events stand with a minus in this file."""
    lowering = [
        (place, amount) for place, (kind, sign, amount) in enumerate(zip(kinds, turned, amounts, strict=True))
        if kind in _LOWERING and sign == 1 and amount and place not in cells.problems
    ]  # fmt: skip
    below = [place for place, amount in lowering if amount < 0]
    above = [place for place, amount in lowering if amount > 0]
    if below and above:
        rows = cells.table.numbers[below[0]], cells.table.numbers[above[0]]
        raise InputError(
            f"{cells.table.file} writes {kinds[below[0]]} with a minus in row {rows[0]} and "
            f"{kinds[above[0]]} without "
            f'in row {rows[1]}. Say which it means: signs = "natural" or signs = "signed" for the file '
            "in bbbxl.toml."
        )
    return bool(below)


def _order_ids(cells: Cells, kinds: list[str]) -> list[str]:
    """Return order ids; an invoice may stand without one and is then an order line of its own."""
    made = []
    for place, (order, kind) in enumerate(zip(cells.texts("order_id"), kinds, strict=True)):
        if not order and kind not in ("invoice", "credit_note"):
            cells.refuse(place, "order_id", "", "the order number is empty. Fill it in; only an invoice "
                                                "or credit note "
                                                "may stand without an order.")  # fmt: skip
        made.append(order or f"no order, {cells.table.file} row {cells.table.numbers[place]}")
    return made


def _reasons(cells: Cells, kinds: list[str]) -> list[str]:
    """Return reasons; causes of credit notes in bbbxl's own words."""
    causes = {**{cause: cause for cause in CREDIT_CAUSES}, "cancel": "cancellation", "rma": "return",
              "returned": "return",
              "allowance": "price", "priceallowance": "price", "rebilling": "rebill"}  # fmt: skip
    return [
        causes.get(normal(reason), reason) if kind == "credit_note" else reason
        for reason, kind in zip(cells.texts("reason"), kinds, strict=True)
    ]


def _refuse_twice(cells: Cells, columns: dict[str, list[Any]], context: Context) -> None:
    """Set aside a row whose event id stood before, in a row that was taken or in an earlier file."""
    seen: dict[tuple[str, str], int] = {}
    for place, (entity, identity) in enumerate(zip(columns["entity"], columns.get("event_id", ()), strict=False)):
        if not identity or place in cells.problems:
            continue
        first = seen.setdefault((entity, identity), place)
        where = context.seen.get((entity, identity), f"row {cells.table.numbers[first]}")
        if first != place or (entity, identity) in context.seen:
            said = f'event "{identity}" stands in {where} already. Keep one.'
            cells.refuse(place, "event_id", identity, said)


def _notes(cells: Cells, context: Context, *, signed: bool) -> list[str]:
    """Return what was decided about the file."""
    notes = []
    if signed and context.signs is None:
        notes.append("Events that lower something stand with a minus: the file is read as signed. Say "
                     'signs = "natural" for it if that minus takes something back.')  # fmt: skip
    if not cells.has("recorded"):
        notes.append(f"No entry date in the file: every event counts as recorded on {context.extracted}.")
    if not cells.has("shippable"):
        notes.append("No column says which lines are shipped; the policy unmarked_lines decides.")
    return notes
