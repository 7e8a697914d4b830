"""The effect of every group on the bridge, taken apart by cause, in whole minor units that add up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bbbxl.reconcile.classes import CLASS
from bbbxl.reconcile.classify import Classes, at_crm_rate, rate_tolerance, same_currency
from bbbxl.reconcile.evidence import FEW
from bbbxl.reconcile.facts import Facts
from bbbxl.reconcile.pool import NONE, Mask, Numbers

#: Class -> the cause that its amounts differ for; every other class leaves it open.
_CAUSE = {"ROUNDING": "rounding", "TAX_GROSS": "tax", "TERM_ANNUALISED": "term", "CURRENCY_ERR": "named",
          "SIGN_ERROR": "named", "CREDIT_MEMO": "named", "DUPLICATE_CRM": "named", "DUPLICATE_ERP": "named",
          "FX_RATE": "rounding"}  # fmt: skip
TIMING = ("TIMING_CRM_FIRST", "TIMING_ERP_FIRST", "TIMING_PRIOR")


@dataclass(frozen=True)
class Effects:
    """Minor units of the reporting currency, one element a group; the seven causes add up to the effect.

    Attributes:
        effect: ERP in period less CRM in period.
        fx: Another rate on the same document amount.
        rounding: A few minor units.
        tax: Tax in the ERP amount.
        term: One year in the ERP, the whole term in the CRM.
        timing: Rows outside the period.
        named: Duplicates, credit memos, wrong currency or sign.
        other: No cause found.
        unexplained: What nothing explains yet.
    """

    effect: Numbers
    fx: Numbers
    rounding: Numbers
    tax: Numbers
    term: Numbers
    timing: Numbers
    named: Numbers
    other: Numbers
    unexplained: Numbers


def take_apart(facts: Facts, classes: Classes) -> Effects:
    """Return the effect of every group and its causes.

    Over all days the sides differ by a document amount, valued at the rate of the CRM, and by the rate on the ERP
    amount; what of that is not in the period is timing. A group with one side wholly outside that agrees is all
    timing; one that lies wholly outside has no effect. A cause that is only likely explains nothing: a usual rate of
    tax where the ERP names none, two currencies that come to nearly the same, a repeated record of another amount.

    A pair may name what the engine leaves open, and leave open what the engine names: see `_of_pair`.

    Source: reconciliation, proof; rules, roll-forward: the residual is printed, never plugged.
    """
    crm, erp = facts.crm, facts.erp
    effect = erp.period - crm.period
    whole = erp.minor - crm.minor
    touched = (crm.inside > 0) | (erp.inside > 0)
    single = (crm.count == 0) | (erp.count == 0)
    timed = np.isin(classes, TIMING) & ((crm.inside == 0) | (erp.inside == 0))
    split = touched & ~single & ~timed
    valued = np.where(same_currency(facts), at_crm_rate(facts, erp.deal) - at_crm_rate(facts, crm.deal), whole)
    rate = np.where(split, whole - valued, 0)
    by_rate = by_rate_of(facts, rate)
    parts = {name: np.zeros(len(facts), dtype=np.int64) for name in ("rounding", "tax", "term", "named", "other")}
    amount = np.where(split, valued, 0)
    renamed = ~same_currency(facts) & (classes == "FX_RATE")
    fx = np.where(by_rate, rate, 0) + np.where(renamed, amount, 0)
    parts["rounding"] += np.where(by_rate, 0, rate)
    amount = np.where(renamed, 0, amount)
    for code in np.unique(classes.astype(str)).tolist():
        of = classes == code
        cause = _CAUSE.get(code, "rounding" if CLASS[code].effect == "none" or code in TIMING else "other")
        parts[cause] += np.where(of & split, amount, 0)
    rest = np.where(split, _beside_repeats(facts, classes, amount), 0)
    parts["named"] -= rest
    parts["other"] += rest
    parts["other"] += np.where(single & touched, effect, 0)
    timing = np.where(timed & touched, effect, np.where(split, effect - whole, 0))
    unexplained = np.where(is_open_class(classes) | (rest != 0), parts["other"], 0)
    unexplained += np.where((classes == "TAX_GROSS") & (facts.tax_deal == 0), parts["tax"], 0)
    unexplained += np.where(renamed & by_rate_of(facts, whole), fx, 0)
    unexplained = _of_pair(facts, classes, parts, effect, unexplained)
    return Effects(effect, fx, parts["rounding"], parts["tax"], parts["term"], timing, parts["named"], parts["other"],
                   unexplained)  # fmt: skip


def _of_pair(
    facts: Facts, classes: Classes, parts: dict[str, Numbers], effect: Numbers, unexplained: Numbers
) -> Numbers:  # fmt: skip
    """Return what is unexplained as the pair has it; what it names moves from other to named.

    A row that repeats another explains nothing, whatever the class, nor does one without a number.
    """
    numbered = (facts.crm.row == NONE) | (facts.pool.crm_key[facts.crm.row] != NONE)
    for code, one in facts.pair.kinds.items():
        if one.effect == CLASS[code].effect:
            continue
        of = classes == code
        if one.effect == "open":
            unexplained = np.where(of, effect, unexplained)
        else:
            of &= (facts.crm.repeat_deal == 0) & (facts.erp.repeat_deal == 0) & numbered
            parts["named"] += np.where(of, parts["other"], 0)
            parts["other"] = np.where(of, 0, parts["other"])
            unexplained = np.where(of, 0, unexplained)
    return unexplained


def by_rate_of(facts: Facts, amount: Numbers) -> Mask:
    """Return the groups whose difference is more than the rounding of their rows."""
    found: Mask = np.abs(amount) > rate_tolerance(facts)
    return found


def _beside_repeats(facts: Facts, classes: Classes, amount: Numbers) -> Numbers:
    """Return what of the difference of duplicates their repeated rows do not make up.

    A row that stands twice explains its own amount. A second row of one record with another amount may be a second
    line of the deal, or a change of it: it explains nothing.
    """
    rest = np.zeros(len(facts), dtype=np.int64)
    for code, side, sign in (("DUPLICATE_CRM", facts.crm, -1), ("DUPLICATE_ERP", facts.erp, 1)):
        again = np.where(same_currency(facts), at_crm_rate(facts, side.repeat_deal), side.repeat_minor)
        again = np.where(facts.unlike & (sign < 0), 0, again)
        left = amount - sign * again
        rest += np.where((classes == code) & (np.abs(left) > FEW), left, 0)
    return rest


def is_open_class(classes: Classes) -> Mask:
    """Return the groups of a class that explains nothing by itself."""
    codes = [code for code, one in CLASS.items() if one.effect == "open"]
    return np.isin(classes, codes)
