"""Several files as one ledger: when they were taken, one currency a line, facts that every entity has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pandas as pd

from bbbxl.errors import Problem
from bbbxl.inputs.entries import Understood
from bbbxl.ledger.columns import LINE

_NAMED = ("source_file", "source_row", "currency", "order_id", "line_id")
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
    every = pd.concat([one.entries.assign(_file=place) for place, one in enumerate(read)], ignore_index=True)
    order = every.sort_values(["recorded", "effective", "source_row"], kind="stable")
    first = order.groupby(list(LINE), sort=False)["currency"].transform("first").reindex(every.index)
    other = every["currency"] != first
    if not other.any():
        return list(read)
    made = []
    for place, one in enumerate(read):
        own = (every["_file"] == place).to_numpy()
        strange = other[own].to_numpy()
        began = first[own].to_numpy()
        problems = [
            Problem(file, int(row), one.source.columns.get("currency", "currency"), currency,
                    f"order {order} line {line} is in {was}, and this event is in {currency}. "
                    "Correct the currency, or give the line a number of its own.")
            for (file, row, currency, order, line), was in zip(
                one.entries.loc[strange, list(_NAMED)].to_numpy().tolist(), began[strange], strict=True)
        ]  # fmt: skip
        rows = len({problem.row for problem in problems})
        source = replace(one.source, used=one.source.used - rows, set_aside=one.source.set_aside + rows)
        made.append(replace(one, entries=one.entries[~strange].reset_index(drop=True), source=source,
                            problems=(*one.problems, *problems)))  # fmt: skip
    return made


def facts_of_every_entity(read: Sequence[Understood]) -> frozenset[str]:
    """Return the facts that the files of every entity would show: one entity without shipments has none to add."""
    by_entity: dict[str, frozenset[str]] = {}
    for one in read:
        for entity in one.entries["entity"].unique():
            by_entity[entity] = by_entity.get(entity, frozenset()) | one.facts
    return frozenset.intersection(*by_entity.values()) if by_entity else frozenset()
