"""Which kind of file some bytes are, the two ways in which JSON carries them, and how a `repr` shows such values."""

import binascii
from collections.abc import Mapping
from typing import Final, NamedTuple

__all__ = [
    "HEAD",
    "Format",
    "belongs",
    "data_uri",
    "decode_base64",
    "decode_data_uri",
    "format_of_suffix",
    "in_short",
    "is_data_uri",
    "size_in_words",
    "sniff",
]

HEAD: Final = 1024  # as many first bytes as `sniff` ever looks at


class Format(NamedTuple):
    """A kind of file.

    Args:
        name: What people call it, such as `"PNG"`.
        family: `"image"`, `"video"`, `"audio"`, `"mesh"`, `"weights"` or `"archive"`.
        mime: Its media type.
        suffixes: The endings of its file names, ours first.
    """

    name: str
    family: str
    mime: str
    suffixes: tuple[str, ...]

    @property
    def suffix(self) -> str:
        """The ending that our own file names get, with its dot."""
        return self.suffixes[0]


_PNG: Final = Format("PNG", "image", "image/png", (".png",))
_JPEG: Final = Format("JPEG", "image", "image/jpeg", (".jpg", ".jpeg", ".jpe", ".jfif"))
_WEBP: Final = Format("WebP", "image", "image/webp", (".webp",))
_GIF: Final = Format("GIF", "image", "image/gif", (".gif",))
_BMP: Final = Format("BMP", "image", "image/bmp", (".bmp",))
_TIFF: Final = Format("TIFF", "image", "image/tiff", (".tiff", ".tif"))
_AVIF: Final = Format("AVIF", "image", "image/avif", (".avif",))
_HEIC: Final = Format("HEIC", "image", "image/heic", (".heic", ".heif"))
_SVG: Final = Format("SVG", "image", "image/svg+xml", (".svg",))
_MP4: Final = Format("MP4", "video", "video/mp4", (".mp4", ".m4v"))
_MOV: Final = Format("QuickTime", "video", "video/quicktime", (".mov",))
_WEBM: Final = Format("WebM", "video", "video/webm", (".webm", ".mkv"))
_AVI: Final = Format("AVI", "video", "video/x-msvideo", (".avi",))
_MP3: Final = Format("MP3", "audio", "audio/mpeg", (".mp3",))
_AAC: Final = Format("AAC", "audio", "audio/aac", (".aac",))
_M4A: Final = Format("M4A", "audio", "audio/mp4", (".m4a",))
_WAV: Final = Format("WAV", "audio", "audio/wav", (".wav",))
_FLAC: Final = Format("FLAC", "audio", "audio/flac", (".flac",))
_OGG: Final = Format("Ogg", "audio", "audio/ogg", (".ogg", ".opus", ".oga"))
_GLB: Final = Format("GLB", "mesh", "model/gltf-binary", (".glb",))
_PLY: Final = Format("PLY", "mesh", "model/ply", (".ply",))
_FBX: Final = Format("FBX", "mesh", "application/octet-stream", (".fbx",))
_STL: Final = Format("STL", "mesh", "model/stl", (".stl",))
_OBJ: Final = Format("OBJ", "mesh", "model/obj", (".obj",))
_SAFETENSORS: Final = Format("safetensors", "weights", "application/octet-stream", (".safetensors",))
_ZIP: Final = Format("ZIP", "archive", "application/zip", (".zip", ".usdz", ".3mf"))

_BY_SUFFIX: Final = {
    suffix: known
    for known in (
        *(_PNG, _JPEG, _WEBP, _GIF, _BMP, _TIFF, _AVIF, _HEIC, _SVG, _MP4, _MOV, _WEBM, _AVI),
        *(_MP3, _AAC, _M4A, _WAV, _FLAC, _OGG, _GLB, _PLY, _FBX, _STL, _OBJ, _ZIP, _SAFETENSORS),
    )
    for suffix in known.suffixes
}
_STARTS: Final = (
    (b"\x89PNG\r\n\x1a\n", _PNG),
    (b"\xff\xd8\xff", _JPEG),
    (b"GIF87a", _GIF),
    (b"GIF89a", _GIF),
    (b"II*\x00", _TIFF),
    (b"MM\x00*", _TIFF),
    (b"\x1aE\xdf\xa3", _WEBM),
    (b"ID3", _MP3),
    (b"fLaC", _FLAC),
    (b"OggS", _OGG),
    (b"glTF", _GLB),
    (b"ply\n", _PLY),
    (b"ply\r\n", _PLY),
    (b"Kaydara FBX Binary", _FBX),
    (b"solid ", _STL),
    (b"mtllib ", _OBJ),
    (b"PK\x03\x04", _ZIP),
    (b"PK\x05\x06", _ZIP),
)
_LONGEST_HEADER: Final = 100_000_000  # bytes that the header of a safetensors file may have
_RIFF: Final = {b"WEBP": _WEBP, b"WAVE": _WAV, b"AVI ": _AVI}
_BRANDS: Final = {
    **dict.fromkeys((b"avif", b"avis"), _AVIF),
    **dict.fromkeys((b"heic", b"heix", b"mif1", b"msf1", b"hevc"), _HEIC),
    **dict.fromkeys((b"M4A ", b"M4B "), _M4A),
    b"qt  ": _MOV,
}


def sniff(head: bytes) -> Format | None:
    """Return the kind of file that begins with these bytes, or `None`.

    Args:
        head: The first bytes, 16 at least; of SVG, which is text, up to `HEAD` count.
    """
    for start, known in _STARTS:
        if head.startswith(start):
            return known
    if head[8:10] == b'{"' and int.from_bytes(head[:8], "little") <= _LONGEST_HEADER:
        return _SAFETENSORS
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], _MP4)
    if head[:2] == b"BM" and head[6:10] == b"\0\0\0\0":
        return _BMP
    if len(head) > 2 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0 and head[2] & 0xF0 != 0xF0:
        if head[1] & 0xF6 == 0xF0:
            return _AAC
        return _MP3 if head[1] & 0x06 else None
    return _SVG if _is_svg(head[:HEAD]) else None


def _is_svg(head: bytes) -> bool:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text[:4].lower() == b"<svg":
        return True
    return text[:1] == b"<" and text[:5].lower() in {b"<?xml", b"<!doc", b"<!--"} and b"<svg" in text


def format_of_suffix(suffix: str) -> Format | None:
    """Return the kind of file that an ending such as `".jpg"` announces, or `None` for an unknown one."""
    return _BY_SUFFIX.get(suffix.lower())


def is_data_uri(text: str) -> bool:
    """Tell whether a string has the form of a data URI."""
    return text[:5].lower() == "data:" and "," in text[:HEAD]


def data_uri(data: bytes, mime: str) -> str:
    """Return some bytes as a data URI."""
    return f"data:{mime};base64,{binascii.b2a_base64(data, newline=False).decode('ascii')}"


def decode_base64(text: str) -> bytes:
    """Return the bytes of a base64 string, the URL-safe alphabet, line breaks and missing padding included.

    Raises:
        ValueError: It is no base64.
    """
    try:
        return binascii.a2b_base64(text, strict_mode=True)
    except ValueError:  # the fast way is for what is well formed; what follows is lenient, not careless
        pass
    compact = "".join(text.split()).replace("-", "+").replace("_", "/")
    return binascii.a2b_base64(compact.rstrip("=") + "=" * (-len(compact.rstrip("=")) % 4), strict_mode=True)


def decode_data_uri(text: str) -> bytes:
    """Return the bytes of a data URI.

    Raises:
        ValueError: It is none, or what it holds cannot be decoded.
    """
    if not is_data_uri(text):
        raise ValueError("no data URI")
    comma = text.index(",")
    if text[:comma].lower().endswith(";base64"):
        from urllib.parse import unquote

        payload = text[comma + 1 :]
        return decode_base64(unquote(payload) if "%" in payload else payload)
    from urllib.parse import unquote_to_bytes

    return unquote_to_bytes(text[comma + 1 :])


def size_in_words(count: int) -> str:
    """Return a number of bytes as people write it: `"1.2 MB"`."""
    if count < 1000:
        return f"{count} bytes"
    return f"{count / 1e3:.1f} kB" if count < 1e6 else f"{count / 1e6:.1f} MB"


def in_short(value: object, depth: int = 2) -> str:
    """Return `repr(value)` for a line that people read: long text is cut, and base64 only counted.

    Args:
        value: What to show.
        depth: How many levels of lists and dicts are opened.
    """
    if isinstance(value, str):
        if is_data_uri(value) and len(value) > 80:
            return f"<{size_in_words((len(value) - value.index(',')) * 3 // 4)} data URI>"
        if len(value) > 80 and "://" not in value[:10] and not any(sign in value[:80] for sign in " .,-:\n"):
            return f"<{size_in_words(len(value) * 3 // 4)} base64>"
        return repr(value if len(value) <= 200 else f"{value[:160]}…")
    if isinstance(value, bytes | bytearray | memoryview):
        return f"<{size_in_words(len(value))}>"
    if isinstance(value, Mapping):
        if depth == 0:
            return "{…}"
        pairs = [f"{key!r}: {in_short(item, depth - 1)}" for key, item in list(value.items())[:8]]
        return f"{{{', '.join(pairs)}{', …' if len(value) > 8 else ''}}}"
    if type(value) in {list, tuple}:
        items: list[object] | tuple[object, ...] = value  # type: ignore[assignment]  # just looked
        if depth == 0:
            return "[…]"
        shown = ", ".join(in_short(item, depth - 1) for item in items[:8])
        return f"[{shown}{', …' if len(items) > 8 else ''}]"
    return repr(value)


def belongs(found: Format | None, family: str) -> bool:
    """Tell whether a file may stand where a family is expected: containers are shared.

    A sound may come in a film's container, a thing in three dimensions and a model's weights as an archive.
    """
    also = {"audio": "video", "mesh": "archive", "weights": "archive"}
    return found is not None and found.family in {family, also.get(family)}
