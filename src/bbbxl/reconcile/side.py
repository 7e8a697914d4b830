"""One side read and understood: signed minor units in document and reporting currency, days, keys."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from bbbxl.errors import InputError, MissingRateError, PeriodError, Problem, UnknownColumnError, UnknownNameError
from bbbxl.inputs.cells import Cells
from bbbxl.inputs.coded import Coded, coded
from bbbxl.inputs.grid import RawTable
from bbbxl.inputs.layout.totals import OwnTotalResult, totals_of
from bbbxl.inputs.sheets import read_tables
from bbbxl.inputs.values.currency_signs import header_currency
from bbbxl.ledger.rates import Rates, translate_column
from bbbxl.money import guard_sum
from bbbxl.periods import Period
from bbbxl.policy import FileEntry
from bbbxl.reconcile.days import order_by_period
from bbbxl.reconcile.fields import TYPES, YEARS, find_fields
from bbbxl.reconcile.keys import normalise_keys
from bbbxl.reconcile.model import SideName
from bbbxl.reconcile.pair import Pair, PairSide, pair_of
from bbbxl.reconcile.signs import Signs, apply_signs, decide_signs
from bbbxl.reconcile.status import booked_rows

Minor = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
#: How a side may be said to be written.
READING = ("decimal", "date_order", "date_format", "sheet", "encoding", "delimiter", "won")
#: Anything in the number of a line but letters and digits.
_LINE = re.compile(r"[^0-9A-Za-z]+")
#: An own reporting amount is believed where it equals the document amount on this share of rows in that currency.
_BELIEVED = 0.9


@dataclass(frozen=True)
class Opened:
    """One side as text, with the columns that were recognised.

    Attributes:
        name: crm or erp.
        table: Its text.
        fields: Field -> header.
        reading: How the file is written, as far as somebody said so.
        pair: The pair it is a side of.
    """

    name: SideName
    table: RawTable
    fields: dict[str, str]
    reading: Mapping[str, str] = field(default_factory=dict)
    pair: Pair = field(default_factory=pair_of)

    @property
    def own(self) -> PairSide:
        """Return what it is in its pair."""
        return self.pair.sides[self.name]


@dataclass(frozen=True)
class Left:
    """The rows that take no part, as far as they name something; arrays are one element a row.

    Attributes:
        rows: Data row, counted from 1.
        ids: Record id.
        orders: Order number.
        status: Stage or status.
    """

    rows: Minor
    ids: Coded
    orders: Coded
    status: Coded


@dataclass(frozen=True)
class Side:
    """The rows of one side that take part, in the order of the file; arrays are one element a row.

    Attributes:
        name: crm or erp.
        opened: What it was read from.
        places: Place of each row in the table.
        rows: Data row, counted from 1.
        days: Booking day, whole days since 1970-01-01.
        deal: Minor units of the document currency; bookings above zero.
        minor: Minor units of the reporting currency; bookings above zero.
        tax: Tax inside deal, minor units of the document currency; 0 where none is named.
        term: Months; 0 where none is named.
        currency: Document currency.
        credits: Rows whose type is that of a credit.
        texts: Field -> text; one empty text where the file has no such column; "key" is what rows are matched by.
        signs: The sign convention.
        aside: Rows that take no part: (place, column, value, kind, message).
        notes: What was decided, one sentence each.
        totals: The file's own totals beside ours.
        left: Rows that take no part; other rows may still name them.
    """

    name: SideName
    opened: Opened
    places: Minor
    rows: Minor
    days: Minor
    deal: Minor
    minor: Minor
    tax: Minor
    term: npt.NDArray[np.float64]
    currency: Coded
    credits: Mask
    texts: Mapping[str, Coded]
    signs: Signs
    aside: tuple[tuple[int, Problem, str], ...]
    notes: tuple[str, ...]
    totals: tuple[OwnTotalResult, ...]
    left: Left

    def __len__(self) -> int:
        return len(self.rows)


def open_side(
    path: Path, name: SideName, columns: Mapping[str, str], reading: Mapping[str, str], pair: Pair | None = None
) -> Opened:  # fmt: skip
    """Return one side as text with its columns.

    Args:
        path: The export.
        name: crm or erp.
        columns: Field -> header as the user named them.
        reading: Of `READING`: as in bbbxl.toml, and the stages that mean won, by commas.
        pair: The pair it is a side of; CRM and ERP when omitted.

    Raises:
        InputError: the file cannot be read, has no rows, or holds several tables.
        UnknownNameError: there is no such way of reading.
        UnknownColumnError: the day or the amount has no column.
    """
    for key in reading:
        if key not in READING:
            raise UnknownNameError("way of reading", key, READING)
    said = {key: value for key, value in reading.items() if key != "won"}
    own = (pair or pair_of()).sides[name]
    role = "crm" if own.reads == "crm" else "orders"
    try:
        entry = msgspec.convert({"path": path.name, "role": role, **said}, FileEntry)
    except msgspec.ValidationError as error:
        raise InputError(f"{path.name} cannot be read so: {error}. Correct --{own.code}-read.") from error
    tables = read_tables(path, entry, {})
    if not len(tables[0]) and not tables[0].problems:
        raise InputError(f"{path.name} has a header and no rows. Export it again, or give the file of another period.")
    if len(tables) > 1:
        raise InputError(f"{path.name} holds {len(tables)} tables with the same columns. Put the month into one sheet, "
                         "or name the sheet.")  # fmt: skip
    return open_table(tables[0], name, columns, reading, pair)


def open_table(
    table: RawTable, name: SideName, columns: Mapping[str, str] = {}, reading: Mapping[str, str] = {},
    pair: Pair | None = None,
) -> Opened:  # fmt: skip
    """Return a table as one side, with its columns; arguments and errors as in `open_side`."""
    pair = pair or pair_of()
    return Opened(name, table, find_fields(table, pair.sides[name], columns, dated=pair.dated), reading, pair)


def require_numbers(sides: Sequence[Opened]) -> list[str]:
    """Return what is said of the columns a pair is matched by; of a pair of lines the links to other documents go.

    Raises:
        UnknownColumnError: a side has no number by which it could be matched, or only one side has lines.
    """
    pair = sides[0].pair
    if pair.grain == "row":
        return []
    for side in sides:
        if not {"order_id", "parent"} & side.fields.keys():
            raise UnknownColumnError(side.table.file, "the order number", side.table.header, "Nothing is "
                    "matched without "
                                     f'it. Say which column it is: --{side.own.code}-column '
                                             f'order_id="...".')  # fmt: skip
    if pair.grain == "order":
        return []
    lines = [side for side in sides if "line_id" in side.fields]
    for side in sides:
        for link in ("parent", "reference"):
            side.fields.pop(link, None)
        if lines and side not in lines:
            raise UnknownColumnError(side.table.file, "the order "
                    "line", side.table.header, f"{lines[0].table.file} has one. "
                                     f'Say which column it is: --{side.own.code}-column line_id="...".')  # fmt: skip
    return [] if lines else ["No column names the order line: orders are compared as a whole."]


def data_rows(table: RawTable) -> tuple[Minor, list[int]]:
    """Return the data row (from 1) of every row of a table, and of its rows that do not fit the header."""
    lost = np.array([one.row for one in table.problems], dtype=np.int64)
    every = np.sort(np.r_[table.numbers, lost])
    return np.searchsorted(every, table.numbers) + 1, (np.searchsorted(every, lost) + 1).tolist()


def understand_side(opened: Opened, reporting: str, rates: Rates, period: Period | None = None) -> Side:
    """Return the rows of one side in signed minor units.

    Args:
        opened: The side.
        reporting: Reporting currency.
        rates: Rates to it, for amounts that the side does not give in it.
        period: The period; decides the order of day and month where no date of the side does. A side without days
            stands at its last day.

    Raises:
        InputError: amounts or dates cannot be trusted.
        PeriodError: the side has no days, and no period says when its balances stood.
        MissingRateError: an amount has no reporting amount of its own and no rate.
    """
    table, fields, pair = opened.table, opened.fields, opened.pair
    order, by_period = "", ""
    if pair.dated and not {"date_order", "date_format"} & opened.reading.keys():
        order, by_period = order_by_period(table, fields["date"], period)
    cells, reported = _cells(opened, reporting, order)
    cells.note(by_period)
    currencies = cells.currencies(reporting)
    amounts, given = _amounts(cells, currencies)
    days = cells.days("date") if pair.dated else _balance_days(table, period)
    cells.require("amount" if "amount" in fields else "debit", given)
    cells.require("date", ~np.isnat(days))
    tax = cells.amounts("tax", currencies).values if "tax" in fields else np.zeros(len(table), dtype=np.int64)
    term = np.nan_to_num(cells.numbers("term")) * (12 if YEARS.search(fields.get("term", "")) else 1)
    texts = {name: cells.texts(name) for name, kind in TYPES.items() if kind == "text"}
    booked, said = booked_rows(
        opened.own.reads, table, fields.get("status"), texts["status"], opened.reading.get("won")
    )
    cells.note(said)
    for place in np.flatnonzero(~booked & ~cells.aside).tolist():
        cells.refuse(place, "status", texts["status"][place], "the deal is not won, and no booking")
    booked = booked & ~_leave_out(cells, opened.own, texts["type"])
    texts["key"] = _keys(opened, texts)
    kept = np.flatnonzero(~cells.aside)
    own, own_notes = _own_reporting(reported, amounts, currencies, reporting, kept)
    signs = decide_signs(amounts[kept], texts["type"].texts, texts["type"].codes[kept])
    deal = apply_signs(amounts[kept], signs)
    whole = days[kept].astype("datetime64[D]")
    if own is not None:
        minor = apply_signs(own[kept], signs)
    else:
        minor = translate_column(
            deal, currencies.take(kept).series(), whole, rates, "spot" if pair.dated else "closing"
        )
        if rates.missing:
            raise MissingRateError(reporting, sorted(rates.missing))
    guard_sum(minor.tolist(), f"The amounts of {table.place}")
    rows, lost = data_rows(table)
    aside = [(int(rows[place]), one, "problem" if booked[place] else "not booked")
             for place, one in sorted(cells.problems.items())]  # fmt: skip
    aside += [(row, one, "problem") for row, one in zip(lost, table.problems, strict=True)]
    notes = (*table.notes, *cells.evidence, *own_notes)
    out = np.flatnonzero(cells.aside)
    left = Left(rows[out], *(texts[name].take(out) for name in ("event_id", "order_id", "status")))
    titles = [fields[name] for name in ("amount", "reporting") if name in fields]
    totals = totals_of(table, titles, cells.number_style().decimal, fields.get("currency"))
    return Side(
        opened.name, opened, kept, rows[kept], whole.astype(np.int64), deal, minor,
        apply_signs(tax[kept], signs) if tax.any() else tax[kept], term[kept], currencies.take(kept), signs.credits,
        {name: column.take(kept) for name, column in texts.items()}, signs, tuple(sorted(aside, key=lambda x: x[0])),
        tuple(dict.fromkeys(notes)), totals, left,
    )  # fmt: skip


def _amounts(cells: Cells, currencies: Coded) -> tuple[Minor, Mask]:
    """Return the amounts of all rows as written, and which rows have one; debit less credit where there are two."""
    if "amount" in cells.columns:
        amounts = cells.amounts("amount", currencies)
        return amounts.values, amounts.given
    debit, credit = (cells.amounts(name, currencies) for name in ("debit", "credit"))
    return np.where(debit.given, debit.values, 0) - np.where(credit.given, credit.values, 0), debit.given | credit.given


def _balance_days(table: RawTable, period: Period | None) -> npt.NDArray[np.datetime64]:
    """Return the last day of the period for every row of a side of balances."""
    if period is None:
        raise PeriodError(f"{table.file} holds balances, and nothing says of which day. Name the month that was "
                f"closed: "
                          "--period 2026-10.")  # fmt: skip
    return np.full(len(table), np.datetime64(period.last, "D"))


def _leave_out(cells: Cells, own: PairSide, types: Coded) -> Mask:
    """Set rows aside whose type takes no part on this side of the pair, and return which they are."""
    found: Mask = types.each(lambda text: any(word in text.casefold() for word in own.left_out), np.bool_)
    for place in np.flatnonzero(found & ~cells.aside).tolist():
        cells.refuse(place, "type", types[place], own.left_out_why)
    return found


def _keys(opened: Opened, texts: Mapping[str, Coded]) -> Coded:
    """Return what rows are matched by: the order number, with its line where the pair looks at lines."""
    orders, lines = texts["order_id"], texts["line_id"]
    if opened.pair.grain != "line" or "line_id" not in opened.fields:
        return orders
    shown = [text.replace("|", "") for text in normalise_keys(orders.texts).full.to_pylist()]
    made = [f"{shown[order]}L{_LINE.sub('X', lines.texts[line])}" if shown[order] else ""
            for order, line in zip(orders.codes.tolist(), lines.codes.tolist(), strict=True)]  # fmt: skip
    return coded(made, np.arange(len(made)))


def _cells(opened: Opened, reporting: str, order: str) -> tuple[Cells, tuple[Cells, Coded] | None]:
    """Return the cells of the document side of a table, and those of its reporting amount with their currency."""
    table, fields, said = opened.table, opened.fields, opened.reading
    order = said.get("date_order") or order
    every = Cells(table, fields, {}, said.get("decimal"), types=TYPES)
    decimal = every.number_style().decimal or None
    apart = ("reporting", "reporting_currency")
    document = {name: title for name, title in fields.items() if name not in apart}
    cells = Cells(table, document, {}, decimal, said.get("date_format"), order or None, types=TYPES)
    cells.note(every.number_style().evidence)
    if "reporting" not in fields:
        return cells, None
    own = {"amount": fields["reporting"]}
    if "reporting_currency" in fields:
        own["currency"] = fields["reporting_currency"]
    beside = Cells(table, own, {}, decimal, types=TYPES)
    return cells, (beside, beside.currencies(header_currency(fields["reporting"]) or reporting))


def _own_reporting(
    reported: tuple[Cells, Coded] | None, deal: Minor, currencies: Coded, reporting: str, kept: Minor
) -> tuple[Minor | None, list[str]]:
    """Return the side's own reporting amounts, None where the rows that take part have none that can be believed."""
    if reported is None:
        return None, []
    cells, coins = reported
    title = cells.columns["amount"]
    if not coins.each(lambda code: code == reporting, np.bool_)[kept].all():
        return None, [f'Column "{title}" is not in {reporting} throughout: amounts are translated at the rates given.']
    found = cells.amounts("amount", coins)
    given = found.given[kept]
    alike = currencies.each(lambda code: code == reporting, np.bool_)[kept] & given
    same_amount = int((np.abs(found.values) == np.abs(deal))[kept][alike].sum())
    if not given.all() or same_amount < _BELIEVED * int(alike.sum()):
        return None, [f'Column "{title}" is empty in some rows or differs from document amounts in {reporting}: '
                      "amounts are translated at the rates given."]  # fmt: skip
    return found.values, [f'Amounts in {reporting} are those of column "{title}".']
