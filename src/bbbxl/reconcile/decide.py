"""Decisions of a person: applied before anything is matched, expiring, and loud when what they were made on changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from bbbxl.money import show
from bbbxl.periods import Period
from bbbxl.reconcile.ids import match_id
from bbbxl.reconcile.matching import Fixed
from bbbxl.reconcile.model import Decision, DecisionResult
from bbbxl.reconcile.side import Side

NONE_THERE = "None of its rows is in the files."


def fix(
    crm: Side,
    erp: Side,
    names: Sequence[Sequence[str]],
    decisions: Sequence[Decision],
    period: Period,
    reporting: str,
) -> tuple[Fixed, list[DecisionResult]]:
    """Return what decisions fix before the matching, and what became of each; explanations are left for later.

    Args:
        crm: CRM rows.
        erp: ERP rows.
        names: Business ids of both.
        decisions: The decisions; of two that contradict one another the first stands.
        period: The period; a decision whose last day lies before its end has expired.
        reporting: Reporting currency.

    Source: reconciliation, carry-forward: decisions are applied before stage 1; conflict if a member changed.
    """
    places = [{name: place for place, name in enumerate(own)} for own in names]
    together: list[tuple[tuple[int, ...], tuple[int, ...]]] = []
    apart: list[tuple[int, int]] = []
    results: list[DecisionResult] = []
    for one in decisions:
        outcome = _expired(one, period)
        if outcome is None and one.kind != "explain":
            rows = _rows(one, places)
            outcome = _unusable(one, rows, (crm, erp), reporting) or _against(one, rows, together, apart, names)
            if outcome is None and one.kind == "unmatch":
                apart += [(row, other) for row in rows[0] for other in rows[1]]
            elif outcome is None:
                together.append(rows)
        results.append(outcome or DecisionResult(one, "applied", _applied(one)))
    again = [_repeats(crm, erp, rows) for rows in together]
    return Fixed(tuple(together), tuple(apart), tuple(row for own, _ in again for row in own),
                 tuple(row for _, own in again for row in own)), results  # fmt: skip


def _repeats(crm: Side, erp: Side, rows: tuple[tuple[int, ...], tuple[int, ...]]) -> tuple[list[int], list[int]]:
    """Return the rows of a match that repeat an earlier one of their side, where both sides agree without them."""
    found: tuple[list[int], list[int]] = ([], [])
    sums = [int(side.deal[list(own)].sum()) for side, own in zip((crm, erp), rows, strict=True)]
    for place, (side, own) in enumerate(zip((crm, erp), rows, strict=True)):
        seen: set[tuple[int, str]] = set()
        for row in own:
            key = int(side.deal[row]), side.currency[row]
            found[place].extend([row] if key in seen else [])
            seen.add(key)
        if sums[place] - int(side.deal[found[place]].sum()) != sums[1 - place] or sums[0] == sums[1]:
            found[place].clear()
    return found


def explain(
    groups: pd.DataFrame, members: pd.DataFrame, results: Sequence[DecisionResult], reporting: str
) -> tuple[pd.DataFrame, list[DecisionResult]]:
    """Return the groups with what decisions explain and who decided, and what became of each decision.

    An explanation moves the whole effect of its group to explained until its last day; the residual of a group that
    nobody explained stays unexplained.
    """
    place_of = {one: place for place, one in enumerate(groups["match_id"].tolist())}
    group_of = dict(zip(members["business_id"].tolist(), members["match_id"].tolist(), strict=True))
    marks: dict[int, Decision] = {}
    explained: set[int] = set()
    found: list[DecisionResult] = []
    for one in results:
        decision, result = one.decision, one
        if one.outcome == "applied" and decision.kind == "explain":
            owner = _group_of(decision, place_of, group_of)
            result = _explainable(decision, owner, members, reporting) or one
            if result.outcome == "applied":
                explained.add(place_of[owner])
                marks[place_of[owner]] = decision
        elif one.outcome == "applied" and decision.kind in ("match", "accept"):
            marks[place_of[group_of[decision.ids[0]]]] = decision
        found.append(result)
    return _marked(groups, marks, explained), found


def _marked(groups: pd.DataFrame, marks: Mapping[int, Decision], explained: set[int]) -> pd.DataFrame:
    """Return the groups with who decided what of them."""
    if not marks:
        return groups
    places = range(len(groups))
    by = [marks[place].by if place in marks else "" for place in places]
    note = [marks[place].note if place in marks else "" for place in places]
    until = [marks[place].until if place in marks else None for place in places]
    whole = np.isin(np.arange(len(groups)), sorted(explained))
    effect = groups["effect_minor"].to_numpy(dtype=np.int64)
    return groups.assign(
        decided_by=by, note=note, decided_until=pd.to_datetime(pd.Series(until, dtype="object")),
        explained_minor=np.where(whole, effect, groups["explained_minor"].to_numpy(dtype=np.int64)),
        unexplained_minor=np.where(whole, 0, groups["unexplained_minor"].to_numpy(dtype=np.int64)),
        is_open=groups["is_open"].to_numpy(dtype=np.bool_) & ~whole,
    )  # fmt: skip


def _applied(decision: Decision) -> str:
    who = f" by {decision.by}" if decision.by else ""
    what = {"match": "Matched", "accept": "Suggestion accepted", "unmatch": "Taken apart", "explain": "Explained"}
    return f"{what[decision.kind]}{who}{f': {decision.note}' if decision.note else ''}."


def _expired(decision: Decision, period: Period) -> DecisionResult | None:
    until: date | None = decision.until
    if until is None or until >= period.last:
        return None
    return DecisionResult(decision, "expired", f"It held until {until}, and the period ends on {period.last}: "
                                               "decide again.")  # fmt: skip


def _rows(decision: Decision, places: Sequence[Mapping[str, int]]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the CRM rows and ERP rows that a decision names, as far as they are there."""
    crm, erp = (tuple(sorted(own[name] for name in decision.ids if name in own)) for own in places)
    return crm, erp


def _unusable(
    decision: Decision, rows: tuple[tuple[int, ...], tuple[int, ...]], sides: tuple[Side, Side], reporting: str
) -> DecisionResult | None:
    """Return why a decision cannot be applied to the rows that are there, None where it can."""
    there = len(rows[0]) + len(rows[1])
    if not there:
        return DecisionResult(decision, "not found", NONE_THERE)
    if there < len(set(decision.ids)):
        return DecisionResult(decision, "conflict", f"Of its {len(set(decision.ids))} rows {there} are in the files: "
                                                    "decide again.")  # fmt: skip
    if not rows[0] or not rows[1]:
        return DecisionResult(decision, "conflict", "It names rows of one side only. Name rows of both.")
    sums = tuple(int(side.minor[list(own)].sum()) for side, own in zip(sides, rows, strict=True))
    return _changed(decision, (sums[0], sums[1]), reporting)


def _changed(decision: Decision, sums: tuple[int, int], reporting: str) -> DecisionResult | None:
    """Return the conflict of a decision whose amounts have changed since it was made."""
    if decision.amounts is None or tuple(decision.amounts) == sums:
        return None
    was, now = (f"CRM {show(pair[0], reporting)}, ERP {show(pair[1], reporting)}" for pair in (decision.amounts, sums))
    return DecisionResult(decision, "conflict", f"Its amounts have changed: they were {was} and are {now}. "
                                                "Decide again.")  # fmt: skip


def _against(
    decision: Decision, rows: tuple[tuple[int, ...], tuple[int, ...]],
    together: Sequence[tuple[tuple[int, ...], tuple[int, ...]]], apart: Sequence[tuple[int, int]],
    names: Sequence[Sequence[str]],
) -> DecisionResult | None:  # fmt: skip
    """Return the conflict of a decision that an earlier one contradicts."""
    pairs = {(row, other) for row in rows[0] for other in rows[1]}
    if decision.kind == "unmatch":
        clash = next((pair for own in together for pair in pairs if pair[0] in own[0] and pair[1] in own[1]), None)
    else:
        clash = next(iter(sorted(pairs.intersection(apart))), None)
        for own in together:
            again = sorted(set(rows[0]) & set(own[0])) or None
            other = sorted(set(rows[1]) & set(own[1])) or None
            if again or other:
                name = names[0][again[0]] if again else names[1][other[0]] if other else ""
                return DecisionResult(decision, "conflict", f"An earlier decision matches {name} already. Take one "
                                                            "of them back.")  # fmt: skip
    if clash is None:
        return None
    return DecisionResult(decision, "conflict", f"An earlier decision says otherwise of {names[0][clash[0]]} and "
                                                f"{names[1][clash[1]]}. Take one of them back.")  # fmt: skip


def _group_of(decision: Decision, place_of: Mapping[str, int], group_of: Mapping[str, str]) -> str:
    """Return the group that an explanation is about: of its match id, else of all its ids together."""
    if decision.match_id in place_of:
        return decision.match_id
    if match_id(decision.ids) in place_of:
        return match_id(decision.ids)
    owners = {group_of[name] for name in decision.ids if name in group_of}
    return owners.pop() if len(owners) == 1 else ""


def _explainable(decision: Decision, owner: str, members: pd.DataFrame, reporting: str) -> DecisionResult | None:
    if not owner:
        there = set(decision.ids) & set(members["business_id"])
        message = "Its rows are in no group together any more." if there else NONE_THERE
        message = message if decision.ids else "Its match is not there any more."
        return DecisionResult(decision, "not found", message)
    sums = sums_of(members[members["match_id"] == owner])
    changed = _changed(decision, sums, reporting)
    if changed and sums[0] == sums[1]:
        return DecisionResult(decision, "settled", "What it explained agrees now.")
    return changed


def sums_of(rows: pd.DataFrame) -> tuple[int, int]:
    """Return the CRM sum and the ERP sum of some members."""
    is_crm, minor = (rows["side"] == "crm").to_numpy(dtype=np.bool_), rows["minor"].to_numpy(dtype=np.int64)
    return int(minor[is_crm].sum()), int(minor[~is_crm].sum())


def with_ids(decisions: Sequence[Decision], members: pd.DataFrame) -> list[Decision]:
    """Return decisions that name a match or suggestion only with the business ids of its rows.

    Args:
        decisions: The decisions.
        members: Members of a reconciliation without them.
    """
    return [one if one.ids or not one.match_id else decision_of(members, one.match_id, one) for one in decisions]


def decision_of(members: pd.DataFrame, match: str, template: Decision) -> Decision:
    """Return a decision about one match or suggestion, with the ids and amounts that it has now.

    Args:
        members: Members of the reconciliation it is made on.
        match: Match id or suggestion id.
        template: Kind, person, note and last day; amounts it has already stay.
    """
    own = members[(members["match_id"] == match) | (members["suggestion_id"] == match)]
    amounts = template.amounts or (sums_of(own) if len(own) else None)
    return replace(template, ids=tuple(own["business_id"].tolist()), amounts=amounts, match_id=match)
