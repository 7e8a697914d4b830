"""What some files hold and how they were read: everything `bbbxl inspect` shows, computed once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd

from bbbxl.errors import Problem, place_of
from bbbxl.events import BOOKING_NAMES
from bbbxl.inputs.entries import Source
from bbbxl.inputs.findings import Finding
from bbbxl.inputs.grid import Aside
from bbbxl.inputs.layout.totals import OwnTotalResult
from bbbxl.inputs.own_totals import compare_totals
from bbbxl.inputs.preset_data import Preset
from bbbxl.inputs.reading import Read, find_all
from bbbxl.inputs.together import UNKNOWN

#: What an order line below zero becomes.
_BELOW = "return_authorisation"
#: Stands in notes for the day of an export that nobody named.
TAKEN = "the day the data were taken"
CRM = (
    "An export of a CRM: it never enters the ledger, where these bookings count only if the file is given the role "
    "orders in bbbxl.toml."
)
SEVERAL = (
    "The rows are in {currencies}, and amounts of different currencies are never added: bookings by month stand under "
    "bookings_by_currency."
)


@dataclass(frozen=True)
class FileInspection:
    """One table: a text file, or one sheet of a workbook.

    Attributes:
        file: Name without folders.
        sheet: Sheet name; empty for text files.
        role: Role in bbbxl.toml.
        preset: What it was taken for; None for files that hold no orders or events.
        header_row: Row of the header.
        columns: Header -> field.
        unused: Headers that are not used.
        rows_read: Data rows.
        rows_used: Rows that became events.
        rows_set_aside: Rows that could not be taken.
        not_booked: Rows that are no signed orders.
        superseded: Rows that say again what another row says.
        aside: Rows that are no data.
        own_totals: The file's own totals beside ours.
        totals: Currency -> minor units of the amount column over the rows used.
        bookings: Currency -> month -> minor units booked, gross.
        decimal: Decimal mark; empty where there is no number.
        date_order: Order of day, month and year; empty where there is no date.
        encoding: Code page of a text file.
        delimiter: Cell mark of a text file.
        sha256: Of the bytes of the file.
        size: Bytes.
        notes: What was decided, with the evidence, one sentence each.
        problems: Rows that could not be taken.
        data_rows: Row of the file -> number of the data row, counted from 1, of the rows with problems.
    """

    file: str
    sheet: str
    role: str
    preset: Preset | None
    header_row: int
    columns: dict[str, str]
    unused: tuple[str, ...]
    rows_read: int
    rows_used: int
    rows_set_aside: int
    not_booked: int
    superseded: int
    aside: tuple[Aside, ...]
    own_totals: tuple[OwnTotalResult, ...]
    totals: dict[str, int]
    bookings: dict[str, dict[str, int]]
    decimal: str
    date_order: str
    encoding: str
    delimiter: str
    sha256: str
    size: int
    notes: tuple[str, ...]
    problems: tuple[Problem, ...]
    data_rows: dict[int, int]

    @property
    def place(self) -> str:
        """Return the file, with its sheet where it has one."""
        return place_of(self.file, self.sheet)


@dataclass(frozen=True)
class Inspection:
    """Some files together.

    Attributes:
        status: loaded, or refused.
        files: One entry a table.
        ids: Distinct order numbers in order of first appearance.
        findings: What the rows make one ask.
        error: Why the files were refused, one sentence; None when they were loaded.
    """

    status: Literal["loaded", "refused"]
    files: tuple[FileInspection, ...] = ()
    ids: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    error: str | None = None

    @property
    def rows(self) -> int:
        """Return how many rows became events."""
        return sum(one.rows_used for one in self.files)

    @property
    def totals(self) -> dict[str, int]:
        """Return currency -> minor units of the amount columns over the rows used."""
        return _added(one.totals for one in self.files)

    @property
    def bookings(self) -> dict[str, dict[str, int]]:
        """Return currency -> month -> minor units booked."""
        codes = sorted({code for one in self.files for code in one.bookings})
        return {code: _added(one.bookings.get(code, {}) for one in self.files) for code in codes}

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Return the rows set aside, in order of file and row."""
        return tuple(problem for one in self.files for problem in one.problems)

    @property
    def differing(self) -> tuple[OwnTotalResult, ...]:
        """Return the files' own totals that differ from ours."""
        return tuple(one for file in self.files for one in file.own_totals if not one.ties)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return what a reader has to know, one sentence each: differing totals, findings, notes."""
        several = [SEVERAL.format(currencies=", ".join(self.bookings))] if len(self.bookings) > 1 else []
        notes = [f"{one.place}: {note}" for one in self.files for note in one.notes]
        own = [one.message for one in self.differing]
        return tuple(dict.fromkeys([*own, *several, *(one.sentence for one in self.findings), *notes]))


def _added(parts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Return the sum of every key, in order of the keys."""
    sums: Counter[str] = Counter()
    for part in parts:
        sums.update(part)
    return dict(sorted(sums.items()))


def inspect_tables(reads: Sequence[Read], today: date | None = None) -> Inspection:
    """Return what some tables hold and how they were read.

    Args:
        reads: Tables as they were understood.
        today: Day of reading; dates after it are a finding where the file does not say when it was taken.
    """
    files = tuple(_file(read) for read in reads)
    return Inspection("loaded", files, _ids(reads), find_all(reads, today))


def refused(error: str) -> Inspection:
    """Return what is known of files that could not be read."""
    return Inspection("refused", error=error)


def _file(read: Read) -> FileInspection:
    table, preset, source = read.table, read.preset, read.understood.source if read.understood else None
    columns = {header: name for name, header in read.columns.items()}
    problems = read.understood.problems if read.understood else table.problems
    return FileInspection(
        file=table.file, sheet=table.sheet, role=read.entry.role, preset=preset, header_row=table.header_row,
        columns=columns, unused=tuple(title for title in table.header if title not in columns),
        rows_read=source.rows if source else len(table) + len(table.problems),
        rows_used=source.used if source else 0, rows_set_aside=source.set_aside if source else len(table.problems),
        not_booked=source.not_booked if source else 0, superseded=source.superseded if source else 0,
        aside=table.aside, own_totals=compare_totals(read), totals=dict(source.totals) if source else {},
        bookings=_bookings(read), decimal=read.decimal, date_order=read.date_order, encoding=table.encoding,
        delimiter=table.delimiter if table.encoding else "", sha256=table.sha256, size=table.size,
        notes=_notes(read, source), problems=tuple(problems), data_rows=_data_rows(read, problems),
    )  # fmt: skip


def _notes(read: Read, source: Source | None) -> tuple[str, ...]:
    """Return what was decided on reading, and what the preset wants known, each once."""
    preset = read.preset
    own = [note.replace(str(UNKNOWN.date()), TAKEN) for note in source.notes] if source else []
    apart = [CRM] if read.entry.role == "crm" else []
    return tuple(dict.fromkeys((*apart, *read.table.notes, *own, *(preset.notes if preset else ()))))


def _bookings(read: Read) -> dict[str, dict[str, int]]:
    """Return what was booked by document currency and month of the booking.

    Order lines below zero count with their minus, so that the months of an order report add up to its total;
    cancellations do not, whatever their day.
    """
    if read.understood is None:
        return {}
    entries = read.understood.entries[["kind", "currency", "effective", "amount"]]
    lines = read.preset is not None and read.preset.shape == "order_lines"
    below = entries["kind"].eq(_BELOW) & lines
    booked = entries[entries["kind"].isin(BOOKING_NAMES) | below]
    signed = booked["amount"].where(~below[booked.index], -booked["amount"])
    months = booked["effective"].to_numpy().astype("datetime64[M]")
    month = pd.Series(months.astype(np.int64), booked.index, name="month")
    sums = signed.groupby([booked["currency"], month]).sum().reset_index()
    made: dict[str, dict[str, int]] = {}
    shown = sums["month"].to_numpy().astype("datetime64[M]").astype(str).tolist()
    for currency, named, minor in zip(sums["currency"], shown, sums["amount"], strict=True):
        made.setdefault(str(currency), {})[named] = int(minor)
    return made


def _ids(reads: Sequence[Read]) -> tuple[str, ...]:
    """Return the order numbers of the rows used, in order of first appearance."""
    found: dict[str, None] = {}
    for read in reads:
        if read.understood is not None:
            entries = read.understood.entries[["source_row", "order_id"]]
            if not entries["source_row"].is_monotonic_increasing:
                entries = entries.sort_values("source_row", kind="stable")
            found |= dict.fromkeys(entries["order_id"].dropna().drop_duplicates().tolist())
    return tuple(found)


def _data_rows(read: Read, problems: Sequence[Problem]) -> dict[int, int]:
    """Return the number of the data row of every row of the file that has a problem."""
    if not problems:
        return {}
    unfit = np.array([problem.row for problem in read.table.problems], dtype=np.int64)
    rows = np.setdiff1d(np.concatenate([read.table.numbers, unfit]), [0])
    wanted = np.intersect1d(rows, [problem.row for problem in problems])
    return dict(zip(wanted.tolist(), (np.searchsorted(rows, wanted) + 1).tolist(), strict=True))
