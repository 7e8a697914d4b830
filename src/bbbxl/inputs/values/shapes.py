"""Texts by their shape: digits set apart, so that what is said of one shape holds for thousands of texts."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

#: Longest text that is looked at: no number or day of a cell needs more.
LONGEST = 100
#: The shape of longer texts.
TOO_LONG = "\x00"
#: Digits that int64 holds whatever they are.
WHOLE_DIGITS = 18
_SHOWN = 40

#: Typographic marks -> the mark of the keyboard they stand for; None for marks nobody sees.
_MARKS: dict[int, str | None] = {
    **dict.fromkeys((0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " "),
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212\ufe58\ufe63"), "-"),
    **dict.fromkeys(map(ord, "\u2018\u2019\u02bc\u00b4\u2032\uff07"), "'"),
    **dict.fromkeys(map(ord, "\u200b\u200e\u200f\u2060\u061c\ufeff\u202a\u202b\u202c\u2066\u2067\u2068\u2069"), None),
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if code != 0xFF07},
    0xFFE1: "£", 0xFFE5: "¥", 0xFFE6: "₩",
}  # fmt: skip


def keyboard(text: str) -> str:
    """Return a text with full-width characters and typographic spaces, dashes and apostrophes as a keyboard has them.

    Digits of other scripts, superscripts and fractions stay what they are.
    """
    return text if text.isascii() else unicodedata.normalize("NFC", text).translate(_MARKS).strip()


def shown(text: str) -> str:
    """Return a text in quotes, on one line and no longer than a sentence bears."""
    line = " ".join(text.split())
    return f'"{line}"' if len(line) <= _SHOWN else f'"{line[:_SHOWN]}..."'


@dataclass(frozen=True)
class Shapes:
    """Texts by shape.

    Attributes:
        shapes: Distinct shapes: every digit is 9, but a first digit that is 0 stays 0.
        codes: Text place -> shape place.
        mantissas: All digits of a text as one number; 0 where it has none or more than 18.
        digits: How many digits a text has.
    """

    shapes: list[str]
    codes: npt.NDArray[np.int32]
    mantissas: npt.NDArray[np.int64]
    digits: npt.NDArray[np.int64]


def shapes_of(texts: Sequence[str]) -> Shapes:
    """Return texts by shape, typographic marks as the keyboard has them."""
    array = pa.array(texts, type=pa.large_string())
    if not pc.all(pc.string_is_ascii(array)).as_py():
        array = pa.array([keyboard(text) for text in texts], type=pa.large_string())
    array = pc.if_else(pc.greater(pc.binary_length(array), 4 * LONGEST), TOO_LONG, array)
    array = pc.if_else(pc.greater(pc.utf8_length(array), LONGEST), TOO_LONG, array)
    _, where, what = array.buffers()
    count = len(array)
    offsets = np.frombuffer(where, dtype=np.int64)[: count + 1] if count else np.zeros(1, dtype=np.int64)
    data = np.frombuffer(what, dtype=np.uint8)[: offsets[-1]] if offsets[-1] else np.zeros(0, dtype=np.uint8)
    digit = (data >= ord("0")) & (data <= ord("9"))
    bounds = np.concatenate(([0], np.cumsum(digit, dtype=np.int64)))[offsets]
    shaped = np.where(digit, np.uint8(ord("9")), data)
    first = np.flatnonzero(digit)[bounds[:-1][np.diff(bounds) > 0]]
    shaped[first[data[first] == ord("0")]] = ord("0")
    encoded = _strings(offsets, shaped).dictionary_encode()
    digits = np.diff(bounds)
    held = pa.array((digits > 0) & (digits <= WHOLE_DIGITS))
    mantissas = pc.if_else(held, _strings(bounds, data[digit]), "0").cast(pa.int64())
    return Shapes(
        encoded.dictionary.to_pylist(),
        encoded.indices.to_numpy(zero_copy_only=False).astype(np.int32),
        mantissas.to_numpy(zero_copy_only=False),
        digits,
    )


def _strings(offsets: npt.NDArray[np.int64], data: npt.NDArray[np.uint8]) -> pa.LargeStringArray:
    """Return a string array of bytes and where each text starts."""
    return pa.LargeStringArray.from_buffers(len(offsets) - 1, pa.py_buffer(offsets.copy()), pa.py_buffer(data.copy()))
