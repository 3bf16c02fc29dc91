"""Connections that look whom they have reached, and answers that have one deadline for all of their bytes.

urllib3 makes the connections; its records are kept from showing the queries of our addresses. Loaded when the first
file is fetched.
"""

import http.client
import io
import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Any, Final

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, LocationParseError, NameResolutionError, NewConnectionError

from runware_sync.content.origins import is_public, is_trusted
from runware_sync.errors import ConnectTimeoutError as TooLate
from runware_sync.errors import DownloadError
from runware_sync.network.address import reach
from runware_sync.network.patience import Patience

__all__ = ["DirectPool", "DirectTLSPool", "TunnelPool", "discreet"]

_PIECE: Final = 262144


class _Timed(io.RawIOBase):
    """The bytes of one answer, all of them before one deadline."""

    def __init__(self, sock: socket.socket, raw: Any) -> None:
        super().__init__()
        self._sock = sock
        self._raw = raw
        self._deadline = time.monotonic() + (sock.gettimeout() or 0.0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the answer took too long")
        self._sock.settimeout(left)
        count: int | None = self._raw.readinto(buffer)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Answer(http.client.HTTPResponse):
    """An answer with a deadline; urllib3 has just given the socket the time that is left as its timeout."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_Timed(sock, self.fp.detach()), _PIECE)

    def _safe_read(self, amt: int) -> bytes:
        """Read a piece of a chunk; one that says that it has -1 bytes would be read without end."""
        if amt < 0:
            raise http.client.HTTPException("a chunk of negative length")
        data: bytes = super()._safe_read(amt)  # type: ignore[misc]  # typeshed leaves it out; urllib3 calls it
        return data


def _connected(connection: HTTPConnection) -> socket.socket:
    """Return a connected socket; the name and all of its addresses are tried before one deadline."""
    seconds = float(connection.timeout or 0.0)
    patience = Patience(time.monotonic() + seconds, lambda: False)
    try:
        sock = reach(connection.host.strip("[]"), connection.port, patience, lambda _sock: None)
        sock.settimeout(patience.left())
    except UnicodeError:
        raise LocationParseError(connection.host) from None
    except TooLate as error:
        raise ConnectTimeoutError(connection, str(error)) from error
    except socket.gaierror as error:
        raise NameResolutionError(connection.host, connection, error) from error
    except OSError as error:
        raise NewConnectionError(connection, str(error)) from error
    return sock


def _reached(connection: HTTPConnection) -> socket.socket:
    """Return a socket that is connected to a peer that may be talked to; nothing has been written to it yet."""
    sock = _connected(connection)
    peer = str(sock.getpeername()[0])
    if is_trusted(connection.host, connection.port or 0) and ip_address(peer).is_loopback:
        return sock
    if is_public(peer):
        return sock
    sock.close()
    raise DownloadError(f"{connection.host} is not fetched from: it leads into a private network or to this machine")


class _Direct(HTTPConnection):
    debuglevel = 0  # what http.client prints, for whoever turns that on, would show signatures and passwords
    response_class = _Answer

    def _new_conn(self) -> socket.socket:
        return _reached(self)


class _DirectTLS(HTTPSConnection):
    debuglevel = 0
    response_class = _Answer

    def _new_conn(self) -> socket.socket:
        return _reached(self)


class _Tunnel(HTTPSConnection):
    debuglevel = 0
    response_class = _Answer

    def _new_conn(self) -> socket.socket:
        return _connected(self)  # to the proxy: whom that connects to is its own affair


class DirectPool(HTTPConnectionPool):
    """Connections without TLS, whose peers are checked."""

    ConnectionCls = _Direct  # pyright: ignore[reportAssignmentType]  # its own default does not fit either


class DirectTLSPool(HTTPSConnectionPool):
    """Connections with TLS, whose peers are checked."""

    ConnectionCls = _DirectTLS  # pyright: ignore[reportAssignmentType]  # its own default does not fit either


class TunnelPool(HTTPSConnectionPool):
    """Connections with TLS through a proxy."""

    ConnectionCls = _Tunnel  # pyright: ignore[reportAssignmentType]  # its own default does not fit either


class _Discretion(logging.Filter):
    """Cut the queries out of what urllib3 records about downloads of ours, and of nobody else's."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = threading.local()

    def filter(self, record: logging.LogRecord) -> bool:
        query: str = getattr(self.asked, "query", "")
        if query and isinstance(record.args, tuple):
            record.args = tuple(arg.replace(query, "***") if isinstance(arg, str) else arg for arg in record.args)
        return True


_discretion: Final = _Discretion()


@contextmanager
def discreet(query: str) -> Iterator[None]:
    """Keep the query of an address out of urllib3's records, while this thread is inside."""
    for name in ("urllib3.connectionpool", "urllib3.connection"):
        logging.getLogger(name).addFilter(_discretion)  # adding it again does nothing
    _discretion.asked.query = query
    try:
        yield
    finally:
        _discretion.asked.query = ""
