"""bbbxl reconcile with a book in place of an export of the ERP, and the corrections that decisions imply for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bbbxl.cli import options as given

if TYPE_CHECKING:
    from bbbxl.inputs.load import Loaded
    from bbbxl.policy import Config, FileEntry
    from bbbxl.reconcile.carry import Carried
    from bbbxl.reconcile.model import Reconciliation
    from bbbxl.report.bridged import Bridged

#: A reconciliation with a ledger, and what that was read from.
Reconciled = tuple["Bridged", "Loaded"]


def crm_entry(config: Config, path: Path) -> FileEntry | None:
    """Return what bbbxl.toml says of an export of role crm, None where it does not name it."""
    return next((one for one in config.files if one.role == "crm" and Path(one.path).name == path.name), None)


#: Why an option cannot stand beside a folder, or beside an export of the ERP; what it is about and what to do.
BESIDE_A_LEDGER = ("is about the export of the ERP, and a folder is given in its place: its ledger is reconciled. "
                   "Leave it out, or name the export.")  # fmt: skip
BESIDE_AN_EXPORT = "is about a kept book. Name the folder of the book in place of the export of the ERP."


def refuse_beside(why: str, options: Mapping[str, object]) -> None:
    """Refuse options that do not go with what is reconciled.

    Raises:
        InputError: one is given.
    """
    from bbbxl.errors import InputError

    if said := [f"--{name}" for name, value in options.items() if value]:
        raise InputError(f"{', '.join(said)} {why}")


def with_ledger(
    crm: Path, folder: Path, period: str | None, *, previous: Sequence[Path] | None, decisions: Path | None,
    rates: Path | None, currency: str | None, columns: Mapping[str, str], reading: Mapping[str, str],
) -> tuple[Reconciliation, Carried, Reconciled]:  # fmt: skip
    """Return the reconciliation of a CRM export with the ledger of a book or folder, and what it was made of.

    Rows of the folder that were set aside are listed on standard error.

    Raises:
        PeriodError: another period than one month is asked for.
        BbbError: as in `bbbxl.report.bridged.bridged`.
    """
    from bbbxl.cli.figures import list_problems
    from bbbxl.errors import PeriodError
    from bbbxl.report.bridged import CrmExport, bridged

    asked = given.ask([folder], period=period, as_of=None, known_at=None, view=None, basis=None, currency=currency,
                      rates=rates)  # fmt: skip
    if len(asked.periods) > 1 or asked.periods[0].months > 1:
        raise PeriodError(f'A ledger is reconciled by the month; "{period}" is more. '
                          f"Ask for {asked.periods[-1].last:%Y-%m}.")  # fmt: skip
    loaded = asked.loaded
    export = CrmExport(crm, crm_entry(loaded.config, crm), decisions, previous or (), columns, reading)
    found = bridged(export, loaded.ledger.at(asked.question.as_of), asked.question)
    list_problems(loaded.problems)
    return found.made, found.carried, (found, loaded)


def write_corrections(book: Reconciled, target: Path, folder: Path) -> None:
    """Write the corrections as a file for `book adjust`, whole or not at all, and say what was left out.

    Raises:
        InputError: the folder is no kept book.
        TargetError: the file cannot be written.
    """
    from bbbxl.cli.show import rows_as_csv, tell, write_whole
    from bbbxl.errors import InputError, count_of
    from bbbxl.report.corrections import COLUMNS, corrections

    found, loaded = book
    if loaded.kept is None:
        raise InputError(f"{folder.resolve().name} is no kept book, and corrections are entries of one. Make one: "
                         f"bbbxl book init {folder}.")  # fmt: skip
    made = corrections(found, loaded.kept)
    for sentence in made.left_out:
        tell(sentence)
    if not made.made:
        typer.echo("No decided item is to be fixed in the ERP by an entry: no corrections were written.", err=True)
        return
    write_whole(rows_as_csv(COLUMNS, [one.cells for one in made.made]), target, "--corrections")
    typer.echo(f"{count_of(len(made.made), 'correction')}: {target}. Post: bbbxl book adjust {folder} --file {target} "
               "--approver NAME", err=True)  # fmt: skip
