"""Figures and tables on the screen, as JSON and as CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from bbbxl.metrics.values import Figure

#: First characters that a spreadsheet would read as the start of a formula.
_FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r")
_FIELDS = ("metric", "dimension", "segment", "period", "basis", "value", "unit", "currency", "reason")


def figures_as_json(figures: Sequence[Figure]) -> str:
    """Return figures as a JSON array; values in minor units or as ratios, null with a reason."""
    return json.dumps([{name: asdict(one)[name] for name in _FIELDS} for one in figures], indent=1, ensure_ascii=False)


def figures_as_csv(figures: Sequence[Figure]) -> str:
    """Return figures as CSV; text that a spreadsheet would take for a formula gets an apostrophe."""
    return rows_as_csv(_FIELDS, [[asdict(one)[name] for name in _FIELDS] for one in figures])


def rows_as_csv(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Return rows as CSV, safe to open in a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([[_safe(value) for value in row] for row in rows])
    return text.getvalue()


def _safe(value: Any) -> Any:  # noqa: ANN401 -- cell value
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_MARKS) else value


def value_text(value: float | int | None, unit: str, currency: str | None) -> str:
    """Return a value as people read it, blank when there is none."""
    from bbbxl.money import show

    if value is None:
        return ""
    if unit == "money":
        return show(int(value), currency or "USD")
    return f"{value:.1%}" if unit == "percent" else f"{value:.1f}" if unit == "months" else f"{value:.2f}"


def print_table(title: str, header: Sequence[str], rows: Sequence[Sequence[str]], notes: Sequence[str] = ()) -> None:
    """Print a table with its title and notes; columns after the first are aligned right."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=160)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for place, name in enumerate(header):
        table.add_column(Text(name), justify="left" if place == 0 else "right", overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console.print(Text(title, style="bold"))
    console.print(table)
    for note in notes:
        console.print(Text(note))


def print_figures(title: str, figures: Sequence[Figure], titles: dict[str, str]) -> None:
    """Print figures as a table: metrics down, periods across, one block a segment."""
    periods = list(dict.fromkeys(one.period for one in figures))
    rows: list[list[str]] = []
    reasons: dict[str, list[str]] = {}
    for key in dict.fromkeys((one.segment, one.metric) for one in figures):
        segment, metric = key
        own = {one.period: one for one in figures if (one.segment, one.metric) == key}
        name = titles[metric] if segment is None else f"  {segment}: {titles[metric]}"
        rows.append([name, *(value_text(own[p].value, own[p].unit, own[p].currency) for p in periods)])
        for one in own.values():
            if one.reason and segment is None:
                reasons.setdefault(one.reason, []).append(titles[metric])
    notes = [f"{', '.join(dict.fromkeys(names))}: {reason}." for reason, names in reasons.items()]
    print_table(title, ["", *periods], rows, notes)


def write_or_print(text: str, out: Path | None) -> None:
    """Write text to a file, or print it."""
    if out is None:
        print(text, end="" if text.endswith("\n") else "\n")
        return
    from bbbxl.errors import TargetError

    try:
        out.write_text(text if text.endswith("\n") else text + "\n", encoding="utf-8")
    except OSError as error:
        raise TargetError(f"{out.name} cannot be written: {error.strerror}. Choose another --out.") from error
