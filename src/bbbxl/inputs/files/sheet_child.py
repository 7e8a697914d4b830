"""Reads sheets with python-calamine in a process of its own: run by its path, it imports nothing of bbbxl.

Standard input: the length of a question in 8 bytes, the question as JSON {"sheets": [names], "memory": bytes at most},
then the workbook. Standard output: blocks of cells as Arrow holds them (of each column offsets, UTF-8 and
kinds; then the row numbers; each filled up to 8 bytes), then JSON that says where they stand, then its length in
8 bytes.
An answer {"refused": kind, "message": text} stands for a file that cannot be read.
"""

from __future__ import annotations

import datetime
import io
import json
import sys
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from itertools import accumulate, chain
from typing import Any, BinaryIO, Final

TEXT, NUMBER, DAY, FLAG = range(4)
#: Cells of one block.
BLOCK: Final = 200_000
#: Every part of a block starts at a multiple of this; a length takes as many bytes.
ALIGNED: Final = 8
#: Empty rows kept in one run between others; more are left out.
EMPTY_ROWS: Final = 100
_EXACT: Final = 1e15


def number_text(number: float) -> str:
    """Return the shortest exact text of a number, never in scientific notation."""
    if -_EXACT < number < _EXACT and number == int(number):
        return str(int(number))
    text = repr(number)
    return format(Decimal(text), "f") if "e" in text else text


def flag_text(flag: bool) -> str:
    """Return a flag as Excel shows it."""
    return "TRUE" if flag else "FALSE"


def timestamp_text(moment: datetime.datetime) -> str:
    """Return a timestamp to the second; midnight is a day."""
    return moment.isoformat(timespec="seconds").removesuffix("T00:00:00")


def duration_text(duration: datetime.timedelta) -> str:
    """Return a duration as HH:MM:SS; hours run past 24."""
    seconds = int(abs(duration).total_seconds())
    sign = "-" if duration < datetime.timedelta() else ""
    return f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def number_texts(numbers: Sequence[float]) -> list[str]:
    """Return number_text of each number, as one text where none needs more than its trailing .0 taken off."""
    joined = "\n".join(map(repr, numbers)) + "\n"
    if "e" in joined or "n" in joined or "-0.0\n" in joined:
        return list(map(number_text, numbers))
    return joined.replace(".0\n", "\n").split("\n")[:-1]


#: Type of a cell -> texts of such cells, and their kind.
WORDS: Final[dict[type, tuple[Callable[[Any], Iterable[str]], int]]] = {
    str: (list, TEXT),
    float: (number_texts, NUMBER),
    int: (partial(map, str), NUMBER),
    bool: (partial(map, flag_text), FLAG),
    datetime.date: (partial(map, datetime.date.isoformat), DAY),
    datetime.datetime: (partial(map, timestamp_text), DAY),
    datetime.time: (partial(map, lambda time: time.isoformat(timespec="seconds")), TEXT),
    datetime.timedelta: (partial(map, duration_text), TEXT),
}
KINDS: Final = {kind: word[1] for kind, word in WORDS.items()}


def _texts(cells: Sequence[Any], types: Sequence[type]) -> Sequence[str]:
    """Return the text of each cell; cells of one type are turned into text together."""
    held = set(types)
    if len(held) == 1:
        return list(WORDS[types[0]][0](cells))
    ready = {
        kind: iter(WORDS[kind][0]([cell for cell, its in zip(cells, types, strict=True) if its is kind]))
        for kind in held
    }
    return [next(ready[kind]) for kind in types]


def _column(cells: Sequence[Any]) -> tuple[bytes, bytes, bytes]:
    """Return offsets, UTF-8 and kinds of a column."""
    types = list(map(type, cells))
    texts = _texts(cells, types)
    joined = "".join(texts)
    data = joined.encode("utf-8", "replace")
    sizes = map(len, texts) if len(data) == len(joined) else (len(text.encode("utf-8", "replace")) for text in texts)
    return array("i", chain((0,), accumulate(sizes))).tobytes(), data, bytes(map(KINDS.__getitem__, types))


@dataclass
class _Seen:
    """How many rows a sheet has given so far, and how wide they are."""

    rows: int = 0
    width: int = 0


def _kept_rows(sheet: Any, seen: _Seen) -> Iterator[tuple[int, list[Any]]]:  # noqa: ANN401 - a class of python-calamine
    """Return the rows of a sheet, counted from 0; empty ones before the first and in long runs are left out."""
    empty = EMPTY_ROWS
    # Older versions of python-calamine break off over the rows of an empty sheet.
    for place, row in enumerate(sheet.iter_rows() if sheet.start is not None else ()):
        empty = 0 if any(map("".__ne__, row)) else empty + 1
        if empty <= EMPTY_ROWS:
            yield place, row
        seen.rows, seen.width = place + 1, len(row)


def _blocks(sheet: Any, seen: _Seen) -> Iterator[tuple[list[int], list[Sequence[Any]]]]:  # noqa: ANN401 - the same
    """Return places of rows, and columns, block by block."""
    most = max(1, BLOCK // max(1, sheet.width))
    places: list[int] = []
    rows: list[list[Any]] = []
    for place, row in _kept_rows(sheet, seen):
        places.append(place)
        rows.append(row)
        if len(rows) == most:
            yield places, list(zip(*rows, strict=True))
            places, rows = [], []
    if rows:
        yield places, list(zip(*rows, strict=True))


def _write_sheet(sheet: Any, out: BinaryIO) -> dict[str, Any]:  # noqa: ANN401 - the same
    """Write the cells of a sheet and return where they stand."""
    blocks, seen = [], _Seen()
    for places, columns in _blocks(sheet, seen):
        written = [_column(cells) for cells in columns]
        rows = array("q", places).tobytes()
        for offsets, data, kinds in written:
            for part in (offsets, data, kinds):
                out.write(part + bytes(-len(part) % ALIGNED))
        out.write(rows)
        blocks.append({"rows": len(places), "bytes": [len(data) for _, data, _ in written]})
    # Versions of python-calamine differ on whether rows and columns start at A1 or at the first cell in use.
    (first_row, first_column), (last_row, last_column) = sheet.start or (0, 0), sheet.end or (0, 0)
    merged = sheet.merged_cell_ranges or []
    return {
        "name": sheet.name,
        "row": 1 if seen.rows == last_row + 1 else first_row + 1,
        "column": 0 if seen.width == last_column + 1 else first_column,
        "blocks": blocks,
        "merged": [[top + 1, bottom + 1, first, last] for (top, first), (bottom, last) in merged],
    }


def _limit_memory(most: int) -> None:
    """Keep this process from taking more memory, where the system can."""
    # Windows has no such module; macOS, and a system with a lower limit of its own, refuse to set it.
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _answer(names: list[str], out: BinaryIO) -> dict[str, Any]:
    """Write the sheets and return what is said of them."""
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_object(io.BytesIO(sys.stdin.buffer.read()))
        return {"sheets": [_write_sheet(book.get_sheet_by_name(name), out) for name in names]}
    except python_calamine.PasswordError as error:
        return {"refused": "password", "message": str(error)}
    except python_calamine.CalamineError as error:
        return {"refused": "damaged", "message": str(error)}
    except MemoryError:
        return {"refused": "memory", "message": "memory"}


def main() -> None:
    """Answer one question."""
    size = int.from_bytes(sys.stdin.buffer.read(ALIGNED), "little")
    question = json.loads(sys.stdin.buffer.read(size))
    _limit_memory(question["memory"])
    out = sys.stdout.buffer
    answer = json.dumps(_answer(question["sheets"], out)).encode()
    out.write(answer)
    out.write(len(answer).to_bytes(ALIGNED, "little"))
    out.flush()


if __name__ == "__main__":
    main()
