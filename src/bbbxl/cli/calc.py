"""bbbxl calc and serve: the functions in LibreOffice Calc."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

calc = typer.Typer(
    name="calc", no_args_is_help=True, help="Use the functions in LibreOffice Calc, as =BBB.BOOKINGS(...)."
)

Shared = Annotated[bool, typer.Option("--shared", help="For everybody on this computer; as root.")]
_EXTENSION = Path("bbbxl.oxt")
_DEMO = Path("bbbxl-calc.xlsx")

Elsewhere = Annotated[
    bool,
    typer.Option("--elsewhere", help="For other computers: it asks bbbxl serve and names no folder of this one."),
]
Idle = Annotated[
    float, typer.Option("--idle", min=0, help="Minutes without a formula after which it ends; 0 is never.")
]


@calc.command("build")
def build(
    out: Annotated[Path, typer.Option("--out", help="File to write.")] = _EXTENSION, elsewhere: Elsewhere = False
) -> None:
    """Write the extension as a file, to be added by hand: Tools, Extensions, Add."""
    from bbbxl.cells.calc.build import extension
    from bbbxl.workbook.release import release

    def write(path: Path) -> None:
        path.write_bytes(extension(elsewhere=elsewhere))

    typer.echo(f"Extension: {release(write, lambda path: None, out)}")


@calc.command("install")
def install_it(shared: Shared = False) -> None:
    """Put the extension into LibreOffice, in the place of an older one."""
    from bbbxl.cells.calc.install import install
    from bbbxl.cli.show import working

    with working("Installing"):
        install(everybody=shared)
    typer.echo("Installed. Restart LibreOffice and type =BBB.VERSION() into a cell.")


@calc.command("uninstall")
def uninstall(shared: Shared = False) -> None:
    """Take the extension out of LibreOffice."""
    from bbbxl.cells.calc.install import remove

    remove(everybody=shared)
    typer.echo("Removed. Restart LibreOffice.")


@calc.command("demo")
def demo(out: Annotated[Path, typer.Option("--out", help="Workbook to write.")] = _DEMO) -> None:
    """Write a workbook with invented orders and formulas of every kind beside plain SUMIFS."""
    from bbbxl.cells.calc.demo import write_demo
    from bbbxl.cli.show import working
    from bbbxl.samples.order_table import HEADER, ORDER_LINES

    with working("Writing the workbook"):
        written = write_demo(HEADER, ORDER_LINES, out)
    typer.echo(f"Workbook: {written}. Open it in LibreOffice with the extension installed.")


def serve(idle: Idle = 480) -> None:
    """Answer formulas of LibreOffice where it cannot load bbbxl itself: on this computer only, with a secret token."""
    from contextlib import suppress

    from bbbxl.cells.serve import opened

    with suppress(KeyboardInterrupt), opened() as server:
        ends = f"after {idle:g} minutes without a formula, or " if idle else ""
        typer.echo(f"Answering on 127.0.0.1:{server.port}. It ends {ends}with Ctrl+C.")
        server.stay(idle * 60)
    typer.echo("Ended.")
