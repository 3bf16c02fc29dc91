"""Downloads from servers that break each rule in turn."""

import pickle
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any

import pytest
import trustme
import urllib3

from runware_sync import downloads, origins, peers
from runware_sync.content import Kept, Route, trust_loopback
from runware_sync.errors import DownloadError
from runware_sync.origins import check_address, is_public, is_trusted, shown
from runware_sync.results import Image, Results, route_downloads
from runware_sync.secrecy import Secret

PNG = b"\x89PNG\r\n\x1a\n" + bytes(3000)
QUERY = "X-Signature=secret"

Pieces = Iterable[bytes]


def reply(body: bytes = PNG, status: str = "200 OK", *headers: str, length: int | None = None) -> bytes:
    """Return an answer as it stands on the wire."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


class Server:
    """An HTTP server on loopback that says, byte by byte, what a test wants."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.asked: list[bytes] = []  # the head of each request
        self.connections = 0
        self.answers: dict[str, Callable[[], Pieces]] = {}
        self._tls = tls
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._start(self._accept)

    def _start(self, target: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                self.connections += 1
                self._open.append(sock)
                self._start(self._serve, sock)

    def _serve(self, sock: socket.socket) -> None:
        with suppress(OSError, ValueError):
            stream = self._tls.wrap_socket(sock, server_side=True) if self._tls else sock
            self._open.append(stream)
            with stream, stream.makefile("rb") as lines:
                while True:
                    head = b""
                    while not head.endswith(b"\r\n\r\n"):
                        line = lines.readline()
                        if not line:
                            return
                        head += line
                    self.asked.append(head)
                    path = head.split()[1].decode().partition("?")[0]
                    for piece in self.answers.get(path, lambda: [reply(b"", "404 Not Found")])():
                        if not piece:
                            return
                        stream.sendall(piece)

    def close(self) -> None:
        """End every connection and thread."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for sock in self._open:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()
        for thread in self._threads:
            thread.join(10)

    def url(self, path: str = "/fox.png", host: str = "127.0.0.1") -> str:
        """Return an address on this server, with a secret in its query."""
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}{path}?{QUERY}"

    def gives(self, *pieces: bytes, path: str = "/fox.png") -> None:
        """Answer a path with these pieces, each time."""
        self.answers[path] = lambda: pieces


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust nobody at first, know no proxy, and do not pause."""
    monkeypatch.setattr(origins, "_trusted", set())
    monkeypatch.setattr(downloads, "_PAUSE", 0.001)
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def server() -> Iterator[Server]:
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
def secure(authority: trustme.CA) -> Iterator[Server]:
    """A server with TLS, for 127.0.0.1 and for a name; nobody trusts it more than any other."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "pictures.example", "localhost").configure_cert(context)
    running = Server(context)
    yield running
    running.close()


@pytest.fixture
def route(authority: trustme.CA) -> Route:
    """A route that knows the authority."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return Route(ssl_context=context)


def resolve_to_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every name mean this machine, as a hostile name server would."""

    def answer(_host: str, port: int, *_rest: Any, **_more: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", answer)


def fetch(url: str, route: Route | None = None, **limits: Any) -> bytes:
    """Download a picture."""
    return (route or Route()).download(url, **{"family": "image", **limits})


# -- what works -----------------------------------------------------------------------------------------------------


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


# -- addresses ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://example.com/a.png", "only https"),
        ("ftp://example.com/a.png", "only https"),
        ("file:///etc/passwd", "no address"),
        ("data:image/png;base64,AAAA", "no address"),
        ("https://user:password@example.com/a.png", "no credentials"),
        ("https://user@example.com/a.png", "no credentials"),
        ("https://", "no address"),
        ("https://example.com:port/", "no address"),
        ("https://exa mple.com/", "no address"),
        ("https://example.com/\r\nX: y", "no address"),
        ("https://example.com\\@127.0.0.1/", "no address"),
        ("https://localhost/a.png", "private"),
        ("https://a.localhost/a.png", "private"),
        ("https://127.0.0.1/a.png", "private"),
        ("https://[::1]/a.png", "private"),
        ("https://10.1.2.3/a.png", "private"),
        ("https://169.254.169.254/latest/meta-data", "private"),
        ("https://[::ffff:192.168.1.1]/a.png", "private"),
        ("http://127.0.0.1:9/a.png", "only https"),
    ],
)
def test_addresses_that_are_not_fetched(url: str, words: str) -> None:
    """Before any connection is made, and without showing what may be secret."""
    with pytest.raises(DownloadError, match=words) as caught:
        fetch(url)

    assert "password" not in str(caught.value).replace("a user name or password", "")
    assert not caught.value.retryable


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("127.0.0.1", False),
        ("10.0.0.1", False),
        ("172.16.0.1", False),
        ("192.168.0.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),  # noqa: S104 - an address to refuse
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::5db8:d822", True),
        ("2002:7f00:1::", False),
        ("example.com", False),
    ],
)
def test_public_addresses(address: str, public: bool) -> None:
    """An IPv4 address hidden in an IPv6 one counts as what it is."""
    assert public is is_public(address)


def test_trust_is_for_one_port_of_this_machine() -> None:
    """Not for a name that begins like it, nor for another port."""
    trust_loopback(4711)

    assert is_trusted("127.0.0.1", 4711)
    assert is_trusted("localhost", 4711)
    assert is_trusted("::1", 4711)
    assert not is_trusted("127.0.0.1", 4712)
    assert not is_trusted("127.evil.example", 4711)
    assert not is_trusted("10.0.0.1", 4711)
    assert "http" == check_address("http://127.0.0.1:4711/a").scheme


def test_addresses_are_shown_without_secrets() -> None:
    """No user, no query, no fragment."""
    assert "https://example.com/a.png" == shown("https://me:key@example.com/a.png?sig=secret#x")
    assert "nonsense" == shown("nonsense?x")


@pytest.mark.parametrize("is_port_trusted", [False, True])
def test_a_name_that_leads_to_this_machine_is_refused_on_the_connection(
    secure: Server,
    route: Route,
    monkeypatch: pytest.MonkeyPatch,
    is_port_trusted: bool,
) -> None:
    """Name servers may lie, and change their minds: what counts is who is connected. Nothing is sent to it."""
    secure.gives(reply())
    resolve_to_loopback(monkeypatch)
    if is_port_trusted:
        trust_loopback(secure.port)

    with pytest.raises(DownloadError, match=r"pictures.example.*private network"):
        fetch(secure.url(host="pictures.example"), route)

    assert [] == secure.asked


def test_a_name_that_leads_to_a_public_address_is_fetched(
    secure: Server, route: Route, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here this machine plays the open internet."""
    secure.gives(reply())
    resolve_to_loopback(monkeypatch)
    monkeypatch.setattr(peers, "is_public", lambda _address: True)

    assert PNG == fetch(secure.url(host="pictures.example"), route)


def test_names_that_no_name_can_be_are_refused() -> None:
    """Without showing the query."""
    with pytest.raises(DownloadError, match="no address") as caught:
        fetch(f"https://a..example/fox.png?{QUERY}")

    assert "secret" not in str(caught.value)


# -- redirects ------------------------------------------------------------------------------------------------------


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


# -- what comes -----------------------------------------------------------------------------------------------------


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


# -- proxies --------------------------------------------------------------------------------------------------------


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
