"""Text files as grids: CSV, TSV, semicolon and pipe text, with the row each cell stands in."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from bbbxl.errors import InputError
from bbbxl.inputs.files.careful import TextRows, read_carefully
from bbbxl.inputs.files.encoding import Decoded, decode, row_words
from bbbxl.inputs.files.marks import HEAD, RULED, RULER, Head, checked_mark, mark_words, read_head
from bbbxl.inputs.files.quick import read_quickly
from bbbxl.inputs.files.refusals import empty
from bbbxl.inputs.grid import Grid
from bbbxl.safe_text import unescape_cell

#: Files below this size are read carefully at once.
_LARGE = 1 << 20
_SEPARATOR_LINE = re.compile(rb'"?sep=([^\r\n"]{1,4})"?(?:\r\n|\r|\n|$)', re.IGNORECASE)
#: How files keep a spreadsheet from reading a cell as a formula or number: (how such a cell starts, what stays of it,
#: the note).
_GUARDS: tuple[tuple[str, Callable[[str], str], str], ...] = (
    ("'", unescape_cell, "The apostrophe before =, +, - or @ at the start of a cell was taken off: {count} cells."),
    ('="', lambda text: text[2:-1] if re.fullmatch(r'="[^"]*"', text) else text,
     'Cells written as ="text" were read as their text: {count}.'),
)  # fmt: skip
_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x{80}-\x{9f}]"
_CONTROL_BYTES = bytes(code for code in (*range(32), 127) if code not in (9, 10, 13))
_SEEN = r"[^\s\p{Z},;|\"]"
_PIECE = 1 << 20
#: Stands for a cell mark of several characters while a file is read; never in a file that is read.
_STAND_IN = "\0"


def read_text(
    content: bytes, name: str, *, sha256: str, size: int, encoding: str | None = None, delimiter: str | None = None
) -> Grid:
    """Return a text file as a grid.

    Args:
        content: The bytes of the text.
        name: The file, for sentences.
        sha256: Of the file that was named.
        size: Of the file that was named.
        encoding: Code page; found when omitted.
        delimiter: Cell mark; found when omitted.

    Raises:
        InputError: not text in a code page that can be told, empty, a quote that never closes or closes rows later,
            a cell too long, too many columns, a cell mark that cannot be told.
    """
    decoded = decode(content, encoding, name)
    text, before, own, notes = _without_separator_line(decoded, name)
    _refuse_no_table(text, name)
    mark = checked_mark(delimiter, name) if delimiter is not None else own
    rows, head = _rows(text, name, mark, before)
    if not _holds_something(rows):
        raise empty(name)
    notes = [*decoded.notes, *notes]
    for step in (_without_frame(head.mark, text), _without_guards(text), _control_characters(decoded)):
        rows, note = step(rows)
        notes += [note] if note else []
    alike = bool((rows.widths == rows.cells.num_columns).all())
    return Grid(name, "", rows.cells, rows.numbers, sha256, size, delimiter=head.mark, encoding=decoded.encoding,
                widths=None if alike else rows.widths, notes=tuple(notes))  # fmt: skip


Step = Callable[[TextRows], tuple[TextRows, str]]


def _without_separator_line(decoded: Decoded, name: str) -> tuple[bytes, int, str | None, list[str]]:
    """Return the text after the line in which Excel names the cell mark, the lines left out, the mark and a note."""
    found = _SEPARATOR_LINE.match(decoded.content)
    if not found:
        return decoded.content, 0, None, []
    mark = checked_mark(found[1].decode(), f"{name} row 1")
    return decoded.content[found.end() :], 1, mark, [f"Row 1 names {mark_words(mark)} as the mark between cells."]


def _refuse_no_table(text: bytes, name: str) -> None:
    """Refuse text without any cell, and text that is no table."""
    if not text.strip():
        raise empty(name)
    if re.match(rb'\s*(\{\s*"|\[\s*[\[{])', text):
        raise InputError(f"{name} holds JSON, not a table. Export it as CSV.")


def _rows(text: bytes, name: str, mark: str | None, before: int) -> tuple[TextRows, Head]:
    """Return the rows and the head they were read by."""
    if mark and len(mark) > 1:
        rows, head = _rows(text.replace(mark.encode(), _STAND_IN.encode()), name, _STAND_IN, before)
        columns = [pc.replace_substring(column, _STAND_IN, mark) for column in rows.cells.columns]
        cells = pa.table(columns, names=rows.cells.column_names)
        return TextRows(cells, rows.numbers, rows.widths), Head(mark, head.width)
    head = read_head(_head(text), name, mark)
    quick = None
    if len(text) >= _LARGE:
        quick = read_quickly(text, head.mark, name, width=head.width, before=before)
    return quick or read_carefully(text, head.mark, name, width=head.width, before=before), head


def _head(text: bytes) -> str:
    """Return the first rows."""
    if len(text) <= HEAD:
        return text.decode()
    start = text[:HEAD]
    end = max(start.rfind(b"\n"), start.rfind(b"\r"))
    return (start[: end + 1] if end > 0 else start).decode(errors="ignore")


def _holds_something(rows: TextRows) -> bool:
    """Return whether any cell holds more than blanks."""
    return any(
        pc.any(pc.match_substring_regex(chunk, _SEEN)).as_py()
        for column in rows.cells.columns
        for chunk in column.chunks
    )


def _without_frame(mark: str, text: bytes) -> Step:
    """Return the step that drops the ruler lines and the empty outer columns of a list printed with pipes."""

    def drop(rows: TextRows) -> tuple[TextRows, str]:
        if mark != "|":
            return rows, ""
        told = []
        rulers = _rulers(rows) if re.search(RULED.encode(), text) else np.zeros(len(rows.numbers), bool)
        if rulers.any() and not rulers.all():
            told.append(f"ruler lines ({row_words(rows.numbers[rulers].tolist())})")
            kept = ~rulers
            rows = TextRows(rows.cells.filter(pa.array(kept)), rows.numbers[kept], rows.widths[kept])
        if _is_framed(rows):
            told.append("the empty outer columns")
            rows = _inner(rows)
        return rows, f"Left out of the printed list: {' and '.join(told)}." if told else ""

    return drop


def _rulers(rows: TextRows) -> npt.NDArray[np.bool_]:
    """Return which rows are dashes and crossings only."""
    places = np.arange(len(rows.numbers))
    ruled = np.zeros(len(rows.numbers), bool)
    for column in rows.cells.columns:
        cells = column.combine_chunks().take(pa.array(places))
        ruled[places[_matching(cells, RULED)]] = True
        places = places[_matching(cells, rf"^\s*$|{RULER}")]
    only = np.zeros(len(rows.numbers), bool)
    only[places] = True
    return only & ruled


def _matching(cells: pa.Array, pattern: str) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = pc.match_substring_regex(cells, pattern).to_numpy(zero_copy_only=False)
    return found


def _is_framed(rows: TextRows) -> bool:
    """Return whether the first and the last cell of every row of several cells are blank."""
    wide = rows.widths > 1
    if not (rows.widths > 2).any() or (rows.widths[wide] == 2).any():
        return False
    if not _blank(rows.cells.column(0), wide):
        return False
    return all(
        _blank(rows.cells.column(int(width) - 1), rows.widths == width) for width in np.unique(rows.widths[wide])
    )


def _blank(column: pa.ChunkedArray, among: npt.NDArray[np.bool_]) -> bool:
    cells = column.filter(pa.array(among))
    return bool(pc.all(pc.match_substring_regex(cells, r"^\s*$"), min_count=0).as_py())


def _inner(rows: TextRows) -> TextRows:
    """Return the rows without their outer cells; rows of one cell stay."""
    wide = pa.array(rows.widths > 1)
    widths = np.where(rows.widths > 1, rows.widths - 2, rows.widths).astype(np.int32)
    columns = [
        pc.if_else(wide, rows.cells.column(at + 1), rows.cells.column(0) if at == 0 else "")
        for at in range(int(widths.max()))
    ]
    return TextRows(pa.table(columns, names=[f"{at}" for at in range(len(columns))]), rows.numbers, widths)


def _without_guards(text: bytes) -> Step:
    """Return the step that takes off what keeps a spreadsheet from reading a cell as a formula or number."""

    def take_off(rows: TextRows) -> tuple[TextRows, str]:
        notes = []
        for start, kept, note in _GUARDS:
            if start.encode() not in text:
                continue
            made = [_taken_off(column.combine_chunks(), start, kept) for column in rows.cells.columns]
            count = sum(changed for _, changed in made)
            if count:
                columns = pa.table([column for column, _ in made], names=rows.cells.column_names)
                rows = TextRows(columns, rows.numbers, rows.widths)
                notes.append(note.format(count=count))
        return rows, " ".join(notes)

    return take_off


def _taken_off(column: pa.Array, start: str, kept: Callable[[str], str]) -> tuple[pa.Array, int]:
    """Return a column with what stays of each cell that starts so, and how many cells changed."""
    mask = pc.starts_with(column, start)
    texts = column.filter(mask).to_pylist()
    stays = [kept(text) for text in texts]
    changed = sum(one != other for one, other in zip(texts, stays, strict=True))
    return (pc.replace_with_mask(column, mask, pa.array(stays, pa.string())), changed) if changed else (column, 0)


def _control_characters(decoded: Decoded) -> Step:
    """Return the step that names the rows with characters that nobody can see."""

    def name_rows(rows: TextRows) -> tuple[TextRows, str]:
        if not _holds_control(decoded.content):
            return rows, ""
        held = np.zeros(len(rows.numbers), bool)
        for column in rows.cells.columns:
            held |= pc.match_substring_regex(column, _CONTROL).to_numpy()
        found = rows.numbers[held].tolist()
        return rows, f"Control characters stand in {row_words(found)}." if found else ""

    return name_rows


def _holds_control(content: bytes) -> bool:
    if not content.isascii() and re.search(rb"\xc2[\x80-\x9f]", content):
        return True
    view = memoryview(content)
    pieces = (bytes(view[start : start + _PIECE]) for start in range(0, len(content), _PIECE))
    return any(len(piece.translate(None, _CONTROL_BYTES)) != len(piece) for piece in pieces)
