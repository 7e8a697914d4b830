"""Closed months as closed, as reported and as restated, on the screen or as JSON and CSV."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from bbbxl.cli.options import Format

if TYPE_CHECKING:
    from bbbxl.cli.options import Asked
    from bbbxl.cli.show import TextTable
    from bbbxl.report.restatements import Restatements

#: Orders that the table names; JSON and CSV hold all of them.
_SHOWN = 40
_MOVED = ("month", "order", "line", "customer", "what", "happened", "posted", "recorded", "reason")


def show_restatements(asked: Asked, format: Format, out: Path | None) -> None:
    """Print every closed month three ways, and the events that make the difference."""
    from bbbxl.cli.show import as_json, rows_as_csv, show_tables, write_or_print
    from bbbxl.report.restatements import RestatedEvent, as_rows, restatements

    made = restatements(asked.loaded, asked.question, asked.basis)
    figures, moved = as_rows(made.figures), as_rows(made.moved)
    if format is Format.json:
        write_or_print(as_json({"basis": asked.basis, "currency": asked.loaded.ledger.currency, "reason": made.reason,
                                "figures": figures, "moved": moved}), out)  # fmt: skip
    elif format is Format.csv:
        header = [one.name for one in fields(RestatedEvent)]
        write_or_print(rows_as_csv(header, [list(one.values()) for one in moved]), out)
    else:
        show_tables(_tables(asked, made), out)


def _tables(asked: Asked, made: Restatements) -> list[TextTable]:
    """Return the months, and what moved by order."""
    from bbbxl.cli.show import TextTable, value_text
    from bbbxl.events import KINDS

    currency = asked.loaded.ledger.currency

    def text(amount: int | None) -> str:
        return value_text(amount, "money", currency)

    rows = [
        [one.period, one.title, text(one.closed), text(one.reported), text(one.restated),
         text(None if one.restated is None or one.reported is None else one.restated - one.reported)]
        for one in made.figures
    ]  # fmt: skip
    notes = [f"As closed: {made.reason}."] if made.reason else []
    notes += [f"{'; '.join(concerned)}: {reason}." for reason, concerned in made.not_known.items()]
    notes += [] if rows else ["No month is closed."]
    title = f"Closed months, {asked.basis} basis, {currency}"
    header = ("month", "", "as closed", "as reported", "as restated", "restated")
    tables = [TextTable(title, header, rows, notes, (0, 1))]
    if made.moved:
        shown = [
            [one.period, one.order_id, one.line_id, one.customer, KINDS[one.kind].title, str(one.effective),
             f"{one.posted:%Y-%m}", str(one.recorded), one.reason, text(one.amount)]
            for one in made.moved[:_SHOWN]
        ]  # fmt: skip
        more = [f"and {len(made.moved) - _SHOWN:,} more."] if len(made.moved) > _SHOWN else []
        tables.append(TextTable("What moved", (*_MOVED, currency), shown, more, tuple(range(len(_MOVED)))))
    return tables
