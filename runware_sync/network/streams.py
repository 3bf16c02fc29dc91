"""Bytes over a non-blocking socket, plain or through TLS, for the one thread that owns them.

TLS runs in memory (`ssl.MemoryBIO`), beside the socket and not around it: the socket's own descriptor stays valid for
the selector and for a cut from another thread, a TLS read never waits for a TLS write, and one stream can run inside
another (TLS through a proxy that itself speaks TLS).
"""

import socket
import ssl
from typing import Final, Protocol

__all__ = ["Plain", "Stream", "Tls"]

_PIECE: Final = 65536  # what one call of the operating system takes or gives


class Stream(Protocol):
    """A byte stream that never waits."""

    @property
    def wants_write(self) -> bool:
        """Whether bytes that were taken wait for the socket."""
        ...

    @property
    def starved(self) -> bool:
        """Whether writing cannot go on before something has been read."""
        ...

    def read(self) -> bytes | None:
        """Return what is there, `None` for nothing now, `b""` for the end.

        Raises:
            OSError: The stream is broken.
        """
        ...

    def write(self, data: memoryview) -> int:
        """Take what can be taken now, and return how much; the rest is to be offered again.

        Raises:
            OSError: The stream is broken.
        """
        ...

    def flush(self) -> bool:
        """Push on what was taken and waits; return whether nothing is left."""
        ...

    def pending(self) -> bool:
        """Tell whether `read` can give something of which a selector does not know."""
        ...


class Plain:
    """The socket itself.

    Args:
        sock: A connected or connecting socket; it is made non-blocking.

    Attributes:
        received: Bytes that have arrived, in all.
        accepted: Bytes that the socket took after it had been full. Only a living peer makes room, so each is a sign
            of life; bytes that go into an empty buffer prove nothing and are not counted.
    """

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        self.socket = sock
        self.received = 0
        self.accepted = 0
        self._full = False
        self._drained = False

    @property
    def wants_write(self) -> bool:
        """Always false: nothing is kept here."""
        return False

    @property
    def starved(self) -> bool:
        """Always false: the two directions are independent."""
        return False

    def read(self) -> bytes | None:
        """Return what is there; after a read that emptied the socket, `None` without asking it again."""
        if self._drained:
            self._drained = False
            return None
        try:
            data = self.socket.recv(_PIECE)
        except (BlockingIOError, InterruptedError):
            return None
        self.received += len(data)
        self._drained = 0 < len(data) < _PIECE
        return data

    def write(self, data: memoryview) -> int:
        """Hand over as much as fits into the socket."""
        try:
            taken = self.socket.send(data)
        except (BlockingIOError, InterruptedError):
            taken = 0
        if self._full:
            self.accepted += taken
        self._full = taken < len(data)
        return taken

    def flush(self) -> bool:
        """Do nothing: nothing is kept here."""
        return True

    def pending(self) -> bool:
        """Return false: a selector sees all there is."""
        return False


class Tls:
    """TLS through another stream.

    Args:
        below: The stream that carries the records.
        context: Decides about certificates and versions.
        host: The name that the certificate must bear.
    """

    def __init__(self, below: Stream, context: ssl.SSLContext, host: str) -> None:
        self._below = below
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._object = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)
        self._records = memoryview(b"")  # encrypted, on their way down
        self._unread = False  # the last read stopped before the end of what is here
        self._starved = False  # a write needs records from the peer first

    @property
    def wants_write(self) -> bool:
        """Whether records wait for the socket."""
        return bool(self._records) or self._below.wants_write

    @property
    def starved(self) -> bool:
        """Whether TLS needs a record of the peer before it can write on."""
        return self._starved or self._below.starved

    def shake(self) -> bool:
        """Carry the handshake on; return whether it is done, else wait for the socket and call again.

        Raises:
            OSError: The peer ended or broke it, or its certificate is not accepted.
        """
        while True:
            try:
                self._object.do_handshake()
            except ssl.SSLWantReadError:
                if not self.flush() or not self._pull():
                    return False
            except ssl.SSLError:
                self._send_alert()
                raise
            else:
                self._unread = True  # records may have come with the end of the handshake
                self.flush()
                return True

    def read(self) -> bytes | None:
        """Return the content of the next records."""
        while True:
            try:
                data = self._object.read(_PIECE)
            except ssl.SSLWantReadError:
                self._unread = False
                self.flush()  # the answer to a key update
                if not self._pull():
                    return None
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                self._unread = False
                return b""
            else:
                self._unread = True
                return data

    def write(self, data: memoryview) -> int:
        """Encrypt as long as what was encrypted before has gone down."""
        if not self.flush():
            return 0
        taken = 0
        self._starved = False
        try:
            while taken < len(data):
                taken += self._object.write(data[taken : taken + _PIECE])
        except ssl.SSLWantReadError:
            self._starved = True
        self.flush()
        return taken

    def flush(self) -> bool:
        """Push encrypted records down; return whether none is left."""
        while True:
            if not self._records:
                self._records = memoryview(self._outgoing.read())
                if not self._records:
                    return self._below.flush()
            self._records = self._records[self._below.write(self._records) :]
            if self._records:
                return False

    def pending(self) -> bool:
        """Tell whether decrypted bytes, or records to be decrypted, are here."""
        return self._unread or self._below.pending()

    def _pull(self) -> bool:
        """Take records from below; return whether there is something new to work on."""
        data = self._below.read()
        if data is None:
            return False
        self._starved = False
        if data:
            self._incoming.write(data)
        else:
            self._incoming.write_eof()
        return True

    def _send_alert(self) -> None:
        """Tell the peer why, as far as the socket takes it at once."""
        try:
            self.flush()
        except OSError:
            self._records = memoryview(b"")
