"""The store of a book: what is appended comes back, what is there stays, older stores are led on."""

import sqlite3
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pandas as pd
import pytest
from crashes import book_of_two, few_events

from bbbxl.book.records import EVENT_COLUMNS, STORE_NAME
from bbbxl.book.store import create_store, open_store
from bbbxl.book.store.canonical import digest_of
from bbbxl.book.store.chain import findings_of
from bbbxl.book.store.event_rows import EVENT_TYPES
from bbbxl.book.store.frames import from_parquet, to_parquet
from bbbxl.book.store.schema import APPLICATION_ID, MIGRATIONS, SCHEMA, parts_meant
from bbbxl.book.store.sqlite import new_store
from bbbxl.errors import InputError, TargetError

DAY = date(2026, 1, 31)
EMPTY_TEXT_AND_ODD_ONES = ["", 'said "no"', "tab\tand\nline", "Ünïcode 株式", "\\", None]


def raw(folder, *statements):
    """Change a store behind its back."""
    connection = sqlite3.connect(folder / STORE_NAME)
    with connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


@pytest.fixture
def book(tmp_path):
    return book_of_two(tmp_path / "book")


def test_what_is_appended_comes_back(book):
    with open_store(book) as store:
        first, second = store.entries()
        assert store.blob(second.blobs["states"]) == b"one"
        events = store.events()
    assert (first.number, first.kind, first.payload, first.events, first.events_hash) == (
        1,
        "init",
        {"entity": "Firm"},
        0,
        "",
    )
    assert (second.number, second.recorded, second.previous, second.events) == (2, DAY, first.hash, 5)
    assert events["amount"].tolist() == [1000, 1001, 1002, 1003, 1004]
    assert events["event_id"].tolist() == ["2.1", "2.2", "2.3", "2.4", "2.5"]
    assert events["entry"].tolist() == [2] * 5
    assert (events["recorded"] == pd.Timestamp(DAY)).all()


def test_events_have_the_types_that_a_ledger_takes(book):
    with open_store(book) as store:
        events = store.events()
    types = {"text": "str", "date": "datetime64[us]", "minor": "int64", "number": "float64", "flag": "float64"}
    assert list(events.columns) == [*EVENT_COLUMNS, "entry"]
    assert events.dtypes.astype(str).to_dict() == {name: types[kind] for name, kind in EVENT_TYPES.items()} | {
        "entry": "int64"
    }
    assert events["customer"].isna().all()


def test_a_book_without_events_has_an_empty_frame_of_the_same_types(tmp_path, book):
    create_store(tmp_path)
    with open_store(tmp_path) as empty, open_store(book) as full:
        assert empty.entries() == []
        assert len(empty.events()) == 0
        assert empty.events().dtypes.to_dict() == full.events().dtypes.to_dict()


def test_every_value_of_an_event_comes_back_as_it_was(book):
    events = pd.DataFrame({
        "event_id": ["a", None, "c", "d", "e", "f"],
        "customer": pd.Series(EMPTY_TEXT_AND_ODD_ONES, dtype="str"),
        "amount": [0, -5, 2**53 + 1, 2**62, -(2**62), 1],
        "quantity": [0.1, -0.0, 1e300, 1e16, np.nan, 3.0],
        "shippable": [True, False, None, True, None, False],
        "effective": [date(1999, 12, 31), None, date(2026, 2, 28), date(2100, 1, 1), None, date(2024, 2, 29)],
        "recorded": pd.to_datetime(["2026-01-30", None, None, None, None, None]),
    })  # fmt: skip
    with open_store(book, write=True) as store:
        store.append("events", DAY, {}, events=events)
    with open_store(book) as store:
        back = store.events().iloc[5:]
        assert findings_of(store) == ()
    assert back["event_id"].tolist() == ["a", "3.2", "c", "d", "e", "f"]
    assert [None if pd.isna(text) else text for text in back["customer"]] == EMPTY_TEXT_AND_ODD_ONES
    assert back["amount"].tolist() == events["amount"].tolist()
    np.testing.assert_array_equal(back["quantity"], [0.1, 0.0, 1e300, 1e16, np.nan, 3.0])
    np.testing.assert_array_equal(back["shippable"], [1.0, 0.0, np.nan, 1.0, np.nan, 0.0])
    days = [day.date() if pd.notna(day) else None for day in back["effective"]]
    assert days == events["effective"].tolist()
    assert [day.day for day in back["recorded"]] == [30, 31, 31, 31, 31, 31]


@pytest.mark.parametrize(
    ("column", "values", "said"),
    [
        ("amount", [1.5], "1.5"),
        ("amount", [None], "amount"),
        ("quantity", [float("inf")], "infinite"),
        ("effective", [pd.Timestamp("2026-01-31 12:00")], "without a time"),
        ("colour", ["red"], "no column colour"),
    ],
)
def test_an_event_that_the_store_could_not_give_back_is_refused(book, column, values, said):
    with pytest.raises(ValueError, match=said), open_store(book, write=True) as store:
        store.append("events", DAY, {}, events=pd.DataFrame({"amount": [1]} | {column: values}))
    with open_store(book) as store:
        assert len(store.entries()) == 2


def test_nothing_stands_of_what_an_exception_leaves_behind(book):
    with suppress(KeyError), open_store(book, write=True) as store:
        store.append("snapshot", DAY, {}, {"more": b"two"}, few_events(3))
        raise KeyError
    with open_store(book) as store:
        assert (len(store.entries()), len(store.events())) == (2, 5)
        with pytest.raises(InputError, match="has no blob"):
            store.blob(digest_of(b"two"))


def test_two_entries_of_one_opening_stand_together(book):
    with open_store(book, write=True) as store:
        third = store.append("adjust", DAY, {}, events=few_events(1))
        fourth = store.append("reverse", DAY, {"of": 3}, events=few_events(1))
        assert len(store.entries()) == 4
    assert fourth.previous == third.hash


def test_the_same_blob_is_kept_once(book):
    with open_store(book, write=True) as store:
        entry = store.append("snapshot", DAY, {}, {"again": b"one", "new": b"two"})
        assert store.asked("SELECT count(*) FROM blobs") == [(2,)]
    assert entry.blobs == {"again": digest_of(b"one"), "new": digest_of(b"two")}


def test_a_clock_set_back_keeps_the_moment_of_the_last_entry_and_says_so(book):
    noon = datetime(2030, 1, 1, 12, tzinfo=UTC)
    with open_store(book, write=True) as store:
        store.append("adjust", DAY, {"a": 1}, at=noon)
        back = store.append("adjust", DAY, {"a": 2}, at=noon - timedelta(hours=1))
        # 13:30 two hours east of Greenwich is 11:30 UTC, before noon
        east = store.append("adjust", DAY, {}, at=datetime(2030, 1, 1, 13, 30, tzinfo=timezone(timedelta(hours=2))))
        on = store.append("adjust", DAY, {}, at=noon + timedelta(seconds=1))
    assert (back.at, back.payload) == ("2030-01-01T12:00:00Z", {"a": 2, "clock": "set back"})
    assert (east.at, east.payload) == ("2030-01-01T12:00:00Z", {"clock": "set back"})
    assert (on.at, on.payload) == ("2030-01-01T12:00:01Z", {})


def test_an_entry_known_before_the_last_one_is_refused(book):
    early = pytest.raises(InputError, match=r"known on 2026-01-30 cannot follow entry 2 of the book book")
    with early, open_store(book, write=True) as store:
        store.append("adjust", DAY - timedelta(days=1), {})


def test_a_reader_cannot_write(book):
    with pytest.raises(TargetError, match="read-only"), open_store(book) as store:
        store.append("adjust", DAY, {})


@pytest.mark.parametrize("table", ["log", "events", "blobs"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET rowid = rowid + 9"])
def test_what_stands_in_a_book_is_not_changed(book, table, statement):
    refused = pytest.raises(TargetError, match=f"table {table} of a book only grows")
    with refused, open_store(book, write=True) as store:
        store.asked(statement.format(table))


def test_a_second_store_is_refused_and_the_first_stays(book):
    with pytest.raises(TargetError, match=r"book holds a book already \(book.sqlite\)\. Name another folder\."):
        create_store(book)
    with open_store(book) as store:
        assert len(store.entries()) == 2


def test_a_folder_that_is_missing_is_named(tmp_path):
    with pytest.raises(TargetError, match="The folder nowhere does not exist"):
        create_store(tmp_path / "nowhere")
    told = pytest.raises(
        InputError, match=r"^nowhere holds no book: book.sqlite is not in it\. Make one with bbbxl book"
    )
    with told, open_store(tmp_path / "nowhere"):
        pass


def test_a_store_that_fails_while_it_is_made_leaves_nothing(tmp_path):
    with suppress(KeyError), new_store(tmp_path) as store:
        store.append("init", DAY, {})
        raise KeyError
    assert list(tmp_path.iterdir()) == []


def other_program(folder):
    connection = sqlite3.connect(folder / STORE_NAME)
    connection.execute("CREATE TABLE photos (a)")
    connection.close()


def newer(folder):
    create_store(folder)
    raw(folder, f"PRAGMA user_version = {SCHEMA + 7}")


def half(folder):
    book_of_two(folder / "whole")
    content = (folder / "whole" / STORE_NAME).read_bytes()
    (folder / STORE_NAME).write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))


@pytest.mark.parametrize("write", [False, True])
@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda folder: (folder / STORE_NAME).write_text("order,amount\n" * 500), "is damaged: file is not a database"),
        (lambda folder: (folder / STORE_NAME).touch(), "is empty"),
        (other_program, "is a database of another program"),
        (newer, rf"newer bbbxl: its schema is {SCHEMA + 7}, this one knows up to {SCHEMA}\. Install the newer bbbxl\."),
        (half, "is damaged: database disk image is malformed"),
    ],
    ids=["no database", "empty", "another program", "newer", "malformed"],
)
def test_a_file_that_is_no_store_is_refused_in_one_sentence(tmp_path, make, said, write):
    make(tmp_path)
    with pytest.raises(InputError, match=said) as refused, open_store(tmp_path, write=write) as store:
        assert (store.entries(), len(store.events())) == ([], 0)
    assert str(tmp_path) not in str(refused.value)


def book_of_schema_one(folder):
    folder.mkdir()
    with new_store(folder, schema=1) as store:
        store.append("init", date(2026, 1, 1), {"entity": "Firm"})
        store.append("snapshot", DAY, {"file": "a.csv"}, {"states": b"one"}, few_events(5))
    return folder


def content_of(folder):
    with open_store(folder) as store:
        assert findings_of(store) == ()
        entries, events = store.entries(), store.events()
        return entries, events.to_csv(), [store.blob(digest) for entry in entries for digest in entry.blobs.values()]


def version_in(path):
    connection = sqlite3.connect(path)
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    connection.close()
    return version


def test_a_store_of_schema_one_is_read_as_it_is_without_being_touched(tmp_path):
    folder = book_of_schema_one(tmp_path / "old")
    before = (folder / STORE_NAME).read_bytes()
    entries, _, blobs = content_of(folder)
    assert ([entry.number for entry in entries], blobs) == ([1, 2], [b"one"])
    assert (folder / STORE_NAME).read_bytes() == before
    assert [path.name for path in folder.iterdir()] == [STORE_NAME]


def test_a_writer_leads_a_store_of_schema_one_on_and_keeps_a_copy(tmp_path):
    folder = book_of_schema_one(tmp_path / "old")
    before = content_of(folder)
    with open_store(folder, write=True):
        pass
    assert content_of(folder) == before
    assert version_in(folder / STORE_NAME) == SCHEMA
    assert sorted(path.name for path in folder.iterdir()) == ["book-schema-1.sqlite", STORE_NAME]
    assert version_in(folder / "book-schema-1.sqlite") == 1
    (tmp_path / "copy").mkdir()
    (folder / "book-schema-1.sqlite").rename(tmp_path / "copy" / STORE_NAME)
    assert content_of(tmp_path / "copy") == before
    with pytest.raises(TargetError, match="only grows"), open_store(folder, write=True) as store:
        store.asked("DELETE FROM events")


def test_a_migration_that_is_not_finished_changes_nothing_and_no_copy_is_overwritten(tmp_path):
    folder = book_of_schema_one(tmp_path / "old")
    before = content_of(folder)
    for _ in range(2):
        with pytest.raises(KeyError), open_store(folder, write=True):
            raise KeyError
    assert version_in(folder / STORE_NAME) == 1
    assert content_of(folder) == before
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["book-schema-1 (2).sqlite", "book-schema-1.sqlite", STORE_NAME]


def test_the_present_schema_has_a_column_for_everything_an_event_has(tmp_path):
    assert len(MIGRATIONS) == SCHEMA
    create_store(tmp_path)
    with open_store(tmp_path) as store:
        columns = [row[1] for row in store.asked("PRAGMA table_info(events)")]
        assert store.asked("PRAGMA application_id") == [(APPLICATION_ID,)]
        assert store.asked("PRAGMA journal_mode") == [("delete",)]
    assert columns == ["row", "entry", "check_value", *EVENT_COLUMNS]
    assert "trigger log_no_update" in parts_meant(SCHEMA)
    assert "trigger log_no_update" not in parts_meant(1)


def test_a_frame_comes_back_from_parquet_and_gives_the_same_bytes_again():
    frame = pd.DataFrame({
        "text": pd.Series(["a", ""], dtype="str"), "none": [None, None], "amount": [2**62, -1], "held": [True, False],
        "number": [0.1, np.nan], "day": pd.to_datetime(["2026-01-31", None]).astype("datetime64[us]"),
    })  # fmt: skip
    content = to_parquet(frame)
    back = from_parquet(content)
    pd.testing.assert_frame_equal(back, frame.astype({"none": "str"}))
    assert to_parquet(back) == to_parquet(frame) == content
    with pytest.raises(InputError, match=r"not whole Parquet"):
        from_parquet(content[:-9])
