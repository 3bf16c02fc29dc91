"""Kinds of files: what a suffix stands for, and how a file's first bytes tell it."""

from collections.abc import Mapping
from typing import Final, Literal

__all__ = ["CONTENT_TYPES", "HEAD", "Kind", "kind_of", "suffix_of", "suffix_of_type"]

Kind = Literal["image", "video", "audio", "mesh", "vector", "archive", "model", "document"]

CONTENT_TYPES: Final[Mapping[str, str]] = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "gif": "image/gif",
    "bmp": "image/bmp",
    "svg": "image/svg+xml",
    "mp4": "video/mp4",
    "webm": "video/webm",
    "mov": "video/quicktime",
    "mp3": "audio/mpeg",
    "wav": "audio/wav",
    "flac": "audio/flac",
    "ogg": "audio/ogg",
    "m4a": "audio/mp4",
    "glb": "model/gltf-binary",
    "fbx": "application/vnd.autodesk.fbx",
    "obj": "model/obj",
    "stl": "model/stl",
    "ply": "application/x-ply",
    "3mf": "model/3mf",
    "usdz": "model/vnd.usdz+zip",
    "zip": "application/zip",
    "safetensors": "application/octet-stream",
    "pdf": "application/pdf",
    "txt": "text/plain",
    "md": "text/markdown",
    "csv": "text/csv",
    "json": "application/json",
}
"""By suffix, the type under which a file is served."""

HEAD: Final = 48
"""How many of a file's first bytes tell its kind."""

_OTHER_NAMES: Final = {
    "image/jpg": "jpg",
    "audio/mp3": "mp3",
    "audio/x-wav": "wav",
    "audio/wave": "wav",
    "audio/x-flac": "flac",
    "application/ogg": "ogg",
    "model/ply": "ply",
    "application/x-zip-compressed": "zip",
}

_KINDS: Final[Mapping[Kind, frozenset[str]]] = {
    "image": frozenset("jpg png webp gif bmp".split()),
    "vector": frozenset({"svg"}),
    "video": frozenset("mp4 webm mov".split()),
    "audio": frozenset("mp3 wav flac ogg m4a".split()),
    "mesh": frozenset("glb fbx obj stl ply 3mf usdz".split()),
    "archive": frozenset({"zip"}),
    "model": frozenset({"safetensors"}),
    "document": frozenset("pdf txt md csv json".split()),
}

_SIGNATURES: Final = (
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF8", "gif"),
    (b"BM", "bmp"),
    (b"<svg", "svg"),
    (b"\x1a\x45\xdf\xa3", "webm"),
    (b"ID3", "mp3"),
    (b"\xff\xfb", "mp3"),
    (b"\xff\xf3", "mp3"),
    (b"\xff\xf2", "mp3"),
    (b"fLaC", "flac"),
    (b"OggS", "ogg"),
    (b"glTF", "glb"),
    (b"Kaydara FBX Binary", "fbx"),
    (b"; FBX", "fbx"),
    (b"ply\n", "ply"),
    (b"ply\r\n", "ply"),
    (b"PK\x03\x04", "zip"),
    (b"%PDF-", "pdf"),
)
_IN_RIFF: Final = {b"WEBP": "webp", b"WAVE": "wav"}
_BRANDS: Final = {b"qt  ": "mov", b"M4A ": "m4a"}


def suffix_of(head: bytes) -> str | None:
    """Return the file suffix that goes with a file's first bytes, `HEAD` of them; `None` if they tell nothing."""
    if head[:4] == b"RIFF":
        return _IN_RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "mp4")
    if head.startswith(b"<?xml"):
        return "svg" if b"<svg" in head or b"<!DOCTYPE svg" in head else None
    return next((suffix for signature, suffix in _SIGNATURES if head.startswith(signature)), None)


def suffix_of_type(content_type: str) -> str | None:
    """Return the file suffix that goes with a content type, `None` for an unknown one."""
    named = content_type.lower()
    found = next((suffix for suffix, known in CONTENT_TYPES.items() if known == named), None)
    return found or _OTHER_NAMES.get(named)


def kind_of(suffix: str) -> Kind:
    """Return the kind of file that goes with one of the suffixes of `CONTENT_TYPES`."""
    return next(kind for kind, suffixes in _KINDS.items() if suffix in suffixes)
