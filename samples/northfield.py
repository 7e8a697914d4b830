"""Northfield Instruments, an invented maker of measuring instruments: writes its exports."""

from __future__ import annotations

from pathlib import Path

from bbbxl.samples.crm import CRM_HEADER, crm_rows
from bbbxl.samples.exports import EVENT_HEADER, LINE_HEADER, RATE_HEADER, event_rows, line_rows, write_rows
from bbbxl.samples.history import make_history
from bbbxl.samples.model import AS_OF, EUROPE, EXTRACTED, US, Company
from bbbxl.samples.rates import rate_rows

SEED = 20261031


def write_exports(folder: Path, seed: int = SEED) -> Company:
    """Write the company's exports into the folder and return the company; same seed, same bytes.

    Args:
        folder: Made where it is missing; files of the same names are replaced. It receives erp_events.csv,
            rates.csv, crm_closed_won.csv and order-lines/erp_order_lines.csv.
        seed: Any whole number; another one gives another history of the same company.
    """
    history = make_history(seed)
    crm, crm_truth = crm_rows(seed, history)
    write_rows(folder / "erp_events.csv", EVENT_HEADER, event_rows(history))
    write_rows(folder / "rates.csv", RATE_HEADER, rate_rows(seed))
    write_rows(folder / "crm_closed_won.csv", CRM_HEADER, crm)
    write_rows(folder / "order-lines" / "erp_order_lines.csv", LINE_HEADER, line_rows(history))
    return Company("Northfield Instruments", (US, EUROPE), AS_OF, EXTRACTED, "USD", history, crm_truth)
