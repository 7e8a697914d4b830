"""Many rows written as sheet XML by a renderer compiled for their columns, a few at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import islice
from math import isfinite
from typing import Any, Final

from openpyxl.utils import get_column_letter

from bbbxl.errors import BbbError, InputError
from bbbxl.workbook.live import serial
from bbbxl.workbook.strings import SharedStrings, unwritable

MOST_ROWS: Final = 1_048_576
MOST_COLUMNS: Final = 16_384
_MOST_DIGITS: Final = 10**15
_STEP: Final = 1000
_MINOR: Final = re.compile(r"minor(\d)")
_EXPRESSIONS: Final = {
    "text": "STRINGS[{value}]",
    "date": "DAYS[{value}]",
    "integer": "{value}:d",
    "number": "NUMBER({value} + 0.0)",
    "decimal": "DECIMAL({value})",
}
#: A column of days in which a person may have written words instead: a cell is what its value is.
_EITHER: Final = "day or text"


@dataclass(frozen=True)
class FastRows:
    """Rows that are streamed below the cells of a sheet.

    Attributes:
        rows: Any iterable of tuples, read once and never held; None leaves a cell out.
        kinds: One a column: text, date, "day or text", integer, number (float), decimal (Decimal), or minor with the
            number of decimals, such as minor2 (int minor units, written as exact decimal text).
        styles: One style id a column, see write.style_id; 0 is the plain style.
        first_row: Row of the sheet the first tuple stands in.
        count: Number of rows where it is known; the sheet then states its size; another number is refused.
        heights: Heights of the rows in points, one each; rows of wrapped texts are cut where nobody says them.
    """

    rows: Iterable[Sequence[Any]]
    kinds: Sequence[str]
    styles: Sequence[int]
    first_row: int = 2
    count: int | None = None
    heights: Iterable[float] | None = None

    def __post_init__(self) -> None:
        if len(self.kinds) != len(self.styles) or not 0 < len(self.kinds) <= MOST_COLUMNS:
            raise ValueError(f"{len(self.kinds)} kinds and {len(self.styles)} styles do not describe columns")
        if unknown := [
            kind for kind in self.kinds if kind not in (*_EXPRESSIONS, _EITHER) and not _MINOR.fullmatch(kind)
        ]:
            raise ValueError(f"no such kind of column: {', '.join(unknown)}")

    def chunks(self, sheet: str, strings: SharedStrings) -> Iterator[bytes]:
        """Yield the row elements in pieces; the strings grow by the texts that are met.

        Raises:
            InputError: a value cannot stand in its column; the sentence names sheet, row and column.
            BbbError: more rows than a sheet has, or another number than was said.
        """
        render = _compile(self.kinds, self.styles, strings)
        row, source = self.first_row, iter(self.rows)
        heights = iter(self.heights) if self.heights is not None else None
        while batch := list(islice(source, _STEP)):
            if row + len(batch) - 1 > MOST_ROWS:
                raise BbbError(f"{sheet} would need more than the {MOST_ROWS:,} rows a sheet has. Narrow the period.")
            made = self._render(render, batch, row, sheet)
            yield made if heights is None else _with_heights(made, islice(heights, len(batch)))
            row += len(batch)
        if self.count is not None and row - self.first_row != self.count:
            raise BbbError(f"{sheet} was to hold {self.count:,} rows but {row - self.first_row:,} came.")

    def _render(self, render: Callable[..., str], batch: list[Sequence[Any]], row: int, sheet: str) -> bytes:
        """Return the XML of some rows; only when that fails is every value looked at."""
        try:
            text = render(batch, row)
        except (ValueError, TypeError, ArithmeticError, AttributeError) as problem:
            raise _locate(self.kinds, batch, row, sheet) or problem from problem
        if "nan" in text or "inf" in text:
            raise _locate(self.kinds, batch, row, sheet) or AssertionError(f"{sheet} row {row}: nan or inf")
        return text.encode()


def _with_heights(rows: bytes, heights: Iterable[float]) -> bytes:
    """Return row elements that say how high they are."""
    first, *others = rows.split(b"<row ")
    said = (f'<row ht="{height:g}" customHeight="1" '.encode() for height in heights)
    return first + b"".join(start + other for start, other in zip(said, others, strict=True))


class _Days(dict[date, str]):
    """Day to the number Excel keeps for it, as text."""

    def __missing__(self, day: date) -> str:
        text = self[day] = str(serial(day))
        return text


def _compile(kinds: Sequence[str], styles: Sequence[int], strings: SharedStrings) -> Callable[..., str]:
    """Return a function of rows and their first row that gives the XML of the rows.

    One f-string makes one row: no call, lookup of a column or join per cell that is not needed.
    """
    names = [f"v{index}" for index in range(len(kinds))]
    cells: list[str] = []
    for index, (name, kind, style) in enumerate(zip(names, kinds, styles, strict=True)):
        if kind == _EITHER:
            cells.append(f"{{EITHER('{get_column_letter(index + 1)}' + q, {int(style)}, {name})}}")
            continue
        tag = f'<c r="{get_column_letter(index + 1)}{{q}}"'
        tag += f' s="{int(style)}"' if style else ""
        tag += ' t="s"' if kind == "text" else ""
        expression = _EXPRESSIONS.get(kind, f"MINOR{kind[-1]}({{value}})").format(value=name)
        cells.append(f"{{f'{tag}><v>{{{expression}}}</v></c>' if {name} is not None else EMPTY}}")
    source = (
        "def render(rows, row, STRINGS=STRINGS, DAYS=DAYS):\n"
        "    out = []\n"
        f"    for {', '.join(names)}, in rows:\n"
        "        q = str(row)\n"
        f"        out.append(f'''<row r=\"{{q}}\">{''.join(cells)}</row>''')\n"
        "        row += 1\n"
        "    return EMPTY.join(out)\n"
    )
    scope: dict[str, Any] = {"STRINGS": strings, "DAYS": _Days(), "EMPTY": ""}
    scope |= {f"MINOR{decimals}": partial(_minor, decimals) for decimals in range(10)}
    scope |= {"MINOR2": _cents, "NUMBER": float.__repr__, "DECIMAL": _decimal, "EITHER": partial(_either, strings)}
    exec(source, scope)
    render: Callable[..., str] = scope["render"]
    return render


def _either(strings: SharedStrings, place: str, style: int, value: date | str | None) -> str:
    """Return the cell of a day or a text."""
    if value is None:
        return ""
    kind, held = (' t="s"', strings[value]) if isinstance(value, str) else ("", str(serial(value)))
    return f'<c r="{place}" s="{style}"{kind}><v>{held}</v></c>'


def _cents(amount: int) -> str:
    """Return an amount in hundredths as exact decimal text."""
    if 0 <= amount < _MOST_DIGITS:
        digits = f"{amount:03d}"
        return f"{digits[:-2]}.{digits[-2:]}"
    return _minor(2, amount)


def _minor(decimals: int, amount: int) -> str:
    """Return an amount in minor units as exact decimal text."""
    if not -_MOST_DIGITS < amount < _MOST_DIGITS:
        raise ValueError(f"{amount} has more than the 15 digits a cell keeps")
    digits = f"{abs(amount):0{decimals + 1}d}"
    sign = "-" if amount < 0 else ""
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else f"{sign}{digits}"


def _decimal(number: Decimal) -> str:
    """Return a Decimal as text without an exponent."""
    if not isinstance(number, Decimal) or not number.is_finite():
        raise ValueError(f"{number!r} is not a decimal number")
    return f"{number:f}"


def _number(number: float) -> str:
    """Return a float as the shortest text that reads back equal."""
    if not isfinite(number):
        raise ValueError(f"{number} is not a number")
    return float.__repr__(number + 0.0)


def _text(text: object) -> str:
    """Return a text that can stand in a cell."""
    if reason := unwritable(text):
        raise ValueError(reason)
    return str(text)


_CHECKS: Final[dict[str, Callable[[Any], str]]] = {
    "text": _text,
    "date": lambda day: str(serial(day)),
    _EITHER: lambda value: _text(value) if isinstance(value, str) else str(serial(value)),
    "integer": lambda number: f"{number:d}",
    "number": _number,
    "decimal": _decimal,
}


def _locate(kinds: Sequence[str], batch: list[Sequence[Any]], first: int, sheet: str) -> InputError | None:
    """Return the error that names the first value that cannot be written."""
    checks = [_CHECKS.get(kind) or partial(_minor, int(kind[-1])) for kind in kinds]
    for row, values in enumerate(batch, first):
        if len(values) != len(kinds):
            return InputError(f"{sheet} row {row}: {len(values)} values came for {len(kinds)} columns.")
        for column, (kind, check, value) in enumerate(zip(kinds, checks, values, strict=True), 1):
            try:
                _ = None if value is None else check(value)
            except (ValueError, TypeError, ArithmeticError, AttributeError) as problem:
                cell = f"{sheet} row {row}, column {get_column_letter(column)} ({kind})"
                return InputError(f"{cell}: {value!r:.60} cannot be written: {problem}.")
    return None
