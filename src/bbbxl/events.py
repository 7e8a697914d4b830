"""The event kinds: their signs, what they mean and the measures they feed. The one table of the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Group = Literal["order", "state", "fact", "derived"]


@dataclass(frozen=True)
class EventKind:
    """One kind of event.

    Attributes:
        name: Word in the ledger's column `kind`, and the name of the measure the kind feeds.
        code: Two-digit number, stable over releases; the flow key of the Ledger tab ends with it.
        title: What people read.
        group: order (changes what is on order), state (dates and holds, no amount), fact (what was
            delivered, billed, recognised or paid), derived (written by bbbxl, never read from a file).
        sign: Effect of a positive amount on the order value (group order), on its own flow (fact) or on
            the backlog (derived). Amounts in the ledger are positive in the kind's own sense.
        gross: +1 when the kind belongs to gross bookings.
        net: Sign with which the kind enters net bookings, 0 when it does not.
        definition: One sentence that stands alone.
    """

    name: str
    code: int
    title: str
    group: Group
    sign: int
    gross: int
    net: int
    definition: str


EVENT_KINDS: tuple[EventKind, ...] = (
    EventKind(
        "new", 10, "New", "order", 1, 1, 1, "Signed order value of a customer or product that was not under contract."
    ),
    EventKind(
        "renewal",
        11,
        "Renewal",
        "order",
        1,
        1,
        1,
        "Signed order value that continues a contract up to its expiring amount.",
    ),
    EventKind(
        "expansion",
        12,
        "Expansion",
        "order",
        1,
        1,
        1,
        "An amendment that raises quantity, scope or term of a signed order, dated when it was agreed.",
    ),
    EventKind(
        "price_increase",
        13,
        "Price increase",
        "order",
        1,
        1,
        1,
        "An amendment that raises the price of what is already on order.",
    ),
    EventKind(
        "book_and_turn",
        14,
        "Book-and-turn",
        "order",
        1,
        1,
        1,
        "An invoice without an order: booked and billed on the same day, shown apart.",
    ),
    EventKind(
        "contraction",
        20,
        "Contraction",
        "order",
        -1,
        0,
        -1,
        "An amendment that lowers quantity, scope or term of a signed order, dated when it was agreed.",
    ),
    EventKind(
        "cancellation",
        21,
        "Cancellation",
        "order",
        -1,
        0,
        -1,
        "Withdrawal of what was ordered and not yet fulfilled, dated when it was withdrawn.",
    ),
    EventKind(
        "return_authorisation",
        22,
        "Return authorisation",
        "order",
        -1,
        0,
        -1,
        "Goods agreed to come back: lowers bookings and stands negative in backlog until they are received.",
    ),
    EventKind(
        "price_decrease",
        23,
        "Price decrease",
        "order",
        -1,
        0,
        -1,
        "An amendment or allowance that lowers the price of what is already on order.",
    ),
    EventKind(
        "correction",
        30,
        "Correction",
        "order",
        1,
        0,
        1,
        "A keying error put right with a reason; in net bookings, in neither direction in gross.",
    ),
    EventKind(
        "acquired", 31, "Acquired", "order", 1, 0, 0, "Backlog that came with a business combination; not a booking."
    ),
    EventKind(
        "divested",
        32,
        "Divested",
        "order",
        -1,
        0,
        0,
        "Backlog that left with a business that was sold; not a cancellation.",
    ),
    EventKind(
        "reclass",
        33,
        "Reclass",
        "order",
        1,
        0,
        0,
        "Order value moved between segments or in and out of scope; pairs add up to zero.",
    ),
    EventKind("reschedule", 40, "Reschedule", "state", 0, 0, 0, "A new commit date; no amount."),
    EventKind(
        "hold",
        41,
        "Hold",
        "state",
        0,
        0,
        0,
        "The line is held: it stays in backlog on a line of its own and leaves the schedule.",
    ),
    EventKind("release", 42, "Release", "state", 0, 0, 0, "The hold has ended."),
    EventKind("shipment", 50, "Shipment", "fact", 1, 0, 0, "Order value of goods shipped."),
    EventKind(
        "return_receipt",
        51,
        "Return receipt",
        "fact",
        -1,
        0,
        0,
        "Order value of authorised returns received; reverses fulfilment.",
    ),
    EventKind("invoice", 52, "Invoice", "fact", 1, 0, 0, "Amount invoiced, net of tax."),
    EventKind(
        "credit_note",
        53,
        "Credit note",
        "fact",
        -1,
        0,
        0,
        "Amount credited, net of tax; its cause says what it does to the order.",
    ),
    EventKind(
        "recognition",
        54,
        "Recognised revenue",
        "fact",
        1,
        0,
        0,
        "Revenue recognised from the order; a reversal has a minus, and the reason return when goods came back.",
    ),
    EventKind("receipt", 55, "Cash receipt", "fact", 1, 0, 0, "Cash received for the order."),
    EventKind(
        "completion",
        56,
        "Completion",
        "fact",
        0,
        0,
        0,
        "The line is finally billed: what over- or under-invoicing left on it is relieved.",
    ),
    EventKind(
        "relief",
        60,
        "Relief",
        "derived",
        -1,
        0,
        0,
        "Lowers the backlog of one named basis; derived line by line when the ledger is built.",
    ),
    EventKind(
        "excluded",
        80,
        "Never in this backlog",
        "derived",
        -1,
        0,
        0,
        "Takes an order line that is not shipped out of the shipment backlog on the day it is ordered.",
    ),
    EventKind(
        "fx",
        70,
        "FX revaluation",
        "derived",
        1,
        0,
        0,
        "Carries the translated balance of an open line on one basis to the closing rate of a period end.",
    ),
)

KINDS: dict[str, EventKind] = {kind.name: kind for kind in EVENT_KINDS}
ORDER_KINDS: tuple[EventKind, ...] = tuple(kind for kind in EVENT_KINDS if kind.group == "order")
#: Names of the kinds that change what is on order.
ORDER_NAMES: tuple[str, ...] = tuple(kind.name for kind in ORDER_KINDS)
#: Names of the kinds that book something: gross bookings are their sum.
BOOKING_NAMES: tuple[str, ...] = tuple(kind.name for kind in EVENT_KINDS if kind.gross)
#: Kind -> code; order kinds come before states, states before facts, facts before what is derived.
CODES: dict[str, int] = {kind.name: kind.code for kind in EVENT_KINDS}


@dataclass(frozen=True)
class Basis:
    """One backlog basis: what makes an order line leave the backlog.

    Attributes:
        name: Word in config, options and the ledger's column `basis`.
        code: Added to the code of relief and FX kinds in the flow key.
        relieved_by: Facts that relieve a shippable line, positive sign.
        reversed_by: Facts that take relief back.
        service_relieved_by: Facts that relieve a line that is not shipped; empty when such lines are
            never in this backlog.
        service_reversed_by: Facts that take that relief back.
    """

    name: str
    code: int
    title: str
    relieved_by: tuple[str, ...]
    reversed_by: tuple[str, ...]
    service_relieved_by: tuple[str, ...]
    service_reversed_by: tuple[str, ...]
    definition: str


BASES: tuple[Basis, ...] = (
    Basis(
        "shipment",
        0,
        "Shipment",
        ("shipment",),
        ("return_receipt",),
        (),
        (),
        "A line leaves backlog when it is shipped, a return when it is received; "
        "lines that are not shipped are never in it.",
    ),
    Basis(
        "fulfilment",
        1,
        "Fulfilment",
        ("shipment",),
        ("return_receipt",),
        ("invoice",),
        ("credit_note",),
        "A shippable line leaves backlog when it is shipped, a return when it is received, "
        "a line that is not shipped when its invoice or credit note is issued.",
    ),
    Basis(
        "billing",
        2,
        "Billing",
        ("invoice",),
        ("credit_note",),
        ("invoice",),
        ("credit_note",),
        "A line leaves backlog when it is invoiced: ordered and not invoiced.",
    ),
    Basis(
        "revenue",
        3,
        "Revenue",
        ("recognition",),
        (),
        ("recognition",),
        (),
        "A line leaves backlog when its revenue is recognised: contracted and not recognised.",
    ),
)
BASIS: dict[str, Basis] = {basis.name: basis for basis in BASES}

#: What a credit note's reason may say, and what it then does to the order (rules: What leaves backlog).
CREDIT_CAUSES: dict[str, str] = {
    "return": "reduces order and billing",
    "cancellation": "reduces order and billing",
    "price": "is a price change and moves no backlog",
    "rebill": "re-opens the billing backlog",
}
#: Words of exports that mean one of these kinds; -1 where the word is the opposite of the kind.
KIND_SYNONYMS: dict[str, tuple[str, int]] = {
    "booking": ("new", 1), "booked": ("new", 1), "order": ("new", 1), "ordered": ("new", 1),
    "neworder": ("new", 1), "newbusiness": ("new", 1),
    "amendmentup": ("expansion", 1), "changeup": ("expansion", 1), "upsell": ("expansion", 1),
    "amendmentdown": ("contraction", 1), "changedown": ("contraction", 1), "downsell": ("contraction", 1),
    "deobligate": ("contraction", 1), "deobligation": ("contraction", 1),
    "cancel": ("cancellation", 1), "cancelled": ("cancellation", 1), "canceled": ("cancellation", 1),
    "reinstatement": ("cancellation", -1), "reinstate": ("cancellation", -1),
    "return": ("return_authorisation", 1), "returnauthorization": ("return_authorisation", 1),
    "rma": ("return_authorisation", 1), "returnreceived": ("return_receipt", 1),
    "ship": ("shipment", 1), "shipped": ("shipment", 1), "delivery": ("shipment", 1),
    "bill": ("invoice", 1), "billing": ("invoice", 1), "invoiced": ("invoice", 1),
    "creditmemo": ("credit_note", 1), "credit": ("credit_note", 1),
    "recognise": ("recognition", 1), "recognize": ("recognition", 1), "revenue": ("recognition", 1),
    "payment": ("receipt", 1), "cashreceipt": ("receipt", 1),
    "complete": ("completion", 1), "completed": ("completion", 1), "finalinvoice": ("completion", 1),
    "correct": ("correction", 1), "acquisition": ("acquired", 1), "divestment": ("divested", 1),
    "transfer": ("reclass", 1), "onhold": ("hold", 1), "unhold": ("release", 1),
}  # fmt: skip


def flow_code(kind: str, basis: str | None = None) -> int:
    """Return the two-digit code of a kind, with the basis added for relief and FX events."""
    return KINDS[kind].code + (BASIS[basis].code if basis else 0)


def backlog_sign(kind: EventKind) -> int:
    """Return the effect of a positive amount of this kind on a backlog (0 when it has none)."""
    return kind.sign if kind.group in ("order", "derived") else 0
