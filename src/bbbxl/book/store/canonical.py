"""Canonical text and hashes: what an entry of the log says, chained to the entry before it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from hashlib import sha256
from typing import Any, Final

from bbbxl.book.records import Entry

#: Letters of a check value: it says which part was changed, while the hashes prove that something was.
CHECK_LETTERS: Final = 8
#: What the hash of an entry is taken of: everything else it says.
HASHED: Final[tuple[str, ...]] = tuple(field.name for field in fields(Entry) if field.name != "hash")


def canonical(value: Any) -> str:  # noqa: ANN401 -- anything that JSON can say
    """Return the one JSON text of a value: keys sorted, no spaces, dates as text.

    Raises:
        TypeError: JSON cannot say it.
        ValueError: a number that is none.
    """
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=_day_text
    )


def _day_text(value: object) -> str:
    """Return a date as JSON says it."""
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is nothing that JSON can say")


def digest_of(content: bytes | str) -> str:
    """Return the SHA-256 of bytes, or of the UTF-8 of a text, as 64 letters."""
    return sha256(content if isinstance(content, bytes) else content.encode()).hexdigest()


def check_of(text: str) -> str:
    """Return the check value of a text."""
    return digest_of(text)[:CHECK_LETTERS]


def said_by(entry: Entry) -> dict[str, Any]:
    """Return what an entry says, its hash left out, as JSON has it."""
    return {name: getattr(entry, name) for name in HASHED}


def hash_of(said: Mapping[str, Any]) -> str:
    """Return the hash of what an entry says, see `said_by`."""
    return digest_of(canonical(said))


def checks_of(said: Mapping[str, Any]) -> dict[str, str]:
    """Return a check value for each part of what an entry says."""
    return {name: check_of(canonical(part)) for name, part in said.items()}
