"""Cells understood: texts, days, amounts, numbers and flags of one table, with the rows that could not be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from bbbxl.errors import CurrencyError, InputError, Problem
from bbbxl.inputs.cell_notes import DAY_NOTES, NUMBER_NOTES
from bbbxl.inputs.coded import Coded, Mask, coded, same
from bbbxl.inputs.columns import FLAGS, Amounts, Days, Exact, as_coded, flag_values, not_flags
from bbbxl.inputs.currencies import Named, exponent_or_usual, row_currencies
from bbbxl.inputs.damage import error_texts, refuse_damaged_ids, turned_into_days
from bbbxl.inputs.grid import Column, RawTable
from bbbxl.inputs.headers import same_header
from bbbxl.inputs.preset_data import field_table
from bbbxl.inputs.values import dates
from bbbxl.inputs.values.currency_signs import format_currency
from bbbxl.inputs.values.numbers import (
    Numbers,
    NumberStyle,
    decide_decimal,
    decimal_beside,
    decimals,
    floats,
    minor_units,
    parse_numbers,
)
from bbbxl.inputs.values.shapes import shown

Made = TypeVar("Made")
FILL = "Fill it in, or take the row out of the export."
#: Fields that identify something: their text is kept digit by digit.
IDS = frozenset({"order_id", "line_id", "event_id", "invoice_id", "invoice_line"})
#: Fields that only describe a line: a figure is right without them.
DESCRIBING = frozenset({"customer", "product", "region", "channel", "owner", "reason"})
#: Quantities that are shares of the quantity ordered -> the amount that makes them idle.
SHARES = {f"{fact}_quantity": f"{fact}_amount" for fact in ("shipped", "invoiced", "cancelled")}
#: Days that are only planned: a line is booked, shipped and billed without them.
PLANNED = frozenset({"commit_date", "original_commit_date"})
#: Days that only a kept book asks for: they decide nothing about the others, and set no row aside.
BESIDE = frozenset({"changed"})
#: Counterparty of an order that is marked as intercompany and names no entity.
INTERCOMPANY = "(intercompany)"
#: Fields whose name is not what people call them.
_WORDS = {"order_id": "order number", "effective": "date of the event", "invoice_id": "invoice number",
          "invoiced_date": "invoice date"}  # fmt: skip


@dataclass
class Cells:
    """The columns of one table, understood on demand and once; each distinct cell is understood once.

    Attributes:
        table: The text.
        columns: Field -> header.
        fixed: Field -> value for all rows.
        decimal: Decimal mark; None to decide it on all amounts and numbers among the columns.
        date_format: strptime form of all dates, or "1904" for serials of that system; None to find it.
        date_order: dmy, mdy or ymd; None to decide it on all dates among the columns.
        types: Field -> type; that of `fields.toml`.
        problems: Row place (0-based) -> what is wrong with it; such rows are set aside.
        lost_decimals: How many amounts had more decimals than their currency.
        lost: Header of an amount column that was read -> place of each row with more decimals than its currency.
    """

    table: RawTable
    columns: Mapping[str, str]
    fixed: Mapping[str, str]
    decimal: str | None = None
    date_format: str | None = None
    date_order: str | None = None
    types: Mapping[str, str] = field(default_factory=lambda: field_table().types)
    problems: dict[int, Problem] = field(default_factory=dict)
    lost_decimals: int = 0
    lost: dict[str, npt.NDArray[np.int64]] = field(default_factory=dict, repr=False)
    _known: dict[tuple[str, ...], Any] = field(default_factory=dict, repr=False)
    _notes: list[str] = field(default_factory=list, repr=False)

    def __len__(self) -> int:
        return len(self.table)

    @property
    def aside(self) -> Mask:
        """Return which rows are set aside."""
        mask = np.zeros(len(self), dtype=np.bool_)
        mask[list(self.problems)] = True
        return mask

    @property
    def evidence(self) -> tuple[str, ...]:
        """Return what was decided about the cells read so far, one sentence each."""
        return tuple(dict.fromkeys(note for note in self._notes if note))

    def has(self, name: str) -> bool:
        """Return whether the file says anything of a field."""
        return name in self.columns or name in self.fixed

    def texts(self, name: str, default: str = "") -> Coded:
        """Return a field as text; the default where the file has no such column or the cell is empty."""
        if name not in self.columns:
            return same(self.fixed.get(name, default), len(self))
        texts = self._once(("texts", name), lambda: self._texts(name))
        return texts.missing_as(same(default, len(self))) if default else texts

    def titled(self, title: str) -> Coded:
        """Return the column under a header as text, whether or not it is a field."""
        return self._once(("titled", title), lambda: as_coded(self._column(title)))

    def number_style(self) -> NumberStyle:
        """Return the decimal mark of the amounts and numbers, with the evidence where it was decided on them."""
        return self._once(("decimal",), self._decided_decimal)

    def date_style(self) -> dates.DateStyle:
        """Return the order of day, month and year in the dates, with the evidence where it was decided on them."""
        return self._once(("order",), self._decided_order)

    def days_titled(self, title: str) -> Days:
        """Return the column under a header as days, whether or not it is a field; NaT where empty."""
        return self._once(("days titled", title), lambda: self._days_titled(title))

    def days(self, name: str) -> Days:
        """Return a field as days, NaT where empty."""
        if not self.has(name):
            return np.broadcast_to(np.datetime64("NaT", "D"), len(self))
        return self._once(("days", name), lambda: self._days(name))

    def numbers(self, name: str) -> npt.NDArray[np.float64]:
        """Return a field as numbers, NaN where empty."""
        if not self.has(name):
            return np.broadcast_to(np.float64(np.nan), len(self))
        return self._once(("numbers", name), lambda: self._floats(name))

    def decimals(self, name: str) -> Exact:
        """Return a field as exact numbers."""
        return self._once(("decimals", name), lambda: self._exact(name))

    def flags(self, name: str) -> npt.NDArray[np.float64]:
        """Return a field as 1 or 0, NaN where the file has no such column or the cell is empty."""
        if not self.has(name):
            return np.broadcast_to(np.float64(np.nan), len(self))
        return self._once(("flags", name), lambda: self._flags(name))

    def currencies(self, default: str, own: Sequence[str] = ()) -> Coded:
        """Return the document currency of every row, see `row_currencies`.

        Args:
            default: Currency of the firm, for rows that name none; empty when there is none.
            own: Headers of amounts that are in the firm's currency whatever the currency column says.
        """
        return self._once(("currencies", default), lambda: self._currencies(default, own))

    def amounts(self, name: str, currencies: Coded) -> Amounts:
        """Return a field as minor units, rounded HALF_UP."""
        known: tuple[Coded, Amounts] | None = self._known.get(("amounts", name))
        if known is None or known[0] is not currencies:
            known = self._known["amounts", name] = (currencies, self._amounts(name, currencies))
        return known[1]

    def require(self, name: str, given: Mask) -> None:
        """Set rows aside whose value is missing, or stands for a missing one, as the date 0000-00-00 does."""
        if given.all():
            return
        what, texts = _WORDS.get(name, name.replace("_", " ")), as_coded(self._field(name))
        for place in np.flatnonzero(~given & ~self.aside).tolist():
            said = f"{shown(texts[place])}, which stands for none" if texts[place] else "empty"
            self.refuse(place, name, texts[place], f"the {what} is {said}. {FILL}")

    def refuse(self, place: int, name: str, value: str, message: str) -> None:
        """Set a row aside; the first reason stands."""
        if place not in self.problems:
            row, title = int(self.table.numbers[place]), self.columns.get(name, name)
            self.problems[place] = Problem(self.table.file, row, title, value, message, self.table.sheet)

    def refuse_rows(self, rows: Mask, name: str, message: str, values: Coded | None = None) -> None:
        """Set rows aside for one reason; `values` are what stood there."""
        for place in np.flatnonzero(rows).tolist():
            self.refuse(place, name, values[place] if values is not None else "", message)

    def forgive(self, rows: Mask) -> None:
        """Take back that rows were set aside: nothing of them is counted."""
        for place in np.flatnonzero(rows & self.aside).tolist():
            del self.problems[place]

    def release(self) -> None:
        """Forget what is made again quickly and takes much memory: the cells of each column and their numbers."""
        self._known = {key: made for key, made in self._known.items() if key[0] not in ("column", "field", "parsed")}

    def forget(self) -> None:
        """Forget all columns; what was decided on them stays."""
        self._known = {key: made for key, made in self._known.items() if key[0] in ("decimal", "order")}

    def note(self, sentence: str) -> None:
        """Add a sentence to the evidence."""
        self._notes.append(sentence)

    def _once(self, key: tuple[str, ...], make: Callable[[], Made]) -> Made:
        if key not in self._known:
            self._known[key] = make()
        made: Made = self._known[key]
        return made

    def _column(self, title: str) -> Column:
        """Return the column under a header."""
        return self._once(("column", title), lambda: self.table.distinct(title))

    def _judged(self, name: str, column: Column) -> Column:
        """Return the column of a field; an error sets its row aside, or is noted where it only describes the line."""
        errors = error_texts(column)
        if name not in DESCRIBING | BESIDE:
            self._refuse_texts(column, column.title, errors)
        elif errors and name in DESCRIBING:
            rows = np.flatnonzero(np.isin(column.codes, list(errors)))
            self.note(f'Column "{column.title}" holds errors of the program it comes from, first '
                      f"{column.texts[next(iter(errors))]} in row {self.table.numbers[rows[0]]}; they stand as names: "
                      f"{len(rows)}.")  # fmt: skip
        return column

    def _field(self, name: str) -> Column:
        """Return the column of a field: of its header, its fixed value, or empty."""
        if name in self.columns:
            return self._once(("field", name), lambda: self._judged(name, self._column(self.columns[name])))
        text = self.fixed.get(name, "")
        return Column(name, np.zeros(len(self), dtype=np.int32), [text], None, np.zeros(1, dtype=np.int64))

    def _refuse_texts(self, column: Column, name: str, failed: Mapping[int, str]) -> None:
        """Set aside the rows of distinct cells that could not be taken."""
        if not failed:
            return
        for place in np.flatnonzero(np.isin(column.codes, list(failed))).tolist():
            code = int(column.codes[place])
            self.refuse(place, name, column.texts[code], failed[code])

    def _texts(self, name: str) -> Coded:
        column = self._field(name)
        if name in IDS:
            refuse_damaged_ids(self.table, column)
            self._refuse_texts(column, name, turned_into_days(column))
        return self._partners(column) if name == "counterparty" else as_coded(column)

    def _partners(self, column: Column) -> Coded:
        """Return group entities as orders name them; a column that says yes and no names none of them."""
        words = {text.casefold() for text in column.texts}
        if words == {""} or not words <= FLAGS.keys():
            return as_coded(column)
        self.note(
            f'Column "{column.title}" says yes or no: orders with yes are intercompany, their entity is not named.'
        )
        return coded([INTERCOMPANY if FLAGS[text.casefold()] == 1 else "" for text in column.texts], column.codes)

    def _typed_fields(self, *kinds: str) -> list[str]:
        return [name for name in self.columns if self.types.get(name) in kinds]

    def _columns_of(self, names: Iterable[str]) -> list[Column]:
        return [self._column(title) for title in dict.fromkeys(self.columns[name] for name in names)]

    def _idle_numbers(self) -> list[str]:
        """Return the number fields that no figure is made of: quantities without a share, or beside its amount."""
        shares = {name for name in SHARES if self.has(name) and not self.has(SHARES[name])}
        idle = {name for name in SHARES if name not in shares} | ({"quantity"} if not shares else set())
        return [name for name in self._typed_fields("number") if name in idle]

    def _decided_decimal(self) -> NumberStyle:
        if self.decimal is not None:
            return NumberStyle(self.decimal, "")
        idle = self._idle_numbers()
        asked = self._columns_of(name for name in self._typed_fields("amount", "number") if name not in idle)
        style = decide_decimal(self.table.place, asked, self.table.numbers, self._columns_of(idle))
        self.note(style.evidence)
        return style

    def _numbers(self, name: str) -> Numbers:
        return self._once(("parsed", name), lambda: self._parsed_numbers(name))

    def _parsed_numbers(self, name: str) -> Numbers:
        column, style = self._field(name), self.number_style()
        if self.decimal is None and name in self._idle_numbers():
            style = decimal_beside(column, self.table.numbers, style)
            self.note(style.evidence)
            if not style.decimal:
                column = replace(column, texts=[""] * len(column.texts), kinds=None)
        parsed = parse_numbers(column, style.decimal or self.number_style().decimal)
        for kind, words in NUMBER_NOTES.items():
            if places := getattr(parsed, kind):
                count = int(np.isin(column.codes, list(places)).sum())
                self.note(f'Column "{column.title}" holds {words}: {count}.')
        return parsed

    def _floats(self, name: str) -> npt.NDArray[np.float64]:
        column, parsed = self._field(name), self._numbers(name)
        self._refuse_texts(column, name, parsed.failed)
        return floats(parsed, column.codes)

    def _exact(self, name: str) -> Exact:
        column, parsed = self._field(name), self._numbers(name)
        self._refuse_texts(column, name, parsed.failed)
        return Exact(column.codes, decimals(parsed, np.arange(len(column.texts), dtype=np.int32)))

    def _amounts(self, name: str, currencies: Coded) -> Amounts:
        column, parsed = self._field(name), self._numbers(name)
        exponents = currencies.each(exponent_or_usual, np.int64)
        minor = minor_units(parsed, column.codes, exponents, lambda place: currencies[place])
        for place in minor.beyond[:1]:
            # Whatever wrote it has computed with it: no figure of the file can be trusted.
            row = self.table.numbers[place]
            raise InputError(f"{self.table.place} row {row}, {column.title}: {minor.failed[place]}")
        for place, message in minor.failed.items():
            self.refuse(place, name, column.texts[column.codes[place]], message)
        taken = minor.given & ~self.aside
        self.lost_decimals += int((minor.lost & taken).sum())
        if name in self.columns:
            self.lost[column.title] = np.flatnonzero(minor.lost)
        return Amounts(np.where(taken, minor.values, 0), taken)

    def _decided_order(self) -> dates.DateStyle:
        if self.date_format or self.date_order:
            return dates.DateStyle(self.date_order or "", "", {})
        asked = self._columns_of(name for name in self._typed_fields("date") if name not in BESIDE)
        style = dates.decide_date_order(self.table.place, asked, self.table.numbers)
        self.note(style.evidence)
        return style

    def _days(self, name: str) -> Days:
        column, style = self._field(name), self.date_style()
        if name in BESIDE and name in self.columns and not (self.date_format or self.date_order):
            asked = self._columns_of(self._typed_fields("date"))
            style = dates.decide_date_order(self.table.place, asked, self.table.numbers)
        return self._parsed_days(column, name, style.orders.get(column.title, style.order), self.date_format)

    def _days_titled(self, title: str) -> Days:
        column = self._column(title)
        order = self.date_order or dates.decide_date_order(self.table.place, [column], self.table.numbers).order
        return self._parsed_days(column, title, order, None)

    def _parsed_days(self, column: Column, name: str, order: str, date_format: str | None) -> Days:
        parsed = dates.parse_days(column, order, date_format)
        if name in PLANNED | BESIDE and parsed.failed:
            rows = np.flatnonzero(np.isin(column.codes, list(parsed.failed)))
            first = column.texts[column.codes[rows[0]]]
            self.note(f'Column "{column.title}" holds no day that can be read, first "{first}" in row '
                      f"{self.table.numbers[rows[0]]}; those lines stand without that day: {len(rows)}.")  # fmt: skip
        else:
            self._refuse_texts(column, name, parsed.failed)
        for kind, words in DAY_NOTES.items():
            if count := getattr(parsed, kind):
                self.note(f'Column "{column.title}" holds {words}: {count}.')
        return parsed.values.astype("datetime64[D]")[column.codes]

    def _flags(self, name: str) -> npt.NDArray[np.float64]:
        column = self._field(name)
        self._refuse_texts(column, name, not_flags(column))
        return flag_values(column)

    def _currencies(self, default: str, own: Sequence[str]) -> Coded:
        amounts = [name for name in self.columns if self.types.get(name) == "amount"]
        column = self.texts("currency")
        if any(same_header(self.columns.get("amount", ""), title) for title in own) and self.has("currency"):
            self._refuse_unknown_firm(column, default)
            column = same("", len(self)) if default else column
            self.note(f'The amounts of "{self.columns["amount"]}" are in the currency of the firm, whatever the '
                      "currency column says.")  # fmt: skip
        found = row_currencies(column, [self._named(name) for name in amounts], default)
        for refused in found.refused:
            self.refuse_rows(refused.rows, refused.field, refused.message, refused.values)
        for note in found.notes:
            self.note(note)
        return found.currencies

    def _refuse_unknown_firm(self, column: Coded, default: str) -> None:
        """Refuse amounts in the currency of the firm when nobody says which it is and the rows name several."""
        named = sorted({text for text in column.texts if text})
        if not default and len(named) > 1:
            raise CurrencyError(
                f'{self.table.place}: "{self.columns["amount"]}" is in the currency of the firm, and the currency '
                f"column names {', '.join(named)}, the currencies of the documents. Say which is the firm's: "
                f"--currency {named[0]}."
            )

    def _named(self, name: str) -> Named:
        """Return the currencies that the cells, header and number formats of an amount column name."""
        column, parsed = self._field(name), self._numbers(name)
        signs = same("", len(self))
        if parsed.currencies:
            signs = coded([parsed.currencies.get(place, "") for place in range(len(column.texts))], column.codes)
        shown = self.table.formats.get(self.table.header.index(column.title), ())
        return Named(name, column.title, signs, as_coded(column), parsed.given[column.codes],
                     tuple(dict.fromkeys(format_currency(one) for one in shown)))  # fmt: skip
