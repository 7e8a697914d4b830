"""A range read as a ledger: the same way a file takes, with what the options say of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from bbbxl.cells.arguments import Block
from bbbxl.errors import ConfigError, InputError
from bbbxl.inputs.folder import Folder, crm_refused, role_of
from bbbxl.inputs.grid import RawTable
from bbbxl.inputs.layout.tables import find_tables
from bbbxl.inputs.load import Loaded, Options, load_tables
from bbbxl.inputs.pasted import pasted_grid
from bbbxl.policy import DATES_1904, SCHEMA, Config, FileEntry, check_config

#: Options of a range -> key of its entry in a bbbxl.toml.
_OF_ENTRY: Final = ("preset", "date_order", "date_format", "decimal", "amounts", "signs")
#: Options -> key of a bbbxl.toml itself.
_OF_FIRM: Final = ("entity", "currency", "fiscal_year_end")
#: Path under which the options of a range are checked as those of a file.
_PATH: Final = "range"
#: Value of the option set_aside that gives figures without the rows that could not be read.
LEAVE_OUT: Final = "leave_out"


@dataclass(frozen=True)
class Reading:
    """How a range is read.

    Attributes:
        options: Name and text of the options on reading, in order of name.
        rates: Digest of the range of exchange rates; empty without one.
    """

    options: tuple[tuple[str, str], ...] = ()
    rates: str = ""

    def __or__(self, other: Reading) -> Reading:
        """Return this one with what another says instead or besides."""
        merged = {**dict(self.options), **dict(other.options)}
        return Reading(tuple(sorted(merged.items())), other.rates or self.rates)

    @property
    def leaves_out(self) -> bool:
        """Return whether figures are given without rows that could not be read.

        Raises:
            InputError: the option set_aside says something else.
        """
        said = dict(self.options).get("set_aside")
        if said not in (None, LEAVE_OUT):
            raise InputError(f'"set_aside={said}" is not one of its values. Write "set_aside={LEAVE_OUT}".')
        return said is not None


#: Without any option.
PLAIN: Final = Reading()


def read_range(block: Block, reading: Reading, rates: Block | None, digest: str) -> Loaded:
    """Return the ledger of a range with headers in its first rows.

    Args:
        block: Order lines, events or invoices.
        reading: What the options say of it.
        rates: Exchange rates; None without them.
        digest: SHA-256 of the content.

    Raises:
        InputError: no header, no orders or events, an export of a CRM that does not say which rows are signed.
        ConfigError: an option has a value that it cannot have.
        BbbError: as for files, see `bbbxl.inputs.load.load`.
    """
    config = _config(reading, block)
    entry = config.files[0]
    table = table_of(block, digest, entry.header_row)
    role = role_of(table, entry.columns, entry.preset, Path()) or "orders"
    if role == "rates":
        raise InputError(f'{table.place} holds exchange rates. Give it after "rates=", and the orders first.')
    if role == "crm":
        if "booked" not in entry.states:
            raise InputError(crm_refused(table.place))
        role = "orders"
    entry = msgspec.structs.replace(entry, path=table.place, role=role)
    tables = [(entry, table)]
    if rates is not None:
        own = table_of(rates, "")
        tables.append((FileEntry(path=own.place, role="rates"), own))
    folder = Folder(msgspec.structs.replace(config, files=(entry,)), Path(), {entry.path: [table]})
    return load_tables(folder, tables, Options(currency=config.currency or None))


def table_of(block: Block, digest: str, header_row: int | None = None) -> RawTable:
    """Return the table of a range.

    Args:
        block: The range.
        digest: SHA-256 of its content; empty where nobody asks for it.
        header_row: Row of the sheet with the headers; found when omitted.

    Raises:
        InputError: there is none, or more than one.
    """
    name = block.name or "The array"
    grid = pasted_grid(name, block.values, first_row=block.row, errors=block.errors, sha256=digest)
    grid = replace(grid, formats=block.formats())
    found = find_tables(grid, header_row=header_row)
    if not found:
        raise InputError(
            f"{name} holds no table: none of its first rows looks like a header. Take the headers into the range, such "
            "as tblOrders[#All]."
        )
    return found[0]


def _config(reading: Reading, block: Block) -> Config:
    """Return the choices that the options make."""
    given = dict(reading.options)
    entry: dict[str, Any] = {"path": _PATH, "role": "orders", **{name: given[name] for name in _OF_ENTRY
                                                                 if name in given}}  # fmt: skip
    if "facts" in given:
        entry["facts"] = _parts(given["facts"])
    if "extracted" in given:
        entry["extracted"] = _taken(given["extracted"])
    if "header_row" in given:
        entry["header_row"] = _row_number(given["header_row"])
    if block.date_1904 and "date_format" in given:
        raise InputError(
            '"date_format=" and days that count from 1904 do not go together. Write days as dates or like 2026-10-31.'
        )
    if block.date_1904:
        entry["date_format"] = DATES_1904
    entry["columns"] = _named(given, "column.")
    entry["values"] = _named(given, "value.")
    entry["states"] = {name: _state(name, text) for name, text in _named(given, "state.").items()}
    firm: dict[str, object] = {name: given[name] for name in _OF_FIRM if name in given}
    raw: dict[str, object] = {"schema": SCHEMA, "files": [entry], "policy": _named(given, "policy."), **firm}
    try:
        return check_config(raw, "The formula")
    except ConfigError as error:
        raise ConfigError(str(error).replace("[[files]] no. 1, ", "option ").replace("policy, ", "option policy.")
                          ) from error  # fmt: skip


def _row_number(text: str) -> int:
    """Return the number of a row of the sheet."""
    if not (text.isascii() and text.isdigit()):
        raise InputError(f'"header_row={text}" is no row. Write its number, such as "header_row=7".')
    return int(text)


def _taken(text: str) -> datetime:
    """Return when an export was taken; of a day its beginning."""
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise InputError(f'"extracted={text}" is no day. Write it like "extracted=2026-11-03".') from error


def _named(given: Mapping[str, str], start: str) -> dict[str, str]:
    """Return the options that begin with a word and a dot, without it."""
    return {name.removeprefix(start): text for name, text in given.items() if name.startswith(start)}


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(";")]


def _state(name: str, text: str) -> dict[str, list[str]]:
    """Return header -> values of a state such as Stage:Closed Won;Signed."""
    header, mark, values = text.partition(":")
    if not mark or not header.strip() or not values.strip():
        raise InputError(f'"state.{name}={text}" does not say which rows. Write "state.{name}=Stage:Closed Won".')
    return {header.strip(): _parts(values)}
