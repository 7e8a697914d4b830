"""Whether the lines of invoices hold tax, where the program leaves it open: the file's own totals may prove it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from bbbxl.errors import InputError
from bbbxl.inputs.cells import Cells
from bbbxl.inputs.coded import Mask
from bbbxl.inputs.grid import RawTable
from bbbxl.inputs.headers import same_header
from bbbxl.inputs.preset_data import Preset


@dataclass(frozen=True)
class _Invoice:
    """One invoice: what its lines, their tax and its total come to."""

    name: str
    row: int
    lines: Decimal
    tax: Decimal
    total: Decimal


def proof_of_net(
    table: RawTable, columns: Mapping[str, str], preset: Preset, decimal: str | None, left_out: Mask
) -> str:
    """Return the sentence that proves amounts to be net of tax, empty where the file does not prove it.

    It does where lines and tax of every invoice come to its total, which stands again on each of its rows.

    Args:
        table: The file.
        columns: Field -> header; needs invoice_id and amount.
        preset: Names the columns of tax and of the total.
        decimal: Decimal mark; None to decide it on the three columns.
        left_out: Rows that are not counted, such as drafts; they prove nothing.

    Raises:
        InputError: the lines of an invoice come to its total, tax included.
    """
    if preset.tax_columns is None or not {"invoice_id", "amount"} <= set(columns):
        return ""
    tax, total = (_titled(table, spellings) for spellings in (preset.tax_columns.tax, preset.tax_columns.total))
    amount = columns["amount"]
    if not tax or not total or total == amount:
        return ""
    named = {"invoice_id": columns["invoice_id"], "amount": amount, "tax": tax, "total": total}
    cells = Cells(table, named, {}, decimal, types=dict.fromkeys(("amount", "tax", "total"), "number"))
    invoices = list(_invoices(cells, left_out))
    for one in invoices:
        if one.tax and one.lines == one.total:
            raise InputError(
                f'{table.place} row {one.row}: "{amount}" of invoice {one.name} comes to its "{total}" of '
                f"{one.total:,f}, so its tax of {one.tax:,f} is in it, and amounts are net of tax. Export the invoices "
                "with amounts exclusive of tax."
            )
    if not invoices or any(one.lines + one.tax != one.total for one in invoices):
        return ""
    first = invoices[0]
    return (
        f'Amounts are net of tax: "{amount}" and "{tax}" of every invoice come to its "{total}", as in {first.name} '
        f"(row {first.row}): {first.lines:,f} and {first.tax:,f} are {first.total:,f}."
    )


def _titled(table: RawTable, spellings: tuple[str, ...]) -> str:
    """Return the column that is spelt like one of some headers, empty when none is."""
    return next((title for one in spellings for title in table.header if same_header(title, one)), "")


def _invoices(cells: Cells, left_out: Mask) -> Iterator[_Invoice]:
    """Yield the invoices all of whose rows can be read; one whose rows name two totals has none that is true."""
    names = cells.texts("invoice_id")
    lines, taxes, totals = (cells.decimals(name).to_list() for name in ("amount", "tax", "total"))
    unread = {names[place] for place in np.flatnonzero(cells.aside & ~left_out).tolist()}
    rows: dict[str, list[int]] = {}
    for place in np.flatnonzero(~left_out & ~names.empty).tolist():
        rows.setdefault(names[place], []).append(place)
    for name, places in rows.items():
        if name in unread or any(lines[place] is None for place in places):
            continue
        said = {total for place in places if (total := totals[place]) is not None}
        yield _Invoice(
            name, int(cells.table.numbers[places[0]]), _sum(lines, places), _sum(taxes, places),
            said.pop() if len(said) == 1 else Decimal("NaN"),
        )  # fmt: skip


def _sum(values: list[Decimal | None], places: list[int]) -> Decimal:
    return sum((values[place] or Decimal(0) for place in places), Decimal(0))
