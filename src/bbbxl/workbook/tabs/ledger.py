"""Ledger: every event counted, with keys that report formulas sum by."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from openpyxl.utils import get_column_letter

from bbbxl.events import KINDS, backlog_sign, flow_code
from bbbxl.ledger.columns import COLUMNS
from bbbxl.money import exponent
from bbbxl.workbook.fastrows import FastRows
from bbbxl.workbook.sheet import Build, column_range, put, set_up, widths
from bbbxl.workbook.strings import writable
from bbbxl.workbook.theme import DATE, exact, plain_font
from bbbxl.workbook.write import attach_rows, style_id

#: Month key of rows that are not in group figures: later than any month a formula asks for.
OUT_OF_SCOPE = 999912
FIRST_ROW = 2
_WIDTHS = {"text": 16.0, "date": 12.0, "minor": 16.0, "number": 10.0, "flag": 11.0, "event_id": 34.0, "customer": 28.0,
           "product": 32.0, "source_file": 24.0}  # fmt: skip
_STEP = 20_000


def write_ledger(build: Build) -> None:
    """Write the Ledger tab; keeps the ranges of the reporting amount, keys and backlog effects as places."""
    sheet, pack = build.sheet("ledger"), build.pack
    effects = [(f"Effect on {basis} backlog", basis) for basis in pack.bases]
    titles = [column.title for column in COLUMNS] + ["Flow key", "Stock month"] + [title for title, _ in effects]
    texts = {column.title for column in COLUMNS if column.type == "text"}
    for place, title in enumerate(titles, start=1):
        put(sheet, 1, place, title, "heading_left" if title in texts else "heading")
    sheet.row_dimensions[1].height = 28
    last = FIRST_ROW + len(pack.events) - 1
    for name, place in _places(len(COLUMNS), [basis for _, basis in effects]).items():
        build.places[f"ledger {name}"] = column_range(sheet, place, FIRST_ROW, last)
    decimals = exponent(pack.currency)
    font = {"font": plain_font(build.layout.theme)}
    plain, dated = style_id(sheet, **font), style_id(sheet, number_format=DATE, **font)
    money = style_id(sheet, number_format=exact(decimals), **font)
    most = max(exponent(code) for code in pack.events["currency"].unique())
    any_money = style_id(sheet, number_format=exact(most), **font)
    styles = {"text": plain, "date": dated, "minor": any_money, "number": plain, "flag": plain}
    kinds = [_KINDS[column.type] for column in COLUMNS]
    ids = [styles[column.type] for column in COLUMNS]
    at = [column.name for column in COLUMNS].index("reporting_amount")
    kinds[at], ids[at] = f"minor{decimals}", money
    kinds += ["integer", "integer"] + [f"minor{decimals}"] * len(effects)
    ids += [plain, plain] + [money] * len(effects)
    attach_rows(sheet, FastRows(_rows(build), kinds, ids, FIRST_ROW, len(pack.events)))
    widths(
        sheet, [*(_WIDTHS.get(column.name, _WIDTHS[column.type]) for column in COLUMNS), 12, 12, *([18] * len(effects))]
    )
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(titles))}{max(last, FIRST_ROW)}"
    set_up(
        build,
        "ledger",
        freeze="A2",
        area=f"$A$1:${get_column_letter(len(titles))}$60",
        repeat="1:1",
    )


_KINDS = {"text": "text", "date": "date", "minor": "number", "number": "number", "flag": "number"}


def _places(count: int, bases: list[str]) -> dict[str, int]:
    """Return name -> column of what formulas read."""
    amount = [column.name for column in COLUMNS].index("reporting_amount") + 1
    named = {f"effect {basis}": count + 3 + place for place, basis in enumerate(bases)}
    return {"amount": amount, "flow key": count + 1, "stock month": count + 2, **named}


def _rows(build: Build) -> Iterator[tuple[Any, ...]]:
    """Yield the cells of each event, some thousand events at a time."""
    events = build.pack.events
    for start in range(0, len(events), _STEP):
        part = events.iloc[start : start + _STEP]
        yield from zip(*(_column(part, column.name, column.type) for column in COLUMNS), *_keys(build, part),
                       strict=True)  # fmt: skip


def _column(part: pd.DataFrame, name: str, kind: str) -> list[Any]:
    """Return one column as cell values, None where empty."""
    values = part[name]
    if kind == "date":
        days: list[Any] = values.to_numpy().astype("datetime64[D]").astype(object).tolist()
        return days
    if name == "reporting_amount":
        return [int(value) for value in values.tolist()]
    if kind == "minor":
        scale = part["currency"].map({code: 10.0 ** exponent(code) for code in part["currency"].unique()})
        amounts: list[Any] = (values / scale).tolist()
        return amounts
    if kind == "text":
        return writable(None if value is None or value != value else value for value in values.tolist())  # noqa: PLR0124
    return [None if value != value else value for value in values.tolist()]  # noqa: PLR0124 -- NaN


def _keys(build: Build, part: pd.DataFrame) -> list[list[Any]]:
    """Return flow key, stock month and the effect on each backlog."""
    pack = build.pack
    codes = {(kind.name, basis): flow_code(kind.name, basis or None)
             for kind in KINDS.values() for basis in ("", *pack.bases)
             if (kind.group == "derived") == bool(basis)}  # fmt: skip
    basis = part["basis"].fillna("")
    pairs = pd.Series(list(zip(part["kind"], basis, strict=True)), index=part.index)
    code = pairs.map(codes).fillna(0).to_numpy(dtype=np.int64)
    month = part["month"].to_numpy(dtype=np.int64)
    counts = (part["counterparty"].isna() | (not pack.question.group)).to_numpy()
    sign = part["kind"].map({kind.name: backlog_sign(kind) for kind in KINDS.values()}).to_numpy(dtype=np.int64)
    effect = sign * part["reporting_amount"].to_numpy(dtype=np.int64)
    order = (basis == "").to_numpy()
    effects = [np.where(order | (basis == name).to_numpy(), effect, 0) for name in pack.bases]
    keys = [np.where(counts, month * 100 + code, 0), np.where(counts, month, OUT_OF_SCOPE)]
    return [one.tolist() for one in keys] + [[value or None for value in one.tolist()] for one in effects]
