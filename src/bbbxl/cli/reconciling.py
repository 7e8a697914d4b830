"""bbbxl reconcile: the bridge from the CRM to the ERP, what is open, and matches.csv."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bbbxl.cli import options as given
from bbbxl.cli.carried import carried_document, carried_tables
from bbbxl.cli.codes import DONE, PROBLEMS
from bbbxl.cli.corrections import (
    BESIDE_A_LEDGER,
    BESIDE_AN_EXPORT,
    refuse_beside,
    with_ledger,
    write_corrections,
)

if TYPE_CHECKING:
    from bbbxl.cli.show import TextTable
    from bbbxl.reconcile.model import Reconciliation, SideFacts
    from bbbxl.reconcile.pair import Pair
    from bbbxl.workbook.verified import Released

Crm = Annotated[Path, typer.Argument(metavar="CRM", help="Export of the CRM: one row a deal. Left side of a --pair.")]
Erp = Annotated[
    Path,
    typer.Argument(
        metavar="ERP",
        help="Export of the ERP: orders, invoices, credit memos; or a book or folder, whose ledger it is then. Right "
        "side of a --pair.",
    ),
]
#: Names of pairs as in `bbbxl.reconcile.pair.pair_names`, which is read only when a command runs; a test compares them.
PairName = Annotated[
    str | None,
    typer.Option(
        "--pair",
        help="What the files are: crm-erp when omitted, bookings-billings, billings-ar, backlog-roll.",
    ),
]
ReconcilePeriod = Annotated[
    str | None,
    typer.Option("--period", help="2026-10, 2026-Q3 or a date; the month with most rows when omitted."),
]
ReconcileRates = Annotated[Path | None, typer.Option("--rates", help="Rates file; its header says to which currency.")]
ReconcileCurrency = Annotated[
    str | None, typer.Option("--currency", help="Reporting currency, where neither rates nor amounts say it.")
]
Export = Annotated[Path | None, typer.Option("--export", help="Folder into which matches.csv is written.")]
Workbook = Annotated[Path | None, typer.Option("--out", help="Workbook to write: bridge, open items, sign-off.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object; amounts in minor units.")]
CrmColumns = Annotated[
    list[str] | None,
    typer.Option("--crm-column", "--left-column", help='Which column of the CRM is what: order_id="ERP Order".'),
]
ErpColumns = Annotated[
    list[str] | None,
    typer.Option("--erp-column", "--right-column", help='Which column of the ERP is what: amount="Net Amount".'),
]
CrmReading = Annotated[
    list[str] | None,
    typer.Option(
        "--crm-read", "--left-read", help="How the CRM is written: decimal=, date_order=dmy sheet=Deals; won=STAGE."
    ),
]
ErpReading = Annotated[
    list[str] | None,
    typer.Option("--erp-read", "--right-read", help="How the ERP is written: decimal=, date_order=dmy sheet=Orders."),
]
BothDecimal = Annotated[
    str | None, typer.Option("--decimal", help='Decimal mark of both files, where they leave it in doubt: "." or ",".')
]
BothDates = Annotated[
    str | None, typer.Option("--date-order", help="Order of dates of both files, where they leave it in doubt: dmy.")
]
PreviousBook = Annotated[
    list[Path] | None,
    typer.Option(
        "--previous",
        help="Last month's workbook: its comments, owners, decisions and open items go on. Given again, that of an "
        "earlier run of this month.",
    ),
]
DecisionsFile = Annotated[
    Path | None,
    typer.Option(
        "--decisions",
        help="CSV decision,crm,erp,until,by,reason: together, apart, accept, explain or withdraw; ids with ; between.",
    ),
]
CorrectionsFile = Annotated[
    Path | None,
    typer.Option(
        "--corrections",
        help="CSV for book adjust --file: what decided items to be fixed in the ERP come to; ERP is a book.",
    ),
]
#: Name of the file that --export writes.
MATCHES = "matches.csv"
#: Open items shown on the screen.
_SHOWN = 12


def reconcile(
    crm: Crm, erp: Erp, pair: PairName = None, period: ReconcilePeriod = None, rates: ReconcileRates = None,
    currency: ReconcileCurrency = None, crm_column: CrmColumns = None, erp_column: ErpColumns = None,
    crm_read: CrmReading = None, erp_read: ErpReading = None, decimal: BothDecimal = None,
    date_order: BothDates = None, previous: PreviousBook = None, decisions: DecisionsFile = None,
    export: Export = None, out: Workbook = None, json: AsJson = False, corrections: CorrectionsFile = None,
) -> None:  # fmt: skip
    """Reconcile a CRM export with an ERP export, to the cent; with --pair, the two files of another pair."""
    from bbbxl.cli.show import as_json, show_tables, tell, working, write_or_print
    from bbbxl.reconcile.next_month import reconcile_next as run
    from bbbxl.reconcile.pair import DEFAULT
    from bbbxl.reconcile.rerun import refuse_written

    if out is not None:
        refuse_written(out, previous or ())
    columns = {"crm": given.named_columns(crm_column or ()), "erp": given.named_columns(erp_column or ())}
    both = {name: text for name, text in (("decimal", decimal), ("date_order", date_order)) if text}
    reading = {"crm": {**both, **said_of(crm_read or ())}, "erp": {**both, **said_of(erp_read or ())}}
    book = None
    with working("Reconciling"):
        if erp.is_dir():
            refuse_beside(
                BESIDE_A_LEDGER, {"pair": pair, "erp-column": erp_column, "erp-read": erp_read, "export": export}
            )
            made, carried, book = with_ledger(
                crm, erp, period, previous=previous, decisions=decisions, rates=rates, currency=currency,
                columns=columns["crm"], reading=reading["crm"],
            )  # fmt: skip
        else:
            refuse_beside(BESIDE_AN_EXPORT, {"corrections": corrections})
            made, carried = run(
                crm, erp, period, previous=previous, decisions=decisions, rates=rates, currency=currency,
                columns=columns, reading=reading, pair=pair or DEFAULT,  # type: ignore[arg-type]
            )  # fmt: skip
    if export is not None:
        _export(made, export)
    released = None
    if out is not None:
        from bbbxl.workbook.reconciliation.book import write_reconciliation

        with working("Writing and recalculating the workbook"):
            released = write_reconciliation(made, out, carried=carried)
    if json:
        write_or_print(as_json({**document(made), **carried_document(made, carried)}), None)
    else:
        show_tables([*tables(made), *carried_tables(made, carried)])
    for row in made.proof[~made.proof["ok"].astype(bool)].to_dict("records"):
        tell(f"{row['detail']}")
    if corrections is not None and book is not None:
        write_corrections(book, corrections, erp)
    if released is not None and out is not None:
        _say_released(released, out, to_error=json)
    whole = book is None or not book[1].problems
    raise typer.Exit(DONE if made.done and carried.done and whole else PROBLEMS)


def said_of(texts: Sequence[str]) -> dict[str, str]:
    """Return key -> value from the texts key=value.

    Raises:
        InputError: a text has no "=".
    """
    from bbbxl.errors import InputError

    said = {}
    for text in texts:
        key, mark, value = text.partition("=")
        if not mark or not value.strip():
            raise InputError(f'"{text}" does not say how a file is written. Write --crm-read decimal=, or won=STAGE.')
        said[key.strip()] = value.strip().strip('"')
    return said


def _say_released(released: Released, asked: Path, *, to_error: bool) -> None:
    """Say where the workbook stands; beside a JSON document this goes to standard error."""
    if released.path != asked:
        typer.echo(f"{asked.name} is open somewhere, so the new workbook stands beside it.", err=True)
    typer.echo(f"{released.formulas:,} formulas recalculated, none differs from the engine.", err=to_error)
    typer.echo(f"Workbook: {released.path}", err=to_error)


def document(made: Reconciliation) -> dict[str, Any]:
    """Return a reconciliation as one JSON object; amounts in minor units, days as 2026-10-31."""
    from bbbxl.cli.show import records

    return {
        "pair": made.pair.name, "period": made.period.label, "currency": made.currency, "done": made.done,
        "explained_minor": made.explained_minor, "unexplained_minor": made.unexplained_minor,
        "unexplained_gross": made.unexplained_gross,
        "sides": [_side(one, made.pair) for one in (made.crm, made.erp)],
        "bridge": _coded(made, made.bridge), "proof": records(made.proof),
        "open": _coded(made, _open_items(made)[["match_id", "class", "order", "customer", "effect_minor",
                                                "unexplained_minor", "next_step", "reason"]]),
        "suggestions": _coded(made, made.suggestions), "aside": _coded(made, made.aside),
    }  # fmt: skip


def tables(made: Reconciliation) -> list[TextTable]:
    """Return the bridge, the largest open items and what was decided on reading."""
    from bbbxl.cli.show import TextTable, records
    from bbbxl.errors import count_of
    from bbbxl.money import show
    from bbbxl.report.reconciled import OUTSIDE

    def text(amount: int) -> str:
        return show(amount, made.currency)

    own = made.bridge[made.bridge["basis"] == "reporting"]
    rows = [
        [row["title"], f"{row['groups']:,}" if row["groups"] else "", text(row["minor"]),
         *(text(row[name]) if row["groups"] else "" for name in ("explained_minor", "unexplained_minor"))]
        for row in records(own) if row["groups"] or row["line"] in ("crm_total", "erp_total", "difference")
    ]  # fmt: skip
    explained = (f"Explained: {text(made.explained_minor)}. Unexplained: {text(made.unexplained_minor)} net, "
                 f"{text(made.unexplained_gross)} without signs.")  # fmt: skip
    offered = [f"Suggested matches that wait for a person: {len(made.suggestions)}."] if len(made.suggestions) else []
    outside = int(own["outside"].sum())
    offered += [f"{OUTSIDE}: {outside:,}."] if outside else []
    bridge = TextTable(f"{made.pair.words('CRM to ERP')}, {made.period}, {made.currency}",
                       ("", "items", "amount", "explained", "unexplained"), rows, [explained, *offered])  # fmt: skip
    still = _open_items(made)
    items = [[made.pair.code(row["class"]), text(row["effect_minor"]), row["next_step"], row["reason"]]
             for row in records(still.head(_SHOWN))]  # fmt: skip
    more = [f"and {len(still) - _SHOWN:,} more; --export or --json lists them all."] if len(still) > _SHOWN else []
    found = [bridge]
    if items:
        found.append(
            TextTable("Largest open items", ("class", "effect", "next step", "reason"), items, more, (0, 2, 3))
        )
    notes = [f"{one.file}: {note}" for one in (made.crm, made.erp) for note in (one.sign, *one.notes)]
    aside = [
        f"{made.pair.code(row['side'])} row {row['row']}: {row['message']}" for row in records(made.aside.head(_SHOWN))
    ]
    if len(made.aside) > _SHOWN:
        more_rows = count_of(len(made.aside) - _SHOWN, "more row", "takes", "take")
        aside.append(f"and {more_rows} no part; --json lists them all.")
    return [*found, TextTable("How the files were read", (), (), [*notes, *aside])]


def _open_items(made: Reconciliation):  # type: ignore[no-untyped-def]  # noqa: ANN202 -- a frame
    """Return the open groups, the largest first."""
    still = made.groups[made.groups["is_open"]]
    return still.iloc[(-still["effect_minor"].abs()).argsort(kind="stable")]


def _side(one: SideFacts, pair: Pair) -> dict[str, Any]:
    """Return what was read of one side."""
    found = {name: f"{value}" if name in ("first", "last") and value else value for name, value in asdict(one).items()}
    return {**found, "name": pair.code(one.name), "title": pair.sides[one.name].title}


def _coded(made: Reconciliation, frame: Any) -> list[dict[str, Any]]:  # noqa: ANN401 -- a frame, imported when needed
    """Return rows as plain values, with fields and codes of sides and classes as the pair has them."""
    from bbbxl.cli.show import records

    return [
        {made.pair.code(name): made.pair.code(value) if name in ("side", "class", "line") else value
         for name, value in row.items()} for row in records(frame)
    ]  # fmt: skip


def _export(made: Reconciliation, folder: Path) -> None:
    """Write matches.csv, whole or not at all.

    Raises:
        TargetError: the folder cannot be written.
    """
    from bbbxl.cli.show import rows_as_csv, write_whole
    from bbbxl.reconcile.export import COLUMNS, match_rows

    found = match_rows(made)
    text = rows_as_csv(COLUMNS, list(zip(*(found[name].tolist() for name in COLUMNS), strict=True)))
    write_whole(text, folder / MATCHES, "--export", make_folder=True)
