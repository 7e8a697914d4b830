"""Order value that moves without a booking: other customers and segments, lines open again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd

from bbbxl.book.compare.build import draft, sums
from bbbxl.book.compare.columns import MOVED, Mask, Minor, any_differs, differs
from bbbxl.book.compare.currencies import moved_rows, states_again
from bbbxl.book.compare.days import Dated, seen
from bbbxl.book.compare.lines import Lines, net_order, open_order
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
    if lines.relief.basis == "revenue":
        return net
    billed = np.where(lines.flag("completed")[0], net, then["invoiced"].to_numpy(dtype=np.int64))
    then = then.assign(invoiced=billed)
    rest = [open_order(then, replace(lines.relief, basis=basis)) for basis in ("fulfilment", "billing")]
    most: Minor = np.maximum(*rest)
    return most


def _moved(lines: Lines, name: str) -> Minor:
    return lines.moved[name].to_numpy(dtype=np.int64)


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
    held, completed = (lines.flag(name)[1] for name in ("held", "completed"))
    under_new = [
        draft("reclass", rest, when, reason=REOPENED, commit=lines.days("commit_date")[1]),
        draft("shipment", over, when, reason=REOPENED), *states_again(when, held, completed),
    ]  # fmt: skip
    invoiced = lines.now("invoiced")
    kept = lines.new.assign(
        **old_key, ordered=lines.now("ordered") - rest, shipped=lines.now("shipped") - over, carried="replaced",
        read_on=lines.old["read_on"].astype(DAY),
    )  # fmt: skip
    moved = moved_rows(new, net_order(lines.new) - rest, lines.now("shipped") - over, invoiced)
    return under_old, under_new, new, pd.concat([kept, moved], ignore_index=True)
