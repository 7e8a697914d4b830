"""Rows of values as a plain workbook: one sheet, a bold heading, text as text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from bbbxl.workbook.release import release
from bbbxl.workbook.write import put_text, save

#: Widest column, in characters.
_WIDEST: Final = 80
_LOOKED_AT: Final = 200


def write_rows(path: Path, title: str, rows: Sequence[Sequence[Any]], when: date) -> Path:
    """Write rows and return where they stand: the path, or beside it when the file there is held open.

    Args:
        path: File to write.
        title: Name of the sheet.
        rows: Texts and numbers; the first row is the heading.
        when: Stands as the day of making.

    Raises:
        TargetError: the folder is missing or closed, or the disk is full.
    """
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None  # a new workbook has one
    sheet.title = title
    for place, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(place, column)
            assert isinstance(cell, Cell)  # nothing is merged
            if isinstance(value, str):
                put_text(cell, value)
            else:
                cell.value, cell.number_format = value, "#,##0.00"
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            if place == 1:
                cell.font = Font(bold=True)
    for column in range(1, len(rows[0]) + 1):
        longest = max(len(str(row[column - 1])) for row in rows[:_LOOKED_AT])
        sheet.column_dimensions[get_column_letter(column)].width = min(longest + 2, _WIDEST)
    sheet.freeze_panes = "A2"
    return release(lambda target: save(workbook, target, when), lambda target: None, path)
