"""A book goes out as plain files and comes back identical, or not at all."""

import json

import pandas as pd
import pytest
from crashes import book_of_two, few_events
from test_book_chain import tampered
from test_book_store import DAY, EMPTY_TEXT_AND_ODD_ONES

from bbbxl.book.records import STORE_NAME
from bbbxl.book.store import create_store, open_store
from bbbxl.book.store.canonical import digest_of
from bbbxl.book.store.chain import findings_of
from bbbxl.book.store.frames import from_parquet, to_parquet
from bbbxl.book.store.transfer import export_book, import_book
from bbbxl.errors import BbbError, InputError, TargetError

WHY = b'{"a":1}'
TABLE = to_parquet(pd.DataFrame({"ordered": [1, 2]}))


@pytest.fixture
def book(tmp_path):
    """Return a book with a blob of bytes, one of Parquet, one of JSON, and odd texts."""
    folder = book_of_two(tmp_path / "book")
    events = few_events(6).assign(customer=EMPTY_TEXT_AND_ODD_ONES, quantity=[0.1, 2.0, 1e300, 3.5, None, -1.0])
    with open_store(folder, write=True) as store:
        store.append("snapshot", DAY, {"notes": ["Ünï"]}, {"states": TABLE, "why": WHY}, events)
        store.append("adjust", DAY, {"reason": "typo"}, events=few_events(1))
    return folder


def exported(book, folder):
    with open_store(book) as store:
        export_book(store, folder)
    return folder


def files_in(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_an_export_holds_everything_in_plain_files(book, tmp_path):
    files = files_in(exported(book, tmp_path / "out"))
    named = {".bin": b"one", ".parquet": TABLE, ".json": WHY}
    blobs = {f"blobs/{digest_of(content)}{suffix}": content for suffix, content in named.items()}
    assert {name: content for name, content in files.items() if name.startswith("blobs/")} == blobs
    log = [json.loads(line) for line in files["log.jsonl"].splitlines()]
    assert [line["kind"] for line in log] == ["init", "snapshot", "snapshot", "adjust"]
    # 5 events of the first snapshot, 6 of the second, 1 by hand
    assert len(files["events.jsonl"].splitlines()) == len(from_parquet(files["events.parquet"])) == 12
    manifest = json.loads(files["manifest.json"])
    assert (manifest["format"], manifest["entries"], manifest["events"]) == (1, 4, 12)
    assert manifest["head"] == log[-1]["hash"]
    assert manifest["files"].keys() == files.keys() - {"manifest.json"}


def test_an_export_comes_back_as_the_same_book_and_gives_the_same_bytes(book, tmp_path):
    first = files_in(exported(book, tmp_path / "out"))
    import_book(tmp_path / "out", tmp_path / "back")
    with open_store(book) as one, open_store(tmp_path / "back") as two:
        assert two.entries() == one.entries()
        assert two.events().equals(one.events())
        assert findings_of(two) == ()
    assert files_in(exported(tmp_path / "back", tmp_path / "again")) == first


def test_a_book_without_entries_goes_out_and_comes_back(tmp_path):
    create_store(tmp_path)
    first = files_in(exported(tmp_path, tmp_path / "out"))
    import_book(tmp_path / "out", tmp_path / "back")
    assert files_in(exported(tmp_path / "back", tmp_path / "again")) == first


def test_a_changed_letter_in_any_file_is_refused(book, tmp_path):
    folder = exported(book, tmp_path / "out")
    for name, content in files_in(folder).items():
        for place in range(0, len(content), max(len(content) // 15, 1)):
            (folder / name).write_bytes(content[:place] + bytes([content[place] ^ 0x01]) + content[place + 1 :])
            with pytest.raises(InputError) as refused:
                import_book(folder, tmp_path / "back")
            assert "changed" in str(refused.value) or "missing" in str(refused.value) or "format" in str(refused.value)
            assert not (tmp_path / "back").exists()
        (folder / name).write_bytes(content)
    import_book(folder, tmp_path / "back")


def test_a_missing_file_is_named(book, tmp_path):
    folder = exported(book, tmp_path / "out")
    for name, content in files_in(folder).items():
        (folder / name).unlink()
        with pytest.raises(InputError, match=name.replace(".", r"\.")):
            import_book(folder, tmp_path / "back")
        (folder / name).write_bytes(content)


def rewritten(folder, name, old, new):
    """Change a file of an export and the manifest with it."""
    content = (folder / name).read_bytes()
    assert content.count(old) >= 1
    (folder / name).write_bytes(content.replace(old, new))
    manifest = json.loads((folder / "manifest.json").read_bytes())
    changed = (folder / name).read_bytes()
    manifest["files"][name] = {"bytes": len(changed), "sha256": digest_of(changed)}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("log.jsonl", b"typo", b"tipo", r"Entry 4 \(adjust\) was changed after it was written: hash"),
        (
            "events.jsonl",
            b'"amount":1003',
            b'"amount":1004',
            r"events.parquet in out holds other events than events.jsonl",
        ),
        ("events.jsonl", b'"amount":1003', b'"amount":10.5', r"events.jsonl in out cannot be read"),
        ("events.parquet", b"PAR1", b"PAR2", "not whole Parquet"),
    ],
)
def test_a_change_that_the_manifest_hides_is_found_by_the_chain(book, tmp_path, name, old, new, said):
    folder = exported(book, tmp_path / "out")
    rewritten(folder, name, old, new)
    with pytest.raises(InputError, match=said):
        import_book(folder, tmp_path / "back")
    assert not (tmp_path / "back").exists()


def test_a_manifest_cannot_name_files_outside_of_the_export(book, tmp_path):
    folder = exported(book, tmp_path / "out")
    manifest = json.loads((folder / "manifest.json").read_bytes())
    manifest["files"]["../book/book.sqlite"] = {"bytes": 1, "sha256": "0" * 64}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(InputError, match="which is not in the export"):
        import_book(folder, tmp_path / "back")


def test_a_newer_format_is_refused(book, tmp_path):
    folder = exported(book, tmp_path / "out")
    manifest = json.loads((folder / "manifest.json").read_bytes())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"format": 2}), encoding="utf-8")
    with pytest.raises(InputError, match=r"out has format 2; this bbbxl reads 1\. Install the newer bbbxl\."):
        import_book(folder, tmp_path / "back")


def test_an_export_goes_into_a_new_or_empty_folder_only(book, tmp_path):
    (tmp_path / "empty").mkdir()
    exported(book, tmp_path / "empty")
    with pytest.raises(TargetError, match="empty holds something already"):
        exported(book, tmp_path / "empty")
    with pytest.raises(TargetError, match=r"The folder nowhere cannot be used: No such file or directory"):
        exported(book, tmp_path / "nowhere" / "out")


def test_an_import_does_not_touch_a_book_that_is_there(book, tmp_path):
    folder = exported(book, tmp_path / "out")
    before = (book / STORE_NAME).read_bytes()
    with pytest.raises(TargetError, match="book holds a book already"):
        import_book(folder, book)
    assert (book / STORE_NAME).read_bytes() == before


def test_a_book_that_was_tampered_with_is_not_exported(book, tmp_path):
    assert tampered(book, "UPDATE events SET amount = 1 WHERE row = 4")
    with pytest.raises(BbbError, match=r"is not exported: Event row 4 \(entry 2"):
        exported(book, tmp_path / "out")
    assert not (tmp_path / "out").exists()
