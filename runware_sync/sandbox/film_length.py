"""How long a film lasts, by what its file says."""

import struct
from collections.abc import Iterator
from typing import Final

__all__ = ["seconds_of"]

_LONG: Final = 1


def seconds_of(content: bytes) -> float | None:
    """Return the seconds that an MP4 or MOV file lasts; `None` if it does not say, or is another kind of file."""
    movie = next((inside for name, inside in _boxes(content) if name == b"moov"), b"")
    header = next((inside for name, inside in _boxes(movie) if name == b"mvhd"), b"")
    try:
        if header[:1] == bytes([_LONG]):
            scale, length = struct.unpack_from(">IQ", header, 20)
        else:
            scale, length = struct.unpack_from(">II", header, 12)
    except struct.error:
        return None
    return float(length / scale) if scale else None


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the name and the inside of each box, as far as they can be followed."""
    place = 0
    while place + 8 <= len(content):
        size, name = struct.unpack_from(">I4s", content, place)
        inside = 8
        if size == _LONG and place + 16 <= len(content):
            (size,) = struct.unpack_from(">Q", content, place + 8)
            inside = 16
        if size < inside:
            return
        yield name, content[place + inside : place + size]
        place += size
