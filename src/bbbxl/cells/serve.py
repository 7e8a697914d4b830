"""The small door: functions for programs on this computer that cannot load bbbxl, such as LibreOffice on Windows.

It listens on the loopback address alone, answers who signs with the token of a file that only its user may read, and
knows two requests: PUT /data/HASH keeps a table for this process, POST /call/FUNCTION computes. It opens no file that a
request names, but for the book that BBB_BOOK names.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingTCPServer
from threading import Lock
from time import monotonic
from typing import Any, Final

import msgspec

from bbbxl.cells.arguments import Block, Values
from bbbxl.cells.calc.handover import answer, block_of
from bbbxl.cells.calc.inside.door import FILE, HOST, PROOF, SIGNED, Door, DoorError, digest_of, signature
from bbbxl.cells.user_folder import user_folder
from bbbxl.errors import TargetError

#: Most bytes of one request, and of all tables that are kept; the table last used always stays.
MOST: Final = 256 << 20
_KEPT: Final = 512 << 20
#: Seconds that a client may be silent in the middle of a request.
_PATIENCE: Final = 30
_DIGEST: Final = 64


class Sent(msgspec.Struct, forbid_unknown_fields=True):
    """A block of cells as it is sent."""

    values: tuple[tuple[bool | int | float | str | None, ...], ...]
    name: str = ""
    row: int = 1
    date_1904: bool = False
    errors: dict[int, str] = {}
    formats: dict[int, tuple[str, ...]] = {}


class Named(msgspec.Struct, forbid_unknown_fields=True):
    """A block that was sent before."""

    block: str


#: What stands in a call.
Argument = None | bool | int | float | str | Named


class RefusedError(Exception):
    """What the door does not do.

    Args:
        status: Status of HTTP.
        content: What is answered.
    """

    def __init__(self, status: int, content: dict[str, Any]) -> None:
        super().__init__(status)
        self.status = status
        self.content = content


class Tables:
    """The blocks that were sent, by their hashes."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._held: OrderedDict[str, tuple[Block, int]] = OrderedDict()

    def keep(self, digest: str, content: bytes) -> None:
        """Keep a block.

        Raises:
            RefusedError: the content is none, or has another hash.
        """
        if digest_of(content) != digest:
            raise _refused(400, "The content does not have the hash that it is sent under.")
        sent = _decoded(content, Sent)
        values: Values = sent.values
        if not values or not values[0] or len({len(row) for row in values}) > 1:
            raise _refused(400, "A block has rows of one width, at least one.")
        block = block_of(values, name=sent.name, row=sent.row, date_1904=sent.date_1904, errors=sent.errors,
                         formats=sent.formats)  # fmt: skip
        with self._lock:
            self._held[digest] = block, len(content)
            self._held.move_to_end(digest)
            size = sum(one for _, one in self._held.values())
            while len(self._held) > 1 and size > _KEPT:
                size -= self._held.popitem(last=False)[1][1]

    def filled(self, arguments: list[Argument]) -> list[Any]:
        """Return arguments with the blocks that they name.

        Raises:
            RefusedError: blocks have to be sent first.
        """
        with self._lock:
            named = [one.block for one in arguments if isinstance(one, Named)]
            missing = sorted({one for one in named if one not in self._held})
            if missing:
                raise RefusedError(409, {"missing": missing})
            for one in named:
                self._held.move_to_end(one)
            return [self._held[one.block][0] if isinstance(one, Named) else one for one in arguments]


class Server(ThreadingTCPServer):
    """The door while it is open."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__((HOST, 0), Request)
        self.token = secrets.token_urlsafe(32)
        self.tables = Tables()
        self.busy = 0
        self.last = monotonic()
        self.timeout = 1
        self._lock = Lock()
        self._one_by_one = Lock()

    @property
    def port(self) -> int:
        """Return the port that the system gave."""
        return int(self.server_address[1])

    @contextmanager
    def working(self) -> Iterator[None]:
        """Count a request, so that the door does not close on it."""
        with self._lock:
            self.busy += 1
        try:
            yield
        finally:
            with self._lock:
                self.busy -= 1
                self.last = monotonic()

    def compute(self, function: str, arguments: list[Any]) -> Any:  # noqa: ANN401 -- rows of values
        """Return what a function shows; one at a time, because what is kept of a table is shared."""
        with self._one_by_one:
            return answer(function, arguments)

    def stay(self, idle: float) -> None:
        """Answer until nobody has asked for some seconds; 0 for ever."""
        while not idle or self.busy or monotonic() - self.last < idle:
            self.handle_request()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 -- a socket
        """Say nothing of a client that went away."""


class Request(BaseHTTPRequestHandler):
    """One request."""

    server: Server
    server_version = "bbbxl"
    sys_version = ""
    timeout = _PATIENCE

    def do_PUT(self) -> None:
        """Keep a table."""
        self._answered("data", self._keep)

    def do_POST(self) -> None:
        """Compute a function."""
        self._answered("call", self._call)

    def _keep(self, digest: str, content: bytes) -> dict[str, Any]:
        self.server.tables.keep(digest, content)
        return {"kept": digest}

    def _call(self, function: str, content: bytes) -> dict[str, Any]:
        given = _decoded(content, list[Argument])
        return {"value": self.server.compute(function, self.server.tables.filled(given))}

    def _answered(self, place: str, answer: Callable[[str, bytes], dict[str, Any]]) -> None:
        with self.server.working():
            number = ""
            try:
                number = self._checked()
                content = self._content()
                found, _, name = self.path.removeprefix("/").partition("/")
                if found != place or (not name.isidentifier() and len(name) != _DIGEST):
                    raise _refused(404, "There is nothing here.")
                self._say(200, answer(name, content), number)
            except RefusedError as refused:
                self._say(refused.status, refused.content, number)

    def _checked(self) -> str:
        """Return the number of a request.

        Raises:
            RefusedError: it came by another name of this computer, from a web page, or without a right signature.
        """
        if self.headers.get_all("Host") != [f"{HOST}:{self.server.port}"] or "Origin" in self.headers:
            raise _refused(403, "Only programs of this computer are answered.")
        number, _, given = self.headers.get(SIGNED, "").partition(":")
        expected = signature(self.server.token, "request", number, self.command, self.path)
        if not hmac.compare_digest(given.encode(), expected.encode()):
            raise _refused(401, "The token is not that of this bbbxl serve. Recalculate with Ctrl+Shift+F9.")
        return number

    def _content(self) -> bytes:
        """Return the body.

        Raises:
            RefusedError: its length is not said, or too much.
        """
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()) or "Transfer-Encoding" in self.headers:
            raise _refused(411, "The length of the content is not said.")
        if len(length) > 12 or int(length) > MOST:
            raise _refused(413, f"The table is larger than {MOST >> 20} MB. Take fewer rows or columns.")
        content = self.rfile.read(int(length))
        if len(content) < int(length):
            raise _refused(400, "The content is shorter than was said.")
        return content

    def _say(self, status: int, content: dict[str, Any], number: str) -> None:
        body = json.dumps(content, allow_nan=False).encode()
        self.send_response_only(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        if number:
            self.send_header(PROOF, signature(self.server.token, "answer", number, str(status)))
        self.end_headers()
        self.wfile.write(body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer what is no request of ours."""
        del explain
        self.close_connection = True
        self._say(code, {"error": message or "There is nothing here."}, "")

    def log_message(self, format: str, *args: object) -> None:
        """Keep no record of requests."""


def _refused(status: int, sentence: str) -> RefusedError:
    return RefusedError(status, {"error": sentence})


def _decoded(content: bytes, kind: Any) -> Any:  # noqa: ANN401 -- a type, and what has it
    """Return JSON as a type.

    Raises:
        RefusedError: it is none, or of another type.
    """
    try:
        return msgspec.json.decode(content, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _refused(400, f"The content cannot be read: {error}.") from error


@contextmanager
def opened() -> Iterator[Server]:
    """Open the door, and say port and token in the file that only this user may read; it goes with the door.

    Raises:
        TargetError: one is open already, or the file cannot be written.
    """
    path = user_folder() / FILE
    with suppress(DoorError):
        Door([path]).call("BBB_VERSION", [])
        raise TargetError("bbbxl serve is running already. Use that one, or end it first: Ctrl+C where it runs.")
    with Server() as server:
        said = json.dumps({"port": server.port, "token": server.token})
        _write_for_owner(path, said)
        try:
            yield server
        finally:
            with suppress(OSError):
                if path.read_text(encoding="utf-8") == said:
                    path.unlink()


def _write_for_owner(path: Path, text: str) -> None:
    """Write a file that nobody else may read, whole or not at all."""
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise TargetError(f"{path} cannot be written: {error.strerror}. Free that place.") from error
