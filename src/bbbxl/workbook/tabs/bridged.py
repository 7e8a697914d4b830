"""Bridge and Open items: the tabs of the reconciliation workbook as tabs of the pack, loaded where it has them."""

from __future__ import annotations

from bbbxl.workbook.sheet import Build


def write_open_items(build: Build) -> None:
    """Write the Open items tab; keeps its columns as places."""
    if found := build.pack.bridged:
        from bbbxl.report.reconciled import open_items
        from bbbxl.workbook.reconciliation.open_items import put_open_items

        put_open_items(build, found.made, open_items(found.made, found.carried))


def write_bridge(build: Build) -> None:
    """Write the Bridge tab over the Open items; keeps its totals as places."""
    if found := build.pack.bridged:
        from bbbxl.report.reconciled import open_items
        from bbbxl.workbook.reconciliation.bridge import put_bridge

        put_bridge(build, found.made, open_items(found.made, found.carried))
