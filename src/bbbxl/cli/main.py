"""The command `bbbxl`: its commands, and how errors and exit codes reach the shell."""

from __future__ import annotations

import os
import sys

import typer

from bbbxl.cli.figures import check, definitions, metrics
from bbbxl.cli.packs import demo, pack
from bbbxl.errors import BbbError

#: Exit codes of every command.
DONE, PROBLEMS, REFUSED = 0, 1, 2

app = typer.Typer(
    name="bbbxl", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    help="Bookings, billings and backlog: figures that tie out and a board pack with live formulas.",
    epilog="Exit codes: 0 done and tied out; 1 done, with problems or red checks; 2 could not run or refused.",
)  # fmt: skip
for command in (demo, pack, metrics, check, definitions):
    app.command()(command)


@app.callback(invoke_without_command=True)
def version(
    show: bool = typer.Option(False, "--version", help="Print the version and stop.", is_eager=True),  # noqa: FBT001, FBT003
) -> None:
    """Print the version when asked to."""
    if show:
        from bbbxl import __version__

        print(f"bbbxl {__version__}")
        raise typer.Exit(DONE)


def run() -> None:
    """Run the command line and leave with its exit code."""
    try:
        app()
    except BbbError as error:
        print(f"bbbxl: {error}", file=sys.stderr)
        sys.exit(REFUSED)
    except KeyboardInterrupt:
        print("bbbxl: stopped. Nothing was written.", file=sys.stderr)
        sys.exit(REFUSED)
    except Exception as error:
        if os.environ.get("BBBXL_TRACEBACK"):
            raise
        print(f"bbbxl: something unforeseen happened ({type(error).__name__}: {error}). Nothing was written. "
              "Run again with BBBXL_TRACEBACK=1 and report what it prints.", file=sys.stderr)  # fmt: skip
        sys.exit(REFUSED)
