"""What the evidence of an entry by hand refers to: the match of a reconciliation that it corrects."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bbbxl.book.history import reversed_entries
from bbbxl.book.records import Entry
from bbbxl.errors import InputError

_MATCH = re.compile(r"\breconciliation match ([0-9a-f]{16})\b")


def match_reference(match_id: str, of: str) -> str:
    """Return the evidence of a correction: the match it corrects, and the reconciliation it was found in."""
    return f"reconciliation match {match_id} of {of}"


def refuse_corrected(evidence: str, entries: Sequence[Entry]) -> None:
    """Refuse a correction of a match that an entry by hand corrects already; one that was taken back does not count.

    Raises:
        InputError: there is such an entry; it is named.
    """
    if (found := _MATCH.search(evidence)) is None:
        return
    back = reversed_entries(entries)
    for one in entries:
        said = _MATCH.search(str(one.payload.get("evidence", ""))) if one.kind == "adjust" else None
        if said and said[1] == found[1] and one.number not in back:
            raise InputError(
                f"Entry {one.number} corrects match {found[1]} already, and a second one would count "
                f"twice. Take it back first, with --reverse {one.number}, or leave this one out."
            )
