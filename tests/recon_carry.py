"""Months one after another for tests: May worked by hand with what people wrote in its workbook, then June."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from openpyxl import load_workbook
from recon_books import CRM, ERP
from recon_small import crm, erp, write

from bbbxl.reconcile.carry import Carried
from bbbxl.reconcile.model import Reconciliation
from bbbxl.reconcile.next_month import reconcile_next
from bbbxl.workbook.reconciliation.book import save_reconciliation
from bbbxl.workbook.reconciliation.tables import HEAD_ROW

ANCHOR = (crm("006000000000001", "Anchor Ltd", "US-SO-000001", "2026-05-30", "100.00"),
          erp("9001", "US-SO-000001", "Anchor Ltd", "2026-05-30", "100.00"))  # fmt: skip
#: A plain match of June, so that every file of June has a row of the period.
JUNE = (crm("006000000000002", "Anchor Ltd", "US-SO-000002", "2026-06-15", "10.00"),
        erp("9002", "US-SO-000002", "Anchor Ltd", "2026-06-15", "10.00"))  # fmt: skip
Edit = Callable[[object], None]


def run(
    folder: Path, crm_rows: Sequence[str], erp_rows: Sequence[str], period: str, *, previous: Path | None = None,
    decisions: str = "",
) -> tuple[Reconciliation, Carried]:  # fmt: skip
    """Reconcile a month, with the text of a decisions file where one is given."""
    folder.mkdir(exist_ok=True)
    paths = write(folder, crm_rows, erp_rows)
    told = folder / "decisions.csv"
    told.write_text(f"decision,crm,erp,until,by,reason\n{decisions}", encoding="utf-8")
    return reconcile_next(paths[0], paths[1], period, rates=paths[2], previous=previous,
                          decisions=told if decisions else None)  # fmt: skip


def saved(folder: Path, month: tuple[Reconciliation, Carried], name: str = "last.xlsx") -> Path:
    """Save the workbook of a month, unverified."""
    save_reconciliation(month[0], folder / name, carried=month[1])
    return folder / name


def may(folder: Path, decisions: str = "") -> Path:
    """Save the workbook of May worked by hand."""
    month = run(folder, (ANCHOR[0], *CRM), (ANCHOR[1], *ERP), "2026-05", decisions=decisions)
    return saved(folder, month)


def june(
    folder: Path, previous: Path, crm_rows: Sequence[str] = CRM, erp_rows: Sequence[str] = ERP, decisions: str = "",
    period: str = "2026-06",
) -> tuple[Reconciliation, Carried]:  # fmt: skip
    """Reconcile June with the rows of May still in its files."""
    return run(folder / "next", (ANCHOR[0], JUNE[0], *crm_rows), (ANCHOR[1], JUNE[1], *erp_rows), period,
               previous=previous, decisions=decisions)  # fmt: skip


def filled(
    path: Path, cells: Mapping[str, Mapping[str, object]], *, tab: str = "Open items", key: str = "Order",
    turned: bool = False, edit: Edit | None = None, name: str = "filled.xlsx",
) -> Path:  # fmt: skip
    """Save a workbook as a person does who wrote into rows of a tab, and perhaps sorted them the other way round.

    Args:
        path: The workbook.
        cells: Value of the key column -> header -> what is written.
        tab: The tab.
        key: The key column.
        turned: Whether the rows of the table change places.
        edit: What else happens to the workbook.
        name: Name of the copy.
    """
    workbook = load_workbook(path)
    sheet = workbook[tab]
    heads = [one.value for one in sheet[HEAD_ROW]]
    rows = [[one.value for one in row] for row in sheet.iter_rows(min_row=HEAD_ROW + 1)]
    for row in rows:
        for title, value in cells.get(str(row[heads.index(key)]), {}).items():
            row[heads.index(title)] = value
    for number, row in enumerate(rows[::-1] if turned else rows, start=HEAD_ROW + 1):
        for place, value in enumerate(row, start=1):
            sheet.cell(number, place).value = value
            if isinstance(value, str):
                sheet.cell(number, place).data_type = "s"
    if edit:
        edit(workbook)
    workbook.save(path.with_name(name))
    return path.with_name(name)


def item(carried: Carried, order: str) -> dict[str, object]:
    """Return an open item."""
    (row,) = carried.items[carried.items["order"] == order].to_dict("records")
    return row


def fate(carried: Carried, order: str) -> dict[str, object]:
    """Return what became of an item of last month."""
    (row,) = carried.fates[carried.fates["order"] == order].to_dict("records")
    return row
