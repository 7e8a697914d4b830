"""Options that every command that shows a figure shares, and what they ask of the engine."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

if TYPE_CHECKING:
    from bbbxl.aggregate.select import Question
    from bbbxl.inputs.load import Loaded
    from bbbxl.periods import Period


Named = TypeVar("Named", bound=StrEnum)


def _view(text: str) -> View:
    return _one_of(View, "view", text)


def _format(text: str) -> Format:
    return _one_of(Format, "format", text)


def _one_of(kind: type[Named], what: str, text: str) -> Named:
    """Return a choice by its word.

    Raises:
        UnknownNameError: there is none of that name.
    """
    return kind(_word_of(what, tuple(kind))(text))


def _word_of(what: str, known: Sequence[str]) -> Callable[[str], str]:
    """Return the reader of an option that takes one of some words; it raises UnknownNameError for any other."""

    def read(text: str) -> str:
        from bbbxl.errors import UnknownNameError

        if text not in known:
            raise UnknownNameError(what, text, known)
        return text

    return read


class View(StrEnum):
    """By which date flows and stocks count."""

    reported = "as-reported"
    restated = "as-restated"


class Format(StrEnum):
    """How figures are printed."""

    table = "table"
    json = "json"
    csv = "csv"


Exports = Annotated[
    list[Path],
    typer.Argument(
        metavar="FOLDER_OR_FILES...",
        help="A kept book, a folder of exports, or files: orders, events, invoices, rates.",
    ),
]
PeriodOption = Annotated[
    str | None, typer.Option("--period", help="2026-10, 2026-Q3, FY2026, YTD 2026-10, 2026-01..2026-03 or a date; "
                             "several by commas. The last month of the data when omitted.")]  # fmt: skip
AsOf = Annotated[str | None, typer.Option("--as-of", help="Day on which stocks are measured; a month is its last day.")]
KnownAt = Annotated[str | None, typer.Option("--known-at", help="Count only what was recorded by this day.")]
ViewOption = Annotated[
    View | None,
    typer.Option(
        "--view", parser=_view, metavar="WORD", help="as-reported (posted period) or as-restated (effective date)."
    ),
]
BasisOption = Annotated[str | None, typer.Option("--basis", help="shipment, fulfilment, billing or revenue.")]
Currency = Annotated[
    str | None,
    typer.Option(
        "--currency", help="Reporting currency; that of amounts which name none too, where bbbxl.toml has none."
    ),
]
By = Annotated[
    str | None, typer.Option("--by", help="Break down by entity, customer, product, region, channel or owner.")
]
RatesFile = Annotated[Path | None, typer.Option("--rates", help="A rates file beside those of the folder.")]
Columns = Annotated[
    list[str] | None,
    typer.Option("--column", help='Which column is what, one or more times: --column amount="Line Total".'),
]
FormatOption = Annotated[Format, typer.Option("--format", parser=_format, metavar="WORD", help="table, json or csv.")]
Out = Annotated[Path | None, typer.Option("--out", help="Where to write.")]
Strict = Annotated[bool, typer.Option("--strict", help="Write nothing when a row was set aside or a check is red.")]

#: What the options of `READING` say together; see `with_reading`.
Reading = Mapping[str, Any] | None
#: How the files are written, where they leave it in doubt: keys of an entry in bbbxl.toml -> option.
READING: dict[str, Any] = {
    "sheet": Annotated[
        str | None,
        typer.Option("--sheet", help="Sheet of a workbook, or file of a zip, where several hold different tables."),
    ],
    "header_row": Annotated[
        int | None, typer.Option("--header-row", help="Row of the header, as Excel counts it, where it is not found.")
    ],
    "preset": Annotated[
        str | None,
        typer.Option("--preset", help='Kind of export: a name of "bbbxl preset list", or your own .toml beside it.'),
    ],
    "date_order": Annotated[
        str | None,
        typer.Option(
            "--date-order", parser=_word_of("date order", ("dmy", "mdy", "ymd")), metavar="WORD",
            help="How 03/04/2026 reads, where no date of the file decides: dmy, mdy or ymd.",
        ),
    ],
    "decimal": Annotated[
        str | None,
        typer.Option(
            "--decimal", parser=_word_of("decimal mark", (".", ",")), metavar="MARK",
            help='Decimal mark, where no number of the file decides: "." or ",".',
        ),
    ],
    "amounts": Annotated[
        str | None,
        typer.Option(
            "--amounts", parser=_word_of("choice of amounts", ("net",)), metavar="WORD",
            help="net: there is no tax in the amounts, where the file leaves it in doubt.",
        ),
    ],
    "encoding": Annotated[
        str | None, typer.Option("--encoding", help="Code page of text files, such as cp1252; found when omitted.")
    ],
}  # fmt: skip


def with_reading(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command with the options of `READING`, which reach it together as its argument `reading`."""

    @functools.wraps(command)
    def run(**given: Any) -> None:  # noqa: ANN401 -- what typer read
        reading = {name: given.pop(name) for name in READING}
        command(**given, reading={name: value for name, value in reading.items() if value is not None})

    own = inspect.signature(command, eval_str=True)
    added = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=kind)
        for name, kind in READING.items()
    ]
    kept = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in own.parameters.values()]
    shown = [one for one in kept if one.name != "reading"] + added
    run.__signature__ = own.replace(parameters=shown)  # type: ignore[attr-defined]
    run.__annotations__ = {one.name: one.annotation for one in shown} | {"return": None}
    return run


@dataclass(frozen=True)
class Asked:
    """What the options ask for, once the data are read.

    Attributes:
        loaded: What was read.
        question: As of, known at, view and scope.
        periods: Periods asked for.
        basis: Backlog basis.
    """

    loaded: Loaded
    question: Question
    periods: tuple[Period, ...]
    basis: str


def ask(
    paths: Sequence[Path], *, period: str | None, as_of: str | None, known_at: str | None, view: View | None,
    basis: str | None, currency: str | None, rates: Path | None, columns: Sequence[str] | None = None,
    reading: Mapping[str, Any] | None = None,
) -> Asked:  # fmt: skip
    """Read the exports and return what the options ask of them.

    Raises:
        PeriodError: a period or date cannot be read or lies outside the data.
        UnknownNameError: no such basis.
    """
    from bbbxl.aggregate.select import Question
    from bbbxl.book.opening import load
    from bbbxl.errors import UnknownNameError
    from bbbxl.events import BASIS
    from bbbxl.inputs.load import Options
    from bbbxl.metrics.values import refuse_outside
    from bbbxl.periods import parse_as_of, parse_period

    calendar = _calendar(paths)
    if basis is not None and basis not in BASIS:
        raise UnknownNameError("basis", basis, BASIS)
    periods = tuple(parse_period(text, calendar) for text in period.split(",")) if period else ()
    until = max((one.last for one in periods), default=None)
    day = parse_as_of(as_of, calendar) if as_of else None
    known = parse_as_of(known_at, calendar) if known_at else None
    loaded = load(paths, Options(as_of=day, until=until, currency=currency, rates=rates,
                                 columns=named_columns(columns or ()), reading=reading or {}), known)  # fmt: skip
    group = loaded.config.policy.intercompany == "left_out"
    usual = View.reported if loaded.kept else View.restated
    question = Question(loaded.as_of, known, (view or usual).value, group, calendar)
    refuse_outside(loaded.ledger, loaded.as_of, periods)
    _refuse_unknown(loaded, known)
    return Asked(loaded, question, periods or (calendar.month(loaded.as_of),), basis or loaded.config.basis)


def _calendar(paths: Sequence[Path]):  # type: ignore[no-untyped-def]  # noqa: ANN202 -- imported when needed
    """Return the fiscal calendar of the folder."""
    from bbbxl.periods import Calendar
    from bbbxl.policy import CONFIG_NAME, read_config

    folder = paths[0] if len(paths) == 1 and paths[0].is_dir() else paths[0].parent if paths else Path()
    settings = folder / CONFIG_NAME
    return read_config(settings).calendar if settings.exists() else Calendar()


def _refuse_unknown(loaded: Loaded, known: date | None) -> None:
    """Refuse a day of knowledge before which nothing was recorded."""
    from bbbxl.errors import PeriodError

    recorded = loaded.ledger.availability.known_from
    if known and recorded and known < recorded:
        raise PeriodError(f"Nothing was recorded by {known}: the data were first recorded on {recorded}. "
                          f"Ask for --known-at {recorded} or later.")  # fmt: skip


def named_columns(columns: Sequence[str]) -> dict[str, str]:
    """Return field -> header from the texts field=header."""
    from bbbxl.errors import InputError

    named = {}
    for text in columns:
        field, mark, header = text.partition("=")
        if not mark or not header.strip():
            raise InputError(f'--column "{text}" does not say which column. Write --column amount="Line Total".')
        named[field.strip()] = header.strip().strip('"')
    return named
