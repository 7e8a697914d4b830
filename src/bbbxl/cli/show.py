"""Figures and tables on the screen, as JSON and as CSV."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from bbbxl.safe_text import escape_cell, escape_json, without_controls

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from bbbxl.metrics.values import Figure

_FIELDS = ("metric", "dimension", "segment", "period", "basis", "value", "unit", "currency", "reason")


def figures_as_json(figures: Sequence[Figure]) -> str:
    """Return figures as a JSON array; values in minor units or as ratios, null with a reason."""
    return as_json([{name: asdict(one)[name] for name in _FIELDS} for one in figures])


def as_json(document: Any) -> str:  # noqa: ANN401 -- what JSON can hold
    """Return a JSON document; control characters of texts are escaped."""
    return escape_json(json.dumps(document, indent=1, ensure_ascii=False))


def figures_as_csv(figures: Sequence[Figure]) -> str:
    """Return figures as CSV; text that a spreadsheet would take for a formula gets an apostrophe."""
    return rows_as_csv(_FIELDS, [[asdict(one)[name] for name in _FIELDS] for one in figures])


def rows_as_csv(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Return rows as CSV, safe to open in a spreadsheet: texts quoted, an apostrophe before what begins a formula.

    Numbers stay numbers. Control characters other than tab and line ends become U+FFFD.
    """
    return "".join(",".join(map(_cell, row)) + "\n" for row in (header, *rows))


def _cell(value: Any) -> str:  # noqa: ANN401 -- cell value
    """Return one cell of a CSV file."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return str(value)
    text = without_controls(escape_cell(value), keep="\t\r\n").replace('"', '""')
    return f'"{text}"'


def value_text(value: float | int | None, unit: str, currency: str | None) -> str:
    """Return a value as people read it, blank when there is none."""
    from bbbxl.money import show

    if value is None:
        return ""
    if unit == "money":
        return show(int(value), currency or "USD")
    form = {"percent": ".1%", "months": ".1f"}.get(unit, ".2f")
    return f"{round(value, 3 if unit == 'percent' else int(form[1])) + 0.0:{form}}"


@dataclass(frozen=True)
class TextTable:
    """A table to be read.

    Attributes:
        title: Above it.
        header: One name a column.
        rows: Cells as text.
        notes: Below it.
        left: Columns aligned left; the others hold numbers.
    """

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()
    left: Sequence[int] = (0,)


def show_tables(tables: Sequence[TextTable], out: Path | None = None) -> None:
    """Print tables, or write them to a file as text."""
    from rich.console import Console

    console = Console(highlight=False, file=io.StringIO() if out else None)
    if out or not console.is_terminal:
        console = Console(highlight=False, file=console.file if out else None, width=160)
    for table in tables:
        _print_table(console, table)
    if isinstance(console.file, io.StringIO):
        write_or_print(console.file.getvalue(), out)


def _print_table(console: Console, table: TextTable) -> None:
    from rich.table import Table
    from rich.text import Text

    shown = Table(box=None, pad_edge=False, header_style="bold")
    for place, name in enumerate(table.header):
        shown.add_column(
            Text(without_controls(name)), justify="left" if place in table.left else "right", overflow="fold"
        )
    for row in table.rows:
        shown.add_row(*(Text(without_controls(cell)) for cell in row))
    console.print(Text(without_controls(table.title), style="bold"))
    if table.header:
        console.print(shown)
    for note in table.notes:
        console.print(Text(without_controls(note)))


def tell(sentence: str) -> None:
    """Print a sentence on standard error; what a terminal would obey stands as U+FFFD."""
    print(without_controls(sentence, keep="\n"), file=sys.stderr)


def figures_as_table(title: str, figures: Sequence[Figure], titles: dict[str, str]) -> TextTable:
    """Return figures as a table: metrics down, periods across, one block a segment."""
    periods = list(dict.fromkeys(one.period for one in figures))
    rows: dict[tuple[str | None, str], dict[str, str]] = {}
    reasons: dict[str, list[str]] = {}
    for one in figures:
        shown = rows.setdefault((one.segment, one.metric), {})
        shown[one.period] = value_text(one.value, one.unit, one.currency)
        if one.reason and one.segment is None:
            reasons.setdefault(one.reason, []).append(titles[one.metric])
    lines = [
        [
            titles[metric] if segment is None else f"  {segment}: {titles[metric]}",
            *(shown.get(one, "") for one in periods),
        ]
        for (segment, metric), shown in rows.items()
    ]
    notes = [f"{'; '.join(dict.fromkeys(names))}: {reason}." for reason, names in reasons.items()]
    return TextTable(title, ["", *periods], lines, notes)


def write_or_print(text: str, out: Path | None) -> None:
    """Write text to a file, or print it."""
    if out is None:
        print(text, end="" if text.endswith("\n") else "\n")
        return
    from bbbxl.errors import TargetError

    try:
        out.write_text(text if text.endswith("\n") else text + "\n", encoding="utf-8", newline="\n")
    except OSError as error:
        raise TargetError(f"{out.name} cannot be written: {error.strerror}. Choose another --out.") from error


def write_whole(text: str, path: Path, option: str, *, make_folder: bool = False) -> None:
    """Write text to a file that appears whole under its name, or not at all; its folder is made where that is said.

    Raises:
        TargetError: it cannot be written; the option that named it is said.
    """
    from bbbxl.errors import TargetError

    beside = path.with_suffix(".part")
    try:
        if make_folder:
            path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(text, encoding="utf-8", newline="")
        beside.replace(path)
    except OSError as error:
        raise TargetError(f"{path.name} cannot be written: {error.strerror}. Choose another {option}.") from error


def working(what: str) -> AbstractContextManager[object]:
    """Return a context that says on a terminal what takes its time."""
    from rich.console import Console

    return Console(stderr=True).status(f"{what} ...")


def records(frame: Any) -> list[dict[str, Any]]:  # noqa: ANN401 -- a frame, imported when needed
    """Return rows as plain values; missing days and texts are null."""
    return [{name: _plain(value) for name, value in row.items()} for row in frame.to_dict("records")]


def _plain(value: Any) -> Any:  # noqa: ANN401 -- cell value
    if hasattr(value, "isoformat"):
        return None if value != value else f"{value:%Y-%m-%d}"  # noqa: PLR0124 -- the missing date
    return value.item() if hasattr(value, "item") else value
