"""Rates files: currency, rate, optional date and type; the header says the direction."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import cast

from bbbxl.errors import BbbError, CurrencyError, InputError
from bbbxl.inputs.cells import Cells
from bbbxl.inputs.preset import normal
from bbbxl.inputs.read import RawTable
from bbbxl.ledger.rates import Rate, RateType
from bbbxl.money import exponent

_CURRENCY = ("currency", "currencycode", "fromcurrency")
_DATE = ("date", "ratedate", "validfrom", "effectivedate")
_TYPE = ("type", "ratetype")
#: Words that are no rate type but mean one.
_TYPES: dict[str, RateType] = {"": "", "spot": "spot", "average": "average", "avg": "average", "closing": "closing",
                               "close": "closing", "monthend": "closing", "periodend": "closing"}  # fmt: skip
#: "USD per unit": reporting units for one unit of the currency; "units per USD": the other way round.
_DIRECT = re.compile(r"([a-z]{3})\s*(?:per|/|for)\s*(?:one |1 )?(?:unit|foreign|currency|fc)\b.*", re.IGNORECASE)
_INVERSE = re.compile(r"(?:units?|foreign(?: currency)?|fc)\s*(?:per|/|for)\s*(?:one |1 )?([a-z]{3})", re.IGNORECASE)


def is_rates(header: tuple[str, ...]) -> bool:
    """Return whether a header is that of a rates file."""
    names = {normal(title) for title in header}
    return bool(names & set(_CURRENCY)) and len(header) <= 6 and any("per" in normal(t) or "rate" in normal(t)
                                                                      for t in header)  # fmt: skip


def read_rates(table: RawTable, reporting: str, decimal: str = ".", date_format: str | None = None) -> list[Rate]:
    """Return the rates of a file.

    Args:
        table: The file.
        reporting: Reporting currency; the file's rates have to be to it.
        decimal: Decimal mark.
        date_format: strptime form of its dates; None for ISO, yyyymmdd and serials.

    Raises:
        CurrencyError: the file does not say the direction, or its rates are to another currency.
        InputError: a row cannot be read; rates are not set aside, a missing one would move figures.
    """
    currency = _column(table, _CURRENCY)
    if currency is None:
        raise InputError(f'{table.file} has no column "Currency". It has: {", ".join(table.header)}. Add it.')
    title, inverse = _direction(table, reporting)
    columns = {"currency": currency, "amount": title}
    columns |= {"effective": one for one in (_column(table, _DATE),) if one}
    columns |= {"type": one for one in (_column(table, _TYPE),) if one}
    cells = Cells(table, columns, {}, decimal, date_format)
    values = cells.require("amount", cells.decimals("amount"))
    days = cells.days("effective")
    for problem in (*table.problems, *cells.problems.values()):
        raise InputError(str(problem))
    rates = []
    for place, code in enumerate(cells.texts("currency")):
        where = f"{table.file} row {table.numbers[place]}"
        value = cast(Decimal, values[place])
        try:
            exponent(code)
        except BbbError as error:
            raise InputError(f"{where}: {error}") from error
        kind = _TYPES.get(normal(cells.texts("type")[place]) if "type" in columns else "")
        if kind is None:
            raise InputError(f"{where}: rate type is none of spot, average, closing. Correct it.")
        if value <= 0:
            raise InputError(f"{where}: the rate {value} is not above zero. Correct it.")
        if code != reporting:
            rates.append(Rate(code, 1 / value if inverse else value, days[place], kind))
    return rates


def _column(table: RawTable, names: tuple[str, ...]) -> str | None:
    return next((title for title in table.header if normal(title) in names), None)


def _direction(table: RawTable, reporting: str) -> tuple[str, bool]:
    """Return the rate column and whether it is the other way round."""
    for title in table.header:
        for pattern, inverse in ((_DIRECT, False), (_INVERSE, True)):
            if match := pattern.fullmatch(title.strip()):
                base = match[1].upper()
                if base != reporting:
                    raise CurrencyError(f'{table.file} gives rates to {base} ("{title}"), the report is in {reporting}. '
                                        f"Give rates to {reporting}, or report with --currency {base}.")  # fmt: skip
                return title, inverse
    raise CurrencyError(f'{table.file} does not say which way its rates go. Name the rate column "{reporting} per unit" '
                        f'(one EUR is 1.08 {reporting}) or "units per {reporting}".')  # fmt: skip
