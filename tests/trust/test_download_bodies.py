"""What comes: another thing than a picture, too much of it, too little, or never an end."""

import socket
import traceback
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any

import pytest
from file_server import PNG, Pieces, Server, fetch, reply

from runware_sync.content.route import Route, trust_loopback
from runware_sync.errors import DownloadError

pytestmark = pytest.mark.usefixtures("fresh")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (reply(b"<!DOCTYPE html><html>Sign in</html>"), "kind image, but a web page came; links expire"),
        (reply(b"PK\x03\x04" + bytes(20)), "a ZIP file came"),
        (reply(b"hello, this is no picture"), "something else came"),
        (reply(b"<html>" + b" " * 5000), "a web page came"),
        (reply(b""), "nothing came"),
        (reply(PNG, "200 OK", "Content-Encoding: gzip"), "encoded as 'gzip'"),
        (reply(b"", "403 Forbidden"), r"HTTP status 403; links expire: .*client\.job"),
        (reply(b"", "404 Not Found"), "HTTP status 404"),
        (reply(b"", "302 Found"), "HTTP status 302"),
        (reply(PNG, "206 Partial Content"), "HTTP status 206"),
    ],
)
def test_what_is_no_picture_is_an_error(server: Server, answer: bytes, words: str) -> None:
    """At once, named without its query, with advice."""
    server.gives(answer)

    with pytest.raises(DownloadError, match=words) as caught:
        fetch(server.url())

    assert 1 == len(server.asked)
    assert "secret" not in str(caught.value)
    assert f"http://127.0.0.1:{server.port}/fox.png" in str(caught.value)


@pytest.mark.parametrize(
    "pieces",
    [
        (reply(PNG, length=len(PNG) + 1), b""),
        (reply(PNG, length=len(PNG) + 5000), b""),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n\x89PNG", b""),
        (b"HTTP/1.1 200 OK\r\nContent-Len", b""),
        (b"", b""),
        (b"nonsense\r\n\r\n", b""),
    ],
)
def test_broken_answers_are_tried_again_and_then_an_error(server: Server, pieces: Pieces) -> None:
    """Three times in all."""
    server.answers["/fox.png"] = lambda: pieces

    with pytest.raises(DownloadError, match=r"could not be fetched|instead of") as caught:
        fetch(server.url())

    assert 3 == len(server.asked)
    assert caught.value.retryable
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("failure", [reply(b"", "503 Unavailable"), reply(b"", "429 Slow Down"), b""])
def test_a_failure_that_passes_is_not_noticed(server: Server, failure: bytes) -> None:
    """The second try brings the picture."""
    failures: list[Pieces] = [[failure, b""], [reply()]]
    server.answers["/fox.png"] = lambda: failures.pop(0)

    assert PNG == fetch(server.url())


def test_a_port_where_nobody_listens_is_an_error() -> None:
    """A connection error, in our words."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    trust_loopback(port)

    with pytest.raises(DownloadError, match="connection failed") as caught:
        fetch(f"http://127.0.0.1:{port}/a.png")

    assert caught.value.__cause__ is not None


def test_a_name_that_is_not_known_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """In words that help."""

    def unknown(*_args: Any, **_more: Any) -> list[Any]:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)

    with pytest.raises(DownloadError, match="name is not known"):
        fetch("https://pictures.example/a.png")


def endless() -> Iterator[bytes]:
    """Begin like a picture, and never end."""
    yield b"HTTP/1.1 200 OK\r\n\r\n" + PNG
    while True:
        yield bytes(65536)


def test_the_size_is_limited(server: Server) -> None:
    """Whether it is announced or just comes."""
    server.gives(reply(PNG), path="/announced")
    server.answers["/endless"] = endless

    for path in ("/announced", "/endless"):
        with pytest.raises(DownloadError, match=r"larger than the 2\.0 kB"):
            fetch(server.url(path), limit=2000)


@pytest.mark.parametrize("length", ["5, 3008", "-1", "many", "3008, 3008, 7", "\u00b2"])
def test_a_length_that_is_none_is_refused(server: Server, length: str) -> None:
    """Who tells two lengths tells somebody else another one."""
    server.gives(f"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n".encode("latin-1") + PNG, b"")

    with pytest.raises(DownloadError, match=r"for a length|could not be fetched"):
        fetch(server.url())


def test_two_lengths_are_refused(server: Server) -> None:
    """Also in two lines."""
    server.gives(reply(PNG, "200 OK", "Content-Length: 100"))

    with pytest.raises(DownloadError, match=r"for a length|could not be fetched"):
        fetch(server.url())


def test_what_comes_after_the_announced_length_is_nobodys(server: Server) -> None:
    """It is not read, and does not become the answer to the next request."""
    server.gives(reply(PNG + reply(b"GIF89a" + bytes(100)), length=len(PNG)))
    route = Route()

    assert [PNG, PNG] == [fetch(server.url(), route), fetch(server.url(), route)]


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "gzip, gzip", "IDENTITY, gzip"])
def test_compressed_bodies_are_not_unpacked(server: Server, encoding: str) -> None:
    """A bomb stays small: it was not asked for, and is not looked at."""
    server.gives(reply(b"\x1f\x8b" + bytes(100), "200 OK", f"Content-Encoding: {encoding}"))

    with pytest.raises(DownloadError, match="came encoded as"):
        fetch(server.url())


@pytest.mark.parametrize("size", ["-1", "-5", "zz", "", "f" * 100, "0" * 100_000])
def test_a_chunk_of_an_odd_length_is_an_error(server: Server, size: str) -> None:
    """Less than nothing would be read without end, and without a limit."""
    read: list[int] = []

    def answer() -> Iterator[bytes]:
        yield f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{len(PNG):x}\r\n".encode() + PNG + b"\r\n"
        yield size.encode() + b"\r\n"
        for _ in range(100):
            read.append(1)
            yield bytes(65536)

    server.answers["/fox.png"] = answer

    with pytest.raises(DownloadError, match=r"could not be fetched|larger than"):
        fetch(server.url(), limit=100_000)

    assert len(read) < 300


@pytest.mark.parametrize("line", [b"X-More: of this\r\n", b"X-Long: " + b"a" * 70_000 + b"\r\n"])
def test_a_head_without_end_is_an_error(server: Server, line: bytes) -> None:
    """Neither many lines nor a long one fill the memory."""
    server.gives(b"HTTP/1.1 200 OK\r\n" + line * 200, b"")

    with pytest.raises(DownloadError, match="could not be fetched"):
        fetch(server.url())


def test_what_http_client_prints_shows_no_signature(
    server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """For whoever debugs it, everywhere else."""
    monkeypatch.setattr(HTTPConnection, "debuglevel", 1)
    server.gives(reply())

    assert PNG == fetch(server.url())
    assert "secret" not in capsys.readouterr().out


def test_an_error_shows_no_signature(server: Server) -> None:
    """Nor do those that led to it."""
    server.gives(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n" + PNG, b"")

    with pytest.raises(DownloadError) as caught:
        fetch(server.url())

    assert "secret" not in "".join(traceback.format_exception(caught.value))
    assert "secret" not in repr(vars(caught.value))
