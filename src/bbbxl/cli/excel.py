"""bbbxl excel: the functions inside Excel: the Visual Basic module, the settings, what keeps them from answering."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bbbxl.cli.codes import DONE, PROBLEMS

excel = typer.Typer(name="excel", no_args_is_help=True, help="Formulas inside Excel on Windows.")


@excel.command("vba")
def vba(
    out: Annotated[Path, typer.Option("--out", help="Folder to write the modules to.")] = Path("bbbxl-excel"),
) -> None:
    """Write the modules to import into a workbook: in Excel, Alt+F11, File, Import File, each of them."""
    from bbbxl.cells.modules import write_modules

    for path in write_modules(out):
        typer.echo(str(path))
    typer.echo("In Excel: Alt+F11, then File, Import File for each of them. No Trust setting is needed.")


@excel.command("configure")
def configure() -> None:
    """Tell xlwings which Python to start: the one that runs this command."""
    from bbbxl.cells import setup

    machine, path = setup.this_machine(), setup.settings_path()
    settings = setup.configure(machine, path)
    typer.echo(f"{path}: {setup.INTERPRETER} = {settings[setup.INTERPRETER]}")


@excel.command("doctor")
def doctor() -> None:
    """Say what keeps the functions from answering in Excel, each finding with its remedy."""
    from bbbxl.cells import setup
    from bbbxl.cli.show import TextTable, show_tables

    found = setup.diagnose(setup.this_machine())
    rows = [[one.title, one.state, " | ".join(text for text in (one.said, one.remedy) if text)] for one in found]
    show_tables([TextTable("Formulas in Excel", ("", "", "found | what to do"), rows, (), (0, 1, 2))])
    raise typer.Exit(PROBLEMS if any(one.state == "problem" for one in found) else DONE)
