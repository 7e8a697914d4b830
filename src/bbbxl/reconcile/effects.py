"""The effect of every group on the bridge, taken apart by cause, in whole minor units that add up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bbbxl.reconcile.classes import CLASS
from bbbxl.reconcile.classify import Classes, at_crm_rate, rate_tolerance, same_currency
from bbbxl.reconcile.facts import Facts
from bbbxl.reconcile.pool import Mask, Numbers

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
    timing; one that lies wholly outside has no effect.

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
    by_rate = np.abs(rate) > rate_tolerance(facts)
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
    parts["other"] += np.where(single & touched, effect, 0)
    timing = np.where(timed & touched, effect, np.where(split, effect - whole, 0))
    unexplained = np.where(is_open_class(classes), parts["other"], 0)
    return Effects(effect, fx, parts["rounding"], parts["tax"], parts["term"], timing, parts["named"], parts["other"],
                   unexplained)  # fmt: skip


def is_open_class(classes: Classes) -> Mask:
    """Return the groups of a class that explains nothing by itself."""
    codes = [code for code, one in CLASS.items() if one.effect == "open"]
    return np.isin(classes, codes)
