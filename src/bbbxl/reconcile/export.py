"""matches.csv: one row a source row, as other programs read it."""

from __future__ import annotations

import pandas as pd

from bbbxl.reconcile.model import Reconciliation

COLUMNS = ("side", "row", "match_id", "class", "confidence", "stage", "score", "effect_minor", "reason")


def match_rows(made: Reconciliation) -> pd.DataFrame:
    """Return the rows of matches.csv, CRM first, in the order of the files.

    Rows of a suggestion stand under its id with confidence suggested and the class they would have; in the bridge
    they stay one-sided until somebody accepts it, with the same effect in sum. One-sided items are auto: that no stage
    found a partner is no guess. `effect_minor` stands on the first row of a match and is 0 on the others.

    Source: contracts, reconcile --export.
    """
    groups = made.groups.set_index("match_id")
    offers = made.suggestions.set_index("suggestion_id")
    # A repeated row that is suggested stays an item of its own: its group would get another class by it.
    joins = offers.index[offers["stage"] != "duplicate"] if len(offers) else offers.index
    suggested = made.members["suggestion_id"].isin(joins)
    ids = made.members["match_id"].where(~suggested, made.members["suggestion_id"])
    rows = made.members[["side", "row"]].assign(match_id=ids)
    words = ["class", "stage", "score", "effect_minor", "reason"]
    known = groups[[*words, "confidence"]].assign(confidence=groups["confidence"].where(groups["confidence"] != "",
                                                                                        "auto"))  # fmt: skip
    if len(joins):
        known = pd.concat([known, offers.loc[joins, words].assign(confidence="suggested")])
    found = rows.join(known, on="match_id")
    found["effect_minor"] = found["effect_minor"].where(~found["match_id"].duplicated(), 0).astype("int64")
    for name in ("side", "class"):
        found[name] = found[name].map({text: made.pair.code(text) for text in found[name].unique()})
    return found[list(COLUMNS)]
