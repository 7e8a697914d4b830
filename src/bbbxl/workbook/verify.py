"""Whether the values saved with the formulas are what the formulas give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from bbbxl.errors import VerificationError
from bbbxl.workbook.calculators import Calculator, formualizer_values, libreoffice_values
from bbbxl.workbook.formulas import ErrorText, FormulaCell, Result, copy_without_rows, formula_cells

__all__ = [
    "CALCULATORS",
    "Difference",
    "FormulaCell",
    "Verification",
    "copy_without_rows",
    "formualizer_values",
    "formula_cells",
    "libreoffice_values",
    "refuse_if_different",
    "same",
    "verify",
]

CALCULATORS: Final[dict[str, Calculator]] = {
    "formualizer": formualizer_values,
    "libreoffice": libreoffice_values,
}
TOLERANCE: Final = 0.005
_SHOWN: Final = 3


@dataclass(frozen=True)
class Difference:
    """A formula whose saved value is not what it gives.

    Attributes:
        sheet: Name of the tab.
        ref: The cell.
        formula: Its text without "=".
        cached: The value saved in the file.
        recalculated: What the calculator gave; None also where it gave nothing.
    """

    sheet: str
    ref: str
    formula: str
    cached: Result
    recalculated: Result

    def __str__(self) -> str:
        return f"{self.sheet}!{self.ref} holds {_shown(self.cached)} but gives {_shown(self.recalculated)}"


@dataclass(frozen=True)
class Verification:
    """What a comparison found.

    Attributes:
        formulas: How many formulas were calculated.
        differences: Those that differ, in the order of the tabs.
        left_out: How many formulas were not, because they read a sheet that was left out.
    """

    formulas: int
    differences: tuple[Difference, ...]
    left_out: int = 0


def verify(
    path: Path,
    calculator: Calculator = formualizer_values,
    tolerance: float = TOLERANCE,
    leave_out: Sequence[str] = (),
) -> Verification:
    """Return how many formulas were calculated anew and which of them differ from their saved values.

    Args:
        path: A saved workbook.
        calculator: formualizer_values or libreoffice_values.
        tolerance: Two numbers are the same up to this difference, whatever their unit.
        leave_out: Tabs too long to calculate: a copy without their rows is verified, in which the
            formulas that read them stand as values. Past some 10 million cells on a tab Formualizer
            refuses; its time and memory grow with every row before that.

    Raises:
        VerificationError: the calculator broke off.
    """
    with TemporaryDirectory(prefix="bbbxl-verify-") as folder:
        left_out = 0
        for number, sheet in enumerate(leave_out):
            shorter = Path(folder, f"{number}.xlsx")
            left_out += copy_without_rows(path, shorter, sheet)
            path = shorter
        cells = formula_cells(path)
        values = calculator(path, cells)
    differences = [
        Difference(cell.sheet, cell.ref, cell.formula, cell.cached, values.get((cell.sheet, cell.ref)))
        for cell in cells
        if (cell.sheet, cell.ref) not in values or not same(cell.cached, values[cell.sheet, cell.ref], tolerance)
    ]
    return Verification(len(cells), tuple(differences), left_out)


def same(cached: Result, recalculated: Result, tolerance: float = TOLERANCE) -> bool:
    """Return whether two values of a cell are the same; an error is never the same as anything."""
    if isinstance(cached, ErrorText) or isinstance(recalculated, ErrorText):
        return False
    cached, recalculated = cached if cached != "" else None, recalculated if recalculated != "" else None
    if isinstance(cached, bool) or isinstance(recalculated, bool):
        return cached is recalculated
    if isinstance(cached, int | float) and isinstance(recalculated, int | float):
        return abs(cached - recalculated) <= tolerance
    return cached == recalculated


def refuse_if_different(verification: Verification, path_name: str) -> None:
    """Raise when a verification found differences.

    Raises:
        VerificationError: the sentence names the first cells, what they hold and what they give.
    """
    if not (differences := verification.differences):
        return
    shown = "; ".join(str(difference) for difference in differences[:_SHOWN])
    more = f"; and {len(differences) - _SHOWN} more" if len(differences) > _SHOWN else ""
    raise VerificationError(
        f"{path_name} was not released: {len(differences)} of {verification.formulas} formulas give another "
        f"value than the one computed. {shown}{more}. Report this with the command that made the pack."
    )


def _shown(value: Result) -> str:
    """Return a value as it stands in a sentence."""
    if value is None or value == "":
        return "nothing"
    return str(value) if isinstance(value, ErrorText) else repr(value)
