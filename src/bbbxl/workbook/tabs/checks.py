"""Checks: what has to tie, live where the pack holds both sides; and the amounts shown apart."""

from __future__ import annotations

from openpyxl.utils import get_column_letter

from bbbxl.checks import CheckResult
from bbbxl.workbook.sheet import (
    BAD,
    LIGHT_CELL,
    OK,
    Build,
    colour_light,
    local,
    put,
    put_live,
    put_row,
    put_title,
    set_up,
    text_height,
    widths,
)
from bbbxl.workbook.tabs.figures import NOT_AVAILABLE, put_missing

TITLES, TITLE, VALUE, TOLERANCE, RESULT = 6, 2, 3, 4, 5
_WIDTHS = (2, 42, 16, 13, 10, 70, 48)
_STYLES = {"money": "exact", "count": "count", "percent": "percent"}


def write_checks(build: Build) -> None:
    """Write the Checks tab; keeps the master light as a place."""
    sheet, pack = build.sheet("checks"), build.pack
    put_title(build, sheet, "checks")
    titles = ("Check", "Difference", "Tolerance", "Result", "What is compared", "Where, and what to do")
    put_row(sheet, TITLES, 2, titles,
            ("heading_left", "heading", "heading", "heading_centre", "heading_left", "heading_left"))  # fmt: skip
    formulas = _live(build)
    first = TITLES + 1
    for row, result in enumerate(pack.checks, start=first):
        _put_check(build, row, result, formulas.get(result.check.name))
    last = first + len(pack.checks) - 1
    span = f"${get_column_letter(RESULT)}${first}:${get_column_letter(RESULT)}${last}"
    colour_light(build, sheet, span.replace("$", ""))
    value = BAD if pack.red else OK
    put(sheet, 4, 2, "All checks", "wrap_bold")
    put_live(sheet, 4, VALUE, f'IF(COUNTIF({span},"{BAD}")=0,"{OK}","{BAD}")', value, "light")
    colour_light(build, sheet, local(4, VALUE))
    build.keep(LIGHT_CELL, sheet, 4, VALUE, value)
    after = _put_segments(build, last + 3)
    _put_apart(build, after + 2)
    widths(sheet, _WIDTHS)
    set_up(build, "checks", freeze="C7", repeat="6:6")


def _put_check(build: Build, row: int, result: CheckResult, formula: str | None) -> None:
    """Write one check: its difference (live when both sides stand in the pack), tolerance and result."""
    sheet = build.sheet("checks")
    check, style = result.check, _STYLES[result.check.unit]
    put(sheet, row, TITLE, check.title, "wrap_bold")
    shown = build.major if check.unit == "money" else float
    if result.value is None:
        put(sheet, row, VALUE, NOT_AVAILABLE, "missing")
        put(sheet, row, RESULT, NOT_AVAILABLE, "centre")
    else:
        value = shown(result.value)  # type: ignore[arg-type]
        if formula:
            put_live(sheet, row, VALUE, formula, value, style)
        else:
            put(sheet, row, VALUE, value, style)
        test = f'IF(ABS({local(row, VALUE)})<={local(row, TOLERANCE)},"{OK}","{BAD}")'
        put_live(sheet, row, RESULT, test, OK if result.passed else BAD, "light")
    # Half a minor unit more: sums of cells may differ in the last bit.
    slack = build.major(1) / 2 if check.unit == "money" else 0.0
    put(sheet, row, TOLERANCE, shown(result.tolerance) + slack, style)  # type: ignore[arg-type]
    put(sheet, row, RESULT + 1, check.definition, "wrap")
    where = result.detail if result.passed else f"{result.detail.rstrip('.')}. {check.remedy}".removeprefix(". ")
    put(sheet, row, RESULT + 2, where, "wrap")
    sheet.row_dimensions[row].height = text_height((check.definition, _WIDTHS[5]), (where, _WIDTHS[6]))


def _live(build: Build) -> dict[str, str]:
    """Return check -> formula over the tabs that hold both sides."""
    places, decimals = build.places, build.decimals
    live = {}
    if {"movements total", "roll order movements"} <= set(places):
        live["movements"] = f"ROUND({places['movements total']}-{places['roll order movements']},{decimals})"
    if build.pack.bridged:
        live |= _live_bridge(build)
    closing = places.get("kpi closing_backlog")
    if closing is None:
        return live
    residuals = places["roll residuals"]
    names = ("schedule total", "ageing age", "ageing days_past_due")
    schedule, age, overdue = (places[name] for name in names)
    fx = {"fx": f"{places['kpi fx']}-{places['fx decomposed']}"} if {"kpi fx", "fx decomposed"} <= set(places) else {}
    return {
        "orders": f"ROUND(SUM({places['orders open']})-{closing},{decimals})",
        "schedule": f"ROUND({schedule}-{closing},{decimals})",
        "ageing": f"ROUND(MAX(ABS({age}-{closing}),ABS({overdue}-{closing})),{decimals})",
        "past_due": f"ROUND({places['past due list']}-{places['past due']},{decimals})",
        "roll_forward": f"ROUND(MAX(MAX({residuals}),-MIN({residuals})),{decimals})",
        **{name: f"ROUND({text},{decimals})" for name, text in fx.items()},
        **live,
    }


def _live_bridge(build: Build) -> dict[str, str]:
    """Return check -> formula over the Bridge, the KPIs and the Open items."""
    places, decimals = build.places, build.decimals
    net, listed = places.get("kpi net_bookings"), places.get("open_items unexplained_minor")
    if "bridge lines" not in places:
        return {}
    live = {"bridge": places["bridge difference 5"], "bridge_lines": f'COUNTIF({places["bridge lines"]},"{BAD}")'}
    if net and isinstance(build.cells["kpi net_bookings"], (int, float)):
        live["bridge_net_bookings"] = f"ROUND({places['bridge erp_total 5']}-{net},{decimals})"
    if listed:
        live["bridge_open_items"] = f"ROUND({places['bridge effects 7']}-SUM({listed}),{decimals})"
    return live


def _put_segments(build: Build, row: int) -> int:
    """Write the segments of each dimension less the total, over all months of the Cube; return the row after."""
    sheet, pack = build.sheet("checks"), build.pack
    names = ("net_bookings", "net_billings", f"backlog_{pack.basis}")
    if f"cube {names[2]}" not in build.places or pack.segments.empty:
        return row - 2
    put_row(sheet, row, 2, ("Segments less total, all months", "Net bookings", "Net billings", "Backlog"),
            ("heading_left", "heading", "heading", "heading"))  # fmt: skip
    dimensions = list(dict.fromkeys(pack.segments["dimension"]))
    for at, dimension in enumerate(dimensions, start=row + 1):
        put(sheet, at, TITLE, dimension.capitalize(), "label_indent")
        for place, name in enumerate(names, start=VALUE):
            values, where = build.places[f"segments {name}"], build.places["segments dimension"]
            text = f'ROUND(SUMIFS({values},{where},"{dimension}")-SUM({build.places[f"cube {name}"]}),2)'
            put_live(sheet, at, place, text, 0.0, "exact")
    return row + len(dimensions) + 1


def _put_apart(build: Build, row: int) -> None:
    """Write the amounts shown apart."""
    sheet, pack = build.sheet("checks"), build.pack
    put_row(sheet, row, 2, ("Shown apart", pack.currency, "Order lines", "", "What it is", ""),
            ("heading_left", "heading", "heading", "heading", "heading_left", "heading_left"))  # fmt: skip
    for at, one in enumerate(pack.apart, start=row + 1):
        put(sheet, at, TITLE, one.apart.title, "wrap_bold")
        amount = None if one.amount is None else build.major(one.amount)
        for place, value, style in ((VALUE, amount, "money"), (TOLERANCE, one.lines, "count")):
            if value is None:
                put_missing(sheet, at, place)
            else:
                put(sheet, at, place, value, style)
        why = f"{NOT_AVAILABLE}: {one.reason}." if one.reason else ""
        put_row(sheet, at, RESULT + 1, (one.apart.definition, why), "wrap")
        sheet.row_dimensions[at].height = text_height((one.apart.definition, _WIDTHS[5]), (why, _WIDTHS[6]))
