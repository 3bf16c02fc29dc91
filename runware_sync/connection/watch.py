"""The one place where the reader waits: for the socket, the waker or the next deadline."""

import selectors
import time
from collections.abc import Callable

from runware_sync.connection.waker import Waker
from runware_sync.network.transport import Transport

__all__ = ["Watch"]


class Watch:
    """A selector over the waker and one socket."""

    def __init__(self, waker: Waker) -> None:
        self._waker = waker
        self._selector = selectors.DefaultSelector()
        self._selector.register(waker, selectors.EVENT_READ)
        self._signalled = False
        self._events = 0  # what the socket is watched for; 0 = not at all

    def wait(self, transport: Transport, seconds: float) -> bool:
        """Wait for the socket, the waker or the time; tell whether the socket has something.

        What the waker was signalled for is to be looked at after `clear`, which the owner calls when it has written:
        so what a caller waits for is on its way before the signal costs a system call.
        """
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if transport.wants_write else 0)
        if not self._events:
            self._selector.register(transport, events)
        elif self._events != events:
            self._selector.modify(transport, events)
        self._events = events
        touched = transport.pending()
        for ready, _ in self._selector.select(0.0 if touched else max(0.0, seconds)):
            if ready.fileobj is self._waker:
                self._signalled = True
            else:
                touched = True
        return touched

    def clear(self) -> None:
        """Take the signals that have come; what they were about must be looked at after this."""
        if self._signalled:
            self._signalled = False
            self._waker.clear()

    def pause(self, seconds: float, ended: Callable[[], bool]) -> None:
        """Wait for the time alone, or until a signal finds that it has ended."""
        until = time.monotonic() + seconds
        while not ended() and (left := until - time.monotonic()) > 0:
            self._selector.select(left)
            self._waker.clear()

    def forget(self, transport: Transport) -> None:
        """Watch the socket no longer."""
        if self._events:
            self._selector.unregister(transport)
            self._events = 0

    def close(self) -> None:
        """Give the descriptors back: the selector's and the waker's."""
        self._selector.close()
        self._waker.close()
