"""Where an item of last month is now: by match id, business id, order number, fingerprint; never guessed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from bbbxl.errors import InputError
from bbbxl.reconcile.kept import Item, Member
from bbbxl.reconcile.model import Reconciliation

#: How a place was found, in the order in which they are tried.
BY_MATCH, BY_ROW, BY_ORDER, BY_FINGERPRINT = "match id", "business id", "order number", "fingerprint"
#: Days before a row in which a file must have another one, to be known to reach back to it.
_REACH = 7


Key = tuple[object, ...] | None


@dataclass(frozen=True)
class Place:
    """Where an item is now.

    Attributes:
        by: How it was found; empty where it was not.
        groups: Match ids, of the groups that hold its rows.
        unseen: Its rows that are not in the files, which do not reach back to their day.
        doubt: Why it was not placed though something like it is there, one sentence.
    """

    by: str = ""
    groups: tuple[str, ...] = ()
    unseen: tuple[Member, ...] = ()
    doubt: str = ""


class Rows:
    """The source rows of this month, looked up by what names them."""

    def __init__(self, made: Reconciliation) -> None:
        self.members = made.members
        ids, matches = made.members["business_id"].tolist(), made.members["match_id"].tolist()
        self.group_of: dict[str, str] = dict(zip(ids, matches, strict=True))
        self.groups = set(matches)
        self._of = {
            str(one): np.asarray(at) for one, at in made.members.groupby("match_id", sort=False).indices.items()
        }
        columns = ("side", "business_id", "date", "minor", "deal", "currency", "customer", "order")
        self._columns = [made.members[column].tolist() for column in columns]
        days = made.members["date"].to_numpy().astype("datetime64[D]")
        is_crm = (made.members["side"] == "crm").to_numpy(dtype=np.bool_)
        self._days = {"crm": np.unique(days[is_crm]), "erp": np.unique(days[~is_crm])}

    def covers(self, side: str, day: date) -> bool:
        """Return whether the file of a side has a row of that day or the week before, and so reaches back to it."""
        last = np.datetime64(day, "D")
        days = self._days[side]
        at = int(np.searchsorted(days, last, side="right"))
        return at > 0 and bool(days[at - 1] >= last - _REACH)

    def of(self, match: str) -> tuple[Member, ...]:
        """Return the rows of a group."""
        if match not in self._of:
            return ()
        return tuple(self._member(at) for at in self._of[match].tolist())

    def _member(self, at: int) -> Member:
        side, name, day, minor, deal, coin, customer, order = (column[at] for column in self._columns)
        return Member(side, name, day.date(), minor, deal, coin, customer, order)


def place_items(items: Sequence[Item], rows: Rows, known: Mapping[str, str] | None, last: date) -> list[Place]:
    """Return where items of last month are now.

    By the match id, else by any business id they share; else, for open items, by the order number on the same side,
    else by the fingerprint (side, customer, currency, document amount), each only where one row and one item have it.

    Args:
        items: The items.
        rows: The source rows of this month.
        known: Business ids of last month's rows; what was there under its own id is nobody else's row.
        last: Last day of last month's period.
    """
    found = [_by_id(one, rows) for one in items]
    claimed = {group for one in found for group in one.groups}
    left = [
        at for at, (one, place) in enumerate(zip(items, found, strict=True)) if not place.by and one.state == "open"
    ]
    if not left:
        return found
    fresh = _fresh(rows, known, claimed)
    for by, key_of in ((BY_ORDER, _order_key), (BY_FINGERPRINT, _fingerprint)):
        left = [at for at in left if not found[at].by]
        asked: Counter[Key] = Counter(key for at in left for key in {key_of(one) for one in items[at].members} if key)
        there: dict[Key, list[Member]] = {}
        wanted = set(asked)
        for one in fresh:
            if (key := key_of(one)) in wanted:
                there.setdefault(key, []).append(one)
        for at in left:
            found[at] = _by_key(items[at], found[at], by, key_of, asked, there, rows, last)
    return found


def refuse_strange(file: str, places: Sequence[Place], rows: Rows, known: Mapping[str, str] | None) -> None:
    """Refuse a workbook of which nothing is in the files, though they have other rows of its days.

    Args:
        file: Its name.
        places: Where its open items are now.
        rows: The source rows of this month.
        known: Business ids of its rows.

    Raises:
        InputError: it is of something else.
    """
    if not known or any(place.groups for place in places) or any(name in rows.group_of for name in known):
        return
    if any(not place.unseen for place in places):
        raise InputError(f"None of the {len(known):,} rows that {file} lists is in the files, which have others of the "
                         "same days. Give the workbook of the same company and systems.")  # fmt: skip


def _by_id(item: Item, rows: Rows) -> Place:
    missing = [one for one in item.members if one.business_id not in rows.group_of]
    unseen = tuple(one for one in missing if not rows.covers(one.side, one.day))
    if item.match_id in rows.groups:
        return Place(BY_MATCH, (item.match_id,), unseen)
    groups = dict.fromkeys(rows.group_of[one] for one in item.ids if one in rows.group_of)
    return Place(BY_ROW if groups else "", tuple(groups), unseen)


def _fresh(rows: Rows, known: Mapping[str, str] | None, claimed: Iterable[str]) -> list[Member]:
    """Return the rows that no item holds and that were not there last month."""
    own = rows.members
    free = ~own["match_id"].isin(set(claimed))
    if known is not None:
        free &= ~own["business_id"].isin(set(known))
    matches = own.loc[free, "match_id"].unique().tolist()
    names = set(own.loc[free, "business_id"])
    return [one for match in matches for one in rows.of(match) if one.business_id in names]


def _alike(text: str) -> str:
    return " ".join(text.split()).casefold()


def _order_key(member: Member) -> Key:
    return (member.side, _alike(member.order)) if member.order else None


def _fingerprint(member: Member) -> Key:
    return member.side, _alike(member.customer), member.currency, member.deal


def _by_key(
    item: Item, place: Place, by: str, key_of: Callable[[Member], Key], asked: Mapping[Key, int],
    there: Mapping[Key, list[Member]], rows: Rows, last: date,
) -> Place:  # fmt: skip
    """Return the place of an item by something less than an id, or the doubt."""
    unseen = {one.business_id for one in place.unseen}
    found: dict[str, None] = {}
    for member in item.members:
        key = key_of(member)
        rivals = [one for one in there.get(key, ()) if member.business_id not in unseen or one.day <= last]
        groups = dict.fromkeys(rows.group_of[one.business_id] for one in rivals)
        if len(groups) > 1 or (groups and asked[key] > 1):
            shown = ", ".join(dict.fromkeys(one.order or one.business_id for one in rivals))
            doubt = f"Its {by} is that of {shown} and of {asked[key]} item(s) of last month: not guessed."
            return Place("", (), place.unseen, doubt)
        found |= groups
    if len(found) != 1:
        return Place("", (), place.unseen, place.doubt)
    return Place(by, tuple(found))


def first_days(members: Iterable[Member]) -> dict[str, date]:
    """Return side -> first day of its rows."""
    found: dict[str, date] = {}
    for one in members:
        found[one.side] = min(found.get(one.side, one.day), one.day)
    return found


def day_of(value: object) -> date | None:
    """Return a day of a frame, None where it is missing."""
    return None if value is None or value is pd.NaT else pd.Timestamp(value).date()  # type: ignore[arg-type]
