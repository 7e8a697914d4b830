"""A month reconciled after another: with its decisions, its open items, and what people wrote beside them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bbbxl.errors import InputError
from bbbxl.periods import Period
from bbbxl.reconcile.carry import Carried, carry
from bbbxl.reconcile.decisions_file import read_decisions
from bbbxl.reconcile.engine import Given, reconcile
from bbbxl.reconcile.model import Reconciliation
from bbbxl.reconcile.pair import DEFAULT
from bbbxl.reconcile.rerun import apart, decisions_of, read_earlier


def reconcile_next(
    crm: Path, erp: Path, period: Period | str | None = None, *, previous: Path | Sequence[Path] | None = None,
    decisions: Path | None = None, rates: Path | None = None, currency: str | None = None,
    columns: Given | None = None, reading: Given | None = None, pair: str = DEFAULT,
) -> tuple[Reconciliation, Carried]:  # fmt: skip
    """Return the reconciliation of a month and how its open items follow from last month's.

    Decisions of the file come first, then those made on the tabs of last month's workbook, then those it carried.

    Args:
        crm: Export of the CRM.
        erp: Export of the ERP.
        period: The period; the month with most rows of both sides when omitted.
        previous: Last month's workbook, that of an earlier run of this month, or both; None in the first month.
        decisions: Decisions file.
        rates: Rates file.
        currency: Reporting currency.
        columns: Side -> field -> header.
        reading: Side -> how the file is written.
        pair: What the files are; last month's workbook and decisions are those of CRM and ERP only.

    Raises:
        InputError: last month's workbook or decisions with another pair.
        PeriodError: a workbook is neither of an earlier period nor of this one.
        CurrencyError: a workbook is in another reporting currency.
        BbbError: as in `reconcile`, `read_previous` and `read_decisions`.
    """
    if pair != DEFAULT and (previous or decisions):
        raise InputError(f"Decisions and last month's workbook go on for {DEFAULT} only, not for {pair} yet. Leave "
                         "--previous and --decisions out.")  # fmt: skip
    given = read_decisions(decisions) if decisions else []
    books = [previous] if isinstance(previous, Path) else list(previous or ())
    last, again = read_earlier(books)
    made_there, carried = decisions_of(last, again)
    made = reconcile(
        crm, erp, period, rates=rates, decisions=[*given, *made_there], currency=currency, columns=columns,
        reading=reading, since=last.since if last else None, carried=carried, pair=pair,
    )  # fmt: skip
    last, again = apart(last, again, made.period, made.currency)
    return made, carry(made, last, again)
