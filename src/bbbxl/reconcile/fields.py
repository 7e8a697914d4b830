"""Which column of a side is what: by its header first, then by what stands in it and in the other side."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from bbbxl.errors import InputError, UnknownColumnError, UnknownNameError
from bbbxl.inputs.grid import RawTable
from bbbxl.inputs.headers import normal, same_header, without_currency
from bbbxl.inputs.preset_data import field_table, presets
from bbbxl.inputs.values.currency_signs import CODES, header_currency
from bbbxl.reconcile.keys import normalise_keys, system_ids
from bbbxl.reconcile.pair import Pair, PairSide, pair_of

#: Field -> type, as `Cells` takes them.
TYPES = {
    "event_id": "text", "reference": "text", "order_id": "text", "parent": "text", "line_id": "text", "type": "text",
    "customer": "text", "status": "text", "currency": "text", "reporting_currency": "text", "date": "date",
    "amount": "amount", "debit": "amount", "credit": "amount", "reporting": "amount", "tax": "amount",
    "term": "number",
}  # fmt: skip
_CRM_IDS = ("Opportunity ID 18", "Opportunity ID", "Opportunity 18 Digit ID", "Case Safe ID", "Deal ID", "Deal - ID",
            "Record ID", "Record Id", "CRM ID", "Opp ID", "Opportunity-ID", "ID")  # fmt: skip
#: Headers of the closing day and of the stage, which only a CRM has.
CRM_DAYS = ("Close Date", "Closed Date", "Won Date", "Schlusstermin", "Abschlussdatum", "Date de clôture")
STAGES = ("Stage", "StageName", "Sales Stage", "Deal Stage", "Phase", "Étape", "Etapa")
#: Field -> spellings that name it here beside those of the exports, best first.
_SPELT: dict[str, tuple[str, ...]] = {
    "parent": ("Created From", "createdfrom", "Source Document", "Source Order", "Parent Order", "Root Order",
               "Applied To", "Based On", "Original Order", "Ursprungsbeleg", "Vorgängerbeleg", "Referenzbeleg",
               "Erstellt aus"),
    "reference": ("SFDC Opp. Ref", "SFDC Ref", "SFDC ID", "Salesforce ID", "Salesforce Opportunity ID", "CRM Ref",
                  "CRM Reference", "CRM ID", "CRM Opportunity", "Opportunity ID", "Opportunity Ref", "Opp Ref",
                  "CRM-ID", "CRM-Referenz", "Externe Referenz", "External ID"),
    "date": (*CRM_DAYS, "Posting Date", "Buchungsdatum", "Date", "Datum", "Belegdatum", "Tran Date"),
    "type": ("Type", "Transaction Type", "Document Type", "Doc Type", "Belegart", "Vorgangsart", "Type de document"),
    "customer": ("Account Name", "Account", "Customer Name", "Customer", "Name", "Entity Name", "Debitor", "Sold To"),
    "status": STAGES,
    "order_id": ("Order Number (ERP)", "ERP Order Number", "ERP Order", "ERP Order No", "SO Number", "Sales Order",
                 "Document Number", "Document No", "Doc Number", "Doc No", "Tran ID", "tranid"),
    "line_id": ("Line", "Line Sequence Number"),
}  # fmt: skip
_ERP_STATUS = ("Status", "Order Status", "Document Status", "Belegstatus", "Auftragsstatus", "Statut", "Estado")
_AMOUNT = re.compile(
    r"amount|amt|betrag|montant|importe|value|wert|total|\bnet|netto|tcv|booking|umsatz", re.IGNORECASE
)
_DOCUMENT = re.compile(r"foreign|\bfx\b|deal|docum|\bdoc\b|transaction|\btc\b|fremd|beleg|devise|original|auftragsw",
                       re.IGNORECASE)  # fmt: skip
_REPORTING = re.compile(r"convert|base\b|local|home|report|group|konzern|haus|\blc\b|\bgc\b|konvert|umgerechn|company",
                        re.IGNORECASE)  # fmt: skip
_TAX = re.compile(r"\btax(es)?\b|\bvat\b|\bgst\b|mwst|\bust\b|umsatzsteuer|steuer|\btva\b|\biva\b", re.IGNORECASE)
_NO_AMOUNT = re.compile(r"\b(rate|kurs|cours|date|datum|quantity|menge|status|type|number|count|term|unit|"
                        r"cost|discount|margin|percent|incl)\b|price$|preis|%", re.IGNORECASE)  # fmt: skip
_TERM = re.compile(r"\bterm\b|laufzeit|durée|duration|contract length|plazo", re.IGNORECASE)
YEARS = re.compile(r"year|jahr|\ban(s|née)|año", re.IGNORECASE)
_DIGIT = re.compile(r"[0-9]")
#: How many distinct cells of a column are looked at, and the share that has to fit.
_SAMPLE, _SHARE = 2000, 0.3
#: A shorter id or number ("4") may be a quantity, a line, a term: it says nothing about what a column is.
_LONG = 5


def find_fields(table: RawTable, own: PairSide, given: Mapping[str, str], *, dated: bool = True) -> dict[str, str]:
    """Return field -> header of one side, as far as its headers and cells say it.

    Args:
        table: The side.
        own: What it is in its pair.
        given: Field -> header as the user named them; they win.
        dated: Whether its rows have a day.

    Raises:
        UnknownNameError: a given field does not exist.
        UnknownColumnError: a given column is not there, or the day or the amount has no column.
    """
    side = own.reads
    found = _of_pair(table, own, _named(table, given))
    free = [title for title in table.header if title and title not in found.values()]

    def take(field: str, titles: Iterable[str]) -> None:
        title = next(iter(titles), None) if field not in found else None
        if title is not None:
            found[field] = title
            free.remove(title)

    by_pair = found.get("amount") if "amount" not in given else None
    for field, title in _money(table, free, found).items():
        # "Backlog (USD)" is the reporting amount of "Backlog", and "Order Amount (USD)" is not.
        if not by_pair or not field.startswith("reporting") or normal(without_currency(by_pair)) in normal(title):
            take(field, [title])
    if by_pair:
        take("reporting", (title for title in free if normal(without_currency(title)) == normal(by_pair)
                           and header_currency(title) and _numeric(table, title)))  # fmt: skip
    if side == "crm":
        take("event_id", _spelt(_CRM_IDS, free))
        take("status", _spelt((*_SPELT["status"], *_exported("status", side)), free))
    else:
        take("event_id", _spelt(("Internal ID", "internalid", "System ID", "Record ID", "ID"), free))
        take("reference", _spelt(_SPELT["reference"], free))
        take("parent", _spelt(_SPELT["parent"], free))
        take("status", _spelt(_ERP_STATUS, free))
    table_of = field_table()
    for field in ("order_id", "line_id", "customer", "type"):
        exported = () if (side, field) == ("crm", "order_id") else _exported(field, side)
        more = (*exported, *table_of.synonyms[field], *table_of.weak.get(field, ()))
        take(field, _spelt((*_SPELT[field], *more), [one for one in free if one not in _ids(side)]))
    dates = ("order_date", "effective", "invoiced_date")
    days = [one for name in dates for one in (*_exported(name, side), *table_of.synonyms[name])]
    take("date", _spelt((*_SPELT["date"], *days), free) if dated else ())
    take("term", (title for title in free if _TERM.search(title) and _numeric(table, title)))
    for field, words in (("date", "the booking day"), ("amount", "the amount")):
        if field not in found and (dated or field != "date") and not (field == "amount" and "debit" in found):
            raise UnknownColumnError(table.file, words, table.header,
                                     f'Say which column it is: --{own.code}-column {field}="...".')  # fmt: skip
    return found


def _of_pair(table: RawTable, own: PairSide, found: dict[str, str]) -> dict[str, str]:
    """Return the fields with those that the headers of this side of the pair name; debit and credit only together."""
    for field, spellings in own.headers.items():
        free = [title for title in table.header if title and title not in found.values()]
        if field not in found and (titles := _spelt(spellings, free)):
            found[field] = titles[0]
    if "amount" in found or not {"debit", "credit"} <= found.keys():
        found = {field: title for field, title in found.items() if field not in ("debit", "credit")}
    return found


def find_links(
    crm: RawTable, erp: RawTable, crm_fields: dict[str, str], erp_fields: dict[str, str], pair: Pair | None = None
) -> list[str]:  # fmt: skip
    """Add the columns by which the sides refer to one another to their fields, found by what stands in them.

    A column of the ERP that holds ids of the CRM is its reference whatever it is called; a column of the CRM that
    holds document numbers of the ERP is its order number; one of the ERP that holds order numbers again is the
    document a row was created from.

    Returns:
        What was decided, one sentence each.
    """
    notes: list[str] = []
    record = (pair or pair_of()).words("the id of the CRM record")

    def look(
        table: RawTable, fields: dict[str, str], field: str, make_known: Callable[[], set[str]], make: _Make, words: str
    ) -> None:
        known = set() if field in fields else make_known() - {""}
        if not known:
            return
        hits = {title: _hits(table, title, known, make) for title in table.header
                if title and title not in fields.values()}  # fmt: skip
        best = max(hits, key=lambda title: hits[title], default="")
        if best and hits[best]:
            fields[field] = best
            notes.append(f'{table.file}: column "{best}" is {words}, by what stands in it.')

    def keys(texts: Sequence[str]) -> list[str]:
        return [str(one) for one in normalise_keys(texts).full.to_pylist()]

    def ids(texts: Sequence[str]) -> list[str]:
        return [str(one) for one in system_ids(texts).to_pylist()]

    def known(table: RawTable, fields: dict[str, str]) -> set[str]:
        return set(keys(_texts(table, fields.get("order_id"))))

    look(erp, erp_fields, "reference", lambda: set(ids(_texts(crm, crm_fields.get("event_id")))), ids,
         record)  # fmt: skip
    look(crm, crm_fields, "order_id", lambda: known(erp, erp_fields), keys, "the order number")
    look(erp, erp_fields, "order_id", lambda: known(crm, crm_fields), keys, "the order number")
    look(erp, erp_fields, "parent", lambda: known(erp, erp_fields) | known(crm, crm_fields), keys,
         "the document a row was created from")  # fmt: skip
    return notes


_Make = Callable[[Sequence[str]], list[str]]


def _ids(side: str) -> tuple[str, ...]:
    """Return headers that are no order number on a side: CRM ids are not what the ERP calls its orders."""
    return _CRM_IDS if side == "crm" else ()


def _texts(table: RawTable, title: str | None) -> list[str]:
    return [text for text in table.distinct(title).texts if text] if title else []


def _hits(table: RawTable, title: str, known: set[str], make: _Make) -> int:
    """Return how many distinct cells of a column are among known texts; 0 where fewer than three in ten are.

    Short ones do not count.
    """
    texts = _texts(table, title)
    sample = texts[:: max(1, len(texts) // _SAMPLE)]
    count = sum(one in known and len(one) >= _LONG for one in make(sample)) if len(sample) >= 3 else 0
    return count * max(1, len(texts) // _SAMPLE) if count >= _SHARE * len(sample) else 0


def _exported(field: str, side: str) -> tuple[str, ...]:
    """Return the spellings that the exports bbbxl knows have for a field: those of CRMs, or all others."""
    own = (one for one in presets().values() if (one.role == "crm") == (side == "crm"))
    return tuple(dict.fromkeys(title for one in own for title in one.headers.get(field, ())))


def _named(table: RawTable, given: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for field, wanted in given.items():
        if field not in TYPES:
            raise UnknownNameError("field", field, TYPES)
        title = next((one for one in table.header if one and same_header(one, wanted)), None)
        if title is None:
            raise UnknownColumnError(table.file, f'{field} ("{wanted}")', table.header, "Correct the column.")
        found[field] = title
    return found


def _spelt(spellings: Sequence[str], free: Sequence[str]) -> list[str]:
    """Return the columns spelt like one of some names, in the order of the names."""
    by_name: dict[str, str] = {}
    for title in free:
        by_name.setdefault(normal(title), title)
    return [by_name[name] for name in map(normal, spellings) if name in by_name]


def _money(table: RawTable, free: Sequence[str], found: Mapping[str, str]) -> dict[str, str]:
    """Return the columns of amounts, tax and currencies.

    Raises:
        InputError: two columns may be the amount.
    """
    money: dict[str, str] = {}
    coins = [title for title in free if _is_currency(table, title)]
    rest = [title for title in free if title not in coins and _numeric(table, title)]
    tax = [title for title in rest if _TAX.search(title) and not re.search(r"excl|before|net|ohne", title, re.I)]
    amounts = [title for title in rest if title not in tax and not _NO_AMOUNT.search(title) and _AMOUNT.search(title)]
    document = [title for title in amounts if _DOCUMENT.search(title)]
    reporting = [title for title in amounts if title not in document and _REPORTING.search(title)]
    plain = [title for title in amounts if title not in document and title not in reporting]
    named = [title for title in plain if header_currency(title)]
    if not reporting and len(plain) > len(named) > 0 and (document or len(plain) - len(named) == 1):
        reporting, plain = named, [title for title in plain if title not in named]
    if document and not reporting and len(plain) == 1:
        reporting, plain = plain, []
    chosen = document or plain or reporting
    exact = _spelt(field_table().synonyms["amount"], [without_currency(title) for title in chosen])
    amount = found.get("amount") or _only(table, chosen, exact)
    if amount:
        money["amount"] = amount
    if reporting and reporting[0] != amount:
        money["reporting"] = reporting[0]
    if tax and amount:
        money["tax"] = tax[0]
    return {**money, **_currencies(money, coins)}


def _only(table: RawTable, chosen: Sequence[str], exact: Sequence[str]) -> str:
    if len(chosen) <= 1:
        return chosen[0] if chosen else ""
    fitting = [title for title in chosen if title in exact]
    if len(fitting) == 1:
        return fitting[0]
    shown = " and ".join(f'"{title}"' for title in chosen)
    raise InputError(f'{table.file} has {shown}, and each may be the amount. Say which: amount="...".')


def _currencies(money: Mapping[str, str], coins: Sequence[str]) -> dict[str, str]:
    """Return the currency columns: the one that names the amount column, and the one of the reporting amount."""
    own = {
        field: next((one for one in coins if normal(one) in (normal(f"{title}currency"), normal(f"currency{title}"))),
                    None)
        for field, title in money.items()
    }  # fmt: skip
    reporting = own.get("reporting") or next((one for one in coins if _REPORTING.search(one)), None)
    currency = own.get("amount") or next((one for one in coins if one != reporting), None)
    found = {"currency": currency} if currency else {}
    return found | ({"reporting_currency": reporting} if reporting and "reporting" in money else {})


def _is_currency(table: RawTable, title: str) -> bool:
    """Return whether a column holds nothing but currency codes."""
    texts = table.distinct(title).texts
    return 0 < len(texts) <= 200 and any(texts) and all(not text or text.upper() in CODES for text in texts)


def _numeric(table: RawTable, title: str) -> bool:
    """Return whether half of a column's first distinct cells look like numbers: the others are told row by row."""
    texts = [text for text in table.distinct(title).texts[:200] if text]
    plain = [text for text in texts if _DIGIT.search(text) and len(re.sub(r"[^A-Za-z]", "", text)) <= 3
             and not re.search(r"\d[/:]\d|\d-\d|\d\.\d+\.\d{4}$", text)]  # fmt: skip
    return bool(texts) and 2 * len(plain) >= len(texts)
