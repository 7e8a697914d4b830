"""Months of a CRM and an ERP with a known truth, written in many formats: other signs, marks, dates, headers, keys."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from random import Random

FIRST, LAST = date(2026, 5, 1), date(2026, 5, 31)
_WORDS = ("Alder", "Birch", "Copper", "Dune", "Elm", "Flint", "Grove", "Hazel", "Iris", "Jade", "Krone", "Larch",
          "Moor", "Nadel", "Otter", "Pine", "Quill", "Reed", "Sand", "Tarn", "Ulme", "Vale", "Wren",
          "Yarrow")  # fmt: skip
_TRADES = ("Optics", "Valves", "Foods", "Print", "Tools", "Marine", "Glass", "Pumps", "Paper", "Seals", "Motion",
           "Medical")  # fmt: skip
_PLACES = ("", "", "North", "South", "Iberia", "Nordic", "Alpine")
_FORMS = ("GmbH", "Ltd", "Inc.", "AG", "S.A.", "LLC", "B.V.")
_CLASSES = ("MATCHED",) * 40 + (
    "MATCHED_SPLIT", "MATCHED_SPLIT", "MATCHED_MERGED", "DATE_DIFF", "ROUNDING", "AMOUNT_DIFF", "AMOUNT_DIFF",
    "CURRENCY_ERR", "TAX_GROSS", "TERM_ANNUALISED", "SIGN_ERROR", "CREDIT_MEMO", "SPLIT_SHORT", "TIMING_CRM_FIRST",
    "TIMING_ERP_FIRST", "TIMING_PRIOR", "DUPLICATE_ERP", "DUPLICATE_CRM", "CRM_ONLY", "ERP_ONLY",
)  # fmt: skip


@dataclass(frozen=True)
class Style:
    """How the two files of a month are written.

    Attributes:
        reporting: Reporting currency.
        rates: Currency -> reporting units for one of it.
        crm_headers: Field -> header; fields without one are left out.
        erp_headers: The same of the ERP.
        crm_number: Minor units and decimals -> text.
        erp_number: The same of the ERP.
        crm_day: Day -> text.
        erp_day: Day -> text.
        order: Number -> order number as the ERP writes it.
        crm_key: Number and a draw -> order number as the CRM writes it.
        record: Draw -> id of a CRM record.
        signs: natural, gl or unsigned.
        types: Words for an order, an invoice and a credit.
        delimiter: Cell mark of both files.
        title: Lines above the header of the ERP.
        total: Word of the total line below the ERP; empty for none.
        fx: Whether sides give their own reporting amounts and rates may differ.
        named: Share of ERP orders that name the CRM record.
        keyless: Share of CRM rows without order number.
        mistyped: Share of CRM rows with two digits of the order number swapped, of rows that agree.
        twins: Share of orders that have customer, amount and day of the one before.
    """

    reporting: str
    rates: dict[str, str]
    crm_headers: dict[str, str]
    erp_headers: dict[str, str]
    crm_number: Callable[[int, int], str]
    erp_number: Callable[[int, int], str]
    crm_day: Callable[[date], str]
    erp_day: Callable[[date], str]
    order: Callable[[int], str]
    crm_key: Callable[[int, Random], str]
    record: Callable[[Random], str]
    signs: str = "natural"
    types: tuple[str, str, str] = ("Sales Order", "Invoice", "Credit Memo")
    delimiter: str = ","
    title: tuple[str, ...] = ()
    total: str = ""
    fx: bool = False
    named: float = 0.4
    keyless: float = 0.1
    mistyped: float = 0.03
    twins: float = 0.03


@dataclass
class Entry:
    """One row of a side before it is written."""

    group: int
    customer: str
    day: date
    currency: str
    deal: int
    minor: int
    order: str = ""
    record: str = ""
    parent: str = ""
    kind: int = 0
    line: int = 1
    tax: int = 0
    term: int = 12


@dataclass
class Month:
    """A month with its truth: rows of both sides in the order of their files, class of every group."""

    style: Style
    crm: list[Entry] = field(default_factory=list)
    erp: list[Entry] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)

    def period(self, side: str) -> int:
        rows = self.crm if side == "crm" else self.erp
        return sum(one.minor for one in rows if FIRST <= one.day <= LAST)

    def truth(self) -> list[dict[str, str]]:
        return [
            {"side": side, "row": f"{place}", "group_id": f"{one.group}", "class": self.classes[one.group],
             "usd_cents": f"{one.minor}", "in_period": f"{int(FIRST <= one.day <= LAST)}"}
            for side, rows in (("crm", self.crm), ("erp", self.erp)) for place, one in enumerate(rows, start=1)
        ]  # fmt: skip

    def write(self, folder: Path) -> tuple[Path, Path, Path]:
        """Write crm.csv, erp.csv and rates.csv."""
        style = self.style
        paths = folder / "crm.csv", folder / "erp.csv", folder / "rates.csv"
        _write(paths[0], style, style.crm_headers, [_crm_cells(style, one) for one in self.crm], (), "")
        cells = [_erp_cells(style, one) for one in self.erp]
        _write(paths[1], style, style.erp_headers, cells, style.title, style.total)
        with paths[2].open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("Currency", f"{style.reporting} per unit"), (style.reporting, "1.0"),
                                        *style.rates.items()])  # fmt: skip
        return paths


def decimals(currency: str) -> int:
    return 0 if currency == "JPY" else 2


def translate(style: Style, deal: int, currency: str, off: Decimal = Decimal(1)) -> int:
    """Return reporting minor units, half up away from zero, by hand and not by bbbxl."""
    if currency == style.reporting:
        return deal
    exact = Decimal(deal) * Decimal(style.rates[currency]) * off * Decimal(10) ** (2 - decimals(currency))
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def make_month(style: Style, seed: int, size: int = 400) -> Month:
    """Return a month of some orders, drawn from a seed."""
    draw = Random(seed)
    month = Month(style)
    customers = [f"{a} {b} {c} {d}".replace("  ", " ") for a in _WORDS for b in draw.sample(_TRADES, 3)
                 for c in draw.sample(_PLACES, 1) for d in draw.sample(_FORMS, 1)]  # fmt: skip
    for number in range(size):
        kind = draw.choice(_CLASSES)
        if style.fx and kind == "MATCHED" and draw.random() < 0.1:
            kind = "FX_RATE"
        _add(month, draw, kind, draw.choice(customers), 100_000 + number * 7)
        if draw.random() < style.twins:
            _twin(month, draw, 100_000 + number * 7 + 3)
    _swap_keys(month, draw)
    draw.shuffle(month.crm)
    draw.shuffle(month.erp)
    return month


def _add(month: Month, draw: Random, kind: str, customer: str, number: int) -> None:
    """Add one order of a class to both sides."""
    style, group = month.style, len(month.classes)
    coins = [style.reporting, style.reporting, *style.rates]
    if kind in ("FX_RATE", "CURRENCY_ERR"):
        coins = list(style.rates) or coins
    if kind == "CURRENCY_ERR" and not style.rates:
        kind = "MATCHED"
    if kind == "TERM_ANNUALISED" and "term" not in style.crm_headers:
        kind = "MATCHED"
    month.classes.append(kind)
    coin = draw.choice(coins)
    # No two orders have one amount, so that pairs without a key are clear.
    deal = draw.randrange(20, 9000) * 10_000 + number % 10_000 + 13
    if coin == "JPY":
        deal = draw.randrange(900, 90_000) * 1000 + number
    if kind == "TERM_ANNUALISED":
        deal = deal // 3 * 3
    day = FIRST + timedelta(days=draw.randrange(8, 20))
    keyed = draw.random() >= style.keyless or kind not in ("MATCHED", "TIMING_PRIOR", "CRM_ONLY", "ERP_ONLY")
    record = style.record(draw)
    named = draw.random() < style.named and keyed and kind != "DUPLICATE_CRM"
    order = style.order(number)

    def crm(deal: int, day: date, term: int = 12, own: str = record) -> Entry:
        key = style.crm_key(number, draw) if keyed else ""
        made = Entry(group, customer, day, coin, deal, translate(style, deal, coin), key, own, term=term)
        month.crm.append(made)
        return made

    def erp(deal: int, day: date, currency: str = coin, off: Decimal = Decimal(1), **more: object) -> Entry:
        made = Entry(
            group,
            _erp_name(customer, draw),
            day,
            currency,
            deal,
            translate(style, deal, currency, off),
            order,
            record if named else "",
            **more,
        )  # type: ignore[arg-type]
        month.erp.append(made)
        return made

    later = day + timedelta(days=draw.randrange(0, 4))
    _CASES.get(kind, _plain)(_Case(draw, deal, day, later, coin, style, order, crm, erp), kind)
    if kind in ("MATCHED_SPLIT", "MATCHED_MERGED", "CREDIT_MEMO", "SPLIT_SHORT"):
        _name_rounding(month, group)
    if kind == "CRM_ONLY":
        month.erp[:] = [one for one in month.erp if one.group != group]
    elif kind == "ERP_ONLY":
        month.crm[:] = [one for one in month.crm if one.group != group]


def _swap_keys(month: Month, draw: Random) -> None:
    """Give some matched CRM rows of different customers the order numbers of one another, and mistype some others."""
    plain = [one for one in month.crm if month.classes[one.group] == "MATCHED" and one.order]
    for one, other in zip(plain[::80], plain[40::80], strict=False):
        if one.customer.split()[0] != other.customer.split()[0]:
            one.order, other.order = other.order, one.order
            _forget_records(month, one.group, other.group)
    for one in plain[5::40]:
        digits = [place for place, letter in enumerate(one.order) if letter.isdigit()]
        a, b = digits[-2], digits[-1]
        if draw.random() < 40 * month.style.mistyped and one.order[a] != one.order[b]:
            one.order = one.order[:a] + one.order[b] + one.order[a] + one.order[b + 1 :]


def _forget_records(month: Month, *groups: int) -> None:
    for one in month.erp:
        if one.group in groups:
            one.record = ""


def _twin(month: Month, draw: Random, number: int) -> None:
    """Add a second matched order with customer, amount and day of the last matched one; both have their keys."""
    style, last = month.style, month.crm[-1]
    if month.classes[last.group] != "MATCHED" or not last.order or month.erp[-1].group != last.group:
        return
    group = len(month.classes)
    month.classes.append("MATCHED")
    record, order = style.record(draw), style.order(number)
    month.crm.append(replace(last, group=group, order=style.crm_key(number, draw), record=record))
    month.erp.append(replace(month.erp[-1], group=group, order=order, record=""))


def _name_rounding(month: Month, group: int) -> None:
    """Call parts that add up ROUNDING where their translations do not: each row is rounded once."""
    crm, erp = ([one for one in rows if one.group == group] for rows in (month.crm, month.erp))
    gap = sum(one.deal for one in crm) - sum(one.deal for one in erp)
    if gap == 0 and sum(one.minor for one in crm) != sum(one.minor for one in erp):
        month.classes[group] = "ROUNDING"


@dataclass(frozen=True)
class _Case:
    draw: Random
    deal: int
    day: date
    later: date
    coin: str
    style: Style
    order: str
    crm: Callable[..., Entry]
    erp: Callable[..., Entry]


def _plain(case: _Case, kind: str) -> None:
    off, deal, day, later = Decimal(1), case.deal, case.day, case.later
    if kind == "FX_RATE":
        off = Decimal("1.013")
    elif kind == "ROUNDING":
        deal += case.draw.choice((-3, -1, 2, 4))
    elif kind == "AMOUNT_DIFF":
        deal = deal * 87 // 100 + 11
    elif kind == "SIGN_ERROR":
        deal = -deal
    elif kind == "DATE_DIFF":
        day, later = FIRST + timedelta(days=2), FIRST + timedelta(days=22)
    elif kind == "TIMING_CRM_FIRST":
        day, later = LAST - timedelta(days=1), LAST + timedelta(days=4)
    elif kind == "TIMING_ERP_FIRST":
        day, later = LAST + timedelta(days=2), LAST - timedelta(days=1)
    elif kind == "TIMING_PRIOR":
        day, later = FIRST - timedelta(days=2), FIRST + timedelta(days=3)
    case.crm(case.deal, day)
    case.erp(deal, later, off=off)


def _currency(case: _Case, _: str) -> None:
    case.crm(case.deal, case.day)
    number = case.deal * (100 if case.coin == "JPY" else 1)
    case.erp(number, case.later, currency=case.style.reporting)


def _tax(case: _Case, _: str) -> None:
    tax = (case.deal * 19 + 50) // 100
    case.crm(case.deal, case.day)
    case.erp(case.deal + tax, case.later, tax=tax)


def _term(case: _Case, _: str) -> None:
    case.crm(case.deal, case.day, term=36)
    case.erp(case.deal // 3, case.later)


def _credit(case: _Case, _: str) -> None:
    case.crm(case.deal, case.day)
    case.erp(case.deal, case.later)
    memo = case.erp(-(case.deal // 4), case.later + timedelta(days=3), kind=2, parent=case.order)
    memo.order = case.order.replace("SO", "CM") if "SO" in case.order else f"9{case.order[1:]}"


def _split(case: _Case, kind: str) -> None:
    case.crm(case.deal, case.day)
    cut = case.deal // 3 + 7
    parts = [cut, case.deal - 2 * cut, cut]
    first = 1 if kind == "SPLIT_SHORT" else 0
    for place, part in enumerate(parts[first:], start=first + 1):
        case.erp(part, case.later, line=place)


def _merged(case: _Case, _: str) -> None:
    part = case.deal // 3
    case.crm(part, case.day)
    case.crm(case.deal - part, case.day, own=case.style.record(case.draw))
    case.erp(case.deal, case.later)


def _twice_erp(case: _Case, _: str) -> None:
    case.crm(case.deal, case.day)
    case.erp(case.deal, case.later)
    case.erp(case.deal, case.later)


def _twice_crm(case: _Case, _: str) -> None:
    case.crm(case.deal, case.day)
    case.crm(case.deal, case.day + timedelta(days=1), own=case.style.record(case.draw))
    case.erp(case.deal, case.later)


_CASES: dict[str, Callable[[_Case, str], None]] = {
    "CURRENCY_ERR": _currency, "TAX_GROSS": _tax, "TERM_ANNUALISED": _term, "CREDIT_MEMO": _credit,
    "MATCHED_SPLIT": _split, "SPLIT_SHORT": _split, "MATCHED_MERGED": _merged, "DUPLICATE_ERP": _twice_erp,
    "DUPLICATE_CRM": _twice_crm,
}  # fmt: skip


def _erp_name(name: str, draw: Random) -> str:
    """Return a customer as the ERP has it: in capitals, with a number in front, with a letter swapped."""
    made = draw.choice((str, str.upper, lambda text: text.replace("GmbH", "G.m.b.H."), lambda text: text + " "))(name)
    if draw.random() < 0.1:
        place = draw.randrange(3, 6)
        made = made[:place] + made[place + 1] + made[place] + made[place + 2 :]
    return made


def _crm_cells(style: Style, one: Entry) -> dict[str, str]:
    number = style.crm_number
    return {"id": one.record, "order": one.order, "customer": one.customer, "day": style.crm_day(one.day),
            "currency": one.currency, "amount": number(one.deal, decimals(one.currency)),
            "reporting": number(one.minor, 2), "reporting_currency": style.reporting, "stage": "Closed Won",
            "term": f"{one.term}", "owner": "M. Roth"}  # fmt: skip


def _erp_cells(style: Style, one: Entry) -> dict[str, str]:
    sign = -1 if style.signs == "gl" else 1

    def number(minor: int, places: int) -> str:
        unsigned = style.signs == "unsigned" and one.kind == 2
        return style.erp_number(abs(minor) if unsigned else sign * minor, places)

    places = decimals(one.currency)
    return {"order": one.order, "parent": one.parent, "reference": one.record, "customer": one.customer,
            "day": style.erp_day(one.day), "currency": one.currency, "amount": number(one.deal, places),
            "reporting": number(one.minor, 2), "tax": number(one.tax, places) if one.tax else "",
            "type": style.types[one.kind], "line": f"{one.line}", "total": f"{sign * one.minor}"}  # fmt: skip


def _write(
    path: Path, style: Style, headers: dict[str, str], rows: list[dict[str, str]], title: tuple[str, ...], total: str
) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, delimiter=style.delimiter)
        out.writerows([line] for line in title)
        out.writerow(headers.values())
        out.writerows([row[name] for name in headers] for row in rows)
        if total:
            summed = style.erp_number(sum(int(row["total"]) for row in rows), 2)
            column = "reporting" if "reporting" in headers else "amount"
            out.writerow([total, *(summed if name == column else "" for name in list(headers)[1:])])
