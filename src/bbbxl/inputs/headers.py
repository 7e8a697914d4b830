"""Headers compared: without case, width and punctuation, the currency in them and the place that tells two apart."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from bbbxl.inputs.values.currency_signs import CODES

#: Signs of currencies, with the country that some stand with.
_SIGN = r"(?:US|CA|A|R)?\$|[€£¥₹]"
_CURRENCY = rf"(?P<code>(?<![^\W_])[A-Za-z]{{3}}(?![^\W_]))|(?P<sign>{_SIGN})"
_TRAILING = re.compile(
    rf"(?P<stem>.*?\w.*?)[\s_,/–-]*(?P<open>[(\[])?\s*(?P<in>\b(?:in|en)\s+)?(?:{_CURRENCY})\s*[)\]]?\s*",
    re.IGNORECASE,
)
_LEADING = re.compile(rf"\s*(?:{_CURRENCY})[\s_:-]+(?P<stem>.*\w.*)", re.IGNORECASE)
#: Letters of the longest text that may be a header or the label of a total; no export comes near it.
LONGEST_LABEL = 255
_PLACE = re.compile(r"\s*\(column [A-Z]{1,3}\)$")


@lru_cache(maxsize=4096)
def normal(header: str) -> str:
    """Return a header without case, accents of width, spaces and punctuation, for comparison."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", header).casefold())


@lru_cache(maxsize=4096)
def without_place(title: str) -> str:
    """Return a header without the place that tells two equal ones apart: "Amount (column F)" is "Amount"."""
    return _PLACE.sub("", title) if len(title) <= LONGEST_LABEL else title


@lru_cache(maxsize=4096)
def without_currency(title: str) -> str:
    """Return a header without the currency it ends or begins with: "Amount (USD)", "Betrag in EUR", "Amount €".

    A text too long for a header is returned as it is.
    """
    if len(title) > LONGEST_LABEL:
        return title
    for form in (_TRAILING, _LEADING):
        if (found := form.fullmatch(title)) and _is_currency(found, title):
            return found["stem"].strip()
    return title


def same_header(title: str, header: str) -> bool:
    """Return whether a column is the one a header names; a header of signs only is compared as it stands."""
    plain = without_place(title)
    return normal(plain) == normal(header) if normal(header) else plain.strip() == header


def _is_currency(found: re.Match[str], title: str) -> bool:
    """Return whether the letters found in a header are a currency and no word of it."""
    if found["sign"]:
        return True
    apart = bool(found.groupdict().get("open") or found.groupdict().get("in"))
    return found["code"].upper() in CODES and (apart or found["code"].isupper() or title.islower())
