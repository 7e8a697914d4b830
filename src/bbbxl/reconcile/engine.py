"""Reconcile a CRM export with an ERP export: read, match, classify, bridge, prove."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from bbbxl.errors import CurrencyError, PeriodError
from bbbxl.inputs.grid import RawTable
from bbbxl.inputs.rates_file import rates_currency, read_rates
from bbbxl.inputs.sheets import read_tables
from bbbxl.inputs.values.currency_signs import header_currency
from bbbxl.ledger.rates import Rates
from bbbxl.money import exponent
from bbbxl.periods import Calendar, Period, month_period, parse_period
from bbbxl.policy import FileEntry
from bbbxl.reconcile.assemble import group_frame, make_groups, member_frame, suggestion_frame
from bbbxl.reconcile.bridge import bridge_frame, proof_frame
from bbbxl.reconcile.decide import explain, fix, with_ids
from bbbxl.reconcile.decided import in_force, with_names
from bbbxl.reconcile.facts import gather_facts, inside
from bbbxl.reconcile.fields import find_links
from bbbxl.reconcile.ids import business_ids
from bbbxl.reconcile.matching import match
from bbbxl.reconcile.model import ASIDE_COLUMNS, Decision, Reconciliation, SideFacts, SideName
from bbbxl.reconcile.pair import DEFAULT, pair_of
from bbbxl.reconcile.pool import make_pool
from bbbxl.reconcile.side import Opened, Side, open_side, require_numbers, understand_side
from bbbxl.reconcile.status import refuse_mistaken

Given = Mapping[SideName, Mapping[str, str]]


def reconcile(
    crm: Path, erp: Path, period: Period | str | None = None, *, rates: Path | None = None,
    decisions: Sequence[Decision] = (), currency: str | None = None, columns: Given | None = None,
    reading: Given | None = None, calendar: Calendar | None = None, since: date | None = None,
    carried: Sequence[Decision] = (), pair: str = DEFAULT,
) -> Reconciliation:  # fmt: skip
    """Return the reconciliation of a CRM export with an ERP export, or of the two files of another pair.

    Args:
        crm: Export of the CRM: one row a deal; open deals take no part. The left side of another pair.
        erp: Export of the ERP: orders, invoices and credit memos. The right side of another pair.
        period: The period; the month with most rows of both sides when omitted. Exports should reach some days beyond
            it on both ends: timing is claimed only when both sides are seen.
        rates: Rates file; needed where a side does not give its amounts in the reporting currency.
        decisions: What a person decided; applied before anything is matched.
        currency: Reporting currency; that of the rates file, else that of the reporting amounts when omitted.
        columns: Side -> field -> header, where the columns are not found.
        reading: Side -> how the file is written, as in bbbxl.toml (decimal, date_order, sheet, encoding), and the
            stages that mean won.
        calendar: Fiscal year of a period given as text.
        since: First day of the earlier periods whose open items are followed; None follows none.
        carried: Decisions of last month, which give way to `decisions` on the same rows.
        pair: What the files are, see `pair_names`.

    Raises:
        InputError: a file cannot be trusted.
        UnknownNameError: there is no such pair.
        UnknownColumnError: the day or the amount of a side has no column.
        MissingRateError: a rate is missing.
        PeriodError: neither side has a row in the period.
        VerificationError: the arithmetic does not tie.

    Source: reconciliation; rules, money: rounded once, HALF_UP, to the reporting currency.
    """
    given, said = columns or {}, reading or {}
    what = pair_of(pair)
    sides = [open_side(path, name, given.get(name, {}), said.get(name, {}), what) for path, name in _sides(crm, erp)]
    own = parse_period(period, calendar) if isinstance(period, str) else period
    return reconcile_opened(sides, own, _rates_table(rates), decisions, currency, since, carried)


def reconcile_opened(
    sides: Sequence[Opened], period: Period | None = None, rates: RawTable | None = None,
    decisions: Sequence[Decision] = (), currency: str | None = None, since: date | None = None,
    carried: Sequence[Decision] = (),
) -> Reconciliation:  # fmt: skip
    """Return the reconciliation of two sides that were opened, as tables of text.

    Args:
        sides: The CRM, then the ERP.
        period: The period; the month with most rows of both sides when omitted.
        rates: Exchange rates.
        decisions: What a person decided.
        currency: Reporting currency; that of the rates, else that of the reporting amounts when omitted.
        since: First day of the earlier periods whose open items are followed.
        carried: Decisions of last month.

    Raises:
        BbbError: as in `reconcile`.
    """
    crm, erp = sides
    notes = refuse_mistaken(crm.table, erp.table, crm.pair)
    notes += find_links(crm.table, erp.table, crm.fields, erp.fields, crm.pair)
    notes += require_numbers(sides)
    reporting = currency or (rates and rates_currency(rates.header)) or _reporting(sides)
    known = Rates(reporting, tuple(read_rates(rates, reporting)) if rates else ())
    read = [understand_side(one, reporting, known, period) for one in sides]
    return reconcile_sides(read[0], read[1], period, reporting, known, decisions, notes, since, carried)


def reconcile_sides(
    crm: Side, erp: Side, period: Period | None, reporting: str, rates: Rates, decisions: Sequence[Decision] = (),
    notes: Sequence[str] = (), since: date | None = None, carried: Sequence[Decision] = (),
) -> Reconciliation:  # fmt: skip
    """Return the reconciliation of two sides that are read already.

    Args:
        crm: The first side.
        erp: The second side.
        period: The period; the month with most rows when omitted.
        reporting: Reporting currency of the sides' amounts.
        rates: Rates that were used.
        decisions: What a person decided.
        notes: What was decided on both sides together.
        since: First day of the earlier periods whose open items are followed.
        carried: Decisions of last month.

    Raises:
        PeriodError: neither side has a row in the period.
        VerificationError: the arithmetic does not tie.
    """
    own = period or _fullest_month(crm, erp)
    if not (inside(crm.days, own).any() or inside(erp.days, own).any()):
        raise PeriodError(f"Neither side has a row in {own}: {_span(crm)}; {_span(erp)}. Ask for a period of the data.")
    names = [business_ids(crm), business_ids(erp)]
    decisions, replaced = in_force(with_names(decisions, (crm, erp), names), carried)
    if any(not one.ids for one in decisions):
        decisions = with_ids(decisions, reconcile_sides(crm, erp, own, reporting, rates).members)
    fixed, results = fix(crm, erp, names, decisions, own, reporting)
    pool = make_pool(crm, erp, [rows for _, rows in fixed.together])
    pool.repeated[list(fixed.erp_repeats)] = True
    draft, offers = match(pool, fixed)
    made = make_groups(draft, gather_facts(draft, own), names)
    suggestions, marks = suggestion_frame(made, offers, names, reporting)
    members = member_frame(made, names, marks)
    groups = group_frame(made, reporting)
    standing = groups
    if since is not None and since < own.start:
        every = make_groups(draft, gather_facts(draft, Period(since, own.end, own.label)), names)
        standing = group_frame(every, reporting)
    standing, results = explain(standing, members, results, reporting)
    groups, _ = explain(groups, members, results, reporting)
    bridge = bridge_frame(groups, members, reporting, crm.opened.pair)
    counted = int(made.facts.crm.count.sum()), int(made.facts.erp.count.sum())
    proof = proof_frame(groups, members, bridge, (crm, erp), reporting, counted)
    return Reconciliation(
        own, reporting, _side_facts(crm, own, notes), _side_facts(erp, own, _reach(erp, own)), groups, members, bridge,
        suggestions, proof, _aside((crm, erp)), (*results, *replaced), _rates_frame(rates),
        int(groups["explained_minor"].sum()), int(groups["unexplained_minor"].sum()),
        int(groups["unexplained_minor"].abs().sum()), min(since or own.start, own.start), standing, crm.opened.pair,
    )  # fmt: skip


def _sides(crm: Path, erp: Path) -> tuple[tuple[Path, SideName], tuple[Path, SideName]]:
    return (crm, "crm"), (erp, "erp")


def _rates_table(rates: Path | None) -> RawTable | None:
    """Return the table of a rates file."""
    return read_tables(rates, FileEntry(path=rates.name, role="rates"), {})[0] if rates else None


def _reporting(sides: Sequence[Opened]) -> str:
    """Return the currency of the reporting amounts, else the only document currency.

    Raises:
        CurrencyError: nothing says it.
    """
    seen: dict[str, list[str]] = {"reporting": [], "amount": []}
    for side in sides:
        for field, coin in (("reporting", "reporting_currency"), ("amount", "currency")):
            title = side.fields.get(coin)
            texts = [text for text in side.table.distinct(title).texts if text] if title else []
            named = header_currency(side.fields.get(field, ""))
            seen[field] += texts or ([named] if named else [])
    for found in (set(seen["reporting"]), set(seen["amount"])):
        if len(found) == 1:
            code = found.pop()
            exponent(code)
            return code
    shown = ", ".join(sorted(set(seen["amount"]))) or "none named"
    raise CurrencyError(f"The data are in {shown}, and nothing says which currency to report in. Say it: "
                        "--currency USD, or give a rates file whose header names it (USD per unit).")  # fmt: skip


def _fullest_month(crm: Side, erp: Side) -> Period:
    """Return the month with most rows of both sides."""
    days = np.r_[crm.days, erp.days].astype("datetime64[D]").astype("datetime64[M]")
    if not len(days):
        raise PeriodError("Neither side has a row that could be read. Look at the rows that were set aside.")
    months, counts = np.unique(days, return_counts=True)
    month = months[int(np.argmax(counts))].astype(object)
    return month_period(month.year, month.month)


def _span(side: Side) -> str:
    if not len(side):
        return f"{side.opened.table.file} has no rows"
    first, last = (np.datetime64(int(day), "D") for day in (side.days.min(), side.days.max()))
    return f"{side.opened.table.file} goes from {first} to {last}"


def _reach(right: Side, period: Period) -> list[str]:
    """Return what is said of a right side that follows bit by bit and does not span the period."""
    if not right.opened.pair.partial or not len(right):
        return []
    first, last = (np.datetime64(int(day), "D").astype(object) for day in (right.days.min(), right.days.max()))
    begins = [f"It begins on {first}, after {period.start}: what was billed before counts as not billed."]
    ends = [f"It ends on {last}, before {period.last}: what was billed after it counts as not billed."]
    return (begins if first > period.start else []) + (ends if last < period.last else [])


def _side_facts(side: Side, period: Period, notes: Sequence[str]) -> SideFacts:
    table = side.opened.table
    days = side.days.astype("datetime64[D]")
    return SideFacts(
        side.name, table.file, table.sha256, table.size, len(table) + len(table.problems), len(side),
        dict(side.opened.fields), side.signs.sentence, (*side.notes, *notes), int(side.minor.sum()),
        int(side.minor[inside(side.days, period)].sum()), days.min().astype(object) if len(days) else None,
        days.max().astype(object) if len(days) else None,
    )  # fmt: skip


def _aside(sides: Sequence[Side]) -> pd.DataFrame:
    rows = [(side.name, row, one.row, one.column, one.value, kind, one.message)
            for side in sides for row, one, kind in side.aside]  # fmt: skip
    return pd.DataFrame(rows, columns=[one.name for one in ASIDE_COLUMNS])


def _rates_frame(rates: Rates) -> pd.DataFrame:
    rows = [(one.currency, float(one.rate), one.day, one.type) for one in rates.rows]
    return pd.DataFrame(rows, columns=["currency", "rate", "day", "type"])
