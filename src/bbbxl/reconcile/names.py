"""Customers made comparable: legal forms, case, accents and customer numbers left out; similarity by rapidfuzz."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

#: Legal forms and words that tell no customer from another, without punctuation.
_FORMS = frozenset({
    "inc", "incorporated", "corp", "corporation", "co", "company", "ltd", "limited", "llc", "llp", "lp", "plc", "gmbh",
    "ag", "kg", "ohg", "ug", "se", "sa", "sas", "sarl", "srl", "spa", "bv", "nv", "oy", "ab", "as", "aps", "pty", "pte",
    "kk", "sl", "the", "mbh", "eg", "ev", "gbr",
})  # fmt: skip
#: Words that are written short as often as whole.
_SHORT = {
    "and": "&", "und": "&", "et": "&", "y": "&", "grp": "group", "mfg": "manufacturing", "tech": "technologies",
    "technology": "technologies", "intl": "international", "hldgs": "holdings", "hldg": "holdings",
    "holding": "holdings", "svcs": "services", "svc": "services", "service": "services", "sys": "systems",
    "system": "systems", "sol": "solutions", "assoc": "associates", "bros": "brothers", "dept": "department",
    "univ": "university", "laboratories": "labs", "laboratory": "labs", "lab": "labs", "ind": "industries",
    "natl": "national", "mgmt": "management", "dist": "distribution", "eng": "engineering", "int": "international",
}  # fmt: skip
#: Long legal forms are known with a typing error too, as the last word.
_LONG_FORMS = ("incorporated", "corporation", "limited", "company")
#: What stands for no customer: it is like none.
NAMELESS = ("", "\0")
#: A customer number in front of the name.
_NUMBER = (
    r"^(?:(?:(?:cust|customer|client|acct|account|kd|kunde|debitor)[ .#]*|[a-z]{0,5}[-_]?)[0-9]{3,}|[0-9]+)"
    r"\s*[-:·|]?\s+(\p{L})"
)
#: Letters with a point behind each, at the end of a name or of a part of it: G.m.b.H., L. L. C.
_POINTED = re.compile(r"\b(?:\w\.\s?){2,}")
_NO_DIGITS = re.compile(r"[^0-9]")
#: A shorter name with one letter more or less is another name.
_LONG_ENOUGH = 5
#: Letters that are written with two.
_TWO = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "å": "aa"}


def normalise_names(texts: Sequence[str]) -> list[str]:
    """Return customers as they are compared.

    "CUST10113 JUNIPER TECH ASIA PACIFIC, G.m.b.H." and "Juniper Technologies Asia Pacific GmbH" are the same. A name
    of nothing but legal forms stays as it is.
    """
    if not texts:
        return []
    plain = pc.utf8_trim_whitespace(pc.utf8_lower(pc.utf8_normalize(pa.array(texts, type=pa.string()), form="NFKC")))
    plain = pc.replace_substring_regex(plain, _NUMBER, r"\1")
    plain = _without_points(plain)
    for letter, two in _TWO.items():
        plain = pc.replace_substring(plain, letter, two)
    plain = pc.replace_substring_regex(pc.utf8_normalize(plain, form="NFKD"), r"\p{Mn}", "")
    plain = pc.replace_substring(plain, "&", " & ")
    plain = pc.utf8_trim_whitespace(pc.replace_substring_regex(plain, r"[^\p{L}\p{N}&]+", " "))
    return _joined(pc.split_pattern(plain, " "))


def _without_points(names: pa.Array) -> pa.Array:
    """Return names in which single letters with points stand as one word."""
    found = np.flatnonzero(pc.match_substring_regex(names, r"\b\w\.\s?\w\.").to_numpy(zero_copy_only=False))
    if not len(found):
        return names
    made = [
        _POINTED.sub(lambda letters: letters[0].replace(".", "").replace(" ", "") + " ", name)
        for name in names.take(pa.array(found)).to_pylist()
    ]
    mask = np.zeros(len(names), dtype=np.bool_)
    mask[found] = True
    return pc.replace_with_mask(names, pa.array(mask), pa.array(made, type=pa.string()))


def _joined(parts: pa.ListArray) -> list[str]:
    """Return the words of every name in one text, short words written out and legal forms left out."""
    words = parts.flatten().dictionary_encode()
    known = words.dictionary.to_pylist()
    long = np.array([_SHORT.get(word, word) for word in known], dtype=object)
    form = np.array([word in _FORMS for word in long], dtype=np.bool_)
    last = np.array([len(word) >= 6 and max(fuzz.ratio(word, one) for one in _LONG_FORMS) >= 85 for word in long],
                    dtype=np.bool_)  # fmt: skip
    codes = words.indices.to_numpy(zero_copy_only=False)
    starts = parts.offsets.to_numpy(zero_copy_only=False)
    count = np.diff(starts)
    owner = np.repeat(np.arange(len(count)), count)
    kept = ~form[codes]
    left = np.bincount(owner[kept], minlength=len(count))
    final = np.zeros(len(codes), dtype=np.bool_)
    final[np.maximum.reduceat(np.where(kept, np.arange(len(codes)), -1), starts[:-1])[left > 0]] = True
    kept &= ~(final & last[codes] & (left > 1)[owner])
    kept |= (left == 0)[owner]
    sizes = np.bincount(owner[kept], minlength=len(count))
    lists = pa.ListArray.from_arrays(
        pa.array(np.r_[0, np.cumsum(sizes)], type=pa.int32()),
        pa.array(long, type=pa.string()).take(pa.array(codes[kept])),
    )
    made: list[str] = pc.binary_join(lists, " ").to_pylist()
    return made


def similarity(
    first: Sequence[str], second: Sequence[str], pairs: npt.NDArray[np.int64], least: float = 0.0
) -> npt.NDArray[np.float64]:
    """Return the similarity of pairs of normal names, 0 to 100; 0 where one of them is empty.

    Args:
        first: Normal names of one side.
        second: Of the other side.
        pairs: Shape pairs x 2: place in first, place in second; each distinct pair is compared once.
        least: Similarities below it are given as 0, which is quicker.
    """
    if not len(pairs):
        return np.zeros(0)
    keys, inverse = np.unique(pairs[:, 0] * max(len(second), 1) + pairs[:, 1], return_inverse=True)
    left, right = np.divmod(keys, max(len(second), 1))
    one = np.array(first, dtype=object)[left]
    other = np.array(second, dtype=object)[right]
    found = np.where(one == other, 100.0, 0.0)
    differ = np.flatnonzero(found == 0)
    for scorer in (fuzz.token_sort_ratio, fuzz.ratio):
        scores = process.cpdist(
            one[differ], other[differ], scorer=scorer, dtype=np.float32, score_cutoff=least, workers=1
        )
        found[differ] = np.maximum(found[differ], scores)
    found[np.isin(one, NAMELESS) | np.isin(other, NAMELESS)] = 0
    made: npt.NDArray[np.float64] = found[inverse]
    return made


def same_names(names: Sequence[str], one: npt.NDArray[np.int64], other: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Return which pairs of normal names are one customer: the same words, but for one typing error.

    Args:
        names: Normal names.
        one: Place of the first name of each pair.
        other: Place of the second.
    """
    if not len(one):
        return np.zeros(0, dtype=np.bool_)
    found: npt.NDArray[np.bool_] = one == other
    differ = np.flatnonzero(~found)
    keys, inverse = np.unique(one[differ] * len(names) + other[differ], return_inverse=True)
    left, right = np.divmod(keys, len(names))
    same = [_same_name(names[a], names[b]) for a, b in zip(left.tolist(), right.tolist(), strict=True)]
    found[differ] = np.array(same, dtype=np.bool_)[inverse]
    nameless = np.array([name in NAMELESS for name in names], dtype=np.bool_)
    return found & ~nameless[one] & ~nameless[other]


def _same_name(one: str, other: str) -> bool:
    """Return whether two names are the same words, or differ by one letter or blank too many or exchanged.

    A letter in place of another may be another customer (Bell and Ball), and another digit always is.
    """
    if sorted(one.split()) == sorted(other.split()):
        return True
    if min(len(one), len(other)) < _LONG_ENOUGH or _NO_DIGITS.sub("", one) != _NO_DIGITS.sub("", other):
        return False
    replaced = len(one) == len(other) and sorted(one) != sorted(other)
    return not replaced and OSA.distance(one, other, score_cutoff=1) <= 1


def first_words(names: Sequence[str]) -> list[str]:
    """Return the first word of every normal name: what a parent and its subsidiary mostly share."""
    return [name.split(" ", 1)[0] for name in names]
