"""Exports of events and invoices put on the order lines under which the book keeps what they name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from bbbxl.book.exported import words_of
from bbbxl.book.numbers import Numbers
from bbbxl.events import ORDER_NAMES
from bbbxl.inputs.entries import Understood
from bbbxl.inputs.together import on_order_lines, one_currency_a_line, without
from bbbxl.ledger.columns import LINE

#: Before every day of record: the book's own events come first.
_FIRST = pd.Timestamp("1900-01-01")


def on_kept_lines(
    read: Sequence[Understood], baseline: pd.DataFrame | None, events: pd.DataFrame, numbers: Numbers
) -> list[Understood]:
    """Return files whose events stand on the lines of the book that they name by any number the lines have had.

    What the export said before in the same words stays where it is. A row that names no line of its order is put on
    the one it means, see `on_order_lines`. Rows that may mean several lines, and those in a currency that their line
    never had, are set aside.

    Args:
        read: Files as they were understood.
        baseline: What the source held so far; None at first.
        events: Events of the book.
        numbers: Every number of its lines.

    Returns:
        The files; `said` of their entries is what the export said, as one word.
    """
    read = [replace(one, entries=one.entries.assign(said=words_of(one.entries))) for one in read]
    if any(one.without_line for one in read):
        ordered = numbers.named(events[events["kind"].isin(ORDER_NAMES)])
        read = on_order_lines([_known(read[0], ordered), *read])[1:]
    placed = [_placed(one, baseline, numbers) for one in read]
    named = pd.concat([one.entries[list(LINE)] for one in placed]).drop_duplicates()
    own = events.merge(named, on=list(LINE)).assign(recorded=_FIRST)
    return one_currency_a_line([_known(read[0], own), *placed])[1:]


def _known(like: Understood, events: pd.DataFrame) -> Understood:
    """Return events of the book as a file beside others."""
    return Understood(events, like.source, (), frozenset())


def _placed(one: Understood, baseline: pd.DataFrame | None, numbers: Numbers) -> Understood:
    """Return a file with its entries on the lines of the book, without those that may be of several."""
    entries = one.entries
    found = numbers.lines_of(entries)
    if baseline is not None:
        before = baseline.drop_duplicates("said").set_index("said")
        known = entries["said"].isin(before.index)
        found = found.assign(lines=found["lines"].mask(known, 1), **{
            name: found[name].mask(known, entries["said"].map(before[name])) for name in ("order_id", "line_id")
        })  # fmt: skip
    unclear = (found["lines"] > 1).to_numpy()
    names = entries.loc[unclear, [*LINE, "currency"]]
    sentence = {name: _unclear(numbers, *name) for name in set(names.itertuples(index=False, name=None))}
    messages = [sentence[name] for name in names.itertuples(index=False, name=None)]
    lined = replace(one, entries=entries.assign(order_id=found["order_id"], line_id=found["line_id"]))
    return without(lined, unclear, "order_id", messages) if unclear.any() else lined


def _unclear(numbers: Numbers, entity: str, order: str, line: str, currency: str) -> str:
    """Return that a number may mean several lines, and which."""
    several = numbers.in_words(entity, order, line, currency)
    return (
        f"order {order} line {line} is the number of {len(several)} lines of the book: {' and '.join(several)}. Write "
        "a number that only one of them has."
    )
