"""Excel tables of many rows on a tab: streamed below their header, amounts with the decimals of their currency."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.table import Table, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from bbbxl.money import exponent
from bbbxl.reconcile.carry import FATE_COLUMNS
from bbbxl.reconcile.kept import OPEN_COLUMNS, written_day
from bbbxl.reconcile.model import GROUP_COLUMNS, MEMBER_COLUMNS, SUGGESTION_COLUMNS, Reconciliation
from bbbxl.workbook.fastrows import FastRows
from bbbxl.workbook.sheet import Build, Tabs, column_range, day, put, put_note, set_up, text_height, widths
from bbbxl.workbook.strings import plain_text, writable
from bbbxl.workbook.theme import COUNT, DATE, RATIO, exact, plain_font
from bbbxl.workbook.write import attach_rows, style_id

#: Row of the header on tabs that hold nothing but a table.
HEAD_ROW = 5
#: What a `flag` says.
YES, NO = "yes", "no"
#: Kind of a column: `wrap` is long text; `deal` an amount in the currency that another column names; `input` is left
#: to the reader.
#: `input_wrap` and `input_day` are the same for long text, and for days in which words may stand.
FieldKind = Literal["text", "wrap", "day", "count", "days", "minor", "deal", "ratio", "flag", "input", "input_wrap",
                    "input_day"]  # fmt: skip
_INPUTS = ("input", "input_wrap", "input_day")
_LEFT = ("text", "wrap", "day", "flag", *_INPUTS)
_INPUT = "FFF9E5"
#: Ids of number formats that no style of the workbook has.
_OTHER_FORMATS = 900


@dataclass(frozen=True)
class TableField:
    """One column of a table.

    Attributes:
        name: Column of the frame.
        title: What people read over it, and formulas call it.
        kind: What its values are.
        width: Of the column.
        coin: Column of the frame with the currency of a `deal`.
    """

    name: str
    title: str
    kind: FieldKind
    width: float
    coin: str = ""


_TITLES = {frame: {one.name: one.title for one in columns} for frame, columns in
           (("group", GROUP_COLUMNS), ("member", MEMBER_COLUMNS), ("suggestion", SUGGESTION_COLUMNS),
            ("open", OPEN_COLUMNS), ("fate", FATE_COLUMNS))}  # fmt: skip


def of(
    frame: Literal["group", "member", "suggestion", "open", "fate"], name: str, kind: FieldKind, width: float,
    coin: str = "", title: str = "",
) -> TableField:  # fmt: skip
    """Return a column that is called what the frame calls it."""
    return TableField(name, title or _TITLES[frame][name], kind, width, coin)


def open_input(name: str, title: str, width: float, kind: FieldKind = "input") -> TableField:
    """Return a column for the reader."""
    return TableField(name, title, kind, width)


def put_head(tabs: Tabs, made: Reconciliation, name: str, column: int = 1) -> Worksheet:
    """Put the title block of a tab, and return its sheet."""
    sheet = tabs.sheet(name)
    first = name == "bridge" and not isinstance(tabs, Build)
    put(sheet, 1, column, tabs.layout.title if first else tabs.tab(name).title, "title")
    span = f"{made.period.label}, {day(made.period.start)} to {day(made.period.last)}"
    put(sheet, 2, column, f"{made.crm.file} and {made.erp.file} | {span} | {made.currency}", "subtitle")
    checks = f"Checks of this {'pack' if isinstance(tabs, Build) else 'workbook'}:"
    put(sheet, 3, column, "All checks:" if first else checks, "small_left")
    return sheet


def put_table(
    tabs: Tabs, name: str, fields: Sequence[TableField], rows: pd.DataFrame, *, printed: int | None = None,
    freeze: int = 2, head: int = HEAD_ROW,
) -> None:  # fmt: skip
    """Put an Excel table called after its tab; keeps the range of each column as the place "tab column".

    Args:
        tabs: The workbook.
        name: Tab in the code.
        fields: Columns, from A on.
        rows: One row each.
        printed: Columns that are printed; all when omitted.
        freeze: Columns that stay in sight.
        head: Row of the header.
    """
    sheet = tabs.sheet(name)
    sheet.row_dimensions[head].height = 30
    first, last = head + 1, head + max(1, len(rows))
    apart = [_is_apart(before, one) for before, one in zip((fields[0], *fields), fields, strict=False)]
    for place, one in enumerate(fields, start=1):
        put(sheet, head, place, tabs.said(one.title), "heading_left" if one.kind in _LEFT else "heading")
        if apart[place - 1]:
            sheet.cell(head, place).alignment = Alignment(
                horizontal="left", vertical="center", wrap_text=True, indent=1
            )
        tabs.places[f"{name} {one.name}"] = column_range(sheet, place, first, last)
    decimals = _Decimals(tabs, rows)
    kinds = [decimals.kind(one) for one in fields]
    styles = [_style(tabs, sheet, one, decimals, indent=int(far)) for one, far in zip(fields, apart, strict=True)]
    columns = [list(_values(one, rows)) for one in fields]
    streamed = FastRows(zip(*columns, strict=True), kinds, styles, first, len(rows), _heights(fields, columns))
    attach_rows(sheet, streamed)
    letter = get_column_letter(len(fields))
    table = Table(displayName=table_name(tabs, name), ref=f"A{head}:{letter}{last}")
    table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=True)
    sheet.add_table(table)
    _colour_inputs(sheet, fields, first, last)
    decimals.format_others(sheet, fields, first, last)
    widths(sheet, [one.width for one in fields])
    area = f"$A$1:${get_column_letter(printed or len(fields))}${last}"
    set_up(tabs, name, freeze=f"{get_column_letter(freeze + 1)}{first}", area=area, repeat=f"{head}:{head}")


def table_name(tabs: Tabs, name: str) -> str:
    """Return what formulas and next month's reader call the table of a tab: its title without blanks."""
    return "".join(word.capitalize() if word.islower() else word for word in tabs.tab(name).title.split())


class _Decimals:
    """Number formats of document amounts: the commonest exponent for the column, others by their currency."""

    def __init__(self, tabs: Tabs, rows: pd.DataFrame) -> None:
        self.own = tabs.decimals
        self.rows = rows

    def kind(self, field: TableField) -> str:
        """Return the kind of a column as the rows are streamed."""
        streamed = {"day": "date", "count": "integer", "days": "integer", "minor": f"minor{self.own}",
                    "deal": "number", "ratio": "number", "input_day": "day or text"}  # fmt: skip
        return streamed.get(field.kind, "text")

    def format_others(self, sheet: Worksheet, fields: Sequence[TableField], first: int, last: int) -> None:
        """Show document amounts of currencies with other decimals in theirs."""
        place_of = {one.name: place for place, one in enumerate(fields, start=1)}
        for one in (one for one in fields if one.kind == "deal" and one.coin in place_of):
            letter, coin = (get_column_letter(place_of[name]) for name in (one.name, one.coin))
            codes = sorted({code for code in self.rows[one.coin].unique() if code and exponent(code) != self.own})
            for places in sorted({exponent(code) for code in codes}):
                tests = ",".join(f'${coin}{first}="{code}"' for code in codes if exponent(code) == places)
                number = NumberFormat(numFmtId=_OTHER_FORMATS + places, formatCode=exact(places))
                style = DifferentialStyle(numFmt=number)
                rule = Rule(type="expression", formula=[f"OR({tests})"], dxf=style)
                sheet.conditional_formatting.add(f"{letter}{first}:{letter}{last}", rule)


def _is_apart(before: TableField, field: TableField) -> bool:
    """Return whether a text keeps a distance from the number before it."""
    return field.kind in _LEFT and before.kind not in _LEFT


def _heights(fields: Sequence[TableField], columns: Sequence[Sequence[Any]]) -> list[float] | None:
    """Return the heights that show wrapped texts whole, None where no column wraps."""
    wrapped = [
        (texts, one.width) for one, texts in zip(fields, columns, strict=True) if one.kind in ("wrap", "input_wrap")
    ]
    if not wrapped:
        return None
    rows = zip(*(texts for texts, _ in wrapped), strict=True)
    return [text_height(*zip((text or "" for text in said), (width for _, width in wrapped), strict=True))
            for said in rows]  # fmt: skip


def _style(tabs: Tabs, sheet: Worksheet, field: TableField, decimals: _Decimals, indent: int) -> int:
    """Return the style of a column."""
    formats = {"day": DATE, "input_day": DATE, "minor": exact(decimals.own), "deal": exact(decimals.own),
               "count": COUNT, "days": "0_);(0);0_)", "ratio": RATIO}  # fmt: skip
    given: dict[str, Any] = {"font": plain_font(tabs.layout.theme)}
    if field.kind in formats:
        given["number_format"] = formats[field.kind]
    given["alignment"] = Alignment(horizontal="left" if field.kind in _LEFT else None, vertical="top",
                                   wrap_text=field.kind in ("wrap", "input_wrap"), indent=indent)  # fmt: skip
    return style_id(sheet, **given)


def _values(field: TableField, rows: pd.DataFrame) -> Iterable[Any]:
    """Return one column as cell values, None where empty."""
    if field.kind in _INPUTS and field.name not in rows:
        return [None] * len(rows)
    values = rows[field.name]
    days: list[Any]
    if field.kind in ("day", "input_day"):
        if field.kind == "day":
            days = pd.to_datetime(values).to_numpy().astype("datetime64[D]").astype(object).tolist()
        else:
            days = [written_day(text) or plain_text(text) if text else None for text in values.tolist()]
        return days
    if field.kind == "deal":
        powers = {code: 10.0 ** exponent(code) for code in rows[field.coin].unique() if code}
        amounts = values.to_numpy(dtype=float) / rows[field.coin].map(powers).to_numpy(dtype=float)
        return (None if amount != amount else amount for amount in amounts.tolist())  # noqa: PLR0124 -- NaN
    if field.kind == "flag":
        return [YES if value else NO for value in values.tolist()]
    if field.kind in ("count", "days", "minor", "ratio"):
        return values.astype("float64" if field.kind == "ratio" else "int64").tolist()
    return _texts(values)


def _texts(values: pd.Series[str]) -> list[str | None]:
    """Return texts as cells take them, each different one looked at once."""
    codes, different = pd.factorize(values)
    texts = writable(None if text == "" else str(text) for text in different)
    found: list[str | None] = np.array([*texts, None], dtype=object)[codes].tolist()
    return found


def _colour_inputs(sheet: Worksheet, fields: Sequence[TableField], first: int, last: int) -> None:
    """Colour the columns that are left to the reader."""
    places = [get_column_letter(place) for place, one in enumerate(fields, start=1) if one.kind in _INPUTS]
    fill = DifferentialStyle(fill=PatternFill(bgColor=_INPUT))
    for letter in places:
        rule = Rule(type="expression", formula=["TRUE"], dxf=fill)
        sheet.conditional_formatting.add(f"{letter}{first}:{letter}{last}", rule)


def put_about(tabs: Tabs, name: str) -> None:
    """Put what a tab is about under its title block."""
    put_note(tabs.sheet(name), 4, 1, tabs.tab(name).about, 200)
