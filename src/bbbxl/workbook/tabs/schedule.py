"""Schedule and ageing: when the backlog is due to leave, and how old it is, live over the Orders tab."""

from __future__ import annotations

from openpyxl.chart import BarChart, Reference

from bbbxl.metrics.ageing import ORDER_AGE, PAST_DUE, Bucket, ageing
from bbbxl.workbook.charts import set_alt_text
from bbbxl.workbook.sheet import Build, local, put, put_live, put_row, put_title, set_up, widths
from bbbxl.workbook.tabs.figures import put_unavailable

LABEL, AMOUNT, SHARE, LINES, FIRST_ROW = 2, 3, 4, 5, 7
_LOW, _HIGH = 6, 7


def write_schedule(build: Build) -> None:
    """Write the Schedule and ageing tab; keeps the total of each table and past due as places."""
    sheet, pack = build.sheet("schedule"), build.pack
    put_title(build, sheet, "schedule")
    if pack.unavailable:
        put_unavailable(build, sheet, FIRST_ROW - 1, LABEL, 130)
    else:
        put(
            sheet,
            4,
            LABEL,
            "Lines with a term are spread over it. Held lines stand on hold, whatever their date.",
            "note",
        )
        after = _put_schedule(build, FIRST_ROW - 1)
        _put_chart(build, f"I{FIRST_ROW - 1}")
        after = _put_ageing(build, after + 2, "Ageing by age of the order", "age", ORDER_AGE)
        _put_ageing(build, after + 2, "Ageing by days past due", "days_past_due", PAST_DUE)
    widths(sheet, [2, 34, 16, 10, 10, 8, 8, 2, *([11] * 9)])
    for letter in "FG":
        sheet.column_dimensions[letter].hidden = True
    set_up(build, "schedule", freeze="C4")


def _put_schedule(build: Build, row: int) -> int:
    """Write the schedule; return the row of its total."""
    sheet, pack = build.sheet("schedule"), build.pack
    put_row(sheet, row, LABEL, ("Schedule by commit month", pack.currency, "Share", "Order lines"),
            ("heading_left", "heading", "heading", "heading"))  # fmt: skip
    total = row + 1 + len(pack.slots)
    for at, slot in enumerate(pack.slots, start=row + 1):
        amounts = pack.open_orders[slot.name]
        put(sheet, at, LABEL, slot.title, "label_indent")
        value = build.major(int(amounts.sum()))
        put_live(sheet, at, AMOUNT, f"SUM({build.places[f'orders {slot.name}']})", value, "money")
        span = build.places[f"orders {slot.name}"]  # "<>0" would count the blank row of an empty Orders tab
        put_live(sheet, at, LINES, f'COUNTIF({span},">0")+COUNTIF({span},"<0")', int((amounts != 0).sum()), "count")
        if slot.name == "past_due":
            build.keep("past due", sheet, at, AMOUNT, value)
    _put_total(build, row + 1, total, "schedule total", lines=False)
    return total


def _put_ageing(build: Build, row: int, title: str, column: str, buckets: tuple[Bucket, ...]) -> int:
    """Write one ageing; return the row of its total."""
    sheet, pack = build.sheet("schedule"), build.pack
    put_row(sheet, row, LABEL, (title, pack.currency, "Share", "Order lines"),
            ("heading_left", "heading", "heading", "heading"))  # fmt: skip
    table = ageing(pack.open_orders[column], pack.open_orders[f"backlog_{pack.basis}"], buckets)
    days, amounts = build.places[f"orders {column}"], build.places["orders open"]
    for at, ((name, amount, lines), bucket) in enumerate(zip(table, (*buckets, None), strict=True), start=row + 1):
        put(sheet, at, LABEL, name, "label_indent")
        low = bucket.low if bucket and bucket.low is not None else -99999
        high = bucket.high if bucket and bucket.high is not None else 99999
        if bucket:
            put_row(sheet, at, _LOW, (low, high), "small")
            limits = f'{days},">"&{local(at, _LOW)},{days},"<="&{local(at, _HIGH)}'
            put_live(sheet, at, AMOUNT, f"SUMIFS({amounts},{limits})", build.major(amount), "money")
            put_live(sheet, at, LINES, f"COUNTIFS({limits})", lines, "count")
        else:
            dated = f"{local(row + 1, LINES)}:{local(at - 1, LINES)}"
            sums = f"{local(row + 1, AMOUNT)}:{local(at - 1, AMOUNT)}"
            put_live(sheet, at, AMOUNT, f"SUM({amounts})-SUM({sums})", build.major(amount), "money")
            counts = f'COUNTIF({build.places["orders order_id"]},"?*")-SUM({dated})'
            put_live(sheet, at, LINES, counts, lines, "count")
    total = row + 1 + len(table)
    _put_total(build, row + 1, total, f"ageing {column}", lines=True)
    return total


def _put_total(build: Build, first: int, total: int, name: str, *, lines: bool) -> None:
    """Write total and shares of one table."""
    sheet, pack = build.sheet("schedule"), build.pack
    whole = int(pack.open_orders[f"backlog_{pack.basis}"].sum())
    put(sheet, total, LABEL, "Total", "label_total")
    value = build.major(whole)
    put_live(sheet, total, AMOUNT, f"SUM({local(first, AMOUNT)}:{local(total - 1, AMOUNT)})", value, "money_total")
    build.keep(name, sheet, total, AMOUNT, value)
    for row in range(first, total + 1):
        amount = sheet.cell(row, AMOUNT).value.value  # type: ignore[union-attr]
        bottom = local(total, AMOUNT, fix_row=True)
        put_live(sheet, row, SHARE, f'IF({bottom}=0,"",{local(row, AMOUNT)}/{bottom})', amount / value if value else "",
                 "percent_total" if row == total else "percent")  # fmt: skip
    if lines:
        text = f"SUM({local(first, LINES)}:{local(total - 1, LINES)})"
        put_live(sheet, total, LINES, text, len(pack.open_orders), "count_total")
    else:
        put(sheet, total, LINES, "", "count_total")


def _put_chart(build: Build, anchor: str) -> None:
    """Put the schedule as columns beside the table."""
    sheet, pack = build.sheet("schedule"), build.pack
    last = FIRST_ROW + len(pack.slots) - 1
    chart = BarChart()
    chart.type, chart.gapWidth = "col", 50
    chart.add_data(Reference(sheet, min_col=AMOUNT, min_row=FIRST_ROW, max_row=last), titles_from_data=False)
    chart.set_categories(Reference(sheet, min_col=LABEL, min_row=FIRST_ROW, max_row=last))
    colour = build.layout.theme.accent
    chart.series[0].graphicalProperties.solidFill = colour
    chart.series[0].graphicalProperties.line.solidFill = colour
    chart.title = f"Backlog by commit month, {pack.currency} thousand"
    chart.legend = None
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.number_format, chart.y_axis.majorGridlines = "#,##0,", None
    chart.height, chart.width = 9.5, 19
    set_alt_text(chart, f"Columns of the backlog by commit month as of {pack.as_of}, {pack.currency}.")
    sheet.add_chart(chart, anchor)
