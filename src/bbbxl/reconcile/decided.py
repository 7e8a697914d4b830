"""Which decisions are in force, old and new ones together, and the rows that they name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from bbbxl.reconcile.decide import sums_of
from bbbxl.reconcile.model import Decision, DecisionResult
from bbbxl.reconcile.side import Side

#: Outcomes after which a decision is not carried to the next month: it was shown once.
ENDED = ("expired", "settled", "replaced")


def with_names(decisions: Sequence[Decision], sides: Sequence[Side], names: Sequence[Sequence[str]]) -> list[Decision]:
    """Return decisions whose ids are business ids, where they were record ids or order numbers.

    Args:
        decisions: The decisions; an id begins with its side, such as "crm:SO-1001".
        sides: The CRM, then the ERP.
        names: Business ids of both.
    """
    known = set().union(*names)
    if all(one in known for decision in decisions for one in decision.ids):
        return list(decisions)
    meant = [_meant(side, own) for side, own in zip(sides, names, strict=True)]
    return [replace(one, ids=tuple(dict.fromkeys(_named(one.ids, known, meant)))) for one in decisions]


def _named(ids: Iterable[str], known: set[str], meant: Sequence[Mapping[str, list[str]]]) -> Iterable[str]:
    for one in ids:
        own = meant[not one.startswith("crm:")]
        yield from [one] if one in known else own.get(one.partition(":")[2], [one])


def _meant(side: Side, names: Sequence[str]) -> dict[str, list[str]]:
    """Return record id, else order number -> the business ids of its rows."""
    found: dict[str, list[str]] = {}
    for field in ("order_id", "event_id"):
        own: dict[str, list[str]] = {}
        for text, name in zip(side.texts[field].to_list(), names, strict=True):
            if text:
                own.setdefault(text, []).append(name)
        found.update(own)
    return found


def in_force(new: Sequence[Decision], carried: Sequence[Decision]) -> tuple[list[Decision], list[DecisionResult]]:
    """Return the decisions to apply, new ones first, and what became of those that new ones replace.

    A carried decision gives way to a new one on the same rows: whether rows belong together to a decision of that kind
    on two of them, an explanation to one of the same rows, and both to a withdrawal.

    Args:
        new: Decisions given now.
        carried: Decisions of last month.
    """
    kept: list[Decision] = []
    gone: list[DecisionResult] = []
    for one in dict.fromkeys(carried):
        later = next((other for other in new if _replaces(other, one)), None)
        if later is None:
            kept.append(one)
        elif later != one:
            said = "Withdrawn" if later.kind == "withdraw" else "Replaced by a later decision on its rows"
            gone.append(DecisionResult(one, "replaced", f"{said}{f' by {later.by}' if later.by else ''}."))
    return [*(one for one in dict.fromkeys(new) if one.kind != "withdraw"), *kept], gone


def _replaces(new: Decision, old: Decision) -> bool:
    """Return whether a new decision is about what an old one is about."""
    shared = set(new.ids) & set(old.ids)
    if new.kind == "withdraw":
        return bool(shared)
    if "explain" in (new.kind, old.kind):
        return new.kind == old.kind and set(new.ids) == set(old.ids)
    return len(shared) > 1


def carried_on(results: Iterable[DecisionResult], members: pd.DataFrame) -> list[Decision]:
    """Return the decisions that next month begins with, with the amounts of the rows they were applied to."""
    kept = [one for one in results if one.outcome not in ENDED]
    asked = any(one.outcome == "applied" and one.decision.amounts is None for one in kept)
    group_of = dict(zip(members["business_id"].tolist(), members["match_id"].tolist(), strict=True)) if asked else {}
    return [_with_amounts(one, members, group_of) for one in kept]


def _with_amounts(result: DecisionResult, members: pd.DataFrame, group_of: Mapping[str, str]) -> Decision:
    """Return a decision with its amounts: of its rows, or of the group that it explains."""
    one = result.decision
    if result.outcome != "applied" or one.amounts is not None or one.kind == "unmatch":
        return one
    groups = {group_of[name] for name in one.ids if name in group_of}
    own = members["match_id"].isin(groups) if one.kind == "explain" else members["business_id"].isin(one.ids)
    return replace(one, amounts=sums_of(members[own]))
