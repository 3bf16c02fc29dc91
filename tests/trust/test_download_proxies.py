"""Downloads through proxies, and what records show of them."""

import socket
import ssl
import threading
from contextlib import suppress
from typing import Any

import pytest
import trustme
import urllib3
from file_server import PNG, Server, fetch, reply, resolve_to_loopback

from runware_sync.content.route import Kept, Route
from runware_sync.errors import DownloadError
from runware_sync.secrecy import Secret

pytestmark = pytest.mark.usefixtures("fresh")


def test_a_proxy_gets_a_tunnel_request(server: Server) -> None:
    """Its credentials go to it alone, and what it refuses is an error."""
    with pytest.raises(DownloadError, match="could not be fetched"):
        fetch("https://pictures.example/a.png", Route(proxy=Secret(f"http://me:word@127.0.0.1:{server.port}")))

    head = server.asked[0]
    assert head.startswith(b"CONNECT pictures.example:443 ")
    assert b"proxy-authorization: basic" in head.lower()


def relay(source: socket.socket, sink: socket.socket) -> None:
    """Pass on what comes, until its end."""
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_RDWR)


def test_downloads_go_through_the_tunnel(secure: Server, authority: trustme.CA) -> None:
    """TLS is between us and the server, whose name the proxy resolves."""
    secure.gives(reply())
    context = ssl.create_default_context()
    authority.configure_trust(context)

    def serve() -> None:
        near, _ = listener.accept()
        with near, socket.create_connection(("127.0.0.1", secure.port)) as far:
            near.recv(65536)
            near.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=relay, args=(far, near))
            back.start()
            relay(near, far)
            back.join(20)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        proxy = threading.Thread(target=serve)
        proxy.start()
        route = Route(proxy=Secret(f"http://127.0.0.1:{listener.getsockname()[1]}"), ssl_context=context)
        assert PNG == fetch(secure.url(host="pictures.example"), route)
        secure.close()
        proxy.join(20)


def test_the_environments_proxy_counts(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless `no_proxy` has the host; loopback never goes through it."""
    monkeypatch.setenv("https_proxy", f"127.0.0.1:{server.port}")
    monkeypatch.setenv("http_proxy", "127.0.0.1:9")
    server.gives(reply())

    with pytest.raises(DownloadError):
        fetch("https://pictures.example/a.png")
    seen = len(server.asked)
    monkeypatch.setenv("no_proxy", "pictures.example")
    resolve_to_loopback(monkeypatch)
    with pytest.raises(DownloadError, match="private"):
        fetch(f"https://pictures.example:{server.port}/a.png")

    assert seen
    assert seen == len(server.asked)
    assert PNG == fetch(server.url())


def test_private_addresses_are_refused_through_a_proxy_too(server: Server) -> None:
    """Those that are written as such: names are the proxy's affair."""
    with pytest.raises(DownloadError, match="private"):
        fetch("https://192.168.1.1/a.png", Route(proxy=Secret(f"http://127.0.0.1:{server.port}")))

    assert [] == server.asked


def test_records_do_not_show_queries(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    """Links are signed: whoever has the query has the picture. Other users of urllib3 are not disturbed."""
    caplog.set_level("DEBUG")
    server.gives(b"HTTP/1.1 200 OK\r\nnonsense\r\n\r\n" + PNG, b"")

    with suppress(DownloadError):
        fetch(server.url())
    ours = caplog.text
    urllib3.PoolManager().request("GET", server.url("/other"), retries=False)

    assert "/fox.png" in ours
    assert "secret" not in ours
    assert "secret" in caplog.text


def test_bytes_are_kept_after_the_first_success() -> None:
    """A failure is not."""
    answers: list[Any] = [DownloadError("no"), b"yes"]

    def answer() -> bytes:
        value = answers.pop(0)
        if isinstance(value, Exception):
            raise value
        return bytes(value)

    kept = Kept()
    with pytest.raises(DownloadError):
        kept.get(answer)

    assert [b"yes", b"yes"] == [kept.get(answer), kept.get(answer)]
