"""Recalculates cells with Formualizer in a process of its own: run by its path, it imports nothing of bbbxl.

Standard input: JSON {"path": ..., "cells": [[sheet, row, column], ...], "tables": [[name, sheet, [first row,
first column, last row, last column], headers, header row?, totals row?], ...]}.
Standard output: JSON list of values in the same order; an error is {"error": "#DIV/0!"}.
"""

from __future__ import annotations

import json
import sys
from typing import Any, Final

import formualizer

# Its own limits refuse a sheet of more than about 140 MB of XML; the workbook is our own.
LIMITS: Final = {
    "max_input_bytes": 1 << 32,
    "max_expanded_bytes": 1 << 36,
    "max_part_bytes": 1 << 34,
}
ERRORS: Final = {
    "Div": "#DIV/0!",
    "Na": "#N/A",
    "Name": "#NAME?",
    "Null": "#NULL!",
    "Num": "#NUM!",
    "Ref": "#REF!",
    "Value": "#VALUE!",
}


def _plain(value: Any) -> Any:  # noqa: ANN401 - JSON in, JSON out
    """Return a value that JSON can carry."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, dict) and value.get("type") == "Error":
        kind = str(value.get("kind"))
        return {"error": ERRORS.get(kind, f"#{kind.upper()}!")}
    return {"error": f"#{type(value).__name__.upper()}!"}


def main() -> None:
    """Answer one question."""
    question = json.load(sys.stdin)
    workbook = formualizer.load_workbook(question["path"], load_limits=LIMITS)
    workbook.set_temporal_egress("serial")
    known = {table["name"] for table in workbook.tables()}
    for name, sheet, area, headers, header_row, totals_row in question["tables"]:
        if name not in known:  # its reader of files passes tables over
            workbook.add_table(name, sheet, tuple(area), headers, header_row=header_row, totals_row=totals_row)
    values = workbook.evaluate_cells([tuple(cell) for cell in question["cells"]])
    json.dump([_plain(value) for value in values], sys.stdout)


if __name__ == "__main__":
    main()
