"""The pack as data: every table of every tab, computed once by the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from bbbxl.aggregate.flows import flows
from bbbxl.aggregate.orders import orders
from bbbxl.aggregate.select import ELIMINATED, Question, counted
from bbbxl.checks import ApartResult, CheckResult
from bbbxl.errors import InputError, PeriodError, Problem, UnknownNameError, count_of
from bbbxl.events import BASIS, BOOKING_NAMES
from bbbxl.inputs.entries import Source
from bbbxl.inputs.findings import Finding
from bbbxl.inputs.load import Loaded
from bbbxl.ledger.build import Ledger
from bbbxl.ledger.columns import DIMENSIONS
from bbbxl.metrics.ageing import add_ages
from bbbxl.metrics.registry import metric_named
from bbbxl.metrics.schedule import Slot, schedule, slots
from bbbxl.metrics.values import missing
from bbbxl.periods import Period
from bbbxl.policy import Config
from bbbxl.report.apart import entered_by_hand, shown_apart
from bbbxl.report.columns import CUBE_MONTHS, ReportColumn, kpi_columns, roll_columns
from bbbxl.report.currencies import CurrencyRoll, FxTest, currency_rolls, fx_test
from bbbxl.report.of_book import OfBook, of_book
from bbbxl.report.ties import TieInputs, check_ties
from bbbxl.report.ties_of_book import check_book

if TYPE_CHECKING:
    from bbbxl.report.bridged import Bridged, CrmExport

#: Segments of one dimension that get a row of their own; the rest are summed.
TOP_SEGMENTS = 25
#: Columns of the events held back.
_LISTED = ("source_file", "source_row", "order_id", "line_id", "kind", "effective", "amount", "currency")
#: Rows of a sheet below its header.
SHEET_ROWS = 1_048_575
#: Members of a dimension are named like this when they are summed.
OTHERS = "All other"


@dataclass(frozen=True)
class Pack:
    """Everything a pack shows.

    Attributes:
        entity: Who reports.
        period: Month reported.
        question: As of, known at, view and scope.
        known_at: Day of knowledge: as asked, else the last day on which anything counted was recorded.
        basis: Backlog basis of the pack.
        bases: Bases whose backlog the data hold.
        unavailable: Why there is no closing backlog on the basis, None when there is one; without one there are no
            open orders, roll-forward by currency and FX test either.
        currency: Reporting currency.
        config: The firm's choices.
        ledger: Events and what was derived.
        events: Events counted, intercompany ones too.
        cube: flows() of the total, CUBE_MONTHS months.
        segments: flows() of every dimension with data: columns dimension, segment, month and measures; at most
            TOP_SEGMENTS segments each, the rest in "All other".
        open_orders: Order lines with backlog on the basis, with ages and one column per slot.
        slots: Slots of the schedule.
        columns: Columns of the KPI page.
        roll: Columns of the roll-forward.
        rolls: Roll-forward of the month in each document currency.
        fx: FX of the month beside its independent decomposition.
        checks: Results, in printed order.
        apart: Amounts shown apart.
        sources: Files.
        problems: Rows set aside.
        findings: What the rows make a careful reader ask.
        held_back: Events read that happened after the as-of date, not counted.
        book: What a kept book adds; None for exports.
        bridged: What the export of a CRM adds; None without one.
    """

    entity: str
    period: Period
    question: Question
    known_at: date
    basis: str
    bases: tuple[str, ...]
    unavailable: str | None
    currency: str
    config: Config
    ledger: Ledger
    events: pd.DataFrame
    cube: pd.DataFrame
    segments: pd.DataFrame
    open_orders: pd.DataFrame
    slots: tuple[Slot, ...]
    columns: tuple[ReportColumn, ...]
    roll: tuple[ReportColumn, ...]
    rolls: tuple[CurrencyRoll, ...]
    fx: FxTest
    checks: tuple[CheckResult, ...]
    apart: tuple[ApartResult, ...]
    sources: tuple[Source, ...]
    problems: tuple[Problem, ...]
    findings: tuple[Finding, ...]
    held_back: pd.DataFrame
    book: OfBook | None = None
    bridged: Bridged | None = None

    @property
    def as_of(self) -> date:
        """Return the day on which stocks are measured."""
        return self.question.as_of

    @property
    def red(self) -> tuple[CheckResult, ...]:
        """Return the checks that failed."""
        return tuple(one for one in self.checks if not one.passed)


def make_pack(
    loaded: Loaded, question: Question, basis: str, by: str | None = None, *, rows: int | None = SHEET_ROWS,
    crm: CrmExport | None = None,
) -> Pack:  # fmt: skip
    """Return a pack for the month that ends with the as-of date.

    Args:
        loaded: What was read; its ledger is revalued up to the as-of date.
        question: As of, known at, view and scope.
        basis: Backlog basis; where its facts are not in the data, its figures are not available.
        by: The one dimension to break down by; every dimension with data when omitted.
        rows: Most events that the Ledger tab holds; None where no workbook is written.
        crm: Export of the CRM that the month is reconciled with; without one there are no Bridge and Open items.

    Raises:
        InputError: the ledger has more, on one basis alone.
        UnknownNameError: no such basis, or the data say nothing of the dimension.
        PeriodError: nothing had happened by the as-of date, or nothing of it was known.
        BbbError: the CRM export cannot be reconciled, see `bridged`.
    """
    if basis not in BASIS:
        raise UnknownNameError("basis", basis, BASIS)
    ledger = loaded.ledger.at(question.as_of)
    counted_rows = _counted_rows(ledger, question)
    period = question.calendar.month(question.as_of)
    unavailable = missing(metric_named("backlog"), ledger, period, question, basis)
    months = question.calendar.months_to(question.as_of, CUBE_MONTHS)
    cube = flows(ledger.events, months, question)
    tables = {name: flows(ledger.events, months, question, by=name) for name in _used_dimensions(ledger, by)}
    every = orders(ledger.events, replace(question, group=False))
    grouped = every[every["counterparty"].isna()] if question.group else every
    open_orders = _open_orders(grouped if unavailable is None else grouped.iloc[:0], ledger, question, basis)
    events, bases = _fitting(counted_rows, basis, ledger.availability.bases(), rows)
    rolls = currency_rolls(ledger, question, basis) if unavailable is None else ()
    fx = fx_test(ledger, question, basis, rolls)
    stock = None if unavailable else f"backlog_{basis}"
    apart = shown_apart(loaded, events, question, stock, every, grouped)
    book = of_book(replace(loaded, ledger=ledger), question, basis)
    ties = TieInputs(loaded, ledger, question, basis, cube, tables, grouped, open_orders, events, rolls, fx)
    checks = check_ties(ties)
    if book:
        checks += check_book(ties, book)
        apart += (entered_by_hand(book.by_hand_in(period)),)
    crossed, of_bridge = _crossed(crm, ledger, question, cube) if crm else (None, ())
    checks += of_bridge
    return Pack(
        entity=loaded.config.entity or _only_entity(ledger), period=period, question=question,
        known_at=question.known_at or counted_rows["recorded"].max().date(), basis=basis, bases=bases,
        unavailable=unavailable, currency=ledger.currency, config=loaded.config, ledger=ledger, events=events,
        cube=cube, segments=_top_segments(tables, basis), open_orders=open_orders,
        slots=slots(question.as_of, question.calendar),
        columns=kpi_columns(question.as_of, question.calendar), roll=roll_columns(question.as_of, question.calendar),
        rolls=rolls, fx=fx, checks=checks, apart=apart,
        sources=_sources(loaded, crossed), problems=(*loaded.problems, *(crossed.problems if crossed else ())),
        findings=loaded.findings, held_back=_held_back(ledger, question),
        book=book, bridged=crossed,
    )  # fmt: skip


def _crossed(
    crm: CrmExport, ledger: Ledger, question: Question, cube: pd.DataFrame
) -> tuple[Bridged, tuple[CheckResult, ...]]:
    """Return what the export of a CRM adds, with its checks; what reconciles is loaded for those who ask alone."""
    from bbbxl.report.bridged import bridged
    from bbbxl.report.ties_of_bridge import check_bridge

    found = bridged(crm, ledger, question)
    return found, check_bridge(found, cube)


def _sources(loaded: Loaded, crossed: Bridged | None) -> tuple[Source, ...]:
    """Return every file, that of the CRM as it was reconciled."""
    if crossed is None:
        return loaded.sources
    own = crossed.source
    return (*(one for one in loaded.sources if (one.role, one.sha256) != (own.role, own.sha256)), own)


def _held_back(ledger: Ledger, question: Question) -> pd.DataFrame:
    """Return the events read that happened after the as-of date, with the row each was read from."""
    entries = ledger.entries
    return entries.loc[entries["effective"] > pd.Timestamp(question.as_of), list(_LISTED)].reset_index(drop=True)


def _open_orders(lines: pd.DataFrame, ledger: Ledger, question: Question, basis: str) -> pd.DataFrame:
    """Return the order lines with backlog on the basis, with ages and one column per slot."""
    lines = lines[lines[f"backlog_{basis}"] != 0].reset_index(drop=True)
    lines = add_ages(lines, question.as_of, ledger.policy.past_due_date)
    return lines.join(schedule(lines, question.as_of, basis, question.calendar))


def _only_entity(ledger: Ledger) -> str:
    entities = ledger.events["entity"].unique()
    return str(entities[0]) if len(entities) == 1 else "Group"


def _used_dimensions(ledger: Ledger, by: str | None) -> list[str]:
    """Return the dimensions in which the data say anything, or the one asked for."""
    used = [name for name in DIMENSIONS if ledger.events[name].notna().any()]
    if by is not None and by not in used:
        raise UnknownNameError("dimension in the data", by, used)
    return [by] if by else used


def _counted_rows(ledger: Ledger, question: Question) -> pd.DataFrame:
    """Return the events that count, intercompany ones too, in ledger order.

    Raises:
        PeriodError: there is none.
    """
    month: pd.DataFrame = counted(ledger.events, question, (), scope=False).collect().to_native()
    if month.empty:
        known = f" that was recorded by {question.known_at}" if question.known_at else ""
        raise PeriodError(f"Nothing had happened by {question.as_of}{known}. Ask for a later day.")
    kept = ledger.events if len(month) == len(ledger.events) else ledger.events.loc[month.index]
    return kept.assign(month=month["month"]).reset_index(drop=True)


def _fitting(
    events: pd.DataFrame, basis: str, bases: tuple[str, ...], rows: int | None
) -> tuple[pd.DataFrame, tuple[str, ...]]:  # fmt: skip
    """Return the events a sheet holds, and the bases they serve: all, or only the one of the pack.

    Raises:
        InputError: even those are more than a sheet has rows.
    """
    if rows is None or len(events) <= rows:
        return events, bases
    own = events[events["basis"].isna() | (events["basis"] == basis)].reset_index(drop=True)
    if len(own) > rows:
        raise InputError(f"The ledger has {count_of(len(own), 'event')} and a sheet {count_of(rows, 'row')}. "
                         "Split the exports by entity or year and make a pack of each.")  # fmt: skip
    return own, (basis,)


def _top_segments(tables: Mapping[str, pd.DataFrame], basis: str) -> pd.DataFrame:
    """Return the largest segments of every dimension, the rest summed, in one table."""
    made = [_top(table, f"backlog_{basis}").assign(dimension=name) for name, table in tables.items()]
    if not made:
        return pd.DataFrame(columns=["dimension", "segment", "month"])
    table = pd.concat(made, ignore_index=True)
    return table[["dimension", *(name for name in table.columns if name != "dimension")]]


def _top(table: pd.DataFrame, stock: str) -> pd.DataFrame:
    """Return one dimension with its largest segments by what was booked and what is open, largest first."""
    plain = table[table["segment"] != ELIMINATED]
    booked = plain[list(BOOKING_NAMES)].sum(axis=1).groupby(plain["segment"]).sum()
    size = booked.abs() + plain.groupby("segment")[stock].last().abs()
    ranked = list(size.sort_values(ascending=False, kind="stable").index)
    kept = ranked if len(ranked) <= TOP_SEGMENTS + 1 else ranked[:TOP_SEGMENTS]
    name = f"{OTHERS} ({len(ranked) - len(kept)})"
    merged = table.assign(segment=table["segment"].where(table["segment"].isin([*kept, ELIMINATED]), name))
    merged = merged.groupby(["segment", "month"], sort=False).sum().reset_index()
    order = {segment: place for place, segment in enumerate([*kept, name, ELIMINATED])}
    return merged.sort_values(["segment", "month"], key=lambda one: one.map(order) if one.name == "segment" else one,
                              kind="stable", ignore_index=True)  # fmt: skip
