"""Findings: what a careful person would ask about rows that could be taken, each with its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bbbxl.errors import place_of
from bbbxl.safe_text import without_controls

#: Rows, orders or numbers that a sentence names; more are counted.
NAMED = 10
#: Findings that are told beside figures; more are counted.
MOST_TOLD = 20
#: Characters of a file's text that a sentence quotes.
LONGEST = 200
#: Years before the day of the export from which an order date is doubted.
OLD_YEARS = 20


@dataclass(frozen=True)
class FindingKind:
    """One question that rows can raise.

    Attributes:
        name: Snake case.
        title: What people read.
        sentence: What is asked, after the place and the rows; fields in braces are filled in.
        remedy: What to do.
    """

    name: str
    title: str
    sentence: str
    remedy: str


FINDINGS: tuple[FindingKind, ...] = (
    FindingKind(
        "shipped_before_ordered", "Shipped before ordered",
        "shipped before the line was ordered (order {order}: shipped {day}, ordered {other})",
        "Correct the date that is wrong.",
    ),
    FindingKind(
        "invoiced_before_ordered", "Invoiced before ordered",
        "invoiced before the line was ordered (order {order}: invoiced {day}, ordered {other})",
        "Correct the date that is wrong; an advance may stand as it is.",
    ),
    FindingKind(
        "cancelled_before_ordered", "Cancelled before ordered",
        "cancelled before the line was ordered (order {order}: cancelled {day}, ordered {other})",
        "Correct the date that is wrong.",
    ),
    FindingKind(
        "invoice_without_order", "Invoice without order",
        "invoices without a booking of their order line in the files (order {order}, line {line}); they count as "
        "booked and billed on the day of the invoice",
        "Add the orders, or leave usage and time and material as they are.",
    ),
    FindingKind(
        "cancelled_more_than_booked", "Cancelled more than booked",
        "cancellations of more than was booked (order {order}, line {line}: {amount} cancelled, {other} booked)",
        "Correct the cancellation, or add the booking that is missing.",
    ),
    FindingKind(
        "shipped_more_than_booked", "Shipped more than booked",
        "more shipped than was booked (order {order}, line {line}: {amount} shipped, {other} booked)",
        "Correct the shipment, or add the booking that is missing; what is over relieves no backlog.",
    ),
    FindingKind(
        "invoiced_more_than_booked", "Invoiced more than booked",
        "more invoiced than was booked (order {order}, line {line}: {amount} invoiced, {other} booked)",
        "Correct the invoice, or add the booking that is missing; what is over relieves no backlog.",
    ),
    FindingKind(
        "without_day", "Facts without a day",
        "{other} without a day, while other rows have one (order {order}); they count on the day of the export",
        "Fill in the day.",
    ),
    FindingKind(
        "duplicate_ids", "Duplicate order lines",
        "the same order line in several rows, and every row counts (order {order}, line {line}: rows {other})",
        "Take out the copy, or give each row a line number of its own.",
    ),
    FindingKind(
        "duplicate_rows", "Rows that stand twice",
        "rows that say the same as another, and both count (order {order}: rows {other})",
        "Take out the copy, or give each row an id of its own.",
    ),
    FindingKind(
        "number_gap", "Gaps in the order numbers",
        "order numbers are missing before these rows: {other}",
        "Ask what became of them: deleted, cancelled, or filtered out of the export.",
    ),
    FindingKind(
        "negative_order", "Negative orders",
        "orders below zero (order {order}: {amount}); they are taken as returns agreed",
        "Give returns, credits and cancellations a kind or column of their own if they are none.",
    ),
    FindingKind(
        "zero_order", "Orders of zero",
        "order lines of amount 0 (order {order}); they book nothing",
        "Fill in the amount, unless they are free of charge.",
    ),
    FindingKind(
        "future_date", "Dates in the future",
        "dated after {other}, when the data were taken or read (order {order}: {day})",
        "Correct the date, or say when the export was taken: extracted in bbbxl.toml.",
    ),
    FindingKind(
        "old_date", "Dates far in the past",
        "dated more than " + str(OLD_YEARS) + " years before {other} (order {order}: {day})",
        "Correct the year if it is a slip.",
    ),
    FindingKind(
        "lost_decimals", "More decimals than the currency",
        'amounts with more decimals than {currency} has, rounded half up to its minor unit ("{other}")',
        "Export amounts rounded to the minor unit if the totals must agree to the cent.",
    ),
    FindingKind(
        "hidden_rows", "Hidden rows",
        "{amount} hidden {other}, and counted like the others",
        "Clear the filter and look at them; take out of the export what should not count.",
    ),
    FindingKind(
        "table_too_short", "Data below a table",
        "data below the table object that should hold them, counted like the others",
        "Drag the corner of the table down over them, or take them out.",
    ),
    FindingKind(
        "header_differs", "Order total differs from its lines",
        'the column "{column}" differs from the sum of the lines (order {order}: {other} there, {amount} in its lines)',
        "Check that no line is missing; the lines are counted.",
    ),
    FindingKind(
        "open_only", "Only open orders",
        "not one of {amount} order lines since {day} is shipped, billed, cancelled or closed to the end",
        "Export closed, on-hold and cancelled orders too, or bookings of earlier months are too low.",
    ),
    FindingKind(
        "open_only_title", "Only open orders",
        'the title says "{other}": what is closed may have been left out',
        "Export closed orders too, or bookings of earlier months are too low.",
    ),
    FindingKind(
        "maybe_unsigned", "Rows that may be no signed orders",
        'booked although "{column}" says "{other}": {amount}',
        "If they are no signed orders, say so: states (booked or cancelled) for the file in bbbxl.toml.",
    ),
    FindingKind(
        "garbled_name", "Garbled names",
        'letters of another code page in {column} ("{other}")',
        "Export as UTF-8, or set encoding for the file in bbbxl.toml; the same name spelt two ways counts as two.",
    ),
    FindingKind(
        "control_characters", "Control characters",
        'characters that cannot be printed in {column} ("{other}"); they are shown as \ufffd',
        "Take them out where they were typed.",
    ),
)  # fmt: skip
_KIND = {kind.name: kind for kind in FINDINGS}


@dataclass(frozen=True)
class Finding:
    """One question about some rows of one file.

    Attributes:
        name: Name of its kind.
        sentence: Place, rows, what is asked and what to do.
        file: File name without folders.
        rows: The first rows, as Excel counts them; empty when the whole file is meant.
        count: How many rows there are.
        sheet: Sheet name; empty for text files.
    """

    name: str
    sentence: str
    file: str
    rows: tuple[int, ...]
    count: int
    sheet: str = ""


def make_finding(
    name: str, file: str, sheet: str, rows: Sequence[int], words: Mapping[str, object], count: int | None = None
) -> Finding:
    """Return a finding with its sentence.

    Args:
        name: Name of its kind.
        file: File name.
        sheet: Sheet name, may be empty.
        rows: All rows, in any order; empty when the whole file is meant.
        words: What the sentence of the kind names.
        count: How many there are where the rows do not say it.
    """
    ordered = sorted(set(map(int, rows)))
    place = place_of(file, sheet)
    where = f"{place}, {rows_in_words(ordered)}" if ordered else place
    kind = _KIND[name]
    shown = {key: without_controls(str(word))[:LONGEST] for key, word in words.items()}
    sentence = f"{where}: {kind.sentence.format(**shown)}. {kind.remedy}"
    return Finding(name, sentence, file, tuple(ordered[:NAMED]), len(ordered) if count is None else count, sheet)


def findings_in_words(findings: Sequence[Finding]) -> tuple[str, ...]:
    """Return the sentences of findings as they stand beside figures: each once, of many the first, the rest counted."""
    sentences = list(dict.fromkeys(one.sentence for one in findings))
    more = len(sentences) - MOST_TOLD
    rest = [f"and {more:,} more; bbbxl inspect lists them."] if more > 0 else []
    return (*sentences[:MOST_TOLD], *rest)


def rows_in_words(rows: Sequence[int]) -> str:
    """Return row numbers as a sentence names them, the first ten of many."""
    shown, more = [f"{row}" for row in rows[:NAMED]], len(rows) - NAMED
    if more > 0:
        return f"rows {', '.join(shown)} and {more:,} more"
    return f"row {shown[0]}" if len(shown) == 1 else f"rows {', '.join(shown[:-1])} and {shown[-1]}"
