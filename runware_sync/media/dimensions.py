"""How large a picture is, read from the head of its file; no pixel is decoded, and nothing is needed for it."""

from collections.abc import Callable
from typing import Final, TypeAlias

__all__ = ["dimensions"]

Size: TypeAlias = tuple[int, int]

_FRAMES: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})  # the markers of JPEG that tell the size
_BARE: Final = frozenset({0x01, *range(0xD0, 0xD9)})  # those that have no length


def dimensions(data: bytes) -> Size | None:
    """Return width and height of a picture as it is stored, in pixels; `None` where its file does not tell."""
    for start, read in _READERS:
        if data.startswith(start):
            size = read(data)
            return size if size is not None and min(size) > 0 else None
    return None


def _png(data: bytes) -> Size | None:
    return (_big(data[16:20]), _big(data[20:24])) if data[12:16] == b"IHDR" and len(data) >= 24 else None


def _gif(data: bytes) -> Size | None:
    return (_little(data[6:8]), _little(data[8:10])) if len(data) >= 10 else None


def _bmp(data: bytes) -> Size | None:
    if len(data) < 26 or _little(data[14:18]) < 40:
        return None
    return _little(data[18:22]), abs(int.from_bytes(data[22:26], "little", signed=True))  # below 0: top to bottom


def _webp(data: bytes) -> Size | None:
    if data[8:12] != b"WEBP" or len(data) < 30:
        return None
    match data[12:16]:
        case b"VP8X":
            return _little(data[24:27]) + 1, _little(data[27:30]) + 1
        case b"VP8L":
            bits = _little(data[21:25])
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8 ":
            return _little(data[26:28]) & 0x3FFF, _little(data[28:30]) & 0x3FFF
    return None


def _jpeg(data: bytes) -> Size | None:
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker in _FRAMES:
            return _big(data[at + 7 : at + 9]), _big(data[at + 5 : at + 7])
        if marker == 0xFF:  # one that fills a gap
            at += 1
        else:
            at += 2 if marker in _BARE else 2 + max(2, _big(data[at + 2 : at + 4]))
    return None


def _big(part: bytes) -> int:
    return int.from_bytes(part, "big")


def _little(part: bytes) -> int:
    return int.from_bytes(part, "little")


_READERS: Final[tuple[tuple[bytes, Callable[[bytes], Size | None]], ...]] = (
    (b"\x89PNG\r\n\x1a\n", _png),
    (b"\xff\xd8", _jpeg),
    (b"RIFF", _webp),
    (b"GIF8", _gif),
    (b"BM", _bmp),
)
