"""A file that appears whole and checked, or not at all."""

import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from bbbxl.errors import TargetError, VerificationError
from bbbxl.workbook.release import release


def build(path, text="new"):
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("a.txt", text)


def content(path):
    with zipfile.ZipFile(path) as package:
        return package.read("a.txt").decode()


def passes(path):
    assert content(path) == "new"


def refuses(path):
    raise VerificationError("two figures differ")


@pytest.fixture
def target(tmp_path):
    """A pack from before."""
    path = tmp_path / "pack.xlsx"
    build(path, "old")
    return path


def test_a_file_that_passes_takes_its_place(target):
    assert release(build, passes, target) == target
    assert content(target) == "new"
    assert os.listdir(target.parent) == ["pack.xlsx"]


def test_a_new_file_needs_no_older_one(tmp_path):
    assert release(build, passes, tmp_path / "first.xlsx").exists()


def test_a_file_that_fails_its_check_leaves_the_old_one_and_nothing_else(target):
    with pytest.raises(VerificationError, match="two figures differ"):
        release(build, refuses, target)
    assert content(target) == "old"
    assert os.listdir(target.parent) == ["pack.xlsx"]


def test_a_build_that_breaks_off_leaves_the_old_one_and_nothing_else(target):
    def broken(path):
        path.write_bytes(b"half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        release(broken, passes, target)
    assert content(target) == "old"
    assert os.listdir(target.parent) == ["pack.xlsx"]


def test_a_zip_that_does_not_read_back_is_not_released(target):
    def flipped(path):
        build(path, "new")
        data = bytearray(path.read_bytes())
        data[data.index(b"new")] ^= 1
        path.write_bytes(data)

    for half in (flipped, lambda path: path.write_bytes(b"PK half")):
        with pytest.raises(VerificationError, match=r"pack\.xlsx was not released: .* does not read back"):
            release(half, lambda _: None, target)
    assert content(target) == "old"
    assert os.listdir(target.parent) == ["pack.xlsx"]


def test_the_check_sees_the_whole_file_beside_the_target_before_the_old_one_goes(target):
    seen = []

    def check(path):
        seen.extend([path.parent, path.name.startswith("~bbbxl-"), path.suffix, content(path), content(target)])

    release(build, check, target)
    assert seen == [target.parent, True, ".xlsx", "new", "old"]


def held_open(source, destination):
    """Replace as Windows does while Excel holds pack.xlsx and pack (2).xlsx open."""
    if destination.name in {"pack.xlsx", "pack (2).xlsx"}:
        raise PermissionError(13, "The process cannot access the file", str(destination))
    os.replace(source, destination)


def test_a_target_held_open_keeps_the_old_file_and_the_new_one_beside_it(target):
    build(target.with_name("pack (2).xlsx"), "older")
    assert release(build, passes, target, replace=held_open) == target.with_name("pack (3).xlsx")
    assert content(target) == "old"
    assert content(target.with_name("pack (3).xlsx")) == "new"
    assert sorted(os.listdir(target.parent)) == ["pack (2).xlsx", "pack (3).xlsx", "pack.xlsx"]


def test_a_target_held_open_where_nothing_can_stand_beside_it_is_a_sentence(target):
    with pytest.raises(TargetError, match="cannot be replaced"):
        release(build, passes, target, replace=held_open)
    assert os.listdir(target.parent) == ["pack.xlsx"]


def test_a_missing_folder_is_a_sentence(tmp_path):
    with pytest.raises(TargetError, match=r"^The folder .*nowhere does not exist\. "):
        release(build, passes, tmp_path / "nowhere" / "pack.xlsx")
    assert os.listdir(tmp_path) == []


def test_a_target_that_is_a_folder_is_a_sentence(tmp_path):
    with pytest.raises(TargetError, match=r"is a folder\. Name a file in it\."):
        release(build, passes, tmp_path)


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="needs a folder nobody can write in")
def test_a_folder_closed_to_us_is_a_sentence(tmp_path):
    with pytest.raises(TargetError, match=r"^Nothing can be written in the folder /proc/self: |does not exist"):
        release(build, passes, Path("/proc/self/pack.xlsx"))


def test_a_full_disk_is_a_sentence_and_leaves_nothing(target):
    def large(path):
        with zipfile.ZipFile(path, "w") as package:
            package.writestr("a.txt", os.urandom(1 << 20))

    resource = pytest.importorskip("resource", reason="the system has no limit on the size of files")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, hard))
    try:
        with pytest.raises(TargetError, match=r"is full; pack\.xlsx was not written"):
            release(large, passes, target)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert content(target) == "old"
    assert os.listdir(target.parent) == ["pack.xlsx"]


def test_other_errors_of_the_system_come_through_as_they_are(target):
    with pytest.raises(FileNotFoundError):
        release(lambda path: (path.parent / "absent").rename(path), passes, target)
    assert os.listdir(target.parent) == ["pack.xlsx"]


def test_a_process_killed_while_it_builds_leaves_the_old_file_whole(target):
    code = (
        "import sys, time, pathlib\n"
        "from bbbxl.workbook.release import release\n"
        "def build(path):\n"
        "    path.write_bytes(b'half'); print('building', flush=True); time.sleep(60)\n"
        "release(build, lambda path: None, pathlib.Path(sys.argv[1]))\n"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(target)], stdout=subprocess.PIPE) as process:
        assert process.stdout.readline().strip() == b"building"
        process.kill()
        process.wait()
    time.sleep(0.1)
    assert content(target) == "old"
    left = [name for name in os.listdir(target.parent) if name != "pack.xlsx"]
    assert all(name.startswith("~bbbxl-") for name in left)  # nothing can tidy up after a kill
