"""Findings on entries: what contradicts itself between the events of order lines, and strange dates and names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial

import numpy as np
import pandas as pd

from bbbxl.events import KINDS, ORDER_NAMES
from bbbxl.inputs.findings import OLD_YEARS, Finding, make_finding, rows_in_words
from bbbxl.inputs.together import UNKNOWN
from bbbxl.ledger.columns import LINE
from bbbxl.money import show
from bbbxl.safe_text import without_controls

_BOOKINGS = [kind.name for kind in KINDS.values() if kind.gross]
_RAISING = [name for name in ORDER_NAMES if KINDS[name].sign > 0]
#: Kinds that take an order back: what was shipped or billed before them was booked all the same.
_TAKEN_BACK = frozenset(("cancellation", "return_authorisation"))
#: Kind of what becomes of an order -> what has then been done to it, the word in the names of findings.
_DONE = {"shipment": "shipped", "invoice": "invoiced", "cancellation": "cancelled"}
_REVERSED = {"shipment": "return_receipt", "invoice": "credit_note"}
_NAMES = ("customer", "product", "region", "channel", "owner", "entity", "counterparty")
_TEXTS = (*_NAMES, "order_id", "line_id", "reason")
#: A letter or sign of UTF-8 read as another code page, for a quick look; the proof is that it reads back.
_GARBLED = re.compile("[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u0178\u02c6\u02dc\u2013-\u203a\u20ac\u2122]|\ufffd")
_LOST = re.compile(r"[^\W\d_]\?[^\W\d_]")
#: Order lines of a report, and months from the first order to the last, from which none being closed is strange.
_MANY, _LONG_MONTHS = 20, 6


def _by_file(name: str, rows: pd.DataFrame, words: Callable[[pd.Series], dict[str, object]]) -> list[Finding]:
    """Return one finding a file and sheet, its words taken from the first row."""
    made = []
    keys = [rows["source_file"], rows["source_sheet"].fillna("")]
    for (file, sheet), own in rows.sort_values("source_row", kind="stable").groupby(keys, sort=False):
        numbers = own["source_row"].astype(int).tolist()
        made.append(make_finding(name, str(file), str(sheet), numbers, words(own.iloc[0])))
    return made


def _day(moment: object) -> str:
    return f"{pd.Timestamp(moment):%Y-%m-%d}"  # type: ignore[arg-type]  # a value of a date column


def fact_before_order(entries: pd.DataFrame) -> list[Finding]:
    """Return shipments, invoices and cancellations dated before the first booking of their order line."""
    if entries.empty:
        return []
    line = _lines(entries)
    booked = entries["effective"].where(entries["kind"].isin(_RAISING)).groupby(line).min()
    found = []
    for kind, word in _DONE.items():
        own = entries["kind"] == kind
        facts = entries[own].assign(ordered=line[own].map(booked))
        early = facts[facts["effective"] < facts["ordered"]]
        found += _by_file(f"{word}_before_ordered", early, lambda row: {
            "order": row["order_id"], "day": _day(row["effective"]), "other": _day(row["ordered"])})  # fmt: skip
    return found


def without_day(entries: pd.DataFrame) -> list[Finding]:
    """Return facts that wait for the day of the export, in files that know the day of others of their kind."""
    facts = entries[entries["kind"].isin(_DONE)]
    waiting = facts["effective"] == UNKNOWN
    some = (~waiting).groupby([facts["source_file"], facts["kind"]]).transform("any")
    found = []
    for kind, own in facts[waiting & some].groupby("kind", sort=True):
        found += _by_file("without_day", own, partial(_waiting, f"{_DONE[str(kind)]}"))
    return found


def _waiting(word: str, row: pd.Series) -> dict[str, object]:
    return {"order": row["order_id"], "other": word}


def invoice_without_order(entries: pd.DataFrame) -> list[Finding]:
    """Return invoices whose order line is nowhere booked; files that book nothing at all raise no question."""
    if not entries["kind"].isin(_RAISING).any():
        return []
    booked = entries.loc[entries["kind"].isin(ORDER_NAMES), list(LINE)].drop_duplicates().assign(_booked=True)
    invoices = entries[entries["kind"] == "invoice"].merge(booked, on=list(LINE), how="left")
    alone = invoices[invoices["_booked"].isna()]
    return _by_file("invoice_without_order", alone, lambda row: {"order": row["order_id"], "line": row["line_id"]})


def more_than_booked(entries: pd.DataFrame) -> list[Finding]:
    """Return order lines of which more was shipped, invoiced or cancelled than booked."""
    line = _lines(entries, "currency")
    booked = _signed(entries, {name: KINDS[name].sign for name in ORDER_NAMES if name not in _TAKEN_BACK})
    sums = booked.groupby(line).sum()
    raised = line[entries["kind"].isin(_RAISING)].unique()
    found = []
    for kind, word in _DONE.items():
        done = _signed(entries, {kind: 1, _REVERSED.get(kind, ""): -1}).groupby(line).sum()
        over = done.index[(done > sums) & (sums >= 0)].intersection(list(raised))
        own = (entries["kind"] == kind) & line.isin(over)
        rows = entries[own].assign(done=line[own].map(done), booked=line[own].map(sums))
        found += _by_file(f"{word}_more_than_booked", rows, lambda row: {
            "order": row["order_id"], "line": row["line_id"], "amount": show(int(row["done"]), row["currency"]),
            "other": show(int(row["booked"]), row["currency"])})  # fmt: skip
    return found


def _lines(entries: pd.DataFrame, *more: str) -> pd.Series[int]:
    """Return a number for every entry that is equal where the order line is, and the further columns are."""
    return entries.groupby([*LINE, *more], sort=False, dropna=False).ngroup()


def _signed(entries: pd.DataFrame, signs: Mapping[str, int]) -> pd.Series:
    """Return the amount of every entry with the sign of its kind, 0 for other kinds."""
    return entries["amount"] * entries["kind"].map(signs).fillna(0).astype(np.int64)


def duplicate_ids(entries: pd.DataFrame, lined: Iterable[str]) -> list[Finding]:
    """Return order lines that stand in several rows of one order line report.

    Args:
        entries: Of any files.
        lined: Order line reports with a column of line numbers; elsewhere several rows of an order are its lines.
    """
    own = entries[entries["source_file"].isin(list(lined)) & entries["kind"].isin([*_BOOKINGS, "return_authorisation"])]
    rows = own.drop_duplicates([*LINE, "source_file", "source_sheet", "source_row"])
    return _copies("duplicate_ids", rows, [*LINE, "source_file"])


def duplicate_rows(entries: pd.DataFrame, lined: Iterable[str]) -> list[Finding]:
    """Return rows that say the same as another row: order, line, kind, day, amount, customer, product and quantity.

    Args:
        entries: Of any files.
        lined: Files that `duplicate_ids` looks at.
    """
    rows = entries[~entries["source_file"].isin(list(lined)) & entries["event_id"].isna() & (entries["amount"] != 0)]
    first = rows.drop_duplicates(["source_file", "source_sheet", "source_row", "kind"])
    keys = [*LINE, "source_file", "kind", "effective", "amount", "currency", "customer", "product", "quantity"]
    return _copies("duplicate_rows", first, keys)


def _copies(name: str, rows: pd.DataFrame, keys: list[str]) -> list[Finding]:
    """Return the rows that are equal in some columns to another row."""
    twice = rows[rows.duplicated(keys, keep=False)]
    if twice.empty:
        return []
    group = twice.groupby(keys, sort=False, dropna=False).ngroup()
    named = twice["source_row"].groupby(group).agg(lambda own: rows_in_words(sorted({int(one) for one in own})))
    shown = twice.assign(_rows=group.map(named).str.replace(r"^rows? ", "", regex=True))
    return _by_file(name, shown, lambda row: {"order": row["order_id"], "line": row["line_id"], "other": row["_rows"]})


def below_or_at_zero(entries: pd.DataFrame, wide: Iterable[str]) -> list[Finding]:
    """Return orders below zero, and order lines that book nothing.

    Args:
        entries: Of any files.
        wide: Files whose rows are order lines or invoice lines; there a return was written as a negative order.
    """
    returned = (entries["kind"] == "return_authorisation") & entries["source_file"].isin(list(wide))
    below = entries[returned | (entries["kind"].isin(_BOOKINGS) & (entries["amount"] < 0))]
    booked = entries[entries["kind"].isin(_BOOKINGS)]
    row = [booked["source_file"], booked["source_sheet"].fillna(""), booked["source_row"]]
    nothing = booked[booked["amount"].abs().groupby(row).transform("sum") == 0]
    return [
        *_by_file("negative_order", below, lambda row: {
            "order": row["order_id"], "amount": show(-abs(int(row["amount"])), row["currency"])}),
        *_by_file("zero_order", nothing, lambda row: {"order": row["order_id"]}),
    ]  # fmt: skip


def strange_dates(entries: pd.DataFrame, taken: dict[str, date], today: date | None) -> list[Finding]:
    """Return rows dated after their file was taken, or many years before.

    Args:
        entries: Of any files; days that wait for the as-of date are passed over.
        taken: File -> day it was taken, where that is known.
        today: Stands for it elsewhere; such files raise no question when it is omitted.
    """
    days = {file: taken.get(file, today) for file in entries["source_file"].unique()}
    limit = pd.to_datetime(entries["source_file"].map(days))
    effective, ordered = (entries[name].where(entries[name] < UNKNOWN) for name in ("effective", "order_date"))
    latest, earliest = (
        effective.where(~(ordered > effective), ordered),
        effective.where(~(ordered < effective), ordered),
    )
    late = entries.assign(_day=latest, _limit=limit)[latest > limit]
    old = entries.assign(_day=earliest, _limit=limit)[earliest < limit - pd.DateOffset(years=OLD_YEARS)]

    def words(row: pd.Series) -> dict[str, object]:
        return {"order": row["order_id"], "day": _day(row["_day"]), "other": _day(row["_limit"])}

    return [*_by_file("future_date", late, words), *_by_file("old_date", old, words)]


def strange_texts(entries: pd.DataFrame) -> list[Finding]:
    """Return rows with names of another code page, and texts with control characters."""
    found = []
    for name in _TEXTS:
        distinct = entries[name].dropna().unique()
        for kind, strange in (
            ("garbled_name", [text for text in distinct if name in _NAMES and is_garbled(text)]),
            ("control_characters", [text for text in distinct if without_controls(text) != text]),
        ):
            if strange:
                rows = entries[entries[name].isin(strange)]
                found += _by_file(kind, rows, partial(_quoted, name))
    return found


def _quoted(name: str, row: pd.Series) -> dict[str, object]:
    return {"column": name.removesuffix("_id"), "other": row[name]}


def is_garbled(text: str) -> bool:
    """Return whether a text was written in one code page and read in another, or lost letters on the way."""
    if _LOST.search(text):
        return True
    if not _GARBLED.search(text):
        return False
    if "\ufffd" in text:
        return True
    for page in ("cp1252", "latin-1"):
        try:
            return text.encode(page).decode("utf-8") != text
        except UnicodeError:
            continue
    return False


def open_only(entries: pd.DataFrame, wide: Iterable[str]) -> list[Finding]:
    """Return order line reports of many months in which no line is shipped, billed, cancelled or closed to the end."""
    found = []
    for file in wide:
        own = entries[entries["source_file"] == file]
        booked = own[own["kind"].isin(_BOOKINGS)]
        if len(booked) < _MANY or (own["kind"] == "completion").any():
            continue
        first, last = booked["effective"].min(), booked["effective"].max()
        ordered = booked["amount"].groupby(booked["source_row"]).sum()
        done = own[own["kind"].isin(_DONE)]
        whole = done["amount"].groupby([done["source_row"], done["kind"]]).transform("sum")
        if first + pd.DateOffset(months=_LONG_MONTHS) <= last and not (whole >= done["source_row"].map(ordered)).any():
            sheet, words = str(booked["source_sheet"].fillna("").iloc[0]), {"amount": len(ordered), "day": _day(first)}
            found.append(make_finding("open_only", file, sheet, (), words, len(ordered)))
    return found
