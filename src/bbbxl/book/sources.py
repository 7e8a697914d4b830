"""The files of a book: how the log records them, and which were taken before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from bbbxl.book.records import Entry
from bbbxl.inputs.entries import Source
from bbbxl.inputs.layout.totals import OwnTotalResult
from bbbxl.inputs.together import UNKNOWN


def file_records(sources: Sequence[Source], taken: date) -> list[dict[str, Any]]:
    """Return the records of files that were taken on a day, as JSON can hold them."""
    return [
        {**asdict(one), "extracted": None, "notes": [_on(note, taken) for note in one.notes], "own_totals": [
            {**asdict(total), "own": str(total.own), "ours": str(total.ours)} for total in one.own_totals]}
        for one in sources
    ]  # fmt: skip


def _on(note: str, taken: date) -> str:
    """Return a note with the day on which the file was taken, which the reader of the file did not know."""
    return note.replace(str(UNKNOWN.date()), str(taken))


def as_source(record: Mapping[str, Any], extracted: date) -> Source:
    """Return the record of a file from the log."""
    totals = tuple(OwnTotalResult(**{**one, "own": Decimal(one["own"]), "ours": Decimal(one["ours"])})
                   for one in record["own_totals"])  # fmt: skip
    return Source(**{**record, "extracted": extracted, "notes": tuple(record["notes"]), "own_totals": totals})


def taken_before(entries: Sequence[Entry], digest: str, source: str) -> bool:
    """Return whether a source took a file with this SHA-256 before."""
    return any(
        file["sha256"] == digest
        for entry in entries if entry.payload.get("source", entry.kind) == source
        for file in entry.payload.get("files", ())
    )  # fmt: skip
