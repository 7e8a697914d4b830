"""What one month's workbook keeps for the next: tables, columns, and the items that are followed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Literal

from bbbxl.errors import PeriodError
from bbbxl.periods import parse_day
from bbbxl.reconcile.model import GROUP_COLUMNS, Column, Decision, SideName

#: Form of what the workbook keeps; another number is refused.
SCHEMA = 1
#: Tables that people see and fill in, by name.
OPEN_ITEMS, SUGGESTED, HOMELESS = "OpenItems", "Suggested", "CommentsWithoutAHome"
#: Tables of source rows, by side.
ROWS: dict[SideName, str] = {"crm": "CRMRows", "erp": "ERPRows"}
#: Tab that is never read: it is long, and nothing in it is filled in.
NOT_READ = ("Matched",)
#: Very hidden tabs -> the table on each; they hold whole minor units and days as 2026-10-31.
STATE, MEMBERS, DECISIONS, ABOUT = "bbbState", "bbbMembers", "bbbDecisions", "bbbAbout"
SHEETS = {"_bbb_state": STATE, "_bbb_members": MEMBERS, "_bbb_decisions": DECISIONS, "_bbb_about": ABOUT}
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(T00:00:00)?")
#: open: still open at the period end; cleared, explained: left the open items, and is known again when it comes back;
#: unplaced: a comment that found no home.
ItemState = Literal["open", "cleared", "explained", "unplaced"]


@dataclass(frozen=True)
class Entries:
    """What people wrote beside an item; texts, days as 2026-10-31 where they are days.

    Attributes:
        owner: Who works on it.
        status: open, in work, waiting, done, or their own word.
        action: What is to be done.
        due: Until when.
        comment: Their comment.
        explained_by: Who explains the difference.
        explained_until: Last day on which the explanation holds.
    """

    owner: str = ""
    status: str = ""
    action: str = ""
    due: str = ""
    comment: str = ""
    explained_by: str = ""
    explained_until: str = ""

    def __bool__(self) -> bool:
        return any(getattr(self, one.name) for one in fields(self))

    @property
    def kept(self) -> Entries:
        """Return what stays when a month has passed: an explanation has become a decision."""
        return replace(self, explained_by="", explained_until="")


#: Field of Entries -> header of its column.
ENTRY_TITLES = {
    "owner": "Owner", "status": "Status", "action": "Action", "due": "Due", "comment": "Comment",
    "explained_by": "Explained by", "explained_until": "Explained until",
}  # fmt: skip

#: What open items have beside the columns of groups, whose amounts are those of this period.
OPEN_COLUMNS: tuple[Column, ...] = (
    Column("first_seen", "First seen", "day", "First day of its rows when it was first open; ageing runs from it."),
    Column("origin", "Since last month", "text", "New, open as before, amount changed, reopened, or not in the files."),
    Column("earlier_minor", "Of earlier periods", "minor", "What is open of it from before the period."),
    Column("open_minor", "Open in all", "minor", "ERP less CRM up to the period end: its effect and what is earlier."),
    Column("open_unexplained_minor", "Unexplained in all", "minor", "Of what is open in all: not explained."),
)  # fmt: skip
#: Headers of the age, and of the code of the class.
AGE_TITLE, CODE_TITLE = "Age in days", "Class code"
#: Every header that bbbxl writes over open items; what stands under another one is somebody's own.
ITEM_TITLES = frozenset(
    {one.title for one in (*GROUP_COLUMNS, *OPEN_COLUMNS)} | {*ENTRY_TITLES.values(), AGE_TITLE, CODE_TITLE}
)


def written_day(text: str) -> date | None:
    """Return the day that a cell of a person holds, None where it holds something else."""
    try:
        return parse_day(text) if _ISO.fullmatch(text) else None
    except PeriodError:
        return None


def joined(several: Iterable[Entries]) -> Entries:
    """Return the entries of several items as those of one: different texts beside one another, the earliest day."""
    own = list(several)

    def together(name: str) -> str:
        texts = list(dict.fromkeys(text for one in own if (text := getattr(one, name))))
        if name == "due" and all(written_day(text) for text in texts):
            return min(texts, default="")
        return ("\n" if name == "comment" else "; ").join(texts)

    return Entries(*(together(one.name) for one in fields(Entries)))


@dataclass(frozen=True)
class Member:
    """One source row of a followed item.

    Attributes:
        side: crm or erp.
        business_id: Its business id.
        day: Booking day.
        minor: Minor units of the reporting currency, bookings above zero.
        deal: Minor units of its own currency.
        currency: That currency.
        customer: As written.
        order: Order number as written.
    """

    side: SideName
    business_id: str
    day: date
    minor: int
    deal: int
    currency: str
    customer: str
    order: str


@dataclass(frozen=True)
class Item:
    """An item that is followed from month to month.

    Attributes:
        match_id: Its match id.
        state: Whether it is open.
        code: Code of its class.
        order: What it is called.
        customer: Customer.
        currency: Document currency.
        crm_date: First day of its CRM rows.
        erp_date: First day of its ERP rows.
        open_minor: ERP less CRM up to the end of the period, minor units of the reporting currency.
        unexplained_minor: Of that, unexplained.
        next_step: fix CRM, fix ERP, explain, wait.
        reason: One sentence.
        first_seen: First day of its rows when it was first open; ageing runs from it.
        left: Last day of the period in which it left the open items; None while it is open.
        until: Last day of the explanation of an explained item; None for one without end.
        entries: What people wrote.
        members: Its rows.
    """

    match_id: str
    state: ItemState
    code: str = ""
    order: str = ""
    customer: str = ""
    currency: str = ""
    crm_date: date | None = None
    erp_date: date | None = None
    open_minor: int = 0
    unexplained_minor: int = 0
    next_step: str = ""
    reason: str = ""
    first_seen: date | None = None
    left: date | None = None
    until: date | None = None
    entries: Entries = Entries()
    members: tuple[Member, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        """Return the business ids of its rows."""
        return tuple(one.business_id for one in self.members)

    @property
    def sums(self) -> tuple[int, int]:
        """Return its CRM sum and its ERP sum, all days."""
        crm = sum(one.minor for one in self.members if one.side == "crm")
        return crm, sum(one.minor for one in self.members) - crm


#: Columns of the state table that hold a day, or minor units; the others hold texts.
DAY_FIELDS = ("crm_date", "erp_date", "first_seen", "left", "until", "day", "on")
MINOR_FIELDS = ("open_minor", "unexplained_minor", "minor", "deal", "crm_minor", "erp_minor")
ITEM_FIELDS = tuple(one.name for one in fields(Item) if one.name not in ("entries", "members"))
STATE_COLUMNS = (*ITEM_FIELDS, *ENTRY_TITLES)
MEMBER_COLUMNS = ("match_id", *(one.name for one in fields(Member)))
#: One row for each business id of a decision; the rows of one have the same number.
DECISION_COLUMNS = ("number", "kind", "business_id", "by", "on", "note", "until", "crm_minor", "erp_minor", "match_id")
ABOUT_COLUMNS = ("key", "value")
COLUMNS = {STATE: STATE_COLUMNS, MEMBERS: MEMBER_COLUMNS, DECISIONS: DECISION_COLUMNS, ABOUT: ABOUT_COLUMNS}


@dataclass(frozen=True)
class Kept:
    """What a workbook keeps for the next month.

    Attributes:
        items: The items that are followed.
        offered: Suggestion or match id -> the rows of each group that a suggestion would join.
        decisions: Decisions that next month begins with.
    """

    items: tuple[Item, ...] = ()
    offered: tuple[tuple[str, tuple[Member, ...]], ...] = ()
    decisions: tuple[Decision, ...] = ()
