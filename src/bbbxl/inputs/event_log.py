"""Events, long: one row of the file is one event of an order line."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from bbbxl.errors import InputError
from bbbxl.events import CREDIT_CAUSES, EVENT_KINDS, KIND_SYNONYMS, KINDS
from bbbxl.inputs.booking_kind import BOOKING_TYPES
from bbbxl.inputs.cells import Cells
from bbbxl.inputs.coded import Coded, Mask, coded, count_before, groups, of_list
from bbbxl.inputs.columns import Amounts
from bbbxl.inputs.entries import Context, Understood, Values, as_entries, source_of, totals_by_currency
from bbbxl.inputs.headers import normal
from bbbxl.inputs.preset_data import Preset
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
_GENERIC = frozenset({"booking", "booked", "order", "ordered"})
_TEXTS = ("event_id", "customer", "product", "region", "channel", "owner", "counterparty")
_DAYS = ("order_date", "firmed_date", "commit_date", "original_commit_date", "term_start", "term_end")


#: Words for the cause of a credit note -> cause.
CAUSES = {
    **{cause: cause for cause in CREDIT_CAUSES}, "cancel": "cancellation", "rma": "return", "returned": "return",
    "allowance": "price", "priceallowance": "price", "rebilling": "rebill",
}  # fmt: skip
_KNOWN = ", ".join(one.name for one in EVENT_KINDS if one.group != "derived")


def read_events(cells: Cells, preset: Preset, context: Context) -> Understood:
    """Return the entries of an event log.

    Amounts are read in the sign convention of the file: natural (a cancellation of 100 is 100) or signed (it
    is -100), decided on all its lowering events.

    Raises:
        InputError: the file mixes both conventions and does not say which it uses.
    """
    kinds, turned = _kinds(cells)
    if (turned < 0).any():
        words = sorted(set(cells.texts("kind").take(turned < 0).to_list()))
        cells.note(f"Events that take a cancellation back ({', '.join(words)}) count against it: {(turned < 0).sum()}.")
    currencies = cells.currencies(context.currency, preset.own_currency)
    written = cells.amounts("amount", currencies)
    lowering = _in(kinds, _LOWERING)
    signed = context.signs == "signed" or (
        context.signs is None and _is_signed(cells, kinds, lowering & (turned == 1), written)
    )
    columns: dict[str, Values] = {"amount": _amounts(cells, kinds, turned, written, signed=signed)}
    columns |= {name: cells.texts(name) for name in _TEXTS if cells.has(name)}
    columns |= {name: cells.days(name) for name in _DAYS if cells.has(name)}
    effective, recorded = cells.days("effective"), cells.days("recorded")
    cells.require("effective", ~np.isnat(effective))
    entities = cells.texts("entity", context.entity)
    columns |= {
        "kind": kinds, "currency": currencies, "effective": effective,
        "recorded": np.where(np.isnat(recorded), np.datetime64(context.extracted, "D"), recorded),
        "entity": entities, "line_id": cells.texts("line_id", "1"),
        "order_id": _order_ids(cells, kinds), "quantity": cells.numbers("quantity"),
        "cancellable": cells.flags("cancellable"), "shippable": cells.flags("shippable"),
        "reason": credit_causes(cells.texts("reason"), kinds.each(lambda kind: kind == "credit_note", np.bool_)),
    }  # fmt: skip
    refuse_twice(cells, entities, cells.texts("event_id"), "event_id", context)
    kept = ~cells.aside
    entries = as_entries(cells, np.flatnonzero(kept), columns)
    totals = totals_by_currency(written, currencies, kept)
    source, problems = source_of(cells, preset, context, totals, _notes(cells, context, signed=signed))
    present = {kinds.texts[code] for code in np.unique(kinds.codes[kept])}
    facts = {fact for fact in FACT_WORDS if fact in present} | {"booking", "cancellation", *context.facts}
    return Understood(entries, source, problems, frozenset(facts))


def _in(kinds: Coded, names: frozenset[str]) -> Mask:
    return kinds.each(lambda kind: kind in names, np.bool_)


def _kinds(cells: Cells) -> tuple[Coded, npt.NDArray[np.int64]]:
    """Return the kind of every row, empty where it has none, and the sign its word stands for.

    A type column says what a generic word for a booking is: new, renewal or expansion.
    """
    words = cells.texts("kind")
    known = {text: _BY_NORMAL.get(normal(text), ("", 1)) for text in words.texts}
    kinds = words.changed(lambda text: known[text][0])
    for place in np.flatnonzero(kinds.empty).tolist():
        what = f'"{words[place]}" is no event kind' if words[place] else "the event kind is empty"
        cells.refuse(place, "kind", words[place], f"{what}. Use one of {_KNOWN}.")
    turned = words.each(lambda text: known[text][1], np.int64)
    generic = words.each(lambda text: known[text][0] == "new" and normal(text) in _GENERIC, np.bool_)
    typed = cells.texts("type").changed(lambda text: BOOKING_TYPES.get(normal(text), ""))
    named = Coded(np.where(generic, typed.codes, len(typed.texts)).astype(np.int32), [*typed.texts, ""])
    return named.missing_as(kinds), turned


def _amounts(
    cells: Cells, kinds: Coded, turned: npt.NDArray[np.int64], written: Amounts, *, signed: bool
) -> npt.NDArray[np.int64]:
    """Return amounts in the kind's own sense; 0 for kinds without one.

    In a signed file the sign of a lowering kind stands for itself, whatever word names it: a reinstatement of
    30 is +30 there, a cancellation of -30.
    """
    without = _in(kinds, _WITHOUT) | kinds.empty
    cells.refuse_rows(~without & ~written.given, "amount", "the amount is empty. Fill it in; a free line has 0.")
    lowering = _in(kinds, _LOWERING)
    own = np.where(lowering & signed, -written.values, written.values * turned)
    own = np.where(without, 0, own)
    raising = kinds.each(lambda kind: bool(kind) and kind not in _EITHER and KINDS[kind].sign == 1, np.bool_)
    for place in np.flatnonzero((own < 0) & raising).tolist():
        text, kind = cells.texts("amount")[place], kinds[place]
        instead = _INSTEAD.get(kind, "cancellation, contraction, return_authorisation or correction")
        cells.refuse(place, "amount", text, f'"{text}" is negative, and {kind} is never. Use {instead} instead.')
    return own


def _is_signed(cells: Cells, kinds: Coded, lowering: Mask, written: Amounts) -> bool:
    """Return whether lowering events stand with a minus in this file."""
    below = np.flatnonzero(lowering & (written.values < 0) & ~cells.aside)
    above = np.flatnonzero(lowering & (written.values > 0) & ~cells.aside)
    if len(below) and len(above):
        rows = cells.table.numbers[below[0]], cells.table.numbers[above[0]]
        raise InputError(
            f"{cells.table.place} writes {kinds[int(below[0])]} with a minus in row {rows[0]} and "
            f"{kinds[int(above[0])]} without in row {rows[1]}. Say which it means: "
            'signs = "natural" or signs = "signed" for the file in bbbxl.toml.'
        )
    return bool(len(below))


def _order_ids(cells: Cells, kinds: Coded) -> Coded:
    """Return order ids; an invoice may stand without one and is then an order line of its own."""
    orders = cells.texts("order_id")
    billing = kinds.each(lambda kind: kind in ("invoice", "credit_note"), np.bool_)
    cells.refuse_rows(orders.empty & ~billing, "order_id", "the order number is empty. Fill it in; only an invoice "
                                                           "or credit note may stand without an order.")  # fmt: skip
    return orders.missing_as(without_order(cells)) if orders.empty.any() else orders


def without_order(cells: Cells) -> Coded:
    """Return what stands in place of an order number where an invoice has none: its own row."""
    return of_list([f"no order, {cells.table.place} row {number}" for number in cells.table.numbers.tolist()])


def credit_causes(reasons: Coded, credited: Mask) -> Coded:
    """Return reasons; causes of credit notes in bbbxl's own words."""
    causes = [CAUSES.get(normal(reason), reason) for reason in reasons.texts]
    codes = np.where(credited, reasons.codes + len(causes), reasons.codes)
    return coded([*reasons.texts, *causes], codes)


def refuse_twice(
    cells: Cells, entities: Coded, ids: Coded, name: str, context: Context, counted: Mask | None = None
) -> None:
    """Set aside rows whose event id stood before, in a row that was taken or in an earlier file.

    Args:
        cells: The table.
        entities: Entity of every row.
        ids: Event id of every row; empty ones are not compared.
        name: Field that holds the id.
        context: Says what the earlier files hold.
        counted: Rows that give events; all when omitted.
    """
    there = np.flatnonzero(~ids.empty & ~cells.aside & (True if counted is None else counted))
    keys = groups([entities.take(there), ids.take(there)])
    before = count_before(keys)
    firsts = dict(zip(keys[before == 0].tolist(), there[before == 0].tolist(), strict=True))
    files = {identity for _, identity in context.seen}
    doubtful = (before > 0) | ids.take(there).each(lambda text: text in files, np.bool_)
    for place, key in zip(there[doubtful].tolist(), keys[doubtful].tolist(), strict=True):
        own = (entities[place], ids[place])
        if place != firsts[key] or own in context.seen:
            where = context.seen.get(own, f"row {cells.table.numbers[firsts[key]]}")
            cells.refuse(place, name, own[1], f'event "{own[1]}" stands in {where} already. Keep one.')


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
