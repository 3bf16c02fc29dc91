"""The bytes of a connection: however they are cut the same is read, and what breaks the rules is an error."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from peers import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, framed
from properties.effort import tried

from runware_sync.network.inbound import Inbound, Violation

LARGEST = 70_000
Read = tuple[list[bytes], list[bytes], bytes | None, int | None]

cuts = st.lists(st.integers(1, 200) | st.integers(1, LARGEST), min_size=1, max_size=20)
payloads = st.binary(max_size=40) | st.sampled_from([125, 126, 127, 65_535, 65_536, 65_537]).map(
    lambda size: b"x" * size
)
opcodes = st.sampled_from([TEXT, BINARY, CONTINUATION, PING, PONG, CLOSE, 3, 11])
frames = st.builds(
    lambda payload, opcode, final: framed(payload, opcode, final=final), payloads, opcodes, st.booleans()
)
streams = st.binary(max_size=300) | st.lists(frames | st.binary(max_size=6), max_size=6).map(b"".join)


def read(stream: bytes, pieces: list[int]) -> Read:
    """Return all that a stream brings, cut into pieces: messages, pings, a goodbye, and the code of a violation."""
    inbound = Inbound(LARGEST)
    code = None
    at = turn = 0
    try:
        while at < len(stream):
            size = pieces[turn % len(pieces)]
            inbound.feed(stream[at : at + size])
            at, turn = at + size, turn + 1
    except Violation as violation:
        code = violation.code
    return inbound.messages, inbound.pings, inbound.goodbye, code


@tried(60)
@given(
    messages=st.lists(st.lists(st.integers(0, 70_000), min_size=1, max_size=4), max_size=5),
    pieces=st.lists(st.integers(1, 70_000), min_size=1, max_size=20),
)
def test_the_cut_into_pieces_does_not_matter(messages: list[list[int]], pieces: list[int]) -> None:
    """Whatever the fragments, the control frames between them and the pieces: the same messages, in order."""
    expected = []
    stream = b""
    pings = 0
    for number, fragments in enumerate(messages):
        parts = [bytes([number, size & 255]) * (size // 2) for size in fragments]
        expected.append(b"".join(parts))
        for at, part in enumerate(parts):
            stream += framed(part, CONTINUATION if at else TEXT, final=at == len(parts) - 1)
            stream += framed(b"%d" % pings, PING)
            pings += 1
    inbound = Inbound(300_000)

    at = turn = 0
    while at < len(stream):
        size = pieces[turn % len(pieces)]
        inbound.feed(stream[at : at + size])
        at += size
        turn += 1

    assert expected == inbound.messages
    assert [b"%d" % number for number in range(pings)] == inbound.pings
    assert not inbound.inside


@tried(150)
@given(stream=streams, pieces=cuts)
def test_any_bytes_are_read_alike_however_they_are_cut(stream: bytes, pieces: list[int]) -> None:
    """Good frames, broken ones and noise: the same messages, pings and goodbye, and the same violation, or none."""
    assert read(stream, [max(1, len(stream))]) == read(stream, pieces)


@tried(100)
@given(good=st.lists(payloads, max_size=3), stream=streams)
def test_what_was_complete_before_a_violation_is_read(good: list[bytes], stream: bytes) -> None:
    """Nothing that comes later takes a message back: it may have been paid for."""
    before = b"".join(framed(payload, TEXT) for payload in good)

    messages, *_ = read(before + stream, [max(1, len(before + stream))])

    assert good == messages[: len(good)]


@tried(100)
@given(stream=streams, more=st.binary(max_size=20))
def test_a_goodbye_is_the_end_of_the_stream(stream: bytes, more: bytes) -> None:
    """What follows it is not looked at, so that it can break nothing."""
    stream = framed(b"\x03\xe8", CLOSE) + stream

    result: Any = read(stream + more, [7])

    assert ([], [], b"\x03\xe8", None) == result
