"""Cube = Ledger, checked in a stream: for packs whose Ledger is too long for a recalculating engine."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

from bbbxl.errors import VerificationError
from bbbxl.workbook.formulas import formula_cells
from bbbxl.workbook.package import open_package, sheet_pieces, sheets
from bbbxl.workbook.verify import TOLERANCE

_SUMIFS = re.compile(
    r"SUMIFS\(Ledger!\$([A-Z]+)\$\d+:\$\1\$\d+,Ledger!\$([A-Z]+)\$\d+:\$\2\$\d+,(.+)\)$".replace("Ledger", "'?Ledger'?")
)
_KEY = re.compile(r"(\$?[A-Z]+\$?\d+)\*100\+(\$?[A-Z]+\$?\d+)")
_UP_TO = re.compile(r'"<="&(\$?[A-Z]+\$?\d+)')


def check_cube(path: Path, name: str, ledger: str = "Ledger", cube: str = "Cube") -> int:
    """Add up the Ledger tab as its bytes stand in the file, and compare every Cube formula over it.

    The sums are taken from the cells the formulas name, read once, a row at a time; nothing of the engine is used.

    Args:
        path: A saved pack.
        name: What it is called in a sentence.
        ledger: Title of the tab of events.
        cube: Title of the tab whose formulas read it.

    Returns:
        How many formulas were compared.

    Raises:
        VerificationError: a formula's saved value is not the sum of the rows; the cell is named.
    """
    wanted = [(cell, match) for cell in formula_cells(path) if cell.sheet == cube
              for match in [_SUMIFS.match(cell.formula.lstrip("="))] if match]  # fmt: skip
    pairs = {(match[1], match[2]) for _, match in wanted}
    sums = _sums(path, ledger, pairs)
    keys = _numbers(path, cube)
    for cell, match in wanted:
        found = _expected(match, sums[match[1], match[2]], keys)
        cached = float(cell.cached) if isinstance(cell.cached, int | float) else 0.0
        if abs(found - cached) > TOLERANCE:
            raise VerificationError(
                f"{name} was not released: {cube}!{cell.ref} holds {cached:,.2f}, the rows of {ledger} "
                f"add up to {found:,.2f}."
            )
    return len(wanted)


def _expected(match: re.Match[str], sums: dict[int, int], keys: dict[str, float]) -> float:
    """Return what a formula's criterion selects, in major units."""
    if key := _KEY.fullmatch(match[3]):
        month, code = (int(keys[name.replace("$", "")]) for name in key.groups())
        return float(sums.get(month * 100 + code, 0) / _SCALE)
    limit = _UP_TO.fullmatch(match[3])
    if limit is None:
        raise VerificationError(f"The formula with criterion {match[3]} cannot be checked in a stream.")
    last = keys[limit[1].replace("$", "")]
    return float(sum(amount for month, amount in sums.items() if month <= last) / _SCALE)


#: Amounts are added as whole numbers of 1/10,000, finer than any currency.
_PLACES = 4
_SCALE: int = 10**_PLACES


def _sums(path: Path, ledger: str, pairs: set[tuple[str, str]]) -> dict[tuple[str, str], dict[int, int]]:
    """Return, for every pair of amount and key column, the sum of amounts per key."""
    columns = sorted({column for pair in pairs for column in pair})
    sums: dict[tuple[str, str], dict[int, int]] = {pair: defaultdict(int) for pair in pairs}
    with open_package(path) as package:
        part = next(sheet.part for sheet in sheets(package) if sheet.name == ledger)
        for row in sheet_pieces(package, part):
            if not row.startswith(b'<row r="'):
                continue
            number = row[8 : row.index(b'"', 8)].decode()
            values = {column: _value(row, f'<c r="{column}{number}"'.encode()) for column in columns}
            for amount, key in pairs:
                if (size := values[amount]) and (place := values[key]):
                    sums[amount, key][int(place)] += _scaled(size)
    return sums


def _value(row: bytes, mark: bytes) -> bytes | None:
    """Return the number a cell of a row holds, None when there is no such cell or it holds text."""
    start = row.find(mark)
    if start < 0:
        return None
    inside = row.find(b"<v>", start) + 3
    if b't="' in row[start + len(mark) : inside]:
        return None
    return row[inside : row.find(b"<", inside)]


def _scaled(number: bytes) -> int:
    """Return a plain decimal number times _SCALE, exactly."""
    if b"e" in number or b"E" in number:
        return round(float(number) * _SCALE)
    whole, _, decimals = number.partition(b".")
    return int(whole + decimals[:_PLACES].ljust(_PLACES, b"0"))


def _numbers(path: Path, sheet: str) -> dict[str, float]:
    """Return the plain numbers of a sheet by cell."""
    cell = re.compile(rb'<c r="([A-Z]+\d+)"(?: s="\d+")?(?: t="n")?><v>([^<]*)</v>')
    with open_package(path) as package:
        part = next(one.part for one in sheets(package) if one.name == sheet)
        content = package.read(part)
    return {name.decode(): float(value) for name, value in cell.findall(content)}
