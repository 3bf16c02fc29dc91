"""A websocket over a non-blocking byte stream, for the one thread that owns it: no lock, no thread, no waiting.

websocket-client makes the frames that go out. Its `WebSocket` is not used after the handshake: that one reads and
writes at the same time from several threads, answers a ping in the middle of a half-written frame, and closes the
descriptor under the selector.
"""

import socket
from collections import deque
from contextlib import suppress
from typing import Final

from websocket import (
    ABNF,
    STATUS_MESSAGE_TOO_BIG,
    STATUS_NORMAL,
    STATUS_PROTOCOL_ERROR,
)

from runware_sync.network.inbound import Inbound, Violation
from runware_sync.network.streams import Plain, Stream
from runware_sync.secrecy import conceal

__all__ = ["Transport", "TransportClosed"]

_SLICE: Final = 65536  # small frames are written together up to here; large ones go out in slices of it
_MASKED: Final = 262144  # bytes that are masked without a break; a multiple of the four of a mask
_READ_BUDGET: Final = 2097152  # bytes that one `receive` reads, so that writing and pinging have their turn
_WRITE_BUDGET: Final = 2097152  # bytes that one `flush` writes, so that reading has its turn


class TransportClosed(Exception):  # noqa: N818 - a fact, which the owner turns into an error or not
    """The connection has ended, or is broken.

    Args:
        reason: What happened, in words.
        code: The peer's close code, or the one that we sent because of what it did; `None` without a close frame.
    """

    def __init__(self, reason: str, code: int | None = None) -> None:
        super().__init__(reason if code is None else f"{reason} (close code {code})")
        self.reason = reason
        self.code = code

    @property
    def is_about_size(self) -> bool:
        """Whether a message was too large for whoever was to take it: the next connection may end in the same way."""
        return self.code == STATUS_MESSAGE_TOO_BIG


class _Frame(ABNF):
    """A frame that is masked piece by piece: in one piece, a large one would stop all other threads for seconds."""

    def _get_masked(self, mask_key: str | bytes) -> bytes:
        key = mask_key.encode("latin-1") if isinstance(mask_key, str) else mask_key
        data = self.data
        return key + b"".join([ABNF.mask(key, data[at : at + _MASKED]) for at in range(0, len(data), _MASKED)])


class Transport:
    """One websocket connection after its handshake.

    Args:
        plain: The socket.
        stream: What carries the frames: `plain`, or TLS through it.
        max_message: The largest message that is taken, in bytes.
        early: What arrived together with the end of the handshake.
    """

    def __init__(self, plain: Plain, stream: Stream, *, max_message: int, early: bytes = b"") -> None:
        self._plain = plain
        self._stream = stream
        self._inbound = Inbound(max_message)
        self._early = early
        self._frames: deque[bytes] = deque()
        self._rest = memoryview(b"")  # of the frames that are being written: nothing may come between
        self._queued = 0
        self._pong: bytes | None = None
        self._said_close = False
        self._ended: TransportClosed | None = None  # nothing more can be read
        self._severed: TransportClosed | None = None  # nothing more can be written

    def fileno(self) -> int:
        """Return the socket's descriptor, for a selector; -1 after `shut()`."""
        return self._plain.socket.fileno()

    @property
    def wants_write(self) -> bool:
        """Whether bytes of ours wait for the socket."""
        if self._severed is not None:
            return False
        if self._stream.wants_write:
            return True
        return bool(self._rest or self._frames or self._pong is not None) and not self._stream.starved

    @property
    def is_open(self) -> bool:
        """Whether what is given to `send` has a chance: no end, no failure and no close frame so far."""
        return not self._said_close and self._ended is None and self._severed is None

    @property
    def queued(self) -> int:
        """The bytes given to `send` that have not been taken yet."""
        return self._queued + len(self._rest)

    @property
    def received(self) -> int:
        """Bytes that have arrived on this connection, in all."""
        return self._plain.received

    @property
    def accepted(self) -> int:
        """Bytes that the socket took after it had been full, in all: each is a sign of a living peer."""
        return self._plain.accepted

    def pending(self) -> bool:
        """Tell whether `receive` has something to say of which a selector does not know."""
        return bool(self._early) or self._ended is not None or self._severed is not None or self._stream.pending()

    def send(self, text: str | bytes) -> None:
        """Queue one text message as one frame; `flush` writes it.

        Raises:
            TransportClosed: Nothing can be written any more.
        """
        if self._severed is not None:
            raise self._severed
        if self._said_close:
            raise TransportClosed("a close frame has been sent")
        data = text.encode() if isinstance(text, str) else text
        self._queue(_Frame(1, 0, 0, 0, ABNF.OPCODE_TEXT, 1, data))

    def flush(self) -> int:
        """Write as much as the socket takes now, up to a budget, and return how many bytes of frames that was.

        Raises:
            TransportClosed: The connection is broken. What the peer had sent before can still be received.
        """
        if self._severed is not None:
            raise self._severed
        written = 0
        try:
            while written < _WRITE_BUDGET and self._stream.flush() and self._load():
                taken = self._stream.write(self._rest[:_SLICE])
                self._rest = self._rest[taken:]
                written += taken
                if taken == 0:
                    break
        except OSError as error:
            self._severed = TransportClosed(f"writing failed: {_named(error)}")
            self._severed.__cause__ = error
            self._frames.clear()
            self._rest = memoryview(b"")
            self._queued = 0
            raise self._severed from error
        return written

    def receive(self) -> list[bytes]:
        """Return every message that is complete now, oldest first, perhaps none; pings are answered on the way.

        Reads up to a budget; what is left after it is announced by `pending()` or by the selector.

        Raises:
            TransportClosed: The connection has ended. Messages that arrived before its end are returned first, and
                the next call raises.
        """
        if self._ended is not None:
            raise self._ended
        has_more = self._read()
        messages, self._inbound.messages = self._inbound.messages, []
        if messages:
            return messages
        if self._ended is not None:
            raise self._ended
        if self._severed is not None and not has_more:
            raise self._severed
        return messages

    def close(self, code: int = STATUS_NORMAL, reason: str = "") -> None:
        """Say goodbye: queue a close frame behind what is queued, and write what can be written now; never raises.

        The peer's answer ends `receive` with `TransportClosed`.

        Args:
            code: The close code.
            reason: Words for the peer, at most 123 bytes.
        """
        if self._said_close or self._severed is not None:
            return
        self._said_close = True
        self._pong = None
        payload = code.to_bytes(2) + reason.encode()[:123]
        self._queue(ABNF.create_frame(payload, ABNF.OPCODE_CLOSE))
        with suppress(TransportClosed):
            self.flush()

    def shut(self) -> None:
        """Cut the TCP connection and close the descriptor; never raises, and may be called again."""
        with suppress(OSError):
            self._plain.socket.shutdown(socket.SHUT_RDWR)
        with suppress(OSError):
            self._plain.socket.close()

    def _queue(self, frame: ABNF) -> None:
        data = frame.format()
        self._queued += len(data)
        self._frames.append(data)

    def _load(self) -> bool:
        """Make sure that something is being written, controls first; return whether there is."""
        if self._rest:
            return True
        if self._pong is not None:
            frame = ABNF.create_frame(self._pong, ABNF.OPCODE_PONG).format()
            self._pong = None
            self._rest = memoryview(frame)
            return True
        if not self._frames:
            return False
        first = self._frames.popleft()
        if self._frames and len(first) < _SLICE:
            together = [first]
            size = len(first)
            while self._frames and size + len(self._frames[0]) <= _SLICE:
                together.append(self._frames.popleft())
                size += len(together[-1])
            first = b"".join(together)
        self._queued -= len(first)
        self._rest = memoryview(first)
        return True

    def _read(self) -> bool:
        """Feed what is there to the parser; return whether the budget ended that, so that more may be there."""
        spent = 0
        try:
            while spent < _READ_BUDGET:
                data = self._early or self._stream.read()
                self._early = b""
                if data is None:
                    return False
                if not data:
                    where = "in the middle of a message" if self._inbound.inside else "without a close frame"
                    self._ended = TransportClosed(f"the server's stream ended {where}")
                    return False
                spent += len(data)
                self._inbound.feed(data)
                if self._inbound.pings:
                    if not self._said_close:
                        self._pong = self._inbound.pings[-1]  # the latest only: a flood of pings fills no memory
                    self._inbound.pings.clear()
                if self._inbound.goodbye is not None:
                    self._take_goodbye(self._inbound.goodbye)
                    return False
        except Violation as violation:
            self._ended = TransportClosed(f"the server sent {violation.reason}", violation.code)
            self._ended.__cause__ = violation
            self.close(violation.code)
            return False
        except OSError as error:
            self._ended = TransportClosed(f"reading failed: {_named(error)}")
            self._ended.__cause__ = error
            return False
        return True

    def _take_goodbye(self, payload: bytes) -> None:
        """Answer a close frame."""
        code = int.from_bytes(payload[:2]) if payload else None
        if len(payload) == 1 or (code is not None and not _may_be_sent(code)):
            raise Violation(STATUS_PROTOCOL_ERROR, "a close frame that is none")
        words = conceal(payload[2:].decode(errors="replace"))
        self._ended = TransportClosed(f"the server closed the connection{f': {words!r}' if words else ''}", code)
        self.close(STATUS_NORMAL if code is None else code)


def _may_be_sent(code: int) -> bool:
    """Tell whether a close code may travel (RFC 6455, 7.4 and the registry)."""
    return 1000 <= code <= 1003 or 1007 <= code <= 1014 or 3000 <= code <= 4999


def _named(error: OSError) -> str:
    """Return what an error of the operating system says about itself."""
    return error.strerror or type(error).__name__
