"""The classes of a match or one-sided item, each with its words, its next step and what it explains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: none: the effect is 0; named: its cause explains it where the rows show it; open: it explains nothing by itself.
EffectKind = Literal["none", "named", "open"]


@dataclass(frozen=True)
class BreakClass:
    """One kind of match or break.

    Attributes:
        code: The word in files and commands.
        title: What people read.
        meaning: One sentence that stands alone.
        cause: The usual cause.
        next_step: fix CRM, fix ERP, explain, wait; empty where nothing is to do.
        effect: Whether its effect is 0, has a named cause, or stays open until somebody explains it.
    """

    code: str
    title: str
    meaning: str
    cause: str
    next_step: str
    effect: EffectKind


CLASSES: tuple[BreakClass, ...] = (
    BreakClass("MATCHED", "Matched", "One CRM row and one ERP row agree in amount and period.",
               "None: nothing differs.", "", "none"),
    BreakClass("MATCHED_SPLIT", "Matched, split in the ERP", "Several ERP rows add up to one CRM row.",
               "The order was entered by line, shipment or invoice.", "", "none"),
    BreakClass("MATCHED_MERGED", "Matched, merged in the ERP", "Several CRM rows add up to one ERP order.",
               "Several opportunities were entered as one order.", "", "none"),
    BreakClass("DATE_DIFF", "Matched, days apart", "Amounts agree inside the period, and the dates lie more than five "
               "days apart.", "The order was entered late.", "", "none"),
    BreakClass("ROUNDING", "Rounding", "The amounts differ by a few minor units.",
               "Prices by piece or rates were rounded at different places.", "", "named"),
    BreakClass("FX_RATE", "Exchange rate", "The same amount, or one in another currency that comes near it, was "
               "translated at different rates.",
               "CRM and ERP use rates of different days.", "explain", "named"),
    BreakClass("AMOUNT_DIFF", "Amount differs", "The same order, and no rule explains the difference of its amount.",
               "A discount, change or typing error on one side only.", "explain", "open"),
    BreakClass("SPLIT_SHORT", "Split is incomplete", "The ERP rows of an order come to less than the CRM row.",
               "A line, shipment or invoice was not entered yet.", "fix ERP", "open"),
    BreakClass("CREDIT_MEMO", "Credit memo", "The order agrees, and a credit memo of the ERP is not in the CRM.",
               "A credit was given after the sale, and the CRM was not told.", "fix CRM", "named"),
    BreakClass("TAX_GROSS", "Tax in the amount", "The ERP amount is that of the CRM with tax.",
               "The order was entered gross.", "fix ERP", "named"),
    BreakClass("TERM_ANNUALISED", "One year of the term", "The ERP amount is one year of the term that the CRM counts "
               "whole.", "Bookings are counted by year in the ERP and as total contract value in the CRM.", "explain",
               "named"),
    BreakClass("CURRENCY_ERR", "Wrong currency", "The same number in different currencies.",
               "The currency was not chosen when the order was entered.", "fix ERP", "named"),
    BreakClass("SIGN_ERROR", "Wrong sign", "The same amount with opposite signs.",
               "A credit was entered as an order, or the other way round.", "fix ERP", "named"),
    BreakClass("TIMING_CRM_FIRST", "Timing: CRM first", "The CRM counts it in the period, the ERP after it.",
               "Cut-off: the order was entered after the period end.", "wait", "named"),
    BreakClass("TIMING_ERP_FIRST", "Timing: ERP first", "The ERP counts it in the period, the CRM after it.",
               "The opportunity was closed after the order was entered.", "wait", "named"),
    BreakClass("TIMING_PRIOR", "Timing: prior period", "One side counts it in the period, the other before it.",
               "Cut-off of the last period: it was open then and clears now.", "", "named"),
    BreakClass("DUPLICATE_ERP", "Twice in the ERP", "An ERP row repeats one that is matched.",
               "The order was entered twice.", "fix ERP", "named"),
    BreakClass("DUPLICATE_CRM", "Twice in the CRM", "A CRM row repeats one that is matched.",
               "The opportunity was made twice.", "fix CRM", "named"),
    BreakClass("CRM_ONLY", "Only in the CRM", "A CRM row without any ERP row.",
               "The order was not entered, or under a number and amount that do not lead to it.", "fix ERP", "open"),
    BreakClass("ERP_ONLY", "Only in the ERP", "An ERP row without any CRM row.",
               "The order was entered without an opportunity, or it was not marked as won.", "fix CRM", "open"),
)  # fmt: skip
CLASS: dict[str, BreakClass] = {one.code: one for one in CLASSES}


@dataclass(frozen=True)
class Stage:
    """One stage of the matching, in the order in which they run.

    Attributes:
        code: The word in files.
        title: What people read.
        meaning: One sentence that stands alone: what it accepts.
    """

    code: str
    title: str
    meaning: str


STAGES: tuple[Stage, ...] = (
    Stage("decision", "Decision", "A person said that these rows belong together."),
    Stage("system_id", "System id", "The ERP row carries the id of the CRM record; letter case counts."),
    Stage("exact_key", "Order number", "Both sides carry the same order number, written alike."),
    Stage("normalised_key", "Order number, written differently", "The order numbers are the same without case, dashes, "
          "blanks, leading zeros and suffixes; refused where neither customer nor amount agrees."),
    Stage("keyless_exact", "Amount, customer and day", "Same currency and document amount, the same customer but for "
          "one typing error, at most 20 days apart, and no second candidate that fits as well."),
    Stage("subset_sum", "Sum of parts", "Rows of one customer and currency add up to the amount in one way only."),
    Stage("near_amount", "Near amount", "Similar customer and an amount within 1.2 %: only a suggestion."),
    Stage("duplicate", "Repeated row", "The row repeats one that is matched."),
    Stage("none", "Not matched", "No stage found a partner."),
)  # fmt: skip
