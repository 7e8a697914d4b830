"""Rows of a large text file by the reader of Arrow, where its quotes leave no doubt that the strict one agrees."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from bbbxl.inputs.files.careful import MOST_COLUMNS, TextRows, check_size, check_width

_PIECE = 1 << 22
_LINE, _RETURN, _QUOTE = 10, 13, 34
#: More rows of another width than this are read carefully.
_MOST_ODD = 1_000


def read_quickly(content: bytes, mark: str, name: str, *, width: int, before: int = 0) -> TextRows | None:
    """Return the rows of a text file, or None where only the strict reader can tell them.

    The arguments are those of `read_carefully`. Every quote must stand at the edge of a cell, none within one, none
    around a line end; lines end with LF or CRLF; no line is longer than a cell may be.

    Raises:
        InputError: too many columns.
    """
    if not 2 <= width <= MOST_COLUMNS or len(mark) > 1 or mark > "\x7f":
        return None
    if content.count(b"\r") != content.count(b"\r\n"):
        return None
    starts = _line_starts(content, ord(mark))
    if starts is None or not len(starts):
        return None
    parsed = _parsed(content, mark, width)
    if parsed is None:
        return None
    table, odd = parsed
    if table.num_rows + len(odd) != len(starts):
        return None
    rows = [next(csv.reader([text], delimiter=mark, strict=True)) for _, text in odd]
    numbers = starts + before
    places = np.array([number - 1 for number, _ in odd], np.int64)
    widths = np.full(len(starts), width, np.int32)
    widths[places] = [len(row) for row in rows]
    widest = int(widths[widths.argmax()]), int(numbers[widths.argmax()])
    check_width(*widest, name)
    check_size(len(widths), widest, name)
    return TextRows(_merged(table, places.tolist(), rows), numbers, widths)


def _parsed(content: bytes, mark: str, width: int) -> tuple[pa.Table, list[tuple[int, str]]] | None:
    """Return the rows of the usual width, and (row, text) of the others; None when these are too many."""
    from pyarrow import csv as arrow_csv

    names = [f"{place}" for place in range(width)]
    odd: list[tuple[int, str]] = []

    def keep(row: Any) -> str:  # noqa: ANN401 -- pyarrow names no type for it
        odd.append((row.number, row.text))
        return "skip" if len(odd) <= _MOST_ODD else "error"

    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(content),
            arrow_csv.ReadOptions(column_names=names, use_threads=False),
            arrow_csv.ParseOptions(delimiter=mark, invalid_row_handler=keep),
            arrow_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), check_utf8=False),
        )
    except pa.ArrowInvalid:
        return None
    return table, odd


def _line_starts(content: bytes, mark: int) -> npt.NDArray[np.int64] | None:
    """Return the number of each line that holds a character; None when a quote or a long line needs care."""
    found: list[npt.NDArray[np.int64]] = []
    done = 0
    for piece in _pieces(content):
        ends = np.flatnonzero(piece == _LINE)
        if not len(ends) or ends[-1] != len(piece) - 1:
            ends = np.append(ends, len(piece))
        if not _quotes_are_plain(piece, ends, mark):
            return None
        begins = np.append(0, ends[:-1] + 1)
        lengths = ends - begins
        if lengths.max() >= csv.field_size_limit():
            return None
        filled = lengths > 0
        filled[lengths == 1] = piece[begins[lengths == 1]] != _RETURN
        found.append(np.flatnonzero(filled) + done + 1)
        done += len(ends)
    return np.concatenate(found) if found else np.array([], np.int64)


def _pieces(content: bytes) -> Iterator[npt.NDArray[np.uint8]]:
    """Yield the content in pieces that end with a line."""
    whole = np.frombuffer(content, np.uint8)
    start = 0
    while start < len(content):
        stop = start + _PIECE
        if stop < len(content):
            last = content.rfind(b"\n", start, stop)
            stop = last + 1 if last >= 0 else content.find(b"\n", stop) + 1 or len(content)
        yield whole[start:stop]
        start = stop


def _quotes_are_plain(piece: npt.NDArray[np.uint8], ends: npt.NDArray[np.int64], mark: int) -> bool:
    """Return whether quotes come in pairs around whole cells that hold neither quotes nor line ends."""
    quotes = np.flatnonzero(piece == _QUOTE)
    if not len(quotes):
        return True
    if len(quotes) % 2:
        return False
    opening, closing = quotes[::2], quotes[1::2]
    left = piece[np.maximum(opening - 1, 0)]
    right = piece[np.minimum(closing + 1, len(piece) - 1)]
    opened = (opening == 0) | (left == mark) | (left == _LINE)
    closed = (closing == len(piece) - 1) | (right == mark) | (right == _LINE) | (right == _RETURN)
    if not (opened.all() and closed.all()):
        return False
    return bool((np.searchsorted(ends, opening) == np.searchsorted(ends, closing)).all())


def _merged(table: pa.Table, places: Sequence[int], rows: Sequence[Sequence[str]]) -> pa.Table:
    """Return a table with rows of other widths put back in their places."""
    if not rows:
        return table
    width = max(table.num_columns, *map(len, rows))
    blanks = pa.array([""] * table.num_rows, pa.string()) if width > table.num_columns else None
    columns = []
    for at in range(width):
        column = table.column(at) if at < table.num_columns else pa.chunked_array([blanks])
        pieces: list[pa.Array] = []
        done = 0
        for order, (place, row) in enumerate(zip(places, rows, strict=True)):
            pieces += column.slice(done, place - order - done).chunks
            pieces.append(pa.array([row[at] if at < len(row) else ""], pa.string()))
            done = place - order
        pieces += column.slice(done).chunks
        columns.append(pa.chunked_array(pieces, pa.string()))
    return pa.table(columns, names=[f"{at}" for at in range(width)])
