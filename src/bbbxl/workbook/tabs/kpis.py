"""KPIs: the board's page, live over the Cube; trailing windows stand to the right as workings."""

from __future__ import annotations

from typing import Any

from openpyxl.utils import get_column_letter

from bbbxl.metrics.registry import Measures, measure_name, metrics
from bbbxl.metrics.values import compute, window_of
from bbbxl.report.columns import ReportColumn
from bbbxl.report.rows import ReportRow, kpi_rows
from bbbxl.report.windows import window_measures
from bbbxl.trace import Ref
from bbbxl.workbook.sheet import Build, local, put, put_live, put_title, set_up, widths
from bbbxl.workbook.tabs.figures import (
    MONTHS,
    list_reasons,
    over_cube,
    put_heads,
    put_missing,
    reason_for,
)
from bbbxl.workbook.tabs.trend import put_trend

FIRST_ROW, LABEL, FIRST_COLUMN = 11, 2, 3


def write_kpis(build: Build) -> None:
    """Write the KPIs tab; keeps each figure of the month as a place "kpi NAME"."""
    sheet, pack = build.sheet("kpis"), build.pack
    put_title(build, sheet, "kpis")
    rows = kpi_rows(pack.bases)
    places = _places(pack.columns)
    put(sheet, 5, LABEL, pack.currency, "heading_left")
    put(sheet, 6, LABEL, f"{pack.basis} basis", "heading_left")
    put_heads(build, sheet, pack.columns, places)
    reasons: dict[str, list[tuple[str, str]]] = {}
    for row, line in enumerate(rows, start=FIRST_ROW):
        _put_label(build, row, line, places)
    for column, place in zip(pack.columns, places, strict=True):
        values = window_measures(pack.cube, column)
        for row, line in enumerate(rows, start=FIRST_ROW):
            if line.name:
                _put_figure(build, row, place, line, column, values, rows, reasons)
    after = FIRST_ROW + len(rows) + 1
    concerned = {reason: _concerned(cells, rows) for reason, cells in reasons.items()}
    after = list_reasons(sheet, after, LABEL, concerned, 145)
    put_trend(build, sheet, f"B{after + 1}")
    last = places[4]
    widths(sheet, [2, 36, *([19] * 5), 2, *([17] * 6)])
    for place in places[5:]:
        dimension = sheet.column_dimensions[get_column_letter(place)]
        dimension.outlineLevel, dimension.hidden = 1, True
    set_up(build, "kpis", freeze="C11", area=f"$B$1:${get_column_letter(last)}${after + 22}")


def _places(columns: tuple[ReportColumn, ...]) -> list[int]:
    """Return the sheet column of every window: the board's, a gap, the trailing ones."""
    board = [column for column in columns if column.board]
    trailing = len(columns) - len(board)
    first = FIRST_COLUMN + len(board) + 1
    return [*range(FIRST_COLUMN, FIRST_COLUMN + len(board)), *range(first, first + trailing)]


def _put_label(build: Build, row: int, line: ReportRow, places: list[int]) -> None:
    sheet = build.sheet("kpis")
    if not line.name:
        for place in (LABEL, *places):
            put(sheet, row, place, line.title if place == LABEL else "", "section")
        return
    put(sheet, row, LABEL, line.title, "label_total" if line.total else "label_indent")


def _put_figure(
    build: Build, row: int, place: int, line: ReportRow, column: ReportColumn, values: dict[str, int],
    rows: tuple[ReportRow, ...], reasons: dict[str, list[tuple[str, str]]],
) -> None:  # fmt: skip
    """Write one figure: a sum over the Cube, a metric over the cells above it, or n/a."""
    sheet, pack = build.sheet("kpis"), build.pack
    style = line.unit + ("_total" if line.total else "")
    metric = line.metric
    source = place
    window = column.window
    if metric is not None and metric.window:
        if not column.board or window.months != 1:
            return
        window = window_of(metric, column.window, pack.question.calendar)
        source = _place_of(build, window.label)
        values = window_measures(pack.cube, ReportColumn("", window))
    if reason := reason_for(build, metric, line.name, window):
        put_missing(sheet, row, place)
        if column.board:
            reasons.setdefault(reason, []).append((line.title, column.title))
        return
    if metric is None:
        value = build.major(_measure(line.name, values, pack.basis))
        put_live(sheet, row, place, over_cube(build, line.name, place), value, style)
    else:
        cells = {one.name: Ref(local(at, source)) for at, one in enumerate(rows, start=FIRST_ROW) if one.name}
        formula = metric.compute(Measures({**cells, **_neutral(cells), "months": Ref(local(MONTHS, source))}))
        result = compute(metric, values, pack.basis)
        value = _cell_value(build, result, line.unit)
        put_live(sheet, row, place, formula.text, value, style)
        build.keep(f"kpi {line.name} {column.title}", sheet, row, place, value)
    if column is pack.columns[0]:
        build.keep(f"kpi {line.name}", sheet, row, place, value)


def _concerned(cells: list[tuple[str, str]], rows: tuple[ReportRow, ...]) -> list[str]:
    """Return what a reason concerns: the columns it leaves empty but for other reasons, else the rows."""
    columns = list(dict.fromkeys(column for _, column in cells))
    shown = sum(1 for row in rows if row.name)
    whole = [one for one in columns if 2 * sum(column == one for _, column in cells) > shown]
    return [*whole, *(title for title, column in cells if column not in whole)]


def _place_of(build: Build, label: str) -> int:
    """Return the sheet column of a trailing window."""
    places = _places(build.pack.columns)
    return next(place for place, one in zip(places, build.pack.columns, strict=True) if one.window.label == label
                and not one.board)  # fmt: skip


def _neutral(cells: dict[str, Ref]) -> dict[str, Ref]:
    """Return the cells of one-part metrics under the name of their measure."""
    one_part = {name: one.measures[0] for name, one in metrics().items() if len(one.measures) == 1}
    return {measure: cells[name] for name, measure in one_part.items() if name in cells}


def _measure(name: str, values: dict[str, int], basis: str) -> int:
    measure = measure_name(name, basis)
    return values[f"opening {measure}" if name == "opening_backlog" else measure]


def _cell_value(build: Build, result: Any, unit: str) -> Any:  # noqa: ANN401 -- cell value
    """Return a metric as its cell holds it: money in major units, undefined as blank text."""
    if result is None:
        return ""
    return build.major(int(result)) if unit == "money" else float(result)
