"""What a reconciliation is: its frames, the columns of each with their words, the decisions of the user."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import pandas as pd

from bbbxl.periods import Period

SideName = Literal["crm", "erp"]
#: auto: by a rule that admits one answer; suggested: near, waits for a person; manual: a person said so.
Confidence = Literal["auto", "suggested", "manual"]
DecisionKind = Literal["match", "unmatch", "accept", "explain", "withdraw"]
Outcome = Literal["applied", "expired", "not found", "conflict", "settled", "replaced"]
#: minor: int64 minor units of the reporting currency, ERP minus CRM where it is a difference; document: int64 minor
#: units of the row's own currency; count, days: whole numbers; day: datetime64; flag; text.
Kind = Literal["text", "day", "count", "days", "minor", "document", "flag", "ratio"]


@dataclass(frozen=True)
class Column:
    """One column of a frame of a reconciliation.

    Attributes:
        name: Snake case, the column of the frame.
        title: What people read.
        kind: What its values are.
        meaning: One sentence that stands alone.
    """

    name: str
    title: str
    kind: Kind
    meaning: str


GROUP_COLUMNS: tuple[Column, ...] = (
    Column("match_id", "Match", "text", "Hash of the business ids of its rows: the same in the next month."),
    Column("class", "Class", "text", "Code of its class; see classes."),
    Column("confidence", "Confidence", "text", "auto, or manual where a person decided it; empty for one-sided items."),
    Column("stage", "Stage", "text", "The stage that put its rows together; see stages."),
    Column("cardinality", "Rows", "text", "CRM rows : ERP rows, such as 1:3."),
    Column("score", "Score", "ratio", "0 to 100: how well names, amounts and days agree; 0 for one-sided items."),
    Column("runner_up", "Runner-up", "ratio", "Score of the second best candidate; 0 where there was none."),
    Column("order", "Order", "text", "Order number as the ERP writes it, else as the CRM does."),
    Column("customer", "Customer", "text", "Customer as the CRM writes it, else as the ERP does."),
    Column("currency", "Currency", "text", "Document currency; both by a slash where the sides differ."),
    Column("crm_date", "CRM date", "day", "First day of its CRM rows; missing where there is none."),
    Column("erp_date", "ERP date", "day", "First day of its ERP rows; missing where there is none."),
    Column("days", "Days", "days", "Days from the CRM to the ERP; 0 for one-sided items."),
    Column("crm_deal", "CRM document amount", "document", "Sum of its CRM rows in document currency, all days."),
    Column("erp_deal", "ERP document amount", "document", "Sum of its ERP rows in document currency, all days."),
    Column("crm_minor", "CRM in period", "minor", "Sum of its CRM rows that lie in the period."),
    Column("erp_minor", "ERP in period", "minor", "Sum of its ERP rows that lie in the period."),
    Column("effect_minor", "Effect", "minor", "ERP in period less CRM in period: the sum of the seven that follow."),
    Column("fx_minor", "FX", "minor", "Of the effect: another exchange rate on the same document amount."),
    Column("rounding_minor", "Rounding", "minor", "Of the effect: a few minor units."),
    Column("tax_minor", "Tax", "minor", "Of the effect: tax in the ERP amount and not in that of the CRM."),
    Column("term_minor", "Term", "minor", "Of the effect: one year in the ERP, the whole term in the CRM."),
    Column("timing_minor", "Timing", "minor", "Of the effect: one side lies in the period, the other outside."),
    Column("named_minor", "Other, named", "minor", "Of the effect: duplicates, credit memos, wrong currency or sign."),
    Column("other_minor", "Other", "minor", "Of the effect: what no cause was found for."),
    Column("explained_minor", "Explained", "minor", "The effect as far as a cause or a decision explains it."),
    Column("unexplained_minor", "Unexplained", "minor", "The effect that nothing explains yet."),
    Column("next_step", "Next step", "text", "fix CRM, fix ERP, explain, wait; empty where nothing is to do."),
    Column("reason", "Reason", "text", "One sentence with its own numbers and dates."),
    Column("decided_by", "By", "text", "Who decided it or explained it; empty where nobody had to."),
    Column("decided_until", "Until", "day", "Last day on which the explanation holds; missing where there is none."),
    Column("note", "Note", "text", "What the person who decided it wrote."),
    Column("is_open", "Open", "flag", "Whether something of it is unexplained or still to be done."),
)  # fmt: skip
MEMBER_COLUMNS: tuple[Column, ...] = (
    Column("side", "Side", "text", "crm or erp."),
    Column("row", "Row", "count", "Data row of its file, counted from 1."),
    Column("match_id", "Match", "text", "The group it is in; every row is in exactly one."),
    Column("suggestion_id", "Suggestion", "text", "The suggestion it takes part in; empty where there is none."),
    Column("file", "File", "text", "Its file."),
    Column("sheet", "Sheet", "text", "Its sheet; empty for text files."),
    Column("file_row", "File row", "count", "Row of the file or sheet, as Excel counts it."),
    Column("system_id", "System id", "text", "Id of the record in its own system."),
    Column("order", "Order", "text", "Order or document number, as written."),
    Column("parent", "Created from", "text", "Document that it was created from, as written."),
    Column("reference", "Reference", "text", "Id of the other system's record, as written."),
    Column("customer", "Customer", "text", "Customer, as written."),
    Column("type", "Type", "text", "Type of the document, as written."),
    Column("role", "Role", "text", "main, part, line, credit memo or duplicate."),
    Column("date", "Date", "day", "Booking day."),
    Column("in_period", "In period", "flag", "Whether that day lies in the period."),
    Column("currency", "Currency", "text", "Document currency."),
    Column("deal", "Document amount", "document", "Amount in document currency; bookings above zero."),
    Column("minor", "Amount", "minor", "Amount in the reporting currency; bookings above zero."),
    Column("period_minor", "In period", "minor", "The amount where its day lies in the period, else 0."),
    Column("business_id", "Business id", "text", "Names the row in decisions: side, number or id, line."),
    Column("effect_minor", "Effect", "minor", "What it adds to the effect: the ERP in period, the CRM with a minus."),
)  # fmt: skip
BRIDGE_COLUMNS: tuple[Column, ...] = (
    Column("basis", "Basis", "text", "reporting, or document for one document currency."),
    Column("currency", "Currency", "text", "Currency of the amounts."),
    Column("line", "Line", "text", "crm_total, a class, erp_total or difference."),
    Column("title", "Line", "text", "The line in words."),
    Column("groups", "Items", "count", "How many groups it counts."),
    Column("rows", "Rows", "count", "How many source rows it counts."),
    Column("minor", "Amount", "minor", "Total, or effect of the class; the difference is always 0."),
    Column("explained_minor", "Explained", "minor", "Of the effect: explained (reporting basis only, else 0)."),
    Column("unexplained_minor", "Unexplained", "minor", "Of the effect: not explained (reporting basis only, else 0)."),
)  # fmt: skip
SUGGESTION_COLUMNS: tuple[Column, ...] = (
    Column("suggestion_id", "Suggestion", "text", "The match id it gets when it is accepted."),
    Column("class", "Class", "text", "Class it would have."),
    Column("stage", "Stage", "text", "The stage that found it."),
    Column("score", "Score", "ratio", "0 to 100: how well names, amounts and days agree."),
    Column("runner_up", "Runner-up", "ratio", "Score of the second best candidate; 0 where there was none."),
    Column("groups", "Groups", "text", "Match ids of the groups that it would join, by blanks."),
    Column("cardinality", "Rows", "text", "CRM rows : ERP rows."),
    Column("crm_customer", "CRM customer", "text", "Customer in the CRM."),
    Column("erp_customer", "ERP customer", "text", "Customer in the ERP."),
    Column("currency", "Currency", "text", "Document currency; both by a slash where the sides differ."),
    Column("crm_deal", "CRM document amount", "document", "Sum of the CRM rows."),
    Column("erp_deal", "ERP document amount", "document", "Sum of the ERP rows."),
    Column("crm_date", "CRM date", "day", "First day in the CRM."),
    Column("erp_date", "ERP date", "day", "First day in the ERP."),
    Column("effect_minor", "Effect", "minor", "Effect it has, accepted or not."),
    Column("reason", "Reason", "text", "Why it is offered and why it is not certain."),
)  # fmt: skip
PROOF_COLUMNS: tuple[Column, ...] = (
    Column("check", "Check", "text", "Snake case name."),
    Column("title", "Check", "text", "What has to tie."),
    Column("basis", "Where", "text", "Side, currency or column it is about."),
    Column("expected", "Expected", "minor", "What it has to be: minor units or rows."),
    Column("found", "Found", "minor", "What it is."),
    Column("difference", "Difference", "minor", "Found less expected."),
    Column("ok", "Ties", "flag", "Whether the difference is 0."),
    Column("detail", "Detail", "text", "One sentence where it does not tie."),
)  # fmt: skip
ASIDE_COLUMNS: tuple[Column, ...] = (
    Column("side", "Side", "text", "crm or erp."),
    Column("row", "Row", "count", "Data row of its file, counted from 1."),
    Column("file_row", "File row", "count", "Row of the file or sheet, as Excel counts it."),
    Column("column", "Column", "text", "The column that decided it."),
    Column("value", "Value", "text", "What stands there."),
    Column("kind", "Why", "text", "problem (could not be read) or not booked (an open or lost deal, a draft)."),
    Column("message", "Reason", "text", "One sentence."),
)  # fmt: skip


@dataclass(frozen=True)
class SideFacts:
    """What was read of one side.

    Attributes:
        name: crm or erp.
        file: Name of the file.
        sha256: Of its bytes.
        size: Bytes.
        rows: Data rows of the file.
        used: Rows that take part.
        columns: Field -> header it was read from.
        sign: What was decided on the signs, one sentence.
        notes: What else was decided on reading, one sentence each.
        total_minor: Sum of all its rows in the reporting currency.
        period_minor: Of those in the period.
        first: First day; None where it has no rows.
        last: Last day.
    """

    name: SideName
    file: str
    sha256: str
    size: int
    rows: int
    used: int
    columns: dict[str, str]
    sign: str
    notes: tuple[str, ...]
    total_minor: int
    period_minor: int
    first: date | None
    last: date | None


@dataclass(frozen=True)
class Decision:
    """What a person decided; it is applied before anything is matched.

    Attributes:
        kind: match (these belong together), unmatch (these do not), accept (the suggestion is right), explain (the
            difference is explained), withdraw (what was decided on these rows no longer holds).
        ids: Business ids it is about, see `members.business_id`: those of the rows, or of the match it was made on.
        by: Who decided.
        on: The day.
        note: Why; the explanation.
        until: Last day on which it holds, compared with the last day of the period; None holds for ever.
        amounts: (CRM, ERP) sums in reporting minor units, all days, when it was made; None is not compared.
        match_id: The match or suggestion it was made on.
    """

    kind: DecisionKind
    ids: tuple[str, ...] = ()
    by: str = ""
    on: date | None = None
    note: str = ""
    until: date | None = None
    amounts: tuple[int, int] | None = None
    match_id: str = ""


@dataclass(frozen=True)
class DecisionResult:
    """What became of a decision.

    Attributes:
        decision: The decision.
        outcome: applied, expired, not found (none of its rows is there), settled (what it explained agrees now),
            replaced (a later decision is about the same rows), or conflict (amounts have changed, or another decision
            says otherwise): applied alone changes anything.
        message: One sentence.
    """

    decision: Decision
    outcome: Outcome
    message: str


@dataclass(frozen=True)
class Reconciliation:
    """CRM and ERP of one period, row by row and in total; nothing is left to compute for showing it.

    Attributes:
        period: The period.
        currency: Reporting currency of all minor units.
        crm: What was read of the CRM.
        erp: What was read of the ERP.
        groups: One row a match or one-sided item, `GROUP_COLUMNS`, sorted by class and size of the effect.
        members: One row a source row, `MEMBER_COLUMNS`, CRM first, in the order of the file.
        bridge: CRM total, one row a class, ERP total, difference; per document currency and in the reporting one.
        suggestions: One row a pair that waits for a person; its rows stay in groups of their own.
        proof: One row a thing that has to tie.
        aside: One row a source row that takes no part, with its reason.
        decisions: What became of the decisions given.
        rates: Rates used: currency, rate, source.
        explained_minor: Explained part of ERP total less CRM total.
        unexplained_minor: The rest.
        unexplained_gross: Sum of the unexplained without their signs: 0 only when nothing is open.
        since: First day of the periods whose open items are followed; that of the period without earlier ones.
        standing: The groups as they stand over all days from `since` to the end of the period: what is still open of
            earlier periods too. Those of `groups` without earlier periods; in an order of its own.
    """

    period: Period
    currency: str
    crm: SideFacts
    erp: SideFacts
    groups: pd.DataFrame = field(repr=False)
    members: pd.DataFrame = field(repr=False)
    bridge: pd.DataFrame = field(repr=False)
    suggestions: pd.DataFrame = field(repr=False)
    proof: pd.DataFrame = field(repr=False)
    aside: pd.DataFrame = field(repr=False)
    decisions: tuple[DecisionResult, ...] = ()
    rates: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    explained_minor: int = 0
    unexplained_minor: int = 0
    unexplained_gross: int = 0
    since: date | None = None
    standing: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)

    @property
    def done(self) -> bool:
        """Return whether nothing is unexplained, no row was set aside for a problem and all decisions fit."""
        problems = bool((self.aside["kind"] == "problem").any())
        conflicts = any(one.outcome == "conflict" for one in self.decisions)
        return self.unexplained_gross == 0 and not problems and not conflicts and bool(self.proof["ok"].all())
