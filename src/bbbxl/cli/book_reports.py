"""bbbxl book: what a kept book tells: its log, what moved, what was restated, whether it is what it was."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bbbxl.cli import options as given
from bbbxl.cli.books import Book, Month, tell_surroundings
from bbbxl.cli.codes import DONE, PROBLEMS
from bbbxl.cli.options import Format

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from bbbxl.book.records import Entry

#: Movements that a table shows; JSON and CSV hold all of them.
_SHOWN = 40
#: Columns of the table of movements, beside the amount.
_MOVED = ("order", "line", "customer", "what", "reason", "last on")


def log(folder: Book, format: given.FormatOption = Format.table, out: given.Out = None) -> None:
    """List every entry of the log, oldest first: what was written when, as known at which day."""
    from bbbxl.book.store import open_store
    from bbbxl.cli.show import as_json

    with open_store(folder) as store:
        entries = store.entries()
    if format is Format.json:
        from bbbxl.book.history import as_json_value
        from bbbxl.cli.show import write_or_print

        said_by = [{**as_json_value(one), "payload": dict(one.payload)} for one in entries]
        write_or_print(
            as_json([{**one, "recorded": one["recorded"] if one["number"] > 1 else None} for one in said_by]), out
        )
        return
    header = ("entry", "what", "recorded", "written", "events", "says", "hash")
    rows = [[one.number, one.kind, str(one.recorded) if one.number > 1 else "", one.at[:19], one.events, said(one),
             one.hash if format is Format.csv else one.hash[:12]] for one in entries]  # fmt: skip
    _show(format, f"Log of book {folder.resolve().name}", header, rows, out, left=(1, 2, 3, 5, 6))


def said(entry: Entry) -> str:
    """Return what an entry says, shortly."""
    from bbbxl.book.hand import words_of

    payload: Any = entry.payload
    if entry.kind == "adjust":
        return f"{words_of(payload)}: {_why(payload)}"
    files = ", ".join(one["file"] for one in payload.get("files", ()))
    if entry.kind in ("snapshot", "events", "changes"):
        return f"{payload['source']} as of {payload['as_of']}: {files}"
    return {
        "init": "book started", "rates": files,
        "answers": f"{len(payload.get('answers', ()))} answered in {payload.get('file')}",
        "reverse": f"entry {payload.get('reverses')} taken back: {_why(payload)}",
        "close": f"{payload.get('period')} closed ({_people(payload)})",
        "reopen": f"{payload.get('period')} reopened: {_why(payload)}",
    }[entry.kind]  # fmt: skip


def _why(payload: Any) -> str:  # noqa: ANN401 -- JSON
    return f"{payload.get('reason')} ({_people(payload)})"


def _people(payload: Any) -> str:  # noqa: ANN401 -- JSON
    preparer, approver = payload.get("preparer", ""), payload.get("approver", "")
    return f"{preparer}, approved by {approver}" if approver else f"{preparer}"


def diff(
    folder: Book, first: Month, last: Month, basis: given.BasisOption = None, view: given.ViewOption = None,
    known_at: given.KnownAt = None, format: given.FormatOption = Format.table, out: given.Out = None,
) -> None:  # fmt: skip
    """Say what moved the backlog from the end of one month to the end of another, by order, kind and reason."""
    from bbbxl.book.moved import MOVED_BY, moved_between
    from bbbxl.cli.show import TextTable, as_json, rows_as_csv, show_tables, value_text, write_or_print
    from bbbxl.errors import PeriodError
    from bbbxl.events import KINDS
    from bbbxl.periods import parse_as_of

    asked = _asked(folder, basis, last, known_at, view)
    begin = parse_as_of(first, asked.question.calendar)
    if begin != asked.question.calendar.month_end(begin):
        raise PeriodError(f"{first} is not the end of a month, and a roll-forward opens with one. "
                          f"Ask from {begin:%Y-%m}.")  # fmt: skip
    if begin >= asked.question.as_of:
        raise PeriodError(f"{first} does not lie before {last}. Name the earlier month first.")
    _refuse_unknown(asked, begin, asked.question.as_of)
    moved = moved_between(asked.loaded, asked.question, begin, asked.question.as_of, asked.basis)
    currency = asked.loaded.ledger.currency
    rows = moved.rows.assign(effective=moved.rows["effective"].dt.strftime("%Y-%m-%d"))
    code = PROBLEMS if moved.unexplained else DONE
    if format is Format.json:
        write_or_print(as_json({
            "basis": asked.basis, "currency": currency, "view": asked.question.view, "opening": moved.opening,
            "closing": moved.closing, "unexplained": moved.unexplained, "movements": rows.to_dict("records"),
        }), out)  # fmt: skip
        raise typer.Exit(code)
    if format is Format.csv:
        columns = [*MOVED_BY, "amount", "effective", "late"]
        write_or_print(rows_as_csv(columns, rows[columns].to_numpy().tolist()), out)
        raise typer.Exit(code)
    shown = [[one["order_id"], one["line_id"], one["customer"], KINDS[one["kind"]].title, one["reason"],
              one["effective"] + (" (late)" if one["late"] else ""), value_text(one["amount"], "money", currency)]
             for one in rows.head(_SHOWN).to_dict("records")]  # fmt: skip
    rest = rows.iloc[_SHOWN:]
    if len(rest):
        shown.append(
            [f"and {len(rest):,} more", "", "", "", "", "", value_text(int(rest["amount"].sum()), "money", currency)]
        )
    ends = [["Backlog", f"{begin}", value_text(moved.opening, "money", currency)],
            ["Moved", "", value_text(moved.closing - moved.opening - moved.unexplained, "money", currency)],
            ["Backlog", f"{asked.question.as_of}", value_text(moved.closing, "money", currency)],
            ["Unexplained", "", value_text(moved.unexplained, "money", currency)]]  # fmt: skip
    title = f"What moved the backlog, {asked.basis} basis, {currency}, {asked.question.view}"
    show_tables([
        TextTable(title, (*_MOVED, currency), shown, (), tuple(range(len(_MOVED)))),
        TextTable("", ("", "", currency), ends, (), (0, 1)),
    ], out)  # fmt: skip
    raise typer.Exit(code)


def restate(
    folder: Book, basis: given.BasisOption = None, format: given.FormatOption = Format.table, out: given.Out = None
) -> None:
    """Show every closed month as reported and as restated, with the orders that make the difference."""
    from bbbxl.cli.restating import show_restatements

    show_restatements(_asked(folder, basis), format, out)


def _asked(
    folder: Path, basis: str | None, as_of: str | None = None, known_at: str | None = None,
    view: given.View | None = None,
) -> given.Asked:  # fmt: skip
    """Return what is asked of a book; a folder of exports is none."""
    from bbbxl.book.store import open_store

    with open_store(folder):
        pass
    return given.ask([folder], period=None, as_of=as_of, known_at=known_at, view=view, basis=basis, currency=None,
                     rates=None)  # fmt: skip


def _refuse_unknown(asked: given.Asked, *days: date) -> None:
    """Refuse month ends of which the book cannot know the backlog."""
    from bbbxl.errors import PeriodError

    known = asked.loaded.ledger.availability.of_view(asked.question.view)
    for day in days:
        if reason := known.missing_stock(("booking", *known.facts_of(asked.basis)), day):
            raise PeriodError(f"The backlog at {day} is not available: {reason}.")


def unseen(folder: Book, format: given.FormatOption = Format.table, out: given.Out = None) -> None:
    """List the order lines of which snapshots show less than may have happened, and why."""
    from bbbxl.book.records import UNSEEN
    from bbbxl.book.store import open_store
    from bbbxl.book.unseen import COLUMNS, unseen_of, untraced
    from bbbxl.cli.show import TextTable, as_json, rows_as_csv, show_tables, write_or_print
    from bbbxl.events import KINDS

    with open_store(folder) as store:
        found, silent = unseen_of(store), untraced(store)
    days = {name: found[name].dt.strftime("%Y-%m-%d").fillna("") for name in ("as_of", "since", "until")}
    rows = found.assign(**days)
    if format is Format.json:
        write_or_print(as_json(rows.to_dict("records")), out)
        return
    if format is Format.csv:
        write_or_print(rows_as_csv(COLUMNS, rows.to_numpy().tolist()), out)
        return
    counts = [[UNSEEN[str(why)], f"{count:,}"] for why, count in found["why"].value_counts().sort_index().items()]
    shown = [[one["as_of"], one["order_id"], one["line_id"], KINDS[one["kind"]].title if one["kind"] else "",
              one["why"], one["since"], one["until"]] for one in rows.tail(_SHOWN).to_dict("records")]  # fmt: skip
    notes = [f"The last {_SHOWN} of {len(rows):,}; --format csv has all."] if len(rows) > _SHOWN else []
    nothing = [] if counts else ["Nothing is listed."]
    header = ("as of", "order", "line", "what", "why", "from", "to")
    tables = [
        TextTable("What the snapshots cannot show as it happened", ("", "lines"), counts, [*nothing, *silent], (0,))
    ]
    show_tables([*tables, *([TextTable("", header, shown, notes, tuple(range(7)))] if shown else [])], out)


def verify(folder: Book) -> None:
    """Say whether the book is what was written: its chain, its control totals, every closed month computed again."""
    from bbbxl.book.store import open_store
    from bbbxl.book.verifying import verify_book
    from bbbxl.cli.show import tell, working
    from bbbxl.errors import count_of

    tell_surroundings(folder)
    with working("Verifying"):
        found = verify_book(folder)
    for sentence in found:
        tell(sentence)
    if found:
        raise typer.Exit(PROBLEMS)
    with open_store(folder) as store:
        entries = store.entries()
    events = sum(one.events for one in entries)
    typer.echo(
        f"The book is as it was written: {count_of(len(entries), 'entry')}, {count_of(events, 'event')}. "
        f"Head: {entries[-1].hash}"
    )


def export(folder: Book, out: Annotated[Path, typer.Option("--out", help="New folder to write.")]) -> None:
    """Write everything a book holds as JSON Lines and Parquet, from which it can be built again."""
    from bbbxl.book.store import open_store
    from bbbxl.book.store.transfer import export_book

    with open_store(folder) as store:
        export_book(store, out)
    _copy_config(folder, out)
    typer.echo(f"Everything in the book: {out}")


def import_(
    exported: Annotated[Path, typer.Argument(metavar="EXPORT", help="Folder that book export wrote.")],
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder of the book to be built.")],
) -> None:
    """Build a book again from its export; every hash is checked before anything is kept."""
    from bbbxl.book.store.transfer import import_book

    import_book(exported, folder)
    _copy_config(exported, folder)
    typer.echo(f"Book {folder.resolve().name} built from {exported.name}.")


def _copy_config(source: Path, target: Path) -> None:
    """Copy bbbxl.toml, without which no book is read; one that is there stays as it is."""
    from bbbxl.errors import TargetError
    from bbbxl.policy import CONFIG_NAME

    settings = target / CONFIG_NAME
    try:
        if (source / CONFIG_NAME).exists() and not settings.exists():
            settings.write_bytes((source / CONFIG_NAME).read_bytes())
    except OSError as error:
        raise TargetError(
            f"{CONFIG_NAME} cannot be copied to {target.name}: {error.strerror}. Copy it there."
        ) from error


def _show(
    format: Format, title: str, header: Sequence[str], rows: Sequence[Sequence[Any]], out: Path | None,
    left: Sequence[int],
) -> None:  # fmt: skip
    """Print rows as a table or as CSV."""
    from bbbxl.cli.show import TextTable, rows_as_csv, show_tables, write_or_print

    if format is Format.csv:
        write_or_print(rows_as_csv(header, rows), out)
    else:
        show_tables([TextTable(title, header, [[str(cell) for cell in row] for row in rows], (), left)], out)


def with_reports(app: typer.Typer) -> typer.Typer:
    """Return the commands of a book with those that read one."""
    commands: dict[str, Callable[..., None]] = {
        "log": log, "diff": diff, "restate": restate, "unseen": unseen, "verify": verify,
        "export": export, "import": import_,
    }  # fmt: skip
    for name, command in commands.items():
        app.command(name)(command)
    return app
