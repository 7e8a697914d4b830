"""Small pairs of files for hand-worked cases: rows in the test, one header for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bbbxl.reconcile.engine import reconcile
from bbbxl.reconcile.model import Decision, Reconciliation

CRM = "Opportunity ID,Account Name,Order Number (ERP),Close Date,Stage,Amount Currency,Amount,\
Amount (converted) Currency,Amount (converted),Term (Months)"
ERP = "Internal ID,Document Number,Line,Date,Type,Name,CRM Ref,Created From,Currency,Amount (Foreign Currency),\
Amount (Tax) FX,Amount"
RATES = "Currency,USD per unit\nUSD,1\nEUR,1.10\nGBP,1.25\nJPY,0.007\n"


def crm(
    record: str, customer: str, order: str, day: str, amount: str, currency: str = "USD", converted: str = "",
    term: str = "12", stage: str = "Closed Won",
) -> str:  # fmt: skip
    return f"{record},{customer},{order},{day},{stage},{currency},{amount},USD,{converted or amount},{term}"


def erp(
    record: str, order: str, customer: str, day: str, amount: str, currency: str = "USD", converted: str = "",
    kind: str = "Sales Order", ref: str = "", parent: str = "", line: str = "1", tax: str = "",
) -> str:  # fmt: skip
    cells = (record, order, line, day, kind, customer, ref, parent, currency, amount, tax, converted or amount)
    return ",".join(cells)


def write(folder: Path, crm_rows: Sequence[str], erp_rows: Sequence[str]) -> tuple[Path, Path, Path]:
    """Write crm.csv, erp.csv and rates.csv."""
    paths = folder / "crm.csv", folder / "erp.csv", folder / "rates.csv"
    for path, header, rows in ((paths[0], CRM, crm_rows), (paths[1], ERP, erp_rows)):
        path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    paths[2].write_text(RATES, encoding="utf-8")
    return paths


def run(
    folder: Path, crm_rows: Sequence[str], erp_rows: Sequence[str], period: str = "2026-05",
    decisions: Sequence[Decision] = (),
) -> Reconciliation:  # fmt: skip
    """Reconcile a few rows; one plain match of its own beside them keeps every file a file of orders."""
    paths = write(
        folder,
        [crm("006000000000001", "Anchor Ltd", "US-SO-000001", "2026-05-30", "100.00"), *crm_rows],
        [erp("9001", "US-SO-000001", "Anchor Ltd", "2026-05-30", "100.00"), *erp_rows],
    )
    return reconcile(paths[0], paths[1], period, rates=paths[2], decisions=decisions)


def only(made: Reconciliation):
    """Return the one group that is not the anchor, as a row."""
    groups = made.groups[made.groups["order"] != "US-SO-000001"]
    assert len(groups) == 1, groups[["class", "order"]]
    return groups.iloc[0]
