"""Sources: every file with its hash, rows and totals, and the rows that could not be taken."""

from __future__ import annotations

from bbbxl.inputs.entries import Source
from bbbxl.money import show
from bbbxl.workbook.sheet import Build, put, put_row, put_title, set_up, text_height, widths

TITLES = 5
_WIDTHS = (2, 26, 20, 14, 24, 10, 10, 10, 26, 36, 62)
#: Rows set aside that are listed; more are counted.
MOST_PROBLEMS = 500


def write_sources(build: Build) -> None:
    """Write the Sources tab."""
    sheet, pack = build.sheet("sources"), build.pack
    put_title(build, sheet, "sources")
    titles = ("File", "Role", "Preset", "Extracted", "Rows", "Used", "Set aside", "Totals of the amount column",
              "SHA-256", "What was decided")  # fmt: skip
    put_row(sheet, TITLES, 2, titles, "heading_left")
    row = TITLES + 1
    for source in pack.sources:
        _put_source(build, row, source)
        row += 1
    row = _put_columns(build, row + 1)
    row = _put_problems(build, row + 1)
    for note in pack.ledger.notes:
        put(sheet, row, 2, note, "note")
        row += 1
    widths(sheet, _WIDTHS)
    set_up(build, "sources", freeze="C6")


def _put_source(build: Build, row: int, source: Source) -> None:
    sheet = build.sheet("sources")
    totals = "\n".join(f"{currency} {show(minor, currency)}" for currency, minor in source.totals.items())
    half = f"{source.sha256[:32]}\n{source.sha256[32:]}"
    values = (source.file, source.role, source.preset, source.extracted, source.rows, source.used, source.set_aside,
              totals, half, " ".join(source.notes))  # fmt: skip
    styles = ("wrap_bold", "wrap", "wrap", "date", "count", "count", "count", "wrap", "wrap", "wrap")
    put_row(sheet, row, 2, values, styles)
    sheet.row_dimensions[row].height = text_height((totals, _WIDTHS[8]), (half, _WIDTHS[9]), (" ".join(source.notes), _WIDTHS[10]))


def _put_columns(build: Build, row: int) -> int:
    """Write which column of each file was read as what; return the row after it."""
    sheet = build.sheet("sources")
    put_row(sheet, row, 2, ("File", "Read as", "Column of the file"), "heading_left")
    row += 1
    for source in build.pack.sources:
        for field, header in source.columns.items():
            put_row(sheet, row, 2, (source.file, field, header), "label")
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
        put_row(sheet, row, 2, (one.file, one.row, one.column, one.value[:200], one.message), "label")
        row += 1
    if len(problems) > MOST_PROBLEMS:
        put(sheet, row, 2, f"{len(problems) - MOST_PROBLEMS} more; bbbxl check lists them all.", "note")
        row += 1
    return row
