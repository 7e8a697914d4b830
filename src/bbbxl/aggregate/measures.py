"""Measures as data: signed sums of event kinds, as flows over a month or as stocks at its end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bbbxl.events import BASES, EVENT_KINDS, backlog_sign, flow_code


@dataclass(frozen=True)
class Measure:
    """A signed sum of named event kinds.

    Attributes:
        name: Column of `flows()`.
        title: What people read.
        parts: (kind, basis or "") -> sign of a positive amount.
        time: flow (sum over a month) or stock (sum of all days up to the month's end).
        definition: One sentence that stands alone.
        code: Two-digit code of the flow key on the Ledger tab; 0 for stocks.
    """

    name: str
    title: str
    parts: dict[tuple[str, str], int]
    time: Literal["flow", "stock"]
    definition: str
    code: int = 0


def _flow_measures() -> list[Measure]:
    made = []
    for kind in EVENT_KINDS:
        if kind.group in ("order", "fact") and kind.sign:
            made.append(Measure(kind.name, kind.title, {(kind.name, ""): 1}, "flow", kind.definition, kind.code))
    for kind in (kind for kind in EVENT_KINDS if kind.group == "derived"):
        made += [
            Measure(
                f"{kind.name}_{basis.name}", f"{kind.title}, {basis.name} basis", {(kind.name, basis.name): 1},
                "flow", f"{kind.definition} Basis: {basis.definition}", flow_code(kind.name, basis.name),
            )
            for basis in BASES
        ]  # fmt: skip
    return made


def _stock_measures() -> list[Measure]:
    order = {(kind.name, ""): kind.sign for kind in EVENT_KINDS if kind.group == "order"}
    derived = [kind for kind in EVENT_KINDS if kind.group == "derived"]
    return [
        Measure(
            f"backlog_{basis.name}", f"Backlog, {basis.name} basis",
            {**order, **{(kind.name, basis.name): backlog_sign(kind) for kind in derived}},
            "stock", f"Ordered and not yet relieved at the end of the day. {basis.definition}",
        )
        for basis in BASES
    ]  # fmt: skip


FLOW_MEASURES: tuple[Measure, ...] = tuple(_flow_measures())
STOCK_MEASURES: tuple[Measure, ...] = tuple(_stock_measures())
MEASURES: dict[str, Measure] = {measure.name: measure for measure in (*FLOW_MEASURES, *STOCK_MEASURES)}
