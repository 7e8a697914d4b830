"""The pack as a file: tabs written, saved, recalculated by an independent engine, released."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import shorten

import msgspec
from openpyxl.workbook import Workbook

from bbbxl.errors import VerificationError
from bbbxl.money import exponent
from bbbxl.report.pack import Pack
from bbbxl.workbook.sheet import Build, put_light
from bbbxl.workbook.stream import check_cube
from bbbxl.workbook.strings import CUT, plain_text
from bbbxl.workbook.tabs.adjustments import write_adjustments
from bbbxl.workbook.tabs.bridged import write_bridge, write_open_items
from bbbxl.workbook.tabs.by_dimension import write_by_dimension
from bbbxl.workbook.tabs.checks import write_checks
from bbbxl.workbook.tabs.cover import write_cover
from bbbxl.workbook.tabs.cube import write_cube
from bbbxl.workbook.tabs.definitions import write_definitions
from bbbxl.workbook.tabs.kpis import write_kpis
from bbbxl.workbook.tabs.ledger import write_ledger
from bbbxl.workbook.tabs.movements import write_movements
from bbbxl.workbook.tabs.orders import write_orders
from bbbxl.workbook.tabs.past_due import write_past_due
from bbbxl.workbook.tabs.restatements import write_restatements
from bbbxl.workbook.tabs.roll_forward import write_roll_forward
from bbbxl.workbook.tabs.schedule import write_schedule
from bbbxl.workbook.tabs.sources import write_sources
from bbbxl.workbook.theme import Layout, add_styles, read_layout
from bbbxl.workbook.verified import Released, release_verified
from bbbxl.workbook.verify import Verification, refuse_if_different, verify
from bbbxl.workbook.write import save

#: Ledger rows above which the pack is verified on a copy without them; Cube = Ledger is then checked in a stream.
LARGE_LEDGER = 150_000
#: Tabs in the order in which they can be written: what others read comes first.
TABS: dict[str, Callable[[Build], None]] = {
    "ledger": write_ledger,
    "cube": write_cube,
    "orders": write_orders,
    "adjustments": write_adjustments,
    "roll_forward": write_roll_forward,
    "movements": write_movements,
    "restatements": write_restatements,
    "kpis": write_kpis,
    "by_dimension": write_by_dimension,
    "schedule": write_schedule,
    "past_due": write_past_due,
    "open_items": write_open_items,
    "bridge": write_bridge,
    "definitions": write_definitions,
    "sources": write_sources,
    "checks": write_checks,
    "cover": write_cover,
}


def write_pack(pack: Pack, target: Path, layout: Layout | None = None) -> Released:
    """Write a pack, verify it and put it in its place.

    Args:
        pack: What is shown.
        target: The .xlsx to write; an older one is replaced only by a verified one.
        layout: Tabs and theme; the board layout when omitted.

    Raises:
        VerificationError: a formula gives another value than the engine; the cell is named, nothing is released.
        TargetError: the target cannot be written, or is not named as a workbook.
    """
    return release_verified(
        lambda path: save_pack(pack, path, layout or read_layout()),
        lambda path: verify_pack(path, len(pack.events), target.name), target, "a pack",
    )  # fmt: skip


def save_pack(pack: Pack, path: Path, layout: Layout) -> None:
    """Write the tabs and save them; the same pack gives the same bytes."""
    workbook = build_workbook(pack, layout)
    save(workbook, path, pack.as_of)


def build_workbook(pack: Pack, layout: Layout) -> Workbook:
    """Return the workbook with every tab of the layout."""
    workbook = Workbook()
    default = workbook.active
    if default is not None:
        workbook.remove(default)
    shown = (tab for tab in layout.tabs if (pack.book or not tab.book) and (pack.bridged or not tab.bridge))
    layout = msgspec.structs.replace(layout, tabs=tuple(shown))
    add_styles(workbook, layout.theme, exponent(pack.currency))
    for tab in layout.tabs:
        workbook.create_sheet(tab.title)
    entity = shorten(plain_text(pack.entity), 200, placeholder=CUT)
    workbook.properties.title = f"{layout.title}, {entity}, {pack.period.label}"
    build = Build(pack, workbook, layout)
    has = {tab.name for tab in layout.tabs}
    for name, write in TABS.items():
        if name in has:
            write(build)
    for tab in layout.tabs:
        if tab.name in _LIT:
            put_light(build, build.sheet(tab.name), 3, 3 if tab.name != "by_dimension" else 4)
    return workbook


#: Tabs that show the check light in their title block.
_LIT = frozenset({"kpis", "roll_forward", "by_dimension", "schedule", "past_due", "definitions", "sources",
                  "movements", "restatements", "adjustments", "bridge", "open_items"})  # fmt: skip


def verify_pack(path: Path, ledger_rows: int, name: str = "") -> Verification:
    """Recalculate a pack and compare every formula cell.

    Args:
        path: A saved pack.
        ledger_rows: Events on its Ledger tab.
        name: What the pack is called in a sentence; the file's own name when omitted.

    Raises:
        VerificationError: a cell differs; the sentence names it.
    """
    name = name or path.name
    leave_out = ("Ledger",) if ledger_rows > LARGE_LEDGER else ()
    result = verify(path, leave_out=leave_out)
    refuse_if_different(result, name)
    if leave_out:
        streamed = check_cube(path, name)
        if streamed != result.left_out:
            unchecked = result.left_out - streamed
            raise VerificationError(f"{name} was not released: {unchecked} formulas over the Ledger were not checked.")
    return result
