"""Currencies as cells, headers and number formats name them: signs, families of signs, active ISO 4217 codes."""

from __future__ import annotations

import re

_CODES = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLF
    CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG
    HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA
    MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD
    RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX
    USD UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
    """
#: Active codes of ISO 4217 that name money people are paid in (no metals, no test codes).
CODES = frozenset(_CODES.split())
_DOLLARS = "USD CAD AUD NZD SGD HKD TWD MXN ARS CLP COP UYU BBD BMD BND BSD BZD FJD GYD JMD KYD LRD NAD SBD SRD TTD XCD"
#: Codes that are English words in capitals: a header must put them in brackets or behind "in".
_WORDS = frozenset({"ALL", "TOP", "TRY", "CUP", "PEN", "GEL", "MAD", "MOP", "BOB", "COP", "SOS", "RON", "LAK", "BAM"})
#: Codes people also write in small letters beside a number.
_SMALL = frozenset({"eur", "usd", "gbp", "chf", "jpy", "cad", "aud", "sek", "nok", "dkk", "pln", "czk", "inr", "cny"})

#: Sign that several currencies share -> those currencies.
FAMILIES: dict[str, frozenset[str]] = {
    "$": frozenset(_DOLLARS.split()),
    "¥": frozenset({"JPY", "CNY"}),
    "kr": frozenset({"SEK", "NOK", "DKK", "ISK"}),
    "Rs": frozenset({"INR", "PKR", "LKR", "NPR", "MUR", "SCR"}),
}
#: Sign -> code, or the family it stands for.
SIGNS: dict[str, str] = {
    "€": "EUR", "£": "GBP", "₹": "INR", "₩": "KRW", "₺": "TRY", "₪": "ILS", "₽": "RUB", "₫": "VND", "฿": "THB",
    "₱": "PHP", "₦": "NGN", "₴": "UAH", "₸": "KZT", "₡": "CRC", "₲": "PYG", "₵": "GHS", "₾": "GEL",
    "元": "CNY", "円": "JPY", "원": "KRW",
    "US$": "USD", "$US": "USD", "U$S": "USD", "C$": "CAD", "CA$": "CAD", "CAD$": "CAD", "CDN$": "CAD", "$CA": "CAD",
    "A$": "AUD", "AU$": "AUD", "NZ$": "NZD", "S$": "SGD", "SG$": "SGD", "HK$": "HKD", "NT$": "TWD", "MX$": "MXN",
    "R$": "BRL", "CN¥": "CNY", "JP¥": "JPY", "RMB": "CNY",
    "SFr": "CHF", "Fr": "CHF", "sFr": "CHF", "zł": "PLN", "Kč": "CZK", "Ft": "HUF", "lei": "RON", "лв": "BGN",
    "руб": "RUB", "TL": "TRY", "RM": "MYR", "Rp": "IDR", "R": "ZAR", "SKr": "SEK", "NKr": "NOK", "DKr": "DKK",
    "Euro": "EUR", "EURO": "EUR", "euro": "EUR", "Euros": "EUR", "euros": "EUR",
    "$": "$", "¥": "¥", "kr": "kr", "Kr": "kr", "KR": "kr", "Rs": "Rs", "RS": "Rs",
}  # fmt: skip
#: Signs that stand before the number only: behind it the letter means something else.
BEFORE_ONLY = frozenset({"R"})
#: Language of Excel -> what its "$", "¥" or "kr" is.
_LANGUAGES: dict[str, str] = {
    "409": "USD", "1009": "CAD", "C0C": "CAD", "C09": "AUD", "1409": "NZD", "4804": "SGD", "1004": "SGD", "C04": "HKD",
    "80A": "MXN", "2C0A": "ARS", "340A": "CLP", "240A": "COP",
    "411": "JPY", "804": "CNY", "41D": "SEK", "414": "NOK", "406": "DKK", "40F": "ISK",
}  # fmt: skip
#: Zeros that are left out -> how headers say so.
_SCALES = {
    3: re.compile(
        r"(?i)\b(?:thousands?|tsd|tausend|milliers|miles)\b|['’(]000|\b[tk](?:EUR|USD|CHF|GBP|[€$£])|[€$£] ?k\b"
    ),
    6: re.compile(r"(?i)\b(?:millions?|mio|mln|mn|millionen|millones)\b|\bm(?:EUR|USD|CHF|GBP|[€$£])|[€$£] ?mm?\b"),
}
#: Scales that are part of names behind "in" ("in Thousand Oaks").
_SINGULAR = frozenset({"thousand", "million"})
#: The word before a scale, and the one behind it.
_LAST = re.compile(r"([^\W\d_]+|[$€£¥])[\s(\[]*$")
_NEXT = re.compile(r"\.?\s*(?:of |de |d['’])?\(?([^\W\d_]+|[$€£¥])")
#: Words and signs of a header: runs of letters with the signs that belong to them.
_TOKENS = re.compile(r"[^\W\d_]*[$¥€£₹₩₺₪₽₫฿₱₦₴₸₡₲₵₾][^\W\d_]*|[^\W\d_]+")
_LITERALS = re.compile(
    r"\[\$(?P<sign>[^\]\-]*)(?:-(?P<language>[0-9A-Fa-f]+))?[^\]]*\]|\[[^\]]*\]|\"(?P<quoted>[^\"]*)\""
    r"|(?P<escaped>(?:\\.)+)|[_*].|(?P<bare>[$¥€£₹₩₺₪₽₫฿₱₦₴]+)|."
)


def sign_of(word: str) -> str:
    """Return the code or the ambiguous sign that a word beside a number is, empty when it is no currency."""
    if sign := SIGNS.get(word.removesuffix(".")):
        return sign
    return word.upper() if word in CODES or word in _SMALL else ""


def settle(sign: str, currency: str) -> str:
    """Return the code that a code or sign of a cell means in a row of a currency; empty when the two do not agree.

    Args:
        sign: ISO code, or the sign of a family.
        currency: Currency of the row, the file or the firm; empty when none is known.
    """
    if sign in FAMILIES:
        return currency if currency in FAMILIES[sign] else ""
    return sign if currency in ("", sign) else ""


def header_currency(title: str) -> str:
    """Return the ISO code a header names, such as EUR for "Betrag in EUR"; empty when it names none or several.

    A sign that several currencies share names none.
    """
    found = {code for code in _named(title) if code in CODES}
    return found.pop() if len(found) == 1 else ""


def _named(title: str) -> list[str]:
    """Return the codes and signs that a header names."""
    named = []
    for match in _TOKENS.finditer(title):
        word, before = match[0], title[: match.start()].rstrip()
        marked = before.endswith(("(", "[", "{")) or re.search(r"\bin$", before, re.IGNORECASE)
        if word in CODES and (word not in _WORDS or marked):
            named.append(word)
        elif word in SIGNS and (not word.isalpha() or (marked and word not in BEFORE_ONLY)):
            named.append(SIGNS[word])
        elif word in _SMALL:
            named.append(word.upper())
    return named


def header_scale(title: str) -> int:
    """Return how many zeros a header says its numbers lack: 3 for "TEUR" or "thousands", 6 for "Mio. EUR", else 0."""
    return next((zeros for zeros, pattern in _SCALES.items() if pattern.search(title)), 0)


def stated_scale(text: str) -> int:
    """Return how many zeros a title says that amounts lack, 0 when none: "in EUR thousands", "Angaben in TEUR".

    In a title the word alone says nothing ("Thousand Oaks"): it stands behind "in", beside a currency, or holds one.
    """
    for zeros, pattern in _SCALES.items():
        for match in pattern.finditer(text):
            before = _LAST.search(text[: match.start()])
            after = _NEXT.match(text[match.end() :])
            beside = any(one and sign_of(one[1]) for one in (before, after))
            behind_in = bool(before and before[1].casefold() in ("in", "en")) and match[0].casefold() not in _SINGULAR
            if beside or behind_in or not match[0].isalpha() or match[0][1:].upper() in CODES:
                return zeros
    return 0


def format_currency(number_format: str) -> str:
    """Return the ISO code or the ambiguous sign that an Excel number format shows; empty when none or several."""
    found = set()
    for match in _LITERALS.finditer(number_format):
        sign = match["sign"] or match["quoted"] or (match["escaped"] or "").replace("\\", "") or match["bare"] or ""
        named = next((one for one in map(sign_of, [sign.strip(), *sign.split()]) if one), "")
        if named in FAMILIES and match["language"]:
            named = _LANGUAGES.get(match["language"].upper().lstrip("0"), named)
        found |= {named} - {""}
    return found.pop() if len(found) == 1 else ""
