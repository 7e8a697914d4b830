"""Several files as one ledger: when they were taken, one currency a line, facts that every entity has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from bbbxl.errors import Problem
from bbbxl.events import ORDER_NAMES
from bbbxl.inputs.entries import Understood
from bbbxl.ledger.columns import LINE

#: Stands for "when the export was taken" until the as-of date is known.
UNKNOWN = pd.Timestamp("2199-01-01")


def dated(one: Understood, as_of: date) -> Understood:
    """Return a file whose extraction was not given as taken on the as-of date, or on its own last day if later.

    A file that holds a later day was not taken on the as-of date: what it leaves undated is then known only from
    that later day on.
    """
    if one.source.extracted != UNKNOWN.date():
        return one
    known = one.entries["effective"][one.entries["effective"] != UNKNOWN]
    taken = max(as_of, known.max().date()) if len(known) else as_of
    at = pd.Timestamp(taken)
    entries = one.entries.assign(
        **{name: one.entries[name].where(one.entries[name] != UNKNOWN, at) for name in ("effective", "recorded")}
    )
    spans = tuple(replace(span, last=taken if span.last == UNKNOWN.date() else span.last) for span in one.spans)
    notes = tuple(note.replace(str(UNKNOWN.date()), str(taken)) for note in one.source.notes)
    source = replace(one.source, extracted=taken, notes=notes)
    return replace(one, entries=entries, spans=spans, source=source)


def one_currency_a_line(read: Sequence[Understood]) -> list[Understood]:
    """Return the files without events in another currency than their order line began with; those are set aside.

    Different currencies are never added: relief compares what was delivered with what was ordered.
    """
    if len({currency for one in read for currency in one.entries["currency"].unique()}) <= 1:
        return list(read)
    keys = [*LINE, "currency", "recorded", "effective", "source_row"]
    every = pd.concat([one.entries[keys].assign(_file=place) for place, one in enumerate(read)], ignore_index=True)
    order = every.sort_values(["recorded", "effective", "source_row"], kind="stable")
    first = order.groupby(list(LINE), sort=False)["currency"].transform("first").reindex(every.index)
    other = every["currency"] != first
    made = []
    for place, one in enumerate(read):
        own = (every["_file"] == place).to_numpy()
        strange, began = other[own].to_numpy(), first[own].to_numpy()
        messages = [
            f"order {order} line {line} is in {was}, and this event is in {currency}. "
            "Correct the currency, or give the line a number of its own."
            for order, line, currency, was in zip(
                *(one.entries.loc[strange, name] for name in ("order_id", "line_id", "currency")), began[strange],
                strict=True)
        ]  # fmt: skip
        made.append(without(one, strange, "currency", messages) if strange.any() else one)
    return made


def on_order_lines(read: Sequence[Understood]) -> list[Understood]:
    """Return the files with invoices that name an order and no line of it on the line they invoice.

    The line is the only one of the order, or the only one of the order with that product. Where neither decides,
    the row is set aside; an order that is in none of the files keeps the line the invoice was given.
    """
    if not any(one.without_line for one in read):
        return list(read)
    ordered = pd.concat([one.entries.loc[one.entries["kind"].isin(ORDER_NAMES), [*LINE, "product"]] for one in read])
    made = []
    for one in read:
        unlined = one.entries["source_row"].isin(one.without_line)
        if not unlined.any():
            made.append(one)
            continue
        lines = one.entries["line_id"].copy()
        count, only = _lines_by(ordered, one.entries, [*LINE[:2]])
        of_product, same_product = _lines_by(ordered, one.entries, [*LINE[:2], "product"])
        lines = lines.mask(unlined & (of_product == 1), same_product).mask(unlined & (count == 1), only)
        unclear = (unlined & (count > 1) & (of_product != 1)).to_numpy()
        messages = [
            f"order {order} has {lines_there:.0f} lines, and the row does not say which it invoices. Add a column for "
            "the line of the order."
            for order, lines_there in zip(one.entries.loc[unclear, "order_id"], count[unclear], strict=True)
        ]  # fmt: skip
        placed = int(((lines != one.entries["line_id"]) & ~unclear).sum())
        note = (
            f"Invoices without a line of their order, put on its only line or its only one of that product: {placed}."
        )
        source = replace(one.source, notes=(*one.source.notes, *([note] if placed else [])))
        lined = replace(one, entries=one.entries.assign(line_id=lines), source=source)
        made.append(without(lined, unclear, "order_id", messages) if unclear.any() else lined)
    return made


def _lines_by(ordered: pd.DataFrame, entries: pd.DataFrame, keys: list[str]) -> tuple[pd.Series[Any], pd.Series[Any]]:
    """Return how many order lines share each entry's keys (0 for none), and the first of them."""
    lines = ordered.drop_duplicates([*keys, "line_id"]).groupby(keys, sort=False)["line_id"].agg(["size", "first"])
    found = entries[keys].join(lines, on=keys)
    return found["size"].fillna(0), found["first"]


def without(one: Understood, strange: npt.NDArray[np.bool_], field: str, messages: Sequence[str]) -> Understood:
    """Return a file without some of its entries, each of them a problem of its row."""
    title = one.source.columns.get(field, field)
    problems: dict[int, Problem] = {}
    places = one.entries.loc[strange, ["source_file", "source_sheet", "source_row", field]].to_numpy().tolist()
    for (file, sheet, row, value), message in zip(places, messages, strict=True):
        named = "" if pd.isna(sheet) else sheet
        problems.setdefault(int(row), Problem(file, int(row), title, str(value), message, named))
    left = one.entries[~strange & ~one.entries["source_row"].isin(problems).to_numpy()].reset_index(drop=True)
    source = replace(one.source, used=one.source.used - len(problems), set_aside=one.source.set_aside + len(problems))
    return replace(one, entries=left, source=source, problems=(*one.problems, *problems.values()))


def facts_of_every_entity(read: Sequence[Understood]) -> frozenset[str]:
    """Return the facts that the files of every entity would show: one entity without shipments has none to add."""
    by_entity: dict[str, frozenset[str]] = {}
    for one in read:
        for entity in one.entries["entity"].unique():
            by_entity[entity] = by_entity.get(entity, frozenset()) | one.facts
    return frozenset.intersection(*by_entity.values()) if by_entity else frozenset()
