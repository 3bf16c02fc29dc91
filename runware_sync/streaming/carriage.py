"""The pieces of an HTTP connection whose waiting is bounded by silence, and which opens its socket as it is told."""

import http.client
import io
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, ClassVar, Final

from attrs import define
from urllib3.connection import HTTPConnection, HTTPSConnection

from runware_sync.waiting import SLICE

__all__ = ["Answer", "Bounds", "Encrypted", "Plain"]

_PIECE: Final = 65536


@define
class Bounds:
    """How long reading may wait."""

    silence: float = 60.0  # seconds without a byte
    until: float | None = None  # one deadline for the whole head of the answer
    is_cut: bool = False  # another thread wants it to end


class Unhurried(io.RawIOBase):
    """The bytes of an answer: waits for the next ones as long as the bounds say."""

    def __init__(self, sock: socket.socket, raw: Any, bounds: Bounds) -> None:
        super().__init__()
        self._sock = sock
        self._raw = raw
        self._bounds = bounds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        until = self._bounds.until or time.monotonic() + self._bounds.silence
        while True:
            left = until - time.monotonic()
            if left <= 0:
                raise TimeoutError("nothing came")
            if self._bounds.is_cut:
                return 0
            self._sock.settimeout(left if SLICE is None else min(SLICE, left))
            with suppress(TimeoutError):
                return self._sock.recv_into(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class Answer(http.client.HTTPResponse):
    """An answer that is read through its bounds."""

    bounds: ClassVar[Bounds]

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(Unhurried(sock, self.fp.detach(), self.bounds), _PIECE)


class Plain(HTTPConnection):
    """A connection in clear."""

    debuglevel = 0  # what http.client prints, for whoever turns that on, would show the key
    open_socket: Callable[[], socket.socket]

    def _new_conn(self) -> socket.socket:
        return self.open_socket()


class Encrypted(HTTPSConnection):
    """A connection over TLS."""

    debuglevel = 0
    open_socket: Callable[[], socket.socket]

    def _new_conn(self) -> socket.socket:
        return self.open_socket()
