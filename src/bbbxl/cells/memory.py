"""What was read once: the content of ranges, compared exactly, and the tables made of them; memory is bounded."""

from __future__ import annotations

import gc
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from threading import RLock
from typing import Any, Final, TypeAlias

import msgspec

from bbbxl.book.opening import is_book, load_book
from bbbxl.book.records import STORE_NAME
from bbbxl.book.store import open_store
from bbbxl.cells.arguments import Block, Formats, cell_of, is_one
from bbbxl.cells.guard import MARK
from bbbxl.cells.reading import PLAIN, Reading, read_range
from bbbxl.cells.tables import Table
from bbbxl.errors import InputError
from bbbxl.inputs.values.currency_signs import format_currency
from bbbxl.policy import CONFIG_NAME

#: Most bytes of range contents that are kept, packed, and most contents.
_MOST_BYTES: Final = 512 << 20
_MOST_CONTENTS: Final = 1024
#: Most events of the ledgers that are kept beside the one last used, and most tables.
_MOST_EVENTS: Final = 4_000_000
_MOST_TABLES: Final = 256
#: What a handle begins with, and how many digits of its hash follow.
HANDLE: Final = "bbb:"
_DIGITS: Final = 16
_EMPTY: Final = ((None,),)
#: Name and first row of a range, whether its days count from 1904, and what is seen of its number formats.
_Place: TypeAlias = tuple[str, int, bool, tuple[Any, ...]]


@dataclass(frozen=True)
class Content:
    """The cells of a range, packed: equal bytes are equal cells of equal types, which no comparison of Python says.

    Attributes:
        packed: MessagePack of the rows.
        place: The block without its cells.
        digest: SHA-256 of content, place, date system and number formats, in hex.
    """

    packed: bytes
    place: Block
    digest: str

    def block(self) -> Block:
        """Return the block with its cells."""
        return replace(self.place, values=tuple(map(tuple, msgspec.msgpack.decode(self.packed))))


@dataclass(frozen=True)
class Book:
    """A kept book at one entry of its log.

    Attributes:
        folder: The book.
        head: Hash of its last entry, and of its settings.
        seen: Time and size of its files when it was looked at.
    """

    folder: Path
    head: str
    seen: tuple[int, ...]


class Memory:
    """Contents, books and tables of one session."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._contents: OrderedDict[str, Content] = OrderedDict()
        self._of_place: dict[_Place, list[Content]] = {}
        self._handles: dict[str, tuple[str, Reading] | Book] = {}
        self._tables: OrderedDict[tuple[str, Reading], Table] = OrderedDict()

    def table(self, data: Any, reading: Reading = PLAIN) -> Table:  # noqa: ANN401 -- a block or a handle
        """Return the table that the first argument of a function means.

        Args:
            data: A range with headers, or the text of a handle.
            reading: What the options of the function say of reading it.

        Raises:
            InputError: no range and no handle, or a handle that is out of date.
            BbbError: the range cannot be read.
        """
        with self._lock:
            if not is_one(data):
                return self._of_content(self.content(data), reading)
            cell = cell_of(data)
            if cell.error:
                raise InputError(f"The first argument is {cell.error}. Correct the cell that gives it.")
            if cell.text.startswith(MARK.strip()):
                raise InputError(cell.text.removeprefix(MARK.strip()))
            if not cell.text.startswith(HANDLE):
                raise InputError(
                    f"The first argument is {f'{cell.text[:40]!r}' if cell.text else 'empty'}. Give a range with its "
                    "headers, such as tblOrders[#All], or a cell with BBB_LOAD or BBB_BOOK."
                )
            return self._of_handle(cell.text, reading)

    def content(self, block: Block) -> Content:
        """Return the content of a block, the kept one where it is equal."""
        packed = msgspec.msgpack.encode(block.values, enc_hook=str)
        place = replace(block, values=_EMPTY, shows_month=_nobody_knows, formats=dict)
        ours = _place_of(place)
        with self._lock:
            for kept in reversed(self._of_place.get(ours, [])):
                if kept.packed == packed:
                    return self._used(kept.digest)
            with _collecting_later():
                made = _content(packed, place, block.formats())
            made = self._contents.setdefault(made.digest, made)
            self._of_place.setdefault(ours, []).append(made)
            self._used(made.digest)
            self._forget_contents()
            return made

    def _used(self, digest: str) -> Content:
        """Return a content that is kept, as the one last used."""
        self._contents.move_to_end(digest)
        return self._contents[digest]

    def rates(self, data: Any) -> str:  # noqa: ANN401 -- a block or a handle
        """Return the digest of a range of exchange rates, also where a handle stands for it."""
        return self.held(data, "the exchange rates").digest

    def held(self, data: Any, what: str) -> Content:  # noqa: ANN401 -- a block or a handle
        """Return the content of a range, also where a handle stands for it.

        Args:
            data: The range or the text of a handle.
            what: What it is, for the sentence.

        Raises:
            InputError: a handle of a book, or one of an earlier session.
        """
        with self._lock:
            if not is_one(data):
                return self.content(data)
            text = cell_of(data).error or cell_of(data).text
            if not text.startswith(HANDLE):
                raise InputError(
                    f"Where {what} should be stands {f'{text[:40]!r}' if text else 'nothing'}. Give a range with its "
                    "headers, or a cell with BBB_LOAD."
                )
            found = self._handle(text)
            if isinstance(found, Book):
                raise InputError(f"A book does not hold {what}. Give a range with its headers.")
            return self._used(found[0])

    def load(self, data: Block, reading: Reading) -> tuple[str, Table]:
        """Read a range and return its handle, whose text changes with its content, and its table."""
        with self._lock:
            content = self.content(data)
            table = self._of_content(content, reading)
            return self._keep((content.digest, reading), repr((content.digest, reading))), table

    def hold(self, data: Block) -> str:
        """Return the handle of a range that is no ledger, such as exchange rates."""
        content = self.content(data)
        return self._keep((content.digest, PLAIN), content.digest)

    def book(self, path: str) -> tuple[str, Table]:
        """Return the handle of a kept book, whose text changes with its log, and its table.

        Raises:
            InputError: no book there.
        """
        folder = Path(path).expanduser()
        if not is_book([folder]):
            raise InputError(
                f'{folder.name or path} is no kept book. Give the folder of one: BBB_BOOK("C:\\books\\us").'
            )
        with self._lock:
            found = _look(folder)
            handle = self._keep(found, found.head)
            return handle, self._of_book(found)

    def _keep(self, meant: tuple[str, Reading] | Book, of: str) -> str:
        handle = HANDLE + sha256(of.encode()).hexdigest()[:_DIGITS]
        self._handles[handle] = meant
        return handle

    def _handle(self, text: str) -> tuple[str, Reading] | Book:
        """Return what a handle stands for.

        Raises:
            InputError: nothing in this session.
        """
        handle = text.split(" ", 1)[0]
        found = self._handles.get(handle)
        if found is None or (not isinstance(found, Book) and found[0] not in self._contents):
            raise InputError(
                f"The handle {handle} is of an earlier session. Recalculate the cell that gave it: Ctrl+Alt+F9 in "
                "Excel, Ctrl+Shift+F9 in LibreOffice."
            )
        return found

    def _of_handle(self, text: str, reading: Reading) -> Table:
        found = self._handle(text)
        if not isinstance(found, Book):
            return self._of_content(self._used(found[0]), found[1] | reading)
        if reading != PLAIN:
            raise InputError("A book is read as it was written. Leave out the options on reading a range.")
        if _stamps(found.folder) != found.seen and _look(found.folder).head != found.head:
            raise InputError(
                f"Book {found.folder.name} has moved on since its handle was made. Recalculate the cell with BBB_BOOK."
            )
        return self._of_book(found)

    def _of_content(self, content: Content, reading: Reading) -> Table:
        rates = self._rates_of(reading) if reading.rates else None

        def load(_: object) -> Any:  # noqa: ANN401 -- a Loaded
            return read_range(content.block(), reading, rates.block() if rates else None, content.digest)

        return self._once((content.digest, reading), lambda: Table(load, leaves_out=reading.leaves_out))

    def _rates_of(self, reading: Reading) -> Content:
        """Return the exchange rates that a table is read with.

        Raises:
            InputError: other tables took their place in memory.
        """
        if reading.rates not in self._contents:
            raise InputError("The exchange rates of this table are no longer kept. Recalculate the cell with BBB_LOAD.")
        return self._used(reading.rates)

    def _of_book(self, book: Book) -> Table:
        return self._once((f"{book.folder} {book.head}", PLAIN),
                          lambda: Table(lambda known: load_book(book.folder, known=known)))  # fmt: skip

    def _once(self, key: tuple[str, Reading], make: Any) -> Table:  # noqa: ANN401 -- returns a Table
        if key in self._tables:
            self._tables.move_to_end(key)
            return self._tables[key]
        made: Table = make()
        with _collecting_later():
            _ = made.loaded
        self._tables[key] = made
        events = sum(one.events for one in self._tables.values())
        while len(self._tables) > 1 and (events > _MOST_EVENTS or len(self._tables) > _MOST_TABLES):
            events -= self._tables.popitem(last=False)[1].events
        return made

    def _forget_contents(self) -> None:
        """Drop the contents used longest ago past the bounds, with their tables; never the last one."""
        size = sum(len(one.packed) for one in self._contents.values())
        while len(self._contents) > 1 and (size > _MOST_BYTES or len(self._contents) > _MOST_CONTENTS):
            digest, dropped = self._contents.popitem(last=False)
            size -= len(dropped.packed)
            for ours, held in list(self._of_place.items()):
                self._of_place[ours] = [one for one in held if one is not dropped]
                if not self._of_place[ours]:
                    del self._of_place[ours]
            for key in [one for one in self._tables if one[0] == digest]:
                del self._tables[key]


@contextmanager
def _collecting_later() -> Iterator[None]:
    """Let Python look for unused cycles after a table was read: over millions of cells it would find none, often."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _content(packed: bytes, place: Block, formats: Formats) -> Content:
    """Return a content with its digest, which number formats are part of where they show a currency."""
    shown = {column: codes for column, codes in formats.items() if any(map(format_currency, codes))}
    summed = sha256(packed)
    summed.update(repr((place.name, place.row, place.date_1904, sorted(shown.items()))).encode())
    return Content(packed, replace(place, shown=(), formats=lambda: shown), summed.hexdigest())


def _place_of(block: Block) -> _Place:
    return block.name, block.row, block.date_1904, block.shown


def _nobody_knows(row: int, column: int) -> None:
    """Return that nobody knows how a cell is shown."""


def _look(folder: Path) -> Book:
    """Return a book as it is now; errors as in `_stamps`."""
    seen = _stamps(folder)
    with open_store(folder) as store:
        last = store.entries()[-1].hash
    settings = sha256((folder / CONFIG_NAME).read_bytes()).hexdigest()
    return Book(folder, f"{last} {settings}", seen)


def _stamps(folder: Path) -> tuple[int, ...]:
    """Return times and sizes of the files of a book.

    Raises:
        InputError: one is not there any more, or cannot be read.
    """
    try:
        found = [(folder / name).stat() for name in (STORE_NAME, CONFIG_NAME)]
    except OSError as error:
        name = Path(error.filename).name
        raise InputError(
            f"Book {folder.name} cannot be read: {name}: {error.strerror}. Put it back, or give BBB_BOOK the folder in "
            "which the book is now."
        ) from error
    return tuple(number for one in found for number in (one.st_mtime_ns, one.st_size))
