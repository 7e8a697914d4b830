"""bbbxl preset: the kinds of export that are known, and a draft of one more."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bbbxl.cli import options as given
from bbbxl.cli.options import Format

if TYPE_CHECKING:
    from bbbxl.inputs.preset_data import Preset

preset = typer.Typer(
    name="preset", help="List the kinds of export that are known, or draft one more.", no_args_is_help=True
)
_FIELDS = ("name", "title", "system", "role", "verified", "definition", "booked", "amount", "tax")


@preset.command("list")
def list_presets(format: given.FormatOption = Format.table, out: given.Out = None) -> None:
    """List every preset, and what is booked by it; "unverified" where no real export has confirmed its headers."""
    from bbbxl.cli.show import TextTable, as_json, rows_as_csv, show_tables, write_or_print
    from bbbxl.inputs.preset_data import presets

    known = sorted(presets().values(), key=lambda one: (one.system.casefold(), one.name))
    if format is Format.json:
        write_or_print(as_json([{name: getattr(one, name) for name in _FIELDS} for one in known]), out)
    elif format is Format.csv:
        rows = [[_word(one) if name == "verified" else getattr(one, name) for name in _FIELDS] for one in known]
        write_or_print(rows_as_csv(_FIELDS, rows), out)
    else:
        header = ("preset", "what it is", "program", "role", "headers")
        rows = [[one.name, one.title, one.system or "any", one.role, _word(one)] for one in known]
        notes = [f"{one.name}: {one.definition} {one.booked}" for one in known]
        show_tables([TextTable("Presets", header, rows, notes, left=tuple(range(len(header))))], out)


def _word(one: Preset) -> str:
    return "verified" if one.verified else "unverified"


def draft(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="An export that no preset fits, or fits wrongly.")],
    out: given.Out = None,
    reading: given.Reading = None,
) -> None:
    """Draft a preset from a file, with what was understood of it and what it wants confirmed.

    Write it beside the export, decide every "?" in it and name it: --preset NAME.toml, or preset in bbbxl.toml.
    """
    from bbbxl.cli.show import working, write_or_print
    from bbbxl.inputs.draft import draft_preset
    from bbbxl.inputs.load import Options, read_one_table

    with working("Reading the file"):
        drafted = draft_preset(read_one_table(path, Options(reading=reading or {})))
    write_or_print(drafted, out)


preset.command("new")(given.with_reading(draft))
