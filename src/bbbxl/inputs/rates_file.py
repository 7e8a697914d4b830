"""Rates files: currency, rate, optional date and type; the header says the direction."""

from __future__ import annotations

import re
from datetime import date
from decimal import ROUND_UP, Context, Decimal
from typing import cast

import numpy as np

from bbbxl.errors import CurrencyError, InputError
from bbbxl.inputs.cells import Cells
from bbbxl.inputs.grid import TEXT, RawTable
from bbbxl.inputs.headers import normal
from bbbxl.inputs.values.numbers import NumberStyle
from bbbxl.ledger.rates import Rate, RateType

_CURRENCY = ("currency", "currencycode", "fromcurrency")
_RATE = ("rate", "fxrate", "exchangerate", "conversionrate", "rates")
_DATE = ("date", "ratedate", "validfrom", "effectivedate")
_TYPE = ("type", "ratetype")
#: Words that are no rate type but mean one.
_TYPES: dict[str, RateType] = {"": "", "spot": "spot", "average": "average", "avg": "average",
                               "closing": "closing",
                               "close": "closing", "monthend": "closing", "periodend": "closing"}  # fmt: skip
#: "USD per unit": reporting units for one unit of the currency; "units per USD": the other way round.
_DIRECT = re.compile(r"([a-z]{3})\s*(?:per|/|for)\s*(?:one |1 )?(?:unit|foreign|currency|fc)\b.*", re.IGNORECASE)
_INVERSE = re.compile(r"(?:units?|foreign(?: currency)?|fc)\s*(?:per|/|for)\s*(?:one |1 )?([a-z]{3})", re.IGNORECASE)


#: A rate with a point and at least one digit on each side of it.
_POINTED = re.compile(r"\d+\.\d+", re.ASCII)
#: A reciprocal rounded up at 50 digits: an amount that comes out at half a minor unit still rounds up.
_RECIPROCAL = Context(prec=50, rounding=ROUND_UP)


def is_rates(header: tuple[str, ...]) -> bool:
    """Return whether a header is that of a rates file."""
    names = {normal(title) for title in header}
    named = bool(names & set(_RATE)) or any(map(_names_rate, header))
    return bool(names & set(_CURRENCY)) and len(header) <= 6 and named


def rates_currency(header: tuple[str, ...]) -> str:
    """Return the currency that the header of a rates file gives rates to, empty where it does not say it."""
    found = (pattern.fullmatch(title.strip()) for title in header for pattern in (_DIRECT, _INVERSE))
    return next((match[1].upper() for match in found if match), "")


def read_rates(
    table: RawTable, reporting: str, decimal: str | None = None, date_format: str | None = None
) -> list[Rate]:
    """Return the rates of a file.

    Args:
        table: The file.
        reporting: Reporting currency; the file's rates have to be to it.
        decimal: Decimal mark; None to decide it on the rates.
        date_format: strptime form of its dates; None to find it.

    Raises:
        CurrencyError: the file does not say the direction, or its rates are to another currency.
        InputError: a row cannot be read; rates are not set aside, a missing one would move figures.
    """
    currency = _column(table, _CURRENCY)
    if currency is None:
        raise InputError(f'{table.file} has no column "Currency". It has: {", ".join(table.header)}. Add it.')
    title, inverse = _direction(table, reporting)
    columns = {"currency": currency, "rate": title}
    optional = {"date": _column(table, _DATE), "type": _column(table, _TYPE)}
    columns |= {name: header for name, header in optional.items() if header}
    decimal = decimal or decided_by_size(table, title).decimal or None
    cells = Cells(table, columns, {}, decimal, date_format, types={"rate": "number", "date": "date"})
    rates, days = cells.decimals("rate"), cells.days("date")
    cells.require("rate", rates.where(lambda rate: rate is not None))
    if cells.has("date"):
        cells.require("date", ~np.isnat(days))
    cells.require("currency", ~cells.texts("currency").empty)
    currencies = cells.currencies("").to_list()
    types = [_type(cells, place, text) for place, text in enumerate(cells.texts("type").to_list())]
    values = rates.to_list()
    for place, value in enumerate(values):
        if value is not None and value <= 0:
            cells.refuse(place, "rate", str(value), f"the rate {value} is not above zero. Correct it.")
        elif currencies[place] == reporting and value not in (1, None):
            cells.refuse(place, "rate", str(value), f"one {reporting} is {value} {reporting}. Write 1, or check which "
                                                    "way the rates go.")  # fmt: skip
    for problem in sorted((*table.problems, *cells.problems.values()), key=lambda one: one.row):
        raise InputError(str(problem))
    known = cast("list[Decimal]", values)
    dated = [None if np.isnat(day) else day.astype(date) for day in days]
    return [
        Rate(code, _RECIPROCAL.divide(Decimal(1), value) if inverse else value, day, kind)
        for code, value, day, kind in zip(currencies, known, dated, types, strict=True) if code != reporting
    ]  # fmt: skip


def rates_notes(table: RawTable, decimal: str | None = None) -> tuple[str, ...]:
    """Return what is decided about the rates of a file, one sentence each.

    Args:
        table: The file.
        decimal: Decimal mark; None to decide it on the rates.
    """
    titles = [title for title in table.header if _names_rate(title)]
    return tuple(note for title in titles if not decimal and (note := decided_by_size(table, title).evidence))


def decided_by_size(table: RawTable, title: str) -> NumberStyle:
    """Return the decimal mark of rates such as 1.085, which by themselves may be thousands; empty elsewhere.

    A rate is rarely above a thousand: "." is the decimal mark where no rate has a comma, and either commas part the
    cells of the file or all rates with a point have one digit before it.
    """
    column = table.distinct(title)
    texts = [text for place, text in enumerate(column.texts) if column.kinds is None or column.kinds[place] == TEXT]
    pointed = [text for text in texts if "." in text]
    alike = pointed and not any("," in text for text in texts) and all(_POINTED.fullmatch(text) for text in pointed)
    if not alike or not (table.delimiter == "," or all(text.index(".") == 1 for text in pointed)):
        return NumberStyle("", "")
    place = min((place for place, text in enumerate(column.texts) if text in pointed), key=column.first.__getitem__)
    return NumberStyle(".", f'Decimal mark "." of rates, as in "{column.texts[place]}" '
                            f"(row {table.numbers[column.first[place]]}).")  # fmt: skip


def _names_rate(title: str) -> bool:
    return any(pattern.fullmatch(title.strip()) for pattern in (_DIRECT, _INVERSE))


def _type(cells: Cells, place: int, text: str) -> RateType:
    kind = _TYPES.get(normal(text))
    if kind is None:
        cells.refuse(place, "type", text, f'"{text}" is none of the rate types spot, average, closing. Correct it.')
    return kind or ""


def _column(table: RawTable, names: tuple[str, ...]) -> str | None:
    return next((title for title in table.header if normal(title) in names), None)


def _direction(table: RawTable, reporting: str) -> tuple[str, bool]:
    """Return the rate column and whether it is the other way round."""
    for title in table.header:
        for pattern, inverse in ((_DIRECT, False), (_INVERSE, True)):
            if match := pattern.fullmatch(title.strip()):
                base = match[1].upper()
                if base != reporting:
                    raise CurrencyError(f'{table.file} gives rates to {base} ("{title}"), the report is '
                                        f'in {reporting}. '
                                        f"Give rates to {reporting}, or report with --currency "
                                        f"{base}.")  # fmt: skip
                return title, inverse
    raise CurrencyError(f'{table.file} does not say which way its rates go. Name the rate column '
                        f'"{reporting} per unit" '
                        f'(one EUR is 1.08 {reporting}) or "units per {reporting}".')  # fmt: skip
