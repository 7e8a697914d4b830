"""The checks that only a pack with a bridge has: it ties to net bookings, to its open items and in itself."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from bbbxl.checks import BRIDGE_CHECKS, CheckResult
from bbbxl.report.bridged import Bridged, net_of
from bbbxl.report.ties import Outcome


def check_bridge(found: Bridged, cube: pd.DataFrame) -> tuple[CheckResult, ...]:
    """Return the result of every check of a bridge, in printed order.

    Args:
        found: The bridge.
        cube: flows() of the total, the month reported last.
    """
    return tuple(CheckResult(check, *_MADE[check.name](found, cube)) for check in BRIDGE_CHECKS)


def _bridge(found: Bridged, cube: pd.DataFrame) -> Outcome:
    lines = found.made.bridge[found.made.bridge["basis"] == "reporting"]
    return int(lines.loc[lines["line"] == "difference", "minor"].sum()), 0, ""


def _lines(found: Bridged, cube: pd.DataFrame) -> Outcome:
    # No pack is released whose formulas differ; the check is for what is changed in it afterwards.
    return 0, 0, ""


def _net_bookings(found: Bridged, cube: pd.DataFrame) -> Outcome:
    return found.made.erp.period_minor - net_of(cube), 0, ""


def _open_items(found: Bridged, cube: pd.DataFrame) -> Outcome:
    return found.made.unexplained_minor - int(found.carried.items["unexplained_minor"].sum()), 0, ""


def _crm_whole(found: Bridged, cube: pd.DataFrame) -> Outcome:
    said = [*map(str, found.problems), *found.own_totals]
    return len(said), 0, said[0] if said else ""


def _decisions(found: Bridged, cube: pd.DataFrame) -> Outcome:
    said = [one.message for one in found.made.decisions if one.outcome == "conflict"]
    return len(said), 0, said[0] if said else ""


_MADE: dict[str, Callable[[Bridged, pd.DataFrame], Outcome]] = {
    "bridge": _bridge, "bridge_lines": _lines, "bridge_net_bookings": _net_bookings, "bridge_open_items": _open_items,
    "crm_whole": _crm_whole, "bridge_decisions": _decisions,
}  # fmt: skip
