"""A file that appears whole and checked under its name, or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from secrets import token_hex
from typing import Final
from zipfile import BadZipFile, ZipFile

from bbbxl.errors import TargetError, VerificationError

TEMPORARY: Final = "~bbbxl-"
_FULL: Final = frozenset({errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)})


def release(
    build: Callable[[Path], None],
    check: Callable[[Path], None],
    target: Path,
    replace: Callable[[Path, Path], None] = os.replace,
) -> Path:
    """Build a file beside its target, check it, and put it in its place.

    Args:
        build: Writes the file at the path it is given.
        check: Raises when that file is not fit to be released.
        target: Where the file is to stand; an older one there is replaced at once or kept whole.
        replace: How one file takes the place of another.

    Returns:
        The target; or, when the file there is held open, the new file beside it: "NAME (2).xlsx".

    Raises:
        TargetError: the folder is missing or closed to us, or the disk is full.
        VerificationError: what was built is not a whole zip.
        Exception: whatever build and check raise. Nothing is left behind in any of these cases.
    """
    if target.is_dir():
        raise TargetError(f"{target} is a folder. Name a file in it.")
    temporary = _begin(target)
    try:
        with _sentence_for_full_disk(target):
            build(temporary)
            _sync(temporary)
            _test_zip(temporary, target)
            check(temporary)
            return _put(temporary, target, replace)
    finally:
        temporary.unlink(missing_ok=True)


def _begin(target: Path) -> Path:
    """Make the empty temporary file."""
    temporary = target.with_name(f"{TEMPORARY}{token_hex(6)}{target.suffix}")
    try:
        with temporary.open("xb"):
            return temporary
    except FileNotFoundError as problem:
        raise TargetError(f"The folder {target.parent} does not exist. Make it, or name another one.") from problem
    except OSError as problem:
        reason = problem.strerror or "unknown reason"
        raise TargetError(
            f"Nothing can be written in the folder {target.parent}: {reason}. Name another one."
        ) from problem


@contextmanager
def _sentence_for_full_disk(target: Path) -> Iterator[None]:
    """Turn what the system says of a full disk into a sentence."""
    try:
        yield
    except OSError as problem:
        if problem.errno not in _FULL:
            raise
        raise TargetError(
            f"The disk of {target.parent} is full; {target.name} was not written. Free space or name another."
        ) from problem


def _sync(temporary: Path) -> None:
    """Let the disk have the file; Windows wants the handle open for writing."""
    with temporary.open("r+b") as written:
        os.fsync(written.fileno())


def _test_zip(temporary: Path, target: Path) -> None:
    """Raise when a member of the zip does not read back as it was written."""
    try:
        with ZipFile(temporary) as package:
            broken = package.testzip()
    except BadZipFile:
        broken = "its directory"
    if broken:
        raise VerificationError(f"{target.name} was not released: {broken} does not read back. Try again.")


def _put(temporary: Path, target: Path, replace: Callable[[Path, Path], None]) -> Path:
    """Put the file in its place, or beside it when that is held open."""
    try:
        replace(temporary, target)
    except PermissionError:
        beside = _free_name(target)
        try:
            replace(temporary, beside)
        except PermissionError as problem:
            raise TargetError(
                f"{target} cannot be replaced, nor anything put beside it. Close it, or name another folder."
            ) from problem
        return beside
    return target


def _free_name(target: Path) -> Path:
    """Return the first of "NAME (2).xlsx", "NAME (3).xlsx", ... that is not taken."""
    names = (target.with_name(f"{target.stem} ({number}){target.suffix}") for number in count(2))
    return next(name for name in names if not name.exists())
