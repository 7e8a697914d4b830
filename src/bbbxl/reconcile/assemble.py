"""The frames of a reconciliation: groups, members and suggestions, with ids, sentences and what is open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from bbbxl.inputs.coded import Coded
from bbbxl.reconcile.classes import CLASSES
from bbbxl.reconcile.classify import Classes, classify
from bbbxl.reconcile.draft import Draft
from bbbxl.reconcile.effects import Effects, take_apart
from bbbxl.reconcile.facts import Facts, gather_facts, inside
from bbbxl.reconcile.ids import match_id, match_ids
from bbbxl.reconcile.model import GROUP_COLUMNS, MEMBER_COLUMNS, SUGGESTION_COLUMNS
from bbbxl.reconcile.near import Suggestion
from bbbxl.reconcile.pool import NONE, Mask, Numbers
from bbbxl.reconcile.sentences import sentences
from bbbxl.reconcile.side import Side

_ORDER = {one.code: place for place, one in enumerate(CLASSES)}
_NO_DAY = np.datetime64("NaT", "ns")


@dataclass(frozen=True)
class Made:
    """Groups as arrays, before they are frames.

    Attributes:
        draft: The groups.
        facts: Their sums.
        classes: Their classes.
        effects: Their effects.
        ids: Their match ids.
        labels: What each is called.
    """

    draft: Draft
    facts: Facts
    classes: Classes
    effects: Effects
    ids: list[str]
    labels: list[str]


def make_groups(draft: Draft, facts: Facts, names: Sequence[Sequence[str]]) -> Made:
    """Return the groups with classes, effects and ids.

    Args:
        draft: The groups.
        facts: Their sums.
        names: Business ids of the CRM rows and of the ERP rows.
    """
    classes = classify(facts)
    effects = take_apart(facts, classes)
    ids = match_ids([facts.crm_group, facts.erp_group], names, len(facts))
    return Made(draft, facts, classes, effects, ids, _labels(facts))


def _labels(facts: Facts) -> list[str]:
    """Return what a group is called in sentences: the order number of the ERP, else of the CRM, else the record id.

    Where everything of one order is a group, its number is that of the left side.
    """
    erp, crm = facts.erp.row, facts.crm.row
    first = (facts.pool.erp, erp) if facts.pair.grain == "row" else (facts.pool.crm, crm)
    made = _text_of(first[0], "order_id", first[1])
    more = [_text_of(side, field, row) for field in ("order_id", "event_id")
            for side, row in ((facts.pool.crm, crm), (facts.pool.erp, erp))]  # fmt: skip
    for other in more:
        made = np.where(made == "", other, made)
    names = facts.pair.right.title, facts.pair.left.title
    for place in np.flatnonzero(made == "").tolist():
        made[place] = f"{names[0]} row {erp[place] + 1}" if erp[place] != NONE else f"{names[1]} row {crm[place] + 1}"
    if facts.pair.grain == "line":
        line = np.where(crm != NONE, _text_of(facts.pool.crm, "line_id", crm), _text_of(facts.pool.erp, "line_id", erp))
        made = np.where(line == "", made, made + " line " + line)
    labels: list[str] = made.tolist()
    return labels


def _text_of(side: Side, field: str, rows: Numbers) -> npt.NDArray[np.object_]:
    """Return a text of some rows, empty for NONE."""
    column = side.texts[field]
    texts = np.array([*column.texts, ""], dtype=object)
    codes = np.append(column.codes, len(column.texts))
    found: npt.NDArray[np.object_] = texts[codes[rows]]
    return found


def _column(column: Coded) -> pd.Series[str]:
    """Return the text of every row as a column of a frame."""
    texts = pa.array(list(column.texts), type=pa.large_string())
    return pd.Series(pd.array(texts.take(pa.array(column.codes)), dtype="str"))


def group_frame(made: Made, reporting: str) -> pd.DataFrame:
    """Return `GROUP_COLUMNS`, sorted by class, size of the effect and id; nothing decided by a person yet."""
    facts, effects, draft = made.facts, made.effects, made.draft
    crm, erp, size = facts.crm, facts.erp, len(facts)
    single = np.arange(size) >= facts.matched
    pad = size - facts.matched
    coins = np.array([*facts.pool.coins, ""], dtype=object)
    crm_coin, erp_coin = coins[crm.currency], coins[erp.currency]
    both = np.where((crm_coin != erp_coin) & (crm_coin != "") & (erp_coin != ""), crm_coin + "/" + erp_coin,
                    np.where(crm_coin != "", crm_coin, erp_coin))  # fmt: skip
    touched = effects.effect != 0
    kinds = facts.pair.kinds
    steps = np.array([kinds[code].next_step for code in made.classes.tolist()], dtype=object)
    columns: dict[str, object] = {
        "match_id": made.ids,
        "class": made.classes,
        "confidence": np.where(single, "", np.where([*draft.manual, *[False] * pad], "manual", "auto")),
        "stage": [*draft.stage, *["none"] * pad],
        "cardinality": [f"{a}:{b}" for a, b in zip(crm.count.tolist(), erp.count.tolist(), strict=True)],
        "score": np.array([*draft.score, *[0.0] * pad]),
        "runner_up": np.array([*draft.runner_up, *[0.0] * pad]),
        "order": made.labels,
        "customer": _customers(facts),
        "currency": both,
        "crm_date": _days(crm.first, crm.count),
        "erp_date": _days(erp.first, erp.count),
        "days": np.where(single, 0, erp.first - crm.first),
        "crm_deal": crm.deal,
        "erp_deal": erp.deal,
        "crm_minor": crm.period,
        "erp_minor": erp.period,
        "effect_minor": effects.effect,
        "fx_minor": effects.fx,
        "rounding_minor": effects.rounding,
        "tax_minor": effects.tax,
        "term_minor": effects.term,
        "timing_minor": effects.timing,
        "named_minor": effects.named,
        "other_minor": effects.other,
        "explained_minor": effects.effect - effects.unexplained,
        "unexplained_minor": effects.unexplained,
        "next_step": steps,
        "reason": sentences(facts, effects, made.classes, made.labels, reporting),
        "decided_by": "",
        "decided_until": _NO_DAY,
        "note": "",
        "is_open": (effects.unexplained != 0) | (touched & (steps != "")),
        "in_period": (crm.inside > 0) | (erp.inside > 0),
    }
    frame = pd.DataFrame(columns)[[one.name for one in GROUP_COLUMNS]]
    rank = np.array([_ORDER[code] for code in made.classes.tolist()], dtype=np.int64)
    order = np.lexsort((frame["match_id"].to_numpy(dtype=str), -np.abs(effects.effect), rank))
    return frame.iloc[order].reset_index(drop=True)


def _customers(facts: Facts) -> list[str]:
    crm = _text_of(facts.pool.crm, "customer", facts.crm.row)
    found: list[str] = np.where(
        facts.crm.row != NONE, crm, _text_of(facts.pool.erp, "customer", facts.erp.row)
    ).tolist()
    return found


def _days(days: Numbers, count: Numbers) -> npt.NDArray[np.datetime64]:
    made = days.astype("datetime64[D]").astype("datetime64[ns]")
    return np.where(count > 0, made, _NO_DAY)


def member_frame(made: Made, names: Sequence[Sequence[str]], suggested: Sequence[Sequence[str]]) -> pd.DataFrame:
    """Return `MEMBER_COLUMNS`, CRM first, in the order of the files.

    Args:
        made: The groups.
        names: Business ids of the CRM rows and of the ERP rows.
        suggested: Suggestion id of the CRM rows and of the ERP rows.
    """
    facts = made.facts
    pool = facts.pool
    ids = np.array(made.ids, dtype=object)
    frames = [
        _members(side, ids[group], own, offer, role, inside(side.days, facts.period), sign)
        for side, group, own, offer, role, sign in (
            (pool.crm, facts.crm_group, names[0], suggested[0], _crm_roles(facts), -1),
            (pool.erp, facts.erp_group, names[1], suggested[1], _erp_roles(facts), 1),
        )
    ]
    return pd.concat(frames, ignore_index=True)[[one.name for one in MEMBER_COLUMNS]]


def _members(
    side: Side, ids: npt.NDArray[np.object_], names: Sequence[str], suggested: Sequence[str],
    roles: npt.NDArray[np.object_], within: Mask, sign: int,
) -> pd.DataFrame:  # fmt: skip
    table = side.opened.table
    period = np.where(within, side.minor, 0)
    return pd.DataFrame({
        "side": side.name, "row": side.rows, "match_id": ids, "suggestion_id": suggested, "file": table.file,
        "sheet": table.sheet, "file_row": table.numbers[side.places],
        "system_id": _column(side.texts["event_id"]), "order": _column(side.texts["order_id"]),
        "parent": _column(side.texts["parent"]), "reference": _column(side.texts["reference"]),
        "customer": _column(side.texts["customer"]), "type": _column(side.texts["type"]), "role": roles,
        "date": side.days.astype("datetime64[D]").astype("datetime64[ns]"), "in_period": within,
        "currency": _column(side.currency), "deal": side.deal, "minor": side.minor, "period_minor": period,
        "business_id": names, "effect_minor": sign * period,
    })  # fmt: skip


def _crm_roles(facts: Facts) -> npt.NDArray[np.object_]:
    several = (facts.crm.count > 1)[facts.crm_group]
    return np.where(facts.crm_repeat, "duplicate", np.where(several, "part", "main")).astype(object)


def _erp_roles(facts: Facts) -> npt.NDArray[np.object_]:
    several = (facts.erp.count > 1)[facts.erp_group]
    credits = facts.pool.erp.credits & several
    role = np.where(several, "line", "main").astype(object)
    role[credits] = "credit memo"
    twice = (made_twice(facts))[facts.erp_group]
    role[facts.erp_repeat & twice] = "duplicate"
    return role


def made_twice(facts: Facts) -> Mask:
    """Return the groups whose ERP rows that repeat are taken for duplicates and not for equal lines."""
    left = np.abs(facts.erp.deal - facts.erp.repeat_deal - facts.crm.deal)
    found: Mask = (facts.erp.repeat_deal != 0) & (left < np.abs(facts.erp.deal - facts.crm.deal))
    return found


def suggestion_frame(
    made: Made, offers: Sequence[Suggestion], names: Sequence[Sequence[str]], reporting: str
) -> tuple[pd.DataFrame, list[list[str]]]:
    """Return `SUGGESTION_COLUMNS`, the most certain first, and the suggestion id of every CRM row and ERP row."""
    pool = made.facts.pool
    marks = [[""] * len(pool.crm), [""] * len(pool.erp)]
    columns = [one.name for one in SUGGESTION_COLUMNS]
    if not offers:
        return pd.DataFrame({name: pd.Series(dtype=object) for name in columns}), marks
    rows: list[tuple[object, ...]] = [()] * len(offers)
    for turn in _turns(offers):
        for place, row in _offered(made, [offers[place] for place in turn], names, reporting, marks, turn):
            rows[place] = row
    return pd.DataFrame(rows, columns=columns), marks


def _turns(offers: Sequence[Suggestion]) -> list[list[int]]:
    """Return the places of offers in turns in which no group stands twice: each is looked at as accepted alone."""
    turns: list[list[int]] = []
    seen: dict[int, int] = {}
    for place, offer in enumerate(offers):
        turn = 0 if offer.group == NONE else seen.get(int(offer.group), 0)
        if offer.group != NONE:
            seen[int(offer.group)] = turn + 1
        turns += [[] for _ in range(turn + 1 - len(turns))]
        turns[turn].append(place)
    return turns


def _offered(
    made: Made, offers: Sequence[Suggestion], names: Sequence[Sequence[str]], reporting: str,
    marks: Sequence[list[str]], places: Sequence[int],
) -> Iterator[tuple[int, tuple[object, ...]]]:  # fmt: skip
    """Yield place and row of offers for different groups, and mark the rows they are about."""
    pool = made.facts.pool
    accepted = made.draft.copy()
    groups = np.array([_accept(accepted, one) for one in offers], dtype=np.int64)
    every = gather_facts(accepted, made.facts.period)
    facts = every.taken(groups)
    classes = classify(facts)
    ids = _ids_of(every, groups, names)
    said = sentences(facts, take_apart(facts, classes), classes, _labels(facts), reporting)
    coins = np.array([*pool.coins, ""], dtype=object)
    crm_customer, erp_customer = pool.crm.texts["customer"], pool.erp.texts["customer"]
    place_of = {one: place for place, one in enumerate(made.ids)}
    for group, offer in enumerate(offers):
        own = [int(row) for order in offer.orders for row in pool.orders.of(order)]
        joined = [made.ids[int(made.facts.crm_group[row])] for row in offer.crm]
        joined += [made.ids[int(made.facts.erp_group[row])] for row in own]
        joined += [made.ids[offer.group]] if offer.group != NONE else []
        for side, rows in ((0, offer.crm), (1, own)):
            for row in rows:
                marks[side][row] = ids[group]
        crm, erp = int(facts.crm.row[group]), int(facts.erp.row[group])
        pair = {str(coins[facts.crm.currency[group]]), str(coins[facts.erp.currency[group]])} - {""}
        before = sum(int(made.effects.effect[place_of[one]]) for one in dict.fromkeys(joined))
        yield places[group], (
            ids[group], classes[group], offer.stage, offer.score, offer.runner_up,
            " ".join(dict.fromkeys(joined)), f"{facts.crm.count[group]}:{facts.erp.count[group]}",
            crm_customer[crm] if crm != NONE else "", erp_customer[erp] if erp != NONE else "", "/".join(sorted(pair)),
            int(facts.crm.deal[group]), int(facts.erp.deal[group]), _day(facts.crm.first[group]),
            _day(facts.erp.first[group]), before, f"{said[group].rstrip('.')}; {offer.why}.",
        )  # fmt: skip


def _ids_of(facts: Facts, groups: Numbers, names: Sequence[Sequence[str]]) -> list[str]:
    """Return the match id of some groups."""
    place_of = {int(group): place for place, group in enumerate(groups)}
    members: list[list[str]] = [[] for _ in groups]
    for group, own in ((facts.crm_group, names[0]), (facts.erp_group, names[1])):
        for row in np.flatnonzero(np.isin(group, groups)).tolist():
            members[place_of[int(group[row])]].append(own[row])
    return [match_id(own) for own in members]


def _day(day: np.int64) -> pd.Timestamp:
    return pd.Timestamp(np.datetime64(int(day), "D").astype("datetime64[ns]"))


def _accept(draft: Draft, offer: Suggestion) -> int:
    """Put the rows of a suggestion into its group and return the group."""
    if offer.group == NONE:
        return draft.add(offer.crm, offer.orders, offer.stage, offer.score, offer.runner_up)
    for row in offer.crm:
        draft.crm[row], draft.crm_repeats[row] = offer.group, True
    for order in offer.orders:
        draft.order[order], draft.order_repeats[order] = offer.group, True
    return offer.group
