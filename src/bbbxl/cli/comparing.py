"""bbbxl definitions compare: where sales and finance count the same deals differently."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bbbxl.cli import options as given
from bbbxl.cli.options import Format

if TYPE_CHECKING:
    from bbbxl.reconcile.definition_bridge import Comparison

#: The word that stands in place of a term.
COMPARE = "compare"


def compare(
    path: Path, period: str | None, currency: str | None, amounts: str | None, columns: Sequence[str],
    reading: Sequence[str], format: Format, out: Path | None,
) -> int:  # fmt: skip
    """Print the bridge of definitions of one file and return how many rows were set aside.

    Raises:
        InputError: no period, or amounts that are neither net nor gross.
    """
    from bbbxl.cli.figures import list_problems
    from bbbxl.cli.reconciling import said_of
    from bbbxl.cli.show import as_json, rows_as_csv, show_tables, tell, working, write_or_print
    from bbbxl.errors import InputError, UnknownNameError
    from bbbxl.periods import parse_period
    from bbbxl.reconcile.definition_bridge import compare_definitions

    if period is None:
        raise InputError("The bridge of definitions is one of a period. Name it: --period 2026-10.")
    if amounts not in (None, "net", "gross"):
        raise UnknownNameError("kind of amounts", amounts, ("net", "gross"))
    with working("Comparing"):
        made = compare_definitions(
            path, parse_period(period), currency=currency or "", tax=amounts,  # type: ignore[arg-type]
            columns=given.named_columns(columns), reading=said_of(reading),
        )  # fmt: skip
    rows = _rows(made)
    if format is Format.json:
        write_or_print(as_json({"file": made.file, "period": made.period.label, "steps": rows}), out)
    elif format is Format.csv:
        header = ("currency", "step", "title", "minor", "orders", "reason")
        write_or_print(rows_as_csv(header, [list(row.values()) for row in rows]), out)
    else:
        show_tables(_tables(made), out)
    for note in made.notes:
        tell(f"{made.file}: {note}")
    return list_problems(made.problems)


def _rows(made: Comparison) -> list[dict[str, Any]]:
    """Return the lines of all bridges as plain values; amounts in minor units, null with a reason."""
    return [
        {"currency": bridge.currency, "step": one.name, "title": one.title, "minor": one.minor, "orders": one.orders,
         "reason": one.reason or None} for bridge in made.bridges for one in bridge.steps
    ]  # fmt: skip


def _tables(made: Comparison) -> list[Any]:
    from bbbxl.cli.show import TextTable
    from bbbxl.money import show

    tables = []
    for bridge in made.bridges:
        rows = [[one.title, "" if one.orders is None else f"{one.orders:,}",
                 "" if one.minor is None else show(one.minor, bridge.currency)] for one in bridge.steps]  # fmt: skip
        notes = [f"{one.title}: {one.reason}" for one in bridge.steps if one.reason]
        tables.append(TextTable(f"Sales and finance, {made.period}, {bridge.currency}", ("", "orders", "amount"), rows,
                                notes))  # fmt: skip
    return tables
