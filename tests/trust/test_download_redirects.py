"""Redirects: three at most, each checked like the first address, with nothing carried along."""

import pytest
from file_server import PNG, Server, fetch, reply

from runware_sync.content.route import Route, trust_loopback
from runware_sync.errors import DownloadError

pytestmark = pytest.mark.usefixtures("fresh")


def redirect(to: str, status: str = "302 Found") -> bytes:
    """Return an answer that points elsewhere."""
    return reply(b"", status, f"Location: {to}")


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
def test_redirects_are_followed(server: Server, status: str) -> None:
    """Also relative ones."""
    server.gives(redirect("/there.png", status))
    server.gives(reply(), path="/there.png")

    assert PNG == fetch(server.url())


def test_three_redirects_are_enough(server: Server) -> None:
    """Three are followed, a fourth is not."""
    for step in range(4):
        server.gives(redirect(f"/{step + 1}"), path=f"/{step}")
    server.gives(reply(), path="/4")

    assert PNG == fetch(server.url("/1"))
    with pytest.raises(DownloadError, match="more than 3 times"):
        fetch(server.url("/0"))


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1:9/a", "https://169.254.169.254/a", "file:///x", "https://a:b@c.de/"]
)
def test_redirects_are_checked_like_addresses(server: Server, target: str) -> None:
    """Each of them."""
    server.gives(redirect(target))

    with pytest.raises(DownloadError, match=r"not fetched|no address|no credentials"):
        fetch(server.url())


def test_redirects_never_lead_from_elsewhere_to_the_sandbox(server: Server, secure: Server, route: Route) -> None:
    """Its trust is not for others."""
    trust_loopback(secure.port)
    secure.gives(redirect(server.url()))
    server.gives(reply())

    with pytest.raises(DownloadError, match="not followed"):
        fetch(secure.url(), route)
    assert [] == server.asked


def test_redirects_never_leave_tls(secure: Server, route: Route, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where both addresses would do."""
    trust_loopback(secure.port)
    secure.gives(redirect(secure.url().replace("https", "http")))

    with pytest.raises(DownloadError, match="without TLS"):
        fetch(secure.url(), route)


def test_a_loop_of_redirects_ends(server: Server) -> None:
    """After three."""
    server.gives(redirect("/fox.png"))

    with pytest.raises(DownloadError, match="more than 3 times"):
        fetch(server.url())

    assert 4 == len(server.asked)


def test_redirects_carry_nothing_along(server: Server) -> None:
    """Neither cookies nor credentials, nor from where one comes with its signature."""
    server.gives(reply(b"", "302 Found", "Set-Cookie: session=1; Path=/", "Location: /there.png"))
    server.gives(reply(), path="/there.png")

    fetch(server.url())

    assert 2 == len(server.asked)
    for name in (b"cookie", b"authorization", b"referer", b"x-signature", b"proxy"):
        assert name not in server.asked[1].lower()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_redirects_to_another_port_of_this_machine_are_refused(server: Server, host: str) -> None:
    """The sandbox is trusted, and not what runs beside it."""
    beside = Server()
    server.gives(redirect(beside.url(host=host)))

    with pytest.raises(DownloadError, match="not fetched"):
        fetch(server.url())
    beside.close()

    assert 0 == beside.connections


def test_redirects_never_lead_from_one_sandbox_to_another(server: Server) -> None:
    """Each is trusted for what is asked of it, and for nothing that somebody else says of it."""
    other = Server()
    trust_loopback(other.port)
    server.gives(redirect(other.url()))

    with pytest.raises(DownloadError, match="on this machine: not followed"):
        fetch(server.url())
    other.close()

    assert 0 == other.connections
