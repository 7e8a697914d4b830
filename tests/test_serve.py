"""The small door: who is answered, what is kept, and that nothing else is there."""

import http.client
import json
import os
import stat
import subprocess
import sys
import threading
import time

import pytest
from calc import handed

from bbbxl.cells import serve
from bbbxl.cells.calc.inside.door import FILE, PROOF, SIGNED, Door, DoorError, digest_of, signature
from bbbxl.cells.serve import opened
from bbbxl.errors import TargetError

TABLE = handed()
FIELDS = {"values": TABLE.values, "name": TABLE.name, "row": 1, "date_1904": False, "errors": {}}


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    """Keep the file of the door in a folder of the test."""
    for name in ("XDG_STATE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    return tmp_path


@pytest.fixture
def door():
    """Open the door; yield the server."""
    with opened() as server:
        server.timeout = 0.05
        thread = threading.Thread(target=server.stay, args=(0.5,))
        thread.start()
        yield server
        thread.join()


def file_of():
    return serve.user_folder() / FILE


def ask(server, method, path, body=b"[]", token=None, **headers):
    """Return status, content and proof of a request, signed unless a header says otherwise."""
    signed = "1:" + signature(token or server.token, "request", "1", method, path)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    sent = {SIGNED: signed, "Content-Length": str(len(body)), **{name.replace("_", "-"): text
                                                                 for name, text in headers.items()}}  # fmt: skip
    connection.putrequest(method, path, skip_host="Host" in sent, skip_accept_encoding=True)
    for name, text in sent.items():
        connection.putheader(name, text)
    connection.endheaders(body)
    answer = connection.getresponse()
    content = json.loads(answer.read())
    connection.close()
    return answer.status, content, answer.getheader(PROOF)


def test_a_table_travels_once_and_calls_carry_its_hash(door):
    client, kept = Door([file_of()]), []
    keep = door.tables.keep
    door.tables.keep = lambda digest, content: kept.append(digest) or keep(digest, content)
    assert client.call("BOOKINGS", [FIELDS, "2026-02"]) == [[400.0]]
    assert client.call("BACKLOG", [FIELDS, "2026-03", "region", "West"]) == [[300.0]]
    assert len(kept) == 1


def test_two_clients_are_answered_side_by_side(door):
    found = {}

    def one(name):
        found[name] = [Door([file_of()]).call("BOOKINGS", [FIELDS, f"2026-0{month}"]) for month in (1, 2, 3)]

    threads = [threading.Thread(target=one, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # 1,400 in January, 1,000 - 600 in February, 650 in March
    assert found == {name: [[[1400.0]], [[400.0]], [[650.0]]] for name in "ab"}


def test_the_file_with_the_token_is_its_owners_alone_and_goes_with_the_door():
    with opened() as server:
        assert json.loads(file_of().read_text(encoding="utf-8")) == {"port": server.port, "token": server.token}
        if os.name == "posix":
            assert stat.S_IMODE(file_of().stat().st_mode) == 0o600
            assert stat.S_IMODE(file_of().parent.stat().st_mode) == 0o700
    assert list(file_of().parent.iterdir()) == []


def test_the_door_is_open_on_the_loopback_address_alone(door):
    assert door.server_address[0] == "127.0.0.1"


def test_a_second_door_is_refused(door):
    with pytest.raises(TargetError, match="running already"), opened():
        pass


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"token": "another token"}, 401),
        ({SIGNED: ""}, 401),
        ({SIGNED: "2:"}, 401),
        ({SIGNED: "ü:ü"}, 401),
        ({"Host": "localhost:80"}, 403),
        ({"Host": "evil.example"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Content_Length": "many"}, 411),
        ({"Content_Length": str(serve.MOST + 1)}, 413),
        ({"Content_Length": "9" * 5000}, 413),
        ({"Transfer_Encoding": "chunked"}, 411),
    ],
)
def test_who_may_not_ask_is_refused(door, headers, status):
    found, content, _ = ask(door, "POST", "/call/BBB_VERSION", **headers)
    assert (found, list(content)) == (status, ["error"])


def test_a_signature_is_good_for_its_own_request_only(door):
    signed = "1:" + signature(door.token, "request", "1", "POST", "/call/BBB_VERSION")
    assert ask(door, "POST", "/call/BOOKINGS", **{SIGNED: signed})[0] == 401


def test_an_answer_proves_that_the_token_is_known(door):
    status, _, proof = ask(door, "POST", "/call/BBB_VERSION")
    assert proof == signature(door.token, "answer", "1", str(status))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/"),
        ("POST", "/data/x"),
        ("PUT", "/call/BBB_VERSION"),
        ("POST", "/call/../etc"),
        ("POST", "/call/"),
        ("GET", "/call/BBB_VERSION"),
        ("DELETE", "/data/x"),
    ],
)
def test_there_is_nothing_else(door, method, path):
    assert ask(door, method, path)[0] in (404, 501)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"{}", b"[[1]]", b'[{"block": 1}]', b'[{"file": "/etc/passwd"}]', b"[NaN]", b"\xff", b"[" * 5000],
)
def test_garbage_is_refused(door, body):
    assert ask(door, "POST", "/call/BBB_VERSION", body)[0] == 400


@pytest.mark.parametrize("body", [b"[]", b'{"values": []}', b'{"values": [[]]}', b'{"values": [[1], [1, 2]]}',
                                  b'{"values": [[{}]]}', b'{"values": [[1]], "path": "x"}'])  # fmt: skip
def test_a_block_that_is_none_is_refused(door, body):
    assert ask(door, "PUT", f"/data/{digest_of(body)}", body)[0] == 400


def test_content_under_another_hash_is_refused(door):
    assert ask(door, "PUT", f"/data/{'0' * 64}", b'{"values": [[1]]}')[0] == 400


def test_a_failure_of_a_function_is_its_line(door):
    shown = Door([file_of()]).call("BOOKINGS", ["bbb:0123456789abcdef", "2026-02"])
    assert shown[0][0].startswith("#BBB! The handle bbb:0123456789abcdef is of an earlier session.")
    assert Door([file_of()]).call("NOTHING", [])[0][0].startswith("#BBB! bbbxl knows no function NOTHING")


def test_the_tables_used_longest_ago_are_forgotten(monkeypatch):
    monkeypatch.setattr(serve, "_KEPT", 60)
    tables = serve.Tables()
    bodies = [b'{"values": [[%d]], "name": "Orders"}' % number for number in range(3)]
    for body in bodies:
        tables.keep(digest_of(body), body)
    with pytest.raises(serve.RefusedError) as refused:
        tables.filled([serve.Named(digest_of(body)) for body in bodies])
    assert refused.value.content == {"missing": sorted(digest_of(body) for body in bodies[:2])}


def test_nobody_at_the_port_is_said(state):
    with pytest.raises(DoorError, match="is not running"):
        Door([state / "nothing.json"]).call("BBB_VERSION", [])
    with opened():
        left = file_of().read_text(encoding="utf-8")
    (state / "left.json").write_text(left, encoding="utf-8")
    with pytest.raises(DoorError, match="does not answer"):
        Door([state / "left.json"]).call("BBB_VERSION", [])


def test_who_does_not_know_the_token_gets_no_table(door, state):
    (state / "other.json").write_text(json.dumps({"port": door.port, "token": "another"}), encoding="utf-8")
    kept = []
    door.tables.keep = lambda digest, content: kept.append(digest)
    with pytest.raises(DoorError, match="Another program"):
        Door([state / "other.json"]).call("BOOKINGS", [FIELDS, "2026-02"])
    assert kept == []


def test_the_command_ends_when_nobody_asks(state):
    command = [sys.executable, "-m", "bbbxl", "serve", "--idle", "0.02"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Answering on 127.0.0.1:")
    assert done.stdout.endswith("Ended.\n")
    assert not file_of().exists()


@pytest.mark.skipif(os.name != "posix", reason="Ctrl+C cannot be sent to a process of Windows")
def test_the_command_says_at_once_where_it_answers_and_takes_its_file_away_when_stopped(state):
    command = [sys.executable, "-m", "bbbxl", "serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        until = time.monotonic() + 30
        while not file_of().exists() and time.monotonic() < until:
            time.sleep(0.05)
        assert Door([file_of()]).call("BBB_VERSION", [])[0][0].startswith("bbbxl ")
        server.send_signal(2)
        said, _ = server.communicate(timeout=30)
    assert said.startswith("Answering on 127.0.0.1:")
    assert said.endswith("Ended.\n")
    assert server.returncode == 0
    assert not file_of().exists()
