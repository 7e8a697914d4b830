"""One class for every group: the first rule that its sums, days and rows fit."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from bbbxl.reconcile.evidence import FEW, scale
from bbbxl.reconcile.facts import Facts, SideSums
from bbbxl.reconcile.pool import NONE, Mask, Numbers

#: Days apart from which a match inside the period is said to be apart.
DAYS_APART = 6
#: Rates of tax that are looked for where an ERP names no tax, in parts of ten thousand.
TAX_RATES = (500, 550, 600, 700, 725, 750, 770, 800, 810, 825, 875, 900, 1000, 1200, 1300, 1500, 1600, 1800, 1900, 2000,
             2100, 2200, 2300, 2400, 2500)  # fmt: skip
Classes = npt.NDArray[np.object_]


def classify(facts: Facts) -> Classes:
    """Return the class of every group.

    Rules in the order in which they are tried: one-sided; repeats; currency; timing, where amounts agree and the sides
    lie in different periods; agreement with its exchange rate; rounding; sign; credit memo; tax; term; a split that
    falls short; and else the amount differs. A class that the pair does not have is never given. Where the right side
    follows bit by bit, less on the right is in time too; see `short_of`.

    Source: reconciliation, classes and timing rule.
    """
    rules: list[tuple[str, Mask]] = [
        ("CRM_ONLY", facts.erp.count == 0),
        ("ERP_ONLY", facts.crm.count == 0),
        ("DUPLICATE_CRM", repeats_count(facts.crm.deal, facts.crm.repeat_deal, facts.erp.deal, facts)),
        ("DUPLICATE_ERP", repeats_count(facts.erp.deal, facts.erp.repeat_deal, facts.crm.deal, facts)),
        *_in_two_currencies(facts),
        *(_timing_in_part(facts) if facts.pair.partial else ()),
        *_timing(facts),
        *_agreeing(facts),
        *_explained(facts),
        ("SPLIT_SHORT", _short(facts)),
    ]
    found = np.full(len(facts), "AMOUNT_DIFF", dtype=object)
    for code, mask in reversed(rules):
        if code in facts.pair.kinds:
            found[mask] = code
    return found


def same_currency(facts: Facts) -> Mask:
    """Return the groups whose rows are all in one currency."""
    found: Mask = (facts.crm.currency == facts.erp.currency) & (facts.crm.currency != NONE)
    return found


def repeats_count(own: Numbers, repeated: Numbers, other: Numbers, facts: Facts) -> Mask:
    """Return the groups in which a side comes nearer to the other without the rows that repeat."""
    both = (facts.crm.count > 0) & (facts.erp.count > 0)
    found: Mask = both & (repeated != 0) & (np.abs(own - repeated - other) < np.abs(own - other))
    return found


def rate_tolerance(facts: Facts) -> Numbers:
    """Return the minor units by which translated sums may differ at one rate: one for every row rounded."""
    return facts.crm.count + facts.erp.count


def translated_alike(facts: Facts) -> Mask:
    """Return the groups whose sides come to the same at one rate: a few minor units, or the rate as written."""
    gap = facts.erp.minor - at_crm_rate(facts, facts.erp.deal)
    found: Mask = np.abs(gap) <= rate_tolerance(facts)
    return found


def at_crm_rate(facts: Facts, deal: Numbers) -> Numbers:
    """Return document amounts in reporting minor units at the rate of the CRM side, rounded half up.

    Where the CRM side sums to nothing, its rate is that of the ERP side.
    """
    upper = np.where(facts.crm.deal != 0, facts.crm.minor, facts.erp.minor)
    lower = np.where(facts.crm.deal != 0, facts.crm.deal, facts.erp.deal)
    safe = np.where(lower == 0, 1, lower)
    exact = np.abs(deal).astype(np.float64) * np.abs(upper).astype(np.float64) < 2.0**62
    size = np.where(exact, deal, 0) * np.where(exact, upper, 0)
    whole = np.sign(size) * np.sign(safe) * ((2 * np.abs(size) + np.abs(safe)) // (2 * np.abs(safe)))
    for place in np.flatnonzero(~exact).tolist():
        product, divisor = int(deal[place]) * int(upper[place]), int(safe[place])
        value = (2 * abs(product) + abs(divisor)) // (2 * abs(divisor))
        whole[place] = value if (product >= 0) == (divisor >= 0) else -value
    return np.where(deal == lower, upper, whole).astype(np.int64)


def _in_two_currencies(facts: Facts) -> list[tuple[str, Mask]]:
    """Return the rules of groups whose sides are in different currencies."""
    pool = facts.pool
    apart = (facts.crm.currency != facts.erp.currency) & (facts.crm.currency != NONE) & (facts.erp.currency != NONE)
    both = apart & (facts.crm.count > 0) & (facts.erp.count > 0)
    places = scale(pool) if len(pool.coins) else np.ones(1)
    crm = facts.crm.deal * places[np.maximum(facts.crm.currency, 0)]
    erp = facts.erp.deal * places[np.maximum(facts.erp.currency, 0)]
    near = np.abs(facts.erp.minor - facts.crm.minor) <= 0.05 * np.abs(facts.crm.minor)
    return [("CURRENCY_ERR", both & (np.abs(crm - erp) <= FEW)), ("FX_RATE", both & near)]


def _timing(facts: Facts) -> list[tuple[str, Mask]]:
    """Return the rules of groups that agree over all days and lie in different periods."""
    agrees = agreeing(facts)
    crm, erp = facts.crm, facts.erp
    touched = agrees & ((crm.inside > 0) | (erp.inside > 0))
    return [
        ("TIMING_CRM_FIRST", touched & (crm.inside > 0) & (erp.after > crm.after) & (crm.after == 0)),
        ("TIMING_ERP_FIRST", touched & (erp.inside > 0) & (crm.after > erp.after) & (erp.after == 0)),
        ("TIMING_PRIOR", touched & ((crm.before > 0) != (erp.before > 0))),
        ("TIMING_PRIOR", touched & (crm.before > 0) & (erp.before > 0) & (_partly(crm) | _partly(erp))),
        ("TIMING_CRM_FIRST", touched & (_partly(crm) | _partly(erp))),
    ]


def _timing_in_part(facts: Facts) -> list[tuple[str, Mask]]:
    """Return the rules of timing of a pair whose right side follows bit by bit: less on the right is in time too."""
    crm, erp, less = facts.crm, facts.erp, short_of(facts)
    billed = less & (erp.inside > 0) & (crm.inside == 0)
    return [
        ("TIMING_PRIOR", billed & (crm.before > 0) & (crm.after == 0)),
        ("TIMING_ERP_FIRST", billed & (crm.after > 0) & (crm.before == 0)),
    ]


def _partly(side: SideSums) -> Mask:
    """Return the groups of which a side lies in the period only in part."""
    found: Mask = (side.inside > 0) & (side.inside < side.count)
    return found


def agreeing(facts: Facts) -> Mask:
    """Return the groups whose document amounts agree over all days, to a few minor units."""
    found: Mask = same_currency(facts) & (np.abs(facts.erp.deal - facts.crm.deal) <= FEW)
    return found


def _agreeing(facts: Facts) -> list[tuple[str, Mask]]:
    """Return the rules of groups that agree in document currency and period."""
    same = agreeing(facts)
    exact = same & (facts.erp.deal == facts.crm.deal)
    alike = translated_alike(facts)
    days = np.abs(facts.erp.first - facts.crm.first) >= DAYS_APART
    equal = exact & (facts.erp.minor == facts.crm.minor)
    several_crm, several_erp = facts.crm.count > 1, facts.erp.count > 1
    return [
        ("FX_RATE", same & ~alike),
        ("ROUNDING", same & ~equal),
        ("MATCHED_SPLIT", exact & several_erp & (facts.erp.count >= facts.crm.count)),
        ("MATCHED_MERGED", exact & several_crm),
        ("DATE_DIFF", exact & days),
        ("MATCHED", exact),
    ]


def _explained(facts: Facts) -> list[tuple[str, Mask]]:
    """Return the rules of groups whose difference has a cause."""
    same, crm, erp = same_currency(facts), facts.crm.deal, facts.erp.deal
    few = FEW + facts.erp.count
    taxed = (facts.tax_deal != 0) & (np.abs(erp - facts.tax_deal - crm) <= few)
    return [
        ("SIGN_ERROR", same & (np.abs(erp + crm) <= few)),
        ("CREDIT_MEMO", same & (facts.credit_deal != 0) & (np.abs(erp - facts.credit_deal - crm) <= few)),
        ("TAX_GROSS", same & (taxed | tax_by_rate(facts))),
        ("TERM_ANNUALISED", same & yearly(facts)),
    ]


def tax_by_rate(facts: Facts) -> Mask:
    """Return the groups whose ERP amount is exactly that of the CRM with a usual rate of tax, where no tax is named."""
    found = np.zeros(len(facts), dtype=np.bool_)
    if "tax" in facts.pool.erp.opened.fields:
        return found
    crm, erp = facts.crm.deal, facts.erp.deal
    for rate in TAX_RATES:
        found |= np.abs(erp * 10_000 - crm * (10_000 + rate)) <= 10_000
    taxed: Mask = found & (np.sign(crm) == np.sign(erp)) & (np.abs(crm) >= 10_000) & (erp != crm)
    return taxed


def yearly(facts: Facts) -> Mask:
    """Return the groups whose ERP amount is one year of the CRM amount."""
    years = facts.term / 12
    found: Mask = (facts.term > 12) & (np.abs(facts.erp.deal * years - facts.crm.deal) <= FEW * years)
    return found


def _short(facts: Facts) -> Mask:
    """Return the groups whose ERP rows are parts that come to less than the CRM side, with no credit among them."""
    less = np.abs(facts.erp.deal) < np.abs(facts.crm.deal)
    alike = np.sign(facts.erp.deal) == np.sign(facts.crm.deal)
    parts = ((facts.parts > 0) | (facts.lines > 1)) & (facts.credit_deal == 0)
    found: Mask = short_of(facts) if facts.pair.partial else same_currency(facts) & less & alike & parts
    return found


def short_of(facts: Facts) -> Mask:
    """Return the groups of which the right side has less, where what is missing can be told.

    It cannot where a credit memo of unknown cause stands among the rows, where a row repeats another, and where the
    amounts on the right may hold tax: they do until most groups that agree show that they do not.
    """
    less = np.abs(facts.erp.deal) < np.abs(facts.crm.deal)
    alike = np.sign(facts.erp.deal) == np.sign(facts.crm.deal)
    plain = (facts.credit_deal == 0) & (facts.erp.repeat_deal == 0) & (facts.crm.repeat_deal == 0)
    gross = (facts.tax_deal != 0) & (np.abs(facts.erp.deal - facts.tax_deal - facts.crm.deal) <= FEW + facts.erp.count)
    net = int((agreeing(facts) & (facts.tax_deal != 0)).sum())
    if "tax" in facts.pool.erp.opened.fields:
        plain &= (facts.tax_deal == 0) | (net > int(gross.sum()))
    else:
        plain &= int(agreeing(facts).sum()) >= int(tax_by_rate(facts).sum())
    found: Mask = same_currency(facts) & less & alike & plain & (facts.erp.count > 0)
    return found
