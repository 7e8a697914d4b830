"""What became of every item that was open last month, and what is open now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from bbbxl.reconcile.kept import Entries, Item, Member, written_day
from bbbxl.reconcile.model import GROUP_COLUMNS, Reconciliation
from bbbxl.reconcile.placing import Place, Rows, day_of, place_items, refuse_strange
from bbbxl.reconcile.previous import Previous

#: Where an open item comes from.
NEW, LATE, STILL, CHANGED, REOPENED, UNSEEN = (
    "new", "new, of an earlier period", "open as before", "amount changed", "reopened", "not in the files"
)  # fmt: skip
#: How an item left the open ones.
CLEARED, EXPLAINED, GONE, CLOSED = "cleared", "explained", "no longer in the files", "closed by hand"
#: It is part of another open item now.
JOINED = "joined"
LEFT = (CLEARED, EXPLAINED, GONE, CLOSED)
#: Every fate, as they are listed.
FATES = (*LEFT, JOINED, CHANGED, UNSEEN, STILL)
#: Status with which a person closes an item that the files no longer show.
DONE = "done"


@dataclass
class OpenItem:
    """An open item while it is made.

    Attributes:
        match_id: Its match id.
        row: Columns of a group, with the amounts of this period.
        origin: Where it comes from.
        open_minor: What is open of it at the period end.
        unexplained: Of that, not explained.
        first_seen: First day of its rows when it was first open.
        reason: Its sentence, without what is said of this month only.
        entries: What people wrote, of each item it takes the place of.
        members: Its rows.
    """

    match_id: str
    row: dict[str, Any]
    origin: str
    open_minor: int
    unexplained: int
    first_seen: date | None
    reason: str
    entries: list[Entries] = field(default_factory=list)
    members: tuple[Member, ...] = ()


@dataclass(frozen=True)
class Fate:
    """What became of an item that was open.

    Attributes:
        item: The item.
        place: Where its rows are.
        fate: A word.
        what: One sentence.
        closing_minor: What is open of it now.
        now: Match id of the open item that it is, empty where it left or is part of another one.
    """

    item: Item
    place: Place
    fate: str
    what: str
    closing_minor: int = 0
    now: str = ""

    @property
    def left(self) -> bool:
        """Return whether it is open no longer."""
        return self.fate in LEFT


@dataclass
class Followed:
    """The open items of this month and the fates of last month's.

    Attributes:
        open: Match id -> open item.
        fates: What became of last month's.
        left: Items that are open no longer, those of months before too.
        homeless: Comments that found no home.
        notes: What was noticed, one sentence each.
    """

    open: dict[str, OpenItem] = field(default_factory=dict)
    fates: list[Fate] = field(default_factory=list)
    left: list[Item] = field(default_factory=list)
    homeless: list[Item] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class Month:
    """The groups of a month, looked up by match id."""

    def __init__(self, made: Reconciliation) -> None:
        self.made, self.rows = made, Rows(made)
        standing = made.standing if len(made.standing) else made.groups
        self._period, self._standing = _open_rows(made.groups), _open_rows(standing)
        self._class = _column(standing, "class")
        self._open = _column(standing, "effect_minor")
        amounts = [one.name for one in GROUP_COLUMNS if one.kind == "minor"]
        self._effect = _column(made.groups, "effect_minor")
        own = made.groups[made.groups["match_id"].isin({*self._period, *self._standing})]
        self._inside: dict[str, dict[str, Any]] = {}
        for row in own[["match_id", *amounts]].to_dict("records"):
            self._inside[str(row["match_id"])] = {str(name): value for name, value in row.items()}
        self._unexplained = _column(standing, "unexplained_minor")
        self.inside = set(made.members.loc[made.members["in_period"], "match_id"].tolist())
        explained = [one.decision for one in made.decisions
                     if one.decision.kind == "explain" and one.outcome in ("applied", "not found")]  # fmt: skip
        #: Business id -> last day of the explanation in force on it.
        self.explained = {name: one.until for one in explained for name in one.ids}

    @property
    def open_groups(self) -> list[str]:
        """Return the groups that are open in the period or at its end."""
        return list(dict.fromkeys([*self._period, *self._standing]))

    def is_open(self, match: str) -> bool:
        """Return whether a group is open in the period or at its end."""
        return match in self._standing or match in self._period

    def open_in_period(self, match: str) -> bool:
        """Return whether a group is open by what lies in the period."""
        return match in self._period

    def effect(self, match: str) -> int:
        """Return the effect of a group in the period."""
        return int(self._effect[match])

    def item(self, match: str, origin: str) -> OpenItem:
        """Return an open group as an item: as it stands at the period end, with the amounts of this period."""
        own = self._standing.get(match) or self._period[match]
        row = {**own, **self._inside[match]}
        days = [day for name in ("crm_date", "erp_date") if (day := day_of(row[name]))]
        return OpenItem(match, row, origin, int(self._open[match]), int(self._unexplained[match]),
                        min(days, default=None), str(row["reason"]), [], self.rows.of(match))  # fmt: skip

    def size(self, match: str) -> int:
        """Return how much is open of a group, without sign."""
        return abs(int(self._open[match]))

    def code(self, match: str) -> str:
        """Return the class of a group at the period end."""
        return str(self._class[match])

    def until(self, ids: Iterable[str]) -> tuple[bool, date | None]:
        """Return whether an explanation is in force on any of these rows, and its last day."""
        own = [self.explained[one] for one in ids if one in self.explained]
        return bool(own), own[0] if own else None


def _column(frame: pd.DataFrame, name: str) -> dict[str, Any]:
    return dict(zip(frame["match_id"].tolist(), frame[name].tolist(), strict=True))


def _open_rows(frame: pd.DataFrame) -> dict[str, dict[str, Any]]:
    own = frame[frame["is_open"].to_numpy(dtype=np.bool_)]
    return {str(row["match_id"]): {str(name): value for name, value in row.items()} for row in own.to_dict("records")}


def follow(month: Month, previous: Previous | None) -> Followed:
    """Return the open items of a month and what became of those of last month.

    Args:
        month: The month.
        previous: Last month's workbook; None in the first month.

    Raises:
        InputError: nothing of it is in the files, which have other rows of its days.
    """
    found = Followed()
    if previous is None:
        for match in month.open_groups:
            found.open[match] = month.item(match, NEW)
        return found
    opening = previous.opening
    before = [one for one in previous.items if one.state in ("cleared", "explained")]
    places = place_items([*opening, *before], month.rows, previous.rows, previous.period.last)
    pairs = list(zip(opening, places, strict=False))
    refuse_strange(previous.file, [place for _, place in pairs], month.rows, previous.rows)
    split: list[tuple[Item, str]] = []
    for item, place in pairs:
        fate, others = _fate(month, found, item, place)
        found.fates.append(fate)
        split += [(item, other) for other in others]
        _leave(month, found, fate)
    # What joined an item later changed what is open of it.
    found.fates = [
        replace(one, closing_minor=found.open[one.now].open_minor) if one.now else one for one in found.fates
    ]
    for item, other in split:
        if other not in found.open:
            found.open[other] = replace(month.item(other, NEW), first_seen=item.first_seen)
        found.open[other].entries.append(item.entries.kept)
    held = {group for _, place in pairs if place.unseen for group in place.groups}
    known = _reopened(month, found, before, places[len(opening) :])
    _add_new(month, found, previous, known, held)
    found.homeless += [one for one in previous.items if one.state == "unplaced"]
    _note(month, found, previous)
    return found


def _fate(month: Month, found: Followed, item: Item, place: Place) -> tuple[Fate, list[str]]:
    """Return what became of an item, its open item made, and further open groups that hold rows of it."""
    done = item.entries.status.casefold() == DONE
    if place.unseen or not place.groups:
        return _fate_apart(month, found, item, place, done=done), []
    still = sorted((one for one in place.groups if month.is_open(one)), key=month.size, reverse=True)
    if not still:
        explained, _ = month.until(item.ids)
        agrees = "Its rows agree at the period end." if not any(map(month.size, place.groups)) else (
            f"Its class is {month.code(place.groups[0])} now: nothing is to do.")  # fmt: skip
        return Fate(item, place, EXPLAINED, "A decision explains it.") if explained else Fate(
            item, place, CLEARED, agrees), []  # fmt: skip
    main = still[0]
    if main in found.open:
        found.open[main].entries.append(item.entries.kept)
        return Fate(item, place, JOINED, f"Its rows are part of {found.open[main].row['order']} now."), still[1:]
    made = month.item(main, STILL if int(month.item(main, STILL).open_minor) == item.open_minor else CHANGED)
    made.first_seen = item.first_seen
    made.entries.append(item.entries.kept)
    found.open[main] = made
    said = f'Its status is "{item.entries.status}", and the files still show it.' if done else made.reason
    return Fate(item, place, made.origin, said, made.open_minor, main), still[1:]


def _fate_apart(month: Month, found: Followed, item: Item, place: Place, *, done: bool) -> Fate:
    """Return what became of an item some of whose rows are not in the files."""
    inside = [one for one in place.groups if month.open_in_period(one)]
    # Further groups that are open in the period are open items of their own.
    balance = item.open_minor + sum(month.effect(one) for one in place.groups if one not in inside[1:])
    left = None if inside else _left_apart(month, item, place, balance, done=done)
    if left:
        return Fate(item, place, *left)
    made = _unseen(month, item, inside, balance, place)
    if made.match_id in found.open:
        joint = found.open[made.match_id]
        joint.entries.append(item.entries.kept)
        joint.open_minor += item.open_minor
        joint.unexplained = _left_unexplained(
            joint.open_minor, item.open_minor, joint.unexplained + item.unexplained_minor
        )
        return Fate(item, place, JOINED, f"Its rows are part of {made.row['order']} now.")
    found.open[made.match_id] = made
    return Fate(item, place, made.origin, str(made.row["reason"]), made.open_minor, made.match_id)


def _left_apart(month: Month, item: Item, place: Place, balance: int, *, done: bool) -> tuple[str, str] | None:
    """Return how an item that the files do not show whole left, and in words; None where it is still open."""
    gone = not place.groups and not place.unseen
    if month.until(item.ids)[0] and not gone:
        return EXPLAINED, "A decision explains it."
    if done:
        return CLOSED, f"Its status is {DONE}, and the files no longer show all of it."
    if gone:
        return GONE, f"Its rows are no longer in the files, which have others of that week. {place.doubt}".strip()
    if balance == 0 and (place.groups or not item.unexplained_minor):
        return CLEARED, "What came since makes up for what was open."
    return None


def _unseen(month: Month, item: Item, inside: Sequence[str], balance: int, place: Place) -> OpenItem:
    """Return an item some of whose rows the files do not show, as it was: with what came in this period."""
    reason = (f"{item.reason} Not all of its rows are in these files, which do not reach back to "
              f"{min(one.day for one in place.unseen)}.")  # fmt: skip
    row: dict[str, Any] = {
        "match_id": item.match_id, "class": item.code, "confidence": "", "stage": "none", "cardinality": "",
        "score": 0.0, "runner_up": 0.0, "order": item.order, "customer": item.customer, "currency": item.currency,
        "crm_date": item.crm_date, "erp_date": item.erp_date, "days": 0, "next_step": item.next_step, "reason": reason,
        "decided_by": "", "decided_until": None, "note": "", "is_open": True,
    }  # fmt: skip
    row |= {name: 0 for name in month.made.groups.columns if name not in row}
    origin, unexplained, members = UNSEEN, item.unexplained_minor, item.members
    if inside:
        own = month.item(inside[0], CHANGED)
        row, origin = {**own.row, "reason": f"{own.reason} {reason}"}, CHANGED
        unexplained = _left_unexplained(balance, item.open_minor, unexplained + int(own.row["unexplained_minor"]))
        members = (*own.members, *(one for one in item.members if one not in own.members))
    return OpenItem(str(row["match_id"]), row, origin, balance, unexplained, item.first_seen, item.reason,
                    [item.entries.kept], members)  # fmt: skip


def _left_unexplained(balance: int, before: int, both: int) -> int:
    """Return what is unexplained of an item of which a part was open before and a part came in this period.

    What came makes up for what was open as far as the two have different signs: then no more is unexplained than is
    left, whether or not the part of before was explained as timing.
    """
    return balance if (balance - before) * before < 0 else both


def _leave(month: Month, found: Followed, fate: Fate) -> None:
    """Keep an item that left the open ones, and its comment where no row is left to bear it."""
    if not fate.left:
        return
    item = fate.item
    explained, until = month.until(item.ids)
    state = "explained" if explained and fate.fate == EXPLAINED else "cleared"
    found.left.append(replace(item, state=state, left=month.made.period.last, until=until))  # type: ignore[arg-type]
    if fate.fate == GONE and item.entries:
        found.homeless.append(replace(item, state="unplaced", reason=fate.what))


def _reopened(month: Month, found: Followed, before: Sequence[Item], places: Sequence[Place]) -> dict[str, Item]:
    """Return open group -> the item it was before it left.

    Items whose explanation is over and that the files do not show are open again as they were.
    """
    known: dict[str, Item] = {}
    for item, place in zip(before, places, strict=True):
        still = [one for one in place.groups if month.is_open(one) and one not in found.open]
        if still:
            known |= dict.fromkeys(still, item)
        elif item.state == "explained" and place.unseen and not month.until(item.ids)[0]:
            made = _unseen(month, item, (), item.open_minor, place)
            made.origin = REOPENED
            found.open[made.match_id] = made
        else:
            found.left.append(item)
    return known


def _add_new(month: Month, found: Followed, previous: Previous, known: Mapping[str, Item], held: set[str]) -> None:
    """Add the open groups that were not open last month."""
    doubtful = 0
    for match in month.open_groups:
        if match in found.open:
            continue
        if match in known:
            made = month.item(match, REOPENED)
            made.first_seen = known[match].first_seen
            made.entries.append(known[match].entries.kept)
        elif match in month.inside:
            made = month.item(match, NEW)
        elif match in held:
            continue
        else:
            seen = _seen_whole(month, previous, match)
            doubtful += seen is None
            if not seen:
                continue
            made = month.item(match, LATE)
        found.open[match] = made
    if doubtful:
        found.notes.append(f"{previous.file} does not list its source rows: {doubtful} groups of earlier periods that "
                           "look open were left out, for they may have been settled then.")  # fmt: skip


def _seen_whole(month: Month, previous: Previous, match: str) -> bool | None:
    """Return whether a group of an earlier period is open now and was not then, None where nobody can tell.

    It is where a row of it was not there last month, or all rows of its groups of then are in the files of now, or
    would be. Else the files may only not reach back to its other rows.
    """
    if previous.rows is None:
        return None
    names = [one.business_id for one in month.rows.of(match)]
    if any(name not in previous.rows for name in names):
        return True
    then = {previous.rows[name] for name in names}
    gone = [name for group in then for name in previous.groups[group] if name not in month.rows.group_of]
    days = [(name.partition(":")[0], written_day(previous.row_days.get(name, ""))) for name in gone]
    return all(day is not None and month.rows.covers(side, day) for side, day in days)


def _note(month: Month, found: Followed, previous: Previous) -> None:
    if (previous.period.end != month.made.period.start) and previous.period.end < month.made.period.start:
        found.notes.append(f"{previous.file} ends on {previous.period.last}: what lies between it and "
                           f"{month.made.period.start} is in no reconciliation.")  # fmt: skip
    if done := sum(one.item.entries.status.casefold() == DONE and not one.left for one in found.fates):
        found.notes.append(f'{done} of the items with the status "{DONE}" are still open by the files.')
    found.notes += [f"{one.item.order}: {one.place.doubt}" for one in found.fates if one.place.doubt]
