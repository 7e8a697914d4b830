"""bbbxl metrics, check and definitions: figures, checks and words on the screen or as JSON and CSV."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bbbxl.cli import options as given
from bbbxl.cli.codes import DONE, PROBLEMS
from bbbxl.cli.options import Format

if TYPE_CHECKING:
    from bbbxl.cli.show import TextTable
    from bbbxl.errors import Problem
    from bbbxl.inputs.findings import Finding
    from bbbxl.inputs.load import Loaded
    from bbbxl.report.pack import Pack

Names = Annotated[list[str] | None, typer.Option("--metric", help="Metric to show; all when omitted.")]


def metrics(
    paths: given.Exports, period: given.PeriodOption = None, as_of: given.AsOf = None, known_at: given.KnownAt = None,
    view: given.ViewOption = None, basis: given.BasisOption = None, currency: given.Currency = None,
    by: given.By = None, metric: Names = None, rates: given.RatesFile = None, column: given.Columns = None,
    format: given.FormatOption = Format.table, out: given.Out = None, reading: given.Reading = None,
) -> None:  # fmt: skip
    """Show bookings, billings, backlog and ratios of some exports."""
    from bbbxl.cli.show import (
        figures_as_csv,
        figures_as_json,
        figures_as_table,
        show_tables,
        tell,
        working,
        write_or_print,
    )
    from bbbxl.metrics.registry import metric_named
    from bbbxl.metrics.registry import metrics as known
    from bbbxl.metrics.values import figures
    from bbbxl.report.pack import make_pack

    chosen = [metric_named(name) for name in metric] if metric else list(known().values())
    with working("Reading the exports"):
        asked = given.ask(paths, period=period, as_of=as_of, known_at=known_at, view=view, basis=basis,
                          currency=currency, rates=rates, columns=column, reading=reading)  # fmt: skip
        _refuse_empty_dimension(asked.loaded, by)
        made = figures(asked.loaded.ledger, asked.question, asked.periods, chosen, asked.basis, by)
        red = make_pack(asked.loaded, asked.question, asked.basis, rows=None).red
    if format is Format.table:
        titles = {name: one.title for name, one in known().items()}
        title = f"{asked.basis} basis, {asked.loaded.ledger.currency}, as of {asked.question.as_of}"
        show_tables([figures_as_table(title, made, titles)], out)
    else:
        write_or_print(figures_as_csv(made) if format is Format.csv else figures_as_json(made), out)
    list_problems(asked.loaded.problems)
    tell_what_was_decided(asked.loaded)
    for one in red:
        tell(one.sentence)
    raise typer.Exit(PROBLEMS if asked.loaded.problems or red else DONE)


def check(
    paths: given.Exports, period: given.PeriodOption = None, as_of: given.AsOf = None, known_at: given.KnownAt = None,
    view: given.ViewOption = None, basis: given.BasisOption = None, currency: given.Currency = None,
    rates: given.RatesFile = None, column: given.Columns = None,
    format: given.FormatOption = Format.table, out: given.Out = None, reading: given.Reading = None,
) -> None:  # fmt: skip
    """Say whether everything ties out, and which rows could not be taken."""
    from bbbxl.cli.show import as_json, rows_as_csv, show_tables, working, write_or_print
    from bbbxl.report.pack import make_pack

    with working("Reading the exports"):
        asked = given.ask(paths, period=period, as_of=as_of, known_at=known_at, view=view, basis=basis,
                          currency=currency, rates=rates, columns=column, reading=reading)  # fmt: skip
        pack = make_pack(asked.loaded, asked.question, asked.basis, rows=None)
    rows = [
        {"check": one.check.name, "title": one.check.title, "value": one.value, "tolerance": one.tolerance,
         "unit": one.check.unit, "result": one.outcome,
         "detail": one.detail, "remedy": "" if one.passed else one.check.remedy}
        for one in pack.checks
    ]  # fmt: skip
    if format is Format.json:
        problems = [asdict(one) for one in pack.problems]
        apart = [{"name": one.apart.name, "title": one.apart.title, "amount": one.amount, "lines": one.lines,
                  "reason": one.reason or None} for one in pack.apart]  # fmt: skip
        document = {"as_of": str(pack.as_of), "basis": pack.basis, "currency": pack.currency, "checks": rows,
                    "apart": apart, "held_back": pack.held_back.astype("str").to_dict("records"),
                    "problems": problems}  # fmt: skip
        write_or_print(as_json(document), out)
    elif format is Format.csv:
        write_or_print(rows_as_csv(tuple(rows[0]), [list(row.values()) for row in rows]), out)
    else:
        show_tables(_check_tables(pack), out)
    list_problems(asked.loaded.problems)
    tell_findings(asked.loaded.findings)
    raise typer.Exit(PROBLEMS if pack.red or pack.problems else DONE)


def _check_tables(pack: Pack) -> list[TextTable]:
    """Return the checks, and the amounts shown apart where there are any."""
    from bbbxl.cli.show import TextTable, value_text

    reasons: dict[str, list[str]] = {}
    shown = []
    for one in pack.checks:
        if one.value is None:
            reasons.setdefault(one.detail, []).append(one.check.title)
        where = [one.detail if one.value is not None else "", "" if one.passed else one.check.remedy]
        amounts = [_amount(number, one.check.unit, pack.currency) for number in (one.value, one.tolerance)]
        shown.append([one.check.title, one.outcome, *amounts, " | ".join(text for text in where if text)])
    notes = [f"n/a: {'; '.join(titles)}: {reason}." for reason, titles in reasons.items()]
    title = f"Checks, {pack.basis} basis, {pack.currency}, as of {pack.as_of}"
    tables = [TextTable(title, ("", "result", "difference", "tolerance", "where"), shown, notes, left=(0, 4))]
    apart = [[one.apart.title, value_text(one.amount, "money", pack.currency), f"{one.lines}"]
             for one in pack.apart if one.lines]  # fmt: skip
    why = [f"{one.apart.title}: {one.reason}." for one in pack.apart if one.reason]
    return [*tables, TextTable("Shown apart", ("", pack.currency, "order lines"), apart, why)] if apart else tables


def _amount(value: float | int | None, unit: str, currency: str) -> str:
    from bbbxl.cli.show import value_text

    if unit == "count":
        return "" if value is None else f"{value:,}"
    return value_text(value, unit, currency)


def definitions(
    term: Annotated[str | None, typer.Argument(help="A metric, event kind or basis, or compare; all when "
            "omitted.")] = None,
    path: Annotated[Path | None, typer.Argument(metavar="FILE", help="Deals with close date and day of "
            "signature.")] = None,
    period: Annotated[str | None, typer.Option("--period", help="Period of compare: 2026-10, 2026-Q3.")] = None,
    currency: Annotated[str | None, typer.Option("--currency", help="Of amounts that name none; for compare.")] = None,
    amounts: Annotated[
        str | None, typer.Option("--amounts", help="net or gross of the tax beside them; for compare.")
    ] = None,
    column: given.Columns = None,
    read: Annotated[
        list[str] | None, typer.Option("--read", help="How FILE is written: decimal=, date_order=dmy; won=STAGE.")
    ] = None,
    format: given.FormatOption = Format.table, json: Annotated[bool, typer.Option("--json", help="As --format "
            "json.")] = False,
    out: given.Out = None,
) -> None:  # fmt: skip
    """Say what every figure, event kind, basis and choice means.

    compare FILE --period 2026-10: the bridge from what sales report to net bookings, definition by definition.
    """
    from bbbxl.cli.comparing import COMPARE, compare

    format = Format.json if json else format
    if term == COMPARE and path is not None:
        count = compare(path, period, currency, amounts, column or (), read or (), format, out)
        raise typer.Exit(PROBLEMS if count else DONE)
    _refuse_file(term, path)
    from bbbxl.cli.show import TextTable, as_json, rows_as_csv, show_tables, write_or_print
    from bbbxl.errors import UnknownNameError
    from bbbxl.metrics.definitions import definitions as all_words

    rows = all_words()
    if term:
        wanted = term.casefold()
        chosen = tuple(one for one in rows if wanted in (one.name.casefold(), one.title.casefold()))
        if not chosen:
            raise UnknownNameError("term", term, [*(one.name for one in rows), *(one.title for one in rows)])
        rows = chosen
    fields = [asdict(one) for one in rows]
    if format is Format.json:
        write_or_print(as_json(fields), out)
    elif format is Format.csv:
        write_or_print(rows_as_csv(tuple(fields[0]), [list(row.values()) for row in fields]), out)
    else:
        tables = []
        for one in rows:
            more = " ".join(text for text in (f"= {one.formula}." if one.formula else "",
                                              f"[{one.source}]" if one.source else "") if text)  # fmt: skip
            notes = [one.definition, *([more] if more else [])]
            tables.append(TextTable(f"{one.title} ({one.name})", (), (), notes))
        show_tables(tables, out)


def _refuse_file(term: str | None, path: Path | None) -> None:
    """Refuse compare without a file, and a file beside a term."""
    from bbbxl.cli.comparing import COMPARE
    from bbbxl.errors import InputError

    if term == COMPARE:
        raise InputError("compare needs a file of deals: bbbxl definitions compare deals.csv --period 2026-10.")
    if path is not None:
        raise InputError(f"{path.name} says nothing of a term. Write bbbxl definitions compare {path.name}.")


def _refuse_empty_dimension(loaded: Loaded, by: str | None) -> None:
    """Refuse a dimension of which the data say nothing: every figure would stand there twice."""
    from bbbxl.errors import UnknownNameError
    from bbbxl.ledger.columns import DIMENSIONS

    held = [name for name in DIMENSIONS if loaded.ledger.events[name].notna().any()]
    if by in DIMENSIONS and by not in held:
        raise UnknownNameError("dimension in the data", by, held)


def tell_what_was_decided(loaded: Loaded) -> None:
    """Print on standard error what a reader has to know of the files."""
    from bbbxl.cli.show import tell

    for one in loaded.sources:
        for note in one.notes if one.preset else ():
            tell(note if note.startswith(one.file) else f"{one.file}: {note}")
    for note in loaded.ledger.notes:
        tell(note)
    tell_findings(loaded.findings)


def tell_findings(findings: Sequence[Finding]) -> None:
    """Print on standard error what the rows make a careful reader ask."""
    from bbbxl.cli.show import tell
    from bbbxl.inputs.findings import findings_in_words

    for sentence in findings_in_words(findings):
        tell(sentence)


def list_problems(problems: Sequence[Problem], most: int = 20) -> int:
    """Print the rows set aside on standard error and return how many there are."""
    from bbbxl.cli.show import tell
    from bbbxl.errors import count_of

    for one in problems[:most]:
        tell(str(one))
    if len(problems) > most:
        tell(f"and {count_of(len(problems) - most, 'more row')} set aside.")
    if problems:
        count = count_of(len(problems), "row", "was", "were")
        tell(f"{count} set aside: the figures are without {'it' if len(problems) == 1 else 'them'}.")
    return len(problems)
