"""Presets: which columns of an export mean what, as data; recognised by headers."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

from bbbxl.errors import InputError, PresetError, UnknownColumnError, UnknownNameError
from bbbxl.policy import Role

FieldType = Literal["text", "date", "amount", "number", "flag"]
#: Fields for which a second candidate column is never passed over in silence.
NEVER_GUESSED = ("amount", "kind", "effective", "order_date")


class Preset(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of export.

    Attributes:
        schema: Version of this form.
        name: Word in bbbxl.toml.
        title: What people read.
        role: Role the file has in a folder.
        shape: events (long), order_lines (wide) or invoices (one row an invoice line).
        definition: One sentence that stands alone.
        booked: What counts as booked in this export.
        amount: Net or gross of tax, which currency.
        needs: Fields without which the export is not this one.
        fields: Fields the shape can use.
        states: State -> field or header -> values, see `FileEntry.states`; "*" stands for any text.
        system: Program that writes this export; empty for the general forms.
        verified: Whether a real export or the program's own documentation confirmed the headers.
        tax: Whether the amounts are net or gross of tax, or the program leaves it to the user.
        recognised_by: Headers that only this export has, all needed to recognise it; "A|B" is either.
        headers: Field -> spellings of this program, taken before those of `fields.toml`.
        one_row_per: Field of which equal values mean the same thing exported several times (one row per stage);
            one row is counted. Empty where every row counts.
        latest_by: Headers of days or numbers of which the highest is the latest of such rows.
        notes: What a reader has to know of this export, one sentence each.
    """

    schema: int
    name: str
    title: str
    role: Role
    shape: Literal["events", "order_lines", "invoices"]
    definition: str
    booked: str
    amount: str
    needs: tuple[str, ...]
    fields: tuple[str, ...]
    states: dict[str, dict[str, list[str]]] = {}
    system: str = ""
    verified: bool = True
    tax: Literal["net", "gross", "unstated"] = "net"
    recognised_by: tuple[str, ...] = ()
    headers: dict[str, tuple[str, ...]] = {}
    one_row_per: str = ""
    latest_by: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class FieldTable:
    """Types and header spellings of all fields."""

    types: dict[str, FieldType]
    synonyms: dict[str, tuple[str, ...]]


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
    return FieldTable(types, synonyms)


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


def normal(header: str) -> str:
    """Return a header without case, accents of width, spaces and punctuation, for comparison."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", header).casefold())


def refuse_unknown(given: Mapping[str, str], headers: Mapping[str, Sequence[str]]) -> None:
    """Refuse columns named for some files together when the field does not exist or no file has the column.

    Args:
        given: Field -> header.
        headers: File -> its headers.

    Raises:
        UnknownNameError: there is no such field.
        UnknownColumnError: none of the files has the column.
    """
    for field, title in given.items():
        if field not in field_table().types:
            raise UnknownNameError("field", field, field_table().types)
        if not any(having(given, header).get(field) for header in headers.values()):
            present = list(dict.fromkeys(one for header in headers.values() for one in header if one))
            raise UnknownColumnError(
                " and ".join(headers),
                f'{field} ("{title}")',
                present,
                f"Correct the column given for {field}.",
            )


def having(given: Mapping[str, str], header: Sequence[str]) -> dict[str, str]:
    """Return the named columns that a header has."""
    present = {normal(title) for title in header if title}
    return {field: title for field, title in given.items() if normal(title) in present}


def find_columns(
    file: str, header: Sequence[str], preset: Preset, given: Mapping[str, str], fixed: Mapping[str, str]
) -> dict[str, str]:
    """Return field -> header for every field of a preset that the file has.

    Args:
        file: File name, for sentences.
        header: Headers of the file.
        preset: What the file is.
        given: Field -> header as the user named them; they win.
        fixed: Field -> value for all rows; such a field needs no column.

    Raises:
        UnknownNameError: a given field does not exist.
        UnknownColumnError: a given or needed column is not in the file.
        InputError: two columns may be a field that is never guessed.
    """
    table = field_table()
    by_normal: dict[str, list[str]] = {}
    for title in header:
        by_normal.setdefault(normal(title), []).append(title)
    found: dict[str, str] = {}
    for field, title in given.items():
        if field not in table.types:
            raise UnknownNameError("field", field, preset.fields)
        if field not in preset.fields:
            continue
        fitting = [title] if title in header else by_normal.get(normal(title), [])
        if not title or not fitting:
            raise UnknownColumnError(file, f'{field} ("{title}")', header, f"Correct the column given for {field}.")
        if len(fitting) > 1:
            raise _unclear(file, field, fitting)
        found[field] = fitting[0]
    for field in preset.fields:
        if field in found or field in fixed:
            continue
        keys = [key for key in dict.fromkeys(map(normal, table.synonyms[field])) if key in by_normal]
        fitting = [title for key in keys for title in by_normal[key] if title not in found.values()]
        if len(fitting) > 1 and (field in NEVER_GUESSED or normal(fitting[0]) == normal(fitting[1])):
            raise _unclear(file, field, fitting)
        if fitting:
            found[field] = fitting[0]
    missing = [field for field in preset.needs if field not in found and field not in fixed]
    if missing:
        raise UnknownColumnError(
            file,
            missing[0],
            header,
            f'Name it: --column {missing[0]}="...", or columns.{missing[0]} in bbbxl.toml.',
        )
    return found


def _unclear(file: str, field: str, fitting: Sequence[str]) -> InputError:
    shown = " and ".join(f'"{title}"' for title in fitting)
    return InputError(f'{file} has {shown}, and each may be the {field}. Say which: --column {field}="...".')


def recognise(file: str, header: Sequence[str], given: Mapping[str, str], role: Role | None = None) -> Preset:
    """Return the preset whose needed fields the header has.

    Raises:
        PresetError: none fits, or the role has no preset that does.
    """
    candidates = [one for one in presets().values() if role is None or one.role == role]
    problems: list[str] = []
    for preset in candidates:
        try:
            find_columns(file, header, preset, given, {})
        except UnknownColumnError as error:
            problems.append(str(error))
            continue
        return preset
    if len(problems) == 1:
        raise PresetError(problems[0])
    names = ", ".join(one.name for one in candidates)
    raise PresetError(
        f"{file} is none of the known exports ({names}). It has: {', '.join(header)}. "
        'Name its columns, such as --column amount="..." --column order_date="...".'
    )


def preset_named(name: str) -> Preset:
    """Return a preset by name.

    Raises:
        UnknownNameError: there is none of that name; the nearest are offered.
    """
    if name not in presets():
        raise UnknownNameError("preset", name, presets())
    return presets()[name]
