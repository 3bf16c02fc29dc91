"""The other end of a connection, byte by byte, for the tests of the socket; it shares no code with the client."""

import base64
import hashlib
import os
import selectors
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from runware_sync.network.dial import dial
from runware_sync.network.transport import Transport

TEXT, BINARY, CONTINUATION, CLOSE, PING, PONG = 1, 2, 0, 8, 9, 10
LIMIT = 30.0
"""Seconds after which a wait of a test has failed."""


def framed(
    payload: bytes = b"", opcode: int = TEXT, *, final: bool = True, flags: int = 0, masked: bool = False
) -> bytes:
    """Return a frame as a server sends it, or as it must not."""
    head = bytes([(0x80 if final else 0) | flags | opcode])
    mask_bit = 0x80 if masked else 0
    if len(payload) < 126:
        head += bytes([mask_bit | len(payload)])
    elif len(payload) < 65536:
        head += bytes([mask_bit | 126]) + len(payload).to_bytes(2)
    else:
        head += bytes([mask_bit | 127]) + len(payload).to_bytes(8)
    return head + (b"\0\0\0\0" if masked else b"") + payload


def goodbye(code: int, reason: str = "") -> bytes:
    """Return a close frame."""
    return framed(code.to_bytes(2) + reason.encode(), CLOSE)


def unframed(stream: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """Return the frames of a client as (opcode, payload), and the beginning of one that is not complete."""
    frames = []
    at = 0
    while len(stream) - at >= 2:
        opcode, length, start = stream[at] & 0x0F, stream[at + 1] & 0x7F, at + 2
        assert stream[at] & 0xF0 == 0x80, "a client's frame is whole, without reserved bits"
        assert stream[at + 1] & 0x80, "a client's frame is masked"
        if length >= 126:
            size = 2 if length == 126 else 8
            length = int.from_bytes(stream[start : start + size])
            start += size
        end = start + 4 + length
        if len(stream) < end:
            break
        mask = stream[start : start + 4] * (length // 4 + 1)
        clear = int.from_bytes(stream[start + 4 : end]) ^ int.from_bytes(mask[:length])
        frames.append((opcode, clear.to_bytes(length)))
        at = end
    return frames, stream[at:]


def read_request(sock: socket.socket) -> bytes:
    """Read the head of an HTTP request."""
    head = b""
    while b"\r\n\r\n" not in head:
        piece = sock.recv(4096)
        if not piece:
            raise ConnectionError("the client left")
        head += piece
    return head


def acceptance(request: bytes, *extra: str) -> bytes:
    """Return the answer that agrees to a websocket handshake."""
    key = next(
        line.split(b":", 1)[1].strip()
        for line in request.split(b"\r\n")
        if line.lower().startswith(b"sec-websocket-key")
    )
    accept = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()).decode()  # noqa: S324 - RFC 6455
    lines = [
        "HTTP/1.1 101 Switching Protocols",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Accept: {accept}",
        *extra,
    ]
    return "\r\n".join([*lines, "", ""]).encode()


class Peer:
    """A server on the loopback that plays one script for each connection.

    Args:
        script: Is given the accepted socket.
    """

    def __init__(self, script: Callable[[socket.socket], None]) -> None:
        self._script = script
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.connections = 0
        self.failures: list[BaseException] = []
        self.ending = threading.Event()
        self._threads: list[threading.Thread] = []
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            if self.ending.is_set():
                sock.close()
                return
            self.connections += 1
            self._open.append(sock)
            thread = threading.Thread(target=self._play, args=(sock,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _play(self, sock: socket.socket) -> None:
        try:
            with sock:
                self._script(sock)
        except OSError:
            pass  # the client left, as most tests want it to
        except BaseException as error:  # noqa: BLE001 - told by close()
            self.failures.append(error)

    def close(self) -> None:
        """End the server and all its connections, and tell what went wrong in them."""
        self.ending.set()
        with socket.socket() as knock:
            knock.settimeout(LIMIT)
            knock.connect(("127.0.0.1", self.port))
        self._thread.join(LIMIT)
        self._listener.close()
        for sock in self._open:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        for thread in self._threads:
            thread.join(LIMIT)
        assert [] == self.failures


@contextmanager
def peer(script: Callable[[socket.socket], None]) -> Iterator[Peer]:
    """Serve a script while the block runs."""
    server = Peer(script)
    try:
        yield server
    finally:
        server.close()


def linger(sock: socket.socket) -> None:
    """Take what comes until the client leaves."""
    while sock.recv(65536):
        pass


def called(url: str, *, seconds: float = LIMIT, **changes: object) -> Transport:
    """Dial, with everything that a test does not care about."""
    options: dict[str, object] = {
        "headers": {"User-Agent": "test"},
        "proxy": None,
        "ssl_context": None,
        "max_message": 1 << 28,
        "on_socket": lambda _sock: None,
        "stopped": lambda: False,
    }
    return dial(url, deadline=time.monotonic() + seconds, **(options | changes))  # type: ignore[arg-type]  # what dial() takes


def pump(transport: Transport, enough: Callable[[list[bytes]], bool]) -> list[bytes]:
    """Own a transport, as the reader does, until enough has arrived; return it."""
    got: list[bytes] = []
    until = time.monotonic() + LIMIT
    with selectors.DefaultSelector() as selector:
        selector.register(transport, selectors.EVENT_READ)
        while not enough(got):
            left = until - time.monotonic()
            assert left > 0, f"{len(got)} messages, and then nothing"
            if transport.wants_write:
                transport.flush()
            selector.modify(transport, selectors.EVENT_READ | (selectors.EVENT_WRITE if transport.wants_write else 0))
            selector.select(0 if transport.pending() else left)
            got += transport.receive()
    return got


def noise(size: int) -> bytes:
    """Return bytes in which a misplaced one shows."""
    return os.urandom(size)
