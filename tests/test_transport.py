"""The websocket over a socket pair: the test is the peer, in the same thread."""

import socket
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
from peers import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, framed, goodbye, noise, unframed

from runware_sync.network.inbound import Inbound, Violation
from runware_sync.network.streams import Plain
from runware_sync.network.transport import Transport, TransportClosed


class Pair(NamedTuple):
    """A transport, and the socket at its other end."""

    transport: Transport
    far: socket.socket

    def sent(self) -> bytes:
        """Flush, and return what reaches the other end now."""
        self.transport.flush()
        arrived = b""
        try:
            while piece := self.far.recv(1 << 20):
                arrived += piece
        except BlockingIOError:
            pass
        return arrived


@pytest.fixture
def pair() -> Iterator[Pair]:
    near, far = socket.socketpair()
    far.setblocking(False)
    plain = Plain(near)
    transport = Transport(plain, plain, max_message=100_000)
    yield Pair(transport, far)
    transport.shut()
    far.close()


def ending(transport: Transport) -> TransportClosed:
    """Return what `receive` raises."""
    with pytest.raises(TransportClosed) as caught:
        transport.receive()
    return caught.value


# -- receiving ----------------------------------------------------------------------------------------------------


def test_nothing_there_is_no_message(pair: Pair) -> None:
    """Receiving never waits."""
    assert [] == pair.transport.receive()
    assert not pair.transport.pending()


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65535, 65536, 99_999])
def test_a_message_of_any_length_arrives_whole(pair: Pair, size: int) -> None:
    """Each of the three forms of length is understood, at its bounds."""
    payload = noise(size)
    stream = framed(payload)
    got: list[bytes] = []

    while not got:
        stream = stream[pair.far.send(stream) :]
        got += pair.transport.receive()

    assert [payload] == got


def test_messages_in_one_piece_come_in_order(pair: Pair) -> None:
    """Text and binary messages that arrive together are all returned by one call."""
    pair.far.sendall(framed(b"one") + framed(b"two", BINARY) + framed(b"") + framed(b"thr")[:2])

    assert [b"one", b"two", b""] == pair.transport.receive()
    assert [] == pair.transport.receive()

    pair.far.sendall(b"thr")

    assert [b"thr"] == pair.transport.receive()


def test_what_came_with_the_handshake_is_not_lost() -> None:
    """Bytes behind the handshake's answer are the beginning of the first frame, and announced."""
    near, far = socket.socketpair()
    plain = Plain(near)
    transport = Transport(plain, plain, max_message=100, early=framed(b"early")[:4])

    assert transport.pending()
    assert [] == transport.receive()
    far.sendall(framed(b"early")[4:])
    assert [b"early"] == transport.receive()
    transport.shut()
    far.close()


def test_every_byte_alone() -> None:
    """A stream that trickles byte by byte gives the same messages."""
    stream = framed(b"a" * 300, final=False) + framed(b"!", PONG) + framed(b"b" * 70_000, CONTINUATION) + goodbye(1001)
    inbound = Inbound(100_000)

    for value in stream:
        inbound.feed(bytes([value]))

    assert [b"a" * 300 + b"b" * 70_000] == inbound.messages
    assert (1001).to_bytes(2) == inbound.goodbye


@pytest.mark.parametrize(
    ("piece", "fragment"),
    [pytest.param(65536, 16384, id="fragments"), pytest.param(1400, 1 << 30, id="pieces")],
)
def test_the_cost_grows_with_the_size_and_not_with_its_square(piece: int, fragment: int) -> None:
    """Four times the bytes cost four times the time, more or less; squared it would be sixteen times."""

    def seconds(size: int) -> float:
        sizes = [fragment] * (size // fragment) or [size]
        stream = b"".join(
            framed(bytes(length), CONTINUATION if at else TEXT, final=at == len(sizes) - 1)
            for at, length in enumerate(sizes)
        )
        best = 1e9
        for _ in range(3):
            inbound = Inbound(1 << 28)
            began = time.process_time()
            for at in range(0, len(stream), piece):
                inbound.feed(stream[at : at + piece])
            best = min(best, time.process_time() - began)
            assert [sum(sizes)] == [len(message) for message in inbound.messages]
        return best

    small, large = seconds(11 << 20), seconds(44 << 20)

    assert large < 10 * small + 0.05


def test_a_call_reads_no_more_than_its_budget() -> None:
    """A peer that sends without end does not keep the owner from writing."""

    class Endless(Plain):
        """A socket that is always readable."""

        def read(self) -> bytes | None:
            return framed(b"x" * 60_000)

        def pending(self) -> bool:
            return True

    near, far = socket.socketpair()
    stream = Endless(near)
    transport = Transport(stream, stream, max_message=100_000)

    messages = transport.receive()

    assert 1 << 20 < sum(map(len, messages)) < 1 << 23
    assert transport.pending()
    transport.shut()
    far.close()


# -- sending ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65535, 65536, 90_000])
def test_a_message_leaves_as_one_masked_text_frame(pair: Pair, size: int) -> None:
    """Each of the three forms of length is written."""
    text = "x" * size

    pair.transport.send(text)
    arrived = b""
    while pair.transport.wants_write:
        arrived += pair.sent()

    assert ([(TEXT, text.encode())], b"") == unframed(arrived)


def test_text_and_bytes_are_the_same(pair: Pair) -> None:
    """What is encoded already is not encoded again."""
    pair.transport.send("Zürich")
    pair.transport.send("Zürich".encode())

    assert pair.transport.wants_write
    assert pair.transport.queued
    frames, _ = unframed(pair.sent())
    assert [(TEXT, "Zürich".encode())] * 2 == frames
    assert not pair.transport.wants_write
    assert 0 == pair.transport.queued


def test_small_frames_go_out_together(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand frames cost few calls of the operating system."""
    calls = 0
    plain = pair.transport._plain
    write = plain.write

    def counted(data: memoryview) -> int:
        nonlocal calls
        calls += 1
        return write(data)

    monkeypatch.setattr(plain, "write", counted)
    for number in range(1000):
        pair.transport.send(str(number))

    frames, _ = unframed(pair.sent())

    assert [str(number).encode() for number in range(1000)] == [payload for _, payload in frames]
    assert calls <= 2


def test_a_large_upload_does_not_stop_what_comes_back(pair: Pair) -> None:
    """A peer that reads slowly is heard meanwhile, its pings are answered between frames, and its room is evidence."""
    text = "u" * 30_000_000
    pair.transport.send(text)
    pair.transport.send("after")
    arrived = bytearray()
    heard: list[bytes] = []
    turn = 0
    before = -1

    while pair.transport.wants_write:
        pair.transport.flush()
        if turn % 50 == 0:
            pair.far.sendall(framed(b"%d" % turn) + framed(b"p%d" % turn, PING))
            heard += pair.transport.receive()
            assert [b"%d" % turn] == heard[-1:]
            if turn:
                assert pair.transport.accepted > before
            before = pair.transport.accepted
        try:
            arrived += pair.far.recv(1 << 17)
        except BlockingIOError:
            continue
        turn += 1
    try:
        while True:
            arrived += pair.far.recv(1 << 17)
    except BlockingIOError:
        pass

    frames, rest = unframed(bytes(arrived))
    assert b"" == rest
    assert [TEXT, PONG, TEXT] == [opcode for opcode, _ in frames]
    assert len(text) == len(frames[0][1])
    assert b"after" == frames[2][1]
    assert len(heard) > 3


def test_bytes_into_an_empty_buffer_are_no_evidence(pair: Pair) -> None:
    """A socket takes a first frame also when the peer is dead."""
    pair.transport.send("small")
    pair.transport.flush()

    assert 0 == pair.transport.accepted


def test_a_ping_is_answered_with_its_payload(pair: Pair) -> None:
    """The answer is queued, and leaves with the next flush."""
    pair.far.sendall(framed(b"are you there", PING))

    assert [] == pair.transport.receive()
    assert pair.transport.wants_write
    assert ([(PONG, b"are you there")], b"") == unframed(pair.sent())


def test_of_many_pings_the_last_is_answered(pair: Pair) -> None:
    """A flood of pings fills no memory."""
    pair.far.sendall(b"".join(framed(b"%d" % number, PING) for number in range(500)))

    pair.transport.receive()

    assert ([(PONG, b"499")], b"") == unframed(pair.sent())


def test_a_pong_is_no_message(pair: Pair) -> None:
    """It counts as received, that is all."""
    pair.far.sendall(framed(b"", PONG))

    assert [] == pair.transport.receive()
    assert 2 == pair.transport.received


# -- ends ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [1000, 1001, 1002, 1008, 1009, 1011, 1012, 1013, 3000, 4001, 4999])
def test_a_close_frame_is_answered_and_told(pair: Pair, code: int) -> None:
    """Messages before it come first; its code and reason come with the next call; what follows it is nothing."""
    pair.far.sendall(framed(b"last") + goodbye(code, "we are tired") + framed(b"ghost"))

    assert pair.transport.is_open
    assert [b"last"] == pair.transport.receive()
    assert pair.transport.pending()
    assert not pair.transport.is_open
    end = ending(pair.transport)

    assert (code, True) == (end.code, "we are tired" in str(end))
    assert ([(CLOSE, code.to_bytes(2))], b"") == unframed(pair.sent())
    assert code == ending(pair.transport).code


def test_a_close_frame_may_be_empty(pair: Pair) -> None:
    """Then there is no code."""
    pair.far.sendall(framed(b"", CLOSE))

    assert ending(pair.transport).code is None
    assert ([(CLOSE, (1000).to_bytes(2))], b"") == unframed(pair.sent())


def test_our_close_is_the_last_frame(pair: Pair) -> None:
    """What was queued goes before it, nothing after it, and it is sent once."""
    pair.transport.send("before")
    pair.transport.close(1001, "going")
    pair.transport.close()
    pair.far.sendall(framed(b"ping", PING) + framed(b"late result"))

    assert not pair.transport.is_open
    with pytest.raises(TransportClosed):
        pair.transport.send("after")
    assert [b"late result"] == pair.transport.receive()
    assert ([(TEXT, b"before"), (CLOSE, (1001).to_bytes(2) + b"going")], b"") == unframed(pair.sent())
    pair.far.sendall(goodbye(1001))
    assert 1001 == ending(pair.transport).code
    assert b"" == pair.sent()


@pytest.mark.parametrize(
    ("before", "words"),
    [
        pytest.param(b"", "without a close frame", id="between frames"),
        pytest.param(framed(b"half")[:3], "in the middle", id="in a frame"),
        pytest.param(framed(b"half")[:1], "in the middle", id="in a header"),
        pytest.param(framed(b"half", final=False), "in the middle", id="between fragments"),
    ],
)
def test_the_end_of_the_stream_is_told(pair: Pair, before: bytes, words: str) -> None:
    """An end without a close frame has no code; a message that is not whole is not delivered."""
    pair.far.sendall(framed(b"whole") + before)
    pair.far.close()

    assert [b"whole"] == pair.transport.receive()
    end = ending(pair.transport)
    assert (None, True) == (end.code, words in end.reason)


@pytest.mark.parametrize(
    "stream",
    [
        pytest.param(framed(b"x", masked=True), id="masked"),
        pytest.param(framed(b"x", flags=0x40), id="reserved bit"),
        pytest.param(framed(b"x", 3), id="unknown data frame"),
        pytest.param(framed(b"x", 11), id="unknown control frame"),
        pytest.param(framed(b"x", PING, final=False), id="fragmented ping"),
        pytest.param(framed(b"x" * 126, PING), id="long ping"),
        pytest.param(framed(b"x", CONTINUATION), id="continuation of nothing"),
        pytest.param(framed(b"x", final=False) + framed(b"y"), id="message in a message"),
        pytest.param(framed(b"x", CLOSE), id="half a close code"),
        pytest.param(goodbye(999), id="close code too small"),
        pytest.param(goodbye(1005), id="close code that may not travel"),
        pytest.param(goodbye(5000), id="close code too large"),
        pytest.param(framed(b"\x03\xe8" + b"x" * 124, CLOSE), id="long close"),
    ],
)
def test_a_peer_that_breaks_the_protocol_is_left(pair: Pair, stream: bytes) -> None:
    """What was complete is delivered; then the connection is closed with 1002."""
    pair.far.sendall(framed(b"good") + stream)

    assert [b"good"] == pair.transport.receive()
    assert 1002 == ending(pair.transport).code
    assert ([(CLOSE, (1002).to_bytes(2))], b"") == unframed(pair.sent())


@pytest.mark.parametrize(
    "stream",
    [
        pytest.param(framed(bytes(100_001))[:10], id="one frame"),
        pytest.param(bytes([0x81, 127]) + (1 << 63).to_bytes(8), id="absurd"),
        pytest.param(
            framed(bytes(60_000), final=False) + framed(bytes(40_001), CONTINUATION, final=False)[:4], id="fragments"
        ),
    ],
)
def test_a_message_that_is_too_large_is_refused_by_its_header(pair: Pair, stream: bytes) -> None:
    """The payload is not waited for; the code is 1009."""
    pair.far.sendall(stream)

    end = ending(pair.transport)

    assert (1009, True) == (end.code, "max_message" in str(end))
    assert ([(CLOSE, (1009).to_bytes(2))], b"") == unframed(pair.sent())


def test_the_largest_message_is_taken() -> None:
    """The limit itself is allowed, as one frame and in fragments."""
    inbound = Inbound(1000)

    inbound.feed(framed(bytes(1000)) + framed(bytes(999), final=False) + framed(b"1", CONTINUATION))

    assert [1000, 1000] == [len(message) for message in inbound.messages]
    with pytest.raises(Violation):
        inbound.feed(framed(bytes(1001)))


def test_after_a_failed_write_what_had_arrived_is_still_there(pair: Pair) -> None:
    """A result that the server sent before it went away is not lost because a ping could not be written."""
    pair.far.sendall(framed(b"paid for"))
    pair.far.close()
    pair.transport.send("ping")

    with pytest.raises(TransportClosed):
        pair.transport.flush()

    assert pair.transport.pending()
    assert not pair.transport.wants_write
    assert [b"paid for"] == pair.transport.receive()
    ending(pair.transport)
    for act in (pair.transport.flush, lambda: pair.transport.send("more")):
        with pytest.raises(TransportClosed):
            act()
    pair.transport.close()


def test_a_failed_write_ends_receiving_at_once(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no waiting for a peer that cannot be spoken to."""

    def broken(_data: memoryview) -> int:
        raise BrokenPipeError(32, "Broken pipe")

    monkeypatch.setattr(pair.transport._plain, "write", broken)
    pair.transport.send("anything")
    with pytest.raises(TransportClosed, match="Broken pipe"):
        pair.transport.flush()

    assert "Broken pipe" in str(ending(pair.transport))


def test_a_broken_read_is_told(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cause is kept."""

    def broken() -> bytes | None:
        raise ConnectionResetError(104, "Connection reset by peer")

    monkeypatch.setattr(pair.transport._plain, "read", broken)

    end = ending(pair.transport)

    assert "Connection reset by peer" in str(end)
    assert isinstance(end.__cause__, ConnectionResetError)


def test_shutting_twice_does_nothing(pair: Pair) -> None:
    """After it there is no descriptor; using the transport tells so, and nothing else."""
    pair.transport.send("never")

    pair.transport.shut()
    pair.transport.shut()

    assert -1 == pair.transport.fileno()
    pair.transport.close()
    ending(pair.transport)


def test_a_cut_by_another_thread_is_an_end(pair: Pair) -> None:
    """`shutdown` on the socket is all that another thread may do."""
    cut: Callable[[int], None] = pair.transport._plain.socket.shutdown

    cut(socket.SHUT_RDWR)

    ending(pair.transport)
