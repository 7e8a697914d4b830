"""bbbxl pack and demo: the board workbook, and the sample company with its finished pack."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bbbxl.cli import options as given
from bbbxl.cli.codes import DONE, PROBLEMS
from bbbxl.cli.corrections import crm_entry
from bbbxl.cli.reconciling import DecisionsFile, PreviousBook

if TYPE_CHECKING:
    from bbbxl.policy import Config
    from bbbxl.report.bridged import Bridged, CrmExport
    from bbbxl.report.pack import Pack

CrmFile = Annotated[
    Path | None,
    typer.Option("--crm", help="Export of the CRM to reconcile the month with: adds the tabs Bridge and Open items."),
]
DEMO = Path("bbbxl-demo")


def pack(
    paths: given.Exports, period: given.PeriodOption = None, as_of: given.AsOf = None, known_at: given.KnownAt = None,
    view: given.ViewOption = None, basis: given.BasisOption = None, currency: given.Currency = None,
    by: given.By = None, rates: given.RatesFile = None, column: given.Columns = None, out: given.Out = None,
    strict: given.Strict = False, crm: CrmFile = None, decisions: DecisionsFile = None, previous: PreviousBook = None,
    reading: given.Reading = None,
) -> None:  # fmt: skip
    """Write the monthly board pack: live formulas, recalculated by an independent engine before it is released."""
    from bbbxl.cli.figures import list_problems, tell_findings
    from bbbxl.cli.show import working
    from bbbxl.errors import PeriodError
    from bbbxl.report.pack import make_pack

    started = _now()
    with working("Reading the exports"):
        asked = given.ask(paths, period=period, as_of=as_of, known_at=known_at, view=view, basis=basis,
                          currency=currency, rates=rates, columns=column, reading=reading)  # fmt: skip
        if len(asked.periods) > 1 or asked.periods[0].months > 1:
            raise PeriodError(f'A pack reports one month; "{period}" is {sum(p.months for p in asked.periods)}. '
                              f"Ask for {asked.periods[-1].last:%Y-%m}.")  # fmt: skip
        month = asked.question.calendar.month(asked.question.as_of)
        if asked.periods[0].end > month.end or asked.periods[0].start < month.start:
            raise PeriodError(f"A pack of {asked.periods[0]} cannot be as of {asked.question.as_of}. "
                              "Leave one of the two out.")  # fmt: skip
    export = _crm_export(crm, asked.loaded.config, decisions, previous)
    with working("Computing the pack"):
        made = make_pack(asked.loaded, asked.question, asked.basis, by, crm=export)
    list_problems(made.problems)
    tell_findings(asked.loaded.findings)
    if strict and (made.red or made.problems):
        _say_checks(made)
        typer.echo("Nothing was written, because of --strict.", err=True)
        raise typer.Exit(PROBLEMS)
    folder = paths[0] if paths[0].is_dir() else paths[0].parent
    target = out or folder / f"bbb-pack-{made.period.label}.xlsx"
    with working("Writing and recalculating the workbook"):
        _write(made, target, started, {"period": period, "as_of": as_of, "known_at": known_at, "basis": basis,
                                       "view": view and view.value, "currency": currency, "by": by,
                                       "rates": rates.name if rates else None,
                                       "column": ", ".join(column) if column else None,
                                       "crm": crm.name if crm else None,
                                       "decisions": decisions.name if decisions else None,
                                       "previous": ", ".join(one.name for one in previous or ()) or None})  # fmt: skip
    opened = made.bridged is not None and not made.bridged.done
    raise typer.Exit(PROBLEMS if made.red or made.problems or opened else DONE)


def _crm_export(
    path: Path | None, config: Config, decisions: Path | None, previous: list[Path] | None
) -> CrmExport | None:  # fmt: skip
    """Return the export of a CRM with what bbbxl.toml says of it, None where none is named.

    Raises:
        InputError: decisions or last month's workbook without it.
    """
    from bbbxl.errors import InputError
    from bbbxl.report.bridged import CrmExport

    if path is None:
        if decisions or previous:
            raise InputError("--decisions and --previous are of a reconciliation. Name the export of the CRM too: "
                             "--crm FILE.")  # fmt: skip
        return None
    return CrmExport(path, crm_entry(config, path), decisions, previous or ())


def demo(out: Annotated[Path, typer.Option("--out", help="Folder to write.")] = DEMO) -> None:
    """Write a sample company's exports, its bbbxl.toml and the finished board pack."""
    from importlib.resources import files

    from bbbxl.cli.show import figures_as_table, show_tables, working
    from bbbxl.metrics.registry import metrics
    from bbbxl.metrics.values import figures
    from bbbxl.policy import CONFIG_NAME
    from bbbxl.report.pack import make_pack
    from bbbxl.samples.northfield import write_exports

    started = _now()
    _make_folder(out)
    with working("Writing the sample company"):
        write_exports(out)
        samples = files("bbbxl.samples")
        (out / CONFIG_NAME).write_text(
            samples.joinpath("northfield.toml").read_text(encoding="utf-8"), encoding="utf-8"
        )
        lines = out / "order-lines"
        settings = samples.joinpath("northfield_order_lines.toml").read_text(encoding="utf-8")
        (lines / CONFIG_NAME).write_text(settings, encoding="utf-8")
        (lines / "rates.csv").write_bytes((out / "rates.csv").read_bytes())
    with working("Computing the pack"):
        asked = given.ask(
            [out], period=None, as_of=None, known_at=None, view=None, basis=None, currency=None, rates=None
        )
        made = make_pack(asked.loaded, asked.question, asked.basis)
        chosen = [column.window for column in made.columns if column.board]
        shown = figures(made.ledger, made.question, chosen, list(metrics().values()), made.basis)
    title = f"{made.entity}, {made.basis} basis, {made.currency}, as of {made.as_of}"
    show_tables([figures_as_table(title, shown, {name: one.title for name, one in metrics().items()})])
    with working("Writing and recalculating the workbook"):
        _write(made, out / f"bbb-pack-{made.period.label}.xlsx", started, {})


def _make_folder(out: Path) -> None:
    """Make the demo's folder; a folder with anything else in it is left alone."""
    from bbbxl.errors import TargetError

    ours = {"erp_events.csv", "crm_closed_won.csv", "rates.csv", "bbbxl.toml", "order-lines"}
    if out.exists() and not out.is_dir():
        raise TargetError(f"{out} is a file. Choose another folder: --out FOLDER.")
    if out.is_dir():
        strange = sorted(path.name for path in out.iterdir() if path.name not in ours and "bbb-pack-" not in path.name)
        if strange:
            raise TargetError(
                f"{out} holds {strange[0]}, which is not of the demo. Choose another folder: --out FOLDER."
            )
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TargetError(f"{out} cannot be made: {error.strerror}. Choose another folder: --out FOLDER.") from error


def _write(made: Pack, target: Path, started: str, options: dict[str, str | None]) -> None:
    """Write pack and manifest, and say where they are and whether everything ties out."""
    from bbbxl.workbook.manifest import write_manifest
    from bbbxl.workbook.pack import write_pack

    released = write_pack(made, target)
    write_manifest(made, released, options, started, _now())
    _say_checks(made)
    if released.path != target:
        typer.echo(f"{target.name} is open somewhere, so the new pack stands beside it.", err=True)
    typer.echo(f"{released.formulas:,} formulas recalculated, none differs from the engine.")
    typer.echo(f"Pack: {released.path}")


def _say_checks(made: Pack) -> None:
    from bbbxl.cli.show import tell

    if made.bridged:
        typer.echo(_bridge_said(made.bridged))

    counted = [one for one in made.checks if one.value is not None]
    typer.echo(f"{sum(one.passed for one in counted)} of {len(counted)} checks tie out.")
    for one in made.red:
        tell(one.sentence)


def _bridge_said(found: Bridged) -> str:
    """Return the sentence on the bridge from the CRM to the ledger."""
    from bbbxl.errors import count_of
    from bbbxl.money import show

    made = found.made
    crm, erp, rest = (show(amount, made.currency) for amount in
                      (made.crm.period_minor, made.erp.period_minor, made.unexplained_minor))  # fmt: skip
    items = count_of(len(found.carried.items), "open item")
    return f"CRM to net bookings, {made.period.label}, {made.currency}: {crm} to {erp}; unexplained {rest}, {items}."


def _now() -> str:
    from datetime import UTC, datetime

    return datetime.now(UTC).isoformat(timespec="seconds")
