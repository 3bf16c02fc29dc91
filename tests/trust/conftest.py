"""What tests of secrets and trust begin with: no key is hidden yet, no pause is made; and servers of files."""

import ssl
from collections.abc import Iterator

import pytest
import trustme
from file_server import Server

from runware_sync import secrecy
from runware_sync.calls.retrying import Policy
from runware_sync.content import downloads, origins
from runware_sync.content.route import Route, trust_loopback


@pytest.fixture(autouse=True)
def _forget_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each test hide its own keys: nothing passes because of an earlier test."""
    monkeypatch.setattr(secrecy, "_hidden", secrecy._Hidden())


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what may be tried again be tried at once."""
    monkeypatch.setattr(Policy, "pause", lambda *_: 0.0)


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust nobody at first, know no proxy, and do not pause."""
    monkeypatch.setattr(origins, "_trusted", set())
    monkeypatch.setattr(downloads, "_PAUSE", 0.001)
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def server(fresh: None) -> Iterator[Server]:
    """A trusted server on loopback, without TLS: like the sandbox."""
    running = Server()
    trust_loopback(running.port)
    yield running
    running.close()


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Somebody who signs certificates."""
    return trustme.CA()


@pytest.fixture
def secure(fresh: None, authority: trustme.CA) -> Iterator[Server]:
    """A server with TLS, for 127.0.0.1 and for a name; nobody trusts it more than any other."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "pictures.example", "localhost").configure_cert(context)
    running = Server(context)
    yield running
    running.close()


@pytest.fixture
def route(fresh: None, authority: trustme.CA) -> Route:
    """A route that knows the authority."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return Route(ssl_context=context)
