"""Bridge: from the CRM total to the ERP total, formulas over the tabs beside the engine's values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
from openpyxl.styles import Alignment
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from bbbxl.money import exponent, to_major
from bbbxl.reconcile.classes import CLASS
from bbbxl.reconcile.model import Reconciliation
from bbbxl.report.reconciled import CLASSES_OF, OUTSIDE, TAB_OF
from bbbxl.workbook.budget import BUDGET
from bbbxl.workbook.live import Live
from bbbxl.workbook.reconciliation.chart import BARS_ROWS, put_chart
from bbbxl.workbook.reconciliation.tables import NO, YES, put_head
from bbbxl.workbook.sheet import (
    BAD,
    LIGHT_CELL,
    OK,
    Tabs,
    colour_light,
    column_range,
    link,
    local,
    put,
    put_live,
    put_note,
    put_row,
    set_up,
    widths,
)
from bbbxl.workbook.theme import exact

LINE, CODE, ITEMS, AMOUNT, EXPLAINED, UNEXPLAINED, WHERE = range(2, 9)
ENGINE, CHECK = 10, 14
HEAD = 6
#: Rows of the bridges in document currency that fit on a printed page.
_PAGE_ROWS = 46
_WIDTHS = (2, 36, 21, 9, 19, 19, 19, 21, 2, 9, 19, 19, 19, 10)
_LIVE = ("Line", "Class code", "Items", "Amount", "Explained", "Unexplained", "On tab")
_BESIDE = ("Engine: items", "Engine: amount", "Engine: explained", "Engine: unexplained", "Ties out")
_APART = Alignment(horizontal="left", vertical="center", indent=1)
_WORDS = ("The columns on the left are formulas over the tabs behind this one, those on the right the values that the "
          "engine computed; a check turns red as soon as the two differ.")  # fmt: skip
_PACK_WORDS = ("Unexplained is a formula over the Open items tab; explained, the sums and the difference are formulas "
               "on this tab. Items, the CRM and ERP totals and amounts of the classes are values of the engine, as the "
               "rows behind them are not in this pack. The ERP side is the order events that net bookings count. "
               "A line is checked where it has a formula.")  # fmt: skip


@dataclass(frozen=True)
class _Figure:
    """One cell: the formula over the tabs, and the engine's value in major units or as a count.

    Attributes:
        text: The formula; empty where only the engine's value can be shown.
        value: The engine's value.
    """

    text: str
    value: float | int


class BridgeSheet:
    """The Bridge while it is written: the sheet, the row that is next, the cells of checks, the open items."""

    def __init__(self, tabs: Tabs, made: Reconciliation, sheet: Worksheet, items: pd.DataFrame) -> None:
        self.tabs, self.made, self.sheet, self.items = tabs, made, sheet, items
        self.row = HEAD
        self.first_check = HEAD + 1

    def head(self, title: str, *, document: bool = False) -> None:
        """Write the head of a block; in document currency nothing is explained, and lines count rows."""
        names, engine = [title, *_LIVE[1:]], [*_BESIDE]
        if document:
            names[2:] = ["Rows", "Amount", "", "", ""]
            engine[:4] = ["Engine: rows", "Engine: amount", "", ""]
        put_row(self.sheet, self.row, LINE, names, ["heading_left", "heading_left", *["heading"] * 4, "heading_left"])
        self.sheet.cell(self.row, WHERE).alignment = _APART
        put_row(self.sheet, self.row, ENGINE, engine, [*["heading"] * 4, "heading_centre"])
        self.sheet.row_dimensions[self.row].height = 30
        self.row += 1

    def line(self, title: str, code: str, figures: dict[int, _Figure], *, total: bool = False, decimals: int = 2,
             where: str = "") -> int:  # fmt: skip
        """Write a line with its check and return its row; a figure of column c has the engine's value in c + 6."""
        row, suffix = self.row, "_total" if total else ""
        put(self.sheet, row, LINE, title, "label_total" if total else "label_indent")
        put(self.sheet, row, CODE, code, "label_total" if total else "small_left")
        for column in range(ITEMS, WHERE):
            style = f"count{suffix}" if column == ITEMS else f"amount{suffix}"
            figure = figures.get(column)
            for place in (column, column + ENGINE - ITEMS):
                put(self.sheet, row, place, None, style)
                if decimals != self.tabs.decimals and column != ITEMS:
                    self.sheet.cell(row, place).number_format = exact(decimals)
            if figure:
                number = self.sheet.cell(row, column).number_format
                if figure.text:
                    put_live(self.sheet, row, column, figure.text, figure.value, style)
                else:
                    put(self.sheet, row, column, figure.value, style)
                put(self.sheet, row, column + ENGINE - ITEMS, figure.value, style)
                for place in (column, column + ENGINE - ITEMS):
                    self.sheet.cell(row, place).number_format = number
        self._check(row, list(figures), decimals)
        if where:
            link(self.sheet, row, WHERE, self.tabs.tab(where).title)
            self.sheet.cell(row, WHERE).alignment = _APART
        self.row += 1
        return row

    def _check(self, row: int, columns: list[int], decimals: int) -> None:
        if not any(isinstance(self.sheet.cell(row, one).value, Live) for one in columns):
            put(self.sheet, row, CHECK, None, "light")
            return
        tests = [f"ROUND({local(row, c)}-{local(row, c + ENGINE - ITEMS)},{decimals})=0" for c in columns]
        text = f'IF(AND({",".join(tests)}),"{OK}","{BAD}")'
        put_live(self.sheet, row, CHECK, text, OK, "light")


def put_bridge(tabs: Tabs, made: Reconciliation, items: pd.DataFrame) -> None:
    """Write the Bridge tab; keeps the cells of its checks and its totals as places.

    Where the tabs behind the classes are not in the workbook, what the open items show is live over them.

    Args:
        tabs: The workbook; the Open items tab is written.
        made: The reconciliation.
        items: What the Open items tab lists.
    """
    sheet = put_head(tabs, made, "bridge", 2)
    put_note(sheet, 4, 2, _WORDS if _listed(tabs) else _PACK_WORDS, 190)
    writer = BridgeSheet(tabs, made, sheet, items)
    ends = _put_reporting(writer)
    _put_rows_tie(writer)
    top = writer.row + 1
    put_chart(tabs, made, sheet, top, ends)
    writer.row = top + BARS_ROWS
    _put_currencies(writer)
    tabs.cells["bridge checks"] = f"{local(writer.first_check, CHECK)}:{local(writer.row, CHECK)}"
    tabs.places["bridge lines"] = column_range(sheet, CHECK, writer.first_check, writer.row)
    colour_light(tabs, sheet, tabs.cells["bridge checks"])
    widths(sheet, _WIDTHS)
    set_up(tabs, "bridge", freeze=f"C{HEAD + 1}", area=f"$B$1:$N${writer.row}")


def put_all_checks(tabs: Tabs) -> None:
    """Put the light that all checks of the workbook show together, once every tab with a check is written."""
    sheet = tabs.sheet("bridge")
    bad = "".join(f'+COUNTIF({place},"{BAD}")' for name, place in tabs.places.items() if name.startswith("check "))
    text = f'IF(COUNTIF({tabs.cells["bridge checks"]},"{BAD}"){bad}=0,"{OK}","{BAD}")'
    put_live(sheet, 3, CODE, text, OK, "light")
    tabs.keep(LIGHT_CELL, sheet, 3, CODE, OK)
    colour_light(tabs, sheet, local(3, CODE))


def _listed(tabs: Tabs) -> bool:
    """Return whether the groups of every class stand in the workbook."""
    return all(f"{tab} class" in tabs.places for tab in CLASSES_OF)


def _put_reporting(bridge: BridgeSheet) -> dict[str, int]:
    """Write the bridge in the reporting currency and return line -> row."""
    tabs, made = bridge.tabs, bridge.made
    own = made.bridge[made.bridge["basis"] == "reporting"].set_index("line")
    bridge.head(f"Reporting currency: {made.currency}")

    def total(side: str) -> _Figure:
        value = tabs.major(int(own["minor"][f"{side}_total"]))
        if not _listed(tabs):
            return _Figure("", value)
        sums = "+".join(f"SUM({tabs.places[f'{tab} {side}_minor']})" for tab in CLASSES_OF)
        return _Figure(f"ROUND({sums},{tabs.decimals})", value)

    rows = {"crm_total": bridge.line(own["title"]["crm_total"], "", {AMOUNT: total("crm")}, total=True,
                                     decimals=tabs.decimals)}  # fmt: skip
    for code, kind in made.pair.kinds.items():
        texts = _class_texts(bridge, code) if _listed(tabs) else _texts_over_items(bridge, code, own)
        figures = {ITEMS: _Figure(texts.get(ITEMS, ""), int(own["groups"][code]))}
        for column, name in ((AMOUNT, "minor"), (EXPLAINED, "explained_minor"), (UNEXPLAINED, "unexplained_minor")):
            figures[column] = _Figure(texts.get(column, ""), tabs.major(int(own[name][code])))
        tab = TAB_OF[code] if _listed(tabs) else "open_items" if (bridge.items["class"] == code).any() else ""
        rows[code] = bridge.line(kind.title, made.pair.code(code), figures, decimals=tabs.decimals, where=tab)
    first, last = rows["crm_total"] + 1, bridge.row - 1
    sums = {column: f"SUM({local(first, column)}:{local(last, column)})" for column in range(ITEMS, WHERE)}
    effect = int(own["minor"]["erp_total"] - own["minor"]["crm_total"])
    values = {AMOUNT: effect, EXPLAINED: made.explained_minor, UNEXPLAINED: made.unexplained_minor}
    rows["effects"] = bridge.line(
        tabs.said("Effects together: ERP less CRM"), "",
        {ITEMS: _Figure(sums[ITEMS], int(own["groups"].sum())),
         **{column: _Figure(f"ROUND({sums[column]},{tabs.decimals})", tabs.major(minor))
            for column, minor in values.items()}}, total=True, decimals=tabs.decimals,
    )  # fmt: skip
    rows["erp_total"] = bridge.line(own["title"]["erp_total"], "", {AMOUNT: total("erp")}, total=True,
                                    decimals=tabs.decimals)  # fmt: skip
    text = (f"ROUND({local(rows['crm_total'], AMOUNT)}+{local(rows['effects'], AMOUNT)}-"
            f"{local(rows['erp_total'], AMOUNT)},{tabs.decimals})")  # fmt: skip
    rows["difference"] = bridge.line(own["title"]["difference"], "", {AMOUNT: _Figure(text, 0.0)},
                                     decimals=tabs.decimals)  # fmt: skip
    behind = list(CLASSES_OF) if _listed(tabs) else ["open_items"]
    parts = [f'SUMIFS({place},{place},">0")-SUMIFS({place},{place},"<0")' for place in
             (tabs.places[f"{tab} unexplained_minor"] for tab in behind)]  # fmt: skip
    same = _listed(tabs) or int(bridge.items["unexplained_minor"].abs().sum()) == made.unexplained_gross
    gross = _Figure(f"ROUND({'+'.join(parts)},{tabs.decimals})" if same else "", tabs.major(made.unexplained_gross))
    rows["gross"] = bridge.line("Unexplained, without signs", "", {UNEXPLAINED: gross}, decimals=tabs.decimals)
    parts = [f'COUNTIF({tabs.places[f"{tab} in_period"]},"{NO}")' for tab in CLASSES_OF] if _listed(tabs) else []
    bridge.line(OUTSIDE, "", {ITEMS: _Figure("+".join(parts), int(own["outside"].sum()))}, decimals=tabs.decimals)
    for name, column in (("crm_total", AMOUNT), ("erp_total", AMOUNT), ("difference", AMOUNT), ("gross", UNEXPLAINED),
                         ("effects", EXPLAINED), ("effects", UNEXPLAINED)):  # fmt: skip
        value: Any = bridge.sheet.cell(rows[name], column).value
        tabs.keep(f"bridge {name} {column}", bridge.sheet, rows[name], column, getattr(value, "value", value))
    return rows


def _class_texts(bridge: BridgeSheet, code: str) -> dict[int, str]:
    """Return column -> formula of one class over the tab that lists its groups."""
    tabs, tab = bridge.tabs, TAB_OF[code]
    where, key = tabs.places[f"{tab} class"], local(bridge.row, CODE, fix_column=True)
    sums = {column: f"ROUND(SUMIFS({tabs.places[f'{tab} {name}_minor']},{where},{key}),{tabs.decimals})" for
            column, name in ((AMOUNT, "effect"), (EXPLAINED, "explained"), (UNEXPLAINED, "unexplained"))}  # fmt: skip
    return {ITEMS: f'COUNTIFS({where},{key},{tabs.places[f"{tab} in_period"]},"{YES}")', **sums}


def _texts_over_items(bridge: BridgeSheet, code: str, own: pd.DataFrame) -> dict[int, str]:
    """Return column -> formula of one class over the open items: unexplained, and the rest of its amount.

    An item that is followed from earlier months may stand there under the class it has over all of them; then its
    amounts are not those of this line, and the engine's are shown.
    """
    tabs, items = bridge.tabs, bridge.items
    if int(items.loc[items["class"] == code, "unexplained_minor"].sum()) != int(own["unexplained_minor"][code]):
        return {}
    row, key = bridge.row, local(bridge.row, CODE, fix_column=True)
    places = f"{tabs.places['open_items unexplained_minor']},{tabs.places['open_items class']}"
    return {
        EXPLAINED: f"ROUND({local(row, AMOUNT)}-{local(row, UNEXPLAINED)},{tabs.decimals})",
        UNEXPLAINED: f"ROUND(SUMIFS({places},{key}),{tabs.decimals})",
    }


def _put_rows_tie(bridge: BridgeSheet) -> None:
    """Write that the source rows of the period add up to the totals, where they are listed."""
    tabs = bridge.tabs
    for side, title in (("crm", "CRM"), ("erp", "ERP")):
        if (place := tabs.places.get(f"{side}_rows minor")) is None:
            continue
        inside = f'{tabs.places[f"{side}_rows in_period"]},"{YES}"'
        text = f"ROUND(SUMIFS({place},{inside})-{tabs.places[f'bridge {side}_total {AMOUNT}']},{tabs.decimals})"
        bridge.line(tabs.said(f"{title} rows in the period less the {title} total"), "", {AMOUNT: _Figure(text, 0.0)},
                    decimals=tabs.decimals, where=f"{side}_rows")  # fmt: skip


def _put_currencies(bridge: BridgeSheet) -> None:
    """Write one bridge for each document currency: sums of the source rows by class."""
    tabs, made, sheet = bridge.tabs, bridge.made, bridge.sheet
    own = made.bridge[made.bridge["basis"] == "document"]
    listed = all(f"{side}_rows deal" in tabs.places for side in ("crm", "erp"))
    live = listed and 5 * len(own) * len(made.members) < BUDGET
    if not live:
        why = "there are too many source rows for formulas over them" if _listed(tabs) else \
              "their source rows are not in this workbook"  # fmt: skip
        said = f"The bridges in document currency are values of the engine: {why}."
        bridge.row = put_note(sheet, bridge.row, LINE, said, 150) + 1
    printed = 0
    for currency, lines in own.groupby("currency", sort=True):
        code = str(currency)
        if not printed or printed + len(lines) > _PAGE_ROWS:
            sheet.row_breaks.append(Break(id=bridge.row - 1))
            printed = 0
        printed += len(lines) + 2
        bridge.head(f"Document currency: {code}", document=True)
        first = bridge.row
        for line in lines.to_dict("records"):
            name, ends = str(line["line"]), str(line["line"]) not in CLASS
            minor, decimals = int(line["minor"]), exponent(code)
            value, key = float(to_major(minor, code)), local(bridge.row, CODE, fix_column=True)
            if name == "difference":
                text = f"ROUND(SUM({local(first, AMOUNT)}:{local(bridge.row - 2, AMOUNT)})-" \
                       f"{local(bridge.row - 1, AMOUNT)},{decimals})"  # fmt: skip
            else:
                text = _sums(tabs, name, f'"{code}"', key, decimals)
            figures = {AMOUNT: _Figure(text if live or name == "difference" else "", value)}
            if name != "difference":
                count = _counts(tabs, name, f'"{code}"', key)
                figures[ITEMS] = _Figure(count if live else "", int(line["rows"]))
            bridge.line(str(line["title"]), "" if ends else made.pair.code(name), figures,
                        total=ends and name != "difference", decimals=decimals)  # fmt: skip
        bridge.row += 1


def _sums(tabs: Tabs, line: str, currency: str, key: str, decimals: int) -> str:
    """Return the formula of one line in document currency."""
    part = {side: f"SUMIFS({tabs.places.get(f'{side}_rows deal')},{{}})" for side in ("crm", "erp")}
    if line in ("crm_total", "erp_total"):
        return f"ROUND({part[line[:3]].format(_tests(tabs, line[:3], currency))},{decimals})"
    crm, erp = (part[side].format(_tests(tabs, side, currency, key)) for side in ("crm", "erp"))
    return f"ROUND({erp}-{crm},{decimals})"


def _counts(tabs: Tabs, line: str, currency: str, key: str) -> str:
    """Return the formula of the rows in the period that one line counts."""
    if line in ("crm_total", "erp_total"):
        return f"COUNTIFS({_tests(tabs, line[:3], currency)})"
    return "+".join(f"COUNTIFS({_tests(tabs, side, currency, key)})" for side in ("crm", "erp"))


def _tests(tabs: Tabs, side: str, currency: str, key: str = "") -> str:
    """Return the criteria of rows in the period, in a currency and, where a key is given, of a class."""
    where = {name: tabs.places.get(f"{side}_rows {name}") for name in ("currency", "in_period", "class")}
    text = f'{where["currency"]},{currency},{where["in_period"]},"{YES}"'
    return f"{text},{where['class']},{key}" if key else text
