"""Restatements: closed months as closed, as reported now and as restated, and which orders make the difference."""

from __future__ import annotations

from dataclasses import asdict, fields

import pandas as pd
from openpyxl.utils import get_column_letter

from bbbxl.ledger.columns import TITLES as COLUMN_TITLES
from bbbxl.metrics.registry import measure_name, metric_named
from bbbxl.report.restatements import RestatedEvent, RestatedFigure, Restatements
from bbbxl.workbook.sheet import (
    Build,
    colour_residual,
    local,
    put,
    put_live,
    put_note,
    put_row,
    put_title,
    set_up,
    widths,
)
from bbbxl.workbook.tabs.figures import list_reasons, put_missing
from bbbxl.workbook.tabs.lists import ListColumn, and_more, kind_titles, largest, put_list

TITLES, FIRST_ROW = 6, 7
FIGURE, MONTH, CLOSED, REPORTED, CHANGED, RESTATED, DIFFERENCE = range(2, 9)
#: Events that are listed, the largest; more are summed in one row.
MOST_MOVED = 1_000
_HEADS = ("Figure", "Month", "As closed", "As reported now", "Changed since (has to be zero)", "As restated",
          "Restated less reported")  # fmt: skip
_MOVED: tuple[ListColumn, ...] = (
    ListColumn("customer", COLUMN_TITLES["customer"], "text", 28),
    ListColumn("period", "Month", "text", 10),
    ListColumn("order_id", COLUMN_TITLES["order_id"], "text", 15),
    ListColumn("line_id", COLUMN_TITLES["line_id"], "text", 15),
    ListColumn("title", COLUMN_TITLES["kind"], "text", 17),
    ListColumn("amount", COLUMN_TITLES["amount"], "minor", 15),
    ListColumn("net_bookings", "Of net bookings", "minor", 15),
    ListColumn("net_billings", "Of net billings", "minor", 15),
    ListColumn("by_hand", "By hand", "flag", 9),
    ListColumn("effective", COLUMN_TITLES["effective"], "date", 12),
    ListColumn("posted", COLUMN_TITLES["posted"], "date", 12),
    ListColumn("recorded", COLUMN_TITLES["recorded"], "date", 12),
    ListColumn("entity", COLUMN_TITLES["entity"], "text", 19),
    ListColumn("reason", COLUMN_TITLES["reason"], "wrap", 28),
    ListColumn("key", "Key", "integer", 8),
)  # fmt: skip
_WORDS = "What moves, by order: into the month in which it happened, out of the closed month that posted it."
_NAMES = [one.name for one in _MOVED]
#: Months as whole numbers, for formulas; folded away.
KEY = FIGURE + _NAMES.index("key")


def write_restatements(build: Build) -> None:
    """Write the Restatements tab."""
    sheet, pack = build.sheet("restatements"), build.pack
    put_title(build, sheet, "restatements")
    put(sheet, 4, 2, "As reported: by the month that posted an event. As restated: by the day it happened, as known "
        "now. Closed months never change as reported.", "note")  # fmt: skip
    found = pack.book.restatements if pack.book else Restatements()
    widths(sheet, [2, *(one.width for one in _MOVED)])
    sheet.column_dimensions[get_column_letter(KEY)].hidden = True
    set_up(build, "restatements", freeze=f"D{FIRST_ROW}", repeat=f"{TITLES}:{TITLES}")
    put_row(sheet, TITLES, FIGURE, _HEADS, ["heading_left", "heading_left", *["heading"] * 5])
    sheet.row_dimensions[TITLES].height = 30
    if not found.figures:
        put(sheet, FIRST_ROW, FIGURE, "No month up to the as-of date is closed.", "note")
        return
    for row, figure in enumerate(found.figures, start=FIRST_ROW):
        _put_figure(build, row, figure)
    last = FIRST_ROW + len(found.figures) - 1
    colour_residual(build, sheet, f"{local(FIRST_ROW, CHANGED)}:{local(last, CHANGED)}", local(FIRST_ROW, CHANGED))
    at = list_reasons(sheet, last + 2, FIGURE, found.not_known, 160)
    if found.reason:
        at = put_note(sheet, at, FIGURE, f"As closed is not available: {found.reason}.", 160)
    _put_moved(build, at, found, last)


def _put_figure(build: Build, row: int, figure: RestatedFigure) -> None:
    """Write one figure of one closed month; what is reported now is live while the Cube holds the month."""
    sheet = build.sheet("restatements")
    key = _key(figure.period)
    style = "label_total" if figure.metric == "backlog" else "label"
    money = style.replace("label", "money")
    put_row(sheet, row, FIGURE, (figure.title, figure.period), style)
    put(sheet, row, KEY, key, "small")
    values = {CLOSED: figure.closed, REPORTED: figure.reported, RESTATED: figure.restated}
    for place, value in values.items():
        if value is None:
            put_missing(sheet, row, place)
        elif place == REPORTED and (live := _over_cube(build, row, figure.metric, key)):
            put_live(sheet, row, place, live, build.major(value), money)
        else:
            put(sheet, row, place, build.major(value), money)
    for place, after, before in ((CHANGED, REPORTED, CLOSED), (DIFFERENCE, RESTATED, REPORTED)):
        one, other = values[after], values[before]
        if one is None or other is None:
            put_missing(sheet, row, place)
        else:
            text = f"ROUND({local(row, after)}-{local(row, before)},{build.decimals})"
            put_live(sheet, row, place, text, build.major(one - other), money)


def _key(period: str) -> int:
    """Return yyyymm of a month such as 2026-10."""
    return int(period.replace("-", ""))


def _over_cube(build: Build, row: int, metric: str, key: int) -> str | None:
    """Return the formula of a metric over the Cube, None where the Cube does not hold it as reported."""
    pack, one = build.pack, metric_named(metric)
    name = measure_name(one.measures[0], pack.basis) if len(one.measures) == 1 else metric
    held = pack.question.view == "as-reported" and key in set(pack.cube["month"])
    if not held or f"cube {name}" not in build.places:
        return None
    return f"SUMIFS({build.places[f'cube {name}']},{build.places['cube month']},{local(row, KEY, fix_column=True)})"


def _put_moved(build: Build, row: int, found: Restatements, last: int) -> None:
    """Write the events that make the difference, and that they make all of it."""
    sheet = build.sheet("restatements")
    put(sheet, row, FIGURE, _WORDS, "note")
    rows = pd.DataFrame([asdict(one) for one in found.moved], columns=[one.name for one in fields(RestatedEvent)])
    rows = rows.astype(dict.fromkeys(("effective", "posted", "recorded"), "datetime64[us]"))
    shown = largest(rows, "amount", MOST_MOVED)
    titled = shown.assign(key=shown["period"].map(_key), title=kind_titles(shown))
    first = row + 2
    at = put_list(build, sheet, row + 1, FIGURE, _MOVED, titled)
    sums = {name: (FIGURE + _NAMES.index(name), int(rows[name].sum())) for name in ("net_bookings", "net_billings")}
    if len(rows) > len(shown):
        put(sheet, at, FIGURE, and_more(len(rows) - len(shown), "bbbxl book restate"), "note")
        for name, (place, total) in sums.items():
            put(sheet, at, place, build.major(total - int(shown[name].sum())), "money")
        at += 1
    if rows.empty and not found.not_known:
        put(sheet, at, FIGURE, "None.", "note")
        at += 1
    put_row(sheet, at, FIGURE, ["Total", *([None] * (sums["net_bookings"][0] - FIGURE - 1))], "label_total")
    span = range(first, at)
    for name, (place, total) in sums.items():
        _put_moved_total(build, span, place, metric_named(name).title, total, last)
    put(sheet, at + 1, FIGURE, "Less restated less reported above (has to be zero)", "note")


def _put_moved_total(build: Build, rows: range, place: int, title: str, total: int, last: int) -> None:
    """Write the sum of what moves, and what is left of it less the differences of the months; both where known."""
    sheet, row = build.sheet("restatements"), rows.stop
    found = build.pack.book.restatements.figures if build.pack.book else ()
    pairs = [(one.restated, one.reported) for one in found if one.title == title]
    differences = [one - other for one, other in pairs if one is not None and other is not None]
    if len(differences) < len(pairs):
        put_missing(sheet, row, place)
        put_missing(sheet, row + 1, place)
        return
    put_live(sheet, row, place, f"SUM({local(rows.start, place)}:{local(row - 1, place)})", build.major(total),
             "money_total")  # fmt: skip
    names, values = (f"{local(FIRST_ROW, at)}:{local(last, at)}" for at in (FIGURE, DIFFERENCE))
    text = f'ROUND({local(row, place)}-SUMIFS({values},{names},"{title}"),{build.decimals})'
    put_live(sheet, row + 1, place, text, build.major(total - sum(differences)), "exact")
