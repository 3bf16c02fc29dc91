"""Waiting for a stream while a connection is made: never beyond one deadline, never after a close."""

import selectors
import socket
import time
from collections.abc import Callable
from typing import Final

from runware_sync.errors import ConnectionFailedError, ConnectTimeoutError
from runware_sync.network.streams import Stream, Tls
from runware_sync.secrecy import conceal

__all__ = ["Patience"]

_LONGEST_HEAD: Final = 65536
_SLICE: Final = 0.1  # how often a wait looks whether the client was closed meanwhile
_END_OF_HEAD: Final = b"\r\n\r\n"


class Patience:
    """What is left of the time for connecting.

    Args:
        deadline: When to give up, on `time.monotonic()`.
        stopped: Tells whether the client was closed meanwhile.

    Attributes:
        step: What is being done, for messages: `TCP to example.com`.
    """

    def __init__(self, deadline: float, stopped: Callable[[], bool]) -> None:
        self.deadline = deadline
        self.step = "connecting"
        self._stopped = stopped
        self._began = time.monotonic()

    def left(self) -> float:
        """Return the seconds that are left.

        Raises:
            ConnectTimeoutError: None are.
            ConnectionFailedError: The client was closed.
        """
        if self._stopped():
            raise ConnectionFailedError("closed while connecting", retryable=False)
        now = time.monotonic()
        if now >= self.deadline:
            raise ConnectTimeoutError(f"{self.step} was not finished after {now - self._began:.1f} s (connect_timeout)")
        return self.deadline - now

    def slice(self) -> float:
        """Return the seconds to wait before looking again."""
        return min(_SLICE, self.left())

    def wait(self, sock: socket.socket, events: int, until: float | None = None) -> bool:
        """Wait until a socket is ready; return false if that took longer than `until`."""
        with selectors.DefaultSelector() as selector:
            selector.register(sock, events)
            while True:
                seconds = self.slice()
                if until is not None:
                    seconds = min(seconds, until - time.monotonic())
                    if seconds <= 0:
                        return False
                if selector.select(seconds):
                    return True

    def write(self, sock: socket.socket, stream: Stream, data: bytes) -> None:
        """Write all of something."""
        rest = memoryview(data)
        del data  # a traceback with variables would show it, and with it a proxy's password
        while rest or not stream.flush():
            taken = stream.write(rest) if rest else 0
            rest = rest[taken:]
            if rest and not taken:
                self.wait(sock, selectors.EVENT_READ if stream.starved else selectors.EVENT_WRITE)
            elif not rest and stream.wants_write:
                self.wait(sock, selectors.EVENT_WRITE)

    def shake(self, sock: socket.socket, tls: Tls) -> None:
        """Carry out a TLS handshake."""
        while not tls.shake():
            self.wait(sock, selectors.EVENT_WRITE if tls.wants_write else selectors.EVENT_READ)

    def read_head(self, sock: socket.socket, stream: Stream) -> tuple[bytes, bytes]:
        """Read the head of an HTTP answer, up to its empty line; return it and what came after it.

        Raises:
            ConnectionFailedError: The stream ended, or the head is endless.
        """
        head = bytearray()
        while True:
            self.left()
            data = stream.read()
            if data is None:
                self.wait(sock, selectors.EVENT_READ)
                continue
            if not data:
                raise ConnectionFailedError(f"{self.step}: the connection was closed without an answer")
            searched = max(0, len(head) - len(_END_OF_HEAD) + 1)
            head += data
            end = head.find(_END_OF_HEAD, searched)
            if end >= 0:
                end += len(_END_OF_HEAD)
                return conceal(bytes(head[:end])), bytes(head[end:])
            if len(head) > _LONGEST_HEAD:
                raise ConnectionFailedError(f"{self.step}: an answer without end", retryable=False)


def status_of(head: bytes) -> int | None:
    """Return the status of an HTTP answer, `None` if it is none."""
    words = head.split(b"\r\n", 1)[0].split(b" ", 2)
    if len(words) < 2 or not words[0].startswith(b"HTTP/1.") or not words[1].isdigit() or len(words[1]) != 3:
        return None
    return int(words[1])


def is_worth_repeating(status: int) -> bool:
    """Tell whether an HTTP refusal may be gone the next time."""
    return status in {408, 429} or not 300 <= status < 500
