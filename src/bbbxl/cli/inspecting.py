"""bbbxl inspect: how files were read, what they hold and what of them could not be taken."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bbbxl.cli import options as given
from bbbxl.cli.codes import DONE, PROBLEMS, REFUSED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bbbxl.cli.show import TextTable
    from bbbxl.inputs.layout.totals import OwnTotalResult
    from bbbxl.inputs.preset_data import Preset
    from bbbxl.report.inspection import FileInspection, Inspection

#: Rows set aside that are listed on the screen; JSON holds them all.
MOST_LISTED = 20
#: Order of day and month -> what people read.
_ORDERS = {"dmy": "day, month, year", "mdy": "month, day, year", "ymd": "year, month, day"}
_TAX = {"net": "", "gross": " With tax.", "unstated": " The program leaves open whether tax is in them."}


def inspect(
    paths: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Exports as they were written, or a folder of them.")
    ],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object; amounts in minor units.")] = False,
    currency: given.Currency = None, column: given.Columns = None, out: given.Out = None,
    reading: given.Reading = None,
) -> None:  # fmt: skip
    """Say how files are read: preset, columns, rows, totals, bookings by month, and what to look at.

    The exit code is 1 when a row was set aside or a total of a file differs from its rows, 2 when a file was refused.
    """
    from bbbxl.cli.show import as_json, show_tables, tell, write_or_print
    from bbbxl.errors import BbbError

    try:
        inspection = _inspected(paths, currency, column or (), reading or {})
    except Exception as error:
        if not json:
            raise
        from bbbxl.cli.sentences import sentence_of
        from bbbxl.report.inspection import refused

        sentence = str(error) if isinstance(error, BbbError) else sentence_of(error)
        write_or_print(as_json(document(refused(sentence))), out)
        tell(f"bbbxl: {sentence}")
        raise typer.Exit(REFUSED) from error
    if json:
        write_or_print(as_json(document(inspection)), out)
    else:
        show_tables([table for one in inspection.files for table in file_tables(one)], out)
        show_tables(tables_together(inspection), out)
    raise typer.Exit(PROBLEMS if inspection.problems or inspection.differing else DONE)


def _inspected(
    paths: Sequence[Path], currency: str | None, columns: Sequence[str], reading: Mapping[str, Any]
) -> Inspection:
    from datetime import UTC, datetime

    from bbbxl.book.opening import is_book
    from bbbxl.cli.options import named_columns
    from bbbxl.cli.show import working
    from bbbxl.errors import InputError
    from bbbxl.inputs.load import Options, understand_files
    from bbbxl.report.inspection import inspect_tables

    if is_book(paths):
        raise InputError(
            f"{paths[0].resolve().name} is a kept book: the exports that were added are not in it. Inspect them where "
            "they lie; bbbxl book log lists them, bbbxl check says whether the book ties."
        )
    with working("Reading the files"):
        reads = understand_files(paths, Options(currency=currency, columns=named_columns(columns), reading=reading))
        return inspect_tables(reads, datetime.now(UTC).date())


def document(inspection: Inspection) -> dict[str, Any]:
    """Return an inspection as one JSON object; amounts in minor units, months as 2026-10.

    `row` of a problem is the number of the data row, counted from 1: titles, header, totals and footers are not
    counted; `file_row` is the row as Excel counts it. Both are null where the whole file is meant.
    """
    bookings = inspection.bookings
    return {
        "status": inspection.status,
        "rows": inspection.rows,
        "totals": inspection.totals,
        "bookings": next(iter(bookings.values())) if len(bookings) == 1 else {},
        "bookings_by_currency": bookings,
        "ids": list(inspection.ids),
        "warnings": list(inspection.warnings),
        "findings": [asdict(one) for one in inspection.findings],
        "problems": [problem for one in inspection.files for problem in _problems(one)],
        "error": inspection.error,
        "files": [_file_document(one) for one in inspection.files],
    }


def _problems(one: FileInspection) -> list[dict[str, Any]]:
    rows = one.data_rows
    return [
        {"file": problem.file, "sheet": problem.sheet, "row": rows.get(problem.row), "file_row": problem.row or None,
         "column": problem.column, "value": problem.value, "message": problem.message}
        for problem in one.problems
    ]  # fmt: skip


def _file_document(one: FileInspection) -> dict[str, Any]:
    preset = one.preset
    return {
        "file": one.file, "sheet": one.sheet, "role": one.role, "preset": preset.name if preset else None,
        "verified": preset.verified if preset else None, "booked": preset.booked if preset else None,
        "tax": preset.tax if preset else None, "header_row": one.header_row,
        "columns": one.columns, "unused": list(one.unused),
        "rows_read": one.rows_read, "rows_used": one.rows_used, "rows_set_aside": one.rows_set_aside,
        "not_booked": one.not_booked, "superseded": one.superseded,
        "aside": [{"file_row": row.row, "reason": row.reason, "text": row.text} for row in one.aside],
        "own_totals": [_own_total(total) for total in one.own_totals],
        "totals": one.totals, "bookings_by_currency": one.bookings,
        "date_order": one.date_order, "decimal": one.decimal, "encoding": one.encoding, "delimiter": one.delimiter,
        "sha256": one.sha256, "size": one.size, "evidence": list(one.notes),
    }  # fmt: skip


def _own_total(total: OwnTotalResult) -> dict[str, Any]:
    """Return a total of the file beside ours; both as exact decimal text."""
    return {"file_row": total.row, "label": total.label, "column": total.column, "own": f"{total.own:f}",
            "ours": f"{total.ours:f}", "ties": total.ties, "message": total.message}  # fmt: skip


def file_tables(one: FileInspection) -> list[TextTable]:
    """Return what is shown of one table."""
    from bbbxl.cli.show import TextTable

    facts = [["Taken for", preset_words(one.preset) if one.preset else one.role]]
    if one.preset:
        facts += [["Booked means", one.preset.booked], ["Amounts", f"{one.preset.amount}{_TAX[one.preset.tax]}"]]
    facts += [["Header", f"row {one.header_row}"], ["Rows", _row_words(one)]]
    if one.aside:
        facts.append(["No data", _aside_words(one)])
    if one.decimal:
        facts.append(["Decimal mark", one.decimal])
    if one.date_order:
        facts.append(["Dates", _ORDERS.get(one.date_order, one.date_order)])
    if one.encoding:
        facts.append(["Text", f"{one.encoding}, cells by {_mark(one.delimiter)}"])
    columns = [[header, field] for header, field in one.columns.items()]
    unused = [f"Not used: {', '.join(title or '(no title)' for title in one.unused)}."] if one.unused else []
    tables = [TextTable(one.place, ("", ""), facts, left=(0, 1))]
    tables.append(TextTable("Columns", ("column", "read as"), columns, unused, left=(0, 1)))
    if one.totals:
        tables.append(TextTable("Totals of the amount column", ("", "rows used"), _money_rows(one.totals)))
    notes = [*(total.message for total in one.own_totals), *one.notes]
    return [*tables, TextTable("Decided", (), (), notes)] if notes else tables


def preset_words(preset: Preset) -> str:
    """Return a preset as people read it, marked where no real export confirmed it."""
    words = f"{preset.title} ({preset.name})"
    return words if preset.verified else f"{words}, unverified: no real export has confirmed its headers"


def _row_words(one: FileInspection) -> str:
    parts = ((one.rows_used, "used"), (one.rows_set_aside, "set aside"), (one.not_booked, "not booked"),
             (one.superseded, "superseded"))  # fmt: skip
    told = ", ".join(f"{count:,} {word}" for place, (count, word) in enumerate(parts) if count or place < 2)
    return f"{one.rows_read:,} read: {told}"


def _aside_words(one: FileInspection) -> str:
    from bbbxl.inputs.findings import rows_in_words

    by_reason: dict[str, list[int]] = {}
    for row in one.aside:
        by_reason.setdefault(row.reason, []).append(row.row)
    return "; ".join(f"{reason}: {rows_in_words(rows)}" for reason, rows in by_reason.items())


def _mark(delimiter: str) -> str:
    return {"\t": "tab", "": "nothing"}.get(delimiter, f'"{delimiter}"')


def _money_rows(totals: dict[str, int]) -> list[list[str]]:
    from bbbxl.cli.show import value_text

    return [[currency, value_text(minor, "money", currency)] for currency, minor in totals.items()]


def tables_together(inspection: Inspection) -> list[TextTable]:
    """Return what is shown of all files together: bookings by month, what to look at, rows set aside."""
    from bbbxl.cli.show import TextTable, value_text

    tables, bookings = [], inspection.bookings
    if bookings:
        months = sorted({month for own in bookings.values() for month in own})
        rows = [
            [month, *(value_text(own.get(month), "money", currency) for currency, own in bookings.items())]
            for month in months
        ]
        tables.append(TextTable("Bookings by month", ("", *bookings), rows))
    asked = [*(one.message for one in inspection.differing), *(one.sentence for one in inspection.findings)]
    if asked:
        tables.append(TextTable("To look at", (), (), asked))
    problems = [str(one) for one in inspection.problems[:MOST_LISTED]]
    if more := len(inspection.problems) - MOST_LISTED:
        problems += [f"and {more:,} more; --json lists them all."] if more > 0 else []
    words = "Rows set aside" if problems else "No row was set aside"
    return [*tables, TextTable(words, (), (), problems)]
