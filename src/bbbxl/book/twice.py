"""What the book has of order lines from elsewhere: no export books, cancels or moves the same once more unsaid."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd

from bbbxl.book.compare.build import COMPARED
from bbbxl.book.compare.gone import gone_questions
from bbbxl.book.compare.keys import OF_BOOK
from bbbxl.book.compare.lines import Relief, relieved_by_invoice
from bbbxl.book.compare.transfers import RENAMED
from bbbxl.book.controls import KEY, MEASURED, event_sums
from bbbxl.book.history import reversed_entries
from bbbxl.book.records import CURRENCY_CHANGED, Answer, Derived, Entry, Question
from bbbxl.errors import InputError
from bbbxl.events import BOOKING_NAMES
from bbbxl.ledger.moves import ALONG, MOVED
from bbbxl.money import show

#: Measures of which a report of order lines tells how much there is in all.
_IN_TOTAL: Final = ("shipped", "invoiced")
_IN_ANOTHER_CURRENCY: Final = (
    "Order lines in another currency of which entries by hand or other exports had changed, shipped or invoiced "
    "something: cancelled by what the book had open, and booked as the report says. Where the amount in the new "
    "currency is before that change, correct it with bbbxl book adjust: {}."
)


def said_twice(entries: Sequence[Entry], known: pd.DataFrame, derived: pd.DataFrame) -> list[str]:
    """Return a sentence for every entry by hand whose change an export now shows on the same order line as well.

    Args:
        entries: The log.
        known: Events of the book before the export, of the orders of those it gave.
        derived: Events the export gave.
    """
    return [
        f"{told}. If they are one change, take the entry back: bbbxl book adjust --reverse {number}."
        for number, told in _both(_standing(entries, known), derived, "this export")
    ]


def standing_twice(entries: Sequence[Entry], events: pd.DataFrame) -> tuple[str, ...]:
    """Return a sentence for every entry by hand that stands although a later export showed the same change.

    One that was taken back and entered once more after the export is a second change, and is not among them.

    Args:
        entries: The log.
        events: Events of the book, with the number of the entry that wrote each.
    """
    hands = _standing(entries, events)
    told = events[(events["origin"] != "hand").to_numpy()]
    told = told[_keys(told, KEY).isin(_keys(hands, KEY))]
    found: list[str] = []
    for number, shown in told.groupby("entry"):
        earlier = hands[(hands["entry"] < number).to_numpy()]
        found += [sentence for _, sentence in _both(earlier, shown, str(shown["source_file"].iloc[0]))]
    return tuple(found)


def _both(hands: pd.DataFrame, derived: pd.DataFrame, export: str) -> list[tuple[int, str]]:
    """Return number and words for every entry by hand whose change an export shows on the same order line as well.

    That is a change of the same amount. A report of order lines says how much was shipped and invoiced in all, so that
    one which tells of more than was entered by hand holds it as well.
    """
    if hands.empty or derived.empty:
        return []
    shown, in_total = event_sums(derived), event_sums(derived[(derived["origin"] == COMPARED).to_numpy()])
    found = []
    for number, own in hands.groupby("entry"):
        by_hand = event_sums(own)
        now, total = (one.reindex(by_hand.index, fill_value=0) for one in (shown, in_total))
        both = by_hand == now
        for name in _IN_TOTAL:
            both[name] |= (by_hand[name] * total[name] > 0) & (total[name].abs() > by_hand[name].abs())
        both &= by_hand != 0
        for name in MEASURED:
            rows = both[name].to_numpy()
            amounts = by_hand.loc[rows, name].tolist(), now.loc[rows, name].tolist()
            for key, *pair in zip(by_hand.index[rows], *amounts, strict=True):
                found.append((int(str(number)), _words(int(str(number)), key, name, pair, export)))
    return found


def refuse_opened_by_hand(entries: Sequence[Entry], known: pd.DataFrame, derived: pd.DataFrame) -> None:
    """Refuse an export that books an order that was opened by hand.

    Args:
        entries: The log.
        known: Events of the book before the export, of the orders of those it gave.
        derived: Events the export gave.

    Raises:
        InputError: both bookings would count.
    """
    hands = _standing(entries, known)
    booked = hands[hands["kind"].isin(BOOKING_NAMES)]
    if booked.empty:
        return
    told = known[(known["origin"] != "hand").to_numpy()]
    both = derived[derived["kind"].isin(BOOKING_NAMES)].merge(
        booked[["entity", "order_id", "entry"]].drop_duplicates(["entity", "order_id"]), on=["entity", "order_id"]
    )
    both = both[~_keys(both, KEY[:2]).isin(_keys(told, KEY[:2]))]
    if len(both):
        one = both.iloc[0]
        raise InputError(
            f"{one['source_file']} books order {one['order_id']} line {one['line_id']}, and entry {one['entry']} by "
            "hand opened the order already: both would count. Take it back with bbbxl book adjust --reverse "
            f"{one['entry']}, then add the export."
        )


def as_the_book_has(
    derived: Derived, entries: Sequence[Entry], known: pd.DataFrame, relief: Relief, source: str
) -> Derived:
    """Return what a comparison of exports found with what the book has of the same lines from elsewhere.

    That is entries by hand and exports of other sources. Of a line gone only what the book still has open is asked
    about, nothing where that is nothing; a change of currency cancels no more than that; a change of customer or
    segment moves what others added or took off as well.

    Args:
        derived: What the comparison found.
        entries: The log.
        known: Events of the book before the export, of the orders of what was found.
        relief: What relieves the backlog of the book.
        source: Source of the export.
    """
    orders = {*derived.events["order_id"], *(one.order_id for one in derived.questions)}
    sums = _from_elsewhere(orders, entries, known, source)
    if sums.empty:
        return derived
    left = _left_by_others(sums, derived.baseline, relief)
    questions = tuple(one for each in derived.questions if (one := _left_open(each, left)))
    gone = len(derived.questions) - len(questions)
    notes = [f"Order lines gone of which the book has nothing open, so that nothing is asked: {gone}."] if gone else []
    derived, changed = _cancelled_as_open(derived, left)
    notes += [_IN_ANOTHER_CURRENCY.format(changed)] if changed else []
    events = _moved(derived.events, sums["on order"].groupby(level=KEY).sum())
    return replace(derived, events=events, questions=questions, notes=(*derived.notes, *notes))


def asked_as_open(
    questions: Sequence[Question], given: Sequence[Answer], baseline: pd.DataFrame, entries: Sequence[Entry],
    known: pd.DataFrame, relief: Relief, source: str,
) -> tuple[tuple[Question, ...], list[str]]:  # fmt: skip
    """Return the questions of a source with what the book has open of lines gone now, not when it asked.

    Args:
        questions: The open ones of the book.
        given: Answers to some of them.
        baseline: Lines of the source.
        entries: The log.
        known: Events of the book.
        relief: What relieves the backlog of the book.
        source: Name of the source.

    Returns:
        The questions, and a sentence for each line that is cancelled by another amount than it was asked about.
    """
    own = [one for one in questions if one.source == source]
    sums = _from_elsewhere({one.order_id for one in own}, entries, known, source)
    left = _left_by_others(sums, baseline, relief)
    gone = baseline[(baseline["carried"] == "gone").to_numpy()]
    first = {_key(one): one.amount for one in gone_questions(gone, relief, source, date.min)}
    now = [
        replace(one, amount=_rest(first.get(_key(one), 0), int(left.get(_key(one), 0)))) if one.kind == "gone" else one
        for one in own
    ]
    cancelled = {(one.entity, one.order_id, one.line_id) for one in given if one.answer == "cancelled"}
    return tuple(now), [
        f"Order {one.order_id} line {one.line_id}: {show(asked.amount, one.currency)} was open when it was asked "
        f"about, and {show(one.amount, one.currency)} is now, which is cancelled."
        for asked, one in zip(own, now, strict=True) if asked.amount != one.amount and _key(one) in cancelled
    ]  # fmt: skip


def _from_elsewhere(
    orders: Collection[str], entries: Sequence[Entry], known: pd.DataFrame, source: str
) -> pd.DataFrame:
    """Return what entries by hand and other sources say of some orders, see `event_sums`."""
    known = known[known["order_id"].isin(list(orders)).to_numpy()]
    return event_sums(pd.concat([_standing(entries, known), _of_other_sources(entries, known, source)]))


def _left_by_others(sums: pd.DataFrame, baseline: pd.DataFrame, relief: Relief) -> pd.Series[int]:
    """Return by how much more, or less, of each line is open for what others than its source said of it.

    Args:
        sums: What they said, see `event_sums`.
        baseline: Lines of the source: they say whether they leave the backlog when they are shipped or invoiced.
        relief: What relieves the backlog of the book.
    """
    by_line = sums.groupby(level=KEY).sum()
    if "carried" not in baseline:  # of events, not of order lines
        return by_line["on order"]
    rows = baseline[baseline["book_order"].isin(by_line.index.get_level_values("order_id")).to_numpy()]
    services = rows[relieved_by_invoice(rows, relief)]
    billed = by_line.index.isin(_keys(services, OF_BOOK))
    return by_line["on order"] - by_line["invoiced"].where(billed, by_line["shipped"])


def _key(one: Question) -> tuple[str, str, str]:
    return one.entity, one.order_id, one.line_id


def _rest(amount: int, more: int) -> int:
    """Return what is open of a line with what others left of it; 0 where that turns its sign."""
    sign = 1 if amount > 0 else -1
    return sign * max(sign * (amount + more), 0)


def _of_other_sources(entries: Sequence[Entry], known: pd.DataFrame, source: str) -> pd.DataFrame:
    """Return the events that exports of other sources wrote."""
    writers = [one.number for one in entries if one.payload.get("source", source) != source]
    rows: pd.DataFrame = known.loc[known["entry"].isin(writers).to_numpy()]
    return rows


def _cancelled_as_open(derived: Derived, left: pd.Series[int]) -> tuple[Derived, int]:
    """Return what was found with lines in another currency cancelled by what is open of them, and how many differ."""
    events, baseline = derived.events, derived.baseline
    if "carried" not in baseline:
        return derived, 0
    until = (baseline["carried"] == "replaced").to_numpy()
    kept = baseline.assign(order_id=baseline["book_order"], line_id=baseline["book_line"])
    chosen = (events["kind"] == "cancellation") & events["reason"].fillna("").str.startswith(CURRENCY_CHANGED)
    chosen &= _keys(events, KEY).isin(_keys(kept[until], KEY))
    amounts = events["amount"].to_numpy(dtype=np.int64)
    more = left.reindex(_keys(events, KEY), fill_value=0).to_numpy(dtype=np.int64)
    whole = np.where(chosen, np.sign(amounts) * np.maximum(np.abs(amounts) + np.sign(amounts) * more, 0), amounts)
    moved = pd.Series(whole - amounts, index=_keys(events, KEY))[whole != amounts]
    if moved.empty:
        return derived, 0
    off = moved.reindex(_keys(kept, KEY), fill_value=0).to_numpy(dtype=np.int64)
    after = baseline.assign(cancelled=baseline["cancelled"] + np.where(until, off, 0))
    made = events.assign(amount=whole)[(~chosen | (whole != 0)).to_numpy()].reset_index(drop=True)
    return replace(derived, events=made, baseline=after), len(moved)


def _left_open(question: Question, left: pd.Series[int]) -> Question | None:
    """Return a question about what is open of a line gone; None where nothing is."""
    if question.kind != "gone":
        return question
    amount = _rest(question.amount, int(left.get(_key(question), 0)))
    return replace(question, amount=amount) if amount else None


def _moved(events: pd.DataFrame, added: pd.Series[int]) -> pd.DataFrame:
    """Return events in which a line that changes its segment takes along what was added or taken off by hand.

    Where that leaves nothing to move the line still changes its segment, and all that moved comes back.
    """
    moves = ((events["kind"] == "reclass") & (events["reason"] == RENAMED)).to_numpy()
    if not moves.any():
        return events
    amounts = events["amount"].to_numpy(dtype=np.int64)
    more = added.reindex(_keys(events, KEY), fill_value=0).to_numpy(dtype=np.int64)
    whole = np.sign(amounts) * np.maximum(np.abs(amounts) + more, 0)
    empty = moves & (whole == 0)
    made = events.assign(amount=np.where(moves & ~empty, whole, amounts))
    back = events[empty].assign(amount=-amounts[empty], reason=ALONG)
    return pd.concat([made, back], ignore_index=True) if empty.any() else made


def moved_along(rows: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Return the reclass pairs by which transfers move more, or less, once an entry by hand is taken back.

    What a transfer moved was counted with the entry: without it as much more or less of the line is open there.

    Args:
        rows: Events of the entry.
        known: Events of the book; transfers written after the entry had it.
    """
    added = event_sums(rows)["on order"].groupby(level=KEY).sum()
    moves = known[(known["kind"] == "reclass").to_numpy() & known["reason"].isin([RENAMED, ALONG]).to_numpy()]
    moves = moves[_keys(moves, KEY).isin(added.index) & (moves["entry"] > rows["entry"].min()).to_numpy()]
    pairs = []
    for (*key, _), own in moves.groupby([*KEY, "effective"], sort=False):
        pair = own[(own["reason"] == RENAMED).to_numpy()].sort_values("amount", kind="stable")
        if len(pair) == 2:
            segments = own[list(MOVED)].astype("str").fillna("")
            enters = (segments == segments.loc[pair.index[-1]]).all(axis=1)
            moved = int(own.loc[enters, "amount"].sum())
            more = max(moved - int(added[tuple(key)]), 0) - moved
            pairs.append(pair.assign(amount=[-more, more], reason=ALONG))
    made = pd.concat(pairs, ignore_index=True) if pairs else known.iloc[:0]
    return made[(made["amount"] != 0).to_numpy()]


def _standing(entries: Sequence[Entry], known: pd.DataFrame) -> pd.DataFrame:
    """Return the events of entries by hand that were not taken back."""
    both = [number for pair in reversed_entries(entries).items() for number in pair]
    standing: pd.DataFrame = known.loc[((known["origin"] == "hand") & ~known["entry"].isin(both)).to_numpy()]
    return standing


def _keys(rows: pd.DataFrame, names: Sequence[str]) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(rows[list(names)].astype("str"))


def _words(
    number: int, key: Any, measure: str, amounts: Sequence[int], export: str,  # noqa: ANN401 -- key of `event_sums`
) -> str:  # fmt: skip
    _, order, line, currency = key
    shown = " and ".join(dict.fromkeys(show(one, currency) for one in amounts))
    return (
        f"Entry {number} by hand and {export} both change what is {measure} of order {order} line {line} by {shown}, "
        "and both count"
    )
