"""Whatever happens while a book is written, it is before or after, and who cannot go on is told in a sentence."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from crashes import APPEND, JOURNAL, append_once, book_of_two, few_events, heads
from test_book_store import DAY

from bbbxl.book.records import STORE_NAME
from bbbxl.book.store import open_store
from bbbxl.book.store.chain import findings_of
from bbbxl.errors import TargetError

posix = pytest.mark.skipif(os.name != "posix", reason="rights and limits of processes are those of POSIX")
#: What children begin with; then the rights of root are given up, so that a read-only folder is one.
CHILD = """
import os, signal, sys
from pathlib import Path
import pandas
from crashes import append_once, few_events
from test_book_store import DAY
from bbbxl.book.store import open_store
from bbbxl.book.store.transfer import export_book
from bbbxl.errors import BbbError
folder = Path(sys.argv[1])
def told(act):
    try:
        print("done:", act())
    except BbbError as problem:
        print(type(problem).__name__, problem)
def read():
    with open_store(folder) as store:
        return len(store.entries()), len(store.events())
"""
NOBODY = """
import pyarrow  # what it imports when first used may lie where only root reads
pyarrow.table({"a": [1]}).to_pandas()
if os.geteuid() == 0:
    os.setegid(65534)
    os.seteuid(65534)
"""
LIMIT = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
"""
#: Killed while pages of the store are half overwritten.
HALF = """
import sqlite3
connection = sqlite3.connect(folder / "book.sqlite", isolation_level=None)
connection.execute("PRAGMA cache_size = 5")
connection.execute("BEGIN IMMEDIATE")
for number in range(500):
    connection.execute("INSERT INTO blobs VALUES (?, zeroblob(3000))", (f"{number:064d}",))
os.kill(os.getpid(), signal.SIGKILL)
"""


def child(code, *words, within=()):
    """Run code in a process of its own and return what it says."""
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent)}
    command = [*within, sys.executable, "-c", CHILD + code, *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120, check=False)
    return done.stdout.strip() or done.stderr


@pytest.fixture
def book(tmp_path):
    return book_of_two(tmp_path / "book")


@pytest.fixture
def open_book():
    """Return a book in a folder that others than its owner may see."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield book_of_two(Path(folder) / "book")


def test_writers_at_once_all_end_up_in_the_book(book):
    words = [word.replace("{book}", str(book)) for word in APPEND]
    processes = [subprocess.Popen(words) for _ in range(4)]
    assert [process.wait(120) for process in processes] == [0] * 4
    assert len(heads(book)) == 2 + 4
    with open_store(book) as store:
        assert [entry.payload["n"] for entry in store.entries()[2:]] == [3, 4, 5, 6]


def test_who_waited_too_long_for_another_writer_is_told(book):
    told = pytest.raises(
        TargetError, match=r"^Another bbbxl is writing to the book book, .* after 0\.2 seconds\. Try again"
    )
    with open_store(book, write=True), told, open_store(book, write=True, wait=0.2):
        pass


def test_a_reader_sees_the_book_as_it_was_while_a_writer_holds_it(book):
    with open_store(book, write=True) as writer:
        writer.append("snapshot", DAY, {}, {"states": b"y" * 5_000_000}, few_events(20_000))
        with open_store(book, wait=0.2) as reader:
            assert (len(reader.entries()), len(reader.events())) == (2, 5)
    with open_store(book) as reader:
        assert (len(reader.entries()), len(reader.events())) == (3, 20_005)


def test_a_reader_in_the_same_process_does_not_free_the_lock_of_a_writer(book):
    with open_store(book, write=True) as writer:
        with open_store(book):
            pass
        said = child("told(lambda: open_store(folder, write=True, wait=0.2).__enter__())", book)
        writer.append("adjust", DAY, {})
    assert said.startswith("TargetError Another bbbxl is writing to the book book")
    assert len(heads(book)) == 3


def test_a_writer_whose_commit_meets_a_long_reader_is_told_and_nothing_is_written(book):
    with open_store(book):
        told = pytest.raises(TargetError, match="Another bbbxl is writing to the book book, or reading it")
        with told, open_store(book, write=True, wait=0.2) as writer:
            writer.append("adjust", DAY, {})
    assert len(heads(book)) == 2


def test_two_hundred_reads_succeed_while_another_process_writes(book):
    code = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
    code += (
        "from crashes import append_once\nfrom pathlib import Path\nfor _ in range(20): append_once(Path(sys.argv[1]))"
    )
    writer = subprocess.Popen([sys.executable, "-c", code, str(book)])
    seen = set()
    for _ in range(200):
        with open_store(book) as store:
            entries = store.entries()
            assert store.asked("SELECT count(*) FROM events") == [(sum(entry.events for entry in entries),)]
        seen.add(len(entries))
    assert writer.wait(120) == 0
    assert len(heads(book)) == 22
    assert seen <= set(range(2, 23))


@posix
@pytest.mark.parametrize("write", [False, True])
def test_the_next_opener_takes_back_what_a_killed_writer_left_half_written(book, write):
    before, store_before = heads(book), (book / STORE_NAME).read_bytes()
    child(HALF, book)
    assert (book / JOURNAL).exists()
    assert (book / STORE_NAME).read_bytes() != store_before
    with open_store(book, write=write) as store:
        assert len(store.entries()) == 2
    assert heads(book) == before
    assert not (book / JOURNAL).exists()
    assert write or (book / STORE_NAME).read_bytes() == store_before


@posix
def test_a_half_written_book_in_a_read_only_folder_says_what_to_do(open_book):
    child(HALF, open_book)
    said = child(NOBODY + "told(read)", open_book)
    assert said.startswith("TargetError book.sqlite in book was left in the middle of a write, and the folder cannot")
    assert len(heads(open_book)) == 2


@posix
def test_a_book_in_a_read_only_folder_is_read_and_not_written(open_book):
    assert child(NOBODY + "told(read)", open_book) == "done: (2, 5)"
    said = child(NOBODY + "told(lambda: append_once(folder))", open_book)
    assert said.startswith(
        "TargetError book.sqlite in book cannot be written: the file, its folder or the disk is read-only"
    )
    (open_book / STORE_NAME).chmod(0o666)  # the file may be written, but no journal made beside it
    assert child(NOBODY + "told(lambda: append_once(folder))", open_book) == said
    assert len(heads(open_book)) == 2


@posix
def test_a_book_that_may_not_be_seen_is_refused_in_a_sentence(open_book):
    open_book.chmod(0o700)
    said = child(NOBODY + "told(read)", open_book)
    assert said == "TargetError The folder book cannot be used: Permission denied. Change that, or name another one."
    open_book.chmod(0o755)
    (open_book / STORE_NAME).chmod(0o600)
    assert child(NOBODY + "told(read)", open_book).startswith("TargetError book.sqlite in book cannot be opened")


def test_a_full_disk_leaves_the_book_as_it_was(book):
    full = pytest.raises(TargetError, match=r"^The disk of book is full; nothing was written in the book\. Free space")
    with full, open_store(book, write=True) as store:
        assert store.asked("PRAGMA max_page_count = 20")
        store.append("snapshot", DAY, {}, {"states": b"x" * 200_000}, few_events(300))
    assert len(heads(book)) == 2
    append_once(book)
    assert len(heads(book)) == 3


@posix
@pytest.mark.parametrize("limit", [1_000, 20_000, 60_000, 150_000, 400_000])
def test_a_file_that_may_not_grow_leaves_the_book_as_it_was(book, limit):
    said = child(LIMIT + "told(lambda: append_once(folder))", book, limit)
    assert said.startswith("TargetError The disk or network of book failed while the book was read or written")
    assert len(heads(book)) == 2
    with open_store(book) as store:
        assert findings_of(store) == ()


@pytest.mark.skipif(not shutil.which("strace"), reason="strace, which lets a call to the system fail, is not installed")
@pytest.mark.parametrize(
    ("calls", "name", "said", "entries"),
    [
        # Nothing is written until the journal is deleted; when it is, all of it is, whatever is told afterwards.
        ("fsync,fdatasync", JOURNAL, "what was not finished is taken back", 2),
        ("fsync,fdatasync", STORE_NAME, "what was not finished is taken back", 2),
        ("unlink", JOURNAL, "what was not finished is taken back", 2),
        ("fsync,fdatasync", "", "stands in it, but the disk or network did not confirm it", 3),
    ],
)
def test_who_meets_a_failing_disk_is_told_whether_the_entry_stands(book, calls, name, said, entries):
    traced = ("strace", "-f", "-qq", "-o", os.devnull, "-P", str(book / name), "-e", f"inject={calls}:error=EIO")
    assert said in child("told(lambda: append_once(folder))", book, within=traced)
    assert len(heads(book)) == entries


@posix
def test_an_export_that_cannot_be_finished_leaves_nothing(book):
    append_once(book)
    code = LIMIT + "with open_store(folder) as store:\n    told(lambda: export_book(store, folder.with_name('out')))"
    assert child(code, book, 100_000).startswith("TargetError The disk of ")
    assert [path.name for path in book.parent.iterdir()] == ["book"]
