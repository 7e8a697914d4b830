"""One table understood: its preset, columns and cells become entries, or the sentence says what is in doubt."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from bbbxl.errors import InputError, UnknownNameError
from bbbxl.inputs.cells import Cells
from bbbxl.inputs.entries import NO_ENTITY, Context
from bbbxl.inputs.event_log import read_events
from bbbxl.inputs.folder import crm_column
from bbbxl.inputs.grid import RawTable
from bbbxl.inputs.invoices import read_invoices
from bbbxl.inputs.order_lines import read_order_lines
from bbbxl.inputs.own_totals import compare_totals
from bbbxl.inputs.preset import find_columns, having, recognise, tax_beside
from bbbxl.inputs.preset_data import Preset, field_table, preset_of
from bbbxl.inputs.reading import Read
from bbbxl.inputs.together import UNKNOWN
from bbbxl.policy import CONFIG_NAME, LEDGER_ROLES, Config, FileEntry

_SHAPES = {"events": read_events, "order_lines": read_order_lines, "invoices": read_invoices}
#: Headers of amounts that may hold tax, and those that say they do not.
_WITH_TAX = re.compile(r"gross|brutto|incl|tax|\bvat\b|mwst|\bttc\b", re.IGNORECASE)
_WITHOUT_TAX = re.compile(r"net|excl|untaxed|before|ohne|\bht\b", re.IGNORECASE)


def understand(
    entry: FileEntry, table: RawTable, config: Config, currency: str, given: Mapping[str, str],
    seen: Mapping[tuple[str, str], str], folder: Path,
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

    Raises:
        InputError: the table is in doubt.
    """
    named = {**entry.columns, **having(given, table.header)}
    _check_fields(entry, field_table().types)
    role = entry.role if entry.role in LEDGER_ROLES else None
    preset = preset_of(entry.preset, folder) if entry.preset else recognise(table.file, table.header, named, role)
    _check_fields(entry, preset.fields)
    columns = find_columns(table.file, table.header, preset, named, entry.values)
    _refuse_doubtful(entry, table, preset, columns)
    cells = Cells(table, columns, entry.values, entry.decimal, entry.date_format, entry.date_order)
    extracted = entry.extracted.date() if entry.extracted else UNKNOWN.date()
    context = Context(
        entity=config.entity or NO_ENTITY, currency=currency, extracted=extracted,
        with_cancelled=config.policy.order_amount == "with_cancelled",
        by_order_date=config.policy.booking_date == "order", signs=entry.signs, states=entry.states,
        facts=entry.facts, seen=seen,
    )  # fmt: skip
    understood = _SHAPES[preset.shape](cells, preset, context)
    read = Read(entry, table, preset, cells, understood)
    source = replace(
        understood.source, role=entry.role, own_totals=compare_totals(read), aside=len(table.aside),
        notes=tuple(dict.fromkeys((*table.notes, *understood.source.notes, *preset.notes))),
    )  # fmt: skip
    return replace(read, understood=replace(understood, source=source))


def _refuse_doubtful(entry: FileEntry, table: RawTable, preset: Preset, columns: Mapping[str, str]) -> None:
    """Refuse orders whose rows may not be signed, and amounts that may hold tax, until the file says which."""
    sales = crm_column(table.header)
    if entry.role == "orders" and sales and "booked" not in entry.states and "booked" not in preset.states:
        raise InputError(
            f'{table.file} has a column "{sales}", as exports of a CRM have, and does not say which rows are signed. '
            f'Say it in {CONFIG_NAME}: states = {{ booked = {{ "{sales}" = ["Closed Won"] }} }}, or booked = {{}} when '
            "every row is; or give it the role crm."
        )
    if entry.amounts is not None:
        return
    title = columns.get("amount", "")
    doubtful = _WITH_TAX.search(title) and not _WITHOUT_TAX.search(title)
    beside = tax_beside(title, table.header)
    if doubtful or beside or preset.tax == "gross":
        why = f' (there is a column "{beside}" beside it)' if beside else ""
        raise InputError(
            f'{table.file}, column "{title}" may hold tax{why}, and amounts are net of tax. Name a net column: '
            f'--column amount="...", or say amounts = "net" for the file in {CONFIG_NAME}.'
        )


def _check_fields(entry: FileEntry, known: Iterable[str]) -> None:
    """Refuse fields of bbbxl.toml that do not exist, or that the file's preset cannot use."""
    fields = list(known)
    for name in (*entry.columns, *entry.values):
        if name not in fields:
            raise UnknownNameError("field", name, fields, f"{CONFIG_NAME}, {entry.path}")
