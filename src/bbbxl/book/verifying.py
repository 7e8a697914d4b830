"""Whether a book is what it was: its chain, its control totals, and every closed month computed again."""

from __future__ import annotations

from pathlib import Path

from bbbxl.aggregate.flows import CURRENCY
from bbbxl.aggregate.select import Question
from bbbxl.book.figures import differing, month_figures, month_question
from bbbxl.book.history import closes_of
from bbbxl.book.opening import Held, ledger_of, read_book
from bbbxl.book.store import open_store
from bbbxl.book.store.chain import findings_of
from bbbxl.errors import BbbError
from bbbxl.inputs.load import Options
from bbbxl.money import show
from bbbxl.policy import CONFIG_NAME, Config, read_config

#: Figures of one closed month that are named; more are counted.
_NAMED = 3


def verify_book(folder: Path) -> tuple[str, ...]:
    """Return what is not as it was written, one sentence each; empty when everything is.

    Looked at are the chain of the log with every event and blob, the control totals of every source (in = through =
    out), and the figures of every closed month, computed again from the events and compared with the frozen ones.

    Raises:
        BbbError: the book cannot be opened at all.
    """
    with open_store(folder) as store:
        found = list(findings_of(store))
        if found or not store.entries()[1:]:
            return tuple(found)
        held = read_book(store, folder)
    if held.lost:
        found.append(f"Control totals lack {held.lost} rows and minor units between the files and the events.")
    try:
        found += _moved_closes(held, read_config(folder / CONFIG_NAME))
    except BbbError as error:
        found.append(f"{error}")
    return tuple(found)


def _moved_closes(held: Held, config: Config) -> list[str]:
    """Return the closed months whose figures are no longer those that were frozen."""
    if not closes_of(held.entries):
        return []
    last = held.closes[-1].last
    loaded = ledger_of(held, config, Options(as_of=last))
    question = Question(last, None, "as-reported", config.policy.intercompany == "left_out", config.calendar)
    found = []
    for close in held.closes:
        now = month_figures(loaded.ledger.at(close.last), month_question(question, close.last))
        moved = differing(now, close)
        for row in moved.head(_NAMED).to_dict("records"):
            segment = f"{row['dimension']} {row['segment']}, " if row["dimension"] else ""
            currency = row["segment"] if row["dimension"] == CURRENCY else loaded.ledger.currency
            frozen, found_now = (show(row[name], currency) for name in ("frozen", "now"))
            found.append(f"{close.period}, {segment}{row['measure']}: closed with {frozen}, now {found_now}.")
        if len(moved) > _NAMED:
            found.append(f"{close.period}: {len(moved) - _NAMED} more figures differ from those it was closed with.")
    return found
