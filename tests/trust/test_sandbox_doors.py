"""Whom the sandbox lets in, what it hands out, and how much it takes."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import urllib3
from sandbox_talk import dial, image, talk
from server import PATIENCE
from websockets.exceptions import ConnectionClosed, InvalidStatus

from runware_sync.sandbox import Sandbox
from runware_sync.sandbox.__main__ import _parser
from runware_sync.sandbox.doors import Doors

KEY = "rk-found-nowhere-7421"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


def port_of(sandbox: Sandbox) -> int:
    return int(sandbox.files_url.split(":")[2].split("/")[0])


def ask(sandbox: Sandbox, path: str, method: str = "GET", body: bytes = b"", **headers: str) -> tuple[int, bytes]:
    """Send a request, byte by byte as a test wants it; return status and body."""
    told = {"Host": f"127.0.0.1:{port_of(sandbox)}", **({"Content-Length": str(len(body))} if body else {}), **headers}
    lines = [
        f"{method} {path} HTTP/1.1",
        *(f"{name.replace('_', '-')}: {value}" for name, value in told.items() if value),
    ]
    with socket.create_connection(("127.0.0.1", port_of(sandbox))) as sock:
        sock.settimeout(PATIENCE)
        sock.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        answer = b""
        with suppress(ConnectionError):
            while piece := sock.recv(65536):
                answer += piece
    head, _, content = answer.partition(b"\r\n\r\n")
    return int(head.split(b" ")[1]) if head else 0, content


def made(sandbox: Sandbox) -> str:
    """Return the path of a picture that the sandbox has made."""
    with talk(sandbox) as client:
        url: str = client.ask(image())["data"][0]["imageURL"]
    return "/files/" + url.rpartition("/")[2]


# -- who --------------------------------------------------------------------------------------------------------------


def test_it_listens_on_loopback(sandbox: Sandbox) -> None:
    """Unless told otherwise, in a program and on the command line."""
    server: Any = sandbox._server
    addresses = [sock.getsockname()[0] for sock in server._server.sockets]

    assert ["127.0.0.1"] == addresses
    assert "127.0.0.1" == _parser("sandbox").parse_args([]).host


@pytest.mark.parametrize("origin", ["https://page.example.test", "http://127.0.0.1:1", "http://localhost", "null", ""])
def test_a_page_in_a_browser_is_refused(sandbox: Sandbox, origin: str) -> None:
    """Whichever it is, also one from this machine: by websocket, for a file, and for a task that would be billed."""
    path = made(sandbox)
    billed = sandbox.billed
    task = json.dumps([{"taskType": "authentication", "apiKey": KEY}, image()]).encode()

    with pytest.raises(InvalidStatus, match="403"), dial(sandbox, additional_headers={"Origin": origin}):
        pass
    assert 403 == ask(sandbox, path, Origin=origin or " ")[0]
    assert 403 == ask(sandbox, "/v1", "POST", task, Origin=origin or " ", Authorization=f"Bearer {KEY}")[0]
    assert 403 == ask(sandbox, "/v1", "OPTIONS", Origin=origin or " ", Access_Control_Request_Method="POST")[0]
    assert billed == sandbox.billed


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("rebound.example.test", 403),
        ("rebound.example.test:80", 403),
        ("127.0.0.1.rebound.example.test", 403),
        ("localhost.rebound.example.test:80", 403),
        ("[rebound.example.test]", 403),
        ("LOCALHOST", 200),
        ("localhost:8080", 200),
        ("127.0.0.1", 200),
        ("[::1]:8080", 200),
        ("192.168.1.7:8080", 200),
        ("", 200),
    ],
)
def test_a_page_whose_name_was_bent_to_this_machine_is_refused(sandbox: Sandbox, host: str, status: int) -> None:
    """Its browser sends no Origin for a file, and believes it asks its own server; the name tells."""
    path = made(sandbox)
    task = json.dumps([image()]).encode()

    assert status == ask(sandbox, path, Host=host)[0]
    posted = ask(sandbox, "/v1", "POST", task, Host=host, Authorization=f"Bearer {KEY}")[0]
    assert status == posted
    assert (2 if status == 200 else 1) == len(sandbox.tasks)


def test_other_names_are_known_where_it_listens_for_a_network() -> None:
    """Which names those are, only the network knows; a name that was told is known as well."""
    assert Doors("127.0.0.1").refusal({"host": "build.example.test"})
    assert Doors("0.0.0.0").refusal({"host": "build.example.test"}) is None  # noqa: S104 - nothing is bound here
    assert Doors("").refusal({"host": "build.example.test:80"}) is None
    assert Doors("sandbox.example.test").refusal({"host": "sandbox.example.test"}) is None
    assert Doors("0.0.0.0").refusal({"origin": "null"})  # noqa: S104 - nothing is bound here


# -- what -------------------------------------------------------------------------------------------------------------


def test_a_file_that_it_made_is_served(sandbox: Sandbox) -> None:
    """That is the one thing that it serves."""
    status, content = ask(sandbox, made(sandbox))

    assert 200 == status
    assert content.startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/files",
        "/files/",
        "/files/..",
        "/files/../v1",
        "/files/../../../../etc/passwd",
        "/files/%2e%2e/%2e%2e/etc/passwd",
        "/files//etc/passwd",
        "/files/..\\..\\secret",
        "/files/{uuid}",
        "/files/{uuid}.png",
        "/files/{uuid}.jpg/../../x",
        "/files/{uuid}.jpg%00.png",
        "/files/00000000-0000-4000-8000-000000000000.jpg",
        "//etc/passwd",
        "file:///etc/passwd",
        "http://127.0.0.1:9/files/{uuid}.jpg",
        "/v2",
    ],
)
def test_nothing_else_is_served(sandbox: Sandbox, path: str) -> None:
    """No folder is listed, no path leads anywhere, and a name must be right to its last letter."""
    uuid = made(sandbox).removeprefix("/files/").partition(".")[0]

    assert 404 == ask(sandbox, path.replace("{uuid}", uuid))[0]


@pytest.mark.parametrize("method", ["DELETE", "PUT", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "post"])
def test_files_are_only_read(sandbox: Sandbox, method: str) -> None:
    """Other methods do nothing."""
    path = made(sandbox)

    assert ask(sandbox, path, method)[0] in {400, 405}
    assert 404 == ask(sandbox, path, "POST", b"[]")[0]
    assert 200 == ask(sandbox, path)[0]


def test_tasks_are_taken_in_one_place(sandbox: Sandbox) -> None:
    """A POST to another path is not looked at."""
    for path in ("/", "/v2", "/files/x", "/v1/more"):
        assert 404 == ask(sandbox, path, "POST", json.dumps([image()]).encode(), Authorization=f"Bearer {KEY}")[0]
    assert [] == sandbox.received


# -- how much ---------------------------------------------------------------------------------------------------------


def test_a_message_that_is_too_large_is_not_taken() -> None:
    """On a websocket it ends the connection, code 1009; a request is refused by its length, before its body comes."""
    with Sandbox(max_message=10_000) as sandbox:
        with talk(sandbox) as client:
            client.say(image(positivePrompt="a" * 10_000))
            with pytest.raises(ConnectionClosed) as caught:
                client.hear()
        assert caught.value.rcvd is not None
        assert 1009 == caught.value.rcvd.code
        assert 413 == ask(sandbox, "/v1", "POST", Content_Length="10001")[0]
        assert 413 == ask(sandbox, "/v1", "POST", Content_Length="9" * 30)[0]
        assert 0 == ask(sandbox, "/v1", "POST", Content_Length="-1")[0]
        assert 0 == ask(sandbox, "/v1", "POST", Content_Length="many")[0]
        assert [] == sandbox.tasks


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_head_without_end_is_not_taken(sandbox: Sandbox, method: str) -> None:
    """It is refused, or the connection is cut."""
    many: dict[str, Any] = {f"X-{number}": "a" * 1000 for number in range(200)}

    status, _ = ask(sandbox, "/v1", method, **many)

    assert status in {0, 400, 431}


def test_threads_of_nobody_remain(sandbox: Sandbox) -> None:
    """Requests that are refused leave nothing behind."""
    before = threading.enumerate()
    with urllib3.PoolManager() as pool:
        for _ in range(20):
            pool.request("GET", sandbox.files_url, headers={"Origin": "null"}, retries=False)

    assert not [new for new in threading.enumerate() if new not in before and new.name.startswith("runware-")]
