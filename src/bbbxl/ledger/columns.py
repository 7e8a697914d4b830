"""The columns of the ledger, in order, with their type and meaning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Type = Literal["text", "date", "minor", "number", "flag"]


@dataclass(frozen=True)
class Column:
    """One ledger column.

    Attributes:
        name: Name in every frame.
        type: text (str, may be missing), date (midnight, may be missing), minor (int64 minor units),
            number (float, may be missing), flag (True, False or missing; kept as 1, 0, missing).
        title: What people read over the column.
        definition: One sentence that stands alone.
    """

    name: str
    type: Type
    title: str
    definition: str


COLUMNS: tuple[Column, ...] = (
    Column("event_id", "text", "Event", "Identity of the event; derived events name the line, basis and day."),
    Column("entity", "text", "Entity", "Legal entity that took the order."),
    Column("order_id", "text", "Order", "Order number as exported, always text."),
    Column("line_id", "text", "Line", "Order line as exported; 1 where orders have no lines."),
    Column("kind", "text", "Kind", "Event kind: its sign and the measures it feeds stand in the table of events."),
    Column("basis", "text", "Basis", "Backlog basis, on relief and FX events only."),
    Column("effective", "date", "Effective", "Day the event happened."),
    Column("recorded", "date", "Recorded", "Day the data first showed the event."),
    Column("posted", "date", "Posted", "Last day of the reporting period that reports the event."),
    Column("quantity", "number", "Quantity", "Units of the event, where the export has them."),
    Column("amount", "minor", "Amount", "Document currency, net of tax, positive in the kind's own sense."),
    Column("currency", "text", "Currency", "Document currency."),
    Column("reporting_amount", "minor", "Reporting amount", "Amount in reporting currency, rounded once per event."),
    Column("reporting_currency", "text", "Reporting currency", "Currency of the report."),
    Column("customer", "text", "Customer", "Customer that ordered."),
    Column("product", "text", "Product", "Product or service ordered."),
    Column("region", "text", "Region", "Sales region."),
    Column("channel", "text", "Channel", "Sales channel."),
    Column("owner", "text", "Owner", "Person who owns the order."),
    Column("order_date", "date", "Order date", "Day the order was signed or placed."),
    Column("firmed_date", "date", "Firmed date", "Day the order became firm, where the export has one."),
    Column("commit_date", "date", "Commit date", "Promised delivery known with the event."),
    Column("original_commit_date", "date", "Original commit", "First promised delivery of the line."),
    Column("term_start", "date", "Term start", "First day of the service term."),
    Column("term_end", "date", "Term end", "Last day of the service term."),
    Column("cancellable", "flag", "Cancellable", "Whether the customer may withdraw without penalty."),
    Column("reason", "text", "Reason", "Reason of a change, cause of a credit note, why an event was derived."),
    Column("counterparty", "text", "Counterparty", "Group entity on the other side of an intercompany order."),
    Column("source_file", "text", "Source file", "File the event was read from."),
    Column("source_sheet", "text", "Source sheet", "Sheet the event was read from; empty for text files."),
    Column("source_row", "number", "Source row", "Row of the file, as a text editor or Excel counts it."),
)
NAMES: tuple[str, ...] = tuple(column.name for column in COLUMNS)
#: Column -> what people read over it.
TITLES: dict[str, str] = {column.name: column.title for column in COLUMNS}
#: What identifies an order line.
LINE: tuple[str, ...] = ("entity", "order_id", "line_id")
#: What figures may be broken down by; the printed names and definitions are those of the columns.
DIMENSIONS: tuple[str, ...] = ("entity", "customer", "product", "region", "channel", "owner")
#: Attributes of an order line that later events of the line inherit.
ATTRIBUTES: tuple[str, ...] = (
    "customer", "product", "region", "channel", "owner", "counterparty",
    "order_date", "firmed_date", "original_commit_date", "term_start", "term_end", "cancellable",
)  # fmt: skip
#: Read from exports and used while the ledger is built; not a ledger column.
SHIPPABLE = "shippable"
#: Entries may have it: a number in the order in which they became known, in place of their day of record where it says
#: which reclasses of their line came before. What takes an entry back has the number of that entry.
TURN = "turn"
