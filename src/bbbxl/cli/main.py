"""The command `bbbxl`: its commands, and how errors and exit codes reach the shell."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Callable
from functools import cache
from typing import Any

import typer

from bbbxl.cli.book_reports import with_reports
from bbbxl.cli.books import book
from bbbxl.cli.calc import calc, serve
from bbbxl.cli.codes import DONE, REFUSED
from bbbxl.cli.excel import excel
from bbbxl.cli.figures import check, definitions, metrics
from bbbxl.cli.inspecting import inspect
from bbbxl.cli.options import with_reading
from bbbxl.cli.packs import demo, pack
from bbbxl.cli.presets import preset
from bbbxl.cli.reconciling import reconcile
from bbbxl.cli.sentences import sentence_of
from bbbxl.cli.show import tell
from bbbxl.errors import BbbError, UnknownNameError

app = typer.Typer(
    name="bbbxl", add_completion=False, pretty_exceptions_enable=False,
    help="Bookings, billings and backlog: figures that tie out and a board pack with live formulas.",
    epilog="Exit codes: 0 done and tied out; 1 done, with problems or red checks; 2 could not run or refused.",
)  # fmt: skip
for command in (
    demo,
    with_reading(pack),
    with_reading(metrics),
    with_reading(check),
    with_reading(inspect),
    reconcile,
    definitions,
    serve,
):
    app.command()(command)
app.add_typer(preset)
app.add_typer(with_reports(book))
app.add_typer(excel)
app.add_typer(calc)


@app.callback(invoke_without_command=True)
def version(
    context: typer.Context,
    show: bool = typer.Option(False, "--version", help="Print the version and stop.", is_eager=True),
) -> None:
    """Print the version when asked to, and help when nothing is asked."""
    if show:
        from bbbxl import __version__

        print(f"bbbxl {__version__}")
        raise typer.Exit(DONE)
    if context.invoked_subcommand is None:
        print(context.get_help())
        raise typer.Exit(REFUSED)


@cache
def command_line() -> Callable[..., Any]:
    """Return what runs a command line, put together once in a process."""
    return typer.main.get_command(app)


def run() -> None:
    """Run the command line and leave with its exit code."""
    _write_utf8()
    try:
        sys.exit(command_line()(standalone_mode=False) or DONE)
    except BbbError as error:
        _say(f"{error}")
        sys.exit(REFUSED)
    except (KeyboardInterrupt, typer.Abort):
        _say("stopped. Nothing was written.")
        sys.exit(REFUSED)
    except Exception as error:
        if say := getattr(error, "format_message", None):  # how the command line is written; older typers use click's
            _say(_misspelt(say(), getattr(error, "ctx", None)))
            sys.exit(REFUSED)
        if os.environ.get("BBBXL_TRACEBACK"):
            raise
        _say(sentence_of(error))
        sys.exit(REFUSED)


def _say(sentence: str) -> None:
    tell(f"bbbxl: {sentence}")


def _write_utf8() -> None:
    """Print as UTF-8 into files and pipes too: Windows would take a code page that lacks most letters."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and not stream.isatty():
            stream.reconfigure(encoding="utf-8")


def _misspelt(said: str, context: Any) -> str:  # noqa: ANN401 -- typer's context, None where there is none
    """Return what typer says of a command line as what is wrong and what to do."""
    words = context.command_path if context else "bbbxl"
    if not said:  # a group of commands alone: typer has shown its help
        return f"{words} needs one of the commands above."
    if context and (match := re.match(r"No such (option|command):? '?([^' ]+)'?", said)):
        command = context.command
        options = [name for one in command.params for name in one.opts]
        known = options if match[1] == "option" else list(command.commands)
        return str(UnknownNameError(match[1], match[2].rstrip("."), known))
    return f"{said.rstrip('.')}. {words} --help says how it is written."
