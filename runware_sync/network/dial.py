"""Make a connection: name, proxy, TCP, TLS and websocket handshake within one deadline.

Everything is done by the thread that calls, without ever blocking in the operating system for longer than a tenth of a
second; only the name is looked up in a thread of its own. websocket-client makes and checks the handshake; it is given
a thin object instead of a socket, which reads the whole answer before the library sees any of it: within the deadline,
of bounded size, and without the cookies that the library would share between all connections of the process.
"""

import socket
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from http import HTTPStatus
from urllib.parse import urlsplit

from websocket import WebSocketException, create_connection

from runware_sync import logs
from runware_sync.errors import ConnectionFailedError, RunwareError
from runware_sync.network.address import reach
from runware_sync.network.patience import Patience, is_worth_repeating, status_of
from runware_sync.network.proxy import proxy_for
from runware_sync.network.streams import Plain, Stream, Tls
from runware_sync.network.transport import Transport
from runware_sync.secrecy import Secret

__all__ = ["dial"]


def dial(
    url: str,
    *,
    deadline: float,
    headers: Mapping[str, str],
    proxy: Secret | None,
    ssl_context: ssl.SSLContext | None,
    max_message: int,
    on_socket: Callable[[socket.socket | None], None],
    stopped: Callable[[], bool],
) -> Transport:
    """Connect to a websocket server.

    Args:
        url: `ws://` or `wss://`, with its query.
        deadline: When to give up, on `time.monotonic()`; bounds all steps together.
        headers: Sent with the handshake.
        proxy: URL of an HTTP proxy; `None` for the environment's, if it names one for this host.
        ssl_context: How certificates are checked; `None` for the system's way.
        max_message: The largest message that is taken, in bytes.
        on_socket: Is told the TCP socket as soon as there is one, so that another thread may cut it by
            `shutdown(SHUT_RDWR)`, and `None` when it has been given up. The socket stays the same from then on.
        stopped: Tells whether to give up at once; asked every tenth of a second.

    Raises:
        ConnectTimeoutError: The deadline was reached.
        ConnectionFailedError: It did not work; the message names the host and the step.
    """
    logs.logger("websocket")  # its tracing, which anybody may turn on, shows what we send
    patience = Patience(deadline, stopped)
    try:
        return _Call(url, patience, ssl_context, on_socket).connect(headers, proxy, max_message)
    except RunwareError:
        raise
    except ssl.SSLCertVerificationError as error:
        raise ConnectionFailedError(
            f"{patience.step}: the certificate was not accepted ({error.verify_message}); is the clock right, or does"
            " a proxy inspect the traffic? its certificate can be trusted with ssl_context=",
            retryable=False,
        ) from error
    except (OSError, WebSocketException, ValueError) as error:
        raise ConnectionFailedError(
            f"{patience.step} failed: {_described(error)}",
            retryable=not isinstance(error, ValueError),  # a name or an address that cannot be one
        ) from error


class _Call:
    """One attempt to connect."""

    def __init__(
        self,
        url: str,
        patience: Patience,
        context: ssl.SSLContext | None,
        on_socket: Callable[[socket.socket | None], None],
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"ws", "wss"} or not parts.hostname:
            raise ConnectionFailedError("the address is neither ws:// nor wss:// with a host", retryable=False)
        self._url = url
        self._scheme = parts.scheme
        self._host = parts.hostname
        self._port = parts.port or (443 if parts.scheme == "wss" else 80)
        self._patience = patience
        self._context = context
        self._on_socket = on_socket

    def connect(self, headers: Mapping[str, str], proxy: Secret | None, max_message: int) -> Transport:
        """Go through all steps; close the socket if one of them fails."""
        through = proxy_for(self._scheme, self._host, self._port, proxy)
        host, port = (through.host, through.port) if through else (self._host, self._port)
        sock = reach(host, port, self._patience, self._on_socket)
        try:
            plain = Plain(sock)
            stream: Stream = plain
            if through is not None:
                if through.encrypted:
                    stream = self._encrypt(sock, stream, through.host)
                through.open_tunnel(sock, stream, self._host, self._port, self._patience)
            if self._scheme == "wss":
                stream = self._encrypt(sock, stream, self._host)
            early = self._shake_hands(sock, stream, headers)
        except BaseException:
            self._on_socket(None)
            with suppress(OSError):
                sock.close()
            raise
        return Transport(plain, stream, max_message=max_message, early=early)

    def _encrypt(self, sock: socket.socket, below: Stream, host: str) -> Stream:
        self._patience.step = f"TLS with {host}"
        tls = Tls(below, self._context or _default_context(), host)
        self._patience.shake(sock, tls)
        return tls

    def _shake_hands(self, sock: socket.socket, stream: Stream, headers: Mapping[str, str]) -> bytes:
        self._patience.step = f"the websocket handshake with {self._host}"
        thin = _Thin(sock, stream, self._patience, self._host)
        try:
            create_connection(
                self._url,
                socket=thin,
                header=dict(headers),
                suppress_origin=True,
                redirect_limit=0,
                enable_multithread=False,
                skip_utf8_validation=True,
            )
        except WebSocketException:
            if thin.failure is not None:  # the library puts its own exception in the place of a timeout
                raise thin.failure from None
            raise
        return thin.early


class _Thin:
    """What websocket-client takes for a socket during the handshake."""

    def __init__(self, sock: socket.socket, stream: Stream, patience: Patience, host: str) -> None:
        self._socket = sock
        self._stream = stream
        self._patience = patience
        self._host = host
        self._answer = b""
        self._at = 0
        self.early = b""
        self.failure: RunwareError | None = None

    def send(self, request: bytes) -> int:
        """Send the request, without cookies, and read the whole head of the answer.

        Raises:
            ConnectionFailedError: The server did not agree to speak websocket.
        """
        try:
            self._exchange(request)
        except RunwareError as error:
            self.failure = error
            raise
        return len(request)

    def _exchange(self, request: bytes) -> None:
        self._patience.write(self._socket, self._stream, _without(request, b"cookie:"))
        head, self.early = self._patience.read_head(self._socket, self._stream)
        status = status_of(head)
        if status is None:
            raise ConnectionFailedError(f"{self._patience.step} failed: {self._host} does not speak HTTP")
        if status != HTTPStatus.SWITCHING_PROTOCOLS:
            redirect = "; redirects are not followed" if 300 <= status < 400 else ""
            raise ConnectionFailedError(
                f"{self._host} refused the websocket handshake with status {status}{redirect}",
                retryable=is_worth_repeating(status),
            )
        self._answer = _without(head, b"set-cookie:")

    def recv(self, size: int) -> bytes:
        """Return the next bytes of the answer."""
        data = self._answer[self._at : self._at + size]
        self._at += len(data)
        return data

    def gettimeout(self) -> float:
        """Return the timeout of a socket that does not wait."""
        return 0.0

    def settimeout(self, _timeout: float | None) -> None:
        """Keep the deadline that there is."""

    def close(self) -> None:
        """Leave closing to the owner."""


@cache
def _default_context() -> ssl.SSLContext:
    """Return the one context for all connections of the process: making one costs 20 ms."""
    return ssl.create_default_context()


def _without(head: bytes, name: bytes) -> bytes:
    """Return the head of a request or an answer without the headers of one name."""
    return b"\r\n".join(line for line in head.split(b"\r\n") if not line.lower().startswith(name))


def _described(error: Exception) -> str:
    """Return what may be said about a foreign error: no headers, no addresses with their query."""
    if isinstance(error, ssl.SSLError):
        return error.reason or type(error).__name__
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return type(error).__name__
