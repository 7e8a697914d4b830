"""Reconciliation workbooks for tests: a month worked by hand, its tabs read back by their headers."""

from __future__ import annotations

from pathlib import Path

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from recon_small import crm, erp, run

from bbbxl.reconcile.model import Reconciliation
from bbbxl.workbook.reconciliation.book import write_reconciliation
from bbbxl.workbook.reconciliation.tables import HEAD_ROW

#: Beside the anchor (100 on both sides): 1,200 against 1,150; EUR 1,000 at 1.10 against 1.09; 500 that the ERP has in
#: June; 90 only in the CRM; 70 only in the ERP; 30 twice in the ERP.
CRM = (
    crm("006A00000000001", "Acme Tools Ltd", "US-SO-000500", "2026-05-04", "1200.00"),
    crm("006A00000000002", "Borealis SpA", "US-SO-000501", "2026-05-06", "1000.00", "EUR", "1100.00"),
    crm("006A00000000003", "Cedar Mills Inc", "US-SO-000502", "2026-05-30", "500.00"),
    crm("006A00000000004", "Zenith AG", "US-SO-000503", "2026-05-10", "90.00"),
    crm("006A00000000005", "Dune Optics BV", "US-SO-000504", "2026-05-12", "30.00"),
)
ERP = (
    erp("1", "US-SO-000500", "Acme Tools Ltd", "2026-05-05", "1150.00"),
    erp("2", "US-SO-000501", "Borealis SpA", "2026-05-07", "1000.00", "EUR", "1090.00"),
    erp("3", "US-SO-000502", "Cedar Mills Inc", "2026-06-02", "500.00"),
    erp("4", "US-SO-000999", "Quartz Holdings", "2026-05-11", "70.00"),
    erp("5", "US-SO-000504", "Dune Optics BV", "2026-05-12", "30.00"),
    erp("6", "US-SO-000504", "Dune Optics BV", "2026-05-12", "30.00"),
)
#: Tab -> the effects of its items, in major units.
EFFECTS = {"Amount differences": [-10.0, -50.0], "Timing": [-500.0], "Only in CRM": [-90.0], "Only in ERP": [70.0],
           "Duplicates": [30.0], "Matched": [0.0]}  # fmt: skip


def month(folder: Path) -> Reconciliation:
    """Return the month worked by hand."""
    return run(folder, CRM, ERP)


def book(folder: Path, made: Reconciliation | None = None) -> Path:
    """Write the verified workbook of a reconciliation and return its path."""
    return write_reconciliation(made or month(folder), folder / "recon.xlsx").path


def listed(path: Path, tab: str) -> dict[str, list]:
    """Return the columns of the table of a tab, by header; blank rows left out."""
    sheet = load_workbook(path, data_only=True)[tab]
    heads, *rows = list(sheet.iter_rows(min_row=HEAD_ROW, values_only=True))
    kept = [row for row in rows if any(value is not None for value in row)]
    return {str(head): [row[place] for row in kept] for place, head in enumerate(heads) if head}


def cell(path: Path, tab: str, title: str, row: int = 1) -> str:
    """Return where a cell of the table of a tab stands, such as G6."""
    heads = [one.value for one in load_workbook(path)[tab][HEAD_ROW]]
    return f"{get_column_letter(heads.index(title) + 1)}{HEAD_ROW + row}"
