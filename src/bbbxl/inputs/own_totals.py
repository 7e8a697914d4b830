"""The totals a file prints itself, compared with the sums of the rows they cover."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np

from bbbxl.inputs.grid import Column
from bbbxl.inputs.layout.totals import OwnTotalResult, check_totals
from bbbxl.inputs.reading import Read
from bbbxl.inputs.values.numbers import decimals, parse_numbers


def compare_totals(read: Read) -> tuple[OwnTotalResult, ...]:
    """Return every total of a table's amount columns beside ours, in order of their rows.

    Rows that were set aside count where their amount can be read: the file's total counts them too.
    """
    table, decimal = read.table, read.decimal
    if not table.totals or not decimal:
        return ()
    values = {}
    for header in dict.fromkeys(read.amounts):
        column = table.distinct(header)
        values[table.header.index(header)] = decimals(parse_numbers(column, decimal), column.codes)

    def parse(text: str, kind: int) -> Decimal | None:
        kinds = None if table.kinds is None else np.array([kind], dtype=np.int8)
        codes = np.zeros(1, dtype=np.int32)
        column = Column("", codes, [text.strip()], kinds, np.zeros(1, dtype=np.int64))
        return decimals(parse_numbers(column, decimal), codes)[0]

    title = read.columns.get("currency")
    found = check_totals(table, values, parse, table.column(title) if title else None)
    if read.understood and (left := len(table) - read.understood.source.used):
        words = "row of the file is" if left == 1 else "rows of the file are"
        found = [replace(one, message=f"{one.message} {left:,} {words} not counted here.") for one in found]
    return tuple(sorted(found, key=lambda one: one.row))
