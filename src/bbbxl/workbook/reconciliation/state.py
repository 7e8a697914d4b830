"""The very hidden tabs that keep what the next month needs: items, their rows, decisions, and what it is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.table import Table

from bbbxl import __version__
from bbbxl.reconcile.kept import (
    ABOUT,
    COLUMNS,
    DECISIONS,
    ENTRY_TITLES,
    ITEM_FIELDS,
    MEMBERS,
    MINOR_FIELDS,
    SCHEMA,
    SHEETS,
    STATE,
    Kept,
    Member,
)
from bbbxl.reconcile.model import Reconciliation
from bbbxl.workbook.fastrows import FastRows
from bbbxl.workbook.strings import plain_text
from bbbxl.workbook.write import attach_rows, put_text


def put_state(workbook: Workbook, made: Reconciliation, kept: Kept) -> None:
    """Add the tabs at the end of a workbook; only code shows them again."""
    rows = {STATE: _items(kept), MEMBERS: _members(kept), DECISIONS: _decisions(kept), ABOUT: _about(made, kept)}
    for sheet, table in SHEETS.items():
        _put(workbook, sheet, table, list(rows[table]))


def _put(workbook: Workbook, title: str, name: str, rows: Sequence[Sequence[object]]) -> None:
    sheet, columns = workbook.create_sheet(title), COLUMNS[name]
    sheet.sheet_state = "veryHidden"
    for place, column in enumerate(columns, start=1):
        put_text(sheet.cell(1, place), column)
    kinds = ["integer" if column in MINOR_FIELDS else "text" for column in columns]
    attach_rows(
        sheet, FastRows([[_cell(value) for value in row] for row in rows], kinds, [0] * len(columns), 2, len(rows))
    )
    last = 1 + max(1, len(rows))
    sheet.add_table(Table(displayName=name, ref=f"A1:{get_column_letter(len(columns))}{last}"))


def _cell(value: object) -> object:
    """Return a value as a cell of the state holds it: days and texts as text, minor units as they are."""
    if isinstance(value, date):
        return value.isoformat()
    return plain_text(value) or None if isinstance(value, str) else value


def _items(kept: Kept) -> Iterable[list[object]]:
    for one in kept.items:
        yield [*(getattr(one, name) for name in ITEM_FIELDS), *(getattr(one.entries, name) for name in ENTRY_TITLES)]


def _members(kept: Kept) -> Iterable[list[object]]:
    found: dict[str, Sequence[Member]] = {one.match_id: one.members for one in kept.items if one.members}
    found |= {match: members for match, members in kept.offered if match not in found}
    for match, members in found.items():
        for one in members:
            yield [match, *(getattr(one, name) for name in COLUMNS[MEMBERS][1:])]


def _decisions(kept: Kept) -> Iterable[list[object]]:
    for number, one in enumerate(kept.decisions, start=1):
        for name in one.ids or ("",):
            yield [str(number), one.kind, name, one.by, one.on, one.note, one.until, *(one.amounts or (None, None)),
                   one.match_id]  # fmt: skip


def _about(made: Reconciliation, kept: Kept) -> Iterable[list[object]]:
    still = [one.open_minor for one in kept.items if one.state == "open"]
    rows: list[list[object]] = [
        ["schema", str(SCHEMA)], ["version", __version__], ["start", made.period.start], ["end", made.period.end],
        ["label", made.period.label], ["since", made.since or made.period.start], ["currency", made.currency],
        ["items", str(len(still))], ["open_minor", str(sum(still))],
    ]  # fmt: skip
    yield from rows
