"""A month that is run again: what people wrote in its workbook stands beside the same items of the new run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bbbxl.errors import BbbError, InputError, PeriodError, TargetError, count_of
from bbbxl.periods import Period
from bbbxl.reconcile.followed import EXPLAINED, GONE, Followed, Month
from bbbxl.reconcile.kept import Entries, Item
from bbbxl.reconcile.model import Decision
from bbbxl.reconcile.placing import Place, place_items
from bbbxl.reconcile.previous import Answer, Previous, read_previous, refuse_unfit


def read_earlier(paths: Sequence[Path]) -> tuple[Previous | None, Previous | None]:
    """Return last month's workbook and that of an earlier run of the month, as far as they are given.

    Of two the later one is that of the earlier run; of one `apart` tells once the period is known.

    Raises:
        InputError: more than two are given, or two of one period.
        BbbError: as in `read_previous`.
    """
    if len(paths) > 2:
        raise InputError(f"{len(paths)} workbooks are given with --previous. Give last month's, and with it that of an "
                         "earlier run of this month.")  # fmt: skip
    found = sorted((read_previous(path) for path in paths), key=lambda one: one.period.end)
    if len(found) > 1 and found[0].period.end == found[1].period.end:
        raise InputError(f"{found[0].file} and {found[1].file} are both of {found[0].period}. Give one of them.")
    return (found[0] if found else None), (found[1] if len(found) > 1 else None)


def apart(
    last: Previous | None, again: Previous | None, period: Period, currency: str
) -> tuple[Previous | None, Previous | None]:  # fmt: skip
    """Return last month's workbook and that of an earlier run of the period, each refused where it is neither.

    Raises:
        PeriodError: a workbook is of a later period or overlaps this one, or of this one and the one before is missing.
        CurrencyError: one is in another reporting currency.
    """
    if last and again is None and (last.period.start, last.period.end) == (period.start, period.end):
        last, again = None, last
    if again is not None and (again.period.start, again.period.end) != (period.start, period.end):
        raise PeriodError(f"{again.file} is of {again.period}, and this period is {period}. With last month's workbook "
                          "goes one of an earlier run of this period only.")  # fmt: skip
    if again is not None and last is None and again.since < period.start:
        raise PeriodError(f"{again.file} is of {period} itself and followed an earlier month. Give the workbook of "
                          f"that month too: --previous LAST.xlsx --previous {again.file}.")  # fmt: skip
    for one in (last, again):
        if one is not None:
            refuse_unfit(one, period if one is last else None, currency)
    return last, again


def decisions_of(last: Previous | None, again: Previous | None) -> tuple[list[Decision], list[Decision]]:
    """Return the decisions made on the tabs of the workbooks, and those that they carried.

    The earlier run of the month holds what last month's workbook said, unless it was made without it.
    """
    if again is None:
        return (list(last.decisions), list(last.carried)) if last else ([], [])
    if last is None or again.since < again.period.start:
        return list(again.decisions), list(again.carried)
    return [*again.decisions, *last.decisions], [*again.carried, *last.carried]


def answers_of(last: Previous | None, again: Previous | None) -> list[Answer]:
    """Return what people wrote beside suggestions, that of the earlier run before that of last month."""
    found = {one.suggestion_id: one for book in (last, again) if book for one in book.answers}
    return list(found.values())


def place_again(month: Month, found: Followed, again: Previous) -> None:
    """Place what people wrote in the workbook of an earlier run; it wins over what last month's says.

    What stood beside an item that is open no longer goes to what became of that item, else to the comments without a
    home.
    """
    items = again.opening
    wrote: dict[str, list[Entries]] = {}
    for item, place in zip(items, place_items(items, month.rows, again.rows, again.period.last), strict=True):
        home = next((one for one in (*place.groups, item.match_id) if one in found.open), "")
        if home:
            wrote.setdefault(home, []).append(item.entries.kept)
        elif item.entries:
            _beside(month, found, again, item, place)
    for home, entries in wrote.items():
        found.open[home].entries = entries
    found.homeless += [one for one in again.items if one.state == "unplaced"]
    found.notes += again.notes


def _beside(month: Month, found: Followed, again: Previous, item: Item, place: Place) -> None:
    """Place what people wrote beside an item that is not open in the new run."""
    ids = set(item.ids)
    for at, fate in enumerate(found.fates):
        if fate.item.match_id == item.match_id or ids & set(fate.item.ids):
            found.fates[at] = replace(fate, item=replace(fate.item, entries=item.entries))
            found.left = [replace(one, entries=item.entries) if one.match_id == fate.item.match_id else one
                          for one in found.left]  # fmt: skip
            if fate.fate != GONE:
                return
    explained, until = month.until(item.ids)
    if explained and place.groups:
        found.left.append(replace(item, state=EXPLAINED, left=month.made.period.last, until=until))  # type: ignore[arg-type]
        return
    reason = f"Written in {again.file}, the earlier run of this month, beside an item that is not open any more."
    found.homeless.append(replace(item, state="unplaced", reason=f"{reason} {place.doubt}".strip()))


def refuse_written(target: Path, given: Sequence[Path]) -> None:
    """Refuse to replace a reconciliation workbook into which people wrote, unless what they wrote goes on.

    Raises:
        TargetError: it is there, somebody wrote into it, and it is not given.
    """
    if not target.is_file() or any(one.exists() and one.samefile(target) for one in given):
        return
    try:
        written = read_previous(target).written
    except BbbError:
        return
    if written:
        rows = count_of(written, "row")
        raise TargetError(f"{target.name} is there, and people wrote into {rows} of it. Give it with "
                          f"--previous {target.name} as well, so that it goes on, or name another --out.")  # fmt: skip
