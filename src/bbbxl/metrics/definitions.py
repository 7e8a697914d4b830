"""The words of the product as rows: what the Definitions tab, the README and the command line print."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bbbxl.events import BASES, EVENT_KINDS
from bbbxl.metrics.registry import metrics
from bbbxl.policy import LISTS, MEANINGS, Policy
from bbbxl.words import RULES


@dataclass(frozen=True)
class Definition:
    """One row of words.

    Attributes:
        group: Metric, Basis, Event kind, Rule or Policy.
        name: The word in options, config and JSON.
        title: What people read.
        definition: Stands alone.
        formula: In words; empty where there is none.
        source: Where the rule comes from, or stands in the code; empty where there is none.
    """

    group: str
    name: str
    title: str
    definition: str
    formula: str = ""
    source: str = ""


def definitions(policy: Policy | None = None) -> tuple[Definition, ...]:
    """Return all words; with a policy, the choices it makes, else every choice there is."""
    rows = [
        Definition("Metric", one.name, one.title, one.definition, one.formula, one.source) for one in metrics().values()
    ]
    rows += [Definition("Basis", one.name, f"{one.title} basis", one.definition) for one in BASES]
    rows += [Definition("Event kind", one.name, one.title, one.definition) for one in EVENT_KINDS]
    rows += [Definition("Rule", one.name, one.title, one.definition, "", one.place) for one in RULES]
    rows += list(_policy_rows(policy))
    return tuple(rows)


def _policy_rows(policy: Policy | None) -> Iterable[Definition]:
    for (name, value), meaning in MEANINGS.items():
        if policy is None or getattr(policy, name) == value:
            yield _policy_row(name, value, meaning)
    for name, (empty, listed) in LISTS.items():
        values = getattr(policy, name) if policy else ()
        if not values:
            yield _policy_row(name, "[]", empty)
        if values or policy is None:
            shown = f": {', '.join(values)}" if values else ""
            yield _policy_row(name, "[...]", f"{listed.removesuffix('.')}{shown}.")


def _policy_row(name: str, value: str, meaning: str) -> Definition:
    return Definition("Policy", f"{name} = {value}", name.replace("_", " ").capitalize(), meaning)
