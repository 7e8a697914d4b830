"""What leaves backlog: relief events per basis, derived line by line, and the order side of invoices and credits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from bbbxl.events import BASIS, CODES, CREDIT_CAUSES, ORDER_KINDS, ORDER_NAMES, Basis
from bbbxl.ledger.kinds import by_kind
from bbbxl.ledger.moves import moves_of, placed, taken_along

Minor = npt.NDArray[np.int64]
#: Order kinds without returns: returns stand in a balance of their own until they are received.
_ORDER_SIGNS = {kind.name: kind.sign for kind in ORDER_KINDS if kind.name != "return_authorisation"}
#: Cause of a credit note -> the order event it brings about where the order side is not in the data.
_CREDIT_KIND = {"cancellation": "cancellation", "price": "price_decrease", "return": "return_authorisation"}
#: Order kinds whose credit note says cancellation.
_WITHDRAWALS = ("cancellation", "contraction")
WITHOUT_ORDER = "invoice without order"
FROM_CREDIT_NOTE = "derived from the credit note"


def add_order_effects(expanded: pd.DataFrame) -> pd.DataFrame:
    """Return the states with the order events that invoices and credit notes bring about.

    An invoice on a line that was never ordered is booked the day it is billed (book-and-turn). A credit note for
    a cancellation, price or return lowers the order, less what the order side had already been lowered by.

    Args:
        expanded: What `expand_states` returned.

    Returns:
        The same rows and the derived ones (derived = True), sorted by state, effective, code.
    """
    expanded = expanded.assign(derived=False)
    ordered = expanded["kind"].isin(ORDER_NAMES)
    has_order = ordered.groupby(expanded["state"]).transform("any")
    # What was never ordered is never shipped: its invoice is all there is.
    expanded["shippable"] = expanded["shippable"].astype(bool) & has_order
    turned = _turned(expanded[~has_order])
    work = pd.concat([expanded, turned], ignore_index=True) if len(turned) else expanded
    work = work.sort_values(["state", "effective", "code"], kind="stable", ignore_index=True)
    credited = (work["kind"] == "credit_note") & work["reason"].isin(list(_CREDIT_KIND))
    if not credited.any():
        return work
    chosen = work[work["state"].isin(work.loc[credited, "state"])]
    made = [row for _, rows in chosen.groupby("state", sort=True) for row in _credit_effects(rows)]
    if not made:
        return work
    effects = work.loc[[place for place, _, _ in made]].assign(
        kind=[kind for _, kind, _ in made],
        amount=np.array([amount for _, _, amount in made], dtype=np.int64),
        reason=FROM_CREDIT_NOTE, derived=True,
    )  # fmt: skip
    effects["code"] = effects["kind"].map(CODES)
    work = pd.concat([work, effects], ignore_index=True)
    return work.sort_values(["state", "effective", "code"], kind="stable", ignore_index=True)


def _turned(unordered: pd.DataFrame) -> pd.DataFrame:
    """Return the book-and-turn events of lines never ordered; what is billed again is not booked again.

    An invoice below zero takes an earlier one back, and its booking with it.
    """
    state = unordered["state"]
    is_invoice = unordered["kind"] == "invoice"
    reopens = (unordered["kind"] == "credit_note") & ~unordered["reason"].isin(list(_CREDIT_KIND))
    invoiced = unordered["amount"].where(is_invoice, 0)
    billed = invoiced.clip(lower=0) - unordered["amount"].where(reopens, 0)
    highest = billed.groupby(state).cumsum().clip(lower=0).groupby(state).cummax()
    booked = highest + invoiced.clip(upper=0).groupby(state).cumsum()
    amount = booked - booked.groupby(state).shift(fill_value=0)
    chosen = is_invoice & (amount != 0)
    return unordered[chosen].assign(
        kind="book_and_turn", code=CODES["book_and_turn"], amount=amount[chosen], reason=WITHOUT_ORDER,
        derived=True,
    )  # fmt: skip


def _credit_effects(rows: pd.DataFrame) -> list[tuple[Any, str, int]]:
    """Return (row label, order kind, amount) for each credit note of one line that lowers the order by itself."""
    so_far = dict.fromkeys(("ordered", "invoice", "shipment", "return_authorisation", "withdrawn", "due"), 0)
    agreed = _agreed(rows)
    shippable = bool(rows["shippable"].iloc[0])
    made: list[tuple[Any, str, int]] = []
    columns = (rows[name].tolist() for name in ("effective", "recorded", "kind", "amount", "reason"))
    for place, day, known, kind, amount, reason in zip(rows.index, *columns, strict=True):
        if kind in so_far:
            so_far[kind] += amount
        elif kind in _ORDER_SIGNS:
            before = max(0, so_far["invoice"] - so_far["ordered"])
            so_far["ordered"] += _ORDER_SIGNS[kind] * amount
            if kind in _WITHDRAWALS:
                so_far["withdrawn"] += amount
                so_far["due"] += max(0, so_far["invoice"] - so_far["ordered"]) - before
        elif kind == "credit_note":
            short = 0
            if reason == "return":
                short = amount - min(amount, max(0, so_far["return_authorisation"]))
                so_far["return_authorisation"] -= amount - short
            elif reason == "price":
                over = max(0, so_far["invoice"] - so_far["ordered"])
                short = amount - min(amount, max(over, agreed.get((day, known), 0)))
                agreed[day, known] = max(0, agreed.get((day, known), 0) - amount)
            elif reason == "cancellation":
                short = amount - min(amount, _credit_due(so_far, shippable))
                so_far["withdrawn"] = max(0, so_far["withdrawn"] - amount + short)
                so_far["due"] = max(0, so_far["due"] - amount)
            if reason != "return":
                so_far["invoice"] -= amount
                so_far["ordered"] -= short
            made += [(place, _CREDIT_KIND[reason], short)] if short else []
    return made


def _credit_due(so_far: dict[str, int], shippable: bool) -> int:
    """Return how much of the next credit note for a cancellation the order side has been lowered by already.

    That is what stands billed beyond the order, or what withdrawals left billed beyond it when they happened,
    whatever was ordered since; and, where deposits were billed, what was withdrawn from the order as far as it can
    have been billed and not delivered.
    """
    billed = so_far["invoice"]
    over = billed - so_far["ordered"]
    delivered = so_far["shipment"] if shippable else billed if over >= 0 else 0
    return max(0, over, so_far["due"], min(so_far["withdrawn"], billed - delivered))


def _agreed(rows: pd.DataFrame) -> dict[Any, int]:
    """Return how much of the price allowances of one line, by day and recording, the order side shows.

    An allowance is taken as shown by price decreases of the same day, else by those of an earlier day that come to
    the same amount; other price decreases are new prices of what is still open. Each answers for one allowance.
    """
    lowered: dict[Any, int] = {}
    allowed: dict[Any, int] = {}
    columns = (rows[name].tolist() for name in ("effective", "recorded", "kind", "amount", "reason"))
    for day, known, kind, amount, reason in zip(*columns, strict=True):
        if kind == "price_decrease":
            lowered[day] = lowered.get(day, 0) + amount
        elif kind == "credit_note" and reason == "price":
            allowed[day, known] = allowed.get((day, known), 0) + amount
    found: dict[Any, int] = {}
    for (day, known), amount in allowed.items():
        earlier = (one for one, left in lowered.items() if one < day and left == amount)
        matched = day if lowered.get(day, 0) > 0 else next(earlier, None)
        if matched is not None:
            found[day, known] = min(amount, lowered[matched])
            lowered[matched] -= found[day, known]
    return found


def derive_relief(work: pd.DataFrame, bases: Sequence[str]) -> pd.DataFrame:
    """Return the relief events of every state on every basis.

    Relief is a function of what has been ordered and what has been delivered (or billed, or recognised) up to a
    day: what was ordered caps it, so over-delivery never makes a backlog negative; completion relieves the
    residue; returns are relieved in a balance of their own, so an authorised return stands negative until it is
    received or credited.

    Args:
        work: Rows of `add_order_effects`, sorted by state, effective, code; `shippable` is bool.
        bases: Names of the bases whose facts are in the data.

    Returns:
        One row per state, basis and day with a change: the columns of the event that caused it, kind relief,
        amount in document minor units, positive when it lowers the backlog.

    Source: rules, What leaves backlog.
    """
    starts = np.flatnonzero(np.diff(work["state"].to_numpy(), prepend=-1))
    kinds = work["kind"].to_numpy()
    amount = work["amount"].to_numpy(dtype=np.int64)
    signs = by_kind(work["kind"], _ORDER_SIGNS)
    credited = kinds == "credit_note"
    returned = (work["reason"] == "return").to_numpy()
    for_return = returned & credited
    billed = np.where(kinds == "invoice", amount, np.where(credited & ~for_return, -amount, 0))
    lines = _Lines(
        kinds, amount, starts,
        ordered=_running(signs * amount, starts),
        returned=_running(np.where(kinds == "return_authorisation", -amount, 0), starts),
        billed=_running(billed, starts),
        for_return=for_return | (kinds == "return_receipt") | (returned & (kinds == "recognition")),
        allowance=(work["reason"] == "price").to_numpy() & credited,
        service=~work["shippable"].to_numpy(dtype=bool),
    )  # fmt: skip
    frames = [work.iloc[:0].assign(basis="")]
    moves = moves_of(work)
    work = placed(work, moves) if moves else work
    for basis in (BASIS[name] for name in bases):
        steps = _steps(_relieved(basis, lines), starts)
        frames.append(_as_events(work, basis.name, taken_along(steps, moves) if moves else steps))
    return pd.concat(frames, ignore_index=True)


@dataclass(frozen=True)
class _Lines:
    """All events of all states, one entry each in every array.

    Attributes:
        kinds: Event kinds.
        amount: Document minor units.
        starts: Where each state begins.
        ordered: What has been ordered so far, returns left out.
        returned: Returns authorised so far, negative.
        billed: What has been invoiced so far, returns left out.
        for_return: Receipts, credit notes and reversals of revenue that belong to returns.
        allowance: Credit notes for a price.
        service: Lines that are not shipped.
    """

    kinds: Any
    amount: Minor
    starts: npt.NDArray[np.intp]
    ordered: Minor
    returned: Minor
    billed: Minor
    for_return: npt.NDArray[np.bool_]
    allowance: npt.NDArray[np.bool_]
    service: npt.NDArray[np.bool_]


def _relieved(basis: Basis, lines: _Lines) -> Minor:
    """Return what has been relieved on one basis after each event of each state."""
    signs = {**dict.fromkeys(basis.relieved_by, 1), **dict.fromkeys(basis.reversed_by, -1)}
    services = {**dict.fromkeys(basis.service_relieved_by, 1), **dict.fromkeys(basis.service_reversed_by, -1)}
    kinds = pd.Series(lines.kinds)
    sign = np.where(lines.service, by_kind(kinds, services), by_kind(kinds, signs))
    fact = sign * lines.amount
    done = _running(np.where(lines.for_return, 0, fact), lines.starts)
    done = done - _running(_allowed(done, lines, lines.allowance & (sign == 0)), lines.starts)
    received = _running(np.where(lines.for_return, fact, 0), lines.starts)
    completes = (lines.kinds == "completion") & (lines.service | (basis.name in ("billing", "revenue")))
    # What is left unbilled on a finally billed line will never be recognised; what was billed still may be.
    final = np.where(lines.billed != 0, lines.billed, done) if basis.name == "revenue" else done
    done = done + _completed(lines.ordered - final, completes, lines.starts)
    relieved = np.clip(done, np.minimum(0, lines.ordered), np.maximum(0, lines.ordered))
    relieved += np.clip(received, np.minimum(0, lines.returned), np.maximum(0, lines.returned))
    never = () if basis.service_relieved_by else lines.service
    return np.where(never, lines.ordered + lines.returned, relieved) if len(never) else relieved


def _allowed(done: Minor, lines: _Lines, chosen: npt.NDArray[np.bool_]) -> Minor:
    """Return by how much each price allowance lowers the value of what was delivered, never below nothing.

    The order falls by the whole allowance; what was delivered falls with it, so that no backlog moves.
    """
    given = np.zeros_like(done)
    before: dict[int, int] = {}
    for place in np.flatnonzero(chosen):
        state = int(np.searchsorted(lines.starts, place, side="right"))
        left = int(done[place]) - before.get(state, 0)
        given[place] = min(int(lines.amount[place]), max(0, left))
        before[state] = before.get(state, 0) + int(given[place])
    return given


def _running(values: Minor, starts: npt.NDArray[np.intp]) -> Minor:
    """Return running sums that begin anew at each start."""
    total = np.cumsum(values)
    before = (total - values)[starts]
    return total - np.repeat(before, np.diff(np.append(starts, len(values))))


def _completed(residue: Minor, completes: npt.NDArray[np.bool_], starts: npt.NDArray[np.intp]) -> Minor:
    """Return the residue at the last completion of each state so far, 0 before the first."""
    place = np.where(completes, np.arange(len(residue)), -1)
    last = np.maximum.accumulate(place)
    first = np.repeat(starts, np.diff(np.append(starts, len(residue))))
    return np.where(last >= first, residue[last], 0)


def _steps(relieved: Minor, starts: npt.NDArray[np.intp]) -> Minor:
    """Return by how much each event changed what has been relieved."""
    steps = np.diff(relieved, prepend=0)
    steps[starts] = relieved[starts]
    return steps


def _as_events(work: pd.DataFrame, basis: str, steps: Minor) -> pd.DataFrame:
    """Return one relief event per event that changed what has been relieved on one basis."""
    changed = steps != 0
    made = work[changed]
    never = (basis == "shipment") & ~made["shippable"].to_numpy(dtype=bool)
    events: pd.DataFrame = made.assign(
        kind=np.where(never, "excluded", "relief"), basis=basis, amount=steps[changed],
        reason=np.where(never, "not shipped", ""), quantity=np.nan,
    )  # fmt: skip
    return events


def unknown_cause(kind: pd.Series[Any], reason: pd.Series[Any]) -> pd.Series[bool]:
    """Return which events are credit notes without one of the causes of `CREDIT_CAUSES`."""
    return (kind == "credit_note") & ~reason.isin(list(CREDIT_CAUSES))
