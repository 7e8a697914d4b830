"""Cube: every measure by month, live over the Ledger for the total, values tied by checks for each segment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter

from bbbxl.aggregate.measures import FLOW_MEASURES, STOCK_MEASURES, Measure
from bbbxl.events import BASIS
from bbbxl.ledger.columns import TITLES as COLUMN_TITLES
from bbbxl.metrics.registry import Measures, Metric, metrics
from bbbxl.metrics.values import values_for
from bbbxl.money import exponent
from bbbxl.trace import Ref
from bbbxl.workbook.budget import live_months
from bbbxl.workbook.fastrows import FastRows
from bbbxl.workbook.sheet import Build, column_range, local, put, put_live, set_up, widths
from bbbxl.workbook.strings import plain_text
from bbbxl.workbook.theme import MONEY, plain_font
from bbbxl.workbook.write import attach_rows, style_id

TITLES, FIRST_ROW, FIRST_COLUMN = 6, 7, 5
_CODES = 5


def cube_measures(build: Build) -> list[Measure]:
    """Return the measures of the pack: those of bases the data do not hold are left out."""
    known = build.pack.bases
    absent = {name for name in BASIS if name not in known}
    return [one for one in (*FLOW_MEASURES, *STOCK_MEASURES) if not any(one.name.endswith(f"_{b}") for b in absent)]


def cube_metrics(build: Build) -> list[Metric]:
    """Return the metrics that may be added over months and segments and have more than one part."""
    names = {one.name for one in cube_measures(build)}
    return [
        one for one in metrics().values() if one.additive and len(one.measures) > 1 and names.issuperset(one.measures)
    ]


def write_cube(build: Build) -> None:
    """Write the Cube tab; keeps for every measure the range of its total months, and of its segment rows."""
    sheet, pack = build.sheet("cube"), build.pack
    measures, sums = cube_measures(build), cube_metrics(build)
    put(sheet, 1, 1, build.tab("cube").title, "title")
    put(sheet, 2, 1, build.tab("cube").about, "subtitle")
    put(sheet, 3, 1, f"Flow key of the Ledger = month x 100 + code. Amounts in {pack.currency}, positive in the "
        "measure's own sense. Segment 0 is the total.", "subtitle")  # fmt: skip
    put(sheet, _CODES, 4, "Code", "small")
    for place, title in enumerate(("Segment", "Dimension", "Member", "Month"), start=1):
        put(sheet, TITLES, place, title, "heading_left")
    shown: list[Measure | Metric] = [*measures, *sums]
    for place, one in enumerate(shown, start=FIRST_COLUMN):
        put(sheet, TITLES, place, one.title, "heading")
        if isinstance(one, Measure) and one.code:
            put(sheet, _CODES, place, one.code, "small")
    months = len(pack.cube)
    last, rows = FIRST_ROW + months - 1, len(pack.segments)
    live_from = months - live_months(len(pack.events), len(measures), months)
    if live_from:
        first_live = f"{int(pack.cube['month'].iloc[live_from])}" if live_from < months else "none"
        put(sheet, 4, 1, f"First month with formulas: {first_live}. Before it stand values: formulas over "
            f"{len(pack.events):,} events would take too long to recalculate.", "subtitle")  # fmt: skip
    for offset in range(months):
        _write_month(build, FIRST_ROW + offset, offset, measures, sums, live=offset >= live_from)
    decimals = exponent(pack.currency)
    base = {"font": plain_font(build.layout.theme)}
    plain = style_id(sheet, alignment=Alignment(horizontal="left"), **base)
    money = style_id(sheet, number_format=MONEY, **base)
    kinds = ["integer", "text", "text", "integer", *[f"minor{decimals}"] * (len(measures) + len(sums))]
    styles = [plain] * 4 + [money] * (len(measures) + len(sums))
    attach_rows(sheet, FastRows(_segment_rows(build, measures, sums), kinds, styles, last + 1, rows))
    for name, place in _named_columns(measures, sums).items():
        build.places[f"cube {name}"] = column_range(sheet, place, FIRST_ROW, last)
        build.places[f"segments {name}"] = column_range(sheet, place, last + 1, last + rows)
    widths(sheet, [9, 12, 32, 9, *([14] * (len(measures) + len(sums)))])
    sheet.row_dimensions[TITLES].height = 42
    set_up(
        build,
        "cube",
        freeze="E7",
        area=f"$A$1:${get_column_letter(FIRST_COLUMN + len(shown) - 1)}${last}",
        repeat="6:6",
    )


def _named_columns(measures: list[Measure], sums: list[Metric]) -> dict[str, int]:
    named = {"segment": 1, "dimension": 2, "month": 4}
    shown: list[Measure | Metric] = [*measures, *sums]
    return named | {one.name: place for place, one in enumerate(shown, start=FIRST_COLUMN)}


def _write_month(
    build: Build, row: int, offset: int, measures: list[Measure], sums: list[Metric], *, live: bool
) -> None:
    """Write one month of the total: a formula over the Ledger for each measure, arithmetic for each metric."""
    sheet, pack = build.sheet("cube"), build.pack
    month = pack.cube.iloc[offset]
    for place, value in enumerate((0, "Total", "", int(month["month"])), start=1):
        put(sheet, row, place, value, "label")
    cells = {one.name: local(row, place) for place, one in enumerate(measures, start=FIRST_COLUMN)}
    for place, one in enumerate(measures, start=FIRST_COLUMN):
        value = build.major(int(month[one.name]))
        if live:
            put_live(sheet, row, place, _over_ledger(build, one, row, place), value, "money")
        else:
            put(sheet, row, place, value, "money")
    numbers = {one.name: int(month[one.name]) for one in measures}
    for place, metric in enumerate(sums, start=FIRST_COLUMN + len(measures)):
        text = metric.compute(Measures({**{name: Ref(cell) for name, cell in cells.items()},
                                        **_earlier(sums, metric, row, len(measures))}))  # fmt: skip
        value = metric.compute(values_for(_with_openings(numbers), pack.basis))
        put_live(sheet, row, place, text.text, build.major(int(value)), "money")


def _earlier(sums: list[Metric], metric: Metric, row: int, count: int) -> dict[str, Ref]:
    """Return the cells of metrics that stand to the left, so that formulas stay short."""
    place = sums.index(metric)
    return {one.name: Ref(local(row, FIRST_COLUMN + count + at)) for at, one in enumerate(sums[:place])}


def _with_openings(numbers: dict[str, int]) -> dict[str, int]:
    stocks = {one.name: 0 for one in STOCK_MEASURES}
    flows = {one.name: 0 for one in FLOW_MEASURES}
    return {**flows, **stocks, **{f"opening {name}": 0 for name in stocks}, **numbers}


def _over_ledger(build: Build, measure: Measure, row: int, column: int) -> str:
    """Return the formula of one measure in one month: one condition on an integer key."""
    month = local(row, 4, fix_column=True)
    if measure.time == "flow":
        code = local(_CODES, column, fix_row=True)
        return f"SUMIFS({build.places['ledger amount']},{build.places['ledger flow key']},{month}*100+{code})"
    basis = measure.name.removeprefix("backlog_")
    return f'SUMIFS({build.places[f"ledger effect {basis}"]},{build.places["ledger stock month"]},"<="&{month})'


def _segment_rows(build: Build, measures: list[Measure], sums: list[Metric]) -> Iterator[tuple[Any, ...]]:
    """Yield one row per dimension, segment and month, with the engine's values."""
    pack = build.pack
    keys: dict[tuple[str, str], int] = {}
    names = [one.name for one in measures]
    for dimension, segment, month, *values in pack.segments[["dimension", "segment", "month", *names]].itertuples(
        index=False, name=None
    ):
        key = keys.setdefault((dimension, segment), len(keys) + 1)
        numbers = _with_openings(dict(zip(names, values, strict=True)))
        resolved = values_for(numbers, pack.basis)
        yield (key, COLUMN_TITLES[dimension], plain_text(segment), int(month), *(int(value) for value in values),
               *(int(metric.compute(resolved)) for metric in sums))  # fmt: skip


def segment_keys(build: Build) -> dict[tuple[str, str], int]:
    """Return (dimension, segment) -> key, in the order of the Cube tab."""
    pairs = build.pack.segments[["dimension", "segment"]].drop_duplicates()
    return {(dimension, segment): key for key, (dimension, segment) in enumerate(
        pairs.itertuples(index=False, name=None), start=1)}  # fmt: skip
