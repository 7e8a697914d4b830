"""The files of a book: how the log records them, and which were taken before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from bbbxl.book.records import Entry
from bbbxl.errors import InputError
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


def refuse_lost_columns(before: Sequence[Mapping[str, Any]], now: Sequence[Source], source: str) -> None:
    """Refuse a report that no longer says how much was shipped, invoiced or cancelled, where the last one did.

    A date beside it would count as all of the line, and what it stands for would be lost, though it was 0 everywhere.

    Args:
        before: Records of the last files of the source.
        now: Files of the report.
        source: Name of the source.

    Raises:
        InputError: a column is missing.
    """
    for fact in ("shipped", "invoiced", "cancelled"):
        names = (f"{fact}_amount", f"{fact}_quantity")
        had = [next((header for name in names if (header := file["columns"].get(name))), "") for file in before]
        lost = [one.file for one in now if not any(name in one.columns for name in names)]
        if all(had) and had and lost:
            raise InputError(
                f'{lost[0]} has no column for how much was {fact}, and the last report of {source} had "{had[0]}". '
                f'Export it with the same columns, name the column with --column {names[0]}="...", or say with '
                f"--source {source} that it is the same report without it."
            )


def taken_before(entries: Sequence[Entry], digest: str, source: str) -> bool:
    """Return whether a source took a file with this SHA-256 before."""
    return any(
        file["sha256"] == digest
        for entry in entries if entry.payload.get("source", entry.kind) == source
        for file in entry.payload.get("files", ())
    )  # fmt: skip
