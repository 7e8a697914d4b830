"""What one written number says: sign, currency, scale, percent, and its digits and marks under a decimal mark."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bbbxl.inputs.values.currency_signs import BEFORE_ONLY, FAMILIES, sign_of
from bbbxl.inputs.values.shapes import LONGEST, TOO_LONG
from bbbxl.money import LARGEST

MARKS = (".", ",")
UNKNOWN = "says that no value is known. Fill it in, or leave the cell empty."
ERROR_CELL = "is an error of the workbook. Correct the cell there and export again."
YES_OR_NO = "says yes or no, which belongs in another column. Correct it."

_NO_NUMBER = "is not a number. Write digits, one decimal mark and at most a leading sign."
_ENDLESS = "is what software writes for a number that does not exist. Correct it, or leave the cell empty."
_SCIENTIFIC = "is in scientific notation, which may have lost digits. Format the column as a number and export again."
_LONG = "is longer than any amount. Correct it."
_DIGITS = "has digits other than 0 to 9. Write it with these."
_PERCENT = "is a percentage, and an amount belongs here. Correct it, or choose another column."
_SIDES = "may be marked as credit or debit, which does not say its sign. Export signed amounts, with a minus."
_SIGNS = "has more than one sign, or one parenthesis of two. Write one minus before the digits."
_CURRENCIES = "names more than one currency. Write one."
_GROUPS = "has thousands marks where none belong. Write digits and one decimal mark."

#: Errors as spreadsheets write them, in English, German, French and Spanish.
ERROR_TEXTS = frozenset({
    "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#FIELD!",
    "#GETTING_DATA", "#NV", "#BEZUG!", "#WERT!", "#ZAHL!", "#ÜBERLAUF!", "#VALEUR!", "#NOM?", "#NUL!", "#NOMBRE!",
    "#NOMBRE?", "#¡REF!", "#¡VALOR!", "#¡DIV/0!", "#¿NOMBRE?", "#¡NULO!", "#¡NUM!",
})  # fmt: skip
#: What stands where a number belongs, in small letters -> what it is.
_WORDS: dict[str, str] = {
    TOO_LONG: _LONG,
    **dict.fromkeys(
        ("nan", "inf", "infinity", "-nan", "-inf", "-infinity", "+inf", "+infinity", "+nan", "1.#inf", "-1.#inf",
         "1.#qnan", "1.#ind", "-1.#ind", "∞", "-∞", "+∞"),
        _ENDLESS,
    ),
    **dict.fromkeys(
        ("na", "n/a", "n.a.", "n. a.", "#n/a n/a", "null", "none", "nil", "nat", "tbd", "tba", "tbc", "unknown", "?",
         "k.a.", "k. a.", "n.v.", "offen", "unbekannt", "inconnu", "s/d", "n/d", "(null)", "<null>", "pending", "open"),
        UNKNOWN,
    ),
    **dict.fromkeys(map(str.casefold, ERROR_TEXTS), ERROR_CELL),
    **dict.fromkeys(("true", "false", "yes", "no", "wahr", "falsch", "vrai", "faux", "ja", "nein"), YES_OR_NO),
}  # fmt: skip
#: Words behind a number -> how many zeros they stand for. "Billion" is left out: it is 9 or 12.
_SCALES: dict[str, int] = {
    **dict.fromkeys(("k", "tsd", "tsd.", "thousand", "tausend"), 3),
    **dict.fromkeys(("m", "mm", "mn", "mln", "mio", "mio.", "million", "millions", "millionen", "millones"), 6),
    **dict.fromkeys(("b", "bn", "mrd", "mrd.", "md", "mds", "milliard", "milliards", "milliarde", "milliarden"), 9),
}  # fmt: skip
#: Scale and currency in one word.
_EXPONENTIAL = re.compile(r"[-+(]?(?P<whole>\d*)[.,]?\d*[eE]\+?(?P<power>\d+)\)?", re.ASCII)
#: A number of so many digits before its decimal mark is past every amount.
_MOST_DIGITS = len(str(LARGEST)) + 4
_DIGITS_ONLY = re.compile(r"[-+(]?[\d.,' ]+\)?", re.ASCII)
_JOINED = re.compile(r"(?P<scale>[kKM]|T(?=€|EUR$|CHF$|USD$|\$)|Mio|Mrd)(?P<sign>\D+)")
_SIDE = re.compile(r"(?:cr|dr|c|d|h|s)\.?", re.IGNORECASE)
_EXPONENT = re.compile(r"[09][.,]?e[+-]?[09]", re.IGNORECASE)
_PARTS = re.compile(r"(?P<before>[^09]*?)(?P<core>[.,]?[09](?:[09 .,']*[09])?[.,]?)(?P<after>[^09]*)")
#: The whole part of a number, by the mark that is not its decimal mark.
_WHOLE = {
    ",": re.compile(r"[09]9*|9{1,3}(?:,9{3})+|9{1,2}(?:,99)+,9{3}|9{1,3}(?: 9{3})+|9{1,3}(?:'9{3})+"),
    ".": re.compile(r"[09]9*|9{1,3}(?:\.9{3})+|9{1,3}(?: 9{3})+|9{1,3}(?:'9{3})+"),
}
_BEHIND = re.compile(r"[09]?9*")
#: Dashes in place of decimals ("100,-", "5.--"), no minus.
_NO_DECIMALS = re.compile(r"^--?")


@dataclass(frozen=True)
class Written:
    """One number as it is written.

    Attributes:
        core: Its digits and marks; empty for a dash.
        negative: Whether a sign or parentheses say so.
        currency: ISO code or ambiguous sign beside it; empty when there is none.
        scale: How many zeros a word such as "m" stands for.
        percent: Whether it is a percentage.
        marked: Whether parentheses or a minus behind it make it negative.
    """

    core: str
    negative: bool = False
    currency: str = ""
    scale: int = 0
    percent: bool = False
    marked: bool = False


def said_instead(text: str) -> str:
    """Return what a word is that stands where a value belongs (n/a, NaN, TRUE, #REF!); empty for anything else.

    It is the rest of a sentence that begins with the text.
    """
    return ERROR_CELL if text.startswith("##") else _WORDS.get(text.casefold(), "")


def is_endless(text: str) -> bool:
    """Return whether a text stands for a number that no amount can be: NaN, infinity, 1e308, a hundred digits."""
    if _WORDS.get(text.casefold()) == _ENDLESS:
        return True
    if power := _EXPONENTIAL.fullmatch(text):
        return len(power["whole"]) + int(power["power"][:6]) > _MOST_DIGITS
    return len(text) > LONGEST and bool(_DIGITS_ONLY.fullmatch(text))


def read_written(shape: str, allow_percent: bool = False) -> Written | str:
    """Return what the shape of a number says, or what is wrong with it.

    What is wrong is the rest of a sentence that begins with the text. The decimal mark plays no part yet.
    """
    if words := said_instead(shape):
        return words
    if not shape.isascii() and any(letter.isdigit() and not letter.isascii() for letter in shape):
        return _DIGITS
    if "9" not in shape and "0" not in shape:
        return _nil(shape)
    if _EXPONENT.search(shape):
        return _SCIENTIFIC
    parts = _PARTS.fullmatch(shape)
    if not parts:
        return _NO_NUMBER
    before, core, after = _dot_of_word(parts["before"], parts["core"], parts["after"])
    if core.endswith(MARKS):
        after = _NO_DECIMALS.sub("", after, count=1)
    return _read_around(before.removeprefix("'"), core, after, allow_percent)


def _dot_of_word(before: str, core: str, after: str) -> tuple[str, str, str]:
    """Return the parts with the dot of an abbreviation in front ("Rs.500") where it belongs."""
    if core.startswith(".") and before[-1:].isalpha():
        return f"{before}.", core[1:], after
    return before, core, after


def _nil(shape: str) -> Written | str:
    """Return a nil amount for a dash, with or without a currency."""
    if "-" not in shape:
        return _NO_NUMBER
    bare = shape.replace("-", "", 1).strip()
    currency = sign_of(bare)
    return Written("", currency=currency) if currency or not bare else _NO_NUMBER


def _read_around(before: str, core: str, after: str, allow_percent: bool) -> Written | str:
    """Return a number from what stands before and behind its digits."""
    around = before + after
    opened, closed = before.count("("), after.count(")")
    misplaced = around.count("(") != opened or around.count(")") != closed
    if misplaced or opened != closed or opened + around.count("-") + around.count("+") > 1:
        return _SIGNS
    words = _words(before), _words(after)
    if any(_SIDE.fullmatch(word) for word in words[1][-1:]):
        return _SIDES
    percent = "%" in around
    if percent and not allow_percent:
        return _PERCENT
    found = _currency_and_scale(words[0], words[1])
    if isinstance(found, str):
        return found
    currency, scale = found
    if around.count("%") > 1 or (percent and (currency or scale)):
        return _NO_NUMBER
    return Written(core, bool(opened) or "-" in around, currency, scale, percent, bool(opened) or "-" in after)


def _words(text: str) -> list[str]:
    """Return the words beside a number: without signs, parentheses and percent."""
    return re.sub(r"[-+()%]", " ", text).split()


def _currency_and_scale(before: list[str], after: list[str]) -> tuple[str, int] | str:
    """Return the currency and the zeros that the words beside a number say."""
    scale = _SCALES.get(after[0].casefold(), 0) if after else 0
    if scale:
        after = after[1:]
    elif after and not sign_of(after[0]) and (joined := _JOINED.fullmatch(after[0])):
        scale = _SCALES[{"t": "tsd"}.get(joined["scale"].casefold(), joined["scale"].casefold())]
        after = [joined["sign"], *after[1:]]
    signs = [sign_of(word) for word in before] + ["" if word in BEFORE_ONLY else sign_of(word) for word in after]
    if "" in signs:
        return _NO_NUMBER
    if len(signs) < 2:
        return (signs[0] if signs else ""), scale
    return (_agreed(signs), scale) if len(signs) == 2 and _agreed(signs) else _CURRENCIES


def _agreed(signs: list[str]) -> str:
    """Return the one currency that two names mean ("$5 USD"), empty when they mean two."""
    one, other = signs
    if one == other or other in FAMILIES.get(one, ()):
        return other
    return one if one in FAMILIES.get(other, ()) else ""


def decimals_behind(core: str, decimal: str) -> int | str:
    """Return how many digits of a core stand behind the decimal mark, or what is wrong with its marks."""
    whole, mark, behind = core.partition(decimal)
    other = MARKS[MARKS[0] == decimal]
    if not _BEHIND.fullmatch(behind) or not (whole or behind):
        return _GROUPS
    if not _WHOLE[other].fullmatch(whole) and not (mark and not whole):
        return _GROUPS
    return len(behind)


def mark_shown(core: str) -> str:
    """Return the decimal mark that a core can only have; "?" when it reads differently with either, else empty."""
    point, comma = (decimals_behind(core, mark) for mark in MARKS)
    if isinstance(point, int) and isinstance(comma, int):
        return "?" if point != comma else ""
    if isinstance(point, int):
        return "."
    return "," if isinstance(comma, int) else ""
