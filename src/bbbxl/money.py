"""Money as int64 minor units: exponents of currencies, reading text and cells, translating, showing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

from bbbxl.errors import CurrencyError, InputError

#: Decimals of currencies whose minor unit is not 1/100 (ISO 4217).
EXPONENTS: dict[str, int] = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI",
                     "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}  # fmt: skip
DEFAULT_EXPONENT = 2
#: Largest amount of one event in minor units: a cell keeps fifteen digits.
LARGEST = 10**15 - 1
#: Largest sum of absolute amounts of one ledger: what int64 holds.
LARGEST_SUM = 2**63 - 1

#: Wide enough for every number a cell can hold, so that nothing is rounded before it is rounded once.
_EXACT = Context(prec=200_000)
_PLAIN = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)")


@lru_cache(maxsize=1024)
def exponent(currency: str) -> int:
    """Return the number of decimals of a currency (JPY 0, USD 2, KWD 3).

    Raises:
        CurrencyError: the code is not three capital letters.
    """
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise CurrencyError(f'"{currency}" is not a currency code. Use the three letters of ISO 4217, such as USD.')
    return EXPONENTS.get(currency, DEFAULT_EXPONENT)


def parse_decimal(text: str, decimal_mark: str = ".") -> Decimal:
    """Return the number a text or cell shows, exactly.

    Thousands marks, currency signs and parentheses are left to the readers of exports: here only digits, one
    decimal mark and a leading sign are a number.

    Raises:
        InputError: the text is not a plain number with that decimal mark.
    """
    plain = text.strip()
    other = "." if decimal_mark == "," else ","
    if other not in plain and _PLAIN.fullmatch(plain.replace(decimal_mark, ".")):
        return Decimal(plain.replace(decimal_mark, "."))
    remedy = "Write digits, one decimal mark and at most a leading sign."
    if plain.rfind(other) > plain.rfind(decimal_mark) and re.fullmatch(r"[-+.,]*[0-9][-+0-9.,]*", plain):
        remedy = (
            f'Write it without thousands marks; if "{other}" is the decimal mark, set decimal = "{other}" for the file.'
        )
    raise InputError(f'"{_short(text)}" is not a number with "{decimal_mark}" as decimal mark. {remedy}')


def to_minor(value: Decimal, currency: str) -> tuple[int, bool]:
    """Return the minor units of an amount, rounded HALF_UP, and whether decimals were lost.

    Args:
        value: Major units (12.345 USD).
        currency: ISO code; decides the number of decimals.

    Raises:
        InputError: the amount has more digits than a cell keeps.
    """
    scaled = value.scaleb(exponent(currency), _EXACT)
    if not scaled.copy_abs() <= LARGEST:
        raise InputError(
            f"{_short(str(value))} {currency} is past {show(LARGEST, currency)}, the largest amount "
            "Excel holds exactly. "
            "Correct it, or split it over several rows."
        )
    rounded = int(scaled.to_integral_value(ROUND_HALF_UP, _EXACT))
    return rounded, scaled != rounded


def to_major(minor: int, currency: str) -> Decimal:
    """Return minor units as an exact decimal number of major units."""
    return Decimal(int(minor)).scaleb(-exponent(currency))


def _short(text: str) -> str:
    """Return a text no longer than a sentence bears."""
    return text if len(text) <= 40 else f"{text[:40]}..."


def show(minor: int, currency: str) -> str:
    """Return an amount as people read it: thousands marks, parentheses when negative."""
    places = exponent(currency)
    whole, rest = divmod(abs(int(minor)), 10**places)
    text = f"{whole:,}.{rest:0{places}d}" if places else f"{whole:,}"
    return f"({text})" if minor < 0 else text


def translate(minor: int, rate: Decimal, currency: str, reporting: str) -> int:
    """Return an amount in minor units of the reporting currency, rounded once, HALF_UP away from zero.

    Args:
        minor: Amount in minor units of `currency`.
        rate: Reporting units for one unit of `currency`.
        currency: Document currency.
        reporting: Reporting currency.
    """
    numerator, denominator = minor_ratio(rate, currency, reporting)
    return divide_half_up(int(minor) * numerator, denominator)


def minor_ratio(rate: Decimal, currency: str, reporting: str) -> tuple[int, int]:
    """Return minor units of the reporting currency for one of `currency`, as numerator and denominator above zero."""
    numerator, denominator = rate.as_integer_ratio()
    shift = exponent(reporting) - exponent(currency)
    return numerator * 10 ** max(shift, 0), denominator * 10 ** max(-shift, 0)


def divide_half_up(numerator: int, denominator: int) -> int:
    """Return numerator / denominator rounded to a whole number, halves away from zero; denominator > 0."""
    size = (2 * abs(numerator) + denominator) // (2 * denominator)
    return size if numerator >= 0 else -size


def guard_sum(minor: Sequence[int], what: str) -> None:
    """Refuse amounts whose absolute values no longer add up inside int64.

    Raises:
        CurrencyError: their sum could wrap around.
    """
    largest = max(max(minor, default=0), -min(minor, default=0))
    if largest * len(minor) > LARGEST_SUM and sum(map(abs, minor)) > LARGEST_SUM:
        raise CurrencyError(f"{what} add up to more than 64-bit whole numbers hold. Split the data by entity or year.")
