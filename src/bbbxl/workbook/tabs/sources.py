"""Sources: every file with its hash, rows and totals, and the rows that could not be taken."""

from __future__ import annotations

import pandas as pd

from bbbxl.errors import count_of
from bbbxl.inputs.entries import Source
from bbbxl.inputs.findings import findings_in_words
from bbbxl.ledger.columns import COLUMNS
from bbbxl.money import show
from bbbxl.workbook.sheet import Build, put, put_note, put_row, put_title, set_up, text_height, widths
from bbbxl.workbook.strings import CONTROLS, CUT, LONGEST_TEXT, too_long

TITLES = 5
_WIDTHS = (2, 28, 22, 24, 26, 70, 10, 10, 10, 28, 36)
_HELD = "hold control characters, which no workbook can; U+FFFD stands for each of them"
_LONG = f'are longer than the {LONGEST_TEXT:,} characters of a cell; they are cut and end in "{CUT.strip()}"'
#: Rows set aside that are listed; more are counted.
MOST_PROBLEMS = 500


def write_sources(build: Build) -> None:
    """Write the Sources tab."""
    sheet, pack = build.sheet("sources"), build.pack
    put_title(build, sheet, "sources")
    titles = ("File", "Role", "Preset", "Extracted", "What was decided", "Rows", "Used", "Set aside",
              "Totals of the amount column", "SHA-256")  # fmt: skip
    put_row(sheet, TITLES, 2, titles, [*["heading_left"] * 5, *["heading"] * 5])
    row = TITLES + 1
    for source in pack.sources:
        _put_source(build, row, source)
        row += 1
    row = _put_closes(build, row)
    row = _put_findings(build, row)
    row = _put_columns(build, row + 1)
    row = _put_problems(build, row + 1)
    row = _put_held_back(build, row + 1)
    for note in (*pack.ledger.notes, *altered_texts(pack.events)):
        row = put_note(sheet, row, 2, note, 200)
    widths(sheet, _WIDTHS)
    set_up(build, "sources", freeze="C6")


def _put_source(build: Build, row: int, source: Source) -> None:
    sheet = build.sheet("sources")
    totals = "\n".join(f"{currency} {show(minor, currency)}" for currency, minor in source.totals.items())
    half = f"{source.sha256[:32]}\n{source.sha256[32:]}"
    notes = " ".join(source.notes)
    values = (source.file, source.role, source.preset, source.extracted, notes, source.rows, source.used,
              source.set_aside, totals, half)  # fmt: skip
    styles = ("wrap_bold", "wrap", "wrap", "date", "wrap", "count", "count", "count", "wrap_right", "wrap_right")
    put_row(sheet, row, 2, values, styles)
    texts = zip((source.file, notes, totals, half), (_WIDTHS[1], _WIDTHS[5], _WIDTHS[8], _WIDTHS[9]), strict=True)
    sheet.row_dimensions[row].height = text_height(*texts)


def _put_closes(build: Build, row: int) -> int:
    """Write the closes of the book with their whole hashes, nothing for exports; return the row after them."""
    sheet, book = build.sheet("sources"), build.pack.book
    if book is None:
        return row
    titles = ("Closed month", "Known through", "Preparer", "Approver", "Hash of the close")
    put_row(sheet, row + 1, 2, titles, "heading_left")
    row += 2
    for one in book.closes:
        values = (one.period, one.known, one.preparer, one.approver, one.hash)
        put_row(sheet, row, 2, values, ("wrap_bold", "date", "wrap", "wrap", "wrap"))
        row += 1
    if not book.closes:
        put(sheet, row, 2, "No month is closed.", "note")
        row += 1
    return put_note(sheet, row, 2, f"Book {book.kept.name}; hash of its last entry: {book.kept.head}.", 200)


def _put_findings(build: Build, row: int) -> int:
    """Write what the rows make a careful reader ask, nothing where that is nothing; return the row after it."""
    sheet, sentences = build.sheet("sources"), findings_in_words(build.pack.findings)
    if not sentences:
        return row
    put(sheet, row + 1, 2, "To look at", "heading_left")
    row += 2
    for sentence in sentences:
        row = put_note(sheet, row, 2, sentence, 200)
    return row


def _put_columns(build: Build, row: int) -> int:
    """Write which column of each file was read as what; return the row after it."""
    sheet = build.sheet("sources")
    put_row(sheet, row, 2, ("File", "Read as", "Column of the file"), "heading_left")
    row += 1
    for source in build.pack.sources:
        for field, header in source.columns.items():
            put_row(sheet, row, 2, (source.file, field, header), "wrap")
            sheet.row_dimensions[row].height = text_height((source.file, _WIDTHS[1]), (header, _WIDTHS[3]))
            row += 1
    return row


def _put_problems(build: Build, row: int) -> int:
    """Write the rows set aside; return the row after them."""
    sheet, problems = build.sheet("sources"), build.pack.problems
    put_row(sheet, row, 2, ("Rows set aside", "Row", "Column", "Value", "Why"), "heading_left")
    row += 1
    if not problems:
        put(sheet, row, 2, "None.", "note")
        return row + 1
    for one in problems[:MOST_PROBLEMS]:
        shown = (one.file, one.row, one.column, one.value[:200], one.message)
        put_row(sheet, row, 2, shown, "wrap")
        sheet.row_dimensions[row].height = text_height(*zip(map(str, shown), _WIDTHS[1:6], strict=True))
        row += 1
    if len(problems) > MOST_PROBLEMS:
        put(sheet, row, 2, f"{len(problems) - MOST_PROBLEMS} more; bbbxl check lists them all.", "note")
        row += 1
    return row


def _put_held_back(build: Build, row: int) -> int:
    """Write the events after the as-of date, which are not counted; return the row after them."""
    sheet, held = build.sheet("sources"), build.pack.held_back
    if held.empty:
        return row
    titles = (f"Held back: after {build.pack.as_of}", "Order", "Line", "Day", "Kind", "Row")
    put_row(sheet, row, 2, titles, "heading_left")
    listed = held.head(MOST_PROBLEMS).assign(day=held["effective"].dt.date)
    columns = (listed[name].tolist() for name in ("source_file", "order_id", "line_id", "day", "kind", "source_row"))
    for at, shown in enumerate(zip(*columns, strict=True), start=row + 1):
        put_row(sheet, at, 2, shown, ("label", "label", "label", "date", "label", "count"))
    row += 1 + min(len(held), MOST_PROBLEMS)
    if len(held) > MOST_PROBLEMS:
        put(sheet, row, 2, f"{len(held) - MOST_PROBLEMS} more; bbbxl check --format json lists them all.", "note")
        row += 1
    return row + 1


def altered_texts(events: pd.DataFrame) -> list[str]:
    """Return a sentence for each column of the events whose texts cannot stand in a cell as they are."""
    found = []
    for column in COLUMNS:
        if column.type == "text":
            texts = events[column.name].dropna()
            long = texts[texts.str.len() * 2 > LONGEST_TEXT]
            for altered, words in (
                (texts[texts.str.contains(CONTROLS, regex=True)], _HELD),
                (long[long.map(too_long).astype(bool)], _LONG),
            ):
                if len(altered):
                    file, row = events.loc[altered.index[0], ["source_file", "source_row"]]
                    found.append(
                        f"{column.title}: texts of {count_of(len(altered), 'event')} {words}. "
                        f"First: {file} row {row:.0f}."
                    )
    return found
