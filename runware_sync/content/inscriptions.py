"""A text in a picture's file: written beside the pixels, byte by byte, and found again.

PNG has it in an `iTXt` chunk, JPEG in a comment. Everything else in the file stays as it was; a file that is signed
(C2PA), of another kind or not understood is left alone.
"""

import os
import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO, Final, NamedTuple

__all__ = ["LONGEST", "inscribed", "inscription"]

LONGEST: Final = 60000  # bytes of a text: what fits into one segment of a JPEG
KEYWORD: Final = b"runware-sync"

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_ITXT_HEAD: Final = KEYWORD + b"\0\0\0\0\0"  # not compressed, in no language
_COMMENT_HEAD: Final = KEYWORD + b": "
_SOI, _SOS, _EOI, _COM, _APP0, _APP1, _APP11 = 0xD8, 0xDA, 0xD9, 0xFE, 0xE0, 0xE1, 0xEB
_PROVENANCE: Final = b"dcterms:provenance"  # in XMP: the signature lies elsewhere, and counts this file's bytes


class _Part(NamedTuple):
    """A chunk of a PNG, or a segment of a JPEG: where it begins and ends, and what its content is."""

    kind: bytes | int
    start: int
    end: int
    content: int  # where that begins
    size: int  # of the content


def inscribed(data: bytes, text: str) -> bytes:
    """Return a picture's file with a text in it, in the place of an earlier one; pixels are not touched.

    Args:
        data: The file. One that is neither PNG nor JPEG, or is signed, comes back as it is.
        text: The text; too long a one is left out.
    """
    words = text.encode("utf-8", "backslashreplace")  # halves of surrogate pairs become what JSON writes for them
    if len(words) > LONGEST:
        return data
    file = BytesIO(data)
    try:
        parts = list(_parts(file))
        if not parts or any(_is_signed(file, part) for part in parts):
            return data
        old = [part for part in parts if _text_in(file, part) is not None]
    except _NotUnderstoodError:
        return data
    if data.startswith(_PNG):
        body = b"iTXt" + _ITXT_HEAD + words
        new = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
        place = parts[0].end
    else:
        body = _COMMENT_HEAD + words
        new = struct.pack(">BBH", 0xFF, _COM, len(body) + 2) + body
        # In front of any other segment, since one of them may count bytes from where it stands.
        place = next(part.start for part in parts if part.kind not in {_SOI, _APP0, _APP1})
    pieces: list[bytes | memoryview] = []
    done = 0
    for start, end, piece in sorted([(place, place, new), *((part.start, part.end, b"") for part in old)]):
        pieces += [memoryview(data)[done:start], piece]
        done = end
    pieces.append(memoryview(data)[done:])
    return b"".join(pieces)


def inscription(file: BinaryIO) -> str | None:
    """Return the text in a picture's file, which may come from anybody; `None` if there is none."""
    try:
        for part in _parts(file):
            text = _text_in(file, part)
            if text is not None:
                return text.decode("utf-8")
    except (_NotUnderstoodError, UnicodeDecodeError):
        return None
    return None


class _NotUnderstoodError(Exception):
    """A file that is not built as it should be."""


def _parts(file: BinaryIO) -> Iterator[_Part]:
    """Yield the parts of a PNG, or those of a JPEG in front of its pixels; nothing for other files."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    start = file.read(8)
    if start == _PNG:
        yield from _chunks(file, size)
    elif start[:3] == b"\xff\xd8\xff":
        yield from _segments(file, size)


def _chunks(file: BinaryIO, size: int) -> Iterator[_Part]:
    start, kind = len(_PNG), b""
    while kind != b"IEND":
        file.seek(start)
        head = file.read(8)
        if len(head) < 8:
            raise _NotUnderstoodError
        length, kind = struct.unpack(">I4s", head)
        end = start + 12 + length
        if end > size or (start == len(_PNG) and kind != b"IHDR"):
            raise _NotUnderstoodError
        yield _Part(kind, start, end, start + 8, length)
        start = end


def _segments(file: BinaryIO, size: int) -> Iterator[_Part]:
    yield _Part(_SOI, 0, 2, 2, 0)
    start, kind = 2, _SOI
    while kind != _SOS:
        file.seek(start)
        head = file.read(4)
        if len(head) < 4 or head[0] != 0xFF:
            raise _NotUnderstoodError
        kind = head[1]
        if kind == 0xFF:  # filling
            start += 1
            continue
        length = int.from_bytes(head[2:], "big")
        end = start + 2 + length
        if kind < 0xC0 or kind in {_SOI, _EOI, *range(0xD0, 0xD8)} or length < 2 or end > size:
            raise _NotUnderstoodError
        yield _Part(kind, start, end, start + 4, length - 2)
        start = end


def _is_signed(file: BinaryIO, part: _Part) -> bool:
    if part.kind == b"caBX":
        return True
    if part.kind == _APP11:
        return b"c2pa" in _content(file, part)
    return part.kind in {_APP1, b"iTXt"} and _PROVENANCE in _content(file, part)


def _text_in(file: BinaryIO, part: _Part) -> bytes | None:
    head = {b"iTXt": _ITXT_HEAD, _COM: _COMMENT_HEAD}.get(part.kind)
    if head is None or part.size > len(head) + LONGEST:
        return None
    content = _content(file, part)
    return content.removeprefix(head) if content.startswith(head) else None


def _content(file: BinaryIO, part: _Part) -> bytes:
    file.seek(part.content)
    return file.read(part.size)
