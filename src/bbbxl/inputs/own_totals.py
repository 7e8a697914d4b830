"""The totals a file prints itself, compared with the sums of the rows they cover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import numpy as np

from bbbxl.inputs.grid import Column, RawTable
from bbbxl.inputs.layout.totals import OwnTotalResult, check_totals
from bbbxl.inputs.reading import Read
from bbbxl.inputs.values.numbers import decimals, parse_numbers


def compare_totals(read: Read) -> tuple[OwnTotalResult, ...]:
    """Return every total of a table's amount columns beside ours, in order of their rows.

    Rows that were set aside count where their amount can be read: the file's total counts them too.
    """
    table = read.table
    found = totals_of(table, read.amounts, read.decimal, read.columns.get("currency"))
    if read.understood and (left := len(table) - read.understood.source.used):
        words = "row of the file is" if left == 1 else "rows of the file are"
        found = tuple(replace(one, message=f"{one.message} {left:,} {words} not counted here.") for one in found)
    return found


def totals_of(
    table: RawTable, amounts: Sequence[str], decimal: str, currency: str | None
) -> tuple[OwnTotalResult, ...]:
    """Return every total of some amount columns beside ours, in order of their rows.

    Args:
        table: The table.
        amounts: Headers of the columns.
        decimal: Decimal mark of its numbers; empty where it has none.
        currency: Header of its currency column.
    """
    if not table.totals or not decimal:
        return ()
    values = {}
    for header in dict.fromkeys(amounts):
        column = table.distinct(header)
        values[table.header.index(header)] = decimals(parse_numbers(column, decimal), column.codes)

    def parse(text: str, kind: int) -> Decimal | None:
        kinds = None if table.kinds is None else np.array([kind], dtype=np.int8)
        codes = np.zeros(1, dtype=np.int32)
        column = Column("", codes, [text.strip()], kinds, np.zeros(1, dtype=np.int64))
        return decimals(parse_numbers(column, decimal), codes)[0]

    found = check_totals(table, values, parse, table.column(currency) if currency else None)
    return tuple(sorted(found, key=lambda one: one.row))
