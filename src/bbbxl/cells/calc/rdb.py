"""The type registry of a UNO interface, written without LibreOffice's developer kit."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

#: What every file of this form begins with: its name and version.
_MAGIC: Final = b"UNOIDL\xff\0"
#: Kinds of records.
_MODULE: Final = b"\0"
_PUBLISHED_NO_INTERFACE: Final = b"\x05"
_IN: Final = b"\0"


@dataclass(frozen=True)
class Method:
    """A method of the interface.

    Attributes:
        name: Its name.
        parameters: Name and type of each, in UNO's spelling: any, []any, com.sun.star.table.XCellRange.
        returns: Type of what it returns.
    """

    name: str
    parameters: tuple[tuple[str, str], ...]
    returns: str


def type_registry(interface: str, methods: Sequence[Method]) -> bytes:
    """Return a registry that holds one interface.

    Args:
        interface: Its whole name, such as org.bbbxl.XBBB.
        methods: Its methods; the interface stands on XInterface alone.

    Source: unoidl/source/legacyprovider and unoidl/README of LibreOffice, "New Binary Format".
    """
    out = bytearray(_MAGIC + _number(0) + _number(1) + b"\0")
    target = len(out)
    out += _PUBLISHED_NO_INTERFACE + _number(1) + _text("com.sun.star.uno.XInterface")
    out += _number(0) + _number(0) + _number(len(methods))
    for method in methods:
        out += _method(method)
    *modules, leaf = interface.split(".")
    for name in (leaf, *modules[:0:-1]):
        at = _name(out, name)
        target, record = len(out), _number(at) + _number(target)
        out += _MODULE + _number(1) + record
    at = _name(out, modules[0])
    out[len(_MAGIC) : len(_MAGIC) + 4] = _number(len(out))
    out += _number(at) + _number(target)
    return bytes(out)


def _method(method: Method) -> bytes:
    """Return the record of a method; it raises nothing of its own."""
    parameters = b"".join(_IN + _text(name) + _text(kind) for name, kind in method.parameters)
    return _text(method.name) + _text(method.returns) + _number(len(method.parameters)) + parameters + _number(0)


def _name(out: bytearray, name: str) -> int:
    """Write the name of an entry, which maps point to; return where it stands."""
    at = len(out)
    out += name.encode() + b"\0"
    return at


def _number(value: int) -> bytes:
    return struct.pack("<I", value)


def _text(text: str) -> bytes:
    return _number(len(text)) + text.encode()
