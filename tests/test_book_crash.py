"""Commands of a book killed, two at once, on a full or a read-only disk: it is before or after, and they say so."""

import json
import os
import time
from datetime import UTC, date, datetime
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest
from crashes import COMMANDS, JOURNAL, WRITES_AGAIN, Forked, book_to_write_in, crash, heads, mounts
from kept_books import added, export, figure, row, started
from test_book_safety import HALF, child

from bbbxl.book.records import STORE_NAME
from bbbxl.book.store import create_store, open_store
from bbbxl.book.verifying import verify_book

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes fork on POSIX only")
JANUARY = ("--as-of", "2026-01-31")
BACKLOG = ("--metric", "backlog", "--period", "2026-01", "--format", "json")
#: A file system of two megabytes in the folder.
SMALL_DISK = 'mount -t tmpfs -o size=2m tmpfs "$0"'
#: The folder, and nothing in it may be written.
READ_ONLY = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0"'
READING = {
    "metrics": ("metrics", "{book}"), "check": ("check", "{book}"), "log": ("book", "log", "{book}"),
    "verify": ("book", "verify", "{book}"), "questions": ("book", "questions", "{book}"),
    "export": ("book", "export", "{book}", "--out", "{out}/exported"),
    "pack": ("pack", "{book}", "--period", "2026-01", "--out", "{out}/pack.xlsx"),
}  # fmt: skip
SYNCED = "lies in a folder that OneDrive keeps in step with other computers"


@pytest.fixture(scope="module")
def forked():
    with Forked() as process:
        yield process


@pytest.fixture(scope="module")
def other():
    with Forked() as process:
        yield process


def at_once(book, forked, words, other, others):
    """Run two commands that both come to a book which is being written, and wait for it; return what each did."""
    with open_store(book, write=True):
        forked.start(*words)
        other.start(*others)
        time.sleep(1)
    return [(process.wait(), process.said()) for process in (forked, other)]


def kinds(book):
    assert heads(book)
    assert verify_book(book) == ()
    with open_store(book) as store:
        return [entry.kind for entry in store.entries()]


@pytest.mark.parametrize(("name", "times"), [("add", 10), ("close", 10), ("adjust", 5)])
def test_a_command_killed_at_any_moment_leaves_the_book_before_or_after_and_can_be_run_again(
    tmp_path, forked, name, times
):
    found = crash(book_to_write_in(tmp_path, 20), COMMANDS[name], times, forked, 5, name not in WRITES_AGAIN)
    assert found["before"] + found["after"] == times
    assert found["run again"] == (found["before"] if name in WRITES_AGAIN else times)


def test_two_adds_at_once_of_different_files_are_both_taken(tmp_path, forked, other):
    book = started(tmp_path)
    east = export(book, "east.csv", row("E-1", "2026-01-10", 100))
    west = export(book, "west.csv", row("W-1", "2026-01-11", 60))
    both = at_once(
        book, forked, ("book", "add", book, east, *JANUARY, "--source", "east"),
        other, ("book", "add", book, west, *JANUARY, "--source", "west"),
    )  # fmt: skip
    assert [code for code, _ in both] == [0, 0], both
    assert kinds(book) == ["init", "snapshot", "snapshot"]
    assert figure(book, "backlog", "2026-01") == 160  # 100 + 60


def test_the_same_file_added_twice_at_once_is_taken_once(tmp_path, forked, other):
    book = started(tmp_path)
    words = ("book", "add", book, export(book, "orders.csv", row("A", "2026-01-10", 100)), *JANUARY)
    both = at_once(book, forked, words, other, words)
    assert [code for code, _ in both] == [0, 0], both
    assert sorted("orders.csv is in the book already" in said for _, said in both) == [False, True]
    assert kinds(book) == ["init", "snapshot"]
    assert figure(book, "backlog", "2026-01") == 100


def test_of_two_closes_at_once_one_closes_and_the_other_is_told(tmp_path, forked, other):
    book = book_to_write_in(tmp_path, 3)
    words = ("book", "close", book, "2026-01", "--preparer", "A. Smith", "--approver", "B. Jones")
    both = at_once(book, forked, words, other, words)
    assert sorted(code for code, _ in both) == [0, 2], both
    assert sum("2026-01 is closed already (through 2026-01)" in said for _, said in both) == 1
    assert kinds(book) == ["init", "snapshot", "close"]


def test_an_add_and_a_close_at_once_are_both_done_in_one_order_or_the_other(tmp_path, forked, other):
    # January: 100 + 101 + 102 = 303, whether it is closed before February is added or after.
    book = book_to_write_in(tmp_path, 3)
    words = [[word.replace("{book}", str(book)) for word in COMMANDS[name]] for name in ("add", "close")]
    both = at_once(book, forked, words[0], other, words[1])
    assert [code for code, _ in both] == [0, 0], both
    assert sorted(kinds(book)) == ["close", "init", "snapshot", "snapshot"]
    assert figure(book, "backlog", "2026-01") == 303


def test_a_book_that_is_being_written_shows_the_figures_from_before(tmp_path, forked):
    book = started(tmp_path)
    added(book, "2026-01-31", row("A", "2026-01-10", 100))
    with open_store(book, write=True) as store:
        events = store.events().drop(columns="entry").assign(order_id="B", event_id=None)
        store.append("events", events["recorded"][0].date(), {"source": "b", "as_of": "2026-01-31"}, {}, events)
        code, said = forked.run("metrics", book, *BACKLOG)
    assert code in (0, 1)
    assert '"value": 10000' in said  # 100.00 of order A alone


def test_figures_read_while_exports_are_added_are_those_of_one_export_or_the_next(tmp_path, forked, other):
    # Every one of 300 lines goes from 1.00 to 2.00: 300.00 or 600.00, nothing between.
    book = started(tmp_path)
    added(book, "2026-01-31", *(row(f"SO-{number}", "2026-01-10", 1) for number in range(300)))
    raised = export(book, "raised.csv", *(row(f"SO-{number}", "2026-01-10", 2) for number in range(300)))
    words = ("book", "add", book, raised, "--as-of", "2026-02-28")
    adding, seen = forked.start(*words), set()
    while adding.poll() is None:
        code, said = other.run("metrics", book, "--metric", "backlog", "--format", "json", "--out", tmp_path / "out")
        assert code in (0, 1), said
        seen |= {one["value"] for one in json.loads((tmp_path / "out").read_text()) if one["segment"] is None}
    assert adding.wait() == 0, adding.said()
    assert seen <= {30_000, 60_000}
    assert seen


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return a book that nobody changes."""
    return book_to_write_in(tmp_path_factory.mktemp("made"), 8)


@pytest.fixture(scope="module")
def small_disk(tmp_path_factory):
    """Return a process that has a disk of two megabytes, and its folder."""
    folder = tmp_path_factory.mktemp("disk")
    with Forked(*mounts(SMALL_DISK, folder)) as process:
        yield process, folder


def named(command, **places):
    """Return the words of a command with its places named."""
    return [word.format(**places) for word in command]


def fill(folder, free):
    """Fill a disk but for some bytes, and return the file that fills it."""
    found = os.statvfs(folder)
    (folder / "full").write_bytes(b"x" * (found.f_bavail * found.f_frsize - free))
    return folder / "full"


@pytest.mark.parametrize(
    ("name", "free"),
    [("add", 0), ("add", 12_288), ("add", 40_960), ("close", 0), ("close", 12_288), ("adjust", 0), ("adjust", 12_288)],
)
def test_a_command_that_meets_a_full_disk_says_so_and_leaves_the_book_as_it_was(small_disk, made, tmp_path, name, free):
    process, folder = small_disk
    seen = process.root / folder.relative_to("/")  # the disk is there for that process alone
    book = copytree(made, seen / f"{name}-{free}")
    store = (book / STORE_NAME).read_bytes()
    full = fill(seen, free)
    code, said = process.run(*named(COMMANDS[name], book=folder / book.name))
    full.unlink()
    assert (code, said) == (
        2, f"bbbxl: The disk of {book.name} is full; nothing was written in the book. Free space and try again.\n"
    )  # fmt: skip
    assert (book / STORE_NAME).read_bytes() == store
    assert sorted(path.name for path in book.iterdir()) == ["bbbxl.toml", STORE_NAME, "february.csv"]
    assert process.run(*named(COMMANDS[name], book=folder / book.name))[0] == 0
    assert len(kinds(copytree(book, tmp_path / "book"))) == 3


@pytest.mark.parametrize("name", ["pack", "export"])
def test_a_pack_or_an_export_that_meets_a_full_disk_leaves_nothing(small_disk, made, name):
    process, folder = small_disk
    seen = process.root / folder.relative_to("/")
    full, before = fill(seen, 8192), sorted(seen.iterdir())
    code, said = process.run(*named(READING[name], book=made, out=folder))
    assert sorted(seen.iterdir()) == before
    full.unlink()
    assert code == 2
    assert f"{folder.name} is full; " in said.splitlines()[-1]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
@pytest.mark.parametrize("name", ["log", "questions", "metrics"])
def test_a_disk_that_is_full_where_the_answer_is_to_be_written_is_told_in_a_sentence(made, forked, name):
    code, said = forked.run(*named(READING[name], book=made), "--out", "/dev/full")
    assert code == 2
    assert said.splitlines()[-1] == "bbbxl: full cannot be written: No space left on device. Choose another --out."


def test_a_read_only_book_is_read_as_any_other_and_not_written(made, forked, tmp_path):
    shut = copytree(made, tmp_path / "shut" / "book")
    with Forked(*mounts(READ_ONLY, shut)) as process:
        for name, words in READING.items():
            answers = [
                runner.run(*named(words, book=book, out=book.parent))
                for runner, book in ((process, shut), (forked, copytree(made, tmp_path / name / "book")))
            ]
            assert answers[0][0] in (0, 1), answers
            assert answers[0] == (answers[1][0], answers[1][1].replace(f"/{name}/", "/shut/")), name
        for name, words in COMMANDS.items():
            assert process.run(*named(words, book=shut)) == (
                2, f"bbbxl: {STORE_NAME} in book cannot be written: the file, its folder or the disk is read-only. "
                   "Change that, or work on a copy of the folder.\n"
            ), name  # fmt: skip


def test_a_half_written_book_where_nothing_may_be_written_gives_a_sentence_and_no_figure(made, tmp_path):
    book = copytree(made, tmp_path / "book")
    child(HALF, book)
    assert (book / JOURNAL).exists()
    with Forked(*mounts(READ_ONLY, book)) as process:
        for name, words in (READING | COMMANDS).items():
            code, said = process.run(*named(words, book=book, out=tmp_path))
            assert (code, said) == (
                2, f"bbbxl: {STORE_NAME} in book was left in the middle of a write, and the folder cannot be written "
                   "to take it back. Open the book once where its folder can be written.\n"
            ), name  # fmt: skip
    assert heads(book) == heads(made)


def test_a_clock_set_back_keeps_the_order_of_the_log_and_of_the_days_of_record(made, forked, tmp_path):
    # The first entry was written, by its clock, in 2099: what follows takes its moment and says so.
    book, moment = tmp_path / "book", "2099-01-01T00:00:00Z"
    copytree(made, book, ignore=ignore_patterns(STORE_NAME))
    create_store(book)
    with open_store(book, write=True) as store:
        store.append("init", date.min, {"entity": "Northfield"}, at=datetime(2099, 1, 1, tzinfo=UTC))
    for name in ("add", "close", "adjust"):
        assert forked.run(*named(COMMANDS[name], book=book))[0] == 0, forked.said()
    assert kinds(book) == ["init", "snapshot", "close", "adjust"]
    with open_store(book) as store:
        later = store.entries()[1:]
    assert [(entry.at, entry.payload["clock"]) for entry in later] == [(moment, "set back")] * 3
    # The export is of 28 February; the close is known that day; so the entry by hand, of 2 February, is of 1 March.
    assert [f"{entry.recorded}" for entry in later] == ["2026-02-28", "2026-02-28", "2026-03-01"]


def test_commands_warn_of_a_folder_that_a_service_keeps_in_step(made, forked, tmp_path):
    book = copytree(made, tmp_path / "OneDrive - Northfield" / "book")
    for name, words in (("verify", READING["verify"]), ("add", COMMANDS["add"]), ("close", COMMANDS["close"])):
        code, said = forked.run(*named(words, book=book))
        assert (code, said.count(SYNCED)) == (0, 1), name
    code, said = forked.run("book", "init", book.with_name("new"), "--currency", "USD")
    assert (code, said.count(SYNCED)) == (0, 1)
