"""Roll-forward: opening, movements, closing; by month, and for the month in each document currency."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.utils import get_column_letter

from bbbxl.events import ORDER_NAMES
from bbbxl.metrics.registry import measure_name, measure_title, metric_named
from bbbxl.metrics.values import compute
from bbbxl.money import exponent, to_major
from bbbxl.report.columns import ReportColumn
from bbbxl.report.rows import ROLL_LINES
from bbbxl.report.windows import unknown_roll, window_measures
from bbbxl.workbook.sheet import (
    Build,
    colour_residual,
    column_range,
    local,
    put,
    put_live,
    put_row,
    put_title,
    set_up,
    widths,
)
from bbbxl.workbook.tabs.figures import (
    NOT_AVAILABLE,
    list_reasons,
    over_adjustments,
    over_cube,
    put_heads,
    put_missing,
    reason_for,
)

OPENING_ROW, LABEL, FIRST_COLUMN = 11, 2, 3
CLOSING_ROW = OPENING_ROW + len(ROLL_LINES) + 1
RESIDUAL_ROW, NET_BOOKINGS_ROW, NET_BILLINGS_ROW = CLOSING_ROW + 1, CLOSING_ROW + 3, CLOSING_ROW + 4
BY_HAND_ROW = NET_BILLINGS_ROW + 1


def write_roll_forward(build: Build) -> None:
    """Write the Roll-forward tab; keeps the row numbers the trend chart reads, and the largest residual's row."""
    sheet, pack = build.sheet("roll_forward"), build.pack
    put_title(build, sheet, "roll_forward")
    put(sheet, 5, LABEL, pack.currency, "heading_left")
    put(sheet, 6, LABEL, f"{pack.basis} basis", "heading_left")
    places = list(range(FIRST_COLUMN, FIRST_COLUMN + len(pack.roll)))
    put_heads(build, sheet, pack.roll, places)
    for place in places[:-1]:
        put(sheet, 5, place, "Month", "heading")
    labels = [("Opening backlog", "label_total"),
              *((measure_title(name), "label_indent") for name, _ in ROLL_LINES),
              ("Closing backlog", "label_total"), ("Residual (has to be zero)", "note")]  # fmt: skip
    for row, (title, style) in enumerate(labels, start=OPENING_ROW):
        put(sheet, row, LABEL, title, style)
    put(sheet, NET_BOOKINGS_ROW, LABEL, "Net bookings", "label")
    put(sheet, NET_BILLINGS_ROW, LABEL, "Net billings", "label")
    reasons: dict[str, list[str]] = {}
    for column, place in zip(pack.roll, places, strict=True):
        _put_column(build, column, place, reasons)
    last = get_column_letter(places[-1])
    residuals = f"{get_column_letter(FIRST_COLUMN)}{RESIDUAL_ROW}:{last}{RESIDUAL_ROW}"
    colour_residual(build, sheet, residuals, f"{get_column_letter(FIRST_COLUMN)}{RESIDUAL_ROW}")
    build.places["roll residuals"] = (
        f"'{sheet.title}'!${get_column_letter(FIRST_COLUMN)}${RESIDUAL_ROW}:${last}${RESIDUAL_ROW}"
    )
    build.cells["roll rows"] = {"net_bookings": NET_BOOKINGS_ROW, "net_billings": NET_BILLINGS_ROW,
                                "closing": CLOSING_ROW, "first column": FIRST_COLUMN}  # fmt: skip
    _keep_order_movements(build)
    after = _put_by_hand(build, places)
    row = list_reasons(sheet, after + 1, LABEL, reasons, 200)
    row = _put_currencies(build, row + 1)
    _put_fx(build, row + 2)
    widths(sheet, [2, 34, *([12.5] * (len(places) - 1)), 14])
    set_up(build, "roll_forward", freeze="C11")


def _keep_order_movements(build: Build) -> None:
    """Keep the sum of the order movements of the month as a place, where the roll-forward shows them."""
    sheet, pack = build.sheet("roll_forward"), build.pack
    column = FIRST_COLUMN + len(pack.roll) - 2
    rows = [row for row, (name, _) in enumerate(ROLL_LINES, start=OPENING_ROW + 1) if name in ORDER_NAMES]
    if sheet.cell(rows[0], column).value == NOT_AVAILABLE:
        return
    build.places["roll order movements"] = f"SUM({column_range(sheet, column, rows[0], rows[-1])})"
    build.cells["roll order movements"] = sum(sheet.cell(row, column).value.value for row in rows)  # type: ignore[union-attr]


def _put_by_hand(build: Build, places: Sequence[int]) -> int:
    """Write what of net bookings was entered by hand, in the pack of a book; return the row after the memo lines."""
    sheet, book = build.sheet("roll_forward"), build.pack.book
    if book is None:
        return NET_BILLINGS_ROW + 1
    put(sheet, BY_HAND_ROW, LABEL, "Of net bookings by hand", "label_indent")
    entries = book.adjustments
    for column, place in zip(build.pack.roll, places, strict=True):
        if sheet.cell(NET_BOOKINGS_ROW, place).value == NOT_AVAILABLE:
            put_missing(sheet, BY_HAND_ROW, place)
            continue
        own = entries[entries["month"].between(column.first_key, column.last_key)]
        value = build.major(int(own["net_bookings"].sum()))
        if "adjustments month" in build.places:
            put_live(sheet, BY_HAND_ROW, place, over_adjustments(build, place), value, "money")
        else:
            put(sheet, BY_HAND_ROW, place, value, "money")
    return BY_HAND_ROW + 1


def _put_column(build: Build, column: ReportColumn, place: int, reasons: dict[str, list[str]]) -> None:
    """Write one window: opening, movements with their sign, closing, residual."""
    sheet, pack = build.sheet("roll_forward"), build.pack
    for row, name in ((NET_BOOKINGS_ROW, "net_bookings"), (NET_BILLINGS_ROW, "net_billings")):
        _put_memo(build, column, place, row, name, reasons)
    if reason := unknown_roll(pack.ledger, column.window, pack.question, pack.basis):
        for row in range(OPENING_ROW, RESIDUAL_ROW + 1):
            put_missing(sheet, row, place)
        reasons.setdefault(reason, []).append(column.title)
        return
    values = window_measures(pack.cube, column)
    stock = f"backlog_{pack.basis}"
    before = sheet.cell(CLOSING_ROW, place - 1)
    follows = place > FIRST_COLUMN and pack.roll[place - FIRST_COLUMN - 1].window.end == column.window.start
    chained = follows and before.value not in (None, NOT_AVAILABLE)
    opening = local(CLOSING_ROW, place - 1) if chained else over_cube(build, "opening_backlog", place)
    put_live(sheet, OPENING_ROW, place, opening, build.major(values[f"opening {stock}"]), "money_total")
    for row, (name, sign) in enumerate(ROLL_LINES, start=OPENING_ROW + 1):
        text = over_cube(build, name, place)
        amount = sign * values[measure_name(name, pack.basis)]
        put_live(sheet, row, place, text if sign > 0 else f"-{text}", build.major(amount), "money")
    put_live(
        sheet, CLOSING_ROW, place, over_cube(build, "closing_backlog", place), build.major(values[stock]), "money_total"
    )
    lines = f"SUM({local(OPENING_ROW, place)}:{local(CLOSING_ROW - 1, place)})-{local(CLOSING_ROW, place)}"
    put_live(
        sheet,
        RESIDUAL_ROW,
        place,
        f"ROUND({lines},{build.decimals})",
        build.major(_residual(values, stock, pack.basis)),
        "money",
    )


def _residual(values: dict[str, int], stock: str, basis: str) -> int:
    moved = sum(sign * values[measure_name(name, basis)] for name, sign in ROLL_LINES)
    return values[f"opening {stock}"] + moved - values[stock]


def _put_memo(
    build: Build, column: ReportColumn, place: int, row: int, name: str, reasons: dict[str, list[str]]
) -> None:
    """Write a flow beside the roll-forward that the trend chart shows."""
    sheet = build.sheet("roll_forward")
    values = window_measures(build.pack.cube, column)
    metric = metric_named(name)
    if reason := reason_for(build, metric, name, column.window):
        put_missing(sheet, row, place)
        reasons.setdefault(reason, []).append(f"{metric.title} {column.title}")
        return
    amount = compute(metric, values, build.pack.basis) or 0
    put_live(sheet, row, place, over_cube(build, name, place), build.major(int(amount)), "money")


def _put_currencies(build: Build, row: int) -> int:
    """Write the roll-forward of the month in each document currency; return the row after it."""
    sheet, pack = build.sheet("roll_forward"), build.pack
    if not pack.rolls:
        return row
    put(sheet, row, LABEL, f"Document currencies, {pack.period.label}", "heading_left")
    titles = ("Opening", "Movements", measure_title("relieved"), "Closing", "Residual")
    put_row(sheet, row, FIRST_COLUMN, titles, "heading")
    for at, roll in enumerate(pack.rolls, start=row + 1):
        put(sheet, at, LABEL, roll.currency, "label_indent")
        left = None if roll.relieved is None else -roll.relieved
        for place, one in enumerate((roll.opening, roll.movements, left, roll.closing), start=FIRST_COLUMN):
            if one is None:
                put_missing(sheet, at, place)
            else:
                put(sheet, at, place, float(to_major(one, roll.currency)), "money")
        if roll.residual is None:
            put_missing(sheet, at, FIRST_COLUMN + 4)
            continue
        sums = f"SUM({local(at, FIRST_COLUMN)}:{local(at, FIRST_COLUMN + 2)})-{local(at, FIRST_COLUMN + 3)}"
        residual = float(to_major(roll.residual, roll.currency))
        put_live(sheet, at, FIRST_COLUMN + 4, f"ROUND({sums},{exponent(roll.currency)})", residual, "money")
    return row + 1 + len(pack.rolls)


def _put_fx(build: Build, row: int) -> None:
    """Write FX of the month beside its decomposition from balances and rates."""
    sheet, pack = build.sheet("roll_forward"), build.pack
    title = f"FX of {pack.period.label} from balances and rates"
    if pack.fx.reason:
        list_reasons(sheet, row, LABEL, {pack.fx.reason: [title]}, 200)
    if not pack.fx.parts:
        return
    put(sheet, row, LABEL, title, "heading_left")
    put_row(sheet, row, FIRST_COLUMN, ("On opening", "On movements", "Together"), "heading")
    first = row + 1
    for at, (currency, parts) in enumerate(pack.fx.parts.items(), start=first):
        put(sheet, at, LABEL, currency, "label_indent")
        put_row(sheet, at, FIRST_COLUMN, [build.major(part) for part in parts], "money")
        together = f"SUM({local(at, FIRST_COLUMN)}:{local(at, FIRST_COLUMN + 1)})"
        put_live(sheet, at, FIRST_COLUMN + 2, together, build.major(sum(parts)), "money")
    at = first + len(pack.fx.parts)
    put(sheet, at, LABEL, "Decomposed", "label_total")
    total = f"SUM({local(first, FIRST_COLUMN + 2)}:{local(at - 1, FIRST_COLUMN + 2)})"
    put_live(sheet, at, FIRST_COLUMN + 2, total, build.major(pack.fx.decomposed), "money_total")
    build.keep("fx decomposed", sheet, at, FIRST_COLUMN + 2, build.major(pack.fx.decomposed))
    put(sheet, at + 1, LABEL, "FX above less decomposed: rounding", "note")
    month = FIRST_COLUMN + len(pack.roll) - 2
    fx_row = OPENING_ROW + 1 + [name for name, _ in ROLL_LINES].index("fx")
    if sheet.cell(fx_row, month).value != NOT_AVAILABLE:
        gap = build.major(pack.fx.ledger - pack.fx.decomposed)
        put_live(sheet, at + 1, FIRST_COLUMN + 2, f"{local(fx_row, month)}-{local(at, FIRST_COLUMN + 2)}", gap, "exact")
