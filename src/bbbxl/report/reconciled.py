"""What the reconciliation workbook shows: groups by tab, open items with their age, source rows with their class."""

from __future__ import annotations

import numpy as np
import pandas as pd

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
#: What is said of items that the bridge of a period does not count.
OUTSIDE = "Items wholly outside the period, without effect on it"
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
    groups["class_title"] = groups["class"].map({code: one.title for code, one in made.pair.kinds.items()})
    return groups


def groups_of(groups: pd.DataFrame, tab: str) -> pd.DataFrame:
    """Return the groups of one tab."""
    return groups[groups["class"].isin(CLASSES_OF[tab])]


def shown_codes(made: Reconciliation, classes: pd.Series[str]) -> pd.Series[str]:
    """Return the codes of classes as this pair shows them."""
    return classes.map({code: made.pair.code(code) for code in classes.unique()})


def open_items(made: Reconciliation, groups: pd.DataFrame) -> pd.DataFrame:
    """Return the open groups, the largest unexplained first, with `age`: days from the first row to the period end.

    What lies after the period end has an age of 0.
    """
    items = groups[groups["is_open"]].copy()
    first = items[["crm_date", "erp_date"]].min(axis=1)
    items["age"] = (pd.Timestamp(made.period.last) - first).dt.days.fillna(0).clip(lower=0).astype("int64")
    sizes = [-items["unexplained_minor"].abs().to_numpy(), -items["effect_minor"].abs().to_numpy()]
    return items.iloc[np.lexsort(sizes[::-1])]


def in_band(ages: pd.Series[int], band: tuple[int, int | None]) -> pd.Series[bool]:
    """Return which ages lie in a band."""
    first, last = band
    return (ages >= first) & (True if last is None else ages <= last)


def source_rows(made: Reconciliation, groups: pd.DataFrame, side: SideName) -> pd.DataFrame:
    """Return the rows of one side with the class of their group."""
    rows = made.members[made.members["side"] == side]
    place = pd.Index(groups["match_id"]).get_indexer(pd.Index(rows["match_id"]))
    classes = pd.Series(groups["class"].to_numpy(dtype=object)[place], index=rows.index)
    return rows.assign(**{"class": shown_codes(made, classes)})
