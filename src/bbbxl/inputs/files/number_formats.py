"""Number formats of cells: their codes, and those that show a number as an id with leading zeros or a percentage."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import lru_cache
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

GENERAL: Final = "General"
#: Format ids every Excel knows. The currency of 5 to 8 and 41 to 44 is that of the reader's computer, so none
#: is told here.
BUILTIN: Final[dict[int, str]] = {
    0: GENERAL, 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00",
    5: "#,##0", 6: "#,##0", 7: "#,##0.00", 8: "#,##0.00",
    9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    14: "mm-dd-yy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM",
    20: "h:mm", 21: "h:mm:ss", 22: "m/d/yy h:mm",
    37: "#,##0 ;(#,##0)", 38: "#,##0 ;[Red](#,##0)", 39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;[Red](#,##0.00)",
    41: "#,##0", 42: "#,##0", 43: "#,##0.00", 44: "#,##0.00",
    45: "mm:ss", 46: "[h]:mm:ss", 47: "mmss.0", 48: "##0.0E+0", 49: "@",
}  # fmt: skip

_SIGN: Final = re.compile(r'"([^"]*)"|\\(.)|(\[[^\]]*\])|[_*].|(0+)|([-/ ().:])|(.)', re.S)
_NOT_SHOWN: Final = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|[_*].|general|am/pm|a/p', re.I | re.S)
_DAY_0_OF_1900: Final = datetime.date(1899, 12, 30)
_DAY_0_OF_1904: Final = datetime.date(1904, 1, 1)
#: Excel's 29 February 1900.
_NEVER: Final = 60
_SECTION: Final = re.compile(r'(?:"[^"]*"|\\.|[^;"\\])*', re.S)
#: A padded number is a whole one, not negative, that Excel holds exactly.
_WHOLE: Final = r"^\d{1,15}$"
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
#: Wide enough for every number a cell can hold.
_EXACT: Final = Context(prec=2_000)


@dataclass(frozen=True)
class IdFormat:
    """A format such as 00000, "SO-"00000 or 000-00-0000.

    Attributes:
        before: Text before the first digit.
        groups: How many digits each run of zeros shows.
        between: Text after each run; the last one stands at the end.
    """

    before: str
    groups: tuple[int, ...]
    between: tuple[str, ...]

    def shown(self, numbers: pa.Array) -> pa.Array:
        """Return number texts as a person sees them; what is no whole number stays as it is."""
        digits = sum(self.groups)
        padded = pc.utf8_lpad(numbers, width=digits, padding="0")
        pattern = f"^(\\d*\\d{{{self.groups[0]}}})" + "".join(f"(\\d{{{size}}})" for size in self.groups[1:]) + "$"
        parts = "".join(f"\\{place}{_kept(text)}" for place, text in enumerate(self.between, start=1))
        written = pc.replace_substring_regex(padded, pattern=pattern, replacement=_kept(self.before) + parts)
        return pc.if_else(pc.match_substring_regex(numbers, pattern=_WHOLE), written, numbers)


@dataclass(frozen=True)
class PercentFormat:
    """A format such as 0.0%: 0.5 is shown as 50%."""

    def shown(self, numbers: pa.Array) -> pa.Array:
        """Return number texts in percent, exactly; what is no number stays as it is."""
        encoded = numbers.dictionary_encode()
        return pa.array([_percent(text) for text in encoded.dictionary.to_pylist()], pa.string()).take(encoded.indices)


def _percent(text: str) -> str:
    if not _NUMBER.fullmatch(text):
        return text
    hundredfold = f"{Decimal(text).scaleb(2, _EXACT):f}"
    return f"{hundredfold.rstrip('0').rstrip('.') if '.' in hundredfold else hundredfold}%"


def format_shown(code: str) -> IdFormat | PercentFormat | None:
    """Return how a format shows numbers otherwise than as amounts: as ids or in percent; None for any other."""
    percent = "%" in _NOT_SHOWN.sub("", _first_section(code))
    return PercentFormat() if percent else id_format(code)


@lru_cache(maxsize=1024)
def id_format(code: str) -> IdFormat | None:
    """Return how a format shows an id, None for a format that shows an amount, a day or anything else."""
    before, groups, between = "", [], []
    for quoted, escaped, bracket, zeros, plain, other in _SIGN.findall(_first_section(code)):
        if other or (bracket and bracket.startswith("[$")) or plain == ".":
            return None
        if zeros:
            groups.append(len(zeros))
            between.append("")
        elif groups:
            between[-1] += quoted or escaped or plain
        else:
            before += quoted or escaped or plain
    if sum(groups) < 2 or any(sign in before + "".join(between) for sign in "$€£¥%"):
        return None
    return IdFormat(before.lstrip(), tuple(groups), tuple(between))


def is_day_format(code: str) -> bool:
    """Return whether a format shows numbers as days, with or without a time."""
    letters = set(_NOT_SHOWN.sub("", _first_section(code)).casefold())
    return bool(letters & set("yd")) or ("m" in letters and not letters & set("hs0#?"))


def day_of(number: int, date1904: bool) -> datetime.date | None:
    """Return the day that Excel shows for a whole number, None where it shows none or one that never was."""
    start = _DAY_0_OF_1904 if date1904 else _DAY_0_OF_1900 + datetime.timedelta(days=number < _NEVER)
    if number < 0 or (not date1904 and number in (0, _NEVER)) or number > (datetime.date.max - start).days:
        return None
    return start + datetime.timedelta(days=number)


def _first_section(code: str) -> str:
    """Return the part of a format that positive numbers take."""
    found = _SECTION.match(code)
    return found[0] if found else code


def _kept(text: str) -> str:
    """Return text as it stands in the replacement of a regular expression."""
    return text.replace("\\", "\\\\")
