"""One HTTP POST whose answer is read while it comes, by urllib3.

What was written and what was not is always known: connecting and asking are two steps. Names, addresses and proxies
are those of the websocket connection. No redirects, no cookies, nothing that is kept between two requests. Loaded when
the first text is streamed.
"""

import http.client
import os
import socket
import ssl
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import cache, partial
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

from urllib3.connection import ProxyConfig
from urllib3.exceptions import HTTPError, ReadTimeoutError
from urllib3.response import HTTPResponse
from urllib3.util import Url, parse_url

from runware_sync import forks
from runware_sync.errors import (
    ConnectionFailedError,
    ConnectionLostError,
    ConnectTimeoutError,
    RunwareError,
    TaskTimeoutError,
)
from runware_sync.network.address import reach
from runware_sync.network.patience import Patience
from runware_sync.network.proxy import Proxy, proxy_for
from runware_sync.secrecy import Secret, conceal
from runware_sync.streaming.carriage import Answer, Bounds, Encrypted, Plain

__all__ = ["Post", "http_address"]

_PIECE: Final = 65536
# On Windows a wait for a socket cannot be interrupted by Ctrl-C, so it is taken in slices.
_SLICE: Final = 0.1 if os.name == "nt" else None
_TUNNEL_REFUSED: Final = "Tunnel connection failed: "  # how http.client begins to say it


def http_address(url: str) -> str:
    """Return where HTTP requests go, given the websocket address of the same service.

    The public service has a host for each of the two, `ws-api.` and `api.`; anybody else's has one for both.
    """
    parts = urlsplit(url)
    host = parts.netloc
    if host.startswith("ws-api."):
        host = host.removeprefix("ws-")
    return urlunsplit(parts._replace(scheme="https" if parts.scheme == "wss" else "http", netloc=host))


class Post:
    """One request and its answer: `connect`, `ask`, then `read` until nothing comes; `close` at the end.

    One thread does all that; `cut` may be called by any.

    Args:
        url: `https://`, or `http://` to this machine.
        proxy: URL of an HTTP proxy; by default the environment's.
        ssl_context: TLS settings; by default the system's certificates.
    """

    def __init__(self, url: str, *, proxy: Secret | None, ssl_context: ssl.SSLContext | None) -> None:
        self._url = parse_url(url)
        self._proxy = proxy
        self._context = ssl_context
        self._bounds = Bounds()
        self._generation = forks.generation()
        self._handle: socket.socket | None = None  # a descriptor of our own, by which the connection can be cut
        self._connection: Plain | Encrypted | None = None
        self._response: HTTPResponse | None = None

    # -- connecting -------------------------------------------------------------------------------------------------

    def connect(self, timeout: float) -> None:
        """Connect, through the proxy if there is one; nothing of the request is written.

        Args:
            timeout: Seconds for all of it.

        Raises:
            ConnectTimeoutError: It took longer.
            ConnectionFailedError: It did not work.
        """
        patience = Patience(time.monotonic() + timeout, lambda: self._bounds.is_cut)
        self._bounds.until = patience.deadline
        try:
            self._connection = self._prepared(patience)
            self._connection.connect()
        except RunwareError:
            raise
        except ssl.SSLCertVerificationError as error:
            raise ConnectionFailedError(
                f"{patience.step}: the certificate was not accepted ({error.verify_message}); is the clock right, or"
                " does a proxy inspect the traffic? its certificate can be trusted with ssl_context=",
                retryable=False,
            ) from error
        except TimeoutError as error:
            raise ConnectTimeoutError(f"{patience.step} was not finished after {timeout:g} s") from _frameless(error)
        except (HTTPError, OSError, http.client.HTTPException, ValueError) as error:
            raise ConnectionFailedError(
                f"{patience.step} failed: {_described(error)}",
                retryable=not isinstance(error, ValueError),  # a name or an address that cannot be one
            ) from _frameless(error)

    def _prepared(self, patience: Patience) -> "Plain | Encrypted":
        """Return a connection that has not been made yet."""
        is_encrypted = self._url.scheme == "https"
        host = (self._url.host or "").strip("[]")
        port = self._url.port or (443 if is_encrypted else 80)
        proxy = proxy_for("wss" if is_encrypted else "ws", host, port, self._proxy)
        first, number = (proxy.host, proxy.port) if proxy else (host, port)
        connection: Plain | Encrypted
        if is_encrypted:
            context = self._context or _default_context()
            connection = Encrypted(first, number, ssl_context=context, **_known(proxy, context))
        else:
            connection = Plain(first, number)
        connection.open_socket = partial(self._open_socket, first, number, patience)
        connection.response_class = type("Answer", (Answer,), {"bounds": self._bounds})
        if proxy is not None:
            if proxy.encrypted and not is_encrypted:
                raise ConnectionFailedError("an https:// proxy leads to https:// addresses only", retryable=False)
            secret = {"Proxy-Authorization": f"Basic {proxy.credentials.reveal()}"} if proxy.credentials else None
            connection.set_tunnel(host, port, headers=secret, scheme="https" if proxy.encrypted else "http")
        return connection

    def _open_socket(self, host: str, port: int, patience: Patience) -> socket.socket:
        sock = reach(host, port, patience, lambda _sock: None)
        try:
            self._handle = sock.dup()
            sock.settimeout(patience.left())  # that of the TLS handshake, too
        except BaseException:
            sock.close()
            raise
        patience.step = f"TLS with {host}" if self._url.scheme == "https" else f"HTTP with {host}"
        return sock

    # -- asking and reading -----------------------------------------------------------------------------------------

    def ask(self, body: bytes, headers: Mapping[str, str], key: Secret, timeout: float) -> None:
        """Write the request, and read the head of the answer. From here on, the outcome of a failure is unknown.

        Args:
            body: JSON.
            headers: What is said beside it.
            key: The account's key; it appears nowhere but on the wire.
            timeout: Seconds for the writing, for the head of the answer, and later between any two bytes.

        Raises:
            TaskTimeoutError: There was no answer in time.
            ConnectionLostError: The connection went away.
        """
        connection = self._connection
        if connection is None:
            raise AssertionError("connect() comes first")
        self._bounds.silence = timeout
        self._bounds.until = time.monotonic() + timeout
        connection.timeout = timeout
        failure: BaseException | None = None
        try:
            with suppress(BrokenPipeError):  # it may have answered before it had read everything
                connection.request(
                    "POST",
                    self._url.request_uri,
                    body=body,
                    headers={**headers, "Authorization": _bearer(key)},
                    preload_content=False,
                    decode_content=False,
                )
            self._response = connection.getresponse()
        except (HTTPError, OSError, http.client.HTTPException, ValueError) as error:
            failure = _failure(error, timeout)
        except BaseException as error:  # noqa: BLE001 - raised below: an interrupt keeps frames, too
            failure = _frameless(error)
        if failure is not None:
            raise failure  # out here, where nothing that knows the key hangs on it
        self._bounds.until = None

    @property
    def status(self) -> int:
        """The HTTP status of the answer."""
        return self._response.status if self._response is not None else 0

    def header(self, name: str) -> str:
        """Return a header of the answer; empty if it is not there."""
        return conceal(self._response.headers.get(name, "")) if self._response is not None else ""

    def read(self, silence: float | None = None) -> bytes:
        """Return the next bytes, as soon as there are any; none at the end.

        Args:
            silence: Seconds to wait for them, if not those that were given before.

        Raises:
            TaskTimeoutError: None came in time.
            ConnectionLostError: The connection went away.
        """
        if self._response is None:
            raise AssertionError("ask() comes first")
        if silence is not None:
            self._bounds.silence = silence
        try:
            return self._response.read1(_PIECE)
        except (HTTPError, OSError, http.client.HTTPException) as error:
            raise _failure(error, self._bounds.silence) from error

    # -- ending -----------------------------------------------------------------------------------------------------

    def cut(self) -> None:
        """End the connection under the thread that uses it; only that one closes it. A forked child cuts nothing."""
        self._bounds.is_cut = True
        if self._handle is not None and self._generation == forks.generation():
            with suppress(OSError):
                self._handle.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End the connection, and give everything back."""
        self.cut()
        for part in (self._response, self._connection, self._handle):
            if part is not None:
                with suppress(OSError, HTTPError):
                    part.close()


def _known(proxy: Proxy | None, context: ssl.SSLContext) -> dict[str, Any]:
    """Return what urllib3 must know of a proxy, to speak TLS with it."""
    if proxy is None:
        return {}
    return {
        "proxy": Url(scheme="https" if proxy.encrypted else "http", host=proxy.host, port=proxy.port),
        "proxy_config": ProxyConfig(
            context, use_forwarding_for_https=False, assert_hostname=None, assert_fingerprint=None
        ),
    }


@cache
def _default_context() -> ssl.SSLContext:
    """Return the one context for all streams of the process: making one costs 20 ms."""
    return ssl.create_default_context()


def _frameless(error: BaseException) -> BaseException:
    """Return an exception without its traceback: variables in the libraries' frames hold a key or a password."""
    error.__context__ = None
    return error.with_traceback(None)


def _bearer(key: Secret) -> str:
    """Return the header that authorises; a key beyond ASCII travels as UTF-8, and no error message repeats it."""
    return f"Bearer {key.reveal()}".encode().decode("latin-1")


def _failure(error: Exception, seconds: float) -> RunwareError:
    """Return what urllib3 or the operating system said after the request had been written, as our own error."""
    if isinstance(error, TimeoutError | ReadTimeoutError):
        return TaskTimeoutError(f"nothing came for {seconds:g} s")
    return ConnectionLostError(f"the connection was lost ({_described(error)})")


def _described(error: Exception) -> str:
    """Return what may be said about a foreign error: no headers, no addresses with their query."""
    if isinstance(error, ssl.SSLError):
        return error.reason or type(error).__name__
    if isinstance(error, OSError):
        words = str(error)
        if words.startswith(_TUNNEL_REFUSED):
            status = words.removeprefix(_TUNNEL_REFUSED).partition(" ")[0]
            advice = "; it wants a user name and password in proxy=" if status == "407" else ""
            return f"the proxy refused the tunnel with status {status}{advice}"
        return error.strerror or type(error).__name__
    cause = error.args[-1] if isinstance(error, HTTPError) and error.args else None
    return _described(cause) if isinstance(cause, Exception) else type(error).__name__
