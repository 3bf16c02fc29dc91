"""One connection: the bytes of one websocket, and the ways in which they can fail to arrive."""

import asyncio
import contextlib
import logging
import socket
import struct
import sys
from collections import deque
from collections.abc import Callable
from typing import Any, Final, cast

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from runware_sync.sandbox.parcels import Parcel
from runware_sync.sandbox.record import ConnectionNotes
from runware_sync.sandbox.sessions import Session

__all__ = ["SocketLine", "TappedConnection"]

logger = logging.getLogger("runware_sync.sandbox")

_PIECES: Final = 50
_LINGER: Final = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)


class _Tap:
    """Stands before a transport: what is written can be withheld, or let through slowly."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self.transport = transport
        self.muted = False
        self.gone = False
        self.held = False
        self.slow: list[bytes] | None = None

    def write(self, content: bytes) -> None:
        if self.gone:
            return
        if self.slow is not None:
            self.slow.append(bytes(content))
        elif not self.muted:
            self.transport.write(content)

    def resume_reading(self) -> None:
        if not self.held:
            self.transport.resume_reading()

    def close(self) -> None:
        if not self.gone:
            self.transport.close()

    def abort(self) -> None:
        if not self.gone:
            self.transport.abort()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.transport, name)


class TappedConnection(ServerConnection):
    """A websocket of which the bytes can be tapped."""

    tap: _Tap
    deaf = False
    begun = False
    on_post: Callable[[asyncio.Transport, bytes], None] | None = None
    on_bytes: Callable[[], None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Put the tap before the transport."""
        self.tap = _Tap(cast("asyncio.Transport", transport))
        super().connection_made(cast("asyncio.Transport", self.tap))

    def data_received(self, data: bytes) -> None:
        """Take bytes, or let them fall."""
        if not self.begun and self.on_post is not None and data.startswith(b"POST "):
            self._hand_over(data)
            return
        self.begun = True
        if self.on_bytes is not None:
            self.on_bytes()
        if not self.deaf:
            super().data_received(data)

    def _hand_over(self, data: bytes) -> None:
        """Leave the connection to somebody else: it is no websocket."""
        self.tap.gone = True
        if self.on_post is not None:
            self.on_post(self.tap.transport, data)
        super().connection_lost(None)

    def reset(self) -> None:
        """End the TCP connection by a reset."""
        with contextlib.suppress(OSError):
            raw = self.tap.get_extra_info("socket")
            if raw is not None:
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER)
        self.tap.transport.abort()


class SocketLine:
    """One connection, as the service sees it; all methods are called in the event loop."""

    def __init__(self, connection: TappedConnection, notes: ConnectionNotes, *, dry: bool, silent: bool) -> None:
        self.notes = notes
        self.session: Session | None = None
        self.refused = False
        self.touched_at = 0.0
        self.dry = dry
        self.open = True
        self.frozen = False
        self.ended: str | None = None
        self._silent = False
        self._connection = connection
        self._outbox: deque[Parcel] = deque()
        self._cut: tuple[str | int, str] | None = None
        self._wake = asyncio.Event()
        if silent:
            self.silence()

    @property
    def speaks(self) -> bool:
        """Whether what is posted reaches the client."""
        return self.open and not self.frozen and not self._silent and self._cut is None

    def post(self, parcel: Parcel) -> None:
        """Send a message after those posted before."""
        if self.speaks:
            self._outbox.append(parcel)
            self._wake.set()

    def cut(self, how: str | int = "reset", reason: str = "", *, at_once: bool = False) -> None:
        """End the connection: "reset", "eof", "close" or a close code; see `Line`."""
        if not self.open or (self._cut is not None and not at_once):
            return
        self._cut = (how, reason)
        if at_once and how in {"reset", "eof", 1006}:
            self._end_bytes(how)
        self._wake.set()

    def freeze(self) -> list[Parcel]:
        """Accept bytes and say nothing more, for ever; return what had not been sent."""
        self.frozen = True
        self._connection.deaf = True
        self._connection.tap.muted = True
        return self.unsent()

    def unsent(self) -> list[Parcel]:
        """Take what was posted and not sent."""
        parcels = list(self._outbox)
        self._outbox.clear()
        return parcels

    def silence(self) -> None:
        """Say nothing and hear nothing, until `speak`."""
        self._silent = True
        self._connection.tap.muted = True
        if self.session is not None:
            self.session.put_back(self.unsent())

    def speak(self) -> None:
        """Undo `silence`, and send what was kept back."""
        if not self._silent or self.frozen:
            return
        self._silent = False
        self._connection.tap.muted = False
        session = self.session
        if session is not None and session.line is self:
            kept = list(session.undelivered)
            session.undelivered.clear()
            for parcel in kept:
                self.post(parcel)

    def hold(self) -> None:
        """Stop reading from the socket, so that the client's writes come to a halt."""
        self._connection.tap.held = True
        self._connection.tap.transport.pause_reading()

    def release(self) -> None:
        """Read again."""
        self._connection.tap.held = False
        self._connection.tap.resume_reading()

    async def work(self) -> None:
        """Send what is posted, in order, until the connection ends."""
        while True:
            while self._outbox and self.open:
                parcel = self._outbox.popleft()
                try:
                    await self._send(parcel)
                except (ConnectionClosed, OSError):
                    self.open = False
                    self._outbox.appendleft(parcel)
                    return
                self.notes.sent += 1
            if self._cut is not None and self.open:
                await self._end(*self._cut)
                return
            if not self.open:
                return
            self._wake.clear()
            await self._wake.wait()

    async def _send(self, parcel: Parcel) -> None:
        if parcel.seconds > 0:
            await self._trickle(parcel)
        elif parcel.fragment > 0:
            content, size = parcel.content, parcel.fragment
            await self._connection.send([content[start : start + size] for start in range(0, len(content), size)])
        else:
            await self._connection.send(parcel.content)

    async def _trickle(self, parcel: Parcel) -> None:
        tap = self._connection.tap
        tap.slow = []
        content = b""
        try:
            await self._connection.send(parcel.content)
            content = b"".join(tap.slow)
            size = max(1, -(-len(content) // _PIECES))
            for start in range(0, len(content), size):
                if tap.transport.is_closing():
                    break
                if not tap.muted:
                    tap.transport.write(content[start : start + size])
                await asyncio.sleep(parcel.seconds * size / len(content))
        finally:
            # What the protocol wrote meanwhile (pongs) goes after the frame, never into it.
            later, tap.slow = b"".join(tap.slow)[len(content) :] if tap.slow else b"", None
            if later:
                tap.write(later)

    async def _end(self, how: str | int, reason: str) -> None:
        if how in {"reset", "eof", 1006}:
            self._end_bytes(how)
            return
        self.open = False
        self.ended = self.ended or f"close {1000 if how == 'close' else how}"
        await self._connection.close(how if isinstance(how, int) else 1000, reason)

    def _end_bytes(self, how: str | int) -> None:
        """End the TCP connection without a closing handshake."""
        self.open = False
        self.ended = self.ended or ("eof" if how == "eof" else "reset")
        if how == "eof":
            self._connection.tap.transport.close()
        else:
            self._connection.reset()
