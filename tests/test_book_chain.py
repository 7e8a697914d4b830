"""Whatever is changed in a store behind its back is named."""

import json
import sqlite3
from contextlib import suppress

import pytest
from crashes import book_of_two, few_events
from test_book_store import DAY, raw

from bbbxl.book.records import STORE_NAME
from bbbxl.book.store import open_store
from bbbxl.book.store.canonical import canonical, checks_of, digest_of, hash_of
from bbbxl.book.store.chain import findings_of
from bbbxl.errors import InputError, TargetError

#: Who tampers takes the triggers away first; `findings_of` is to name what was changed then all the same.
TRIGGERS = [f"{table}_no_{act}" for table in ("log", "events", "blobs") for act in ("update", "delete")]


@pytest.fixture
def book(tmp_path):
    """Return a book: 1 init, 2 snapshot (rows 1-5, a blob), 3 adjust (row 6), 4 snapshot (rows 7-9, a blob)."""
    folder = book_of_two(tmp_path / "book")
    with open_store(folder, write=True) as store:
        store.append("adjust", DAY, {"reason": "typo"}, events=few_events(1, 5))
        store.append("snapshot", DAY, {"file": "b.csv"}, {"states": b"two"}, few_events(3, 6))
    return folder


def tampered(folder, *statements):
    """Return what is found after some statements; the triggers are put back behind them."""
    connection = sqlite3.connect(folder / STORE_NAME, isolation_level=None)
    kept = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    assert sorted(name for name, _ in kept) == sorted(TRIGGERS)
    for statement in (*(f"DROP TRIGGER {name}" for name, _ in kept), *statements, *(sql for _, sql in kept)):
        connection.execute(statement)
    connection.close()
    with open_store(folder) as store:
        return findings_of(store)


def test_a_book_as_it_was_written_has_no_findings(book):
    assert tampered(book) == ()


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE log SET payload = replace(payload, 'typo', 'none') WHERE number = 3",
         ["Entry 3 (adjust) was changed after it was written: payload."]),
        ("UPDATE log SET payload = payload || ' ' WHERE number = 3",
         ["Entry 3 (adjust) was changed after it was written: payload."]),
        ("UPDATE log SET payload = '{' WHERE number = 3",
         ["Entry 3 (adjust) was changed after it was written: payload."]),
        ("UPDATE log SET payload = x'00' WHERE number = 4",
         ["Entry 4 (snapshot) was changed after it was written: payload."]),
        ("UPDATE log SET kind = 'close', recorded = '2026-02-28' WHERE number = 4",
         ["Entry 4 (close) was changed after it was written: kind, day of record."]),
        ("UPDATE log SET hash = 'ab' || substr(hash, 3) WHERE number = 2",
         ["Entry 2 (snapshot) was changed after it was written: hash."]),
        ("UPDATE log SET checks = '{}' WHERE number = 2",
         ["Entry 2 (snapshot) was changed after it was written: check values."]),
        ("DELETE FROM log WHERE number = 3",
         ["Entry 3 is missing in the log.",
          "The store holds 1 event of entry 3 (rows 6 to 6), which the log has not."]),
        ("UPDATE events SET amount = 1 WHERE row = 4",
         ["Event row 4 (entry 2, order SO-3, line 1) was changed after it was written."]),
        ("UPDATE events SET customer = '' WHERE row = 4",
         ["Event row 4 (entry 2, order SO-3, line 1) was changed after it was written."]),
        ("UPDATE events SET amount = 'much' WHERE row = 4",
         ["Event row 4 (entry 2, order SO-3, line 1) holds a value of another kind than it was written with."]),
        ("DELETE FROM events WHERE row IN (2, 3)",
         ["Event rows 2 to 3 are missing (of entry 2).",
          "Entry 2 (snapshot) wrote 5 events; the store holds 3 of them."]),
        ("DELETE FROM events WHERE row = 9",
         ["Entry 4 (snapshot) wrote 3 events; the store holds 2 of them."]),
        ("INSERT INTO events (entry, check_value, amount) VALUES (9, 'abcdefab', 5)",
         ["Event row 10 (entry 9, order None, line None) was changed after it was written.",
          "The store holds 1 event of entry 9 (rows 10 to 10), which the log has not."]),
        ("DELETE FROM blobs WHERE bytes = x'6f6e65'",  # one
         ["Blob states of entry 2 is missing (7692c3ad3540)."]),
        ("UPDATE blobs SET bytes = x'6f6e66' WHERE bytes = x'6f6e65'",
         ["Blob states of entry 2 was changed after it was written."]),
        (f"INSERT INTO blobs VALUES ('{digest_of(b'abcdefg')}', x'61626364656667')",
         ["Blob 7d1a54127b22 belongs to no entry of the log."]),
    ],
)  # fmt: skip
def test_what_was_changed_is_named(book, statement, said):
    assert tampered(book, statement) == tuple(said)


def test_a_row_moved_to_another_entry_is_named(book):
    found = tampered(book, "UPDATE events SET entry = 2 WHERE row = 6")
    assert found == (
        "Event row 6 (entry 2, order SO-5, line 1) was changed after it was written.",
        "Entry 2 (snapshot) wrote 5 events; the store holds 6 of them.",
        "Entry 3 (adjust) wrote 1 event; the store holds 0 of them.",
    )


def test_events_rewritten_with_their_check_values_are_named(book):
    with open_store(book) as store:
        (rows,) = store.event_rows()
    line = {"row": 6, "entry": 3, "event_id": "3.1", "entity": "Firm", "order_id": "SO-5", "line_id": "1",
            "kind": "new", "effective": "2026-01-31", "recorded": "2026-01-31", "amount": 1005,
            "currency": "USD"}  # fmt: skip
    check = digest_of(canonical(line | {"amount": 9}))[:8]
    assert len(rows) == 9
    found = tampered(book, f"UPDATE events SET amount = 9, check_value = '{check}' WHERE row = 6")
    assert found == ("Entry 3 (adjust): its events were rewritten together with their check values.",)


def test_an_entry_rewritten_with_its_hash_no_longer_fits_the_next_one(book):
    with open_store(book) as store:
        row = store.asked("SELECT number, kind, at, recorded, payload, blobs, events, events_hash, previous FROM log")[
            2
        ]
    names = ("number", "kind", "at", "recorded", "payload", "blobs", "events", "events_hash", "previous")
    said = dict(zip(names, row, strict=True)) | {"payload": {"reason": "good"}, "blobs": json.loads(row[5])}
    statement = (
        f"UPDATE log SET payload = '{canonical(said['payload'])}', hash = '{hash_of(said)}', "
        f"checks = '{canonical(checks_of(said))}' WHERE number = 3"
    )
    (found,) = tampered(book, statement)
    assert found == (
        "Entry 4 (snapshot) does not follow what stands before it: Entry 3 (adjust) was another one, or was rewritten."
    )


def test_the_hash_of_an_entry_is_that_of_its_plain_text(book):
    """An auditor needs no bbbxl: sorted keys, no spaces, UTF-8, SHA-256."""
    with open_store(book) as store:
        first = store.entries()[0]
    text = (
        f'{{"at":"{first.at}","blobs":{{}},"events":0,"events_hash":"","kind":"init","number":1,'
        '"payload":{"entity":"Firm"},"previous":"","recorded":"2026-01-01"}'
    )
    assert digest_of(text) == first.hash


def test_the_hash_of_events_is_that_of_their_plain_lines(book):
    with open_store(book) as store:
        third = store.entries()[2]
    text = (
        '{"amount":1005,"currency":"USD","effective":"2026-01-31","entity":"Firm","entry":3,"event_id":"3.1",'
        '"kind":"new","line_id":"1","order_id":"SO-5","recorded":"2026-01-31","row":6}\n'
    )
    assert digest_of(text) == third.events_hash


def test_triggers_taken_away_are_named(book):
    raw(book, "DROP TRIGGER events_no_update", "CREATE TRIGGER mine AFTER INSERT ON log BEGIN SELECT 1; END")
    with open_store(book) as store:
        found = findings_of(store)
    assert found == (
        "The trigger events_no_update of the store is missing: it was taken away after the store was made.",
        "The trigger mine of the store is not as bbbxl makes it.",
    )


def test_many_changed_events_are_named_up_to_twenty_and_counted(tmp_path):
    folder = book_of_two(tmp_path / "many")
    with open_store(folder, write=True) as store:
        store.append("snapshot", DAY, {}, events=few_events(400))
    found = tampered(folder, "UPDATE events SET amount = amount + 1 WHERE entry = 3")
    assert len(found) == 21
    assert found[-1] == "380 events more: changed as well."


def test_every_byte_that_is_turned_in_a_store_is_found_or_says_nothing(book):
    """Turn a bit of each 37th byte; what is read either refuses, is found, or is what it was."""
    path = book / STORE_NAME
    whole = path.read_bytes()
    with open_store(book) as store:
        entries, events = store.entries(), store.events()
    for place in range(24, len(whole), 37):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x11]) + whole[place + 1 :])
        with suppress(InputError, TargetError), open_store(book) as store:
            if not findings_of(store):
                assert store.entries() == entries, place
                assert store.events().equals(events), place


def test_a_renamed_column_is_refused_and_never_read_as_its_name(book):
    raw(book, "ALTER TABLE events RENAME COLUMN customer TO buyer")
    with open_store(book) as store:
        assert "The table events of the store is not as bbbxl makes it." in findings_of(store)
        with pytest.raises(InputError, match=r"no such column: events\.customer"):
            store.events()
