"""From the CRM total of the period to the ERP total, class by class, and the proof that it ties."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from bbbxl.errors import VerificationError
from bbbxl.money import to_minor
from bbbxl.reconcile.model import BRIDGE_COLUMNS, PROOF_COLUMNS
from bbbxl.reconcile.pair import Pair, pair_of
from bbbxl.reconcile.side import Side

_TITLES = {"crm_total": "CRM total of the period", "erp_total": "ERP total of the period",
           "difference": "Difference: has to be 0"}  # fmt: skip
_CAUSES = ("fx_minor", "rounding_minor", "tax_minor", "term_minor", "timing_minor", "named_minor", "other_minor")


def bridge_frame(
    groups: pd.DataFrame, members: pd.DataFrame, reporting: str, pair: Pair | None = None
) -> pd.DataFrame:  # fmt: skip
    """Return `BRIDGE_COLUMNS`: the reporting currency first, then one bridge for each document currency.

    The totals come from the rows, the effects from the groups, so that the difference proves something. Items and rows
    are counted where they lie in the period; groups that lie wholly outside it are counted apart.

    Source: reconciliation, proof.
    """
    own_pair = pair or pair_of()
    kinds = own_pair.kinds.values()
    inside = members[members["in_period"]]
    is_crm = inside["side"] == "crm"
    totals = int(inside.loc[is_crm, "minor"].sum()), int(inside.loc[~is_crm, "minor"].sum())
    amounts = ("effect_minor", "explained_minor", "unexplained_minor")
    sums_of = {name: _sums(groups["class"], groups[name]) for name in amounts}
    counted, of_row = groups["in_period"].astype(bool), _classes_of(groups, members)
    counts, outside = _counts(groups.loc[counted, "class"]), _counts(groups.loc[~counted, "class"])
    rows_of = _counts(of_row[inside.index])
    lines: list[_Line] = [("reporting", reporting, "crm_total", 0, int(is_crm.sum()), totals[0], 0, 0, 0)]
    for one in kinds:
        effect, explained, rest = (sums_of[name].get(one.code, 0) for name in amounts)
        count, rows, apart = (found.get(one.code, 0) for found in (counts, rows_of, outside))
        lines.append(("reporting", reporting, one.code, count, rows, effect, explained, rest, apart))
    lines += _ends("reporting", reporting, totals, int((~is_crm).sum()), sum(sums_of["effect_minor"].values()))
    signed = pd.DataFrame({
        "currency": inside["currency"], "class": of_row[inside.index], "match_id": inside["match_id"],
        "deal": inside["deal"].where(~is_crm, -inside["deal"]), "crm": inside["deal"].where(is_crm, 0),
        "erp": inside["deal"].where(~is_crm, 0), "is_crm": is_crm,
    })  # fmt: skip
    for currency, own in signed.groupby("currency", sort=True):
        code = str(currency)
        sums = int(own["crm"].sum()), int(own["erp"].sum())
        lines.append(("document", code, "crm_total", 0, int(own["is_crm"].sum()), sums[0], 0, 0, 0))
        parts, found = _sums(own["class"], own["deal"]), own.groupby("class")["match_id"].nunique()
        items = {str(name): int(count) for name, count in zip(found.index, found.tolist(), strict=True)}
        size = _counts(own["class"])
        lines += [("document", code, one.code, items[one.code], size[one.code], parts[one.code], 0, 0, 0)
                  for one in kinds if one.code in parts]  # fmt: skip
        lines += _ends("document", code, sums, int((~own["is_crm"]).sum()), sum(parts.values()))
    titles = {
        **{line: own_pair.words(text) for line, text in _TITLES.items()},
        **{one.code: one.title for one in kinds},
    }
    frame = pd.DataFrame(lines, columns=["basis", "currency", "line", "groups", "rows", "minor", "explained_minor",
                                         "unexplained_minor", "outside"])  # fmt: skip
    frame["title"] = frame["line"].map(titles)
    return frame[[one.name for one in BRIDGE_COLUMNS]]


_Line = tuple[str, str, str, int, int, int, int, int, int]


def _sums(keys: pd.Series[str], amounts: pd.Series[int]) -> dict[str, int]:
    """Return key -> sum of whole numbers."""
    found = amounts.groupby(keys.to_numpy()).sum()
    return {str(key): int(amount) for key, amount in zip(found.index, found.tolist(), strict=True)}


def _counts(keys: pd.Series[str]) -> dict[str, int]:
    """Return key -> how often it stands there."""
    found = keys.value_counts()
    return {str(key): int(count) for key, count in zip(found.index, found.tolist(), strict=True)}


def _classes_of(groups: pd.DataFrame, members: pd.DataFrame) -> pd.Series[str]:
    """Return the class of every row."""
    place = pd.Index(groups["match_id"]).get_indexer(pd.Index(members["match_id"]))
    found = groups["class"].to_numpy(dtype=object)[place]
    return pd.Series(found, index=members.index).where(place >= 0, "")


def _ends(basis: str, currency: str, totals: tuple[int, int], rows: int, effect: int) -> list[_Line]:
    difference = totals[0] + effect - totals[1]
    return [(basis, currency, "erp_total", 0, rows, totals[1], 0, 0, 0),
            (basis, currency, "difference", 0, 0, difference, 0, 0, 0)]  # fmt: skip


def proof_frame(
    groups: pd.DataFrame,
    members: pd.DataFrame,
    bridge: pd.DataFrame,
    sides: Sequence[Side],
    reporting: str,
    counted: tuple[int, int],
) -> pd.DataFrame:
    """Return `PROOF_COLUMNS`: everything that has to tie, beside what it is.

    Args:
        groups: The groups.
        members: The rows.
        bridge: The bridge.
        sides: What was read.
        reporting: Reporting currency.
        counted: CRM rows and ERP rows that the groups count.

    Raises:
        VerificationError: the arithmetic of the reconciliation itself does not tie; a total that a file prints and
            that differs from its rows is shown, not raised.
    """
    rows: list[tuple[str, str, str, int, int, str]] = []
    pair = pair_of()
    for side in sides:
        pair = side.opened.pair
        own, where = members[members["side"] == side.name], side.opened.own.code
        every = len(side.opened.table) + len(side.opened.table.problems)
        rows.append(("rows_in", "Rows of the file = rows used + set aside", where, every,
                     len(own) + len(side.aside), ""))  # fmt: skip
        rows.append(("one_group", "Rows used = rows counted in exactly one group", where, len(side),
                     counted[side.name == "erp"], ""))  # fmt: skip
        rows.append(("amounts_through", "Amounts read = amounts in groups", where, int(side.minor.sum()),
                     int(own["minor"].sum()), ""))  # fmt: skip
        column = "crm_minor" if side.name == "crm" else "erp_minor"
        rows.append(("period_through", "Amounts of the period in rows = in groups", where,
                     int(own["period_minor"].sum()), int(groups[column].sum()), ""))  # fmt: skip
    rows.append(("groups", "Groups of the rows = groups", "both", len(groups), members["match_id"].nunique(), ""))
    ends = bridge[bridge["line"] == "difference"]
    for basis, currency, found in zip(ends["basis"], ends["currency"], ends["minor"], strict=True):
        rows.append(
            ("bridge", pair.words("CRM total + effects = ERP total"), f"{currency} ({basis})", 0, int(found), "")
        )
    causes = int(groups[list(_CAUSES)].to_numpy(dtype=np.int64).sum())
    rows.append(("causes", "Causes of the effects = effects", reporting, int(groups["effect_minor"].sum()), causes, ""))
    split = int(groups["explained_minor"].sum() + groups["unexplained_minor"].sum())
    rows.append(("explained", "Explained + unexplained = effects", reporting, int(groups["effect_minor"].sum()), split,
                 ""))  # fmt: skip
    broken = [row for row in rows if row[3] != row[4]]
    if broken:
        shown = "; ".join(f"{title} ({where}): {found:,} instead of {wanted:,}"
                          for _, title, where, wanted, found, _ in broken)  # fmt: skip
        raise VerificationError(f"The reconciliation does not tie: {shown}. Nothing was written; tell us.")
    rows += _own_totals(sides, reporting)
    frame = pd.DataFrame(rows, columns=["check", "title", "basis", "expected", "found", "detail"])
    frame["difference"] = frame["found"] - frame["expected"]
    frame["ok"] = frame["difference"] == 0
    return frame[[one.name for one in PROOF_COLUMNS]]


def _own_totals(sides: Iterable[Side], reporting: str) -> list[tuple[str, str, str, int, int, str]]:
    """Return the totals that the files print themselves, beside the sums of their rows, as written."""
    rows = []
    for side in sides:
        for total in side.totals:
            own, ours = to_minor(total.own, reporting)[0], to_minor(total.ours, reporting)[0]
            rows.append(("own_totals", "The file's own total = the sum of its rows", f"{side.opened.own.code}, "
                    f"{total.column}",
                         own, own if total.ties else ours, "" if total.ties else total.message))  # fmt: skip
    return rows
