"""More or less shipped and invoiced than before, and the cause of what was credited."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from bbbxl.book.compare.amounts import Fall
from bbbxl.book.compare.build import draft
from bbbxl.book.compare.columns import Minor
from bbbxl.book.compare.days import NO_DAY, Dated, done, in_parts, not_before
from bbbxl.book.compare.lines import Lines, net_order

#: Cause of a credit note that follows what the order lost; what goes back with a return line.
CANCELLATION: Final = "cancellation"
RETURN: Final = "return"


def fact_changes(lines: Lines, fall: Fall) -> list[pd.DataFrame]:
    """Return what was shipped and invoiced since, and what was taken back or credited."""
    return [*_shipped(lines), *_invoiced(lines, fall)]


def _parts(lines: Lines, name: str) -> tuple[Minor, Minor, Dated]:
    """Return by how much a fact rose above and fell below nothing, and when."""
    before, now = lines.before(name), lines.now(name)
    up = np.maximum(now, 0) - np.maximum(before, 0)
    down = np.maximum(-now, 0) - np.maximum(-before, 0)
    parts = in_parts(before, now, net_order(lines.new))
    return up, down, done(lines.span, *lines.days(f"{name}_date"), np.abs(now) > np.abs(before), parts, name)


def _shipped(lines: Lines) -> list[pd.DataFrame]:
    up, down, when = _parts(lines, "shipped")
    return [draft("shipment", up, when), draft("return_receipt", down, when)]


def _invoiced(lines: Lines, fall: Fall) -> list[pd.DataFrame]:
    """Return invoices and credit notes.

    A credit note follows a cancellation only where it takes back what stands billed beyond the order and is dated no
    earlier: any other one would lower the order a second time. Credits of a return line are dated no earlier than
    what was authorised with them.
    """
    up, down, when = _parts(lines, "invoiced")
    credit = np.maximum(-up, 0)
    net = net_order(lines.new) - lines.moved["ordered"].to_numpy()
    beyond = lines.before("invoiced") - lines.moved["invoiced"].to_numpy() - net
    follows = ~np.isnat(fall.days) & (when.days >= fall.days)
    caused = np.where(follows, np.minimum(credit, np.minimum(fall.amounts, np.maximum(beyond, 0))), 0)
    returned = (lines.before("ordered") < 0) | (lines.now("ordered") < 0)
    authorised = not_before(when, np.where(returned, fall.days, NO_DAY))
    reasons = np.where(returned, RETURN, "").astype(object)
    return [
        draft("invoice", np.maximum(up, 0), when),
        draft("credit_note", caused, when, reason=CANCELLATION),
        draft("credit_note", credit - caused, when),
        draft("credit_note", down, authorised, reason=reasons),
    ]
