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
    scorers = (fuzz.token_sort_ratio, fuzz.ratio)
    found_by = [process.cpdist(one, other, scorer=scorer, dtype=np.float32, workers=1) for scorer in scorers]
    scores = np.maximum(*found_by)
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
    if len(kept) > 1 and len(kept[-1]) >= 6 and max(fuzz.ratio(kept[-1], form) for form in _LONG_FORMS) >= 85:
        kept.pop()
    return " ".join(kept or words)
