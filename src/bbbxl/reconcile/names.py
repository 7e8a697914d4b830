"""Customers made comparable: legal forms, case, accents and customer numbers left out; similarity by rapidfuzz."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

#: Legal forms and words that tell no customer from another, without punctuation.
_FORMS = frozenset({
    "inc", "incorporated", "corp", "corporation", "co", "company", "ltd", "limited", "llc", "llp", "lp", "plc", "gmbh",
    "ag", "kg", "ohg", "ug", "se", "sa", "sas", "sarl", "srl", "spa", "bv", "nv", "oy", "ab", "as", "aps", "pty", "pte",
    "kk", "sl", "the", "mbh", "eg", "ev", "gbr",
})  # fmt: skip
#: Words that are written short as often as whole.
_SHORT = {
    "and": "&", "und": "&", "et": "&", "y": "&", "group": "grp", "manufacturing": "mfg", "technologies": "tech",
    "technology": "tech", "international": "intl", "holdings": "hldgs", "holding": "hldgs", "services": "svcs",
    "systems": "sys", "solutions": "sol", "associates": "assoc", "brothers": "bros", "department": "dept",
    "university": "univ", "laboratories": "labs", "laboratory": "labs",
}  # fmt: skip
#: What stands for no customer: it is like none.
NAMELESS = ("", "\0")
_NUMBER = re.compile(r"^(?:[a-z]{0,5}[-_ ]?\d{3,}|\d+)\s*[-:·|]?\s+(?=[^\W\d])", re.IGNORECASE)
_LETTERS = re.compile(r"\b(?:\w\.\s?){2,}")
_OUT = re.compile(r"[^\w&]+")
#: Letters that are written with two.
_TWO = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "å": "aa"})


def normalise_names(texts: Sequence[str]) -> list[str]:
    """Return customers as they are compared.

    "CUST10113 JUNIPER TECH ASIA PACIFIC, G.m.b.H." and "Juniper Technologies Asia Pacific GmbH" are the same. A name
    of nothing but legal forms stays as it is.
    """
    return [_normal(text) for text in texts]


def similarity(first: Sequence[str], second: Sequence[str], pairs: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return the similarity of pairs of normal names, 0 to 100; 0 where one of them is empty.

    Args:
        first: Normal names of one side.
        second: Of the other side.
        pairs: Shape pairs x 2: place in first, place in second; each distinct pair is compared once.
    """
    if not len(pairs):
        return np.zeros(0)
    width = max(len(second), 1)
    distinct, inverse = np.unique(pairs[:, 0] * width + pairs[:, 1], return_inverse=True)
    one = [first[place] for place in (distinct // width).tolist()]
    other = [second[place] for place in (distinct % width).tolist()]
    scores = process.cpdist(one, other, scorer=fuzz.token_sort_ratio, dtype=np.float32, workers=1)
    empty = np.array([a in NAMELESS or b in NAMELESS for a, b in zip(one, other, strict=True)], dtype=np.bool_)
    found: npt.NDArray[np.float64] = np.where(empty, 0.0, scores).astype(np.float64)
    return found[inverse]


def first_words(names: Sequence[str]) -> list[str]:
    """Return the first word of every normal name: what a parent and its subsidiary mostly share."""
    return [name.split(" ", 1)[0] for name in names]


def _normal(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold().strip()
    plain = _NUMBER.sub("", plain)
    plain = _LETTERS.sub(lambda found: found[0].replace(".", "").replace(" ", "") + " ", plain).translate(_TWO)
    plain = "".join(one for one in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(one))
    words = [_SHORT.get(word, word) for word in _OUT.sub(" ", plain.replace("&", " & ")).split()]
    kept = [word for word in words if word not in _FORMS]
    return " ".join(kept or words)
