"""Cover: what this pack is, whether it ties out, and where everything is."""

from __future__ import annotations

from bbbxl import __version__
from bbbxl.errors import count_of
from bbbxl.report.pack import Pack
from bbbxl.workbook.sheet import (
    LIGHT_CELL,
    Build,
    colour_light,
    day,
    link,
    local,
    put,
    put_live,
    put_row,
    put_title,
    set_up,
    text_height,
    widths,
)

FIRST_ROW = 5
_WIDTHS = (2, 24, 34, 76)
#: Signs of a hash that the cover prints.
SHORT_HASH = 16


def write_cover(build: Build) -> None:
    """Write the Cover tab."""
    sheet, pack = build.sheet("cover"), build.pack
    put_title(build, sheet, "cover")
    facts = (
        ("Entity", pack.entity),
        ("Period", f"{pack.period.last:%B %Y} ({pack.period.label})"),
        ("As of", day(pack.as_of)),
        ("Known at", day(pack.known_at)),
        ("Backlog basis", pack.basis),
        ("Currency", pack.currency),
        ("View", pack.question.view),
        *_book_facts(pack),
        ("Files", f"{len(pack.sources)} read, {count_of(len(pack.events), 'event')}"),
        ("Made by", f"bbbxl {__version__}"),
    )
    for row, (name, value) in enumerate(facts, start=FIRST_ROW):
        put(sheet, row, 2, name, "label")
        put(sheet, row, 3, value, "wrap_bold")
        sheet.row_dimensions[row].height = max(16, text_height((value, _WIDTHS[2])))
    row = FIRST_ROW + len(facts) + 1
    put(sheet, row, 2, "Checks", "label")
    put_live(sheet, row, 3, build.places[LIGHT_CELL], build.cells[LIGHT_CELL], "light_big")
    colour_light(build, sheet, local(row, 3))
    words = _tied_out(pack)
    put(sheet, row, 4, words, "wrap")
    sheet.row_dimensions[row].height = max(20, text_height((words, _WIDTHS[3])))
    row += 2
    put_row(sheet, row, 2, ("Contents", "", ""), "heading_left")
    for at, tab in enumerate((tab for tab in build.layout.tabs if tab.name != "cover"), start=row + 1):
        link(sheet, at, 2, tab.title)
        put(sheet, at, 3, tab.kind, "label")
        put(sheet, at, 4, tab.about, "wrap")
        sheet.row_dimensions[at].height = 16
    after = row + len(build.layout.tabs) + 1
    put(sheet, after, 2, "Figures on report tabs are live formulas over the Cube and Orders tabs, the Cube's totals "
        "over the Ledger, and each Ledger row names the file and row it was read from.", "note")  # fmt: skip
    put(sheet, after + 1, 2, "Segments of the Cube, lists and the rows of Orders and Ledger are values of the engine, "
        "tied to the totals on the Checks tab.", "note")  # fmt: skip
    for at, words in enumerate(("Prepared by:", "Reviewed by:"), start=after + 3):
        put(sheet, at, 2, words, "label")
        put(sheet, at, 3, "", "input")
    widths(sheet, _WIDTHS)
    set_up(build, "cover", freeze=None)


def _book_facts(pack: Pack) -> tuple[tuple[str, str], ...]:
    """Return which book the pack shows and how far it is closed; nothing for exports."""
    book = pack.book
    if book is None:
        return ()
    last = book.last_close
    words = f"{book.kept.name}, closed through {last.period}" if last else f"{book.kept.name}, no month closed"
    facts = [("Book", words)]
    if last:
        facts.append(("Hash of the close", f"{last.hash[:SHORT_HASH]}... (whole on the Sources tab)"))
    if book.close_of(pack.period) is None:
        facts.append(("State", f"{pack.period.label} is not closed"))
    return tuple(facts)


def _tied_out(pack: Pack) -> str:
    """Return how many checks tie out, how many could not be made, and which are red."""
    made = [one for one in pack.checks if one.value is not None]
    words = f"{len(made) - len(pack.red)} of {len(made)} checks tie out"
    if len(made) < len(pack.checks):
        words += f"; {len(pack.checks) - len(made)} could not be made"
    return f"{words}. Red: {', '.join(one.check.title for one in pack.red)}." if pack.red else f"{words}."
