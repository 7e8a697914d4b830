"""Bookings, billings and backlog: one ledger of events, figures that tie out, a board pack with live formulas."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bbbxl.errors import BbbError as BbbError

__version__ = "0.1.0"

#: Public name -> module that holds it; imported when first asked for, so that `bbbxl --help` stays quick.
_PUBLIC: dict[str, str] = {
    "BbbError": "bbbxl.errors",
}

__all__ = ["BbbError", "__version__"]  # noqa: PLE0604 -- names of _PUBLIC are resolved by __getattr__


def __getattr__(name: str) -> Any:  # noqa: ANN401 -- any public object
    """Return a public object, importing its module on first use."""
    if name in _PUBLIC:
        return getattr(import_module(_PUBLIC[name]), name)
    raise AttributeError(f"module 'bbbxl' has no attribute {name!r}")
