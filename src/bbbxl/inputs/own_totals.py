"""The totals a file prints itself, compared with the sums of the rows they cover."""

from __future__ import annotations

from dataclasses import replace

from bbbxl.inputs.layout.totals import OwnTotalResult, totals_of
from bbbxl.inputs.reading import Read


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
