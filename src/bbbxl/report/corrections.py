"""Corrections of the book that decisions on a reconciliation imply, as entries by hand for `bbbxl book adjust`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pandas as pd

from bbbxl.book.references import match_reference
from bbbxl.ledger.columns import LINE
from bbbxl.ledger.kept import Kept
from bbbxl.money import to_major
from bbbxl.reconcile.classes import CLASS
from bbbxl.report.bridged import Bridged

#: Columns of the file, those of `bbbxl book adjust --file`.
COLUMNS = ("kind", "order", "line", "entity", "amount", "currency", "date", "reason", "evidence", "preparer",
           "approver")  # fmt: skip
_STEP = "fix ERP"
_STEPS = tuple(dict.fromkeys(one.next_step for one in CLASS.values() if one.next_step))


@dataclass(frozen=True)
class Correction:
    """One entry by hand that takes a difference out of the book.

    Attributes:
        order: Order number in the book.
        line: Order line.
        entity: Legal entity.
        amount: Document currency, major units: what the book has less than the CRM, so below zero for a repeated order.
        currency: Document currency.
        day: The last day of the period, or the first open day where that is closed.
        reason: The class, and what the person who decided wrote.
        evidence: The match and the reconciliation.
        preparer: Who decided.
    """

    order: str
    line: str
    entity: str
    amount: Decimal
    currency: str
    day: date
    reason: str
    evidence: str
    preparer: str

    @property
    def cells(self) -> tuple[str | Decimal, ...]:
        """Return it as a row of `COLUMNS`; who approves it is left to `book adjust`."""
        return ("correction", self.order, self.line, self.entity, self.amount, self.currency, f"{self.day}",
                self.reason, self.evidence, self.preparer, "")  # fmt: skip


@dataclass(frozen=True)
class Corrections:
    """What decisions imply for the book.

    Attributes:
        made: Corrections, in the order of the bridge.
        left_out: Decided items that no entry can be made of without guessing, one sentence each.
    """

    made: tuple[Correction, ...]
    left_out: tuple[str, ...]


def corrections(found: Bridged, kept: Kept) -> Corrections:
    """Return the corrections of the items that a person decided and whose next step is to fix the ERP.

    The next step is the one with which the person's reason begins, such as "fix ERP: keyed twice", else that of the
    class.

    Args:
        found: The reconciliation of a CRM export with the ledger of the book.
        kept: The book.
    """
    groups = found.made.groups
    decided = groups[(groups["decided_by"] != "") & (groups["effect_minor"] != 0)]
    steps = [_step_of(note) or step for note, step in zip(decided["note"], decided["next_step"], strict=True)]
    decided = decided[[step == _STEP for step in steps]]
    made: list[Correction] = []
    left_out: list[str] = []
    for one in decided.to_dict("records"):
        members = found.made.members[found.made.members["match_id"] == one["match_id"]]
        outcome = _correction(one, members, found, kept)
        if isinstance(outcome, str):
            name = one["order"] or one["customer"] or one["match_id"]
            left_out.append(f"{name} ({CLASS[one['class']].title}) is left out: {outcome}")
        else:
            made.append(outcome)
    return Corrections(tuple(made), tuple(left_out))


def _step_of(note: str) -> str:
    """Return the next step with which a person's reason begins, empty where it begins with none."""
    said = note.strip().casefold()
    return next((step for step in _STEPS if said.startswith(step.casefold())), "")


def _correction(
    one: Mapping[Any, Any], members: pd.DataFrame, found: Bridged, kept: Kept
) -> Correction | str:  # fmt: skip
    """Return the correction of one item, or why there is none."""
    is_erp = members["side"] == "erp"
    own = found.events.iloc[(members.loc[is_erp, "row"] - 1).to_numpy()]
    if own.empty:
        return "the book has no order of it. Enter the order itself, or add the export that has it."
    if one["timing_minor"]:
        return "a part of it is timing. Write the entry by hand."
    if members["currency"].nunique() != 1:
        return "its sides are in different currencies. Write the entry by hand."
    repeats = own[(members.loc[is_erp, "role"] == "duplicate").to_numpy()]
    lines = (repeats if len(repeats) else own)[list(LINE)].drop_duplicates()
    if len(lines) > 1:
        named = ", ".join(f"{order} line {line}" for _, order, line in lines.to_numpy().tolist()[:4])
        return f"it may be any of {len(lines)} order lines ({named}). Write the entry by hand."
    inside = members[members["in_period"]]
    signed = inside["deal"].where(inside["side"] == "crm", -inside["deal"])
    minor, currency = int(signed.sum()), str(members["currency"].iloc[0])
    if not minor:
        return "its document amounts agree, and a translation is not corrected by an entry."
    entity, order, line = lines.iloc[0].tolist()
    period = found.made.period
    closed = max((close.last for close in kept.closes), default=date.min)
    day = period.last if period.last > closed else closed + timedelta(days=1)
    said = f"{found.made.crm.file} with book {kept.name}, {period.label}"
    title = CLASS[one["class"]].title
    reason = f"{title}: {one['note']}" if one["note"] else title
    return Correction(order, line, entity, to_major(minor, currency), currency, day, reason,
                      match_reference(one["match_id"], said), one["decided_by"])  # fmt: skip
