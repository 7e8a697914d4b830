"""Amounts with zeros left out, as a header or a title says: refused, because nothing here multiplies amounts."""

from __future__ import annotations

from collections.abc import Iterable

from bbbxl.errors import InputError
from bbbxl.inputs.grid import RawTable
from bbbxl.inputs.values.currency_signs import header_scale, stated_scale

_WORDS = {3: "thousands", 6: "millions"}


def refuse_scaled(table: RawTable, amounts: Iterable[str]) -> None:
    """Refuse a table whose amounts are in thousands or millions.

    Args:
        table: The table.
        amounts: Headers of its amount columns.

    Raises:
        InputError: the header of an amount says so, or a title or footer.
    """
    for title in amounts:
        if zeros := header_scale(title):
            raise InputError(
                f'{table.place}, column "{title}" is in {_WORDS[zeros]} by its header, and amounts are never '
                "multiplied. Export whole amounts, or name another column."
            )
    for aside in table.aside:
        if zeros := stated_scale(aside.text) if aside.reason in ("title", "footer") else 0:
            raise InputError(
                f'{table.place} row {aside.row} says "{aside.text}": amounts in {_WORDS[zeros]} are never multiplied. '
                "Export whole amounts, or take that row out if they are whole."
            )
