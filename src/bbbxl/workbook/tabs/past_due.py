"""Past due: the order lines that should have left the backlog, longest overdue first."""

from __future__ import annotations

from typing import Any

from bbbxl.ledger.columns import TITLES as COLUMN_TITLES
from bbbxl.report.ties import past_due_lines
from bbbxl.workbook.sheet import Build, day, local, put, put_live, put_row, put_title, set_up, widths
from bbbxl.workbook.tabs.figures import put_unavailable
from bbbxl.workbook.tabs.orders import cell_values

TITLES, FIRST_ROW = 5, 6
_COLUMNS: tuple[tuple[str, str, float, str], ...] = (
    ("order_id", "text", 12, "label"), ("line_id", "text", 6, "label"), ("entity", "text", 19, "label"),
    ("customer", "text", 30, "label"), ("product", "text", 30, "label"), ("owner", "text", 17, "label"),
    ("order_date", "date", 13, "date"), ("original_commit_date", "date", 13, "date"), ("due_date", "date", 13, "date"),
    ("days_past_due", "integer", 10, "count"), ("past_due", "minor", 15, "money"),
)  # fmt: skip
_OWN_TITLES = {"due_date": "Due", "days_past_due": "Days past due", "past_due": "Past due"}


def write_past_due(build: Build) -> None:
    """Write the Past due tab; keeps its total as a place."""
    sheet, pack = build.sheet("past_due"), build.pack
    put_title(build, sheet, "past_due")
    if pack.unavailable:
        put_unavailable(build, sheet, FIRST_ROW, 2, 150)
        set_up(build, "past_due", freeze=None)
        return
    put(
        sheet, 4, 2, f"Open and due before {day(pack.as_of)}. Held lines are not in it; returns stand negative.", "note"
    )
    titles = [_OWN_TITLES.get(name) or COLUMN_TITLES[name] for name, _, _, _ in _COLUMNS]
    put_row(
        sheet,
        TITLES,
        2,
        titles,
        ["heading_left" if kind in ("text", "date") else "heading" for _, kind, _, _ in _COLUMNS],
    )
    lines = past_due_lines(pack.open_orders)
    for place, (name, kind, _, style) in enumerate(_COLUMNS, start=2):
        for row, value in enumerate(_values(build, lines, name, kind), start=FIRST_ROW):
            put(sheet, row, place, value, style)
    last = 1 + len(_COLUMNS)
    total = FIRST_ROW + len(lines)
    put_row(sheet, total, 2, ["Total", *([None] * (len(_COLUMNS) - 2))], "label_total")
    value = build.major(int(lines["past_due"].sum()))
    if len(lines):
        put_live(sheet, total, last, f"SUM({local(FIRST_ROW, last)}:{local(total - 1, last)})", value, "money_total")
    else:
        put(sheet, total, last, 0, "money_total")
    build.keep("past due list", sheet, total, last, value)
    widths(sheet, [2, *(width for _, _, width, _ in _COLUMNS)])
    sheet.row_dimensions[TITLES].height = 30
    set_up(build, "past_due", freeze="D6", repeat="5:5")


def _values(build: Build, lines: Any, name: str, kind: str) -> list[Any]:  # noqa: ANN401 -- frame
    if kind == "minor":
        return [build.major(int(value)) for value in lines[name].tolist()]
    return cell_values(lines, name, kind)
