"""Bookings, billings and backlog: one ledger of events, figures that tie out, a board pack with live formulas."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bbbxl.aggregate.select import Question as Question
    from bbbxl.book.opening import load as load
    from bbbxl.errors import BbbError as BbbError
    from bbbxl.inputs.load import Loaded as Loaded
    from bbbxl.inputs.load import Options as Options
    from bbbxl.inputs.load import understand_files as understand_files
    from bbbxl.metrics.registry import metric_named as metric_named
    from bbbxl.metrics.values import Figure as Figure
    from bbbxl.metrics.values import figures as figures
    from bbbxl.periods import parse_period as parse_period
    from bbbxl.report.inspection import Inspection as Inspection
    from bbbxl.report.inspection import inspect_tables as inspect_tables
    from bbbxl.report.pack import Pack as Pack
    from bbbxl.report.pack import make_pack as make_pack
    from bbbxl.workbook.pack import write_pack as write_pack

__version__ = "0.1.0"

#: Public name -> module that holds it; imported when first asked for, so that `bbbxl --help` stays quick.
_PUBLIC: dict[str, str] = {
    "BbbError": "bbbxl.errors",
    "Figure": "bbbxl.metrics.values",
    "Inspection": "bbbxl.report.inspection",
    "Loaded": "bbbxl.inputs.load",
    "Options": "bbbxl.inputs.load",
    "Pack": "bbbxl.report.pack",
    "Question": "bbbxl.aggregate.select",
    "figures": "bbbxl.metrics.values",
    "inspect_tables": "bbbxl.report.inspection",
    "load": "bbbxl.book.opening",
    "make_pack": "bbbxl.report.pack",
    "metric_named": "bbbxl.metrics.registry",
    "parse_period": "bbbxl.periods",
    "understand_files": "bbbxl.inputs.load",
    "write_pack": "bbbxl.workbook.pack",
}

__all__ = [
    "BbbError",
    "Figure",
    "Inspection",
    "Loaded",
    "Options",
    "Pack",
    "Question",
    "__version__",
    "figures",
    "inspect_tables",
    "load",
    "make_pack",
    "metric_named",
    "parse_period",
    "understand_files",
    "write_pack",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 -- any public object
    """Return a public object, importing its module on first use."""
    if name in _PUBLIC:
        return getattr(import_module(_PUBLIC[name]), name)
    raise AttributeError(f"module 'bbbxl' has no attribute {name!r}")
