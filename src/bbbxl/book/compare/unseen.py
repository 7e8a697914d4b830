"""Order lines that were changed between two snapshots with less to show for it than happened: listed, never guessed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bbbxl.book.compare.columns import Days, Mask, days_of, filled
from bbbxl.book.compare.keys import OF_BOOK, keys_of, places_in
from bbbxl.book.records import UNSEEN_COLUMNS

_NOTHING, _OTHER_DAY, _BEFORE = "nothing shown", "another day", "before its first report"


def unseen_changes(
    old: pd.DataFrame, changed: Days, events: pd.DataFrame, last: Days, as_of: np.datetime64
) -> pd.DataFrame:
    """Return the lines whose day of last change moved on and of which the report shows nothing on that day.

    Args:
        old: Rows of the baseline of lines that both snapshots have.
        changed: Day of the last change as the report says it, one element a line.
        events: Events of this comparison.
        last: As-of date of the state before.
        as_of: As-of date of the report.

    Returns:
        Columns of `UNSEEN_COLUMNS`: why is "nothing shown" where the line has no event, else "another day".
    """
    places = np.flatnonzero((changed > last) & (changed <= as_of) & (changed != days_of(old["changed"])))
    lines = old.take(places).reset_index(drop=True)
    shown, same_day = _shown(lines, changed[places], events)
    return pd.concat([_listed(lines, ~shown, _NOTHING, changed[places]),
                      _listed(lines, shown & ~same_day, _OTHER_DAY, changed[places])], ignore_index=True)  # fmt: skip


def unseen_beginnings(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the new lines that were changed after they were booked: they count as booked as they stand now.

    Args:
        rows: Rows of the baseline of new lines.

    Returns:
        Columns of `UNSEEN_COLUMNS`.
    """
    changed = days_of(rows["changed"])
    return _listed(rows, changed > days_of(rows["booked"]), _BEFORE, changed)


def _shown(lines: pd.DataFrame, changed: Days, events: pd.DataFrame) -> tuple[Mask, Mask]:
    """Return which lines have an event, and which have one on the day of their last change."""
    shown, same_day = np.zeros(len(lines), dtype=np.bool_), np.zeros(len(lines), dtype=np.bool_)
    if len(lines) and len(events):
        place = places_in(keys_of(events, ("entity", "order_id", "line_id")), keys_of(lines, OF_BOOK))
        own = place >= 0
        shown[place[own]] = True
        days = days_of(events["effective"])[own]
        same_day[place[own][days == changed[place[own]]]] = True
    return shown, same_day


def _listed(lines: pd.DataFrame, chosen: Mask, why: str, changed: Days) -> pd.DataFrame:
    """Return some lines as rows of the list."""
    own = lines[chosen]
    made = pd.DataFrame({
        "entity": own["entity"], "order_id": own["book_order"], "line_id": own["book_line"],
        "why": pd.Series(why, index=own.index, dtype="str"), "changed": own["changed"].to_numpy(),
    }).reset_index(drop=True)  # fmt: skip
    made["changed"] = pd.Series(changed[chosen]).astype(filled("changed", 0).dtype)
    return made[list(UNSEEN_COLUMNS)]
