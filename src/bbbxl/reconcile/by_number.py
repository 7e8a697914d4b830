"""Groups by number alone: everything of one order (and line) belongs together, whatever its amounts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bbbxl.reconcile.draft import Draft, score_of
from bbbxl.reconcile.evidence import AGREES, STAGE_OF, WRITTEN, Edges
from bbbxl.reconcile.pool import NONE, Mask, Pool
from bbbxl.reconcile.resolve import components


def group_by_number(draft: Draft, edges: Edges) -> None:
    """Put rows and orders that share a believed number into one group each.

    A number without its prefix counts only where the amounts agree. Rows of the left side that repeat another stay in
    their group as repeats, also where nothing on the right side has their number.

    Source: reconciliation, stage 4: families roll to their order.
    """
    pool = draft.pool
    kept = edges.kept((edges.tier >= WRITTEN) | (edges.agrees == AGREES))
    draft.crm_repeats |= repeated_rows(pool)
    label = components(kept.crm, kept.order, len(pool.crm), len(pool.orders))
    scores = score_of(kept.alike, kept.agrees, kept.days)
    table = pd.DataFrame({"crm": kept.crm, "order": kept.order, "tier": kept.tier, "score": scores})
    for _, links in table.groupby(label, sort=False):
        draft.add(sorted(set(links["crm"])), sorted(set(links["order"])), STAGE_OF[int(links["tier"].max())],
                  float(links["score"].max()))  # fmt: skip


def repeated_rows(pool: Pool) -> Mask:
    """Return the left rows whose number, line, type, currency, amount and day stand in an earlier row."""
    left = pool.crm
    columns = {"key": pool.crm_key, "line": left.texts["line_id"].codes, "type": left.texts["type"].codes,
               "currency": pool.crm_currency, "deal": left.deal, "day": left.days}  # fmt: skip
    found: Mask = pd.DataFrame(columns).duplicated().to_numpy(dtype=np.bool_) & (pool.crm_key != NONE)
    return found
