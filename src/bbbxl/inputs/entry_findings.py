"""Findings on entries: what contradicts itself between the events of order lines, and strange dates and names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from bbbxl.events import BOOKING_NAMES, KINDS, ORDER_NAMES
from bbbxl.inputs.coded import Mask
from bbbxl.inputs.entry_codes import codes_of, each, is_one_of, same_rows, stands_twice
from bbbxl.inputs.findings import OLD_YEARS, Finding, make_finding, rows_in_words
from bbbxl.inputs.together import UNKNOWN
from bbbxl.ledger.columns import LINE
from bbbxl.money import show
from bbbxl.safe_text import without_controls

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
#: Rows at the head of a report that are looked at first: what they say already keeps the rest from being asked.
_HEAD = 1_000
#: Order lines of a report, and months from the first order to the last, from which none being closed is strange.
_MANY, _LONG_MONTHS = 20, 6


def _by_file(
    name: str, entries: pd.DataFrame, wanted: Mask, words: Callable[[pd.Series], dict[str, object]],
    **more: npt.NDArray[Any] | pd.Series,
) -> list[Finding]:  # fmt: skip
    """Return one finding a file and sheet over the rows wanted, its words taken from the first row.

    Args:
        name: Kind of the finding.
        entries: Rows.
        wanted: Which of them are meant.
        words: Row -> what the sentence names.
        more: Further columns that the words are taken from.
    """
    if not wanted.any():
        return []
    rows = entries[wanted].assign(**{key: values[wanted] for key, values in more.items()})
    rows = rows.sort_values("source_row", kind="stable")
    made = []
    for (file, sheet), own in rows.groupby(["source_file", "source_sheet"], sort=False, dropna=False, observed=True):
        numbers = own["source_row"].astype(int).tolist()
        made.append(make_finding(name, str(file), sheet if isinstance(sheet, str) else "", numbers, words(own.iloc[0])))
    return made


def _day(moment: object) -> str:
    return f"{pd.Timestamp(moment):%Y-%m-%d}"  # type: ignore[arg-type]  # a value of a date column


def fact_before_order(entries: pd.DataFrame) -> list[Finding]:
    """Return shipments, invoices and cancellations dated before the first booking of their order line."""
    facts = is_one_of(entries["kind"], _DONE)
    if not facts.any():
        return []
    line, effective = same_rows(entries, LINE), entries["effective"]
    raising = is_one_of(entries["kind"], _RAISING)
    booked = effective[raising].groupby(line[raising]).min()
    ordered = booked.reindex(range(int(line.max()) + 1)).to_numpy()[line]
    early = facts & (effective.to_numpy() < ordered)

    def words(row: pd.Series) -> dict[str, object]:
        return {"order": row["order_id"], "day": _day(row["effective"]), "other": _day(row["_ordered"])}

    found = []
    for kind, word in _DONE.items() if early.any() else ():
        own = early & is_one_of(entries["kind"], [kind])
        found += _by_file(f"{word}_before_ordered", entries, own, words, _ordered=ordered)
    return found


def without_day(entries: pd.DataFrame) -> list[Finding]:
    """Return facts that wait for the day of the export, in files that know the day of others of their kind."""
    facts = is_one_of(entries["kind"], _DONE)
    waiting = facts & (entries["effective"] == UNKNOWN).to_numpy()
    if not waiting.any():
        return []
    own = same_rows(entries, ["source_file", "kind"])
    some = np.isin(own, np.unique(own[facts & ~waiting]))
    found = []
    for kind in sorted(_DONE):
        asked = waiting & some & is_one_of(entries["kind"], [kind])
        found += _by_file("without_day", entries, asked, partial(_waiting, _DONE[kind]))
    return found


def _waiting(word: str, row: pd.Series) -> dict[str, object]:
    return {"order": row["order_id"], "other": word}


def invoice_without_order(entries: pd.DataFrame) -> list[Finding]:
    """Return invoices whose order line is nowhere booked; files that book nothing at all raise no question."""
    invoices = is_one_of(entries["kind"], ["invoice"])
    if not invoices.any() or not is_one_of(entries["kind"], _RAISING).any():
        return []
    line = same_rows(entries, LINE)
    alone = invoices & ~_holding(line, is_one_of(entries["kind"], ORDER_NAMES))
    return _by_file("invoice_without_order", entries, alone,
                    lambda row: {"order": row["order_id"], "line": row["line_id"]})  # fmt: skip


def _holding(line: npt.NDArray[np.int64], rows: Mask) -> Mask:
    """Return which rows belong to a line that holds one of some rows."""
    return (np.bincount(line[rows], minlength=int(line.max(initial=-1)) + 1) > 0)[line]


def more_than_booked(entries: pd.DataFrame) -> list[Finding]:
    """Return order lines of which more was shipped, invoiced or cancelled than booked."""
    facts = is_one_of(entries["kind"], _DONE)
    if not facts.any():
        return []
    line = same_rows(entries, [*LINE, "currency"])
    raised = _holding(line, is_one_of(entries["kind"], _RAISING))
    kept = {name: KINDS[name].sign for name in ORDER_NAMES if name not in _TAKEN_BACK}
    booked = _sums(_signed(entries, kept), line)

    def words(row: pd.Series) -> dict[str, object]:
        done, ordered = (show(int(row[name]), row["currency"]) for name in ("_done", "_booked"))
        return {"order": row["order_id"], "line": row["line_id"], "amount": done, "other": ordered}

    found = []
    for kind, word in _DONE.items():
        own = is_one_of(entries["kind"], [kind])
        if own.any():
            done = _sums(_signed(entries, {kind: 1, _REVERSED.get(kind, ""): -1}), line)
            over = own & raised & (done > booked) & (booked >= 0)
            found += _by_file(f"{word}_more_than_booked", entries, over, words, _done=done, _booked=booked)
    return found


def _signed(entries: pd.DataFrame, signs: Mapping[str, int]) -> npt.NDArray[np.int64]:
    """Return the amount of every entry with the sign of its kind, 0 for other kinds."""
    signed: npt.NDArray[np.int64] = each(entries["kind"], lambda kind: signs.get(kind, 0), 0, np.int64)
    return entries["amount"].to_numpy() * signed


def _sums(amounts: npt.NDArray[np.int64], line: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return for every row the sum of its line."""
    sums = np.zeros(int(line.max(initial=-1)) + 1, dtype=np.int64)
    np.add.at(sums, line, amounts)
    return sums[line]


def duplicate_ids(entries: pd.DataFrame, lined: Iterable[str]) -> list[Finding]:
    """Return order lines that stand in several rows of one order line report.

    Args:
        entries: Of any files.
        lined: Order line reports with a column of line numbers; elsewhere several rows of an order are its lines.
    """
    booked = is_one_of(entries["kind"], [*BOOKING_NAMES, "return_authorisation"])
    own = np.flatnonzero(booked & is_one_of(entries["source_file"], lined))
    keys = [*LINE, "source_file"]
    twice = entries.iloc[own[stands_twice(same_rows(entries[keys].iloc[own], keys))]]
    rows = twice.drop_duplicates([*LINE, "source_file", "source_sheet", "source_row"])
    return _copies("duplicate_ids", rows, keys)


def duplicate_rows(entries: pd.DataFrame, lined: Iterable[str]) -> list[Finding]:
    """Return rows that say the same as another row: order, line, kind, day, amount, customer, product and quantity.

    Args:
        entries: Of any files.
        lined: Files that `duplicate_ids` looks at.
    """
    other = ~is_one_of(entries["source_file"], lined) & entries["event_id"].isna().to_numpy()
    own = np.flatnonzero(other & (entries["amount"] != 0).to_numpy())
    facts = ["source_file", "source_sheet", "source_row", "kind"]
    own = own[~pd.Series(same_rows(entries[facts].iloc[own], facts)).duplicated().to_numpy()]
    line_and_day = [*LINE, "effective"]
    rows = entries.iloc[own[stands_twice(same_rows(entries[line_and_day].iloc[own], line_and_day))]]
    keys = [*LINE, "source_file", "kind", "effective", "amount", "currency", "customer", "product", "quantity"]
    return _copies("duplicate_rows", rows, keys)


def _copies(name: str, rows: pd.DataFrame, keys: Sequence[str]) -> list[Finding]:
    """Return the rows that are equal in some columns to another row."""
    group = same_rows(rows, keys)
    twice = stands_twice(group)
    if not twice.any():
        return []
    rows, group = rows[twice], group[twice]
    order = np.argsort(group, kind="stable")
    ends = np.flatnonzero(np.diff(group[order])) + 1
    places: list[str] = [""] * len(rows)
    numbers = rows["source_row"].to_numpy().astype(np.int64)
    for own in np.split(order, ends):
        named = rows_in_words(sorted(set(numbers[own].tolist()))).split(" ", 1)[1]
        for place in own.tolist():
            places[place] = named
    return _by_file(name, rows, np.ones(len(rows), dtype=np.bool_), lambda row: {
        "order": row["order_id"], "line": row["line_id"], "other": row["_rows"]},
        _rows=np.array(places, dtype=object))  # fmt: skip


def below_or_at_zero(entries: pd.DataFrame, wide: Iterable[str]) -> list[Finding]:
    """Return orders below zero, and order lines that book nothing.

    Args:
        entries: Of any files.
        wide: Files whose rows are order lines or invoice lines; there a return was written as a negative order.
    """
    amounts, bookings = entries["amount"].to_numpy(), is_one_of(entries["kind"], BOOKING_NAMES)
    returned = is_one_of(entries["kind"], ["return_authorisation"]) & is_one_of(entries["source_file"], wide)
    nothing = bookings & (amounts == 0)
    if nothing.any():
        row = same_rows(entries, ["source_file", "source_sheet", "source_row"])
        nothing &= ~_holding(row, bookings & (amounts != 0))
    return [
        *_by_file("negative_order", entries, returned | (bookings & (amounts < 0)), lambda row: {
            "order": row["order_id"], "amount": show(-abs(int(row["amount"])), row["currency"])}),
        *_by_file("zero_order", entries, nothing, lambda row: {"order": row["order_id"]}),
    ]  # fmt: skip


def strange_dates(entries: pd.DataFrame, taken: dict[str, date], today: date | None) -> list[Finding]:
    """Return rows dated after their file was taken, or many years before.

    Args:
        entries: Of any files; days that wait for the as-of date are passed over.
        taken: File -> day it was taken, where that is known.
        today: Stands for it elsewhere; such files raise no question when it is omitted.
    """
    effective, ordered = (_before(entries[name], UNKNOWN) for name in ("effective", "order_date"))
    latest = np.where(ordered > effective, ordered, effective)
    earliest = np.where(ordered < effective, ordered, effective)

    def of_file(years: int) -> npt.NDArray[np.datetime64]:
        """Return the last day of every row's file, some years before."""
        kind, before = effective.dtype, pd.DateOffset(years=years)
        days = [taken.get(file, today) for file in codes_of(entries["source_file"])[1]]
        moments = [
            np.datetime64("NaT") if day is None else (pd.Timestamp(day) - before).to_datetime64() for day in days
        ]
        last = np.array([*moments, np.datetime64("NaT")], dtype=kind)
        of_row: npt.NDArray[np.datetime64] = last[codes_of(entries["source_file"])[0]]
        return of_row

    limit = of_file(0)

    def words(row: pd.Series) -> dict[str, object]:
        return {"order": row["order_id"], "day": _day(row["_day"]), "other": _day(row["_limit"])}

    return [
        *_by_file("future_date", entries, latest > limit, words, _day=latest, _limit=limit),
        *_by_file("old_date", entries, earliest < of_file(OLD_YEARS), words, _day=earliest, _limit=limit),
    ]


def _before(days: pd.Series, end: pd.Timestamp) -> npt.NDArray[np.datetime64]:
    """Return days before another, NaT elsewhere."""
    values = days.to_numpy()
    before: npt.NDArray[np.datetime64] = np.where(values < end.to_datetime64(), values, np.datetime64("NaT"))
    return before


def strange_texts(entries: pd.DataFrame) -> list[Finding]:
    """Return rows with names of another code page, and texts with control characters."""
    found = []
    for name in _TEXTS:
        distinct = codes_of(entries[name])[1]
        plain = "".join(distinct).isprintable()
        for kind, strange in (
            ("garbled_name", [text for text in distinct if name in _NAMES and is_garbled(text)]),
            ("control_characters", [text for text in distinct if not plain and without_controls(text) != text]),
        ):
            if strange:
                found += _by_file(kind, entries, is_one_of(entries[name], strange), partial(_quoted, name))
    return found


def _quoted(name: str, row: pd.Series) -> dict[str, object]:
    return {"column": name.removesuffix("_id"), "other": row[name]}


def is_garbled(text: str) -> bool:
    """Return whether a text was written in one code page and read in another, or lost letters on the way."""
    if "?" in text and _LOST.search(text):
        return True
    if text.isascii() or not _GARBLED.search(text):
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
    bookings, done = is_one_of(entries["kind"], BOOKING_NAMES), is_one_of(entries["kind"], _DONE)
    for file in wide:
        own = is_one_of(entries["source_file"], [file])
        booked = own & bookings
        if booked.sum() < _MANY or (own & is_one_of(entries["kind"], ["completion"])).any():
            continue
        days = entries["effective"][booked]
        first, last = days.min(), days.max()
        if first + pd.DateOffset(months=_LONG_MONTHS) > last or _any_whole(entries, booked, own & done):
            continue
        sheet = entries["source_sheet"][booked].iloc[0]
        lines = entries["source_row"][booked].nunique()
        words = {"amount": lines, "day": _day(first)}
        found.append(make_finding("open_only", file, "" if pd.isna(sheet) else str(sheet), (), words, lines))
    return found


def _any_whole(entries: pd.DataFrame, booked: Mask, done: Mask) -> bool:
    """Return whether any row is shipped, billed or cancelled to the end."""
    rows = entries["source_row"].to_numpy()
    for among in (rows <= rows[booked][:_HEAD].max(), np.ones(len(rows), dtype=np.bool_)):
        row = same_rows(entries[among], ["source_row"])
        amounts, kind = entries["amount"].to_numpy()[among], codes_of(entries["kind"])[0][among]
        ordered = _sums(np.where(booked[among], amounts, 0), row)
        both = same_rows(pd.DataFrame({"row": row, "kind": kind}), ["row", "kind"])
        whole = _sums(np.where(done[among], amounts, 0), both) >= ordered
        if (whole & done[among] & _holding(row, booked[among])).any():
            return True
    return False
