"""The open items at the period end, those of earlier periods among them, and what became of last month's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pandas as pd

from bbbxl.reconcile.decided import carried_on
from bbbxl.reconcile.followed import FATES, Fate, Followed, Month, follow
from bbbxl.reconcile.kept import ENTRY_TITLES, OPEN_COLUMNS, Entries, Item, Kept, Member, joined
from bbbxl.reconcile.model import GROUP_COLUMNS, Column, Reconciliation
from bbbxl.reconcile.placing import day_of
from bbbxl.reconcile.previous import Answer, Previous
from bbbxl.reconcile.rerun import answers_of, place_again

#: Days for which an item that was cleared is known again when it comes back.
_KNOWN_AGAIN = 400
#: What became of the items that were open last month.
FATE_COLUMNS: tuple[Column, ...] = (
    Column("order", "Order", "text", "What it was called."),
    Column("customer", "Customer", "text", "Its customer."),
    Column("class", "Class code", "text", "Code of the class it had."),
    Column("first_seen", "First seen", "day", "First day of its rows when it was first open."),
    Column("opening_minor", "Opening", "minor", "What was open of it at the end of last month."),
    Column("fate", "What became of it", "text", "Open, cleared, explained, gone, closed by hand, or joined."),
    Column("closing_minor", "Closing", "minor", "What is open of it now; 0 where it left or is part of another item."),
    Column("change_minor", "Change", "minor", "Closing less opening of an item that did not leave."),
    Column("placed_by", "Found by", "text", "Match id, business id, order number or fingerprint."),
    Column("what", "In words", "text", "One sentence."),
    Column("match_id", "Match", "text", "Its match id last month."),
    Column("now", "Match now", "text", "Match id of the group that holds its rows now."),
)  # fmt: skip


@dataclass(frozen=True)
class Carried:
    """What is open at the period end, and how it follows from last month.

    Attributes:
        previous: Last month's workbook; None in the first month.
        items: One row an open item: the columns of groups, `OPEN_COLUMNS` and what people wrote (`ENTRY_TITLES`).
        fates: One row an item that was open last month: `FATE_COLUMNS` and what people wrote.
        homeless: One row a comment that found no home: match_id, order, customer, reason and what people wrote.
        answers: Suggestion -> (by, comment) that people wrote beside it.
        kept: What the workbook keeps for the next month.
        notes: What was noticed, one sentence each.
    """

    previous: Previous | None
    items: pd.DataFrame = field(repr=False)
    fates: pd.DataFrame = field(repr=False)
    homeless: pd.DataFrame = field(repr=False)
    answers: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    kept: Kept = field(default_factory=Kept, repr=False)
    notes: tuple[str, ...] = ()

    @property
    def lists_homeless(self) -> bool:
        """Return whether comments without a home are listed: after an earlier month, and where there is any."""
        return self.previous is not None or len(self.homeless) > 0

    @property
    def done(self) -> bool:
        """Return whether nothing of any period is unexplained and every comment has a home."""
        return not len(self.homeless) and not bool((self.items["open_unexplained_minor"] != 0).any())


def carry(made: Reconciliation, previous: Previous | None = None, again: Previous | None = None) -> Carried:
    """Return the open items at the period end with what people wrote beside them last month.

    Args:
        made: The reconciliation, made with the decisions and from the first day of `previous`.
        previous: Last month's workbook; None in the first month.
        again: Workbook of an earlier run of the period, whose entries win; None in the first run.

    Source: reconciliation, carry-forward.
    """
    month = Month(made)
    found = follow(month, previous)
    if again:
        place_again(month, found, again)
    answers, notes = _answered(made, found, answers_of(previous, again))
    homeless = _one_a_match([*found.homeless, *notes])
    kept = Kept(
        tuple(_kept_items(month, found, homeless)),
        tuple(_offered(month)),
        tuple(carried_on(made.decisions, made.members)),
    )
    said = (*(previous.notes if previous else ()), *found.notes)
    return Carried(previous, _items(found), _fates(found.fates), _homeless(homeless), answers, kept, said)


def _entry_columns(entries: Iterable[Entries]) -> dict[str, list[str]]:
    own = list(entries)
    return {name: [getattr(one, name) for one in own] for name in ENTRY_TITLES}


def _frame(rows: Sequence[Mapping[str, object]], columns: Sequence[Column], entries: Iterable[Entries]) -> pd.DataFrame:
    """Return rows as a frame whose columns have their kinds, also where there is none."""
    kinds = {"day": "datetime64[ns]", "minor": "int64", "document": "int64", "count": "int64", "days": "int64",
             "ratio": "float64", "flag": "bool"}  # fmt: skip
    made: dict[str, object] = {}
    for one in columns:
        values = pd.Series([row.get(one.name) for row in rows], dtype=object)
        made[one.name] = values.astype(kinds[one.kind]) if one.kind in kinds else values  # type: ignore[call-overload]
    return pd.DataFrame({**made, **_entry_columns(entries)})


def _items(found: Followed) -> pd.DataFrame:
    """Return the open items, the largest unexplained first."""
    own = sorted(found.open.values(), key=lambda one: (-abs(one.unexplained), -abs(one.open_minor), one.match_id))
    rows = [{
        **one.row, "first_seen": one.first_seen, "origin": one.origin, "open_minor": one.open_minor,
        "earlier_minor": one.open_minor - int(str(one.row["effect_minor"])),
        "open_unexplained_minor": one.unexplained,
    } for one in own]  # fmt: skip
    return _frame(rows, (*GROUP_COLUMNS, *OPEN_COLUMNS), (joined(one.entries) for one in own))


def _fates(fates: Sequence[Fate]) -> pd.DataFrame:
    """Return what became of last month's items: what left first, then what changed, then what is as it was."""
    fates = sorted(fates, key=lambda one: (FATES.index(one.fate), -abs(one.item.open_minor), one.item.match_id))
    rows = [{
        "order": one.item.order, "customer": one.item.customer, "class": one.item.code,
        "first_seen": one.item.first_seen, "opening_minor": one.item.open_minor, "fate": one.fate,
        "closing_minor": one.closing_minor, "placed_by": one.place.by, "what": one.what,
        "change_minor": 0 if one.left else one.closing_minor - one.item.open_minor,
        "match_id": one.item.match_id, "now": " ".join(one.place.groups),
    } for one in fates]  # fmt: skip
    return _frame(rows, FATE_COLUMNS, (one.item.entries for one in fates))


def _homeless(items: Sequence[Item]) -> pd.DataFrame:
    frame = pd.DataFrame({name: [getattr(one, name) for one in items]
                          for name in ("order", "customer", "reason", "match_id")})  # fmt: skip
    return frame.assign(**_entry_columns(one.entries for one in items))


def _one_a_match(items: Iterable[Item]) -> list[Item]:
    """Return comments without a home, those of one match as one."""
    found: dict[str, list[Item]] = {}
    for one in items:
        found.setdefault(one.match_id, []).append(one)
    return [
        Item(match, "unplaced", order=own[0].order, customer=own[0].customer,
             reason=" ".join(dict.fromkeys(one.reason for one in own)), entries=joined(one.entries for one in own))
        for match, own in found.items()
    ]  # fmt: skip


def _answered(
    made: Reconciliation, found: Followed, answers: Sequence[Answer]
) -> tuple[dict[str, tuple[str, str]], list[Item]]:  # fmt: skip
    """Return what people wrote beside suggestions that are still there; comments of others go to the open items."""
    offered = set(made.suggestions["suggestion_id"].tolist())
    there: dict[str, tuple[str, str]] = {}
    homeless = []
    for one in answers:
        said = f"{one.comment} ({one.by})" if one.by and one.comment else one.comment or one.by
        own = [match for match in one.groups if match in found.open]
        if one.suggestion_id in offered:
            there[one.suggestion_id] = (one.by, one.comment)
        elif own:
            found.open[own[0]].entries.append(Entries(comment=said))
        else:
            reason = "Written beside a suggestion that is not offered any more, and its rows are not open."
            homeless.append(Item(one.suggestion_id, "unplaced", reason=reason, entries=Entries(comment=said)))
    return there, homeless


def _kept_items(month: Month, found: Followed, homeless: Sequence[Item]) -> Iterable[Item]:
    """Return what is followed next month: open items, those that left not long ago, comments without a home."""
    last = month.made.period.last
    for one in found.open.values():
        row = one.row
        yield Item(
            one.match_id, "open", str(row["class"]), str(row["order"]), str(row["customer"]), str(row["currency"]),
            day_of(row["crm_date"]), day_of(row["erp_date"]), one.open_minor, one.unexplained, str(row["next_step"]),
            one.reason, one.first_seen, None, None, joined(one.entries), one.members,
        )  # fmt: skip
    for left in found.left:
        if left.state == "explained" or (left.left or last) >= last - timedelta(days=_KNOWN_AGAIN):
            yield left
    yield from homeless


def _offered(month: Month) -> Iterable[tuple[str, tuple[Member, ...]]]:
    """Return the rows of the groups that suggestions would join."""
    groups = dict.fromkeys(one for text in month.made.suggestions["groups"].tolist() for one in str(text).split())
    for one in groups:
        yield one, month.rows.of(one)
