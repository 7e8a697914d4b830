"""The formats in which made months are written; none is that of the sample months."""

from __future__ import annotations

from random import Random

from recon_months import Style

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


def _plain(minor: int, places: int) -> str:
    text = f"{abs(minor):0{places + 1}d}"
    whole, rest = (text[:-places], text[-places:]) if places else (text, "")
    return f"{'-' if minor < 0 else ''}{whole}{'.' if rest else ''}{rest}"


def _grouped(minor: int, places: int, mark: str, decimal: str) -> str:
    whole, _, rest = _plain(abs(minor), places).partition(".")
    return f"{int(whole):,}".replace(",", mark) + (decimal + rest if rest else "")


def comma(minor: int, places: int) -> str:
    return ("-" if minor < 0 else "") + _grouped(minor, places, ".", ",")


def trailing(minor: int, places: int) -> str:
    return _grouped(minor, places, ".", ",") + ("-" if minor < 0 else "")


def brackets(minor: int, places: int) -> str:
    text = _grouped(minor, places, ",", ".")
    return f"({text})" if minor < 0 else text


def blanks(minor: int, places: int) -> str:
    return ("-" if minor < 0 else "") + _grouped(minor, places, "\u202f", ",")


def _record(draw: Random) -> str:
    return "006" + "".join(draw.choices(_ALPHABET, k=12)) + "AAA"


def _deal(draw: Random) -> str:
    return f"{draw.randrange(10**10, 10**11)}"


def _spellings(number: int, draw: Random) -> str:
    return draw.choice((f"AB-{number:08d}", f"ab{number}", f"AB {number}", f"#AB-{number:010d}", f"{number}",
                        f"AB\u2013{number:08d} (upsell)"))  # fmt: skip


#: A German pair: semicolons, decimal comma with the minus behind, days first, credits of the ledger below zero.
GERMAN = Style(
    reporting="EUR", rates={"USD": "0.8813", "CHF": "1.0644"},
    crm_headers={"id": "Opportunity-ID", "customer": "Accountname", "order": "Auftragsnummer", "day": "Schlusstermin",
                 "stage": "Phase", "currency": "Währung", "amount": "Betrag", "reporting": "Betrag (umgerechnet)",
                 "term": "Laufzeit (Monate)"},
    erp_headers={"order": "Belegnummer", "line": "Position", "day": "Belegdatum", "type": "Belegart",
                 "customer": "Debitor", "reference": "CRM-Referenz", "parent": "Ursprungsbeleg", "currency": "Währung",
                 "amount": "Betrag Belegwährung", "tax": "Steuer", "reporting": "Betrag Hauswährung"},
    crm_number=comma, erp_number=trailing, crm_day=lambda day: f"{day:%d.%m.%Y}", erp_day=lambda day: f"{day:%d.%m.%Y}",
    order=lambda number: f"AB-{number:08d}", crm_key=_spellings, record=_record, signs="gl",
    types=("Auftrag", "Rechnung", "Gutschrift"), delimiter=";",
    title=("Belegliste Mai 2026", "Buchungskreis 1000"), total="Summe", fx=True,
)  # fmt: skip
#: Unsigned amounts with a type column, no reporting amounts, numbers without a prefix, ids of digits.
UNSIGNED = Style(
    reporting="USD", rates={"EUR": "1.1347", "GBP": "1.3391", "JPY": "0.006931"},
    crm_headers={"id": "Record ID", "customer": "Associated Company", "day": "Close Date", "stage": "Deal Stage",
                 "amount": "Amount", "currency": "Currency", "order": "SO No", "term": "Contract Term (months)"},
    erp_headers={"type": "Transaction Type", "order": "Document No", "parent": "Applied To", "line": "Line",
                 "customer": "Customer Name", "day": "Posting Date", "currency": "Currency Code", "amount": "Amount",
                 "tax": "VAT Amount", "reference": "Memo"},
    crm_number=_plain, erp_number=_plain, crm_day=lambda day: f"{day:%Y-%m-%d}", erp_day=lambda day: f"{day:%d-%b-%Y}",
    order=lambda number: f"{4_500_000_000 + number}", crm_key=lambda number, draw: f"{4_500_000_000 + number}",
    record=_deal, signs="unsigned", types=("Order", "Invoice", "Credit Note"), named=0.7,
)  # fmt: skip
#: One currency named in the header only, months first on one side, brackets for what is below zero.
PLAIN = Style(
    reporting="USD", rates={},
    crm_headers={"id": "Deal ID", "day": "Won Date", "customer": "Organization", "amount": "Deal Value (USD)",
                 "order": "Sales Order", "stage": "Stage", "owner": "Owner"},
    erp_headers={"customer": "Sold To", "order": "SO Number", "line": "Line No", "type": "Document Type",
                 "day": "Order Date", "amount": "Net Amount (USD)", "tax": "Sales Tax", "parent": "Source Order",
                 "reference": "External ID"},
    crm_number=brackets, erp_number=brackets, crm_day=lambda day: f"{day.month}/{day.day}/{day.year}",
    erp_day=lambda day: f"{day:%Y/%m/%d}", order=lambda number: f"SO-2026-{number}",
    crm_key=lambda number, draw: draw.choice((f"SO-2026-{number}", f"so 2026 {number}", f"SO2026-{number}")),
    record=_deal, title=("Orders and credits", "May 2026"), total="Grand Total",
)  # fmt: skip
#: A French pair: thin blanks, GL signs, ids under a header nobody knows.
FRENCH = Style(
    reporting="EUR", rates={"USD": "0.8813", "GBP": "1.1802"},
    crm_headers={"id": "Opportunity ID", "customer": "Nom du compte", "day": "Date de clôture", "stage": "Étape",
                 "currency": "Devise", "amount": "Montant", "order": "N° commande"},
    erp_headers={"order": "N° pièce", "customer": "Client", "day": "Date", "type": "Type de document", "line": "Ligne",
                 "currency": "Devise", "amount": "Montant HT", "tax": "Montant TVA", "parent": "Pièce d'origine",
                 "reference": "Zone libre 3"},
    crm_number=blanks, erp_number=blanks, crm_day=lambda day: f"{day:%d/%m/%Y}", erp_day=lambda day: f"{day:%d/%m/%Y}",
    order=lambda number: f"FR-SO-{number:07d}",
    crm_key=lambda number, draw: draw.choice((f"FR-SO-{number:07d}", f"SO-{number:07d}", f"frso{number}")),
    record=_record, signs="gl", types=("Commande", "Facture", "Avoir"), delimiter=";", total="Total général",
)  # fmt: skip
STYLES = {"german": GERMAN, "unsigned": UNSIGNED, "plain": PLAIN, "french": FRENCH}
