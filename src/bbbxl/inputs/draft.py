"""The draft of a preset for a file that none fits: what was understood of it, and what it wants confirmed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import PurePath

from bbbxl.errors import BbbError
from bbbxl.inputs.grid import RawTable
from bbbxl.inputs.headers import same_header
from bbbxl.inputs.preset import possible_columns, recognise
from bbbxl.inputs.preset_data import OPEN, SCHEMA, Preset, field_table, presets

#: Most distinct texts of a column that may say what state a row is in.
_STATE_TEXTS = 15
_SHOWN_DAYS = 3
#: Parts of headers that speak of a state.
_STATE_WORDS = re.compile(r"status|stat(?:e|us|ut|o)\b|stage|phase|approv|type|won|cancel|closed|reject", re.IGNORECASE)


def draft_preset(table: RawTable) -> str:
    """Return the draft of a preset as TOML; what the user has to decide stands as "?".

    Args:
        table: The file, header and rows as text.
    """
    columns = {field: _columns(table.header, field) for field in field_table().types}
    form = _form(columns)
    found = _assigned(columns, form)
    stem = re.sub(r"\W+", "_", PurePath(table.file.rpartition(": ")[2]).stem.casefold()).strip("_") or "my_export"
    parts = (
        _opening(table),
        _head(stem, table, form),
        _fields(form, found),
        _headers(found, columns),
        _not_understood(table, found),
        _dates(table, found),
        _usual_states(form),
        _states(table),
    )
    return "\n".join(line for part in parts for line in part) + "\n"


def _columns(header: Sequence[str], field: str) -> list[str]:
    return possible_columns([title for title in header if title], field)


def _form(columns: Mapping[str, Sequence[str]]) -> Preset:
    """Return the general form that a file is nearest to."""
    if columns["kind"] and columns["effective"]:
        return presets()["events"]
    return presets()["invoices" if columns["invoice_id"] and not columns["order_date"] else "order_lines"]


def _assigned(columns: Mapping[str, Sequence[str]], form: Preset) -> dict[str, str]:
    """Return field -> header, the best for each, what is needed first; no column serves two fields."""
    found: dict[str, str] = {}
    for field in dict.fromkeys((*form.needs, *form.fields)):
        title = next((one for one in columns[field] if one not in found.values()), None)
        if title is not None:
            found[field] = title
    return {field: found[field] for field in form.fields if field in found}


def _opening(table: RawTable) -> list[str]:
    name = _one_line(table.file)
    try:
        known = recognise(table.file, table.header, {})
    except BbbError:
        return [f'# Draft for {name}. Decide every "{OPEN}", correct what is wrong, and name this file in bbbxl.toml:',
                '# preset = "NAME.toml".']  # fmt: skip
    return [f"# {name} is read as {known.title} ({known.name}) without a preset of its own.",
            f'# Draft for the case that this is wrong. Decide every "{OPEN}".']  # fmt: skip


def _head(stem: str, table: RawTable, form: Preset) -> list[str]:
    return [
        f"schema = {SCHEMA}",
        f"name = {_quoted(stem)}",
        f"title = {_quoted(PurePath(table.file).stem[:40])}",
        'system = ""',
        "verified = false",
        f"role = {_quoted(form.role)}",
        f"shape = {_quoted(form.shape)}",
        f"definition = {_quoted(form.definition)}",
        "# What counts as booked: every row, or only rows in some state (see below)? One sentence.",
        f"booked = {_quoted(OPEN)}",
        "# Are the amounts net or gross of tax? In which currency?",
        f"amount = {_quoted(OPEN)}",
        "# net, gross, or unstated where each file says it.",
        f"tax = {_quoted(OPEN)}",
        "# Headers that only this export has: files with all of them are of this kind.",
        "recognised_by = []",
    ]


def _fields(form: Preset, found: Mapping[str, str]) -> list[str]:
    missing = [field for field in form.needs if field not in found]
    lines = [f"needs = {_listed(form.needs)}", f"fields = {_listed(form.fields)}"]
    return [*lines, *(f"# Not found: {field}. Name its column under [headers]." for field in missing)]


def _headers(found: Mapping[str, str], columns: Mapping[str, Sequence[str]]) -> list[str]:
    lines = ["", "[headers]"]
    for field, title in found.items():
        lines.append(f"{field} = [{_quoted(title)}]")
        if others := [one for one in columns[field] if one != title and one not in found.values()]:
            lines.append(f"# {field} may also be {', '.join(map(_quoted, others))}. Which is it?")
    return lines


def _not_understood(table: RawTable, found: Mapping[str, str]) -> list[str]:
    """Return the columns that are no field, with what they look like and are not."""
    lines = []
    for title in dict.fromkeys(one for one in table.header if one and one not in found.values()):
        near = next((one for one in field_table().near if any(same_header(title, like) for like in one.headers)), None)
        lines.append(f"# {_quoted(title)} {near.why}." if near else f"# {_quoted(title)} was not understood.")
    return ["", *lines] if lines else []


def _dates(table: RawTable, found: Mapping[str, str]) -> list[str]:
    """Return how the dates of a file are written, for the user to confirm."""
    lines = []
    for field, title in found.items():
        if field_table().types[field] == "date":
            shown = [text for text in dict.fromkeys(table.column(title)) if text][:_SHOWN_DAYS]
            if shown:
                lines.append(f"# {field} is written {', '.join(map(_quoted, shown))}.")
    if not lines:
        return []
    return [
        "",
        *lines,
        "# Where day and month are in doubt, say date_order for the file in bbbxl.toml: dmy, mdy or ymd.",
    ]


def _usual_states(form: Preset) -> list[str]:
    """Return the states of the general form, which a preset of one's own keeps."""
    lines = []
    for state, columns in form.states.items():
        lines += ["", f"[states.{state}]", *(f"{name} = {_listed(texts)}" for name, texts in columns.items())]
    return lines


def _states(table: RawTable) -> list[str]:
    """Return the columns that may say what state a row is in, with their texts, as comments to choose from."""
    lines = ["", "# Which rows are signed orders, cancelled, on hold? Choose from these columns and their texts:"]
    for title in dict.fromkeys(one for one in table.header if one and _STATE_WORDS.search(one)):
        texts = [text for text in dict.fromkeys(table.column(title)) if text]
        if 0 < len(texts) <= _STATE_TEXTS:
            lines += ["# [states.booked]", f"# {_quoted(title)} = {_listed(texts)}"]
    if len(lines) == 2:
        return ["", "# No column says what state a row is in: every row counts as booked."]
    return lines


def _listed(texts: Sequence[str]) -> str:
    return f"[{', '.join(map(_quoted, texts))}]"


def _quoted(text: str) -> str:
    """Return a text as TOML writes it, on one line."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _one_line(text: str) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
