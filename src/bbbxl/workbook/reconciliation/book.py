"""The reconciliation workbook as a file: tabs written, saved, recalculated by an independent engine, released."""

from __future__ import annotations

from pathlib import Path

import msgspec
from openpyxl.workbook import Workbook

from bbbxl.money import exponent
from bbbxl.reconcile.carry import Carried, carry
from bbbxl.reconcile.model import Reconciliation
from bbbxl.reconcile.pair import Pair
from bbbxl.report.reconciled import open_items, shown_groups
from bbbxl.workbook.reconciliation.bridge import put_all_checks, put_bridge
from bbbxl.workbook.reconciliation.cleared import put_cleared, put_homeless
from bbbxl.workbook.reconciliation.items import put_items, put_rows, put_suggested
from bbbxl.workbook.reconciliation.open_items import put_open_items
from bbbxl.workbook.reconciliation.sign_off import put_sign_off
from bbbxl.workbook.reconciliation.state import put_state
from bbbxl.workbook.reconciliation.words import put_rules, put_sources
from bbbxl.workbook.sheet import Tabs, put_light
from bbbxl.workbook.theme import Layout, add_styles, read_layout
from bbbxl.workbook.verified import Released, release_verified
from bbbxl.workbook.verify import Verification, refuse_if_different, verify
from bbbxl.workbook.write import save

LAYOUT = "reconciliation"


def write_reconciliation(
    made: Reconciliation, target: Path, layout: Layout | None = None, carried: Carried | None = None
) -> Released:
    """Write the workbook of a reconciliation, verify it and put it in its place.

    Args:
        made: What is shown.
        target: The .xlsx to write; an older one is replaced only by a verified one.
        layout: Tabs and theme; that of the product when omitted.
        carried: Its open items, as they follow from last month; without a last month when omitted.

    Raises:
        VerificationError: a formula gives another value than the engine; the cell is named, nothing is released.
        TargetError: the target cannot be written, or is not named as a workbook.
    """

    def check(path: Path) -> Verification:
        found = verify(path)
        refuse_if_different(found, target.name)
        return found

    return release_verified(lambda path: save_reconciliation(made, path, layout, carried), check, target, "this")


def _said(layout: Layout, pair: Pair) -> Layout:
    """Return a layout with the names of the sides of a pair in its titles."""
    tabs = [
        msgspec.structs.replace(tab, title=pair.words(tab.title), about=pair.words(tab.about)) for tab in layout.tabs
    ]
    return msgspec.structs.replace(layout, title=pair.words(layout.title), tabs=tuple(tabs))


def save_reconciliation(
    made: Reconciliation, path: Path, layout: Layout | None = None, carried: Carried | None = None
) -> None:
    """Write the tabs and save them; the same reconciliation gives the same bytes."""
    save(build_reconciliation(made, layout or read_layout(LAYOUT), carried or carry(made)), path, made.period.last)


def build_reconciliation(made: Reconciliation, layout: Layout, carried: Carried) -> Workbook:
    """Return the workbook with every tab; those of last month only where there is one."""
    shown = {"cleared": carried.previous is not None, "homeless": carried.lists_homeless}
    tabs_of_month = [tab for tab in layout.tabs if shown.get(tab.name, True)]
    layout = msgspec.structs.replace(layout, tabs=tuple(tabs_of_month))
    workbook = Workbook()
    default = workbook.active
    if default is not None:
        workbook.remove(default)
    add_styles(workbook, layout.theme, exponent(made.currency))
    layout = _said(layout, made.pair)
    for tab in layout.tabs:
        workbook.create_sheet(tab.title)
    workbook.properties.title = f"{layout.title}, {made.period.label}"
    tabs = Tabs(workbook, layout, made.currency, made.pair.words("CRM and ERP") + f" {made.period.label}",
                said=made.pair.words)  # fmt: skip
    groups = shown_groups(made)
    put_items(tabs, made, groups)
    put_suggested(tabs, made, carried.answers)
    put_rows(tabs, made, groups)
    items = open_items(made, carried)
    put_open_items(tabs, made, items)
    put_bridge(tabs, made, items)
    if carried.previous:
        put_cleared(tabs, made, carried)
    if carried.lists_homeless:
        put_homeless(tabs, made, carried)
    put_sign_off(tabs, made, items, carried)
    put_rules(tabs, made)
    put_sources(tabs, made)
    put_all_checks(tabs)
    for tab in layout.tabs:
        if tab.name != "bridge":
            put_light(tabs, tabs.sheet(tab.name), 3, 3)
    put_state(workbook, made, carried.kept)
    return workbook
