"""bbbxl book: what is written into a kept book: exports, answers, entries by hand, closes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bbbxl.cli import options as given
from bbbxl.cli.codes import DONE, PROBLEMS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bbbxl.book.add import Added
    from bbbxl.book.records import Question
    from bbbxl.cli.show import TextTable

#: A day, and a time of it that does not count.
_DAY_OR_TIME = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?")

book = typer.Typer(
    name="book", no_args_is_help=True,
    help="Keep the order book: what changed between exports, dated when it happened; months closed for good.",
)  # fmt: skip

Book = Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder of the kept book.")]
Month = Annotated[str, typer.Argument(metavar="MONTH", help="The month, such as 2026-10.")]
Preparer = Annotated[str, typer.Option("--preparer", help="Who prepared it.")]
Approver = Annotated[str, typer.Option("--approver", help="Who approved it.")]
Reason = Annotated[str, typer.Option("--reason", help="Why.")]
#: Questions that are printed; more are counted.
_SHOWN = 20


@book.command("init")
def init(
    folder: Book,
    entity: Annotated[str, typer.Option("--entity", help="Entity of files that name none.")] = "",
    currency: Annotated[str, typer.Option("--currency", help="Reporting currency.")] = "",
    fiscal_year_end: Annotated[str, typer.Option("--fiscal-year-end", help="Month and day, such as 12-31.")] = "12-31",
) -> None:
    """Start a book: a folder with bbbxl.toml and an empty store."""
    from bbbxl.book.starting import start_book

    tell_surroundings(folder)
    start_book(folder, entity=entity, currency=currency, fiscal_year_end=fiscal_year_end)
    typer.echo(f"Book {folder.resolve().name} started. Add exports: bbbxl book add {folder} FILES --as-of DATE.")


def add(
    folder: Book,
    files: Annotated[list[Path] | None, typer.Argument(metavar="FILES...", help="Exports of one day.")] = None,
    as_of: Annotated[str, typer.Option("--as-of", help="Day of which the files tell; a month is its last day.")] = "",
    extracted: Annotated[str, typer.Option("--extracted", help="When the files were taken; --as-of if omitted.")] = "",
    source: Annotated[str, typer.Option("--source", help="Name of the report, where one program gives several; that of "
                                        "last time says that it is the same one, whatever it lacks.")] = "",
    filter: Annotated[str, typer.Option("--filter", help="The filter of the export, in your words.")] = "",
    confirm: Annotated[Path | None, typer.Option("--confirm", help="Answers to questions, see book questions.")] = None,
    column: given.Columns = None, strict: given.Strict = False, reading: given.Reading = None,
) -> None:  # fmt: skip
    """Take exports into a book and write what changed since the last ones as events."""
    from bbbxl.book.add import add_exports
    from bbbxl.book.take import Adding
    from bbbxl.cli.figures import list_problems
    from bbbxl.cli.show import show_tables, tell, working

    asked = Adding(_as_of(folder, as_of, confirm if not files else None), _taken(extracted), source, filter,
                   reading or {}, given.named_columns(column or ()), confirm, strict)  # fmt: skip
    tell_surroundings(folder)
    with working("Comparing with the book"):
        added = add_exports(folder, files or [], asked)
    for note in dict.fromkeys((*added.repeated, *added.notes)):
        tell(note)
    show_tables([_added_table(added)])
    list_problems(added.problems)
    list_questions(folder, added.questions)
    raise typer.Exit(PROBLEMS if added.problems or added.repeated or doubtful(added.questions) else DONE)


book.command("add")(given.with_reading(add))


@book.command("questions")
def questions(folder: Book, out: given.Out = None) -> None:
    """Write the open questions as a CSV file: fill in its column answer, then book add --confirm FILE."""
    from bbbxl.book.history import open_questions
    from bbbxl.book.numbers import numbered
    from bbbxl.book.questions import questions_file
    from bbbxl.book.store import open_store
    from bbbxl.cli.show import write_or_print

    with open_store(folder) as store:
        entries = store.entries()
        asked = numbered(open_questions(entries), store, entries)
    write_or_print(questions_file(asked), out)
    raise typer.Exit(PROBLEMS if doubtful(asked) else DONE)


@book.command("adjust")
def adjust(
    folder: Book,
    kind: Annotated[str, typer.Option("--kind", help="Event kind, such as correction or cancellation.")] = "",
    order: Annotated[str, typer.Option("--order", help="Order number.")] = "",
    line: Annotated[str, typer.Option("--line", help="Order line; the only one when omitted.")] = "",
    entity: Annotated[str, typer.Option("--entity", help="Entity, where several have the order.")] = "",
    amount: Annotated[str, typer.Option("--amount", help="Document currency, in the sense of the kind.")] = "",
    currency: Annotated[str, typer.Option("--currency", help="Document currency; that of the line if omitted.")] = "",
    day: Annotated[str, typer.Option("--date", help="Day it happened.")] = "",
    reason: Reason = "",
    evidence: Annotated[str, typer.Option("--evidence", help="Reference of the evidence.")] = "",
    preparer: Preparer = "", approver: Approver = "",
    customer: Annotated[str, typer.Option("--customer", help="Of a line that the entry opens.")] = "",
    product: Annotated[str, typer.Option("--product", help="Of a line that the entry opens.")] = "",
    region: Annotated[str, typer.Option("--region", help="Of a line that the entry opens.")] = "",
    commit: Annotated[str, typer.Option("--commit", help="Commit date.")] = "",
    file: Annotated[Path | None, typer.Option("--file", help="CSV of entries, columns as these options.")] = None,
    reverse: Annotated[int | None, typer.Option("--reverse", help="Number of the entry to take back.")] = None,
    recorded: Annotated[str, typer.Option("--recorded", help="Day of record; today when omitted.")] = "",
) -> None:  # fmt: skip
    """Write an entry by hand, or take one back; nothing is ever changed or deleted."""
    from bbbxl.book import hand
    from bbbxl.book.people import People

    day_of_record = _taken(recorded) or date.today()  # noqa: DTZ011 -- the day on the user's own calendar
    if reverse is not None:
        _refuse_beside_reverse({
            "kind": kind, "order": order, "line": line, "entity": entity, "amount": amount, "currency": currency,
            "date": day, "customer": customer, "product": product, "region": region, "commit": commit, "file": file,
        })  # fmt: skip
        entry = hand.take_back(folder, reverse, reason, People(preparer, approver), day_of_record, evidence)
        typer.echo(f"Entry {entry.number}: entry {reverse} is taken back.")
        return
    typed = hand.Hand(kind=kind, order=order, day=day, reason=reason, line=line, entity=entity, amount=amount,
                      currency=currency, evidence=evidence, customer=customer, product=product, region=region,
                      commit=commit, preparer=preparer, approver=approver)  # fmt: skip
    hands = hand.read_hands(file, typed) if file else [("", typed)]
    for entry in hand.adjust(folder, hands, day_of_record):
        typer.echo(f"Entry {entry.number}: {hand.words_of(entry.payload)}, recorded on {entry.recorded}.")


@book.command("close")
def close(
    folder: Book, month: Month, preparer: Preparer = "", approver: Approver = "",
    strict: Annotated[bool, typer.Option("--strict", help="Refuse while questions are open.")] = False,
) -> None:  # fmt: skip
    """Close a month: its roll-forward is proved, its figures are frozen and chained to the close before."""
    from bbbxl.book.closing import close_month
    from bbbxl.book.people import People
    from bbbxl.cli.show import tell, working

    tell_surroundings(folder)
    with working("Proving the roll-forward"):
        done = close_month(folder, month, People(preparer, approver), strict=strict)
    if done.earlier:
        typer.echo("It is the first close of this book: every month before it is closed with it.")
    typer.echo(f"{done.entry.payload['period']} is closed, as known at {done.entry.recorded}. Hash: {done.entry.hash}")
    for reason in done.not_known:
        tell(f"{done.entry.payload['period']} is closed with figures that are not known: {reason}.")
    list_questions(folder, done.questions)
    raise typer.Exit(PROBLEMS if doubtful(done.questions) else DONE)


@book.command("reopen")
def reopen(folder: Book, month: Month, reason: Reason = "", preparer: Preparer = "", approver: Approver = "") -> None:
    """Reopen a closed month and those after it; needs a reason and an approver, and stays in the log."""
    from bbbxl.book.closing import reopen_month
    from bbbxl.book.people import People

    entry = reopen_month(folder, month, reason, People(preparer, approver))
    after = f" with {', '.join(entry.payload['with'])}" if entry.payload["with"] else ""
    typer.echo(f"{entry.payload['period']} is open again{after}. Later entries post to it until it is closed.")


def doubtful(asked: Sequence[Question]) -> bool:
    """Return whether a question leaves figures in doubt until it is answered."""
    return any(one.doubtful for one in asked)


def tell_surroundings(folder: Path) -> None:
    """Print on standard error what about the folder may harm a book."""
    from bbbxl.book.store.surroundings import warnings_of
    from bbbxl.cli.show import tell

    for sentence in warnings_of(folder):
        tell(sentence)


def list_questions(folder: Path, asked: Sequence[Question]) -> None:
    """Print on standard error the questions that are open, and how they are answered."""
    from bbbxl.book.questions import sentence_of_question
    from bbbxl.cli.show import tell

    for one in asked[:_SHOWN]:
        tell(sentence_of_question(one))
    if len(asked) > _SHOWN:
        tell(f"and {len(asked) - _SHOWN:,} more questions.")
    if asked:
        tell(f"Answer them: bbbxl book questions {folder} --out questions.csv, fill in answer, then "
             f"bbbxl book add {folder} --confirm questions.csv.")  # fmt: skip


def _added_table(added: Added) -> TextTable:
    """Return what was written, by kind and currency."""
    from bbbxl.cli.show import TextTable, value_text
    from bbbxl.events import EVENT_KINDS

    rows: list[list[str]] = []
    for kind in EVENT_KINDS:
        own = added.events[added.events["kind"] == kind.name]
        if not kind.sign and len(own):
            rows.append([kind.title, f"{len(own):,}", "", ""])
            continue
        for currency, part in own.groupby("currency", sort=True):
            amount = value_text(int(part["amount"].sum()), "money", str(currency))
            rows.append([kind.title, f"{len(part):,}", amount, str(currency)])
    files = ", ".join(file["file"] for entry in added.entries for file in entry.payload.get("files", ()))
    title = f"Written from {files}" if files else "Written"
    notes = [] if rows else ["No events: nothing changed."]
    return TextTable(title, ("", "events", "amount", ""), rows, notes, left=(0, 3))


def _refuse_beside_reverse(words: Mapping[str, object]) -> None:
    """Refuse words of a new entry beside --reverse, which takes back the whole of an earlier one."""
    from bbbxl.errors import InputError

    said = [f"--{name}" for name, value in words.items() if value]
    if said:
        raise InputError(
            f"--reverse takes an entry back whole, so {', '.join(said)} says nothing beside it. Leave it out, or write "
            "another entry by hand."
        )


def _as_of(folder: Path, text: str, confirm: Path | None) -> date:
    """Return the as-of date; a file of answers alone needs none.

    Raises:
        PeriodError: no such day, or one far ahead: everything added after it would be older than its source.
    """
    from bbbxl.book.records import FAR_DAYS
    from bbbxl.errors import PeriodError
    from bbbxl.periods import parse_as_of
    from bbbxl.policy import CONFIG_NAME, read_config

    if not text:
        if confirm:
            return date.min
        raise PeriodError("Exports need the day of which they tell. Add --as-of 2026-10-31.")
    day, today = parse_as_of(text, read_config(folder / CONFIG_NAME).calendar), date.today()  # noqa: DTZ011 -- the user's
    if (day - today).days > FAR_DAYS:
        raise PeriodError(f"The as-of date {day} lies more than a year after today, which is {today} on this computer. "
                          "Correct --as-of, or the computer's clock.")  # fmt: skip
    return day


def _taken(text: str) -> date | None:
    """Return the day of a day or a time, None when nothing is said."""
    from bbbxl.errors import PeriodError
    from bbbxl.periods import parse_day

    if not text:
        return None
    day = parse_day(text[:10]) if _DAY_OR_TIME.fullmatch(text) else None
    if day is None:
        raise PeriodError(f'"{text}" is no day. Write it like 2026-11-03 or 2026-11-03T08:12:00.')
    return day
