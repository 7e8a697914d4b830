"""One table of one file as it was read: its text, what it was taken for and what it became."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from bbbxl.inputs import entry_findings, table_findings
from bbbxl.inputs.cells import Cells
from bbbxl.inputs.entries import Understood
from bbbxl.inputs.entry_codes import as_categories
from bbbxl.inputs.findings import Finding
from bbbxl.inputs.grid import RawTable
from bbbxl.inputs.preset_data import Preset, field_table
from bbbxl.inputs.together import UNKNOWN, on_order_lines
from bbbxl.inputs.unsigned import unsigned_rows
from bbbxl.policy import FileEntry


@dataclass(frozen=True)
class Read:
    """One table (a text file, or one sheet of a workbook) and what was understood of it.

    Attributes:
        entry: What bbbxl.toml or the command line says of the file.
        table: Its text.
        preset: What it was taken for; None for files that hold no orders or events, such as rates.
        cells: Its columns, with the decimal mark and the evidence; None where there is no preset.
        understood: Its entries, source and problems; None where there is no preset.
    """

    entry: FileEntry
    table: RawTable
    preset: Preset | None = None
    cells: Cells | None = None
    understood: Understood | None = None

    @property
    def columns(self) -> dict[str, str]:
        """Return field -> header."""
        return dict(self.understood.source.columns) if self.understood else {}

    @property
    def decimal(self) -> str:
        """Return the decimal mark of its numbers; empty where there is no number column."""
        return self.cells.number_style().decimal if self.cells is not None and self._has("amount", "number") else ""

    @property
    def date_order(self) -> str:
        """Return the order of day, month and year in its dates; empty where there is nothing to decide it on."""
        return self.cells.date_style().order if self.cells is not None and self._has("date") else ""

    @property
    def amounts(self) -> list[str]:
        """Return the headers of its amount columns."""
        types = field_table().types
        return [header for field, header in self.columns.items() if types.get(field) == "amount"]

    def _has(self, *kinds: str) -> bool:
        types = field_table().types
        return any(types.get(field) in kinds for field in self.columns)


def find_all(reads: Sequence[Read], today: date | None = None) -> tuple[Finding, ...]:
    """Return the findings of some tables, those between their rows first.

    Args:
        reads: The tables.
        today: Day of reading; stands for the day of the export where no file says it.
    """
    understood = [read for read in reads if read.understood is not None]
    found: list[Finding] = []
    # The orders of a CRM are the same orders again: what was shipped and billed is held against those of the ledger.
    for together in ([one for one in understood if one.entry.role != "crm"],
                     *([one] for one in understood if one.entry.role == "crm")):  # fmt: skip
        if together:
            found += _between_entries(together, _entries(together), today)
    for read in reads:
        found += [*table_findings.hidden_rows(read.table), *table_findings.table_too_short(read.table)]
    for read in understood:
        found += _of_table(read)
    return tuple(found)


def _entries(reads: Sequence[Read]) -> pd.DataFrame:
    """Return the entries of some tables together, invoices on the order lines they belong to."""
    frames = [one.entries for one in on_order_lines([read.understood for read in reads if read.understood])]
    return as_categories(frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True))


def _between_entries(reads: Sequence[Read], entries: pd.DataFrame, today: date | None) -> list[Finding]:
    """Return what the entries of all files together make one ask."""
    wide = [read.table.file for read in reads if read.preset and read.preset.shape != "events"]
    lines = [read.table.file for read in reads if read.preset and read.preset.shape == "order_lines"]
    lined = [read.table.file for read in reads if read.table.file in wide and "line_id" in read.columns]
    taken = {read.table.file: read.understood.source.extracted for read in reads if read.understood}
    days = {file: day for file, day in taken.items() if day is not None and day != UNKNOWN.date()}
    return [
        *entry_findings.fact_before_order(entries),
        *entry_findings.without_day(entries),
        *entry_findings.invoice_without_order(entries),
        *entry_findings.more_than_booked(entries),
        *entry_findings.duplicate_ids(entries, lined),
        *entry_findings.duplicate_rows(entries, lined),
        *entry_findings.below_or_at_zero(entries, wide),
        *entry_findings.strange_dates(entries, days, today),
        *entry_findings.strange_texts(entries),
        *entry_findings.open_only(entries, lines),
    ]


def _of_table(read: Read) -> list[Finding]:
    """Return what the rows and columns of one table make one ask."""
    table, columns = read.table, read.columns
    found: list[Finding] = []
    if read.understood is not None and read.decimal:
        found += _lost_decimals(read)
        found += table_findings.header_differs(table, columns, read.decimal)
    if "order_id" in columns:
        orders = table.distinct(columns["order_id"])
        found += table_findings.number_gaps(orders.texts, table.numbers[orders.first].tolist(), table.file, table.sheet)
    if read.preset and read.understood is not None:
        found += unsigned_rows(table, read.understood.entries, read.preset, read.entry, columns)
    if read.preset and read.preset.shape == "order_lines":
        found += table_findings.open_only_title(table)
    return found


def _lost_decimals(read: Read) -> list[Finding]:
    """Return the amounts with more decimals than their currency, sought only where the reading met some."""
    found: list[Finding] = []
    lost = read.cells.lost if read.cells is not None else {}
    for header in read.amounts if read.understood else ():
        places = lost.get(header, np.arange(len(read.table)))
        if read.understood and len(places):
            own = read.understood.entries[["source_row", "currency"]]
            own = own[np.isin(own["source_row"].to_numpy(), read.table.numbers[places])]
            currency_of = dict(zip(own["source_row"].astype(int), own["currency"], strict=True))
            rows = read.table.taken(places)
            found += table_findings.lost_decimals(rows, [header], read.decimal, currency_of)
    return found
