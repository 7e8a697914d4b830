"""Lines held back that are taken after all: the events between what the book has of them and what the export showed."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from bbbxl.book.compare.build import draft, events_of, gather, in_order
from bbbxl.book.compare.changes import change_lines, moved_of, no_split, no_steps
from bbbxl.book.compare.columns import ASIDE, FACT_DAYS, TOLD, Days, baseline_of, days_of, filled, minor_of, told_of
from bbbxl.book.compare.days import NO_DAY, Dated, Span
from bbbxl.book.compare.keys import OF_BOOK, keys_of, places_in
from bbbxl.book.compare.lines import Lines, Relief
from bbbxl.errors import InputError
from bbbxl.ledger.states import DAY

#: What a change between two states is a change of, for a day that an answer says.
_ASPECTS: Final = ("ordered", "cancelled", "shipped", "invoiced", "status", "commit_date", "customer", "product",
                   "region", "channel", "owner", "counterparty", "currency")  # fmt: skip
_ONE: Final = np.timedelta64(1, "D")
_BOOKINGS: Final = ("expansion", "return_authorisation")


def take_offered(
    base: pd.DataFrame,
    places: np.ndarray[Any, np.dtype[np.intp]],
    as_of: Days,
    said: Days,
    relief: Relief,
    restated: np.ndarray[Any, np.dtype[np.object_]] | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return a baseline in which offered states stand for their lines, and the events that lead there.

    Args:
        base: The baseline.
        places: Rows of it that are offered.
        as_of: As-of date of the snapshot that offered each.
        said: Day on which each is said to have changed; missing where nothing is said.
        relief: What relieves backlog.
        restated: What was answered about facts in another currency, see `Lines`.

    Raises:
        InputError: a snapshot shows a line as it was on the day said, or later.
    """
    offers = base.take(places).reset_index(drop=True)
    rows = np.flatnonzero(~base["carried"].isin(ASIDE).to_numpy())
    found = places_in(keys_of(offers, OF_BOOK), keys_of(base.iloc[rows], OF_BOOK))
    booked, own = found < 0, rows[found[found >= 0]]
    old = _nothing(offers)
    if len(own):
        old = pd.concat([base.take(own).set_axis(np.flatnonzero(~booked)), old[booked]]).sort_index()
    told: dict[str, Any] = dict.fromkeys((*TOLD.values(), "held_on"), pd.NaT)
    new = offers.assign(fallen=old["fallen"], withdrawn_on=old["withdrawn_on"], carried=filled("carried", len(offers)),
                        booked_as="", booked_above=0, booked_reason="", **told)  # fmt: skip
    refuse_shown(np.where(booked, NO_DAY, said), days_of(old["read_on"]), offers, "changed")
    logged = dict.fromkeys(_ASPECTS, said)
    last = np.where(booked, days_of(offers["booked"]) - _ONE, days_of(old["read_on"]))
    span = Span(last, as_of, days_of(offers["changed"]), logged, True, told_of(old))
    lines = Lines(old, new.astype(offers.dtypes.to_dict()), span, moved_of(base, old), relief, restated)
    changed = change_lines(lines, *no_split(len(offers)), no_steps(len(offers)), keys_of(base, OF_BOOK))
    first = booked[changed.events["line"].to_numpy(dtype=np.intp)]
    events = changed.events[~(first & changed.events["kind"].isin([*_BOOKINGS, "hold"]).to_numpy())]
    made = in_order([events.drop(columns="line"), _bookings(offers, booked)])
    left = base.drop(index=np.concatenate([places, own]).tolist())
    return baseline_of([left, changed.rows, changed.left]), made


def refuse_shown(said: Days, shown: Days, rows: pd.DataFrame, what: str) -> None:
    """Refuse a day on which a snapshot still shows a line as it was.

    Raises:
        InputError: an answer says it.
    """
    early = said <= shown
    if early.any():
        place = int(np.flatnonzero(early)[0])
        raise InputError(
            f"Order {rows['book_order'].iloc[place]} line {rows['book_line'].iloc[place]} cannot be {what} on "
            f"{said[place]}: the snapshot of {shown[place]} still shows it as it was. Give a later day."
        )


def _nothing(states: pd.DataFrame) -> pd.DataFrame:
    """Return the same lines as they were before they were booked."""
    empty = dict.fromkeys(("ordered", "quantity", *FACT_DAYS), 0)
    days = {name: pd.Series(pd.NaT, index=states.index, dtype=DAY) for name in (*FACT_DAYS.values(), "withdrawn_on")}
    states_off = dict.fromkeys(("held", "completed", "withdrawn"), False)
    return states.assign(**empty, **states_off, **days, fallen=0).astype(states.dtypes.to_dict())


def _bookings(offers: pd.DataFrame, booked: np.ndarray[Any, np.dtype[np.bool_]]) -> pd.DataFrame:
    """Return the bookings of lines that the book has not yet, on their booking dates."""
    size = len(offers)
    when = Dated(days_of(offers["booked"]), np.full(size, NO_DAY))
    ordered, above = minor_of(offers["ordered"]), minor_of(offers["booked_above"])
    kinds, commit = offers["booked_as"].to_numpy(dtype=object), days_of(offers["commit_date"])
    reasons, units = offers["booked_reason"].to_numpy(dtype=object), offers["quantity"].to_numpy()
    drafts = [
        draft(
            kind, ordered - above, when, where=booked & (kinds == kind), reason=reasons, quantity=units, commit=commit
        )
        for kind in sorted({kind for kind in kinds[booked] if kind})
    ]
    returned = booked & (ordered < 0)
    drafts += [
        draft("expansion", above, when, where=booked & (above != 0), reason=reasons, quantity=units, commit=commit),
        draft("return_authorisation", -ordered, when, where=returned, quantity=units, commit=commit),
        draft("hold", None, when, where=booked & offers["held"].to_numpy(), reason="status of the export"),
    ]
    return events_of(gather(drafts), offers, offers)
