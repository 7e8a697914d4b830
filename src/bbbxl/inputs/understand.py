"""One table understood: its preset, columns and cells become entries, or the sentence says what is in doubt."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from bbbxl.errors import InputError, UnknownNameError
from bbbxl.inputs.cells import Cells
from bbbxl.inputs.entries import NO_ENTITY, Context
from bbbxl.inputs.event_log import read_events
from bbbxl.inputs.folder import crm_column
from bbbxl.inputs.grid import RawTable
from bbbxl.inputs.invoices import read_invoices
from bbbxl.inputs.line_states import row_states
from bbbxl.inputs.order_lines import read_order_lines
from bbbxl.inputs.own_totals import compare_totals
from bbbxl.inputs.preset import find_columns, having, recognise, tax_beside
from bbbxl.inputs.preset_data import Preset, field_table, preset_of
from bbbxl.inputs.reading import Read
from bbbxl.inputs.scale import refuse_scaled
from bbbxl.inputs.tax import proof_of_net
from bbbxl.inputs.together import UNKNOWN
from bbbxl.money import guard_sum
from bbbxl.policy import CONFIG_NAME, LEDGER_ROLES, Config, FileEntry

_SHAPES = {"events": read_events, "order_lines": read_order_lines, "invoices": read_invoices}
#: Headers of amounts that may hold tax, and those that say they do not.
_WITH_TAX = re.compile(r"gross|brutto|incl|tax|\bvat\b|mwst|\bttc\b", re.IGNORECASE)
_WITHOUT_TAX = re.compile(r"(?<![a-z])net|net$|excl|untaxed|before|ohne|\bht\b|subtotal", re.IGNORECASE)

#: Headers that may be the total of a whole order.
_TOTAL = re.compile(r"^(?!.*(line|zeile|position)).*(\btotal\b|gesamt)", re.IGNORECASE)
#: Headers of columns of tax, and those that only speak of it.
_TAX = re.compile(r"\b(tax|taxes|vat|gst|hst|mwst|ust|umsatzsteuer|mehrwertsteuer|steuer|tva|iva)\b", re.IGNORECASE)
_TAX_WORDS = re.compile(r"\b(id|no|nr|number|nummer|code|type|reg|exempt|key|name|country)\b|\bex", re.IGNORECASE)


def understand(
    entry: FileEntry, table: RawTable, config: Config, currency: str, given: Mapping[str, str],
    seen: Mapping[tuple[str, str], str], folder: Path, *, with_states: bool = False,
) -> Read:  # fmt: skip
    """Return the entries of one table.

    Args:
        entry: What bbbxl.toml says of the file.
        table: The table.
        config: The firm's choices.
        currency: Currency of amounts that name none; empty when nobody said one.
        given: Field -> header as the caller named them.
        seen: Events of the tables read before -> path of their file.
        folder: Folder to which a preset of the user's own is relative.
        with_states: Keep the state of every order line, for a kept book.

    Raises:
        InputError: the table is in doubt.
    """
    named = {**entry.columns, **having(given, table.header)}
    check_fields(entry, field_table().types)
    role = entry.role if entry.role in LEDGER_ROLES else None
    preset = preset_of(entry.preset, folder) if entry.preset else recognise(table.file, table.header, named, role)
    check_fields(entry, preset.fields)
    if preset.shape not in _SHAPES:
        raise InputError(f"{table.place} is read as {preset.title} ({preset.name}), which holds no orders, events or "
                         f'invoices. Give it role = "{preset.role}" in {CONFIG_NAME}.')  # fmt: skip
    columns = find_columns(table.file, table.header, preset, named, entry.values)
    types = field_table().types
    refuse_scaled(table, [title for name, title in columns.items() if types[name] == "amount"])
    cells = Cells(table, columns, entry.values, entry.decimal, entry.date_format, entry.date_order)
    _refuse_unsigned(entry, table, preset)
    if "amount" not in named and not preset.system and preset.shape == "order_lines":
        _refuse_repeated_total(cells, columns["amount"])
    net = _net_of_tax(entry, cells, preset)
    extracted = entry.extracted.date() if entry.extracted else UNKNOWN.date()
    context = Context(
        entity=config.entity or NO_ENTITY, currency=currency, extracted=extracted,
        with_cancelled=config.policy.order_amount == "with_cancelled",
        by_order_date=config.policy.booking_date == "order", signs=entry.signs, states=entry.states,
        facts=entry.facts, seen=seen, with_states=with_states,
        unmarked_services=config.policy.unmarked_lines == "service",
    )  # fmt: skip
    understood = _SHAPES[preset.shape](cells, preset, context)
    guard_sum(understood.entries["amount"].tolist(), f"The amounts of {table.place}")
    read = Read(entry, table, preset, cells, understood)
    source = replace(
        understood.source, role=entry.role, own_totals=compare_totals(read), aside=len(table.aside),
        notes=tuple(dict.fromkeys((*table.notes, *net, *understood.source.notes, *preset.notes))),
    )  # fmt: skip
    cells.forget()
    return replace(read, understood=replace(understood, source=source))


def _refuse_unsigned(entry: FileEntry, table: RawTable, preset: Preset) -> None:
    """Refuse orders whose rows may not be signed until the file says which are."""
    sales = crm_column(table.header)
    if entry.role == "orders" and sales and "booked" not in entry.states and "booked" not in preset.states:
        raise InputError(
            f'{table.file} has a column "{sales}", as exports of a CRM have, and does not say which rows are signed. '
            f'Say it in {CONFIG_NAME}: states = {{ booked = {{ "{sales}" = ["Closed Won"] }} }}, or booked = {{}} when '
            "every row is; or give it the role crm."
        )


def _net_of_tax(entry: FileEntry, cells: Cells, preset: Preset) -> tuple[str, ...]:
    """Return what proves amounts to be net of tax, or says that they are taken so; refuse those that may hold tax.

    Raises:
        InputError: the program or the header leaves tax open or names it, or a total stands beside a column of tax.
    """
    table, title = cells.table, cells.columns.get("amount", "")
    if entry.amounts == "net":
        return ()
    beside, net = tax_beside(title, table.header), bool(_WITHOUT_TAX.search(title))
    if preset.tax == "unstated" and not net and not beside:
        left_out = row_states(cells, preset.states, entry.states)
        proof = proof_of_net(table, cells.columns, preset, entry.decimal, left_out["cancelled"] | ~left_out["booked"])
        if proof:
            return (proof,)
    holder = "" if net or preset.system else _tax_column(table.header, title)
    beside = beside or (holder if "total" in title.casefold() else "")
    if beside or (not net and (preset.tax != "net" or _WITH_TAX.search(title))):
        why = f' (there is a column "{beside}" beside it)' if beside else ""
        raise InputError(
            f'{table.place}, column "{title}" may hold tax{why}, and amounts are net of tax. Name a net column: '
            f'--column amount="...", or say that there is none in it: --amounts net, or amounts = "net" for the file '
            f"in {CONFIG_NAME}."
        )
    said = (f'There is a column "{holder}", and "{title}" is taken as net of tax. If tax is in it, name a net column; '
            'if not, amounts = "net" or --amounts net says so.')  # fmt: skip
    return (said,) if holder else ()


def _refuse_repeated_total(cells: Cells, title: str) -> None:
    """Refuse the total of an order that stands again on each of its rows: it would count more than once."""
    if not _TOTAL.search(title):
        return
    orders, amounts = cells.texts("order_id"), cells.table.distinct(title)
    rows = pd.DataFrame({"order": orders.codes, "amount": amounts.codes})[~orders.empty]
    of_order = rows.groupby("order")["amount"]
    sizes, distinct = of_order.size(), of_order.nunique()
    several = sizes > 1
    if several.any() and (distinct[several] == 1).all():
        code = int(several.index.to_numpy()[several.to_numpy().argmax()])
        row = cells.table.numbers[int((orders.codes == code).argmax())]
        raise InputError(
            f'{cells.table.place} row {row}: "{title}" is the same on every row of order {orders.texts[code]}, and of '
            "all orders with several rows, so it may be the total of the order and would count more than once. Export "
            f'the amounts of the lines, or say that every row has its own: --column amount="{title}".'
        )


def _tax_column(header: Sequence[str], amount: str) -> str:
    """Return the first column of tax beside an amount, empty when there is none; numbers and kinds of tax are none."""
    return next(
        (title for title in header if title != amount and _TAX.search(title) and not _TAX_WORDS.search(title)), ""
    )


def check_fields(entry: FileEntry, known: Iterable[str]) -> None:
    """Refuse fields of bbbxl.toml that do not exist, or that the file's preset cannot use."""
    fields = list(known)
    for name in (*entry.columns, *entry.values):
        if name not in fields:
            raise UnknownNameError("field", name, fields, f"{CONFIG_NAME}, {entry.path}")
