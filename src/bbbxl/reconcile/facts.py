"""What is known of every group: sums, currencies, days and kinds of rows of each side, as columns."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt

from bbbxl.periods import Period
from bbbxl.reconcile.draft import Draft
from bbbxl.reconcile.evidence import FEW
from bbbxl.reconcile.pair import Pair
from bbbxl.reconcile.pool import NONE, Mask, Numbers, Pool
from bbbxl.reconcile.side import Side


@dataclass(frozen=True)
class SideSums:
    """One side of every group; arrays are one element a group.

    Attributes:
        count: Rows.
        inside: Rows in the period.
        before: Rows before it.
        after: Rows after it.
        deal: Sum in document currency.
        minor: Sum in the reporting currency.
        period: Of that, in the period.
        currency: Number of the document currency; NONE where there are several or no rows.
        first: First day; 0 where there are no rows.
        last: Last day.
        repeat_deal: Of deal, rows that repeat another.
        repeat_minor: Of minor, rows that repeat another.
        row: First row, NONE where there is none; one that repeats nothing and is no credit where there is one.
    """

    count: Numbers
    inside: Numbers
    before: Numbers
    after: Numbers
    deal: Numbers
    minor: Numbers
    period: Numbers
    currency: Numbers
    first: Numbers
    last: Numbers
    repeat_deal: Numbers
    repeat_minor: Numbers
    row: Numbers


@dataclass(frozen=True)
class Facts:
    """Every group, one-sided items included.

    Attributes:
        pool: What was matched.
        period: The period.
        crm_group: CRM row -> group.
        erp_group: ERP row -> group.
        matched: Groups made by a stage; the others are one-sided.
        crm: CRM side.
        erp: ERP side.
        credit_deal: Credit memos beside other ERP rows, document currency; below zero.
        credit_minor: The same in the reporting currency.
        tax_deal: Tax inside the ERP side, document currency.
        term: Longest term of the CRM side, months.
        parts: ERP rows that show themselves as parts: a later line, a suffix, an invoice of an order.
        lines: ERP rows that are neither credits nor repeats.
        unlike: Groups in which a repeated CRM row has another amount than the row it repeats.
        crm_repeat: CRM rows that repeat another of their group.
        erp_repeat: ERP rows that repeat another of their group.
    """

    pool: Pool
    period: Period
    crm_group: Numbers
    erp_group: Numbers
    matched: int
    crm: SideSums
    erp: SideSums
    credit_deal: Numbers
    credit_minor: Numbers
    tax_deal: Numbers
    term: npt.NDArray[np.float64]
    parts: Numbers
    lines: Numbers
    unlike: Mask
    crm_repeat: Mask
    erp_repeat: Mask

    def __len__(self) -> int:
        return len(self.crm.count)

    @property
    def pair(self) -> Pair:
        """Return the pair of the two sides."""
        return self.pool.pair

    def taken(self, groups: Numbers) -> Facts:
        """Return some of the groups; rows keep the numbers of all groups."""
        return replace(
            self, crm=_taken(self.crm, groups), erp=_taken(self.erp, groups), credit_deal=self.credit_deal[groups],
            credit_minor=self.credit_minor[groups], tax_deal=self.tax_deal[groups], term=self.term[groups],
            parts=self.parts[groups], lines=self.lines[groups], unlike=self.unlike[groups],
        )  # fmt: skip


def _taken(side: SideSums, groups: Numbers) -> SideSums:
    return SideSums(*(getattr(side, one.name)[groups] for one in fields(side)))


def gather_facts(draft: Draft, period: Period) -> Facts:
    """Return what is known of every group; open rows and orders become groups of their own at the end."""
    pool, matched = draft.pool, len(draft.stage)
    crm_group, order_group = draft.crm.copy(), draft.order.copy()
    rows, orders = draft.open_crm, draft.open_orders
    crm_group[rows] = matched + np.arange(len(rows))
    order_group[orders] = matched + len(rows) + np.arange(len(orders))
    size = matched + len(rows) + len(orders)
    erp_group = order_group[pool.orders.of_row]
    erp_repeat = draft.order_repeats[pool.orders.of_row] | pool.repeated
    erp_repeat &= erp_group < matched
    crm = _side(pool.crm, crm_group, pool.crm_currency, draft.crm_repeats, period, size)
    erp = _side(pool.erp, erp_group, pool.erp_currency, erp_repeat, period, size)
    credits = pool.erp.credits & (sum_by(erp_group, (~pool.erp.credits).astype(np.int64), size)[erp_group] > 0)
    main = crm.row[crm_group]
    unlike = draft.crm_repeats & (np.abs(pool.crm.deal - pool.crm.deal[main]) > FEW)
    term = np.zeros(size)
    np.maximum.at(term, crm_group, pool.crm.term)
    return Facts(
        pool, period, crm_group, erp_group, matched, crm, erp,
        sum_by(erp_group, np.where(credits, pool.erp.deal, 0), size),
        sum_by(erp_group, np.where(credits, pool.erp.minor, 0), size),
        sum_by(erp_group, pool.erp.tax, size), term,
        sum_by(erp_group, _is_part(pool).astype(np.int64), size),
        sum_by(erp_group, (~pool.erp.credits & ~erp_repeat).astype(np.int64), size),
        sum_by(crm_group, unlike.astype(np.int64), size) > 0, draft.crm_repeats.copy(), erp_repeat,
    )  # fmt: skip


def sum_by(group: Numbers, values: Numbers, size: int) -> Numbers:
    """Return the exact sum of whole numbers of every group."""
    found = np.zeros(size, dtype=np.int64)
    np.add.at(found, group, values)
    return found


def period_days(period: Period) -> tuple[int, int]:
    """Return the first day of a period and the day after its last, in days since 1970-01-01."""
    start, end = (int(np.datetime64(day, "D").astype(np.int64)) for day in (period.start, period.end))
    return start, end


def inside(days: Numbers, period: Period) -> Mask:
    """Return which days lie in the period."""
    start, end = period_days(period)
    found: Mask = (days >= start) & (days < end)
    return found


def _side(side: Side, group: Numbers, currency: Numbers, repeat: Mask, period: Period, size: int) -> SideSums:
    start, end = period_days(period)
    within = inside(side.days, period)
    lowest, highest = np.full(size, np.iinfo(np.int64).max), np.full(size, NONE)
    np.minimum.at(lowest, group, currency)
    np.maximum.at(highest, group, currency)
    first, last = np.full(size, np.iinfo(np.int64).max), np.full(size, np.iinfo(np.int64).min)
    np.minimum.at(first, group, side.days)
    np.maximum.at(last, group, side.days)
    count = np.bincount(group, minlength=size)
    row = np.full(size, NONE, dtype=np.int64)
    late = repeat | side.credits
    order = np.r_[np.flatnonzero(late)[::-1], np.flatnonzero(~late)[::-1]]
    row[group[order]] = order
    return SideSums(
        count, sum_by(group, within.astype(np.int64), size), sum_by(group, (side.days < start).astype(np.int64), size),
        sum_by(group, (side.days >= end).astype(np.int64), size), sum_by(group, side.deal, size),
        sum_by(group, side.minor, size), sum_by(group, np.where(within, side.minor, 0), size),
        np.where((lowest == highest) & (count > 0), lowest, NONE), np.where(count > 0, first, 0),
        np.where(count > 0, last, 0), sum_by(group, np.where(repeat, side.deal, 0), size),
        sum_by(group, np.where(repeat, side.minor, 0), size), row,
    )  # fmt: skip


def _is_part(pool: Pool) -> Mask:
    """Return the ERP rows that show themselves as parts of an order."""
    lines = pool.erp.texts["line_id"].each(lambda text: text.isdigit() and int(text) > 1, np.bool_)
    root = pool.orders.key[pool.orders.of_row]
    child = (root != pool.erp_key) & (root != NONE)
    found: Mask = (lines | child | pool.suffixed) & ~pool.erp.credits
    return found
