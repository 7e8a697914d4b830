"""Cells over the Cube that several tabs use: heads of windows, measures over a window, metrics over rows."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.worksheet.worksheet import Worksheet

from bbbxl.aggregate.measures import MEASURES
from bbbxl.metrics.registry import Metric, measure_name
from bbbxl.metrics.values import missing, missing_measure
from bbbxl.periods import Period
from bbbxl.report.columns import ReportColumn
from bbbxl.workbook.sheet import Build, local, put, put_note

#: Rows of a window's head: title, months in words, then the keys that formulas read.
HEAD, WORDS, FIRST_KEY, LAST_KEY, BEFORE_KEY, MONTHS = 5, 6, 7, 8, 9, 10
NOT_AVAILABLE = "n/a"


def put_heads(build: Build, sheet: Worksheet, columns: Sequence[ReportColumn], places: Sequence[int]) -> None:
    """Write the heads of some windows; the key rows are small, grouped and folded away."""
    for column, place in zip(columns, places, strict=True):
        put(sheet, HEAD, place, column.title, "heading")
        first, last = column.window.start, column.window.last
        words = f"{first:%b-%y}" if column.window.months == 1 else f"{first:%b-%y} to {last:%b-%y}"
        if last > build.pack.as_of:
            words = f"{first:%d %b %y} to {build.pack.as_of:%d %b %y}"
        put(sheet, WORDS, place, words, "heading")
        for row, value in ((FIRST_KEY, column.first_key), (LAST_KEY, column.last_key),
                           (BEFORE_KEY, column.before_key), (MONTHS, column.window.months)):  # fmt: skip
            put(sheet, row, place, value, "small")
    for row, title in ((FIRST_KEY, "first month"), (LAST_KEY, "last month"), (BEFORE_KEY, "month before"),
                       (MONTHS, "months")):  # fmt: skip
        put(sheet, row, 2, title, "small_left")
        sheet.row_dimensions[row].outlineLevel = 1
        sheet.row_dimensions[row].hidden = True


def over_cube(build: Build, name: str, column: int, rows: str = "cube", extra: str = "") -> str:
    """Return the formula of a measure over the window of a column.

    Args:
        build: The pack.
        name: Measure (basis-neutral names too) or additive metric.
        column: Column of the sheet whose head holds the keys.
        rows: cube (total) or segments.
        extra: Further criteria, beginning with a comma.
    """
    values = build.places[f"{rows} {measure_name(name, build.pack.basis)}"]
    month = build.places[f"{rows} month"]
    if name == "opening_backlog":
        return f"SUMIFS({values},{month},{local(BEFORE_KEY, column, fix_row=True)}{extra})"
    last = local(LAST_KEY, column, fix_row=True)
    if name == "closing_backlog" or (name in MEASURES and MEASURES[name].time == "stock"):
        return f"SUMIFS({values},{month},{last}{extra})"
    first = local(FIRST_KEY, column, fix_row=True)
    return f'SUMIFS({values},{month},">="&{first},{month},"<="&{last}{extra})'


def over_adjustments(build: Build, column: int) -> str:
    """Return the formula of net bookings by hand over the window of a column."""
    values, month = (build.places[f"adjustments {name}"] for name in ("net_bookings", "month"))
    first, last = local(FIRST_KEY, column, fix_row=True), local(LAST_KEY, column, fix_row=True)
    return f'SUMIFS({values},{month},">="&{first},{month},"<="&{last})'


def reason_for(build: Build, metric: Metric | None, name: str, window: Period) -> str | None:
    """Return why a row has no figure over a window, None when it has one."""
    pack = build.pack
    if metric is None:
        return missing_measure(name, pack.ledger, window, pack.question, pack.basis)
    return missing(metric, pack.ledger, window, pack.question, pack.basis)


def put_missing(sheet: Worksheet, row: int, column: int, style: str = "missing") -> None:
    """Mark a figure as not available; the reason stands below the table."""
    put(sheet, row, column, NOT_AVAILABLE, style)


def list_reasons(sheet: Worksheet, row: int, column: int, reasons: dict[str, list[str]], width: int) -> int:
    """Write each reason once with what it concerns, in lines of so many characters; return the next free row."""
    for reason, concerned in reasons.items():
        text = f"{NOT_AVAILABLE}: {'; '.join(dict.fromkeys(concerned))}: {reason}."
        row = put_note(sheet, row, column, text, width)
    return row


def put_unavailable(build: Build, sheet: Worksheet, row: int, column: int, width: int) -> None:
    """Say in the place of a table why the backlog is not available."""
    put_note(sheet, row, column, f"{NOT_AVAILABLE}: {build.pack.unavailable}.", width)
