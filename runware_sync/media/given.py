"""What can be given where a picture is wanted, and how it travels.

`classify` decides by the form of a value what is meant, when the request is made; a file is only looked for. `load`
reads it, when the call is made, with every guard: nothing but a picture ever leaves through a picture's parameter.
Strings in other parameters never come here.
"""

import io
import os
import re
import stat
from collections.abc import Callable
from typing import BinaryIO, Final, Protocol, TypeAlias, runtime_checkable
from uuid import UUID

from runware_sync.formats import HEAD, decode_base64, decode_data_uri, in_short, is_data_uri, sniff
from runware_sync.media.mediums import (
    LIMIT,
    Bytes,
    Inline,
    LocalFile,
    Reference,
    check_kind,
    checked_format,
    is_network_name,
    is_of_kind,
    network_refusal,
    thing,
    too_large,
)
from runware_sync.media.pixels import HasPixels, Pixels, is_array, is_picture, of_array, of_picture

__all__ = [
    "MEDIA",
    "Bytes",
    "HasUUID",
    "ImageInput",
    "Inline",
    "LocalFile",
    "Medium",
    "Pixels",
    "Reference",
    "classify",
]

_LONGEST_PATH: Final = 4096
_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_URL: Final = re.compile(r"https?://[^\s/]+\S*", re.IGNORECASE)
_APART: Final = frozenset({"image", "video", "audio", "mesh"})  # a film has sound, nothing else stands for another
_ACCEPTED: Final = (
    "a result, a UUID, an http(s) URL, a data URI, the path of a file, bytes, a binary file object, or base64;"
    " a picture may also be a PIL image or a numpy array"
)


@runtime_checkable
class HasUUID(Protocol):
    """Something that the service keeps: an earlier result."""

    @property
    def uuid(self) -> str | None:
        """The UUID under which it is kept."""


MEDIA: Final = (Reference, Inline, Bytes, LocalFile, Pixels)
Medium: TypeAlias = Reference | Inline | Bytes | LocalFile | Pixels
ImageInput: TypeAlias = (
    str | os.PathLike[str] | UUID | bytes | bytearray | memoryview | BinaryIO | HasUUID | HasPixels | Medium
)


def classify(value: object, *, parameter: str, kind: str = "image") -> Medium:
    """Return what is meant by a value, without reading any file that is named by it.

    A string is decided by its form: UUID, URL, data URI, existing file, base64, in this order. What can change is
    copied here, because a request is to mean the same each time that it is used: arrays, pictures of Pillow's, a
    `BytesIO` as a whole, other file objects from where they stand.

    Args:
        value: What the user gave.
        parameter: What it was given for, to be named in errors.
        kind: What it must be: `"image"`, `"video"`, `"audio"`, `"mesh"` or `"archive"`; of any other kind, such as
            `"document"`, the content is not checked.

    Raises:
        TypeError: It is of no type that can be media.
        ValueError: It is empty, of another kind, or names something that is no regular file.
        FileNotFoundError: It is a path, or a string of no known form, and there is no such file.
    """
    kind = kind.removesuffix("[]")
    if isinstance(value, MEDIA):
        return value
    if isinstance(value, str):
        return _from_text(value, parameter, kind)
    if isinstance(value, bytes | bytearray | memoryview):
        return _from_bytes(bytes(value), parameter, kind)
    if isinstance(value, UUID):
        return Reference(str(value))
    if isinstance(value, os.PathLike):
        path = os.fspath(value)
        found = _from_path(os.fsdecode(path), parameter, kind)
        if found is None:
            raise FileNotFoundError(f"{parameter}={value!r}: there is no such file")
        return found
    if is_picture(value) or is_array(value):
        return _from_pixels(value, parameter, kind)
    if isinstance(value, HasUUID):
        return _from_result(value, parameter, kind)
    if isinstance(value, io.BytesIO):
        return _from_bytes(_read_object(lambda _size: value.getvalue(), parameter), parameter, kind)
    read = getattr(value, "read", None)
    if callable(read):
        return _from_bytes(_read_object(read, parameter), parameter, kind)
    raise TypeError(f"{parameter}={in_short(value)} is of type {type(value).__name__}; it may be {_ACCEPTED}")


def _from_text(text: str, parameter: str, kind: str) -> Medium:
    bare = text.strip()
    if _UUID.fullmatch(bare) or _URL.fullmatch(bare):
        return Reference(bare)
    if is_data_uri(bare):
        _check_data_uri(bare, parameter, kind)
        return Inline(bare)
    if not is_network_name(text):  # base64 too can begin with two slashes
        found = _from_path(text, parameter, kind)
        if found is not None:
            return found
    decoded = _from_base64(bare, parameter, kind)
    if decoded is not None:
        return decoded
    if is_network_name(text):
        raise ValueError(network_refusal(text, parameter))
    raise FileNotFoundError(f"{parameter}={in_short(text)}: there is no such file; it may be {_ACCEPTED}")


def _from_path(path: str, parameter: str, kind: str) -> LocalFile | None:
    """Return the file of that name if there is one; nothing is opened."""
    if not path or len(path) > _LONGEST_PATH or "\0" in path:
        return None
    if is_network_name(path):
        raise ValueError(network_refusal(path, parameter))
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116 - the string is kept, a Path would change it
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(mode):
        raise ValueError(f"{parameter}={path!r} is {thing(mode)}, and not a regular file")
    return LocalFile(os.path.abspath(path), kind, path)  # noqa: PTH100 - links stay as they are


def _from_base64(text: str, parameter: str, kind: str) -> Medium | None:
    try:
        head = decode_base64("".join(text[: 2 * HEAD].split())[:HEAD])
    except ValueError:
        return None
    found = sniff(head)
    if found is None or len(text) < 32:
        return None
    check_kind(found, parameter, kind)
    try:
        return Bytes(decode_base64(text), found.mime)
    except ValueError:
        raise ValueError(f"{parameter} begins like a {found.name} in base64, but cannot be decoded") from None


def _from_bytes(data: bytes, parameter: str, kind: str) -> Bytes:
    if not data:
        raise ValueError(f"{parameter} is empty; was the file object read before?")
    if len(data) > LIMIT:
        raise ValueError(too_large(parameter, len(data)))
    return Bytes(data, checked_format(data[:HEAD], parameter, kind).mime)


def _from_pixels(value: object, parameter: str, kind: str) -> Pixels:
    if not is_of_kind("image", kind):
        raise TypeError(f"{parameter} is given as pixels, and not of the kind {kind}")
    return of_picture(value, parameter) if is_picture(value) else of_array(value, parameter)


def _from_result(value: HasUUID, parameter: str, kind: str) -> Reference:
    family = str(getattr(value, "family", kind))
    if {family, kind} <= _APART and family != kind and {family, kind} != {"audio", "video"}:
        raise ValueError(f"{parameter}={in_short(value)} is of kind {family}; what is wanted there is of kind {kind}")
    reference = value.uuid or getattr(value, "url", None)
    if not isinstance(reference, str):  # a result that came without either
        raise ValueError(  # noqa: TRY004 - the type is right, the content is not
            f"{parameter}={in_short(value)} has neither a UUID nor a URL; pass its .read() instead"
        )
    return Reference(reference, source=value)


def _read_object(read: Callable[[int], object], parameter: str) -> bytes:
    try:
        data = read(LIMIT + 1)
    except (TypeError, ValueError) as error:  # it is closed, or open for writing
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind(f"{parameter}: the file object cannot be read: {error}") from error
    if not isinstance(data, bytes | bytearray | memoryview):
        raise TypeError(f'{parameter}: the file object returns {type(data).__name__}; open it with mode "rb"')
    return bytes(data)


def _check_data_uri(text: str, parameter: str, kind: str) -> None:
    """Refuse what is not of the kind, by its first bytes or else by what it says of itself."""
    mime = text[5:].partition(",")[0].partition(";")[0].strip().lower()
    comma = text.index(",")
    try:
        head = decode_data_uri(text[: comma + 1] + text[comma + 1 : comma + 1 + HEAD])
    except ValueError:
        raise ValueError(f"{parameter} is a data URI that cannot be decoded") from None
    if not head:
        raise ValueError(f"{parameter} is a data URI without content")
    found = sniff(head)
    if found is not None:
        check_kind(found, parameter, kind)
    elif not is_of_kind(mime.partition("/")[0], kind):
        raise ValueError(f"{parameter} is a data URI of type {mime or 'text/plain'!r}, and not of the kind {kind}")
