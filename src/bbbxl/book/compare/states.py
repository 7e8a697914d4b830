"""Holds, completions and commit dates: what changed of a line without an amount."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from bbbxl.book.compare.build import draft
from bbbxl.book.compare.columns import Mask
from bbbxl.book.compare.days import seen
from bbbxl.book.compare.lines import Lines

#: Why a line is held: the export says no more than that.
BY_STATUS: Final = "status of the export"


def state_changes(lines: Lines) -> list[pd.DataFrame]:
    """Return holds, releases, completions and reschedules; a completion waits with the facts that wait."""
    was_held, held = lines.flag("held")
    was_completed, completed = lines.flag("completed")
    by_status, by_commit = seen(lines.span, "status"), seen(lines.span, "commit_date")
    by_completion = seen(lines.span, "status", "completed")
    return [
        draft("hold", None, by_status, where=held & ~was_held, reason=BY_STATUS),
        draft("release", None, by_status, where=was_held & ~held, reason=BY_STATUS),
        draft("completion", None, by_completion, where=completed & ~was_completed),
        draft("reschedule", None, by_commit, where=rescheduled(lines), commit=lines.days("commit_date")[1]),
    ]


def rescheduled(lines: Lines) -> Mask:
    """Return which lines have another commit date than before."""
    before, now = lines.days("commit_date")
    moved: Mask = ~np.isnat(now) & (np.isnat(before) | (before != now))
    return moved
