"""Last month's workbook read back: what bbbxl kept in it, and what people wrote on its tabs since."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from bbbxl.errors import CurrencyError, InputError, PeriodError
from bbbxl.inputs.files.door import read_workbook_grids
from bbbxl.inputs.files.notes import CellNotes, read_cell_notes
from bbbxl.inputs.grid import Grid
from bbbxl.periods import Period, parse_day
from bbbxl.reconcile.kept import (
    ABOUT,
    COLUMNS,
    DAY_FIELDS,
    DECISIONS,
    ENTRY_TITLES,
    HOMELESS,
    ITEM_FIELDS,
    ITEM_TITLES,
    MEMBERS,
    MINOR_FIELDS,
    NOT_READ,
    OPEN_ITEMS,
    ROWS,
    SCHEMA,
    STATE,
    SUGGESTED,
    Entries,
    Item,
    Member,
    written_day,
)
from bbbxl.reconcile.model import GROUP_COLUMNS, MEMBER_COLUMNS, SUGGESTION_COLUMNS, Decision
from bbbxl.reconcile.tables_of import NamedTable, named_tables

_WHOLE = "Give the workbook that bbbxl reconcile --out wrote last month, with all its columns."
_GROUP, _MEMBER, _SUGGESTION = (
    {one.name: one.title for one in columns} for columns in (GROUP_COLUMNS, MEMBER_COLUMNS, SUGGESTION_COLUMNS)
)
MATCH, SUGGESTION, GROUPS = _GROUP["match_id"], _SUGGESTION["suggestion_id"], _SUGGESTION["groups"]
#: Columns that people fill in beside a suggestion.
ACCEPT, BY, COMMENT = "Accept (Y/N)", "By", "Comment"
_ANSWERS = {"y": "accept", "yes": "accept", "n": "unmatch", "no": "unmatch"}


@dataclass(frozen=True)
class Answer:
    """What people wrote beside a suggestion.

    Attributes:
        suggestion_id: The suggestion.
        groups: Match ids of the groups that it would join.
        by: Who.
        comment: Their comment.
    """

    suggestion_id: str
    groups: tuple[str, ...]
    by: str
    comment: str


@dataclass(frozen=True)
class Previous:
    """Last month's workbook.

    Attributes:
        file: Its name.
        sha256: Of its bytes.
        period: Its period.
        since: First day of the first period that was followed.
        currency: Reporting currency.
        items: Followed items with what people wrote.
        decisions: Decisions that people made on its tabs.
        carried: Decisions that were in force in it.
        answers: Suggestions with a comment and neither Y nor N.
        rows: Business id -> match id of its source rows; None where it does not list them.
        row_days: Business id -> day of the row, as text.
        notes: What was noticed on reading it, one sentence each.
        written: Rows of its tabs into which people wrote since bbbxl did.
    """

    file: str
    sha256: str
    period: Period
    since: date
    currency: str
    items: tuple[Item, ...] = ()
    decisions: tuple[Decision, ...] = ()
    carried: tuple[Decision, ...] = ()
    answers: tuple[Answer, ...] = ()
    rows: Mapping[str, str] | None = None
    row_days: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    written: int = 0

    @cached_property
    def groups(self) -> Mapping[str, list[str]]:
        """Return match id -> business ids of its source rows."""
        found: dict[str, list[str]] = {}
        for name, match in (self.rows or {}).items():
            found.setdefault(match, []).append(name)
        return found

    @property
    def opening(self) -> list[Item]:
        """Return the items that were open."""
        return [one for one in self.items if one.state == "open"]


def read_previous(path: Path) -> Previous:
    """Return last month's workbook by the names of its tables; cells that people see win over what bbbxl kept.

    Raises:
        InputError: it cannot be read, is no workbook of bbbxl reconcile, of another form, damaged, or holds an entry
            that cannot be understood; the sentence names table and row.
        UnknownColumnError: a column that is needed was deleted.
    """
    grids = read_workbook_grids(path, lambda name: name not in NOT_READ)
    name = grids[0].file if grids else path.name
    notes_of_cells = read_cell_notes(path)
    tables = named_tables(grids, [*COLUMNS, OPEN_ITEMS, SUGGESTED, HOMELESS, *ROWS.values()], notes_of_cells)
    if ABOUT not in tables:
        older = f"has no table {ABOUT}, in which the next month finds what it needs: an older bbbxl wrote the file"
        raise InputError(f"{name} {older if OPEN_ITEMS in tables else 'is no workbook of bbbxl reconcile'}. {_WHOLE}")
    about = {row["key"]: row["value"] for _, row in tables[ABOUT].rows()}
    _refuse_other_form(name, about)
    for one in (*COLUMNS, OPEN_ITEMS, SUGGESTED):
        if one not in tables:
            raise InputError(f"{name} has no table {one}. {_WHOLE}")
    for one, columns in COLUMNS.items():
        tables[one].require(columns, _WHOLE)
    members = _members(tables[MEMBERS])
    kept = _items(tables[STATE], members)
    _refuse_damaged(name, about, kept)
    items, notes, written = _overlaid(tables, kept)
    decisions, answers = _suggested(tables[SUGGESTED], members)
    period = Period(_day(name, about["start"]), _day(name, about["end"]), about["label"])
    return Previous(
        name, grids[0].sha256, period, _day(name, about["since"]), about["currency"], tuple(items),
        (*_explained(tables[OPEN_ITEMS], items), *decisions), _decisions(tables[DECISIONS]), answers,
        _rows(tables, "match_id"), _rows(tables, "date") or {},
        (*notes, *_unread(name, grids, tables, notes_of_cells)), written + len(decisions) + len(answers),
    )  # fmt: skip


def refuse_unfit(previous: Previous, period: Period | None, currency: str) -> None:
    """Refuse a workbook that does not come before a period (None: it need not), or is in another currency.

    Raises:
        PeriodError: it is of the same period or a later one.
        CurrencyError: it is in another reporting currency.
    """
    if period is not None and previous.period.last >= period.start:
        raise PeriodError(
            f"{previous.file} is of {previous.period}, which ends on {previous.period.last}, and this period begins on "
            f"{period.start}. Give the workbook of an earlier period."
        )
    if previous.currency != currency:
        raise CurrencyError(f"{previous.file} is in {previous.currency}, and this month is reported in {currency}. "
                            f"Reconcile in {previous.currency}: --currency, or rates to it.")  # fmt: skip


def _refuse_other_form(name: str, about: Mapping[str, str]) -> None:
    needed = ("schema", "version", "start", "end", "label", "since", "currency", "items", "open_minor")
    if missing := [key for key in needed if key not in about]:
        raise InputError(f'{name}, table {ABOUT} has no row "{missing[0]}". {_WHOLE}')
    if about["schema"] != str(SCHEMA):
        raise InputError(f"{name} has the form {about['schema']} of bbbxl {about['version']}, and this bbbxl reads "
                         f"{SCHEMA}. Use that bbbxl, or a newer one.")  # fmt: skip


def _refuse_damaged(name: str, about: Mapping[str, str], items: Sequence[Item]) -> None:
    """Refuse a state whose open items are not those that were counted when it was written."""
    still = [one for one in items if one.state == "open"]
    found = (str(len(still)), str(sum(one.open_minor for one in still)))
    if found != (about["items"], about["open_minor"]):
        raise InputError(f"{name}, table {STATE} holds {found[0]} open items of {found[1]} minor units, and "
                         f"{about['items']} of {about['open_minor']} were written. {_WHOLE}")  # fmt: skip


def _day(place: str, text: str) -> date:
    day = parse_day(text)
    if day is None:
        raise InputError(f'{place}: "{text}" is no day such as 2026-10-31. {_WHOLE}')
    return day


def _typed(place: str, row: Mapping[str, str], names: Sequence[str]) -> dict[str, object]:
    """Return the cells of a row of the state as what they are."""

    def value(name: str) -> object:
        text = row[name]
        if name in DAY_FIELDS:
            return _day(place, text) if text else None
        if name not in MINOR_FIELDS:
            return text
        if not text.lstrip("-").isdigit():
            raise InputError(f'{place}, {name}: "{text}" is no whole number. {_WHOLE}')
        return int(text)

    return {name: value(name) for name in names}


def _members(table: NamedTable) -> dict[str, tuple[Member, ...]]:
    found: dict[str, list[Member]] = {}
    names = COLUMNS[MEMBERS][1:]
    for number, row in table.rows():
        made = Member(**_typed(f"{table.place} row {number}", row, names))  # type: ignore[arg-type]
        found.setdefault(row["match_id"], []).append(made)
    return {one: tuple(own) for one, own in found.items()}


def _items(table: NamedTable, members: Mapping[str, tuple[Member, ...]]) -> list[Item]:
    return [
        Item(**_typed(f"{table.place} row {number}", row, ITEM_FIELDS),  # type: ignore[arg-type]
             entries=Entries(*(row[name] for name in ENTRY_TITLES)), members=members.get(row["match_id"], ()))
        for number, row in table.rows()
    ]  # fmt: skip


def _decisions(table: NamedTable) -> tuple[Decision, ...]:
    found: dict[str, Decision] = {}
    for number, row in table.rows():
        own: dict[str, Any] = _typed(f"{table.place} row {number}", row, ("kind", "until", "on"))
        if row["number"] in found:
            one = found[row["number"]]
            found[row["number"]] = replace(one, ids=(*one.ids, row["business_id"]))
            continue
        amounts = (int(row["crm_minor"]), int(row["erp_minor"])) if row["crm_minor"] else None
        ids = (row["business_id"],) if row["business_id"] else ()
        found[row["number"]] = Decision(own["kind"], ids, row["by"], own["on"], row["note"], own["until"], amounts,
                                        row["match_id"])  # fmt: skip
    return tuple(found.values())


def _seen_rows(table: NamedTable, key: str, clash: str) -> dict[str, tuple[int, dict[str, str]]]:
    """Return the rows of a table that people fill in, by their key; those without one by their number.

    Raises:
        InputError: one key stands in two rows.
    """
    found: dict[str, tuple[int, dict[str, str]]] = {}
    for number, row in table.rows():
        name = row[key] or f"row {number}"
        if name in found:
            raise InputError(f"{table.place}: {clash} {name} stands in the rows {found[name][0]} and {number}. Delete "
                             "the one that was copied, and save.")  # fmt: skip
        found[name] = number, row
    return found


def _entries(table: NamedTable, number: int, row: Mapping[str, str]) -> Entries:
    """Return what people wrote into a row; their own columns and notes of cells stand below the comment."""
    said = Entries(*(row.get(title, "") for title in ENTRY_TITLES.values()))
    own = [f"{title}: {text}" for title, text in row.items() if text and title not in ITEM_TITLES]
    return replace(said, comment=_below(said.comment, [*own, *table.notes.get(number, ())]))


def _below(comment: str, texts: Sequence[str]) -> str:
    """Return a comment with further texts below it, those left out that it holds."""
    return "\n".join(filter(None, [comment, *(one for one in texts if one not in comment)]))


def _unread(name: str, grids: Sequence[Grid], tables: Mapping[str, NamedTable], notes: CellNotes) -> list[str]:
    """Return what is said of places where people wrote and that are not read: notes on other tabs, copies of tables."""
    read = {tables[one].sheet for one in (OPEN_ITEMS, SUGGESTED, HOMELESS) if one in tables}
    elsewhere = [tab for tab in notes if tab not in read]
    said = [f"{name} has notes of cells on other tabs, which are not carried on: {', '.join(elsewhere)}. Copy them "
            f"into the comments of {OPEN_ITEMS}."] if elsewhere else []  # fmt: skip
    known = {one.casefold() for one in tables}
    for grid in grids:
        for area in grid.areas:
            head = grid.row(grid.numbers.tolist().index(area.first_row)) if area.first_row in grid.numbers else ()
            if area.name.casefold() not in known and {MATCH, *ENTRY_TITLES.values()} <= set(head):
                said.append(f'{name}, tab "{grid.sheet}", holds a copy of the open items, which is not read. What was '
                            f"written there has to stand in the table {OPEN_ITEMS}.")  # fmt: skip
    return said


def _overlaid(tables: Mapping[str, NamedTable], kept: Sequence[Item]) -> tuple[list[Item], list[str], int]:
    """Return the items with what people see and wrote, what was noticed, and how many rows people wrote into."""
    table = tables[OPEN_ITEMS]
    table.require((MATCH, *ENTRY_TITLES.values()), _WHOLE)
    seen = _seen_rows(table, MATCH, "match")
    items, notes, absent, written = [], [], 0, 0
    for one in kept:
        if one.state == "unplaced" and HOMELESS in tables:
            continue
        if one.state == "open":
            shown = seen.pop(one.match_id, None)
            absent += shown is None
            now = _entries(table, *shown) if shown else one.entries
            written += now != one.entries
            one = replace(one, entries=now)  # noqa: PLW2901 -- as the reader sees it
        items.append(one)
    if absent:
        notes.append(
            f"{table.place} lacks {absent} of the items that were open: they are carried as they were written."
        )
    others = [(table, *found) for found in seen.values()]
    written += sum(bool(_entries(*one)) for one in others)
    if HOMELESS in tables:
        tables[HOMELESS].require((MATCH, *ENTRY_TITLES.values()), _WHOLE)
        others += [(tables[HOMELESS], *found) for found in _seen_rows(tables[HOMELESS], MATCH, "match").values()]
    for place, number, row in others:
        if entries := _entries(place, number, row):
            order, customer = row.get(_GROUP["order"], ""), row.get(_GROUP["customer"], "")
            reason = row.get(_GROUP["reason"], "")
            key = row[MATCH] or f"row {number} of {table.file}"
            items.append(Item(key, "unplaced", order=order, customer=customer, reason=reason, entries=entries))
    return items, notes, written


def _explained(table: NamedTable, items: Sequence[Item]) -> list[Decision]:
    """Return the explanations that people wrote beside open items."""
    found = []
    for one in items:
        said = one.entries
        if one.state != "open" or not (said.explained_by or said.explained_until):
            continue
        until = written_day(said.explained_until)
        if said.explained_until and until is None:
            raise InputError(f'{table.place}, match {one.match_id}, Explained until: "{said.explained_until}" is no '
                             "day. Write a date, such as 2026-12-31.")  # fmt: skip
        found.append(Decision("explain", one.ids, said.explained_by or said.owner, None, said.comment, until, one.sums,
                              one.match_id))  # fmt: skip
    return found


def _suggested(
    table: NamedTable, members: Mapping[str, tuple[Member, ...]]
) -> tuple[list[Decision], tuple[Answer, ...]]:  # fmt: skip
    """Return the decisions on suggestions, and the suggestions with a comment only."""
    table.require((SUGGESTION, GROUPS, ACCEPT, BY, COMMENT), _WHOLE)
    decisions: list[Decision] = []
    answers = []
    for name, (number, told) in _seen_rows(table, SUGGESTION, "suggestion").items():
        row = {**told, COMMENT: _below(told[COMMENT], table.notes.get(number, ()))}
        groups = tuple(row[GROUPS].split())
        said = _ANSWERS.get(row[ACCEPT].casefold())
        if row[ACCEPT] and said is None:
            raise InputError(f'{table.place} row {number}, {ACCEPT}: "{row[ACCEPT]}" is neither Y nor N. Write one of '
                             "the two, or leave it blank.")  # fmt: skip
        if said and not all(group in members for group in groups):
            raise InputError(f"{table.place} row {number}: the rows of suggestion {name} are not kept. {_WHOLE}")
        own = [members[group] for group in groups] if said else []
        decisions += _accepted(name, own, row) if said == "accept" else _refused(name, own, row)
        if not said and (row[BY] or row[COMMENT]):
            answers.append(Answer(name, groups, row[BY], row[COMMENT]))
    return decisions, tuple(answers)


def _accepted(name: str, groups: Sequence[tuple[Member, ...]], row: Mapping[str, str]) -> list[Decision]:
    item = Item(name, "open", members=tuple(one for own in groups for one in own))
    return [Decision("accept", item.ids, row[BY], None, row[COMMENT], None, item.sums, name)]


def _refused(name: str, groups: Sequence[tuple[Member, ...]], row: Mapping[str, str]) -> list[Decision]:
    """Return that the rows of the groups do not belong together, those within one group left as they are."""
    sided: Callable[[tuple[Member, ...], str], list[Member]] = lambda own, side: [x for x in own if x.side == side]  # noqa: E731
    pairs = [(sided(one, "crm"), sided(other, "erp")) for one in groups for other in groups if one is not other]
    items = [Item(name, "open", members=(*crm, *erp)) for crm, erp in pairs if crm and erp]
    return [Decision("unmatch", one.ids, row[BY], None, row[COMMENT], None, None, name) for one in items]


def _rows(tables: Mapping[str, NamedTable], wanted: str) -> dict[str, str] | None:
    """Return business id -> a field of the source rows, None where it is not listed."""
    titles = _MEMBER["business_id"], _MEMBER[wanted]
    listed = [tables.get(name) for name in ROWS.values()]
    if not all(one is not None and set(titles) <= set(one.columns) for one in listed):
        return None
    return {name: text for one in listed if one
            for name, text in zip(*(one.columns[title] for title in titles), strict=True) if name}  # fmt: skip
