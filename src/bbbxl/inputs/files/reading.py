"""Cells of a workbook, read by a process of its own with a limit on its memory and time."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, Final, NoReturn

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from bbbxl.errors import InputError
from bbbxl.inputs.files.refusals import SAVE_ANEW, locked, one_line
from bbbxl.inputs.files.sheet_child import ALIGNED

_CHILD: Final = Path(__file__).with_name("sheet_child.py")
_FREE_MEMORY: Final = 768 << 20
_MEMORY_OF_BYTE: Final = 8
_MEMORY_OF_CELL: Final = 40
_BYTES_OF_CELL: Final = 8
_PATIENCE: Final = 60.0
_PATIENCE_OF_MIB: Final = 1.0


@dataclass(frozen=True)
class SheetCells:
    """The cells of a sheet.

    Attributes:
        name: The sheet.
        columns: Text of each cell, column A first.
        numbers: Row of the file of each row, counted from 1.
        kinds: What each cell held, rows x columns.
        merged: Merged cells as in Grid, where the format tells them here.
    """

    name: str
    columns: tuple[pa.ChunkedArray, ...]
    numbers: npt.NDArray[np.int64]
    kinds: npt.NDArray[np.int8]
    merged: tuple[tuple[int, int, int, int], ...] = ()


def memory_for(inflated: int, cells: int = 0) -> int:
    """Return how many bytes the reading process may take.

    Args:
        inflated: Bytes of the workbook, unpacked.
        cells: Cells from A1 to the last one in use, where they are known.
    """
    return _FREE_MEMORY + _MEMORY_OF_BYTE * inflated + _MEMORY_OF_CELL * max(cells, inflated // _BYTES_OF_CELL)


@dataclass(frozen=True)
class Reading:
    """A process that reads sheets, and the files it writes into."""

    name: str
    memory: int
    patience: float
    process: subprocess.Popen[bytes]
    written: IO[bytes]
    said: IO[bytes]

    def answer(self) -> tuple[SheetCells, ...]:
        """Return the cells of each sheet once they have been read.

        Raises:
            InputError: encrypted, damaged, too large for the limit, or not read in time.
        """
        try:
            code = self.process.wait(timeout=self.patience)
        except subprocess.TimeoutExpired as error:
            raise InputError(f"{self.name} was not read within {self.patience:g} seconds. {SAVE_ANEW}") from error
        self.written.seek(0)
        data = self.written.read()
        if code or len(data) < ALIGNED:
            self._refuse_end()
        size = int.from_bytes(data[-ALIGNED:], "little")
        told = json.loads(data[-ALIGNED - size : -ALIGNED])
        if "refused" in told:
            self._refuse(told["refused"], told["message"])
        parts = _Parts(pa.py_buffer(data))
        return tuple(_sheet(parts, sheet) for sheet in told["sheets"])

    def _refuse_end(self) -> NoReturn:
        """Raise for a process that ended without an answer."""
        self.said.seek(0)
        said = self.said.read().decode("utf-8", "replace")
        if "memory" in said.casefold() or not said.strip():
            self._refuse("memory", "")
        raise InputError(f"{self.name} is damaged: the reader of workbooks broke off over it. {SAVE_ANEW}")

    def _refuse(self, kind: str, message: str) -> NoReturn:
        """Raise what the process refused."""
        if kind == "password":
            raise locked(self.name)
        limit = self.memory >> 20
        sentences: Mapping[str, str] = {
            "memory": f"{self.name} needs more than {limit} MiB of memory, far more than a workbook of its size "
            f"should. Delete what lies far from the table, or export a shorter period.",
            "damaged": f"{self.name} cannot be read as a workbook ({one_line(message)}). {SAVE_ANEW}",
        }
        raise InputError(sentences[kind])


@contextmanager
def reading(content: bytes, name: str, sheets: Sequence[str], inflated: int, cells: int = 0) -> Iterator[Reading]:
    """Start a process that reads sheets; it is ended with the with block at the latest.

    Args:
        content: The workbook.
        name: Its file name.
        sheets: Names of sheets to read.
        inflated: Bytes of the workbook, unpacked.
        cells: Cells from A1 to the last one in use, where they are known.
    """
    memory = memory_for(inflated, cells)
    question = json.dumps({"sheets": sheets, "memory": memory}).encode()
    with TemporaryFile() as given, TemporaryFile() as written, TemporaryFile() as said:
        given.write(len(question).to_bytes(ALIGNED, "little") + question)
        given.write(content)
        given.seek(0)
        process = subprocess.Popen(
            [sys.executable, "-P", str(_CHILD)], stdin=given, stdout=written, stderr=said,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )  # fmt: skip
        try:
            yield Reading(name, memory, _PATIENCE + _PATIENCE_OF_MIB * (inflated >> 20), process, written, said)
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()


@dataclass
class _Parts:
    """Takes parts one after the other from the bytes of an answer."""

    data: pa.Buffer
    place: int = 0

    def take(self, size: int) -> pa.Buffer:
        """Return the next part."""
        part = self.data.slice(self.place, size)
        self.place += size + -size % ALIGNED
        return part


def _sheet(parts: _Parts, told: Mapping[str, Any]) -> SheetCells:
    """Return a sheet from the parts of an answer."""
    blocks = list(_blocks(parts, told["blocks"]))
    places = [block[2] for block in blocks]
    numbers = int(told["row"]) + (np.concatenate(places) if places else np.empty(0, dtype=np.int64))
    before, width = int(told["column"]), len(blocks[0][0]) if blocks else 0
    kinds = np.zeros((len(numbers), before + width), dtype=np.int8, order="F")
    row = 0
    for columns, held, _ in blocks:
        for place, kind in enumerate(held):
            kinds[row : row + len(kind), before + place] = kind
        row += len(columns[0])
    empty = pa.chunked_array([pa.array([""] * len(numbers), type=pa.string())])
    filled = [pa.chunked_array([block[0][place] for block in blocks]) for place in range(width)]
    merged = tuple((one[0], one[1], one[2], one[3]) for one in told["merged"])
    return SheetCells(told["name"], (*[empty] * before, *filled), numbers, kinds, merged)


def _blocks(
    parts: _Parts, told: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[list[pa.Array], list[npt.NDArray[np.int8]], npt.NDArray[np.int64]]]:
    """Return columns, kinds and places of rows of each block."""
    for block in told:
        rows, columns, kinds = int(block["rows"]), [], []
        for size in block["bytes"]:
            offsets = parts.take(4 * (rows + 1))
            columns.append(pa.StringArray.from_buffers(rows, offsets, parts.take(size)))
            kinds.append(np.frombuffer(parts.take(rows), dtype=np.int8))
        yield columns, kinds, np.frombuffer(parts.take(8 * rows), dtype=np.int64)
