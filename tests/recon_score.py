"""Score matches.csv against a known truth: links, classes, certainty and the bridge, by itself and without bbbxl."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

Row = tuple[str, int]


@dataclass(frozen=True)
class Score:
    """How well a reconciliation fits the truth.

    Attributes:
        precision: Share of the links made that are true; a link is a CRM row and an ERP row of one group.
        recall: Share of the true links that were made.
        f1: Of both.
        certain: Precision of the links made without a person.
        accuracy: Share of the source rows with their true class.
        missing: Source rows of the truth in no match.
        wrong: (true class, class) -> rows.
    """

    precision: float
    recall: float
    f1: float
    certain: float
    accuracy: float
    missing: int
    wrong: Counter[tuple[str, str]]


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def score(matches: Iterable[Mapping[str, str]], truth: Iterable[Mapping[str, str]]) -> Score:
    """Return the score of the rows of matches.csv against those of truth.csv."""
    matches, truth = list(matches), list(truth)
    true_links = links(truth, "group_id")
    sure = [one for one in matches if one["confidence"] != "suggested"]
    made, certain = links(matches, "match_id"), links(sure, "match_id")
    hits = len(made & true_links)
    precision = hits / len(made) if made else 1.0
    recall = hits / len(true_links) if true_links else 1.0
    class_of = {key(one): one["class"] for one in matches}
    wrong = Counter(
        (one["class"], class_of.get(key(one), "-")) for one in truth if class_of.get(key(one)) != one["class"]
    )
    return Score(
        precision, recall, 2 * precision * recall / (precision + recall or 1.0),
        len(certain & true_links) / len(certain) if certain else 1.0, 1 - sum(wrong.values()) / len(truth),
        sum(key(one) not in class_of for one in truth), wrong,
    )  # fmt: skip


def key(row: Mapping[str, str]) -> Row:
    return row["side"], int(row["row"])


def links(rows: Iterable[Mapping[str, str]], group: str) -> set[tuple[Row, Row]]:
    """Return the pairs of a CRM row and an ERP row that share a group."""
    members: dict[str, tuple[list[Row], list[Row]]] = defaultdict(lambda: ([], []))
    for one in rows:
        members[one[group]][one["side"] == "erp"].append(key(one))
    return {(crm, erp) for own in members.values() for crm in own[0] for erp in own[1]}


def bridge_difference(matches: Iterable[Mapping[str, str]], truth: Iterable[Mapping[str, str]]) -> int:
    """Return CRM total of the period + all effects - ERP total of the period, in minor units; totals of the truth."""
    totals = Counter[str]()
    for one in truth:
        totals[one["side"]] += int(one["usd_cents"]) * int(one["in_period"])
    return totals["crm"] + sum(int(one["effect_minor"]) for one in matches) - totals["erp"]
