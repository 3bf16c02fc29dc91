"""TLS in memory, and patience with a stream that is slow."""

import socket
import ssl
import threading
import time
from collections import deque
from contextlib import suppress

import pytest
import trustme
from peers import LIMIT, noise

from runware_sync.errors import ConnectionFailedError, ConnectTimeoutError
from runware_sync.network.patience import Patience
from runware_sync.network.streams import Plain, Tls


class Tape:
    """A stream that gives what was put on it, and takes a few bytes at a time."""

    def __init__(self) -> None:
        self.gives: deque[bytes | None] = deque()
        self.taken = b""
        self.room = 1 << 30
        self.broken = False
        self.wants_write = False
        self.starved = False

    def read(self) -> bytes | None:
        return self.gives.popleft() if self.gives else None

    def write(self, data: memoryview) -> int:
        if self.broken:
            raise BrokenPipeError(32, "Broken pipe")
        size = min(self.room, len(data))
        self.room -= size
        self.taken += data[:size]
        return size

    def flush(self) -> bool:
        return True

    def pending(self) -> bool:
        return False


class Scripted:
    """What stands for OpenSSL where a real peer cannot be made to do it."""

    def __init__(self) -> None:
        self.wants_record = True

    def write(self, data: memoryview) -> int:
        if self.wants_record:
            raise ssl.SSLWantReadError
        return len(data)

    def read(self, _size: int) -> bytes:
        raise ssl.SSLWantReadError

    def do_handshake(self) -> None:
        raise ssl.SSLError(1, "handshake failure")


@pytest.fixture
def tape() -> Tape:
    return Tape()


@pytest.fixture
def tls(tape: Tape) -> Tls:
    return Tls(tape, ssl.create_default_context(), "service.example")


@pytest.fixture
def shaken(tape: Tape) -> tuple[Tls, ssl.SSLObject, ssl.MemoryBIO]:
    """TLS after its handshake with a server in memory; the server, and what travels to the client."""
    authority = trustme.CA()
    context = ssl.create_default_context()
    authority.configure_trust(context)
    server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("service.example").configure_cert(server_context)
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = server_context.wrap_bio(there, back, server_side=True)
    tls = Tls(tape, context, "service.example")
    while not tls.shake():
        there.write(tape.taken)
        tape.taken = b""
        with suppress(ssl.SSLWantReadError):
            server.do_handshake()
        tape.gives.append(back.read())
    there.write(tape.taken)
    tape.taken = b""
    server.do_handshake()
    return tls, server, back


def test_records_that_came_together_are_announced(shaken: tuple[Tls, ssl.SSLObject, ssl.MemoryBIO], tape: Tape) -> None:
    """A selector does not see them: `pending` tells until they are read."""
    tls, server, back = shaken
    while tls.read() is not None:  # session tickets
        pass
    for word in (b"one", b"two"):
        server.write(word)
    tape.gives.append(back.read())

    assert not tls.pending()
    assert b"one" == tls.read()
    assert tls.pending()
    assert b"two" == tls.read()
    assert tls.read() is None
    assert not tls.pending()


def test_no_more_is_encrypted_than_the_socket_takes(
    shaken: tuple[Tls, ssl.SSLObject, ssl.MemoryBIO], tape: Tape
) -> None:
    """A full socket keeps one slice in memory, not the whole upload."""
    tls, _, _ = shaken
    tape.room = 0

    assert 65536 == tls.write(memoryview(bytes(65536)))
    assert 0 == tls.write(memoryview(bytes(65536)))

    tape.room = 1 << 20
    assert tls.flush()
    assert 65536 < len(tape.taken) < 70_000


def test_a_write_may_have_to_wait_for_a_read(tls: Tls, tape: Tape, monkeypatch: pytest.MonkeyPatch) -> None:
    """When TLS is renegotiated: the owner then waits for reading, and offers the same bytes again."""
    scripted = Scripted()
    monkeypatch.setattr(tls, "_object", scripted)

    assert 0 == tls.write(memoryview(b"question"))
    assert (True, False) == (tls.starved, tls.wants_write)

    tape.gives.append(b"record")
    scripted.wants_record = False
    assert tls.read() is None
    assert not tls.starved
    assert 8 == tls.write(memoryview(b"question"))


def test_records_wait_for_room(tls: Tls, tape: Tape) -> None:
    """What the socket does not take stays, in order, and nothing new is encrypted meanwhile."""
    tape.room = 10
    assert not tls.shake()
    assert (True, 10) == (tls.wants_write, len(tape.taken))
    assert 0 == tls.write(memoryview(b"not yet"))

    tape.room = 1 << 20

    assert tls.flush()
    assert not tls.wants_write
    assert b"service.example" in tape.taken


def test_the_reason_counts_when_the_peer_cannot_be_told(tls: Tls, tape: Tape, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failed handshake is not hidden by the alert that could not be sent."""
    tls.shake()
    monkeypatch.setattr(tls, "_object", Scripted())
    tls._records = memoryview(b"alert")
    tape.broken = True

    with pytest.raises(ssl.SSLError):
        tls.shake()

    assert not tls.wants_write


def test_patience_writes_all_to_a_slow_reader() -> None:
    """More than the socket holds, as the peer makes room."""
    near, far = socket.socketpair()
    payload = noise(3_000_000)
    arrived = bytearray()

    def read() -> None:
        while piece := far.recv(10_000):
            arrived.extend(piece)

    reader = threading.Thread(target=read)
    reader.start()
    patience = Patience(time.monotonic() + LIMIT, lambda: False)

    patience.write(near, Plain(near), payload)
    near.close()
    reader.join(LIMIT)
    far.close()

    assert payload == bytes(arrived)


def test_patience_ends() -> None:
    """At the deadline, or when the client is closed; both while a write waits for room."""
    near, far = socket.socketpair()
    plain = Plain(near)
    closed = False
    patience = Patience(time.monotonic() + 0.3, lambda: closed)
    patience.step = "telling a long story"

    with pytest.raises(ConnectTimeoutError, match="telling a long story was not finished after 0"):
        patience.write(near, plain, bytes(50_000_000))
    closed = True
    with pytest.raises(ConnectionFailedError, match="closed while connecting"):
        patience.left()
    near.close()
    far.close()


def test_patience_writes_out_what_a_stream_keeps(tls: Tls, tape: Tape, monkeypatch: pytest.MonkeyPatch) -> None:
    """Records that TLS has made are pushed on, too, before the write counts as done."""
    near, far = socket.socketpair()
    tape.room = 10
    tls.shake()
    patience = Patience(time.monotonic() + LIMIT, lambda: False)
    held = tape.write

    def more_room(data: memoryview) -> int:
        tape.room += 100
        return held(data)

    monkeypatch.setattr(tape, "write", more_room)
    patience.write(near, tls, b"")
    near.close()
    far.close()

    assert not tls.wants_write
