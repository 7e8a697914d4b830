"""Findings on tables: what the rows and columns themselves make one ask, taken or not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from bbbxl.errors import count_of
from bbbxl.inputs.findings import NAMED, Finding, make_finding
from bbbxl.inputs.grid import NUMBER, RawTable
from bbbxl.inputs.headers import normal, without_currency, without_place
from bbbxl.inputs.values.numbers import decimals, minor_units, parse_numbers
from bbbxl.money import exponent

#: A numbering is dense when so much of it is there, and it has so many numbers.
DENSE, FEWEST = 0.8, 4
#: A jump in an otherwise dense numbering that begins another run.
JUMP = 10
#: Columns that repeat the total of an order on each of its lines.
_ORDER_TOTALS = frozenset((
    "ordertotal", "totalorder", "ordervalue", "totalordervalue", "ordernetvalue", "ordernettotal", "netordervalue",
    "orderamount", "amount", "totalamount", "total", "totalnet", "nettotal", "totalnetvalue", "headertotal",
    "headeramount", "headervalue", "documenttotal", "documentamount", "invoicetotal", "grandtotal", "amounttotal",
    "amountuntaxed", "auftragswert", "auftragssumme", "belegsumme", "gesamtbetrag", "gesamtwert", "montanttotal",
    "totalht", "totalcommande", "importetotal", "totalpedido",
))  # fmt: skip
#: Where all totals are above their lines by one rate up to this, it is tax.
_MOST_TAX = Decimal("0.30")
#: More decimals than this in a number of a workbook are the noise of binary fractions.
_NOISE = 9
_Numbers = npt.NDArray[np.int64]
_OPEN_TITLE = re.compile(
    r"\b(open|outstanding|unshipped|unfulfilled|pending)\b[ -]+(sales[ -]+)?(order|so\b|line|sales)"
    r"|\bstatus\b\s*(:|=|is|in)\s*\W*(open|offen|pending|active|ouvert|abiert)"
    r"|\b(exclud\w+|without|no)\s+(closed|completed|cancell?ed|shipped|on[ -]hold)"
    r"|\boffene\s+\w*(auftr|bestell)|\bohne\s+(erledigte|abgeschlossene|stornierte)"
    r"|\bcommandes?\s+(ouvertes?|en\s+cours)|\bpedidos?\s+(abiertos?|pendientes?)",
    re.IGNORECASE,
)


def hidden_rows(table: RawTable) -> list[Finding]:
    """Return the rows of a table that nobody sees."""
    if not table.hidden:
        return []
    words = count_of(table.hidden, "row", "is", "are")
    by = "by a filter" if table.filtered else "by hand"
    return [make_finding("hidden_rows", table.file, table.sheet, (), {"amount": words, "other": by}, table.hidden)]


def table_too_short(table: RawTable) -> list[Finding]:
    """Return the rows below a table object that should hold them."""
    return [make_finding("table_too_short", table.file, table.sheet, table.outside, {})] if table.outside else []


def open_only_title(table: RawTable) -> list[Finding]:
    """Return a title, sheet or file name that says that closed orders were left out."""
    titles = [(one.text, (one.row,)) for one in table.aside if one.reason in ("title", "footer")]
    for text, rows in (*titles, (table.sheet, ()), (table.file, ())):
        if _OPEN_TITLE.search(text.replace("_", " ")):
            return [make_finding("open_only_title", table.file, table.sheet, rows, {"other": text})]
    return []


def lost_decimals(
    table: RawTable, headers: Sequence[str], decimal: str, currency_of: Mapping[int, str]
) -> list[Finding]:
    """Return amounts with more decimals than their currency.

    Args:
        table: The table, or those of its rows in which such amounts may be.
        headers: Its amount columns.
        decimal: Decimal mark.
        currency_of: Row of the file -> currency of the row; other rows are passed over.
    """
    known = np.array([int(row) in currency_of for row in table.numbers], dtype=np.bool_)
    currencies = [currency_of[int(row)] for row in table.numbers[known]]
    exponents = np.array([exponent(code) for code in currencies], dtype=np.int64)
    found = []
    for header in headers:
        column = table.distinct(header)
        numbers = parse_numbers(column, decimal)
        codes = column.codes[known]
        lost = minor_units(numbers, codes, exponents, currencies.__getitem__).lost
        if column.kinds is not None:
            lost = lost & ~((column.kinds == NUMBER) & (numbers.places > _NOISE))[codes]
        if lost.any():
            first = int(np.flatnonzero(lost)[0])
            words = {"currency": currencies[first], "other": column.texts[codes[first]]}
            rows = table.numbers[known][lost].tolist()
            found.append(make_finding("lost_decimals", table.file, table.sheet, rows, words))
    return found


def header_differs(table: RawTable, columns: Mapping[str, str], decimal: str) -> list[Finding]:
    """Return orders whose total, repeated on every line, differs from the sum of the lines.

    A column all of whose totals are above the lines by one and the same rate holds tax and raises no question.

    Args:
        table: The table.
        columns: Field -> header; needs order_id and amount.
        decimal: Decimal mark.
    """
    if not {"order_id", "amount"} <= set(columns):
        return []
    used = set(columns.values())
    named = [
        title
        for title in table.header
        if title not in used and normal(without_currency(without_place(title))) in _ORDER_TOTALS
    ]
    if not named:
        return []
    lines = pd.DataFrame({"order": table.column(columns["order_id"]), "row": table.numbers})
    lines["amount"] = _exact(table, columns["amount"], decimal)
    found = []
    for title in named:
        lines["total"] = _exact(table, title, decimal)
        given = lines[lines["order"].ne("") & lines["total"].notna() & lines["amount"].notna()]
        orders = given.groupby("order", sort=False).agg(
            row=("row", "first"), lines=("row", "size"), totals=("total", "nunique"), total=("total", "first"),
            amount=("amount", "sum"),
        )  # fmt: skip
        several = orders[orders["lines"] > 1]
        if several.empty or (several["totals"] > 1).any():
            continue  # not repeated on every line, so it is no total of the order
        differing = orders[orders["total"] != orders["amount"]]
        if len(differing) and not _is_tax(orders):
            first = differing.iloc[0]
            words = {"column": title, "order": differing.index[0], "other": f"{first['total']:,f}",
                     "amount": f"{first['amount']:,f}"}  # fmt: skip
            found.append(make_finding("header_differs", table.file, table.sheet, differing["row"].tolist(), words))
    return found


def _is_tax(orders: pd.DataFrame) -> bool:
    """Return whether all totals are above their lines by one rate."""
    rates = [total / amount - 1 for total, amount in zip(orders["total"], orders["amount"], strict=True) if amount]
    return len(rates) > 1 and min(rates) > 0 and max(rates) <= _MOST_TAX and max(rates) - min(rates) < Decimal("0.001")


def _exact(table: RawTable, header: str, decimal: str) -> pd.Series[Any]:
    """Return the exact numbers of a column, None where there is none."""
    column = table.distinct(header)
    return pd.Series(decimals(parse_numbers(column, decimal), column.codes), dtype="object")


def number_gaps(order_ids: Sequence[str], rows: Sequence[int], file: str, sheet: str = "") -> list[Finding]:
    """Return the numbers missing in the order numbers of a file, where these are dense.

    Args:
        order_ids: Order numbers, whether their rows could be taken or not; of equal ones the first row counts.
        rows: Row of each.
        file: File name.
        sheet: Sheet name, may be empty.
    """
    found = []
    for prefix, numbers, widths, own in _series(pa.array(order_ids, pa.large_string()), np.asarray(rows, np.int64)):
        missing, after = _missing(numbers)
        if missing:
            width = int(widths.min())
            names = [f"{prefix}{number:0{width}d}" for number in missing[:NAMED]]
            more = f" and {len(missing) - NAMED:,} more" if len(missing) > NAMED else ""
            words = {"other": ", ".join(names) + more}
            found.append(make_finding("number_gap", file, sheet, own[after].tolist(), words, len(missing)))
    return found


def _series(order_ids: pa.Array, rows: npt.NDArray[np.int64]) -> Iterator[tuple[str, _Numbers, _Numbers, _Numbers]]:
    """Yield each prefix with gaps in its numbers: its numbers ascending, how many digits each has, and its rows."""
    parts = pc.extract_regex(order_ids, r"^(?P<prefix>.*?)(?P<digits>[0-9]{1,15})$")
    there = pc.is_valid(parts).to_numpy(zero_copy_only=False)
    parts, rows = parts.drop_null(), rows[there]
    prefixes, digits = (pc.struct_field(parts, name) for name in ("prefix", "digits"))
    encoded = prefixes.dictionary_encode()
    texts, codes = encoded.dictionary.to_pylist(), encoded.indices.to_numpy(zero_copy_only=False)
    numbers = digits.cast(pa.int64()).to_numpy(zero_copy_only=False)
    widths = pc.binary_length(digits).to_numpy(zero_copy_only=False)
    order = np.lexsort((rows, numbers, codes))
    repeated = np.zeros(len(order), dtype=np.bool_)
    repeated[1:] = (np.diff(codes[order]) == 0) & (np.diff(numbers[order]) == 0)
    order = order[~repeated]
    split = np.split(order, np.flatnonzero(np.diff(codes[order])) + 1)
    runs = [(texts[codes[own[0]]], own) for own in split if len(own) >= FEWEST]
    for prefix, own in sorted(runs, key=lambda run: run[0]):
        yield prefix, numbers[own], widths[own], rows[own]


def _missing(numbers: npt.NDArray[np.int64]) -> tuple[list[int], list[int]]:
    """Return the numbers missing in an ascending series, and the places of those that follow a gap."""
    if len(numbers) < FEWEST:
        return [], []
    steps = np.diff(numbers)
    step = int(np.gcd.reduce(steps))
    jumps = [] if _dense(numbers, step) else (np.flatnonzero(steps > JUMP * step) + 1).tolist()
    missing: list[int] = []
    after: list[int] = []
    for begin, end in zip([0, *jumps], [*jumps, len(numbers)], strict=True):
        run = numbers[begin:end]
        if len(run) >= FEWEST and _dense(run, step):
            for place in np.flatnonzero(np.diff(run) > step).tolist():
                after.append(begin + place + 1)
                missing += range(int(run[place]) + step, int(run[place + 1]), step)
    return missing, after


def _dense(numbers: npt.NDArray[np.int64], step: int) -> bool:
    """Return whether most of the numbers from the first to the last are there."""
    return bool(len(numbers) / ((int(numbers[-1]) - int(numbers[0])) // step + 1) >= DENSE)
