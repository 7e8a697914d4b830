"""Lists of rows on a tab: columns with their head, kind of cell and width, and what is left out past a limit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd
from openpyxl.worksheet.worksheet import Worksheet

from bbbxl.events import KINDS
from bbbxl.money import to_major
from bbbxl.workbook.sheet import Build, put, text_height
from bbbxl.workbook.tabs.orders import cell_values

CellKind = Literal["text", "wrap", "date", "integer", "minor", "document", "flag"]
_STYLES = {"text": "label", "wrap": "wrap", "date": "date", "integer": "label", "minor": "money", "document": "money",
           "flag": "label"}  # fmt: skip
_MONEY, _WORDS = ("minor", "document"), ("text", "flag")
_LEFT = ("text", "wrap", "date", "integer", "flag")


@dataclass(frozen=True)
class ListColumn:
    """One column of a list.

    Attributes:
        name: Column of the frame.
        title: What people read over it.
        kind: text, wrap (long text), date, integer, minor (reporting currency), document (the row's currency) or flag
            (the title in small letters where it holds).
        width: Of the column.
    """

    name: str
    title: str
    kind: CellKind
    width: float


def put_list(
    build: Build, sheet: Worksheet, titles: int, first: int, columns: Sequence[ListColumn], rows: pd.DataFrame
) -> int:
    """Write the head and rows of a list; return the row after it.

    Args:
        build: The pack.
        sheet: Where.
        titles: Row of the head.
        first: First column.
        columns: What is listed.
        rows: One row each, with a column `currency` where document amounts are listed.
    """
    sheet.row_dimensions[titles].height = 30
    before = ""
    for place, one in enumerate(columns, start=first):
        # Words that follow an amount keep a distance from it.
        apart = before in _MONEY and one.kind in _WORDS
        head = "heading_centre" if apart else "heading_left" if one.kind in _LEFT else "heading"
        put(sheet, titles, place, one.title, head)
        for row, value in enumerate(_values(build, one, rows), start=titles + 1):
            put(sheet, row, place, value, "label_indent" if apart else _STYLES[one.kind])
        before = one.kind
    _set_heights(sheet, titles + 1, columns, rows)
    return titles + 1 + len(rows)


def _values(build: Build, column: ListColumn, rows: pd.DataFrame) -> Iterable[Any]:
    special: dict[str, Callable[[], Iterable[Any]]] = {
        "minor": lambda: (build.major(int(value)) for value in rows[column.name]),
        "document": lambda: (
            float(to_major(int(value), code)) for value, code in zip(rows[column.name], rows["currency"], strict=True)
        ),
        "flag": lambda: (column.title.casefold() if value else "" for value in rows[column.name]),
    }
    if column.kind in special:
        return special[column.kind]()
    return cell_values(rows, column.name, "text" if column.kind == "wrap" else column.kind)


def _set_heights(sheet: Worksheet, first: int, columns: Sequence[ListColumn], rows: pd.DataFrame) -> None:
    """Make rows as high as their longest wrapped text."""
    wrapped = [one for one in columns if one.kind == "wrap"]
    texts = zip(*(rows[one.name].fillna("").astype("str") for one in wrapped), strict=True)
    for row, said in enumerate(texts, start=first):
        sheet.row_dimensions[row].height = text_height(*zip(said, (one.width for one in wrapped), strict=True))


def kind_titles(rows: pd.DataFrame) -> pd.Series[str]:
    """Return what people read for the event kind of each row."""
    return rows["kind"].map({name: kind.title for name, kind in KINDS.items()})


def largest(rows: pd.DataFrame, by: str, most: int) -> pd.DataFrame:
    """Return the largest rows by the size of a column, in the order in which they stand."""
    if len(rows) <= most:
        return rows
    kept = rows[by].abs().sort_values(ascending=False, kind="stable").index[:most]
    return rows.loc[rows.index.isin(kept)]


def and_more(count: int, command: str) -> str:
    """Return the words for rows that a list leaves out."""
    return f"and {count:,} more; {command} lists them all"
