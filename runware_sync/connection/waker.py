"""What ends the reader's wait, from any thread."""

import io
import os
import socket
import sys
from typing import Final

__all__ = ["Waker"]

_ONE: Final = (1).to_bytes(8, sys.byteorder)  # as a counter of the system adds it

Ends = tuple[io.RawIOBase, io.RawIOBase]  # the one that becomes readable, and the one that is written to


def _pair() -> Ends:
    """Return the two ends of a pair of sockets, which every system can wait for."""
    near, far = socket.socketpair()
    with near, far:  # each goes on as long as its file
        near.setblocking(False)
        far.setblocking(False)
        return near.makefile("rb", buffering=0), far.makefile("wb", buffering=0)


if sys.platform == "linux" and hasattr(os, "eventfd"):

    def _counter() -> Ends:
        """Return a counter of the system's, twice: a signal through it costs half of one through sockets."""
        counter = io.FileIO(os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC), "r+")
        return counter, counter

    _ends = _counter
else:
    _ends = _pair


class Waker:
    """What becomes readable for the reader when somebody signals; it lives as long as the reader."""

    def __init__(self) -> None:
        self._near, self._far = _ends()
        self._signalled = False

    def fileno(self) -> int:
        """Return the descriptor that becomes readable."""
        return self._near.fileno()

    def signal(self) -> None:
        """End the reader's wait, now or when it next begins."""
        if not self._signalled:
            self._signalled = True
            try:
                self._far.write(_ONE)
            except (OSError, ValueError):  # it is closed: nobody waits
                return

    def clear(self) -> None:
        """Take the signals that came so far; what they were about must be looked at after this."""
        self._near.read(4096)
        self._signalled = False

    def close(self) -> None:
        """Give the descriptors back."""
        self._near.close()
        self._far.close()
