"""Change logs: one row of the file is one change of one field of an order, with its value before and after."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from bbbxl.errors import InputError, Problem
from bbbxl.inputs.cells import Cells
from bbbxl.inputs.coded import Coded, Mask, Places, of_list, same
from bbbxl.inputs.columns import Amounts, Exact
from bbbxl.inputs.currencies import NO_CURRENCY
from bbbxl.inputs.entries import NO_ENTITY, Context, Source, source_of
from bbbxl.inputs.grid import RawTable
from bbbxl.inputs.headers import normal
from bbbxl.inputs.order_states import text_column
from bbbxl.inputs.preset import find_columns, having, recognise
from bbbxl.inputs.preset_data import Preset, field_table, preset_of, presets
from bbbxl.inputs.snapshot import STATE_COLUMNS
from bbbxl.inputs.together import UNKNOWN
from bbbxl.inputs.understand import check_fields
from bbbxl.ledger.states import DAY
from bbbxl.policy import CONFIG_NAME, DATES_1904, Config, FileEntry

#: Field of an export -> column of the states of order lines that a change of it changes, where they differ.
_COLUMNS: Final = {
    "amount": "ordered", "cancelled_amount": "cancelled", "shipped_amount": "shipped", "invoiced_amount": "invoiced",
    "status": "status",
}  # fmt: skip
#: Columns of states that identify a line or its row, and are no values of it that change.
_NOT_VALUES: Final = frozenset(
    {"entity", "order_id", "line_id", "changed", "source_file", "source_sheet", "source_row"}
)
#: A record as some programs name it, before its number.
_RECORD = re.compile(r"(?:sales )?order\s*#\s*(.+)", re.IGNORECASE)
_VALUES: Final = ("old", "new")
_SHOWN = 5


@dataclass(frozen=True)
class ChangeLog:
    """The changes of one table.

    Attributes:
        changes: One row a change of a field that is followed, as the file has them: entity, order_id, line_id (empty
            where the log is kept per order), field (a column of `STATE_COLUMNS`, or "status"), old and new (texts as
            they were read; of an amount in no known currency the exact number with "." as decimal mark), old_minor and
            new_minor (minor units of `currency`, missing where empty or in no known currency), old_number and
            new_number (quantities), old_day and new_day (dates), currency (empty where not known), day (of the
            change), by (who made it), source_file, source_sheet, source_row.
        source: The file's record; rows of fields that are not followed count as not booked.
        problems: Rows set aside.
    """

    changes: pd.DataFrame
    source: Source
    problems: tuple[Problem, ...]


def read_changes(
    entry: FileEntry, table: RawTable, config: Config, given: Mapping[str, str], folder: Path
) -> ChangeLog:
    """Return the changes that one table logs.

    Args:
        entry: What bbbxl.toml says of the file.
        table: The table.
        config: The firm's choices.
        given: Field -> header as the caller named them.
        folder: Folder to which a preset of the user's own is relative.

    Raises:
        InputError: the table is no change log, or is in doubt.
    """
    named = {**entry.columns, **having(given, table.header)}
    check_fields(entry, field_table().types)
    preset = preset_of(entry.preset, folder) if entry.preset else recognise(table.file, table.header, named, "changes")
    if preset.shape != "changes":
        raise InputError(f"{table.place} is read as {preset.title} ({preset.name}), which is no change log. "
                         f'Give it role = "{preset.role}" in {CONFIG_NAME}.')  # fmt: skip
    check_fields(entry, preset.fields)
    columns = find_columns(table.file, table.header, preset, named, entry.values)
    cells = Cells(table, columns, entry.values, entry.decimal, entry.date_format, entry.date_order)
    words = followed_fields(preset.system)
    fields = cells.texts("edited_field").changed(lambda text: words.get(normal(text), ""))
    left_out = fields.empty
    changes = _changes(cells, entry, fields, config.entity or NO_ENTITY)
    cells.forgive(left_out)
    kept = ~cells.aside & ~left_out
    source, problems = _source(cells, preset, entry, left_out)
    return ChangeLog(changes[kept].reset_index(drop=True), source, problems)


@cache
def followed_fields(system: str) -> Mapping[str, str]:
    """Return the normalised names of fields whose changes are followed -> column of states, or "status".

    Args:
        system: Program of the log; the headers that the exports of its orders use come before the common ones.
    """
    own = [one.headers for one in presets().values() if system and one.system == system and one.shape == "order_lines"]
    plain = {name: name for name in STATE_COLUMNS if name in field_table().types and name not in _NOT_VALUES}
    found: dict[str, str] = {}
    for spellings in (*own, field_table().synonyms):
        for field, column in {**plain, **_COLUMNS}.items():
            for header in spellings.get(field, ()):
                found.setdefault(normal(header), column)
    return found


def _changes(cells: Cells, entry: FileEntry, fields: Coded, entity: str) -> pd.DataFrame:
    """Return every row of a log as a change; rows that cannot be taken are set aside on the way."""
    orders, days = cells.texts("order_id").changed(_number_of), cells.days("edit_date")
    cells.require("order_id", ~orders.empty)
    cells.require("edit_date", ~np.isnat(days))
    kinds = fields.each(lambda name: STATE_COLUMNS.get(name, "text") if name else "", np.str_)
    texts = {side: cells.texts(f"{side}_value") for side in _VALUES}
    measured = _numbers(cells, entry, np.flatnonzero((kinds == "minor") | (fields.each(_is_quantity, np.bool_))), kinds)
    dated = _days(cells, entry, np.flatnonzero(kinds == "date"))
    count = len(cells)
    columns = {
        "entity": cells.texts("entity", entity), "order_id": orders, "line_id": cells.texts("line_id"),
        "field": fields, **{side: measured.exact[side].missing_as(texts[side]) for side in _VALUES},
        "currency": measured.currencies, "by": cells.texts("edited_by"),
        "source_file": same(cells.table.file, count), "source_sheet": same(cells.table.sheet, count),
    }  # fmt: skip
    made = pd.DataFrame({name: text_column(texts) for name, texts in columns.items()})
    for side in _VALUES:
        made[f"{side}_minor"] = measured.minor[side]
        made[f"{side}_number"] = measured.numbers[side]
        made[f"{side}_day"] = dated[side]
    return made.assign(day=days.astype(DAY), source_row=cells.table.numbers.astype(np.float64))


def _number_of(text: str) -> str:
    """Return the number of an order that is named as a record, such as Sales Order #SO1001."""
    match = _RECORD.fullmatch(text)
    return match[1] if match else text


def _is_quantity(name: str) -> bool:
    return name == "quantity"


@dataclass(frozen=True)
class _Measured:
    """The numbers among the values of a log, one element a row.

    Attributes:
        currencies: Currency of amounts, empty where none is known.
        exact: Side -> exact number of amounts in no known currency, else empty.
        minor: Side -> minor units of amounts in a known currency.
        numbers: Side -> quantities.
    """

    currencies: Coded
    exact: dict[str, Coded]
    minor: dict[str, pd.Series[int]]
    numbers: dict[str, pd.Series[float]]


def _part(cells: Cells, entry: FileEntry, places: Places, kind: str, order: str | None = None) -> Cells:
    """Return some rows of a log as a table of their own, their values of one type."""
    names = ("old_value", "new_value", "currency")
    columns = {name: cells.columns[name] for name in names if name in cells.columns}
    types = {"old_value": kind, "new_value": kind, "currency": "text"}
    fixed = {name: entry.values[name] for name in names if name in entry.values}
    form = entry.date_format if entry.date_format == DATES_1904 else None
    return Cells(cells.table.taken(places), columns, fixed, entry.decimal, form, order, types)


def _join(cells: Cells, part: Cells, places: Places) -> None:
    """Take over what was found wrong in, and decided on, some rows."""
    for place, problem in part.problems.items():
        cells.problems.setdefault(int(places[place]), problem)
    for note in part.evidence:
        cells.note(note)


def _numbers(cells: Cells, entry: FileEntry, places: Places, kinds: np.ndarray) -> _Measured:
    """Return the amounts and quantities among the values."""
    count = len(cells)
    if not len(places):
        nothing = pd.Series(pd.array([None] * count, dtype="Int64"))
        empty = pd.Series(np.full(count, np.nan))
        return _Measured(same("", count), {side: same("", count) for side in _VALUES},
                         dict.fromkeys(_VALUES, nothing), dict.fromkeys(_VALUES, empty))  # fmt: skip
    part, is_amount = _part(cells, entry, places, "amount"), kinds[places] == "minor"
    found = part.currencies(NO_CURRENCY)
    known = is_amount & found.each(lambda text: text not in ("", NO_CURRENCY), np.bool_)
    amounts = {side: part.amounts(f"{side}_value", found) for side in _VALUES}
    exact = {side: part.decimals(f"{side}_value") for side in _VALUES}
    numbers = {side: part.numbers(f"{side}_value") for side in _VALUES}
    _join(cells, part, places)
    lost = np.unique(np.concatenate([np.array([], dtype=np.int64), *part.lost.values()]))
    cells.lost_decimals += int(known[lost].sum())
    shown = found.to_list()
    return _Measured(
        _spread([text if one else "" for text, one in zip(shown, known.tolist(), strict=True)], places, count),
        {side: _spread(_exact_texts(exact[side], is_amount & ~known), places, count) for side in _VALUES},
        {side: _spread_minor(amounts[side], known, places, count) for side in _VALUES},
        {side: _spread_numbers(np.where(is_amount, np.nan, numbers[side]), places, count) for side in _VALUES},
    )


def _exact_texts(exact: Exact, wanted: Mask) -> list[str]:
    """Return numbers as text with "." as decimal mark, empty where not wanted or not given."""

    def shown(number: Decimal | None, *, is_wanted: bool) -> str:
        return f"{number:f}" if is_wanted and number is not None else ""

    return [shown(number, is_wanted=one) for number, one in zip(exact.to_list(), wanted.tolist(), strict=True)]


def _spread(texts: list[str], places: Places, count: int) -> Coded:
    """Return texts of some rows as a column of all rows."""
    every = [""] * count
    for place, text in zip(places.tolist(), texts, strict=True):
        every[place] = text
    return of_list(every)


def _spread_minor(amounts: Amounts, known: Mask, places: Places, count: int) -> pd.Series[int]:
    """Return amounts of some rows as a column of all rows, missing elsewhere."""
    values, missing = np.zeros(count, dtype=np.int64), np.ones(count, dtype=np.bool_)
    values[places], missing[places] = amounts.values, ~(amounts.given & known)
    return pd.Series(pd.arrays.IntegerArray(values, missing))


def _spread_numbers(numbers: np.ndarray, places: Places, count: int) -> pd.Series[float]:
    """Return numbers of some rows as a column of all rows, missing elsewhere."""
    values = np.full(count, np.nan)
    values[places] = numbers
    return pd.Series(values)


def _days(cells: Cells, entry: FileEntry, places: Places) -> dict[str, np.ndarray]:
    """Return the days among the values, missing elsewhere; they are written as the days of the changes are."""
    every = {side: np.full(len(cells), np.datetime64("NaT"), dtype=DAY) for side in _VALUES}
    if len(places):
        part = _part(cells, entry, places, "date", entry.date_order or cells.date_style().order or None)
        for side in _VALUES:
            every[side][places] = part.days(f"{side}_value").astype(DAY)
        _join(cells, part, places)
    return every


def _source(cells: Cells, preset: Preset, entry: FileEntry, left_out: Mask) -> tuple[Source, tuple[Problem, ...]]:
    """Return the record of a log and its problems."""
    table, extracted = cells.table, UNKNOWN.date()
    notes = _left_out_notes(cells, left_out)
    source, problems = source_of(cells, preset, Context("", "", extracted), {}, notes, not_booked=int(left_out.sum()))
    said = tuple(dict.fromkeys((*table.notes, *source.notes, *preset.notes)))
    return replace(source, role=entry.role, extracted=None, aside=len(table.aside), notes=said), problems


def _left_out_notes(cells: Cells, left_out: Mask) -> list[str]:
    """Return which fields are not followed, and how often they stand in the log."""
    if not left_out.any():
        return []
    fields = cells.texts("edited_field").take(left_out)
    counts = sorted(zip(fields.texts, fields.counts().tolist(), strict=True), key=lambda one: (-one[1], one[0]))
    named = [f"{text or 'no field'} {count}" for text, count in counts if count]
    more = f" and {len(named) - _SHOWN} more" if len(named) > _SHOWN else ""
    return [f"Changes of fields that a book does not follow, left out: {int(left_out.sum())} "
            f"({', '.join(named[:_SHOWN])}{more})."]  # fmt: skip
