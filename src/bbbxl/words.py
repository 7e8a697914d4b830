"""The accounting rules in words, one row each: printed on the Definitions tab and by the command line."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """One accounting rule.

    Attributes:
        name: Snake case, the word to look it up by.
        title: What people read.
        definition: At most 255 characters, stands alone.
        place: Module that holds the rule.
    """

    name: str
    title: str
    definition: str
    place: str


RULES: tuple[Rule, ...] = (
    Rule(
        "signed_only",
        "Signed orders only",
        "Only signed orders are bookings. Open deals are pipeline, a separate figure; an export of a CRM has "
        "to say which of its rows are won.",
        "inputs.load",
    ),
    Rule(
        "dated_when_it_happened",
        "Changes are dated when they happen",
        "A change or cancellation counts in the month in which it happened. An order cancelled later stays in"
        " the gross bookings of its own month.",
        "metrics.bookings",
    ),
    Rule(
        "known_at",
        "Known at",
        "An event counts from the day the data first showed it. What is derived from a line is derived again "
        "for each day on which something of it became known, so that an earlier report can be printed again.",
        "ledger.states",
    ),
    Rule(
        "posted",
        "The month that reports an event",
        "The month in which it happened, while that is open. What becomes known after the close counts in the first"
        " open month and is marked late; closed months never change as reported.",
        "ledger.kept",
    ),
    Rule(
        "restated",
        "As reported and as restated",
        "As reported sums by the month that reports an event, as restated by the day it happened, both as known now."
        " Where no month was closed the two are the same.",
        "report.restatements",
    ),
    Rule(
        "by_hand",
        "Entries by hand",
        "An entry by hand names its reason, its evidence, who prepared it and who approved it. It is taken back by"
        " another entry, never deleted, and shown apart wherever it counts.",
        "report.adjustments",
    ),
    Rule(
        "cancel_the_rest",
        "Cancelling the rest of a line",
        "What is cancelled is what was ordered and not fulfilled. What was shipped and not billed stays in "
        "the billing backlog; what was billed and not delivered is a credit due, never negative backlog.",
        "ledger.relief",
    ),
    Rule(
        "returns",
        "Returns have two steps",
        "The authorisation lowers bookings and stands negative in the backlog; the receipt (or, for billing, "
        "the credit note) takes it out. What is received without authorisation reverses nothing and is a red "
        "check.",
        "ledger.relief",
    ),
    Rule(
        "credit_causes",
        "Credit notes have a cause",
        "Return and cancellation lower order and billing; price lowers the price and moves no backlog; rebill"
        " re-opens the billing backlog. Where the order side is in the data it is not lowered twice.",
        "ledger.relief",
    ),
    Rule(
        "invoice_without_order",
        "Invoices without an order",
        "An invoice bills what an order booked. One with no order behind it in the files is booked and billed on its"
        " own day, and shown apart.",
        "ledger.relief",
    ),
    Rule(
        "over_delivery",
        "Relief stops at the order",
        "What is shipped or billed beyond an order relieves nothing more and is shown apart. Lines are never "
        "netted against each other.",
        "ledger.relief",
    ),
    Rule(
        "completion",
        "Completion",
        "A line that is finally billed leaves the billing backlog, whatever over- or under-invoicing left on "
        "it; a service leaves the fulfilment backlog too.",
        "ledger.relief",
    ),
    Rule(
        "hold",
        "Hold",
        "A held line stays in the backlog, on a line of its own in the schedule, with no movement in the total.",
        "metrics.schedule",
    ),
    Rule(
        "terms",
        "Lines with a term",
        "A line with a service term is scheduled over its remaining days, not on one commit date.",
        "metrics.schedule",
    ),
    Rule(
        "closing_rate",
        "Backlog at closing rates",
        "Each open line is carried to the closing rate of every period end, as an FX event. FX is in neither "
        "gross nor net bookings.",
        "ledger.fx",
    ),
    Rule(
        "rounding",
        "Rounding",
        "Amounts are translated once per event and rounded half up to the minor unit; every total is then a "
        "sum of whole numbers, and segments add up exactly.",
        "ledger.rates",
    ),
    Rule(
        "entity_and_group",
        "Entities and group",
        "An entity's figures hold its orders from other group entities; group figures leave them out, and the"
        " row Intercompany eliminated takes them out of the sum of the entities.",
        "aggregate.flows",
    ),
    Rule(
        "not_available",
        "Not available and undefined",
        "What the data do not hold, or know only as a total, is not available, with the reason. A ratio with "
        "nothing below the line is blank. Neither is ever 0.",
        "ledger.availability",
    ),
    Rule(
        "decided_on_evidence",
        "Decimal mark and order of dates",
        "Both are decided on the whole file's evidence, and the value that decides is told; dates with dots have the "
        "day first unless another date says otherwise. Where nothing decides, the file is refused until somebody says"
        " it.",
        "inputs.cells",
    ),
    Rule(
        "day_as_written",
        "The day of a timestamp",
        "The day of a date with a time is the one that is written, in the zone it is written in; nothing is converted"
        " and the time of day is left out.",
        "inputs.values.dates",
    ),
    Rule(
        "numbers_of_orders",
        "Order numbers are text",
        "They stay as written, with leading zeros. A file in which one has lost digits, such as 1.23E+15, is refused:"
        " two orders may look the same.",
        "inputs.damage",
    ),
    Rule(
        "no_currency",
        "Amounts without a currency",
        "Where neither column, cell, header nor number format names a currency, nor anybody for the firm, amounts are"
        " counted in XXX, which says no currency, and never added to those of another.",
        "inputs.currencies",
    ),
    Rule(
        "set_aside",
        "Rows set aside",
        "A row with a value that cannot be read counts nowhere and is listed with its place and reason. Titles, "
        "repeated headers, totals and footers are no data and are listed apart.",
        "inputs.cells",
    ),
    Rule(
        "own_totals",
        "Totals that a file prints",
        "They are never counted. Each is compared with the sum of the rows it covers, rows set aside included, and one"
        " that differs is a red check.",
        "inputs.own_totals",
    ),
    Rule(
        "findings",
        "Findings are questions",
        "What a careful reader would ask, such as a shipment before its order, numbers that are missing or rows that "
        "stand twice, is listed with its rows. A finding changes no figure.",
        "inputs.findings",
    ),
)
