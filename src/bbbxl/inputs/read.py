"""Text files as they are: cells as text, with the row each one stands in."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from dataclasses import dataclass
from pathlib import Path

from bbbxl.errors import InputError, Problem

#: Cell marks that a header line is searched for, in this order when counts are equal.
DELIMITERS = (",", ";", "\t", "|")
TEXT_SUFFIXES = (".csv", ".tsv", ".txt")


@dataclass(frozen=True)
class RawTable:
    """A table of text.

    Attributes:
        file: File name without folders.
        sheet: Sheet name; empty for text files.
        header: Column headers as they stand.
        rows: Cells as text, one tuple per data row, as long as the header.
        numbers: Row of the file in which each data row starts, counted from 1.
        problems: Rows that do not fit the header.
        sha256: Of the file's bytes.
        size: Bytes.
        delimiter: Cell mark used.
    """

    file: str
    sheet: str
    header: tuple[str, ...]
    rows: list[tuple[str, ...]]
    numbers: list[int]
    problems: tuple[Problem, ...]
    sha256: str
    size: int
    delimiter: str = ","

    def column(self, header: str) -> list[str]:
        """Return one column, cells stripped."""
        place = self.header.index(header)
        return [row[place].strip() for row in self.rows]


def read_table(path: Path, *, encoding: str = "utf-8-sig", delimiter: str | None = None) -> RawTable:
    """Return a text file as a table.

    Args:
        path: A .csv, .tsv or .txt file; the first row is the header.
        encoding: Code page.
        delimiter: Cell mark; found in the header line when omitted.

    Raises:
        InputError: not there, not a file, not text in that code page, empty, a quote that never closes or
            closes rows later, a cell too long, equal headers.
    """
    name = path.name
    if path.is_dir():
        raise InputError(f"{name} is a folder where a file is expected. Name the export in it.")
    if path.exists() and not path.is_file():
        raise InputError(f"{name} is a device or pipe, not a file. Save the export as a .csv file.")
    if path.suffix.casefold() not in TEXT_SUFFIXES:
        kind = f"a {path.suffix} file" if path.suffix else "a file without ending"
        raise InputError(f"{name} is {kind}; bbbxl reads .csv, .tsv and .txt. Save it as CSV UTF-8.")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{name} cannot be read: {error.strerror}. Check the path and who has it open.") from error
    text = _decode(content, encoding, name)
    mark = delimiter or _mark(text)
    header, rows, numbers, problems = _cells(text, mark, name)
    return RawTable(name, "", header, rows, numbers, tuple(problems), hashlib.sha256(content).hexdigest(),
                    len(content), mark)  # fmt: skip


def _mark(text: str) -> str:
    """Return the cell mark that stands most often in the header line, outside its quotes."""
    found = re.search(r"[^\r\n]*\S[^\r\n]*", re.sub(r'"[^"]*"', "", text[:20_000]))
    line = found[0] if found else ""
    return max(DELIMITERS, key=lambda one: (line.count(one), -DELIMITERS.index(one)))


def _decode(content: bytes, encoding: str, name: str) -> str:
    try:
        text = content.decode(encoding)
    except LookupError as error:
        raise InputError(f'{name}: there is no code page "{encoding}". Write one such as utf-8, utf-16 '
                         'or cp1252 '
                         "under encoding in bbbxl.toml.") from error  # fmt: skip
    except ValueError as error:
        wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
        raise InputError(f"{name} is not text in code page {encoding.removesuffix('-sig')}. Save it as "
                         "CSV UTF-8, or set "
                         f'encoding = "{"utf-16" if wide else "cp1252"}" for it in '
                         'bbbxl.toml.') from error  # fmt: skip
    if "\0" in text:
        raise InputError(f"{name} holds NUL bytes, so it is no text file. Save it as CSV UTF-8.")
    return text.removeprefix("\ufeff")


def _cells(text: str, mark: str, name: str) -> tuple[tuple[str, ...], list[tuple[str, ...]], list[int], list[Problem]]:
    """Return header, rows, row numbers and the rows that do not fit the header."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    header: tuple[str, ...] = ()
    rows: list[tuple[str, ...]] = []
    numbers: list[int] = []
    problems: list[Problem] = []
    number = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                if not header:
                    header = _header(cells, name)
                elif len(cells) == len(header):
                    if reader.line_num > number:
                        _refuse_swallowed(cells, mark, f"{name} row {number}")
                    rows.append(tuple(cells))
                    numbers.append(number)
                else:
                    shown = "a tab" if mark == "\t" else f'"{mark}"'
                    problems.append(Problem(name, number, "", mark.join(cells)[:80],
                                            f"the row has {len(cells)} cell{'s' * (len(cells) != 1)} "
                                            f"where the header has {len(header)}. "
                                            f"Quote cells that hold {shown}, or complete the "
                                            "row."))  # fmt: skip
            number = reader.line_num + 1
    except csv.Error as error:
        if "limit" in str(error):
            raise InputError(f"{name} row {number}: a cell is longer than {csv.field_size_limit()} "
                             "characters. "
                             "Shorten it, or look for a quote that is not closed.") from error  # fmt: skip
        raise InputError(f"{name} row {number}: a quoted cell does not end as it should. "
                         "Close the quote or export the file again.") from error  # fmt: skip
    if not header:
        raise InputError(f"{name} is empty. Export it again.")
    return header, rows, numbers, problems


def _refuse_swallowed(cells: list[str], mark: str, place: str) -> None:
    """Refuse a row of which one cell holds whole rows, because a quote closes rows later than it should."""
    for cell in cells:
        lines = cell.count("\n")
        if lines and len(cells) > 1 and cell.count(mark) == lines * (len(cells) - 1):
            raise InputError(f"{place}: a quoted cell runs over {lines + 1} lines and swallows whole rows. "
                             "Close its quote, or take the quote out.")  # fmt: skip


def _header(cells: list[str], name: str) -> tuple[str, ...]:
    header = tuple(cell.strip() for cell in cells)
    seen: set[str] = set()
    for title in header:
        if title and title in seen:
            raise InputError(f'{name} has two columns "{title}". Rename one of them.')
        seen.add(title)
    return header
