"""What a book's folder is, and what lies beside its store."""

from pathlib import Path

import pytest

from bbbxl.book.records import STORE_NAME
from bbbxl.book.store.surroundings import warnings_of

NO_MOUNTS = Path("no such file")


def warned(folder, environment=None, mounts=NO_MOUNTS):
    return warnings_of(folder, environment or {}, mounts)


def test_a_plain_folder_gives_no_warning(tmp_path):
    (tmp_path / STORE_NAME).touch()
    (tmp_path / f"{STORE_NAME}-journal").touch()
    (tmp_path / "book-schema-1.sqlite").touch()
    (tmp_path / "book-schema-1 (2).sqlite").touch()
    (tmp_path / "bookings.sqlite").touch()
    assert warned(tmp_path) == ()


@pytest.mark.parametrize(
    ("parts", "service"),
    [
        ("OneDrive - Northfield Ltd/Books", "OneDrive"),
        ("Library/CloudStorage/OneDrive-Firm", "OneDrive"),
        ("Dropbox (Firm)/books", "Dropbox"),
        ("Google Drive/x", "Google Drive"),
        ("Library/CloudStorage/GoogleDrive-me@firm.com/My Drive", "Google Drive"),
        ("Library/Mobile Documents/com~apple~CloudDocs", "iCloud"),
        ("iCloudDrive", "iCloud"),
        ("Box", "Box"),
        ("Nextcloud", "Nextcloud"),
        ("SharePoint/Finance - Documents", "SharePoint"),
    ],
)
def test_a_folder_that_a_service_keeps_in_step_is_warned_of(tmp_path, parts, service):
    folder = tmp_path / parts / "book"
    folder.mkdir(parents=True)
    (warning,) = warned(folder)
    assert warning.startswith(f"The book book lies in a folder that {service} keeps in step with other computers")
    assert str(tmp_path) not in warning


@pytest.mark.parametrize("name", ["boxes", "inbox", "our dropbox notes", "drive"])
def test_a_name_that_only_resembles_a_service_is_none(tmp_path, name):
    (tmp_path / name).mkdir()
    assert warned(tmp_path / name) == ()


def test_the_folder_that_windows_names_is_known(tmp_path):
    (tmp_path / "Documents").mkdir()
    (warning,) = warned(tmp_path / "Documents", {"OneDriveCommercial": str(tmp_path)})
    assert "OneDrive" in warning
    assert warned(tmp_path / "Documents", {"OneDriveCommercial": str(tmp_path / "Other"), "OneDrive": ""}) == ()


def test_a_file_that_a_service_leaves_in_its_top_folder_is_known(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / ".dropbox.cache").mkdir()
    (warning,) = warned(tmp_path / "a" / "b")
    assert "Dropbox" in warning


@pytest.mark.parametrize(
    "name",
    [
        "book (conflicted copy 2026-11-03).sqlite",
        "book-ANNAS-PC.sqlite",
        "book (1).sqlite",
        "book 2.sqlite",
        "book.sync-conflict-20261103-081200-ABCDEFG.sqlite",
        "Book_backup.SQLITE",
    ],
)
def test_a_copy_of_the_store_beside_it_is_named(tmp_path, name):
    (tmp_path / STORE_NAME).touch()
    (tmp_path / name).touch()
    (warning,) = warned(tmp_path)
    assert warning.startswith(f"Beside book.sqlite in {tmp_path.name} lies {name}: a copy made by hand or by a service")


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "smb3"])
def test_a_network_share_is_told_from_the_disks_around_it(tmp_path, kind):
    share = tmp_path / "my share"
    (share / "book").mkdir(parents=True)
    mounts = tmp_path / "mounts"
    point = str(share).replace(" ", "\\040")
    mounts.write_text(f"/dev/sda / ext4 rw 0 0\nserver:/x {point} {kind} rw 0 0\n/dev/sdb {point}/disk ext4 rw 0 0\n")
    (warning,) = warned(share / "book", mounts=mounts)
    assert warning.startswith("The book book lies on a network share: one may write at a time, others wait")
    (share / "disk").mkdir()
    assert warned(share / "disk", mounts=mounts) == ()
    assert warned(tmp_path, mounts=mounts) == ()


def test_a_folder_that_is_not_there_gives_no_warning(tmp_path):
    assert warned(tmp_path / "nowhere") == ()
