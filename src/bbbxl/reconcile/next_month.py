"""A month reconciled after another: with its decisions, its open items, and what people wrote beside them."""

from __future__ import annotations

from pathlib import Path

from bbbxl.periods import Period
from bbbxl.reconcile.carry import Carried, carry
from bbbxl.reconcile.decisions_file import read_decisions
from bbbxl.reconcile.engine import Given, reconcile
from bbbxl.reconcile.model import Reconciliation
from bbbxl.reconcile.previous import read_previous, refuse_unfit


def reconcile_next(
    crm: Path, erp: Path, period: Period | str | None = None, *, previous: Path | None = None,
    decisions: Path | None = None, rates: Path | None = None, currency: str | None = None,
    columns: Given | None = None, reading: Given | None = None,
) -> tuple[Reconciliation, Carried]:  # fmt: skip
    """Return the reconciliation of a month and how its open items follow from last month's.

    Decisions of the file come first, then those made on the tabs of last month's workbook, then those it carried.

    Args:
        crm: Export of the CRM.
        erp: Export of the ERP.
        period: The period; the month with most rows of both sides when omitted.
        previous: Last month's workbook; None in the first month.
        decisions: Decisions file.
        rates: Rates file.
        currency: Reporting currency.
        columns: Side -> field -> header.
        reading: Side -> how the file is written.

    Raises:
        PeriodError: last month's workbook does not come before the period.
        CurrencyError: it is in another reporting currency.
        BbbError: as in `reconcile`, `read_previous` and `read_decisions`.
    """
    given = read_decisions(decisions) if decisions else []
    last = read_previous(previous) if previous else None
    made = reconcile(
        crm, erp, period, rates=rates, decisions=[*given, *(last.decisions if last else ())], currency=currency,
        columns=columns, reading=reading, since=last.since if last else None, carried=last.carried if last else (),
    )  # fmt: skip
    if last:
        refuse_unfit(last, made.period, made.currency)
    return made, carry(made, last)
