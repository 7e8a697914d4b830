"""Cleared since last month: the roll-forward of the open items, what became of each, comments without a home."""

from __future__ import annotations

from openpyxl.worksheet.worksheet import Worksheet

from bbbxl.reconcile.carry import Carried
from bbbxl.reconcile.kept import ENTRY_TITLES
from bbbxl.reconcile.model import Reconciliation
from bbbxl.report.reconciled import RollLine, roll_forward, with_titles
from bbbxl.workbook.reconciliation.items import CUSTOMER, MATCH, ORDER, REASON
from bbbxl.workbook.reconciliation.open_items import ENTRIES
from bbbxl.workbook.reconciliation.tables import TableField, of, put_about, put_head, put_table
from bbbxl.workbook.sheet import BAD, OK, Tabs, absolute, colour_light, local, put, put_live, put_row

_TITLE, _ITEMS, _AMOUNT, _ENGINE_ITEMS, _ENGINE_AMOUNT, _CHECK = 1, 4, 5, 7, 8, 9
_FIRST = 6
_FATES = (
    of("fate", "order", "text", 21), of("fate", "customer", "text", 28), TableField("class_title", "Class", "text", 24),
    of("fate", "first_seen", "day", 12), of("fate", "opening_minor", "minor", 15), of("fate", "fate", "text", 20),
    of("fate", "closing_minor", "minor", 15), of("fate", "change_minor", "minor", 15),
    of("fate", "placed_by", "text", 14), of("fate", "what", "wrap", 60),
    TableField("owner", ENTRY_TITLES["owner"], "text", 14), TableField("status", ENTRY_TITLES["status"], "text", 11),
    TableField("action", ENTRY_TITLES["action"], "wrap", 20), TableField("due", ENTRY_TITLES["due"], "text", 12),
    TableField("comment", ENTRY_TITLES["comment"], "wrap", 34), of("fate", "match_id", "text", 18),
    of("fate", "now", "text", 18),
)  # fmt: skip
_HOMELESS = (ORDER, CUSTOMER, REASON, *ENTRIES.values(), MATCH)


def put_cleared(tabs: Tabs, made: Reconciliation, carried: Carried) -> None:
    """Write the tab Cleared since last month; the roll-forward is live over it and the open items."""
    sheet = put_head(tabs, made, "cleared")
    put_about(tabs, "cleared")
    lines = roll_forward(carried)
    head = _FIRST + len(lines) + 3
    rows = with_titles(made, carried.fates)
    put_table(tabs, "cleared", _FATES, rows, printed=_FATES.index(_by_name("match_id")), head=head)
    _put_roll_forward(tabs, sheet, lines)
    sheet.freeze_panes = None


def _by_name(name: str) -> TableField:
    return next(one for one in _FATES if one.name == name)


def _put_roll_forward(tabs: Tabs, sheet: Worksheet, lines: list[RollLine]) -> None:
    """Write one line each, formulas beside the engine's values, and the check that it closes."""
    row = _FIRST - 1
    put_row(sheet, row, 1, ("Roll-forward", None, None, "Items", "Amount", None, "Engine: items",
                            "Engine: amount", "Ties out"),
            [*["heading_left"] * 3, *["heading"] * 2, "heading_left", *["heading"] * 2, "heading_centre"])  # fmt: skip
    for at, line in enumerate(lines, start=_FIRST):
        suffix = "_total" if line.name in ("opening", "closing") else ""
        put_row(sheet, at, 1, (line.title, None, None), "label_total" if suffix else "label_indent")
        counted, summed = _formulas(tabs, line)
        for column, text, value, style in ((_ITEMS, counted, line.items, "count"),
                                           (_AMOUNT, summed, tabs.major(line.minor), "amount")):  # fmt: skip
            put_live(sheet, at, column, text, value, style + suffix)
            put(sheet, at, column + _ENGINE_ITEMS - _ITEMS, value, style + suffix)
        _put_check(tabs, sheet, at, (f"{local(at, _ITEMS)}-{local(at, _ENGINE_ITEMS)}",
                                     f"{local(at, _AMOUNT)}-{local(at, _ENGINE_AMOUNT)}"))  # fmt: skip
    last = _FIRST + len(lines) - 1
    put(sheet, last + 1, 1, "Opening and movements less closing: has to be 0", "label_indent")
    parts = []
    for column, style in ((_ITEMS, "count"), (_AMOUNT, "amount")):
        total = f"ROUND(SUM({local(_FIRST, column)}:{local(last - 1, column)})-{local(last, column)},{tabs.decimals})"
        put_live(sheet, last + 1, column, total, 0 if column == _ITEMS else 0.0, style)
        parts.append(local(last + 1, column))
    _put_check(tabs, sheet, last + 1, parts)
    where = f"{local(_FIRST, _CHECK)}:{local(last + 1, _CHECK)}"
    colour_light(tabs, sheet, where)
    tabs.places["check roll-forward"] = (
        f"{absolute(sheet, _FIRST, _CHECK)}:{local(last + 1, _CHECK, fix_row=True, fix_column=True)}"
    )


def _put_check(tabs: Tabs, sheet: Worksheet, row: int, parts: tuple[str, ...] | list[str]) -> None:
    tests = ",".join(f"ROUND({part},{tabs.decimals})=0" for part in parts)
    put_live(sheet, row, _CHECK, f'IF(AND({tests}),"{OK}","{BAD}")', OK, "light")


def _formulas(tabs: Tabs, line: RollLine) -> tuple[str, str]:
    """Return the formulas of a line: how many and how much."""
    places = tabs.places
    if line.name in ("opening", "closing"):
        table, amount = ("cleared", "opening_minor") if line.name == "opening" else ("open_items", "open_minor")
        return (
            f'COUNTIF({places[f"{table} match_id"]},"?*")',
            f"ROUND(SUM({places[f'{table} {amount}']}),{tabs.decimals})",
        )
    if line.name == "changes":
        return "0", f"ROUND(SUM({places['cleared change_minor']}),{tabs.decimals})"
    word = f'"{line.word}"'
    if line.added:
        where = places["open_items origin"]
        return (
            f"COUNTIF({where},{word})",
            f"ROUND(SUMIFS({places['open_items open_minor']},{where},{word}),{tabs.decimals})",
        )
    where = places["cleared fate"]
    if not line.leaves:
        return f"-COUNTIF({where},{word})", "0"
    return (
        f"-COUNTIF({where},{word})",
        f"-ROUND(SUMIFS({places['cleared opening_minor']},{where},{word}),{tabs.decimals})",
    )


def put_homeless(tabs: Tabs, made: Reconciliation, carried: Carried) -> None:
    """Write the comments that found no home; whoever deletes a row has dealt with it."""
    put_head(tabs, made, "homeless")
    put_about(tabs, "homeless")
    put_table(tabs, "homeless", _HOMELESS, carried.homeless)
