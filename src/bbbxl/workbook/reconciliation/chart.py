"""The chart from CRM to ERP: steps over an invisible base, its figures live over the bridge beside it."""

from __future__ import annotations

from itertools import accumulate
from math import floor, log10

from openpyxl.chart import BarChart, Reference
from openpyxl.worksheet.worksheet import Worksheet

from bbbxl.reconcile.model import Reconciliation
from bbbxl.workbook.charts import set_alt_text
from bbbxl.workbook.sheet import Tabs, local, put, put_live, put_row

#: Rows of the sheet that the chart covers.
BARS_ROWS = 15
_FIRST = 16
_HEAD = ("Chart", "Effect", "From", "To", "Base", "Total", "Up", "Up, below 0", "Down", "Down, below 0")
_LABEL, _EFFECT, _FROM, _TO, _BASE = range(_FIRST, _FIRST + 5)
_AMOUNT = 5


def put_chart(tabs: Tabs, made: Reconciliation, sheet: Worksheet, top: int, rows: dict[str, int]) -> None:
    """Put the chart and, right of the printed page, the steps it shows.

    Args:
        tabs: The workbook.
        made: The reconciliation.
        sheet: The Bridge.
        top: Row where the chart begins.
        rows: Line of the bridge -> its row.
    """
    own = made.bridge[made.bridge["basis"] == "reporting"].set_index("line")["minor"]
    steps = [code for code in made.pair.kinds if own[code]]
    lines = ["crm_total", *steps, "erp_total"]
    amounts = [int(own[line]) for line in lines]
    ends = [amounts[0], *(amounts[0] + sum_ for sum_ in accumulate(amounts[1:-1])), amounts[-1]]
    starts = [0, *ends[: len(steps)], 0]
    put_row(sheet, top, _FIRST, _HEAD, ["small_left", *["small"] * (len(_HEAD) - 1)])
    for place, line in enumerate(lines):
        whole = line in ("crm_total", "erp_total")
        title = {"crm_total": tabs.said("CRM"), "erp_total": tabs.said("ERP")}.get(line) or made.pair.kinds[line].title
        _put_step(tabs, sheet, top + 1 + place, title, rows[line], (amounts[place], starts[place], ends[place]), whole)
    sheet.add_chart(_chart(tabs, made, sheet, top, len(lines), [*starts[1:-1], *ends]), f"B{top}")


def _put_step(
    tabs: Tabs, sheet: Worksheet, row: int, title: str, source: int, values: tuple[int, int, int], whole: bool
) -> None:
    """Put one step: effect, where it begins and ends, and the parts that are drawn."""
    amount, start, end = values
    low, high = min(start, end), max(start, end)
    base = max(0, low) + min(0, high)
    above, below = max(0, high) - max(0, low), min(0, low) - min(0, high)
    effect, begin, stop = (local(row, column, fix_column=True) for column in (_EFFECT, _FROM, _TO))
    above_text = f"MAX(0,{begin},{stop})-MAX(0,MIN({begin},{stop}))"
    below_text = f"MIN(0,{begin},{stop})-MIN(0,MAX({begin},{stop}))"
    put(sheet, row, _LABEL, title, "small_left")
    parts = [
        (local(source, _AMOUNT, fix_column=True), amount),
        ("0" if whole else local(row - 1, _TO), start),
        (f"{begin}+{effect}", end),
        (f"MAX(0,MIN({begin},{stop}))+MIN(0,MAX({begin},{stop}))", base),
        (effect if whole else "0", amount if whole else 0),
    ]
    for rising in (True, False):
        shown = not whole and (amount > 0) == rising
        sign = ">0" if rising else "<=0"
        for text, size in ((above_text, above), (below_text, below)):
            parts.append(("0" if whole else f"IF({effect}{sign},{text},0)", size if shown else 0))
    for column, (text, minor) in enumerate(parts, start=_EFFECT):
        if text == "0":
            put(sheet, row, column, 0, "small")
        else:
            put_live(sheet, row, column, text, tabs.major(minor), "small")
        sheet.cell(row, column).number_format = "#,##0.00"


def _chart(tabs: Tabs, made: Reconciliation, sheet: Worksheet, top: int, count: int, levels: list[int]) -> BarChart:
    """Return the chart."""
    theme = tabs.layout.theme
    chart = BarChart()
    chart.type, chart.grouping, chart.overlap, chart.gapWidth = "col", "stacked", 100, 40
    data = Reference(sheet, min_col=_BASE, max_col=_BASE + 5, min_row=top, max_row=top + count)
    chart.add_data(data, titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=_LABEL, min_row=top + 1, max_row=top + count))
    for one, colour in zip(chart.series, (None, theme.navy, theme.green, theme.green, theme.red, theme.red),
                           strict=True):  # fmt: skip
        if colour is None:
            one.graphicalProperties.noFill = True
            one.graphicalProperties.line.noFill = True
        else:
            one.graphicalProperties.solidFill = colour
            one.graphicalProperties.line.noFill = True
    chart.legend = None
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.x_axis.tickLblPos = "low"
    chart.y_axis.number_format = "#,##0"
    chart.y_axis.scaling.min = _floor([tabs.major(level) for level in levels])
    chart.title = tabs.said("From CRM to ERP") + f", {made.period.label}, {made.currency}"
    chart.height, chart.width = 7.2, 36
    ends = tabs.said("Columns from the CRM total to the ERP total")
    set_alt_text(chart, f"{ends} of {made.period.label} in {made.currency}: one step for each class that has an "
            f"effect, "
                        "up in green and down in red.")  # fmt: skip
    return chart


def _floor(levels: list[float]) -> float | None:
    """Return where the axis begins so that small steps are seen; None lets it begin at 0."""
    low, high = min(levels), max(levels)
    if low <= 0 or high <= 0 or high - low > low:
        return None
    room = (high - low) * 1.5 or high
    step = 10.0 ** floor(log10(room))
    begin = floor(max(0.0, low - room) / step) * step
    return begin or None
