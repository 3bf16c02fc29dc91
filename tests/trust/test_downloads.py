"""What downloads are for, when nobody breaks a rule."""

import pickle
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from file_server import PNG, Server, fetch, reply

from runware_sync.content.route import Route, trust_loopback
from runware_sync.errors import DownloadError
from runware_sync.results import Image, Results, route_downloads

pytestmark = pytest.mark.usefixtures("fresh")


def test_a_picture_is_downloaded(server: Server) -> None:
    """Plainly asked for: no cookies, no credentials, no compression."""
    server.gives(reply(PNG, "200 OK", "Set-Cookie: a=b"))
    route = Route()

    assert PNG == fetch(server.url(), route)
    assert PNG == fetch(server.url(), route)

    head = server.asked[1].lower()
    assert b"accept-encoding: identity" in head
    assert b"user-agent: runware-sync/" in head
    assert b"cookie" not in head
    assert b"authorization" not in head


def test_connections_are_kept_for_the_next_download(server: Server) -> None:
    """One handshake serves many pictures."""
    server.gives(reply())
    route = Route()

    for _ in range(5):
        fetch(server.url(), route)

    assert 1 == server.connections


def test_chunked_answers_are_understood(server: Server) -> None:
    """Without a length, the chunks tell the end."""
    chunks = b"".join(f"{len(part):x}\r\n".encode() + part + b"\r\n" for part in (PNG[:7], PNG[7:]))
    server.gives(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n")

    assert PNG == fetch(server.url())


def test_tls_is_checked_with_the_given_certificates(secure: Server, route: Route) -> None:
    """And without them it fails, at once."""
    secure.gives(reply())
    trust_loopback(secure.port)

    assert PNG == fetch(secure.url(), route)
    with pytest.raises(DownloadError, match="TLS failed"):
        fetch(secure.url())


def test_a_result_is_read_once_by_many_threads(server: Server) -> None:
    """Sixteen readers, one download."""
    go = threading.Event()

    def slow() -> Iterator[bytes]:
        go.wait(20)
        yield reply()

    server.answers["/fox.png"] = slow
    image = Image(image_uuid="u", image_url=server.url())
    read: list[bytes] = []
    threads = [threading.Thread(target=lambda: read.append(image.read())) for _ in range(16)]
    for thread in threads:
        thread.start()
    go.set()
    for thread in threads:
        thread.join(20)

    assert [PNG] * 16 == read
    assert 1 == len(server.asked)


def test_a_result_is_saved_from_its_link(server: Server, tmp_path: Any) -> None:
    """Downloaded on the way."""
    server.gives(reply())

    paths = Results([Image(image_uuid="u", image_url=server.url(), seed=7)]).save(tmp_path)

    assert ["00-7.png"] == [path.name for path in paths]
    assert PNG == paths[0].read_bytes()


def test_unpickled_results_read_too(server: Server) -> None:
    """They need no client, and what was read stays behind."""
    server.gives(reply())
    image = Image(image_uuid="u", image_url=server.url())
    route_downloads(image, Route())
    image.read()

    assert PNG == pickle.loads(pickle.dumps(image)).read()  # noqa: S301 - our own
    assert 2 == len(server.asked)


def test_a_forked_process_uses_connections_of_its_own(server: Server) -> None:
    """The parent's sockets stay the parent's."""
    server.gives(reply())
    route = Route()
    fetch(server.url(), route)

    route.begin_anew()  # as in the child
    fetch(server.url(), route)

    assert 2 == server.connections
