"""The trend chart: net bookings and net billings as columns, closing backlog as a line, over the roll-forward."""

from __future__ import annotations

from typing import Any

from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.worksheet.worksheet import Worksheet

from bbbxl.workbook.charts import set_alt_text
from bbbxl.workbook.sheet import Build


def put_trend(build: Build, sheet: Worksheet, anchor: str) -> None:
    """Put the chart on a sheet; its figures are those of the Roll-forward tab."""
    theme, pack = build.layout.theme, build.pack
    rows = build.cells["roll rows"]
    source = build.sheet("roll_forward")
    last = rows["first column"] + len(pack.roll) - 2
    heads = Reference(source, min_col=rows["first column"], max_col=last, min_row=6)

    def series(chart: Any, row: int) -> None:  # noqa: ANN401 -- an openpyxl chart
        chart.add_data(Reference(source, min_col=2, max_col=last, min_row=row), from_rows=True, titles_from_data=True)
        chart.set_categories(heads)

    bars = BarChart()
    bars.type, bars.gapWidth, bars.overlap = "col", 60, -5
    for row in (rows["net_bookings"], rows["net_billings"]):
        series(bars, row)
    for one, colour in zip(bars.series, (theme.bookings, theme.billings), strict=True):
        one.graphicalProperties.solidFill = colour
        one.graphicalProperties.line.solidFill = colour
    line = LineChart()
    series(line, rows["closing"])
    line.series[0].graphicalProperties.line.solidFill = theme.backlog
    line.series[0].graphicalProperties.line.width = 28000
    line.series[0].smooth = False
    line.y_axis.axId, line.y_axis.crosses = 200, "max"
    line.y_axis.title = f"Backlog, {pack.currency} thousand"
    bars.y_axis.title = f"Bookings and billings, {pack.currency} thousand"
    for axis in (bars.x_axis, bars.y_axis, line.y_axis):
        axis.delete = False
    for axis in (bars.y_axis, line.y_axis):
        axis.number_format, axis.majorGridlines = "#,##0,", None
    bars += line
    bars.title = "Net bookings, net billings and closing backlog, thirteen months"
    bars.legend.position = "b"
    bars.height, bars.width = 8.5, 23
    set_alt_text(bars, f"Columns of net bookings and net billings and a line of closing backlog, {pack.currency}, "
                       f"thirteen months to {pack.period.label}.")  # fmt: skip
    sheet.add_chart(bars, anchor)
