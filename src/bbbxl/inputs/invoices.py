"""Invoices: one row of the file is one line of an invoice or credit note."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import numpy as np
import numpy.typing as npt

from bbbxl.errors import InputError, count_of
from bbbxl.events import KIND_SYNONYMS
from bbbxl.inputs.cells import Cells
from bbbxl.inputs.coded import Coded, Mask, coded, count_before, groups, joined, numbered
from bbbxl.inputs.columns import Amounts
from bbbxl.inputs.entries import Context, Understood, Values, as_entries, source_of, totals_by_currency
from bbbxl.inputs.event_log import credit_causes, refuse_twice
from bbbxl.inputs.findings import rows_in_words
from bbbxl.inputs.headers import normal
from bbbxl.inputs.latest_rows import superseded_rows
from bbbxl.inputs.line_states import row_states
from bbbxl.inputs.not_booked import not_booked_notes, refuse_nothing_booked
from bbbxl.inputs.preset_data import Preset

_TEXTS = ("customer", "product", "region", "channel", "owner", "counterparty")
_DAYS = ("order_date", "commit_date", "term_start", "term_end")
_KINDS = ("invoice", "credit_note")
#: Words of a type column for a credit note, beside those of an event log.
_CREDITS = frozenset({"creditnote", "accreccredit", "gutschrift", "avoir", "notadecredito", "rechnungskorrektur"})
#: An order as NetSuite and others name it where an invoice came from.
_REFERENCE = re.compile(r"(?:sales order|order|kundenauftrag|auftrag)\s*(?:#|no\.|nr\.)\s*(\S.*)", re.IGNORECASE)


def read_invoices(cells: Cells, preset: Preset, context: Context) -> Understood:
    """Return the entries of a file of invoices.

    A line above zero is invoiced, one below zero credited; lines of a credit note may stand without a minus where
    the type says so. Cancelled and draft invoices are not counted. A line without an order is one of its own.

    Raises:
        InputError: lines of credit notes stand with and without a minus.
    """
    currencies = cells.currencies(context.currency, preset.own_currency)
    written = cells.amounts("amount", currencies)
    states = row_states(cells, preset.states, context.states or {})
    refuse_nothing_booked(cells, preset, context, states["booked"])
    credit, other = _types(cells, preset)
    counted = states["booked"] & ~states["cancelled"] & ~other
    again = superseded_rows(cells, preset, [written.values, currencies, cells.days("invoiced_date")], counted)
    counted &= ~again.rows
    amounts = _amounts(cells, written, credit & counted)
    credited = amounts < 0
    cells.require("amount", written.given)
    effective, recorded = cells.days("invoiced_date"), cells.days("recorded")
    cells.require("invoiced_date", ~np.isnat(effective))
    cells.require("invoice_id", ~cells.texts("invoice_id").empty)
    lines, repeated = _lines(cells, ~counted)
    columns: dict[str, Values] = {name: cells.texts(name) for name in _TEXTS if cells.has(name)}
    columns |= {name: cells.days(name) for name in _DAYS if cells.has(name)}
    entities = cells.texts("entity", context.entity)
    event_ids = joined(cells.texts("invoice_id"), lines, "{} line {}")
    columns |= {
        "kind": Coded(credited.astype(np.int32), _KINDS), "amount": np.abs(amounts), "currency": currencies,
        "effective": effective, "entity": entities, "event_id": event_ids, **_orders(cells, lines),
        "recorded": np.where(np.isnat(recorded), np.datetime64(context.extracted, "D"), recorded),
        "quantity": cells.numbers("quantity"), "shippable": cells.flags("shippable"),
        "reason": credit_causes(cells.texts("reason"), credited),
    }  # fmt: skip
    cells.forgive(~counted)
    refuse_twice(cells, entities, event_ids, "invoice_id", context, counted)
    kept = counted & ~cells.aside
    left = ~states["booked"] & ~states["cancelled"]
    notes = [*not_booked_notes(cells, preset, context, left, written, currencies),
             *_notes(cells, states["cancelled"], other, context.extracted), *again.notes,
             *_repeated_notes(cells, repeated)]  # fmt: skip
    source, problems = source_of(
        cells, preset, context, totals_by_currency(written, currencies, kept), notes,
        not_booked=int((~counted & ~again.rows).sum()), superseded=int(again.rows.sum()),
    )  # fmt: skip
    if cells.has("line_id") or cells.has("invoice_line"):
        source = replace(source, repeated=len(repeated))
    facts = frozenset({"invoice", *context.facts})
    entries = as_entries(cells, np.flatnonzero(kept), columns)
    return Understood(entries, source, problems, facts, without_line=_without_line(cells, kept))


def _types(cells: Cells, preset: Preset) -> tuple[Mask, Mask]:
    """Return which rows the type calls a credit note, and which it calls something that is no invoice."""
    credits = _CREDITS | {normal(word) for word in preset.credit_types}
    kinds = cells.texts("type").changed(
        lambda text: "credit_note" if normal(text) in credits else KIND_SYNONYMS.get(normal(text), ("", 1))[0]
    )
    credit = kinds.each(lambda kind: kind == "credit_note", np.bool_)
    other = kinds.each(lambda kind: kind not in ("", *_KINDS), np.bool_)
    return credit, other


def _amounts(cells: Cells, written: Amounts, credit: Mask) -> npt.NDArray[np.int64]:
    """Return amounts with a minus where they are credited."""
    below = np.flatnonzero(credit & (written.values < 0))
    above = np.flatnonzero(credit & (written.values > 0))
    if len(above) and not len(below):
        cells.note(f"Lines of credit notes stand without a minus and are credited all the same: {len(above)} "
                   f"({rows_in_words(cells.table.numbers[above].tolist())}).")  # fmt: skip
    if len(below) and len(above):
        rows = cells.table.numbers[below[0]], cells.table.numbers[above[0]]
        raise InputError(
            f"{cells.table.place} writes a credit note with a minus in row {rows[0]} and without in row {rows[1]}. "
            "Export them alike, or take the type column out where a minus alone says it."
        )
    return np.where(credit, -np.abs(written.values), written.values)


def _lines(cells: Cells, left_out: Mask) -> tuple[Coded, npt.NDArray[np.int64]]:
    """Return the line of every row within its invoice, counted where the file has none, and repeated rows."""
    given = cells.texts("invoice_line").missing_as(cells.texts("line_id"))
    keys = groups([cells.texts("entity"), cells.texts("invoice_id"), given])
    there = np.flatnonzero(~left_out)
    seen = np.ones(len(cells), dtype=np.int64)
    seen[there] = count_before(keys[there]) + 1
    return numbered(given, seen), there[seen[there] > 1]


def _orders(cells: Cells, lines: Coded) -> dict[str, Values]:
    """Return order and line of every row: those of the order that is named, else the invoice and its own line."""
    orders = cells.texts("order_id").changed(_order_number)
    alone = orders.empty
    own = cells.texts("invoice_id").changed(lambda text: f"no order, invoice {text}")
    of_order = cells.texts("line_id", "1")
    codes = np.where(alone, lines.codes + len(of_order.texts), of_order.codes)
    return {"order_id": orders.missing_as(own), "line_id": coded([*of_order.texts, *lines.texts], codes)}


def _order_number(text: str) -> str:
    """Return an order number without the words before it: "Sales Order #SO7" is SO7."""
    match = _REFERENCE.fullmatch(text)
    return match[1] if match else text


def _without_line(cells: Cells, kept: Mask) -> frozenset[int]:
    """Return the rows of the file that name an order and not which line of it they invoice."""
    open_rows = kept & ~cells.texts("order_id").empty & cells.texts("line_id").empty
    return frozenset(cells.table.numbers[open_rows].tolist())


def _notes(cells: Cells, cancelled: Mask, other: Mask, extracted: date) -> list[str]:
    """Return what was decided about the file."""
    notes = []
    if count := int(cancelled.sum()):
        notes.append(f"{count_of(count, 'row', 'is', 'are')} of cancelled invoices, and not counted.")
    if other.any():
        words = sorted(set(cells.texts("type").take(other).to_list()))
        shown = ", ".join(f'"{word}"' for word in words[:5])
        notes.append(f"{count_of(int(other.sum()), 'row', 'is', 'are')} neither an invoice nor a credit note by "
                     f"the type ({shown}), and not counted.")  # fmt: skip
    orders = cells.texts("order_id")
    cut = orders.each(lambda text: _order_number(text) != text, np.bool_)
    if cut.any():
        text = orders[int(np.flatnonzero(cut)[0])]
        notes.append(f'Words before the number of an order were taken off, such as "{text}", read as '
                     f'"{_order_number(text)}": {int(cut.sum())}.')  # fmt: skip
    if count := int(orders.empty.sum()):
        notes.append(f"{count_of(count, 'row', 'names', 'name')} no order: what is invoiced there is booked and billed "
                     "on the same day.")  # fmt: skip
    if not cells.has("recorded"):
        notes.append(f"No entry date in the file: every invoice counts as recorded on {extracted}.")
    return notes


def _repeated_notes(cells: Cells, repeated: npt.NDArray[np.int64]) -> list[str]:
    """Return which invoice lines stood before, where the file numbers them."""
    if not len(repeated) or not (cells.has("line_id") or cells.has("invoice_line")):
        return []
    rows = rows_in_words(cells.table.numbers[repeated].tolist())
    return [f"Invoice lines that stand again, each row counted as a line of its own: {len(repeated)} ({rows})."]
