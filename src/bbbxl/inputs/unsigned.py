"""Rows that say of themselves that they may be no signed orders, and were counted all the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from bbbxl.events import BOOKING_NAMES
from bbbxl.inputs.columns import FLAGS
from bbbxl.inputs.findings import Finding, make_finding
from bbbxl.inputs.grid import Column, RawTable
from bbbxl.inputs.headers import normal
from bbbxl.inputs.preset_data import Preset
from bbbxl.money import show
from bbbxl.policy import FileEntry

#: A column with more distinct texts than this names things, and is no state of a row.
_MOST_STATES = 60
#: Texts of a whole cell that mean a row is no signed order, or an order no more; without case and punctuation.
_WORDS = frozenset({
    "quote", "quoted", "quotation", "salesquote", "draft", "proposal", "estimate", "lost", "closedlost", "dead", "void",
    "voided", "rejected", "declined", "refused", "deleted", "expired", "pendingapproval", "awaitingapproval",
    "pendingsignature", "notsigned", "unsigned", "notapproved", "unapproved", "prospect", "pipeline", "budget",
    "forecast", "creditmemo", "creditnote", "cancelled", "canceled", "cancelledbycustomer", "canceledbycustomer",
    "angebot", "entwurf", "storniert", "storno", "abgelehnt", "verloren", "gutschrift", "plan", "devis", "brouillon",
    "annule", "annulé", "annulée", "refusé", "perdu", "avoir", "presupuesto", "borrador", "cancelado", "anulado",
    "perdido", "abono",
})  # fmt: skip
#: Headers of yes-or-no columns of which yes takes a row out, and of which no does.
_YES_IS_OUT = re.compile(r"cancel(?!l?able)|void|delet|lost|reject|storn|annul|anulad|draft|quote", re.IGNORECASE)
_NO_IS_OUT = re.compile(
    r"^(is ?)?(signed|won|approved|confirmed|booked|firm|unterschrieben|freigegeben|sign[eé])\W*$", re.IGNORECASE
)
#: Headers of debit-or-credit columns, and the texts that mean credit.
_DEBIT_CREDIT = frozenset({"dc", "drcr", "crdr", "debitcredit", "creditdebit", "sollhaben", "sh"})
_CREDIT = frozenset({"c", "cr", "credit", "h", "haben"})
_CHANCE = re.compile(r"probab|wahrscheinlich|likelihood", re.IGNORECASE)
_CERTAIN = frozenset({"", "1", "100", "10", "1000", "10000"})  # 1, 100, 100 %, 1.0, 100.0 and 100.00 without marks


def unsigned_rows(
    table: RawTable, entries: pd.DataFrame, preset: Preset, entry: FileEntry, columns: Mapping[str, str]
) -> list[Finding]:
    """Return the rows that were booked although a cell of theirs says that they may be no signed orders.

    Args:
        table: The table.
        entries: Its entries.
        preset: What it was taken for; words of its states have their meaning already.
        entry: What bbbxl.toml says of it, as above.
        columns: Field -> header; figures, days and names are not looked at.
    """
    if preset.shape == "events":
        return []
    known = _known_words(preset, entry)
    seen = [title for name, title in columns.items() if name not in ("status", "type", "reason", "cancellable")]
    found: list[Finding] = []
    for title in table.header:
        if not title or title in seen:
            continue
        column = table.distinct(title)
        for place in _doubtful(column, known) if len(column.texts) <= _MOST_STATES else ():
            rows = table.numbers[column.codes == place]
            booked = entries["source_row"].isin(rows) & entries["kind"].isin(BOOKING_NAMES)
            counted = entries.loc[booked, ["source_row", "currency", "amount"]]
            if len(counted):
                sums = counted["amount"].groupby(counted["currency"]).sum()
                shown = ", ".join(f"{code} {show(int(minor), str(code))}" for code, minor in sums.items())
                words = {"column": title, "other": column.texts[place], "amount": shown}
                at = counted["source_row"].tolist()
                found.append(make_finding("maybe_unsigned", table.file, table.sheet, at, words))
    return found


def _known_words(preset: Preset, entry: FileEntry) -> frozenset[str]:
    """Return the words that the states of the file give a meaning."""
    states = {**preset.states, **entry.states}
    return frozenset(normal(one) for condition in states.values() for values in condition.values() for one in values)


def _doubtful(column: Column, known: frozenset[str]) -> Iterator[int]:
    """Yield the distinct cells of a column that mean a row may be no signed order."""
    title = column.title.strip()
    sides = normal(title) in _DEBIT_CREDIT
    used = np.unique(column.codes)
    for place in used.tolist():
        text = column.texts[place]
        word, flag = normal(text), FLAGS.get(text.casefold()) if text else None
        out = (
            (word in _WORDS and word not in known)
            or (flag == 1 and _YES_IS_OUT.search(title) and word not in known)
            or (flag == 0 and _NO_IS_OUT.match(title))
            or (sides and word in _CREDIT)
            or (_CHANCE.search(title) and word not in _CERTAIN)
        )
        if out:
            yield place
