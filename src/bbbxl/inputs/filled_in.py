"""Small CSV files that a person fills in: answers, entries, decisions."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from bbbxl.errors import InputError
from bbbxl.safe_text import unescape_cell


def read_rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Return the rows of a small CSV file that a person filled in, by header in lower case, with their number.

    Raises:
        InputError: it is not there, or not UTF-8 text.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"{path.name} cannot be read: {error.strerror}. Check the path.") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path.name} is not UTF-8 text. Save it as CSV UTF-8.") from error
    first = text.split("\n", 1)[0]
    table = list(csv.reader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ","))
    header = [cell.strip().casefold() for cell in table[0]] if table else []
    return [
        (number, dict(zip(header, (unescape_cell(cell.strip()) for cell in cells), strict=False)))
        for number, cells in enumerate(table[1:], start=2) if any(cell.strip() for cell in cells)
    ]  # fmt: skip
