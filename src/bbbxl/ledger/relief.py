"""What leaves backlog: relief events per basis, derived line by line, and the order side of invoices and credits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from bbbxl.events import BASIS, CREDIT_CAUSES, EVENT_KINDS, ORDER_KINDS, Basis

Minor = npt.NDArray[np.int64]
#: Order kinds without returns: returns stand in a balance of their own until they are received.
_ORDER_SIGNS = {kind.name: kind.sign for kind in ORDER_KINDS if kind.name != "return_authorisation"}
_CODES = {kind.name: kind.code for kind in EVENT_KINDS}
#: Cause of a credit note -> the order event it brings about where the order side is not in the data.
_CREDIT_KIND = {"cancellation": "cancellation", "price": "price_decrease", "return": "return_authorisation"}
WITHOUT_ORDER = "invoice without order"
FROM_CREDIT_NOTE = "credit note"


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
    ordered = expanded["kind"].isin([kind.name for kind in ORDER_KINDS])
    has_order = ordered.groupby(expanded["state"]).transform("any")
    turned = expanded[(expanded["kind"] == "invoice") & ~has_order]
    turned = turned.assign(kind="book_and_turn", code=_CODES["book_and_turn"], reason=WITHOUT_ORDER, derived=True)
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
    effects["code"] = effects["kind"].map(_CODES)
    work = pd.concat([work, effects], ignore_index=True)
    return work.sort_values(["state", "effective", "code"], kind="stable", ignore_index=True)


def _credit_effects(rows: pd.DataFrame) -> list[tuple[Any, str, int]]:
    """Return (row label, order kind, amount) for each credit note of one line that lowers the order by itself."""
    ordered = billed = returns_open = 0
    made: list[tuple[Any, str, int]] = []
    for place, kind, amount, reason in zip(
        rows.index, rows["kind"], rows["amount"].tolist(), rows["reason"], strict=True
    ):
        if kind == "return_authorisation":
            returns_open += amount
        elif kind in _ORDER_SIGNS:
            ordered += _ORDER_SIGNS[kind] * amount
        elif kind == "invoice":
            billed += amount
        elif kind == "credit_note" and reason == "return":
            short = max(0, amount - max(0, returns_open))
            returns_open -= amount - short
            made += [(place, _CREDIT_KIND[reason], short)] if short else []
        elif kind == "credit_note":
            short = max(0, amount - max(0, billed - ordered)) if reason in _CREDIT_KIND else 0
            billed -= amount
            ordered -= short
            made += [(place, _CREDIT_KIND[reason], short)] if short else []
    return made


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
    signs = pd.Series(kinds).map(_ORDER_SIGNS).fillna(0).to_numpy(dtype=np.int64)
    ordered = _running(signs * amount, starts)
    returned = _running(np.where(kinds == "return_authorisation", -amount, 0), starts)
    for_return = (work["reason"] == "return").to_numpy() & (kinds == "credit_note") | (kinds == "return_receipt")
    service = ~work["shippable"].to_numpy(dtype=bool)
    frames = [work.iloc[:0].assign(basis="")]
    for basis in (BASIS[name] for name in bases):
        relieved = _relieved(basis, kinds, amount, ordered, returned, for_return, service, starts)
        frames.append(_as_events(work, basis.name, _steps(relieved, starts)))
    return pd.concat(frames, ignore_index=True)


def _relieved(
    basis: Basis, kinds: Any, amount: Minor, ordered: Minor, returned: Minor,  # noqa: ANN401 -- array of text
    for_return: npt.NDArray[np.bool_], service: npt.NDArray[np.bool_], starts: npt.NDArray[np.intp],
) -> Minor:  # fmt: skip
    """Return what has been relieved on one basis after each event of each state."""
    signs = {**dict.fromkeys(basis.relieved_by, 1), **dict.fromkeys(basis.reversed_by, -1)}
    services = {**dict.fromkeys(basis.service_relieved_by, 1), **dict.fromkeys(basis.service_reversed_by, -1)}
    text = pd.Series(kinds)
    fact = np.where(service, text.map(services).fillna(0), text.map(signs).fillna(0)).astype(np.int64) * amount
    done = _running(np.where(for_return, 0, fact), starts)
    received = _running(np.where(for_return, fact, 0), starts)
    completes = (kinds == "completion") & (service | (basis.name in ("billing", "revenue")))
    done = done + _completed(ordered - done, completes, starts)
    relieved = np.clip(done, np.minimum(0, ordered), np.maximum(0, ordered))
    relieved += np.clip(received, np.minimum(0, returned), np.maximum(0, returned))
    return relieved if basis.service_relieved_by else np.where(service, ordered + returned, relieved)


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
    made = work[changed].assign(kind="relief", basis=basis, amount=steps[changed])
    scope = basis == "shipment"
    reason = np.where(scope & ~made["shippable"].to_numpy(dtype=bool), "not shipped", "")
    return made.assign(reason=reason, quantity=np.nan)


def unknown_cause(kind: pd.Series[Any], reason: pd.Series[Any]) -> pd.Series[bool]:
    """Return which events are credit notes without one of the causes of `CREDIT_CAUSES`."""
    return (kind == "credit_note") & ~reason.isin(list(CREDIT_CAUSES))
