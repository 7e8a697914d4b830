"""Words by which rows are told apart: headers, totals, page marks, footers, units, groups."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from bbbxl.inputs.headers import LONGEST_LABEL, normal, without_currency, without_place
from bbbxl.inputs.preset_data import field_table, presets
from bbbxl.inputs.values.currency_signs import CODES

#: Headers of rates and budgets, which no field of an export has.
_OTHER_HEADERS = ("Rate", "FX Rate", "Exchange Rate", "Rate Date", "Rate Type", "From Currency", "Budget", "Plan")

_TOTAL_WORDS = (
    r"grand[ -]?totals?|sub[ -]?totals?|report totals?|overall totals?|page totals?|running totals?|net totals?"
    r"|totals?|sum|gesamtsumme|gesamtergebnis|gesamtbetrag|gesamt|zwischensumme|zwischenergebnis|endsumme"
    r"|teilsumme|seitensumme|summe[n]?|ergebnis|sous[ -]?tota(?:l|ux)|total g[ée]n[ée]ral|total final|totaux|somme"
    r"|suma total|suma|gran total|totale complessivo|subtotale|totale|subtotaal|eindtotaal|totaal|soma"
    r"|carried forward|brought forward|carry[ -]?forward|[üu]bertrag|[àa] reporter|suma y sigue"
)
_GRAND_WORDS = (
    r"grand[ -]?totals?|report totals?|overall totals?|gesamtsumme|gesamtergebnis|gesamt|endsumme"
    r"|total g[ée]n[ée]ral|total final|suma total|gran total|totale complessivo|eindtotaal"
)
#: Words that may stand behind a total word without naming a group.
_TAIL = r"(?:\s*\([^()]*\))?(?:\s+(?:in\s+)?(?:[a-z]{3}|[€$£¥])|\s+(?:amount|value|net|netto|betrag|montant|importe))?"
STRONG_TOTAL = re.compile(rf"(?:\*+\s*)?(?:{_TOTAL_WORDS}){_TAIL}\s*[:=.]*", re.IGNORECASE)
GRAND_TOTAL = re.compile(rf"(?:\*+\s*)?(?:{_GRAND_WORDS}){_TAIL}\s*[:=.]*", re.IGNORECASE)
#: Totals that are of a part wherever they stand.
PART_TOTAL = re.compile(
    r"\W*(?:sub|sous|zwischen|teil|seiten|page|carr|brought|[üu]bertrag|[àa] reporter|suma y)", re.IGNORECASE
)
_STARTING = re.compile(rf"(?:\*+\s*)?(?:{_TOTAL_WORDS})\b(?P<rest>.+)", re.IGNORECASE)
_ENDING = re.compile(rf"(?P<rest>.+?)[\s:,–-]+(?:{_TOTAL_WORDS})\s*[:=.]*", re.IGNORECASE)
#: Any cell that could be the label of a total: for finding rows to look at.
MAYBE_TOTAL = rf"(?i)^\s*\**\s*(?:{_TOTAL_WORDS})|(?:{_TOTAL_WORDS})[\s:=.]*$|^\s*\*+\s*$"
STARS = re.compile(r"\*+")

#: A ruler line of a text report.
RULER = re.compile(r"[-=_+*|~.\s–—]*[-=_–—]{3,}[-=_+*|~.\s–—]*")
PAGE = re.compile(
    r"\W*(?:page|seite|p[áa]gina|pag\.?|blatt|sheet)\s*(?:no\.?|nr\.?|:|#)?\s*\d+(?:\s*(?:of|von|de|sur|di|/)\s*\d+)?\W*"
    r"|\W*\d+\s*(?:/|of|von|sur)\s*\d+\W*|[-–]\s*\d+\s*[-–]",
    re.IGNORECASE,
)
_PRINTED = (
    r"(?:printed|generated|created|exported|report (?:date|run|generated|created|printed)|run (?:date|time|by|on)|as of"
    r"|date printed|print(?:ed)? date|downloaded|prepared|data as of|last (?:updated|refreshed)|filtered by|filters?"
    r"|gedruckt|druckdatum|erstellt|exportiert|stand|abruf|erzeugt"
    r"|imprim[ée]|[ée]dit[ée]|g[ée]n[ée]r[ée]|date d['’]|impreso|generado|fecha de)(?:\b|(?<=['’]))"
)
FOOTER = re.compile(
    r".*(?:©|\(c\)\s|copyright\b|all rights reserved|do not distribute|salesforce\.com|confidential information).*"
    rf"|\W*{_PRINTED}.*"
    r"|\W*(?:strictly |company |streng )?(?:confidential|vertraulich|confidentiel|confidencial)\b.*"
    r"|(?:\*+|†|‡|[¹²³]|\(?\d\))\s*[^\W\d].*"
    r"|(?:notes?|hinweise?|anmerkung(?:en)?|bemerkung|remarques?|nota|source|quelle|legend|legende)\s*[:.].*"
    r"|\W*(?:end of (?:the )?(?:report|file|list|document|data|page)|report end|end|ende|fin|eof)\W*"
    r"|\W*ende (?:des|der) .*|.*(?:accrual|cash) basis.*|(?:continued|fortsetzung|suite)\b.*",
    re.IGNORECASE | re.DOTALL,
)
#: What a file says of the number of its rows.
RECORDS = re.compile(
    r"\W*(?P<count>\d[\d,.']*)\s+(?:rows?|records?|lines?|results?|datens[äa]tze|zeilen|enregistrements|lignes"
    r"|registros)(?:\s+(?:affected|selected|returned|found|exported|in total|total))?\W*"
    r"|(?:total |number of )?(?:rows?|records?|row count|record count|rows returned|anzahl"
    r"(?: (?:zeilen|datens[äa]tze))?)\s*(?:[:=]\s*|\s)(?P<named>\d[\d,.']*)\W*",
    re.IGNORECASE,
)
#: A label with its value in one cell, such as "Customer: Acme".
LABELLED = re.compile(r"[^\W\d][^:|]{0,40}:(?:\s+\S.*)?")
#: A group line that counts its rows, such as "Acme (3 records)".
COUNTED = re.compile(r".+\(\s*\d+\s+(?:records?|rows?|lines?|items?|orders?|zeilen|eintr[äa]ge)\s*\)", re.IGNORECASE)
#: Statistics below a table that are no totals.
STATISTIC = re.compile(
    r"(?:average|avg|mean|median|count|number|min(?:imum)?|max(?:imum)?|durchschnitt|mittelwert|anzahl|moyenne|nombre"
    r"|promedio|recuento)\s*[:=]?",
    re.IGNORECASE,
)
#: Headers of pivot tables.
PIVOT = re.compile(
    r"row labels|column labels|(?:sum|count|average) of .+|zeilenbeschriftungen|spaltenbeschriftungen"
    r"|(?:summe|anzahl|mittelwert) von .+|[ée]tiquettes de (?:lignes|colonnes)|(?:somme|nombre) de .+"
    r"|etiquetas de (?:fila|columna)|(?:suma|cuenta) de .+",
    re.IGNORECASE,
)
#: Group words of a two-line header that add no meaning to the words below them.
GENERIC_GROUPS = frozenset(
    normal(word)
    for word in (
        "Order", "Orders", "Sales Order", "Sales Orders", "Order Details", "Order Data", "Details", "Line", "Lines",
        "Order Line", "Order Lines", "Header", "General", "Value", "Values", "Amounts", "Dates", "Key Figures",
        "Document", "Item", "Items", "Auftrag", "Aufträge", "Auftragsdaten", "Beleg", "Kopf", "Kopfdaten", "Position",
        "Positionen", "Allgemein", "Commande", "Commandes", "Général", "Pedido", "Pedidos", "Datos",
    )
)  # fmt: skip
_UNITS = frozenset((
    "%", "€", "$", "£", "¥", "pcs", "pc", "ea", "each", "units", "unit", "st", "stk", "stück", "stck", "kg", "t", "m",
    "h", "hrs", "hours", "days", "tage",
))  # fmt: skip
_UNIT_WORDS = re.compile(
    r"\(.{1,20}\)|\[.{1,20}\]|(?:in |en )?(?:[TtKk]|[Mm](?:io)?\.? ?)?(?:[A-Z]{3}|[€$£¥])(?: ?['’]?000s?)?"
)

#: Text fields without which a row is misread; others may be blank.
_DECIDING = frozenset({"order_id", "line_id", "event_id", "invoice_id", "kind", "type", "status", "currency"})


@cache
def header_words() -> dict[str, frozenset[str]]:
    """Return every known header, normalised, with the fields it may name; none for words that name no field."""
    table = field_table()
    found: dict[str, set[str]] = {}

    def add(headers: Iterable[str], field: str = "") -> None:
        for header in headers:
            found.setdefault(normal(header), set()).update({field} - {""})

    for spellings in (table.synonyms, table.weak, *(one.headers for one in presets().values())):
        for field, headers in spellings.items():
            add(headers, field)
    for preset in presets().values():
        add(either for headers in preset.recognised_by for either in headers.split("|"))
    for near in table.near:
        add(near.headers)
    add(table.elsewhere)
    add(_OTHER_HEADERS)
    found.pop("", None)
    return {word: frozenset(fields) for word, fields in found.items()}


@lru_cache(maxsize=10_000)
def header_fields(title: str) -> frozenset[str] | None:
    """Return the fields a header may name, empty for a known word that names none; None when it is unknown."""
    words = header_words()
    plain = without_place(title)
    known = words.get(normal(plain))
    return known if known is not None else words.get(normal(without_currency(plain)))


def is_known(title: str) -> bool:
    """Return whether a cell is a known header."""
    return bool(title) and header_fields(title) is not None


@lru_cache(maxsize=10_000)
def is_telling(title: str) -> bool:
    """Return whether a cell is a header that names a field whatever else stands in the file."""
    plain = without_place(title)
    return bool({normal(plain), normal(without_currency(plain))} & _telling_words())


@cache
def _telling_words() -> frozenset[str]:
    return frozenset(normal(word) for spellings in field_table().synonyms.values() for word in spellings)


def field_types(title: str) -> frozenset[str]:
    """Return the types (text, date, amount, number, flag) of the fields a header may name."""
    types = field_table().types
    return frozenset(types[field] for field in header_fields(title) or () if field in types)


def is_needed(title: str) -> bool:
    """Return whether a row is misread when its cell below a header is missing: no text, or a text that decides."""
    return bool(field_types(title) - {"text"}) or bool((header_fields(title) or frozenset()) & _DECIDING)


def is_unit(text: str) -> bool:
    """Return whether a cell below a header is its unit: "(USD)", "EUR", "TEUR", "%", "pcs"."""
    if text.casefold() in _UNITS:
        return True
    if not _UNIT_WORDS.fullmatch(text):
        return False
    code = re.search(r"[A-Z]{3}", text)
    return text.startswith(("(", "[")) or code is None or text[-3:] in CODES or code[0] in CODES


def is_ruler(text: str) -> bool:
    """Return whether a cell is a ruler of a text report, such as "------"."""
    return bool(RULER.fullmatch(text))


def strong_total(text: str) -> bool:
    """Return whether a cell is nothing but the label of a total: "Grand Total", "Summe EUR:", "**"."""
    return bool(STRONG_TOTAL.fullmatch(text) or STARS.fullmatch(text))


def total_rest(text: str) -> str | None:
    """Return what is left of a cell without its total word ("Total for Acme" gives Acme); None without such a word."""
    found = len(text) <= LONGEST_LABEL and (_STARTING.fullmatch(text) or _ENDING.fullmatch(text))
    if not found:
        return None
    rest = re.sub(
        r"^[\s:,–-]*(?:(?:for|of|per|für|de|du|des|pour|para)\b)?[\s:,–-]*", "", found["rest"], flags=re.IGNORECASE
    )
    return rest.strip() or text
