"""Both ends of the door: how requests are signed, and the client that asks `bbbxl serve`.

The token never travels. A request carries a number of its own and a signature made with the token; the answer is signed
too, and tables are sent only to who has proved in an answer that it knows the token.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"
#: File in the user's folder that says port and token.
FILE = "serve.json"
#: Header of a request: number and signature, parted by a colon; header of an answer: signature.
SIGNED = "X-Bbbxl-Signed"
PROOF = "X-Bbbxl-Proof"
#: Longest that an answer may take, in seconds.
_PATIENCE = 600
START_IT = "Start it: bbbxl serve. Then recalculate with Ctrl+Shift+F9."
SILENT = "bbbxl serve does not answer. " + START_IT
STRANGER = "Another program answers at the port of bbbxl serve. " + START_IT
NOT_KEPT = "bbbxl serve did not keep the table. Ask again."


class DoorError(Exception):
    """No answer; its text is the sentence of the cell."""


def signature(token: str, *parts: str) -> str:
    """Return the signature of some texts."""
    return hmac.new(token.encode(), "\n".join(parts).encode(), hashlib.sha256).hexdigest()


def digest_of(content: bytes) -> str:
    """Return the hash under which a table is sent and named."""
    return hashlib.sha256(content).hexdigest()


class Door:
    """The way to `bbbxl serve`.

    Args:
        files: Where port and token may be written; the first that is there counts.
    """

    def __init__(self, files: Sequence[Path]) -> None:
        self._files = files

    def call(self, function: str, arguments: Sequence[Any]) -> Any:
        """Return what a function shows, as rows.

        Args:
            function: Its name in the registry.
            arguments: Texts, numbers, None, and the fields of blocks.

        Raises:
            DoorError: nobody answers, or not with an answer.
        """
        asked, blocks = _packed(arguments)
        port, token = self._port_and_token()
        for _ in range(2):
            status, said = _ask(port, token, "POST", "/call/" + function, asked)
            if status != 409:
                break
            for digest in said["missing"]:
                taken, refused = _ask(port, token, "PUT", "/data/" + digest, blocks[digest])
                if taken != 200:
                    raise DoorError(str(refused.get("error")))
        if status != 200:
            raise DoorError(str(said.get("error") or NOT_KEPT))
        return said["value"]

    def _port_and_token(self) -> tuple[int, str]:
        for path in self._files:
            try:
                found = json.loads(path.read_text(encoding="utf-8"))
                return int(found["port"]), str(found["token"])
            except (OSError, ValueError, KeyError, TypeError):
                continue
        raise DoorError("bbbxl serve is not running. " + START_IT)


def _packed(arguments: Sequence[Any]) -> tuple[bytes, dict[str, bytes]]:
    """Return the text of a call, in which hashes stand for blocks, and the blocks by their hashes."""
    blocks: dict[str, bytes] = {}
    sent: list[Any] = []
    for argument in arguments:
        if isinstance(argument, dict):
            content = json.dumps(argument, allow_nan=False).encode()
            digest = digest_of(content)
            blocks[digest] = content
            sent.append({"block": digest})
        else:
            sent.append(argument)
    return json.dumps(sent, allow_nan=False).encode(), blocks


def _ask(port: int, token: str, method: str, path: str, body: bytes) -> tuple[int, dict[str, Any]]:
    """Return status and content of an answer.

    Raises:
        DoorError: nobody answers, or somebody who does not know the token.
    """
    number = secrets.token_hex(16)
    headers = {
        "Content-Type": "application/json",
        SIGNED: number + ":" + signature(token, "request", number, method, path),
    }
    connection = http.client.HTTPConnection(HOST, port, timeout=_PATIENCE)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        proof = answer.getheader(PROOF, "")
        content = json.loads(answer.read())
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise DoorError(SILENT) from error
    finally:
        connection.close()
    expected = signature(token, "answer", number, str(answer.status))
    if not hmac.compare_digest(proof.encode(), expected.encode()) or not isinstance(content, dict):
        raise DoorError(STRANGER)
    return answer.status, content
