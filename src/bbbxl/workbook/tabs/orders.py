"""Orders: every open order line with its dates, ages and its place in the schedule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from bbbxl.ledger.columns import TITLES as COLUMN_TITLES
from bbbxl.money import exponent
from bbbxl.workbook.fastrows import FastRows
from bbbxl.workbook.sheet import Build, column_range, day, put, set_up, widths
from bbbxl.workbook.strings import writable
from bbbxl.workbook.tabs.figures import NOT_AVAILABLE
from bbbxl.workbook.theme import DATE, MONEY, plain_font
from bbbxl.workbook.write import attach_rows, style_id

TITLES, FIRST_ROW = 4, 5
#: Columns of open orders: name, kind of cell, width.
_COLUMNS: tuple[tuple[str, str, float], ...] = (
    ("entity", "text", 20), ("order_id", "text", 12), ("line_id", "text", 7), ("customer", "text", 28),
    ("product", "text", 32), ("region", "text", 12), ("channel", "text", 12), ("owner", "text", 16),
    ("order_date", "date", 12), ("commit_date", "date", 12), ("original_commit_date", "date", 12),
    ("term_start", "date", 12), ("term_end", "date", 12), ("held", "text", 7), ("currency", "text", 9),
    ("open_document", "number", 16), ("open", "minor", 16), ("due_date", "date", 12), ("age", "integer", 8),
    ("days_past_due", "integer", 9),
)  # fmt: skip
_OWN_TITLES = {"held": "On hold", "open_document": "Open, document currency", "open": "Open", "due_date": "Due",
               "age": "Age (days)", "days_past_due": "Days past due"}  # fmt: skip


def write_orders(build: Build) -> None:
    """Write the Orders tab; keeps the ranges of open amounts, ages and every slot as places."""
    sheet, pack = build.sheet("orders"), build.pack
    put(sheet, 1, 1, build.tab("orders").title, "title")
    words = f"Open on the {pack.basis} basis, {pack.currency}, as of {day(pack.as_of)}. Ages in days."
    put(sheet, 2, 1, f"{NOT_AVAILABLE}: {pack.unavailable}." if pack.unavailable else words, "subtitle")
    titles = [_OWN_TITLES.get(name) or COLUMN_TITLES[name] for name, _, _ in _COLUMNS] + [
        slot.title for slot in pack.slots
    ]
    kinds = [kind for _, kind, _ in _COLUMNS] + ["minor"] * len(pack.slots)
    for place, (title, kind) in enumerate(zip(titles, kinds, strict=True), start=1):
        put(sheet, TITLES, place, title, "heading_left" if kind == "text" else "heading")
    last = FIRST_ROW + len(pack.open_orders) - 1
    names = [name for name, _, _ in _COLUMNS] + [slot.name for slot in pack.slots]
    for place, name in enumerate(names, start=1):
        build.places[f"orders {name}"] = column_range(sheet, place, FIRST_ROW, last)
    decimals = exponent(pack.currency)
    base = {"font": plain_font(build.layout.theme)}
    ids = {"text": style_id(sheet, **base), "date": style_id(sheet, number_format=DATE, **base),
           "minor": style_id(sheet, number_format=MONEY, **base), "integer": style_id(sheet, **base),
           "number": style_id(sheet, number_format="#,##0.00", **base)}  # fmt: skip
    written = [f"minor{decimals}" if kind == "minor" else kind for kind in kinds]
    rows = FastRows(_rows(build), written, [ids[kind] for kind in kinds], FIRST_ROW, len(pack.open_orders))
    attach_rows(sheet, rows)
    widths(sheet, [*(width for _, _, width in _COLUMNS), *([13] * len(pack.slots))])
    sheet.row_dimensions[TITLES].height = 30
    set_up(build, "orders", freeze="D5", repeat="4:4")


def _rows(build: Build) -> Iterator[tuple[Any, ...]]:
    """Yield the cells of each open order line."""
    pack = build.pack
    lines = pack.open_orders
    stock = f"backlog_{pack.basis}"
    scale = lines["currency"].map({code: 10.0 ** exponent(code) for code in lines["currency"].unique()})
    shown = lines.assign(
        open=lines[stock], open_document=lines[f"{stock}_document"] / scale.astype("float64"),
        held=lines["held"].map({True: "yes", False: ""}),
    )  # fmt: skip
    columns = [cell_values(shown, name, kind) for name, kind, _ in _COLUMNS]
    yield from zip(*columns, *(shown[slot.name].tolist() for slot in pack.slots), strict=True)


def cell_values(frame: pd.DataFrame, name: str, kind: str) -> list[Any]:
    """Return one column as cell values, None where empty."""
    values = frame[name]
    if kind == "date":
        days: list[Any] = values.to_numpy().astype("datetime64[D]").astype(object).tolist()
        return days
    if kind in ("text", "integer"):
        shown = (None if pd.isna(value) or value == "" else value for value in values.tolist())
        return writable(shown) if kind == "text" else list(shown)
    plain: list[Any] = values.tolist()
    return plain
