"""By dimension: bookings, billings and backlog of every segment, live over the Cube's segment rows."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from bbbxl.ledger.columns import TITLES as COLUMN_TITLES
from bbbxl.metrics.registry import metric_named
from bbbxl.metrics.values import compute
from bbbxl.metrics.windows import Months, months_of
from bbbxl.report.columns import ReportColumn
from bbbxl.workbook.sheet import Build, local, put, put_live, put_title, set_up, widths
from bbbxl.workbook.tabs.cube import segment_keys
from bbbxl.workbook.tabs.figures import NOT_AVAILABLE, list_reasons, over_cube, put_heads, put_missing, reason_for

LABEL, KEY, FIRST_COLUMN, FIRST_ROW = 2, 3, 4, 12


@dataclass(frozen=True)
class _Shown:
    """One column of the tab: a figure over a window."""

    metric: str
    title: str
    column: ReportColumn


def write_by_dimension(build: Build) -> None:
    """Write the By dimension tab."""
    sheet, pack = build.sheet("by_dimension"), build.pack
    put_title(build, sheet, "by_dimension")
    shown = _columns(build)
    places = list(range(FIRST_COLUMN, FIRST_COLUMN + len(shown)))
    put_heads(build, sheet, [one.column for one in shown], places)
    put(sheet, 5, LABEL, pack.currency, "heading_left")
    put(sheet, 6, LABEL, f"{pack.basis} basis", "heading_left")
    put(sheet, 5, KEY, "", "heading")
    put(sheet, 6, KEY, "", "heading")
    for one, place in zip(shown, places, strict=True):
        put(sheet, 5, place, one.title, "heading")
    share = places[-1] + 1
    put(sheet, 5, share, "Share of backlog", "heading")
    put(sheet, 6, share, f"{pack.period.last:%b-%y}", "heading")
    keys = segment_keys(build)
    reasons: dict[str, list[str]] = {}
    row = FIRST_ROW
    for dimension, table in pack.segments.groupby("dimension", sort=False):
        row = _put_block(build, row, str(dimension), table, shown, keys, reasons) + 1
    list_reasons(sheet, row, LABEL, reasons, 170)
    widths(sheet, [2, 34, 5, *([14] * len(shown)), 11])
    sheet.column_dimensions["C"].hidden = True
    sheet.row_dimensions[5].height = 28
    set_up(build, "by_dimension", freeze="D11", repeat="5:6")


def _columns(build: Build) -> list[_Shown]:
    """Return the columns: flows of month and year to date, backlog now, a month and a year ago."""
    month, prior, last_year, to_date, prior_to_date = build.pack.columns[:5]
    flows = [_Shown(name, title, column) for name, title in (("net_bookings", "Net bookings"),
             ("net_billings", "Net billings")) for column in (month, to_date, prior_to_date)]  # fmt: skip
    return [*flows, *(_Shown("closing_backlog", "Backlog", column) for column in (last_year, prior, month))]


def _put_block(
    build: Build, row: int, dimension: str, table: pd.DataFrame, shown: list[_Shown],
    keys: dict[tuple[str, str], int], reasons: dict[str, list[str]],
) -> int:  # fmt: skip
    """Write one dimension with its total; return the row after it."""
    sheet = build.sheet("by_dimension")
    last = FIRST_COLUMN + len(shown)
    for place in range(LABEL, last + 1):
        put(sheet, row, place, COLUMN_TITLES[dimension] if place == LABEL else "", "section")
    first = row + 1
    members = list(dict.fromkeys(table["segment"]))
    total = first + len(members)
    for at, segment in enumerate(members, start=first):
        put(sheet, at, LABEL, segment, "label_indent")
        put(sheet, at, KEY, keys[dimension, segment], "small")
        months = months_of(table[table["segment"] == segment])
        for place, one in enumerate(shown, start=FIRST_COLUMN):
            _put_segment(build, at, place, one, months, reasons)
    put(sheet, total, LABEL, "Total", "label_total")
    put(sheet, total, KEY, "", "label_total")
    every = months_of(build.pack.cube)
    for place, one in enumerate(shown, start=FIRST_COLUMN):
        value = _value(build, one, every)
        if sheet.cell(first, place).value == NOT_AVAILABLE:
            put_missing(sheet, total, place)
        else:
            put_live(sheet, total, place, f"SUM({local(first, place)}:{local(total - 1, place)})", value, "money_total")
    _put_shares(build, first, total, last)
    return total + 1


def _put_segment(
    build: Build, row: int, place: int, one: _Shown, months: Months, reasons: dict[str, list[str]]
) -> None:
    """Write one figure of one segment."""
    sheet = build.sheet("by_dimension")
    metric = None if one.metric == "closing_backlog" else metric_named(one.metric)
    if reason := reason_for(build, metric, one.metric, one.column.window):
        put_missing(sheet, row, place)
        reasons.setdefault(reason, []).append(f"{one.title} {one.column.title[0].lower()}{one.column.title[1:]}")
        return
    criterion = f",{build.places['segments segment']},{local(row, KEY, fix_column=True)}"
    put_live(
        sheet,
        row,
        place,
        over_cube(build, one.metric, place, "segments", criterion),
        _value(build, one, months),
        "money",
    )


def _value(build: Build, one: _Shown, months: Months) -> float:
    values = months.over(one.column.window)
    basis = build.pack.basis
    minor = (
        values[f"backlog_{basis}"]
        if one.metric == "closing_backlog"
        else compute(metric_named(one.metric), values, basis)
    )
    return build.major(int(minor or 0))


def _put_shares(build: Build, first: int, total: int, place: int) -> None:
    """Write each segment's share of the closing backlog."""
    sheet = build.sheet("by_dimension")
    whole = sheet.cell(total, place - 1).value
    for row in range(first, total + 1):
        style = "percent_total" if row == total else "percent"
        cell = sheet.cell(row, place - 1).value
        if cell == NOT_AVAILABLE:
            put_missing(sheet, row, place)
            continue
        above, below = cell.value, whole.value  # type: ignore[union-attr]
        share = above / below if below else ""
        bottom = local(total, place - 1, fix_row=True)
        put_live(sheet, row, place, f'IF({bottom}=0,"",{local(row, place - 1)}/{bottom})', share, style)
