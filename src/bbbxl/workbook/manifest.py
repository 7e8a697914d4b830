"""The manifest beside a pack: versions, options, inputs and hashes, and what changes from run to run."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from pathlib import Path
from platform import python_version

import msgspec

from bbbxl import __version__
from bbbxl.errors import TargetError
from bbbxl.report.of_book import OfBook
from bbbxl.report.pack import Pack
from bbbxl.safe_text import escape_json
from bbbxl.workbook.verified import Released

SCHEMA = 1
#: Libraries whose version can change a figure or a byte.
_LIBRARIES = ("pandas", "numpy", "narwhals", "duckdb", "pyarrow", "openpyxl", "lxml", "formualizer")


def manifest_path(pack: Path) -> Path:
    """Return where the manifest of a pack stands: NAME.manifest.json."""
    return pack.with_suffix(".manifest.json")


def write_manifest(pack: Pack, released: Released, options: dict[str, str | None], started: str, ended: str) -> Path:
    """Write the manifest of a released pack and return where it is.

    Args:
        pack: What was written.
        released: Where, and how many formulas were recalculated.
        options: What the caller asked for.
        started: ISO time, UTC.
        ended: ISO time, UTC.

    Raises:
        TargetError: it cannot be written.
    """
    content = {
        "schema": SCHEMA,
        "product": {"bbbxl": __version__, "python": python_version(),
                    **{name: version(name) for name in _LIBRARIES}},
        "options": {name: value for name, value in options.items() if value is not None},
        "report": {"entity": pack.entity, "period": pack.period.label, "as_of": str(pack.as_of),
                   "known_at": str(pack.known_at), "basis": pack.basis, "currency": pack.currency,
                   "view": pack.question.view},
        "config_sha256": _config_hash(pack),
        **({"book": _book(pack.book)} if pack.book else {}),
        "inputs": [
            {"file": one.file, "role": one.role, "sha256": one.sha256, "size": one.size, "rows": one.rows,
             "used": one.used, "set_aside": one.set_aside, "totals": one.totals}
            for one in pack.sources
        ],
        "checks": {one.check.name: None if one.value is None else one.passed for one in pack.checks},
        "formulas": {"recalculated": released.formulas, "left_out": released.left_out},
        "started": started,
        "ended": ended,
        "pack": {"file": released.path.name, "sha256": hashlib.sha256(released.path.read_bytes()).hexdigest()},
    }  # fmt: skip
    path = manifest_path(released.path)
    try:
        path.write_text(escape_json(json.dumps(content, indent=1, ensure_ascii=False)) + "\n", encoding="utf-8")
    except OSError as error:
        raise TargetError(f"{path.name} cannot be written: {error.strerror}. The pack itself is done.") from error
    return path


def _book(book: OfBook) -> dict[str, object]:
    """Return which state of which book the pack shows."""
    last = book.last_close
    close = {"period": last.period, "known": str(last.known), "sha256": last.hash} if last else None
    return {"name": book.kept.name, "head_sha256": book.kept.head, "last_close": close}


def _config_hash(pack: Pack) -> str:
    """Return the hash of the choices in force, however bbbxl.toml is laid out."""
    return hashlib.sha256(msgspec.json.encode(pack.config, order="sorted")).hexdigest()
