"""Making a connection: against servers that agree, refuse, dawdle and lie."""

import asyncio
import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Self

import pytest
import trustme
from peers import LIMIT, acceptance, called, framed, linger, peer, pump, read_request
from websockets.sync.server import ServerConnection, serve

from runware_sync.errors import ConnectionFailedError, ConnectTimeoutError
from runware_sync.network import address
from runware_sync.network.proxy import Proxy, proxy_for
from runware_sync.network.transport import Transport, TransportClosed
from runware_sync.secrecy import Secret

VARIABLES = "http_proxy https_proxy no_proxy all_proxy".split()


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away proxies that the machine of the test may have."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusting(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def certified(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    """Return a server's context with a certificate for some names."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


def agreeing(seen: list[bytes], *extra: str, early: bytes = b"") -> Callable[[socket.socket], None]:
    """Return a script that agrees to the handshake and keeps what was asked."""

    def script(sock: socket.socket) -> None:
        request = read_request(sock)
        seen.append(request)
        sock.sendall(acceptance(request, *extra) + early)
        linger(sock)

    return script


def answering(answer: bytes) -> Callable[[socket.socket], None]:
    """Return a script that answers the handshake with something else."""

    def script(sock: socket.socket) -> None:
        read_request(sock)
        sock.sendall(answer)
        linger(sock)

    return script


@contextlib.contextmanager
def echoing(context: ssl.SSLContext | None = None) -> Iterator[int]:
    """Serve an echo with the `websockets` library; give its port."""

    def echo(connection: ServerConnection) -> None:
        for message in connection:
            connection.send(message)

    with serve(echo, "127.0.0.1", 0, ssl=context, max_size=None, compression=None) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server.socket.getsockname()[1]
        finally:
            server.shutdown()
            thread.join(LIMIT)


def assert_echo(transport: Transport) -> None:
    """Send something small and something large there and back."""
    large = "ä" * 1_500_000
    transport.send("small")
    transport.send(large)

    assert [b"small", large.encode()] == pump(transport, lambda got: len(got) == 2)
    transport.shut()


# -- the handshake ------------------------------------------------------------------------------------------------


def test_a_plain_connection_carries_messages() -> None:
    """The handshake with an independent implementation succeeds."""
    with echoing() as port:
        assert_echo(called(f"ws://127.0.0.1:{port}/v1?sdk=x"))


def test_a_name_is_looked_up() -> None:
    """`localhost` is this machine, by whichever of its addresses answers."""
    with echoing() as port:
        assert_echo(called(f"ws://localhost:{port}"))


def test_the_request_says_what_it_has_to_and_no_more() -> None:
    """Path, query and our headers travel; no origin, no authorization, no cookie, no extension, no sub-protocol."""
    seen: list[bytes] = []
    with peer(agreeing(seen)) as server:
        called(f"ws://127.0.0.1:{server.port}/v1?sdk=a&version=b", headers={"X-SDK-Name": "python-sync"}).shut()

    lines = seen[0].decode().split("\r\n")
    names = {line.partition(":")[0].lower() for line in lines[1:] if line}
    assert "GET /v1?sdk=a&version=b HTTP/1.1" == lines[0]
    assert "X-SDK-Name: python-sync" in lines
    assert f"Host: 127.0.0.1:{server.port}" in lines
    assert {"upgrade", "connection", "host", "sec-websocket-key", "sec-websocket-version", "x-sdk-name"} == names


def test_the_cookies_of_the_process_are_neither_sent_nor_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """websocket-client shares one jar between all connections; ours neither read nor fill it."""
    from websocket import _handshake

    jar = _handshake.CookieJar
    monkeypatch.setattr(jar, "jar", {})
    jar.add("stolen=1; domain=127.0.0.1")
    seen: list[bytes] = []

    with peer(agreeing(seen, "Set-Cookie: session=2; domain=127.0.0.1")) as server:
        called(f"ws://127.0.0.1:{server.port}/").shut()

    assert b"cookie" not in seen[0].lower()
    assert "stolen=1" == jar.get("127.0.0.1")


def test_what_comes_with_the_answer_is_received() -> None:
    """A server that speaks first, in the same packet, is heard."""
    with peer(agreeing([], early=framed(b"first") + framed(b"second"))) as server:
        transport = called(f"ws://127.0.0.1:{server.port}/")

        assert [b"first", b"second"] == pump(transport, lambda got: len(got) == 2)
        transport.shut()


def test_the_socket_is_told_and_stays_the_same(trusting: ssl.SSLContext, authority: trustme.CA) -> None:
    """Another thread can cut it, over TLS too; no delay, keepalive on, never blocking."""
    told: list[socket.socket | None] = []
    with echoing(certified(authority, "127.0.0.1")) as port:
        transport = called(f"wss://127.0.0.1:{port}/", ssl_context=trusting, on_socket=told.append)
        [sock] = told
        assert sock is not None

        assert transport.fileno() == sock.fileno()
        assert 0.0 == sock.gettimeout()
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        transport.shut()


@pytest.mark.parametrize(
    ("status", "retryable"),
    [
        *((status, False) for status in (301, 302, 401, 403, 404)),
        *((status, True) for status in (200, 408, 429, 500, 502, 503)),
    ],
)
def test_a_refusal_names_its_status_and_nothing_else(status: int, retryable: bool) -> None:
    """Headers, body and query stay out of the message; the redirect is not followed; what may pass is retryable."""
    seen: list[bytes] = []
    told: list[socket.socket | None] = []
    with peer(agreeing(seen)) as elsewhere:
        location = f"ws://127.0.0.1:{elsewhere.port}/"
        answer = f"HTTP/1.1 {status} Secret\r\nLocation: {location}\r\nContent-Length: 9999999\r\n\r\nSecret".encode()
        with peer(answering(answer)) as server, pytest.raises(ConnectionFailedError) as caught:
            called(f"ws://127.0.0.1:{server.port}/?token=Secret", on_socket=told.append)

    assert (True, retryable) == (str(status) in str(caught.value), caught.value.retryable)
    assert "127.0.0.1" in str(caught.value)
    assert "Secret" not in f"{caught.value} {caught.value.__cause__} {caught.value.__context__}"
    assert [] == seen
    assert told[-1] is None


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        pytest.param(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n", "handshake", id="no accept"),
        pytest.param(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: c2VjcmV0IG9mIHNvbWVib2R5\r\n\r\n",
            "handshake",
            id="wrong accept",
        ),
        pytest.param(b"HTTP/1.1 101 OK\r\nno header\r\n\r\n", "handshake", id="no header"),
        pytest.param(b"HTTP/1.1 101 OK\r\nx: \xff\xfe\r\n\r\n", "handshake", id="no text"),
        pytest.param(b"SSH-2.0-OpenSSH\r\n\r\n", "does not speak HTTP", id="another protocol"),
        pytest.param(b"HTTP/1.1 101 OK\r\nx: " + b"y" * 100_000, "without end", id="endless"),
    ],
)
def test_an_answer_that_is_none_fails(answer: bytes, words: str) -> None:
    """Every way in which the answer can be wrong is a failed connection that names the host."""
    with peer(answering(answer)) as server, pytest.raises(ConnectionFailedError, match=words) as caught:
        called(f"ws://127.0.0.1:{server.port}/")

    assert not isinstance(caught.value, ConnectTimeoutError)


def test_a_server_that_hangs_up_fails_at_once() -> None:
    """An end of the stream is not waited out."""
    with (
        peer(lambda sock: (read_request(sock), None)[1]) as server,
        pytest.raises(ConnectionFailedError, match=r"closed without an answer|reset"),
    ):
        called(f"ws://127.0.0.1:{server.port}/")


def test_a_refused_connection_names_host_and_step() -> None:
    """Nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(ConnectionFailedError, match=rf"TCP to 127\.0\.0\.1:{port} failed: .*refused") as caught:
        called(f"ws://127.0.0.1:{port}/")

    assert isinstance(caught.value.__cause__, ConnectionRefusedError)
    assert caught.value.retryable


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "ws:///path", "ws://127.0.0.1:99999/", "ws://[::1/"])
def test_an_address_that_is_none_fails(url: str) -> None:
    """It is our own kind of error that says so."""
    with pytest.raises(ConnectionFailedError):
        called(url)


# -- the deadline -------------------------------------------------------------------------------------------------


def trickling(sock: socket.socket) -> None:
    """Answer a byte every now and then, without end."""
    request = read_request(sock)
    for value in acceptance(request, "X-Padding: " + "x" * 100_000):
        sock.sendall(bytes([value]))
        time.sleep(0.02)  # the pace of this peer, not a wait of the test


@pytest.mark.parametrize("script", [linger, trickling])
@pytest.mark.parametrize("scheme", ["ws", "wss"])
def test_a_peer_that_dawdles_is_left_on_time(scheme: str, script: Callable[[socket.socket], None]) -> None:
    """The bound holds for the whole handshake, not for each byte of it."""
    told: list[socket.socket | None] = []
    began = time.monotonic()

    with (
        peer(script) as server,
        pytest.raises(ConnectTimeoutError, match=r"127\.0\.0\.1 was not finished"),
    ):
        called(f"{scheme}://127.0.0.1:{server.port}/", seconds=0.6, on_socket=told.append)

    assert 0.5 < time.monotonic() - began < 5
    assert [False, True] == [sock is None for sock in told]


def test_headers_trickled_over_tls_end_on_time(trusting: ssl.SSLContext, authority: trustme.CA) -> None:
    """Inside TLS the same bound holds."""
    context = certified(authority, "127.0.0.1")

    def script(sock: socket.socket) -> None:
        with context.wrap_socket(sock, server_side=True) as inside:
            trickling(inside)

    with peer(script) as server, pytest.raises(ConnectTimeoutError):
        called(f"wss://127.0.0.1:{server.port}/", seconds=0.8, ssl_context=trusting)


def test_a_name_server_that_does_not_answer_is_left_on_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The operating system's question cannot be bounded; the wait for it can."""
    asked, released = threading.Event(), threading.Event()

    def hang(_host: str, _port: int) -> address.Found:
        asked.set()
        released.wait(LIMIT)
        return []

    monkeypatch.setattr(address, "_look_up", hang)
    with pytest.raises(ConnectTimeoutError, match=r"name resolution of nowhere\.example"):
        called("ws://nowhere.example/", seconds=0.3)

    assert asked.is_set()
    released.set()


def test_an_unknown_name_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the resolver says is told."""

    def refuse(_host: str, _port: int) -> address.Found:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(address, "_look_up", refuse)

    with pytest.raises(ConnectionFailedError, match=r"name resolution of nowhere\.example failed: Name or service"):
        called("ws://nowhere.example/")


def test_a_name_that_cannot_be_one_fails() -> None:
    """A label of more than 63 letters breaks Python's encoding of names, not us."""
    with pytest.raises(ConnectionFailedError, match="name resolution"):
        called(f"ws://{'a' * 70}.example/")


def test_a_resolver_that_gives_up_is_no_timeout_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own `TimeoutError` is what it says, not an answer that is still awaited."""

    def give_up(_host: str, _port: int) -> address.Found:
        raise TimeoutError("the resolver gave up")

    monkeypatch.setattr(address, "_look_up", give_up)

    with pytest.raises(ConnectionFailedError) as caught:
        called("ws://nowhere.example/")

    assert not isinstance(caught.value, ConnectTimeoutError)


def test_an_address_that_this_machine_cannot_use_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """No IPv6 here, say; without any usable address the last reason is told."""
    unusable = (socket.AddressFamily.AF_UNSPEC, ("::1", 1))
    with echoing() as port:
        usable = (socket.AF_INET, ("127.0.0.1", port))
        monkeypatch.setattr(address, "_look_up", lambda _host, _port: [unusable, usable])
        assert_echo(called("ws://service.example/"))

    for found in ([unusable], []):
        monkeypatch.setattr(address, "_look_up", lambda _host, _port, found=found: found)
        with pytest.raises(ConnectionFailedError, match=r"TCP to service\.example:80"):
            called("ws://service.example/")


def full_listener() -> tuple[socket.socket, list[socket.socket]]:
    """Return a listener whose queue is full: a connection to it is neither refused nor made."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    fillers = []
    for _ in range(8):
        filler = socket.socket()
        filler.setblocking(False)
        filler.connect_ex(listener.getsockname())
        fillers.append(filler)
    return listener, fillers


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="only Linux drops what a full queue cannot hold")
def test_an_address_that_does_not_answer_leaves_time_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dead IPv6 route does not keep a living IPv4 address from being tried."""
    dead, fillers = full_listener()
    with echoing() as port, socket.create_server(("127.0.0.1", 0)) as refusing:
        refused = refusing.getsockname()
        refusing.close()
        monkeypatch.setattr(
            address,
            "_look_up",
            lambda _host, _port: [
                (socket.AF_INET, dead.getsockname()),
                (socket.AF_INET, refused),
                (socket.AF_INET, ("127.0.0.1", port)),
            ],
        )
        began = time.monotonic()

        transport = called("ws://service.example/", seconds=1.5)

        assert 0.5 < time.monotonic() - began < 1.5
        assert_echo(transport)
        monkeypatch.setattr(address, "_look_up", lambda _host, _port: [(socket.AF_INET, dead.getsockname())])
        with pytest.raises(ConnectTimeoutError, match=r"TCP to service\.example"):
            called("ws://service.example/", seconds=0.3)
    for sock in (dead, *fillers):
        sock.close()


def test_a_client_that_is_closed_meanwhile_stops_dialling() -> None:
    """It does not wait for the deadline, and it is not called a timeout."""
    connected = threading.Event()
    closed = False
    outcome: Future[Transport] = Future()

    def script(sock: socket.socket) -> None:
        connected.set()
        linger(sock)

    def call() -> None:
        try:
            outcome.set_result(called(f"ws://127.0.0.1:{server.port}/", stopped=lambda: closed))
        except ConnectionFailedError as error:
            outcome.set_exception(error)

    with peer(script) as server:
        caller = threading.Thread(target=call)
        caller.start()
        assert connected.wait(LIMIT)
        closed = True
        error = outcome.exception(5)
        caller.join(LIMIT)

    assert "closed while connecting" in str(error)
    assert not isinstance(error, ConnectTimeoutError)


def test_a_cut_by_another_thread_ends_the_dialling() -> None:
    """`shutdown` on the socket that was told is enough."""
    outcome: Future[Transport] = Future()
    told: Future[socket.socket] = Future()
    asked = threading.Event()

    def script(sock: socket.socket) -> None:
        read_request(sock)
        asked.set()
        linger(sock)

    def tell(sock: socket.socket | None) -> None:
        if sock is not None:
            told.set_result(sock)

    def call() -> None:
        try:
            outcome.set_result(called(f"ws://127.0.0.1:{server.port}/", on_socket=tell))
        except ConnectionFailedError as error:
            outcome.set_exception(error)

    with peer(script) as server:
        caller = threading.Thread(target=call)
        caller.start()
        assert asked.wait(LIMIT)
        told.result(LIMIT).shutdown(socket.SHUT_RDWR)
        error = outcome.exception(5)
        caller.join(LIMIT)

    assert isinstance(error, ConnectionFailedError)


# -- TLS ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_an_encrypted_connection_carries_messages(
    version: ssl.TLSVersion, trusting: ssl.SSLContext, authority: trustme.CA
) -> None:
    """With the caller's context, in both versions that are in use."""
    context = certified(authority, "127.0.0.1")
    context.minimum_version = context.maximum_version = version
    with echoing(context) as port:
        assert_echo(called(f"wss://127.0.0.1:{port}/", ssl_context=trusting))


@pytest.mark.parametrize("names", [("127.0.0.1",), ("other.example",)])
def test_a_certificate_that_is_not_accepted_is_final(names: tuple[str, ...], authority: trustme.CA) -> None:
    """Unknown issuer, or another name: said with advice, and not tried again."""
    context = None
    if names[0] == "other.example":
        context = ssl.create_default_context()
        authority.configure_trust(context)
    with (
        echoing(certified(authority, *names)) as port,
        pytest.raises(ConnectionFailedError, match="certificate was not accepted") as caught,
    ):
        called(f"wss://127.0.0.1:{port}/", ssl_context=context)

    assert not caught.value.retryable
    assert "ssl_context=" in str(caught.value)
    assert isinstance(caught.value.__cause__, ssl.SSLCertVerificationError)


def test_a_server_without_tls_fails() -> None:
    """It is said at which step."""

    def script(sock: socket.socket) -> None:
        sock.recv(10)
        sock.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with peer(script) as server, pytest.raises(ConnectionFailedError, match=r"TLS with 127\.0\.0\.1 failed"):
        called(f"wss://127.0.0.1:{server.port}/")


@pytest.mark.parametrize("polite", [True, False])
def test_the_end_of_tls_is_an_end(polite: bool, trusting: ssl.SSLContext, authority: trustme.CA) -> None:
    """With or without a goodbye of TLS itself, after what was sent before."""
    context = certified(authority, "127.0.0.1")

    def script(sock: socket.socket) -> None:
        inside = context.wrap_socket(sock, server_side=True)
        inside.sendall(acceptance(read_request(inside)) + framed(b"result" * 30_000))
        if polite:
            with contextlib.suppress(OSError):
                inside.unwrap()
        inside.close()

    with peer(script) as server:
        transport = called(f"wss://127.0.0.1:{server.port}/", ssl_context=trusting)
        assert [b"result" * 30_000] == pump(transport, bool)
        with pytest.raises(TransportClosed, match="without a close frame"):
            pump(transport, lambda _got: False)
        transport.shut()


# -- proxies ------------------------------------------------------------------------------------------------------


class Tunnels:
    """A proxy that makes tunnels, or refuses to; on asyncio, which reads and writes TLS in one thread.

    Args:
        refusal: What it says instead of agreeing.
        context: For a proxy that is itself spoken to through TLS.
    """

    def __init__(self, *, refusal: bytes = b"", context: ssl.SSLContext | None = None) -> None:
        self.requests: list[bytes] = []
        self._refusal = refusal
        self._context = context
        self._writers: list[asyncio.StreamWriter] = []
        self._port: Future[int] = Future()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._done: asyncio.Event | None = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self.port = self._port.result(LIMIT)
        return self

    def __exit__(self, *_: object) -> None:
        assert self._loop is not None
        assert self._done is not None
        self._loop.call_soon_threadsafe(self._done.set)
        self._thread.join(LIMIT)

    async def _serve(self) -> None:
        self._loop, self._done = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._tunnel, "127.0.0.1", 0, ssl=self._context)
        self._port.set_result(server.sockets[0].getsockname()[1])
        await self._done.wait()
        server.close()
        for writer in self._writers:
            writer.transport.abort()
        await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()}, return_exceptions=True)

    async def _tunnel(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        self.requests.append(request)
        self._writers.append(writer)
        if self._refusal:
            writer.write(self._refusal)
            await reader.read()
            writer.close()
            return
        port = int(request.split()[1].rpartition(b":")[2])
        onward = await asyncio.open_connection("127.0.0.1", port)
        self._writers.append(onward[1])
        writer.write(b"HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n")
        await asyncio.gather(_copy(reader, onward[1]), _copy(onward[0], writer))


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
    writer.close()


@pytest.mark.parametrize("scheme", ["ws", "wss"])
def test_a_given_proxy_is_gone_through(scheme: str, trusting: ssl.SSLContext, authority: trustme.CA) -> None:
    """Also to this machine; its user name and password travel as the proxy wants them."""
    context = certified(authority, "127.0.0.1") if scheme == "wss" else None
    with echoing(context) as port, Tunnels() as proxy:
        url = f"http://user:p%40ss@127.0.0.1:{proxy.port}"

        assert_echo(called(f"{scheme}://127.0.0.1:{port}/", proxy=Secret(url), ssl_context=trusting))

    lines = proxy.requests[0].decode().split("\r\n")
    assert f"CONNECT 127.0.0.1:{port} HTTP/1.1" == lines[0]
    assert "Proxy-Authorization: Basic dXNlcjpwQHNz" in lines


def test_a_proxy_may_be_encrypted_itself(trusting: ssl.SSLContext, authority: trustme.CA) -> None:
    """TLS to the server runs inside TLS to the proxy."""
    context = certified(authority, "127.0.0.1")
    with echoing(context) as port, Tunnels(context=context) as proxy:
        assert_echo(
            called(f"wss://127.0.0.1:{port}/", proxy=Secret(f"https://127.0.0.1:{proxy.port}"), ssl_context=trusting)
        )

    assert 1 == len(proxy.requests)


@pytest.mark.parametrize(("status", "retryable"), [(403, False), (407, False), (429, True), (502, True), (504, True)])
def test_a_proxy_that_refuses_is_named(status: int, retryable: bool) -> None:
    """It was the proxy, with its status; its password is in no message."""
    refusal = f"HTTP/1.1 {status} Secret\r\nProxy-Authenticate: Basic\r\n\r\n".encode()
    with Tunnels(refusal=refusal) as proxy, pytest.raises(ConnectionFailedError, match="proxy") as caught:
        called("wss://service.example/", proxy=Secret(f"http://user:Secret@127.0.0.1:{proxy.port}"))

    assert (True, retryable) == (str(status) in str(caught.value), caught.value.retryable)
    assert "Secret" not in f"{caught.value!r} {caught.value.__cause__!r}"
    assert (status == 407) == ("user name" in str(caught.value))


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(answering(b"220 smtp ready\r\n\r\n"), id="another protocol"),
        pytest.param(answering(b"HTTP/1.1 200 OK\r\n\r\nmore than was asked for"), id="speaks first"),
        pytest.param(lambda sock: (read_request(sock), None)[1], id="hangs up"),
    ],
)
def test_a_proxy_that_is_none_fails(script: Callable[[socket.socket], None]) -> None:
    """It is named, too."""
    with peer(script) as server, pytest.raises(ConnectionFailedError, match="proxy"):
        called("wss://service.example/", proxy=Secret(f"http://127.0.0.1:{server.port}"))


def test_a_silent_proxy_is_left_on_time() -> None:
    """The bound is the same one."""
    with peer(linger) as server, pytest.raises(ConnectTimeoutError, match="tunnel through the proxy"):
        called("wss://service.example/", proxy=Secret(f"http://127.0.0.1:{server.port}"), seconds=0.4)


@pytest.mark.parametrize("url", ["socks5://user:Secret@proxy.example:1080", "http://user:Secret@proxy:port", "http://"])
def test_a_proxy_of_another_kind_is_refused(url: str) -> None:
    """Before anything is looked up, and without showing it."""
    with pytest.raises(ConnectionFailedError, match="only http:// and https:// proxies") as caught:
        called("wss://service.example/", proxy=Secret(url))

    assert not caught.value.retryable
    assert "Secret" not in f"{caught.value!r} {caught.value.__cause__!r}"


def test_the_environment_names_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """For wss the one for https, for ws the one for http; as the rest of Python reads them."""
    with Tunnels(refusal=b"HTTP/1.1 403 No\r\n\r\n") as first, Tunnels(refusal=b"HTTP/1.1 502 No\r\n\r\n") as second:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{first.port}")
        monkeypatch.setenv("http_proxy", f"127.0.0.1:{second.port}")
        with pytest.raises(ConnectionFailedError, match="status 403"):
            called("wss://service.example/v1")
        with pytest.raises(ConnectionFailedError, match="status 502"):
            called("ws://service.example:81/v1")

    assert b"CONNECT service.example:443 HTTP/1.1" == first.requests[0].split(b"\r\n")[0]
    assert b"CONNECT service.example:81 HTTP/1.1" == second.requests[0].split(b"\r\n")[0]


@pytest.mark.parametrize("excluded", ["service.example", ".example", "other,service.example:443", "*"])
def test_no_proxy_is_honoured(excluded: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is then looked up here."""
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", excluded)

    assert proxy_for("wss", "service.example", 443, None) is None


def test_this_machine_is_not_behind_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment's proxy is for elsewhere; IPv6 targets are written as they must be."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")

    assert proxy_for("ws", "127.0.0.1", 80, None) is None
    assert proxy_for("ws", "localhost", 80, None) is None
    assert proxy_for("ws", "::1", 80, None) is None
    with Tunnels(refusal=b"HTTP/1.1 403 No\r\n\r\n") as proxy, pytest.raises(ConnectionFailedError):
        called("ws://[::1]:81/", proxy=Secret(f"http://127.0.0.1:{proxy.port}"))
    assert proxy.requests[0].startswith(b"CONNECT [::1]:81 HTTP/1.1")


def test_a_proxy_shows_no_credentials() -> None:
    """Not in its `repr`, from where it could get into a log."""
    proxy = Proxy.parse(Secret("https://user:Secret@proxy.example"))

    assert ("proxy.example", 443, True) == (proxy.host, proxy.port, proxy.encrypted)
    assert repr(proxy).endswith("credentials=Secret('***'))")
