"""What the reconciliation workbook shows: groups by tab, open items with their age, source rows with their class."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from bbbxl.reconcile.carry import Carried
from bbbxl.reconcile.classes import CLASS
from bbbxl.reconcile.followed import CLEARED, CLOSED, EXPLAINED, GONE, JOINED, LATE, NEW, REOPENED
from bbbxl.reconcile.model import Reconciliation, SideName

#: Tab -> the classes whose groups stand on it; every class stands on one.
CLASSES_OF: dict[str, tuple[str, ...]] = {
    "amounts": ("ROUNDING", "FX_RATE", "AMOUNT_DIFF", "SPLIT_SHORT", "CREDIT_MEMO", "TAX_GROSS", "TERM_ANNUALISED",
                "CURRENCY_ERR", "SIGN_ERROR"),
    "timing": ("TIMING_CRM_FIRST", "TIMING_ERP_FIRST", "TIMING_PRIOR"),
    "crm_only": ("CRM_ONLY",),
    "erp_only": ("ERP_ONLY",),
    "duplicates": ("DUPLICATE_ERP", "DUPLICATE_CRM"),
    "matched": ("MATCHED", "MATCHED_SPLIT", "MATCHED_MERGED", "DATE_DIFF"),
}  # fmt: skip
TAB_OF: dict[str, str] = {code: tab for tab, codes in CLASSES_OF.items() for code in codes}
#: Age bands in days, first and last; the last band has no end.
BANDS: tuple[tuple[int, int | None], ...] = ((0, 30), (31, 60), (61, 90), (91, None))


def shown_groups(made: Reconciliation) -> pd.DataFrame:
    """Return the groups with the title of their class and the document currency of each side.

    A side that mixes currencies, or has no row, has neither currency nor document amount.
    """
    coins = made.members.groupby(["match_id", "side"], sort=False)["currency"].agg(["first", "nunique"])
    single = coins["first"].where(coins["nunique"] == 1, "")
    groups = made.groups.copy()
    for side in ("crm", "erp"):
        own = single[single.index.get_level_values("side") == side].droplevel("side")
        groups[f"{side}_currency"] = groups["match_id"].map(own).fillna("")
    return with_titles(groups)


def groups_of(groups: pd.DataFrame, tab: str) -> pd.DataFrame:
    """Return the groups of one tab."""
    return groups[groups["class"].isin(CLASSES_OF[tab])]


def open_items(carried: Carried, last: date) -> pd.DataFrame:
    """Return the open items, the largest unexplained first, with `age`: days from when it was first seen.

    What was first seen after the period end has an age of 0.

    Args:
        carried: The open items.
        last: Last day of the period.
    """
    items = with_titles(carried.items)
    ages = (pd.Timestamp(last) - items["first_seen"]).dt.days.fillna(0).clip(lower=0).astype("int64")
    return items.assign(age=ages)


def with_titles(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows with the title of their class."""
    return rows.assign(class_title=rows["class"].map({code: one.title for code, one in CLASS.items()}).fillna(""))


@dataclass(frozen=True)
class RollLine:
    """One line of the roll-forward of open items.

    Attributes:
        name: Snake case.
        title: What people read.
        word: Origin of the open items it adds, or fate of last month's that it takes off; else empty.
        added: Whether it adds open items.
        leaves: Whether the items it takes off are open no longer.
        items: How many.
        minor: Amount, as it adds up.
    """

    name: str
    title: str
    word: str
    added: bool
    leaves: bool
    items: int
    minor: int


def roll_forward(carried: Carried) -> list[RollLine]:
    """Return opening + new + reopened - what left +/- changes = closing of the open items; the lines add up exactly.

    Amounts are what is open in all: ERP less CRM in minor units of the reporting currency.
    """
    items, fates = carried.items, carried.fates
    lines = [
        RollLine(
            "opening", "Open at the end of last month", "", False, False, len(fates), int(fates["opening_minor"].sum())
        )
    ]
    for name, title, origin in (("new", "New in the period", NEW), ("late", "New, of an earlier period", LATE),
                                ("reopened", "Reopened", REOPENED)):  # fmt: skip
        own = items[items["origin"] == origin]
        lines.append(RollLine(name, title, origin, True, False, len(own), int(own["open_minor"].sum())))
    for name, title, fate in (("cleared", "Cleared: both sides agree", CLEARED),
                              ("explained", "Explained by a decision", EXPLAINED),
                              ("gone", "No longer in the files", GONE), ("closed", "Closed by hand", CLOSED),
                              ("joined", "Part of another open item now", JOINED)):  # fmt: skip
        own = fates[fates["fate"] == fate]
        minor = 0 if fate == JOINED else -int(own["opening_minor"].sum())
        lines.append(RollLine(name, title, fate, False, fate != JOINED, -len(own), minor))
    lines.append(RollLine("changes", "Amounts changed", "", False, False, 0, int(fates["change_minor"].sum())))
    lines.append(
        RollLine("closing", "Open at the period end", "", False, False, len(items), int(items["open_minor"].sum()))
    )
    return lines


def in_band(ages: pd.Series[int], band: tuple[int, int | None]) -> pd.Series[bool]:
    """Return which ages lie in a band."""
    first, last = band
    return (ages >= first) & (True if last is None else ages <= last)


def source_rows(made: Reconciliation, groups: pd.DataFrame, side: SideName) -> pd.DataFrame:
    """Return the rows of one side with the class of their group."""
    rows = made.members[made.members["side"] == side]
    place = pd.Index(groups["match_id"]).get_indexer(pd.Index(rows["match_id"]))
    return rows.assign(**{"class": groups["class"].to_numpy(dtype=object)[place]})
