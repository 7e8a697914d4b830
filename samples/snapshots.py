"""The same order lines as a report drawn at every month end: 48 exports of states, without their history."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from bbbxl.samples.chance import month_end, month_start
from bbbxl.samples.exports import LINE_HEADER, line_row, ordered_lines, write_rows
from bbbxl.samples.history import make_history
from bbbxl.samples.model import AS_OF, FIRST_MONTH, Event
from bbbxl.samples.northfield import SEED
from bbbxl.samples.truth import LineKey

SNAPSHOT_HEADER = (*LINE_HEADER, "Last Modified")
#: When the report is drawn on the last day of a month: everything entered that day is in it.
DRAWN = time(23, 30)


@dataclass(frozen=True)
class MonthExport:
    """One report of order lines.

    Attributes:
        month: The month at whose end it was drawn, such as "2024-03".
        as_of: Its last day.
        extracted: When it was drawn, the same day.
        path: The file.
        rows: Order lines in it.
    """

    month: str
    as_of: date
    extracted: datetime
    path: Path
    rows: int


def write_snapshots(folder: Path, seed: int = SEED) -> tuple[MonthExport, ...]:
    """Write order_lines_YYYY-MM.csv for every month of the history, oldest first; same seed, same bytes.

    A report holds every order line entered by the last day of its month, as it then stood: what was changed,
    shipped, invoiced or cancelled is in it from the day of its entry on, and Last Modified is the day of the last
    entry on the line. Lines stay in the report for ever.

    Args:
        folder: Made where it is missing; files of the same names are replaced.
        seed: As for `bbbxl.samples.northfield.write_exports`, of whose history these are the states.
    """
    written = []
    for as_of, rows in states(make_history(seed)):
        month = as_of.isoformat()[:7]
        path = folder / f"order_lines_{month}.csv"
        write_rows(path, SNAPSHOT_HEADER, rows)
        written.append(MonthExport(month, as_of, datetime.combine(as_of, DRAWN), path, len(rows)))
    return tuple(written)


def month_ends() -> list[date]:
    """Return the last day of every month of the history."""
    count = (AS_OF.year - FIRST_MONTH.year) * 12 + AS_OF.month - FIRST_MONTH.month + 1
    return [month_end(month_start(FIRST_MONTH, number)) for number in range(count)]


def states(history: Iterable[Event]) -> Iterable[tuple[date, list[tuple[str, ...]]]]:
    """Return the last day of every month with the rows of its report, sorted by their key."""
    lines = ordered_lines(history)
    shown: dict[LineKey, tuple[int, tuple[str, ...]]] = {}
    for as_of in month_ends():
        for key, events in lines.items():
            entered = sum(event.recorded <= as_of for event in events)
            if entered > shown.get(key, (0, ()))[0]:
                row = (*line_row(events[:entered]), events[entered - 1].recorded.isoformat())
                shown[key] = (entered, row)
        yield as_of, [shown[key][1] for key in lines if key in shown]
