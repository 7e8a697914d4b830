"""Presets as data: one .toml for each kind of export, and the fields with the headers that name them."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

import msgspec

from bbbxl.errors import PresetError, UnknownNameError, nearest
from bbbxl.policy import STATES, Role

SCHEMA = 1
#: Stands in a draft where the user has to decide.
OPEN = "?"
FieldType = Literal["text", "date", "amount", "number", "flag"]


class TaxColumns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Columns that prove whether the lines of an invoice hold tax.

    Attributes:
        tax: Headers of the tax of a line.
        total: Headers of the total of the invoice with tax, which stands on each of its lines.
    """

    tax: tuple[str, ...]
    total: tuple[str, ...]


class Preset(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of export.

    Attributes:
        schema: Version of this form.
        name: Word in bbbxl.toml.
        title: What people read.
        role: Role the file has in a folder.
        shape: events (long), order_lines (wide), invoices (one row an invoice line) or changes (one row a change
            of one field).
        definition: One sentence that stands alone.
        booked: What counts as booked in this export.
        amount: Net or gross of tax, which currency.
        needs: Fields without which the export is not this one.
        fields: Fields the shape can use.
        states: State -> field or header -> values, see `FileEntry.states`; "*" stands for any text.
        system: Program that writes this export; empty for the general forms.
        verified: Whether a real export or the program's own documentation confirmed the headers.
        tax: Whether the amounts are net or gross of tax, or the program leaves it to the user.
        tax_columns: Columns that may prove it where the program leaves it to the user.
        recognised_by: Headers that only this export has, all needed to recognise it; "A|B" is either.
        headers: Field -> spellings of this program, best first, taken before those of `fields.toml`.
        one_row_per: Field of which equal values mean the same thing exported several times (one row per stage);
            one row is counted. Empty where every row counts.
        latest_by: Headers of days or numbers of which the highest is the latest of such rows.
        repeats: Amount header of a whole order or invoice -> headers which show that it stands on several rows.
        credit_types: Words of the type column for a credit note, which lowers also where it stands without a minus.
        own_currency: Amount headers in the firm's own currency, whatever the currency column says.
        notes: What a reader has to know of this export, one sentence each.
    """

    schema: int
    name: str
    title: str
    role: Role
    shape: Literal["events", "order_lines", "invoices", "changes"]
    definition: str
    booked: str
    amount: str
    needs: tuple[str, ...]
    fields: tuple[str, ...]
    states: dict[str, dict[str, list[str]]] = {}
    system: str = ""
    verified: bool = True
    tax: Literal["net", "gross", "unstated"] = "net"
    tax_columns: TaxColumns | None = None
    recognised_by: tuple[str, ...] = ()
    headers: dict[str, tuple[str, ...]] = {}
    one_row_per: str = ""
    latest_by: tuple[str, ...] = ()
    repeats: dict[str, tuple[str, ...]] = {}
    credit_types: tuple[str, ...] = ()
    own_currency: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Near:
    """Headers that look like a field and are not.

    Attributes:
        field: What they look like.
        headers: Their spellings.
        why: What such a column is, after its name.
    """

    field: str
    headers: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class FieldTable:
    """Types and header spellings of all fields.

    Attributes:
        types: Field -> type.
        synonyms: Field -> headers that name it, best first.
        weak: Field -> headers that name it only where nothing else does.
        near: Headers that are not what they look like.
        elsewhere: Headers of ledgers, bank statements and receipts.
        tax: Headers of tax beside an amount.
    """

    types: dict[str, FieldType]
    synonyms: dict[str, tuple[str, ...]]
    weak: dict[str, tuple[str, ...]]
    near: tuple[Near, ...]
    elsewhere: tuple[str, ...]
    tax: tuple[str, ...]


@cache
def field_table() -> FieldTable:
    """Return the fields, their types and the headers that name them."""
    raw = tomllib.loads(files("bbbxl.inputs").joinpath("presets/fields.toml").read_text(encoding="utf-8"))
    types: dict[str, FieldType] = {}
    synonyms: dict[str, tuple[str, ...]] = {}
    for kind in ("text", "date", "amount", "number", "flag"):
        for name, headers in raw[kind].items():
            types[name] = kind
            synonyms[name] = (name, *headers)
    weak = {name: tuple(headers) for name, headers in raw["weak"].items()}
    near = tuple(Near(one["field"], tuple(one["headers"]), one["why"]) for one in raw["near"])
    return FieldTable(types, synonyms, weak, near, tuple(raw["elsewhere"]["headers"]), tuple(raw["tax"]["headers"]))


@cache
def presets() -> dict[str, Preset]:
    """Return all presets by name."""
    folder = files("bbbxl.inputs").joinpath("presets")
    found = {}
    for path in sorted(folder.iterdir(), key=lambda one: one.name):
        if path.name.endswith(".toml") and path.name != "fields.toml":
            preset = msgspec.toml.decode(path.read_bytes(), type=Preset)
            found[preset.name] = preset
    return found


def preset_named(name: str) -> Preset:
    """Return a preset by name.

    Raises:
        UnknownNameError: there is none of that name; the nearest are offered.
    """
    if name not in presets():
        raise UnknownNameError("preset", name, presets())
    return presets()[name]


def preset_of(name: str, folder: Path) -> Preset:
    """Return the preset that bbbxl.toml names: one of bbbxl, or a file of the user's own beside it (NAME.toml).

    Raises:
        UnknownNameError: there is none of that name.
        PresetError: the file is not there or not a preset.
    """
    return read_preset_file(folder / name) if name.endswith(".toml") else preset_named(name)


def read_preset_file(path: Path) -> Preset:
    """Return a preset that the user keeps in a file.

    Raises:
        PresetError: not readable, not TOML, a later schema, an unknown key, field or state (the nearest one is
            offered), or something left open.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise PresetError(f"{path.name} cannot be read: {error.strerror}. Check the path of the preset.") from error
    except UnicodeDecodeError as error:
        raise PresetError(f"{path.name} is not UTF-8 text. Save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise PresetError(f"{path.name} is not TOML: {error}. Correct that line.") from error
    if raw.get("schema") != SCHEMA:
        found = f"schema = {json.dumps(raw['schema'], default=str)}" if "schema" in raw else "no schema"
        raise PresetError(f"{path.name} has {found}; this bbbxl reads schema = {SCHEMA}. Write schema = {SCHEMA}.")
    for place, value in _texts("", raw):
        if value == OPEN:
            raise PresetError(f'{path.name}, {place}: it is still "{OPEN}". Decide it, and write it there.')
    try:
        preset = msgspec.convert(raw, Preset)
    except msgspec.ValidationError as error:
        raise PresetError(f"{path.name}{_sentence(str(error))}") from error
    if finding := _finding(preset):
        raise PresetError(f"{path.name}, {finding}")
    return preset


def _texts(place: str, value: object) -> Iterable[tuple[str, str]]:
    """Return every text of a parsed file with the key it stands under."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from _texts(f"{place}.{key}" if place else key, one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(place, one)


def _finding(preset: Preset) -> str:
    """Return what of a preset cannot be meant, empty when all can."""
    usable = list(field_table().types)
    one_row = (preset.one_row_per,) if preset.one_row_per else ()
    for key, given, known in (
        ("fields", preset.fields, usable), ("needs", preset.needs, preset.fields),
        ("headers", preset.headers, preset.fields), ("one_row_per", one_row, preset.fields),
        ("states", preset.states, STATES),
    ):  # fmt: skip
        if strange := [one for one in given if one not in known]:
            return f'{key}: "{strange[0]}" is not one of its values. {nearest(strange[0], list(known))}'
    if not preset.needs:
        return "needs: it is empty. Name the fields without which a file is not this export."
    return ""


def _sentence(problem: str) -> str:
    """Return the finding of the reader as what, where, do."""
    what, _, where = problem.partition(" - at `$")
    place = where.rstrip("`").strip(".")
    if match := re.match(r"Object contains unknown field `(.+)`", what):
        return f' has an unknown key "{match[1]}". {nearest(match[1], Preset.__struct_fields__)}'
    if match := re.match(r"Object missing required field `(.+)`", what):
        return f" needs {match[1]}. Add it."
    if match := re.match(r"Invalid enum value '(.+)'", what):
        return f', {place}: "{match[1]}" is not one of its values. See an existing preset for them.'
    return f", {place}: what stands there has another form than in an existing preset. Correct it."
