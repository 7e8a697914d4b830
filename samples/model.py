"""The rows of the sample company: events, order lines, what the CRM got wrong, and the company itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

US = "Northfield US"
EUROPE = "Northfield Europe"
FIRST_MONTH = date(2022, 11, 1)
AS_OF = date(2026, 10, 31)
EXTRACTED = datetime.fromisoformat("2026-11-03T08:12:00")
LAST_ENTRY = date(2026, 11, 2)  # the last day whose entries the extract of the next morning can hold
QUANTUM = {"USD": Decimal("0.01"), "EUR": Decimal("0.01"), "JPY": Decimal("1")}


@dataclass(frozen=True)
class Line:
    """One order line as it was signed.

    Attributes:
        kind: new or renewal.
        commit_date: First promised delivery; None where none was agreed.
        quantity: Units; 1 for services.
        price: Document currency per unit, for services the whole line.
        slip: Days by which the order is delivered after its commit date, negative before.
        uplift: Price increase agreed with a renewal, document currency.
    """

    entity: str
    order: str
    line: str
    kind: str
    customer: str
    product: str
    region: str
    channel: str
    owner: str
    currency: str
    order_date: date | None
    firmed_date: date | None
    commit_date: date | None
    term_start: date | None
    term_end: date | None
    cancellable: bool
    shippable: bool
    counterparty: str
    quantity: int
    price: Decimal
    slip: int = 0
    uplift: Decimal = Decimal(0)


@dataclass(frozen=True)
class Event:
    """One row of the event log.

    Attributes:
        effective: Day it happened.
        recorded: Day it was entered, never before an earlier event of the same line.
        quantity: Units; None where the event moves none.
        amount: Document currency, tax-exclusive, positive in the sense of the kind (a correction has its
            own sign); None for reschedule, hold, release and completion.
        commit_date: The commit date valid after the event.
        counterparty: The other entity of an intercompany order, else empty.
    """

    kind: str
    event_id: str
    entity: str
    order: str
    line: str
    effective: date
    recorded: date
    quantity: Decimal | None
    amount: Decimal | None
    currency: str
    customer: str
    product: str
    region: str
    channel: str
    owner: str
    order_date: date | None
    firmed_date: date | None
    commit_date: date | None
    original_commit_date: date | None
    term_start: date | None
    term_end: date | None
    cancellable: bool
    shippable: bool
    reason: str
    counterparty: str


@dataclass(frozen=True)
class CrmTruth:
    """One known difference between the CRM's closed-won lines and the ERP's net bookings.

    Attributes:
        row: 1-based data row of crm_closed_won.csv, 0 when the CRM has no row for it.
        order: ERP order id, empty when the ERP has none.
        line: ERP line id, empty when the ERP has none.
        name: Which difference, one of crm.DIFFERENCES.
        effect: CRM less ERP over the whole history, document currency; 0 for differences of dates and words.
        currency: Document currency of the effect.
    """

    row: int
    order: str
    line: str
    name: str
    effect: Decimal
    currency: str


@dataclass(frozen=True)
class Company:
    """The sample company and the truth behind its exports.

    Attributes:
        as_of: Last day of the history.
        extracted: When the exports were drawn.
        history: Every event, in the order of the event log: by entry date, within a line as they happened.
        crm_truth: Every difference between CRM and ERP; per currency their effects add up to the whole
            difference.
    """

    name: str
    entities: tuple[str, ...]
    as_of: date
    extracted: datetime
    reporting_currency: str
    history: tuple[Event, ...]
    crm_truth: tuple[CrmTruth, ...]


def rounded(amount: Decimal, currency: str) -> Decimal:
    """Return the amount rounded half up to the currency's smallest unit."""
    return amount.quantize(QUANTUM[currency], rounding=ROUND_HALF_UP)
