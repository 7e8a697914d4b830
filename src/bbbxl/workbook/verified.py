"""A workbook that stands where it was asked for: saved, every formula recalculated, then released."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bbbxl.errors import TargetError
from bbbxl.workbook.release import release
from bbbxl.workbook.verify import Verification


@dataclass(frozen=True)
class Released:
    """A workbook that stands where it was asked for.

    Attributes:
        path: The file; beside the target when that was held open.
        formulas: Formula cells recalculated and found equal.
        left_out: Formula cells over the Ledger, checked in a stream instead (large packs only).
    """

    path: Path
    formulas: int
    left_out: int


def release_verified(
    save: Callable[[Path], None], check: Callable[[Path], Verification], target: Path, what: str
) -> Released:
    """Save a workbook beside its target, verify it and put it in its place.

    Args:
        save: Writes the workbook at the path it is given.
        check: Recalculates it; raises when a formula gives another value than the engine.
        target: The .xlsx to write; an older one is replaced only by a verified one.
        what: What it is, in the sentence on another ending: "a pack".

    Raises:
        VerificationError: as `check` raises it; nothing is released.
        TargetError: the target cannot be written, or is not named as a workbook.
    """
    if target.suffix.casefold() != ".xlsx" and not target.is_dir():
        raise TargetError(f"{target.name} does not end in .xlsx, and {what} is an Excel workbook. Name it so.")
    found: list[Verification] = []
    path = release(save, lambda temporary: found.append(check(temporary)), target)
    return Released(path, found[0].formulas, found[0].left_out)
