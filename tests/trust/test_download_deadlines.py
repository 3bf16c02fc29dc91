"""One deadline for a download, whatever its server does with the time."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from file_server import Server, fetch

from runware_sync.content.route import Route, trust_loopback
from runware_sync.errors import DownloadError
from runware_sync.network import address
from runware_sync.secrecy import Secret

pytestmark = pytest.mark.usefixtures("fresh")


def trickle(start: bytes, piece: bytes, stop: threading.Event) -> Iterator[bytes]:
    """Send a little, all the time."""
    yield start
    while not stop.wait(0.02):
        yield piece


@pytest.mark.parametrize(
    ("start", "piece"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n\x89PNG\r\n\x1a\n", b"\0"),
        (b"HTTP/1.1 200 OK\r\n", b"X-More: of this\r\n"),
        (b"HTTP/1.1 ", b"2"),
    ],
)
def test_one_deadline_holds_for_all_of_it(server: Server, start: bytes, piece: bytes) -> None:
    """A server that trickles gains nothing by it, be it in the head or in the body."""
    stop = threading.Event()
    server.answers["/fox.png"] = lambda: trickle(start, piece, stop)
    since = time.monotonic()

    with pytest.raises(DownloadError, match="in time"):
        fetch(server.url(), timeout=0.5)

    assert 0.4 < time.monotonic() - since < 5
    stop.set()


def test_a_silent_server_is_given_up(server: Server) -> None:
    """When the deadline is over, not later."""
    stop = threading.Event()
    server.answers["/fox.png"] = lambda: trickle(b"HTTP/1.1", b"", stop) if not stop.wait(20) else []

    with pytest.raises(DownloadError, match="in time"):
        fetch(server.url(), timeout=0.3)
    stop.set()


def test_without_time_nothing_is_asked(server: Server) -> None:
    """A deadline that is over is over."""
    with pytest.raises(DownloadError, match="in time"):
        fetch(server.url(), timeout=0.0)

    assert [] == server.asked


def test_answers_that_only_announce_an_answer_end_in_time(server: Server) -> None:
    """`100 Continue`, for ever; from Python 3.14 on, a hundred of them are enough."""

    def answer() -> Iterator[bytes]:
        while True:
            yield b"HTTP/1.1 100 Continue\r\n\r\n"

    server.answers["/fox.png"] = answer

    with pytest.raises(DownloadError, match=r"in time|the connection failed"):
        fetch(server.url(), timeout=0.5)


def test_a_handshake_that_does_not_come_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody accepts the connection, and says nothing of TLS."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        trust_loopback(silent.getsockname()[1])

        with pytest.raises(DownloadError, match="in time"):
            fetch(f"https://127.0.0.1:{silent.getsockname()[1]}/fox.png", timeout=0.3)


@pytest.mark.parametrize("proxy", [None, "http://proxy.example:3128"])
def test_a_name_server_that_does_not_answer_is_left_in_time(proxy: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's own question has no bound; be it about a server or about the proxy before it."""
    over = threading.Event()
    monkeypatch.setattr(address, "_look_up", lambda *_: over.wait(20) or [])

    with pytest.raises(DownloadError, match="in time"):
        fetch("https://pictures.example/fox.png", Route(proxy=Secret(proxy) if proxy else None), timeout=0.3)
    is_early = not over.is_set()
    over.set()

    assert is_early


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="only Linux drops what a full queue cannot hold")
def test_many_addresses_that_do_not_answer_share_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name may have a hundred; each of them used to have all of the time."""
    with ExitStack() as sockets:
        dead = sockets.enter_context(socket.socket())
        dead.bind(("127.0.0.1", 0))
        dead.listen(0)
        for _ in range(8):
            filler = sockets.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(dead.getsockname())
        found = [(socket.AF_INET, dead.getsockname())] * 100
        monkeypatch.setattr(address, "_look_up", lambda *_: found)
        since = time.monotonic()

        with pytest.raises(DownloadError, match="in time"):
            fetch("https://pictures.example/fox.png", timeout=0.5)

    assert time.monotonic() - since < 15
