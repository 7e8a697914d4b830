"""The checks of a pack: what has to tie, with tolerance; and the amounts that are shown apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Unit = Literal["money", "count", "percent"]


@dataclass(frozen=True)
class Check:
    """One thing that has to tie.

    Attributes:
        name: Snake case, the word in JSON.
        title: What people read.
        unit: money (minor units), count or percent (0.05 is 5 %).
        definition: One sentence that stands alone: what is compared with what.
        remedy: What to do when it is red.
    """

    name: str
    title: str
    unit: Unit
    definition: str
    remedy: str


CHECKS: tuple[Check, ...] = (
    Check("rows_in", "Rows in = rows used + set aside", "count",
          "Data rows of every file less rows used, set aside and not signed; and rows used less rows that became "
          "events.",
          "Tell us: a row was lost on the way."),
    Check("rows_set_aside", "Rows set aside", "count",
          "Rows of the exports that could not be taken; each is listed on the Sources tab with its reason.",
          "Correct the rows listed on the Sources tab and run again."),
    Check("own_totals", "The files' own totals = sums of their rows", "count",
          "Totals and subtotals that the files print themselves and that differ from the sum of the rows they cover.",
          "Find the rows that are missing from the export, or correct those that were set aside."),
    Check("amounts_through", "Amounts read = amounts in the ledger", "money",
          "Amounts of all events read, per file and currency, less the same in the ledger.",
          "Tell us: an amount was changed on the way."),
    Check("repeated_lines", "Order lines in more than one row", "count",
          "Order lines that stand in more than one row of an order line report; each row was counted.",
          "Find out whether the rows are the same order; name a line number column if there is one."),
    Check("repeated_events", "Events that stand twice", "count",
          "Events without an id of their own that are equal in line, kind, day, amount and reason; each was counted.",
          "Take the repeated rows out, or give the events ids if they are really two."),
    Check("unordered", "Shipped or recognised without an order", "count",
          "Order lines with shipments or revenue that were never ordered: no backlog is relieved by them.",
          "Correct the order and line numbers, so that they are written alike everywhere."),
    Check("delivered", "Shipped no more than ordered", "count",
          "Order lines of which more was shipped than ordered, returns and later price cuts left aside.",
          "Find the missing amendment, or the cancellation of what had been shipped."),
    Check("unauthorised", "Returns received are authorised", "count",
          "Order lines with more returns received than authorised: what exceeds it reverses nothing.",
          "Add the return authorisations."),
    Check("roll_forward", "Unexplained: roll-forward residual", "money",
          "Opening backlog, movements and relief less closing backlog: the largest of all months, without its sign.",
          "Look at the residual row of the Roll-forward tab."),
    Check("document_roll_forward", "Roll-forward closes in document currency", "money",
          "The roll-forward residual in document currency, the largest of all currencies, in their minor units.",
          "Look at the currency table of the Roll-forward tab."),
    Check("segments", "Segments = total", "money",
          "Sum of the segments less the total, the largest of all dimensions, measures and months.",
          "Tell us: a figure stands in no segment or in two."),
    Check("orders", "Open order lines = closing backlog", "money",
          "Sum of the open order lines on the Orders tab less the closing backlog.",
          "Tell us: the order lines and the ledger differ."),
    Check("schedule", "Schedule = closing backlog", "money",
          "Sum of the schedule less the closing backlog.",
          "Tell us: an order line stands in no month or in two."),
    Check("ageing", "Ageing = closing backlog", "money",
          "Sum of each ageing less the closing backlog, the larger of the two, without its sign.",
          "Tell us: an order line stands in no age or in two."),
    Check("past_due", "Past due list = past due in the schedule", "money",
          "Sum of the lines on the Past due tab less past due in the schedule.",
          "Tell us: the list and the schedule differ."),
    Check("fx", "FX = its independent decomposition", "money",
          "FX of the month in the ledger less closing at closing rate - opening at opening rate - movements as "
          "translated, from per-currency balances. The tolerance is half a minor unit per rounding.",
          "Look at the rates of the month end on the rates file."),
    Check("negative_open", "No negative open line except returns", "money",
          "Sum of open lines below zero that no authorised return explains.",
          "Find the cancellations that exceed what was ordered on the Orders tab."),
    Check("commit_dates", "Backlog without a commit date", "percent",
          "Share of the closing backlog on lines without a commit date or term.",
          "Ask for the missing commit dates; those lines are in no month of the schedule."),
    Check("rates", "Rates older than 45 days", "count",
          "Currencies and days whose rate was more than 45 days old when it was used.",
          "Add current rates to the rates file."),
    Check("rate_types", "Rates are of the type asked for", "count",
          "Currencies that were translated at a rate of another type (spot, average, closing) than the policy says.",
          "Add rates of that type, or leave out the type column if one rate serves all."),
    Check("gap", "No gap of more than a year between events", "count",
          "Events on the smaller side of a gap of more than twelve months: a year may be mistyped.",
          "Correct the dates, or make the pack from one side of the gap."),
    Check("future", "Events dated after the export was taken", "count",
          "Events that had not happened when the export was taken: a date is mistyped.",
          "Correct the dates, or the extracted time of the file."),
    Check("contradictions", "Order lines that contradict themselves", "count",
          "Dimensions that change inside an order line without a reclass.",
          "Move the line with a reclass pair, or correct the export."),
    Check("intercompany", "Intercompany counterparties are group entities", "count",
          "Counterparties that no entity of the data is named like; their orders are left out of group figures.",
          "Correct the counterparty, or leave it empty for orders from outside the group."),
)  # fmt: skip
#: What has to tie in the pack of a kept book besides.
BOOK_CHECKS: tuple[Check, ...] = (
    Check("opening_last_close", "Opening = last close", "money",
          "Opening backlog as reported, on every basis, in total, by dimension and by document currency, less the "
          "closing backlog frozen when the month before was closed: the largest difference.",
          "Run bbbxl book verify FOLDER: the book was altered, or rates or policy differ from those of the close."),
    Check("closed_months", "Closed months as closed", "money",
          "Movements and closing backlog of every closed month as reported now less those frozen when it was closed, "
          "in total, by dimension and by document currency: the largest difference.",
          "Run bbbxl book verify FOLDER: the book was altered, or rates or policy differ from those of the close."),
    Check("movements", "Movements by order = roll-forward", "money",
          "Sum of the Movements tab less net bookings, acquired, divested and reclass of the month.",
          "Tell us: a movement was lost or stands twice."),
    Check("control_totals", "Book: in = through = out", "count",
          "Rows and minor units of everything taken into the book less those that passed and those that left it.",
          "Run bbbxl book verify FOLDER: it names what was lost or altered."),
    Check("said_twice", "Said by hand and by an export", "count",
          "Entries by hand whose change an export added later shows as well, on the same order line and of the same "
          "amount, or of no more than a report of order lines newly tells to be shipped or invoiced: both count.",
          "Take the entry back with bbbxl book adjust FOLDER --reverse ENTRY; if there were two changes, enter it once "
          "more after that."),
    Check("open_questions", "Open questions of the book", "count",
          "What snapshots show and only a person can decide; until then the lines stand as they were, and their "
          "figures are in doubt.",
          "Answer them: bbbxl book questions FOLDER, then bbbxl book add FOLDER --confirm FILE."),
)  # fmt: skip
#: What has to tie in a pack with a bridge to the CRM besides.
BRIDGE_CHECKS: tuple[Check, ...] = (
    Check("bridge", "Bridge: CRM total + effects = ERP total", "money",
          "CRM total and the effects of all classes less the ERP total on the Bridge tab, in the reporting currency.",
          "Tell us: a row stands in no class or in two."),
    Check("bridge_lines", "Bridge: formulas = engine", "count",
          "Lines of the Bridge tab whose formulas give another value than the engine computed.",
          "Look for the line marked CHECK on the Bridge tab: a figure there or on the Open items tab was changed."),
    Check("bridge_net_bookings", "Bridge: ERP total = net bookings", "money",
          "ERP total of the Bridge tab less net bookings of the month: both count the same order events of the "
          "ledger, in the same view, with cancellations in their own month.",
          "Tell us: the bridge leads to another figure than the pack reports."),
    Check("bridge_open_items", "Bridge: unexplained = open items", "money",
          "Unexplained effects on the Bridge tab less the unexplained of the items on the Open items tab.",
          "Tell us: an item is unexplained and not listed."),
    Check("crm_whole", "CRM export read whole", "count",
          "Rows of the CRM export that could not be read, and totals it prints that differ from the sum of its rows.",
          "Correct the rows listed on the Sources tab and run again."),
    Check("bridge_decisions", "Decisions on the bridge hold", "count",
          "Decisions on differences whose amounts have changed since, or that another decision contradicts.",
          "Decide anew, or withdraw the decision in the decisions file."),
)  # fmt: skip
CHECK: dict[str, Check] = {check.name: check for check in (*CHECKS, *BOOK_CHECKS, *BRIDGE_CHECKS)}
#: Largest share of backlog that may be without a commit date.
UNDATED_LIMIT = 0.05


@dataclass(frozen=True)
class CheckResult:
    """The outcome of one check.

    Attributes:
        check: What was checked.
        value: In the check's unit; None when it could not be made.
        tolerance: Largest absolute value that is still right.
        detail: Where, or why it could not be made.
    """

    check: Check
    value: float | int | None
    tolerance: float | int
    detail: str = ""

    @property
    def passed(self) -> bool:
        """Return whether the value lies within the tolerance; a check that could not be made does not fail."""
        return self.value is None or abs(self.value) <= self.tolerance

    @property
    def outcome(self) -> str:
        """Return n/a, ok or red."""
        return "n/a" if self.value is None else "ok" if self.passed else "red"

    @property
    def sentence(self) -> str:
        """Return what is red, where, and what to do."""
        where = f": {self.detail.rstrip('.')}" if self.detail else ""
        return f"Red: {self.check.title}{where}. {self.check.remedy}"


@dataclass(frozen=True)
class Apart:
    """An amount that is right but that a reader has to know of.

    Attributes:
        name: Snake case.
        title: What people read.
        definition: One sentence that stands alone.
    """

    name: str
    title: str
    definition: str


APART: tuple[Apart, ...] = (
    Apart("book_and_turn", "Invoices without an order",
          "Booked and billed on the same day (book-and-turn), inside gross bookings of the period."),
    Apart("credit_due", "Billed beyond the order",
          "Invoiced less credited above what is ordered: a credit note or an amendment is due. It is never negative "
          "backlog."),
    Apart("over_delivered", "Shipped beyond the order",
          "Shipped less returned above what is ordered; relief stops at the order."),
    Apart("unknown_credit", "Credit notes without a known cause",
          "Credited for a reason that is none of return, cancellation, price or rebill; they re-open the billing "
          "backlog until the cause is named."),
    Apart("returns_open", "Returns authorised and not received",
          "Stands negative in the backlog until the goods are received or credited."),
    Apart("on_hold", "Backlog on hold",
          "Stays in the backlog, on a line of its own in the schedule."),
    Apart("intercompany_open", "Intercompany backlog",
          "Backlog of orders between group entities: left out of group figures, shown by entity."),
    Apart("billed_before_ordered", "Shipped or billed before it was ordered",
          "Order value of lines whose first shipment or invoice lies before their first order event."),
    Apart("held_back", "Net bookings after the as-of date",
          "Events in the exports dated after the as-of date: listed here and held back, not pulled into the period. "
          "Of an order line held back because it was changed later, nothing says what happened when."),
)  # fmt: skip
#: Shown apart in the pack of a kept book besides.
BY_HAND = Apart("entries_by_hand", "Entries by hand",
                "Net bookings of the period that were entered by hand, with reason, preparer and approver; the "
                "Adjustments tab lists them.")  # fmt: skip


@dataclass(frozen=True)
class ApartResult:
    """An amount shown apart.

    Attributes:
        apart: What it is.
        amount: Minor units of the reporting currency; None when it is not available.
        lines: Order lines concerned; None when that is not available.
        reason: Why the amount is not available, where it is no reason of the whole pack.
    """

    apart: Apart
    amount: int | None
    lines: int | None
    reason: str = ""
