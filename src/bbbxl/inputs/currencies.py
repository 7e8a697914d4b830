"""The currency of every row, and that column, cell, header and number format agree on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from bbbxl.errors import BbbError
from bbbxl.inputs.coded import Coded, Mask, same
from bbbxl.inputs.values.currency_signs import CODES, FAMILIES, header_currency, settle, sign_of
from bbbxl.money import DEFAULT_EXPONENT, exponent

#: ISO 4217: no currency.
NO_CURRENCY = "XXX"
_EMPTY = "the currency is empty. Fill it in, or take the row out of the export."
_UNKNOWN = '"{}" is not a currency code. Use the three letters of ISO 4217, such as USD.'
#: Currencies that are paid no longer and stand in older files, and CNH, which traders write for CNY abroad.
_FORMER = frozenset({
    "ANG", "ATS", "BEF", "CNH", "CYP", "DEM", "EEK", "ESP", "FIM", "FRF", "GRD", "HRK", "IEP", "ITL", "LTL", "LUF",
    "LVL", "MTL", "NLG", "PTE", "SIT", "SKK", "SLL", "VEF", "ZWL",
})  # fmt: skip
#: Sign that several currencies share -> what it is where neither the file nor the firm says.
_USUAL = {"$": "USD", "¥": "JPY"}
#: Stands for the firm's currency in place of what named a currency.
_DEFAULT = "the default"
#: Words for a currency that are neither its code nor its sign.
_NAMES = {
    "euro": "EUR", "euros": "EUR", "us dollar": "USD", "us dollars": "USD", "usdollar": "USD", "dollar": "$",
    "dollars": "$", "pound sterling": "GBP", "british pound": "GBP", "sterling": "GBP", "swiss franc": "CHF",
    "schweizer franken": "CHF", "franken": "CHF", "sfr": "CHF", "yen": "JPY", "japanese yen": "JPY",
    "canadian dollar": "CAD", "australian dollar": "AUD", "us-dollar": "USD", "britisches pfund": "GBP",
}  # fmt: skip


@dataclass(frozen=True)
class Named:
    """What one amount column says of its currency.

    Attributes:
        field: Field it is.
        title: Its header.
        signs: ISO code or sign in each cell, empty where it has none.
        values: The cells.
        given: Cells that hold a number.
        formats: Codes and signs that the number formats of its cells show; "" among them when some show none.
    """

    field: str
    title: str
    signs: Coded
    values: Coded
    given: Mask
    formats: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refused:
    """Rows set aside for one reason."""

    rows: Mask
    field: str
    message: str
    values: Coded


@dataclass(frozen=True)
class Found:
    """What the currency of every row is.

    Attributes:
        currencies: ISO codes; some text stands where the row is refused.
        refused: Rows that cannot be taken.
        notes: What was decided, one sentence each.
    """

    currencies: Coded
    refused: tuple[Refused, ...]
    notes: tuple[str, ...]


def exponent_or_usual(currency: str) -> int:
    """Return the number of decimals of a currency, the usual one for what is no code (its row is set aside)."""
    try:
        return exponent(currency)
    except BbbError:
        return DEFAULT_EXPONENT


def row_currencies(column: Coded, named: Sequence[Named], default: str) -> Found:
    """Return the currency of every row.

    The currency column says it; without one, a code or sign in the amount's cell, then its header, then its number
    format; without any, the default. Whatever else names a currency has to agree. Where nothing names one and there
    is no default, amounts are counted in no currency.

    Args:
        column: The currency column, empty where there is none.
        named: What the amount columns say.
        default: Currency of the firm; empty when there is none. It also settles what a sign such as "$" is.
    """
    said = column.changed(lambda text: _meaning_of_text(text, default) or text)
    signs = same("", len(column))
    for one in named:
        meaning = partial(_meaning, known=header_currency(one.title), default=default)
        signs = signs.missing_as(one.signs.changed(meaning))
    by_cell = said.missing_as(signs)
    rest, why = _rest(column, signs, named, default)
    found = by_cell.missing_as(same(rest, len(column)))
    refused: list[Refused] = []
    for one in named:
        refused += _unsettled(one, found)
        refused += _without_own(one, by_cell, signs if why == _DEFAULT and column.empty.all() else None, rest)
        refused += _disagreeing(one, found)
    refused += _not_understood(column, found)
    notes = [*_meanings(column, named, default), *_sources(column, signs, by_cell, rest, why)]
    return Found(found, tuple(refused), tuple(notes))


def _meaning(sign: str, known: str, default: str) -> str:
    """Return the code of a code or sign, empty where nothing settles it."""
    if sign not in FAMILIES:
        return sign
    return settle(sign, known) or settle(sign, default) or _USUAL.get(sign, "")


def _meaning_of_text(text: str, default: str) -> str:
    """Return the code that a cell of a currency column means, empty when none."""
    if not text or text in CODES or text in _FORMER or text == NO_CURRENCY:
        return text
    if text.upper() in CODES:
        return text.upper()
    return _meaning(_NAMES.get(text.casefold(), "") or sign_of(text) or header_currency(text), "", default)


def _rest(column: Coded, signs: Coded, named: Sequence[Named], default: str) -> tuple[str, str]:
    """Return the currency of rows of which neither column nor cell says it, and what says it; both may be empty."""
    for one in named:
        if header := header_currency(one.title):
            return header, f'the header "{one.title}"'
    for one in named:
        shown = {_meaning(sign, "", default) for sign in one.formats if sign} - {""}
        if len(shown) == 1:
            return shown.pop(), f'the number format of "{one.title}"'
    if default:
        return default, _DEFAULT
    seen = _codes(signs)
    if len(seen) == 1:
        return seen[0], "the other amounts, which name it"
    nothing = not seen and bool(column.empty.all()) and not any(_names_any(one) for one in named)
    return (NO_CURRENCY, "") if nothing else ("", "")


def _names_any(one: Named) -> bool:
    """Return whether a column names a currency, even one that cannot be settled."""
    return any(one.formats) or bool((~one.signs.empty).any())


def _codes(texts: Coded) -> list[str]:
    """Return the texts that rows hold, without the empty one."""
    return sorted(text for text, count in zip(texts.texts, texts.counts().tolist(), strict=True) if text and count)


def _unsettled(one: Named, found: Coded) -> Iterable[Refused]:
    """Return the rows of which only a sign that several currencies share names the currency."""
    for code, sign in enumerate(one.signs.texts):
        rows = (one.signs.codes == code) & found.empty if sign in FAMILIES else np.zeros(len(found), dtype=np.bool_)
        if rows.any():
            yield Refused(rows, one.field, _shared(sign), one.values)


def _shared(sign: str) -> str:
    return f'"{sign}" may be {" or ".join(sorted(FAMILIES[sign]))}. Say which: --currency, or a column for it.'


def _without_own(one: Named, by_cell: Coded, signs: Coded | None, rest: str) -> Iterable[Refused]:
    """Return the rows that name no currency where the column they stand in names several, or not the firm's.

    Args:
        one: The amount column.
        by_cell: What the currency column and the cells name.
        signs: What the cells name, where nothing but the firm's currency says the rest.
        rest: Currency of rows that name none.
    """
    alone = by_cell.empty & one.given
    shown = sorted(set(one.formats) - {""})
    others = [code for code in _codes(signs) if code != rest] if signs is not None else []
    reason = ""
    if len(shown) > 1:
        reason = f"the number formats of its column show {' and '.join(shown)}"
    elif others:
        reason = f"others in its column are in {' and '.join(others)}"
    if reason and alone.any():
        message = f"the amount names no currency, and {reason}. Add a column for the currency."
        yield Refused(alone, one.field, message, one.values)


def _disagreeing(one: Named, found: Coded) -> Iterable[Refused]:
    """Return the rows whose amount, header or number format names another currency than the row is in."""
    header = header_currency(one.title)
    for code, currency in enumerate(found.texts):
        rows = found.codes == code
        if not currency or not (rows & one.given).any():
            continue
        remedy = "Correct the one that is wrong, or name the column of amounts in that currency."
        for place, sign in enumerate(one.signs.texts):
            if sign and not settle(sign, currency):
                said = f"the amount says {sign}, and the currency is {currency}. Correct the one that is wrong."
                yield Refused(rows & (one.signs.codes == place), one.field, said, one.values)
        if header and header != currency:
            yield Refused(rows & one.given, one.field, f"the header says {header}, and the currency is {currency}. "
                          + remedy, one.values)  # fmt: skip
        if one.formats and all(sign and not settle(sign, currency) for sign in one.formats):
            shown = " and ".join(sorted(one.formats))
            yield Refused(rows & one.given, one.field, f"the number format says {shown}, and the currency is "
                          f"{currency}. {remedy}", one.values)  # fmt: skip


def _not_understood(column: Coded, found: Coded) -> Iterable[Refused]:
    """Return the rows whose currency is no currency, or empty."""
    for code, text in enumerate(found.texts):
        rows = found.codes == code
        if text in CODES or text in _FORMER or text == NO_CURRENCY or not rows.any():
            continue
        message = _UNKNOWN.format(text) if text else _EMPTY
        yield Refused(rows, "currency", _shared(sign_of(text)) if sign_of(text) in FAMILIES else message, column)


def _meanings(column: Coded, named: Sequence[Named], default: str) -> Iterable[str]:
    """Return what texts and signs were taken for that are no codes."""
    for text in _codes(column):
        meaning = _meaning_of_text(text, default)
        if meaning not in ("", text):
            yield f'The currency "{text}" is read as {meaning}.'
    for one in named:
        header = header_currency(one.title)
        for sign in sorted({*_codes(one.signs), *one.formats} & set(FAMILIES)) if column.empty.all() else []:
            if meaning := _meaning(sign, header, default):
                yield f'"{sign}" in "{one.title}" is taken as {meaning}; if it is another currency, say --currency.'


def _sources(column: Coded, signs: Coded, by_cell: Coded, rest: str, why: str) -> Iterable[str]:
    """Return where the currency of rows comes from that the currency column does not give."""
    alone, count = int(by_cell.empty.sum()), len(column)
    by_sign = int((column.empty & ~signs.empty).sum())
    if by_sign:
        yield f"Rows whose currency is read from their amount ({', '.join(_codes(signs))}): {by_sign}."
    if not alone or not rest:
        return
    if rest == NO_CURRENCY:
        yield f"No currency in the file: amounts are counted as {NO_CURRENCY} (none named). Say --currency USD."
    elif why != _DEFAULT:
        yield f"Rows without a currency of their own, taken in {rest} from {why}: {alone}."
    elif alone == count:
        yield f"No currency column: every amount is taken in {rest}."
    else:
        yield f"Rows without a currency, taken in {rest}: {alone}."
