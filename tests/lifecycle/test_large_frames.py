"""A large frame is made without stopping the other threads, and is the same to the peer."""

import pytest
from peers import TEXT, unframed
from websocket import ABNF

from runware_sync.network import transport
from runware_sync.network.transport import _Frame


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "_MASKED", 64)


@pytest.mark.parametrize("size", [0, 1, 63, 64, 65, 127, 128, 1000, 70_000])
def test_a_frame_that_is_masked_in_pieces_reads_as_one(size: int) -> None:
    """The mask goes on from piece to piece."""
    data = bytes(range(256)) * (size // 256 + 1)
    data = data[:size]

    frames, rest = unframed(_Frame(1, 0, 0, 0, ABNF.OPCODE_TEXT, 1, data).format())

    assert [(TEXT, data)] == frames
    assert rest == b""


def test_no_piece_is_larger_than_others_can_wait_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The interpreter changes threads between two pieces, never within one; Ctrl-C waits for that."""
    pieces: list[int] = []
    mask = ABNF.mask

    def noted(key: str | bytes, data: str | bytes) -> bytes:
        pieces.append(len(data))
        return mask(key, data)

    monkeypatch.setattr(ABNF, "mask", staticmethod(noted))
    _Frame(1, 0, 0, 0, ABNF.OPCODE_TEXT, 1, bytes(200)).format()

    assert [64, 64, 64, 8] == pieces
