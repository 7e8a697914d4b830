"""Order value that moves without a booking: other customers and segments, other currencies, lines open again."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from bbbxl.book.compare.build import draft, sums
from bbbxl.book.compare.columns import MOVED, Mask, Minor, any_differs, differs
from bbbxl.book.compare.days import Dated, seen
from bbbxl.book.compare.lines import Lines, fulfilled, net_order, open_order
from bbbxl.book.compare.states import BY_STATUS
from bbbxl.book.controls import MEASURED
from bbbxl.ledger.states import DAY

RENAMED: Final = "transfer"
REOPENED: Final = "open again after completion"


def renamed(lines: Lines) -> Mask:
    """Return which lines have another customer, product, region, channel, owner or counterparty than before."""
    return any_differs(lines.old, lines.new, MOVED)


def transfers(lines: Lines, drafts: pd.DataFrame) -> list[pd.DataFrame]:
    """Return the pairs that move what is open to the new segment on the day of the change.

    What was fulfilled before that day stays where it was; what the line says later belongs to the new segment. The pair
    is of what is open on the basis where most is: on the others the relief beyond what stays goes along with it (see
    `ledger.moves.taken_along`), so that nothing stays behind on any basis.

    Args:
        lines: The lines.
        drafts: All other events of the lines.
    """
    chosen = renamed(lines)
    if not chosen.any():
        return []
    changed = [name for name in MOVED if differs(lines.old[name], lines.new[name]).any()]
    when = seen(lines.span, *changed)
    size, days = len(lines), drafts["effective"].to_numpy().astype("datetime64[D]")
    of_line = when.days[drafts["line"].to_numpy()]
    ordered = sums(drafts, size, MEASURED["on order"], days <= of_line)
    done = {name: sums(drafts, size, MEASURED[name], days < of_line) for name in ("shipped", "invoiced")}
    then = lines.old.assign(
        ordered=net_order(lines.old) - _moved(lines, "ordered") + ordered, cancelled=0,
        **{name: lines.before(name) - _moved(lines, name) + moved for name, moved in done.items()},
    )  # fmt: skip
    open_then = np.where(chosen, np.maximum(_most_open(then, lines), 0), 0)
    return [
        draft("reclass", -open_then, when, reason=RENAMED, former=True),
        draft("reclass", open_then, when, reason=RENAMED),
    ]


def _most_open(then: pd.DataFrame, lines: Lines) -> Minor:
    """Return what is open on the basis where most is; on a line completed before, nothing is left to bill.

    States do not say what was recognised: on the revenue basis the whole order may be open.
    """
    net = net_order(then)
    if lines.basis == "revenue":
        return net
    billed = np.where(lines.flag("completed")[0], net, then["invoiced"].to_numpy(dtype=np.int64))
    then = then.assign(invoiced=billed)
    most: Minor = np.maximum(open_order(then, "fulfilment"), open_order(then, "billing"))
    return most


def _moved(lines: Lines, name: str) -> Minor:
    return lines.moved[name].to_numpy(dtype=np.int64)


def another_currency(lines: Lines) -> Mask:
    """Return which lines are in another currency than before."""
    return differs(lines.old["currency"], lines.new["currency"])


def currency_changes(lines: Lines) -> tuple[list[pd.DataFrame], list[pd.DataFrame], pd.DataFrame]:
    """Return what a change of currency cancels under the old key and books under the new one, and the rows it leaves.

    Args:
        lines: Lines in another currency, their new states under the new key.

    Returns:
        Drafts under the old key, drafts under the new one, and rows of a baseline for what was fulfilled before.
    """
    when = seen(lines.span, "currency")
    before = lines.old.assign(
        ordered=net_order(lines.old) - _moved(lines, "ordered"), cancelled=0,
        **{name: lines.before(name) - _moved(lines, name) for name in ("shipped", "invoiced")},
    )  # fmt: skip
    rest, now = open_order(before, lines.basis), open_order(lines.new, lines.basis)
    reasons = np.array(
        [f"currency changed from {old} to {new}" for old, new in zip(lines.old["currency"], lines.new["currency"],
                                                                    strict=True)], dtype=object)  # fmt: skip
    under_old = [draft("cancellation", rest, when, reason=reasons)]
    under_new = [
        draft("new", np.maximum(now, 0), when, where=now >= 0, reason=reasons,
              commit=lines.days("commit_date")[1]),
        draft("return_authorisation", np.maximum(-now, 0), when, reason=reasons),
        *_states_again(lines, when),
    ]  # fmt: skip
    replaced = lines.old.assign(cancelled=lines.before("cancelled") + rest, carried="replaced")
    moved = _moved_rows(lines.new, fulfilled(lines.new, lines.basis), lines.now("shipped"), lines.now("invoiced"))
    return under_old, under_new, pd.concat([replaced, moved], ignore_index=True)


def _states_again(lines: Lines, when: Dated) -> list[pd.DataFrame]:
    """Return the states that a line has under its new key from its first day on."""
    return [
        draft("hold", None, when, where=lines.flag("held")[1], reason=BY_STATUS),
        draft("completion", None, when, where=lines.flag("completed")[1]),
    ]


def _moved_rows(states: pd.DataFrame, ordered: Minor, shipped: Minor, invoiced: Minor) -> pd.DataFrame:
    """Return what of some states stands under another key, as rows that take it from theirs."""
    return states.assign(ordered=-ordered, cancelled=0, shipped=-shipped, invoiced=-invoiced, quantity=np.nan,
                         fallen=0, carried="moved")  # fmt: skip


def reopened(lines: Lines) -> tuple[Mask, Minor]:
    """Return which lines were completed, are no longer, and have something unbilled that completion had relieved."""
    was, is_now = lines.flag("completed")
    rest = net_order(lines.new) - lines.now("invoiced") - _moved(lines, "ordered") + _moved(lines, "invoiced")
    return was & ~is_now & (rest > 0), rest


def reopened_changes(
    lines: Lines, rest: Minor, drafts: pd.DataFrame, new_lines: pd.Series[Any]
) -> tuple[list[pd.DataFrame], list[pd.DataFrame], pd.DataFrame, pd.DataFrame]:
    """Return what moves to a new key when a completed line is open again: a completion cannot be taken back.

    Args:
        lines: The lines.
        rest: What is unbilled of each, above 0.
        drafts: All other events of the lines; what moves follows them.
        new_lines: Line of the new key of each.

    Returns:
        Drafts under the old key, drafts under the new one, the new states under their new key, and the rows of a
        baseline for what stays under the old one.
    """
    status = seen(lines.span, "status")
    last = status.days.copy()
    np.maximum.at(last, drafts["line"].to_numpy(), drafts["effective"].to_numpy().astype("datetime64[D]"))
    when = Dated(last, status.since)
    old_key = {name: lines.new[name] for name in ("book_order", "book_line")}
    ordered = net_order(lines.new) - _moved(lines, "ordered")
    shipped = lines.now("shipped") - _moved(lines, "shipped")
    over = np.maximum(shipped - (ordered - rest), 0)
    under_old = [draft("reclass", -rest, when, reason=REOPENED), draft("shipment", -over, when, reason=REOPENED)]
    new = lines.new.assign(book_line=new_lines.array, carried="")
    under_new = [
        draft("reclass", rest, when, reason=REOPENED, commit=lines.days("commit_date")[1]),
        draft("shipment", over, when, reason=REOPENED), *_states_again(lines, when),
    ]  # fmt: skip
    invoiced = lines.now("invoiced")
    kept = lines.new.assign(
        **old_key, ordered=lines.now("ordered") - rest, shipped=lines.now("shipped") - over, carried="replaced",
        read_on=lines.old["read_on"].astype(DAY),
    )  # fmt: skip
    moved = _moved_rows(new, net_order(lines.new) - rest, lines.now("shipped") - over, invoiced)
    return under_old, under_new, new, pd.concat([kept, moved], ignore_index=True)
