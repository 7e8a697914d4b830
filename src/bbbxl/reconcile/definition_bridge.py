"""The bridge of definitions: from the bookings that sales report to net bookings, each difference of counting named."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from bbbxl.errors import InputError, Problem, UnknownColumnError, count_of
from bbbxl.inputs.cells import Cells
from bbbxl.inputs.coded import Coded
from bbbxl.inputs.grid import RawTable
from bbbxl.inputs.headers import normal, same_header
from bbbxl.money import divide_half_up, guard_sum
from bbbxl.periods import Period
from bbbxl.reconcile.days import order_by_period
from bbbxl.reconcile.facts import period_days
from bbbxl.reconcile.fields import TYPES, YEARS
from bbbxl.reconcile.side import open_side
from bbbxl.reconcile.status import booked_rows

Minor = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Tax = Literal["net", "gross"]
#: Header of a term in months, and months of a year.
_MONTHS, _YEAR = re.compile(r"month|monat|mois|\bmo\b|\bmths?\b", re.IGNORECASE), 12
#: Fields that only this bridge reads -> type and headers, best first.
_MORE: dict[str, tuple[str, tuple[str, ...]]] = {
    "signed": ("date", ("Signed Date", "Date Signed", "Contract Signed Date", "Signature Date", "Signed On", "Signed",
                        "Contract Signed", "Unterschrieben am", "Date de signature")),
    "cancelled": ("date", ("Cancellation Date", "Cancelled Date", "Canceled Date", "Cancelled On", "Date Cancelled",
                           "Storniert am", "Kündigungsdatum")),
    "cancelled_amount": ("amount", ("Cancelled Amount", "Canceled Amount", "Cancellation Amount", "Amount Cancelled")),
    "first_year": ("amount", ("First Year Amount", "First Year Value", "First Year", "Year 1 Amount", "ACV",
                              "Annual Contract Value")),
}  # fmt: skip


@dataclass(frozen=True)
class _Line:
    name: str
    title: str
    needs: str = ""


#: The lines in order; totals have no needs of their own.
LINES: tuple[_Line, ...] = (
    _Line("sales", "Sales: won deals by close date, whole contract value"),
    _Line("not_signed", "Won in the period, signed at another time or not at all", "the day of signature beside "
            "the close date"),
    _Line("signed", "Signed in the period, won at another time or not marked as won", "the day of signature "
            "beside the close date"),
    _Line("tax", "Tax in the amounts", "a column of tax"),
    _Line("cancelled", "Cancelled in the period", "the day and the amount of a cancellation"),
    _Line("net_bookings", "Finance: net bookings"),
    _Line("later_years", "Contract value beyond the first year", "a term or the value of the first year"),
    _Line("first_year", "Finance: net bookings of the first year"),
)  # fmt: skip
TOTALS = ("sales", "net_bookings", "first_year")


@dataclass(frozen=True)
class DefinitionStep:
    """One line of the bridge.

    Attributes:
        name: Word in JSON, of `LINES`.
        title: What people read.
        minor: Total, or what the difference of definition adds, minor units; None where the file cannot show it.
        orders: Orders it counts; None where the file cannot show it.
        reason: Why the file cannot show it, or what a total leaves out for that; empty where it does.
    """

    name: str
    title: str
    minor: int | None
    orders: int | None
    reason: str = ""


@dataclass(frozen=True)
class DefinitionBridge:
    """The bridge in one document currency: each total is the one before it with the steps between them.

    Attributes:
        currency: Of all its amounts.
        steps: Its lines in order.
    """

    currency: str
    steps: tuple[DefinitionStep, ...]


@dataclass(frozen=True)
class Comparison:
    """What sales and finance count in one period.

    Attributes:
        period: The period.
        file: The file.
        bridges: One for each document currency; currencies are never added.
        problems: Rows set aside.
        notes: How the file was read.
    """

    period: Period
    file: str
    bridges: tuple[DefinitionBridge, ...]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Deals:
    names: list[str]
    currency: list[str]
    amount: Minor
    tax: Minor
    left: Mask
    fin: Mask
    cancelled: Minor
    share: list[Fraction]


def compare_definitions(
    path: Path, period: Period, *, currency: str = "", tax: Tax | None = None, columns: Mapping[str, str] = {},
    reading: Mapping[str, str] = {},
) -> Comparison:  # fmt: skip
    """Return the bridge from what sales report of a period to net bookings.

    Sales count won deals by their close date with the whole contract value as it stands in the file. Net bookings count
    what was signed in the period, net of tax, less what was cancelled in it; beyond the first year stands apart. A step
    that the file cannot show is None with its reason, never 0; net bookings are then those that the file shows, and say
    what they leave out. The amount cancelled is net of tax.

    Args:
        path: Deals: the export of a CRM, or orders with a close date and a day of signature.
        period: The period.
        currency: Currency of amounts that name none; without it they are counted as XXX, and a note says so.
        tax: Whether amounts hold the tax that stands beside them; has to be said where there is any.
        columns: Field -> header, where it is not found.
        reading: How the file is written, as for `reconcile`.

    Raises:
        InputError: the file cannot be trusted, or has tax and nothing says whether amounts hold it.
        UnknownColumnError: the close date or the amount has no column.

    Source: rules, bookings (signed only; a cancellation reduces its own month), money (net of tax); definitions 2.2.
    """
    own = {name: title for name, title in columns.items() if name not in _MORE}
    opened = open_side(path, "crm", own, reading)
    table = opened.table
    fields = opened.fields | _found(table, opened.fields, columns)
    order, by_period = order_by_period(table, fields["date"], period)
    types = TYPES | {name: kind for name, (kind, _) in _MORE.items()}
    cells = Cells(table, {name: title for name, title in fields.items() if not name.startswith("reporting")}, {},
                  reading.get("decimal"), reading.get("date_format"), reading.get("date_order") or order or None,
                  types=types)  # fmt: skip
    cells.note(by_period)
    missing = _missing(fields, tax)
    if "tax" in fields and tax is None and (cells.amounts("tax", cells.currencies(currency)).values != 0).any():
        raise InputError(f'{table.file} has tax in "{fields["tax"]}", and nothing says whether '
                f'"{fields["amount"]}" holds '
                         "it. Say it: --amounts gross, or --amounts net.")  # fmt: skip
    won, said = booked_rows("crm", table, fields.get("status"), cells.texts("status"), reading.get("won"))
    cells.note(said)
    deals = _deals(cells, fields, period, won, currency, tax, missing)
    guard_sum(deals.amount.tolist(), f"The amounts of {table.place}")
    bridges = tuple(_bridge(deals, code, missing) for code in sorted(set(deals.currency)))
    problems = tuple(problem for _, problem in sorted(cells.problems.items())) + tuple(table.problems)
    return Comparison(period, table.file, bridges, problems, tuple(dict.fromkeys((*table.notes, *cells.evidence))))


def _found(table: RawTable, fields: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """Return the fields of this bridge alone: as the user named them, else by their headers."""
    found: dict[str, str] = {}
    for name, (_, spellings) in _MORE.items():
        if name in given:
            title = next((one for one in table.header if one and same_header(one, given[name])), None)
            if title is None:
                raise UnknownColumnError(table.file, f'{name} ("{given[name]}")', table.header, "Correct the column.")
            found[name] = title
            continue
        free = {normal(title): title for title in table.header if title and title not in fields.values()}
        title = next((free[normal(one)] for one in spellings if normal(one) in free), None)
        if title is not None:
            found[name] = title
    return found


def _missing(fields: Mapping[str, str], tax: Tax | None) -> dict[str, str]:
    """Return step -> what the file would need to show it."""
    have = {
        "not_signed": "signed" in fields, "signed": "signed" in fields, "tax": "tax" in fields or tax == "net",
        "cancelled": {"cancelled", "cancelled_amount"} <= fields.keys(),
        "later_years": "term" in fields or ("first_year" in fields and tax != "gross"),
    }  # fmt: skip
    return {line.name: f"Not in the file: needs {line.needs}." for line in LINES if not have.get(line.name, True)}


def _deals(
    cells: Cells, fields: Mapping[str, str], period: Period, won: Mask, currency: str, tax: Tax | None,
    missing: dict[str, str],
) -> _Deals:  # fmt: skip
    """Return the rows that take part; `missing` gains what single rows lack."""
    start, end = period_days(period)
    coins = cells.currencies(currency)
    amounts = cells.amounts("amount", coins)

    def within(name: str) -> Mask:
        days = cells.days(name).astype("datetime64[D]")
        found: Mask = ~np.isnat(days) & (days >= np.datetime64(start, "D")) & (days < np.datetime64(end, "D"))
        return found

    signed = ~np.isnat(cells.days("signed")) if "signed" in fields else won
    cells.require("amount", amounts.given | ~(won | signed))
    cells.require("date", ~np.isnat(cells.days("date")) | ~won)
    held = cells.amounts("tax", coins).values if "tax" in fields and tax == "gross" else np.zeros(len(cells), np.int64)
    cancelled = np.zeros(len(cells), dtype=np.int64)
    if "cancelled" not in missing:
        taken = cells.amounts("cancelled_amount", coins)
        day = ~np.isnat(cells.days("cancelled")) & signed
        cells.require("cancelled_amount", taken.given | ~day)
        cells.require("cancelled", day | (taken.values == 0) | ~signed)
        if "signed" not in fields and (unknown := int((within("cancelled") & (taken.values != 0) & ~won).sum())):
            orders = count_of(unknown, "cancelled order", "is", "are")
            missing["cancelled"] = f"Not in the file: {orders} not won any more, and no day of signature says of when."
        net = amounts.values - held
        for place in np.flatnonzero(day & (np.abs(taken.values) > np.abs(net)) & ~cells.aside).tolist():
            cells.refuse(place, "cancelled_amount", "", "more is cancelled than was ordered, net of tax")
        if "signed" in fields:
            early = day & (cells.days("cancelled") < cells.days("signed"))
            cells.refuse_rows(early & ~cells.aside, "cancelled", "it was cancelled before it was signed")
        cancelled = np.where(within("cancelled") & day, np.abs(taken.values) * np.sign(net), 0)
    left = won & within("date")
    fin = within("signed") if "signed" in fields else left
    kept = np.flatnonzero(~cells.aside & (won | signed))
    counted = fin | (cancelled != 0)
    share = _shares(cells, fields, missing, amounts.values, coins, kept[counted[kept]])
    names = [cells.texts(name).to_list() for name in ("event_id", "order_id") if name in fields]
    known = [next((text for text in texts if text), f"row {row}")
             for row, *texts in zip(range(len(cells)), *names, strict=True)]  # fmt: skip
    shares = [share[place] for place in kept.tolist()]
    return _Deals([known[place] for place in kept.tolist()], coins.take(kept).to_list(), amounts.values[kept],
                  held[kept], left[kept], fin[kept], cancelled[kept], shares)  # fmt: skip


def _shares(
    cells: Cells, fields: Mapping[str, str], missing: dict[str, str], amounts: Minor, coins: Coded, counted: Minor
) -> list[Fraction]:  # fmt: skip
    """Return the share of the first year of every row; `missing` says so where counted rows do not tell theirs."""
    share = [Fraction(1)] * len(cells)
    if "later_years" in missing:
        return share
    title, lacking = fields.get("term", ""), 0
    months = np.nan_to_num(cells.numbers("term")) * (_YEAR if YEARS.search(title) else 1)
    if title and not YEARS.search(title) and not _MONTHS.search(title) and 0 < months.max(initial=0) < _YEAR:
        missing["later_years"] = (f'Not in the file: "{title}" goes up to {months.max():g} and does not say whether it '
                                  "counts months or years. Name it so.")  # fmt: skip
        return share
    year = cells.amounts("first_year", coins) if "first_year" in fields and "term" not in fields else None
    for place in counted.tolist():
        if year is not None:
            part = Fraction(int(year.values[place]), int(amounts[place])) if amounts[place] else Fraction(1)
            lacking += not year.given[place] or part < 0
            # The annual value of less than a year is more than the whole contract.
            share[place] = min(part, Fraction(1))
        else:
            term = Fraction(float(months[place])).limit_denominator(1000)
            lacking += term <= 0
            share[place] = Fraction(_YEAR) / term if term > _YEAR else Fraction(1)
    if lacking:
        said = (
            "rows of the file that count have no term or first-year value"
            if lacking > 1
            else "order that counts has neither"
        )
        missing["later_years"] = f"Not in the file: {lacking} {said}."
    return share


def _bridge(deals: _Deals, code: str, missing: Mapping[str, str]) -> DefinitionBridge:
    """Return the bridge of one currency; totals are sums of rows, so that the steps prove something."""
    own = np.array([one == code for one in deals.currency], dtype=np.bool_)
    net = deals.amount - deals.tax
    year = np.array([divide_half_up(int(value) * part.numerator, part.denominator) for value, part in
                     zip(net, deals.share, strict=True)], dtype=np.int64)  # fmt: skip
    gone = np.array([divide_half_up(int(value) * part.numerator, part.denominator) for value, part in
                     zip(deals.cancelled, deals.share, strict=True)], dtype=np.int64)  # fmt: skip
    fin, left = deals.fin, deals.left
    finance = np.where(fin, net, 0) - deals.cancelled
    first = np.where(fin, year, 0) - gone
    counted = fin | (deals.cancelled != 0)
    rows: dict[str, tuple[Minor, Mask]] = {
        "sales": (np.where(left, deals.amount, 0), left),
        "not_signed": (np.where(left & ~fin, -deals.amount, 0), left & ~fin),
        "signed": (np.where(fin & ~left, deals.amount, 0), fin & ~left),
        "tax": (np.where(fin, -deals.tax, 0), fin & (deals.tax != 0)),
        "cancelled": (-deals.cancelled, deals.cancelled != 0),
        "net_bookings": (finance, counted),
        "later_years": (first - finance, counted & (first != finance)),
        "first_year": (first, counted),
    }
    needs = dict.fromkeys(line.needs for line in LINES if line.name in missing and line.name != "later_years")
    without = f"As far as the file shows; it lacks {', and '.join(needs)}." if needs else ""
    steps = []
    for line in LINES:
        lacking = missing.get("later_years" if line.name == "first_year" else line.name, "")
        reason = lacking or (without if line.name in TOTALS[1:] else "")
        values, which = rows[line.name]
        orders = len(pd.unique(pd.Series([deals.names[place] for place in np.flatnonzero(which & own)], dtype="str")))
        steps.append(DefinitionStep(line.name, line.title, None if lacking else int(values[own].sum()),
                                    None if lacking else orders, reason))  # fmt: skip
    return DefinitionBridge(code, tuple(steps))
