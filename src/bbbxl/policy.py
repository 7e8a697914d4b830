"""The firm's choices: bbbxl.toml, strict and schema-versioned, and what each choice means."""

from __future__ import annotations

import json
import re
import tomllib
from datetime import date, datetime
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Literal, get_args

import msgspec

from bbbxl.errors import BbbError, ConfigError, nearest
from bbbxl.money import exponent
from bbbxl.periods import Calendar, parse_fiscal_year_end

SCHEMA = 1
CONFIG_NAME = "bbbxl.toml"
BasisName = Literal["shipment", "fulfilment", "billing", "revenue"]
Role = Literal["orders", "events", "shipments", "invoices", "revenue", "receipts", "rates", "budget", "crm", "changes"]
#: date_format of files whose days are serials of the 1904 date system.
DATES_1904 = "1904"
DateOrder = Literal["dmy", "mdy", "ymd"]
#: What `facts` and `states` of a file may name.
FACTS = ("booking", "shipment", "invoice", "recognition", "receipt", "cancellation")
STATES = ("booked", "cancelled", "invoiced", "shipped", "completed", "hold")
#: Roles whose rows become ledger events today; the others are listed and left alone, never read by guess.
LEDGER_ROLES: tuple[Role, ...] = ("orders", "events", "invoices")


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Named choices where companies differ; what each value means stands in `MEANINGS` and `LISTS`."""

    booking_date: Literal["firmed", "order"] = "firmed"
    flow_rate: Literal["spot", "average"] = "spot"
    past_due_date: Literal["commit", "original_commit"] = "commit"
    unmarked_lines: Literal["shipped", "service"] = "shipped"
    order_amount: Literal["with_cancelled", "without_cancelled"] = "with_cancelled"
    intercompany: Literal["left_out", "kept"] = "left_out"
    approver: Literal["another_person", "anyone"] = "anyone"
    cancellation_reasons: tuple[str, ...] = ()


#: (policy, value) -> the sentence printed on the Definitions tab when the choice was used.
MEANINGS: dict[tuple[str, str], str] = {
    (
        "booking_date",
        "firmed",
    ): "A booking is dated on the firmed date where there is one, else on the order date.",
    ("booking_date", "order"): "A booking is dated on the order date.",
    (
        "flow_rate",
        "spot",
    ): "Flows in foreign currency are translated at the last spot rate on or before the event.",
    (
        "flow_rate",
        "average",
    ): "Flows in foreign currency are translated at the average rate of the event's month.",
    ("past_due_date", "commit"): "A line is past due when its latest commit date lies before the as-of date.",
    (
        "past_due_date",
        "original_commit",
    ): "A line is past due when its first commit date lies before the as-of date.",
    ("unmarked_lines", "shipped"): "A line that does not say whether it is shipped is taken as shipped.",
    ("unmarked_lines", "service"): "A line that does not say whether it is shipped is taken as a service.",
    (
        "order_amount",
        "with_cancelled",
    ): "The order amount of an order line report includes what was cancelled later.",
    (
        "order_amount",
        "without_cancelled",
    ): "The order amount of an order line report leaves out what was cancelled.",
    (
        "intercompany",
        "left_out",
    ): "Orders between group entities are left out of group figures, shown in entity figures.",
    ("intercompany", "kept"): "Orders between group entities are counted in group figures.",
    (
        "approver",
        "another_person",
    ): "An entry by hand, a close or a reopening needs an approver who is not the preparer.",
    ("approver", "anyone"): "An entry by hand, a close or a reopening is taken with or without an approver.",
}
#: Policy that is a list -> what it means when it is empty, and when it names values.
LISTS: dict[str, tuple[str, str]] = {
    "cancellation_reasons": (
        "A cancellation by hand or by answer may give any reason.",
        "A cancellation by hand or by answer has to give one of the reasons listed.",
    ),
}


class FileEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One export: where it is, what it is, how it is written.

    Attributes:
        path: Relative to the folder of bbbxl.toml, never absolute.
        role: What the file is; role crm never enters the ledger.
        preset: Preset name; recognised by the headers when omitted.
        extracted: When the export was taken; the as-of date when omitted, never the file's own time.
        columns: Field -> header, where the preset's synonyms do not fit.
        facts: Facts the file would show if there were any; an export of orders that also lists shipments says
            facts = ["shipment"] even in a month without one.
        states: Field value -> what it says of the line: states.booked (only such rows are signed orders; needed for
            an export of a CRM), cancelled, invoiced, shipped, completed, hold; each a table of header = values.
        amounts: net, where the export leaves in doubt whether tax is in its amounts.
        signs: natural (a cancellation of 100 stands as 100) or signed (as -100); found when omitted.
        delimiter: Cell mark of a text file; found when omitted.
        decimal: Decimal mark; decided on the evidence of the file when omitted.
        date_format: strptime form of its dates, or "1904" for serials of the 1904 date system; found when omitted.
        date_order: Order of day, month and year in dates such as 03/04/2026; decided on the evidence of the file
            when omitted.
        encoding: Code page of a text file; found when omitted.
        sheet: Sheet of a workbook, or file of an archive; needed when several hold different tables.
        header_row: Row of the header, where it is not found or two tables stand in one sheet.
        values: Field -> fixed value for a field the file has no column for.
        source: Name of the report in a kept book, which compares each snapshot with the last one of the same source;
            that of the preset when omitted.
    """

    path: str
    role: Role
    preset: str | None = None
    extracted: datetime | None = None
    columns: dict[str, str] = {}
    facts: tuple[str, ...] = ()
    states: dict[str, dict[str, list[str]]] = {}
    amounts: Literal["net"] | None = None
    signs: Literal["natural", "signed"] | None = None
    delimiter: str | None = None
    decimal: Literal[".", ","] | None = None
    date_format: str | None = None
    date_order: DateOrder | None = None
    encoding: str | None = None
    sheet: str | None = None
    header_row: int | None = None
    values: dict[str, str] = {}
    source: str | None = None


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """bbbxl.toml.

    Attributes:
        schema: Version of this form.
        entity: Default entity of files that have no entity column.
        currency: Reporting currency.
        fiscal_year_end: Month and day, such as 12-31.
        basis: Default backlog basis; printed wherever it is used.
        files: The exports.
        policy: Named choices.
    """

    schema: int
    entity: str = ""
    currency: str = ""
    fiscal_year_end: str = "12-31"
    basis: BasisName = "fulfilment"
    files: tuple[FileEntry, ...] = ()
    policy: Policy = Policy()

    @property
    def calendar(self) -> Calendar:
        """Return the fiscal calendar."""
        return parse_fiscal_year_end(self.fiscal_year_end)


def read_config(path: Path) -> Config:
    """Return the choices of a bbbxl.toml.

    Raises:
        ConfigError: not TOML, an unknown key (the nearest one is offered), a wrong value, a later schema.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigError(
            f"{path.name} cannot be read: {error.strerror}. Check the path and who has it open."
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path.name} is not UTF-8 text. Save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path.name} is not TOML: {error}. Correct that line.") from error
    return check_config(raw, path.name)


def check_config(raw: dict[str, object], name: str = CONFIG_NAME) -> Config:
    """Return the checked choices of a parsed bbbxl.toml; errors as in `read_config`."""
    schema = raw.get("schema")
    if schema != SCHEMA:
        found = "no schema" if schema is None else f"schema = {json.dumps(schema, default=str)}"
        raise ConfigError(f"{name} has {found}; this bbbxl reads schema = {SCHEMA}. Write schema = {SCHEMA}.")
    try:
        config = msgspec.convert(_with_times(raw), Config)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{name}{_sentence(str(error))}") from error
    try:
        if config.currency:
            exponent(config.currency)
        _ = config.calendar
    except BbbError as error:
        raise ConfigError(f"{name}: {error}") from error
    for key in LISTS:
        if finding := _list_finding(getattr(config.policy, key)):
            raise ConfigError(f"{name}, policy, {key}: {finding}")
    for place, entry in enumerate(config.files):
        if finding := _finding(entry, config.files[:place]):
            raise ConfigError(f"{name}, [[files]] no. {place + 1}, {finding}")
    return config


def _list_finding(values: tuple[str, ...]) -> str:
    """Return which value of a list cannot be meant, empty when all can."""
    if any(not value.strip() for value in values):
        return "one value is empty. Write it or take it out."
    twice = next((value for place, value in enumerate(values) if value in values[:place]), None)
    return "" if twice is None else f'"{twice}" is named twice. Keep one.'


def _finding(entry: FileEntry, earlier: tuple[FileEntry, ...]) -> str:
    """Return what of one file's settings cannot be meant, empty when all can."""
    for key, given, known in (("facts", entry.facts, FACTS), ("states", entry.states, STATES)):
        if strange := [one for one in given if one not in known]:
            return f'{key}: "{strange[0]}" is not one of its values. {nearest(strange[0], known)}'
    if entry.delimiter is not None and (len(entry.delimiter) != 1 or entry.delimiter in '"\r\n'):
        return f'delimiter: "{entry.delimiter}" is not one character. Write ",", ";", "\\t" or "|".'
    if entry.header_row is not None and entry.header_row < 1:
        return f"header_row: {entry.header_row} is no row. Count from 1, as Excel does."
    if entry.source is not None and not entry.source.strip():
        return "source: it is empty. Write a name for the report, or leave the key out."
    if entry.date_format not in (None, DATES_1904) and not _names_a_day(entry.date_format):
        form = f'"{entry.date_format}" does not give day, month and year'
        return f'date_format: {form}. Write it like "%d.%m.%Y".'
    return _path_finding(entry, earlier)


def _path_finding(entry: FileEntry, earlier: tuple[FileEntry, ...]) -> str:
    """Return what is wrong with the path of a file, empty when nothing is."""
    if not entry.path.strip():
        return "path: it is empty. Write the path of the file."
    if PurePosixPath(entry.path).is_absolute() or PureWindowsPath(entry.path).drive:
        return f'path: "{entry.path}" is an absolute path. Write it relative to the folder of {CONFIG_NAME}.'
    if any(PurePosixPath(entry.path) == PurePosixPath(one.path) for one in earlier):
        return f'path: "{entry.path}" is named twice, and its rows would count twice. Keep one.'
    return ""


def _names_a_day(form: str | None) -> bool:
    """Return whether a strptime form gives back the day it was written from."""
    day = datetime(2026, 10, 31)  # noqa: DTZ001 -- a day has no zone
    try:
        return form is not None and datetime.strptime(day.strftime(form), form).date() == day.date()  # noqa: DTZ007
    except ValueError:
        return False


def _with_times(raw: dict[str, object]) -> dict[str, object]:
    """Return the settings with a plain extraction date read as its midnight."""
    files = raw.get("files")
    if not isinstance(files, list):
        return raw
    return {**raw, "files": [_with_time(entry) for entry in files]}


def _with_time(entry: object) -> object:
    if not isinstance(entry, dict):
        return entry
    taken = entry.get("extracted")
    if isinstance(taken, datetime) or not isinstance(taken, date):
        return entry
    return {**entry, "extracted": datetime(taken.year, taken.month, taken.day)}  # noqa: DTZ001 -- a day has no zone


#: What the parts of a TOML file are called in a sentence.
_WORDS = {"str": "text", "int": "a whole "
                                "number", "float": "a number", "bool": "true or false", "array": "a list",
          "object": "a table", "datetime": "a date", "date": "a date", "time": "a time of day"}  # fmt: skip
_KNOWN: dict[str, type[msgspec.Struct]] = {"$": Config, "$.policy": Policy, "$.files[...]": FileEntry}


def _sentence(problem: str) -> str:
    """Return msgspec's finding as what, where, do."""
    what, _, where = problem.partition(" - at `")
    place = where.rstrip("`") or "$"
    shown = _shown(place)
    place = re.sub(r"\[\d+\]", "[...]", place)
    if match := re.match(r"Object contains unknown field `(.+)`", what):
        known = sorted(_KNOWN[place].__struct_fields__) if place in _KNOWN else []
        inside = f" in {shown if shown.startswith('[') else f'[{shown}]'}" if shown else ""
        return f' has an unknown key "{match[1]}"{inside}. {nearest(match[1], known)}'
    if match := re.match(r"Object missing required field `(.+)`", what):
        return f"{', ' + shown if shown else ''} needs {match[1]}. Add it."
    if match := re.match(r"Invalid enum value '(.+)'", what):
        field = place.rsplit(".", 1)[-1]
        return f', {shown}: "{match[1]}" is not one of its values. {nearest(match[1], _choices(place, field))}'
    if match := re.match(r"Expected `(\w+)[^`]*`, got `(\w+)`", what):
        wanted, found = (_WORDS.get(word, word) for word in match.groups())
        return f", {shown}: {found} stands where {wanted} is expected. Correct it."
    return f", {shown}: what stands there cannot be read. Write a day or a time, such as 2026-11-03T08:12:00."


def _shown(place: str) -> str:
    """Return a place as people find it in the file, such as [[files]] no. 1, role."""
    parts = place.removeprefix("$").strip(".").replace("[...]", "").split(".")
    numbered = (re.sub(r"files\[(\d+)\]", lambda found: f"[[files]] no. {int(found[1]) + 1}", one) for one in parts)
    return ", ".join(numbered)


def _choices(place: str, field: str) -> list[str]:
    """Return the values a key may take."""
    if field == "basis":
        return list(get_args(BasisName))
    if field == "role":
        return list(get_args(Role))
    if place.startswith("$.policy"):
        return [value for name, value in MEANINGS if name == field]
    return {"signs": ["natural", "signed"], "decimal": ['"."', '","']}.get(field, [])
